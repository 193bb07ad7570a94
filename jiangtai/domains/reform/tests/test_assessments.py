"""Being assessed: tables as offices write them are read, gaps are seen and asked for, papers come out."""

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document

from jiangtai import ledger
from jiangtai.access import acting_as, acting_as_job
from jiangtai.domains.reform.actions import library, meetings
from jiangtai.domains.reform.facts import AssessmentHandedIn
from jiangtai.domains.reform.models import Addressee, Assessment, Exhibit, Instrument
from jiangtai.domains.reform.queries import assessments as queries
from jiangtai.domains.reform.reading.scoring import read_scoring, rows_of_text
from jiangtai.domains.reform.rules import assessments as rules
from jiangtai.domains.reform.rules import footnotes

from .following import TODAY, read_paper, refused, scan, send, show

DUE = str(TODAY + timedelta(days=20))
PASTED = """2026年度产业工人队伍建设改革考核评分表
序号\t考核项目\t考核内容\t分值\t评分标准\t责任单位
1\t组织领导\t召开联席会议研究产业工人队伍建设改革\t5\t每季度召开一次，少一次扣1分\t区人社局
2\t\t出台技能人才津贴办法\t１０分\t未出台不得分\t区人社局
3\t技能提升\t组织技能竞赛\t15.0\t按场次计分\t没有的单位
\t合计\t\t30\t\t
"""
CALL = {"title": "2026年度考核", "by_whom": "市领导小组办公室", "year": "2026", "due": DUE}


def book(rows: list[list[Any]]) -> SimpleUploadedFile:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as workbook:
        sheet = workbook.add_worksheet("评分表")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return SimpleUploadedFile("评分表.xlsx", made.getvalue())


# reading


def test_a_pasted_table_is_read_with_merged_cells_full_width_digits_and_its_total():
    table = read_scoring(rows_of_text(PASTED))
    assert table.errors == []
    assert [(one.number, one.section, one.score, one.unit) for one in table.points] == [
        ("1", "组织领导", Decimal(5), "区人社局"),
        ("2", "组织领导", Decimal(10), "区人社局"),
        ("3", "技能提升", Decimal("15.0"), "没有的单位"),
    ]
    assert (table.total, table.sum) == (Decimal(30), Decimal("30.0"))
    assert table.points[0].method == "每季度召开一次，少一次扣1分"


@pytest.mark.parametrize(
    "head",
    [
        ["序号", "考核项目", "考核内容", "分值", "评分标准", "责任单位"],
        ["编号", "一级指标", "二级指标", "满分（分）", "评分细则", "牵头单位"],
        ["项号", "项目", "考核要点", "标准分", "计分办法", "责任部门"],
        ["序 号", "类 别", "具体内容", "权重", "考核方式", "落实单位"],
    ],
)
def test_columns_are_known_by_what_offices_call_them(head):
    (point,) = read_scoring([["某某考核表"], [], head, ["1", "组织", "开会", "5", "少一次扣1分", "局"]]).points
    assert (point.number, point.section, point.text, point.score, point.method, point.unit) == (
        "1", "组织", "开会", Decimal(5), "少一次扣1分", "局",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["考核内容", "分值"], ["开会", "十分"]], "第 2 行“开会”：分值“十分”不是数，请写成 5 或 2.5"),
        ([["考核内容", "分值"], ["开会", ""]], "第 2 行“开会”：分值没有填，请写成 5 或 2.5"),
        ([["序号", "考核内容", "分值"], ["1", "", "5"]], "第 2 行：没有写考核内容"),
        ([["名称", "备注"], ["开会", "5"]], "没有找到表头"),
        ([["考核内容", "分值"]], "表头下面没有评分项"),
        ([], "没有找到表头"),
    ],
)
def test_what_is_not_understood_is_told_by_its_row(rows, said):
    assert said in read_scoring(rows).errors[0]


def test_a_heading_between_points_is_no_point():
    table = read_scoring([["考核内容", "分值"], ["", ""], ["一、组织领导"], ["开会", "5"], ["合计：5分"]])
    assert ([one.text for one in table.points], table.errors) == (["开会"], [])
    assert table.total == Decimal(5)


def test_a_sum_that_differs_is_told():
    assert rules.sums_said(Decimal(98), Decimal(100)) == "各项合计 98 分，表上总分 100 分，相差 2 分，请与原表核对"
    assert rules.sums_said(Decimal(100), Decimal("100.00")) == ""
    assert rules.sums_said(Decimal(98), None) == ""


def test_what_shares_words_is_likely_and_idle_words_do_not_count():
    labels = [("a", "高技能人才占技能人才比重"), ("b", "产业工人队伍建设改革推进情况"), ("c", "技能竞赛场次")]
    assert rules.likely("组织职工技能竞赛，场次按年计", labels) == ["c"]


# pages


@pytest.mark.django_db
def test_an_assessment_is_prepared_from_a_pasted_table_to_its_papers(following, signed_in):
    office = signed_in("group_office")
    page = send(office, "assessments.new", **CALL, pasted=PASTED)
    assert "已录入 3 项，合计 30 分" in page
    assert "3 项 30 分" in page
    one = Assessment.unscoped.get()
    first, second, third = one.points.order_by("place")
    with acting_as(following.office.person("group_office")):
        assert (first.units_said, list(third.units.all()), third.units_said) == ("区人社局", [], "没有的单位")

    with acting_as(following.office.person("group_office")):
        held = meetings.prepare(
            meetings.Call("第四季度产业工人队伍建设改革联席会议", TODAY, "9:30", "会议室", "赵启明"),
            [following.office.units["局"]],
        )
        meetings.call(held)
        meetings.hold(held, "会议开过了。")
    page = show(office, "assessments.point", one.pk, first.pk)
    assert "第四季度产业工人队伍建设改革联席会议" in page
    send(office, "assessments.attach", one.pk, first.pk, "meeting", str(held.pk))
    assert "出台技能人才津贴办法" in show(office, "assessments.point", one.pk, second.pk)
    send(office, "assessments.attach", one.pk, second.pk, "task", str(following.late.pk))
    page = send(office, "assessments.exhibit", one.pk, third.pk, label="竞赛照片", file=scan("照片.pdf"))
    assert "竞赛照片" in page

    send(office, "assessments.score", one.pk, first.pk, self_score="5", self_said="召开 4 次。")
    assert "自评扣分的，请写明不足" in refused(
        office, "assessments.score", one.pk, second.pk, self_score="8", self_said=""
    )
    send(office, "assessments.score", one.pk, second.pk, self_score="8", self_said="办法尚未印发。")
    assert "还有 1 项没有自评" in refused(office, "assessments.hand_in", one.pk)
    send(office, "assessments.score", one.pk, third.pk, self_score="15", self_said="")

    answer = office.post(reverse("assessments.paper", args=[one.pk, "report", "docx"]))
    said = read_paper(answer.content)
    for wanted in (
        "2026年度考核自评报告",
        "满分 30 分②，自评 28 分③，提供印证材料 3 份④",
        "③ 自评分：",
        "办法尚未印发。",
    ):
        assert wanted in said, wanted
    assert "出台技能人才津贴办法（10 分⑤，自评 8 分⑥）。办法尚未印发。" in said
    assert "⑤ 分值：" in said and "⑥ 评分项自评分：" in said
    with acting_as(following.office.person("group_office")):
        told = rules.self_report(one.title, one.by_whom, queries.said(one))
    # what somebody wrote by hand is the only figure without a mark
    assert footnotes.unmarked(footnotes.all_of(told.body, told.table)) == ["4 次", "4 次"]
    assert [(row["score"], row["own"]) for row in told.table] == [("5⑤", "5⑥"), ("10⑤", "8⑥"), ("15⑤", "15⑥")]
    answer = office.post(reverse("assessments.paper", args=[one.pk, "catalogue", "docx"]))
    cells = [cell.text for row in Document(io.BytesIO(answer.content)).tables[0].rows for cell in row.cells]
    assert {"竞赛照片", "会议纪要", "出台技能人才津贴办法"} <= set(cells)
    assert office.post(reverse("assessments.paper", args=[one.pk, "report", "pdf"])).content.startswith(b"%PDF")

    assert "已登记报送" in send(office, "assessments.hand_in", one.pk)
    assert "不能再改" in refused(office, "assessments.score", one.pk, first.pk, self_score="5", self_said="改")
    with acting_as_job("测试"):
        assert ledger.every(AssessmentHandedIn).get().fact.own == Decimal(28)


@pytest.mark.django_db
def test_gaps_are_asked_for_by_a_prompt_to_who_can_fill_them(following, signed_in):
    office = signed_in("group_office")
    send(office, "assessments.new", **CALL, pasted=PASTED)
    page = send(office, "assessments.ask", Assessment.unscoped.get().pk)
    assert "已拟好工作提示草稿" in page
    one = Instrument.unscoped.get()
    assert "以下 2 项①评分内容还缺印证材料" in one.body
    assert "区人社局：“出台技能人才津贴办法”（10 分②）" in one.body
    assert footnotes.unmarked(one.body) == []
    assert "没有的单位" not in one.body


@pytest.mark.django_db
def test_what_is_quoted_from_the_table_needs_no_method_of_ours(following, signed_in):
    office = signed_in("group_office")
    send(office, "assessments.new", **CALL, pasted=PASTED)
    one = Assessment.unscoped.get()
    one.points.filter(text="出台技能人才津贴办法").update(text="全年组织“送课”不少于 4 次，每次 30 人")
    page = send(office, "assessments.ask", one.pk)
    assert "：“全年组织‘送课’不少于 4 次，每次 30 人”（10 分②）" in Instrument.unscoped.get().body
    assert "没有注明口径" not in page


@pytest.mark.django_db
def test_what_a_unit_sent_when_it_was_asked_is_attached_to_the_point_for_which_it_was(following, signed_in):
    office, desk = signed_in("group_office"), signed_in("liaison", "局")
    send(office, "assessments.new", **CALL, pasted=PASTED)
    one = Assessment.unscoped.get()
    asked = one.points.get(text="出台技能人才津贴办法")
    other = one.points.exclude(units=following.office.units["局"]).first()
    send(office, "assessments.ask", one.pk)
    prompt = Instrument.unscoped.get()
    send(office, "instruments.issue_prompt", prompt.pk)
    row = Addressee.unscoped.get(instrument=prompt)
    send(desk, "addressees.answer", row.pk, text="见附件。", papers=[scan("津贴发放表.pdf")])
    sent = row.replies.get().files.get()
    attach = reverse("assessments.attach", args=[one.pk, asked.pk, "file", sent.pk])
    page = show(office, "assessments.point", one.pk, asked.pk)
    assert attach not in page
    told = page.partition("请单位补材料</h2>")[2].partition("</table>")[0]
    assert reverse("addressees.show", args=[row.pk]) in told and "产改提示〔2026〕1号" in told and "待审" in told, told
    assert "请单位补材料</h2>" not in show(office, "assessments.point", one.pk, other.pk)
    assert office.get(attach).status_code == 404
    send(office, "addressees.close", row.pk, said="同意销号。")
    page = show(office, "assessments.point", one.pk, asked.pk)
    assert attach in page and "区人社局答复产改提示〔2026〕1号：津贴发放表.pdf" in page
    assert "津贴发放表.pdf" not in show(office, "assessments.point", one.pk, other.pk)
    send(office, "assessments.attach", one.pk, asked.pk, "file", sent.pk)
    exhibit = asked.exhibits.get()
    assert (exhibit.kind, exhibit.file) == ("file", sent.file)
    page = show(office, "assessments.point", one.pk, asked.pk)
    assert reverse("assessments.exhibit.file", args=[one.pk, asked.pk, exhibit.pk]) in page and attach not in page


@pytest.mark.django_db
def test_a_cell_of_several_units_asks_each_and_a_name_that_is_unknown_is_put_right(following, signed_in):
    office, (here, street) = signed_in("group_office"), (following.office.units[one] for one in ("局", "甲街"))
    table = PASTED.replace("少一次扣1分\t区人社局", "少一次扣1分\t测试区人社局、甲街道办事处")
    page = send(office, "assessments.new", **CALL, pasted=table)
    one = Assessment.unscoped.get()
    first, _, third = one.points.order_by("place")
    with acting_as(following.office.person("group_office")):
        assert (set(first.units.all()), list(third.units.all())) == ({here, street}, [])
    assert "区人社局 2 项、甲街道办事处 1 项、没有责任单位 1 项" in page
    assert "1 项没有责任单位，请先在“改评分项”里写明" in show(office, "assessments.ask", one.pk)
    told = {"section": third.section, "text": third.text, "score": "15", "method": "按场次计分"}
    assert "第 1 行“没有的单位”：没有找到这个单位" in refused(
        office, "assessments.change", one.pk, third.pk, **told, units="没有的单位"
    )
    page = send(office, "assessments.change", one.pk, third.pk, **told, units="区人社局\n乙街道办事处")
    assert "区人社局、乙街道办事处" in page and "表上写作“没有的单位”" in page
    send(office, "assessments.ask", one.pk)
    prompt = Instrument.unscoped.get()
    assert "区人社局、甲街道办事处：“召开联席会议研究产业工人队伍建设改革”（5 分" in prompt.body
    assert {row.unit for row in Addressee.unscoped.filter(instrument=prompt)} == {
        here,
        street,
        following.office.units["乙街"],
    }
    send(office, "assessments.score", one.pk, third.pk, self_score="15", self_said="")
    assert "已自评 15 分，分值不能比它少" in refused(
        office, "assessments.change", one.pk, third.pk, **{**told, "score": "10"}
    )


@pytest.mark.django_db
def test_papers_facts_and_cases_speak_for_a_point_and_what_is_worded_otherwise_is_looked_up(following, signed_in):
    office = signed_in("group_office")
    send(office, "assessments.new", **CALL, pasted=PASTED)
    one = Assessment.unscoped.get()
    first, second, _ = one.points.order_by("place")
    with acting_as(following.office.person("group_office")):
        paper = library.enter({
            "title": "技能人才津贴办法", "number": "测人社发〔2026〕4号", "issuer": "区人社局", "kind": "measures",
            "level": "district", "issued_on": TODAY, "since": TODAY, "owner": following.office.units["局"],
        })  # fmt: skip
        case = library.ask_review(paper)
    page = show(office, "assessments.point", one.pk, second.pk)
    assert reverse("assessments.attach", args=[one.pk, second.pk, "policy", paper.pk]) in page
    # worded otherwise: nothing is offered, and it is found by its own name
    assert "建立职工服务站" not in show(office, "assessments.point", one.pk, first.pk)
    picks = show(office, "web.pick", "印证材料", q="服务站")
    assert f"task:{following.street.pk}" in picks
    send(office, "assessments.find", one.pk, first.pk, what=f"task:{following.street.pk}")
    send(office, "assessments.find", one.pk, first.pk, what="测人社发〔2026〕4号 技能人才津贴办法")
    send(office, "assessments.find", one.pk, first.pk, what=case.number)
    with acting_as(following.office.person("group_office")) as who:
        facts = next(key for kind, key, _ in queries.looked_up(who, "的台账") if kind == "facts")
    send(office, "assessments.attach", one.pk, first.pk, "facts", facts)
    assert {row.kind for row in first.exhibits.all()} == {"task", "policy", "case", "facts"}
    page = show(office, "assessments.point", one.pk, first.pk)
    for name, key in (("library.show", paper.pk), ("cases.show", case.pk), ("figures.show", facts)):
        assert reverse(name, args=[key]) in page, name
    assert "没有找到“没有这份材料”" in refused(office, "assessments.find", one.pk, first.pk, what="没有这份材料")


@pytest.mark.django_db
def test_a_table_in_a_word_document_is_read(following, signed_in):
    made, file = Document(), io.BytesIO()
    rows = [["考核内容", "分值"], ["开会", "5"], ["竞赛", "10.5"], ["合计", "15.5"]]
    table = made.add_table(len(rows), 2)
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    made.save(file)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    upload = SimpleUploadedFile("评分表.docx", file.getvalue(), kind)
    assert "已录入 2 项，合计 15.5 分" in send(signed_in("group_office"), "assessments.new", **CALL, file=upload)
    assert Assessment.unscoped.get().file.name.endswith(".docx")


@pytest.mark.django_db
def test_an_uploaded_table_is_read_and_a_sum_that_differs_is_shown(following, signed_in):
    rows = [["考核内容", "分值"], ["开会", 5], ["竞赛", 10.5], ["合计", 20]]
    page = send(signed_in("group_office"), "assessments.new", **CALL, file=book(rows))
    assert "各项合计 15.5 分，表上总分 20 分，相差 4.5 分，请与原表核对" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"pasted": "考核内容\t分值\n开会\t十分"}, "第 2 行“开会”：分值“十分”不是数"),
        ({}, "请上传评分表，或把它粘贴在下面，二选一"),
        ({"pasted": "随便写的"}, "没有找到表头"),
        ({"pasted": PASTED, "due": "2026-11-01"}, "报送期限不能早于今天"),
    ],
)
def test_bad_input_is_answered_beside_its_field(following, signed_in, form, said):
    assert said in refused(signed_in("group_office"), "assessments.new", **{**CALL, **form})
    assert not Assessment.unscoped.exists()


@pytest.mark.django_db
def test_a_file_that_is_no_sheet_is_refused(following, signed_in):
    broken = SimpleUploadedFile("评分表.xlsx", b"no sheet at all")
    assert "文件名是 .xlsx，内容却是纯文本" in refused(
        signed_in("group_office"), "assessments.new", **CALL, file=broken
    )


@pytest.mark.django_db
def test_marks_beyond_the_points_are_refused_and_an_exhibit_is_taken_off(following, signed_in):
    office = signed_in("group_office")
    send(office, "assessments.new", **CALL, pasted=PASTED)
    one = Assessment.unscoped.get()
    point = one.points.first()
    assert "应在 0 到 5 分之间" in refused(
        office, "assessments.score", one.pk, point.pk, self_score="6", self_said="好"
    )
    said = refused(office, "assessments.exhibit", one.pk, point.pk, label="材料")
    assert "写明纸质材料的存放处" in said
    send(office, "assessments.exhibit", one.pk, point.pk, label="会议签到表", kept_at="档案室 3 柜")
    exhibit = Exhibit.objects.get()
    assert exhibit.kind == "paper"
    send(office, "assessments.exhibit.drop", one.pk, point.pk, exhibit.pk)
    assert not Exhibit.objects.exists()


@pytest.mark.django_db
def test_a_table_that_is_too_long_is_refused_and_not_cut(following, signed_in):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        for row in range(2_001):
            sheet.write(row, 0, "一行")
    file = SimpleUploadedFile("评分表.xlsx", buffer.getvalue())
    assert "表格有 2,001 行，超过 2,000 行" in refused(signed_in("group_office"), "assessments.new", **CALL, file=file)


def test_a_table_with_a_cell_far_away_is_refused_before_it_is_read(following, signed_in):
    far = io.BytesIO()
    with xlsxwriter.Workbook(far) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["考核内容", "分值"])
        sheet.write(1_048_575, 16_383, "远")
    file = SimpleUploadedFile("评分表.xlsx", far.getvalue())
    assert "大多是空的" in refused(signed_in("group_office"), "assessments.new", **CALL, file=file)
