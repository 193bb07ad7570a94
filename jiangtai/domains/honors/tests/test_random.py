"""Random actors do random things in random order, and together at once: what must hold holds after every act."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jiangtai import ledger
from jiangtai.access import Grant, acting_as, acting_as_job
from jiangtai.domains.honors import actions, queries
from jiangtai.domains.honors.facts import AwardDue, AwardPaid, HonorGranted, RevokedFor
from jiangtai.domains.honors.flow import GrantHonor
from jiangtai.flows import Case, Decision, Objection, PublicNotice, Seat, Shown, engine, notices, rankings
from jiangtai.flows.tests.invariants import faults
from jiangtai.kernel import clock, new_id
from tests.office import Office, at_once

from .town import FILLED, MONDAY, NAMED, Town, build

REFUSED = (ValidationError, PermissionDenied, ledger.Ended, ValueError)
KINDS = [
    *["decide"] * 24, *["open"] * 3, *["firm", "show", "rank"] * 3,
    *("object", "withdraw", "pay", "revoke", "appeal", "urge"),
]  # fmt: skip
OUTCOMES = [*GrantHonor.steps, "marked", "recused", "nonsense"]


DONE: Counter[str] = Counter()
REACHED: Counter[str] = Counter()


class Undone(Exception):
    """Ends an example; its transaction is rolled back."""


def act(town: Town, draw: random.Random) -> None:
    """One random act of a random account: often not theirs to do."""
    everybody = [*town.office.people.values(), *town.judges]
    who, kind = draw.choice(everybody), draw.choice(KINDS)
    with acting_as_job("测试"):
        posts = list(Grant.objects.filter(account=who, revoked_at__isnull=True).values_list("unit", flat=True))
        seats = list(Seat.objects.filter(state="open").order_by("-id")[:12]) or list(Seat.objects.all()[:3])
        cases = list(Case.unscoped.order_by("id"))
    seat = draw.choice(seats) if seats else None
    if draw.random() < 0.8:
        who, posts = the_right_one(town, kind, seat, who, posts)
    with acting_as(who, draw.choice(posts) if posts else None):
        if kind == "open":
            worker = draw.choice(town.workers)
            case = engine.open_case(GrantHonor.key, worker.pk, town.office.units["甲厂"], round=town.round)
            engine.decide(case.seats.get().pk, "firm_notice", data=FILLED)
        elif kind == "decide" and seat is not None:
            targets = [*engine.flow_of(seat.case).steps[seat.step].outcomes] if seat.account_id is None else ["marked"]
            outcome = targets[0] if draw.random() < 0.7 else draw.choice([*targets, *OUTCOMES])
            data = FILLED if seat.step == "nominate" else {**NAMED, "named_on": str(clock.today())}
            engine.decide(seat.pk, outcome, data=data, opinion="意见", mark=draw.choice((0, 60, 88, 93.5, 100, 101)))
        elif kind in ("firm", "show"):
            at = "firm_notice" if kind == "firm" else "notice"
            waiting = [one for one in cases if one.step == at and one.seats.filter(state="open").exists()]
            notices.publish([one.pk for one in waiting], telephone="028-0000000")
        elif kind == "rank":
            ranked = rankings.standing(town.round)
            rankings.settle(town.round, {one.case.pk: "并列" for one in ranked if one.is_tied and not one.is_in})
        elif kind == "object" and Shown.objects.exists():
            shown = draw.choice(list(Shown.objects.all()))
            notices.object_to(shown.pk, name="某", phone="13800000000", text="某")
        elif kind in ("withdraw", "appeal", "urge") and cases:
            case = draw.choice(cases)
            acts = {"withdraw": engine.withdraw, "appeal": engine.appeal}
            acts.get(kind, lambda one, _: engine.urge(one))(case.pk, "因故")
        elif kind == "pay":
            actions.pay([row.pk for row in queries.awards_due()], "2026-1", clock.today())
        elif kind == "revoke":
            held = queries.hall()
            honors = queries.honors_of(draw.choice(held)[0]) if held else []
            if honors and draw.random() < 0.2:
                actions.revoke(honors[0][0], RevokedFor.FRAUD, "某", clock.today())


def the_right_one(town: Town, kind: str, seat: Seat | None, who: Any, posts: list[Any]) -> tuple[Any, list[Any]]:
    """Whoever may do such a thing."""
    if kind == "decide" and seat is not None:
        return whoever_is_asked(seat, who, posts)
    desk = {"open": "enterprise_union@甲厂", "withdraw": "enterprise_union@甲厂", "appeal": "enterprise_union@甲厂"}
    desk |= {"firm": "enterprise_union@甲厂", "pay": "finance@区"}
    return town.desk(desk.get(kind, "union_officer@区")), []


def whoever_is_asked(seat: Seat, who: Any, posts: list[Any]) -> tuple[Any, list[Any]]:
    """The account of a seat, where there is one."""
    with acting_as_job("测试"):
        if seat.account:
            return seat.account, list(Grant.objects.filter(account=seat.account).values_list("unit", flat=True))
        grant = Grant.objects.filter(unit=seat.unit, role=seat.role, revoked_at__isnull=True).first()
    return (grant.account, [grant.unit_id]) if grant else (who, posts)


def state() -> tuple[int, ...]:
    """How much there is of everything that an act could leave behind."""
    with acting_as_job("测试"):
        kinds = (Case.unscoped, Seat.objects, Decision.objects, PublicNotice.objects, Objection.objects)
        return (*(kind.count() for kind in kinds), ledger.FactRow.unscoped.count())


def honours_fit() -> list[str]:
    """One honour for each naming, one award for each honour, paid at most once."""
    with acting_as_job("测试"):
        named = Case.unscoped.filter(step="granted").count()
        granted, due = ledger.every(HonorGranted).count(), ledger.every(AwardDue).count()
        paid = ledger.every(AwardPaid)
        twice = paid.count() - len({row.fact.award for row in paid})
    return [] if (named, granted, due, twice) == (granted, named, named, 0) else [f"{named} {granted} {due} {twice}"]


@settings(
    max_examples=6, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck), database=None
)
@given(seed=st.integers(0, 2**32), days=st.lists(st.sampled_from((0, 0, 1)), min_size=150, max_size=150))
def random_lives(town: Town, seed: int, days: list[int]) -> None:
    """A hundred and fifty random acts, some days apart."""
    draw, day = random.Random(seed), MONDAY
    try:
        with transaction.atomic():
            for wait in days:
                day += timedelta(days=wait)
                with clock.at(day):
                    step(town, draw)
            assert faults() == []
            assert honours_fit() == []
            REACHED.update(Case.unscoped.values_list("step", flat=True))
            raise Undone
    except Undone:
        pass


def step(town: Town, draw: random.Random) -> None:
    """An act is done whole, or leaves nothing behind."""
    if draw.random() < 0.15:
        notices.end_due()
        return
    before = state()
    try:
        with transaction.atomic():
            act(town, draw)
        DONE.update(["done"])
    except REFUSED:
        DONE.update(["refused"])
        assert state() == before


def test_random_actors_in_random_order(town: Town) -> None:
    random_lives(town)
    with acting_as_job("测试"):
        assert not Case.unscoped.exists(), "every example was undone"
    assert min(DONE["done"], DONE["refused"]) > 50, DONE
    assert len(REACHED) > 5, REACHED


@pytest.fixture
def busy(twin: Office) -> Iterator[Town]:
    """A town in the database where rows are really committed."""
    with clock.at(MONDAY):
        yield build(twin, name=f"诸匠{new_id().hex[-8:]}")


@pytest.mark.parametrize("times", range(3))
def test_everybody_at_once(busy: Town, times: int) -> None:
    """The same seats decided by several, while others rank, object, withdraw and end notices."""
    cases = [busy.nominate(one) for one in busy.workers[:3]]
    draw = random.Random(times)
    for _ in range(12):
        with acting_as_job("测试"):
            seats = [one for case in cases for one in case.seats.filter(state="open")]
        if not seats:
            break
        acts = [partial(answer, busy, draw.choice(seats)) for _ in range(5)]
        acts += [lambda: rank(busy), lambda: pass_days(busy), lambda: show_all(busy, cases)]
        results = at_once(*acts)
        assert all(one is None or isinstance(one, REFUSED) for one in results), results
    with acting_as_job("测试"):
        assert [one for one in faults() if any(case.number in one for case in cases)] == []


def answer(town: Town, seat: Seat) -> None:
    """Whoever is asked answers, though somebody else may be answering too."""
    with clock.at(MONDAY + timedelta(days=20)):
        who, posts = whoever_is_asked(seat, town.judges[0], [])
        with acting_as(who, posts[0] if posts else None):
            targets = list(engine.flow_of(seat.case).steps[seat.step].outcomes)
            data = FILLED if seat.step == "nominate" else NAMED
            engine.decide(seat.pk, "marked" if seat.account_id else targets[0], data=data, mark=90)


def rank(town: Town) -> None:
    """Rank the round."""
    with clock.at(MONDAY), acting_as(town.desk("union_officer@区")):
        rankings.settle(town.round, {})


def show_all(town: Town, cases: list[Case]) -> None:
    """Show what waits to be shown."""
    with clock.at(MONDAY), acting_as(town.desk("enterprise_union@甲厂")):
        notices.publish([one.pk for one in cases], telephone="028-0000000")


def pass_days(town: Town) -> None:
    """Let notices run out."""
    with clock.at(MONDAY + timedelta(days=30)):
        notices.end_due()
