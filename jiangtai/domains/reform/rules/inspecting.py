"""Inspections: the draw that anybody can repeat, the lines of a checklist, what a report says."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from jiangtai.kernel import clock

from .footnotes import Footnotes

LEAST_INSPECTORS = 2


def drawn(seed: str, pool: Iterable[str], number: int) -> list[str]:
    """So many out of a list: those whose SHA-256 with the seed comes first; the same seed and list draw the same."""
    return sorted(set(pool), key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).hexdigest())[:number]


def digest(pool: Iterable[str]) -> str:
    """What tells two lists apart at a glance."""
    return hashlib.sha256("\n".join(sorted(set(pool))).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class PointLine:
    """A line of a checklist."""

    text: str
    clause: str


def checklist(text: str) -> list[PointLine]:
    """The points, one a line; behind a bar stands the clause."""
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        words, _, clause = line.replace("|", "｜").partition("｜")
        found.append(PointLine(words.strip(), clause.strip()))
    return found


def people(text: str) -> list[tuple[str, str]]:
    """Inspectors, one a line: the name, then the body."""
    lines = [line.replace("，", " ").replace(",", " ").split() for line in text.splitlines() if line.strip()]
    return list(dict.fromkeys((parts[0], " ".join(parts[1:])) for parts in lines))


@dataclass(frozen=True)
class Seen:
    """A finding as the report tells of it."""

    unit: str
    text: str
    state: str
    in_time: bool | None = None


@dataclass(frozen=True)
class Told:
    """What a report counts."""

    planned: int
    visited: int
    meets: int
    fails: int
    none: int
    findings: Sequence[Seen]


def report(title: str, papers: Sequence[str], told: Told, conclusion: str, day: date) -> tuple[str, list[str]]:
    """The report's text, every figure with how it is counted."""
    notes = Footnotes()
    closed = [one for one in told.findings if one.in_time is not None]
    day_words = f"截至{clock.chinese_day(day)}"
    planned = notes.mark(f"{told.planned} 家", "应查单位：列入本次检查的单位，逐家计。")
    visited = notes.mark(f"{told.visited} 家", f"已查单位：{day_words}已确认检查记录的受检单位，逐家计。")
    marks = notes.mark(
        f"{told.meets + told.fails + told.none} 项", "检查项：已确认的检查记录中逐单位逐要点计，含不适用的。"
    )
    fails = notes.mark(f"{told.fails} 项", "不符合：检查结果为“不符合”的检查项。")
    found = notes.mark(f"{len(told.findings)} 个", "问题：检查项“不符合”的，一项算一个问题。")
    done = notes.mark(f"{len(closed)} 个", f"已销号：{day_words}经复查销号的问题。")
    by = f"依据{'、'.join(papers)}，" if papers else ""
    lines = [
        f"{by}开展了{title}。现将检查情况报告如下：",
        "一、检查开展情况",
        f"应查单位 {planned}，已查 {visited}，共查 {marks}，其中不符合 {fails}。{conclusion}".strip(),
        "二、发现的问题和整改情况",
        f"发现问题 {found}，已整改销号 {done}。",
        *(f"{at}．{one.unit}：{one.text}（{one.state}）" for at, one in enumerate(told.findings, start=1)),
    ]
    if closed:
        in_time = sum(one.in_time is True for one in closed)
        said = notes.mark(f"{in_time} 个", "按期整改：已销号的问题中，单位不晚于整改期限提交的。")
        lines.append(f"已销号的问题中，按期整改 {said}。")
    if rest := [one for one in told.findings if one.in_time is None]:
        left = notes.mark(f"{len({one.unit for one in rest})} 家", "待整改单位：还有问题没有销号的受检单位，逐家计。")
        lines += ["三、下一步", f"督促待整改单位（{left}）完成其余问题的整改，逐个复查销号。"]
    return "\n".join(lines), notes.methods
