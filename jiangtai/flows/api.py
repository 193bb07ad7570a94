"""The API `/api/v1`: the same flows, inbox and cases as the pages show, under the same rules, in one session."""

import uuid
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import NinjaAPI, Router, Schema, Status
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as Unreadable
from ninja.security import SessionAuth
from pydantic import Field

from jiangtai.access import Refused

from . import engine, inbox, materials, rounds, subjects
from .declare import End, Flow, Notice, Panel, Step, flows
from .models import Case
from .pages.showing import Life

MOST = 100
router = Router(tags=["办件"])
api = NinjaAPI(
    title="匠台接口", version="1", urls_namespace="api", docs_url=None, auth=SessionAuth(csrf=True),
    description="以登录的浏览器会话使用；写操作须带 CSRF 令牌（X-CSRFToken）。错误一律为 {\"detail\": 中文说明}。",
)  # fmt: skip


class Trouble(Schema):
    """What went wrong, in a sentence."""

    detail: str
    fields: dict[str, list[str]] = {}


class OutcomeOut(Schema):
    """One outcome of a step."""

    to: str
    label: str
    is_back: bool = False


class StepOut(Schema):
    """One step of a flow."""

    key: str
    kind: str
    label: str
    by: str = ""
    due: str = ""
    outcomes: list[OutcomeOut] = []
    fields: dict[str, str] = {}


class FlowOut(Schema):
    """A flow."""

    key: str
    label: str
    since: date
    basis: list[str]
    about: str
    opens: str
    in_rounds: bool


class FlowDeclared(FlowOut):
    """A flow with its steps."""

    steps: list[StepOut]


class CaseOut(Schema):
    """A case."""

    id: uuid.UUID
    number: str
    flow: str
    subject: str
    unit: str
    round: str | None = None
    step: str
    step_label: str
    state: str
    due: date | None = None
    opened_at: datetime
    ended_at: datetime | None = None


class WaitingOut(Schema):
    """Something that waits."""

    seat: uuid.UUID
    step: str
    due: date | None = None
    case: CaseOut


class DecisionOut(Schema):
    """What was decided."""

    step: str
    outcome: str
    label: str
    by: str
    unit: str
    at: datetime
    opinion: str
    mark: str | None = None


class ConditionOut(Schema):
    """A condition."""

    label: str
    holds: bool | None
    basis: str
    says: str


class CaseDetail(CaseOut):
    """A case with its life."""

    seat: uuid.UUID | None = None
    outcomes: list[OutcomeOut] = []
    conditions: list[ConditionOut] = []
    decisions: list[DecisionOut] = []


class Cases(Schema):
    """A page of cases."""

    count: int
    items: list[CaseOut]


class Inbox(Schema):
    """A page of what waits."""

    count: int
    items: list[WaitingOut]


class OpenIn(Schema):
    """What to open, about whom."""

    flow: str = Field(max_length=80)
    subject: str = Field("", max_length=120, description="姓名、身份证号、单位全称或代码；职工本人申请不填")
    round: uuid.UUID | None = None


class DecideIn(Schema):
    """An answer at a seat."""

    seat: uuid.UUID
    outcome: str = Field(max_length=40)
    opinion: str = Field("", max_length=500)
    mark: str | None = Field(None, max_length=20)
    values: dict[str, str | list[str] | bool | int | float | None] = {}


class ReasonIn(Schema):
    """Why."""

    reason: str = Field(min_length=1, max_length=200)


ERRORS = {401: Trouble, 403: Trouble, 404: Trouble, 409: Trouble, 422: Trouble}


@router.get("/flows", response={200: list[FlowOut], 401: Trouble, 403: Trouble}, summary="全部事项")
def list_flows(request: HttpRequest) -> Any:
    """Every flow in its newest version."""
    _may_use(request)
    return [_flow(one) for one in flows()]


@router.get("/flows/{key}", response={200: FlowDeclared, **ERRORS}, summary="一个事项的声明")
def get_flow(request: HttpRequest, key: str) -> Any:
    """The declaration: steps, who acts, outcomes, fields."""
    _may_use(request)
    kind = next((one for one in flows() if one.key == key), None)
    if kind is None:
        raise Http404
    return {**_flow(kind), "steps": [_step(name, step) for name, step in kind.steps.items()]}


@router.get("/inbox", response={200: Inbox, **ERRORS}, summary="待办")
def get_inbox(request: HttpRequest, offset: int = 0, limit: int = 50) -> Any:
    """What waits for this account at its present post."""
    rows = subjects.labelled(inbox.waiting(_may_use(request)))
    first, last = _window(offset, limit)
    items = [{"seat": one.pk, "step": one.step, "due": one.due, "case": _case(one.case)} for one in rows[first:last]]
    return {"count": rows.order_by().count(), "items": items}


@router.get("/cases", response={200: Cases, **ERRORS}, summary="可见的办件")
def list_cases(
    request: HttpRequest, flow: str = "", state: str = "", step: str = "", offset: int = 0, limit: int = 50
) -> Any:
    """Every case that this account may open, the newest first."""
    who = _may_use(request)
    sees_all = who.may("cases.browse") and who.reach.is_everything
    every = inbox.overseen(who).select_related("unit", "round") if sees_all else inbox.seen(who)
    rows = subjects.labelled(every.order_by("-pk"))
    wanted = {name: value for name, value in (("flow", flow), ("state", state), ("step", step)) if value}
    if any("\0" in value for value in wanted.values()):
        raise ValidationError("条件中有不能识别的字符")
    rows = rows.filter(**wanted)
    first, last = _window(offset, limit)
    return {"count": rows.order_by().count(), "items": [_case(one) for one in rows[first:last]]}


@router.get("/cases/{id}", response={200: CaseDetail, **ERRORS}, summary="一个办件")
def get_case(request: HttpRequest, id: uuid.UUID) -> Any:
    """A case with what was decided."""
    return _detail(request, _found(request, id))


@router.post("/cases", response={201: CaseDetail, **ERRORS}, summary="发起")
def open_case(request: HttpRequest, sent: OpenIn) -> Any:
    """Open a case."""
    who = _may_use(request)
    kind = next((one for one in flows() if one.key == sent.flow), None)
    if kind is None:
        raise ValidationError(f"没有“{sent.flow}”这个事项")
    known = subjects.own(who.account, kind) if who.is_worker else subjects.find(kind, sent.subject, who)
    if known is None:
        raise Refused("您的账号还没有关联本人档案，不能申请")
    held = rounds.find(sent.round) if sent.round else None
    return Status(201, _detail(request, engine.open_case(kind.key, known[0], known[1], round=held)))


@router.post("/cases/{id}/decide", response={200: CaseDetail, **ERRORS}, summary="办理")
def decide(request: HttpRequest, id: uuid.UUID, sent: DecideIn) -> Any:
    """Answer at a seat of this case."""
    case = _found(request, id)
    if not case.seats.filter(pk=sent.seat).exists():
        raise ValidationError("这项待办不属于本件")
    engine.decide(sent.seat, sent.outcome, data=sent.values, opinion=sent.opinion, mark=sent.mark)
    return _detail(request, _found(request, id))


@router.post("/cases/{id}/withdraw", response={200: CaseDetail, **ERRORS}, summary="撤回")
def withdraw(request: HttpRequest, id: uuid.UUID, sent: ReasonIn) -> Any:
    """Take a case back."""
    _found(request, id)
    engine.withdraw(id, sent.reason)
    return _detail(request, _found(request, id))


@router.post("/cases/{id}/appeal", response={200: CaseDetail, **ERRORS}, summary="申诉")
def appeal(request: HttpRequest, id: uuid.UUID, sent: ReasonIn) -> Any:
    """Ask again."""
    _found(request, id)
    engine.appeal(id, sent.reason)
    return _detail(request, _found(request, id))


def _may_use(request: HttpRequest) -> Any:
    who: Any = request.acting  # type: ignore[attr-defined]
    if not (who.is_worker or who.may("cases.view")):
        raise Refused("您现在的岗位没有看办件的权限")
    return who


def _found(request: HttpRequest, pk: uuid.UUID) -> Case:
    return get_object_or_404(inbox.seen(_may_use(request)), pk=pk)


def _window(offset: int, limit: int) -> tuple[int, int]:
    first = min(max(offset, 0), 1_000_000)
    return first, first + min(max(limit, 1), MOST)


def _flow(kind: type[Flow]) -> dict[str, Any]:
    basis = [kind.basis] if isinstance(kind.basis, str) else list(kind.basis)
    return {"key": kind.key, "label": kind.label, "since": kind.since, "basis": basis, "about": kind.about,
            "opens": kind.opens.label, "in_rounds": kind.in_rounds}  # fmt: skip


def _step(name: str, step: Step) -> dict[str, Any]:
    fields = getattr(getattr(step, "form", None), "base_fields", {})
    desk = getattr(step, "by", None)
    return {"key": name, "kind": type(step).__name__.lower(), "label": step.label, "by": desk.label if desk else "",
            "due": getattr(step, "due", ""), "outcomes": _outcomes(step),
            "fields": {key: str(field.label or key) for key, field in fields.items()}}  # fmt: skip


def _outcomes(step: Step) -> list[dict[str, Any]]:
    back = getattr(step, "back", ())
    found = [{"to": to, "label": label, "is_back": to in back} for to, label in step.outcomes.items()]
    if isinstance(step, Notice):
        found.append({"to": step.objection, "label": "收到异议", "is_back": True})
    if isinstance(step, End) and step.appeal:
        found.append({"to": step.appeal, "label": "申诉", "is_back": True})
    return found


def _case(case: Case) -> dict[str, Any]:
    label = getattr(case, "subject_label", None) or subjects.label(case)
    return {"id": case.pk, "number": case.number, "flow": case.flow, "subject": label, "unit": str(case.unit),
            "round": str(case.round) if case.round else None, "step": case.step,
            "step_label": engine.step_label(case, case.step), "state": case.state, "due": case.due,
            "opened_at": case.made_at, "ended_at": case.ended_at}  # fmt: skip


def _detail(request: HttpRequest, case: Case) -> dict[str, Any]:
    who: Any = request.acting  # type: ignore[attr-defined]
    life, seat = Life(case, who), materials.seat_of(case, who)
    step = engine.step_of(case)
    open_now = engine.offered(case, step)
    answers = [one for one in _outcomes(step) if one["to"] in open_now or not step.outcomes] if seat else []
    if seat and isinstance(step, Panel):
        answers = [{"to": "marked", "label": "提交评分"}, {"to": engine.RECUSED, "label": "申请回避", "is_back": True}]
    conditions = [{"label": one.label, "holds": one.holds, "basis": one.basis, "says": one.says}
                  for one in engine.conditions_of(case)] if case.state == Case.State.OPEN else []  # fmt: skip
    decisions = [] if who.is_worker else [_decision(life, one) for one in life.shown()]
    return {**_case(case), "seat": seat.pk if seat else None, "outcomes": answers, "conditions": conditions,
            "decisions": decisions}  # fmt: skip


def _decision(life: Life, one: Any) -> dict[str, Any]:
    return {"step": one.step, "outcome": one.outcome, "label": engine.outcome_label(life.case, one.step, one.outcome),
            "by": life.decider(one), "unit": "" if life.decider(one) == "评委" else str(one.unit or ""),
            "at": one.made_at, "opinion": life.opinion(one),
            "mark": f"{one.mark}" if one.mark is not None else None}  # fmt: skip


# errors, all in one shape


def _answer(status: int, words: str, **more: Any) -> Callable[[HttpRequest], HttpResponse]:
    return lambda request: api.create_response(request, {"detail": words, **more}, status=status)


@api.exception_handler(engine.Late)
def late(request: HttpRequest, error: engine.Late) -> HttpResponse:
    """409: somebody answered before."""
    return _answer(409, str(error))(request)


@api.exception_handler(PermissionDenied)
def refused(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    """403, with the sentence; the audit has it too."""
    request.refusal = str(error)  # type: ignore[attr-defined]
    return _answer(403, str(error) or "没有权限")(request)


@api.exception_handler(ValidationError)
def wrong(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """422, with what to mend."""
    by_field = dict(error.message_dict) if hasattr(error, "error_dict") else {}
    return _answer(422, "；".join(error.messages), fields=by_field)(request)


@api.exception_handler(Unreadable)
def unreadable(request: HttpRequest, error: Unreadable) -> HttpResponse:
    """422: the request itself does not fit."""
    names = "、".join(sorted({".".join(str(part) for part in one["loc"][1:]) or "内容" for one in error.errors}))
    return _answer(422, f"请求内容不符合要求，请核对：{names}")(request)


@api.exception_handler(ValueError)
def impossible(request: HttpRequest, error: ValueError) -> HttpResponse:
    """422: nobody is there to ask, or a file is refused."""
    return _answer(422, str(error))(request)


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    """404: not there, or not within scope."""
    return _answer(404, "没有找到，或不在您的范围内")(request)


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """401: nobody is signed in."""
    return _answer(401, "请先登录")(request)


@api.exception_handler(HttpError)
def other(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Whatever the library refuses: a missing CSRF token, a body that is no JSON."""
    words = {400: "请求内容不是正确的 JSON", 403: "缺少 CSRF 令牌，或令牌已过期"}
    return _answer(error.status_code, words.get(error.status_code, str(error)))(request)


api.add_router("", router)
