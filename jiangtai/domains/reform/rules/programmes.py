"""Programmes: an outline of items as an office types it, and a pasted list of firms; no Django."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST_LEVELS, MOST_ITEMS, MOST_FIRMS, LONGEST = 3, 60, 200, 60
_BULLET = re.compile(r"^(?:[-*·•]|[（(]?[一二三四五六七八九十\d]{1,3}[)）.、．])\s*")
_GAP = re.compile(r"\t+|\s{2,}|[，,；;]")


class OutlineRefused(ValueError):
    """An outline or a pasted list cannot be read; the message names the line and says what to do."""


@dataclass(frozen=True)
class Item:
    """An item of an outline: its level, its title, and the place of the one above it."""

    level: int
    title: str
    above: int | None = None


def outline(text: str) -> list[Item]:
    """The items of an outline, one a line; a line that is further in lies under the one above it."""
    found: list[Item] = []
    depths: list[tuple[int, int]] = []  # how far in, and at which place
    seen: set[str] = set()
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.expandtabs(4).replace("\u3000", "  ").rstrip()
        if not bare.strip():
            continue
        depth, title = len(bare) - len(bare.lstrip()), _BULLET.sub("", bare.strip())
        while depths and depths[-1][0] >= depth:
            depths.pop()
        if len(depths) + 1 > MOST_LEVELS:
            raise OutlineRefused(f"第 {number} 行“{title}”：最多分 {MOST_LEVELS} 级，请减少缩进")
        if not title or len(title) > LONGEST:
            raise OutlineRefused(f"第 {number} 行：条目名应为 1 到 {LONGEST} 个字，现有 {len(title)} 个")
        if title in seen:
            raise OutlineRefused(f"第 {number} 行：“{title}”写了两次，同名条目请合并或改名")
        seen.add(title)
        found.append(Item(len(depths) + 1, title, depths[-1][1] if depths else None))
        depths.append((depth, len(found) - 1))
    if not found:
        raise OutlineRefused("请至少写一个条目，每行一个")
    if len(found) > MOST_ITEMS:
        raise OutlineRefused(f"一个体系最多 {MOST_ITEMS} 个条目，现有 {len(found)} 个")
    return found


@dataclass(frozen=True)
class FirmLine:
    """A line of a pasted list: a firm, and, where the line says so, its item and the unit at its side."""

    number: int
    firm: str
    item: str = ""
    helper: str = ""


def firm_lines(text: str) -> list[FirmLine]:
    """The lines of a pasted list of firms: 企业 [条目] [结对单位], parted by tabs, commas or wide gaps."""
    found: list[FirmLine] = []
    for number, line in enumerate(text.splitlines(), start=1):
        cells = [one.strip() for one in _GAP.split(line.strip()) if one.strip()]
        if not cells or cells[0] in ("企业", "企业名称", "单位名称"):
            continue
        if len(cells) > MOST_LEVELS:
            raise OutlineRefused(f"第 {number} 行“{line.strip()[:30]}”：每行最多三栏：企业、条目、结对单位")
        found.append(FirmLine(number, *cells))
    if not found:
        raise OutlineRefused("请粘贴企业名单，每行一家")
    if len(found) > MOST_FIRMS:
        raise OutlineRefused(f"一次最多 {MOST_FIRMS} 家，现有 {len(found)} 行，请分批")
    return found


def repeated(names: Sequence[str]) -> str:
    """The first of these that stands twice; empty where none does."""
    seen: set[str] = set()
    return next((one for one in names if one in seen or seen.add(one)), "")  # type: ignore[func-returns-value]


def change_said(before: float | None, after: float | None, unit: str, *, is_share: bool) -> str:
    """From what to what a figure came, as a sentence."""
    if before is None or after is None:
        return "没有可比的数"
    by = after - before
    number = f"{abs(by):,.2f}".rstrip("0").rstrip(".")
    if not by:
        return "没有变化"
    return f"{'增加' if by > 0 else '减少'} {number} {'个百分点' if is_share else unit}"
