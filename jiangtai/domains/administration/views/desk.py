"""What the three administrators see first: what waits, what is open, what went wrong."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from jiangtai.access import ROLES, Account, Acting, AuditEntry, Duty, Grant, audit, standing
from jiangtai.kernel import clock, office_calendar, queue
from jiangtai.web import Panel, Tag, panel

from .accounts import show
from .audit import seal_rhythm
from .jobs import first_line

FEW = 6
WEEK = timedelta(days=7)
NOTICES_COME_IN = 11
SEAL_IS_LATE = timedelta(minutes=10)
LINES = "administration/desk_lines.html"

routes: list[Any] = []


def for_duty(duty: Duty, order: int) -> Callable[[Callable[[Acting], Panel]], Callable[[Acting], Panel | None]]:
    """Register a panel that only one kind of administrator sees."""

    def register(source: Callable[[Acting], Panel]) -> Callable[[Acting], Panel | None]:
        @panel(order=order)
        def shown(acting: Acting) -> Panel | None:
            return source(acting) if acting.duty == duty and acting.unit else None

        return shown

    return register


def line(title: str, note: str = "", url: str = "", tag: Tag | None = None) -> dict[str, Any]:
    """One line of a panel."""
    return {"title": title, "note": note, "url": url, "tag": tag}


def lines(title: str, rows: list[dict[str, Any]], nothing: str, **more: Any) -> Panel:
    """A panel of lines, which says so when there are none."""
    return Panel(title, LINES, {"rows": rows, "nothing": nothing}, **more)


def few_accounts(rows: Any, note: Callable[[Account], str]) -> list[dict[str, Any]]:
    """The first few accounts as lines."""
    return [line(one.name, note(one), show(one)) for one in rows.select_related("unit").order_by("-made_at")[:FEW]]


def office() -> Any:
    """The office accounts within reach."""
    return Account.within_reach.exclude(duty=Duty.WORKER)


@for_duty(Duty.SYSTEM, 10)
def not_activated(acting: Acting) -> Panel:
    """Accounts whose holders have not set a password yet."""
    rows = standing.waiting(office())
    shown = few_accounts(rows, lambda one: f"{one.unit} · {_ago(one.made_at)}开通")
    count = rows.count()
    return lines(
        "还没启用的账号",
        shown,
        "开通的账号都已启用",
        note=f"{count} 个" if count else "",
        url=f"{reverse('accounts.list')}?state=waiting" if count else "",
        wide=True,
    )


@for_duty(Duty.SYSTEM, 20)
def failed_jobs(acting: Acting) -> Panel:
    """Jobs that gave up, and whether a worker runs at all."""
    jobs = list(queue.listed("failed").order_by("-last_event")[:FEW])
    said = queue.errors(job.id for job in jobs)
    rows = [
        line(
            queue.label(job.task_name),
            first_line(said[job.id].error) if job.id in said else "",
            reverse("jobs.list"),
            Tag("失败", "bad"),
        )
        for job in jobs
    ]
    if queue.is_silent():
        rows.insert(
            0,
            line(
                "后台进程没有运行", "审计封存、定时清理都会停下，请启动 worker", reverse("jobs.list"), Tag("停", "bad")
            ),
        )
    count = queue.counts()["failed"]
    note = f"失败 {count} 个" if count else ""
    return lines("后台任务", rows, "没有失败的任务", note=note, url=reverse("jobs.list"))


@for_duty(Duty.SYSTEM, 30)
def missing_years(acting: Acting) -> Panel:
    """Years whose notice is needed and was not entered."""
    today, calendar = clock.today(), office_calendar()
    wanted = [today.year] + ([today.year + 1] if today.month >= NOTICES_COME_IN else [])
    rows = [
        line(
            f"{year} 年放假安排还没有录入",
            "期限现在只按周末推算",
            f"{reverse('calendar.publish')}?year={year}",
            Tag("待录入", "warn"),
        )
        for year in wanted
        if not calendar.knows(year)
    ]
    return lines("工作日历", rows, f"{'、'.join(map(str, wanted))} 年的放假安排都有了", url=reverse("calendar.show"))


@for_duty(Duty.SECURITY, 10)
def recent_grants(acting: Acting) -> Panel:
    """What was granted in the last seven days."""
    rows = Grant.objects.filter(made_at__gte=clock.now() - WEEK).select_related("account", "unit", "granted_by")
    shown = [
        line(
            f"{one.account.name}：{ROLES[one.role].label}",
            f"{one.unit} · {one.granted_by.name if one.granted_by else '系统'}授予 · {_ago(one.made_at)}",
            show(one.account),
            Tag("已收回", "plain") if one.revoked_at else None,
        )
        for one in rows.order_by("-made_at")[:FEW]
    ]
    count = rows.count()
    return lines("近 7 天授予的角色", shown, "近 7 天没有授予角色", note=f"{count} 项" if count else "", wide=True)


@for_duty(Duty.SECURITY, 20)
def locked_accounts(acting: Acting) -> Panel:
    """Accounts that failed sign-ins have locked now."""
    rows = standing.locked(office())
    shown = [line(one.name, str(one.unit), show(one), Tag("锁定", "bad")) for one in rows.select_related("unit")[:FEW]]
    count = rows.count()
    return lines(
        "锁定的账号",
        shown,
        "没有锁定的账号",
        note=f"{count} 个" if count else "",
        url=f"{reverse('accounts.list')}?state=locked" if shown else "",
    )


@for_duty(Duty.SECURITY, 30)
def without_factor(acting: Acting) -> Panel:
    """Accounts in use that have no second factor yet."""
    rows = standing.with_standing(standing.active(office())).filter(has_factor=False)
    count = rows.count()
    shown = few_accounts(rows, lambda one: str(one.unit))
    return lines(
        "没有二次验证的账号",
        shown,
        "在用的账号都登记了二次验证",
        note=f"{count} 个" if count else "",
        url=f"{reverse('accounts.list')}?factor=no" if count else "",
    )


def refused_lately() -> Any:
    """What was refused in the last seven days, failed sign-ins among it."""
    return AuditEntry.objects.filter(outcome=AuditEntry.Outcome.REFUSED, made_at__gte=clock.now() - WEEK)


def refused_panel(title: str, field: str, heading: str, name: Callable[[str], str], **more: Any) -> Panel:
    """Refusals counted by one column, each count leading to its rows."""
    listed = f"{reverse('audit.list')}?outcome=refused&on_from={clock.today() - WEEK}"
    counted = (
        refused_lately()
        .exclude(**{field: ""})
        .values_list(field)
        .annotate(number=Count("pk"))
        .order_by("-number", field)
    )
    rows = [
        {"label": name(value), "number": number, "url": f"{listed}&{field}={value}"} for value, number in counted[:FEW]
    ]
    return Panel(
        title,
        "administration/desk_refusals.html",
        {"rows": rows, "heading": heading},
        **more,
        url=listed if rows else "",
    )


@for_duty(Duty.AUDIT, 10)
def refusals(acting: Acting) -> Panel:
    """What was refused, by action."""
    return refused_panel(
        "近 7 天的拒绝和登录失败", "action", "操作", lambda key: audit.ACTIONS.get(key, key), wide=True
    )


@for_duty(Duty.AUDIT, 30)
def refused_addresses(acting: Acting) -> Panel:
    """From where it was asked."""
    return refused_panel("被拒最多的来源地址", "address", "来源地址", str, note="近 7 天")


@for_duty(Duty.AUDIT, 20)
def seal_age(acting: Acting) -> Panel:
    """The head of the audit, and how old it is."""
    head = audit.head()
    if head is None:
        return lines("审计封存", [], f"还没有封存过，{seal_rhythm()}")
    tail, is_late = audit.unsealed(), clock.now() - head.at > SEAL_IS_LATE
    rows = [
        line(f"已封存 {head.size:,} 条", f"根 {head.root_hex[:16]}…", reverse("audit.list")),
        line(
            f"{_ago(head.at)}封存",
            f"其后还有 {tail:,} 条待封存",
            "",
            Tag("封存停了", "bad") if is_late and tail else Tag("正常", "ok"),
        ),
    ]
    return lines("审计封存", rows, "", url=reverse("audit.list"))


def _ago(moment: datetime) -> str:
    """今天 09:12, 3 天前."""
    local = timezone.localtime(moment)
    days = (clock.today() - local.date()).days
    return f"今天 {local:%H:%M}" if days <= 0 else f"{days} 天前"
