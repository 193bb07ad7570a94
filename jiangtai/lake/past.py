"""The lake with persons as they were known when a month ended: what a correction overwrites is read from its file.

Spells tell any day by themselves, facts say since when they are known; only sex, year of birth, household and schooling
are columns of today. Whoever is not in the file, registered since, is as now.
"""

from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from jiangtai.people import month_end_before

from .reading import Lake
from .tables import PERSONS, Table

_MONTH = timedelta(days=31)
OVERWRITTEN = ("sex", "birth_year", "hukou", "education")


class Past(Lake):
    """The same moment of the lake, with the details of a month's end."""

    def __init__(self, now: Lake, file: Path) -> None:
        super().__init__(now.folder, now.found)
        self.file = file

    @property
    def digest(self) -> str:
        """That of the moment, and which month's end."""
        return f"{super().digest}-{self.file.stem}"

    def rows_of(self, table: Table) -> str:
        """Persons with the details that they had then; all else as it is."""
        rows = super().rows_of(table)
        if table.name != PERSONS.name:
            return rows
        then = ", ".join(f"any_value({one}) AS {one}" for one in OVERWRITTEN)
        path = str(self.file).replace("'", "''")
        told = f"SELECT CAST(hex(person) AS uuid) AS person, {then} FROM read_parquet('{path}') GROUP BY person"
        had = ", ".join(f"CASE WHEN m.person IS NULL THEN t.{one} ELSE m.{one} END AS {one}" for one in OVERWRITTEN)
        return f"SELECT t.* REPLACE ({had}) FROM ({rows}) t LEFT JOIN ({told}) m ON CAST(t.id AS uuid) = m.person"


def known_at(now: Lake, day: date) -> Lake:
    """The lake with the details of the month's end that a day knew; as it is, where none was kept so near to it."""
    file = month_end_before(day)
    if file is None or day >= now.at.date() or day - date.fromisoformat(file.stem) > _MONTH:
        return now
    return _past(now, file, file.stat().st_mtime_ns)


@lru_cache(maxsize=13)
def _past(now: Lake, file: Path, _written: int) -> Past:
    return Past(now, file)
