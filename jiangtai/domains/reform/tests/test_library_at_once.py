"""Of two who act on one policy paper at the same moment one is heard, and the other is told why not."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from jiangtai import ledger
from jiangtai.access import Refused, acting_as, acting_as_job
from jiangtai.domains.reform.actions import library as actions
from jiangtai.domains.reform.facts import PolicyPaperIssued, PolicyPaperRepealed, PolicyPaperSuperseded
from jiangtai.domains.reform.models import PaperTie, PolicyPaper
from jiangtai.flows import Case
from tests.office import Office, at_once

ISSUER = "同时办事的机关"


def values(number: int, **more: Any) -> dict[str, Any]:
    return {
        "title": f"同时办的第 {number} 份文件", "number": f"同办发〔2025〕{number}号", "issuer": ISSUER,
        "kind": "measures", "level": "district", "issued_on": date(2025, 3, 1), "since": date(2025, 4, 1),
        "text": "第一条 略。", **more,
    }  # fmt: skip


def taken(twin: Office, number: int, **more: Any) -> PolicyPaper:
    with acting_as(twin.person("group_office")):
        return actions.enter(values(number, **more))


def both(twin: Office, *acts: Callable[[], Any]) -> list[Any]:
    """What came of it where the office's clerk does each of these at the same moment."""
    clerk = twin.person("group_office")

    def does(act: Callable[[], Any]) -> Any:
        with acting_as(clerk):
            return act()

    return at_once(*(lambda act=act: does(act) for act in acts))  # type: ignore[misc]


def one_was_told(found: list[Any], words: str) -> None:
    """That one came through, and the other heard this."""
    told = [one for one in found if isinstance(one, Exception)]
    assert len(told) == 1, found
    assert isinstance(told[0], Refused | ValidationError), found
    assert words in str(told[0]), found


def facts_of(kind: Any, paper: PolicyPaper) -> int:
    with acting_as_job("测试"):
        return sum(row.fact.paper == paper.pk for row in ledger.every(kind).of(paper.pk).current())


def test_a_number_is_taken_in_once(twin: Office) -> None:
    found = both(twin, *[lambda: actions.enter(values(1))] * 2)
    one_was_told(found, "同办发〔2025〕1号 已经在库里")
    paper = PolicyPaper.unscoped.get(issuer=ISSUER, number="同办发〔2025〕1号")
    assert facts_of(PolicyPaperIssued, paper) == 1


def test_a_paper_gives_way_once(twin: Office) -> None:
    old, new, other = (taken(twin, number) for number in (2, 3, 4))
    found = both(
        twin,
        lambda: actions.end(old, PolicyPaper.Ending.SUPERSEDED, by=new),
        lambda: actions.end(old, PolicyPaper.Ending.SUPERSEDED, by=other),
    )
    one_was_told(found, "不重复登记")
    assert facts_of(PolicyPaperSuperseded, old) == 1


def test_a_paper_is_superseded_or_repealed_and_not_both(twin: Office) -> None:
    old, new = taken(twin, 5), taken(twin, 6)
    found = both(
        twin,
        lambda: actions.end(old, PolicyPaper.Ending.SUPERSEDED, by=new),
        lambda: actions.end(old, PolicyPaper.Ending.REPEALED, why="清理"),
    )
    one_was_told(found, "不重复登记")
    assert facts_of(PolicyPaperSuperseded, old) + facts_of(PolicyPaperRepealed, old) == 1


def test_two_papers_do_not_end_each_other(twin: Office) -> None:
    one, other = taken(twin, 7), taken(twin, 8)
    found = both(
        twin,
        lambda: actions.end(one, PolicyPaper.Ending.SUPERSEDED, by=other),
        lambda: actions.end(other, PolicyPaper.Ending.SUPERSEDED, by=one),
    )
    one_was_told(found, "不能互相终止")
    assert PolicyPaper.unscoped.filter(pk__in=[one.pk, other.pk], ended_on__isnull=True).count() == 1


def test_what_was_noted_as_ended_is_restored_once(twin: Office) -> None:
    old = taken(twin, 9)
    with acting_as(twin.person("group_office")):
        actions.end(old, PolicyPaper.Ending.REPEALED, why="清理")
    one_was_told(both(twin, *[lambda: actions.restore(old, "登记有误")] * 2), "没有登记被替代或废止")
    assert facts_of(PolicyPaperRepealed, old) == 0


def test_a_change_of_a_paper_is_noted_once(twin: Office) -> None:
    new, old = taken(twin, 10), taken(twin, 11)
    found = both(twin, *[lambda: actions.tie(new, old, PaperTie.Kind.AMENDS, "第一条")] * 2)
    one_was_told(found, "已经登记过")
    assert facts_of(PolicyPaperSuperseded, old) == 1


def test_two_papers_that_change_each_other_are_noted_one_after_the_other(twin: Office) -> None:
    one, other = taken(twin, 13), taken(twin, 14)
    found = both(
        twin,
        lambda: actions.tie(one, other, PaperTie.Kind.AMENDS, "第一条"),
        lambda: actions.tie(other, one, PaperTie.Kind.AMENDS, "第二条"),
    )
    assert all(isinstance(each, PaperTie) for each in found), found


def test_a_review_is_begun_once_by_the_office_and_the_owner(twin: Office) -> None:
    paper = taken(twin, 12, owner=twin.units["局"])
    accounts = (twin.person("group_office"), twin.person("liaison", "局"))

    def begins(account: Any) -> Any:
        with acting_as(account):
            return actions.ask_review(paper)

    found = at_once(*(lambda account=account: begins(account) for account in accounts))  # type: ignore[misc]
    one_was_told(found, "已有办件")
    assert Case.unscoped.filter(subject=paper.pk).count() == 1
