"""The brief's page: what a leader reads before a meeting, and takes along as Word or PDF."""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from jiangtai.access import audit
from jiangtai.documents import TemplateRefused, fill, notice_pdf
from jiangtai.kernel import typeset
from jiangtai.web import Tab, as_file, page

from .. import briefing, moving
from ..briefing import Brief, Note
from ..declare import Indicator
from ..moving import Moved
from ..places import figure_url
from .asking import named_periods
from .desk import DeskPage
from .figures import NO_LAKE

PUBLIC = "public"


class BriefPage(DeskPage):
    """One page of sentences about the five figures of this desk."""

    permission, title, template = "figures.view", "简报", "indicators/brief.html"
    parents = ("figures.cockpit",)
    keywords = "领导 汇报 材料 Word 一页纸"

    @property
    def is_public(self) -> bool:
        """Whether it is to be published, so that fewer than five persons are not told of."""
        return self.request.GET.get("for") == PUBLIC

    @cached_property
    def brief(self) -> Brief:
        """The brief as it stands now."""
        return briefing.brief(str(self.told_of), self.frame, self.cards, self._moved, is_public=self.is_public)

    def _moved(self, one: Indicator) -> Moved:
        assert self.lake
        return moving.moved(self.lake, one, self.board.unit, self.frame.period, self.frame.today)

    def get_context(self) -> dict[str, Any]:
        """The sentences with their notes."""
        context = {**super().get_context(), "empty": NO_LAKE, "tabs": self._tabs(), "is_public": self.is_public}
        if self.lake is None or not self.five:
            return context
        notes = [{"mark": mark, "said": one.said, "url": self._rows(one)} for mark, one in self.brief.notes.items()]
        for_whom = [Tab("内部使用", f"?{self._query()}", not self.is_public),
                    Tab("对外公布", f"?{self._query(**{'for': PUBLIC})}", self.is_public)]  # fmt: skip
        return {**context, "brief": self.brief, "lines": self._lines(), "notes": notes, "for_whom": for_whom}

    def _tabs(self) -> list[Tab]:
        asked, public = self.frame.period.text, {"for": PUBLIC} if self.is_public else {}
        return [Tab(label, f"?{urlencode({'period': text, **public})}", text == asked)
                for label, text in named_periods(self.frame)]  # fmt: skip

    def _query(self, **more: str) -> str:
        return urlencode({"period": self.frame.period.text, **more})

    def _lines(self) -> list[list[dict[str, Any]]]:
        """The sentences in pieces, each number with its rows and the place of its note; a note leads back to one."""
        places, seen = {mark: at for at, mark in enumerate(self.brief.notes, start=1)}, set[str]()
        lines = []
        for sentence in self.brief.sentences:
            line: list[dict[str, Any]] = []
            for one in sentence.pieces:
                if isinstance(one, str):
                    line.append({"said": one})
                    continue
                line.append({"said": one.said, "url": self._rows(one.note), "mark": one.mark, "at": places[one.mark],
                             "is_first": one.mark not in seen})  # fmt: skip
                seen.add(one.mark)
            lines.append(line)
        return lines

    def _rows(self, one: Note) -> str:
        """Where the rows under a number are, as they were counted."""
        below = {str(scope.unit): scope.id for scope in self.board.children} if one.unit else {}
        period, as_of = one.frame.period.text, one.frame.as_of
        return figure_url(one.indicator.key, period=period, as_of=as_of, unit=below.get(one.unit or ""))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The brief as Word that can be edited, or as PDF; both stand in the audit."""
        if self.lake is None or not self.five:
            return self.render()
        kind = request.POST.get("do")
        if kind not in ("docx", "pdf"):
            raise Http404
        try:
            content = fill("brief", self._values(), unit=self.acting.unit) if kind == "docx" else self._pdf()
        except (TemplateRefused, typeset.TypesetError) as error:
            return self.render(422, trouble=str(error))
        told = {"page": self.name, "filter": self.frame.period.label, "public": self.is_public, "form": kind}
        audit.record("export", details=told)
        return as_file(content, f"{self.brief.title}.{kind}")

    def _pdf(self) -> bytes:
        return notice_pdf("brief", self._values())

    def _values(self) -> dict[str, Any]:
        day, made = self.frame.as_of, self.brief
        notes = [
            {"figure": "", "method": f"{one.said}明细：{self.request.build_absolute_uri(self._rows(one))}"}
            for one in made.notes.values()
        ]  # fmt: skip
        return {
            "issuer": f"{self.told_of}产业工人队伍建设改革", "number": self.frame.period.label, "title": made.title,
            "lead": made.lead, "body": "\n".join(one.text for one in made.sentences), "notes": notes,
            "signed_by": str(self.acting.unit or self.told_of), "signed_on": f"{day.year}年{day.month}月{day.day}日",
        }  # fmt: skip


routes = [page("office/brief/", BriefPage, "figures.brief")]
