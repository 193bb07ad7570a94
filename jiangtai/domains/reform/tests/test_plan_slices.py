"""The second sheet of the table of duties: what each year asks of units, with its points, out and in without loss."""

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from jiangtai.access import AuditEntry, acting_as_job
from jiangtai.domains.reform.actions import tasks
from jiangtai.domains.reform.models import Milestone, Task
from jiangtai.domains.reform.queries import sheets
from jiangtai.domains.reform.rules.sheets import POINTS_SHEET
from jiangtai.domains.reform.rules.slices import COLUMNS, KEY, POINT, POINT_DUE, WORK, differences, slices
from jiangtai.kernel import clock
from tests.office import Office

from . import working
from .test_plan_sheets import AT as AT_DUTIES
from .test_plan_sheets import exported, imported, seen_on
from .test_tasks import BOOK, DRILL, RULES, STATION
from .working import Work

pytestmark = pytest.mark.django_db
AT = {name: at for at, name in enumerate(COLUMNS)}
Rows = list[list[Any]]


@pytest.fixture
def work(office: Office) -> Any:
    """A plan at work: points ahead and reached, a part handed on, one task done."""
    with clock.at(working.MONDAY):
        made = working.build(office)
        drill, book = made.tasks[DRILL], made.tasks[BOOK]
        made.at("group_office", "区", lambda: tasks.amend(drill, expected="=全年\n不少于 2 场、“龘”杯"))
        for title, due in (
            ("印发通知", date(2026, 4, 30)),
            ("=完成选拔", date(2026, 9, 30)),
            ("总结", date(2026, 11, 30)),
        ):
            made.at("group_office", "区", lambda title=title, due=due: tasks.set_milestone(drill, title, due))
        proof = made.at("liaison", "局", lambda: tasks.prove(drill, "paper", "通知", reference="测人社〔2026〕3号"))
        made.at("liaison", "局", lambda: tasks.reach(Milestone.unscoped.get(title="印发通知"), proof=proof))
        made.at("liaison", "局", lambda: tasks.hand_on(drill, office.units["甲街"], "组织参赛"))
        made.at("liaison", "局", lambda: tasks.prove(book, "paper", "台账", reference="测人社〔2026〕4号"))
        made.at("liaison", "局", lambda: tasks.finish(book))
        yield made


def both(content: bytes) -> dict[str, Rows]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    names = [name for name in book.sheet_names if name != "填写说明"]
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}


def changed(content: bytes, change: Callable[[dict[str, Rows]], object]) -> bytes:
    """Both sheets with something changed in their rows, written by another program, which merges nothing."""
    found = both(content)
    change(found)
    out = io.BytesIO()
    with Workbook(out, {"strings_to_formulas": False, "strings_to_numbers": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in found.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(at, column, value, day)
                    elif isinstance(value, str):
                        sheet.write_string(at, column, value)
                    else:
                        sheet.write(at, column, value)
    return out.getvalue()


def at_row(rows: Rows, words: str) -> int:
    """The row that has a word in one of its cells."""
    return next(at for at, row in enumerate(rows) if words in row)


def without_keys(content: bytes) -> dict[str, Rows]:
    found = both(content)
    return {
        name: [row[: AT_DUTIES["key"] if name != POINTS_SHEET else AT["key"]] for row in rows]
        for name, rows in found.items()
    }


def test_years_and_points_go_out_and_come_back_as_they_were(work: Work, signed_in: Any) -> None:
    client = signed_in("group_office")
    content = exported(client, work.plan)
    rows = both(content)[POINTS_SHEET]
    told = [[str(row[AT[name]]) for name in ("work", "unit", "state", "point", "reached")] for row in rows[1:]]
    assert told == [
        [DRILL, "区人社局", "进行中", "印发通知", "2026-03-02"],
        ["", "", "", "=完成选拔", ""],
        ["", "", "", "总结", ""],
        [BOOK, "区人社局", "已完成", "", ""],
        ["组织参赛", "甲街道办事处", "进行中", "", ""],
        [RULES, "甲街道办事处", "进行中", "", ""],
        [STATION, "乙街道办事处", "进行中", "", ""],
    ]
    for given_in in (content, changed(content, lambda found: None)):
        with io.BytesIO(given_in) as file:
            assert differences(told_now(work), sheets.read(file)[1] or []) == []
        assert "没有变化" in imported(client, work.plan, given_in)[1]


def told_now(work: Work) -> Any:
    return work.at("group_office", "区", lambda: sheets.told_slices(work.plan))


def test_what_was_changed_of_years_and_points_is_shown_and_changes_the_running_tasks(
    work: Work, signed_in: Any
) -> None:
    client = signed_in("group_office")

    def change(found: dict[str, Rows]) -> None:
        rows = found[POINTS_SHEET]
        rules = rows[at_row(rows, RULES)]
        rules[AT["due"]], rules[AT["expected"]] = date(2026, 8, 31), "办法印发"
        rules[AT["point"]], rules[AT["point_due"]] = "征求意见", date(2026, 5, 31)
        rows[at_row(rows, "=完成选拔")][AT["point_due"]] = date(2026, 10, 31)
        gone = at_row(rows, "总结")
        new = [""] * len(COLUMNS)
        new[AT["point"]], new[AT["point_due"]] = "评出能手", date(2026, 12, 1)
        rows[gone] = new

    wanted = changed(exported(client, work.plan), change)
    address, page = imported(client, work.plan, wanted)
    for words in ("2026-06-30", "2026-08-31", "办法印发", "征求意见（2026-05-31）", "=完成选拔（2026-10-31）",
                  "总结（2026-11-30）", "评出能手（2026-12-01）", "接受，直接改在任务上"):  # fmt: skip
        assert words in page, words
    assert "作成新版" not in page and work.fresh(RULES).due == date(2026, 6, 30)
    answer = client.post(address, {"seen": seen_on(page)})
    assert answer["Location"] == reverse("plans.show", args=[work.plan.pk])
    assert not work.plan.replaced_by.exists()
    rules = work.fresh(RULES)
    assert (rules.due, rules.expected, Milestone.unscoped.get(task=rules).title) == (
        date(2026, 8, 31),
        "办法印发",
        "征求意见",
    )
    points = Milestone.unscoped.filter(task=work.tasks[DRILL]).values_list("title", "due", "reached_on")
    assert list(points) == [
        ("印发通知", date(2026, 4, 30), working.MONDAY),
        ("=完成选拔", date(2026, 10, 31), None),
        ("评出能手", date(2026, 12, 1), None),
    ]
    assert without_keys(exported(client, work.plan)) == without_keys(wanted)
    assert "没有变化" in imported(client, work.plan, exported(client, work.plan))[1]
    with acting_as_job("测试"):
        assert AuditEntry.objects.filter(action="task.changed", details__has_key="milestone").count() == 6


def test_out_in_version_out_every_cell_is_the_same(work: Work, signed_in: Any) -> None:
    client = signed_in("group_office")
    work.at("group_office", "区", lambda: tasks.reopen(work.tasks[BOOK], "台账还缺下半年"))

    def change(found: dict[str, Rows]) -> None:
        duties, rows = found["责任分解表"], found[POINTS_SHEET]
        duties[at_row(duties, RULES)][AT_DUTIES["section"]] = "二、保障"
        rules = rows[at_row(rows, RULES)]
        rules[AT["point"]], rules[AT["point_due"]] = "征求意见", date(2026, 5, 31)

    wanted = changed(exported(client, work.plan), change)
    address, page = imported(client, work.plan, wanted)
    rows = re.findall(r'data-label="工作表">([^<]+)</td><td class="num" data-label="表中行">(\d+)', page)
    assert {sheet for sheet, _ in rows} == {"责任分解表", POINTS_SHEET} and len(rows) == page.count(
        'data-label="工作表"'
    )
    assert "作成新版，与现行版对照" in page and "年度任务与节点的 1 处，作成新版时直接改在任务上" in page
    client.post(address, {"seen": seen_on(page)})
    assert Milestone.unscoped.get(task=work.tasks[RULES]).title == "征求意见"
    new = work.plan.replaced_by.get()
    fates = {str(one.pk): "keep" for one in work.plan.measures.all()}
    assert client.post(reverse("plans.confirm", args=[new.pk]), fates).status_code == 302
    after = without_keys(exported(client, new))
    assert list(after) == ["责任分解表", POINTS_SHEET]
    assert after == without_keys(wanted)


def test_what_cannot_be_taken_over_is_refused_by_its_row_and_leaves_nothing(work: Work, signed_in: Any) -> None:
    client = signed_in("group_office")
    content = exported(client, work.plan)
    before = told_now(work)

    def told(row: str, **cells: object) -> str:
        def change(found: dict[str, Rows]) -> None:
            one = found[POINTS_SHEET][at_row(found[POINTS_SHEET], row)]
            for name, value in cells.items():
                one[AT[name]] = value

        file = SimpleUploadedFile("a.xlsx", changed(content, change))
        answer = client.post(reverse("plans.import", args=[work.plan.pk]), {"file": file})
        assert answer.status_code == 422, cells
        page = answer.content.decode()
        assert f"“{POINTS_SHEET}”第" in page
        return page

    assert "第 4 行：节点期限 2027-01-01 晚于任务的完成期限 2026-12-31" in told("总结", point_due=date(2027, 1, 1))
    assert "第 3 行：节点期限 2026-09-30 晚于任务的完成期限 2026-09-01" in told(DRILL, due=date(2026, 9, 1))
    assert "第 7 行：完成期限 2026-01-01 早于任务开始的日期 2026-03-02" in told(RULES, due=date(2026, 1, 1))
    assert "第 7 行：节点期限“月底”应形如 2026-12-31" in told(RULES, point="印发", point_due="月底")
    assert "第 7 行：节点和节点期限要写全" in told(RULES, point="印发")
    assert "第 7 行：节点期限 2026-03-01 早于任务开始的日期" in told(RULES, point="印", point_due=date(2026, 3, 1))
    assert "第 4 行：节点达到要有佐证材料" in told("总结", reached="2026-03-02")
    assert "第 8 行：识别码对不上这份方案的任务" in told(STATION, key=f"{'a' * 32}/")
    assert "第 8 行：新的年度任务请用方案页的“下达年度任务”" in told(STATION, key="", work="建设新的站")
    assert "第 4 行：任务的要求和完成期限写在它的第一行（第 2 行）" in told("总结", expected="别的")
    assert "第 7 行：“任务”空着，可能删去了这项任务的第一行" in told(RULES, unit="", work="")
    assert "要求和成果有 301 字" in told(RULES, expected="字" * 301)
    assert "表头里没有节点期限栏" in told("节点期限", point_due="日期")
    assert told_now(work) == before and not work.plan.replaced_by.exists()


def test_what_was_reached_or_ended_or_left_out_stays_as_it_is(work: Work, signed_in: Any) -> None:
    client = signed_in("group_office")

    def change(found: dict[str, Rows]) -> None:
        rows = found[POINTS_SHEET]
        rows[at_row(rows, "印发通知")][AT["point"]] = "改名"
        rows[at_row(rows, BOOK)][AT["due"]] = date(2027, 1, 1)
        del rows[at_row(rows, STATION)]
        rows[at_row(rows, RULES)][AT["unit"]] = "区总工会"

    before = told_now(work)
    address, page = imported(client, work.plan, changed(exported(client, work.plan), change))
    assert "没有变化" in page and "有 4 处不采用" in page
    assert client.post(address, {"seen": seen_on(page)}).status_code == 422
    assert told_now(work) == before
    assert Task.unscoped.filter(measure__plan=work.plan).count() == 5


def test_a_new_row_goes_on_with_the_row_right_above_it() -> None:
    one, other = "a" * 32, "b" * 32

    def row(key: str = "", work: str = "", point: str = "", due: str = "2026-05-01") -> list[str]:
        told = {KEY: key, WORK: work, POINT: point, POINT_DUE: due if point else ""}
        return [told.get(name, "") for name in COLUMNS]

    head = list(COLUMNS.values())
    rows = [row(f"{one}/{'1' * 32}", "甲事", "一"), row(f"{other}/{'2' * 32}", "乙事", "二"),
            row(f"{one}/{'3' * 32}", point="三"), row(point="新的")]  # fmt: skip
    found = slices(enumerate([head, *rows], 1))
    assert [[point.title for point in task.points] for task in found] == [["一", "三", "新的"], ["二"]]


def test_a_unit_takes_out_its_own_years_and_points_alone(work: Work, signed_in: Any) -> None:
    rows = both(exported(signed_in("liaison", "乙街"), work.plan))[POINTS_SHEET]
    assert [row[AT["work"]] for row in rows[1:]] == [STATION]
