"""Pages about employers: how many work there, who answers for them, and whether they stand on the blacklist."""

from typing import Any

from django.urls import reverse

from jiangtai import people
from jiangtai.people import Employer, EmployerTag, Responsible
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
from ..forms.employers import ConfirmForm, EmployerForm, ResponsibleForm


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
        Column("tags", "标签", lambda unit: queries.labels_of(unit.tags)),
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
        Choice("标签", "tag", choices=[(one.value, one.label) for one in EmployerTag], match=queries.tagged),
    )
    empty = Empty("您的范围内没有用人单位", "企业、院校等单位由单位管理员在“单位”里建立。")

    def rows(self) -> Any:
        """Within reach."""
        return queries.employers_listed()


def _dismissal(responsible: Any) -> str | None:
    return reverse("employers.dismiss", args=[responsible.pk]) if _end_of(responsible) else None


def _end_of(responsible: Any) -> str:
    if responsible.state == Responsible.State.PROPOSED:
        return "撤回登记"
    return "" if responsible.leaving else "不再担任"


def state_of(responsible: Any) -> Tag:
    """Whether the entry, or its end, waits for an authority."""
    if responsible.leaving:
        return Tag("不再担任，待确认", "warn")
    is_sure = responsible.state == Responsible.State.CONFIRMED
    return Tag(responsible.get_state_display(), "ok" if is_sure else "warn")


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

    def get_title(self) -> str:
        """The full name."""
        return self.object.name

    def get_tags(self) -> list[Tag]:
        """Whether it stands on the blacklist."""
        tags = [Tag("在黑名单中", "bad")] if people.is_barred(self.object.pk) else []
        tags += [Tag("核查中", "warn")] if people.investigation_of(self.object.pk) else []
        return tags + [Tag(one.label, "info") for one in people.tags_of(self.object.pk)]

    def get_actions(self) -> list[Act]:
        """What can be done."""
        return [
            Act("登记责任人", "employers.appoint", (self.object.pk,)),
            Act("修改单位情况", "employers.edit", (self.object.pk,), primary=True),
        ]

    def sections(self) -> list[Any]:
        """Basics, workers, who answers for it, the blacklist."""
        return [self._basics(), self._workers(), self._responsibles(), self._taggings(), self._listings()]

    def _basics(self) -> Section:
        unit, profile = self.object, people.employer_of(self.object)
        return Section(
            "单位情况",
            [
                Value("统一社会信用代码", unit.code),
                Value("上级单位", str(unit.parent or "无")),
                Value("行业代码", self._industries()),
                Value("规模", profile.get_size_display()),
                Value("所有制", profile.get_ownership_display()),
                Value("公开电话", unit.telephone),
            ],
        )

    def _industries(self) -> list[str]:
        """What it is now and was before, each with the day from which it held."""
        rows = people.industries_of(self.object.pk)
        return [
            f"{one.code or '未填'}{f'（{one.since} 起）' if one.since > people.FROM_THE_START else ''}" for one in rows
        ]

    def _workers(self) -> Section:
        ids = list(people.workers_of(self.object).values_list("pk", flat=True))
        share = people.share_of_production_workers(ids)
        known = "" if share.whole == len(ids) else f"已填的 {share.whole:,} 人的 "
        percent = f"{share.part:,} 人，占{known or ' '}{share.percent}%" if share.whole else "未填" if ids else "0 人"
        url = f"{reverse('people.list')}?unit={self.object.name}"
        return Section(
            "队伍", [Value("在职职工", f"{len(ids):,} 人", url=url), Value("其中一线职工", percent)], note="今天"
        )

    def _responsibles(self) -> TableSection:
        pending = Responsible.unscoped.filter(Responsible.PENDING, unit=self.object, state=Responsible.State.PROPOSED)
        rows = [*people.responsibles_of(self.object.pk), *pending.order_by("since")]
        names = people.names_in_case(row.person_id for row in rows)
        barred = {row.person_id for row in rows if people.is_person_barred(row.person_id)}
        columns = [
            Column("role", "身份", "get_role_display"),
            Column("name", "姓名", lambda row: names.get(row.person_id, "")),
            Column("since", "起始日期", kind="date"),
            Column("state", "确认", state_of, kind="tag"),
            Column("barred", "受限", lambda row: Tag("受限", "bad") if row.person_id in barred else None, kind="tag"),
        ]
        if self.acting.may("employers.change"):
            columns.append(Column("end", "变更", _end_of, link=_dismissal))
        note = people.why_frozen(self.object) or "单位登记的，街道、功能区或主管部门确认后生效"
        return TableSection("责任人", columns, rows, Empty("还没有登记法定代表人等责任人"), note=note)

    def _taggings(self) -> TableSection:
        from .tags import COLUMNS

        return TableSection("企业标签", COLUMNS, queries.taggings_of(self.object), Empty("不在任何部门的名单上"))

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
    intro = (
        "企业登记的责任人，由所在街道、功能区或主管部门核对后确认，确认以前不算数。"
        "列入黑名单时，事由发生那天的责任人一并受限；职工不受影响。新的法定代表人确认后，原任自动到期。"
    )

    def save(self, form: Any) -> Responsible:
        """Appoint."""
        return actions.appoint(self.object, **form.cleaned_data)

    def said(self, saved: Responsible) -> str:
        """Whether it counts already."""
        return "已登记责任人" if saved.state == Responsible.State.CONFIRMED else "已登记，等街道或主管部门确认后生效"


class Dismiss(EmployerObject, ActionPage):
    """Let somebody no longer answer for an employer."""

    permission, title, submit = "employers.change", "不再担任责任人", "提交"
    parents = ("employers.list",)
    responsible: Responsible

    def objects(self) -> Any:
        """Those who answer now, for employers within reach."""
        rows = Responsible.unscoped.filter(Responsible.NOW, people.within_reach())
        return rows.exclude(state=Responsible.State.REFUSED).select_related("unit")

    def prepare(self) -> None:
        """The page is about the employer."""
        super().prepare()
        self.responsible = self.object
        self.object = self.responsible.unit

    def get_question(self) -> str:
        """With name and role."""
        row = self.responsible
        name = people.names_in_case([row.person_id]).get(row.person_id, "")
        if row.state == Responsible.State.PROPOSED:
            return f"撤回{name}担任“{self.object}”{row.get_role_display()}的登记？"
        return f"{name}不再担任“{self.object}”的{row.get_role_display()}？"

    def get_text(self) -> str:
        """When it takes effect, or why it cannot."""
        if self.responsible.state == Responsible.State.PROPOSED:
            return "这条登记还没有确认，撤回后不再等待确认。"
        if why := people.why_frozen(self.object):
            return f"现在不能办理：{why}。"
        if people.is_authority(self.object):
            return "从今天起不再担任；列入黑名单时已受限的，受限到期满或移出为止。"
        return "街道、功能区或主管部门确认后，从今天起不再担任；确认以前仍是责任人。"

    def act(self, reason: str) -> str:
        """Dismiss."""
        row = people.dismiss(self.responsible)
        if row.state == Responsible.State.REFUSED:
            return "已撤回登记"
        return "已变更责任人" if row.until else "已提交，等街道或主管部门确认后生效"


def proposer_of(responsible: Any) -> Any:
    """Who said, for the firm, what waits now."""
    return responsible.leaving_by if responsible.leaving else responsible.proposed_by


def _confirmation(responsible: Any) -> str:
    return reverse("responsibles.confirm", args=[responsible.pk])


class ToConfirm(ListPage):
    """What firms said of who answers for them and an authority has still to confirm."""

    permission, title = "responsibles.confirm", "待确认责任人"
    nav = Nav("队伍", "待确认责任人", 18, count=lambda acting: queries.to_confirm(acting).order_by().count())
    keywords = "法定代表人 主要负责人 变更"
    counted, order, exports = "条", "made_at", False
    columns = (
        Column("unit", "用人单位", lambda row: row.unit.name, link=_confirmation, note=lambda row: row.unit.code),
        Column("role", "身份", "get_role_display"),
        Column("what", "变更", lambda row: "不再担任" if row.leaving else "担任"),
        Column("day", "日期", lambda row: row.leaving or row.since, kind="date"),
        Column("by", "登记人", lambda row: str(proposer_of(row) or "")),
        Column("made_at", "登记时间", kind="date", sort="made_at"),
    )  # fmt: skip
    empty = Empty("没有待确认的责任人", "企业登记法定代表人、主要负责人或提出不再担任后，会出现在这里。")

    def rows(self) -> Any:
        """Of the firms whose authority acts."""
        return queries.to_confirm(self.acting).select_related("unit", "proposed_by", "leaving_by")


class Confirm(ObjectMixin, FormPage):
    """An authority confirms, or does not, what a firm said of who answers for it."""

    permission, title, submit, form = "responsibles.confirm", "确认责任人", "办理", ConfirmForm
    parents, is_listed = ("responsibles.list",), False
    object: Any

    def objects(self) -> Any:
        """Those that wait, of the firms whose authority acts."""
        return queries.to_confirm(self.acting)

    def get_title(self) -> str:
        """Who, where, as what."""
        row = self.object
        name = people.names_in_case([row.person_id]).get(row.person_id, "")
        return f"{name}{'不再担任' if row.leaving else '担任'}“{row.unit}”的{row.get_role_display()}"

    @property
    def intro(self) -> str:  # type: ignore[override]
        """Since when, who said so, and what follows."""
        row = self.object
        said = f"自 {row.leaving or row.since} 起，{proposer_of(row) or '单位'}登记。"
        if why := people.why_frozen(row.unit):
            return f"{said}{why}。"
        return f"{said}请与营业执照或任免文件核对姓名和日期。{self._who_ends()}"

    def _who_ends(self) -> str:
        """The legal representative whom this one follows, by name."""
        row = self.object
        if row.leaving or row.role != Responsible.Role.LEGAL_REPRESENTATIVE:
            return ""
        before = people.responsibles_of(row.unit_id).filter(role=row.role).first()
        if before is None:
            return ""
        name = people.names_in_case([before.person_id]).get(before.person_id, "")
        return f"确认后，原法定代表人{name}到这一天为止。"

    def save(self, form: Any) -> Responsible:
        """Confirm or not."""
        if form.cleaned_data["answer"] == "confirm":
            return people.confirm(self.object)
        return people.refuse(self.object, form.cleaned_data["reason"])

    def said(self, saved: Responsible) -> str:
        """What became of it."""
        is_taken = saved.until or (saved.state == Responsible.State.CONFIRMED and not self.object.leaving)
        return "已确认" if is_taken else "未予确认，已退回单位"


routes = [
    page("office/responsibles/", ToConfirm, "responsibles.list"),
    page("office/responsibles/<uuid:id>/confirm/", Confirm, "responsibles.confirm"),
    page("office/employers/", EmployerList, "employers.list"),
    page("office/employers/<uuid:id>/", EmployerPage, "employers.show"),
    page("office/employers/<uuid:id>/edit/", EditEmployer, "employers.edit"),
    page("office/employers/<uuid:id>/responsible/", Appoint, "employers.appoint"),
    page("office/responsibles/<uuid:id>/end/", Dismiss, "employers.dismiss"),
]
