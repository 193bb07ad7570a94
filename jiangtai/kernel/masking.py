"""Personal values as they are shown by default: enough to recognise one's own, too little to use."""

import re

_COMPOUND = (
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 "
    "濮阳 公冶 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 亓官 司寇 巫马 颛孙 漆雕 "
    "乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 梁丘 左丘 西门 南荣 仲长 "
    "即墨 淳于 单于 完颜 纳兰 叶赫"
)
COMPOUND_SURNAMES = frozenset(_COMPOUND.split())
_BETWEEN_NAME_PARTS = re.compile(r"([\s·•．・‧]+)")


def identity(number: str) -> str:
    """An identity number with its birth date and order hidden: `519900********1234`."""
    return _middle(number, head=6, tail=4, least=15)


def phone(number: str) -> str:
    """A phone number with four digits hidden; of a fixed line the area code stays."""
    area, hyphen, rest = number.strip().rpartition("-")
    return f"{area}-****{rest[-4:]}" if hyphen and len(rest) >= 7 else _middle(number, head=3, tail=4, least=11)


def account(number: str) -> str:
    """A bank account with its first and last four digits: `6222***********1234`."""
    return _middle(number, head=4, tail=4, least=12)


def name(full: str) -> str:
    """A name in a list: surname and last character (`李*强`); of two characters or of parts, the first."""
    parts = _BETWEEN_NAME_PARTS.split(full.strip())
    if len(parts) > 1:
        return "".join(_first(part, 1) if place % 2 == 0 else part for place, part in enumerate(parts))
    (whole,) = parts
    surname = 2 if whole[:2] in COMPOUND_SURNAMES and len(whole) > 2 else 1
    return _middle(whole, surname, 1, least=surname + 2) if len(whole) > surname + 1 else _first(whole, surname)


def generic(text: str) -> str:
    """Any other value: its first and last character, and less of a short one."""
    return _middle(text, head=1, tail=1, least=6) if len(text.strip()) >= 6 else _first(text, 1)


def _middle(text: str, head: int, tail: int, least: int) -> str:
    """Both ends, or nothing at all of a value too short to be what it should be."""
    text = text.strip()
    if len(text) < least:
        return "*" * len(text)
    return f"{text[:head]}{'*' * (len(text) - head - tail)}{text[-tail:]}"


def _first(text: str, head: int) -> str:
    """The beginning alone; of a single character, nothing."""
    text = text.strip()
    return "*" * len(text) if len(text) <= head else text[:head] + "*" * (len(text) - head)
