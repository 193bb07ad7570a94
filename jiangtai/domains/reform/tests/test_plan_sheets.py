"""The table of duties goes out and comes back: nothing is lost, and nothing is changed before it is looked at."""

import io
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from jiangtai.domains.reform.models import Action, Measure, Part, Plan
from jiangtai.domains.reform.queries import sheets
from jiangtai.domains.reform.rules.sheets import Duty, SheetRefused, Work, differences, duties
from tests.office import Office

from . import district, rates

pytestmark = pytest.mark.django_db
ODD = (
    "=SUM(A1:A3) 不是公式", "+8 分也不是", "@提醒 -1 项", "第一行\n第二行\n\n第四行", "生僻字：𠮷、𬱖、㐂、龘",
    "  前后有空格  ", "引号\"与'撇号", "<b>&amp;</b>", "_x0041_ 与 _x000D_", "1.50", "2026-12-31", "全角１２３，",
)  # fmt: skip


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


def changed(content: bytes, change: Any) -> bytes:
    """The workbook with something changed in its rows, written by another program."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("责任分解表").to_python()
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
        assert differences(before, sheets.read(file)) == []
    _, page = imported(client, plan, content)
    assert "没有变化" in page and "全部接受" not in page
    assert sheets.told(plan) == before


SEED = rates.HERE.parents[3].parent / "shared" / "seeds" / "003-wuhou-implementation-plan.txt"


@pytest.mark.skipif(not SEED.exists(), reason="the sources lie outside the repository")
def test_the_plan_of_003_out_and_in_again(place, signed_in):
    plan, client = district.draft(place, SEED.read_text(encoding="utf-8")), signed_in("group_office")
    assert plan.measures.count() == 24
    with io.BytesIO(exported(client, plan)) as file:
        assert differences(sheets.told(plan), sheets.read(file)) == []


def test_saved_by_another_program_it_is_still_the_same(place, signed_in):
    plan, client = odd(district.draft(place)), signed_in("group_office")
    content = changed(exported(client, plan), lambda rows: None)
    assert "没有变化" in imported(client, plan, content)[1]


def test_what_was_changed_is_shown_line_by_line_and_taken_over_at_once(place, signed_in):
    plan, client = district.draft(place), signed_in("group_office")
    second = plan.measures.get(number=2)

    def change(rows: list[Any]) -> None:
        first = next(row for row in rows if row[6] == "应按月开课并登记到课情况。")
        first[2], first[4], first[5] = "办好夜间课堂", "区财政局、区教育局", date(2026, 11, 30)
        next(row for row in rows if row[6] == "探索跨厂带徒。")[6] = "探索跨厂、跨行业带徒。"
        rows.append([9, "（二）其他", "新的一项", "区总工会", "", "", "新的工作。", "鼓励", ""])

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
        del rows[next(at for at, row in enumerate(rows) if row[6] == "在园区设服务站。")]

    address, page = imported(client, plan, changed(exported(client, plan), change))
    assert "删 1" in page and "加强园区服务" in page
    client.post(address, {"seen": seen_on(page)})
    assert list(plan.measures.values_list("number", flat=True)) == [1, 2]


def test_a_plan_changed_meanwhile_is_looked_at_again(place, signed_in):
    plan, client = district.draft(place), signed_in("group_office")

    def change(rows: list[Any]) -> None:
        rows[2][2] = "另一个标题"

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
    assert "应形如 2026-12-31" in told(changed(content, lambda rows: rows[2].__setitem__(5, "年底")))
    assert "改过扩展名" in told(b"%PDF-1.4\n%%EOF")
    assert client.get(reverse("plans.accept", args=[one.pk, one.pk])).status_code == 404


def test_rows_without_a_key_go_on_with_the_measure_above() -> None:
    head = ["序号", "所在部分", "举措", "牵头单位", "责任单位", "完成期限", "工作内容", "力度"]
    rows = [head, [1, "一", "甲", "区总工会", "", "", "做甲。", ""], ["", "", "", "", "", "", "再做甲。", "要求"]]
    (found,) = duties(enumerate(rows, start=1))
    assert [(work.text, work.force) for work in found.works] == [("做甲。", ""), ("再做甲。", "required")]
    with pytest.raises(SheetRefused, match="第 2 行：力度"):
        duties(enumerate([head, [1, "", "甲", "", "", "", "做。", "硬要"]], start=1))


def test_a_key_of_a_sentence_without_its_measure_is_refused() -> None:
    head = ["序号", "举措", "牵头单位", "工作内容", "识别码（请勿改动）"]
    strange = duties(enumerate([head, [1, "甲", "区总工会", "做甲。", f"/{'a' * 32}"]], start=1))
    with pytest.raises(SheetRefused, match="第 2 行：识别码对不上"):
        differences([], strange)


def test_each_kind_of_difference_is_told() -> None:
    before = Duty("a", "1", "", "甲", ("区总工会",), (), None, [Work("x", "做。")])
    after = Duty("a", "1", "", "甲", ("区总工会",), (), None, [Work("x", "做。", "required"), Work("", "再做。")], 3)
    told = [(one.kind, one.what, one.after) for one in differences([before], [after])]
    assert told == [("change", "力度", "要求"), ("add", "工作内容", "再做。")]
    assert [one.kind for one in differences([before], [])] == ["remove"]
