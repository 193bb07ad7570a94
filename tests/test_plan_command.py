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
        ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "已损坏"),
    ],
)
def test_what_cannot_be_read_is_told(
    name: str, content: bytes, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(content)
    assert run(tmp_path / name, "--json") == 1
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
