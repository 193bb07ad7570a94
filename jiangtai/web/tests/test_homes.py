"""What the homes and their shells say: on the square to everyone, in the office, on a worker's phone."""

import re

from django.test import Client


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
