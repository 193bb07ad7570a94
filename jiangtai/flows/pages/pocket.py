"""The pocket: a worker opens a case, answers one question a screen, sends photos, and sees where it stands."""

from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.urls import reverse

from jiangtai.access import Refused
from jiangtai.kernel import FileRefused, clock, office_calendar
from jiangtai.web import (
    WORKER,
    ActionPage,
    Crumb,
    Entry,
    FileField,
    FormPage,
    Page,
    Panel,
    Tag,
    errand,
    page,
    pocket_panel,
)

from .. import engine, inbox, materials, rounds, subjects
from ..declare import End, Flow, flows
from ..declare import Panel as PanelStep
from ..forms import Known
from ..models import Case, Decision
from . import seatform, showing
from .acts import Appeal, DropPaper, Paper, Urge, Withdraw
from .cases import CaseForm, CaseObject
from .opening import round_asked

NO_PERSON = "您的账号还没有关联本人档案，请先联系单位工会或人力资源登记，再用登记的手机号登录"


def own_url(case: Case) -> str:
    """A case's page on the phone."""
    return reverse("cases.mine.show", args=[case.pk])


def own_flows() -> list[type[Flow]]:
    """What workers open for themselves."""
    return [one for one in flows() if one.opens.where == "opener" and one.about == "person"]


def progress(case: Case) -> tuple[int, int]:
    """Which step of how many, when everybody says yes."""
    kind = engine.flow_of(case)
    behind = showing.walked(case, list(case.moves.all()))
    ahead = [name for name in showing.ahead_of(kind, case.step) if not isinstance(kind.steps[name], End)]
    return len(behind) + 1, len(behind) + len(ahead)


def entry_of(case: Case, calendar: Any) -> Entry:
    """A case as a line."""
    kind = engine.flow_of(case)
    title = kind.label + (f"：{case.round.name}" if case.round else "")
    if case.state != Case.State.OPEN:
        day = f"{clock.day_of(case.ended_at)}" if case.ended_at else ""
        return Entry(title, f"{case.number} · {day}", own_url(case), showing.state(case, calendar))
    here, of = progress(case)
    due = f" · 预计 {case.due:%m月%d日} 前" if case.due else ""
    tag = Tag("等您填写", "warn") if case.step == kind.first() else Tag(f"{kind.steps[case.step].label}中", "info")
    return Entry(title, f"第 {here} 步，共 {of} 步{due}", own_url(case), tag)


class MyCases(Page):
    """我的办件."""

    face, permission, title, template = "pocket", WORKER, "我的办件", "web/pocket_entries.html"
    tab = "errands"

    def get_context(self) -> dict[str, Any]:
        """The newest first."""
        calendar = office_calendar()
        return {
            "entries": [entry_of(one, calendar) for one in inbox.begun(self.acting).prefetch_related("moves")[:50]],
            "nothing": "还没有办件",
            "nothing_note": "从“办事”里选一项开始，进度会出现在这里。",
        }


class OwnObject(CaseObject):
    """A page about a case of one's own."""

    def objects(self) -> Any:
        """What this worker opened."""
        return inbox.seen(self.acting).filter(opened_by=self.acting.account)

    def get_crumbs(self) -> list[Crumb]:
        """Back to the case."""
        return [Crumb(engine.flow_of(self.object).label, own_url(self.object))]

    def next_url(self, saved: Any) -> str:
        """Back to the case."""
        return own_url(self.object)


class BeginCase(ActionPage):
    """Begin: the person is known, so nothing is asked that was said before."""

    face, permission, title, submit, tab = "pocket", WORKER, "申请", "开始申请", "errands"

    def prepare(self) -> None:
        """Only what workers open, in a round that takes cases."""
        super().prepare()
        self.kind = next((one for one in own_flows() if one.key == self.kwargs["flow"]), None)
        if self.kind is None:
            raise Http404
        self.round = round_asked(self.kind, self.request.GET.get("round", ""))
        if self.kind.in_rounds and self.round is None:
            raise Http404

    def get_title(self) -> str:
        """What for."""
        assert self.kind is not None
        return self.kind.label

    def get_question(self) -> str:
        """What for."""
        assert self.kind is not None
        return f"申请“{self.kind.label}”"

    def get_text(self) -> str:
        """What will be asked."""
        assert self.kind is not None
        form = getattr(self.kind.steps[self.kind.first()], "form", None)
        number = len(form.base_fields) if form else 0
        until = f"，{self.round.closes} 截止" if self.round else ""
        return f"共 {number} 个问题{until}，一次填不完可以下次接着填。"

    def back_url(self) -> str:
        """To the errands."""
        return reverse("web.errands")

    def act(self, reason: str) -> Any:
        """Open it, or go on with what was begun before."""
        assert self.kind is not None
        known = subjects.own(self.acting.account, self.kind)
        if known is None:
            raise Refused(NO_PERSON)
        begun = Case.unscoped.filter(flow=self.kind.key, subject=known[0], round=self.round, state=Case.State.OPEN)
        if case := begun.filter(opened_by=self.acting.account).first():
            return case
        return engine.open_case(self.kind.key, known[0], known[1], round=self.round)

    def said(self, saved: Any) -> str:
        """Nothing: the first question follows at once."""
        return ""

    def next_url(self, saved: Any) -> str:
        """To the first question; where it was handed in already, to where it is."""
        is_new = self.kind is not None and saved.step == self.kind.first()
        return reverse("cases.mine.fill", args=[saved.pk, 1]) if is_new else own_url(saved)


class OwnCase(OwnObject, CaseForm):
    """One case: its way like a parcel's, what is to be done, what was answered."""

    face, permission, title, template, tab = "pocket", WORKER, "我的办件", "flows/own_case.html", "errands"

    def get_title(self) -> str:
        """The matter."""
        return engine.flow_of(self.object).label

    @cached_property
    def draft(self) -> dict[str, Any]:
        """What was typed so far."""
        return engine.draft_of(self.object, self.seat) if self.seat else {}

    def get_context(self) -> dict[str, Any]:
        """The way, the answers so far, the documents, the acts."""
        case, life = self.object, self.life
        mine = case.attachments.filter(removed_at__isnull=True, by=self.acting.actor).select_related("file")
        papers = materials.named(case, mine)
        form = getattr(self.step, "form", None)
        filled = showing.written(form, self.draft, case) if self.seat and form else []
        there = {one.material for one in papers}
        return {
            "case": case,
            "number": case.number,
            "tag": entry_of(case, office_calendar()).tag,
            "stages": showing.stages(case, life.moves, life.decisions),
            "said": [words for one in life.shown() if (words := self._told(one))],
            "seat": self.seat,
            "buttons": seatform.buttons(self.step, self.object) if self.seat else [],
            "filled": filled if self.seat else [value for _, _, values in life.filled() for value in values],
            "papers": [{"row": one, "may_drop": bool(self.seat) and one.step == case.step} for one in papers],
            "missing": [name for name, required in materials.wanted(case) if required and name not in there],
            "may_withdraw": engine.may_withdraw(case, self.acting),
            "may_appeal": engine.may_appeal(case, self.acting),
            "may_urge": not self.seat and engine.may_urge(case, self.acting),
            "conditions": engine.conditions_of(case) if self.seat else [],
        }

    def _told(self, one: Decision) -> dict[str, Any] | None:
        """What the applicant is told of a decision: where, when, how; why only where it came back or ended badly."""
        step = self.life.kind.steps.get(one.step)
        if step is None or isinstance(step, PanelStep) or one.by_id == self.acting.actor:
            return None
        is_end = isinstance(self.life.kind.steps.get(one.outcome), End)
        why = self.life.opinion(one) if one.outcome in getattr(step, "back", ()) or is_end else ""
        label = engine.outcome_label(self.object, one.step, one.outcome)
        return {"title": f"{step.label}：{label}", "who": one.unit, "when": one.made_at, "why": why}

    def save(self, form: Any) -> Any:
        """Send what the screens have gathered."""
        seat = self.seat
        if seat is None or str(seat.pk) != self.request.POST.get("seat"):
            raise engine.Late("这一步已经提交过了，现在的进度如下")
        outcome, opinion = self.request.POST.get("outcome", ""), self.request.POST.get("opinion", "")
        return engine.decide(seat.pk, outcome, data=self.draft, opinion=opinion)

    def _refuse(self, form: Any, error: Exception) -> HttpResponse:
        """The questions have their own screens: here each fault is a sentence that names its question."""
        if isinstance(error, ValidationError) and hasattr(error, "error_dict"):
            error = ValidationError(
                [self._named(name, one) for name, found in error.error_dict.items() for one in found]
            )
        return super()._refuse(form, error)

    def _named(self, name: str, error: ValidationError) -> str:
        fields = getattr(getattr(self.step, "form", None), "base_fields", {})
        if name not in fields:
            return "".join(error.messages)
        label = str(fields[name].label or name)
        return f"“{label}”还没有填写" if error.code == "required" else f"{label}：{''.join(error.messages)}"

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """Only the opinion: every other answer has its own screen."""
        return forms.Form(data=data)

    def _keep_draft(self) -> HttpResponse:
        raise Http404

    def _keep_files(self) -> dict[str, str]:
        return {}

    def said(self, saved: Any) -> str:
        """That it is under way."""
        return "已提交，进度会显示在这里"


class Fill(OwnObject, FormPage):
    """One question a screen: each answer is kept at once, so that nothing is lost."""

    face, permission, title, template, tab = "pocket", WORKER, "填写", "flows/fill.html", "errands"
    is_listed = False
    success = ""

    def prepare(self) -> None:
        """Only while the form is the worker's to fill in."""
        super().prepare()
        self.step = engine.step_of(self.object)
        self.seat = materials.seat_of(self.object, self.acting)
        self.kind = getattr(self.step, "form", None)
        if self.seat is None:
            raise Http404
        own = list(self.kind.base_fields) if self.kind else []
        self.questions = [*own, *(f"file_{place}" for place, _ in enumerate(materials.wanted(self.object)))]
        self.number = self.kwargs["place"]
        if not 1 <= self.number <= max(len(self.questions), 1):
            raise Http404

    @cached_property
    def arrived(self) -> dict[str, Known]:
        """What was typed so far, on top of what the register knows."""
        assert self.seat is not None
        return seatform.arriving(self.step, self.object, self.seat)

    @property
    def draft(self) -> dict[str, Any]:
        """The values alone."""
        return seatform.values_of(self.arrived)

    def sources(self) -> dict[str, str]:
        """Where each came from."""
        return seatform.sources_of(self.arrived)

    @property
    def question(self) -> str:
        """The field that this screen asks for."""
        return self.questions[self.number - 1] if self.questions else ""

    def get_title(self) -> str:
        """The matter."""
        return engine.flow_of(self.object).label

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """The whole form, of which one field is shown; the others stand as drafted."""
        if seatform.is_material(self.question):
            name, required = materials.wanted(self.object)[int(self.question.removeprefix("file_"))]
            field = FileField(label=name, required=required and not self._is_there(name),
                              accepts=materials.ENDINGS, most=materials.MEGABYTES)  # fmt: skip
            field.widget.attrs["accept"] = "image/*,.pdf,.docx,.xlsx"
            return type("MaterialForm", (forms.Form,), {self.question: field})(data=data, files=files)
        if self.kind is None:
            return forms.Form(data=data)
        form = self.kind(data=data, initial=self.draft, case=self.object)
        form.fields = {name: field for name, field in form.fields.items() if name == self.question}
        form.clean = lambda: form.cleaned_data  # what binds several answers is judged when all are there
        return form

    def _is_there(self, material: str) -> bool:
        return self.object.attachments.filter(material=material, removed_at__isnull=True).exists()

    def get_context(self) -> dict[str, Any]:
        """Which question of how many."""
        label = ""
        if seatform.is_material(self.question):
            label = materials.wanted(self.object)[int(self.question.removeprefix("file_"))][0]
        elif self.kind and self.question:
            label = str(self.kind.base_fields[self.question].label or self.question)
        before = reverse("cases.mine.fill", args=[self.object.pk, self.number - 1]) if self.number > 1 else ""
        asks_paper = seatform.is_material(self.question)
        rows = self.object.attachments.filter(material=label, removed_at__isnull=True).select_related("file")
        return {"place": self.number, "of": len(self.questions), "label": label, "before": before,
                "papers": materials.named(self.object, rows) if asks_paper else []}  # fmt: skip

    def save(self, form: Any) -> Any:
        """Keep the answer, or the photo."""
        assert self.seat is not None
        if not self.question:
            return None
        if seatform.is_material(self.question):
            upload = form.cleaned_data.get(self.question)
            if isinstance(upload, UploadedFile):
                self._attach(upload)
            return None
        engine.save_draft(self.seat.pk, {**self.draft, **showing.raw_of(form)})
        return None

    def _attach(self, upload: UploadedFile) -> None:
        name = materials.wanted(self.object)[int(self.question.removeprefix("file_"))][0]
        try:
            materials.attach(self.object.pk, name, upload)
        except FileRefused as error:
            raise ValidationError({self.question: str(error)}) from error

    def next_url(self, saved: Any) -> str:
        """The next question; after the last, all of it once more."""
        if self.number < len(self.questions):
            return reverse("cases.mine.fill", args=[self.object.pk, self.number + 1])
        return own_url(self.object)


class OwnPaper(OwnObject, Paper):
    """A document of one's own."""

    face, permission, title, is_listed, tab = "pocket", WORKER, "查看材料", False, "errands"

    def papers(self) -> Any:
        """Those that this worker sent."""
        return super().papers().filter(by=self.acting.actor)


class DropOwnPaper(OwnObject, DropPaper):
    """Take a document back."""

    face, permission, title, tab = "pocket", WORKER, "移除材料", "errands"


class OwnWithdraw(OwnObject, Withdraw):
    """Take one's case back."""

    face, permission, title, tab = "pocket", WORKER, "撤回办件", "errands"


class OwnAppeal(OwnObject, Appeal):
    """Ask again."""

    face, permission, title, tab = "pocket", WORKER, "申诉", "errands"


class OwnUrge(OwnObject, Urge):
    """Remind the office."""

    face, permission, title, tab = "pocket", WORKER, "催办", "errands"

    def get_question(self) -> str:
        """About what."""
        return f"催办“{engine.flow_of(self.object).label}”？"


@errand(order=10, permission=WORKER)
def own_cases(acting: Any) -> list[Entry]:
    """The way to one's cases, once there are any."""
    count = inbox.begun(acting).order_by().count()
    under_way = inbox.begun(acting).filter(state=Case.State.OPEN).order_by().count() if count else 0
    note = f"办理中 {under_way} 件，共 {count} 件"
    return [Entry("我的办件", note, reverse("cases.mine"))] if count else []


@errand(order=20, permission=WORKER)
def what_can_be_begun(acting: Any) -> list[Entry]:
    """Everything that a worker may begin now."""
    found: list[Entry] = []
    for kind in own_flows():
        if not subjects.is_offered(acting.account, kind):
            continue
        to = reverse("cases.begin", args=[kind.key])
        if kind.in_rounds:
            found += [Entry(f"{kind.label}：{one.name}", f"{one.closes} 截止", f"{to}?round={one.pk}")
                      for one in rounds.open_rounds(kind.key).order_by("closes")]  # fmt: skip
        else:
            found.append(Entry(kind.label, "在线申请", to))
    return found


@pocket_panel(order=20, permission=WORKER)
def under_way(acting: Any) -> Panel | None:
    """The cases that go on, on the pocket's home."""
    calendar = office_calendar()
    rows = inbox.begun(acting).filter(state=Case.State.OPEN).prefetch_related("moves")[:3]
    entries = [entry_of(one, calendar) for one in rows]
    return Panel("我的办件", "flows/pocket_panel.html", {"entries": entries}) if entries else None


routes = [
    page("pocket/cases/", MyCases, "cases.mine"),
    page("pocket/cases/new/<str:flow>/", BeginCase, "cases.begin"),
    page("pocket/cases/<uuid:id>/", OwnCase, "cases.mine.show"),
    page("pocket/cases/<uuid:id>/fill/<int:place>/", Fill, "cases.mine.fill"),
    page("pocket/cases/<uuid:id>/withdraw/", OwnWithdraw, "cases.mine.withdraw"),
    page("pocket/cases/<uuid:id>/appeal/", OwnAppeal, "cases.mine.appeal"),
    page("pocket/cases/<uuid:id>/urge/", OwnUrge, "cases.mine.urge"),
    page("pocket/cases/<uuid:id>/papers/<uuid:file>/", OwnPaper, "cases.mine.paper"),
    page("pocket/cases/<uuid:id>/papers/<uuid:file>/drop/", DropOwnPaper, "cases.mine.drop_paper"),
]
