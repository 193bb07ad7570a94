"""Lists as offices have them: xlsx, xls, csv or parquet, the header wherever it stands, under whatever name."""

import csv
import hashlib
import io
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from jiangtai.kernel import filetypes

from .normal import FIELDS

NAMES: dict[str, list[str]] = tomllib.loads((Path(__file__).parent / "headings.toml").read_text(encoding="utf-8"))
_HEADER_WITHIN = 30
_ENCODINGS = ("utf-8-sig", "gb18030")
_SPREADSHEETS = {"xlsx", "xls"}
_MOST_BYTES = 2 * 1024**3


class LinkingError(ValueError):
    """A file cannot be read as a list of people; the message says why and what to do."""


def headings(names: Iterable[Any]) -> dict[str, int]:
    """Which column holds which field, the most telling name first."""
    plain = [spelled(name) for name in names]
    places = {}
    for field, known in NAMES.items():
        for name in known:
            if name in plain:
                places[field] = plain.index(name)
                break
    return places


@lru_cache(maxsize=64)
def digest(path: Path) -> str:
    """What the file says, in a few signs."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def load(con: Any, number: int, path: Path) -> Any:
    """The list as a table of text: row, counted from 0 below the header, and the five fields."""
    if not path.is_file():
        raise LinkingError(f"没有文件 {path}，请检查路径")
    ending = path.suffix.lower().lstrip(".")
    if ending == "parquet":
        return _parquet(con, path)
    if ending in _SPREADSHEETS:
        return _table(con, number, path, _cells(path))
    if ending in {"csv", "txt"}:
        return _csv(con, number, path)
    raise LinkingError(f"{path.name} 不是 csv、xlsx、xls 或 parquet 文件，请另存为其中一种")


def spelled(name: Any) -> str:
    """A heading without what offices add to it: 身份证号码（必填）*."""
    text = unicodedata.normalize("NFKC", str(name if name is not None else "")).lower()
    text = text.split("(")[0] if not text.startswith("(") else text
    return "".join(sign for sign in text if sign.isalnum())


def _need(path: Path, places: dict[str, Any], seen: Iterable[Any]) -> None:
    if "name" in places or "id_number" in places or "phone" in places:
        return
    columns = "、".join(str(one) for one in seen if one not in (None, ""))[:200] or "没有表头"
    raise LinkingError(
        f"{path.name} 里找不到可比对的列（姓名、身份证号、手机号）；读到的列：{columns}。请检查表头是否叫这些名称"
    )


def _parquet(con: Any, path: Path) -> Any:
    try:
        names = pq.read_schema(path).names
    except (pa.ArrowInvalid, OSError) as error:
        raise LinkingError(f"{path.name} 不是可以读取的 parquet 文件：{error}") from error
    places = headings(names)
    _need(path, places, names)
    table = con.read_parquet(path, file_row_number=True)
    fields = {field: table[names[place]].cast("string") for field, place in places.items()}
    return _with_all(table, table.file_row_number, fields)


def _with_all(table: Any, row: Any, fields: dict[str, Any]) -> Any:
    import ibis

    missing = {field: ibis.null("string") for field in FIELDS if field not in fields}
    return table.select(row=row.cast("int32"), **fields, **missing)


def _csv(con: Any, number: int, path: Path) -> Any:
    encoding, head = beginning(path)
    dialect = dialect_of(head)
    places, skip, names = _header(path, csv.reader(io.StringIO(head), dialect))
    if encoding == "utf-8-sig":
        read = _quickly(con, number, path, dialect, places, skip, names)
        if read is not None:
            return read
    with path.open(encoding=encoding, newline="") as stream:
        return _table(con, number, path, csv.reader(stream, dialect))


def _quickly(
    con: Any, number: int, path: Path, dialect: Any, places: dict[str, int], skip: int, names: list[str]
) -> Any:
    """The engine's own reader, where it agrees that the file is what it seems."""
    import duckdb

    columns = {f"c{place}": "VARCHAR" for place in range(len(names))}
    target = f"sheet_{number}"
    fields = ", ".join(f"c{place} AS {field}" for field, place in places.items())
    try:
        con.raw_sql("SET preserve_insertion_order = true")
        con.raw_sql(
            f"CREATE TABLE {target} AS SELECT CAST(row_number() OVER () - 1 AS INTEGER) AS row, {fields} FROM read_csv("  # noqa: S608
            f"{quoted(path)}, header = false, skip = {skip}, columns = {columns}, delim = '{dialect.delimiter}',"
            " quote = '\"', escape = '\"', auto_detect = false, null_padding = false, strict_mode = true)"
        )
    except duckdb.Error:
        con.raw_sql(f"DROP TABLE IF EXISTS {target}")
        return None
    finally:
        con.raw_sql("SET preserve_insertion_order = false")
    table = con.table(target)
    return _with_all(table, table.row, {field: table[field] for field in places})


def quoted(path: Path) -> str:
    """A path as SQL writes it."""
    return "'" + str(path).replace("'", "''") + "'"


def beginning(path: Path) -> tuple[str, str]:
    """The encoding of the whole file, and its first lines."""
    for encoding in _ENCODINGS:
        try:
            with path.open(encoding=encoding, newline="") as stream:
                head = stream.read(200_000)
                while stream.read(1 << 22):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding, head[: head.rfind("\n") + 1] or head
    raise LinkingError(f"{path.name} 既不是 UTF-8 也不是 GB18030 编码的文本，请用 Excel 另存为 CSV 后再试")


def dialect_of(head: str) -> Any:
    """What divides the cells: the sign that the first lines hold most."""
    lines = "\n".join(head.splitlines()[:_HEADER_WITHIN])
    sign = max(",\t;|", key=lines.count)
    return type("Dialect", (csv.excel,), {"delimiter": sign})


def _header(path: Path, rows: Iterable[list[Any]]) -> tuple[dict[str, int], int, list[str]]:
    """Where the fields are, how many lines to leave out, and the headings."""
    best: tuple[dict[str, int], int, list[str]] = ({}, 0, [])
    first: list[Any] = []
    for number, row in enumerate(rows):
        if number >= _HEADER_WITHIN:
            break
        first = first or list(row)
        places = headings(row)
        if len(places) > len(best[0]):
            best = (places, number + 1, [str(one) for one in row])
    _need(path, best[0], first)
    return best


def _cells(path: Path) -> Iterator[list[Any]]:
    """The first sheet that has a header, cell by cell."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        filetypes.inspect(path, path.name, _MOST_BYTES, _SPREADSHEETS)
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if any(headings(row) for row in rows[:_HEADER_WITHIN]):
                while rows and not _has(rows[-1]):
                    rows.pop()
                return iter(rows)
    except (CalamineError, filetypes.FileRefused, OSError) as error:
        raise LinkingError(f"{path.name} 打不开：{error}") from error
    return iter(())


def _table(con: Any, number: int, path: Path, rows: Iterable[list[Any]]) -> Any:
    """Rows of cells below their header as a table of text."""
    ahead, first = iter(rows), []
    for row in ahead:
        first.append(row)
        if len(first) >= _HEADER_WITHIN:
            break
    places, skip, _ = _header(path, first)
    kept = [[_text(row, place) for place in places.values()] for row in chain(first[skip:], ahead) if row]
    columns = [pa.array([row[at] for row in kept], pa.string()) for at in range(len(places))]
    counted = pa.array(range(len(kept)), pa.int32())
    target = f"sheet_{number}"
    con.create_table(target, pa.table([counted, *columns], names=["row", *places]))
    table = con.table(target)
    return _with_all(table, table.row, {field: table[field] for field in places})


def _has(row: list[Any]) -> bool:
    return any(one not in (None, "") for one in row)


def _text(row: list[Any], place: int) -> str | None:
    value = row[place] if place < len(row) else None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (date, datetime)):
        return value.strftime("%Y-%m-%d")
    return None if value in (None, "") else str(value)
