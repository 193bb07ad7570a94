"""The table of duties of a plan, as a workbook and in plain values."""

import zipfile
from collections.abc import Iterator, Sequence
from typing import IO, BinaryIO

from django.utils import timezone

from jiangtai.kernel import FileRefused, clock, new_workbook, refuse_vast

from ..models import Measure, Part, Plan
from ..rules.sheets import COLUMNS, FORCE_WORDS, FORCES, KEY, OF_MEASURE, Duty, Work, duties, key_of
from . import plans

_WIDTHS = {"number": 6, "section": 18, "title": 24, "lead": 18, "support": 26, "deadline": 12, "text": 64, "force": 8}
_MOST_ROWS = 60_000
_SHEET = "责任分解表"


def told(plan: Plan) -> list[Duty]:
    """A plan's measures as a sheet has them."""
    return [_duty(one) for one in plans.measures(plan)]


def _duty(one: Measure) -> Duty:
    parts = list(one.parts.all())
    lead, support = (tuple(part.name for part in parts if part.role == role) for role in Part.Role)
    works = [Work(action.pk.hex, action.text, action.force) for action in one.actions.all()]
    return Duty(one.pk.hex, str(one.number), one.section, one.title, lead, support, one.deadline, works)


def workbook(plan: Plan) -> IO[bytes]:
    """The table of duties as offices lay it out: a title, one row for each sentence, a measure's cells merged."""
    with new_workbook() as (book, file):
        base = {"font_name": "宋体", "font_size": 10.5, "text_wrap": True, "valign": "vcenter", "border": 1}
        cell = book.add_format({**base, "num_format": "@", "quote_prefix": True})
        middle = book.add_format({**base, "align": "center"})
        day = book.add_format({**base, "align": "center", "num_format": "yyyy-mm-dd"})
        head = book.add_format({**base, "bold": True, "align": "center", "bg_color": "#F4F1E9"})
        title = book.add_format(
            {"font_name": "方正小标宋简体", "font_size": 16, "align": "center", "valign": "vcenter"}
        )
        sheet = book.add_worksheet(_SHEET)
        names = list(COLUMNS)
        for at, name in enumerate(names):
            sheet.set_column(at, at, _WIDTHS.get(name, 12), None, {"hidden": name == KEY})
        sheet.set_row(0, 30)
        sheet.merge_range(0, 0, 0, len(names) - 2, "", title)
        sheet.write_string(0, 0, f"{plan.title}{_SHEET}", title)
        for at, name in enumerate(names):
            sheet.write_string(1, at, COLUMNS[name], head)
        row = 2
        for one in plans.measures(plan):
            row = _write(sheet, row, one, names, {"text": cell, "middle": middle, "day": day})
        sheet.freeze_panes(2, 3)
        sheet.repeat_rows(0, 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        last = max(row - 1, 2)
        forces = {"validate": "list", "source": [one for one in FORCES if one], "ignore_blank": True}
        sheet.data_validation(2, names.index("force"), last + 500, names.index("force"), forces)
        _about(book, plan)
    return file


def _write(sheet: object, row: int, one: Measure, names: list[str], formats: dict[str, object]) -> int:
    duty, actions = _duty(one), list(one.actions.all())
    count = max(len(actions), 1)
    values: dict[str, object] = {
        "number": one.number, "section": one.section, "title": one.title, "lead": "、".join(duty.lead),
        "support": "、".join(duty.support), "deadline": one.deadline,
    }  # fmt: skip
    for name in OF_MEASURE:
        at, value = names.index(name), values[name]
        form = formats["middle"] if name == "number" else formats["day"] if name == "deadline" else formats["text"]
        if count > 1:
            sheet.merge_range(row, at, row + count - 1, at, "", form)  # type: ignore[attr-defined]
        _cell(sheet, row, at, value, form)
    for place in range(count):
        action = actions[place] if actions else None
        at = row + place
        _cell(sheet, at, names.index("text"), action.text if action else "", formats["text"])
        _cell(sheet, at, names.index("force"), FORCE_WORDS[action.force] if action else "", formats["middle"])
        _cell(sheet, at, names.index(KEY), key_of(one.pk, action.pk if action else None), formats["text"])
    return row + count


def _cell(sheet: object, row: int, at: int, value: object, form: object) -> None:
    if isinstance(value, int):
        sheet.write_number(row, at, value, form)  # type: ignore[attr-defined]
    elif hasattr(value, "isoformat"):
        sheet.write_datetime(row, at, value, form)  # type: ignore[attr-defined]
    elif value:
        sheet.write_string(row, at, str(value), form)  # type: ignore[attr-defined]
    else:
        sheet.write_blank(row, at, None, form)  # type: ignore[attr-defined]


def _about(book: object, plan: Plan) -> None:
    sheet = book.add_worksheet("填写说明")  # type: ignore[attr-defined]
    sheet.set_column(0, 0, 96)
    lines = (
        f"方案：{plan.title}",
        f"导出时间：{timezone.localtime(clock.now()):%Y-%m-%d %H:%M}",
        "可以改文字、单位、期限、力度，可以插行、删行；改好后在方案的“责任分解表导入”里上传，先看差别，确认后才改。",
        "每条工作一行；同一项举措的各行，举措栏只写在第一行。新增的行，识别码空着。",
        "单位之间用顿号分开。完成期限写成 2026-12-31 的样子，方案没有写明的空着。",
        "最后一栏是识别码，已经隐藏，请勿改动。",
    )
    for row, words in enumerate(lines):
        sheet.write_string(row, 0, words)


def read(file: BinaryIO) -> list[Duty]:
    """The measures of an uploaded table of duties; `FileRefused` or `SheetRefused` say why it cannot be read."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        refuse_vast(file)
        file.seek(0)
        book = CalamineWorkbook.from_filelike(file)
        name = _SHEET if _SHEET in book.sheet_names else book.sheet_names[0]
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, zipfile.BadZipFile, OSError, IndexError) as error:
        raise FileRefused("打不开这个表格，可能已损坏，请用原软件另存为 xlsx 后重新上传") from error
    if len(rows) > _MOST_ROWS:
        raise FileRefused(f"表格有 {len(rows):,} 行，超过 {_MOST_ROWS:,} 行，请核对是不是责任分解表")
    return duties(_numbered(rows))


def _numbered(rows: Sequence[Sequence[object]]) -> Iterator[tuple[int, Sequence[object]]]:
    yield from enumerate(rows, start=1)
