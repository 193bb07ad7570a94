"""The built-in templates: GB/T 9704-2012 in Word, for offices to take as they are or to change."""

import io
import re
from functools import lru_cache
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from .kinds import DocumentKind, Placeholder

BODY, HEADING, SECOND, TITLE, NUMERALS = "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋_GBK", "宋体"
RED = RGBColor(0xC8, 0x10, 0x1E)
SIZE_3, SIZE_2, SIZE_4, MASTHEAD = Pt(16), Pt(22), Pt(14), Pt(42)
CLOSE_SIZES = {SIZE_3: SIZE_4, SIZE_2: Pt(18), MASTHEAD: Pt(28)}
LINE, CLOSE_LINE, INDENT = Pt(28.95), Pt(22), Pt(32)
_PLACE = re.compile(r"\{(\w+)\}")
_CENTER, _RIGHT, _BOTH = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY


@lru_cache(maxsize=32)
def built_in(kind: DocumentKind) -> bytes:
    """The template of a kind as it comes with the house."""
    document = Document()
    _set_page(document)
    _add_head(document, kind)
    _add_line(document, _places(kind.title), size=SIZE_2, font=TITLE, align=_CENTER, before=Pt(30), after=Pt(28))
    if kind.recipients:
        _add_line(document, _places(kind.recipients), indent=False)
    for paragraph in kind.paragraphs:
        _add_paragraph(document, kind, paragraph)
    for paragraph in kind.closing:
        _add_closing(document, kind, paragraph)
    _add_signature(document)
    if table := kind.place(kind.attachment):
        _add_attachment(document, table)
    if kind.is_close:
        _close_up(document)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _set_page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(28)
    style = document.styles["Normal"]
    _set_font(style, BODY, SIZE_3)
    _set_grid(section, style)
    style.paragraph_format.line_spacing_rule, style.paragraph_format.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    document.settings.odd_and_even_pages_header_footer = True
    _add_page_number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    _add_page_number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)
    properties = document.core_properties
    properties.author, properties.title, properties.comments = "匠台", "", ""


def _set_grid(section: Any, style: Any) -> None:
    """22 lines a page and 28 characters a line within 156 × 225 mm; a grid of characters is read differently by each
    word processor, closer characters alike by all."""
    for grid in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(grid)
    grid = OxmlElement("w:docGrid")
    for name, value in (("type", "lines"), ("linePitch", "579")):
        grid.set(qn(f"w:{name}"), value)
    section._sectPr.append(grid)
    closer = OxmlElement("w:spacing")
    closer.set(qn("w:val"), "-5")
    style.element.get_or_add_rPr().insert_element_before(
        closer, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:lang"
    )


def _close_up(document: Any) -> None:
    """Smaller type and closer lines; what stands above the text gives up most of its room."""
    _set_font(document.styles["Normal"], BODY, SIZE_4)
    document.styles["Normal"].paragraph_format.line_spacing = CLOSE_LINE
    document.sections[0]._sectPr.find(qn("w:docGrid")).set(qn("w:linePitch"), str(int(CLOSE_LINE.pt * 20)))
    for paragraph in document.paragraphs:
        spacing = paragraph.paragraph_format
        for edge in ("space_before", "space_after"):
            if getattr(spacing, edge):
                setattr(spacing, edge, Pt(getattr(spacing, edge).pt / 3))
        for run in paragraph.runs:
            size = run.font.size = CLOSE_SIZES.get(run.font.size, run.font.size)
            if size and size >= CLOSE_SIZES[SIZE_2]:
                spacing.line_spacing = Pt(size.pt * 1.4)


def _set_font(run: Any, font: str, size: Any, color: RGBColor | None = None) -> None:
    """Chinese and Latin text of a run or a style; Word keeps a font for each."""
    run.font.name, run.font.size = "Times New Roman" if font in (BODY, NUMERALS) else font, size
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "eastAsiaTheme", "hAnsiTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), font)
    if color is not None:
        run.font.color.rgb = color


def _add_line(
    document: Any,
    text: str,
    *,
    font: str = BODY,
    size: Any = SIZE_3,
    align: Any = _BOTH,
    indent: bool | None = None,
    color: RGBColor | None = None,
    before: Any = None,
    after: Any = None,
) -> Any:
    paragraph = document.add_paragraph()
    paragraph.alignment = align
    if indent if indent is not None else align is _BOTH:
        paragraph.paragraph_format.first_line_indent = INDENT
        _set_characters(paragraph, firstLineChars="200")
    if size > SIZE_3:
        paragraph.paragraph_format.line_spacing = Pt(size.pt * 1.5)
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = before, after
    _set_font(paragraph.add_run(text), font, size, color)
    return paragraph


def _set_characters(paragraph: Any, **values: str) -> None:
    """Indents counted in characters, so that they follow the size of the type."""
    indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
    for name, value in values.items():
        indent.set(qn(f"w:{name}"), value)


def _add_head(document: Any, kind: DocumentKind) -> None:
    """The issuing authority in red, the number, and the red line under them."""
    _add_line(document, _places(kind.masthead), font=TITLE, size=MASTHEAD, align=_CENTER, color=RED, before=Pt(40))
    number = _add_line(document, "{{ number }}", align=_CENTER, before=Pt(48), after=Pt(0))
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "11"), ("color", str(RED))):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    number._p.get_or_add_pPr().insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def _add_paragraph(document: Any, kind: DocumentKind, text: str) -> None:
    place = kind.place(text[1:]) if text.startswith("*") else None
    if place is None:
        _add_line(document, _places(text))
    elif place.is_long:
        _add_line(document, f"{{%p for one in {place.name} %}}")
        _add_line(document, "{{ one.text }}")
        _add_line(document, "{%p endfor %}")
    else:
        _add_table(document, place)


def _add_closing(document: Any, kind: DocumentKind, text: str) -> None:
    """A line after the text; one whose only place may be empty disappears with it."""
    names = _PLACE.findall(text)
    optional = next((name for name in names if (place := kind.place(name)) and place.optional), "")
    if optional:
        _add_line(document, f"{{%p if {optional} %}}")
    line = _add_line(document, _places(text), before=LINE if text.startswith("附件") else None)
    line.paragraph_format.keep_with_next = True
    if optional:
        _add_line(document, "{%p endif %}")


def _add_table(document: Any, place: Placeholder) -> None:
    labels = ["序号", *(column.label for column in place.columns)]
    cells = ["{{ loop.index }}", *(f"{{{{ one.{column.name} }}}}" for column in place.columns)]
    table = document.add_table(rows=4, cols=len(labels))
    table.style, table.autofit = "Table Grid", False
    widths = _widths(len(labels))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row, texts in enumerate((labels, [f"{{%tr for one in {place.name} %}}"], cells, ["{%tr endfor %}"])):
        for column, width in enumerate(widths):
            cell = table.cell(row, column)
            cell.width = width
            _set_cell(cell, texts[column] if column < len(texts) else "", is_head=row == 0, is_short=column < 2)
    _repeat_head(table.rows[0])
    for row in table.rows:
        _keep_whole(row)


def _widths(columns: int) -> list[Any]:
    """The serial number and the name are narrow, the last column takes most."""
    narrow = [Mm(16), Mm(30)]
    rest = 156 - 46
    share = [Mm(rest * weight / 10) for weight in ((4, 6) if columns == 4 else (10,))]
    return [*narrow, *share][:columns] if columns in (3, 4) else [Mm(156 / columns)] * columns


def _set_cell(cell: Any, text: str, *, is_head: bool, is_short: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = _CENTER if is_head or is_short else WD_ALIGN_PARAGRAPH.LEFT
    paragraph.paragraph_format.line_spacing_rule, paragraph.paragraph_format.line_spacing = (
        WD_LINE_SPACING.EXACTLY,
        Pt(22),
    )
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(3)
    _set_font(paragraph.add_run(text), HEADING if is_head else BODY, SIZE_4)


def _repeat_head(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _keep_whole(row: Any) -> None:
    row._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))


def _add_signature(document: Any) -> None:
    """The authority and, four characters from the right, the date; neither stands on a page without text."""
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    for text, before in (("{{ signed_by }}", LINE), ("{{ signed_on }}", None)):
        paragraph = _add_line(document, text, align=_RIGHT, before=before)
        paragraph.paragraph_format.right_indent = Pt(64)
        paragraph.paragraph_format.keep_with_next = text == "{{ signed_by }}"
        _set_characters(paragraph, rightChars="400")


def _add_attachment(document: Any, table: Placeholder) -> None:
    document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
    _add_line(document, "附件", font=HEADING, indent=False)
    _add_line(document, table.label, font=TITLE, size=SIZE_2, align=_CENTER, before=Pt(14), after=Pt(14))
    _add_table(document, table)


def _add_page_number(footer: Any, align: Any) -> None:
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    paragraph.alignment = align
    _set_characters(paragraph, **({"rightChars": "100"} if align is WD_ALIGN_PARAGRAPH.RIGHT else {"leftChars": "100"}))
    _set_font(paragraph.add_run("— "), NUMERALS, SIZE_4)
    _add_field(paragraph.add_run())
    _set_font(paragraph.runs[-1], NUMERALS, SIZE_4)
    _set_font(paragraph.add_run(" —"), NUMERALS, SIZE_4)


def _add_field(run: Any) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.set(qn("xml:space"), "preserve")
            part.text = text
        run._r.append(part)


def _places(text: str) -> str:
    return _PLACE.sub(r"{{ \1 }}", text)
