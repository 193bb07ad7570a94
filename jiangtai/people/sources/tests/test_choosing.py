"""Which of several values the register shows, and which rule chose it."""

from datetime import date

import pytest

from jiangtai.people.sources import BY_HAND, Claim, chosen

MAY, JUNE = date(2026, 5, 31), date(2026, 6, 30)


def says(value: str, rank: int = 1, on: date = MAY, *, stale: bool = False, source: str = "") -> Claim:
    return Claim(value, source or f"{value}{rank}", rank, on, stale)


@pytest.mark.parametrize(
    ("claims", "value", "rule", "others"),
    [
        ([says("甲")], "甲", "唯一来源", []),
        ([says("甲"), says("甲", 2)], "甲", "各来源一致", []),
        ([says("甲", 2), says("乙", 1)], "乙", "取优先来源", ["甲"]),
        ([says("甲", 1, stale=True), says("乙", 2)], "乙", "优先来源已过期，取未过期的", ["甲"]),
        ([says("甲", 1, stale=True), says("乙", 2, stale=True)], "甲", "取优先来源", ["乙"]),
        ([says("甲", 1), says("乙", 2, stale=True)], "甲", "取优先来源", ["乙"]),
        ([says("甲"), says("乙", on=JUNE)], "乙", "取最近更新的", ["甲"]),
        ([says("甲"), says("乙", source="一"), says("乙", source="二")], "乙", "取多数来源一致的", ["甲"]),
        ([says("甲"), Claim("丙", BY_HAND, 0)], "丙", "以登记或更正为准", ["甲"]),
    ],
)
def test_one_value_is_chosen_by_one_rule_whatever_the_order(claims, value, rule, others):
    for told in (claims, claims[::-1]):
        choice = chosen(told)
        assert (choice.value, choice.rule, [one.value for one in choice.others]) == (value, rule, others)


def test_where_nobody_says_anything_nothing_is_chosen():
    assert chosen([]) is None and chosen([says("")]) is None
