"""The page of every figure, with its parts and the first of its list, as officers of four levels of unit open it.

The lake is generated (`bench_indicators.Town`); its units stand in PostgreSQL too, and of its persons those who are on
one of the lists that will be opened, so that each line is named as it would be. Pages are asked through the whole of
Django, in one process: session, rights, scope, audit, template; each for the first time since the refresh, then again.
Beside the clock stands the processor's time of this process, which other work on the machine does not lengthen; the
database's own is not in it. `--keep` leaves the home in a folder for the next run.
"""

import argparse
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench_register import FILLED, Place, Writer
from bench_units import District, Row, fill, names, officer, place, speller
from served import home, load, ms, share, table

LEVELS = {"root": (1,), "district": (2,), "street": (40, 180), "firm": (1_000, 29_993)}
ROLES = {"root": "group_office", "district": "unit_admin", "street": "unit_admin", "firm": "enterprise_union"}
KEPT = ("people_person", "vault_subjectkey", "people_employment")
WORST = 5


def main() -> None:
    """Generate, sign in, ask, print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--persons", type=int, default=6_000_000)
    words.add_argument("--facts", type=int, default=60_000_000)
    words.add_argument("--keep", type=Path, help="a folder for the home, taken as it is where it holds one")
    words.add_argument("--period", default="", help="as the page is asked for it; the month that runs, if not said")
    words.add_argument("--only", default="", help="the figures whose key holds this")
    words.add_argument("--every", type=int, default=1, help="of the figures each so many-th")
    words.add_argument("--units", type=int, default=9, help="so many of each level, at most")
    asked = words.parse_args()
    with home(asked.keep):
        from bench_indicators import Town

        from jiangtai.lake import manifest

        print(f"Pages of figures through Django, milliseconds p50 / p95. {load()}")
        began = time.monotonic()
        town = Town(manifest.folder_of(), asked.persons, asked.facts)
        units = units_of(town.units)
        is_new = manifest.read(town.folder) is None
        if is_new:
            town.write()
            town.found.subjects, town.found.shape = asked.persons, manifest.shape()
            town.found.save(town.folder)
            fill(District(town.units, units))
        print(f"{asked.persons:,} persons, {asked.facts:,} facts, {town.units:,} units, written in "
              f"{time.monotonic() - began:.0f} s; {load()}", flush=True)  # fmt: skip
        _prepare(units, asked)
        if is_new:
            _people(units, asked.period, asked.only)
        rows = [row for level in LEVELS for row in _level(level, units, asked)]
        table(("level", "units", "pages", "first", "processor", "again", "processor", "slowest, processor"), rows)
        print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:,} MB; {load()}")


def units_of(count: int) -> list[Row]:
    """The units of the lake as PostgreSQL will hold them, under the same numbers and ids; row n is unit n + 1."""
    from bench_indicators import DISTRICTS, STREETS, id_of

    spell, label, rows = speller(), names(), list[Row]()
    for number in range(1, count + 1):
        above, kind = None, "city"
        if number > 1 + DISTRICTS + STREETS:
            above, kind = 2 + DISTRICTS + number % STREETS, "enterprise"
        elif number > 1 + DISTRICTS:
            above, kind = 2 + number % DISTRICTS, "street"
        elif number > 1:
            above, kind = 1, "district"
        row = Row(number, kind, f"{next(label)}有限公司", parent=rows[above - 1] if above else None)
        place(row, spell)
        row.id = id_of("unit", number)
        rows.append(row)
    return rows


def _prepare(units: list[Row], asked_for: Any) -> None:
    """What the job does after each refresh, for the figures that will be asked; not the answers for the cockpit."""
    from jiangtai.indicators import Frame, Period, board, computing, indicators
    from jiangtai.kernel import clock
    from jiangtai.lake import opened

    began, today = time.monotonic(), clock.today()
    frame = Frame(Period.month_of(today), today)
    asked = computing.compile_all(frame)
    print(f"{asked:,} questions compiled in {time.monotonic() - began:.0f} s", flush=True)
    began, used = time.monotonic(), time.process_time()
    wanted = {one for numbers in LEVELS.values() for number in numbers[: asked_for.units]
              for one in _figures(units[number - 1], asked_for.only)[:: asked_for.every]}  # fmt: skip
    board.indicators = lambda: [one for one in indicators() if one in wanted]
    for _ in board.compared(frame):  # where one board takes long, the next is computed the next time
        board.prepare(opened(), frame)
    seconds, used = time.monotonic() - began, time.process_time() - used
    print(
        f"three boards of {len(wanted)} figures in {seconds:.0f} s, {used:.0f} s of the processor; {load()}", flush=True
    )


def _figures(unit: Row, only: str) -> list[Any]:
    """The figures that are open at a unit."""
    from jiangtai import indicators
    from jiangtai.access import Unit

    at = Unit.unscoped.get(pk=unit.id)
    return [one for one in indicators.indicators() if only in one.key and indicators.is_open_at(one, at)]


def _people(units: list[Row], period: str, only: str) -> None:
    """Whoever is on one of the lists: a file of their own, a key, and a job where the first list says."""
    from bench_indicators import id_of
    from django.db import connections

    from jiangtai.indicators import board
    from jiangtai.indicators.pages import asking, figures
    from jiangtai.kernel import clock, new_id
    from jiangtai.lake import opened

    frame, at = asking.frame_of(period), opened()
    found: dict[int, int] = {}
    for number in (number for numbers in LEVELS.values() for number in numbers):
        for one in _figures(units[number - 1], only):
            if one.measure.rows.about == "person":
                for row in board.listed(at, one, number, frame, figures.LINES).to_pylist():
                    found.setdefault(row["subject"], row["unit"])
    rows: dict[str, list[str]] = {name: [] for name in FILLED}
    writer = Writer(rows, clock.now().isoformat(), new_id())
    for subject, unit in found.items():
        firm = units[unit - 1]
        writer.person(subject, Place(firm.id, firm.path, firm.id, firm.path), id_of("person", subject))
    with connections["owner"].cursor() as cursor:
        for name in KEPT:
            with cursor.copy(f"COPY {name} ({FILLED[name]}) FROM STDIN") as copy:
                copy.write("".join(rows[name]))
            cursor.execute(f"ANALYZE {name}")
    at.kept.clear()
    print(f"{len(found):,} persons on the lists", flush=True)


def _level(level: str, units: list[Row], asked: Any) -> Iterator[tuple[Any, ...]]:
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    took: dict[bool, list[tuple[float, float, str]]] = {True: [], False: []}
    for number in LEVELS[level][: asked.units]:
        client, query = Client(), {"period": asked.period} if asked.period else {}
        key = officer(f"bench-{number}-{time.time_ns()}", ROLES[level], units[number - 1])
        client.cookies[settings.SESSION_COOKIE_NAME] = key
        figures = _figures(units[number - 1], asked.only)[:: asked.every]
        shown = [(one.key, reverse("figures.show", args=[one.key])) for one in figures]
        client.get(shown[0][1], {"by": "sex", **query}, SERVER_NAME="127.0.0.1")  # templates and rights are loaded
        for is_first in (True, False):
            for figure, path in shown:
                began, used = time.perf_counter(), time.process_time()
                answer = client.get(path, query, SERVER_NAME="127.0.0.1")
                took[is_first].append((time.perf_counter() - began, time.process_time() - used, figure))
                assert answer.status_code == 200 and "明细" in answer.content.decode(), (path, answer.status_code)
    told = [
        f"{ms(share(values, 50))} / {ms(share(values, 95))}"
        for is_first in (True, False)
        for values in ([one[0] for one in took[is_first]], [one[1] for one in took[is_first]])
    ]
    worst = sorted(took[True], key=lambda one: -one[1])[:WORST]
    slowest = ", ".join(f"{figure} {ms(used)}" for _, used, figure in worst)
    print(level, *told, slowest, flush=True)
    yield (level, len(LEVELS[level][: asked.units]), len(took[True]), *told, slowest)


if __name__ == "__main__":
    main()
