"""Pages about asking owners who hand no list over: one person, and what was asked and answered so far."""

from typing import Any

from jiangtai.people import Employment, spells_within_reach
from jiangtai.people.sources import QUESTIONS, Check, asked_about, checks
from jiangtai.web import Choice, Column, Empty, FormPage, ListPage, Nav, page

from .. import actions
from ..forms.checks import CheckForm
from .persons import PersonObject, answer_of, show

NOTE = "只问是或否，不取对方的数据；答复记在这里，不改动登记的内容。"


class AskCheck(PersonObject, FormPage):
    """Ask an owner about one person."""

    permission, title, submit, form = "checks.ask", "核验", "提出核验", CheckForm
    parents, is_listed = ("people.list",), False
    success = "已提出核验，答复会显示在职工档案里"
    intro = f"{NOTE}发出的只有姓名、身份证号和所问的事项，每次都记入审计。"

    def form_kwargs(self) -> dict[str, Any]:
        """The firms where the register has or had the person, as far as one reaches them."""
        works = spells_within_reach(Employment, self.object)
        return {"units": [(str(pk), name) for pk, name in {one.unit_id: one.unit.name for one in works}.items()]}

    def save(self, form: CheckForm) -> Check:
        """Ask."""
        told = form.cleaned_data
        if form.chosen.of_month:
            return actions.check(self.object, form.chosen, unit=told["unit"], month=told["month"])
        return actions.check(self.object, form.chosen, number=told["number"])


class Checks(ListPage):
    """What owners were asked about those within reach, and what they answered."""

    permission, title = "checks.ask", "核验记录"
    nav, parents = Nav("队伍", "核验记录", 19), ("people.list",)
    keywords = "核验 参保 证书 是否 比对"
    counted, order, exports = "项", "-made_at", False
    columns = (
        Column("person", "职工", lambda row: row.person.card.name, link=lambda row: show(row.person)),
        Column("question", "事项", lambda row: QUESTIONS[row.question].label),
        Column("about", "核验内容", lambda row: row.about),
        Column("answer", "答复", lambda row: answer_of(row), kind="tag"),
        Column("said_on", "答复日期", kind="date", sort="said_on"),
        Column("said_by", "答复单位"),
        Column("by", "经办人", lambda row: str(row.by or "")),
        Column("made_at", "提出时间", kind="date", sort="made_at"),
    )
    conditions = (
        Choice("事项", "question", choices=[(one.key, one.label) for one in QUESTIONS.values()]),
        Choice("状态", "state", choices=Check.State.choices),
        Choice("答复", "answer", choices=Check.Answer.choices),
    )
    empty = Empty("还没有核验过", f"在职工档案里按“核验”，或在人员名册里选中多人“核验参保”。{NOTE}")

    def rows(self) -> Any:
        """Those within reach."""
        return checks()

    def _page_of_rows(self) -> Any:
        """With what each is about."""
        found = super()._page_of_rows()
        found.object_list = list(found)
        words = asked_about(found.object_list)
        for row in found.object_list:
            row.about = words[row.pk]
        return found


routes = [
    page("office/checks/", Checks, "checks.list"),
    page("office/people/<uuid:id>/check/", AskCheck, "checks.ask"),
]
