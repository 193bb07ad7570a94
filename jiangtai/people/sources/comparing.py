"""Whom of the register the lines of somebody's list mean: found by blind indexes, told line by line, nothing kept.

A number is one person, if the name does not say otherwise. A phone needs the name. A name alone is somebody only where
exactly one at the firm bears it; else it cannot be told.
"""

import contextlib
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from jiangtai import vault
from jiangtai.access import Unit, units
from jiangtai.kernel import FileRefused, clock, codes, filetypes, refuse_vast

from .. import keeping, names
from ..linking import files
from ..models import Person
from ..scope import those
from . import sheets
from .examining import Entry
from .matching import namesakes_at_work

MOST_LINES, MOST_BYTES = 20_000, 20 * 2**20
WHY = {
    "namesakes": "不能确定：这家单位不止一人叫这个名字",
    "no_firm": "不能确定：在册有人叫这个名字，没有写单位，或者没有找到这家单位",
    "other_name": "不能确定：号码在册的是另一个姓名",
    "shared_phone": "不能确定：有人用这个手机号，姓名对不上",
    "twice": "和前面一行是同一人",
    "stranger": "没有登记，或不在查看范围内",
}
"""Why a line has nobody of its own, by a code that tells nobody who it is about."""


@dataclass
class Recognised:
    """The lines of a list: how many, whom they mean, and why the others mean nobody."""

    lines: int = 0
    found: dict[int, UUID] = field(default_factory=dict)
    doubts: dict[int, str] = field(default_factory=dict)


def recognise(upload: UploadedFile, firm: Unit | None = None, *, is_once: bool = True) -> Recognised:
    """Whom a list names, each once unless it is not of persons but of what they did; `firm` is where all of them are
    said to work. `FileRefused` says why it cannot be read."""
    with tempfile.NamedTemporaryFile(suffix=Path(upload.name or "").suffix) as draft:
        for chunk in upload.chunks():
            draft.write(chunk)
        draft.flush()
        path = Path(draft.name)
        info = filetypes.inspect(path, upload.name or "", MOST_BYTES, sheets.KINDS)
        if info.kind == "xlsx":
            refuse_vast(path)
        entries, firms = _read(path, info.kind)
    return _recognised(entries, firms, firm, is_once=is_once)


def _read(path: Path, kind: str) -> tuple[list[Entry], dict[int, str]]:
    known = {one for of_field in files.NAMES.values() for one in of_field}
    sheet = sheets.opened(path, kind, lambda cell: sheets.spelled(cell) in known)
    columns = files.headings(sheet.headings)
    if not {"name", "id_number"} & columns.keys():
        raise FileRefused("表里没有“姓名”也没有“身份证号”，认不出是谁，请核对是不是这份名单")
    entries: list[Entry] = []
    firms: dict[int, str] = {}
    for line in sheet.lines:
        if len(entries) == MOST_LINES:
            raise FileRefused(f"名单超过 {MOST_LINES:,} 行，请按单位分成几份")
        told = {name: line.cells[place].strip() for name, place in columns.items()}
        entries.append(Entry(line.number, _canonical(told)))
        firms[line.number] = told.get("employer", "")
    if not entries:
        raise FileRefused("表头下面没有一行人，请核对是不是这份名单")
    return entries, firms


def _canonical(told: dict[str, str]) -> dict[str, str]:
    """Name and numbers as they are looked up; what is no number is left out."""
    found = {"name": told.get("name", "")}
    with contextlib.suppress(codes.CodeError):
        found["id_number"] = codes.parse_identity(told.get("id_number", ""), clock.today()).number
    with contextlib.suppress(codes.CodeError):
        found["phone"] = codes.parse_phone(told.get("phone", ""))
    return found


def _recognised(entries: list[Entry], firms: dict[int, str], firm: Unit | None, *, is_once: bool) -> Recognised:
    made = Recognised(len(entries))
    _by_number(entries, made)
    left = [one for one in entries if one.number not in made.found and one.number not in made.doubts]
    by_name = [one for one in left if one.values["name"] and not one.values.get("id_number")]
    made.doubts |= {one.number: "stranger" for one in left if one not in by_name}
    _by_firm(by_name, _units(by_name, firms, firm), made)
    first: dict[UUID, int] = {}
    for line, who in sorted(made.found.items()):
        if first.setdefault(who, line) != line and is_once:
            del made.found[line]
            made.doubts[line] = "twice"
    return made


def _by_number(entries: Iterable[Entry], made: Recognised) -> None:
    """Identity numbers, then phones; whoever holds one must be called as the list says."""
    for name, secret, doubt in (
        ("id_number", keeping.IDENTITY, "other_name"),
        ("phone", keeping.PHONE, "shared_phone"),
    ):
        asked = {one.number: one for one in entries if one.number not in made.found and one.values.get(name)}
        held = vault.find_many(secret, {one.values[name] for one in asked.values()})
        people = _registered({who for ids in held.values() for who in ids})
        for line, one in asked.items():
            ids = [who for who in held.get(one.values[name], ()) if who in people]
            told = one.values["name"]
            near = [who for who in ids if _is_called(people[who], told, needs_name=name == "phone")]
            if len(near) == 1:
                made.found[line] = near[0]
                made.doubts.pop(line, None)
            elif ids:
                made.doubts.setdefault(line, doubt)


def _is_called(person: Person, told: str, *, needs_name: bool) -> bool:
    return names.is_near(person.card.name, told) if told else not needs_name


def _registered(ids: set[UUID]) -> dict[UUID, Person]:
    """Those of them within reach, with their cards opened together."""
    rows = list(those(ids).filter(state=Person.State.REGISTERED))
    for one in rows:
        one.peers = rows
    return {one.pk: one for one in rows}


def _units(entries: list[Entry], firms: dict[int, str], firm: Unit | None) -> dict[int, UUID]:
    """Where each line says that somebody works: its own firm, else that of the whole list."""
    told = {firms[one.number] for one in entries} - {""}
    rows = Unit.objects.filter(state=Unit.State.ACTIVE, tree=Unit.Tree.ADMINISTRATIVE)
    found = {name: same[0].pk for name, same in units.called(rows, told).items() if len(same) == 1} if told else {}
    return {
        one.number: at
        for one in entries
        if (at := found.get(firms[one.number]) if firms[one.number] else firm.pk if firm else None)
    }


def _by_firm(entries: list[Entry], firms: dict[int, UUID], made: Recognised) -> None:
    """A name where exactly one at the firm bears it."""
    met: dict[int, list[UUID]] = {}
    for line, who in namesakes_at_work(entries, firms, set()):
        met.setdefault(line, []).append(who)
    people = _registered({who for ids in met.values() for who in ids})
    elsewhere = vault.count_many(
        keeping.NAME, {names.looked_up(one.values["name"]) for one in entries if one.number not in firms}
    )
    for one in entries:
        ids = [who for who in met.get(one.number, ()) if who in people]
        if len(ids) == 1:
            made.found[one.number] = ids[0]
        elif ids:
            made.doubts[one.number] = "namesakes"
        elif one.number not in firms and elsewhere.get(names.looked_up(one.values["name"])):
            made.doubts[one.number] = "no_firm"
        else:
            made.doubts[one.number] = "stranger"
