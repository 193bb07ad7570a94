"""Word templates are filled with their kind's places and nothing else; a hostile one is told what is wrong with it."""

import io
import zipfile

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from jiangtai.documents import KINDS, TemplateRefused, notice_pdf, render
from jiangtai.documents.filling import inspect
from jiangtai.documents.layout import built_in

NOTICE = KINDS["public-notice"]
DECISION = KINDS["naming-decision"]
TWO_PAGES = {
    *("public-notice", "meeting-notice", "meeting-minutes"),
    *("inspection-notice", "rectification-notice", "policy-review"),
}
"""Kinds whose examples fill more than a page, without an attachment."""


def words_of(content):
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def docx(*paragraphs, **more):
    """A Word document with these paragraphs."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def with_part(content, name, change):
    """The same document with one part changed or added."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            body = old.read(part)
            new.writestr(part.filename, change(body) if part.filename == name else body)
    return made.getvalue()


@pytest.mark.parametrize("kind", list(KINDS.values()), ids=lambda kind: kind.key)
def test_every_built_in_template_fills_with_its_examples(kind):
    template = built_in(kind)
    inspect(kind, template)
    words = words_of(render(kind, template, kind.examples))
    assert "{{" not in words and "{%" not in words
    assert kind.examples["title"] in words and kind.masthead.format_map(kind.examples) in words


@pytest.mark.parametrize("kind", list(KINDS.values()), ids=lambda kind: kind.key)
def test_every_kind_is_set_as_pdf(kind):
    pages = PdfReader(io.BytesIO(notice_pdf(kind, kind.examples))).pages
    words = "".join(page.extract_text() for page in pages).replace(" ", "").replace("\n", "")
    assert kind.examples["number"] in words
    assert len(pages) == (2 if kind.attachment or kind.key in TWO_PAGES else 1)


def test_the_layout_is_that_of_the_standard():
    document = Document(io.BytesIO(built_in(NOTICE)))
    section = document.sections[0]
    sizes = (section.page_width, section.page_height, section.top_margin, section.left_margin, section.right_margin)
    assert [round(size.mm) for size in sizes] == [210, 297, 37, 28, 26]
    assert round(section.bottom_margin.mm) == 35
    grid = section._sectPr.find(qn("w:docGrid"))
    assert grid.get(qn("w:type")) == "lines"
    runs = [run for paragraph in document.paragraphs for run in paragraph.runs if run.text]
    assert all(run._element.rPr.rFonts.get(qn("w:eastAsia")) for run in runs)
    assert {"仿宋_GB2312", "方正小标宋_GBK"} <= {run._element.rPr.rFonts.get(qn("w:eastAsia")) for run in runs}
    assert document.settings.odd_and_even_pages_header_footer


def test_rows_and_paragraphs_repeat_and_empty_lines_go():
    values = DECISION.examples | {"hope": "", "reason": "第一段。\n第二段。"}
    values["persons"] = [{"name": f"工人{number}", "unit": "甲厂", "deed": "革新"} for number in range(12)]
    words = words_of(render(DECISION, built_in(DECISION), values))
    assert all(f"工人{number}" in words for number in range(12))
    assert "第一段。\n第二段。" in words and "再接再厉" not in words


@pytest.mark.parametrize("text", ["<w:t>&", "{{ title }}", "{% for x in y %}", "]]>", "第一\x00行", "\u202e"])
def test_values_are_never_code(text):
    values = NOTICE.examples | {"office": f"受理{text}单位"}
    document = render(NOTICE, built_in(NOTICE), values)
    shown = "".join(sign for sign in text if sign.isprintable())
    assert f"受理{shown}单位" in words_of(document)
    assert notice_pdf(NOTICE, values).startswith(b"%PDF")


def test_missing_and_strange_values_are_named():
    values = {name: value for name, value in NOTICE.examples.items() if name != "telephone"}
    with pytest.raises(ValueError, match="缺少 联系电话"):
        render(NOTICE, built_in(NOTICE), values)
    with pytest.raises(ValueError, match="多出 phone"):
        render(NOTICE, built_in(NOTICE), NOTICE.examples | {"phone": "1"})


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{{ ''.__class__ }}", "只能用在表格"),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "不能用运算"),
        ("{{ title.__class__ }}", "只能用在表格"),
        ("{{ title.upper() }}", "不能用运算"),
        ("{{ title|attr('__class__') }}", "不能用运算"),
        ("{{ cycler.__init__.__globals__ }}", "只能用在表格"),
        ("{{ self }}", "没有“self”"),
        ("{{ config }}", "没有“config”"),
        ("{{ 7 * 7 }}", "不能用运算"),
        ("{{ 'a' * 999999999 }}", "不能用运算"),
        ("{% for x in range(999999999) %}{{ x }}{% endfor %}", "循环只能写成"),
        ("{% for a in persons %}{% for b in persons %}x{% endfor %}{% endfor %}", "不能嵌套"),
        ("{% for a in persons %}{{ a.salary }}{% endfor %}", "没有“a.salary”"),
        ("{% include '/etc/passwd' %}", "不能用运算"),
        ("{% import 'os' as os %}", "不能用运算"),
        ("{% set x = 1 %}", "不能用运算"),
        ("{% macro m() %}{% endmacro %}", "不能用运算"),
        ("{{ titel }}", "没有“titel”这个占位符"),
        ("{{ title", "写法有误"),
        ("{% if title %}", "写法有误"),
        ("{{r title }}", "写法不支持"),
    ],
)
def test_what_is_no_place_of_the_kind_is_refused_by_name(line, words):
    with pytest.raises(TemplateRefused, match=words):
        inspect(NOTICE, docx("{{ title }}", line))


def test_headers_footers_and_properties_are_looked_at_too():
    document = Document()
    document.sections[0].header.paragraphs[0].text = "{{ ''.__class__ }}"
    content = io.BytesIO()
    document.save(content)
    with pytest.raises(TemplateRefused):
        inspect(NOTICE, content.getvalue())
    document = Document()
    document.core_properties.title = "{{ ''.__class__ }}"
    content = io.BytesIO()
    document.save(content)
    with pytest.raises(TemplateRefused):
        inspect(NOTICE, content.getvalue())


def test_what_reaches_outside_is_refused():
    outside = (
        b'<Relationship Id="rId99" Type="http://x/image" Target="http://evil.example/a.png" TargetMode="External"/>'
    )
    hostile = with_part(
        docx("{{ title }}"),
        "word/_rels/document.xml.rels",
        lambda body: body.replace(b"</Relationships>", outside + b"</Relationships>"),
    )
    with pytest.raises(TemplateRefused, match="外部的链接"):
        inspect(NOTICE, hostile)
    template = outside.replace(b"/image", b"/attachedTemplate").replace(b' TargetMode="External"', b"")
    attached = with_part(
        docx("{{ title }}"),
        "word/_rels/document.xml.rels",
        lambda body: body.replace(b"</Relationships>", template + b"</Relationships>"),
    )
    with pytest.raises(TemplateRefused, match="嵌着"):
        inspect(NOTICE, attached)


@pytest.mark.parametrize(
    "code", ['DDEAUTO c:\\\\windows "x"', 'INCLUDETEXT "c:\\\\secret.txt"', "includepicture http://x"]
)
def test_fields_that_fetch_are_refused(code):
    field = f'<w:p><w:r><w:instrText xml:space="preserve">{code}</w:instrText></w:r></w:p></w:body>'.encode()
    hostile = with_part(docx("{{ title }}"), "word/document.xml", lambda body: body.replace(b"</w:body>", field))
    with pytest.raises(TemplateRefused, match="域"):
        inspect(NOTICE, hostile)


def test_a_part_that_is_no_xml_is_refused():
    with pytest.raises(TemplateRefused, match="已损坏"):
        inspect(NOTICE, with_part(docx("{{ title }}"), "word/styles.xml", lambda body: body[:-20]))
