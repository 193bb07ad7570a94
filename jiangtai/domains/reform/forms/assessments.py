"""What is filled in while one is assessed: the table, the marks given to oneself, what is shown."""

from typing import Any

from django import forms
from python_calamine import CalamineError, CalamineWorkbook

from jiangtai.flows import materials
from jiangtai.kernel import FileRefused, clock, filetypes, refuse_vast
from jiangtai.web import DateField, FileField, LongTextField, NumberField

from ..reading import scoring

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
    file = FileField(label="评分表（xlsx）", accepts=(".xlsx",), most=MEGABYTES, required=False)
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
    """The cells of the first sheet that holds something; what could harm is refused before it is opened."""
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


class ScoreForm(forms.Form):
    """The marks given to oneself for a point."""

    self_score = NumberField(label="自评分", min_value=0, max_digits=6, decimal_places=2, required=False)
    self_said = LongTextField(
        label="自评说明", rows=4, max_length=1000, required=False, stock=("按要求完成，材料齐全。",)
    )


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
