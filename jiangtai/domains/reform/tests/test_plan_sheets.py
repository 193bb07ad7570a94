"""The table of duties goes out and comes back: nothing is lost, and nothing is changed before it is looked at."""

import io
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from jiangtai.access import acting_as
from jiangtai.domains.reform.actions import parts, plans, supplying, wording
from jiangtai.domains.reform.actions import sheets as importing
from jiangtai.domains.reform.models import (
    Action,
    Amount,
    Hanging,
    Measure,
    Part,
    Plan,
    Programme,
    ProgrammeItem,
    Supply,
    Task,
)
from jiangtai.domains.reform.queries import sheets
from jiangtai.domains.reform.rules import cells
from jiangtai.domains.reform.rules.sheets import COLUMNS, KEY, Duty, SheetRefused, Work, differences, duties
from jiangtai.kernel import clock
from tests.office import Office

from . import district, rates

pytestmark = pytest.mark.django_db
ODD = (
    "=SUM(A1:A3) 不是公式", "+8 分也不是", "@提醒 -1 项", "第一行\n第二行\n\n第四行", "生僻字：𠮷、𬱖、㐂、龘",
    "  前后有空格  ", "引号\"与'撇号", "<b>&amp;</b>", "_x0041_ 与 _x000D_", "1.50", "2026-12-31", "全角１２３，",
)  # fmt: skip
AT = {name: at for at, name in enumerate(COLUMNS)}


@pytest.fixture
def place(office: Office) -> Office:
    """The district with its departments."""
    return district.settle(office)


def exported(client: Any, plan: Plan) -> bytes:
    answer = client.post(reverse("plans.export", args=[plan.pk]), {})
    assert answer.status_code == 200
    return b"".join(answer)


def imported(client: Any, plan: Plan, content: bytes) -> Any:
    """Hand a sheet in; the page that shows what differs."""
    file = SimpleUploadedFile("责任分解表.xlsx", content)
    answer = client.post(reverse("plans.import", args=[plan.pk]), {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"], client.get(answer["Location"]).content.decode()


def seen_on(page: str) -> str:
    """What tells the differences that a page shows."""
    return page.partition('name="seen" value="')[2].partition('"')[0]


def rows_of(content: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def changed(content: bytes, change: Any) -> bytes:
    """The workbook with something changed in its rows, written by another program."""
    rows = rows_of(content)
    change(rows)
    out = io.BytesIO()
    with Workbook(out, {"strings_to_formulas": False, "strings_to_numbers": False}) as book:
        sheet, day = book.add_worksheet("Sheet1"), book.add_format({"num_format": "yyyy-mm-dd"})
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(at, column, value, day)
                elif isinstance(value, str):
                    sheet.write_string(at, column, value)
                else:
                    sheet.write(at, column, value)
    return out.getvalue()


def row_of(**told: object) -> list[object]:
    """A row with these cells, the others empty."""
    return [told.get(name, "") for name in COLUMNS]


def odd(plan: Plan) -> Plan:
    """Texts that spreadsheets like to spoil."""
    measure = plan.measures.get(number=1)
    for at, text in enumerate(ODD, start=10):
        Action.objects.create(measure=measure, place=at, text=text, first=0, last=0, force="")
    measure.title, measure.section = "=标题", "（一）引领\n与组织"
    measure.save()
    return plan


def test_out_and_in_again_nothing_differs(place, signed_in):
    plan, client = odd(district.draft(place)), signed_in("group_office")
    before = sheets.told(plan)
    content = exported(client, plan)
    with io.BytesIO(content) as file:
        assert differences(before, sheets.read(file)[0]) == []
    _, page = imported(client, plan, content)
    assert "没有变化" in page and "全部接受" not in page
    assert sheets.told(plan) == before


def test_a_table_is_opened_once(place, monkeypatch):
    plan, opened, refuse_vast = district.draft(place), [], sheets.refuse_vast
    monkeypatch.setattr(sheets, "refuse_vast", lambda file: opened.append(refuse_vast(file)))
    with acting_as(place.person("group_office")), sheets.workbook(plan) as file:
        kept = importing.keep(SimpleUploadedFile("责任分解表.xlsx", file.read()))
        assert importing.differing(plan, kept)[0] and len(opened) == 1


SEED = rates.HERE.parents[3].parent / "shared" / "seeds" / "003-wuhou-implementation-plan.txt"


@pytest.mark.skipif(not SEED.exists(), reason="the sources lie outside the repository")
def test_the_plan_of_003_out_and_in_again(place, signed_in):
    plan, client = district.draft(place, SEED.read_text(encoding="utf-8")), signed_in("group_office")
    assert plan.measures.count() == 24
    with io.BytesIO(exported(client, plan)) as file:
        assert differences(sheets.told(plan), sheets.read(file)[0]) == []


def test_saved_by_another_program_it_is_still_the_same(place, signed_in):
    plan, client = odd(district.draft(place)), signed_in("group_office")
    content = changed(exported(client, plan), lambda rows: None)
    assert "没有变化" in imported(client, plan, content)[1]


def test_what_was_changed_is_shown_line_by_line_and_taken_over_at_once(place, signed_in):
    plan, client = district.draft(place), signed_in("group_office")
    second = plan.measures.get(number=2)

    def change(rows: list[Any]) -> None:
        first = next(row for row in rows if row[AT["text"]] == "应按月开课并登记到课情况。")
        first[AT["title"]], first[AT["support"]] = "办好夜间课堂", "区财政局、区教育局"
        first[AT["deadline"]] = date(2026, 11, 30)
        next(row for row in rows if row[AT["text"]] == "探索跨厂带徒。")[AT["text"]] = "探索跨厂、跨行业带徒。"
        rows.append(
            row_of(number=9, section="（二）其他", title="新的一项", lead="区总工会", text="新的工作。", force="鼓励")
        )

    address, page = imported(client, plan, changed(exported(client, plan), change))
    for words in (
        "办好夜间课堂",
        "区财政局、区教育局",
        "2026-11-30",
        "探索跨厂、跨行业带徒。",
        "新的一项",
        "新的工作。",
    ):
        assert words in page, words
    assert Measure.objects.get(pk=second.pk).title == "办好技能课堂"  # nothing before it is accepted
    assert client.post(address, {"seen": seen_on(page)}).status_code == 302
    second.refresh_from_db()
    assert (second.title, second.deadline) == ("办好夜间课堂", date(2026, 11, 30))
    assert list(second.parts.filter(role=Part.Role.SUPPORT).values_list("name", flat=True)) == ["区财政局", "区教育局"]
    assert list(second.actions.values_list("text", flat=True))[1] == "探索跨厂、跨行业带徒。"
    added = plan.measures.get(number=9)
    assert (added.section, added.actions.get().force, added.parts.get().unit) == (
        "（二）其他", "encouraged", place.units["区总工会"])  # fmt: skip
    assert "没有变化" in imported(client, plan, exported(client, plan))[1]


def test_rows_taken_out_are_shown_and_taken_out(place, signed_in):
    plan, client = district.draft(place), signed_in("group_office")

    def change(rows: list[Any]) -> None:
        del rows[next(at for at, row in enumerate(rows) if row[AT["text"]] == "在园区设服务站。")]

    address, page = imported(client, plan, changed(exported(client, plan), change))
    assert "删 1" in page and "加强园区服务" in page
    client.post(address, {"seen": seen_on(page)})
    assert list(plan.measures.values_list("number", flat=True)) == [1, 2]


def test_a_plan_changed_meanwhile_is_looked_at_again(place, signed_in):
    plan, client = district.draft(place), signed_in("group_office")

    def change(rows: list[Any]) -> None:
        rows[2][AT["title"]] = "另一个标题"

    address, page = imported(client, plan, changed(exported(client, plan), change))
    titles = {one.pk: one.title for one in plan.measures.all()}
    for number in (2, 1):  # what differs are two things, then as many as were looked at, and not the same ones
        for pk, title in titles.items():
            Measure.objects.filter(pk=pk).update(title=title)
        Measure.objects.filter(plan=plan, number=number).update(title="期间改过")
        answer = client.post(address, {"seen": seen_on(page)})
        assert answer.status_code == 422 and "请重新核对" in answer.content.decode()
        assert Measure.objects.get(plan=plan, number=number).title == "期间改过"


def test_a_sheet_of_another_plan_or_none_is_refused_in_words(place, signed_in):
    one, other, client = district.draft(place), district.draft(place), signed_in("group_office")
    content = exported(client, other)

    def told(content: bytes, name: str = "a.xlsx") -> str:
        file = SimpleUploadedFile(name, content)
        answer = client.post(reverse("plans.import", args=[one.pk]), {"file": file})
        assert answer.status_code == 422
        return answer.content.decode()

    assert "识别码对不上这份方案" in told(content)
    assert "没有找到表头" in told(changed(content, lambda rows: rows.pop(1)))
    assert "应是数字" in told(changed(content, lambda rows: rows[2].__setitem__(0, "甲")))
    assert "应形如 2026-12-31" in told(changed(content, lambda rows: rows[2].__setitem__(AT["deadline"], "年底")))
    assert "改过扩展名" in told(b"%PDF-1.4\n%%EOF")
    assert client.get(reverse("plans.accept", args=[one.pk, one.pk])).status_code == 404


def test_rows_without_a_key_go_on_with_the_measure_above() -> None:
    rows = [
        [*COLUMNS.values()],
        row_of(number=1, section="一", title="甲", lead="区总工会", text="做甲。"),
        row_of(text="再做甲。", force="要求"),
    ]
    (found,) = duties(enumerate(rows, start=1))
    assert [(work.text, work.force) for work in found.works] == [("做甲。", ""), ("再做甲。", "required")]
    rows = [[*COLUMNS.values()], row_of(number=1, title="甲", text="做。", force="硬要")]
    with pytest.raises(SheetRefused, match="第 2 行：力度"):
        duties(enumerate(rows, start=1))


def test_a_key_of_a_sentence_without_its_measure_is_refused() -> None:
    row = row_of(number=1, title="甲", lead="区总工会", text="做甲。", key=f"/{'a' * 32}")
    strange = duties(enumerate([[*COLUMNS.values()], row], start=1))
    with pytest.raises(SheetRefused, match="第 2 行：识别码对不上"):
        differences([], strange)


def test_each_kind_of_difference_is_told() -> None:
    before = Duty("a", "1", "", "甲", ("区总工会",), (), None, [Work("x", "做。")])
    after = Duty("a", "1", "", "甲", ("区总工会",), (), None, [Work("x", "做。", "required"), Work("", "再做。")], 3)
    told = [(one.kind, one.what, one.after) for one in differences([before], [after])]
    assert told == [("change", "力度", "要求"), ("add", "工作内容", "再做。")]
    assert [one.kind for one in differences([before], [])] == ["remove"]


SIGNS = "区局和/、，；等“”（）() \n　委甲乙𠮷龘单位部门"


def invented(chance: Random, signs: str) -> str:
    return "".join(chance.choices(signs, k=chance.randint(1, 9))).strip()


def test_cells_read_back_as_they_were() -> None:
    chance = Random(20260101)
    for _ in range(5_000):
        told = tuple(dict.fromkeys(filter(None, (invented(chance, SIGNS) for _ in range(chance.randint(0, 4))))))
        is_open = chance.random() < 0.3
        assert cells.units(cells.named(told, is_open)) == (told, is_open)
        words = tuple(filter(None, (invented(chance, f"{SIGNS}：") for _ in told)))
        assert cells.said(cells.lines(words)) == words
        expected = dict(zip(("".join(one.split()) for one in told), words, strict=False))
        assert cells.expectations(cells.expected(expected), list(expected)) == expected


def whole(place: Office) -> Plan:
    """A plan in force that says all that a plan can say."""
    plan = district.in_force(
        place, district.TEXT.replace("区服务局、测试区团委", "区教育局、区总工会等").replace("有成效", "有𠮷龘成效")
    )
    first, second, third = plan.measures.order_by("place")
    with acting_as(place.person("group_office")):
        for part in first.parts.filter(role=Part.Role.SUPPORT):
            parts.expect(first, {str(part.pk): "提供场地和/或师资、课表；\n时间：每季度末\n区教育局：另报"})
        supplying.tie(first, "reform.finished_tasks", 2026, 12, amount=first.amounts.get())
        supplying.go_without(second, "以制度建设为主")
        wording.supply(second, clock.today() + timedelta(30))
    with acting_as(place.person("leader", "区")):
        parts.designate(third, place.units["区教育局"], "领导小组第一次会议")
    Part.objects.create(measure=third, role=Part.Role.SUPPORT, place=9, name="经信、商务联合专班", is_collective=True)
    programme = Programme.unscoped.create(unit=plan.unit, title="四个体系", state="in_use", begun_on=date(2026, 1, 1))
    item = ProgrammeItem.objects.create(programme=programme, place=1, title="技能提升体系")
    Hanging.objects.create(item=item, measure=second)
    return odd(plan)


def without_keys(content: bytes) -> list[list[Any]]:
    return [row[: AT[KEY]] for row in rows_of(content)]


def test_the_table_of_a_plan_in_force_is_whole_and_unchanged_changes_nothing(place, signed_in):
    plan, client = whole(place), signed_in("group_office")
    content = exported(client, plan)
    filled = {name for name, at in AT.items() for row in rows_of(content)[2:] if row[at]}
    assert filled == set(COLUMNS)
    for given_in in (content, changed(content, lambda rows: None)):
        address, page = imported(client, plan, given_in)
        assert "没有变化" in page and "作成新版" not in page
        assert client.post(address, {"seen": seen_on(page)}).status_code == 422
    assert not Plan.objects.filter(replaces=plan).exists()


def test_a_changed_table_becomes_the_next_version_and_all_else_goes_on(place, signed_in):
    plan, client = whole(place), signed_in("group_office")
    first, second, third = plan.measures.order_by("place")
    sooner, was, later = (clock.today() + timedelta(days) for days in (10, 30, 60))

    def change(rows: list[Any]) -> None:
        for row in rows[2:]:
            if row[AT["title"]] == second.title:
                row[AT["deadline"]], row[AT["support"]] = later, "区教育局、区发改局等"
                row[AT["expected"]], row[AT["figures"]] = "区教育局：推荐教师", "不少于20期\n覆盖率达到90%"
            row[AT["force"]] = "鼓励" if row[AT["text"]] == "在园区设服务站。" else row[AT["force"]]
        rows.append(
            row_of(number=4, section="（二）其他", title="新的一项", lead="区总工会", text="新的工作。", figures="3个")
        )

    wanted = changed(exported(client, plan), change)
    address, page = imported(client, plan, wanted)
    assert "覆盖率达到90%" in page and "现行版照常执行" in page and not plan.replaced_by.exists()
    answer = client.post(address, {"seen": seen_on(page)})
    (new,) = plan.replaced_by.all()
    assert answer["Location"] == reverse("plans.compare", args=[new.pk])
    # what was handed in is what the new version says, and the plan in force says what it said
    handed_in = without_keys(wanted)
    for row in handed_in[2:]:  # what was settled elsewhere goes over once the version takes the plan's place
        row[AT["targets"]] = row[AT["hung"]] = ""
    assert without_keys(exported(client, new)) == handed_in
    assert {one.state for one in plan.measures.get(pk=second.pk).plan.replaced_by.all()} == {"draft"}
    beside = client.get(answer["Location"]).content.decode()
    for words in (
        *(f"{was} 改为 {later}", "区教育局", "退出单位", "的要求", "推荐教师", "覆盖率达到90%"),
        *("“在园区设服务站。”的力度", "新的一项"),
    ):
        assert words in beside, words
    assert first.title not in beside.partition("<main")[2]  # nothing of it was changed

    own = Task.unscoped.filter(measure=second).first()
    assert own is not None
    Task.unscoped.filter(pk=own.pk).update(due=sooner)
    confirming = client.get(reverse("plans.confirm", args=[new.pk])).content.decode()
    assert f"按举措期限计时的任务改为 {later} 到期" in confirming
    fates = {str(one.pk): "keep" for one in (first, second, third)}
    assert client.post(reverse("plans.confirm", args=[new.pk]), fates).status_code == 302
    plan.refresh_from_db(), new.refresh_from_db()
    assert (plan.state, new.state) == ("replaced", "in_force")
    dues = dict(Task.unscoped.filter(measure__plan=new, measure__number=2).values_list("pk", "due"))
    assert dues.pop(own.pk) == sooner and set(dues.values()) == {later}
    # what was settled elsewhere is there again, but for the reason why there was no figure: there is one now
    settled = without_keys(wanted)
    for row in settled:
        row[AT["targets"]] = "" if row[AT["title"]] == second.title else row[AT["targets"]]
    assert without_keys(exported(client, new)) == settled
    tied = Amount.objects.get(measure__plan=new, measure__number=1)
    assert tied.indicator == "reform.finished_tasks" and tied.supplies.get().measure == tied.measure
    assert Supply.objects.get(measure=second, kind="none")  # stays where it was said


def test_what_the_system_fills_in_is_not_taken_from_a_table(place, signed_in):
    plan, client = whole(place), signed_in("group_office")

    def change(rows: list[Any]) -> None:
        rows[2][AT["targets"]] = "改成别的"

    address, page = imported(client, plan, changed(exported(client, plan), change))
    assert "没有变化" in page and "有 1 处不采用" in page
    assert client.post(address, {"seen": seen_on(page)}).status_code == 422


def test_a_table_that_cannot_become_the_plan_is_refused_by_its_row_and_leaves_nothing(place, signed_in):
    plan, client = whole(place), signed_in("group_office")
    content = exported(client, plan)
    before = (Plan.objects.count(), sheets.told(plan))

    at = len(rows_of(content))

    def told(name: str, value: object, row: int = at) -> str:
        file = SimpleUploadedFile("a.xlsx", changed(content, lambda rows: rows[row - 1].__setitem__(AT[name], value)))
        answer = client.post(reverse("plans.import", args=[plan.pk]), {"file": file})
        assert answer.status_code == 422, name
        return answer.content.decode()

    assert f"第 {at} 行：总牵头单位“区教体局”在系统里没有对上，是不是“区教育局”" in told("designated", "区教体局")
    assert f"第 {at} 行：总牵头单位“量子办”在系统里没有对上，请核对名称" in told("designated", "量子办")
    assert f"第 {at} 行：序号 2 和第 {at - 2} 行“办好技能课堂”的一样，请改正其中一个" in told("number", 2)
    assert f"第 {at} 行：完成期限 2025-12-31 早于方案开始执行的日期 2026-01-01" in told("deadline", date(2025, 12, 31))
    assert f"第 {at} 行：量化目标“做到最好”应是一个数" in told("figures", "做到最好")
    assert f"第 {at} 行：配合要求“区税务局：退税”没有对上责任单位" in told("expected", "区税务局：退税")
    assert f"第 {at} 行：对“区教育局”的配合要求有 301 字" in told("expected", "区教育局：" + "字" * 301)
    assert "第 2 行：表头里没有“配合要求”栏" in told("expected", "备注", row=2)
    assert (Plan.objects.count(), sheets.told(plan)) == before


@pytest.mark.parametrize("in_force", [True, False])
def test_a_unit_nobody_knows_is_asked_once_in_the_draft_as_it_is_of_a_text(place, signed_in, in_force):
    plan, client = whole(place) if in_force else district.settled(place), signed_in("group_office")
    content = exported(client, plan)

    def change(rows: list[Any]) -> None:
        rows[-1][AT["lead"]], rows[-1][AT["support"]] = "区总工会、量子赛事专班", "各街道、区教育局"

    address, page = imported(client, plan, changed(content, change))
    assert "有 1 个单位名称在系统里没有对上：“量子赛事专班”" in page
    answer = client.post(address, {"seen": seen_on(page)})
    draft = plan.replaced_by.get() if in_force else plan
    assert answer["Location"] == reverse("plans.read", args=[draft.pk])
    part = Part.objects.get(measure__plan=draft, name="量子赛事专班")
    assert reverse("parts.settle", args=[part.pk]) in client.get(answer["Location"]).content.decode()
    assert "还有 1 个单位名称没有对上" in client.get(reverse("plans.confirm", args=[draft.pk])).content.decode()
    asked = reverse("parts.settle", args=[part.pk])
    client.post(asked, {"means": "other", "unit": str(place.units["区教育局"].pk)})
    part.refresh_from_db()
    assert part.unit == place.units["区教育局"]
    if in_force:
        assert "没有对上" not in imported(client, plan, changed(content, change))[1]


def test_a_table_looked_at_before_a_version_came_into_force_is_refused(place, signed_in):
    plan, client = whole(place), signed_in("group_office")
    content = changed(exported(client, plan), lambda rows: rows[2].__setitem__(AT["title"], "另一个标题"))
    address, page = imported(client, plan, content)
    with acting_as(place.person("group_office")):
        plans.confirm(
            district.draft(place, replaces=plan, text=district.TEXT.replace("区服务局、测试区团委", "区教育局"))
        )
    assert client.post(address, {"seen": seen_on(page)}).status_code == 404
    assert plan.replaced_by.count() == 1
