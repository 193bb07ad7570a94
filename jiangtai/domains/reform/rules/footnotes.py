"""Footnotes (数据口径): every figure of a text carries a mark, and the mark says how the figure is counted."""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from jiangtai.documents import Footnotes, mark_of, notes_of, unmarked
from jiangtai.kernel import clock

__all__ = ["Footnotes", "all_of", "mark_of", "notes_of", "reasoned", "unmarked"]

_FIGURE = re.compile(r"“[^”]*”|\d+\s*[年月日]|\d{4}-\d\d-\d\d|(?P<figure>\d[\d,]*(?:\.\d+)?\s*[^\s\d，；。：（）]*)")
"""A figure in the words of a light, and what only looks like one: names and days."""


def all_of(text: str, table: Iterable[Mapping[str, str]]) -> str:
    """All words of a paper: its text and the cells of its table."""
    return "\n".join([text, *(cell for row in table for cell in row.values())])


def reasoned(why: str, notes: Footnotes, today: date) -> str:
    """Why a light is as it is, each of its figures marked: days of lateness, and a figure beside its target."""
    day = clock.chinese_day(today)
    days = f"天数：未完成的为完成期限与{day}相差的自然日，已完成的为完成期限与完成日期相差的自然日。"
    pace = f"指标进度：截至{day}最近一次计算，实际数按指标公布的口径算出，应达数按年度目标折算到当日。"

    def marked(found: re.Match[str]) -> str:
        figure = found["figure"]
        return notes.mark(figure, days if figure.endswith("天") else pace) if figure else found[0]

    return _FIGURE.sub(marked, why)
