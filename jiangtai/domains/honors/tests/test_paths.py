"""Every path of every flow of this domain can be walked, and a flow that loses a safeguard fails a test."""

import dataclasses
from typing import Any

import pytest

from jiangtai import ledger
from jiangtai.access import acting_as, acting_as_job, groups
from jiangtai.domains.honors import actions
from jiangtai.domains.honors.flow import GrantHonor, SelectTalent
from jiangtai.domains.honors.models import HonorTitle
from jiangtai.flows import Case, End, Flow, engine, flows, rankings, root, rounds
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
