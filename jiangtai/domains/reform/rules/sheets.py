"""Sheets: the table of duties (责任分解表) in rows, and what differs between a sheet and the plan."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from . import cells
from .cells import words_of

NUMBER, SECTION, TITLE, LEAD, DESIGNATED, SUPPORT, EXPECTED, DEADLINE, TEXT, FORCE, FIGURES, TARGETS, HUNG, KEY = (
    *("number", "section", "title", "lead", "designated", "support", "expected", "deadline", "text", "force"),
    *("figures", "targets", "hung", "key"),
)  # fmt: skip
COLUMNS = {
    NUMBER: "序号", SECTION: "所在部分", TITLE: "举措", LEAD: "牵头单位", DESIGNATED: "总牵头单位", SUPPORT: "责任单位",
    EXPECTED: "配合要求", DEADLINE: "完成期限", TEXT: "工作内容", FORCE: "力度", FIGURES: "量化目标",
    TARGETS: "年度目标（系统填写）", HUNG: "工作体系（系统填写）", KEY: "识别码（请勿改动）",
}  # fmt: skip
DUTIES_SHEET, POINTS_SHEET = "责任分解表", "年度任务与节点"
OF_ACTION = (TEXT, FORCE, KEY)
OF_MEASURE = tuple(name for name in COLUMNS if name not in OF_ACTION)
KEPT = (TARGETS, HUNG)
"""Columns that tell what was settled elsewhere; a sheet does not change it."""
FORCES = {"要求": "required", "鼓励": "encouraged", "探索": "explored", "": ""}
FORCE_WORDS = {key: words for words, key in FORCES.items()}
_MOST_SIGNS = 4_000
_ALSO = {
    "配合单位": SUPPORT,
    "完成时限": DEADLINE,
    "目标指标": FIGURES,
    "主要举措": TITLE,
    "重点举措": TITLE,
    "工作任务": TEXT,
}


class SheetRefused(ValueError):
    """A sheet cannot be compared with the plan; the message says where and what to do."""


@dataclass
class Work:
    """A sentence in plain values."""

    key: str
    text: str
    force: str = ""
    row: int = 0


@dataclass
class Duty:
    """A measure in plain values with its sentences, as the plan or a sheet has it."""

    key: str
    number: str
    section: str
    title: str
    lead: tuple[str, ...]
    support: tuple[str, ...]
    deadline: date | None
    works: list[Work] = field(default_factory=list)
    row: int = 0
    is_open: bool = False
    designated: str = ""
    expected: dict[str, str] = field(default_factory=dict)
    figures: tuple[str, ...] = ()
    targets: str = ""
    hung: str = ""

    def cells(self) -> dict[str, str]:
        """What each column of the measure says, in words."""
        return {
            NUMBER: self.number, SECTION: self.section, TITLE: self.title, LEAD: cells.named(self.lead),
            DESIGNATED: self.designated, SUPPORT: cells.named(self.support, self.is_open),
            EXPECTED: cells.expected(self.expected), DEADLINE: str(self.deadline or ""),
            FIGURES: cells.lines(self.figures), TARGETS: self.targets, HUNG: self.hung,
        }  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One thing that a sheet has otherwise: 加, 改 or 删, or what is not taken from a sheet."""

    kind: str
    what: str
    where: str
    before: str = ""
    after: str = ""
    row: int = 0
    of_tasks: bool = False
    """Whether it is one of years and points: running tasks are changed, and no version is made."""

    @property
    def sheet(self) -> str:
        """In which sheet of the workbook it stands."""
        return POINTS_SHEET if self.of_tasks else DUTIES_SHEET

    @property
    def label(self) -> str:
        """As the office reads it."""
        return {"add": "加", "change": "改", "remove": "删", "kept": "不采用"}[self.kind]


def columns_of(heading: Sequence[str]) -> dict[str, int] | None:
    """Where each column stands, if a row is the heading."""
    return columns_of_labels(COLUMNS, heading, {TITLE, TEXT, LEAD}, _ALSO)


def columns_of_labels(
    labels: Mapping[str, str], heading: Sequence[str], needed: set[str], also: Mapping[str, str] | None = None
) -> dict[str, int] | None:
    """Where each column of a table stands, if a row holds the labels that are needed."""
    wanted = {_plain(label): key for key, label in labels.items()} | dict(also or {})
    found: dict[str, int] = {}
    for at, words in enumerate(heading):
        if (key := wanted.get(_plain(words))) and key not in found:
            found[key] = at
    return found if needed <= set(found) else None


def duties(rows: Iterable[tuple[int, Sequence[object]]]) -> list[Duty]:
    """The measures of a sheet; a row that says nothing of its measure goes on with the one above it."""
    at: dict[str, int] | None = None
    found: list[Duty] = []
    by_key: dict[str, Duty] = {}
    above: Duty | None = None
    for number, row in rows:
        if at is None:
            at = columns_of([words_of(one) for one in row])
            _require_whole(number, at)
            continue
        told = {key: row[place] if place < len(row) else "" for key, place in at.items()}
        if not any(words_of(one).strip() for one in told.values()):
            continue
        above = _take(number, told, above, found, by_key)
    if at is None:
        raise SheetRefused("没有找到表头：应有“举措”“工作内容”“牵头单位”等栏。请在导出的责任分解表上修改后再传")
    return found


def _require_whole(row: int, at: Mapping[str, int] | None) -> None:
    """A column left out is no word that its values are gone."""
    if at is not None and (missing := [label for name, label in COLUMNS.items() if name not in at]):
        told = "、".join(f"“{label}”" for label in missing)
        raise SheetRefused(f"第 {row} 行：表头里没有{told}栏。请在导出的责任分解表上改，没有内容的栏空着，不要删栏")


def _take(row: int, told: Mapping[str, object], above: Duty | None, found: list[Duty], by_key: dict[str, Duty]) -> Duty:
    measure, _, action = words_of(told.get(KEY, "")).strip().partition("/")
    title = words_of(told.get(TITLE, "")).strip()
    held = by_key.get(measure) if measure else above if above and title in ("", above.title) else None
    if held is None:
        held = _begun(row, measure, title, told)
        found.append(held)
        by_key[measure or f"row {row}"] = held
    text = words_of(told.get(TEXT, ""))
    if text.strip() or action:
        force = words_of(told.get(FORCE, "")).strip().replace("未写明", "")
        if force not in FORCES:
            raise SheetRefused(f"第 {row} 行：力度“{force}”看不懂，请填 要求、鼓励、探索，或空着")
        if text.strip():
            held.works.append(Work(action, text, FORCES[force], row))
    return held


def _begun(row: int, key: str, title: str, told: Mapping[str, object]) -> Duty:
    for column in (LEAD, SUPPORT, FIGURES):
        if (signs := len(words_of(told.get(column, "")))) > _MOST_SIGNS:
            raise SheetRefused(f"第 {row} 行：{COLUMNS[column]}有 {signs:,} 字，超过 {_MOST_SIGNS:,} 字，请核对")
    number = words_of(told.get(NUMBER, "")).strip()
    if not title:
        raise SheetRefused(f"第 {row} 行：没有写“举措”，请补上，或把整行删去")
    if not re.fullmatch(r"\d{1,6}", number):
        raise SheetRefused(f"第 {row} 行：序号“{number}”应是数字，请改正")
    support, is_open = cells.units(words_of(told.get(SUPPORT, "")))
    return Duty(
        key=key, number=str(int(number)), section=words_of(told.get(SECTION, "")).strip(), title=title,
        lead=cells.units(words_of(told.get(LEAD, "")))[0], support=support, deadline=_day(row, told.get(DEADLINE, "")),
        row=row, is_open=is_open, designated=words_of(told.get(DESIGNATED, "")).strip(),
        expected=_expected(row, words_of(told.get(EXPECTED, "")), support),
        figures=cells.said(words_of(told.get(FIGURES, ""))), targets=words_of(told.get(TARGETS, "")).strip(),
        hung=words_of(told.get(HUNG, "")).strip(),
    )  # fmt: skip


def _expected(row: int, words: str, support: Sequence[str]) -> dict[str, str]:
    try:
        return cells.expectations(words, support)
    except ValueError as error:
        raise SheetRefused(
            f"第 {row} 行：配合要求“{_shown(str(error))}”没有对上责任单位。每家一行，写成“单位：要求”，单位和“责任单位”"
            "栏的写法，每家只写一次；一家的要求要换行的，下一行前空两格"
        ) from error


def _day(row: int, value: object) -> date | None:
    try:
        return cells.day(value)
    except ValueError as error:
        told = words_of(value).strip()
        raise SheetRefused(f"第 {row} 行：完成期限“{told}”应形如 2026-12-31，请改正，或空着") from error


def _plain(words: str) -> str:
    return re.sub(r"[\s*＊]+", "", words)


def _shown(words: str) -> str:
    return words if len(words) <= 20 else f"{words[:19]}…"


def differences(before: Sequence[Duty], after: Sequence[Duty]) -> list[Difference]:
    """Line by line what a sheet adds, changes and leaves out; `SheetRefused` where its keys are no longer ours."""
    known = {one.key: one for one in before}
    seen: set[str] = set()
    found: list[Difference] = []
    for one in after:
        if one.key and one.key not in known:
            raise SheetRefused(
                f"第 {one.row} 行：识别码对不上这份方案，表可能出自另一份方案或旧版，请在这份方案导出的表上修改；"
                "新增的行识别码空着"
            )
        where = f"第{one.number}项“{one.title}”"
        if not one.key:
            if strange := next((work for work in one.works if work.key), None):
                raise SheetRefused(f"第 {strange.row} 行：识别码对不上，新增的行识别码请空着")
            found.append(Difference("add", "举措", where, after=_told(one), row=one.row))
            found += [Difference("add", "工作内容", where, after=work.text, row=work.row) for work in one.works]
            found += _kept(where, Duty("", "", "", "", (), (), None), one)
            continue
        seen.add(one.key)
        found += _of_measure(known[one.key], one, where)
    for gone in before:
        if gone.key not in seen:
            found.append(Difference("remove", "举措", f"第{gone.number}项“{gone.title}”", before=_told(gone)))
    return found


def _of_measure(before: Duty, after: Duty, where: str) -> list[Difference]:
    old_cells, new_cells = before.cells(), after.cells()
    found = [
        Difference("change", COLUMNS[name], where, old_cells[name], words, after.row)
        for name, words in new_cells.items()
        if name not in KEPT and old_cells[name] != words
    ]
    found += _kept(where, before, after)
    known = {work.key: work for work in before.works}
    seen = set()
    for work in after.works:
        old = known.get(work.key)
        if work.key and (old is None or work.key in seen):
            raise SheetRefused(f"第 {work.row} 行：识别码对不上，或用了两次；新增的行识别码请空着")
        if old is None:
            found.append(Difference("add", "工作内容", where, after=work.text, row=work.row))
            continue
        seen.add(work.key)
        if old.text != work.text:
            found.append(Difference("change", "工作内容", where, old.text, work.text, work.row))
        if old.force != work.force:
            found.append(Difference("change", "力度", where, FORCE_WORDS[old.force], FORCE_WORDS[work.force], work.row))
    found += [
        Difference("remove", "工作内容", where, before=work.text) for work in before.works if work.key not in seen
    ]
    return found


def _kept(where: str, before: Duty, after: Duty) -> list[Difference]:
    old_cells, new_cells = before.cells(), after.cells()
    return [
        Difference("kept", COLUMNS[name], where, old_cells[name], new_cells[name], after.row)
        for name in KEPT
        if old_cells[name] != new_cells[name]
    ]


def _told(one: Duty) -> str:
    told = one.cells()
    said = f"牵头：{told[LEAD] or '无'}；责任：{told[SUPPORT] or '无'}；期限：{told[DEADLINE] or '未写明'}"
    more = [f"{COLUMNS[name]}：{told[name]}" for name in (DESIGNATED, EXPECTED, FIGURES) if told[name]]
    return "；".join([said, *more])


def same_number(after: Sequence[Duty]) -> str:
    """Why two measures of a sheet cannot carry one number, if they do; numbers may begin anew in every section."""
    anew = len({one.section for one in after if one.number == "1"}) > 1
    seen: dict[tuple[str, str], Duty] = {}
    for one in after:
        first = seen.setdefault((one.section if anew else "", one.number), one)
        if first is not one:
            return (
                f"第 {one.row} 行：序号 {one.number} 和第 {first.row} 行“{_shown(first.title)}”的一样，请改正其中一个"
            )
    return ""


def key_of(measure: str, action: str = "") -> str:
    """What the hidden column holds."""
    return f"{measure}/{action}"
