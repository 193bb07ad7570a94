"""The light of a task: a tone and the one sentence that says why; derived from days, milestones, indicator and reports.

Nobody types a percentage and nobody picks a colour. `queries.tasks.lit` asks the same of all tasks in SQL; a test
holds the two together over every mix.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jiangtai.kernel import clock


class Tone(StrEnum):
    """How a task stands."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    NONE = "none"
    DONE = "done"

    @property
    def label(self) -> str:
        """As users read it, beside the colour."""
        return _LABELS[self]

    @property
    def tag(self) -> str:
        """The tone of the tag that shows it; a tag's tone is also a shape."""
        return _TAGS[self]


_LABELS = {Tone.RED: "红灯", Tone.AMBER: "黄灯", Tone.GREEN: "绿灯", Tone.NONE: "未亮灯", Tone.DONE: "已完成"}
_TAGS = {Tone.RED: "bad", Tone.AMBER: "warn", Tone.GREEN: "ok", Tone.NONE: "plain", Tone.DONE: "info"}
CLOSED = {"cancelled": "已取消", "rolled": "已转入下年度"}


@dataclass(frozen=True)
class Point:
    """A milestone that is not reached yet."""

    title: str
    due: date


@dataclass(frozen=True)
class Standing:
    """What a light is derived from."""

    state: str
    due: date | None
    near: date
    """Before this day a deadline counts as near: so many working days after the day that is asked about."""
    done_on: date | None = None
    pace: str = ""
    pace_why: str = ""
    earliest: Point | None = None
    """The earliest milestone that is not reached."""
    says: str = ""
    """What the last accepted report said."""


@dataclass(frozen=True)
class Light:
    """A tone and why."""

    tone: Tone
    why: str

    @property
    def label(self) -> str:
        """The word beside the colour."""
        return self.why if self.why in CLOSED.values() else self.tone.label


@dataclass(frozen=True)
class Paced:
    """A figure by which a measure is measured, and how it stands to its target."""

    label: str
    pace: str
    why: str = ""


def measure_light(counts: Mapping[str, int], figures: Iterable[Paced] = ()) -> Light:
    """The light of a measure: of its tasks and its figures the gravest speaks, and all of its tone are named."""
    figures = list(figures)
    for tone, slow in ((Tone.RED, "慢于序时进度"), (Tone.AMBER, "略慢于序时进度")):
        causes = [f"{number} 项任务亮{tone.label}"] if (number := counts.get(tone.value, 0)) else []
        causes += [f"指标“{one.label}”{slow}{_aside(one.why)}" for one in figures if one.pace == tone.value]
        if causes:
            return Light(tone, "；".join(causes))
    total, done = sum(counts.values()), counts.get(Tone.DONE.value, 0)
    green = [f"指标“{one.label}”达到序时进度{_aside(one.why)}" for one in figures if one.pace == Tone.GREEN.value]
    if total and done == total:
        return Light(Tone.DONE, "；".join([f"{total} 项任务都已完成", *green]))
    if counts.get(Tone.GREEN.value, 0) or green:
        there = [f"{total} 项任务没有{Tone.RED.label}、{Tone.AMBER.label}"] if total else []
        return Light(Tone.GREEN, "；".join([*there, *green]))
    return Light(Tone.NONE, "任务还没有期限、节点和指标" if total else "没有任务，也没有指标目标")


def _aside(words: str) -> str:
    return f"（{words}）" if words else ""


def light(standing: Standing, day: date) -> Light:
    """The light on a day; of several causes the gravest speaks, and all of its tone are named."""
    if standing.state in CLOSED:
        return Light(Tone.NONE, CLOSED[standing.state])
    if standing.state == "done":
        return Light(Tone.DONE, _done(standing))
    for tone, causes in ((Tone.RED, _red(standing, day)), (Tone.AMBER, _amber(standing, day))):
        if causes:
            return Light(tone, "；".join(causes))
    return _quiet(standing, day)


def _done(one: Standing) -> str:
    done = f"{_said(one.done_on)}完成" if one.done_on else "已完成"
    if one.done_on and one.due:
        late = (one.done_on - one.due).days
        return f"{done}，超期 {late} 天" if late > 0 else f"{done}，按期"
    return done


def _red(one: Standing, day: date) -> list[str]:
    causes = []
    if one.due and one.due < day:
        causes.append(f"已过期限 {(day - one.due).days} 天")
    if one.earliest and one.earliest.due < day:
        causes.append(f"节点“{one.earliest.title}”应于 {_said(one.earliest.due)}达到")
    if one.pace == "red":
        causes.append(_paced(one, "指标慢于序时进度"))
    return causes


def _amber(one: Standing, day: date) -> list[str]:
    causes = []
    if one.due and one.due < one.near:
        causes.append(_left(one.due, day))
    if one.earliest and one.earliest.due < one.near:
        causes.append(f"节点“{one.earliest.title}”{_said(one.earliest.due)}到期")
    if one.pace == "amber":
        causes.append(_paced(one, "指标略慢于序时进度"))
    if one.says == "stuck":
        causes.append("上期报告有困难")
    return causes


def _quiet(one: Standing, day: date) -> Light:
    if one.due is None and one.earliest is None and not one.pace:
        return Light(Tone.NONE, "没有期限、节点和指标，请牵头单位补充")
    if one.pace == "green":
        return Light(Tone.GREEN, _paced(one, "指标达到序时进度"))
    if one.earliest:
        return Light(Tone.GREEN, f"下一节点“{one.earliest.title}”{_said(one.earliest.due)}到期")
    assert one.due
    return Light(Tone.GREEN, _left(one.due, day))


def _paced(one: Standing, words: str) -> str:
    return f"{words}{_aside(one.pace_why)}"


def _said(day: date | None) -> str:
    return clock.chinese_day(day) if day else ""


def _left(due: date, day: date) -> str:
    return f"离期限还有 {(due - day).days} 天" if due > day else "今天到期"
