"""Who keeps the blacklist, and how a fact of the ledger is told."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from jiangtai.flows import Condition

BASIS = "003#4.3"
"""Whoever works may join the union, and nobody's employer stands between."""
CONTEST_BASIS = "law: 个人信息保护法第四十六条"
"""Whoever finds that what is held of them is wrong may ask to have it put right, and it must be looked into."""
LABOUR_DEPARTMENT = "人力资源和社会保障"
"""What every such department is called by law, whatever its place."""

_NUMBER = re.compile(r"[0-9*\s-]{5,}[xX]?")


def is_a_number(text: str) -> bool:
    """Whether somebody typed a number, whole or in part, where a name is looked for."""
    return _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).strip()) is not None


def keeps_the_blacklist(is_root: bool, kind: str, name: str) -> bool:
    """The labour department of the place does, and the office at the root."""
    return is_root or (kind == "department" and LABOUR_DEPARTMENT in name)


def keeps_a_tag(is_root: bool, kind: str, name: str, words: tuple[str, ...]) -> bool:
    """The department that a list names does, and the office at the root."""
    return is_root or (kind == "department" and any(word in name for word in words))


MOST_LINES = 5_000


def lines_of(text: str) -> list[str]:
    """The lines of a pasted list, one entry each, as typed but for the blanks around; empty ones are left out."""
    lines = (unicodedata.normalize("NFKC", line).strip(" \t\r\u00a0\ufeff,;、，；") for line in text.splitlines())
    return [line for line in lines if line]


_NUMBERS = (
    re.compile(r"(?<![0-9A-Za-z])(?:[1-9][0-9]{16}[0-9xX]|[1-9][0-9]{14})(?![0-9A-Za-z])"),
    re.compile(r"(?<![0-9A-Za-z])[1-9](?:[ -]?[0-9]){16}[ -]?[0-9xX](?![0-9A-Za-z])"),
    re.compile(r"[0-9][0-9 -]{9,}[0-9xX]"),
)
"""An identity number wherever it stands: in one piece, else with gaps, else what may be meant for one."""
_NAME = re.compile(r"[\W0-9_]*([^0-9\t,，;；、:：]*)")
_HEADING = re.compile(
    r"(?:^|[\s,;、])(?:[^\s,;、]{0,2}姓 *名|(?:公民|居民)?身份(?:证件?)?号码?|证件号码?)(?=$|[\s,;、:*(])"
)


def is_a_heading(line: str) -> bool:
    """Whether a line of a pasted list says what the columns are called."""
    return _HEADING.search(line) is not None and re.search("[0-9]", line) is None


def entry_of(line: str) -> tuple[str, str]:
    """The name and the number of one line of a pasted list, whatever else stands in it; what is no number is empty."""
    found = next(filter(None, (way.search(line) for way in _NUMBERS)), None)
    if found is None:
        return line, ""
    name = _NAME.match(line[: found.start()])
    return name[1].strip() if name else "", re.sub("[ -]", "", found[0])


def why_kept(open_cases: int, unpaid_awards: int, is_barred: bool, answers_for: list[str]) -> list[str]:
    """Why the law has a file kept for now, each reason as a sentence; empty where nothing stands in the way."""
    reasons = (
        (open_cases, f"还有 {open_cases} 件办件没有办结，办结后才能删除"),
        (unpaid_awards, f"还有 {unpaid_awards} 笔奖金没有发放，发放或取消后才能删除"),
        (is_barred, "列在黑名单受限责任人中，受限期满或解除后才能删除"),
        (answers_for, f"仍登记为{'、'.join(answers_for)}的责任人，变更确认后才能删除"),
    )
    return [words for holds, words in reasons if holds]


def may_ask_to_join(is_member: bool, union: str, is_of_the_firm: bool) -> list[Condition]:
    """Whether a worker may ask to join the union, and whom the worker had best ask."""
    whom = f"{union}办理" if is_of_the_firm else f"您的单位还没有工会经办人，请选“交上级工会”，由{union}办理"
    return [
        Condition("还不是工会会员", not is_member, BASIS, "已是会员，转会请找原工会" if is_member else "没有会籍"),
        Condition("本单位有工会", True if is_of_the_firm else None, BASIS, whom),
    ]


def told(values: dict[str, object], labels: dict[str, str]) -> str:
    """The fields of a fact that have a label, as one line; an empty value says nothing."""
    return "；".join(f"{label}：{spoken(values[name])}" for name, label in labels.items() if spoken(values.get(name)))


def spoken(value: object) -> str:
    """One value as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(getattr(value, "label", value))


def days_of(spells: Iterable[tuple[date, date | None]], today: date) -> int:
    """How many days lie in at least one of these spells, up to today; a day in two of them counts once."""
    total, reached = 0, date.min
    for since, until in sorted((since, min(until or today, today)) for since, until in spells):
        begun = max(since, reached)
        total, reached = total + max((until - begun).days, 0), max(until, reached)
    return total


def in_years(days: int) -> str:
    """Days as one says them of a life: 5 年 3 个月, 11 个月; less than a month is no figure to tell."""
    months = int(days / 365.2425 * 12)
    years, rest = divmod(months, 12)
    return " ".join(part for part in (f"{years} 年" * bool(years), f"{rest} 个月" * bool(rest)) if part)
