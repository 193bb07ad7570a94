"""What is filled in when an instrument is drafted, answered, settled or sent back."""

from typing import Any

from django import forms

from jiangtai.access import inquiries
from jiangtai.flows import materials
from jiangtai.web import DateField, FileField, FilesField, LongTextField, RadioCards, in_clear

from .naming import UnitsField

KINDS = (
    ("prompt", "工作提示｜总工会提醒承办单位，由领导小组办公室发出"),
    ("bulletin", "通报｜领导小组向各单位通报，由领导或区委、区政府经办人签发"),
    ("supervision", "督查｜区委、区政府办公室督办，由区委、区政府经办人发出"),
)
STOCK_RETURN = ("请补充完成时限。", "请补充佐证材料。", "未说明滞后原因，请补充。")
STOCK_CLOSE = ("同意销号。", "措施落实到位，同意销号。")


class DraftForm(forms.Form):
    """What an instrument says, to whom, and until when it asks for an answer."""

    title = forms.CharField(label="标题", max_length=120)
    units = UnitsField(label="受文单位")
    body = LongTextField(
        label="正文", rows=14, max_length=8000, help_text="每段一行；①②是数据口径的标记，删去标记则文末不再注明"
    )
    needs_reply = forms.BooleanField(label="要求答复", required=False, initial=True)
    due = DateField(label="答复期限", required=False, help_text="不要求答复的不填")


class NewDraftForm(DraftForm):
    """The same, with the kind first."""

    kind = forms.ChoiceField(label="文种", choices=KINDS, widget=RadioCards)
    field_order = ("kind", "title", "units", "body", "needs_reply", "due")


class ReplyForm(forms.Form):
    """A unit's answer."""

    text = LongTextField(
        label="答复内容",
        rows=8,
        max_length=2000,
        validators=[in_clear],
        help_text="写明原因、已采取的措施、完成时限和责任人；不写身份证号、手机号",
    )
    papers = FilesField(label="附件", accepts=materials.ENDINGS, most=materials.MEGABYTES, required=False)


class LetterReplyForm(ReplyForm):
    """What a unit answered by letter, with the scan."""

    letter_number = forms.CharField(label="来函文号", max_length=60)
    letter_date = DateField(label="来函日期")
    letter = FileField(label="来函扫描件", accepts=inquiries.LETTER_ENDINGS, most=inquiries.LETTER_BYTES // 2**20)
    field_order = ("letter_number", "letter_date", "letter", "text", "papers")


class CloseForm(forms.Form):
    """Why something is settled."""

    said = LongTextField(label="意见", required=False, rows=2, max_length=300, stock=STOCK_CLOSE)


class ReturnForm(forms.Form):
    """What is missing, and until when it is asked again."""

    said = LongTextField(label="退回原因", rows=3, max_length=300, stock=STOCK_RETURN)
    due = DateField(label="重新答复期限")


class BulletinForm(forms.Form):
    """Of which quarter."""

    period = forms.ChoiceField(label="通报期")

    def __init__(self, *args: Any, quarters: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = list(quarters)  # type: ignore[attr-defined]
