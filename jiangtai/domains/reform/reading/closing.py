"""Closing: the lines with which a paper ends or hands over to the next: who signed it and when, copies, attachments."""

import re
from collections.abc import Iterator

from .names import is_unit
from .outline import SPACES, lines

_DIGIT = "[0-9０-９〇○零一二三四五六七八九十]"
_DAY = rf"{_DIGIT}{{4}}[{SPACES}]*年[{SPACES}]*{_DIGIT}{{1,3}}[{SPACES}]*月[{SPACES}]*{_DIGIT}{{1,3}}[{SPACES}]*日"
_SIGNED = re.compile(rf"(?P<who>[^，。；：]{{0,40}}?)[{SPACES}]*{_DAY}(?:印发|印制)?")
_CLOSES = re.compile(
    rf"[{SPACES}]*(?:附[{SPACES}]*[件表][{SPACES}]*[0-9０-９一二三四五六七八九十]{{0,3}}[{SPACES}]*(?:[：:]|$)"
    r"|请各[^，。]{0,8}(?:单位|部门)|抄[送报][：:]|主题词[：:]|[（(]?此件[^，。]{0,12}[）)]?$|[（(]?联系(?:人|电话)[：:])",
    re.M,
)
_MOST_SIGNERS = 4


def closings(text: str, tables: list[tuple[int, int]]) -> set[int]:
    """Where lines begin that close what stands above them."""
    told = [
        (start, text[start:end].strip(SPACES))
        for start, end in lines(text)
        if text[start:end].strip() and not any(first <= start < last for first, last in tables)
    ]
    found = {start for start, _ in told if _CLOSES.match(text, start)}
    for at, (start, line) in enumerate(told):
        if (signed := _SIGNED.fullmatch(line)) and (not signed["who"] or _is_signer(signed["who"])):
            found |= {start, *_signers(told[max(0, at - _MOST_SIGNERS) : at])}
    return found


def _signers(above: list[tuple[int, str]]) -> Iterator[int]:
    """The lines right above a day that are nothing but names of units."""
    for start, line in reversed(above):
        if not _is_signer(line):
            return
        yield start


def _is_signer(line: str) -> bool:
    return all(
        is_unit(re.sub(r"^中共|[（(][代章印]+[）)]$", "", name))
        for name in re.split(rf"[{SPACES}、]+", line.strip(SPACES))
    )
