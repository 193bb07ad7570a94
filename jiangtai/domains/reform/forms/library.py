"""What is filled in for the policy library: a paper, its ties, its end, its measures, a list, and its review."""

from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from python_calamine import CalamineError

from jiangtai import indicators
from jiangtai.flows import Case, Group, StepForm
from jiangtai.kernel import FileRefused
from jiangtai.web import DateField, FileField, LongTextField, PickField, RadioCards, in_clear

from ..models import PaperReview, PaperTie, PolicyPaper
from ..queries import library as queries
from ..rules import library as rules
from .assessments import rows_of
from .meetings import MeasureField
from .naming import unit_field

MEGABYTES = 20
ENDINGS = (".docx", ".pdf", ".txt")


def paper_field(label: str, **options: Any) -> PickField:
    """A paper of the library."""
    options.setdefault("help_text", "输入标题或发文字号查找")
    return PickField(source="政策文件", find=queries.paper_named, name_of=queries.name_of_paper, label=label, **options)


class PaperForm(forms.Form):
    """A paper: what stands on it, its text, and what it gives to whom."""

    title = forms.CharField(label="标题", max_length=200, help_text="不写书名号")
    number = forms.CharField(
        label="发文字号", max_length=60, required=False, help_text="如 锦委发〔2026〕3号；法律法规可以空着"
    )
    issuer = forms.CharField(label="发文机关", max_length=200, help_text="联合发文的，用顿号分开，主办机关写在前面")
    kind = forms.ChoiceField(label="文种", choices=PolicyPaper.Kind.choices)
    level = forms.ChoiceField(label="级别", choices=PolicyPaper.Level.choices)
    issued_on = DateField(label="印发日期")
    since = DateField(label="施行日期", required=False, help_text="空着就是印发之日")
    until = DateField(label="有效期至", required=False, help_text="没有写明的空着")
    file = FileField(label="文件（docx、pdf、txt）", accepts=ENDINGS, most=MEGABYTES, required=False)
    text = LongTextField(
        label="或粘贴全文", rows=10, required=False, max_length=200_000, help_text="上传文件的，全文由系统读出"
    )
    for_whom = LongTextField(label="为谁", rows=2, max_length=300, required=False, help_text="用大白话写哪些人能享受")
    gives = LongTextField(label="给什么", rows=3, max_length=600, required=False)
    how = LongTextField(label="怎么办", rows=3, max_length=600, required=False, help_text="到哪里、带什么、多少天办好")
    owner = unit_field("责任单位", required=False, help_text="谁负责落实和评估；输入全称、简称或代码查找")
    review_on = DateField(label="评估日期", required=False, help_text="空着就按评估间隔推算")

    def clean(self) -> dict[str, Any]:
        """One source of the text."""
        found = super().clean() or {}
        number = rules.tidy_number(found.get("number") or "")
        if wrong := rules.number_wrong(number, found.get("issued_on")):
            self.add_error("number", wrong)
        return {**found, "number": number}


class SheetForm(forms.Form):
    """A list of papers on the sheet that can be downloaded."""

    file = FileField(label="政策文件清单（xlsx）", accepts=(".xlsx",), most=10)

    def clean(self) -> dict[str, Any]:
        """The rows, understood; what is wrong is told row by row."""
        found = super().clean() or {}
        if not found.get("file"):
            return found
        try:
            cells = rows_of(found["file"])
        except FileRefused as refused:
            self.add_error("file", str(refused))
            return found
        except CalamineError:
            self.add_error("file", "这个文件打不开，请用 Excel 或 WPS 另存为 xlsx 后再传")
            return found
        labels = [
            {str(label): value for value, label in kind.choices} for kind in (PolicyPaper.Kind, PolicyPaper.Level)
        ]
        sheet = rules.read_sheet(cells, *labels)
        for words in sheet.errors[:30]:
            self.add_error("file", words)
        if len(sheet.errors) > 30:
            self.add_error("file", f"另有 {len(sheet.errors) - 30} 处有误")
        return {**found, "rows": sheet.rows}


class TieForm(forms.Form):
    """How a paper stands to another."""

    kind = forms.ChoiceField(
        label="关系",
        choices=((PaperTie.Kind.BASIS.value, "依据｜本文件依据那份文件制定"),
                 (PaperTie.Kind.AMENDS.value, "修改｜本文件修改那份文件的部分条款，其余仍然有效")),
        widget=RadioCards,
    )  # fmt: skip
    other = paper_field("那份文件")
    words = forms.CharField(label="涉及条款", max_length=200, required=False, help_text="如 第三条、第七条第二款")


class EndForm(forms.Form):
    """How a paper ends before its time."""

    how = forms.ChoiceField(
        label="怎样终止",
        choices=(("superseded", "被替代｜新文件施行之日起，由新文件整体替代"),
                 ("repealed", "废止｜有废止文件，或按清理决定废止")),
        widget=RadioCards,
    )  # fmt: skip
    by = paper_field("新文件或废止它的文件", required=False, help_text="替代的必选；按清理决定废止的可以空着")
    on = DateField(label="终止日期", required=False, help_text="空着就是新文件施行之日；没有新文件的是今天")
    why = forms.CharField(label="说明", max_length=200, required=False, help_text="没有废止文件的，写明依据")


class LinkForm(forms.Form):
    """Which measures a paper carries out, and which figures tell of its uptake."""

    measures: Any = forms.ModelMultipleChoiceField(
        queryset=None, label="落实的举措", required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "many"})
    )
    indicators = forms.MultipleChoiceField(
        label="衡量指标",
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "many"}),
        help_text="评估时自动比发布前后的数",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["measures"]
        field.queryset = queries.measures()
        field.label_from_instance = MeasureField.label_from_instance.__get__(field)
        choices: Any = self.fields["indicators"]
        ticked = set(self.initial.get("indicators") or ())  # they come first: the box shows a few at a time
        named = [(one.key, one.label) for one in indicators.indicators()]
        choices.choices = sorted(named, key=lambda one: one[0] not in ticked)


class AssessForm(StepForm):
    """What a paper's owner says of it; its figures are there already and are not typed."""

    clear = ("proposes",)
    effect = LongTextField(label="实施效果", rows=5, max_length=2000, validators=[in_clear])
    problem = LongTextField(label="存在问题", rows=4, max_length=2000, required=False, validators=[in_clear])
    advice = LongTextField(label="意见建议", rows=3, max_length=2000, required=False, validators=[in_clear])
    proposes = forms.ChoiceField(label="建议结论", choices=PaperReview.Outcome.choices, widget=RadioCards)

    @classmethod
    def papers(cls, case: Case) -> list[tuple[str, bool]]:
        """Evidence may come along."""
        return [("佐证材料", False)]

    def groups(self) -> list[Group]:
        """With the paper and its computed uptake above the questions."""
        paper = PolicyPaper.unscoped.get(pk=self.case.subject)
        lines, methods = queries.uptake(paper)
        whose = "，".join(filter(None, (paper.issuer, paper.number, f"{paper.since} 起施行")))
        said = [f"{one['label']}：发布前 {one['before']}，目前 {one['after']}" for one in lines]
        counted = [f"{chr(0x2460 + at)} {words}" for at, words in enumerate(methods)]
        each = format_html_join("", "<li>{}</li>", ((one,) for one in said or ["还没有对应指标和举措"]))
        how = format_html_join("", "<small>{}</small>", ((one,) for one in counted))
        note = format_html("{}<ul>{}</ul>{}", whose, each, how)
        return [Group(f"{paper}的落实数据", note, ["effect", "problem", "advice", "proposes", "file_0"])]

    def clean(self) -> dict[str, Any]:
        """Who proposes a change says what is wrong."""
        told = super().clean() or {}
        if told.get("proposes") in ("to_revise", "to_repeal") and not (told.get("problem") or "").strip():
            self.add_error("problem", "建议修订或废止的，请写明存在的问题")
        return told
