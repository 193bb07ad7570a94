"""A number as an office says it: with its unit, and with how exactly it is meant (近600万人, 不低于60%)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

NEAR_TOLERANCE = Decimal("0.10")
ABOUT_TOLERANCE = Decimal("0.05")


def plain(number: Decimal | None) -> str:
    """As an office writes it: 3000, 2.5; nothing for none."""
    return f"{number.normalize():f}" if number is not None else ""


class QuantityError(ValueError):
    """Two quantities do not go together, or a phrase is not a quantity; the message says which and why."""


class Kind(Enum):
    """What is counted: only quantities of one kind can be added or compared."""

    PERSONS = "人数"
    ATTENDANCES = "人次"
    FIRMS = "单位数"
    ITEMS = "件数"
    PROJECTS = "项数"
    SESSIONS = "场次"
    TIMES = "次数"
    THINGS = "个数"
    TEAMS = "支数"
    MONEY = "金额"
    SHARE = "比重"
    POINTS = "百分点"


class Unit(Enum):
    """A unit of measure: its name, its kind, how many basic units it holds, and its other names."""

    PERSON = ("人", Kind.PERSONS, 1, "名", "位")
    ATTENDANCE = ("人次", Kind.ATTENDANCES, 1)
    FIRM = ("家", Kind.FIRMS, 1, "户")
    ITEM = ("件", Kind.ITEMS, 1)
    PROJECT = ("项", Kind.PROJECTS, 1)
    SESSION = ("场次", Kind.SESSIONS, 1, "场")
    TIME = ("次", Kind.TIMES, 1)
    THING = ("个", Kind.THINGS, 1)
    TEAM = ("支", Kind.TEAMS, 1)
    YUAN = ("元", Kind.MONEY, 1)
    TEN_THOUSAND_YUAN = ("万元", Kind.MONEY, 10_000)
    HUNDRED_MILLION_YUAN = ("亿元", Kind.MONEY, 100_000_000)
    PERCENT = ("%", Kind.SHARE, 1)
    POINT = ("个百分点", Kind.POINTS, 1, "百分点")

    def __init__(self, label: str, kind: Kind, scale: int, *aliases: str) -> None:
        self.label, self.kind, self.scale, self.aliases = label, kind, Decimal(scale), aliases

    @classmethod
    def named(cls, name: str) -> "Unit":
        """The unit of this name or alias."""
        for unit in cls:
            if name in (unit.label, *unit.aliases):
                return unit
        raise QuantityError(f"不认识计量单位“{name}”，可用：{'、'.join(unit.label for unit in cls)}")


class Comparator(Enum):
    """How the actual number stands to the stated one."""

    EQUAL = "="
    AT_LEAST = ">="
    AT_MOST = "<="
    ABOUT = "≈"


class Place(Enum):
    """Where a hedging word stands in the phrase."""

    BEFORE = "前"
    AFTER_NUMBER = "数后"
    LAST = "末"


class Hedge(Enum):
    """The word that says how exactly a number is meant."""

    NONE = ("", Comparator.EQUAL, Place.BEFORE)
    ABOUT = ("约", Comparator.ABOUT, Place.BEFORE)
    OR_SO = ("左右", Comparator.ABOUT, Place.LAST)
    NEAR = ("近", Comparator.ABOUT, Place.BEFORE)
    ODD = ("余", Comparator.AT_LEAST, Place.AFTER_NUMBER)
    MANY = ("多", Comparator.AT_LEAST, Place.AFTER_NUMBER)
    EXCEEDING = ("超过", Comparator.AT_LEAST, Place.BEFORE)
    OVER = ("超", Comparator.AT_LEAST, Place.BEFORE)
    BEYOND = ("逾", Comparator.AT_LEAST, Place.BEFORE)
    BREAKING = ("突破", Comparator.AT_LEAST, Place.BEFORE)
    UPWARDS = ("以上", Comparator.AT_LEAST, Place.LAST)

    def __init__(self, word: str, comparator: Comparator, place: Place) -> None:
        self.word, self.comparator, self.place = word, comparator, place


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """A stated number with its unit and how exactly it is meant."""

    value: Decimal
    unit: Unit
    comparator: Comparator = Comparator.EQUAL
    hedge: Hedge = Hedge.NONE

    def __post_init__(self) -> None:
        if not self.value.is_finite():
            raise QuantityError(f"“{self.value}”不是一个数，请填写数字")
        if self.hedge is not Hedge.NONE:
            self._agree()
        elif self.comparator is Comparator.ABOUT:
            object.__setattr__(self, "hedge", Hedge.ABOUT)

    def _agree(self) -> None:
        """A hedge brings its own comparator; a different one would make the phrase say two things."""
        if self.comparator not in (Comparator.EQUAL, self.hedge.comparator):
            raise QuantityError(f"“{self.hedge.word}”与“{self.comparator.value}”矛盾，请只保留一种说法")
        object.__setattr__(self, "comparator", self.hedge.comparator)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Quantity) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def __lt__(self, other: "Quantity") -> bool:
        """Whether the stated number is smaller, whatever the hedges."""
        self._require_same_kind(other, "比较")
        return self._base() < other._base()

    def __le__(self, other: "Quantity") -> bool:
        """Whether the stated number is not greater, whatever the hedges."""
        self._require_same_kind(other, "比较")
        return self._base() <= other._base()

    def __add__(self, other: "Quantity") -> "Quantity":
        """The sum in the unit of the left one; unlike hedges blur into 约."""
        self._require_same_kind(other, "相加")
        total = (self._base() + other._base()) / self.unit.scale
        comparator, hedge = _blurred(self, other)
        return Quantity(total, self.unit, comparator, hedge)

    def to(self, unit: Unit) -> "Quantity":
        """The same quantity in another unit of its kind."""
        if unit.kind is not self.unit.kind:
            raise QuantityError(f"“{self}”不能换算成{unit.label}：{self.unit.kind.value}与{unit.kind.value}不是一回事")
        return Quantity(self._base() / unit.scale, unit, self.comparator, self.hedge)

    def __str__(self) -> str:
        return f"{self:short}"

    def __format__(self, spec: str) -> str:
        """`short` (the default) counts in 万 and 亿 where the number is round; `full` writes every digit."""
        if spec not in ("", "short", "full"):
            raise ValueError(f"unknown format {spec!r}: use 'short' or 'full'")
        short = _short(self.value, self.unit)
        digits, scale, name = (_digits(self.value), "", self.unit.label) if spec == "full" else short
        return self._phrase(digits, scale, name)

    def _phrase(self, digits: str, scale: str, name: str) -> str:
        """600余万人 but 47万余人: 余 follows round digits, else it counts below 万."""
        words = dict.fromkeys(Place, "") | {self.hedge.place: self._word()}
        odd = words[Place.AFTER_NUMBER]
        number = f"{digits}{odd}{scale}" if digits.endswith("0") else f"{digits}{scale}{odd}"
        return f"{words[Place.BEFORE]}{number}{name}{words[Place.LAST]}"

    def _word(self) -> str:
        """The hedge, or the bound where there is none: shares are 不低于, things one counts 不少于."""
        if self.hedge is Hedge.NONE and self.comparator is Comparator.AT_LEAST:
            return "不低于" if self.unit.kind in _NEVER_SHORT else "不少于"
        return "不超过" if self.comparator is Comparator.AT_MOST else self.hedge.word

    def _base(self) -> Decimal:
        return self.value * self.unit.scale

    def _identity(self) -> tuple[Kind, Decimal, Comparator, Hedge]:
        return self.unit.kind, self._base(), self.comparator, self.hedge

    def _require_same_kind(self, other: "Quantity", act: str) -> None:
        if self.unit.kind is not other.unit.kind:
            kinds = f"{self.unit.kind.value}与{other.unit.kind.value}不是一回事"
            raise QuantityError(f"“{self}”与“{other}”不能{act}：{kinds}，请分开列示")


def parse_quantity(text: str) -> Quantity:
    """The one quantity that a phrase states, such as 近600万人, 2500余万元 or 60%以上."""
    phrase = re.sub(r"\s", "", text.translate(_HALF_WIDTH))
    found = _PHRASE.fullmatch(phrase) if len(phrase) <= _LONGEST else None
    if not found:
        shown = phrase if len(phrase) <= _LONGEST else f"{phrase[:_LONGEST]}…"
        raise QuantityError(f"“{shown}”不是一个带单位的数，应写成“5000人次”“近600万人”“60%以上”这样的形式")
    words = [word for word in found.group("before", "odd", "later_odd", "last") if word]
    if len(words) > 1:
        raise QuantityError(f"“{phrase}”同时用了“{'”“'.join(words)}”，请只保留一种说法")
    value, unit = _measured(found["number"], found["scale"] or "", found["unit"])
    return Quantity(value, unit, *_meant(words[0] if words else ""))


def _measured(number: str, scale: str, name: str) -> tuple[Decimal, Unit]:
    """万元 is a unit of its own; with every other unit 万 only multiplies."""
    value = Decimal(number.replace(",", ""))
    if name == Unit.YUAN.label:
        return value, Unit.named(scale + name)
    return value * _SCALES[scale], Unit.named(name)


def _meant(word: str) -> tuple[Comparator, Hedge]:
    if word in _BOUNDS:
        return _BOUNDS[word], Hedge.NONE
    hedge = next(hedge for hedge in Hedge if hedge.word == word)
    return hedge.comparator, hedge


def _blurred(one: Quantity, other: Quantity) -> tuple[Comparator, Hedge]:
    """What can be said of the sum of two quantities."""
    manners = {(quantity.comparator, quantity.hedge) for quantity in (one, other)}
    manners -= {(Comparator.EQUAL, Hedge.NONE)} if len(manners) > 1 else set()
    if len(manners) == 1:
        return manners.pop()
    if {comparator for comparator, _ in manners} == {Comparator.AT_LEAST}:
        return Comparator.AT_LEAST, Hedge.UPWARDS
    return Comparator.ABOUT, Hedge.ABOUT


def _short(value: Decimal, unit: Unit) -> tuple[str, str, str]:
    """The digits, 万 or 亿, and the name of the unit."""
    if unit.label in ("万元", "亿元"):
        return _digits(value), unit.label[0], unit.label[1]
    # A number is round enough when no more than one decimal of 万, or two of 亿, are left.
    for scale, round_to in (("亿", 1_000_000), ("万", 1_000)):
        if unit.kind not in _NEVER_SHORT and abs(value) >= _SCALES[scale] and value % round_to == 0:
            return _digits(value / _SCALES[scale]), scale, unit.label
    return _digits(value), "", unit.label


def _digits(value: Decimal) -> str:
    """Plain digits, with separators from five of them on."""
    text = f"{value:,f}" if abs(value) >= _SCALES["万"] else f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_HALF_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)}
_SCALES = {"": Decimal(1), "万": Decimal(10_000), "亿": Decimal(100_000_000)}
_NEVER_SHORT = (Kind.SHARE, Kind.POINTS)
_LONGEST = 40
_BOUNDS_BEFORE = {
    "不低于": Comparator.AT_LEAST,
    "不少于": Comparator.AT_LEAST,
    "至少": Comparator.AT_LEAST,
    "不超过": Comparator.AT_MOST,
    "不高于": Comparator.AT_MOST,
    "不多于": Comparator.AT_MOST,
    "至多": Comparator.AT_MOST,
}
_BOUNDS_LAST = {"以内": Comparator.AT_MOST, "以下": Comparator.AT_MOST}
_BOUNDS = _BOUNDS_BEFORE | _BOUNDS_LAST


def _either(words: Iterable[str]) -> str:
    """A pattern for any of these words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True) if word)


def _hedges_at(place: Place) -> list[str]:
    return [hedge.word for hedge in Hedge if hedge.place is place]


_PHRASE = re.compile(
    rf"(?:达到|达|共计|共|累计)?(?P<before>{_either([*_hedges_at(Place.BEFORE), *_BOUNDS_BEFORE])})?"
    r"(?P<number>-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)"
    r"(?P<odd>[余多])?(?P<scale>[万亿])?(?P<later_odd>[余多])?"
    rf"(?P<unit>{_either(name for unit in Unit for name in (unit.label, *unit.aliases))})"
    rf"(?P<last>{_either([*_hedges_at(Place.LAST), *_BOUNDS_LAST])})?"
)
