"""Deadlines fall where the published calendar puts them, and a notice must agree with itself."""

import re
from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jiangtai.kernel.workdays import Calendar, NoticeError, YearPlan, light, parse_notice, remaining

NOTICES = {
    2018: """一、元旦：1月1日放假，与周末连休。
二、春节：2月15日至21日放假调休，共7天。2月11日（星期日）、2月24日（星期六）上班。
三、清明节：4月5日至7日放假调休，共3天。4月8日（星期日）上班。
四、劳动节：4月29日至5月1日放假调休，共3天。4月28日（星期六）上班。
五、端午节：6月18日放假，与周末连休。
六、中秋节：9月24日放假，与周末连休。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期六）、9月30日（星期日）上班。
八、下一年元旦：12月30日至31日放假调休，共2天。12月29日（星期六）上班。""",
    2023: """各单位：2023年放假安排如下。
一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。
二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。
三、清明节：4月5日放假，共1天。
四、劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。
五、端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。
六、中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。
放假期间请安排好值班，遇有重要情况及时报告。""",
    2024: """关于2024年部分节假日安排的通知
一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。
2023年10月25日""",
    2025: """关于2025年部分节假日安排的通知
一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。
国办发明电〔2024〕12号 2024年11月12日""",
    2026: """关于2026年部分节假日安排的通知
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。""",
}
CALENDAR = Calendar()
days = st.dates(date(2004, 1, 1), date(2026, 12, 31))


def year_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=step) for step in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("year", range(2004, 2027))
def test_published_years_are_those_of_the_package(year):
    assert CALENDAR.knows(year)
    assert [CALENDAR.is_working(day) for day in year_of(year)] == [
        chinese_calendar.is_workday(day) for day in year_of(year)
    ]


@pytest.mark.parametrize("year", NOTICES)
def test_a_notice_gives_the_same_days_as_the_package(year):
    calendar = Calendar({year: parse_notice(NOTICES[year], year), year + 1: YearPlan(year + 1, {}, {})})
    differing = [day for day in year_of(year) if calendar.is_working(day) != chinese_calendar.is_workday(day)]
    assert differing == []


def test_a_holiday_that_begins_in_the_december_before_counts_there():
    empty = YearPlan(2022, {}, {})
    calendar = Calendar({2022: empty, 2023: parse_notice(NOTICES[2023], 2023)})
    assert calendar.name_of(date(2022, 12, 31)) == "元旦"
    assert Calendar({2022: empty}).name_of(date(2022, 12, 31)) == "元旦"


@pytest.mark.parametrize(
    "clause",
    [
        "2022年12月31日至2023年1月2日放假调休，共3天。",
        "2022年12月31日（周六）至1月2日（周一）放假，共三天。",
        "12月31日（星期六）至1月2日（星期一）放假，共 ３ 天。",
        "2022年12月31日—2023年1月2日放假，共3天",
        "2022年12月31日、2023年1月1日、2日放假，共3天。",
        "2022年12月31日(周六)、2023年1月1日(周天)放假，1月2日（周一）补休。",
    ],
)
def test_ways_to_write_one_new_year(clause):
    notice = re.sub("一、元旦：.*", f"一、元旦：{clause}", NOTICES[2023])
    assert parse_notice(notice, 2023) == parse_notice(NOTICES[2023], 2023)


def test_a_notice_may_be_pasted_in_one_line_or_broken_anywhere():
    for text in (NOTICES[2026].replace("\n", ""), NOTICES[2026].replace("，", "，\n  ")):
        assert parse_notice(text, 2026) == parse_notice(NOTICES[2026], 2026)


def test_names_of_days():
    named = Calendar({2026: parse_notice(NOTICES[2026], 2026)})
    for calendar in (CALENDAR, named):
        assert calendar.name_of(date(2026, 10, 1)) == "国庆节"
        assert calendar.name_of(date(2026, 4, 5)) == "清明节"
        assert calendar.name_of(date(2026, 10, 10)) == "调休上班"
        assert calendar.name_of(date(2026, 10, 17)) == "周末"
        assert calendar.name_of(date(2026, 10, 19)) == ""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("（周四）至3日", "（周五）至3日", "第 2 行（元旦）：2026年1月1日写的是周五，实际是周四"),
        ("5日（周二）放假", "5日（周三）放假", "第 5 行（劳动节）：2026年5月5日写的是周三，实际是周二"),
        ("5月9日（周六）上班", "5月9日（周日）上班", "2026年5月9日写的是周日，实际是周六"),
        ("共9天", "共8天", "第 3 行（春节）：写的是共 8 天，日期数下来是 9 天"),
        ("共9天", "共七天", "写的是共 7 天，日期数下来是 9 天"),
        ("5月9日（周六）上班", "5月8日（周五）上班", "2026年5月8日本来就是周五，上班日应是周六或周日"),
        ("1月4日（周日）上班", "1月3日（周六）上班", "2026年1月3日前面已经安排过"),
        (
            "六、中秋节：9月25日（周五）至27日（周日）",
            "六、中秋节：10月1日至3日",
            "第 8 行（国庆节）：2026年10月1日前面",
        ),
        ("4月4日（周六）至6日", "4月31日（周六）至6日", "“4月31日（周六）至6日（周一）”不是真实的日期"),
        ("4月4日（周六）至6日（周一）", "13月4日", "“13月4日”不是真实的日期"),
        ("4月4日（周六）至6日（周一）", "4日至6日", "“4日至6日”不是真实的日期"),
        ("4月4日（周六）至6日（周一）", "4月6日至4日", "“4月6日至4日”不是 2026 年的一段假期"),
        ("4月4日（周六）至6日（周一）", "4月4日至9月6日", "不是 2026 年的一段假期"),
        ("4月4日（周六）至6日（周一）", "2027年4月4日至6日", "不是 2026 年的一段假期"),
        ("4月4日（周六）至6日（周一）", "4.4-4.6", "第 4 行（清明节）：看不懂"),
        ("10月10日（周六）上班", "10.10（周六）上班", "第 8 行（国庆节）：看不懂"),
        ("4月4日（周六）至6日（周一）放假，共3天", "照常", "第 4 行（清明节）：没有读到放假日期"),
        ("三、清明节：4月4日（周六）至6日（周一）放假，共3天。\n", "", "没有读到清明的安排"),
        ("关于2026年", "关于2025年", "这是 2025 年的通知，要录入的是 2026 年"),
    ],
)
def test_a_notice_that_contradicts_itself_is_refused(old, new, words):
    assert old in NOTICES[2026]
    with pytest.raises(NoticeError) as fault:
        parse_notice(NOTICES[2026].replace(old, new, 1), 2026)
    assert words in str(fault.value)


def test_every_fault_is_told_at_once():
    with pytest.raises(NoticeError) as fault:
        parse_notice(NOTICES[2026].replace("共3天", "共4天"), 2026)
    assert len(fault.value.faults) == 4


@pytest.mark.parametrize("text", ["", "明年放假另行通知", "一、元旦：", "9" * 30_000])
def test_what_is_no_notice_is_refused(text):
    with pytest.raises(NoticeError, match=r"没有读到|超过"):
        parse_notice(text, 2027)


@given(
    st.text(
        st.sampled_from("一二三、元旦春节：:0123456789年月日（）()周六日至，。放假上班补休共天\n "),
        max_size=200,
    )
)
def test_no_text_makes_the_reader_stumble(text):
    with pytest.raises(NoticeError):
        parse_notice(text, 2027)


@given(days, st.integers(1, 60))
def test_a_term_ends_on_a_working_day_and_can_be_counted_back(start, length):
    span = CALENDAR.add(start, length)
    assume(span.result.year <= 2026)
    assert CALENDAR.is_working(span.result)
    assert CALENDAR.between(start, span.result) == length
    assert CALENDAR.between(span.result, start) == -length
    assert span.uncertain_years == ()


@given(days, st.integers(-400, 400), st.integers(-400, 400))
def test_stretches_of_working_days_add_up(one, first_step, second_step):
    two, three = one + timedelta(days=first_step), one + timedelta(days=first_step + second_step)
    assert CALENDAR.between(one, two) + CALENDAR.between(two, three) == CALENDAR.between(one, three)


@pytest.mark.parametrize(
    ("start", "length", "result"),
    [
        (date(2026, 11, 16), 5, date(2026, 11, 23)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 10, 9), 1, date(2026, 10, 10)),
        (date(2026, 10, 3), 0, date(2026, 10, 3)),
        (date(2025, 12, 31), 1, date(2026, 1, 4)),
    ],
)
def test_the_day_of_the_start_does_not_count(start, length, result):
    assert CALENDAR.add(start, length).result == result


def test_an_unknown_year_counts_weekends_and_says_so():
    span = CALENDAR.add(date(2026, 12, 30), 3)
    assert span.uncertain_years == (2027,)
    assert span.result == date(2027, 1, 4)
    own = YearPlan(2027, {date(2027, 1, 1): "元旦"}, {date(2027, 1, 3): "元旦"})
    assert Calendar({2027: own}).add(date(2026, 12, 30), 3).uncertain_years == ()
    assert Calendar({2027: own}).add(date(2026, 12, 30), 3).result == date(2027, 1, 4)
    assert not CALENDAR.knows(2027)


def test_an_office_year_replaces_the_published_one():
    calendar = Calendar({2026: YearPlan(2026, {date(2026, 11, 20): "停产日"}, {})})
    assert not calendar.is_working(date(2026, 11, 20))
    assert calendar.is_working(date(2026, 10, 1))


@pytest.mark.parametrize("length", [-1, 5_001, 10**12])
def test_a_term_has_bounds(length):
    with pytest.raises(ValueError, match=f"期限是 {length} 个工作日"):
        CALENDAR.add(date(2026, 1, 1), length)


@pytest.mark.parametrize(
    ("today", "colour", "words"),
    [
        (date(2026, 11, 24), "red", "逾期 1 个工作日"),
        (date(2026, 12, 1), "red", "逾期 6 个工作日"),
        (date(2026, 11, 23), "amber", "今天到期"),
        (date(2026, 11, 22), "amber", "剩 1 个工作日"),
        (date(2026, 11, 20), "amber", "剩 1 个工作日"),
        (date(2026, 11, 19), "green", "剩 2 个工作日"),
        (date(2026, 11, 17), "green", "剩 4 个工作日"),
    ],
)
def test_lights_and_words(today, colour, words):
    due = date(2026, 11, 23)
    assert (light(today, due, CALENDAR), remaining(today, due, CALENDAR)) == (colour, words)


def test_a_deadline_within_a_weekend_is_told_in_days():
    assert remaining(date(2026, 11, 20), date(2026, 11, 22), CALENDAR) == "2 天后到期，其间没有工作日"
    assert remaining(date(2026, 11, 22), date(2026, 11, 20), CALENDAR) == "逾期 2 天，其间没有工作日"
    assert light(date(2026, 11, 20), date(2026, 11, 22), CALENDAR) == "amber"
    assert light(date(2026, 11, 23), date(2026, 11, 22), CALENDAR) == "red"
