"""Assessments as pages ask for them, and what the house has that may speak for a point."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from jiangtai import flows, indicators
from jiangtai.access import Acting, Unit, current
from jiangtai.kernel import read_id

from ..models import Addressee, Assessment, Exhibit, Instrument, Meeting, Point, Reply, ReplyFile, Task
from ..reading.names import names_in
from ..rules import assessments as rules
from ..rules.footnotes import Footnotes
from . import figures, library, naming, plans, supervising, tasks

MOST, MOST_FOUND = 4, 6
_MANY = 2_000
Likely = tuple[str, str, str]
"""Something that may speak for a point: its kind, its key, its label."""


def counted() -> QuerySet[Assessment]:
    """Those within reach, each with its points, marks, own marks and gaps."""
    of = Point.objects.filter(assessment=OuterRef("pk")).order_by().values("assessment")
    bare = of.filter(~Exists(Exhibit.objects.filter(point=OuterRef("pk"))))
    return Assessment.objects.annotate(
        number=Coalesce(Subquery(of.annotate(n=Count("pk")).values("n")), 0),
        full=Subquery(of.annotate(n=Sum("score")).values("n")),
        own=Subquery(of.annotate(n=Sum("self_score")).values("n")),
        gaps=Coalesce(Subquery(bare.annotate(n=Count("pk")).values("n")), 0),
    )


def points(one: Assessment) -> QuerySet[Point]:
    """The points, each with how many exhibits it has."""
    return one.points.prefetch_related("units").annotate(shown=Count("exhibits")).order_by("place")


def units_in(cells: Iterable[str]) -> dict[str, list[Unit]]:
    """The units within reach that each cell of a table names, one or several, as plans name them."""
    told = {cell: names_in(cell).units or [cell] for cell in cells}
    names = {name for found in told.values() for name in found}
    exact = {name: found[0] for name, found in naming.units_called(names).items() if len(found) == 1}
    loose = {name: one.unit for name, one in plans.meant(names - exact.keys()).items() if one.unit}
    known = Unit.objects.in_bulk(loose.values())
    units = exact | {name: known[pk] for name, pk in loose.items() if pk in known}
    return {cell: list(dict.fromkeys(units[name] for name in names if name in units)) for cell, names in told.items()}


def who_can_fill(rows: Iterable[Point]) -> list[tuple[str, int]]:
    """Who answers for how many of these points, and for how many nobody does."""
    found = Counter(str(unit) for row in rows for unit in row.units.all())
    nobody = sum(not row.units.all() for row in rows)
    return [*found.most_common(), *([("没有责任单位", nobody)] if nobody else [])]


def number_shown(one: Assessment) -> int:
    """How many exhibits there are for all points together."""
    return Exhibit.objects.filter(point__assessment=one).count()


def gaps(one: Assessment) -> QuerySet[Point]:
    """The points for which nothing is shown yet."""
    found: Any = points(one)
    return found.filter(shown=0)


def totals(one: Assessment) -> tuple[Decimal, Decimal]:
    """What the points come to, and what was given to oneself."""
    found = one.points.aggregate(full=Sum("score"), own=Sum("self_score"))
    return found["full"] or Decimal(0), found["own"] or Decimal(0)


def suggestions(point: Point, who: Acting) -> list[Likely]:
    """What may speak for a point: files that its units sent when asked for them, and what shares its words."""
    asked = f"{point.section} {point.text} {point.method}"
    taken = {_key(one) for one in point.exhibits.all()}
    found: list[Likely] = [
        (Exhibit.Kind.FILE.value, str(one.pk), _sent_said(one))
        for one in sent_in(who).filter(reply__addressee__instrument__in=point.prompts.all())
        if one.reply.addressee.unit in point.units.all() and not point.exhibits.filter(file=one.file).exists()
    ]
    for kind in _SOURCES:
        labels = {key: label for key, label in _labels(kind, who) if (kind, key) not in taken}
        found += [(kind, str(key), labels[str(key)]) for key in rules.likely(asked, labels.items(), MOST)]
    return found


def looked_up(who: Acting, words: str) -> list[Likely]:
    """What the house has by words of its name or number, a case by its whole number."""
    found: list[Likely] = []
    for kind in _SOURCES:
        found += [(kind, key, label) for key, label in _labels(kind, who, words=words.split())[:MOST_FOUND]]
    case = tasks.case_named(words, who.reach)
    return [*found, *([(Exhibit.Kind.CASE.value, str(case.pk), _case_said(case))] if case else [])]


def exhibit_named(text: str) -> tuple[str, str] | None:
    """The kind and key of the one thing that `kind:key`, or a name alone, names."""
    kind, _, key = text.partition(":")
    if meant(current(), kind, key):
        return kind, key
    near = looked_up(current(), text)
    found = [one for one in near if one[2] == text.strip()] or near
    if len(found) > 1:
        raise ValueError(f"有 {len(found)} 份材料的名称里有“{text}”，请从下拉结果中选")
    return found[0][:2] if found else None


def name_of_exhibit(text: str) -> str:
    """What `kind:key` is called; empty where it is nothing."""
    kind, _, key = text.partition(":")
    found = meant(current(), kind, key)
    return found["label"] if found else ""


def asked_of(point: Point, who: Acting) -> QuerySet[Addressee]:
    """The units of a point that were sent a prompt for it, answered or not, the latest prompt first."""
    rows = supervising.addressed(who).filter(instrument__in=point.prompts.all(), unit__in=point.units.all())
    return rows.order_by("-instrument__issued_on", "unit__path")


def sent_in(who: Acting) -> QuerySet[ReplyFile]:
    """The files that came with answers that were accepted."""
    rows = ReplyFile.objects.filter(reply__verdict=Reply.Verdict.ACCEPTED)
    rows = rows.filter(reply__addressee__instrument__unit__path__within=who.reach)
    return rows.select_related("file", "reply__addressee__unit", "reply__addressee__instrument")


def _sent_said(one: ReplyFile) -> str:
    addressee = one.reply.addressee
    return f"{addressee.unit}答复{addressee.instrument.number}：{one.file.name}"


def meant(who: Acting, kind: str, key: str) -> dict[str, Any] | None:
    """What a kind and a key name, as an exhibit keeps it; None where it is not there or out of reach."""
    if kind == Exhibit.Kind.CASE:
        pk = read_id(key)
        case = flows.Case.unscoped.filter(pk=pk, unit__path__within=who.reach).first() if pk else None
        return {"label": _case_said(case), "case": case.pk} if case else None
    if kind == Exhibit.Kind.FILE:
        sent = sent_in(who).filter(pk=pk).first() if (pk := read_id(key)) else None
        return {"label": _sent_said(sent)[:200], "file": sent.file} if sent else None
    labels = dict(_labels(kind, who, key=key)) if kind in _SOURCES else {}
    if key not in labels:
        return None
    return {"label": labels[key][:200], (f"{kind}_id" if kind in _TABLES else "indicator"): key}


def _labels(kind: str, who: Acting, *, words: Sequence[str] = (), key: str = "") -> list[tuple[str, str]]:
    """The things of one kind by key and label: all of them, those with all of some words, or the one with a key."""
    if kind not in _TABLES:
        known = [(one.key, label) for one in indicators.indicators() if (label := _SOURCES[kind](one))]
        return [(name, said) for name, said in known if key in ("", name) and all(word in said for word in words)]
    fields = _TABLES[kind]
    wanted = Q(pk=read_id(key)) if key else Q()
    for word in words:
        wanted &= reduce(or_, (Q(**{f"{name}__contains": word}) for name in fields))
    rows = _SOURCES[kind](who).filter(wanted).values_list("pk", *fields)[:_MANY]
    return [(str(pk), " ".join(filter(None, said))) for pk, *said in rows]


def _facts_said(one: indicators.Indicator) -> str:
    """The facts that a figure counts, as they are called; empty where it counts none."""
    known = getattr(one.measure.rows, "known", None)
    return f"{one.label}的台账（{known.label}）" if known else ""


def _case_said(case: flows.Case) -> str:
    return f"{flows.flow_named(case.flow).label} {case.number}"


_SOURCES: dict[str, Callable[[Any], Any]] = {
    "indicator": lambda one: one.label,
    "facts": _facts_said,
    "policy": library.seen,
    "task": lambda who: tasks.seen(who).exclude(state=Task.State.CANCELLED).order_by("-done_on", "due"),
    "meeting": lambda who: Meeting.objects.filter(state=Meeting.State.HELD),
    "instrument": lambda who: Instrument.objects.exclude(state=Instrument.State.DRAFT),
}
"""What the house has that may speak for a point: the labels of figures, and rows of tables."""
_TABLES = {"policy": ("number", "title"), "task": ("title",), "meeting": ("title",), "instrument": ("number", "title")}


def _key(one: Exhibit) -> tuple[str, str]:
    named = (one.task_id, one.meeting_id, one.instrument_id, one.policy_id, one.case)
    return one.kind, one.indicator or str(next(filter(None, named), ""))


def said(one: Assessment) -> list[rules.PointSaid]:
    """The points as papers say them, with the figures that speak for them."""
    by_point: dict[Any, list[tuple[str, str]]] = {}
    for exhibit, told in figures_of(one):
        by_point.setdefault(exhibit.point_id, []).append((told.said, told.footnote))
    return [
        rules.PointSaid(
            row.section, row.text, row.score, row.self_score, row.self_said, row.shown,  # type: ignore[attr-defined]
            tuple(by_point.get(row.pk, ())),
        )
        for row in points(one)
    ]  # fmt: skip


def figures_of(one: Assessment) -> list[tuple[Exhibit, figures.FigureTold]]:
    """The indicators among the exhibits, each with what it stands at; once handed in, as it was known on that day."""
    rows = Exhibit.objects.filter(point__assessment=one, kind=Exhibit.Kind.INDICATOR).order_by("made_at")
    told = figures.told_each(((row.indicator, one.unit) for row in rows), one.year, one.handed_in_on)
    return [(row, told[row.indicator, one.unit_id]) for row in rows if (row.indicator, one.unit_id) in told]


def catalogue(one: Assessment, notes: Footnotes) -> list[dict[str, str]]:
    """The catalogue of exhibits: under which point stands what, and where it is; a figure with its value and note."""
    rows = (
        Exhibit.objects.filter(point__assessment=one)
        .select_related("point", "instrument")
        .order_by("point__place", "made_at")
    )
    told = {row.pk: notes.mark(figure.said, figure.footnote) for row, figure in figures_of(one)}
    return [
        {"point": f"{row.point.number} {row.point.text}".strip(), "kind": row.get_kind_display(),
         "label": told.get(row.pk, row.label), "where": row.kept_at or "系统内"}
        for row in rows
    ]  # fmt: skip
