"""Pages by which somebody moves on, leaves, joins the union and leaves it."""

from typing import Any

from jiangtai import people
from jiangtai.people import Employment, LeavingReason, Person, UnionLeaving, UnionMembership
from jiangtai.web import ActionPage, FormPage, page

from ..forms.persons import DeathForm, JoinForm, LeaveForm, LeaveUnionForm, MoveForm
from .persons import PersonObject


class SpellObject(PersonObject):
    """A page about one employment or membership that lasts, at a unit one acts for."""

    kind: Any
    spell: Any

    def objects(self) -> Any:
        """Those that have not ended, of whom one sees."""
        reach = people.within_reach() if self.kind is Employment else people.memberships_within_reach()
        rows = self.kind.unscoped.filter(self.kind.NOW, reach, person__in=Person.objects.all())
        return rows.select_related("unit", "person")

    def prepare(self) -> None:
        """The page is about the person."""
        super().prepare()
        self.spell, self.object = self.object, self.object.person


class MovePerson(SpellObject, FormPage):
    """Let somebody go on in another unit, or in another occupation."""

    permission, title, submit, success = "people.change", "调动或换工种", "办理", "已办理"
    parents, is_listed, form, kind = ("people.list",), False, MoveForm, Employment
    intro = "原来的用工记录到这一天为止，新的从这一天开始，两段都留在档案里。"

    def initial(self) -> dict[str, Any]:
        """As it is."""
        names = ("occupation", "occupation_code", "form", "is_production")
        return {"unit": self.spell.unit_id, **{name: getattr(self.spell, name) for name in names}}

    def save(self, form: Any) -> Employment:
        """Move."""
        return people.move(self.spell, unit=form.cleaned_data["unit"], on=form.cleaned_data["on"], **form.work())


class LeaveEmployer(SpellObject, FormPage):
    """Let somebody leave an employer."""

    permission, title, submit, success = "people.change", "办理离职", "办理离职", "已办理离职"
    parents, is_listed, form, kind = ("people.list",), False, LeaveForm, Employment
    intro = "离职后，没有其他单位和会籍的人不再出现在本单位名册，档案和记录保留。"

    def save(self, form: Any) -> Employment:
        """End it."""
        return people.leave(self.spell, why=LeavingReason(form.cleaned_data["why"]), on=form.cleaned_data["on"])


class JoinUnion(PersonObject, FormPage):
    """Let somebody join a union organisation."""

    permission, title, submit, success = "people.change", "办理入会", "办理入会", "已办理入会"
    parents, is_listed, form = ("people.list",), False, JoinForm

    def initial(self) -> dict[str, Any]:
        """The union for which one acts."""
        unit = self.acting.unit
        return {"union": unit.pk} if unit.tree == unit.Tree.UNION else {}

    def save(self, form: Any) -> UnionMembership:
        """Join."""
        values = form.cleaned_data
        return people.join_union(self.object, values["union"], on=values["on"], card_number=values["card_number"])


class LeaveUnion(SpellObject, FormPage):
    """Let somebody leave the union."""

    permission, title, submit, success = "people.change", "办理退会", "办理退会", "已办理退会"
    parents, is_listed, form, kind = ("people.list",), False, LeaveUnionForm, UnionMembership

    def save(self, form: Any) -> UnionMembership:
        """End it."""
        return people.leave_union(self.spell, why=UnionLeaving(form.cleaned_data["why"]), on=form.cleaned_data["on"])


class RecordDeath(PersonObject, FormPage):
    """Write down that somebody died."""

    permission, title, submit, success = "people.record_death", "登记去世", "登记去世", "已登记去世"
    parents, is_listed, form = ("people.list",), False, DeathForm
    intro = "登记后，在所有单位的用工和会籍都在这一天结束，本人账号停用，不再发送消息；名册再报这个人，也不会重新入职。"

    def save(self, form: Any) -> Person:
        """Record it."""
        return people.record_death(self.object, form.cleaned_data["on"])


class TakeBackDeath(PersonObject, ActionPage):
    """The person lives after all."""

    permission, title, submit = "people.record_death", "撤销去世登记", "撤销"
    parents, is_listed, asks_reason = ("people.list",), False, True
    question, text = "撤销这份去世登记？", "撤销后，用工和会籍请由原单位、原工会重新办理，本人账号请重新关联。"
    does, success = people.take_back_death, "已撤销去世登记"


routes = [
    page("office/employments/<uuid:id>/move/", MovePerson, "people.move"),
    page("office/employments/<uuid:id>/leave/", LeaveEmployer, "people.leave"),
    page("office/people/<uuid:id>/union/", JoinUnion, "people.join_union"),
    page("office/memberships/<uuid:id>/leave/", LeaveUnion, "people.leave_union"),
    page("office/people/<uuid:id>/died/", RecordDeath, "people.died"),
    page("office/people/<uuid:id>/alive/", TakeBackDeath, "people.alive"),
]
