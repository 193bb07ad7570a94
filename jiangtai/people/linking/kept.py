"""What a run keeps beside its result for the next one: its rows as they are compared, and what they taught.

So a delta reads no list again: of the rows kept it takes those of persons whom a new row may mean, and the weights as
they were learned. It holds names and numbers as the lists do, and lies where the result lies, for its owner's eyes.
"""

import json
from dataclasses import asdict, dataclass
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

COLUMNS = ("rid", "source", "name", "number", "damaged", "phone", "born", "employer", "who", "person")
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
    except (OSError, pa.ArrowException):
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
            f"COPY ({ibis.to_sql(signed(rows.select(*COLUMNS)), dialect='duckdb')}) TO {quoted(half)}"
            f" (FORMAT parquet, KV_METADATA {{'{_MARGIN.decode()}': '{said}'}})"
        )
        half.chmod(0o600)
        half.replace(place)
    finally:
        half.unlink(missing_ok=True)


def read(con: Any, kept: list[Kept]) -> list[Any]:
    """All rows kept, by result; those kept by an earlier version say less of their names and of damaged numbers."""
    tables = [con.read_parquet(one.path) for one in kept]
    tables = [one if "damaged" in one.columns else one.mutate(damaged=ibis.null("string")) for one in tables]
    return [one if "called" in one.columns else signed(one) for one in tables]


def signed(rows: Any) -> Any:
    """With what is asked of names: a digest, quicker read than the name, and the first and the last sign."""
    called = ibis.ifelse(rows.name.notnull(), evidence.digest(rows.name), None)
    return rows.mutate(called=called, first=rows.name.substr(0, 1), last=rows.name.right(1))


def owners(rows: Any, numbers: Any) -> Any:
    """Whose these numbers are."""
    return rows.semi_join(numbers, "number").select("number", "who")


def namesakes(rows: Any, asking: Any) -> Any:
    """Whoever bears the name of one who asks: of all that goes with a name these few are asked, not every row."""
    return rows.semi_join(asking, "called").select("who", "called", "born", "phone", "employer")


def phoned(rows: Any, asking: Any) -> Any:
    """Whoever has the phone of one who asks."""
    return rows.semi_join(asking, "phone").select("who", "phone", "born", "employer")


def unnumbered(rows: Any) -> Any:
    """Rows of persons of whom no number may be known."""
    return rows.filter(rows.number.isnull() & ((rows.who < 0) | (rows.who >= FROM)))


def names(called: Any, asking: Any) -> Any:
    """The names behind the digests, a row for each who bears one."""
    return called.join(asking.select("called", "name").distinct(), "called").select("name")


def meant(asking: Any, among: dict[str, Any], is_rare: Any) -> Any:
    """Whom those who ask may mean: who shares two values with one of them, or a rare name; `among` says where to look.

    Each pair of values is a question of its own, so that the engine reads little else of the rows that have neither.
    """
    found = []
    for key in (*evidence.KEYS, *evidence.LAST_KEYS):
        asked = ["called" if one == "name" else one for one in key]
        rows = next((rows for one, rows in among.items() if one in asked), among[""])
        found.append(rows.semi_join(asking, asked))
    found.append(among.get("called", among[""]).semi_join(is_rare, "called"))
    found.append(among[""].filter(among[""].damaged.notnull()).semi_join(asking, "damaged"))
    return ibis.union(*(one.select("who") for one in found))


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
