"""The period and the unit of a figure are what its own sentence says, and nothing where it says none."""

from datetime import date

import pytest

from jiangtai.indicators.drafts import period_said, place_said

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("在岗职工", None),
        ("2025年，在岗职工", "2025"),
        ("截至2025年底，在岗职工", "2025"),
        ("截至2025年10月31日，在岗职工", "2025-10"),
        ("2026年第三季度入职", "2026-Q3"),
        ("2025年，第四季度入职", "2025-Q4"),
        ("9月入职", "2026-09"),
        ("上年入职", "2025"),
        ("本月入职", "2026-11"),
        ("上月入职", "2026-10"),
        ("上季度入职", "2026-Q3"),
        ("今年以来，入职", "2026"),
        ("2024年以来命名工匠", ""),
        ("2023年至2025年命名工匠", ""),
        ("2023—2025年命名工匠", ""),
        ("近三年命名工匠", ""),
        ("上半年入职", ""),
        # months from one to another are none of them
        ("1—9月，入职", ""),
        ("1-9月入职", ""),
        ("2026年1月至9月，入职", ""),
        ("1月至9月份，入职", ""),
        ("一季度至三季度，入职", ""),
        ("截至9月，入职", "2026-09"),
        ("２０２５年，入职", "2025"),
        ("２０２６年９月，入职", "2026-09"),
        # with what it is compared is not when it was
        ("较上年增长", None),
        ("2026年，比2025年增加", "2026"),
        # another sentence is another matter
        ("2024年开了头。在岗职工", None),
    ],
)
def test_a_period_is_read(text: str, period: str | None) -> None:
    assert period_said(text + "312人", len(text), TODAY) == period


NAMES = ("锦河街道办事处", "锦川车桥有限公司", "望桥街道办事处")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("全区在岗职工", None),
        ("锦河街道在岗职工", "锦河街道办事处"),
        ("锦川车桥有工会会员", "锦川车桥有限公司"),
        ("锦河街道、望桥街道办事处在岗职工", "望桥街道办事处"),
        ("锦河街道走在前列。在岗职工", None),
    ],
)
def test_a_unit_is_read(text: str, name: str | None) -> None:
    assert place_said(text + "312人", len(text), NAMES) == name
