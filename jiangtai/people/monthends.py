"""What the register knew at the end of each month, where rows of today cannot tell: one Parquet file a month.

Employment, membership, employers' industries and what lists said are spells with a first and a last day: any day of
theirs can be read from the tables. Sex, hukou, education and the year of birth are overwritten, and a spell may be
entered late or put right; of those the month's end is kept as it was known then. No name, number or birthday stands in
a file; whoever is erased keeps a line without details, so that old totals stay.
"""

import os
from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings
from django.db import connection, transaction

from jiangtai import vault
from jiangtai.kernel import clock

LATE = 5
"""So many days after a month its end is still written; later it would tell what was known later, and there is none."""
_CHUNK = 50_000
_HOLLOW = {"sex": "", "birth_year": None, "hukou": "", "education": ""}
_SCHEMA = pa.schema(
    [
        ("person", pa.binary(16)),
        ("sex", pa.string()),
        ("birth_year", pa.int16()),
        ("hukou", pa.string()),
        ("education", pa.string()),
        ("unit", pa.binary(16)),
        ("industry", pa.string()),
        ("occupation", pa.string()),
        ("form", pa.string()),
        ("is_production", pa.bool_()),
        ("union", pa.binary(16)),
    ]
)
_ROWS = """
    SELECT p.id, p.sex, p.birth_year, p.hukou, p.education,
        w.unit_id, i.code, w.occupation, w.form, w.is_production, m.unit_id
    FROM people_person p
    LEFT JOIN people_employment w
        ON w.person_id = p.id AND w.since <= %(on)s AND (w.until IS NULL OR w.until > %(on)s)
    LEFT JOIN people_unionmembership m
        ON m.person_id = p.id AND m.since <= %(on)s AND (m.until IS NULL OR m.until > %(on)s)
    LEFT JOIN (
        SELECT DISTINCT ON (unit_id) unit_id, code FROM people_industryspell
        WHERE since <= %(on)s ORDER BY unit_id, since DESC
    ) i ON i.unit_id = w.unit_id
    WHERE p.state = 'registered'
"""


def folder() -> Path:
    """Where the files lie: among those that a backup takes."""
    return Path(settings.HOME.files) / "month-ends"


def file_of(on: date) -> Path:
    """The file of a month's end."""
    return folder() / f"{on}.parquet"


def month_end_before(day: date) -> Path | None:
    """The last month's end that a day knew; None before the first."""
    found = [path for path in sorted(folder().glob("*.parquet")) if path.stem <= day.isoformat()]
    return found[-1] if found else None


def kept_month_ends() -> list[date]:
    """The ends of months that were kept, the earliest first."""
    return [date.fromisoformat(path.stem) for path in sorted(folder().glob("*.parquet"))]


def write_due() -> Path | None:
    """Write the end of the last month, once, while it is fresh; None where there is nothing to do."""
    today = clock.today()
    end = today.replace(day=1) - timedelta(days=1)
    if today.day > LATE or file_of(end).exists():
        return None
    return write(end)


def write(on: date) -> Path:
    """One row for a person and employment of that day, also for who works nowhere; streamed, however many there are."""
    if on.day != monthrange(on.year, on.month)[1]:
        raise ValueError(f"{on} 不是月末")
    place = file_of(on)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    told = {"on": on.isoformat(), "written_at": clock.now().isoformat()}
    with _writing(place, _SCHEMA.with_metadata(told)) as file:
        for rows in _rows(on):
            columns = [_column(values, field) for values, field in zip(zip(*rows, strict=True), _SCHEMA, strict=True)]
            file.write_table(pa.table(columns, schema=file.schema))
    return place


def forget_erased() -> int:
    """Take the details out of the lines of those who were erased since; how many files held any."""
    gone = pa.array([one.bytes for one in vault.erased_subjects()], pa.binary(16))
    changed = 0
    for path in sorted(folder().glob("*.parquet")) if len(gone) else []:
        seen = pq.read_table(path, columns=["person", *_HOLLOW])
        known = pc.or_(pc.is_valid(seen["birth_year"]), pc.greater(pc.utf8_length(seen["sex"]), 0))
        for name in ("hukou", "education"):
            known = pc.or_(known, pc.greater(pc.utf8_length(seen[name]), 0))
        if pc.any(pc.and_(pc.is_in(seen["person"], gone), known)).as_py():
            _hollow(path, gone)
            changed += 1
    return changed


@contextmanager
def _writing(place: Path, schema: Any) -> Iterator[Any]:
    """A Parquet file that is there whole, or not at all."""
    part = place.with_suffix(".part")
    try:
        with pq.ParquetWriter(part, schema, compression="zstd") as file:
            yield file
        part.chmod(0o600)
        os.replace(part, place)
    finally:
        part.unlink(missing_ok=True)


def _rows(on: date) -> Iterator[list[Any]]:
    """Through a cursor of the server, in one snapshot."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_ROWS, {"on": on})
        while rows := cursor.fetchmany(_CHUNK):
            yield rows


def _column(values: Any, field: Any) -> Any:
    return pa.array([one.bytes if isinstance(one, UUID) else one for one in values], field.type)


def _hollow(path: Path, gone: Any) -> None:
    old = pq.ParquetFile(path)
    with old, _writing(path, old.schema_arrow) as file:
        for batch in old.iter_batches(batch_size=_CHUNK):
            is_gone = pc.is_in(batch["person"], gone)
            columns = [
                pc.if_else(is_gone, pa.scalar(_HOLLOW[field.name], field.type), batch[field.name])
                if field.name in _HOLLOW
                else batch[field.name]
                for field in old.schema_arrow
            ]
            file.write_table(pa.Table.from_arrays(columns, schema=old.schema_arrow))
