"""A plan in force in the test office: three measures, who leads and supports them, and hands for what units do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jiangtai.access import acting_as, acting_as_job
from jiangtai.domains.reform.actions import tasks as actions
from jiangtai.domains.reform.models import Plan, Task
from jiangtai.domains.reform.queries import tasks as queries
from jiangtai.domains.reform.rules.lights import Light
from jiangtai.kernel import clock
from tests.office import Office

MONDAY = date(2026, 3, 2)
MEASURES: tuple[tuple[str, tuple[str, ...], tuple[str, ...], date | None, tuple[str, ...]], ...] = (
    ("加强技能培训", ("局", "甲街"), ("乙街",), date(2026, 12, 31), ("开展岗位练兵。", "建立培训台账。")),
    ("完善评价制度", ("甲街",), ("局",), date(2026, 6, 30), ("出台评价办法。",)),
    ("改善服务", ("乙街",), ("局", "甲街"), None, ("建设服务站。",)),
)


@dataclass
class Work:
    """The office with a plan and its tasks, by the words of each."""

    office: Office
    plan: Plan
    tasks: dict[str, Task] = field(default_factory=dict)

    def at(self, role: str, unit: str, act: Callable[[], Any]) -> Any:
        """Do something as the holder of a role."""
        with acting_as(self.office.person(role, unit)):
            return act()

    def fresh(self, title: str) -> Task:
        """A task as it stands."""
        return Task.unscoped.select_related("unit", "parent").get(title=title)


def light_on(task: Task) -> Light:
    """The light of one task today."""
    return queries.light_of(queries.lit(Task.unscoped.filter(pk=task.pk)).get())


def build(office: Office) -> Work:
    """The plan confirmed, its tasks handed out."""
    plan = planned(office)
    with acting_as(office.person("group_office")):
        actions.hand_out(plan)
    with acting_as_job("测试"):
        return Work(office, plan, {one.title: one for one in Task.unscoped.select_related("unit", "parent")})


def planned(office: Office) -> Plan:
    """The plan in force, with nothing handed out."""
    text = "\n".join(text for *_, texts in MEASURES for text in texts)
    with acting_as_job("测试"):
        plan = Plan.objects.create(
            unit=office.units["区"],
            title="测试区产改实施方案",
            number="测产改〔2026〕1号",
            state="in_force",
            since=clock.today(),
            until=date(2028, 12, 31),
            text=text,
            confirmed_at=clock.now(),
        )
        for place, (title, leads, supports, deadline, texts) in enumerate(MEASURES, start=1):
            measure = plan.measures.create(
                place=place, number=place, section="一、重点任务", title=title, first=0, last=10, deadline=deadline
            )
            for role, units in (("lead", leads), ("support", supports)):
                for at, key in enumerate(units, start=1):
                    unit = office.units[key]
                    measure.parts.create(role=role, place=at, name=unit.name, unit=unit)
            for at, text in enumerate(texts, start=1):
                first = plan.text.index(text)
                measure.actions.create(place=at, text=text, first=first, last=first + len(text), force="required")
    return plan
