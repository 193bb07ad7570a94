"""Schemes as pages ask for them, what a unit is asked by one, and what was said of each criterion on the way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Avg, Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse

from jiangtai import indicators
from jiangtai.access import Acting, Unit
from jiangtai.flows import Attachment, Case, Decision, Known, Round, materials, records
from jiangtai.kernel import clock

from ..models import Assessment, Criterion, Report, Result, Scheme, Task
from ..rules import assessments as likeness
from ..rules import schemes as rules
from ..rules.schemes import Line, Terms
from . import figures, tasks

FLOW = "reform.AssessUnit"
ASKED_STEPS = ("score", "answer")
"""The steps at which a unit is asked, and may let the day go by."""
_FORWARD = {"score": ("check",), "check": ("answer",), "answer": ("confirm", "review"), "review": ("confirm",)}
_MOST_TASKS, _LABEL = 6, 40
_CLOSED = (Task.State.CANCELLED, Task.State.ROLLED)


def counted() -> QuerySet[Scheme]:
    """Those within reach, each with its criteria, full marks, units asked and units done."""
    of = Criterion.objects.filter(scheme=OuterRef("pk")).order_by().values("scheme")
    asked = Case.unscoped.filter(round=OuterRef("round")).exclude(state="withdrawn").order_by().values("round")
    done = Result.unscoped.filter(scheme=OuterRef("pk")).order_by().values("scheme")
    return Scheme.objects.annotate(
        number=Coalesce(Subquery(of.annotate(n=Count("pk")).values("n")), 0),
        sum=Coalesce(Subquery(of.filter(kind="base").annotate(n=Sum("score")).values("n")), Decimal(0)),
        asked=Coalesce(Subquery(asked.annotate(n=Count("pk")).values("n")), 0),
        done=Coalesce(Subquery(done.annotate(n=Count("pk")).values("n")), 0),
        average=Subquery(done.annotate(n=Avg("percent")).values("n")),
    )


def units_by_default(host: Unit) -> QuerySet[Unit]:
    """The member units, streets and parks below the unit that assesses: whom a round asks unless told otherwise."""
    kinds = (Unit.Kind.DEPARTMENT, Unit.Kind.STREET, Unit.Kind.PARK)
    rows = Unit.unscoped.filter(path__within=host.reach, kind__in=kinds, state=Unit.State.ACTIVE)
    return rows.exclude(pk=host.pk).order_by("rank", "number")


def full_of(scheme: Scheme) -> Decimal:
    """What the criteria of a scheme come to, without bonus and deductions."""
    return rules.full_of(scheme.criteria.values_list("kind", "score"))


def terms_of(scheme: Scheme) -> Terms:
    """How its marks become a result."""
    return Terms(
        full=scheme.scale, rescales=scheme.unfit == Scheme.Unfit.RESCALE, excellent=scheme.excellent,
        good=scheme.good, passing=scheme.passing, most_bonus=scheme.most_bonus,
    )  # fmt: skip


def cases(scheme: Scheme) -> QuerySet[Case]:
    """The cases of its round, one for each unit that was asked."""
    rows = Case.unscoped.filter(round=scheme.round_id, round__isnull=False).exclude(state="withdrawn")
    return rows.select_related("unit", "round").order_by("unit__rank", "unit__number")


def overdue(scheme: Scheme) -> QuerySet[Case]:
    """Those that wait for a unit past its day, or for one that is no more."""
    late = Q(due__lt=clock.today()) | ~Q(unit__state=Unit.State.ACTIVE)
    return cases(scheme).filter(late, state="open", step__in=ASKED_STEPS)


def scheme_of(case: Case) -> Scheme:
    """The scheme by which a case goes."""
    return Scheme.unscoped.get(round=case.round_id)


def asked_of(criteria: Iterable[Criterion], unit: Unit) -> list[tuple[int, Criterion]]:
    """Those criteria that ask a unit, each with its number in the scheme."""
    return [
        (number, one)
        for number, one in enumerate(criteria, start=1)
        if not one.applies_to or unit.kind in one.applies_to
    ]


def settled(held: Round) -> dict[str, Any]:
    """Nothing more than its scheme, without which no round of the assessment opens."""
    if not held.terms.get("scheme"):
        raise ValidationError("单位考核请在“考核所属单位”里按考核办法发起")
    return {}


# what was said


@dataclass(frozen=True)
class Said:
    """What a step was last filled with, and at which turn."""

    turn: int
    outcome: str
    values: dict[str, Any]


def said_of(found: Iterable[Case]) -> dict[UUID, dict[str, Said]]:
    """What was last sent on at each step of each case, as far as it still stands; two questions for all of them.

    What was answered before the marks were checked anew is over, and so is what was reviewed before that.
    """
    by_id = {one.pk: one for one in found}
    rows = Decision.objects.filter(case__in=by_id, step__in=_FORWARD).order_by("made_at", "id")
    kept = [one for one in rows if one.outcome in _FORWARD[one.step]]
    last = {(one.case_id, one.step): one for one in kept}
    read = records.read_each((by_id[one.case_id], one.secret) for one in last.values())
    told: dict[UUID, dict[str, Said]] = {pk: {} for pk in by_id}
    for (pk, step), one, words in zip(last, last.values(), read, strict=True):
        told[pk][step] = Said(one.turn, one.outcome, (words or {}).get("values") or {})
    return {pk: _standing(one) for pk, one in told.items()}


def _standing(said: dict[str, Said]) -> dict[str, Said]:
    found: dict[str, Said] = {}
    before = -1
    for step in _FORWARD:
        one = said.get(step)
        if one is None or one.turn < before:
            if step == "score":  # a unit that never answered is checked all the same
                continue
            break
        found[step], before = one, one.turn
    return found


def lines_for(scheme: Scheme, found: Sequence[Case]) -> dict[UUID, list[Line]]:
    """Every criterion that asks each case's unit, with all that was said of it; by the case's id."""
    criteria, said = list(scheme.criteria.order_by("place")), said_of(found)
    return {one.pk: [_line(number, each, said[one.pk]) for number, each in asked_of(criteria, one.unit)]
            for one in found}  # fmt: skip


def lines_of(case: Case) -> list[Line]:
    """The same of one case."""
    return lines_for(scheme_of(case), [case])[case.pk]


def _line(number: int, one: Criterion, said: dict[str, Said]) -> Line:
    end = one.pk.hex

    def at(step: str, name: str) -> Any:
        return said[step].values.get(f"{name}_{end}") if step in said else None

    objects = "answer" in said and said["answer"].outcome == "review"
    upheld = at("review", "upheld")
    return Line(
        key=end, number=number, section=one.section, text=one.text, method=one.method, score=one.score, kind=one.kind,
        own=_mark(at("score", "own"), "score" in said), own_said=at("score", "said") or "",
        checked=_mark(at("check", "mark"), "check" in said), why=at("check", "why") or "",
        objection=(at("answer", "object") or "") if objects else "", upheld=None if upheld is None else upheld == "yes",
        answer=at("review", "answer") or "", settled=_mark(at("review", "settled"), False) if upheld == "yes" else None,
    )  # fmt: skip


def _mark(value: Any, is_said: bool) -> Decimal | None:
    """A mark as it was kept; a bonus or deduction that was left empty is none."""
    if value in (None, ""):
        return Decimal(0) if is_said else None
    return Decimal(str(value))


# what a unit is asked, and what is known of it


def papers(case: Case) -> dict[str, str]:
    """What each criterion's evidence is called among the documents of a case."""
    scheme = scheme_of(case)
    found = asked_of(scheme.criteria.order_by("place"), case.unit)
    return {one.pk.hex: f"第{number}项佐证：{one.text[:_LABEL]}" for number, one in found}


def tasks_of(unit: Unit, year: int) -> list[Task]:
    """The unit's tasks of a year with their lights."""
    rows = Task.unscoped.filter(unit=unit, year=year).exclude(state__in=_CLOSED)
    return list(tasks.listed(rows).order_by("due", "pk")[: tasks.MOST])


def likely(one: Criterion, rows: Sequence[Task]) -> list[Task]:
    """Of these tasks those that may speak for a criterion, the likeliest first."""
    asked = f"{one.section} {one.text} {one.method}"
    by_key: dict[object, Task] = {row.pk: row for row in rows}
    return [by_key[key] for key in likeness.likely(asked, [(row.pk, row.title) for row in rows], _MOST_TASKS)]


def known_of(case: Case) -> dict[str, Known]:
    """What the house knows already: the sentence and the tasks for each criterion, out of accepted progress."""
    scheme, found = scheme_of(case), {}
    rows = tasks_of(case.unit, scheme.year)
    last = {one.task_id: one for one in Report.unscoped.filter(task__in=rows).order_by("accepted_on", "id")}
    for _, one in asked_of(scheme.criteria.order_by("place"), case.unit):
        near = likely(one, rows)[:2]
        if not near:
            continue
        words = "；".join(_of_task(task, last.get(task.pk)) for task in near)
        source = "本单位任务和认可的进展" if any(task.pk in last for task in near) else "本单位任务"
        found[f"said_{one.pk.hex}"] = Known(words[:600], source)
        found[f"tasks_{one.pk.hex}"] = Known([str(task.pk) for task in near], "本单位任务")
    return found


def _of_task(task: Task, report: Report | None) -> str:
    light = tasks.light_of(task)
    narrative = f"{report.narrative.rstrip('。')}（{report.period}）" if report else light.why
    return f"“{task.title.rstrip('。')}”{light.label}：{narrative}"


def figures_of(case: Case, *, for_unit: bool) -> dict[str, figures.FigureTold]:
    """The figure tied to each criterion, for the case's unit and the scheme's year; a unit only what it is told."""
    scheme = scheme_of(case)
    open_to = {one.key for one in indicators.indicators() if not for_unit or indicators.is_open_at(one, case.unit)}
    wanted = [one for _, one in asked_of(scheme.criteria.order_by("place"), case.unit) if one.indicator in open_to]
    told = figures.told_each([(one.indicator, case.unit) for one in wanted], scheme.year)
    return {one.pk.hex: told[one.indicator, case.unit.pk] for one in wanted if (one.indicator, case.unit.pk) in told}


def rows_url(told: figures.FigureTold, unit: Unit, year: int) -> str:
    """Where the rows under a figure are."""
    return indicators.figure_url(told.key, period=year, unit=unit.pk)


@dataclass(frozen=True)
class Shown:
    """A piece of evidence for a criterion: what it is called, and where it is seen."""

    label: str
    url: str = ""


def evidence_of(case: Case) -> dict[str, list[Shown]]:
    """What the unit laid beside each criterion: tasks, files, and where a paper is kept."""
    values = said_of([case])[case.pk].get("score")
    names = {name: key for key, name in papers(case).items()}
    found: dict[str, list[Shown]] = {key: [] for key in names.values()}
    sent = Attachment.objects.filter(case=case, removed_at__isnull=True, material__in=names).select_related("file")
    for one in materials.named(case, sent):
        called = one.called  # type: ignore[attr-defined]
        found[names[one.material]].append(Shown(called, reverse("cases.paper", args=[case.pk, one.pk])))
    said = values.values if values else {}
    wanted = {str(pk) for name, pks in said.items() if name.startswith("tasks_") for pk in pks or ()}
    titles = {str(pk): title for pk, title in Task.unscoped.filter(pk__in=wanted).values_list("pk", "title")}
    for key in found:
        for pk in said.get(f"tasks_{key}") or ():
            if pk in titles:
                found[key].append(Shown(f"任务：{titles[pk]}", reverse("tasks.show", args=[pk])))
        if proof := said.get(f"proof_{key}"):
            found[key].append(Shown(str(proof)))
    return found


# results


def average(scheme: Scheme) -> Decimal | None:
    """The mean of what its units came to, in percent of the full marks, each unit once; None while there is none."""
    found = results(scheme).aggregate(mean=Avg("percent"))["mean"]
    return None if found is None else rules.rounded(found)


def results(scheme: Scheme) -> QuerySet[Result]:
    """What its units came to, the best first."""
    return Result.unscoped.filter(scheme=scheme).select_related("unit", "scheme").order_by("-percent", "unit__number")


def own(who: Acting) -> QuerySet[Result]:
    """What the unit at which someone acts came to; a union organisation also sees whom it serves."""
    here = [one for one in (who.unit.pk, who.unit.serves_id) if one] if who.unit else []
    rows = Result.unscoped.filter(unit__in=here).select_related("unit", "scheme")
    return rows.order_by("-scheme__year", "-confirmed_on", "-id")


def told(scheme: Scheme) -> list[rules.UnitResult]:
    """The results as papers say them."""
    return [
        rules.UnitResult(str(row.unit), row.full, row.marks, row.percent, row.grade, row.own is not None,
                         row.objections, row.upheld)
        for row in results(scheme)
    ]  # fmt: skip


def sources(host: Unit) -> list[tuple[str, str]]:
    """From which scoring tables and schemes a new scheme can be copied."""
    schemes = Scheme.objects.filter(unit=host).order_by("-year", "-made_at")[:20]
    tables = Assessment.objects.order_by("-year", "-made_at")[:20]
    return [
        *((f"scheme:{one.pk}", f"考核办法：{one.title}") for one in schemes),
        *((f"assessment:{one.pk}", f"迎检考核评分表：{one.title}") for one in tables),
    ]


def sections(scheme: Scheme) -> list[str]:
    """Its sections in their order."""
    rows = scheme.criteria.order_by("place").values_list("section", flat=True)
    return list(dict.fromkeys(one or "其他" for one in rows))
