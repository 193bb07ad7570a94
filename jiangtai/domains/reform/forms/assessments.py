"""What is filled in while one is assessed: the table, the marks given to oneself, what is shown."""

from typing import Any

from django import forms
from python_calamine import CalamineError, CalamineWorkbook

from jiangtai.documents import SAME_AS_ABOVE, document_text
from jiangtai.flows import materials
from jiangtai.kernel import FileRefused, clock, filetypes, refuse_vast
from jiangtai.web import DateField, FileField, LongTextField, NumberField, PickField

from ..queries import assessments as queries
from ..reading import scoring
from .naming import UnitsField

MEGABYTES = 10
"""How large a scoring table may be."""
_ERRORS = 12
_MOST_ROWS = 2_000


class TableForm(forms.Form):
    """The scoring table of the level above, uploaded or pasted."""

    title = forms.CharField(label="名称", max_length=120, help_text="如 2026年度产业工人队伍建设改革考核")
    by_whom = forms.CharField(label="考核机关", max_length=80, help_text="如 市产业工人队伍建设改革工作领导小组办公室")
    year = forms.IntegerField(label="考核年度", min_value=2020, max_value=2100)
    due = DateField(label="报送期限")
    file = FileField(label="评分表（xlsx、docx）", accepts=(".xlsx", ".docx"), most=MEGABYTES, required=False)
    pasted = LongTextField(
        label="或粘贴评分表",
        rows=8,
        required=False,
        max_length=200_000,
        help_text="从 Excel 或 Word 里连表头一起复制粘贴；认得“考核内容、分值、评分标准”等栏目名",
    )

    def clean_due(self) -> Any:
        """Not over yet."""
        if self.cleaned_data["due"] < clock.today():
            raise forms.ValidationError(f"报送期限不能早于今天（{clock.today()}）")
        return self.cleaned_data["due"]

    def clean(self) -> dict[str, Any]:
        """The table, understood; every row that is not is told."""
        found = super().clean() or {}
        upload, pasted = found.get("file"), (found.get("pasted") or "").strip()
        if bool(upload) == bool(pasted):
            if "file" not in self.errors:
                self.add_error("file", "请上传评分表，或把它粘贴在下面，二选一")
            return found
        try:
            rows = rows_of(upload) if upload else scoring.rows_of_text(pasted)
        except FileRefused as refused:
            self.add_error("file", str(refused))
            return found
        except CalamineError:
            self.add_error("file", "这个文件打不开，请用 Excel 或 WPS 另存为 xlsx 后再传")
            return found
        table = scoring.read_scoring(rows)
        for error in table.errors[:_ERRORS]:
            self.add_error("file" if upload else "pasted", error)
        if len(table.errors) > _ERRORS:
            self.add_error("file" if upload else "pasted", f"另有 {len(table.errors) - _ERRORS} 行有误")
        return {**found, "table": table}


def rows_of(upload: Any) -> list[list[str]]:
    """The cells of a workbook's first sheet, or of a Word document's tables; harm is refused before it is opened."""
    return _of_document(upload) if upload.name.lower().endswith(".docx") else _of_workbook(upload)


def _of_document(upload: Any) -> list[list[str]]:
    filetypes.inspect(upload, upload.name, MEGABYTES * 2**20, {"docx"})
    rows = scoring.rows_of_text(document_text(upload.file, upload.name))
    return [["" if cell.strip() == SAME_AS_ABOVE else cell for cell in row] for row in rows if len(row) > 1]


def _of_workbook(upload: Any) -> list[list[str]]:
    """The cells of the first sheet that holds something."""
    filetypes.inspect(upload, upload.name, MEGABYTES * 2**20, {"xlsx"})
    refuse_vast(upload)
    upload.seek(0)
    book = CalamineWorkbook.from_filelike(upload)
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        if len(rows) > _MOST_ROWS:
            raise FileRefused(f"表格有 {len(rows):,} 行，超过 {_MOST_ROWS:,} 行，请核对是不是评分表")
        if rows:
            return [[str(cell) for cell in row] for row in rows]
    return []


class PointForm(forms.Form):
    """A point as the table has it, and who answers for it."""

    section = forms.CharField(label="考核项目", max_length=200, required=False)
    text = LongTextField(label="考核内容", rows=3, max_length=600)
    score = NumberField(label="分值", min_value=0, max_digits=6, decimal_places=2)
    method = LongTextField(label="评分标准", rows=3, max_length=800, required=False)
    units = UnitsField(label="责任单位", required=False)


class ScoreForm(forms.Form):
    """The marks given to oneself for a point."""

    self_score = NumberField(label="自评分", min_value=0, max_digits=6, decimal_places=2, required=False)
    self_said = LongTextField(
        label="自评说明", rows=4, max_length=1000, required=False, stock=("按要求完成，材料齐全。",)
    )


class FindForm(forms.Form):
    """Something that the house has, looked up by its name or number."""

    what = PickField(
        source="印证材料", find=queries.exhibit_named, name_of=queries.name_of_exhibit, label="材料",
        help_text="输入任务、会议、文书、政策文件、指标的名称或文号；办件输入完整编号",
    )  # fmt: skip


class ExhibitForm(forms.Form):
    """A file, a photo, or where a paper is kept."""

    label = forms.CharField(label="材料名称", max_length=200)
    file = FileField(label="文件或照片", accepts=materials.ENDINGS, most=materials.MEGABYTES, required=False)
    kept_at = forms.CharField(
        label="纸质材料存放处", max_length=120, required=False, help_text="没有电子件的，写明在哪里"
    )

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        found = super().clean() or {}
        if not found.get("file") and not (found.get("kept_at") or "").strip() and "file" not in self.errors:
            self.add_error("file", "请上传文件，或写明纸质材料的存放处")
        return found
