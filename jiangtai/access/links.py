"""A link opens one thing once; whoever holds it needs no account, and only its digest is kept."""

import hashlib
import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from jiangtai.kernel import clock

from . import audit
from .acting import current
from .models import Link
from .refusals import Refused

LIFETIMES = {
    Link.Purpose.ACTIVATE: "access.activation_hours",
    Link.Purpose.INQUIRY: "access.link_hours",
    Link.Purpose.SEAT: "access.link_hours",
    Link.Purpose.SUPPLY: "access.link_hours",
}


def make(purpose: str, target: uuid.UUID) -> str:
    """A new link's token; links made before for the same thing stop working."""
    from . import parameters

    hours = int(parameters.value(LIFETIMES[Link.Purpose(purpose)]))
    token, until = secrets.token_urlsafe(32), clock.now() + timedelta(hours=hours)
    try:
        with transaction.atomic():
            revoke(purpose, target)
            Link.objects.create(
                purpose=purpose, target=target, digest=_digest(token), expires_at=until, by=current().actor
            )
    except IntegrityError as error:
        raise Refused("刚刚有人为同一件事生成了链接，请刷新后再试", "link") from error
    audit.record("link.made", details={"purpose": purpose, "target": str(target), "hours": hours})
    return token


def revoke(purpose: str, target: uuid.UUID) -> int:
    """Stop the unused links of a thing."""
    revoked = Link.objects.filter(Link.OPEN, purpose=purpose, target=target).update(revoked_at=clock.now())
    if revoked:
        audit.record("link.revoked", details={"purpose": purpose, "target": str(target)})
    return revoked


def open_until(purpose: str, targets: Iterable[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    """By thing until when its link opens; a thing without one that still does is left out."""
    rows = Link.objects.filter(Link.OPEN, purpose=purpose, target__in=list(targets), expires_at__gt=clock.now())
    return dict(rows.values_list("target", "expires_at"))


def look(purpose: str, token: str) -> Link:
    """The link of a token while it opens, or a `Refused` that says why it does not."""
    link = Link.objects.filter(purpose=purpose, digest=_digest(token)).first()
    if link is None:
        raise Refused("链接无效，请核对是否复制完整", "link")
    if link.used_at:
        raise Refused("这个链接已经使用过。如需再次填写，请联系发给您的单位重新生成", "link")
    if link.revoked_at:
        raise Refused("这个链接已作废，请使用最近一次收到的链接", "link")
    if link.expires_at <= clock.now():
        raise Refused("这个链接已过期，请联系发给您的单位重新生成", "link")
    return link


def use(link: Link) -> None:
    """Spend a link, in the transaction of what it opened; of two at once, one wins."""
    with transaction.atomic():
        if not Link.objects.filter(Link.OPEN, pk=link.pk).update(used_at=clock.now()):
            raise Refused("这个链接已经使用过", "link")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
