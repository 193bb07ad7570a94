"""Plan: a text read into measures, with who leads and supports each, what is to be done, how much and by when."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from . import cautions, days, sentences, titles
from .amounts import amounts, counts
from .answering import answering
from .closing import closings
from .measures import Action, Figure, Measure, Plan, PlanRefused
from .names import COLLECTIVE, Names, is_unit, names_in
from .notes import LIMIT_OF_ALL, Standing, general_notes, is_note
from .outline import Item, line_end, lines, outline
from .tables import Row, Table, number_of, tables_in
from .tags import Role, Share, Tag, led_in, numbered_tags, tags_in
from .wrapping import as_read

_CONTENT = re.compile(
    r"[【\[]?(?:主要|工作|任务|具体|重点|目标|推进|落实|预期|年度|总体)?(?:内容|任务|目标|措施|举措|要求|做法|成效)(?:[：:]|[】\]])\s*"
)
MOST_SIGNS = 2_000_000
_HEAD = re.compile(
    r"[*＊ 　]*(?:【([^】\n]{2,24})】|([^，。；：:\s*（(【“]{2,20})[*＊]*(?:[：:]|——))[*＊：: 　]*(?=\S{4})"
    r"|([^，。；：:\s（(【\d]{4,20})[ 　]+(?=[\u4e00-\u9fff][^ 　]{7})"
)
"""A title that a colon, a dash, brackets or a gap part from what follows in its sentence."""
_ITEM = re.compile(
    r"(?:\d{1,2}(?:[．、]|[.](?!\d)|[.](?=20\d\d年|\d{1,2}月))|[（(]\d{1,2}[）)]|[①-⑳]|[一二三四五六七八九十]是(?![否不]))\s*"
)
"""A printed number before a sentence is no part of it."""
_FIRST = re.compile(r"[。；：:]\s*(?:1[.．、](?!\d)|[（(]1[）)]|①)")
_UNITS_DUTY = re.compile(r"[ \u3000]*(?P<units>[^，。；：:\n]{2,60})[：:](?=[^\n]{3,}[。；;]\s*$)", re.M)
"""区总工会：负责宣讲。"""
_TITLE_LONGEST = 32
_NO_UNITS = (
    "没有找到责任单位。方案中每项任务应写明由谁负责，如“（牵头单位：区人社局；责任单位：区教育局）”、"
    "“（区人社局牵头，区教育局配合）”，或用带“责任单位”一栏的表格；请补上后再读"
)


@dataclass(slots=True)
class _Task:
    """Something that names units itself or takes them over: its words, its tags, and what stands above it."""

    item: Item
    number: int
    body: int
    end: int
    tags: list[Tag]
    above: list[Tag]


def read_plan(text: str) -> Plan:
    """The plan that a text is; `PlanRefused` where it is empty, no plan's length, or names no unit anywhere."""
    if not text.strip():
        raise PlanRefused("文件里没有文字。请换用有正文的方案（Word、文本，或带文字的 PDF）")
    if len(text) > MOST_SIGNS:
        raise PlanRefused(f"正文有 {len(text):,} 字，超过 {MOST_SIGNS:,} 字，请核对是不是方案，或拆成几份")
    return _Reader(as_read(text)).plan()


class _Reader:
    """One reading of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tables = tables_in(text)
        places = [(table.start, table.end) for table in self.tables]
        self.numbered = numbered_tags(text)
        self.root = outline(text, places, closings(text, places), self.numbered)
        self.title, self.title_end = titles.title(text, self.root)
        self.year = days.year_of(self.title, text)
        self.known: frozenset[str] = frozenset()
        self.tags: dict[int, list[Tag]] = {}
        self.general: list[Standing] = []
        self.limit: date | None = None
        self.taken: set[int] = set()
        self.warnings: list[str] = []

    def plan(self) -> Plan:
        """Read twice: a slash or 和 is understood by the names that stand alone elsewhere."""
        self._find_tags()
        cells = [tag for table in self.tables for row in table.rows for tag in self._cells(table, row)]
        inside = [tag for tags in self.tags.values() for tag in tags]
        self.known = frozenset(name for tag in [*inside, *cells] for name in _alone(tag))
        self._find_tags()
        self._find_headings()
        self._lift()
        self._find_rows()
        self._find_led()
        self._find_notes()
        found = self._once([*self._measures()], [*self._rows()])
        if not found:
            raise PlanRefused(_NO_UNITS)
        found.sort(key=lambda one: one.span)
        self.warnings += cautions.cautions(self.text, self.root, days.first_year(self.title) or self.year, found)
        self.warnings += cautions.unread(self.text, self.title_end, self._holes())
        return Plan(self.title, found, self.warnings, self.text)

    def _holes(self) -> list[tuple[int, int]]:
        """All that was read as saying who answers."""
        tags = [(tag.start, tag.end) for tags in self.tags.values() for tag in tags]
        return sorted(tags + [(table.start, table.end) for table in self.tables])

    # who is named where

    def _find_tags(self) -> None:
        for item in self.root.walk():
            holes = [(table.start, table.end) for table in self.tables]
            self.tags[id(item)] = [
                tag
                for first, last in _without(item.body, item.end, holes)
                for tag in tags_in(self.text, first, last, self.known)
            ]

    def _own(self, item: Item) -> list[Tag]:
        return [tag for tag in self.tags.get(id(item), ()) if tag.has_units]

    def _lift(self) -> None:
        """A tag behind the last of several sub-items that have none is that of the item above them all."""
        rare = self._rarely_tagged()
        for item in reversed(list(self.root.walk())):
            below = item.below
            if item is self.root or not below or any(one.below for one in below):
                continue
            begins_within = below[0].number == 2 and _FIRST.search(self.text, item.body, item.end)
            last = self._own(below[-1])
            is_listed = bool(last) and last[0].start in self.numbered
            if below[0].kind not in rare and not begins_within and not is_listed:
                continue
            if (
                last
                and not any(self._own(one) for one in below[:-1])
                and (len(below) > 1 or last[-1].own_line or begins_within)
            ):
                self.tags[id(item)] += self.tags[id(below[-1])]
                self.tags[id(below[-1])] = []

    def _rarely_tagged(self) -> set[str]:
        """The kinds of number of which no more than half carry a tag."""
        counts: dict[str, list[int]] = {}
        for above in self.root.walk():
            if any(self._own(one) for one in above.below):
                for item in above.below:
                    counts.setdefault(item.kind, []).append(bool(self._own(item)))
        return {kind for kind, tagged in counts.items() if sum(tagged) * 2 <= len(tagged)}

    def _line(self, item: Item) -> Iterator[Item]:
        """An item and all above it."""
        yield item
        if item.above:
            yield from self._line(item.above)

    def _find_rows(self) -> None:
        """Rows that only say who answers for items of the text, by title or number, are tags of those items."""
        if not self.tables:
            return
        items = [
            item
            for item in self.root.walk()
            if item.kind not in ("root", "closing")
            and not any(self._own(one) for one in (*self._line(item), *item.walk()))
        ]
        titles = {
            _bare(self._heading(_Task(item, item.number, item.body, item.last, [], []))[0]): item for item in items
        }
        for table in self.tables:
            numbers = [number_of(row, at) for at, row in enumerate(table.rows, 1)]
            alike = [[item for item in items if item.kind == kind] for kind in dict.fromkeys(one.kind for one in items)]
            by_number = next((group for group in alike if [one.number for one in group] == numbers), [])
            for at, row in enumerate(table.rows):
                said = row.said("title", "actions")
                title = _bare(_sign_off(said[0].text)) if said else ""
                item = by_number[at] if by_number and not said else titles.get(title) if len(said) == 1 else None
                if item and (tags := self._cells(table, row)):
                    times = "\n".join([*(tag.times for tag in tags), *(cell.text for cell in row.said("time"))])
                    shares, notes = (
                        [one for tag in tags for one in tag.shares],
                        [one for tag in tags for one in tag.notes],
                    )
                    self.tags[id(item)].append(Tag(item.last, item.last, shares, notes, times))
                    self.taken.add(row.start)

    def _find_headings(self) -> None:
        """In a plan that is ordered by units, whatever stands below a unit's name is its own."""
        told = [share.role for tags in self.tags.values() for tag in tags for share in tag.shares]
        if self.tables or set(told) - {Role.SUPPORT}:
            return
        for item in self.root.walk():
            for first, last in lines(self.text[item.body : item.end]):
                line = _UNITS_DUTY.match(self.text, item.body + first, item.body + last)
                if line and (names := _only_units(line["units"])):
                    end = item.body + last
                    self.tags[id(item)].append(Tag(end, end, [Share(Role.LEAD, names)]))
            if item.below and item is not self.root and (names := _only_units(self._first_line(item))):
                self._belongs(item, names, Role.LEAD)

    def _belongs(self, item: Item, names: Names, role: Role) -> None:
        """All below a heading is its unit's, be it parted once more into what the unit leads and what it supports."""
        for child in item.below:
            line = self._first_line(child)
            own = Role.SUPPORT if re.match("配合|协助|参与", line) else role
            if child.below and len(line) < 8 and child.end - child.body < 10:
                self._belongs(child, names, own)
            else:
                self.tags[id(child)].append(Tag(child.body, child.body, [Share(own, names)]))

    def _first_line(self, item: Item) -> str:
        return self.text[item.body : min(line_end(self.text, item.body), item.end)].strip(" \u3000：:。")

    def _find_led(self) -> None:
        """Where no other words say who answers, for an item or for all of which it is part, its sentences may."""
        for item in self.root.walk():
            if item is not self.root and not item.below and not any(self._own(one) for one in self._line(item)):
                self.tags[id(item)] += led_in(self.text, item.body, item.end, self.known)

    def _find_notes(self) -> None:
        """What holds for more than one measure: within tags from there on, in a sentence outside them for all."""
        inside = sorted((tag.start, tag.end) for tags in self.tags.values() for tag in tags)
        masked = _masked(self.text, inside)
        last = inside[-1][1] if inside else 0
        for start, end in lines(masked):
            if limit := LIMIT_OF_ALL.search(masked, start, end):
                self.limit = days.time_limit(limit["until"], self.year)
            for note in general_notes(masked[start:end]):
                self.general.append(Standing(*self._reach(start, masked[start:end], start > last), note))
        for tags in self.tags.values():
            for tag in tags:
                self.general += [Standing(tag.start, len(self.text), note) for note in tag.notes if note.stays]
        self.general.sort(key=lambda one: one.start)

    def _reach(self, at: int, line: str, is_last: bool) -> tuple[int, int]:
        """For which stretch a sentence outside all tags holds: all, what is above it, or what is below its heading."""
        if is_last or re.match(r"\s*[（(]?(?:注|说明|备注)", line):
            return 0, len(self.text)
        here = [one for one in self.root.walk() if one.start <= at < one.end and one.kind not in ("root", "closing")]
        if not here:
            return at, len(self.text)
        if re.search(r"以上|上述", line):
            top = here[-1]
            while top.above and top.above.kind not in ("root", "closing"):
                top = top.above
            return top.start, at
        return at, here[-1].last if here[-1].below and re.search(r"以下|下列", line) else len(self.text)

    # the measures of the outline

    def _measures(self) -> Iterator[Measure]:
        for task in self._tasks(self.root, []):
            title, holes_at = self._heading(task)
            yield self._measure(task, title, holes_at)

    def _tasks(self, item: Item, above: list[Tag]) -> Iterator[_Task]:
        """Items with units; where some below have their own, those are the measures and take over what they lack."""
        own = self._own(item)
        inherited = own or above
        tagged_below = any(self._own(one) for child in item.below for one in child.walk())
        pieces = (
            list(self._pieces(item)) if item.kind in ("root", "closing", "part", "chinese") or not item.below else []
        )
        if len(pieces) > 1:
            yield from pieces
        elif own and not tagged_below:
            yield _Task(item, item.number, item.body, item.last, self._all(item), above)
            return
        elif own and item is not self.root and self._says_more(item):
            yield _Task(item, item.number, item.body, item.end, self.tags[id(item)], above)
        for child in item.below:
            if tagged_below and own and not any(self._own(one) for one in child.walk()):
                yield _Task(child, child.number, child.body, child.last, self._all(child), inherited)
            else:
                yield from self._tasks(child, inherited if own else above)

    def _all(self, item: Item) -> list[Tag]:
        return [tag for one in item.walk() for tag in self.tags[id(one)]]

    def _pieces(self, item: Item) -> Iterator[_Task]:
        """Paragraphs without numbers, several of which name units under one heading: each is a measure."""
        own = self.tags[id(item)]
        closing = [tag for tag in own if self.text[tag.end : tag.end + 2].strip("。；; 　")[:1] in ("", "\n")]
        groups = [group for group in _groups(self.text, closing) if any(tag.has_units for tag in group)]
        if len(groups) < 2 or (item is not self.root and not self._is_bare(item, groups[0])):
            return
        at = self._first_paragraph(item, groups)
        for number, group in enumerate(groups, 1):
            end = group[-1].end
            start = self._paragraph_of(at, group[0].start)
            yield _Task(Item("paragraph", number, start, start, end, item), number, start, end, group, [])
            at = end

    def _first_paragraph(self, item: Item, groups: list[list[Tag]]) -> int:
        """Where the first of several measures without numbers begins: it has as many paragraphs as the second."""
        begin = self.title_end if item is self.root else line_end(self.text, item.body)
        like = [one for one in self.text[groups[0][-1].end : groups[1][0].start].split("\n") if one.strip("。；; 　")]
        told = [one for one in lines(self.text[begin : groups[0][0].start]) if one[0] < one[1]]
        told = [one for one in told if self.text[begin + one[0] : begin + one[1]].strip()]
        return begin + told[-len(like)][0] if 0 < len(like) <= len(told) else begin

    def _is_bare(self, item: Item, group: list[Tag]) -> bool:
        """Whether the item's first line is a heading only, the first tag standing in a later one."""
        return (
            "\n" in self.text[item.body : group[0].start].strip("\n")
            and "。" not in self.text[item.body : line_end(self.text, item.body)]
        )

    def _paragraph_of(self, at: int, tag: int) -> int:
        """Where the paragraphs of a tag begin: after the last measure; blank lines and an introduction left out."""
        while at < tag and self.text[at] in " 　\n。；;":
            at += 1
        return at

    def _says_more(self, item: Item) -> bool:
        """Whether an item has sentences of its own besides its title."""
        holes = [(tag.start, tag.end) for tag in self.tags[id(item)]]
        told = list(sentences.sentences(self.text, item.body, item.end, holes))
        return len(told) > 1

    def _heading(self, task: _Task) -> tuple[str, int]:
        """The title of a measure, and where its actions begin."""
        holes = [(tag.start, tag.end) for tag in task.tags] + self._signs(task.item, task)
        told = list(sentences.sentences(self.text, task.body, task.end, holes))
        if not told:
            return "", task.end
        start, end = told[0]
        words = self.text[start:end]
        if not _CONTENT.match(words) and (head := _HEAD.match(words)):
            return next(filter(None, head.groups())), start + head.end()
        title = _CONTENT.sub("", words, count=1).rstrip("。；;：: ")
        if not task.item.below and len(_groups(self.text, [tag for tag in task.tags if tag.has_units])) > 1:
            return title, start  # each sentence has units of its own
        is_below = bool(task.item.below) and start >= task.item.below[0].start
        if len(told) == 1 or len(title) > _TITLE_LONGEST or counts(title) or is_below or words.endswith(("；", ";")):
            return title, start
        return title, end

    def _measure(self, task: _Task, title: str, begin: int) -> Measure:
        item = task.item
        holes = [(tag.start, tag.end) for tag in task.tags] + self._signs(item, task)
        actions = self._actions(begin, task.end, holes, item, title)
        lead, support, is_open = answering(task.tags, task.above, item.start, self.general)
        self.warnings += cautions.strange(task.number, title, task.tags)
        times = "\n".join(tag.times for tag in task.tags)
        return Measure(
            task.number, self._section(item), title, lead, support, is_open, actions,
            self._figures(actions), self._deadline(times, actions, task.number, title),
            (item.start, _trim(self.text, item.start, task.end)),
        )  # fmt: skip

    def _signs(self, item: Item, task: _Task) -> list[tuple[int, int]]:
        """The printed numbers of what stands below, and tables: no part of any sentence."""
        below = [(one.start, one.body) for one in item.walk() if one.start >= task.body and one is not item]
        return below + [(table.start, table.end) for table in self.tables]

    def _actions(
        self, start: int, end: int, holes: list[tuple[int, int]], item: Item | None, title: str
    ) -> list[Action]:
        found = []
        headings = self._headings_below(item, holes) if item else set()
        for first, last in sentences.sentences(self.text, start, end, holes):
            if label := _CONTENT.match(self.text, first, last):
                first = label.end()
            if (item_number := _ITEM.match(self.text, first, last)) and item_number.end() < last:
                first = item_number.end()
            if (first, last) in headings or first >= last or re.match(r"(?:注|说明|备注)[：:]", self.text[first:last]):
                continue
            words = self.text[first:last]
            if is_note(words):
                continue
            found.append(Action(words, (first, last), sentences.force(words)))
        return found

    def _headings_below(self, item: Item, holes: list[tuple[int, int]]) -> set[tuple[int, int]]:
        """The first short sentence of a sub-item in which more follows: its title, no action."""
        found = set()
        for one in item.walk():
            if one is item:
                continue
            told = list(sentences.sentences(self.text, one.body, one.end, holes))
            if told and (len(told) > 1 or one.below):
                words = self.text[slice(*told[0])].rstrip("。")
                if len(words) <= 22 and "，" not in words and not counts(words) and not words.endswith(("；", ";")):
                    found.add(told[0])
        return found

    def _section(self, item: Item) -> str:
        """The nearest heading above, as printed."""
        above = item.above
        while above and above.kind not in ("root", "closing"):
            line = self.text[above.start : line_end(self.text, above.body)]
            inside = self.tags.get(id(above), [])
            stop = min([tag.start for tag in inside if tag.start < above.start + len(line)] + [above.start + len(line)])
            said = self.text[above.start : stop].split("。")[0].strip(" 　：:")
            if above.below and above.below[0].start <= above.body:
                return self.text[above.start : above.body].strip()
            if self.text[above.body : above.body + 1].strip() and above.body < stop:
                return said
            if any(tag.start <= above.body and tag.end >= above.start + len(line.rstrip()) for tag in inside):
                return line.strip()  # 一、市总工会牵头: the heading itself says who answers
            above = above.above
        return ""

    def _once(self, told: list[Measure], rows: list[Measure]) -> list[Measure]:
        """Measures without what a table or an attachment says again; a time that the text does not name is theirs."""
        closed = [item.start for item in self.root.walk() if item.kind == "closing"]
        known: dict[str, tuple[int, Measure]] = {}
        times: dict[int, list[date | None]] = {}
        kept: list[Measure] = []
        for at, one in enumerate([*told, *rows]):
            part = sum(start <= one.span[0] for start in closed) + (at >= len(told))
            first, before = known.get(_bare(one.title), (part, one))
            if first < part:
                times.setdefault(id(before), []).append(one.deadline)
                self.warnings += cautions.otherwise(before, one)
                continue
            kept.append(one)
            for words in filter(None, map(_bare, (one.title, *(action.text for action in one.actions)))):
                known.setdefault(words, (part, one))
        for one in kept:
            if one.deadline is None and id(one) in times and None not in times[id(one)]:
                one.deadline = max(day for day in times[id(one)] if day)
        return kept

    # tables

    def _rows(self) -> Iterator[Measure]:
        for table in self.tables:
            section = self._above(table.start)
            last: Measure | None = None
            for at, row in enumerate(table.rows, 1):
                row.section = row.section or section
                found = self._row(table, row, at) if row.start not in self.taken else None
                if found and last and row.goes_on and (found.number, found.title) == (last.number, last.title):
                    last.take(found)
                elif found:
                    last = found
                    yield found

    def _row(self, table: Table, row: Row, at: int) -> Measure | None:
        number = number_of(row, at)
        tags = self._cells(table, row)
        heads, works = row.said("title"), row.said("actions")
        heads, works = (heads, works) if heads and works else ([], heads or works)
        title = _sign_off(heads[0].text if heads else (works[0].text if works else ""))
        told = [action for cell in works for action in self._actions(cell.start, cell.end, [], None, title)]
        if not any(tag.has_units for tag in tags):
            if title:
                self.warnings.append(cautions.nobody_in(number, title))
            return None
        if not heads and told:
            title = told[0].text.rstrip("。；")
        elif not heads:
            title = title.rstrip("。；")
        lead, support, is_open = answering(tags, [], row.start, self.general)
        self.warnings += cautions.strange(number, title, tags)
        times = "\n".join(cell.text for cell in row.said("time"))
        limit = self._deadline(times, told, number, title)
        return Measure(
            number, row.section, title, lead, support, is_open, told, self._figures(told), limit, (row.start, row.end)
        )

    def _cells(self, table: Table, row: Row) -> list[Tag]:
        """The cells of units as tags; the words within a cell say more than its head."""
        roles = {
            "both": Role.FIRST_LEADS, "lead": Role.LEAD, "support": Role.SUPPORT, "answers": Role.ANSWERS
        }  # fmt: skip
        found = []
        for kind, role in roles.items():
            for cell in row.said(kind):
                inside = [tag for tag in tags_in(self.text, cell.start, cell.end, self.known) if tag.has_units]
                said = re.sub(r"[/／]", "、", cell.text) if kind == "both" else cell.text
                whole = Tag(cell.start, cell.end, [Share(role, names_in(said, self.known))])
                found += inside or [whole]
                for at, head in table.heads.items():
                    if head == kind:
                        whole.notes += [note for note in general_notes(table.words[at]) if note.first]
        return found

    def _above(self, at: int) -> str:
        """The heading under which a table stands."""
        before = [one for one in self.root.walk() if one.start <= at and one.kind != "root"]
        if not before:
            return ""
        last = before[-1]
        if last.kind == "closing":
            told = [line.strip() for line in self.text[last.start : at].split("\n") if line.strip()]
            return told[-1] if "。" not in told[-1] else ""
        return self.text[last.start : line_end(self.text, last.body)].strip()

    # how much and by when

    def _figures(self, actions: list[Action]) -> list[Figure]:
        return [one for action in actions for one in amounts(action.text, action.span[0])]

    def _deadline(self, times: str, actions: list[Action], number: int, title: str) -> date | None:
        """The time that a tag or a cell names, else the last one by which a sentence wants something done, else that
        of all; work that goes on for ever or comes again has none.
        """
        self.warnings += cautions.backwards(number, title, times, self.year)
        limit = days.time_limit(_times_only(times), self.year)
        if limit is None:
            said = "\n".join(action.text for action in actions)
            limit = max(filter(None, (days.deadline(said, self.year), days.deadline(title, self.year))), default=None)
            limit = limit or (None if re.search(r"[长常]期|持续|常年|常态|每[年季月]", times) else self.limit)
        return limit


def _only_units(words: str) -> Names | None:
    """The units that words name, where they say nothing else."""
    names = names_in(words)
    return (
        names if words and names.units and not names.strange and all(map(is_unit, re.split("[、，]", words))) else None
    )


def _alone(tag: Tag) -> Iterator[str]:
    for share in tag.shares:
        yield from (one for one in share.names.units if not re.search(r"[/／]|和|及|与", one))


def _groups(text: str, tags: list[Tag]) -> list[list[Tag]]:
    """Tags that follow one another with nothing between them belong to one measure."""
    found: list[list[Tag]] = []
    for tag in tags:
        if found and not re.search(r"[\u4e00-\u9fff]", text[found[-1][-1].end : tag.start]):
            found[-1].append(tag)
        else:
            found.append([tag])
    return found


def _masked(text: str, holes: list[tuple[int, int]]) -> str:
    """The text, what stands in holes made stops."""
    said, at = [], 0
    for first, last in holes:
        said += [text[at:first], "。" * (last - max(first, at))]
        at = max(at, last)
    return "".join([*said, text[at:]])


def _without(start: int, end: int, holes: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for first, last in holes:
        if start <= first < end:
            yield start, first
            start = min(last, end)
    yield start, end


def _times_only(times: str) -> str:
    """The parts of a tag that may name a day: names of units do not."""
    return "\n".join(
        piece for piece in re.split(r"[；;，,\n]", times) if not is_unit(piece) or COLLECTIVE.search(piece)
    )


def _bare(words: str) -> str:
    """Words without what one office writes and another does not: gaps, stops and quotes."""
    return re.sub(r"[\W_]", "", words)


def _sign_off(words: str) -> str:
    return re.sub(r"^\s*(?:\d{1,3}[.．、]|[（(]\d{1,3}[）)])\s*", "", words).strip()


def _trim(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1] in " \t\u3000\n":
        end -= 1
    return end
