"""What is done to a round by who holds it: changed, started, closed, its units and judges, its ranking, its notice."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from jiangtai.access import Account, Grant, Unit, UnitGroup, units
from jiangtai.kernel import quantities, read_id
from jiangtai.web import ActionPage, FormPage, page

from .. import inbox, notices, rankings, rounds, subjects
from ..declare import FlowError, Notice
from ..models import Case, Round
from .inbox import case_url, notice_groups
from .rounds import HeldRound, RoundForm, flow_of, form_of, material_lines, parts_of

MOST = 200


class EditRound(HeldRound, FormPage):
    """Change a round; what began is changed only where it takes nothing back."""

    permission, title, is_listed = "rounds.change", "修改批次", False

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """As it is; what may no longer be changed cannot be typed over."""
        row = self.object
        form = form_of(flow_of(row))(data=data, initial=self.initial())
        if row.state != Round.State.DRAFT:
            for name in set(form.fields) - {"closes", "approval", "telephone"}:
                form.fields[name].disabled = True
        return form

    def initial(self) -> dict[str, Any]:
        """As it is."""
        row = self.object
        own = {name: getattr(row, name) for name in RoundForm.base_fields}
        return {**row.terms, **own, "materials": material_lines(row.materials)}

    def save(self, form: Any) -> Any:
        """Change what differs."""
        wanted = parts_of(flow_of(self.object), form.cleaned_data)
        return rounds.change(self.object, **{name: value for name, value in wanted.items()
                                             if value != getattr(self.object, name)})  # fmt: skip


class StartRound(HeldRound, ActionPage):
    """Let it take cases."""

    permission, title, submit = "rounds.change", "开始受理", "开始受理"
    text = "开始受理后，名称、名额、材料和约定不能再改，截止日期只能延长。"
    does, success = rounds.start, "“{one.name}”已开始受理"

    def get_question(self) -> str:
        """Which."""
        return f"“{self.object.name}”开始受理？"


class CloseRound(HeldRound, ActionPage):
    """End it."""

    permission, title, submit, danger = "rounds.change", "结束受理", "结束受理", True
    text = "结束后不再接收新的办件，已受理的继续办完。结束后不能重新打开。"
    does = rounds.close

    def get_question(self) -> str:
        """Which."""
        return f"结束“{self.object.name}”的受理？"


class Choices(forms.Form):
    """Several out of a list."""

    chosen = forms.MultipleChoiceField(
        label="选择", required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"})
    )


class ChangeConsulted(HeldRound, FormPage):
    """Which units the joint check asks."""

    permission, title, is_listed = "rounds.change", "会办部门", False
    template = "flows/choices.html"
    intro = "勾选要征求意见的部门。已经征求过的意见不受影响。"

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """The departments, those asked ticked."""
        self.now = {str(pk) for pk in self.object.consulted.values_list("unit", flat=True)}
        asked = Unit.unscoped.filter(pk__in=self.now)
        self.known = {str(one.pk): one for one in [*units.member_units(), *asked]}
        form = Choices(data=data, initial={"chosen": list(self.now)})
        form.fields["chosen"].choices = [(key, one.name) for key, one in self.known.items()]  # type: ignore[attr-defined]
        form.fields["chosen"].label = "部门"
        return form

    def save(self, form: Any) -> Any:
        """Add and drop."""
        wanted = set(form.cleaned_data["chosen"])
        for key in sorted(wanted - self.now):
            rounds.add_consulted(self.object, self.known[key])
        for key in sorted(self.now - wanted):
            rounds.drop_consulted(self.object, self.known[key])


class JudgesForm(forms.Form):
    """Whom to take off, and whom to name."""

    dropped = forms.MultipleChoiceField(
        label="解聘", required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"})
    )
    chosen = forms.MultipleChoiceField(
        label="增聘", required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"})
    )


class ChangeJudges(HeldRound, FormPage):
    """Who marks."""

    permission, title, is_listed = "rounds.change", "评委", False
    template = "flows/choices.html"
    about = (
        "从持有“评审专家”角色的账号中选聘。已在评审的办件，会同时送交新增的评委。解聘只限还没有评过分的评委："
        "送交其评审的办件随即收回，评委人数不足的办件等增聘后继续；评过分的不能解聘，需回避的由本人在办件中申请。"
    )
    staying: Sequence[str] = ()

    @property
    def intro(self) -> str:  # type: ignore[override]
        """The rule, and whom it keeps."""
        return f"{self.about}已评分，不能解聘：{'、'.join(self.staying)}。" if self.staying else self.about

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """The judges who may still go, who has marked, and the other experts."""
        rows = [one.account for one in self.object.judges.select_related("account__unit").order_by("made_at")]
        marks = rounds.marks_of(self.object)
        self.now = {str(one.pk): one for one in rows if not marks.get(one.pk)}
        held = Grant.objects.with_scopes_disabled().filter(Grant.HELD, role="expert").values("account")
        experts = Account.objects.filter(pk__in=held, is_active=True).exclude(pk__in=[one.pk for one in rows])
        self.known = {str(one.pk): one for one in experts.select_related("unit").order_by("pinyin")[:MOST]}
        form = JudgesForm(data=data)
        for name, found in (("dropped", self.now), ("chosen", self.known)):
            form.fields[name].choices = [(key, f"{one.name}（{one.unit}）") for key, one in found.items()]  # type: ignore[attr-defined]
            if not found:
                del form.fields[name]
        self.staying = [f"{one.name}（已评 {marks[one.pk]} 件）" for one in rows if marks.get(one.pk)]
        return form

    def save(self, form: Any) -> Any:
        """Name the new ones first, so that there is always a judge."""
        sent = form.cleaned_data
        for key in sent.get("chosen", ()):
            rounds.add_judge(self.object, self.known[key])
        for key in sent.get("dropped", ()):
            rounds.drop_judge(self.object, self.now[key])


class ChangeShares(HeldRound, FormPage):
    """How the quota is divided."""

    permission, title, is_listed = "rounds.change", "名额分配", False
    template = "flows/shares.html"
    intro = "按街道、功能区分配的是推荐名额，报满即止；按产业生态圈分配的是入围名额，排名时掌握。不填即不限。"

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """One number for each branch and each ecosystem."""
        places = (Unit.Kind.STREET, Unit.Kind.PARK, Unit.Kind.INDUSTRY_UNION)
        rows = Unit.unscoped.filter(state=Unit.State.ACTIVE, kind__in=places).order_by("kind", "number")
        self.places: dict[str, Unit | UnitGroup] = {f"unit_{one.pk}": one for one in rows[:MOST]}
        self.places |= {f"group_{one.pk}": one for one in UnitGroup.objects.order_by("name")[:MOST]}
        shares = {f"unit_{one.unit_id}" if one.unit_id else f"group_{one.group_id}": one.quota
                  for one in self.object.shares.all()}  # fmt: skip
        fields = {key: forms.IntegerField(label=str(one), required=False, min_value=0, max_value=100_000,
                                          initial=shares.get(key)) for key, one in self.places.items()}  # fmt: skip
        return type("SharesForm", (forms.Form,), {**fields, "__doc__": "Shares."})(data=data)

    def save(self, form: Any) -> Any:
        """Divide."""
        rounds.set_shares(self.object, [(self.places[key], quota) for key, quota in form.cleaned_data.items()
                                        if quota is not None])  # fmt: skip


class RankRound(HeldRound, FormPage):
    """The ranking: in order, with the line, the list's conditions, and whom to leave out."""

    permission, title, is_listed, submit = "rounds.change", "排名", False, "确定排名"
    template = "flows/ranking.html"

    def prepare(self) -> None:
        """Only where the flow ranks."""
        super().prepare()
        try:
            self.step = rankings.step_of(flow_of(self.object))[1]
        except (ValidationError, FlowError):
            raise Http404 from None

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """Nothing but the rows' own boxes."""
        return forms.Form(data=data)

    def left_out(self) -> dict[Any, str]:
        """Whom the user ticked, with the reason beside."""
        sent = self.request.POST
        rows = Case.unscoped.filter(round=self.object, pk__in=[read_id(key) for key in sent.getlist("out")])
        return {pk: sent.get(f"why_{pk}", "").strip() for pk in rows.values_list("pk", flat=True)}

    def get_context(self) -> dict[str, Any]:
        """The standing with what was ticked, the list's conditions, and how many are still being judged."""
        left = self.left_out()
        standing = rankings.standing(self.object, {pk: why or "（未写理由）" for pk, why in left.items()})
        named = subjects.labels([one.case for one in standing])
        lines = [{"one": one, "label": named[one.case.pk], "url": case_url(one.case), "is_out": one.case.pk in left,
                  "why": left.get(one.case.pk, ""), "score": quantities.plain(one.values["score"]),
                  "is_cut": place > 0 and standing[place - 1].is_in and not one.is_in}
                 for place, one in enumerate(standing)]  # fmt: skip
        return {
            **super().get_context(),
            "lines": lines,
            "inside": sum(one.is_in for one in standing),
            "conditions": rankings.check(self.object, standing) if standing else [],
            "pending": rankings.pending(self.object),
            "ties": self.step.ties,
            "labels": list(self.step.outcomes.values()),
            "is_tied": any(one.is_tied for one in standing),
        }

    def get_title(self) -> str:
        """Of which round."""
        return f"排名：{self.object.name}"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the standing anew, or let it stand."""
        if request.POST.get("do") == "preview":
            return self._show(self.make_form())
        return super().post(request, *args, **kwargs)

    def save(self, form: Any) -> tuple[int, int]:
        """Let it stand."""
        return rankings.settle(self.object, self.left_out())

    def said(self, saved: tuple[int, int]) -> str:
        """How many in, how many out."""
        inside, outside = saved
        yes, no = self.step.outcomes.values()
        return f"排名已确定：{yes} {inside} 件，{no} {outside} 件"


class PublishForm(forms.Form):
    """Whom to show, and whom to call."""

    chosen = forms.MultipleChoiceField(
        label="公示名单", widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}),
        error_messages={"required": "请至少勾选一件"},
    )  # fmt: skip
    telephone = forms.CharField(label="联系电话", max_length=30, help_text="公示期间受理异议的电话")


class PublishNotice(HeldRound, FormPage):
    """Show those who wait for the notice."""

    permission, title, is_listed, submit = "rounds.change", "发布公示", False, "发布公示"
    template = "flows/choices.html"
    intro = "公示即刻对外可见，公示期按工作日计算，期满没有异议的自动进入下一环节。"

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """Those who wait, all ticked."""
        steps = [name for name, step in flow_of(self.object).steps.items() if isinstance(step, Notice)]
        rows = inbox.waiting(self.acting).filter(case__round=self.object, step__in=steps)
        self.seats = {str(one.case_id): one for one in subjects.labelled(rows.order_by("case__place", "id"))}
        phone = self.object.telephone or self.object.host.telephone
        form = PublishForm(data=data, initial={"chosen": list(self.seats), "telephone": phone})
        form.fields["chosen"].choices = [  # type: ignore[attr-defined]
            (key, f"{one.case.subject_label}（{one.case.unit}）") for key, one in self.seats.items()
        ]
        return form

    def sources(self) -> dict[str, str]:
        """Whose telephone stands there."""
        held = self.object
        if not (held.telephone or held.host.telephone):
            return {}
        return {"telephone": f"批次的咨询电话（{held}）" if held.telephone else f"单位登记（{held.host}）"}

    def save(self, form: Any) -> list[Any]:
        """Publish: one notice, or one for each firm where only the firm is told."""
        chosen = [self.seats[key] for key in form.cleaned_data["chosen"]]
        with transaction.atomic():
            return [notices.publish(cases, telephone=form.cleaned_data["telephone"]) for cases in notice_groups(chosen)]

    def said(self, saved: list[Any]) -> str:
        """Which."""
        return f"已发布 {'、'.join(one.number for one in saved)}"


routes = [
    page("office/rounds/<uuid:id>/edit/", EditRound, "rounds.edit"),
    page("office/rounds/<uuid:id>/start/", StartRound, "rounds.start"),
    page("office/rounds/<uuid:id>/close/", CloseRound, "rounds.close"),
    page("office/rounds/<uuid:id>/consulted/", ChangeConsulted, "rounds.consulted"),
    page("office/rounds/<uuid:id>/judges/", ChangeJudges, "rounds.judges"),
    page("office/rounds/<uuid:id>/shares/", ChangeShares, "rounds.shares"),
    page("office/rounds/<uuid:id>/ranking/", RankRound, "rounds.rank"),
    page("office/rounds/<uuid:id>/notice/", PublishNotice, "rounds.publish"),
]
