"""The boards: every figure of every unit with its parts by the units below, for the month that runs and the two that it
is compared with; computed once after a refresh and read many times."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from jiangtai.lake import LINEAGE, Lake, known_at, parquet

from . import compiled, computing
from .computing import Figure
from .declare import Indicator, indicators
from .dimensions import BELOW
from .periods import Frame

_LONG = 30
"""Seconds: on a small lake all boards take less, on one of six million people one takes more."""
_ROWS = pa.schema([
    ("key", pa.string()), ("unit", pa.int32()), ("above", pa.int32()),
    ("part", pa.float64()), ("whole", pa.float64()), ("lines", pa.int64()),
])  # fmt: skip
"""A unit's figure, of which it is a part in the unit right above; without a unit, what stands at none right below."""
_NEAR, _PLENTY = 1_000, (2, 20)
"""So far down a page is looked for by unit; and for how many times its lines, as some of them stand elsewhere too."""
_FIRST_UNITS = """
WITH board AS (SELECT unit, above, lines FROM {board} WHERE key = '{key}'),
own AS (SELECT coalesce(unit, above) AS unit, lines FROM board
        WHERE unit IS NULL OR unit NOT IN (SELECT above FROM board WHERE above IS NOT NULL)),
here AS (SELECT unit, sum(lines) OVER (ORDER BY unit) - lines AS before
         FROM own SEMI JOIN (SELECT unit FROM lineage WHERE ancestor = {unit}) USING (unit) WHERE lines > 0)
SELECT unit FROM here WHERE before < {lines} ORDER BY unit
"""


def compared(frame: Frame) -> list[Frame]:
    """What the page of a figure tells: the period, the one before, the same a year earlier."""
    return [frame, *(Frame(period, frame.today) for period in (frame.period.before, frame.period.year_before))]


def prepare(lake: Lake, frame: Frame) -> None:
    """Compute the boards unless they are there already; where the first takes long, the others wait for a time in which
    nothing new comes: until then the page computes them."""
    began = time.monotonic()
    files = {_file(lake, one): partial(_computed, lake, one) for one in compared(frame)}
    written_once(_ROWS, files, lambda: time.monotonic() - began < _LONG)


def _computed(lake: Lake, frame: Frame) -> Iterable[pa.Table]:
    """One indicator after the other, for whoever reads one reads no other."""
    for one in indicators():
        found = computing.everywhere_with_parts(lake, one, frame)
        yield found.add_column(0, "key", pa.repeat(one.key, len(found))).cast(_ROWS)


def written_once(
    schema: pa.Schema,
    files: Mapping[Path, Callable[[], Iterable[pa.Table]]],
    goes_on: Callable[[], bool] = lambda: True,
) -> None:
    """What was computed of one moment, made whole unless it is there already; what it replaces goes."""
    for file, made in files.items():
        if not file.exists() and goes_on():
            draft = file.with_suffix(".new")
            with pq.ParquetWriter(draft, schema) as writer:
                for part in made():
                    writer.write_table(part)
            draft.replace(file)
    for older in {older for file in files for older in file.parent.glob("*.parquet")} - set(files):
        older.unlink(missing_ok=True)


def told(lake: Lake, unit: int, frame: Frame) -> dict[str, Figure]:
    """Every figure of one unit, from the board where it is there; else computed now."""
    file = _file(lake, frame)
    if not file.exists():
        return {one.key: computing.computed(lake, one, unit, frame) for one in indicators()}
    table = pq.read_table(file, filters=pc.field("unit") == unit)
    found = {row["key"]: row for row in table.to_pylist()}
    return {one.key: computing.figure_of(one, unit, frame, found.get(one.key, {})) for one in indicators()}


def recall(lake: Lake, one: Indicator, unit: int, frame: Frame) -> None:
    """Put what the boards say of a figure, with its parts, among what this moment of the lake was asked already."""
    for each in compared(frame):
        file, asked = _file(lake, each), (one, unit, each)
        if {asked, (*asked, BELOW)} <= lake.kept.keys() or not file.exists():
            continue
        about = (pc.field("unit") == unit) | (pc.field("above") == unit)
        rows = pq.read_table(file, filters=(pc.field("key") == one.key) & about).to_pylist()
        whole = [row for row in rows if row["unit"] == unit]
        below = [row for row in rows if row["above"] == unit] or [row | {"unit": None} for row in whole]
        parts = [computing.figure_of(*asked, row, str(row["unit"] or "")) for row in below]
        lake.kept[asked] = computing.figure_of(*asked, *whole)
        lake.kept[*asked, BELOW] = computing.in_order(BELOW, parts)


def listed(lake: Lake, one: Indicator, unit: int, frame: Frame, limit: int, start: int = 0) -> pa.Table:
    """One page of a list. As it goes unit by unit, and the board says how many lines stand at each, its rows are looked
    for at the first units alone; without a board, or far down, among all."""
    end = min(start + limit, computing.computed(lake, one, unit, frame).lines)
    for plenty in _PLENTY if start < end <= _NEAR and _file(lake, frame).exists() else ():
        first = _first_units(lake, one, unit, frame, plenty * end)
        found = _listed_at(lake, one, unit, replace(frame, at=first), plenty * end)
        if len(found) >= end:
            return found.slice(start, limit)
    return computing.listed(lake, one, unit, frame, max(end - start, 0), start)


def _listed_at(lake: Lake, one: Indicator, unit: int, frame: Frame, limit: int) -> pa.Table:
    """The first lines, all at the units of the frame; whoever has a row there but is told of elsewhere is not here."""
    found = computing.listed(lake, one, unit, frame, limit)
    if not one.measure.is_ranked or not len(found):
        return found
    subjects = tuple(sorted(set(found["subject"].to_pylist())))
    found = computing.listed(lake, one, unit, replace(frame, at=(), about=subjects))
    return found.filter(pc.is_in(found["unit"], pa.array(frame.at, pa.int32())))


def _first_units(lake: Lake, one: Indicator, unit: int, frame: Frame, lines: int) -> tuple[int, ...]:
    """The first units at or below one, by number, at which so many lines stand; all of them where there are fewer."""
    board = parquet(lake.folder, [str(_file(lake, frame))])
    asked = _FIRST_UNITS.format(board=board, key=one.key, unit=unit, lines=lines)
    return tuple(lake.run(asked, {LINEAGE.name}, pa.schema([("unit", pa.int32())]))["unit"].to_pylist())


def _file(lake: Lake, frame: Frame) -> Path:
    moment = f"{known_at(lake, frame.as_of).digest}-{compiled.state()}"
    return beside(lake, "board") / f"{moment}-{frame.period.text}-{frame.as_of}.parquet"


def beside(lake: Lake, name: str) -> Path:
    """The folder of this name in the lake's own."""
    folder = lake.folder / name
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
