"""Forms about plans: handing one in, and putting right what was understood of it."""

import re
from typing import Any
from uuid import UUID

from django import forms

from jiangtai.kernel import clock
from jiangtai.web import DateField, FileField, LongTextField

from ..models import Action, Measure, Part, Plan
from ..queries import plans as queries
from ..rules.comparing import Fate
from ..rules.plans import short
from .naming import unit_field

COLLECTIVE, STRIKE, OTHER = "collective", "strike", "other"
MOST_PASTED = 500_000


class HandInForm(forms.Form):
    """A plan as a file or as pasted text, and when it runs."""

    file = FileField(
        label="方案文件", required=False, accepts=(".docx", ".txt", ".pdf"), most=20,
        help_text="Word（docx）、文本，或带文字的 PDF，不超过 20 MB；扫描件没有文字，请换成 Word 稿，或粘贴正文",
    )  # fmt: skip
    text = LongTextField(
        label="或粘贴正文", required=False, rows=6, max_length=MOST_PASTED, strip=False,
        help_text="没有文件时用；保留原来的换行和括号里的责任单位",
    )  # fmt: skip
    title = forms.CharField(label="名称", max_length=200, required=False, help_text="空着就用正文里的标题")
    number = forms.CharField(label="发文字号", max_length=60, required=False)
    since = DateField(label="开始执行")
    until = DateField(label="执行到", required=False, help_text="长期执行的空着")

    def clean(self) -> dict[str, Any]:
        """One of both, and days in order."""
        told = super().clean() or {}
        if self.errors:
            return told
        if not told.get("file") and not (told.get("text") or "").strip():
            self.add_error("file", "请选一个方案文件，或在下面粘贴正文")
        elif told.get("file") and (told.get("text") or "").strip():
            self.add_error("text", "文件和粘贴的正文只要一样，请删去其中一样")
        if told.get("until") and told.get("since") and told["until"] < told["since"]:
            self.add_error("until", f"执行到 {told['until']} 早于开始执行 {told['since']}，请核对")
        return told


class DescribeForm(forms.ModelForm):
    """What the plan is called and when it runs."""

    since = DateField(label="开始执行")
    until = DateField(label="执行到", required=False, help_text="长期执行的空着")

    class Meta:
        model = Plan
        fields = ("title", "number", "since", "until")


class NameForm(forms.Form):
    """What a name means: one unit, a class of them, or none."""

    means = forms.ChoiceField(label="是哪家单位", widget=forms.RadioSelect)
    unit = unit_field("其他单位", required=False)

    def __init__(self, *args: Any, candidates: list[tuple[str, str]], is_body: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rest = [
            (OTHER, "由办公室所在单位承办（在下面查找这家单位）" if is_body else "其他单位（在下面查找）"),
            (COLLECTIVE, "一类单位，不单指一家（如“各街道”）"),
            (STRIKE, "不是单位，从分工里去掉"),
        ]
        self.fields["means"].choices = [*candidates, *rest]  # type: ignore[attr-defined]
        if is_body:
            self.fields["unit"].label = "办公室设在"

    def clean(self) -> dict[str, Any]:
        """其他单位 wants one."""
        told = super().clean() or {}
        if told.get("means") == OTHER and not told.get("unit") and "unit" not in self.errors:
            self.add_error("unit", "请查找并选一家单位；系统里没有这家单位的，先请单位管理员建立")
        return told


class MeasureForm(forms.ModelForm):
    """A measure's own words, its day, and who answers for it."""

    lead = LongTextField(
        label="牵头单位", required=False, rows=2, help_text="用顿号、逗号或换行分开；第一个负责牵头汇总"
    )
    support = LongTextField(label="责任（配合）单位", required=False, rows=3)
    deadline = DateField(label="完成期限", required=False)
    designated = unit_field("领导小组指定的总牵头单位", required=False)

    class Meta:
        model = Measure
        fields = ("number", "title", "section", "deadline", "designated", "is_open", "earlier")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named: dict[str, list[str]] = {role: [] for role in Part.Role.values}
        for part in self.instance.parts.order_by("place"):
            named[part.role].append(part.name)
        self.initial.update(lead="、".join(named["lead"]), support="、".join(named["support"]))
        old = self.instance.plan.replaces
        if old is None:
            del self.fields["earlier"]
        else:
            self.fields["earlier"].queryset = old.measures.order_by("place")  # type: ignore[attr-defined]
            self.fields["earlier"].empty_label = "新增的举措"  # type: ignore[attr-defined]
        self.fields["is_open"].label = "写明“等单位”，没有列全"

    def clean_lead(self) -> list[str]:
        """Names one by one."""
        return _parted(self.cleaned_data["lead"])

    def clean_support(self) -> list[str]:
        """The same."""
        return _parted(self.cleaned_data["support"])


class NewMeasureForm(MeasureForm):
    """A measure that was not found: the same, and what is to be done."""

    text = LongTextField(label="工作内容", required=False, rows=5, max_length=20_000, help_text="写成几行，就分成几条")

    field_order = ("number", "title", "section", "text", "lead", "support", "deadline")

    def clean_text(self) -> list[str]:
        """Line by line."""
        return [line.strip() for line in self.cleaned_data["text"].splitlines() if line.strip()]


def _parted(words: str) -> list[str]:
    """Names between separators, what stands in brackets kept with its name."""
    return [name for one in re.split(r"[、，,；;\n](?![^（(]*[）)])", words) if (name := "".join(one.split()))]


class ActionForm(forms.Form):
    """A sentence of what is to be done; each line becomes one."""

    text = LongTextField(label="内容", rows=5, max_length=5_000, help_text="写成几行，就分成几条")
    force = forms.ChoiceField(label="力度", required=False, choices=[("", "未写明"), *Action.Force.choices])


class ExpectForm(forms.Form):
    """What is expected of each unit that supports, or leads beside whom is asked."""

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part in queries.besides(measure):
            label = f"{part}（牵头单位）" if part.role == Part.Role.LEAD else str(part)
            self.fields[str(part.pk)] = LongTextField(
                label=label, initial=part.expected, required=False, max_length=300, rows=2
            )


class EndForm(forms.Form):
    """Why a plan is over, and what becomes of the tasks that run."""

    tasks = forms.ChoiceField(
        label="进行中的任务",
        choices=(("keep", "继续办到完成"), ("cancel", "一并取消，通知承担单位")),
        widget=forms.RadioSelect,
    )
    said = forms.CharField(label="依据", max_length=120, help_text="执行期满，或停止执行的文件文号、会议")


class ResumeForm(forms.Form):
    """Why a plan goes on that was ended."""

    said = forms.CharField(label="理由", max_length=120, help_text="误结束的情形，或恢复执行的文件文号、会议")


class DesignateForm(forms.Form):
    """Whom the leading group designates."""

    unit = unit_field("总牵头单位", required=False, help_text="空着就由方案里第一个牵头单位汇总")
    said = forms.CharField(label="依据", max_length=120, help_text="哪次会议议定，或文件文号")


class SupplyForm(forms.Form):
    """The day that the plan does not name."""

    deadline = DateField(label="完成期限")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deadline"].widget.attrs["min"] = clock.today().isoformat()


class ConfirmForm(forms.Form):
    """What becomes of the tasks that run under the version before, measure by measure."""

    def __init__(self, *args: Any, changes: list[Any], running: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for change in changes:
            before, count = change.before, running.get(str(change.before.id), 0) if change.before else 0
            if not count:
                continue
            choices = [Fate.CANCEL] if change.after is None else list(Fate)
            self.fields[str(before.id)] = forms.ChoiceField(
                label=f"{before.number}. {before.title}",
                choices=[(one.value, one.label) for one in choices],
                initial=change.fate.value,
                help_text=_told(change, count),
            )

    def decisions(self) -> dict[UUID, Fate]:
        """What was decided, by the measure of the version before."""
        return {UUID(name): Fate(value) for name, value in self.cleaned_data.items()}


def _told(change: Any, count: int) -> str:
    if change.after is None:
        return f"{count} 项任务在进行，新版没有这项举措"
    told = f"{count} 项任务在进行，新版为第 {change.after.number} 项“{short(change.after.title)}”"
    is_moved = change.is_redated and change.after.deadline
    return f"{told}；按举措期限计时的任务改为 {change.after.deadline} 到期" if is_moved else told
