"""The targets of a year as a workbook, units by figures: out with what is in force, in again with what differs."""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import IO, Any, BinaryIO
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from jiangtai.access import Refused, Unit, current
from jiangtai.kernel import FileRefused, clock, filetypes, new_workbook, read_id, refuse_vast

from . import computing, measures
from .declare import Indicator, IndicatorError
from .models import Target
from .targets import set_target, targets_in_force

SHEET = "目标表"
MOST_BYTES, MOST_UNITS, MOST_CHANGES = 5 * 2**20, 2_000, 2_000
_MOST_SIGNS = Decimal(10) ** 14
_KEYS, _HEADS, _FIRST = 1, 2, 3
"""The rows below the title: the keys, hidden; the heads; the units."""
_UNIT, _CODE, _ID, _FIGURES = 0, 1, 2, 3
"""The columns: name, code, id (hidden), and one for each figure."""


@dataclass(frozen=True)
class Changed:
    """One cell that says otherwise than what is in force."""

    unit: Unit
    indicator: Indicator
    before: Decimal | None
    value: Decimal

    @property
    def sent(self) -> list[str]:
        """As the page sends it back to be confirmed."""
        return [str(self.unit.pk), self.indicator.key, "" if self.before is None else str(self.before), str(self.value)]


@dataclass
class Read:
    """A sheet that came back: its year, what differs, how many cells do not, and what is wrong, row by row."""

    year: int
    changed: list[Changed]
    same: int = 0
    left: int = 0
    """Cells that were emptied: a target is not taken back by a blank."""
    wrong: list[str] | None = None


def years() -> list[int]:
    """Those for which targets may be set: from last year on."""
    now = clock.today().year
    return list(range(now - 1, now + 6))


def units_told(year: int) -> list[Unit]:
    """The acting unit, those right below it, and whoever within reach has a target of the year."""
    own = current().unit
    known = set(targets_in_force().filter(year=year).values_list("unit_id", flat=True))
    if own is not None:
        known |= {own.pk, *Unit.objects.filter(parent=own, state=Unit.State.ACTIVE).values_list("pk", flat=True)}
    rows = Unit.objects.filter(pk__in=known, state=Unit.State.ACTIVE)
    return list(rows.order_by("path")[:MOST_UNITS])


def workbook(year: int, known: Sequence[Indicator]) -> IO[bytes]:
    """The targets of a year: a row for each unit, a column for each of these figures, filled with what is in force."""
    units = units_told(year)
    values = in_force(year)
    with new_workbook() as (book, file):
        text = book.add_format({"num_format": "@", "valign": "vcenter", "border": 1, "bg_color": "#F4F1E9"})
        head = book.add_format({"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "border": 1,
                                "bg_color": "#F4F1E9"})  # fmt: skip
        number = book.add_format({"num_format": "#,##0.####", "border": 1})
        sheet = book.add_worksheet(SHEET)
        sheet.write_string(0, 0, f"{year}年{SHEET}", book.add_format({"bold": True, "font_size": 14}))
        sheet.write_number(_KEYS, _UNIT, year)
        for place, label in enumerate(("单位", "代码", "识别码")):
            sheet.write_string(_HEADS, place, label, head)
        for place, one in enumerate(known, start=_FIGURES):
            sheet.write_string(_KEYS, place, one.key)
            sheet.write_string(_HEADS, place, _head(one), head)
        for row, unit in enumerate(units, start=_FIRST):
            for place, told in enumerate((unit.name, unit.code, str(unit.pk))):
                sheet.write_string(row, place, told, text)
            for place, one in enumerate(known, start=_FIGURES):
                value = values.get((unit.pk, one.key))
                if value is None:
                    sheet.write_blank(row, place, None, number)
                else:
                    sheet.write_number(row, place, float(value), number)
        sheet.set_row(_HEADS, 48)
        sheet.set_row(_KEYS, None, None, {"hidden": True})
        sheet.set_column(_UNIT, _UNIT, 28)
        sheet.set_column(_CODE, _CODE, 14)
        sheet.set_column(_ID, _ID, 10, None, {"hidden": True})
        sheet.set_column(_FIGURES, _FIGURES + len(known), 14)
        sheet.freeze_panes(_FIRST, _FIGURES)
        guide = book.add_worksheet("填写说明")
        guide.set_column(0, 0, 90)
        for row, words in enumerate(_guide(year)):
            guide.write_string(row, 0, words)
    return file


def in_force(year: int) -> dict[tuple[UUID, str], Decimal]:
    """What is in force for a year, by unit and figure, as far as one reaches."""
    rows = targets_in_force().filter(year=year).values_list("unit_id", "indicator", "value")
    return {(unit, key): value for unit, key, value in rows}


def read(file: BinaryIO, name: str, known: Sequence[Indicator]) -> Read:
    """What an uploaded sheet changes; `FileRefused` where it is no such sheet."""
    rows = _rows(file, name)
    found = Read(_year(rows), [], wrong=[])
    columns = _columns(rows, {one.key: one for one in known}, found)
    held = {(row.unit_id, row.indicator): row for row in targets_in_force().filter(year=found.year)}
    units, seen = _Units(rows), dict[UUID, int]()
    for at, row in enumerate(rows[_FIRST:], start=_FIRST + 1):
        if not any(_text(cell) for cell in row):
            continue
        unit = units.named(row)
        if unit is None:
            told = _text(row[_UNIT]) or _text(row[_CODE]) or "空"
            found.wrong.append(f"第 {at} 行：没有找到单位“{told}”，或它不在本单位及下级之内")  # type: ignore[union-attr]
        elif unit.pk in seen:
            found.wrong.append(f"第 {at} 行：“{unit}”在第 {seen[unit.pk]} 行已经有了，请只留一行")  # type: ignore[union-attr]
        else:
            seen[unit.pk] = at
            _read_row(f"第 {at} 行“{unit}”", row, unit, columns, held, found)
    if len(found.changed) > MOST_CHANGES:
        raise FileRefused(f"有 {len(found.changed):,} 格与现在不同，一次最多改 {MOST_CHANGES:,} 格，请分几次上传")
    return found


def take_over(year: int, sent: Sequence[Sequence[str]], document: str) -> int:
    """Set what was shown and confirmed, all or nothing; refused where somebody changed one of them meanwhile."""
    if not sent or len(sent) > MOST_CHANGES:
        raise ValidationError("没有要改的目标，请重新上传目标表")
    units = Unit.objects.in_bulk([UUID(unit) for unit, *_ in sent])
    with transaction.atomic():
        for unit, key, before, value in sent:
            at = units.get(UUID(unit))
            if at is None:
                raise Refused("有的单位不在本单位及下级之内", "reach")
            list(Unit.unscoped.select_for_update().filter(pk=at.pk))
            row = targets_in_force().filter(unit=at, indicator=key, year=year).first()
            if (row and row.value) != (Decimal(before) if before else None):
                label = computing.named(key).label
                raise ValidationError(f"“{at}”的“{label}”在您核对期间改过，请重新下载目标表，改好再传")
            _set(at, key, year, Decimal(value), document, row)
    return len(sent)


def _set(unit: Unit, key: str, year: int, value: Decimal, document: str, row: Target | None) -> None:
    """With the way of the one before, whose last point at the year's end is the target itself."""
    way = [(date.fromisoformat(day), number) for day, number in row.way] if row else []
    points = [(day, value if day == date(year, 12, 31) else number) for day, number in way]
    base = row.base if row else None
    set_target(key, unit, year, value, base=base, points=points, document=document or (row.document if row else ""))


def _rows(file: BinaryIO, name: str) -> list[list[Any]]:
    from python_calamine import CalamineError, CalamineWorkbook

    filetypes.inspect(file, name, MOST_BYTES, {"xlsx"})
    try:
        refuse_vast(file)
        file.seek(0)
        book = CalamineWorkbook.from_filelike(file)
        sheet = SHEET if SHEET in book.sheet_names else book.sheet_names[0]
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except (CalamineError, zipfile.BadZipFile, OSError, IndexError) as error:
        raise FileRefused("打不开这个表格，可能已损坏，请用原软件另存为 xlsx 后重新上传") from error
    if len(rows) > _FIRST + MOST_UNITS:
        raise FileRefused(f"表格有 {len(rows):,} 行，最多 {MOST_UNITS:,} 家单位，请核对是不是目标表")
    if len(rows) <= _HEADS or len(rows[0]) <= _FIGURES or _text(rows[_HEADS][_ID]) != "识别码":
        raise FileRefused("这不是下载的目标表：找不到“单位、代码、识别码”的表头，请先下载目标表，在上面改")
    return rows


def _year(rows: list[list[Any]]) -> int:
    told = _text(rows[_KEYS][_UNIT])
    if told not in map(str, years()):
        raise FileRefused(f"目标表的年度是“{told or '空'}”，应在 {years()[0]} 至 {years()[-1]} 年之间，请重新下载")
    return int(told)


def _columns(rows: list[list[Any]], known: Mapping[str, Indicator], found: Read) -> dict[int, Indicator]:
    """Which column is which figure, by its hidden key, else by its head."""
    heads = {_head(one): one for one in known.values()}
    columns: dict[int, Indicator] = {}
    for place, (key, head) in enumerate(zip(rows[_KEYS], rows[_HEADS], strict=True)):
        one = known.get(_text(key)) or heads.get(_text(head))
        if place < _FIGURES or not _text(key) + _text(head):
            continue
        if one is None:
            found.wrong.append(f"第 {place + 1} 列“{_text(head)}”不是可以设目标的指标，请删去这一列")  # type: ignore[union-attr]
        elif one in columns.values():
            found.wrong.append(f"“{one.label}”有两列，请只留一列")  # type: ignore[union-attr]
        else:
            columns[place] = one
    return columns


class _Units:
    """The units that a sheet names, found at once: by the hidden id, else by code or name."""

    def __init__(self, rows: list[list[Any]]) -> None:
        told = [[_text(row[place]) for place in (_ID, _CODE, _UNIT)] for row in rows[_FIRST:]]
        active = Unit.objects.filter(state=Unit.State.ACTIVE)
        self.by_id = active.in_bulk({found for row in told if (found := read_id(row[0]))})
        loose = [row for row in told if read_id(row[0]) not in self.by_id]
        self.by_code = {one.code: one for one in active.filter(code__in={row[1] for row in loose if row[1]})}
        named = list(active.filter(name__in={row[2] for row in loose if row[2]}))
        names = [one.name for one in named]
        self.by_name = {one.name: one for one in named if names.count(one.name) == 1}

    def named(self, row: list[Any]) -> Unit | None:
        """Whom a row is about."""
        found = read_id(_text(row[_ID]))
        if found in self.by_id:
            return self.by_id[found]
        return self.by_code.get(_text(row[_CODE])) or self.by_name.get(_text(row[_UNIT]))


def _read_row(
    where: str, row: list[Any], unit: Unit, columns: dict[int, Indicator], held: Mapping[Any, Target], found: Read
) -> None:
    for place, one in columns.items():
        before = held.get((unit.pk, one.key))
        if not _text(row[place]):
            found.left += before is not None
            continue
        try:
            value = _value(row[place], one)
        except ValueError as error:
            found.wrong.append(f"{where}的“{one.label}”{error}")  # type: ignore[union-attr]
            continue
        if before is not None and before.value == value:
            found.same += 1
        elif before is not None and not current().reach.holds(before.set_at.path):
            found.wrong.append(f"{where}的“{one.label}”是{before.set_at}下达的，由它或者它的上级调整")  # type: ignore[union-attr]
        else:
            found.changed.append(Changed(unit, one, before.value if before else None, value))


def _value(cell: Any, one: Indicator) -> Decimal:
    """A number as people type it; a share typed as 85% into a cell of numbers arrives as 0.85 and is asked about."""
    told = _text(cell).replace(",", "").replace("，", "")
    is_share = one.unit is measures.Unit.PERCENT
    if is_share:
        told = told.rstrip("%％")
    try:
        value = Decimal(told)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise ValueError(f"填的是“{_text(cell)[:20]}”，应是一个数")
    if value < 0 or value >= _MOST_SIGNS:
        raise ValueError(f"填的是 {told[:20]}，应不小于 0、整数部分不超过 14 位")
    if is_share and 0 < value < 1:
        raise ValueError(f"填的是 {told}，单位是 %：要填百分之八十五请填 85；确实不到 1% 的，请在“下达目标”里填")
    if value != round(value, 2):
        raise ValueError(f"填的是 {told}，最多两位小数")
    return round(value, 2)


def _head(one: Indicator) -> str:
    return f"{one.label}（{one.unit.label}）"


def _text(cell: Any) -> str:
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{Decimal(repr(cell)):f}"
    return str(cell).strip()


def _guide(year: int) -> tuple[str, ...]:
    return (
        f"{year}年各单位的年度目标，一行一个单位，一列一项指标；格里是现在有效的目标，空着的没有目标。",
        "改好后在“目标表”页面上传，先看改了什么，确认后才下达。没有改的格不动。",
        "空着的格不动；要收回一个目标，请在目标列表里办理，写明原因。",
        "比重按百分数填：百分之八十五填 85。最多两位小数。",
        "可以加行：写单位全称或代码。隐藏的一行一列是识别用的，请勿改动。",
        "节点（到几月应达多少）不在表里：原来有的照旧，新设的匀速；要另定节点，请在“下达目标”里填。",
    )


def named_all(sent: Sequence[Sequence[str]], known: Sequence[Indicator]) -> None:
    """Refuse keys of figures that who acts may not be told of."""
    allowed = {one.key for one in known}
    if strange := {key for _, key, *_ in sent} - allowed:
        raise IndicatorError(f"没有指标“{min(strange)}”")
