"""What stands behind each value of a person: who said so, when, who says otherwise, and which rule chose it."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from uuid import UUID

from django.db.models import Q, TextChoices
from django.utils import timezone

from jiangtai import ledger
from jiangtai.access import Account, Unit, current
from jiangtai.kernel import clock
from jiangtai.ledger import FactRow

from .. import keeping, reading
from ..facts import Detail, EmploymentBegan, PersonChanged, PersonRegistered, PersonSplit, UnionJoined
from ..merging import BY_US, MERGED, SPLIT
from ..models import Employment, Merge, Person, UnionMembership
from ..persons import IN_CLEAR
from . import loading
from .choosing import BY_HAND, Choice, Claim, chosen
from .declare import SOURCES
from .matching import Known, known
from .models import Batch, Record

DETAILS = ("name", *keeping.REVEALED, "birth", *IN_CLEAR)


_AS_REGISTERED = "="
"""What the register has, as a claim says it: the value itself stands on the page already."""
NOT_TAKEN = "名册说法不同，登记的不自动改"
"""The rule where the lists would choose otherwise: a number is put right by a person, and not by a list."""


@dataclass(frozen=True)
class Other:
    """Who says otherwise of a detail, and what; nothing for whoever may not read that list."""

    field: str
    source: str
    value: str = ""

    @property
    def shown(self) -> str:
        """What is said, masked as the detail itself is."""
        if self.field in keeping.REVEALED:
            return str(keeping.masked({self.field: self.value})[self.field])
        kinds: dict[str, type[TextChoices]] = {"hukou": Person.Hukou, "education": Person.Education}
        return str(kinds[self.field](self.value).label) if self.field in kinds else self.value

    @property
    def words(self) -> str:
        """Both, as one reads them."""
        return f"{self.source}：{self.shown}" if self.value else self.source


@dataclass(frozen=True)
class Said:
    """One detail: the choice among all that is said of it, and who says otherwise."""

    field: str
    choice: Choice
    others: tuple[Other, ...] = ()
    entered: str = ""
    """Where no list says what the register has: who entered it or put it right, and when."""
    registered: str = ""
    """What the register has, numbers masked."""

    @property
    def source(self) -> str:
        """On whose word it stands."""
        return self.entered or label_of(self.choice.claim)


def label_of(claim: Claim) -> str:
    """A claim's source and its day."""
    label = SOURCES[claim.source].label if claim.source in SOURCES else claim.source
    return f"{label}（截至 {claim.on}）" if claim.on else label


def told_of(person: Person) -> list[Said]:
    """Of every detail on whose word it stands, and who says otherwise; whoever sees the person may ask.

    What a list says otherwise is told to who reads that list, and to others only that it does.
    """
    return _told_among({person.pk}).get(person.pk, [])


def told_beside(person: Person) -> list[Said]:
    """The same where persons are listed: asked for everyone of the same query at once."""
    if not hasattr(person, "_said"):
        found = _told_among({one.pk for one in person.peers})
        for one in person.peers:
            one._said = found.get(one.pk, [])
    return person._said


def _told_among(ids: set[UUID]) -> dict[UUID, list[Said]]:
    with keeping.as_keeper():
        people = known(ids)
    hidden = [] if sees_members() else of_members()
    for one in people.values():
        one.records = [record for record in one.records if record.source not in hidden]
    batches = {record.batch_id for one in people.values() for record in one.records}
    if not current().reach.is_everything:
        batches = set(Batch.objects.filter(pk__in=batches).values_list("pk", flat=True))
    entered = _Entered(people.values(), hidden, reading.reaches)
    return {who: list(_told(one, batches, entered)) for who, one in people.items()}


def told_of_own(person: Person) -> list[Said]:
    """The same for the person, to whom every list's word is told: who is asking has been asked by `person_of`."""
    with keeping.as_keeper():
        found = known([person.pk]).get(person.pk)
    if found is None:
        return []
    return list(_told(found, {one.batch_id for one in found.records}, _Entered([found], [], lambda unit: True)))


def origins_of(spells: Sequence[Employment | UnionMembership], *, of_own: bool = False) -> dict[UUID, str]:
    """Of each employment or membership on whose word it stands, and of which day."""
    rows = {
        row.id: row for row in ledger.every(EmploymentBegan, UnionJoined).filter(pk__in=[one.fact for one in spells])
    }
    lists, clerks = _lists(rows.values(), [] if of_own or sees_members() else of_members()), _clerks(rows.values())
    return {one.pk: _origin(rows[one.fact], lists, clerks) for one in spells if one.fact in rows}


def _origin(row: FactRow, lists: Mapping[UUID | None, Batch], clerks: Mapping[UUID | None, str]) -> str:
    if batch := lists.get(row.cause_id):
        return f"{SOURCES[batch.source].label}（截至 {batch.as_of}）"
    words = {"case": "按办件登记", "correction": "更正"}.get(row.cause, "登记")
    return _stamped(words, timezone.localtime(row.made_at).date(), clerks.get(row.by, ""))


def _stamped(words: str, day: date, clerk: str) -> str:
    return f"{words}（{day}，经办 {clerk}）" if clerk else f"{words}（{day}）"


def _clerks(rows: Iterable[FactRow]) -> dict[UUID | None, str]:
    """Who wrote these facts, by name."""
    return dict(Account.objects.filter(pk__in={row.by for row in rows if row.by}).values_list("pk", "name"))


def _lists(rows: Iterable[FactRow], hidden: Container[str]) -> dict[UUID | None, Batch]:
    """The lists that brought these facts, as far as the reader may be told of them."""
    found = Batch.unscoped.in_bulk([row.cause_id for row in rows if row.cause == "import"])
    return {pk: one for pk, one in found.items() if one.source not in hidden}


class _Entered:
    """Who entered each detail of these persons that no list says now, or put it right: read once somebody asks."""

    def __init__(self, people: Iterable[Known], hidden: Container[str], names: Callable[[Unit], bool]) -> None:
        self.people, self.hidden, self.names = list(people), hidden, names

    @cached_property
    def rows(self) -> list[FactRow]:
        """The facts that brought details, the latest first."""
        ids = [pk for one in self.people for pk in one.keys]
        rows = ledger.every(PersonRegistered, PersonChanged).of(*ids)
        return list(rows.select_related("unit").order_by("-id"))

    @cached_property
    def brought(self) -> dict[tuple[UUID, str], UUID | None]:
        """By which list the register has them."""
        return loading.brought(reversed(self.rows))

    def claim(self, person: Known, name: str) -> Claim:
        """On whose word what no line says stands: a hand's, unless a list brought it that no longer says it."""
        by = None if name in person.by_hand else self.lists.get(loading.list_behind(self.brought, person, name))
        if by is None:
            return Claim(_AS_REGISTERED, BY_HAND, 0)
        return loading.claim_by(by, _AS_REGISTERED, name, by.as_of, clock.today())

    @cached_property
    def rows_of(self) -> dict[UUID, list[FactRow]]:
        """The same by the id that was given out."""
        found: dict[UUID, list[FactRow]] = {}
        for row in self.rows:
            found.setdefault(row.subject, []).append(row)
        return found

    @cached_property
    def lists(self) -> dict[UUID | None, Batch]:
        """The lists among them."""
        return _lists(self.rows, self.hidden)

    @cached_property
    def clerks(self) -> dict[UUID | None, str]:
        """Who wrote them, as far as the reader acts where the person was then."""
        return _clerks(row for row in self.rows if self.names(row.unit))

    def words(self, person: Known, name: str) -> str:
        """Whose word it was, and when."""
        kind = ledger.declared(PersonRegistered).key
        rows = (row for pk in person.keys for row in self.rows_of.get(pk, ()))
        told = (row for row in rows if row.type == kind or row.payload["what"] == name)
        row = max(told, key=lambda one: one.pk, default=None)
        if row is None or (row.cause == "import" and row.cause_id not in self.lists):
            return BY_HAND
        if row.cause == "import":
            batch = self.lists[row.cause_id]
            return f"{SOURCES[batch.source].label}（截至 {batch.as_of}，现在的名册里没有）"
        if row.cause_step in BY_US:
            return _stamped(row.cause_step, row.day, "")
        return _stamped("登记" if row.type == kind else "更正", row.day, self.clerks.get(row.by, ""))


def is_key(person: Person, phone: str) -> bool:
    """Whether who holds the registered phone may be taken for the person.

    Not where only lists say it whose owners do not have it from the person; where it was entered or put right by hand,
    or a list that `has_key` brought it or says the same. Of somebody whom the register knew before, one firm's list has
    it from the person only if somebody else says, too, that the person works there: a firm may name anybody.
    """
    row = _bringing(person.pk)
    if row is not None and row.cause != "import":
        return True
    batch = Batch.unscoped.select_related("unit").filter(pk=row.cause_id).first() if row and row.cause_id else None
    firm = batch.unit if row and batch and _is_claimed(row, batch) else None
    if batch and firm is None and SOURCES[batch.source].has_key("phone"):
        return True
    with keeping.as_keeper():
        found = known([person.pk]).get(person.pk)
    if found is None:
        return False
    told = [one for one in found.records if SOURCES[one.source].has_key("phone")]
    lines = [loading.read(found.keys, one) for one in told if firm is None or one.batch.unit_id != firm.pk]
    return any(line.get("phone") == phone or (firm is not None and _works_at(firm, line)) for line in lines)


def _bringing(person: UUID) -> FactRow | None:
    """The fact by which the register has the phone; what a merge lent, the other file has by one.

    None where a split left it there: of what lists brought before, only what they say now counts.
    """
    entered, changed = (Q(type=ledger.declared(kind).key) for kind in (PersonRegistered, PersonChanged))
    rows = ledger.life(person, taken_back=True).exclude(cause="correction")
    last = rows.filter(entered | (changed & Q(payload__what=Detail.PHONE.value))).order_by("-id").first()
    if last is None or _is_before_split(last):
        return None
    if last.cause_step != MERGED or last.cause_id is None:
        return last
    return _bringing(Merge.objects.get(pk=last.cause_id).gone_id)


def _is_before_split(row: FactRow) -> bool:
    split = ledger.every(PersonSplit).of(row.subject).filter(pk__gt=row.pk)
    return row.cause_step == SPLIT or (row.cause == "import" and split.exists())


def _is_claimed(row: FactRow, batch: Batch) -> bool:
    """Whether one firm said it of somebody who was registered elsewhere."""
    entered = ledger.life(row.subject).filter(type=ledger.declared(PersonRegistered).key)
    return SOURCES[batch.source].of_one_firm and not entered.filter(unit=batch.unit_id).exists()


def _works_at(firm: Unit, told: dict[str, str]) -> bool:
    """Whether a line of somebody else says so."""
    if code := told.get("employer_code"):
        return code == firm.code
    return told.get("employer") == firm.name.replace("(", "（").replace(")", "）")


def of_members() -> list[str]:
    """The sources that tell who is in a union."""
    return [key for key, one in SOURCES.items() if "union" in one.fields]


def sees_members() -> bool:
    """Who acts outside the unions, below the root, is not told who stands on their list: employers are among them."""
    who = current()
    return who.reach.is_everything or (who.unit is not None and who.unit.tree == Unit.Tree.UNION)


def _told(person: Known, readable: Container[UUID], entered: _Entered) -> Iterable[Said]:
    read = [(record, loading.read(person.keys, record)) for record in person.records]
    for name in DETAILS:
        said = [(record, values[name]) for record, values in read if values.get(name)]
        is_said = name not in person.by_hand and any(loading.has(person, name, value) for _, value in said)
        kept = [] if is_said or not loading.is_there(person, name) else [entered.claim(person, name)]
        if choice := _standing([*kept, *_claims(person, name, said)]):
            others = (Other(name, label_of(one), one.value if one.by in readable else "") for one in choice.others)
            by = entered.words(person, name) if choice.claim in kept else ""
            yield Said(name, choice, tuple(others), by, _registered(person, name))


def _registered(person: Known, name: str) -> str:
    if name in ("name", "birth", *keeping.REVEALED):
        return str(getattr(person.card, name) or "")
    value = getattr(person.row, name)
    return Other(name, "", value).shown if value else ""


def _standing(claims: list[Claim]) -> Choice | None:
    """On whose word the register's value stands; where the lists alone would choose another, they say otherwise."""
    choice = chosen(claims)
    if choice is None or choice.value == _AS_REGISTERED:
        return choice
    held = chosen([one for one in claims if one.value == _AS_REGISTERED])
    claim = held.claim if held else Claim(_AS_REGISTERED, "没有登记", 0)
    return replace(
        choice, claim=claim, rule=NOT_TAKEN, others=tuple(one for one in claims if one.value != _AS_REGISTERED)
    )


def _claims(person: Known, name: str, said: list[tuple[Record, str]]) -> Iterable[Claim]:
    """What the lists say."""
    for record, value in said:
        shown = _AS_REGISTERED if loading.has(person, name, value) else value
        yield loading.claim_of(record, shown, name, clock.today())
