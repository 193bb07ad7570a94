"""Cautions: what an office should look at again in a plan that could be read."""

import re
from collections.abc import Iterator

from . import days, sentences
from .measures import Measure
from .notes import general_notes
from .outline import Item, line_end
from .tags import Tag

_UNIT = r"(?:[省市区县州旗]|团[省市区县州])[\u4e00-\u9fff]{1,14}?(?:局|委|办|部|会|联|院|协|中心|政府)"
_ANSWERS = re.compile(
    rf"{_UNIT}[^，。；：\n]{{0,8}}?(?:牵头|主办|主责|协办|配合)|(?:牵头|责任|配合|主办|协办)(?:单位|部门)[^，。；\n]{{0,6}}?{_UNIT}"
)
_OF_THE_PLAN = re.compile(r"本(?:方案|计划|要点|意见|通知|清单)")


def cautions(text: str, root: Item, began: int | None, measures: list[Measure]) -> Iterator[str]:
    """What an office should look at again, sentence by sentence."""
    yield from _twice(text, root, measures)
    yield from _nobody(text, root, measures)
    for one in measures:
        if one.deadline and began and one.deadline.year < began:
            yield (
                f"第{one.number}项“{short(one.title)}”的完成时间（{one.deadline.isoformat()}）"
                f"早于方案的起始年份（{began}年），请核对原文"
            )
        if not one.lead:
            yield f"第{one.number}项“{short(one.title)}”没有写牵头单位，请确定由谁牵头"
        if not one.actions:
            yield f"第{one.number}项“{short(one.title)}”没有具体举措，请核对原文"


def _twice(text: str, root: Item, measures: list[Measure]) -> Iterator[str]:
    """One number for two measures; numbers that begin anew in each section are meant."""
    above = {item.start: str(item.above.start) for item in root.walk() if item.above}
    sections = {id(one): f"{one.section}{above.get(one.span[0], '')}" for one in measures}
    begins_anew = len({sections[id(one)] for one in measures if one.number == 1}) > 1
    seen: dict[tuple[str, int], Measure] = {}
    for one in measures:
        printed = re.match(r"[ 　]*(?:\d{1,2}[.．]){1,3}(?=\d)", text[one.span[0] :][:12])
        key = (printed[0] if printed else sections[id(one)] if begins_anew else "", one.number)
        if key in seen:
            both = f"“{short(seen[key].title)}”和“{short(one.title)}”"
            yield f"有两项任务的序号都是{one.number}：{both}，已分别列出，请核对原文"
        seen.setdefault(key, one)


def _nobody(text: str, root: Item, measures: list[Measure]) -> Iterator[str]:
    """Numbered neighbours of measures that name no unit."""
    listed = {one.span[0] for one in measures}
    for item in root.walk():
        below = item.below
        has = [any(one.start in listed for one in child.walk()) for child in below]
        if not any(has) or all(has) or not any(child.start in listed for child in below):
            continue
        for child, is_listed in zip(below, has, strict=True):
            if not is_listed and child.last - child.body > 1 and child.kind != "closing":
                while child.below and child.below[0].start <= child.body:
                    child = child.below[0]
                words = text[child.body : line_end(text, child.body)].split("。")[0]
                yield f"第{child.number}项“{short(words)}”没有写责任单位，未列入，请补上"


def unread(text: str, start: int, holes: list[tuple[int, int]]) -> Iterator[str]:
    """Sentences that seem to say who answers and were read as saying something else."""
    for first, last in sentences.sentences(text, start, len(text), holes):
        words = text[first:last]
        if _ANSWERS.search(words) and not general_notes(words) and not _OF_THE_PLAN.search(words):
            yield f"“{short(words)}”像是写了由谁负责，但没有读成牵头或配合单位，请核对原文"


def strange(number: int, title: str, tags: list[Tag]) -> Iterator[str]:
    """What stands among the units of a measure and is none."""
    for name in (name for tag in tags for share in tag.shares for name in share.names.strange):
        shown = name if len(name) < 30 else f"{name[:30]}…"
        yield f"第{number}项“{short(title)}”的责任单位中，“{shown}”不像单位名称，请核对原文"


def backwards(number: int, title: str, times: str, year: int | None) -> Iterator[str]:
    """A time that ends before it begins."""
    began, ended = days.begin(times, year), days.time_limit(times, year)
    if began and ended and ended < began:
        yield (
            f"第{number}项“{short(title)}”的完成时间（{ended.isoformat()}）早于开始时间（{began.isoformat()}），"
            "请核对原文"
        )


def otherwise(one: Measure, row: Measure) -> Iterator[str]:
    """A table that names other units for a measure than the text does."""
    if {*row.lead, *row.support} != {*one.lead, *one.support} or set(row.lead) != set(one.lead):
        yield f"第{one.number}项“{short(one.title)}”在附表中的责任单位与正文不一致，已按正文列出，请核对原文"


def nobody_in(row: int, title: str) -> str:
    """A row of a table that names no unit."""
    return f"表中第{row}项“{short(title)}”没有写责任单位，未列入，请补上"


def short(words: str) -> str:
    """The first words of a title."""
    words = words.strip().rstrip("。")
    return words if len(words) <= 20 else f"{words[:20]}…"
