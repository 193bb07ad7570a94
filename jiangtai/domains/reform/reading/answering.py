"""Answering: who leads and who supports a measure, from all that is said about it, above it and before it."""

from .names import Names, names_in
from .notes import Note, Standing
from .tags import Role, Share, Tag


def answering(tags: list[Tag], above: list[Tag], at: int, general: list[Standing]) -> tuple[list[str], list[str], bool]:
    """Who leads, who supports and whether there are more, by a measure's tags, those above it and the notes so far."""
    shares = [share for tag in tags for share in tag.shares if share.role is not Role.NOBODY]
    order = [note.first for tag in tags for note in tag.notes if note.first]
    upper = [share for tag in above for share in tag.shares]
    if not any(share.names.units for share in shares):
        shares, upper = upper, []
    until = max([tag.end for tag in tags] + [at])
    notes = [one.note for one in general if one.start <= until and at < one.end]
    if not order and any(note.role == "parted" for note in notes):
        order = [share.first for share in shares if share.first]
    first = order[0] if order else next((note.first for note in reversed(notes) if note.first), 0)
    own = {id(note) for tag in tags for note in tag.notes}
    lead, support = _leading(shares, first)
    if not first and not any(_says_who_leads(share) for share in shares):
        taken = [one for share in upper if share.role is Role.LEAD for one in share.names.units]
        taken = taken or _lead_of_all([note for note in notes if id(note) not in own])
        if taken:
            lead, support = taken, _distinct([one for share in shares for one in share.names.units], taken)
    is_open = any(share.names.is_open for share in shares)
    return _with_notes(lead, support, is_open, notes, own)


def _lead_of_all(notes: list[Note]) -> list[str]:
    """Who leads wherever nothing else is said, by the last note that says so."""
    found = [note for note in notes if note.units and note.role == Role.LEAD.value]
    return _named(found[-1].units).units if found else []


def _with_notes(
    lead: list[str], support: list[str], is_open: bool, notes: list[Note], own: set[int]
) -> tuple[list[str], list[str], bool]:
    """What holds for all that follows, added or put where nothing is said."""
    for note in notes:
        if not note.units or note.role == "order" or id(note) in own:
            continue
        told = _named(note.units)
        group = lead if note.role == "牵头" else support
        if not group or (note.always and group is support):
            group += _distinct([one for one in told.units if one not in told.strange], [*lead, *support])
            is_open |= told.is_open
    return lead, support, is_open


def _leading(shares: list[Share], first: int) -> tuple[list[str], list[str]]:
    """Who leads and who supports, by the words of one measure."""
    lead: list[str] = []
    answers: list[str] = []
    support: list[str] = []
    for share in shares:
        names = share.names
        rest = [one for one in names.units if one not in names.leading]
        lead += names.leading
        if share.role is Role.LEAD:
            lead += [one for one in rest if one not in names.helping]
            support += names.helping
        elif share.role is Role.FIRST_LEADS and not names.leading:
            lead += rest[: first or 1]
            support += rest[first or 1 :]
        elif share.role is Role.ANSWERS:
            answers += [one for one in rest if one not in names.helping]
            support += names.helping
        else:
            support += rest
    if not lead:
        count = first or len(answers)
        lead, answers = answers[:count], answers[count:]
    lead = _distinct(lead, [])
    return lead, _distinct([*answers, *support], lead)


def _says_who_leads(share: Share) -> bool:
    return share.role in (Role.LEAD, Role.FIRST_LEADS) or bool(share.names.leading)


def _distinct(names: list[str], known: list[str]) -> list[str]:
    return [one for one in dict.fromkeys(names) if one not in known]


def _named(units: tuple[str, ...]) -> Names:
    return names_in("、".join(units))
