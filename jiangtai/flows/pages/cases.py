"""The case page: what to do now at the left, the case's life at the right, and the acts around it."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from jiangtai import people
from jiangtai.access import Refused, audit
from jiangtai.access import parameters as values_of
from jiangtai.kernel import FileRefused, clock, office_calendar, row_with
from jiangtai.web import (
    Act,
    ActionPage,
    Crumb,
    DateField,
    DetailPage,
    FileField,
    FormPage,
    LongTextField,
    ObjectMixin,
    Page,
    RadioCards,
    RevealForm,
    RevealPage,
    Section,
    Tag,
    TemplateSection,
    Value,
    admits,
    as_file,
    page,
    page_named,
)

from .. import diagram, engine, inbox, materials, notices, records, subjects
from ..declare import Notice, Ranking, Step
from ..forms import Known
from ..models import Attachment, Case, Decision, Objection, Seat
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
        try:
            if seat is None:
                raise ValidationError("这个表单不属于本件，请刷新后重新办理")
            engine.save_draft(seat.pk, showing.raw_of(form))
        except (Refused, ValidationError) as error:
            form.is_unjudged = True
            return self._refuse(form, error)
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
        if linkable(case, self.life.waiting(), who):
            acts.append(Act("生成填报链接", "cases.link", one, dialog=True))
        if engine.may_withdraw(case, who):
            acts.append(Act("撤回", "cases.withdraw", one, danger=True, dialog=True))
        if engine.may_appeal(case, who):
            acts.append(Act("申诉", "cases.appeal", one, dialog=True))
        return acts

    def sections(self) -> list[Any]:
        """What is known, what was handed in, the conditions, the objections."""
        return [self._basics(), *self._filled(), *self._papers(), *self._conditions(), *self._objections()]

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
            values.append(Value("评审得分", showing.plain(case.score)))
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


class Transfer(CaseObject, FormPage):
    """Hand what waits to a colleague."""

    permission, title, submit, is_listed = "cases.view", "转办", "转办", False
    success = "已转办"
    leads_to = "cases.waiting"

    def prepare(self) -> None:
        """Only where something waits for this account and a colleague could take it."""
        super().prepare()
        self.seat = materials.seat_of(self.object, self.acting)
        self.others = showing.colleagues(self.seat, self.acting) if self.seat else []

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """To whom, and why."""
        form = TransferForm(data=data)
        form.fields["to"].choices = [(str(one.pk), one.name) for one in self.others]  # type: ignore[attr-defined]
        return form

    def save(self, form: Any) -> Any:
        """Hand it over."""
        if self.seat is None:
            raise Refused("这件已不在您的待办")
        to = next(one for one in self.others if str(one.pk) == form.cleaned_data["to"])
        return engine.transfer(self.seat.pk, to, form.cleaned_data["reason"])


class TransferForm(forms.Form):
    """A colleague and a reason."""

    to = forms.ChoiceField(label="转给", error_messages={"invalid_choice": "请选择在该单位办理这个环节的同事"})
    reason = LongTextField(label="转办原因", rows=2, max_length=200, stock=("本人需回避", "本人出差", "按分工由其办理"))


class PublishForm(forms.Form):
    """Whom to call."""

    telephone = forms.CharField(label="联系电话", max_length=30, help_text="公示期间受理异议的电话")


class Publish(CaseObject, FormPage):
    """Show this case alone; those of a round together are shown from the round's page or the inbox."""

    permission, title, submit, is_listed, form = "cases.view", "发布公示", "发布公示", False, PublishForm

    def prepare(self) -> None:
        """Only while it waits for its notice here."""
        super().prepare()
        self.step = engine.step_of(self.object)
        if not isinstance(self.step, Notice) or materials.seat_of(self.object, self.acting) is None:
            raise Http404

    @property
    def intro(self) -> str:  # type: ignore[override]
        """To whom, and for how long."""
        assert isinstance(self.step, Notice)
        days = values_of.value(self.step.days, unit=self.object.unit)
        seen = "只有本单位的人看得到" if self.step.place == "unit" else "即刻对社会公开"
        return f"公示“{self.label}”，{seen}，公示期 {days} 个工作日，期满没有异议的自动进入下一环节。"

    def initial(self) -> dict[str, Any]:
        """The nearest telephone that is known."""
        return {"telephone": self._telephone()[0]}

    def sources(self) -> dict[str, str]:
        """Whose telephone it is."""
        return {"telephone": self._telephone()[1]}

    def _telephone(self) -> tuple[str, str]:
        unit, held = self.acting.unit, self.object.round
        if unit and unit.telephone:
            return unit.telephone, f"单位登记（{unit}）"
        return (held.telephone, f"批次的咨询电话（{held}）") if held and held.telephone else ("", "")

    def save(self, form: Any) -> Any:
        """Publish."""
        return notices.publish([self.object.pk], telephone=form.cleaned_data["telephone"])

    def said(self, saved: Any) -> str:
        """Its number and its days."""
        return f"已发布 {saved.number}，{saved.first} 至 {saved.last}"


class Urge(CaseObject, ActionPage):
    """Remind whoever it waits for."""

    permission, title, submit = "cases.view", "催办", "催办"
    text = "系统提醒现在的办理人，每天一次，催办会留痕。"
    does, on, success = engine.urge, "object.pk", "已提醒 {did} 处办理人"

    def get_question(self) -> str:
        """About whom."""
        return f"催办“{self.label}”？"


class Withdraw(CaseObject, ActionPage):
    """Take a case back."""

    permission, title, submit, danger, asks_reason = "cases.view", "撤回办件", "撤回", True, True
    text = "撤回后本件终止，已有的意见和材料留存。需要时可以重新发起。"
    does, on = engine.withdraw, "object.pk"

    def get_question(self) -> str:
        """Which."""
        return f"撤回“{self.label}”？"


class Appeal(CaseObject, ActionPage):
    """Ask again."""

    permission, title, submit, asks_reason = "cases.view", "申诉", "提交申诉", True
    text = "申诉一件一次。提交后本件重新进入办理，请写明理由，补充材料可在办理时上传。"
    does, on, success = engine.appeal, "object.pk", "申诉已提交"


class RecordForm(forms.Form):
    """What a unit answered in a letter."""

    seat = forms.ChoiceField(label="来函单位")
    outcome = forms.ChoiceField(label="办理结果", widget=forms.RadioSelect)
    opinion = LongTextField(label="来函意见", max_length=400, required=False)
    letter_number = forms.CharField(label="文号", max_length=60)
    letter_date = DateField(label="来函日期")
    letter = FileField(label="来函扫描件", accepts=(".pdf", ".jpg", ".jpeg", ".png"), most=20)


class RecordLetter(CaseObject, FormPage):
    """Record what a unit wrote in a letter (代录); the scan stands behind it."""

    permission, title, submit, is_listed = "cases.record", "代录来函", "代录", False
    groups = (("来函", ("seat", "letter_number", "letter_date", "letter")),)

    def prepare(self) -> None:
        """Only where a unit is asked and has not answered."""
        super().prepare()
        self.step, self.object.by_letter = engine.step_of(self.object), True
        self.seats = recordable(showing.Life(self.object, self.acting).waiting(), self.step, self.acting)

    def get_title(self) -> str:
        """About whom."""
        return f"代录来函：{self.label}"

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """The step's own fields after the letter."""
        own = getattr(self.step, "form", None)
        bases = (seatform.Unjudged, own) if own else (seatform.Unjudged,)
        kind = type("RecordedForm", bases, {**RecordForm.base_fields, "__doc__": "A letter."})
        self.filled, self.by_whom = engine.last_filled(self.object, self.object.step) if own else ({}, "")
        form: Any = kind(data=data, files=files, initial=self.filled, case=self.object)
        form.fields["seat"].choices = [(str(one.pk), showing.seats_asked(one)) for one in self.seats]
        form.fields["outcome"].choices = list(engine.offered(self.object, self.step).items())
        return form

    def _groups(self, form: Any) -> list[dict[str, Any]]:
        """The letter, then the step's own groups."""
        letter = {name for _, names in self.groups for name in names}
        own = [{**one, "fields": [field for field in one["fields"] if field.name not in letter]}
               for one in seatform.grouped(form)]  # fmt: skip
        return [*(one for one in super()._groups(form) if one["title"]), *(one for one in own if one["fields"])]

    def sources(self) -> dict[str, str]:
        """Who filled it before."""
        return dict.fromkeys(self.filled, self.by_whom)

    def save(self, form: Any) -> Any:
        """Answer with the scan as the source."""
        values = form.cleaned_data
        source = f"（来函 {values['letter_number']}，{values['letter_date']}）{values['opinion']}"
        return engine.decide(
            UUID(values["seat"]), values["outcome"], data=self.request.POST, opinion=source, letter=values["letter"]
        )

    def said(self, saved: Any) -> str:
        """With its source."""
        return f"已代录 {saved.unit} 的意见"


def objection_of(page: CaseObject) -> Objection:
    """The objection that a page's address names, for who looks into it; for anybody else there is none."""
    rows = notices.objections_for(page.object, page.acting)
    found = next((one for one in rows if one.pk == page.kwargs["objection"]), None)
    if found is None:
        raise Http404
    return found


class ReadForm(RevealForm):
    """Why an objection is opened."""

    reason = forms.ChoiceField(
        label="为什么要查看", widget=RadioCards, error_messages={"required": "请选择理由"},
        choices=[("核查异议", "核查异议｜了解内容，开展核查"), ("回复异议人", "回复异议人｜核实情况或告知结果"),
                 ("其他", "其他｜在下面写明")],
    )  # fmt: skip


class ReadObjection(CaseObject, RevealPage):
    """Who objected and why, shown once for a reason that the audit keeps."""

    permission, title, what, form, is_prose = "cases.view", "查看异议", "异议内容", ReadForm, True

    def prepare(self) -> None:
        """Only for who looks into it."""
        super().prepare()
        self.objection = objection_of(self)

    def value(self, reason: str) -> str:
        """What was said, by whom, and how to reach them."""
        said = notices.read_objection(self.objection, reason)
        if said is None:
            return records.ERASED
        by = f"{said.get('name') or '未留名'}，电话 {said.get('phone') or '未留'}"
        return f"{said.get('text', '')}\n异议人：{by}"

    def back_url(self) -> str:
        """Back to the case."""
        return case_url(self.object)


class AnswerForm(forms.Form):
    """What came of an objection."""

    upheld = forms.ChoiceField(
        label="核查结果", widget=RadioCards, choices=[("no", "不成立｜公示继续"), ("yes", "成立｜按程序取消资格")]
    )
    answer = LongTextField(label="答复", max_length=400, help_text="可向异议人宣读的核查情况，不写涉密和他人隐私")


class AnswerObjection(CaseObject, FormPage):
    """Write down what came of an objection."""

    permission, title, submit, is_listed, form = "cases.view", "答复异议", "答复", False, AnswerForm
    success = "异议已答复"

    def prepare(self) -> None:
        """Only for who looks into it."""
        super().prepare()
        self.objection = objection_of(self)

    def save(self, form: Any) -> Any:
        """Answer."""
        values = form.cleaned_data
        notices.answer_objection(self.objection, upheld=values["upheld"] == "yes", answer=values["answer"])


class Paper(CaseObject, Page):
    """A document of a case, as a download that the audit notes."""

    permission, title, is_listed = "cases.view", "下载材料", False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The bytes, never shown inside the page."""
        row = get_object_or_404(self.papers().select_related("file", "case"), pk=kwargs["file"])
        is_over_objection = row.step in objection_steps(self.object)
        return download(row.file, self.object, materials.name_of(row), is_over_objection)

    def papers(self) -> Any:
        """The documents that this account may open."""
        return papers_for(self.object, self.acting)


class Letter(CaseObject, Page):
    """The scan behind a recorded letter."""

    permission, title, is_listed = "cases.view", "查看来函", False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The bytes."""
        row = self.object.decisions.filter(pk=kwargs["decision"], letter__isnull=False).select_related("letter").first()
        if row is None or row.letter is None or not engine.handles(self.object, self.acting):
            raise Http404
        return download(row.letter, self.object, letter_name(row))


def letter_name(row: Decision) -> str:
    """What a letter's file was called when it was sent."""
    assert row.letter is not None
    return (records.read(row.case, row.secret) or {}).get("letter") or row.letter.name


def download(stored: Any, case: Case, name: str, is_over_objection: bool = False) -> HttpResponseBase:
    """A kept file as an attachment; the audit notes who took it. What went with an erased person is not there."""
    content = records.open_paper(case, stored)
    if content is None:
        raise Http404
    act = "notice.opened_file" if is_over_objection else "case.opened_file"
    audit.record(act, target=case, details={"file": stored.sha256})
    return as_file(content, name, stored.media_type)


class DropPaper(CaseObject, ActionPage):
    """Take a document back."""

    permission, title, submit, danger = "cases.view", "移除材料", "移除", True
    text = "移除后办理人不再看到这份材料，移除会留痕。"
    does, on = materials.detach, "row"

    def prepare(self) -> None:
        """Only what is there."""
        super().prepare()
        rows = Attachment.objects.filter(case=self.object, removed_at__isnull=True).select_related("file", "case")
        self.row = get_object_or_404(rows, pk=self.kwargs["file"])

    def get_question(self) -> str:
        """Which."""
        return f"移除“{materials.name_of(self.row)}”？"


class MakeLink(CaseObject, ActionPage):
    """A link by which the unit that is asked answers without an account."""

    permission, title, submit = "cases.record", "生成填报链接", "生成链接"

    def prepare(self) -> None:
        """Only where a unit is asked that may answer so."""
        super().prepare()
        found = linkable(self.object, showing.Life(self.object, self.acting).waiting(), self.acting)
        if found is None:
            raise Http404
        self.seat = found

    def get_question(self) -> str:
        """For whom."""
        return f"为“{self.seat.unit}”生成填报链接？"

    def get_text(self) -> str:
        """What it opens, and for how long."""
        lasts = clock.span(values_of.value("access.link_hours") * 60)
        return f"持有链接的人不用登录即可办理这一件事，{lasts}内有效，报送一次即失效。以前生成的链接随之作废。"

    def act(self, reason: str) -> str:
        """Make it."""
        return engine.link_for(self.seat.pk)

    def done(self, saved: str) -> HttpResponse:
        """Show the link this once: only its digest is kept."""
        url = self.request.build_absolute_uri(reverse("cases.by_link", args=[saved]))
        response = self.render_as(
            "flows/link.html",
            url=url,
            seat=self.seat,
            what=what_is_asked(self.object),
            back=self.next_url(None),
            acts=[],
        )
        response["Cache-Control"] = "no-store"
        return response


def what_is_asked(case: Case) -> str:
    """A case's matter as a link's bearer reads it."""
    return f"{engine.flow_of(case).label}：{case.round.name}" if case.round else engine.flow_of(case).label


routes = [
    page("office/cases/<uuid:id>/", CasePage, "cases.show"),
    page("office/cases/<uuid:id>/transfer/", Transfer, "cases.transfer"),
    page("office/cases/<uuid:id>/publish/", Publish, "cases.publish"),
    page("office/cases/<uuid:id>/urge/", Urge, "cases.urge"),
    page("office/cases/<uuid:id>/withdraw/", Withdraw, "cases.withdraw"),
    page("office/cases/<uuid:id>/appeal/", Appeal, "cases.appeal"),
    page("office/cases/<uuid:id>/record/", RecordLetter, "cases.record"),
    page("office/cases/<uuid:id>/link/", MakeLink, "cases.link"),
    page("office/cases/<uuid:id>/objections/<uuid:objection>/", AnswerObjection, "cases.objection"),
    page("office/cases/<uuid:id>/objections/<uuid:objection>/read/", ReadObjection, "cases.objection.read"),
    page("office/cases/<uuid:id>/papers/<uuid:file>/", Paper, "cases.paper"),
    page("office/cases/<uuid:id>/papers/<uuid:file>/drop/", DropPaper, "cases.drop_paper"),
    page("office/cases/<uuid:id>/letters/<uuid:decision>/", Letter, "cases.letter"),
]
