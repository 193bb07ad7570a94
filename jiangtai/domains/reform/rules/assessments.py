"""What may speak for a point, and what a self-report says; no Django."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jiangtai.kernel import quantities

from .footnotes import Footnotes
from .supervising import Draft

_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_IDLE = frozenset(
    (
        "情况",
        "工作",
        "开展",
        "落实",
        "推进",
        "建设",
        "加强",
        "进行",
        "完成",
        "相关",
        "制度",
        "单位",
        "产业",
        "工人",
        "改革",
        "队伍",
    )
)
LIKE = 0.3
SCORED = "分值：评分表上写明的该评分项的分值。"
OWN = "评分项自评分：对照评分标准给该评分项打的分。"


@dataclass(frozen=True)
class PointSaid:
    """A point as papers say it."""

    section: str
    text: str
    score: Decimal
    self_score: Decimal | None
    said: str
    exhibits: int
    figures: tuple[tuple[str, str], ...] = ()
    """The figures among its exhibits: each as a line says it, with how it is counted."""


def quoted(text: str) -> str:
    """The table's own words as a paper quotes them: a quote within has single marks."""
    return f"“{text.translate(str.maketrans('“”', '‘’'))}”"


def pairs(text: str) -> set[str]:
    """The pairs of neighbouring characters of a text, without those that stand in every plan."""
    found = (run[at : at + 2] for run in _CHINESE.findall(text) for at in range(len(run) - 1))
    return {pair for pair in found if pair not in _IDLE}


def likeness(asked: str, label: str) -> float:
    """How much of a label's words stands in what is asked, from 0 to 1."""
    of = pairs(label)
    return len(of & pairs(asked)) / len(of) if of else 0.0


def likely(asked: str, labels: Iterable[tuple[object, str]], most: int = 4) -> list[object]:
    """Of what the house has, what may speak for a point, the likeliest first."""
    scored = [(likeness(asked, label), number, key) for number, (key, label) in enumerate(labels)]
    found = sorted((one for one in scored if one[0] >= LIKE), key=lambda one: (-one[0], one[1]))
    return [key for _, _, key in found[:most]]


def said(number: Decimal) -> str:
    """5, 2.5."""
    return quantities.plain(number)


def self_report(title: str, by_whom: str, points: Sequence[PointSaid]) -> Draft:
    """The text of the self-report, part by part, with how its figures are counted."""
    notes = Footnotes()
    full, own = (
        sum((one.score for one in points), Decimal(0)),
        sum((one.self_score or Decimal(0) for one in points), Decimal(0)),
    )
    shown = sum(one.exhibits for one in points)
    lines = [
        f"按照{by_whom}《{title}》要求，我单位逐项对照开展自评。评分表共 "
        f"{notes.mark(f'{len(points)} 项', '评分项：评分表上的评分项，逐项计。')}、"
        f"满分 {notes.mark(f'{said(full)} 分', '满分：各评分项分值之和。')}，"
        f"自评 {notes.mark(f'{said(own)} 分', '自评分：各评分项自评分之和，未自评的按 0 分计。')}，"
        f"提供印证材料 {notes.mark(f'{shown} 份', '印证材料：各评分项所附材料，逐份计，一份材料用于几项的分别计。')}。"
        "现将自评情况报告如下：",
    ]
    for number, section in enumerate(dict.fromkeys(one.section for one in points), start=1):
        lines.append(f"（{number}）{section or '其他'}")
        lines += [_line(one, notes) for one in points if one.section == section]
    lost = [one for one in points if one.self_score is not None and one.self_score < one.score]
    lines.append("存在的不足")
    lines += [f"{one.text}：{one.said or '有差距，正在改进。'}" for one in lost] or ["逐项自评未扣分。"]
    return Draft("", "\n".join(lines), notes.methods, [_row(one, notes) for one in points])


def _row(one: PointSaid, notes: Footnotes) -> dict[str, str]:
    """A point as a line of the table of marks."""
    score = notes.mark(said(one.score), SCORED)
    own = notes.mark(said(one.self_score), OWN) if one.self_score is not None else ""
    return {"text": one.text, "score": score, "own": own, "said": one.said}


def _line(one: PointSaid, notes: Footnotes) -> str:
    score = notes.mark(f"{said(one.score)} 分", SCORED)
    own = f"自评 {notes.mark(f'{said(one.self_score)} 分', OWN)}" if one.self_score is not None else "未自评"
    figures = "；".join(notes.mark(figure, method) for figure, method in one.figures)
    return f"{one.text}（{score}，{own}）。{one.said}{f'印证指标：{figures}。' if figures else ''}"


def sums_said(found: Decimal, table: Decimal | None) -> str:
    """Whether the points come to what the table says; empty where they do, or where the table says nothing."""
    if table is None or table == found:
        return ""
    return f"各项合计 {said(found)} 分，表上总分 {said(table)} 分，相差 {said(abs(found - table))} 分，请与原表核对"
