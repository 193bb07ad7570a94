"""What a unit comes to by a scheme: sums, scaling, grades, the words of the bulletin; no Django."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .assessments import said
from .footnotes import Footnotes
from .supervising import Draft

BASE, BONUS, DEDUCTION = "base", "bonus", "deduction"
GRADES = {"excellent": "优秀", "good": "良好", "passing": "合格", "failing": "不合格"}
MOST = 80
"""How many criteria a scheme may have: each is a part of one form, with a file of its own."""
AVERAGE = "各单位得分除以满分的百分比之和，除以单位数"
_CENT = Decimal("0.01")
_KINDS = (
    ("部门", "department"),
    ("局", "department"),
    ("街道", "street"),
    ("乡镇", "street"),
    ("镇街", "street"),
    ("功能区", "park"),
    ("园区", "park"),
    ("企业", "enterprise"),
    ("公司", "enterprise"),
    ("院校", "school"),
    ("学校", "school"),
)


@dataclass(frozen=True)
class Terms:
    """How marks become a result: to how many they are scaled and whether, where the bonus ends, the grades."""

    full: Decimal
    rescales: bool
    excellent: Decimal
    good: Decimal
    passing: Decimal
    most_bonus: Decimal | None = None


@dataclass(frozen=True)
class Line:
    """A criterion that asks a unit, with all that was said of it on the way."""

    key: str
    number: int
    section: str
    text: str
    method: str
    score: Decimal
    kind: str = BASE
    own: Decimal | None = None
    own_said: str = ""
    checked: Decimal | None = None
    why: str = ""
    objection: str = ""
    upheld: bool | None = None
    answer: str = ""
    settled: Decimal | None = None
    """The marks that the review set in place of the checked ones, where it upheld the objection."""

    @property
    def final(self) -> Decimal | None:
        """The marks that count now."""
        return self.settled if self.settled is not None else self.checked

    @property
    def objection_said(self) -> str:
        """What became of the objection."""
        if not self.objection:
            return ""
        return "待复核" if self.upheld is None else "成立" if self.upheld else "不成立"


@dataclass(frozen=True)
class Standing:
    """What a unit comes to: of how many marks, and its grade."""

    full: Decimal
    marks: Decimal
    percent: Decimal
    grade: str


def full_of(marks: Iterable[tuple[str, Decimal]]) -> Decimal:
    """What criteria come to that are neither bonus nor deduction, by kind and score."""
    return sum((score for kind, score in marks if kind == BASE), Decimal(0))


def standing(lines: Sequence[Line], which: str, terms: Terms) -> Standing | None:
    """What the own, the checked or the final marks come to; None where none were given or nothing is asked."""
    given = [(one, getattr(one, which)) for one in lines]
    if all(mark is None for _, mark in given):
        return None
    asked = full_of((one.kind, one.score) for one in lines)
    if not asked:
        return None
    by_kind = {kind: sum((mark for one, mark in given if one.kind == kind and mark is not None), Decimal(0))
               for kind in (BASE, BONUS, DEDUCTION)}  # fmt: skip
    full = terms.full if terms.rescales else asked
    base = rounded(by_kind[BASE] * full / asked)
    bonus = by_kind[BONUS] if terms.most_bonus is None else min(by_kind[BONUS], terms.most_bonus)
    marks = max(base + bonus - by_kind[DEDUCTION], Decimal(0))
    percent = rounded(marks * 100 / full)
    return Standing(full, marks, percent, grade_of(percent, terms))


def grade_of(percent: Decimal, terms: Terms) -> str:
    """The grade of a share of the full marks."""
    least = (("excellent", terms.excellent), ("good", terms.good), ("passing", terms.passing))
    return next((name for name, mark in least if percent >= mark), "failing")


def sections(lines: Sequence[Line]) -> list[dict[str, str]]:
    """The final marks section by section, as they were given: not scaled, bonus added, deductions taken off."""
    found: dict[str, list[Decimal]] = {}
    for one in lines:
        held = found.setdefault(one.section or "其他", [Decimal(0), Decimal(0)])
        mark = one.final or Decimal(0)
        held[0] += -mark if one.kind == DEDUCTION else mark
        held[1] += one.score if one.kind == BASE else Decimal(0)
    return [{"section": name, "marks": said(marks), "full": said(full)} for name, (marks, full) in found.items()]


def terms_said(terms: Terms) -> list[str]:
    """How it is counted, as a unit has to know before it begins."""
    bonus = f"，合计最多计 {said(terms.most_bonus)} 分" if terms.most_bonus is not None else "，总分可以超过满分"
    unfit = (
        f"不适用本单位的考核项不打分，其余基本分按比例折算到满分 {said(terms.full)} 分"
        if terms.rescales
        else "不适用本单位的考核项不打分，本单位满分相应减少"
    )
    return [
        f"{unfit}；加分项在折算后另加{bonus}；扣分项在折算后另减，扣完为止。",
        f"等次按得分占满分的百分比：{said(terms.excellent)}% 及以上优秀，{said(terms.good)}% 及以上良好，"
        f"{said(terms.passing)}% 及以上合格，不足 {said(terms.passing)}% 不合格。",
    ]


def kind_of(section: str, text: str) -> str:
    """Whether a row of a table gives marks on top or takes them off: its heading says so, or its first words."""
    for words in (section, text[:6]):
        if "加分" in words:
            return BONUS
        if "扣分" in words or "减分" in words:
            return DEDUCTION
    return BASE


def kinds_of(words: str) -> list[str]:
    """The kinds of unit that a table's own words mean: 各街道、功能区; none where it means all, or one by its name."""
    if not any(sign in words for sign in ("各", "全体", "有关", "适用")) and words not in dict(_KINDS):
        return []
    return list(dict.fromkeys(kind for word, kind in _KINDS if word in words))


@dataclass(frozen=True)
class UnitResult:
    """A unit's result as papers say it."""

    unit: str
    full: Decimal
    marks: Decimal
    percent: Decimal
    grade: str
    has_own: bool = True
    objections: int = 0
    upheld: int = 0

    def row(self, notes: Footnotes, how: str) -> dict[str, str]:
        """As a line of the table; `how` says how its marks are counted."""
        raised, held = _objected(notes, self.objections, self.upheld) if self.objections else ("", "")
        objected = f"提出 {raised}，成立 {held}" if self.objections else "无异议"
        return {
            "unit": self.unit,
            "marks": notes.mark(f"{said(self.marks)}（满分 {said(self.full)}）", f"得分：按考核办法审定的得分。{how}"),
            "grade": GRADES[self.grade],
            "note": objected if self.has_own else f"未自评；{objected}",
        }


def _objected(notes: Footnotes, objections: int, upheld: int) -> tuple[str, str]:
    """How many criteria were objected to and how many objections were upheld, with how they are counted."""
    return (
        notes.mark(f"{objections} 项", "异议：单位在反馈期限内对核查分提出异议的考核项，逐项计。"),
        notes.mark(f"{upheld} 项", "异议成立：经核查人以外的人复核、改了分的考核项，逐项计。"),
    )


def bulletin(title: str, year: int, found: Sequence[UnitResult], terms: Terms) -> Draft:
    """The text that tells all units how all of them came out."""
    notes = Footnotes()
    count = notes.mark(f"{len(found)} 个单位", f"参加考核的单位：按《{title}》考核并已审定得分的单位，逐个计。")
    ways = terms_said(terms)
    average = sum((one.percent for one in found), Decimal(0)) / len(found) if found else Decimal(0)
    mean = notes.mark(f"{said(rounded(average))}%", f"平均得分率：{AVERAGE}。{ways[0]}")
    lines = [f"按照《{title}》，完成了{year}年度产业工人队伍建设改革考核。{count}的平均得分率为 {mean}。现通报如下："]
    for grade, label in GRADES.items():
        units = [one.unit for one in found if one.grade == grade]
        if units or grade == "excellent":
            many = notes.mark(f"{len(units)} 个", f"等次：{ways[1]}")
            lines.append(f"{label}（{many}）：{'、'.join(units) or '无'}。")
    objections, upheld = sum(one.objections for one in found), sum(one.upheld for one in found)
    if objections:
        raised, held = _objected(notes, objections, upheld)
        lines.append(f"核查结果已反馈各单位，共收到异议 {raised}，复核成立 {held}，已按复核结果计分。")
    silent = [one.unit for one in found if not one.has_own]
    if silent:
        lines.append(f"未按期自评的单位：{'、'.join(silent)}。")
    lines.append("希望得分靠前的单位再接再厉，得分靠后的单位对照失分项查找原因，抓好整改。")
    return Draft(
        f"关于{year}年度产业工人队伍建设改革考核结果的通报",
        "\n".join(lines),
        notes.methods,
        [one.row(notes, ways[0]) for one in found],
    )


def rounded(number: Decimal) -> Decimal:
    """To two places, as marks and percentages are told."""
    return number.quantize(_CENT, ROUND_HALF_UP)
