"""The period and the unit of a figure are what its own sentence says, and nothing where it says none."""

from datetime import date

import pytest

from jiangtai.indicators.drafts import Moment, period_said, place_said, places_in

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("在岗职工", None),
        ("2025年，在岗职工", "2025"),
        ("2026年第三季度入职", "2026-Q3"),
        ("2025年，第四季度入职", "2025-Q4"),
        ("9月入职", "2026-09"),
        ("九月入职", "2026-09"),
        ("上年入职", "2025"),
        ("本月入职", "2026-11"),
        ("上月入职", "2026-10"),
        ("上季度入职", "2026-Q3"),
        ("去年9月入职", "2025-09"),
        ("今年以来，入职", "2026"),
        ("年初以来，入职", "2026"),
        ("2026年以来，入职", "2026"),
        ("今年1月以来，入职", "2026"),
        ("上半年入职", "2026-H1"),
        ("2025年下半年入职", "2025-H2"),
        ("去年上半年入职", "2025-H1"),
        ("9月10日入职", "2026-09-10"),
        ("2025 年 9 月 10 日入职", "2025-09-10"),
        # no one year, half, quarter, month or day
        ("2024年以来命名工匠", ""),
        ("今年9月以来命名工匠", ""),
        ("2023年至2025年命名工匠", ""),
        ("2023—2025年命名工匠", ""),
        ("近三年命名工匠", ""),
        ("3—9月，入职", ""),
        ("2025年1月至2026年9月，入职", ""),
        ("二季度至三季度，入职", ""),
        ("9月1日至10日，入职", ""),
        ("9月1日至9月10日，入职", ""),
        ("去年同期入职", ""),
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
    assert period_said(text + "312人", len(text), TODAY) == (None if period is None else Moment(period))


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("截至9月10日，入职", "2026-09-10"),
        ("截至2026年9月10日，入职", "2026-09-10"),
        ("截止到2025年10月31日，入职", "2025-10-31"),
        ("截至9月，入职", "2026-09"),
        ("截至9月底，入职", "2026-09"),
        ("截至九月底，入职", "2026-09"),
        ("截至今年9月10日，入职", "2026-09-10"),
        ("截至三季度末，入职", "2026-Q3"),
        ("截至2025年底，在岗职工", "2025"),
        ("前三季度，入职", "2026-Q3"),
        ("2025年前3季度，入职", "2025-Q3"),
        ("去年前三季度，入职", "2025-Q3"),
        ("前9个月，入职", "2026-09"),
        ("前两个月，入职", "2026-02"),
        ("1—9月，入职", "2026-09"),
        ("1-9月入职", "2026-09"),
        ("1至9月，入职", "2026-09"),
        ("2025年1月至9月，入职", "2025-09"),
        ("1月至9月份，入职", "2026-09"),
        ("1月1日至9月10日，入职", "2026-09-10"),
        ("一季度至三季度，入职", "2026-Q3"),
        ("一至三季度，入职", "2026-Q3"),
    ],
)
def test_what_runs_from_new_year_up_to_a_day_is_read(text: str, period: str) -> None:
    assert period_said(text + "312人", len(text), TODAY) == Moment(period, is_from_new_year=True)


@pytest.mark.parametrize(
    ("text", "period"), [("提前3个月，入职", None), ("目前三个月没有事故，在岗职工", None), ("此前两季度，入职", None)]
)
def test_before_is_not_from_new_year(text: str, period: str | None) -> None:
    assert period_said(text + "312人", len(text), TODAY) == period


NAMES = ("锦河街道办事处", "锦川车桥有限公司", "望桥街道办事处", "新材料有限公司")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("全区在岗职工", None),
        ("锦河街道在岗职工", "锦河街道办事处"),
        ("锦河街道企业", "锦河街道办事处"),
        ("锦河街道高等院校", "锦河街道办事处"),
        ("锦川车桥有工会会员", "锦川车桥有限公司"),
        ("锦河街道在岗职工200人，望桥街道在岗职工", "望桥街道办事处"),
        ("锦河街道在岗职工200人、望桥街道", "望桥街道办事处"),
        ("锦河街道走在前列。在岗职工", None),
        # of several at once
        ("锦河街道、望桥街道办事处在岗职工", ""),
        ("锦河街道、锦川车桥和望桥街道在岗职工", ""),
        ("东门街道、望桥街道在岗职工", ""),
        ("望桥街道、东门街道在岗职工", ""),
        ("锦河街道等6个街道在岗职工", ""),
        # a word that is also what a firm is called
        ("新材料有限公司在岗职工", "新材料有限公司"),
        ("新材料现有在岗职工", "新材料有限公司"),
        ("全区新材料企业", None),
        ("新材料产业工人", None),
        ("新材料、新能源等产业的职工", ""),
    ],
)
def test_a_unit_is_read(text: str, name: str | None) -> None:
    assert place_said(text + "312人", len(text), places_in(text, NAMES)) == name
