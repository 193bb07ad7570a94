"""Pages for trouble need no database, say what to do, and carry a number; templates hold no inline code."""

import re
from pathlib import Path

import pytest
from django.test import Client, RequestFactory
from django.urls import get_resolver

from jiangtai.access import Refused
from jiangtai.web import errors

from .acting import acting

ROOM = Path(errors.__file__).parent
TEMPLATES = sorted((ROOM / "templates").rglob("*.html"))


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (errors.bad_request, 400),
        (errors.forbidden, 403),
        (errors.not_found, 404),
        (errors.server_error, 500),
        (errors.csrf_failed, 403),
        (errors.locked_out, 429),
    ],
)
def test_each_says_what_to_do_without_the_database(view, status):
    response = view(RequestFactory().get("/x/"))
    page = response.content.decode()
    assert response.status_code == status
    assert "可以这样做" in page
    assert re.search(r"<code>\d{4}-\d{6}-[0-9A-F]{4}</code>", page)


def test_a_refusal_is_told_in_its_own_words():
    request = RequestFactory().get("/x/")
    assert "不能给自己授权" in errors.forbidden(request, Refused("不能给自己授权")).content.decode()
    assert request.refusal == "不能给自己授权"


def test_who_holds_a_link_that_opens_nothing_is_told_whom_to_ask_and_not_of_rights():
    request = RequestFactory().get("/f/x/")
    shown = errors.forbidden(request, Refused("这个链接已经使用过", "link")).content.decode()
    assert "链接打不开了" in shown and "这个链接已经使用过。" in shown and "联系把链接发给您的人" in shown
    assert not re.search("没有权限|授权|审计", shown) and request.refusal == "这个链接已经使用过"


@pytest.mark.parametrize(
    ("kind", "said", "unsaid"),
    [("worker", "所在单位工会", "管理员授权"), ("office", "管理员授权", "切换岗位")],
)
def test_who_is_refused_is_told_what_they_themselves_can_do(kind, said, unsaid):
    request = RequestFactory().get("/x/")
    request.acting = acting(kind=kind)
    shown = errors.forbidden(request).content.decode()
    assert said in shown and unsaid not in shown


def test_htmx_gets_a_line_instead_of_a_page():
    response = errors.not_found(RequestFactory().get("/x/", headers={"HX-Request": "true"}))
    assert "<html" not in response.content.decode()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOM).as_posix())
def test_no_template_holds_inline_code_or_style(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*(src=|type=\"application/json\"))", text)
    assert "javascript:" not in text
    assert not re.search(r"(src|href)=\"(https?:)?//", text)


@pytest.mark.parametrize("path", sorted((ROOM / "static").rglob("*.js")), ids=lambda path: path.name)
def test_no_script_evaluates_text_or_writes_html(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(
        r"\beval\(|new Function|innerHTML|document\.write|\.style\b", text.replace('swap: "innerHTML"', "")
    )


def test_a_refusal_is_one_line_in_the_log(office, settings, caplog):
    client = office.client(office.person("leader"))
    client.get("/office/audit/")
    kept = [record for record in caplog.records if errors.NoTokens().filter(record)]
    assert [record.name for record in kept] == ["jiangtai.web"]
    assert re.search(r" 403 GET /office/audit/$", kept[0].getMessage())


def test_a_wrong_host_leaves_no_trace(db, caplog):
    assert Client(headers={"host": "evil.example"}).get("/").status_code == 400
    kept = [record for record in caplog.records if errors.NoTokens().filter(record)]
    assert [record.name for record in kept] == ["jiangtai.web", "django.security.DisallowedHost"]
    assert not any(record.exc_info for record in kept)


def test_what_no_trouble_page_tells_stays_in_the_log(db, client, caplog):
    client.get("/activate/nonsense/")
    assert [record.getMessage() for record in caplog.records if errors.NoTokens().filter(record)] == [
        "Forbidden: /activate/…/"
    ]


def routes(patterns, before=""):
    for one in patterns:
        where = f"{before}{one.pattern}"
        if hasattr(one, "url_patterns"):
            yield from routes(one.url_patterns, where)
        else:
            yield where


def test_an_address_that_is_a_secret_is_not_told_on(db, client):
    secret = [route for route in routes(get_resolver().url_patterns) if "<str:token>" in route]
    assert len(secret) >= 3
    for route in secret:
        path = f"/{route.replace('<str:token>', 'nonsense')}"
        assert client.get(path).headers["Referrer-Policy"] == "strict-origin", path
        assert "nonsense" not in errors.without_token(path)
    assert client.get("/").headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(("kind", "has_search"), [("office", True), ("worker", False), ("nobody", False)])
def test_only_the_office_is_sent_to_the_search(kind, has_search):
    request = RequestFactory().get("/x/")
    request.acting = acting(kind=kind)
    assert ("搜索" in errors.not_found(request).content.decode()) is has_search
