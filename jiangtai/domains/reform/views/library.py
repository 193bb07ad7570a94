"""The policy library in the office: every paper, how it stands today, what it rests on, who reviews it and when."""

from functools import cached_property, partial
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from jiangtai import indicators
from jiangtai.access import audit
from jiangtai.kernel import clock
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
    Hit,
    ListPage,
    Nav,
    ObjectMixin,
    Page,
    Panel,
    Search,
    Section,
    TableSection,
    Tag,
    TemplateSection,
    Value,
    as_file,
    page,
    panel,
    searchable,
    stored_file,
)

from ..actions import library as actions
from ..actions import library_papers
from ..forms.library import EndForm, LinkForm, PaperForm, SheetForm, TieForm
from ..models import Measure, PaperReview, PaperTie, PolicyPaper
from ..queries import library as queries
from ..rules import library as rules
from ..rules.library import Standing
from .official import OfficialPaper

OUTCOMES = {"kept": "ok", "to_revise": "warn", "to_repeal": "bad"}
_MOST_HITS = 8


def show(row: Any) -> str:
    """The page of a paper."""
    return reverse("library.show", args=[row.pk])


def standing_of(row: Any) -> Tag:
    """How a paper stands today."""
    one = Standing(row.standing)
    return Tag(one.label, one.tone)


def review_of(row: Any) -> Tag | None:
    """How far its review is off."""
    if row.review_on is None or not Standing(row.standing).is_valid:
        return None
    left = (row.review_on - clock.today()).days
    if left < 0:
        return Tag(f"超期 {-left} 天", "bad")
    return Tag(f"还有 {left} 天", "warn") if left <= queries.notice_days() else Tag(f"{row.review_on}", "plain")


class Library(ListPage):
    """Every paper within reach."""

    permission, title, counted, order = "library.view", "政策文件库", "份", "-issued_on"
    nav = Nav("政策文件", "政策文件库", 10)
    keywords = "政策 文件 法规 办法 意见 通知 废止 评估 文号"
    conditions = (
        Search("标题、文号、全文", fields=("title__contains", "number__contains", "text__contains")),
        Choice("状态", "standing", choices=[(one.value, one.label) for one in Standing]),
        Choice("发文机关", "issuer", choices=lambda page: queries.issuers(page.rows())),
        Choice("年份", "year", choices=lambda page: queries.years(page.rows()),
               match=lambda rows, value: rows.filter(issued_on__year=value) if value.isdigit() else rows.none()),
        Choice("文种", "kind", choices=PolicyPaper.Kind.choices),
        Choice("评估", "review", choices=(("due", "到期和临近"), ("late", "超期")),
               match=lambda rows, value: queries.due(rows, ahead=None if value == "due" else -1)),
    )  # fmt: skip
    columns = (
        Column("title", "标题", link=show, note=lambda row: row.number or "没有文号"),
        Column("issuer", "发文机关", sort="issuer"),
        Column("kind", "文种", "get_kind_display", sort="kind"),
        Column("level", "级别", "get_level_display", hidden=True),
        Column("issued_on", "印发日期", kind="date", sort="issued_on"),
        Column("since", "施行日期", kind="date", sort="since", hidden=True),
        Column("until", "有效期至", kind="date", sort="until", hidden=True),
        Column("standing", "状态", standing_of, kind="tag"),
        Column("owner", "责任单位", lambda row: str(row.owner) if row.owner else None),
        Column("review_on", "评估", review_of, kind="tag", sort="review_on"),
    )
    actions = (
        Act("下载清单模板", "library.template", dialog=True),
        Act("导入清单", "library.import"),
        Act("录入文件", "library.new", primary=True),
    )
    bulk = (Bulk("ask", "发起评估", "library.change", "ask", confirm="责任单位各收到一件待办，落实数据由系统算好。"),)
    empty = Empty(
        "库里还没有政策文件",
        "一份份录入，或下载清单模板填好后一次导入；文件可以以后逐份上传。",
        Act("导入清单", "library.import"),
    )

    def rows(self) -> Any:
        """Within reach, or kept above."""
        return queries.seen(self.acting)

    def ask(self, rows: Any) -> str:
        """Their owners are asked to review them."""
        count, left = actions.ask_reviews(rows)
        if not count:
            raise ValidationError("没有发起：" + "；".join(left[:5]))
        return f"已请 {count} 份文件的责任单位评估" + (
            f"；{len(left)} 份没有发起：{'；'.join(left[:3])}" if left else ""
        )


class Writing(FormPage):
    """A paper, as a form."""

    permission, form = "library.change", PaperForm
    groups = (
        ("文件", ("title", "number", "issuer", "kind", "level", "issued_on", "since", "until")),
        ("全文", ("file", "text")),
        ("摘要（公开给职工看的话）", ("for_whom", "gives", "how")),
        ("评估", ("owner", "review_on")),
    )

    def told(self, form: Any) -> dict[str, Any]:
        """The values, and the file's text where one was sent."""
        values = dict(form.cleaned_data)
        upload = values.pop("file", None)
        text, file = actions.text_of(upload) if upload else (values.get("text") or "", None)
        return {"values": values, "text": text, "file": file}

    def next_url(self, saved: Any) -> str:
        """To the paper."""
        return show(saved)


class NewPaper(Writing):
    """A paper is taken in."""

    title, parents, submit = "录入政策文件", ("library.list",), "录入"

    def save(self, form: Any) -> PolicyPaper:
        """Take it in."""
        told = self.told(form)
        return actions.enter(told["values"], text=told["text"], file=told["file"])

    def said(self, saved: PolicyPaper) -> str:
        """When it is reviewed."""
        return f"已录入{saved}，评估日期 {saved.review_on}"


class ImportPapers(FormPage):
    """A whole list is taken in."""

    permission, title, form, submit = "library.change", "导入政策文件清单", SheetForm, "导入"
    parents = ("library.list",)
    intro = "用下载的模板填写。有一行不对就都不导入，并逐行告诉您哪里不对；库里已有的文号自动跳过。"

    def save(self, form: Any) -> tuple[int, int]:
        """Take it in."""
        return actions.take_in(form.cleaned_data["rows"])

    def said(self, saved: tuple[int, int]) -> str:
        """How many."""
        fresh, known = saved
        return f"已导入 {fresh} 份" + (f"，库里已有、跳过 {known} 份" if known else "")


class Template(ActionPage):
    """The sheet on which papers are listed."""

    gives_file = True
    permission, title, submit, parents = "library.change", "下载清单模板", "下载", ("library.list",)
    question, text = "下载政策文件清单模板？", "带示例行和下拉选项，带 * 的必填；填好后从“导入清单”上传。"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The file."""
        audit.record("export", details={"page": self.name, "rows": 0})
        return as_file(queries.template(), "政策文件清单.xlsx")


class PaperObject(ObjectMixin):
    """A page about one paper."""

    object: Any
    acting: Any

    def objects(self) -> Any:
        """Within reach, or kept above."""
        return queries.seen(self.acting)

    def get_crumbs(self) -> list[Crumb]:
        """The library, then the paper."""
        return [Crumb("政策文件库", reverse("library.list")), Crumb(self.object.title[:24], show(self.object))]

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return show(self.object)


class KeptObject(PaperObject):
    """A page on which a paper is changed: only by the unit that keeps it."""

    def objects(self) -> Any:
        """Within reach."""
        return super().objects().filter(unit__path__within=self.acting.reach)


class PaperPage(PaperObject, DetailPage):
    """One paper: how it stands, what it gives to whom, what it rests on, its measures, its reviews, its text."""

    permission, title, template = "library.view", "政策文件", "reform/policy_paper.html"

    def get_title(self) -> str:
        """What it is called."""
        return str(self.object.title)

    def get_tags(self) -> list[Tag]:
        """How it stands, and whether citizens see it."""
        return [standing_of(self.object), *([Tag("已公开", "info")] if self.object.is_public else [])]

    @cached_property
    def changes(self) -> bool:
        """Whether this account keeps it."""
        return self.acting.may("library.change") and self.acting.reach.holds(self.object.unit.path)

    @cached_property
    def case(self) -> Any:
        """Its open review."""
        return queries.under_review([self.object]).get(self.object.pk)

    def get_actions(self) -> list[Act]:
        """What can be done with it, by how it stands."""
        one, at = self.object, (self.object.pk,)
        acts = [Act("下载文件", "library.file", at)] if one.file_id else []
        is_asked = self.case is None and Standing(one.standing).is_valid and queries.may_ask(one, self.acting)
        ask = [Act("发起评估", "library.ask", at, primary=True, dialog=True)] if is_asked else []
        if not self.changes:
            return [*acts, *ask]
        public = Act("不再公开", "library.hide", at, dialog=True) if one.is_public else Act(
            "向社会公开", "library.publish", at, dialog=True)  # fmt: skip
        end = Act("撤销终止登记", "library.restore", at, dialog=True) if one.ended_on else Act(
            "登记替代、废止", "library.end", at, danger=True)  # fmt: skip
        return [*acts, end, public, Act("登记关系", "library.tie", at), Act("对应举措、指标", "library.link", at),
                Act("修改", "library.edit", at), *ask]  # fmt: skip

    def get_context(self) -> dict[str, Any]:
        """With what to be warned of."""
        return {**super().get_context(), "warnings": queries.warnings(self.object)}

    def sections(self) -> list[Any]:
        """From what everybody asks to what few do."""
        one = self.object
        summary = [Value("为谁", one.for_whom), Value("给什么", one.gives), Value("怎么办", one.how)]
        parts = rules.clauses(one.text)
        size = f"{len(one.text):,} 字" if one.text else ""
        text = TemplateSection("reform/policy_text.html", {"clauses": parts}, "全文", size)
        return [
            Section("摘要", summary, note="公开时给职工看的话"),
            Section("文件", self._values()),
            self._ties(),
            self._measures(),
            self._reviews(),
            text,
        ]

    def _values(self) -> list[Value]:
        one = self.object
        ended = []
        if one.ended_on:
            by = f"，由{one.ended_by}" if one.ended_by else ""
            said = f"{one.ended_on} {one.get_ended_how_display()}{by} {one.ended_why}".strip()
            ended = [Value("终止", said, url=show(one.ended_by) if one.ended_by else "")]
        return [
            Value("发文字号", one.number),
            Value("发文机关", one.issuer),
            Value("文种", f"{one.get_level_display()}{one.get_kind_display()}"),
            Value("印发日期", one.issued_on),
            Value("施行日期", one.since),
            Value("有效期至", one.until or "没有写明"),
            *ended,
            Value("责任单位", str(one.owner) if one.owner else "还没有指定"),
            Value("评估日期", one.review_on or "不再评估", source=self._review_words()),
        ]

    def _review_words(self) -> str:
        tag = review_of(self.object)
        near = str(tag) if tag and tag.tone != "plain" else ""
        return f"正在评估，办件 {self.case.number}" if self.case else near

    def _ties(self) -> TableSection:
        one = self.object
        rows = [{"how": f"{tie.get_kind_display()}", "other": tie.other, "words": tie.words, "tie": tie}
                for tie in one.ties.select_related("other")]  # fmt: skip
        rows += [{"how": f"被{'作为依据' if tie.kind == 'basis' else '修改'}", "other": tie.paper, "words": tie.words,
                  "tie": tie} for tie in one.tied.select_related("paper")]  # fmt: skip
        rows += [{"how": "替代" if other.ended_how == "superseded" else "废止", "other": other, "words": "整体",
                  "tie": None} for other in one.ends.all()]  # fmt: skip
        columns = [
            Column("how", "关系", lambda row: row["how"]),
            Column("other", "文件", lambda row: str(row["other"]), link=lambda row: show(row["other"]),
                   note=lambda row: row["other"].number),
            Column("words", "涉及条款", lambda row: row["words"] or None),
        ]  # fmt: skip
        if self.changes:
            columns.append(
                Column("drop", "", lambda row: "删除" if row["tie"] else "", link=lambda row: reverse(
                    "library.untie", args=[one.pk, row["tie"].pk]) if row["tie"] else None, kind="act")
            )  # fmt: skip
        return TableSection(
            "相关文件", columns, rows, Empty("没有登记相关文件", "依据、修改、替代、废止都登记在这里。")
        )

    def _measures(self) -> TableSection:
        labels = {one.key: one.label for one in indicators.indicators()}
        rows = list(self.object.measures.select_related("plan").order_by("plan", "place"))
        columns = [
            Column("title", "举措", str, link=lambda row: reverse("measures.show", args=[row.pk])),
            Column("plan", "方案", lambda row: str(row.plan)),
        ]
        named = "、".join(labels.get(key, key) for key in self.object.indicators)
        return TableSection("落实的举措", columns, rows, Empty("还没有对应举措"), f"衡量指标：{named or '没有'}")

    def _reviews(self) -> TableSection:
        columns = [
            Column("done_on", "评估日期", kind="date"),
            Column("owner", "责任单位", lambda row: str(row.owner)),
            Column("outcome", "结论", lambda row: Tag(row.get_outcome_display(), OUTCOMES[row.outcome]), kind="tag"),
            Column("effect", "实施效果", lambda row: row.effect[:60]),
            Column(
                "word",
                "报告",
                lambda row: "Word",
                link=lambda row: reverse("library.review", args=[row.pk, "docx"]),
                kind="act",
            ),
            Column(
                "pdf",
                "",
                lambda row: "PDF",
                link=lambda row: reverse("library.review", args=[row.pk, "pdf"]),
                kind="act",
            ),
        ]
        rows = list(self.object.reviews.select_related("owner", "paper"))
        return TableSection("评估", columns, rows, Empty("还没有评估过", "到评估日期提醒责任单位，也可以随时发起。"))

    def events(self) -> list[Event]:
        """Its life, the latest first."""
        one, today = self.object, clock.today()
        life = [Event("印发", one.issued_on), Event("施行", one.since, now=one.since > today)]
        life += [Event(f"评估：{row.get_outcome_display()}", row.done_on) for row in one.reviews.all()]
        if one.ended_on:
            life.append(Event(one.get_ended_how_display(), one.ended_on, now=one.ended_on > today))
        if one.review_on and Standing(one.standing).is_valid:
            life.append(Event("下次评估", one.review_on, now=True))
        return sorted(life, key=lambda event: event.when, reverse=True)  # type: ignore[arg-type, return-value]


class EditPaper(KeptObject, Writing):
    """A paper is put right."""

    title, submit, is_listed = "修改政策文件", "保存", False

    def initial(self) -> dict[str, Any]:
        """As it stands."""
        names = [name for _, group in self.groups for name in group if name not in ("file", "owner")]
        return {name: getattr(self.object, name) for name in names} | {"owner": self.object.owner_id}

    def save(self, form: Any) -> PolicyPaper:
        """Put it right."""
        told = self.told(form)
        return actions.change(self.object, told["values"], text=told["text"], file=told["file"])


class Publish(KeptObject, ActionPage):
    """Citizens may read it."""

    permission, title, submit = "library.change", "向社会公开", "公开"
    text = "公开后，职工和市民不用登录就能看到摘要、文号、状态和全文。"
    does = partial(actions.publish, is_public=True)


class Hide(KeptObject, ActionPage):
    """Citizens may no longer read it."""

    permission, title, submit = "library.change", "不再公开", "不再公开"
    does = partial(actions.publish, is_public=False)


class Tie(KeptObject, FormPage):
    """It rests on another paper, or changes a part of it."""

    permission, title, form, submit, is_listed = "library.change", "登记关系", TieForm, "登记", False

    @property
    def intro(self) -> str:  # type: ignore[override]
        """What is meant."""
        return f"本文件：{self.object}。整体替代或废止别的文件，请到那份文件的页面登记。"

    def save(self, form: Any) -> PaperTie:
        """Note it."""
        values = form.cleaned_data
        return actions.tie(self.object, values["other"], values["kind"], values["words"])


class Untie(KeptObject, ActionPage):
    """What was noted of two papers is taken back."""

    permission, title, submit, danger = "library.change", "删除关系", "删除", True
    does, on = actions.untie, "tie"

    def prepare(self) -> None:
        """The tie, of this paper."""
        super().prepare()
        rows = PaperTie.objects.filter(pk=self.kwargs["tie"]).select_related("paper", "other")
        found = rows.first()
        if found is None or self.object.pk not in (found.paper_id, found.other_id):
            raise Http404
        self.tie: PaperTie = found

    def get_question(self) -> str:
        """Which."""
        return f"删除“{self.tie.paper}{self.tie.get_kind_display()}{self.tie.other}”？"


class EndPaper(KeptObject, FormPage):
    """It gives way to another, or is repealed."""

    permission, title, form, submit, is_listed = "library.change", "登记替代、废止", EndForm, "登记", False

    @property
    def intro(self) -> str:  # type: ignore[override]
        """Which, and what rests on it."""
        resting = self.object.tied.filter(kind=PaperTie.Kind.BASIS).count()
        more = f"有 {resting} 份文件以它为依据，终止后会逐份提醒核对。" if resting else ""
        return f"{self.object}{self.object.number}。{more}"

    def save(self, form: Any) -> PolicyPaper:
        """Note it."""
        values = form.cleaned_data
        return actions.end(self.object, values["how"], by=values["by"], on=values["on"], why=values["why"])

    def said(self, saved: PolicyPaper) -> str:
        """From when."""
        return f"已登记：{saved.ended_on} 起{saved.get_ended_how_display()}"


class RestorePaper(KeptObject, ActionPage):
    """It was noted as ended by mistake."""

    permission, title, submit, asks_reason = "library.change", "撤销终止登记", "撤销", True
    text = "只用于登记错了的：撤销后按没有终止过算，原因记入审计。"
    does, success = actions.restore, "已撤销登记"


class LinkPaper(KeptObject, FormPage):
    """Which measures it carries out, and by which figures its uptake is told."""

    permission, title, form, submit, is_listed = "library.change", "对应举措、指标", LinkForm, "保存", False

    def initial(self) -> dict[str, Any]:
        """As it stands."""
        return {"measures": self.object.measures.all(), "indicators": self.object.indicators}

    def save(self, form: Any) -> PolicyPaper:
        """Keep it."""
        return actions.link(self.object, form.cleaned_data["measures"], form.cleaned_data["indicators"])


class AskReview(PaperObject, ActionPage):
    """Its owner is asked to review it, or begins by itself."""

    permission, title, submit = "library.ask", "发起评估", "发起"
    does, success = actions.ask_review, "已请{did.unit}评估，办件 {did.number}"

    def prepare(self) -> None:
        """The office of what it keeps, the owner of what is its own."""
        super().prepare()
        if not queries.may_ask(self.object, self.acting):
            raise Http404

    def get_text(self) -> str:
        """Whom."""
        return f"请{self.object.owner or '责任单位（还没有指定）'}评估，落实数据由系统算好，责任单位收到待办。"


class PaperFile(PaperObject, Page):
    """The file of a paper, as a download that the audit notes."""

    permission, title, is_listed = "library.view", "下载文件", False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The bytes."""
        stored = self.object.file
        if stored is None:
            raise Http404
        audit.record("library.opened_file", target=self.object)
        return stored_file(stored)


class ReviewReport(ObjectMixin, OfficialPaper):
    """The report of a review, to be changed in Word, or as PDF."""

    permission, title, parents = "library.view", "评估报告", ("library.list",)
    makes = library_papers.review_paper
    object: PaperReview

    def objects(self) -> Any:
        """Of papers within reach, or kept above."""
        rows = PaperReview.objects.filter(paper__in=queries.seen(self.acting).values("pk"))
        return rows.select_related("paper__unit", "owner")

    def called(self) -> str:
        """By the paper."""
        return f"{self.object.paper.title}评估报告"


def papers_section(measure: Measure, acting: Any) -> TableSection:
    """The papers that carry out a measure, for its page."""
    rows = queries.seen(acting).filter(measures=measure)
    columns = [
        Column("title", "文件", str, link=show, note=lambda row: row.number),
        Column("issuer", "发文机关"),
        Column("standing", "状态", standing_of, kind="tag"),
    ]
    return TableSection("落实文件", columns, list(rows), Empty("还没有政策文件落实这项举措", "在政策文件库里对应。"))


@panel(order=46, permission="library.view")
def due_reviews(acting: Any) -> Panel | None:
    """Reviews that come due: the office's all, a unit's own."""
    rows: Any = queries.due(queries.seen(acting))
    if not acting.may("library.change"):
        rows = rows.filter(owner=acting.unit)
    found = list(rows.order_by("review_on")[:6])
    if not found:
        return None
    lines = [{"url": show(one), "title": one.title, "tag": review_of(one), "owner": one.owner} for one in found]
    return Panel("待评估的政策文件", "reform/due_reviews.html", {"lines": lines},
                 url=f"{reverse('library.list')}?review=due")  # fmt: skip


@searchable("政策文件", "library.view")
def papers(acting: Any, text: str) -> list[Hit]:
    """Papers by title or number."""
    rows: Any = queries.seen(acting)
    found = rows.filter(title__contains=text) | rows.filter(number__contains=rules.tidy_number(text))
    return [Hit(one.title, f"{one.number} {Standing(one.standing).label}".strip(), show(one), id=str(one.pk))
            for one in found[:_MOST_HITS]]  # fmt: skip


_ONE = "office/library/<uuid:id>/"
routes = [
    page("office/library/", Library, "library.list"),
    page("office/library/new/", NewPaper, "library.new"),
    page("office/library/import/", ImportPapers, "library.import"),
    page("office/library/template/", Template, "library.template"),
    page(_ONE, PaperPage, "library.show"),
    page(f"{_ONE}edit/", EditPaper, "library.edit"),
    page(f"{_ONE}file/", PaperFile, "library.file"),
    page(f"{_ONE}publish/", Publish, "library.publish"),
    page(f"{_ONE}hide/", Hide, "library.hide"),
    page(f"{_ONE}tie/", Tie, "library.tie"),
    page(f"{_ONE}tie/<uuid:tie>/drop/", Untie, "library.untie"),
    page(f"{_ONE}end/", EndPaper, "library.end"),
    page(f"{_ONE}restore/", RestorePaper, "library.restore"),
    page(f"{_ONE}link/", LinkPaper, "library.link"),
    page(f"{_ONE}ask/", AskReview, "library.ask"),
    page("office/library/reviews/<uuid:id>/<slug:form>/", ReviewReport, "library.review"),
]
