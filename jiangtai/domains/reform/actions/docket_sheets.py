"""A docket as a workbook, out and in again: every cell that cannot be understood is told by its row."""

import zipfile
from collections.abc import Sequence
from datetime import date
from typing import IO, Any, BinaryIO

import xlsxwriter
from django.core.exceptions import ValidationError
from python_calamine import CalamineError, CalamineWorkbook

from jiangtai import indicators
from jiangtai.access import Acting, Unit
from jiangtai.kernel import FileRefused, codes, filetypes, new_workbook, refuse_vast

from ..models import Docket, DocketColumn, DocketEntry, Task
from ..queries import dockets as queries
from ..queries import naming
from ..rules import dockets as rules
from ..rules.lights import Tone
from ..rules.sheets import words_of
from . import dockets

MOST_ROWS, MOST_ERRORS, SPARE, _TITLE = 5_000, 20, 200, 300
_SHEET, _TASK, _LIGHT = "清单", "方案任务", "状态"
_READ_ONLY = (_LIGHT, rules.DONE)
Kind = DocketColumn.Kind


def labels() -> dict[str, str]:
    """Every declared indicator by its key."""
    return {one.key: one.label for one in indicators.indicators()}


def _columns(docket: Docket) -> list[DocketColumn]:
    """What fits into a sheet: all but files."""
    return [one for one in queries.columns(docket) if one.kind != Kind.FILE]


def workbook(docket: Docket, rows: Sequence[Any]) -> IO[bytes]:
    """The entries, one a line, with what may be chosen as drop-downs; an empty docket is its own template."""
    own, told = _columns(docket), queries.Told(docket, labels())
    heads = [rules.UNIT, rules.TITLE, rules.DUE, *(_head(one) for one in own), _TASK, *_READ_ONLY, rules.KEY]
    with new_workbook() as (book, file):
        base = {"font_name": "宋体", "font_size": 10.5, "text_wrap": True, "valign": "vcenter", "border": 1}
        cell = book.add_format({**base, "num_format": "@", "quote_prefix": True})
        head = book.add_format({**base, "bold": True, "align": "center", "bg_color": "#F4F1E9"})
        title = book.add_format({"font_size": 16, "align": "center", "valign": "vcenter"})
        sheet = book.add_worksheet(_SHEET)
        sheet.merge_range(0, 0, 0, max(len(heads) - 2, 1), "", title)
        sheet.write_string(0, 0, f"{docket.set}·{docket}", title)
        for at, name in enumerate(heads):
            sheet.set_column(at, at, 40 if name == rules.TITLE else 16, None, {"hidden": name == rules.KEY})
            sheet.write_string(1, at, name, head)
        for line, row in enumerate(rows, start=2):
            for at, words in enumerate(_cells(row, own, told)):
                sheet.write_string(line, at, words, cell)
        for at, one in enumerate(own, start=3):
            if one.kind == Kind.INDICATOR:
                _choices(book, sheet, at, len(rows), sorted(told.labels.values()))
        sheet.freeze_panes(2, 2)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    return file


def _head(one: DocketColumn) -> str:
    return f"{one.title}（{one.measure_word}）" if one.kind == Kind.NUMBER else one.title


def _cells(row: Any, own: Sequence[DocketColumn], told: queries.Told) -> list[str]:
    values = [row.values.get(one.pk.hex, "") if one.kind == Kind.NUMBER else told.words(row, one) for one in own]
    light = "已完成" if row.done_on else Tone(row.tone).label
    task = row.task.title if row.task else ""
    return [str(row.unit), row.title, str(row.due or ""), *values, task, light, str(row.done_on or ""), row.pk.hex]


def _choices(book: Any, sheet: Any, at: int, rows: int, choices: Sequence[str]) -> None:
    other = book.get_worksheet_by_name("可选项") or book.add_worksheet("可选项")
    other.hide()
    for line, words in enumerate(choices):
        other.write_string(line, at, words)
    column = xlsxwriter.utility.xl_col_to_name(at, col_abs=True)
    source = f"=可选项!{column}$1:{column}${len(choices)}"
    sheet.data_validation(2, at, rows + SPARE, at, {"validate": "list", "source": source, "ignore_blank": True})


def read(docket: Docket, file: BinaryIO, who: Acting) -> list[tuple[DocketEntry | None, Unit, dockets.Matter]]:
    """What a sheet says, or a `ValidationError` that names each row that cannot be understood."""
    heads, rows = _rows(file)
    return _Reading(docket, heads, rows, who).entries()


def _rows(file: BinaryIO) -> tuple[dict[str, int], list[tuple[int, Sequence[object]]]]:
    try:
        filetypes.inspect(file, "清单.xlsx", 10 * 2**20, {"xlsx"})
        refuse_vast(file)
        file.seek(0)
        book = CalamineWorkbook.from_filelike(file)
        name = _SHEET if _SHEET in book.sheet_names else book.sheet_names[0]
        cells: list[Any] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        rows = list(enumerate(cells, start=1))
    except FileRefused as error:
        raise ValidationError({"file": str(error)}) from error
    except (CalamineError, zipfile.BadZipFile, OSError, IndexError) as error:
        raise ValidationError({"file": "这个文件打不开，请用 Excel 或 WPS 另存为 xlsx 后再传"}) from error
    if len(rows) > MOST_ROWS:
        raise ValidationError({"file": f"表格有 {len(rows):,} 行，超过 {MOST_ROWS:,} 行，请分批"})
    for at, (_, line) in enumerate(rows[:10]):
        heads = {"".join(words_of(one).split()): place for place, one in enumerate(line) if words_of(one).strip()}
        if rules.TITLE in heads:
            return heads, rows[at + 1 :]
    raise ValidationError({"file": f"没有找到“{rules.TITLE}”一栏，请在这张清单导出的表上填写"})


class _Reading:
    """One sheet against one docket, all look-ups asked for once."""

    def __init__(
        self, docket: Docket, heads: dict[str, int], rows: list[tuple[int, Sequence[object]]], who: Acting
    ) -> None:
        self.heads, self.columns = heads, _columns(docket)
        self.rows = [(at, cells) for at, cells in rows if any(words_of(one).strip() for one in cells)]
        self.by_label = {label: key for key, label in labels().items()}
        known = [one for one in heads if one in {_head(row) for row in self.columns}]
        self.missing = [_head(one) for one in self.columns if one.is_required and _head(one) not in known]
        names = {self._text(cells, rules.UNIT) for _, cells in self.rows}
        for one in self.columns:
            if one.kind == Kind.UNIT:
                names |= {self._text(cells, one.title) for _, cells in self.rows}
        self.units = naming.units_called(name for name in names if name)
        self.own = queries.keeps(docket, who)
        self.before = {row.pk.hex: row for row in queries.entries(docket, who)}
        self.keepers = {row.unit_id for row in docket.keepers.all()}
        self.tasks: dict[Any, dict[str, Task]] = {}
        self.errors: list[str] = []

    def entries(self) -> list[tuple[DocketEntry | None, Unit, dockets.Matter]]:
        """Every row understood, or all that is wrong."""
        if self.missing:
            raise ValidationError({"file": f"缺少必填栏“{'”“'.join(self.missing)}”，请在这张清单导出的表上填写"})
        if not self.rows:
            raise ValidationError({"file": "表上没有条目"})
        found = []
        for at, cells in self.rows:
            try:
                found.append(self._entry(cells))
            except rules.CellRefused as error:
                self.errors.append(f"第 {at} 行：{error}")
        if self.errors:
            more = len(self.errors) - MOST_ERRORS
            rest = [f"另有 {more} 行有误"] if more > 0 else []
            raise ValidationError({"file": [*self.errors[:MOST_ERRORS], *rest]})
        return found

    def _entry(self, cells: Sequence[object]) -> tuple[DocketEntry | None, Unit, dockets.Matter]:
        key = self._text(cells, rules.KEY)
        entry = self.before.get(key) if key else None
        if key and entry is None:
            raise rules.CellRefused("识别码对不上这张清单，新增的行识别码请空着")
        unit = self._unit(cells, entry)
        title = self._text(cells, rules.TITLE)
        if not title or len(title) > _TITLE:
            raise rules.CellRefused(f"“{rules.TITLE}”应为 1 到 {_TITLE} 个字，现有 {len(title)} 个")
        if codes.holds_personal_number(title):
            raise rules.CellRefused("“事项”里有身份证号或手机号，请删去号码")
        due = rules.day_in(self._cell(cells, rules.DUE))
        values = {}
        for one in self.columns:
            if _head(one) in self.heads:
                values[one.pk.hex] = self._value(one, cells, unit)
        task = self._task(unit, self._text(cells, _TASK))
        return entry, unit, dockets.Matter(title, date.fromisoformat(due) if due else None, task, values)

    def _unit(self, cells: Sequence[object], entry: DocketEntry | None) -> Unit:
        name = self._text(cells, rules.UNIT)
        if entry is not None:
            return entry.unit
        if not name and self.own:
            return self.own
        found = self.units.get(name, [])
        if len(found) != 1:
            raise rules.CellRefused(f"没有找到填报单位“{name}”，请写全称、简称或代码")
        if found[0].pk not in self.keepers:
            raise rules.CellRefused(f"“{name}”不在这张清单的填报单位里")
        return found[0]

    def _value(self, one: DocketColumn, cells: Sequence[object], unit: Unit) -> str:
        raw, text = self._cell(cells, _head(one)), self._text(cells, _head(one))
        if not text:
            if one.is_required:
                raise rules.CellRefused(f"“{one.title}”必填")
            return ""
        try:
            match one.kind:
                case Kind.NUMBER:
                    return rules.number_in(text, one.measure_word)
                case Kind.DATE:
                    return rules.day_in(raw)
                case Kind.UNIT:
                    found = self.units.get(text, [])
                    if len(found) != 1:
                        raise rules.CellRefused(f"没有找到单位“{text}”，或有多个，请写全称")
                    return str(found[0].pk)
                case Kind.INDICATOR:
                    if text not in self.by_label:
                        raise rules.CellRefused(f"没有指标“{text}”，请从下拉框里选")
                    return self.by_label[text]
                case Kind.TASK:
                    task = self._task(unit, text)
                    return str(task.pk) if task else ""
        except rules.CellRefused as error:
            raise rules.CellRefused(f"“{one.title}”：{error}") from error
        if codes.holds_personal_number(text):
            raise rules.CellRefused(f"“{one.title}”里有身份证号或手机号，请删去号码")
        return text[:500]

    def _task(self, unit: Unit, title: str) -> Task | None:
        if not title:
            return None
        if unit.pk not in self.tasks:
            self.tasks[unit.pk] = {row.title: row for row in Task.unscoped.filter(unit=unit)}
        if title not in self.tasks[unit.pk]:
            raise rules.CellRefused(f"“{unit}”没有叫“{title[:40]}”的方案任务")
        return self.tasks[unit.pk][title]

    def _cell(self, cells: Sequence[object], head: str) -> object:
        at = self.heads.get("".join(head.split()))
        return cells[at] if at is not None and at < len(cells) else ""

    def _text(self, cells: Sequence[object], head: str) -> str:
        return words_of(self._cell(cells, head)).strip()
