"""Typesetting: data are never code, every character is there, and a machine without fonts says so."""

import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from jiangtai.kernel import typeset

TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#let fonts = json(bytes(sys.inputs.fonts))
#set page(width: 60mm, height: 30mm, margin: 5mm)
#set text(font: fonts.song, size: 10pt, lang: "zh", region: "cn")
#data.name
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    place = tmp_path / "name.typ"
    place.write_text(TEMPLATE, encoding="utf-8")
    return place


def text_of(made: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages).replace("\n", "")


@pytest.mark.parametrize("name", ["王䶮", "㛃𠅤", "买买提·艾合买提江", "欧阳司马上官娜仁其其格"])
def test_names_are_set_as_they_are(template, name):
    assert text_of(typeset.pdf(template, {"name": name})) == name


@pytest.mark.parametrize("name", ['#panic("x")', "*粗*_斜_$x$", '"; #read("/etc/passwd")', "[#sys]", "<a>@b `c`"])
def test_a_name_is_never_code(template, name):
    assert text_of(typeset.pdf(template, {"name": name})).replace(" ", "") == name.replace(" ", "")


def test_a_character_that_no_font_has_is_an_error_and_not_a_box(template):
    with pytest.raises(typeset.TypesetError, match="没有“\U000f1234”这个字") as refused:
        typeset.pdf(template, {"name": "李\U000f1234"})
    assert "fonts-hanazono" in str(refused.value)


def test_a_machine_without_chinese_fonts_says_what_to_install():
    with pytest.raises(typeset.TypesetError, match="fonts-noto-cjk"):
        typeset.families(["DejaVu Sans"])


def test_an_offices_own_fonts_come_first():
    found = typeset.families(["Noto Serif CJK SC", "FangSong_GB2312"])
    assert found["fang"][0] == "FangSong_GB2312"
    assert found["hei"][0] == "Noto Serif CJK SC" or "Noto Serif CJK SC" in found["hei"]


def test_a_broken_template_names_itself(tmp_path):
    place = tmp_path / "broken.typ"
    place.write_text("#nothing", encoding="utf-8")
    with pytest.raises(typeset.TypesetError, match=r"broken\.typ"):
        typeset.pdf(place, {})


def test_the_result_is_for_the_archive(template):
    assert b"pdfaid:part>2<" in typeset.pdf(template, {"name": "王"}).replace(b"\n", b"")
