"""Inspections: drawn so that anybody can repeat it, recorded by two, put right with evidence, closed and reported."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document

from jiangtai import ledger
from jiangtai.access import AuditEntry, Refused, acting_as, acting_as_job
from jiangtai.domains.reform.actions import inspecting as actions
from jiangtai.domains.reform.facts import FindingClosed, FindingMade, UnitInspected
from jiangtai.domains.reform.models import Inspection, InspectionFinding, Inspector, Visit
from jiangtai.domains.reform.queries import inspecting as queries
from jiangtai.domains.reform.rules import footnotes
from jiangtai.domains.reform.rules import inspecting as rules
from jiangtai.flows import Case, engine, materials
from jiangtai.kernel import clock
from jiangtai.messages import Message

from .following import TODAY, Following, read_paper, refused, scan, second, send, show

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)
PLAN = {
    "title": "职业教育法规落实检查", "since": str(TODAY), "until": str(TODAY + timedelta(days=20)),
    "points": "是否提取教育经费｜第五十八条\n是否建立学徒台账", "inspectors": "陈桂芳 区总工会\n联络员 区人社局",
}  # fmt: skip
SOON = TODAY + timedelta(days=15)


def prepared(following: Following, *units: str) -> Inspection:
    office = following.office
    office.person("liaison", "局")
    with acting_as(office.person("group_office")):
        call = actions.Call("职业教育法规落实检查", TODAY, TODAY + timedelta(days=20))
        people = [("陈桂芳", "区总工会"), ("联络员", "区人社局")]
        return actions.prepare(call, [], rules.checklist(PLAN["points"]), [office.units[one] for one in units], people)


def running(following: Following, *units: str) -> Inspection:
    one = prepared(following, *(units or ("甲街", "乙街")))
    with acting_as(following.office.person("group_office")):
        return actions.issue(one)


def confirmed(following: Following, one: Inspection, unit: str = "甲街", *, fails: int = 1) -> Visit:
    visit = one.visits.get(unit=following.office.units[unit])
    points = list(one.points.all())
    told = {row.pk: ("fails", f"问题{at}") if at < fails else ("meets", "") for at, row in enumerate(points)}
    with acting_as(following.office.person("group_office")):
        actions.mark(visit, told)
        return actions.confirm(visit, TODAY, list(one.inspectors.all()), SOON)


def sent(following: Following, one: Inspection, unit: str = "甲街") -> InspectionFinding:
    visit = confirmed(following, one, unit)
    following.office.person("liaison", unit)
    with acting_as(following.office.person("group_office")):
        actions.send_out(visit)
    return visit.findings.get()


def put_right(following: Following, one: InspectionFinding, unit: str = "甲街") -> None:
    case = Case.unscoped.get(pk=one.case)
    with acting_as(following.office.person("liaison", unit)):
        materials.attach(case.pk, "整改佐证", scan("整改.pdf"))
        engine.decide(case.seats.get(state="open").pk, "recheck", data={"done": "已补提经费。"})


def looked_at(inspector: Any, case: Case, outcome: str, opinion: str) -> None:
    """Whoever found it looks again, at the seat that is theirs by name."""
    with acting_as(inspector):
        engine.decide(case.seats.get(state="open", account=inspector).pk, outcome, opinion=opinion)


# preparing and drawing


def test_an_inspection_is_prepared_announced_and_numbered(following, signed_in):
    office = signed_in("group_office")
    desk = following.office.person("liaison", "甲街")
    page = send(office, "inspections.new", **PLAN, units="甲街道办事处\n乙街道办事处")
    for wanted in ("是否提取教育经费", "第五十八条", "甲街道办事处", "陈桂芳（区总工会）", "筹备中"):
        assert wanted in page, wanted
    one = Inspection.unscoped.get()
    assert "已发出检查通知 产改检〔2026〕1号" in send(office, "inspections.issue", one.pk)
    assert "不能再改" in refused(office, "inspections.issue", one.pk)
    assert Message.objects.filter(kind="reform.inspection", to=desk).count() == 1
    answer = office.post(reverse("inspections.paper", args=[one.pk, "notice", "docx"]))
    said = "\n".join(line.text for line in Document(io.BytesIO(answer.content)).paragraphs)
    sender = "测试区产业工人队伍建设改革工作领导小组"
    for wanted in (
        sender,
        "产改检〔2026〕1号",
        "关于开展职业教育法规落实检查的通知",
        "陈桂芳（区总工会）、联络员（区人社局）",
    ):
        assert wanted in said, wanted


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"until": "2026-11-01"}, "早于检查开始"),
        ({"inspectors": "陈桂芳 区总工会"}, "检查人员至少 2 人"),
        ({"units": "没有的局"}, "没有找到这个单位"),
        ({"points": "｜第五十八条"}, "第 1 行：要点要写"),
    ],
)
def test_wrong_input_is_answered_in_plain_words(following, signed_in, form, said):
    assert said in refused(signed_in("group_office"), "inspections.new", **{**PLAN, **form})
    assert not Inspection.unscoped.exists()


def test_what_is_lacking_is_named_before_it_is_announced(following):
    one = prepared(following)
    with acting_as(following.office.person("group_office")), pytest.raises(ValidationError, match="还没有受检单位"):
        actions.issue(one)


def test_a_draw_is_kept_with_its_seed_and_anybody_can_repeat_it(following, signed_in):
    office, one = signed_in("group_office"), prepared(following)
    people = "甲一 区总工会\n乙二 区人社局\n丙三 区教育局"
    told = {"kind": "street", "number": "1", "people": people, "inspectors": "2", "seed": "483920"}
    assert "抽取数应在 1 到 2 之间" in refused(office, "inspections.draw", one.pk, **{**told, "number": "9"})
    page = send(office, "inspections.draw", one.pk, **told)
    assert "种子 483920-" in page
    assert "复核一致" in page
    one.refresh_from_db()
    streets = sorted(str(following.office.units[name].pk) for name in ("甲街", "乙街"))
    assert one.pool == streets
    assert [str(row.unit_id) for row in one.visits.all()] == rules.drawn(one.seed, streets, 1)
    assert one.inspectors.count() == 2
    assert "不能重抽" in refused(office, "inspections.draw", one.pk, **told)
    with acting_as_job("测试"):
        entry = AuditEntry.objects.filter(action="inspection.drawn").latest("id")
    assert (entry.details["seed"], entry.details["digest"]) == (one.seed, rules.digest(streets))
    send(office, "inspections.edit", one.pk, title="改名", since=PLAN["since"], until=PLAN["until"], points="一个要点")
    assert one.visits.count() == 1
    one.visits.update(unit=following.office.units["局"])
    assert not queries.redrawn(one)


def test_nobody_chooses_a_seed_until_the_result_suits(following):
    """Whoever knows the list could try seeds at home: what they say is only the beginning of the one that draws."""
    seeds = []
    people = [("甲一", "区总工会"), ("乙二", "区人社局")]
    for _ in range(2):
        one = prepared(following)
        with acting_as(following.office.person("group_office")):
            seeds.append(actions.draw(one, "street", 1, people, 2, "483920" * 8).seed)
    assert seeds[0] != seeds[1]
    assert all(one.startswith("483920") and len(one) <= 64 for one in seeds)


def test_a_draw_that_is_given_up_stays_to_be_seen_and_is_counted(following, signed_in):
    office, people = signed_in("group_office"), [("甲一", "区总工会"), ("乙二", "区人社局")]
    clerk = following.office.person("group_office")
    first, second_one = prepared(following), prepared(following)
    with acting_as(clerk):
        actions.draw(first, "street", 1, people, 2)
    assert "本单位当年共抽取 1 次" in show(office, "inspections.show", first.pk)
    assert refused(office, "inspections.drop", first.pk, reason="")
    with acting_as(clerk), pytest.raises(ValidationError, match="放弃须写明理由"):
        actions.drop(first, " ")
    send(office, "inspections.drop", first.pk, reason="检查推迟到明年")
    first.refresh_from_db()
    assert (first.state, first.visits.count()) == ("dropped", 1)
    page = show(office, "inspections.show", first.pk)
    assert "检查推迟到明年" in page
    assert "放弃监督检查" not in page
    with acting_as(clerk):
        for act in (lambda: actions.draw(first, "street", 1, people, 2), lambda: actions.issue(first),
                    lambda: actions.drop(first, "再来")):  # fmt: skip
            with pytest.raises(Refused, match="已经放弃"):
                act()
        actions.draw(second_one, "street", 1, people, 2)
    page = show(office, "inspections.show", second_one.pk)
    assert "本单位当年共抽取 2 次，其中放弃 1 次" in page
    assert f"抽取人 {clerk.name}" in page
    assert signed_in("liaison", "局").get(reverse("inspections.show", args=[first.pk])).status_code == 404


def test_what_was_never_drawn_is_given_up_for_good(following, signed_in):
    one = prepared(following)
    send(signed_in("group_office"), "inspections.drop", one.pk, reason="不查了")
    assert not Inspection.unscoped.exists()


@pytest.mark.parametrize(("which", "form"), [("notice", "docx"), ("report", "pdf")])
def test_who_takes_a_paper_along_stands_in_the_audit(following, signed_in, which, form):
    one = running(following)
    visit = sent(following, one).visit
    office = signed_in("group_office")
    assert office.post(reverse("inspections.paper", args=[one.pk, which, form])).status_code == 200
    assert office.post(reverse("inspections.rectification", args=[visit.pk, form])).status_code == 200
    with acting_as_job("测试"):
        entries = AuditEntry.objects.filter(action="paper.taken").order_by("id")
        assert [row.details["form"] for row in entries] == [form, form]


def test_a_draw_is_even_and_the_same_for_all():
    pool = [f"单位{at}" for at in range(100)]
    assert rules.drawn("甲", pool, 10) == rules.drawn("甲", reversed(pool), 10)
    assert rules.drawn("甲", pool, 10) != rules.drawn("乙", pool, 10)
    often = {one: sum(one in rules.drawn(str(seed), pool, 10) for seed in range(300)) for one in pool}
    assert min(often.values()) > 10
    assert max(often.values()) < 60


# on the spot


def test_an_inspector_records_on_the_spot_with_photos(following, signed_in):
    one = running(following)
    visit = one.visits.get(unit=following.office.units["甲街"])
    first, second = one.points.all()
    inspector = signed_in("liaison", "局")
    assert "职业教育法规落实检查" in show(inspector, "inspections.list")
    page = refused(inspector, "inspections.record", visit.pk, **{f"result_{first.pk.hex}": "fails"})
    assert "请写明是什么问题" in page
    photo = SimpleUploadedFile("现场.png", PNG, "image/png")
    page = send(inspector, "inspections.record", visit.pk, **{
        f"result_{first.pk.hex}": "fails", f"words_{first.pk.hex}": "没有提取", f"photo_{first.pk.hex}": photo,
    })  # fmt: skip
    assert "还有 1 个要点没有记" in page
    people = [str(row.pk) for row in one.inspectors.all()]
    form = {"on": str(TODAY), "inspectors": people, "due": str(SOON)}
    assert "还有 1 个要点没有记结果" in refused(inspector, "inspections.confirm", visit.pk, **form)
    send(inspector, "inspections.record", visit.pk, **{
        f"result_{first.pk.hex}": "fails", f"words_{first.pk.hex}": "没有提取", f"result_{second.pk.hex}": "none",
    })  # fmt: skip
    assert "至少 2 人" in refused(inspector, "inspections.confirm", visit.pk, **{**form, "inspectors": people[:1]})
    page = send(inspector, "inspections.confirm", visit.pk, **form)
    assert "发现问题 1 个" in page
    assert inspector.get(reverse("inspections.record", args=[visit.pk])).status_code == 404
    taken = visit.marks.get(point=first).photos.get()
    assert b"".join(inspector.get(reverse("inspections.photo", args=[visit.pk, taken.pk]))) == PNG
    assert inspector.post(reverse("inspections.send", args=[visit.pk])).status_code == 403
    with acting_as_job("测试"):
        assert ledger.every(UnitInspected).get().fact.unit == following.office.units["甲街"].pk
        assert ledger.every(FindingMade).get().fact.due == SOON


def test_only_who_is_sent_records(following, signed_in):
    one = running(following)
    visit = one.visits.first()
    stranger = signed_in("liaison", "乙街")
    assert stranger.get(reverse("inspections.show", args=[one.pk])).status_code == 404
    assert stranger.get(reverse("inspections.visit", args=[visit.pk])).status_code == 404
    assert stranger.get(reverse("inspections.record", args=[visit.pk])).status_code == 404
    with acting_as(following.office.person("liaison", "乙街")), pytest.raises(Refused, match="检查人员"):
        actions.mark(visit, {})


def test_an_inspector_sees_nothing_before_it_is_announced(following, signed_in):
    one = prepared(following, "甲街")
    assert signed_in("liaison", "局").get(reverse("inspections.show", args=[one.pk])).status_code == 404


# putting right


def test_a_finding_is_put_right_returned_looked_at_again_and_closed(following, signed_in):
    one = running(following)
    visit = confirmed(following, one)
    office = signed_in("group_office")
    following.office.person("liaison", "甲街")
    assert "已发整改通知，1 个问题" in send(office, "inspections.send", visit.pk)
    assert "已经发出" in refused(office, "inspections.send", visit.pk)
    finding = visit.findings.get()
    case = Case.unscoped.get(pk=finding.case)
    assert (case.step, case.seats.get(state="open").due) == ("rectify", SOON)
    desk = signed_in("liaison", "甲街")
    assert "问题0" in show(desk, "cases.waiting")
    page = show(desk, "cases.show", case.pk)
    assert f"请于 {SOON} 前整改" in page
    found = show(desk, "inspections.findings", stage="rectify")
    assert "问题0" in found
    assert f"<small>办件 {case.number}</small>" in found
    with acting_as(following.office.person("liaison", "甲街")), pytest.raises(ValidationError, match="整改佐证"):
        engine.decide(case.seats.get(state="open").pk, "recheck", data={"done": "已改"})
    put_right(following, finding)
    inspector, clerk = following.office.person("liaison", "局"), following.office.person("group_office")
    assert Message.objects.filter(kind="flows.asked", to=inspector).count() == 1
    assert not Message.objects.filter(kind="flows.asked", to=clerk).exists()
    assert "问题0" in show(signed_in("liaison", "局"), "cases.waiting")
    looked_at(inspector, case, "rectify", "佐证看不清")
    put_right(following, finding)
    assert "问题0" in show(office, "inspections.findings", stage="recheck", inspection=str(one.pk))
    looked_at(inspector, case, "close", "已到现场复查")
    assert "问题0" in show(office, "inspections.findings", stage="close", inspection=str(one.pk))
    with acting_as(clerk):
        engine.decide(case.seats.get(state="open").pk, "recheck", opinion="请补现场照片")
    looked_at(inspector, case, "close", "照片已补")
    with acting_as(inspector), pytest.raises(Refused, match="不由您现在的岗位办理"):
        engine.decide(case.seats.get(state="open").pk, "closed", opinion="好")
    with clock.at(SOON + timedelta(days=2)), acting_as(clerk):
        engine.decide(case.seats.get(state="open").pk, "closed", opinion="已查")
    finding.refresh_from_db()
    assert (finding.closed_on, finding.in_time) == (SOON + timedelta(days=2), True)
    with acting_as_job("测试"):
        assert ledger.every(FindingClosed).get().fact.in_time
        assert not ledger.every(FindingMade).current(SOON + timedelta(days=2)).exists()


def test_an_answer_after_the_day_is_late(following, signed_in):
    finding = sent(following, running(following))
    with clock.at(SOON + timedelta(days=1)):
        assert "超期未改" in show(signed_in("group_office"), "inspections.findings", stage="late")
        put_right(following, finding)
        case = Case.unscoped.get(pk=finding.case)
        looked_at(following.office.person("liaison", "局"), case, "close", "好")
        with acting_as(following.office.person("group_office")):
            engine.decide(case.seats.get(state="open").pk, "closed", opinion="好")
    finding.refresh_from_db()
    assert finding.in_time is False


def test_the_office_stands_in_for_an_inspector_and_a_colleague_closes(following):
    finding = sent(following, running(following))
    put_right(following, finding)
    case, clerk = Case.unscoped.get(pk=finding.case), following.office.person("group_office")
    with acting_as(clerk):
        engine.decide(case.seats.get(state="open", unit=following.office.units["区"]).pk, "close", opinion="已看")
        with pytest.raises(Refused, match="您办理过本件的“复查”"):
            engine.decide(case.seats.get(state="open").pk, "closed", opinion="好")
    with acting_as(second(following.office)):
        engine.decide(case.seats.get(state="open").pk, "closed", opinion="同意")
    finding.refresh_from_db()
    assert finding.closed_on == TODAY


def test_a_second_look_is_asked_of_who_was_there_and_of_no_one_else(following):
    one = running(following)
    following.office.person("liaison", "甲街")
    with acting_as(following.office.person("group_office")):
        visit = one.visits.get(unit=following.office.units["乙街"])
        actions.mark(visit, {row.pk: ("fails", "问题") for row in one.points.all()})
        people = [*one.inspectors.all()]
        extra = Inspector.objects.create(inspection=one, place=9, name="外请专家", body="市里")
        actions.confirm(visit, TODAY, [people[0], extra], SOON)
        following.office.person("liaison", "乙街")
        actions.send_out(visit)
    finding = visit.findings.first()
    put_right(following, finding, "乙街")
    seats = Case.unscoped.get(pk=finding.case).seats.filter(state="open")
    assert [(one.account, one.role) for one in seats] == [(None, "group_office")]


def test_papers_say_what_was_found_and_how_it_is_counted(following, signed_in):
    one, office = running(following), signed_in("group_office")
    finding = sent(following, one)
    answer = office.post(reverse("inspections.rectification", args=[finding.visit_id, "docx"]))
    document = Document(io.BytesIO(answer.content))
    said = "\n".join(line.text for line in document.paragraphs)
    assert "请于2026年12月5日前整改" in said
    assert "问题0" in [cell.text for cell in document.tables[0].rows[1].cells]
    confirmed(following, one, "乙街", fails=0)
    assert "检查已结束" in send(office, "inspections.close", one.pk, conclusion="总体较好。")
    assert "只有检查中的可以结束" in refused(office, "inspections.close", one.pk, conclusion="再来")
    answer = office.post(reverse("inspections.paper", args=[one.pk, "report", "docx"]))
    said = read_paper(answer.content)
    for wanted in (
        "应查单位 2 家①，已查 2 家②",
        "共查 4 项③",
        "发现问题 1 个",
        "问题0（整改中）",
        "总体较好。",
        "① 应查单位",
    ):
        assert wanted in said, wanted
    assert footnotes.unmarked(said) == []
    pdf = office.post(reverse("inspections.paper", args=[one.pk, "report", "pdf"]))
    assert pdf.content.startswith(b"%PDF")


def test_it_ends_when_all_were_seen_and_all_was_sent(following):
    one = running(following)
    confirmed(following, one)
    with acting_as(following.office.person("group_office")):
        with pytest.raises(ValidationError, match="还有 1 家没有确认"):
            actions.close(one, "好")
    confirmed(following, one, "乙街", fails=0)
    with acting_as(following.office.person("group_office")), pytest.raises(ValidationError, match="没有发整改通知"):
        actions.close(one, "好")


def test_counts_open_to_their_rows(following, signed_in):
    one = running(following)
    sent(following, one)
    confirmed(following, one, "乙街")
    page = show(signed_in("group_office"), "inspections.show", one.pk)
    assert f"?inspection={one.pk}&amp;stage=made" in page
    assert f"?inspection={one.pk}&amp;stage=rectify" in page
    found: Any = queries.counts(one)
    assert found == {"made": 1, "rectify": 1}


def test_inspectors_with_an_account_are_known_by_name_and_unit(following):
    one = prepared(following, "甲街")
    found = {row.name: row.account for row in Inspector.objects.filter(inspection=one)}
    assert found == {"陈桂芳": None, "联络员": following.office.person("liaison", "局").pk}
    assert rules.people("张毅，区总工会\n张毅 区总工会\n李一") == [("张毅", "区总工会"), ("李一", "")]
