"""Pages about parameters: every number of the regulations, its value here and now, and how it came about."""

from datetime import date
from itertools import groupby
from typing import Any, ClassVar

from django.apps import apps
from django.http import Http404
from django.urls import reverse

from jiangtai.access import ParameterValue
from jiangtai.access import parameters as access_parameters
from jiangtai.domains.administration.forms.parameters import OwnValueForm, bounds
from jiangtai.kernel import clock
from jiangtai.kernel import parameters as declared
from jiangtai.web import (
    Act,
    Column,
    Crumb,
    DetailPage,
    Empty,
    FormPage,
    Nav,
    Page,
    Section,
    TableSection,
    Tag,
    TemplateSection,
    Value,
    head_of,
    page,
)

SYSTEM_WIDE = "全系统规定"
MOST_OWN = 50


def room_label(key: str) -> str:
    """What users call the room that declared a parameter."""
    room = key.partition(".")[0]
    try:
        return str(apps.get_app_config(room).verbose_name)
    except LookupError:
        return room


class ParameterTable(Page):
    """All parameters by room, with what counts for the acting unit today."""

    permission, title, template = "parameters.view", "参数", "administration/parameters.html"
    nav = Nav("管理", "参数", 40)
    keywords = "口径 期限 阈值 设置"

    def get_context(self) -> dict[str, Any]:
        """One table for each room."""
        known = declared.registry.all()
        values = access_parameters.resolve_all([one.key for one in known], unit=self.acting.unit)
        rows = [self._row(one, values[one.key]) for one in known]
        rooms = [{"label": label, "rows": list(group)} for label, group in groupby(rows, key=lambda row: row["room"])]
        return {"rooms": rooms, "total": len(rows), "own": sum(row["is_own"] for row in rows), "today": clock.today()}

    def _row(self, parameter: declared.Parameter, found: declared.Resolved) -> dict[str, Any]:
        return {
            "parameter": parameter,
            "room": room_label(parameter.key),
            "shown": shown(parameter, found.value),
            "means": means(parameter, found.value),
            "since": found.since,
            "source": found.source,
            "is_own": found.source != SYSTEM_WIDE,
            "basis": parameter.basis_words,
            "url": reverse("parameters.show", args=[parameter.key]),
        }


def shown(parameter: declared.Parameter, value: declared.Value) -> str:
    """A value without its unit of measure, which has a column of its own."""
    return parameter.show(value).removesuffix(parameter.unit).strip()


def means(parameter: declared.Parameter, value: declared.Value) -> str:
    """A long span in the words of a clock: 10080 分钟 is 7 天; empty where the value is said best as it stands."""
    minutes = {"分钟": 1, "小时": 60}.get(parameter.unit)
    if minutes is None or isinstance(value, bool) or not isinstance(value, int):
        return ""
    said = clock.span(value * minutes)
    return "" if said == parameter.show(value) else said


class ParameterObject:
    """A page about one declared parameter."""

    kwargs: dict[str, Any]
    object: declared.Parameter
    parents: ClassVar[tuple[str, ...]] = ("parameters.list",)

    def get_object(self) -> declared.Parameter:
        """The parameter that the address names."""
        try:
            return declared.registry.get(self.kwargs["key"])
        except declared.ParameterError:
            raise Http404 from None


class ParameterPage(ParameterObject, DetailPage):
    """One parameter: what it is, what counts here, and how that was found."""

    permission, title, template = "parameters.view", "参数", "administration/detail.html"

    def get_title(self) -> str:
        """Its name."""
        return self.object.label

    def get_actions(self) -> list[Act]:
        """Setting an own value, where units may."""
        if not self.object.unit_may_override or self.acting.unit is None:
            return []
        return [Act("设本单位取值", "parameters.set", (self.object.key,), primary=True)]

    def reference(self) -> str:
        """Its key."""
        return self.object.key

    def sections(self) -> list[Any]:
        """The value now, how it was found, what was declared, what units set."""
        self.found = access_parameters.resolve(self.object.key, unit=self.acting.unit)
        return [self._now(), self._trace(), self._declared(), *self._own()]

    def _now(self) -> Section:
        one = self.object
        values = [
            Value("现行取值", one.show(self.found.value), source=f"{self.found.source}，{self.found.since} 起"),
            Value("口径", one.note),
            Value("依据", one.basis_words),
            Value("允许范围", bounds(one).removesuffix("；") or "不限"),
            Value("单位能否另设", Tag("可以", "ok") if one.unit_may_override else Tag("全系统统一", "plain")),
            Value("所属", room_label(one.key)),
        ]
        return Section(f"{self.acting.unit or '全系统'}今天的取值", values)

    def _trace(self) -> TemplateSection:
        steps = self.found.trace
        return TemplateSection(
            "administration/trace.html", {"steps": steps}, "取值经过", note="从本单位起逐级向上找，找到为止"
        )

    def _declared(self) -> TableSection:
        today, rows = clock.today(), list(reversed(self.object.values))
        now = self.object.declared(today)[0]
        columns = (
            Column("since", "起始日期", lambda row: row[0], kind="date"),
            Column("value", "取值", lambda row: self.object.show(row[1])),
            Column("state", "状态", lambda row: _state(row[0], now, today), kind="tag"),
        )
        return TableSection("全系统规定的取值", columns, rows)

    def _own(self) -> list[TableSection]:
        if not self.object.unit_may_override:
            return []
        rows = ParameterValue.objects.filter(key=self.object.key).select_related("unit").order_by("-since", "-made_at")
        columns = (
            Column("unit", "单位"),
            Column("value", "取值", lambda row: self._told(row)),
            Column("since", "生效日期", kind="date"),
            Column("by_name", "经办人"),
            Column("reason", "依据或原因"),
            Column("made_at", "设定时间", kind="date"),
        )
        empty = Empty("本单位及下级没有另设取值", "各单位都用上级或全系统规定的取值。")
        return [
            TableSection(
                "单位自设的取值",
                columns,
                empty=empty,
                note="只增不改，后一条代替同日的前一条",
                **head_of(rows, MOST_OWN),
            )
        ]

    def _told(self, row: ParameterValue) -> str:
        return f"{row.value} {self.object.unit}".strip() if row.value else "恢复上级取值"


def _state(since: date, now: date, today: date) -> Tag:
    if since == now:
        return Tag("现行", "ok")
    return Tag("尚未生效", "info") if since > today else Tag("已被代替", "plain")


class SetOwnValue(ParameterObject, FormPage):
    """Let an own value count for the acting unit and all below it."""

    permission, title, submit, form = "parameters.change", "设本单位取值", "设定", OwnValueForm
    is_listed = False

    def prepare(self) -> None:
        """The parameter, which units may set."""
        super().prepare()
        self.object = self.get_object()
        if not self.object.unit_may_override or self.acting.unit is None:
            raise Http404

    def get_title(self) -> str:
        """Which parameter, for whom."""
        return f"{self.object.label}：设{self.acting.unit}取值"

    def get_crumbs(self) -> list[Crumb]:
        """By way of the parameter."""
        return [Crumb("参数", reverse("parameters.list")), Crumb(self.object.label, self.back_to())]

    def back_to(self) -> str:
        """The parameter's page."""
        return reverse("parameters.show", args=[self.object.key])

    def form_kwargs(self) -> dict[str, Any]:
        """The form tells unit and bounds."""
        return {"parameter": self.object}

    def initial(self) -> dict[str, Any]:
        """What counts now."""
        found = access_parameters.resolve(self.object.key, unit=self.acting.unit)
        return {"value": shown(self.object, found.value), "since": clock.today()}

    def save(self, form: Any) -> ParameterValue:
        """Set it."""
        values = form.cleaned_data
        return access_parameters.set_value(
            self.acting.unit, self.object.key, values["value"].strip(), since=values["since"], reason=values["reason"]
        )

    def said(self, saved: ParameterValue) -> str:
        """What counts from when."""
        if not saved.value:
            return f"{saved.since} 起恢复上级取值"
        return f"{saved.since} 起为 {saved.value} {self.object.unit}"

    def next_url(self, saved: ParameterValue) -> str:
        """Back to the parameter."""
        return self.back_to()


routes = [
    page("office/parameters/", ParameterTable, "parameters.list"),
    page("office/parameters/<str:key>/", ParameterPage, "parameters.show"),
    page("office/parameters/<str:key>/set/", SetOwnValue, "parameters.set"),
]
