"""The policy library: papers come in, stand as of a day, end, are reviewed with computed uptake, and are public."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
import xlsxwriter
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document
from python_calamine import CalamineWorkbook

from jiangtai import ledger
from jiangtai.access import Refused, acting_as, acting_as_job
from jiangtai.domains.reform.actions import library as actions
from jiangtai.domains.reform.facts import (
    PolicyPaperInForce,
    PolicyPaperIssued,
    PolicyPaperRepealed,
    PolicyPaperReviewDue,
    PolicyPaperReviewed,
    PolicyPaperSuperseded,
)
from jiangtai.domains.reform.models import PaperReview, PolicyPaper
from jiangtai.domains.reform.queries import library as queries
from jiangtai.domains.reform.rules import footnotes
from jiangtai.domains.reform.rules import library as rules
from jiangtai.flows import Case, engine
from jiangtai.messages import Message

from .following import TODAY, Following, read_paper, refused, send, show

pytestmark = pytest.mark.django_db
PAPER = {
    "title": "职工技能提升补贴办法", "number": "测人社发〔2025〕3号", "issuer": "测试区人力资源和社会保障局",
    "kind": "measures", "level": "district", "issued_on": "2025-03-01", "since": "2025-04-01",
}  # fmt: skip
PLAIN = {"for_whom": "在区内企业上班的职工", "gives": "每本证书补一次", "how": "拿证后到街道办理"}


def taken(following: Following, **values: Any) -> PolicyPaper:
    told = {
        **PAPER,
        "issued_on": date(2025, 3, 1),
        "since": date(2025, 4, 1),
        "text": "第一条 为了职工。\n第二条 补贴。",
    }
    with acting_as(following.office.person("group_office")):
        return actions.enter({**told, **values})


def stands(paper: PolicyPaper, day: date) -> str:
    return str(queries.standing(PolicyPaper.unscoped.filter(pk=paper.pk), day).get().standing)  # type: ignore[attr-defined]


def sheet_of(*rows: list[str]) -> SimpleUploadedFile:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([list(rules.COLUMNS.values()), *rows]):
            sheet.write_row(at, 0, row)
    return SimpleUploadedFile("清单.xlsx", file.getvalue())


LINE = ["促进就业意见", "测府发[2026] 5号", "测试区人民政府", "意见", "区县级", "2026.1.5", "", "", "", "", ""]


# taking in


def test_a_paper_is_taken_in_found_by_its_text_and_changed(following, signed_in):
    office = signed_in("group_office")
    page = send(office, "library.new", **{**PAPER, "number": "测人社发[2025]3号"}, text="第一条 每本证书补贴两千元。")
    one = PolicyPaper.unscoped.get()
    assert (one.number, str(one.review_on)) == ("测人社发〔2025〕3号", "2027-04-01")
    for wanted in ("现行有效", "职工技能提升补贴办法", "第一条", "每本证书补贴两千元", "2027-04-01"):
        assert wanted in page, wanted
    assert "职工技能提升补贴办法" in show(office, "library.list", q="补贴两千")
    assert one.title not in show(office, "library.list", year="2019")
    assert one.title in show(office, "library.list", issuer=PAPER["issuer"], year="2025", standing="in_force")
    page = send(office, "library.edit", one.pk, **{**PAPER, "number": "测人社发〔2025〕4号"}, text="第一条 改。")
    assert "测人社发〔2025〕4号" in page
    with acting_as_job("测试"):
        assert ledger.every(PolicyPaperIssued).get().fact.number == "测人社发〔2025〕4号"
        assert ledger.every(PolicyPaperInForce).get().fact.on == date(2025, 4, 1)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"number": "人社局三号文"}, "不合规范"),
        ({"number": "测人社发〔2024〕3号"}, "不在同一年"),
        ({"since": "2025-02-01"}, "早于印发日期"),
        ({"until": "2025-03-02"}, "早于施行日期"),
        ({"title": ""}, "标题"),
    ],
)
def test_wrong_input_is_answered_in_plain_words(following, signed_in, form, said):
    assert said in refused(signed_in("group_office"), "library.new", **{**PAPER, **form})
    assert not PolicyPaper.unscoped.exists()


def test_a_number_is_taken_once_of_an_issuer(following, signed_in):
    taken(following)
    assert "已经在库里" in refused(signed_in("group_office"), "library.new", **PAPER)
    taken(following, issuer="测试区总工会")
    taken(following, number="", title="没有文号的")
    taken(following, number="", title="又一份没有文号的")
    assert PolicyPaper.unscoped.count() == 4


def test_a_file_brings_its_text(following, signed_in):
    document, content = Document(), io.BytesIO()
    document.add_paragraph("第一条 凡在岗职工均可申请。")
    document.save(content)
    upload = SimpleUploadedFile("办法.docx", content.getvalue())
    page = send(signed_in("group_office"), "library.new", **PAPER, file=upload)
    assert "凡在岗职工均可申请" in page
    one = PolicyPaper.unscoped.get()
    answer = signed_in("liaison", "局").get(reverse("library.file", args=[one.pk]))
    assert b"".join(answer) == content.getvalue()


def test_a_list_comes_in_whole_or_says_row_by_row_what_is_wrong(following, signed_in):
    office = signed_in("group_office")
    bad = ["缺文种的", "测府发〔2026〕6号", "测试区人民政府", "公告", "区县级", "2026-13-01", "", "", "", "", ""]
    page = refused(office, "library.import", file=sheet_of(LINE, bad, LINE))
    for wanted in (
        "第 3 行“缺文种的”：“文种”写的是“公告”",
        "写的是“2026-13-01”，应形如",
        "第 4 行",
        "与第 2 行的发文机关和发文字号相同",
    ):
        assert wanted in page, wanted
    assert not PolicyPaper.unscoped.exists()
    assert "已导入 1 份" in send(office, "library.import", file=sheet_of(LINE))
    other = ["另一份", "测府发〔2026〕9号", *LINE[2:]]
    assert "已导入 1 份，库里已有、跳过 1 份" in send(office, "library.import", file=sheet_of(LINE, other))
    assert PolicyPaper.unscoped.get(number="测府发〔2026〕5号").issued_on == date(2026, 1, 5)


def test_the_template_is_what_the_import_reads(following, signed_in):
    answer = signed_in("group_office").post(reverse("library.template"))
    content = b"".join(answer)
    cells = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    found = rules.read_sheet(
        [[str(cell) for cell in row] for row in cells], {"办法": "measures"}, {"区县级": "district"}
    )
    assert found.errors == ("表里没有内容，请从表头下一行填起",)


# how a paper stands


def test_which_paper_is_in_force_on_a_day_is_derived(following, signed_in):
    old, new = taken(following), taken(following, number="测人社发〔2026〕8号", issued_on=date(2026, 11, 1),
                                      since=date(2026, 12, 1), title="新办法")  # fmt: skip
    office = signed_in("group_office")
    assert stands(old, date(2025, 3, 20)) == "coming"
    page = send(office, "library.end", old.pk, how="superseded", by=str(new.pk))
    assert "2026-12-01 起被替代" in page
    assert "将于 2026-12-01 由《新办法》替代；新文件还没有施行，在此之前本文件仍然有效" in page
    assert (stands(old, TODAY), stands(new, TODAY)) == ("in_force", "coming")
    assert (stands(old, date(2026, 12, 1)), stands(new, date(2026, 12, 1))) == ("superseded", "in_force")
    assert "不重复登记" in refused(office, "library.end", old.pk, how="repealed", why="清理")
    with acting_as_job("测试"):
        fact = ledger.every(PolicyPaperSuperseded).get().fact
        assert (fact.whole, fact.by, fact.on) == (True, new.pk, date(2026, 12, 1))
    send(office, "library.restore", old.pk, reason="登记错了")
    assert stands(old, date(2026, 12, 1)) == "in_force"
    with acting_as_job("测试"):
        assert not ledger.every(PolicyPaperSuperseded).exists()
    assert "已登记" in send(office, "library.end", old.pk, how="repealed", why="按清理决定废止")
    assert stands(old, TODAY) == "repealed"
    with acting_as_job("测试"):
        assert ledger.every(PolicyPaperRepealed).count() == 1


def test_a_change_in_part_leaves_the_rest_in_force(following, signed_in):
    old, new = taken(following), taken(following, number="测人社发〔2025〕9号", title="修改的通知")
    office = signed_in("group_office")
    assert "请写明修改了哪些条款" in refused(office, "library.tie", new.pk, kind="amends", other=str(old.pk))
    send(office, "library.tie", new.pk, kind="amends", other=str(old.pk), words="第二条")
    assert "已经登记过" in refused(office, "library.tie", new.pk, kind="amends", other=str(old.pk), words="第二条")
    assert stands(old, TODAY) == "amended"
    assert "部分修改" in show(office, "library.show", old.pk)
    send(office, "library.untie", new.pk, new.ties.get().pk)
    assert stands(old, TODAY) == "in_force"
    with acting_as_job("测试"):
        assert not ledger.every(PolicyPaperSuperseded).exists()


def test_a_repealed_basis_is_warned_of(following, signed_in):
    basis, paper = taken(following), taken(following, number="测人社发〔2025〕9号", title="实施细则")
    office = signed_in("group_office")
    send(office, "library.tie", paper.pk, kind="basis", other=str(basis.pk))
    assert "请核对是否需要修订" not in show(office, "library.show", paper.pk)
    assert "有 1 份文件以它为依据" in show(office, "library.end", basis.pk)
    send(office, "library.end", basis.pk, how="repealed", why="清理")
    assert "所依据的《职工技能提升补贴办法》已废止，请核对是否需要修订或废止" in show(office, "library.show", paper.pk)


def test_a_paper_that_ran_out_is_over(following):
    one = taken(following, until=date(2026, 11, 19))
    assert (stands(one, date(2026, 11, 19)), stands(one, TODAY)) == ("in_force", "expired")


def test_it_does_not_end_by_itself_nor_before_it_began(following):
    one, later = taken(following), taken(following, number="测人社发〔2026〕8号", issued_on=date(2026, 11, 1),
                                         since=date(2026, 12, 1))  # fmt: skip
    with acting_as(following.office.person("group_office")):
        with pytest.raises(ValidationError, match="自己"):
            actions.end(one, "superseded", by=one)
        with pytest.raises(ValidationError, match="不能早于这一天"):
            actions.end(one, "superseded", by=later, on=TODAY)
        with pytest.raises(ValidationError, match="写明依据"):
            actions.end(one, "repealed")
        with pytest.raises(ValidationError, match="施行日期"):
            actions.end(later, "repealed", why="清理", on=TODAY)


# measures


def test_a_measure_and_the_matrix_show_what_carries_it_out(following, signed_in):
    one, office = taken(following), signed_in("group_office")
    following.measure.parts.create(role="lead", place=1, name="局", unit=following.office.units["局"])
    page = send(office, "library.link", one.pk, measures=[str(following.measure.pk)], indicators=["register.workers"])
    assert "建设实训基地" in page
    assert "职工技能提升补贴办法" in show(office, "measures.show", following.measure.pk)
    assert "文件 1" in show(office, "reform.matrix")
    with acting_as(following.office.person("group_office")):
        actions.end(one, "repealed", why="清理")
    assert "文件 1" not in show(office, "reform.matrix")


# reviews


def reviewed(
    following: Following, *, outcome: str = "kept", told: dict[str, str] | None = None
) -> tuple[PolicyPaper, Case]:
    one = taken(following, owner=following.office.units["局"], review_on=TODAY)
    with acting_as(following.office.person("group_office")):
        actions.link(one, [following.measure], [])
        case = actions.ask_review(one)
    values = {"effect": "职工参训积极性提高。", "proposes": "kept", **(told or {})}
    with acting_as(following.office.person("liaison", "局")):
        engine.decide(case.seats.get(state="open").pk, "check", data=values)
    with acting_as(following.office.person("group_office")):
        engine.decide(case.seats.get(state="open").pk, outcome, opinion="同意")
    return PolicyPaper.unscoped.get(pk=one.pk), case


def test_a_due_review_is_told_once_and_asked_for(following, signed_in):
    one = taken(following, owner=following.office.units["局"], review_on=TODAY + timedelta(days=10))
    desk, office = following.office.person("liaison", "局"), signed_in("group_office")
    with acting_as_job("测试"):
        assert actions.remind() == 1
        assert actions.remind() == 0
        assert Message.objects.filter(kind="reform.review_due", to=desk).count() == 1
    assert "待评估的政策文件" in show(office, "web.office")
    page = office.post(reverse("library.list"), {"do": "ask", "pick": [str(one.pk)], "confirmed": "1"}, follow=True)
    assert "已请 1 份文件的责任单位评估" in page.content.decode()
    case = Case.unscoped.get(subject=one.pk)
    assert (case.step, case.unit) == ("assess", following.office.units["局"])
    inbox = show(signed_in("liaison", "局"), "cases.waiting")
    assert "《职工技能提升补贴办法》" in inbox
    page = office.post(reverse("library.list"), {"do": "ask", "pick": [str(one.pk)], "confirmed": "1"}, follow=True)
    assert "正在评估" in page.content.decode()
    assert Case.unscoped.count() == 1


def test_uptake_arrives_computed_and_the_report_has_its_methods(following, signed_in):
    one, case = reviewed(following)
    assert str(one.review_on) == "2028-11-20"
    assert case.seats.count() == 3
    row = PaperReview.objects.get()
    assert (row.outcome, row.opinion) == ("kept", "同意")
    assert [line["label"] for line in row.uptake["lines"]] == ["落实的举措的任务"]
    assert footnotes.unmarked(footnotes.all_of("", row.uptake["lines"])) == []
    answer = signed_in("group_office").post(reverse("library.review", args=[row.pk, "docx"]))
    said = read_paper(answer.content)
    for wanted in (
        "《职工技能提升补贴办法》评估报告",
        "职工参训积极性提高。",
        "继续执行。同意",
        "① 举措任务：截至 2026-11-20",
    ):
        assert wanted in said, wanted
    pdf = signed_in("liaison", "局").post(reverse("library.review", args=[row.pk, "pdf"]))
    assert pdf.content.startswith(b"%PDF")
    with acting_as_job("测试"):
        fact = ledger.every(PolicyPaperReviewed).get().fact
        assert (fact.outcome.value, fact.in_time) == ("kept", True)
        assert [row.fact.on for row in ledger.every(PolicyPaperReviewDue).order_by("id")] == [TODAY, date(2028, 11, 20)]


def test_who_wants_it_revised_says_why_and_it_is_not_due_again(following, signed_in):
    one = taken(following, owner=following.office.units["局"], review_on=TODAY)
    with acting_as(following.office.person("group_office")):
        case = actions.ask_review(one)
    with acting_as(following.office.person("liaison", "局")), pytest.raises(ValidationError, match="写明存在的问题"):
        engine.decide(case.seats.get(state="open").pk, "check", data={"effect": "一般。", "proposes": "to_revise"})
    page = show(signed_in("liaison", "局"), "cases.show", case.pk)
    assert "的落实数据" in page
    assert "还没有对应指标和举措" in page


def test_a_returned_assessment_is_written_again(following):
    one = taken(following, owner=following.office.units["局"], review_on=TODAY)
    with acting_as(following.office.person("group_office")):
        case = actions.ask_review(one)
    for _ in range(2):
        with acting_as(following.office.person("liaison", "局")):
            engine.decide(case.seats.get(state="open").pk, "check", data={"effect": "好。", "proposes": "kept"})
        with acting_as(following.office.person("group_office")):
            seat = case.seats.get(state="open").pk
            case.refresh_from_db()
            done = engine.decide(seat, "assess" if _ == 0 else "to_repeal", opinion="写具体些")
    assert done.outcome == "to_repeal"
    assert PolicyPaper.unscoped.get(pk=one.pk).review_on is None


def test_an_owner_begins_a_review_of_its_own_paper_and_of_no_other(following, signed_in):
    units = following.office.units
    one = taken(following, owner=units["局"], review_on=TODAY + timedelta(days=400))
    desk, clerk = following.office.person("liaison", "局"), following.office.person("group_office")
    assert signed_in("liaison", "甲街").get(reverse("library.ask", args=[one.pk])).status_code == 404
    assert "发起评估" not in show(signed_in("liaison", "甲街"), "library.show", one.pk)
    with acting_as(following.office.person("liaison", "甲街")), pytest.raises(Refused, match="责任单位发起"):
        actions.ask_review(one)
    browser = signed_in("liaison", "局")
    assert "发起评估" in show(browser, "library.show", one.pk)
    assert "已请区人社局评估" in send(browser, "library.ask", one.pk)
    assert "正在评估" in show(browser, "library.show", one.pk)
    case = Case.unscoped.get(subject=one.pk)
    assert not Message.objects.filter(kind="reform.review_asked", to=desk).exists()
    with acting_as(desk):
        engine.decide(case.seats.get(state="open").pk, "check", data={"effect": "好。", "proposes": "kept"})
        with pytest.raises(Refused, match="不由您现在的岗位办理"):
            engine.decide(case.seats.get(state="open").pk, "kept", opinion="好")
    with acting_as(clerk):
        engine.decide(case.seats.get(state="open").pk, "kept", opinion="同意")
    assert PaperReview.objects.get().owner == units["局"]


def test_a_paper_without_owner_cannot_be_asked_for(following):
    one = taken(following)
    with acting_as(following.office.person("group_office")), pytest.raises(Refused, match="责任单位"):
        actions.ask_review(one)


# who sees what


def test_departments_read_and_only_the_keeper_writes(following, signed_in):
    one = taken(following)
    desk = signed_in("liaison", "乙街")
    assert "职工技能提升补贴办法" in show(desk, "library.list")
    assert desk.get(reverse("library.show", args=[one.pk])).status_code == 200
    assert desk.get(reverse("library.edit", args=[one.pk])).status_code == 403
    with acting_as_job("测试"):
        street = PolicyPaper.unscoped.create(
            unit=following.office.units["甲街"], title="街道的", issuer="甲街", kind="notice", level="unit",
            issued_on=TODAY, since=TODAY,
        )  # fmt: skip
    assert desk.get(reverse("library.show", args=[street.pk])).status_code == 404
    assert signed_in("liaison", "甲街").get(reverse("library.show", args=[street.pk])).status_code == 200


def test_citizens_read_only_what_is_public_with_its_plain_summary(following, signed_in):
    one, office, citizen = taken(following), signed_in("group_office"), Client()
    assert "请先写好摘要" in refused(office, "library.publish", one.pk)
    assert citizen.get(reverse("public_papers.show", args=[one.pk])).status_code == 404
    send(office, "library.edit", one.pk, **PAPER, **PLAIN, text="第一条 为了职工。")
    send(office, "library.publish", one.pk)
    for address in (reverse("public_papers.list"), reverse("public_papers.show", args=[one.pk])):
        page = citizen.get(address).content.decode()
        assert "在区内企业上班的职工" in page
        assert "现行有效" in page
    assert "没有找到" in citizen.get(reverse("public_papers.list"), {"q": "落户"}).content.decode()
    assert "都不能空" in refused(office, "library.edit", one.pk, **PAPER, for_whom="甲", gives="")
    with acting_as(following.office.person("group_office")):
        actions.end(one, "repealed", why="清理")
    assert "在区内企业上班的职工" not in citizen.get(reverse("public_papers.list")).content.decode()
    assert "在区内企业上班的职工" in citizen.get(reverse("public_papers.list"), {"all": "1"}).content.decode()
    send(office, "library.hide", one.pk)
    assert citizen.get(reverse("public_papers.show", args=[one.pk])).status_code == 404


# rules


@pytest.mark.parametrize(
    ("written", "tidy"),
    [
        ("锦委发[2026] 3号", "锦委发〔2026〕3号"),
        ("锦委发（2026）3号", "锦委发〔2026〕3号"),
        ("锦委发【２０２６】１２号", "锦委发〔2026〕12号"),
    ],
)
def test_numbers_are_tidied(written, tidy):
    assert rules.tidy_number(written) == tidy
    assert rules.number_wrong(tidy, date(2026, 1, 1)) == ""


def test_clauses_and_days_of_a_month_end():
    found = rules.clauses("总的要求。\n第一条 为了职工，制定本办法。\n补充一句。\n二、保障措施\n（一）经费\n列入预算。")
    assert [one.head for one in found] == ["", "第一条", "二、保障措施", "（一）经费"]
    assert found[1].lines == ("为了职工，制定本办法。", "补充一句。")
    assert rules.later(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert rules.day_of("46027") == date(2026, 1, 5)
    assert rules.day_of("2026年1月5日") == date(2026, 1, 5)
