"""Units are founded, changed, moved, merged and closed; what they were before stands."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Concat, Left, Substr

from jiangtai import vault
from jiangtai.kernel import clock, codes, pinyin, read_id, row_with

from . import audit, inquiries
from .acting import acting_as_job, current
from .fields import label
from .models import Grant, GroupMember, Inquiry, Liaison, Unit, UnitVersion
from .roots import is_root, roots

Kind, Tree, State, Change = Unit.Kind, Unit.Tree, Unit.State, UnitVersion.Change

# Where a kind of unit may stand, and which code tells it from others; the tree follows from the kind.
UNION_KINDS = {Kind.UNION_FEDERATION, Kind.INDUSTRY_UNION, Kind.BASIC_UNION}
DIVISION_KINDS = {Kind.PROVINCE: 2, Kind.CITY: 4, Kind.DISTRICT: 6, Kind.STREET: 9}
CODED_KINDS = {Kind.ENTERPRISE, Kind.SCHOOL, Kind.EVALUATION_BODY}
CHILDREN_PAGE = 100
_TREE = 0x4A54_0002  # the advisory lock under which the tree changes: two moves at once could make a ring


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
    with _restructuring(unit, *filter(None, [parent])):
        _check_parent(unit, parent)
        unit.number = _next_number()
        unit.path = (parent.path if parent else "") + label(unit.number)
        _spell(unit)
        unit.save(force_insert=True)
        _remember(unit, Change.CREATED, since, reason)
        audit.record("unit.created", target=unit, reason=reason, details={"kind": unit.kind, "code": unit.code})
    return unit


def change(unit: Unit, *, since: date | None = None, reason: str = "", **fields: Any) -> Unit:
    """Change a unit's name, code or contact; a new name is a rename."""
    values = {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
    if "code" in values:
        values["code"] = check_code(unit.kind, values["code"])
    with _restructuring(unit, unit):
        changed = {
            name: [str(getattr(unit, name)), str(new)] for name, new in values.items() if getattr(unit, name) != new
        }
        if not changed:
            return unit
        for name in changed:
            setattr(unit, name, values[name])
        _spell(unit)
        unit.save(update_fields=(*changed, "rank", "pinyin", "initials"))
        _remember(unit, Change.RENAMED if "name" in changed else Change.EDITED, since, reason)
        audit.record("unit.changed", target=unit, reason=reason, details=changed)
    return unit


def move(unit: Unit, to: Unit, *, since: date | None = None, reason: str = "") -> Unit:
    """Put a unit, with all under it, below another of the same tree."""
    with _restructuring(unit, unit, to):
        if is_root(unit):
            raise ValidationError("本系统的根单位不能移动")
        if unit.reach.holds(to.path):
            raise ValidationError(f"不能把“{unit}”移到它自己的下级“{to}”之下")
        _check_parent(unit, to)
        _replant(unit, to)
        _remember(unit, Change.MOVED, since, reason)
        audit.record("unit.moved", target=unit, reason=reason, details={"to": str(to.id), "to_name": str(to)})
    return unit


def merge(unit: Unit, into: Unit, *, since: date | None = None, reason: str = "") -> Unit:
    """Let a unit go up in another: its children and accounts go there, its roles end, its id goes on resolving."""
    with _restructuring(unit, unit, into):
        _check_merge(unit, into)
        _replant_children(unit, into, since)
        _hand_over(unit, into)
        _wind_up(unit, f"{unit}并入{into}")
        unit.state, unit.merged_into = State.MERGED, into
        unit.save(update_fields=("state", "merged_into"))
        _remember(unit, Change.MERGED, since, reason)
        _remember(into, Change.ABSORBED, since, f"接收{unit}")
        audit.record("unit.merged", target=unit, reason=reason, details={"into": str(into.id), "into_name": str(into)})
    return into


def close(unit: Unit, *, since: date | None = None, reason: str = "") -> Unit:
    """End a unit that has nothing active under it and nobody at it."""
    with _restructuring(unit, unit):
        if is_root(unit):
            raise ValidationError("本系统的根单位不能撤销")
        if Unit.objects.filter(parent=unit, state=State.ACTIVE).exists():
            raise ValidationError(f"“{unit}”还有下级单位，请先移动、合并或撤销下级")
        if Grant.objects.filter(Grant.HELD, unit=unit).exists():
            raise ValidationError(f"“{unit}”还有人员授权，请先收回授权")
        if unit.accounts.filter(is_active=True).exists():
            raise ValidationError(f"“{unit}”还有在用的账号，请先停用")
        _wind_up(unit, f"{unit}撤销")
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
    rows = UnitVersion.objects.with_scopes_disabled().filter(unit=unit, since__lte=day)
    return rows.select_related("parent").order_by("-since", "-id").first()


def above(unit: Unit, on: date | None = None) -> list[Unit]:
    """The units over a unit now, or as they stood on an earlier day: root first, with the unit itself last."""
    if on is not None and on < clock.today():
        return _above_then(unit, on)
    step = len(label(0))
    paths = [unit.path[:end] for end in range(step, len(unit.path) + 1, step)]
    return list(Unit.unscoped.filter(path__in=paths).order_by("path"))


def _above_then(unit: Unit, day: date) -> list[Unit]:
    lineage = [unit]
    # Two moves entered for days past may contradict each other and make a ring.
    while (above_it := _parent_then(lineage[0], day)) and above_it not in lineage:
        lineage.insert(0, above_it)
    return lineage


def _parent_then(unit: Unit, day: date) -> Unit | None:
    """Where a unit stood on a day; before anything is known of it, where it stood at first."""
    rows = UnitVersion.objects.with_scopes_disabled().filter(unit=unit).select_related("parent")
    version = as_of(unit, day) or rows.order_by("since", "id").first()
    return version.parent if version else None


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


def called(rows: QuerySet[Unit], texts: Iterable[str]) -> dict[str, list[Unit]]:
    """The units among these that each text names, in one question; a text that names none is left out.

    By whole name, short name or code, however the code's letters are written. A whole name is nobody else's short one.
    """
    wanted = set(texts) - {""}
    codes_of: dict[str, list[str]] = {}
    for text in wanted:
        codes_of.setdefault(text.upper(), []).append(text)
    found: dict[str, list[Unit]] = {}
    for unit in rows.filter(Q(name__in=wanted) | Q(short_name__in=wanted) | Q(code__in=codes_of)):
        for text in {unit.name, unit.short_name, *codes_of.get(unit.code, ())} & wanted:
            found.setdefault(text, []).append(unit)
    return {text: [one for one in several if one.name == text] or several for text, several in found.items()}


def named(rows: QuerySet[Unit], text: str) -> Unit | None:
    """The one of these units that an id or a text names; of several somebody has to choose."""
    if key := read_id(text):
        return rows.filter(pk=key).first()
    several = called(rows, [text := text.strip()]).get(text, [])
    if len(several) > 1:
        raise ValueError(f"有多个单位叫“{text}”，请从下拉结果中选一个，或改填代码")
    return several[0] if several else None


def name_of(rows: QuerySet[Unit], text: str) -> str:
    """The name of the one of these units with this id; empty for what is no id."""
    unit = row_with(rows, text)
    return unit.name if unit else ""


def _spelled(rows: QuerySet[Unit], text: str) -> QuerySet[Unit]:
    low, first = text.lower(), text[:1].lower()
    found = rows.filter(pinyin__gte=low, pinyin__lt=low + "~") | rows.filter(initials__gte=low, initials__lt=low + "~")
    if any(sign.isdigit() for sign in text):  # every code has digits
        return found | rows.filter(code__gte=text.upper(), code__lt=text.upper() + "~")
    # Initials begin with the pinyin's first letter; told so, the database starts there instead of at a.
    return found.filter(pinyin__gte=first, pinyin__lt=first + "~")


def _tops(rows: QuerySet[Unit]) -> QuerySet[Unit]:
    """Where the caller's reach begins: the root and the top of the unions' tree, or the caller's own unit."""
    reach = current().reach
    if not reach.is_everything:
        return rows.filter(path=reach.low)
    return rows.filter(Q(pk__in=roots()) | Q(parent__isnull=True, tree=Tree.UNION))


def _check_parent(unit: Unit, parent: Unit | None) -> None:
    if parent is None:
        if Unit.unscoped.filter(parent__isnull=True, tree=unit.tree).exists():
            raise ValidationError(f"{Tree(unit.tree).label}树已有根单位，新单位必须选择上级单位")
        return
    if parent.tree != unit.tree:
        raise ValidationError(f"“{unit.get_kind_display()}”属于{Tree(unit.tree).label}树，不能放在“{parent}”之下")


def _check_merge(unit: Unit, into: Unit) -> None:
    if unit.pk == into.pk:
        raise ValidationError("不能把单位并入它自己")
    if unit.tree != into.tree:
        raise ValidationError(f"“{unit}”与“{into}”须在同一棵组织树上")
    if is_root(unit) or unit.reach.holds(into.path):
        raise ValidationError(f"不能把“{unit}”并入它自己的下级")


@contextmanager
def _restructuring(unit: Unit, *known: Unit) -> Iterator[None]:
    """One change of the tree at a time, on the units as they stand now, and only while they act."""
    with _telling_conflicts(unit), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TREE])
        for one in known:
            one.refresh_from_db()
            if not one.is_active:
                raise ValidationError(f"“{one}”{one.get_state_display()}，不能再变更，也不能作为上级")
        yield


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('access_unit_number')")
        return int(cursor.fetchone()[0])


def _replant(unit: Unit, to: Unit) -> None:
    """Rewrite the paths of a unit and of all under it."""
    old, new = unit.path, to.path + label(unit.number)
    Unit.unscoped.filter(path__within=unit.reach).update(path=Concat(Value(new), Substr("path", len(old) + 1)))
    Unit.unscoped.filter(pk=unit.pk).update(parent=to)
    with acting_as_job("调整隶属"):
        vault.replant(old, new)
    unit.parent, unit.path = to, new


def _replant_children(unit: Unit, into: Unit, since: date | None) -> None:
    """The same for all active units right under one, at once: a street may have thirty thousand firms."""
    children = Unit.objects.filter(parent=unit, state=State.ACTIVE)
    moved = list(children.order_by("number"))
    below = Unit.unscoped.filter(path__within=unit.reach).alias(head=Left("path", len(unit.path) + len(label(0))))
    below.filter(head__in=children.values("path")).update(
        path=Concat(Value(into.path), Substr("path", len(unit.path) + 1)),
        parent=Case(When(parent=unit, then=Value(into.pk)), default=F("parent")),
    )
    for child in moved:
        child.parent = into
    versions = [_version(child, Change.MOVED, since, f"{unit}并入{into}") for child in moved]
    UnitVersion.objects.bulk_create(versions, batch_size=2_000)


def _hand_over(unit: Unit, into: Unit) -> None:
    """Accounts, what the vault holds, and group memberships go with the merger."""
    with acting_as_job("合并单位"):
        vault.replant(unit.path, into.path)
    unit.accounts.update(unit=into)
    there = GroupMember.objects.filter(GroupMember.NOW, unit=into).values("group")
    members = GroupMember.objects.filter(GroupMember.NOW, unit=unit)
    members.filter(group__in=there).update(until=clock.today())
    members.exclude(group__in=there).update(unit=into)


def _wind_up(unit: Unit, why: str) -> None:
    """End what only an acting unit has: roles (nobody but who grants roles may hand them on), liaison, inquiries."""
    who = current().account
    for grant in Grant.objects.filter(Grant.HELD, unit=unit).select_related("account"):
        grant.revoked_at, grant.revoked_reason = clock.now(), why
        grant.revoked_by = who if who != grant.account else None
        grant.save(update_fields=("revoked_at", "revoked_by", "revoked_reason"))
        audit.record(
            "grant.revoked", target=grant.account, reason=why, details={"role": grant.role, "unit": str(unit.id)}
        )
    unit.liaisons.filter(Liaison.NOW).update(until=clock.today())
    for inquiry in unit.inquiries.filter(Inquiry.OPEN):
        inquiries.cancel(inquiry)


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
