"""What the homes and their shells say: on the square to everyone, in the office, on a worker's phone."""

import re

from django.test import Client

from jiangtai.access import accounts, acting_as_job


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
