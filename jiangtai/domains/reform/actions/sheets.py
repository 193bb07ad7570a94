"""Sheets: what a table of duties has otherwise is taken over into a draft, all of it or nothing.

A plan in force is not changed: the sheet becomes a draft that is to take its place.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F

from jiangtai.access import Refused, audit, current
from jiangtai.kernel import StoredFile, keep_file, open_file

from ..models import Action, Amount, Measure, Milestone, Part, Plan, Task
from ..queries import plans as queries
from ..queries import sheets
from ..reading.amounts import amounts
from ..rules import slices
from ..rules.cells import words_of
from ..rules.plans import cut
from ..rules.sheets import POINTS_SHEET, Difference, Duty, differences, same_number
from ..rules.slices import Slice
from . import plans, tasks, versions

Pair = tuple[Slice, Slice]

MOST_BYTES = 20 * 2**20
_TITLE, _SECTION, _NAME, _EXPECTED, _FIGURE = 200, 200, 80, 300, 200
_SHOWN = 3
OPEN_TO_SHEETS = (Plan.State.DRAFT, Plan.State.IN_FORCE)

audit.actions(plan__sheet="按责任分解表修改方案")


def keep(upload: UploadedFile) -> StoredFile:
    """An uploaded sheet as it is kept until somebody has looked at what differs."""
    return keep_file(upload, allowed={"xlsx"}, max_bytes=MOST_BYTES, by=current().actor)


def differing(plan: Plan, file: StoredFile) -> tuple[list[Duty], list[Pair], list[Difference]]:
    """What a sheet holds, its tasks beside the running ones, and what differs; refused where it cannot come in."""
    with open_file(file) as stream:
        told, told_slices = sheets.read(stream)
    before = sheets.told(plan)
    if found := differences(before, told):
        _check(plan, before, told)
    pairs: list[Pair] = []
    if told_slices is not None and plan.state == Plan.State.IN_FORCE:
        running = sheets.told_slices(plan)
        found += slices.differences(running, told_slices)
        pairs = slices.changes(running, told_slices)
    return told, pairs, found


def _check(plan: Plan, before: Sequence[Duty], told: Sequence[Duty]) -> None:
    """Every reason for which a sheet cannot become the plan, with its row; what the plan itself has so stays so."""
    if twice := same_number(told):
        raise ValidationError(twice)
    was = {one.key: one for one in before}
    newly = [one for one in told if one.designated and one.designated != getattr(was.get(one.key), "designated", "")]
    meant = queries.meant({one.designated for one in newly})
    for one in newly:
        if meant[one.designated].unit is None:
            raise ValidationError(_unknown(one.row, one.designated, meant[one.designated].candidates))
    for one in told:
        _check_lengths(one)
        if plan.since and one.deadline and one.deadline < plan.since:
            raise ValidationError(
                f"第 {one.row} 行：完成期限 {one.deadline} 早于方案开始执行的日期 {plan.since}，请改正"
            )
        figures = was[one.key].figures if one.key else ()
        if words := next((words for at, words in enumerate(one.figures) if words in one.figures[:at]), ""):
            raise ValidationError(f"第 {one.row} 行：量化目标“{cut(words, 20)}”写了两遍，请删去一行")
        if words := next((words for words in one.figures if words not in figures and not _is_figure(words)), ""):
            raise ValidationError(
                f"第 {one.row} 行：量化目标“{cut(words, 20)}”应是一个数，每行一个，写成“不少于12期”的样子"
            )


def unknown(plan: Plan, told: Sequence[Duty]) -> list[str]:
    """The names new in a sheet that mean no unit yet: the draft asks for them once, as for those of a text."""
    known = set(Part.objects.filter(measure__plan=plan).values_list("name", flat=True))
    fresh = dict.fromkeys(name for one in told for name in (*one.lead, *one.support) if name not in known)
    meant = queries.meant(fresh)
    return [name for name in fresh if meant[name].unit is None and not meant[name].is_collective]


def _is_figure(words: str) -> bool:
    read = amounts(words, 0)
    return len(read) == 1 and abs(read[0].value) < plans.LARGEST


def _check_lengths(one: Duty) -> None:
    told = [(one.title, _TITLE, "举措"), (one.section, _SECTION, "所在部分")]
    told += [(words, _FIGURE, "量化目标") for words in one.figures]
    told += [(words, _EXPECTED, f"对“{cut(name, 20)}”的配合要求") for name, words in one.expected.items()]
    for words, most, label in told:
        if len(words) > most:
            raise ValidationError(f"第 {one.row} 行：{label}有 {len(words)} 字，超过 {most} 字，请改短")
    for name in (*one.lead, *one.support):
        if len(name) > _NAME:
            raise ValidationError(f"第 {one.row} 行：单位“{cut(name, 20)}”有 {len(name)} 字，请核对单位之间的顿号")


def _unknown(row: int, name: str, candidates: Sequence[UUID]) -> str:
    units = queries.units_of(candidates[:_SHOWN])
    likely = "、".join(f"“{units[pk]}”" for pk in candidates[:_SHOWN])
    hint = f"是不是{likely}？请改成系统里的名称" if likely else "请核对名称，或先请单位管理员建立"
    return f"第 {row} 行：总牵头单位“{cut(name, 20)}”在系统里没有对上，{hint}"


def mark_of(found: Sequence[Difference]) -> str:
    """What tells these differences from any others."""
    return hashlib.sha256(repr(found).encode()).hexdigest()


def take_over(plan: Plan, file: StoredFile, seen: str) -> Plan:
    """The draft that says what a sheet says; refused where it would do anything else than what was looked at."""
    with transaction.atomic():
        held = Plan.objects.select_for_update().get(pk=plan.pk)
        if held.state not in OPEN_TO_SHEETS:
            raise Refused(f"“{held}”{held.get_state_display()}，不能再按责任分解表修改")
        told, pairs, found = differing(held, file)
        if mark_of(found) != seen:
            raise ValidationError("方案在这期间又改过，差别已不是刚才看到的，请重新核对")
        if all(one.kind == "kept" for one in found):
            raise ValidationError("这份责任分解表没有可以采用的改动")
        for was, one in pairs:
            _change_task(was, one)
        if makes_version(held, found):
            held, keys = versions.successor(held)
            told = [_renamed(one, keys) for one in told]
        if held.state == Plan.State.DRAFT:
            _write_all(held, told)
        audit.record("plan.sheet", target=held, details={"differences": len(found)})
    return held


def makes_version(plan: Plan, found: Sequence[Difference]) -> bool:
    """Whether a plan in force needs a version for what differs: running tasks are changed where they are."""
    in_force = plan.state == Plan.State.IN_FORCE
    return in_force and any(one.kind != "kept" and not one.of_tasks for one in found)


def _change_task(was: Slice, one: Slice) -> None:
    """A running task as its page would change it: what is expected, its day, and its points."""
    told = {"expected": one.expected, "due": one.due}
    before = {"expected": was.expected, "due": was.due}
    gone, points = slices.points_of(was, one)
    changed = {name: value for name, value in told.items() if value != before[name]}
    if not (changed or gone or points):
        return
    task = Task.unscoped.get(pk=UUID(was.key))
    rows = {row.pk.hex: row for row in Milestone.unscoped.filter(task=task)}
    try:
        if changed:
            task = tasks.amend(task, **changed)
        if missing := {*gone, *(point.key for point in points if point.key)} - rows.keys():
            raise ValidationError(f"有 {len(missing)} 个节点刚被别人去掉，请重新导出再改")
        for key in gone:
            tasks.drop_milestone(rows[key])
        for point in points:
            assert point.due is not None
            tasks.set_milestone(task, point.title, point.due, row=rows.get(point.key))
    except ValidationError as error:
        raise ValidationError(f"“{POINTS_SHEET}”第 {one.row} 行起：{'；'.join(error.messages)}") from error


def _renamed(one: Duty, keys: Mapping[str, str]) -> Duty:
    """The same measure by the keys of the draft that is to follow."""
    works = [replace(work, key=keys.get(work.key, "")) for work in one.works]
    return replace(one, key=keys.get(one.key, ""), works=works)


def _write_all(held: Plan, told: Sequence[Duty]) -> None:
    meant = queries.meant({name for one in told for name in (*one.lead, *one.support, one.designated) if name})
    wanted = {one.key for one in told if one.key}
    before = {one.pk.hex: one for one in queries.measures(held)}
    Measure.objects.filter(pk__in=[row.pk for key, row in before.items() if key not in wanted]).delete()
    _shift(held)
    for place, one in enumerate(told, start=1):
        row = before.get(one.key) or Measure(plan=held, first=0, last=0)
        _write(row, place, one, meant)


def _shift(plan: Plan) -> None:
    """Places are unique at every moment: all go over the end before each takes its new one."""
    top = Measure.objects.filter(plan=plan).count() + 100_000
    Measure.objects.filter(plan=plan).update(place=F("place") + top)


def _write(row: Measure, place: int, one: Duty, meant: dict[str, Any]) -> None:
    row.place, row.number, row.section, row.title = place, int(one.number), one.section, one.title
    row.deadline, row.is_open = one.deadline, one.is_open
    if one.designated != str(row.designated or ""):
        row.designated_id = meant[one.designated].unit if one.designated else None
    row.save()
    for role, names in ((Part.Role.LEAD, one.lead), (Part.Role.SUPPORT, one.support)):
        held = {part.name: part for part in row.parts.all() if part.role == role}
        row.parts.filter(role=role).exclude(name__in=names).delete()
        fresh = plans.parts_of(row, role, names, meant)
        Part.objects.bulk_create([part for part in fresh if part.name not in held])
        for part in fresh:
            if part.name in held and held[part.name].place != part.place:
                Part.objects.filter(pk=held[part.name].pk).update(place=part.place)
    for part in row.parts.filter(role=Part.Role.SUPPORT):
        if words_of(part.expected).strip() != (words := one.expected.get(part.name, "")):
            Part.objects.filter(pk=part.pk).update(expected=words)
    _write_figures(row, one.figures)
    _write_works(row, one)


def _write_figures(row: Measure, told: Sequence[str]) -> None:
    """What a line says as before stays with what it is tied to; a new line is read."""
    before = list(row.amounts.all())
    if [words_of(amount.text) for amount in before] == list(told):
        return
    for at, words in enumerate(told, start=1):
        same = next((amount for amount in before if words_of(amount.text) == words), None)
        if same:
            before.remove(same)
            Amount.objects.filter(pk=same.pk).update(place=at)
        elif made := plans.amount_of(row, at, replace(amounts(words, 0)[0], text=words, span=(row.last, row.last))):
            made.save()
    Amount.objects.filter(pk__in=[amount.pk for amount in before]).delete()


def _write_works(row: Measure, one: Duty) -> None:
    before = {action.pk.hex: action for action in row.actions.all()}
    wanted = [work.key for work in one.works if work.key]
    row.actions.exclude(pk__in=[UUID(key) for key in wanted]).delete()
    same = [key for key, action in before.items() if key in wanted]
    if (
        wanted == same
        and all(
            (before[work.key].text, before[work.key].force, before[work.key].place) == (work.text, work.force, at)
            for at, work in enumerate(one.works, start=1)
            if work.key
        )
        and len(wanted) == len(one.works)
    ):
        return
    top = 100_000
    for at, work in enumerate(one.works, start=1):
        if work.key:
            Action.objects.filter(pk=before[work.key].pk).update(place=top + at, text=work.text, force=work.force)
        else:
            Action.objects.create(
                measure=row, place=top + at, text=work.text, force=work.force, first=row.last, last=row.last
            )
    for at, action in enumerate(row.actions.order_by("place"), start=1):
        Action.objects.filter(pk=action.pk).update(place=at)
