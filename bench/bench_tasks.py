"""Lights of 100,000 tasks in one question, and the pages that show them: list, board, months, matrix, the one page."""

import argparse
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from served import home, load, ms, share, table

UNITS, MEASURES, TASKS, TIMES = 300, 1_000, 100_000, 3
PACES = ("", "green", "amber", "red")
PARTS, EVERY_POINT, EVERY_REPORT = 6, 3, 5


def fill(units: int, measures: int, tasks: int) -> Any:
    """A district with so many departments, a plan with so many measures, and its tasks, points and reports."""
    import tests.office
    from jiangtai.access import Unit, acting_as_job
    from jiangtai.access import units as tree
    from jiangtai.domains.reform.models import Milestone, Part, Plan, Report, Task
    from jiangtai.kernel import clock

    office, today = tests.office.build(), clock.today()
    office.person("group_office")
    with acting_as_job("bench"):
        places = [
            tree.found(kind=Unit.Kind.DEPARTMENT, name=f"第{number}局", parent=office.units["区"])
            for number in range(units)
        ]
        plan = Plan.objects.create(
            unit=office.units["区"], title="实施方案", text="一句", state="in_force", confirmed_at=clock.now()
        )
        rows = [
            plan.measures.model(
                plan=plan, place=at, number=at, section=f"第{at // 100}部分", title=f"举措{at}", first=0, last=1
            )
            for at in range(1, measures + 1)
        ]
        plan.measures.model.objects.bulk_create(rows)
        Part.objects.bulk_create(
            Part(measure=row, role="support" if place else "lead", place=place, name=f"{unit}", unit=unit)
            for at, row in enumerate(rows)
            for place in range(PARTS)
            for unit in (places[(at * 7 + place * 13) % units],)
        )
        made = [
            Task(
                measure=rows[at % measures],
                unit=places[(at % measures * 7) % units],
                title=f"任务{at}",
                year=today.year,
                since=today - timedelta(days=200),
                due=_due(at, today),
                pace=PACES[at % 4 if at % 9 == 0 else 0],
            )
            for at in range(tasks)
        ]
        Task.unscoped.bulk_create(made, batch_size=5_000)
        Milestone.unscoped.bulk_create(
            (
                Milestone(
                    task=one,
                    title="节点",
                    due=today + timedelta(days=at % 300 - 60),
                    reached_on=today if at % 4 else None,
                )
                for at, one in enumerate(made)
                if at % EVERY_POINT == 0
            ),
            batch_size=5_000,
        )
        Report.unscoped.bulk_create(
            (
                Report(
                    task=one,
                    period="上期",
                    says="stuck" if at % 15 == 0 else "on_track",
                    narrative="已推进",
                    reported_on=today,
                    accepted_on=today,
                )
                for at, one in enumerate(made)
                if at % EVERY_REPORT == 0
            ),
            batch_size=5_000,
        )
    return office


def _due(at: int, today: date) -> date | None:
    return None if at % 11 == 0 else today + timedelta(days=(at * 37) % 400 - 20)


def measure(office: Any) -> list[tuple[str, list[float]]]:
    """Each several times; the first is not counted."""
    from django.db import connection
    from django.urls import reverse

    from jiangtai.access import acting_as_job
    from jiangtai.domains.reform.models import Task
    from jiangtai.domains.reform.queries import tasks as queries

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE reform_task, reform_milestone, reform_report, reform_part")
    client = office.client(office.people["group_office@区"])
    client.raise_request_exception = True

    def opened(name: str, **query: str) -> Callable[[], Any]:
        def ask() -> None:
            assert client.get(reverse(name), query, SERVER_NAME="127.0.0.1").status_code == 200

        return ask

    def counted() -> None:
        with acting_as_job("bench"):
            assert sum(queries.counts(Task.unscoped.all()).values()) == Task.unscoped.count()

    def said() -> None:
        with acting_as_job("bench"):
            assert [queries.light_of(row) for row in queries.lit(Task.unscoped.order_by("pk"))[:100_000]]

    asked = (
        ("lights of all tasks, counted", counted),
        ("lights of all tasks, each with its sentence", said),
        ("list, first page", opened("tasks.list")),
        ("list, the red ones", opened("tasks.list", light="red")),
        ("board", opened("tasks.board")),
        ("months", opened("tasks.timeline")),
        ("matrix, 50 measures", opened("reform.matrix")),
        ("matrix, one part of the plan", opened("reform.matrix", section="第3部分")),
        ("the leading group's page", opened("reform.sheet")),
    )
    return [(label, [_timed(act) for _ in range(TIMES + 1)][1:]) for label, act in asked]


def _timed(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def main() -> None:
    """Fill, then measure."""
    chosen = argparse.ArgumentParser(description=__doc__)
    chosen.add_argument("--units", type=int, default=UNITS)
    chosen.add_argument("--measures", type=int, default=MEASURES)
    chosen.add_argument("--tasks", type=int, default=TASKS)
    asked = chosen.parse_args()
    print(f"Tasks in one process, milliseconds p50 / p95. {load()}")
    with home():
        found = measure(fill(asked.units, asked.measures, asked.tasks))
        size = f"{asked.tasks:,} tasks, {asked.units} units × {asked.measures:,} measures"
        table(("what", size), [(label, f"{ms(share(took, 50))} / {ms(share(took, 95))}") for label, took in found])


if __name__ == "__main__":
    main()
