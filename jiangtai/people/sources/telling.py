"""What stands behind each value of a person: who said so, when, who says otherwise, and which rule chose it."""

from collections.abc import Iterable
from dataclasses import dataclass

from jiangtai.access import Unit, current
from jiangtai.kernel import clock

from .. import keeping
from ..models import Person
from ..persons import IN_CLEAR
from . import loading
from .choosing import BY_HAND, Choice, Claim, chosen
from .declare import SOURCES
from .matching import Known, known
from .models import Record

DETAILS = ("name", *keeping.REVEALED, "birth", *IN_CLEAR)


@dataclass(frozen=True)
class Said:
    """One detail: the choice among all that is said of it, and whether the value was entered by hand."""

    field: str
    choice: Choice

    @property
    def source(self) -> str:
        """On whose word it stands."""
        return label_of(self.choice.claim)

    @property
    def others(self) -> list[str]:
        """Who says otherwise."""
        return [label_of(claim) for claim in self.choice.others]


def label_of(claim: Claim) -> str:
    """A claim's source and its day."""
    label = SOURCES[claim.source].label if claim.source in SOURCES else claim.source
    return f"{label}（截至 {claim.on}）" if claim.on else label


def told_of(person: Person) -> list[Said]:
    """Of every detail that lists speak of, what holds and who says otherwise; whoever sees the person may ask."""
    may_see_members = sees_members()
    with keeping.as_keeper():
        found = known([person.pk]).get(person.pk)
        if found is not None and not may_see_members:
            found.records = [one for one in found.records if "union" not in SOURCES[one.source].fields]
        return list(_told(found)) if found and found.records else []


def of_members() -> list[str]:
    """The sources that tell who is in a union."""
    return [key for key, one in SOURCES.items() if "union" in one.fields]


def sees_members() -> bool:
    """Who acts outside the unions, below the root, is not told who stands on their list: employers are among them."""
    who = current()
    return who.reach.is_everything or (who.unit is not None and who.unit.tree == Unit.Tree.UNION)


def _told(person: Known) -> Iterable[Said]:
    read = [(record, loading.read(person.keys, record)) for record in person.records]
    for name in DETAILS:
        claims = list(_claims(person, name, read))
        if claims and (choice := chosen(claims)):
            yield Said(name, choice)


def _claims(person: Known, name: str, read: list[tuple[Record, dict[str, str]]]) -> Iterable[Claim]:
    """What the lists say; where none of them says what the register has, that was entered by hand."""
    said = [(record, values[name]) for record, values in read if values.get(name)]
    if not said:
        return
    is_said = any(loading.has(person, name, value) for _, value in said)
    if loading.is_there(person, name) and (name in person.by_hand or not is_said):
        yield Claim("*", BY_HAND, 0)
    for record, value in said:
        shown = "=" if loading.has(person, name, value) else value
        yield loading.claim_of(record, shown, name, clock.today())
