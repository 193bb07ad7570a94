"""Who may do what, where: units in their trees, accounts, roles granted at a unit, scope, and the audit of it all.

An office says: this person, in this role, at this unit. Everything a signed-in person sees follows from that
sentence, and every use of it, and every refusal, stands in the audit.
"""

from typing import TYPE_CHECKING

from jiangtai.kernel.face import face

if TYPE_CHECKING:
    from . import (
        accounts,
        audit,
        grants,
        groups,
        inquiries,
        links,
        parameters,
        passwords,
        phone_codes,
        phones,
        standing,
        units,
    )
    from .acting import Acting, acting_as, acting_as_job, acting_by_link, current
    from .fields import Reach
    from .models import (
        Account,
        AuditEntry,
        Grant,
        GroupMember,
        Inquiry,
        Liaison,
        Link,
        ParameterValue,
        Unit,
        UnitGroup,
        UnitVersion,
    )
    from .naming import unit_among
    from .refusals import Refused
    from .roles import PERMISSIONS, ROLES, Duty, Role
    from .roots import is_root, root
    from .signin import has_second_factor, sign_in_worker

__getattr__, __all__ = face(__name__, __file__)
