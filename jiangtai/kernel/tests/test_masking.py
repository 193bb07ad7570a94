"""What is masked can be recognised by its owner and cannot be put together again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiangtai.kernel import masking

MASKS = [masking.identity, masking.phone, masking.account, masking.name, masking.generic]


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (masking.identity, "519900199001011234", "519900********1234"),
        (masking.identity, "51990019900101123X", "519900********123X"),
        (masking.identity, "519900900101123", "519900*****1123"),
        (masking.identity, "5199001234", "**********"),
        (masking.phone, "13800135678", "138****5678"),
        (masking.phone, "028-66668888", "028-****8888"),
        (masking.phone, "1380013", "*******"),
        (masking.phone, "0-1", "***"),
        (masking.account, "6222021234567891234", "6222***********1234"),
        (masking.account, "12345678", "********"),
        (masking.name, "李志强", "李*强"),
        (masking.name, "李强", "李*"),
        (masking.name, "李", "*"),
        (masking.name, "欧阳锋", "欧阳*"),
        (masking.name, "欧阳娜娜", "欧阳*娜"),
        (masking.name, "单于", "单*"),
        (masking.name, "王李志强", "王**强"),
        (masking.name, "阿卜杜拉·买买提", "阿***·买**"),
        (masking.name, "John Smith", "J*** S****"),
        (masking.name, "李𠮷祥", "李*祥"),
        (masking.generic, "锦川区工匠路1号", "锦******号"),
        (masking.generic, "工匠路", "工**"),
        (masking.generic, "工", "*"),
    ],
)
def test_how_values_are_shown(mask, value, shown):
    assert mask(value) == shown
    assert mask(f" {value} ") == shown


@pytest.mark.parametrize("mask", MASKS)
def test_nothing_stays_nothing(mask):
    assert mask("") == ""


@pytest.mark.parametrize("mask", MASKS)
@given(value=st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=40))
def test_something_is_always_hidden(mask, value):
    shown = mask(value)
    assert "*" in shown
    assert len(shown) == len(value.strip())


@pytest.mark.parametrize("mask", MASKS)
@given(value=st.text(st.characters(exclude_characters="*"), max_size=40))
def test_no_value_is_shown_whole(mask, value):
    shown = mask(value)
    assert shown != value.strip() or not any(sign.isalnum() for sign in value)


@given(st.text("0123456789X-", max_size=30))
def test_at_most_ten_signs_of_a_number_are_seen(value):
    for mask in (masking.identity, masking.account):
        assert len(mask(value).replace("*", "")) <= 10
