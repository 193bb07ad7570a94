"""The rail: every entry is called as its page, nothing stands in it twice, and a long one is folded."""

import re

import pytest
from django.urls import get_resolver

from jiangtai.web import every_page


@pytest.fixture
def entries():
    """What has a place in the rail."""
    assert get_resolver().url_patterns
    return [one for one in every_page() if one.kind.nav]


def test_an_entry_is_called_as_its_page(entries):
    assert not [(one.kind.nav.label, one.kind.title) for one in entries if one.kind.nav.label != one.kind.title]


def test_pages_that_share_their_tabs_stand_there_once(entries):
    names = {one.name for one in entries}
    assert not names & {"cases.begun", "cases.done", "units.tree", "web.gallery"}


def test_a_long_rail_opens_its_first_section_and_that_of_the_page(signed_in):
    browser = signed_in("group_office")

    def opened(path):
        page = browser.get(path).content.decode()
        return re.findall(r"<details open><summary><span>(\w+)</span>", page)

    assert opened("/office/") == ["我的工作"]
    assert opened("/office/units/tree/") == ["我的工作", "队伍"]


def test_a_short_rail_is_open(signed_in):
    page = signed_in("system_admin").get("/office/").content.decode()
    assert "<details open><summary><span>管理" in page
