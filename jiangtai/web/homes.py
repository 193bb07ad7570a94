"""The three homes: the square for everyone, the office for officers, the pocket for workers."""

from typing import Any, ClassVar

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from jiangtai.access import audit, phones, units
from jiangtai.kernel import clock

from .boards import errand, figure, growth, message, panel, pocket_panel, square_panel
from .context import ELDER_COOKIE
from .details import head_of
from .doors import OFFICE, PUBLIC, SIGNED_IN, WORKER
from .names import own_name
from .pages import Nav, Page

WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
HOURS = (
    (5, "夜深了"),
    (9, "早上好"),
    (12, "上午好"),
    (14, "中午好"),
    (18, "下午好"),
    (23, "晚上好"),
    (24, "夜深了"),
)
MOST_MEMBERS = 60
YEAR = 365 * 24 * 3600


def greeting() -> str:
    """What one says at this time of day."""
    hour = timezone.localtime(clock.now()).hour
    return next(words for until, words in HOURS if hour < until)


def day_words() -> str:
    """Today as 2026年11月24日 星期二."""
    today = clock.today()
    return f"{clock.chinese_day(today)} {WEEKDAYS[today.weekday()]}"


class Square(Page):
    """What anyone may see without signing in."""

    face, permission, title, template = "square", PUBLIC, "匠台", "web/square_home.html"
    is_listed = False

    def get_context(self) -> dict[str, Any]:
        """Member units, and what rooms put here."""
        return {**_members(), "panels": square_panel.show(self.acting)}


def _members() -> dict[str, Any]:
    """The first member units, and how many there are."""
    known = head_of(units.member_units(), MOST_MEMBERS)
    return {"members": known["rows"], "members_total": known["total"]}


class Privacy(Page):
    """What is kept of a person, what for, and what the person may ask."""

    face, permission, title, template = "square", PUBLIC, "个人信息处理规则", "web/privacy.html"
    place = None


class Home(Page):
    """The right home for whoever asks."""

    permission, title = PUBLIC, "首页"
    is_listed = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Office to the office, workers to the pocket, strangers to the square."""
        name = "web.office" if self.acting.is_office else "web.pocket" if self.acting.is_worker else "web.square"
        return HttpResponseRedirect(reverse(name))


class OfficeHome(Page):
    """The desk: what rooms think this account should see first."""

    permission, title, template = OFFICE, "工作台", "web/office_home.html"
    nav = Nav("我的工作", "工作台", 1)
    keywords = "首页"

    def get_title(self) -> str:
        """The greeting."""
        return f"{greeting()}，{self.acting.account.name}"

    def get_context(self) -> dict[str, Any]:
        """The figures and the panels."""
        panels = panel.show(self.acting)
        return {
            "day": day_words(),
            "figures": figure.show(self.acting),
            "wide": [one for one in panels if one.wide],
            "narrow": [one for one in panels if not one.wide],
        }


class SwitchPost(Page):
    """Act at another unit where the account holds roles."""

    permission, title = OFFICE, "切换岗位"
    is_listed = False
    template = "web/switch.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Remember the unit for this session; one that the account has no post at is ignored."""
        wanted = request.POST.get("post", "")
        if any(str(post.unit.id) == wanted for post in self.acting.posts):
            request.session["post"] = wanted
        return HttpResponseRedirect(reverse("web.office"))


class PocketPage(Page):
    """A page of the bottom bar."""

    face, permission = "pocket", WORKER
    tab: ClassVar[str] = ""


class PocketHome(PocketPage):
    """What concerns this worker now."""

    title, template, tab = "首页", "web/pocket_home.html", "home"

    def get_title(self) -> str:
        """The greeting."""
        name = own_name(self.acting.account)
        return f"{name}，{greeting()}" if name else greeting()

    def get_context(self) -> dict[str, Any]:
        """Panels, the first errands, and how many messages are unread."""
        return {
            "day": day_words(),
            "panels": pocket_panel.show(self.acting),
            "errands": errand.show(self.acting)[:3],
            "unread": sum(1 for one in message.show(self.acting) if one.is_unread),
        }


class Errands(PocketPage):
    """办事: what a worker can apply for, and where what was applied for stands."""

    title, template, tab = "办事", "web/pocket_entries.html", "errands"

    def get_context(self) -> dict[str, Any]:
        """The entries."""
        return {
            "entries": errand.show(self.acting),
            "nothing": "现在还没有可以在线办理的事项",
            "nothing_note": "事项开通后会出现在这里，并发消息告诉您。",
        }


class Growth(PocketPage):
    """成长: training, levels, contests, honours."""

    title, template, tab = "成长", "web/pocket_growth.html", "growth"

    def get_context(self) -> dict[str, Any]:
        """The panels."""
        return {"panels": growth.show(self.acting)}


class Messages(PocketPage):
    """消息: what the offices told this worker."""

    title, template, tab = "消息", "web/pocket_entries.html", "messages"

    def get_context(self) -> dict[str, Any]:
        """The messages, newest first."""
        return {
            "entries": message.show(self.acting),
            "nothing": "还没有消息",
            "nothing_note": "办件有进展、公示和提醒，都会发到这里。",
        }


class Mine(PocketPage):
    """我的: the account, how the pages look, and the way out."""

    title, template, tab = "我的", "web/pocket_mine.html", "mine"

    def get_context(self) -> dict[str, Any]:
        """The name as the register has it, and the masked phone."""
        account = self.acting.account
        return {"name": own_name(account), "phone": phones.masked(account.id)}


class ElderMode(Page):
    """长辈模式, on or off, remembered by the phone itself."""

    face, permission, title = "pocket", PUBLIC, "长辈模式"
    is_listed = False
    template = "web/elder.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Turn it, and go back."""
        asked = request.POST.get("next", "")
        back = asked if url_has_allowed_host_and_scheme(asked, allowed_hosts=None) else reverse("home")
        response = HttpResponseRedirect(back)
        if request.POST.get("elder") == "1":
            response.set_cookie(
                ELDER_COOKIE, "1", max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
            )
        else:
            response.delete_cookie(ELDER_COOKIE)
        return response


class EndSession(Page):
    """Sign out one of one's own devices."""

    permission, title, is_listed = SIGNED_IN, "下线设备", False
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """End the session, if it is one's own."""
        get_object_or_404(UserSession, user=self.acting.account.id, pk=kwargs["id"]).end()
        audit.record("session.ended", target=self.acting.account)
        messages.success(request, "已下线")
        return HttpResponseRedirect(reverse("usersessions_list"))


class MyAccount(Page):
    """An officer's own account: posts, second factor, password, sessions."""

    permission, title, template = OFFICE, "我的账号", "web/my_account.html"
    keywords = "密码 二次验证 登录设备"
