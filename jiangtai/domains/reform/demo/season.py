"""Half a year of the plan under way, by the very calls of the pages: green, amber and red, two reporting rounds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from jiangtai.access import Account, Unit, acting_as, acting_as_job, acting_by_link, links
from jiangtai.flows import Case, engine, materials
from jiangtai.kernel import Period, clock, office_calendar

from ..actions import reporting, supplying, tasks
from ..models import Measure, Plan, Report, Task
from ..queries import reporting as queries

OFFICE, LEADER = "zhoumin", "zhaoqiming"
CLERK = "hejing"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
DONE_WORDS = ("已印发办法并组织实施。", "首批工作已经完成，名单已公布。", "已建成并投入使用。")
ON_WORDS = ("已制定工作方案，正在组织实施。", "完成摸底，形成初步名单。", "与相关单位会商两次，征求意见稿已发出。")
STUCK_WORDS = "前期调研已完成，推进慢于计划。"
PROBLEMS = ("涉及多个部门，数据口径还没有统一，请领导小组办公室协调。", "场地和经费还没有落实。")


def season(plan: Plan, *, say: Callable[[str], None]) -> None:
    """Days and points, a part handed on, one round accepted, one running with a return; lights as they follow."""
    held = _Season(plan)
    held.days()
    held.supplies()
    held.parts()
    held.first_round()
    held.second_round()
    with acting_as_job("演示初始化"):
        tasks.note_lights(Task.unscoped.filter(measure__plan=plan))
    say(f"任务 {Task.unscoped.filter(measure__plan=plan).count()} 项：节点、分解、两次进展调度，红黄绿灯")


class _Season:
    """Takes every step as whoever is asked, on its day."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.today = plan, clock.today()
        self.office = Account.objects.get(username=OFFICE)
        self.leader = Account.objects.get(username=LEADER)
        self.clerk = Account.objects.get(username=CLERK)
        with acting_as_job("演示初始化"):
            self.rows = list(
                Task.unscoped.filter(measure__plan=plan, parent__isnull=True)
                .select_related("unit", "measure")
                .order_by("measure__place", "action__place")
            )

    def days(self) -> None:
        """Deadlines over the coming months for most, a few behind us; points on the way for some."""
        with self._on(self.today - timedelta(days=170)), acting_as(self.office):
            for number, task in enumerate(self.rows):
                if number % 9 == 8:
                    continue  # nobody has said by when
                ahead = (120, 45, 200, 90, 12, 150, 260, 30)[number % 8]
                due = self.today + timedelta(days=ahead)
                if task.due is None or task.due > due:
                    task = tasks.amend(task, due=due)
                point = self.today + timedelta(days=5 + number)
                if number % 5 == 1 and (task.due is None or point <= task.due):
                    tasks.set_milestone(task, "印发工作方案", point)
        self._late()

    def supplies(self) -> None:
        """The labour bureau adds a figure that waits for the office; the office ties one itself."""
        led = [one for one in self.plan.measures.order_by("place") if self._leads(one)]
        with self._on(self.today - timedelta(days=20)):
            if led:
                with acting_as(self.clerk):
                    supplying.tie(led[0], "reform.finished_tasks", self.today.year, Decimal(6))
            first = self.plan.measures.order_by("place").first()
            if first is not None:
                with acting_as(self.office):
                    supplying.tie(first, "reform.finished_in_time", self.today.year, Decimal(90))

    def _leads(self, measure: Measure) -> bool:
        return measure.parts.filter(role="lead", unit=self.clerk.unit_id).exists()

    def _late(self) -> None:
        """One task is overdue and two have missed a point: set when the plan began."""
        for place, (behind, what) in enumerate(((12, ""), (20, "出台实施办法"), (6, "完成首批建设"))):
            task = self.rows[place * 7 + 2]
            day = self.today - timedelta(days=behind)
            with self._on(day - timedelta(days=30)), acting_as(self.office):
                if what:
                    tasks.set_milestone(task, what, min(day, task.due or day))
                else:
                    tasks.amend(task, due=day)

    def parts(self) -> None:
        """The labour bureau hands a part on to two streets."""
        own = [task for task in self.rows if task.unit_id == self.clerk.unit_id]
        streets = list(Unit.unscoped.filter(kind=Unit.Kind.STREET, state="active").order_by("number")[:2])
        if own:
            with self._on(self.today - timedelta(days=100)), acting_as(self.clerk):
                for street in streets:
                    words = f"摸清{street}辖区企业技能培训需求，报送名单"
                    tasks.hand_on(own[0], street, words, expected="企业名单和培训需求表")

    def first_round(self) -> None:
        """Asked before the last quarter ended, of which a bulletin tells; every unit answered, some tasks are done."""
        quarter = Period.quarter_of(self.today).before
        day = self._working_day(min(self.today - timedelta(days=40), quarter.last - timedelta(days=14)))
        with self._on(day), acting_as(self.office):
            asked = list(queries.units_asked(day))
            held = reporting.call(
                f"{clock.chinese_month(day)}调度", asked, to_leaders=True, note="请附佐证，说清困难。"
            )
        for number, case in enumerate(queries.cases(held).order_by("unit__number")):
            at = self._next(day, 1 + number % 4)
            self._report(case, at, number)
            with self._on(self._next(at, 1)), acting_as(self.office):
                engine.decide(self._seat(case), "note", opinion="情况属实")
            with self._on(self._next(at, 2)), acting_as(self.leader):
                engine.decide(self._seat(case), "accepted", opinion="同意")

    def second_round(self) -> None:
        """Asked last week: some answered, one was sent back, some are late."""
        day = self._working_day(self.today - timedelta(days=8))
        with self._on(day), acting_as(self.office):
            held = reporting.call(f"{clock.chinese_month(day)}再调度", list(queries.units_asked(day)))
        cases = list(queries.cases(held).order_by("unit__number"))
        for number, case in enumerate(cases[: len(cases) * 2 // 3]):
            self._report(case, self._next(day, 1 + number % 3), number + 1)
        for case in cases[:3]:
            with self._on(self._next(day, 4)), acting_as(self.office):
                engine.decide(self._seat(case), "accepted", opinion="情况属实")
        if len(cases) > 4:
            with self._on(self._next(day, 4)), acting_as(self.office):
                engine.decide(self._seat(cases[3]), "report", opinion="进展写得笼统，请写明完成了多少、名单在哪里。")

    def _report(self, case: Case, day: date, number: int) -> None:
        """By account where the unit has one, else by a link."""
        with self._on(day):
            case = Case.unscoped.select_related("unit", "round").get(pk=case.pk)
            with acting_as_job("演示初始化"):
                told = self._told(case, number)
            if case.unit_id == self.clerk.unit_id:
                with acting_as(self.clerk):
                    engine.decide(self._seat(case), "check", data=told)
                return
            with acting_as(self.office):
                token = engine.link_for(self._seat(case))
            link = links.look("seat", token)
            with acting_by_link(case.unit, f"{case.unit}（链接）", link.target):
                self._attach(case, told)
                engine.decide(link.target, "check", data=told, link=link)

    def _attach(self, case: Case, told: dict[str, str]) -> None:
        """What is done is proved by a file."""
        named = queries.papers(case)
        for task in queries.asked(case):
            if told.get(f"says_{task.pk.hex}") == Report.Says.DONE:
                upload = SimpleUploadedFile("工作总结.pdf", PDF, "application/pdf")
                materials.attach(case.pk, named[task.pk], upload)

    def _told(self, case: Case, number: int) -> dict[str, str]:
        told: dict[str, str] = {}
        rows = queries.asked(case)
        parts = queries.open_parts(rows)
        for place, task in enumerate(rows):
            turn, end = (number * 3 + place) % 7, task.pk.hex
            says = "done" if turn == 5 and not parts.get(task.pk) and case.unit_id != self.clerk.unit_id else "on_track"
            says = "stuck" if turn == 3 else says
            words = {"done": DONE_WORDS, "on_track": ON_WORDS, "stuck": (STUCK_WORDS,)}[says]
            told |= {f"says_{end}": says, f"narrative_{end}": words[place % len(words)]}
            if says == "stuck":
                told[f"problem_{end}"] = PROBLEMS[number % 2]
            if says == "on_track":
                told[f"coming_{end}"] = "按计划推进，下月提交阶段成果。"
        return told

    def _seat(self, case: Case) -> Any:
        return case.seats.get(state="open").pk

    def _working_day(self, day: date) -> date:
        return office_calendar().add(day - timedelta(days=1), 1).result

    def _next(self, day: date, days: int) -> date:
        return min(office_calendar().add(day, days).result, self.today)

    @contextmanager
    def _on(self, day: date) -> Iterator[None]:
        with clock.at(day):
            yield
