"""The three instruments: drafted from tasks that are late, sent by their own senders, answered, settled."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from jiangtai.kernel import Period, clock, office_calendar
from jiangtai.web import (
    Act,
    ActionPage,
    Bulk,
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
    TableSection,
    Tag,
    page,
)

from ..actions import supervising as actions
from ..facts import Sender
from ..forms.supervising import (
    BulletinForm,
    DraftForm,
    NewDraftForm,
)
from ..models import Addressee, Instrument, Task
from ..queries import supervising as queries
from ..queries import tasks as tasks_of
from ..rules import footnotes
from ..rules import supervising as rules
from .official import KINDS, LIGHTS, STATES, OfficialPaper, address, called, paper_of, state_of, text_of


class UrgentTasks(ListPage):
    """The tasks at red and amber, from which an instrument is drafted with one click."""

    permission, title, counted, exports = "instruments.draft", "亮灯任务", "项", False
    parents, order = ("instruments.list",), "due"
    keywords = "红灯 黄灯 滞后 督办"
    conditions = (
        Search("单位、任务", fields=("unit__name__contains", "unit__short_name__contains", "title__contains")),
        Choice(
            "灯",
            "tone",
            choices=[(light, rules.LIGHTS[light]) for light in queries.ABOUT],
            match=lambda found, value: found.filter(tone=value),
        ),
    )
    columns = (
        Column("title", "任务", link=lambda row: reverse("tasks.show", args=[row.pk])),
        Column("unit", "承担单位", lambda row: str(row.unit), sort="unit__pinyin"),
        Column("due", "完成期限", kind="date", sort="due"),
        Column("light", "灯", lambda row: LIGHTS.get(row.tone), kind="tag"),
        Column("why", "原因", lambda row: tasks_of.light_of(row).why),
    )
    bulk = (
        Bulk("prompt", "拟工作提示", "instruments.draft", "draft_prompt"),
        Bulk("supervision", "拟督查", "instruments.draft", "draft_supervision"),
    )
    empty = Empty("没有亮红灯、黄灯的任务", "任务临期、超期、节点未达到、指标滞后或单位报告有困难时，会出现在这里。")
    drafted: Instrument | None = None

    def rows(self) -> Any:
        """Within reach."""
        found: Any = tasks_of.lit(tasks_of.seen(self.acting))
        return found.filter(tone__in=queries.ABOUT).select_related("unit", "measure")

    def draft_prompt(self, chosen: Any) -> str:
        """A prompt of the chosen tasks."""
        return self._draft(Sender.PROMPT, chosen)

    def draft_supervision(self, chosen: Any) -> str:
        """A supervision of the chosen tasks."""
        return self._draft(Sender.SUPERVISION, chosen)

    def _draft(self, kind: Sender, chosen: Any) -> str:
        ids = [str(pk) for pk in chosen.values_list("pk", flat=True)]
        self.drafted = draft_of(self.acting, kind, ids)
        own = len(ids) - self.drafted.concerns.count()
        left = f"；{own} 项由发文机关自己承担，没有写进草稿" if own else ""
        return f"已拟好{kind.label}草稿，请核对后发出{left}"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """On to the draft once there is one; else as every list does."""
        response = super().post(request, *args, **kwargs)
        return HttpResponseRedirect(address(self.drafted)) if self.drafted else response


def draft_of(acting: Any, kind: Sender, ids: list[str]) -> Instrument:
    """A draft that says which tasks stand badly and why, to the units that have them; its sender's own are left out."""
    found = queries.tasks_named(acting, ids)
    found = queries.of_others(kind, acting.unit, found) or found
    standings = [queries.standing_of(task) for task in found]
    said = rules.draft_for_tasks(kind.label, standings, clock.today())
    wording = actions.Wording(said.title[:120], said.body, due=queries.reply_day(acting.unit))
    return actions.draft(kind, wording, [task.unit for task in found], standings, tasks=found, methods=said.methods)


class DraftForTask(ActionPage):
    """One task stands badly: a draft about it with one click."""

    permission, title, submit, parents = "instruments.draft", "拟工作提示", "拟工作提示", ("instruments.list",)
    text = "系统写好任务、期限和亮灯原因，可以修改后再发出。"
    kind = Sender.PROMPT

    def prepare(self) -> None:
        """The task, within reach."""
        super().prepare()
        found = queries.tasks_named(self.acting, [str(self.kwargs["id"])])
        if not found:
            raise Http404
        self.task: Task = found[0]

    def get_question(self) -> str:
        """About which task."""
        return f"就“{self.task.title}”向“{self.task.unit}”拟{self.kind.label}？"

    def save(self, form: Any) -> Instrument:
        """Draft."""
        return draft_of(self.acting, self.kind, [str(self.task.pk)])

    def next_url(self, saved: Instrument) -> str:
        """To the draft."""
        return address(saved)

    def said(self, saved: Instrument) -> str:
        """What to do now."""
        return f"已拟好{saved.sender.label}草稿，请核对后发出"


class InstrumentList(ListPage):
    """Every instrument within reach."""

    permission, title, counted, order = "instruments.view", "督办文书", "份", "-made_at"
    nav = Nav("督办考核", "督办文书", 20)
    keywords = "工作提示 通报 督查 提示函 督办"
    conditions = (
        Search("标题", fields=("title__contains",)),
        Choice("文种", "kind", choices=KINDS),
        Choice("状态", "state", choices=Instrument.State.choices),
    )
    columns = (
        Column("title", "标题", link=address, note=lambda row: row.number),
        Column("kind", "文种", lambda row: row.sender.label, sort="kind"),
        Column("units", "受文单位", kind="num"),
        Column("owing", "未销号", lambda row: row.owing, kind="num"),
        Column("due", "答复期限", kind="date", sort="due"),
        Column("issued_on", "发出日期", kind="date", sort=("issued_on", "id")),
        Column("state", "状态", lambda row: STATES[row.state], kind="tag", sort="state"),
        Column("made_at", "拟稿时间", kind="date", sort="made_at", hidden=True),
    )
    actions = (
        Act("拟季度通报", "instruments.bulletin"),
        Act("自拟", "instruments.new"),
        Act("从亮灯任务拟稿", "instruments.urgent", primary=True),
    )
    empty = Empty(
        "还没有督办文书",
        "从亮红灯的任务里勾选，系统写好哪项任务、为什么亮灯，核对后发出。",
        Act("从亮灯任务拟稿", "instruments.urgent"),
    )

    def rows(self) -> Any:
        """Within reach."""
        return queries.instruments().select_related("unit")


class Drafting(FormPage):
    """What an instrument says."""

    permission, parents = "instruments.draft", ("instruments.list",)
    intro = "发出前都可以修改；编号在发出时按文种和年份自动取。"

    def wording(self, form: Any) -> actions.Wording:
        """As the form says it."""
        values = form.cleaned_data
        return actions.Wording(values["title"], values["body"], values["needs_reply"], values["due"])

    def next_url(self, saved: Instrument) -> str:
        """To the draft."""
        return address(saved)


class NewInstrument(Drafting):
    """A draft of one's own words."""

    title, form, submit = "自拟督办文书", NewDraftForm, "存草稿"

    def initial(self) -> dict[str, Any]:
        """A prompt, due in as many working days as the parameter says."""
        return {"kind": "prompt", "needs_reply": True, "due": queries.reply_day(self.acting.unit)}

    def save(self, form: Any) -> Instrument:
        """Keep it."""
        kind = Sender(form.cleaned_data["kind"])
        notes, today = footnotes.Footnotes(), clock.today()
        found = queries.unit_standings(Period.quarter_of(today).text) if kind is Sender.BULLETIN else ()
        table = rules.annex(found, notes, today)
        wording, units = self.wording(form), form.cleaned_data["units"]
        return actions.draft(kind, wording, units, methods=notes.methods, table=table)


class QuarterBulletin(FormPage):
    """The quarter's bulletin, written from tasks, lights and accepted reports."""

    permission, title, submit, form = "instruments.draft", "拟季度通报", "生成草稿", BulletinForm
    parents, is_listed = ("instruments.list",), True
    intro = (
        "按季度最后一天的任务和亮灯、季度内审核通过的进展生成全文和附表，每个数注明口径；先成草稿，核对修改后由领导签发。"
        "季度结束后拟，一个季度只拟一份。"
    )
    keywords = "通报 季度 季报"
    success = "已生成通报草稿，请核对后签发"

    def form_kwargs(self) -> dict[str, Any]:
        """The last four that are over, and the one that runs, of which the answer says when it can be told."""
        return {"quarters": [(one.text, one.label) for one in reversed(Period.last_quarters(clock.today(), 5))]}

    def initial(self) -> dict[str, Any]:
        """The last that is over."""
        return {"period": Period.quarter_of(clock.today()).before.text}

    def save(self, form: Any) -> Instrument:
        """Draft it."""
        period = form.cleaned_data["period"]
        found = queries.unit_standings(period)
        if not found:
            raise ValueError("还没有任何单位承担任务，先确认方案、分派任务")
        said = rules.bulletin(period, found, queries.standing_day(period))
        wording = actions.Wording(said.title, said.body, due=queries.reply_day(self.acting.unit))
        units = queries.units_with_tasks()
        return actions.draft(Sender.BULLETIN, wording, units, methods=said.methods, period=period, table=said.table)

    def next_url(self, saved: Instrument) -> str:
        """To the draft."""
        return address(saved)


class InstrumentObject(ObjectMixin):
    """A page about one instrument within reach."""

    object: Instrument

    def objects(self) -> Any:
        """Within reach."""
        return queries.instruments().select_related("unit")

    def get_crumbs(self) -> list[Crumb]:
        """The list, then the instrument."""
        return [Crumb("督办文书", reverse("instruments.list")), Crumb(self.object.title, address(self.object))]

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return address(self.object)


class InstrumentPage(InstrumentObject, DetailPage):
    """One instrument: what it says, for which tasks, and what every unit answered."""

    permission, title, parents = "instruments.view", "督办文书", ("instruments.list",)
    template = "reform/instrument.html"

    def get_title(self) -> str:
        """Its title."""
        return self.object.title

    def get_tags(self) -> list[Tag]:
        """Kind and state."""
        return [Tag(self.object.sender.label), STATES[self.object.state]]

    def reference(self) -> str:
        """Its number."""
        return self.object.number or "未编号"

    def get_actions(self) -> list[Act]:
        """A draft is changed, thrown away, sent; everything is taken along."""
        at = (self.object.pk,)
        files = [
            Act("下载 Word", "instruments.paper", (*at, "docx"), dialog=True),
            Act("下载 PDF", "instruments.paper", (*at, "pdf"), dialog=True),
        ]
        if self.object.state != Instrument.State.DRAFT:
            return files
        return [
            Act("删除草稿", "instruments.discard", at, danger=True, dialog=True),
            *files,
            Act("修改", "instruments.edit", at),
            Act(
                ISSUING[self.object.kind].submit, f"instruments.issue_{self.object.kind}", at, primary=True, dialog=True
            ),
        ]

    def sections(self) -> list[Any]:
        """Text, tasks, units."""
        one = self.object
        shown: list[Any] = [text_of(one, "正文")]
        concerns = list(one.concerns.select_related("task__unit"))
        if concerns:
            shown.append(TableSection("涉及任务", CONCERNS, concerns, note="拟稿时的亮灯和原因"))
        return [*shown, self._units()]

    def _units(self) -> TableSection:
        calendar, shown = office_calendar(), self.object.state != Instrument.State.DRAFT
        rows = list(Addressee.unscoped.filter(instrument=self.object).select_related("unit").order_by("unit__path"))
        columns = [
            Column(
                "unit",
                "单位",
                lambda row: str(row.unit),
                link=lambda row: reverse("addressees.show", args=[row.pk]) if shown else None,
            ),
            Column("due", "答复期限", kind="date"),
            Column("state", "状态", lambda row: state_of(row, calendar), kind="tag"),
        ]
        return TableSection("受文单位", columns, rows)

    def events(self) -> list[Event]:
        """Its life."""
        one = self.object
        life = [Event("拟稿", one.made_at, one.drafted_by_name)]
        if one.issued_on:
            life.insert(0, Event(f"发出 {one.number}", one.issued_on, one.issued_by_name))
        if one.state == Instrument.State.CLOSED:
            life.insert(0, Event("全部销号"))
        elif one.state == Instrument.State.ISSUED:
            life.insert(0, Event(f"等待 {one.owing} 个单位答复、销号", now=True))  # type: ignore[attr-defined]
        else:
            life.insert(0, Event("等待签发", now=True))
        return life


CONCERNS = (
    Column("task", "任务", lambda row: row.task.title),
    Column("unit", "承担单位", lambda row: str(row.task.unit)),
    Column("due", "完成期限", lambda row: row.task.due, kind="date"),
    Column("light", "灯", lambda row: LIGHTS.get(row.light), kind="tag"),
    Column("why", "原因"),
)


class EditInstrument(InstrumentObject, Drafting):
    """Change a draft."""

    title, form, submit, is_listed = "修改督办文书", DraftForm, "保存", False

    def initial(self) -> dict[str, Any]:
        """As it stands."""
        one = self.object
        units = [
            addressee.unit
            for addressee in Addressee.unscoped.filter(instrument=one).select_related("unit").order_by("unit__path")
        ]
        return {"title": one.title, "body": one.body, "units": units, "needs_reply": one.needs_reply, "due": one.due}

    def save(self, form: Any) -> Instrument:
        """Change it."""
        return actions.change(self.object, self.wording(form), form.cleaned_data["units"])


class DiscardInstrument(InstrumentObject, ActionPage):
    """Throw a draft away."""

    permission, title, danger, submit = "instruments.draft", "删除草稿", True, "删除"
    text = "草稿没有编号，删除后不留空号。"
    does, success, leads_to = actions.discard, "已删除草稿", "instruments.list"


class IssueInstrument(InstrumentObject, ActionPage):
    """An instrument is sent by its own sender."""

    kind: Sender
    does, success = actions.issue, "已发出 {did.number}"

    def objects(self) -> Any:
        """Those of its kind."""
        return super().objects().filter(kind=self.kind.value)

    def get_question(self) -> str:
        """What, to whom."""
        return f"{self.submit}《{self.object.title}》？"

    def get_text(self) -> str:
        """What follows."""
        year = clock.today().year
        series = queries.number_of(self.object, year, queries.next_serial(self.object, year))
        doubts = footnotes.unmarked(self.object.body)
        caution = f"正文中 {'、'.join(dict.fromkeys(doubts))} 没有注明口径。" if doubts else ""
        return f"将发给 {self.object.units} 个单位并逐个通知，编号预计为{series}，发出后不能修改。{caution}"  # type: ignore[attr-defined]


class IssuePrompt(IssueInstrument):
    """The union office sends a prompt."""

    permission, title, submit, kind = "instruments.prompt", "发出工作提示", "发出", Sender.PROMPT


class IssueBulletin(IssueInstrument):
    """The leading group sends a bulletin."""

    permission, title, submit, kind = "instruments.bulletin", "签发通报", "签发", Sender.BULLETIN


class IssueSupervision(IssueInstrument):
    """The Party and government office sends a supervision."""

    permission, title, submit, kind = "instruments.supervise", "发出督查", "发出", Sender.SUPERVISION


ISSUING: dict[str, type[IssueInstrument]] = {
    "prompt": IssuePrompt,
    "bulletin": IssueBulletin,
    "supervision": IssueSupervision,
}


class InstrumentPaper(InstrumentObject, OfficialPaper):
    """An instrument as an editable Word document, or as PDF."""

    permission, title, makes = "instruments.view", "下载督办文书文稿", paper_of

    def called(self) -> str:
        """Its number and title."""
        return called(self.object)


routes = [
    page("office/instruments/", InstrumentList, "instruments.list"),
    page("office/instruments/urgent/", UrgentTasks, "instruments.urgent"),
    page("office/instruments/new/", NewInstrument, "instruments.new"),
    page("office/instruments/bulletin/", QuarterBulletin, "instruments.bulletin"),
    page("office/instruments/task/<uuid:id>/", DraftForTask, "instruments.for_task"),
    page("office/instruments/<uuid:id>/", InstrumentPage, "instruments.show"),
    page("office/instruments/<uuid:id>/edit/", EditInstrument, "instruments.edit"),
    page("office/instruments/<uuid:id>/discard/", DiscardInstrument, "instruments.discard"),
    page("office/instruments/<uuid:id>/issue/prompt/", IssuePrompt, "instruments.issue_prompt"),
    page("office/instruments/<uuid:id>/issue/bulletin/", IssueBulletin, "instruments.issue_bulletin"),
    page("office/instruments/<uuid:id>/issue/supervision/", IssueSupervision, "instruments.issue_supervision"),
    page("office/instruments/<uuid:id>/paper/<slug:form>/", InstrumentPaper, "instruments.paper"),
]
