"""Marks become footnotes: in Word a part of its own, well formed and linked; in PDF by the typesetter."""

import io
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from jiangtai.documents import KINDS, Placeholder, document_text, notice_pdf, render, with_footnotes
from jiangtai.documents.layout import built_in
from jiangtai.documents.marks import cut, notes_of, read_notes

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
RELATED = "{http://schemas.openxmlformats.org/package/2006/relationships}"
BRIEF = KINDS["brief"]
VALUES = BRIEF.examples | {
    "body": "一、在岗职工为18人①，比上月多1人。\n二、入会率为65.7%②，前述18人①都在内。",
    "notes": [
        {"figure": "在岗职工18人", "method": "期末有用工关系的人。明细：https://j.example/figures/a/?period=2026&x=1"},
        {"figure": "入会率65.7%", "method": "会员占在岗职工的比重。"},
    ],
}


def part(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return ElementTree.fromstring(archive.read(name))


@pytest.fixture(scope="module")
def made():
    return render(BRIEF, built_in(BRIEF), VALUES)


def test_each_mark_is_a_footnote_and_the_same_again_refers_to_it(made):
    body, notes = part(made, "word/document.xml"), part(made, "word/footnotes.xml")
    given = [one.get(f"{W}id") for one in body.iter(f"{W}footnoteReference")]
    told = {one.get(f"{W}id"): "".join(text.text or "" for text in one.iter(f"{W}t")) for one in notes}
    assert given == ["1", "2"] and set(told) == {"-1", "0", "1", "2"}
    assert "期末有用工关系的人" in told["1"] and "会员占在岗职工的比重" in told["2"]
    bookmarks = {one.get(f"{W}name") for one in body.iter(f"{W}bookmarkStart")}
    fields = [one.text.split()[1] for one in body.iter(f"{W}instrText") if "NOTEREF" in (one.text or "")]
    assert fields == ["_Note1"] and set(fields) <= bookmarks


def test_the_package_names_the_part_and_what_it_links_to(made):
    types = {one.get("PartName"): one.get("ContentType") for one in part(made, "[Content_Types].xml")}
    assert types["/word/footnotes.xml"].endswith("wordprocessingml.footnotes+xml")
    document = part(made, "word/_rels/document.xml.rels")
    assert [one.get("Target") for one in document if one.get("Type").endswith("/footnotes")] == ["footnotes.xml"]
    rels = {one.get("Id"): one for one in part(made, "word/_rels/footnotes.xml.rels")}
    [link] = part(made, "word/footnotes.xml").iter(f"{W}hyperlink")
    to = rels[link.get(f"{R}id")]
    assert to.get("Target") == "https://j.example/figures/a/?period=2026&x=1" and to.get("TargetMode") == "External"


def test_the_order_of_elements_is_the_schemas(made):
    """What comes in another order Word repairs with a complaint."""
    for section in part(made, "word/document.xml").iter(f"{W}sectPr"):
        names = [one.tag.removeprefix(W) for one in section]
        order = ["headerReference", "footerReference", "footnotePr", "pgSz", "pgMar", "cols", "docGrid"]
        assert [name for name in names if name in order] == sorted(
            (name for name in names if name in order), key=order.index
        )
        assert "footnotePr" in names
    for run in part(made, "word/document.xml").iter(f"{W}r"):
        children = [one.tag for one in run]
        assert f"{W}rPr" not in children[1:], "properties come first"
        properties = [one.tag.removeprefix(W) for one in run.find(f"{W}rPr") or ()]
        if "vertAlign" in properties:
            assert set(properties[properties.index("vertAlign") + 1 :]) <= {"lang", "em", "rtl", "cs"}


def test_the_text_has_no_marks_left_and_word_opens_it(made):
    text = document_text(io.BytesIO(made), "brief.docx")
    assert "在岗职工为18人，比上月多1人" in text and "数据说明" not in text
    assert text.count("①") == 1, "the cached number of the reference to the first footnote"
    again = Document(io.BytesIO(made))
    assert again.paragraphs[0].runs


def test_pdf_has_them_at_the_foot():
    page = PdfReader(io.BytesIO(notice_pdf(BRIEF, VALUES)))
    text = "".join(one.extract_text() for one in page.pages)
    assert "期末有用工关系的人" in text and "会员占在岗职工的比重" in text
    links = [one.get_object() for each in page.pages for one in each.get("/Annots", ())]
    addresses = {one["/A"]["/URI"] for one in links if "/URI" in one.get("/A", {})}
    assert addresses == {"https://j.example/figures/a/?period=2026&x=1"}


def test_notes_that_are_lines_of_text_become_footnotes_too():
    letter = KINDS["letter"]
    notes = Placeholder("notes", "数据说明", "① 红灯任务逐项计。", is_long=True, optional=True, is_notes=True)
    kind = replace(letter, placeholders=(*letter.placeholders, notes), paragraphs=("*body", "*notes"))
    values = kind.examples | {"body": "有红灯 1 项①。\n其中：①设备；②场地。", "notes": "数据说明：\n① 红灯任务逐项计。"}
    content = render(kind, built_in(kind), values)
    body = part(content, "word/document.xml")
    assert len(list(body.iter(f"{W}footnoteReference"))) == 1
    text = document_text(io.BytesIO(content), "x.docx")
    assert "其中：①设备；②场地" in text and "数据说明" not in text
    assert "红灯任务逐项计" in "".join(part(content, "word/footnotes.xml").itertext())


def test_without_marks_the_document_stays_as_it_was():
    kind = KINDS["letter"]
    content = render(kind, built_in(kind), kind.examples)
    assert with_footnotes(content, {}) is content
    assert with_footnotes(content, {"①": "没有用到"}) is content


def test_footnotes_of_a_template_stay(made):
    """An office's own template may have footnotes already."""
    twice = with_footnotes(_with_word(made), {"③": "另一条"})
    ids = [one.get(f"{W}id") for one in part(twice, "word/footnotes.xml")]
    assert ids == ["-1", "0", "1", "2", "3"]
    assert [one.get(f"{W}id") for one in part(twice, "word/document.xml").iter(f"{W}footnoteReference")] == [
        "1", "2", "3",
    ]  # fmt: skip


def _with_word(content):
    document, out = Document(io.BytesIO(content)), io.BytesIO()
    document.add_paragraph("另有3人③")
    document.element.body.append(document.element.body.find(qn("w:sectPr")))
    document.save(out)
    return out.getvalue()


def test_a_mark_follows_what_it_marks():
    notes = read_notes(["数据说明：", "① 甲", "注：〔21〕乙", "没有"])
    assert notes == {"①": "甲", "〔21〕": "乙"}
    assert cut("3项①；①第一、〔21〕第二，5人〔21〕", notes) == ["3项", "①", "；①第一、〔21〕第二，5人", "〔21〕", ""]
    assert cut("①以后", notes, "人") == ["", "①", "以后"] and cut("①以后", notes) == ["①以后"]
    assert notes_of("3 项①", ["甲", "乙"]) == ["① 甲"]
