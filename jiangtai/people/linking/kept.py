"""What a run keeps beside its result for the next one: its rows as they are compared, and what they taught.

So a delta reads no list again: of the rows kept it takes those of persons whom a new row may mean, and the weights as
they were learned. It holds names and numbers as the lists do, and lies where the result lies, for its owner's eyes.
"""

import json
from dataclasses import asdict, dataclass
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from . import evidence
from .earlier import FROM, Earlier, md5
from .files import quoted
from .weights import Weights

COLUMNS = ("rid", "source", "name", "number", "phone", "born", "employer", "who", "person")
_MARGIN = b"jiangtai.kept"
_HASHED = f"duckdb {duckdb.__version__}"
"""What hashed the employers: another version may hash otherwise."""


@dataclass(frozen=True)
class Kept:
    """The rows of one earlier result, ready to be met."""

    path: Path
    salt: str
    rows: int
    weights: Weights


def beside(result: Path) -> Path:
    """Where they lie."""
    return result.with_name(f"{result.name}.kept")


def opened(results: list[Earlier], asked: dict[str, Path]) -> list[Kept]:
    """What these results kept; nothing where one has none, or where a list is given again and all can be read again."""
    if any(result.is_again(name, asked) for result in results for name in result.made_from):
        every = ((result, name) for result in results for name in result.made_from)
        if all(result.is_again(name, asked) or result.lies_there(name) for result, name in every):
            return []
    found = [_one(result) for result in results]
    whole = [one for one in found if one is not None]
    return whole if len(whole) == len(results) else []


def _one(result: Earlier) -> Kept | None:
    path = beside(result.path)
    try:
        file = pq.ParquetFile(path)
    except (OSError, pa.ArrowInvalid):
        return None
    with file:
        told = json.loads((file.schema_arrow.metadata or {}).get(_MARGIN, b"{}"))
        if told.get("salt") != result.salt or not result.salt or told.get("hashed") != _HASHED:
            return None
        return Kept(path, told["salt"], file.metadata.num_rows, Weights.spelled(told["weights"]))


def write(rows: Any, result: Path, salt: str, weights: Weights, con: Any) -> None:
    """Keep the rows of a run; a margin that names another result makes them nobody's."""
    told = {"salt": salt, "hashed": _HASHED, "weights": asdict(weights)}
    said = json.dumps(told).replace("'", "''")
    place, half = beside(result), result.with_name(f".{result.name}.kept.half")
    try:
        con.raw_sql(
            f"COPY ({ibis.to_sql(rows.select(*COLUMNS), dialect='duckdb')}) TO {quoted(half)}"
            f" (FORMAT parquet, KV_METADATA {{'{_MARGIN.decode()}': '{said}'}})"
        )
        half.chmod(0o600)
        half.replace(place)
    finally:
        half.unlink(missing_ok=True)


def read(con: Any, kept: list[Kept]) -> list[Any]:
    """All rows kept, by result."""
    return [con.read_parquet(one.path) for one in kept]


def met(rows: Any, loose: Any, numbers: Any, rare: Any, unowned: Any) -> Any:
    """All rows of the persons whom one of these may mean, by a number, by two values together, or by a rare name.

    Rows with an unowned number may mean persons of whom none is known.
    """
    found = _meant(rows, loose, rare, numbers)
    without = rows.filter(rows.number.isnull() & ((rows.who < 0) | (rows.who >= FROM)))
    return rows.semi_join(found.union(_meant(without, unowned, rare)).distinct(), "who")


def _meant(rows: Any, loose: Any, rare: Any, numbers: Any = None) -> Any:
    keys = (*evidence.KEYS, *evidence.LAST_KEYS)
    mine, known = (one.mutate(first=one.name.substr(0, 1), last=one.name.right(1)) for one in (loose, rows))
    asked = [known.name.isin(rare.value), *([] if numbers is None else [known.number.isin(numbers.number)])]
    asked += [both(*(known[name] for name in key)).isin(_marks(mine, key).mark) for key in keys]
    return known.filter(reduce(or_, asked)).select("who")


def placed(met: list[Any], kept: list[Kept], source: int) -> Any:
    """The same rows, each with an id and a person of its own among those of all results, under sources of their own."""
    parts, offset = [], 0
    for rows, one in zip(met, kept, strict=True):
        given = md5(ibis.literal(one.salt) + rows.who.cast("string")).substr(0, 20)
        parts.append(
            rows.mutate(
                rid=(rows.rid + offset).cast("int32"),
                source=(rows.source + source).cast("int16"),
                person=ibis.coalesce(rows.person, given),
            )
        )
        offset += one.rows
        source += max(one.weights.listed, default=0) + 1
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


@ibis.udf.scalar.builtin(name="hash")
def both(one, other) -> int:  # type: ignore[no-untyped-def,empty-body]
    """Two values as one number, as the engine makes it: what shares it may share both."""


def _marks(loose: Any, key: tuple[str, str]) -> Any:
    one, other = (loose[name] for name in key)
    return loose.filter(one.notnull() & other.notnull()).select(mark=both(one, other)).distinct()
