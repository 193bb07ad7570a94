"""What is filled in for dockets: the set, its lists and columns, who keeps them, and an entry by its list's columns."""

from typing import Any

from django import forms

from jiangtai.access import Unit
from jiangtai.flows import materials
from jiangtai.kernel import clock
from jiangtai.web import DateField, FileField, LongTextField, in_clear

from ..models import Docket, DocketColumn, DocketEntry
from ..rules import dockets as rules
from .naming import UnitsField, unit_field
from .tasks import indicator_choices

MOST_LISTS = 20
CLASSES = (
    (Unit.Kind.DEPARTMENT.value, "全部部门"),
    (Unit.Kind.STREET.value, "全部街道"),
    (Unit.Kind.PARK.value, "全部功能区"),
)


class SetForm(forms.Form):
    """A set and its lists."""

    title = forms.CharField(label="名称", max_length=60, help_text="如 三张清单")
    about = LongTextField(label="说明", rows=2, max_length=300, required=False)
    lists = LongTextField(
        label="有哪几张清单", rows=4, max_length=1_200, help_text="每行一张，如 思想清单；栏目、填报单位在下一步设"
    )

    def clean_lists(self) -> list[str]:
        """Each once."""
        found = [line.strip() for line in self.cleaned_data["lists"].splitlines() if line.strip()]
        if len(found) > MOST_LISTS:
            raise forms.ValidationError(f"一组最多 {MOST_LISTS} 张清单，现有 {len(found)} 张")
        for number, name in enumerate(found, start=1):
            if len(name) > 60:
                raise forms.ValidationError(f"第 {number} 行有 {len(name)} 字，超过 60 字")
            if name in found[: number - 1]:
                raise forms.ValidationError(f"第 {number} 行“{name}”写了两次")
        return found


class DescribeForm(forms.Form):
    """What a set is called."""

    title = forms.CharField(label="名称", max_length=60)
    about = LongTextField(label="说明", rows=2, max_length=300, required=False)


class ListForm(forms.Form):
    """A list of a set."""

    title = forms.CharField(label="清单名称", max_length=60)
    about = LongTextField(label="填什么", rows=2, max_length=300, required=False)
    every = forms.ChoiceField(label="多久确认一次", choices=Docket.Every.choices, required=False)


class ColumnForm(forms.Form):
    """A column of a list."""

    title = forms.CharField(
        label="栏目", max_length=30, help_text="事项、完成期限、方案任务、印证材料每张清单都有，不用加"
    )
    kind = forms.ChoiceField(label="类型", choices=DocketColumn.Kind.choices)
    measure_word = forms.CharField(
        label="计量单位", max_length=10, required=False, help_text="数量栏填写，如 人、场、万元；占比请用指标栏"
    )
    is_required = forms.BooleanField(label="必填", required=False)


class KeepersForm(forms.Form):
    """Which units keep a list."""

    classes = forms.MultipleChoiceField(
        label="按类加入",
        choices=CLASSES,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}),
    )
    units = UnitsField(label="填报单位", rows=8, required=False)

    def clean(self) -> dict[str, Any]:
        """At least one."""
        told = super().clean() or {}
        kinds = told.get("classes") or []
        units = list(told.get("units") or [])
        if kinds:
            rows = Unit.objects.filter(kind__in=kinds, state=Unit.State.ACTIVE).order_by("path")
            units += [one for one in rows if one not in units]
        if not units and not self.errors:
            self.add_error("units", "请至少写一个填报单位，或按类加入")
        return {**told, "units": units}


class EntryForm(forms.Form):
    """An entry, by the columns of its list."""

    title = LongTextField(label=rules.TITLE, rows=2, max_length=300, validators=[in_clear])
    due = DateField(label=rules.DUE, required=False)
    task = forms.ChoiceField(label="方案任务", required=False, help_text="这件事就是方案里的一项任务时选，带出任务的灯")

    def __init__(
        self, *args: Any, columns: list[DocketColumn], tasks: list[tuple[str, str]], entry: DocketEntry | None = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.columns, self.entry = columns, entry
        self.fields["task"].choices = [("", "不对应方案任务"), *tasks]  # type: ignore[attr-defined]
        for one in columns:
            self.fields[f"c_{one.pk.hex}"] = _field(one, tasks, self._has_file(one))

    def _has_file(self, column: DocketColumn) -> bool:
        return bool(self.entry and self.entry.values.get(column.pk.hex))

    def clean(self) -> dict[str, Any]:
        """Numbers as numbers; never a share."""
        told = super().clean() or {}
        for one in self.columns:
            name = f"c_{one.pk.hex}"
            if one.kind == DocketColumn.Kind.NUMBER and told.get(name):
                try:
                    told[name] = rules.number_in(told[name], one.measure_word)
                except rules.CellRefused as error:
                    self.add_error(name, str(error))
        return told

    def values(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The office's columns as an entry keeps them, and the files that came along."""
        values: dict[str, Any] = {}
        files: dict[str, Any] = {}
        for one in self.columns:
            value = self.cleaned_data.get(f"c_{one.pk.hex}")
            if one.kind == DocketColumn.Kind.FILE:
                if value:
                    files[one.pk.hex] = value
            elif one.kind == DocketColumn.Kind.UNIT:
                values[one.pk.hex] = str(value.pk) if value else ""
            elif one.kind == DocketColumn.Kind.DATE:
                values[one.pk.hex] = value.isoformat() if value else ""
            else:
                values[one.pk.hex] = value or ""
        return values, files


def initial_of(entry: DocketEntry, columns: list[DocketColumn]) -> dict[str, Any]:
    """What a form about an entry arrives filled with."""
    told = {"title": entry.title, "due": entry.due, "task": str(entry.task_id or "")}
    return told | {
        f"c_{one.pk.hex}": entry.values.get(one.pk.hex) for one in columns if one.kind != DocketColumn.Kind.FILE
    }


def _field(one: DocketColumn, tasks: list[tuple[str, str]], has_file: bool) -> forms.Field:
    told: dict[str, Any] = {"label": one.title, "required": one.is_required}
    match one.kind:
        case DocketColumn.Kind.DATE:
            return DateField(**told)
        case DocketColumn.Kind.NUMBER:
            return forms.CharField(**told, max_length=30, help_text=f"单位：{one.measure_word}")
        case DocketColumn.Kind.UNIT:
            return unit_field(**told)
        case DocketColumn.Kind.TASK:
            return forms.ChoiceField(
                **told, choices=[("", "请选择"), *tasks], help_text="" if tasks else "本单位没有可选的任务"
            )
        case DocketColumn.Kind.INDICATOR:
            return forms.ChoiceField(**told, choices=[("", "请选择"), *indicator_choices()[1:]])
        case DocketColumn.Kind.FILE:
            told["required"] = one.is_required and not has_file
            return FileField(**told, accepts=materials.ENDINGS, most=materials.MEGABYTES)
    return LongTextField(**told, rows=2, max_length=500, validators=[in_clear])


class DoneForm(forms.Form):
    """On which day it was done."""

    on = DateField(label=rules.DONE, initial=clock.today)


class RowsForm(forms.Form):
    """A sheet that was changed."""

    file = FileField(label="清单（xlsx）", accepts=(".xlsx",), most=10)


class PaperForm(forms.Form):
    """In which form a paper is taken along."""

    form = forms.ChoiceField(label="格式", choices=(("docx", "Word，可以再改"), ("pdf", "PDF")))
