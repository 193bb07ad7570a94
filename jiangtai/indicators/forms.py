"""Forms about figures: targets, and what others claim."""

from decimal import Decimal
from typing import Any

from django import forms

from jiangtai.access import Acting, Unit, units
from jiangtai.kernel import clock
from jiangtai.web import FileField, LongTextField, NumberField, PickField

from .claims import MOST_LINES
from .declare import Indicator, headed
from .naming import written_by
from .targets import points_of

WAY_HELP = "不填就是逐月匀速。不匀速的每行写一个节点：到那时累计应达的数，例如 3月底 300，或 第二季度 500"


def find_unit(text: str) -> Unit | None:
    """The unit within reach that an id, a name or a code names."""
    return units.named(Unit.objects.filter(state=Unit.State.ACTIVE), text)


def name_of_unit(text: str) -> str:
    """The name of the unit within reach with this id."""
    return units.name_of(Unit.objects.all(), text)


def unit_field(label: str, **options: Any) -> PickField:
    """A unit, found while typing."""
    options.setdefault("help_text", "输入名称、拼音首字母或代码查找")
    return PickField(source="单位", find=find_unit, name_of=name_of_unit, label=label, **options)


def grouped(indicators: list[Indicator]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Indicators to choose from, by subject, each with its unit of measure."""
    return [
        (label, [(one.key, f"{one.label}（{one.unit.label}）") for one in found])
        for label, found in headed(indicators, lambda one: one.key)
    ]


class TargetForm(forms.Form):
    """Which figure of which unit is to reach what by the end of which year."""

    indicator = forms.ChoiceField(label="指标", help_text="只列出分高低的指标")
    unit = unit_field("单位")
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    value = NumberField(label="目标值", max_digits=16, decimal_places=2, min_value=Decimal(0),
                               help_text="年底应达到的数，单位见所选指标")  # fmt: skip
    base = NumberField(
        label="起点", max_digits=16, decimal_places=2, min_value=Decimal(0), required=False,
        help_text="上年末的数。只对期末的数有用，例如 入会率；不填就按计算出的上年末。本期发生的数从 0 起累计，不用填",
    )  # fmt: skip
    points = LongTextField(label="节点", required=False, max_length=1000, rows=4, help_text=WAY_HELP)
    document = forms.CharField(label="依据", max_length=120, required=False, help_text="下达目标的文件和文号")

    def __init__(self, *args: Any, indicators: list[Indicator], acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = grouped(indicators)  # type: ignore[attr-defined]
        self.fields["year"].initial = clock.today().year
        if acting.unit is not None:
            self.fields["unit"].initial = str(acting.unit.pk)

    def clean(self) -> dict[str, Any]:
        """The points, once the year is known."""
        cleaned = super().clean() or {}
        if "points" in cleaned and "year" in cleaned:
            try:
                cleaned["points"] = points_of(cleaned["points"], cleaned["year"])
            except forms.ValidationError as error:
                self.add_error("points", error)
        return cleaned


class TargetSheetForm(forms.Form):
    """A sheet of targets that was changed, and the document that hands them down."""

    file = FileField(label="目标表", accepts=(".xlsx",), most=5, help_text="在下载的目标表上改，xlsx，不超过 5 MB")
    document = forms.CharField(label="依据", max_length=120, required=False, help_text="下达目标的文件和文号")


class ClaimForm(forms.Form):
    """Who says that which figure of which unit was what in which period."""

    indicator = forms.ChoiceField(label="指标")
    unit = unit_field("单位")
    period = forms.CharField(label="期间", max_length=10, help_text="2026、2026-Q3、2026-09，或某一天，写 2026-09-30")
    who = forms.CharField(label="谁报的", max_length=80, help_text="报数的单位或系统，例如 区统计局")
    value = NumberField(label="报的数", max_digits=16, decimal_places=2, min_value=Decimal(0),
                        help_text="按所选指标括号里的计量单位填；比重填百分数，例如 65.7")  # fmt: skip
    document = forms.CharField(label="出处", max_length=120, required=False, help_text="文件、报表的名称和文号")
    numbers = LongTextField(label="名单", required=False, max_length=MOST_LINES * 30, rows=6)
    names = FileField(
        label="名单文件", accepts=(".xlsx", ".xls", ".csv"), most=20, required=False,
        help_text="只对数人、人次和人的比重的指标。要有“姓名”或“身份证号”一栏，可以有手机号、单位。只有姓名的，要写单位，而且这家单位只有一人叫这个名字才认得出。"
        "文件用后即删，不保存；不超过 20 MB、20,000 行",
    )  # fmt: skip

    def __init__(self, *args: Any, indicators: list[Indicator], acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = grouped(indicators)  # type: ignore[attr-defined]
        self.fields["numbers"].help_text = (
            f"每行写所数的一个：{written_by()}。数人次、件数的，同一个有几行就写几行；算比重的，只写计入的（分子）。"
            "可从表格里整列复制；号码只用来找人，不保存"
        )
        self.fields["period"].initial = f"{clock.today():%Y-%m}"
        if acting.unit is not None:
            self.fields["unit"].initial = str(acting.unit.pk)

    def clean_numbers(self) -> list[str]:
        """The lines."""
        lines = [line.strip() for line in self.cleaned_data["numbers"].splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(f"有 {len(lines)} 行，一次最多 {MOST_LINES} 行")
        return lines
