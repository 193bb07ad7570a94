"""Every path of every flow of this domain can be walked, and a flow that loses a safeguard fails a test."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from jiangtai import credentials, ledger, people
from jiangtai.access import Refused, acting_as, acting_as_job, groups
from jiangtai.domains.honors import actions, queries, rules
from jiangtai.domains.honors.facts import HonorGranted, NominationRefused
from jiangtai.domains.honors.flow import GrantHonor, SelectTalent
from jiangtai.domains.honors.models import HonorTitle
from jiangtai.flows import Case, End, Flow, Unmet, engine, flows, notices, rankings, root, rounds
from jiangtai.flows.tests.walker import Walker, edges, fresh, path_to
from jiangtai.kernel import clock

from . import test_selection as told
from .town import FILLED, NAMED, Town

OURS = [one for one in flows() if one.__module__.startswith("jiangtai.domains.honors")]
WAYS = [pytest.param(flow, edge, id=f"{flow.__name__}-{edge[0]}-{edge[1]}") for flow in OURS for edge in edges(flow)]


@pytest.fixture
def rounds_of(town: Town) -> dict[type[Flow], Any]:
    """An open round of each flow."""
    office = town.office
    with acting_as_job("测试"):
        circle = groups.make("测试产业生态圈", "")
        groups.join(circle, office.units["甲厂"], clock.today())
        kind = HonorTitle.Kind.ECOSYSTEM_TALENT
        title = HonorTitle.objects.create(name="圈才", kind=kind, tier="district", issuer="区", basis="000")
        for unit in {one.unit for one in town.judges}:
            actions.give_right(unit, circle, "测试〔2026〕1号", clock.today())
    office.person("enterprise_hr", "甲厂")
    with acting_as(office.person("union_officer", "区")):
        made = rounds.make(
            SelectTalent.key, name="圈才一批", host=office.units["区"], opens=clock.today(), closes=clock.today(),
            quota=2, telephone="028-0000000", terms={"title": str(title.pk)},
        )  # fmt: skip
        rounds.set_shares(made, [(circle, 1)])
        for one in town.judges:
            rounds.add_judge(made, one)
        made = rounds.start(made)
    return {GrantHonor: town.round, SelectTalent: made}


def filled(step: str) -> dict[str, Any]:
    """What the forms of both flows ask."""
    return FILLED if step == "nominate" else NAMED


def open_by(town: Town, flow: type[Flow], round: Any, worker: Any) -> Case:
    """A case opened by whoever may."""
    with acting_as(town.office.person(flow.opens.role, "甲厂")):
        return engine.open_case(flow.key, worker.pk, town.office.units["甲厂"], round=round)


@pytest.mark.parametrize(("flow", "edge"), WAYS)
def test_every_way_leads_where_it_says(town: Town, rounds_of: Any, flow: type[Flow], edge: Any) -> None:
    case = open_by(town, flow, rounds_of[flow], town.workers[0])
    case = Walker(filled).walk(case, path_to(flow, edge))
    if edge in (("investigate", "notice"), ("firm_objection", "firm_notice")):
        assert case.step == edge[1], "it goes on being shown"
    else:
        assert case.step == edge[1]
    is_over = isinstance(flow.steps[case.step], End)
    assert case.state == ("ended" if is_over else "open")
    with acting_as_job("测试"):
        assert ledger.life(case.pk).filter(type="flows.CaseClosed").count() == is_over + (edge[0] == "refused")
    assert [move.turn for move in case.moves.all()] == list(range(case.turn))


def test_an_ecosystem_judge_without_the_right_stands_aside(town: Town, rounds_of: Any) -> None:
    with acting_as(town.office.person("union_officer", "区")):
        from jiangtai.domains.honors import queries

        right = queries.rights().of(town.judges[0].unit_id).get()
        actions.withdraw_right(right.pk, "测试〔2026〕2号", clock.today())
    case = open_by(town, SelectTalent, rounds_of[SelectTalent], town.workers[0])
    case = Walker(filled).walk(case, path_to(SelectTalent, ("examine", "review")))
    aside = case.seats.get(step="review", account=town.judges[0])
    assert (aside.state, aside.why) == ("recused", "评委所在单位没有本产业生态圈的评审权，或评审权已收回")


def test_the_share_of_an_ecosystem_cuts_before_the_whole_quota(town: Town, rounds_of: Any) -> None:
    cases = [open_by(town, SelectTalent, rounds_of[SelectTalent], one) for one in town.workers[:2]]
    for case in cases:
        Walker(filled).walk(case, path_to(SelectTalent, ("review", "rank")))
    with acting_as(town.office.person("union_officer", "区")):
        first, second = rankings.standing(rounds_of[SelectTalent])
        assert (first.is_in, second.is_in) == (True, False)
        rankings.settle(rounds_of[SelectTalent], {second.case.pk: "圈内名额已满"})
    assert sorted(fresh(one).step for one in cases) == ["notice", "passed_over"]


ROLES = [name for name, step in GrantHonor.steps.items() if getattr(step, "by", None) and step.by.role]
STRAIGHT = [name for name in ROLES if name not in ("firm_objection", "investigate")]
WHOLE = told.test_the_straight_way_ends_in_honor_certificate_and_award
MUTANTS = [
    *((name, {"by": root("leader")}, WHOLE) for name in STRAIGHT),
    ("firm_objection", {"by": root("leader")}, "walk"),
    ("investigate", {"by": root("leader")}, told.test_an_objection_upheld_ends_in_a_refusal_that_can_be_appealed_once),
    ("verify", {"not_by": ""}, told.test_nobody_verifies_their_own_nomination),
    ("examine", {"not_by": ""}, "same_hand"),
    ("review", {"recuse": None}, told.test_a_judge_of_the_same_unit_stands_aside_and_too_few_judges_wait),
    ("rank", {"check": None}, told.test_a_list_with_too_few_production_workers_cannot_go_out),
    ("nominate", {"check": None}, told.test_a_nominee_who_does_not_qualify_is_told_every_reason),
    ("nominate", {"form": None}, told.test_a_form_with_impossible_numbers_is_refused),
    ("refused", {"appeal": ""}, told.test_an_objection_upheld_ends_in_a_refusal_that_can_be_appealed_once),
    ("refused", {"appeal_days": ""}, told.test_a_late_appeal_is_refused),
    ("granted", {"applies": None}, told.test_the_straight_way_ends_in_honor_certificate_and_award),
    ("granted", {"records": lambda case: []}, told.test_the_straight_way_ends_in_honor_certificate_and_award),
]  # fmt: skip


TALENT_ROLES = [name for name, step in SelectTalent.steps.items() if getattr(step, "by", None) and step.by.role]
NO_RIGHT, RANKED = "no_right", ("is_production_worker", "best_mark", "years_in_trade")
TALENT_MUTANTS = [
    *((name, {"by": root("leader")}, "whole" if name != "investigate" else "objected") for name in TALENT_ROLES),
    ("nominate", {"form": None}, "form"),
    ("nominate", {"check": None}, "unfit"),
    ("examine", {"check": None}, "unfit_later"),
    ("review", {"recuse": None}, NO_RIGHT),
    ("review", {"recuse": rules.conflicts}, NO_RIGHT),
    ("rank", {"of": lambda cases: {one.pk: dict.fromkeys(RANKED, 0) for one in cases}}, "ranked"),
    ("notice", {"objection": "decide"}, "objected"),
    ("notice", {"shows": ("姓名", "单位", "事迹")}, "shown"),
    ("decide", {"not_by": ""}, "same_hand"),
    ("decide", {"form": None}, "whole"),
    ("refused", {"appeal": ""}, "appealed"),
    ("refused", {"appeal_days": ""}, "appealed_late"),
    ("granted", {"applies": None}, "whole"),
    ("granted", {"records": lambda case: []}, "whole"),
    ("passed_over", {"records": lambda case: []}, "ranked"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "change", "probe"), TALENT_MUTANTS, ids=["-".join((one[0], *one[1], one[2])) for one in TALENT_MUTANTS]
)
def test_the_other_flow_that_loses_a_safeguard_fails(
    town: Town, rounds_of: Any, monkeypatch: pytest.MonkeyPatch, name: str, change: Any, probe: str
) -> None:
    monkeypatch.setitem(SelectTalent.steps, name, dataclasses.replace(SelectTalent.steps[name], **change))
    with pytest.raises(BaseException):  # noqa: B017, PT011  whatever way it fails
        PROBES[probe](Selection(town, rounds_of[SelectTalent]))


@pytest.mark.parametrize("probe", ["whole", "objected", "form", "unfit", "unfit_later", NO_RIGHT, "ranked", "shown",
                                   "same_hand", "appealed", "appealed_late"])  # fmt: skip
def test_the_probes_hold_for_the_other_flow_as_it_is(town: Town, rounds_of: Any, probe: str) -> None:
    PROBES[probe](Selection(town, rounds_of[SelectTalent]))


@dataclasses.dataclass
class Selection:
    """A selection of talents, and hands that take a case to a step."""

    town: Town
    round: Any

    def to(self, *edge: str, worker: int = 0, **filled_in: Any) -> tuple[Case, Walker]:
        """A case walked through an edge, with the log of who was asked."""
        walker = Walker(lambda step: {**filled(step), **(filled_in if step == "nominate" else {})})
        case = open_by(self.town, SelectTalent, self.round, self.town.workers[worker])
        return walker.walk(case, path_to(SelectTalent, (edge[0], edge[1]))), walker


def _whole(one: Selection) -> None:
    case, walker = one.to("decide", "granted")
    asked = [(step, role) for step, role, _ in walker.log if role != "评委"]
    assert asked == [
        ("nominate", "enterprise_hr"), ("examine", "union_officer"), ("rank", "union_officer"),
        ("notice", "union_officer"), ("decide", "group_office"),
    ]  # fmt: skip
    (granted,) = told.facts(HonorGranted)
    assert (granted.person, granted.document) == (case.subject, NAMED["document"])
    with acting_as_job("测试"):
        assert credentials.Credential.objects.count() == 1


def _objected(one: Selection) -> None:
    case, walker = one.to("notice", "investigate")
    assert case.step == "investigate"
    walker.take(case, "refused")
    assert walker.log[-1][:2] == ("investigate", "group_office")


def _form(one: Selection) -> None:
    with pytest.raises(ValidationError, match="多于应到"):
        one.to("nominate", "examine", attended="90")


def _unfit(one: Selection) -> None:
    with pytest.raises(Unmet, match="赞成 10 人"):
        one.to("nominate", "examine", attended="50", agreed="10")
    assert Case.unscoped.get().step == "nominate"


def _unfit_later(one: Selection) -> None:
    case, walker = one.to("nominate", "examine")
    with acting_as_job("测试"):
        (work,) = people.employments_of(case.subject)
        people.leave(work, why=people.LeavingReason.RESIGNED, on=clock.today())
    with pytest.raises(Unmet, match="没有在职记录"):
        walker.take(case, "review")


def _no_right(one: Selection) -> None:
    with acting_as(one.town.office.person("union_officer", "区")):
        right = queries.rights().of(one.town.judges[0].unit_id).get()
        actions.withdraw_right(right.pk, "测试〔2026〕2号", clock.today())
    case, _ = one.to("examine", "review")
    assert case.seats.get(step="review", account=one.town.judges[0]).state == "recused"


def _ranked(one: Selection) -> None:
    cases = [one.to("review", "rank", worker=number, years_in_trade=str(8 + number))[0] for number in range(2)]
    with acting_as(one.town.office.person("union_officer", "区")):
        first, second = rankings.standing(one.round)
        assert first.case == cases[1], "who has been longer in the trade, where all else is equal"
        rankings.settle(one.round)
    (refused,) = told.facts(NominationRefused)
    assert (refused.person, refused.stage) == (second.case.subject, "rank")


def _shown(one: Selection) -> None:
    case, _ = one.to("rank", "notice")
    with acting_as(one.town.office.person("union_officer", "区")):
        (line,) = notices.shows(notices.publish([case.pk], telephone="028-0000000"))
    assert set(line) == {"id", "姓名", "单位"}, "no deeds"


def _same_hand(one: Selection) -> None:
    case, _ = one.to("investigate", "notice")
    with clock.at(case.shown.get().notice.last + timedelta(days=1)):
        notices.end_due()
        case = fresh(case)
        assert case.step == "decide"
        with acting_as(one.town.desk("group_office@区")), pytest.raises(Refused, match="不能再办理"):
            engine.decide(case.seats.get(state="open").pk, "granted", data=NAMED)


def _appealed(one: Selection) -> None:
    case, walker = one.to("examine", "refused")
    walker.take(case, "examine")
    assert fresh(case).step == "examine"


def _appealed_late(one: Selection) -> None:
    case, walker = one.to("examine", "refused")
    with clock.at(clock.today() + timedelta(days=40)), pytest.raises(Refused, match="已过申诉期限"):
        walker.take(case, "examine")


PROBES = {
    "whole": _whole, "objected": _objected, "form": _form, "unfit": _unfit, "unfit_later": _unfit_later,
    NO_RIGHT: _no_right, "ranked": _ranked, "shown": _shown, "same_hand": _same_hand, "appealed": _appealed,
    "appealed_late": _appealed_late,
}  # fmt: skip


@pytest.mark.parametrize(("name", "change", "test"), MUTANTS, ids=[f"{one[0]}-{next(iter(one[1]))}" for one in MUTANTS])
def test_a_flow_that_loses_a_safeguard_fails(
    town: Town, monkeypatch: pytest.MonkeyPatch, name: str, change: Any, test: Any
) -> None:
    monkeypatch.setitem(GrantHonor.steps, name, dataclasses.replace(GrantHonor.steps[name], **change))
    probe = {"walk": _who_looks_into_a_firm_objection, "same_hand": _nobody_examines_what_they_verified}.get(test, test)
    with pytest.raises(BaseException):  # noqa: B017, PT011  whatever way it fails
        probe(town, town.office) if probe.__code__.co_argcount == 2 else probe(town)


def test_the_probes_hold_for_the_flow_as_it_is(town: Town) -> None:
    _who_looks_into_a_firm_objection(town)
    _nobody_examines_what_they_verified(town)


def test_a_ranking_that_ignores_the_quota_fails(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def everyone(round: Any, ranked: Any) -> None:
        for one in ranked:
            one.is_in = True

    monkeypatch.setattr(rankings, "_cut", everyone)
    with pytest.raises(AssertionError):
        told.test_ranking_waits_for_all_and_keeps_to_the_quota(town)


def _who_looks_into_a_firm_objection(town: Town) -> None:
    case = open_by(town, GrantHonor, town.round, town.workers[0])
    walker = Walker(filled)
    walker.walk(case, path_to(GrantHonor, ("firm_objection", "firm_notice")))
    assert walker.log[-1] == ("firm_objection", "union_officer", "甲街道办事处")


def _nobody_examines_what_they_verified(town: Town) -> None:
    from jiangtai.access import Grant, Refused

    street = town.desk("union_officer@甲街")
    case = town.to(town.nominate(town.workers[1]), "examine")
    with acting_as_job("测试"):
        Grant.objects.create(
            account=street, duty=street.duty, role="union_officer", unit=town.office.units["区"], reason="兼任"
        )
    with acting_as(street, town.office.units["区"].pk), pytest.raises(Refused):
        engine.decide(town.seat(case).pk, "joint")
