"""`jiangtai indicators`: every figure for a unit and a period, and the rows that one of them counts."""

import argparse
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.core.management import CommandError
from pyarrow import compute, csv

from jiangtai import indicators, lake, people
from jiangtai.indicators import Figure, Frame, Indicator, Period, Scope
from jiangtai.kernel import clock

from . import lake_commands

ROWS, MONTHS = "rows", 12


def run(chosen: argparse.Namespace) -> None:
    """Compute and tell, or write what is counted."""
    try:
        _run(chosen)
    except (indicators.IndicatorError, indicators.PeriodError, lake.NoLake) as error:
        raise CommandError(str(error)) from error


def _run(chosen: argparse.Namespace) -> None:
    is_rows = chosen.keys[:1] == [ROWS]
    keys = chosen.keys[1:] if is_rows else chosen.keys
    if is_rows != bool(chosen.csv) or (is_rows and len(keys) != 1):
        raise CommandError("导出明细写作：jiangtai indicators rows 指标 --csv 文件")
    frame = _frame(chosen.period, chosen.known)
    found = [indicators.named(key) for key in keys] or indicators.indicators()
    at = lake_commands.up_to_date()
    if frame.known is not None:
        kept = lake.register_known_at(at, frame.known) if frame.known == frame.as_of else None
        found, at = _as_known(found, is_kept=kept is not None, is_chosen=bool(keys)), kept or at
    scope = _scope(at, chosen.unit)
    if is_rows:
        _write(at, found[0], scope, frame, chosen.csv)
        return
    figures = [indicators.computed(at, one, scope.unit, frame) for one in found]
    if chosen.json:
        print(json.dumps([_as_json(one, scope) for one in figures], ensure_ascii=False, indent=1))
    else:
        _print(figures, scope, frame)
        if not keys:
            _print_needed()


def _as_known(found: list[Indicator], *, is_kept: bool, is_chosen: bool) -> list[Indicator]:
    """Those that can be told as they were known; whoever asks for another by name is told what can be asked instead."""
    told = [one for one in found if one.is_of_facts or (is_kept and one.is_of_month_ends)]
    others = [one for one in found if one not in told]
    if not (others and is_chosen):
        return told
    labels = "、".join(one.label for one in others)
    if any(not one.is_of_month_ends for one in others):
        raise CommandError(f"{labels}要看单位情况，或入职、离职、入会、退会的日子，没有留下哪天才知道，不能用 --known")
    ends = [f"{end}" for end in people.kept_month_ends()[-MONTHS:]]
    which = f"留存的有 {'、'.join(ends)}" if ends else "现在还没有留存的"
    raise CommandError(
        f"{labels}由用工和会籍登记算出，只能按留存的月末名册问：--known 写月末，--period 写到那天为止的期间；{which}"
    )


def _frame(text: str | None, known_on: str | None) -> Frame:
    today = clock.today()
    known = _day(known_on, today) if known_on else None
    period = Period.parse(text) if text else Period.month_of(today)
    if period.first > today:
        raise CommandError(f"{period.label}还没有到，今天是 {today}")
    return Frame(period, today, known)


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--known 写的是“{text}”，应是日期，例如 2026-06-30") from None
    if day > today:
        raise CommandError(f"{day} 还没有到，今天是 {today}")
    return day


def _scope(at: lake.Lake, named: str | None) -> Scope:
    if named is None:
        return indicators.root(at)
    found = indicators.scopes(at, [named])
    if not found:
        raise CommandError(f"没有代码或全称是“{named}”的单位，请在“单位”页面核对")
    if len(found) > 1:
        raise CommandError(f"有 {len(found)} 个单位叫“{named}”，请用代码")
    return found[0]


def _as_json(figure: Figure, scope: Scope) -> dict[str, Any]:
    one, is_ratio = figure.indicator, figure.indicator.measure.is_told_apart
    return {
        "key": one.key,
        "label": one.label,
        "unit": one.unit.label,
        "kind": one.kind,
        "value": _plain(figure.value),
        "numerator": _plain(figure.part) if is_ratio else None,
        "denominator": _plain(figure.whole) if is_ratio else None,
        "period": figure.frame.period.text,
        "unit_code": scope.code,
        "as_of": figure.frame.as_of.isoformat(),
        "rows": figure.lines,
    }


def _plain(value: float | None) -> float | int | None:
    return int(value) if value is not None and value == int(value) else value


def _print(figures: Iterable[Figure], scope: Scope, frame: Frame) -> None:
    as_known = f"，按 {frame.known} 已入账的事实" if frame.known else ""
    print(f"{scope.name}，{frame.period.label}，截至 {frame.as_of}{as_known}")
    for one in figures:
        value = (
            "无可比" if one.value is None else f"{one.value:,.2f}".rstrip("0").rstrip(".") + one.indicator.unit.label
        )
        print(f"{one.indicator.key:32}{value:>16}  {one.indicator.label}")


def _print_needed() -> None:
    """What cannot be computed yet, and the facts that it waits for."""
    if waiting := indicators.needed():
        print("还不能计算：")
    for one in waiting:
        print(f"{one.key:32}{one.label}，等这些事实入账：{one.waits_for}")


def _write(at: lake.Lake, one: Indicator, scope: Scope, frame: Frame, file: Path) -> None:
    lines = _safe(indicators.named_rows(at, one, scope.unit, frame))
    draft = file.with_name(f"{file.name}.new")
    csv.write_csv(lines, draft)
    draft.replace(file)
    print(f"{one.label}：{lines.num_rows:,} 行，已写入 {file}")


def _safe(lines: pa.Table) -> pa.Table:
    """One line a row, and nothing that a spreadsheet would run."""
    for at, field in enumerate(lines.schema):
        if pa.types.is_string(field.type):
            one_line = compute.replace_substring_regex(lines.column(at), r"[\r\n]+", " ")
            lines = lines.set_column(at, field.name, compute.replace_substring_regex(one_line, r"^([=+\-@])", r"'\1"))
    return lines
