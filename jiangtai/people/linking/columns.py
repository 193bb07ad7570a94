"""Columns of numbers in one file, each found by its name and read where it is touched: the rest stays on the disk."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

_HEAD: Final = b"jiangtai columns 1\n"
_EVERY: Final = 64
"""Columns begin at multiples of this, as processors like it."""

Column = np.ndarray[Any, Any]


def arrow(column: Column, is_there: Column | None = None) -> Any:
    """The same for the engine, without what is not there; made so, nothing that hands out tables is loaded."""
    kind, there = pa.from_numpy_dtype(column.dtype), None
    if is_there is not None:
        there = pa.py_buffer(np.packbits(is_there, bitorder="little"))
    return pa.Array.from_buffers(kind, len(column), [there, pa.py_buffer(np.ascontiguousarray(column))])


def numbers(told: Any) -> Column:
    """The numbers of a column that the engine handed out, none of them missing."""
    kind = np.dtype(str(told.type).replace("double", "float64"))
    return np.frombuffer(told.buffers()[1] or b"", kind)[told.offset : told.offset + len(told)]


def distinct(column: Column) -> Column:
    """Each value once, in order."""
    column = np.sort(column)
    return column[_firsts(column)]


def counted(column: Column) -> tuple[Column, Column]:
    """Each value once, in order, and how often it stands there."""
    column = np.sort(column)
    firsts = np.flatnonzero(_firsts(column))
    return column[firsts], np.diff(firsts, append=len(column))


def is_in(column: Column, held: Column) -> Column:
    """Which values are among those held, each of them once and in order."""
    if not len(held):
        return np.zeros(len(column), bool)
    return held[place(column, held)] == column


def place(column: Column, held: Column) -> Column:
    """Where each value would stand among those held, of which there are some."""
    return np.minimum(np.searchsorted(held, column.astype(held.dtype)), len(held) - 1)


def _firsts(column: Column) -> Column:
    return np.concatenate([np.ones(min(len(column), 1), bool), column[1:] != column[:-1]])


class Unreadable(ValueError):
    """The file is none of ours, or not whole."""


class Writer:
    """Puts one column behind another, and at the end says where each is."""

    def __init__(self, stream: Any) -> None:
        self._stream, self._places = stream, dict[str, tuple[str, int, int]]()
        stream.write(_HEAD)

    def add(self, name: str, column: Column) -> None:
        """One column more."""
        self._stream.write(b"\0" * (-self._stream.tell() % _EVERY))
        self._places[name] = (column.dtype.str, self._stream.tell(), len(column))
        np.ascontiguousarray(column).tofile(self._stream)

    def add_texts(self, name: str, texts: Any) -> None:
        """One column of texts, as where each ends and all of them on end; none is missing."""
        _, ends, signs = texts.cast(pa.large_string()).buffers()
        self.add(f"{name} ends", np.frombuffer(ends, np.int64)[: len(texts) + 1])
        self.add(f"{name} signs", np.frombuffer(signs or b"", np.uint8))

    def end(self, told: dict[str, Any]) -> None:
        """Where everything is, and whatever else is told."""
        at = self._stream.tell()
        self._stream.write(json.dumps({"told": told, "places": self._places}).encode())
        self._stream.write(at.to_bytes(8, "little"))


class Reader:
    """The columns of a file, by name."""

    def __init__(self, path: Path) -> None:
        try:
            self._bytes = np.memmap(path, np.uint8, "r")
            if self._bytes[: len(_HEAD)].tobytes() != _HEAD:
                raise Unreadable(path.name)
            at = int.from_bytes(self._bytes[-8:].tobytes(), "little")
            found = json.loads(self._bytes[at:-8].tobytes())
            self.told: dict[str, Any] = found["told"]
            self._places: dict[str, tuple[str, int, int]] = found["places"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Unreadable(path.name) from error

    def __getitem__(self, name: str) -> Column:
        kind, at, count = self._places[name]
        dtype = np.dtype(kind)
        return self._bytes[at : at + count * dtype.itemsize].view(dtype)

    def texts(self, name: str) -> Any:
        """A column of texts."""
        ends, signs = self[f"{name} ends"], self[f"{name} signs"]
        return pa.LargeStringArray.from_buffers(len(ends) - 1, pa.py_buffer(ends), pa.py_buffer(signs))


@contextmanager
def writing(place: Path) -> Iterator[Writer]:
    """A file that is there when it is whole, for its owner's eyes."""
    half = place.with_name(f".{place.name}.{os.getpid()}.half")
    try:
        with half.open("wb") as stream:
            half.chmod(0o600)
            yield Writer(stream)
        half.replace(place)
    finally:
        half.unlink(missing_ok=True)
