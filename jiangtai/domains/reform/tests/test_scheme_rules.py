"""What a unit comes to by a scheme: sums, scaling, bonus, deductions, grades, and what the bulletin says."""

from decimal import Decimal

import pytest

from jiangtai.domains.reform.rules import footnotes
from jiangtai.domains.reform.rules import schemes as rules
from jiangtai.domains.reform.rules.schemes import Line, Terms

TERMS = Terms(full=Decimal(100), rescales=True, excellent=Decimal(90), good=Decimal(80), passing=Decimal(60))


def line(score: int, mark: str | None, kind: str = "base", section: str = "", **more: object) -> Line:
    given = None if mark is None else Decimal(mark)
    return Line("k", 1, section, "做什么", "", Decimal(score), kind, own=given, checked=given, **more)  # type: ignore[arg-type]


def test_marks_are_scaled_to_the_full_marks_of_the_scheme_where_it_says_so() -> None:
    found = rules.standing([line(50, "40"), line(30, "30")], "final", TERMS)
    assert found == rules.Standing(Decimal(100), Decimal("87.50"), Decimal("87.50"), "good")


def test_or_the_full_marks_are_those_that_apply() -> None:
    terms = Terms(full=Decimal(100), rescales=False, excellent=Decimal(90), good=Decimal(80), passing=Decimal(60))
    found = rules.standing([line(50, "40"), line(30, "30")], "final", terms)
    assert found == rules.Standing(Decimal(80), Decimal("70.00"), Decimal("87.50"), "good")


def test_a_bonus_comes_on_top_and_a_deduction_off_and_nothing_falls_below_zero() -> None:
    lines = [line(100, "98"), line(5, "5", "bonus"), line(10, "1.5", "deduction")]
    found = rules.standing(lines, "final", TERMS)
    assert found is not None
    assert (found.marks, found.percent) == (Decimal("101.50"), Decimal("101.50"))
    held = rules.standing(
        lines, "final", Terms(Decimal(100), True, Decimal(90), Decimal(80), Decimal(60), most_bonus=Decimal(2))
    )
    assert held is not None
    assert held.marks == Decimal("98.50")
    nothing = rules.standing([line(100, "0"), line(10, "10", "deduction")], "final", TERMS)
    assert nothing is not None
    assert (nothing.marks, nothing.grade) == (Decimal(0), "failing")


def test_what_the_review_set_counts_in_place_of_the_checked_marks() -> None:
    one = Line(
        "k",
        1,
        "",
        "做什么",
        "",
        Decimal(10),
        own=Decimal(10),
        checked=Decimal(6),
        objection="有纪要",
        upheld=True,
        settled=Decimal(9),
    )
    assert one.final == Decimal(9)
    assert one.objection_said == "成立"
    assert rules.standing([one], "checked", TERMS) != rules.standing([one], "final", TERMS)


def test_who_gave_no_marks_stands_nowhere() -> None:
    assert rules.standing([line(10, None)], "own", TERMS) is None
    assert rules.standing([line(5, "5", "bonus")], "final", TERMS) is None


@pytest.mark.parametrize(
    ("percent", "grade"),
    [("90", "excellent"), ("89.99", "good"), ("80", "good"), ("60", "passing"), ("59.99", "failing")],
)
def test_grades_begin_where_the_scheme_says(percent: str, grade: str) -> None:
    assert rules.grade_of(Decimal(percent), TERMS) == grade


def test_sections_add_what_was_given() -> None:
    lines = [line(10, "8", section="组织"), line(5, "2", "bonus", "组织"), line(5, "1", "deduction", "")]
    assert rules.sections(lines) == [
        {"section": "组织", "marks": "10", "full": "10"},
        {"section": "其他", "marks": "-1", "full": "0"},
    ]


@pytest.mark.parametrize(
    ("section", "text", "kind"),
    [("加分项", "获市级表彰", "bonus"), ("", "扣分：瞒报", "deduction"), ("组织领导", "开会，少一次扣分", "base")],
)
def test_what_gives_and_what_takes_is_told_by_the_heading(section: str, text: str, kind: str) -> None:
    assert rules.kind_of(section, text) == kind


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("各街道、功能区", ["street", "park"]),
        ("各部门", ["department"]),
        ("企业", ["enterprise"]),
        ("区人社局", []),
        ("", []),
    ],
)
def test_to_whom_a_criterion_applies_is_told_by_the_table(words: str, kinds: list[str]) -> None:
    assert rules.kinds_of(words) == kinds


def test_the_bulletin_names_units_by_grade_with_footnotes_and_who_never_marked_itself() -> None:
    found = [
        rules.UnitResult("区人社局", Decimal(100), Decimal("95"), Decimal("95"), "excellent", objections=2, upheld=1),
        rules.UnitResult("甲街道", Decimal(100), Decimal("55"), Decimal("55"), "failing", has_own=False),
    ]
    said = rules.bulletin("2026年度考核办法", 2026, found, TERMS)
    assert "2 个单位①的平均得分率为 75%②" in said.body
    assert "优秀（1 个③）：区人社局。" in said.body
    assert "不合格（1 个③）：甲街道。" in said.body
    assert "异议 2 项④，复核成立 1 项⑤" in said.body
    assert "未按期自评的单位：甲街道。" in said.body
    assert said.table[0] == {
        "unit": "区人社局",
        "marks": "95（满分 100）⑥",
        "grade": "优秀",
        "note": "提出 2 项④，成立 1 项⑤",
    }
    assert said.table[1]["note"] == "未自评；无异议"
    assert footnotes.unmarked(footnotes.all_of(said.body, said.table)) == []
