"""How accounts stand: activated, locked, with which second factors, and where they are signed in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from jiangtai.kernel import clock

from .models import Account
from .signin import FACTORS

FACTOR_LABELS = {"totp": "动态码验证器", "webauthn": "通行密钥", "recovery_codes": "备用码"}
_UNUSABLE = "!"
"""How Django marks a password that was never set."""


@dataclass(frozen=True)
class SignedIn:
    """One place where an account is signed in."""

    address: str
    agent: str
    since: datetime
    seen: datetime | None


def with_standing(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Accounts that know whether they have a second factor and whether they are locked now."""
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    return rows.annotate(has_factor=Exists(factors), is_locked_now=Exists(_locks()))


def active(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those whose holders can sign in, when no lock stands."""
    return rows.filter(is_active=True).exclude(password__startswith=_UNUSABLE)


def waiting(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those that were opened and whose holders have not set a password yet."""
    return rows.filter(is_active=True, password__startswith=_UNUSABLE)


def locked(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those that failed sign-ins have locked now."""
    return rows.filter(Exists(_locks()))


def factors_of(account: Account) -> list[Authenticator]:
    """What the account is asked for beside the password, the recovery codes last."""
    return sorted(Authenticator.objects.filter(user=account), key=lambda one: (one.type not in FACTORS, one.created_at))


def sessions_of(account: Account) -> list[SignedIn]:
    """Where the account is signed in now, the latest seen first."""
    rows = list(UserSession.objects.filter(user=account).order_by("-created_at")[:50])
    seen = _seen(row.session_key for row in rows)
    found = [
        SignedIn(row.ip, row.user_agent, row.created_at, seen[row.session_key])
        for row in rows
        if row.session_key in seen
    ]
    return sorted(found, key=lambda one: one.seen or one.since, reverse=True)


def _seen(keys: Iterable[str]) -> dict[str, datetime | None]:
    """When each session that still lives was last used; sessions go by the machine's time."""
    rows = Session.objects.filter(session_key__in=list(keys), expire_date__gt=clock.machine_time())
    stamps = {row.session_key: row.get_decoded().get("seen") for row in rows}
    return {key: datetime.fromtimestamp(stamp, UTC) if stamp else None for key, stamp in stamps.items()}


def _locks() -> QuerySet[AccessAttempt]:
    """The failures that lock the account of an outer query, counted as axes counts them."""
    since = clock.machine_time() - timedelta(hours=float(settings.AXES_COOLOFF_TIME))
    mine = AccessAttempt.objects.filter(Q(username=OuterRef("username")), attempt_time__gte=since)
    failed = mine.order_by().values("username").annotate(failures=Sum("failures_since_start"))
    return failed.filter(failures__gte=settings.AXES_FAILURE_LIMIT)
