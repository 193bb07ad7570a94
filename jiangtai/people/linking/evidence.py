"""What speaks for two records being the same person: which values agree, nearly agree, or do not."""

from typing import Any

import ibis
from ibis import _

from .normal import CHECKS, WEIGHTS, remainder

UNKNOWN, APART = -1, 0
# Level by field, the strongest last; a value that is missing on either side says nothing.
LEVELS = {"name": (1, 2, 3), "born": (1, 2), "phone": (1,), "employer": (1,), "source": (1,), "repaired": (1,)}
NAMED, ALIKE, SHORT_ALIKE = 3, 2, 1
NOT_SHOWN, SHOWN = 2, 3
"""Of a number: a masked one shows other signs, or the same."""
VALUES = ("name", "born", "phone", "employer")
# Two records are compared when they share one of these; a misspelt name has to be met by other values.
KEYS = (("name", "born"), ("name", "phone"), ("born", "phone"), ("born", "employer"), ("name", "employer"))
LAST_KEYS = (("phone", "employer"), ("born", "first"), ("born", "last"))
Keys = tuple[tuple[str, str], ...]

_LONGEST = 6
RARE = 3
"""Hardly anybody: so many persons or fewer bear such a name."""
_FEW_NAMES = 1_000
"""A number under more names than these is what a clerk types where there is none: names that are near say nothing."""
WRITTEN_BY = 6
"""A damaged number that stands on more rows than these is what a clerk types where there is none."""


@ibis.udf.scalar.builtin(name="hash")
def digest(text: str) -> int:  # type: ignore[empty-body]
    """A text as one number, as the engine makes it: enough to tell whether two may be the same."""


def candidates(loose: Any, known: Any, keys: Keys, crowds: dict[str, Any]) -> Any:
    """Which known persons a loose record is to be compared with; without a name, a value of a crowd leads to nobody."""
    if keys is LAST_KEYS:
        loose, known = (one.mutate(first=one.name.substr(0, 1), last=one.name.right(1)) for one in (loose, known))
    theirs = beside(known)
    found = []
    for key in keys:
        asking = loose
        for one in crowds.keys() & key if "name" not in key else ():
            asking = asking.anti_join(crowds[one], [(one, "value")])
        met = asking.join(theirs, [(one, f"their_{one}") for one in key])
        found.append(_pairs(met if "name" in key else met.filter(met.name != met.their_name)))
    return ibis.union(*found)


def rare_names(loose: Any, known: Any, often: Any) -> Any:
    """Who else bears a name that hardly anybody bears."""
    rare = often.filter(often.times <= RARE).select(name="value")
    return _pairs(loose.semi_join(rare, "name").join(beside(known), [("name", "their_name")]))


def repaired(repairs: Any, known: Any) -> Any:
    """The known persons whose number a damaged one may stand for."""
    return _pairs(repairs.join(beside(known), [("number", "their_number")]), 1)


def telling(rest: Any) -> Any:
    """The records without what too many write in the number's place."""
    writings = rest.filter(rest.damaged.notnull()).group_by(common="damaged").aggregate(times=ibis._.count())
    both = rest.left_join(writings.filter(writings.times > WRITTEN_BY), [("damaged", "common")])
    kept = {name: both[name] for name in rest.columns}
    return both.select(**kept | {"damaged": ibis.ifelse(both.common.isnull(), both.damaged, None)})


def same_writing(loose: Any, others: Any) -> Any:
    """Two records with the same unreadable number."""
    return _pairs(loose.join(beside(others), [("damaged", "their_damaged")]), 1)


def shown(loose: Any, known: Any) -> Any:
    """Which persons of the same name a record may mean by the last signs of a masked number, or by the same mask."""
    mine = loose.filter(loose.masked.notnull())
    mine = mine.mutate(last=mine.masked.substr(14, 3).try_cast("int64"))
    theirs = beside(known.filter(known.number.notnull()).semi_join(mine, "name").mutate(last=_.number % 1_000))
    masks = beside(known.filter(known.masked.notnull()))
    return _pairs(mine.join(theirs, [("name", "their_name"), ("last", "their_last")])).union(
        _pairs(mine.join(masks, [("name", "their_name"), ("masked", "their_masked")]))
    )


def unmasked(compared: Any, loose: Any, known: Any) -> Any:
    """The pairs with what a masked number says of them: it shows the same signs, or others."""
    mine = loose.filter(loose.masked.notnull()).select("rid", "masked")
    theirs = beside(known.filter(known.number.notnull() | known.masked.notnull()).select("who", "number", "masked"))
    both = compared.select("rid", "who").join(mine, "rid").join(theirs, [("who", "their_who")])
    number = both.their_number
    sign = ibis.literal(CHECKS).substr(
        remainder((number // 10**8).cast("int32"), (number % 10**8).cast("int32")).cast("int64"), 1
    )
    spelled, front = number.cast("string") + sign, both.masked.find("*")
    is_same = (spelled.substr(0, front) == both.masked.substr(0, front)) & (spelled.right(4) == both.masked.right(4))
    level = ibis.cases(
        (number.notnull(), ibis.ifelse(is_same, SHOWN, NOT_SHOWN)),
        (both.masked == both.their_masked, SHOWN),
        else_=UNKNOWN,
    )
    told = both.group_by("rid", "who").aggregate(shown=level.max().cast("int8"))
    result = compared.left_join(told, ["rid", "who"])
    kept = {name: result[name] for name in compared.columns}
    return result.select(**kept | {"repaired_level": ibis.coalesce(result.shown, result.repaired_level)})


def alike(known: Any) -> Any:
    """How many persons, on average, show the same signs as one of them: the place and the last four."""
    numbers = known.filter(known.number.notnull()).select("number").distinct()
    parts = numbers.group_by(place=_.number // 10**11, last=_.number % 1_000).aggregate(times=_.count())
    return parts.aggregate(alike=(_.times * _.times).sum() / _.times.sum() / len(CHECKS))


def at_random(known: Any, each: int) -> Any:
    """Records paired with somebody else, whoever it is."""
    place = ibis.row_number().over(order_by=known.rid)
    one = known.filter(known.rid % (each * 3) == 1).select("rid", place=place)
    other = known.filter(known.rid % (each * 3) == 2).select(their_who="who", place=place)
    return _pairs(one.join(other, "place"))


def beside(table: Any) -> Any:
    """The same table under other names, to stand beside one like it."""
    return table.rename(lambda name: f"their_{name}")


def _pairs(met: Any, repaired: int = 0) -> Any:
    return met.select("rid", who=met.their_who, repaired=ibis.literal(repaired, "int8"))


def often(known: Any, name: str, share: float) -> Any:
    """How many persons have each value, counted by rows."""
    values = known.filter(known[name].notnull()).select(value=name)
    return values.group_by("value").aggregate(times=values.count() * share)


def lower(groups: Any, edges: Any) -> Any:
    """The groups that an edge ties to one below their own."""
    mine, theirs = groups.rename(mine="who"), groups.rename(other="rid", theirs="who")
    both = edges.join(mine, "rid").join(theirs, [("who", "other")])
    ends = both.select("mine", to="theirs").union(both.select(mine="theirs", to="mine"))
    ends = ends.filter(ends.to < ends.mine)
    return ends.group_by("mine").aggregate(to=ends.to.min())


def lowered(groups: Any, lower: Any) -> Any:
    """The groups after every such tie is followed once."""
    both = groups.left_join(lower, [("who", "mine")])
    return both.select("rid", who=both.to.fill_null(both.who))


def agreement(pairs: Any, loose: Any, known: Any) -> Any:
    """Of every pair the strongest agreement on each field with any of the person's records."""
    mine = loose.select("rid", "source", "damaged", *VALUES)
    theirs = beside(known.select("who", "rid", "source", *VALUES))
    both = pairs.join(mine, "rid").join(theirs, [("who", "their_who")])
    both = both.filter(both.rid != both.their_rid)
    levels = {
        "name": _name_level(both.name, both.their_name),
        "born": _level(both.born, both.their_born, _is_near_day(both.born, both.their_born)),
        "phone": _level(both.phone, both.their_phone),
        "employer": _level(both.employer, both.their_employer),
        "source": (both.source == both.their_source).cast("int8"),
        "repaired": ibis.ifelse(both.damaged.isnull(), ibis.literal(UNKNOWN, "int8"), both.repaired),
    }
    return both.group_by("rid", "who").aggregate(
        source=both.source.arbitrary(),
        **{one: both[one].arbitrary() for one in VALUES},
        **{f"{field}_level": level.max() for field, level in levels.items()},
    )


def _level(mine: Any, theirs: Any, is_near: Any = None) -> Any:
    cases = [(mine.isnull() | theirs.isnull(), UNKNOWN), (mine == theirs, 1 if is_near is None else 2)]
    if is_near is not None:
        cases.append((is_near, 1))
    return ibis.cases(*cases, else_=APART).cast("int8")


def _name_level(mine: Any, theirs: Any) -> Any:
    is_long = (mine.length() >= 3) | (theirs.length() >= 3)
    return ibis.cases(
        (mine.isnull() | theirs.isnull(), UNKNOWN),
        (mine == theirs, NAMED),
        (is_near_name(mine, theirs), ibis.ifelse(is_long, ALIKE, SHORT_ALIKE)),
        else_=APART,
    ).cast("int8")


def is_near_name(one: Any, other: Any) -> Any:
    """One sign is another, is missing, or is too many."""
    places = range(_LONGEST)
    differing = sum((one.substr(place, 1) != other.substr(place, 1)).cast("int8") for place in places)
    replaced = (one.length() == other.length()) & (one.length() >= 2) & (differing == 1)
    return replaced | _is_one_short(one, other) | _is_one_short(other, one)


def _is_one_short(short: Any, whole: Any) -> Any:
    left_out = [whole.substr(0, place) + whole.substr(place + 1, _LONGEST) == short for place in range(_LONGEST)]
    is_any = left_out[0]
    for one in left_out[1:]:
        is_any |= one
    return (short.length() + 1 == whole.length()) & (short.length() >= 2) & is_any


def _is_near_day(one: Any, other: Any) -> Any:
    """Year, month or day alone is another, or month and day stand in each other's place."""
    parts = [(value // 10_000, (value // 100) % 100, value % 100) for value in (one, other)]
    (year, month, day), (their_year, their_month, their_day) = parts
    differing = sum((mine != theirs).cast("int8") for mine, theirs in zip(*parts, strict=True))
    is_swapped = (year == their_year) & (month == their_day) & (day == their_month)
    return (differing == 1) | is_swapped


PLACES = [
    {"place": place, "worth": 10 ** (16 - place), "inverse": pow(weight, -1, 11), "slope": weight - following}
    for place, (weight, following) in enumerate(zip(WEIGHTS, (*WEIGHTS[1:], WEIGHTS[-1]), strict=True))
]
"""Of each digit of a number: its worth, and how it moves the remainder that the last sign spells."""


def repairs(loose: Any, places: Any) -> Any:
    """The numbers that one wrong digit, two in each other's place, a wrong last sign or one left out may stand for."""
    spelled = loose.filter(loose.damaged.re_search("^[1-9][0-9]{16}[0-9X]$"))
    body = spelled.damaged.substr(0, 17)
    off = _off(spelled.damaged.substr(17, 1), body.substr(0, 9), body.substr(9, 8))
    written = spelled.select("rid", body=body, number=body.try_cast("int64"), off=off)
    every = written.cross_join(places)
    digit, following = (every.body.substr(every.place + by, 1).try_cast("int64") for by in (0, 1))
    moved = (digit + every.off * every.inverse % 11) % 11
    wrong = every.filter(moved <= 9).select("rid", number=every.number + (moved - digit) * every.worth)
    is_swapped = (every.place < len(PLACES) - 1) & ((every.slope * (following - digit) - every.off) % 11 == 0)
    swapped = every.filter(is_swapped).select(
        "rid", number=every.number + (following - digit) * (every.worth - every.worth // 10)
    )
    return ibis.union(wrong, swapped, written.select("rid", "number"), _completed(loose, places))


def _completed(loose: Any, places: Any) -> Any:
    """Seventeen signs: at every place the last sign leaves one digit that may have been left out, or it is gone."""
    short = loose.filter(loose.damaged.re_search("^[1-9][0-9]{15}[0-9X]$")).select("rid", "damaged")
    every = short.cross_join(places)
    body = every.damaged.substr(0, every.place) + "0" + every.damaged.substr(every.place, 16 - every.place)
    every = every.mutate(body=body)
    off = _off(every.damaged.substr(16, 1), every.body.substr(0, 9), every.body.substr(9, 8))
    every = every.mutate(number=every.body.try_cast("int64"), digit=off * every.inverse % 11)
    completed = every.filter(every.digit <= 9).select("rid", number=every.number + every.digit * every.worth)
    lost = short.select("rid", number=short.damaged.try_cast("int64"))
    return completed.union(lost.filter(lost.number.notnull())).distinct()


def _off(sign: Any, front: Any, back: Any) -> Any:
    """By how much the digits miss what the last sign says."""
    told = ibis.literal(CHECKS).find(sign) - remainder(front.try_cast("int32"), back.try_cast("int32"))
    return (told + 11) % 11


def mixed(known: Any) -> Any:
    """The numbers under which there is more than one name, and whether somebody was given one before."""
    spelled = digest(known.name)
    names = known.group_by("who").aggregate(low=spelled.min(), high=spelled.max(), is_old=known.is_given.any())
    return names.filter(names.low != names.high).select("who", "is_old")


def strangers(known: Any, mixed: Any) -> Any:
    """Rows under a number that is somebody else's: no name like theirs and no phone of theirs.

    One with their phone is theirs, but not surely: two may share it. A number dragged down from the line above stands
    beside the same employer, so that one says nothing here.

    Where none of them speaks for another, the first keeps the number. A row that was given its person before stays;
    where there is such a one, only it speaks for others. Rows are counted by what they share and never set beside one
    another, for a valid number may stand on a hundred thousand of them; beside one another stand only names.
    """
    rows = known.join(mixed, "who").select("who", "rid", "name", "phone", "is_given", "is_old")
    rows = rows.mutate(heard=(rows.is_given | ~rows.is_old).cast("int64"))
    near = _near_ones(rows).mutate(is_near=ibis.literal(True))
    rows = rows.left_join(near, ["who", "name"]).select(*rows.columns, is_near=near.is_near.fill_null(False))

    def others(*shared: str) -> Any:
        """Whether another row that shares this is heard."""
        whole = rows.heard.sum().over(ibis.window(group_by=["who", *shared])) > rows.heard
        return whole & rows[shared[0]].notnull() if shared else whole

    by_name = others("name") | rows.is_near | (rows.name.isnull() & others())
    spoken = rows.mutate(by_name=by_name, is_theirs=by_name | others("phone"))
    each = ibis.window(group_by="who")
    spoken = spoken.mutate(
        first=spoken.rid.min().over(each), has_any=spoken.is_theirs.cast("int8").max().over(each) == 1
    )
    spoken = spoken.filter(~spoken.by_name & ~spoken.is_given).mutate(is_apart=~spoken.is_theirs)
    is_heard = spoken.is_theirs | spoken.is_old | spoken.has_any | (spoken.rid != spoken.first)
    return spoken.filter(is_heard).select("rid", "is_apart")


def without_number(rows: Any) -> Any:
    """Rows without a number that is somebody else's, and without the birthday that it names."""
    is_its = rows.born == (rows.number // 1_000 % 10**8).cast("int32")
    return rows.mutate(number=ibis.null("int64"), born=ibis.ifelse(is_its, None, rows.born))


def _near_ones(rows: Any) -> Any:
    """The names for which a heard one speaks that differs by a sign, under numbers that few names share."""
    told = rows.filter(rows.name.notnull()).group_by("who", "name").aggregate(heard=rows.heard.max())
    few = told.group_by("who").aggregate(names=told.count()).filter(_.names <= _FEW_NAMES)
    told = told.semi_join(few, "who")
    both = told.join(beside(told.filter(told.heard == 1)), [("who", "their_who")])
    return both.filter(is_near_name(both.name, both.their_name)).select("who", "name").distinct()
