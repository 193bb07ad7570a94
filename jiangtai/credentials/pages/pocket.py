"""The pocket: a worker's own credentials, to show and to print."""

import base64
from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse

from jiangtai.web import WORKER, ActionPage, Entry, ObjectMixin, Page, Panel, as_file, errand, growth, page

from ..holders import own_credentials
from ..issuing import holder_of
from ..models import Credential
from ..papers import benefits_of, qr_address, qr_svg
from .showing import ERASED, PAPERS, label_of, paper_of, papers_of, state_tag


class MyCredentials(Page):
    """证书与荣誉卡: what this worker was given."""

    face, permission, title, template = "pocket", WORKER, "证书与荣誉卡", "credentials/mine.html"
    tab = "growth"

    def get_context(self) -> dict[str, Any]:
        """Newest first."""
        return {"entries": [_entry(row) for row in own_credentials(self.acting.account)]}


def _entry(row: Credential) -> Entry:
    note = f"{label_of(row)} · {row.issuer} · {row.issued_on}"
    return Entry(row.title, note, reverse("credentials.own", args=[row.pk]), state_tag(row))


class OwnCredential(ObjectMixin, Page):
    """One of one's own, as a card to show, with its papers."""

    face, permission, title, template = "pocket", WORKER, "我的证书", "credentials/own.html"
    is_listed, tab = False, "growth"
    object: Credential

    def objects(self) -> Any:
        """One's own only."""
        return own_credentials(self.acting.account)

    def get_context(self) -> dict[str, Any]:
        """The card on the screen."""
        row, holder = self.object, holder_of(self.object)
        stands = state_tag(row)
        return {
            "credential": row,
            "label": label_of(row),
            "holder": holder or ERASED,
            "tag": stands,
            "qr": _qr(self, row, holder) if holder and stands.tone == "ok" else "",
            "benefits": benefits_of(row),
            "papers": [(key, label) for key, (label, _) in papers_of(row).items()] if holder else [],
            "to": "credentials.own.paper",
        }


def _qr(page: Page, row: Credential, holder: str) -> str:
    drawn = qr_svg(qr_address(row, holder, page.request.build_absolute_uri("/")), scale=4)
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()}"


class OwnPaper(ObjectMixin, ActionPage):
    """One's own certificate or card as PDF."""

    gives_file = True
    face, permission, title, submit = "pocket", WORKER, "下载证书", "下载 PDF"
    parents, tab = ("credentials.mine",), "growth"
    text = "文件存到您的手机或电脑，可以打印。"
    object: Credential

    def objects(self) -> Any:
        """One's own only."""
        return own_credentials(self.acting.account)

    def prepare(self) -> None:
        """Only papers that its kind has."""
        super().prepare()
        if self.kwargs["paper"] not in papers_of(self.object):
            raise Http404

    def save(self, form: Any) -> bytes:
        """Make it, and note that it was taken."""
        return paper_of(self, self.object, self.kwargs["paper"])

    def done(self, saved: Any) -> HttpResponseBase:
        """The file itself."""
        return as_file(saved, f"{PAPERS[self.kwargs['paper']][0]}-{self.object.number}.pdf")


@growth(order=30, permission=WORKER)
def own_panel(acting: Any) -> Panel:
    """What the worker was given, the latest three."""
    rows = list(own_credentials(acting.account)[:4])
    entries = [_entry(row) for row in rows[:3]]
    return Panel("证书与荣誉卡", "credentials/growth.html", {"entries": entries, "more": len(rows) > 3})


@errand(order=60, permission=WORKER)
def own_errand(acting: Any) -> list[Entry]:
    """The way to them, once there are any."""
    count = own_credentials(acting.account).count()
    return [Entry("证书与荣誉卡", f"共 {count} 份，可出示二维码、下载", reverse("credentials.mine"))] if count else []


routes = [
    page("pocket/credentials/", MyCredentials, "credentials.mine"),
    page("pocket/credentials/<uuid:id>/", OwnCredential, "credentials.own"),
    page("pocket/credentials/<uuid:id>/<slug:paper>/", OwnPaper, "credentials.own.paper"),
]
