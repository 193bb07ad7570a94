"""Outline: what is numbered in a text, at any depth, whatever order of signs its office prefers."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

SPACES = " \t\u3000\u00a0"
BULLETS = "●◆■▲※•★☆◇○□◎►▶▪·➢➤—-*"
_DIGITS = {sign: number for number, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_CHINESE = "[〇零一二三四五六七八九十百]{1,5}"
_ARABIC = "(?!(?:19|20)[0-9]{2})[0-9０-９]{1,4}"
_LABELS = tuple(
    (kind, re.compile(rf"[{SPACES}]*(?:{pattern})[{SPACES}]*"))
    for kind, pattern in (
        ("part", rf"第(?P<n>{_CHINESE}|{_ARABIC})(?:部分|[章节编篇])[：:、.．]?"),
        ("article", rf"第(?P<n>{_CHINESE}|{_ARABIC})条"),
        ("task", rf"【?(?:重点)?(?:任务|举措|措施|行动|工程|项目)(?P<n>{_CHINESE}|{_ARABIC})[：:、.．】{SPACES}]"),
        ("ordinal", rf"第(?P<n>{_CHINESE})[，,：:]"),
        ("chinese", rf"(?P<n>{_CHINESE})[、．.]"),
        ("bracketed", rf"[（(][{SPACES}]*(?P<n>{_CHINESE})[{SPACES}]*[）)]、?|(?P<m>[㈠-㈩])"),
        ("decimal", r"\d{1,2}(?:[.．]\d{1,2}){0,2}[.．](?P<n>\d{1,2})(?![\d%％.．万亿年月日个人家])"),
        ("arabic", rf"(?P<n>{_ARABIC})[{SPACES}]*(?:[．、]|[.](?!\d)|[.](?=20\d\d年|\d{{1,2}}月))|(?P<m>[⒈-⒛])"),
        ("numbered", rf"[（(][{SPACES}]*(?P<n>{_ARABIC})[{SPACES}]*[）)]|(?P<k>{_ARABIC})[）)]|(?P<m>[⑴-⒇])"),
        ("spaced", rf"(?P<n>[0-9]{{1,2}})[{SPACES}]+(?=[\u4e00-\u9fff])(?![年月日号个人名家项次场件万亿余多至到])"),
        ("circled", r"(?P<m>[①-⑳])"),
    )
)
_FIRST = {"㈠": 0x3220, "⒈": 0x2488, "⑴": 0x2474, "①": 0x2460}


@dataclass(slots=True, eq=False)
class Item:
    """Something numbered: its sign, its own words up to the next number, and what is numbered below it."""

    kind: str
    number: int
    start: int
    body: int
    end: int = 0
    above: "Item | None" = None
    below: list["Item"] = field(default_factory=list)

    @property
    def last(self) -> int:
        """Where the words of the item and of all below it end."""
        return self.below[-1].last if self.below else self.end

    def walk(self) -> Iterator["Item"]:
        """The item and all below it, in the order of the text."""
        yield self
        for one in self.below:
            yield from one.walk()


def outline(
    text: str, tables: list[tuple[int, int]], closings: Collection[int] = (), tagged: Collection[int] = ()
) -> Item:
    """A root with all that is numbered below it; what closes a paper closes its items; tables are not looked at, nor
    lines that say who answers, though they be numbered.
    """
    root = Item("root", 0, 0, 0)
    open_items, before = [root], root
    for start, end in lines(text):
        if start in tagged or any(first <= start < last for first, last in tables):
            continue
        if start in closings:
            before.end = max(before.body, start)
            before = _close(open_items, start)
            continue
        at = start
        while found := _label(text, at, end):
            begin, (kind, number, at) = at, found
            before.end = max(before.body, begin)
            if _is_said_again(open_items, kind, number) and _label(text, at, end):
                continue
            before = _place(open_items, Item(kind, number, begin, at))
    before.end = len(text)
    return root


def lines(text: str) -> Iterator[tuple[int, int]]:
    """Where each line begins and ends."""
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def line_end(text: str, at: int) -> int:
    """Where the line ends in which a place lies."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def is_numbered(text: str, start: int, end: int) -> bool:
    """Whether a line begins with a number."""
    return _label(text, start, end) is not None


def _place(open_items: list[Item], item: Item) -> Item:
    """Put an item beside the open one of its kind, or below the last."""
    depth = next((at for at, one in enumerate(open_items) if one.kind == item.kind), len(open_items))
    del open_items[depth:]
    item.above = open_items[-1]
    item.above.below.append(item)
    open_items.append(item)
    return item


def _close(open_items: list[Item], start: int) -> Item:
    """All that is open ends; what follows is a part of its own, without a number."""
    if open_items[-1].kind == "closing":
        return open_items[-1]
    del open_items[1:]
    return _place(open_items, Item("closing", 0, start, start))


def _is_said_again(open_items: list[Item], kind: str, number: int) -> bool:
    """Whether a number only repeats where one is: （一）1． and then （一）2．."""
    return any(one.kind == kind and one.number == number for one in open_items)


def _label(text: str, at: int, end: int) -> tuple[str, int, int] | None:
    for kind, pattern in _LABELS:
        if (found := pattern.match(text, at, end)) and found.end() > at:
            said = found.groupdict()
            return kind, _number(said.get("n") or said.get("k") or said.get("m") or ""), found.end()
    return None


def _number(said: str) -> int:
    for first, begin in _FIRST.items():
        if len(said) == 1 and begin <= ord(said) < begin + (10 if first == "㈠" else 20):
            return ord(said) - begin + 1
    if said.isdigit() and said not in _DIGITS:
        return int(said)
    return chinese_number(said)


def chinese_number(said: str) -> int:
    """二十四 → 24, 一百零三 → 103."""
    total, digit = 0, 0
    for sign in said:
        if sign in ("十", "百"):
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[sign]
    return total + digit
