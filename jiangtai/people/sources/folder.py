"""The way in through a folder: whole files are handed in by nobody, and go into the register where nothing is asked.

A file lies where it was put until its batch is at rest, so that after a crash the next round finds file and batch and
goes on; the same content is known and changes nothing.
"""

import os
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from jiangtai.access import Refused, Unit, audit, parameters, units
from jiangtai.kernel import Home, clock

from . import reception
from .declare import SOURCES, Source
from .models import Batch

DONE, REFUSED = "done", "refused"
ANSWERS = "answers"
"""The folder of what owners answer to checks, which are no lists."""
_UNCHANGED = timedelta(minutes=1)
_UNFINISHED = {".part", ".tmp", ".crdownload", ".filepart"}
_DAY = re.compile(r"(?<!\d)(20\d\d)(-?)(\d\d)\2(\d\d)(?!\d)")
_State = Batch.State


def inbox() -> Path:
    """Where other systems put their files: inbox/<source>/<unit>/."""
    return Home.current().path / "inbox"


def collect() -> int:
    """Take in every whole file; how many."""
    found, failed = list(_files()), list[Exception]()
    for path in found:
        try:
            _take(path)
        except (Refused, OSError) as error:
            _refuse(path, str(error))
        except Exception as error:  # one that breaks holds up no other
            failed.append(error)
    if failed:
        raise failed[0]
    return len(found)


def expire(today: date) -> None:
    """Files that were taken in or refused lie here as long as a batch's own sheet, and no longer."""
    until = today - timedelta(days=parameters.value("people.sheet_days"))
    for path in inbox().glob("*/*/*/*"):
        if path.parent.name in (DONE, REFUSED) and path.is_file() and written_on(path) < until:
            path.unlink()


def day_of(path: Path) -> date:
    """Of which day the data are: the name says so, else the day on which the file was written."""
    for year, _, month, number in _DAY.findall(path.name):
        try:
            return date(int(year), int(month), int(number))
        except ValueError:
            continue
    return written_on(path)


def written_on(path: Path) -> date:
    """The day on which a file was written, and no later than the office's."""
    day = datetime.fromtimestamp(path.stat().st_mtime, timezone.get_current_timezone()).date()
    return min(day, clock.today())  # the machine that wrote it may be ahead of the office's clock


def _files() -> Iterator[Path]:
    for path in sorted(inbox().glob("*/*/*")):
        if path.parent.parent.name != ANSWERS and is_ready(path):
            yield path


def is_ready(path: Path) -> bool:
    """Whether a file is a whole one, and not somebody's unfinished writing."""
    if path.name.startswith((".", "~$")) or path.suffix.lower() in _UNFINISHED or path.is_symlink():
        return False
    return path.is_file() and _is_whole(path)


def _is_whole(path: Path) -> bool:
    """Whether nobody has written to it for a while."""
    told = path.stat()
    return clock.machine_time().timestamp() - max(told.st_mtime, told.st_ctime) >= _UNCHANGED.total_seconds()


def _take(path: Path) -> None:
    source, unit = _source(path.parent.parent.name), _unit(path.parent.name)
    if not source.is_handed_in_by(unit):
        raise Refused(f"{source.label}由{source.owner}报送，“{unit}”不报送这份名册")
    batch = _batch(source, unit, path)
    reception.work_on(batch.pk)
    batch.refresh_from_db()
    if batch.state == _State.CHECKED and batch.by is None:
        try:
            _go_on(batch)
        except reception.Occupied:
            return  # the file stays where it is, and is tried again
    if batch.state == _State.REFUSED:
        raise Refused(batch.why)
    if not batch.is_busy:
        _move(path, DONE)


def _batch(source: Source, unit: Unit, path: Path) -> Batch:
    with path.open("rb") as file:
        upload = UploadedFile(file, path.name, size=path.stat().st_size)
        try:
            return reception.hand_in(source, unit, upload, as_of=day_of(path))
        except reception.SeenBefore as seen:
            return seen.batch


def _go_on(batch: Batch) -> None:
    """Take over what nobody need look at; where nothing is new, give the batch up; else it waits for a person."""
    if batch.unread or batch.failed * 100 > parameters.value("people.folder_failed_percent") * batch.lines:
        return
    if not reception.is_news(batch):
        if not batch.good and not batch.failed:
            reception.drop(batch)
        return
    reception.take_over(batch)
    reception.work_on(batch.pk)
    batch.refresh_from_db()


def _source(name: str) -> Source:
    if name not in SOURCES:
        raise Refused(f"没有“{name}”这种名册，文件夹应叫：{'、'.join(SOURCES)}")
    return SOURCES[name]


def _unit(name: str) -> Unit:
    """The unit by its code; a department has none, and goes by its name."""
    found = units.called(Unit.unscoped.filter(state=Unit.State.ACTIVE), [name]).get(name, [])
    if len(found) == 1:
        return found[0]
    raise Refused(f"没有代码或名称是“{name}”的单位，或者不止一个，请核对文件夹名")


def _refuse(path: Path, why: str) -> None:
    """Put the file aside, with the reason beside it."""
    told = {"source": path.parent.parent.name, "unit": path.parent.name, "page": "inbox"}
    audit.record("source.refused", outcome="refused", reason=why, details=told)
    if path.exists():
        place = _move(path, REFUSED)
        place.with_name(f"{place.name}.txt").write_text(f"{why}\n", encoding="utf-8")


def put_aside(path: Path, wrong: list[str], *, is_refused: bool = False) -> None:
    """A file that was read goes out of the way, with what is wrong in it beside it."""
    place = _move(path, REFUSED if is_refused else DONE)
    if wrong:
        place.with_name(f"{place.name}.txt").write_text("\n".join(wrong) + "\n", encoding="utf-8")


def _move(path: Path, to: str) -> Path:
    """Out of the way, under a name of its own."""
    folder = path.parent / to
    folder.mkdir(exist_ok=True, mode=0o700)
    place, number = folder / path.name, 1
    while place.exists():
        number += 1
        place = folder / f"{path.stem}-{number}{path.suffix}"
    os.replace(path, place)
    return place
