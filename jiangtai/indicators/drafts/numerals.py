"""Numerals: what a number is worth, written in digits or in signs, and how finely it is written."""

import re
from decimal import Decimal

_LESSER = r"\d{1,4}(?:\.\d+)?(?:[十百千]?万|[百千](?![分瓦米克卡伏赫])|(?![\d.百千万亿]))"
DIGITS = r"(?:\d{1,3}(?:[, \u2009]\d{3})+(?!\d|,\d)|\d+)(?:\.\d+)?"
SCALE = r"[十百千]?[万亿]{1,2}|百(?!分)|千(?![分瓦米克卡伏赫])"
LESSER = rf"(?:{_LESSER})+"
SIGNS = "零一二两三四五六七八九十百千万亿"
_ONES = {sign: at for at, sign in enumerate("零一二三四五六七八九")} | {"两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_SCALES = {"万": 10**4, "亿": 10**8}
_ONE = "[一二两三四五六七八九]"
_SECTION = re.compile(rf"(?:{_ONE}千)?(?:零?{_ONE}百)?(?:零?{_ONE}?十)?(?:零?{_ONE})?")
_BARE = re.compile(r"[十百千]?[万亿]{0,2}")
_TO_SIGNS = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟萬億", "一二三四五六七八九十百千万亿")
_IN_CAPITALS = re.compile(
    r"(?<![队入退大])[壹贰叁肆伍陆柒捌玖](?:[拾佰仟]|(?=[万亿萬億][壹贰叁肆伍陆柒捌玖元]))[壹贰叁肆伍陆柒捌玖拾佰仟萬億]*"
)
_FULL_WIDTH = {0xFF10 + digit: 0x30 + digit for digit in range(10)} | {0xFF0E: ".", 0xFF05: "%", 0xFE6A: "%"}
_FULL_WIDTH |= {0xA0: " ", 0x3000: " ", 0xFF0D: "-", 0x2010: "-", 0x2011: "-", 0x2015: "—", 0x2500: "—"}
_FULL_WIDTH |= {0xFF21 + at: 0x41 + at for at in range(26)} | {0xFF41 + at: 0x61 + at for at in range(26)}


def half_width(text: str) -> str:
    """The text with its full-width digits, letters and blanks made plain and 伍拾 as 五十, each sign in its place."""
    return _IN_CAPITALS.sub(lambda found: found[0].translate(_TO_SIGNS), text.translate(_FULL_WIDTH))


def plain(digits: str) -> Decimal:
    """The value of digits, which commas or blanks may part by threes."""
    return Decimal(re.sub(r"[, \u2009]", "", digits))


def scale(signs: str) -> int:
    """What 百, 千万 or 万亿 multiply by."""
    worth = 1
    for sign in signs:
        worth *= _TENS.get(sign) or _SCALES[sign]
    return worth


def in_digits(digits: str, signs: str) -> tuple[Decimal, Decimal]:
    """The value of digits before a scale, and the step in which they count: 59.3万 counts in thousands."""
    value = plain(digits)
    exponent = value.as_tuple().exponent
    by = Decimal(scale(signs))
    return value * by, by.scaleb(min(int(exponent), 0))


def with_lesser(value: Decimal, spelled: str) -> tuple[Decimal, Decimal]:
    """What 5000万 adds behind 3亿, and the step in which all of it counts then."""
    step = Decimal(1)
    for digits, signs in re.findall(r"([\d.]+)(\D*)", spelled):
        more, step = in_digits(digits, signs)
        value += more
    return value, step


def is_bare(signs: str) -> bool:
    """Whether the signs are an order of magnitude that nobody counted: 百, 千万."""
    return bool(_BARE.fullmatch(signs))


def in_signs(signs: str) -> Decimal | None:
    """The value of a number in signs, or None where they are no number: 三五, 二零二六."""
    if is_bare(signs):
        return Decimal(scale(signs))
    total, rest = 0, signs
    for sign, worth in (("亿", _SCALES["亿"]), ("万", _SCALES["万"])):
        head, found, tail = rest.partition(sign)
        if found:
            section = _section(head)
            if section is None:
                return None
            total, rest = total + section * worth, tail
    last = _section(rest) if rest else 0
    return None if last is None else Decimal(total + last)


def _section(signs: str) -> int | None:
    """What stands below 万: up to four places."""
    if not signs or not _SECTION.fullmatch(signs) or signs == "零":
        return None
    total, digit = 0, 0
    for sign in signs:
        if sign in _TENS:
            total, digit = total + (digit or 1) * _TENS[sign], 0
        else:
            digit = _ONES[sign]
    return total + digit
