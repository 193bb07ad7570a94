"""Tasks come of a confirmed plan, are handed on, given days and points on the way, and finished with evidence."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, QuerySet
from django.urls import reverse

from jiangtai import ledger
from jiangtai.access import Account, Acting, Grant, Refused, Unit, audit, current
from jiangtai.access import units as access_units
from jiangtai.flows import materials
from jiangtai.kernel import StoredFile, clock, keep_file
from jiangtai.ledger import Cause, FactId, SubjectId, UnitId
from jiangtai.messages import MessageKind, message_kind, send

from ..facts import LightShown, PartEnded, PartGiven, TaskCancelled, TaskFinished, TaskHandedOut, TaskRolled
from ..models import Action, Evidence, Measure, Milestone, Plan, Task
from ..queries import plans
from ..queries import tasks as queries

WORKERS = ("liaison", "union_officer", "unit_admin", "enterprise_hr", "enterprise_union", "school")
_TITLE, _TOGETHER = 300, 2_000
HANDED_ON = message_kind(
    MessageKind("reform.handed_on", "分解任务", "{lead}请本单位承担任务“{title}”{due}，请在“单位任务”中查看。")
)
GIVEN = message_kind(MessageKind("reform.given", "分派任务", "请本单位承担任务“{title}”{due}，请在“单位任务”中查看。"))
YEAR_GIVEN = message_kind(
    MessageKind(
        "reform.year_given", "下达年度任务", "“{plan}”{year} 年请本单位承担 {count} 项任务，请在“单位任务”中查看。"
    )
)
TAKEN_BACK = message_kind(MessageKind("reform.taken_back", "收回任务", "任务“{title}”不再由本单位承担：{reason}"))
TAKEN_UP = message_kind(
    MessageKind("reform.taken_up", "恢复任务", "“{plan}”恢复执行，本单位被取消的 {count} 项任务继续承担。")
)

audit.actions(
    task__handed_out="分派任务",
    task__handed_on="分解任务",
    task__changed="修改任务",
    task__proved="提交佐证材料",
    task__finished="任务办结",
    task__reopened="任务重新打开",
    task__cancelled="取消任务",
    task__rolled="任务转入下年度",
    task__opened_file="查看佐证材料",
)


def hand_out(plan: Plan) -> int:
    """One task for each action, at the unit that is asked for its measure; how many. What is there stays as it is.

    What a newer version kept of the one before is known by its words and goes on as the task of the new sentence.
    """
    today = clock.today()
    since = max(plan.since or today, today)
    if plan.until and plan.until < since:
        since = plan.until
    with transaction.atomic():
        measures = list(plan.measures.select_related("designated").prefetch_related("parts__unit", "actions"))
        kept = {
            (one.measure_id, one.title): one
            for one in Task.unscoped.filter(measure__plan=plan, action__isnull=True, parent__isnull=True)
        }
        has_one = set(Task.unscoped.filter(action__measure__plan=plan).values_list("action_id", flat=True))
        rows = []
        for measure in measures:
            unit = plans.asked(measure)
            for action in measure.actions.all() if unit else ():
                if action.pk in has_one:
                    continue
                title = called(action)
                begins = min(since, measure.deadline) if measure.deadline else since
                if there := kept.pop((measure.pk, title), None):
                    Task.unscoped.filter(pk=there.pk).update(action=action)
                    continue
                rows.append(
                    Task(
                        measure=measure,
                        action=action,
                        unit=unit,
                        title=title,
                        year=begins.year,
                        since=begins,
                        due=measure.deadline,
                    )
                )
        Task.unscoped.bulk_create(rows, batch_size=_TOGETHER, ignore_conflicts=True)
        made = _say_handed(rows, plan)
        _say_parts(plan, measures)
        audit.record("task.handed_out", target=plan, details={"tasks": made})
        for year in sorted({one.year for one in rows}):
            _tell_year(plan, year)
    return made


def hand_out_year(plan: Plan, year: int, again: Iterable[UUID] = ()) -> tuple[int, int]:
    """A year of a plan is handed out at once: what is open of the year before goes on, the rest is asked for anew.

    Of what is done only the sentences in `again` are asked for once more: a rule that is issued is not issued again.
    How many went on, and how many were handed out. What is there stays as it is.
    """
    if not current().may("reform.change"):
        raise Refused("只有领导小组办公室可以下达年度任务")
    with transaction.atomic():
        held = Plan.objects.select_for_update().get(pk=plan.pk)
        if held.state != Plan.State.IN_FORCE:
            raise Refused(f"“{held}”{held.get_state_display()}，不能下达年度任务")
        _check_year(held, year)
        rolled = roll(year - 1, Task.unscoped.filter(measure__plan=held)) if year > _first_year(held) else 0
        rows, wanted = [], set(again)
        there = set(Task.unscoped.filter(action__measure__plan=held, year=year).values_list("action_id", flat=True))
        ended = set(queries.settled_before(held, year))
        running = set(queries.open_before(held, year))
        measures = held.measures.select_related("designated").prefetch_related("parts__unit", "actions")
        for measure in measures:
            unit = plans.asked(measure)
            if unit is None or (measure.deadline and measure.deadline.year < year):
                continue
            for action in measure.actions.all():
                is_wanted = action.pk not in running and (action.pk not in ended or action.pk in wanted)
                if action.pk not in there and is_wanted:
                    rows.append(_of_year(measure, action, unit, year))
        Task.unscoped.bulk_create(rows, batch_size=_TOGETHER, ignore_conflicts=True)
        made = _say_handed(rows, held)
        if not rolled and not made:
            raise ValidationError(f"{year} 年的任务都已下达，没有要结转或再次下达的")
        audit.record("task.handed_out", target=held, details={"year": year, "tasks": made, "rolled": rolled})
        _tell_year(held, year)
        note_lights(Task.unscoped.filter(pk__in=[one.pk for one in rows]))
    return rolled, made


def _check_year(plan: Plan, year: int) -> None:
    first, next_year = _first_year(plan), clock.today().year + 1
    last = min(plan.until.year, next_year) if plan.until else next_year
    if not first <= year <= last:
        raise ValidationError({"year": f"年度填的是 {year}，现在可以下达 {first} 到 {last} 年的任务，请核对"})


def _first_year(plan: Plan) -> int:
    return plan.since.year if plan.since else clock.today().year


def _of_year(measure: Measure, action: Action, unit: Unit, year: int) -> Task:
    begins = date(year, 1, 1)
    return Task(
        measure=measure, action=action, unit=unit, title=called(action), year=year,
        since=min(begins, measure.deadline) if measure.deadline else begins, due=measure.deadline,
    )  # fmt: skip


def called(action: Action) -> str:
    """What the task of a sentence is called."""
    return " ".join(action.text.split())[:_TITLE]


def _tell_year(plan: Plan, year: int) -> None:
    """Each unit hears once how many tasks it has in a year of a plan."""
    rows = Task.unscoped.filter(measure__plan=plan, year=year, state=Task.State.OPEN)
    counts = rows.order_by().values_list("unit").annotate(Count("pk"))
    units = Unit.unscoped.in_bulk([pk for pk, _ in counts])
    link = f"{reverse('tasks.own')}?year={year}"
    for pk, number in counts:
        for account in people_of(units[pk]):
            words = {"plan": plan.title[:40], "year": year, "count": number}
            send(account, YEAR_GIVEN, values=words, link=link, cause=uuid5(plan.pk, f"year{year}{pk}"))


def _say_handed(rows: list[Task], plan: Plan) -> int:
    """A fact for each task that this call really made: of two at once, one finds them there."""
    made = set(Task.unscoped.filter(pk__in=[one.pk for one in rows]).values_list("pk", flat=True))
    return ledger.append_many((_handed(one) for one in rows if one.pk in made), cause=Cause.act("分派任务", plan.pk))


def _handed(task: Task) -> TaskHandedOut:
    return TaskHandedOut(
        task=SubjectId(task.pk),
        measure=task.measure_id,
        year=task.year,
        by_lead=task.parent_id is not None,
        unit=UnitId(task.unit_id),
        on=clock.today(),
    )


def _say_parts(plan: Plan, measures: Iterable[Measure]) -> None:
    """Who leads and supports what holds from now on; the parts of the version before are over."""
    cause, today = Cause.act("承担举措", plan.pk), clock.today()
    if plan.replaces:
        end_parts(plan.replaces)
    known = {
        (row.subject, row.payload["measure"], row.payload["role"])
        for row in ledger.every(PartGiven).current().filter(payload__measure__in=[str(one.pk) for one in measures])
    }
    parts = {
        (part.unit_id, str(measure.pk), part.role)
        for measure in measures
        for part in measure.parts.all()
        if part.unit_id
    }
    ledger.append_many(
        (
            PartGiven(unit=UnitId(unit), measure=UUID(measure), role=role, on=today)
            for unit, measure, role in sorted(parts - known, key=str)
            if unit
        ),
        cause=cause,
    )


def end_parts(plan: Plan, cause: Cause | None = None) -> None:
    """Nobody leads or supports what a plan holds any more."""
    cause, measures = cause or Cause.act("承担举措", plan.pk), plan.measures.values_list("pk", flat=True)
    for row in ledger.every(PartGiven).current().filter(payload__measure__in=[str(pk) for pk in measures]):
        ledger.append(PartEnded(unit=UnitId(row.subject), given=FactId(row.pk), on=clock.today()), cause=cause)


# who may


def works_at(task: Task, who: Acting) -> bool:
    """Whether somebody acts for the unit that a task is at."""
    return who.may("reform.work") and who.unit is not None and task.unit_id in (who.unit.pk, who.unit.serves_id)


def gives(task: Task, who: Acting) -> bool:
    """Whether somebody acts for whoever gave the task: the unit that handed it on, or the office."""
    if who.may("reform.change"):
        return True
    return task.parent is not None and works_at(task.parent, who)


def _require(task: Task, *, giver: bool = False) -> Task:
    """The task, locked, while it is open and this account may change it."""
    who = current()
    held = Task.unscoped.select_for_update(of=("self",)).select_related("unit", "parent", "measure").get(pk=task.pk)
    if not (gives(held, who) or (not giver and works_at(held, who))):
        raise Refused("这项任务不由您现在的岗位办理" if not giver else "只有分派这项任务的单位可以这样办")
    if held.state != Task.State.OPEN:
        raise Refused(f"任务{held.get_state_display()}，不能再改")
    return held


# days, points, what is expected


def amend(task: Task, **values: Any) -> Task:
    """Say what is expected of a task, by when, and by which indicator it is measured.

    Whoever works on it may set a day that is missing; a day that is set is changed only by whoever gave the task.
    """
    with transaction.atomic():
        held = _require(task)
        changed = {name: value for name, value in values.items() if getattr(held, name) != value}
        if "due" in changed and held.due and not gives(held, current()):
            raise ValidationError({"due": f"期限 {held.due} 已经确定，需要调整的，请联系分派任务的单位"})
        if changed.get("due") and changed["due"] < held.since:
            raise ValidationError({"due": f"完成期限不能早于开始日期 {held.since}"})
        if changed.get("indicator") and not queries.is_told(held, changed["indicator"]):
            raise ValidationError({"indicator": f"这项指标的数不向{held.unit}公布，不能用来衡量它的任务，请改选"})
        if "indicator" in changed:
            held.pace, held.pace_why, held.paced_at = "", "", None
        for name, value in changed.items():
            setattr(held, name, value)
        if changed:
            held.save()
            audit.record(
                "task.changed", target=held, details={name: str(value or "") for name, value in changed.items()}
            )
            note_light(held)
    return held


def set_milestone(task: Task, title: str, due: date, *, row: Milestone | None = None) -> Milestone:
    """A point that must stand by a day; a day that has passed is moved only by whoever gave the task."""
    with transaction.atomic():
        held = _require(task)
        if held.due and due > held.due:
            raise ValidationError({"due": f"节点不能晚于任务的完成期限 {held.due}"})
        if row is None and due < held.since:
            raise ValidationError({"due": f"节点不能早于任务的开始日期 {held.since}"})
        if row is not None and row.due < clock.today() and due != row.due and not gives(held, current()):
            raise ValidationError({"due": f"节点期限 {row.due} 已过，需要调整的，请联系分派任务的单位"})
        made = Milestone(task=held)
        if row is not None:
            made = _still_ahead(row)
        made.title, made.due = title.strip(), due
        made.save(update_fields=("title", "due") if row else None)
        audit.record("task.changed", target=held, details={"milestone": made.title, "due": str(due)})
        note_light(held)
    return made


def _still_ahead(row: Milestone) -> Milestone:
    """The point as it stands now, locked; others may have reached it or let it go since it was read."""
    held = Milestone.unscoped.select_for_update().filter(pk=row.pk).first()
    if held is None or held.reached_on:
        raise Refused(f"节点“{row.title}”已经{'达到' if held else '去掉'}，请刷新后再看")
    return held


def reach(row: Milestone, on: date | None = None, *, proof: Evidence | None = None) -> Milestone:
    """A point is reached with evidence; somebody says so by name, and the audit keeps it."""
    with transaction.atomic():
        held = _require(row.task)
        day = on or clock.today()
        if day > clock.today():
            raise ValidationError({"on": "达到日期不能晚于今天"})
        if proof is None or proof.task_id != held.pk:
            raise ValidationError("还没有能证明节点达到的佐证材料，请先提交")
        row = Milestone.unscoped.select_for_update().get(pk=row.pk)
        if row.reached_on:
            raise Refused(f"节点“{row.title}”已于 {row.reached_on} 达到")
        row.reached_on, row.proof = day, proof
        row.save(update_fields=("reached_on", "proof"))
        audit.record("task.changed", target=held, details={"reached": row.title, "on": str(day)})
        note_light(held)
    return row


def drop_milestone(row: Milestone) -> None:
    """A point that is not asked for any more; one that has passed is dropped only by whoever gave the task."""
    with transaction.atomic():
        held = _require(row.task, giver=row.due < clock.today())
        audit.record("task.changed", target=held, details={"dropped": row.title})
        row.delete()
        note_light(held)


# handing on


def hand_on(task: Task, unit: Unit, title: str, *, expected: str = "", due: date | None = None) -> Task:
    """A lead asks another unit for a part of its task; that unit is told."""
    with transaction.atomic():
        held, who = _require(task), current()
        if not works_at(held, who):
            raise Refused("只有承担任务的单位可以分解任务")
        if held.parent_id:
            raise ValidationError("这是牵头单位分解来的任务，不能再往下分解，请由牵头单位调整")
        if unit.pk == held.unit_id:
            raise ValidationError({"unit": "不能分解给本单位，请选择其他单位"})
        if due and held.due and due > held.due:
            raise ValidationError({"due": f"不能晚于本任务的完成期限 {held.due}"})
        today = clock.today()
        if due and due < today:
            raise ValidationError({"due": f"完成期限不能早于今天（{today}）"})
        made = Task.unscoped.create(
            measure=held.measure,
            parent=held,
            unit=unit,
            title=title.strip(),
            expected=expected.strip(),
            year=held.year,
            since=today,
            due=due,
        )
        ledger.append(_handed(made), cause=Cause.act("分解任务", held.pk))
        audit.record("task.handed_on", target=made, details={"unit": str(unit.pk), "of": str(held.pk)})
        words = {"lead": held.unit, "title": made.title[:60], "due": f"（{due} 前）" if due else ""}
        for account in people_of(unit):
            send(account, HANDED_ON, values=words, link=reverse("tasks.show", args=[made.pk]), cause=made.pk)
        note_light(made)
    return made


def give(measure: Measure, unit: Unit, title: str, *, due: date, expected: str = "") -> Task:
    """Ask a unit for a piece of work that no sentence of the plan says, as a meeting settles it; the unit is told."""
    with transaction.atomic():
        today = clock.today()
        made = Task.unscoped.create(
            measure=measure, unit=unit, title=title.strip()[:_TITLE], expected=expected.strip()[:_TITLE],
            year=due.year, since=today, due=due,
        )  # fmt: skip
        ledger.append(_handed(made), cause=Cause.act("分派任务", measure.plan_id))
        audit.record("task.handed_out", target=made, details={"unit": str(unit.pk)})
        words = {"title": made.title[:60], "due": f"（{due} 前）"}
        for account in people_of(unit):
            send(account, GIVEN, values=words, link=reverse("tasks.show", args=[made.pk]), cause=made.pk)
        note_light(made)
    return made


def people_of(unit: Unit) -> list[Account]:
    """Who works on a unit's tasks."""
    held = Grant.objects.with_scopes_disabled().filter(Grant.HELD, unit=unit, role__in=WORKERS)
    return list({one.account_id: one.account for one in held.select_related("account")}.values())


# evidence and ends


def prove(
    task: Task,
    kind: str,
    label: str,
    *,
    reference: str = "",
    upload: UploadedFile | None = None,
    report: Any = None,
    stored: StoredFile | None = None,
) -> Evidence:
    """Lay evidence beside a task: a file, an indicator, a case, facts, or a paper that is kept elsewhere."""
    with transaction.atomic():
        held = _require(task) if report is None else task
        if upload is not None:
            stored = keep_file(
                upload, allowed=materials.KINDS, max_bytes=materials.MEGABYTES * 2**20, by=current().actor
            )
        made = Evidence.unscoped.create(
            task=held,
            report=report,
            kind=kind,
            label=label.strip()[:120],
            reference=reference.strip()[:120],
            file=stored,
            by=current().actor,
        )
        audit.record("task.proved", target=held, details={"kind": kind, "label": made.label})
    return made


def finish(task: Task, *, on: date | None = None) -> Task:
    """A task is done once there is evidence and nothing it was divided into is open."""
    with transaction.atomic():
        held = _require(task)
        end(held, on or clock.today())
    return held


def end(held: Task, day: date) -> None:
    """The same without asking who: for an accepted report, within its transaction."""
    if not Evidence.unscoped.filter(task=held).exists():
        raise ValidationError("还没有佐证材料，不能办结。请先上传文件，或指明指标、办件")
    left = list(Task.unscoped.filter(parent=held, state=Task.State.OPEN).select_related("unit")[:5])
    if left:
        raise ValidationError(f"分解给{'、'.join(str(one.unit) for one in left)}的任务还没有完成，不能办结")
    if not held.since <= day <= clock.today():
        raise ValidationError({"on": f"完成日期应在 {held.since} 到今天之间"})
    held.state, held.done_on = Task.State.DONE, day
    held.save(update_fields=("state", "done_on"))
    in_time = held.due is None or day <= held.due
    _end_fact(
        held,
        lambda handed: TaskFinished(
            task=SubjectId(held.pk), handed=handed, in_time=in_time, unit=UnitId(held.unit_id), on=clock.today()
        ),
    )
    audit.record("task.finished", target=held, details={"on": str(day), "in_time": in_time})
    note_light(held)


def reopen(task: Task, reason: str) -> Task:
    """The office opens a finished task again; that it was finished is taken back in the ledger."""
    with transaction.atomic():
        held = Task.unscoped.select_for_update(of=("self",)).select_related("parent").get(pk=task.pk)
        if not gives(held, current()):
            raise Refused("只有分派这项任务的单位可以重新打开")
        if held.state != Task.State.DONE:
            raise Refused("任务没有办结，不需要重新打开")
        if held.parent and held.parent.state != Task.State.OPEN:
            raise Refused(f"分解它的任务{held.parent.get_state_display()}，请先重新打开那一项")
        held.state, held.done_on = Task.State.OPEN, None
        held.save(update_fields=("state", "done_on"))
        row = ledger.every(TaskFinished).of(held.pk).order_by("-id").first()
        if row is not None:
            ledger.reverse(FactId(row.pk), ledger.Why.NOT_SO)
        audit.record("task.reopened", target=held, reason=reason)
        note_light(held)
    return held


def cancel(task: Task, reason: str) -> Task:
    """Whoever gave a task asks for it no longer; what it was divided into ends with it, and the units are told."""
    with transaction.atomic():
        held = _require(task, giver=True)
        drop([held, *Task.unscoped.filter(parent=held)], reason)
        held.refresh_from_db(fields=("state",))
    return held


def drop(rows: Iterable[Task], reason: str, cause: Cause | None = None) -> int:
    """End open tasks, within the transaction of what ends them: a cancelled task, or a plan that gives way."""
    count = 0
    for held in _still_open(rows):
        held.state = Task.State.CANCELLED
        held.save(update_fields=("state",))
        _end_fact(
            held,
            lambda handed, one=held: TaskCancelled(
                task=SubjectId(one.pk), handed=handed, unit=UnitId(one.unit_id), on=clock.today()
            ),
            cause,
        )
        audit.record("task.cancelled", target=held, reason=reason)
        words = {"title": held.title[:60], "reason": reason}
        for account in people_of(held.unit):
            send(account, TAKEN_BACK, values=words, link=reverse("tasks.show", args=[held.pk]), cause=held.pk)
        note_light(held)
        count += 1
    return count


def take_up(ids: Iterable[UUID], plan: Plan, once: UUID) -> int:
    """Cancelled tasks of a plan run again, in the transaction of what takes their end back; each unit is told once."""
    rows = Task.unscoped.select_for_update(of=("self",)).filter(pk__in=list(ids), state=Task.State.CANCELLED)
    held = list(rows.select_related("unit").order_by("id"))
    taken = Task.unscoped.filter(pk__in=[one.pk for one in held])
    taken.update(state=Task.State.OPEN)
    for unit, count in Counter(one.unit for one in held).items():
        if (now := access_units.present(unit)) != unit:  # merged meanwhile
            move(taken.filter(unit=unit), now)
            continue
        for account in people_of(unit):
            send(
                account,
                TAKEN_UP,
                values={"plan": plan.title[:60], "count": count},
                link=reverse("tasks.list"),
                cause=once,
            )
    note_lights(taken)
    return len(held)


def move(rows: Iterable[Task], unit: Unit) -> int:
    """Hand open tasks to another unit, as a newer version or the leading group has it; both units are told."""
    count = 0
    for held in _still_open(rows):
        _end_fact(
            held,
            lambda handed, one=held: TaskCancelled(
                task=SubjectId(one.pk), handed=handed, unit=UnitId(one.unit_id), on=clock.today()
            ),
        )
        link, former = reverse("tasks.show", args=[held.pk]), people_of(held.unit)
        held.unit = unit
        held.save(update_fields=("unit",))
        given = ledger.append(_handed(held), cause=Cause.act("调整承担单位", held.pk))
        audit.record("task.changed", target=held, details={"unit": str(unit.pk)})
        title, once = held.title[:60], given
        for account in former:
            send(account, TAKEN_BACK, values={"title": title, "reason": f"改由{unit}承担"}, cause=once)
        due = f"（{held.due} 前）" if held.due else ""
        for account in people_of(unit):
            send(account, GIVEN, values={"title": title, "due": due}, link=link, cause=once)
        count += 1
    return count


def _still_open(rows: Iterable[Task]) -> QuerySet[Task]:
    """Of these tasks, locked, those that nobody has ended meanwhile."""
    found = Task.unscoped.select_for_update(of=("self",)).select_related("unit", "measure")
    return found.filter(pk__in=[one.pk for one in rows], state=Task.State.OPEN).order_by("id")


def roll(year: int, rows: QuerySet[Task]) -> int:
    """What is open of a year goes on as tasks of the next; each task once. How many."""
    who = current()
    if not who.may("reform.change"):
        raise Refused("只有领导小组办公室可以结转年度任务")
    if year >= clock.today().year + 1:
        raise ValidationError(f"{year} 年还没有开始，不能结转")
    with transaction.atomic():
        tops = rows.filter(year=year, state=Task.State.OPEN, parent__isnull=True)
        count = 0
        for held in tops.select_for_update(of=("self",)).select_related("measure").order_by("id"):
            made = _roll_one(held, None)
            for sub in Task.unscoped.filter(parent=held, state=Task.State.OPEN).order_by("id"):
                _roll_one(sub, made)
                count += 1
            count += 1
        audit.record("task.rolled", details={"year": year, "tasks": count})
    return count


def _roll_one(held: Task, parent: Task | None) -> Task:
    made = _next_of(held) if held.action_id and parent is None else None
    is_new = made is None
    if made is None:
        begins = date(held.year + 1, 1, 1)
        made = Task.unscoped.create(
            measure=held.measure,
            action=held.action,
            parent=parent,
            unit_id=held.unit_id,
            title=held.title,
            expected=held.expected,
            year=held.year + 1,
            since=min(begins, held.due) if held.due else begins,
            due=held.due,
            indicator=held.indicator,
        )
    Milestone.unscoped.filter(task=held, reached_on__isnull=True).update(task=made)
    held.state = Task.State.ROLLED
    held.save(update_fields=("state",))
    _end_fact(
        held,
        lambda handed: TaskRolled(
            task=SubjectId(held.pk), handed=handed, into=made.pk, unit=UnitId(held.unit_id), on=clock.today()
        ),
    )
    if is_new:
        ledger.append(_handed(made), cause=Cause.act("结转年度任务", held.pk))
    note_light(held)
    note_light(made)
    return made


def _next_of(held: Task) -> Task | None:
    """The task of the same sentence that was handed out for the next year before this one was opened again."""
    rows = Task.unscoped.filter(action=held.action_id, unit=held.unit_id, year=held.year + 1, parent__isnull=True)
    return rows.filter(state=Task.State.OPEN).first()


def _end_fact(task: Task, make: Any, cause: Cause | None = None) -> None:
    """End what says that the task is at its unit."""
    handed = ledger.every(TaskHandedOut).of(task.pk).current().order_by("-id").first()
    if handed is not None:
        ledger.append(make(FactId(handed.pk)), cause=cause or Cause.act("任务", task.pk))


# lights that were shown


def note_light(task: Task) -> None:
    """Keep in the ledger that a task's light changed just now."""
    note_lights(Task.unscoped.filter(pk=task.pk))


def note_lights(rows: QuerySet[Task]) -> int:
    """Keep which lights changed since they were last looked at; how many did. One question where none did."""
    today, cause = clock.today(), Cause.act("亮灯")
    changed = list(queries.changed(rows))
    if not changed:
        return 0
    before = {
        row.subject: FactId(row.pk)
        for row in ledger.every(LightShown).of(*[one.pk for one in changed if one.light]).current()
    }
    facts = [
        LightShown(
            task=SubjectId(one.pk), light=one.tone, before=before.get(one.pk), unit=UnitId(one.unit_id), on=today
        )
        for one in changed
    ]
    ledger.append_many((one for one in facts if one.before is None), cause=cause)
    for one in facts:
        if one.before is not None:
            ledger.append(one, cause=cause)
    for row in changed:
        row.light, row.lit_on = row.tone, today
    Task.unscoped.bulk_update(changed, ["light", "lit_on"], batch_size=_TOGETHER)
    return len(changed)
