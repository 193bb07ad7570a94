"""A document reads as the same text for everybody, whatever program wrote it."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from jiangtai.documents import document_text
from jiangtai.kernel.filetypes import FileRefused

SAID = "培训产业工人3600多人次。\n覆盖近2.1万名职工。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_text_reads_the_same_in_every_encoding(tmp_path: Path, encoding: str, end: str) -> None:
    path = tmp_path / "稿子.txt"
    path.write_bytes(SAID.replace("\n", end).encode(encoding))
    assert document_text(path) == SAID
    assert document_text(str(path)) == SAID


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_page_break_in_plain_text_ends_a_line(encoding: str) -> None:
    content = "希望培训30人。\f覆盖20家。".encode(encoding)
    assert document_text(io.BytesIO(content), "稿子.TXT") == "希望培训30人。\n覆盖20家。"


def test_what_only_begins_like_another_encoding_is_refused() -> None:
    with pytest.raises(FileRefused, match="认不出"):
        document_text(io.BytesIO(b"\xff\xfe\x00\xd8\x00"), "稿子.txt")


def word(*paragraphs: str) -> Document:
    document = Document()
    for one in paragraphs:
        document.add_paragraph(one)
    return document


def read(document: Document) -> str:
    kept = io.BytesIO()
    document.save(kept)
    return document_text(kept, "稿子.docx")


def test_a_word_document_gives_each_paragraph_a_line() -> None:
    assert read(word(*SAID.split("\n"), "", "末")) == SAID + "\n\n末"


def test_runs_tabs_and_breaks() -> None:
    document = word()
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.tab_stops.add_tab_stop(914400)
    for piece in ("培训36", "00多\t人次", "\n第二行"):
        paragraph.add_run(piece)
    assert read(document) == "培训3600多\t人次\n第二行"


def test_a_tables_row_is_a_line_in_its_place() -> None:
    document = word("前")
    table = document.add_table(2, 2)
    for at, cell in enumerate(table._cells):
        cell.text = f"格{at}"
    document.add_paragraph("后")
    assert read(document) == "前\n格0\t格1\n格2\t格3\n后"


def test_what_stands_around_the_body_is_not_read() -> None:
    document = word("正文")
    document.sections[0].header.paragraphs[0].text = "页眉3人"
    document.sections[0].footer.paragraphs[0].text = "页脚4人"
    assert read(document) == "正文"


def test_a_table_in_a_cell_is_read_once() -> None:
    document = word()
    cell = document.add_table(1, 1)._cells[0]
    cell.text = "外"
    cell.add_table(1, 1)._cells[0].text = "内"
    assert read(document).split() == ["外", "内"]


def test_what_was_deleted_is_gone_and_what_was_inserted_is_there() -> None:
    document = word("共")
    for xml in (
        "<w:del {} w:id='1' w:author='a'><w:r><w:delText>25家</w:delText></w:r></w:del>",
        "<w:ins {} w:id='2' w:author='a'><w:r><w:t>26家</w:t></w:r></w:ins>",
    ):
        document.paragraphs[0]._p.append(parse_xml(xml.format(nsdecls("w"))))
    assert read(document) == "共26家"


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next() -> None:
    document = word("每年培训", "职工30人。", "末")
    end = parse_xml(f"<w:rPr {nsdecls('w')}><w:del w:id='9' w:author='a'/></w:rPr>")
    document.paragraphs[0]._p.get_or_add_pPr().append(end)
    assert read(document) == "每年培训职工30人。\n末"


@pytest.mark.parametrize(("value", "said"), [("", "共26家"), (" w:val='1'", "共26家"), (" w:val='0'", "共25家26家")])
def test_what_is_hidden_is_not_read(value: str, said: str) -> None:
    document = word("共")
    hidden = f"<w:r {nsdecls('w')}><w:rPr><w:vanish{value}/></w:rPr><w:t>25家</w:t></w:r>"
    document.paragraphs[0]._p.append(parse_xml(hidden))
    document.paragraphs[0].add_run("26家")
    assert read(document) == said


def test_how_a_sign_is_spoken_is_not_read() -> None:
    document = word("建好")
    ruby = "<w:ruby><w:rt><w:r><w:t>yì</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>驿</w:t></w:r></w:rubyBase></w:ruby>"
    document.paragraphs[0]._p.append(parse_xml(f"<w:r {nsdecls('w')}>{ruby}</w:r>"))
    assert read(document) == "建好驿"


def test_a_note_at_the_foot_is_not_read() -> None:
    document = word("建好驿站")
    document.paragraphs[0]._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:footnoteReference w:id='2'/></w:r>"))
    document.paragraphs[0].add_run("30座。")
    assert read(document) == "建好驿站30座。"


def test_a_box_is_read_once_and_after_its_paragraph() -> None:
    document = word("正文")
    box = "<w:txbxContent><w:p><w:r><w:t>框中{}</w:t></w:r></w:p></w:txbxContent>"
    document.paragraphs[0]._p.append(
        parse_xml(
            f"<w:r {nsdecls('w')} xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>"
            f"<mc:AlternateContent><mc:Choice Requires='wps'>{box.format(1)}</mc:Choice>"
            f"<mc:Fallback>{box.format(2)}</mc:Fallback></mc:AlternateContent></w:r>"
        )
    )
    assert read(document) == "正文\n框中1"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("稿子.txt", b"", "文件是空的"),
        ("稿子.docx", "文字".encode(), "内容却是纯文本"),
        ("稿子.txt", b"PK\x03\x04broken", "文件已损坏"),
        ("照片.png", b"\x89PNG\r\n\x1a\n", "这里不收PNG 图片"),
    ],
)
def test_what_cannot_be_read_is_told(name: str, content: bytes, told: str) -> None:
    with pytest.raises(FileRefused, match=told):
        document_text(io.BytesIO(content), name)


def test_it_needs_no_django() -> None:
    asked = "import sys; from jiangtai.documents import document_text; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
