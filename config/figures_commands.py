"""`jiangtai figures check`: the figures of a text that is about to go out, with or without an installation at hand."""

import argparse
import json
import sys
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jiangtai.indicators import drafts

if TYPE_CHECKING:
    from jiangtai.indicators.drafts import Checked, Finding
    from jiangtai.indicators.reviewing import Entry
    from jiangtai.lake import Lake

_HEDGES = {"approx": "约", "near": "近", "over": "多于"}
_HEADINGS = ("行", "文中写法", "数值", "单位", "口气", "结论", "指标和现值")


def declare(commands: Any) -> None:
    """The command with its options."""
    group = commands.add_parser("figures", help="文稿核数：找出文稿里的数，与指标核对")
    inner = group.add_subparsers(dest="act", metavar="命令", required=True, title="命令", parser_class=type(group))
    check = inner.add_parser(
        "check",
        help="核对一份文稿里的数；没有数据库也能用，文件不外传",
        description="找出文稿（txt、docx）里的每个数，算出数值和单位，与指标核对，并指出人与人次混用、合计和占比不符。",
    )
    check.add_argument("file", type=Path, metavar="文件")
    check.add_argument("--json", action="store_true", help="用 JSON 打印每个数，不打印别的")


def run(chosen: argparse.Namespace) -> int:
    """Check one text, and print what came of it."""
    from jiangtai.documents import document_text
    from jiangtai.kernel import filetypes

    try:
        text = document_text(chosen.file, kinds=("txt", "docx"))
    except filetypes.FileRefused as error:
        print(f"没有完成：{error}", file=sys.stderr)
        return 1
    found, moment = held_against_lake(text)
    if chosen.json:
        print(json.dumps([_plain(one) for one, _ in found], ensure_ascii=False, indent=1))
        return 0
    _tell(text, found, drafts.findings_in(text), moment)
    return 0


def held_against_lake(text: str) -> "tuple[list[tuple[Checked, str]], str]":
    """Every figure, whose and of when its indicator is where the text says so, and as of when that was computed.

    Without a lake none has support, and there is no moment.
    """
    from jiangtai.kernel import Home, clock

    if not Home.current().is_made:
        return _alone(text)
    import django

    django.setup()
    from jiangtai import indicators, lake
    from jiangtai.indicators.reviewing import Review

    from . import lake_commands

    try:
        at = _lake()
        root = indicators.root(at)
    except lake.NoLake:
        return _alone(text)
    today = clock.today()
    frame = indicators.Frame(indicators.Period.parse(str(today.year)), today)
    review = Review(text, at, indicators.indicators(), root, frame)
    return [(one.checked, _said(one)) for one in review.entries], lake_commands.moment(at)


def _alone(text: str) -> "tuple[list[tuple[Checked, str]], str]":
    return [(one, "") for one in drafts.check(text, ())], ""


def _lake() -> "Lake":
    """The lake with all that the ledger holds; where the database cannot be reached, as it stands."""
    from django.db import DatabaseError

    from jiangtai.kernel import EmbeddedError

    from . import lake_commands, serving

    try:
        with serving.database():
            return lake_commands.up_to_date()
    except (DatabaseError, EmbeddedError, serving.NotSafe) as error:
        return lake_commands.as_it_stands(error)


def _said(one: "Entry") -> str:
    said = (one.scope.name if one.is_scope_said else "", one.told_of if one.is_period_said else "")
    return "".join(said)


def _plain(one: "Checked") -> dict[str, Any]:
    figure, indicator = one.figure, one.indicator
    return {
        "text": figure.text,
        "span": list(figure.span),
        "value": _number(figure.value),
        "unit": figure.unit,
        "hedge": figure.hedge,
        "indicator": indicator.key if indicator else None,
        "verdict": one.verdict,
    }


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _tell(text: str, found: "Sequence[tuple[Checked, str]]", findings: "Sequence[Finding]", moment: str) -> None:
    """The table, as of when it was computed, what the text says against itself, and a count."""
    checked = [one for one, _ in found]
    rows = [_HEADINGS, *(_row(text, one, said) for one, said in found)]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print(f"指标的数截至{moment}" if moment else "没有数据副本，只找出了数，没有与指标核对")
    for one in findings:
        print(f"请核对（第 {_line(text, one.spans[0][0])} 行）：{one.told}")
    counted = "，".join(f"{word} {sum(one.verdict == key for one in checked)}" for key, word in drafts.VERDICTS.items())
    print(f"共 {len(checked)} 个数：{counted}；自相矛盾 {len(findings)} 处")


def _row(text: str, one: "Checked", said: str) -> tuple[str, ...]:
    figure = one.figure
    return (
        str(_line(text, figure.start)),
        figure.text,
        f"{figure.value.normalize():,f}",
        figure.unit,
        _HEDGES.get(figure.hedge or "", ""),
        drafts.VERDICTS[one.verdict],
        _held_against(one, said),
    )


def _held_against(one: "Checked", said: str) -> str:
    """The indicator with its value, whose and of when, and how a false figure would be said truly."""
    if one.indicator is None:
        return one.note
    told = f"{said}{one.indicator.label} {one.indicator.value.normalize():,f}{one.indicator.unit}"
    return f"{told}，可写“{one.wording}”" if one.wording else told


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _width(cell: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in cell)


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - _width(cell))
