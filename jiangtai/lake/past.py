"""The lake as a month's end was known: what a correction overwrites is read from the file of that day.

Spells tell any day by themselves, facts say since when they are known; only sex, year of birth, household and schooling
are columns of today, and a past day is told with those of its file: whoever is not in it, registered since, is as now.
Asked as it was *known* then, who was registered, who worked and who belonged where is the file's too.
"""

from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from jiangtai.people import month_end_before

from .reading import Lake
from .tables import EMPLOYMENTS, MEMBERSHIPS, PERSONS, UNITS, Table

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
        told = f"SELECT {_uuid('person')}, {then} FROM {self._kept} GROUP BY person"
        had = ", ".join(f"CASE WHEN m.person IS NULL THEN t.{one} ELSE m.{one} END AS {one}" for one in OVERWRITTEN)
        return f"SELECT t.* REPLACE ({had}) FROM ({rows}) t LEFT JOIN ({told}) m ON CAST(t.id AS uuid) = m.person"

    @property
    def _kept(self) -> str:
        path = str(self.file).replace("'", "''")
        return f"read_parquet('{path}')"


class Register(Past):
    """The register as it was known at a month's end: who was in it, at which places, and nobody else."""

    def rows_of(self, table: Table) -> str:
        """Persons, employments and memberships of that day; all else as it is."""
        if table.name == PERSONS.name:
            there = f"SELECT DISTINCT {_uuid('person')} FROM {self._kept}"
            rows = f"({super().rows_of(table)}) t SEMI JOIN ({there}) m ON CAST(t.id AS uuid) = m.person"
            return f"SELECT t.* REPLACE ('registered' AS state) FROM {rows}"
        place = {EMPLOYMENTS.name: "unit", MEMBERSHIPS.name: '"union"'}.get(table.name)
        return self._held(table, place) if place else super().rows_of(table)

    def _held(self, table: Table, place: str) -> str:
        """The spells of that day; since when, the file does not say: as today's says, where there is one."""
        day, told = f"DATE '{self.file.stem}'", {"occupation", "form", "is_production"} & set(table.columns)
        said = {"subject": "p.subject", "unit": "u.unit", "since": f"coalesce(min(s.since), {day})",
                **{name: f"m.{name}" for name in told}}  # fmt: skip
        columns = ", ".join(f"{said.get(name, 'NULL')} AS {name}" for name in table.columns)
        kept = ", ".join([_uuid("person"), _uuid(place, "place"), *sorted(told)])
        persons, units, spells = (Lake.rows_of(self, one) for one in (PERSONS, UNITS, table))
        return f"""SELECT {columns} FROM (SELECT DISTINCT {kept} FROM {self._kept} WHERE {place} IS NOT NULL) m
            JOIN ({persons}) p ON CAST(p.id AS uuid) = m.person JOIN ({units}) u ON CAST(u.id AS uuid) = m.place
            LEFT JOIN ({spells}) s ON s.subject = p.subject AND s.unit = u.unit AND s.since <= {day}
                AND (s.until IS NULL OR s.until > {day}) GROUP BY ALL"""


def known_at(now: Lake, day: date) -> Lake:
    """The lake with the details of the month's end that a day knew; as it is, where none was kept so near to it."""
    file = month_end_before(day)
    if isinstance(now, Past) or file is None or day >= now.at.date() or day - date.fromisoformat(file.stem) > _MONTH:
        return now
    return _past(now, file, file.stat().st_mtime_ns)


def register_known_at(now: Lake, end: date) -> Lake | None:
    """The lake with the register as it was known at a month's end; None where that end was not kept."""
    file = month_end_before(end)
    return _register(now, file, file.stat().st_mtime_ns) if file and file.stem == end.isoformat() else None


@lru_cache(maxsize=3)
def _register(now: Lake, file: Path, _written: int) -> Register:
    return Register(now, file)


def _uuid(column: str, name: str = "") -> str:
    return f"CAST(hex({column}) AS uuid) AS {name or column}"


@lru_cache(maxsize=13)
def _past(now: Lake, file: Path, _written: int) -> Past:
    return Past(now, file)
