"""Words: what is counted, how exactly it is meant, and who are people; each list holds the longest word first."""

import re
from collections.abc import Iterable

# What may follow digits and be counted, each with what must not follow it.
_PEOPLE = "人次 人(?![民大]) 名(?![额称单次]) 位(?!数|一体)"
_SHARES = "个百分点 百分点 % ‰ 倍 成(?![员立果为功效长就品本])"
_MONEY = "美元 欧元 港元 元(?![旦素])"
_TIME = "个工作日 个小时 个学时 个课时 个月 个季度 工作日 小时 学时 课时 工时 分钟 周岁 岁 天 年(?![级代度份龄])"
_SIZE = "平方公里 平方千米 平方米 立方米 公里 千米 公顷 千瓦时 千瓦 兆瓦 公斤 千克 米 亩 吨 斤 标箱"
_SECOND = "场次 车次 班次 件次 户次 项次 课次 家次 台次"
_THINGS = (
    "个 家(?!庭) 户 项 件 份 期 场 次 批 支 条 座 所 处 台 套 辆 艘 架 本(?!科) 册 篇 部(?![门委队分]) 张 间 栋 幢 片 "
    "块 门 类 种 款 对 组 队 班(?![倒组制]) 轮 堂 节 例 起 宗 笔 单 枚 封 档 道 集 首 幅 株 棵 只 页 字 层 床 "
    "分(?![之钟局公会别类制])"
)
MEASURES = " ".join((_PEOPLE, _SHARES, _MONEY, _TIME, _SIZE, _SECOND, _THINGS)).split()

# Behind a small number in signs only these make it a figure: 三家 is counted, 三个体系 is called so.
COUNTED = frozenset({"人次", "人", "名", "位", "家", "户", "场次", "个百分点", "百分点", "倍", "成"})
CALLED = frozenset({"年", "节", "成", "分"})
"""Behind a large number in signs, or one that is an order of magnitude, these make no figure: 二十四节, 百年."""
PERSONS, ATTENDANCES = frozenset({"人", "名", "位"}), "人次"
_FAMILIES = (PERSONS, {"家", "户"}, {"场", "场次"}, {"百分点", "个百分点"})

APPROX = ("大约", "约", "大概", "左右", "上下", "来")
NEAR = ("接近", "将近", "近")
OVER = (
    "超过",
    "超出",
    "超",
    "逾",
    "突破",
    "不低于",
    "不少于",
    "不下",
    "至少",
    "余",
    "多",
    "几",
    "以上",
    "上",
    "过",
    "破",
)
AT_LEAST = frozenset({"不低于", "不少于", "不下", "至少", "以上"})
AT_MOST = frozenset({"不超过", "不高于", "不多于", "至多", "以内", "以下"})
BEFORE = (
    r"不超过|不高于|不多于|不低于|不少于|不下|至多|至少|超过|超出|突破|接近|将近|大约|大概|"
    r"(?<![签合预节公契条邀违履制集续相])约|(?<![附最新临靠])近|(?<![反赶])超|逾"
)
BEFORE_MAGNITUDE = r"(?<![以网线晚早成])上(?!述)|(?<![超通经])过|(?<![突])破"
ODD, LAST = "[余多来几]", "左右|上下|以上|以内|以下"

_NOUNS = (
    "产业工人|农民工|工人|职工|员工|人才|党员|劳动者|会员|群众|市民|居民|青年|学生|学员|劳模|工匠|"
    "技师|干部|选手|教师|人员|人口|骑手|司机|志愿者|代表|用户|网友|观众"
)
PEOPLE_AHEAD = re.compile(rf"[\u4e00-\u9fff]{{0,6}}?(?:{_NOUNS})")
PEOPLE_BEHIND = re.compile(rf"(?:{_NOUNS})[^，。；、\d]{{0,6}}$")
PEOPLE_AT_ONCE = rf"(?=(?:{_NOUNS}))"
MONEY_BEHIND = re.compile(
    r"(?:投资|投入|资金|产值|补贴|补助|奖金|金额|营收|收入|效益|利润|经费|贷款|工资|薪酬)[^，。；]{0,6}$"
)
COUNT_BEHIND = re.compile(r"(人次|人数)(?:已|累计|总计|共)*(?:达到|达|为)?$")
_OPEN = "个"
"""What takes the meaning of the measure that ends a list: 8.2个、16.2个百分点."""


def either(words: Iterable[str]) -> str:
    """A pattern for any of these patterns, the longest first."""
    return "|".join(sorted(words, key=lambda word: (-len(word.split("(", maxsplit=1)[0]), word)))


def ends_list(measure: str, between: str, following: str) -> bool:
    """Whether a measure is only the beginning of the one that ends the list."""
    return measure == _OPEN and following == "个百分点" and between in ("、", "和", "及", "，", ",")


def is_same(one: str, other: str) -> bool:
    """Whether two measures count the same: 名 and 人 do, 人 and 人次 never."""
    return one == other or any({one, other} <= family for family in _FAMILIES)


def hedge(word: str) -> str | None:
    """What a hedging word does to a number; an upper bound is no hedge."""
    kinds = (("approx", APPROX), ("near", NEAR), ("over", OVER))
    return next((kind for kind, words in kinds if word in words), None)
