"""Assessing one's own units: the scheme, the round, marks, objections, the result; by calls and by pages."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import docx
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiangtai import ledger
from jiangtai.access import AuditEntry, Refused, acting_as, acting_as_job, acting_by_link, links, units
from jiangtai.domains.reform.actions import assessments
from jiangtai.domains.reform.actions import schemes as actions
from jiangtai.domains.reform.facts import Grade, UnitAssessed
from jiangtai.domains.reform.models import Instrument, Measure, Plan, Report, Result, Scheme, Task
from jiangtai.domains.reform.queries import schemes as queries
from jiangtai.domains.reform.reading.scoring import read_scoring, rows_of_text
from jiangtai.flows import Case, Round, engine
from jiangtai.kernel import clock
from jiangtai.lake import manifest
from jiangtai.messages import Message
from tests.office import Office, at_once

from .following import PDF, refused, second, send, show, text

MONDAY, LATER = date(2026, 11, 16), date(2026, 12, 14)
TABLE = """考核项目\t考核内容\t分值\t评分标准\t适用单位
组织领导\t召开专题会研究改革工作\t40\t少一次扣10分\t所有单位
技能提升\t组织职工技能培训\t40\t按人次计\t各部门
服务职工\t建好职工服务站\t20\t少一个扣5分\t各街道
加分项\t经验被市级推广\t5\t\t所有单位
扣分项\t瞒报数据\t10\t\t所有单位
"""
TERMS = {
    "year": 2026,
    "unfit": "rescale",
    "scale": Decimal(100),
    "excellent": Decimal(90),
    "good": Decimal(80),
    "passing": Decimal(60),
}


@dataclass
class Held:
    """An office with a scheme, and hands for whoever is asked."""

    office: Office
    scheme: Scheme
    cases: dict[str, Case] = field(default_factory=dict)

    def at(self, role: str, unit: str, act: Any) -> Any:
        with acting_as(self.office.person(role, unit)):
            return act()

    def call(self, *names: str) -> None:
        """Ask these units."""
        asked = [self.office.units[one] for one in names]
        self.at("group_office", "区", lambda: actions.call(self.scheme, asked, "请附佐证"))
        self.scheme.refresh_from_db()
        keys = {one.pk: key for key, one in self.office.units.items()}
        self.cases = {keys[case.unit_id]: case for case in queries.cases(self.scheme)}

    def fresh(self, key: str) -> Case:
        return Case.unscoped.select_related("unit", "round").get(pk=self.cases[key].pk)

    def seat(self, key: str) -> Any:
        return self.cases[key].seats.get(state="open").pk

    def filled(self, key: str, name: str, **marks: Any) -> dict[str, Any]:
        """Fields by the first words of a criterion's text."""
        found = {}
        for one in queries.lines_of(self.fresh(key)):
            for words, value in marks.items():
                if one.text.startswith(words):
                    found[f"{name}_{one.key}"] = value
        return found

    def own(self, key: str, **marks: Any) -> dict[str, Any]:
        """Own marks with a sentence for each."""
        return self.filled(key, "own", **marks) | self.filled(key, "said", **dict.fromkeys(marks, "已按要求完成。"))

    def score(self, key: str, **marks: Any) -> None:
        sent = self.own(key, **marks)
        self.at("liaison", key, lambda: engine.decide(self.seat(key), "check", data=sent))

    def check(self, key: str, why: dict[str, str] | None = None, by: str = "区", **marks: Any) -> None:
        sent = self.filled(key, "mark", **marks) | self.filled(key, "why", **(why or {}))
        self.at("group_office", by, lambda: engine.decide(self.seat(key), "answer", data=sent))

    def agree(self, key: str) -> None:
        self.at("liaison", key, lambda: engine.decide(self.seat(key), "confirm", data={}))

    def object(self, key: str, **reasons: str) -> None:
        sent = self.filled(key, "object", **reasons)
        self.at("liaison", key, lambda: engine.decide(self.seat(key), "review", data=sent))

    def confirm(self, key: str) -> None:
        self.at("leader", "区", lambda: engine.decide(self.seat(key), "assessed", opinion="同意"))


def build(office: Office) -> Held:
    with acting_as(office.person("group_office")):
        terms = actions.SchemeTerms("2026年度考核办法", **TERMS)  # type: ignore[arg-type]
        return Held(office, actions.draft(terms, read_scoring(rows_of_text(TABLE))))


@pytest.fixture
def held(office: Office) -> Iterator[Held]:
    """The office with a scheme, on a Monday in November."""
    with clock.at(MONDAY):
        yield build(office)


def test_a_table_is_taken_over_with_bonus_deduction_and_whom_it_applies_to(held: Held) -> None:
    rows = list(held.scheme.criteria.order_by("place").values_list("text", "kind", "applies_to"))
    assert rows == [
        ("召开专题会研究改革工作", "base", []),
        ("组织职工技能培训", "base", ["department"]),
        ("建好职工服务站", "base", ["street"]),
        ("经验被市级推广", "bonus", []),
        ("瞒报数据", "deduction", []),
    ]
    assert queries.full_of(held.scheme) == 100


def test_the_whole_way_with_an_objection_upheld_and_another_rejected(held: Held) -> None:
    liaison = held.office.person("liaison", "局")
    held.call("局")
    assert Message.objects.filter(to=liaison, kind="reform.marks_asked").count() == 1
    held.score("局", 召开="40", 组织="40")
    held.check("局", {"召开": "只有两次纪要", "组织": "人次不足"}, 召开="30", 组织="32")
    assert Message.objects.filter(to=liaison, kind="flows.asked").count() == 1
    held.object("局", 召开="第三次纪要已补报", 组织="人次含线上")
    first = held.office.person("group_office")
    key = {one.text[:2]: one.key for one in queries.lines_of(held.fresh("局"))}
    sent = {
        f"upheld_{key['召开']}": "yes", f"settled_{key['召开']}": "40", f"answer_{key['召开']}": "补报属实",
        f"upheld_{key['组织']}": "no", f"settled_{key['组织']}": "40", f"answer_{key['组织']}": "线上不计",
    }  # fmt: skip
    with acting_as(first), pytest.raises(Exception, match="您办理过本件的“核查打分”"):
        engine.decide(held.seat("局"), "confirm", data=sent)
    with acting_as(second(held.office)):
        engine.decide(held.seat("局"), "confirm", data=sent)
    held.confirm("局")
    [fact] = ledger.every(UnitAssessed)
    # of 80 marks that apply 72, scaled to 100
    assert (fact.payload["own"], fact.payload["checked"], fact.payload["marks"]) == ("100.00", "77.50", "90.00")
    assert (fact.payload["grade"], fact.payload["objections"], fact.payload["upheld"]) == ("excellent", 2, 1)
    row = Result.unscoped.get()
    assert (row.unit, row.marks, row.full, row.grade) == (
        held.office.units["局"],
        Decimal(90),
        Decimal(100),
        Grade.EXCELLENT.value,
    )
    assert row.sections[0] == {"section": "组织领导", "marks": "40", "full": "40"}
    assert Message.objects.filter(to=liaison, kind="reform.assessed").count() == 1


def test_a_mark_that_differs_needs_a_reason_and_none_goes_beyond_the_full_marks(held: Held) -> None:
    held.call("局")
    with pytest.raises(Exception, match="第 1 项最多 40 分"):
        held.score("局", 召开="41", 组织="40")
    sent = held.own("局", 召开="40", 组织="40") | held.filled("局", "own", 经验="2")
    with pytest.raises(Exception, match="第 4 项填了分数，请写明理由"):
        held.at("liaison", "局", lambda: engine.decide(held.seat("局"), "check", data=sent))
    held.score("局", 召开="40", 组织="40", 经验="2")
    with pytest.raises(Exception, match="第 4 项自评 2 分，核查分不同，请写明理由"):
        held.check("局", 召开="40", 组织="40")
    held.check("局", {"经验": "不是市级"}, 召开="40", 组织="40")
    held.agree("局")
    held.confirm("局")
    assert Result.unscoped.get().marks == 100


def test_it_can_be_sent_back_and_comes_back_filled(held: Held) -> None:
    held.call("局")
    held.score("局", 召开="40", 组织="40")
    held.at("group_office", "区", lambda: engine.decide(held.seat("局"), "score", opinion="请写清人次"))
    case = held.fresh("局")
    assert engine.arrived(case, case.seats.get(state="open"))[0][f"own_{queries.lines_of(case)[0].key}"] == "40"
    held.score("局", 召开="30", 组织="40")
    assert queries.lines_of(held.fresh("局"))[0].own == 30


def test_who_agrees_leaves_no_objection_and_who_objects_says_to_what(held: Held) -> None:
    held.call("局")
    held.score("局", 召开="40", 组织="40")
    held.check("局", 召开="40", 组织="40")
    with pytest.raises(Exception, match="请至少对一项写明异议理由"):
        held.object("局")
    sent = held.filled("局", "object", 召开="应当满分")
    with pytest.raises(Exception, match="请选“提出异议”，或清空后再认可"):
        held.at("liaison", "局", lambda: engine.decide(held.seat("局"), "confirm", data=sent))
    held.agree("局")
    assert held.fresh("局").step == "confirm"


def test_nobody_objects_after_the_day_and_silence_is_taken_for_consent(held: Held) -> None:
    held.call("局")
    held.score("局", 召开="40", 组织="40")
    held.check("局", {"召开": "少一次"}, 召开="30", 组织="40")
    with clock.at(LATER):
        with pytest.raises(Exception, match="反馈期限 2026-11-23 已过，不能再提异议"):
            held.object("局", 召开="有纪要")
        held.at("group_office", "区", lambda: actions.pass_over(held.scheme))
        assert held.fresh("局").step == "confirm"
        held.confirm("局")
    assert Result.unscoped.get().objections == 0


def test_a_unit_that_never_answers_is_checked_without_it_and_it_says_so(held: Held) -> None:
    held.call("局", "甲街")
    with pytest.raises(Exception, match="没有逾期未报的单位"):
        held.at("group_office", "区", lambda: actions.pass_over(held.scheme))
    held.score("局", 召开="40", 组织="40")
    with clock.at(LATER):
        assert held.at("group_office", "区", lambda: actions.pass_over(held.scheme)) == 1
        held.check("甲街", 召开="20", 建好="10")
        held.agree("甲街")
        held.confirm("甲街")
    row = Result.unscoped.get(unit=held.office.units["甲街"])
    assert row.own is None
    assert (row.marks, row.grade) == (Decimal("50.00"), "failing")
    assert not queries.told(held.scheme)[0].has_own


def test_what_was_reviewed_before_the_marks_were_checked_anew_is_over(held: Held) -> None:
    other = second(held.office)
    held.call("局")
    held.score("局", 召开="40", 组织="40")
    held.check("局", {"召开": "少一次"}, 召开="30", 组织="40")
    held.object("局", 召开="有纪要")
    key = queries.lines_of(held.fresh("局"))[0].key
    with acting_as(other):
        sent = {f"upheld_{key}": "yes", f"settled_{key}": "35", f"answer_{key}": "部分属实"}
        engine.decide(held.seat("局"), "confirm", data=sent)
    assert queries.lines_of(held.fresh("局"))[0].final == 35
    held.at("leader", "区", lambda: engine.decide(held.seat("局"), "check", opinion="请再核"))
    held.check("局", {"召开": "三次齐全"}, 召开="38", 组织="40")
    held.agree("局")
    [first, *_] = queries.lines_of(held.fresh("局"))
    assert (first.final, first.objection, first.upheld) == (Decimal(38), "", None)
    held.confirm("局")
    assert (Result.unscoped.get().objections, Result.unscoped.get().marks) == (0, Decimal("97.50"))


def test_a_unit_that_was_merged_meanwhile_is_gone_on_with(held: Held) -> None:
    held.call("甲街", "乙街")
    with acting_as(held.office.person("system_admin")):
        units.merge(held.office.units["甲街"], held.office.units["乙街"], since=clock.today(), reason="撤并")
    page = show(held.office.client(held.office.person("group_office")), "schemes.show", held.scheme.pk)
    assert "已并入乙街道办事处" in page
    assert held.at("group_office", "区", lambda: actions.pass_over(held.scheme)) == 1
    held.check("甲街", 召开="40", 建好="20")
    assert held.fresh("甲街").step == "answer"
    held.at("group_office", "区", lambda: actions.pass_over(held.scheme))
    held.confirm("甲街")
    assert Result.unscoped.get().unit == held.office.units["甲街"]


def test_once_opened_a_scheme_is_fixed_and_opened_once(held: Held) -> None:
    held.call("局")
    for act in (
        lambda: actions.add(held.scheme, {"text": "多一项", "score": Decimal(5)}),
        lambda: actions.strike(held.scheme.criteria.first()),  # type: ignore[arg-type]
        lambda: actions.drop(held.scheme),
        lambda: actions.call(held.scheme, [held.office.units["局"]]),
    ):
        with pytest.raises(Exception, match="考核已经发起，办法不能再改"):
            held.at("group_office", "区", act)
    assert Round.unscoped.filter(flow=queries.FLOW).count() == 1


def test_two_who_open_at_once_open_it_once(twin: Office) -> None:
    with clock.at(MONDAY):
        with acting_as(twin.person("group_office")):
            terms = actions.SchemeTerms("两人一起发起", **TERMS)  # type: ignore[arg-type]
            scheme = actions.draft(terms, read_scoring(rows_of_text(TABLE)))
        account, unit = twin.person("group_office"), twin.units["局"]

        def call() -> Any:
            with clock.at(MONDAY), acting_as(account):
                return actions.call(scheme, [unit])

        found = at_once(call, call)
    assert sum(not isinstance(one, Exception) for one in found) == 1, found
    assert Case.unscoped.filter(round__name="两人一起发起").count() == 1


def test_a_unit_to_which_nothing_applies_is_not_asked(held: Held) -> None:
    with acting_as(held.office.person("group_office")):
        for one in held.scheme.criteria.filter(applies_to=[], kind="base"):
            actions.amend(one, {"applies_to": ["department"]})
        with pytest.raises(Exception, match="甲厂有限公司没有适用的基本分考核项"):
            actions.call(held.scheme, [held.office.units["局"], held.office.units["甲厂"]])
    assert not Case.unscoped.exists()


def test_no_round_of_it_opens_without_a_scheme(held: Held) -> None:
    from jiangtai.flows import rounds

    with acting_as(held.office.person("group_office")):
        made = rounds.make(queries.FLOW, name="空的", host=held.office.units["区"], opens=MONDAY, closes=LATER, quota=1)
        with pytest.raises(Exception, match="请在“考核所属单位”里按考核办法发起"):
            rounds.start(made)


def test_what_the_house_knows_arrives_filled_and_a_task_speaks_for_a_criterion(held: Held) -> None:
    office = held.office
    with acting_as_job("测试"):
        plan = Plan.objects.create(unit=office.units["区"], title="方案", text="一、举措", state="in_force",
                                   confirmed_at=clock.now())  # fmt: skip
        measure: Measure = plan.measures.create(place=0, number=1, title="举措", first=0, last=1)
        task = Task.unscoped.create(measure=measure, unit=office.units["局"], title="组织职工技能培训班", year=2026,
                                    since=date(2026, 1, 1), due=date(2026, 12, 31))  # fmt: skip
        Report.unscoped.create(task=task, period="10月调度", says="on_track", narrative="已办 6 期。",
                               reported_on=MONDAY, accepted_on=MONDAY)  # fmt: skip
    held.call("局")
    desk = office.client(office.person("liaison", "局"))
    page = show(desk, "cases.show", held.cases["局"].pk)
    assert "“组织职工技能培训班”" in page
    assert "已办 6 期（10月调度）" in page
    assert "来自：本单位任务和认可的进展" in page
    line = next(one for one in queries.lines_of(held.fresh("局")) if one.text.startswith("组织"))
    place = list(queries.papers(held.fresh("局"))).index(line.key)
    sent: dict[str, Any] = {**held.own("局", 召开="40", 组织="40"), f"tasks_{line.key}": [str(task.pk)]}
    upload = SimpleUploadedFile("花名册.pdf", PDF, "application/pdf")
    answered = desk.post(
        reverse("cases.show", args=[held.cases["局"].pk]),
        {**sent, "seat": str(held.seat("局")), "outcome": "check", f"file_{place}": upload},
    )
    assert answered.status_code == 302, text(answered)
    labels = [one.label for one in queries.evidence_of(held.fresh("局"))[line.key]]
    assert labels == ["花名册.pdf", "任务：组织职工技能培训班"]
    checking = show(office.client(office.person("group_office")), "cases.show", held.cases["局"].pk)
    assert "佐证：花名册.pdf、任务：组织职工技能培训班" in checking


def test_a_figure_is_printed_beside_the_marks_with_its_rows_for_who_checks(
    held: Held, tmp_path: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(manifest, "folder_of", lambda: tmp_path)
    with acting_as(held.office.person("group_office")):
        one = held.scheme.criteria.get(place=2)
        actions.amend(one, {"indicator": "reform.finished_tasks"})
    held.call("局")
    desk = held.office.client(held.office.person("liaison", "局"))
    page = show(desk, "cases.show", held.cases["局"].pk)
    assert "指标：本期完成任务数 2026年（截至2026年11月16日）还没有计算" in page
    held.score("局", 召开="40", 组织="40")
    checking = show(held.office.client(held.office.person("group_office")), "cases.show", held.cases["局"].pk)
    unit = held.office.units["局"].pk
    assert f"/reform.finished_tasks/?period=2026&amp;unit={unit}" in checking


def test_a_unit_without_account_marks_itself_by_a_link(held: Held) -> None:
    held.call("乙街")
    sent = held.own("乙街", 召开="40", 建好="20")
    token = held.at("group_office", "区", lambda: engine.link_for(held.seat("乙街")))
    link = links.look("seat", token)
    with acting_by_link(held.office.units["乙街"], "乙街道办事处（链接）", link.target):
        engine.decide(link.target, "check", data=sent, link=link)
    assert held.fresh("乙街").step == "check"


# pages


def test_the_office_draws_up_a_scheme_from_a_word_table_and_is_told_what_is_wrong(office: Office) -> None:
    client = office.client(office.person("group_office"))
    assert "还没有考核办法" in show(client, "schemes.list")
    form = {name: str(value) for name, value in TERMS.items()} | {"title": "办法"}
    assert "依次降低" in refused(client, "schemes.new", **{**form, "good": "95"})
    both = refused(client, "schemes.new", **form, pasted=TABLE, file=_word([["考核内容", "分值"], ["开会", "5"]]))
    assert "三选一" in both
    wrong = refused(client, "schemes.new", **form, file=_word([["考核内容", "分值"], ["开会", "五分"]]))
    assert "分值“五分”不是数" in wrong
    page = send(client, "schemes.new", **form, file=_word([["考核内容", "分值"], ["开会", "60"], ["培训", "40"]]))
    assert "已拟定，2 个考核项，基本分合计 100 分" in page
    assert "已有名为“办法”的考核办法" in refused(client, "schemes.new", **form)
    page = send(client, "schemes.new", **{**form, "title": "来年办法"}, origin=f"scheme:{Scheme.unscoped.get().pk}")
    assert "复制自考核办法：办法" in page


def _word(rows: list[list[str]]) -> SimpleUploadedFile:
    made, file = docx.Document(), io.BytesIO()
    made.add_paragraph("考核评分表")
    table = made.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    made.save(file)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return SimpleUploadedFile("评分表.docx", file.getvalue(), kind)


def test_it_is_copied_from_the_table_by_which_one_is_assessed(held: Held) -> None:
    with acting_as(held.office.person("group_office")):
        call = assessments.Call("市考核", "市领导小组办公室", 2026, LATER)
        table = assessments.take(call, read_scoring(rows_of_text(TABLE)))
        terms = actions.SchemeTerms("照市里的", **TERMS)  # type: ignore[arg-type]
        made = actions.draft(terms, origin=f"assessment:{table.pk}")
        with pytest.raises(Exception, match="不在了"):
            actions.draft(actions.SchemeTerms("没有的", **TERMS), origin="assessment:x")  # type: ignore[arg-type]
    assert made.criteria.count() == 5
    assert made.origin == "复制自迎检考核评分表：市考核"
    assert made.criteria.get(place=3).applies_to == ["street"]


def test_criteria_are_added_changed_and_struck_while_it_is_drawn_up(held: Held) -> None:
    client, pk = held.office.client(held.office.person("group_office")), held.scheme.pk
    assert "请核对" in refused(client, "schemes.edit", pk, title="x", **{**TERMS, "good": "99"})
    assert 'value="服务职工"' in show(client, "schemes.criterion", pk)
    page = send(client, "schemes.criterion", pk, text="报送信息", score="2.5", kind="bonus", applies_to=["street"])
    assert "报送信息" in page
    one = held.scheme.criteria.get(text="报送信息")
    page = send(client, "schemes.criterion.edit", pk, one.pk, text="报送简报", score="3", kind="base")
    assert "报送简报" in page
    assert "103 分" in page
    send(client, "schemes.criterion.drop", pk, one.pk)
    assert held.scheme.criteria.count() == 5
    assert client.get(reverse("schemes.criterion.edit", args=[pk, one.pk])).status_code == 404


def test_the_office_opens_urges_and_sees_where_each_unit_stands(held: Held) -> None:
    client, pk = held.office.client(held.office.person("group_office")), held.scheme.pk
    held.office.person("liaison", "局")
    assert "没有找到“没有的局”" in refused(client, "schemes.open", pk, units="没有的局")
    page = send(client, "schemes.open", pk, units="区人社局\n甲街道办事处\n甲厂有限公司", note="请附佐证")
    assert "已请 3 个单位自评" in page
    assert "参加 3 家，待自评 3，已审定 0" in page
    assert client.get(reverse("schemes.open", args=[pk])).status_code == 404
    assert "已提醒" in send(client, "schemes.urge", pk)
    assert "今天已经催办过" in refused(client, "schemes.urge", pk)
    with clock.at(LATER):
        client = held.office.client(held.office.person("group_office"))
        question = show(client, "schemes.pass_over", pk)
        assert "逾期未自评 3 家" in question
        assert "已转办 3 家" in send(client, "schemes.pass_over", pk)


def test_by_default_departments_and_streets_are_asked(held: Held) -> None:
    client, pk = held.office.client(held.office.person("group_office")), held.scheme.pk
    assert "已请 3 个单位自评" in send(client, "schemes.open", pk)
    assert {str(one.unit) for one in queries.cases(Scheme.unscoped.get())} == {
        "区人社局",
        "甲街道办事处",
        "乙街道办事处",
    }


@pytest.fixture
def done(held: Held) -> Held:
    """Two units confirmed at once by the leader."""
    held.call("局", "甲街")
    held.score("局", 召开="40", 组织="40")
    held.check("局", {"召开": "少一次"}, 召开="30", 组织="40")
    held.score("甲街", 召开="20", 建好="20")
    held.check("甲街", 召开="20", 建好="20")
    for key in ("局", "甲街"):
        held.agree(key)
    return held


def test_the_leader_confirms_all_that_wait_and_each_unit_sees_its_own(done: Held) -> None:
    office, pk = done.office, done.scheme.pk
    leader = office.client(office.person("leader"))
    assert "等待审定的 2 家" in show(leader, "schemes.confirm", pk)
    assert "已审定 2 家" in send(leader, "schemes.confirm", pk, opinion="同意。")
    assert "没有等待审定的单位" in refused(leader, "schemes.confirm", pk)
    table = show(leader, "schemes.results", pk)
    for words in ("87.5", "66.67", "良好", "合格", "组织领导"):
        assert words in table
    own = Result.unscoped.get(unit=office.units["局"])
    desk = office.client(office.person("liaison", "局"))
    assert "87.5" in show(desk, "results.list")
    page = show(desk, "results.show", own.pk)
    assert "少一次" in page
    assert "87.5 分（满分 100 分，87.5%）" in page
    other = Result.unscoped.get(unit=office.units["甲街"])
    assert desk.get(reverse("results.show", args=[other.pk])).status_code == 404
    assert desk.get(reverse("schemes.results", args=[pk])).status_code == 403


def test_results_go_out_as_a_sheet_and_as_a_bulletin_and_the_audit_has_both(done: Held) -> None:
    office, pk = done.office, done.scheme.pk
    client = office.client(office.person("group_office"))
    assert client.get(reverse("schemes.bulletin", args=[pk])).status_code == 404
    done.confirm("局")
    assert "还有 1 家没有审定" in refused(client, "schemes.bulletin", pk)
    done.at("leader", "区", lambda: actions.confirm_all(done.scheme))
    sheet = client.post(reverse("schemes.results", args=[pk]), {"do": "export"})
    assert sheet.status_code == 200
    assert b"".join(sheet)[:2] == b"PK"
    page = send(client, "schemes.bulletin", pk)
    one = Instrument.unscoped.get()
    assert "（发出时编号）" in page
    assert "66.67（满分 100）" in page
    assert "平均得分率为 77.09%" in one.body
    assert client.get(reverse("schemes.bulletin", args=[pk])).status_code == 404
    with acting_as(office.person("group_office")), pytest.raises(Refused, match="“2026年度考核办法”的通报已经拟过"):
        actions.draft_bulletin(done.scheme)
    assert client.post(reverse("instruments.issue_bulletin", args=[one.pk])).status_code == 403
    send(office.client(office.person("leader")), "instruments.issue_bulletin", one.pk)
    one.refresh_from_db()
    assert (one.number, one.state) == ("产改通报〔2026〕1号", "closed")
    assert Message.objects.filter(kind="reform.sent", to=office.person("liaison", "甲街")).count() == 1
    word = client.post(reverse("instruments.paper", args=[one.pk, "docx"]))
    paper = docx.Document(io.BytesIO(word.content))
    said = "\n".join(row.text for row in paper.paragraphs)
    assert "关于2026年度产业工人队伍建设改革考核结果的通报" in said
    assert "附件：各单位得分表" in said and "测试区产业工人队伍建设改革工作领导小组" in said
    assert "无异议" in [cell.text for row in paper.tables[0].rows for cell in row.cells]
    assert client.post(reverse("instruments.paper", args=[one.pk, "pdf"])).content[:4] == b"%PDF"
    assert "考核通报" in show(client, "schemes.show", pk)
    kept = done.at("audit_admin", "区", lambda: list(AuditEntry.objects.values_list("action", flat=True)))
    assert kept.count("export") == 1
    assert kept.count("paper.taken") == 2
    assert "scheme.confirmed" in kept
    assert kept.count("instrument.issued") == 1


def test_the_average_of_the_units_stands_beside_the_scheme_and_opens_to_them(done: Held) -> None:
    client, pk = done.office.client(done.office.person("group_office")), done.scheme.pk
    assert "平均得分率" not in show(client, "schemes.show", pk)
    done.at("leader", "区", lambda: actions.confirm_all(done.scheme))
    page = show(client, "schemes.show", pk)
    assert "77.09%" in page
    assert f'href="{reverse("schemes.results", args=[pk])}">77.09%' in page
    assert "77.09%" in show(client, "schemes.list")


def test_an_assessment_is_ended_with_a_reason_and_who_is_left_is_told(done: Held) -> None:
    office, pk = done.office, done.scheme.pk
    done.confirm("局")
    client = office.client(office.person("group_office"))
    assert "甲街道办事处" in show(client, "schemes.close", pk)
    assert "还有 1 家没有审定，结束前请写明原因" in refused(client, "schemes.close", pk)
    page = send(client, "schemes.close", pk, why="街道撤并，不再考核。")
    assert "已结束" in page
    assert "街道撤并，不再考核。" in page
    told = Message.objects.filter(kind="reform.assessment_closed")
    assert [one.to for one in told] == [office.person("liaison", "甲街")]
    assert done.fresh("甲街").state == Case.State.WITHDRAWN
    assert Result.unscoped.get().unit == office.units["局"]
    assert client.get(reverse("schemes.urge", args=[pk])).status_code == 404
    assert "区人社局" in show(client, "schemes.results", pk)
    with acting_as(office.person("group_office")), pytest.raises(Refused, match="只有考核中的可以结束"):
        actions.close(done.scheme, "再来")
    assert "已生成考核通报草稿" in send(client, "schemes.bulletin", pk)


def test_an_assessment_in_which_all_are_done_ends_without_a_word(done: Held) -> None:
    done.at("leader", "区", lambda: actions.confirm_all(done.scheme))
    with pytest.raises(Refused, match="只有领导小组办公室"):
        done.at("leader", "区", lambda: actions.close(done.scheme, ""))
    assert done.at("group_office", "区", lambda: actions.close(done.scheme, "")).closed_on == MONDAY


def test_two_who_end_at_once_end_it_once(twin: Office) -> None:
    with clock.at(MONDAY), acting_as(twin.person("group_office")):
        terms = actions.SchemeTerms("两人一起结束", **TERMS)  # type: ignore[arg-type]
        scheme = actions.draft(terms, read_scoring(rows_of_text(TABLE)))
        actions.call(scheme, [twin.units["乙街"]])
    account = twin.person("group_office")

    def ends() -> Any:
        with clock.at(MONDAY), acting_as(account):
            return actions.close(scheme, "不再考核")

    found = at_once(ends, ends)
    assert sum(isinstance(one, Scheme) for one in found) == 1, found
    assert [str(one) for one in found if isinstance(one, Exception)] == ["只有考核中的可以结束，请刷新后查看"], found
    assert Case.unscoped.get(round__name="两人一起结束").state == Case.State.WITHDRAWN


def test_two_who_confirm_all_at_once_confirm_each_unit_once(twin: Office) -> None:
    with clock.at(MONDAY):
        with acting_as(twin.person("group_office")):
            terms = actions.SchemeTerms("两人一起审定", **TERMS)  # type: ignore[arg-type]
            held = Held(twin, actions.draft(terms, read_scoring(rows_of_text(TABLE))))
        held.call("乙街")
        held.score("乙街", 召开="40", 建好="20")
        held.check("乙街", 召开="40", 建好="20")
        held.agree("乙街")
        account = twin.person("leader")

    def confirms() -> Any:
        with clock.at(MONDAY), acting_as(account):
            return actions.confirm_all(held.scheme)

    found = at_once(confirms, confirms)
    assert found.count(1) == 1, found
    assert sum(isinstance(one, Exception) for one in found) == 1, found
    assert Result.unscoped.filter(scheme=held.scheme).count() == 1
    assert not [one for one in found if isinstance(one, Exception) and not isinstance(one, (ValidationError, Refused))]


def test_two_who_draft_the_bulletin_at_once_draft_it_once(twin: Office) -> None:
    with clock.at(MONDAY):
        with acting_as(twin.person("group_office")):
            terms = actions.SchemeTerms("两人一起拟通报", **TERMS)  # type: ignore[arg-type]
            held = Held(twin, actions.draft(terms, read_scoring(rows_of_text(TABLE))))
        held.call("甲街")
        held.score("甲街", 召开="40", 建好="20")
        held.check("甲街", 召开="40", 建好="20")
        held.agree("甲街")
        held.confirm("甲街")
        account = twin.person("group_office")

    def drafts() -> Any:
        with clock.at(MONDAY), acting_as(account):
            return actions.draft_bulletin(held.scheme)

    found = at_once(drafts, drafts)
    assert sum(isinstance(one, Instrument) for one in found) == 1, found
    assert [str(one)[:12] for one in found if isinstance(one, Refused)] == ["“两人一起拟通报”的通报"], found


def test_more_units_cost_no_more_questions(held: Held) -> None:
    held.call("局", "甲街", "乙街", "甲厂")
    office = held.office
    client = office.client(office.person("leader"))
    addresses = [reverse(name, args=[held.scheme.pk]) for name in ("schemes.show", "schemes.results")]

    def asked() -> list[int]:
        found = []
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as counted:
                assert client.get(address).status_code == 200
            found.append(len(counted))
        return found

    held.score("局", 召开="40", 组织="40")
    held.check("局", 召开="40", 组织="40")
    held.agree("局")
    held.confirm("局")
    few = asked()
    for key in ("甲街", "乙街"):
        held.score(key, 召开="40", 建好="20")
        held.check(key, 召开="40", 建好="20")
        held.agree(key)
        held.confirm(key)
    assert asked() == few
