"""Forms about the table of duties."""

from django import forms

from jiangtai.web import FileField


class SheetForm(forms.Form):
    """A table of duties, changed by the office."""

    file = FileField(
        label="责任分解表",
        accepts=(".xlsx",),
        most=20,
        help_text="在这份方案导出的责任分解表（xlsx）上改，不超过 20 MB",
    )
