"""A credential is issued once for its cause and taken back once; who holds it is kept under the holder's own key."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from jiangtai import vault
from jiangtai.access import Refused, Unit, acting_as_job, audit, current
from jiangtai.kernel import clock, codes, crypto

from . import numbers
from .kinds import KINDS, CredentialKind
from .models import Credential, CredentialSeries, Revocation


def issue(
    kind: CredentialKind | str,
    *,
    subject: uuid.UUID,
    holder: str,
    title: str,
    issuer: str,
    issued_on: date,
    valid_until: date | None = None,
    claims: Mapping[str, Any] | None = None,
    unit: Unit | None = None,
    cause: uuid.UUID | None = None,
) -> Credential:
    """Issue a credential; asked again for the same cause, hand back the one that was issued."""
    kind = KINDS[kind] if isinstance(kind, str) else kind
    _check(holder, title, issuer, issued_on, claims or {})
    content = {
        "kind": kind.key,
        "subject": subject,
        "unit": unit or _own_unit(),
        "title": title.strip(),
        "issuer": issuer.strip(),
        "issued_on": issued_on,
        "valid_until": valid_until,
        "claims": dict(claims or {}),
        "cause": cause,
    }
    issued = _issued(kind, cause)
    try:
        with transaction.atomic():
            return issued or _issue(kind, holder.strip(), content)
    except IntegrityError:
        issued = _issued(kind, cause)
        if issued is None:
            raise
        return issued


def revoke(credential: Credential, reason: str, on: date, *, note: str = "") -> Revocation:
    """Take a credential back; from the next status list on it shows everywhere."""
    if reason not in Revocation.Reason.values:
        raise ValueError(f"撤销原因“{reason}”不认识，应为 {'、'.join(Revocation.Reason.values)} 之一")
    if not credential.issued_on <= on <= clock.today():
        raise ValueError(f"撤销日期应在签发日期（{credential.issued_on}）与今天（{clock.today()}）之间，这里是 {on}")
    try:
        with transaction.atomic():
            row = Revocation.unscoped.create(
                credential=credential, reason=reason, on=on, note=note, by=current().actor, by_name=current().name[:60]
            )
    except IntegrityError as error:
        raise Refused(f"{credential.number} 已经撤销，不必再撤", "revoked") from error
    audit.record("credential.revoked", target=credential, reason=note, details={"kind": reason, "since": str(on)})
    return row


def holder_of(credential: Credential) -> str | None:
    """The holder's name; None once the holder was erased."""
    return holders_of([credential])[credential.pk]


def holders_of(credentials: Iterable[Credential]) -> dict[uuid.UUID, str | None]:
    """The holders' names by credential, for the price of one."""
    wanted = list(credentials)
    with acting_as_job("读取证书持有人"):
        fields = [_field(one.pk) for one in wanted]
        entries = {row.field: row for row in vault.Entry.objects.filter(field__in=fields)}
        subjects = {row.subject for row in entries.values()}
        keys = {row.subject: _key(row) for row in vault.SubjectKey.objects.filter(subject__in=subjects)}
    return {one.pk: _read(entries.get(_field(one.pk)), keys) for one in wanted}


def _issue(kind: CredentialKind, holder: str, content: dict[str, Any]) -> Credential:
    name = numbers.series_of(kind.prefix, content["issued_on"])
    CredentialSeries.objects.get_or_create(name=name)
    series = CredentialSeries.objects.select_for_update().get(name=name)
    series.last += 1
    series.save(update_fields=("last",))
    number = numbers.make(series.name, series.last)
    row = Credential.unscoped.create(number=number, series=series, serial=series.last, **content)
    _keep_holder(row, holder)
    audit.record("credential.issued", target=row, details={"kind": kind.label})
    return row


def _keep_holder(credential: Credential, holder: str) -> None:
    """The holder's key may lie beyond the reach of whoever issues; the row is the system's to write."""
    try:
        with acting_as_job("签发证书"):
            vault.put(credential.subject, _field(credential.pk), holder, path=credential.unit.path)
    except vault.Erased as error:
        raise Refused("这个人的个人信息已按规定擦除，不能再签发证书", "erased") from error


def _issued(kind: CredentialKind, cause: uuid.UUID | None) -> Credential | None:
    return Credential.unscoped.filter(kind=kind.key, cause=cause).first() if cause else None


def _check(holder: str, title: str, issuer: str, issued_on: date, claims: Mapping[str, Any]) -> None:
    for label, text, most in (("持有人姓名", holder, 60), ("证书名称", title, 120), ("签发单位", issuer, 120)):
        if not text.strip() or len(text) > most:
            raise ValueError(f"{label}应为 1 至 {most} 个字，这里是 {len(text.strip())} 个，请核对")
    if issued_on > clock.today():
        raise ValueError(f"签发日期 {issued_on} 晚于今天，请核对")
    if codes.holds_personal_number(f"{title} {issuer} {dict(claims)}"):
        raise ValueError("证书内容里有身份证号或手机号，证书人人可以核验，请删去号码")


def _own_unit() -> Unit:
    """The unit at which whoever acts sits; a job issues for the root."""
    unit = current().unit or Unit.unscoped.filter(parent__isnull=True, tree=Unit.Tree.ADMINISTRATIVE).first()
    if unit is None:
        raise Refused("还没有建立单位，不能签发证书", "unit")
    return unit


def _field(pk: uuid.UUID) -> str:
    return f"credential.{pk.hex}"


def _key(row: vault.SubjectKey) -> crypto.Key:
    material = crypto.decrypt(vault.keyring(), bytes(row.wrapped), context=row.subject.bytes)
    return crypto.Key.for_subject(str(row.subject), material)


def _read(entry: vault.Entry | None, keys: Mapping[uuid.UUID, crypto.Key]) -> str | None:
    if entry is None or entry.subject not in keys:
        return None
    context = entry.subject.bytes + entry.field.encode()
    return crypto.decrypt(keys[entry.subject], bytes(entry.ciphertext), context=context).decode()
