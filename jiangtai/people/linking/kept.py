"""What a run keeps beside its result for the next one: its rows as they are compared, and what they taught.

So a delta reads no list again. Beside the rows lie, for each key by which two rows are compared, the digests of its
values in their order, each with the person who has them: a new row's persons are looked up, and of all that was kept
only their rows are read. It holds names and numbers as the lists do, and lies where the result lies, for its owner's
eyes.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import duckdb
import ibis
import numpy as np
import pyarrow as pa

from . import columns, evidence
from .columns import Column, arrow, distinct, numbers
from .earlier import FROM, Earlier, md5
from .normal import CHECKS
from .weights import Weights

Key = tuple[str, ...]
Values = dict[str, Column]
"""Rows by what is compared, each value a number: itself, or a text's digest. 0 is what is missing."""

NUMBER: Key = ("number",)
GIVEN: Key = ("given",)
SELDOM: Key = ("seldom",)
NEAR: tuple[Key, ...] = (*evidence.KEYS, ("damaged",), ("name", "shown"), SELDOM)
FAR: tuple[Key, ...] = evidence.LAST_KEYS
_PLAIN = {"source": np.int16, "number": np.int64, "phone": np.int64, "born": np.int32, "employer": np.int64}
_TEXTS = ("damaged", "masked")
_SELDOM = 4 * evidence.RARE
"""More bearers than this, and a name is rare in no place."""
_AT_ONCE, _THREADS = 1_000_000, 2
_BLOCK = 1 << 15
"""So many numbers stay in a processor's own memory while much is done with them."""
_HASHED = f"3, duckdb {duckdb.__version__}"
"""What made the digests and the weights: another version may make others."""


def beside(result: Path) -> Path:
    """Where they lie."""
    return result.with_name(f"{result.name}.kept")


def opened(results: list[Earlier], asked: dict[str, Path]) -> "list[Kept]":
    """What these results kept; nothing where one has none, or where a list is given again and all can be read again."""
    if any(result.is_again(name, asked) for result in results for name in result.made_from):
        every = ((result, name) for result in results for name in result.made_from)
        if all(result.is_again(name, asked) or result.lies_there(name) for result, name in every):
            return []
    whole = [one for one in map(_one, results) if one is not None]
    return whole if len(whole) == len(results) else []


def _one(result: Earlier) -> "Kept | None":
    try:
        file = columns.Reader(beside(result.path))
    except columns.Unreadable:
        return None
    told = file.told
    if told.get("salt") != result.salt or not result.salt or told.get("hashed") != _HASHED:
        return None
    return Kept(file, told["salt"], told["rows"], Weights.spelled(told["weights"]))


def values(con: Any, rows: Any) -> Values:
    """Rows as columns of numbers, in any order."""
    texts = {"name": rows.name, "first": rows.name.substr(0, 1), "last": rows.name.right(1), "damaged": rows.damaged}
    shown = ibis.coalesce(rows.masked.substr(14, 3).try_cast("int64"), rows.number % 1_000) + 1
    told = {one: rows[one].fill_null(0) for one in _PLAIN}
    told |= {one: ibis.ifelse(text.notnull(), digest(text), ibis.literal(0, "uint64")) for one, text in texts.items()}
    told |= {"shown": shown.fill_null(0).cast("int64"), "rid": rows.rid}
    told |= {"who": rows.who} if "who" in rows.columns else {}
    found = _columns(con, rows.select(**told))
    return found | {"seldom": found["name"]}


def _columns(con: Any, table: Any) -> Values:
    """A table of numbers, in parts as the engine hands them out."""
    reader = asked(con, table).to_arrow_reader(_AT_ONCE)
    parts = [[numbers(column) for column in part.columns] for part in reader]
    every = zip(*parts, strict=True) if parts else [[np.empty(0, one.to_numpy())] for one in table.schema().types]
    return {one: np.concatenate(column) for one, column in zip(table.columns, every, strict=True)}


def ids_of(con: Any, rows: Any) -> Values:
    """The ids of all these persons."""
    return _columns(con, rows.select(given=digest(rows.person)).distinct())


def asked(con: Any, expression: Any) -> Any:
    """What the engine answers, asked in its own words: so it needs nothing of what ibis loads to hand out tables."""
    return con.con.sql(con.compile(expression))


def _told(con: Any, table: Any) -> tuple[Column, Any]:
    """A table of a number and a text, each a column."""
    at, texts = (column.chunks for column in asked(con, table).to_arrow_table().columns)
    return np.concatenate([np.empty(0, np.uint64), *map(numbers, at)]), pa.concat_arrays(
        [pa.nulls(0, pa.string()), *texts]
    )


@contextmanager
def written(con: Any, rows: Any, given: Any, result: Path, salt: str, weights: Weights) -> Iterator[None]:
    """Keep the rows of a run, to lie beside its result once that is there, with the ids that earlier runs gave.

    What names another result is nobody's.
    """
    with columns.writing(beside(result)) as file:
        told = _put(con, rows, given, file)
        file.end({"salt": salt, "hashed": _HASHED, "weights": asdict(weights), **told})
        yield


def _put(con: Any, rows: Any, given: Any, file: columns.Writer) -> dict[str, int]:
    found = values(con, rows)
    rids, who = found.pop("rid"), found.pop("who")
    count, order = len(who), np.argsort(who)
    persons, each = columns.counted(who)
    whose = np.empty(count, np.uint64)
    whose[order] = np.repeat(np.arange(len(persons), dtype=np.uint64), each)
    file.add("who", persons)
    file.add("starts", np.cumsum(np.append(0, each)))
    file.add("order", order.astype(np.uint32))
    del who, order, each
    for one in (*_PLAIN, "name"):
        file.add(one, found[one])
    keys, bits = (NUMBER, *NEAR, *FAR), len(persons).bit_length()
    with ThreadPoolExecutor(_THREADS) as pool:
        counts = pool.map(lambda one: columns.counted(found[one][found[one] != 0]), evidence.VALUES)
        pairs = pool.map(lambda key: _looked_up(found, key, whose, bits), keys)
        for one, (held, times) in zip(evidence.VALUES, counts, strict=True):
            file.add(f"{one} held", held)
            file.add(f"{one} times", times.astype(np.uint32))
        for key, column in zip(keys, pairs, strict=True):
            file.add(_by(key), column)
    at = np.empty(count, np.uint64)
    at[rids] = np.arange(count, dtype=np.uint64)
    for one in _TEXTS:
        mine, texts = _told(con, rows.filter(rows[one].notnull()).select(rows.rid.cast("uint64"), one))
        _put_texts(file, one, at[mine], texts)
    names = rows.filter(rows.name.notnull()).select("name").distinct()
    _put_texts(file, "names", *_told(con, names.select(digest(names.name), "name")))
    named = _columns(con, given.select("who", given=digest(given.person)))
    file.add(_by(GIVEN), _looked_up(named, GIVEN, columns.place(named["who"], persons).astype(np.uint64), bits))
    mine, texts = _told(con, given.select(given.who.cast("uint64"), "person"))
    _put_texts(file, "persons", columns.place(mine, persons), texts)
    return {"rows": count, "bits": bits}


def _put_texts(file: columns.Writer, name: str, at: Column, texts: Any) -> None:
    """Texts of which few places have one."""
    order = np.argsort(at)
    file.add(f"{name} at", at[order])
    file.add_texts(name, texts.take(arrow(order)))


def _looked_up(found: Values, key: Key, whose: Column, bits: int) -> Column:
    """For each who has all that the key names its digest, in order; the last bits of it say who."""
    if key == SELDOM:
        return _few(_looked_up(found, ("name",), whose, bits), bits)
    parts = [np.empty(0, np.uint64)]
    for at in range(0, len(whose), _BLOCK):
        block = slice(at, at + _BLOCK)
        told = [found[one][block] for one in key]
        has_all = reduce(np.logical_and, (one != 0 for one in told))
        parts.append(_mixed([one[has_all] for one in told]) & ~_last(bits) | whose[block][has_all])
    return distinct(np.concatenate(parts))


def _few(pairs: Column, bits: int) -> Column:
    """Those whose value few have."""
    _, times = columns.counted(pairs >> np.uint64(bits))
    return pairs[np.repeat(times, times) <= _SELDOM]


def _mixed(parts: list[Column]) -> Column:
    """One number of several, of which no bit tells of one of them alone."""
    first, *more = parts
    mixed = first.astype(np.uint64)
    for one in (*more, np.zeros(1)):
        mixed ^= mixed >> np.uint64(32)
        mixed *= np.uint64(0xD6E8FEB86659FD93)
        mixed ^= mixed >> np.uint64(29)
        mixed += one.astype(np.uint64)
    return mixed


def _by(key: Key) -> str:
    return f"by {' '.join(key)}"


def _last(bits: int) -> np.uint64:
    return np.uint64((1 << bits) - 1)


def digest(text: Any) -> Any:
    """A text as a number."""
    return evidence.digest(text).cast("uint64")


def _ranges(first: Column, last: Column) -> Column:
    """All places from each first to before its last."""
    lengths = last - first
    return np.repeat(last - np.cumsum(lengths), lengths) + np.arange(lengths.sum())


@dataclass(frozen=True)
class Kept:
    """What one earlier result kept, ready to be asked."""

    file: columns.Reader
    salt: str
    rows: int
    weights: Weights

    def persons(self, keys: Iterable[Key], rows: Values) -> Column:
        """Who shares with one of these rows all that a key names; by digests, so that one of many may share nothing."""
        found = [np.empty(0, np.int64)]
        for key in keys:
            has_all = reduce(np.logical_and, (rows[one] != 0 for one in key))
            first, end = self._places(key, distinct(self._asked(_mixed([rows[one][has_all] for one in key]))))
            found.append(self._who(key, _ranges(first, end)))
        return distinct(np.concatenate(found))

    def _asked(self, mixed: Column) -> Column:
        return mixed & ~_last(self.file.told["bits"])

    def _places(self, key: Key, asked: Column) -> tuple[Column, Column]:
        """Where those of each digest begin, and where they end."""
        pairs = self.file[_by(key)]
        return np.searchsorted(pairs, asked), np.searchsorted(pairs, asked | _last(self.file.told["bits"]), "right")

    def _who(self, key: Key, places: Column) -> Column:
        return (self.file[_by(key)][places] & _last(self.file.told["bits"])).astype(np.int64)

    def holders(self, rows: Values) -> tuple[Column, Column, Column]:
        """Of each row how many have its number, the first of them, and whether that one had it under the same name."""
        asked = self._asked(_mixed([rows["number"]]))
        order = np.argsort(asked)
        first, end = self._places(NUMBER, asked[order])
        persons, times, is_same = (np.zeros(len(order), np.int64) for _ in range(3))
        held = order[is_there := (end > first) & (rows["number"][order] != 0)]
        times[held] = (end - first)[is_there]
        persons[held] = self._who(NUMBER, first[is_there])
        starts = self.file["starts"]
        each = np.repeat(held, starts[persons[held] + 1] - starts[persons[held]])
        places = self.rows_of(persons[held])
        same = [self.file[one][places] == rows[one][each] for one in ("number", "name")]
        is_same[each[same[0] & same[1] & (rows["name"][each] != 0)]] = 1
        return times, persons, is_same

    def ids(self, rids: Column, persons: Column) -> dict[str, Any]:
        """Who these are, each beside a row."""
        who = arrow(self.file["who"][persons])
        return {"rid": arrow(rids), "who": who, "person": self._texts("persons", persons)}

    def without_number(self, persons: Column) -> Column:
        """Those of whom no number may be known."""
        who = self.file["who"][persons]
        return persons[(who < 0) | (who >= FROM)]

    def rows_of(self, persons: Column) -> Column:
        """All their rows, by place."""
        starts = self.file["starts"]
        return self.file["order"][_ranges(starts[persons], starts[persons + 1])]

    def numbers(self, persons: Column) -> Column:
        """All their numbers."""
        return self.file["number"][self.rows_of(persons)]

    def told(self, persons: Column) -> dict[str, Any]:
        """All their rows, as they were compared."""
        starts = self.file["starts"]
        places = self.rows_of(persons)
        each = np.repeat(persons, starts[persons + 1] - starts[persons])
        plain = {one: self.file[one][places] for one in _PLAIN}
        found = {one: arrow(column, None if one == "source" else column != 0) for one, column in plain.items()}
        texts = {one: self._texts(one, places) for one in _TEXTS}
        texts |= {"name": self._texts("names", self.file["name"][places]), "person": self._texts("persons", each)}
        rid, who = (arrow(one) for one in (places.astype(np.int32), self.file["who"][each]))
        return {"rid": rid, **found, **texts, "who": who}

    def _texts(self, name: str, at: Column) -> Any:
        """The texts at these places, where there is one."""
        held = self.file[f"{name} at"]
        if not len(held):
            return pa.nulls(len(at), pa.string())
        place = columns.place(at, held)
        return self.file.texts(name).take(arrow(place, held[place] == at)).cast(pa.string())

    def often(self, name: str, asked: Column) -> Column:
        """On how many rows each of these values stands."""
        held, times = self.file[f"{name} held"], self.file[f"{name} times"]
        if not len(held):
            return np.zeros(len(asked))
        place = columns.place(asked, held)
        return np.where(held[place] == asked, times[place], 0)

    def alike(self) -> float:
        """How many persons, on average, show the same signs as one of them: the place and the last four."""
        found = distinct(self.file["number"])[1:]
        _, times = columns.counted(found // 10**11 * 1_000 + found % 1_000)
        return float((times * times).sum() / max(times.sum(), 1) / len(CHECKS))


def surely(kept: list[Kept], rows: Values) -> tuple[Column, list[Column]]:
    """Which rows have number and name of one person, and who of each result that is, below 0 where nobody.

    Where the new rows have a number under two names, all of them are weighed.
    """
    found = [one.holders(rows) for one in kept]
    order = np.lexsort((rows["name"], rows["number"]))
    numbers_, names = rows["number"][order], rows["name"][order]
    shared = distinct(numbers_[1:][(numbers_[1:] == numbers_[:-1]) & (names[1:] != names[:-1])])
    is_one = (np.sum([times for times, _, _ in found], axis=0) == 1) & ~columns.is_in(rows["number"], shared)
    whose = [np.where(is_one & (times == 1) & (same == 1), persons, -1) for times, persons, same in found]
    return np.max(whose, axis=0) >= 0, whose


def person_of(rows: Any, one: Kept) -> Any:
    """The id of a person, also of one to whom an earlier run gave it."""
    return ibis.coalesce(rows.person, md5(ibis.literal(one.salt) + rows.who.cast("string")).substr(0, 20))


def placed(met: list[Any], kept: list[Kept], source: int) -> Any:
    """The same rows, each with an id and a person of its own among those of all results, under sources of their own."""
    parts, offset = [], 0
    for rows, one in zip(met, kept, strict=True):
        parts.append(
            rows.mutate(
                rid=(rows.rid + offset).cast("int32"),
                source=(rows.source + source).cast("int16"),
                person=person_of(rows, one),
            )
        )
        offset += one.rows
        source += max(one.weights.listed, default=0) + 1
    return ibis.union(*parts) if len(parts) > 1 else parts[0]
