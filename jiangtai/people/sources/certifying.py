"""Certificates of skill out of evaluation bodies' lists: one number is one certificate of one person.

A line that says otherwise than before takes the fact back and writes the right one; a list that leaves a certificate
out ends nothing, a line that calls it withdrawn does. The number lies under the person's key and is met again by its
fingerprint.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F

from jiangtai import ledger, vault
from jiangtai.kernel import add_many, crypto
from jiangtai.ledger import Cause, FactId, PersonId, UnitId, Why

from .. import keeping, reading
from ..facts import CertificateWithdrawn, Level, SkillCertified
from ..models import Person
from .cells import WITHDRAWN
from .declare import SOURCES
from .examining import CERTIFICATE, Entry, Wrong
from .models import Batch, Certificate

_MARK = b"people.certificate"
_ANOTHERS = "证书编号已登记在另一人名下，证书没有导入，请核对编号；原登记有误的，请先把原持有人那一行以“作废”报送"
_ELSEWHERE = "这个编号的证书已由另一家单位报送，内容不同，证书没有导入，请两家核对"


@dataclass(frozen=True, slots=True)
class Certified:
    """A certificate as a line tells it: whose, and where the person belongs."""

    person: UUID
    unit: UUID | None
    line: Entry

    @property
    def fact(self) -> SkillCertified:
        """What the ledger is to hold."""
        told = self.line.values
        return SkillCertified(
            person=PersonId(self.person),
            occupation=told["occupation"],
            level=Level(int(told["level"])),
            number=told["certificate"],
            unit=UnitId(self.unit) if self.unit else None,
            on=date.fromisoformat(told["certified"]),
        )

    @property
    def is_withdrawn(self) -> bool:
        """Whether the line says that it holds no longer."""
        return self.line.values.get("certificate_state") == WITHDRAWN


@dataclass(frozen=True, slots=True)
class _Known:
    """A certificate that stands in the ledger, who holds it today, and the fact by which it ended."""

    row: Certificate
    holder: UUID
    fact: Any
    end: UUID | None

    def says(self, right: SkillCertified) -> bool:
        """Whether the ledger has just this; where somebody belonged is not the list's to say."""
        return bool(replace(right, person=self.fact.person, unit=self.fact.unit) == self.fact)

    def is_as_told(self, one: Certified) -> bool:
        """Whether there is nothing to be done."""
        return self.holder == one.person and self.says(one.fact) and bool(self.end) == one.is_withdrawn


def is_told(line: Entry) -> bool:
    """Whether a line tells of a whole certificate."""
    return all(name in line.values for name in CERTIFICATE)


def certify(batch: Batch, cause: Cause, told: list[Certified]) -> tuple[set[UUID], list[tuple[int, Wrong]]]:
    """Bring the ledger to what the lines say of certificates: whose it changed, and by its line what could not be."""
    marks = _marks(told)
    held = _held(mark for each in marks.values() for mark in each)
    fresh: list[tuple[Certified, Certificate]] = []
    faults: list[tuple[int, Wrong]] = []
    changed: set[UUID] = set()
    for one in told:
        first, *older = marks[one.line.number]
        known = next((held[mark] for mark in (first, *older) if mark in held), None)
        if one.is_withdrawn if known is None else known.is_as_told(one):
            continue
        if known is not None and (words := _why_not(batch, known, one)):
            faults.append((one.line.number, Wrong("certificate", words, is_fatal=False)))
            continue
        changed.add(one.person)
        if known is None or _is_to_be_written(batch, known, one, cause):
            fresh.append((one, known.row if known else Certificate(mark=first)))
    _write(batch, fresh, cause)
    return changed, faults


def _marks(told: list[Certified]) -> dict[int, list[bytes]]:
    """The fingerprints of every line's number: by the active key, then by each that was used before."""
    ring = vault.keyring()
    keys = sorted(ring.of("blind"), key=lambda key: key != ring.active("blind"))
    makers = [crypto.indexer(key, _MARK) for key in keys]
    return {one.line.number: [mark(one.line.values["certificate"]) for mark in makers] for one in told}


def _held(marks: Iterable[bytes]) -> dict[bytes, _Known]:
    """The certificates that stand under these fingerprints."""
    rows = list(
        Certificate.objects.select_for_update(of=("self",))
        .filter(mark__among=list(marks))
        .annotate(into=F("person__merged_into"))
    )
    if not rows:
        return {}
    ids = [row.fact for row in rows]
    facts = dict(ledger.every(SkillCertified).filter(pk__among=ids).as_facts())
    ends = dict(ledger.every(CertificateWithdrawn).filter(ends__among=ids).values_list("ends", "pk"))
    return {
        bytes(row.mark): _Known(row, row.into or row.person_id, facts[row.fact], ends.get(row.fact)) for row in rows
    }


def _why_not(batch: Batch, known: _Known, one: Certified) -> str:
    """Why a line about a certificate that stands already is not followed; empty where it is."""
    if known.holder != one.person:
        return "" if known.end and not one.is_withdrawn else _ANOTHERS
    return "" if known.row.unit_id == batch.unit_id else _ELSEWHERE


def _is_to_be_written(batch: Batch, known: _Known, one: Certified, cause: Cause) -> bool:
    """End what the line calls withdrawn, bring back what it does not, take back what it corrects."""
    if known.holder != one.person:
        return True
    if one.is_withdrawn:
        if known.end is None:
            _withdraw(batch, known, one, cause)
        return False
    if known.end is not None:
        ledger.reverse(FactId(known.end), Why.WRONG_VALUE, cause=cause)
    if known.says(one.fact):
        return False
    ledger.reverse(FactId(known.row.fact), Why.WRONG_VALUE, cause=cause)
    return True


def _withdraw(batch: Batch, known: _Known, one: Certified, cause: Cause) -> None:
    fact = CertificateWithdrawn(
        person=PersonId(one.person),
        certificate=FactId(known.row.fact),
        unit=UnitId(one.unit) if one.unit else None,
        on=max(batch.as_of, known.fact.on),
    )
    ledger.append(fact, cause=cause)


def _write(batch: Batch, fresh: list[tuple[Certified, Certificate]], cause: Cause) -> None:
    made = ledger.append_each([one.fact for one, _ in fresh], cause=cause)
    for (one, row), fact in zip(fresh, made, strict=True):
        row.person_id, row.unit_id, row.fact = one.person, batch.unit_id, fact
        if not row._state.adding:
            row.save()
    add_many([row for _, row in fresh if row._state.adding])


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate that somebody holds, and on whose word."""

    fact: SkillCertified
    source: str

    @property
    def number(self) -> str:
        """Its number; empty where it can no longer be read."""
        return self.fact.number if isinstance(self.fact.number, str) else ""


def certificates_of(person: Person) -> list[Held]:
    """What a person holds today, the highest level first: for whoever may see the person."""
    rows = reading.life(person).filter(type=ledger.declared(SkillCertified).key).current().opened()
    batches = Batch.unscoped.select_related("unit").in_bulk({row.cause_id for row in rows if row.cause == "import"})
    held = [Held(row.fact, _source(batches.get(row.cause_id), row.get_cause_display())) for row in rows]
    return sorted(held, key=lambda one: (-one.fact.level, one.fact.on))


def own_certificates(person: Person) -> list[Held]:
    """The same for the person, whose account has no reach of its own."""
    with keeping.as_keeper():
        return certificates_of(person)


def _source(batch: Batch | None, otherwise: str) -> str:
    return f"{SOURCES[batch.source].label}（{batch.unit}，截至 {batch.as_of}）" if batch else otherwise
