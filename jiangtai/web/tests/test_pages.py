"""A page lets in who may come in, and says so at start when it forgot to say who that is."""

import io

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404
from django.test import RequestFactory
from django.urls import get_resolver

from jiangtai.access import Refused
from jiangtai.web import OFFICE, PUBLIC, SIGNED_IN, WORKER, Act, Crumb, Nav, Page, admits, as_file, page
from jiangtai.web.homes import WEEKDAYS, day_words, greeting
from jiangtai.web.models import SavedView
from jiangtai.web.pages import ObjectMixin

from .acting import acting, ask


class Guarded(Page):
    """A page that needs a permission."""

    permission, title, face = "units.view", "单位", "bare"


def test_a_page_without_permission_is_refused_at_registration():
    class Forgetful(Page):
        title = "忘了"

    with pytest.raises(ImproperlyConfigured, match="permission"):
        page("x/", Forgetful, "test.forgetful")


def test_two_pages_cannot_have_one_name():
    assert get_resolver().url_patterns

    class Other(Page):
        permission, title = OFFICE, "另一页"

    with pytest.raises(ImproperlyConfigured, match=r"web\.office"):
        page("x/", Other, "web.office")


def test_the_rail_has_only_its_sections():
    with pytest.raises(ImproperlyConfigured, match="队伍"):
        Nav("杂项", "什么")


def test_a_stranger_is_sent_to_sign_in_and_back():
    response = ask(Guarded, acting(kind="nobody"), "/x/?q=1")
    assert response.status_code == 302
    assert response.url.endswith("?next=/x/%3Fq%3D1")


def test_a_stranger_behind_htmx_leaves_the_whole_page():
    response = ask(Guarded, acting(kind="nobody"), target="rows")
    assert "/login/" in response["HX-Redirect"]


def test_without_the_permission_it_is_refused_by_name():
    with pytest.raises(Refused, match="单位"):
        ask(Guarded, acting())


def test_with_the_permission_it_opens(db):
    assert ask(Guarded, acting("units.view")).status_code == 200


@pytest.mark.parametrize(
    ("kind", "opened"),
    [("nobody", {PUBLIC}), ("worker", {PUBLIC, SIGNED_IN, WORKER}), ("office", {PUBLIC, SIGNED_IN, OFFICE})],
)
def test_the_four_words(kind, opened):
    who = acting(kind=kind)
    assert {word for word in (PUBLIC, SIGNED_IN, WORKER, OFFICE) if admits(who, word)} == opened


def test_an_act_is_shown_only_to_those_who_may_open_its_page():
    act = Act("组件陈列", "web.gallery")
    assert act.is_open_to(acting())
    assert not act.is_open_to(acting(kind="worker"))
    assert not Act("新建", "/x/", permission="units.change").is_open_to(acting())


class Handout(Page):
    """A file that anyone may take along."""

    permission, title = PUBLIC, "下载"

    def get(self, request, *args, **kwargs):
        """As bytes, or out of an open file."""
        return as_file(io.BytesIO(b"a,b") if "open" in request.GET else b"a,b", "名单.csv")


@pytest.mark.parametrize("path", ["/x/", "/x/?open"])
def test_a_file_that_anyone_may_take_is_kept_by_nothing_on_the_way(path):
    answer = ask(Handout, acting(kind="nobody"), path)
    assert answer.getvalue() == b"a,b" and answer["Content-Disposition"].startswith("attachment")
    assert answer["Cache-Control"] == "private, no-store"


class OneView(ObjectMixin, Page):
    """A page about one saved view."""

    permission, title, face = OFFICE, "视图", "bare"

    def objects(self):
        """The account's own."""
        return SavedView.objects.filter(account_id=self.acting.account.id)


def test_what_is_out_of_scope_is_not_there(db):
    strangers = SavedView.objects.create(account_id="00000000-0000-0000-0000-000000000009", page="p", name="别人的")
    with pytest.raises(Http404):
        ask(OneView, acting(), id=strangers.pk)
    with pytest.raises(Http404):
        ask(OneView, acting(), id="不是编号")


def test_the_greeting_knows_the_hour_and_the_day():
    assert greeting()
    assert day_words().split()[1] in WEEKDAYS


class Deep(Guarded):
    """A page that shares its way down with the pages below it."""

    def get_crumbs(self):
        """The list, then the object itself."""
        return [Crumb("单位", "/units/"), Crumb("某某公司", "/units/1/")]


@pytest.mark.parametrize(("path", "shown"), [("/units/1/", ["单位"]), ("/units/1/close/", ["单位", "某某公司"])])
def test_a_page_does_not_stand_on_the_way_to_itself(path, shown):
    at = Deep()
    at.setup(RequestFactory().get(path))
    assert [crumb.label for crumb in at.above()] == shown
