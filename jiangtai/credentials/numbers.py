"""Numbers of credentials: kind, year, order and a check character, as RY2026-000123-7."""

import re
from datetime import date

from stdnum.iso7064 import mod_37_36

_SHAPE = re.compile(r"([A-Z]{2,4}[0-9]{4})([0-9]{6,9})([0-9A-Z])")
_HALF_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)}
_NOISE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\-\u2010-\u2015\u2212]+")


class NumberError(ValueError):
    """What was typed is no number of a credential; the message says what to look at."""


def series_of(prefix: str, on: date) -> str:
    """The series of a prefix in the year of a day."""
    return f"{prefix}{on.year}"


def make(series: str, serial: int) -> str:
    """The number of a place in a series."""
    body = f"{series}{serial:06d}"
    return f"{series}-{serial:06d}-{mod_37_36.calc_check_digit(body)}"


def parse(text: str) -> str:
    """The number in its one spelling, however it was typed."""
    bare = _NOISE.sub("", text.translate(_HALF_WIDTH)).upper()
    found = _SHAPE.fullmatch(bare)
    if not found:
        raise NumberError("证书编号形如 RY2026-000123-7（字母、年份、序号、校验位），请核对是否录全")
    number = make(found[1], int(found[2]))
    if number != f"{found[1]}-{found[2]}-{found[3]}":
        raise NumberError("证书编号校验不符，请核对是否录错一位")
    return number
