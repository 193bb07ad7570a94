"""Which credentials an office sees: those of units within reach, and of the firms whose unions stand within it."""

from django.db.models import Q, QuerySet

from jiangtai.access import Unit, current

from .models import Credential


def within_reach() -> QuerySet[Credential]:
    """What whoever acts may see, with what is read along."""
    reach = current().reach
    rows = Credential.unscoped.select_related("unit", "series", "revocation")
    if reach.is_everything:
        return rows
    served = Unit.unscoped.filter(path__within=reach, serves__isnull=False).values("serves")
    return rows.filter(Q(unit__path__within=reach) | Q(unit__in=served))


def is_ones_own(credential: Credential) -> bool:
    """Whether its unit stands below whoever acts: only there it can be taken back."""
    return current().reach.holds(credential.unit.path)
