"""Opening a case in the office: which matter, in which round, about whom."""

from typing import Any

from django import forms
from django.http import Http404
from django.urls import reverse

from jiangtai.access import Unit
from jiangtai.web import Entry, FormPage, Page, page

from .. import engine, rounds, subjects
from ..declare import Flow, flows
from ..models import Case, Round
from .inbox import case_url


def open_to(who: Any) -> list[type[Flow]]:
    """The flows whose cases this account opens at its present post."""
    if who.unit is None:
        return []
    known = [one for one in flows() if one.about in ("person", "unit")]  # all else is begun on its own domain's page
    return [one for one in known if one.opens.where != "opener" and one.opens.role_of(who.roles)]


class NewCase(Page):
    """What can be begun here."""

    permission, title, template, parents = "cases.view", "发起办件", "flows/new.html", ("cases.waiting",)
    keywords = "申报 提名 申请"

    def get_context(self) -> dict[str, Any]:
        """Each matter, and each round of it that takes cases."""
        return {"entries": [entry for kind in open_to(self.acting) for entry in entries_of(kind)]}


def entries_of(kind: type[Flow]) -> list[Entry]:
    """A flow as something to begin: itself, or each of its open rounds."""
    to = reverse("cases.open", args=[kind.key])
    if not kind.in_rounds:
        return [Entry(kind.label, "随时可以发起", to)]
    return [
        Entry(
            f"{kind.label}：{one.name}", f"{one.host}主办，{one.closes} 截止，名额 {one.quota}", f"{to}?round={one.pk}"
        )
        for one in rounds.open_rounds(kind.key).select_related("host").order_by("closes")
    ]


class SubjectForm(forms.Form):
    """About whom, or about which unit."""

    subject = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class OpenCase(FormPage):
    """Begin."""

    permission, title, submit, is_listed = "cases.view", "发起办件", "发起并填写", False
    parents, form = ("cases.waiting", "cases.new"), SubjectForm

    def prepare(self) -> None:
        """Only what this post may begin; in a round that takes cases."""
        super().prepare()
        self.kind = next((one for one in open_to(self.acting) if one.key == self.kwargs["flow"]), None)
        if self.kind is None:
            raise Http404
        self.round = round_asked(self.kind, self.request.GET.get("round", ""))
        if self.kind.in_rounds and self.round is None:
            raise Http404

    def get_title(self) -> str:
        """What is begun."""
        assert self.kind is not None
        return f"发起：{self.kind.label}"

    @property
    def intro(self) -> str:  # type: ignore[override]
        """The round, where there is one."""
        return f"{self.round.name}，{self.round.opens} 至 {self.round.closes} 受理。" if self.round else ""

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """By name or number; one's own unit stands there already."""
        assert self.kind is not None
        form = SubjectForm(data=data, initial={"subject": self._known()})
        is_unit = self.kind.about == "unit"
        form.fields["subject"].label = "单位" if is_unit else "人员"
        hint = "填全称、简称或统一社会信用代码" if is_unit else "填姓名；有同名的，填身份证号"
        form.fields["subject"].help_text = hint
        return form

    def _known(self) -> str:
        """One's own firm, for a matter about units."""
        unit: Unit | None = self.acting.unit
        if self.kind is None or self.kind.about != "unit" or unit is None:
            return str(self.request.GET.get("subject", ""))[:60]
        return str((unit.serves or unit).name)

    def sources(self) -> dict[str, str]:
        """One's own firm is known from the post."""
        is_own = self.kind is not None and self.kind.about == "unit" and self.acting.unit is not None
        return {"subject": f"您的岗位（{self.acting.unit}）"} if is_own else {}

    def save(self, form: Any) -> Case:
        """Open it; all further questions are asked on its page."""
        assert self.kind is not None
        subject, unit = subjects.find(self.kind, form.cleaned_data["subject"], self.acting)
        return engine.open_case(self.kind.key, subject, unit, round=self.round)

    def said(self, saved: Case) -> str:
        """Its number."""
        return f"已发起 {saved.number}，请填写后提交"

    def next_url(self, saved: Case) -> str:
        """To its page."""
        return case_url(saved)


def round_asked(kind: type[Flow], text: str) -> Round | None:
    """The open round of a flow that the address names."""
    try:
        return rounds.open_rounds(kind.key).filter(pk=text).select_related("host").first() if text else None
    except (ValueError, forms.ValidationError):
        return None


routes = [
    page("office/cases/new/", NewCase, "cases.new"),
    page("office/cases/new/<str:flow>/", OpenCase, "cases.open"),
]
