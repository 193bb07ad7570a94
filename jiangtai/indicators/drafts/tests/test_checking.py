"""A figure is held against the indicator it surely belongs to, and its hedge must be true."""

import tracemalloc
from dataclasses import replace
from decimal import Decimal

import pytest

from jiangtai.indicators import indicators
from jiangtai.indicators.drafts import Computed, check

TRAINED = Computed("training.attended", "培训职工", ("职工培训", "培训产业工人"), "人次", "attendances", Decimal(3612))
MONEY = Computed("rights.money", "涉案金额", (), "万元", "money", Decimal("59.26"))
SHARE = Computed("skills.high_share", "高技能人才占技能人才比重", (), "%", "share", Decimal("32.41"))
SKILLED = Computed("skills.high", "高技能人才", (), "人", "persons", Decimal(97))
FIRMS = Computed("contests.firms", "参赛企业", ("开展竞赛的企业",), "家", "units", Decimal(58))
ALL = (TRAINED, MONEY, SHARE, SKILLED, FIRMS)


def told(text: str, *known: Computed) -> list[tuple[str, str | None, str]]:
    return [(one.figure.text, one.indicator and one.indicator.key, one.verdict) for one in check(text, known or ALL)]


def test_the_words_near_a_figure_say_which_indicator_it_is() -> None:
    text = "全年培训职工3612人次，涉案金额59.3万元，高技能人才占技能人才比重32.4%；参赛企业60家，新建驿站7个。"
    assert told(text) == [
        ("3612人次", "training.attended", "match"),
        ("59.3万元", "rights.money", "match"),
        ("32.4%", "skills.high_share", "match"),
        ("60家", "contests.firms", "mismatch"),
        ("7个", None, "unsupported"),
    ]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("前三季度新增会员120人", ["register.new_members"]),
        ("全区工会会员共320人，其中新发展会员12人", ["register.members", "register.new_members"]),
        ("大专以上学历职工占37.2%", ["register.college_share"]),
        ("大专及以上学历职工占在岗职工的37.2%", ["register.college_share"]),
        ("大专以上学历职工150人", ["register.college_workers"]),
        ("新增会员单位5家", [None]),
    ],
)
def test_what_is_declared_is_known_by_its_other_names_too(text: str, keys: list[str | None]) -> None:
    known = [Computed(one.key, one.label, one.aliases, one.unit.label, one.kind, Decimal(1)) for one in indicators()]
    assert [key for _, key, _ in told(text, *known)] == keys


def test_without_indicators_nothing_is_supported() -> None:
    assert [(one.indicator, one.verdict) for one in check("培训职工3612人次", ())] == [(None, "unsupported")]


def test_the_words_of_a_neighbour_do_not_count() -> None:
    assert told("现有劳模20人、高技能人才97人、工匠97人")[1:] == [
        ("97人", "skills.high", "match"),
        ("97人", None, "unsupported"),
    ]


STAFF = Computed("register.staff", "在岗职工人数", ("职工总数", "职工"), "人", "persons", Decimal(186_000))
WOMEN = Computed("register.women", "女职工人数", ("女职工",), "人", "persons", Decimal(72_000))
FIRM = Computed("register.firms", "登记企业数", ("企业",), "家", "units", Decimal(832))
YOUNG = Computed("skills.young", "青年技能人才人数", (), "人", "persons", Decimal(500))


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("截至2026年底，全区共有职工18.6万人", ["register.staff"]),
        ("锦川区现有在岗职工18.6万人", ["register.staff"]),
        ("职工总数达到18.6万，其中女职工7.2万人", ["register.staff", "register.women"]),
        ("前三季度全区在岗职工18.6万人", ["register.staff"]),
        ("2025年下半年全区在岗职工18.6万人", ["register.staff"]),
        ("前9个月职工总数18.6万人", ["register.staff"]),
        ("登记企业832家、职工18.6万人", ["register.firms", "register.staff"]),
        # of whom something else is told
        ("培训职工18.6万人", [None]),
        ("18.6万名职工参加活动", [None]),
        ("共有832家企业、3万名职工参加", [None, None]),
        ("服务职工18.6万人", [None]),
        ("小微企业832家", [None]),
        ("新增科技型企业315家、登记企业832家", [None, None]),
        ("培训500人，其中女职工200人", [None, None]),
        ("其中女职工200人", [None]),
        ("高技能人才500人", [None]),
    ],
)
def test_what_is_told_of_some_is_not_held_against_all(text: str, keys: list[str | None]) -> None:
    assert [key for _, key, _ in told(text, STAFF, WOMEN, FIRM, YOUNG)] == keys


@pytest.mark.parametrize("text", ["培训职工3612人", "培训职工3612名"])
def test_persons_are_no_attendances(text: str) -> None:
    (one,) = check(text, ALL)
    assert (one.indicator, one.verdict) == (None, "unsupported")
    assert "按人次统计，文中写的是" in one.note


def test_the_one_that_counts_the_same_wins() -> None:
    persons = replace(TRAINED, key="training.persons", unit="人", value=Decimal(1800))
    assert told("培训职工1800名", TRAINED, persons) == [("1800名", "training.persons", "match")]
    assert told("培训职工3612人次", TRAINED, persons) == [("3612人次", "training.attended", "match")]


def test_two_that_fit_alike_decide_nothing() -> None:
    assert told("培训职工3612人次", TRAINED, replace(TRAINED, key="other")) == [("3612人次", None, "unsupported")]


@pytest.mark.parametrize(
    ("text", "computed", "verdict"),
    [
        # no hedge: exact, as finely as it is written
        ("97人", 97, "match"), ("97人", 98, "mismatch"),
        ("59.3万人", 592_600, "match"), ("59.3万人", 592_499, "mismatch"), ("59.3万人", 593_500, "mismatch"),
        ("600万人", 5_995_000, "match"), ("600万人", 5_994_999, "mismatch"),
        # over: above, and not far above
        ("超过100人", 101, "match"), ("超过100人", 100, "mismatch"), ("超过100人", 99, "mismatch"),
        ("100人以上", 100, "match"), ("不少于100人", 100, "match"), ("不少于100人", 99, "mismatch"),
        ("3600多人", 3612, "match"), ("3600多人", 3961, "mismatch"),
        ("百余人", 180, "match"), ("百余人", 230, "mismatch"),
        # near: below, and not far below
        ("近100人", 99, "match"), ("近100人", 90, "match"), ("近100人", 89, "mismatch"), ("近100人", 100, "mismatch"),
        # approx: near by
        ("约100人", 105, "match"), ("100人左右", 95, "match"), ("约100人", 106, "mismatch"),
        # bounds and ranges
        ("不超过100人", 100, "match"), ("不超过100人", 101, "mismatch"),
        ("不到100人", 99, "match"), ("不到100人", 100, "mismatch"),
        ("30—50人", 40, "match"), ("30—50人", 51, "mismatch"),
    ],
)  # fmt: skip
def test_a_hedge_must_be_true(text: str, computed: int, verdict: str) -> None:
    found = check(f"高技能人才{text}", [replace(SKILLED, value=Decimal(computed))])
    assert {(one.verdict, one.computed) for one in found} == {(verdict, computed)}


@pytest.mark.parametrize(
    ("text", "computed", "wording"),
    [
        ("100人", 97, "97人"),
        ("超过100人", 97, "97人"),
        ("超过50万人", 634_500, "超过63万人"),
        ("近2.1万人", 18_550, "近1.9万人"),
        ("2.1万余人", 18_950, "1.8万余人"),
        ("500余万人", 6_004_000, "600余万人"),
        ("约60万人", 718_000, "约72万人"),
        ("60万人左右", 720_000, "72万人"),
        ("59.3万人", 612_345, "61.2万人"),
        ("100名以上", 64, "64名"),
        ("超过9万人", 405, "405人"),
    ],
)
def test_a_true_wording_is_proposed(text: str, computed: int, wording: str) -> None:
    (one,) = check(f"高技能人才{text}", [replace(SKILLED, value=Decimal(computed))])
    assert (one.verdict, one.wording) == ("mismatch", wording)
    (again,) = check(f"高技能人才{wording}", [replace(SKILLED, value=Decimal(computed))])
    assert again.verdict == "match"


def test_a_share_in_words_and_in_percent() -> None:
    third = replace(SHARE, value=Decimal("33.1"))
    assert told("高技能人才占技能人才比重超过三成", third) == [("超过三成", "skills.high_share", "match")]
    assert told("高技能人才占技能人才比重百分之三十三", third) == [("百分之三十三", "skills.high_share", "match")]
    assert told("高技能人才占技能人才比重三分之一", third) == [("三分之一", "skills.high_share", "match")]


PILOTS = Computed("reform.pilots", "试点单位数", (), "家", "units", Decimal(46))
PLANS = Computed("reform.plans", "改革举措数", (), "项", "things", Decimal(46))


@pytest.mark.parametrize("unit", ["个", "家", "项", "件", "条"])
@pytest.mark.parametrize(("name", "one"), [("试点单位", PILOTS), ("改革举措", PLANS)])
def test_things_are_counted_in_whatever_measure(unit: str, name: str, one: Computed) -> None:
    assert told(f"共有{name}46{unit}", one) == [(f"46{unit}", one.key, "match")]
    assert told(f"共有{name}46人", one) == [("46人", None, "unsupported")]
    assert told(f"高技能人才97{unit}", SKILLED) == [(f"97{unit}", None, "unsupported")]


def test_a_sentence_without_end_takes_no_room() -> None:
    text = "培训职工3人，" * 4000
    tracemalloc.start()
    assert len(check(text, ALL)) == 4000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30 * 2**20
