"""Two small flows for tests: one with every kind of step, one that a worker opens for themself."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms

from jiangtai.flows import (
    JUDGES,
    OPENER,
    Case,
    Check,
    Condition,
    End,
    Flow,
    Joint,
    Notice,
    Panel,
    Ranking,
    StepForm,
    Task,
    consulted,
    host,
    own,
    root,
    street,
    subjects,
)
from jiangtai.web import DateField, LongTextField, RadioCards

DAYS = "access.inquiry_days"  # five working days; a number of the house, so that tests declare none


class NominationForm(StepForm):
    """Why this worker."""

    clear = ("kind",)
    kind = forms.ChoiceField(label="推荐类别", choices=[("skill", "技能"), ("deed", "事迹")], widget=RadioCards)
    trade = forms.CharField(label="工种", max_length=40)
    since = DateField(label="从业时间", required=False)
    deed = LongTextField(label="主要事迹", max_length=500)


class RoundForm(forms.Form):
    """What a round of the sample agrees on."""

    bonus = forms.IntegerField(label="每人奖金（元）", min_value=0)
    note = forms.CharField(label="评选办法", required=False)


def of_nominee(case: Case) -> dict[str, Any]:
    """What the check looks at."""
    from jiangtai.flows import engine

    return {"trade": engine.filled_at(case, "nominate").get("trade", ""), "subject": case.subject}


def may_be_nominated(trade: str, subject: Any) -> list[Condition]:
    """Whether the sample may be named; a trade called 无 is none."""
    return [
        Condition("有明确的工种", trade != "无", "003#8.1", trade or "未填写"),
        Condition("近三年无党纪政务处分", None, "003#8.2", "缺区纪委监委意见，联审时征求"),
    ]


def of_ranking(cases: list[Case]) -> dict[Any, dict[str, Any]]:
    """What the ranking looks at."""
    return {case.pk: {"number": case.number} for case in cases}


def order(values: dict[str, Any]) -> Any:
    """The highest score first, then the earlier number."""
    return (-values["score"], values["number"])


def check_list(rows: list[dict[str, Any]]) -> list[Condition]:
    """A list condition that holds as long as anybody is in."""
    return [Condition("名单不为空", bool(rows), "003#8.3", f"{len(rows)} 人")]


def of_notice(cases: list[Case]) -> dict[Any, dict[str, Any]]:
    """What the public sees."""
    from jiangtai.flows import engine

    named, filled = subjects.labels(cases), engine.filled_for(cases, "nominate")
    return {
        case.pk: {"name": named[case.pk], "unit": str(case.unit), "deed": filled[case.pk].get("deed", "")}
        for case in cases
    }


def mean(marks: list[Decimal]) -> Decimal:
    """The plain mean."""
    return sum(marks, Decimal(0)) / len(marks)


class NameSample(Flow):
    """A worker is named a sample craftsman (样例工匠评选)."""

    since, basis = date(2026, 1, 1), "ours"
    opens = own("enterprise_union")
    round_form: ClassVar[type[Any] | None] = RoundForm
    needs_approval = True

    nominate = Task(
        "提名", by=own("enterprise_union"), form=NominationForm, check=Check(may_be_nominated, of_nominee),
        to={"verify": "提交"},
    )  # fmt: skip
    verify = Task(
        "核实", by=street("union_officer"), not_by="nominate", due=DAYS,
        to={"review": "通过，送评审", "nominate": "退回补正", "refused": "不予推荐"}, back=("nominate", "refused"),
    )  # fmt: skip
    review = Panel("评审", by=JUDGES, seats=DAYS, rule=mean, to={"rank": "评审完成"}, due=DAYS)
    rank = Ranking(
        "排名", by=host("group_office"), ties="得分高者在前，同分以编号在前者优先", order=order, of=of_ranking,
        check=check_list, to={"consult": "入围", "refused": "未入围"},
    )  # fmt: skip
    consult = Joint("联审", by=consulted("liaison"), due=DAYS, to={"notice": "无异议", "inquire": "有异议"})
    notice = Notice(
        "公示", by=host("group_office"), days=DAYS, shows=("name", "unit", "deed"), of=of_notice, objection="inquire",
        to={"decide": "期满无异议"},
    )  # fmt: skip
    inquire = Task(
        "异议核查", by=host("group_office"), due=DAYS, to={"notice": "不成立", "refused": "成立，取消资格"},
        back=("refused",),
    )  # fmt: skip
    decide = Task(
        "审定", by=root("committee"), due=DAYS, to={"granted": "命名", "refused": "不予命名"}, back=("refused",)
    )
    granted = End("已命名", records=lambda case: [])
    refused = End("未命名", records=lambda case: [], appeal="verify", appeal_days=DAYS)


class ClaimForm(StepForm):
    """What a worker claims."""

    level = forms.ChoiceField(
        label="取得的等级", choices=[("4", "四级/中级工"), ("3", "三级/高级工")], widget=RadioCards
    )
    on = DateField(label="取证日期")
    note = LongTextField(label="补充说明", max_length=200, required=False)


class ClaimSample(Flow):
    """A worker claims a sample subsidy (样例技能补贴申领)."""

    since, basis = date(2026, 1, 1), "ours"
    opens = OPENER
    in_rounds = False

    claim = Task("申请", by=OPENER, form=ClaimForm, to={"audit": "提交申请"})
    audit = Task(
        "审核", by=root("finance"), due=DAYS, to={"paid": "通过", "claim": "退回补正", "denied": "不予发放"},
        back=("claim", "denied"),
    )  # fmt: skip
    paid = End("已发放", records=lambda case: [])
    denied = End("未发放", records=lambda case: [], appeal="audit", appeal_days=DAYS)
