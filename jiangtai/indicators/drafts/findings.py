"""Findings: what a text says against itself, whatever the truth: sums, shares, and people taken for attendances.

Only what surely cannot be is told. Parts after 其中 may be fewer than their whole, never more; parts that are said to
be all of it, or that carry one name with it, must make it up. Hedged figures are left out of sums.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from itertools import accumulate

from . import numerals, words
from .figures import WrittenFigure, figures_in

_SENTENCE = re.compile(r"(?:[^。；！？\n]|[。；](?=其中))+")
_ROW, _FAR = 50, 200
"""How many figures make up one whole at most, and how many signs of its sentence are looked at before a figure."""
_BOTH = ("男", "女")
_AMONG = re.compile(r"其中")
_ELSE = re.compile(r"另有|另外|此外|同时|还有|其余")
_ALL_OF = re.compile(r"分别(?:为|是)|由[^，。]{0,20}(?:组成|构成)|包括|即")
_TOGETHER = re.compile(r"(?:共计|合计|总计|总共|一共|共)(?:有|为|达)?$")
_EQUATION = re.compile(
    rf"(?<![\d.+＋])(?P<parts>{numerals.DIGITS}(?:\s*[+＋]\s*{numerals.DIGITS})+)\s*[=＝]\s*(?P<sum>{numerals.DIGITS})"
)
_SHARE_OF = re.compile(
    r"^[^，。；、\d]{0,4}[，,、（(]?[^，。；、\d]{0,6}占(?:比|总数|总人数|总量|全部)?(?:的|约|为|达|达到)?$"
)
_GREW = re.compile(r"(?:增加|增长|提高|提升|上升|扩大|增|升)(?:到|至)(?:了)?$")
_BY = re.compile(r"^[^。；\d]{0,8}(?:增长|增幅|提高|提升|上升|增加)(?:率)?(?:为|达|了)?$")
_FELL = re.compile(r"(?:减少|下降|降低|压减|缩减|减|降)(?:到|至|为)(?:了)?$")
_DOWN = re.compile(r"^[^。；\d]{0,8}(?:减少|下降|降低|降幅|压减|缩减|减幅)(?:率)?(?:为|达|了)?$")
_MORE = re.compile(
    r"^[，,（(]?(?:同比|[比较](?:去年|上年|上季度|上月|同期|去年同期|上年同期))(?:增加|新增|(?P<less>减少))了?$"
)
_RATE_OF = re.compile(r"^[，,、（(](?P<name>[\u4e00-\u9fff]{2,6})率(?:为|达|达到|是)?$")
_BATCH = re.compile(r"首批|第[一二三四五六七八九十\d]+批")
_MANY, _NOTED = 2, 100
"""How many make a row, or a word; from what number on two that are equal are hardly so by chance."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the text that cannot be as it stands: of which kind, what is wrong, and the figures it is about."""

    kind: str
    told: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Group:
    """A whole, where one is said, and its parts, of one unit, within a sentence."""

    total: WrittenFigure | None
    parts: list[WrittenFigure]
    before: str
    must_add_up: bool


def findings_in(text: str) -> list[Finding]:
    """Everything that a text says against itself, in its order."""
    figures = figures_in(text)
    found = [*_equations(text), *_mixed(text, figures)]
    starts = [one.start for one in figures]
    for start, end in _sentences(text):
        inside = figures[bisect_left(starts, start) : bisect_left(starts, end)]
        found += _within(text, inside, start, end, figures)
    return sorted(set(found), key=lambda one: (one.spans, one.kind, one.told))


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    return (found.span() for found in _SENTENCE.finditer(text))


def _within(
    text: str, inside: list[WrittenFigure], start: int, end: int, figures: list[WrittenFigure]
) -> Iterator[Finding]:
    for group in (*_among(text, inside, start, end), *_together(text, inside, start)):
        yield from _sums(text, group, figures)
    yield from _shares(text, inside)
    yield from _growths(text, inside)


# Sums


def _equations(text: str) -> Iterator[Finding]:
    """Sums written out: 20+20+6=46."""
    plain = numerals.half_width(text)
    for found in _EQUATION.finditer(plain):
        parts = [numerals.plain(one) for one in re.findall(numerals.DIGITS, found["parts"])]
        if sum(parts) != numerals.plain(found["sum"]):
            yield Finding(
                "sum", f"算式不成立：{found['parts']} 等于 {sum(parts)}，文中写 {found['sum']}", (found.span(),)
            )


def _among(text: str, inside: Sequence[WrittenFigure], start: int, end: int) -> Iterator[_Group]:
    """Parts that stand after 其中, up to where something else begins, with the whole before it."""
    starts = [one.start for one in inside]
    for among in _AMONG.finditer(text, start, end):
        first = bisect_left(starts, among.end())
        after = inside[first : bisect_left(starts, _limit(text, among.end(), end))]
        if after:
            parts = _alike(after)
            before = (inside[at] for at in range(first - 1, max(first - 1 - _ROW, -1), -1))
            whole = next((one for one in before if _is_whole(one, parts[0])), None)
            is_all = bool(_ALL_OF.search(text, among.end(), parts[0].start)) or _are_both(text, among.end(), parts)
            yield _Group(whole, parts, text[max(start, among.start() - _FAR) : among.start()], is_all)


def _limit(text: str, start: int, end: int) -> int:
    """Where the parts of a whole end at the latest."""
    among = text.find("其中", start, end)
    end = end if among < 0 else among
    other = _ELSE.search(text, start, end)
    return other.start() if other else end


def _are_both(text: str, start: int, parts: Sequence[WrittenFigure]) -> bool:
    """Whether two parts are all there is: 男180人、女110人."""
    if len(parts) != len(_BOTH):
        return False
    said = text[start : parts[0].start], text[parts[0].end : parts[1].start]
    return any(_BOTH[0] in one and _BOTH[1] in other for one, other in (said, said[::-1]))


def _alike(figures: Sequence[WrittenFigure]) -> list[WrittenFigure]:
    """The figures that count what the first one counts."""
    return [one for one in figures if words.is_same(one.unit, figures[0].unit)]


def _is_whole(one: WrittenFigure, part: WrittenFigure) -> bool:
    people = words.PERSONS | {words.ATTENDANCES}
    return words.is_same(one.unit, part.unit) or {one.unit, part.unit} <= people


def _together(text: str, inside: Sequence[WrittenFigure], start: int) -> Iterator[_Group]:
    """Parts in a row of clauses that end in 共计 and the whole; where the last of them make it up, all is well."""
    for at, total in enumerate(inside):
        if not _TOGETHER.search(text[max(start, total.start - _FAR) : total.start]):
            continue
        among = text.rfind("其中", start, total.start)
        parts: list[WrittenFigure] = []
        for one in inside[max(0, at - _ROW) : at][::-1]:
            if one.start < among or not _is_whole(one, total):
                break
            parts.insert(0, one)
        sums = [*accumulate(one.value for one in reversed(parts))]
        if len(parts) >= _MANY and total.value not in sums[1:]:
            yield _Group(total, parts, "", must_add_up=True)


def _sums(text: str, group: _Group, figures: Sequence[WrittenFigure]) -> Iterator[Finding]:
    yield from _kinds(group)
    total = group.total or _whole_elsewhere(text, group, figures)
    parts = [one.value for one in group.parts]
    if total is None or total.hedge or any(one.hedge or one.within for one in group.parts) or _is_share(total):
        return
    if not words.is_same(total.unit, group.parts[0].unit):
        return
    must = group.must_add_up or group.total is None
    if sum(parts) > total.value or (must and len(parts) >= _MANY and sum(parts) != total.value):
        said = "＋".join(one.text for one in group.parts)
        told = f"各项相加不等于总数：{said}为{_number(sum(parts, Decimal(0)))}{total.unit}，总数写的是{total.text}"
        yield Finding("sum", told, (total.span, *(one.span for one in group.parts)))


def _is_share(figure: WrittenFigure) -> bool:
    return figure.unit in ("%", "‰", "个百分点", "倍", "年", "天", "岁")


def _kinds(group: _Group) -> Iterator[Finding]:
    """A whole of attendances has no parts of persons, nor the other way round."""
    units = [one for one in (group.total, *group.parts) if one]
    attended = [one for one in units if one.unit == words.ATTENDANCES]
    persons = [one for one in units if one.unit in words.PERSONS]
    if attended and persons:
        told = f"人与人次混用：{persons[0].text}是人数，{attended[0].text}是人次，不能算作整体和部分"
        yield Finding("persons", told, tuple(sorted(one.span for one in (persons[0], attended[0]))))


def _whole_elsewhere(text: str, group: _Group, figures: Sequence[WrittenFigure]) -> WrittenFigure | None:
    """A whole in another sentence: it counts what all the parts are called, and is of the batch told before them."""
    names = [_name_before(text, one) for one in group.parts]
    name = _common_end(names) if len(names) >= _MANY else ""
    batches = set(_BATCH.findall(group.before))
    if not batches:
        return None
    for one in figures:
        clause = text[max(0, one.start - 8) : one.start]
        is_named = len(name) >= _MANY and text.startswith(name, one.end)
        if is_named and one not in group.parts and words.is_same(one.unit, group.parts[0].unit):
            said = set(_BATCH.findall(clause))
            if said and said <= batches:
                return one
    return None


def _name_before(text: str, figure: WrittenFigure) -> str:
    found = re.search(r"[\u4e00-\u9fff]+$", text[max(0, figure.start - 20) : figure.start])
    return found[0] if found else ""


def _common_end(names: Sequence[str]) -> str:
    shortest = min(names, key=len)
    return next((shortest[at:] for at in range(len(shortest)) if all(one.endswith(shortest[at:]) for one in names)), "")


# Persons and attendances


def _mixed(text: str, figures: Sequence[WrittenFigure]) -> Iterator[Finding]:
    """One number of the same thing, called persons here and attendances there."""
    persons = [one for one in figures if one.unit in words.PERSONS and one.value >= _NOTED]
    attended: dict[Decimal, list[WrittenFigure]] = {}
    for one in figures:
        if one.unit == words.ATTENDANCES:
            attended.setdefault(one.value, []).append(one)
    for one in persons:
        for other in attended.get(one.value, [])[:_ROW]:
            if name := _shared(text, one, other):
                told = f"人与人次混用：同是“{name}”，一处写{one.text}，一处写{other.text}，请核对口径"
                yield Finding("persons", told, tuple(sorted((one.span, other.span))))
                break


def _shared(text: str, one: WrittenFigure, other: WrittenFigure) -> str:
    """The longest words, of two signs at least, with which both figures are introduced."""
    first, second = _name_before(text, one), _name_before(text, other)
    pieces = {first[at:end] for at in range(len(first)) for end in range(at + _MANY, len(first) + 1)}
    return max((piece for piece in pieces if piece in second), key=lambda piece: (len(piece), piece), default="")


# Shares and growth


def _shares(text: str, inside: Sequence[WrittenFigure]) -> Iterator[Finding]:
    """A part, its whole, and the share it is said to be: 500人，其中女职工200人，占40%; 合格450人，合格率90%."""
    for at in range(1, len(inside)):
        share, part = inside[at], inside[at - 1]
        between = text[part.end : share.start]
        if share.unit != "%" or not (_SHARE_OF.match(between) or _is_rate(text, part, between)):
            continue
        total = _whole_before(text, inside[max(0, at - 1 - _ROW) : at - 1], part)
        if total is None or any(one.hedge or one.within for one in (share, part, total)):
            continue
        true = part.value * 100 / total.value
        if abs(true - share.value) > share.step:
            told = f"占比不符：{part.text}占{total.text}的{_number(true)}%，文中写{share.text}"
            yield Finding("share", told, (total.span, part.span, share.span))


def _is_rate(text: str, part: WrittenFigure, between: str) -> bool:
    """Whether the rate bears the name of the part: 合格450人，合格率85%."""
    rate = _RATE_OF.match(between)
    return bool(rate and text[max(0, part.start - _FAR) : part.start].endswith(rate["name"]))


def _whole_before(text: str, before: Sequence[WrittenFigure], part: WrittenFigure) -> WrittenFigure | None:
    """The whole, of the same unit and larger: what stands before 其中, else just before the part, and is all or 共."""
    start = before[0].start if before else part.start
    among = text.rfind("其中", start, part.start)
    if among < 0:
        return next((one for one in before[-1:] if _is_larger(one, part) and "，" in text[one.end : part.start]), None)
    return next((one for one in reversed(before) if one.end <= among and _is_larger(one, part)), None)


def _is_larger(one: WrittenFigure, part: WrittenFigure) -> bool:
    return words.is_same(one.unit, part.unit) and one.value > part.value


def _growths(text: str, inside: Sequence[WrittenFigure]) -> Iterator[Finding]:
    """From one number to another, or by one, and by how much that is said to be: 由400人增加到500人，增长25%."""
    for one, other, by in zip(inside, inside[1:], inside[2:], strict=False):
        if one.hedge or other.hedge or by.hedge or one.within or not words.is_same(one.unit, other.unit):
            continue
        between, behind = text[one.end : other.start], text[other.end : by.start]
        if by.unit == "%" and one.unit != "%" and (more := _MORE.search(between)) and _told(behind, more):
            past = one.value + (other.value if more["less"] else -other.value)
            true = other.value * 100 / past if past > 0 else None
            told = f"{one.text}，比先前{'减少' if more['less'] else '增加'}{other.text}"
        elif (_GREW.search(between) and _BY.match(behind)) or (_FELL.search(between) and _DOWN.match(behind)):
            true = _grown(one, other, by)
            told = f"{one.text}到{other.text}"
            if true is not None and _FELL.search(between):
                true = -true
        else:
            continue
        if true is not None and abs(true - by.value) > by.step:
            is_less = bool(_DOWN.match(behind))
            kind, how = ("降幅", "减少") if is_less else ("增幅", "增加")
            yield Finding(
                "share",
                f"{kind}不符：{told}是{how}{_number(true)}{by.unit}，文中写{by.text}",
                (one.span, other.span, by.span),
            )


def _told(behind: str, more: re.Match[str]) -> bool:
    return bool((_DOWN if more["less"] else _BY).match(behind))


def _grown(one: WrittenFigure, other: WrittenFigure, by: WrittenFigure) -> Decimal | None:
    """The growth as it is told: points between shares, percents between numbers, or the difference."""
    if not one.value:
        return None
    if by.unit == "个百分点" and one.unit == "%":
        return other.value - one.value
    if by.unit == "%" and one.unit != "%":
        return (other.value - one.value) * 100 / one.value
    return other.value - one.value if words.is_same(by.unit, one.unit) and by.unit != "%" else None


def _number(value: Decimal) -> str:
    """A number as an office reads it: with at most two decimals."""
    rounded = value.quantize(Decimal("0.01"), context=Context(prec=60)).normalize()
    return f"{rounded:,f}"
