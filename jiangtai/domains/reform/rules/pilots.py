"""Which unit may apply to be a pilot, how candidates are put in order, and what is said of a pilot's tasks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from jiangtai.flows import Condition
from jiangtai.kernel import clock

from .footnotes import Footnotes
from .supervising import counted_how

TIES = "按综合评定总分从高到低；总分相同的，先看试点方案得分，再看示范带动得分"
MARKS = (("ground", "工作基础", 30), ("scheme", "试点方案", 40), ("example", "示范带动", 30))
"""What is marked when candidates are assessed, with the most that each may bring."""


@dataclass(frozen=True)
class Kind:
    """What a type of pilot says of itself."""

    name: str
    quota: int
    kinds: list[str]
    names_project: bool


@dataclass(frozen=True)
class TaskStanding:
    """How one task of a pilot stands."""

    title: str
    due: str
    light: str
    why: str
    is_done: bool = False
    is_late: bool = False


def may_apply(
    *,
    unit_kind: str,
    kinds: Sequence[str],
    kinds_said: str,
    is_pilot: bool,
    applies_for: str,
    is_barred: bool,
    is_named: bool,
) -> list[Condition]:
    """What is asked of a unit before anybody reads its scheme."""
    fits = not kinds or unit_kind in kinds
    return [
        Condition("单位类别", fits, "002", f"这一类型由{kinds_said}申报" if not fits else ""),
        Condition("不重复试点", not is_pilot, "ours", "本单位已经是试点，试点期内不再申报" if is_pilot else ""),
        Condition(
            "一批次只报一类", not applies_for, "ours",
            f"本单位在这一批次已申报“{applies_for}”，请先撤回" if applies_for else "",
        ),
        Condition("名单尚未公布", not is_named, "ours", "这一批次的名单已经公布，请在下一批次申报" if is_named else ""),
        Condition("不在黑名单", not is_barred, "ours", "本单位在用人单位黑名单中，移出前不能申报" if is_barred else ""),
    ]  # fmt: skip


def total(marks: dict[str, Any]) -> Decimal | None:
    """The marks of a candidate taken together; None before it was assessed."""
    found = [marks.get(name) for name, _, _ in MARKS]
    return None if any(one in (None, "") for one in found) else Decimal(sum(int(str(one)) for one in found))


def order(values: dict[str, Any]) -> tuple[Decimal | int, ...]:
    """The order of a ranking: the total, then the scheme, then the example it sets."""
    return (-(values["score"] or 0), -int(values["scheme"] or 0), -int(values["example"] or 0))


def full(quota: int, number: int, name: str) -> str:
    """What is said where no place is left; empty while one is."""
    return f"“{name}”的名额是 {quota} 个，已经有 {number} 个，不能再增加" if number >= quota else ""


def summed(year: int, rows: Sequence[TaskStanding], day: date, notes: Footnotes | None = None) -> str:
    """How a pilot's yearly list stands on a day, in one sentence; in a paper each figure is marked."""
    if not rows:
        return f"{year} 年度没有已确认的任务清单。"

    def told(number: int, method: str) -> str:
        return notes.mark(f"{number} 项", method) if notes else f"{number} 项"

    done, late = sum(one.is_done for one in rows), [one for one in rows if one.is_late]
    listed = told(len(rows), f"年度任务清单：领导小组办公室确认的{year}年度任务清单上的任务，逐项计。")
    finished = told(done, f"已完成：清单上截至{clock.chinese_day(day)}状态为“已完成”的任务，逐项计。")
    left = told(len(rows) - done, "未完成：清单上的任务数减去已完成数。")
    words = f"{year} 年度任务清单共 {listed}，已完成 {finished}，未完成 {left}"
    if not late:
        return f"{words}。"
    return f"{words}，其中{late[0].light} {told(len(late), counted_how('red', day))}。"


def beside_sum(year: int, said: str) -> str:
    """What a pilot wrote of its year besides the sentence that its form arrives with."""
    return re.sub(rf"^{year} 年度(?:任务清单共[^。]*|没有已确认的任务清单)。\s*", "", said.strip())
