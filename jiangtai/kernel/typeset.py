"""Typesetting: a Typst template and data become a PDF in which every character is really there.

Data reach the template as JSON in `sys.inputs.data`, never as part of its source, so that nobody's name is ever code.
The result is PDF/A-2b: fonts are embedded, and a character that no font has is an error here, not a box on paper.
"""

import json
import re
import threading
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import typst

from . import clock
from .home import Home

STANDARD: Final = "a-2b"
STYLES: dict[str, tuple[str, ...]] = {
    "title": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "FZXBSJW--GB1-0", "Noto Serif CJK SC", "Noto Serif SC"),
    "song": ("Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "SimSun"),
    "fang": ("FangSong_GB2312", "FangSong", "FZFangSong-Z02", "FandolFang", "Noto Serif CJK SC", "Noto Serif SC"),
    "kai": ("KaiTi_GB2312", "KaiTi", "LXGW WenKai", "FandolKai", "Noto Serif CJK SC", "Noto Serif SC"),
    "hei": ("SimHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC"),
}
"""What a style is set in: the first of these that the machine has, the others helping out with rare characters."""
_PACKAGED = "pylopdf_fonts_zh_cn"
_NO_FONT = (
    "本机没有中文字体，不能生成 PDF。请安装 Debian 软件包 fonts-noto-cjk，或把中文字体文件放进数据目录的 fonts 文件夹，"
    "再重新启动"
)
_MISSING = re.compile(r"the text `\"(?P<text>.+?)\"` could not be displayed", re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_one_at_a_time = threading.Lock()


class TypesetError(RuntimeError):
    """A PDF was not made; the message says why and what to install or mend."""


def pdf(template: Path, data: Mapping[str, Any], *, at: datetime | None = None) -> bytes:
    """The template set with these data, dated `at` (now, where nothing is said)."""
    fonts = _fonts(Home.current().path / "fonts")
    inputs = {"data": json.dumps(data, ensure_ascii=False, default=str), "fonts": json.dumps(fonts)}
    moment = int((at or clock.now()).timestamp())
    try:
        with _one_at_a_time:
            made = _compiler(Home.current().path / "fonts").compile(
                input=template, root=template.parent, format="pdf", sys_inputs=inputs, pdf_standards=STANDARD,
                timestamp=moment,
            )  # fmt: skip
    except typst.TypstError as error:
        raise TypesetError(_words(error, template)) from error
    if not isinstance(made, bytes):
        raise TypesetError(f"排版模板 {template.name} 没有产生 PDF，请联系系统管理员")
    return made


def families(fonts: Iterable[str]) -> dict[str, list[str]]:
    """For each style the families at hand, best first; `TypesetError` where not one of them is."""
    known = set(fonts)
    spare = [name for name in dict.fromkeys(name for names in STYLES.values() for name in names) if name in known]
    if not spare:
        raise TypesetError(_NO_FONT)
    return {
        style: list(dict.fromkeys([name for name in names if name in known] + spare)) for style, names in STYLES.items()
    }


@lru_cache(maxsize=4)
def _fonts(folder: Path) -> dict[str, list[str]]:
    return families(_found(folder).families())


@lru_cache(maxsize=4)
def _found(folder: Path) -> typst.Fonts:
    """The machine's fonts, those that an office put beside its data, and those of the font package."""
    packaged = find_spec(_PACKAGED)
    places = [*(packaged.submodule_search_locations or () if packaged else ()), *([folder] if folder.is_dir() else ())]
    return typst.Fonts(include_embedded_fonts=False, font_paths=[str(place) for place in places])


@lru_cache(maxsize=4)
def _compiler(folder: Path) -> typst.Compiler:
    """One compiler for the process: reading the fonts takes a hundred times longer than a page."""
    return typst.Compiler(font_paths=_found(folder))


def _words(error: typst.TypstError, template: Path) -> str:
    if lacking := _MISSING.search(error.message):
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), lacking["text"])
        codes = "、".join(f"U+{ord(sign):X}" for sign in text)
        return (
            f"已安装的字体里没有“{text}”这个字（{codes}），不能生成 PDF。请安装 Debian 软件包 fonts-hanazono，"
            "或把含这个字的字体文件放进数据目录的 fonts 文件夹，再重新启动"
        )
    return f"排版模板 {template.name} 有误：{error.message}。请联系系统管理员"
