"""What is done outside a flow's steps: certificates and awards that follow a naming, payment, revocation, registers."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from jiangtai import credentials, ledger, people
from jiangtai.access import Refused, Unit, UnitGroup, audit, current
from jiangtai.credentials import CredentialKind, credential_kind
from jiangtai.flows import Case
from jiangtai.kernel import clock
from jiangtai.ledger import Cause, EmployerId, FactId, FactRow, PersonId, UnitId

from . import queries, rules
from .facts import (
    AwardCancelled,
    AwardDue,
    AwardPaid,
    FollowUpDone,
    HonorGranted,
    HonorRevoked,
    JudgingRightGranted,
    JudgingRightWithdrawn,
    MentorAssigned,
    MentoringEnded,
    Part,
    PlaqueGranted,
    PlaqueWithdrawn,
    RegisterEntered,
    RegisterLeft,
    RevokedFor,
)
from .models import HonorTitle

HONOR = credential_kind(
    CredentialKind(
        key="honors.honor",
        label="荣誉证书",
        prefix="RY",
        basis="003#8.3",
        method="Issued when a title is granted; the card carries the benefits that the title brings.",
        words="被授予",
        is_public=True,
        has_card=True,
        card="工匠荣誉卡",
    )
)
SETTLED = "所选 {all} 笔中至少 {settled} 笔已经发放或取消，没有重复发放任何一笔；请回到待发清单重新选择"
_CREDENTIAL_REASON = {RevokedFor.OWN_WISH: "requested"}

audit.actions(
    honor__recorded="登记已有荣誉",
    honor__revoked="撤销荣誉",
    award__paid="奖金发放",
    title__changed="维护荣誉称号",
    plaque__changed="单位授牌或摘牌",
    right__changed="授予或收回评审权",
    register__changed="维护劳模名册",
)


def issue_honor(case: Case) -> None:
    """A naming brings the certificate, and the award where the title has one; both once for one naming."""
    row = FactRow.unscoped.get(cause="case", cause_id=case.id, type=ledger.declared(HonorGranted).key)
    granted: HonorGranted = row.fact
    title = queries.title_of(case)
    if title.award:
        due = AwardDue(
            person=granted.person, honor=FactId(row.id), amount=title.award, unit=granted.unit, on=granted.on
        )
        ledger.append(due, cause=Cause.case(case.id, case.step))
    credentials.issue(
        HONOR,
        subject=case.subject,
        holder=people.names_in_case([case.subject])[case.subject],
        title=title.name,
        issuer=title.issuer,
        issued_on=granted.on,
        valid_until=granted.until,
        claims={"document": granted.document, "benefits": title.benefits},
        unit=case.unit,
        cause=row.id,
    )


@people.handed_over(HonorGranted)
def issue_anew(before: FactRow, honor: FactId, holder: UUID) -> None:
    """An honour turned out to be another's: its certificate is taken back, and one in the right name issued."""
    require_top()
    called = list(queries.as_written([before]))
    name = people.names_in_case([holder])[holder]
    for one in credentials.Credential.unscoped.filter(cause__in=called, revocation__isnull=True):
        credentials.revoke(one, "corrected", clock.today(), note=ledger.Why.WRONG_PERSON.label)
        credentials.issue(
            one.kind, subject=holder, holder=name, title=one.title, issuer=one.issuer, issued_on=one.issued_on,
            valid_until=one.valid_until, claims=one.claims, unit=one.unit, cause=honor,
        )  # fmt: skip


def require_top() -> None:
    """Titles, and what is given beside a selection, are the whole place's: not one street's or one firm's."""
    unit = current().unit
    if current().duty != "job" and (unit is None or unit.parent_id is not None):
        raise Refused("荣誉称号、登记和撤销由本级总工会或领导小组办公室办理，街道和单位不能办理")


def record_honor(person: UUID, title: HonorTitle, document: str, on: date) -> FactId:
    """Enter an honour that was given before this house kept the register, or by another authority."""
    require_top()
    if not document.strip():
        raise ValidationError({"document": "请填写授予文件文号"})
    if on > clock.today():
        raise ValidationError({"on": f"授予日期不能晚于今天（{clock.today()}）"})
    if queries.holders(title).of(*people.ids_of(person)).current().exists():
        raise ValidationError({"title": f"已持有“{title}”，不重复登记"})
    unit = people.unit_of(person)
    if unit is None:
        raise ValidationError("名册中没有现在的单位，请先办理入职或入会登记")
    granted = HonorGranted(
        person=PersonId(person), title=str(title.pk), name=title.name, tier=title.tier_of, document=document.strip(),
        unit=UnitId(unit.pk), until=rules.last_day(on, title.years), on=on,
    )  # fmt: skip
    audit.record("honor.recorded", target=unit, details={"title": title.name, "document": document})
    return ledger.append(granted, cause=Cause.act("登记已有荣誉"))


def revoke(honor: UUID, why: RevokedFor, document: str, on: date) -> FactId:
    """Take an honour back: the fact ends, the certificate shows it, an award that was not paid is not paid."""
    require_top()
    row = ledger.fetch(honor)
    if row is None or row.type != ledger.declared(HonorGranted).key:
        raise ValidationError("没有这项荣誉")
    if not document.strip():
        raise ValidationError({"document": "请填写撤销文件文号"})
    if not row.day <= on <= clock.today():
        raise ValidationError({"on": f"撤销日期应在授予日期（{row.day}）与今天之间"})
    with transaction.atomic():
        gone = HonorRevoked(
            person=PersonId(row.subject), honor=FactId(honor), why=why, document=document.strip(),
            unit=UnitId(row.unit_id), on=on,
        )  # fmt: skip
        fact = ledger.append(gone, cause=Cause.act("撤销荣誉", honor))
        called = list(queries.as_written([row]))
        for credential in credentials.Credential.unscoped.filter(cause__in=called, revocation__isnull=True):
            credentials.revoke(credential, _CREDENTIAL_REASON.get(why, "withdrawn"), on, note=why.label)
        for award in queries.awards_due().filter(payload__honor__in=[str(one) for one in called]):
            _cancel(award)
        audit.record("honor.revoked", reason=why.label, details={"honor": str(honor), "document": document})
    return fact


def pay(awards: Iterable[UUID], batch: str, on: date) -> tuple[int, Decimal]:
    """Mark awards as paid by one list of finance; an award is paid once, whoever asks how often."""
    if not batch.strip():
        raise ValidationError({"batch": "请填写拨付凭证号"})
    wanted, total = set(awards), Decimal(0)
    rows = list(ledger.every(AwardDue).filter(pk__in=wanted).order_by("id"))
    _check_payable(rows, wanted, on)
    with transaction.atomic():
        for row in rows:
            due: AwardDue = row.fact
            paid = AwardPaid(
                person=due.person, award=FactId(row.id), amount=due.amount, batch=batch.strip(), unit=due.unit, on=on
            )
            try:
                ledger.append(paid, cause=Cause.act("奖金发放", row.id))
            except ledger.Ended as error:  # another hand was faster
                raise ValidationError(SETTLED.format(all=len(rows), settled=1)) from error
            total += due.amount
        audit.record("award.paid", reason=batch, details={"count": len(rows), "total": str(total)})
    return len(rows), total


def keep_title(title: HonorTitle, changed: Iterable[str]) -> HonorTitle:
    """Put a title into the catalogue, or change what it asks and brings."""
    require_top()
    title.save()
    audit.record("title.changed", target=title, details={"changed": sorted(changed)})
    return title


def use_title(title: HonorTitle, is_used: bool, reason: str = "") -> None:
    """Retire a title, or take it into use again; who holds it goes on holding it."""
    require_top()
    title.is_used = is_used
    title.save(update_fields=("is_used",))
    audit.record("title.changed", target=title, reason=reason, details={"is_used": is_used})


def give_plaque(unit: Unit, title: HonorTitle, document: str, on: date) -> FactId:
    """A unit carries a plaque until it expires or is withdrawn."""
    require_top()
    if title.kind != HonorTitle.Kind.PLAQUE:
        raise ValidationError({"title": f"“{title}”不是单位牌匾"})
    if people.listing_of(unit.pk, on):
        raise ValidationError(f"{unit} 在失信名单中，移出前不能授牌")
    if queries.plaques().of(unit.pk).filter(payload__title=str(title.pk)).exists():
        raise ValidationError(f"{unit} 已有“{title}”牌匾，到期或摘牌后才能再授")
    given = PlaqueGranted(
        employer=EmployerId(unit.pk), title=str(title.pk), name=title.name, tier=title.tier_of, document=document,
        unit=UnitId(unit.pk), until=rules.last_day(on, title.years), on=on,
    )  # fmt: skip
    audit.record("plaque.changed", target=unit, details={"title": title.name, "document": document})
    return ledger.append(given, cause=Cause.act("授牌"))


def withdraw_plaque(plaque: UUID, document: str, on: date) -> FactId:
    """A unit loses its plaque."""
    require_top()
    row = _held(plaque, PlaqueGranted)
    _check_end(row, on)
    gone = PlaqueWithdrawn(
        employer=EmployerId(row.subject), plaque=FactId(plaque), document=document, unit=UnitId(row.unit_id), on=on
    )
    audit.record("plaque.changed", details={"withdrawn": str(plaque), "document": document})
    return ledger.append(gone, cause=Cause.act("摘牌", plaque))


def give_right(unit: Unit, ecosystem: UnitGroup, document: str, on: date, until: date | None = None) -> FactId:
    """Let a lead enterprise or an association judge the talents of an ecosystem."""
    require_top()
    if queries.rights().of(unit.pk).filter(payload__ecosystem=str(ecosystem.pk)).exists():
        raise ValidationError(f"{unit} 已有“{ecosystem}”的评审权")
    right = JudgingRightGranted(
        employer=EmployerId(unit.pk), ecosystem=str(ecosystem.pk), document=document, unit=UnitId(unit.pk),
        until=until, on=on,
    )  # fmt: skip
    audit.record("right.changed", target=unit, details={"ecosystem": str(ecosystem.pk), "document": document})
    return ledger.append(right, cause=Cause.act("授予评审权"))


def withdraw_right(right: UUID, document: str, on: date) -> FactId:
    """Take a right to judge back: from then on its judges stand aside."""
    require_top()
    row = _held(right, JudgingRightGranted)
    _check_end(row, on)
    gone = JudgingRightWithdrawn(
        employer=EmployerId(row.subject), right=FactId(right), document=document, unit=UnitId(row.unit_id), on=on
    )
    audit.record("right.changed", details={"withdrawn": str(right), "document": document})
    return ledger.append(gone, cause=Cause.act("收回评审权", right))


def enter_register(person: UUID, part: Part, name: str, on: date) -> FactId:
    """A model worker joins the association, leads a studio, or speaks; only who holds such a title."""
    held = [fact for _, fact in queries.honors_of(person)]
    kinds = dict(HonorTitle.objects.values_list("pk", "kind"))
    if not any(kinds.get(UUID(fact.title)) == HonorTitle.Kind.MODEL_WORKER for fact in held):
        raise ValidationError("只有现持有劳动模范称号的人可以列入劳模名册")
    standing = ledger.every(RegisterEntered).of(person).filter(payload__part=part.value).current()
    if any(row.fact.name == name for row in standing):
        raise ValidationError(f"已列入{part.label}“{name}”，不必重复办理")
    unit = people.unit_of(person) or Unit.objects.first()
    if unit is None:
        raise Refused("没有可以登记的单位")
    entered = RegisterEntered(person=PersonId(person), part=part, name=name, unit=UnitId(unit.pk), on=on)
    audit.record("register.changed", details={"person": str(person), "part": part.value})
    return ledger.append(entered, cause=Cause.act(part.label))


def leave_register(entry: UUID, on: date) -> FactId:
    """A model worker leaves one of the registers."""
    row = _held(entry, RegisterEntered)
    _check_end(row, on)
    gone = RegisterLeft(person=PersonId(row.subject), entry=FactId(entry), unit=UnitId(row.unit_id), on=on)
    audit.record("register.changed", details={"left": str(entry)})
    return ledger.append(gone, cause=Cause.act("退出劳模名册", entry))


def assign_mentor(honor: UUID, mentor: UUID, until: date) -> FactId:
    """A young talent is taken under a mentor for a term."""
    row = _held(honor, HonorGranted)
    if mentor == row.subject:
        raise ValidationError({"mentor": "导师不能是本人，请另选一位"})
    if until <= clock.today():
        raise ValidationError({"until": f"培养期应晚于今天（{clock.today()}）"})
    assigned = MentorAssigned(
        person=PersonId(row.subject), mentor=PersonId(mentor), honor=FactId(honor), unit=UnitId(row.unit_id),
        until=until, on=clock.today(),
    )  # fmt: skip
    with transaction.atomic():
        for earlier in ledger.every(MentorAssigned).of(row.subject).current(clock.today()):
            gone = MentoringEnded(
                person=PersonId(row.subject), mentoring=FactId(earlier.id), honor=earlier.fact.honor,
                unit=UnitId(earlier.unit_id), on=clock.today(),
            )  # fmt: skip
            ledger.append(gone, cause=Cause.act("更换培养导师", earlier.id))
        return ledger.append(assigned, cause=Cause.act("确定培养导师", honor))


def follow_up(honor: UUID, reached: int, of: int) -> FactId:
    """How many of the goals of the plan a young talent has reached."""
    row = _held(honor, HonorGranted)
    if not 0 <= reached <= of:
        raise ValidationError({"reached": f"完成 {reached} 项多于目标 {of} 项，请核对"})
    done = FollowUpDone(
        person=PersonId(row.subject), honor=FactId(honor), reached=reached, of=of, unit=UnitId(row.unit_id),
        on=clock.today(),
    )  # fmt: skip
    return ledger.append(done, cause=Cause.act("培养跟踪", honor))


def _check_payable(rows: list[FactRow], wanted: set[UUID], on: date) -> None:
    if not rows or len(rows) != len(wanted):
        raise ValidationError("所选清单中有不存在的奖金，没有发放任何一笔，请刷新后重新选择")
    open_now = set(queries.awards_due().filter(pk__in=wanted).values_list("pk", flat=True))
    if settled := len(wanted - open_now):
        raise ValidationError(SETTLED.format(all=len(rows), settled=settled))
    first = max(row.day for row in rows)
    if not first <= on <= clock.today():
        raise ValidationError({"on": f"发放日期应在最晚一笔的起算日期（{first}）与今天（{clock.today()}）之间"})


def _check_end(row: FactRow, on: date) -> None:
    if not row.day <= on <= clock.today():
        raise ValidationError({"on": f"日期应在 {row.day} 与今天（{clock.today()}）之间，这里是 {on}"})


def _cancel(award: FactRow) -> None:
    gone = AwardCancelled(
        person=PersonId(award.subject), award=FactId(award.id), unit=UnitId(award.unit_id), on=clock.today()
    )
    ledger.append(gone, cause=Cause.act("荣誉撤销", award.id))


def _held(fact: UUID, kind: type) -> FactRow:
    row = ledger.fetch(fact)
    if row is None or row.type != ledger.declared(kind).key:
        raise ValidationError("没有这条记录，请刷新")
    if not current().may("honors.change"):
        raise Refused("您现在的岗位不能办理这项变更")
    return row
