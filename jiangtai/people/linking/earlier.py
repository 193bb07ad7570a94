"""Persons given out before: an id once given keeps its rows, and new rows join whom they belong to.

A result says in its own margin which files it was made from; where they still lie beside it, their people are met
again without being asked for.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from .files import LinkingError, digest, headings, quoted, read_parquet

FROM = 10**18
"""Ids of earlier persons count from here, above every identity number."""

_MARGIN = b"jiangtai"
_SALT, _AFTER = "\x00salt", "\x00after"
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
    after: dict[str, str] = field(default_factory=dict)
    """What the results before it were called, by their salts."""

    @property
    def is_list(self) -> bool:
        """Whether people can be met in it without the files it was made from."""
        return bool(headings(self.names))

    def is_again(self, name: str, asked: dict[str, Path]) -> bool:
        """Whether a list is given that this was made from, the very same: only then its rows have ids."""
        return name in asked and digest(asked[name]) == self.made_from[name][1]

    def lies_there(self, name: str) -> bool:
        """Whether a list that this was made from still lies where it lay, untouched."""
        path, sign = self.made_from[name]
        return path.is_file() and digest(path) == sign


def opened(path: Path) -> Earlier:
    """An earlier result, or a clear refusal."""
    if not path.is_file():
        raise LinkingError(f"没有文件 {path}，请检查路径")
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError) as error:
        raise LinkingError(f"{path.name} 不是以前的归并结果（parquet）：{error}") from error
    if "person" not in schema.names:
        raise LinkingError(f"{path.name} 没有 person 列，不是以前的归并结果；读到的列：{'、'.join(schema.names)}")
    if not set(_NEEDED) <= set(schema.names) and not headings(schema.names):
        raise LinkingError(
            f"{path.name} 不是以前的归并结果：要有 source、row、person 三列，或者 person 与姓名、身份证号等列；"
            f"读到的列：{'、'.join(schema.names)}"
        )
    margin = json.loads((schema.metadata or {}).get(_MARGIN, b"{}"))
    salt, after = margin.pop(_SALT, ""), margin.pop(_AFTER, {})
    made_from = {name: (path.parent / file, sign) for name, (file, sign) in margin.items()}
    return Earlier(path, tuple(schema.names), made_from, salt, after)


def tell_forgotten(results: list[Earlier], say: Callable[[str], None]) -> None:
    """Say which results these build upon that are not given: nobody in them is met."""
    given = {one.salt for one in results}
    for one in results:
        for name in (name for salt, name in one.after.items() if salt not in given):
            say(f"注意：{one.path.name} 是接着 {name} 做的，{name} 没有一并给出（--known），只在它里面的人会得到新编号")


def again(result: Earlier, asked: dict[str, Path], say: Callable[[str], None]) -> dict[str, str]:
    """Of the lists given now those whose rows have ids by this result: what it calls them, and what they are now."""
    if not result.made_from and set(_NEEDED) <= set(result.names):
        say(f"注意：{result.path.name} 没有记载用过哪些文件，同名的名单按行号沿用原编号，其余名单中的人无法与它比对")
        return {name: name for name in asked}
    for name in result.made_from.keys() & asked.keys():
        if not result.is_again(name, asked):
            say(f"{name} 的文件与 {result.path.name} 记载的不同，作为新名单比对，不按行号沿用编号")
    return {name: name for name in result.made_from if result.is_again(name, asked)}


def still_there(result: Earlier, asked: dict[str, Path], say: Callable[[str], None]) -> dict[str, str]:
    """The lists that it was made from and that nobody has touched since, apart from those given again."""
    found = {}
    for name, (_, sign) in result.made_from.items():
        if result.is_again(name, asked):
            continue
        if result.lies_there(name):
            found[name] = f"\x00{sign}\x00{name}"
        else:
            say(
                f"注意：{result.path.name} 用过的 {name} 已不在原处或已改动，旁边也没有可用的 .kept 文件，"
                "其中的人只能按编号保留，无法比对"
            )
    return found


def labels(con: Any, results: list[tuple[Earlier, dict[str, str]]], sources: list[str]) -> None:
    """Which row had which person: the number of its list, its row, and the person's number for this run.

    With each result goes under which name each of its lists takes part.
    """
    parts = []
    for result, names in results:
        parts += given(con, result, {name: sources.index(now) for name, now in names.items()})
        if result.is_list:
            table = read_parquet(con, result.path, file_row_number=True)
            at = ibis.literal(sources.index(list_name(result)), "int16")
            row = table.file_row_number.cast("int32")
            parts.append(table.select(source=at, row=row, person=table.person.cast("string")))
    every = ibis.union(*parts) if len(parts) > 1 else parts[0]
    persons = every.select("person").distinct().order_by("person")
    con.create_table("persons", persons.mutate(who=ibis.row_number().cast("int64") + FROM))
    met = every.filter(every.source >= 0).join(con.table("persons"), "person")
    con.create_table("labels", met.group_by("source", "row").aggregate(label=met.who.min()))


def given(con: Any, result: Earlier, numbers: dict[str, int]) -> list[Any]:
    """The rows of a result with their persons, its lists by number; a list that does not take part is below 0."""
    if not set(_NEEDED) <= set(result.names):
        return []
    table = read_parquet(con, result.path)
    source = table.source.cast("string")
    nowhere = ibis.literal(-1)
    number = ibis.cases(*((source == name, at) for name, at in numbers.items()), else_=nowhere) if numbers else nowhere
    return [table.select(source=number.cast("int16"), row=table.row.cast("int32"), person=table.person.cast("string"))]


def list_name(result: Earlier) -> str:
    """The name under which an earlier list of people takes part."""
    return f"\x00{result.path}"


def write(con: Any, result: Any, out: Path, sources: dict[str, Path], salt: str, before: list[Earlier]) -> None:
    """The result with its margin; half a file never counts."""
    margin: dict[str, Any] = {name: [_from(out.parent, path), digest(path)] for name, path in sources.items()}
    margin |= {_SALT: salt, _AFTER: {one.salt: one.path.name for one in before if one.salt}}
    said = json.dumps(margin, ensure_ascii=False).replace("'", "''")
    half = out.with_name(f".{out.name}.{os.getpid()}.half")
    try:
        con.raw_sql(
            f"COPY ({ibis.to_sql(result, dialect='duckdb')}) TO {quoted(half)}"
            f" (FORMAT parquet, KV_METADATA {{{_MARGIN.decode()}: '{said}'}})"
        )
        half.replace(out)
    finally:
        half.unlink(missing_ok=True)


def _from(folder: Path, path: Path) -> str:
    """Where a file lies, seen from the result's own folder, so that both may be moved together."""
    return os.path.relpath(path.resolve(), folder.resolve())
