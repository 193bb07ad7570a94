"""How a figure is told: growth, decrease, nothing before, nothing now, no change, targets, too few to be told of."""

import re
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from jiangtai.indicators import Frame, Period, Unit, named
from jiangtai.indicators.briefing import brief
from jiangtai.indicators.cockpit import Card, line, year_before
from jiangtai.indicators.comparing import Change
from jiangtai.indicators.computing import Figure
from jiangtai.indicators.lights import AMBER, GREEN, NONE, RED, Light
from jiangtai.indicators.moving import Contribution, Moved

TODAY = date(2026, 11, 22)
WORKERS, SHARE, NAMED = "register.workers", "register.union_coverage", "honors.named"


@pytest.mark.parametrize(
    ("now", "past", "unit", "said", "short"),
    [
        (1032, 1000, Unit.PERSON, "较上月增长3.2%", "+32（+3.2%）"),
        (968, 1000, Unit.PERSON, "较上月下降3.2%", "−32（−3.2%）"),
        (1000, 1000, Unit.PERSON, "与上月持平", "持平"),
        (0, 0, Unit.PERSON, "与上月持平", "持平"),
        (3, 0, Unit.PERSON, "较上月增加3人", "+3"),
        (0, 3, Unit.PERSON, "较上月减少3人", "−3"),
        (5, 3, Unit.ITEM, "较上月增加2件", "+2"),
        (0, 40, Unit.PERSON, "较上月下降100%", "−40（−100%）"),
        (1_000_001, 1_000_000, Unit.PERSON, "较上月增加1人", "+1"),
        (None, 3, Unit.PERSON, "上月没有可比的数", "无可比数"),
        (3, None, Unit.PERCENT, "上月没有可比的数", "无可比数"),
        (65.7, 64.5, Unit.PERCENT, "较上月提高1.2个百分点", "+1.2 个百分点"),
        (64.5, 65.7, Unit.PERCENT, "较上月下降1.2个百分点", "−1.2 个百分点"),
        (64.52, 64.5, Unit.PERCENT, "与上月持平", "持平"),
        (0, 0, Unit.PERCENT, "与上月持平", "持平"),
    ],
)
def test_a_change_is_said_as_an_office_says_it(now, past, unit, said, short):
    change = Change(now, past, unit)
    assert (change.said("上月"), change.short) == (said, short)


def frame(text="2026-11"):
    return Frame(Period.parse(text), TODAY)


def card(key, value, before=None, year=None, *, light=None, target=None, reached=None, part=None, whole=0, at=None):
    one, at = named(key), at or frame()
    figure = Figure(one, 1, at, value, value if part is None else part, whole, 0)
    standing = None
    if light:
        reached = value if reached is None else reached
        row = SimpleNamespace(value=target, year=2026, set_at="区总工会", document="", points=[])
        standing = SimpleNamespace(light=light, target=row,
                                   figure=Figure(one, 1, frame("2026"), reached, reached, 0, 0))  # fmt: skip
    seen = (at.as_far_before, before), (year_before(at), year)
    past = tuple(Figure(one, 1, when, was, was or 0, whole, 0) for when, was in seen)
    return Card(figure, Change(value, before, one.unit), Change(value, year, one.unit), standing, past)


def briefed(made, moved=(), *, at=None, is_public=False):
    """A brief of one sentence."""

    def asked(one):
        below = [Contribution(str(number), name, None, None, by) for number, (name, by) in enumerate(moved, start=1)]
        return Moved(made.figure, made.figure, 0.0, below, "", [])

    return brief("锦川区", at or frame(), [made], asked, is_public=is_public)


def told(made, moved=(), *, at=None, is_public=False):
    """The one sentence of a brief, without its marks."""
    [one] = briefed(made, moved, at=at, is_public=is_public).sentences
    return re.sub("[①-⑳]", "", one.text)


def test_a_sentence_tells_what_it_is_what_it_was_and_who_made_the_difference():
    text = told(
        card(WORKERS, 405, 387, 361), [("锦河街道办事处", 15.0), ("望桥街道办事处", -2.0), ("晋阳街道办事处", 1.0)]
    )
    assert text == ("一、在岗职工人数为405人，较上月同期增长4.7%，较上年同期增长12.2%。"
                    "变化主要是锦河街道办事处增加15人、望桥街道办事处减少2人。")  # fmt: skip


def test_each_number_has_a_note_of_its_own_and_what_comes_from_the_same_place_shares_one():
    """The year's target, how much of it is done and how far behind it is are worked out alike."""
    made = card(NAMED, 45, 40, 30, light=Light(RED, "", 90, 20), target=100, reached=70)
    told = briefed(made, [("锦河街道办事处", 4.0), ("望桥街道办事处", 1.0)])
    [one] = told.sentences
    assert one.text == (
        "一、2026年11月命名人数为45人①，较上月同期增长12.5%②，较上年同期增长50%③；年度目标100人④，年初以来为70人⑤，"
        "完成70.0%④，落后序时进度20人④，亮红灯。变化主要是锦河街道办事处增加4人⑥、望桥街道办事处增加1人⑦。"
    )
    notes = list(told.notes.values())
    assert list(told.notes) == list("①②③④⑤⑥⑦") and len({note.said for note in notes}) == 7
    assert [note.frame.period.text for note in notes] == [
        "2026-11", "2026-10", "2025-11", "2026", "2026", "2026-11", "2026-11"
    ]  # fmt: skip
    assert [note.unit for note in notes] == ["", "", "", "", "", "1", "2"]
    assert named(NAMED).method in notes[0].said and "截至2026-11-22" in notes[0].said
    assert notes[1].said == "2026年10月（截至2026-10-22）同口径为40人；两期相减，再除以前一期。"
    assert "区总工会下达" in notes[3].said and "到2026-11-22应达90人" in notes[3].said


def test_no_number_of_a_sentence_stands_without_a_mark():
    """Whatever is said with digits, dates and the names of periods and units apart, ends in a mark."""
    made = card(SHARE, 65.7, 64.5, 60.1, light=Light(AMBER, "", 66, 0.3), target=67, reached=65.7)
    for one in (made, card(WORKERS, 405, 387, 361), card(WORKERS, 3, 0, 0), card(WORKERS, 5, 5, 4)):
        [sentence] = briefed(one, [("3街道", 15.0)]).sentences
        bare = re.sub(r"2026年11月|3街道", "", sentence.text)
        assert not re.findall(r"\d[\d.,]*(?:%|人|个百分点)(?![①-⑳])", bare), sentence.text


def test_what_did_not_move_is_not_explained():
    assert (
        told(card(WORKERS, 405, 405, 405), [("锦河街道办事处", 1.0)])
        == "一、在岗职工人数为405人，与上月同期持平，与上年同期持平。"
    )


def test_a_period_that_is_over_is_compared_with_a_whole_one_and_a_year_only_once():
    october, year = frame("2026-10"), frame("2025")
    assert "较上月减少2人" in told(card(NAMED, 1, 3, 1, at=october), at=october)
    assert (
        told(card(NAMED, 0, 0, 0, at=october), at=october)
        == "一、2026年10月命名人数为0人，与上月持平，与上年同期持平。"
    )
    assert told(card(WORKERS, 5, 4, 4, at=year), at=year) == "一、在岗职工人数为5人，较上年增加1人。"


@pytest.mark.parametrize(
    ("key", "value", "target", "light", "said"),
    [
        (WORKERS, 400, 500, Light(RED, "", 450, 50), "年度目标500人，落后序时进度50人，亮红灯"),
        ("register.members", 400, 500, Light(RED, "", 450, 50), "年度目标500人，完成80.0%，落后序时进度50人，亮红灯"),
        ("register.members", 520, 500, Light(GREEN, "", 450, -70), "年度目标500人，已经达到，超序时进度70人，亮绿灯"),
        (SHARE, 65.7, 67, Light(AMBER, "", 66, 0.3), "年度目标67%，落后序时进度0.3个百分点，亮黄灯"),
        ("register.members", 450, 500, Light(GREEN, "", 450, 0.0), "年度目标500人，完成90.0%，与序时进度持平，亮绿灯"),
    ],
)
def test_a_target_is_told_with_its_pace(key, value, target, light, said):
    assert f"；{said}" in told(card(key, value, value, value, light=light, target=target))


def test_a_light_that_is_not_lit_is_not_told_of():
    assert "目标" not in told(card(SHARE, 65.7, 65.7, 65.7, light=Light(NONE, ""), target=67))


def test_where_the_target_counts_the_year_the_years_figure_is_said():
    text = told(card(NAMED, 1, 1, 1, light=Light(AMBER, "", 9, 2), target=10, reached=7))
    assert "年度目标10人，年初以来为7人，完成70.0%，落后序时进度2人" in text


def test_nothing_to_compute_is_said():
    assert told(card(SHARE, None)) == "一、在岗职工入会率没有可以计算的数。"


@pytest.mark.parametrize(
    ("made", "is_hidden"),
    [
        (card(WORKERS, 4, 9, 9), True),
        (card(WORKERS, 5, 9, 9), False),
        (card(WORKERS, 0, 9, 9), False),
        (card(SHARE, 50, 40, 40, part=4, whole=8), True),
        (card(SHARE, 90, 40, 40, part=36, whole=40), True),
        (card(SHARE, 50, 40, 40, part=20, whole=40), False),
        (card("work.on_time", 50, 40, 40, part=1, whole=2), True),
        (card("work.on_time", 50, 40, 40, part=10, whole=20), False),
        (card("register.enterprises", 3, 9, 9), False),
    ],
)
def test_too_few_persons_are_not_told_of_in_public(made, is_hidden):
    text = told(made, [("甲厂", 4.0), ("乙厂", 6.0)], is_public=True)
    assert ("不足5人。" in text or "数少，不予公布。" in text) == is_hidden
    assert "甲厂" not in text and ("乙厂" in text) == (not is_hidden)
    assert "不足5" not in told(made) and "不予公布" not in told(made)


@pytest.mark.parametrize(
    ("made", "said", "hidden"),
    [
        (card(WORKERS, 9, 3, 2), ("9人",), ("较上月", "上年", "增加6")),
        (card(WORKERS, 405, 402, 361), ("增长12.2%",), ("上月", "0.7%")),
        (card(WORKERS, 405, 405, 361), ("与上月同期持平", "增长12.2%"), ()),
        (card(WORKERS, 30, 10, 10, light=Light(RED, "", 3.0), target=100, reached=4), ("30人",), ("年度目标", "4%")),
    ],
)
def test_in_public_no_difference_tells_of_too_few(made, said, hidden):
    public, inside = told(made, is_public=True), told(made)
    assert all(words in public for words in said) and not any(words in public for words in hidden)
    assert all(words in inside for words in said) and len(inside) >= len(public)


def test_in_public_a_share_is_not_compared_with_one_of_too_few():
    made = card(SHARE, 50.0, 75.0, 40.0, part=10, whole=20)
    few = Figure(named(SHARE), 1, frame(), 75.0, 3, 4, 0)
    public = told(replace(made, past=(few, None)), is_public=True)
    assert "下降" not in public and "提高10个百分点" in public


def test_a_year_earlier_is_as_far_as_now_has_come():
    assert year_before(frame()).as_of.isoformat() == "2025-11-22"
    assert year_before(frame("2026-10")).as_of.isoformat() == "2025-10-31"
    leap = Frame(Period.parse("2028-02"), TODAY.replace(year=2028, month=2, day=29))
    assert year_before(leap).as_of.isoformat() == "2027-02-28"


def test_a_line_needs_two_points_and_leaves_gaps_out():
    assert line([1]) == "" and line([None, 3, None]) == ""
    assert line([2, 2]).split() == ["2.0,14.0", "118.0,14.0"]
    assert [one.split(",")[0] for one in line([1, None, 3]).split()] == ["2.0", "118.0"]
