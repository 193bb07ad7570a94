"""Asking an owner that hands no list over: was this person insured there in that month, is that certificate held.

Each question is declared with its owner, its purpose and its ground. An answer is kept with its date and overwrites
nothing. Who is meant, name and number, is decrypted only while the question is on its way out, and that is audited.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from jiangtai import vault
from jiangtai.access import Refused, Unit, audit, current, parameters
from jiangtai.kernel import clock, crypto, declare, masking

from .. import keeping, reading
from ..cards import cards_of
from ..models import Employment, Person
from ..scope import those
from . import owners
from .cells import certificate_number
from .models import Check
from .owners import Line, Reply

QUESTIONS: dict[str, "Question"] = {}
"""Every declared question, by key."""
MOST_CHECKS = 5_000
"""So many persons are asked about at once."""
_TOGETHER = 500
_CERTIFICATE, _MARK = b"people.check", b"people.check.mark"
_OLDEST = timedelta(days=5 * 366)


@dataclass(frozen=True)
class Question:
    """What is asked yes or no: whose it is to answer, what for, and on which ground."""

    key: str
    label: str
    owner: str
    owner_key: str
    purpose: str
    basis: str
    of_month: bool = False
    """Asked of an employer and a month; otherwise of a certificate's number."""


def question(one: Question) -> Question:
    """Declare a question; an incomplete one is refused in one sentence."""
    if one.key in QUESTIONS:
        raise ValueError(f"question {one.key}: declared twice")
    if not (one.owner and one.owner_key and one.purpose and one.basis):
        raise ValueError(f"question {one.key}: an owner, a purpose and a basis belong to it")
    QUESTIONS[one.key] = one
    declare("question", one.key, one.label, one.basis, f"{one.owner}答是或否；{one.purpose}", __name__)
    return one


INSURED = question(
    Question(
        "insured",
        "当月在该单位参保",
        owner="人力资源和社会保障局",
        owner_key="human_resources",
        purpose="核对用工记录，不取参保明细",
        basis="law: 社会保险法 第五十八条",
        of_month=True,
    )
)
CERTIFICATE = question(
    Question(
        "certificate",
        "持有该编号的技能证书",
        owner="职业技能评价机构",
        owner_key="evaluation",
        purpose="核对本人申报的证书，不取成绩",
        basis="law: 职业教育法 第十一条",
    )
)


def ask(
    person: Person, one: Question, *, unit: Unit | None = None, month: date | None = None, number: str = ""
) -> Check:
    """Ask about one person; the same question is not asked again while an answer is awaited."""
    owners.require_open()
    with transaction.atomic():
        row = reading.held(person)
        if not _numbered(Person.objects.filter(pk=row.pk)):
            raise Refused("这名职工没有登记身份证号，无法核验，请先补登")
        if one.of_month:
            check = _of_month(row.pk, one, *_worked_there(row, unit, month))
        else:
            check = _of_certificate(row, one, number)
        try:
            with transaction.atomic():
                check.save(force_insert=True)
        except IntegrityError as error:
            if "check_asked_once" not in str(error):
                raise
            raise Refused("同样的核验已经提出，正在等答复，不必再提") from error
        audit.record("check.asked", target=row, details={"question": one.key})
    return check


def ask_many(people: Iterable[UUID], month: date) -> tuple[int, int]:
    """Ask of many, each at the employers one reaches, whether they were insured there; how many, and how many not."""
    owners.require_open()
    month, wanted = _month(month), list(people)
    if len(wanted) > MOST_CHECKS:
        raise Refused(f"一次最多核验 {MOST_CHECKS:,} 人，这里选了 {len(wanted):,} 人，请分几次")
    with transaction.atomic():
        near = those(wanted).filter(state=Person.State.REGISTERED)
        ids = _numbered(near)
        works = Employment.unscoped.filter(_during(month), reading.within_reach(), person__in=ids)
        pairs = dict.fromkeys(works.order_by().values_list("person", "unit"))
        waiting = set(Check.objects.filter(Check.OPEN, person__in=ids).values_list("person", "mark"))
        made = [_of_month(who, INSURED, unit, month) for who, unit in pairs]
        made = [one for one in made if (one.person_id, one.mark) not in waiting]
        Check.objects.bulk_create(made, batch_size=1_000, ignore_conflicts=True)
        asked = {one.person_id for one in made}
        audit.record("check.asked", details={"question": INSURED.key, "people": len(asked), "checks": len(made)})
    return len(asked), len(wanted) - len(asked)


def _numbered(rows: QuerySet[Person]) -> set[UUID]:
    """Those of whom the number is known, asked by its look-up alone."""
    return set(rows.values_list("pk", flat=True)) - set(reading.lacking(rows, "id_number").values_list("pk", flat=True))


def _worked_there(person: Person, unit: Unit | None, month: date | None) -> tuple[UUID, date]:
    """The firm and the month, where the register has the person there in it."""
    if unit is None or month is None:
        raise ValidationError({"month": "请选用人单位和月份"})
    reading.require(unit)
    month = _month(month)
    if not Employment.unscoped.filter(_during(month), person=person, unit=unit).exists():
        raise ValidationError({"month": f"{month:%Y-%m} 没有这名职工在“{unit}”的用工记录，不能向外核验"})
    return unit.pk, month


def _month(day: date) -> date:
    month, today = day.replace(day=1), clock.today()
    if month > today:
        raise ValidationError({"month": f"{month:%Y-%m} 还没有到"})
    if month < today - _OLDEST:
        raise ValidationError({"month": f"{month:%Y-%m} 太早，只核验最近五年"})
    return month


def _during(month: date) -> Q:
    """Employments that hold on some day of a month."""
    last = month.replace(day=monthrange(month.year, month.month)[1])
    return Q(since__lte=last) & (Q(until__isnull=True) | Q(until__gt=month))


def _of_month(person: UUID, one: Question, unit: UUID, month: date) -> Check:
    mark = _marked(f"{one.key}|{unit}|{month}")
    return Check(question=one.key, person_id=person, unit_id=unit, month=month, mark=mark, by=current().account)


def _of_certificate(person: Person, one: Question, number: str) -> Check:
    try:
        found = certificate_number(number)
    except ValueError as error:
        raise ValidationError({"number": str(error)}) from error
    with keeping.as_keeper():
        key = vault.subject_key(person.pk)
    if key is None:
        raise Refused("没有这名职工，或已注销")
    secret = crypto.encrypt(key, found.encode(), _CERTIFICATE + person.pk.bytes)
    mark = _marked(f"{one.key}|{person.pk}|{found}")
    return Check(question=one.key, person=person, secret=secret, mark=mark, by=current().account)


def _marked(text: str) -> bytes:
    return crypto.blind_index(vault.keyring().active("blind"), text, _MARK)


# On the way out and back.


def send_waiting() -> int:
    """Send whatever waits, question by question, as far as the port takes it; how many."""
    sent = 0
    for one in QUESTIONS.values():
        while number := _send_some(one):
            sent += number
    return sent


def _send_some(one: Question) -> int:
    with transaction.atomic():
        rows = Check.objects.filter(question=one.key, state=Check.State.WAITING).order_by("pk")
        checks = list(
            rows.select_for_update(of=("self",), skip_locked=True).select_related("unit", "person")[:_TOGETHER]
        )
        if not checks:
            return 0
        lines = _lines(one, checks)
        there = {line.check for line in lines}
        Check.objects.filter(pk__in=there).update(state=Check.State.SENT, sent_on=clock.today())
        _settle([row.pk for row in checks if row.pk not in there])
        audit.record("check.sent", details={"question": one.key, "owner": one.owner_key, "lines": len(lines)})
        if lines:
            _take(one.owner_key, owners.port().send(one, lines))
    return len(checks)


def _lines(one: Question, checks: Sequence[Check]) -> list[Line]:
    """What is sent of each: here, and only here, who is meant is read. Nobody who left the register is asked about."""
    with keeping.as_keeper():
        stands = {row.person_id: row.person.merged_into_id or row.person_id for row in checks}
        rows = Person.unscoped.filter(pk__in=set(stands.values()), state=Person.State.REGISTERED)
        people = {person.pk: person for person in rows}
        cards_of(people.values())
        numbers = vault.get_many(people, keeping.IDENTITY)
        keys = vault.subject_keys(row.person_id for row in checks if row.secret is not None)
    found = []
    for row in checks:
        who = stands[row.person_id]
        if who not in people or not numbers.get(who) or (row.secret is not None and row.person_id not in keys):
            continue
        about = (
            {"unit": row.unit.name, "code": row.unit.code, "month": f"{row.month:%Y-%m}"}
            if row.unit is not None
            else {"number": _opened(row, keys[row.person_id])}
        )
        found.append(Line(row.pk, {"name": people[who].card.name, "id_number": numbers[who], **about}))
    return found


def _opened(row: Check, key: crypto.Key) -> str:
    return crypto.decrypt(key, bytes(row.secret or b""), _CERTIFICATE + row.person_id.bytes).decode()


def collect() -> int:
    """Take in the answers that lie ready; how many files."""
    return owners.port().collect(_take)


def _take(owner: str, replies: Iterable[Reply]) -> list[str]:
    """Keep answers; those that nobody awaits from this owner are told by their ids and change nothing."""
    mine = {key: one for key, one in QUESTIONS.items() if one.owner_key == owner}
    told, wrong = list(replies), []
    with transaction.atomic():
        rows = Check.objects.select_for_update().filter(pk__in=[one.check for one in told], question__in=mine)
        open_ = {row.pk: row for row in rows if row.state == Check.State.SENT}
        done = []
        for one in told:
            row = open_.get(one.check)
            if row is None or one.answer not in Check.Answer.values:
                wrong.append(f"{one.check}：没有这项核验，或不归该单位答复，或已答复")
            elif row.sent_on is None or not row.sent_on <= one.on <= clock.today():
                wrong.append(f"{one.check}：答复日期 {one.on} 早于发出日期，或还没有到")
            else:
                row.state, row.answer = Check.State.ANSWERED, one.answer
                row.said_by, row.said_on = mine[row.question].owner, one.on
                done.append(row)
        Check.objects.bulk_update(done, ("state", "answer", "said_by", "said_on"), batch_size=1_000)
        audit.record("check.answered", details={"owner": owner, "answers": len(done), "wrong": len(wrong)})
    return wrong


def lapse() -> int:
    """Whatever stayed without an answer too long counts as not answered; how many. What was sent is cleared away."""
    until = clock.today() - timedelta(days=parameters.value("people.check_days"))
    rows = Check.objects.filter(state=Check.State.SENT, sent_on__lt=until)
    owners.clear(until)
    return _settle(list(rows.values_list("pk", flat=True)))


def _settle(ids: list[UUID]) -> int:
    rows = Check.objects.filter(Check.OPEN, pk__in=ids)
    return rows.update(state=Check.State.ANSWERED, answer=Check.Answer.NONE, said_on=clock.today())


# What a reader may see.


def checks() -> QuerySet[Check]:
    """Those about persons within reach; of employers only those that one acts for."""
    near = Person.objects.filter(state=Person.State.REGISTERED)
    rows = Check.objects.filter(reading.checks_within_reach(), person__in=near)
    return rows.select_related("unit", "by").prefetch_related("person")


def checks_of(person: Person) -> list[Check]:
    """What owners were asked about a person, the latest first, also under the ids of files that went in it."""
    rows = Check.objects.filter(reading.checks_within_reach(), person__in=reading.ids_of(person.pk))
    return list(rows.select_related("unit", "by").order_by("-made_at", "-pk"))


def asked_about(rows: Iterable[Check]) -> dict[UUID, str]:
    """What each is about, as users read it: firm and month, or the certificate, masked."""
    rows = list(rows)
    with keeping.as_keeper():
        keys = vault.subject_keys({row.person_id for row in rows if row.secret is not None})
    found: dict[UUID, str] = {}
    for row in rows:
        if row.unit is not None and row.month is not None:
            found[row.pk] = f"{row.unit} {row.month:%Y-%m}"
        elif row.person_id in keys:
            found[row.pk] = f"证书 {masking.account(_opened(row, keys[row.person_id]))}"
        else:
            found[row.pk] = "证书"
    return found
