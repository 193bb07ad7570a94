"""The port to owners who answer yes or no: an exchange platform's folders, the demo's own truth, or none."""

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from uuid import UUID

import pyarrow.parquet as pq
from django.conf import settings
from django.utils.module_loading import import_string

from jiangtai.access import Refused, audit
from jiangtai.kernel import Home, clock

from . import folder

if TYPE_CHECKING:
    from .asking import Question

OWNERS = "owners.parquet"
"""What the demo's owners hold, beside its sheets."""
_HEADINGS = {
    "check": "核验编号", "question": "事项", "name": "姓名", "id_number": "身份证号", "unit": "用人单位",
    "code": "统一社会信用代码", "month": "月份", "number": "证书编号", "answer": "答复", "on": "答复日期",
}  # fmt: skip
_ANSWERS = {
    "yes": ("是", "有", "在保", "属实", "yes", "y", "1"),
    "no": ("否", "无", "没有", "不属实", "no", "n", "0"),
    "none": ("未答复", "无法核验", "查无此人", "none"),
}
_READ = {word: answer for answer, words in _ANSWERS.items() for word in words}
_MOST_BYTES = 20 * 2**20


class Line(NamedTuple):
    """What an owner is told of one question: which check, and who and what is meant."""

    check: UUID
    values: dict[str, str]


class Reply(NamedTuple):
    """What an owner answers to one check, and on which day."""

    check: UUID
    answer: str
    on: date


Taker = Callable[[str, Iterable[Reply]], list[str]]
"""Takes an owner's answers and says what is wrong with them."""


class OwnerPort(Protocol):
    """What a way to the owners has to do."""

    def send(self, question: "Question", lines: Sequence[Line]) -> list[Reply]:
        """Send questions to their owner; whoever answers at once answers here."""

    def collect(self, take: Taker) -> int:
        """Hand over the answers that came since; how many lots."""


class NoPort:
    """No way to any owner is set up: nothing is asked."""

    def send(self, question: "Question", lines: Sequence[Line]) -> list[Reply]:
        """Refuse."""
        raise Refused("本系统尚未接通核验渠道，请联系系统管理员（设置 JIANGTAI_CHECKS）")

    def collect(self, take: Taker) -> int:
        """Nothing comes."""
        return 0


class FolderPort:
    """An exchange platform fetches outbox/<owner>/ and puts its answers into inbox/answers/<owner>/."""

    def send(self, question: "Question", lines: Sequence[Line]) -> list[Reply]:
        """One CSV, named after its first check, so that a second try after a crash writes the same file again."""
        place = outbox() / question.owner_key
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = place / f"{question.key}-{clock.today()}-{lines[0].check.hex}.csv"
        whole = path.with_suffix(".part")
        handle = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as stream:
            file = csv.writer(stream)
            file.writerow(_HEADINGS.values())
            for line in lines:
                told = {"check": str(line.check), "question": question.label, **line.values}
                file.writerow([_plain(told.get(name, "")) for name in _HEADINGS])
        os.replace(whole, path)
        return []

    def collect(self, take: Taker) -> int:
        """Every whole file of answers; what is wrong with one stands beside it."""
        number = 0
        for path in sorted(folder.inbox().glob(f"{folder.ANSWERS}/*/*")):
            if not folder.is_ready(path):
                continue
            number += 1
            try:
                replies, wrong = _read(path)
                wrong += take(path.parent.name, replies)
                folder.put_aside(path, wrong)
            except (ValueError, OSError) as error:
                audit.record("check.refused", outcome="refused", details={"owner": path.parent.name})
                folder.put_aside(path, [str(error)], is_refused=True)
        return number


class DemoPort:
    """The demo's owners answer at once from what is true in the demo; of whom they know nothing they say nothing."""

    def send(self, question: "Question", lines: Sequence[Line]) -> list[Reply]:
        """Look each up."""
        held = _held(Home.current().path / "sheets" / OWNERS)
        return [
            Reply(line.check, _demo_answer(held.get(line.values["id_number"]), line), clock.today()) for line in lines
        ]

    def collect(self, take: Taker) -> int:
        """They answered already."""
        return 0


def port() -> OwnerPort:
    """The installation's way to the owners."""
    made: OwnerPort = import_string(settings.CHECK_PORT)()
    return made


def require_open() -> None:
    """Refuse where there is no way to any owner: nobody waits in vain."""
    if isinstance(port(), NoPort):
        NoPort().send(None, ())  # type: ignore[arg-type]


def outbox() -> Path:
    """Where questions wait for the exchange platform."""
    return Home.current().path / "outbox"


def clear(until: date) -> None:
    """Questions that were sent long ago lie here no longer: names and numbers stand in them."""
    for path in outbox().glob("*/*"):
        if path.is_file() and folder.written_on(path) < until:
            path.unlink()


def _plain(text: str) -> str:
    """Text that a spreadsheet would take for a formula gets an apostrophe in front."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _read(path: Path) -> tuple[list[Reply], list[str]]:
    """The answers of a file, and its lines that cannot be read."""
    if path.stat().st_size > _MOST_BYTES:
        raise ValueError("答复文件超过 20 MB，请分成几份")
    rows = list(_rows(path))
    needed = ("check", "answer", "on")
    if not rows or not {_HEADINGS[name] for name in needed} <= rows[0].keys():
        raise ValueError("答复文件第一行应有栏目：核验编号、答复、答复日期")
    replies, wrong = [], []
    for at, row in enumerate(rows, start=2):
        check, answer, on = ((row[_HEADINGS[name]] or "").strip() for name in needed)
        if not answer:
            continue  # not answered yet
        try:
            replies.append(Reply(UUID(check), _READ[answer.lower()], date.fromisoformat(on)))
        except (ValueError, KeyError):
            wrong.append(f"第 {at} 行：答复应为 是、否 或 未答复，日期应如 2026-11-21，编号应与发出的一致")
    return replies, wrong


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    yield from csv.DictReader(io.StringIO(text))


@lru_cache(maxsize=1)
def _held(path: Path) -> dict[str, dict[str, Any]]:
    return {row["number"]: row for row in pq.read_table(path).to_pylist()} if path.exists() else {}


def _demo_answer(held: dict[str, Any] | None, line: Line) -> str:
    if held is None:
        return "none"
    if "number" in line.values:
        return "yes" if line.values["number"] in held["certificates"] else "no"
    is_there = held["code"] == line.values["code"] and f"{held['since']:%Y-%m}" <= line.values["month"]
    return "yes" if held["is_insured"] and is_there else "no"
