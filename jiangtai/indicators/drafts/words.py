"""Words: what is counted, how exactly it is meant, and who are people; each list holds the longest word first."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_LISTS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
_HEDGES: dict[str, list[str]] = _LISTS["hedges"]
MEASURES: list[str] = [measure for measures in _LISTS["measures"].values() for measure in measures]
# Behind a small number in signs only these make it a figure: 三家 is counted, 三个体系 is called so.
COUNTED = frozenset({"人次", "人", "名", "位", "家", "户", "场次", "个百分点", "百分点", "倍", "成"})
TOLD = frozenset("场件项期次个台套处座所支条篇份例起宗笔枚")
"""Behind a small number in signs these make it a figure only where it is told like one, else a name: 三个体系."""
_DONE = (
    "举办|举行|开展|召开|开办|开设|组织|新建|建成|新增|新设|新评|获评|荣获|获得|获|取得|申请|申报|解决|攻克|办结|受理|化解|调处|"
    "走访|发放|引进|共|累计|先后"
)
_DONE_BEHIND = re.compile(rf"(?:{_DONE})(?:了|过|有)?$")
_NAME_AHEAD = re.compile(
    r"[\u4e00-\u9fff]{0,2}(?:行动|工程|计划|体系|机制|清单|方面|环节|层面|重点|任务|制度|措施|要求|原则|实事|大事|硬仗|大?文章)"
)
_AT_END = re.compile(r"[ \t]*(?:[，。；、！？,;）)\n]|$)")
_NOUN_BEHIND = re.compile(r"[\u4e00-\u9fff][\u4e00-\u9fff]$(?<![这那该此各每述前后余另的分或])")
_HELD_BEHIND = re.compile(r"(?:办|开[办设]|培训|[印编刊]发)[^，。；、]{0,8}$")
CALLED = frozenset({"年", "节", "成", "分", "届"})
"""Behind a large number in signs, or one that is an order of magnitude, these make no figure: 二十四节, 百年."""
PERSONS, ATTENDANCES = frozenset({"人", "名", "位"}), "人次"
THINGS = frozenset({"个", "家", "户", "项", "件", "条"})
_FAMILIES = (PERSONS, {"家", "户"}, {"场", "场次"}, {"百分点", "个百分点"})

AT_LEAST, AT_MOST, BELOW = (frozenset(_HEDGES[bound]) for bound in ("at_least", "at_most", "below"))
BEFORE = (
    r"不超过|不高于|不多于|不低于|不少于|不下|不到|不足|至多|至少|超过|超出|突破(?![^，。；、]{0,16}(?:难题|技术|瓶颈|难关|难点|堵点|问题))|接近|将近|大约|大概|"
    r"(?<![签合预节公契条邀违履制集续相特解网毁])约|(?<![附最新临靠走贴邻亲逼切就])近|(?<![反赶])超|逾"
)
BEFORE_MAGNITUDE = r"(?<![以网线晚早成会场台])上(?!述)|(?<![超通经走度渡越跨历])过|(?<![突])破"
ODD, LAST = (
    r"[余多来几+＋]",
    "(?<=分之[一二三四五六七八九])强(?![\u4e00-\u9fff])|左右(?![手岸])|上下(?![游级班联同一齐贯衔协])|以上|以内|以下",
)
BETWEEN = "了|达|到|为|(?<=约)(?:有|占|合|需|计)"
"""What may stand between the hedging word and the number: 突破了300家, 约有1200人."""

_NOUNS = "|".join(_LISTS["people"])
PEOPLE_AHEAD = re.compile(rf"[\u4e00-\u9fff]{{0,6}}?(?:{_NOUNS})")
PEOPLE_BEHIND = re.compile(rf"(?:{_NOUNS})[^，。；、\d]{{0,6}}$")
PEOPLE_AT_ONCE = rf"(?=(?:{_NOUNS}))"
MONEY_BEHIND = re.compile(
    r"(?:投资|投入|筹集|募集|筹措|拨付|拨款|捐款|捐赠|出资|融资|资金|产值|补贴|补助|奖金|金额|营收|收入|效益|利润|经费|贷款|工资|薪酬)[^，。；]{0,6}$"
)
COUNT_BEHIND = re.compile(
    r"(人次|人数)(?:已经|已|累计|总计|共|最高|最多|一度|合计|分别|也|均|将)*(?:达到|达|为|有|是)?$"
)
_OPEN = "个"
"""What takes the meaning of the measure that ends a list: 8.2个、16.2个百分点."""


def either(words: Iterable[str]) -> str:
    """A pattern for any of these patterns, the longest first."""
    return "|".join(sorted(words, key=lambda word: (-len(word.split("(", maxsplit=1)[0]), word)))


def is_told(text: str, start: int, end: int, measure: str) -> bool:
    """Whether a small number in signs is told as a count: behind what was done, or behind its noun and last."""
    behind = text[max(0, start - 12) : start]
    if measure in TOLD and _DONE_BEHIND.search(behind):
        return not _NAME_AHEAD.match(text, end)
    is_last = bool(_AT_END.match(text, end) and _NOUN_BEHIND.search(behind))
    return is_last and (measure != "期" or bool(_HELD_BEHIND.search(behind)))


def ends_list(measure: str, between: str, following: str) -> bool:
    """Whether a measure is only the beginning of the one that ends the list."""
    return measure == _OPEN and following == "个百分点" and between in ("、", "和", "及", "，", ",")


def is_same(one: str, other: str) -> bool:
    """Whether two measures count the same: 名 and 人 do, 人 and 人次 never."""
    return one == other or any({one, other} <= family for family in _FAMILIES)


def hedge(word: str) -> str | None:
    """What a hedging word does to a number; an upper bound is no hedge."""
    return next((kind for kind in ("approx", "near", "over") if word in _HEDGES[kind]), None)
