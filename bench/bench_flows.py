"""Flows: decisions a second over whole selections, in one process and in several; the inbox at a million cases."""

import argparse
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import Any
from uuid import UUID

from bench_units import credit_code
from served import Browser, Server, home, let_go, load, ms, serve, share, table

CASES, PROCESSES = 30, (1, 2, 4)
WHOLE, STREETS, FIRMS, PERSONS, OFFICERS = 1_000_000, 40, 460, 2_000, 20
BUSY, ORDINARY, BIG = 20_000, 20, 20_000
OPEN_SHARE, WITHDRAWN_EVERY = 8, 50  # per cent of the cases still under way; one in so many taken back
PYTHON_TIMES, HTTP_TIMES, PAGE = 20, 20, 50
LONGEST = 40  # seconds after which one figure has taken long enough
CASE_COLUMNS = (
    "id, made_at, number, flow, since, round_id, subject, unit_id, opened_by_id, opened_unit_id, step, turn, state,"
    " ended_at, due"
)
SEAT_COLUMNS = "id, made_at, case_id, turn, step, role, unit_id, account_id, state, due, done_by_id, done_at, why"


# A town in which a selection can be held.


@dataclass
class Place:
    """The ids by which another process finds the same town: units and accounts by name, a round, its workers."""

    units: dict[str, UUID]
    people: dict[str, UUID]
    judges: list[UUID]
    rounds: list[UUID]
    workers: list[list[UUID]]


def found_town(rounds: int, workers: int) -> Place:
    """Desks, judges, and so many rounds, each with workers of its own to be recommended."""
    import tests.office
    from jiangtai.access import acting_as_job
    from jiangtai.domains.honors.tests import town as towns

    office = tests.office.build()
    made = towns.build(office, quota=workers)
    judges = [one.id for one in made.judges]
    own, everyone = [], []
    for number in range(rounds):
        title = _title(number)
        own.append(towns.open_round(office, title, workers, made.judges).id)
        with acting_as_job("bench"):
            everyone.append([_worker(office, number * workers + one) for one in range(workers)])
    return Place(
        {key: unit.id for key, unit in office.units.items()},
        {key: account.id for key, account in office.people.items()},
        judges,
        own,
        everyone,
    )


def _title(number: int) -> Any:
    from decimal import Decimal

    from jiangtai.domains.honors.models import HonorTitle

    return HonorTitle.objects.create(
        name=f"锦川工匠{number + 1}", kind="craftsman", tier="district", issuer="锦川区委、区政府", years=5,
        award=Decimal(10_000), years_in_trade=5, basis="003#8.1",
    )  # fmt: skip


def _worker(office: Any, number: int) -> UUID:
    from jiangtai import people

    firm = office.units["甲厂"]
    person = people.register(
        name=f"程{chr(0x4E00 + number)}", unit=firm, sex="女", birth=date(1985, 1, 1), on=date(2020, 1, 1)
    )
    people.hire(person, firm, on=date(2020, 1, 1), occupation="焊工", is_production=True)
    people.join_union(person, office.units["甲厂工会"], on=date(2020, 2, 1))
    return person.pk


def enter(place: Place, number: int) -> Any:
    """The town as one process sees it, with a round of its own."""
    from jiangtai.access import Account, Unit, acting_as_job
    from jiangtai.domains.honors.tests.town import Town
    from jiangtai.flows import Round
    from tests.office import Office

    with acting_as_job("bench"):
        units = {key: Unit.unscoped.get(pk=pk) for key, pk in place.units.items()}
        people = {key: Account.objects.get(pk=pk) for key, pk in place.people.items()}
        judges = [Account.objects.get(pk=pk) for pk in place.judges]
        own = Round.unscoped.get(pk=place.rounds[number])
    return Town(Office(units, people), own, judges, place.workers[number])


# Decisions a second.


@dataclass
class Taken:
    """How long each kind of act took, and the wall around all of them."""

    acts: dict[str, list[float]] = field(default_factory=dict)
    wall: float = 0.0
    cpu: float = 0.0

    def time(self, label: str, act: Callable[[], Any]) -> Any:
        """Do it, and note how long it took."""
        started = time.perf_counter()
        found = act()
        self.acts.setdefault(label, []).append(time.perf_counter() - started)
        return found


def select(town: Any) -> Taken:
    """A whole selection of a round: every case from its opening to its end, step after step."""
    from jiangtai.access import acting_as
    from jiangtai.domains.honors.flow import GrantHonor
    from jiangtai.domains.honors.tests.town import FILLED, NAMED
    from jiangtai.flows import Case, engine, notices, rankings
    from jiangtai.kernel import clock

    taken, today, cases = Taken(), clock.today(), []
    started, used = time.perf_counter(), time.process_time()

    def open_one(person: UUID) -> Any:
        with acting_as(town.desk("enterprise_union@甲厂")):
            return engine.open_case(GrantHonor.key, person, town.office.units["甲厂"], round=town.round)

    def submit(case: Any) -> None:
        with acting_as(town.desk("enterprise_union@甲厂")):
            engine.decide(case.seats.get().pk, "firm_notice", data=FILLED)

    def publish(who: str, case: Any) -> None:
        with acting_as(town.desk(who)):
            notices.publish([case.pk], telephone="028-0000000")

    def each(label: str, who: str, outcome: str, **given: Any) -> None:
        for case in cases:
            seat = town.seat(case, who if who.startswith("judge") else "")
            taken.time(label, lambda seat=seat: town.act(who, seat, outcome, **given))

    def after_notice() -> date:
        last = max(town.fresh(case).due for case in cases)
        with clock.at(last + timedelta(days=1)):
            taken.time("end of the notices (all at once)", notices.end_due)
        return last + timedelta(days=1)

    with clock.at(today):
        cases += [taken.time("open", lambda one=one: open_one(one)) for one in town.workers]
        for case in cases:
            taken.time("nominate", lambda case=case: submit(case))
        for case in cases:
            taken.time("show in the firm", lambda case=case: publish("enterprise_union@甲厂", case))
    with clock.at(after_notice()):
        each("verify", "union_officer@甲街", "examine")
        each("examine", "union_officer@区", "joint")
        each("answer jointly", "liaison@局", "review")
        for number in range(len(town.judges)):
            each("mark", f"judge{number}", "marked", mark=95 - number)

        def settle() -> None:
            with acting_as(town.desk("union_officer@区")):
                rankings.settle(town.round)

        taken.time("rank (the whole round)", settle)
        for case in cases:
            taken.time("show to the public", lambda case=case: publish("union_officer@区", case))
    with clock.at(end := after_notice()):
        each("name", "committee@区", "granted", data={**NAMED, "named_on": str(end)})
    taken.wall, taken.cpu = time.perf_counter() - started, time.process_time() - used
    states = {town.fresh(case).step for case in cases}
    assert states == {"granted"}, states
    assert Case.unscoped.filter(round=town.round).count() == len(cases)
    return taken


def enter_process() -> None:
    """Set Django up in a process of our own on the home that runs."""
    import django

    django.setup()


def one_process(place: Place, number: int, ready: Any, go: Any, told: Any) -> None:
    """A process that holds one selection once all others are ready."""
    enter_process()
    town = enter(place, number)
    ready.release()
    go.wait()
    told.put(select(town))


def decisions(cases: int, processes: Sequence[int]) -> None:
    """Selections in one process, then in several at once, each with a round of its own at the same desks."""
    from jiangtai.flows import Decision

    place = found_town(1 + sum(processes), cases)
    context, used, rows = get_context("spawn"), 1, []
    acts: dict[str, list[list[float]]] = {}
    select(enter(place, 0))  # warm: plans, caches, the month's table
    for count in processes:
        ready, go, told = context.Semaphore(0), context.Event(), context.Queue()
        let_go()
        children = [
            context.Process(target=one_process, args=(place, used + one, ready, go, told)) for one in range(count)
        ]
        used += count
        for child in children:
            child.start()
        for _ in children:
            ready.acquire()
        before, said, started = Decision.objects.count(), load(), time.perf_counter()
        go.set()
        found = [told.get() for _ in children]
        wall = time.perf_counter() - started
        for child in children:
            child.join()
        made = Decision.objects.count() - before
        rows.append(
            (
                count, f"{made:,}", f"{wall:.1f}", f"{made / wall:,.0f}", f"{count * cases / wall:.1f}",
                f"{1000 * sum(one.cpu for one in found) / made:.1f}", said.split(";")[0].split(": ")[1],
            )
        )  # fmt: skip
        for label in found[0].acts:
            acts.setdefault(label, []).append([one for child in found for one in child.acts[label]])
    head = ("processes", "decisions", "seconds", "decisions/s", "cases/s", "Python CPU ms a decision", "load before")
    table(head, rows)
    table(
        ("one act, ms p50 / p95", *(f"{count} at once" for count in processes)),
        [
            (label, *(f"{ms(share(took, 50))} / {ms(share(took, 95))}" for took in found))
            for label, found in acts.items()
        ],
    )


# The inbox at a million cases.


@dataclass
class City:
    """The desks behind a million cases."""

    district: Any
    streets: list[Any]
    firms: list[Any]
    officers: list[UUID]
    street_officers: list[UUID]
    firm_accounts: list[UUID]
    persons: list[UUID]
    rounds: list[UUID]
    plain: UUID


def found_city(cases: int) -> City:
    """A district of 500 units, each with a desk, and the persons and rounds that cases are about."""
    from jiangtai import people
    from jiangtai.access import Account, Grant, Unit, acting_as_job, units
    from jiangtai.domains.honors.flow import GrantHonor
    from jiangtai.flows import Round

    kind = Unit.Kind
    with acting_as_job("bench"):
        district = units.found(kind=kind.DISTRICT, name="锦川区", parent=None, code="519901")
        streets = [
            units.found(kind=kind.STREET, name=f"第{one + 1}街道办事处", parent=district, code=f"519901{one + 1:03d}")
            for one in range(STREETS)
        ]
        firms = [
            units.found(
                kind=kind.ENTERPRISE, name=f"锦川第{one + 1}机械有限公司", parent=streets[one % STREETS],
                code=credit_code(one),
            )
            for one in range(FIRMS)
        ]  # fmt: skip

        def account(role: str, unit: Any, number: int) -> UUID:
            name = f"{role}-{number}".replace("_", "-")
            made = Account(username=name, name=f"经办{number}", unit=unit, duty="business")
            made.set_unusable_password()
            made.save()
            Grant.objects.create(account=made, duty=made.duty, role=role, unit=unit, reason="bench")
            return made.pk

        officers = [account("union_officer", district, one) for one in range(OFFICERS)]
        street_officers = [account("union_officer", unit, 100 + one) for one, unit in enumerate(streets)]
        firm_accounts = [account("enterprise_union", unit, one) for one, unit in enumerate(firms)]
        persons = [
            people.register(
                name=f"程{chr(0x4E00 + one)}", unit=firms[one % FIRMS], sex="女", birth=date(1985, 1, 1),
                on=date(2020, 1, 1),
            ).pk
            for one in range(PERSONS)
        ]  # fmt: skip
        rounds = Round.objects.bulk_create(
            Round(
                flow=GrantHonor.key, name=f"第{one + 1}批", host=district, opens=date(2024, 1, 1),
                closes=date(2026, 12, 31), quota=100, state="open",
            )
            for one in range(-(-cases // PERSONS))
        )  # fmt: skip
    return City(
        district, streets, firms, officers, street_officers, firm_accounts, persons, [one.pk for one in rounds],
        street_officers[1],
    )  # fmt: skip


def copy_cases(city: City, cases: int) -> tuple[int, float]:
    """So many cases and the seats they had, by COPY; how many seats, and the seconds it took.

    One in twelve is still under way: 20,000 of them wait at the district's desk, 20 at one street's, the others at the
    other streets' and firms'. One firm opened 20,000; twenty officers share the district's desk and its work.
    """
    from django.db import connections

    started = time.perf_counter()
    with connections["owner"].cursor() as cursor:
        seats = _copy_both(cursor, city, cases)
        for name in ("flows_case", "flows_seat", "flows_round", "access_unit", "access_account"):
            cursor.execute(f"VACUUM (ANALYZE) {name}")
    return seats, time.perf_counter() - started


def _copy_both(cursor: Any, city: City, cases: int) -> int:
    """First the cases, then their seats: one COPY at a time, the same numbers twice."""
    with cursor.copy(f"COPY flows_case ({CASE_COLUMNS}) FROM STDIN") as copy:
        for one in _cases(city, cases):
            copy.write(one.line)
    seats = 0
    with cursor.copy(f"COPY flows_seat ({SEAT_COLUMNS}) FROM STDIN") as copy:
        for one in _cases(city, cases):
            lines = list(_seats(city, one))
            seats += len(lines)
            copy.write("".join(lines))
    return seats


@dataclass
class Made:
    """One case as it is copied."""

    number: int
    id: UUID
    day: date
    firm: int
    step: str
    state: str
    line: str


def _uuid(moment: date, kind: int, number: int) -> UUID:
    milliseconds = int(time.mktime(moment.timetuple())) * 1000
    return UUID(int=milliseconds << 80 | 7 << 76 | kind << 64 | 2 << 62 | number)


def _cases(city: City, cases: int) -> Iterator[Made]:
    from jiangtai.domains.honors.flow import GrantHonor

    first, scale = date(2024, 1, 2), cases / WHOLE
    under_way = cases * OPEN_SHARE // 100
    busy, ordinary, big = int(BUSY * scale), max(int(ORDINARY * scale), 2), int(BIG * scale)
    for number in range(cases):
        day = first + timedelta(days=number * 1000 // cases)
        left = cases - 1 - number  # the newest are those under way
        # The big firm is the third; the ordinary street, the second, has few firms that ever open anything.
        firm = 2 if number % 50 == 0 and number // 50 < big else number * 7 % FIRMS
        if firm % STREETS == 1 and number % 13:
            firm += 1
        step, state, ended, due = "granted" if number % 3 else "passed_over", "ended", f"{day} 09:00:00+00", "\\N"
        if left < under_way:
            state, ended, due = "open", "\\N", str(date(2026, 11, 1) + timedelta(days=left % 60))
            if left < busy:
                step = "examine"
            elif left < busy + ordinary:
                step, firm = "verify", 1
            else:
                step = "verify" if left % 4 else "nominate"
                firm = firm + 1 if step == "verify" and firm % STREETS == 1 else firm
        elif number % WITHDRAWN_EVERY == 0:
            step, state = "nominate", "withdrawn"
        unit, opener = city.firms[firm].pk, city.firm_accounts[firm]
        row = (
            made := _uuid(day, 1, number), f"{day} 01:00:00+00", f"{day.year}-{number:07d}", GrantHonor.key,
            "2026-01-01", city.rounds[number // PERSONS], city.persons[number % PERSONS], unit, opener, unit, step, 8,
            state, ended, due,
        )  # fmt: skip
        yield Made(number, made, day, firm, step, state, "\t".join(map(str, row)) + "\n")


def _seats(city: City, case: Made) -> Iterator[str]:
    firm, street = case.firm, case.firm % STREETS
    officer = city.officers[case.number % OFFICERS]
    ways = (
        ("nominate", "enterprise_union", city.firms[firm].pk, city.firm_accounts[firm]),
        ("verify", "union_officer", city.streets[street].pk, city.street_officers[street]),
        ("examine", "union_officer", city.district.pk, officer),
        ("decide", "union_officer", city.district.pk, officer),
    )
    for turn, (step, role, unit, by) in enumerate(ways):
        waits = case.state == "open" and step == case.step
        due = str(date(2026, 11, 1) + timedelta(days=case.number % 60)) if waits else "\\N"
        done_at = f"{case.day + timedelta(days=turn)} 0{turn + 1}:00:00+00"
        state, done = ("open", ("\\N", "\\N")) if waits else ("done", (str(by), done_at))
        row = (
            _uuid(case.day, 2 + turn, case.number), f"{case.day} 01:00:00+00", case.id, turn, step, role, unit, "\\N",
            state, due, *done, "",
        )  # fmt: skip
        yield "\t".join(map(str, row)) + "\n"
        if step == case.step or (case.state == "withdrawn" and turn == 0):
            return


def ask_inbox(city: City) -> None:
    """Counts and first pages through the queries of `flows.inbox`."""
    from django.db import connections

    from jiangtai.access import Account, acting_as
    from jiangtai.flows import inbox

    connections.close_all()
    lists = {"待办": inbox.waiting, "已办": inbox.done, "办结": inbox.over, "我发起的": inbox.begun}
    rows = []
    for desk, pk in desks(city).items():
        with acting_as(Account.objects.get(pk=pk)) as who:
            for label, query in lists.items():
                count, counted = _times(lambda query=query, who=who: query(who).order_by().count())
                _, paged = _times(lambda query=query, who=who: list(query(who)[:PAGE]))
                rows.append((desk, label, f"{count:,}", counted, paged))
    print(load())
    table(("desk", "list", "rows", "exact count, ms p50 / p95", f"first {PAGE} rows, ms p50 / p95"), rows)


def _times(act: Callable[[], Any]) -> tuple[Any, str]:
    """What came of it, and p50 / p95 of doing it often enough."""
    taken, found = Taken(), act()
    while len(taken.acts.get("", ())) < PYTHON_TIMES and sum(taken.acts.get("", ())) < LONGEST:
        found = taken.time("", act)
    return found, f"{ms(share(taken.acts[''], 50))} / {ms(share(taken.acts[''], 95))}"


def desks(city: City) -> dict[str, UUID]:
    """Whose inbox is opened."""
    return {
        "the district's, 20,000 waiting": city.officers[0],
        "a street's, 20 waiting": city.plain,
        "the firm that opened most": city.firm_accounts[2],
        "another firm": city.firm_accounts[3],
    }


def open_pages(folder: Path, city: City) -> None:
    """The same as pages, as a signed-in officer's browser opens them."""
    try:
        from django.urls import reverse

        places = {label: reverse(f"cases.{name}") for label, name in _PAGES.items()}
    except Exception as missing:
        print(f"no pages yet: {missing}")
        return
    pks = desks(city)
    keys = {desk: session(pk) for desk, pk in pks.items()}
    rows = []
    with serve(folder) as server:
        for desk, key in keys.items():
            browser = _browser(server, key)
            for label, path in places.items():
                for what, query in (("", ""), (", page 2", "?page=2"), (", by number", "?q=2025-0400")):
                    rows.append((desk, label + what, *_opened(browser, path + query)))
    print(load())
    table(("desk", "page", "ms p50 / p95", "status"), rows)


_PAGES = {"待办": "waiting", "已办": "done", "办结": "over", "我发起的": "begun", "全部办件": "all"}


def _opened(browser: Browser, path: str) -> tuple[str, int]:
    took = []
    for number in range(HTTP_TIMES + 2):
        answer = browser.get(path)
        if number >= 2:
            took.append(answer.took)
        if answer.status != 200 or sum(took) > LONGEST:
            break
    return (f"{ms(share(took, 50))} / {ms(share(took, 95))}" if took else "", answer.status)


def session(account: UUID) -> str:
    """The key of a session in which an account is signed in, its second factor answered."""
    from django.contrib.sessions.backends.db import SessionStore

    from jiangtai.access import Account

    found, store = Account.objects.get(pk=account), SessionStore()
    store["_auth_user_id"] = str(found.pk)
    store["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    store["_auth_user_hash"] = found.get_session_auth_hash()
    store["second_factor"] = True
    store.create()
    return str(store.session_key)


def _browser(server: Server, key: str) -> Browser:
    browser = server.browser()
    browser.cookies["jiangtai"] = key
    return browser


def main() -> None:
    """Decisions, then the inbox, each in a home of its own."""
    chosen = argparse.ArgumentParser(description=__doc__)
    chosen.add_argument("--only", default="decisions,inbox", help="decisions, inbox")
    chosen.add_argument("--cases", type=int, default=CASES, help="cases of a selection")
    chosen.add_argument("--whole", type=int, default=WHOLE, help="cases behind the inbox")
    asked = chosen.parse_args()
    print(f"Flows. {load()}", flush=True)
    sizes = {"decisions": asked.cases, "inbox": asked.whole}
    one_by_one([(PARTS[part], sizes[part]) for part in asked.only.split(",")])


def one_by_one(parts: Sequence[tuple[Callable[[int], None], int]]) -> None:
    """Each part in a process and a home of its own: Django knows one home at a time."""

    def stop(*signals: Any) -> None:
        for child in active_children():
            child.terminate()  # it takes its home away
        raise SystemExit(143)

    signal.signal(signal.SIGTERM, stop)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        for act, size in parts:
            pool.submit(act, size).result()


def decide_at_home(cases: int) -> None:
    """The selections, in a home of their own."""
    with home():
        decisions(cases, PROCESSES)


def open_at_home(cases: int) -> None:
    """The inbox, likewise."""
    with home() as folder:
        city = found_city(cases)
        seats, took = copy_cases(city, cases)
        units = 1 + STREETS + FIRMS
        print(f"{cases:,} cases and {seats:,} seats over {units} units, copied in {took:.0f} s", flush=True)
        ask_inbox(city)
        open_pages(folder, city)


PARTS = {"decisions": decide_at_home, "inbox": open_at_home}


if __name__ == "__main__":
    main()
