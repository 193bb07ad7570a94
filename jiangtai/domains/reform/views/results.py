"""Results of an assessment: all units side by side, one unit's marks, and one's own."""

from functools import cached_property, partial
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse

from jiangtai.flows import Case, inbox
from jiangtai.web import (
    Act,
    Choice,
    Column,
    DetailPage,
    Empty,
    ListPage,
    Nav,
    Search,
    Section,
    Tag,
    TemplateSection,
    Value,
    page,
)

from ..models import Result, Scheme
from ..queries import schemes as queries
from ..rules import schemes as rules
from ..rules.assessments import said
from .schemes import KINDS, STEPS, TONES, OpenedScheme, grade_of, marks, objected


def _of_section(name: str, row: Result) -> str | None:
    return marks(row.in_section(name))


class ResultList(OpenedScheme, ListPage):
    """The results of a scheme: each unit's marks section by section, grade, and what became of its objections."""

    permission, title, counted, is_listed = "schemes.view", "考核结果表", "家", False
    exports = True
    conditions = (
        Search("单位", fields=("unit__name__contains", "unit__short_name__contains")),
        Choice("等次", "grade", choices=list(rules.GRADES.items())),
    )
    order = "-marks"
    empty = Empty("还没有审定的单位", "领导审定以后，单位的得分和等次列在这里。")

    def prepare(self) -> None:
        """The scheme, then the address: the columns follow its sections."""
        self.object = self.get_object()
        super().prepare()

    def get_title(self) -> str:
        """Whose."""
        return f"{self.object.title}结果"

    @cached_property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """The unit, its marks by section, all of them, the grade, the objections."""
        parts = [
            Column(f"section{place}", name, partial(_of_section, name), kind="num")
            for place, name in enumerate(queries.sections(self.object))
        ]
        return (
            Column("unit", "单位", lambda row: str(row.unit),
                   link=lambda row: reverse("schemes.unit", args=[row.scheme_id, row.case])),
            *parts,
            Column("own", "自评", lambda row: marks(row.own) or "未自评", kind="num"),
            Column("checked", "核查", lambda row: marks(row.checked), kind="num"),
            Column("full", "满分", lambda row: marks(row.full), kind="num"),
            Column("marks", "得分", lambda row: marks(row.marks), kind="num", sort=("percent", "id")),
            Column("grade", "等次", grade_of, kind="tag"),
            Column("objections", "异议", objected),
            Column("confirmed_on", "审定", kind="date", hidden=True),
        )  # fmt: skip

    def rows(self) -> Any:
        """All of the scheme's."""
        return queries.results(self.object)


class MarksPage(DetailPage):
    """Every criterion that asks a unit, with own and checked marks, reasons, evidence, objection and outcome."""

    template = "reform/instrument.html"
    scheme: Scheme
    case: Case

    def sections(self) -> list[Any]:
        """What it comes to, then point by point."""
        lines, terms = queries.lines_for(self.scheme, [self.case])[self.case.pk], queries.terms_of(self.scheme)
        shown, told = queries.evidence_of(self.case), self.figures()
        parts: dict[str, list[dict[str, Any]]] = {}
        for one in lines:
            figure = told.get(one.key)
            row = {
                "line": one, "shown": shown.get(one.key, []), "figure": figure.said if figure else "",
                "rows": queries.rows_url(figure, self.case.unit, self.scheme.year) if figure else "",
                "kind": "" if one.kind == "base" else KINDS[one.kind],
            }  # fmt: skip
            parts.setdefault(one.section, []).append(row)
        links = {"opens_tasks": self.acting.may("reform.view"), "opens_rows": self.acting.may("figures.view")}
        table = TemplateSection(
            "reform/scheme_marks.html", {"parts": list(parts.items()), **links}, "逐项得分", f"{len(lines)} 项"
        )
        return [Section("得分", self._values(lines, terms)), table]

    def figures(self) -> dict[str, Any]:
        """The figures that this reader is told."""
        return queries.figures_of(self.case, for_unit=not self.acting.reach.is_everything)

    def _values(self, lines: list[rules.Line], terms: rules.Terms) -> list[Value]:
        own, checked, final = (rules.standing(lines, which, terms) for which in ("own", "checked", "final"))
        values = [
            Value("自评", f"{said(own.marks)} 分" if own else "未自评"),
            Value("核查", f"{said(checked.marks)} 分" if checked else "还没有核查"),
        ]
        if final:
            is_done = self.case.state == Case.State.ENDED
            tag = Tag(rules.GRADES[final.grade], TONES[final.grade])
            scored = f"{said(final.marks)} 分（满分 {said(final.full)} 分，{said(final.percent)}%）"
            values += [
                Value("得分" if is_done else "暂计得分", scored),
                Value("等次" if is_done else "暂定等次", tag),
            ]
        objections = [one for one in lines if one.objection]
        if objections:
            upheld = sum(bool(one.upheld) for one in objections)
            values.append(Value("异议", f"提出 {len(objections)} 项，成立 {upheld} 项"))
        return [*values, *(Value(label, text) for label, text in zip(("计分", "等次标准"), rules.terms_said(terms),
                                                                      strict=True))]  # fmt: skip


class UnitMarks(OpenedScheme, MarksPage):
    """A unit's marks as office and leader see them, at any time."""

    permission, title = "schemes.view", "单位得分"

    def prepare(self) -> None:
        """The case, of this scheme's round."""
        super().prepare()
        self.scheme, self.case = self.object, get_object_or_404(queries.cases(self.object), pk=self.kwargs["case"])

    def get_title(self) -> str:
        """Whose."""
        return str(self.case.unit)

    def get_tags(self) -> list[Tag]:
        """Where it stands."""
        if self.case.state == Case.State.ENDED:
            return [Tag("已审定", "ok")]
        return [Tag(*STEPS.get(self.case.step, ("办理中", "plain")))]

    def get_actions(self) -> list[Act]:
        """To the case, where it is worked."""
        if not inbox.seen(self.acting).filter(pk=self.case.pk).exists():
            return []  # the committee reads what came out, and works no case
        return [Act("去办件", "cases.show", (self.case.pk,), primary=self.case.state == Case.State.OPEN)]


class OwnResults(ListPage):
    """What one's own unit came to, year by year."""

    permission, title, counted, order = "schemes.own", "本单位考核结果", "次", "-year"
    nav = Nav("督办考核", "本单位考核结果", 55)
    keywords = "年度考核 得分 等次"
    columns = (
        Column("scheme", "考核办法", lambda row: row.scheme.title,
               link=lambda row: reverse("results.show", args=[row.pk])),
        Column("year", "年度", lambda row: str(row.scheme.year), sort=("scheme__year", "id")),
        Column("unit", "单位", lambda row: str(row.unit)),
        Column("own", "自评", lambda row: marks(row.own) or "未自评", kind="num"),
        Column("checked", "核查", lambda row: marks(row.checked), kind="num"),
        Column("marks", "得分", lambda row: marks(row.marks), kind="num"),
        Column("full", "满分", lambda row: marks(row.full), kind="num"),
        Column("grade", "等次", grade_of, kind="tag"),
        Column("objections", "异议", objected),
    )  # fmt: skip
    empty = Empty("还没有考核结果", "领导审定以后，本单位的得分、等次和逐项意见列在这里；正在办理的在“待办”里。")

    def rows(self) -> Any:
        """One's own."""
        return queries.own(self.acting)


class OwnResult(MarksPage):
    """One's own result, point by point."""

    permission, title, parents = "schemes.own", "考核结果", ("results.list",)
    object: Result

    def objects(self) -> Any:
        """One's own only."""
        return queries.own(self.acting)

    def prepare(self) -> None:
        """With its case."""
        super().prepare()
        self.scheme = self.object.scheme
        self.case = Case.unscoped.select_related("unit", "round").get(pk=self.object.case)

    def get_title(self) -> str:
        """Which."""
        return self.scheme.title

    def get_tags(self) -> list[Tag]:
        """The grade."""
        return [grade_of(self.object)]


_ONE, _CRITERION = "office/schemes/<uuid:id>/", "office/schemes/<uuid:id>/criteria/<uuid:criterion>/"


routes = [
    page("office/schemes/<uuid:id>/results/", ResultList, "schemes.results"),
    page("office/schemes/<uuid:id>/units/<uuid:case>/", UnitMarks, "schemes.unit"),
    page("office/results/", OwnResults, "results.list"),
    page("office/results/<uuid:id>/", OwnResult, "results.show"),
]
