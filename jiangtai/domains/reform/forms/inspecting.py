"""What is filled in for an inspection: its plan, the draw, the record on the spot, what a unit put right."""

from typing import Any

from django import forms

from jiangtai.flows import Case, Group, Known, StepForm
from jiangtai.kernel import clock
from jiangtai.web import DateField, FileField, LongTextField, RadioCards, in_clear

from ..models import Inspector, PointResult
from ..queries import inspecting as queries
from ..rules import inspecting as rules
from .naming import UnitsField

_MOST_POINTS = 60
_PEOPLE = "每行一人：姓名 所在单位，如 陈桂芳 区总工会；有账号的会自动关联，可在现场用手机记录"


def _people(text: str) -> list[tuple[str, str]]:
    found = rules.people(text)
    for number, (name, body) in enumerate(found, start=1):
        if len(name) > 60 or len(body) > 120:
            raise forms.ValidationError(f"第 {number} 行太长，姓名不超过 60 字、单位不超过 120 字")
    return found


class PlanForm(forms.Form):
    """What is inspected, by which papers, on which points, where, by whom."""

    title = forms.CharField(label="检查名称", max_length=120)
    since = DateField(label="检查开始")
    until = DateField(label="检查结束")
    papers: Any = forms.ModelMultipleChoiceField(
        queryset=None, label="检查依据", required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "many"}),
        help_text="从政策文件库里现行有效的文件选",
    )  # fmt: skip
    points = LongTextField(
        label="检查要点", rows=8, max_length=20_000,
        help_text="每行一个要点；竖线后面写依据条款，如 是否足额提取职工教育经费｜职业教育法第五十八条",
    )  # fmt: skip
    units = UnitsField(
        label="受检单位", rows=5, required=False, help_text="每行一个单位；要随机抽取的先空着，保存后抽取"
    )
    inspectors = LongTextField(label="检查人员", rows=3, required=False, max_length=6_000, help_text=_PEOPLE)

    def __init__(self, *args: Any, is_drawn: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        papers: Any = self.fields["papers"]
        papers.queryset = queries.papers()
        papers.label_from_instance = lambda one: f"{one} {one.number}".strip()
        if is_drawn:
            del self.fields["units"], self.fields["inspectors"]

    def clean_points(self) -> list[rules.PointLine]:
        """Each line a point."""
        found = rules.checklist(self.cleaned_data["points"])
        if len(found) > _MOST_POINTS:
            raise forms.ValidationError(f"一次检查最多 {_MOST_POINTS} 个要点，现有 {len(found)} 个")
        for number, one in enumerate(found, start=1):
            if not one.text or len(one.text) > 300 or len(one.clause) > 120:
                raise forms.ValidationError(f"第 {number} 行：要点要写、不超过 300 字，依据条款不超过 120 字")
        return found

    def clean_inspectors(self) -> list[tuple[str, str]]:
        """Each line an inspector; nobody, or two at least."""
        found = _people(self.cleaned_data["inspectors"])
        if 0 < len(found) < rules.LEAST_INSPECTORS:
            raise forms.ValidationError(f"检查人员至少 {rules.LEAST_INSPECTORS} 人；要随机抽取的先空着")
        return found


class DrawForm(forms.Form):
    """Out of what is drawn, and how many."""

    kind = forms.ChoiceField(label="从哪类单位中抽")
    number = forms.IntegerField(label="抽几家", min_value=1, max_value=500)
    people = LongTextField(label="检查人员名录", rows=5, max_length=20_000, help_text=_PEOPLE)
    inspectors = forms.IntegerField(label="抽几人检查", min_value=rules.LEAST_INSPECTORS, max_value=50, initial=2)
    seed = forms.CharField(
        label="抽取种子", max_length=30, required=False,
        help_text="现场摇出的数字，可以空着；系统在后面接一段随机数，谁也不能事先挑结果，都会记下来备查",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = queries.kinds()

    def clean_people(self) -> list[tuple[str, str]]:
        """Each line somebody who can be sent."""
        return _people(self.cleaned_data["people"])


class RecordForm(forms.Form):
    """What is seen on the spot, point by point; what is left empty can be filled in later."""

    def __init__(self, *args: Any, visit: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.points = list(visit.inspection.points.all())
        for point in self.points:
            end = point.pk.hex
            self.fields[f"result_{end}"] = forms.ChoiceField(
                label="结果", choices=PointResult.Result.choices, widget=RadioCards, required=False
            )
            self.fields[f"words_{end}"] = LongTextField(
                label="情况", rows=2, max_length=500, required=False, validators=[in_clear],
                help_text="不符合的写明是什么问题，会成为整改的问题",
            )  # fmt: skip
            self.fields[f"photo_{end}"] = FileField(
                label="照片", accepts=(".jpg", ".jpeg", ".png"), most=10, required=False,
                help_text="jpg、png，不超过 10 MB；再次保存可以再加一张",
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """What does not meet says what."""
        told = super().clean() or {}
        for point in self.points:
            end = point.pk.hex
            result, words = told.get(f"result_{end}"), (told.get(f"words_{end}") or "").strip()
            if result == PointResult.Result.FAILS and not words and f"words_{end}" not in self.errors:
                self.add_error(f"words_{end}", "选了“不符合”，请写明是什么问题")
            if not result and (words or told.get(f"photo_{end}")):
                self.add_error(f"result_{end}", "写了情况或传了照片，请选结果")
        return told

    def results(self) -> dict[Any, tuple[str, str]]:
        """By the point."""
        told = self.cleaned_data
        return {one.pk: (told[f"result_{one.pk.hex}"], told[f"words_{one.pk.hex}"]) for one in self.points}

    def photos(self) -> dict[Any, list[Any]]:
        """By the point."""
        told = self.cleaned_data
        return {one.pk: [file] for one in self.points if (file := told.get(f"photo_{one.pk.hex}"))}


class ConfirmForm(forms.Form):
    """Who was there, when, and until when what was found is put right."""

    on = DateField(label="检查日期")
    inspectors: Any = forms.ModelMultipleChoiceField(
        queryset=None, label="检查人员", widget=forms.CheckboxSelectMultiple, help_text="到现场的，至少两人"
    )
    due = DateField(label="整改期限")
    remarks = LongTextField(label="其他情况", rows=3, max_length=1000, required=False, validators=[in_clear])

    def __init__(self, *args: Any, visit: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["inspectors"].queryset = Inspector.objects.filter(inspection=visit.inspection)  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    """How it stands on the whole."""

    conclusion = LongTextField(label="总体情况", rows=5, max_length=2000, help_text="写进检查情况报告；数字由系统算")


class RectifyForm(StepForm):
    """What a unit did about a finding, with evidence."""

    done = LongTextField(label="整改情况", rows=5, max_length=1500, validators=[in_clear])
    cause = LongTextField(label="原因和举一反三", rows=3, max_length=1000, required=False, validators=[in_clear])

    @classmethod
    def papers(cls, case: Case) -> list[tuple[str, bool]]:
        """What proves it."""
        return [("整改佐证", False)]

    @classmethod
    def known(cls, case: Case) -> dict[str, Known]:
        """Nothing: what was done is new."""
        return {}

    def groups(self) -> list[Group]:
        """With the finding above the questions."""
        one = queries.finding_of(self.case)
        clause = f"（{one.point.clause}）" if one.point.clause else ""
        left = "，已超期" if one.due < clock.today() else ""
        note = f"{one.visit.inspection.title}，要点“{one.point.text}”{clause}。请于 {one.due} 前整改{left}。"
        return [Group(f"问题：{one.text}", note, ["done", "cause", "file_0"])]

    def clean(self) -> dict[str, Any]:
        """What is done is proved."""
        told = super().clean() or {}
        sent = self.case.attachments.filter(removed_at__isnull=True).exists()
        if not sent and not self.case.by_letter:
            self.add_error("done", "请在下面上传整改佐证（照片、文件），再提交")
        return told
