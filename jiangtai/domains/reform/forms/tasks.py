"""The forms of tasks: days, points on the way, handing on, evidence."""

from functools import partial
from typing import Any

from django import forms

from jiangtai import indicators
from jiangtai.flows import materials
from jiangtai.kernel import clock
from jiangtai.web import DateField, FileField, LongTextField, RadioCards

from ..models import Evidence, Plan
from ..queries import knowing
from ..queries import tasks as queries
from ..rules.plans import cut, recurs
from .naming import unit_field


def indicator_choices(none: str = "不用指标衡量") -> list[tuple[str, str]]:
    """Every declared figure by its name, and what it means that none is chosen."""
    return [
        ("", none),
        *sorted(((one.key, one.label) for one in indicators.indicators()), key=lambda one: one[1]),
    ]


class AmendForm(forms.Form):
    """What is expected, by when, and by which figure it is measured."""

    due = DateField(label="完成期限", required=False)
    expected = LongTextField(label="要求和成果", max_length=300, rows=3, required=False)
    indicator = forms.ChoiceField(
        label="衡量指标", required=False, choices=indicator_choices, help_text="选了指标的，系统按目标的序时进度亮灯"
    )


class MilestoneForm(forms.Form):
    """What must stand by a day."""

    title = forms.CharField(label="节点", max_length=120, help_text="写到那天应当看得到的成果，例如“办法印发”")
    due = DateField(label="期限")


class HandOnForm(forms.Form):
    """Which unit is asked for what, and by when."""

    unit = unit_field("承担单位")
    title = LongTextField(label="请其承担", max_length=300, rows=2)
    expected = LongTextField(label="要求和成果", max_length=300, rows=2, required=False)
    due = DateField(label="完成期限", required=False)


class EvidenceForm(forms.Form):
    """What stands behind a task's progress; facts of its figure can be chosen as soon as there are any."""

    kind = forms.ChoiceField(
        label="类别",
        widget=RadioCards,
        initial=Evidence.Kind.FILE,
        choices=[
            (Evidence.Kind.FILE.value, "文件｜上传扫描件或电子文件"),
            (Evidence.Kind.INDICATOR.value, "指标｜系统里的数，随时可以点开"),
            (Evidence.Kind.CASE.value, "办件｜系统里办过的事，填办件号"),
            (Evidence.Kind.PAPER.value, "纸质或外部材料｜写明文号和存放处"),
        ],
    )
    unnamed = "请填写名称"
    label = forms.CharField(label="名称", max_length=120)
    file = FileField(label="文件", accepts=materials.ENDINGS, most=materials.MEGABYTES, required=False)
    indicator = forms.ChoiceField(label="指标", required=False, choices=partial(indicator_choices, "请选择"))
    reference = forms.CharField(label="办件号或文号", max_length=120, required=False)

    def __init__(self, *args: Any, reach: Any, known: knowing.Known, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach, self.known, kinds = reach, known, self.fields["kind"]
        if known.counted:
            facts = (Evidence.Kind.FACTS.value, f"台账事实｜{known.counted}")
            kinds.choices = [*kinds.choices, facts]  # type: ignore[attr-defined]
            self.fields["label"].required, self.fields["label"].help_text = False, "选“台账事实”的不用填"

    def clean(self) -> dict[str, Any]:
        """What the kind asks for must be there, and be what it says."""
        told = super().clean() or {}
        kind, reference = told.get("kind"), (told.get("reference") or "").strip()
        if kind == Evidence.Kind.FACTS and self.known.figure:
            told["label"] = knowing.facts_label(self.known.figure, clock.today())
            told["reference"] = self.known.figure.key
        elif not (told.get("label") or "").strip() and "label" not in self.errors:
            self.add_error("label", self.unnamed)
        if kind == Evidence.Kind.FILE and not told.get("file") and "file" not in self.errors:
            self.add_error("file", "请选择文件，或改选其他类别")
        if kind == Evidence.Kind.INDICATOR and not told.get("indicator"):
            self.add_error("indicator", "请选择指标")
        if kind in (Evidence.Kind.CASE, Evidence.Kind.PAPER) and not reference:
            self.add_error("reference", "请填写办件号" if kind == Evidence.Kind.CASE else "请填写文号或存放处")
        elif kind == Evidence.Kind.CASE and queries.case_named(reference, self.reach) is None:
            self.add_error("reference", f"范围内没有编号为“{reference}”的办件，请核对")
        return told


class ReachForm(EvidenceForm):
    """When a point was reached and what proves it: something that lies beside the task, or a new piece."""

    unnamed = "请选一份已提交的佐证材料，或写明新补的这一份的名称"
    on = DateField(label="达到日期", initial=clock.today)
    there = forms.ModelChoiceField(Evidence.unscoped.none(), label="已提交的佐证材料", required=False,
                                   empty_label="没有合适的，另补一份")  # fmt: skip

    def __init__(self, *args: Any, there: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["there"].queryset = there.order_by("-made_at")  # type: ignore[attr-defined]
        self.fields["label"].required = self.fields["kind"].required = False

    def clean(self) -> dict[str, Any]:
        """One of both."""
        told = forms.Form.clean(self) or {}
        if told.get("there") or "there" in self.errors:
            return told
        told = super().clean()
        if not told.get("kind") and "kind" not in self.errors:
            self.add_error("kind", "请选一份已提交的佐证材料，或选新补的这一份是哪一类")
        return told


class FinishForm(forms.Form):
    """On which day."""

    on = DateField(label="完成日期", initial=clock.today, help_text="实际完成的那天")


class RollForm(forms.Form):
    """Which year's open work goes on."""

    year = forms.IntegerField(label="年度", min_value=2020, max_value=2100)


class YearForm(forms.Form):
    """Which sentences that are done are asked for once more in a year: those that say so are ticked."""

    again = forms.MultipleChoiceField(
        label="已经完成、再次下达的工作", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="原文写明每年、按月等经常做的已勾选；一次性的工作不用再下达",
    )  # fmt: skip

    def __init__(self, *args: Any, plan: Plan, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = list(queries.done_before(plan, year))
        self.fields["again"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), f"{one.measure.number}. {cut(one.text, 80)}") for one in found
        ]
        self.initial["again"] = [str(one.pk) for one in found if recurs(one.text)]
        if not found:
            del self.fields["again"]
