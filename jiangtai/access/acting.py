"""Who is acting, where and how far: the one context from which scope, row-level security and audit all read."""

import contextlib
import uuid
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import connection
from django_scopes import scope

from .fields import EVERYTHING, NOTHING, Reach
from .models import Account, Grant, Unit
from .refusals import Refused
from .roles import ROLES, permissions_of
from .roots import is_root


@dataclass(frozen=True)
class Post:
    """A unit at which an account holds roles."""

    unit: Unit
    roles: frozenset[str]
    is_current: bool = False

    @property
    def role_labels(self) -> list[str]:
        """The roles as the users call them, in the table's order."""
        return [role.label for key, role in ROLES.items() if key in self.roles]


@dataclass(frozen=True)
class Acting:
    """Someone, or something, acting: an account at a unit, a link's bearer, a job, or nobody yet."""

    duty: str = ""
    account: Account | None = None
    unit: Unit | None = None
    roles: frozenset[str] = frozenset()
    reach: Reach = NOTHING
    posts: tuple[Post, ...] = ()
    label: str = ""
    permissions: frozenset[str] = field(default=frozenset())
    link: uuid.UUID | None = None
    """What a link's bearer was given it for, and nothing else."""

    def may(self, permission: str) -> bool:
        """Whether the roles held here include the permission."""
        return permission in self.permissions

    @property
    def is_worker(self) -> bool:
        """Whether a worker acts for themself."""
        return self.account is not None and self.account.is_worker

    @property
    def is_office(self) -> bool:
        """Whether an officer acts."""
        return self.account is not None and not self.account.is_worker

    @property
    def role_labels(self) -> list[str]:
        """The roles held here, as the users call them."""
        return [role.label for key, role in ROLES.items() if key in self.roles]

    @property
    def actor(self) -> uuid.UUID | None:
        """The account's id, where there is one."""
        return self.account.id if self.account else None

    @property
    def person(self) -> uuid.UUID:
        """The account's id, where only a signed-in person may act."""
        if self.account is None:
            raise Refused("须由登录的人办理")
        return self.account.id

    @property
    def name(self) -> str:
        """What the audit calls the actor."""
        return self.account.name if self.account and self.account.name else self.label


NOBODY = Acting()
_current: ContextVar[Acting] = ContextVar("acting", default=NOBODY)


def current() -> Acting:
    """Who is acting now."""
    return _current.get()


def posts_of(account: Account) -> list[Post]:
    """The units at which an account holds roles, its own unit first."""
    grants = Grant.objects.with_scopes_disabled().filter(Grant.HELD, account=account)
    roles: dict[Unit, set[str]] = {}
    for grant in grants.select_related("unit__serves").order_by("made_at"):
        if grant.unit.is_active:
            roles.setdefault(grant.unit, set()).add(grant.role)
    posts = [Post(unit, frozenset(held)) for unit, held in roles.items()]
    return sorted(posts, key=lambda post: post.unit.id != account.unit_id)


def of_account(account: Account, unit: uuid.UUID | str | None = None) -> Acting:
    """An account at one of its posts: the asked one where it holds it, else the first."""
    if account.is_worker:
        return Acting(duty=account.duty, account=account)
    posts = posts_of(account)
    asked = str(unit or "")  # a session keeps it as text
    here = next((post for post in posts if str(post.unit.id) == asked), posts[0] if posts else None)
    if here is None:
        return Acting(duty=account.duty, account=account)
    marked = tuple(Post(post.unit, post.roles, post is here) for post in posts)
    return Acting(
        account.duty, account, here.unit, here.roles, _reach(here.unit), marked, "", permissions_of(set(here.roles))
    )


def _reach(unit: Unit) -> Reach:
    """A role at the installation's root reaches both trees; elsewhere it reaches its own branch."""
    return EVERYTHING if is_root(unit) else unit.reach


@contextlib.contextmanager
def acting(who: Acting) -> Iterator[Acting]:
    """Act as someone for this block: the scope of every query and the rows the database shows follow."""
    before = _current.get()
    token = _current.set(who)
    _tell_database(who)
    try:
        with scope(unit=who.reach):
            yield who
    finally:
        _current.reset(token)
        _tell_database(before)


def acting_as(account: Account, unit: uuid.UUID | str | None = None) -> contextlib.AbstractContextManager[Acting]:
    """Act as an account, at one of its posts."""
    return acting(of_account(account, unit))


def acting_as_job(label: str) -> contextlib.AbstractContextManager[Acting]:
    """Act as the system itself: jobs, seals, the sign-in of a phone."""
    return acting(Acting(duty="job", label=label, reach=EVERYTHING))


def acting_by_link(
    unit: Unit, label: str, target: uuid.UUID | None = None
) -> contextlib.AbstractContextManager[Acting]:
    """Act as the bearer of a link that a unit was given: that unit, and nothing beyond it."""
    only = Reach(unit.path, unit.path + "!")
    return acting(Acting(duty="link", label=label, unit=unit, reach=only, link=target))


def _tell_database(who: Acting) -> None:
    """Row-level security reads these; where a transaction is broken, its rollback restores them."""
    if connection.needs_rollback or (who == NOBODY and connection.connection is None):
        return
    values = [who.duty, str(who.actor or ""), who.reach.low, who.reach.high, _served(who.unit)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('jiangtai.duty', %s, false), set_config('jiangtai.actor', %s, false),"
            " set_config('jiangtai.low', %s, false), set_config('jiangtai.high', %s, false),"
            " set_config('jiangtai.served', %s, false)",
            values,
        )


def _served(unit: Unit | None) -> str:
    """Where the firm stands that a union organisation serves: its people are the union's business too."""
    return unit.serves.path if unit is not None and unit.serves is not None else ""
