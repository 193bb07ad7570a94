"""Pilots: batches with their types, candidates side by side, the pilots and one of them, and what citizens see."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

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
    Nav,
    ObjectMixin,
    Page,
    Search,
    Section,
    TableSection,
    Tag,
    Value,
    page,
)

from ..actions import pilots as actions
from ..facts import PilotEnd
from ..forms.pilots import (
    EndForm,
)
from ..models import Pilot, PilotType
from ..queries import pilots as queries
from .tasks import LIGHT

MOST_PUBLIC = 20
LISTS = {"writing": Tag("编制中", "plain"), "sent": Tag("待确认", "warn"), "confirmed": Tag("已确认", "ok")}


def batch_url(row: Any) -> str:
    """The page of a batch."""
    return reverse("pilots.batches.show", args=[row.pk])


def pilot_url(row: Any) -> str:
    """The page of a pilot."""
    return reverse("pilots.show", args=[row.pk])


def state_of(row: Pilot) -> Tag:
    """Whether it is a pilot today."""
    if row.state == Pilot.State.REVOKED:
        return Tag("已撤销", "bad")
    return Tag("试点中", "ok") if row.goes_on else Tag("已到期", "plain")


def tasks_said(row: Any) -> Tag:
    """How its tasks stand, in one word."""
    if not row.number:
        return Tag("还没有任务", "plain")
    if row.late:
        return Tag(f"{row.done}/{row.number} 项，超期 {row.late} 项", "bad")
    return Tag(f"{row.done}/{row.number} 项完成", "ok")


# pilots


class Pilots(ListPage):
    """The pilots within reach, with how their tasks stand."""

    permission, title, counted, order = "pilots.view", "试点单位", "个", "unit"
    nav = Nav("改革方案", "试点单位", 57)
    keywords = "全面试点 项目试点 部门试点 年度任务清单"
    conditions = (
        Search("单位、项目", fields=("unit__name__contains", "unit__short_name__contains", "project__contains")),
        Choice("批次", "batch", choices=lambda page: page.batches, field="batch"),
        Choice("类型", "type", choices=lambda page: page.types, field="type__name"),
        Choice("年度", "year", choices=lambda page: page.years, field="batch__year"),
        Choice(
            "状态", "state", choices=(("going", "试点中"), ("revoked", "已撤销"), ("expired", "已到期")),
            match=queries.in_state,
        ),
    )  # fmt: skip
    columns = (
        Column("unit", "试点单位", lambda row: row.unit.name, sort="unit__pinyin", link=pilot_url),
        Column("type", "类型", lambda row: row.type.name, sort=("type__name", "place")),
        Column("project", "试点项目"),
        Column("batch", "批次", lambda row: row.batch.title, sort=("batch__year", "batch")),
        Column("named_on", "确定日期", kind="date", sort="named_on"),
        Column("until", "试点期到", kind="date", sort="until"),
        Column("tasks", "任务", tasks_said, kind="tag"),
        Column("state", "状态", state_of, kind="tag"),
    )
    actions = (Act("前后对照", "pilots.compare"), Act("申报试点", "pilots.apply", primary=True))
    empty = Empty("这里还没有试点", "批次公布或名单导入后，试点单位列在这里。", Act("申报试点", "pilots.apply"))

    def get_actions(self) -> list[Act]:
        """Whoever reaches one's own unit alone is not shown how others stand."""
        whole = self.acting.reach.is_everything
        return [act for act in self.actions if whole or act.to != "pilots.compare"]

    def rows(self) -> QuerySet[Pilot]:
        """Within reach."""
        return queries.with_tasks(queries.seen(self.acting))

    @property
    def batches(self) -> list[tuple[Any, str]]:
        """Those that may be seen."""
        return [(pk, title) for pk, title in queries.batches(self.acting).values_list("pk", "title")]

    @property
    def types(self) -> list[tuple[str, str]]:
        """Every name of a type."""
        names = PilotType.objects.filter(pilots__isnull=False).order_by("name").values_list("name", flat=True)
        return [(name, name) for name in names.distinct()]

    @property
    def years(self) -> list[tuple[Any, str]]:
        """Every year of a batch."""
        found = queries.batches(self.acting).order_by("-year").values_list("year", flat=True).distinct()
        return [(year, f"{year} 年") for year in dict.fromkeys(found)]


class PilotObject(ObjectMixin):
    """A page about one pilot within reach."""

    object: Pilot
    acting: Any

    def objects(self) -> QuerySet[Pilot]:
        """Within reach, and one's own."""
        return queries.seen(self.acting)

    def get_crumbs(self) -> list[Crumb]:
        """The list, then the pilot."""
        return [Crumb("试点单位", reverse("pilots.list")), Crumb(self.object.unit.name, pilot_url(self.object))]

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return pilot_url(self.object)


class PilotPage(PilotObject, DetailPage):
    """One pilot: what it tries, its tasks with lights, its lists and reports."""

    permission, title, parents = "pilots.view", "试点单位", ("pilots.list",)

    def get_title(self) -> str:
        """The unit."""
        return self.object.unit.name

    def get_tags(self) -> list[Tag]:
        """Of which type, and whether it goes on."""
        return [Tag(self.object.type.name, "info"), state_of(self.object)]

    def get_actions(self) -> list[Act]:
        """Write a list; end it."""
        one, at = self.object, (self.object.pk,)
        if not one.goes_on:
            return []
        acts = [Act("撤销试点", "pilots.end", at, danger=True, dialog=True)]
        if queries.works_for(one, self.acting):
            acts.append(Act("编制年度任务清单", "pilots.begin_list", at, primary=True, dialog=True))
        return acts

    def sections(self) -> list[Any]:
        """Told, tasks, lists, reports."""
        one = self.object
        case = reverse("cases.show", args=[one.case]) if one.case and self.acting.may("pilots.change") else ""
        measure = one.measure
        told = [
            Value("批次", one.batch.title, url=batch_url(one.batch)),
            Value("试点项目", one.project),
            Value("对应举措", f"{measure.number}. {measure.title}" if measure else None,
                  url=reverse("measures.show", args=[measure.pk]) if measure else ""),
            Value("确定日期", one.named_on),
            Value("试点期到", one.until or "没有定期限"),
            Value("来源", "经申报评定" if one.case else "早先名单导入", url=case),
        ]  # fmt: skip
        if one.ended_on:
            told.append(Value("结束", f"{one.ended_on}{'，' + one.ended_why if one.ended_why else ''}"))
        return [Section("试点情况", told), self._tasks(), self._lists(), self._reports()]

    def _tasks(self) -> TableSection:
        rows = queries.tasks_of(self.object)
        columns = (
            Column("title", "任务", link=lambda row: reverse("tasks.show", args=[row.pk])),
            Column("year", "年度", lambda row: str(row.year)),
            Column("due", "完成期限", kind="date"),
            LIGHT,
        )
        empty = Empty("还没有任务", "年度任务清单经办公室确认后，事项就成为任务，与其他任务一样亮灯、报送、办结。")
        return TableSection("清单任务", columns, rows, empty, f"{len(rows)} 项")

    def _lists(self) -> TableSection:
        columns = (
            Column("year", "年度任务清单", lambda row: f"{row.year} 年度",
                   link=lambda row: reverse("yearly_lists.show", args=[row.pk])),
            Column("number", "事项", kind="num"),
            Column("sent_on", "报送", kind="date"),
            Column("confirmed_on", "确认", kind="date"),
            Column("state", "状态", lambda row: LISTS[row.state], kind="tag"),
        )  # fmt: skip
        empty = Empty("还没有清单", "每年由试点单位编制任务清单，报领导小组办公室确认。")
        return TableSection("年度任务清单", columns, queries.lists_of(self.object), empty)

    def _reports(self) -> TableSection:
        columns = (
            Column("year", "年度报告", lambda row: f"{row.year} 年度",
                   link=lambda row: reverse("pilot_reports.show", args=[row.pk])),
            Column("reported_on", "报送", kind="date"),
            Column("accepted_on", "认可", kind="date"),
        )  # fmt: skip
        return TableSection("年度报告", columns, queries.reports_of(self.object), Empty("还没有年度报告"))

    def events(self) -> list[Event]:
        """Its life."""
        one = self.object
        life = [Event("确定为试点", one.named_on, one.batch.title)]
        life += [
            Event(f"{row.year} 年度任务清单确认", row.confirmed_on) for row in queries.lists_of(one) if row.confirmed_on
        ]
        life += [Event(f"{row.year} 年度报告认可", row.accepted_on) for row in queries.reports_of(one)]
        if one.ended_on:
            life.append(Event("试点结束", one.ended_on, one.ended_why))
        return sorted(life, key=lambda event: str(event.when), reverse=True)


class EndPilot(PilotObject, FormPage):
    """A pilot ends before its day."""

    permission, title, form, submit, is_listed = "pilots.change", "撤销试点", EndForm, "撤销", False
    intro = "撤销后没有办结的清单任务一并取消，单位收到消息；不能恢复，需要的在以后的批次重新申报。"
    success = "已撤销"

    def save(self, form: Any) -> Pilot:
        """End it."""
        return actions.end(self.object, PilotEnd(form.cleaned_data["why"]), form.cleaned_data["reason"])


# the square


class PublicPilots(Page):
    """The published lists."""

    face, permission, title, template = "square", PUBLIC, "改革试点", "reform/public_pilots.html"
    keywords, place_note = "产改 试点单位 名单", "看哪些单位在先行先试、试什么"

    def get_context(self) -> dict[str, Any]:
        """Batch by batch, type by type."""
        found, batches = [], list(queries.published()[:MOST_PUBLIC])
        pilots = queries.public_pilots(batches)
        for batch in batches:
            types: dict[str, list[Pilot]] = {}
            for pilot in pilots.get(batch.pk, ()):
                types.setdefault(pilot.type.name, []).append(pilot)
            found.append({"batch": batch, "types": types, "number": sum(map(len, types.values()))})
        return {**super().get_context(), "found": found}


routes = [
    page("office/pilots/", Pilots, "pilots.list"),
    page("office/pilots/<uuid:id>/", PilotPage, "pilots.show"),
    page("office/pilots/<uuid:id>/end/", EndPilot, "pilots.end"),
    page("pilots/", PublicPilots, "public_pilots.list"),
]
