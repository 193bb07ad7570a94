"""What the register's pages do in one go: a person and the place, the one who answers for a firm, one's own file."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from jiangtai import credentials, messages, people
from jiangtai.access import Account, Refused, Unit, acting_as_job, audit, inquiries, phones, root
from jiangtai.credentials import Credential, CredentialKind, credential_kind
from jiangtai.flows import Case, engine, flow_named, materials, subjects
from jiangtai.kernel import clock, jobs, typeset
from jiangtai.ledger import Cause, FactRow
from jiangtai.messages import MessageKind, message_kind
from jiangtai.people import ErasureRequest, Form, Person, Responsible, sources
from jiangtai.people.sources import Batch, Check, Question, Source

from . import queries
from .forms.contests import OF_WORK, OVER, meant
from .forms.quality import MendForm

GROWTH = credential_kind(
    CredentialKind(
        key="register.growth",
        label="成长档案",
        prefix="DA",
        basis="003#17.1",
        method="Issued when a worker's life in the ledger is printed; signs how many facts it shows and their digest.",
        words="记载的是",
        is_public=False,
    )
)
ERASED = message_kind(
    MessageKind("register.erased", "登记档案已删除", "您的登记档案已删除，姓名、号码等个人信息已销毁，谁也不能恢复。")
)
KEPT = message_kind(MessageKind("register.kept", "不予删除档案", "您申请删除登记档案，暂不予删除：{answer}"))
_TEMPLATE = Path(__file__).parent / "templates" / "register" / "growth.typ"
_VALID = timedelta(days=180)

inquiries.declare(
    inquiries.Topic(
        key="mend",
        label="补正人员信息",
        method="请在人员名册里补齐本单位职工缺的身份证号、手机号、工种等信息，或重新报送职工花名册。",
        form=MendForm,
        known=lambda unit: {},
        apply=lambda asked, values: None,
        personal=("note",),
    )
)
inquiries.declare(
    inquiries.Topic(
        key="recheck",
        label="核对报送的名册",
        method="请核对本单位报送的名册里有误没有导入的行，以及与登记不一致的信息：名册有误的，改正后重新报送；"
        "登记有误的，在说明里写明；名册过期的，报送新的一份。",
        form=MendForm,
        known=lambda unit: {},
        apply=lambda asked, values: None,
        personal=("note",),
    )
)
inquiries.declare(
    inquiries.Topic(
        key="staying",
        label="核实职工是否还在本单位",
        method="主管部门最新一份全量名册中已没有本单位部分职工。请在“数据质量”里打开“不再在册的人”逐人核实：已离职、"
        "退休的办理离职；仍在本单位的不用动，在说明里写明，由报送名册的单位核对。",
        form=MendForm,
        known=lambda unit: {},
        apply=lambda asked, values: None,
        personal=("note",),
    )
)
audit.actions(
    growth__printed="打印成长档案",
    application__passed_on="入会申请转上级工会",
    contest__passed_on="更正申请转街道工会",
    roster__looked_up="按名单核对人员",
)


def register(
    *, unit: Unit | None, union: Unit | None, work: dict[str, Any], on: date, card_number: str = "", **details: Any
) -> Person:
    """Register somebody where the person works, or is a member."""
    where = unit or union
    if where is None or not people.reaches(where):
        raise Refused("用人单位或工会组织不在您的范围内", "reach")
    with transaction.atomic():
        person = people.register(unit=where, **details)
        _settle(person, unit, union, work, on, card_number)
    return person


def take_in(
    *,
    name: str,
    id_number: str,
    unit: Unit | None,
    union: Unit | None,
    work: dict[str, Any],
    on: date,
    card_number: str = "",
) -> Person:
    """Let somebody who is in the register come: name and number must both fit, for only the card tells both."""
    with transaction.atomic():
        person = people.known(id_number=id_number, name=name)
        if person is None:
            raise ValidationError({"id_number": "没有登记过姓名和号码都相符的人，请核对；确未登记的请用“登记职工”"})
        _settle(person, unit, union, work, on, card_number)
    return person


def appoint(unit: Unit, *, role: str, name: str, id_number: str, on: date) -> Responsible:
    """Let somebody answer for an employer; whoever is not registered yet is registered with it."""
    with transaction.atomic():
        person = people.known(id_number=id_number, name=name)
        if person is None:
            person = people.register(name=name, id_number=id_number, unit=unit)
        return people.appoint(unit, person, role, on=on)


def ask_erasure(person: Person, reason: str) -> ErasureRequest:
    """Ask that a file be deleted; whoever has it kept by law is told why at once."""
    _refuse_kept(person)
    return people.ask_erasure(person, reason)


def carry_out(request: ErasureRequest) -> None:
    """Delete the file that another asked to be deleted, and tell whose it was."""
    _refuse_kept(request.person)
    account = request.person.account_id
    people.carry_out(request)
    if account:
        messages.send(account, ERASED, cause=request.pk)


def keep_on(request: ErasureRequest, answer: str) -> None:
    """Keep the file, and tell whose it is why."""
    people.keep_on(request, answer)
    if account := request.person.account_id:
        messages.send(account, KEPT, values={"answer": answer.strip()}, cause=request.pk)


def _refuse_kept(person: Person) -> None:
    if reasons := queries.why_kept(person):
        raise Refused(f"现在还不能删除：{'；'.join(reasons)}", "kept")


def admit(case: Case) -> None:
    """Let whoever applied be a member of the union that the decision names."""
    union = queries.union_chosen(case)
    if union is None:
        raise ValidationError("没有找到要编入的工会组织，或不在您的范围内，请重新选择")
    people.join_union(case.subject, union, cause=Cause.case(case.pk, case.step))


def contest(account: Account, what: str, data: dict[str, str], *, unit: Unit | None, photo: Any = None) -> Case:
    """A worker says what a value should be; the unit is asked, or the union above where nobody there answers."""
    kind = flow_named("register.ContestValue")
    subject = subjects.own(account, kind)
    if subject is None:
        raise Refused("您现在没有单位和会籍，请找户籍或居住地的街道工会")
    person, home = subject
    with transaction.atomic():
        case = engine.open_case(kind.key, person, unit or home)
        if photo:
            materials.attach(case.pk, materials.OTHER, photo)
        to = "verify" if queries.has_somebody_to_ask(case.unit) else "above"
        engine.decide(case.seats.get().pk, to, data=data)
    return case


def correct(case: Case) -> None:
    """Put right what the worker said is wrong, because of the case."""
    filled, cause = engine.filled_at(case, "contest"), Cause.case(case.pk, case.step)
    what, value = filled["what"], meant(filled["what"], filled["value"])
    if what not in (*OF_WORK, *OVER):
        people.correct(case.subject, cause=cause, **{what: value})
        return
    spells: list[Any] = (
        list(people.employments_of(case.subject)) if what in OF_WORK else [people.membership_of(case.subject)]
    )
    spell = next((one for one in spells if one and one.unit_id == case.unit_id), None)
    if spell is None:
        raise ValidationError(f"在“{case.unit}”已经没有在册的记录，不能更正，请选“不予更正”并说明")
    if what in OVER:
        people.let_end(spell, on=value, cause=cause)
    else:
        people.amend(spell, cause=cause, **{what: value})


@jobs.job(
    name="register.pass_contests_on",
    label="更正申请逾期未核对的转街道工会",
    cron="25 0 * * *",
    lock="register.pass_contests_on",
)
def pass_contests_on() -> None:
    """What a firm, or its union, has not looked into in time goes to the union above."""
    _pass_on(
        queries.late("register.ContestValue", "verify"), "verify", "逾期未核对，转街道（上级）工会", "contest.passed_on"
    )


@jobs.job(
    name="register.pass_applications_on",
    label="入会申请逾期未答的转上级工会",
    cron="20 0 * * *",
    lock="register.pass_applications_on",
)
def pass_applications_on() -> None:
    """What a firm's union has not answered in time goes to the union above it."""
    late = queries.late("register.JoinUnion", "admit")
    _pass_on(late, "admit", "逾期未答复，转上级工会", "application.passed_on")


def _pass_on(late: Any, step: str, why: str, action: str) -> None:
    with acting_as_job(why):
        for case_id in list(late.values_list("pk", flat=True)):
            with suppress(ValueError), transaction.atomic():  # where nobody above may decide yet, it is tried tomorrow
                case = engine.lock(case_id)
                if case.step == step and case.state == Case.State.OPEN:
                    engine.move(case, "above", why)
                    audit.record(action, target=case)


def link_own(account: Account, id_number: str) -> Person:
    """Find the file of who signs in: the phone signed in by and the identity number must both be the file's."""
    person = people.own_candidate(account, id_number)
    if person is None:
        raise Refused(
            f"没有找到手机号为 {phones.masked(account.id)}、号码相符的档案。"
            "请核对身份证号；换过手机号的，请先请单位人力资源更正"
        )
    return people.link_account(account, person)


def _settle(
    person: Person, unit: Unit | None, union: Unit | None, work: dict[str, Any], on: date, card_number: str
) -> None:
    if unit is not None:
        people.hire(person, unit, on=on, **{"form": Form.CONTRACT, **work})
    if union is not None:
        try:
            people.join_union(person, union, on=on, card_number=card_number)
        except ValidationError as error:
            raise ValidationError({"union": error.messages}) from error


def print_growth(person: Person, rows: Iterable[FactRow], *, site: str = "") -> tuple[Credential, bytes]:
    """A growth record on paper, signed: whoever holds it can check it here, or without any site."""
    if person.is_erased:
        raise Refused("档案已注销，不能打印")
    record, today = queries.record(rows), clock.today()
    if not record["lines"]:
        raise ValidationError("还没有可以打印的记录")
    name, head, top = people.names_in_case([person.pk])[person.pk], record["head"], root()
    with transaction.atomic():
        issued = credentials.issue(
            GROWTH,
            subject=person.pk,
            holder=name,
            title=f"成长档案（{len(record['lines'])} 条记录）",
            issuer=top.name if top else "匠台",
            issued_on=today,
            valid_until=today + _VALID,
            claims={"facts": len(record["lines"]), "digest": record["digest"]},
            unit=people.unit_of(person.pk) or top,
        )
        audit.record("growth.printed", target=person, details={"number": issued.number})
    address = credentials.qr_address(issued, name, site)
    data = {
        "number": issued.number, "holder": name, "issuer": issued.issuer, "day": today.isoformat(),
        "until": issued.valid_until.isoformat() if issued.valid_until else "", "lines": record["lines"],
        "digest": record["digest"], "size": head.size if head else 0, "root": head.root_hex if head else "",
        "address": address, "check_at": address.partition("#")[0], "token": address.partition("#")[2],
        "qr": credentials.qr_svg(address),
    }  # fmt: skip
    return issued, typeset.pdf(_TEMPLATE, data)


def check(person: Person, question: Question, unit: str = "", month: date | None = None, number: str = "") -> Check:
    """Ask an owner about one person, and have it sent as soon as it is safe."""
    where = Unit.unscoped.filter(pk=unit).first() if unit else None
    made = sources.ask(person, question, unit=where, month=month, number=number)
    sources.send_checks_now.defer()
    return made


def check_many(whom: Iterable[UUID], month: date) -> tuple[int, int]:
    """Ask whether these were insured where they work; how many, and of how many nothing can be asked."""
    told = sources.ask_many(whom, month)
    if told[0]:
        sources.send_checks_now.defer()
    return told


def hand_in(source: Source, unit: Unit, upload: UploadedFile, as_of: date, is_whole: bool) -> Batch:
    """Take a list in, and have it looked at as soon as it is safe."""
    batch = sources.hand_in(source, unit, upload, as_of=as_of, is_whole=is_whole)
    return _later(batch)


def confirm_columns(batch: Batch, fields: list[str]) -> Batch:
    """Say what the columns hold, and have the lines looked at."""
    sources.confirm_columns(batch, fields)
    return _later(batch)


def take_over(batch: Batch) -> Batch:
    """Have the good lines taken into the register."""
    sources.take_over(batch)
    return _later(batch)


def drop_batch(batch: Batch) -> None:
    """Give a list up."""
    sources.drop(batch)


def _later(batch: Batch) -> Batch:
    transaction.on_commit(lambda: sources.work_on_batch.defer(batch=str(batch.pk)))
    return batch
