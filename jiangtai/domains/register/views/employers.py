"""Pages about employers: how many work there, who answers for them, and whether they stand on the blacklist."""

from typing import Any

from django.urls import reverse

from jiangtai import people
from jiangtai.people import Employer, Responsible
from jiangtai.web import (
    Act,
    ActionPage,
    Choice,
    Column,
    Crumb,
    DetailPage,
    Empty,
    FormPage,
    ListPage,
    Nav,
    ObjectMixin,
    Search,
    Section,
    TableSection,
    Tag,
    Value,
    page,
)

from .. import actions, queries
from ..forms.employers import EmployerForm, ResponsibleForm


def show(unit: Any) -> str:
    """An employer's page."""
    return reverse("employers.show", args=[unit.pk])


def _profile(unit: Any) -> Employer:
    return getattr(unit, "employer", None) or Employer(unit=unit)


def _labelled(unit: Any, field: str) -> str:
    return str(getattr(_profile(unit), f"get_{field}_display")())


class EmployerList(ListPage):
    """Employers within reach with the number of their workers."""

    permission, title = "people.view", "用人单位"
    nav = Nav("队伍", "用人单位", 15)
    keywords = "企业 职工人数"
    counted, order, export_permission = "家", "name", "people.export"
    columns = (
        Column("name", "单位", sort="pinyin", link=show, note=lambda unit: unit.code),
        Column("kind", "类别", "get_kind_display", sort="kind"),
        Column("parent", "上级单位", lambda unit: str(unit.parent or "")),
        Column("workers", "在职", kind="num", sort="workers"),
        Column("industry", "行业", lambda unit: _profile(unit).industry),
        Column("size", "规模", lambda unit: _labelled(unit, "size")),
        Column("ownership", "所有制", lambda unit: _labelled(unit, "ownership"), hidden=True),
        Column("is_listed", "黑名单", lambda unit: Tag("在列", "bad") if unit.is_listed else None, kind="tag"),
    )
    conditions = (
        Search("名称、简称、代码", fields=("name__contains", "short_name__contains", "code__startswith")),
        Choice("类别", "kind", choices=[(kind.value, kind.label) for kind in queries.EMPLOYERS]),
        Choice("规模", "size", choices=Employer.Size.choices, field="employer__size"),
        Choice("所有制", "ownership", choices=Employer.Ownership.choices, field="employer__ownership"),
        Choice(
            "黑名单",
            "listed",
            choices=(("yes", "在列"), ("no", "不在列")),
            match=lambda rows, answer: rows.filter(is_listed=answer == "yes"),
        ),
    )
    empty = Empty("您的范围内没有用人单位", "企业、院校等单位由单位管理员在“单位”里建立。")

    def rows(self) -> Any:
        """Within reach."""
        return queries.employers_listed()


def _dismissal(responsible: Any) -> str:
    return reverse("employers.dismiss", args=[responsible.pk])


class EmployerObject(ObjectMixin):
    """A page about one employer within reach."""

    object: Any

    def objects(self) -> Any:
        """Within reach."""
        return queries.employer_units().select_related("parent")

    def get_crumbs(self) -> list[Crumb]:
        """Through the list and the employer."""
        return [Crumb("用人单位", reverse("employers.list")), Crumb(str(self.object), show(self.object))]

    def next_url(self, saved: Any) -> str:
        """Back to the employer."""
        return show(self.object)


class EmployerPage(EmployerObject, DetailPage):
    """One employer."""

    permission, title = "people.view", "用人单位"
    parents = ("employers.list",)

    def get_crumbs(self) -> list[Crumb]:
        """Without the employer."""
        return [Crumb("用人单位", reverse("employers.list"))]

    def get_title(self) -> str:
        """The full name."""
        return self.object.name

    def get_tags(self) -> list[Tag]:
        """Whether it stands on the blacklist."""
        return [Tag("在黑名单中", "bad")] if people.is_barred(self.object.pk) else []

    def get_actions(self) -> list[Act]:
        """What can be done."""
        return [
            Act("登记责任人", "employers.appoint", (self.object.pk,)),
            Act("修改单位情况", "employers.edit", (self.object.pk,), primary=True),
        ]

    def sections(self) -> list[Any]:
        """Basics, workers, who answers for it, the blacklist."""
        return [self._basics(), self._workers(), self._responsibles(), self._listings()]

    def _basics(self) -> Section:
        unit, profile = self.object, people.employer_of(self.object)
        return Section(
            "单位情况",
            [
                Value("统一社会信用代码", unit.code),
                Value("上级单位", str(unit.parent or "无")),
                Value("行业代码", profile.industry),
                Value("规模", profile.get_size_display()),
                Value("所有制", profile.get_ownership_display()),
                Value("公开电话", unit.telephone),
            ],
        )

    def _workers(self) -> Section:
        ids = list(people.workers_of(self.object).values_list("pk", flat=True))
        share = people.share_of_production_workers(ids)
        percent = f"{share.part:,} 人，占 {share.percent}%" if share.percent is not None else "0 人"
        url = f"{reverse('people.list')}?unit={self.object.name}"
        return Section(
            "队伍", [Value("在职职工", f"{share.whole:,} 人", url=url), Value("其中一线职工", percent)], note="今天"
        )

    def _responsibles(self) -> TableSection:
        rows = list(people.responsibles_of(self.object.pk))
        names = people.names_in_case(row.person_id for row in rows)
        barred = {row.person_id for row in rows if people.is_person_barred(row.person_id)}
        columns = [
            Column("role", "身份", "get_role_display"),
            Column("name", "姓名", lambda row: names.get(row.person_id, "")),
            Column("since", "起始日期", kind="date"),
            Column("barred", "受限", lambda row: Tag("受限", "bad") if row.person_id in barred else None, kind="tag"),
        ]
        if self.acting.may("employers.change"):
            columns.append(Column("end", "变更", lambda row: "不再担任", link=_dismissal))
        return TableSection("责任人", columns, rows, Empty("还没有登记法定代表人等责任人"))

    def _listings(self) -> TableSection:
        from .blacklist import COLUMNS, of_employer

        return TableSection("黑名单记录", COLUMNS, of_employer(self.object), Empty("没有列入过黑名单"))


class EditEmployer(EmployerObject, FormPage):
    """Say what an employer is."""

    permission, title, form = "employers.change", "修改单位情况", EmployerForm
    parents, is_listed = ("employers.list",), False

    def initial(self) -> dict[str, Any]:
        """As it is."""
        profile = people.employer_of(self.object)
        return {name: getattr(profile, name) for name in ("industry", "ownership", "size")}

    def save(self, form: Any) -> Employer:
        """Change what differs."""
        return people.describe(self.object, **form.cleaned_data)


class Appoint(EmployerObject, FormPage):
    """Let somebody answer for an employer."""

    permission, title, submit, form = "employers.change", "登记责任人", "登记", ResponsibleForm
    parents, is_listed, success = ("employers.list",), False, "已登记责任人"
    intro = "单位列入黑名单时，当时的责任人一并受限；职工不受影响。新的法定代表人登记后，原任自动到期。"

    def save(self, form: Any) -> Responsible:
        """Appoint."""
        return actions.appoint(self.object, **form.cleaned_data)


class Dismiss(EmployerObject, ActionPage):
    """Let somebody no longer answer for an employer."""

    permission, title, submit = "employers.change", "不再担任责任人", "确认"
    parents = ("employers.list",)
    text = "从今天起不再担任；列入黑名单时已受限的，受限到期满或移出为止。"
    responsible: Responsible

    def objects(self) -> Any:
        """Those who answer now, for employers within reach."""
        rows = Responsible.unscoped.filter(Responsible.NOW, people.within_reach())
        return rows.select_related("unit")

    def prepare(self) -> None:
        """The page is about the employer."""
        super().prepare()
        self.responsible = self.object
        self.object = self.responsible.unit

    def get_question(self) -> str:
        """With name and role."""
        name = people.names_in_case([self.responsible.person_id]).get(self.responsible.person_id, "")
        return f"{name}不再担任“{self.object}”的{self.responsible.get_role_display()}？"

    def act(self, reason: str) -> str:
        """Dismiss."""
        people.dismiss(self.responsible)
        return "已变更责任人"


routes = [
    page("office/employers/", EmployerList, "employers.list"),
    page("office/employers/<uuid:id>/", EmployerPage, "employers.show"),
    page("office/employers/<uuid:id>/edit/", EditEmployer, "employers.edit"),
    page("office/employers/<uuid:id>/responsible/", Appoint, "employers.appoint"),
    page("office/responsibles/<uuid:id>/end/", Dismiss, "employers.dismiss"),
]
