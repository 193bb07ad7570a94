"""Whole columns as one text: what goes in comes out, whatever signs it has."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.db import DataError, connection, transaction

from jiangtai.kernel import StoredFile, add_many, array, new_id

TEXTS = ["", "NULL", "null", 'a"b', "a\\b", "\\x41", "{a,b}", " a ", "a\nb\tc", "周敏", "%s", "'", None]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("text", TEXTS),
        ("bytea", [b"", b"\x00\xff\\", memoryview(b'"'), None]),
        ("uuid", [UUID(int=1), new_id(), None]),
        ("boolean", [True, False, None]),
        ("bigint", [0, -5, 2**40, None]),
        ("date", [date(2026, 1, 31), None]),
        ("timestamptz", [datetime(2026, 1, 31, 12, 0, 0, 5, UTC), None]),
        ("text", []),
    ],
)
def test_the_database_reads_what_was_written(kind: str, values: list[object]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM unnest(%s::{kind}[])", [array(values)])
        found = [bytes(one) if isinstance(one, memoryview) else one for (one,) in cursor.fetchall()]
    assert found == [bytes(one) if isinstance(one, memoryview) else one for one in values]


def test_what_no_column_holds_is_refused() -> None:
    with pytest.raises(TypeError, match="float does not go"):
        array([1.5])


def _files(*names: str) -> list[StoredFile]:
    return [StoredFile(sha256="0" * 64, name=name, kind="csv", media_type="text/csv", size=3) for name in names]


@pytest.mark.django_db
def test_rows_are_added_as_one_by_one() -> None:
    add_many(_files("a", 'b"\\', "周敏"))
    assert set(StoredFile.objects.values_list("name", "size", "by")) == {
        ("a", 3, None), ('b"\\', 3, None), ("周敏", 3, None)
    }  # fmt: skip


@pytest.mark.django_db
def test_what_is_too_long_is_refused_and_not_cut() -> None:
    with pytest.raises(DataError), transaction.atomic():
        add_many(_files("x" * 201))
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_among_finds_what_in_finds() -> None:
    rows = _files("a", "b", 'c"')
    add_many(rows)
    assert set(StoredFile.objects.filter(name__among=["a", 'c"', "z"])) == {rows[0], rows[2]}
    assert list(StoredFile.objects.filter(pk__among={rows[1].pk})) == [rows[1]]
    assert not StoredFile.objects.filter(pk__among=[]).exists()
    assert StoredFile.objects.exclude(pk__among=[]).count() == 3
