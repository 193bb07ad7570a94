"""What the pages of honours show alike: lights, money, links to what other rooms show, and facts as objects."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import Q
from django.urls import NoReverseMatch, reverse

from jiangtai.kernel import clock
from jiangtai.ledger import FactRow
from jiangtai.web import Choice, Column, ListPage, ObjectMixin, Search, Stat, Tag

from .. import queries
from ..facts import Tier
from ..models import HonorTitle
from . import rows

SOON = 90
"""So many days before its last one, a validity turns amber."""
TIERS = [(tier.value, tier.label) for tier in Tier]
PERSONAL = [(one.value, one.label) for one in HonorTitle.Kind if one is not HonorTitle.Kind.PLAQUE]


def address(name: str, *args: Any) -> str:
    """The address of a page of another room; empty where there is none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def yuan(amount: Decimal) -> int | float:
    """An amount as a list shows it and a sheet adds it up."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def validity(until: date | None) -> Tag:
    """How long something still holds, as a light."""
    if until is None:
        return Tag("长期有效", "ok")
    left = (until - clock.today()).days
    if left < 0:
        return Tag("已到期", "bad")
    return Tag(f"{left} 天后到期" if left else "今天到期", "warn") if left <= SOON else Tag("有效", "ok")


def state_of(row: Any, ended: str) -> Tag:
    """Whether a fact still holds: `ended` is what one calls it once another fact has ended it."""
    return Tag(ended, "plain") if row.is_over else validity(row.until)


def by_name(found: Any, text: str) -> Any:
    """Rows about who has this full name, or that rest on this document."""
    return found.filter(Q(subject__in=queries.named(text)) | Q(payload__document__icontains=text))


def of_unit(key: str = "unit") -> Search:
    """A condition on the unit at which somebody was."""
    return Search(
        "单位", key, fields=("unit__name__contains", "unit__short_name__contains", "unit__pinyin__startswith")
    )


def years(kind: type) -> Any:
    """The years in which facts of a kind happened, as options."""

    def options(page: Any) -> list[tuple[str, str]]:
        found = queries.in_reach(kind).order_by().values_list("day__year", flat=True).distinct()
        return [(str(year), f"{year} 年") for year in sorted(found, reverse=True)]

    return options


def in_year(found: Any, value: str) -> Any:
    """Those of a year; of none where it is no year."""
    return found.filter(day__year=int(value)) if value.isdecimal() and len(value) == 4 else found.none()


def titles(page: Any) -> list[tuple[str, str]]:
    """The titles that persons can hold, as options."""
    found = HonorTitle.objects.exclude(kind=HonorTitle.Kind.PLAQUE).values_list("pk", "name")
    return [(str(pk), name) for pk, name in found]


KIND = Choice(
    "类别", "kind", choices=PERSONAL, match=lambda found, value: found.filter(payload__title__in=rows.title_ids(value))
)
TITLE = Choice("称号", "title", choices=titles, field="payload__title")
TIER = Choice("层级", "tier", choices=TIERS, field="payload__tier")


def in_state(*enders: type) -> Any:
    """A match for the states of what can run out or be ended; without one, only what holds is listed."""

    def match(found: Any, value: str) -> Any:
        match value:
            case "soon":
                last = date.fromordinal(clock.today().toordinal() + SOON)
                return found.filter(is_over=False, until__gte=clock.today(), until__lte=last)
            case "expired":
                return found.filter(is_over=False, until__lt=clock.today())
            case "over":
                return found.filter(is_over=True)
        return found.none()

    return match


class FactList(ListPage):
    """A list of facts within reach, with numbers above it that follow the conditions."""

    template, permission, order = "honors/list.html", "honors.view", "-on"
    kind: ClassVar[type]
    enders: ClassVar[tuple[type, ...]] = ()
    keeps_expired: ClassVar[bool] = False
    """Whether what ran out stays on the list until somebody sees to it."""

    def rows(self) -> Any:
        """Those that hold; all of them where a state is asked for."""
        found = rows.with_ends(self.facts(), *self.enders)
        if self.request.GET.get("state"):
            return found
        return found.filter(is_over=False) if self.keeps_expired else found.current()

    def facts(self) -> Any:
        """Those of the kind, within reach."""
        return queries.in_reach(self.kind)

    def stats(self) -> list[Stat]:
        """The numbers above the list."""
        return []

    def get_context(self) -> dict[str, Any]:
        """With the numbers."""
        return {**super().get_context(), "stats": self.stats()}


class FactObject(ObjectMixin):
    """A page about one fact within reach."""

    kind: ClassVar[type]
    enders: ClassVar[tuple[type, ...]] = ()
    object: Any

    def objects(self) -> Any:
        """Within reach, with whether it was ended."""
        return rows.with_ends(queries.in_reach(self.kind), *self.enders)

    @property
    def fact(self) -> Any:
        """What it says."""
        return self.object.fact


def name_column(**options: Any) -> Column:
    """Whom a row is about."""
    return Column("name", "姓名", "beside.name", **options)


def unit_column(label: str = "单位") -> Column:
    """The unit at which somebody was on that day."""
    return Column("unit", label, lambda row: row.unit.name, sort="unit__pinyin")


def day_column(label: str = "授予日期") -> Column:
    """When."""
    return Column("on", label, lambda row: row.day, sort=("day", "id"), kind="date")


def until_column(ended: str) -> Column:
    """Until when, as a light."""
    return Column("state", "状态", lambda row: state_of(row, ended), kind="tag")


def honor_url(row: FactRow) -> str:
    """The page of an honour."""
    return reverse("honors.show", args=[row.pk])
