"""The case page: what to do now at the left, the case's life at the right."""

from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from jiangtai import people
from jiangtai.access import Refused, audit, links
from jiangtai.kernel import FileRefused, clock, office_calendar, quantities, row_with
from jiangtai.ledger import proof_url
from jiangtai.web import (
    Act,
    Column,
    Crumb,
    DetailPage,
    FormPage,
    ObjectMixin,
    Section,
    TableSection,
    Tag,
    TemplateSection,
    Value,
    admits,
    page,
    page_named,
)

from .. import diagram, engine, inbox, materials, notices, origins, records, subjects
from ..declare import Notice, Ranking, Step
from ..forms import Known
from ..models import Case, Decision, Seat
from . import seatform, showing
from .inbox import case_url

CONFLICT = 409
PERSON_PAGE = "people.show"  # of a domain: where there is none, the name leads nowhere


class CaseObject(ObjectMixin):
    """A page about one case that this account may open; any other answers 404."""

    object: Case
    acting: Any

    def objects(self) -> Any:
        """What this account may open."""
        return inbox.seen(self.acting)

    @cached_property
    def label(self) -> str:
        """The name of what it is about."""
        return subjects.label(self.object)

    def get_crumbs(self) -> list[Crumb]:
        """The inbox, then the case."""
        return [Crumb("待办", reverse("cases.waiting")), Crumb(self.label, case_url(self.object))]

    def next_url(self, saved: Any) -> str:
        """Back to the case."""
        return case_url(self.object)


class CaseForm(CaseObject, FormPage):
    """What both faces do with a case: the seat's form, its draft, its documents, its answer."""

    permission, title, is_listed = "cases.view", "办件", False

    @cached_property
    def life(self) -> showing.Life:
        """What happened, read once."""
        return showing.Life(self.object, self.acting)

    @cached_property
    def seat(self) -> Seat | None:
        """The seat that waits for this account."""
        found = materials.seat_of(self.object, self.acting)
        return None if found is None or isinstance(self.step, Ranking | Notice) else found

    @cached_property
    def step(self) -> Step:
        """The step at which the case is."""
        return engine.step_of(self.object)

    @cached_property
    def barred(self) -> str:
        """Why the seat is not this account's to answer although it is asked; or nothing."""
        earlier = getattr(self.step, "not_by", "")
        if earlier and self.object.decisions.filter(step=earlier, by=self.acting.account).exists():
            label = engine.step_label(self.object, earlier)
            return f"您办理过本件的“{label}”，按规定不能再办理“{self.step.label}”，请转由其他人办理"
        return ""

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """The seat's form with its draft; what was sent stays in it, right or wrong."""
        if self.seat is None:
            return forms.Form(data=data)
        kind = seatform.seat_form(self.step, self.object, self.acting, seatform.stock_of(self.acting))
        form = kind(data=data, files=files, initial=seatform.values_of(self.arrived), case=self.object)
        if data is not None:
            seatform.judge(form, self.step, data.get("outcome", ""))
        return form

    @cached_property
    def arrived(self) -> dict[str, Known]:
        """What the seat's form arrives filled with."""
        return seatform.arriving(self.step, self.object, self.seat) if self.seat else {}

    def sources(self) -> dict[str, str]:
        """Where each value came from."""
        return seatform.sources_of(self.arrived)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Keep the documents, then keep the draft or answer."""
        is_own = self.seat is not None and str(self.seat.pk) == request.POST.get("seat")
        if is_own and not self.barred and (wrong := self._keep_files()):
            return self._show_wrong(wrong)
        if request.POST.get("do") == "draft":
            return self._keep_draft()
        return super().post(request, *args, **kwargs)

    def save(self, form: Any) -> Any:
        """Answer at the seat that the form was opened for."""
        seat = row_with(self.object.seats.all(), self.request.POST.get("seat", ""))
        if seat is None:
            raise ValidationError("这个表单不属于本件，请刷新后重新办理")
        return self.decide(seat, self.request.POST)

    def decide(self, seat: Seat, sent: Any) -> Decision:
        """As the account that acts."""
        return engine.decide(
            seat.pk, sent.get("outcome", ""), data=sent, opinion=sent.get("opinion", ""), mark=sent.get("mark")
        )

    def said(self, saved: Any) -> str:
        """What was decided."""
        label = engine.outcome_label(self.object, saved.step, saved.outcome)
        return f"{engine.step_label(self.object, saved.step)}：{label}"

    def _refuse(self, form: Any, error: Exception) -> HttpResponse:
        """A step that is over is told as such: who answered it, and where the case is now."""
        if isinstance(error, engine.Late):
            audit.record("refused", target=self.object, outcome="refused", reason=str(error),
                         details={"page": self.name})  # fmt: skip
            return self._show_late(str(error))
        return super()._refuse(form, error)

    def _show_late(self, words: str) -> HttpResponse:
        self.object = self.get_object()
        for name in ("seat", "step", "life", "barred", "arrived"):
            self.__dict__.pop(name, None)
        return self.render(
            CONFLICT, form=self.make_form(), late=words, groups=[], submit="", intro="", back=self.back_url()
        )

    @property
    def _is_part(self) -> bool:
        """Whether a script keeps some groups of a folded form by themselves."""
        is_folded = self.seat is not None and getattr(getattr(self.step, "form", None), "is_folded", False)
        return is_folded and bool(self.request.POST.get("part"))

    def _keep_files(self) -> dict[str, str]:
        """Attach what was chosen; by field, what is wrong with it."""
        assert self.seat is not None
        wrong = {}
        for name, _ in seatform.material_fields(self.step, self.object):
            upload = self.request.FILES.get(name)
            if isinstance(upload, UploadedFile):
                try:
                    materials.attach(self.object.pk, seatform.material_of(name, self.object), upload)
                except (FileRefused, Refused) as error:
                    wrong[name] = str(error)
                except ValidationError as error:
                    wrong[name] = "".join(error.messages)
        return wrong

    def _groups(self, form: Any) -> list[dict[str, Any]]:
        """As the step's form groups its fields."""
        return seatform.grouped(form)

    def render(self, status: int = 200, **extra: Any) -> HttpResponse:
        """With how far a folded form is."""
        if groups := extra.get("groups"):
            extra["folded"] = seatform.folded(extra["form"], groups)
        return super().render(status, **extra)

    def returned(self) -> dict[str, str]:
        """Who sent it back, when, and what is missing."""
        one = self.life.returned()
        if one is None:
            return {}
        by = f"{self.life.decider(one)} {clock.day_of(one.made_at)}"
        return {"by": by, "why": self.life.opinion(one)}

    def _show_wrong(self, wrong: dict[str, str]) -> HttpResponse:
        form = self.make_form(self.request.POST)
        form.is_unjudged = True
        for name, words in wrong.items():
            form.add_error(name, words)
        return self._show(form, 422)

    def _keep_draft(self) -> HttpResponse:
        form = self.make_form(self.request.POST)
        seat = row_with(self.object.seats.all(), self.request.POST.get("seat", ""))
        told = showing.raw_of(form)
        if self._is_part:
            part = seatform.together_with(form, self.request.POST.getlist("part"))
            told = {name: value for name, value in told.items() if name in part}
        try:
            if seat is None:
                raise ValidationError("这个表单不属于本件，请刷新后重新办理")
            engine.save_draft(seat.pk, told, is_part=self._is_part)
        except (Refused, ValidationError) as error:
            form.is_unjudged = True
            return self._refuse(form, error)
        if self._is_part:
            return HttpResponse(status=204)
        messages.success(self.request, "草稿已存，没有提交")
        return self._go(self.next_url(None))


class CasePage(CaseForm, DetailPage):
    """A case in the office."""

    template = "flows/case.html"
    life_title = "办理经过"

    def get_title(self) -> str:
        """Who and what."""
        return f"{self.label} · {engine.flow_of(self.object).label}"

    def get_crumbs(self) -> list[Crumb]:
        """The inbox, and the round where there is one."""
        crumbs = [Crumb("待办", reverse("cases.waiting"))]
        if self.object.round:
            url = reverse("rounds.show", args=[self.object.round_id]) if self.acting.may("rounds.view") else ""
            crumbs.append(Crumb(self.object.round.name, url))
        return crumbs

    def get_tags(self) -> list[Tag]:
        """Its light."""
        return [showing.state(self.object, office_calendar())]

    def reference(self) -> str:
        """Its number."""
        return f"办件号 {self.object.number}"

    def steps(self) -> Any:
        """The way."""
        return showing.stages(self.object, self.life.moves, self.life.decisions)

    def events(self) -> Any:
        """The life."""
        return self.life.events()

    def get_actions(self) -> list[Act]:
        """What else can be done with it."""
        case, who, one = self.object, self.acting, (self.object.pk,)
        acts = []
        if self.seat and self.seat.role and showing.colleagues(self.seat, who):
            acts.append(Act("转办", "cases.transfer", one, dialog=True))
        if engine.may_urge(case, who):
            acts.append(Act("催办", "cases.urge", one, dialog=True))
        if self.seat is None and (following := inbox.next_after(case, who)):
            acts.insert(0, Act("办理下一件", "cases.show", (following.case_id,), primary=True))
        if who.may("cases.record") and recordable(self.life.waiting(), self.step, who):
            acts.append(Act("代录来函", "cases.record", one))
        if seat := linkable(case, self.life.waiting(), who):
            anew = "重新" if links.open_until("seat", [seat.pk]) else ""
            acts.append(Act(f"{anew}生成填报链接", "cases.link", one, dialog=True))
        if engine.may_withdraw(case, who):
            acts.append(Act("撤回", "cases.withdraw", one, danger=True, dialog=True))
        if engine.may_appeal(case, who):
            acts.append(Act("申诉", "cases.appeal", one, dialog=True))
        return acts

    def sections(self) -> list[Any]:
        """What is known, what was handed in, the conditions, the objections, what came of it."""
        known = [self._basics(), *self._filled(), *self._papers(), *self._conditions(), *self._objections()]
        return [*known, *self._entered()]

    def get_context(self) -> dict[str, Any]:
        """With the seat, its buttons, and the drawing of the flow."""
        where = diagram.svg(engine.flow_of(self.object), now=self.object.step)
        return {
            **super().get_context(),
            "seat": self.seat if not self.barred else None,
            "barred": self.barred if self.seat else "",
            "step": self.step,
            "buttons": seatform.buttons(self.step, self.object) if self.seat else [],
            "elsewhere": self._elsewhere(),
            "returned": self.returned(),
            "drawing": where,
        }

    def _elsewhere(self) -> dict[str, str]:
        """Where the step is done, when not here."""
        case = self.object
        waits = materials.seat_of(case, self.acting) is not None
        if not waits or not isinstance(self.step, Ranking | Notice):
            return {}
        if isinstance(self.step, Ranking) and case.round:
            return {"url": reverse("rounds.rank", args=[case.round_id]), "label": "去排名"}
        holds = case.round and self.acting.may("rounds.change") and self.acting.reach.holds(case.round.host.path)
        many = reverse("rounds.publish", args=[case.round_id]) if holds else ""
        return {"url": reverse("cases.publish", args=[case.pk]), "label": "单独发布本件的公示", "many": many}

    def _basics(self) -> Section:
        case = self.object
        values = [Value("对象", self.label, url=self._person_url()), Value("单位", case.unit.name)]
        values += [Value(label, text, source="人员登记") for label, text in subjects.registered(case)]
        if case.round:
            values.append(Value("批次", f"{case.round.name}（{case.round.host}主办）"))
        opened = f"{case.opened_by}{f'（{case.opened_unit}）' if case.opened_unit else ''}"
        values.append(Value("发起", opened, source=f"{clock.day_of(case.made_at)}"))
        if case.score is not None:
            values.append(Value("评审得分", quantities.plain(case.score)))
        if case.place is not None:
            values.append(Value("名次", f"第 {case.place} 名"))
        return Section("", values)

    def _person_url(self) -> str:
        """The person's own page, for who may open it."""
        if engine.flow_of(self.object).about != "person":
            return ""
        shown = page_named(PERSON_PAGE)
        is_open = shown is not None and admits(self.acting, shown.kind.permission)
        is_within = is_open and people.Person.objects.filter(pk=self.object.subject).exists()
        return reverse(PERSON_PAGE, args=[self.object.subject]) if is_within else ""

    def _filled(self) -> list[Section]:
        """What the forms hold, except the one that is open for writing here."""
        found = []
        for label, decision, values in self.life.filled():
            if self.seat and decision.step == self.object.step:
                continue
            day = f"{clock.day_of(decision.made_at)}"
            found.append(Section(label, values, note=f"{decision.unit or decision.by_name} {day} 填报"))
        gone = any(words is None for words in self.life.words.values())
        return [Section("填报内容", [Value("内容", records.ERASED)])] if gone else found

    def _papers(self) -> list[TemplateSection]:
        rows = materials.named(self.object, papers_for(self.object, self.acting).select_related("file"))
        there = {one.material for one in rows}
        missing = [name for name, required in materials.wanted(self.object) if required and name not in there]
        if not rows and not missing:
            return []
        is_gone = bool(rows) and self.life.is_erased
        lines = [{"row": one, "size": size_words(one.file.size), "is_gone": is_gone, "may_drop": bool(self.seat) and
                  one.step == self.object.step} for one in rows]  # fmt: skip
        open_now = missing if self.object.state == Case.State.OPEN else []
        return [TemplateSection("flows/papers.html", {"lines": lines, "missing": open_now}, "材料", f"{len(rows)} 份")]

    def _conditions(self) -> list[TemplateSection]:
        rows = engine.conditions_of(self.object) if self.object.state == Case.State.OPEN else []
        if rows:
            return [TemplateSection("flows/conditions.html", {"conditions": rows}, "条件核对", conditions_note(rows))]
        return [
            TemplateSection("flows/conditions.html", {"conditions": found}, "条件核对",
                            f"{conditions_note(found)}（{clock.day_of(one.made_at)}"
                            f"“{engine.step_label(self.object, one.step)}”时）")
            for one, found in self.life.checked()
        ]  # fmt: skip

    def _objections(self) -> list[TemplateSection]:
        rows = notices.objections_for(self.object, self.acting)
        if not rows:
            return []
        answers = notices.answers(self.object, rows)
        lines = [{"row": one, "answer": answer} for one, answer in zip(rows, answers, strict=True)]
        note = "异议人信息和内容保密，每次查看都记入审计，不得向对象及其单位透露"
        return [TemplateSection("flows/objections.html", {"lines": lines, "case": self.object}, "异议", note)]

    def _entered(self) -> list[TableSection]:
        """What it brought about, each with its proof; a case that is open has not brought about anything yet."""
        rows = [] if self.object.state == Case.State.OPEN else origins.brought_about(self.object)
        columns = (
            Column("label", "事项"),
            Column("day", "日期", kind="date"),
            Column("unit", "单位"),
            Column(
                "proof", "存证", lambda row: "存证证明", link=lambda row: proof_url(row.pk, self.acting), kind="act"
            ),
        )
        return [TableSection("账本记录", columns, rows)] if rows else []


def conditions_note(rows: list[Any]) -> str:
    """How many conditions hold, do not, and are not known."""
    met, failed = sum(one.holds is True for one in rows), sum(one.holds is False for one in rows)
    unknown = len(rows) - met - failed
    words = [(met, "符合"), (failed, "不符合"), (unknown, "待查")]
    return "，".join(f"{number} 项{label}" for number, label in words if number)


def size_words(size: int) -> str:
    """A file's size as people read it."""
    return f"{size / 2**20:.1f} MB" if size >= 2**20 else f"{max(size // 1024, 1)} KB"


def papers_for(case: Case, who: Any) -> Any:
    """The documents of a case; what was gathered over an objection only for who looks into it."""
    closed = objection_steps(case) - notices.looked_into(case, who)
    return case.attachments.filter(removed_at__isnull=True).exclude(step__in=closed)


def objection_steps(case: Case) -> set[str]:
    """The steps at which objections to a case are looked into."""
    return {step.objection for step in engine.flow_of(case).steps.values() if isinstance(step, Notice)}


def recordable(waiting: list[Seat], step: Step, who: Any) -> list[Seat]:
    """The seats whose answer may come in a letter: those of other units, where the flow lets it."""
    return [one for one in waiting if engine.is_asked(one, who, by_letter=True) and not engine.is_asked(one, who)]


def linkable(case: Case, waiting: list[Seat], who: Any) -> Seat | None:
    """The seat to which this account may give the unit a link."""
    return next((one for one in waiting if engine.may_link(case, one, who)), None)


def what_is_asked(case: Case) -> str:
    """A case's matter as a link's bearer reads it."""
    return f"{engine.flow_of(case).label}：{case.round.name}" if case.round else engine.flow_of(case).label


routes = [page("office/cases/<uuid:id>/", CasePage, "cases.show")]
