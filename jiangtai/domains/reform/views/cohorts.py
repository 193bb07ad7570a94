"""Cohorts: firms taken up from a pasted list, what was done for each, what came of it, and how a firm leaves."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from jiangtai import indicators
from jiangtai.access import audit
from jiangtai.kernel import FileRefused, clock
from jiangtai.web import (
    PUBLIC,
    Act,
    Choice,
    Column,
    Crumb,
    DetailPage,
    Empty,
    Event,
    FormPage,
    ListPage,
    ObjectMixin,
    Page,
    Search,
    Section,
    TableSection,
    Tag,
    TemplateSection,
    Value,
    page,
    stored_file,
)

from ..actions import programmes as actions
from ..actions import proofs
from ..forms.programmes import AssistForm, CohortForm, FirmsForm, LeaveForm, PairForm
from ..forms.proofs import ProofForm, kept
from ..models import Assistance, Cohort, CohortFirm, Programme, Task
from ..queries import dockets
from ..queries import programmes as queries
from ..rules import programmes as rules
from .entries import proofs_of
from .programmes import HostedProgramme, shown
from .programmes import show as programme_url


def show(row: CohortFirm) -> str:
    """The page of a firm in a cohort."""
    return reverse("firms.show", args=[row.pk])


def cohort_url(row: Cohort) -> str:
    """The page of a cohort."""
    return reverse("cohorts.show", args=[row.pk])


def state_of(row: CohortFirm) -> Tag:
    """Whether a firm is still in its cohort."""
    if row.left_on is None:
        return Tag("培育中", "ok")
    return Tag("已出师", "info") if row.graduated else Tag("已退出")


HELPED = Column("last_on", "最近帮扶", kind="date", sort=("last_on", "id"))


class NewCohort(HostedProgramme, FormPage):
    """A cohort begins with a pasted list of firms."""

    permission, title, form, submit, is_listed = "programmes.change", "设培育期", CohortForm, "列入企业", False
    groups = (("培育期", ("title", "year")), ("企业", ("firms", "item", "helper", "on")), ("成效", ("indicators",)))

    def initial(self) -> dict[str, Any]:
        """This year's."""
        return {"year": clock.today().year, "on": clock.today()}

    def form_kwargs(self) -> dict[str, Any]:
        """Under the programme's items."""
        return {"items": self.object.items.order_by("place")}

    def save(self, form: Any) -> Cohort:
        """Resolve the list, begin."""
        told = form.cleaned_data
        firms = actions.resolve(self.object, told["firms"], told["item"], told["helper"])
        return actions.gather(self.object, told["title"], told["year"], told["indicators"], told["on"], firms)

    def next_url(self, saved: Cohort) -> str:
        """To it."""
        return cohort_url(saved)

    def said(self, saved: Cohort) -> str:
        """How many."""
        return f"已列入 {CohortFirm.unscoped.filter(cohort=saved).count()} 家企业"


class CohortObject(ObjectMixin):
    """A page about one cohort of a programme that one sees."""

    object: Cohort
    acting: Any

    def objects(self) -> Any:
        """Those seen."""
        rows = Cohort.objects.filter(programme__in=queries.seen(self.acting))
        return rows.select_related("programme__unit")

    def get_crumbs(self) -> list[Crumb]:
        """The list, the programme, the cohort."""
        one = self.object
        return [Crumb("工作体系", reverse("programmes.list")), Crumb(one.programme.title, programme_url(one.programme)),
                Crumb(one.title, cohort_url(one))]  # fmt: skip

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return cohort_url(self.object)

    @cached_property
    def is_host(self) -> bool:
        """Whether one acts for the office that defined it."""
        return queries.is_host(self.object.programme, self.acting)


class CohortPage(CohortObject, DetailPage):
    """One cohort: its firms by item, who helps each, how often, what came of it."""

    permission, title, parents = "programmes.view", "培育期", ("programmes.list",)

    def get_title(self) -> str:
        """Its name."""
        return f"{self.object.programme}·{self.object}"

    def get_actions(self) -> list[Act]:
        """More firms; all of them as a list."""
        acts = [Act("企业名单", "firms.list", query=f"cohort={self.object.pk}")]
        if self.is_host and self.object.programme.state == Programme.State.IN_USE:
            acts.append(Act("加企业", "cohorts.join", (self.object.pk,), primary=True))
        return acts

    def sections(self) -> list[Any]:
        """Numbers that open, then the firms."""
        one = self.object
        rows = list(queries.firms(self.acting).filter(cohort=one).order_by("item__place", "unit__pinyin"))
        began, url = queries.quarter_began(), f"{reverse('firms.list')}?cohort={one.pk}"
        inside = [row for row in rows if row.left_on is None]
        helped = [row for row in inside if row.last_on and row.last_on >= began]
        values = [
            Value("企业", f"{len(rows)} 家", url=url),
            Value("培育中", f"{len(inside)} 家", url=f"{url}&state=in"),
            Value("本季有帮扶", f"{len(helped)} 家", url=f"{url}&state=in&helped=yes"),
            Value("本季没有帮扶", f"{len(inside) - len(helped)} 家", url=f"{url}&state=in&helped=no"),
            Value("已出师", f"{sum(row.graduated for row in rows)} 家", url=f"{url}&state=graduated"),
            Value("惠及人数合计", f"{sum(row.people for row in rows):,} 人次", source="各次帮扶记录的人数相加"),
        ]
        carried = queries.plaques([row.unit_id for row in rows])
        columns = [
            Column("unit", "企业", lambda row: str(row.unit), link=show,
                   note=lambda row: "、".join(carried.get(row.unit_id, []))),
            Column("item", "条目", lambda row: str(row.item)),
            Column("helper", "结对单位", lambda row: str(row.helper or "")),
            Column("times", "帮扶", kind="num"),
            Column("last_on", "最近帮扶", kind="date"),
            Column("state", "状态", state_of, kind="tag"),
        ]  # fmt: skip
        return [Section("总览", values), TableSection("企业", columns, rows), *self._came(rows)]

    def _came(self, rows: list[Any]) -> list[TableSection]:
        """By figure, how many firms are better off, and how many stayed or fell."""
        if not self.object.indicators:
            return []
        told = queries.came_of(self.object, rows, self.acting)
        by_key: dict[str, list[queries.Came]] = {}
        for found in told.values():
            for one in found:
                by_key.setdefault(one.key, []).append(one)
        lines = [
            {"label": found[0].label, "more": sum(_by(one) > 0 for one in found), "key": key,
             "same": sum(_by(one) == 0 for one in found), "less": sum(_by(one) < 0 for one in found)}
            for key, found in by_key.items()
        ]  # fmt: skip
        columns = [
            Column("label", "指标", link=lambda row: reverse("figures.show", args=[row["key"]])),
            Column("more", "比入选前增加", lambda row: f"{row['more']} 家"),
            Column("same", "没有变化", lambda row: f"{row['same']} 家"),
            Column("less", "减少", lambda row: f"{row['less']} 家"),
        ]  # fmt: skip
        empty = Empty("还没有可以计算的数", "数据副本建好以后，按企业算出入选前和现在的数。")
        return [TableSection("成效", columns, lines, empty, "入选前一个月末和现在相比，逐家看在企业页")]


def _by(one: queries.Came) -> float:
    before = one.before.value if one.before else None
    now = one.now.value if one.now else None
    return (now or 0) - (before or 0)


class JoinCohort(CohortObject, FormPage):
    """More firms are taken into a cohort."""

    permission, title, form, submit, is_listed = "programmes.change", "加企业", FirmsForm, "列入企业", False

    def prepare(self) -> None:
        """Only the host's."""
        super().prepare()
        if not self.is_host:
            raise Http404

    def form_kwargs(self) -> dict[str, Any]:
        """Under the programme's items."""
        return {"items": self.object.programme.items.order_by("place")}

    def save(self, form: Any) -> int:
        """Resolve the list, take them in."""
        told = form.cleaned_data
        firms = actions.resolve(self.object.programme, told["firms"], told["item"], told["helper"])
        return actions.join(self.object, firms, told["on"])

    def said(self, saved: int) -> str:
        """How many."""
        return f"已列入 {saved} 家企业"


def _cohorts(page: Any) -> list[tuple[str, str]]:
    rows = Cohort.objects.filter(programme__in=queries.seen(page.acting)).select_related("programme")
    return [(str(one.pk), f"{one.programme}·{one}") for one in rows]


class FirmList(ListPage):
    """The firms that are cultivated."""

    permission, title, counted, order = "programmes.view", "培育企业", "家", "joined_on"
    parents, is_listed = ("programmes.list",), True
    keywords = "标杆企业 四同培育 结对 帮扶"
    conditions = (
        Search("企业、结对单位", fields=("unit__name__contains", "unit__short_name__contains", "helper__name__contains",
                                  "unit__initials__startswith")),
        Choice("培育期", "cohort", choices=_cohorts),
        Choice("条目", "item", choices=lambda page: queries.item_choices(page.acting), match=queries.firms_of_item),
        Choice("状态", "state", choices=(("in", "培育中"), ("graduated", "已出师"), ("left", "已退出")),
               match=queries.in_state),
        Choice("本季帮扶", "helped", choices=(("yes", "有"), ("no", "没有")), match=queries.assisted),
    )  # fmt: skip
    columns = (
        Column("unit", "企业", lambda row: str(row.unit), link=show, sort=("unit__pinyin", "id")),
        Column("cohort", "培育期", lambda row: f"{row.cohort.programme}·{row.cohort}"),
        Column("item", "条目", lambda row: str(row.item)),
        Column("helper", "结对单位", lambda row: str(row.helper or "")),
        Column("times", "帮扶", kind="num", sort=("times", "id")),
        Column("people", "惠及人次", kind="num"),
        HELPED,
        Column("joined_on", "入选日期", kind="date", sort=("joined_on", "id")),
        Column("state", "状态", state_of, kind="tag"),
    )
    empty = Empty("还没有培育企业", "在工作体系里设培育期，粘贴企业名单。")

    def rows(self) -> Any:
        """Those seen."""
        return queries.firms(self.acting)


class FirmObject(ObjectMixin):
    """A page about one firm of a cohort that one sees."""

    object: CohortFirm
    acting: Any

    def objects(self) -> Any:
        """Those seen."""
        return queries.firms(self.acting)

    def get_crumbs(self) -> list[Crumb]:
        """The programme, the cohort, the firm."""
        one = self.object
        above = one.cohort.programme
        return [Crumb("工作体系", reverse("programmes.list")), Crumb(above.title, programme_url(above)),
                Crumb(one.cohort.title, cohort_url(one.cohort)), Crumb(str(one.unit), show(one))]  # fmt: skip

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return show(self.object)


class FirmPage(FirmObject, DetailPage):
    """One firm: who helps it, what was done with what stands behind it, what came of it."""

    permission, title, parents = "programmes.view", "培育企业", ("programmes.list",)
    template = "reform/task.html"

    def get_title(self) -> str:
        """Its name."""
        return str(self.object.unit)

    def get_tags(self) -> list[Tag]:
        """Its state, and the plaques it carries."""
        names = queries.plaques([self.object.unit_id]).get(self.object.unit_id, [])
        return [state_of(self.object), *(Tag(name, "info") for name in names)]

    def get_actions(self) -> list[Act]:
        """Record, pair, leave."""
        one, at = self.object, (self.object.pk,)
        if one.left_on is not None or one.cohort.programme.state != Programme.State.IN_USE:
            return []
        own = dockets.own_units(self.acting)
        is_host = queries.is_host(one.cohort.programme, self.acting)
        acts = [Act("换结对单位", "firms.pair", at, dialog=True),
                Act("出师或退出", "firms.leave", at, dialog=True)] if is_host else []  # fmt: skip
        if is_host or one.helper_id in own or one.unit_id in own:
            acts.append(Act("记一次帮扶", "firms.assist", at, primary=True))
        return acts

    def sections(self) -> list[Any]:
        """Who, what was done, what came of it."""
        one = self.object
        values = [
            Value("工作体系", f"{one.cohort.programme} · {one.item}", url=reverse("items.show", args=[one.item_id])),
            Value("培育期", str(one.cohort), url=cohort_url(one.cohort)),
            Value("结对单位", str(one.helper or "")),
            Value("入选日期", one.joined_on),
            Value("帮扶", f"{one.times} 次，惠及 {one.people:,} 人次"),  # type: ignore[attr-defined]
        ]
        return [Section("", values), *self._came(), self._done()]

    def _came(self) -> list[TableSection]:
        one = self.object
        if not one.cohort.indicators:
            return []
        found = queries.came_of(one.cohort, [one], self.acting).get(one.pk, [])
        columns = [
            Column("label", "指标", lambda row: row.label,
                   link=lambda row: indicators.figure_url(row.key, unit=one.unit_id)
                   if self.acting.may("figures.view") else None),
            Column("before", "入选前", lambda row: shown(row.before, row.unit)),
            Column("now", "现在", lambda row: shown(row.now, row.unit)),
            Column("by", "变化", _change),
            Column("people", "其中 / 总数", _parts),
        ]  # fmt: skip
        empty = Empty("还没有可以计算的数", "数据副本建好以后，按这家企业算出入选前和现在的数。")
        return [TableSection("成效", columns, found, empty, "入选前一个月末和现在，按名册和账本算出")]

    def _done(self) -> TemplateSection:
        own = dockets.own_units(self.acting)
        one = self.object
        is_theirs = queries.is_host(one.cohort.programme, self.acting) or one.helper_id in own or one.unit_id in own
        may = is_theirs and one.left_on is None and self.acting.may(ProveAssistance.permission)
        lines = []
        for row in queries.assistance(one):
            section = proofs_of(
                row.proofs.all(), self.acting, lambda proof: reverse("firms.file", args=[one.pk, proof.file_id])
            )
            lines.append({"row": row, "proofs": section.context["lines"],
                          "prove": reverse("firms.prove", args=[one.pk, row.pk]) if may else ""})  # fmt: skip
        return TemplateSection("reform/assistance.html", {"lines": lines}, "做了什么", f"{len(lines)} 次")

    def events(self) -> list[Event]:
        """Its life in the cohort."""
        one = self.object
        life = [Event("入选", one.joined_on, text=str(one.item))]
        if one.left_on:
            life.insert(0, Event("出师" if one.graduated else "退出", one.left_on))
        return life


def _change(row: queries.Came) -> str:
    before = row.before.value if row.before else None
    now = row.now.value if row.now else None
    return rules.change_said(before, now, row.unit, is_share=row.is_share)


def _parts(row: queries.Came) -> str:
    return f"{row.now.part:,.0f} / {row.now.whole:,.0f}" if row.is_share and row.now else ""


class AssistFirm(FirmObject, FormPage):
    """Something was done for a firm."""

    permission, title, form, submit, is_listed = "programmes.record", "记一次帮扶", AssistForm, "记下", False
    success = "已记下，可以附印证材料"

    @property
    def intro(self) -> str:  # type: ignore[override]
        """For whom."""
        one = self.object
        return f"企业：{one.unit}；条目：{one.item}；结对单位：{one.helper or '未定'}。记下后可以附印证材料。"

    def save(self, form: Any) -> Assistance:
        """Record it."""
        told = form.cleaned_data
        return actions.assist(self.object, told["title"], told["on"], told["people"])


class ProveAssistance(FirmObject, FormPage):
    """Something is laid beside what was done."""

    permission, title, form, submit, is_listed = "programmes.record", "附印证材料", ProofForm, "附上", False
    intro = "照片请先遮住不必要的个人信息。"
    kwargs: dict[str, Any]

    def prepare(self) -> None:
        """What was done for this firm, for whoever may record it."""
        super().prepare()
        one, own = self.object, dockets.own_units(self.acting)
        found = one.assistance.filter(pk=self.kwargs["assistance"]).first()
        is_theirs = queries.is_host(one.cohort.programme, self.acting) or one.helper_id in own or one.unit_id in own
        if found is None or not is_theirs:
            raise Http404
        self.assistance = found

    def form_kwargs(self) -> dict[str, Any]:
        """The helping unit's tasks, cases within reach."""
        return {"reach": self.acting.reach, "tasks": dockets.tasks_for(self.assistance.unit)}

    def save(self, form: Any) -> Any:
        """Lay it beside."""
        told = form.cleaned_data
        task = Task.unscoped.get(pk=told["task"]) if told["kind"] == "task" else None
        try:
            return proofs.lay(self.assistance, task=task, **kept(told))
        except FileRefused as error:
            raise ValidationError({"file": str(error)}) from error

    def said(self, saved: Any) -> str:
        """What."""
        return f"已附“{saved.label}”"


class AssistanceFile(FirmObject, Page):
    """A file of what was done, as a download that the audit notes."""

    permission, title, is_listed = "programmes.view", "下载帮扶材料", False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The bytes."""
        wanted: UUID = kwargs["file"]
        one = (
            queries.proofs(self.acting).filter(assistance__firm=self.object, file=wanted).select_related("file").first()
        )
        if one is None or one.file is None:
            raise Http404
        audit.record("programme.opened_file", target=self.object.unit, details={"file": one.file.sha256})
        return stored_file(one.file)


class HostedFirm(FirmObject):
    """A page on which only the office that defined the programme works."""

    def prepare(self) -> None:
        """Only the host's."""
        super().prepare()
        if not queries.is_host(self.object.cohort.programme, self.acting):
            raise Http404


class LeaveCohort(HostedFirm, FormPage):
    """A firm leaves its cohort."""

    permission, title, form, submit, is_listed = "programmes.change", "出师或退出", LeaveForm, "登记", False

    def save(self, form: Any) -> CohortFirm:
        """Let it go."""
        told = form.cleaned_data
        return actions.leave(self.object, told["on"], told["reason"], graduated=told["graduated"] == "yes")

    def said(self, saved: CohortFirm) -> str:
        """Which of the two."""
        return "已登记出师" if saved.graduated else "已登记退出"


class PairFirm(HostedFirm, FormPage):
    """Another unit stands at a firm's side."""

    permission, title, form, submit, is_listed = "programmes.change", "换结对单位", PairForm, "保存", False

    def initial(self) -> dict[str, Any]:
        """As it stands."""
        return {"helper": self.object.helper_id}

    def save(self, form: Any) -> CohortFirm:
        """Pair them."""
        return actions.pair(self.object, form.cleaned_data["helper"])


# the square


class PublicProgrammes(Page):
    """Every programme that is public."""

    face, permission, title, template = "square", PUBLIC, "工作体系", "reform/public_programmes.html"
    keywords, place_note = "四同培育 标杆企业 一匠三创", "看本地产改工作怎么安排，哪些企业在培育"

    def get_context(self) -> dict[str, Any]:
        """The newest first."""
        return {**super().get_context(), "programmes": queries.counted(queries.public())}


class PublicProgramme(ObjectMixin, Page):
    """One programme as citizens may see it: items, and the firms that are cultivated."""

    face, permission, title, template = "square", PUBLIC, "工作体系", "reform/public_programme.html"
    is_listed = False

    def objects(self) -> Any:
        """What is public."""
        return queries.public()

    def get_title(self) -> str:
        """Its name."""
        return str(self.object)

    def get_context(self) -> dict[str, Any]:
        """Items with their firms."""
        firms: dict[Any, list[str]] = {}
        rows = CohortFirm.unscoped.filter(cohort__programme=self.object, left_on__isnull=True).select_related("unit")
        for one in rows.order_by("unit__pinyin"):
            firms.setdefault(one.item_id, []).append(one.unit.name)
        items = [{"row": one, "firms": firms.get(one.pk, [])} for one in self.object.items.order_by("place")]
        return {**super().get_context(), "programme": self.object, "items": items}


_COHORT, _FIRM = "office/programmes/cohorts/<uuid:id>/", "office/programmes/firms/<uuid:id>/"
routes = [
    page("office/programmes/<uuid:id>/cohorts/new/", NewCohort, "cohorts.new"),
    page(_COHORT, CohortPage, "cohorts.show"),
    page(f"{_COHORT}join/", JoinCohort, "cohorts.join"),
    page("office/programmes/firms/", FirmList, "firms.list"),
    page(_FIRM, FirmPage, "firms.show"),
    page(f"{_FIRM}assist/", AssistFirm, "firms.assist"),
    page(f"{_FIRM}assistance/<uuid:assistance>/prove/", ProveAssistance, "firms.prove"),
    page(f"{_FIRM}files/<uuid:file>/", AssistanceFile, "firms.file"),
    page(f"{_FIRM}leave/", LeaveCohort, "firms.leave"),
    page(f"{_FIRM}pair/", PairFirm, "firms.pair"),
    page("programmes/", PublicProgrammes, "public_programmes.list"),
    page("programmes/<uuid:id>/", PublicProgramme, "public_programmes.show"),
]
