"""Dockets as pages and procedures ask for them: sets with counts, entries with lights, keepers and how they stand."""

from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from jiangtai import indicators, lake
from jiangtai.access import Account, Acting, Grant, Unit
from jiangtai.kernel import clock

from ..models import Confirmation, Docket, DocketColumn, DocketEntry, DocketSet, Keeper, Proof, Task
from ..rules import dockets as rules
from ..rules.lights import Tone
from . import tasks

State = DocketSet.State
MOST_TASKS = 300
FILLERS = ("unit_admin", "liaison", "union_officer", "enterprise_union")


def own_units(who: Acting) -> list[Any]:
    """One's own unit, and the one that one's union organisation serves."""
    return [one for one in (who.unit.pk, who.unit.serves_id) if one] if who.unit else []


def _mine(who: Acting, prefix: str = "") -> Q:
    return Q(**{f"{prefix}unit__path__within": who.reach}) | Q(**{f"{prefix}unit__in": own_units(who)})


def seen(who: Acting) -> QuerySet[DocketSet]:
    """The sets of one's own office, and those in which a unit within reach keeps something."""
    if who.reach.is_everything:
        return DocketSet.unscoped.select_related("unit")
    kept = Keeper.unscoped.filter(_mine(who), docket__set=OuterRef("pk"))
    theirs = Q(Exists(kept)) & ~Q(state=State.DRAFT)
    return DocketSet.unscoped.filter(Q(unit__path__within=who.reach) | theirs).select_related("unit")


def counted(rows: QuerySet[DocketSet]) -> QuerySet[DocketSet]:
    """Each with how many lists, units and entries it has, and how many of these are done."""

    def number(model: Any, path: str, **narrow: Any) -> Any:
        found = model.filter(**{path: OuterRef("pk")}, **narrow).order_by().values(path).annotate(n=Count("pk"))
        return Coalesce(Subquery(found.values("n")), 0)

    return rows.annotate(
        lists=number(Docket.unscoped, "set"),
        kept_by=number(Keeper.unscoped, "docket__set"),
        number=number(DocketEntry.unscoped, "docket__set"),
        done=number(DocketEntry.unscoped, "docket__set", done_on__isnull=False),
    )


def dockets(who: Acting) -> QuerySet[Docket]:
    """The lists of sets that somebody sees."""
    return Docket.unscoped.filter(set__in=seen(who)).select_related("set__unit")


def is_host(one: DocketSet, who: Acting) -> bool:
    """Whether somebody acts for the office that defined a set."""
    return who.may("dockets.change") and (who.reach.is_everything or who.reach.holds(one.unit.path))


def columns(docket: Docket, *, ended: bool = False) -> list[DocketColumn]:
    """The columns in use, in their order; with `ended` those that were, too."""
    rows = docket.columns.all()
    return list(rows if ended else rows.filter(ended_on__isnull=True))


def keeps(docket: Docket, who: Acting) -> Unit | None:
    """The unit for which somebody keeps a docket: one's own, or the one that one's union serves."""
    found = Keeper.unscoped.filter(docket=docket, unit__in=own_units(who)).select_related("unit").first()
    return found.unit if found else None


def entries(docket: Docket, who: Acting) -> QuerySet[Any]:
    """The entries of a docket that somebody sees: all of them in the office, elsewhere of units within reach."""
    rows = DocketEntry.unscoped.filter(docket=docket)
    if not is_host(docket.set, who):
        rows = rows.filter(_mine(who))
    return lit(rows)


def entries_seen(who: Acting) -> QuerySet[Any]:
    """Every entry that somebody may open."""
    hosted = Q(docket__set__unit__path__within=who.reach) if who.may("dockets.change") else Q(pk__in=[])
    rows = DocketEntry.unscoped.filter(docket__set__in=seen(who))
    return rows if who.reach.is_everything else rows.filter(_mine(who) | hosted)


def lit(rows: QuerySet[DocketEntry], day: date | None = None) -> QuerySet[Any]:
    """Entries with their `tone`, derived from days; the task that one is tied to comes with its own light."""
    day = day or clock.today()
    tone = Case(
        When(done_on__isnull=False, then=Value(Tone.DONE.value)),
        When(due__lt=day, then=Value(Tone.RED.value)),
        When(due__lt=F("near"), then=Value(Tone.AMBER.value)),
        When(due__isnull=True, then=Value(Tone.NONE.value)),
        default=Value(Tone.GREEN.value),
    )
    found = rows.annotate(near=tasks.near_day(day)).annotate(tone=tone, proved=_proofs())
    with_light = Prefetch("task", queryset=tasks.lit(Task.unscoped.select_related("unit"), day))
    return found.select_related("unit", "docket__set__unit").prefetch_related(with_light)


def _proofs() -> Any:
    found = Proof.objects.filter(entry=OuterRef("pk")).order_by().values("entry").annotate(n=Count("pk"))
    return Coalesce(Subquery(found.values("n")), 0)


def why(row: Any, day: date | None = None) -> str:
    """Why a lit entry stands as it does."""
    return rules.entry_why(Tone(row.tone), row.due, row.done_on, day or clock.today())


def keepers(rows: QuerySet[Keeper], day: date | None = None) -> QuerySet[Any]:
    """Keepers with what their standing is derived from; no question for each."""
    day = day or clock.today()
    own = DocketEntry.unscoped.filter(docket=OuterRef("docket"), unit=OuterRef("unit")).order_by().values("docket")

    def number(**narrow: Any) -> Any:
        return Coalesce(Subquery(own.filter(**narrow).annotate(n=Count("pk")).values("n")), 0)

    last = Confirmation.objects.filter(docket=OuterRef("docket"), unit=OuterRef("unit")).order_by("-last")
    return rows.select_related("unit", "docket__set__unit").annotate(
        entries=number(),
        done=number(done_on__isnull=False),
        late=number(done_on__isnull=True, due__lt=day),
        confirmed_to=Subquery(last.values("last")[:1]),
        confirmed_on=Subquery(last.values("on")[:1]),
    )


def standing(row: Any, day: date | None = None) -> tuple[Tone, str]:
    """How a keeper of `keepers` stands, and why."""
    told = rules.Keeping(row.entries, row.done, row.late, row.docket.every, row.since, row.confirmed_to)
    return rules.standing(told, day or clock.today())


def lagging(rows: QuerySet[Any], docket: Docket, day: date | None = None) -> QuerySet[Any]:
    """Of the keepers of a docket those that filled nothing in, have something late, or have not confirmed."""
    now = rules.span_of(docket.every, day or clock.today())
    behind = Q(entries=0) | Q(late__gt=0)
    if now:
        behind |= Q(confirmed_to__isnull=True) | Q(confirmed_to__lt=now.last)
    return rows.filter(behind)


def people_of(unit: Unit) -> list[Account]:
    """Who fills in what a unit keeps: its desk, and that of the union organisation that serves it."""
    held = Grant.objects.with_scopes_disabled().filter(
        Grant.HELD, Q(unit=unit) | Q(unit__serves=unit), role__in=FILLERS
    )
    return list({one.account_id: one.account for one in held.select_related("account")}.values())


def kept_here(who: Acting) -> QuerySet[Any]:
    """What one's own unit keeps, in sets that are in use."""
    rows = Keeper.unscoped.filter(unit__in=own_units(who), docket__set__state=State.IN_USE)
    return keepers(rows)


def tasks_for(unit: Unit) -> list[tuple[str, str]]:
    """The open tasks of a unit to which an entry may be tied."""
    rows = Task.unscoped.filter(unit=unit, state__in=(Task.State.OPEN, Task.State.DONE)).order_by("-year", "id")
    return [(str(pk), title[:60]) for pk, title in rows.values_list("pk", "title")[:MOST_TASKS]]


def figure_at(key: str, unit: Unit, who: Acting) -> str:
    """What an indicator stands at for a unit this month, as far as whoever looks may be told; empty otherwise."""
    one = next((one for one in indicators.indicators() if one.key == key), None)
    reaches = who.reach.is_everything or who.reach.holds(unit.path) or unit.pk in own_units(who)
    if one is None or not reaches or not who.may("figures.view"):
        return ""
    if who.unit is not None and not indicators.is_open_at(one, who.unit):
        return ""
    try:
        at = lake.opened()
    except lake.NoLake:
        return ""
    today = clock.today()
    frame = indicators.Frame(indicators.Period.month_of(today), today)
    for scope in indicators.scopes(at, [str(unit.pk)]):
        value = indicators.computed(at, one, scope.unit, frame).value
        return "" if value is None else f"{frame.period.label} {value:,.10g} {one.unit.label}"
    return ""


class Told:
    """How the cells of a docket's entries read: units, tasks and figures by their names, asked for once."""

    def __init__(self, docket: Docket, labels: dict[str, str], *, one: DocketEntry | None = None) -> None:
        self.labels = labels
        named = [
            row for row in columns(docket, ended=True) if row.kind in (DocketColumn.Kind.UNIT, DocketColumn.Kind.TASK)
        ]
        self.names: dict[str, str] = {}
        rows = [one.values] if one else docket.entries.values_list("values", flat=True) if named else []
        for column in named:
            ids = {values[column.pk.hex] for values in rows if values.get(column.pk.hex)}
            if column.kind == DocketColumn.Kind.UNIT:
                self.names |= {str(unit.pk): str(unit) for unit in Unit.unscoped.filter(pk__in=ids)}
            else:
                found = Task.unscoped.filter(pk__in=ids).values_list("pk", "title")
                self.names |= {str(pk): title for pk, title in found}

    def words(self, row: Any, column: DocketColumn) -> str:
        """What a cell says."""
        value = row.values.get(column.pk.hex, "")
        match column.kind:
            case "number" if value:
                return f"{value} {column.measure_word}"
            case "unit" | "task":
                return self.names.get(value, "")
            case "indicator":
                return self.labels.get(value, value)
            case "file":
                return str(value.get("name", "")) if value else ""
        return str(value)
