"""Being assessed: the table is taken over, every point gets what speaks for it, gaps are asked for, papers come out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from jiangtai import ledger
from jiangtai.access import Refused, Unit, audit, current
from jiangtai.flows import materials
from jiangtai.kernel import StoredFile, clock, keep_file
from jiangtai.ledger import Cause, SubjectId, UnitId

from ..facts import AssessmentHandedIn, Sender
from ..models import Assessment, Exhibit, Instrument, Point
from ..queries import assessments as queries
from ..queries import supervising as instruments
from ..reading.scoring import ScoringTable
from ..rules import assessments as rules
from ..rules.footnotes import Footnotes
from . import supervising

audit.actions(
    assessment__taken="录入考核评分表",
    assessment__changed="修改评分项",
    assessment__shown="附印证材料",
    assessment__scored="自评",
    assessment__handed_in="报送考核材料",
    assessment__dropped="删除迎检考核",
    assessment__opened_file="查看印证材料",
)


@dataclass(frozen=True)
class Call:
    """Who assesses what, and by when."""

    title: str
    by_whom: str
    year: int
    due: date


def take(call: Call, table: ScoringTable, file: StoredFile | None = None) -> Assessment:
    """Take a scoring table over, point by point; units that the table names are found by their names."""
    who = current()
    if who.unit is None:
        raise Refused("须以本级单位的岗位办理")
    if table.errors:
        raise ValidationError(table.errors[:20])
    units = queries.units_in({one.unit for one in table.points if one.unit})
    with transaction.atomic():
        made = Assessment.unscoped.create(
            unit=who.unit, **vars(call), table_total=table.total, file=file, by=who.actor, by_name=who.name[:60]
        )
        points = Point.objects.bulk_create(
            Point(
                assessment=made, place=place, number=one.number, section=one.section, text=one.text, score=one.score,
                method=one.method, unit_name=one.unit,
            )
            for place, one in enumerate(table.points, start=1)
        )  # fmt: skip
        answer = Point.units.through
        answer.objects.bulk_create(
            answer(point_id=point.pk, unit_id=unit.pk) for point in points for unit in units.get(point.unit_name, [])
        )
        audit.record("assessment.taken", target=made, details={"points": len(table.points)})
    return made


def change(point: Point, values: dict[str, Any], units: Sequence[Unit]) -> Point:
    """Put a point right, and say who answers for it."""
    with transaction.atomic():
        _open(point)
        point.refresh_from_db(fields=("self_score",))
        if point.self_score is not None and values["score"] < point.self_score:
            raise ValidationError({"score": f"已自评 {rules.said(point.self_score)} 分，分值不能比它少，请先改自评"})
        for name, value in values.items():
            setattr(point, name, value)
        point.save(update_fields=list(values))
        point.units.set(units)
        told = {"place": point.place, "score": rules.said(point.score), "units": [str(unit.pk) for unit in units]}
        audit.record("assessment.changed", target=point.assessment, details=told)
    return point


def show(point: Point, kind: str, key: str) -> Exhibit:
    """Let something that the house has speak for a point."""
    with transaction.atomic():
        _open(point)
        found = queries.meant(current(), kind, key)
        if found is None:
            raise Refused("没有找到这份材料，请刷新页面重选")
        same = {"file": found["file"]} if found.get("file") else {"label": found["label"]}
        if point.exhibits.filter(kind=kind, **same).exists():
            raise Refused(f"“{found['label'][:40]}”已经附在这一项")
        made = point.exhibits.create(kind=kind, by=current().actor, **found)
        audit.record("assessment.shown", target=point.assessment, details={"kind": kind})
    return made


def show_file(point: Point, label: str, upload: UploadedFile | None, kept_at: str = "") -> Exhibit:
    """Lay a file or a photo beside a point, or say where a paper is kept."""
    if upload is None and not kept_at.strip():
        raise ValidationError("请上传文件，或写明纸质材料的存放处")
    with transaction.atomic():
        _open(point)
        kinds, most = materials.KINDS, materials.MEGABYTES * 2**20
        file = keep_file(upload, allowed=kinds, max_bytes=most, by=current().actor) if upload else None
        made = point.exhibits.create(
            kind="file" if file else "paper",
            label=label.strip(),
            file=file,
            kept_at=kept_at.strip(),
            by=current().actor,
        )
        audit.record("assessment.shown", target=point.assessment, details={"kind": made.kind})
    return made


def withdraw(exhibit: Exhibit) -> None:
    """Take an exhibit off again."""
    with transaction.atomic():
        _open(exhibit.point)
        exhibit.delete()


def score(point: Point, own: Decimal | None, said: str) -> Point:
    """Give oneself marks, and say why."""
    if own is not None and not 0 <= own <= point.score:
        raise ValidationError({"self_score": f"自评分应在 0 到 {rules.said(point.score)} 分之间"})
    if own is not None and own < point.score and not said.strip():
        raise ValidationError({"self_said": "自评扣分的，请写明不足"})
    with transaction.atomic():
        _open(point)
        point.self_score, point.self_said = own, said.strip()
        point.save(update_fields=("self_score", "self_said"))
        audit.record("assessment.scored", target=point.assessment, details={"place": point.place})
    return point


def ask(one: Assessment) -> Instrument:
    """Ask the units for what is missing: a draft of a prompt that names every point for which nothing is shown."""
    missing = [point for point in queries.gaps(one) if point.units.all()]
    if not missing:
        raise Refused("没有缺材料又有责任单位的评分项")
    notes = Footnotes()
    count = notes.mark(
        f"{len(missing)} 项", "缺印证材料的评分项：评分表上还没有附任何材料、写明责任单位的评分项，逐项计。"
    )
    lines = [f"为做好{one.by_whom}《{one.title}》迎检准备，以下 {count}评分内容还缺印证材料，请责任单位补充："]
    lines += [
        f"{n}．{point.units_said}：{rules.quoted(point.text)}"
        f"（{notes.mark(f'{rules.said(point.score)} 分', rules.SCORED)}）"
        for n, point in enumerate(missing, start=1)
    ]
    units = list(dict.fromkeys(unit for point in missing for unit in point.units.all()))
    due = min(max(one.due, clock.today()), instruments.reply_day(current().unit))
    wording = supervising.Wording(f"关于补充{one.year}年度考核印证材料的工作提示", "\n".join(lines), due=due)
    with transaction.atomic():
        prompt = supervising.draft(Sender.PROMPT, wording, units, methods=notes.methods)
        asked = Point.prompts.through
        asked.objects.bulk_create(asked(point_id=point.pk, instrument_id=prompt.pk) for point in missing)
    return prompt


def hand_in(one: Assessment) -> Assessment:
    """What was prepared was handed in; from now on it stays as it is."""
    with transaction.atomic():
        held = Assessment.unscoped.select_for_update(of=("self",)).get(pk=one.pk)
        if held.state != Assessment.State.OPEN:
            raise Refused("已经报送，不重复报送")
        left = held.points.filter(self_score__isnull=True).count()
        if left:
            raise ValidationError(f"还有 {left} 项没有自评，请先逐项自评")
        held.state, held.handed_in_on = Assessment.State.HANDED_IN, clock.today()
        held.save(update_fields=("state", "handed_in_on"))
        full, own = queries.totals(held)
        fact = AssessmentHandedIn(
            assessment=SubjectId(held.pk), full=full, own=own, unit=UnitId(held.unit_id), on=clock.today()
        )
        ledger.append(fact, cause=Cause.act("报送考核材料", held.pk))
        audit.record("assessment.handed_in", target=held)
    return held


def drop(one: Assessment) -> None:
    """Throw away a table that was taken over by mistake."""
    with transaction.atomic():
        held = Assessment.unscoped.select_for_update(of=("self",)).get(pk=one.pk)
        if held.state != Assessment.State.OPEN:
            raise Refused("已经报送，不能删除")
        audit.record("assessment.dropped", target=held)
        held.delete()


def _open(point: Point) -> None:
    held = Assessment.unscoped.select_for_update(of=("self",)).get(pk=point.assessment_id)
    if held.state != Assessment.State.OPEN:
        raise Refused("考核材料已经报送，不能再改")
