"""Names sort and are found by how they are spoken, surnames included, and no character breaks the order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from jiangtai.kernel import pinyin


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("单雄信", "shan xiong xin"),
        ("仇和平", "qiu he ping"),
        ("曾志伟", "zeng zhi wei"),
        ("解晓东", "xie xiao dong"),
        ("区建国", "ou jian guo"),
        ("查良镛", "zha liang yong"),
        ("尉迟恭", "yu chi gong"),
        ("朴正花", "piao zheng hua"),
        ("盖叫天", "ge jiao tian"),
        ("任正非", "ren zheng fei"),
        ("华罗庚", "hua luo geng"),
        ("乐嘉", "yue jia"),
        ("宓妃", "fu fei"),
        ("万俟红", "mo qi hong"),
        ("覃勇", "qin yong"),
        ("缪荣株", "miao rong zhu"),
        ("繁漪", "po yi"),
        ("乐正绫", "yue zheng ling"),
        ("单于丹", "chan yu dan"),
        ("吕布", "lv bu"),
        (" 李　强 ", "li qiang"),
        ("阿卜杜拉·买买提", "a bo du la mai mai ti"),
        ("", ""),
    ],
)
def test_persons(name, key):
    assert pinyin.sort_key(name, is_person=True) == key


def test_a_surname_reading_is_for_persons_only():
    assert pinyin.sort_key("解放路街道") == "jie fang lu jie dao"
    assert pinyin.sort_key("区总工会") == "qu zong gong hui"
    assert pinyin.initials("区总工会") == "qzgh"
    assert pinyin.initials("区建国", is_person=True) == "ojg"


@pytest.mark.parametrize("surname", [one for one in pinyin.SURNAMES if len(one) == 1])
def test_the_table_holds_only_what_the_dictionary_reads_otherwise(surname):
    assert (lazy_pinyin(surname)[0],) != pinyin.SURNAMES[surname]


def test_every_compound_surname_would_else_be_read_wrongly_or_hidden_by_its_first_character():
    for surname in (one for one in pinyin.SURNAMES if len(one) == 2):
        by_character = (*pinyin.SURNAMES.get(surname[0], lazy_pinyin(surname[0])), *lazy_pinyin(surname[1]))
        assert pinyin.SURNAMES[surname] != tuple(by_character)


def test_search_finds_by_whole_by_initials_and_by_the_dictionary_reading():
    assert pinyin.search_keys("覃勇", is_person=True) == "qinyong qy tanyong ty"
    assert pinyin.search_keys("锦川精密ABC有限公司") == "jinchuanjingmiabcyouxiangongsi jcjmabcyxgs"
    assert pinyin.search_keys("·") == ""


def test_full_width_letters_and_digits_are_ordinary_ones():
    assert pinyin.sort_key("ＡＢ１") == "a b 1"


def test_characters_nobody_can_read_follow_those_that_all_can():
    names = ["张\ue000", "张𠮷", "张做", "张\U0003134a", "赵一", "张阿"]
    ordered = sorted(names, key=lambda name: pinyin.sort_key(name, is_person=True))
    assert ordered == ["张阿", "张做", "张\ue000", "张𠮷", "张\U0003134a", "赵一"]


def test_a_rare_character_with_a_known_reading_is_read():
    assert pinyin.sort_key("张㛃", is_person=True) == "zhang jie"


def test_variation_marks_do_not_count():
    assert pinyin.sort_key("葛\U000e0100") == pinyin.sort_key("葛")


@given(st.text(max_size=30), st.booleans())
def test_any_text_has_a_key_in_printable_ascii(text, is_person):
    key = pinyin.sort_key(text, is_person)
    assert key.isascii()
    assert key == "" or key.isprintable()
    assert key == key.strip().lower()


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=8))
def test_one_initial_for_every_character(text):
    assert len(pinyin.initials(text)) == len(pinyin.sort_key(text).split()) == len(text)
