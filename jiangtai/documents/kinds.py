"""The kinds of document: what each says, and the places in it that a case fills."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from jiangtai.kernel import declare

from .marks import cut, mark_of, read_notes

KINDS: dict[str, "DocumentKind"] = {}


@dataclass(frozen=True)
class Placeholder:
    """A place in a document: its name in the template, what users call it, and an example to try it with.

    With `columns` it is a table, filled row by row; with `is_long` a text of several paragraphs, each of which the
    template calls `text`; what is `optional` may be left empty. What `is_notes` says how figures are
    counted that carry its marks, and becomes footnotes.
    """

    name: str
    label: str
    example: Any = ""
    columns: tuple["Placeholder", ...] = ()
    is_long: bool = False
    optional: bool = False
    is_notes: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """What a row of it is made of."""
        return ("text",) if self.is_long else tuple(column.name for column in self.columns)


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document, in the order in which it is read; {places} stand in its paragraphs."""

    key: str
    label: str
    basis: str | tuple[str, ...]
    method: str
    placeholders: tuple[Placeholder, ...]
    paragraphs: tuple[str, ...]
    """What it says; `*name` alone puts a table or a long text there."""
    masthead: str = "{issuer}文件"
    """What stands in red at the top."""
    title: str = "{title}"
    recipients: str = ""
    attachment: str = ""
    """The name of a table that follows on a page of its own."""
    closing: tuple[str, ...] = field(default=())
    """What stands after the text and before the signature."""
    is_close: bool = False
    """Whether it is set closer than GB/T 9704 says, so that what is no official document stands on one page."""

    def place(self, name: str) -> Placeholder | None:
        """The place of that name."""
        return next((one for one in self.placeholders if one.name == name), None)

    @property
    def examples(self) -> dict[str, Any]:
        """A full set of values to try a template with."""
        return {
            one.name: [{part.name: part.example for part in one.columns}] * 3 if one.columns else one.example
            for one in self.placeholders
        }

    def checked(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values as a template sees them; a missing or a strange one is refused by its Chinese name."""
        known = {one.name for one in self.placeholders}
        strange = sorted(set(values) - known)
        missing = [one.label for one in self.placeholders if not one.optional and values.get(one.name) in (None, "")]
        if strange or missing:
            parts = [f"缺少 {'、'.join(missing)}"] * bool(missing) + [f"多出 {'、'.join(strange)}"] * bool(strange)
            raise ValueError(f"“{self.label}”的内容不全：{'；'.join(parts)}")
        return {one.name: _shaped(one, values.get(one.name)) for one in self.placeholders}


def footnotes(kind: DocumentKind, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The checked values without what becomes footnotes, and those by their marks; what nothing refers to stays."""
    place = next((one for one in kind.placeholders if one.is_notes), None)
    if place is None:
        return values, {}
    rows = values[place.name]
    if place.columns:
        told = {mark_of(at): "：".join(filter(None, row.values())) for at, row in enumerate(rows)}
    else:
        told = read_notes([row["text"] for row in rows])
    others = [value for name, value in values.items() if name != place.name]
    texts = [text for value in others for text in ([value] if isinstance(value, str) else _texts(value))]
    used = {piece for text in texts for piece in cut(text, list(told))[1::2]}
    notes = {mark: note for mark, note in told.items() if mark in used}
    if not place.columns:
        left = [row for row in rows if not notes.keys() & read_notes([row["text"]]).keys()]
        values = values | {place.name: left if told.keys() - used or not told else []}
    return values, notes


def _texts(rows: list[dict[str, str]]) -> list[str]:
    return [text for row in rows for text in row.values()]


def document_kind(kind: DocumentKind) -> DocumentKind:
    """Declare a kind; a paragraph that names an unknown place, or a kind declared twice, is refused."""
    known = {one.name for one in kind.placeholders}
    texts = [kind.masthead, kind.title, kind.recipients, *kind.paragraphs, *kind.closing]
    named = {name for text in texts for _, name, _, _ in Formatter().parse(text) if name is not None}
    named |= {text[1:] for text in texts if text.startswith("*")} | {kind.attachment} - {""}
    if strange := sorted(named - known):
        raise ImproperlyConfigured(f"document kind {kind.key} has no place called {', '.join(strange)}")
    if lacking := sorted({"issuer", "number", "signed_by", "signed_on"} - known):
        raise ImproperlyConfigured(f"document kind {kind.key} lacks {', '.join(lacking)}")
    if KINDS.get(kind.key, kind) != kind:
        raise ImproperlyConfigured(f"document kind {kind.key} is declared twice")
    declare("document", kind.key, kind.label, kind.basis, kind.method, __name__)
    KINDS[kind.key] = kind
    return kind


def _shaped(place: Placeholder, value: Any) -> Any:
    if place.is_long:
        return [{"text": _clean(line)} for line in str(value or "").splitlines() if line.strip()]
    if place.columns:
        return [_row(place, row) for row in value or ()]
    return _clean("" if value is None else str(value))


def _row(place: Placeholder, row: Mapping[str, Any]) -> dict[str, str]:
    if strange := sorted(set(row) - set(place.parts)):
        raise ValueError(f"“{place.label}”里多出 {'、'.join(strange)}")
    return {name: _clean(str(row.get(name) or "")) for name in place.parts}


def _clean(text: str) -> str:
    """Text without what no document can hold."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n ").strip()
