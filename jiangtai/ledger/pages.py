"""The ledger as pages: its roots, for anyone to keep and compare; the proof of a fact, for whoever is shown it."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from jiangtai.access import audit
from jiangtai.web import (
    OFFICE,
    PUBLIC,
    WORKER,
    FileField,
    FormPage,
    Page,
    Panel,
    Tag,
    Value,
    as_file,
    page,
    square_panel,
)  # fmt: skip

from . import seals
from .declare import declared
from .models import FactRow
from .showing import whose

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
        whose_it_is = None if row is None else whose(row, self.acting)
        if row is None or whose_it_is is None:
            raise Http404
        self.row, self.whose, self.proof = row, whose_it_is, seals.prove(row.pk)

    def get_context(self) -> dict[str, Any]:
        """What it is, how it stands, and the path to the root."""
        return {**super().get_context(), "proof": self.proof, "values": [*self._fact(), *self._place()]}

    def _fact(self) -> list[Value]:
        row = self.row
        words = f"{row.get_cause_display()}：{row.cause_step}" if row.cause == "act" else row.get_cause_display()
        return [
            Value("事项", row.label), *([Value("对象", self.whose)] if self.whose else []),
            Value("日期", row.day), Value("单位", row.unit.name), Value("来源", words),
            Value("记录编号", str(row.pk)), *_taken_back(row.pk),
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


class ProofForm(forms.Form):
    """The file that somebody was given."""

    file = FileField(
        label="证明文件", accepts=(".json",), most=1, help_text="从本系统下载的“存证证明-….json”，不要改动"
    )

    def clean_file(self) -> Any:
        """A proof as it is written by this system."""
        try:
            read = json.loads(self.cleaned_data["file"].read())
            return seals.read_proof(read)
        except (ValueError, RecursionError):
            raise forms.ValidationError("这个文件不是存证证明，或者改动过格式，请让对方重新下载原文件") from None


class CheckProof(FormPage):
    """Whoever was given a proof has it checked, without an account."""

    face, permission, title, form, submit = "square", PUBLIC, "核验存证证明", ProofForm, "核验"
    parents, keywords, place = ("ledger.roots",), "存证 证明 真伪 篡改", None
    intro = "别人交给您一份存证证明，在这里查它对不对得上账本。文件查完就丢，不保存。"

    def save(self, form: Any) -> Any:
        """Nothing is written."""
        return form.cleaned_data["file"]

    def done(self, saved: Any) -> HttpResponse:
        """What it proves."""
        self.template = "ledger/checked.html"  # type: ignore[misc]
        return self.render(values=_checked(saved), is_right=saved.sealed is not None)


def _checked(proof: seals.Proof) -> list[Value]:
    if not proof.holds:
        return [Value("结论", Tag("文件改动过，不能采信", "bad"), source="从记录推不出文件里的根")]
    seal = proof.sealed
    if seal is None:
        return [Value("结论", Tag("不是本账本的证明，不能采信", "bad"), source="账本里没有这样一次封存")]
    return [
        Value("结论", Tag("属实，记录没有改动", "ok")),
        Value("事项", declared(proof.kind).label),
        Value("日期", proof.day),
        Value("位置", f"账本第 {proof.position + 1:,} 条"),
        Value("封存", seal.at, source=f"共 {seal.size:,} 条"),
        Value("记录编号", str(proof.fact)),
        *_taken_back(proof.fact),
    ]


def _taken_back(fact: UUID) -> list[Value]:
    is_over = FactRow.unscoped.filter(reverses=fact).exists()
    return [Value("更正", Tag("后来已更正，不再作数", "warn"))] if is_over else []


class OwnProof(FactProof):
    """The same of a fact of one's own life."""

    face, permission, tab = "pocket", WORKER, "mine"


routes = [
    page("office/facts/<uuid:id>/", FactProof, "facts.proof"),
    page("pocket/facts/<uuid:id>/", OwnProof, "facts.own"),
    page("ledger/", Roots, "ledger.roots"),
    page("ledger/check/", CheckProof, "ledger.check"),
    page(".well-known/jiangtai-ledger.json", RootsFile, "ledger.file"),
]
