"""Two files of one person become one, and one that was put together wrongly becomes two again.

An id once given out always resolves: the file that goes in another keeps its row and its facts, and whoever reads the
life of a person reads all ids of that person. What lives now (spells, groups) moves over and is remembered, so that it
can move back; what was written since the merge is handed over by a person, fact by fact.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from jiangtai import ledger
from jiangtai.access import Refused, audit, current
from jiangtai.kernel import clock
from jiangtai.ledger import Cause, FactId, FactRow, PersonId, UnitId

from . import keeping, reading, spells
from .facts import (
    EmploymentBegan,
    LeavingReason,
    PersonsMerged,
    PersonsParted,
    PersonSplit,
    SkillCertified,
    UnionJoined,
    UnionLeaving,
)
from .models import NOW, Employment, Merge, Person, Responsible, SavedMember, UnionMembership
from .sources.models import Certificate, Doubt, Record

MERGED, PARTED, SPLIT = "归并档案", "撤销归并", "拆分档案"
BY_US = (MERGED, PARTED, SPLIT)
"""Whatever a merge, its end or a split wrote of a detail was told by nobody anew."""
_BEYOND = "归并以后还有 {} 条记录在您范围以外的单位，撤销须逐条指明是谁的，请由上级经办人办理"
_OTHER_BEYOND = "归并的两份档案，有一份在您范围以外，撤销请由上级经办人办理"
_PROPOSED = "这两份档案已经提出归并，等另一位经办人确认"
_SPELLS: dict[str, Any] = {"employments": Employment, "memberships": UnionMembership}
OWN = tuple(ledger.declared(kind).key for kind in (PersonsMerged, PersonsParted, PersonSplit))
"""What a merge, its end or a split wrote of the files themselves: nobody says whose that is."""
_TAKEN_OVER = ("phone", "union_card")
Follow = Callable[[FactRow, FactId, UUID], None]
"""What a domain does about what it keeps beside a fact: the fact that was, its new id, whose it is now."""
_FOLLOWS: dict[str, Follow] = {}


def handed_over(kind: type) -> Callable[[Follow], Follow]:
    """Register what else is done where a fact of this kind turns out to be another's and is written again."""

    def enter(follow: Follow) -> Follow:
        _FOLLOWS[ledger.declared(kind).key] = follow
        return follow

    return enter


def propose_merge(one: Person, other: Person, *, reason: str = "", needs_another: bool = False) -> Merge:
    """Say that two files are one person's: done at once, unless one of them has honours or money to lose.

    Whom no list brought together, another confirms in any case.
    """
    with transaction.atomic():
        keeping.take_turns()
        kept, gone = _ordered(one, other)
        _refuse_two_people(kept, gone)
        needs_another = needs_another or has_more_than_the_register(kept.pk) or has_more_than_the_register(gone.pk)
        merge = Merge(kept=kept, gone=gone, by=somebody(), reason=reason)
        if Merge.objects.filter(Merge.OPEN, gone=gone).exists():
            raise Refused(_PROPOSED)
        merge.save(force_insert=True)
        audit.record("persons.proposed", target=kept, reason=reason, details={"other": str(gone.pk)})
        if not needs_another:
            _carry_out(merge, kept, gone)
    return merge


def confirm_merge(merge: Merge) -> Merge:
    """The second of two who look at a merge agrees."""
    with transaction.atomic():
        keeping.take_turns()
        row = _open(merge)
        if row.by_id == somebody().pk:
            raise Refused("本人提出的归并须由另一位经办人确认", "second")
        fresh = {one.pk: one for one in _ordered(row.kept, row.gone)}
        kept, gone = fresh[row.kept_id], fresh[row.gone_id]
        row.confirmed_by = somebody()
        _refuse_two_people(kept, gone)
        _carry_out(row, kept, gone)
    return row


def refuse_merge(merge: Merge, reason: str) -> Merge:
    """The second of two does not agree: both files stay as they are."""
    with transaction.atomic():
        row = _open(merge)
        if row.by_id == somebody().pk:
            raise Refused("本人提出的归并须由另一位经办人确认", "second")
        row.state, row.confirmed_by, row.reason = Merge.State.REFUSED, somebody(), reason or row.reason
        row.save(update_fields=("state", "confirmed_by", "reason"))
        _settle_doubts(row, Doubt.State.APART)
        audit.record("persons.kept_apart", target=row.kept, reason=reason, details={"other": str(row.gone_id)})
    return row


def withdraw_merge(merge: Merge) -> Merge:
    """Whoever proposed it takes the proposal back: nothing is said of the two, and anybody may look at them again."""
    with transaction.atomic():
        row = _open(merge)
        if row.by_id != somebody().pk:
            raise Refused("归并由提出人撤回；不同意的，请选“不归并”")
        row.state = Merge.State.WITHDRAWN
        row.save(update_fields=("state",))
        audit.record("persons.withdrawn", target=row.kept, details={"other": str(row.gone_id)})
    return row


def put_together(doubt: Doubt) -> Merge:
    """Somebody looked: these are one person, which is said once."""
    with transaction.atomic():
        keeping.take_turns()
        row = _unanswered(doubt)
        return propose_merge(row.one, row.other)


def keep_apart(doubt: Doubt) -> None:
    """Somebody looked: these are two people, and are not asked about again."""
    with transaction.atomic():
        row = _unanswered(doubt)
        row.state, row.decided_by, row.decided_at = Doubt.State.APART, current().account, clock.now()
        row.save(update_fields=("state", "decided_by", "decided_at"))
        audit.record("persons.kept_apart", target=row.one, details={"other": str(row.other_id)})


def _unanswered(doubt: Doubt) -> Doubt:
    """The pair as long as nobody answered, or else said so; who answers next waits until this one is done."""
    row = Doubt.objects.select_for_update().filter(pk=doubt.pk, state=Doubt.State.OPEN).first()
    if row is None:
        raise Refused("这一对刚刚已有人核对过，请看下一对")
    pair = [row.one_id, row.other_id]
    if Merge.objects.filter(Merge.OPEN, kept__in=pair, gone__in=pair).exists():
        raise Refused(_PROPOSED)
    return row


def undo_merge(merge: Merge, reason: str, theirs: Iterable[UUID] = ()) -> Merge:
    """Take a merge back: what moved moves back, and `theirs` of the facts written since are handed to the other."""
    with transaction.atomic():
        keeping.take_turns()
        row = Merge.objects.select_for_update().get(pk=merge.pk)
        if row.state != Merge.State.DONE:
            raise Refused(f"这次归并{row.get_state_display()}，不能撤销")
        kept, gone = _locked(row.kept_id), _locked(row.gone_id)
        if kept.state != Person.State.REGISTERED:
            raise Refused("留下的那份档案后来又归并或注销了，请先撤销后来的归并")
        if words := why_not_parted(row):
            raise Refused(words, "reach")
        since = {fact.pk: fact for fact in written_since(row)}
        _part(row, kept, gone)
        chosen = set(theirs)
        if not chosen <= since.keys():
            raise Refused("所选记录不在归并之后的记录里，请刷新后重选")
        for fact in chosen:
            hand_over(since[fact], gone)
        for person in (kept, gone):
            keeping.place(person)
        row.state, row.undone_by, row.undone_at = Merge.State.UNDONE, somebody(), clock.now()
        row.save(update_fields=("state", "undone_by", "undone_at"))
        ledger.append(
            PersonsParted(person=PersonId(kept.pk), other=PersonId(gone.pk), unit=home_of(kept), on=clock.today()),
            cause=Cause.act(PARTED, row.pk),
        )
        audit.record("persons.parted", target=kept, reason=reason, details={"other": str(gone.pk)})
    return row


def written_since(merge: Merge) -> list[FactRow]:
    """The facts within reach that were written after the two became one: somebody says whose each is, and with it goes
    what hangs on it."""
    rows = list(_since(merge).filter(seen()).select_related("unit"))
    since = {row.pk for row in rows}
    return [row for row in rows if since.isdisjoint(hangs_on(row))]


def why_not_parted(merge: Merge) -> str:
    """Why whoever acts cannot take a merge back: who sees both files and all that was written since can; else empty."""
    if not _sees_both(merge):
        return _OTHER_BEYOND
    beyond = _since(merge).count() - _since(merge).filter(seen()).count()
    return _BEYOND.format(beyond) if beyond else ""


def _sees_both(merge: Merge) -> bool:
    """Whether each of the two files had, when they became one, work or a union where whoever acts sees it."""
    if current().reach.is_everything:
        return True
    held = Q(until__isnull=True) | Q(until__gte=clock.day_of(merge.done_at or clock.now()))
    are_theirs = set()
    for name, kind in _SPELLS.items():
        rows = kind.unscoped.filter(reading.within_reach(), held, person__in=(merge.kept_id, merge.gone_id))
        for spell, person in rows.exclude(fact__in=_since(merge).values("pk")).values_list("pk", "person"):
            are_theirs.add(person == merge.gone_id or str(spell) in merge.moved.get(name, ()))
    return len(are_theirs) == 2


def _since(merge: Merge) -> Any:
    life = ledger.life(merge.kept_id)
    became = life.filter(type=ledger.declared(PersonsMerged).key, cause_id=merge.pk).order_by("-id").first()
    if became is None:
        return life.none()
    return life.filter(id__gt=became.pk).exclude(type__in=OWN)


def seen() -> Q:
    """What an officer reads in a life, and what names no unit."""
    return reading.told_within_reach() | Q(unit__isnull=True)


def has_more_than_the_register(person: UUID) -> bool:
    """Whether the ledger holds more of somebody than the register itself wrote: honours, awards, certificates."""
    ours = Q(type__startswith="people.") & ~Q(type=ledger.declared(SkillCertified).key)
    return ledger.life(*reading.ids_of(person)).exclude(ours).exists()


def _ordered(one: Person, other: Person) -> tuple[Person, Person]:
    """Both locked; the one that stays is whose own account it is, else whose number is known, else the older."""
    if one.pk == other.pk:
        raise Refused("这是同一份档案")
    rows = [_locked(pk) for pk in sorted((one.pk, other.pk))]
    if any(row.state != Person.State.REGISTERED for row in rows):
        raise Refused("其中一份档案已归并或已注销，请刷新后再看")
    with keeping.as_keeper():
        numbers = {row.pk: bool(keeping.value_of(row.pk, "id_number")) for row in rows}
    kept, gone = sorted(rows, key=lambda row: (row.account_id is None, not numbers[row.pk], row.pk))
    return kept, gone


def _locked(pk: UUID) -> Person:
    return Person.unscoped.select_for_update().get(pk=pk)


def why_two_people(kept: Person, gone: Person) -> str:
    """Why two files cannot become one; empty where they can."""
    with keeping.as_keeper():
        numbers = {keeping.value_of(one.pk, "id_number") for one in (kept, gone)} - {""}
    if len(numbers) > 1:
        return "两份档案的身份证号都有效且不同，是两个人；号码有误的，请先更正号码再归并"
    if kept.account_id and gone.account_id:
        return "两份档案都关联了本人账号，请本人先注销其中一个账号再归并"
    return ""


def _refuse_two_people(kept: Person, gone: Person) -> None:
    if words := why_two_people(kept, gone):
        raise Refused(words)


def _carry_out(merge: Merge, kept: Person, gone: Person) -> None:
    """Make them one: the details that are missing, whatever lives now, and the place in every search."""
    moved: dict[str, Any] = {}
    cause = Cause.act(MERGED, merge.pk)
    _end_doubles(kept, gone, cause, moved)
    for name, kind in _SPELLS.items():
        rows = [one for one in kind.unscoped.filter(person=gone) if not _overlaps(kind, kept, one)]
        moved[name] = [str(one.pk) for one in rows]
        kind.unscoped.filter(pk__in=[one.pk for one in rows]).update(person=kept)
    moved["responsibles"] = _move(Responsible.unscoped.exclude(state="refused"), gone, kept)
    there = SavedMember.objects.filter(person=kept).values("group")
    moved["groups"] = _move(SavedMember.objects.exclude(group__in=there), gone, kept)
    if gone.account_id:
        moved["account"] = str(gone.account_id)
        account, gone.account = gone.account, None
        gone.save(update_fields=("account",))
        kept.account = account
        kept.save(update_fields=("account",))
    moved["lent"] = _fill_in(kept, gone, cause)
    earlier = Person.unscoped.filter(merged_into=gone)
    moved["earlier"] = [str(pk) for pk in earlier.values_list("pk", flat=True)]
    earlier.update(merged_into=kept)
    gone.state, gone.merged_into = Person.State.MERGED, kept
    gone.save(update_fields=("state", "merged_into"))
    keeping.silence(gone)
    keeping.place(kept)
    merge.state, merge.moved, merge.done_at = Merge.State.DONE, moved, clock.now()
    merge.save(update_fields=("state", "moved", "done_at", "confirmed_by"))
    _settle_doubts(merge, Doubt.State.SAME)
    made = PersonsMerged(person=PersonId(kept.pk), other=PersonId(gone.pk), unit=home_of(kept), on=clock.today())
    ledger.append(made, cause=cause)
    audit.record("persons.merged", target=kept, reason=merge.reason, details={"other": str(gone.pk)})


def _end_doubles(kept: Person, gone: Person, cause: Cause, moved: dict[str, Any]) -> None:
    """Who works twice at one firm, or is a member twice, was written down twice: the other's ends for now."""
    here = set(Employment.unscoped.filter(NOW, person=kept).values_list("unit", flat=True))
    works = list(Employment.unscoped.filter(NOW, person=gone, unit__in=here).select_related("unit", "person"))
    is_member = UnionMembership.unscoped.filter(NOW, person=kept).exists()
    unions = (
        list(UnionMembership.unscoped.filter(NOW, person=gone).select_related("unit", "person")) if is_member else []
    )
    for work in works:
        spells.end_employment(work, LeavingReason.OTHER, cause=cause)
    for union in unions:
        spells.end_membership(union, UnionLeaving.TRANSFERRED, cause=cause)
    moved["ended"] = {"employments": [str(one.pk) for one in works], "memberships": [str(one.pk) for one in unions]}


def _overlaps(kind: Any, kept: Person, one: Any) -> bool:
    """Whether the other has a spell at the same unit at the same time: then this one stays where it is."""
    if kind is UnionMembership:
        return one.until is None and UnionMembership.unscoped.filter(NOW, person=kept).exists()
    begins_before = Q() if one.until is None else Q(since__lt=one.until)
    lasts = Q(until__isnull=True) | Q(until__gt=one.since)
    return Employment.unscoped.filter(begins_before, lasts, person=kept, unit=one.unit_id).exists()


def _move(rows: Any, before: Person, after: Person) -> list[str]:
    ids = list(rows.filter(person=before).values_list("pk", flat=True))
    rows.model._base_manager.filter(pk__in=ids).update(person=after)
    return [str(one) for one in ids]


def _fill_in(kept: Person, gone: Person, cause: Cause) -> list[str]:
    """What the one that stays lacks, the other lends; whoever merges need not reach both files. Which details."""
    from . import persons

    with keeping.as_keeper():
        card, other = keeping.opened(kept), keeping.opened(gone)
        lent: dict[str, Any] = {
            name: keeping.value_of(gone.pk, name)
            for name in _TAKEN_OVER
            if not getattr(card, name) and getattr(other, name)
        }
        if not card.birth and other.birth:
            lent["birth"] = other.birth
        lent |= {
            name: getattr(gone, name) for name in persons.IN_CLEAR if not getattr(kept, name) and getattr(gone, name)
        }
        if lent:
            persons.correct(kept, cause=cause, **lent)
            kept.refresh_from_db()
    return list(lent)


def home_of(person: Person) -> UnitId | None:
    """The unit that a fact about a person names today."""
    unit = reading.unit_of(person.pk)
    return UnitId(unit.pk) if unit else None


def _part(row: Merge, kept: Person, gone: Person) -> None:
    """Everything that moved goes back, as far as it is still there."""
    for name, kind in _SPELLS.items():
        kind.unscoped.filter(pk__in=row.moved.get(name, ()), person=kept).update(person=gone)
        for spell in kind.unscoped.filter(pk__in=row.moved.get("ended", {}).get(name, ())):
            revive(spell)
    Person.unscoped.filter(pk__in=row.moved.get("earlier", ()), merged_into=kept).update(merged_into=gone)
    Responsible.unscoped.filter(pk__in=row.moved.get("responsibles", ()), person=kept).update(person=gone)
    SavedMember.objects.filter(pk__in=row.moved.get("groups", ()), person=kept).update(person=gone)
    if row.moved.get("account") and str(kept.account_id) == row.moved["account"]:
        account, kept.account = kept.account, None
        kept.save(update_fields=("account",))
        gone.account = account
    gone.state, gone.merged_into = Person.State.REGISTERED, None
    gone.save(update_fields=("state", "merged_into", "account"))
    _let_lists_meet_anew(kept, gone)
    keeping.unsilence(gone)
    _give_back(row, kept, gone)


def _let_lists_meet_anew(kept: Person, gone: Person) -> None:
    """What lists said meanwhile of a line that was the other's: the next list finds out whose it is."""
    lines = Record.objects.filter(person=gone).values("key")
    Record.objects.filter(Record.NOW, person=kept, key__in=lines).update(until=clock.today())


def _give_back(row: Merge, kept: Person, gone: Person) -> None:
    """What the other lent is its own again, unless it was put right since."""
    from . import persons

    with keeping.as_keeper():
        names = row.moved.get("lent", ())
        one, other = persons.details_of(kept, names), persons.details_of(gone, names)
        lent = {name: None if name == "birth" else "" for name in names if one[name] == other[name]}
        if lent:
            persons.correct(kept, cause=Cause.act(PARTED, row.pk), **lent)
            kept.refresh_from_db()


def revive(spell: Any) -> None:
    """The end that a merge wrote is taken back."""
    end = FactRow.unscoped.filter(ends=spell.fact).order_by("-made_at").first()
    if end is not None and not FactRow.unscoped.filter(reverses=end.pk).exists():
        ledger.reverse(FactId(end.pk), ledger.Why.WRONG_PERSON)
    spell.until, spell.why = None, ""
    spell.save(update_fields=("until", "why"))


def hangs_on(row: FactRow) -> set[UUID]:
    """The facts that a fact names: an end what it ended, an award its honour. It is whose they are."""
    kind = ledger.declared(row.type)
    names = [name for name, one in kind.fields.items() if one.type is FactId and name != kind.reverses]
    return {UUID(row.payload[name]) for name in names if row.payload.get(name)}


def hand_over(row: FactRow, gone: Person, names: Mapping[UUID, FactId] = MappingProxyType({})) -> None:
    """A fact that was another's is taken back and written again for the right one, with its end, what hangs on it, and
    the row on it; `names` are the new ids of what was written again before."""
    fact = _opened(row)
    if not hasattr(fact, "person"):
        raise Refused(f"“{row.label}”不能改记到另一个人名下，请在原办件里更正")
    ledger.reverse(FactId(row.pk), ledger.Why.WRONG_PERSON)  # whoever ends it at this moment has done so, or cannot
    life = list(ledger.life(row.subject))
    end = next((one for one in life if one.ends == row.pk), None)
    if end:
        ledger.reverse(FactId(end.pk), ledger.Why.WRONG_PERSON)
    made = ledger.append(_for(gone, fact, names), cause=Cause.correction(FactId(row.pk)))
    names = {**names, row.pk: made}
    if end:
        ledger.append(_for(gone, _opened(end), names), cause=Cause.correction(FactId(end.pk)))
    for one in life:
        if row.pk in hangs_on(one) and not one.ends:
            hand_over(one, gone, names)
    if row.type in _FOLLOWS:
        _FOLLOWS[row.type](row, made, gone.pk)
    kind: dict[str, Any] = {
        ledger.declared(EmploymentBegan).key: Employment,
        ledger.declared(UnionJoined).key: UnionMembership,
        ledger.declared(SkillCertified).key: Certificate,
    }
    if row.type in kind:
        kind[row.type]._base_manager.filter(fact=row.pk).update(person=gone, fact=made)


def _for(person: Person, fact: Any, names: Mapping[UUID, FactId]) -> Any:
    """The same fact of another person, with the new ids of the facts that it names."""
    ids = {
        name: names.get(getattr(fact, name)) for name, one in ledger.declared(fact).fields.items() if one.type is FactId
    }
    return replace(fact, person=PersonId(person.pk), **{name: one for name, one in ids.items() if one})


def _opened(row: FactRow) -> Any:
    with keeping.as_keeper():
        ((_, fact),) = ledger.life(row.subject, taken_back=True).filter(pk=row.pk).as_facts()
    return fact


def _settle_doubts(merge: Merge, state: str) -> None:
    pair = [merge.kept_id, merge.gone_id]
    Doubt.objects.filter(one__in=pair, other__in=pair, state=Doubt.State.OPEN).update(
        state=state, decided_by=current().account, decided_at=clock.now()
    )


def _open(merge: Merge) -> Merge:
    row = Merge.objects.select_for_update(of=("self",)).select_related("kept", "gone").get(pk=merge.pk)
    if row.state != Merge.State.PROPOSED:
        raise Refused(f"这次归并{row.get_state_display()}，不必再办")
    return row


def somebody() -> Any:
    """The account that acts; no job merges or splits."""
    account = current().account
    if account is None:
        raise Refused("归并、拆分须由登录的经办人办理")
    return account


@dataclass(frozen=True)
class Compared:
    """One detail of two files beside each other: whether it speaks for one person, against, or says nothing."""

    label: str
    one: str
    other: str
    is_same: bool | None


def compared(one: Person, other: Person) -> list[Compared]:
    """The evidence for and against; numbers are compared in full and shown masked."""
    with keeping.as_keeper():
        cards = [keeping.opened(row) for row in (one, other)]
        numbers = {name: [keeping.value_of(row.pk, name) for row in (one, other)] for name in keeping.REVEALED}
    rows = [_beside("姓名", cards[0].name, cards[1].name)]
    for name, label in (("id_number", "身份证号"), ("phone", "手机号")):
        rows.append(_beside(label, getattr(cards[0], name), getattr(cards[1], name), *numbers[name]))
    rows.append(_beside("出生日期", str(cards[0].birth or ""), str(cards[1].birth or "")))
    for name, label in (("sex", "性别"), ("education", "学历"), ("hukou", "户籍")):
        rows.append(_beside(label, *(str(_shown(row, name)) for row in (one, other))))
    rows.append(_places(*(_works_at(row.pk) for row in (one, other))))
    rows.append(_beside("会籍", *(str(getattr(reading.membership_of(row.pk), "unit", "")) for row in (one, other))))
    return rows


def _works_at(person: UUID) -> dict[UUID, str]:
    """Where a person works, as far as is known: also by the firm whose union they belong to, which lists mean by it."""
    known = {work.unit_id: str(work.unit) for work in reading.employments_of(person)}
    membership = reading.membership_of(person)
    firm = membership.unit.serves if membership else None
    return known if firm is None or firm.pk in known else known | {firm.pk: f"{firm}（会籍所在）"}


def _places(one: dict[UUID, str], other: dict[UUID, str]) -> Compared:
    """Who works at several firms is at the same place where one of them is."""
    both = not one.keys().isdisjoint(other) if one and other else None
    return Compared("工作单位", "、".join(one.values()), "、".join(other.values()), both)


def _shown(row: Person, name: str) -> str:
    return getattr(row, f"get_{name}_display")() if name != "sex" else row.sex


def _beside(label: str, one: str, other: str, *full: str) -> Compared:
    left, right = full or (one, other)
    return Compared(label, one, other, left == right if left and right else None)


def doubts() -> Any:
    """The pairs within reach that wait for somebody, the surest first."""
    near = Person.objects.filter(state=Person.State.REGISTERED)
    rows = Doubt.objects.filter(state=Doubt.State.OPEN, one__in=near, other__in=near)
    return rows.select_related("batch").prefetch_related("one", "other").order_by("-odds", "pk")


def merges() -> Any:
    """Merges of those within reach; `is_seen` says whether the other file is, too."""
    seen = Exists(Person.objects.filter(pk=OuterRef("gone_id"), state=Person.State.REGISTERED))
    rows = Merge.objects.filter(kept__in=Person.objects.all()).annotate(is_seen=seen)
    return rows.select_related("by", "confirmed_by").prefetch_related("kept", "gone")
