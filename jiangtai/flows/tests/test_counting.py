"""What is over is counted the quick way and comes to the same; narrowed further, it is counted as any list is."""

from typing import Any

import pytest

from jiangtai.access import acting_as
from jiangtai.flows import Case, inbox, subjects
from tests.office import Office

from .walk import Walk


@pytest.fixture
def three(office: Office) -> Walk:
    """Two cases that ended at the street, one that goes on, and one in which the street had no part."""
    walk = Walk(office)
    walk.make_round()
    for name in ("李志强", "王小明", "陈桂芳"):
        walk.worker(name)
        case = walk.nominate(name)
        outcome = "review" if name == "陈桂芳" else "refused"
        walk.answer(walk.at("union_officer", "甲街"), case, outcome, opinion="已核")
    walk.worker("周全")
    gone = walk.nominate("周全")
    reason = {"reason": "本人放弃"}
    assert walk.at("enterprise_union", "甲厂工会").post(f"/office/cases/{gone.pk}/withdraw/", reason).status_code == 302
    return walk


def test_the_quick_count_is_the_exact_one(three: Walk) -> None:
    for role, unit, number in (
        ("union_officer", "甲街", 2),
        ("enterprise_union", "甲厂工会", 3),
        ("group_office", "区", 0),
    ):
        with acting_as(three.office.person(role, unit)) as who:
            assert inbox.number_over(who) == inbox.over(who).count() == number, role


def test_a_list_is_counted_quickly_only_while_it_is_whole(three: Walk) -> None:
    with acting_as(three.office.person("enterprise_union", "甲厂工会")) as who:
        asked: list[int] = []

        def counted() -> int:
            asked.append(1)
            return inbox.number_over(who)

        rows: Any = subjects.labelled(inbox.over(who), counted)
        assert rows.order_by("pk").count() == 3 and len(asked) == 1
        assert rows.filter(state=Case.State.WITHDRAWN).count() == 1
        assert rows.exclude(state=Case.State.WITHDRAWN).count() == 2
        assert rows[:2].count() == 2 and len(asked) == 1
    page = three.at("enterprise_union", "甲厂工会").get("/office/cases/over/").content.decode()
    assert "<b>3</b> 件" in page
