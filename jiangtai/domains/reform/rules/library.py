"""Policy papers: how numbers are written, what the clauses are, what a list of them must say, what to warn of."""

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any


class Standing(Enum):
    """How a policy paper stands on a day."""

    COMING = "coming"
    IN_FORCE = "in_force"
    AMENDED = "amended"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    REPEALED = "repealed"

    @property
    def label(self) -> str:
        """As users read it."""
        return {
            Standing.COMING: "尚未施行", Standing.IN_FORCE: "现行有效", Standing.AMENDED: "现行有效，部分修改",
            Standing.EXPIRED: "已到期", Standing.SUPERSEDED: "已被替代", Standing.REPEALED: "已废止",
        }[self]  # fmt: skip

    @property
    def tone(self) -> str:
        """Its light."""
        return {Standing.COMING: "info", Standing.IN_FORCE: "ok", Standing.AMENDED: "ok"}.get(self, "plain")

    @property
    def is_valid(self) -> bool:
        """Whether it counts on that day."""
        return self in (Standing.IN_FORCE, Standing.AMENDED)


VALID = tuple(one.value for one in Standing if one.is_valid)
OVER = (Standing.EXPIRED.value, Standing.SUPERSEDED.value, Standing.REPEALED.value)
_NUMBER = re.compile(r"[\u4e00-\u9fff（）·]{1,24}〔(?P<year>(?:19|20)\d{2})〕(?:第)?\d{1,5}号")
_ORDER = re.compile(r"[\u4e00-\u9fff]{1,24}令(?:第)?\d{1,5}号")
_WIDE = str.maketrans("０１２３４５６７８９［］[]【】﹝﹞", "0123456789〔〕〔〕〔〕〔〕")
_YEAR = re.compile(r"[(（](\s*(?:19|20)\d{2}\s*)[)）]")
_HEADING = re.compile(
    r"^\s*(第[一二三四五六七八九十百零〇\d]+[章节条]|[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）)\s*(.*)$"
)
_DAY = re.compile(r"^\s*(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?(?:[ T].*)?$")
_SERIAL = re.compile(r"^\d{5}(?:\.0+)?$")
_BOTH = re.compile(r"[\s　]+")


def tidy_number(text: str) -> str:
    """A number as GB/T 9704 writes it: 〔2026〕 for any bracket, no blanks, digits of ordinary width."""
    plain = _YEAR.sub(r"〔\1〕", text.translate(_WIDE))
    return _BOTH.sub("", plain)


def number_wrong(number: str, issued_on: date | None = None) -> str:
    """What is wrong with a number in its tidy form; empty where nothing is."""
    if not number or _ORDER.fullmatch(number):
        return ""
    found = _NUMBER.fullmatch(number)
    if found is None:
        return f"发文字号“{number}”不合规范，应写成 锦委发〔2026〕3号 或 国务院令第586号 的样子"
    if issued_on and int(found["year"]) != issued_on.year:
        return f"发文字号的年份 {found['year']} 与印发日期 {issued_on} 不在同一年，请核对"
    return ""


def tidy_issuer(text: str) -> str:
    """Several who issued together, with one mark between them."""
    return "、".join(part for part in re.split(r"[、，,；;\s]+", text.strip()) if part)


@dataclass(frozen=True)
class Clause:
    """A clause of a text: its heading and its paragraphs."""

    head: str
    lines: tuple[str, ...]


def clauses(text: str) -> list[Clause]:
    """A text by its clauses (第三条, 一、, （二）); what stands before the first has no heading."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in filter(None, (line.strip() for line in text.splitlines())):
        head = _HEADING.match(line)
        is_title = len(line) <= 40 and not line.endswith(("。", "；", "："))
        if head and is_title:
            found.append((line, []))
        elif head and head[1].startswith("第"):
            found.append((head[1], [head[2]]))
        else:
            found[-1][1].append(line)
    return [Clause(head, tuple(lines)) for head, lines in found if head or lines]


def later(day: date, months: int) -> date:
    """The same day so many months on, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def next_review(since: date, months: int, today: date) -> date:
    """The first review day of a paper in force since then: never before today, for what is old is taken in late."""
    return max(later(since, months), today)


@dataclass(frozen=True)
class Other:
    """Another paper, as warnings look at it."""

    title: str
    standing: Standing
    since: date


def warnings(
    standing: Standing, ended_on: date | None, by: Other | None, bases: Iterable[Other], today: date
) -> list[str]:
    """What whoever relies on a paper has to know."""
    found = []
    if ended_on and ended_on > today:
        what = f"由《{by.title}》替代" if by else "废止"
        later = "新文件还没有施行，" if by and by.standing is Standing.COMING else ""
        found.append(f"将于 {ended_on} {what}；{later}在此之前本文件仍然有效。")
    elif by and by.standing is Standing.COMING:
        found.append(f"替代它的《{by.title}》{by.since} 起才施行，现在还没有施行，请核对终止日期。")
    if not standing.is_valid and standing is not Standing.COMING:
        return found
    gone = [one for one in bases if one.standing.value in OVER]
    found += [f"所依据的《{one.title}》{one.standing.label}，请核对是否需要修订或废止。" for one in gone]
    return found


COLUMNS = {
    "title": "标题", "number": "发文字号", "issuer": "发文机关", "kind": "文种", "level": "级别",
    "issued_on": "印发日期", "since": "施行日期", "until": "有效期至",
    "for_whom": "为谁", "gives": "给什么", "how": "怎么办",
}  # fmt: skip
NEEDED = ("title", "issuer", "kind", "level", "issued_on")
_DAYS = ("issued_on", "since", "until")
LONGEST = {"title": 200, "number": 60, "issuer": 200, "for_whom": 300, "gives": 600, "how": 600}
MOST_ROWS = 2_000


@dataclass(frozen=True)
class Sheet:
    """A list of papers as it was understood: the rows that can be taken in, and what is wrong with the others."""

    rows: tuple[Mapping[str, Any], ...]
    errors: tuple[str, ...]


def day_of(text: str) -> date | None:
    """A day as offices write it, or as a spreadsheet counts it; None for what is none."""
    if _SERIAL.match(text.strip()):
        return date(1899, 12, 30) + timedelta(days=int(float(text)))
    found = _DAY.match(text.translate(_WIDE))
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def read_sheet(cells: Sequence[Sequence[str]], kinds: Mapping[str, str], levels: Mapping[str, str]) -> Sheet:
    """A list of papers, row by row; `kinds` and `levels` are what each label means."""
    at, head = _head_of(cells)
    if at < 0:
        return Sheet((), ("没有找到表头，第一行应有“标题”“发文机关”等栏目，请用下载的模板填写",))
    if lacking := [COLUMNS[name] for name in NEEDED if name not in head]:
        return Sheet((), (f"缺少“{'”“'.join(lacking)}”栏，请用下载的模板填写",))
    rows: list[dict[str, Any]] = []
    errors: list[str] = []
    seen: dict[tuple[str, str], int] = {}
    for number, line in enumerate(cells[at + 1 :], start=at + 2):
        told = {name: str(line[place]).strip() if place < len(line) else "" for name, place in head.items()}
        if not any(told.values()) or told["title"].startswith("例："):
            continue
        row, wrong = _read_row(told, {"kind": kinds, "level": levels})
        key = (str(row.get("issuer", "")), str(row.get("number", "")))
        if key[1] and key in seen:
            wrong.append(f"与第 {seen[key]} 行的发文机关和发文字号相同")
        seen.setdefault(key, number)
        errors += [f"第 {number} 行“{told['title'][:20] or '没有标题'}”：{one}" for one in wrong]
        rows += [{**row, "line": number}] if not wrong else []
    if not rows and not errors:
        errors.append("表里没有内容，请从表头下一行填起")
    return Sheet(tuple(rows), tuple(errors))


def _head_of(cells: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    by_label = {label: name for name, label in COLUMNS.items()}
    for at, line in enumerate(cells[:5]):
        named = {_BOTH.sub("", str(cell)).rstrip("*＊"): place for place, cell in enumerate(line)}
        head = {by_label[label]: place for label, place in named.items() if label in by_label}
        if "title" in head and len(head) > 2:
            return at, head
    return -1, {}


def _read_row(told: Mapping[str, str], labels: Mapping[str, Mapping[str, str]]) -> tuple[dict[str, Any], list[str]]:
    row: dict[str, Any] = {name: told.get(name, "") for name in COLUMNS}
    wrong = [f"没有填“{COLUMNS[name]}”" for name in NEEDED if not row[name]]
    row["number"], row["issuer"] = tidy_number(row["number"]), tidy_issuer(row["issuer"])
    row["title"] = row["title"].strip("《》")
    for name, longest in LONGEST.items():
        if len(row[name]) > longest:
            wrong.append(f"“{COLUMNS[name]}”有 {len(row[name])} 字，不能超过 {longest} 字")
    for name, known in labels.items():
        if row[name] and row[name] not in known:
            wrong.append(f"“{COLUMNS[name]}”写的是“{row[name]}”，应是 {'、'.join(known)} 之一")
        row[name] = known.get(row[name], "")
    for name in _DAYS:
        text, row[name] = row[name], day_of(row[name]) if row[name] else None
        if text and row[name] is None:
            wrong.append(f"“{COLUMNS[name]}”写的是“{text}”，应形如 2026-05-01")
    row["since"] = row["since"] or row["issued_on"]
    if row["issued_on"] and row["since"] < row["issued_on"]:
        wrong.append(f"施行日期 {row['since']} 早于印发日期 {row['issued_on']}")
    if row["until"] and row["since"] and row["until"] < row["since"]:
        wrong.append(f"有效期至 {row['until']} 早于施行日期 {row['since']}")
    if said := number_wrong(row["number"], row["issued_on"]):
        wrong.append(said)
    return row, wrong
