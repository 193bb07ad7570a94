"""The forms of reporting rounds: which units are asked, and what a unit says of each of its open tasks."""

import re
from collections import Counter
from functools import cached_property
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from jiangtai.access import current
from jiangtai.flows import Case, Group, Known, StepForm
from jiangtai.kernel import clock
from jiangtai.web import LongTextField, RadioCards, Tag, in_clear

from ..models import Report, Task
from ..queries import knowing, tasks
from ..queries import reporting as queries

SAYS = (
    (Report.Says.ON_TRACK.value, "按计划推进"),
    (Report.Says.STUCK.value, "有困难｜请写明困难和需要的支持"),
    (Report.Says.DONE.value, "已完成｜须有佐证材料"),
)
_NUMBER = re.compile(r"^\d{4}-\d{6,}$")
_LISTED = 20


class ReportForm(StepForm):
    """How each open task of the unit goes: a short narrative with its evidence, asked once."""

    is_folded, same_all = True, "其余都无变化"
    same_note = "上期报过、之后没有新情况、不是红灯的，可以勾“无变化”"

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        self.tasks = queries.asked(case)
        is_asked = case.step == "report"
        for task in self.tasks:
            end = task.pk.hex
            items = self.here[task.pk].items if is_asked else []
            if is_asked and queries.may_be_same(task, self.last.get(task.pk), self.here[task.pk]):
                self.fields[f"same_{end}"] = forms.BooleanField(label="无变化", required=False)
            self.fields[f"says_{end}"] = forms.ChoiceField(label="进展", choices=SAYS, widget=RadioCards)
            self.fields[f"narrative_{end}"] = LongTextField(
                label="进展情况",
                max_length=600,
                rows=3,
                validators=[in_clear],
                help_text="做了什么、到了哪一步，两三句话即可；不写身份证号、手机号",
            )
            if items or not is_asked:
                self.fields[f"known_{end}"] = ItemsField(items, self.initial.get(f"known_{end}") or [])
            self.fields[f"problem_{end}"] = LongTextField(
                label="困难和问题", max_length=300, rows=2, required=False, validators=[in_clear]
            )
            self.fields[f"coming_{end}"] = LongTextField(
                label="下一步", max_length=300, rows=2, required=False, validators=[in_clear]
            )
            self.fields[f"proof_{end}"] = forms.CharField(
                label="佐证编号", max_length=120, required=False, validators=[in_clear],
                help_text="没有列出、也没有文件的，填办件号、指标名称，或纸质材料的文号和存放处",
            )  # fmt: skip

    @cached_property
    def last(self) -> dict[Any, Report]:
        """What was last reported of each task."""
        return queries.last_reports(self.tasks)

    @cached_property
    def here(self) -> dict[Any, knowing.Known]:
        """What is known of each task."""
        return knowing.of_tasks(self.case.unit, self.tasks, self.last)

    @classmethod
    def known(cls, case: Case) -> dict[str, Known]:
        """What was said last time, and what came since."""
        return queries.known_of(case, queries.asked(case))

    @classmethod
    def papers(cls, case: Case) -> list[tuple[str, bool]]:
        """One document for each task; none must be there."""
        named = queries.papers(case)
        return [(named[task.pk], False) for task in queries.asked(case)]

    def groups(self) -> list[Group]:
        """Task by task, each with its light and what is known of it; for an account what is known opens."""
        found = []
        for place, task in enumerate(self.tasks):
            light, end, last = tasks.light_of(task), task.pk.hex, self.last.get(task.pk)
            asked = ("says", "narrative", "problem", "coming", "known")
            notes = known_words(task, self.here[task.pk], last)
            before = f"上期{last.get_says_display()}" if last else "还没有报送过"
            brief = [light.why] if light.why.startswith("上期") else [light.why, before]
            found.append(
                Group(
                    f"{place + 1}. {task.title}",
                    format_html_join("", "<div>{}</div>", ((one,) for one in notes)),
                    [*(f"{name}_{end}" for name in asked), f"file_{place}", f"proof_{end}"],
                    light=Tag(light.label, light.tone.tag),
                    brief="；".join(brief),
                    same=f"same_{end}",
                )
            )
        return found

    def headings(self) -> dict[str, str]:
        """The task of which it is said."""
        titles = {task.pk.hex: f"{place}. {task.title}" for place, task in enumerate(self.tasks, 1)}
        return {name: titles[name.rpartition("_")[2]] for name in self.fields if name.rpartition("_")[2] in titles}

    def clean(self) -> dict[str, Any]:
        """A difficulty is named, what is done is proved, and a number that is given exists."""
        told = super().clean() or {}
        self._take_same(told)
        if not self.tasks:
            raise forms.ValidationError("本单位已经没有进行中的任务，不用报送，请联系领导小组办公室撤回")
        named, here = queries.papers(self.case), self.here
        sent = set(self.case.attachments.filter(removed_at__isnull=True).values_list("material", flat=True))
        parts = queries.open_parts(self.tasks)
        for task in self.tasks:
            end = task.pk.hex
            says, proof = told.get(f"says_{end}"), (told.get(f"proof_{end}") or "").strip()
            if says == Report.Says.STUCK and not (told.get(f"problem_{end}") or "").strip():
                self.add_error(f"problem_{end}", "选了“有困难”，请写明困难和需要的支持")
            if _NUMBER.match(proof) and tasks.case_named(proof, self.case.unit.reach) is None:
                self.add_error(f"proof_{end}", f"没有编号为“{proof}”的办件，请核对")
            if says == Report.Says.DONE and parts.get(task.pk):
                self.add_error(f"says_{end}", f"还有 {parts[task.pk]} 项分解出去的任务没有完成，不能选“已完成”")
            proved = (
                proof
                or told.get(f"known_{end}")
                or here[task.pk].evidence
                or named[task.pk] in sent
                or self.case.by_letter
            )
            if says == Report.Says.DONE and not proved:
                self.add_error(f"says_{end}", "选了“已完成”，请上传佐证文件、勾选已知的佐证，或填写佐证编号")
        return told

    def _take_same(self, told: dict[str, Any]) -> None:
        """Where nothing has changed, what was said last time is said again, and says so."""
        for task in self.tasks:
            end = task.pk.hex
            if not told.pop(f"same_{end}", False):
                continue
            for name in (f"says_{end}", f"narrative_{end}"):
                if self.has_error(name, "required"):
                    del self.errors[name]
            before = queries.as_before(self.last[task.pk])
            before["narrative"] = queries.unchanged(before["narrative"])
            typed = {name: told.get(f"{name}_{end}") or "" for name in before}
            if typed["narrative"]:
                typed["narrative"] = queries.unchanged(typed["narrative"])
            if any(words and words.split() != before[name].split() for name, words in typed.items()):
                self.add_error(f"same_{end}", "勾了“无变化”，又改了进展，请去掉其中一个")
                continue
            told |= {f"{name}_{end}": words for name, words in before.items()}


class ItemsField(forms.MultipleChoiceField):
    """What can be ticked as evidence: as much as a page holds, and all that was ticked or may come meanwhile."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, items: list[knowing.Item], ticked: list[str]) -> None:
        self.every = {one.value for one in items}
        first = [one for place, one in enumerate(items) if place < knowing.OFFERED or one.value in ticked]
        super().__init__(label="已知的佐证", required=False, choices=[(one.value, one.label) for one in first],
                         help_text="勾选的作为本期佐证，不合适的去掉")  # fmt: skip

    def valid_value(self, value: Any) -> bool:
        """Whether it is known of the task, shown or not."""
        return str(value) in self.every


def known_words(task: Task, known: knowing.Known, last: Report | None) -> list[Any]:
    """The figure, what came since the last report, what was said then, what lies beside it; an account opens it."""
    opens = current().account is not None
    said: list[Any] = []
    if known.figure:
        url = reverse("figures.show", args=[known.figure.key]) if opens and current().may("figures.view") else ""
        said.append(format_html("{}：{}", _link(url, known.figure.label), known.pace))
    if known.facts:
        said.append(_facts_words(known, opens))
    said += [one for one in (_points_words(known), _last_words(last) if known.words else "") if one]
    if not known.evidence:
        return [*said, "还没有佐证"]
    words = f"已有佐证 {len(known.evidence)} 份：{knowing.shown([one.label for one in known.evidence])}"
    return [*said, _link(reverse("tasks.show", args=[task.pk]) if opens else "", words)]


def _facts_words(known: knowing.Known, opens: bool) -> Any:
    """How many facts there are of the figure, and beneath the number the facts themselves, those alike in one line."""
    alike = Counter(known.facts)
    rows = format_html_join("", "<li>{} {} {} 条{}</li>", (
        (one.day, one.label, number, _of_case(one.case, opens)) for one, number in list(alike.items())[:_LISTED]
    ))  # fmt: skip
    rest = sum(list(alike.values())[_LISTED:])
    more = format_html("<li>更早的 {} 条</li>", rest) if rest else ""
    of_cases = f"，办件 {len(known.cases)} 件" if known.cases else ""
    words = f"{known.since} 以来相关台账 {len(known.facts)} 条{of_cases}"
    return format_html('<details class="why"><summary>{}</summary><ul>{}{}</ul></details>', words, rows, more)


def _of_case(case: Case | None, opens: bool) -> Any:
    if case is None:
        return ""
    return format_html("（办件 {}）", _link(reverse("cases.show", args=[case.pk]) if opens else "", case.number))


def _points_words(known: knowing.Known) -> str:
    said = [f"达到节点 {len(known.points)} 个" if known.points else "",
            f"分解出去的任务完成 {known.handed_on_done} 项" if known.handed_on_done else ""]  # fmt: skip
    words = "，".join(one for one in said if one)
    return f"{known.since} 以来{words}" if words else ""


def _last_words(last: Report | None) -> str:
    if last is None:
        return ""
    coming = f"；下一步：{last.coming}" if last.coming else ""
    return f"上期（{last.period}，{last.get_says_display()}）：{last.narrative.rstrip('。；')}{coming}"


def _link(url: str, words: str) -> Any:
    return format_html('<a href="{}">{}</a>', url, words) if url else words


class CallForm(forms.Form):
    """Which units are asked, and whether the leading group sees what they say."""

    name = forms.CharField(label="调度名称", max_length=20, help_text="例如“2026年6月调度”，会写进每期进展")
    units = LongTextField(
        label="请哪些单位报送",
        rows=5,
        required=False,
        help_text="一行一个，填全称或简称；空着就是所有有进行中任务的单位",
    )
    to_leaders = forms.BooleanField(label="核对后报领导小组审阅", required=False)
    note = LongTextField(label="对单位说的话", rows=2, max_length=200, required=False)

    def clean_units(self) -> list[Any]:
        """Each unit that is named, or all that have something to report."""
        able = list(queries.units_asked(clock.today()))
        lines = [line.strip() for line in self.cleaned_data["units"].splitlines() if line.strip()]
        if not able:
            raise forms.ValidationError("还没有单位有进行中的任务，请先确认方案、分派任务")
        if not lines:
            return able
        by_name = {name: unit for unit in able for name in (unit.name, unit.short_name) if name}
        if wrong := [line for line in lines if line not in by_name]:
            raise forms.ValidationError(f"{'、'.join(wrong[:5])}没有进行中的任务，或名称不对，请核对")
        return list({by_name[line].pk: by_name[line] for line in lines}.values())
