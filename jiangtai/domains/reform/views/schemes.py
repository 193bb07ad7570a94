"""Assessing one's own units: the scheme and its criteria, and the round with each unit."""

from decimal import Decimal
from functools import cached_property
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse

from jiangtai import indicators
from jiangtai.flows import Case, Round
from jiangtai.kernel import clock, keep_file, office_calendar, workdays
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
    LongTextField,
    Nav,
    ObjectMixin,
    Search,
    Section,
    TableSection,
    Tag,
    Value,
    page,
)

from ..actions import schemes as actions
from ..forms import schemes as forms
from ..models import Criterion, Instrument, Scheme
from ..queries import schemes as queries
from ..rules import schemes as rules
from ..rules.assessments import said, sums_said
from .official import address

STATES = {"draft": Tag("拟定中", "plain"), "open": Tag("考核中", "info"), "done": Tag("已审定", "ok"),
          "closed": Tag("已结束", "ok")}  # fmt: skip
TONES = {"excellent": "ok", "good": "info", "passing": "warn", "failing": "bad"}
STEPS = {
    "ask": ("发起中", "plain"),
    "score": ("待自评", "plain"),
    "check": ("待核查", "info"),
    "answer": ("待单位反馈", "plain"),
    "review": ("待复核异议", "warn"),
    "confirm": ("待审定", "info"),
}
KINDS = {"base": "基本分", "bonus": "加分", "deduction": "扣分"}
_TERMS = ("title", "year", "unfit", "scale", "excellent", "good", "passing", "most_bonus")


def show(row: Any) -> str:
    """The page of a scheme."""
    return reverse("schemes.show", args=[row.pk])


def grade_of(row: Any) -> Tag:
    """A result's grade with its light."""
    return Tag(rules.GRADES[row.grade], TONES[row.grade])


def state_of(row: Any) -> Tag:
    """Where a scheme stands: its round is over once every unit that was asked is done."""
    return STATES["done" if row.state == Scheme.State.OPEN and row.asked and row.asked == row.done else row.state]


def objected(row: Any) -> str:
    """What became of a unit's objections."""
    return f"提出 {row.objections} 项，成立 {row.upheld} 项" if row.objections else "无异议"


def marks(value: Decimal | None) -> str | None:
    """Marks without idle zeros."""
    return said(value) if value is not None else None


def percent(value: Decimal | None) -> str | None:
    """A share of the full marks."""
    return f"{said(rules.rounded(value))}%" if value is not None else None


class SchemeList(ListPage):
    """The schemes by which the office assesses its units."""

    permission, title, counted, order = "schemes.view", "考核所属单位", "个", "-year"
    nav = Nav("督办考核", "考核所属单位", 50)
    keywords = "考核办法 年度考核 自评 核查 异议 等次 通报"
    conditions = (
        Search("名称", fields=("title__contains",)),
        Choice("状态", "state", choices=Scheme.State.choices),
    )
    columns = (
        Column("title", "考核办法", link=show),
        Column("year", "年度", lambda row: str(row.year), sort=("year", "made_at")),
        Column("number", "考核项", kind="num"),
        Column("sum", "基本分合计", lambda row: said(row.sum), kind="num"),
        Column("asked", "参加单位", kind="num"),
        Column("done", "已审定", kind="num"),
        Column("average", "平均得分率", lambda row: percent(row.average), kind="num"),
        Column("state", "状态", state_of, kind="tag"),
    )
    actions = (Act("拟定考核办法", "schemes.new", primary=True),)
    empty = Empty(
        "还没有考核办法",
        "从迎检考核的评分表或上年办法复制，或上传、粘贴评分表；单位自评，办公室核查，有异议的复核，领导审定。",
        Act("拟定考核办法", "schemes.new"),
    )

    def rows(self) -> Any:
        """Within reach."""
        return queries.counted()


class NewScheme(FormPage):
    """A scheme is drawn up."""

    permission, title, submit, form = "schemes.change", "拟定考核办法", "拟定", forms.SchemeForm
    parents = ("schemes.list",)
    intro = "复制、上传、粘贴都可以，也可以先不录、以后逐项添加；发起考核之前随时可改。"
    groups = (
        ("办法", ("title", "year")),
        ("考核项", ("origin", "file", "pasted")),
        ("怎么算分", ("unfit", "scale", "most_bonus")),
        ("等次", ("excellent", "good", "passing")),
    )

    def initial(self) -> dict[str, Any]:
        """This year's, with the grades of the parameters."""
        return forms.TermsForm.arriving()

    def save(self, form: Any) -> Scheme:
        """Draw it up."""
        values, upload = form.cleaned_data, form.cleaned_data.get("file")
        kinds = {"xlsx", "docx"}
        file = (
            keep_file(upload, allowed=kinds, max_bytes=forms.MEGABYTES * 2**20, by=self.acting.actor)
            if upload
            else None
        )
        terms = actions.SchemeTerms(**{name: values[name] for name in _TERMS})
        return actions.draft(terms, values.get("table"), origin=values["origin"], file=file)

    def next_url(self, saved: Scheme) -> str:
        """To it."""
        return show(saved)

    def said(self, saved: Scheme) -> str:
        """How many criteria."""
        return f"已拟定，{saved.criteria.count()} 个考核项，基本分合计 {said(queries.full_of(saved))} 分"


class SchemeObject(ObjectMixin):
    """A page about one scheme within reach."""

    object: Scheme

    def objects(self) -> Any:
        """Within reach."""
        return Scheme.objects.select_related("unit", "round")

    def get_crumbs(self) -> list[Crumb]:
        """The list, then the scheme."""
        return [Crumb("考核所属单位", reverse("schemes.list")), Crumb(self.object.title, show(self.object))]

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return show(self.object)


class SchemePage(SchemeObject, DetailPage):
    """One scheme: how it counts, whom it asks for what, and where each unit stands."""

    permission, title, parents = "schemes.view", "考核办法", ("schemes.list",)
    template = "reform/instrument.html"

    def get_title(self) -> str:
        """Its name."""
        return self.object.title

    @cached_property
    def cases(self) -> list[Case]:
        """The units that were asked: whoever has to do something stands first."""
        order = list(STEPS)
        rows = list(queries.cases(self.object))
        return sorted(rows, key=lambda one: order.index(one.step) if one.step in order else len(order))

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed."""
        return self.object.state == Scheme.State.DRAFT

    def get_tags(self) -> list[Tag]:
        """Where it stands."""
        is_open = self.object.state == Scheme.State.OPEN
        return [STATES["done" if is_open and self.is_done else self.object.state]]

    @property
    def is_done(self) -> bool:
        """Whether every unit that was asked has its result."""
        return bool(self.cases) and all(one.state == Case.State.ENDED for one in self.cases)

    def get_actions(self) -> list[Act]:
        """While it is drawn up, change and open; while units are asked, urge and go on; then the results."""
        at = (self.object.pk,)
        if self.is_draft:
            return [
                Act("删除", "schemes.drop", at, danger=True, dialog=True),
                Act("改计分和等次", "schemes.edit", at),
                Act("添加考核项", "schemes.criterion", at),
                Act("发起考核", "schemes.open", at, primary=True),
            ]
        acts, steps = [], {one.step for one in self.cases if one.state == Case.State.OPEN}
        if any(one.state == Case.State.ENDED for one in self.cases):
            acts.append(Act("考核结果表", "schemes.results", at))
        if bulletin := Instrument.objects.filter(scheme=self.object).first():
            acts.append(Act(f"考核通报{'' if bulletin.number else '草稿'}", "instruments.show", (bulletin.pk,)))
        elif self.is_done:
            acts.append(Act("拟考核通报", "schemes.bulletin", at, primary=True, dialog=True))
        if self.object.state == Scheme.State.OPEN:
            acts.append(Act("结束考核", "schemes.close", at, dialog=True))
        if steps & set(queries.ASKED_STEPS):
            acts.append(Act("催办未办单位", "schemes.urge", at, dialog=True))
        if any(self._is_overdue(one) for one in self.cases):
            acts.append(Act("逾期未报转办", "schemes.pass_over", at, dialog=True))
        if "confirm" in steps:
            acts.append(Act("全部审定", "schemes.confirm", at, primary=True, dialog=True))
        return acts

    def _is_overdue(self, one: Case) -> bool:
        is_late = (one.due is not None and one.due < clock.today()) or not one.unit.is_active
        return one.state == Case.State.OPEN and one.step in queries.ASKED_STEPS and is_late

    def sections(self) -> list[Any]:
        """How it counts, the units, the criteria."""
        return [self._overview(), *([] if self.is_draft else [self._units()]), self._criteria()]

    def _overview(self) -> Section:
        one, terms = self.object, queries.terms_of(self.object)
        found = queries.full_of(one)
        note = sums_said(found, one.table_total)
        values = [
            Value("考核年度", f"{one.year}年"),
            Value("基本分合计", f"{said(found)} 分" + (f"；{note}" if note else ""), source=one.origin),
            *(Value(label, text) for label, text in zip(("计分", "等次"), rules.terms_said(terms), strict=True)),
        ]
        if one.round:
            values += [Value("发起", one.round.opens), Value("自评期限", one.round.closes)]
            if one.round.terms.get("note"):
                values.append(Value("对单位说的话", one.round.terms["note"]))
        if mean := percent(queries.average(one)):
            values.append(
                Value("平均得分率", mean, source=rules.AVERAGE, url=reverse("schemes.results", args=[one.pk]))
            )
        if one.closed_on:
            values.append(Value("结束考核", one.closed_on, source=one.closed_why))
        return Section("办法", values)

    def _units(self) -> TableSection:
        done = {row.case: row for row in queries.results(self.object)}
        lines, terms = queries.lines_for(self.object, self.cases), queries.terms_of(self.object)
        calendar = office_calendar()

        def mark(case: Case, which: str) -> str | None:
            found = rules.standing(lines[case.pk], which, terms)
            return said(found.marks) if found else None

        columns = [
            Column("unit", "单位", lambda case: str(case.unit), note=self._note,
                   link=lambda case: reverse("schemes.unit", args=[self.object.pk, case.pk])),
            Column("step", "进度", lambda case: self._state(case, calendar), kind="tag"),
            Column("own", "自评", lambda case: mark(case, "own"), kind="num"),
            Column("checked", "核查", lambda case: mark(case, "checked"), kind="num"),
            Column("final", "得分", lambda case: marks(done[case.pk].marks) if case.pk in done else None, kind="num"),
            Column("grade", "等次", lambda case: grade_of(done[case.pk]) if case.pk in done else None, kind="tag"),
            Column("case", "办理", lambda case: "办件", link=lambda case: reverse("cases.show", args=[case.pk]),
                   kind="act"),
        ]  # fmt: skip
        return TableSection("单位", columns, self.cases, note=self._counts())

    def _counts(self) -> str:
        steps = [one.step for one in self.cases if one.state == Case.State.OPEN]
        counts = [f"{label} {steps.count(step)}" for step, (label, _) in STEPS.items() if step in steps]
        return "，".join([f"参加 {len(self.cases)} 家", *counts, f"已审定 {len(self.cases) - len(steps)}"])

    def _note(self, case: Case) -> str:
        gone = f"已并入{case.unit.merged_into}" if case.unit.merged_into_id else "" if case.unit.is_active else "已撤销"
        return "，".join(filter(None, (f"办件 {case.number}", gone)))

    def _state(self, case: Case, calendar: workdays.Calendar) -> Tag:
        if case.state == Case.State.ENDED:
            return Tag("已审定", "ok")
        label, tone = STEPS.get(case.step, ("办理中", "plain"))
        if case.due is None:
            return Tag(label, tone)
        is_late = case.due < clock.today()
        return Tag(f"{label}，{workdays.remaining(clock.today(), case.due, calendar)}", "bad" if is_late else tone)

    def _criteria(self) -> TableSection:
        rows = list(enumerate(self.object.criteria.order_by("place"), start=1))
        known = {one.key: one.label for one in indicators.indicators()}
        columns = [
            Column("text", "考核内容", lambda row: f"{row[0]}. {row[1].text}", note=lambda row: row[1].method,
                   link=lambda row: self._edit(row[1])),
            Column("section", "考核项目", lambda row: row[1].section),
            Column("score", "分值", lambda row: said(row[1].score), kind="num"),
            Column("kind", "计分", lambda row: KINDS[row[1].kind], note=lambda row: row[1].kinds_said),
            Column("indicator", "对照指标", lambda row: known.get(row[1].indicator, row[1].indicator)),
        ]  # fmt: skip
        if self.is_draft and self.acting.may("schemes.change"):
            columns.append(Column("strike", "", lambda row: "删去", link=lambda row: reverse(
                "schemes.criterion.drop", args=[self.object.pk, row[1].pk]), kind="act"))  # fmt: skip
        empty = Empty("还没有考核项", "逐项添加，写明考核内容、分值和评分标准。",
                      Act("添加考核项", "schemes.criterion", (self.object.pk,)))  # fmt: skip
        return TableSection("考核项", columns, rows, empty, f"{len(rows)} 项")

    def _edit(self, one: Criterion) -> str | None:
        may = self.is_draft and self.acting.may("schemes.change")
        return reverse("schemes.criterion.edit", args=[self.object.pk, one.pk]) if may else None

    def events(self) -> list[Event]:
        """Its life."""
        one = self.object
        life = [Event("拟定办法", one.made_at, one.by_name)]
        if one.round:
            life.insert(0, Event("发起考核", one.round.opens))
        if one.closed_on:
            life.insert(0, Event("结束考核", one.closed_on, one.closed_by_name))
        return life


class DraftScheme(SchemeObject):
    """A page that changes a scheme by which nobody was asked yet."""

    def objects(self) -> Any:
        """Drafts within reach: what was opened is not there to be changed."""
        return super().objects().filter(state=Scheme.State.DRAFT)


class EditScheme(DraftScheme, FormPage):
    """How it counts is changed."""

    permission, title, form, is_listed = "schemes.change", "改计分和等次", forms.TermsForm, False
    groups = NewScheme.groups[:1] + NewScheme.groups[2:]

    def initial(self) -> dict[str, Any]:
        """As it stands."""
        return {name: getattr(self.object, name) for name in _TERMS}

    def save(self, form: Any) -> Scheme:
        """Change it."""
        return actions.change(self.object, actions.SchemeTerms(**{name: form.cleaned_data[name] for name in _TERMS}))


class DropScheme(DraftScheme, ActionPage):
    """A scheme by which nobody was asked is thrown away."""

    permission, title, submit, danger = "schemes.change", "删除考核办法", "删除", True
    text = "办法和考核项一并删除。"
    does, leads_to = actions.drop, "schemes.list"


class NewCriterion(DraftScheme, FormPage):
    """One more criterion."""

    permission, title, form, submit, is_listed = "schemes.change", "添加考核项", forms.CriterionForm, "添加", False

    def initial(self) -> dict[str, Any]:
        """Part of the full marks, in the last section that is: a table ends in bonus and deductions."""
        last = self.object.criteria.filter(kind=Criterion.Kind.BASE).order_by("-place").first()
        return {"section": last.section if last else "", "kind": Criterion.Kind.BASE.value}

    def save(self, form: Any) -> Criterion:
        """Add it."""
        return actions.add(self.object, form.cleaned_data)


class CriterionObject(DraftScheme):
    """A page about one criterion of a draft."""

    criterion: Criterion

    def prepare(self) -> None:
        """The criterion, of this scheme."""
        super().prepare()
        rows = self.object.criteria.select_related("scheme")
        self.criterion = get_object_or_404(rows, pk=self.kwargs["criterion"])


class EditCriterion(CriterionObject, FormPage):
    """A criterion is put right."""

    permission, title, form, is_listed = "schemes.change", "修改考核项", forms.CriterionForm, False

    def initial(self) -> dict[str, Any]:
        """As it stands."""
        return forms.criterion_values(self.criterion)

    def save(self, form: Any) -> Criterion:
        """Keep it."""
        return actions.amend(self.criterion, form.cleaned_data)


class DropCriterion(CriterionObject, ActionPage):
    """A criterion is taken out."""

    permission, title, submit, danger = "schemes.change", "删去考核项", "删去", True
    does, on = actions.strike, "criterion"

    def get_question(self) -> str:
        """Which."""
        return f"删去“{self.criterion.text[:60]}”？"


class OpenScheme(DraftScheme, FormPage):
    """Units are asked to mark themselves."""

    permission, title, form, submit, is_listed = "schemes.change", "发起考核", forms.OpenForm, "发起考核", False
    intro = "每个单位收到一件待办，逐项自评；没有账号的单位，可以在办件里生成填报链接或代录来函。发起后办法不能再改。"

    def save(self, form: Any) -> Round:
        """Ask."""
        return actions.call(self.object, form.cleaned_data["units"], form.cleaned_data["note"])

    def said(self, saved: Round) -> str:
        """How many."""
        return f"已请 {saved.quota} 个单位自评，{saved.closes} 截止"


class OpenedScheme(SchemeObject):
    """A page about a scheme by which units were asked."""

    def objects(self) -> Any:
        """Opened ones within reach, those that are over too."""
        return super().objects().exclude(state=Scheme.State.DRAFT)


class OpenObject(SchemeObject):
    """A page about a scheme by which units are asked."""

    def objects(self) -> Any:
        """Open ones within reach."""
        return super().objects().filter(state=Scheme.State.OPEN)


class UrgeScheme(OpenObject, ActionPage):
    """Every unit that still has something to do is reminded."""

    permission, title, submit = "schemes.change", "催办未办单位", "催办"
    text = "系统提醒每个还没有自评或反馈的单位，每天一次，催办会留痕；没有账号的单位请发链接或电话联系。"
    does, success = actions.urge_all, "已提醒 {did} 处办理人"


class PassOver(OpenObject, ActionPage):
    """What units let go by is gone on with."""

    permission, title, submit = "schemes.change", "逾期未报转办", "转办"
    does, success = actions.pass_over, "已转办 {did} 家"

    def get_text(self) -> str:
        """Which units, and what follows."""
        rows = list(queries.overdue(self.object))
        silent = [str(one.unit) for one in rows if one.step == "score"]
        unanswered = [str(one.unit) for one in rows if one.step == "answer"]
        lines = [
            f"逾期未自评 {len(silent)} 家（{'、'.join(silent[:20])}）：标注“未自评”，直接核查打分。" if silent else "",
            f"逾期未反馈 {len(unanswered)} 家（{'、'.join(unanswered[:20])}）：视为认可，转领导审定。"
            if unanswered
            else "",
        ]
        return "".join(lines) or "现在没有逾期未报的单位。"


class OpinionForm(forms.forms.Form):
    """What is said with it."""

    opinion = LongTextField(label="意见", rows=2, max_length=200, required=False, stock=("同意。",))


class ConfirmScheme(OpenObject, ActionPage):
    """The leader confirms every result that waits."""

    permission, title, submit = "schemes.confirm", "全部审定", "审定"

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """An opinion, if there is one."""
        return OpinionForm(data=data)

    def get_text(self) -> str:
        """How many."""
        waiting = queries.cases(self.object).filter(state="open", step="confirm").count()
        return f"等待审定的 {waiting} 家一并审定，结果告知各单位；只审定部分单位的，请到办件里逐件办理。"

    def save(self, form: Any) -> str:
        """Confirm."""
        return f"已审定 {actions.confirm_all(self.object, form.cleaned_data['opinion'])} 家"


class CloseForm(forms.forms.Form):
    """Why an assessment ends."""

    why = LongTextField(
        label="结束说明",
        rows=2,
        max_length=300,
        required=False,
        help_text="还有单位没有审定的，必须写明，并会告知这些单位",
    )


class CloseScheme(OpenObject, ActionPage):
    """The assessment is over."""

    permission, title, submit = "schemes.change", "结束考核", "结束"

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """Why."""
        return CloseForm(data=data)

    def get_text(self) -> str:
        """Whom it leaves without a result."""
        left = [str(one.unit) for one in queries.cases(self.object).filter(state="open")]
        if not left:
            return "所有参加单位都已审定；结束后不再办理，结果和通报照常查看。"
        names = "、".join(left[:20])
        return f"还有 {len(left)} 家没有审定（{names}）：结束后不再办理、没有结果，系统会告知。已审定的不变。"

    def save(self, form: Any) -> str:
        """End it."""
        actions.close(self.object, form.cleaned_data["why"])
        return "考核已结束"


class DraftBulletin(OpenedScheme, ActionPage):
    """The bulletin of the results is written; its number comes when the leading group signs it."""

    permission, title, submit = "instruments.draft", "拟考核通报", "生成草稿"
    text = (
        "按审定的结果写好全文和得分表，每个数注明口径；先成草稿，核对修改后由领导签发，签发时取发文字号。"
        "一次考核只拟一份。"
    )

    def objects(self) -> Any:
        """Those with results, and no bulletin yet."""
        return super().objects().filter(results__isnull=False, bulletin__isnull=True).distinct()

    def save(self, form: Any) -> Instrument:
        """Draft it."""
        return actions.draft_bulletin(self.object)

    def next_url(self, saved: Instrument) -> str:
        """To the draft."""
        return address(saved)

    def said(self, saved: Instrument) -> str:
        """What to do now."""
        return "已生成考核通报草稿，请核对后签发"


_ONE, _CRITERION = "office/schemes/<uuid:id>/", "office/schemes/<uuid:id>/criteria/<uuid:criterion>/"
routes = [
    page("office/schemes/", SchemeList, "schemes.list"),
    page("office/schemes/new/", NewScheme, "schemes.new"),
    page(_ONE, SchemePage, "schemes.show"),
    page(f"{_ONE}edit/", EditScheme, "schemes.edit"),
    page(f"{_ONE}drop/", DropScheme, "schemes.drop"),
    page(f"{_ONE}open/", OpenScheme, "schemes.open"),
    page(f"{_ONE}urge/", UrgeScheme, "schemes.urge"),
    page(f"{_ONE}pass-over/", PassOver, "schemes.pass_over"),
    page(f"{_ONE}confirm/", ConfirmScheme, "schemes.confirm"),
    page(f"{_ONE}close/", CloseScheme, "schemes.close"),
    page(f"{_ONE}bulletin/", DraftBulletin, "schemes.bulletin"),
    page(f"{_ONE}criteria/new/", NewCriterion, "schemes.criterion"),
    page(f"{_CRITERION}edit/", EditCriterion, "schemes.criterion.edit"),
    page(f"{_CRITERION}drop/", DropCriterion, "schemes.criterion.drop"),
]
