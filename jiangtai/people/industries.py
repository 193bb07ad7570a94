"""In which industry an employer works on a day, and by it who are industrial workers: asked of the database at once."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from jiangtai.access import Unit
from jiangtai.kernel import clock

from . import industrial, reading
from .models import Employment, IndustrySpell, Person, holding

FROM_THE_START = date(1900, 1, 1)
"""Since when the first industry holds that anybody named, where no day was given: as long as anybody knows."""
YES, NO, UNKNOWN = "yes", "no", "unknown"


def industry_on(unit: UUID, on: date | None = None) -> str:
    """The industry of an employer on a day; empty where nobody said."""
    rows = IndustrySpell.objects.filter(unit=unit, since__lte=on or clock.today()).order_by("-since")
    return str(rows.values_list("code", flat=True).first() or "")


def set_industry(unit: Unit, code: str, since: date | None) -> None:
    """Write down that an industry holds from a day on; what is said of the same day again replaces it."""
    is_first = not IndustrySpell.objects.filter(unit=unit).exists()
    day = since or (FROM_THE_START if is_first else clock.today())
    IndustrySpell.objects.update_or_create(unit=unit, since=day, defaults={"code": code})


def industries_of(unit: UUID) -> list[IndustrySpell]:
    """Every industry an employer has had, the latest first."""
    return list(IndustrySpell.objects.filter(unit=unit).order_by("-since"))


def is_industrial_worker(works: list[Employment], on: date | None = None) -> industrial.Finding:
    """Of somebody with these employments whether, and by which condition."""
    day = on or clock.today()
    rows = IndustrySpell.objects.filter(unit__in=[work.unit_id for work in works], since__lte=day).order_by("since")
    codes = dict(rows.values_list("unit", "code"))
    posts = [
        industrial.Post(codes.get(work.unit_id, ""), work.form_said, work.is_production, work.occupation)
        for work in works
        if work.since <= day and (work.until is None or work.until > day)
    ]
    return industrial.answer(posts, day)


def industrial_workers(unit: Unit | None = None, on: date | None = None, *, answer: str = YES) -> QuerySet[Person]:
    """Those who work for a unit or below it on a day and are, are not, or may be such workers: for rules and jobs."""
    where = Q(unit__path__within=unit.reach) if unit is not None else Q()
    works = Employment.unscoped.filter(where, holding(on or clock.today()))
    return by_answer(Person.unscoped.filter(pk__in=works.order_by().values("person")), works, answer, on)


def industrial_within_reach(rows: QuerySet[Person], answer: str) -> QuerySet[Person]:
    """Of these persons those of whom the answer holds today, as far as the reader reaches where they work."""
    works = Employment.unscoped.filter(Employment.NOW, reading.within_reach())
    return by_answer(rows, works, answer, None)


def by_answer(rows: QuerySet[Person], works: QuerySet[Employment], answer: str, on: date | None) -> QuerySet[Person]:
    """Of these persons those of whom the answer holds by these employments."""
    rule = industrial.definition_on(on or clock.today())
    if rule is None:
        return rows if answer == UNKNOWN else rows.none()
    inside, outside = _industries(rule, on or clock.today())
    forms = [form.value for form in rule.waged]
    speaks_against = Q(unit__in=outside) | Q(is_production=False) & ~Q(occupation="")
    mine = works.order_by().filter(person=OuterRef("pk"))
    is_so = Exists(mine.filter(unit__in=inside, form__in=forms, is_production=True))
    is_open = Exists(mine.exclude(speaks_against))
    found: dict[str, Any] = {YES: is_so, UNKNOWN: ~is_so & is_open, NO: ~is_so & ~is_open}
    return rows.filter(found[answer])


def _industries(rule: industrial.Definition, on: date) -> tuple[Subquery, Subquery]:
    """The units whose industry on a day lies within the definition, and those whose industry lies outside."""
    latest = IndustrySpell.objects.filter(since__lte=on).order_by("unit", "-since").distinct("unit").values("pk")
    here, open_ = Q(), Q(code="")
    for one in rule.industries:
        here |= Q(code__startswith=one)
        open_ |= Q(code__in=[one[:length] for length in range(1, len(one))])
    rows = IndustrySpell.objects.filter(pk__in=latest).order_by()
    return Subquery(rows.filter(here).values("unit")), Subquery(rows.exclude(here | open_).values("unit"))
