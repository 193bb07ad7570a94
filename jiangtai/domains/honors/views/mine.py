"""The pocket: what a worker holds, with card and award; what was refused, at which stage, and the way to appeal."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from jiangtai import ledger, people
from jiangtai.access import parameters as values_of
from jiangtai.flows import Case, End, engine
from jiangtai.kernel import clock, office_calendar
from jiangtai.ledger import FactRow
from jiangtai.web import WORKER, Entry, Page, Panel, Tag, growth, page

from .. import queries
from ..facts import AwardCancelled, AwardDue, AwardPaid, HonorGranted, HonorRevoked, NominationRefused
from ..models import HonorTitle
from . import rows
from .showing import state_of, yuan

IN_PANEL = 3


@dataclass(frozen=True)
class Held:
    """One honour as its holder sees it."""

    title: str
    lines: list[str]
    tag: Tag
    card: str


@dataclass(frozen=True)
class Refused:
    """One refusal: which stage, when, and what can still be done."""

    title: str
    stage: str
    note: str
    can_appeal: bool


def own_honors(account: Any) -> list[FactRow]:
    """Every honour that the person behind an account was ever given, what holds first."""
    person = people.person_of(account)
    if person is None:
        return []
    mine = ledger.every(HonorGranted).of(*people.ids_of(person.pk)).select_related("unit").order_by("-day", "-id")
    found = list(queries.beside(rows.with_ends(mine, HonorRevoked), rows.tell_credentials))
    return sorted(found, key=lambda row: state_of(row, "已撤销").label in ("已撤销", "已到期"))


def _card(row: Any) -> str:
    issued = row.beside["credential"]
    return reverse("credentials.own", args=[issued.pk]) if issued else ""


def _held(row: Any, followed: dict[str, list[str]]) -> Held:
    until = f"有效期至 {row.until}" if row.until else "长期有效"
    lines = [f"{row.fact.tier.label} · {row.fact.document}", f"{row.day} 命名，{until}"]
    return Held(row.fact.name, lines + followed.get(str(row.pk), []), state_of(row, "已撤销"), _card(row))


def _followed(ids: list[UUID]) -> dict[str, list[str]]:
    """What became of each honour and its award, by the honour."""
    found = list(ledger.every(AwardDue, AwardPaid, AwardCancelled, HonorRevoked).of(*ids).order_by("id"))
    ends = {row.ends: row for row in found if row.ends}
    words: dict[str, list[str]] = {}
    for row in found:
        match row.fact:
            case AwardDue(honor=honor, amount=amount):
                words.setdefault(str(honor), []).append(f"奖金 {yuan(amount):,} 元，{_settled(ends.get(row.pk))}")
            case HonorRevoked(honor=honor, why=why, document=document):
                words.setdefault(str(honor), []).append(f"{row.day} 撤销：{why.label} · {document}")
    return words


def _settled(end: FactRow | None) -> str:
    if end is None:
        return "待发放"
    return f"已于 {end.day} 发放" if isinstance(end.fact, AwardPaid) else "因荣誉撤销不再发放"


def _refusals(ids: list[UUID]) -> list[Refused]:
    found = list(ledger.every(NominationRefused).of(*ids).order_by("-day", "-id"))
    titles = {str(pk): name for pk, name in HonorTitle.objects.values_list("pk", "name")}
    ids = [row.cause_id for row in found if row.cause == "case" and row.cause_id]
    cases = Case.unscoped.filter(pk__in=ids).select_related("unit", "opened_unit").in_bulk()
    return [_refused(row, cases.get(row.cause_id), titles) for row in found]


def _refused(row: Any, case: Case | None, titles: dict[str, str]) -> Refused:
    title = titles.get(row.fact.title, "荣誉")
    if case is None:
        return Refused(title, f"{row.day} 未获命名", "", False)
    stage = f"{row.day} 未获命名，止于“{engine.step_label(case, row.fact.stage)}”"
    return Refused(title, stage, *_appeal(case))


def _appeal(case: Case) -> tuple[str, bool]:
    """What the flow allows after this end; the recommending unit asks, for it opened the case."""
    end = engine.step_of(case)
    if case.state != Case.State.ENDED:
        return "已提出申诉，正在复核。", False
    if not isinstance(end, End) or not end.appeal or case.ended_at is None:
        return "", False
    days = int(values_of.value(end.appeal_days, unit=case.unit)) if end.appeal_days else 0
    left = days - office_calendar().between(clock.day_of(case.ended_at), clock.today())
    if days and left < 0:
        return "申诉期限已过。", False
    whom = case.opened_unit or case.unit
    term = f"，还剩 {left} 个工作日" if days else ""
    return f"对结果有异议的，可以请推荐单位（{whom.name}）代为申诉{term}。", True


class MyHonors(Page):
    """我的荣誉: what this worker holds, and what was refused."""

    face, permission, title, template = "pocket", WORKER, "我的荣誉", "honors/mine.html"
    tab = "growth"

    def get_context(self) -> dict[str, Any]:
        """Held first, then refused."""
        person = people.person_of(self.acting.account)
        if person is None:
            return {"is_known": False}
        ids = people.ids_of(person.pk)
        followed = _followed(ids)
        held = [_held(row, followed) for row in own_honors(self.acting.account)]
        return {"is_known": True, "held": held, "refused": _refusals(ids)}


@growth(order=20, permission=WORKER)
def own_panel(acting: Any) -> Panel | None:
    """The honours, on the page of growth."""
    found = own_honors(acting.account)
    if not found:
        return None
    entries = [
        Entry(row.fact.name, f"{row.fact.tier.label} · {row.day}", _card(row), state_of(row, "已撤销"))
        for row in found[:IN_PANEL]
    ]
    return Panel("我的荣誉", "honors/growth.html", {"entries": entries})


routes = [page("pocket/honors/", MyHonors, "honors.mine")]
