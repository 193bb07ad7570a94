"""Departments' lists into the register: the check of every line and the loading, beside plain COPY of the rows.

One list into an empty register; the same people as other offices have them; the first list once more, unchanged, and
with some lines changed. With `--check`, nothing but the check of one long list and the memory it takes. The people are
invented, and make the errors of docs/demo-city.md.
"""

import argparse
import cProfile
import csv
import os
import pstats
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psutil
from bench_units import credit_code
from served import home, table

FIRMS, DAY = 500, date(2026, 9, 30)
CHANGED_EVERY = 20


def main() -> None:
    """Make the lists, take them in one after the other, and print what each took."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rows", type=int, default=100_000)
    words.add_argument("--check", type=int, default=0, help="only check a list of so many lines")
    words.add_argument("--profile", action="store_true", help="where the time goes")
    chosen = words.parse_args()
    with home() as folder, tempfile.TemporaryDirectory(prefix="ji-") as sheets:
        if chosen.check:
            _check_only(Path(sheets), chosen.check, chosen.profile)
        else:
            _run(folder, Path(sheets), chosen.rows, chosen.profile)


def _run(folder: Path, sheets: Path, rows: int, is_profiled: bool) -> None:
    from jiangtai.people.sources import invented

    units, firms = _units()
    lists = [
        replace(one, coverage=1.0, no_number=0.0 if one.source != "union_members" else 0.18, ending="csv")
        for one in invented.LAYOUTS[:4]
    ]
    errors = invented.Errors(mistyped=0.0, twice=0.0)
    written = invented.City(rows, firms, DAY, errors).write(sheets, lists)
    by_source = {one.layout.source: one for one in written}
    first = by_source["social_insurance"]
    delta = sheets / "delta.csv"
    changed = _changed(first.path, delta, CHANGED_EVERY)
    same = sheets / "same.csv"
    _changed(first.path, same, first.lines)
    found = []
    for label, source, path, day, fields in (
        ("social insurance, empty register", "social_insurance", first.path, DAY, first.layout.fields),
        *((f"{key}, the same people", key, by_source[key].path, DAY, by_source[key].layout.fields)
          for key in ("taxes", "union_members")),
        ("social insurance a month later, one line changed", "social_insurance", same,
         DAY + timedelta(days=31), first.layout.fields),
        (f"social insurance again, {changed:,} lines changed", "social_insurance", delta,
         DAY + timedelta(days=40), first.layout.fields),
    ):  # fmt: skip
        profile = cProfile.Profile() if is_profiled else None
        found.append((label, *_take(units[source], source, path, day, fields, profile), f"{os.getloadavg()[0]:.1f}"))
        print(*found[-1], flush=True)
        if profile:
            pstats.Stats(profile).sort_stats("cumulative").print_stats(70)
    heads = ("list", "lines", "check s", "lines a second", "load s", "lines a second", "lines a processor's second")
    heads = (*heads, "COPY s", "new", "load average")
    table(heads, found)


def _units() -> tuple[dict[str, Any], list[Any]]:
    """Who hands in, and where everybody works."""
    from jiangtai.access import Unit, acting_as_job, units
    from jiangtai.people.sources import invented

    with acting_as_job("bench"):
        top = units.found(kind=Unit.Kind.DISTRICT, name="锦川区", parent=None, code="519901")
        street = units.found(kind=Unit.Kind.STREET, name="锦河街道办事处", parent=top, code="519901001")
        labour = units.found(kind=Unit.Kind.DEPARTMENT, name="区人力资源和社会保障局", parent=top)
        revenue = units.found(kind=Unit.Kind.DEPARTMENT, name="区税务局", parent=top)
        union = units.found(kind=Unit.Kind.UNION_FEDERATION, name="锦川区总工会（工会）", parent=None)
        firms = [
            units.found(kind=Unit.Kind.ENTERPRISE, name=f"第{one}厂有限公司", parent=street, code=credit_code(one))
            for one in range(FIRMS)
        ]
    places = {"social_insurance": labour, "taxes": revenue, "union_members": union}
    return places, [invented.Firm(one.name, one.code, union.name) for one in firms]


def _check_only(sheets: Path, lines: int, is_profiled: bool) -> None:
    """One long list, handed in and checked line by line, in a process whose memory is watched."""
    from jiangtai.access import acting_as_job
    from jiangtai.people.sources import confirm_columns, invented, work_on

    units, firms = _units()
    layout = replace(invented.LAYOUTS[0], coverage=1.0, no_number=0.0, ending="csv")
    written = invented.City(lines, firms, DAY, invented.Errors(twice=0.0)).write(sheets, [layout])[0]
    before = _peak()
    with acting_as_job("bench"):
        batch, handed = _timed(lambda: _handed_in(units[layout.source], layout.source, written.path, DAY))
        work_on(batch.pk)
        batch.refresh_from_db()
        confirm_columns(batch, layout.fields)
        profile = cProfile.Profile() if is_profiled else None
        took = _seconds(lambda: profile.runcall(work_on, batch.pk) if profile else work_on(batch.pk))
        batch.refresh_from_db()
    assert batch.state == "checked", batch.why
    if profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(40)
    heads = ("lines", "good", "file MB", "handing in s", "check s", "lines a second", "peak MB", "before MB", "COPY s")
    row = (f"{batch.lines:,}", f"{batch.good:,}", f"{written.path.stat().st_size / 1e6:.0f}", f"{handed:.1f}")
    memory = (f"{_peak():,.0f}", f"{before:,.0f}")
    table((*heads, "load average"), [(*row, f"{took:.1f}", f"{batch.lines / took:,.0f}", *memory,
                                      f"{_copied(written.path):.2f}", f"{os.getloadavg()[0]:.1f}")])  # fmt: skip


def _peak() -> float:
    """The most that this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000


def _used() -> float:
    """Processor seconds of this process and of its connection's server process; steadier than the clock."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        served = psutil.Process(cursor.fetchone()[0]).cpu_times()
    return time.process_time() + served.user + served.system


def _changed(path: Path, to: Path, every: int) -> int:
    """The same list on which every so many'th has another phone."""
    count = 0
    with path.open(encoding="utf-8-sig", newline="") as source, to.open("w", encoding="utf-8", newline="") as target:
        file = csv.writer(target)
        for at, row in enumerate(csv.reader(source)):
            if len(row) > 2 and at > 3 and at % every == 0:
                row[-1], count = f"1990{at + 1_000_000:07d}", count + 1
            file.writerow(row)
    return count


def _take(unit: Any, source: str, path: Path, day: date, fields: list[str], profile: Any) -> tuple[Any, ...]:
    from jiangtai.access import acting_as_job
    from jiangtai.people.sources import confirm_columns, take_over, work_on

    with acting_as_job("bench"):
        batch = _handed_in(unit, source, path, day)
        work_on(batch.pk)
        batch.refresh_from_db()
        if batch.state == "mapping":
            confirm_columns(batch, fields)
        check = _seconds(lambda: work_on(batch.pk)) if batch.is_busy else 0.0
        batch.refresh_from_db()
        take_over(batch)
        if profile:
            profile.enable()
        used = _used()
        taken = _seconds(lambda: work_on(batch.pk))
        used = _used() - used
        if profile:
            profile.disable()
        batch.refresh_from_db()
        assert batch.state == "done", batch.why
    rows = batch.lines
    checked = f"{rows / check:,.0f}" if check else "with handing in"
    told = (f"{taken:.1f}", f"{rows / taken:,.0f}", f"{rows / used:,.0f}")
    return rows, f"{check:.1f}", checked, *told, f"{_copied(path):.2f}", batch.persons


def _handed_in(unit: Any, source: str, path: Path, day: date) -> Any:
    from django.core.files.uploadedfile import UploadedFile

    from jiangtai.people.sources import SOURCES, hand_in

    with path.open("rb") as file:
        return hand_in(SOURCES[source], unit, UploadedFile(file, path.name, size=path.stat().st_size), as_of=day)


def _timed(act: Callable[[], Any]) -> tuple[Any, float]:
    began = time.monotonic()
    return act(), time.monotonic() - began


def _seconds(act: Callable[[], Any]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began


def _copied(path: Path) -> float:
    """The same cells into a bare table."""
    from django.db import connection

    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file) if len(row) > 3]
    names = ", ".join(f"c{at} text" for at in range(len(rows[0])))

    def copy() -> None:
        with connection.cursor() as cursor, cursor.copy("COPY bench_bare FROM STDIN") as into:
            for row in rows:
                into.write_row(row)

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE bench_bare ({names})")
    took = _seconds(copy)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_bare")
    return took


if __name__ == "__main__":
    main()
