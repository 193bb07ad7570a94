"""Tags: where a plan says who answers: role words with a colon, verbs after a list, brackets that hold units alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from .names import BESIDE, MORE, Names, is_unit, names_in
from .notes import Note, notes_in, without_notes
from .outline import BULLETS, is_numbered, lines


class Role(Enum):
    """What a word makes of the units beside it."""

    LEAD = "牵头"
    SUPPORT = "配合"
    ANSWERS = "责任"
    FIRST_LEADS = "牵头及配合"
    NOBODY = "不是单位"


@dataclass(frozen=True, slots=True)
class Share:
    """The units that one word or verb names, and as what."""

    role: Role
    names: Names
    first: int = 0
    """How many stand before the semicolon of a list."""


@dataclass(slots=True)
class Tag:
    """One place that says who answers: where it stands, its shares in order, and what it lets hold for what follows."""

    start: int
    end: int
    shares: list[Share] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    times: str = ""
    own_line: bool = False

    @property
    def has_units(self) -> bool:
        """Whether any unit is named, or all that follows is said to be answered by somebody."""
        return any(share.names.units for share in self.shares if share.role is not Role.NOBODY)


_OF = r"(?:责任)?(?:单位|部门|主体|机构|科室|处室)"
_TIME_OF = r"(?:节点|进度|安排|要求)?"
_WORDS: tuple[tuple[Role, str], ...] = (
    (
        Role.NOBODY,
        r"(?:牵头|责任|分管|包联|包抓|联系|主管|挂帅|指导|包保|市|区|县|具体)*"
        r"(?:领导|责任人|负责人|联络员|联系(?:人)|牵头人)",
    ),
    (
        Role.NOBODY,
        rf"(?:计划|预计)?(?:完成|办结|推进|实施|工作|责任)?(?:时限|时间|期限|日期){_TIME_OF}|时序进度|进度安排"
        r"|(?:完成|实施|推进)?(?:时间)?(?:节点|进度)",
    ),
    (Role.NOBODY, r"备注|进展情况|经费来源|资金来源|任务来源"),
    (Role.FIRST_LEADS, rf"(?:牵头|主办)[及和、与（(/]+(?:配合|协办|责任|参与)[）)]?{_OF}"),
    (
        Role.LEAD,
        r"(?:第一|首要|主要|总|联合|共同|市级|区级|县级)*"
        rf"(?:牵头|主责|主办|主抓|总牵头|主要责任|第一责任|首要责任)(?:负责)?{_OF}",
    ),
    (
        Role.SUPPORT,
        r"(?:主要)?(?:配合|协办|协同|协助|参与|参加|支持|联动|协作|协调配合|支持配合|其他责任|协同配合|共同参与)"
        rf"{_OF}",
    ),
    (
        Role.ANSWERS,
        r"(?:共同|具体|主要)?(?:责任|负责|落实|实施|承办|承担|执行|分工|完成|责任落实|组织实施)"
        rf"{_OF}?|责任分工|任务分工|职责分工",
    ),
    (Role.LEAD, r"(?:共同|联合)?牵头|主责|主办|主抓"),
    (Role.SUPPORT, r"配合|协办|协助|参与"),
)
_WORD = "|".join(f"(?P<w{at}>{pattern})" for at, (_, pattern) in enumerate(_WORDS))
_LABEL = re.compile(
    r"(?:(?<![\u4e00-\u9fff])|(?=(?:牵头|责任|主办|配合|协办|参与)(?:单位|部门)[ \u3000]*[：:]|完成(?:时限|时间)[：:]))"
    rf"(?:{_WORD})[ \u3000]{{0,20}}(?:[（(][^（()）\n]{{1,30}}[）)])?"
    r"(?:[ \u3000]{0,20}(?:[：:]|[—-]{1,2})|(?<=[位门])[ \u3000]{1,20}(?=[\u4e00-\u9fff])|(?<=[位门])(?P<is>均?[为是]))"
)
_BARE_LABEL = re.compile(rf"[ \u3000]*(?:{_WORD})[ \u3000]*")
_LEAD_VERB = (
    r"(?:共同|联合|具体|双)?"
    r"(?:牵头(?:负责|组织实施|组织|落实|实施|抓好|抓总|推进|办理|承办)*|主责|主办|主抓|为主|总牵头)"
)
_CHIEF_VERB = r"(?:牵头|全面|总体|负责)*(?:统筹|抓总|总负责)(?:协调|推进|负责|实施|落实|抓总)*(?=[，,；;、。\s]|$)"
"""Who is in chief (X统筹) leads only where others are said to help."""
_HELP_VERB = (
    r"(?:协同|密切|积极|共同|支持|协助|按职责)*(?:配合|协助|协办|参与|参加|支持)(?:落实|实施|推进|做好|抓好|配合|工作)*"
    r"|协同(?=[，,；;。、\s]|$)"
)
_DUTY_VERB = (
    r"(?:按照?|根据|依据|依)(?:各自)?(?:职责|职能)(?:分工)?(?:分别|共同|抓好|做好|具体|负责|落实|实施|推进|配合|参与|办理|工作)*"
    r"|(?:分工|分别|共同|具体|组织|协同|各自)*(?:负责|落实|组织实施|实施|承办|推进)(?:落实|实施)?"
)
_VERBS = re.compile(
    rf"(?P<chief>{_CHIEF_VERB})|(?P<lead>{_LEAD_VERB})|(?P<help>{_HELP_VERB})|(?P<duty>{_DUTY_VERB})(?=[，,；;、。\s]|$)|(?P<with>会同)"
)
_LED = re.compile(
    rf"\s*由?[^，。；：\n]{{2,80}}?{_LEAD_VERB}，(?:[^，。；：\n]{{2,120}}?(?:{_HELP_VERB})，)?(?=[\u4e00-\u9fff])"
)
"""A sentence that begins with who leads and goes on with what is to be done."""
_DUTY_OF = re.compile(
    r"\s*[，；]?(?P<units>[^，。；：\n]{2,60}?)(?:分别|具体|共同|主要)?(?:负责|做好|承担|抓好|保障|提供|落实)"
    r"(?=[\u4e00-\u9fff])[^，。；\n]*"
)
"""区人社局负责技能评价: a unit with what it is to do, one of several."""
_URGED = re.compile(
    r"(?:大力|积极|充分|进一步|广泛|加快|深化)*"
    r"(?:鼓励|支持|引导|推动|倡导|发挥|依托|动员|督促|允许|探索|激励|选择|遴选|培育|推行)"
)
_DEED = re.compile(
    r"(?:共同|联合|组织|带头)*(?:组建|建立|成立|制定|制订|出台|起草|开展|申报|创建|设立|打造|编制|开发|建设|培育|举办|承办"
    r"|探索|搭建|构建|承建|修订|完善|共建|推动|开设|承担|参与)(?=[\u4e00-\u9fff])"
)
_BREAK = re.compile(r"[ \u3000]*\n[ \u3000]*")
_PAIRS = {"（": "）)", "(": "）)", "【": "】]", "[": "】]", "〔": "〕", "〖": "〗", "［": "］"}
_TIMED = re.compile(
    r"[，,；;](?:[^，；,;]{0,4}\d{1,4}\s*[年月][^，；]{0,14}"
    r"|[于在]?(?:年[内底末]|全年|每[年月季]|[上下]半年|[一二三四]季度|长期|持续|常态)[^，；,;]{0,10})$"
)
_TIME_ALONE = re.compile(
    r"(?:20\d\d\s*[年.]|\d{1,2}\s*月|第?[一二三四]季度|[上下]半年|年[底内末]|全年)[^，。；：、]{0,12}?"
    r"(?:[年月日季度底末前内]|完成|办结)"
)
"""（12月底前完成）behind a sentence."""
_HELPED = re.compile(
    r"(?P<own>[^，,；;]+)[，,；;]由?(?P<others>[^；;]+?)(?:(?:协同|密切|积极|共同)?(?:配合|协助|参与|协办))"
    r"(?:[，,；;][^，,；;、]*(?:完成|推进|坚持|[年月日底末]前?))?"
)
_THIS = re.compile(r"^\s*(?:(?:本|该|此)项(?:工作|任务|行动)?|具体(?:工作)?)(?=由)")
_OF_THE_PLACE = re.compile("[省市区县州旗团各有相]")
_LEADING = re.compile(
    rf"[ \u3000{re.escape(BULLETS)}]*(?:[（(]?[\d一二三四五六七八九十]{{1,2}}[）)、.．][ \u3000]*|[①-⑳][ \u3000]*)?"
)
_BEFORE = re.compile(r"[、，,；;：:。\s（(]")
_LONGEST, _NAMES, _TAIL = 1_500, 400, 300


def tags_in(text: str, start: int, end: int, known: frozenset[str] = frozenset()) -> list[Tag]:
    """Every tag between two places, in the order of the text."""
    found: list[Tag] = []
    covered = start
    for first, last in _brackets(text, start, end):
        if first >= covered and (tag := _bracketed(text, first, last, end, known)):
            found.append(tag)
            covered = tag.end
    for first, last in _gaps(found, start, end):
        found += _unbracketed(text, first, last, known)
    return sorted(found, key=lambda tag: tag.start)


def _brackets(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The outermost brackets, of whatever width each half is."""
    depth, first, closing = 0, 0, ""
    for at in range(start, end):
        sign = text[at]
        if not depth and sign in _PAIRS:
            depth, first, closing = 1, at, _PAIRS[sign]
        elif depth and sign in _PAIRS and _PAIRS[sign] == closing:
            depth += 1
        elif depth and sign in closing:
            depth -= 1
            if not depth:
                yield first, at + 1
        if depth and at - first > _LONGEST:
            depth = 0


def _bracketed(text: str, first: int, last: int, end: int, known: frozenset[str]) -> Tag | None:
    """A tag in brackets; 【牵头单位】 alone is the word for what stands behind it."""
    inside = unwrapped(text[first + 1 : last - 1])
    word = _BARE_LABEL.fullmatch(inside)
    behind_name = text[first] in "（(" and first and re.match(r"[\u4e00-\u9fff）)]", text[first - 1])
    if word and (role := _role(word)) and last < end and not behind_name:
        stop = re.compile(r"[\n。【〖]").search(text, last, end)
        until = stop.start() if stop else end
        value = text[last:until].strip("：: 　")
        if value and (role is Role.NOBODY or is_unit(names_in(value).units[0] if names_in(value).units else "")):
            return _with(Tag(first, until), [(role, value)], known)
    if (
        behind_name
        and BESIDE.fullmatch(text, first, last)
        and is_unit(_BEFORE.split(text[max(0, first - 20) : first])[-1])
    ):
        return None  # whom to ask there
    if _TIME_ALONE.fullmatch(inside) and text[max(0, first - 1) : first] in "。；\n":
        return Tag(first, last, times=inside)
    tag = _said(inside, first, last, known)
    plain = without_notes(inside)
    if tag is None and _may_be_units(text, first, last, plain):
        parts = re.split("[；;]", plain)
        before = len(names_in(parts[0], known).units) if len(parts) > 1 else 0
        tag = Tag(first, last, [Share(Role.ANSWERS, names_in(plain, known), before)], notes_in(inside), times=inside)
    if tag:
        tag.own_line = text[text.rfind("\n", 0, first) + 1 : first].strip() == ""
    return tag


def begins_tag(line: str) -> bool:
    """Whether a line begins with a word for who answers and a colon, behind whatever bullet or number."""
    return bool(_LABEL.match(line, _before_label(line)))


def numbered_tags(text: str) -> set[int]:
    """Where lines begin that say who answers behind a number of their own: （3）牵头单位：区总工会."""
    return {
        first
        for first, last in lines(text)
        if is_numbered(text, first, last)
        and (label := _LABEL.match(text, first + _before_label(text[first:last]), last))
        and text[label.end() : last].strip()
    }


def _before_label(line: str) -> int:
    found = _LEADING.match(line)
    return found.end() if found else 0


def unwrapped(words: str) -> str:
    """Words without the line breaks that cut a name or a word in two."""
    while found := _BREAK.search(words):
        left, right = words[: found.start()], words[found.end() :]
        names = [re.split(r"[、，,；;：:\n]", left)[-1], re.split(r"[、，,；;：:\n]", right)[0]]
        parts = bool(_LABEL.match(right)) or (all(map(is_unit, names)) and right[:1] in "省市区县州镇乡团国各")
        words = left + ("；" if parts else "") + right
    return words


def _labels(words: str) -> list[re.Match[str]]:
    """Words for who answers, outside brackets; behind 为 or 是 (牵头单位为区人社局) a unit must stand."""
    found, at, depth = list[re.Match[str]](), 0, 0
    for one in _LABEL.finditer(words):
        depth += _depth(words[at : one.start()])
        at = one.start()
        if depth <= 0 and (not one["is"] or _is_named(words[one.end() : one.end() + _NAMES])):
            found.append(one)
    return found


def _is_named(words: str) -> bool:
    names = names_in(re.split(r"[，。；;\n]", words, maxsplit=1)[0])
    return bool(names.units) and not names.strange


def _said(inside: str, first: int, last: int, known: frozenset[str]) -> Tag | None:
    """What a bracket or a line says, by words with colons or else by verbs."""
    labels = _labels(inside)
    if labels and not re.search(r"[。！？]", before := inside[: labels[0].start()]):
        bare = names_in(before, known)
        named = [(Role.ANSWERS, before)] if bare.units and not bare.strange else []
        return _with(Tag(first, last), [*named, *_labelled(inside, labels)], known)
    return _spoken(inside, first, last, known)


def _labelled(inside: str, labels: list[re.Match[str]]) -> Iterator[tuple[Role, str]]:
    """Each word with what stands between it and the next."""
    stops = [label.start() for label in labels[1:]] + [len(inside)]
    for label, stop in zip(labels, stops, strict=True):
        yield _role(label) or Role.NOBODY, inside[label.start() : stop]


def _role(found: re.Match[str]) -> Role | None:
    return next((_WORDS[int(name[1:])][0] for name, said in found.groupdict().items() if said), None)


def _with(tag: Tag, parts: list[tuple[Role, str]], known: frozenset[str]) -> Tag:
    """The tag with the shares of its parts, and the notes that stand among them."""
    for role, part in parts:
        label = _LABEL.match(part)
        value = part[label.end() :] if label else part
        if role is Role.NOBODY:
            tag.times += f"{part}\n"
            continue
        tag.notes += notes_in(label[0]) if label else []
        notes = notes_in(value)
        tag.notes += notes
        value = without_notes(BESIDE.sub("", value))
        tag.shares += _by_verbs(value, role, known) or [Share(role, names_in(_first_sentence(value), known))]
        tag.times += f"{value}\n"
        for note in notes:
            note.role = note.role or role.value
            note.units = note.units or tuple(tag.shares[-1].names.units)
    return tag


def _first_sentence(value: str) -> str:
    return re.split(r"[。！？]", value)[0]


def _by_verbs(value: str, role: Role, known: frozenset[str]) -> list[Share]:
    """责任单位：X牵头，Y配合: the verbs say more than the word before them; X，Y配合 says it too."""
    if helped := _HELPED.fullmatch(value.strip("。 \u3000")):
        own, others = names_in(helped["own"], known), names_in(helped["others"], known)
        if own.units and others.units and not own.strange and not others.strange:
            return [Share(role, own), Share(Role.SUPPORT, others)]
    if role is not Role.ANSWERS or not re.search(rf"[^（(](?:牵头|{_CHIEF_VERB})|主办|主责", value):
        return []
    spoken = _spoken(value, 0, 0, known)
    return spoken.shares if spoken else []


def _spoken(inside: str, first: int, last: int, known: frozenset[str], *, strict: bool = False) -> Tag | None:
    """X、Y牵头，Z配合，W等部门按职责分工负责: every list must be of units, or it is only a sentence."""
    tag, at, chief = Tag(first, last), 0, False
    bare = _THIS.sub("", without_notes(BESIDE.sub("", inside)))
    if _URGED.match(bare.lstrip(" \n\u3000")):  # 鼓励龙头企业牵头组建集团 asks for work and names nobody
        return None
    if (helped := _HELPED.fullmatch(bare.strip("。 \u3000"))) and not _VERBS.search(helped["own"]):
        own, others = names_in(helped["own"], known), names_in(helped["others"], known)
        if own.units and others.units and not own.strange and not others.strange:
            tag.shares, tag.times = [Share(Role.ANSWERS, own), Share(Role.SUPPORT, others)], inside
            return tag
    for verb in _VERBS.finditer(bare):
        if verb.start() < at or _within_brackets(bare, verb.start()):
            continue
        names = names_in(bare[at : verb.start()].strip("，,；;。、 \n由"), known)
        if names.strange and (strict or not any(is_unit(one) for one in names.units)):
            if tag.shares and not strict:
                break
            return None
        if not names.units:
            continue
        if verb["lead"] and _DEED.match(bare, verb.end()):
            return None
        if re.search(r"[。！？].", bare[at : verb.start()].strip()):
            return None
        chief |= bool(verb["chief"])
        leads = verb["lead"] or verb["with"] or verb["chief"]
        role = Role.LEAD if leads else Role.SUPPORT if verb["help"] else Role.ANSWERS
        tag.shares.append(Share(role, _units_only(names)))
        at = verb.end()
        if verb["with"]:
            tag.shares.append(Share(Role.SUPPORT, _units_only(names_in(_until_verb(bare[at:]), known))))
            at += len(_until_verb(bare[at:]))
    if not strict:
        duties, stop = _duties(bare, at, len(bare), known, Role.SUPPORT if tag.shares else Role.ANSWERS)
        if tag.shares or all(one[0] in "省市区县州旗团" for share in duties for one in share.names.units):
            tag.shares, at = [*tag.shares, *duties], stop
    rest = names_in(bare[at:].strip("，,；;。、 \n"), known)
    if chief and len(tag.shares) < 2:
        return None
    if not tag.has_units or (rest.units and not all(is_unit(one) for one in rest.units) and len(bare[at:]) > 30):
        return None
    if rest.units and all(is_unit(one) for one in rest.units):
        tag.shares.append(Share(Role.SUPPORT, rest))
    tag.notes += notes_in(inside)
    tag.times = inside
    return tag


def _duties(words: str, at: int, end: int, known: frozenset[str], role: Role) -> tuple[list[Share], int]:
    """Units that each have a duty of their own (区人社局负责技能评价，区教育局负责学历提升), and where they end."""
    found: list[Share] = []
    while duty := _DUTY_OF.match(words, at, end):
        names = names_in(duty["units"], known)
        if not names.units or names.strange:
            break
        found.append(Share(role, names))
        at = duty.end()
    return found, at


def _until_verb(rest: str) -> str:
    stop = _VERBS.search(rest)
    return rest[: stop.start()] if stop else rest


def _within_brackets(text: str, at: int) -> bool:
    return _depth(text[:at]) > 0


def _depth(words: str) -> int:
    return sum(words.count(sign) for sign in "（(【[") - sum(words.count(sign) for sign in "）)】]")


def _units_only(names: Names) -> Names:
    """A person named among units (王某某、区总工会牵头) is no unit."""
    names.units = [one for one in names.units if one not in names.strange]
    names.strange = []
    return names


def _may_be_units(text: str, first: int, last: int, inside: str) -> bool:
    """Whether a bracket at the end of a paragraph holds units of the place and nothing else."""
    stop = text.find("\n", last)
    behind = text[last : len(text) if stop < 0 else stop].strip(" 　。")
    before = text[max(0, first - 20) : first].rstrip(" 　\t")
    if behind[:1] not in ("", "；", ";") or not before or re.search(r"[。：:]", inside):
        return False
    names = names_in(inside)
    of_the_place = all(map(_OF_THE_PLACE.match, names.units))
    of_the_place &= not is_unit(_BEFORE.split(before)[-1])  # a unit's other name
    return bool(names.units) and not names.strange and (before[-1] in "。；！\n" or of_the_place)


def _gaps(tags: list[Tag], start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for tag in sorted(tags, key=lambda one: one.start):
        yield at, tag.start
        at = tag.end
    yield at, end


def _unbracketed(text: str, start: int, end: int, known: frozenset[str]) -> Iterator[Tag]:
    """Lines and last sentences that say by words with colons, or by nothing but lists and verbs, who answers."""
    pending: Tag | None = None
    for first, last in _sentences_of(text, start, end):
        line = text[first:last]
        labels = _labels(line)
        if labels and labels[0].start() <= _before_label(line):
            pending = _with(Tag(first, last, own_line=True), list(_labelled(line, labels)), known)
            yield pending
        elif pending and _is_cut(pending, text, first) and not is_numbered(text, first, last):
            joined = unwrapped(text[pending.start : last])
            again = _with(Tag(first, last), list(_labelled(joined, _labels(joined))), known)
            pending.end, pending.shares, pending.notes, pending.times = last, again.shares, again.notes, again.times
        elif len(line) < 200 and (tag := _wholly_spoken(line, first, last, known)):
            yield tag


def led_in(text: str, start: int, end: int, known: frozenset[str] = frozenset()) -> Iterator[Tag]:
    """Sentences that begin with who leads (由区总工会牵头，区科协配合，建设平台) or end so: the tag is that part."""
    for first, last in _sentences_of(text, start, end):
        found = _LED.match(text, first, last)
        tag = _spoken(found[0], first, found.end(), known, strict=True) if found else None
        if tag and found and tag.shares[0].role is Role.LEAD:
            tag.shares += _duties(text, found.end(), last, known, Role.SUPPORT)[0]
            yield tag
            continue
        begin = max(first, last - _TAIL)
        for comma in re.finditer("[，；]", text[begin:last]):
            at = begin + comma.end()
            labels = _labels(text[at:last])
            if labels and not labels[0].start():
                yield _with(Tag(at - 1, last), list(_labelled(text[at:last], labels)), known)
                break
            tag = _wholly_spoken(text[at:last], at - 1, last, known)
            if tag and (tag.shares[0].role is Role.LEAD or text[at] == "由"):
                yield tag
                break


def _is_cut(pending: Tag, text: str, first: int) -> bool:
    """Whether a list was broken where its line ends: behind a separator, or within a name of a long line."""
    line = text[text.rfind("\n", 0, pending.end) + 1 : pending.end]
    if text[pending.end : first].strip() or not pending.shares or first - pending.start > _LONGEST:
        return False
    names = pending.shares[-1].names
    return line[-1:] in "、，,：:" or (len(line) > 25 and bool(names.strange) and names.strange[-1] in line[-12:])


def _wholly_spoken(line: str, first: int, last: int, known: frozenset[str]) -> Tag | None:
    """A sentence that is nothing but lists of units and verbs."""
    bare = _THIS.sub("", _TIMED.sub("", line)).strip()
    if not re.search(r"(?:牵头|负责|主办|配合|落实|参与|参加|协助|协办|组织实施)[^，；]{0,6}[。；]?$", bare):
        return None
    tag = _spoken(_TIMED.sub("", line), first, last, known, strict=True)
    if tag is None:
        return None
    tag.times = line
    said = sum(len(one) for share in tag.shares for one in share.names.units)
    if re.match(r"各|有关|相关", tag.shares[0].names.units[0]) and len(tag.shares) == 1:
        return None
    rest = re.sub(rf"{MORE}(?:[和及](?:部门|单位|机构|企业|组织))?|等|^由|按照?(?:各自)?职责(?:分工)?", "", bare)
    return tag if said * 2 >= len(rest) and tag.shares[0].role is not Role.SUPPORT else None


def _sentences_of(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Lines, each cut where a sentence ends before a role word or before a list with a verb."""
    for first, last in lines(text[start:end]):
        at = first
        for stop in re.finditer(r"[。！]", text[start + first : start + last]):
            if first + stop.end() < last:
                yield start + at, start + first + stop.end()
                at = first + stop.end()
        if text[start + at : start + last].strip():
            yield start + at, start + last
