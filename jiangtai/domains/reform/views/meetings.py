"""Joint meetings: the agenda proposed from what stands badly, the papers, what was settled and what became of it."""

from functools import cached_property
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from jiangtai.kernel import Period, clock
from jiangtai.web import (
    Act,
    ActionPage,
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
    Search,
    Section,
    Step,
    TableSection,
    Tag,
    TemplateSection,
    Value,
    page,
)

from ..actions import meetings as actions
from ..actions import papers
from ..forms.meetings import CallForm, HoldForm, ItemForm, ResolutionForm, SaidForm
from ..models import AgendaItem, Meeting, Resolution
from ..queries import meetings as queries
from ..queries import supervising
from ..rules import meetings as rules
from .official import OfficialPaper

STATES = {
    "draft": Tag("筹备中", "plain"),
    "called": Tag("已通知", "info"),
    "held": Tag("已召开", "ok"),
    "off": Tag("已取消", "plain"),
}
PAPERS = {"notice": "会议通知", "minutes": "会议纪要"}


def show(row: Any) -> str:
    """The page of a meeting."""
    return reverse("meetings.show", args=[row.pk])


class MeetingList(ListPage):
    """The meetings that one prepares, or was called to."""

    permission, title, counted, order = "reform.view", "联席会议", "次", "-on"
    nav = Nav("督办考核", "联席会议", 30)
    keywords = "会议 议程 纪要 议定事项"
    conditions = (
        Search("会议名称", fields=("title__contains",)),
        Choice("状态", "state", choices=Meeting.State.choices),
    )
    columns = (
        Column("title", "会议", link=show),
        Column("on", "召开日期", kind="date", sort="on"),
        Column("place", "地点"),
        Column("chair", "主持人"),
        Column("settled", "议定事项", kind="num"),
        Column("state", "状态", lambda row: STATES[row.state], kind="tag", sort="state"),
    )
    actions = (Act("筹备会议", "meetings.new", primary=True),)
    empty = Empty(
        "还没有联席会议",
        "筹备会议时，系统从亮灯任务、未答复的督办和上次议定事项拟出议程。",
        Act("筹备会议", "meetings.new"),
    )

    def rows(self) -> Any:
        """Within reach, or called to."""
        return queries.counted(queries.seen(self.acting))


class Calling(FormPage):
    """When, where and with whom."""

    permission, form = "meetings.change", CallForm

    def told(self, form: Any) -> tuple[actions.Call, list[Any]]:
        """As the form says it."""
        values = dict(form.cleaned_data)
        units = values.pop("units")
        return actions.Call(**values), units

    def next_url(self, saved: Any) -> str:
        """To the meeting."""
        return show(saved)


class NewMeeting(Calling):
    """A meeting is prepared; its agenda is proposed."""

    title, parents, submit = "筹备联席会议", ("meetings.list",), "拟出议程"
    intro = "系统从上次议定事项、亮红灯和黄灯的任务、逾期未答复的督办拟出议程，可以增删。"

    def initial(self) -> dict[str, Any]:
        """The quarter's meeting, with the units that have tasks."""
        quarter = Period.quarter_of(clock.today()).label
        return {
            "title": f"{quarter}产业工人队伍建设改革联席会议",
            "hour": "9:30",
            "units": supervising.units_with_tasks(),
        }

    def save(self, form: Any) -> Meeting:
        """Prepare it."""
        return actions.prepare(*self.told(form))

    def said(self, saved: Meeting) -> str:
        """How many matters."""
        return f"已拟出议程，共 {saved.items.count()} 个议题"


class MeetingObject(ObjectMixin):
    """A page about one meeting."""

    object: Meeting

    def objects(self) -> Any:
        """Those that one prepares."""
        return Meeting.objects.select_related("unit", "earlier")

    def get_crumbs(self) -> list[Crumb]:
        """The list, then the meeting."""
        return [Crumb("联席会议", reverse("meetings.list")), Crumb(self.object.title, show(self.object))]

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return show(self.object)


class MeetingPage(MeetingObject, DetailPage):
    """One meeting: its agenda, its papers, what it settled and how that stands today."""

    permission, title, parents = "reform.view", "联席会议", ("meetings.list",)
    template = "reform/instrument.html"

    def objects(self) -> Any:
        """Within reach, or called to."""
        return queries.seen(self.acting).select_related("earlier")

    def get_title(self) -> str:
        """Its name."""
        return self.object.title

    def get_tags(self) -> list[Tag]:
        """Where it stands."""
        return [STATES[self.object.state]]

    @cached_property
    def changes(self) -> bool:
        """Whether this account prepares it."""
        one = self.object
        is_host = self.acting.reach.is_everything or self.acting.reach.holds(one.unit.path)
        return not one.is_over and is_host and self.acting.may("meetings.change")

    @cached_property
    def is_told_otherwise(self) -> bool:
        """Whether the units were last told something else, and can still be told anew."""
        return self.changes and papers.is_changed(self.object)

    def get_actions(self) -> list[Act]:
        """What its state allows."""
        one, at = self.object, (self.object.pk,)
        which = "minutes" if one.state == Meeting.State.HELD else "notice"
        files = [Act(f"{PAPERS[which]} Word", "meetings.paper", (*at, which, "docx"), dialog=True),
                 Act(f"{PAPERS[which]} PDF", "meetings.paper", (*at, which, "pdf"), dialog=True)]  # fmt: skip
        if not self.changes:
            return files
        acts = [Act("删除", "meetings.drop", at, danger=True, dialog=True)] if one.state == Meeting.State.DRAFT else []
        acts += [*files, Act("修改", "meetings.edit", at)]
        is_called = one.state == Meeting.State.CALLED
        call = Act("重新通知" if is_called else "发会议通知", "meetings.call", at, primary=not is_called, dialog=True)
        if not is_called:
            return [*acts, call]
        off = Act("取消会议", "meetings.call_off", at, danger=True, dialog=True)
        return [off, *acts, call, Act("形成纪要", "meetings.hold", at, primary=one.on <= clock.today())]

    def steps(self) -> list[Step]:
        """Prepared, called, held."""
        if self.object.state == Meeting.State.OFF:
            return []
        place = list(STATES).index(self.object.state)
        words = ("拟议程", "发通知", "开会、记议定事项", "成任务、跟踪")
        at = 3 if self.object.state == "held" else place + 1 if place else 0
        return [Step(word, state="done" if n < at else "now" if n == at else "todo") for n, word in enumerate(words)]

    def sections(self) -> list[Any]:
        """When and where, the matters, what was settled."""
        one = self.object
        units = "、".join(str(unit) for unit in one.units.order_by("path"))
        values = [
            Value("时间", f"{one.on:%Y-%m-%d} {one.hour}"),
            Value("地点", one.place),
            Value("主持人", one.chair),
            Value("参会单位", units),
            *([Value("会议概况", one.summary)] if one.summary else []),
            *([Value("取消原因", one.off_why)] if one.off_why else []),
            *([Value("会议通知", "会议已修改，与发出的通知不同，请重新通知")] if self.is_told_otherwise else []),
            *([Value("上次会议", one.earlier.title, url=show(one.earlier))] if one.earlier else []),
        ]
        settled = [] if one.state == Meeting.State.OFF else [self._settled()]
        return [Section("会议", values), self._agenda(), *settled]

    def _agenda(self) -> TemplateSection:
        found = queries.agenda(self.object)
        parts = [(label, [one for one in found if one.kind == kind]) for kind, label in rules.KINDS.items()]
        context = {"parts": [part for part in parts if part[1]], "changes": self.changes, "meeting": self.object}
        at = (self.object.pk,)
        acts = [
            Act("更新议程", "meetings.propose", at, dialog=True),
            Act("加议题", "meetings.item", at, dialog=True),
        ] if self.changes else []  # fmt: skip
        return TemplateSection("reform/agenda.html", context, "议程", f"{len(found)} 个议题", acts)

    def _settled(self) -> TableSection:
        rows = [{"one": one, "light": light} for one, light in queries.with_lights(self.object)]
        columns = [
            Column("text", "议定事项", lambda row: row["one"].text, link=lambda row: task_url(row["one"])),
            Column("unit", "责任单位", lambda row: str(row["one"].unit)),
            Column("due", "完成期限", lambda row: row["one"].due, kind="date"),
            Column("state", "落实情况", lambda row: became(row["light"]), kind="tag"),
            Column("why", "说明", lambda row: row["light"].why if row["light"] else "形成纪要后成为任务"),
        ]
        if self.changes:
            columns.append(
                Column(
                    "drop",
                    "",
                    lambda row: "删除",
                    link=lambda row: reverse("meetings.resolution.drop", args=[self.object.pk, row["one"].pk]),
                    kind="act",
                )
            )
        acts = [Act("记议定事项", "meetings.resolution", (self.object.pk,), dialog=True)] if self.changes else []
        empty = Empty("还没有议定事项", "会上议定的事记在这里，形成纪要时成为责任单位的任务。")
        return TableSection("议定事项", columns, rows, empty, acts=acts)

    def events(self) -> list[Event]:
        """Its life."""
        one = self.object
        life = [Event("筹备", one.made_at, one.by_name)]
        if one.called_at:
            life.insert(0, Event("发出会议通知", one.called_at))
        if one.off_at:
            life.insert(0, Event("取消会议", one.off_at, text=one.off_why, tone="warn"))
        if one.held_at:
            life.insert(0, Event("形成纪要", one.held_at, text="议定事项已成为任务"))
        return life


def task_url(one: Resolution) -> str | None:
    """The task of what was settled."""
    return reverse("tasks.show", args=[one.task_id]) if one.task_id else None


def became(light: Any) -> Tag:
    """What became of what was settled."""
    return Tag(light.label, light.tone.tag) if light else Tag("待形成纪要")


class EditMeeting(MeetingObject, Calling):
    """Change when, where or with whom."""

    title, submit, is_listed = "修改会议", "保存", False

    def initial(self) -> dict[str, Any]:
        """As it stands."""
        one = self.object
        return {name: getattr(one, name) for name in ("title", "on", "hour", "place", "chair")} | {
            "units": list(one.units.order_by("path"))
        }

    def save(self, form: Any) -> Meeting:
        """Change it."""
        return actions.change(self.object, *self.told(form))


class DropMeeting(MeetingObject, ActionPage):
    """Give up a meeting to which nobody was called."""

    permission, title, submit, danger = "meetings.change", "删除会议", "删除", True
    does, leads_to = actions.drop, "meetings.list"


class CallMeeting(MeetingObject, ActionPage):
    """The units are called."""

    permission, title, submit = "meetings.change", "发会议通知", "发通知"
    does, success = actions.call, "已通知参会单位"

    def get_question(self) -> str:
        """To what."""
        return f"通知参加“{self.object.title}”？"

    def get_text(self) -> str:
        """When, where, whom; and whom not, though the agenda names it."""
        one, units = self.object, [str(unit) for unit in self.object.units.order_by("path")]
        missing = "、".join(str(unit) for unit in queries.uninvited(one))
        return "\n".join(
            [
                f"{clock.chinese_day(one.on)} {one.hour}，{one.place}，主持人{one.chair}。",
                f"将通知 {len(units)} 个单位的联络员，他们可以看到议程：{'、'.join(units)}。",
                *([f"议程涉及的{missing}没有列入参会单位，不会收到通知；要请的，请先修改会议。"] if missing else []),
            ]
        )


class CallOffMeeting(MeetingObject, ActionPage):
    """A meeting to which units were called is not held."""

    permission, title, submit, danger, leave = "meetings.change", "取消会议", "取消会议", True, "不取消"
    asks_reason, does, success = True, actions.call_off, "会议已取消，已告知参会单位"

    def get_text(self) -> str:
        """Who is told, and what becomes of its agenda."""
        one, units = self.object, self.object.units.count()
        return (
            f"原定 {clock.chinese_day(one.on)} {one.hour}，{one.place}。{units} 个参会单位会收到取消的通知；"
            "议程留存，自己加的议题列入下次会议，亮灯任务和未答复的督办到时按当天情况再列。只是改期的，请修改后重新通知。"
        )


class ProposeAgenda(MeetingObject, ActionPage):
    """The agenda is proposed anew."""

    permission, title, submit = "meetings.change", "更新议程", "更新"
    does, success = actions.propose, "议程已更新"
    text = "按今天的亮灯、未答复的督办和上次议定事项重新拟出议程；已记研究情况的议题和自己加的议题保留。"


class NewItem(MeetingObject, FormPage):
    """Another matter."""

    permission, title, form, submit, is_listed = "meetings.change", "加议题", ItemForm, "加入议程", False

    def save(self, form: Any) -> AgendaItem:
        """Put it down."""
        return actions.add_item(self.object, **form.cleaned_data)


class ItemObject(MeetingObject):
    """A page about one matter of a meeting."""

    def prepare(self) -> None:
        """The matter, of this meeting."""
        super().prepare()
        self.item: AgendaItem = get_object_or_404(self.object.items, pk=self.kwargs["item"])


class DropItem(ItemObject, ActionPage):
    """A matter is taken off."""

    permission, title, submit, danger = "meetings.change", "移出议程", "移出", True
    does, on, success = actions.drop_item, "item", "已移出议程"

    def get_question(self) -> str:
        """Which."""
        return f"把“{self.item.title}”移出议程？"


class NoteItem(ItemObject, FormPage):
    """What was said of a matter."""

    permission, title, form, submit, is_listed = "meetings.change", "记研究情况", SaidForm, "保存", False

    @property
    def intro(self) -> str:  # type: ignore[override]
        """Of which."""
        return f"议题：{self.item.title}"

    def initial(self) -> dict[str, Any]:
        """As it stands."""
        return {"said": self.item.said}

    def save(self, form: Any) -> AgendaItem:
        """Write it down."""
        return actions.note(self.item, form.cleaned_data["said"])


class NewResolution(MeetingObject, FormPage):
    """Something is settled."""

    permission, title, form, submit, is_listed = "meetings.change", "记议定事项", ResolutionForm, "记下", False
    intro = "形成纪要时成为责任单位的任务，进任务台账、亮灯，下次会议先看落实情况。"

    def initial(self) -> dict[str, Any]:
        """From the matter from which one came."""
        asked = self.request.GET.get("item", "")
        found = next((one for one in self.object.items.select_related("task") if str(one.pk) == asked), None)
        if found is None:
            return {}
        return {"unit": found.unit_id, "measure": found.task.measure_id if found.task else None, "text": found.title}

    def save(self, form: Any) -> Resolution:
        """Write it down."""
        return actions.settle(self.object, **form.cleaned_data)


class DropResolution(MeetingObject, ActionPage):
    """Something settled is taken back."""

    permission, title, submit, danger = "meetings.change", "删除议定事项", "删除", True
    does, on = actions.drop_resolution, "resolution"

    def prepare(self) -> None:
        """The resolution, of this meeting."""
        super().prepare()
        self.resolution: Resolution = get_object_or_404(self.object.resolutions, pk=self.kwargs["resolution"])

    def get_question(self) -> str:
        """Which."""
        return f"删除“{self.resolution.text}”？"


class HoldMeeting(MeetingObject, FormPage):
    """The minutes are made."""

    permission, title, form, submit, is_listed = "meetings.change", "形成纪要", HoldForm, "形成纪要", False

    @property
    def intro(self) -> str:  # type: ignore[override]
        """What follows."""
        return f"{self.object.resolutions.count()} 项议定事项将成为责任单位的任务并逐个通知；纪要形成后不能再改。"

    def save(self, form: Any) -> Meeting:
        """Make them."""
        return actions.hold(self.object, form.cleaned_data["summary"])

    def said(self, saved: Meeting) -> str:
        """How many tasks."""
        return f"纪要已形成，{saved.resolutions.count()} 项议定事项已成为任务"


class MeetingPaper(MeetingObject, OfficialPaper):
    """The notice or the minutes, to be changed in Word, or as PDF."""

    permission, title = "reform.view", "下载会议文稿"
    which, makes = PAPERS, papers.meeting_paper

    def objects(self) -> Any:
        """Within reach, or called to."""
        return queries.seen(self.acting).select_related("earlier")

    def prepare(self) -> None:
        """The minutes only once they are made."""
        super().prepare()
        if self.kwargs["which"] == "minutes" and self.object.state != Meeting.State.HELD:
            raise Http404


routes = [
    page("office/meetings/", MeetingList, "meetings.list"),
    page("office/meetings/new/", NewMeeting, "meetings.new"),
    page("office/meetings/<uuid:id>/", MeetingPage, "meetings.show"),
    page("office/meetings/<uuid:id>/edit/", EditMeeting, "meetings.edit"),
    page("office/meetings/<uuid:id>/drop/", DropMeeting, "meetings.drop"),
    page("office/meetings/<uuid:id>/call/", CallMeeting, "meetings.call"),
    page("office/meetings/<uuid:id>/off/", CallOffMeeting, "meetings.call_off"),
    page("office/meetings/<uuid:id>/agenda/", ProposeAgenda, "meetings.propose"),
    page("office/meetings/<uuid:id>/items/new/", NewItem, "meetings.item"),
    page("office/meetings/<uuid:id>/items/<uuid:item>/drop/", DropItem, "meetings.item.drop"),
    page("office/meetings/<uuid:id>/items/<uuid:item>/said/", NoteItem, "meetings.item.said"),
    page("office/meetings/<uuid:id>/resolutions/new/", NewResolution, "meetings.resolution"),
    page("office/meetings/<uuid:id>/resolutions/<uuid:resolution>/drop/", DropResolution, "meetings.resolution.drop"),
    page("office/meetings/<uuid:id>/hold/", HoldMeeting, "meetings.hold"),
    page("office/meetings/<uuid:id>/paper/<slug:which>/<slug:form>/", MeetingPaper, "meetings.paper"),
]
