"""What access stores."""

from .accounts import Account, Grant, Link
from .audit import AUDIT_LOG, AuditEntry, AuditLeaf, AuditNode, AuditSeal
from .inquiries import Inquiry, Liaison
from .parameters import ParameterValue
from .units import GroupMember, Unit, UnitGroup, UnitVersion

__all__ = [
    "AUDIT_LOG",
    "Account",
    "AuditEntry",
    "AuditLeaf",
    "AuditNode",
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
