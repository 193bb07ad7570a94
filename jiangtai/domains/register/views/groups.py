"""Lists of persons: checking a pasted one against the register, and groups that a unit keeps."""

import re
from typing import Any

from django.db.models import Count
from django.urls import reverse

from jiangtai import people
from jiangtai.access import audit
from jiangtai.kernel import codes, masking
from jiangtai.people import Person
from jiangtai.web import Act, ActionPage, Bulk, Column, Empty, ListPage, Nav, ObjectMixin, Tag, page

from .. import rules
from ..forms.groups import CheckPeopleForm
from .pasting import Line, PastePage
from .persons import CHECK_MANY, Roster, show

HERE, TWICE, ABSENT, OTHER_NAME, WRONG = (
    Tag("在册", "ok"),
    Tag("重复", "warn"),
    Tag("不在册", "plain"),
    Tag("姓名不符", "bad"),
    Tag("号码有误", "bad"),
)
_DIGITS = re.compile(r"[0-9][0-9A-Za-z *-]{4,}[0-9A-Za-z]")
"""What may be somebody's number with a slip in it."""


class CheckPeople(PastePage):
    """Which of a pasted list are in the register, within reach; nothing of it is stored."""

    permission, title, form = "people.view", "核对名单", CheckPeopleForm
    parents = ("people.list",)
    keywords = "批量查人 名单比对"
    intro = (
        "每行答一句：在册、重复、不在册、姓名不符或号码有误。没有登记的和不在您范围内的都答“不在册”。"
        "名单本身不保存，只在审计里记下核对了多少行。"
    )

    def answers(self, form: Any) -> list[Line]:
        """Every line with who it is."""
        entries = [rules.entry_of(line) for line in form.cleaned_data["lines"] if not rules.is_a_heading(line)]
        numbers = [_number(text) for _, text in entries]
        found = people.holding_numbers({number for number, _ in numbers if number})
        people.cards_of(found.values())
        self.people: dict[Any, Person] = {}
        seen: set[str] = set()
        lines = []
        for place, ((name, typed), (number, fault)) in enumerate(zip(entries, numbers, strict=True), 1):
            lines.append(self._line(place, name, number or typed, fault, seen, found.get(number)))
            seen.add(number)
        audit.record("roster.looked_up", details={"lines": len(lines), "found": len(found)})
        return lines

    def _line(self, place: int, name: str, number: str, fault: str, seen: set[str], person: Any) -> Line:
        text = f"{name} {masking.identity(number)}".strip() if number else _DIGITS.sub(_masked, name)
        if fault:
            return Line(place, text, WRONG, fault)
        if number in seen:
            return Line(place, text, TWICE)
        if person is None:
            return Line(place, text, ABSENT, "没有登记，或不在您的范围内")
        if name and people.looked_up(name) != people.looked_up(person.card.name):
            return Line(place, text, OTHER_NAME, f"登记为 {person.card.name}", show(person))
        self.people[person.pk] = person
        return Line(place, text, HERE, person.card.name, show(person))

    def sure_of(self, lines: list[Line]) -> str:
        """How many would be in the group."""
        return f"把在册的 {len(self.people)} 人存为名单" if self.people else ""

    def apply(self, form: Any, lines: list[Line]) -> Any:
        """Save those as a group."""
        if not self.people:
            raise ValueError("没有在册的人可以存为名单，请看核对结果")
        return people.save_group(form.cleaned_data["name"], self.people)

    def said(self, saved: Any) -> str:
        """How many are new in it."""
        return f"名单“{saved[0]}”新增 {saved[1]} 人"

    def next_url(self, saved: Any) -> str:
        """To the group."""
        return reverse("saved.show", args=[saved[0].pk])


def _masked(found: re.Match[str]) -> str:
    return masking.generic(found[0])


def _number(text: str) -> tuple[str, str]:
    """The number in its canonical spelling, or what is wrong with it."""
    if not text:
        return "", "这一行没有身份证号"
    try:
        return codes.parse_identity(text).number, ""
    except codes.CodeError as error:
        return "", str(error)


class GroupList(ListPage):
    """The groups of one's unit."""

    permission, title = "people.view", "名单"
    nav = Nav("队伍", "名单", 12)
    counted, order, exports = "份", "-made_at", False
    columns = (
        Column("name", "名称", sort="name", link=lambda row: reverse("saved.show", args=[row.pk])),
        Column("number", "人数", kind="num", sort="number"),
        Column("owner", "建立人", lambda row: str(row.owner)),
        Column("made_at", "建立时间", kind="date", sort="made_at"),
    )
    actions = (Act("核对名单", "people.check", primary=True),)
    empty = Empty(
        "还没有名单", "在人员名册里勾选后“存为名单”，或粘贴一份名单核对后存下。", Act("核对名单", "people.check")
    )

    def rows(self) -> Any:
        """With how many stand in each."""
        return people.saved_groups().select_related("owner").annotate(number=Count("members"))


class GroupObject(ObjectMixin):
    """A page about one group of one's unit."""

    object: Any

    def objects(self) -> Any:
        """Those of the unit."""
        return people.saved_groups()


class GroupPage(GroupObject, Roster):
    """The persons of a group who are within reach, with the roster's columns, conditions and export."""

    nav, keywords, is_listed = None, "", False
    parents = ("saved.list",)
    actions = ()
    bulk = (
        Bulk("take_out", "移出名单", "people.view", "take_out", confirm="只从名单移出，职工档案不变。"),
        CHECK_MANY,
    )
    empty = Empty("名单里没有您范围内的人", "成员注销或离开您的范围后，不再显示。")

    def get_title(self) -> str:
        """Its name."""
        return str(self.object.name)

    def get_actions(self) -> list[Act]:
        """To throw it away, for who made it."""
        if self.object.owner_id != self.acting.actor:
            return []
        return [Act("删除名单", "saved.delete", (self.object.pk,), dialog=True)]

    def rows(self) -> Any:
        """Who stands in it, within reach."""
        return super().rows().filter(pk__in=people.members_of(self.object).values("person"))

    def take_out(self, rows: Any) -> str:
        """Take the chosen ones out."""
        return f"已移出 {people.take_out(self.object, rows.values_list('pk', flat=True))} 人"


class DeleteGroup(GroupObject, ActionPage):
    """Throw a group away."""

    permission, title, submit, danger = "people.view", "删除名单", "删除", True
    parents = ("saved.list",)
    text = "只删除名单，职工档案不变。"
    does, success, leads_to = people.discard, "已删除名单", "saved.list"

    def get_question(self) -> str:
        """Which."""
        return f"删除名单“{self.object}”？"


routes = [
    page("office/people/check/", CheckPeople, "people.check"),
    page("office/people/groups/", GroupList, "saved.list"),
    page("office/people/groups/<uuid:id>/", GroupPage, "saved.show"),
    page("office/people/groups/<uuid:id>/delete/", DeleteGroup, "saved.delete"),
]
