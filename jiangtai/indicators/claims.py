"""Claims: another's figure beside the computed one, and, where a list came with it, who stands on one of both only.

Whoever the figure counts once can be listed: persons, or units.
"""

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
from jiangtai.lake import Lake
from jiangtai.people.sources import Recognised, recognise

from . import computing
from .computing import Figure
from .declare import Indicator
from .models import Claim, ClaimedPerson
from .periods import Frame, Period, PeriodError

MOST_LINES, MOST_DOUBTS = 5_000, 2_000


@dataclass(frozen=True)
class Compared:
    """A claim beside what is computed; the two lists of persons or of units where the claim came with one."""

    claim: Claim
    figure: Figure
    difference: float | None
    """How much more is claimed than computed."""
    theirs: list[UUID] | None = None
    ours: list[UUID] | None = None


def takes_list(one: Indicator) -> bool:
    """Whether a list can stand under it: it counts persons or units, each once."""
    return one.kind in ("persons", "units")


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
    counts_units = one.kind == "units"
    found = _named_units(numbers) if counts_units else _named(unit, numbers, names)
    try:
        with transaction.atomic():
            made = Claim.unscoped.create(
                indicator=one.key, unit=unit, period=period, who=" ".join(who.split()), value=value, document=document,
                by=acting.account, at_unit=acting.unit, lines=found.lines or None, strangers=len(found.doubts),
                doubts=sorted(found.doubts.items())[:MOST_DOUBTS],
            )  # fmt: skip
            listed = sorted(set(found.found.values()))
            if counts_units:
                made.units.set(Unit.objects.filter(pk__in=listed))
            else:
                ClaimedPerson.objects.bulk_create([ClaimedPerson(claim=made, person_id=one) for one in listed])
            told = {"indicator": one.key, "period": period, "value": str(value), "lines": found.lines}
            audit.record("claim.entered", target=unit, reason=document, details=told)
    except IntegrityError:
        raise ValidationError(f"{who}已经报过这个数，要改请先撤回原来的") from None
    return made


def _named(unit: Unit, numbers: Sequence[str], names: UploadedFile | None) -> Recognised:
    """Whom the list means: a file's lines by all that they say, typed lines by the number."""
    if names is not None:
        firm = unit if unit.kind == Unit.Kind.ENTERPRISE else unit.serves
        try:
            return recognise(names, firm)
        except FileRefused as error:
            raise ValidationError({"names": str(error)}) from error
    made, held = Recognised(len(numbers)), people.holding_numbers(set(filter(None, map(_number, numbers))))
    for line, text in enumerate(numbers, start=1):
        person = held.get(_number(text))
        if person is None:
            made.doubts[line] = "stranger"
        elif person.pk in made.found.values():
            made.doubts[line] = "twice"
        else:
            made.found[line] = person.pk
    return made


def _named_units(lines: Sequence[str]) -> Recognised:
    """Whom codes or full names mean, within reach; where an organisation and its union share one, the organisation."""
    made, known = Recognised(len(lines)), dict[str, UUID]()
    told = Q(code__in=lines) | Q(name__in=lines)
    for unit in Unit.objects.filter(told, state=Unit.State.ACTIVE).order_by("-tree"):
        known |= {unit.code: unit.pk, unit.name: unit.pk}
    for line, text in enumerate(lines, start=1):
        if text not in known:
            made.doubts[line] = "stranger"
        elif known[text] in made.found.values():
            made.doubts[line] = "twice"
        else:
            made.found[line] = known[text]
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
    frame = Frame(Period.parse(claim.period), clock.today())
    figure = computing.at_units(lake, one, [claim.unit.number], frame)[claim.unit.number]
    difference = None if figure.value is None else round(float(claim.value) - figure.value, 4)
    if claim.lines is None:
        return Compared(claim, figure, difference)
    if one.kind == "units":
        named = {merged or pk for pk, merged in claim.units.values_list("pk", "merged_into")}
    else:
        given = set(claim.persons.values_list("person_id", flat=True))
        now = people.standing_among(given)
        named = {now.get(each, each) for each in given}
    ids = computing.named_rows(lake, one, claim.unit.number, frame)["id"].to_pylist()
    counted = {UUID(each) for each in ids if each}
    return Compared(claim, figure, difference, sorted(named - counted), sorted(counted - named))


def _check(one: Indicator, period: str, numbers: Sequence[str], names: UploadedFile | None) -> None:
    try:
        first = Period.parse(period).first
    except PeriodError as error:
        raise ValidationError({"period": str(error)}) from error
    if first > clock.today():
        raise ValidationError({"period": f"{Period.parse(period).label}还没有到"})
    if (numbers or names) and not takes_list(one):
        raise ValidationError({"numbers" if numbers else "names": f"“{one.label}”数的不是人，也不是单位，不能附名单"})
    if one.kind == "units":
        if names is not None:
            raise ValidationError({"names": f"“{one.label}”数的是单位，名单请粘贴，每行一个信用代码或全称"})
        return
    if numbers and names:
        raise ValidationError({"names": "名单已经粘贴了号码，又上传了文件，两样请选一样"})
    if numbers and not any(map(_number, numbers)):
        raise ValidationError({"numbers": "名单里没有一个完整的身份证号，请核对是不是这一列"})


def _number(text: str) -> str:
    """An identity number in its one spelling; empty for what is none."""
    try:
        return str(codes.parse_identity(text, clock.today()).number)
    except codes.CodeError:
        return ""
