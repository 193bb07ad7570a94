"""Whatever stands in a text, it is read to its end, and what is told of it stands in it."""

from decimal import Decimal
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as some

from jiangtai.indicators.drafts import Computed, check, findings_in

SIGNS = "0123456789０９.,，。；、%％+=-—~（）“”《》 \n〔〕"
SIGNS += "零一二两十百千万亿半番成倍第近约超余多来几上过年月人名家个号点翻占由约半/、和－\u3000"
WORDS = (
    *("其中", "共计", "增加到", "增长", "分之", "百分之", "左右", "以上", "不到", "人次", "万元", "个百分点"),
    *(
        "职工",
        "女职工",
        "首批",
        "试点",
        "分别为",
        "男",
        "女",
        "共",
        "比上年增加",
        "减少到",
        "下降",
        "伍拾",
        "第",
        "1" * 40,
    ),
)
PIECES = some.sampled_from([*SIGNS, *WORDS])
KNOWN = [
    Computed("a", "职工", (), "人", "persons", Decimal(0)),
    Computed("b", "女职工比重", ("占比",), "%", "share", Decimal("33.3")),
    Computed("c", "的", ("试点",), "个", "things", Decimal(46)),
]


@settings(max_examples=400, deadline=None, database=None)
@given(some.lists(PIECES, max_size=40).map("".join))
def test_it_is_read_to_its_end(text: str) -> None:
    checked = check(text, KNOWN)
    for one, other in pairwise(checked):
        assert one.figure.end <= other.figure.start
    for one in checked:
        assert one.figure.text == text[slice(*one.figure.span)] != ""
        assert (one.verdict == "unsupported") is (one.indicator is None)
        assert (one.verdict == "mismatch") is (one.wording is not None)
    for finding in findings_in(text):
        assert finding.told
        assert all(text[start:end] for start, end in finding.spans)
