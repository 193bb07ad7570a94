"""Around every request: limits of a session, who acts, the audit of refusals, and GET that never writes."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from jiangtai.access import Acting, Refused, acting_as, audit, has_second_factor, parameters
from jiangtai.kernel import clock

from .errors import TOKEN, bad_request, forbidden, without_token


class OfficeRequest(HttpRequest):
    """A request as these middlewares hand it on."""

    client_address: str
    acting: Acting
    refusal: str
    user: Any


Handler = Callable[[Any], HttpResponse]
WRITES = re.compile(
    r"\s*(?:WITH\b.*?)?\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE|SELECT(?=\s+ledger_append\b))"
    r'\s+"?(\w+)"?',
    re.I | re.S,
)
SAFE = {"GET", "HEAD", "OPTIONS"}
READS_MAY_WRITE = {"django_session", "usersessions_usersession", "access_auditentry", "kernel_cache"}
SEEN_EVERY = 60  # seconds between two notes that a session is alive
ENROL = "mfa_activate_totp"
OPEN_WITHOUT_FACTOR = ("/account/2fa/", "/account/logout/", "/account/reauthenticate/", "/static/")


ACCOUNT = "/account/"
WORKERS_OWN = ("/account/login/", "/account/logout/", "/account/sessions/", "/account/inactive/")


class WriteOnRead(RuntimeError):
    """A GET tried to write; the page is wrong, not the user."""


def session_limits(get_response: Handler) -> Handler:
    """Sign out whoever was idle too long or signed in too long ago."""

    def handle(request: OfficeRequest) -> HttpResponse:
        request.client_address = _address(request)
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return bad_request(request)
        if request.user.is_authenticated and (ended := _limit_passed(request)):
            with audit.coming_from(request.client_address, without_token(request.path)):
                logout(request)
            messages.info(request, ended)
            return redirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")
        return get_response(request)

    return handle


def acting_account(get_response: Handler) -> Handler:
    """Establish who acts; scope, row-level security and audit follow from it for the whole request."""

    def handle(request: OfficeRequest) -> HttpResponse:
        with audit.coming_from(request.client_address, f"{request.method} {without_token(request.path)}"):
            if not request.user.is_authenticated:
                request.acting = Acting()
                return _discreet(request, _audited(request, get_response(request)))
            with acting_as(request.user, request.session.get("post")) as request.acting:
                response = _not_for_workers(request) or _second_factor_first(request) or get_response(request)
                response.headers.setdefault("Cache-Control", "private, no-store")
                return _discreet(request, _audited(request, response))

    return handle


def read_only_guard(get_response: Handler) -> Handler:
    """Let no GET write, sessions, their rate counters and the audit excepted."""

    def handle(request: OfficeRequest) -> HttpResponse:
        if request.method not in SAFE:
            return get_response(request)
        with connection.execute_wrapper(_refuse_writes):
            return get_response(request)

    return handle


def _refuse_writes(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    wrote = WRITES.match(str(sql))
    if wrote and wrote[1].lower() not in READS_MAY_WRITE:
        raise WriteOnRead(f"a GET request tried to write to {wrote[1]}")
    return execute(sql, params, many, context)


def _limit_passed(request: OfficeRequest) -> str:
    """What the user is told when a limit has passed; also notes that the session is alive."""
    session, now = request.session, clock.now().timestamp()
    kind = "worker" if request.user.is_worker else "office"
    idle, longest = (int(parameters.value(f"access.{kind}_{what}_minutes")) for what in ("idle", "session"))
    if now - session.get("since", now) > longest * 60:
        return f"这次登录已满 {clock.span(longest)}，请重新登录"
    if now - session.get("seen", now) > idle * 60:
        return f"您已有 {clock.span(idle)} 没有操作，为安全已自动退出，请重新登录"
    session.setdefault("since", now)
    if now - session.get("seen", 0) > SEEN_EVERY:
        session["seen"] = now
    return ""


def _not_for_workers(request: OfficeRequest) -> HttpResponse | None:
    """Passwords and second factors are for office accounts; a worker signs in by phone."""
    is_closed = request.path.startswith(ACCOUNT) and request.path != ACCOUNT
    if request.user.is_worker and is_closed and not request.path.startswith(WORKERS_OWN):
        return forbidden(request, Refused("职工用手机号登录，没有密码和二次验证"))
    return None


def _second_factor_first(request: OfficeRequest) -> HttpResponse | None:
    """An office account without a second factor enrols one before it opens anything else."""
    if request.user.is_worker or request.session.get("second_factor") or request.path.startswith(OPEN_WITHOUT_FACTOR):
        return None
    if has_second_factor(request.user):
        request.session["second_factor"] = True
        return None
    return redirect(ENROL)


def _audited(request: OfficeRequest, response: HttpResponse) -> HttpResponse:
    """Every refusal stands in the audit: a 403, and, of someone signed in, a 404 for an object."""
    found_nothing = response.status_code == 404 and request.user.is_authenticated and request.resolver_match
    if response.status_code == 403 or found_nothing:
        reason = getattr(request, "refusal", "") or ("对象不存在或不在范围内" if found_nothing else "没有权限")
        audit.record(
            "refused", outcome="refused", reason=reason, who=request.acting, details={"status": response.status_code}
        )
    return response


def _discreet(request: OfficeRequest, response: HttpResponse) -> HttpResponse:
    """An address that is a secret is not told on by what the page asks for next.

    With `no-referrer` browsers would also send `Origin: null`, and every form on the page would be refused.
    """
    if TOKEN.match(request.path):
        response.headers["Referrer-Policy"] = "strict-origin"
    return response


def _address(request: OfficeRequest) -> str:
    """Who asks: the proxy's word only where a proxy is configured, and then its last word."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
    return forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", "")
