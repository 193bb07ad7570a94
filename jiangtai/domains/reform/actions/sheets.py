"""Sheets: what a table of duties has otherwise is taken over into a draft, all of it or nothing."""

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F

from jiangtai.access import audit, current
from jiangtai.kernel import StoredFile, keep_file, open_file

from ..models import Action, Measure, Part, Plan
from ..queries import plans as queries
from ..queries import sheets
from ..rules.plans import cut
from ..rules.sheets import Difference, Duty, differences
from . import plans

MOST_BYTES = 20 * 2**20
_TITLE, _SECTION, _NAME = 200, 200, 80

audit.actions(plan__sheet="按责任分解表修改方案")


def keep(upload: UploadedFile) -> StoredFile:
    """An uploaded sheet as it is kept until somebody has looked at what differs."""
    return keep_file(upload, allowed={"xlsx"}, max_bytes=MOST_BYTES, by=current().actor)


def differing(plan: Plan, file: StoredFile) -> tuple[list[Duty], list[Difference]]:
    """What a sheet holds, and what of it differs from the plan."""
    with open_file(file) as stream:
        told = sheets.read(stream)
    for one in told:
        _check(one)
    return told, differences(sheets.told(plan), told)


def _check(one: Duty) -> None:
    for words, most, label in ((one.title, _TITLE, "举措"), (one.section, _SECTION, "所在部分")):
        if len(words) > most:
            raise ValidationError(f"第 {one.row} 行：{label}有 {len(words)} 字，超过 {most} 字，请改短")
    for name in (*one.lead, *one.support):
        if len(name) > _NAME:
            raise ValidationError(f"第 {one.row} 行：单位“{cut(name, 20)}”有 {len(name)} 字，请核对单位之间的顿号")


def mark_of(found: Sequence[Difference]) -> str:
    """What tells these differences from any others."""
    return hashlib.sha256(repr(found).encode()).hexdigest()


def take_over(plan: Plan, file: StoredFile, seen: str) -> int:
    """Change a draft as a sheet says; refused where it would do anything else than what was looked at."""
    with transaction.atomic():
        held = plans.require_draft(plan)
        told, found = differing(held, file)
        if mark_of(found) != seen:
            raise ValidationError("方案在这期间又改过，差别已不是刚才看到的，请重新核对")
        names = {name for one in told for name in (*one.lead, *one.support)}
        meant = queries.meant(names)
        wanted = {one.key for one in told if one.key}
        before = {one.pk.hex: one for one in queries.measures(held)}
        Measure.objects.filter(pk__in=[row.pk for key, row in before.items() if key not in wanted]).delete()
        _shift(held)
        for place, one in enumerate(told, start=1):
            row = before.get(one.key) or Measure(plan=held, first=0, last=0)
            _write(row, place, one, meant)
        audit.record("plan.sheet", target=held, details={"differences": len(found)})
    return len(found)


def _shift(plan: Plan) -> None:
    """Places are unique at every moment: all go over the end before each takes its new one."""
    top = Measure.objects.filter(plan=plan).count() + 100_000
    Measure.objects.filter(plan=plan).update(place=F("place") + top)


def _write(row: Measure, place: int, one: Duty, meant: dict[str, Any]) -> None:
    row.place, row.number, row.section, row.title = place, int(one.number), one.section, one.title
    row.deadline = one.deadline
    row.save()
    for role, names in ((Part.Role.LEAD, one.lead), (Part.Role.SUPPORT, one.support)):
        held = {part.name: part for part in row.parts.all() if part.role == role}
        row.parts.filter(role=role).exclude(name__in=names).delete()
        fresh = plans.parts_of(row, role, names, meant)
        Part.objects.bulk_create([part for part in fresh if part.name not in held])
        for part in fresh:
            if part.name in held and held[part.name].place != part.place:
                Part.objects.filter(pk=held[part.name].pk).update(place=part.place)
    _write_works(row, one)


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
