"""Cells: what one cell of a table of duties holds, written so that it reads back as it was."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

_PARTED = re.compile(r"[、，,；;\n](?![^（(]*[）)])")
_QUOTED = re.compile(r"(?:^|(?<=[、，,；;\n]))\s*“((?:[^”]|””)+)”(?!”)\s*(?=[、，,；;\n]|$)")
_OPEN = re.compile(r"[、，,；;\s]*等(?:单位|部门)?$")
_INDENT = "　　"
_FIRST_DAY = date(1899, 12, 30)
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


def words_of(value: object) -> str:
    """A cell as text, line ends of one kind."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value).replace("\r\n", "\n").replace("\r", "\n")


def names(words: str) -> tuple[str, ...]:
    """Units in one cell, each once; what stands in brackets is kept with its name, what is in quotes as it is."""
    found: list[str] = []
    for at, part in enumerate(_QUOTED.split(words)):
        if at % 2:
            found.append(part.replace("””", "”"))
        else:
            found += ["".join(one.split()) for one in _PARTED.split(part)]
    return tuple(dict.fromkeys(filter(None, found)))


def named(told: Sequence[str], is_open: bool = False) -> str:
    """Units as one cell has them, 等 where there are more; in quotes where they would not read back as they are."""
    more = "等" if is_open else ""
    plain = "、".join(told) + more
    if units(plain) == (tuple(told), is_open):
        return plain
    return "、".join("“{}”".format(one.replace("”", "””")) for one in told) + more


def units(words: str) -> tuple[tuple[str, ...], bool]:
    """The same read back: the units, and whether 等 says that there are more."""
    words = words.strip()
    bare = _OPEN.sub("", words)
    return names(bare), bare != words


def lines(told: Iterable[str]) -> str:
    """Several sayings in one cell, one a line; what goes on in the next line is set in."""
    return "\n".join(words_of(one).replace("\n", f"\n{_INDENT}") for one in told)


def said(words: str) -> tuple[str, ...]:
    """The same read back."""
    found: list[str] = []
    for line in words.split("\n"):
        if found and line.startswith((_INDENT, "  ")):
            found[-1] += "\n" + line[2:]
        elif line.strip():
            found.append(line)
    return tuple(one.strip() for one in found)


def expected(told: Mapping[str, str]) -> str:
    """What is expected of each unit, one a line: 区教育局：提供场地."""
    return lines(f"{name}：{words}" for name, words in told.items() if words)


def expectations(words: str, known: Sequence[str]) -> dict[str, str]:
    """The same read back; `ValueError` with the line that begins with none of these units."""
    found: dict[str, str] = {}
    by_length = sorted(known, key=len, reverse=True)
    for line in said(words):
        name = next((one for one in by_length if line.startswith((f"{one}：", f"{one}:"))), None)
        if name is None or name in found:
            raise ValueError(line)
        found[name] = line[len(name) + 1 :].strip()
    return found


def day(value: object) -> date | None:
    """A day as spreadsheets hold it or people write it; `ValueError` for what is none."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and 20_000 < value < 80_000:
        return _FIRST_DAY + timedelta(days=int(value))
    words = words_of(value).strip()
    if words in ("", "未写明", "—", "/"):
        return None
    if found := _DAY.fullmatch(words):
        return date(*map(int, found.groups()))
    raise ValueError(words)
