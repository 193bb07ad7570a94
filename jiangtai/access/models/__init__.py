"""What access stores."""

from .accounts import Account, Grant, Link
from .audit import AuditEntry, AuditLeaf, AuditSeal
from .inquiries import Inquiry, Liaison
from .parameters import ParameterValue
from .units import GroupMember, Unit, UnitGroup, UnitVersion

__all__ = [
    "Account",
    "AuditEntry",
    "AuditLeaf",
    "AuditSeal",
    "Grant",
    "GroupMember",
    "Inquiry",
    "Liaison",
    "Link",
    "ParameterValue",
    "Unit",
    "UnitGroup",
    "UnitVersion",
]
