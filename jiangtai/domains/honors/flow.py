"""How a title is given: recommended, shown in the firm, verified, checked jointly, judged, ranked, shown, named."""

from datetime import date
from decimal import Decimal
from typing import Any

from jiangtai.access import parameters as values_of
from jiangtai.flows import (
    Case,
    Check,
    Condition,
    End,
    Flow,
    Joint,
    Notice,
    Panel,
    Paper,
    Ranking,
    Task,
    consulted,
    engine,
    host,
    own,
    root,
    street,
)
from jiangtai.kernel import clock
from jiangtai.ledger import PersonId, UnitId

from . import actions, queries, rules
from .facts import HonorGranted, NominationRefused
from .forms import NamingForm, NominationForm, RoundTermsForm


def granted_facts(case: Case) -> list[Any]:
    """The title that the naming gives, with its document and its last day."""
    title, naming = queries.title_of(case), engine.filled_at(case, "decide")
    on = date.fromisoformat(str(naming["named_on"]))
    return [
        HonorGranted(
            person=PersonId(case.subject), title=str(title.pk), name=title.name, tier=title.tier_of,
            document=naming["document"], unit=UnitId(case.unit_id), until=rules.last_day(on, title.years), on=on,
        )
    ]  # fmt: skip


def refused_facts(case: Case) -> list[Any]:
    """Not named, and at which stage."""
    last = case.moves.order_by("-turn").first()
    return [
        NominationRefused(
            person=PersonId(case.subject), title=str(queries.title_of(case).pk), stage=last.step if last else case.step,
            unit=UnitId(case.unit_id), on=clock.today(),
        )
    ]  # fmt: skip


def score(marks: list[Decimal]) -> Decimal:
    """The panel's score by the rule in force."""
    return rules.trimmed_mean(marks, int(values_of.value("honors.trim_from")))


def list_check(listed: list[dict[str, Any]]) -> list[Condition]:
    """The list as a whole, by the share in force."""
    return rules.has_production_share(listed=listed, least=int(values_of.value("honors.production_share")))


NOMINEE = Check(rules.may_be_nominated, of=queries.nominee)


class GrantHonor(Flow):
    """A worker recommended by fellows is verified, judged, shown to the public, and named or refused（评选命名）."""

    since, basis = date(2026, 1, 1), ("003#8.1", "003#8.3", "003#14.1", "003#14.2", "003#14.3", "003#11.4")
    needs_approval = True
    papers = (Paper("命名决定", "naming-decision", of=queries.naming),)
    round_form = RoundTermsForm
    settles = queries.settled

    nominate = Task(
        "推荐申报", by=own("enterprise_union"), form=NominationForm, check=NOMINEE, to={"firm_notice": "提交"}
    )
    firm_notice = Notice(
        "单位公示", by=own("enterprise_union"), days="honors.firm_notice_days", place="unit",
        shows=("姓名", "单位", "事迹"), of=queries.shown, objection="firm_objection", to={"verify": "期满无异议"},
    )  # fmt: skip
    firm_objection = Task(
        "单位异议核查", by=street("union_officer"), due="honors.investigate_days",
        to={"firm_notice": "异议不成立", "refused": "异议成立，不予推荐"}, back=("refused",),
    )  # fmt: skip
    verify = Task(
        "街道核实", by=street("union_officer"), not_by="nominate", due="honors.verify_days", check=NOMINEE,
        to={"examine": "通过", "nominate": "退回补正", "refused": "不予推荐"}, back=("nominate", "refused"),
    )  # fmt: skip
    examine = Task(
        "资格审查", by=host("union_officer"), not_by="verify", due="honors.examine_days", check=NOMINEE,
        to={"joint": "通过", "nominate": "退回补正", "refused": "不予推荐"}, back=("nominate", "refused"),
    )  # fmt: skip
    joint = Joint(
        "部门联审", by=consulted("liaison"), due="honors.joint_days", to={"review": "无异议", "examine": "有异议"}
    )
    review = Panel(
        "专家评审", seats="honors.judges", rule=score, recuse=rules.conflicts, of=queries.judge_and_nominee,
        due="honors.review_days", to={"rank": "评审完成"},
    )  # fmt: skip
    rank = Ranking(
        "排名", by=host("union_officer"), ties=rules.TIES, order=rules.order, of=queries.ranked, check=list_check,
        to={"notice": "入围", "passed_over": "未入围"},
    )  # fmt: skip
    notice = Notice(
        "公示", by=host("union_officer"), days="honors.notice_days", shows=("姓名", "单位", "事迹"), of=queries.shown,
        objection="investigate", to={"decide": "期满无异议"},
    )  # fmt: skip
    investigate = Task(
        "异议核查", by=root("group_office"), due="honors.investigate_days",
        to={"notice": "异议不成立", "refused": "异议成立，取消资格"}, back=("refused",),
    )  # fmt: skip
    decide = Task(
        "审定命名", by=root("committee"), form=NamingForm, check=NOMINEE, due="honors.decide_days",
        to={"granted": "命名", "refused": "不予命名"}, back=("refused",),
    )  # fmt: skip
    granted = End("已命名", records=granted_facts, fact=HonorGranted, applies=actions.issue_honor)
    passed_over = End("未入围", records=refused_facts, fact=NominationRefused)
    refused = End(
        "未命名", records=refused_facts, fact=NominationRefused, appeal="examine", appeal_days="honors.appeal_days"
    )


class SelectTalent(Flow):
    """A firm's talent is judged by bodies that may judge, ranked in the ecosystem, confirmed（生态圈人才遴选）."""

    since, basis = date(2026, 1, 1), "000"
    round_form = RoundTermsForm
    settles = queries.settled

    nominate = Task("单位推荐", by=own("enterprise_hr"), form=NominationForm, check=NOMINEE, to={"examine": "提交"})
    examine = Task(
        "资格审查", by=host("union_officer"), due="honors.examine_days", check=NOMINEE,
        to={"review": "通过", "nominate": "退回补正", "refused": "不予推荐"}, back=("nominate", "refused"),
    )  # fmt: skip
    review = Panel(
        "行业评审", seats="honors.judges", rule=score, recuse=rules.has_no_right, of=queries.right_and_nominee,
        due="honors.review_days", to={"rank": "评审完成"},
    )  # fmt: skip
    rank = Ranking(
        "分圈排名", by=host("union_officer"), ties=rules.TIES, order=rules.order, of=queries.ranked,
        to={"notice": "入选", "passed_over": "未入选"},
    )  # fmt: skip
    notice = Notice(
        "公示", by=host("union_officer"), days="honors.notice_days", shows=("姓名", "单位"), of=queries.shown,
        objection="investigate", to={"decide": "期满无异议"},
    )  # fmt: skip
    investigate = Task(
        "异议核查", by=root("group_office"), due="honors.investigate_days",
        to={"notice": "异议不成立", "refused": "异议成立，取消资格"}, back=("refused",),
    )  # fmt: skip
    decide = Task(
        "确认入选", by=root("group_office"), not_by="investigate", form=NamingForm, due="honors.decide_days",
        to={"granted": "确认", "refused": "不予确认"}, back=("refused",),
    )  # fmt: skip
    granted = End("已入选", records=granted_facts, fact=HonorGranted, applies=actions.issue_honor)
    passed_over = End("未入选", records=refused_facts, fact=NominationRefused)
    refused = End(
        "未确认", records=refused_facts, fact=NominationRefused, appeal="examine", appeal_days="honors.appeal_days"
    )
