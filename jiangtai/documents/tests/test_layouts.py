"""Word's own numbers, merged cells and a PDF's lines and tables are read as they were meant."""

import io
import json

import pytest
import typst
from docx import Document
from docx.document import Document as Written
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from jiangtai.documents import SAME_AS_ABOVE, document_text
from jiangtai.documents.numbering import chinese

LEVELS = (("chineseCountingThousand", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."), ("bullet", "·"))


def read(document: Written) -> list[str]:
    kept = io.BytesIO()
    document.save(kept)
    return document_text(kept, "稿子.docx").split("\n")


def numbered(*items: tuple[int, str], restart: str = "") -> Written:
    document = Document()
    lists = document.part.numbering_part.element
    for child in list(lists):
        lists.remove(child)
    levels = "".join(
        f"<w:lvl w:ilvl='{at}'><w:start w:val='1'/><w:numFmt w:val='{form}'/>{restart if at == 2 else ''}"
        f"<w:suff w:val='nothing'/><w:lvlText w:val='{text}'/></w:lvl>"
        for at, (form, text) in enumerate(LEVELS)
    )
    lists.append(parse_xml(f"<w:abstractNum {nsdecls('w')} w:abstractNumId='7'>{levels}</w:abstractNum>"))
    lists.append(parse_xml(f"<w:num {nsdecls('w')} w:numId='3'><w:abstractNumId w:val='7'/></w:num>"))
    for level, words in items:
        place = f"<w:numPr {nsdecls('w')}><w:ilvl w:val='{level}'/><w:numId w:val='3'/></w:numPr>"
        document.add_paragraph(words)._p.get_or_add_pPr().append(parse_xml(place))
    return document


ITEMS = ((0, "目标"), (1, "甲"), (2, "一"), (2, "二"), (1, "乙"), (2, "三"), (3, "点"), (0, "要求"), (1, "丙"))


def test_words_own_numbers_stand_before_their_paragraphs() -> None:
    assert read(numbered(*ITEMS)) == [
        "一、目标", "（一）甲", "1.一", "2.二", "（二）乙", "1.三", "点", "二、要求", "（一）丙"
    ]  # fmt: skip


def test_a_wide_sign_behind_the_number_brings_its_own_gap() -> None:
    document = numbered(*ITEMS)
    for suffix in list(document.part.numbering_part.element.iter(qn("w:suff"))):
        suffix.getparent().remove(suffix)
    assert read(document)[:3] == ["一、目标", "（一）甲", "1. 一"]


def test_a_level_that_goes_on_counting_does() -> None:
    assert read(numbered(*ITEMS, restart="<w:lvlRestart w:val='0'/>"))[5] == "3.三"


def test_a_style_may_bring_the_number() -> None:
    document = numbered((0, "一"))
    style = document.styles["Heading 1"].element
    style.get_or_add_pPr().append(parse_xml(f"<w:numPr {nsdecls('w')}><w:numId w:val='3'/></w:numPr>"))
    document.add_paragraph("二", style="Heading 1")
    assert read(document) == ["一、一", "二、二"]


@pytest.mark.parametrize(
    ("number", "said"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (103, "一百零三"), (110, "一百一十")]
)
def test_numbers_in_chinese(number: int, said: str) -> None:
    assert chinese(number) == said


def test_a_style_hands_its_number_on_to_those_based_on_it_each_at_its_level() -> None:
    document = numbered((0, "一"))
    for level, name in ((0, "Heading 1"), (1, "Heading 2")):
        style = document.styles[name].element
        style.get_or_add_pPr().append(parse_xml(f"<w:numPr {nsdecls('w')}><w:numId w:val='3'/></w:numPr>"))
        place = document.part.numbering_part.element.find(f".//{{*}}lvl[@{{{style.nsmap['w']}}}ilvl='{level}']")
        place.append(parse_xml(f"<w:pStyle {nsdecls('w')} w:val='{style.get(qn('w:styleId'))}'/>"))
    document.styles.add_style("标题二之变", 1).base_style = document.styles["Heading 2"]
    document.add_paragraph("甲", style="Heading 2")
    document.add_paragraph("乙", style="标题二之变")
    assert read(document) == ["一、一", "（一）甲", "（二）乙"]


def test_a_list_may_write_all_its_levels_in_digits() -> None:
    document = numbered((0, "目标"), (1, "甲"))
    level = document.part.numbering_part.element.find(f".//{qn('w:lvl')}[@{qn('w:ilvl')}='1']")
    level.append(parse_xml(f"<w:isLgl {nsdecls('w')}/>"))
    level.find(qn("w:lvlText")).set(qn("w:val"), "%1.%2")
    assert read(document) == ["一、目标", "1.1甲"]


def test_an_empty_paragraph_takes_its_number_and_a_deleted_one_does_not() -> None:
    document = numbered((2, "一"), (2, ""), (2, "三"), (2, ""), (2, "四"))
    end = parse_xml(f"<w:rPr {nsdecls('w')}><w:del w:id='9' w:author='a'/></w:rPr>")
    document.paragraphs[3]._p.get_or_add_pPr().append(end)
    assert read(document) == ["1.一", "", "3.三", "4.四"]


def test_merged_cells_keep_their_columns() -> None:
    document = Document()
    table = document.add_table(3, 3)
    for at, cell in enumerate(table._cells):
        cell.text = f"格{at}"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "并"
    table.cell(0, 0).merge(table.cell(0, 1)).text = "宽"
    assert read(document)[:3] == ["宽\t\t格2", "并\t格4\t格5", f"{SAME_AS_ABOVE}\t格7\t格8"]


def test_a_cell_of_several_lines_is_one() -> None:
    document = Document()
    cell = document.add_table(1, 2)._cells[0]
    cell.text = "区人社局\n区财政局"
    cell.add_paragraph("区\t总工会")
    assert read(document)[0] == "区人社局 区财政局 区 总工会\t"


def pdf(source: str) -> str:
    head = '#set page(numbering: "— 1 —")\n#set text(font: ("Noto Serif CJK SC", "Noto Serif SC"), lang: "zh")\n'
    made = typst.compile((head + source).encode(), format="pdf")
    assert isinstance(made, bytes)
    return document_text(io.BytesIO(made), "稿子.pdf")


def test_a_pdf_gives_paragraphs_and_no_page_numbers() -> None:
    words = "推动产业工人队伍建设改革走深走实，覆盖职工98%以上，" * 6
    indent = "#set par(first-line-indent: (amount: 2em, all: true), justify: true)\n"
    assert pdf(f"{indent}一、目标\n\n{words}\n\n#pagebreak()\n2.要求。{words}") == f"一、目标\n{words}\n2.要求。{words}"


def test_heads_and_feet_of_two_pages_are_no_text() -> None:
    words = "推动产业工人队伍建设改革走深走实，覆盖职工98%以上，" * 6
    head = "#set page(header: align(right)[某市产改办])\n#set par(first-line-indent: (amount: 2em, all: true))\n"
    assert pdf(f"{head}一、目标\n\n{words}\n\n#pagebreak()\n2.要求。{words}") == f"一、目标\n{words}\n2.要求。{words}"


def test_a_table_over_several_pages_says_its_heads_once() -> None:
    heads = ("序号", "工作举措", "责任单位", "时限")
    rows = [
        (str(at), f"组织第{at}场宣讲，" + "并建立工作台账，及时总结做法，" * 4, "市总工会", "2026年")
        for at in range(1, 40)
    ]
    cells = ", ".join(f"[#{json.dumps(cell, ensure_ascii=False)}]" for row in rows for cell in row)
    shown = ", ".join(f"[{head}]" for head in heads)
    for narrow in ("1.5cm", "0.9cm"):  # 序 above 号
        told = pdf(f"任务分解表\n\n#table(columns: ({narrow}, 5cm, 4cm, 3cm), table.header({shown}), {cells})")
        assert told.split("\n") == ["任务分解表", *("\t".join(row) for row in (heads, *rows))]


def test_a_table_in_a_pdf_keeps_its_rows() -> None:
    rows = [
        ("序号", "工作举措", "责任单位", "时限"),
        ("1", "组织宣讲活动，每年不少于六十场次，并建立联系点制度。", "市人力资源和社会保障局、市总工会", "2026年"),
        ("2", "督促企业签订集体合同。", "市总工会", "长期"),
    ]
    cells = ", ".join(f"[#{json.dumps(cell, ensure_ascii=False)}]" for row in rows for cell in row)
    assert pdf(
        f"#table(columns: (1.5cm, 5cm, 4cm, 3cm), {cells})\n\n以上任务请抓好落实，每季度末报送进展情况，年底考核。"
    ) == "\n".join(["\t".join(row) for row in rows] + ["以上任务请抓好落实，每季度末报送进展情况，年底考核。"])
