"""Kills at random moments: of processes that decide cases, and of PostgreSQL under them; then whether all still fits.

After every kill the invariants of flows are read in one snapshot, while the other processes go on; at the end the
ledger and the audit are verified whole.
"""

import argparse
import contextlib
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
from bench_flows import Place, enter, found_town
from served import home, let_go, load, ms, share, table

KILLS, WRITERS, ROUND = 200, 3, 5
SHARES = {"a process": 70, "a backend": 15, "PostgreSQL": 15}  # per cent of the kills
LONGEST = 1.2  # seconds between two kills, at most
RESTART = 120  # seconds that PostgreSQL may take to come back
APPEAL, OBJECT, BACK, SEAL = 0.15, 0.08, 0.2, 0.02


# One process that decides.


class Hand:
    """Takes whatever case is open one act further, as whoever is asked; notes what the engine confirmed."""

    def __init__(self, place: Place, log: Path, seed: int) -> None:
        self.place, self.dice = place, random.Random(seed)
        self.file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def note(self, *words: Any) -> None:
        """One line, whole or not at all."""
        os.write(self.file, (" ".join(map(str, words)) + "\n").encode())

    def run(self) -> None:
        """Until killed; what the engine refuses is no fault, and a database that went away comes back."""
        from django.core.exceptions import ObjectDoesNotExist, ValidationError
        from django.db import DatabaseError, InterfaceError, OperationalError, connections

        from jiangtai.access import Refused
        from jiangtai.flows.seating import NobodyThere

        while True:
            try:
                self.act()
            except (Refused, ValidationError, NobodyThere, ObjectDoesNotExist) as error:
                self.note("refused", type(error).__name__)
            except (OperationalError, InterfaceError) as error:
                code = getattr(error.__cause__, "sqlstate", None)
                self.note("lost" if code is None or code[:2] in ("57", "08") else f"error {code}")
                connections.close_all()
                time.sleep(0.05)
            except DatabaseError as error:
                self.note("error", type(error).__name__, str(error).replace("\n", " ")[:200])
                connections.close_all()

    def act(self) -> None:
        """Something that somebody could do now."""
        from jiangtai import ledger
        from jiangtai.access import acting_as_job
        from jiangtai.flows import Case

        if self.dice.random() < SEAL:
            with acting_as_job("bench"):
                ledger.seal()
            return
        with acting_as_job("bench"):
            pks = list(Case.unscoped.filter(state=Case.State.OPEN).values_list("pk", flat=True))
        if len(pks) < 4 * ROUND and self.open_round():
            return
        if self.dice.random() < APPEAL and self.appeal():
            return
        if not pks:
            return
        with acting_as_job("bench"):
            case = Case.unscoped.select_related("unit", "round__host", "opened_by").get(pk=self.dice.choice(pks))
            seats = list(case.seats.filter(state="open", turn=case.turn).select_related("unit", "account"))
        self.further(case, seats)

    def open_round(self) -> bool:
        """Recommend the workers of a round that nobody has recommended yet."""
        from jiangtai.access import acting_as, acting_as_job
        from jiangtai.domains.honors.flow import GrantHonor
        from jiangtai.flows import Case, engine

        with acting_as_job("bench"):
            used = set(Case.unscoped.values_list("round", flat=True).distinct())
        for number, pk in enumerate(self.place.rounds):
            if pk not in used:
                town = enter(self.place, number)
                with acting_as(town.desk("enterprise_union@甲厂")):
                    for one in town.workers:
                        case = engine.open_case(GrantHonor.key, one, town.office.units["甲厂"], round=town.round)
                        self.note("opened", case.pk)
                return True
        return False

    def appeal(self) -> bool:
        """Somebody who was refused asks again."""
        from jiangtai.access import acting_as, acting_as_job
        from jiangtai.flows import Case, engine

        with acting_as_job("bench"):
            over = list(Case.unscoped.filter(state=Case.State.ENDED, step="refused").select_related("opened_by"))
        if not over:
            return False
        case = self.dice.choice(over)
        with acting_as(case.opened_by, case.opened_unit_id):
            engine.appeal(case.pk, "有新情况")
        self.note("appealed", case.pk)
        return True

    def further(self, case: Any, seats: list[Any]) -> None:
        """One act at the step where a case is."""
        from jiangtai.flows import Notice, Panel, Ranking, engine, notices, rankings
        from jiangtai.kernel import clock

        step = engine.step_of(case)
        if isinstance(step, Notice) and not seats:
            shown = case.shown.filter(notice__step=case.step).order_by("id").last()
            if shown and self.dice.random() < OBJECT:
                notices.object_to(shown.pk, name="反映人", phone="13800000000", text="请核实")
            else:
                with clock.at((case.due or clock.today()) + timedelta(days=1)):
                    notices.end_due()
            return
        if not seats:
            return
        seat = self.dice.choice(seats)
        with _asked(seat):
            if isinstance(step, Notice):
                notices.publish([case.pk], telephone="028-0000000")
            elif isinstance(step, Ranking):
                rankings.settle(case.round)
            elif isinstance(step, Panel):
                self.confirm(engine.decide(seat.pk, "marked", mark=self.dice.randint(60, 100)))
            else:
                self.decide(case, step, seat)

    def decide(self, case: Any, step: Any, seat: Any) -> None:
        """Answer, mostly forward."""
        from jiangtai.domains.honors.tests.town import FILLED, NAMED
        from jiangtai.flows import engine
        from jiangtai.kernel import clock

        forward = next(iter(step.outcomes))
        other = self.dice.random() < BACK
        outcome = self.dice.choice(list(step.outcomes)) if other else forward
        data = {"nominate": FILLED, "decide": {**NAMED, "named_on": str(clock.today())}}.get(case.step)
        self.confirm(engine.decide(seat.pk, outcome, data=data, opinion="已核"))

    def confirm(self, decision: Any) -> None:
        """The engine said that it is done: from here on it must never be lost."""
        self.note("decided", decision.pk)


def _asked(seat: Any) -> Any:
    """Act as an account that a seat asks."""
    from jiangtai.access import Grant, acting_as, acting_as_job

    if seat.account:
        return acting_as(seat.account)
    with acting_as_job("bench"):
        grant = (
            Grant.objects.filter(unit=seat.unit, role=seat.role, revoked_at__isnull=True)
            .select_related("account")
            .first()
        )
    return acting_as(grant.account, grant.unit_id)  # type: ignore[union-attr]


def _decide(place: Place, log: Path, seed: int) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    Hand(place, log, seed).run()


# The kills.


class Killer:
    """Keeps so many processes at work, kills, waits for what has to come back, and looks."""

    def __init__(self, folder: Path, place: Place, dice: random.Random) -> None:
        self.folder, self.place, self.dice = folder, place, dice
        self.context, self.children, self.born = get_context("fork"), [], 0
        self.killed: Counter[str] = Counter()
        self.recovered: list[float] = []
        self.checked: list[float] = []

    def fill(self) -> None:
        """Start as many as are missing; they are forks, so they begin at once."""
        let_go()
        while len(self.children) < WRITERS:
            self.born += 1
            log = self.folder / f"hand-{self.born}.log"
            child = self.context.Process(target=_decide, args=(self.place, log, self.dice.getrandbits(64)))
            child.start()
            self.children.append(child)

    def kill(self) -> str:
        """One kill of some kind; PostgreSQL is brought back by the house's own means."""
        kind = self.dice.choices(list(SHARES), list(SHARES.values()))[0]
        if kind == "a process":
            child = self.children.pop(self.dice.randrange(len(self.children)))
            child.kill()
            child.join()
        else:
            started = time.perf_counter()
            self._kill_database(whole=kind == "PostgreSQL")
            self._wait()
            self.recovered.append(time.perf_counter() - started)
        self.killed[kind] += 1
        return kind

    def _kill_database(self, *, whole: bool) -> None:
        file = self.folder / "postgres" / "postmaster.pid"
        postmaster = psutil.Process(int(file.read_text().split()[0]))
        backends = [one for one in postmaster.children() if "jiangtai_app" in " ".join(one.cmdline())]
        (postmaster if whole or not backends else self.dice.choice(backends)).kill()
        if whole:
            postmaster.wait(30)

    def _wait(self) -> None:
        """Until the database answers again."""
        from django.db import DatabaseError, InterfaceError, connection

        from jiangtai.kernel import Cluster, EmbeddedError, Home

        deadline = time.monotonic() + RESTART
        while time.monotonic() < deadline:
            with contextlib.suppress(DatabaseError, InterfaceError, EmbeddedError):
                Cluster(Home(self.folder)).start()
                let_go()
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
                return
            time.sleep(0.1)
        raise SystemExit("PostgreSQL did not come back")

    def look(self) -> list[str]:
        """The invariants in one snapshot, and whether everything confirmed by now is there."""
        started = time.perf_counter()
        confirmed = self.confirmed()  # before the snapshot: what is confirmed later need not be in it
        with snapshot():
            found = [*invariants(), *_lost(confirmed)]
        self.checked.append(time.perf_counter() - started)
        return found

    def confirmed(self) -> dict[str, set[UUID]]:
        """What the engine had said was done."""
        found: dict[str, set[UUID]] = {"decided": set(), "opened": set()}
        for words in self.said():
            if words[0] in found and len(words) == 2 and len(words[1]) == 36:
                found[words[0]].add(UUID(words[1]))
        return found

    def said(self) -> Iterator[list[str]]:
        """Every line of every process."""
        for file in sorted(self.folder.glob("hand-*.log")):
            yield from (line.split(maxsplit=1) for line in file.read_text().splitlines() if line)

    def end(self) -> None:
        """No process of ours is left."""
        for child in self.children:
            child.kill()
            child.join()


@contextlib.contextmanager
def snapshot() -> Iterator[None]:
    """What is read in this block is of one moment."""
    from django.db import connection, transaction

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def invariants() -> list[str]:
    """Those of flows, with what a naming brings."""
    from jiangtai.domains.honors.facts import AwardDue
    from jiangtai.flows.tests.invariants import faults

    return faults({"granted": (AwardDue,)})


def _lost(confirmed: dict[str, set[UUID]]) -> list[str]:
    from jiangtai.access import acting_as_job
    from jiangtai.flows import Case, Decision

    with acting_as_job("bench"):
        there = set(Decision.objects.values_list("pk", flat=True)) | set(Case.unscoped.values_list("pk", flat=True))
    return [f"{what} {one} was confirmed and is lost" for what, ids in confirmed.items() for one in sorted(ids - there)]


def certificates() -> list[str]:
    """Every naming brought one certificate."""
    from jiangtai import credentials, ledger
    from jiangtai.access import acting_as_job
    from jiangtai.domains.honors.facts import HonorGranted
    from jiangtai.ledger import FactRow

    with acting_as_job("bench"):
        named = FactRow.unscoped.filter(type=ledger.declared(HonorGranted).key).values_list("pk", flat=True)
        issued = Counter(credentials.Credential.objects.values_list("cause", flat=True))
    return [f"naming {one} brought {issued[one]} certificates" for one in named if issued[one] != 1]


def tell(killer: Killer, faults: list[str], took: dict[str, float]) -> None:
    """What was done, and what was found."""
    from jiangtai.access import acting_as_job
    from jiangtai.flows import Case, Decision
    from jiangtai.ledger import FactRow

    words = Counter(words[0] if words[0] != "error" else " ".join(words) for words in killer.said())
    with acting_as_job("bench"):
        cases, over = Case.unscoped.count(), Case.unscoped.exclude(state=Case.State.OPEN).count()
        granted, decided = Case.unscoped.filter(step="granted").count(), Decision.objects.count()
        rows = [
            *((f"kills of {kind}", f"{count}") for kind, count in killer.killed.items()),
            ("cases opened, over, granted", f"{cases:,}, {over:,}, {granted:,}"),
            ("decisions, of them confirmed by a process", f"{decided:,}, {words['decided']:,}"),
            ("appeals", f"{words['appealed']:,}"),
            ("acts that the engine refused (late, not ready, …)", f"{words['refused']:,}"),
            ("times that a process found the database gone", f"{words['lost']:,}"),
            ("facts in the ledger", f"{FactRow.unscoped.count():,}"),
        ]
    if killer.recovered:
        answer = f"{ms(share(killer.recovered, 50))} / {ms(max(killer.recovered))}"
        rows.append(("database back after its kill, ms p50 / longest", answer))
    rows.append(("one check of all invariants, ms p50", ms(share(killer.checked, 50))))
    rows += [(f"{what}, seconds", f"{seconds:.1f}") for what, seconds in took.items()]
    rows += [(f"unexpected: {line}", f"{count}") for line, count in words.items() if line.startswith("error")]
    rows.append(("faults found", f"{len(faults)}"))
    table(("what", "count"), rows)
    for one in faults[:20]:
        print(f"- {one}")


def check_logs() -> tuple[list[str], dict[str, float]]:
    """The ledger and the audit, sealed and read whole."""
    from jiangtai import ledger
    from jiangtai.access import audit

    acts: tuple[tuple[str, Callable[[], Any], Callable[[Any], list[str]]], ...] = (
        ("ledger sealed", ledger.seal, lambda found: []),
        ("ledger verified", ledger.verify, lambda found: [f"ledger: {one}" for one in found.faults]),
        ("audit sealed", audit.seal, lambda found: []),
        ("audit verified", audit.verify, lambda found: [f"audit: {one}" for one in found]),
    )
    faults, took = [], {}
    for label, act, wrong in acts:
        started = time.perf_counter()
        faults += wrong(act())
        took[label] = time.perf_counter() - started
    return faults, took


def main() -> None:
    """Kill, look, and at the end verify."""
    chosen = argparse.ArgumentParser(description=__doc__)
    chosen.add_argument("--kills", type=int, default=KILLS)
    chosen.add_argument("--seed", type=int, default=2026)
    asked = chosen.parse_args()
    print(f"Kills: {asked.kills}, {WRITERS} processes, seed {asked.seed}. {load()}", flush=True)
    with home() as folder:
        place = found_town(max(asked.kills * 2 // 3, 4), ROUND)
        killer = Killer(folder, place, random.Random(asked.seed))
        faults: list[str] = []
        stopped: list[int] = []

        def stop(number: int, frame: Any) -> None:
            stopped.append(number)  # where Python swallows the exit, as in a destructor, the loop still ends
            raise SystemExit(143)

        signal.signal(signal.SIGTERM, stop)
        started = time.perf_counter()
        try:
            for number in range(asked.kills):
                if stopped:
                    raise SystemExit(143)
                killer.fill()
                time.sleep(killer.dice.uniform(0.02, LONGEST))
                kind = killer.kill()
                if found := killer.look():
                    faults += [f"after kill {number + 1} (of {kind}): {one}" for one in found]
                    break
        finally:
            killer.end()
        killer._wait()
        faults += [*killer.look(), *certificates()]
        wrong, took = check_logs()
        print(f"{sum(killer.killed.values())} kills in {time.perf_counter() - started:.0f} s; {load()}")
        tell(killer, faults + wrong, took)
    if faults + wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
