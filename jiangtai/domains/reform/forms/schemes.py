"""What is filled in while an office assesses its own units: the scheme, and at each step marks with their reasons."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from python_calamine import CalamineError

from jiangtai import indicators
from jiangtai.access import Unit, current, parameters
from jiangtai.flows import Case, Group, Known, StepForm
from jiangtai.kernel import FileRefused, clock
from jiangtai.web import FileField, LongTextField, NumberField, RadioCards, in_clear

from ..models import Criterion, Scheme
from ..queries import naming, tasks
from ..queries import schemes as queries
from ..reading import scoring
from ..rules import schemes as rules
from ..rules.assessments import said
from ..rules.schemes import Line
from .assessments import MEGABYTES, rows_of

_ERRORS = 12
KINDS = [(kind.value, kind.label) for kind in (
    Unit.Kind.DEPARTMENT, Unit.Kind.STREET, Unit.Kind.PARK, Unit.Kind.ENTERPRISE, Unit.Kind.SCHOOL,
    Unit.Kind.EVALUATION_BODY, Unit.Kind.UNION_FEDERATION,
)]  # fmt: skip
UPHELD = (("yes", "成立｜写明改为多少分"), ("no", "不成立｜维持核查分"))


class TermsForm(forms.Form):
    """How the marks of a scheme become a result."""

    title = forms.CharField(label="名称", max_length=80, help_text="如 2026年度产业工人队伍建设改革考核办法")
    year = forms.IntegerField(label="考核年度", min_value=2020, max_value=2100)
    unfit = forms.ChoiceField(
        label="不适用某些单位的考核项怎么计分", widget=RadioCards,
        choices=(
            ("rescale", "按比例折算｜不适用的不打分，其余基本分折算到同一满分，各单位可比"),
            ("leave_out", "不计入｜不适用的不打分，单位的满分相应减少，等次按得分率定"),
        ),
    )  # fmt: skip
    scale = NumberField(
        label="折算后的满分", min_value=1, max_digits=6, decimal_places=2, help_text="按比例折算时用，一般是 100"
    )
    excellent = NumberField(label="优秀（得分率不低于，%）", min_value=1, max_value=100, decimal_places=2)
    good = NumberField(label="良好（得分率不低于，%）", min_value=1, max_value=100, decimal_places=2)
    passing = NumberField(label="合格（得分率不低于，%）", min_value=1, max_value=100, decimal_places=2)
    most_bonus = NumberField(
        label="加分合计最多计", min_value=0, max_digits=6, decimal_places=2, required=False, help_text="空着就是不限"
    )

    @staticmethod
    def arriving() -> dict[str, Any]:
        """The grades of the parameters, the year that runs."""
        grades = {name: parameters.value(f"reform.{name}_from") for name in ("excellent", "good", "passing")}
        return {"year": clock.today().year, "unfit": Scheme.Unfit.RESCALE.value, "scale": 100, **grades}

    def clean(self) -> dict[str, Any]:
        """The grades descend."""
        found = super().clean() or {}
        marks = [mark for name in ("excellent", "good", "passing") if (mark := found.get(name)) is not None]
        if len(marks) == 3 and not marks[0] > marks[1] > marks[2]:
            self.add_error("good", "优秀、良好、合格的起点应依次降低，请核对")
        return found


class SchemeForm(TermsForm):
    """A new scheme: its terms, and where its criteria come from."""

    origin = forms.ChoiceField(label="从已有的复制", required=False)
    file = FileField(label="或上传评分表", accepts=(".xlsx", ".docx"), most=MEGABYTES, required=False)
    pasted = LongTextField(
        label="或粘贴评分表",
        rows=8,
        required=False,
        max_length=200_000,
        help_text="从 Excel 或 Word 里连表头一起复制粘贴；“加分”“扣分”项、“各街道”等适用范围会认出来，录入后逐项可改",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = current().unit
        self.fields["origin"].choices = [("", "不复制"), *(queries.sources(unit) if unit else [])]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """At most one of the three; a table is understood, and every row that is not is told."""
        found = super().clean() or {}
        given = [name for name in ("origin", "file", "pasted") if found.get(name)]
        if len(given) > 1:
            self.add_error(given[1], "复制、上传、粘贴三选一，请只留一种")
            return found
        if not given or given == ["origin"]:
            return found
        try:
            rows = rows_of(found["file"]) if given == ["file"] else scoring.rows_of_text(found["pasted"])
        except FileRefused as refused:
            self.add_error("file", str(refused))
            return found
        except CalamineError:
            self.add_error("file", "这个文件打不开，请用 Excel 或 WPS 另存为 xlsx 后再传")
            return found
        table = scoring.read_scoring(rows)
        errors = table.errors[:_ERRORS]
        if len(table.errors) > _ERRORS:
            errors.append(f"另有 {len(table.errors) - _ERRORS} 行有误")
        if len(table.points) > rules.MOST:
            errors.append(f"有 {len(table.points)} 个考核项，一个办法最多 {rules.MOST} 个，请归并后再录")
        for error in errors:
            self.add_error(given[0], error)
        return {**found, "table": table}


class CriterionForm(forms.Form):
    """A criterion of a scheme that nobody was asked by yet."""

    section = forms.CharField(label="考核项目", max_length=200, required=False)
    text = LongTextField(label="考核内容", rows=3, max_length=600)
    score = NumberField(label="分值", min_value=Decimal("0.01"), max_digits=6, decimal_places=2)
    kind = forms.ChoiceField(
        label="计分方式", widget=RadioCards,
        choices=(
            ("base", "基本分｜计入满分"),
            ("bonus", "加分｜不计入满分，另加，最多到分值"),
            ("deduction", "扣分｜不计入满分，另减，最多到分值"),
        ),
    )  # fmt: skip
    method = LongTextField(label="评分标准", rows=3, max_length=800, required=False)
    applies_to = forms.MultipleChoiceField(
        label="只考核这些单位",
        choices=KINDS,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}),
        help_text="都不勾就是考核所有单位",
    )
    indicator = forms.ChoiceField(
        label="对照指标", required=False, help_text="自评和核查时，旁边印出该单位当年的计算值"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = sorted(((one.key, one.label) for one in indicators.indicators()), key=lambda one: one[1])
        self.fields["indicator"].choices = [("", "不对照"), *known]  # type: ignore[attr-defined]


class OpenForm(forms.Form):
    """Which units are asked."""

    units = LongTextField(
        label="考核哪些单位",
        rows=6,
        required=False,
        help_text="一行一个，填全称、简称或代码；空着就是全部成员单位、街道和功能区。企业请写名称",
    )
    note = LongTextField(label="对单位说的话", rows=2, max_length=200, required=False)

    def clean_units(self) -> list[Unit]:
        """Each unit that is named, or all that are asked by default."""
        host = current().unit
        lines = [line.strip() for line in self.cleaned_data["units"].splitlines() if line.strip()]
        if not lines:
            return list(queries.units_by_default(host)) if host else []
        called = naming.units_called(set(lines))
        if wrong := [line for line in lines if line not in called]:
            raise forms.ValidationError(
                f"没有找到{'、'.join(f'“{line}”' for line in wrong[:5])}，请填在用单位的全称或简称"
            )
        found = {
            line: [one for one in called[line] if one.tree == Unit.Tree.ADMINISTRATIVE] or called[line]
            for line in lines
        }
        if doubtful := [line for line in lines if len(found[line]) > 1]:
            raise forms.ValidationError(f"有多个单位叫“{doubtful[0]}”，请填全称或代码")
        return list({found[line][0].pk: found[line][0] for line in lines}.values())


class MarksForm(StepForm):
    """A form with a group of fields for each criterion that asks the case's unit."""

    lines: list[Line]

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        self.lines = self.of(queries.lines_of(case))
        for one in self.lines:
            self.add(one)

    def of(self, lines: list[Line]) -> list[Line]:
        """Those about which this step asks."""
        return lines

    def add(self, one: Line) -> None:
        """The fields of one criterion; subclasses say them."""
        raise NotImplementedError

    def mark_field(self, label: str, one: Line, *, required: bool) -> NumberField:
        """Marks between nothing and the criterion's."""
        field = NumberField(
            label=f"第 {one.number} 项{label}", min_value=0, max_value=one.score, max_digits=6, decimal_places=2,
            required=required, error_messages={
                "max_value": f"第 {one.number} 项最多 {said(one.score)} 分",
                "min_value": "分数不能小于 0",
            },
        )  # fmt: skip
        field.widget.attrs.update(step="0.01")
        return field

    def note_of(self, one: Line) -> str:
        """What stands under a criterion's heading."""
        return ""

    def names_of(self, one: Line) -> list[str]:
        """The names of its fields."""
        return [name for name in self.fields if name.endswith(one.key)]

    def groups(self) -> list[Group]:
        """Criterion by criterion."""
        return [Group(_heading(one), self.note_of(one), self.names_of(one)) for one in self.lines]


def _heading(one: Line) -> str:
    kind = {rules.BONUS: "加分，最多 ", rules.DEDUCTION: "扣分，最多 "}.get(one.kind, "")
    return f"{one.number}. {one.text}（{kind}{said(one.score)} 分）"


class OwnMarksForm(MarksForm):
    """The marks that a unit gives itself, a sentence for each, and what speaks for it."""

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        scheme = queries.scheme_of(case)
        self.rows = queries.tasks_of(case.unit, scheme.year)
        self.criteria = {one.pk.hex: one for one in scheme.criteria.all()}
        self.figures = queries.figures_of(case, for_unit=True)
        super().__init__(*args, case=case, **kwargs)
        self.places = {key: place for place, key in enumerate(queries.papers(case))}

    def add(self, one: Line) -> None:
        """Marks, a sentence, tasks, and where a paper is kept."""
        is_base, label = one.kind == rules.BASE, {rules.BONUS: "自报加分", rules.DEDUCTION: "自报扣分"}
        field = self.mark_field(label.get(one.kind, "自评分"), one, required=is_base)
        field.help_text = f"0 到 {said(one.score)} 分" if is_base else f"没有的空着；最多 {said(one.score)} 分"
        self.fields[f"own_{one.key}"] = field
        self.fields[f"said_{one.key}"] = LongTextField(
            label=f"第 {one.number} 项说明", max_length=600, rows=3, required=is_base, validators=[in_clear],
            help_text="做了什么、差在哪里，一两句话；不写身份证号、手机号",
        )  # fmt: skip
        if near := self._tasks(one):
            self.fields[f"tasks_{one.key}"] = forms.MultipleChoiceField(
                label=f"第 {one.number} 项佐证任务", choices=near, required=False,
                widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}),
            )  # fmt: skip
        self.fields[f"proof_{one.key}"] = forms.CharField(
            label=f"第 {one.number} 项其他佐证", max_length=200, required=False, validators=[in_clear],
            help_text="没有电子件的，填文号和存放处，或指标名称",
        )  # fmt: skip

    def _tasks(self, one: Line) -> list[tuple[str, str]]:
        near = queries.likely(self.criteria[one.key], self.rows)
        kept = {str(row.pk) for row in near}
        name = f"tasks_{one.key}"
        sent = set(self.data.getlist(name)) if hasattr(self.data, "getlist") else set(self.data.get(name) or ())
        near += [row for row in self.rows if str(row.pk) in sent - kept]
        return [(str(row.pk), f"{row.title}（{tasks.light_of(row).label}）") for row in near]

    @classmethod
    def known(cls, case: Case) -> dict[str, Known]:
        """What accepted progress says already."""
        return queries.known_of(case)

    @classmethod
    def papers(cls, case: Case) -> list[tuple[str, bool]]:
        """One document for each criterion; none must be there."""
        return [(name, False) for name in queries.papers(case).values()]

    def note_of(self, one: Line) -> str:
        """How marks are given, and the figure."""
        figure = self.figures.get(one.key)
        return "；".join(filter(None, (one.method, f"指标：{figure.said}" if figure else "")))

    def names_of(self, one: Line) -> list[str]:
        """With the file after the tasks."""
        return [*super().names_of(one), f"file_{self.places[one.key]}"]

    def clean(self) -> dict[str, Any]:
        """A bonus that is claimed and a deduction that is reported are explained."""
        told = super().clean() or {}
        for one in self.lines:
            if told.get(f"own_{one.key}") and not (told.get(f"said_{one.key}") or "").strip():
                self.add_error(f"said_{one.key}", f"第 {one.number} 项填了分数，请写明理由")
        return told


class CheckedMarksForm(MarksForm):
    """The marks that the office gives, with a reason wherever they differ from the unit's own."""

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        self.year = queries.scheme_of(case).year
        self.figures = queries.figures_of(case, for_unit=False)
        self.evidence = queries.evidence_of(case)
        super().__init__(*args, case=case, **kwargs)

    def add(self, one: Line) -> None:
        """Marks and why."""
        label = {rules.BONUS: "核定加分", rules.DEDUCTION: "核定扣分"}
        field = self.mark_field(label.get(one.kind, "核查分"), one, required=one.kind == rules.BASE)
        figure = self.figures.get(one.key)
        if figure is not None:
            url = queries.rows_url(figure, self.case.unit, self.year)
            field.help_text = format_html('{}，<a href="{}">看这些行</a>', figure.said, url)
        self.fields[f"mark_{one.key}"] = field
        self.fields[f"why_{one.key}"] = LongTextField(
            label=f"第 {one.number} 项理由", max_length=300, rows=2, required=False, validators=[in_clear],
            help_text="与自评分不同的，必须写明",
        )  # fmt: skip

    @classmethod
    def known(cls, case: Case) -> dict[str, Known]:
        """The unit's own marks."""
        return {
            f"mark_{one.key}": Known(said(one.own), "单位自评") for one in queries.lines_of(case) if one.own is not None
        }

    def note_of(self, one: Line) -> str:
        """What the unit said and showed."""
        if one.own is None:
            return "；".join(filter(None, (one.method, "单位未自评")))
        shown = self.evidence.get(one.key) or []
        own = f"单位自评 {said(one.own)} 分{f'：{one.own_said}' if one.own_said else ''}"
        proof = f"佐证：{'、'.join(each.label for each in shown)}" if shown else "没有附佐证"
        return "；".join(filter(None, (one.method, own.rstrip("。"), proof)))

    def clean(self) -> dict[str, Any]:
        """A reason wherever the marks differ."""
        told = super().clean() or {}
        for one in self.lines:
            mark = told.get(f"mark_{one.key}")
            differs = one.own is not None and f"mark_{one.key}" not in self.errors and (mark or 0) != one.own
            if differs and not (told.get(f"why_{one.key}") or "").strip():
                self.add_error(
                    f"why_{one.key}", f"第 {one.number} 项自评 {said(one.own or Decimal(0))} 分，核查分不同，请写明理由"
                )
        return told


class ObjectionForm(MarksForm):
    """Whether the unit agrees with the checked marks, or objects to some, point by point."""

    def add(self, one: Line) -> None:
        """A reason where it objects."""
        self.fields[f"object_{one.key}"] = LongTextField(
            label=f"第 {one.number} 项异议理由", max_length=600, rows=2, required=False, validators=[in_clear],
            help_text="没有异议的空着",
        )  # fmt: skip

    def note_of(self, one: Line) -> str:
        """Both marks side by side."""
        own = "未自评" if one.own is None else f"自评 {said(one.own)} 分"
        checked = f"核查 {said(one.checked or Decimal(0))} 分{f'：{one.why}' if one.why else ''}"
        return f"{own}；{checked.rstrip('。')}"

    def clean(self) -> dict[str, Any]:
        """Who objects says to what and why, and in time; who agrees leaves no objection standing."""
        told = super().clean() or {}
        objected = [one for one in self.lines if (told.get(f"object_{one.key}") or "").strip()]
        if self.case.chosen == "review":
            if self.case.due is not None and clock.today() > self.case.due:
                raise ValidationError(f"反馈期限 {self.case.due} 已过，不能再提异议")
            if not objected and not self.errors:
                raise ValidationError("请至少对一项写明异议理由；没有异议的，请选“认可”")
        elif self.case.chosen == "confirm" and objected:
            raise ValidationError(
                f"第 {'、'.join(str(one.number) for one in objected)} 项写了异议理由，请选“提出异议”，或清空后再认可"
            )
        return told


class ReviewForm(MarksForm):
    """What becomes of each objection, decided by somebody else than who checked."""

    def of(self, lines: list[Line]) -> list[Line]:
        """Those to which the unit objects."""
        return [one for one in lines if one.objection]

    def add(self, one: Line) -> None:
        """Upheld or not, the new marks, and what is answered."""
        self.fields[f"upheld_{one.key}"] = forms.ChoiceField(
            label=f"第 {one.number} 项异议", choices=UPHELD, widget=RadioCards
        )
        field = self.mark_field("改为", one, required=False)
        field.help_text = "异议成立时填"
        self.fields[f"settled_{one.key}"] = field
        self.fields[f"answer_{one.key}"] = LongTextField(
            label=f"第 {one.number} 项答复", max_length=300, rows=2, validators=[in_clear]
        )

    def note_of(self, one: Line) -> str:
        """The whole quarrel."""
        own = "未自评" if one.own is None else f"自评 {said(one.own)} 分"
        why = (one.why or "没有写理由").rstrip("。")
        return f"{own}；核查 {said(one.checked or Decimal(0))} 分：{why}；单位异议：{one.objection}"

    def clean(self) -> dict[str, Any]:
        """An objection that is upheld changes the marks; one that is not leaves them."""
        told = super().clean() or {}
        for one in self.lines:
            name = f"settled_{one.key}"
            if told.get(f"upheld_{one.key}") == "no":
                told[name] = None
            elif told.get(f"upheld_{one.key}") == "yes" and name not in self.errors:
                if told.get(name) is None:
                    self.add_error(name, f"第 {one.number} 项异议成立，请填改为多少分")
                elif told[name] == one.checked:
                    self.add_error(name, f"第 {one.number} 项核查分就是 {said(told[name])} 分，异议成立应当改分")
        return told


def criterion_values(one: Criterion) -> dict[str, Any]:
    """What the form of a criterion arrives filled with."""
    names = ("section", "text", "kind", "method", "applies_to", "indicator")
    return {name: getattr(one, name) for name in names} | {"score": said(one.score)}
