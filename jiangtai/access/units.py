"""Units are founded, changed, moved, merged and closed; what they were before stands."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.functions import Concat, Left, Length, Substr

from jiangtai import vault
from jiangtai.kernel import clock, codes, pinyin

from . import audit, inquiries
from .acting import acting_as_job, current, is_root
from .fields import label
from .models import Grant, GroupMember, Unit, UnitVersion

Kind, Tree, State, Change = Unit.Kind, Unit.Tree, Unit.State, UnitVersion.Change

# Where a kind of unit may stand, and which code tells it from others; the tree follows from the kind.
UNION_KINDS = {Kind.UNION_FEDERATION, Kind.INDUSTRY_UNION, Kind.BASIC_UNION}
DIVISION_KINDS = {Kind.PROVINCE: 2, Kind.CITY: 4, Kind.DISTRICT: 6, Kind.STREET: 9}
CODED_KINDS = {Kind.ENTERPRISE, Kind.SCHOOL, Kind.EVALUATION_BODY}
CHILDREN_PAGE = 100


def tree_of(kind: str) -> str:
    """The tree in which a kind of unit stands."""
    return Tree.UNION if kind in UNION_KINDS else Tree.ADMINISTRATIVE


def check_code(kind: str, code: str) -> str:
    """The code in its national spelling, or a Chinese `ValidationError` that says what is wrong with it."""
    try:
        if not code:
            if kind in CODED_KINDS:
                raise ValidationError("企业、院校和评价机构必须填写统一社会信用代码", code="missing")
            return ""
        if kind in DIVISION_KINDS:
            return str(codes.parse_division(code).code)
        return codes.parse_uscc(code)
    except codes.CodeError as error:
        raise ValidationError(str(error), code="code") from error


def found(
    *, kind: str, name: str, parent: Unit | None, since: date | None = None, reason: str = "", **fields: Any
) -> Unit:
    """Make a unit under another."""
    unit = Unit(kind=kind, tree=tree_of(kind), name=name.strip(), parent=parent, **fields)
    unit.code = check_code(kind, unit.code)
    _check_parent(unit, parent)
    unit.number = _next_number()
    unit.path = (parent.path if parent else "") + label(unit.number)
    _spell(unit)
    with _telling_conflicts(unit), transaction.atomic():
        unit.save(force_insert=True)
        _remember(unit, Change.CREATED, since, reason)
        audit.record("unit.created", target=unit, reason=reason, details={"kind": unit.kind, "code": unit.code})
    return unit


def change(unit: Unit, *, since: date | None = None, reason: str = "", **fields: Any) -> Unit:
    """Change a unit's name, code or contact; a new name is a rename."""
    before = {name: getattr(unit, name) for name in fields}
    for name, value in fields.items():
        setattr(unit, name, value.strip() if isinstance(value, str) else value)
    unit.code = check_code(unit.kind, unit.code)
    changed = {name: [str(old), str(getattr(unit, name))] for name, old in before.items() if old != getattr(unit, name)}
    if not changed:
        return unit
    _spell(unit)
    with _telling_conflicts(unit), transaction.atomic():
        unit.save()
        _remember(unit, Change.RENAMED if "name" in changed else Change.EDITED, since, reason)
        audit.record("unit.changed", target=unit, reason=reason, details=changed)
    return unit


def move(unit: Unit, to: Unit, *, since: date | None = None, reason: str = "") -> Unit:
    """Put a unit, with all under it, below another of the same tree."""
    if unit.reach.holds(to.path):
        raise ValidationError(f"不能把“{unit}”移到它自己的下级“{to}”之下")
    if is_root(unit):
        raise ValidationError("本系统的根单位不能移动")
    _check_parent(unit, to)
    with _telling_conflicts(unit), transaction.atomic():
        _lock_tree()
        _replant(unit, to)
        _remember(unit, Change.MOVED, since, reason)
        audit.record("unit.moved", target=unit, reason=reason, details={"to": str(to.id), "to_name": str(to)})
    return unit


def merge(unit: Unit, into: Unit, *, since: date | None = None, reason: str = "") -> Unit:
    """Let a unit go up in another: its children, accounts and grants go there, its id goes on resolving."""
    _check_merge(unit, into)
    with _telling_conflicts(unit), transaction.atomic():
        _lock_tree()
        _replant_children(unit, into, since)
        _hand_over(unit, into)
        unit.state, unit.merged_into = State.MERGED, into
        unit.save(update_fields=("state", "merged_into"))
        _remember(unit, Change.MERGED, since, reason)
        _remember(into, Change.ABSORBED, since, f"接收{unit}")
        audit.record("unit.merged", target=unit, reason=reason, details={"into": str(into.id), "into_name": str(into)})
    return into


def close(unit: Unit, *, since: date | None = None, reason: str = "") -> Unit:
    """End a unit that has nothing active under it and nobody at it."""
    if is_root(unit):
        raise ValidationError("本系统的根单位不能撤销")
    if Unit.objects.filter(parent=unit, state=State.ACTIVE).exists():
        raise ValidationError(f"“{unit}”还有下级单位，请先移动、合并或撤销下级")
    if Grant.objects.filter(unit=unit, revoked_at__isnull=True).exists():
        raise ValidationError(f"“{unit}”还有人员授权，请先收回授权")
    with transaction.atomic():
        unit.state = State.CLOSED
        unit.save(update_fields=("state",))
        _remember(unit, Change.CLOSED, since, reason)
        audit.record("unit.closed", target=unit, reason=reason)
    return unit


def present(unit: Unit) -> Unit:
    """The unit that stands for this one today, following mergers."""
    while unit.merged_into_id:
        unit = Unit.unscoped.get(pk=unit.merged_into_id)
    return unit


def as_of(unit: Unit, day: date) -> UnitVersion | None:
    """What the unit was called and where it stood on a day."""
    return UnitVersion.objects.filter(unit=unit, since__lte=day).order_by("-since", "-made_at").first()


def above(unit: Unit) -> list[Unit]:
    """The units over a unit, root first, with the unit itself last."""
    step = len(label(0))
    paths = [unit.path[:end] for end in range(step, len(unit.path) + 1, step)]
    return list(Unit.unscoped.filter(path__in=paths).order_by("path"))


def children(parent: Unit | None, offset: int = 0) -> QuerySet[Unit]:
    """One screen of the active units right under a unit, or of the tops of the caller's reach, in office order."""
    below = Unit.objects.filter(state=State.ACTIVE)
    rows = below.filter(parent=parent) if parent else _tops(below)
    return rows.order_by("rank", "number")[offset : offset + CHILDREN_PAGE]


def member_units() -> QuerySet[Unit]:
    """The departments of the district, as the public may know them."""
    return Unit.unscoped.filter(state=State.ACTIVE, kind=Kind.DEPARTMENT).order_by("number")


def search(text: str, *, every: bool = False) -> QuerySet[Unit]:
    """Units by the beginning of pinyin, initials or code, or by a part of the name; active ones, or every."""
    text = text.strip()
    rows = Unit.objects.all() if every else Unit.objects.filter(state=State.ACTIVE)
    if text.isascii():
        return _spelled(rows, text).order_by("pinyin")
    return (rows.filter(name__contains=text) | rows.filter(short_name__contains=text)).order_by("pinyin")


def _spelled(rows: QuerySet[Unit], text: str) -> QuerySet[Unit]:
    low, first = text.lower(), text[:1].lower()
    found = rows.filter(pinyin__gte=low, pinyin__lt=low + "~") | rows.filter(initials__gte=low, initials__lt=low + "~")
    if any(sign.isdigit() for sign in text):  # every code has digits
        return found | rows.filter(code__gte=text.upper(), code__lt=text.upper() + "~")
    # Initials begin with the pinyin's first letter; told so, the database starts there instead of at a.
    return found.filter(pinyin__gte=first, pinyin__lt=first + "~")


def _tops(rows: QuerySet[Unit]) -> QuerySet[Unit]:
    """Where the caller's reach begins: the roots of both trees, or the caller's own unit."""
    reach = current().reach
    return rows.filter(parent__isnull=True) if reach.is_everything else rows.filter(path=reach.low)


def _check_parent(unit: Unit, parent: Unit | None) -> None:
    if parent is None:
        if Unit.unscoped.filter(parent__isnull=True, tree=unit.tree).exists():
            raise ValidationError(f"{Tree(unit.tree).label}树已有根单位，新单位必须选择上级单位")
        return
    if not parent.is_active:
        raise ValidationError(f"上级单位“{parent}”{parent.get_state_display()}，请另选")
    if parent.tree != unit.tree:
        raise ValidationError(f"“{unit.get_kind_display()}”属于{Tree(unit.tree).label}树，不能放在“{parent}”之下")


def _check_merge(unit: Unit, into: Unit) -> None:
    if unit.pk == into.pk:
        raise ValidationError("不能把单位并入它自己")
    if unit.tree != into.tree or not into.is_active or not unit.is_active:
        raise ValidationError(f"“{unit}”与“{into}”须在同一棵组织树上且都在用")
    if is_root(unit) or unit.reach.holds(into.path):
        raise ValidationError(f"不能把“{unit}”并入它自己的下级")


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('access_unit_number')")
        return int(cursor.fetchone()[0])


def _lock_tree() -> None:
    """Two moves at once could make a ring; they take turns."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [0x4A54_0002])


def _replant(unit: Unit, to: Unit) -> None:
    """Rewrite the paths of a unit and of all under it."""
    fresh = Unit.unscoped.get(pk=unit.pk)
    target = Unit.unscoped.get(pk=to.pk)
    if fresh.reach.holds(target.path):
        raise ValidationError(f"不能把“{unit}”移到它自己的下级“{to}”之下")
    old, new = fresh.path, target.path + label(fresh.number)
    tail = Substr(F("path"), len(old) + 1, Length("path"))
    Unit.unscoped.filter(path__within=fresh.reach).update(path=Concat(Value(new), tail))
    Unit.unscoped.filter(pk=unit.pk).update(parent=target)
    with acting_as_job("调整隶属"):
        vault.replant(old, new)
    unit.parent, unit.path = target, new


def _replant_children(unit: Unit, into: Unit, since: date | None) -> None:
    """The same for all active units right under one, at once: a street may have thirty thousand firms."""
    fresh, target = Unit.unscoped.get(pk=unit.pk), Unit.unscoped.get(pk=into.pk)
    children = Unit.objects.filter(parent=unit, state=State.ACTIVE)
    moved = list(children.order_by("number"))
    below = Unit.unscoped.filter(path__within=fresh.reach).alias(head=Left("path", len(fresh.path) + len(label(0))))
    below.filter(head__in=children.values("path")).update(
        path=Concat(Value(target.path), Substr("path", len(fresh.path) + 1)),
        parent=Case(When(parent=unit, then=Value(target.pk)), default=F("parent")),
    )
    for child in moved:
        child.parent = target
    versions = [_version(child, Change.MOVED, since, f"{unit}并入{into}") for child in moved]
    UnitVersion.objects.bulk_create(versions, batch_size=2_000)


def _hand_over(unit: Unit, into: Unit) -> None:
    """Accounts, grants and group memberships go with the merger; what the target has already is ended instead."""
    with acting_as_job("合并单位"):
        for account in unit.accounts.all():
            vault.place(account.pk, into.path)
    unit.accounts.update(unit=into)
    unit.liaisons.filter(until__isnull=True).update(until=clock.today())
    for inquiry in unit.inquiries.filter(answered_at__isnull=True, cancelled_at__isnull=True):
        inquiries.cancel(inquiry)
    for grant in Grant.objects.filter(unit=unit, revoked_at__isnull=True):
        same = Grant.objects.filter(unit=into, account=grant.account, role=grant.role, revoked_at__isnull=True)
        Grant.objects.create(
            account=grant.account,
            duty=grant.duty,
            role=grant.role,
            unit=into,
            granted_by=grant.granted_by,
            reason=f"随{unit}并入",
        ) if not same.exists() else None
        Grant.objects.filter(pk=grant.pk).update(revoked_at=clock.now(), revoked_reason=f"{unit}并入{into}")
    there = GroupMember.objects.filter(unit=into, until__isnull=True).values("group")
    members = GroupMember.objects.filter(unit=unit, until__isnull=True)
    members.filter(group__in=there).update(until=clock.today())
    members.exclude(group__in=there).update(unit=into)


def _spell(unit: Unit) -> None:
    unit.rank = Kind.values.index(unit.kind)
    unit.pinyin = pinyin.sort_key(unit.short_name or unit.name).replace(" ", "")[:400]  # as people type it
    unit.initials = pinyin.initials(unit.short_name or unit.name)[:120]


def _remember(unit: Unit, what: str, since: date | None, reason: str) -> None:
    _version(unit, what, since, reason).save(force_insert=True)


def _version(unit: Unit, what: str, since: date | None, reason: str) -> UnitVersion:
    return UnitVersion(
        unit=unit,
        change=what,
        since=since or clock.today(),
        name=unit.name,
        parent=unit.parent,
        code=unit.code,
        reason=reason,
        by=current().actor,
        by_name=current().name[:60],
    )


@contextmanager
def _telling_conflicts(unit: Unit) -> Iterator[None]:
    """Turn the database's uniqueness into a sentence for whoever typed."""
    try:
        yield
    except IntegrityError as error:
        if "unit_one_code" in str(error):
            raise ValidationError({"code": f"代码 {unit.code} 已有单位使用，请核对，或合并两个单位"}) from error
        if "unit_one_name_under_parent" in str(error):
            raise ValidationError({"name": f"同一上级之下已有“{unit.name}”"}) from error
        raise
