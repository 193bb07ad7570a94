"""What each agreement is worth, learned from the lists themselves: rows whose number is known show how often the rest
agrees, and how common a value is shows what its agreement is worth. With few rows the usual values stand in."""

from dataclasses import dataclass, field
from math import log2
from typing import Any

import ibis

from .evidence import APART, LEVELS, NAMED, NOT_SHOWN, SHOWN, UNKNOWN, VALUES

# What office lists showed when nothing is learned yet: the share of true pairs at each level, and of any two people.
USUAL = {
    "name": ({3: 0.95, 2: 0.03, 1: 0.01, 0: 0.01}, {2: 2e-4, 1: 2e-3}),
    "born": ({2: 0.96, 1: 0.02, 0: 0.02}, {1: 3e-3}),
    "phone": ({1: 0.65, 0: 0.35}, {}),
    "employer": ({1: 0.65, 0: 0.35}, {}),
    "repaired": ({1: 0.85, 0: 0.15}, {}),
}
STRENGTH = 20
LEAST = 100_000
"""Of so many people lists are drawn at least: among three, any two of one name would be the same."""
SHARED = {"name": 2e-4, "born": 1 / 20_000, "phone": 0.0, "employer": 1e-3}
"""How many of those whom the lists do not show share a value, on average."""
MOVED = 0.1
"""Of so many true pairs phone and employer both differ."""
MISTYPED = 0.01
"""So many numbers are written wrong; where signs are hidden the last one does not tell which."""
DOUBTFUL = 0.89
"""Likely, and yet for a person to look at."""
CROWD, DAYS = 500, 800
"""More people than this, and than one of so many, have no birthday together; so many have no phone together."""
Counts = dict[int, int]


@dataclass(frozen=True)
class Weights:
    """The odds, as powers of two, that each level of agreement gives; `known` is how likely anybody is met at all."""

    persons: int
    known: float
    true: dict[str, dict[int, float]]
    chance: dict[str, dict[int, float]]
    twice: dict[int, float] = field(default_factory=dict)
    listed: dict[int, float] = field(default_factory=dict)
    unseen: int = 0
    """So many people there are beside those of the lists; whoever counts a value among all of them says none."""
    moved: float = MOVED
    """How often phone and employer both differ: who leaves a firm often changes both."""
    alike: float = 1.0
    """How many persons show the same signs where a number is masked."""

    @classmethod
    def spelled(cls, told: dict[str, Any]) -> "Weights":
        """As they were kept: whole numbers that stand for texts become numbers again."""

        def counted(values: dict[str, float]) -> dict[int, float]:
            return {int(key): value for key, value in values.items()}

        return cls(
            persons=told["persons"],
            known=told["known"],
            unseen=told["unseen"],
            true={name: counted(shares) for name, shares in told["true"].items()},
            chance={name: counted(shares) for name, shares in told["chance"].items()},
            twice=counted(told["twice"]),
            moved=told["moved"],
            listed=counted(told["listed"]),
        )

    def of(self, pairs: Any, often: dict[str, Any]) -> Any:
        """The pairs with the weight of all that was compared."""
        total: Any = ibis.literal(0.0)
        for name in VALUES:
            times = often[name].select(**{f"of_{name}": "value", f"{name}_times": "times"})
            pairs = pairs.left_join(times, [(name, f"of_{name}")])
        for name in VALUES:
            total += self._field(pairs, name)
        total += self._level(
            pairs.repaired_level,
            {
                **{level: self._worth("repaired", level) for level in (1, APART)},
                SHOWN: log2(self.persons / max(self.alike, 1.0)),
                NOT_SHOWN: log2(MISTYPED),
            },
        )
        has_moved = (pairs.phone_level == APART) & (pairs.employer_level == APART)
        moved = log2(self.moved) - self._worth("phone", APART) - self._worth("employer", APART)
        total += ibis.ifelse(has_moved, moved, 0.0)
        return pairs.select("rid", "who", weight=total + self._listed(pairs), most=_most(pairs))

    def _field(self, pairs: Any, name: str) -> Any:
        level, best = pairs[f"{name}_level"], max(LEVELS[name])
        worths = {one: self._worth(name, one) for one in (*LEVELS[name], APART)}
        seen = ibis.greatest(pairs[f"{name}_times"].fill_null(1.0), 1.0)
        common = (seen + self.unseen * SHARED[name]).log2()
        return self._level(level, worths) - ibis.ifelse(level == best, common, 0.0)

    def _worth(self, name: str, level: int) -> float:
        """A value's own frequency is taken off where it is known; here it stands for one person of all."""
        if level == max(LEVELS[name]):
            return log2(self.true[name][level] * self.persons)
        return log2(self.true[name][level] / self.chance[name].get(level, 1.0))

    def _listed(self, pairs: Any) -> Any:
        """A list seldom has somebody twice."""
        worths = []
        for source, share in self.listed.items():
            twice = self.twice[source]
            again, first = log2(twice / share), log2((1 - twice) / max(1 - share, 1e-3))
            worths.append((pairs.source == source, ibis.ifelse(pairs.source_level == 1, again, first)))
        return ibis.cases(*worths, else_=0.0) if worths else ibis.literal(0.0)

    @staticmethod
    def _level(level: Any, worths: dict[int, float]) -> Any:
        return ibis.cases(*((level == one, worth) for one, worth in worths.items()), else_=0.0)


def _most(pairs: Any) -> Any:
    """How sure anybody may be: names that differ, or phones where no birthday is known, are for a person to look at.

    Twins at one firm are 王建国 and 王建军, and two may be called 王芳 there. A number says more, and so does a phone.
    But a father's phone may be his son's, of one name: against another birthday or number only a number speaks.
    """
    name, born, phone = (pairs[f"{one}_level"] for one in ("name", "born", "phone"))
    differs = name.between(APART, NAMED - 1) | ((phone == APART) & (born == UNKNOWN))
    is_numbered = pairs.repaired_level.isin([1, SHOWN])
    is_other = (born == APART) | pairs.repaired_level.isin([APART, NOT_SHOWN])
    is_told = is_numbered | ((phone == max(LEVELS["phone"])) & ~is_other)
    return ibis.ifelse((differs | is_other) & ~is_told, DOUBTFUL, 1.0)


def crowded(often: Any, name: str, weights: Weights) -> Any:
    """The values that too many have for them to lead to anybody."""
    most = max(CROWD, (weights.persons - weights.unseen) / DAYS) if name == "born" else CROWD
    return often.filter(often.times > most).select("value")


def best(weighed: Any, weights: Weights) -> Any:
    """Of every record the likeliest person and how likely, beside all others and beside nobody known."""
    power = (weighed.weight + log2(weights.known / weights.persons)).clip(-200, 200)
    odds = weighed.select("rid", "who", "most", power=ibis.literal(2.0) ** power)
    mine = ibis.window(group_by=odds.rid)
    share = odds.power / (odds.power.sum().over(mine) + (1 - weights.known))
    ordered = ibis.window(group_by=odds.rid, order_by=[odds.power.desc(), odds.who])
    ranked = odds.mutate(odds=ibis.least(share, odds.most), place=ibis.row_number().over(ordered))
    return ranked.filter(ranked.place == 0).select("rid", "who", "odds")


def close(weighed: Any, weights: Weights) -> Any:
    """Pairs of unknown records that are likelier one person than two, and how likely."""
    power = (weighed.weight - log2((1 - weights.known) / weights.known * weights.persons)).clip(-200, 200)
    odds = 1.0 / (1.0 + ibis.literal(2.0) ** (-power))
    return weighed.filter(power > 0).select("rid", "who", odds=ibis.least(odds, weighed.most))


def sureness(edges: Any) -> Any:
    """Of every record that another is close to, how likely the likeliest is."""
    ends = edges.select("rid", "odds").union(edges.select(rid=edges.who.cast("int32"), odds=edges.odds))
    return ends.group_by("rid").aggregate(odds=ends.odds.max())


def one_each(claims: Any) -> Any:
    """Of several who claim one person, and of several claimed by one, the likeliest."""
    for mine in ("label", "who"):
        order = ibis.window(group_by=claims[mine], order_by=[claims.odds.desc(), claims.who, claims.label])
        ranked = claims.mutate(place=ibis.row_number().over(order))
        claims = ranked.filter(ranked.place == 0).select("label", "who", "odds")
    return claims


def learned(
    persons: int,
    true: dict[str, Counts],
    chance: dict[str, Counts],
    known: tuple[int, int] | None,
    listed: dict[int, float],
    twice: dict[int, tuple[int, int]],
    moved: tuple[int, int],
    unseen: int = 0,
) -> Weights:
    """Weights from how often each level was seen among true pairs and among any two people.

    `known`: of how many others were found, and how many were asked; nothing where no number stands twice, which says
    that there is one list with numbers, and not that nobody is on two.
    """
    usual = {name: values for name, (values, _) in USUAL.items()}
    return Weights(
        persons=persons,
        known=min(0.99, max(0.05, _smooth(*known, 0.8))) if known else 0.5,
        true={name: _shares(true.get(name, {}), shares) for name, shares in usual.items()},
        chance={name: _chances(chance.get(name, {}), shares) for name, (_, shares) in USUAL.items()},
        listed={source: min(max(share, 0.01), 0.99) for source, share in listed.items()},
        twice={source: _smooth(*seen, 0.05) for source, seen in twice.items()},
        moved=_smooth(*moved, MOVED),
        unseen=unseen,
    )


def _shares(seen: Counts, usual: dict[int, float]) -> dict[int, float]:
    total = sum(count for level, count in seen.items() if level >= APART)
    return {level: (seen.get(level, 0) + STRENGTH * share) / (total + STRENGTH) for level, share in usual.items()}


def _chances(seen: Counts, usual: dict[int, float]) -> dict[int, float]:
    total, strength = sum(count for level, count in seen.items() if level >= APART), 1_000
    return {level: (seen.get(level, 0) + strength * share) / (total + strength) for level, share in usual.items()}


def _smooth(part: int, whole: int, usual: float) -> float:
    return (part + STRENGTH * usual) / (whole + STRENGTH)
