"""Inspections: prepared, drawn, announced; the record on the spot on a phone; findings and how they were put right."""

from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from jiangtai.access import audit
from jiangtai.kernel import clock
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
    Page,
    Search,
    Section,
    Step,
    TableSection,
    Tag,
    TemplateSection,
    Value,
    page,
    stored_file,
)

from ..actions import inspecting as actions
from ..actions import inspecting_papers as papers
from ..forms.inspecting import CloseForm, ConfirmForm, DrawForm, PlanForm, RecordForm
from ..models import Inspection, InspectionFinding, ResultPhoto, Visit
from ..queries import inspecting as queries
from ..rules import inspecting as rules
from .official import OfficialPaper

STATES = {"draft": Tag("筹备中", "plain"), "running": Tag("检查中", "info"), "closed": Tag("已结束", "ok")}
STAGES = {
    "made": Tag("待发整改通知", "plain"), "rectify": Tag("整改中", "info"), "late": Tag("超期未改", "bad"),
    "recheck": Tag("待复查", "warn"), "closed": Tag("已销号", "ok"),
}  # fmt: skip
RESULTS = {"meets": Tag("符合", "ok"), "fails": Tag("不符合", "bad"), "none": Tag("不适用", "plain")}
PAPERS = {"notice": "检查通知", "report": "检查情况报告"}


def show(row: Any) -> str:
    """The page of an inspection."""
    return reverse("inspections.show", args=[row.pk])


def at_unit(row: Any) -> str:
    """The page of one unit in an inspection."""
    return reverse("inspections.visit", args=[row.pk])


def stage_of(row: Any) -> Tag:
    """Where a finding stands."""
    return STAGES[row.stage]


def _known(page: Any) -> list[tuple[str, str]]:
    rows = queries.seen(page.acting).order_by("-since").values_list("pk", "title")[:200]
    return [(str(pk), title) for pk, title in rows]


def _ids(text: str) -> list[UUID]:
    try:
        return [UUID(text)]
    except ValueError:
        return []


class Inspections(ListPage):
    """The inspections that one prepares, or is sent on."""

    permission, title, counted, order = "inspections.view", "监督检查", "次", "-since"
    nav = Nav("政策文件", "监督检查", 20)
    keywords = "检查 双随机 法律法规 落实 整改 销号"
    conditions = (
        Search("检查名称", fields=("title__contains", "number__contains")),
        Choice("状态", "state", choices=Inspection.State.choices),
    )
    columns = (
        Column("title", "检查", link=show, note=lambda row: row.number),
        Column("since", "开始", kind="date", sort="since"),
        Column("until", "结束", kind="date", sort="until"),
        Column("planned", "应查（家）", kind="num"),
        Column("visited", "已查（家）", kind="num"),
        Column("made", "问题", kind="num"),
        Column("closed", "已销号", kind="num"),
        Column("state", "状态", lambda row: STATES[row.state], kind="tag", sort="state"),
    )
    actions = (Act("筹备检查", "inspections.new", primary=True),)
    empty = Empty(
        "还没有监督检查",
        "从政策文件库选依据，列检查要点，指定或随机抽取受检单位；检查人员用手机在现场记结果。",
        Act("筹备检查", "inspections.new"),
    )

    def rows(self) -> Any:
        """Within reach, or sent on."""
        return queries.counted(queries.seen(self.acting))


class Findings(ListPage):
    """What inspections found, and how far it is put right."""

    permission, title, counted, order = "inspections.view", "检查问题", "个", "due"
    nav = Nav("政策文件", "检查问题", 30)
    keywords = "整改 销号 超期"
    conditions = (
        Search("问题、单位", fields=("text__contains", "visit__unit__name__contains")),
        Choice("状态", "stage", choices=queries.STATES),
        Choice("检查", "inspection", choices=_known,
               match=lambda rows, value: rows.filter(visit__inspection__pk__in=_ids(value))),
    )  # fmt: skip
    columns = (
        Column("text", "问题", link=lambda row: finding_url(row)),
        Column("unit", "单位", lambda row: str(row.visit.unit)),
        Column("inspection", "检查", lambda row: row.visit.inspection.title),
        Column("found_on", "发现", kind="date", sort="found_on"),
        Column("due", "整改期限", kind="date", sort="due"),
        Column("closed_on", "销号", kind="date", sort="closed_on", hidden=True),
        Column("stage", "状态", stage_of, kind="tag"),
        Column("number", "办件", lambda row: row.case_number, kind="code"),
    )
    empty = Empty("没有检查问题", "确认检查记录时，不符合的要点成为问题，发整改通知后单位收到待办。")

    def rows(self) -> Any:
        """Of inspections that one sees, and at one's own units."""
        return queries.findings(self.acting)


def finding_url(row: InspectionFinding) -> str:
    """Its case, once there is one; before, the record."""
    return reverse("cases.show", args=[row.case]) if row.case else at_unit(row.visit)


class Planning(FormPage):
    """What is inspected, where, by whom."""

    permission, form = "inspections.change", PlanForm
    groups = (
        ("检查", ("title", "since", "until", "papers")),
        ("要点", ("points",)),
        ("对象和人员", ("units", "inspectors")),
    )

    def told(self, form: Any) -> dict[str, Any]:
        """As the form says it."""
        values = form.cleaned_data
        return {
            "call": actions.Call(values["title"], values["since"], values["until"]), "papers": values["papers"],
            "points": values["points"], "units": values.get("units") or (),
            "inspectors": values.get("inspectors") or (),
        }  # fmt: skip

    def next_url(self, saved: Any) -> str:
        """To the inspection."""
        return show(saved)


class NewInspection(Planning):
    """An inspection is prepared."""

    title, parents, submit = "筹备检查", ("inspections.list",), "保存筹备"

    def save(self, form: Any) -> Inspection:
        """Prepare it."""
        return actions.prepare(**self.told(form))


class InspectionObject(ObjectMixin):
    """A page about one inspection within reach."""

    object: Inspection
    acting: Any

    def objects(self) -> Any:
        """Within reach."""
        rows = Inspection.unscoped.select_related("unit")
        return rows if self.acting.reach.is_everything else rows.filter(unit__path__within=self.acting.reach)

    def get_crumbs(self) -> list[Crumb]:
        """The list, then the inspection."""
        return [Crumb("监督检查", reverse("inspections.list")), Crumb(self.object.title[:24], show(self.object))]

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return show(self.object)


class InspectionPage(InspectionObject, DetailPage):
    """One inspection: how far it is, its findings by state, the units, the points, how it was drawn."""

    permission, title, template = "inspections.view", "监督检查", "reform/inspection.html"

    def objects(self) -> Any:
        """Within reach, or sent on."""
        return queries.seen(self.acting)

    def get_crumbs(self) -> list[Crumb]:
        """Only the list."""
        return super().get_crumbs()[:1]

    def get_title(self) -> str:
        """Its name."""
        return self.object.title

    def get_tags(self) -> list[Tag]:
        """Where it stands."""
        return [STATES[self.object.state]]

    def reference(self) -> str:
        """Its number."""
        return self.object.number

    @cached_property
    def changes(self) -> bool:
        """Whether this account prepares it."""
        who = self.acting
        return bool(
            who.may("inspections.change") and (who.reach.is_everything or who.reach.holds(self.object.unit.path))
        )

    def get_actions(self) -> list[Act]:
        """What its state allows."""
        one, at = self.object, (self.object.pk,)
        which = "notice" if one.state == Inspection.State.DRAFT else "report"
        files = [Act(f"{PAPERS[which]} Word", "inspections.paper", (*at, which, "docx"), dialog=True),
                 Act(f"{PAPERS[which]} PDF", "inspections.paper", (*at, which, "pdf"), dialog=True)]  # fmt: skip
        if one.state == Inspection.State.RUNNING:
            files.insert(0, Act("检查通知 Word", "inspections.paper", (*at, "notice", "docx"), dialog=True))
        if not self.changes or one.state == Inspection.State.CLOSED:
            return files
        if one.state == Inspection.State.RUNNING:
            return [*files, Act("结束检查", "inspections.close", at, primary=True)]
        draw = [] if one.seed else [Act("随机抽取", "inspections.draw", at)]
        return [Act("放弃", "inspections.drop", at, danger=True, dialog=True), *files,
                Act("修改", "inspections.edit", at), *draw,
                Act("发检查通知", "inspections.issue", at, primary=True, dialog=True)]  # fmt: skip

    def steps(self) -> list[Step]:
        """Prepared, announced, recorded, put right."""
        one = self.object
        at = {"draft": 0, "running": 1, "closed": 3}[one.state]
        if one.state == "running" and not one.visits.filter(visited_on__isnull=True).exists():
            at = 2
        words = ("筹备、抽取", "现场检查", "整改、复查", "报告")
        return [Step(word, state="done" if n < at else "now" if n == at else "todo") for n, word in enumerate(words)]

    def sections(self) -> list[Any]:
        """The counts that open to their rows, then the rest."""
        return [self._counts(), self._visits(), self._points(), Section("检查", self._values())]

    def _counts(self) -> Section:
        one, found = self.object, queries.counts(self.object)
        url = f"{reverse('inspections.findings')}?inspection={one.pk}"
        visits = list(one.visits.all())
        values = [
            Value("应查", f"{len(visits)} 家"),
            Value("已查", f"{sum(row.visited_on is not None for row in visits)} 家"),
            Value("发现问题", f"{sum(found.values())} 个", url=url),
            *(Value(label, f"{found[key]} 个", url=f"{url}&stage={key}")
              for key, label in queries.STATES if found.get(key)),
        ]  # fmt: skip
        return Section("进展", values, note="点数字看逐个问题")

    def _visits(self) -> TableSection:
        made: dict[Any, list[str]] = {}
        rows: Any = queries.stated(InspectionFinding.objects.filter(visit__inspection=self.object)).order_by()
        for visit, stage in rows.values_list("visit", "stage"):
            made.setdefault(visit, []).append(stage)
        columns = [
            Column("unit", "单位", lambda row: str(row.unit), link=at_unit),
            Column("visited_on", "检查日期", kind="date"),
            Column("state", "记录", lambda row: Tag("已确认", "ok") if row.visited_on else Tag("待检查"), kind="tag"),
            Column("made", "问题", lambda row: len(made.get(row.pk, [])), kind="num"),
            Column("closed", "已销号", lambda row: made.get(row.pk, []).count("closed"), kind="num"),
        ]
        rows = list(self.object.visits.select_related("unit"))
        return TableSection("受检单位", columns, rows, Empty("还没有受检单位", "在“修改”里指定，或“随机抽取”。"),
                            f"{len(rows)} 家")  # fmt: skip

    def _points(self) -> TableSection:
        columns = [Column("place", "序号", kind="num"), Column("text", "检查要点"),
                   Column("clause", "依据条款", lambda row: row.clause or None)]  # fmt: skip
        rows = list(self.object.points.all())
        return TableSection("检查要点", columns, rows, Empty("还没有检查要点", "在“修改”里写，每行一个。"))

    def _values(self) -> list[Value]:
        one = self.object
        values = [
            Value("检查时间", f"{one.since} 至 {one.until}"),
            Value("检查依据", "、".join(f"{row}{row.number}" for row in one.papers.all())),
            Value("检查人员", "、".join(str(row) for row in one.inspectors.all())),
        ]
        if one.seed:
            same = "复核一致" if queries.redrawn(one) else "复核不一致，请核查"
            values += [
                Value("随机抽取", f"{one.drawn_on} 从{one.pool_words}中抽取", source=same),
                Value("抽取种子", one.seed, source=f"名录指纹 {rules.digest(one.pool)}"),
                Value("抽取办法", "名录中每家的编号与种子连在一起算 SHA-256，取最小的几家；同一种子和名录，谁算都一样"),
            ]
        else:
            values.append(Value("抽取方式", "指定" if one.visits.exists() else "还没有定"))
        return [*values, *([Value("总体情况", one.conclusion)] if one.conclusion else [])]

    def events(self) -> list[Event]:
        """Its life, the latest first."""
        one = self.object
        life = [Event("筹备", one.made_at.astimezone(clock.OFFICE_ZONE).date(), one.by_name)]
        for label, day in (("随机抽取", one.drawn_on), ("发检查通知", one.issued_on), ("结束", one.closed_on)):
            if day:
                life.insert(0, Event(label, day))
        return life


class EditInspection(InspectionObject, Planning):
    """What was prepared is changed."""

    title, submit, is_listed = "修改监督检查", "保存", False

    def form_kwargs(self) -> dict[str, Any]:
        """What was drawn is not chosen any more."""
        return {"is_drawn": bool(self.object.seed)}

    def initial(self) -> dict[str, Any]:
        """As it stands."""
        one = self.object
        points = [f"{row.text}｜{row.clause}" if row.clause else row.text for row in one.points.all()]
        return {
            "title": one.title, "since": one.since, "until": one.until, "papers": one.papers.all(),
            "points": "\n".join(points), "units": [row.unit for row in one.visits.select_related("unit")],
            "inspectors": "\n".join(f"{row.name} {row.body}".strip() for row in one.inspectors.all()),
        }  # fmt: skip

    def save(self, form: Any) -> Inspection:
        """Change it."""
        return actions.prepare(**self.told(form), inspection=self.object)


class Draw(InspectionObject, FormPage):
    """Units and inspectors are drawn at random."""

    permission, title, form, submit, is_listed = "inspections.change", "随机抽取", DrawForm, "抽取", False
    intro = "受检单位和检查人员都随机抽取（双随机）。种子和名录会记下来，任何人可以复核；只能抽一次。"

    def initial(self) -> dict[str, Any]:
        """Whoever was named already."""
        named = "\n".join(f"{row.name} {row.body}".strip() for row in self.object.inspectors.all())
        return {"people": named, "inspectors": 2, "kind": "enterprise"}

    def save(self, form: Any) -> Inspection:
        """Draw."""
        values = form.cleaned_data
        return actions.draw(
            self.object, values["kind"], values["number"], values["people"], values["inspectors"], values["seed"]
        )

    def said(self, saved: Inspection) -> str:
        """How many."""
        return f"已抽取 {saved.visits.count()} 家、{saved.inspectors.count()} 名检查人员，种子 {saved.seed}"


class Issue(InspectionObject, ActionPage):
    """The units are told."""

    permission, title, submit = "inspections.change", "发检查通知", "发通知"

    def get_text(self) -> str:
        """Whom."""
        return f"将通知 {self.object.visits.count()} 家单位；发出后要点、单位和检查人员不能再改。"

    def act(self, reason: str) -> str:
        """Tell them."""
        return f"已发出检查通知 {actions.issue(self.object).number}"


class Drop(InspectionObject, ActionPage):
    """An inspection that was not announced is given up."""

    permission, title, submit, danger = "inspections.change", "放弃监督检查", "放弃", True
    does, leads_to = actions.drop, "inspections.list"


class Close(InspectionObject, FormPage):
    """The inspection is over."""

    permission, title, form, submit, is_listed = "inspections.change", "结束检查", CloseForm, "结束检查", False
    intro = "结束后可下载检查情况报告；没有销号的问题继续整改、复查。"
    success = "检查已结束，可下载检查情况报告"

    def save(self, form: Any) -> Inspection:
        """Close it."""
        return actions.close(self.object, form.cleaned_data["conclusion"])


class InspectionPaper(InspectionObject, OfficialPaper):
    """The notice or the report, to be changed in Word, or as PDF."""

    permission, title = "inspections.view", "检查文稿"

    def objects(self) -> Any:
        """Within reach, or sent on."""
        return queries.seen(self.acting)

    def prepare(self) -> None:
        """The notice or the report."""
        super().prepare()
        if self.kwargs["which"] not in PAPERS:
            raise Http404

    def called(self) -> str:
        """By the inspection."""
        return f"{self.object.title}-{PAPERS[self.kwargs['which']]}"

    def content(self, form: str) -> bytes:
        """As Word or PDF."""
        return papers.inspection_paper(self.object, self.kwargs["which"], form)


class VisitObject(ObjectMixin):
    """A page about one unit in an inspection."""

    object: Visit
    acting: Any

    def objects(self) -> Any:
        """Of inspections that one sees."""
        rows = Visit.objects.filter(inspection__in=queries.seen(self.acting).values("pk"))
        return rows.select_related("inspection__unit", "unit")

    def get_crumbs(self) -> list[Crumb]:
        """Down to the unit."""
        one = self.object
        return [Crumb("监督检查", reverse("inspections.list")), Crumb(one.inspection.title[:24], show(one.inspection)),
                Crumb(str(one.unit), at_unit(one))]  # fmt: skip

    def next_url(self, saved: Any) -> str:
        """Back to the unit."""
        return at_unit(self.object)

    @cached_property
    def records(self) -> bool:
        """Whether this account may still write the record."""
        one = self.object
        is_open = one.visited_on is None and one.inspection.state == Inspection.State.RUNNING
        return is_open and queries.is_sent(one.inspection, self.acting)


class VisitPage(VisitObject, DetailPage):
    """One unit: the record point by point, with photos, and what was found there."""

    permission, title, template = "inspections.view", "检查记录", "reform/inspection.html"

    def get_crumbs(self) -> list[Crumb]:
        """Down to the inspection."""
        return super().get_crumbs()[:2]

    def get_title(self) -> str:
        """The unit."""
        return str(self.object.unit)

    def get_tags(self) -> list[Tag]:
        """Whether the record stands."""
        return [Tag("已确认", "ok") if self.object.visited_on else Tag("待检查")]

    def get_actions(self) -> list[Act]:
        """Record, confirm; then send what was found."""
        one, at = self.object, (self.object.pk,)
        if self.records:
            if one.inspection.points.exclude(marks__visit=one).exists():
                return [Act("记检查结果", "inspections.record", at, primary=True)]
            return [
                Act("记检查结果", "inspections.record", at),
                Act("确认记录", "inspections.confirm", at, primary=True),
            ]
        acts = []
        if one.visited_on and one.findings.exists():
            acts = [Act("整改通知书 Word", "inspections.rectification", (*at, "docx"), dialog=True),
                    Act("整改通知书 PDF", "inspections.rectification", (*at, "pdf"), dialog=True)]  # fmt: skip
            if one.findings.filter(case__isnull=True).exists():
                acts.append(Act("发整改通知", "inspections.send", at, primary=True, dialog=True))
        return acts

    def sections(self) -> list[Any]:
        """The record and the findings."""
        one = self.object
        marks = {row.point_id: row for row in one.marks.prefetch_related("photos")}
        lines = []
        for point in one.inspection.points.all():
            row = marks.get(point.pk)
            photos = (
                [reverse("inspections.photo", args=[one.pk, photo.pk]) for photo in row.photos.all()] if row else []
            )
            lines.append({"point": point, "tag": RESULTS[row.result] if row else Tag("未记"), "photos": photos,
                          "words": row.words if row else ""})  # fmt: skip
        left = sum(point.pk not in marks for point in one.inspection.points.all())
        note = f"还有 {left} 个要点没有记" if left else f"{len(lines)} 个要点"
        values = [
            Value("检查日期", one.visited_on or "还没有检查"),
            Value("检查人员", "、".join(str(row) for row in one.inspectors.all())),
            Value("其他情况", one.remarks),
        ]
        return [
            TemplateSection("reform/inspection_record.html", {"lines": lines}, "检查记录", note),
            self._findings(),
            Section("检查", values),
        ]

    def _findings(self) -> TableSection:
        columns = [
            Column("text", "问题", link=finding_url),
            Column("due", "整改期限", kind="date"),
            Column("stage", "状态", stage_of, kind="tag"),
            Column("closed_on", "销号", kind="date"),
        ]
        rows: Any = queries.stated(self.object.findings.select_related("visit"))
        told = self.object.visited_on is not None
        empty = Empty("没有发现问题") if told else Empty("还没有确认记录", "确认后，不符合的要点成为问题。")
        return TableSection("问题", columns, list(rows), empty)


class Record(VisitObject, FormPage):
    """What is seen on the spot is written down, on a phone."""

    permission, title, form, submit, is_listed = "inspections.record", "记检查结果", RecordForm, "保存", False
    template = "reform/inspection_form.html"
    intro = "可以分几次记，记完再“确认记录”。不写个人的身份证号、手机号。"

    def prepare(self) -> None:
        """Only for who is sent, while the record is open."""
        super().prepare()
        if not self.records:
            raise Http404

    def form_kwargs(self) -> dict[str, Any]:
        """Of which unit."""
        return {"visit": self.object}

    def _groups(self, form: Any) -> list[dict[str, Any]]:
        return [
            {
                "title": f"{at}. {point.text}",
                "note": f"依据 {point.clause}" if point.clause else "",
                "fields": [form[f"{name}_{point.pk.hex}"] for name in ("result", "words", "photo")],
            }
            for at, point in enumerate(form.points, start=1)
        ]

    def initial(self) -> dict[str, Any]:
        """As far as it was written."""
        found: dict[str, Any] = {}
        for row in self.object.marks.all():
            found |= {f"result_{row.point_id.hex}": row.result, f"words_{row.point_id.hex}": row.words}
        return found

    def save(self, form: Any) -> Visit:
        """Keep it."""
        return actions.mark(self.object, form.results(), form.photos())


class Confirm(VisitObject, FormPage):
    """The record stands; what does not meet is a finding."""

    permission, title, form, submit, is_listed = "inspections.record", "确认记录", ConfirmForm, "确认", False

    def prepare(self) -> None:
        """Only for who is sent, while the record is open."""
        super().prepare()
        if not self.records:
            raise Http404

    @property
    def intro(self) -> str:  # type: ignore[override]
        """What follows."""
        fails = self.object.marks.filter(result="fails").count()
        return f"确认后不能再改，{fails} 个不符合的要点成为问题，由办公室核对后发整改通知。"

    def form_kwargs(self) -> dict[str, Any]:
        """Of which unit."""
        return {"visit": self.object}

    def initial(self) -> dict[str, Any]:
        """Today, everybody, the days of the parameter."""
        today: date = clock.today()
        return {"on": today, "inspectors": self.object.inspection.inspectors.all(), "due": actions.due_day(today)}

    def save(self, form: Any) -> Visit:
        """Confirm it."""
        values = form.cleaned_data
        return actions.confirm(self.object, values["on"], values["inspectors"], values["due"], values["remarks"])

    def said(self, saved: Visit) -> str:
        """How many findings."""
        return f"检查记录已确认，发现问题 {saved.findings.count()} 个"


class SendOut(VisitObject, ActionPage):
    """The unit is asked to put right what was found."""

    permission, title, submit = "inspections.change", "发整改通知", "发通知"

    def get_text(self) -> str:
        """How much."""
        count = self.object.findings.filter(case__isnull=True).count()
        return f"{self.object.unit}收到 {count} 件整改待办，逐个答复、复查、销号；没有账号的单位可发链接或代录来函。"

    def act(self, reason: str) -> str:
        """Send it."""
        return f"已发整改通知，{actions.send_out(self.object)} 个问题"


class Rectification(VisitObject, OfficialPaper):
    """What a unit must put right, as Word or PDF."""

    permission, title = "inspections.view", "整改通知书"

    def objects(self) -> Any:
        """Where something was found."""
        return super().objects().filter(findings__isnull=False).distinct()

    def called(self) -> str:
        """By the unit."""
        return f"{self.object.unit}-整改通知书"

    def content(self, form: str) -> bytes:
        """As Word or PDF."""
        return papers.rectification(self.object, form)


class Photo(VisitObject, Page):
    """A photo of the record, shown to whoever may see the record; the audit notes it."""

    permission, title, is_listed = "inspections.view", "检查照片", False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The bytes."""
        found = (
            ResultPhoto.objects.filter(pk=self.kwargs["photo"], mark__visit=self.object).select_related("file").first()
        )
        if found is None:
            raise Http404
        audit.record("inspection.opened_photo", target=self.object.inspection)
        return stored_file(found.file)


_ONE, _VISIT = "office/inspections/<uuid:id>/", "office/inspections/visits/<uuid:id>/"
routes = [
    page("office/inspections/", Inspections, "inspections.list"),
    page("office/inspections/new/", NewInspection, "inspections.new"),
    page("office/inspections/findings/", Findings, "inspections.findings"),
    page(_ONE, InspectionPage, "inspections.show"),
    page(f"{_ONE}edit/", EditInspection, "inspections.edit"),
    page(f"{_ONE}draw/", Draw, "inspections.draw"),
    page(f"{_ONE}issue/", Issue, "inspections.issue"),
    page(f"{_ONE}drop/", Drop, "inspections.drop"),
    page(f"{_ONE}close/", Close, "inspections.close"),
    page(f"{_ONE}paper/<slug:which>/<slug:form>/", InspectionPaper, "inspections.paper"),
    page(_VISIT, VisitPage, "inspections.visit"),
    page(f"{_VISIT}record/", Record, "inspections.record"),
    page(f"{_VISIT}confirm/", Confirm, "inspections.confirm"),
    page(f"{_VISIT}send/", SendOut, "inspections.send"),
    page(f"{_VISIT}rectification/<slug:form>/", Rectification, "inspections.rectification"),
    page(f"{_VISIT}photos/<uuid:photo>/", Photo, "inspections.photo"),
]
