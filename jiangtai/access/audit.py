"""The audit: what was done and what was refused, in an order that a seal fixes.

An entry is written in the transaction of what it tells. Its position in the hash tree is given afterwards, once it is
seen committed, so that writers never wait for one another. The head is the seal over everything positioned.
"""

import contextlib
import json
import uuid
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models

from jiangtai.kernel import clock, log, merkle

from .acting import Acting, acting_as_job, current
from .models import AUDIT_LOG, AuditEntry, AuditLeaf

_BATCH = 5_000

ACTIONS: dict[str, str] = {}
LEAF = (  # what a leaf covers; a column added later needs leaves of its own, or every old leaf would change
    *("id", "made_at", "action", "outcome", "actor", "actor_name", "unit_name", "target_type", "target", "target_name"),
    *("reason", "details", "address", "request"),
)


@dataclass(frozen=True)
class Origin:
    """Where a request came from."""

    address: str = ""
    request: str = ""


NOWHERE = Origin()
_origin: ContextVar[Origin] = ContextVar("origin", default=NOWHERE)


def actions(**labels: str) -> None:
    """Declare actions by key and Chinese name; `record` takes no other."""
    ACTIONS.update({key.replace("__", "."): label for key, label in labels.items()})


@contextlib.contextmanager
def coming_from(address: str, request: str) -> Iterator[None]:
    """Entries of this block come from that address and request."""
    token = _origin.set(Origin(address, request[:300]))
    try:
        yield
    finally:
        _origin.reset(token)


def record(
    action: str,
    *,
    target: models.Model | None = None,
    outcome: str = AuditEntry.Outcome.OK,
    reason: str = "",
    details: dict[str, Any] | None = None,
    who: Acting | None = None,
) -> AuditEntry:
    """Write one entry, in the transaction of what it tells."""
    if action not in ACTIONS:
        raise KeyError(f"audit action {action!r} is not declared")
    who, origin = who or current(), _origin.get()
    return AuditEntry.objects.create(
        action=action,
        outcome=outcome,
        actor=who.actor,
        actor_name=who.name[:60],
        unit_name=str(who.unit or "")[:120],
        target_type=target._meta.label_lower if target is not None else "",
        target=target.pk if target is not None and isinstance(target.pk, uuid.UUID) else None,
        target_name=str(target)[:160] if target is not None else "",
        reason=reason[:400],
        details=details or {},
        address=origin.address,
        request=origin.request,
    )


def leaf(entry: AuditEntry) -> bytes:
    """The digest of an entry: the columns of `LEAF`, spelled one way."""
    columns = {name: getattr(entry, name) for name in LEAF}
    return merkle.leaf_hash(json.dumps(columns, default=_spell, sort_keys=True, ensure_ascii=False).encode())


def seal() -> log.Head | None:
    """Give every committed entry its position and seal the tree; the head, or None while nothing was ever written."""
    with acting_as_job("审计封存"):
        return AUDIT_LOG.sequence(_waiting)


def head(size: int | None = None) -> log.Head | None:
    """The newest seal, or that over so many entries."""
    return AUDIT_LOG.head(size)


def unsealed() -> int:
    """How many entries the newest seal does not hold yet; what was written a day before it is long committed."""
    newest, rows = head(), AuditEntry.objects.filter(leaf__isnull=True)
    return rows.filter(made_at__gte=newest.at - timedelta(days=1)).count() if newest else rows.count()


def proof(entry: AuditEntry) -> log.Proof | None:
    """What shows that an entry stands under the newest seal; None while it is not sealed yet."""
    place = AuditLeaf.objects.filter(entry=entry).first()
    return AUDIT_LOG.proof(place.position, leaf(entry)) if place else None


def verify() -> list[str]:
    """Every fault in entries, positions and seals, in Chinese; an empty list when all of it fits."""
    with acting_as_job("审计核验"):
        leaves = AuditLeaf.objects.select_related("entry").order_by("position")
        return list(AUDIT_LOG.faults(checked(leaves.iterator(_BATCH))))


def checked(leaves: Iterable[AuditLeaf]) -> Iterator[tuple[int, bytes, str]]:
    """Each leaf with what does not fit its entry."""
    for row in leaves:
        fits = bytes(row.digest) == leaf(row.entry)
        fault = (
            "" if fits else f"（{row.entry.made_at.astimezone(clock.OFFICE_ZONE):%Y-%m-%d %H:%M}）内容与封存时不一致"
        )
        yield row.position, bytes(row.digest), fault


def _waiting(position: int) -> Iterator[log.Placed]:
    """Every committed entry without a position, in the order of their moments."""
    waiting = AuditEntry.objects.filter(leaf__isnull=True).order_by("made_at", "id").iterator(_BATCH)
    for place, entry in enumerate(waiting, position):
        yield place, leaf(entry), entry.pk


def _spell(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


actions(
    signed__in="登录",
    signed__out="退出",
    sign_in__failed="登录失败",
    sign_in__locked="登录锁定",
    code__sent="发送验证码",
    session__ended="下线会话",
    password__changed="修改密码",  # noqa: S106  a label
    second_factor__added="登记二次验证",
    second_factor__removed="移除二次验证",
    second_factor__reset="重置二次验证",
    account__opened="开通账号",
    account__changed="修改账号",
    account__activated="启用账号",
    account__disabled="停用账号",
    account__enabled="恢复账号",
    account__unlocked="解除锁定",
    account__erased="注销并擦除",
    link__made="生成一次性链接",
    link__revoked="作废一次性链接",
    grant__given="授予角色",
    grant__revoked="收回角色",
    unit__created="新建单位",
    unit__changed="修改单位",
    unit__moved="调整隶属",
    unit__merged="合并单位",
    unit__closed="撤销单位",
    group__changed="维护产业生态圈",
    parameter__set="设定参数",
    calendar__published="录入放假通知",
    inquiry__asked="请单位填报",
    inquiry__answered="单位填报",
    inquiry__recorded="代录来函",
    inquiry__cancelled="撤回填报",
    reveal="显示隐藏信息",
    phone__changed="更换手机号",
    data__exported="导出本人数据",
    export="导出名册",
    letter__opened="查看来函",
    refused="拒绝访问",
)
