"""What users read of a row: whose it is, and what a bucket is called."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from uuid import UUID

from django.urls import reverse

from jiangtai.access import Unit, UnitGroup, current
from jiangtai.lake import SUBJECTS, UNITS, Lake
from jiangtai.people import Employer, Person, those
from jiangtai.people.facts import EmployerTag, Form, Level

from .declare import Indicator
from .dimensions import BELOW

SECTIONS = {
    "A": "农、林、牧、渔业", "B": "采矿业", "C": "制造业", "D": "电力、热力、燃气及水", "E": "建筑业",
    "F": "批发和零售业", "G": "交通运输、仓储和邮政业", "H": "住宿和餐饮业", "I": "信息传输、软件和信息技术",
    "J": "金融业", "K": "房地产业", "L": "租赁和商务服务业", "M": "科学研究和技术服务业", "N": "水利、环境和公共设施",
    "O": "居民服务、修理和其他服务业", "P": "教育", "Q": "卫生和社会工作", "R": "文化、体育和娱乐业",
    "S": "公共管理、社会保障", "T": "国际组织",
}  # fmt: skip
UNKNOWN = "没有登记"
_NOTHING = {"tag": "没有标签", "level": "没有技能等级证书"}
T = TypeVar("T", bound=Callable[..., Any])


def labels_of(by: str, buckets: Iterable[str], lake: Lake) -> dict[str, str]:
    """Bucket -> how users call it."""
    wanted = [one for one in buckets if one]
    if by == "ecosystem":
        groups = {str(one.pk): one.name for one in UnitGroup.objects.filter(pk__in=wanted)}
        return {one: groups.get(one, "（已撤销）") for one in wanted} | {"": "不在生态圈"}
    if by in (BELOW, "park"):
        rows = lake.matching(UNITS, "unit", {int(one) for one in wanted})
        known = {str(row["unit"]): row["name"] for row in rows}
        nothing = "本级" if by == BELOW else "不在功能区"
        return {one: known.get(one, nothing) for one in wanted} | {"": nothing}
    choices: dict[str, dict[str, Any]] = {
        "education": dict(Person.Education.choices),
        "hukou": dict(Person.Hukou.choices),
        "level": {str(one.value): one.label for one in Level},
        "form": {one.value: one.label for one in Form},
        "ownership": dict(Employer.Ownership.choices),
        "size": dict(Employer.Size.choices),
        "kind": dict(Unit.Kind.choices),
        "tag": {one.value: one.label for one in EmployerTag},
        "industry": SECTIONS,
    }
    known = choices.get(by, {})
    return {one: str(known.get(one, one)) for one in wanted} | {"": _NOTHING.get(by, UNKNOWN)}


_THINGS: dict[str, Callable[[list[UUID]], dict[UUID, tuple[str, str]]]] = {}


def names_things(domain: str) -> Callable[[T], T]:
    """Register how a domain names what its facts are about, with the address, as far as whoever acts may see it."""

    def register(name: T) -> T:
        _THINGS[domain] = name
        return name

    return register


CASES = "case"
"""Under which cases are named and found, whatever domain's figure they stand under."""
_FOUND: dict[str, Callable[[list[str]], dict[str, set[UUID]]]] = {}
_WRITTEN: dict[str, str] = {}


def finds_things(domain: str, by: str) -> Callable[[T], T]:
    """Register how a line of somebody's list finds what a domain's facts are about: all that are so called, as far as
    whoever acts may see them; and `by` what users write there."""

    def register(find: T) -> T:
        _FOUND[domain], _WRITTEN[domain] = find, by
        return find

    return register


def written_by() -> str:
    """What a line of a list says, by what is counted."""
    return "，".join(("人写身份证号", "单位写信用代码或全称", *_WRITTEN.values()))


def _domain_of(one: Indicator) -> str:
    return CASES if one.measure.about == "case" else one.key.partition(".")[0]


def is_found(one: Indicator) -> bool:
    """Whether lines of a list can find the cases or things that a figure counts."""
    return _domain_of(one) in _FOUND


def found(one: Indicator, texts: list[str]) -> dict[str, set[UUID]]:
    """Text -> the cases or things under a figure that are so called."""
    return _FOUND[_domain_of(one)](texts)


def called(one: Indicator, ids: list[UUID]) -> dict[UUID, tuple[str, str]]:
    """Case or thing -> name and address, as far as whoever acts may see it."""
    name = _THINGS.get(_domain_of(one))
    return name(ids) if name else {}


_ORIGINS: list[Callable[[list[UUID]], dict[UUID, tuple[str, str]]]] = []


def names_origins(name: T) -> T:
    """Register who names the case that a fact came from, with the address, as far as whoever acts may see it."""
    _ORIGINS.append(name)
    return name


def origins_of(rows: list[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """Fact -> name and address of the case that it came from."""
    facts = [UUID(row["fact"]) for row in rows if row.get("fact")]
    return {str(fact): told for name in _ORIGINS for fact, told in name(facts).items()} if facts else {}


def which(one: Indicator) -> str:
    """The column of a row that says what it is about."""
    return "unit" if one.measure.by == "unit" else "subject"


def subjects_of(one: Indicator, rows: list[dict[str, Any]], lake: Lake) -> dict[int, tuple[str, str]]:
    """Subject -> name and address, as far as the reader reaches: persons by name before who may see
    persons at all, units, cases and things by their rooms."""
    about, numbers = one.measure.about, sorted({row[which(one)] for row in rows})
    if about == "unit":
        found = lake.matching(UNITS, "unit", numbers)
        return {row["unit"]: (row["name"], reverse("units.show", args=[row["id"]])) for row in found}
    ids = {row["subject"]: UUID(str(row["who"])) for row in lake.matching(SUBJECTS, "subject", numbers)}
    if about in ("thing", "case"):
        names = called(one, list(ids.values()))
        return {number: names[who] for number, who in ids.items() if who in names}
    if not current().may("people.view"):
        return {}
    within = those(ids.values()).in_bulk()
    for person in within.values():
        person.peers = list(within.values())
    return {
        number: (within[who].card.name, reverse("people.show", args=[who]))
        for number, who in ids.items()
        if who in within and within[who].state == Person.State.REGISTERED
    }
