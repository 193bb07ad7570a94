"""What is filled in about pilots: batches and types, applications, yearly lists, reports, earlier lists."""

from typing import Any

from django import forms
from python_calamine import CalamineError

from jiangtai.flows import Case, Group, Known, StepForm
from jiangtai.kernel import FileRefused, clock
from jiangtai.web import DateField, FileField, LongTextField, in_clear

from ..facts import PilotEnd
from ..models import Measure
from ..queries import pilots as queries
from ..reading.pilots import read_listing
from ..reading.scoring import rows_of_text
from ..rules import pilots as rules
from .assessments import MEGABYTES, rows_of
from .meetings import MeasureField

_ERRORS = 12
KINDS = [(one.value, str(one.label)) for one in queries.KINDS]


# batches


class TypeForm(forms.Form):
    """One type of pilot."""

    name = forms.CharField(label="试点类型", max_length=40, help_text="如 全面试点、项目试点、部门试点")
    quota = forms.IntegerField(label="名额", min_value=1, max_value=10_000)
    kinds = forms.MultipleChoiceField(
        label="哪些单位可以申报", choices=KINDS, required=False, help_text="一项都不勾，就是各类单位都可以",
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}),
    )  # fmt: skip
    names_project = forms.BooleanField(
        label="须指明试点项目", required=False, help_text="项目试点须写明项目，并指明属于方案的哪项举措"
    )

    def kind(self) -> rules.Kind:
        """The type that was filled in."""
        told = self.cleaned_data
        return rules.Kind(told["name"].strip(), told["quota"], list(told["kinds"]), told["names_project"])


class BatchForm(forms.Form):
    """What a batch says of itself."""

    title = forms.CharField(label="批次名称", max_length=60, help_text="如 第二批产业工人队伍建设改革试点")
    year = forms.IntegerField(label="年度", min_value=2017, max_value=2100)
    opens = DateField(label="开始申报")
    closes = DateField(label="截止申报")
    until = DateField(label="试点期到", required=False, help_text="空着就是没有定期限")
    asks = LongTextField(label="申报要求", rows=3, max_length=600, required=False)


class NewBatchForm(BatchForm):
    """A batch with its types, one a line."""

    types = LongTextField(
        label="类型和名额", rows=4, max_length=2_000,
        help_text="一行一类：类型、名额、可申报的单位，用空格隔开，如“项目试点 20 企业、院校 项目”；"
                  "最后写“项目”的须指明试点项目；单位不写就是各类单位",
    )  # fmt: skip

    def clean_types(self) -> list[rules.Kind]:
        """Each line a type."""
        labels = {label: key for key, label in KINDS} | {
            "街道": "street",
            "乡镇": "street",
            "园区": "park",
            "区": "district",
        }
        found, names = [], set()
        for number, line in enumerate(self.cleaned_data["types"].splitlines(), start=1):
            parts = line.split()
            if not parts:
                continue
            if (
                len(parts) < 2
                or not parts[1].rstrip("个家").isdecimal()
                or not 0 < int(parts[1].rstrip("个家")) <= 10_000
            ):
                raise forms.ValidationError(f"第 {number} 行“{line.strip()[:30]}”：应写类型和名额，如“全面试点 20”")
            rest = parts[2:]
            has_project = bool(rest) and rest[-1] == "项目"
            said = [one for part in (rest[:-1] if has_project else rest) for one in part.split("、") if one]
            if strange := [one for one in said if one not in labels]:
                known = "、".join(label for _, label in KINDS)
                raise forms.ValidationError(f"第 {number} 行“{strange[0]}”不是单位类别，可写：{known}")
            if parts[0] in names or len(parts[0]) > 40:
                raise forms.ValidationError(f"第 {number} 行“{parts[0][:40]}”写了两次或太长，请改正")
            names.add(parts[0])
            found.append(rules.Kind(parts[0], int(parts[1].rstrip("个家")), [labels[one] for one in said], has_project))
        return found


class PublishForm(forms.Form):
    """By which document, on which day, and whether citizens see it."""

    document = forms.CharField(label="公布文号", max_length=60, help_text="如 锦产改〔2026〕9号")
    named_on = DateField(label="公布日期")
    is_public = forms.BooleanField(label="同时向社会公开", required=False, initial=True)


class ConfirmForm(forms.Form):
    """What the leader says to the whole list."""

    opinion = LongTextField(label="意见", rows=2, max_length=200, stock=("同意。", "同意，请抓好落实。"))


class EndForm(forms.Form):
    """Why a pilot ends before its day."""

    why = forms.ChoiceField(
        label="情形",
        choices=((PilotEnd.REVOKED.value, "未按要求推进，撤销"), (PilotEnd.WITHDREW.value, "单位申请退出")),
    )
    reason = LongTextField(label="理由", rows=2, max_length=200, validators=[in_clear])


class CallForm(forms.Form):
    """Of which year pilots are to report."""

    year = forms.IntegerField(label="报告年度", min_value=2017, max_value=2100)
    note = LongTextField(label="对试点说的话", rows=2, max_length=200, required=False)


# the steps of an application


class ApplyForm(StepForm):
    """A unit's scheme, and on what ground it applies; where the type asks, its project and the measure."""

    clear = ("project",)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        kind = queries.type_of(case)
        if kind.names_project:
            self.fields["project"] = forms.CharField(label="试点项目", max_length=200, validators=[in_clear])
        choices = [(str(one.pk), f"举措 {one.number}　{one.title}") for one in queries.measures()[:300]]
        if choices:
            self.fields["measure"] = forms.ChoiceField(
                label="对应方案举措", choices=[("", "请选择"), *choices], required=kind.names_project,
                help_text="" if kind.names_project else "试点方案主要落实哪项举措；全面推进的可以不选",
            )  # fmt: skip
        for name, label, most, words in (
            ("ground", "工作基础", 1_000, "已经做了什么、有什么成效、有什么条件"),
            ("scheme", "试点方案", 3_000, "要解决什么问题，分几步做什么，到试点期末达到什么"),
            ("promise", "组织保障", 600, "谁牵头、谁落实、经费和人员怎么安排"),
        ):
            self.fields[name] = LongTextField(
                label=label, max_length=most, rows=5 if most > 600 else 3, help_text=words, validators=[in_clear]
            )

    @classmethod
    def papers(cls, case: Case) -> list[tuple[str, bool]]:
        """The scheme as a document, where there is one."""
        return [("试点实施方案（文件）", False)]

    def groups(self) -> list[Group]:
        """With what the register knows of the unit, and what the batch asks."""
        kind = queries.type_of(self.case)
        number = queries.workers([self.case.unit])[self.case.unit_id]
        note = f"在册职工 {number} 人（用工登记，截至今天），不用再报。" + (
            kind.batch.asks and f"申报要求：{kind.batch.asks}"
        )
        first = [name for name in ("project", "measure") if name in self.fields]
        return [Group(f"申报“{kind.batch}”{kind}", note, [*first, "ground", "scheme", "promise", "file_0"])]


class RecommendForm(StepForm):
    """Why the unit above recommends it."""

    said = LongTextField(
        label="推荐意见", rows=3, max_length=600, validators=[in_clear],
        stock=("材料属实，同意推荐。", "工作基础扎实，方案可行，同意推荐。"),
    )  # fmt: skip


class AssessForm(StepForm):
    """The marks, and why."""

    clear = tuple(name for name, _, _ in rules.MARKS)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        for name, label, most in rules.MARKS:
            self.fields[name] = forms.IntegerField(label=f"{label}（满分 {most}）", min_value=0, max_value=most)
        self.fields["said"] = LongTextField(label="评定意见", rows=3, max_length=600, validators=[in_clear])


class PilotReportForm(StepForm):
    """How a year went; it arrives with how the tasks of the yearly list stand and what was accepted of them."""

    summary = LongTextField(label="总体情况", rows=4, max_length=2_000, validators=[in_clear])
    results = LongTextField(
        label="成效和经验", rows=6, max_length=2_000, validators=[in_clear], help_text="能推广的做法写具体"
    )
    problem = LongTextField(label="困难和问题", rows=3, max_length=1_000, required=False, validators=[in_clear])
    coming = LongTextField(label="下一步打算", rows=3, max_length=1_000, required=False, validators=[in_clear])

    @classmethod
    def known(cls, case: Case) -> dict[str, Known]:
        """How the yearly list stands, and what was reported of its tasks."""
        pilot, year = queries.pilot_of(case), queries.year_of(case)
        today = clock.today()
        said = rules.summed(year, queries.standings(pilot, year), today)
        found = {"summary": Known(said, f"年度任务清单（{today}）")}
        if told := queries.told_of(pilot, year):
            found["results"] = Known(told, "各项任务已认可的进展")
        return found

    @classmethod
    def papers(cls, case: Case) -> list[tuple[str, bool]]:
        """Photos and files."""
        return [("佐证材料", False)]

    def groups(self) -> list[Group]:
        """With each task of the year and its light."""
        pilot, year = queries.pilot_of(self.case), queries.year_of(self.case)
        rows = queries.standings(pilot, year)
        lines = "；".join(f"{one.title.rstrip('。')}（{one.light}）" for one in rows[:30])
        note = f"任务清单：{lines}。报告认可时随文附上。" if rows else f"{year} 年度没有已确认的任务清单。"
        return [Group(f"{year} 年度试点报告", note, ["summary", "results", "problem", "coming", "file_0"])]


# yearly lists


class YearForm(forms.Form):
    """Of which year."""

    year = forms.IntegerField(label="年度", min_value=2017, max_value=2100)


class ItemForm(forms.Form):
    """One item of a yearly list."""

    text = LongTextField(label="事项", rows=2, max_length=300, validators=[in_clear])
    measure = MeasureField(Measure.objects.none(), label="所属举措", empty_label="请选择")
    due = DateField(label="完成期限")
    expected = LongTextField(label="要求和成果", rows=2, max_length=300, required=False, validators=[in_clear])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].queryset = queries.measures()  # type: ignore[attr-defined]


# an earlier list


class LinesForm(forms.Form):
    """Units that were named before, as a sheet or pasted; each unit is looked up as plans name units."""

    file = FileField(label="名单（xlsx）", accepts=(".xlsx",), most=MEGABYTES, required=False)
    pasted = LongTextField(
        label="或粘贴名单", rows=8, required=False, max_length=200_000,
        help_text="带栏目名的表（试点类型、试点单位、试点项目），或先写一行“全面试点”，下面逐行写单位",
    )  # fmt: skip
    skip = forms.BooleanField(
        label="找不到的单位先不导入", required=False, help_text="建好单位后，可以在批次页补充名单"
    )

    def clean(self) -> dict[str, Any]:
        """The lines with their units; every line that names none is told by its number."""
        found = super().clean() or {}
        upload, pasted = found.get("file"), (found.get("pasted") or "").strip()
        if bool(upload) == bool(pasted):
            if "file" not in self.errors:
                self.add_error("file", "请上传名单，或把它粘贴在下面，二选一")
            return found
        where = "file" if upload else "pasted"
        try:
            listing = read_listing(rows_of(upload) if upload else rows_of_text(pasted))
        except FileRefused as refused:
            self.add_error("file", str(refused))
            return found
        except CalamineError:
            self.add_error("file", "这个文件打不开，请用 Excel 或 WPS 另存为 xlsx 后再传")
            return found
        lines, errors = queries.resolve(listing.rows)
        self.skipped = len(errors) if found.get("skip") else 0
        told = [*listing.errors, *(() if found.get("skip") else errors)]
        for error in told[:_ERRORS]:
            self.add_error(where, error)
        if len(told) > _ERRORS:
            self.add_error(where, f"另有 {len(told) - _ERRORS} 行有误")
        if not told and not lines:
            self.add_error(where, "名单里的单位一个也没有找到，请核对")
        return {**found, "lines": lines}


class ListingForm(LinesForm):
    """A batch that was named before there was this system."""

    title = forms.CharField(label="批次名称", max_length=60, help_text="如 首批产业工人队伍建设改革试点")
    year = forms.IntegerField(label="年度", min_value=2017, max_value=2100)
    document = forms.CharField(label="公布文号", max_length=60)
    named_on = DateField(label="公布日期")
    until = DateField(label="试点期到", required=False)

    field_order = ("title", "year", "document", "named_on", "until", "file", "pasted", "skip")
