"""What the papers of a joint meeting say; no Django."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jiangtai.kernel import clock

from .footnotes import Footnotes, reasoned
from .supervising import Draft

KINDS = {
    "earlier": "上次会议议定事项落实情况",
    "task": "亮灯任务推进情况",
    "owed": "未答复的督办事项",
    "free": "其他议题",
}
NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Matter:
    """A matter before a meeting, and what was said of it."""

    kind: str
    title: str
    why: str
    unit: str
    said: str = ""


@dataclass(frozen=True)
class Settled:
    """What a meeting settled, and how it stands now: done, red, amber or going on."""

    text: str
    unit: str
    due: date
    tone: str = ""


def became(found: Sequence[Settled], notes: Footnotes, today: date) -> str:
    """What became of the resolutions of the meeting before."""
    if not found:
        return "上次会议没有议定事项。"
    all_of = notes.mark(f"{len(found)} 项", "上次会议议定事项：上次联席会议形成纪要时议定的事项，逐项计。")
    done = notes.mark(
        f"{sum(one.tone == 'done' for one in found)} 项",
        f"议定事项已完成：所成任务截至{clock.chinese_day(today)}状态为“已完成”，逐项计。",
    )
    late = notes.mark(
        f"{sum(one.tone == 'red' for one in found)} 项",
        f"议定事项亮红灯：所成任务截至{clock.chinese_day(today)}亮红灯，逐项计。",
    )
    return f"上次会议议定 {all_of}，已完成 {done}，亮红灯 {late}。"


def agenda(matters: Sequence[Matter], earlier: Sequence[Settled], today: date) -> tuple[list[str], list[str]]:
    """The lines of an agenda, part by part, and the methods of its figures."""
    notes, lines, part = Footnotes(), [], 0
    for kind, label in KINDS.items():
        found = [one for one in matters if one.kind == kind]
        if not found:
            continue
        lines.append(f"{NUMERALS[part]}、{label}")
        if kind == "earlier":
            lines.append(became(earlier, notes, today))
        lines += [f"{place}．{_said(one, notes, today)}" for place, one in enumerate(found, start=1)]
        part += 1
    return lines, notes.methods


def _said(one: Matter, notes: Footnotes, today: date) -> str:
    why = one.why if one.kind == "free" else reasoned(one.why, notes, today)
    return f"{one.title}{f'（{one.unit}）' if one.unit else ''}{f'：{why}' if why else ''}"


def minutes(
    head: str, summary: str, matters: Sequence[Matter], earlier: Sequence[Settled], settled: int, today: date
) -> Draft:
    """The text of the minutes before their table of resolutions."""
    notes, lines, part = Footnotes(), [head, *summary.splitlines()], 0
    if any(one.kind == "earlier" for one in matters):
        lines += [f"{NUMERALS[part]}、上次会议议定事项落实情况", became(earlier, notes, today)]
        part += 1
    said = [one for one in matters if one.said.strip()]
    if said:
        lines.append(f"{NUMERALS[part]}、研究情况")
        lines += [f"{place}．关于{one.title}。{one.said.strip()}" for place, one in enumerate(said, start=1)]
        part += 1
    count = notes.mark(
        f"{settled} 项", "本次会议议定事项：本次会议形成纪要的事项，逐项计，每项成为责任单位的一项任务。"
    )
    lines += [f"{NUMERALS[part]}、议定事项", f"会议议定以下 {count}："]
    return Draft("", "\n".join(lines), notes.methods)
