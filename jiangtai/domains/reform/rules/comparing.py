"""Comparing: what a new version of a plan adds, changes and leaves out, and what becomes of running tasks."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from enum import Enum
from uuid import UUID

_ALIKE = 0.5
_MOST_SIGNS = 20_000
_SHOWN = 20
_WORDS = re.compile(r"[A-Za-z0-9.%]+|[\u4e00-\u9fff]|\s+|.", re.DOTALL)
_LOOSE = re.compile(r"[\s，。；：、“”‘’（）()《》,.;:!?！？—-]+")


@dataclass(frozen=True)
class Version:
    """A measure in one version of a plan, in plain values."""

    id: UUID
    number: int
    title: str
    text: str
    leads: tuple[str, ...] = ()
    supports: tuple[str, ...] = ()
    deadline: date | None = None
    earlier: UUID | None = None
    asked: UUID | None = None
    forces: Mapping[str, str] = field(default_factory=dict)
    """By sentence how strongly it asks."""
    said: Mapping[str, str] = field(default_factory=dict)
    """What else the plan says of it, by what it is about."""


class Fate(Enum):
    """What becomes of a running task when its plan is replaced."""

    KEEP = "keep"
    MOVE = "move"
    CANCEL = "cancel"

    @property
    def label(self) -> str:
        """As the office reads it."""
        return {Fate.KEEP: "继续，归到新版举措", Fate.MOVE: "改由新牵头单位承担", Fate.CANCEL: "取消"}[self]


@dataclass(frozen=True)
class Bit:
    """Words that stay, are new, or are gone."""

    text: str
    kind: str = ""


@dataclass(frozen=True)
class Change:
    """One measure before and after; either side may be missing."""

    before: Version | None
    after: Version | None

    @property
    def kind(self) -> str:
        """added, removed, changed or same."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return "changed" if self.differs else "same"

    @property
    def differs(self) -> bool:
        """Whether anything that counts is not as it was."""
        one, other = self.before, self.after
        assert one and other
        same = (_loose(one.title), _loose(one.text), set(one.leads), set(one.supports), one.deadline)
        also = (_loose(other.title), _loose(other.text), set(other.leads), set(other.supports), other.deadline)
        return same != also or bool(self.otherwise)

    @property
    def otherwise(self) -> list[tuple[str, str, str]]:
        """What else is said otherwise: what it is about, before and after; all of it of a measure that is new."""
        if self.after is None:
            return []
        if self.before is None:
            return [(label, "", words) for label, words in self.after.said.items() if words]
        told = [(label, self.before.said.get(label, ""), words) for label, words in self.after.said.items()]
        told += [
            (f"“{words[:_SHOWN]}”的力度", self.before.forces[words], force)
            for words, force in self.after.forces.items()
            if words in self.before.forces
        ]
        return [(label, one, other) for label, one, other in told if _loose(one) != _loose(other)]

    @property
    def is_renamed(self) -> bool:
        """Whether it stands under another number or title."""
        one, other = self.before, self.after
        return bool(one and other and (one.number, one.title) != (other.number, other.title))

    @property
    def units_in(self) -> list[str]:
        """Who answers for it and did not before."""
        return _beyond(self.after, self.before)

    @property
    def units_out(self) -> list[str]:
        """Who answered for it and does no more."""
        return _beyond(self.before, self.after)

    @property
    def roles_changed(self) -> list[str]:
        """Who led and now supports, or the other way round."""
        if not (self.before and self.after):
            return []
        up = [f"{name}：配合改为牵头" for name in self.after.leads if name in self.before.supports]
        return up + [f"{name}：牵头改为配合" for name in self.after.supports if name in self.before.leads]

    @property
    def is_redated(self) -> bool:
        """Whether it is due on another day."""
        return bool(self.before and self.after and self.before.deadline != self.after.deadline)

    @property
    def fate(self) -> Fate:
        """What is proposed for its running tasks."""
        if self.after is None:
            return Fate.CANCEL
        if self.before and self.after.asked and self.before.asked != self.after.asked:
            return Fate.MOVE
        return Fate.KEEP

    def words(self) -> list[Bit]:
        """The words of both, told apart."""
        return told_apart(self.before.text if self.before else "", self.after.text if self.after else "")


def changes(before: Sequence[Version], after: Sequence[Version]) -> list[Change]:
    """Every measure of both versions once: those of the new one in its order, then what is gone."""
    by_id = {one.id: one for one in before}
    taken = {one.earlier for one in after if one.earlier}
    found = [Change(by_id.get(one.earlier) if one.earlier else None, one) for one in after]
    return found + [Change(one, None) for one in before if one.id not in taken]


def pairs(before: Sequence[Version], after: Sequence[Version]) -> dict[UUID, UUID]:
    """Which measure of the new version was which of the old: by its title, else by its number and words, else words."""
    left, right = list(before), list(after)
    found: dict[UUID, UUID] = {}
    _by_title(left, right, found)
    scored = _scored(
        [one for one in left if one.id not in found.values()], [one for one in right if one.id not in found]
    )
    taken: set[UUID] = set()
    for score, one, other in sorted(scored, key=lambda three: -three[0]):
        if score >= _ALIKE and other.id not in found and one.id not in taken:
            found[other.id] = one.id
            taken.add(one.id)
    return found


def _by_title(left: list[Version], right: list[Version], found: dict[UUID, UUID]) -> None:
    titles: dict[str, list[Version]] = {}
    for one in left:
        titles.setdefault(_loose(one.title), []).append(one)
    twice = [_loose(one.title) for one in right]
    for one in right:
        title = _loose(one.title)
        same = titles.get(title, [])
        if len(same) == 1 and twice.count(title) == 1:
            found[one.id] = same[0].id


def _scored(left: list[Version], right: list[Version]) -> Iterable[tuple[float, Version, Version]]:
    grams = {one.id: _grams(f"{one.title}{one.text}") for one in (*left, *right)}
    for other in right:
        for one in left:
            mine, theirs = grams[one.id], grams[other.id]
            if mine and theirs:
                alike = 2 * len(mine & theirs) / (len(mine) + len(theirs))
                yield alike + (0.1 if one.number == other.number else 0), one, other


def _grams(words: str) -> frozenset[str]:
    words = _loose(words)
    return frozenset(words[at : at + 2] for at in range(len(words) - 1))


def told_apart(before: str, after: str) -> list[Bit]:
    """What stays, what is new and what is gone, sign by sign for Chinese and word by word for the rest."""
    if len(before) + len(after) > _MOST_SIGNS:
        return [Bit(before, "gone"), Bit(after, "new")]
    one, other = _WORDS.findall(before), _WORDS.findall(after)
    found = []
    for kind, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Bit("".join(one[a:b])))
            continue
        if b > a:
            found.append(Bit("".join(one[a:b]), "gone"))
        if d > c:
            found.append(Bit("".join(other[c:d]), "new"))
    return found


def _loose(words: str) -> str:
    return _LOOSE.sub("", words)


def _beyond(one: Version | None, other: Version | None) -> list[str]:
    known = {*other.leads, *other.supports} if other else set()
    return [name for name in (*one.leads, *one.supports) if name not in known] if one else []
