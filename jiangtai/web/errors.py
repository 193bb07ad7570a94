"""When something went wrong: each page says what happened and what to do, and carries a number to quote."""

import logging
import re
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone

from jiangtai.kernel import clock

log = logging.getLogger("jiangtai.web")


TOKEN = re.compile(r"/(activate|f|s)/[^/\s]+")


def without_token(path: str) -> str:
    """A path as it may be kept: one-time tokens cut, nothing that could forge a line."""
    return TOKEN.sub(r"/\1/…", path).encode("unicode_escape").decode()


class NoTokens(logging.Filter):
    """Keeps one-time tokens out of every log line, and traces out of those that tell a user's fault."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the line; what `_page` tells already is not told again."""
        if record.levelno < logging.ERROR and getattr(getattr(record, "request", None), "is_told", False):
            return False
        if record.exc_info and isinstance(record.exc_info[1], SuspiciousOperation):
            record.exc_info = None
        record.msg, record.args = TOKEN.sub(r"/\1/…", record.getMessage()), ()
        return True


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request itself makes no sense."""
    return _page(
        request,
        400,
        "这个请求无法处理",
        "地址或表单内容不完整，可能是复制链接时少了一段，也可能上传的内容过大。",
        ["回到上一页重新操作", "如果是从别处复制的链接，请核对是否完整"],
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: who asks may not; the refusal's own sentence says why."""
    reason = str(exception or "") or "您没有打开这个页面的权限"
    request.refusal = reason  # type: ignore[attr-defined]
    if getattr(exception, "rule", "") == "link":
        return _page(request, 403, "链接打不开了", f"{reason.rstrip('。')}。", _AFTER_A_LINK)
    return _page(
        request,
        403,
        "没有权限",
        f"{reason.rstrip('。')}。这次访问已记入审计。",
        _ways_on(getattr(request, "acting", None)),
    )


_AFTER_A_LINK = [
    "已经提交过的不用再填，对方已经收到",
    "还要填写或修改的，请联系把链接发给您的人，由他所在的单位重新生成一个发来",
    "收到过不止一个链接的，打开最近的那一个",
]
"""What whoever holds a link that opens nothing can do: it is no matter of rights, and there may be no account."""


def _ways_on(acting: Any) -> list[str]:
    """What whoever was refused can do: a worker has no posts to switch and no administrator to ask."""
    if acting is not None and acting.is_worker:
        return ["您的事项都在“我的首页”，点下面的按钮就到", "要单位替您办的，请联系所在单位工会"]
    switch = (
        ["如果要以另一个单位的身份办理，先在右上角切换岗位"] if acting is not None and len(acting.posts) > 1 else []
    )
    return [*switch, "确需办理的，请联系本单位管理员授权"]


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: there is nothing here, or nothing for this account."""
    return _page(
        request,
        404,
        "没有找到",
        "这个页面不存在，已经移走，或者不在您的范围内。",
        ["核对地址是否完整", _other_ways(getattr(request, "acting", None))],
    )


def _other_ways(acting: Any) -> str:
    """Where else to look: only the office's own pages have a search."""
    return "回首页，在上方的搜索里找" if acting is not None and acting.is_office else "回首页，从那里的栏目进入"


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; nothing here may need the database."""
    return _page(
        request,
        500,
        "系统出了差错",
        "不是您的操作有误。刚才提交的内容可能没有保存，请稍后回到原页面核对。",
        ["过几分钟再试一次", "仍然不行，请把下面的编号告诉系统管理员"],
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was open for too long, or came from another site."""
    request.refusal = f"表单校验未通过：{reason}"  # type: ignore[attr-defined]
    return _page(
        request,
        403,
        "页面已过期",
        "这个表单打开得太久，或者您在另一个窗口重新登录过，为安全没有提交。",
        ["回到上一页，刷新后重新提交", "浏览器须允许本网站使用 Cookie"],
    )


def locked_out(
    request: HttpRequest, credentials: dict[str, Any] | None = None, *rest: Any, **more: Any
) -> HttpResponse:
    """429: too many wrong passwords; until when, and who can lift it sooner."""
    cooloff = getattr(settings, "AXES_COOLOFF_TIME", 0.25)
    span = cooloff if isinstance(cooloff, timedelta) else timedelta(hours=float(cooloff))
    until = timezone.localtime(clock.now() + span)
    response = _page(
        request,
        429,
        "账号已暂时锁定",
        f"密码连续输错次数过多。请在 {until:%H:%M} 之后再试，期间输对密码也不能登录。",
        [
            f"{until:%H:%M} 之后重新登录",
            "急需使用的，请联系本单位的安全保密管理员解除锁定",
            "如果不是您本人在尝试登录，请立即报告安全保密管理员",
        ],
    )
    response["Retry-After"] = str(int(span.total_seconds()))
    return response


def _page(request: HttpRequest, status: int, title: str, text: str, steps: list[str]) -> HttpResponse:
    """Drawn without the shells' context, which asks the database."""
    number = f"{timezone.localtime(clock.now()):%m%d-%H%M%S}-{secrets.token_hex(2).upper()}"
    log.log(
        logging.ERROR if status >= 500 else logging.INFO,
        "%s %s %s %s",
        number,
        status,
        request.method,
        without_token(request.path),
    )
    request.is_told = True  # type: ignore[attr-defined]
    context = {"status": status, "title": title, "text": text, "steps": steps, "number": number}
    if request.headers.get("HX-Request"):
        return HttpResponse(render_to_string("web/parts/trouble.html", context), status=status)
    return HttpResponse(render_to_string("web/error.html", context), status=status)
