"""Codes are accepted in every honest spelling and refused with the place, the value and the expectation."""

import string
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from jiangtai.kernel.codes import (
    CodeError,
    Division,
    parse_certificate,
    parse_division,
    parse_identity,
    parse_landline,
    parse_phone,
    parse_uscc,
)

TODAY = date(2026, 11, 20)
PARSERS = [parse_identity, parse_uscc, parse_division, parse_certificate, parse_phone, parse_landline]


def numbered(body: str) -> str:
    return body + mod_11_2.calc_check_digit(body)


births = st.dates(date(1900, 1, 1), TODAY)
identities = st.builds(
    lambda division, birth, order: numbered(f"{division}{birth:%Y%m%d}{order:03}"),
    st.integers(110000, 839999),
    births,
    st.integers(1, 999),
)


def full_width(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) for sign in text)


@given(identities)
def test_a_right_number_is_read_back_as_it_was_built(number):
    identity = parse_identity(number, TODAY)
    assert identity.number == number
    assert f"{identity.birth:%Y%m%d}" == number[6:14]
    assert identity.sex == ("男" if number[16] in "13579" else "女")
    assert identity.division == number[:6]


@given(identities)
def test_spelling_does_not_matter(number):
    spellings = (
        f"\u3000 {number[:6]} {number[6:14]}-{number[14:].lower()}\t",
        full_width(number),
        f"\u200b'{number}\u202c",
    )
    assert {parse_identity(spelling, TODAY).number for spelling in spellings} == {number}


@given(identities, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(number, place, step):
    wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    with pytest.raises(CodeError):
        parse_identity(wrong, TODAY)


def test_an_old_number_gains_century_and_check_character():
    identity = parse_identity("519900 650101 123", TODAY)
    assert identity.number == numbered("51990019650101123")
    assert identity.birth == date(1965, 1, 1)


@pytest.mark.parametrize(
    ("body", "kind", "division"),
    [
        ("51990019900101123", "居民身份证", "519900"),
        ("81000019900101123", "港澳台居民居住证", "810000"),
        ("82000019900101123", "港澳台居民居住证", "820000"),
        ("83000019900101123", "港澳台居民居住证", "830000"),
        ("91112419810803002", "外国人永久居留身份证", "110000"),
    ],
)
def test_kinds_of_card(body, kind, division):
    identity = parse_identity(numbered(body), TODAY)
    assert (identity.kind, identity.division) == (kind, division)


def test_a_county_newer_than_the_holder_is_no_fault():
    assert parse_identity(numbered("53300119520622003"), TODAY).division == "533001"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "身份证号是空的"),
        ("5199001990010112", "应为 18 位，这里是 16 位，请核对是否少录"),
        ("5199001990010112345", "应为 18 位，这里是 19 位，请核对是否多录"),
        ("5199001990O1011234", "第 11 位是“O”，应为数字"),
        ("519900199001X11234", "第 13 位是“X”，应为数字"),
        ("519900199002301234", "第 7 至 14 位不是真实的出生日期"),
        ("019900199001011234", "首位是 0"),
        (numbered("51990020270101123"), "出生日期应在 1900-01-01 至 2026-11-20 之间"),
        (numbered("51990018990101123"), "出生日期应在 1900-01-01"),
        ("5.199E+17", "科学计数法，看来表格软件把它当作数字存过，只留下前 15 位，后几位已丢失"),
        ("519900199001011000", "末三位是 000，看来表格软件把它当作数字存过"),
        ("519900199001010000", "末四位是 0000，看来表格软件把它当作数字存过"),
        (numbered("51990019900101000"), "第 15 至 17 位是 000，顺序码从 001 起"),
        ("一二三四五六七八九十一二三四五六七八", "第 1 位是“一”"),
        ("٥١٩٩٠٠١٩٩٠٠١٠١١٢٣٤", "第 1 位是“٥”"),
        ("5199001990010112³4", "第 17 位是“³”"),
        ("5" * 10_000, "10000 个字"),
    ],
)
def test_a_wrong_identity_number_is_told_what_is_wrong(text, words):
    with pytest.raises(CodeError) as fault:
        parse_identity(text, TODAY)
    assert words in str(fault.value)


@given(identities, st.sampled_from("0123456789X"))
def test_a_wrong_check_character_is_told_the_right_one(number, sign):
    if sign == number[17]:
        return
    with pytest.raises(CodeError, match=f"末位应为 {number[17]}，这里是 {sign}"):
        parse_identity(number[:17] + sign, TODAY)


def test_somebody_born_today_is_accepted_and_tomorrow_is_not():
    assert parse_identity(numbered(f"519900{TODAY:%Y%m%d}001"), TODAY).birth == TODAY
    with pytest.raises(CodeError, match="至 2026-11-20 之间"):
        parse_identity(numbered(f"519900{TODAY + timedelta(days=1):%Y%m%d}001"), TODAY)


creditors = st.builds(
    lambda head, division, tail: f"{head}{division}{tail}",
    st.sampled_from(["91", "12", "52", "81"]),
    st.integers(110000, 659999),
    st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=9, max_size=9),
).map(lambda body: body + uscc.calc_check_digit(body))


@given(creditors)
def test_credit_codes_in_any_spelling(code):
    assert parse_uscc(f" {code[:8].lower()} - {full_width(code[8:])} ") == code


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("91110000600037341M", "末位应为 L，这里是 M"),
        ("9111000060003734", "应为 18 位，这里是 16 位"),
        ("9111000O600037341L", "第 8 位是“O”，应为数字"),
        ("91110000600O37341L", "第 12 位是“O”，应为数字或字母，字母中不用 I、O、S、V、Z"),
        ("91110000６０００３７３４１中", "第 18 位是“中”"),
    ],
)
def test_wrong_credit_codes(text, words):
    with pytest.raises(CodeError) as fault:
        parse_uscc(text)
    assert words in str(fault.value)


@pytest.mark.parametrize(
    ("text", "code", "level"),
    [
        ("51", "51", "省"),
        ("510000", "51", "省"),
        ("510100", "5101", "市"),
        ("５１０１０７", "510107", "县"),
        ("510107001000", "510107001", "乡镇街道"),
        ("510107001003", "510107001003", "村社区"),
        ("510000000000", "51", "省"),
    ],
)
def test_divisions_and_their_level(text, code, level):
    division = parse_division(text)
    assert (division.code, division.level) == (code, level)


def test_the_line_of_parents_ends_at_the_province():
    division, line = parse_division("510107001003"), []
    while division:
        line.append(division.code)
        division = division.parent()
    assert line == ["510107001003", "510107001", "510107", "5101", "51"]


def test_a_division_contains_itself_and_what_lies_below():
    assert Division("5101").contains(parse_division("510107"))
    assert Division("5101").contains(Division("5101"))
    assert not Division("510107").contains(Division("5101"))


@pytest.mark.parametrize("text", ["", "5", "510", "51010", "5101070", "5101A7", "000000"])
def test_wrong_divisions(text):
    with pytest.raises(CodeError, match="行政区划代码"):
        parse_division(text)


@given(st.sampled_from(string.ascii_letters), st.text(string.digits, min_size=21, max_size=21))
def test_certificate_numbers(letter, digits):
    assert parse_certificate(f"{letter}{digits[:5]} {digits[5:]}") == letter.upper() + digits


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("S00005103000123400000", "应为 22 位，这里是 21 位"),
        ("0000051030001234000001", "第 1 位是“0”，应为字母"),
        ("S0000510300012340O0001", "第 18 位是“O”，应为数字"),
    ],
)
def test_wrong_certificate_numbers(text, words):
    with pytest.raises(CodeError) as fault:
        parse_certificate(text)
    assert words in str(fault.value)


mobiles = st.builds(lambda head, tail: f"{head}{tail:09}", st.integers(13, 19), st.integers(0, 999_999_999))


@given(mobiles, st.sampled_from(["", "+86", "0086", "86", "+86 ", "＋８６-"]))
@example("13800138000", "+86 ")
def test_mobile_numbers(number, prefix):
    assert parse_phone(f"{prefix}{number[:3]}-{number[3:7]} {full_width(number[7:])}") == number


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1380013800", "应为 11 位，这里是 10 位"),
        ("12800138000", "以 12 开头"),
        ("02866668888", "固定电话请填在固定电话一栏"),
        ("1380013800a", "第 11 位是“A”"),
        ("1.38E+10", "科学计数法"),
    ],
)
def test_wrong_mobile_numbers(text, words):
    with pytest.raises(CodeError) as fault:
        parse_phone(text)
    assert words in str(fault.value)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("(028) 6666 8888", "028-66668888"),
        ("（０２８）６６６６８８８８", "028-66668888"),
        ("02866668888", "028-66668888"),
        ("+86 28 66668888", "028-66668888"),
        ("0086-010-66668888", "010-66668888"),
        ("0833-2345678", "0833-2345678"),
    ],
)
def test_fixed_lines(text, number):
    assert parse_landline(text) == number


@pytest.mark.parametrize("text", ["66668888", "028-666688", "028-06668888", "13800138000", "028-66668888转801"])
def test_wrong_fixed_lines(text):
    with pytest.raises(CodeError, match="固定电话"):
        parse_landline(text)


@pytest.mark.parametrize("parse", PARSERS)
@given(st.text(max_size=40))
@example("\x00")
@example("\ud800")
def test_no_text_makes_a_parser_stumble(parse, text):
    try:
        parse(text)
    except CodeError as fault:
        assert any("\u4e00" <= sign <= "\u9fff" for sign in str(fault))
