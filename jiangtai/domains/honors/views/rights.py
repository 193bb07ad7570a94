"""The rights to judge: which lead enterprises and associations may judge the talents of which ecosystem."""

from typing import Any

from jiangtai.kernel import clock
from jiangtai.web import Act, Choice, Column, Empty, FormPage, Nav, Search, page

from .. import actions, queries
from ..facts import JudgingRightGranted, JudgingRightWithdrawn
from ..forms.holding import RightForm
from .plaques import Withdrawing, withdrawal
from .showing import FactList, day_column, in_state, of_unit, unit_column, until_column


def ecosystems(page: Any) -> list[tuple[str, str]]:
    """The ecosystems as options."""
    return sorted(queries.ecosystems().items(), key=lambda one: one[1])


class RightList(FactList):
    """Who may judge."""

    title, counted, kind, enders = "人才评审权", "项", JudgingRightGranted, (JudgingRightWithdrawn,)
    nav = Nav("成长", "人才评审权", 34)
    keywords = "一圈一策 头部企业 行业协会 产业联盟 产业生态圈"
    conditions = (
        Choice("产业生态圈", "ecosystem", choices=ecosystems, field="payload__ecosystem"),
        of_unit(),
        Search("文号", "document", fields=("payload__document__icontains",)),
        Choice("状态", "state", choices=(("soon", "90 天内到期"), ("expired", "已到期"), ("over", "已收回")),
               match=in_state(JudgingRightWithdrawn), everything="有效"),
    )  # fmt: skip
    actions = (Act("授予评审权", "honors.rights.give", primary=True),)
    empty = Empty(
        "还没有授予评审权",
        "把产业生态圈人才的评审权授予头部企业、行业协会、产业联盟、关联配套企业，其评委才能评分。",
        Act("授予评审权", "honors.rights.give"),
    )

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """With the ecosystems' names, and the way to take one back for who may."""
        names = queries.ecosystems()
        shown = (
            unit_column(),
            Column("kind", "单位类别", lambda row: row.unit.get_kind_display()),
            Column("ecosystem", "产业生态圈", lambda row: names.get(row.fact.ecosystem, "（已取消）"),
                   sort=("payload__ecosystem", "id")),
            day_column(),
            Column("document", "授予文件", "fact.document"),
            Column("until", "有效期至", lambda row: row.until or "收回前有效", kind="date", sort=("until", "id")),
            until_column("已收回"),
        )  # fmt: skip
        return (*shown, withdrawal("收回", "honors.rights.withdraw")) if self.acting.may("honors.change") else shown


class GiveRight(FormPage):
    """A body may judge from now on."""

    permission, title, parents, form, submit = "honors.change", "授予评审权", ("honors.rights",), RightForm, "授予"
    intro = "授予后，该单位的评委可以在这个产业生态圈的人才遴选中评分；收回当天起自动回避。"

    def initial(self) -> dict[str, Any]:
        """Today."""
        return {"on": clock.today()}

    def save(self, form: Any) -> str:
        """Give it."""
        values = form.cleaned_data
        actions.give_right(values["unit"], values["ecosystem"], values["document"], values["on"], values["until"])
        return f"已授予“{values['unit']}”{values['ecosystem']}的评审权"

    def said(self, saved: str) -> str:
        """Who, where."""
        return saved


class WithdrawRight(Withdrawing):
    """A body may judge no more."""

    title, submit, parents = "收回评审权", "收回评审权", ("honors.rights",)
    kind, enders = JudgingRightGranted, (JudgingRightWithdrawn,)
    text = "收回后，该单位的评委不能再评分；已经提交的评分不变。"

    def get_question(self) -> str:
        """Whose."""
        return f"收回“{self.object.unit.name}”在“{queries.ecosystems().get(self.fact.ecosystem, '')}”的评审权？"

    def withdraw(self, document: str, on: Any) -> None:
        """Take it back."""
        actions.withdraw_right(self.object.pk, document, on)


routes = [
    page("office/honors/rights/", RightList, "honors.rights"),
    page("office/honors/rights/give/", GiveRight, "honors.rights.give"),
    page("office/honors/rights/<uuid:id>/withdraw/", WithdrawRight, "honors.rights.withdraw"),
]
