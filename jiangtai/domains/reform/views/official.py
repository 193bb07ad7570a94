"""How instruments and their answers are shown, on the pages of whoever sends them and of whoever gets them."""

from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpResponse
from django.urls import reverse

from jiangtai.kernel import clock, filetypes, workdays
from jiangtai.web import Tag, TemplateSection

from ..actions import papers
from ..facts import Sender
from ..models import Addressee, Instrument
from ..queries import supervising as queries
from ..rules import footnotes
from ..rules import supervising as rules
from ..rules.lights import Tone

WORD = filetypes.MEDIA_TYPES["docx"]
KINDS = [(one.value, one.label) for one in Sender]
LIGHTS = {light: Tag(label, Tone(light).tag) for light, label in rules.LIGHTS.items()}
STATES = {"draft": Tag("草稿", "plain"), "issued": Tag("已发出", "info"), "closed": Tag("已办结", "ok")}


def state_of(row: Addressee, calendar: Any) -> Tag:
    """Where an addressee stands, with the working days that are left for the answer."""
    if row.state != Addressee.State.WAITING or row.due is None:
        return Tag(row.get_state_display(), {"closed": "ok", "answered": "info"}.get(row.state, "plain"))
    today = clock.today()
    tone = Tone(workdays.light(today, row.due, calendar))
    return Tag(workdays.remaining(today, row.due, calendar), tone.tag)


def as_file(content: bytes, name: str, media_type: str) -> HttpResponse:
    """A file to take along."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=media_type, headers=headers)


def address(one: Any) -> str:
    """The page of an instrument."""
    return reverse("instruments.show", args=[one.pk])


def text_of(one: Instrument, title: str) -> TemplateSection:
    """The text of an instrument as it will stand on paper, with how its figures are counted."""
    doubts = footnotes.unmarked(one.body) if one.state == Instrument.State.DRAFT else []
    context = {
        "lines": one.body.splitlines(),
        "notes": footnotes.notes_of(one.body, one.notes),
        "doubts": list(dict.fromkeys(doubts)),
        "head": queries.issuer_of(one),
        "number": one.number,
        "title": one.title,
        "recipients": papers.recipients_of(one),
        "reply": papers.reply_line(one),
        "table": one.table,
    }
    return TemplateSection("reform/instrument_text.html", context, title, "可下载 Word 修改版式")


def paper_of(one: Instrument, form: str) -> HttpResponse:
    """An instrument as a file."""
    name = f"{one.number or one.sender.label + '草稿'}-{one.title}"
    if form == "docx":
        return as_file(papers.instrument_docx(one), f"{name}.docx", WORD)
    if form == "pdf":
        return as_file(papers.instrument_pdf(one), f"{name}.pdf", "application/pdf")
    raise Http404
