"""Numbering: the numbers that Word writes before paragraphs by itself, counted as Word counts them.

They stand nowhere in the text of a document, only in how its lists are defined; a plan without them has no numbers.
"""

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACE = re.compile(r"%([1-9])")
_DIGITS, _TENS = "〇一二三四五六七八九", ("", "十", "百", "千")
_MOST = 9_999
_WIDE = ("、", "）", "．")
"""Signs that bring their own gap: 一、总体要求 stands without a blank wherever offices type it."""
_DEEPEST = 50
"""Styles stand on one another a few deep; a longer chain is nobody's document."""


@dataclass(slots=True)
class Level:
    """How one level of a list is written, where it begins, and after which level it begins anew."""

    form: str
    text: str
    start: int = 1
    restart: int | None = None
    after: str = ""
    style: str = ""
    is_legal: bool = False


@dataclass(slots=True)
class Numbering:
    """The lists of one document, and how far each has been counted."""

    lists: dict[str, tuple[str, dict[int, Level]]] = field(default_factory=dict)
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    counted: dict[tuple[str, int], int] = field(default_factory=dict)

    def label(self, paragraph: Element) -> str:
        """What Word writes before this paragraph; nothing where it writes nothing or a bullet."""
        numbered, depth = self._place(paragraph)
        family, levels = self.lists.get(numbered, ("", {}))
        if depth not in levels:
            return ""
        self._count(family, levels, depth)
        level = levels[depth]
        if level.form in ("bullet", "none"):
            return ""
        plain = "decimal" if level.is_legal else ""
        return _PLACE.sub(lambda found: self._said(family, levels, int(found[1]) - 1, plain), level.text) + level.after

    def _place(self, paragraph: Element) -> tuple[str, int]:
        """The list and the level, of the paragraph itself or else of its style."""
        properties = paragraph.find(f"{_WORD}pPr")
        if properties is None:
            return "", 0
        style = self.styles.get(_value(properties.find(f"{_WORD}pStyle")), ("", 0))
        own = properties.find(f"{_WORD}numPr")
        if own is None:
            return style
        depth = _value(own.find(f"{_WORD}ilvl"))
        return _value(own.find(f"{_WORD}numId")) or style[0], int(depth) if depth.isdigit() else style[1]

    def _count(self, family: str, levels: dict[int, Level], depth: int) -> None:
        """One more at this level; deeper ones begin anew, unless the list says that they go on."""
        self.counted[family, depth] = self.counted.get((family, depth), levels[depth].start - 1) + 1
        for deeper, level in levels.items():
            if deeper > depth and (level.restart is None or 0 < level.restart <= depth + 1 or level.restart > deeper):
                self.counted.pop((family, deeper), None)

    def _said(self, family: str, levels: dict[int, Level], depth: int, form: str) -> str:
        level = levels.get(depth)
        if level is None:
            return ""
        return _FORMS.get(form or level.form, str)(self.counted.get((family, depth), level.start))


def numbering(archive: zipfile.ZipFile) -> Numbering:
    """The lists that a Word document defines; none where it defines none or defines them wrongly."""
    read = {name: _part(archive, f"word/{name}.xml") for name in ("numbering", "styles")}
    abstract = {
        one.get(f"{_WORD}abstractNumId", ""): _levels(one) for one in read["numbering"].iter(f"{_WORD}abstractNum")
    }
    found = Numbering()
    for one in read["numbering"].findall(f"{_WORD}num"):
        family = _value(one.find(f"{_WORD}abstractNumId"))
        found.lists[one.get(f"{_WORD}numId", "")] = _own(one, family, abstract.get(family, {}))
    styles = {one.get(f"{_WORD}styleId", ""): one for one in read["styles"].iter(f"{_WORD}style")}
    for name in styles:
        if (place := _of_style(name, styles, found)) is not None:
            found.styles[name] = place
    return found


def _of_style(name: str, styles: dict[str, Element], found: Numbering) -> tuple[str, int] | None:
    """The list and the level that a style brings, its own or that of the style on which it is based."""
    number, depth, seen = "", "", set[str]()
    while name in styles and name not in seen and len(seen) < _DEEPEST and not (number and depth):
        seen.add(name)
        for place in styles[name].iter(f"{_WORD}numPr"):
            depth = depth or _value(place.find(f"{_WORD}ilvl"))
            number = number or _value(place.find(f"{_WORD}numId"))
        if number and not depth:
            levels = found.lists.get(number, ("", {}))[1]
            depth = next((str(at) for at, level in levels.items() if level.style in seen), "")
        name = _value(styles[name].find(f"{_WORD}basedOn"))
    return (number, int(depth) if depth.isdigit() else 0) if number else None


def _part(archive: zipfile.ZipFile, name: str) -> Element:
    try:
        return ElementTree.fromstring(archive.read(name))  # noqa: S314  inspected: no DOCTYPE
    except (KeyError, ElementTree.ParseError):
        return Element("none")


def _own(number: Element, family: str, levels: dict[int, Level]) -> tuple[str, dict[int, Level]]:
    """A list with what it overrides; one that begins anew is counted on its own."""
    changed, name = dict(levels), family
    for one in number.findall(f"{_WORD}lvlOverride"):
        depth = int(one.get(f"{_WORD}ilvl", "0"))
        changed |= _levels(one)
        if (start := one.find(f"{_WORD}startOverride")) is not None and depth in changed:
            old = changed[depth]
            changed[depth] = replace(old, start=_whole(start, 1))
            name = f"{family}/{number.get(f'{_WORD}numId')}"
    return name, changed


def _levels(block: Element) -> dict[int, Level]:
    return {int(one.get(f"{_WORD}ilvl", "0")): _level(one) for one in block.findall(f"{_WORD}lvl")}


def _level(one: Element) -> Level:
    restart = one.find(f"{_WORD}lvlRestart")
    text = _value(one.find(f"{_WORD}lvlText"))
    is_apart = _value(one.find(f"{_WORD}suff")) == "nothing" or text.endswith(_WIDE)
    return Level(
        _value(one.find(f"{_WORD}numFmt")) or "decimal",
        text,
        _whole(one.find(f"{_WORD}start"), 1),
        None if restart is None else _whole(restart, 0),
        "" if is_apart else " ",
        _value(one.find(f"{_WORD}pStyle")),
        one.find(f"{_WORD}isLgl") is not None,
    )


def _value(element: Element | None) -> str:
    return "" if element is None else element.get(f"{_WORD}val", "")


def _whole(element: Element | None, otherwise: int) -> int:
    text = _value(element)
    return int(text) if text.isdigit() else otherwise


def chinese(number: int) -> str:
    """A number in Chinese as headings write it: 十二, 一百零三."""
    if not 0 < number <= _MOST:
        return str(number)
    said = ""
    for power, digit in zip(reversed(range(len(str(number)))), str(number), strict=True):
        said += f"{_DIGITS[int(digit)]}{_TENS[power]}" if digit != "0" else "零"
    said = re.sub("零+", "零", said).rstrip("零")
    return said.removeprefix("一") if said.startswith("一十") else said


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if 1 <= number <= 20 else str(number)


def _letters(number: int) -> str:
    return chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number > 0 else str(number)


_FORMS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(
        ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
         "taiwaneseCountingThousand", "ideographDigital", "japaneseDigitalTenThousand"), chinese,
    ),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), _circled),
    "decimalFullWidth": lambda number: str(number).translate({0x30 + one: 0xFF10 + one for one in range(10)}),
    "decimalZero": lambda number: f"{number:02}",
    "upperLetter": _letters,
    "lowerLetter": lambda number: _letters(number).lower(),
}  # fmt: skip
