"""A file on its way into the register: handed in, looked at line by line, confirmed, taken over part by part.

Whoever works on a batch holds its lock in the database; where the lock is free and the batch is not at rest, its
worker died, and the next one goes on where the last part ended.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from jiangtai import vault
from jiangtai.access import Refused, Unit, acting_as_job, audit, current, parameters
from jiangtai.kernel import FileRefused, Home, clock, crypto, forget_file, keep_file, open_file

from .. import keeping, names, reading
from ..linking import LinkingError
from . import loading, mapping, sheets
from .declare import SOURCES, Source
from .examining import Bearers, Entry, Wrong, examined, watched
from .matching import ANOTHERS, registered
from .models import Batch, Fault, Record

PART = 2_000
MOST_TRIES = 5
"""How often a file is taken up without coming any further: whatever stops every worker would stop the next, too."""
_COUNTED = ("seen", "good", "failed", "repeated", "known", "hinted")
_MOST_NAMED = 5
_SEVERAL = (
    "一份文件只读一张工作表，这一份里还有别的工作表也装着人员：{}等。全部人员的名册请并到一张工作表里再报送，"
    "以免没有读到的人被当作不再在册；不是名册的工作表请删去"
)
_FILE = b"people.batch"
_OLDEST = timedelta(days=5 * 365)
_WAITING = (Batch.State.MAPPING, Batch.State.CHECKED)
"""At rest, and nothing of it is in the register yet."""


class SeenBefore(Refused):
    """The same content came before."""

    def __init__(self, batch: Batch) -> None:
        day = timezone.localtime(batch.made_at).strftime("%Y-%m-%d %H:%M")
        told = f"这份文件（内容相同）已于 {day} 报送过，现在是“{batch.get_state_display()}”，"
        waits = batch.state in _WAITING
        super().__init__(
            told + (f"请在“名册报送”里打开“{batch.file_name}”接着办，或放弃后再传" if waits else "不必再传")
        )
        self.batch = batch


class Occupied(Refused):
    """Another list of the same source and unit is on its way in: one comes after the other."""


def hand_in(source: Source, unit: Unit, upload: UploadedFile, *, as_of: date, is_whole: bool = False) -> Batch:
    """Take a file in for a source; what cannot be a list, or was handed in before, is refused."""
    reading.require(unit)
    if current().duty != "job" and not source.is_handed_in_by(unit):
        raise Refused(f"{source.label}由{source.owner}报送，“{unit}”不报送这份名册", "reach")
    _refuse_late(source, unit, as_of)
    batch = Batch(
        source=source.key, unit=unit, as_of=as_of, is_whole=is_whole and source.is_whole, by=current().account
    )
    batch.file_name = Path(upload.name or "未命名").name[-200:]
    try:
        batch.kind, content = _looked_at(upload)
        batch.digest = crypto.blind_index(vault.keyring().active("blind"), content, _FILE)
        _refuse_given_up(batch)
        batch.file = _kept(batch, source, upload)
    except (FileRefused, LinkingError) as error:
        raise Refused(str(error), "file") from error
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
    except IntegrityError as error:
        raise SeenBefore(_seen_before(batch)) from error
    audit.record("source.handed_in", target=batch, details={"source": source.key, "as_of": str(as_of)})
    return batch


def _refuse_late(source: Source, unit: Unit, as_of: date) -> None:
    if as_of > clock.today():
        raise Refused(f"数据截止日 {as_of} 还没有到，请核对")
    if as_of < clock.today() - _OLDEST:
        raise Refused(f"数据截止日 {as_of} 太早，只收最近五年的名册，请核对年份")
    newer = Batch.unscoped.filter(source=source.key, unit=unit, state=Batch.State.DONE, as_of__gt=as_of).first()
    if newer:
        raise Refused(f"{unit}已经导入截至 {newer.as_of} 的{source.label}，更早的（{as_of}）不再导入")


def _refuse_given_up(batch: Batch) -> None:
    """A file that stopped every worker is not taken from a folder again; a person may hand it in once more."""
    if batch.by is None:
        rows = Batch.unscoped.filter(source=batch.source, unit=batch.unit, digest=batch.digest)
        if given_up := rows.filter(state=Batch.State.REFUSED, tries=MOST_TRIES).first():
            raise Refused(given_up.why)


def _looked_at(upload: UploadedFile) -> tuple[str, str]:
    """The kind of the file and the digest of what it says."""
    with _work_file() as path:
        with path.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        info = sheets.inspected(path, upload.name or "")
        return info.kind, info.sha256


def _kept(batch: Batch, source: Source, upload: UploadedFile) -> Any:
    with acting_as_job("报送"):
        seal = crypto.sealer(vault.ensure_key(batch.pk, batch.unit.path))
    return keep_file(
        upload, allowed=sheets.KINDS, max_bytes=sheets.MOST_BYTES, by=current().actor, name=source.label,
        seal=lambda data: seal(data, _FILE + batch.pk.bytes),
    )  # fmt: skip


def _seen_before(batch: Batch) -> Batch:
    rows = Batch.unscoped.filter(source=batch.source, unit=batch.unit, digest=batch.digest, as_of=batch.as_of)
    return rows.select_related("unit", "by").exclude(state__in=(Batch.State.REFUSED, Batch.State.DROPPED)).get()


def confirm_columns(batch: Batch, fields: Sequence[str]) -> None:
    """Somebody says what the columns hold; it is remembered, and the check goes on."""
    source = SOURCES[batch.source]
    missing = [column.title for column in source.columns if column.is_needed and column.field not in fields]
    twice = {one for one in fields if one and list(fields).count(one) > 1}
    if missing:
        raise Refused(f"还没有指明哪一栏是{'、'.join(missing)}，请选好再继续")
    if twice:
        titles = "、".join(source.fields[one].title for one in sorted(twice))
        raise Refused(f"{titles}选了两栏，请只留一栏")
    with transaction.atomic():
        _step(batch, Batch.State.MAPPING, Batch.State.CHECKING, fields=list(fields), seen=0)
        mapping.remember(source, batch.unit, batch.headings, fields)


def take_over(batch: Batch) -> None:
    """Somebody has seen the check and wants the good lines in the register."""
    if not is_news(batch):
        raise Refused("没有可以导入的行，请按问题说明改好后重新上传")
    with transaction.atomic():
        if Batch.unscoped.select_for_update().get(pk=batch.pk).file_id is None:
            raise Refused("这份文件已过保存期，请重新上传")
        _refuse_late(SOURCES[batch.source], batch.unit, batch.as_of)
        try:
            with transaction.atomic():
                _step(batch, Batch.State.CHECKED, Batch.State.LOADING, seen=0)
        except IntegrityError as error:
            raise Occupied(
                f"{batch.unit}的另一份{SOURCES[batch.source].label}正在导入，请等它导完再导入这一份"
            ) from error
        audit.record("source.taken_over", target=batch, details={"lines": batch.good})


def is_news(batch: Batch) -> bool:
    """Whether a checked list tells anything: a line, that all of it still holds on a later day, or who is no longer
    on it."""
    if batch.good or not batch.repeated:
        return bool(batch.good)
    same = Batch.unscoped.filter(source=batch.source, unit=batch.unit, state=Batch.State.DONE)
    return batch.is_whole or not same.filter(as_of__gte=batch.as_of).exists()


def drop(batch: Batch) -> None:
    """Give a batch up before it went into the register."""
    with transaction.atomic():
        row = Batch.unscoped.select_for_update().get(pk=batch.pk)
        if row.state not in (Batch.State.MAPPING, Batch.State.CHECKED):
            raise Refused(f"这次报送{row.get_state_display()}，不能放弃")
        row.state = Batch.State.DROPPED
        row.save(update_fields=("state",))
        audit.record("source.dropped", target=batch)
    forget(row)


def _step(batch: Batch, before: str, after: str, **values: Any) -> None:
    values |= {"state": after, "tries": 0}
    if not Batch.unscoped.filter(pk=batch.pk, state=before).update(**values):
        raise Refused("这次报送的状态刚刚变了，请刷新后再办")
    for name, value in values.items():
        setattr(batch, name, value)


def forget(batch: Batch) -> None:
    """Take the file away: the sheet expires, what it brought into the register stays."""
    if batch.file is not None:
        forget_file(batch.file)
        Batch.unscoped.filter(pk=batch.pk).update(file=None)
        vault.SubjectKey.objects.filter(subject=batch.pk).delete()


def work_on(batch_id: Any) -> None:
    """Bring a batch as far as it goes without anybody; at once nothing where somebody else is at it."""
    with _alone(str(batch_id)) as is_mine:
        batch = Batch.unscoped.select_related("unit", "file").filter(pk=batch_id).first() if is_mine else None
        if batch is None:
            return
        try:
            _try(batch)
            if batch.state == Batch.State.CHECKING:
                _check(batch)
            if batch.state == Batch.State.LOADING:
                _load(batch)
        except (FileRefused, LinkingError, Refused) as error:
            _refuse(batch, str(error))


def _try(batch: Batch) -> None:
    """Count it before the file is opened: a worker that is killed by it counts nothing any more."""
    if not batch.is_busy:
        return
    if batch.tries >= MOST_TRIES:
        raise Refused(
            f"这份文件处理了 {MOST_TRIES} 次都中断了，已停止处理。"
            "请用 Excel 打开核对后另存为 xlsx，或按单位分成几份（范围选“新增和变动的人”），再重新上传"
        )
    batch.tries += 1
    Batch.unscoped.filter(pk=batch.pk).update(tries=batch.tries)


def waiting() -> list[Any]:
    """The batches that are not at rest."""
    rows = Batch.unscoped.filter(state__in=(Batch.State.CHECKING, Batch.State.LOADING)).order_by("made_at")
    return list(rows.values_list("pk", flat=True))


def expired(today: date) -> list[Batch]:
    """Batches whose file has lain here long enough."""
    until = today - timedelta(days=parameters.value("people.sheet_days"))
    busy = (Batch.State.CHECKING, Batch.State.LOADING)
    return list(Batch.unscoped.filter(file__isnull=False, made_at__date__lt=until).exclude(state__in=busy))


def expire(today: date) -> None:
    """Take away the files that have lain here long enough; what never went in is given up, and may come again."""
    for batch in expired(today):
        forget(batch)
    rows = Batch.unscoped.filter(file__isnull=True, state__in=_WAITING)
    rows.update(state=Batch.State.DROPPED, why="超过保存期没有导入，原表已清除；还需要的，请重新上传")


@contextmanager
def _alone(name: str) -> Iterator[bool]:
    """The lock of a batch: it goes with the connection, so that a killed worker leaves none behind."""
    mark = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [mark])
        is_mine = bool(cursor.fetchone()[0])
        try:
            yield is_mine
        finally:
            if is_mine:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [mark])


def _refuse(batch: Batch, why: str) -> None:
    """Take it no further; what came in before stays, and is told."""
    if batch.state == Batch.State.LOADING and batch.seen:
        why = f"前 {batch.seen:,} 行里没有问题的已经导入，不受影响；其余的没有导入。{why}"
    with transaction.atomic():
        Batch.unscoped.filter(pk=batch.pk).update(state=Batch.State.REFUSED, why=why[:300])
        audit.record("source.refused", target=batch, outcome="refused", reason=why)
    forget(batch)


def _check(batch: Batch) -> None:
    """Look at every line; nothing of it goes into the register yet."""
    source = SOURCES[batch.source]
    with opened(batch) as sheet:
        if not batch.fields:
            found = mapping.proposed(source, batch.unit, sheet.headings)
            unread = sheet.others()
            if unread and batch.is_whole:
                raise FileRefused(_SEVERAL.format("、".join(f"“{name}”" for name in unread[:_MOST_NAMED])))
            values = {"headings": sheet.headings, "header": sheet.header, "fields": found.fields, "unread": unread}
            values["lines"] = sheet.about
            Batch.unscoped.filter(pk=batch.pk).update(**values)
            vars(batch).update(values)
            if not found.is_known:
                _step(batch, Batch.State.CHECKING, Batch.State.MAPPING)
                return
        read = {at: batch.headings[at] for at, name in enumerate(batch.fields) if name}
        shared: Bearers = {}
        entries = examined(source, batch.unit, batch.fields, sheet.typed(read), batch.as_of)
        told = _count(batch, watched(entries, shared))
    if shared:  # the first of them was long counted when the second came
        batch.seen = 0
        with opened(batch) as sheet:
            told = _count(batch, examined(source, batch.unit, batch.fields, sheet.lines, batch.as_of, shared))
    _close(batch, told)


def _count(batch: Batch, entries: Iterator[Entry]) -> dict[str, int]:
    """What a part of the lines tells is kept with its count, so that after a crash the next part is the one that
    follows; the lines before it are read once more, for one may be repeated, and asked about no more."""
    told = {name: getattr(batch, name) if batch.seen else 0 for name in _COUNTED}
    if not batch.seen:
        Fault.objects.filter(batch=batch).delete()
    for part in _parts(islice(entries, batch.seen, None)):
        same = set(known_already(batch, [one for one in part if one.is_good]))
        told["known"] += _told_of_others(batch, [one for one in part if one.is_good and one.number not in same])
        told["seen"] += len(part)
        told["failed"] += sum(any(wrong.is_fatal for wrong in one.wrongs) for one in part)
        told["repeated"] += sum(one.is_repeated or one.number in same for one in part)
        told["good"] += sum(one.is_good and one.number not in same for one in part)
        told["hinted"] += sum(one.is_good and bool(one.wrongs) for one in part)
        with transaction.atomic():
            _note(batch, part)
            Batch.unscoped.filter(pk=batch.pk).update(**told, tries=0)
    return told


def _close(batch: Batch, told: dict[str, int]) -> None:
    """Every line was looked at; somebody is to say whether it goes in."""
    told["lines"] = told["seen"]
    strangers = Fault.objects.filter(batch=batch, field="employer", is_fatal=True).count()
    with transaction.atomic():
        if strangers:
            audit.record("source.strangers", target=batch, outcome="refused", details={"lines": strangers})
        if not told["seen"]:
            raise FileRefused("表头下面没有数据，请核对是不是空表")
        _step(batch, Batch.State.CHECKING, Batch.State.CHECKED, checked_at=clock.now(), **told)


def _told_of_others(batch: Batch, entries: list[Entry]) -> int:
    """What loading would refuse for the name that the register has is told before; how many of the rest it knows."""
    firm = batch.unit_id if SOURCES[batch.source].of_one_firm else None
    found = registered(entries, firm)
    for one in entries:
        if not found.get(one.number, True):
            one.wrongs.append(Wrong("id_number", ANOTHERS))
    return sum(found.values())


def known_already(batch: Batch, entries: list[Entry]) -> Iterator[int]:
    """The lines that say just what the register has from this source."""
    marks = loading.marks_of(batch, entries)
    rows = Record.objects.filter(
        Record.NOW, source=batch.source, key__among=[mark for prints in marks.values() for mark, _ in prints]
    )
    before = {bytes(key): bytes(digest) for key, digest in rows.values_list("key", "digest")}
    for line, prints in marks.items():
        if any(before.get(mark) == said for mark, said in prints):
            yield line


def _parts(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    while part := list(islice(entries, PART)):
        yield part


def _note(batch: Batch, entries: Sequence[Entry]) -> None:
    rows = [
        Fault(batch=batch, line=one.number, field=wrong.field, words=wrong.words[:300], is_fatal=wrong.is_fatal)
        for one in entries
        for wrong in one.wrongs
    ]
    Fault.objects.bulk_create(rows, batch_size=5_000)


def _load(batch: Batch) -> None:
    """Take over the good lines, part by part; the lines of a part are counted with it, or not at all.

    A line that the check called wrong stays out, whatever became of the register since.
    """
    source = SOURCES[batch.source]
    failed = set(Fault.objects.filter(batch=batch, is_fatal=True).values_list("line", flat=True))
    with opened(batch) as sheet:
        lines = examined(source, batch.unit, batch.fields, sheet.lines, batch.as_of)
        for part in _parts(islice(lines, batch.seen, None)):
            with transaction.atomic():
                tally = loading.load(batch, [one for one in part if one.is_good and one.number not in failed])
                batch.seen += len(part)
                batch.persons += tally.persons
                batch.changed += tally.changed
                batch.doubts += tally.doubts
                batch.failed += tally.failed
                batch.good -= tally.failed
                batch.tries = 0
                batch.save(update_fields=("seen", "persons", "changed", "doubts", "failed", "good", "tries"))
    with transaction.atomic():
        keeping.take_turns(shared=True)
        spared = _perhaps_meant(batch) if batch.is_whole and batch.failed else set()
        ended = loading.vanished(batch, spared) if batch.is_whole else 0
        _step(batch, Batch.State.LOADING, Batch.State.DONE, done_at=clock.now(), ended=ended)
        audit.record("source.loaded", target=batch, details={"persons": batch.persons, "changed": batch.changed})


def _perhaps_meant(batch: Batch) -> set[UUID]:
    """Whom the lines that failed may be about: they stand on the list, though nothing of theirs was taken over."""
    failed = set(Fault.objects.filter(batch=batch, is_fatal=True).values_list("line", flat=True))
    found: set[UUID] = set()
    with opened(batch) as sheet:
        lines = (line for line in sheet.lines if line.number in failed)
        for part in _parts(examined(SOURCES[batch.source], batch.unit, batch.fields, lines, batch.as_of)):
            told = [one.values for one in part]
            named = {names.looked_up(name) for values in told if (name := values.get("name"))}
            numbers = {number for values in told if (number := values.get("id_number"))}
            for field, wanted in ((keeping.NAME, named), (keeping.IDENTITY, numbers)):
                found |= {who for ids in vault.find_many(field, wanted).values() for who in ids}
    return found


@contextmanager
def opened(batch: Batch) -> Iterator[sheets.Sheet]:
    """The list that was handed in, for as long as it is kept."""
    if batch.file is None:
        raise Refused("这份文件已过保存期，请重新上传")
    with acting_as_job("报送"):
        key = vault.subject_key(batch.pk)
    if key is None:
        raise Refused("这份文件已过保存期，请重新上传")
    with open_file(batch.file) as kept, _work_file() as path:
        path.write_bytes(crypto.decrypt(key, kept.read(), _FILE + batch.pk.bytes))
        names = mapping.known_headings(SOURCES[batch.source])
        yield sheets.opened(path, batch.kind, lambda cell: sheets.spelled(cell) in names)


@contextmanager
def _work_file() -> Iterator[Path]:
    """A file of our own that is gone afterwards."""
    folder = Home.current().path / "work"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=folder)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)
