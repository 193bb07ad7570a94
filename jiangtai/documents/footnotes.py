"""Footnotes in Word: marks of a finished document become footnotes of its own, numbered and linked by Word itself."""

import io
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from docx import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from .marks import cut, mark_of

_ADDRESS = re.compile(r"https?://\S+")
_SKELETON = f"""<w:footnotes {nsdecls("w", "r")}>
<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>
<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>
</w:footnotes>"""
_HALF_POINTS = "18"
LINK = "打开链接"


def with_footnotes(content: bytes, notes: Mapping[str, str]) -> bytes:
    """The document with a footnote for each of these marks; the same mark again refers to the same footnote."""
    if not notes:
        return content
    document = Document(io.BytesIO(content))
    made = _Notes(document, notes)
    for paragraph in list(document.element.body.iter(qn("w:p"))):
        before = ""
        for run in list(paragraph.iter(qn("w:r"))):
            texts = run.findall(qn("w:t"))
            said = "".join(one.text or "" for one in texts)
            pieces = cut(said, dict(notes), before[-1:])
            if len(pieces) > 1 and len(texts) == 1:
                _replace(run, pieces, made)
            before = said or before
    if not made.ids:
        return content
    made.finish()
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


class _Notes:
    """The footnotes of a document, those that its template brought along among them."""

    def __init__(self, document: Any, notes: Mapping[str, str]) -> None:
        self.document, self.notes = document, notes
        self.ids: dict[str, int] = {}
        part = document.part
        found = [one.target_part for one in part.rels.values() if one.reltype == RELATIONSHIP_TYPE.FOOTNOTES]
        self.root = parse_xml(found[0].blob if found else _SKELETON)
        if found:
            self.part = found[0]
        else:
            name = PackURI("/word/footnotes.xml")
            self.part = Part(name, CONTENT_TYPE.WML_FOOTNOTES, b"", part.package)
            part.relate_to(self.part, RELATIONSHIP_TYPE.FOOTNOTES)
        self.first = max((int(one.get(qn("w:id"), "0")) for one in self.root), default=0) + 1

    def runs(self, mark: str, like: Any) -> Iterator[Any]:
        """What stands in the text in a mark's place."""
        if mark in self.ids:
            yield from self._again(mark, like)
            return
        number = self.ids[mark] = self.first + len(self.ids)
        self.root.append(self._footnote(number, self.notes[mark]))
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for edge in (start, end):
            edge.set(qn("w:id"), str(9_000 + number))
        start.set(qn("w:name"), f"_Note{number}")
        reference = OxmlElement("w:footnoteReference")
        reference.set(qn("w:id"), str(number))
        yield from (start, _run(like, reference), end)

    def _again(self, mark: str, like: Any) -> Iterator[Any]:
        """The number of a footnote that was given before, as a field that follows it."""
        order = list(self.ids).index(mark)
        for kind, text in (("begin", ""), ("", f" NOTEREF _Note{self.ids[mark]} \\h "), ("separate", "")):
            part = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                part.set(qn("w:fldCharType"), kind)
            else:
                part.set(qn("xml:space"), "preserve")
                part.text = text
            yield _run(like, part)
        yield _run(like, _text(mark_of(order)))
        part = OxmlElement("w:fldChar")
        part.set(qn("w:fldCharType"), "end")
        yield _run(like, part)

    def _footnote(self, number: int, said: str) -> Any:
        """A footnote: its own number, what it says, and its addresses as links."""
        note, paragraph = OxmlElement("w:footnote"), OxmlElement("w:p")
        note.set(qn("w:id"), str(number))
        properties, spacing = OxmlElement("w:pPr"), OxmlElement("w:spacing")
        for name, value in (("line", "240"), ("lineRule", "auto")):
            spacing.set(qn(f"w:{name}"), value)
        properties.append(spacing)
        paragraph.append(properties)
        paragraph.append(_run(None, OxmlElement("w:footnoteRef"), size=_HALF_POINTS))
        last = 0
        for found in _ADDRESS.finditer(said):
            paragraph.append(_run(None, _text(f" {said[last : found.start()]}".replace("  ", " ")), is_raised=False))
            link = OxmlElement("w:hyperlink")
            link.set(qn("r:id"), self.part.relate_to(found[0], RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
            link.append(_run(None, _text(LINK), is_raised=False))
            paragraph.append(link)
            last = found.end()
        if said[last:]:
            paragraph.append(_run(None, _text(f" {said[last:]}" if not last else said[last:]), is_raised=False))
        note.append(paragraph)
        return note

    def finish(self) -> None:
        """Write the part, and let footnotes be numbered ①, ② in every section."""
        self.part._blob = serialize_part_xml(self.root)
        for section in self.document.element.body.iter(qn("w:sectPr")):
            if section.find(qn("w:footnotePr")) is not None:
                continue
            properties, form = OxmlElement("w:footnotePr"), OxmlElement("w:numFmt")
            form.set(qn("w:val"), "decimalEnclosedCircleChinese")
            properties.append(form)
            heads = [one for one in section if one.tag in (qn("w:headerReference"), qn("w:footerReference"))]
            section.insert(len(heads), properties)


def _replace(run: Any, pieces: list[str], made: _Notes) -> None:
    """A run cut into what it says and the marks between."""
    place = run
    for at, piece in enumerate(pieces):
        parts = list(made.runs(piece, run)) if at % 2 else [_like(run, piece)] if piece else []
        for one in parts:
            place.addnext(one)
            place = one
    run.getparent().remove(run)


def _like(run: Any, said: str) -> Any:
    """A run of the same look that says something else."""
    made = deepcopy(run)
    for one in made.findall(qn("w:t")):
        made.remove(one)
    made.append(_text(said))
    return made


def _run(like: Any, part: Any, *, is_raised: bool = True, size: str = "") -> Any:
    """A run that holds one part, raised like the number of a note."""
    made, properties = OxmlElement("w:r"), None
    if like is not None and like.find(qn("w:rPr")) is not None:
        properties = deepcopy(like.find(qn("w:rPr")))
        for one in properties.findall(qn("w:vertAlign")):
            properties.remove(one)
    if properties is None:
        properties = OxmlElement("w:rPr")
        if like is None:
            for name in ("w:sz", "w:szCs"):
                one = OxmlElement(name)
                one.set(qn("w:val"), size or _HALF_POINTS)
                properties.append(one)
    if is_raised:
        raised = OxmlElement("w:vertAlign")
        raised.set(qn("w:val"), "superscript")
        _place_raised(properties, raised)
    made.append(properties)
    made.append(part)
    return made


def _place_raised(properties: Any, raised: Any) -> None:
    """Where the schema has it: before the few that come after it."""
    later = {qn(f"w:{name}") for name in ("rtl", "cs", "em", "lang", "eastAsianLayout", "specVanish", "oMath")}
    at = next((place for place, one in enumerate(properties) if one.tag in later), len(properties))
    properties.insert(at, raised)


def _text(said: str) -> Any:
    part = OxmlElement("w:t")
    part.set(qn("xml:space"), "preserve")
    part.text = said
    return part
