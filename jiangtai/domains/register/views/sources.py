"""Pages about the lists that departments, firms and schools hand in: handing in, checking, taking over."""

from typing import Any, ClassVar

from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from jiangtai.people.sources import LABELS, REPAIRED, SOURCES, Batch, Fault, is_news, returned, template
from jiangtai.web import (
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
    Page,
    Section,
    Stat,
    TableSection,
    Tag,
    TemplateSection,
    Value,
    as_file,
    page,
)

from .. import actions, queries
from ..forms.sources import WHOLE, ColumnsForm, HandInForm
from .quality import MOST_FIRMS, asking, query_of

COLOURS = {
    "checking": "info", "mapping": "warn", "checked": "warn", "loading": "info",
    "done": "ok", "refused": "bad", "dropped": "plain",
}  # fmt: skip
MOST_FAULTS = 50
REPAIRED_ONLY = "repaired"
PROGRESS = "batch-progress"
"""What of a batch's page asks every other second how far it is."""


def show(batch: Any) -> str:
    """A batch's page."""
    return reverse("batches.show", args=[batch.pk])


def _label(row: Any) -> str:
    return SOURCES[row.source].label if row.source in SOURCES else row.source


class Batches(ListPage):
    """Every list that was handed in within reach."""

    permission, title = "sources.view", "名册报送"
    nav = Nav("队伍", "名册报送", 15)
    keywords = "导入 上传 花名册 参保 数据来源 名册"
    counted, order, exports = "份", "-made_at", False
    columns = (
        Column("file_name", "文件", link=show, note=_label),
        Column("unit", "报送单位", lambda row: str(row.unit)),
        Column("as_of", "数据截止日", kind="date", sort="as_of"),
        Column("state", "状态", lambda row: Tag(row.get_state_display(), COLOURS[row.state]), kind="tag"),
        Column("lines", "行", kind="num"),
        Column("failed", "有误", kind="num"),
        Column("persons", "新增人员", kind="num"),
        Column("by", "上传人", lambda row: str(row.by) if row.by else "自动收取"),
        Column("made_at", "报送时间", kind="date", sort="made_at"),
    )
    conditions = (
        Choice("来源", "source", choices=lambda page: [(one.key, one.label) for one in SOURCES.values()]),
        Choice("状态", "state", choices=Batch.State.choices),
        Choice(
            "有误的行",
            "wrong",
            choices=(("yes", "最近一份里还没改好"),),
            match=lambda rows, _: queries.lists_with_faults(rows),
        ),
        Choice(
            "时效",
            "late",
            choices=(("yes", "最近一份已过期"),),
            match=lambda rows, _: queries.late_lists(rows),
        ),
    )
    actions = (Act("各来源情况", "sources.list"), Act("报送名册", "batches.new", primary=True))
    empty = Empty(
        "还没有报送过名册",
        "上传本单位手里的名册（Excel 或 CSV），系统逐行检查，改好有误的行，再导入登记库。",
        Act("报送名册", "batches.new"),
    )

    def get_actions(self) -> list[Act]:
        """Handing in is offered to units that keep a list."""
        return [act for act in self.actions if act.to != "batches.new" or queries.sources_of(self.acting)]

    def get_empty(self) -> Empty:
        """The same."""
        return (
            self.empty
            if queries.sources_of(self.acting)
            else Empty("还没有报送过名册", "报送的单位上传后会出现在这里。")
        )

    def rows(self) -> Any:
        """Those of units within reach."""
        return Batch.objects.select_related("unit", "by")


class Sources(Page):
    """Each kind of list: whose it is, how fresh, and what came of it."""

    permission, title, template = "sources.view", "各来源情况", "register/sources.html"
    parents = ("batches.list",)

    def get_context(self) -> dict[str, Any]:
        """Every source with its last list and its template."""
        return {
            **super().get_context(),
            "rows": queries.freshness_of_sources(),
            "may_load": self.acting.may("sources.load"),
        }


class Template(Page):
    """The empty sheet of a source."""

    permission, title, is_listed = "sources.view", "下载模板", False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The file."""
        source = queries.source_named(str(kwargs["source"]))
        return as_file(template(source), f"{source.label}模板.xlsx")


class HandIn(FormPage):
    """Hand a list in."""

    permission, title, submit, form = "sources.load", "报送名册", "上传并检查", HandInForm
    parents, template = ("batches.list",), "register/hand_in.html"
    failed = "没有收下"
    intro = "文件加密保存，到期清除。上传后先逐行检查，不会马上导入；检查结果由您确认后才导入登记库。"
    success = "已收下，正在逐行检查，可以离开本页，检查完在“名册报送”里看结果"

    def form_kwargs(self) -> dict[str, Any]:
        """What the unit keeps."""
        return {"sources": queries.sources_of(self.acting)}

    def initial(self) -> dict[str, Any]:
        """The list asked for."""
        return {"source": self.request.GET.get("source", ""), "extent": "part"}

    def get_context(self) -> dict[str, Any]:
        """With the templates to download."""
        return {**super().get_context(), "sources": queries.sources_of(self.acting)}

    def save(self, form: Any) -> Batch:
        """Take it in and have it looked at."""
        told = form.cleaned_data
        return actions.hand_in(
            SOURCES[told["source"]], self.acting.unit, told["file"], told["as_of"], told["extent"] == WHOLE
        )

    def next_url(self, saved: Batch) -> str:
        """To the batch."""
        return show(saved)


class BatchObject(ObjectMixin):
    """A page about one list within reach."""

    object: Any

    def objects(self) -> Any:
        """Within reach."""
        return Batch.objects.select_related("unit", "by", "file")

    def get_crumbs(self) -> list[Crumb]:
        """Through the lists."""
        return [Crumb("名册报送", reverse("batches.list")), Crumb(self.object.file_name, show(self.object))]

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return show(self.object)


class OwnBatch(BatchObject):
    """A page about one list that the unit itself handed in: who stands above only looks on."""

    acting: Any

    def objects(self) -> Any:
        """Of the unit one acts for."""
        return super().objects().filter(unit=self.acting.unit)


class BatchPage(BatchObject, DetailPage):
    """One list: how far it is, what is wrong with it, and what came of it."""

    permission, title = "sources.view", "报送"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Whoever waits for it sees the whole page anew once it is at rest."""
        if request.headers.get("HX-Target") == PROGRESS and not self.object.is_busy:
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return super().get(request, *args, **kwargs)

    def get_title(self) -> str:
        """The file's name."""
        return str(self.object.file_name)

    def get_tags(self) -> list[Tag]:
        """How far it is."""
        return [Tag(self.object.get_state_display(), COLOURS[self.object.state])]

    def get_actions(self) -> list[Act]:
        """What is to be done next."""
        batch, acts = self.object, []
        if batch.unit_id != self.acting.unit.pk:
            ask = Act("请单位核对", "inquiries.ask", query=query_of(batch.unit_id, "recheck"))
            return [ask] if batch.state == Batch.State.DONE else []
        if batch.file_id and (batch.failed or batch.hinted or batch.repeated):
            acts.append(Act("下载原表和问题说明", "batches.returned", (batch.pk,)))
            if batch.failed:
                acts.append(Act("只下载有误的行", "batches.failed", (batch.pk,)))
        if batch.state in ("mapping", "checked"):
            acts.append(Act("放弃", "batches.drop", (batch.pk,), dialog=True))
        if batch.state == "mapping":
            acts.append(Act("确认栏目", "batches.columns", (batch.pk,), primary=True))
        if batch.state == "checked" and is_news(batch):
            label = f"导入 {batch.good:,} 行" if batch.good else "确认仍然有效"
            acts.append(Act(label, "batches.take", (batch.pk,), primary=True, dialog=True))
        return acts

    def sections(self) -> list[Any]:
        """Progress, result, faults, and what was handed in."""
        batch = self.object
        repaired = _repaired(batch).count()
        stats = _stats(batch, repaired) + self._left_out()
        told = {"batch": batch, "stats": stats, "id": PROGRESS, "is_news": is_news(batch)}
        found: list[Any] = [TemplateSection("register/batch.html", told)]
        if batch.ended and self.acting.may("people.view"):
            found.append(self._firms_left_out())
        if repaired and self.request.GET.get("problem") == REPAIRED_ONLY:
            found.append(self._faults(_repaired(batch), "按校验码更正的证件号码"))
        if batch.faults.exists():
            found += [self._kinds(), self._faults(batch.faults.order_by("-is_fatal", "line", "id"), "逐行问题")]
        return [*found, self._basics()]

    def _left_out(self) -> list[Stat]:
        """Of a whole list, whom it no longer holds: the number opens to those within reach."""
        batch, note = self.object, "上次有、这次没有；用工关系没有动，请单位核实"
        if batch.state != Batch.State.DONE or not batch.is_whole:
            return []
        if not batch.ended or not self.acting.may("people.view"):
            return [Stat("不再在册", f"{batch.ended:,}", "人", note=note)]
        seen = queries.left_out(batch).count()
        note += f"；当时共 {batch.ended:,} 人，其余后来又在册或不在您的范围内" if seen != batch.ended else ""
        return [Stat("不再在册", f"{seen:,}", "人", note=note, url=_left_out_url(batch))]

    def _firms_left_out(self) -> TableSection:
        """Where they still work, each firm to be asked."""
        may_ask = self.acting.may("inquiries.ask")
        rows = queries.firms_left_out(self.object, MOST_FIRMS)
        columns = (
            Column("firm", "用人单位", lambda row: str(row[0])),
            Column("number", "不再在册的人", lambda row: row[1], kind="num", link=lambda row: self._at(row[0])),
            Column("ask", "办理", lambda row: "请单位核实",
                   link=lambda row: asking(row[0].pk, "staying") if may_ask else None, kind="act"),
        )  # fmt: skip
        note = "同时在几家单位的，每家都列；没有用工记录的不在此列"
        note += f"；人多的在前，只列前 {MOST_FIRMS} 家" if len(rows) == MOST_FIRMS else ""
        return TableSection("不再在册的人还在哪些单位", columns, rows, Empty("没有仍在用人单位的人"), note=note)

    def _at(self, firm: Any) -> str:
        return f"{_left_out_url(self.object)}&firm={firm.pk}"

    def _basics(self) -> Section:
        batch = self.object
        source = SOURCES[batch.source]
        return Section(
            "报送情况",
            [
                Value("来源", source.label),
                Value("报送单位", str(batch.unit), url=reverse("units.show", args=[batch.unit_id])),
                Value("数据截止日", batch.as_of),
                Value("范围", "全部人员" if batch.is_whole else "新增和变动的人"),
                Value("上传人", str(batch.by) if batch.by else "自动收取"),
                Value("原表", "加密保存中" if batch.file_id else "已到期清除"),
                Value("表头在第几行", batch.header or None),
                Value(
                    "栏目",
                    "、".join(
                        f"{one}→{LABELS[name]}" for one, name in zip(batch.headings, batch.fields, strict=False) if name
                    ),
                ),
            ],
        )

    def _kinds(self) -> TableSection:
        """The faults by column, the most frequent first."""
        rows = self.object.faults.values("field", "is_fatal").annotate(
            n=Count("line", distinct=True), words=Max("words"), line=Max("line")
        )
        columns = (
            Column("field", "栏目", lambda row: LABELS.get(row["field"], "整行")),
            Column("n", "行数", lambda row: row["n"], kind="num"),
            Column(
                "is_fatal",
                "结果",
                lambda row: Tag("未导入", "bad") if row["is_fatal"] else Tag("提示", "plain"),
                kind="tag",
            ),
            Column("words", "例如", lambda row: row["words"]),
        )
        return TableSection("问题汇总", columns, list(rows.order_by("-is_fatal", "-n")), Empty("没有问题"))

    def _faults(self, rows: Any, title: str) -> TableSection:
        columns = (
            Column("line", "行", lambda row: f"第 {row.line} 行"),
            Column("field", "栏目", lambda row: LABELS.get(row.field, "整行")),
            Column("words", "问题"),
            Column(
                "is_fatal",
                "结果",
                lambda row: Tag("未导入", "bad") if row.is_fatal else Tag("提示", "plain"),
                kind="tag",
            ),
        )
        note = f"先列未导入的，最多 {MOST_FAULTS} 行；全部在下载的原表里" if rows.count() > MOST_FAULTS else ""
        return TableSection(title, columns, list(rows[:MOST_FAULTS]), Empty("没有问题"), note=note)


def _repaired(batch: Batch) -> Any:
    """The lines whose identity number was put right by its check character."""
    return Fault.objects.filter(batch=batch, field="id_number", words=REPAIRED)


def _stats(batch: Batch, repaired: int) -> list[Stat]:
    is_halted = batch.state == "refused" and batch.checked_at is not None
    if batch.state in ("checking", "mapping", "refused") and not is_halted:
        return []
    done = batch.state in ("loading", "done") or is_halted
    found = [
        Stat("已处理", f"{batch.seen:,}", "行", note="其余的没有导入；这份名册不计为已报送")
        if is_halted
        else Stat("已导入" if batch.state == "done" else "可导入", f"{batch.good:,}", "行"),
        Stat("有误", f"{batch.failed:,}", "行", note="改好后只传这些行即可" if batch.failed else ""),
        Stat("重复", f"{batch.repeated:,}", "行", note="与本表前面的行或已导入的内容相同"),
    ]
    is_told = batch.known is not None and not SOURCES[batch.source].of_one_firm  # of strangers a firm is told nothing
    if not done and batch.good and is_told:
        found.insert(
            1, Stat("其中已在册", f"{batch.known:,}", "行", note="身份证号已在登记库里；导入后只更新信息，不重复建档")
        )
    if repaired:
        words = f"已按校验码更正 {repaired:,} 个证件号码，点开逐行核对"
        found.append(Stat("更正号码", f"{repaired:,}", "个", note=words, url=f"?problem={REPAIRED_ONLY}"))
    if done:
        found += [
            Stat("新增人员", f"{batch.persons:,}", "人"),
            Stat("信息更新", f"{batch.changed:,}", "人"),
            Stat(
                "疑似同人", f"{batch.doubts:,}", "人", note="姓名、出生日期等相近，没有自动合并" if batch.doubts else ""
            ),
        ]
    return found


def _left_out_url(batch: Batch) -> str:
    return f"{reverse('quality.left_out')}?batch={batch.pk}"


class Columns(OwnBatch, FormPage):
    """Say once what the columns hold."""

    permission, title, submit, form = "sources.load", "确认栏目", "确认并检查", ColumnsForm
    is_listed: ClassVar[bool] = False
    intro = "下面左边是您表里的栏目，右边是系统认为它装的内容。核对一次，以后同样的表头不再问。"
    success = "栏目已记住，正在逐行检查"

    def form_kwargs(self) -> dict[str, Any]:
        """The file's headings with what they seem to hold."""
        batch = self.object
        return {"source": SOURCES[batch.source], "headings": batch.headings, "proposed": batch.fields}

    def save(self, form: Any) -> None:
        """Remember it and go on."""
        actions.confirm_columns(self.object, form.chosen())


class TakeOver(OwnBatch, ActionPage):
    """Let the good lines go into the register."""

    permission, title, submit = "sources.load", "导入登记库", "导入"
    question = "导入登记库？"
    does, success = actions.take_over, "正在导入，可以离开本页"

    def get_text(self) -> str:
        """How many lines, and what becomes of the others."""
        batch = self.object
        if not batch.good:
            ended = "名册里不再有的人记为不再在册，用工关系不动。" if batch.is_whole else ""
            return f"内容与已导入的相同，登记的信息不变，只记下截至 {batch.as_of} 仍然有效。{ended}"
        rest = f"有误的 {batch.failed:,} 行不导入，改好后再传。" if batch.failed else ""
        return f"将导入 {batch.good:,} 行。{rest}导入中途断电也不会丢行或重复。"


class Drop(OwnBatch, ActionPage):
    """Give a list up before it went in."""

    permission, title, submit, danger = "sources.load", "放弃这份名册", "放弃", True
    text = "文件立即删除，登记库不受影响；以后可以重新上传。"
    does = actions.drop_batch


class Returned(OwnBatch, ActionPage):
    """The user's own file with what is wrong beside each line."""

    gives_file = True
    permission, title, submit = "sources.load", "下载原表和问题说明", "下载"
    text = (
        "您上传的表，每一行都在原来的位置，最右加一栏“问题”，有问题的格子填了颜色。一律是 xlsx 格式："
        "CSV 用 Excel 打开会改坏身份证号。下载记入审计。"
    )
    failed_only: ClassVar[bool] = False

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The file."""
        file = returned(self.object, failed_only=self.failed_only)
        name = f"{self.object.file_name.rpartition('.')[0]}-{'有误的行' if self.failed_only else '问题说明'}.xlsx"
        return as_file(file, name)


class FailedOnly(Returned):
    """Just the lines to put right, ready to be handed in again."""

    title, failed_only = "只下载有误的行", True
    text = "表头和没导入的行，每行写明问题；改好后直接再上传，“问题”一栏不必删。下载记入审计。"


routes = [
    page("office/sources/", Sources, "sources.list"),
    page("office/sources/<slug:source>/template/", Template, "sources.template"),
    page("office/batches/", Batches, "batches.list"),
    page("office/batches/new/", HandIn, "batches.new"),
    page("office/batches/<uuid:id>/", BatchPage, "batches.show"),
    page("office/batches/<uuid:id>/columns/", Columns, "batches.columns"),
    page("office/batches/<uuid:id>/take/", TakeOver, "batches.take"),
    page("office/batches/<uuid:id>/drop/", Drop, "batches.drop"),
    page("office/batches/<uuid:id>/returned/", Returned, "batches.returned"),
    page("office/batches/<uuid:id>/failed/", FailedOnly, "batches.failed"),
]
