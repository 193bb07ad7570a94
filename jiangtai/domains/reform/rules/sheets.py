"""Sheets: the table of duties (责任分解表) in rows, and what differs between a sheet and the plan."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

KEY, NUMBER, SECTION, TITLE, LEAD, SUPPORT, DEADLINE, TEXT, FORCE = (
    *("key", "number", "section", "title", "lead", "support", "deadline", "text", "force"),
)  # fmt: skip
COLUMNS = {
    NUMBER: "序号", SECTION: "所在部分", TITLE: "举措", LEAD: "牵头单位", SUPPORT: "责任单位", DEADLINE: "完成期限",
    TEXT: "工作内容", FORCE: "力度", KEY: "识别码（请勿改动）",
}  # fmt: skip
OF_MEASURE = (NUMBER, SECTION, TITLE, LEAD, SUPPORT, DEADLINE)
FORCES = {"要求": "required", "鼓励": "encouraged", "探索": "explored", "": ""}
FORCE_WORDS = {key: words for words, key in FORCES.items()}
_FIRST_DAY = date(1899, 12, 30)


class SheetRefused(ValueError):
    """A sheet cannot be compared with the plan; the message says where and what to do."""


@dataclass
class Line:
    """One row: a measure's sentence, or a measure without one."""

    row: int
    measure: str
    action: str
    values: dict[str, str]


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


@dataclass(frozen=True)
class Difference:
    """One thing that a sheet has otherwise: 加, 改 or 删."""

    kind: str
    what: str
    where: str
    before: str = ""
    after: str = ""
    row: int = 0

    @property
    def label(self) -> str:
        """As the office reads it."""
        return {"add": "加", "change": "改", "remove": "删"}[self.kind]


def columns_of(heading: Sequence[str]) -> dict[str, int] | None:
    """Where each column stands, if a row is the heading."""
    wanted = {_plain(label): key for key, label in COLUMNS.items()}
    wanted |= {"配合单位": SUPPORT, "完成时限": DEADLINE, "主要举措": TITLE, "重点举措": TITLE, "工作任务": TEXT}
    found: dict[str, int] = {}
    for at, words in enumerate(heading):
        if (key := wanted.get(_plain(words))) and key not in found:
            found[key] = at
    return found if {TITLE, TEXT, LEAD} <= set(found) else None


def duties(rows: Iterable[tuple[int, Sequence[object]]]) -> list[Duty]:
    """The measures of a sheet; a row that says nothing of its measure goes on with the one above it."""
    at: dict[str, int] | None = None
    found: list[Duty] = []
    by_key: dict[str, Duty] = {}
    for number, cells in rows:
        if at is None:
            at = columns_of([words_of(one) for one in cells])
            continue
        told = {key: cells[place] if place < len(cells) else "" for key, place in at.items()}
        if not any(words_of(one).strip() for one in told.values()):
            continue
        _take(number, told, found, by_key)
    if at is None:
        raise SheetRefused("没有找到表头：应有“举措”“工作内容”“牵头单位”等栏。请在导出的责任分解表上修改后再传")
    return found


def _take(row: int, told: Mapping[str, object], found: list[Duty], by_key: dict[str, Duty]) -> None:
    measure, _, action = words_of(told.get(KEY, "")).strip().partition("/")
    title = words_of(told.get(TITLE, "")).strip()
    held = by_key.get(measure) if measure else found[-1] if found and title in ("", found[-1].title) else None
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


def _begun(row: int, key: str, title: str, told: Mapping[str, object]) -> Duty:
    number = words_of(told.get(NUMBER, "")).strip()
    if not title:
        raise SheetRefused(f"第 {row} 行：没有写“举措”，请补上，或把整行删去")
    if not re.fullmatch(r"\d{1,6}", number):
        raise SheetRefused(f"第 {row} 行：序号“{number}”应是数字，请改正")
    return Duty(
        key=key, number=str(int(number)), section=words_of(told.get(SECTION, "")).strip(), title=title,
        lead=names(words_of(told.get(LEAD, ""))), support=names(words_of(told.get(SUPPORT, ""))),
        deadline=_day(row, told.get(DEADLINE, "")), row=row,
    )  # fmt: skip


def names(words: str) -> tuple[str, ...]:
    """Units in one cell, each once, what stands in brackets kept with its name."""
    parted = re.split(r"[、，,；;\n](?![^（(]*[）)])", words)
    return tuple(dict.fromkeys(name for one in parted if (name := "".join(one.split()))))


def words_of(value: object) -> str:
    """A cell as text, line ends of one kind."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value).replace("\r\n", "\n").replace("\r", "\n")


def _day(row: int, value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and 20_000 < value < 80_000:
        return _FIRST_DAY + timedelta(days=int(value))
    words = words_of(value).strip()
    if words in ("", "未写明", "—", "/"):
        return None
    if found := re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", words):
        try:
            return date(*map(int, found.groups()))
        except ValueError:
            pass
    raise SheetRefused(f"第 {row} 行：完成期限“{words}”应形如 2026-12-31，请改正，或空着")


def _plain(words: str) -> str:
    return re.sub(r"[\s*＊]+", "", words)


def differences(before: Sequence[Duty], after: Sequence[Duty]) -> list[Difference]:
    """Line by line what a sheet adds, changes and leaves out; `SheetRefused` where its keys are no longer ours."""
    known = {one.key: one for one in before}
    seen: set[str] = set()
    found: list[Difference] = []
    for one in after:
        if one.key and one.key not in known:
            raise SheetRefused(f"第 {one.row} 行：识别码对不上这份方案，请在这份方案导出的表上修改；新增的行识别码空着")
        where = f"第{one.number}项“{one.title}”"
        if not one.key:
            if strange := next((work for work in one.works if work.key), None):
                raise SheetRefused(f"第 {strange.row} 行：识别码对不上，新增的行识别码请空着")
            found.append(Difference("add", "举措", where, after=_told(one), row=one.row))
            found += [Difference("add", "工作内容", where, after=work.text, row=work.row) for work in one.works]
            continue
        seen.add(one.key)
        found += _of_measure(known[one.key], one, where)
    for gone in before:
        if gone.key not in seen:
            found.append(Difference("remove", "举措", f"第{gone.number}项“{gone.title}”", before=_told(gone)))
    return found


def _of_measure(before: Duty, after: Duty, where: str) -> list[Difference]:
    pairs = (
        (NUMBER, before.number, after.number), (SECTION, before.section, after.section),
        (TITLE, before.title, after.title), (LEAD, "、".join(before.lead), "、".join(after.lead)),
        (SUPPORT, "、".join(before.support), "、".join(after.support)),
        (DEADLINE, str(before.deadline or ""), str(after.deadline or "")),
    )  # fmt: skip
    found = [
        Difference("change", COLUMNS[name], where, one, other, after.row) for name, one, other in pairs if one != other
    ]
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


def _told(one: Duty) -> str:
    return (
        f"牵头：{'、'.join(one.lead) or '无'}；责任：{'、'.join(one.support) or '无'}；期限：{one.deadline or '未写明'}"
    )


def key_of(measure: UUID, action: UUID | None = None) -> str:
    """What the hidden column holds."""
    return f"{measure.hex}/{action.hex if action else ''}"
