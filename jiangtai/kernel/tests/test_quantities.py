"""Phrases are read as they are meant, added only where that makes sense, and written as offices write."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiangtai.kernel.quantities import (
    Comparator,
    Hedge,
    Kind,
    Quantity,
    QuantityError,
    Unit,
    parse_quantity,
)

values = st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False, places=2)
manners = st.sampled_from(
    [(hedge.comparator, hedge) for hedge in Hedge]
    + [(Comparator.AT_LEAST, Hedge.NONE), (Comparator.AT_MOST, Hedge.NONE)]
)
quantities = st.builds(lambda v, u, m: Quantity(v, u, *m), values, st.sampled_from(Unit), manners)


@pytest.mark.parametrize(
    ("text", "value", "unit", "comparator", "hedge", "written"),
    [
        ("近600万人", "6000000", Unit.PERSON, "≈", Hedge.NEAR, "近600万人"),
        ("5000人次", "5000", Unit.ATTENDANCE, "=", Hedge.NONE, "5000人次"),
        ("5000余人次", "5000", Unit.ATTENDANCE, ">=", Hedge.ODD, "5000余人次"),
        ("3600多人次", "3600", Unit.ATTENDANCE, ">=", Hedge.MANY, "3600多人次"),
        ("60%以上", "60", Unit.PERCENT, ">=", Hedge.UPWARDS, "60%以上"),
        ("不低于60％", "60", Unit.PERCENT, ">=", Hedge.NONE, "不低于60%"),
        ("59.3万元", "59.3", Unit.TEN_THOUSAND_YUAN, "=", Hedge.NONE, "59.3万元"),
        ("3.57亿元", "3.57", Unit.HUNDRED_MILLION_YUAN, "=", Hedge.NONE, "3.57亿元"),
        ("达2500余万元", "2500", Unit.TEN_THOUSAND_YUAN, ">=", Hedge.ODD, "2500余万元"),
        ("59.3万余元", "59.3", Unit.TEN_THOUSAND_YUAN, ">=", Hedge.ODD, "59.3万余元"),
        ("1.5亿人次", "150000000", Unit.ATTENDANCE, "=", Hedge.NONE, "1.5亿人次"),
        ("280名左右", "280", Unit.PERSON, "≈", Hedge.OR_SO, "280人左右"),
        ("47万余人", "470000", Unit.PERSON, ">=", Hedge.ODD, "47万余人"),
        ("600余万人", "6000000", Unit.PERSON, ">=", Hedge.ODD, "600余万人"),
        ("近2.1万名", "21000", Unit.PERSON, "≈", Hedge.NEAR, "近2.1万人"),
        ("超过50万人次", "500000", Unit.ATTENDANCE, ">=", Hedge.EXCEEDING, "超过50万人次"),
        ("达到 1,864 人", "1864", Unit.PERSON, "=", Hedge.NONE, "1864人"),
        ("达50场", "50", Unit.SESSION, "=", Hedge.NONE, "50场次"),
        ("６个百分点", "6", Unit.POINT, "=", Hedge.NONE, "6个百分点"),
        ("30人以内", "30", Unit.PERSON, "<=", Hedge.NONE, "不超过30人"),
        ("至少3家", "3", Unit.FIRM, ">=", Hedge.NONE, "不少于3家"),
        ("12345人", "12345", Unit.PERSON, "=", Hedge.NONE, "12,345人"),
        ("-3.5%", "-3.5", Unit.PERCENT, "=", Hedge.NONE, "-3.5%"),
    ],
)
def test_phrases_of_the_trade(text, value, unit, comparator, hedge, written):
    quantity = parse_quantity(text)
    assert (quantity.value, quantity.unit) == (Decimal(value), unit)
    assert (quantity.comparator.value, quantity.hedge) == (comparator, hedge)
    assert str(quantity) == written


@given(quantities)
def test_what_is_written_reads_back_the_same(quantity):
    assert parse_quantity(str(quantity)) == quantity
    assert parse_quantity(f"{quantity:full}") == quantity


def test_full_writing_keeps_every_digit_and_the_hedge():
    assert f"{parse_quantity('近12万人'):full}" == "近120,000人"
    assert f"{parse_quantity('近12万人')}" == "近12万人"
    with pytest.raises(ValueError, match="unknown format"):
        format(parse_quantity("12人"), "long")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "不是一个带单位的数"),
        ("600", "不是一个带单位的数"),
        ("人", "不是一个带单位的数"),
        ("约5000余人", "同时用了“约”“余”"),
        ("超过60%以上", "同时用了“超过”“以上”"),
        ("5余万多人", "同时用了“余”“多”"),
        ("以上60%", "不是一个带单位的数"),
        ("1e5人", "不是一个带单位的数"),
        ("٦人", "不是一个带单位的数"),
        ("1,23人", "不是一个带单位的数"),
        ("60人和20家", "不是一个带单位的数"),
        ("9" * 5_000 + "人", "9…”不是一个带单位的数"),
    ],
)
def test_what_is_no_quantity_is_told_so(text, words):
    with pytest.raises(QuantityError) as fault:
        parse_quantity(text)
    assert words in str(fault.value)
    assert len(str(fault.value)) < 200


@given(st.text(st.sampled_from("0123456789.,万亿余多人次元%近约超过以上左右 -不低于"), max_size=30))
def test_no_text_makes_the_parser_stumble(text):
    try:
        parse_quantity(text)
    except QuantityError as fault:
        assert "请" in str(fault) or "应" in str(fault)


def test_persons_and_attendances_are_never_added():
    with pytest.raises(QuantityError, match="“60人”与“5000人次”不能相加：人数与人次不是一回事"):
        parse_quantity("60名") + parse_quantity("5000人次")


@given(quantities, quantities)
def test_only_one_kind_is_added_or_compared(one, other):
    if one.unit.kind is other.unit.kind:
        assert one + other == other + one
        assert (one < other) == (not other <= one)
        return
    for act in (lambda: one + other, lambda: one < other, lambda: one <= other):
        with pytest.raises(QuantityError, match="不是一回事"):
            act()


def test_money_is_converted():
    assert str(parse_quantity("3000元") + parse_quantity("59.3万元")) == "59.6万元"
    assert str(parse_quantity("59.3万元") + parse_quantity("3000元")) == "59.6万元"
    assert parse_quantity("59.3万元") == parse_quantity("593000元")
    assert hash(parse_quantity("59.3万元")) == hash(parse_quantity("593000元"))
    assert parse_quantity("1万元") > parse_quantity("9999.99元")
    assert parse_quantity("593000元").to(Unit.TEN_THOUSAND_YUAN).value == Decimal("59.3")
    with pytest.raises(QuantityError, match="不能换算成人"):
        parse_quantity("1元").to(Unit.PERSON)


@pytest.mark.parametrize(
    ("one", "other", "total"),
    [
        ("60人", "40人", "100人"),
        ("5000余人次", "300人次", "5300余人次"),
        ("近600人", "100人", "近700人"),
        ("近600人", "近100人", "近700人"),
        ("5000余人", "超过300人", "5300人以上"),
        ("近600人", "100余人", "约700人"),
        ("不超过30人", "至少3人", "约33人"),
    ],
)
def test_hedges_of_a_sum(one, other, total):
    assert str(parse_quantity(one) + parse_quantity(other)) == total


def test_a_hedge_and_another_comparator_contradict_each_other():
    with pytest.raises(QuantityError, match="“近”与“>=”矛盾"):
        Quantity(Decimal(1), Unit.PERSON, Comparator.AT_LEAST, Hedge.NEAR)


def test_about_without_a_word_is_written_with_one():
    assert str(Quantity(Decimal(5), Unit.PERSON, Comparator.ABOUT)) == "约5人"


@pytest.mark.parametrize("value", ["NaN", "Infinity"])
def test_what_is_not_a_number_is_refused(value):
    with pytest.raises(QuantityError, match="不是一个数"):
        Quantity(Decimal(value), Unit.PERSON)


def test_names_and_aliases_are_all_different():
    names = [name for unit in Unit for name in (unit.label, *unit.aliases)]
    assert len(names) == len(set(names))
    assert {Unit.named(name).kind for name in names} == set(Kind)
    with pytest.raises(QuantityError, match="不认识计量单位“斤”"):
        Unit.named("斤")
