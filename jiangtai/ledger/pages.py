"""The ledger as pages: its roots, for anyone to keep and compare; the proof of a fact, for whoever is shown it."""

import json
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from jiangtai.access import audit
from jiangtai.web import OFFICE, PUBLIC, WORKER, Page, Panel, Tag, Value, as_file, page, square_panel

from . import seals
from .models import FactRow
from .showing import is_shown

MANY = 366
audit.actions(fact__proved="下载存证证明")


class Roots(Page):
    """The last root of each day."""

    face, permission, title, template = "square", PUBLIC, "账本封存", "ledger/roots.html"
    keywords, place = "账本 审计 根 封印 核验", None

    def get_context(self) -> dict[str, Any]:
        """A year of roots, how much waits for the next, and the audit's newest."""
        return {"roots": seals.roots(MANY), "tail": seals.tail(), "audited": audit.head()}


class RootsFile(Page):
    """The same for machines: whoever fetches it daily holds the seals outside."""

    face, permission, title, is_listed = "bare", PUBLIC, "账本封存（数据）", False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The roots, the newest first."""
        return JsonResponse({"seals": [seals.as_json(one) for one in seals.roots(MANY)]})


@square_panel(order=90)
def latest_roots(acting: Any) -> Panel | None:
    """When it was sealed last, and the way to the roots; the roots themselves are for those who ask."""
    newest = seals.head()
    shown = {"newest": newest}
    return Panel("账本封存", "ledger/panel.html", shown, url=reverse("ledger.roots"), aside=True) if newest else None


class FactProof(Page):
    """All that anyone needs to check, without this system, that a fact stands in the ledger as it was written."""

    permission, title, template, is_listed = OFFICE, "存证证明", "ledger/proof.html", False

    def prepare(self) -> None:
        """The fact and its proof, where any page shows it to who acts."""
        super().prepare()
        row = FactRow.unscoped.filter(pk=self.kwargs["id"]).select_related("unit").first()
        if row is None or not is_shown(row, self.acting):
            raise Http404
        self.row, self.proof = row, seals.prove(row.pk)

    def get_context(self) -> dict[str, Any]:
        """What it is, how it stands, and the path to the root."""
        return {**super().get_context(), "proof": self.proof, "values": [*self._fact(), *self._place()]}

    def _fact(self) -> list[Value]:
        row = self.row
        words = f"{row.get_cause_display()}：{row.cause_step}" if row.cause == "act" else row.get_cause_display()
        taken_back = FactRow.unscoped.filter(reverses=row.pk).exists()
        return [
            Value("事项", row.label), Value("日期", row.day), Value("单位", row.unit.name), Value("来源", words),
            *([Value("更正", Tag("后来已更正，不再作数", "warn"))] if taken_back else []),
        ]  # fmt: skip

    def _place(self) -> list[Value]:
        if self.proof is None:
            return [Value("结论", Tag("待封存", "info"), source="已经写入账本，下一次封存后可以下载证明")]
        seal, words = self.proof["seal"], Tag("在封存之中，没有改动", "ok")
        if not self.proof["holds"]:
            words = Tag("对不上封存的根，请立即核验账本", "bad")
        return [
            Value("结论", words), Value("位置", f"账本第 {self.proof['position'] + 1:,} 条"),
            Value("封存", datetime.fromisoformat(seal["at"]), source=f"共 {seal['size']:,} 条"),
        ]  # fmt: skip

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The proof as a file; it stands in the audit."""
        if self.proof is None:
            raise Http404
        audit.record("fact.proved", target=self.row.unit, details={"kind": self.row.label, "subject": str(self.row.pk)})
        content = json.dumps(self.proof, ensure_ascii=False, indent=1).encode()
        return as_file(content, f"存证证明-{self.proof['position'] + 1}.json", "application/json")


class OwnProof(FactProof):
    """The same of a fact of one's own life."""

    face, permission, tab = "pocket", WORKER, "mine"


routes = [
    page("office/facts/<uuid:id>/", FactProof, "facts.proof"),
    page("pocket/facts/<uuid:id>/", OwnProof, "facts.own"),
    page("ledger/", Roots, "ledger.roots"),
    page(".well-known/jiangtai-ledger.json", RootsFile, "ledger.file"),
]
