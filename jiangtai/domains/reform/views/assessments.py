"""Being assessed: the table of the level above, what speaks for each point, what is missing and who can fill it."""

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from jiangtai.access import audit
from jiangtai.kernel import clock, keep_file, office_calendar
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
    Hit,
    ListPage,
    Nav,
    ObjectMixin,
    Page,
    Search,
    Section,
    TableSection,
    Tag,
    TemplateSection,
    Value,
    page,
    searchable,
    stored_file,
)

from ..actions import assessments as actions
from ..actions import papers
from ..forms.assessments import MEGABYTES, ExhibitForm, FindForm, PointForm, ScoreForm, TableForm
from ..models import Assessment, Exhibit, Instrument, Point
from ..queries import assessments as queries
from ..rules import assessments as rules
from .official import OfficialPaper, state_of
from .official import address as instrument_url

STATES = {"open": Tag("准备中", "info"), "handed_in": Tag("已报送", "ok")}
PAPERS = {"catalogue": "印证材料目录", "report": "自评报告"}


def show(row: Any) -> str:
    """The page of an assessment."""
    return reverse("assessments.show", args=[row.pk])


def gap_of(row: Any) -> Tag:
    """Whether something is shown for every point."""
    return Tag(f"缺材料 {row.gaps} 项", "warn") if row.gaps else Tag("材料齐全", "ok")


class AssessmentList(ListPage):
    """The assessments that are prepared for, and those that were."""

    permission, title, counted, order = "assessments.view", "迎检考核", "次", "-year"
    nav = Nav("督办考核", "迎检考核", 40)
    keywords = "考核 评分表 自评 印证材料 目标考核"
    conditions = (
        Search("名称", fields=("title__contains",)),
        Choice("状态", "state", choices=Assessment.State.choices),
    )
    columns = (
        Column("title", "名称", link=show),
        Column("by_whom", "考核机关"),
        Column("year", "年度", lambda row: str(row.year), sort=("year", "made_at")),
        Column("number", "评分项", kind="num"),
        Column("full", "满分", lambda row: rules.said(row.full or Decimal(0)), kind="num"),
        Column("own", "自评", lambda row: rules.said(row.own) if row.own is not None else None, kind="num"),
        Column("gaps", "材料", gap_of, kind="tag"),
        Column("due", "报送期限", kind="date", sort="due"),
        Column("state", "状态", lambda row: STATES[row.state], kind="tag"),
    )
    actions = (Act("录入评分表", "assessments.new", primary=True),)
    empty = Empty(
        "还没有要准备的考核",
        "把上级的评分表传上来或粘贴进来，系统逐项找材料、列缺口，生成目录和自评报告。",
        Act("录入评分表", "assessments.new"),
    )

    def rows(self) -> Any:
        """Within reach."""
        return queries.counted()


class NewAssessment(FormPage):
    """A scoring table is taken over."""

    permission, title, submit, form = "assessments.change", "录入评分表", "录入", TableForm
    parents = ("assessments.list",)
    intro = "上传或粘贴都可以；有读不懂的行会逐行告诉您，改好再录。"
    groups = (("考核", ("title", "by_whom", "year", "due")), ("评分表", ("file", "pasted")))

    def initial(self) -> dict[str, Any]:
        """This year's."""
        return {"year": clock.today().year}

    def save(self, form: Any) -> Assessment:
        """Take it over."""
        values = form.cleaned_data
        call = actions.Call(values["title"], values["by_whom"], values["year"], values["due"])
        upload = values.get("file")
        file = (
            keep_file(upload, allowed={"xlsx", "docx"}, max_bytes=MEGABYTES * 2**20, by=self.acting.actor)
            if upload
            else None
        )
        return actions.take(call, values["table"], file)

    def next_url(self, saved: Assessment) -> str:
        """To it."""
        return show(saved)

    def said(self, saved: Assessment) -> str:
        """How many points, and whether they come to what the table says."""
        full, _ = queries.totals(saved)
        return f"已录入 {saved.points.count()} 项，合计 {rules.said(full)} 分"


class AssessmentObject(ObjectMixin):
    """A page about one assessment within reach."""

    object: Assessment

    def objects(self) -> Any:
        """Within reach."""
        return Assessment.objects.select_related("unit")

    def get_crumbs(self) -> list[Crumb]:
        """The list, then the assessment."""
        return [Crumb("迎检考核", reverse("assessments.list")), Crumb(self.object.title, show(self.object))]

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return show(self.object)


class AssessmentPage(AssessmentObject, DetailPage):
    """One assessment: every point with what speaks for it, and the gaps with who can fill them."""

    permission, title, parents = "assessments.view", "迎检考核", ("assessments.list",)
    template = "reform/instrument.html"

    def get_title(self) -> str:
        """Its name."""
        return self.object.title

    def get_tags(self) -> list[Tag]:
        """Where it stands."""
        return [STATES[self.object.state]]

    def get_actions(self) -> list[Act]:
        """Papers at any time; while it is open, ask for what is missing and hand in."""
        at = (self.object.pk,)
        files = [
            Act("印证材料目录 Word", "assessments.paper", (*at, "catalogue", "docx"), dialog=True),
            Act("自评报告 Word", "assessments.paper", (*at, "report", "docx"), dialog=True),
            Act("自评报告 PDF", "assessments.paper", (*at, "report", "pdf"), dialog=True),
        ]
        if self.object.state != Assessment.State.OPEN:
            return files
        return [
            Act("删除", "assessments.drop", at, danger=True, dialog=True),
            *files,
            Act("请单位补材料", "assessments.ask", at, dialog=True),
            Act("登记报送", "assessments.hand_in", at, primary=True, dialog=True),
        ]

    def sections(self) -> list[Any]:
        """What it comes to, and the points."""
        one, found = self.object, list(queries.points(self.object))
        full, own = queries.totals(one)
        gaps = [point for point in found if not point.shown]  # type: ignore[attr-defined]
        note = rules.sums_said(full, one.table_total)
        values = [
            Value("考核机关", one.by_whom),
            Value("报送期限", one.due),
            Value("满分", f"{rules.said(full)} 分（{len(found)} 项）" + (f"；{note}" if note else "")),
            Value("自评", f"{rules.said(own)} 分，已自评 {sum(row.self_score is not None for row in found)} 项"),
            Value("材料缺口", f"{len(gaps)} 项 {rules.said(sum((row.score for row in gaps), Decimal(0)))} 分"),
            Value("缺口责任单位", "、".join(f"{name} {count} 项" for name, count in queries.who_can_fill(gaps))),
        ]
        parts = [
            (name, [row for row in found if row.section == name])
            for name in dict.fromkeys(row.section for row in found)
        ]
        points = TemplateSection(
            "reform/points_scored.html", {"parts": parts, "one": one}, "评分项", f"{len(found)} 项"
        )
        return [Section("总览", values), points]

    def events(self) -> list[Event]:
        """Its life."""
        one = self.object
        life = [Event("录入评分表", one.made_at, one.by_name)]
        if one.handed_in_on:
            return [Event("报送", one.handed_in_on), *life]
        return [Event("等待报送", one.due, now=True), *life]


class PointObject(AssessmentObject):
    """A page about one point of an assessment."""

    point: Point

    def prepare(self) -> None:
        """The point, of this assessment."""
        super().prepare()
        rows = self.object.points.select_related("assessment").prefetch_related("units")
        self.point = get_object_or_404(rows, pk=self.kwargs["point"])

    def get_crumbs(self) -> list[Crumb]:
        """Down to the point."""
        return [*super().get_crumbs(), Crumb(self.point.text[:24], self.next_url(None))]

    def next_url(self, saved: Any) -> str:
        """Back to the point."""
        return reverse("assessments.point", args=[self.object.pk, self.point.pk])


class PointPage(PointObject, DetailPage):
    """One point: what is asked, what speaks for it, and what the house has that may."""

    permission, title = "assessments.view", "评分项"
    template = "reform/instrument.html"

    def get_title(self) -> str:
        """What is asked."""
        return self.point.text

    def get_tags(self) -> list[Tag]:
        """The marks."""
        return [Tag(f"{rules.said(self.point.score)} 分")]

    @property
    def is_open(self) -> bool:
        """Whether it can still be worked on."""
        return self.object.state == Assessment.State.OPEN and self.acting.may("assessments.change")

    def get_actions(self) -> list[Act]:
        """Score it, lay something beside it."""
        at = (self.object.pk, self.point.pk)
        if not self.is_open:
            return []
        return [
            Act("改评分项", "assessments.change", at, dialog=True),
            Act("查找材料", "assessments.find", at, dialog=True),
            Act("上传材料", "assessments.exhibit", at),
            Act("自评", "assessments.score", at, primary=True, dialog=True),
        ]

    def sections(self) -> list[Any]:
        """Asked, shown, suggested."""
        one = self.point
        own = f"{rules.said(one.self_score)} 分" if one.self_score is not None else "未自评"
        asked = [
            Value("考核项目", one.section),
            Value("评分标准", one.method),
            Value("责任单位", one.units_said, source=self._unit_source()),
            Value("自评", own),
            Value("自评说明", one.self_said),
        ]
        shown = list(one.exhibits.select_related("task", "meeting", "instrument", "file"))
        suggested = [self._suggested()] if self.is_open else []
        return [Section("评分项", asked), self._shown(shown), *self._asked(), *suggested]

    def _asked(self) -> list[TableSection]:
        """What became of the prompts by which its units were asked for what is missing."""
        rows, calendar = list(queries.asked_of(self.point, self.acting)), office_calendar()
        columns = [
            Column(
                "unit", "单位", lambda row: str(row.unit), link=lambda row: reverse("addressees.show", args=[row.pk])
            ),
            Column("number", "文号", lambda row: row.instrument.number),
            Column("state", "答复", lambda row: state_of(row, calendar), kind="tag"),
        ]
        note = "附件在销号后列入下面“可以附上”"
        return [TableSection("请单位补材料", columns, rows, note=note)] if rows else []

    def _unit_source(self) -> str:
        """As the table wrote it, where that is not what is shown."""
        one = self.point
        if not one.units.all():
            return "表上写法，未找到单位" if one.unit_name else ""
        return f"表上写作“{one.unit_name}”" if one.unit_name not in ("", one.units_said) else ""

    def _shown(self, rows: list[Exhibit]) -> TableSection:
        told = {exhibit.pk: figure.said for exhibit, figure in queries.figures_of(self.object)}
        columns = [
            Column(
                "label", "材料", link=lambda row: exhibit_url(self.object, row), note=lambda row: told.get(row.pk, "")
            ),
            Column("kind", "类别", "get_kind_display"),
            Column("kept_at", "存放处", lambda row: row.kept_at or "系统内"),
        ]
        if self.is_open:
            columns.append(
                Column("drop", "", lambda row: "取下", link=lambda row: reverse(
                    "assessments.exhibit.drop", args=[self.object.pk, self.point.pk, row.pk]), kind="act")
            )  # fmt: skip
        empty = Empty("还没有印证材料", "从下面系统找到的里面选，或上传文件、照片。")
        return TableSection("印证材料", columns, rows, empty, f"{len(rows)} 份")

    def _suggested(self) -> TableSection:
        labels = dict(Exhibit.Kind.choices)
        rows = [
            {"kind": labels[kind], "label": label,
             "url": reverse("assessments.attach", args=[self.object.pk, self.point.pk, kind, key])}
            for kind, key, label in queries.suggestions(self.point, self.acting)
        ]  # fmt: skip
        columns = [
            Column("label", "系统里可能相关的", lambda row: row["label"]),
            Column("kind", "类别", lambda row: row["kind"]),
            Column("attach", "", lambda row: "附上", link=lambda row: row["url"], kind="act"),
        ]
        empty = Empty("系统里没有找到相关的", "可以用“查找材料”按名称找，上传文件，或回到考核页请责任单位补材料。")
        return TableSection("可以附上", columns, rows, empty, "按字面相近找；叫法不同的，用“查找材料”")


def exhibit_url(one: Assessment, row: Exhibit) -> str | None:
    """Where an exhibit is seen."""
    match row.kind:
        case "indicator" | "facts":
            return reverse("figures.show", args=[row.indicator])
        case "task":
            return reverse("tasks.show", args=[row.task_id])
        case "meeting":
            return reverse("meetings.show", args=[row.meeting_id])
        case "instrument":
            return reverse("instruments.show", args=[row.instrument_id])
        case "policy":
            return reverse("library.show", args=[row.policy_id])
        case "case":
            return reverse("cases.show", args=[row.case])
        case "file":
            return reverse("assessments.exhibit.file", args=[one.pk, row.point_id, row.pk])
    return None


class ChangePoint(PointObject, FormPage):
    """A point is put right, and who answers for it is said."""

    permission, title, form, is_listed = "assessments.change", "改评分项", PointForm, False

    def initial(self) -> dict[str, Any]:
        """As it stands."""
        one = self.point
        names = ("section", "text", "method")
        return {**{name: getattr(one, name) for name in names}, "score": rules.said(one.score),
                "units": list(one.units.all())}  # fmt: skip

    def save(self, form: Any) -> Point:
        """Keep it."""
        told = dict(form.cleaned_data)
        return actions.change(self.point, told, told.pop("units"))


class ScorePoint(PointObject, FormPage):
    """Marks given to oneself."""

    permission, title, form, submit, is_listed = "assessments.change", "自评", ScoreForm, "保存自评", False

    @property
    def intro(self) -> str:  # type: ignore[override]
        """What is asked."""
        return f"{self.point.text}（{rules.said(self.point.score)} 分）。{self.point.method}"

    def initial(self) -> dict[str, Any]:
        """As it stands; full marks where nothing was said."""
        one = self.point
        own = one.score if one.self_score is None else one.self_score
        return {"self_score": rules.said(own), "self_said": one.self_said}

    def save(self, form: Any) -> Point:
        """Keep it."""
        return actions.score(self.point, form.cleaned_data["self_score"], form.cleaned_data["self_said"])


class AttachExhibit(PointObject, ActionPage):
    """Something that the house has speaks for a point."""

    permission, title, submit = "assessments.change", "附印证材料", "附上"

    def prepare(self) -> None:
        """Only what is there and within reach."""
        super().prepare()
        found = queries.meant(self.acting, self.kwargs["kind"], self.kwargs["key"])
        if found is None:
            raise Http404
        self.label = found["label"]

    def get_question(self) -> str:
        """What."""
        return f"把“{self.label}”附在这一项？"

    def act(self, reason: str) -> str:
        """Attach it."""
        actions.show(self.point, self.kwargs["kind"], self.kwargs["key"])
        return "已附上"


class FindExhibit(PointObject, FormPage):
    """Something that the house has is looked up and speaks for a point."""

    permission, title, form, submit, is_listed = "assessments.change", "查找材料", FindForm, "附上", False

    def save(self, form: Any) -> Exhibit:
        """Attach it."""
        return actions.show(self.point, *form.cleaned_data["what"])

    def said(self, saved: Exhibit) -> str:
        """What."""
        return f"已附“{saved.label}”"


@searchable("印证材料", "assessments.change", is_for_pickers=True)
def to_show(acting: Any, text: str) -> list[Hit]:
    """What the house has, for the picker."""
    labels = dict(Exhibit.Kind.choices)
    return [Hit(label, labels[kind], id=f"{kind}:{key}") for kind, key, label in queries.looked_up(acting, text)]


class NewExhibit(PointObject, FormPage):
    """A file, a photo, or where a paper is kept."""

    permission, title, form, submit, is_listed = "assessments.change", "上传材料", ExhibitForm, "附上", False
    intro = "照片请先遮住不必要的个人信息。"

    def save(self, form: Any) -> Exhibit:
        """Lay it beside the point."""
        values = form.cleaned_data
        return actions.show_file(self.point, values["label"], values["file"], values["kept_at"])

    def said(self, saved: Exhibit) -> str:
        """What."""
        return f"已附“{saved.label}”"


class ExhibitObject(PointObject):
    """A page about one exhibit."""

    def prepare(self) -> None:
        """The exhibit, of this point."""
        super().prepare()
        rows = self.point.exhibits.select_related("file", "point")
        self.exhibit: Exhibit = get_object_or_404(rows, pk=self.kwargs["exhibit"])


class DropExhibit(ExhibitObject, ActionPage):
    """An exhibit is taken off."""

    permission, title, submit, danger = "assessments.change", "取下材料", "取下", True
    does, on = actions.withdraw, "exhibit"

    def get_question(self) -> str:
        """Which."""
        return f"取下“{self.exhibit.label}”？"


class ExhibitFile(ExhibitObject, Page):
    """The file of an exhibit, as a download that the audit notes."""

    permission, title, is_listed = "assessments.view", "查看材料", False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The bytes."""
        if self.exhibit.file is None:
            raise Http404
        audit.record("assessment.opened_file", target=self.object, details={"name": self.exhibit.label})
        return stored_file(self.exhibit.file)


class AskForExhibits(AssessmentObject, ActionPage):
    """Units are asked for what is missing, by a prompt."""

    permission, title, submit = "assessments.change", "请单位补材料", "拟工作提示"

    def get_text(self) -> str:
        """Whom for what."""
        rows = list(queries.gaps(self.object))
        known = [row for row in rows if row.units.all()]
        left = len(rows) - len(known)
        rest = f"另有 {left} 项没有责任单位，请先在“改评分项”里写明，或自行补充。" if left else ""
        return f"缺材料 {len(rows)} 项，其中 {len(known)} 项有责任单位，将写成一份工作提示草稿，核对后发出。{rest}"

    def save(self, form: Any) -> Instrument:
        """Draft it."""
        return actions.ask(self.object)

    def next_url(self, saved: Any) -> str:
        """To the draft."""
        return instrument_url(saved)

    def said(self, saved: Any) -> str:
        """What to do now."""
        return "已拟好工作提示草稿，请核对后发出"


class HandInAssessment(AssessmentObject, ActionPage):
    """What was prepared was handed in."""

    permission, title, submit = "assessments.change", "登记报送", "登记报送"
    text = "登记后评分、说明和材料不能再改。"
    does = actions.hand_in


class DropAssessment(AssessmentObject, ActionPage):
    """A table that was taken over by mistake is thrown away."""

    permission, title, submit, danger = "assessments.change", "删除迎检考核", "删除", True
    text = "评分项、自评和所附材料一并删除。"
    does, leads_to = actions.drop, "assessments.list"


class AssessmentPaper(AssessmentObject, OfficialPaper):
    """The catalogue of exhibits or the self-report, to be changed in Word, or as PDF."""

    permission, title = "assessments.view", "考核文稿"
    which, makes = PAPERS, papers.assessment_paper


_ONE, _POINT = "office/assessments/<uuid:id>/", "office/assessments/<uuid:id>/points/<uuid:point>/"
routes = [
    page("office/assessments/", AssessmentList, "assessments.list"),
    page("office/assessments/new/", NewAssessment, "assessments.new"),
    page(_ONE, AssessmentPage, "assessments.show"),
    page(f"{_ONE}ask/", AskForExhibits, "assessments.ask"),
    page(f"{_ONE}hand-in/", HandInAssessment, "assessments.hand_in"),
    page(f"{_ONE}drop/", DropAssessment, "assessments.drop"),
    page(f"{_ONE}paper/<slug:which>/<slug:form>/", AssessmentPaper, "assessments.paper"),
    page(_POINT, PointPage, "assessments.point"),
    page(f"{_POINT}change/", ChangePoint, "assessments.change"),
    page(f"{_POINT}score/", ScorePoint, "assessments.score"),
    page(f"{_POINT}attach/<slug:kind>/<str:key>/", AttachExhibit, "assessments.attach"),
    page(f"{_POINT}find/", FindExhibit, "assessments.find"),
    page(f"{_POINT}exhibits/new/", NewExhibit, "assessments.exhibit"),
    page(f"{_POINT}exhibits/<uuid:exhibit>/file/", ExhibitFile, "assessments.exhibit.file"),
    page(f"{_POINT}exhibits/<uuid:exhibit>/drop/", DropExhibit, "assessments.exhibit.drop"),
]
