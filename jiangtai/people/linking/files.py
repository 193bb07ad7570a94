"""Lists as offices have them: xlsx, xls, csv or parquet, the header wherever it stands, under whatever name."""

import csv
import glob
import hashlib
import io
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from jiangtai.kernel import filetypes, refuse_vast

from .normal import FIELDS

NAMES: dict[str, list[str]] = tomllib.loads((Path(__file__).parent / "headings.toml").read_text(encoding="utf-8"))
LABELS = {"name": "姓名", "id_number": "身份证号", "phone": "手机号", "birth": "出生日期", "employer": "单位"}
_HEADER_WITHIN, _SURELY_A_LIST = 30, 3
_SPREADSHEETS = {"xlsx", "xls"}
_ROW = "file_row_number"
_AHEAD, _LINES_OF_A_ROW = 200_000, 20
_EXACT = 10**15
_MOST_BYTES = 2 * 1024**3


class LinkingError(ValueError):
    """A file cannot be read as a list of people; the message says why and what to do."""


@dataclass(frozen=True)
class Header:
    """Where the fields are, how many lines to leave out, how wide the list is, and the headings."""

    places: dict[str, list[int]]
    skip: int
    width: int
    names: list[str]


def headings(names: Iterable[Any]) -> dict[str, int]:
    """Which column holds which field, the most telling name first."""
    return {field: places[0] for field, places in columns(names).items()}


def columns(names: Iterable[Any]) -> dict[str, list[int]]:
    """Which columns hold which field: of several the first that says something counts, row by row."""
    plain = [spelled(name) for name in names]
    found = {
        field: [at for one in known for at, name in enumerate(plain) if name == one] for field, known in NAMES.items()
    }
    return {field: places for field, places in found.items() if places}


def digest(path: Path) -> str:
    """What the file says, in a few signs."""
    written = path.stat()
    return _digest(path, written.st_mtime_ns, written.st_size)


@lru_cache(maxsize=64)
def _digest(path: Path, *_written: int) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def require(path: Path) -> None:
    """A file, or a clear refusal."""
    if not path.is_file():
        raise LinkingError(f"没有文件 {path}，请检查路径")


def load(con: Any, number: int, path: Path, say: Callable[[str], None]) -> Any:
    """The list as a table of text: row, counted from 0 below the header, and the five fields; what was read is said."""
    require(path)
    ending = path.suffix.lower().lstrip(".")
    if ending == "parquet":
        return _parquet(con, path, say)
    if ending in _SPREADSHEETS:
        rows = _cells(path)
        return _table(con, number, path, rows, _headed(path, rows), say)
    if ending in {"csv", "txt"}:
        return _csv(con, number, path, say)
    raise LinkingError(f"{path.name} 不是 csv、xlsx、xls 或 parquet 文件，请另存为其中一种")


def spelled(name: Any) -> str:
    """A heading without what offices add to it: 身份证号码（必填）*."""
    text = unicodedata.normalize("NFKC", str(name if name is not None else "")).lower()
    text = text.split("(")[0] if not text.startswith("(") else text
    return "".join(sign for sign in text if sign.isalnum())


def _told(names: Sequence[Any], places: dict[str, list[int]]) -> str:
    """What was read as what, and what was not."""
    read = "，".join(f"{LABELS[field]}＝{'、'.join(str(names[at]) for at in ats)}" for field, ats in places.items())
    used = {at for ats in places.values() for at in ats}
    unused = "、".join(str(name) for at, name in enumerate(names) if at not in used and name not in (None, ""))
    return " ".join((f"{read}；未用：{unused}" if unused else read).split())


def _need(path: Path, places: dict[str, Any], seen: Iterable[Any]) -> None:
    if "name" in places or "id_number" in places or "phone" in places:
        return
    columns = "、".join(str(one) for one in seen if one not in (None, ""))[:200] or "没有表头"
    raise LinkingError(
        f"{path.name} 里找不到可比对的列（姓名、身份证号、手机号）；读到的列：{columns}。请检查表头是否叫这些名称"
    )


def _parquet(con: Any, path: Path, say: Callable[[str], None]) -> Any:
    import ibis

    try:
        names = pq.read_schema(path).names
    except (pa.ArrowException, OSError) as error:
        raise LinkingError(f"{path.name} 不是可以读取的 parquet 文件：{error}") from error
    places = columns(names)
    _need(path, places, names)
    say(_told(names, places))
    if _ROW in names:
        raise LinkingError(f"{path.name} 有一列叫 {_ROW}，与行号的名称相同，请改名后再试")
    table = read_parquet(con, path, file_row_number=True, binary_as_string=True)
    fields = {}
    for field, ats in places.items():
        cells = [table[table.columns[at]].cast("string") for at in ats]  # the engine renames what is called alike
        told = [ibis.ifelse(cell.strip() == "", None, cell) for cell in cells]
        fields[field] = ibis.coalesce(*told) if len(cells) > 1 else cells[0]
    return _with_all(table, table[_ROW], fields)


def _with_all(table: Any, row: Any, fields: dict[str, Any]) -> Any:
    import ibis

    missing = {field: ibis.null("string") for field in FIELDS if field not in fields}
    return table.select(row=row.cast("int32"), **fields, **missing)


def _csv(con: Any, number: int, path: Path, say: Callable[[str], None]) -> Any:
    encoding, head = beginning(path)
    dialect = dialect_of(head)
    try:
        lines = rows_of(io.StringIO(head, newline=""), dialect)
        header = _headed(path, ahead := list(islice(lines, _HEADER_WITHIN)))
        if encoding == "utf-8-sig" and not any("\n" in cell for row in ahead[: header.skip] for cell in row):
            read = _quickly(con, number, path, dialect, header)
            if read is not None:
                say(_told(header.names, header.places))
                return read
        with path.open(encoding=encoding, newline="") as stream:
            return _table(con, number, path, rows_of(stream, dialect), header, say)
    except csv.Error as error:
        raise LinkingError(f"{path.name} {error}；请改好，或用 Excel 打开、另存为 xlsx 再试") from error


def rows_of(stream: Iterable[str], dialect: Any) -> Iterator[list[str]]:
    """The rows of a text; a quote that nothing closes would swallow all that comes before the next one."""
    rows, before = csv.reader(stream, dialect), 0
    try:
        for row in rows:
            if rows.line_num - before > _LINES_OF_A_ROW:
                raise csv.Error
            before = rows.line_num
            yield row
    except csv.Error as error:
        raise csv.Error(f"从第 {before + 1:,} 行起读不下去，多半是那里的引号没有成对") from error


def _lines(path: Path) -> int:
    with path.open("rb") as stream:
        told, last = 0, b"\n"
        while part := stream.read(1 << 22):
            told, last = told + part.count(b"\n"), part[-1:]
    return told + (last != b"\n")


def _quickly(con: Any, number: int, path: Path, dialect: Any, header: Header) -> Any:
    """The engine's own reader, where it agrees that the file is what it seems."""
    import duckdb

    columns = {f"c{place}": "VARCHAR" for place in range(header.width)}
    target = f"sheet_{number}"
    fields = ", ".join(
        f"coalesce({', '.join(f'nullif(trim(c{at}), {chr(39) * 2})' for at in ats)}) AS {field}"
        if len(ats) > 1
        else f"c{ats[0]} AS {field}"
        for field, ats in header.places.items()
    )
    try:
        con.raw_sql("SET preserve_insertion_order = true")
        con.raw_sql(
            f"CREATE TABLE {target} AS SELECT CAST(row_number() OVER () - 1 AS INTEGER) AS row, {fields} FROM read_csv("  # noqa: S608
            f"{quoted(found_by(path))}, header = false, skip = {header.skip}, columns = {columns},"
            f" delim = '{dialect.delimiter}', quote = '\"', escape = '\"',"
            " auto_detect = false, null_padding = false, strict_mode = true)"
        )
        ((rows,),) = con.raw_sql(f"SELECT count(*) FROM {target}").fetchall()  # noqa: S608
        is_line_by_line = rows + header.skip == _lines(path)
    except duckdb.Error:
        is_line_by_line = False
    finally:
        con.raw_sql("SET preserve_insertion_order = false")
    if not is_line_by_line:  # a cell of several lines, or a quote that was not closed
        con.raw_sql(f"DROP TABLE IF EXISTS {target}")
        return None
    table = con.table(target)
    return _with_all(table, table.row, {field: table[field] for field in header.places})


def put(con: Any, name: str, table: pa.Table) -> None:
    """A table of ours among the engine's, anew."""
    con.con.register("taken", table)
    con.raw_sql(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM taken")  # noqa: S608
    con.con.unregister("taken")


def quoted(path: Path | str) -> str:
    """A path as SQL writes it."""
    return "'" + str(path).replace("'", "''") + "'"


def found_by(path: Path) -> str:
    """A path as a pattern that means this file alone: to the engine 名单[1].csv is 名单1.csv."""
    return glob.escape(str(path))


def read_parquet(con: Any, path: Path, **more: Any) -> Any:
    """A file's own columns, whatever its folder is called."""
    return con.read_parquet(found_by(path), hive_partitioning=False, **more)


def beginning(path: Path) -> tuple[str, str]:
    """The encoding of the whole file, and its first lines."""
    with path.open("rb") as stream:
        encodings = filetypes.encodings_of(stream.read(4))
    for encoding in encodings:
        try:
            with path.open(encoding=encoding, newline="") as stream:
                head = stream.read(_AHEAD)
                is_whole = len(head) < _AHEAD
                while stream.read(1 << 22):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding, head if is_whole else head[: head.rfind("\n") + 1] or head
    raise LinkingError(f"{path.name} 既不是 UTF-8 也不是 GB18030 编码的文本，请用 Excel 另存为 CSV 后再试")


def dialect_of(head: str) -> Any:
    """What divides the cells: the sign that the first lines hold most."""
    lines = "\n".join(head.splitlines()[:_HEADER_WITHIN])
    sign = max(",\t;|", key=lines.count)
    return type("Dialect", (csv.excel,), {"delimiter": sign, "strict": True})


def _headed(path: Path, rows: Iterable[list[Any]]) -> Header:
    """The header among the first lines: the line with most fields, and lines of headings below it."""
    ahead = [[str(one) if one is not None else "" for one in row] for row in islice(rows, _HEADER_WITHIN)]
    found = [len(columns(row)) for row in ahead]
    best = max(found, default=0)
    if not best:
        _need(path, {}, next((row for row in ahead if row), []))
    names, skip = headings_over(ahead, found.index(best), lambda cell: bool(columns([cell])))
    places = columns(names)
    _need(path, places, names)
    return Header(places, skip, len(ahead[skip - 1]), names)


def headings_over(rows: Sequence[list[str]], place: int, knows: Callable[[str], bool]) -> tuple[list[str], int]:
    """Headings over one line or several: an empty cell is called by the merged one above, a split one by its parts."""
    names = [cell.strip() for cell in rows[place]]
    if place:
        above = [cell.strip() for cell in rows[place - 1]]
        names = [cell or (above[at] if at < len(above) else "") for at, cell in enumerate(names)]
    first = place + 1
    while first < len(rows) and _is_second_header(below := _under(names, rows[first], knows), names, knows):
        names = [(below[at] if at < len(below) else "") or cell for at, cell in enumerate(names)]
        first += 1
    while names and not names[-1]:
        names.pop()
    return names, first


def _under(names: Sequence[str], row: Sequence[str], knows: Callable[[str], bool]) -> list[str]:
    """The second line of a header: 号码 under 证件, which is merged over several columns, is 证件号码."""
    found, above = [], ""
    for at, cell in enumerate(one.strip() for one in row):
        above = (names[at] if at < len(names) else "") or above
        found.append(above + cell if cell and not knows(cell) and knows(above + cell) else cell)
    return found


def name_at(names: Sequence[str]) -> int | None:
    """Which column holds the names."""
    return headings(names).get("name")


def _is_second_header(row: list[str], names: Sequence[str], knows: Callable[[str], bool]) -> bool:
    """Words only, one of them a heading, and nothing where the names are."""
    filled = [cell for cell in row if cell.strip()]
    at = name_at(names)
    has_name = at is not None and at < len(row) and row[at].strip()
    return bool(filled) and not has_name and any(knows(cell) for cell in filled)


def _cells(path: Path) -> list[list[Any]]:
    """The sheet with the most fields, the first of them, cell by cell; a guide has hardly any."""
    from python_calamine import CalamineError, CalamineWorkbook

    best: tuple[int, list[list[Any]]] = (0, [])
    try:
        if filetypes.inspect(path, path.name, _MOST_BYTES, _SPREADSHEETS).kind == "xlsx":
            refuse_vast(path)
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            weight = max((len(columns(row)) for row in rows[:_HEADER_WITHIN]), default=0)
            if weight > best[0]:
                best = weight, rows
            if weight >= _SURELY_A_LIST:
                break
    except (CalamineError, filetypes.FileRefused, OSError) as error:
        raise LinkingError(f"{path.name} 打不开：{error}") from error
    rows = best[1]
    while rows and not _has(rows[-1]):
        rows.pop()
    return rows


def _table(
    con: Any, number: int, path: Path, rows: Iterable[list[Any]], header: Header, say: Callable[[str], None]
) -> Any:
    """Rows of cells below their header as a table of text."""
    say(_told(header.names, header.places))
    places = header.places.values()
    kept = [[_first(row, ats) for ats in places] for row in islice(rows, header.skip, None) if row]
    arrays = [pa.array([row[at] for row in kept], pa.string()) for at in range(len(places))]
    counted = pa.array(range(len(kept)), pa.int32())
    target = f"sheet_{number}"
    put(con, target, pa.table([counted, *arrays], names=["row", *header.places]))
    table = con.table(target)
    return _with_all(table, table.row, {field: table[field] for field in header.places})


def _first(row: list[Any], places: list[int]) -> str | None:
    told = [_text(row, at) for at in places]
    return told[0] if len(told) == 1 else next((one for one in told if one and one.strip()), None)


def _has(row: list[Any]) -> bool:
    return any(one not in (None, "") for one in row)


def _text(row: list[Any], place: int) -> str | None:
    value = row[place] if place < len(row) else None
    if isinstance(value, float) and value.is_integer():
        return str(int(value)) if abs(value) < _EXACT else None  # a spreadsheet cut it: what it ends with nobody knows
    if isinstance(value, (date, datetime)):
        return value.strftime("%Y-%m-%d")
    return None if value in (None, "") else str(value)
