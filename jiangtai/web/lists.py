"""The list page: conditions above, an exact count, rows that sort, are chosen, acted on and exported.

class UnitList(ListPage):
    permission, title = "units.view", "单位"
    nav = Nav("队伍", "单位", 20)
    columns = (
        Column("name", "名称", sort="pinyin", link=lambda unit: reverse("units.show", args=[unit.pk])),
        Column("kind", "类型", "get_kind_display", sort="kind"),
        Column("code", "统一社会信用代码", hidden=True, kind="code"),
    )
    conditions = (Search("名称、拼音、代码", fields=("name__contains", "pinyin__startswith")),
                  Choice("类型", "kind", choices=Unit.Kind.choices))
    order = "name"
    actions = (Act("新建单位", "units.create", primary=True),)
    bulk = (Bulk("close", "停用", "units.edit", "close", confirm="停用后不能再选用。"),)
    empty = Empty("还没有单位", "先建立本级单位，再逐级添加。", Act("新建单位", "units.create"))

    def rows(self):
        return Unit.objects.within(self.acting)

    def close(self, rows):
        return f"已停用 {close_units(rows)} 家单位"
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page as RowPage
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property

from jiangtai.access import Refused, audit

from .columns import Column
from .conditions import Condition
from .doors import admits
from .exports import export
from .list_state import NUMBER, ListState
from .pages import Page
from .refusals import words_of
from .saved_views import drop_view, keep_view, views_of
from .sealing import seal
from .values import Empty

PICK, PICK_ALL, DO = "pick", "all", "do"


@dataclass(frozen=True)
class Bulk:
    """An act on the chosen rows: the page's method `run` does it and returns what to say."""

    key: str
    label: str
    permission: str
    run: str
    confirm: str = ""
    danger: bool = False


class FromEitherEnd(Paginator):
    """Pages of rows counted off from the end that is nearer: the last of a million costs no more than the first.

    `leading` gives of so many rows the first ones, as far as these are found without the others, or nothing; `number`
    tells how many there are, where that is known otherwise.
    """

    def __init__(
        self, rows: Any, per_page: int, leading: Callable[[int], Any] = lambda count: None, number: int | None = None
    ) -> None:
        super().__init__(rows, per_page)
        self.leading, self.number = leading, number

    @cached_property
    def count(self) -> int:
        """How many rows there are."""
        return super().count if self.number is None else self.number

    def page(self, number: int | str) -> RowPage:
        """The rows of a page, in their order."""
        number = self.validate_number(number)
        first, rows = (number - 1) * self.per_page, self.object_list
        if not self.count:
            return RowPage([], number, self)
        if first <= self.count // 2 or not isinstance(rows, QuerySet):
            return self._led(number, first) or super().page(number)
        behind = max(self.count - first - self.per_page, 0)
        found = list(rows.reverse()[behind : self.count - first])
        return RowPage(found[::-1], number, self)

    def _led(self, number: int, first: int) -> RowPage | None:
        """A page that the leading rows fill."""
        leading = self.leading(self.count)
        found = [] if leading is None else list(leading[first : first + self.per_page])
        return RowPage(found, number, self) if len(found) == self.per_page else None


class ListPage(Page):
    """A list; see the module's example."""

    template: ClassVar[str] = "web/list.html"
    columns: ClassVar[Sequence[Column]] = ()
    conditions: ClassVar[Sequence[Condition]] = ()
    order: ClassVar[str] = ""
    """The key of the column it is first sorted by; a leading `-` turns it."""
    bulk: ClassVar[Sequence[Bulk]] = ()
    exports: ClassVar[bool] = True
    export_permission: ClassVar[str] = "lists.export"
    page_size: ClassVar[int] = 50
    counted: ClassVar[str] = "条"
    """The measure word of the count: 家, 人, 条."""
    empty: ClassVar[Empty] = Empty("这里还没有内容")

    def rows(self) -> Any:
        """The queryset within the account's scope, before any condition."""
        raise NotImplementedError(f"{type(self).__qualname__} does not say what it lists: write `rows`")

    def number(self) -> int | None:
        """How many rows meet the conditions, where that is counted quicker than by the rows."""
        return None

    def leading(self, count: int) -> Any:
        """The first of so many rows before any condition, where they are found without the others: a page that they
        fill is read from them alone."""
        return None

    def prepare(self) -> None:
        """Read the address."""
        super().prepare()
        self.state = ListState(self, self.request.GET)

    def get_context(self) -> dict[str, Any]:
        """Everything the list template draws."""
        found = self._page_of_rows()
        total = found.paginator.count
        return {
            **super().get_context(),
            "state": self.state,
            "rows": [self._row(row) for row in found],
            "found": found,
            "total": total,
            "measure": self.counted,
            "condition_boxes": [one.context(self.request.GET, self) for one in self.conditions],
            "bulks": self.open_bulks(),
            "may_export": self._may_export() and total > 0,
            "is_selectable": total > 0 and bool(self.open_bulks() or self._may_export()),
            "views": views_of(self.acting, self.name, self.state.address()),
            "empty": self.offered(self.get_empty()),
            "numbers": page_numbers(found),
        }

    def get_empty(self) -> Empty:
        """What to say while there is nothing at all."""
        return self.empty

    def _page_of_rows(self) -> RowPage:
        rows = self.state.order(self.state.narrow(self.rows()))
        return FromEitherEnd(rows, self.page_size, self._leading, self.number()).get_page(self.request.GET.get(NUMBER))

    def _leading(self, count: int) -> Any:
        rows = self.leading(count)
        return None if rows is None else self.state.order(self.state.narrow(rows))

    def _row(self, row: Any) -> dict[str, Any]:
        return {"id": row_id(row), "cells": [column.cell(row) for column in self.state.shown]}

    def open_bulks(self) -> list[Bulk]:
        """The acts this account may do on many."""
        return [one for one in self.bulk if admits(self.acting, one.permission)]

    def _may_export(self) -> bool:
        return self.exports and admits(self.acting, self.export_permission)

    def chosen(self) -> Any:
        """The rows the user chose: all that meet the conditions, or those ticked, never beyond the scope."""
        rows = self.state.narrow(self.rows())
        if self.request.POST.get(PICK_ALL):
            return self.state.order(rows)
        ids = self.request.POST.getlist(PICK)
        if isinstance(rows, list | tuple):
            return [row for row in rows if row_id(row) in ids]
        try:
            return self.state.order(rows.filter(pk__in=ids))
        except (ValueError, ValidationError):
            raise Http404 from None

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Export, keep a view, act on the chosen rows, or look for somebody by name."""
        if DO not in request.POST and self.asks_names:
            return self._look_for(request.POST)
        wanted = request.POST.get(DO, "")
        if wanted == "export" and self._may_export():
            return self._export()
        if wanted == "keep-view":
            said = keep_view(self.acting, self.name, request.POST.get("name", ""), self.state.kept())
            is_whole = self.state.kept() == self.state.address()
            return self._back(said if is_whole else f"{said}；姓名不存进视图")
        if wanted == "drop-view":
            return self._back(drop_view(self.acting, self.name, request.POST.get("view", "")))
        return self._act_on_many(next((one for one in self.open_bulks() if one.key == wanted), None))

    @property
    def asks_names(self) -> bool:
        """Whether a condition may hold somebody's name: then conditions are posted, and the address is made here."""
        return not all(one.is_kept for one in self.conditions)

    def _look_for(self, typed: QueryDict) -> HttpResponse:
        """To the list that was asked for, by an address in which names stand sealed."""
        private = {key for one in self.conditions if not one.is_kept for key in one.keys}
        asked = {
            key: [seal(value.strip()) if key in private else value for value in values if value.strip()]
            for key, values in typed.lists()
            if key != "csrfmiddlewaretoken"
        }
        return HttpResponseRedirect(f"{self.request.path}?{urlencode(asked, doseq=True)}")

    def _export(self) -> HttpResponseBase:
        is_choice = bool(self.request.POST.getlist(PICK)) and not self.request.POST.get(PICK_ALL)
        rows = self.chosen() if is_choice else self.state.order(self.state.narrow(self.rows()))
        words = self.state.words() + ("；仅导出勾选的行" if is_choice else "")
        return export(self, rows, self.state.shown, words)

    def _act_on_many(self, wanted: Bulk | None) -> HttpResponse:
        if wanted is None:
            raise Http404
        rows = self.chosen()
        count = rows.count() if hasattr(rows, "model") else len(rows)
        if not count:
            return self._back("", f"没有勾选任何行，请先勾选要{wanted.label}的行")
        if wanted.confirm and not self.request.POST.get("confirmed"):
            return self._ask_first(wanted, count)
        try:
            with transaction.atomic():
                said = getattr(self, wanted.run)(rows)
        except (Refused, ValidationError, ValueError) as error:
            if isinstance(error, Refused):
                audit.record(
                    "refused",
                    outcome="refused",
                    reason=str(error),
                    details={"page": self.name, "act": wanted.key},
                )
            return self._back("", "".join(words_of(error)))
        return self._back(said or f"已{wanted.label} {count} {self.counted}")

    def _ask_first(self, wanted: Bulk, count: int) -> HttpResponse:
        carried = [(PICK, one) for one in self.request.POST.getlist(PICK)]
        carried += [(PICK_ALL, "1")] if self.request.POST.get(PICK_ALL) else []
        carried += [(DO, wanted.key), ("confirmed", "1")]
        question = f"对选中的 {count} {self.counted}执行“{wanted.label}”"
        return self.render_as(
            "web/confirm.html",
            title=wanted.label,
            question=question,
            text=wanted.confirm,
            carried=carried,
            submit=wanted.label,
            danger=wanted.danger,
            back=self.request.get_full_path(),
            acts=[],
        )

    def _back(self, said: str, refused: str = "") -> HttpResponse:
        if said:
            messages.success(self.request, said)
        if refused:
            messages.error(self.request, refused)
        return HttpResponseRedirect(self.request.get_full_path())


def row_id(row: Any) -> str:
    """A row's key, whatever the row is."""
    return str(row["id"] if isinstance(row, dict) else row.pk)


def page_numbers(found: RowPage) -> list[int | str]:
    """The page numbers to offer: first, last, and those around this one."""
    return list(found.paginator.get_elided_page_range(found.number, on_each_side=2, on_ends=1))
