"""Plans, as pages and procedures ask for them: whose, with what in them, and which unit a name means."""

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Prefetch, Q, QuerySet

from jiangtai.access import Acting, Unit, root, units
from jiangtai.kernel import clock, read_id

from ..models import Action, Amount, Measure, Part, Plan, Supply, UnitName
from ..reading.names import COLLECTIVE
from ..reading.outline import line_end
from ..reading.sentences import sentences
from ..rules.naming import Called, Meant, names_of, tidy
from ..rules.plans import Lack, Said

Kind = Unit.Kind
NAMED = (
    Kind.PROVINCE, Kind.CITY, Kind.DISTRICT, Kind.LEADING_GROUP, Kind.GROUP_OFFICE, Kind.DEPARTMENT, Kind.STREET,
    Kind.PARK, Kind.SCHOOL, Kind.EVALUATION_BODY, Kind.UNION_FEDERATION, Kind.INDUSTRY_UNION,
)  # fmt: skip
"""The kinds of unit that a plan names by themselves; a firm must be named in full."""
_WEIGHTS = {Kind.DEPARTMENT: 3, Kind.STREET: 2, Kind.PARK: 2, Kind.UNION_FEDERATION: 1}
MOST_NAMED = 5_000
_MISSED = re.compile(r"(?:表中)?第(\d+)项“(.+?)…?”没有写责任单位，未列入")


def plans(acting: Acting) -> QuerySet[Plan]:
    """The plans that an account may see: drafts only who may change them."""
    rows = Plan.objects.select_related("unit", "replaces")
    return rows if acting.may("reform.change") else rows.exclude(state=Plan.State.DRAFT)


def may_designate(acting: Acting) -> bool:
    """Whether an account says who leads a measure while its plan runs: the leading group at the top, or its office."""
    return acting.may("reform.designate") and acting.reach.is_everything


def public_plans() -> QuerySet[Plan]:
    """The plans that citizens may see: in force, and made public."""
    return Plan.objects.filter(is_public=True, state=Plan.State.IN_FORCE).select_related("unit")


def public_version(plan: UUID) -> Plan | None:
    """A public plan, or the one that a plan gave way to, through however many versions."""
    one = Plan.objects.filter(pk=plan).first()
    while one and one.state == Plan.State.REPLACED:
        one = one.replaced_by.exclude(state=Plan.State.DRAFT).first()
    return public_plans().filter(pk=one.pk).first() if one else None


def measures(plan: Plan) -> QuerySet[Measure]:
    """A plan's measures in order, with all that pages show of each, in as many questions as there are tables."""
    rows = worded(plan).select_related("designated", "earlier", "answers__plan")
    return rows.prefetch_related(Prefetch("supplies", live_supplies()))


def worded(plan: Plan) -> QuerySet[Measure]:
    """A plan's measures in order, with what each says and who answers for it."""
    parts = Part.objects.select_related("unit").order_by("role", "place")
    rows = plan.measures.select_related("designated").prefetch_related(Prefetch("parts", parts), "actions", "amounts")
    return rows.order_by("place")


def live_supplies() -> QuerySet[Supply]:
    """What was added to measures and not declined."""
    return Supply.objects.exclude(state=Supply.State.DECLINED).select_related("unit")


def with_lacks(rows: QuerySet[Measure]) -> QuerySet[Measure]:
    """With what each measure lacks, told by the database: a plan may have a thousand."""
    parts = Part.objects.filter(measure=OuterRef("pk"))
    leads = Exists(parts.filter(role=Part.Role.LEAD))
    return rows.annotate(
        lacks_name=Exists(parts.filter(unit__isnull=True, is_collective=False)),
        lacks_lead=ExpressionWrapper(~leads & Q(designated__isnull=True), BooleanField()),
        lacks_deadline=ExpressionWrapper(Q(deadline__isnull=True), BooleanField()),
        lacks_figure=ExpressionWrapper(
            ~Exists(Amount.objects.filter(measure=OuterRef("pk")))
            & ~Exists(_figures_added().filter(measure=OuterRef("pk"))),
            BooleanField(),
        ),
        lacks_action=~Exists(Action.objects.filter(measure=OuterRef("pk"))),
    )


def _figures_added() -> QuerySet[Supply]:
    """What was added that a figure is no longer lacking: one, or why there is none."""
    return Supply.objects.filter(kind__in=(Supply.Kind.FIGURE, Supply.Kind.NONE)).exclude(state=Supply.State.DECLINED)


def lack_counts(plan: Plan) -> dict[Lack, int]:
    """How many measures of a plan lack what."""
    rows = with_lacks(plan.measures.order_by())
    found = rows.aggregate(**{one.value: Count("pk", filter=Q(**{f"lacks_{one.value}": True})) for one in Lack})
    return {one: found[one.value] for one in Lack if found[one.value]}


def lacking(rows: QuerySet[Measure], lack: Lack) -> QuerySet[Measure]:
    """Only the measures that lack something."""
    return with_lacks(rows).filter(**{f"lacks_{lack.value}": True})


def lacking_what(rows: QuerySet[Measure], key: str) -> QuerySet[Measure]:
    """The same by the lack's key; of one that is none, nothing."""
    return lacking(rows, Lack(key)) if key in {one.value for one in Lack} else rows.none()


def answered_by(rows: QuerySet[Measure], unit: str) -> QuerySet[Measure]:
    """Only the measures in which a unit has a part."""
    key = read_id(unit)
    return rows.filter(pk__in=Part.objects.filter(unit=key).values("measure")) if key else rows.none()


def parts_seen(who: Acting) -> QuerySet[Part]:
    """The parts in plans in force of units within reach, and of whom one's own union organisation serves."""
    seen = Q(unit__path__within=who.reach)
    if who.unit and who.unit.serves_id:
        seen |= Q(unit=who.unit.serves_id)
    return Part.objects.filter(seen, measure__plan__state=Plan.State.IN_FORCE, unit__isnull=False)


def is_past(plan: Plan) -> bool:
    """Whether its last day is over: then its end cannot be taken back."""
    return plan.until is not None and plan.until < clock.today()


def role_counts(plan: Plan) -> dict[str, int]:
    """How often units lead and support in a plan."""
    rows = Part.objects.filter(measure__plan=plan).order_by().values_list("role").annotate(Count("pk"))
    return dict(rows)


def with_counts(rows: QuerySet[Plan]) -> QuerySet[Plan]:
    """With how many measures each plan has, and in how many a name is still to be settled."""
    doubtful = Q(measures__parts__unit__isnull=True, measures__parts__is_collective=False)
    doubtful &= Q(measures__parts__isnull=False)
    return rows.annotate(
        measure_count=Count("measures", distinct=True),
        doubtful_count=Count("measures__parts__name", filter=doubtful, distinct=True),
    )


def said(one: Measure) -> Said:
    """A measure as the rules look at it."""
    parts = list(one.parts.all())
    leads = [part for part in parts if part.role == Part.Role.LEAD]
    return Said(
        number=one.number,
        title=one.title,
        section=one.section,
        leads=tuple(part.name for part in leads),
        unresolved=tuple(part.name for part in parts if is_doubtful(part)),
        deadline=one.deadline,
        has_figure=bool(one.amounts.all()) or any(_adds_figure(added) for added in one.supplies.all()),
        has_action=bool(one.actions.all()),
        has_designated=one.designated_id is not None,
        has_asked=asked(one) is not None,
    )


def _adds_figure(one: Supply) -> bool:
    return one.kind != Supply.Kind.DEADLINE and one.state != Supply.State.DECLINED


def missed(plan: Plan, warning: str) -> dict[str, Any]:
    """The measure that a warning says was not listed: its number, and its line of the text, sentence by sentence."""
    found = _MISSED.match(warning)
    if not found:
        return {}
    number, title = found.groups()
    at = plan.text.find(title)
    if at < 0:
        return {"number": number, "title": title}
    told = [plan.text[first:last] for first, last in sentences(plan.text, at, line_end(plan.text, at), [])]
    return {"number": number, "title": told[0].rstrip("。"), "text": "\n".join(told[1:])}


def is_doubtful(part: Part) -> bool:
    """Whether it is not known yet which unit is meant."""
    return part.unit_id is None and not part.is_collective


def asked(one: Measure) -> Unit | None:
    """Whom the office asks for a measure: the unit designated by the leading group, or the first that is named."""
    if one.designated:
        return one.designated
    leads = (part for part in one.parts.all() if part.role == Part.Role.LEAD)
    return next((part.unit for part in leads if part.unit), None)


def besides(measure: Measure) -> list[Part]:
    """The parts of a measure beside that of whoever is asked for it: who supports, and who else leads."""
    unit = asked(measure)
    return [one for one in measure.parts.all() if one.role == Part.Role.SUPPORT or one.unit != unit]


def doubtful(plan: Plan) -> list[Part]:
    """The names of a plan that are still to be settled, each by the first part that carries it."""
    rows = Part.objects.filter(measure__plan=plan, unit__isnull=True, is_collective=False)
    found: dict[str, Part] = {}
    for part in rows.order_by("measure__place", "role", "place"):
        found.setdefault(part.name, part)
    return list(found.values())


def doubtful_names(plan: Plan) -> list[str]:
    """The same as words."""
    return [part.name for part in doubtful(plan)]


def is_collective(name: str) -> bool:
    """Whether a name means a class of units and no single one: 各街道."""
    return bool(COLLECTIVE.search(name))


def meant(names: Iterable[str]) -> dict[str, Meant]:
    """What each name means: as it was once answered, by its own words, or by what units are called."""
    wanted = {name: tidy(name) for name in names}
    rows = UnitName.objects.filter(name__in=wanted.values()).select_related("unit")
    remembered = {one.name: found for one in rows if (found := _answered(one))}
    known = names_of(_called(wanted.values()), _places())
    return {
        name: remembered.get(tidied) or (Meant(is_collective=True) if is_collective(name) else known.meant(tidied))
        for name, tidied in wanted.items()
    }


def _answered(one: UnitName) -> Meant | None:
    """What was answered, if it still holds: a unit that was closed is asked anew."""
    if one.unit is None:
        return Meant(is_collective=one.is_collective, is_struck=not one.is_collective)
    unit = units.present(one.unit)
    return Meant(unit.pk) if unit and unit.is_active else None


def may_mean(name: str) -> tuple[UUID, ...]:
    """The units that a name may mean by what they are called, whatever was answered, the likeliest first."""
    return names_of(_called([tidy(name)]), _places()).like(name)


def _called(names: Iterable[str]) -> list[Called]:
    active = Unit.unscoped.filter(state=Unit.State.ACTIVE)
    rows = active.filter(Q(kind__in=NAMED) | Q(name__in=list(names)))
    values = rows.order_by("rank", "number").values_list("pk", "name", "short_name", "kind")[:MOST_NAMED]
    return [Called(pk, name, short, _WEIGHTS.get(Kind(kind), 0)) for pk, name, short, kind in values]


def _places() -> list[str]:
    """What the root is called, with and without the city before it."""
    top = root()
    said = [top.name, top.short_name] if top else []
    return [*said, *(re.sub(r"^.{2,6}?[省市州](?=.)", "", name) for name in said)]


def units_of(ids: Iterable[UUID]) -> dict[UUID, Unit]:
    """Units by id, wherever they stand."""
    return {unit.pk: unit for unit in Unit.unscoped.filter(pk__in=list(ids))}
