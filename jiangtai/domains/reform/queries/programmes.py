"""Programmes as pages and procedures ask for them: items with what hangs on them, cohorts, what came of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from jiangtai import indicators, lake, ledger
from jiangtai.access import Acting, Unit, root
from jiangtai.domains.honors.facts import PlaqueGranted
from jiangtai.indicators import Figure, Frame
from jiangtai.kernel import Period, clock, row_with

from ..models import Assistance, Cohort, CohortFirm, Hanging, Programme, ProgrammeItem, Proof, Task
from ..rules.lights import Tone
from . import tasks
from .dockets import own_units

State = Programme.State
GRAVE = (Tone.RED, Tone.AMBER, Tone.NONE, Tone.GREEN, Tone.DONE)


def seen(who: Acting) -> QuerySet[Programme]:
    """The programmes of the whole house that are in use or were, and the drafts of one's own office."""
    rows = Programme.unscoped.select_related("unit")
    if who.reach.is_everything:
        return rows
    return rows.filter(Q(unit__path__within=who.reach) | Q(unit__in=above(who)) & ~Q(state=State.DRAFT))


def above(who: Acting) -> list[Any]:
    """The units over one's own: what they define counts here too."""
    if who.unit is None:
        return []
    path = who.unit.path
    paths = [path[:end] for end in range(1, len(path) + 1)]
    top = root()
    return [*([top.pk] if top else []), *Unit.unscoped.filter(path__in=paths).values_list("pk", flat=True)]


def is_host(one: Programme, who: Acting) -> bool:
    """Whether somebody acts for the office that defined a programme."""
    return who.may("programmes.change") and (who.reach.is_everything or who.reach.holds(one.unit.path))


def counted(rows: QuerySet[Programme]) -> QuerySet[Any]:
    """Each with how many items, tasks and firms it has."""

    def number(found: Any, path: str, **narrow: Any) -> Any:
        rows = found.filter(**{path: OuterRef("pk")}, **narrow).order_by().values(path)
        return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)

    return rows.annotate(
        items_number=number(ProgrammeItem.objects, "programme"),
        tasks_number=number(Hanging.objects, "item__programme", task__isnull=False),
        firms_number=number(CohortFirm.unscoped, "cohort__programme", left_on__isnull=True),
    )


def under(item: ProgrammeItem) -> list[Any]:
    """An item and all items below it."""
    rows = list(ProgrammeItem.objects.filter(programme=item.programme_id).values_list("pk", "parent"))
    found = {item.pk}
    while True:
        more = {pk for pk, parent in rows if parent in found} - found
        if not more:
            return list(found)
        found |= more


@dataclass
class ItemShown:
    """An item with what hangs on it and below it, each thing once."""

    row: ProgrammeItem
    tones: dict[Any, str] = field(default_factory=dict)
    """Tasks and their lights."""
    firms: set[Any] = field(default_factory=set)
    measures: set[Any] = field(default_factory=set)
    figures: set[str] = field(default_factory=set)

    def at(self, tone: str) -> int:
        """How many of its tasks stand at a light."""
        return sum(one == tone for one in self.tones.values())

    @property
    def worst(self) -> Tone | None:
        """The gravest light of its tasks."""
        return next((tone for tone in GRAVE if self.at(tone.value)), None)


def items(one: Programme, who: Acting) -> list[ItemShown]:
    """The items in their order, each with tasks by light, measures, figures and firms, also of those below it."""
    rows = list(ProgrammeItem.objects.filter(programme=one).order_by("place"))
    found = {row.pk: ItemShown(row) for row in rows}
    hung = Hanging.objects.filter(item__programme=one)
    for item, measure, indicator in hung.filter(task=None).values_list("item", "measure", "indicator"):
        found[item].measures |= {measure} - {None}
        found[item].figures |= {indicator} - {""}
    lit = tasks.lit(tasks.seen(who).filter(hangings__item__programme=one).exclude(state__in=tasks.CLOSED)).order_by()
    tones = dict(lit.values_list("pk", "tone"))
    for item, task in hung.filter(task__in=list(tones)).values_list("item", "task"):
        found[item].tones[task] = tones[task]
    for item, firm in firms(who).filter(item__programme=one, left_on=None).values_list("item", "pk"):
        found[item].firms.add(firm)
    for row in reversed(rows):  # those below come after those above
        if row.parent_id:
            above, here = found[row.parent_id], found[row.pk]
            above.tones |= here.tones
            above.firms |= here.firms
            above.measures |= here.measures
            above.figures |= here.figures
    return [found[row.pk] for row in rows]


def cells(one: Programme, who: Acting) -> dict[tuple[Any, Any], dict[str, int]]:
    """By item and unit, how many hung tasks stand at which light."""
    rows = tasks.lit(tasks.seen(who).filter(hangings__item__programme=one).exclude(state__in=tasks.CLOSED))
    found: dict[tuple[Any, Any], dict[str, int]] = {}
    for row in rows.order_by().values("hangings__item", "unit", "tone").annotate(n=Count("pk")):
        found.setdefault((row["hangings__item"], row["unit"]), {})[row["tone"]] = row["n"]
    return found


def hung_on(task: Task) -> list[Hanging]:
    """The items on which a task hangs, of programmes that are in use."""
    rows = Hanging.objects.filter(task=task, item__programme__state=State.IN_USE)
    return list(rows.select_related("item__programme", "item__parent").order_by("item__programme", "item__place"))


def item_choices(who: Acting) -> list[tuple[str, str]]:
    """The items of programmes in use, as a condition offers them."""
    rows = ProgrammeItem.objects.filter(programme__in=seen(who).filter(state=State.IN_USE))
    rows = rows.select_related("programme").order_by("programme__title", "programme", "place")
    return [(str(one.pk), f"{one.programme.title}·{'　' * (one.level - 1)}{one.title}") for one in rows]


def _named(item: Any) -> list[Any]:
    """The item that an address names and all below it; nothing where it names none."""
    found = row_with(ProgrammeItem.objects.all(), str(item))
    return under(found) if found else []


def of_item(rows: QuerySet[Task], item: Any) -> QuerySet[Task]:
    """Of these tasks those that hang on an item, or below it."""
    return rows.filter(Exists(Hanging.objects.filter(task=OuterRef("pk"), item__in=_named(item))))


def firms_of_item(rows: QuerySet[Any], item: Any) -> QuerySet[Any]:
    """Of these firms those under an item, or below it."""
    return rows.filter(item__in=_named(item))


# firms


def firms(who: Acting) -> QuerySet[Any]:
    """The firms of cohorts that somebody sees: all in the office, elsewhere those within reach or at one's side."""
    rows = CohortFirm.unscoped.select_related("unit", "helper", "item", "cohort__programme__unit")
    if not who.reach.is_everything:
        own = own_units(who)
        hosted = Q(cohort__programme__unit__path__within=who.reach) if who.may("programmes.change") else Q(pk__in=[])
        rows = rows.filter(Q(unit__path__within=who.reach) | Q(helper__in=own) | Q(unit__in=own) | hosted)
    done = Assistance.objects.filter(firm=OuterRef("pk")).order_by().values("firm")
    return rows.annotate(
        times=Coalesce(Subquery(done.annotate(n=Count("pk")).values("n")), 0),
        people=Coalesce(Subquery(done.annotate(n=Sum("people")).values("n")), 0),
        last_on=Subquery(done.annotate(n=Max("on")).values("n")),
    )


def quarter_began(day: date | None = None) -> date:
    """The first day of the quarter in which a day lies."""
    return Period.quarter_of(day or clock.today()).first


def assisted(rows: QuerySet[Any], said: str) -> QuerySet[Any]:
    """Of firms those for which something was done this quarter, or nothing."""
    done = Q(last_on__gte=quarter_began())
    return rows.filter(done) if said == "yes" else rows.filter(~done | Q(last_on__isnull=True))


def in_state(rows: QuerySet[Any], said: str) -> QuerySet[Any]:
    """Those still in a cohort, those brought far enough, those that left."""
    if said == "in":
        return rows.filter(left_on__isnull=True)
    return rows.filter(left_on__isnull=False, graduated=said == "graduated")


def plaques(units: Iterable[Any]) -> dict[Any, list[str]]:
    """The plaques that firms carry, as the ledger knows."""
    found: dict[Any, list[str]] = {}
    for row in ledger.every(PlaqueGranted).of(*units).current():
        found.setdefault(row.subject, []).append(row.payload["name"])
    return found


def assistance(firm: CohortFirm) -> list[Assistance]:
    """What was done for a firm, with what stands behind it."""
    return list(firm.assistance.select_related("unit").prefetch_related("proofs").order_by("-on", "-id"))


def proofs(who: Acting) -> QuerySet[Proof]:
    """What stands behind what was done for firms that somebody sees."""
    return Proof.objects.filter(assistance__firm__in=firms(who).order_by().values("pk"))


@dataclass(frozen=True)
class Came:
    """A figure of a firm before it was taken up, and now."""

    key: str
    label: str
    unit: str
    is_share: bool
    before: Figure | None
    now: Figure | None


def came_of(cohort: Cohort, rows: Sequence[CohortFirm], who: Acting) -> dict[Any, list[Came]]:
    """By firm, the cohort's figures at the end of the month before it joined, and now; as far as one may be told."""
    known = {one.key: one for one in indicators.indicators()}
    wanted = [known[key] for key in cohort.indicators if key in known and _is_told(known[key], who)]
    found = [one for one in rows if who.reach.is_everything or who.reach.holds(one.unit.path)]
    if not wanted or not found:
        return {}
    try:
        at = lake.opened()
    except lake.NoLake:
        return {}
    numbers = {one.id: one.unit for one in indicators.scopes(at, [str(firm.unit_id) for firm in found])}
    today = clock.today()
    frame_now = Frame(Period.month_of(today), today)
    befores = {firm.pk: Frame(Period.month_of(firm.joined_on.replace(day=1) - timedelta(days=1)), today)
               for firm in found}  # fmt: skip
    told: dict[Any, list[Came]] = {firm.pk: [] for firm in found}
    for one in wanted:
        units = [numbers[str(firm.unit_id)] for firm in found if str(firm.unit_id) in numbers]
        now = indicators.at_units(at, one, units, frame_now)
        past = {frame: indicators.at_units(at, one, units, frame) for frame in set(befores.values())}
        for firm in found:
            number = numbers.get(str(firm.unit_id))
            before = past[befores[firm.pk]].get(number) if number is not None else None
            told[firm.pk].append(
                Came(one.key, one.label, one.unit.label, one.measure.is_ratio, before, now.get(number or -1))
            )
    return told


def _is_told(one: indicators.Indicator, who: Acting) -> bool:
    """Whether a figure's values are told to whoever looks."""
    return who.may("figures.view") and (who.unit is None or indicators.is_open_at(one, who.unit))


def hung_figures(found: Sequence[Hanging], who: Acting) -> list[tuple[Hanging, str, Figure | None, str]]:
    """The indicators that hang on items with what each stands at for one's own unit this month."""
    known = {one.key: one for one in indicators.indicators()}
    today = clock.today()
    frame = Frame(Period.month_of(today), today)
    try:
        at: Any = lake.opened()
        scopes = indicators.scopes(at, [str(who.unit.pk)]) if who.unit else [indicators.root(at)]
    except (lake.NoLake, ValueError):
        at, scopes = None, []
    told = []
    for row in found:
        one = known.get(row.indicator)
        is_told = scopes and one is not None and _is_told(one, who)
        figure = indicators.computed(at, one, scopes[0].unit, frame) if is_told and one else None
        told.append((row, one.label if one else row.indicator, figure, one.unit.label if one else ""))
    return told


def public() -> QuerySet[Programme]:
    """What citizens may see."""
    return Programme.unscoped.filter(is_public=True, state=State.IN_USE).select_related("unit")
