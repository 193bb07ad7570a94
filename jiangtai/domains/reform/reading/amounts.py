"""Amounts: the figures of a sentence, and how the real number is to stand to each."""

import re
from typing import Any

from jiangtai.indicators.drafts import figures_in

from .measures import Figure

_COMPARED: dict[str, tuple[str, ...]] = {
    sign: tuple(words.split())
    for sign, words in {
        ">=": "不低于 不少于 不下 至少 以上 超过 超出 超 逾 突破 余 多 几 上 过 破",
        "<=": "不超过 不高于 不多于 至多 以内 以下 最多 不到 不足 低于 少于",
        "≈": "大约 约 大概 左右 上下 来 接近 将近 近",
    }.items()
}


def amounts(words: str, start: int) -> list[Figure]:
    """The figures of a sentence that begins at this place of the text."""
    found: list[Figure] = []
    for one in figures_in(words):
        amount = _amount(words, one, start)
        if found and amount.comparator == "=" and _goes_on(words, found[-1], amount, start):
            amount.comparator = found[-1].comparator
        found.append(amount)
    return found


def _goes_on(words: str, before: Figure, amount: Figure, start: int) -> bool:
    """Whether a bound holds for the next figure too: 分别不低于8%和10%."""
    between = words[before.span[1] - start : amount.span[0] - start]
    return between in ("和", "、", "及") and before.unit == amount.unit and "分别" in words[: before.span[0] - start]


def _amount(words: str, one: Any, start: int) -> Figure:
    value = int(one.value) if one.value == one.value.to_integral_value() else float(one.value)
    return Figure(one.text, value, one.unit, _compared(words, one), (start + one.start, start + one.end))


def counts(words: str) -> bool:
    """Whether words name a figure that is a target rather than part of a name."""
    bare = words.rstrip("。；")
    return any(one.unit and (one.word or "，" in words or one.end == len(bare)) for one in figures_in(words))


def _compared(words: str, figure: Any) -> str | None:
    """How the real number is to stand to the stated one, by the hedging words around it."""
    if figure.within:
        return ">=" if figure.value == figure.within[0] else "<="
    before = words[max(0, figure.start - 6) : figure.start]
    if re.search(r"不(?:得|能|可|应|准)?$", before) and figure.word in ("超过", "超出", "超", "突破", "多"):
        return "<="
    clause = re.split(r"[，,；;。、]", words[max(0, figure.start - 40) : figure.start])[-1]
    if said := re.search(r"不(?:得|能|可|应)?(?:(?P<more>[低少小短])|[高多大长])于[\u4e00-\u9fff]{0,8}$", clause):
        return ">=" if said["more"] else "<="
    if said := re.search(r"(?:(?P<more>至少|最少|最低)|至多|最多|最高)(?!达|为)[\u4e00-\u9fff]{0,4}$", clause):
        return ">=" if said["more"] else "<="
    after = words[figure.end : figure.end + 3].strip()
    if after.startswith("内") and re.search(r"日|天|月|周|年|小时|分钟", figure.unit):
        return "<="
    for word in (figure.word, *(one for one in _COMPARED["<="] if before.endswith(one) or after.startswith(one))):
        for sign, known in _COMPARED.items():
            if word and word in known:
                return sign
    for sign, known in _COMPARED.items():
        if any(after.startswith(one) for one in known if len(one) > 1) or re.search(
            rf"(?:{'|'.join(one for one in known if len(one) > 1)})[了达到为在]*$", before
        ):
            return sign
    return "="
