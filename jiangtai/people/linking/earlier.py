"""Persons given out before: an id once given keeps its rows, and new rows join whom they belong to.

A result says in its own margin which files it was made from; where they still lie beside it, their people are met
again without being asked for.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from .files import LinkingError, digest, headings, quoted

FROM = 10**18
"""Ids of earlier persons count from here, above every identity number."""

_MARGIN = b"jiangtai"
_SALT = "\x00salt"
_NEEDED = ("source", "row", "person")


@ibis.udf.scalar.builtin
def md5(text: str) -> str:  # type: ignore[empty-body]
    """The engine's own digest."""


@dataclass(frozen=True)
class Earlier:
    """One earlier result: a list of people with their ids, or only who was who in which file."""

    path: Path
    names: tuple[str, ...]
    made_from: dict[str, tuple[Path, str]]
    salt: str = ""

    @property
    def is_list(self) -> bool:
        """Whether people can be met in it without the files it was made from."""
        return bool(headings(self.names))


def opened(path: Path) -> Earlier:
    """An earlier result, or a clear refusal."""
    if not path.is_file():
        raise LinkingError(f"没有文件 {path}，请检查路径")
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise LinkingError(f"{path.name} 不是以前的归并结果（parquet）：{error}") from error
    if "person" not in schema.names:
        raise LinkingError(f"{path.name} 没有 person 列，不是以前的归并结果；读到的列：{'、'.join(schema.names)}")
    margin = json.loads((schema.metadata or {}).get(_MARGIN, b"{}"))
    salt = margin.pop(_SALT, "")
    made_from = {name: (path.parent / file, sign) for name, (file, sign) in margin.items()}
    return Earlier(path, tuple(schema.names), made_from, salt)


def still_there(result: Earlier, asked: dict[str, Path], say: Callable[[str], None]) -> dict[str, Path]:
    """The files that it was made from and that nobody has touched since, apart from those given now."""
    found = {}
    for name, (path, sign) in result.made_from.items():
        if name in asked:
            if digest(asked[name]) != sign:
                say(f"注意：{name} 的文件与 {result.path.name} 记载的不同，仍按行号沿用原编号")
        elif path.is_file() and digest(path) == sign:
            found[name] = path
        else:
            say(f"注意：{result.path.name} 用过的 {name} 已不在原处或已改动，其中的人只能按编号保留，无法比对")
    return found


def labels(con: Any, results: list[Earlier], sources: list[str]) -> Any:
    """Which row had which person: the number of its list, its row, and the person's number for this run."""
    tables = [con.read_parquet(one.path) for one in results if set(_NEEDED) <= set(one.names)]
    lists = [con.read_parquet(one.path, file_row_number=True) for one in results if one.is_list]
    parts = [table.select(**{one: table[one].cast("string") for one in _NEEDED}) for table in tables]
    for table, result in zip(lists, (one for one in results if one.is_list), strict=True):
        row = table.file_row_number.cast("string")
        parts.append(table.select(source=ibis.literal(list_name(result)), row=row, person=table.person.cast("string")))
    every = ibis.union(*parts) if len(parts) > 1 else parts[0]
    persons = every.select("person").distinct().order_by("person")
    con.create_table("persons", persons.mutate(who=ibis.row_number().cast("int64") + FROM))
    numbers = ibis.memtable(pa.table({"name": sources, "number": range(len(sources))}))
    met = every.join(numbers, [("source", "name")]).join(con.table("persons"), "person")
    spelled = met.select(source=met.number.cast("int16"), row=met.row.cast("int32"), label=met.who)
    return con.create_table("labels", spelled.group_by("source", "row").aggregate(label=spelled.label.min()))


def list_name(result: Earlier) -> str:
    """The name under which an earlier list of people takes part."""
    return f"\x00{result.path}"


def write(con: Any, result: Any, out: Path, sources: dict[str, Path], salt: str) -> None:
    """The result with its margin; half a file never counts."""
    margin: dict[str, Any] = {name: [_from(out.parent, path), digest(path)] for name, path in sources.items()}
    margin[_SALT] = salt
    said = json.dumps(margin, ensure_ascii=False).replace("'", "''")
    half = out.with_name(f".{out.name}.half")
    con.raw_sql(
        f"COPY ({ibis.to_sql(result, dialect='duckdb')}) TO {quoted(half)}"
        f" (FORMAT parquet, KV_METADATA {{{_MARGIN.decode()}: '{said}'}})"
    )
    half.replace(out)


def _from(folder: Path, path: Path) -> str:
    """Where a file lies, seen from the result's own folder, so that both may be moved together."""
    return os.path.relpath(path.resolve(), folder.resolve())
