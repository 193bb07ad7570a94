"""The same documents as PDF, laid out by Typst in the manner of GB/T 9704."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jiangtai.kernel import typeset

from .footnotes import LINK
from .kinds import KINDS, DocumentKind, Placeholder, footnotes
from .marks import cut

TEMPLATE = Path(__file__).parent / "templates" / "documents" / "official.typ"


def notice_pdf(kind: DocumentKind | str, values: Mapping[str, Any]) -> bytes:
    """A document of the house's own wording with these values, as PDF."""
    kind = KINDS[kind] if isinstance(kind, str) else kind
    return typeset.pdf(TEMPLATE, _data(kind, *footnotes(kind, kind.checked(values))))


def _data(kind: DocumentKind, values: Mapping[str, Any], notes: Mapping[str, str]) -> dict[str, Any]:
    said = _Marked(notes)
    table = kind.place(kind.attachment)
    return {
        "masthead": _said(kind.masthead, values),
        "is_close": kind.is_close,
        "number": values["number"],
        "title": _said(kind.title, values),
        "recipients": _said(kind.recipients, values),
        "blocks": [block for text in kind.paragraphs for block in _blocks(kind, text, values, said)],
        "notes": [_linked(note) for note in notes.values()],
        "closing": [_said(text, values) for text in kind.closing if not _is_void(kind, text, values)],
        "signed_by": values["signed_by"],
        "signed_on": values["signed_on"],
        "attachment": _table(table, values, said) | {"title": table.label} if table else None,
    }


def _blocks(kind: DocumentKind, text: str, values: Mapping[str, Any], said: "_Marked") -> list[dict[str, Any]]:
    place = kind.place(text[1:]) if text.startswith("*") else None
    if place is None:
        return [{"text": said.pieces(_said(text, values))}]
    if place.is_long:
        return [{"text": said.pieces(row["text"])} for row in values[place.name]]
    return [{"table": _table(place, values, said)}]


class _Marked:
    """Cuts texts at their marks; a mark that was there before refers to the same note."""

    def __init__(self, notes: Mapping[str, str]) -> None:
        self.places, self.seen = {mark: at for at, mark in enumerate(notes)}, set[str]()

    def pieces(self, text: str) -> list[dict[str, Any]]:
        """What is said and the notes between, in their order."""
        made: list[dict[str, Any]] = []
        for at, piece in enumerate(cut(text, list(self.places))):
            if at % 2 == 0:
                made += [{"said": piece}] if piece else []
                continue
            made.append({"note": self.places[piece], "is_new": piece not in self.seen})
            self.seen.add(piece)
        return made


def _linked(note: str) -> dict[str, str]:
    """A note, and the address at its end."""
    said, _, address = note.partition("http")
    return {"said": said if address else note, "address": f"http{address}" if address else "", "link": LINK}


def _table(place: Placeholder, values: Mapping[str, Any], said: _Marked) -> dict[str, Any]:
    rows = [
        [said.pieces(cell) for cell in (str(number), *row.values())]
        for number, row in enumerate(values[place.name], start=1)
    ]
    return {"head": ["序号", *(column.label for column in place.columns)], "rows": rows}


def _is_void(kind: DocumentKind, text: str, values: Mapping[str, Any]) -> bool:
    return any(f"{{{one.name}}}" in text and one.optional and not values[one.name] for one in kind.placeholders)


def _said(text: str, values: Mapping[str, Any]) -> str:
    return text.format_map(values)
