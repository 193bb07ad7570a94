"""Programmes: defined as outlines, hung with tasks and figures, their firms taken up, helped and brought far enough."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F

from jiangtai import ledger
from jiangtai.access import Refused, Unit, audit, current
from jiangtai.kernel import clock
from jiangtai.ledger import Cause, EmployerId, FactId, UnitId

from ..facts import FirmAssisted, FirmJoinedProgramme, FirmLeftProgramme
from ..models import Assistance, Cohort, CohortFirm, Hanging, Measure, Programme, ProgrammeItem, Task
from ..queries import dockets, naming
from ..queries import programmes as queries
from ..rules.programmes import FirmLine, Item

State = Programme.State

audit.actions(
    programme__defined="设置工作体系",
    programme__begun="启用工作体系",
    programme__ended="结束工作体系",
    programme__dropped="删除工作体系草稿",
    programme__published="公开工作体系",
    programme__hidden="取消公开工作体系",
    programme__hung="挂接到体系条目",
    programme__unhung="取消体系挂接",
    programme__joined="列入培育企业",
    programme__assisted="记录帮扶企业",
    programme__left="培育企业出师或退出",
    programme__opened_file="查看帮扶材料",
)


@dataclass(frozen=True)
class Joining:
    """A firm to be taken up: under which item, with whom at its side."""

    unit: Unit
    item: ProgrammeItem
    helper: Unit | None = None


def define(title: str, about: str, found: Sequence[Item]) -> Programme:
    """Make a programme with its items, as a draft."""
    who = current()
    if who.unit is None:
        raise Refused("须以本级单位的岗位设置工作体系")
    try:
        with transaction.atomic():
            made = Programme.unscoped.create(
                unit=who.unit, title=title.strip(), about=about.strip(), by_name=who.name[:60]
            )
            _write(made, found, {})
            audit.record("programme.defined", target=made, details={"title": made.title, "items": len(found)})
    except IntegrityError as error:
        raise ValidationError({"title": f"“{title.strip()}”已经有了，请改名，或结束原来的"}) from error
    return made


def change(one: Programme, title: str, about: str, found: Sequence[Item]) -> Programme:
    """Change words and items; an item on which something hangs stays, and in use the programme's name does."""
    with transaction.atomic():
        held = _held(one)
        if held.state != State.DRAFT and held.title != title.strip():
            raise ValidationError({"title": "工作体系已经启用，名称不能再改；要换名称，请结束后另设"})
        known = {row.title: row for row in held.items.all()}
        kept = {item.title for item in found}
        for name, row in known.items():
            if name not in kept and (row.hangings.exists() or CohortFirm.unscoped.filter(item=row).exists()):
                raise ValidationError({"items": f"“{name}”上挂着任务、指标或企业，不能删去；请先取消挂接"})
        ProgrammeItem.objects.filter(programme=held).exclude(title__in=kept).update(parent=None, level=1)
        ProgrammeItem.objects.filter(programme=held).exclude(title__in=kept).delete()
        ProgrammeItem.objects.filter(programme=held).update(place=F("place") + 1_000)
        held.title, held.about = title.strip(), about.strip()
        held.save(update_fields=("title", "about"))
        _write(held, found, known)
        audit.record("programme.defined", target=held, details={"items": len(found)})
    return held


def _write(programme: Programme, found: Sequence[Item], known: dict[str, ProgrammeItem]) -> None:
    made: list[ProgrammeItem] = []
    for place, item in enumerate(found, start=1):
        row = known.get(item.title) or ProgrammeItem(programme=programme, title=item.title)
        row.place, row.level = place, item.level
        row.parent = made[item.above] if item.above is not None else None
        row.save()
        made.append(row)


def begin(one: Programme) -> Programme:
    """Put a programme in use."""
    with transaction.atomic():
        held = _held(one)
        if held.state != State.DRAFT:
            raise Refused(f"“{held}”已经启用")
        held.state, held.begun_on = State.IN_USE, clock.today()
        held.save(update_fields=("state", "begun_on"))
        audit.record("programme.begun", target=held)
    return held


def end(one: Programme) -> Programme:
    """End a programme whose firms have all left; it stays readable."""
    with transaction.atomic():
        held = _held(one)
        if held.state != State.IN_USE:
            raise Refused("只有在用的工作体系可以结束")
        left = CohortFirm.unscoped.filter(cohort__programme=held, left_on__isnull=True).count()
        if left:
            raise ValidationError(f"还有 {left} 家企业在培育中，请先登记出师或退出")
        held.state, held.ended_on, held.is_public = State.ENDED, clock.today(), False
        held.save(update_fields=("state", "ended_on", "is_public"))
        audit.record("programme.ended", target=held)
    return held


def drop(one: Programme) -> None:
    """Throw a draft away."""
    with transaction.atomic():
        held = _held(one)
        if held.state != State.DRAFT:
            raise Refused("已经启用的工作体系不能删除，可以结束")
        audit.record("programme.dropped", target=held, details={"title": held.title})
        held.delete()


def publish(one: Programme, is_public: bool) -> Programme:
    """Show a programme on the square, or no more."""
    with transaction.atomic():
        held = _held(one)
        if held.state != State.IN_USE:
            raise Refused("启用以后才能公开")
        held.is_public = is_public
        held.save(update_fields=("is_public",))
        audit.record("programme.published" if is_public else "programme.hidden", target=held)
    return held


# what hangs on items


def hang(item: ProgrammeItem, rows: Iterable[Task | Measure]) -> int:
    """Hang tasks or measures on an item, each once; how many are new."""
    with transaction.atomic():
        held = _in_use(item.programme)
        found = list(rows)
        name = "task" if found and isinstance(found[0], Task) else "measure"
        known = set(item.hangings.values_list(f"{name}_id", flat=True))
        fresh = [Hanging(item=item, **{name: row}) for row in found if row.pk not in known]
        Hanging.objects.bulk_create(fresh, ignore_conflicts=True)
        audit.record("programme.hung", target=held, details={"item": item.title, name: len(fresh)})
    return len(fresh)


def hang_indicator(item: ProgrammeItem, key: str) -> Hanging:
    """Tie an indicator to an item."""
    with transaction.atomic():
        held = _in_use(item.programme)
        if item.hangings.filter(indicator=key).exists():
            raise ValidationError({"indicator": "这项指标已经挂在这个条目上"})
        audit.record("programme.hung", target=held, details={"item": item.title, "indicator": key})
        return item.hangings.create(indicator=key)


def unhang(one: Hanging) -> None:
    """Take something off an item."""
    with transaction.atomic():
        held = _held(one.item.programme)
        audit.record("programme.unhung", target=held, details={"item": one.item.title})
        one.delete()


# cohorts


def resolve(
    programme: Programme, lines: Sequence[FirmLine], item: Any = None, helper: Unit | None = None
) -> list[Joining]:
    """Firms, items and helpers of a pasted list; every line that names none, or several, is told."""
    names = {name for one in lines for name in (one.firm, one.helper) if name}
    found, own = naming.units_called(names), {row.title: row for row in programme.items.all()}
    wrong: list[str] = []
    made: list[Joining] = []
    seen: set[Any] = set()
    for one in lines:
        firms = [unit for unit in found.get(one.firm, []) if unit.kind == Unit.Kind.ENTERPRISE]
        at, helpers = (own.get(one.item) if one.item else item), found.get(one.helper, [])
        if len(firms) != 1:
            why = "没有找到这家企业，请核对名称或信用代码" if not firms else "有多家企业叫这个名字，请改写信用代码"
            wrong.append(f"第 {one.number} 行“{one.firm}”：{why}")
        elif firms[0].pk in seen:
            wrong.append(f"第 {one.number} 行“{one.firm}”：名单里写了两次")
        elif at is None:
            why = (
                f"没有“{one.item}”这个条目，有{'、'.join(own)}"
                if one.item
                else "没有写条目，请在行里写明，或在下面选一个"
            )
            wrong.append(f"第 {one.number} 行“{one.firm}”：{why}")
        elif one.helper and len(helpers) != 1:
            wrong.append(f"第 {one.number} 行结对单位“{one.helper}”：没有找到，或有多个，请写全称或代码")
        else:
            seen.add(firms[0].pk)
            made.append(Joining(firms[0], at, helpers[0] if one.helper else helper))
    if wrong:
        raise ValidationError({"firms": wrong[:20]})
    return made


def gather(
    programme: Programme, title: str, year: int, keys: Sequence[str], on: date, firms: Sequence[Joining]
) -> Cohort:
    """Begin a cohort with its firms."""
    with transaction.atomic():
        held = _in_use(programme)
        if held.cohorts.filter(title=title.strip()).exists():
            raise ValidationError({"title": f"“{title.strip()}”已经有了，可以在它的页面里加企业"})
        made = held.cohorts.create(title=title.strip(), year=year, indicators=list(keys))
        join(made, firms, on)
    return made


def join(cohort: Cohort, firms: Sequence[Joining], on: date) -> int:
    """Take firms into a cohort, each once."""
    if on > clock.today():
        raise ValidationError({"on": "入选日期不能晚于今天"})
    with transaction.atomic():
        held = _in_use(cohort.programme)
        known = set(CohortFirm.unscoped.filter(cohort=cohort).values_list("unit_id", flat=True))
        if twice := next((one.unit for one in firms if one.unit.pk in known), None):
            raise ValidationError({"firms": f"“{twice}”已经在这一期里"})
        for one in firms:
            fact = FirmJoinedProgramme(
                employer=EmployerId(one.unit.pk), programme=held.pk, item=one.item.pk, cohort=cohort.pk,
                unit=UnitId(one.unit.pk), on=on,
            )  # fmt: skip
            joined = ledger.append(fact, cause=Cause.act("列入培育", cohort.pk))
            CohortFirm.unscoped.create(
                cohort=cohort, item=one.item, unit=one.unit, helper=one.helper, joined_on=on, joined=joined
            )
        audit.record("programme.joined", target=held, details={"cohort": cohort.title, "firms": len(firms)})
    return len(firms)


def pair(firm: CohortFirm, helper: Unit | None) -> CohortFirm:
    """Put another unit at a firm's side."""
    with transaction.atomic():
        held = _firm(firm)
        _in_use(held.cohort.programme)
        if helper is not None and helper.pk == held.unit_id:
            raise ValidationError({"helper": "不能与自己结对，请填帮扶它的单位"})
        held.helper = helper
        held.save(update_fields=("helper",))
        audit.record("programme.joined", target=held.unit, details={"helper": str(helper or "")})
    return held


def assist(firm: CohortFirm, title: str, on: date, people: int | None = None, by: Unit | None = None) -> Assistance:
    """Record what was done for a firm, by the unit at its side or by the office."""
    with transaction.atomic():
        held = _firm(firm)
        who = current()
        own = dockets.own_units(who)
        if not queries.is_host(held.cohort.programme, who) and held.helper_id not in own and held.unit_id not in own:
            raise Refused("由结对单位、企业或主办单位记录")
        if not held.joined_on <= on <= clock.today():
            raise ValidationError({"on": f"日期应在入选（{held.joined_on}）到今天之间"})
        if held.assistance.filter(on=on, title=title.strip()).exists():
            raise ValidationError({"title": "同一天的这件事已经记过"})
        unit = by or held.helper or held.cohort.programme.unit
        made = held.assistance.create(title=title.strip(), on=on, people=people, unit=unit, by_name=who.name[:60])
        fact = FirmAssisted(
            employer=EmployerId(held.unit_id), joined=FactId(held.joined), people=people or 0,
            unit=UnitId(held.unit_id), on=on,
        )  # fmt: skip
        ledger.append(fact, cause=Cause.act("帮扶企业", made.pk))
        audit.record("programme.assisted", target=held.unit, details={"on": str(on)})
    return made


def leave(firm: CohortFirm, on: date, reason: str, *, graduated: bool) -> CohortFirm:
    """A firm was brought far enough, or left for another reason."""
    with transaction.atomic():
        held = _firm(firm)
        _in_use(held.cohort.programme)
        if not held.joined_on <= on <= clock.today():
            raise ValidationError({"on": f"日期应在入选（{held.joined_on}）到今天之间"})
        held.left_on, held.graduated = on, graduated
        held.save(update_fields=("left_on", "graduated"))
        fact = FirmLeftProgramme(
            employer=EmployerId(held.unit_id), joined=FactId(held.joined), graduated=graduated,
            unit=UnitId(held.unit_id), on=on,
        )  # fmt: skip
        ledger.append(fact, cause=Cause.act("离开培育", held.cohort_id))
        audit.record("programme.left", target=held.unit, reason=reason, details={"graduated": graduated})
    return held


def _firm(firm: CohortFirm) -> CohortFirm:
    rows = CohortFirm.unscoped.select_for_update(of=("self",)).select_related(
        "unit", "helper", "cohort__programme__unit"
    )
    held = rows.get(pk=firm.pk)
    if held.left_on is not None:
        raise Refused(f"“{held.unit}”已于 {held.left_on} {'出师' if held.graduated else '退出'}")
    return held


def _held(one: Programme) -> Programme:
    found = Programme.unscoped.select_for_update(of=("self",)).select_related("unit").filter(pk=one.pk).first()
    if found is None:
        raise Refused("这个工作体系已经删除")
    if not queries.is_host(found, current()):
        raise Refused("只有设置这个工作体系的单位可以办理")
    if found.state == State.ENDED:
        raise Refused("这个工作体系已经结束，不能再改")
    return found


def _in_use(one: Programme) -> Programme:
    held = _held(one)
    if held.state != State.IN_USE:
        raise Refused("请先启用这个工作体系")
    return held
