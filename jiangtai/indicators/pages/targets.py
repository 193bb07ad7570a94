"""The pages of targets: what is to be reached, how it stands, setting one and taking one back."""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from jiangtai.access import Refused, audit
from jiangtai.kernel import FileRefused, clock
from jiangtai.web import (
    Act,
    ActionPage,
    Choice,
    Column,
    Empty,
    FormPage,
    ListPage,
    Nav,
    ObjectMixin,
    Page,
    as_file,
    page,
    speak,
)

from .. import target_sheets
from ..computing import named
from ..declare import Indicator, IndicatorError
from ..forms import TargetForm, TargetSheetForm
from ..lights import said
from ..models import Target
from ..places import figure_url
from ..targets import Standing, set_target, standings, take_back, targets_in_force
from .asking import age_of, open_indicators, opened
from .tones import LIGHTS


def told_to(acting: Any) -> list[Indicator]:
    """The indicators for which who acts may set a target."""
    return [one for one in open_indicators(acting) if one.better]


class TargetList(ListPage):
    """The targets of one's own unit and those below, each with its light."""

    permission, title = "targets.view", "目标"
    nav = Nav("指标", "目标", 20)
    keywords = "序时进度 完成率 红灯 黄灯 绿灯 任务"
    counted, order, exports = "个", "unit", False
    columns = (
        Column("indicator", "指标", lambda row: named(row.indicator).label, sort="indicator",
               link=lambda row: figure_url(row.indicator, unit=row.unit_id, period=row.year)),
        Column("unit", "单位", sort=("unit__path", "indicator")),
        Column("year", "年度", lambda row: f"{row.year}年", sort=("year", "unit__path")),
        Column("value", "目标", lambda row: said(float(row.value), named(row.indicator).unit).strip()),
        Column("light", "序时进度", lambda row: LIGHTS[row.standing.light.color], kind="tag"),
        Column("words", "情况", lambda row: row.standing.light.words),
        Column("set_at", "下达单位", note=lambda row: row.document),
        Column("end", "办理", lambda row: "收回" if row.may_end else "",
               link=lambda row: reverse("targets.take_back", args=[row.pk]) if row.may_end else None, kind="act"),
    )  # fmt: skip
    conditions = (
        Choice("年度", "year", choices=lambda page: page.years()),
        Choice("指标", "indicator", choices=lambda page: [(one.key, one.label) for one in told_to(page.acting)]),
    )
    actions = (Act("下达目标", "targets.set", primary=True), Act("目标表", "targets.sheet"))
    empty = Empty("还没有目标", "给本单位或下级的一项指标定下年底要达到的数，这里就按序时进度亮灯。",
                  Act("下达目标", "targets.set"))  # fmt: skip

    def get_context(self) -> dict[str, Any]:
        """The age of what lights are derived from."""
        return {**super().get_context(), **age_of(opened())}

    def rows(self) -> Any:
        """In force, of indicators that who reads may be told of."""
        return targets_in_force().filter(indicator__in=[one.key for one in told_to(self.acting)])

    def years(self) -> list[tuple[int, str]]:
        """Those for which there is one."""
        found = self.rows().order_by("-year").values_list("year", flat=True).distinct()
        return [(year, f"{year}年") for year in found]

    def _page_of_rows(self) -> Any:
        found = super()._page_of_rows()
        found.object_list = list(found.object_list)
        known: dict[Any, Standing] = {one.target.pk: one for one in standings(found.object_list, clock.today())}
        for row in found.object_list:
            row.standing = known[row.pk]
            row.may_end = self.acting.may("targets.change") and self.acting.reach.holds(row.set_at.path)
        return found


class SetTarget(FormPage):
    """Set what a figure of a unit is to reach; what was set for the year before it ends."""

    permission, title, submit, form = "targets.change", "下达目标", "下达", TargetForm
    parents = ("targets.list",)
    intro = "同一单位、同一指标、同一年度只有一个有效的目标；再次下达就代替原来的，原来的留作记录。"

    def form_kwargs(self) -> dict[str, Any]:
        """What may be chosen, and where one stands."""
        return {"indicators": told_to(self.acting), "acting": self.acting}

    def initial(self) -> dict[str, Any]:
        """The figure and the unit from whose page one came."""
        return {name: self.request.GET[name] for name in ("indicator", "unit", "year") if self.request.GET.get(name)}

    def save(self, form: Any) -> Target:
        """Set it."""
        values = form.cleaned_data
        return set_target(
            values["indicator"], values["unit"], values["year"], values["value"], base=values["base"],
            points=values["points"], document=values["document"],
        )  # fmt: skip

    def said(self, saved: Target) -> str:
        """For whom what."""
        one = named(saved.indicator)
        return f"已为{saved.unit}下达{saved.year}年“{one.label}”目标{said(float(saved.value), one.unit)}"


class TargetSheet(Page):
    """The targets of a year go out as a sheet and come back: what differs is shown, confirmed, and set."""

    permission, title, template = "targets.change", "目标表", "indicators/target_sheet.html"
    parents = ("targets.list",)
    keywords = "批量 导入 导出 模板 xlsx"

    def get_context(self) -> dict[str, Any]:
        """The years, and an empty form unless something was sent."""
        form = self._form()
        return {**super().get_context(), "form": form, "years": target_sheets.years(), "year": clock.today().year}

    def _form(self, *sent: Any) -> TargetSheetForm:
        form = TargetSheetForm(*sent)
        speak(form)
        return form

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Out, in, or what was shown confirmed."""
        wanted = {"out": self._out, "in": self._in, "save": self._save}.get(request.POST.get("do", ""))
        if wanted is None:
            raise Http404
        return wanted()

    def _out(self) -> HttpResponseBase:
        year = self._year()
        file = target_sheets.workbook(year, told_to(self.acting))
        audit.record("export", details={"page": self.name, "filter": f"{year}年"})
        return as_file(file, f"{year}年目标表.xlsx")

    def _in(self) -> HttpResponseBase:
        form = self._form(self.request.POST, self.request.FILES)
        if not form.is_valid():
            return self.render(422, form=form)
        file = form.cleaned_data["file"]
        try:
            found = target_sheets.read(file, file.name, told_to(self.acting))
        except FileRefused as error:
            form.add_error("file", str(error))
            return self.render(422, form=form)
        rows = [{"unit": str(one.unit), "label": one.indicator.label, "value": _told(one.value, one.indicator),
                 "before": _told(one.before, one.indicator)} for one in found.changed]  # fmt: skip
        return self.render(422 if found.wrong else 200, read=found, changed=rows,
                           sent=json.dumps([one.sent for one in found.changed]),
                           document=form.cleaned_data["document"])  # fmt: skip

    def _save(self) -> HttpResponseBase:
        try:
            sent = json.loads(self.request.POST.get("changed", ""))
            target_sheets.named_all(sent, told_to(self.acting))
            document = self.request.POST.get("document", "")[:120]
            count = target_sheets.take_over(self._year(), sent, document)
        except (ValidationError, Refused) as error:
            words = "；".join(getattr(error, "messages", None) or [str(error)])
            return self.render(422, trouble=words)
        except (ValueError, TypeError, ArithmeticError, IndicatorError):
            raise Http404 from None  # nobody's page sends this
        messages.success(self.request, f"已下达 {count} 个目标")
        return HttpResponseRedirect(reverse("targets.list"))

    def _year(self) -> int:
        year = self.request.POST.get("year", "")
        if year not in map(str, target_sheets.years()):
            raise Http404
        return int(year)


def _told(value: Any, one: Indicator) -> str:
    return "—" if value is None else said(float(value), one.unit).strip()


class TakeBackTarget(ObjectMixin, ActionPage):
    """Let a target no longer count."""

    permission, title, danger, submit, asks_reason = "targets.change", "收回目标", True, "收回", True
    parents = ("targets.list",)
    text = "收回后不再亮灯，原来的目标留作记录。"
    does, success = take_back, "已收回目标"
    object: Target

    def objects(self) -> Any:
        """Those in force within reach."""
        return targets_in_force().filter(indicator__in=[one.key for one in told_to(self.acting)])

    def get_question(self) -> str:
        """Whose."""
        one, row = named(self.object.indicator), self.object
        return f"收回{row.unit}{row.year}年“{one.label}”的目标{said(float(row.value), one.unit)}？"


routes = [
    page("office/targets/", TargetList, "targets.list"),
    page("office/targets/new/", SetTarget, "targets.set"),
    page("office/targets/sheet/", TargetSheet, "targets.sheet"),
    page("office/targets/<uuid:id>/take-back/", TakeBackTarget, "targets.take_back"),
]
