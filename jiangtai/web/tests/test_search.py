"""The search finds pages by title and pinyin initials, and other rooms' things for those who may see them."""

import pytest
from django.urls import get_resolver

from jiangtai.web import Entry, Hit, Panel, search
from jiangtai.web.boards import Board
from jiangtai.web.columns import as_text
from jiangtai.web.templatetags import parts

from .acting import acting


@pytest.fixture
def units(monkeypatch):
    """One registered search."""
    assert get_resolver().url_patterns
    monkeypatch.setattr(search, "_sources", {})
    search.searchable("单位", "units.view")(lambda who, text: [Hit(f"{text}重工", "企业", "/x/1/", "1")] * 20)


def labels(who, text):
    """The groups found."""
    return [group["label"] for group in search.find(who, text)]


def test_pages_are_found_by_words_and_by_initials(units):
    assert "页面" in labels(acting(), "账号")
    assert "页面" in labels(acting(), "wdzh")
    assert labels(acting(), "  ") == []


def test_pages_that_one_may_not_open_are_not_named(units):
    assert labels(acting(kind="worker"), "账号") == []


def test_groups_need_their_permission_and_are_cut(units):
    assert labels(acting("units.view"), "川锦") == ["单位"]
    assert labels(acting(), "川锦") == []
    assert len(search.find(acting("units.view"), "川锦")[0]["hits"]) == search.MOST_HITS


def test_what_leads_nowhere_is_for_pickers_only(units):
    search.searchable("工会组织", "units.view")(lambda who, text: [Hit(f"{text}工会", id="2")])
    assert labels(acting("units.view"), "川锦") == ["单位"]


def test_the_box_names_what_one_can_find(units):
    search.searchable("人员", "people.view")(lambda who, text: [])
    assert search.box_words(acting("units.view", "people.view")).startswith("搜人员、单位、页面")
    assert "人员" not in search.box_words(acting("units.view"))


def test_the_box_does_not_promise_what_only_pickers_find(units):
    search.searchable("全部企业", "units.view", is_for_pickers=True)(lambda who, text: [Hit("甲厂", id="3")])
    assert search.box_words(acting("units.view")) == "搜单位、页面（拼音首字母）"


def test_a_board_shows_in_order_what_one_may_see():
    board = Board("units.view")
    board(order=20)(lambda who: Panel("二", "x.html"))
    board(order=10)(lambda who: None)
    board(order=5, permission="no.way")(lambda who: Panel("零", "x.html"))
    board(order=1)(lambda who: [Entry("一"), Entry("一又")])
    assert [one.title for one in board.show(acting("units.view"))] == ["一", "一又", "二"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "—"), ("", "—"), (True, "是"), (12345, "12,345"), (["甲", "乙"], "甲、乙"), ((), "—")],
)
def test_values_read_as_people_write_them(value, text):
    assert as_text(value) == text


def test_rare_characters_stay_whole():
    assert parts.surname_first("𠮷田㛃䶮") == "𠮷"
    assert parts.grouped("ABCDEFGH") == "ABCD EFGH"
