"""The square: the policy papers that citizens and workers may read, with a plain summary first."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet

from jiangtai.web import PUBLIC, WORKER, Entry, ObjectMixin, Page, errand, page

from ..models import PolicyPaper
from ..queries import library as queries
from ..rules import library as rules
from .library import standing_of

ROWS = 20


class PublicPapers(Page):
    """Every paper that is public: those in force first."""

    face, permission, title, template = "square", PUBLIC, "政策文件", "reform/public_papers.html"
    keywords, place_note = "政策 补贴 办法 文件", "哪些政策管用，为谁、给什么、怎么办"

    def get_context(self) -> dict[str, Any]:
        """By words, in force or all."""
        words, everything = self.request.GET.get("q", "").strip()[:60], self.request.GET.get("all") == "1"
        rows: Any = queries.public()
        for word in words.split():
            rows = rows.filter(Q(title__contains=word) | Q(for_whom__contains=word) | Q(gives__contains=word)
                               | Q(number__contains=word) | Q(text__contains=word))  # fmt: skip
        if not everything:
            rows = rows.filter(standing__in=rules.VALID)
        found = Paginator(rows.order_by("-issued_on", "pk"), ROWS).get_page(self.request.GET.get("page"))
        papers = [{"row": one, "tag": standing_of(one)} for one in found]
        return {**super().get_context(), "papers": papers, "found": found, "words": words, "everything": everything}


class PublicPaper(ObjectMixin, Page):
    """One paper: for whom, what, how; then its text."""

    face, permission, title, template = "square", PUBLIC, "政策文件", "reform/public_paper.html"
    is_listed = False
    object: Any

    def objects(self) -> QuerySet[PolicyPaper]:
        """What is public."""
        return queries.public().select_related("ended_by")

    def get_title(self) -> str:
        """What it is called."""
        return str(self.object.title)

    def get_context(self) -> dict[str, Any]:
        """With its standing, and the papers around it that are public too."""
        one = self.object
        around = [
            *((tie.get_kind_display(), tie.other) for tie in one.ties.select_related("other") if tie.other.is_public),
            *(("修改本文件" if tie.kind == "amends" else "以本文件为依据", tie.paper)
              for tie in one.tied.select_related("paper") if tie.paper.is_public),
        ]  # fmt: skip
        if one.ended_by and one.ended_by.is_public:
            around.insert(0, ("替代本文件" if one.ended_how == "superseded" else "废止本文件", one.ended_by))
        return {
            **super().get_context(),
            "paper": one,
            "tag": standing_of(one),
            "clauses": rules.clauses(one.text),
            "around": [{"how": how, "paper": other} for how, other in around],
        }


@errand(order=70, permission=WORKER)
def read_papers(acting: Any) -> list[Entry]:
    """Workers find the papers from their phone."""
    from django.urls import reverse

    if not PolicyPaper.unscoped.filter(is_public=True).exists():
        return []
    return [Entry("查政策文件", "为谁、给什么、怎么办", reverse("public_papers.list"))]


routes = [
    page("papers/", PublicPapers, "public_papers.list"),
    page("papers/<uuid:id>/", PublicPaper, "public_papers.show"),
]
