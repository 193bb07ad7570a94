"""Rounds: the list, the form, one round with all that belongs to it, its ranking, and the notices it publishes."""

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from jiangtai.access import Account, Grant, Refused, Unit, UnitGroup, units
from jiangtai.kernel import clock, office_calendar, read_id
from jiangtai.web import (
    Act,
    ActionPage,
    Choice,
    Column,
    Crumb,
    DateField,
    DetailPage,
    Empty,
    FormPage,
    ListPage,
    LongTextField,
    Nav,
    ObjectMixin,
    Search,
    Section,
    TableSection,
    Tag,
    TemplateSection,
    Value,
    page,
)

from .. import engine, inbox, notices, rankings, rounds, subjects
from ..declare import End, Flow, FlowError, Notice, Panel, Ranking, flow_named, flows
from ..models import Case, Round, Seat
from . import showing
from .inbox import case_url, flow_choices, notice_groups

STATES = {Round.State.DRAFT: "plain", Round.State.OPEN: "ok", Round.State.CLOSED: "plain"}
MOST = 200


def round_url(round: Round) -> str:
    """A round's page."""
    return reverse("rounds.show", args=[round.pk])


def visible(who: Any) -> Any:
    """Rounds under preparation are seen by who holds them; those that take or took cases, by every officer."""
    begun = ~Q(state=Round.State.DRAFT)
    return Round.unscoped.filter(begun | Q(host__path__within=who.reach)).select_related("host")


def flow_of(round: Round) -> type[Flow]:
    """The flow that a round takes cases of."""
    return flow_named(round.flow)


def state_tag(round: Round) -> Tag:
    """Whether it takes cases today."""
    today = clock.today()
    if round.state == Round.State.CLOSED and (number := _number_open(round)):
        return Tag(f"受理已结束，还有 {number} 件在办", "warn")
    if round.state == Round.State.OPEN and today > round.closes:
        return Tag("受理已截止", "warn")
    if round.state == Round.State.OPEN and today < round.opens:
        return Tag(f"{round.opens:%m-%d} 起受理", "info")
    return Tag(round.get_state_display(), STATES[Round.State(round.state)])


def _number_open(round: Round) -> int:
    """How many of its cases go on."""
    counted: int | None = getattr(round, "number_open", None)
    return round.cases.filter(state=Case.State.OPEN).count() if counted is None else counted


class RoundList(ListPage):
    """All rounds."""

    permission, title, counted, order = "rounds.view", "批次", "个", "-opens"
    nav = Nav("我的工作", "批次", 5)
    keywords = "评选批次 申报批次"
    conditions = (
        Search("名称", fields=("name__contains",)),
        Choice("事项", "flow", choices=flow_choices),
        Choice("状态", "state", choices=Round.State.choices),
    )
    columns = (
        Column("name", "名称", link=round_url, note=lambda row: showing.flow_label(row.flow)),
        Column("host", "主办单位", lambda row: str(row.host)),
        Column("opens", "开始受理", kind="date", sort="opens"),
        Column("closes", "截止受理", kind="date", sort="closes"),
        Column("quota", "名额", kind="num", sort="quota"),
        Column("cases", "办件", "number_of_cases", kind="num"),
        Column("state", "状态", state_tag, kind="tag"),
    )
    actions = (Act("新建批次", "rounds.new", primary=True),)
    empty = Empty("还没有批次", "评选、认定等按批次受理的事项，先建立批次。", Act("新建批次", "rounds.new"))

    def rows(self) -> Any:
        """With how many cases each has."""
        return visible(self.acting).annotate(
            number_of_cases=Count("cases"), number_open=Count("cases", filter=Q(cases__state=Case.State.OPEN))
        )


class RoundForm(forms.Form):
    """What every round says of itself."""

    name = forms.CharField(label="批次名称", max_length=80, help_text="如：区级工匠评选 2026 年第二批")
    opens = DateField(label="开始受理")
    closes = DateField(label="截止受理")
    quota = forms.IntegerField(label="名额", min_value=1, max_value=100_000)
    approval = forms.CharField(
        label="批准文号", max_length=60, required=False, help_text="评比表彰须经批准，开始受理前填写"
    )
    telephone = forms.CharField(label="咨询电话", max_length=30, required=False, help_text="公示时一并公布")
    materials = LongTextField(
        label="申报材料", required=False, rows=4, help_text="一行一项；必须提交的，名称后加 *，如：本单位公示情况*"
    )

    def clean_materials(self) -> list[dict[str, Any]]:
        """Each line a material; a star makes it required."""
        lines = [one.strip() for one in self.cleaned_data["materials"].splitlines() if one.strip()]
        found = [{"name": one.rstrip("*＊ ").strip(), "required": one.endswith(("*", "＊"))} for one in lines]
        names = [one["name"] for one in found]
        if doubled := sorted({name for name in names if names.count(name) > 1}):
            raise forms.ValidationError(f"{'、'.join(doubled)} 写了两次，请合并")
        if long := [name for name in names if not 0 < len(name) <= 60]:
            raise forms.ValidationError(f"材料名称应为 1 至 60 字，请改短：{long[0][:20]}…")
        return found


def material_lines(materials: list[dict[str, Any]]) -> str:
    """The materials as the form takes them."""
    return "\n".join(f"{one['name']}{'*' if one.get('required') else ''}" for one in materials)


def form_of(kind: type[Flow]) -> type[forms.Form]:
    """The round's form with what the flow asks of its rounds."""
    own = kind.round_form
    return type("RoundForm", (RoundForm, own) if own else (RoundForm,), {"__doc__": "A round."})


def parts_of(kind: type[Flow], values: dict[str, Any]) -> dict[str, Any]:
    """The round's own fields, and what the flow asks, as JSON keeps it."""
    own = {name: values[name] for name in RoundForm.base_fields}
    terms = {name: value for name, value in values.items() if name not in own}
    return {**own, "terms": json.loads(json.dumps(terms, cls=DjangoJSONEncoder))}


class ChooseFlow(FormPage):
    """The first question of a new round: of what."""

    permission, title, parents = "rounds.change", "新建批次", ("rounds.list",)
    is_listed = True

    @property
    def submit(self) -> str:  # type: ignore[override]
        """Two questions, two words."""
        return "建立批次" if self.kind else "下一步"

    def prepare(self) -> None:
        """The flow, once it is chosen."""
        super().prepare()
        asked = self.request.GET.get("flow", "")
        self.kind = next((one for one in flows() if one.key == asked and one.in_rounds and not one.rounds_at), None)

    def get_title(self) -> str:
        """Of what."""
        return f"新建批次：{self.kind.label}" if self.kind else self.title

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """The choice, or the round's own form."""
        if self.kind:
            return form_of(self.kind)(data=data, initial=self.initial())
        form = FlowForm(data=data)
        known = [one for one in flows() if one.in_rounds and not one.rounds_at]
        form.fields["flow"].choices = [(one.key, f"{one.label}｜{_since(one)}") for one in known]  # type: ignore[attr-defined]
        return form

    def initial(self) -> dict[str, Any]:
        """From today."""
        unit = self.acting.unit
        return {"opens": clock.today(), "telephone": unit.telephone if unit else ""}

    def sources(self) -> dict[str, str]:
        """The unit's own telephone."""
        unit = self.acting.unit
        return {"telephone": f"单位登记（{unit}）"} if self.kind and unit and unit.telephone else {}

    @property
    def groups(self) -> Any:  # type: ignore[override]
        """The flow's own agreements stand apart."""
        own = self.kind.round_form if self.kind else None
        if own is None:
            return ()
        return (("批次", tuple(RoundForm.base_fields)), ("本事项的约定", tuple(own.base_fields)))

    def save(self, form: Any) -> Any:
        """Go on, or make the round."""
        if self.kind is None:
            return form.cleaned_data["flow"]
        if self.acting.unit is None:
            raise Refused("您还没有岗位，不能新建批次")
        return rounds.make(self.kind.key, host=self.acting.unit, **parts_of(self.kind, form.cleaned_data))

    def said(self, saved: Any) -> str:
        """Only once there is a round."""
        return "" if isinstance(saved, str) else f"已建立“{saved}”，请补齐会办部门、评委和名额后开始受理"

    def next_url(self, saved: Any) -> str:
        """To the form, or to the round."""
        return f"{reverse('rounds.new')}?flow={saved}" if isinstance(saved, str) else round_url(saved)


class FlowForm(forms.Form):
    """Of what."""

    from jiangtai.web import RadioCards

    flow = forms.ChoiceField(label="事项", widget=RadioCards)


def _since(kind: type[Flow]) -> str:
    return f"{kind.since} 起施行"


class RoundObject(ObjectMixin):
    """A page about one round that this account may see."""

    object: Round
    acting: Any

    def objects(self) -> Any:
        """What this account may see."""
        return visible(self.acting)

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return round_url(self.object)

    def get_crumbs(self) -> list[Crumb]:
        """The list, then the round."""
        return [Crumb("批次", reverse("rounds.list")), Crumb(self.object.name, round_url(self.object))]


class HeldRound(RoundObject):
    """A page by which whoever holds a round changes it; another's answers 404."""

    def objects(self) -> Any:
        """Within reach."""
        return Round.objects.select_related("host")


class RoundPage(RoundObject, DetailPage):
    """One round."""

    permission, title = "rounds.view", "批次"
    template = "flows/round.html"

    def get_title(self) -> str:
        """Its name."""
        return self.object.name

    def get_tags(self) -> list[Tag]:
        """Whether it takes cases."""
        return [state_tag(self.object)]

    @property
    def is_holder(self) -> bool:
        """Whether this account may change it."""
        return rounds.holds(self.object, self.acting)

    def get_actions(self) -> list[Act]:
        """What can be done now."""
        row, one = self.object, (self.object.pk,)
        kind = flow_of(row)
        acts = []
        if self.is_holder:
            acts.append(Act("修改", "rounds.edit", one))
            if row.state == Round.State.OPEN:
                acts.append(Act("结束受理", "rounds.close", one, dialog=True, danger=True))
            if any(isinstance(step, Ranking) for step in kind.steps.values()) and self._waits(Ranking):
                acts.append(Act("排名", "rounds.rank", one))
            if self._waits(Notice):
                acts.append(Act("发布公示", "rounds.publish", one))
            acts += [Act(one.label, "rounds.paper", (row.pk, place)) for place, one in enumerate(kind.papers)]
            if row.state == Round.State.DRAFT:
                acts.append(Act("开始受理", "rounds.start", one, dialog=True, primary=True))
        if row in rounds.open_rounds(row.flow) and opens_here(kind, self.acting):
            acts.append(Act("发起办件", "cases.open", (row.flow,), query=f"round={row.pk}", primary=True))
        return acts

    def _waits(self, kind: type[Any]) -> bool:
        steps = [name for name, step in flow_of(self.object).steps.items() if isinstance(step, kind)]
        rows = Seat.objects.filter(state=Seat.State.OPEN, step__in=steps, case__round=self.object)
        return rows.filter(pk__in=inbox.waiting(self.acting).order_by().values("pk")).exists()

    def sections(self) -> list[Any]:
        """What is agreed, who takes part, how the cases stand."""
        return [self._basics(), *self._cases(), *self._parts(), *self._notices()]

    def _basics(self) -> Section:
        row, kind = self.object, flow_of(self.object)
        values = [
            Value("事项", kind.label),
            Value("主办单位", row.host.name),
            Value("受理时间", f"{row.opens} 至 {row.closes}"),
            Value("名额", row.quota),
            Value("批准文号", row.approval or ("须在开始受理前填写" if kind.needs_approval else None)),
            Value("咨询电话", row.telephone),
            Value("申报材料", material_lines(row.materials).replace("*", "（必须）") or None),
        ]
        if kind.round_form:
            values += showing.written(kind.round_form, row.terms)
        return Section("批次安排", values)

    def _cases(self) -> list[TableSection]:
        kind = flow_of(self.object)
        rows = Case.unscoped.filter(round=self.object)
        if not self.is_holder:
            rows = rows.filter(engine.seen_by(self.acting))
        counted = {(step, state): number for step, state, number in
                   rows.values_list("step", "state").annotate(number=Count("pk")).order_by()}  # fmt: skip
        lines = []
        for name, step in kind.steps.items():
            number = counted.get((name, "ended" if isinstance(step, End) else "open"), 0)
            if number or not isinstance(step, End):
                lines.append({"label": step.label, "step": name, "number": number, "who": _desk(step)})
        if withdrawn := sum(number for (_, state), number in counted.items() if state == "withdrawn"):
            lines.append({"label": "已撤回", "step": "", "number": withdrawn, "who": ""})
        listed = f"{reverse('cases.all')}?round={self.object.pk}" if self.acting.may("cases.browse") else ""
        columns = (
            Column("label", "环节", lambda line: line["label"],
                   link=lambda line: f"{listed}&step={self.object.flow}:{line['step']}" if listed and line["step"] and
                   line["number"] else None),
            Column("who", "办理", lambda line: line["who"]),
            Column("number", "办件", lambda line: line["number"], kind="num"),
        )  # fmt: skip
        total = sum(line["number"] for line in lines)
        return [TableSection("进度", columns, lines, note=f"共 {total} 件", more=listed)]

    def _parts(self) -> list[Any]:
        """Consulted units, judges, shares: each with the way to change it."""
        row, kind, one = self.object, flow_of(self.object), (self.object.pk,)
        steps = kind.steps.values()
        found = []
        if any(getattr(getattr(step, "by", None), "where", "") == "consulted" for step in steps):
            names = [str(each.unit) for each in row.consulted.select_related("unit").order_by("unit__number")]
            found.append(self._names("会办部门", names, Act("调整", "rounds.consulted", one)))
        if any(isinstance(step, Panel) for step in steps):
            judges = row.judges.select_related("account__unit").order_by("made_at")
            names = [f"{each.account.name}（{each.account.unit}）" for each in judges]
            shown = names if self.is_holder else [f"{len(names)} 位"]
            found.append(self._names("评委", shown if names else [], Act("调整", "rounds.judges", one), counted="位"))
        shares = row.shares.select_related("unit", "group").order_by("-quota")
        names = [f"{each.unit or each.group} {each.quota} 名" for each in shares]
        found.append(self._names("名额分配", names, Act("调整", "rounds.shares", one), "没有分配，按总名额掌握"))
        return found

    def _names(
        self, title: str, names: list[str], act: Act, nothing: str = "还没有添加", counted: str = "个"
    ) -> TemplateSection:
        acts = (act,) if self.is_holder and self.object.state != Round.State.CLOSED else ()
        return TemplateSection("flows/names.html", {"names": names, "nothing": nothing}, title,
                               f"{len(names)} {counted}" if names else "", acts)  # fmt: skip

    def _notices(self) -> list[TableSection]:
        rows = list(notices.running_first(notices.of_round(self.object)).annotate(number_shown=Count("shown")))
        if not rows:
            return []
        calendar = office_calendar()
        columns = (
            Column("number", "公示编号", link=lambda one: reverse("notices.show", args=[one.pk])),
            Column("days", "公示期", lambda one: f"{one.first} 至 {one.last}"),
            Column("shown", "人数", "number_shown", kind="num"),
            Column("state", "状态", lambda one: notice_tag(one, calendar), kind="tag"),
        )
        return [TableSection("公示", columns, rows)]


def _desk(step: Any) -> str:
    desk = getattr(step, "by", None)
    return desk.label if desk else ""


def notice_tag(one: Any, calendar: Any) -> Tag:
    """How long a notice still stands."""
    if one.closed_at or clock.today() > one.last:
        return Tag("已期满", "plain")
    return Tag(f"公示中，{showing.light(one.last, calendar)}", "info")


def opens_here(kind: type[Flow], who: Any) -> bool:
    """Whether this account opens cases of this flow at its present post."""
    return kind.opens.where != "opener" and bool(kind.opens.role_of(who.roles)) and who.unit is not None


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
                  "why": left.get(one.case.pk, ""), "score": showing.plain(one.values["score"]),
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
    page("office/rounds/", RoundList, "rounds.list"),
    page("office/rounds/new/", ChooseFlow, "rounds.new"),
    page("office/rounds/<uuid:id>/", RoundPage, "rounds.show"),
    page("office/rounds/<uuid:id>/edit/", EditRound, "rounds.edit"),
    page("office/rounds/<uuid:id>/start/", StartRound, "rounds.start"),
    page("office/rounds/<uuid:id>/close/", CloseRound, "rounds.close"),
    page("office/rounds/<uuid:id>/consulted/", ChangeConsulted, "rounds.consulted"),
    page("office/rounds/<uuid:id>/judges/", ChangeJudges, "rounds.judges"),
    page("office/rounds/<uuid:id>/shares/", ChangeShares, "rounds.shares"),
    page("office/rounds/<uuid:id>/ranking/", RankRound, "rounds.rank"),
    page("office/rounds/<uuid:id>/notice/", PublishNotice, "rounds.publish"),
]
