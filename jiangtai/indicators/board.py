"""The board: every figure of every unit for the month that runs, computed once after a refresh and read many times."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from jiangtai.lake import Lake

from . import computing
from .computing import Figure
from .declare import indicators
from .periods import Frame

_COLUMNS = {"key": pa.string(), "unit": pa.int32(), "part": pa.float64(), "whole": pa.float64(), "lines": pa.int64()}


def prepare(lake: Lake, frame: Frame) -> Path:
    """Compute the board unless it is there already."""
    return written_once(_file(lake, frame), lambda: _computed(lake, frame))


def _computed(lake: Lake, frame: Frame) -> pa.Table:
    figures = [figure for one in indicators() for figure in computing.everywhere(lake, one, frame)]
    rows = [(one.indicator.key, one.unit, one.part, one.whole, one.lines) for one in figures]
    columns = [pa.array(column, kind) for column, kind in zip(zip(*rows, strict=True), _COLUMNS.values(), strict=True)]
    return pa.table(columns, names=list(_COLUMNS))


def written_once(file: Path, made: Callable[[], pa.Table]) -> Path:
    """What was computed of one moment, made whole unless it is there already; what it replaces goes."""
    if not file.exists():
        draft = file.with_suffix(".new")
        pq.write_table(made(), draft)
        draft.replace(file)
        for older in file.parent.glob("*.parquet"):
            if older != file:
                older.unlink(missing_ok=True)
    return file


def told(lake: Lake, unit: int, frame: Frame) -> dict[str, Figure]:
    """Every figure of one unit, from the board where it is there; else computed now."""
    file = _file(lake, frame)
    if not file.exists():
        return {one.key: computing.computed(lake, one, unit, frame) for one in indicators()}
    table = pq.read_table(file, filters=pc.field("unit") == unit)
    found = {row["key"]: row for row in table.to_pylist()}
    return {one.key: computing.figure_of(one, unit, frame, found.get(one.key, {})) for one in indicators()}


def _file(lake: Lake, frame: Frame) -> Path:
    return beside(lake, "board") / f"{lake.found.digest}-{frame.period.text}-{frame.as_of}.parquet"


def beside(lake: Lake, name: str) -> Path:
    """The folder of this name in the lake's own."""
    folder = lake.folder / name
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
