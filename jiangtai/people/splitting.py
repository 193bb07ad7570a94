"""One file holds the lines of two people, because a list was matched wrongly: the other's go into a file of their own.

Whose each line is, a person says, and a second agrees. What a line alone brought goes with it; of all else a person
says fact by fact whose it is. The id that was given out stays with whom it was given for; the other gets a new one, and
the two are known as different. What a detail is follows from the lines on either side, save what somebody entered.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from jiangtai import ledger, vault
from jiangtai.access import Refused, Unit, audit, current
from jiangtai.kernel import clock, crypto, masking
from jiangtai.ledger import Cause, FactRow, PersonId

from . import keeping, persons, reading
from .facts import (
    EmploymentBegan,
    EmploymentEnded,
    Level,
    PersonChanged,
    PersonRegistered,
    PersonSplit,
    UnionJoined,
    UnionLeft,
)
from .linking import SURE_ENOUGH
from .merging import BY_US, OWN, SPLIT, Compared, hand_over, hangs_on, home_of, revive, seen, somebody
from .models import Employment, Person, Split, UnionMembership
from .sources import loading, telling
from .sources.cells import LABELS
from .sources.choosing import chosen
from .sources.declare import SOURCES
from .sources.matching import Known, known
from .sources.models import Batch, Doubt, Record

_REGISTERED, _CHANGED = ledger.declared(PersonRegistered).key, ledger.declared(PersonChanged).key
_BEGINS = tuple(ledger.declared(kind).key for kind in (EmploymentBegan, UnionJoined))
_ENDS: dict[str, Any] = {
    ledger.declared(EmploymentEnded).key: Employment,
    ledger.declared(UnionLeft).key: UnionMembership,
}
_OF_NUMBER = ("birth", "sex")
SHOWN = (
    *("name", "id_number", "phone", "birth", "sex", "hukou", "education", "employer", "occupation", "since", "state"),
    *("left", "union", "joined", "union_card", "certificate", "level", "certified"),
)
"""What a line says, as it is shown beside the others."""
Told = list[tuple[Record, dict[str, str]]]
"""Lines, each read once, with what they say."""
_STATES = {"left": "离职", "retired": "退休", "dead": "死亡", "there": "在职"}


@dataclass
class Line:
    """One line of an office's list in all its versions, and the facts that it alone brought."""

    versions: list[Record]
    values: dict[str, str]
    facts: list[FactRow] = field(default_factory=list)

    @property
    def id(self) -> int:
        """By which it is ticked: its last version."""
        return self.versions[-1].pk

    @property
    def last(self) -> Record:
        """What it said last."""
        return self.versions[-1]

    @property
    def label(self) -> str:
        """The list's name."""
        return SOURCES[self.last.source].label

    @property
    def is_now(self) -> bool:
        """Whether the list still holds it."""
        return self.last.until is None

    def shown(self, name: str) -> str:
        """A value as one reads it, its number masked."""
        value = self.values.get(name, "")
        if not value:
            return ""
        if name == "certificate":
            return masking.account(value)
        if name == "level":
            return Level(int(value)).label
        return _STATES.get(value, value) if name == "state" else _shown(name, value)


@dataclass
class Contents:
    """What one file holds: its lines side by side, and the facts that hang on no line alone."""

    person: Person
    lines: list[Line]
    loose: list[FactRow]
    is_by_hand: bool
    """Somebody entered the person on a page: then there is somebody also without any line."""

    def chosen(self, ids: Iterable[int]) -> list[Line]:
        """The lines that were ticked; each by any of its versions, for a newer one may have come since."""
        wanted = set(ids)
        return [one for one in self.lines if wanted & {record.pk for record in one.versions}]


def contents_of(person: Person) -> Contents:
    """All lines of a file with what hangs on each; those of files that went in it are those files' own."""
    with keeping.as_keeper():
        keys = vault.subject_keys([person.pk])
    grouped: dict[tuple[str, bytes], list[Record]] = {}
    for record in Record.objects.filter(person=person).select_related("batch__unit").order_by("pk"):
        grouped.setdefault((record.source, bytes(record.key)), []).append(record)
    lines = [Line(records, loading.read(keys, records[-1])) for records in grouped.values()]
    of_batch: dict[UUID | None, list[Line]] = {}
    for line in lines:
        for batch in {record.batch_id for record in line.versions}:
            of_batch.setdefault(batch, []).append(line)
    loose = []
    rows = ledger.life(person.pk).select_related("unit")
    entered = rows.filter(type=_REGISTERED).first()
    life = {row.pk for row in rows}
    for row in rows.filter(reverses__isnull=True).exclude(type__in=(_REGISTERED, *OWN)):
        told = of_batch.get(row.cause_id, []) if row.cause == "import" else []
        if len(told) == 1 and row.type != _CHANGED:
            told[0].facts.append(row)
        elif _is_said(row) and life.isdisjoint(hangs_on(row)):
            loose.append(row)
    return Contents(
        person, lines, loose, entered is None or (entered.cause != "import" and entered.cause_step != SPLIT)
    )


def _is_said(row: FactRow) -> bool:
    """Whether somebody can say whose it is: an end goes with what it ends, and what a list changed is history."""
    kind = ledger.declared(row.type)
    is_own_change = row.type == _CHANGED and (row.cause == "import" or row.cause_step in BY_US)
    return kind.subject == "person" and not row.ends and not is_own_change


def why_not_split(contents: Contents) -> str:
    """Why nobody, or not whoever acts, can part this file; empty where they can."""
    person, lines = contents.person, contents.lines
    if person.state != Person.State.REGISTERED:
        return "这份档案已归并或已注销，不能拆分；归并错了的，请撤销归并"
    if words := why_beyond(contents):
        return words
    if person.died_on:
        return f"已登记于 {person.died_on} 去世，不能拆分；请先撤销去世登记，拆分后再给去世的人登记"
    if len(lines) + contents.is_by_hand < 2:
        return "这份档案里没有两份来源记录，没有可以拆分的；由别的档案归并进来的，请撤销归并"
    return ""


def why_beyond(contents: Contents) -> str:
    """That whoever acts is not told of all lines and facts, and so can neither agree nor refuse; else empty."""
    if current().reach.is_everything:
        return ""
    batches = {one.last.batch_id for one in contents.lines}
    near = set(Batch.objects.filter(pk__in=batches).values_list("pk", flat=True))
    hidden = [] if telling.sees_members() else telling.of_members()
    lines = sum(one.last.batch_id not in near or one.last.source in hidden for one in contents.lines)
    life = ledger.life(contents.person.pk)
    beyond = lines + life.count() - life.filter(seen()).count()
    words = f"这份档案有 {beyond} 条来源记录或事项在您范围以外，须看得到全部才能拆分，请由上级经办人办理"
    return words if beyond else ""


def propose_split(person: Person, lines: Iterable[int], facts: Iterable[UUID], reason: str) -> Split:
    """Say whose the lines are; nothing changes until a second agrees."""
    ids, said = list(lines), list(facts)
    with transaction.atomic():
        row = reading.held(person)
        _checked(contents_of(row), ids, said)
        split = Split(person=row, by=somebody(), reason=reason, lines=ids, facts=[str(one) for one in said])
        try:
            with transaction.atomic():
                split.save(force_insert=True)
        except IntegrityError as error:
            if "split_proposed_once" not in str(error):
                raise
            raise Refused("这份档案已经提出拆分，等另一位经办人确认") from error
        audit.record("person.split_proposed", target=row, reason=reason)
    return split


def confirm_split(split: Split) -> Split:
    """The second of two agrees: the other's lines go into a new file."""
    with transaction.atomic():
        keeping.take_turns()
        row = _open(split)
        person = reading.held(row.person_id)
        contents = contents_of(person)
        going, loose = _checked(contents, row.lines, map(UUID, row.facts))
        row.other = _carry_out(row, contents, going, loose)
        row.state, row.confirmed_by, row.done_at = Split.State.DONE, somebody(), clock.now()
        row.save(update_fields=("state", "other", "confirmed_by", "done_at"))
        made = PersonSplit(
            person=PersonId(person.pk), other=PersonId(row.other.pk), unit=home_of(person), on=clock.today()
        )
        ledger.append(made, cause=Cause.act(SPLIT, row.pk))
        audit.record("person.split", target=person, reason=row.reason, details={"other": str(row.other.pk)})
    return row


def refuse_split(split: Split, reason: str) -> Split:
    """The second of two does not agree: the file stays as it is."""
    with transaction.atomic():
        row = _open(split)
        if words := why_beyond(contents_of(row.person)):
            raise Refused(words)
        row.state, row.confirmed_by, row.refusal = Split.State.REFUSED, somebody(), reason
        row.save(update_fields=("state", "confirmed_by", "refusal"))
        audit.record("person.split_refused", target=row.person, reason=reason)
    return row


def withdraw_split(split: Split) -> Split:
    """Whoever proposed it takes the proposal back: the file stays as it is, and may be proposed anew."""
    with transaction.atomic():
        row = _waiting(split)
        if row.by_id != somebody().pk:
            raise Refused("拆分由提出人撤回；不同意的，请选“不拆分”")
        row.state = Split.State.WITHDRAWN
        row.save(update_fields=("state",))
        audit.record("person.split_withdrawn", target=row.person)
    return row


def _open(split: Split) -> Split:
    row = _waiting(split)
    if row.by_id == somebody().pk:
        raise Refused("本人提出的拆分须由另一位经办人确认", "second")
    return row


def _waiting(split: Split) -> Split:
    row = Split.objects.select_for_update(of=("self",)).select_related("person").get(pk=split.pk)
    if row.state != Split.State.PROPOSED:
        raise Refused(f"这次拆分{row.get_state_display()}，不必再办")
    return row


def why_not_carried_out(split: Split, contents: Contents) -> str:
    """Why what was proposed cannot be done, or not by whoever acts; empty where it can."""
    try:
        _checked(contents, split.lines, map(UUID, split.facts))
    except Refused as error:
        return str(error)
    return ""


def _checked(contents: Contents, lines: Iterable[int], facts: Iterable[UUID]) -> tuple[list[Line], list[FactRow]]:
    if words := why_not_split(contents):
        raise Refused(words)
    wanted, said = set(lines), set(facts)
    going = contents.chosen(wanted)
    loose = [one for one in contents.loose if one.pk in said]
    if not wanted:
        raise Refused("没有勾选来源记录，请勾出属于另一个人的，至少一条")
    if len(going) < len(wanted) or len(loose) < len(said):
        raise Refused("勾选的记录有的已不在这份档案里，请刷新后重选")
    if len(going) == len(contents.lines) and not contents.is_by_hand:
        raise Refused("来源记录全部勾上了，原档案里就没有人了；请只勾属于另一个人的")
    return going, loose


def _carry_out(split: Split, contents: Contents, going: list[Line], loose: list[FactRow]) -> Person:
    """Details first, for one number is one person's; then lines, facts with the rows on them, and the account."""
    person, cause = contents.person, Cause.act(SPLIT, split.pk)
    kept, told = _details(contents, going, loose)
    account = person.account if "id_number" in kept else None
    if "id_number" in kept:  # before what it tells of birth and sex
        person = persons.correct(person, cause=cause, id_number=kept.pop("id_number"))
    if kept:
        person = persons.correct(person, cause=cause, **kept)
    other = persons.register(unit=_where(person, going), cause=cause, **told)
    with keeping.as_keeper():
        keys = vault.subject_keys([person.pk, other.pk])
    records = [record for one in going for record in one.versions]
    loading.give(records, keys, other.pk, crypto.sealer(keys[other.pk]))
    Record.objects.filter(Record.NOW, person__in=(person, other)).update(digest=b"")  # the next list says all anew
    for fact in [*(one for line in going for one in line.facts if not one.ends), *loose]:
        hand_over(fact, other)
    for fact in (one for line in going for one in line.facts if one.ends):
        _take_back(fact, person)
    if account:
        Person.unscoped.filter(pk=person.pk).update(account=None)
        Person.unscoped.filter(pk=other.pk).update(account=account)
    Doubt.objects.create(
        one=other, other=person, odds=0, state=Doubt.State.APART, decided_by=somebody(), decided_at=clock.now()
    )
    for third in {who for one in going for who in _holding(one.values.get("id_number"), besides={person.pk, other.pk})}:
        Doubt.objects.create(one=other, other_id=third, odds=SURE_ENOUGH)
    keeping.place_all([person.pk, other.pk])
    return other


def _where(person: Person, going: list[Line]) -> Unit:
    """Where the new file is entered: where its own lines have it, else where the old one belongs."""
    begun = [one for line in going for one in line.facts if one.type in _BEGINS]
    return begun[0].unit if begun else reading.unit_of(person.pk) or going[0].last.batch.unit


def _take_back(end: FactRow, person: Person) -> None:
    """What the other's line ended of this person goes on, unless something else has taken its place since."""
    kind = _ENDS.get(end.type)
    spell = kind.unscoped.filter(person=person, fact=end.ends).first() if kind else None
    if spell is None:
        return
    try:
        with transaction.atomic():
            revive(spell)
    except IntegrityError:
        return


# Which details are whose.


def _details(contents: Contents, going: list[Line], loose: list[FactRow]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What changes in the file that stays, and what the new one says."""
    person = contents.person
    with keeping.as_keeper():
        held = known([person.pk])[person.pk]
        now = persons.details_of(person, persons.DETAILS)
    own = {record.pk for one in going for record in one.versions}
    rows = Record.objects.filter(person__in=held.keys).order_by("pk")
    told_by = [(one, loading.read(held.keys, one)) for one in rows]
    theirs, rest = ([one for one in told_by if (one[0].pk in own) is is_own] for is_own in (True, False))
    said = {name for name, value in now.items() if value and _is_told(held, theirs, name)}
    stays = {name for name, value in now.items() if value and (name in held.by_hand or _is_told(held, rest, name))}
    goes = (said - stays) | {row.payload["what"] for row in loose if row.type == _CHANGED}
    if now["id_number"] and "id_number" not in goes:
        goes -= set(_OF_NUMBER)
    kept = {name: _choice(rest, name) for name in goes if now[name]}
    told = {name: now[name] if name in goes and now[name] else _choice(theirs, name) for name in now}
    if not kept.get("name"):
        kept.pop("name", None)
    if told["id_number"] == now["id_number"] and "id_number" not in goes:
        told["id_number"] = ""
    if kept.get("id_number") == told["id_number"]:
        kept["id_number"] = ""
    for one in (kept, told):
        if _holding(one.get("id_number"), besides={person.pk}):
            one["id_number"] = ""
        if one.get("id_number"):
            one.pop("birth", None), one.pop("sex", None)
    return kept, {name: value for name, value in told.items() if value}


def _holding(number: str | None, *, besides: set[UUID]) -> set[UUID]:
    """Who else holds a number: what is a third file's is on the line by mistake, and is neither's of these two."""
    with keeping.as_keeper():
        return (keeping.holders(id_number=number or "") or set()) - besides


def _is_told(held: Known, said: Told, name: str) -> bool:
    return any(value and loading.has(held, name, value) for value in (values.get(name, "") for _, values in said))


def _choice(said: Told, name: str) -> Any:
    """What these lines say of a detail: those that hold now, else all."""
    lasting = [one for one in said if one[0].until is None] or said
    told = [(one, values.get(name, "")) for one, values in lasting]
    claims = [loading.claim_of(one, value, name, clock.today()) for one, value in told if value]
    choice = chosen(claims)
    if name == "birth":
        return date.fromisoformat(choice.value) if choice else None
    return choice.value if choice else ""


def after_split(split: Split) -> list[Compared]:
    """Both persons as they would be, beside each other, for the second of two."""
    contents = contents_of(split.person)
    going, loose = contents.chosen(split.lines), [one for one in contents.loose if str(one.pk) in split.facts]
    if not going:
        return []
    kept, told = _details(contents, going, loose)
    with keeping.as_keeper():
        now = persons.details_of(split.person, persons.DETAILS) | kept
    rows = [(LABELS[name], _shown(name, now[name]), _shown(name, told.get(name))) for name in persons.DETAILS]
    return [Compared(label, one, other, one == other if one and other else None) for label, one, other in rows]


def splits() -> Any:
    """Splits of those within reach; `are_two` says whether both files are there now, and within reach."""
    other = Person.objects.filter(pk=OuterRef("other_id"), state=Person.State.REGISTERED)
    rows = Split.objects.filter(person__in=Person.objects.all())
    rows = rows.annotate(are_two=Exists(other) & Q(person__state=Person.State.REGISTERED))
    return rows.select_related("by", "confirmed_by").prefetch_related("person", "other")


def _shown(name: str, value: Any) -> str:
    return telling.Other(name, "", str(value)).shown if value else ""
