"""Dockets: defined by an office, put in use, filled by their keepers with evidence, confirmed, urged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid5

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.urls import reverse

from jiangtai import ledger
from jiangtai.access import Refused, Unit, audit, current
from jiangtai.kernel import clock
from jiangtai.ledger import Cause, FactId, SubjectId, UnitId
from jiangtai.messages import MessageKind, message_kind, send

from ..facts import DocketConfirmed, EntryDone, EntryDropped, EntryListed
from ..models import Confirmation, Docket, DocketColumn, DocketEntry, DocketSet, Keeper, Proof, Task
from ..queries import dockets as queries
from ..rules import dockets as rules
from . import proofs

URGED = message_kind(MessageKind("reform.docket_urged", "清单催办", "请填报“{docket}”：{why}。"))
BEGUN = message_kind(MessageKind("reform.docket_begun", "清单启用", "请填报“{docket}”（{every}）。"))
MOST_KEEPERS = 2_000
State = DocketSet.State

audit.actions(
    docket__defined="设置清单",
    docket__begun="启用清单",
    docket__ended="结束清单",
    docket__dropped="删除清单草稿",
    docket__filled="填报清单",
    docket__done="清单事项完成",
    docket__reopened="清单事项重新打开",
    docket__removed="移出清单",
    docket__confirmed="确认清单",
    docket__urged="催办清单",
    docket__opened_file="查看清单材料",
)


@dataclass(frozen=True)
class Matter:
    """What is filled in for an entry: its words, its days, the task it is tied to, the office's columns."""

    title: str
    due: date | None = None
    task: Task | None = None
    values: dict[str, Any] = field(default_factory=dict)


# what an office defines


def define(title: str, about: str = "", lists: Sequence[str] = ()) -> DocketSet:
    """Make a set with its lists, as a draft."""
    who = current()
    if who.unit is None:
        raise Refused("须以本级单位的岗位设置清单")
    try:
        with transaction.atomic():
            made = DocketSet.unscoped.create(
                unit=who.unit, title=title.strip(), about=about.strip(), by_name=who.name[:60]
            )
            for place, name in enumerate(lists, start=1):
                made.dockets.create(place=place, title=name.strip())
            audit.record("docket.defined", target=made, details={"title": made.title, "lists": len(lists)})
    except IntegrityError as error:
        raise ValidationError({"title": f"“{title.strip()}”已经有了，或清单名称重复；请改名，或结束原来的"}) from error
    return made


def describe(one: DocketSet, title: str, about: str) -> DocketSet:
    """Change what a set is called and what is said of it; once in use only what is said."""
    with transaction.atomic():
        held = _held(one)
        if held.state != State.DRAFT and held.title != title.strip():
            raise ValidationError({"title": "清单已经启用，名称不能再改；要换名称，请结束后另设"})
        held.title, held.about = title.strip(), about.strip()
        held.save(update_fields=("title", "about"))
        audit.record("docket.defined", target=held)
    return held


def add_list(one: DocketSet, title: str, about: str, every: str) -> Docket:
    """Another list in a set, also while it is in use."""
    with transaction.atomic():
        held = _held(one)
        if held.dockets.filter(title=title.strip()).exists():
            raise ValidationError({"title": f"“{title.strip()}”已在这一组里"})
        place = _next(held.dockets)
        return held.dockets.create(place=place, title=title.strip(), about=about.strip(), every=every)


def set_up(docket: Docket, title: str, about: str, every: str) -> Docket:
    """Change what a list is called, what is filled in, how often it is confirmed; in use the name stands."""
    with transaction.atomic():
        held = _held(docket.set)
        title = title.strip()
        if held.state != State.DRAFT and title != docket.title:
            raise ValidationError({"title": "清单已经启用，名称不能再改；要换名称，请加一张新清单"})
        if held.dockets.filter(title=title).exclude(pk=docket.pk).exists():
            raise ValidationError({"title": f"“{title}”已在这一组里"})
        docket.title, docket.about, docket.every = title, about.strip(), every
        docket.save(update_fields=("title", "about", "every"))
        audit.record("docket.defined", target=held, details={"docket": docket.title, "every": every})
    return docket


def add_column(
    docket: Docket, title: str, kind: str, measure_word: str = "", *, is_required: bool = False
) -> DocketColumn:
    """Another column; entries that are there stay as they are until somebody changes them."""
    title, word = title.strip(), measure_word.strip() if kind == DocketColumn.Kind.NUMBER else ""
    if title in rules.OWN_COLUMNS:
        raise ValidationError({"title": f"“{title}”每张清单都有，不用另加"})
    if kind == DocketColumn.Kind.NUMBER and not word:
        raise ValidationError({"measure_word": "数量栏请写计量单位，如 人、场、万元"})
    if "%" in word or "％" in word or "百分" in word:
        raise ValidationError({"measure_word": "占比不手填：请填实际数，或改用“指标”栏，由系统计算"})
    with transaction.atomic():
        held = _held(docket.set)
        if docket.columns.filter(title=title, ended_on__isnull=True).exists():
            raise ValidationError({"title": f"这张清单已有“{title}”"})
        made = docket.columns.create(
            place=_next(docket.columns), title=title, kind=kind, measure_word=word, is_required=is_required
        )
        audit.record("docket.defined", target=held, details={"docket": docket.title, "column": title})
    return made


def end_column(column: DocketColumn) -> None:
    """Ask for a column no more: in a draft it goes, in use it ends, and what was filled in stays."""
    with transaction.atomic():
        held = _held(column.docket.set)
        if held.state == State.DRAFT:
            column.delete()
        else:
            column.ended_on = clock.today()
            column.save(update_fields=("ended_on",))
        audit.record("docket.defined", target=held, details={"ended": column.title})


def change_column(column: DocketColumn, title: str, kind: str, measure_word: str, *, is_required: bool) -> None:
    """Change a column of a draft; in use only whether it must be filled in."""
    with transaction.atomic():
        held = _held(column.docket.set)
        if held.state == State.DRAFT:
            place = column.place
            column.delete()
            made = add_column(column.docket, title, kind, measure_word, is_required=is_required)
            made.place = place
            made.save(update_fields=("place",))
            return
        word = measure_word.strip() if kind == DocketColumn.Kind.NUMBER else ""
        if (title.strip(), kind, word) != (column.title, column.kind, column.measure_word):
            raise ValidationError("清单已经启用，栏目的名称和类型不能改；请停用这一栏，再加一栏新的，已填内容会留存")
        column.is_required = is_required
        column.save(update_fields=("is_required",))


def set_keepers(docket: Docket, units: Iterable[Unit]) -> int:
    """Say which units keep a list; who has entries stays. How many keep it now."""
    wanted = {unit.pk: unit for unit in units}
    if len(wanted) > MOST_KEEPERS:
        raise ValidationError(f"一张清单最多 {MOST_KEEPERS} 个填报单位，现有 {len(wanted)} 个，请按层级分设")
    with transaction.atomic():
        held = _held(docket.set)
        known = {one.unit_id: one for one in Keeper.unscoped.filter(docket=docket).select_related("unit")}
        gone = [one for pk, one in known.items() if pk not in wanted]
        busy = DocketEntry.unscoped.filter(docket=docket, unit__in=[one.unit_id for one in gone])
        if found := busy.select_related("unit").first():
            raise ValidationError({"units": f"“{found.unit}”已经填过，不能移出；要停止填报，请先移出它的条目"})
        Keeper.unscoped.filter(pk__in=[one.pk for one in gone]).delete()
        today = clock.today()
        fresh = [Keeper(docket=docket, unit=unit, since=today) for pk, unit in wanted.items() if pk not in known]
        Keeper.unscoped.bulk_create(fresh)
        if held.state == State.IN_USE:
            for keeper in fresh:
                _tell(keeper.unit, docket, BEGUN, {"every": docket.get_every_display()}, "begun")
        audit.record("docket.defined", target=held, details={"docket": docket.title, "keepers": len(wanted)})
    return len(wanted)


def begin(one: DocketSet) -> DocketSet:
    """Put a set in use: its keepers are told."""
    with transaction.atomic():
        held = _held(one)
        if held.state != State.DRAFT:
            raise Refused(f"“{held}”已经启用")
        found = list(held.dockets.order_by("place"))
        if not found:
            raise ValidationError("还没有清单，请先加清单")
        bare = [row.title for row in found if not Keeper.unscoped.filter(docket=row).exists()]
        if bare:
            raise ValidationError(f"{'、'.join(bare)}还没有填报单位，请先设定")
        held.state, held.begun_on = State.IN_USE, clock.today()
        held.save(update_fields=("state", "begun_on"))
        Keeper.unscoped.filter(docket__set=held).update(since=clock.today())
        for row in found:
            for keeper in Keeper.unscoped.filter(docket=row).select_related("unit"):
                _tell(keeper.unit, row, BEGUN, {"every": row.get_every_display()}, "begun")
        audit.record("docket.begun", target=held)
    return held


def end(one: DocketSet) -> DocketSet:
    """End a set: it stays readable, and nothing is filled in any more."""
    with transaction.atomic():
        held = _held(one)
        if held.state != State.IN_USE:
            raise Refused("只有在用的清单可以结束")
        held.state, held.ended_on = State.ENDED, clock.today()
        held.save(update_fields=("state", "ended_on"))
        audit.record("docket.ended", target=held)
    return held


def drop(one: DocketSet) -> None:
    """Throw a draft away."""
    with transaction.atomic():
        held = _held(one)
        if held.state != State.DRAFT:
            raise Refused("已经启用的清单不能删除，可以结束")
        audit.record("docket.dropped", target=held, details={"title": held.title})
        held.delete()


# what keepers fill in


def enter(docket: Docket, unit: Unit, said: Matter) -> DocketEntry:
    """Put a matter on a unit's list."""
    with transaction.atomic():
        _keeps(docket, unit)
        if DocketEntry.unscoped.filter(docket=docket, unit=unit, title=said.title).exists():
            raise ValidationError({"title": f"“{said.title[:40]}”已在清单上"})
        _check_task(unit, said.task)
        made = DocketEntry.unscoped.create(
            docket=docket, unit=unit, title=said.title, due=said.due, task=said.task, values=said.values,
            by_name=current().name[:60],
        )  # fmt: skip
        ledger.append(_listed(made), cause=Cause.act("填报清单", docket.set_id))
        audit.record("docket.filled", target=unit, details={"docket": docket.title, "entry": str(made.pk)})
    return made


def change(entry: DocketEntry, said: Matter) -> DocketEntry:
    """Change what is said of a matter that is not done yet."""
    with transaction.atomic():
        held = _open(entry)
        rows = DocketEntry.unscoped.filter(docket=held.docket_id, unit=held.unit_id, title=said.title)
        if rows.exclude(pk=held.pk).exists():
            raise ValidationError({"title": f"“{said.title[:40]}”已在清单上"})
        _check_task(held.unit, said.task)
        was = held.due
        held.title, held.due, held.task, held.values = said.title, said.due, said.task, {**held.values, **said.values}
        held.save()
        if was != held.due and (row := _fact_of(held)):
            ledger.reverse(FactId(row.pk), ledger.Why.NOT_SO)
            ledger.append(_listed(held), cause=Cause.act("填报清单", held.docket.set_id))
        audit.record("docket.filled", target=held.unit, details={"entry": str(held.pk)})
    return held


def prove(entry: DocketEntry, **kept: Any) -> Proof:
    """Lay something beside a matter that is not done yet."""
    with transaction.atomic():
        held = _open(entry)
        _check_task(held.unit, kept.get("task"))
        return proofs.lay(held, **kept)


def finish(entry: DocketEntry, on: date) -> DocketEntry:
    """A matter is done; something must stand behind it."""
    with transaction.atomic():
        held = _open(entry)
        if on > clock.today():
            raise ValidationError({"on": "完成日期不能晚于今天"})
        is_tied = held.task is not None and held.task.state == Task.State.DONE
        if not is_tied and not held.proofs.exists():
            raise ValidationError("还没有印证材料，不能标为完成。请先上传文件，或指明任务、办件、指标")
        held.done_on = on
        held.save(update_fields=("done_on",))
        if row := _fact_of(held):
            fact = EntryDone(
                entry=SubjectId(held.pk), listed=FactId(row.pk), in_time=held.due is None or on <= held.due,
                unit=UnitId(held.unit_id), on=clock.today(),
            )  # fmt: skip
            ledger.append(fact, cause=Cause.act("清单事项完成", held.docket.set_id))
        audit.record("docket.done", target=held.unit, details={"entry": str(held.pk), "on": str(on)})
    return held


def reopen(entry: DocketEntry, reason: str) -> DocketEntry:
    """What was said to be done is not; the ledger takes it back."""
    with transaction.atomic():
        held = _locked(entry)
        if held.done_on is None:
            raise Refused("这一项没有标为完成")
        held.done_on = None
        held.save(update_fields=("done_on",))
        row = ledger.every(EntryDone).of(held.pk).order_by("-id").first()
        if row is not None:
            ledger.reverse(FactId(row.pk), ledger.Why.NOT_SO)
        audit.record("docket.reopened", target=held.unit, reason=reason, details={"entry": str(held.pk)})
    return held


def remove(entry: DocketEntry, reason: str) -> None:
    """Take a matter off that is not done."""
    with transaction.atomic():
        held = _open(entry)
        if row := _fact_of(held):
            fact = EntryDropped(
                entry=SubjectId(held.pk), listed=FactId(row.pk), unit=UnitId(held.unit_id), on=clock.today()
            )
            ledger.append(fact, cause=Cause.act("移出清单", held.docket.set_id))
        audit.record("docket.removed", target=held.unit, reason=reason, details={"title": held.title[:120]})
        held.delete()


def confirm(docket: Docket, unit: Unit) -> Confirmation:
    """A keeper says that its list is right for the period; once."""
    span = rules.span_of(docket.every, clock.today())
    if span is None:
        raise Refused("这张清单不定期确认")
    with transaction.atomic():
        _keeps(docket, unit)
        rows = DocketEntry.unscoped.filter(docket=docket, unit=unit)
        count = rows.count()
        if not count:
            raise ValidationError("清单上还没有条目，请先填报再确认")
        try:
            with transaction.atomic():
                made = Confirmation.objects.create(
                    docket=docket, unit=unit, period=span.text, last=span.last, on=clock.today(),
                    by_name=current().name[:60],
                )  # fmt: skip
        except IntegrityError as error:
            raise Refused(f"{span.label}已经确认，不重复确认") from error
        done = rows.filter(done_on__isnull=False).count()
        fact = DocketConfirmed(
            docket=SubjectId(docket.pk), period=span.text, entries=count, done=done, unit=UnitId(unit.pk),
            on=clock.today(),
        )  # fmt: skip
        ledger.append(fact, cause=Cause.act("确认清单", docket.set_id))
        audit.record("docket.confirmed", target=unit, details={"docket": docket.title, "period": span.text})
    return made


def urge(docket: Docket, keepers: Iterable[Keeper]) -> int:
    """Remind those who lag, each once a day; how many were reminded."""
    count, today = 0, clock.today()
    with transaction.atomic():
        held = _held(docket.set)
        if held.state != State.IN_USE:
            raise Refused("清单没有在用，不用催办")
        rows = queries.keepers(Keeper.unscoped.filter(pk__in=[one.pk for one in keepers], docket=docket))
        for row in queries.lagging(rows, docket):
            why = queries.standing(row)[1]
            _tell(row.unit, docket, URGED, {"why": why}, f"urged{today}")
            Keeper.unscoped.filter(pk=row.pk).update(urged_on=today)
            audit.record("docket.urged", target=row.unit, details={"docket": docket.title, "why": why})
            count += 1
    return count


def take_rows(docket: Docket, rows: Sequence[tuple[DocketEntry | None, Unit, Matter]]) -> tuple[int, int]:
    """Take a sheet over, all of it or nothing: how many entries are new, how many changed; done ones stay."""
    added = changed = 0
    with transaction.atomic():
        for entry, unit, said in rows:
            if entry is None:
                enter(docket, unit, said)
                added += 1
            elif entry.done_on is None and _differs(entry, said):
                change(entry, said)
                changed += 1
    return added, changed


def _differs(entry: DocketEntry, said: Matter) -> bool:
    values = {**entry.values, **said.values}
    task = said.task.pk if said.task else None
    return (entry.title, entry.due, entry.task_id, entry.values) != (said.title, said.due, task, values)


def _held(one: DocketSet) -> DocketSet:
    found = DocketSet.unscoped.select_for_update(of=("self",)).select_related("unit").filter(pk=one.pk).first()
    if found is None:
        raise Refused("这组清单已经删除")
    if not queries.is_host(found, current()):
        raise Refused("只有设置这组清单的单位可以办理")
    if found.state == State.ENDED:
        raise Refused("这组清单已经结束，不能再改")
    return found


def _keeps(docket: Docket, unit: Unit) -> None:
    """That the set is in use, the unit keeps the list, and whoever acts does so for it, or for the office."""
    state = DocketSet.unscoped.filter(pk=docket.set_id).select_for_update().values_list("state", flat=True).get()
    if state != State.IN_USE:
        raise Refused("这组清单还没有启用" if state == State.DRAFT else "这组清单已经结束，不能再填")
    who = current()
    if unit.pk not in queries.own_units(who) and not queries.is_host(docket.set, who):
        raise Refused("只能填本单位的清单")
    if not Keeper.unscoped.filter(docket=docket, unit=unit).exists():
        raise Refused(f"“{unit}”不在这张清单的填报单位里，请联系{docket.set.unit}")


def _locked(entry: DocketEntry) -> DocketEntry:
    rows = DocketEntry.unscoped.select_for_update(of=("self",)).select_related("unit", "docket__set__unit", "task")
    held = rows.filter(pk=entry.pk).first()
    if held is None:
        raise Refused("这一项已经移出清单")
    _keeps(held.docket, held.unit)
    return held


def _open(entry: DocketEntry) -> DocketEntry:
    held = _locked(entry)
    if held.done_on is not None:
        raise Refused("这一项已经完成，要改请先重新打开")
    return held


def _check_task(unit: Unit, task: Task | None) -> None:
    if task is not None and task.unit_id != unit.pk:
        raise ValidationError({"task": f"这项任务不是“{unit}”承担的，请选本单位的任务"})


def _listed(entry: DocketEntry) -> EntryListed:
    return EntryListed(
        entry=SubjectId(entry.pk), docket=entry.docket_id, due=entry.due, unit=UnitId(entry.unit_id), on=clock.today()
    )


def _fact_of(entry: DocketEntry) -> Any:
    return ledger.every(EntryListed).of(entry.pk).current().order_by("-id").first()


def _tell(unit: Unit, docket: Docket, kind: MessageKind, values: dict[str, object], once: str) -> None:
    link, cause = reverse("dockets.show", args=[docket.pk]), uuid5(docket.pk, f"{unit.pk}{once}")
    said = {"docket": f"{docket.set}·{docket}", **values}
    for account in queries.people_of(unit):
        send(account, kind, values=said, link=link, cause=cause)


def _next(rows: Any) -> int:
    return int(rows.aggregate(last=Max("place"))["last"] or 0) + 1
