"""A worker's own credentials: which persons an account stands for is another room's to say."""

import uuid
from collections.abc import Callable, Iterable

from django.db.models import QuerySet

from jiangtai.access import Account

from .models import Credential

PersonsOf = Callable[[Account], Iterable[uuid.UUID]]
_asked: list[PersonsOf] = []


def persons_are(find: PersonsOf) -> PersonsOf:
    """Register how the persons that an account stands for are found; the last word counts."""
    _asked[:] = [find]
    return find


def own_credentials(account: Account) -> QuerySet[Credential]:
    """What the person behind an account was given, the latest first."""
    persons = [person for find in _asked for person in find(account)]
    rows = Credential.unscoped.filter(subject__in=persons).select_related("series", "unit", "revocation")
    return rows.order_by("-issued_on", "-id")
