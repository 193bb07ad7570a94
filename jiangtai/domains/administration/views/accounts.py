"""Pages about accounts: who has one, how it stands, opening it, and what may be done to it."""

from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jiangtai.access import (
    ROLES,
    Account,
    Acting,
    Duty,
    Grant,
    Refused,
    accounts,
    acting_as_job,
    grants,
    links,
    standing,
)
from jiangtai.domains.administration.forms.accounts import NewAccountForm, PasswordForm
from jiangtai.web import (
    PUBLIC,
    Act,
    ActionPage,
    Choice,
    Column,
    Crumb,
    DetailPage,
    Empty,
    Event,
    FormPage,
    Hit,
    ListPage,
    Nav,
    ObjectMixin,
    Search,
    Section,
    TableSection,
    Tag,
    Value,
    page,
    searchable,
)

ACTIVATE = "activate"
STATES = {
    "active": ("在用", "ok"),
    "waiting": ("未启用", "info"),
    "disabled": ("停用", "plain"),
    "locked": ("锁定", "bad"),
}
OFFICE_DUTIES = [(duty.value, duty.label) for duty in Duty if duty != Duty.WORKER]
BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (("Windows", "Windows"), ("Android", "安卓"), ("iPhone", "iPhone"), ("Mac OS", "macOS"), ("Linux", "Linux"))


def office_accounts() -> Any:
    """The office accounts within reach, with how they stand."""
    return standing.with_standing(Account.within_reach.exclude(duty=Duty.WORKER).select_related("unit"))


def state_of(account: Any) -> Tag:
    """How an account stands, in one word."""
    key = "active"
    if not account.is_active:
        key = "disabled"
    elif account.is_locked_now:
        key = "locked"
    elif not account.is_activated:
        key = "waiting"
    return Tag(*STATES[key])


def factor_tag(account: Any) -> Tag | None:
    """Whether a second factor is enrolled; nothing is said of who has not come in yet."""
    if account.has_factor:
        return Tag("已登记", "ok")
    return Tag("未登记", "warn") if account.is_active and account.is_activated else None


def in_state(rows: Any, wanted: str) -> Any:
    """The accounts that stand so."""
    match wanted:
        case "disabled":
            return rows.filter(is_active=False)
        case "locked":
            return standing.locked(rows.filter(is_active=True))
        case "waiting":
            return standing.waiting(rows).filter(is_locked_now=False)
        case "active":
            return standing.active(rows).filter(is_locked_now=False)
    return rows


def by_text(rows: Any, text: str) -> Any:
    """By a part of the name, or the beginning of its pinyin, its initials or the sign-in name."""
    low = text.strip().lower()
    if not low.isascii():
        return rows.filter(name__contains=text.strip())
    return rows.filter(Q(pinyin__startswith=low) | Q(pinyin__contains=f" {low}") | Q(username__startswith=low))


def in_role(rows: Any, role: str) -> Any:
    """The accounts that hold a role now, somewhere within reach."""
    return rows.filter(pk__in=Grant.objects.filter(Grant.HELD, role=role).values("account"))


def by_factor(rows: Any, wanted: str) -> Any:
    """The accounts with, or in use without, a second factor."""
    return rows.filter(has_factor=True) if wanted == "yes" else standing.active(rows).filter(has_factor=False)


def role_words(account: Any) -> list[str]:
    """The roles held, in the table's order."""
    held = {given.role for given in account.held}
    return [role.label for key, role in ROLES.items() if key in held]


def elsewhere(account: Any) -> str:
    """The units at which roles are held, where they differ from the account's own."""
    names = [str(given.unit) for given in account.held if given.unit_id != account.unit_id]
    return f"在 {'、'.join(dict.fromkeys(names))}" if names else ""


def show(account: Account) -> str:
    """An account's page."""
    return reverse("accounts.show", args=[account.pk])


@searchable("账号", "accounts.view")
def account_hits(acting: Acting, text: str) -> list[Hit]:
    """The office accounts a search finds."""
    found = by_text(Account.within_reach.exclude(duty=Duty.WORKER).select_related("unit"), text).order_by("pinyin")[:50]
    return [Hit(one.name, f"{one.unit} · {one.username}", show(one), id=str(one.pk)) for one in found]


class AccountList(ListPage):
    """The office accounts within reach."""

    permission, title, counted, order = "accounts.view", "账号", "个", "name"
    nav = Nav("管理", "账号", 20)
    keywords = "用户 人员 登录 锁定"
    columns = (
        Column("name", "姓名", sort="pinyin", link=show),
        Column("username", "登录名", sort="username"),
        Column("unit", "单位", sort="unit__pinyin"),
        Column("roles", "角色", role_words, note=elsewhere),
        Column("duty", "职责类别", "get_duty_display", sort="duty", hidden=True),
        Column("has_factor", "二次验证", lambda one: factor_tag(one), kind="tag"),
        Column("last_login", "最近登录", sort="last_login", kind="date"),
        Column("made_at", "开通时间", sort="made_at", kind="date", hidden=True),
        Column("state", "状态", state_of, kind="tag"),
    )
    conditions = (
        Search("姓名、拼音、登录名", match=by_text),
        Choice("职责类别", "duty", choices=OFFICE_DUTIES),
        Choice("角色", "role", choices=[(role.key, role.label) for role in ROLES.values()], match=in_role),
        Choice("状态", "state", choices=[(key, label) for key, (label, _) in STATES.items()], match=in_state),
        Choice("二次验证", "factor", choices=(("yes", "已登记"), ("no", "未登记")), match=by_factor),
    )
    actions = (Act("角色与权限", "roles.show"), Act("开通账号", "accounts.new", primary=True))
    empty = Empty("还没有账号", "办公账号由管理员开通，本人用链接启用。", Act("开通账号", "accounts.new"))

    def rows(self) -> Any:
        """With the grants that are held now."""
        held = Grant.objects.filter(Grant.HELD).select_related("unit").order_by("made_at")
        return office_accounts().prefetch_related(Prefetch("grants", held, to_attr="held"))


class AccountObject(ObjectMixin):
    """A page about one office account."""

    object: Any
    parents: ClassVar[tuple[str, ...]] = ("accounts.list",)

    def objects(self) -> Any:
        """Office accounts within reach."""
        return office_accounts()

    def get_crumbs(self) -> list[Crumb]:
        """By way of the account."""
        return [Crumb("账号", reverse("accounts.list")), Crumb(self.object.name, show(self.object))]

    @property
    def is_oneself(self) -> bool:
        """Whether it is the account of whoever asks."""
        return bool(self.object.pk == self.acting.actor)  # type: ignore[attr-defined]


class AccountPage(AccountObject, DetailPage):
    """One office account: who it is, what it may do, how it signs in, what became of it."""

    permission, title = "accounts.view", "账号"

    def get_title(self) -> str:
        """The person."""
        return self.object.name

    def get_tags(self) -> list[Tag]:
        """How it stands."""
        return [state_of(self.object)]

    def get_actions(self) -> list[Act]:
        """What may be done to it; nobody does any of it to themself."""
        account, pk = self.object, (self.object.pk,)
        if self.is_oneself or not self._is_in_power():
            return []
        acts = [Act("重置二次验证", "accounts.factor", pk, dialog=True)] if account.has_factor else []
        if account.is_locked_now:
            acts.append(Act("解除锁定", "accounts.unlock", pk, dialog=True, primary=not grants.grantable(account)))
        if not account.is_active:
            return [*acts, Act("恢复账号", "accounts.enable", pk, dialog=True)]
        label = "重设密码链接" if account.is_activated else "重发启用链接"
        return [*acts, Act("停用", "accounts.disable", pk, dialog=True, danger=True), Act(label, "accounts.link", pk)]

    def sections(self) -> list[Any]:
        """Basics, posts, second factors, sessions."""
        return [self._basics(), self._posts(), self._factors(), self._sessions()]

    def events(self) -> list[Event]:
        """Opened, granted, revoked: the latest first."""
        found = [Event("开通账号", self.object.made_at)]
        for given in self._given:
            where = f"{ROLES[given.role].label} · {given.unit}"
            found.append(Event(f"授予 {where}", given.made_at, _who(given.granted_by), given.reason))
            if given.revoked_at:
                found.append(
                    Event(f"收回 {where}", given.revoked_at, _who(given.revoked_by), given.revoked_reason, tone="warn")
                )
        return sorted(found, key=lambda one: one.when, reverse=True)  # type: ignore[arg-type, return-value]

    def prepare(self) -> None:
        """With every grant there was."""
        super().prepare()
        rows = Grant.objects.filter(account=self.object).select_related("unit", "granted_by", "revoked_by")
        self._given = list(rows.order_by("-made_at"))

    def _is_in_power(self) -> bool:
        return not (self.acting.duty == Duty.BUSINESS and self.object.duty != Duty.BUSINESS)

    def _basics(self) -> Section:
        account = self.object
        values = [
            Value("姓名", account.name),
            Value("登录名", account.username),
            Value("所在单位", account.unit.name, url=reverse("units.show", args=[account.unit_id])),
            Value("职责类别", account.get_duty_display()),
            Value("状态", state_of(account)),
            Value("最近登录", account.last_login or "还没有登录过"),
        ]
        if account.disabled_reason:
            values.append(Value("停用原因", account.disabled_reason))
        return Section("基本情况", values)

    def _posts(self) -> TableSection:
        held = [given for given in self._given if given.revoked_at is None]
        may_change = bool(grants.grantable(self.object))
        columns = [
            Column("role", "角色", lambda given: ROLES[given.role].label),
            Column("unit", "单位"),
            Column("granted_by", "授权人", lambda given: _who(given.granted_by)),
            Column("made_at", "授权时间", kind="date"),
            Column("reason", "依据"),
        ]
        if may_change:
            columns.append(
                Column(
                    "revoke",
                    "操作",
                    lambda given: "收回",
                    link=lambda given: reverse("grants.revoke", args=[given.pk]),
                    kind="act",
                )
            )
        acts = (
            (Act("授予角色", "grants.new", (self.object.pk,), primary=True),)
            if may_change and self.object.is_active
            else ()
        )
        empty = Empty("还没有角色", "没有角色的账号登录后什么也看不到。")
        return TableSection("岗位", columns, held, empty, note=self._why_no_grant(), acts=acts)

    def _why_no_grant(self) -> str:
        if self.is_oneself:
            return "这是您自己的账号：角色由另一位管理员授予和收回"
        if not self.object.is_active:
            return "账号已停用，恢复后才能授予角色"
        if not self.acting.may("grants.change"):
            return "角色由安全保密管理员或单位管理员授予"
        return "" if grants.grantable(self.object) else f"{self.object.get_duty_display()}角色只能由安全保密管理员授予"

    def _factors(self) -> TableSection:
        columns = (
            Column("type", "方式", lambda one: standing.FACTOR_LABELS.get(one.type, one.type)),
            Column("created_at", "登记时间", kind="date"),
            Column("last_used_at", "最近使用", kind="date"),
        )
        empty = Empty("还没有登记二次验证", "本人下次登录时必须先登记，才能打开其他页面。")
        return TableSection("二次验证", columns, standing.factors_of(self.object), empty)

    def _sessions(self) -> TableSection:
        rows = standing.sessions_of(self.object)
        columns = (
            Column("address", "来源地址"),
            Column("agent", "设备", lambda one: device(one.agent)),
            Column("since", "登录时间", kind="date"),
            Column("seen", "最近活动", kind="date"),
        )
        is_endable = rows and not self.is_oneself
        acts = (Act("全部下线", "accounts.sessions", (self.object.pk,), dialog=True),) if is_endable else ()
        return TableSection("登录中的设备", columns, rows, Empty("现在没有在任何设备上登录"), acts=acts)


def device(agent: str) -> str:
    """A browser and its system, as far as they name themselves."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return " · ".join(filter(None, (browser, system))) or agent[:40] or "未知设备"


def _who(account: Account | None) -> str:
    return account.name if account else "系统"


class TellsLink:
    """A page that shows an activation link once, and never again."""

    request: HttpRequest
    told: ClassVar[str] = ""

    def show_link(self, account: Account, token: str) -> HttpResponse:
        """The link with how to hand it over; in no address, message or cache."""
        url = self.request.build_absolute_uri(reverse("accounts.activate", args=[token]))
        until = links.look(ACTIVATE, token).expires_at
        context = {
            "account": account,
            "url": url,
            "until": until,
            "next": show(account),
            "told": self.told,
            "acts": [],
            "may_grant": account.is_active and bool(grants.grantable(account)),
        }
        response: HttpResponse = self.render_as("administration/account_link.html", **context)  # type: ignore[attr-defined]
        response["Cache-Control"] = "no-store"
        return response


class NewAccount(TellsLink, FormPage):
    """Open an account for somebody."""

    permission, title, submit, form, parents = "accounts.change", "开通账号", "开通", NewAccountForm, ("accounts.list",)
    intro = "开通后得到一个启用链接，交给本人设置密码；管理员不接触密码。角色在账号页另行授予。"
    told = "账号已开通"

    def form_kwargs(self) -> dict[str, Any]:
        """Only the system administrator opens accounts of the three administrators."""
        return {"may_choose_duty": self.acting.duty == Duty.SYSTEM}

    def initial(self) -> dict[str, Any]:
        """At the unit from which one came."""
        return {"unit": self.request.GET.get("unit") or str(self.acting.unit.pk)}

    def save(self, form: Any) -> tuple[Account, str]:
        """Open it."""
        return accounts.open_account(**form.cleaned_data)

    def done(self, saved: tuple[Account, str]) -> HttpResponse:
        """Show the link."""
        return self.show_link(*saved)


class RenewLink(AccountObject, TellsLink, ActionPage):
    """A fresh link for somebody who lost the first one, or the password."""

    permission, title, submit, told = "accounts.change", "生成链接", "生成链接", "链接已生成"

    def get_question(self) -> str:
        """With the name."""
        return f"给 {self.object.name} 生成新的链接？"

    def get_text(self) -> str:
        """What follows."""
        after = (
            "本人用它重设密码，设好之前原密码仍可用；二次验证不变。"
            if self.object.is_activated
            else "本人用它设置密码，启用账号。"
        )
        return f"{after}以前发出的链接随即作废。"

    def act(self, reason: str) -> str:
        """The token."""
        return accounts.renew_link(self.object)

    def done(self, saved: str) -> HttpResponse:
        """Show the link."""
        return self.show_link(self.object, saved)


class AccountAct(AccountObject, ActionPage):
    """One act on an account, with its reason."""

    asks_reason = True

    def get_question(self) -> str:
        """With the name."""
        return f"{self.title} {self.object.name}（{self.object.username}）？"


class DisableAccount(AccountAct):
    """Let nobody sign in by it."""

    permission, title, submit, danger = "accounts.change", "停用账号", "停用", True
    text = "立即从所有设备下线，不能再登录；角色和历史记录保留，可随时恢复。"
    does, success = accounts.disable, "已停用 {one.name} 的账号"


class EnableAccount(AccountAct):
    """Let it sign in again."""

    permission, title, submit = "accounts.change", "恢复账号", "恢复"
    text = "恢复后可用原密码和二次验证登录，原有角色继续有效。"
    does, success = accounts.enable, "已恢复 {one.name} 的账号"


class UnlockAccount(AccountAct):
    """Lift the lock of failed sign-ins."""

    permission, title, submit = "accounts.unlock", "解除锁定", "解除锁定"
    text = "请先与本人核实是不是本人在登录。解除后可立即重新登录。"
    does, success = accounts.unlock, "已解除 {one.name} 的锁定"


class ResetFactor(AccountAct):
    """Take a lost second factor away."""

    permission, title, submit, danger = "accounts.unlock", "重置二次验证", "重置", True
    text = "请先当面或电话核实本人身份。现有的验证器、通行密钥和备用码全部失效并下线，本人下次登录时重新登记。"
    does, success = accounts.reset_second_factor, "已重置 {one.name} 的二次验证"


class EndSessions(AccountAct):
    """Sign it out everywhere."""

    permission, title, submit = "accounts.unlock", "全部下线", "全部下线"
    text = "从所有设备下线，没有保存的内容会丢失；本人可以重新登录。"
    does, success = accounts.end_sessions, "已下线 {did} 个设备"


class Activate(FormPage):
    """The holder of a link sets the account's first password, or a new one."""

    face, permission, title, submit, form = "bare", PUBLIC, "启用账号", "设好密码", PasswordForm
    template = "administration/activate.html"
    is_listed = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A link that does not open says why."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except Refused as refusal:
            return self._tell(refusal)

    def prepare(self) -> None:
        """The link, and whose it is."""
        with acting_as_job("启用账号"):
            self.link = links.look(ACTIVATE, self.kwargs["token"])
            self.account = Account.objects.select_related("unit").get(pk=self.link.target)
        if not self.account.is_active:
            raise Refused("这个账号已停用，请联系开通账号的管理员", "link")

    def form_kwargs(self) -> dict[str, Any]:
        """The password is compared with name and sign-in name."""
        return {"account": self.account}

    def get_context(self) -> dict[str, Any]:
        """Whose account it is."""
        return {**super().get_context(), "account": self.account, "link": self.link}

    def save(self, form: Any) -> Account:
        """Set the password, as the link's bearer."""
        with acting_as_job(f"{self.account.name}（启用链接）"):
            return accounts.activate(self.link, form.cleaned_data["password"])

    def done(self, saved: Account) -> HttpResponse:
        """On to signing in."""
        messages.success(self.request, "密码已设好，请登录。首次登录要登记二次验证，请准备好手机")
        return HttpResponseRedirect(reverse("account_login"))

    def _tell(self, refusal: Refused) -> HttpResponse:
        self.request.refusal = str(refusal)  # type: ignore[attr-defined]
        self.account = self.link = None  # type: ignore[assignment]
        return self.render_as("administration/link_refused.html", 403, title="链接打不开", why=str(refusal))


routes = [
    page("office/accounts/", AccountList, "accounts.list"),
    page("office/accounts/new/", NewAccount, "accounts.new"),
    page("office/accounts/<uuid:id>/", AccountPage, "accounts.show"),
    page("office/accounts/<uuid:id>/link/", RenewLink, "accounts.link"),
    page("office/accounts/<uuid:id>/disable/", DisableAccount, "accounts.disable"),
    page("office/accounts/<uuid:id>/enable/", EnableAccount, "accounts.enable"),
    page("office/accounts/<uuid:id>/unlock/", UnlockAccount, "accounts.unlock"),
    page("office/accounts/<uuid:id>/second-factor/", ResetFactor, "accounts.factor"),
    page("office/accounts/<uuid:id>/sessions/", EndSessions, "accounts.sessions"),
    page("activate/<str:token>/", Activate, "accounts.activate"),
]
