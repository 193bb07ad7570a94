"""The table of duties of a plan, as a workbook and in plain values."""

import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any, BinaryIO

from django.db.models import Prefetch
from django.utils import timezone

from jiangtai.access import current
from jiangtai.kernel import FileRefused, clock, new_workbook, refuse_vast

from ..models import Hanging, Measure, Milestone, Part, Plan, Programme, Supply, Task
from ..rules import slices
from ..rules.cells import words_of
from ..rules.sheets import (
    COLUMNS,
    DUTIES_SHEET,
    FORCE_WORDS,
    FORCES,
    KEPT,
    KEY,
    OF_MEASURE,
    POINTS_SHEET,
    Duty,
    Work,
    duties,
    key_of,
)
from ..rules.slices import Point, Slice
from . import plans, supplying, tasks

_WIDTHS = {
    "number": 6, "section": 16, "title": 22, "lead": 16, "support": 24, "expected": 30, "deadline": 12, "text": 56,
    "force": 8, "figures": 16, "targets": 24, "hung": 18,
}  # fmt: skip
_WIDTHS_OF_SLICES = {"number": 6, "work": 48, "unit": 20, "expected": 30, "point": 36}
_MOST_ROWS = 60_000


def told(plan: Plan) -> list[Duty]:
    """A plan's measures as a sheet has them."""
    rows = list(plans.measures(plan))
    hung, labels = _hung(rows), supplying.labels()
    return [_duty(one, hung[one.pk], labels) for one in rows]


def _hung(rows: Sequence[Measure]) -> dict[Any, list[str]]:
    """By measure, the items of programmes in use on which it hangs."""
    found: dict[Any, list[str]] = defaultdict(list)
    hung = Hanging.objects.filter(measure__in=rows, item__programme__state=Programme.State.IN_USE)
    for one in hung.select_related("item__programme").order_by("item__programme__title", "item__place"):
        found[one.measure_id].append(f"{one.item.programme}：{one.item}")
    return found


def _duty(one: Measure, hung: Iterable[str], labels: dict[str, str]) -> Duty:
    parts = list(one.parts.all())
    lead, support = (tuple(part.name for part in parts if part.role == role) for role in Part.Role)
    added = sorted(one.supplies.all(), key=lambda added: (added.made_at, added.pk))
    return Duty(
        key=one.pk.hex, number=str(one.number), section=words_of(one.section), title=words_of(one.title), lead=lead,
        support=support, deadline=one.deadline,
        works=[Work(action.pk.hex, words_of(action.text), action.force) for action in one.actions.all()],
        is_open=one.is_open, designated=str(one.designated or ""),
        expected={part.name: words_of(part.expected).strip() for part in parts
                  if part.expected.strip() and part.role == Part.Role.SUPPORT},
        figures=tuple(words_of(amount.text) for amount in one.amounts.all()),
        targets="\n".join(_added(row, labels) for row in added if row.kind != Supply.Kind.DEADLINE),
        hung="\n".join(hung),
    )  # fmt: skip


def _added(one: Supply, labels: dict[str, str]) -> str:
    waits = f"（{one.get_state_display()}）" if one.state == Supply.State.WAITING else ""
    return " ".join(f"{supplying.said_of(one, labels)}{waits}".split())


def told_slices(plan: Plan) -> list[Slice]:
    """What each year asks of the units of a plan that whoever asks may see, with the points, as a sheet has it."""
    rows = tasks.seen(current()).filter(measure__plan=plan).exclude(state=Task.State.CANCELLED)
    rows = rows.select_related("measure", "unit").prefetch_related(Prefetch("milestones", Milestone.unscoped.all()))
    return [_slice(one) for one in rows.order_by("measure__place", "action__place", "year", "id")]


def _slice(one: Task) -> Slice:
    points = [
        Point(point.pk.hex, words_of(point.title).strip(), point.due, str(point.reached_on or ""))
        for point in one.milestones.all()
    ]
    return Slice(
        one.pk.hex, str(one.measure.number), words_of(one.title).strip(), str(one.unit), str(one.year),
        one.get_state_display(), words_of(one.expected).strip(), one.due, points, since=one.since,
        is_open=one.state == Task.State.OPEN,
    )  # fmt: skip


def workbook(plan: Plan) -> IO[bytes]:
    """The table of duties as offices lay it out: a title, one row for each sentence, a measure's cells merged."""
    with new_workbook() as (book, file):
        base = {"font_name": "宋体", "font_size": 10.5, "text_wrap": True, "valign": "vcenter", "border": 1}
        text = {**base, "num_format": "@", "quote_prefix": True}
        formats = {
            "text": book.add_format(text),
            "kept": book.add_format({**text, "bg_color": "#F4F1E9", "font_color": "#5B616B"}),
            "middle": book.add_format({**base, "align": "center"}),
            "day": book.add_format({**base, "align": "center", "num_format": "yyyy-mm-dd"}),
        }
        head = book.add_format({**base, "bold": True, "align": "center", "bg_color": "#F4F1E9"})
        title = book.add_format(
            {"font_name": "方正小标宋简体", "font_size": 16, "align": "center", "valign": "vcenter"}
        )
        sheet = book.add_worksheet(DUTIES_SHEET)
        names = list(COLUMNS)
        for at, name in enumerate(names):
            sheet.set_column(at, at, _WIDTHS.get(name, 12), None, {"hidden": name == KEY})
        sheet.set_row(0, 30)
        sheet.merge_range(0, 0, 0, len(names) - 2, "", title)
        sheet.write_string(0, 0, f"{plan.title}{DUTIES_SHEET}", title)
        for at, name in enumerate(names):
            sheet.write_string(1, at, COLUMNS[name], head)
        row = 2
        for one in told(plan):
            row = _write(sheet, row, one, names, formats)
        sheet.freeze_panes(2, 3)
        sheet.repeat_rows(0, 1)
        sheet.set_landscape()
        sheet.set_paper(8)
        sheet.fit_to_pages(1, 0)
        last = max(row - 1, 2)
        forces = {"validate": "list", "source": [one for one in FORCES if one], "ignore_blank": True}
        sheet.data_validation(2, names.index("force"), last + 500, names.index("force"), forces)
        if found := told_slices(plan):
            _write_slices(book, found, head, formats)
        _about(book, plan)
    return file


def _write(sheet: Any, row: int, one: Duty, names: list[str], formats: dict[str, Any]) -> int:
    count = max(len(one.works), 1)
    values: dict[str, object] = {**one.cells(), "number": int(one.number), "deadline": one.deadline}
    forms = {"number": "middle", "deadline": "day", **dict.fromkeys(KEPT, "kept")}
    for name in OF_MEASURE:
        at, form = names.index(name), formats[forms.get(name, "text")]
        if count > 1:
            sheet.merge_range(row, at, row + count - 1, at, "", form)
        _cell(sheet, row, at, values[name], form)
    for place in range(count):
        work = one.works[place] if one.works else Work("", "")
        _cell(sheet, row + place, names.index("text"), work.text, formats["text"])
        _cell(sheet, row + place, names.index("force"), FORCE_WORDS[work.force], formats["middle"])
        _cell(sheet, row + place, names.index(KEY), key_of(one.key, work.key), formats["text"])
    return row + count


def _write_slices(book: Any, found: Sequence[Slice], head: Any, formats: dict[str, Any]) -> None:
    """A second sheet: one row for each point, a task's cells merged."""
    sheet, names = book.add_worksheet(POINTS_SHEET), list(slices.COLUMNS)
    kept = dict.fromkeys(slices.KEPT, formats["kept"])
    forms = {**kept, slices.DUE: formats["day"], slices.POINT_DUE: formats["day"]}
    for at, name in enumerate(names):
        sheet.set_column(at, at, _WIDTHS_OF_SLICES.get(name, 12), None, {"hidden": name == slices.KEY})
        sheet.write_string(0, at, slices.COLUMNS[name], head)
    row = 1
    for one in found:
        values: dict[str, object] = {**one.cells(), slices.DUE: one.due}
        points = one.points or [Point("", "", None)]
        for name in slices.OF_TASK:
            at, form = names.index(name), forms.get(name, formats["text"])
            if len(points) > 1:
                sheet.merge_range(row, at, row + len(points) - 1, at, "", form)
            _cell(sheet, row, at, values[name], form)
        for point in points:
            told = (point.title, point.due, point.reached, key_of(one.key, point.key))
            for name, value in zip(slices.OF_POINT, told, strict=True):
                _cell(sheet, row, names.index(name), value, forms.get(name, formats["text"]))
            row += 1
    sheet.freeze_panes(1, 2)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)


def _cell(sheet: Any, row: int, at: int, value: object, form: Any) -> None:
    if isinstance(value, int):
        sheet.write_number(row, at, value, form)
    elif hasattr(value, "isoformat"):
        sheet.write_datetime(row, at, value, form)
    elif value:
        sheet.write_string(row, at, str(value), form)
    else:
        sheet.write_blank(row, at, None, form)


def _about(book: Any, plan: Plan) -> None:
    sheet = book.add_worksheet("填写说明")
    sheet.set_column(0, 0, 110)
    taken = (
        "改好后在方案的“导入改好的责任分解表”里上传，先看差别，确认后才改。"
        if plan.state == Plan.State.DRAFT
        else "方案已在执行：改好后在方案的“导入改好的责任分解表”里上传，作成新版，与现行版对照、确认后才接替。"
    )
    lines = (
        f"方案：{plan.title}",
        f"导出时间：{timezone.localtime(clock.now()):%Y-%m-%d %H:%M}",
        f"可以改文字、单位、期限、指标和力度，可以插行、删行，不要删栏；{taken}",
        "每条工作一行；同一项举措的各行，举措栏只写在第一行。新增的行，识别码空着。",
        "单位之间用顿号分开，没有列全的在最后写“等”；名称本身带顿号的，用中文引号括起来。",
        "配合要求每家一行，写成“区教育局：提供场地”的样子；量化目标每个数一行，写成“不少于12期”的样子。",
        "完成期限写成 2026-12-31 的样子，方案没有写明的空着。总牵头单位是领导小组指定的，没有指定的空着。",
        "灰底的“年度目标”“工作体系”由系统填写，供查看，在表里改了不采用；要改请到举措页和工作体系里改。",
        f"“{POINTS_SHEET}”一张列出已下达的年度任务：可以改要求和成果、完成期限，加、改、删节点，一行一个节点；已达到的节点、"
        "已办结的任务和灰底的栏不在表里改。接受后直接改在任务上。",
        "最后一栏是识别码，已经隐藏，请勿改动。",
    )
    for row, words in enumerate(lines):
        sheet.write_string(row, 0, words)


def read(file: BinaryIO) -> tuple[list[Duty], list[Slice] | None]:
    """The measures of an uploaded table of duties; and its tasks and points, or None where it has no sheet of them:
    that is no word that they are gone. `FileRefused` or `SheetRefused` say why it cannot be read."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        refuse_vast(file)
        file.seek(0)
        book = CalamineWorkbook.from_filelike(file)
        names = book.sheet_names
        told = _rows(book, DUTIES_SHEET if DUTIES_SHEET in names else names[0])
        told_slices = _rows(book, POINTS_SHEET) if POINTS_SHEET in names else None
    except (CalamineError, zipfile.BadZipFile, OSError, IndexError) as error:
        raise FileRefused("打不开这个表格，可能已损坏，请用原软件另存为 xlsx 后重新上传") from error
    return duties(_numbered(told)), None if told_slices is None else slices.slices(_numbered(told_slices))


def _rows(book: Any, name: str) -> Sequence[Sequence[object]]:
    rows: list[list[object]] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    if len(rows) > _MOST_ROWS:
        raise FileRefused(f"表格有 {len(rows):,} 行，超过 {_MOST_ROWS:,} 行，请核对是不是责任分解表")
    return rows


def _numbered(rows: Sequence[Sequence[object]]) -> Iterator[tuple[int, Sequence[object]]]:
    yield from enumerate(rows, start=1)
