"""Dockets: how an entry and a keeper stand, which period is confirmed, and what a cell may hold; no Django."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from jiangtai.kernel import Period, quantities

from .lights import Tone

TITLE, UNIT, DUE, DONE, KEY = "事项", "填报单位", "完成期限", "完成日期", "识别码（请勿改动）"
OWN_COLUMNS = (TITLE, UNIT, DUE, DONE, "状态", "方案任务", "印证材料", KEY)
"""What every docket has already, so that no column of an office's may be called so."""
MOST_DIGITS = 14
_PERCENT = re.compile(r"[%％‰]|百分之|百分点")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_FIRST_DAY = date(1899, 12, 30)


def span_of(every: str, day: date) -> Period | None:
    """The period in which a day lies; None where nothing is confirmed."""
    return Period.of(every, day) if every else None


def span_before(every: str, day: date) -> Period | None:
    """The period before that in which a day lies."""
    now = span_of(every, day)
    return now.before if now else None


@dataclass(frozen=True)
class Keeping:
    """What a keeper's standing is derived from."""

    entries: int
    done: int
    late: int
    every: str
    since: date
    confirmed_to: date | None
    """The last day of the latest period that was confirmed."""


def standing(one: Keeping, today: date) -> tuple[Tone, str]:
    """How a keeper stands: nothing filled in, what is late, what is not confirmed."""
    now, before = span_of(one.every, today), span_before(one.every, today)
    if not one.entries:
        return Tone.RED, "还没有填报"
    causes = [f"{one.late} 项已过期限"] if one.late else []
    owes = before is not None and one.since <= before.last and (one.confirmed_to or date.min) < before.last
    if owes and before:
        causes.append(f"{before.label}没有确认")
    if causes:
        return Tone.RED, "；".join(causes)
    if now and (one.confirmed_to or date.min) < now.last:
        return Tone.AMBER, f"{now.label}待确认"
    if one.done == one.entries:
        return Tone.DONE, f"{one.done} 项全部完成"
    return Tone.GREEN, f"{one.entries} 项，完成 {one.done} 项"


def entry_why(tone: Tone, due: date | None, done_on: date | None, today: date) -> str:
    """Why an entry's light is what it is."""
    match tone:
        case Tone.DONE:
            late = (done_on - due).days if done_on and due else 0
            return f"{done_on} 完成" + (f"，超期 {late} 天" if late > 0 else "")
        case Tone.RED:
            return f"已过期限 {(today - due).days} 天" if due else "方案任务滞后"
        case Tone.AMBER | Tone.GREEN if due:
            return f"离期限还有 {(due - today).days} 天" if due > today else "今天到期"
    return "没有期限"


class CellRefused(ValueError):
    """A cell cannot hold what was put into it; the message says why and what to write."""


def number_in(text: str, measure_word: str) -> str:
    """A plain number as it is kept, its unit written or not; a percentage is never typed."""
    text = text.strip().replace(",", "").replace("，", "")
    if _PERCENT.search(text):
        raise CellRefused("占比不手填：请填实际数，或改用“指标”栏，由系统计算")
    text = text.removesuffix(measure_word).strip() if measure_word else text
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise CellRefused(f"“{text}”不是数，请写成 12 或 12.5，单位是“{measure_word}”") from None
    if not value.is_finite() or value < 0 or max(value.adjusted(), len(value.as_tuple().digits)) > MOST_DIGITS:
        raise CellRefused(f"“{text}”不在可填的范围内，应为不小于 0 的数")
    return quantities.plain(value)


def day_in(value: object) -> str:
    """A day as it is kept, however a sheet had it; empty stays empty."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float) and 20_000 < value < 80_000:
        return (_FIRST_DAY + timedelta(days=int(value))).isoformat()
    text = str(value or "").strip()
    if not text:
        return ""
    if found := _DAY.fullmatch(text):
        try:
            return date(*map(int, found.groups())).isoformat()
        except ValueError:
            pass
    raise CellRefused(f"“{text}”应形如 2026-12-31，请核对年月日")
