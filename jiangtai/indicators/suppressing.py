"""Small cells of a table that leaves the house are hidden, and then so many more that none can be worked out; pure.

A table is its cells and its sums: which cells add up to which. A cell of one to four is hidden (＜5). Whoever reads
the rest may know that every sum holds, that a ＜5 is one to four, and that what is hidden besides (—) is five or more;
further cells are hidden until by all of that no hidden one has only one value left. A zero stays.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isinf

LEAST = 5
_TURNS = 50
SMALL, MORE = "＜5", "—"
Key = Hashable


@dataclass(frozen=True)
class Sum:
    """Cells that add up to another; `over` is by how much they are more, where somebody stands in two of them."""

    total: Key
    parts: tuple[Key, ...]
    over: int = 0


class GivenAway(ValueError):
    """What must be hidden can be worked out whatever else is hidden, for it was told before."""


def hidden(
    cells: Mapping[Key, int],
    sums: Iterable[Sum],
    least: int = LEAST,
    *,
    besides: Collection[Key] = (),
    known: Collection[Key] = (),
) -> dict[Key, str]:
    """Which cells must be hidden, each with what is shown in its place.

    `besides` are hidden for what other tables tell; `known` were told in another one, so that to hide them is vain.
    """
    marks: dict[Key, str] = {key: MORE for key in besides if cells[key]}
    marks |= {key: SMALL for key, value in cells.items() if 0 < value < least}
    told = [one for one in sums if one.parts]
    while found := _worked_out(cells, told, marks, least):
        more = _next(cells, told, marks, found, set(known))
        if more is None:
            if known:
                raise GivenAway
            break
        marks[more] = MORE
    return marks


def nested(parents: Mapping[Key, Key], own: Mapping[Key, Key] | None = None) -> list[Sum]:
    """The sums of units that stand under one another; `own` names the cell of what stands at a unit itself."""
    children: dict[Key, list[Key]] = {}
    for child, parent in parents.items():
        children.setdefault(parent, []).append(child)
    return [Sum(parent, (*below, *((own[parent],) if own and parent in own else ())))
            for parent, below in children.items()]  # fmt: skip


def _worked_out(cells: Mapping[Key, int], sums: list[Sum], marks: Mapping[Key, str], least: int) -> set[Key]:
    """The hidden cells that have only one value left for whoever reads the others."""
    equations = [_equation(one, cells, marks) for one in sums]
    equations = [(terms, value) for terms, value in equations if terms]
    return _solved([dict(terms) for terms, _ in equations]) | _squeezed(equations, marks, least)


def _equation(one: Sum, cells: Mapping[Key, int], marks: Mapping[Key, str]) -> tuple[dict[Key, int], int]:
    """The hidden cells of a sum, each with its sign, and what the others leave for them."""
    terms: dict[Key, int] = {}
    value = one.over
    for key, sign in ((one.total, -1), *((part, 1) for part in one.parts)):
        if key in marks:
            terms[key] = terms.get(key, 0) + sign
        else:
            value -= sign * cells[key]
    return {key: sign for key, sign in terms.items() if sign}, value


def _solved(rows: list[dict[Key, int]]) -> set[Key]:
    """The unknowns that a linear system determines, whatever stands on its right: those alone in their reduced row."""
    reduced: dict[Key, dict[Key, Fraction]] = {}
    for terms in rows:
        row = {key: Fraction(sign) for key, sign in terms.items()}
        for key in [key for key in row if key in reduced]:
            _take(row, reduced[key], row[key])
        if not row:
            continue
        pivot = next(iter(row))
        first = row[pivot]
        row = {key: value / first for key, value in row.items()}
        for other in reduced.values():
            if pivot in other:
                _take(other, row, other[pivot])
        reduced[pivot] = row
    return {pivot for pivot, row in reduced.items() if len(row) == 1}


def _take(row: dict[Key, Fraction], other: Mapping[Key, Fraction], times: Fraction) -> None:
    for key, value in other.items():
        left = row.get(key, Fraction(0)) - times * value
        if left:
            row[key] = left
        else:
            row.pop(key, None)


def _squeezed(equations: list[tuple[dict[Key, int], int]], marks: Mapping[Key, str], least: int) -> set[Key]:
    """The unknowns whose bounds meet, when each sum is asked again and again what it leaves for each of its cells."""
    bounds: dict[Key, tuple[float, float]] = {
        key: (1, least - 1) if mark == SMALL else (least, float("inf")) for key, mark in marks.items()
    }
    for _turn in range(_TURNS):
        before = dict(bounds)
        for terms, value in equations:
            lows = _Total(sign * bounds[key][sign < 0] for key, sign in terms.items())
            highs = _Total(sign * bounds[key][sign > 0] for key, sign in terms.items())
            asked = {key: bounds[key] for key in terms}
            for key, sign in terms.items():
                least_rest = lows.without(sign * asked[key][sign < 0])
                most_rest = highs.without(sign * asked[key][sign > 0])
                low, high = sorted(((value - most_rest) / sign, (value - least_rest) / sign))
                bounds[key] = max(low, bounds[key][0]), min(high, bounds[key][1])
        if bounds == before:
            break
    return {key for key, (low, high) in bounds.items() if low == high}


class _Total:
    """A sum from which one part can be left out, where some parts have no end."""

    def __init__(self, parts: Iterable[float]) -> None:
        self.finite, self.endless = 0.0, list[float]()
        for one in parts:
            if isinf(one):
                self.endless.append(one)
            else:
                self.finite += one

    def without(self, part: float) -> float:
        """The sum of the others."""
        if not isinf(part):
            return self.endless[0] if self.endless else self.finite - part
        return self.endless[0] if len(self.endless) > 1 else self.finite


def _next(
    cells: Mapping[Key, int], sums: list[Sum], marks: Mapping[Key, str], known: set[Key], vain: set[Key]
) -> Key | None:
    """Which cell to hide next: the smallest of a sum through which one becomes known, a part before a total."""
    totals = {one.total for one in sums}
    near = {key for one in sums if known & {one.total, *one.parts} for key in (one.total, *one.parts)}
    for among in (near, set(cells)):
        open_ones = [key for key in among if key not in marks and key not in vain and cells[key] > 0]
        if open_ones:
            return min(open_ones, key=lambda key: (key in totals, cells[key], str(key)))
    return None
