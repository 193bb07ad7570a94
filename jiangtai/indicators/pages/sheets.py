"""A figure's list as a sheet that a job writes, and the page from which it is taken."""

from typing import IO, Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from jiangtai.lake import Lake
from jiangtai.web import Crumb, DetailPage, Section, Tag, TemplateSection, Value, admits, as_file, page, sheet_file

from .. import computing, exporting
from ..models import Export
from . import lines
from .asking import note_of, shown

STATES = {"waiting": Tag("正在生成", "info"), "ready": Tag("可以下载", "ok"), "gone": Tag("已清除", "plain")}


def sheet_of(row: Export, at: Lake, who: Any) -> tuple[IO[bytes], int]:
    """The list of an export, with the number and its method in front."""
    one, frame = computing.named(row.indicator), exporting.period_of(row)
    figure = computing.computed(at, one, row.unit, frame)
    note = [("数值", f"{shown(figure)} {one.unit.label}"), *note_of(one, at)]
    rows = lines.every(at, one, row.unit, frame)
    return sheet_file(one.label, row.words, rows, lines.columns(one), note, who)


class ExportPage(DetailPage):
    """A long list that was asked for: whether it is written, and until when it can be taken."""

    permission, title, parents = "figures.view", "导出的明细", ("figures.list",)
    object: Export

    def objects(self) -> Any:
        """One's own, at the unit for which it was asked."""
        return Export.objects.filter(by=self.acting.account, at_unit=self.acting.unit)

    def get_title(self) -> str:
        """Of which figure."""
        return f"“{computing.named(self.object.indicator).label}”的明细"

    def get_tags(self) -> list[Tag]:
        """How far it is."""
        return [STATES[self.object.state]]

    def get_crumbs(self) -> list[Crumb]:
        """Through the figure."""
        one = computing.named(self.object.indicator)
        return [Crumb("指标一览", reverse("figures.list")), Crumb(one.label, reverse("figures.show", args=[one.key]))]

    def sections(self) -> list[Any]:
        """What it holds, and the button."""
        row = self.object
        values = [
            Value("内容", row.words), Value("状态", row.get_state_display()),
            Value("行数", f"{row.rows:,}" if row.rows is not None else None),
            Value("保留到", row.until), Value("说明", "只有您在本单位的岗位上可以下载；下载记入审计，到期自动清除。"),
        ]  # fmt: skip
        sections: list[Any] = [Section("导出", values)]
        if row.state != Export.State.GONE:
            sections.append(TemplateSection("indicators/export.html", {"is_ready": row.state == Export.State.READY}))
        return sections

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The file."""
        one = computing.named(self.object.indicator)
        if not admits(self.acting, lines.export_permission(one)):
            raise Http404
        try:
            content = exporting.taken(self.object)
        except FileNotFoundError:
            raise Http404 from None
        name = f"{one.label}-{self.object.as_of:%Y%m%d}.xlsx"
        return as_file(content, name)


routes = [page("office/exports/<uuid:id>/", ExportPage, "exports.show")]
