"""A figure is replaced where it stands in Word: in its runs, its table, its list; all else stays as it was."""

import io
import zipfile

import pytest
from docx import Document
from docx.enum.text import WD_COLOR_INDEX
from docx.shared import Pt

from jiangtai.documents import Correction, corrected, document_text
from jiangtai.kernel import FileRefused


def draft():
    """A figure over three runs of different looks, one in a table with odd spaces, one before a tab and a break."""
    document = Document()
    line = document.add_paragraph()
    for said, is_bold in (("全区在岗职工", False), ("1", True), ("8", False), ("6人", True), ("，比上年增加。", False)):
        run = line.add_run(said)
        run.bold, run.font.size = is_bold, Pt(16)
    row = document.add_table(rows=1, cols=2).rows[0].cells
    row[0].text, row[1].text = "  入会\n人数 ", "会员 30人 "
    last = document.add_paragraph().add_run("驿站7个")
    last.add_tab()
    last.add_text("完")
    document.add_paragraph("第一项9人", style="List Number")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def spelled(content):
    return document_text(io.BytesIO(content), "稿.docx")


def change(text, old, new, why=""):
    return Correction(text.index(old), text.index(old) + len(old), new, why)


def test_figures_are_replaced_in_their_runs_and_the_layout_stays():
    content = draft()
    text = spelled(content)
    made = corrected(
        content,
        [change(text, "186人", "190人", "在岗职工为190人。"), change(text, "30人", "31人"), change(text, "7个", "8个")],
    )
    assert spelled(made) == text.replace("186人", "190人").replace("30人", "31人").replace("7个", "8个")
    document = Document(io.BytesIO(made))
    runs = document.paragraphs[0].runs
    [new] = [run for run in runs if run.text == "190人"]
    assert new.font.highlight_color == WD_COLOR_INDEX.YELLOW and new.bold and new.font.size == Pt(16)
    assert [run.text for run in runs if run.font.highlight_color is None and run.text] == [
        "全区在岗职工",
        "，比上年增加。",
    ]
    [comment] = document.comments
    assert comment.text == "在岗职工为190人。" and comment.author == "匠台"
    assert "\t完" in document.paragraphs[1].text


def test_two_figures_of_one_run_and_none_at_all():
    document, out = Document(), io.BytesIO()
    document.add_paragraph("甲厂3人，乙厂4人，丙厂5人。")
    document.save(out)
    text = spelled(out.getvalue())
    made = corrected(out.getvalue(), [change(text, "3人", "13人", "一"), change(text, "5人", "15人", "二")])
    assert spelled(made) == "甲厂13人，乙厂4人，丙厂15人。"
    assert {one.text for one in Document(io.BytesIO(made)).comments} == {"一", "二"}
    assert spelled(corrected(out.getvalue(), [])) == text


def test_every_part_is_well_formed():
    content = draft()
    text = spelled(content)
    with zipfile.ZipFile(io.BytesIO(corrected(content, [change(text, "186人", "190人", "<&> \u2028")]))) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert "word/comments.xml" in names
        from xml.etree import ElementTree

        for name in names:
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(archive.read(name))


def test_what_word_writes_by_itself_is_not_replaced():
    content = draft()
    text = spelled(content)
    at = text.index("第一项9人")
    assert text[at - 2 : at].strip(), "the number that Word writes before the paragraph"
    with pytest.raises(FileRefused, match="自动编号"):
        corrected(content, [Correction(at - 2, at, "2.")])


def test_a_damaged_file_is_refused():
    with pytest.raises(FileRefused, match="改不了"):
        corrected(b"PK\x03\x04 nothing", [])
