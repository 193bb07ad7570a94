"""Taking papers along: the text of a notice, the drafts that a round brings forth."""

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse

from jiangtai import documents
from jiangtai.access import audit
from jiangtai.web import ActionPage, Crumb, ObjectMixin, as_file, page

from .. import papers
from ..declare import Paper, flow_named
from ..models import PublicNotice, Round
from ..notices import on_square

FORMS = {"docx": ("Word", papers.notice_docx), "pdf": ("PDF", papers.notice_pdf)}


class NoticePaper(ObjectMixin, ActionPage):
    """The text of a public notice, or its result, as a file."""

    gives_file = True
    permission, title, submit, is_listed = "cases.view", "下载公示文稿", "下载", False
    text = "公示期内的文稿含公示对象姓名和单位，张贴到期后请收回。每次下载都记入审计。"

    def objects(self) -> Any:
        """Those of the square; a firm's own list is its own."""
        return on_square().select_related("round", "unit")

    def prepare(self) -> None:
        """Word or PDF."""
        super().prepare()
        if self.kwargs["form"] not in FORMS:
            raise Http404

    def get_crumbs(self) -> list[Crumb]:
        """Back to the notice."""
        return [
            Crumb("公示", reverse("notices.list")),
            Crumb(self.object.number, reverse("notices.show", args=[self.object.pk])),
        ]

    def get_question(self) -> str:
        """Which."""
        return f"下载 {self.object.number} 的 {FORMS[self.kwargs['form']][0]} 文稿？"

    def save(self, form: Any) -> bytes:
        """Fill it, and note that it was taken."""
        audit.record("notice.printed", target=self.object, details={"form": self.kwargs["form"]})
        return FORMS[self.kwargs["form"]][1](self.object)

    def done(self, saved: bytes) -> HttpResponseBase:
        """The file."""
        notice: PublicNotice = self.object
        return as_file(saved, f"{notice.number}.{self.kwargs['form']}")


class RoundPaper(ObjectMixin, ActionPage):
    """A draft that a round brings forth, in the office's own template."""

    gives_file = True
    permission, title, submit, is_listed = "rounds.change", "代拟文稿", "下载 Word", False
    text = "按本单位的文书模板生成，可以在 Word 中修改。每次下载都记入审计。"

    def objects(self) -> Any:
        """The rounds within reach."""
        return Round.objects.select_related("host")

    def prepare(self) -> None:
        """Only papers that the flow names."""
        super().prepare()
        if not 0 <= self.kwargs["place"] < len(papers_of(self.object)):
            raise Http404

    @property
    def paper(self) -> Paper:
        """Which."""
        return papers_of(self.object)[self.kwargs["place"]]

    def get_crumbs(self) -> list[Crumb]:
        """Back to the round."""
        return [
            Crumb("批次", reverse("rounds.list")),
            Crumb(str(self.object), reverse("rounds.show", args=[self.object.pk])),
        ]

    def get_question(self) -> str:
        """Which."""
        return f"生成“{self.object}”的{self.paper.label}？"

    def save(self, form: Any) -> bytes:
        """Fill it, and note that it was taken."""
        audit.record("round.printed", target=self.object, details={"paper": self.paper.kind})
        return documents.fill(self.paper.kind, self.paper.of(self.object), unit=self.object.host)

    def done(self, saved: bytes) -> HttpResponseBase:
        """The file."""
        return as_file(saved, f"{self.object}-{self.paper.label}.docx")


def papers_of(round: Round) -> tuple[Paper, ...]:
    """What a round brings forth."""
    return flow_named(round.flow).papers


routes = [
    page("office/notices/<uuid:id>/paper/<slug:form>/", NoticePaper, "notices.paper"),
    page("office/rounds/<uuid:id>/paper/<int:place>/", RoundPaper, "rounds.paper"),
]
