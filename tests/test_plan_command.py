"""`jiangtai plan parse` reads a plan without a database, and answers what it cannot read with what to do."""

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import typst
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from pypdf import PdfReader, PdfWriter

from config import plan_commands
from config.cli import parser

PLAN = "某区产业工人队伍建设改革方案\n1.推进培训。培训职工不少于300人。（区人社局牵头，区总工会配合；2027年底前完成）\n"


def run(*words: object) -> int:
    return plan_commands.run(parser().parse_args(["plan", "parse", *map(str, words)]))


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "方案.txt"
    path.write_text(PLAN, encoding="gb18030")
    return path


def test_json_stands_alone_on_the_output(plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(plan, "--json", "--text", tmp_path / "文字.txt") == 0
    told = json.loads(capsys.readouterr().out)
    text = (tmp_path / "文字.txt").read_bytes().decode("utf-8")
    assert text == PLAN
    (one,) = told["measures"]
    assert {key: one[key] for key in ("number", "section", "title", "lead", "support", "open", "deadline")} == {
        "number": 1, "section": "", "title": "推进培训", "lead": ["区人社局"], "support": ["区总工会"], "open": False,
        "deadline": "2027-12-31",
    }  # fmt: skip
    (action,), (figure,) = one["actions"], one["figures"]
    assert (action["force"], text[slice(*action["span"])]) == ("required", action["text"])
    assert (figure["value"], figure["comparator"], text[slice(*figure["span"])]) == (300, ">=", "不少于300人")
    assert text[slice(*one["span"])].startswith("1.推进培训")
    assert told["warnings"] == []
    assert (one["title"], told["title"]) == ("推进培训", "某区产业工人队伍建设改革方案")


def test_json_has_the_keys_that_were_agreed_and_no_others(
    plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan.write_text("某区方案\n1.推进培训。覆盖率达到90%。（区人社局负责）", encoding="utf-8")
    assert run(plan, "--json") == 0
    out, err = capsys.readouterr()
    told = json.loads(out)
    (one,) = told["measures"]
    assert [*told] == ["title", "measures", "warnings"]
    assert [*one] == [
        *("number", "section", "title", "lead", "support", "open", "actions", "figures", "deadline", "span")
    ]
    assert [*one["actions"][0]] == ["text", "span", "force"]
    assert [*one["figures"][0]] == ["text", "value", "unit", "comparator", "span"]
    assert (one["deadline"], one["actions"][0]["force"], one["section"]) == (None, None, "")
    assert err == ""


def test_places_are_those_of_the_text_that_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = (
        "某区产业工人队伍建设若干规定",
        "第一条　每年培训𡐓塬镇职工不少于３００人，并按照有关规定发放补贴，对弄虚",
        "作假的单位和个人依法依规严肃处理。（牵头单位：区人力资源和社会保障局；",
        "责任单位：区教育局、𡐓塬镇人民政府、区国有资产监督管理委员会、区财政局、区",
        "总工会）",
        "第二条　健全劳动关系协调机制，依法查处各类违法行为，切实维护职工权益，营",
        "造良好环境氛围，２０２７年底前建成“一站式”调处中心２个以上，并向街镇延伸",
        "服务。（牵头单位：区总工会）",
    )
    path, text = tmp_path / "规定.txt", tmp_path / "文字.txt"
    path.write_bytes("\r\n".join(lines).encode("gb18030"))
    assert run(path, "--json", "--text", text) == 0
    first, second = json.loads(capsys.readouterr().out)["measures"]
    written = text.read_bytes().decode("utf-8")
    assert first["support"][1] == "𡐓塬镇人民政府"
    assert (first["support"][-1], second["deadline"]) == ("区总工会", "2027-12-31")
    for measure in (first, second):
        assert written[slice(*measure["span"])].startswith(("第一条", "第二条"))
        for one in [*measure["actions"], *measure["figures"]]:
            assert written[slice(*one["span"])] == one["text"]


def test_a_word_document_with_all_that_word_can_hide(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = Document()
    for words in ("某区2026年工作要点", "推进培训。", "推进宣讲。", "末"):
        document.add_paragraph(words)
    lists = document.part.numbering_part.element
    for child in list(lists):
        lists.remove(child)
    level = "<w:lvl w:ilvl='0'><w:start w:val='3'/><w:numFmt w:val='decimal'/><w:lvlText w:val='%1．'/></w:lvl>"
    lists.append(parse_xml(f"<w:abstractNum {nsdecls('w')} w:abstractNumId='7'>{level}</w:abstractNum>"))
    lists.append(parse_xml(f"<w:num {nsdecls('w')} w:numId='7'><w:abstractNumId w:val='7'/></w:num>"))
    first, second, last = document.paragraphs[1:4]
    for one in (first, second):
        place = f"<w:numPr {nsdecls('w')}><w:ilvl w:val='0'/><w:numId w:val='7'/></w:numPr>"
        one._p.get_or_add_pPr().append(parse_xml(place))
    box = (
        "<w:r {}><w:pict><w:txbxContent><w:p><w:r><w:t>同步开通热线。</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
    )
    for one, pieces in (
        (first, (
            "<w:r {}><w:t>培训职工</w:t></w:r>",
            "<w:del {} w:id='1' w:author='a'><w:r><w:delText>200人</w:delText></w:r></w:del>",
            "<w:ins {} w:id='2' w:author='a'><w:r><w:t>300人</w:t></w:r></w:ins>",
            "<w:r {}><w:footnoteReference w:id='2'/></w:r>",
            "<w:r {}><w:rPr><w:vanish/></w:rPr><w:t>（内部掌握400人）</w:t></w:r>",
            "<w:r {}><w:t>。（牵头单位：区人社局、</w:t><w:br/><w:t>区教育局）</w:t></w:r>",
        )),
        (second, ("<w:r {}><w:t>组织宣讲20场。（区总工会负责）</w:t></w:r>", box)),
    ):  # fmt: skip
        for piece in pieces:
            one._p.append(parse_xml(piece.format(nsdecls("w"))))
    last._p.getparent().remove(last._p)
    outer = document.add_table(2, 3)
    for cell, words in zip(outer._cells, ("序号", "任务", "责任单位", "9", "推进评选。", ""), strict=True):
        cell.text = words
    outer._cells[5].add_table(1, 1)._cells[0].text = "区妇联"
    document.save(str(tmp_path / "要点.docx"))
    assert run(tmp_path / "要点.docx", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["number"], one["title"], one["lead"]) for one in told["measures"]] == [
        (3, "推进培训", ["区人社局", "区教育局"]), (4, "推进宣讲", ["区总工会"]), (9, "推进评选", ["区妇联"])
    ]  # fmt: skip
    assert [action["text"] for one in told["measures"][:2] for action in one["actions"]] == [
        "培训职工300人。", "组织宣讲20场。", "同步开通热线。"
    ]  # fmt: skip


def test_a_thousand_measures_are_read_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = (f"{at}.推进第{at}项。培训{at}人以上。（区人社局牵头，区总工会等配合）" for at in range(1, 1_001))
    (tmp_path / "千项.txt").write_text("\n".join(("某区2026年方案", *lines)), encoding="utf-8")
    assert run(tmp_path / "千项.txt", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)["measures"]) == 1_000


def test_without_json_it_is_told_in_chinese(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(plan) == 0
    told = capsys.readouterr().out
    for words in ("读出 1 项任务", "牵头：区人社局；配合：区总工会", "完成时间：2027-12-31", "指标：不少于300人"):
        assert words in told


def test_it_needs_neither_home_nor_database(plan: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "JIANGTAI_HOME": str(tmp_path / "nowhere")}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "config.cli", "plan", "parse", str(plan), "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, check=True)
    assert json.loads(done.stdout)["title"] == "某区产业工人队伍建设改革方案"
    assert not (tmp_path / "nowhere").exists()


def picture_pdf() -> bytes:
    made = typst.compile(b"#rect(width: 5cm, height: 3cm, fill: gray)", format="pdf")
    assert isinstance(made, bytes)
    return made


def locked_pdf() -> bytes:
    writer, kept = PdfWriter(PdfReader(io.BytesIO(picture_pdf()))), io.BytesIO()
    writer.encrypt("secret", algorithm="AES-256")
    writer.write(kept)
    return kept.getvalue()


def archive(name: str, kind: str = "") -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as made:
        if kind:
            made.writestr("[Content_Types].xml", f"<Types><Override ContentType='{kind}'/></Types>")
        made.writestr(name, "<none/>")
    return kept.getvalue()


def word(**more: bytes) -> bytes:
    kept = io.BytesIO()
    document = Document()
    document.add_paragraph(PLAN)
    document.save(kept)
    with zipfile.ZipFile(kept, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in more.items():
            archive.writestr(f"word/{name}.bin", content)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("空.txt", b"", "文件是空的"),
        ("白.txt", b" \n\n", "文件里没有文字"),
        ("扫描.pdf", picture_pdf(), "应当是扫描件或图片"),
        ("加密.pdf", locked_pdf(), "设了打开密码"),
        ("损坏.pdf", b"%PDF-1.7\nnothing", "已损坏"),
        ("无单位.txt", "某区方案\n一、目标\n做好工作。".encode(), "没有找到责任单位"),
        ("炸弹.docx", word(bomb=b"\0" * (300 * 2**20)), "解压后大得异常"),
        ("宏.docx", word(vbaProject=b"macro"), "带有宏"),
        ("程序.docx", b"MZ\x90\0program", "可执行程序"),
        ("嵌入.docx", word(inside=b"MZ\x90\0program"), "可执行程序"),
        ("改名.docx", PLAN.encode(), "内容却是纯文本"),
        ("照片.pdf", b"\x89PNG\r\n\x1a\n", "内容却是PNG"),
        ("压缩.docx", archive("方案.txt"), "压缩包或不支持的文档格式"),
        ("表格.docx", archive("xl/workbook.xml", "spreadsheetml.sheet.main+xml"), "内容却是Excel"),
        ("截断.docx", word()[:2_000], "已损坏"),
        ("无正文.docx", archive("word/other.xml", "wordprocessingml.document.main+xml"), "读不到正文"),
        ("网页.txt", b"<html><body>plan</body></html>", "网页代码"),
        ("巨大.txt", "1.一。做好。\n".encode() * 2_600_000, "超过 2,000,000 字"),
        ("过大.txt", b"a" * (50 * 2**20 + 1), "超过 50 MB"),
        ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "已损坏"),
    ],
)
def test_what_cannot_be_read_is_told(
    name: str, content: bytes, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(content)
    assert run(tmp_path / name, "--json", "--text", tmp_path / "文字.txt") == 1
    assert not (tmp_path / "文字.txt").exists()
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("没有完成：") and told in err and err.count("\n") == 1


def test_a_file_that_is_not_there_and_a_text_that_cannot_be_kept(
    plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "没有.txt") == 1
    assert "没有这个文件" in capsys.readouterr().err
    assert run(plan, "--text", tmp_path / "没有" / "文字.txt") == 1
    assert "没有完成" in capsys.readouterr().err
