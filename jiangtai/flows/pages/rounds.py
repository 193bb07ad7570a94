"""Rounds: the list, the form of a new one, and one round with all that belongs to it."""

import json
from typing import Any

from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Count, Q
from django.urls import reverse

from jiangtai.access import Refused
from jiangtai.kernel import clock, office_calendar
from jiangtai.web import (
    Act,
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

from .. import engine, inbox, notices, rounds
from ..declare import End, Flow, Notice, Panel, Ranking, flow_named, flows
from ..models import Case, Round, Seat
from . import showing
from .inbox import flow_choices

STATES = {Round.State.DRAFT: "plain", Round.State.OPEN: "ok", Round.State.CLOSED: "plain"}


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


routes = [
    page("office/rounds/", RoundList, "rounds.list"),
    page("office/rounds/new/", ChooseFlow, "rounds.new"),
    page("office/rounds/<uuid:id>/", RoundPage, "rounds.show"),
]
