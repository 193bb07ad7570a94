"""Numerals: what a number is worth, written in digits or in signs, and how finely it is written."""

import re
from decimal import Decimal

DIGITS = r"(?:\d{1,3}(?:[, \u2009]\d{3})+(?!\d|,\d)|\d+)(?:\.\d+)?"
SCALE = r"[十百千]?[万亿]{1,2}|[百千](?!分)"
SIGNS = "零一二两三四五六七八九十百千万亿"
_ONES = {sign: at for at, sign in enumerate("零一二三四五六七八九")} | {"两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_SCALES = {"万": 10**4, "亿": 10**8}
_ONE = "[一二两三四五六七八九]"
_SECTION = re.compile(rf"(?:{_ONE}千)?(?:零?{_ONE}百)?(?:零?{_ONE}?十)?(?:零?{_ONE})?")
_BARE = re.compile(r"[十百千]?[万亿]{0,2}")
_FULL_WIDTH = {0xFF10 + digit: 0x30 + digit for digit in range(10)} | {0xFF0E: ".", 0xFF05: "%", 0xFE6A: "%"}
_FULL_WIDTH |= {0xFF21 + at: 0x41 + at for at in range(26)} | {0xFF41 + at: 0x61 + at for at in range(26)}


def half_width(text: str) -> str:
    """The text with its full-width digits and letters made plain, every sign in its place."""
    return text.translate(_FULL_WIDTH)


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
