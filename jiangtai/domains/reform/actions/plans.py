"""Plans are drafted out of a text, confirmed once, made public, and dropped while nothing hangs on them."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet

from jiangtai import ledger
from jiangtai.access import Refused, Unit, audit, current, root
from jiangtai.documents import document_text
from jiangtai.kernel import StoredFile, add_many, clock, keep_file
from jiangtai.ledger import Cause, FactId, UnitId, Why

from .. import reading
from ..facts import PartEnded, PlanConfirmed, PlanEnded, TaskCancelled
from ..models import Action, Amount, Measure, Part, Plan, Task, UnitName
from ..queries import plans as queries
from ..rules.naming import Meant, tidy
from ..rules.plans import cut, hindrances
from . import parts, supplying, tasks, versions

KINDS = {"docx", "txt", "pdf"}
MOST_BYTES = 20 * 2**20
MOST_MEASURES = 3_000
LARGEST = 10**13
_TITLE, _SECTION, _NAME = 200, 200, 80
_END, _ENDED = "结束改革方案", ("ended_on", "ended_why", "ended_by_name")
"""The act under which all that the end of a plan wrote stands in the ledger."""
_PART_ENDED, _TASK_CANCELLED = (ledger.declared(kind).key for kind in (PartEnded, TaskCancelled))

audit.actions(
    plan__drafted="上传改革方案",
    plan__changed="修改改革方案",
    plan__named="确认方案中的单位名称",
    plan__confirmed="确认改革方案",
    plan__dropped="放弃改革方案",
    plan__ended="结束改革方案",
    plan__resumed="恢复执行改革方案",
    plan__published="公开或不再公开改革方案",
)


def text_of(upload: UploadedFile) -> tuple[str, StoredFile]:
    """What stands in an uploaded plan, and the file as it is kept; `FileRefused` where it cannot be taken."""
    text = document_text(cast(BinaryIO, upload.file), upload.name or "")
    return text, keep_file(upload, allowed=KINDS, max_bytes=MOST_BYTES, by=current().actor)


def draft(
    text: str,
    *,
    since: date,
    until: date | None = None,
    title: str = "",
    number: str = "",
    file: StoredFile | None = None,
    replaces: Plan | None = None,
) -> Plan:
    """A text becomes a plan to be confirmed, with all that was understood of it; whole or not at all."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        read = reading.read_plan(text)
    except reading.PlanRefused as error:
        raise ValidationError(str(error)) from error
    if len(read.measures) > MOST_MEASURES:
        raise ValidationError(f"读出 {len(read.measures):,} 项举措，超过 {MOST_MEASURES:,} 项，请拆成几份方案")
    if until and until < since:
        raise ValidationError({"until": f"执行到 {until} 早于开始执行 {since}，请核对"})
    _require_running(replaces)
    meant = queries.meant({name for one in read.measures for name in (*one.lead, *one.support)})
    with transaction.atomic():
        plan = Plan.objects.create(
            unit=_office(), title=cut(title.strip() or read.title or "未命名的方案", _TITLE), number=number.strip(),
            since=since, until=until, text=read.text, file=file, replaces=replaces, by=current().actor,
            warnings=[*read.warnings, *_struck(read.measures, meant)],
        )  # fmt: skip
        _fill(plan, read.measures, meant)
        if replaces:
            versions.pair(plan)
        audit.record("plan.drafted", target=plan, details={"measures": len(read.measures), "signs": len(text)})
    return plan


def _office() -> Unit:
    top = root()
    if top is None:
        raise Refused("还没有根单位，请先建立组织树")
    return top


def _require_running(plan: Plan | None) -> None:
    if plan and plan.state != Plan.State.IN_FORCE:
        raise ValidationError(f"“{plan}”{plan.get_state_display()}，只有执行中的方案可以上传新版")


def _struck(measures: Iterable[Any], meant: dict[str, Meant]) -> list[str]:
    """The names left out because they were once said to be no unit, each with where it stands."""
    found: dict[str, list[str]] = {}
    for one in measures:
        for name in dict.fromkeys((*one.lead, *one.support)):
            if meant[name].is_struck:
                found.setdefault(name, []).append(str(one.number))
    return [
        f"“{name}”此前已确认不是单位，没有列入第 {'、'.join(numbers)} 项的分工；要列入，请修改这项举措，把它写进单位里"
        for name, numbers in found.items()
    ]


def _fill(plan: Plan, measures: Iterable[Any], meant: dict[str, Meant]) -> None:
    """Measures with their parts, actions and amounts, each table in one statement."""
    made: list[Measure] = []
    parts: list[Part] = []
    actions: list[Action] = []
    amounts: list[Amount] = []
    for place, one in enumerate(measures, start=1):
        row = Measure(
            plan=plan, place=place, number=one.number, section=cut(one.section, _SECTION),
            title=cut(one.title or "（没有标题）", _TITLE), first=one.span[0], last=one.span[1], deadline=one.deadline,
            is_open=one.open,
        )  # fmt: skip
        made.append(row)
        for role, told in ((Part.Role.LEAD, one.lead), (Part.Role.SUPPORT, one.support)):
            parts += parts_of(row, role, (name for name in told if not meant[name].is_struck), meant)
        actions += [
            Action(measure=row, place=at, text=said.text, first=said.span[0], last=said.span[1], force=said.force or "")
            for at, said in enumerate(one.actions, start=1)
        ]
        amounts += [amount for at, said in enumerate(one.figures, start=1) if (amount := amount_of(row, at, said))]
    for rows in (made, parts, actions):
        add_many(rows)
    Amount.objects.bulk_create(amounts, batch_size=2_000)


def parts_of(measure: Measure, role: str, names: Iterable[str], meant: dict[str, Meant]) -> list[Part]:
    """The parts of units named in one role, each name once."""
    told = dict.fromkeys(cut(name, _NAME) for name in names)
    return [
        Part(
            measure=measure, role=role, place=place, name=name,
            unit_id=meant[name].unit if name in meant else None,
            is_collective=name in meant and meant[name].is_collective,
        )
        for place, name in enumerate(told, start=1)
    ]  # fmt: skip


def amount_of(measure: Measure, place: int, said: Any) -> Amount | None:
    """A figure of a measure as it was read; None for one too large to be meant."""
    if abs(said.value) >= LARGEST:
        return None
    return Amount(
        measure=measure, place=place, text=cut(said.text, 200), value=round(Decimal(str(said.value)), 4),
        unit=said.unit[:20], comparator=said.comparator or "", first=said.span[0], last=said.span[1],
    )  # fmt: skip


def require_draft(plan: Plan) -> Plan:
    """The plan, locked, while it can still be changed."""
    held = Plan.objects.select_for_update().get(pk=plan.pk)
    if held.state != Plan.State.DRAFT:
        raise Refused(f"“{held}”已经确认，不能再改；需要调整的，请上传新版")
    return held


def describe(plan: Plan, values: dict[str, Any]) -> Plan:
    """Change what a plan is called and when it runs."""
    with transaction.atomic():
        held = require_draft(plan)
        changed = {name: str(value or "") for name, value in values.items() if getattr(held, name) != value}
        for name in changed:
            setattr(held, name, values[name])
        if held.since and held.until and held.until < held.since:
            raise ValidationError({"until": f"执行到 {held.until} 早于开始执行 {held.since}，请核对"})
        if changed:
            held.save(update_fields=list(changed))
            audit.record("plan.changed", target=held, details=changed)
    return held


def settle(plan: Plan, name: str, unit: Unit | None) -> int:
    """Say which unit a name means, or that no single one is meant; it is remembered, and counts in every draft."""
    is_collective = unit is None
    with transaction.atomic():
        require_draft(plan)
        count = _remember(name, unit, is_collective).update(unit=unit, is_collective=is_collective)
        audit.record("plan.named", target=plan, details={"name": name, "unit": str(unit.pk) if unit else "collective"})
    return count


def strike(plan: Plan, name: str) -> int:
    """Say that a name is no unit; it is remembered, and taken out of every draft."""
    with transaction.atomic():
        require_draft(plan)
        count, _ = _remember(name).delete()
        audit.record("plan.named", target=plan, details={"name": name, "unit": "none"})
    return count


def _remember(name: str, unit: Unit | None = None, is_collective: bool = False) -> QuerySet[Part]:
    """Keep what a name means; the parts in drafts that carry it."""
    told = {"unit": unit, "is_collective": is_collective, "by": current().actor}
    UnitName.objects.update_or_create(name=tidy(name), defaults=told)
    return Part.objects.filter(measure__plan__state=Plan.State.DRAFT, name=name)


def drop(plan: Plan) -> None:
    """Give a draft up; nothing of it stays but what the audit tells."""
    with transaction.atomic():
        held = require_draft(plan)
        audit.record("plan.dropped", target=held)
        held.delete()


def confirm(plan: Plan, decisions: dict[UUID, Any] | None = None) -> Plan:
    """A plan comes into force once, with its tasks; a version takes the place of the one before it."""
    with transaction.atomic():
        held = require_draft(plan)
        told = [queries.said(one) for one in queries.measures(held)]
        if reasons := hindrances(told, held.since, held.until):
            raise ValidationError(reasons)
        if held.replaces:
            versions.replace(held, decisions or {})
        held.state, held.confirmed_at = Plan.State.IN_FORCE, clock.now()
        held.save(update_fields=("state", "confirmed_at", "is_public"))
        ledger.append(
            PlanConfirmed(
                unit=UnitId(held.unit_id), plan=held.pk, number=held.number, measures=len(told), until=held.until,
                on=clock.today(),
            ),
            cause=Cause.act("确认改革方案", held.pk),
        )  # fmt: skip
        count = tasks.hand_out(held)
        parts.tell(held)
        supplying.ask(held)
        audit.record("plan.confirmed", target=held, details={"measures": len(told), "tasks": count})
    return held


def end(plan: Plan, said: str, *, cancels: bool) -> int:
    """A plan is over, on its last day or before: its parts end, what is open goes on or is cancelled; how many were."""
    with transaction.atomic():
        held = Plan.objects.select_for_update().get(pk=plan.pk)
        if held.state != Plan.State.IN_FORCE:
            raise Refused(f"“{held}”{held.get_state_display()}，不能再结束")
        held.state, held.is_public = Plan.State.ENDED, False
        held.ended_on, held.ended_why, held.ended_by_name = clock.today(), said.strip(), current().name[:60]
        held.save(update_fields=("state", "is_public", *_ENDED))
        running = Task.unscoped.filter(measure__plan=held, state=Task.State.OPEN).select_related("unit")
        cause = Cause.act(_END, held.pk)
        count = tasks.drop(running, f"“{held}”已结束：{said.strip()}", cause) if cancels else 0
        tasks.end_parts(held, cause)
        known = ledger.every(PlanConfirmed).of(held.unit_id).current().filter(payload__plan=str(held.pk)).first()
        fact = PlanEnded(
            unit=UnitId(held.unit_id), confirmed=FactId(known.pk) if known else None, plan=held.pk, cancelled=count,
            on=clock.today(),
        )  # fmt: skip
        ledger.append(fact, cause=cause)
        audit.record("plan.ended", target=held, reason=said.strip(), details={"cancelled": count})
    return count


def resume(plan: Plan, said: str) -> int:
    """A plan was ended by mistake: all that its end wrote is taken back, and what it cancelled runs on; how many do."""
    with transaction.atomic():
        held = Plan.objects.select_for_update().get(pk=plan.pk)
        if held.state != Plan.State.ENDED:
            raise Refused(f"“{held}”{held.get_state_display()}，不用恢复执行")
        if queries.is_past(held):
            raise Refused(f"“{held}”的执行期限 {held.until} 已过，不能恢复执行，要继续的请重新上传方案")
        wrong = list(ledger.every(PlanEnded, PartEnded, TaskCancelled).filter(cause_id=held.pk, cause_step=_END))
        if not any(row.type == _PART_ENDED for row in wrong):
            raise Refused(f"“{held}”结束时没有记下分工和任务，不能恢复执行，请导入方案文本重新确认")
        cancelled, once = [row.subject for row in wrong if row.type == _TASK_CANCELLED], held.pk
        for row in sorted(wrong, key=lambda row: row.pk):
            once = ledger.reverse(FactId(row.pk), Why.NOT_SO)
        held.state, held.ended_on, held.ended_why, held.ended_by_name = Plan.State.IN_FORCE, None, "", ""
        held.save(update_fields=("state", *_ENDED))
        count = tasks.take_up(cancelled, held, once)
        audit.record("plan.resumed", target=held, reason=said.strip(), details={"tasks": count})
    return count


def publish(plan: Plan, is_public: bool) -> None:
    """Show a plan in force on the square, or take it down."""
    with transaction.atomic():
        held = Plan.objects.select_for_update().get(pk=plan.pk)
        if is_public and held.state != Plan.State.IN_FORCE:
            raise Refused(f"“{held}”{held.get_state_display()}，只有执行中的方案可以公开")
        held.is_public = is_public
        held.save(update_fields=("is_public",))
        audit.record("plan.published", target=held, details={"public": is_public})
