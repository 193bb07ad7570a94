"""What plans lack: what one's own unit is asked to add, what was added and by whom, and the office's word on it."""

from datetime import date
from functools import cache, partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from jiangtai.access import Refused, Unit, acting_by_link, audit, current, links, parameters
from jiangtai.kernel import clock, office_calendar, quantities
from jiangtai.web import (
    PUBLIC,
    Act,
    ActionPage,
    Choice,
    Column,
    Crumb,
    DetailPage,
    Empty,
    FormPage,
    ListPage,
    Nav,
    ObjectMixin,
    Panel,
    Section,
    Tag,
    Value,
    as_file,
    page,
    panel,
    sheet_file,
)

from ..actions import supplying as actions
from ..actions import wording
from ..forms.supplying import GoWithoutForm, LacksForm, TieForm
from ..models import Amount, Measure, Plan, Supply
from ..queries import plans
from ..queries import supplying as queries
from ..rules.plans import lacks
from .lights import left_until
from .measures import MeasureObject
from .plans import lacks_of

STATES = {"waiting": "warn", "counted": "ok", "declined": "plain"}
MOST = 6


def state_tag(one: Supply) -> Tag:
    """Whether it counts."""
    return Tag(one.get_state_display(), STATES[one.state])


def show(one: Supply) -> str:
    """Its page."""
    return reverse("supplies.show", args=[one.pk])


class Supplies(ListPage):
    """What was added to plans, the latest first: what, by whom, when, and what the office made of it."""

    permission, title, counted, order = "reform.view", "方案补充", "项", "-made_at"
    nav = Nav("改革方案", "方案补充", 26)
    keywords = "补充期限 补充指标 目标值 核定"
    conditions = (
        Choice("状态", "state", choices=Supply.State.choices, match=queries.of_state),
        Choice("补充了什么", "kind", choices=Supply.Kind.choices),
        Choice("方案", "plan", choices=lambda one: one.plans(), field="measure__plan"),
    )
    actions = (Act("生成补充链接", "supplies.links", dialog=True),)
    empty = Empty("还没有补充过", "方案没有写明期限、指标的举措，由牵头单位补充；补充的指标和目标在这里核定。")

    def plans(self) -> list[tuple[Any, str]]:
        """Those to which something was added."""
        return [(one.pk, one.title[:24]) for one in Plan.objects.exclude(state=Plan.State.DRAFT)]

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """Who, what, when."""
        said = partial(queries.said_of, known=queries.labels())
        return (
            Column("state", "状态", state_tag, kind="tag"),
            Column("what", "补充", said, link=show, note=lambda row: str(row.measure)),
            Column("unit", "补充单位", lambda row: str(row.unit or ""), note=lambda row: row.by_name),
            Column("made_at", "补充时间", kind="date", sort="made_at"),
            Column("settled", "核定", lambda row: row.settled_by_name or None),
        )

    def rows(self) -> QuerySet[Supply]:
        """As far as this account sees."""
        return queries.supplies(self.acting)


class OwnLacking(ListPage):
    """The measures to which one's own unit is asked to add a day or a figure."""

    permission, title, counted, order = "reform.work", "待补充举措", "项", "place"
    nav = Nav("我的工作", "待补充举措", 16)
    keywords = "补充期限 补充指标 方案缺项"
    empty = Empty("没有要补充的", "本单位牵头的举措，方案都写明了期限和指标，或已经补充。")

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """What is lacking, and by when it is to be added."""
        due, calendar = cache(queries.due_of), office_calendar()

        def left(row: Measure) -> Tag | None:
            day = due(row.plan)
            return left_until(day, calendar) if day else None

        return (
            Column("place", "次序", sort="place", kind="num", hidden=True),
            Column("title", "举措", str, link=lambda row: reverse("measures.show", args=[row.pk]),
                   note=lambda row: row.plan.title),
            Column("lacks", "还缺", lacks_of),
            Column("due", "补充期限", lambda row: due(row.plan), kind="date"),
            Column("left", "时限", left, kind="tag"),
        )  # fmt: skip

    def rows(self) -> QuerySet[Measure]:
        """Those that this unit is asked about."""
        found = queries.own_lacking(self.acting).select_related("plan__unit")
        return found.prefetch_related("parts__unit", "actions", "amounts", "supplies")


class LackingLinks(ActionPage):
    """A sheet with a link for every unit that is asked to add something."""

    gives_file = True
    permission, title, submit, parents = "reform.change", "生成补充链接", "生成并下载", ("supplies.list",)
    question = "为每个还要补充期限、指标的牵头单位各生成一个链接？"
    columns = (
        Column("unit", "单位", lambda row: str(row[0])),
        Column("measures", "待补充举措（项）", lambda row: len(row[1]), kind="num"),
        Column("link", "补充链接", lambda row: row[2]),
        Column("due", "请于此日前补充", lambda row: row[3], kind="date"),
        Column("words", "可以转发的话", lambda row: _to_send(*row)),
    )

    def get_text(self) -> str:
        """What they open, and for how long."""
        lasts = clock.span(parameters.value("access.link_hours") * 60)
        return (
            f"一个单位一行，持有链接的人不用登录即可补充本单位牵头的举措，{lasts}内有效，可以分几次提交，补齐后失效；以前生成的补充链接"
            "随之作废。链接只在这张表里，请逐个单位发送，不要整表转发。生成和下载记入审计。"
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The sheet."""
        try:
            made = actions.links_for_lacking()
        except ValidationError as error:
            return self._refuse(self.make_form(request.POST), error)
        rows = [
            (unit, measures, request.build_absolute_uri(reverse("supplies.by_link", args=[token])),
             queries.asked_by(unit, measures))
            for unit, measures, token in made
        ]  # fmt: skip
        file, count = sheet_file(self.title, "待补充举措的牵头单位", rows, self.columns, (), self.acting)
        audit.record("export", details={"page": self.name, "rows": count})
        return as_file(file, "方案补充链接.xlsx")


def _to_send(unit: Unit, measures: list[Measure], link: str, due: date) -> str:
    """What goes to a unit with its link."""
    return f"请{unit}于{clock.chinese_day(due)}前打开链接，补充牵头的 {len(measures)} 项举措缺的完成期限、指标：{link}"


def _words_of(one: Measure) -> str:
    """The plan that a measure is of, and what it asks, sentence by sentence."""
    return "\n".join([one.plan.title, *(f"{at}．{work.text}" for at, work in enumerate(one.actions.all(), start=1))])


class SupplyByLink(FormPage):
    """A unit adds by a link what its measures lack: no account, its own measures, until nothing is lacking."""

    permission, title, face, submit, is_listed = PUBLIC, "补充方案", "bare", "提交", False
    template, form = "reform/supply_by_link.html", LacksForm

    @property
    def intro(self) -> str:  # type: ignore[override]
        """By when, and what becomes of it."""
        due = queries.asked_by(self.unit, self.measures)
        return (
            f"{f'请在 {due} 前提交。' if due else ''}方案没有写明期限、指标的举措，由牵头单位补充；完成期限即时生效，"
            "指标和目标由领导小组办公室核定。暂时定不了的可以空着，以后再打开这个链接补；不用登录，补齐后链接失效。"
        )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Act as the link's bearer for this request only."""
        self.link = links.look("supply", self.kwargs["token"])
        self.unit = Unit.unscoped.get(pk=self.link.target)
        with acting_by_link(self.unit, f"{self.unit}（链接）", self.link.target):
            return super().dispatch(request, *args, **kwargs)

    def prepare(self) -> None:
        """The bearer acts, and nobody who happens to be signed in here."""
        self.acting = current()
        rows = queries.lacking_at([self.unit.pk]).select_related("plan__unit").order_by("plan", "place")
        self.measures = list(rows.prefetch_related("parts__unit", "actions", "amounts", "supplies"))
        if not self.measures:
            raise Refused("本单位牵头的举措都已补充，不用再填", "link")

    def get_title(self) -> str:
        """Whose."""
        return f"{self.unit} · 补充方案"

    def form_kwargs(self) -> dict[str, Any]:
        """The unit's measures that lack something."""
        return {"unit": self.unit, "measures": self.measures}

    def _groups(self, form: Any) -> list[dict[str, Any]]:
        """Measure by measure, each with the plan's own words."""
        return [
            {"title": str(one), "note": _words_of(one), "fields": [form[name] for name in form.of(one)]}
            for one in self.measures
        ]

    def save(self, form: Any) -> int:
        """Add it; the link is spent once all has come."""
        told = form.told()
        self.is_dated = any(one["deadline"] for one in told.values())
        return actions.answer(self.link, told)

    def done(self, saved: int) -> HttpResponse:
        """Thanks, on a page that needs no account."""
        left = queries.lacking_at([self.unit.pk]).count()
        shown: dict[str, Any] = {"count": saved, "unit": self.unit, "is_dated": self.is_dated, "left": left}
        shown["until"] = self.link.expires_at
        return self.render_as("reform/supplied_by_link.html", **shown, at=clock.now())

    def back_url(self) -> str:
        """There is nowhere else to go."""
        return "/"


class SupplyObject(ObjectMixin):
    """A page about one thing that was added."""

    object: Supply
    acting: Any

    def objects(self) -> QuerySet[Supply]:
        """As far as this account sees."""
        return queries.supplies(self.acting)

    def get_crumbs(self) -> list[Crumb]:
        """The list, then this one."""
        return [Crumb("方案补充", reverse("supplies.list")), Crumb(self.object.get_kind_display(), show(self.object))]

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return show(self.object)


class SupplyPage(SupplyObject, DetailPage):
    """One thing that was added: what, by whom, when, and how the figure stands to its target."""

    permission, title, parents = "reform.view", "补充", ("supplies.list",)

    def get_title(self) -> str:
        """What was added."""
        return queries.said_of(self.object)

    def get_tags(self) -> list[Tag]:
        """Whether it counts."""
        return [state_tag(self.object)]

    def get_actions(self) -> list[Act]:
        """The office settles what waits."""
        one = self.object
        if one.state != Supply.State.WAITING or one.measure.plan.state != Plan.State.IN_FORCE:
            return []
        return [
            Act("不采用", "supplies.decline", (one.pk,), dialog=True),
            Act("采用", "supplies.adopt", (one.pk,), primary=True, dialog=True),
        ]

    def sections(self) -> list[Section]:
        """All that is known of it."""
        one = self.object
        values = [
            Value("举措", str(one.measure), source=one.measure.plan.title,
                  url=reverse("measures.show", args=[one.measure_id])),
            Value("方案中的数", one.amount.text if one.amount else None),
            Value("补充单位", str(one.unit or "")),
            Value("经办人", one.by_name),
            Value("补充时间", one.made_at),
        ]  # fmt: skip
        if one.kind == Supply.Kind.FIGURE:
            url = reverse("figures.show", args=[one.indicator]) if self.acting.may("figures.view") else ""
            values += [
                Value("指标", queries.labels().get(one.indicator, one.indicator), url=url),
                Value(
                    "目标",
                    f"{one.year} 年达到 {quantities.plain(one.value)}{queries.measured_in(one.indicator)}",
                    source=f"{one.measure.plan.unit}",
                ),
                Value("进度", one.pace_why or "采用后按序时进度计算"),
            ]
        if one.settled_at:
            values += [Value("核定人", one.settled_by_name), Value("核定时间", one.settled_at)]
        if one.why:
            values.append(Value("未采用的理由", one.why))
        return [Section("", values)]


class Settled(SupplyObject, ActionPage):
    """The office's word on what a lead added."""

    permission = "reform.change"

    def objects(self) -> QuerySet[Supply]:
        """What waits."""
        return super().objects().filter(state=Supply.State.WAITING)

    def get_question(self) -> str:
        """What it is about."""
        return f"{self.submit}“{queries.said_of(self.object)}”？"


class Adopt(Settled):
    """Take it."""

    title, submit = "采用补充的指标", "采用"
    text = "采用后，目标按这个年度下达到本级，这项举措和写着这个数的任务按序时进度亮灯；牵头单位会收到通知。"
    does, success = actions.adopt, "已采用，目标已下达"


class Decline(Settled):
    """Do not take it."""

    title, submit, asks_reason = "不采用补充的指标", "不采用", True
    text = "理由会告诉牵头单位，这项举措仍列在它的待补充里。"
    does, success = actions.decline, "未采用，已告知牵头单位"


class LeadPage(MeasureObject, FormPage):
    """A page on which a lead, or the office, adds to a measure in force."""

    permission, is_listed, parents = "reform.work", False, ("plans.list",)
    kwargs: dict[str, Any]

    def get_object(self) -> Measure:
        """Only for the office and the units that lead it, while the plan is in force."""
        found = super().get_object()
        may = wording.may_supply(found, self.acting.unit, self.acting.may("reform.change"))
        if found.plan.state != Plan.State.IN_FORCE or not may:
            raise Http404
        return found


class Tie(LeadPage):
    """Say by which figure a measure is counted, and what a year is to reach."""

    title, submit, form = "补充指标和目标", "补充", TieForm

    amount: Any = None

    @property
    def intro(self) -> str:  # type: ignore[override]
        """What the plan says, and what becomes of it."""
        words = f"方案原文：“{self.amount.text}”。" if self.amount else "方案没有写明指标。"
        if self.acting.may("reform.change"):
            return f"{words}补充后目标按年度下达到{self.object.plan.unit}，按序时进度亮灯。"
        return f"{words}补充后由领导小组办公室核定，采用的目标按年度下达到{self.object.plan.unit}，按序时进度亮灯。"

    def form_kwargs(self) -> dict[str, Any]:
        """Figures that this unit is told of."""
        return {"unit": None if self.acting.may("reform.change") else self.acting.unit, "amount": self.amount}

    def save(self, form: Any) -> Supply:
        """Add it."""
        told = form.cleaned_data
        return actions.tie(self.object, told["indicator"], told["year"], told["value"], amount=self.amount)

    def said(self, saved: Supply) -> str:
        """Whether it counts already."""
        return "已补充并下达目标" if saved.state == Supply.State.COUNTED else "已补充，等领导小组办公室核定"


class TieAmount(Tie):
    """Say by which figure a number of the plan is counted."""

    title = "对应指标"

    def prepare(self) -> None:
        """Of the measure in which the number stands."""
        self.amount = get_object_or_404(Amount.objects, pk=self.kwargs["id"])
        self.kwargs = {**self.kwargs, "id": self.amount.measure_id}
        super().prepare()


class GoWithout(LeadPage):
    """Say why a measure has no figure."""

    title, submit, form = "说明不设指标", "提交", GoWithoutForm
    intro = "没有合适指标的举措，写明理由后不再提醒；领导小组办公室看得到理由。"
    success = "已说明"

    def save(self, form: Any) -> Supply:
        """Keep the reason."""
        return actions.go_without(self.object, form.cleaned_data["said"])


@panel(order=13, permission="reform.work")
def our_lacks(acting: Any) -> Panel | None:
    """The measures to which one's own unit is asked to add something; the office looks at what others added."""
    if acting.may("reform.change"):
        return None
    found = queries.own_lacking(acting)
    total = found.count()
    if not total:
        return None
    rows = found.select_related("plan__unit").prefetch_related("parts__unit", "actions", "amounts", "supplies")
    due, calendar = cache(queries.due_of), office_calendar()
    lines = [
        {"url": reverse("measures.show", args=[one.pk]), "title": str(one),
         "lacks": "、".join(lack.label for lack in lacks(plans.said(one))), "due": (day := due(one.plan)),
         "left": left_until(day, calendar) if day else None}
        for one in rows.order_by("plan", "place")[:MOST]
    ]  # fmt: skip
    url = reverse("supplies.own")
    return Panel(
        "待补充举措", "reform/lacks_panel.html", {"lines": lines}, url=url, rest=max(total - MOST, 0), counted="项"
    )


@panel(order=13, permission="reform.change")
def to_settle(acting: Any) -> Panel | None:
    """What leads added and the office has not settled."""
    total = queries.waiting().count()
    if not total:
        return None
    said = partial(queries.said_of, known=queries.labels())
    rows = queries.waiting().select_related("measure", "unit").order_by("made_at")[:MOST]
    lines = [{"url": show(one), "title": said(one), "lacks": f"{one.unit} · {one.measure}"} for one in rows]
    url = f"{reverse('supplies.list')}?state=waiting"
    return Panel("待核定的方案补充", "reform/lacks_panel.html", {"lines": lines}, url=url,
                 rest=max(total - MOST, 0), counted="项")  # fmt: skip


routes = [
    page("office/reform/supplies/", Supplies, "supplies.list"),
    page("office/reform/supplies/own/", OwnLacking, "supplies.own"),
    page("office/reform/supplies/links/", LackingLinks, "supplies.links"),
    page("s/<str:token>/lacks/", SupplyByLink, "supplies.by_link"),
    page("office/reform/supplies/<uuid:id>/", SupplyPage, "supplies.show"),
    page("office/reform/supplies/<uuid:id>/adopt/", Adopt, "supplies.adopt"),
    page("office/reform/supplies/<uuid:id>/decline/", Decline, "supplies.decline"),
    page("office/reform/measures/<uuid:id>/tie/", Tie, "measures.tie"),
    page("office/reform/amounts/<uuid:id>/tie/", TieAmount, "amounts.tie"),
    page("office/reform/measures/<uuid:id>/go-without/", GoWithout, "measures.go_without"),
]
