"""Names: a list of units as an office writes it, parted without cutting a name in two."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

SEPARATORS = "、，,；;|\n"
_OPENING, _CLOSING = "（([【〔［", "）)]】〕］"
_SIGNS = "局委办厅部院会处科室组署站馆校台队所社区县镇乡街联协"
_WORDS = (
    "中心 公司 集团 工会 妇联 团委 团区 科协 残联 文联 侨联 工商联 政府 党委 党工委 街道 园区 法院 学校 学院 大学 协会 "
    "银行 分行 支行 企业 单位 部门 专班 医院 武装部 联合会 管委会 街道办 基地 高新区 开发区 经开区 机构 院校 总部 商会 "
    "分局 法庭 中学 社联 台联 团市委 团省委 编办 国资 机关 党组 支队 总队 大队 电视台 海关 监狱 新城 政协 人大"
)
_UNIT = re.compile(rf"(?:{'|'.join(_WORDS.split())}|[{_SIGNS}])(?:[（(〔].*[）)〕])?$")
_IDIOM = re.compile(r"各(?:司其职|负其责|尽其|自(?!治)|项|种|环节|界)")
_TOGETHER = re.compile(
    r"各[^、，；]{0,2}(?:区|县|市|镇|乡)、(?:街道|乡镇|镇|乡|区|县|市)(?:[（(][^（()）]{1,4}[）)])?"
    r"(?:人民政府|政府|办事处|党委|党工委)?(?=[、，,；;等和及]|$)"
)
"""各镇、街道 and 各区、县（市）人民政府 are one name each."""
_NO_UNIT = re.compile(
    r"社会$|机会$|部分$|全部$|内部$|干部$|妥协$|^(?!工会|红会)[^省市县区州团]?(?:委|局|部|办|会|镇|乡|区|县|处|队)$"
    r"|领导(?!小组)|书记|主席|局长|同志"
)
_PROSE = re.compile(
    r"牵头|配合|负责|落实|发挥|作用|抓好|加强|设在|成立|(?<!自)由|要(?!塞)|便于|对照|均(?=[须应要由按])|^(?:为|请|将|把|对|使|供|按|待|凡|如)"
)
COLLECTIVE = re.compile(
    r"各|^(?:区|市|县|省|州)?级?(?:有关|相关|其他|其它|所有|全体|全部)|(?:有关|相关)(?:部门|单位|企业|方面|行业协会)"
    r"|^(?:区|市|县|省|州)级(?:部门|单位|机关)|主管部门$|成员单位$|^(?:乡镇|镇街|街镇|镇（街道）|镇\(街道\)|镇乡)"
    r"|^(?:链主|龙头|骨干|重点|试点|平台|用人|规上|规模以上|国有|民营|施工|用工|驻[区县市州省])(?:企业|单位)$"
)
MORE = r"(?<![高中平初同])等[^、，；（）()等]{0,10}?(?:部门|单位|机构|企业|组织|方面)"
_AND_MORE = re.compile(rf"(?:{MORE}(?:[（(](?:部门|单位)[）)])?|(?<![高中平初同])等)$")
_MORE_INSIDE = re.compile(rf"{MORE}(?=(?:和|及|以及|与)(?!部门|单位|机构|企业|组织)|，|、)")
_SHORT = re.compile(
    r"(?:(?<=^)|(?<=[、，,；;]))(?P<names>(?:[\u4e00-\u9fff]{2,5}、)+[\u4e00-\u9fff]{2,9}?)"
    r"(?P<more>等[^、，；]{0,6}部门|(?<!各)(?<!有关)(?<!相关)(?<!其他)(?<!级)(?<!职能)(?<!主管)部门)"
)
"""人社、财政和教育等部门: only the word behind them all makes them names."""
_DUTY = re.compile(
    r"(?:按照?|根据|依据|依)(?:各自|部门|工作)?(?:职责|职能|分工)+.*$"
    r"|(?:分工|分别|共同|具体|牵头|组织|协同|联合)?(?:负责|落实|实施|推进|承担|办理)(?:落实|实施)?$"
    r"|(?:共同|联合)?牵头$|(?:协同|密切|积极)?配合$|共同参与$|参与$|协助$"
)
BESIDE = re.compile(
    r"[（(【\[](?:(?:以下|下文)?(?:统)?(?:简称|称)|联系(?:人|电话|方式)|联络|经办|责任(?:人|领导)|分管|(?:电话|手机)[：:\d]"
    r"|按|负责|[\u4e00-\u9fff]{2,3}负责(?=[）)]))(?:[^（(）)】\]]|[（(][^（()）]*[）)])*(?:[）)】\]]|$)"
)
"""What a bracket behind a name says of it without being part of it: its short form, whom to ask there, its duty."""
_MARK = r"[★☆*＊▲△※#]+"
_LEADS = re.compile(
    r"[（(](?:为|由|总|主要?|第一|首要|共同|联合|具体)*(?:牵头|主办|主责|主抓|统筹|抓总|为主|牵)(?:单位|部门|负责)*[）)]$"
    rf"|^{_MARK}|{_MARK}$"
)
_HELPS = re.compile(r"[（(](?:主要|积极|共同)?(?:配合|协办|协助|协同|参与|支持)(?:单位|部门)?[）)]$")
_PERSON = re.compile(
    "[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭"
    "陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙史黎贺顾毛郝龚邵万覃武钱戴严莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄"
    "聂章鲁岳翟殷詹申耿关兰焦俞左柳甘祝包][\u4e00-\u9fff]{1,2}"
)
"""Three signs or two that begin with one of the commonest family names."""
_WHOLE = re.compile(r"(?:局|委|部|办|厅|院|办公室|工会|政府|管委会|委员会)$")
_AND = re.compile(r"以及|和|及|与|暨")
_JOINED = re.compile(r"(?:(?P<word>以及|及|与|会同|(?:和|联合)(?=[省市区州旗各有相国团驻]))|和|联合)(?=.{3})")
"""A word that joins a name to those before it; 和平街道, 和县教育局 and 联合街道 begin so themselves."""
_DATE = re.compile(r"\d{4}\s*年|\d{1,2}\s*月|年底|季度|上半年|下半年|长期|持续|每年|全年|时限|完成$")
_LONGEST = 45
_JOINT = "\ue000"


@dataclass(slots=True)
class Names:
    """The units of one list: all, those marked as leading or helping, whether there are more, and what is no name."""

    units: list[str] = field(default_factory=list)
    leading: list[str] = field(default_factory=list)
    helping: list[str] = field(default_factory=list)
    is_open: bool = False
    strange: list[str] = field(default_factory=list)


def names_in(value: str, known: frozenset[str] = frozenset()) -> Names:
    """The units that a list names; `known` are names that stand by themselves elsewhere in the plan."""
    found, short = Names(), set[str]()
    value = BESIDE.sub("", value)
    if told := _SHORT.search(value):
        short = {one for one in re.split("[、和及]", told["names"]) if len(one) < 5 and not _is_person(one)}
        value = value.replace(
            told[0], re.sub("[和及]", "、", told["names"]) + ("等" if told["more"][0] == "等" else "")
        )
    for piece in _parted(value):
        for name in _one_by_one(piece, found, known):
            _take(name, found, short)
    return found


def is_unit(name: str) -> bool:
    """Whether it looks like the name of a unit or of several at once."""
    if not 2 <= len(name) <= _LONGEST or re.search(r"[。：:？！]|\d{3}", re.sub(r"(?<!\d)12\d{3}(?!\d)", "", name)):
        return False
    bare = re.sub(r"[（(〔][^（()）〔〕]*[）)〕]$", "", name)
    if _PROSE.search(bare) or _IDIOM.search(bare):
        return False
    return bool(COLLECTIVE.search(name)) or (bool(_UNIT.search(name)) and not _NO_UNIT.search(bare))


def _parted(value: str) -> Iterator[str]:
    """Pieces between separators, brackets kept whole; a gap parts a unit from another one and from its people."""
    for piece in _split(_TOGETHER.sub(lambda both: both[0].replace("、", _JOINT), value), SEPARATORS):
        words = piece.replace(_JOINT, "、").split()
        said = [word for word in re.split(r"[\s：:]+", " ".join(words)) if word]
        units = [word for word in said if is_unit(_plain(word))]
        if len(said) > 1 and units[:1] == said[:1] and all(word in units or _is_person(word) for word in said):
            yield from units
        else:
            yield "".join(words)


def _is_person(word: str) -> bool:
    return _PERSON.fullmatch(word) is not None and not is_unit(word)


def _plain(word: str) -> str:
    return _AND_MORE.sub("", _HELPS.sub("", _LEADS.sub("", word)))


def _split(value: str, signs: str) -> Iterator[str]:
    depth, piece = 0, ""
    for sign in value:
        depth += (sign in _OPENING) - (sign in _CLOSING and depth > 0)
        if sign in signs and not depth:
            yield piece
            piece = ""
        else:
            piece += sign
    yield piece


def _one_by_one(piece: str, found: Names, known: frozenset[str]) -> Iterator[str]:
    """A piece without what is no part of a name, parted further where two names are joined by a word or a slash."""
    piece = piece.strip("。.:：“”\"' ").removeprefix("由")
    if _MORE_INSIDE.search(piece):
        found.is_open = True
        piece = _MORE_INSIDE.sub("", piece)
    shorter = _DUTY.sub("", piece) if not is_unit(piece) or _DUTY.search(piece) else piece
    bare = _AND_MORE.sub("", shorter)
    if bare != shorter:
        found.is_open = True
    if (joined := _JOINED.match(bare)) and (joined["word"] or bare[joined.end() :] in known):
        bare = bare[joined.end() :].strip()
    for part in _slashes(bare, known):
        yield from _joined(part, known)


def _slashes(piece: str, known: frozenset[str]) -> list[str]:
    """A slash is part of a name (县委党校/县行政学院) unless its sides stand alone elsewhere, or there are many."""
    parts = [part for part in re.split(r"[/／]", piece) if part]
    are_units = len(parts) > 1 and all(is_unit(part) for part in parts)
    return parts if are_units and (len(parts) > 2 or any(part in known for part in parts)) else [piece]


def _joined(piece: str, known: frozenset[str]) -> Iterator[str]:
    """区委组织部和区人社局 are two, 区国资和金融局 is one: a name must be whole before the word and after it."""
    for word in _AND.finditer(piece):
        left, right = piece[: word.start()], piece[word.end() :]
        if _depth(left) or piece in known:
            continue
        is_whole = len(right) > 2 or COLLECTIVE.search(right)
        if is_unit(left) and is_unit(right) and is_whole and (_stands(left, right) or {left, right} <= known):
            yield left
            yield from _joined(right, known)
            return
    yield piece


def _stands(left: str, right: str) -> bool:
    """Whether the right side is a name by itself: it begins like one, or is a collective."""
    if len(left) > 3 and len(right) > 2 and _WHOLE.search(left) and left[0] in "省市区县州旗":
        return True
    return (
        right[0] == left[0] or bool(COLLECTIVE.search(right)) or bool(re.match(r"[省市区县州镇乡团国各驻]|街道", right))
    )


def _depth(text: str) -> int:
    return sum(sign in _OPENING for sign in text) - sum(sign in _CLOSING for sign in text)


def _take(name: str, found: Names, short: set[str]) -> None:
    bare = _HELPS.sub("", _LEADS.sub("", name))
    if not bare or (_DATE.search(bare) and not is_unit(bare)):
        return
    if not is_unit(bare) and bare not in short:
        found.strange.append(bare)
        if (len(bare) < 4 and bare[0] not in "省市区县州旗") or len(bare) > _LONGEST or re.search(r"[。：:]", bare):
            return  # a person's name is no unit
    found.is_open |= bool(COLLECTIVE.search(bare))
    marked = found.leading if _LEADS.search(name) else found.helping if _HELPS.search(name) else None
    for group in (found.units, marked):
        if group is not None and bare not in group:
            group.append(bare)
