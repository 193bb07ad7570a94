"""Exports: a list too long for one answer is written by a job, kept sealed for a few days, and taken by who asked."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import IO
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from jiangtai import lake, messages, vault
from jiangtai.access import Acting, acting_as, acting_as_job, audit, current, parameters
from jiangtai.kernel import clock, crypto, filetypes, forget_file, keep_file, open_file, queue
from jiangtai.lake import Lake
from jiangtai.messages import MessageKind, message_kind

from . import computing
from .models import Export
from .periods import Frame, Period

AT_ONCE, MOST_LINES = 50_000, 1_000_000
"""Up to here a list is written while one waits; beyond the second it is one to be taken unit by unit."""
_MOST_BYTES = 300 * 2**20
_FILE = b"indicators.export"
READY = message_kind(
    MessageKind("indicators.export", "导出的表已做好", "“{title}”已做好，共 {rows} 行，{until} 前可以下载。")
)


def order(indicator: str, unit: int, place: str, frame: Frame) -> Export:
    """Have a list written; whoever asks twice while it is being written gets the same, and once more what failed."""
    from .jobs import write_export

    who = current()
    told = {"by": who.account, "at_unit": who.unit, "indicator": indicator, "unit": unit, "period": frame.period.text}
    with transaction.atomic():
        try:
            with transaction.atomic():
                made = Export.objects.create(**told, place=place, as_of=frame.as_of, today=frame.today)
        except IntegrityError:
            made = Export.objects.filter(**told)[0]  # which waits, or was written just now
        if made.state == Export.State.WAITING and not queue.is_under_way(write_export.name, export=str(made.pk)):
            write_export.defer(export=str(made.pk))
    return made


def write(export: UUID, make: Callable[[Export, Lake, Acting], tuple[IO[bytes], int]]) -> None:
    """Write one, as whoever asked: what they may not see is not in it; the audit has it as theirs."""
    with acting_as_job("导出"):
        row = Export.objects.select_related("by", "at_unit").filter(pk=export, state=Export.State.WAITING).first()
    if row is None:
        return
    with acting_as(row.by, row.at_unit_id) as who:
        if who.unit is None or who.unit.pk != row.at_unit_id:  # the post was taken away meanwhile
            _end(row, Export.State.GONE)
            return
        file, count = make(row, lake.opened(), who)
        audit.record("export", details={"page": "figures.show", "filter": row.words, "rows": count})
    with file:
        content = file.read()
    with acting_as_job("导出"), transaction.atomic():
        seal = crypto.sealer(vault.ensure_key(row.pk, row.at_unit.path))
        upload = SimpleUploadedFile("明细.xlsx", content, filetypes.MEDIA_TYPES["xlsx"])
        row.file = keep_file(upload, allowed={"xlsx"}, max_bytes=_MOST_BYTES, by=row.by_id, name="指标明细",
                             seal=lambda data: seal(data, _FILE + row.pk.bytes))  # fmt: skip
        row.state, row.rows, row.until = Export.State.READY, count, clock.today() + timedelta(days=_days())
        row.save(update_fields=["file", "state", "rows", "until"])
        told = {"title": computing.named(row.indicator).label, "rows": f"{count:,}", "until": row.until}
        messages.send(row.by, READY, values=told, link=f"/office/exports/{row.pk}/", cause=row.pk)


def taken(row: Export) -> io.BytesIO:
    """The bytes, for who asked; it stands in the audit."""
    key = vault.subject_key(row.pk)
    if row.state != Export.State.READY or row.file is None or key is None:
        raise FileNotFoundError(row.pk)
    with open_file(row.file) as kept:
        content = crypto.decrypt(key, kept.read(), _FILE + row.pk.bytes)
    audit.record("export.taken", details={"page": "figures.show", "filter": row.words, "rows": row.rows})
    return io.BytesIO(content)


def expire() -> int:
    """Take away what has lain here long enough, and what was never written; how many."""
    today, gone = clock.today(), 0
    old = Export.objects.filter(state=Export.State.READY, until__lt=today)
    stuck = Export.objects.filter(state=Export.State.WAITING, made_at__lt=clock.now() - timedelta(days=_days()))
    for row in [*old.select_related("file"), *stuck]:
        if row.file is not None:
            forget_file(row.file)
        vault.SubjectKey.objects.filter(subject=row.pk).delete()
        _end(row, Export.State.GONE)
        gone += 1
    return gone


def period_of(row: Export) -> Frame:
    """For which period, as it was seen when it was asked for."""
    return Frame(Period.parse(row.period), row.today)


def _end(row: Export, state: str) -> None:
    with acting_as_job("导出"):
        row.state, row.file = state, None
        row.save(update_fields=["state", "file"])


def _days() -> int:
    return int(parameters.value("indicators.export_days"))
