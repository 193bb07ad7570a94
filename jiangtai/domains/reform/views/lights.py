"""Lights as pages show them: a tag, a column, and counts that open to their rows."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from jiangtai.kernel import clock, workdays
from jiangtai.web import Column, Tag

from ..models import Milestone
from ..queries import tasks as queries
from ..rules.lights import Light, Tone

LIGHTS = tuple((tone.value, tone.label) for tone in Tone)


def tag_of(light: Light) -> Tag:
    """A light as a tag: word, shape and colour."""
    return Tag(light.label, light.tone.tag)


def tone_tag(tone: Tone) -> Tag:
    """A tone as a tag."""
    return Tag(tone.label, tone.tag)


def left_until(due: date, calendar: workdays.Calendar) -> Tag:
    """The working days that are left until a day, or gone since."""
    today = clock.today()
    return Tag(workdays.remaining(today, due, calendar), Tone(workdays.light(today, due, calendar)).tag)


LIGHT = Column(
    "light",
    "灯",
    lambda row: tag_of(queries.light_of(row)),
    kind="tag",
    note=lambda row: queries.light_of(row).why,
)


def light_counts(counts: Mapping[str, int], url: str) -> list[dict[str, Any]]:
    """How many stand at each light that there is, each with the address of its rows."""
    return [
        {"tag": tone_tag(tone), "number": counts[tone.value], "url": f"{url}&light={tone.value}"}
        for tone in Tone
        if counts.get(tone.value)
    ]


def point_tag(one: Milestone, today: date) -> Tag:
    """How a point stands."""
    if one.reached_on:
        late = (one.reached_on - one.due).days
        return Tag(f"{one.reached_on} 达到" + (f"，晚 {late} 天" if late > 0 else ""), "info")
    if one.due < today:
        return Tag(f"已过 {(today - one.due).days} 天", "bad")
    return Tag("今天到期" if one.due == today else f"还有 {(one.due - today).days} 天", "plain")
