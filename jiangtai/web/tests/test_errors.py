"""Pages for trouble need no database, say what to do, and carry a number; templates hold no inline code."""

import re
from pathlib import Path

import pytest
from django.test import RequestFactory

from jiangtai.access import Refused
from jiangtai.web import errors

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
