"""Assessments as pages ask for them, and what the house has that may speak for a point."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from jiangtai import indicators
from jiangtai.access import Acting

from ..models import Assessment, Exhibit, Instrument, Meeting, Point, Task
from ..rules import assessments as rules
from ..rules.footnotes import Footnotes
from . import figures, tasks

MOST = 4
_MANY = 2_000


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
    return one.points.select_related("unit").annotate(shown=Count("exhibits")).order_by("place")


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


def suggestions(point: Point, who: Acting) -> list[tuple[str, str, str]]:
    """What may speak for a point, as kind, key and label: figures by their names, tasks, meetings, instruments."""
    asked = f"{point.section} {point.text} {point.method}"
    taken = {_key(one) for one in point.exhibits.all()}
    found: list[tuple[str, str, str]] = []
    for kind, labels in _sources(who):
        by_key = dict(labels)
        wanted = rules.likely(asked, [(key, label) for key, label in labels if (kind, key) not in taken], MOST)
        found += [(kind, str(key), by_key[str(key)]) for key in wanted]
    return found


def _sources(who: Acting) -> Iterable[tuple[str, list[tuple[str, str]]]]:
    yield "indicator", [(one.key, one.label) for one in indicators.indicators()]
    rows = tasks.seen(who).exclude(state=Task.State.CANCELLED).order_by("-done_on", "due")[:_MANY]
    yield "task", [(str(pk), title) for pk, title in rows.values_list("pk", "title")]
    held = Meeting.objects.filter(state=Meeting.State.HELD)
    yield "meeting", [(str(pk), title) for pk, title in held.values_list("pk", "title")]
    sent = Instrument.objects.exclude(state=Instrument.State.DRAFT)
    yield (
        "instrument",
        [(str(pk), f"{number} {title}") for pk, number, title in sent.values_list("pk", "number", "title")],
    )


def _key(one: Exhibit) -> tuple[str, str]:
    return one.kind, one.indicator or str(one.task_id or one.meeting_id or one.instrument_id or "")


def meant(who: Acting, kind: str, key: str) -> dict[str, Any] | None:
    """What a suggestion names, as an exhibit keeps it; None where it is not there or out of reach."""
    for name, labels in _sources(who):
        label = dict(labels).get(key) if name == kind else None
        if label is not None:
            return {"label": label[:200], ("indicator" if kind == "indicator" else f"{kind}_id"): key}
    return None


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
