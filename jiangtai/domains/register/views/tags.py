"""The lists of departments: who stands on one, setting and ending one by one, and pasting a whole list."""

from typing import Any, ClassVar

from django.urls import reverse

from jiangtai import people
from jiangtai.access import Refused
from jiangtai.kernel import clock
from jiangtai.people import EmployerTag
from jiangtai.web import Act, Choice, Column, Empty, FormPage, ListPage, Nav, ObjectMixin, Tag, page

from .. import queries
from ..forms.tags import TagFirmForm, TagListForm, UntagForm
from .pasting import Line, PastePage

STATES = (("now", "在列"), ("past", "已移出或期满"))
CHOICES = [(one.value, one.label) for one in EmployerTag]
NOT_KEPT = "这个标签由它的主管部门、领导小组办公室设置，您的单位只能查看"
VALID, TWICE, THERE, UNKNOWN, SEVERAL = (
    Tag("有效", "ok"),
    Tag("重复", "warn"),
    Tag("已在列", "plain"),
    Tag("没有找到", "bad"),
    Tag("重名", "bad"),
)


def state_of(row: Any) -> Tag:
    """Whether an entry stands."""
    if row.is_off:
        return Tag("已移出", "plain")
    return Tag("期满", "plain") if row.until and row.until < clock.today() else Tag("在列", "ok")


COLUMNS = (
    Column("tag", "标签", lambda row: row.fact.tag.label),
    Column("document", "依据文号", lambda row: row.fact.document),
    Column("day", "起始日期", kind="date", sort="day"),
    Column("until", "有效期至", kind="date", sort="until"),
    Column("state", "状态", state_of, kind="tag"),
)


def _in_state(rows: Any, value: str) -> Any:
    now = rows.current().values("pk")
    return rows.filter(pk__in=now) if value == "now" else rows.exclude(pk__in=now)


class TagList(ListPage):
    """Every entry on every list, standing and past."""

    permission, title = "tags.view", "企业标签"
    nav = Nav("队伍", "企业标签", 16)
    keywords = "高新技术 专精特新 科技型 规上 产业培育"
    counted, order, export_permission = "条", "-day", "tags.change"
    columns = (
        Column("unit", "用人单位", lambda row: row.unit.name, note=lambda row: row.unit.code),
        *COLUMNS,
        Column(
            "end",
            "办理",
            lambda row: "移出" if state_of(row).label == "在列" else "",
            link=lambda row: _end(row),
            kind="act",
        ),
    )
    conditions = (
        Choice("标签", "tag", choices=CHOICES, field="payload__tag"),
        Choice("状态", "state", choices=STATES, match=_in_state),
    )
    empty = Empty("您管理的单位还没有企业标签", "由主管部门按认定文件设置，有了就列在这里。")

    def prepare(self) -> None:
        """Who only looks is offered no end."""
        super().prepare()
        if not queries.kept_tags(self.acting):
            self.state.shown = [one for one in self.state.shown if one.key != "end"]

    def rows(self) -> Any:
        """All of it for who keeps a list, else what concerns units within reach."""
        return queries.taggings(self.acting)

    def get_actions(self) -> list[Act]:
        """To set one, or many, for who keeps a list."""
        if not queries.kept_tags(self.acting):
            return []
        return [Act("粘贴名单", "tags.paste"), Act("设置标签", "tags.set", primary=True)]


def _end(row: Any) -> str | None:
    return reverse("tags.end", args=[row.pk]) if state_of(row).label == "在列" else None


class _Setting:
    """The lists that who acts keeps."""

    parents: ClassVar[tuple[str, ...]] = ("tags.list",)
    leads_to: ClassVar[str] = "tags.list"
    acting: Any

    def form_kwargs(self) -> dict[str, Any]:
        """With the lists to choose from."""
        return {"tags": queries.kept_tags(self.acting)}

    def initial(self) -> dict[str, Any]:
        """The employer from whose page one came."""
        return {"unit": self.request.GET.get("unit", "")}  # type: ignore[attr-defined]


class SetTag(_Setting, FormPage):
    """Put one employer on a list."""

    permission, title, submit, form = "tags.change", "设置企业标签", "设置", TagFirmForm
    success = "已设置企业标签"

    def save(self, form: Any) -> Any:
        """Set it."""
        return people.tag(form.cleaned_data["unit"], form.chosen(), **form.values())


class PasteTags(_Setting, PastePage):
    """Put all of a pasted list on a list of employers."""

    permission, title, form = "tags.change", "粘贴企业名单", TagListForm
    intro = "先核对：每行是哪家、是否重复、是否已在列。核对后再设置，要么全部设上，要么一家也不设。"

    def answers(self, form: Any) -> list[Line]:
        """Every line with the employer it names."""
        self.units: dict[Any, Any] = {}
        lines, tag = form.cleaned_data["lines"], form.chosen()
        named = queries.firms_of(lines)
        standing = set(people.taggings(tag).current().values_list("subject", flat=True))
        return [self._line(number, text, named[text], standing) for number, text in enumerate(lines, 1)]

    def _line(self, number: int, text: str, found: list[Any], standing: set[Any]) -> Line:
        if len(found) != 1:
            return Line(number, text, SEVERAL if found else UNKNOWN, "请改填信用代码" if found else "")
        unit = found[0]
        if unit.pk in self.units:
            return Line(number, text, TWICE, str(unit))
        if unit.pk in standing:
            return Line(number, text, THERE, str(unit))
        self.units[unit.pk] = unit
        return Line(number, text, VALID, str(unit))

    def sure_of(self, lines: list[Line]) -> str:
        """How many."""
        return f"为有效的 {len(self.units)} 家设置标签" if self.units else ""

    def apply(self, form: Any, lines: list[Line]) -> int:
        """All of them or none."""
        if not self.units:
            raise ValueError("没有可以设置的单位，请看核对结果")
        return people.tag_many(self.units.values(), form.chosen(), **form.values())

    def said(self, saved: int) -> str:
        """How many."""
        return f"已为 {saved} 家设置企业标签"


class EndTag(ObjectMixin, FormPage):
    """Take an employer off a list."""

    permission, title, submit, form = "tags.change", "移出企业标签", "移出", UntagForm
    parents, is_listed, success = ("tags.list",), False, "已移出企业标签"
    object: Any

    def objects(self) -> Any:
        """As the list shows them."""
        return queries.taggings(self.acting)

    def get_title(self) -> str:
        """Who and from what."""
        return f"把“{self.object.unit}”移出{self.object.fact.tag.label}"

    def save(self, form: Any) -> Any:
        """End it."""
        if self.object.fact.tag not in queries.kept_tags(self.acting):
            raise Refused(NOT_KEPT, "keeper")
        return people.untag(self.object, **form.values())


routes = [
    page("office/tags/", TagList, "tags.list"),
    page("office/tags/new/", SetTag, "tags.set"),
    page("office/tags/paste/", PasteTags, "tags.paste"),
    page("office/tags/<uuid:id>/end/", EndTag, "tags.end"),
]
