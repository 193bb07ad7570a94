"""The plaques that units carry: given, looked after until they run out, taken off."""

from typing import Any

from django.urls import reverse

from jiangtai.kernel import clock
from jiangtai.web import Act, ActionPage, Choice, Column, Empty, FormPage, Nav, Search, Stat, page

from .. import actions
from ..facts import PlaqueGranted, PlaqueWithdrawn
from ..forms.holding import PlaqueForm, WithdrawForm
from ..models import HonorTitle
from .showing import (
    TIER,
    FactList,
    FactObject,
    day_column,
    in_state,
    of_unit,
    unit_column,
    until_column,
)

METHOD = "授牌后没有摘牌的，逐块计；到期未摘的仍在册，亮红灯"


def plaque_titles(page: Any) -> list[tuple[str, str]]:
    """The plaques that units can carry, as options."""
    found = HonorTitle.objects.filter(kind=HonorTitle.Kind.PLAQUE).values_list("pk", "name")
    return [(str(pk), name) for pk, name in found]


class Withdrawing(FactObject, ActionPage):
    """Something given to a unit is taken back, by a document."""

    permission, danger = "honors.change", True

    def make_form(self, data: Any = None, files: Any = None) -> WithdrawForm:
        """By which document, and when."""
        return WithdrawForm(data=data)

    def withdraw(self, document: str, on: Any) -> None:
        """Take it back."""
        raise NotImplementedError(f"{type(self).__qualname__} does not say what it takes back: write `withdraw`")

    def save(self, form: Any) -> str:
        """Take it back, and say so."""
        self.withdraw(**form.cleaned_data)
        return f"已{self.submit}：{self.object.unit.name}"


def withdrawal(label: str, name: str) -> Column:
    """The way to take something back, on what was not."""

    def link(row: Any) -> str | None:
        return None if row.is_over else reverse(name, args=[row.pk])

    return Column("withdraw", "", lambda row: "" if row.is_over else label, link=link, kind="act")


class PlaqueList(FactList):
    """The plaques, those that run out first."""

    title, counted, kind, enders, keeps_expired = "牌匾", "块", PlaqueGranted, (PlaqueWithdrawn,), True
    nav = Nav("成长", "牌匾", 33)
    keywords = "授牌 摘牌 示范单位 标杆 到期"
    order = "until"
    conditions = (
        of_unit(),
        Choice("牌匾", "title", choices=plaque_titles, field="payload__title"),
        TIER,
        Search("文号", "document", fields=("payload__document__icontains",)),
        Choice("状态", "state", choices=(("soon", "90 天内到期"), ("expired", "已到期"), ("over", "已摘牌")),
               match=in_state(PlaqueWithdrawn), everything="在用"),
    )  # fmt: skip
    actions = (Act("授牌", "honors.plaques.give", primary=True),)
    empty = Empty("还没有授过牌匾", "按文件给单位授牌，到期前 90 天亮黄灯。", Act("授牌", "honors.plaques.give"))

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """With the way to take one off, for who may."""
        shown = (
            unit_column(),
            Column("title", "牌匾", "fact.name"),
            Column("tier", "层级", lambda row: row.fact.tier.label),
            day_column("授牌日期"),
            Column("document", "授牌文件", "fact.document"),
            Column("until", "有效期至", lambda row: row.until or "长期", kind="date", sort=("until", "id")),
            until_column("已摘牌"),
        )
        return (*shown, withdrawal("摘牌", "honors.plaques.withdraw")) if self.acting.may("honors.change") else shown

    def stats(self) -> list[Stat]:
        """How many need somebody's eye."""
        if self.request.GET.get("state"):
            return []
        found, match = self.state.narrow(self.rows()), in_state(PlaqueWithdrawn)
        numbers = [("在用", "", found), *((label, key, match(found, key)) for key, label in
                   (("soon", "90 天内到期"), ("expired", "已到期未摘牌")))]  # fmt: skip
        return [
            Stat(label, f"{rows.count():,}", "块", METHOD, "账本：单位授牌、摘牌", clock.today().isoformat(),
                 url=f"?{self.state.address(state=key)}" if key else "")
            for label, key, rows in numbers
        ]  # fmt: skip


class GivePlaque(FormPage):
    """A unit gets a plaque."""

    permission, title, parents, form, submit = "honors.change", "授牌", ("honors.plaques",), PlaqueForm, "授牌"
    intro = "有效期按牌匾的有效年限自动计算。在失信名单中的单位不能授牌；同一牌匾到期或摘牌后才能再授。"

    def initial(self) -> dict[str, Any]:
        """Today; the plaque from which one came."""
        return {"on": clock.today(), "title": self.request.GET.get("title")}

    def save(self, form: Any) -> str:
        """Give it."""
        values = form.cleaned_data
        actions.give_plaque(values["unit"], values["title"], values["document"], values["on"])
        return f"已给“{values['unit']}”授牌“{values['title']}”"

    def said(self, saved: str) -> str:
        """Who, what."""
        return saved


class WithdrawPlaque(Withdrawing):
    """A unit loses its plaque."""

    title, submit, parents = "摘牌", "摘牌", ("honors.plaques",)
    kind, enders = PlaqueGranted, (PlaqueWithdrawn,)
    text = "摘牌后该单位不再计入授牌单位；授牌记录保留。"

    def get_question(self) -> str:
        """Whose."""
        return f"摘下“{self.object.unit.name}”的“{self.fact.name}”？"

    def withdraw(self, document: str, on: Any) -> None:
        """Take it off."""
        actions.withdraw_plaque(self.object.pk, document, on)


routes = [
    page("office/honors/plaques/", PlaqueList, "honors.plaques"),
    page("office/honors/plaques/give/", GivePlaque, "honors.plaques.give"),
    page("office/honors/plaques/<uuid:id>/withdraw/", WithdrawPlaque, "honors.plaques.withdraw"),
]
