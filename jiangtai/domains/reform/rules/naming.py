"""Naming: which unit a plan means by a name; one that fits several, or none, is doubtful and is asked."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import UUID

_ABBREVIATIONS = (
    ("人力资源和社会保障", "人社"), ("人力资源社会保障", "人社"), ("发展和改革", "发改"), ("发展改革", "发改"),
    ("教育和体育", "教体"), ("教育体育", "教体"), ("人民法院", "法院"), ("人民检察院", "检察院"),
    ("住房和城乡建设", "住建"), ("住房城乡建设", "住建"), ("卫生健康", "卫健"), ("医疗保障", "医保"),
    ("应急管理", "应急"),
    ("市场监督管理", "市场监管"), ("经济和信息化", "经信"), ("经济信息化", "经信"), ("工业和信息化", "工信"),
    ("文化和旅游", "文旅"), ("文化旅游", "文旅"), ("国有资产监督管理", "国资"),
    ("机构编制委员会办公室", "编办"), ("妇女联合会", "妇联"), ("科学技术协会", "科协"), ("残疾人联合会", "残联"),
    ("文学艺术界联合会", "文联"), ("工商业联合会", "工商联"), ("人民代表大会常务委员会", "人大常委会"),
    ("管理委员会", "管委会"), ("委员会", "委"),
    ("街道办事处", "街道"), ("退役军人事务", "退役军人"), ("规划和自然资源", "规自"),
)  # fmt: skip
_LEVEL = re.compile(r"^(?:中共|中国共产党)?(?:[区县市省州](?!委会))")
_YOUTH = re.compile(r"^共青团(.*?)([区县市省州])委员会$")
_BODY = re.compile(r"(?:专班|工作组|专项组|领导小组|协调小组|指挥部|联席会议)(?:办公室)?$")
_MOST = 5


@dataclass(frozen=True)
class Called:
    """A unit as the house knows it: its full and its short name; `weight` puts a department before its namesake."""

    id: UUID
    name: str
    short: str = ""
    weight: int = 0


@dataclass(frozen=True)
class Meant:
    """What a name means: the one unit, those it may mean, the likeliest first, a class of units, or no unit at all."""

    unit: UUID | None = None
    candidates: tuple[UUID, ...] = ()
    is_collective: bool = False
    is_struck: bool = False


@dataclass
class Names:
    """All units by what they are called, for looking many names up."""

    exact: dict[str, list[Called]] = field(default_factory=dict)
    plain: dict[str, list[Called]] = field(default_factory=dict)
    places: tuple[str, ...] = ()
    every: list[tuple[str, Called]] = field(default_factory=list)

    def meant(self, name: str) -> Meant:
        """The unit of that name: by the name as it stands, then by its plain form."""
        name = tidy(name)
        for found in (self.exact.get(name, []), self.plain.get(plain(name, self.places), [])):
            if unit := _only(found):
                return Meant(unit)
            if found:
                return Meant(None, tuple(dict.fromkeys(one.id for one in found)))
        return Meant(None, self.like(name))

    def like(self, name: str) -> tuple[UUID, ...]:
        """The units whose name begins alike and holds the same signs in the same order, or the other way round."""
        wanted = plain(name, self.places)
        scored = [(score, one) for form, one in self.every if (score := _likeness(wanted, form))]
        scored.sort(key=lambda pair: (-pair[0], len(pair[1].name), pair[1].name))
        return tuple(dict.fromkeys(one.id for _, one in scored))[:_MOST]


def names_of(units: Iterable[Called], places: Iterable[str]) -> Names:
    """The names by which units are looked up; `places` are what the root and all above it are called."""
    known = Names(places=tuple(sorted({tidy(one) for one in places if one}, key=len, reverse=True)))
    for one in units:
        for said in dict.fromkeys(filter(None, (tidy(one.name), tidy(one.short)))):
            known.exact.setdefault(said, []).append(one)
            form = plain(said, known.places)
            known.plain.setdefault(form, []).append(one)
            known.every.append((form, one))
    return known


def tidy(name: str) -> str:
    """A name without spaces, its brackets of one kind."""
    return re.sub(r"\s+", "", name).replace("(", "（").replace(")", "）")


def plain(name: str, places: Iterable[str] = ()) -> str:
    """A name without the place and level before it, what is long said short: 区人力资源和社会保障局 → 人社局."""
    name = tidy(name)
    youth: Callable[[re.Match[str]], str] = lambda found: f"团{found[2]}委"  # noqa: E731
    for place in places:
        name = _YOUTH.sub(youth, name) if name.startswith("共青团") else name
        bare = name.removeprefix("中共").removeprefix("中国共产党")
        if len(bare) > len(place) + 1 and bare.startswith(place):
            name = bare.removeprefix(place)
            break
    if len(name) > 2:
        name = _LEVEL.sub("", name, count=1)
    for long, short in _ABBREVIATIONS:
        name = name.replace(long, short)
    return name


def is_body(name: str) -> bool:
    """Whether a name is that of a body of several units, whose office is at one of them: 赛事服务专班."""
    return bool(_BODY.search(tidy(name)))


def _only(found: list[Called]) -> UUID | None:
    """The one unit, or the one that weighs more than all its namesakes."""
    ids = {one.id: one.weight for one in found}
    heaviest = [one for one, weight in ids.items() if weight == max(ids.values())]
    return heaviest[0] if len(heaviest) == 1 else None


def _likeness(wanted: str, form: str) -> float:
    if wanted == form:
        return 2.0
    short, long = sorted((wanted, form), key=len)
    if len(short) < 2:
        return 0
    shared = len(set(short) & set(long)) / len(set(long))
    if short[0] == long[0] and _within(short, long):
        return 1 + shared
    return shared if shared >= 0.6 else 0


def _within(short: str, long: str) -> bool:
    """Whether all signs of one stand in the other, in order."""
    signs = iter(long)
    return all(sign in signs for sign in short)
