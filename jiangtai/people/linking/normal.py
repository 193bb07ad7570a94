"""How the cells of a list become values that can be compared; what cannot be read is unknown, never guessed."""

from typing import Any

import ibis

FIELDS = ("name", "id_number", "phone", "birth", "employer")
READ = {"source": "int16", "row": "int32", "rid": "int32", **dict.fromkeys(FIELDS, "string")}
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
# A whole shop on its agent's phone says little of anybody; a name like 合计 is the sum of a sheet.
_NOBODY = ("合计", "总计", "小计", "姓名", "无", "不详", "未知")
_COMPANY = ("有限责任公司", "股份有限公司", "有限公司", "公司")
_FULL, _HALF = "０１２３４５６７８９Ｘｘ＊●", "0123456789XX**"
_BLANKS = " 　\t\r\n\xa0\u200b\u200c\u200d\u2060\ufeff"  # also those that nobody sees
_HELD = '="'  # many systems write ="5199…" so that no spreadsheet rounds it
_MARKS = "·•・．.*" + _HELD + _BLANKS
_SPACES = "'`‘’" + _HELD + _BLANKS
_PLAIN = "^[0-9]{17}[0-9X]$"
_NUMBER_LIKE = "^([1-9][0-9]{13,17}[0-9X]|[A-Z]{1,3}[0-9]{6,12})$"
"""A number with a slip, or another paper's (a passport, a permit); 无 and 9.9E+17 are neither."""
_CUT = "^[0-9]{15}000$"
"""What a spreadsheet leaves of a number: fifteen digits."""
_MASKED = r"^[0-9]{6}[0-9*]{8}(\*{4}|[0-9]{3}[0-9X])$"
"""A number of which a list shows the place and either the day of birth or the last four signs."""
_FIRST, _LAST = 3_653, 47_483  # of 1910 and of 2029
_DATES = (r"^\s*(\d{4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})(\D|$)", r"^\s*(\d{4})(\d{2})(\d{2})(\D|$)")


def cleaned(raw: Any) -> Any:
    """Cells without the spaces, dots and wide digits that people leave in them."""
    number, phone = raw.id_number, ibis.ifelse(raw.phone.endswith(".0"), raw.phone.replace(".0", ""), raw.phone)
    return raw.select(
        *("source", "row", "rid"),
        name=ibis.ifelse(_has_any(raw.name, _MARKS), _without(raw.name, _MARKS).upper(), raw.name).nullif(""),
        number=ibis.ifelse(number.re_search(_PLAIN), number, _digits(number)).upper().nullif(""),
        phone=ibis.coalesce(
            ibis.ifelse(phone.length() == 11, phone, None).try_cast("int64"),
            _digits(phone).right(11).try_cast("int64"),
        ),
        birth=raw.birth,
        employer=_firm(
            ibis.ifelse(_has_any(raw.employer, _HELD + _BLANKS), _without(raw.employer, _HELD + _BLANKS), raw.employer)
        ).nullif(""),
    )


def numbered(rows: Any) -> Any:
    """The first seventeen signs of every number that has them, an old one of fifteen brought up to date."""
    whole = rows.number.length()
    old = rows.number.substr(0, 6) + "19" + rows.number.substr(6, 9)
    body = ibis.cases((whole == 18, rows.number.substr(0, 17)), (whole == 15, old))
    return rows.mutate(
        body=body,
        front=body.substr(0, 9).try_cast("int32"),
        back=body.substr(9, 8).try_cast("int32"),
        sign=ibis.ifelse(whole == 18, rows.number.substr(17, 1), None),
        day=rows.birth.try_cast("date"),
    )


def checked(rows: Any, is_strict: bool = True) -> Any:
    """The numbers that hold, and the day that each of them names."""
    named = _named(rows.front, rows.back)
    holds = rows.sign.isnull() | (ibis.literal(CHECKS).find(rows.sign) == remainder(rows.front, rows.back))
    is_number = (rows.front >= 100_000_000) & named.notnull() & (holds if is_strict else True)
    return rows.mutate(held=ibis.ifelse(is_number, rows.body.try_cast("int64"), None), named=named)


def compared(rows: Any) -> Any:
    """Values to compare: a number that holds as a number, any other as what was written."""
    birthday = _day(rows.day.year(), rows.day.month(), rows.day.day())
    birth = _narrow(rows.birth)
    spelled = ibis.ifelse(rows.day.isnull(), ibis.coalesce(*_spelled_days(birth), _counted_day(birth)), None)
    is_written = rows.number.re_search(_NUMBER_LIKE) & ~rows.number.re_search(_CUT)
    damaged = ibis.ifelse(is_written, rows.number, None)
    masked = ibis.ifelse(rows.number.contains("*") & rows.number.re_search(_MASKED), rows.number, None)
    shown = masked.substr(6, 8).try_cast("int32")
    return rows.select(
        *("source", "row", "rid"),
        name=ibis.ifelse(rows.name.isin(_NOBODY), None, rows.name),
        number=rows.held,
        damaged=ibis.ifelse(rows.held.isnull(), damaged, None),
        masked=ibis.ifelse(masked.endswith("*"), None, masked),
        phone=ibis.ifelse(rows.phone.between(13_000_000_000, 19_999_999_999), rows.phone, None),
        born=ibis.coalesce(
            birthday,
            spelled,
            ibis.ifelse(rows.held.notnull(), rows.named, None),
            _day(shown // 10_000, (shown // 100) % 100, shown % 100),
        ),
        employer=ibis.ifelse(rows.employer.notnull(), rows.employer.hash(), None),
    )


def remainder(front: Any, back: Any) -> Any:
    """The weighted sum of nine and of eight digits over eleven, which the last sign spells (GB 11643)."""
    digits = [_digit(front, 8 - place) for place in range(9)] + [_digit(back, 7 - place) for place in range(8)]
    total = digits[0] * WEIGHTS[0]
    for digit, weight in zip(digits[1:], WEIGHTS[1:], strict=True):
        total += digit * weight
    return total % 11


def _digit(value: Any, place: int) -> Any:
    return (value // 10**place) % 10


def _named(front: Any, back: Any) -> Any:
    """The day that a number names, 19900305, or nothing where there is no such day."""
    day = front % 1_000 * 100_000 + back // 1_000
    is_day = day.between(19_000_000, 21_009_999) & (day % 10_000).between(101, 1_231) & (day % 100).between(1, 31)
    return ibis.ifelse(is_day, day, None).cast("int32")


def _day(year: Any, month: Any, day: Any) -> Any:
    """A day as one number, 19900305, or nothing where there is no such day."""
    is_day = year.between(1900, 2100) & month.between(1, 12) & day.between(1, 31)
    return ibis.ifelse(is_day, year * 10_000 + month * 100 + day, None).cast("int32")


def _spelled_days(text: Any) -> list[Any]:
    """Days as offices write them: 1990年3月5日, 1990.3.5, 19900305; of a month alone no day is known."""
    return [_day(*(text.re_extract(way, group).try_cast("int32") for group in (1, 2, 3))) for way in _DATES]


def _counted_day(text: Any) -> Any:
    """Days as spreadsheets count them, from the end of 1899: 31121 is the 15th of March 1985."""
    count = text.try_cast("int32")
    day = ibis.date(1899, 12, 30) + ibis.ifelse(count.between(_FIRST, _LAST), count, None).as_interval("D")
    return _day(day.year(), day.month(), day.day())


def _firm(text: Any) -> Any:
    """Without what only says that it is a company."""
    return ibis.cases(*((text.endswith(one), text.substr(0, text.length() - len(one))) for one in _COMPANY), else_=text)


def _narrow(text: Any) -> Any:
    return text.translate(_FULL + _HELD + _BLANKS, _HALF)


def _digits(text: Any) -> Any:
    """Digits of any width without what stands between them."""
    return text.translate(_FULL + _SPACES + "-+()（）－", _HALF)


def _has_any(text: Any, signs: str) -> Any:
    return text.re_search(f"[{signs}]")


def _without(text: Any, signs: str) -> Any:
    for sign in signs:
        text = text.replace(sign, "")
    return text
