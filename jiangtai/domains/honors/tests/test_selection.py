"""The craftsman selection from recommendation to award, and everything that must not happen on the way."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from jiangtai import credentials, ledger, people
from jiangtai.access import AuditEntry, Refused, acting_as, acting_as_job
from jiangtai.domains.honors import actions, queries
from jiangtai.domains.honors.facts import (
    AwardDue,
    AwardPaid,
    HonorGranted,
    HonorRevoked,
    NominationRefused,
    RevokedFor,
)
from jiangtai.domains.honors.flow import GrantHonor
from jiangtai.domains.honors.models import HonorTitle
from jiangtai.flows import (
    Case,
    CaseClosed,
    CaseOpened,
    Late,
    StepDecided,
    Unmet,
    engine,
    inbox,
    notices,
    rankings,
    records,
    rounds,
)
from jiangtai.flows.pages import showing
from jiangtai.kernel import clock

from .town import FILLED, open_round


def facts(*kinds, of=None):
    with acting_as_job("测试"):
        rows = ledger.every(*kinds)
        return [row.fact for row in (rows.of(of) if of else rows)]


def test_the_straight_way_ends_in_honor_certificate_and_award(town):
    case = town.to(town.nominate(town.workers[0]), "granted")
    assert (case.state, case.score, case.place) == ("ended", Decimal("92.000"), 1)
    (granted,) = facts(HonorGranted)
    assert (granted.person, granted.document) == (case.subject, "测试委发〔2026〕8号")
    assert granted.until == granted.on.replace(year=granted.on.year + 5)
    (due,) = facts(AwardDue)
    assert due.amount == Decimal(10_000)
    with acting_as_job("测试"):
        credential = credentials.Credential.objects.get()
        assert credentials.holder_of(credential) == "程远"
        assert ledger.FactRow.unscoped.get(pk=credential.cause).cause_id == case.pk
    assert len(facts(CaseOpened, of=case.pk)) == len(facts(CaseClosed, of=case.pk)) == 1
    decided = [one.step for one in facts(StepDecided, of=case.pk)]
    assert decided.count("review") == 5
    assert set(decided) == set(GrantHonor.steps) - {
        "firm_objection", "investigate", "granted", "passed_over", "refused"
    }  # fmt: skip


def test_what_it_brought_about_is_proved_from_its_page_and_who_judged_is_not(town, office):
    case = town.to(town.nominate(town.workers[0]), "granted")
    with acting_as_job("测试"):
        rows = list(ledger.FactRow.unscoped.filter(cause="case", cause_id=case.pk))
    named = [row.pk for row in rows if not row.type.startswith("flows.")]
    union, neighbour = (
        office.client(office.person("enterprise_union", "甲厂工会")),
        office.person("enterprise_hr", "乙厂"),
    )
    page = union.get(f"/office/cases/{case.pk}/").content.decode()
    assert "账本记录" in page and named and all(f"/office/facts/{fact}/" in page for fact in named)

    def answers(client, facts):
        return {client.get(f"/office/facts/{fact}/").status_code for fact in facts}

    assert answers(union, named) == {200} and answers(office.client(neighbour), named) == {404}
    of_itself = [row.pk for row in rows if row.pk not in named]
    assert of_itself and answers(office.client(office.person("group_office")), of_itself) == {404}


def test_a_nominee_who_does_not_qualify_is_told_every_reason(town):
    with pytest.raises(Unmet) as refused:
        town.nominate(town.workers[0], years_in_trade="3", attended="30", agreed="10")
    says = "".join(refused.value.messages)
    assert "从业 3 年，应满 5 年" in says
    assert "应到 60 人，实到 30 人" in says
    assert "赞成 10 人" in says
    assert not facts(StepDecided)
    assert Case.unscoped.get().step == "nominate"


def test_a_form_with_impossible_numbers_is_refused(town):
    with pytest.raises(ValidationError) as refused:
        town.nominate(town.workers[0], attended="90")
    assert "实到 90 人多于应到 60 人" in str(refused.value)


@pytest.mark.parametrize(
    ("filled", "says"),
    [({"years_in_trade": "45"}, "从业年限至多"), ({"met_on": "2099-01-01"}, "职工推荐会日期不能晚于今天")],
)
def test_what_nobody_can_have_done_is_refused(town, filled, says):
    with pytest.raises(ValidationError) as refused:
        town.nominate(town.workers[0], **filled)
    assert says in str(refused.value)


def test_a_returned_case_says_so_and_a_published_notice_is_no_verdict(town):
    case = town.to(town.nominate(town.workers[0]), "verify")
    town.act("union_officer@甲街", town.seat(case), "nominate", opinion="请补充会员证明")
    case = town.fresh(case)
    with acting_as(town.desk("enterprise_union@甲厂")) as who:
        assert showing.state(case).label == "退回补正"
        life = showing.Life(case, who)
        returned = life.returned()
        assert returned is not None and life.opinion(returned) == "请补充会员证明"
        titles = [one.title for one in life.events()]
    assert "单位公示：发布" in titles
    assert not any(title.startswith("单位公示：期满") for title in titles)


def test_nobody_verifies_their_own_nomination(town, office):
    case = town.to(town.nominate(town.workers[0]), "verify")
    union = office.person("enterprise_union", "甲厂")
    from jiangtai.access import Grant

    with acting_as_job("测试"):
        Grant.objects.create(
            account=union, duty=union.duty, role="union_officer", unit=office.units["甲街"], reason="兼任"
        )
    with acting_as(union, office.units["甲街"].pk), pytest.raises(Refused, match="不能再办理"):
        engine.decide(town.seat(case).pk, "examine")


def test_a_stranger_and_a_forged_outcome_change_nothing(town):
    case = town.to(town.nominate(town.workers[0]), "verify")
    seat = town.seat(case)
    with pytest.raises(Refused, match="不由您现在的岗位"):
        town.act("union_officer@乙街", seat, "examine")
    with pytest.raises(ValidationError, match="没有“granted”"):
        town.act("union_officer@甲街", seat, "granted")
    assert town.fresh(case).step == "verify"
    with acting_as(town.desk("union_officer@乙街")) as who:
        assert not inbox.seen(who).filter(pk=case.pk).exists()


def test_a_decision_is_taken_once(town):
    case = town.to(town.nominate(town.workers[0]), "verify")
    seat = town.seat(case)
    town.act("union_officer@甲街", seat, "examine")
    with pytest.raises(Late, match="已不在待办"):
        town.act("union_officer@甲街", seat, "examine")
    assert case.decisions.filter(step="verify").count() == 1


def test_sent_back_it_arrives_filled_and_goes_again(town):
    case = town.to(town.nominate(town.workers[0]), "verify")
    with pytest.raises(ValidationError, match="写明理由"):
        town.act("union_officer@甲街", town.seat(case), "nominate")
    town.act("union_officer@甲街", town.seat(case), "nominate", opinion="请补充获奖情况")
    case = town.fresh(case)
    assert case.step == "nominate"
    with acting_as(town.desk("enterprise_union@甲厂")):
        filled = engine.draft_of(case, town.seat(case))
        assert filled["deed"] == FILLED["deed"]
        engine.decide(town.seat(case).pk, "firm_notice", data={**FILLED, "deed": "补充后的事迹"})
    assert town.to(case, "granted").state == "ended"


def test_marks_are_hidden_until_all_are_given_and_trimmed_after(town):
    case = town.to(town.nominate(town.workers[0]), "review")
    for number, mark in enumerate((60, 100, 80, 82)):
        town.act(f"judge{number}", town.seat(case, f"judge{number}"), "marked", mark=mark)
    assert town.fresh(case).score is None
    town.act("judge4", town.seat(case, "judge4"), "marked", mark=84)
    assert town.fresh(case).score == Decimal("82.000")


@pytest.mark.parametrize("mark", ["101", "-1", "", "优", "nan", "1e9"])
def test_a_wrong_mark_is_refused(town, mark):
    case = town.to(town.nominate(town.workers[0]), "review")
    with pytest.raises(ValidationError, match="分数"):
        town.act("judge0", town.seat(case, "judge0"), "marked", mark=mark)


def test_a_judge_of_the_same_unit_stands_aside_and_too_few_judges_wait(town, office):
    with acting_as_job("测试"):
        judge = town.judges[0]
        judge.unit = office.units["甲厂"]
        judge.save(update_fields=("unit",))
    case = town.to(town.nominate(town.workers[0]), "review")
    aside = case.seats.get(account=judge, step="review")
    assert (aside.state, aside.why) == ("recused", "评委与推荐对象在同一单位")
    with pytest.raises(Late):
        town.act("judge0", aside, "marked", mark=100)
    for number in range(1, 5):
        town.act(f"judge{number}", town.seat(case, f"judge{number}"), "marked", mark=90)
    assert town.fresh(case).step == "review", "four marks do not make a score"
    from .town import judge as new_judge

    town.judges.append(new_judge(office, 5))
    with acting_as(town.desk("union_officer@区")):
        rounds.add_judge(town.round, town.judges[5])
    town.act("judge5", town.seat(case, "judge5"), "marked", mark=90)
    assert town.fresh(case).step == "rank"


def test_ranking_waits_for_all_and_keeps_to_the_quota(town):
    cases = [town.nominate(one) for one in town.workers[:4]]
    for number, case in enumerate(cases[:3]):
        town.to(case, "rank", marks=(90 + number,) * 5)
    with acting_as(town.desk("union_officer@区")), pytest.raises(rankings.NotReady, match="还有 1 件"):
        rankings.settle(town.round)
    town.to(cases[3], "rank", marks=(99,) * 5)
    with acting_as(town.desk("union_officer@区")):
        assert rankings.settle(town.round) == (3, 1)
        with pytest.raises(rankings.NotReady, match="已经排过名"):
            rankings.settle(town.round)
    places = [(town.fresh(one).place, town.fresh(one).step) for one in cases]
    assert places == [(4, "passed_over"), (3, "notice"), (2, "notice"), (1, "notice")]
    (refused,) = facts(NominationRefused)
    assert (refused.person, refused.stage) == (cases[0].subject, "rank")


def test_equal_by_every_rule_at_the_line_is_not_decided_silently(office):
    from .town import MONDAY, build

    with clock.at(MONDAY):
        town = build(office, quota=1)
        for one in town.workers[:2]:
            town.to(town.nominate(one), "rank", marks=(90,) * 5)
        with acting_as(town.desk("union_officer@区")):
            with pytest.raises(rankings.NotReady, match="分不出先后"):
                rankings.settle(town.round)
            tied = rankings.standing(town.round)
            assert rankings.settle(town.round, {tied[1].case.pk: "经评委会合议"}) == (1, 1)


def test_a_list_with_too_few_production_workers_cannot_go_out(town, office):
    with acting_as_job("测试"):
        for worker in town.workers[:2]:
            (row,) = people.employments_of(worker.pk)
            people.move(row, is_production=False, on=clock.today())
    for number, one in enumerate(town.workers[:3]):
        town.to(town.nominate(one), "rank", marks=(95 - number,) * 5)
    with acting_as(town.desk("union_officer@区")):
        with pytest.raises(Unmet, match=r"名单 3 人中一线产业工人 1 人，占 33\.3%，应不低于 50%"):
            rankings.settle(town.round)
        with pytest.raises(ValidationError, match="逐人写明理由"):
            rankings.settle(town.round, {rankings.standing(town.round)[1].case.pk: " "})
        left_out = {one.case.pk: "非一线岗位，名额让给一线" for one in rankings.standing(town.round) if one.place == 2}
        assert rankings.settle(town.round, left_out) == (2, 1)


def test_an_objection_halts_one_person_only(town):
    cases = [town.to(town.nominate(one), "rank", marks=(90 + n,) * 5) for n, one in enumerate(town.workers[:2])]
    with acting_as(town.desk("union_officer@区")):
        rankings.settle(town.round)
        notice = notices.publish([one.pk for one in cases], telephone="028-0000000")
    assert notice.last == date(2026, 3, 2) + (notice.last - clock.today()) + (clock.today() - date(2026, 3, 2))
    lines = notices.shows(notice)
    assert [set(one) for one in lines] == [{"id", "姓名", "单位", "事迹"}] * 2
    shown = notice.shown.get(case=cases[0])
    objection = notices.object_to(shown.pk, name="反映人", phone="13800000000", text="事迹不实")
    assert town.fresh(cases[0]).step == "investigate"
    with acting_as(town.desk("union_officer@区")), pytest.raises(Refused, match="负责核查"):
        notices.read_objection(objection, "好奇")
    with acting_as(town.desk("group_office@区")):
        assert notices.read_objection(objection, "核查")["text"] == "事迹不实"
    with clock.at(notice.last + timedelta(days=1)):
        assert notices.end_due() == 1
        assert [town.fresh(one).step for one in cases] == ["investigate", "decide"]
        assert notices.shows(notice.__class__.objects.get(pk=notice.pk)) == [], "personal data is down at the end"
        with pytest.raises(ValidationError, match="公示期是"):
            notices.object_to(shown.pk, name="迟", phone="13800000000", text="迟到")
        with acting_as(town.desk("group_office@区")):
            engine.decide(town.seat(cases[0]).pk, "notice", opinion="经核查，事迹属实。")
        objection.refresh_from_db()
        assert (objection.upheld, notices.answers(cases[0], [objection])) == (False, ["经核查，事迹属实。"])
        assert town.fresh(cases[0]).step == "decide", "the days are over, so it goes straight on"


def test_an_objection_that_fails_early_lets_the_notice_run_on(town):
    case = town.to(town.nominate(town.workers[0]), "rank")
    with acting_as(town.desk("union_officer@区")):
        rankings.settle(town.round)
        notice = notices.publish([case.pk])
    objection = notices.object_to(notice.shown.get().pk, name="某", phone="13800000000", text="某")
    with acting_as(town.desk("group_office@区")):
        notices.answer_objection(objection, upheld=False, answer="不属实")
        with pytest.raises(ValidationError, match="都已认定不成立"):
            engine.decide(town.seat(case).pk, "refused", opinion="仍要取消")
        engine.decide(town.seat(case).pk, "notice")
    assert town.fresh(case).step == "notice"
    assert not case.seats.filter(state="open").exists(), "nobody has to publish it again"
    with clock.at(notice.last + timedelta(days=1)):
        notices.end_due()
    assert town.fresh(case).step == "decide"


def test_an_objection_upheld_ends_in_a_refusal_that_can_be_appealed_once(town):
    case = town.to(town.nominate(town.workers[0]), "rank")
    with acting_as(town.desk("union_officer@区")):
        rankings.settle(town.round)
        notice = notices.publish([case.pk])
    notices.object_to(notice.shown.get().pk, name="某", phone="13800000000", text="某")
    town.act("group_office@区", town.seat(case), "refused", opinion="材料造假")
    assert town.fresh(case).state == "ended"
    with acting_as(town.desk("union_officer@乙街")), pytest.raises(Refused, match="不能申诉"):
        engine.appeal(case.pk, "不服")
    with acting_as(town.desk("enterprise_union@甲厂")):
        engine.appeal(case.pk, "有新证据")
        assert town.fresh(case).step == "examine"
    town.act("union_officer@区", town.seat(case), "refused", opinion="维持")
    with acting_as(town.desk("enterprise_union@甲厂")), pytest.raises(Refused, match="不能申诉"):
        engine.appeal(case.pk, "再次")


def test_a_late_appeal_is_refused(town):
    case = town.to(town.nominate(town.workers[0]), "verify")
    town.act("union_officer@甲街", town.seat(case), "refused", opinion="不符合")
    with clock.at(clock.today() + timedelta(days=40)), acting_as(town.desk("enterprise_union@甲厂")):
        with pytest.raises(Refused, match="已过申诉期限"):
            engine.appeal(case.pk, "晚了")


def test_the_award_is_paid_exactly_once(town):
    town.to(town.nominate(town.workers[0]), "granted")
    with acting_as(town.desk("finance@区")):
        (row,) = queries.awards_due()
        with pytest.raises(ValidationError, match="凭证号"):
            actions.pay([row.pk], " ", clock.today())
        assert actions.pay([row.pk], "2026-031", clock.today()) == (1, Decimal(10_000))
        with pytest.raises(ValidationError, match="已经发放"):
            actions.pay([row.pk], "2026-032", clock.today())
        assert not queries.awards_due().exists()
    assert len(facts(AwardPaid)) == 1


def test_a_revoked_honor_shows_everywhere_and_its_award_is_not_paid(town):
    case = town.to(town.nominate(town.workers[0]), "granted")
    with acting_as(town.desk("union_officer@区")), clock.at(clock.today() + timedelta(days=60)):
        ((honor, _),) = queries.honors_of(case.subject)
        actions.revoke(honor, RevokedFor.FRAUD, "测试委发〔2026〕20号", clock.today())
        assert queries.honors_of(case.subject) == []
        assert not queries.awards_due().exists()
        with pytest.raises(ledger.Ended):
            actions.revoke(honor, RevokedFor.FRAUD, "再来", clock.today())
        credential = credentials.Credential.objects.get()
        assert credentials.check(credential.number).state == credentials.State.REVOKED
    assert len(facts(HonorRevoked)) == 1


def test_an_honor_that_was_put_right_is_revoked_with_its_award_and_its_certificate(town):
    case = town.to(town.nominate(town.workers[0]), "granted")
    with acting_as(town.desk("union_officer@区")), clock.at(clock.today() + timedelta(days=60)):
        ((honor, _),) = queries.honors_of(case.subject)
        ((_, granted),) = ledger.every(HonorGranted).filter(pk=honor).as_facts()
        right = ledger.correct(honor, replace(granted, document="测试委发〔2026〕9号"), ledger.Why.WRONG_VALUE)
        actions.revoke(right, RevokedFor.FRAUD, "测试委发〔2026〕20号", clock.today())
        assert not queries.awards_due().exists()
        assert credentials.check(credentials.Credential.objects.get().number).state == credentials.State.REVOKED


def test_the_same_person_is_not_named_twice_and_counts_once(town, office):
    case = town.to(town.nominate(town.workers[0]), "granted")
    title = HonorTitle.objects.get()
    second = open_round(office, title, 1, town.judges, name="第二批")
    with clock.at(date(2026, 6, 1)), pytest.raises(ValidationError, match="受理时间"):
        town.nominate(town.workers[0], round=second)
    with clock.at(date(2026, 4, 20)), pytest.raises(Unmet, match="已持有"):
        town.nominate(town.workers[0], round=second)
    other = HonorTitle.objects.create(name="另一称号", kind="craftsman", tier="national", issuer="某部", basis="ours")
    with acting_as_job("测试"):
        ledger.append(
            HonorGranted(
                person=case.subject, title=str(other.pk), name=other.name, tier=other.tier_of, document="某",
                unit=case.unit_id, on=date(2026, 3, 1),
            ),
            cause=ledger.Cause.act("登记"),
        )  # fmt: skip
    with clock.at(date(2026, 4, 20)):
        assert len(queries.honors_of(case.subject)) == 2
        ((_, held),) = queries.hall()
        assert [one.name for one in held] == ["另一称号", "诸匠"], "the highest tier first"


def test_a_round_needs_its_approval_number(town, office):
    title = HonorTitle.objects.get()
    with pytest.raises(ValidationError, match="批准文号"):
        open_round(office, title, 1, town.judges, name="无文号", approval=" ")


def test_materials_and_shares_of_a_round(town, office):
    title = HonorTitle.objects.get()
    asks = [{"name": "职工推荐会记录", "required": True}, {"name": "获奖证书", "required": False}]
    made = open_round(office, title, 3, town.judges, name="要材料", materials=asks)
    with pytest.raises(ValidationError, match="还缺材料：职工推荐会记录"):
        town.nominate(town.workers[0], round=made)
    plain = open_round(office, title, 3, town.judges, name="有名额")
    with acting_as(town.desk("union_officer@区")):
        rounds.set_shares(plain, [(office.units["甲街"], 1)])
    town.nominate(town.workers[1], round=plain)
    with pytest.raises(ValidationError, match="推荐名额是 1 名，已经报满"):
        town.nominate(town.workers[2], round=plain)


def test_withdrawn_it_ends_and_the_worker_can_be_nominated_again(town):
    case = town.to(town.nominate(town.workers[0]), "verify")
    seat = town.seat(case)
    with acting_as(town.desk("union_officer@甲街")), pytest.raises(Refused, match="只有发起人"):
        engine.withdraw(case.pk, "不关我事")
    with acting_as(town.desk("enterprise_union@甲厂")):
        engine.withdraw(case.pk, "本人放弃")
    with pytest.raises(Late):
        town.act("union_officer@甲街", seat, "examine")
    assert town.nominate(town.workers[0]).step == "firm_notice"
    with pytest.raises(ValidationError, match="已有办件"):
        town.nominate(town.workers[0])


def test_a_department_that_answered_by_letter_is_recorded_for(town, office):
    from .town import pdf

    case = town.to(town.nominate(town.workers[0]), "joint")
    seat = town.seat(case)
    with acting_as(town.desk("group_office@区")):
        done = engine.decide(seat.pk, "review", letter=pdf("来函.pdf"), opinion="来函无异议")
    assert (done.unit, done.by_name) == (office.units["局"], "领导小组办公室经办人")
    assert records.open_paper(case, done.letter).read().startswith(b"%PDF")
    (last,) = [one for one in facts(StepDecided, of=case.pk) if one.step == "joint"]
    assert last.by_letter
    with acting_as(town.desk("union_officer@区")), pytest.raises(Refused):
        engine.decide(town.seat(town.nominate(town.workers[1])).pk, "verify", letter=pdf())


def test_handed_to_a_colleague_and_urged(town, office):
    case = town.to(town.nominate(town.workers[0]), "verify")
    with acting_as(town.desk("union_officer@甲街")):
        with pytest.raises(ValidationError, match="不能转办"):
            engine.transfer(town.seat(case).pk, office.person("union_officer", "乙街"), "请办")
        with pytest.raises(Refused, match="只有发起人和上级单位可以催办"):
            engine.urge(case.pk)
    with acting_as(office.person("liaison", "局")), pytest.raises(Refused, match="催办"):
        engine.urge(case.pk)
    with acting_as(town.desk("enterprise_union@甲厂")):
        assert engine.urge(case.pk) == 1
        with pytest.raises(ValidationError, match="今天已经催办过"):
            engine.urge(case.pk)


def test_every_act_stands_in_the_audit(town):
    town.to(town.nominate(town.workers[0]), "granted")
    with acting_as(town.office.person("audit_admin")):
        kinds = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"case.opened", "case.decided", "notice.published", "notice.ended", "round.opened", "round.ranked"} <= kinds


def test_an_erased_nominee_leaves_a_hollow_case(town):
    from jiangtai import vault

    case = town.to(town.nominate(town.workers[0]), "verify")
    with acting_as_job("注销"):
        vault.erase(case.subject, "本人申请")
        assert engine.filled_at(case, "nominate") == {}
    assert case.decisions.count() == 2
    assert ledger.verify().faults == []


def test_the_applicant_and_the_worker_are_told(town):
    from jiangtai.access import accounts
    from jiangtai.messages import messages_of, texts_of

    with acting_as_job("测试"):
        account = accounts.worker_of_phone("19900000070")
        people.link_account(account, town.workers[0])
    case = town.to(town.nominate(town.workers[0]), "verify")
    town.act("union_officer@甲街", town.seat(case), "nominate", opinion="缺材料")
    with acting_as(town.desk("enterprise_union@甲厂")) as who:
        (told,) = messages_of(who.account)
        assert f"{case.number} 被退回补正" in texts_of(who.account, [told])[told.pk]
        engine.decide(town.seat(case).pk, "firm_notice", data=FILLED)
    town.to(case, "granted")
    with acting_as(account):
        (told,) = messages_of(account)
        assert "办理结果：已命名" in texts_of(account, [told])[told.pk]


def test_what_is_late_is_said_once_a_day_and_reported_when_it_stays_late(town, office):
    from jiangtai.flows import telling
    from jiangtai.messages import messages_of

    leader = office.person("leader", "甲街")
    case = town.to(town.nominate(town.workers[0]), "verify")
    due = town.seat(case).due

    def remind(day):
        with clock.at(day), acting_as_job("测试"):
            return telling.remind()

    assert remind(due) == 0
    assert remind(due + timedelta(days=1)) == 1
    assert remind(due + timedelta(days=1)) == 1, "asked again it says nothing new"
    remind(due + timedelta(days=9))
    with acting_as(town.desk("union_officer@甲街")) as who:
        assert len(messages_of(who.account)) == 2
    with acting_as(leader):
        assert len(messages_of(leader)) == 1


def test_a_case_ends_under_the_version_it_began_with(town, monkeypatch):
    from jiangtai.flows import Task
    from jiangtai.flows import declare as declaring
    from jiangtai.flows import root as at_root

    monkeypatch.setattr(declaring, "_FLOWS", {key: list(kinds) for key, kinds in declaring._FLOWS.items()})
    monkeypatch.setattr(declaring, "enter", lambda *row: None)
    old = town.to(town.nominate(town.workers[0]), "verify")
    body = {
        "__doc__": "As before, and the street's word is looked at again（评选命名）.", "since": date(2026, 3, 20),
        "verify": Task("核实", by=GrantHonor.steps["verify"].by, to={"again": "通过"}),
        "again": Task("复核", by=at_root("leader"), to={"examine": "通过", "nominate": "退回", "refused": "不予"}),
    }  # fmt: skip
    type("GrantHonorAgain", (GrantHonor,), body)
    with clock.at(date(2026, 3, 23)):
        late = town.nominate(town.workers[2])
        assert engine.flow_of(late).since == date(2026, 1, 1), "a round is held by the version of its first day"
        second = open_round(town.office, HonorTitle.objects.get(), 1, town.judges, name="第二批")
        new = town.to(town.nominate(town.workers[1], round=second), "verify")
        assert [engine.flow_of(one).since for one in (old, new)] == [date(2026, 1, 1), date(2026, 3, 20)]
        town.act("union_officer@甲街", town.seat(new), "again")
        assert town.fresh(new).step == "again"
        assert (rankings.pending(town.round), rankings.pending(second)) == (2, 1)
        with acting_as(town.desk("enterprise_union@甲厂")):
            engine.withdraw(late.pk, "让名额")
        assert town.to(old, "granted").state == "ended"
