"""Claims: another's figure beside the computed one, and, where a list came with it, what stands on one of both only.

A list names what the rows of the figure are about: persons by number, units by code or name, cases by their number,
other things by what their domain calls them. Where rows are counted as they are, a list may name the same one again.
The list that comes with a share names its part: those of the whole that count.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Q

from jiangtai import people
from jiangtai.access import Refused, Unit, audit, current
from jiangtai.kernel import FileRefused, clock, codes
from jiangtai.lake import Lake, NoLake, opened
from jiangtai.people import sources
from jiangtai.people.sources import Recognised, recognise

from . import computing, naming
from .computing import Figure
from .declare import Indicator
from .models import Claim, ClaimedPerson
from .periods import Frame, Period, PeriodError

MOST_LINES, MOST_DOUBTS = 5_000, 2_000
WHY = {**sources.WHY, "again": "和前面一行是同一个", "several": "不止一个叫这个名字"}
"""Why a line of a list names nothing of its own."""


@dataclass(frozen=True)
class Compared:
    """A claim beside what is computed; where it came with a list, what either has more, as often as it has it."""

    claim: Claim
    figure: Figure
    difference: float | None
    """How much more is claimed than computed."""
    theirs: list[UUID] | None = None
    ours: list[UUID] | None = None


def takes_list(one: Indicator) -> bool:
    """Whether a list can stand under it: its rows can be named, and each of them is in it or not."""
    return not one.measure.is_graded and (one.measure.about in ("person", "unit") or naming.is_found(one))


def enter_claim(
    indicator: str, unit: Unit, period: str, who: str, value: Decimal | int, *, document: str = "",
    numbers: Sequence[str] = (), names: UploadedFile | None = None,
) -> Claim:  # fmt: skip
    """Enter what somebody says a figure was, and whom their list names, as numbers or as a file.

    What is on the list finds people and is not kept: of a line that means nobody only its number stays, and why.
    """
    one, acting = computing.named(indicator), current()
    if acting.account is None or acting.unit is None:
        raise Refused("须由单位的经办人办理")
    if not acting.reach.holds(unit.path):
        raise Refused(f"“{unit}”不在本单位及下级之内，不能录入它的数", "reach")
    _check(one, period, numbers, names)
    found = _found(one, unit, period, numbers, names)
    try:
        with transaction.atomic():
            made = Claim.unscoped.create(
                indicator=one.key, unit=unit, period=period, who=" ".join(who.split()), value=Decimal(value),
                document=document, by=acting.account, at_unit=acting.unit, lines=found.lines or None,
                strangers=len(found.doubts), doubts=sorted(found.doubts.items())[:MOST_DOUBTS],
            )  # fmt: skip
            _keep(made, one, Counter(found.found.values()))
            told = {"indicator": one.key, "period": period, "value": str(value), "lines": found.lines}
            audit.record("claim.entered", target=unit, reason=document, details=told)
    except IntegrityError:
        raise ValidationError(f"{who}已经报过这个数，要改请先撤回原来的") from None
    return made


def _found(one: Indicator, unit: Unit, period: str, lines: Sequence[str], names: UploadedFile | None) -> Recognised:
    """What the list means, by what the rows are about."""
    is_once = one.measure.names_once
    if one.measure.about == "person":
        return _named(unit, lines, names, is_once=is_once)
    if one.measure.about == "unit":
        return _matched(lines, _units(lines), is_once=is_once)
    return _matched(lines, _things(one, unit, period, lines) if lines else {}, is_once=is_once)


def _things(one: Indicator, unit: Unit, period: str, lines: Sequence[str]) -> dict[str, set[UUID]]:
    """What is so called; where that is several, those that the figure counts: a task of two years has one name."""
    known = naming.found(one, list(lines))
    if all(len(ids) == 1 for ids in known.values()):
        return known
    try:
        counted = set(_counted(opened(), one, unit, period))
    except NoLake:
        return known
    return {text: ids & counted or ids for text, ids in known.items()}


def _keep(made: Claim, one: Indicator, listed: Counter[UUID]) -> None:
    """Persons and units stand as such; what else is named, and how often, beside the claim."""
    if one.measure.about == "person":
        rows = (ClaimedPerson(claim=made, person_id=who, times=times) for who, times in sorted(listed.items()))
        ClaimedPerson.objects.bulk_create(rows)
    elif _is_of_units(one):
        made.units.set(Unit.objects.filter(pk__in=listed))
    else:
        made.listed = {str(which): times for which, times in sorted(listed.items())}
        made.save(update_fields=("listed",))


def _is_of_units(one: Indicator) -> bool:
    return one.measure.about == "unit" and one.measure.names_once


def _kept(claim: Claim, one: Indicator) -> Counter[UUID]:
    """What the list meant, as it stands now: who was put together with another is that other."""
    listed = Counter[UUID]()
    if one.measure.about == "person":
        given = dict(claim.persons.values_list("person_id", "times"))
        now = people.standing_among(given)
    elif _is_of_units(one):
        rows = claim.units.values_list("pk", "merged_into")
        return Counter({merged or pk for pk, merged in rows})
    else:
        given, now = {UUID(which): times for which, times in claim.listed.items()}, {}
    for which, times in given.items():
        listed[now.get(which, which)] += times
    return Counter(set(listed)) if one.measure.names_once else listed


def _named(unit: Unit, numbers: Sequence[str], names: UploadedFile | None, *, is_once: bool) -> Recognised:
    """Whom the list means: a file's lines by all that they say, typed lines by the number."""
    if names is not None:
        firm = unit if unit.kind == Unit.Kind.ENTERPRISE else unit.serves
        try:
            return recognise(names, firm, is_once=is_once)
        except FileRefused as error:
            raise ValidationError({"names": str(error)}) from error
    made, held = Recognised(len(numbers)), people.holding_numbers(set(filter(None, map(_number, numbers))))
    for line, text in enumerate(numbers, start=1):
        person = held.get(_number(text))
        if person is None:
            made.doubts[line] = "stranger"
        elif is_once and person.pk in made.found.values():
            made.doubts[line] = "twice"
        else:
            made.found[line] = person.pk
    return made


def _units(lines: Sequence[str]) -> dict[str, set[UUID]]:
    """Whom codes or full names mean, within reach; where an organisation and its union share one, the organisation."""
    known = dict[str, set[UUID]]()
    told = Q(code__in=lines) | Q(name__in=lines)
    for unit in Unit.objects.filter(told, state=Unit.State.ACTIVE).order_by("-tree"):
        known |= {unit.code: {unit.pk}, unit.name: {unit.pk}}
    return known


def _matched(lines: Sequence[str], known: dict[str, set[UUID]], *, is_once: bool) -> Recognised:
    """What each line means, of what is so called."""
    made, before = Recognised(len(lines)), set[UUID]()
    for line, text in enumerate(lines, start=1):
        ids = known.get(text, set())
        if len(ids) != 1:
            made.doubts[line] = "several" if ids else "stranger"
        elif is_once and ids <= before:
            made.doubts[line] = "again"
        else:
            [made.found[line]] = ids
            before |= ids
    return made


def withdraw_claim(claim: Claim, reason: str) -> None:
    """Let a claim no longer stand beside the figure; whoever entered it may, and whoever stands above."""
    if not current().reach.holds(claim.at_unit.path):
        raise Refused(f"这个数是{claim.at_unit}录入的，由{claim.at_unit}或者它的上级撤回", "enterer")
    with transaction.atomic():
        told = {"indicator": claim.indicator, "period": claim.period}
        if not Claim.unscoped.filter(pk=claim.pk, ended_at=None).update(ended_at=clock.now()):
            raise ValidationError("这个数已经撤回")
        audit.record("claim.withdrawn", target=claim.unit, reason=reason, details=told)


def compared(lake: Lake, claim: Claim) -> Compared:
    """A claim beside the figure of its unit and period, as it is computed now."""
    one = computing.named(claim.indicator)
    figure = computing.at_units(lake, one, [claim.unit.number], _frame(claim.period))[claim.unit.number]
    difference = None if figure.value is None else _difference(claim.value, figure.value, one)
    if claim.lines is None:
        return Compared(claim, figure, difference)
    named, counted = _kept(claim, one), _counted(lake, one, claim.unit, claim.period)
    return Compared(claim, figure, difference, _sorted(named - counted), _sorted(counted - named))


def _difference(claimed: Decimal, value: float, one: Indicator) -> float:
    """How much more is claimed; a share is told rounded, so what rounds to the claim is the same."""
    places = max(1, -int(claimed.normalize().as_tuple().exponent))
    if one.measure.is_ratio and round(value, places) == float(claimed):
        return 0.0
    return round(float(claimed) - value, 4)


def _counted(lake: Lake, one: Indicator, unit: Unit, period: str) -> Counter[UUID]:
    """What the figure counts, as often as it does; of a share the part."""
    rows = computing.named_rows(lake, one, unit.number, _frame(period))
    if one.measure.is_told_apart:
        rows = rows.filter(rows["counted"].cast("bool"))
    return Counter(UUID(each) for each in rows["id"].to_pylist() if each)


def _frame(period: str) -> Frame:
    return Frame(Period.parse(period), clock.today())


def _sorted(found: Counter[UUID]) -> list[UUID]:
    return sorted(found.elements())


def _check(one: Indicator, period: str, numbers: Sequence[str], names: UploadedFile | None) -> None:
    try:
        first = Period.parse(period).first
    except PeriodError as error:
        raise ValidationError({"period": str(error)}) from error
    if first > clock.today():
        raise ValidationError({"period": f"{Period.parse(period).label}还没有到"})
    if (numbers or names) and not takes_list(one):
        raise ValidationError({"numbers" if numbers else "names": f"“{one.label}”没有逐行可对的名单，不能附名单"})
    if one.measure.about != "person":
        if names is not None:
            what = _BY.get(one.measure.about, "事项，名单请粘贴，每行一个名称")
            raise ValidationError({"names": f"“{one.label}”数的是{what}"})
        return
    if numbers and names:
        raise ValidationError({"names": "名单已经粘贴了号码，又上传了文件，两样请选一样"})
    if numbers and not any(map(_number, numbers)):
        raise ValidationError({"numbers": "名单里没有一个完整的身份证号，请核对是不是这一列"})


_BY = {
    "unit": "单位，名单请粘贴，每行一个信用代码或全称",
    "case": "办件，名单请粘贴，每行一个办件编号",
}


def _number(text: str) -> str:
    """An identity number in its one spelling; empty for what is none."""
    try:
        return str(codes.parse_identity(text, clock.today()).number)
    except codes.CodeError:
        return ""
