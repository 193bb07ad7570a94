"""Notes: what is said once and holds for all that follows (列第一位者为牵头单位，下同; 不再列出)."""

import re
from dataclasses import dataclass

_COUNTS = {"一": 1, "二": 2, "两": 2, "三": 3, "1": 1, "2": 2, "3": 3}
_ORDER = re.compile(
    r"(?:均?以|均?按)?(?:责任|负责|责任人)?(?:单位|部门)?(?:中|里|内)?[，,]?(?:排|位列|排名|排序|排列|排在|列在|列于|列|位于|居|位)*(?:在|于)?"
    r"(?:第(?P<n>[一1])(?:位|个|名)?|(?P<first>首位|首个|最前|前列|首)|前(?P<m>[一二两三123])(?:位|个|名|家))"
    r"的?(?:责任)?(?:单位|部门|主体|者|位|名)*(?:均)?(?:为|是|系|作为|即为|即|做)(?:该项|该|本项)?(?:任务|工作)?(?:的)?(?:总|第一)?"
    r"(?:牵头|主责|主办|主要责任)(?:责任)?(?:单位|部门|者)?"
)
_PARTED = re.compile(
    r"分号[^，。；\n]{0,6}前[^，。；\n]{0,8}(?:牵头|主责|主办)[^。\n]{0,16}后[^。\n]{0,10}(?:配合|责任|协办|参与)"
)
_SAME = re.compile(r"(?:以下|以后|下列|后)(?:均)?(?:相?同|同此)|下同|均同")
_ALWAYS = re.compile(
    r"(?:以下|以上|各项|下列|后续|所有)?(?:任务|措施|工作|事项)?(?:均|都)?(?:需|须|应|要)?(?:配合|参与|落实|负责|按此|涉及)?[，,]?"
    r"(?:不再|不)(?:一一|逐一|逐项|单独|另行|重复)*(?:单列|列出|列示|标注|列明|列|注明)"
)
LIMIT_OF_ALL = re.compile(
    r"(?:完成|办结)(?:时限|时间|期限)(?:除[^，。；\n]{1,14}外[，,])?(?:均|都|统一)(?:为|是)?(?P<until>[^，。；\n]{4,20})"
)
"""完成时限均为2026年12月底: when all is to be done that says nothing else."""
_HELPING = ("配合", "参与", "协助", "协办")
_MARKED = re.compile(
    r"(?:[带标注加有打画]|前面|后面)[^，。；\n]{0,4}[★☆*＊▲△※#][^，。；\n]{0,8}(?:为|是|即|系)[^，。；\n]{0,6}(?:牵头|主责|主办)(?:单位|部门)?"
)
"""标★的为牵头单位: the list itself shows who leads."""
_HELPS_ALL = re.compile(
    r"[^，。；\n]{0,6}[，,；;]由?(?P<units>[^。；;\n]{2,80}?)(?:协同|密切|积极|共同)?"
    r"(?:(?P<role>配合|参与|协助|协办|按(?:各自)?职责)(?!单位|部门)|(?:负责|落实)(?=[，。；\s]|$))"
)
_OF_ALL = re.compile(r"[（(]?(?:以上|以下|上述|下列|各项|本方案|本表|所有|全部|[带标注加]|注|[方圆]?括号|分号|[列排])")
_GENERAL = (
    re.compile(
        r"(?:以上|以下|上述|下列|各项|本方案|本表|所有|全部)[^，。；\n]{0,14}?(?:除[^，。；\n]{1,14}外[，,])?(?:均|都|一律)(?:需|须|应|要|由|请)*"
        r"(?P<units>[^，。；\n]{2,60}?)(?P<role>牵头|配合|参与|协助|按职责[^，。；\n]{0,6}|落实|负责)"
    ),
    re.compile(
        r"(?P<role>牵头|责任|配合|参与|协办)(?:单位|部门)(?:均|都)(?:为|含|包括|包含|是)(?P<units>[^，。；\n]{2,60})"
    ),
    re.compile(
        r"(?P<units>[^，。；\n：:]{2,60}?)(?:均)?为(?:以上|以下|上述|下列|各项|所有|全部)[^，。；\n]{0,8}的?(?P<role>牵头|责任|配合|参与|协办)(?:单位|部门)"
    ),
)


@dataclass(slots=True)
class Note:
    """How many of a list lead (`first`), or which units hold a role, for what follows where nothing else is said."""

    first: int = 0
    role: str = ""
    units: tuple[str, ...] = ()
    stays: bool = False
    always: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """A note, and the stretch of the text for whose measures it holds."""

    start: int
    end: int
    note: Note


def notes_in(value: str) -> list[Note]:
    """The notes within a tag: the order of its list, and whether the same holds below."""
    found = []
    if order := _ORDER.search(value):
        said = order["n"] or order["m"] or "一"
        found.append(Note(first=_COUNTS[said], stays=bool(_SAME.search(value)), role="order"))
    elif _ALWAYS.search(value):
        found.append(Note(stays=True, always=True))
    elif _SAME.search(value):
        found.append(Note(stays=True))
    return found


def without_notes(value: str) -> str:
    """A list without the notes behind it."""
    for pattern in (_ORDER, _MARKED, _ALWAYS, _SAME):
        value = pattern.sub("", value)
    return re.sub(r"[（(][，,；;、\s]*[）)]", "", value).strip("，,；;、 \n")


def general_notes(line: str) -> list[Note]:
    """What a sentence outside every tag says for all measures."""
    found = []
    if _PARTED.search(line):
        found.append(Note(role="parted", stays=True))
    if order := _ORDER.search(line):
        found.append(Note(first=_COUNTS[order["n"] or order["m"] or "一"], stays=True, role="order"))
    for pattern in _GENERAL:
        said = pattern.search(line)
        while said:
            role = "牵头" if said["role"] == "牵头" else "配合" if said["role"] in _HELPING else "责任"
            found.append(Note(role=role, units=(said["units"],), stays=True, always=True))
            said = _HELPS_ALL.match(line, said.end())
        if found and found[-1].units:
            break
    return found


def is_note(sentence: str) -> bool:
    """Whether a sentence says who answers for all, and nothing of what is to be done."""
    return bool(_OF_ALL.match(sentence)) and bool(_MARKED.search(sentence) or general_notes(sentence))
