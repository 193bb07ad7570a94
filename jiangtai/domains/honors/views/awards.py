"""The one-off awards: what is due, how finance pays it, and what was paid."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from jiangtai.kernel import clock
from jiangtai.web import (
    Bulk,
    Column,
    DateRange,
    Empty,
    FormPage,
    Nav,
    Panel,
    Search,
    Stat,
    Tab,
    figure,
    page,
    panel,
)

from .. import actions, queries
from ..facts import AwardCancelled, AwardDue, AwardPaid
from ..forms.holding import PayForm, ids_in
from . import rows
from .showing import FactList, day_column, name_column, of_unit, unit_column, yuan

CHOSEN = "honors.awards.chosen"
SHOWN = 12


def due_count(acting: Any) -> int | None:
    """How many wait, for the rail of who pays them."""
    return queries.awards_in_reach(AwardDue).current().count() or None if acting.may("awards.pay") else None


def _by_name_or_batch(found: Any, text: str) -> Any:
    return found.filter(Q(subject__in=queries.named(text)) | Q(payload__batch__icontains=text))


HONOR = Column("honor", "荣誉称号", lambda row: row.beside["honor"].name)
DOCUMENT = Column("document", "命名文件", lambda row: row.beside["honor"].document)
AMOUNT = Column("amount", "金额（元）", lambda row: yuan(row.fact.amount), kind="num")


class AwardRows(FactList):
    """Awards with the honours for which they are."""

    template, counted = "honors/awards.html", "笔"

    def facts(self) -> Any:
        """Of the place for which whoever acts pays, too."""
        return queries.awards_in_reach(self.kind)

    def rows(self) -> Any:
        """With the honours."""
        return queries.beside(super().rows(), rows.tell_honors)

    def stats(self) -> list[Stat]:
        """How many, and what they come to."""
        number, total = rows.money(self.state.narrow(self.rows()))
        words = self.title.removesuffix("奖金")
        return [
            Stat(f"{words}笔数", f"{number:,}", "笔"),
            Stat(f"{words}合计", f"{yuan(total):,}", "元", "本页条件下逐笔相加", "账本：奖金待发、奖金已发",
                 clock.today().isoformat()),
        ] if number else []  # fmt: skip

    def get_context(self) -> dict[str, Any]:
        """With the two tabs."""
        tabs = [Tab("待发", reverse("honors.awards")), Tab("已发", reverse("honors.awards.paid"))]
        return {**super().get_context(), "tabs": [_marked(tab, self.request.path) for tab in tabs]}


def _marked(tab: Tab, path: str) -> Tab:
    return Tab(tab.label, tab.url, tab.url == path)


class AwardsDue(AwardRows):
    """The awards that wait to be paid."""

    title, kind, enders, order = "待发奖金", AwardDue, (AwardPaid, AwardCancelled), "on"
    nav = Nav("成长", "待发奖金", 32, count=due_count)
    keywords = "发放 拨付 财务 一次性奖励"
    conditions = (
        Search("姓名（全名）", match=lambda found, text: found.filter(subject__in=queries.named(text))),
        of_unit(),
        DateRange("起算日期", "day", field="day"),
    )
    columns = (
        name_column(),
        unit_column("命名时单位"),
        HONOR,
        DOCUMENT,
        AMOUNT,
        day_column("起算日期"),
        Column("waits", "已等待（天）", lambda row: (clock.today() - row.day).days, kind="num"),
    )
    bulk = (Bulk("pay", "发放", "awards.pay", "choose"),)
    empty = Empty("没有待发的奖金", "称号命名后，奖金自动进入待发清单；一项荣誉只发一次。")

    def choose(self, chosen: Any) -> str:
        """Keep the choice for the form that asks for the voucher."""
        ids = [str(pk) for pk in chosen.values_list("pk", flat=True)]
        self.request.session[CHOSEN] = ids
        return f"已选 {len(ids)} 笔，请填写拨付凭证号"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """On to the voucher once awards were chosen; else as every list does."""
        request.session.pop(CHOSEN, None)
        response = super().post(request, *args, **kwargs)
        return HttpResponseRedirect(reverse("honors.awards.pay")) if CHOSEN in request.session else response


class AwardsPaid(AwardRows):
    """The awards that were paid, by the list of finance."""

    title, kind, is_listed = "已发奖金", AwardPaid, True
    parents = ("honors.awards",)
    conditions = (
        Search("姓名（全名）、凭证号", match=_by_name_or_batch),
        of_unit(),
        DateRange("发放日期", "day", field="day"),
    )
    columns = (
        name_column(),
        unit_column("命名时单位"),
        HONOR,
        DOCUMENT,
        AMOUNT,
        day_column("发放日期"),
        Column("batch", "拨付凭证号", "fact.batch"),
    )
    empty = Empty("还没有发放过奖金", "在待发清单里勾选，填写拨付凭证号后发放。")


class PayAwards(FormPage):
    """Awards are paid by one voucher."""

    permission, title, form, submit = "awards.pay", "发放奖金", PayForm, "确认发放"
    template, parents, is_listed = "honors/pay.html", ("honors.awards",), False
    intro = "确认后记入账本，每项荣誉的奖金只能发放一次，不能撤回。请核对清单和合计与拨付凭证一致。"

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """The form carries the choice, whatever is chosen elsewhere meanwhile."""
        self.shown = super().make_form(data, files)
        return self.shown

    def initial(self) -> dict[str, Any]:
        """What was chosen on the list."""
        return {"awards": ",".join(self.request.session.get(CHOSEN, []))}

    def get_context(self) -> dict[str, Any]:
        """With what is to be paid, and what it comes to."""
        wanted = ids_in(self.shown["awards"].value())
        found = queries.awards_in_reach(AwardDue).filter(pk__in=wanted).order_by("day", "id")
        number, total = rows.money(found)
        lines = [self._line(row) for row in queries.beside(found, rows.tell_honors)[:SHOWN]]
        return {**super().get_context(), "lines": lines, "count": number, "total": yuan(total)}

    def _line(self, row: Any) -> dict[str, Any]:
        honor = row.beside["honor"]
        return {"name": row.beside["name"], "unit": row.unit, "honor": honor.name, "amount": yuan(row.fact.amount)}

    def save(self, form: Any) -> tuple[int, Any]:
        """Pay; only what lies within reach."""
        values = form.cleaned_data
        seen = queries.awards_in_reach(AwardDue).filter(pk__in=values["awards"]).values_list("pk", flat=True)
        return actions.pay(seen, values["batch"], values["on"])

    def said(self, saved: tuple[int, Any]) -> str:
        """How many, how much."""
        return f"已发放 {saved[0]} 笔，合计 {yuan(saved[1]):,} 元"

    def next_url(self, saved: Any) -> str:
        """To what was paid."""
        self.request.session.pop(CHOSEN, None)
        return reverse("honors.awards.paid")


@figure(order=32, permission="honors.view")
def awards_due(acting: Any) -> Stat | None:
    """What waits to be paid within reach; nothing where nothing does."""
    number, total = rows.money(queries.awards_in_reach(AwardDue).current())
    return Stat(
        "待发奖金", f"{number:,}", "笔", method=f"已命名、还没有发放的一次性奖励，共 {yuan(total)} 元",
        source="账本：奖金待发", as_of=clock.today().isoformat(), url=reverse("honors.awards"),
    ) if number else None  # fmt: skip


@panel(order=30, permission="awards.pay")
def awards_panel(acting: Any) -> Panel | None:
    """What finance has to pay."""
    number, total = rows.money(queries.awards_in_reach(AwardDue).current())
    if not number:
        return None
    return Panel("待发奖金", "honors/awards_panel.html", {"count": number, "total": yuan(total)})


routes = [
    page("office/honors/awards/", AwardsDue, "honors.awards"),
    page("office/honors/awards/paid/", AwardsPaid, "honors.awards.paid"),
    page("office/honors/awards/pay/", PayAwards, "honors.awards.pay"),
]
