"""What is laid beside an entry or an assistance: a file, a task, a case, an indicator, a paper."""

from functools import partial
from typing import Any

from django import forms

from jiangtai.flows import materials
from jiangtai.web import FileField, RadioCards, in_clear

from ..models import Proof
from ..queries import tasks as queries
from .tasks import indicator_choices

KINDS = (
    ("file", "文件、照片｜上传通知、照片、扫描件"),
    ("task", "方案任务｜本单位承担的任务，带它的灯"),
    ("case", "办件｜系统里办过的事，填办件号"),
    ("indicator", "指标｜系统里的数，随时可以点开"),
    ("paper", "纸质材料｜写明文号和存放处"),
)
_NEEDS = {
    "file": ("file", "请选择文件"),
    "task": ("task", "请选择任务"),
    "indicator": ("indicator", "请选择指标"),
    "case": ("reference", "请填写办件号"),
    "paper": ("reference", "请填写文号或存放处"),
}


class ProofForm(forms.Form):
    """What stands behind it."""

    kind = forms.ChoiceField(label="类别", widget=RadioCards, choices=KINDS, initial="file")
    label = forms.CharField(label="名称", max_length=120, help_text="如 启动会签到表和照片", validators=[in_clear])
    file = FileField(label="文件", accepts=materials.ENDINGS, most=materials.MEGABYTES, required=False)
    task = forms.ChoiceField(label="任务", required=False)
    indicator = forms.ChoiceField(label="指标", required=False, choices=partial(indicator_choices, "请选择"))
    reference = forms.CharField(label="办件号或存放处", max_length=120, required=False, validators=[in_clear])

    def __init__(self, *args: Any, reach: Any, tasks: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach = reach
        if tasks:
            self.fields["task"].choices = [("", "请选择"), *tasks]  # type: ignore[attr-defined]
        else:  # what there is none of is not asked for
            del self.fields["task"]
            self.fields["kind"].choices = [one for one in KINDS if one[0] != "task"]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What the kind asks for must be there, and be what it says."""
        told = super().clean() or {}
        kind, reference = told.get("kind"), (told.get("reference") or "").strip()
        if kind in _NEEDS:
            field, words = _NEEDS[kind]
            if not told.get(field) and field not in self.errors:
                self.add_error(field, f"{words}，或改选其他类别")
        if kind == Proof.Kind.CASE and reference and queries.case_named(reference, self.reach) is None:
            self.add_error("reference", f"范围内没有编号为“{reference}”的办件，请核对")
        return told


def kept(told: dict[str, Any]) -> dict[str, Any]:
    """What a form said, as `proofs.lay` takes it."""
    kind = told["kind"]
    return {
        "kind": kind, "label": told["label"], "upload": told["file"] if kind == "file" else None,
        "reference": told.get({"indicator": "indicator", "case": "reference", "paper": "reference"}.get(kind, ""), ""),
    }  # fmt: skip
