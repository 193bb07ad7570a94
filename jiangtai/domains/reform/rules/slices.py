"""Slices: what each year asks of a unit with the points on the way, in the rows of a table, and what differs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from . import cells
from .cells import words_of
from .sheets import POINTS_SHEET, Difference, SheetRefused, columns_of_labels

NUMBER, WORK, UNIT, YEAR, STATE, EXPECTED, DUE, POINT, POINT_DUE, REACHED, KEY = (
    *("number", "work", "unit", "year", "state", "expected", "due", "point", "point_due", "reached", "key"),
)  # fmt: skip
COLUMNS = {
    NUMBER: "序号", WORK: "任务（系统填写）", UNIT: "承担单位（系统填写）", YEAR: "年度（系统填写）",
    STATE: "状态（系统填写）", EXPECTED: "要求和成果", DUE: "完成期限", POINT: "节点", POINT_DUE: "节点期限",
    REACHED: "达到日期（系统填写）", KEY: "识别码（请勿改动）",
}  # fmt: skip
OF_POINT = (POINT, POINT_DUE, REACHED, KEY)
OF_TASK = tuple(name for name in COLUMNS if name not in OF_POINT)
KEPT = (NUMBER, WORK, UNIT, YEAR, STATE, REACHED)
"""Columns that tell what was settled elsewhere; a sheet does not change it."""
_EXPECTED_SIGNS, _POINT_SIGNS = 300, 120


@dataclass
class Point:
    """A point on the way, in plain values."""

    key: str
    title: str
    due: date | None
    reached: str = ""
    row: int = 0


@dataclass
class Slice:
    """What one unit is asked for in one year, in plain values with its points, as the office or a sheet has it."""

    key: str
    number: str
    work: str
    unit: str
    year: str
    state: str
    expected: str = ""
    due: date | None = None
    points: list[Point] = field(default_factory=list)
    row: int = 0
    since: date | None = None
    is_open: bool = True

    @property
    def where(self) -> str:
        """As the office reads it beside a difference."""
        return f"第{self.number}项“{_short(self.work)}”，{self.unit}，{self.year}年"

    def cells(self) -> dict[str, str]:
        """What each column of the task says, in words."""
        return {
            NUMBER: self.number, WORK: self.work, UNIT: self.unit, YEAR: self.year, STATE: self.state,
            EXPECTED: self.expected, DUE: str(self.due or ""),
        }  # fmt: skip


def slices(rows: Iterable[tuple[int, Sequence[object]]]) -> list[Slice]:
    """The tasks of a sheet; a row that says nothing of its task goes on with the one above it."""
    at: Mapping[str, int] | None = None
    found: list[Slice] = []
    by_key: dict[str, Slice] = {}
    above: Slice | None = None
    for number, row in rows:
        if at is None:
            at = columns_of_labels(COLUMNS, [words_of(one) for one in row], {WORK, POINT})
            if at is not None and (missing := [label for name, label in COLUMNS.items() if name not in at]):
                raise _refused(number, f"表头里没有{'、'.join(missing)}栏，没有内容的栏空着，不要删栏")
            continue
        told = {name: row[place] if place < len(row) else "" for name, place in at.items()}
        if any(words_of(one).strip() for one in told.values()):
            above = _take(number, told, above, found, by_key)
    if at is None:
        raise SheetRefused(
            f"“{POINTS_SHEET}”里没有找到表头，请在导出的责任分解表上修改后再传；不改节点的，可以删去这张表"
        )
    return found


def _take(
    row: int, told: Mapping[str, object], above: Slice | None, found: list[Slice], by_key: dict[str, Slice]
) -> Slice:
    said = {name: words_of(value).strip() for name, value in told.items()}
    key, _, point = said[KEY].partition("/")
    held = by_key.get(key) if key else above if above and said[WORK] in ("", above.work) else None
    if held is None and not key:
        raise _refused(row, "新的年度任务请用方案页的“下达年度任务”，这里只能给已有的任务加节点，紧接在它的行下面")
    if held is None and not said[WORK]:
        raise _refused(row, "“任务”空着，可能删去了这项任务的第一行；不要第一个节点的，请只清空节点和节点期限两格")
    if held is None:
        held = Slice(
            key, said[NUMBER], said[WORK], said[UNIT], said[YEAR], said[STATE], said[EXPECTED],
            _day(row, "完成期限", told[DUE]), row=row,
        )  # fmt: skip
        found.append(held)
        by_key[key] = held
    elif said[EXPECTED] not in ("", held.expected) or _day(row, "完成期限", told[DUE]) not in (None, held.due):
        raise _refused(row, f"任务的要求和完成期限写在它的第一行（第 {held.row} 行）")
    due = _day(row, "节点期限", told[POINT_DUE])
    if bool(said[POINT]) != bool(due):
        raise _refused(row, "节点和节点期限要写全，不要这个节点的，两格都空着")
    if said[POINT]:
        held.points.append(Point(point, said[POINT], due, said[REACHED], row))
    return held


def differences(before: Sequence[Slice], after: Sequence[Slice]) -> list[Difference]:
    """What a sheet has otherwise of years and points; `SheetRefused` with the row that cannot be taken over."""
    known, seen = {one.key: one for one in before}, set()
    found: list[Difference] = []
    for one in after:
        old = known.get(one.key)
        if old is None:
            raise _refused(one.row, "识别码对不上这份方案的任务，请在这份方案导出的表上修改")
        seen.add(one.key)
        found += _of_task(old, one)
    return found + [
        Difference("kept", "年度任务", one.where, one.work, "（表里没有）", of_tasks=True)
        for one in before
        if one.key not in seen
    ]


def _of_task(old: Slice, new: Slice) -> list[Difference]:
    was, told = old.cells(), new.cells()
    found = [
        Difference(
            "kept" if name in KEPT or not old.is_open else "change", COLUMNS[name], old.where, was[name], words,
            new.row, of_tasks=True,
        )
        for name, words in told.items()
        if was[name] != words
    ]  # fmt: skip
    if old.is_open:
        _check_task(old, new)
    points = {one.key: one for one in old.points}
    seen = set()
    for point in new.points:
        before = points.get(point.key)
        if point.key and (before is None or point.key in seen):
            raise _refused(point.row, "识别码对不上，或用了两次；新增的节点识别码请空着")
        seen.add(point.key)
        found += _of_point(old, new, before, point)
    return found + [
        Difference("remove" if _may_change(old, one) else "kept", "节点", old.where, _told(one), of_tasks=True)
        for one in old.points
        if one.key not in seen
    ]


def _of_point(old: Slice, new: Slice, before: Point | None, point: Point) -> list[Difference]:
    if before and (before.title, before.due, before.reached) == (point.title, point.due, point.reached):
        if old.due != new.due and _may_change(old, before):
            _check_point(new, point)
        return []
    said, told = _told(before) if before else "", _told(point)
    if not (_may_change(old, before) if before else old.is_open):
        return [Difference("kept", "节点", old.where, said, told, point.row, of_tasks=True)]
    if before and before.reached != point.reached:
        raise _refused(point.row, "节点达到要有佐证材料，请到任务页办理，不能在表里填达到日期")
    if not before and point.reached:
        raise _refused(point.row, "新增的节点不能填达到日期，达到后请到任务页办理")
    _check_point(new, point)
    if before is None and old.since and point.due and point.due < old.since:
        raise _refused(point.row, f"节点期限 {point.due} 早于任务开始的日期 {old.since}")
    return [Difference("change" if before else "add", "节点", old.where, said, told, point.row, of_tasks=True)]


def _may_change(task: Slice, point: Point) -> bool:
    """A point that was reached, or whose task has ended, stays as it is."""
    return task.is_open and not point.reached


def _check_task(old: Slice, new: Slice) -> None:
    if len(new.expected) > _EXPECTED_SIGNS:
        raise _refused(new.row, f"要求和成果有 {len(new.expected)} 字，超过 {_EXPECTED_SIGNS} 字，请改短")
    if new.due and new.due != old.due and old.since and new.due < old.since:
        raise _refused(new.row, f"完成期限 {new.due} 早于任务开始的日期 {old.since}")


def _check_point(task: Slice, point: Point) -> None:
    if len(point.title) > _POINT_SIGNS:
        raise _refused(point.row, f"节点有 {len(point.title)} 字，超过 {_POINT_SIGNS} 字，请改短")
    if task.due and point.due and point.due > task.due:
        raise _refused(point.row, f"节点期限 {point.due} 晚于任务的完成期限 {task.due}")


def changes(before: Sequence[Slice], after: Sequence[Slice]) -> list[tuple[Slice, Slice]]:
    """The tasks that go on, each as it was and as a sheet has it."""
    known = {one.key: one for one in before if one.is_open}
    return [(known[one.key], one) for one in after if one.key in known]


def points_of(old: Slice, new: Slice) -> tuple[list[str], list[Point]]:
    """Of one task the points that a sheet leaves out, by key, and those that it adds or has otherwise."""
    was = {one.key: one for one in old.points}
    kept = {one.key for one in new.points}
    gone = [key for key, one in was.items() if key not in kept and _may_change(old, one)]
    told = [
        one
        for one in new.points
        if one.key not in was
        or (_may_change(old, was[one.key]) and (one.title, one.due) != (was[one.key].title, was[one.key].due))
    ]
    return gone, told


def _told(one: Point) -> str:
    return f"{one.title}（{one.due}{f'，{one.reached} 达到' if one.reached else ''}）"


def _day(row: int, what: str, value: object) -> date | None:
    try:
        return cells.day(value)
    except ValueError as error:
        raise _refused(row, f"{what}“{words_of(value).strip()}”应形如 2026-12-31，请改正，或空着") from error


def _refused(row: int, words: str) -> SheetRefused:
    return SheetRefused(f"“{POINTS_SHEET}”第 {row} 行：{words}")


def _short(words: str) -> str:
    return words if len(words) <= 20 else f"{words[:19]}…"
