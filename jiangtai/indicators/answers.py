"""Answers: what the desks at the top show this month, computed once after a refresh, so that who looks first waits for
nothing; a desk below computes its own when somebody looks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from ibis import _

from jiangtai.lake import UNITS, Lake

from . import board, compiled, computing, moving
from .cockpit import Cockpit
from .computing import Figure
from .declare import Indicator, indicators
from .desks import Desk, watched_at
from .periods import Frame, Period

_TOPS = {"administrative": (Desk.LEADER, Desk.OFFICE), "union": (Desk.ROOT_UNION,)}
_ROWS = pa.schema([
    ("key", pa.string()), ("unit", pa.int32()), ("period", pa.string()), ("today", pa.date32()), ("by", pa.string()),
    ("bucket", pa.string()), ("part", pa.float64()), ("whole", pa.float64()), ("lines", pa.int64()),
])  # fmt: skip
_RECALLED = "answers recalled"


def prepare(lake: Lake, frame: Frame) -> None:
    """Compute and write them unless they are there already."""
    board.written_once(_ROWS, {_file(lake, frame): lambda: _computed(lake, frame)})


def _computed(lake: Lake, frame: Frame) -> Iterator[pa.Table]:
    _ask(lake, frame)
    yield pa.Table.from_pylist(list(_told(lake)), schema=_ROWS)


def recall(lake: Lake, frame: Frame) -> None:
    """Put them among what this moment of the lake was asked already, once for each process."""
    file = _file(lake, frame)
    if _RECALLED in lake.kept or not file.exists():
        return
    known, found = {one.key: one for one in indicators()}, dict[Any, Any]()
    for row in pq.read_table(file).to_pylist():
        one, at = known[row["key"]], Frame(Period.parse(row["period"]), row["today"])
        figure = computing.figure_of(one, row["unit"], at, row, row["bucket"])
        if row["by"] is None:
            found[one, row["unit"], at] = figure
            continue
        parts = found.setdefault((one, row["unit"], at, row["by"]), [])
        parts += [figure] if row["bucket"] is not None else []
    for key, answer in found.items():
        lake.kept[key] = answer
    lake.kept[_RECALLED] = True


def _ask(lake: Lake, frame: Frame) -> None:
    """What the cockpit and the brief ask, whichever of the five is looked at."""
    year = frame.period.parse(str(frame.as_of.year))
    tops = UNITS.rows.filter(_.parent.isnull(), _.state == "active").select("unit", "tree")
    for top in lake.answer(tops).to_pylist():
        cockpit = Cockpit(lake, top["unit"], frame)
        for one in {one.key: one for desk in _TOPS.get(top["tree"], ()) for one in watched_at(desk)}.values():
            cockpit.card(one)
            moving.moved(lake, one, top["unit"], frame.period, frame.today)
            cockpit.below(one, {})
            for each in (year, year.before):
                computing.at_units(lake, one, [top["unit"]], Frame(each, frame.today))


def _told(lake: Lake) -> Iterator[dict[str, Any]]:
    """What was asked of this moment, as rows; of parts one more says that they were asked for, should there be none."""
    for key, answer in lake.kept.items():
        if not (isinstance(key, tuple) and isinstance(key[0], Indicator)) or key[2].known or key[2].within:
            continue
        if len(key) == 3:
            yield _row(key, answer)
            continue
        yield _row(key, None)
        yield from (_row(key, part) for part in answer)


def _row(key: tuple[Any, ...], figure: Figure | None) -> dict[str, Any]:
    one, unit, frame, by = (*key, None)[:4]
    counted = (figure.bucket, figure.part, figure.whole, figure.lines) if figure else (None, 0, 0, 0)
    where = (one.key, unit, frame.period.text, frame.today, by)
    return dict(zip(_ROWS.names, (*where, *counted), strict=True))


def _file(lake: Lake, frame: Frame) -> Path:
    return board.beside(lake, "answers") / f"{lake.found.digest}-{compiled.state()}-{frame.today}.parquet"
