"""What the homes and their shells say: on the square to everyone, in the office, on a worker's phone."""

import re

from django.template.loader import render_to_string
from django.test import Client

from jiangtai.access import accounts, acting_as_job
from jiangtai.web import Count, Panel


def title_of(response):
    """What stands in the browser's tab."""
    return re.search(r"<title>(.*?)</title>", response.content.decode(), re.S)[1].strip()


def test_the_square_names_the_place_in_its_title(office):
    assert title_of(Client().get("/")).endswith("产业工人队伍建设改革 · 匠台")


def test_elder_mode_reaches_the_square(db):
    phone = Client()
    assert "data-elder" not in phone.get("/privacy/").content.decode()
    turned = phone.post("/pocket/elder/", {"elder": "1", "next": "/privacy/"})
    assert turned.url == "/privacy/"
    shown = phone.get("/privacy/").content.decode()
    assert '<html lang="zh-CN" data-elder>' in shown and "退出长辈模式" in shown


def test_offices_sign_in_by_one_name_everywhere(db):
    for path in ("/", "/privacy/", "/signin/"):
        assert "机关登录" not in Client().get(path).content.decode()


def test_the_account_of_each_is_found_where_it_lies(office):
    with acting_as_job("测试"):
        worker = accounts.worker_of_phone("19900010009")
    assert office.client(worker).get("/account/").url == "/pocket/me/"
    assert office.client(office.person("leader")).get("/account/").url == "/office/me/"


def test_the_gallery_stands_in_nobodys_rail_and_speaks_plainly(office):
    browser = office.client(office.person("leader"))
    assert "组件陈列" not in browser.get("/office/").content.decode()
    gallery = browser.get("/gallery/").content.decode()
    assert "不能小于 1" in gallery and "确保该值" not in gallery


def test_a_panel_says_in_its_head_what_it_counts_and_at_its_foot_what_it_leaves_out(db):
    counts = (Count("全部", 9, "/all/"), Count("已逾期", 1, "/late/"))
    shown = Panel("待我办理", "web/parts/rest.html", url="/all/", counts=counts, rest=3)
    drawn = render_to_string("web/parts/panel.html", {"panel": shown, "number": 1, "kind": "w"})
    assert '<a class="quiet" href="/late/">已逾期 <b>1</b></a>' in drawn
    assert '<a class="link" href="/all/">还有 3 件</a>' in drawn


def test_the_home_shows_figures_that_lead_to_their_rows(office):
    home = office.client(office.person("leader")).get("/office/").content.decode()
    assert "本年签发证书" in home and "/credentials/?issued_from=" in home
    assert re.search(r"\d{4}年\d+月\d+日 星期", home)


def test_a_worker_is_told_what_to_do_and_no_address(office):
    with acting_as_job("测试"):
        phone = office.client(accounts.worker_of_phone("19900010008"))
    assert phone.get("/office/").status_code == 403
    told = phone.get("/pocket/messages/").content.decode()
    assert "您的账号：" in told and "登录设备" in told and "127.0.0.1" not in told


def test_the_rules_on_personal_data_say_what_a_split_leaves_with_the_first_file(db):
    page = Client().get("/privacy/").content.decode()
    assert "误记成一份档案、后来拆分的" in page and "不随新档案擦除" in page
