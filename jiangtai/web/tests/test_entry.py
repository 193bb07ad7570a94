"""Forms keep what was typed, say what is wrong beside the field, and tell a refusal to the audit."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.core.exceptions import ValidationError

from jiangtai.access import Refused
from jiangtai.web import OFFICE, ActionPage, FormPage, NumberField, PickField, RevealPage, entry
from jiangtai.web.models import SavedView

from .acting import acting, ask, text_of

pytestmark = pytest.mark.django_db
WHO = acting("units.change")


class UnitForm(forms.Form):
    """A name and a number."""

    name = forms.CharField(label="名称", max_length=5)
    count = forms.IntegerField(label="人数", required=False, min_value=1)


class NewUnit(FormPage):
    """A form that fails in whatever way its name says."""

    permission, title, form = "units.change", "新建单位", UnitForm
    parents = ("web.office",)

    def save(self, form):
        """By name."""
        SavedView.objects.create(account_id=self.acting.account.id, page="p", name="半途")
        match form.cleaned_data["name"]:
            case "拒绝":
                raise Refused("不能给自己授权")
            case "重名":
                raise ValidationError({"name": "这个名称已有单位使用"})
            case "不行":
                raise ValueError("上级单位已经撤销")
        return "ok"


@pytest.fixture(autouse=True)
def audited(monkeypatch):
    """What the form told the audit."""
    told = []
    monkeypatch.setattr(entry.audit, "record", lambda *words, **more: told.append((words, more)))
    return told


def test_it_arrives_empty():
    response = ask(NewUnit, WHO)
    assert response.status_code == 200
    assert "选填" in text_of(response)


def test_what_is_wrong_stands_beside_the_field_and_the_values_are_kept():
    response = ask(NewUnit, WHO, data={"name": "", "count": "-1"})
    page = text_of(response)
    assert response.status_code == 422
    assert "请填写名称" in page
    assert "不能小于 1" in page
    assert 'value="-1"' in page
    assert 'href="#id_name"' in page
    assert 'id="id_name_error"' in page
    assert 'aria-invalid="true"' in page


class FindUnit(NewUnit):
    """A form that looks for something."""

    submit = "查找"


def test_the_errors_name_what_was_not_done():
    shown = text_of(ask(FindUnit, WHO, data={"name": "", "count": ""}))
    assert "没有查找" in shown and "没有保存" not in shown


@pytest.mark.parametrize(
    ("name", "words"),
    [("拒绝", "不能给自己授权"), ("重名", "这个名称已有单位使用"), ("不行", "上级单位已经撤销")],
)
def test_what_saving_refuses_is_shown_and_undone(name, words, audited):
    response = ask(NewUnit, WHO, data={"name": name})
    assert response.status_code == 422
    assert words in text_of(response)
    assert f'value="{name}"' in text_of(response)
    assert not SavedView.objects.exists()
    assert [more["outcome"] for _, more in audited] == (["refused"] if name == "拒绝" else [])


def test_saved_it_says_so_and_goes_up():
    response = ask(NewUnit, WHO, data={"name": "好"})
    assert (response.status_code, response.url, response.said) == (302, "/office/", ["已保存"])


def test_in_a_dialog_it_redirects_the_page_around_it():
    response = ask(NewUnit, WHO, data={"name": "好"}, target="dialog-body")
    assert response["HX-Redirect"] == "/office/"
    assert "<html" not in text_of(ask(NewUnit, WHO, target="dialog-body"))


def test_the_way_back_stays_on_this_site():
    assert 'href="/units/"' in text_of(ask(NewUnit, WHO, "/x/?back=/units/"))
    assert "evil.example" not in text_of(ask(NewUnit, WHO, "/x/")).replace("/x/?back=", "")
    assert 'href="https://evil.example/"' not in text_of(ask(NewUnit, WHO, "/x/?back=https://evil.example/"))
    assert 'href="//evil.example/"' not in text_of(ask(NewUnit, WHO, "/x/?back=//evil.example/"))


class CloseUnit(ActionPage):
    """One confirmed act."""

    permission, title, asks_reason, text = "units.change", "停用", True, "停用后不能再选用。"
    parents = ("web.office",)

    def act(self, reason):
        """Say why."""
        return f"已停用：{reason}"


def test_an_act_asks_before_it_acts():
    assert "停用后不能再选用。" in text_of(ask(CloseUnit, WHO))
    assert ask(CloseUnit, WHO, data={"reason": ""}).status_code == 422
    assert ask(CloseUnit, WHO, data={"reason": "合并"}).said == ["已停用：合并"]


class DropPart(ActionPage):
    """One act on a part that `prepare` fetched."""

    permission, title, parents = "units.change", "删去", ("web.office",)
    does, on, success = str.upper, "part.name", "已删去 {one}，记作 {did}"

    def prepare(self):
        """The part."""
        self.part = SimpleNamespace(name="b-1")


def test_an_act_says_what_it_does_to_which_part_and_what_came_of_it():
    assert ask(DropPart, WHO, data={}).said == ["已删去 b-1，记作 B-1"]


class ShowPhone(RevealPage):
    """A number in full."""

    permission, title, what, parents = OFFICE, "显示手机号", "手机号", ("web.office",)

    def value(self, reason):
        """With its reason, for the test to see."""
        return f"13800005678/{reason}"


def test_a_masked_value_is_shown_for_a_reason_and_not_kept():
    assert "13800005678" not in text_of(ask(ShowPhone, WHO))
    assert ask(ShowPhone, WHO, data={"reason": ""}).status_code == 422
    assert "请写明" in text_of(ask(ShowPhone, WHO, data={"reason": "其他"}))
    shown = ask(ShowPhone, WHO, data={"reason": "联系本人", "words": "回访"})
    assert "13800005678/联系本人：回访" in text_of(shown)
    assert shown["Cache-Control"] == "no-store"


class PickForm(forms.Form):
    """One object out of many."""

    unit = PickField(
        label="单位",
        source="单位",
        find=lambda text: {"7": "第七单位"}.get(text),
        name_of=lambda text: {"7": "第七单位"}.get(text, ""),
    )


def test_a_picker_takes_the_id_while_its_name_stands_and_the_text_otherwise():
    assert PickForm({"unit": "第七单位", "unit_id": "7", "unit_name": "第七单位"}).is_valid()
    typed = PickForm({"unit": "别的", "unit_id": "7", "unit_name": "第七单位"})
    assert "没有找到“别的”" in typed.errors["unit"][0]
    assert PickForm({"unit": "7"}).is_valid()


@pytest.mark.parametrize(("number", "shown"), [("3000", "3000"), ("3000.00", "3000"), ("2.50", "2.5"), ("0.00", "0")])
def test_a_number_stands_in_its_field_as_an_office_writes_it(number, shown):
    field = NumberField(label="目标值", max_digits=18, decimal_places=4)
    assert field.prepare_value(Decimal(number)) == shown
    assert field.prepare_value("3e3") == "3e3"  # what was typed stays as it was typed
