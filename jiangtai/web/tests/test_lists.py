"""A list: its state is its address, its count is exact, its exports and bulk acts touch what was chosen."""

import io
import re
import uuid
from importlib import import_module
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.db import connection
from django.http import Http404, QueryDict
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from jiangtai.access import Refused
from jiangtai.web import Act, Bulk, Choice, Column, Empty, ListPage, Search, exports, lists
from jiangtai.web.exports import safe
from jiangtai.web.models import SavedView

from .acting import acting, ask, text_of

MINE, STRANGERS = uuid.UUID(int=1), uuid.UUID(int=9)
WHO = acting("units.view", "units.change", "lists.export")


class Views(ListPage):
    """Saved views stand in for any rows."""

    permission, title, name = "units.view", "单位", "test.units"
    columns = (
        Column("name", "名称", sort="name", link=lambda row: f"/x/{row.pk}/"),
        Column("page", "类型", sort="page"),
        Column("query", "备注", hidden=True),
    )
    conditions = (
        Search("名称", fields=("name__contains",)),
        Choice("类型", "kind", choices=[("a", "甲类"), ("b", "乙类")], field="page"),
    )
    order, counted = "name", "家"
    bulk = (
        Bulk("close", "停用", "units.change", "close", confirm="停用后不能再选用。"),
        Bulk("refuse", "退回", "units.change", "refuse"),
    )
    empty = Empty("还没有单位", "先建立本级单位", Act("新建单位", "/x/new/", permission="units.change"))

    def rows(self):
        """One account's own."""
        return SavedView.objects.filter(account_id=MINE)

    def close(self, rows):
        """Pretend to close them."""
        return f"已停用 {rows.count()} 家"

    def refuse(self, rows):
        """Never."""
        raise Refused("单位已经撤销")


@pytest.fixture(autouse=True)
def audited(monkeypatch):
    """What the list told the audit."""
    told = []
    for module in (exports, lists):
        monkeypatch.setattr(module.audit, "record", lambda *words, **more: told.append((words, more)))
    return told


@pytest.fixture
def rows(db):
    """A hundred and twenty rows, and one of somebody else's."""
    SavedView.objects.create(account_id=STRANGERS, page="a", name="别人的")
    made = [SavedView(account_id=MINE, page="ab"[n % 2], name=f"单位{n:03}", query="=1+1") for n in range(120)]
    return SavedView.objects.bulk_create(made)


def workbook(response):
    """What was exported."""
    content = b"".join(response)
    response.close()
    return CalamineWorkbook.from_filelike(io.BytesIO(content))


def shown(response):
    """The names in the table."""
    return re.findall(r'class="cell-link" href="[^"]*">([^<]*)<', text_of(response))


def test_the_count_is_exact_and_a_page_holds_fifty(rows):
    response = ask(Views, WHO)
    assert "<b>120</b> 家" in text_of(response)
    assert shown(response) == [f"单位{n:03}" for n in range(50)]
    assert shown(ask(Views, WHO, "/x/?page=3")) == [f"单位{n:03}" for n in range(100, 120)]


def test_conditions_narrow_and_say_so(rows):
    response = ask(Views, WHO, "/x/?q=单位01&kind=b")
    assert shown(response) == [f"单位{n:03}" for n in (11, 13, 15, 17, 19)]
    assert "类型：乙类" in text_of(response)


def test_order_turns_and_nonsense_is_ignored(rows):
    assert shown(ask(Views, WHO, "/x/?sort=-name"))[0] == "单位119"
    assert shown(ask(Views, WHO, "/x/?sort=nonsense&page=x&col=nonsense"))[0] == "单位000"
    assert 'aria-sort="descending"' in text_of(ask(Views, WHO, "/x/?sort=-name"))


def test_columns_are_chosen_in_the_address(rows):
    assert 'data-label="备注"' not in text_of(ask(Views, WHO))
    chosen = text_of(ask(Views, WHO, "/x/?col=name&col=query"))
    assert 'data-label="备注"' in chosen
    assert 'data-label="类型"' not in chosen


def test_a_page_of_a_list_costs_three_queries_in_its_fragment(rows):
    with CaptureQueriesContext(connection) as queries:
        ask(Views, WHO, target="rows")
    assert len(queries) == 3, [one["sql"] for one in queries]


def test_nothing_yet_and_nothing_found_are_two_things(db):
    assert "先建立本级单位" in text_of(ask(Views, WHO))
    assert "新建单位" in text_of(ask(Views, WHO))
    assert "新建单位" not in text_of(ask(Views, acting("units.view")))
    assert "清除条件" in text_of(ask(Views, WHO, "/x/?q=没有"))


class ByName(Views):
    """Names that are kept encrypted."""

    conditions = (Search("姓名（全名）", match=lambda found, text: found.none()),)


def test_a_part_of_a_name_is_told_apart_from_a_name_that_is_not_there(rows):
    assert "须写全名才查得到" in text_of(ask(ByName, WHO, "/x/?q=徐"))
    assert "换一个说法" in text_of(ask(Views, WHO, "/x/?q=徐"))


def test_the_export_holds_every_row_of_the_filter_and_is_audited(rows, audited):
    response = ask(Views, WHO, "/x/?kind=a&col=name&col=query", {"do": "export"})
    book = workbook(response)
    note, data = (book.get_sheet_by_name(name).to_python() for name in ("说明", "数据"))
    assert book.sheet_names[0] == "说明"
    assert ["条件", "类型：甲类"] in note
    assert data[:2] == [["名称", "备注"], ["单位000", "'=1+1"]]
    assert len(data) == 61
    assert audited[0][0] == ("export",)
    assert audited[0][1]["details"] == {"page": "test.units", "filter": "类型：甲类", "rows": 60}


def test_the_export_may_be_of_the_ticked_rows_only(rows):
    response = ask(Views, WHO, data={"do": "export", "pick": [str(rows[3].pk), str(rows[70].pk)]})
    book = workbook(response)
    assert [line[0] for line in book.get_sheet_by_name("数据").to_python()] == ["名称", "单位003", "单位070"]


def test_who_may_not_export_is_not_offered_it(rows):
    who = acting("units.view")
    assert "data-export" not in text_of(ask(Views, who))
    with pytest.raises(Http404):
        ask(Views, who, data={"do": "export"})


class Open(Views):
    """Those that are open can be closed."""

    columns = (*Views.columns, Column("end", "", lambda row: "收回", kind="act",
                                      link=lambda row: f"/x/{row.pk}/end/" if row.page == "甲" else None))  # fmt: skip


def test_an_act_in_a_row_looks_like_one_and_stands_in_no_sheet(rows):
    row = rows[0]
    row.page = "甲"
    row.save()
    shown = text_of(ask(Open, WHO))
    assert f'<a class="quiet" href="/x/{row.pk}/end/">收回</a>' in shown and shown.count("收回") == 1
    chosen = {"do": "export", "pick": [str(row.pk)]}
    assert "收回" not in str(workbook(ask(Open, WHO, data=chosen)).get_sheet_by_name("数据").to_python())
    with pytest.raises(ValueError, match="is an act"):
        Column("end", "", link=str)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_what_looks_like_a_formula_is_text(text):
    assert safe(text) == f"'{text}"
    assert safe("平常") == "平常"


def test_a_bulk_act_asks_first_and_then_acts(rows):
    chosen = {"do": "close", "pick": [str(rows[0].pk), str(rows[1].pk)]}
    asked = text_of(ask(Views, WHO, data=chosen))
    assert "对选中的 2 家执行“停用”？" in asked
    assert asked.count('name="pick"') == 2
    done = ask(Views, WHO, data={**chosen, "confirmed": "1"})
    assert (done.status_code, done.said) == (302, ["已停用 2 家"])


def test_a_bulk_act_on_all_means_all_of_the_filter(rows):
    done = ask(Views, WHO, "/x/?kind=b", {"do": "close", "all": "1", "confirmed": "1"})
    assert done.said == ["已停用 60 家"]


def test_a_bulk_act_never_reaches_beyond_the_scope(rows):
    stranger = SavedView.objects.get(account_id=STRANGERS)
    done = ask(Views, WHO, data={"do": "close", "pick": str(stranger.pk), "confirmed": "1"})
    assert "没有勾选任何行" in done.said[0]


def test_a_refused_bulk_act_says_why_and_is_audited(rows, audited):
    done = ask(Views, WHO, data={"do": "refuse", "pick": str(rows[0].pk)})
    assert done.said == ["单位已经撤销"]
    assert audited[0][1]["outcome"] == "refused"


def test_a_bulk_act_needs_its_permission(rows):
    with pytest.raises(Http404):
        ask(Views, acting("units.view"), data={"do": "close", "all": "1", "confirmed": "1"})


@pytest.mark.parametrize("sort", ["name", "-name", "page"])
def test_the_pages_follow_one_another_from_whichever_end_they_are_counted(rows, sort):
    """The last is not found by counting off all before it."""
    wanted = Views(request=None).rows().order_by(*{"page": ("page", "pk")}.get(sort, (sort, "pk")))
    found = []
    for number in (1, 2, 3):
        with CaptureQueriesContext(connection) as asked:
            found += lists.FromEitherEnd(wanted, 50).page(number).object_list
        assert ("OFFSET" in asked[-1]["sql"]) == (number == 2), asked[-1]["sql"]
    assert found == list(wanted)


def test_a_page_that_the_leading_rows_fill_is_read_from_them_alone(rows):
    """What they do not fill is read from all."""
    wanted = Views(request=None).rows().order_by("name", "pk")
    told, found = [], []
    leading = wanted.filter(name__lt="单位060")
    pages = lists.FromEitherEnd(wanted, 25, lambda count: told.append(count) or leading)
    assert pages.count == 120
    for number in range(1, 6):
        with CaptureQueriesContext(connection) as asked:
            found += pages.page(number).object_list
        sql = [one["sql"] for one in asked]
        assert ("单位060" in sql[0], len(sql)) == {1: (True, 1), 2: (True, 1), 3: (True, 2)}.get(number, (False, 1))
    assert found == list(wanted) and set(told) == {120}


def test_where_nothing_was_counted_nothing_is_asked_for(rows):
    none = Views(request=None).rows().filter(name="没有").order_by("pk")
    with CaptureQueriesContext(connection) as asked:
        assert not lists.FromEitherEnd(none, 50).page(1).object_list
    assert len(asked) == 1


def test_a_saved_view_is_an_address_under_a_name(rows):
    SavedView.objects.filter(account_id=MINE).exclude(pk=rows[0].pk).delete()
    ask(Views, WHO, "/x/?q=0&sort=-name&page=2", {"do": "keep-view", "name": "  我的 视图 "})
    kept = SavedView.objects.get(page="test.units")
    assert (kept.name, kept.query) == ("我的 视图", "q=0&sort=-name")
    assert "?q=0&amp;sort=-name" in text_of(ask(Views, WHO))
    ask(Views, WHO, data={"do": "drop-view", "view": str(kept.pk)})
    assert not SavedView.objects.filter(page="test.units").exists()


def test_a_saved_view_keeps_no_name_that_was_looked_for(rows):
    class OfPeople(Views):
        conditions = (Search("姓名", "who", match=lambda found, text: found), *Views.conditions)

    kept = ask(OfPeople, WHO, "/x/?who=周敏&q=0", {"do": "keep-view", "name": "常用"})
    assert SavedView.objects.get(page="test.units", name="常用").query == "q=0"
    assert kept.said == ["已保存视图“常用”；姓名不存进视图"]


class OfNames(Views):
    """Somebody's name may be looked for, and everything else."""

    conditions = (Search("姓名、备注", "who", fields=("query__contains",)), *Views.conditions)


def posted(typed, who=WHO):
    """Where a list leads whoever typed this above it."""
    answer = ask(OfNames, who, data=typed)
    assert answer.status_code == 302
    return answer.url


def test_a_name_that_is_looked_for_stands_sealed_in_the_address_and_the_rest_in_clear(rows):
    SavedView.objects.filter(pk=rows[0].pk).update(query="周敏的")
    address = posted({"who": " 周敏 ", "kind": "", "q": "单位"})
    asked = QueryDict(address.partition("?")[2])
    assert set(asked) == {"who", "q"} and asked["q"] == "单位" and asked["who"].startswith("~")
    assert "周敏" not in unquote(address)
    page = text_of(ask(OfNames, WHO, address))
    assert 'name="who" value="周敏"' in page and rows[0].name in page and rows[1].name not in page
    links = {unquote(one) for one in re.findall(r'(?:href|action|data-state)="([^"]*)"', page)}
    assert links and not any("周敏" in one for one in links), "it stays sealed from page to page"
    assert 'method="post" action="/x/" hx-post="/x/"' in page
    assert posted({"who": "", "kind": ""}) == "/x/?"


def test_what_is_no_seal_asks_for_nothing(rows):
    assert text_of(ask(OfNames, WHO, "/x/?who=~")).count("<tr>") == text_of(ask(OfNames, WHO)).count("<tr>")


def test_what_holds_no_name_is_asked_for_by_its_address_as_before(rows):
    page = text_of(ask(Views, WHO, "/x/?q=单位01"))
    assert 'method="get" action="/x/" hx-get="/x/"' in page
    with pytest.raises(Http404):
        ask(Views, WHO, data={"q": "单位01"})


def test_nobody_drops_anothers_view(rows):
    stranger = SavedView.objects.create(account_id=STRANGERS, page="test.units", name="别人的视图")
    ask(Views, WHO, data={"do": "drop-view", "view": str(stranger.pk)})
    assert SavedView.objects.filter(pk=stranger.pk).exists()


@pytest.mark.django_db
def test_views_saved_before_lose_what_was_searched_for():
    """A name that somebody searched for and kept went into the table in clear; the migration takes it out."""
    forget = import_module("jiangtai.web.migrations.0002_no_names_in_views").forget
    view = SavedView.objects.create(account_id=MINE, page="people.list", name="老李", query="q=%E6%9D%8E&member=no")
    forget(apps, connection.SchemaEditorClass(connection))
    view.refresh_from_db()
    assert view.query == "member=no"
