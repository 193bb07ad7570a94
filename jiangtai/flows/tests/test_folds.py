"""A folded form says in its own words what is bad in it, and of which groups one may say that nothing has changed."""

from typing import Any

from django import forms
from django.template.loader import render_to_string

from jiangtai.flows import Group, StepForm
from jiangtai.flows.pages import seatform
from jiangtai.web import Tag


class LiftForm(StepForm):
    """How each lift is."""

    is_folded, same_all, same_note = True, "其余照旧", "上次查过的可以勾“照旧”"
    lights = (Tag("停用", "bad"), Tag("超期", "bad"), Tag("停用", "bad"), Tag("正常", "ok"))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(case=None, **kwargs)  # type: ignore[arg-type]
        for place, _ in enumerate(self.lights):
            self.fields[f"said_{place}"] = forms.CharField(label="情况")
            self.fields[f"same_{place}"] = forms.BooleanField(label="照旧", required=False)

    def groups(self) -> list[Group]:
        return [
            Group(f"{place} 号梯", "", [f"said_{place}"], light=light, same=f"same_{place}")
            for place, light in enumerate(self.lights)
        ]


class PlainForm(LiftForm):
    """The same, where nobody says of all at once that nothing has changed."""

    same_all, same_note, lights = "", "", LiftForm.lights[-2:]


def shown(form: StepForm) -> str:
    groups = seatform.grouped(form)
    return render_to_string("flows/folds.html", {"groups": groups, "folded": seatform.folded(form, groups)})


def test_a_folded_form_has_its_own_words() -> None:
    page = shown(LiftForm())
    assert "共 4 项，停用 2 项，超期 1 项" in page and page.count("，停用，") == 2 and "红灯" not in page
    assert ">其余照旧</button>" in page and "上次查过的可以勾“照旧”" in page and "无变化" not in page


def test_a_form_without_words_for_it_has_no_button_for_all() -> None:
    page = shown(PlainForm())
    assert "data-only-left" in page and "data-same-all" not in page and "停用 1 项" in page
