"""Titles: what a plan is called."""

import re

from .outline import Item, lines

_TITLE_ENDS = re.compile(
    r"(?:方案|意见|计划|通知|要点|办法|规划|措施|纲要|清单|分工|举措|分工表|任务表|分解表|责任表|一览表|细则|决定|规定|安排)"
    r"(?:[（(][^）)]*[）)])?$"
)
_NOT_TITLE = re.compile(
    r"^[（(]?[^，。]{0,12}[〔\[（(]20\d\d[〕\])）]\d*号|[：:]$|^附件|^[（(](?:征求|讨论|送审|草案)|^[（(]?20\d\d年\d+月|^\d+$|印发$|^[（(][^（()）]*(?:印发|通过|公布|发布|修订|施行)[)）]$"
)


def title(text: str, root: Item) -> tuple[str, int]:
    """The title and where it ends: the lines before all else, up to the one that ends like a plan's name."""
    limit = root.below[0].start if root.below else len(text)
    said, title_end = "", 0
    for start, end in lines(text):
        line = text[start:end].strip(" 　\ufeff")
        if start >= limit or "\t" in line or len(said) > 120:
            break
        if not line or (_NOT_TITLE.search(line) and not said):
            continue
        if said and _TITLE_ENDS.search(said) and not re.match(r"[（(](?:20\d\d|.*[稿年]|试行|暂行|草案)", line):
            break
        if "。" in line or (said and (line.endswith(("：", ":")) or _NOT_TITLE.search(line))):
            break
        said, title_end = said + line, end
    if (issued := re.search(r"(?:印发|发布|下发)《(.+)》", said)) and _TITLE_ENDS.search(issued[1]):
        said = issued[1]
    return said, title_end
