"""What is done to a case beside answering it: passed on, urged, taken back, recorded from a letter, its papers."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html

from jiangtai.access import Refused, audit, links
from jiangtai.access import parameters as values_of
from jiangtai.kernel import clock
from jiangtai.web import (
    ActionPage,
    DateField,
    FileField,
    FormPage,
    LongTextField,
    Page,
    RadioCards,
    RevealForm,
    RevealPage,
    as_file,
    page,
)

from .. import engine, materials, notices, records
from ..declare import Notice
from ..models import Attachment, Case, Decision, Objection
from . import seatform, showing
from .cases import CaseObject, linkable, objection_steps, papers_for, recordable, what_is_asked
from .inbox import case_url


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


def _unfolded(group: dict[str, Any]) -> Any:
    """A group's note under what its one line would say."""
    line = "：".join(str(words) for words in (group.get("light"), group.get("brief")) if words)
    return format_html("<div>{}</div>{}", line, group["note"]) if line else group["note"]


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
        own = [{**one, "fields": [field for field in one["fields"] if field.name not in letter], "note": _unfolded(one)}
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

    permission, title = "cases.record", "生成填报链接"

    def prepare(self) -> None:
        """Only where a unit is asked that may answer so."""
        super().prepare()
        found = linkable(self.object, showing.Life(self.object, self.acting).waiting(), self.acting)
        if found is None:
            raise Http404
        self.seat = found
        self.until = links.open_until("seat", [found.pk]).get(found.pk)

    def get_title(self) -> str:
        """Whether one that opens is made anew."""
        return f"重新{self.title}" if self.until else self.title

    @property
    def danger(self) -> bool:  # type: ignore[override]
        """A link that opens is made void."""
        return self.until is not None

    @property
    def submit(self) -> str:  # type: ignore[override]
        """As it does."""
        return "作废旧链接，重新生成" if self.until else "生成链接"

    def get_question(self) -> str:
        """For whom."""
        return f"为“{self.seat.unit}”{self.get_title()}？"

    def get_text(self) -> str:
        """What it opens, and for how long."""
        lasts = clock.span(values_of.value("access.link_hours") * 60)
        void = (
            f"已有一个链接，有效至 {clock.day_of(self.until)}；重新生成后它立即作废，须发新的。" if self.until else ""
        )
        return f"{void}持有链接的人不用登录即可办理这一件事，{lasts}内有效，报送一次即失效。"

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


routes = [
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
