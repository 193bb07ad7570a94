"""Dockets: defined by an office, kept by units, proved, confirmed, urged; out as a sheet and in again."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
import xlsxwriter
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from python_calamine import CalamineWorkbook

from jiangtai import ledger, messages
from jiangtai.access import Refused, acting_as
from jiangtai.domains.reform.actions import docket_sheets
from jiangtai.domains.reform.actions import dockets as actions
from jiangtai.domains.reform.facts import DocketConfirmed, EntryDone, EntryListed
from jiangtai.domains.reform.forms.proofs import ProofForm
from jiangtai.domains.reform.models import Docket, DocketColumn, DocketEntry, DocketSet, Keeper, Proof
from jiangtai.domains.reform.queries import dockets as queries
from jiangtai.domains.reform.rules import dockets as rules
from jiangtai.domains.reform.rules.lights import Tone
from jiangtai.kernel import clock
from tests.office import Office

from .following import TODAY, Following, refused, scan, send, show


@pytest.fixture
def docket(following: Following) -> Docket:
    """思想清单, kept by both streets, in use, confirmed every quarter."""
    office = following.office
    with acting_as(office.person("group_office")):
        one = actions.define("三张清单", "", ["思想清单"])
        made = one.dockets.get()
        actions.add_column(made, "形式", "text", is_required=True)
        actions.add_column(made, "参加人数", "number", "人")
        actions.add_column(made, "配合单位", "unit")
        actions.add_column(made, "开展日期", "date")
        actions.set_keepers(made, [office.units["甲街"], office.units["乙街"]])
        actions.begin(one)
    return queries.Docket.unscoped.select_related("set__unit").get(pk=made.pk)


def said(docket: Docket, title: str = "劳模进企业宣讲", due: date | None = None, **cells: str) -> actions.Matter:
    columns = {one.title: one.pk.hex for one in docket.columns.all()}
    return actions.Matter(
        title, due, None, {columns[name]: value for name, value in ({"形式": "宣讲"} | cells).items()}
    )


def listed(docket: Docket, office: Office, title: str = "劳模进企业宣讲", due: date | None = None) -> DocketEntry:
    with acting_as(office.person("liaison", "甲街")):
        return actions.enter(docket, office.units["甲街"], said(docket, title, due))


# rules


def test_the_period_before_crosses_the_year():
    before = rules.span_before("quarter", date(2026, 2, 3))
    assert before and before.text == "2025-Q4"
    assert rules.span_before("", date(2026, 2, 3)) is None


@pytest.mark.parametrize(
    ("told", "tone", "why"),
    [
        ((0, 0, 0, None), Tone.RED, "还没有填报"),
        ((3, 1, 1, date(2026, 12, 31)), Tone.RED, "1 项已过期限"),
        ((3, 1, 0, None), Tone.RED, "2026年第三季度没有确认"),
        ((3, 1, 0, date(2026, 9, 30)), Tone.AMBER, "2026年第四季度待确认"),
        ((3, 1, 0, date(2026, 12, 31)), Tone.GREEN, "3 项，完成 1 项"),
        ((3, 3, 0, date(2026, 12, 31)), Tone.DONE, "3 项全部完成"),
    ],
)
def test_a_keepers_standing_says_why(told, tone, why):
    entries, done, late, to = told
    one = rules.Keeping(entries, done, late, "quarter", date(2026, 1, 1), to)
    assert rules.standing(one, TODAY) == (tone, why)


def test_who_came_later_owes_no_earlier_period():
    one = rules.Keeping(2, 0, 0, "quarter", date(2026, 10, 8), None)
    assert rules.standing(one, TODAY)[0] is Tone.AMBER


@pytest.mark.parametrize("text", ["85%", "85％", "百分之八十五", "3个百分点"])
def test_a_share_is_never_typed(text):
    with pytest.raises(rules.CellRefused, match="占比不手填"):
        rules.number_in(text, "人")


def test_a_number_is_taken_with_its_unit_and_commas():
    assert rules.number_in(" 1,200人 ", "人") == "1200"
    assert rules.number_in("2.50", "万元") == "2.5"
    for wrong in ("十二", "-3", "1e999", "nan"):
        with pytest.raises(rules.CellRefused):
            rules.number_in(wrong, "人")


# defining


def test_a_set_begins_only_when_every_list_has_keepers(following):
    with acting_as(following.office.person("group_office")):
        one = actions.define("三张清单", "", ["思想清单", "竞赛清单"])
        actions.set_keepers(one.dockets.get(title="思想清单"), [following.office.units["甲街"]])
        with pytest.raises(ValidationError, match="竞赛清单还没有填报单位"):
            actions.begin(one)
        with pytest.raises(ValidationError, match="已经有了"):
            actions.define("三张清单")


def test_what_is_in_use_changes_only_by_ending_and_adding(docket, following):
    column = docket.columns.get(title="形式")
    with acting_as(following.office.person("group_office")):
        with pytest.raises(ValidationError, match="请停用这一栏，再加一栏新的"):
            actions.change_column(column, "方式", "text", "", is_required=True)
        actions.change_column(column, "形式", "text", "", is_required=False)
        with pytest.raises(ValidationError, match="名称不能再改"):
            actions.set_up(docket, "另一个名", "", "month")
        actions.end_column(column)
        actions.add_column(docket, "形式", "date")
    assert [one.title for one in queries.columns(docket)] == ["参加人数", "配合单位", "开展日期", "形式"]


def test_a_column_of_shares_is_refused_by_page_and_database(docket, following):
    with acting_as(following.office.person("group_office")), pytest.raises(ValidationError, match="占比不手填"):
        actions.add_column(docket, "覆盖率", "number", "%")
    with pytest.raises(IntegrityError), transaction.atomic():
        docket.columns.create(place=90, title="率", kind="number", measure_word="%")
    with pytest.raises(IntegrityError), transaction.atomic():
        docket.columns.create(place=91, title="数", kind="number")


def test_a_keeper_that_filled_in_stays(docket, following):
    listed(docket, following.office)
    with acting_as(following.office.person("group_office")):
        with pytest.raises(ValidationError, match="已经填过"):
            actions.set_keepers(docket, [following.office.units["乙街"]])
        assert actions.set_keepers(docket, [following.office.units["甲街"]]) == 1


# keeping


def test_a_matter_is_done_only_with_something_behind_it(docket, following):
    office = following.office
    entry = listed(docket, office, due=TODAY + timedelta(days=3))
    with acting_as(office.person("liaison", "甲街")):
        with pytest.raises(ValidationError, match="还没有印证材料"):
            actions.finish(entry, TODAY)
        actions.prove(entry, kind="paper", label="签到表", reference="档案柜")
        actions.finish(entry, TODAY)
        with pytest.raises(Refused, match="已经完成"):
            actions.change(entry, said(docket))
    (fact,) = ledger.every(EntryDone).of(entry.pk)
    assert fact.payload["in_time"] is True
    assert not ledger.every(EntryListed).of(entry.pk).current().exists()
    with acting_as(office.person("liaison", "甲街")):
        actions.reopen(entry, "弄错了")
    assert ledger.every(EntryListed).of(entry.pk).current().exists()


def test_a_task_that_is_done_proves_its_entry_and_another_units_task_does_not_fit(docket, following):
    office = following.office
    with acting_as(office.person("liaison", "甲街")):
        with pytest.raises(ValidationError, match="不是“甲街道办事处”承担的"):
            actions.enter(docket, office.units["甲街"], actions.Matter("一件事", None, following.fine))
        entry = actions.enter(docket, office.units["甲街"], actions.Matter("一件事", None, following.street))
        following.street.state, following.street.done_on = "done", TODAY
        following.street.save()
        actions.finish(entry, TODAY)
    assert DocketEntry.unscoped.get(pk=entry.pk).done_on == TODAY


def test_a_docket_is_confirmed_once_a_period_and_not_while_empty(docket, following):
    office = following.office
    street = office.units["甲街"]
    with acting_as(office.person("liaison", "甲街")):
        with pytest.raises(ValidationError, match="还没有条目"):
            actions.confirm(docket, street)
        actions.enter(docket, street, said(docket))
        actions.confirm(docket, street)
        with pytest.raises(Refused, match="2026年第四季度已经确认"):
            actions.confirm(docket, street)
    assert [row.payload["period"] for row in ledger.every(DocketConfirmed).of(docket.pk)] == ["2026-Q4"]


def test_only_its_own_and_only_who_keeps_it(docket, following):
    office = following.office
    with acting_as(office.person("liaison", "局")), pytest.raises(Refused, match="只能填本单位的清单"):
        actions.enter(docket, office.units["甲街"], said(docket))
    with acting_as(office.person("liaison", "局")), pytest.raises(Refused, match="不在这张清单的填报单位里"):
        actions.enter(docket, office.units["局"], said(docket))


def test_who_lags_is_urged_once_a_day(docket, following):
    office = following.office
    own = office.person("liaison", "乙街")
    listed(docket, office)
    with acting_as(office.person("liaison", "甲街")):
        actions.confirm(docket, office.units["甲街"])
    with acting_as(office.person("group_office")):
        rows = list(Keeper.unscoped.filter(docket=docket))
        assert actions.urge(docket, rows) == 1
        actions.urge(docket, rows)
    told = messages.Message.objects.filter(to=own, kind="reform.docket_urged").count()
    assert told == 1
    assert Keeper.unscoped.get(docket=docket, unit=office.units["乙街"]).urged_on == TODAY


def test_an_ended_set_stays_and_takes_nothing(docket, following):
    office = following.office
    entry = listed(docket, office)
    with acting_as(office.person("group_office")):
        actions.end(docket.set)
        with pytest.raises(Refused, match="已经结束"):
            actions.end(docket.set)
    with acting_as(office.person("liaison", "甲街")), pytest.raises(Refused, match="已经结束"):
        actions.change(entry, said(docket))
    assert show(office.client(office.person("liaison", "甲街")), "entries.show", entry.pk)


# pages


def test_a_street_fills_in_and_the_office_sees_all(docket, following, signed_in):
    desk, office = signed_in("liaison", "甲街"), signed_in("group_office")
    cells = {one.title: f"c_{one.pk.hex}" for one in docket.columns.all()}
    form = {"title": "读书分享", "due": str(TODAY + timedelta(days=9)), "task": "", cells["形式"]: "座谈"}
    wrong = refused(desk, "dockets.fill", docket.pk, **form, **{cells["参加人数"]: "九成"})
    assert "“九成”不是数" in wrong
    page = send(desk, "dockets.fill", docket.pk, **form, **{cells["参加人数"]: "45人"})
    assert "读书分享" in page and "45 人" in page
    entry = DocketEntry.unscoped.get(title="读书分享")
    told = {"kind": "paper", "label": "签到表", "reference": "存甲室"}
    mobile = "1" + "38" + "0" * 8
    for name in ("label", "reference"):
        assert "请删去号码" in refused(desk, "entries.prove", entry.pk, **{**told, name: f"经办 {mobile}"}), name
    page = send(desk, "entries.prove", entry.pk, kind="file", label="照片", file=scan("照片.pdf"))
    assert "照片" in page
    proof = Proof.objects.get(entry=entry)
    answer = desk.get(reverse("entries.file", args=[entry.pk, proof.file_id]))
    assert b"".join(answer)[:4] == b"%PDF"
    listed(docket, following.office, "另一件")
    seen = show(office, "dockets.show", docket.pk)
    assert "读书分享" in seen and "另一件" in seen
    other = signed_in("liaison", "乙街")
    assert "读书分享" not in show(other, "dockets.show", docket.pk)
    assert other.get(reverse("entries.show", args=[entry.pk])).status_code == 404
    assert signed_in("liaison", "局").get(reverse("dockets.show", args=[docket.pk])).status_code == 404
    keepers = show(office, "dockets.keepers", docket.pk, state="lagging")
    assert "乙街道办事处" in keepers and "还没有填报" in keepers


# sheets


def sheet(content: bytes, change: Any) -> SimpleUploadedFile:
    """The workbook with its cells changed, as another program saves it."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("清单").to_python()
    change(rows)
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        page = book.add_worksheet("清单")
        for number, row in enumerate(rows):
            page.write_row(number, 0, [str(cell) for cell in row])
    return SimpleUploadedFile("清单.xlsx", made.getvalue())


def out(docket: Docket, office: Office) -> bytes:
    with acting_as(office.person("group_office")) as who:
        with docket_sheets.workbook(docket, list(queries.entries(docket, who))) as book:
            return book.read()


def test_out_and_in_again_nothing_differs_and_changes_arrive(docket, following, signed_in):
    office = following.office
    with acting_as(office.person("liaison", "甲街")):
        told = said(docket, due=TODAY, 参加人数="12", 配合单位=str(office.units["局"].pk), 开展日期="2026-11-18")
        actions.enter(docket, office.units["甲街"], told)
    host = signed_in("group_office")
    content = out(docket, office)
    same = SimpleUploadedFile("清单.xlsx", content)
    assert "新加 0 项，更新 0 项" in send(host, "dockets.import", docket.pk, file=same)

    def change(cells: Any) -> None:
        cells[2][4] = "15"
        cells.append(["乙街道办事处", "新的一项", "2026-12-01", "讲座", "3", "区人社局", "2026年11月30日"])

    assert "新加 1 项，更新 1 项" in send(host, "dockets.import", docket.pk, file=sheet(content, change))
    column = docket.columns.get(title="参加人数").pk.hex
    assert DocketEntry.unscoped.get(unit=office.units["甲街"]).values[column] == "15"
    assert DocketEntry.unscoped.get(unit=office.units["乙街"]).due == date(2026, 12, 1)


def test_a_sheet_with_a_wrong_row_changes_nothing_and_names_each(docket, following, signed_in):
    content = out(docket, following.office)

    def change(cells: Any) -> None:
        cells.append(["乙街道办事处", "对的一项", "", "讲座"])
        cells.append(["没有的街道", "甲", "", "讲座"])
        cells.append(["乙街道办事处", "乙", "下个月", "讲座"])
        cells.append(["乙街道办事处", "丙", "", "", "90%"])
        cells.append(["乙街道办事处", "丁", "", "讲座", "90%"])

    told = refused(signed_in("group_office"), "dockets.import", docket.pk, file=sheet(content, change))
    for words in (
        "第 4 行：没有找到填报单位“没有的街道”",
        "第 5 行：“下个月”应形如",
        "第 6 行：“形式”必填",
        "第 7 行：“参加人数”：占比不手填",
    ):
        assert words in told
    assert not DocketEntry.unscoped.exists()


def test_the_paper_lists_what_stands(docket, following, signed_in):
    listed(docket, following.office)
    answer = signed_in("group_office").post(reverse("dockets.paper", args=[docket.pk]), {"form": "docx"})
    assert answer.status_code == 200 and answer.content[:2] == b"PK"


def test_the_database_keeps_days_and_states(docket):
    with pytest.raises(IntegrityError), transaction.atomic():
        DocketSet.unscoped.filter(pk=docket.set_id).update(state="ended")
    with pytest.raises(IntegrityError), transaction.atomic():
        DocketColumn.objects.filter(docket=docket, kind="text").update(measure_word="人")
    assert clock.today() == TODAY


def test_a_task_is_offered_as_proof_only_where_there_is_one():
    kinds = {
        bool(tasks): dict(ProofForm(reach=None, tasks=tasks).fields["kind"].choices) for tasks in ([], [("1", "甲")])
    }
    assert ("task" in kinds[True], "task" in kinds[False]) == (True, False)
    form = ProofForm({"kind": "task", "label": "进展"}, reach=None, tasks=[])
    assert not form.is_valid() and "请选择任务" not in str(form.errors)
