"""The form at a seat: the step's own fields, its materials, a mark where judges mark, and an opinion."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.forms.utils import ErrorDict

from jiangtai.web import FileField, LongTextField, NumberField

from .. import engine, materials
from ..declare import Panel, Step, Task
from ..engine import RECUSED
from ..forms import Group, Known, StepForm
from ..models import Case, Seat, StockOpinion

STOCK = ("同意", "拟同意", "情况属实，同意推荐", "材料不全，请补正", "请核实")
OTHER = "file_other"
OPEN_AT_ONCE = 3
"""So many groups of a folded form arrive open: those that are wrong, or need words; where there are no more, all."""
LONGEST_OPINION = 500


class Unjudged(StepForm):
    """A step's form that can be shown with what was typed before anybody says whether it is right."""

    is_unjudged = False

    def full_clean(self) -> None:
        """Judge it, unless the outcome asks for no form: then the engine alone says what is wrong."""
        if not self.is_unjudged:
            return super().full_clean()
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}
        return None


def seat_form(step: Step, case: Case, who: Any, stock: list[str]) -> type[Unjudged]:
    """The class of the form at this step of this case."""
    own = getattr(step, "form", None)
    bases = (Unjudged, own) if own else (Unjudged,)
    fields: dict[str, Any] = dict(material_fields(step, case))
    if isinstance(step, Panel):
        hint = f"{step.lowest} 到 {step.highest} 分，评完其他评委才看得到"
        fields["mark"] = NumberField(label="评分", help_text=hint, widget=forms.NumberInput(attrs={"step": "0.01"}))
    fields["opinion"] = LongTextField(
        label="意见", rows=3, max_length=LONGEST_OPINION, required=False, stock=(*stock, *STOCK)[:8]
    )
    return type("SeatForm", bases, {**fields, "__doc__": "The form at a seat."})


def material_fields(step: Step, case: Case) -> list[tuple[str, FileField]]:
    """One file for each material that the round asks for, at the first step; one more at every task."""
    if not isinstance(step, Task):
        return []
    names = materials.asked_here(case)
    rows = case.attachments.filter(removed_at__isnull=True)
    there = set(rows.values_list("material", flat=True)) if names else set()
    fields = [(f"file_{place}", _file(name, required, name in there))
              for place, (name, required) in enumerate(names)]  # fmt: skip
    return [*fields, (OTHER, _file(materials.OTHER))]


def material_of(field: str, case: Case) -> str:
    """The material that a file field is for."""
    if field == OTHER:
        return materials.OTHER
    return materials.asked_here(case)[int(field.removeprefix("file_"))][0]


def is_material(field: str) -> bool:
    """Whether a field takes a document."""
    return field.startswith("file_")


def stock_of(who: Any) -> list[str]:
    """The sentences that this account keeps at hand."""
    rows = StockOpinion.objects.filter(account=who.account).order_by("made_at")
    return list(rows.values_list("text", flat=True)[:20])


def arriving(step: Step, case: Case, seat: Seat) -> dict[str, Known]:
    """What the step's form arrives filled with and from where: the register, then what was typed before."""
    form = getattr(step, "form", None)
    known = dict(form.known(case)) if form else {}
    typed, words = engine.arrived(case, seat)
    for name, value in typed.items():
        if name not in known or str(known[name].value) != str(value):
            known[name] = Known(value, words if value not in (None, "", []) else "")
    return known


def values_of(arrived: dict[str, Known]) -> dict[str, Any]:
    """The values alone."""
    return {name: one.value for name, one in arrived.items()}


def sources_of(arrived: dict[str, Known]) -> dict[str, str]:
    """The sources alone, of what has one."""
    return {name: one.source for name, one in arrived.items() if one.source}


def judge(form: Unjudged, step: Step, outcome: str) -> None:
    """Let the form itself find faults only where the outcome needs it filled in."""
    needs_form = outcome in step.outcomes and outcome not in getattr(step, "back", ())
    form.is_unjudged = not needs_form or isinstance(step, Panel)
    form.case.chosen = outcome


def grouped(form: Any) -> list[dict[str, Any]]:
    """The form's fields as it groups them, and the rest after them; each group with its heading and its note."""
    told = groups_of(form)
    names = {name for group in told for name in (*group.names, group.same)}
    rest = [field for field in form.visible_fields() if field.name not in names]
    shown = [
        {"title": group.title, "note": group.note, "fields": _held(form, group.names), "light": group.light,
         "brief": group.brief, "same": next(iter(_held(form, [group.same])), None)}
        for group in told
    ]  # fmt: skip
    return [*shown, *([{"title": "", "note": "", "fields": rest}] if rest else [])]


def groups_of(form: Any) -> Sequence[Group]:
    """The groups that a step's form has."""
    return form.groups() if isinstance(form, StepForm) else []


def _held(form: Any, names: Iterable[str]) -> list[Any]:
    return [form[name] for name in names if name in form.fields]


def folded(form: Any, groups: list[dict[str, Any]]) -> dict[str, Any]:
    """How far a folded form is, with what each group still lacks said in it; nothing where a form is not folded."""
    if not getattr(form, "is_folded", False):
        return {}
    parts = [group for group in groups if group["title"]]
    for group in parts:
        held = [*group["fields"], *([group["same"]] if group["same"] else [])]
        group["wrong"] = [field for field in held if field.errors]
        group["state"] = "wrong" if group["wrong"] else "said" if _is_said(group) else "todo"
    wrong = [one for one in parts if one["state"] == "wrong"]
    need_words = wrong or [one for one in parts if one["state"] == "todo" and not one["same"]]
    for group in parts:
        group["is_open"] = len(parts) <= OPEN_AT_ONCE or group in need_words[:OPEN_AT_ONCE]
    left = sum(one["state"] != "said" for one in parts)
    bad = Counter(one["light"].label for one in parts if one["light"] and one["light"].tone == "bad")
    told = {"same_all": form.same_all, "same_note": form.same_note} if any(one["same"] for one in parts) else {}
    return {"parts": parts, "left": left, "bad": dict(bad), **told}


def _is_said(group: dict[str, Any]) -> bool:
    """Whether a group holds all that it must."""
    if group["same"] and group["same"].value():
        return True
    asked = [field for field in group["fields"] if field.field.required and not isinstance(field.field, FileField)]
    return all(field.value() not in (None, "", []) for field in asked)


def together_with(form: Any, names: Iterable[str]) -> set[str]:
    """The fields of the groups in which these stand."""
    asked = set(names)
    return {one for group in groups_of(form) if asked & set(group.names) for one in (*group.names, group.same)}


def buttons(step: Step, case: Case) -> list[dict[str, str]]:
    """The outcomes as buttons: the first is what the page is for."""
    if isinstance(step, Panel):
        return [
            {"key": "marked", "label": "提交评分", "kind": "primary"},
            {"key": RECUSED, "label": "申请回避", "kind": ""},
        ]
    return [
        {"key": key, "label": label, "kind": "" if place else "primary"}
        for place, (key, label) in enumerate(engine.offered(case, step).items())
    ]


class ThereAlready(FileField):
    """A document that has to be there and is: another may be added, none must."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Nothing chosen is right."""
        return super().clean(data, initial) if data else None


def _file(label: str, required: bool = False, is_there: bool = False) -> FileField:
    kind = ThereAlready if required and is_there else FileField
    made = kind(label=label, required=required, accepts=materials.ENDINGS, most=materials.MEGABYTES)
    if is_there:
        made.help_text = f"已上传，可再补充；{made.help_text}"
    return made
