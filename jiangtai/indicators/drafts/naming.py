"""Naming: where numerals date, number, rank or name something instead of counting it."""

import re

COVER = "\x00"
_DATES = (
    r"(?:1\d|20|21)\d\d *[—–~～至到-]+ *(?:1\d|20|21)?\d\d *年(?:度|代)?",
    r"(?:1\d|20|21)\d\d *年(?:度|代)?(?: *\d{1,2} *月(?:份)?(?: *\d{1,2} *[日号])?)?",
    r"(?:1\d|20|21)\d\d[-/.]\d{1,2}[-/.]\d{1,2}",
    r"\d{1,2} *(?:月(?:份)?)? *[—–~～至到-]+ *\d{1,2} *月(?:份)?",
    r"\d{1,2} *月(?:份)?(?: *\d{1,2} *[日号])?(?: *[—–~～至到-]+ *\d{1,2} *[日号])?",
    r"\d{1,2} *[—–~～至到-]+ *\d{1,2} *日",
    r"\d{1,2} *[日时](?:\d{1,2}分)?",
    r"\d{2} *(?:年代|后)",
    r"\d{1,2}[:：]\d{2}",
    r"[零〇一二三四五六七八九]{4}年",
    r"[一二三四五六七八九十]{1,3}月(?:份)?(?:[一二三四五六七八九十]{1,3}[日号])?",
    r"(?:(?<![接将])近|过去|未来|今后)(?:\d{1,2}|[一二两三四五六七八九十]{1,2}) *(?:年|个月|天|个季度)",
)
_NUMBERED = (
    r"[〔\[［(（【]\d{4}[〕\]］)）】] *\d+ *号",
    r"第 *(?:\d+|[零〇一二两三四五六七八九十百千]+)(?: *[—–~～至到-] *第? *\d+)?",
    r"(?<![目此之以日当提先空眼面])前(?:\d+|[一二两三四五六七八九十百]+) *(?:名|位|个|强|家|季度|年|天)?(?:月)?",
    r"(?<!\d)\d{1,9} *(?:强|号|级|周年|期工程|路|版)(?![码召])",
    r"\d{3,4}-\d{7,8}",
    r"(?<![\d.])1[3-9]\d{9}(?!\d)",
    r"(?<![A-Za-z])[A-Za-z]{1,2}-?\d[\d.]*",
    r"(?<!\d)\d{1,9}(?:[+＋][\dNnXx]+)+|(?<!\d)\d{1,9}[A-Za-z]+",
)
_NAMES = (
    r"《[^》\n]*》",
    r"“[^“”，。；！？：,;!?:\n]{1,20}”",
    r"‘[^‘’，。；！？：,;!?:\n]{1,20}’",
    r"「[^「」，。；！？\n]{1,20}」",
    r'"[^"，。；！？：,;!?:\n]{1,20}"',
    r"(?:7 *[×xX*] *)?24 *小时",
    r"(?<!\d)\d{1,9} *(?:分钟|小时|公里)(?=[\u4e00-\u9fff]{0,8}圈)",
    r"(?:(?<!\d)\d{1,3}|[一二三五十]) *年(?=(?:行动|计划|规划|期满|制))",
    r"成百上千|千家万户|百家争鸣|[三四五]位一体",
)


def _either(ways: tuple[str, ...], before: str = "") -> re.Pattern[str]:
    """One pattern for all; few blanks at a time, so that a page of them costs nothing."""
    return re.compile("|".join(f"{before}(?:{one})" for one in ways).replace(" *", " {0,3}"))


_ALL, _DAYS = _either((*_NAMES, *_NUMBERED)), _either(_DATES, before=r"(?<![\d.])")


def covered(text: str) -> str:
    """The text with all such numerals covered, every other sign in its place."""
    for pattern in (_ALL, _DAYS):
        text = pattern.sub(lambda found: COVER * len(found[0]), text)
    return text
