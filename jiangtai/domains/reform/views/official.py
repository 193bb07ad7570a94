"""Official papers to take along as Word or PDF; and how instruments and their answers are shown."""

from operator import attrgetter
from typing import Any, ClassVar

from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse

from jiangtai.access import audit
from jiangtai.web import ActionPage, Tag, TemplateSection, as_file

from ..actions import papers
from ..facts import Sender
from ..models import Addressee, Instrument
from ..queries import supervising as queries
from ..rules import footnotes
from ..rules import supervising as rules
from ..rules.lights import Tone
from .lights import left_until, tone_tag

KINDS = [(one.value, one.label) for one in Sender]
LIGHTS = {light: tone_tag(Tone(light)) for light in rules.LIGHTS}
FORMS = {"docx": "Word", "pdf": "PDF"}
audit.actions(paper__taken="下载文稿")
STATES = {"draft": Tag("草稿", "plain"), "issued": Tag("已发出", "info"), "closed": Tag("已办结", "ok")}


def state_of(row: Addressee, calendar: Any) -> Tag:
    """Where an addressee stands, with the working days that are left for the answer."""
    if row.state != Addressee.State.WAITING or row.due is None:
        return Tag(row.get_state_display(), {"closed": "ok", "answered": "info"}.get(row.state, "plain"))
    return left_until(row.due, calendar)


class OfficialPaper(ActionPage):
    """A paper to take along, once it is asked for; every taking stands in the audit."""

    gives_file = True
    submit, is_listed = "下载", False
    text = "文稿按本单位的文书模板生成，可以修改版式。每次下载都记入审计。"
    which: ClassVar[dict[str, str]] = {}
    """What they are called, where there are several and the address says which."""
    makes: ClassVar[Any]
    """What makes it of `on`, told which where there are several, and whether as Word or PDF."""
    object: Any
    kwargs: dict[str, Any]

    def called(self) -> str:
        """What the file is called, without its ending."""
        return f"{self.object.title}-{self.which[self.kwargs['which']]}"

    def prepare(self) -> None:
        """One that there is, as Word or PDF."""
        super().prepare()
        if self.kwargs["form"] not in FORMS or (self.which and self.kwargs["which"] not in self.which):
            raise Http404

    def get_question(self) -> str:
        """Which, and as what."""
        return f"下载“{self.called()}”的 {FORMS[self.kwargs['form']]} 文稿？"

    def save(self, form: Any) -> bytes:
        """Make it, and note that it was taken."""
        audit.record("paper.taken", target=self.object, details={"name": self.called(), "form": self.kwargs["form"]})
        which = (self.kwargs["which"],) if self.which else ()
        paper: bytes = type(self).makes(attrgetter(self.on)(self), *which, self.kwargs["form"])
        return paper

    def done(self, saved: bytes) -> HttpResponseBase:
        """The file."""
        return as_file(saved, f"{self.called()}.{self.kwargs['form']}")


def address(one: Any) -> str:
    """The page of an instrument."""
    return reverse("instruments.show", args=[one.pk])


def text_of(one: Instrument, title: str) -> TemplateSection:
    """The text of an instrument as it will stand on paper, with how its figures are counted."""
    doubts = footnotes.unmarked(one.body) if one.state == Instrument.State.DRAFT else []
    label, rows = papers.table_of(one)
    context = {
        "lines": one.body.splitlines(),
        "notes": footnotes.notes_of(footnotes.all_of(one.body, one.table), one.notes),
        "doubts": list(dict.fromkeys(doubts)),
        "head": queries.issuer_of(one),
        "number": one.number,
        "title": one.title,
        "recipients": papers.recipients_of(one),
        "reply": papers.reply_line(one),
        "table_label": label,
        "table": rows,
    }
    return TemplateSection("reform/instrument_text.html", context, title, "可下载 Word 修改版式")


def called(one: Instrument) -> str:
    """What an instrument's file is called."""
    return f"{one.number or one.sender.label + '草稿'}-{one.title}"


def paper_of(one: Instrument, form: str) -> bytes:
    """An instrument as Word or PDF."""
    return papers.instrument_docx(one) if form == "docx" else papers.instrument_pdf(one)
