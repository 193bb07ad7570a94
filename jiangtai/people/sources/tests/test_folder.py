"""Files that other systems put into the folder."""

import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from jiangtai.access import AuditEntry, acting_as_job
from jiangtai.kernel import clock
from jiangtai.people import Person
from jiangtai.people.sources import Batch, Record, folder, reception
from jiangtai.people.tests.invented import id_number

from .lists import book, handed_in, rows_of, sheet

WRITTEN = 1_790_000_000
"""A day in September 2026."""


@pytest.fixture(autouse=True)
def place(office, monkeypatch, tmp_path) -> Path:
    monkeypatch.setattr(folder, "inbox", lambda: tmp_path / "inbox")
    monkeypatch.setattr(folder, "_UNCHANGED", timedelta(0))
    here = tmp_path / "inbox" / "social_insurance" / "区人社局"
    here.mkdir(parents=True)
    with clock.at(date(2026, 11, 21)):
        yield here


def one(**values: str) -> dict[str, str]:
    return {"name": "李志强", "id_number": id_number(), "employer": "甲厂有限公司"} | values


def put(place: Path, *people: dict[str, str], name: str = "参保-2026-09-30.xlsx", headings: str = "") -> Path:
    rows = rows_of("social_insurance", *people)
    rows[0][-1] = headings or rows[0][-1]
    (place / name).write_bytes(sheet(rows).read())
    return place / name


def collect() -> None:
    for path in folder.inbox().rglob("*.*"):
        if path.is_file() and not path.is_symlink():
            os.utime(path, (WRITTEN, WRITTEN))
    with acting_as_job("自动收取"):
        folder.collect()


def names(place: Path) -> list[str]:
    return sorted(str(one.relative_to(place)) for one in place.rglob("*") if one.is_file())


def test_a_file_waits_in_its_folder_until_another_list_of_its_unit_is_in(place, office):
    with acting_as_job("测试"):
        first = handed_in("social_insurance", office.units["局"], sheet(rows_of("social_insurance", one())))
        reception.take_over(first)
    put(place, one(name="王芳"))
    collect()
    assert names(place) == ["参保-2026-09-30.xlsx"] and AuditEntry.objects.filter(action="source.refused").count() == 0
    with acting_as_job("测试"):
        reception.work_on(first.pk)
    collect()
    assert names(place) == ["done/参保-2026-09-30.xlsx"] and Person.unscoped.count() == 2


def test_a_whole_file_with_known_columns_goes_into_the_register_by_nobody(place):
    put(place, one(), one(name="王芳"))
    collect()
    batch = Batch.unscoped.get()
    assert (batch.state, batch.persons, batch.by, batch.as_of) == ("done", 2, None, date(2026, 9, 30))
    assert names(place) == ["done/参保-2026-09-30.xlsx"]
    with acting_as_job("测试"):
        entries = AuditEntry.objects.filter(action__startswith="source.", actor_name="自动收取")
        assert {entry.action for entry in entries} >= {"source.handed_in", "source.taken_over", "source.loaded"}


def test_the_same_file_twice_changes_nothing(place):
    people = one(), one(name="王芳")
    put(place, *people)
    collect()
    (place / "done" / "参保-2026-09-30.xlsx").rename(place / "又一次-2026-09-30.xlsx")
    collect()
    assert Batch.unscoped.count() == 1 and Person.unscoped.count() == 2 == Record.objects.count()
    assert names(place) == ["done/又一次-2026-09-30.xlsx"]
    put(place, *people, name="再一次-2026-10-31.xlsx")
    collect()
    assert Person.unscoped.count() == 2 == Record.objects.count()
    assert {str(row.confirmed) for row in Record.objects.all()} == {"2026-10-31"}, "and says that the list still holds"
    assert set(Batch.unscoped.values_list("state", flat=True)) == {"done"}


def test_a_file_of_which_sheets_of_people_were_not_read_waits_for_a_person(place):
    pages = {month: rows_of("social_insurance", one()) for month in ("八月", "九月")}
    (place / "参保-2026-09-30.xlsx").write_bytes(book(pages).read())
    collect()
    batch = Batch.unscoped.get()
    assert (batch.state, batch.unread, Person.unscoped.count()) == ("checked", ["九月"], 0)


def test_other_columns_and_too_many_faults_wait_for_a_person(place):
    put(place, one(), headings="停保时间")
    put(place, *(one() for _ in range(9)), one(id_number="1"), name="错 20261031.xlsx")
    collect()
    found = {one.file_name: (one.state, str(one.as_of)) for one in Batch.unscoped.all()}
    assert found == {
        "参保-2026-09-30.xlsx": ("mapping", "2026-09-30"),
        "错 20261031.xlsx": ("checked", "2026-10-31"),
    }
    assert not Person.unscoped.exists() and len(names(place)) == 2


def test_at_the_share_it_still_goes_on(place):
    put(place, *(one() for _ in range(19)), one(id_number="1"))
    collect()
    assert (Batch.unscoped.get().state, Person.unscoped.count()) == ("done", 19)


@pytest.mark.parametrize("source", ["social_insurance", "nothing"])
@pytest.mark.parametrize("unit", ["区人社局", "91519901MA0000000X", "甲街道办事处"])
def test_what_is_refused_lies_apart_with_the_reason(place, source, unit):
    here = place.parent.parent / source / unit
    here.mkdir(parents=True, exist_ok=True)
    (here / "名册.xlsx").write_bytes(b"MZ" + bytes(90))
    collect()
    assert names(here) == ["refused/名册.xlsx", "refused/名册.xlsx.txt"]
    why = (here / "refused" / "名册.xlsx.txt").read_text(encoding="utf-8")
    wanted = "没有“nothing”这种名册" if source == "nothing" else {"区人社局": "可执行程序", "甲街道办事处": "不报送"}
    assert (wanted if isinstance(wanted, str) else wanted.get(unit, "没有代码或名称是")) in why
    assert not Batch.unscoped.exists()
    with acting_as_job("测试"):
        assert AuditEntry.objects.get(action="source.refused").reason == why.strip()


def test_a_list_without_header_is_refused_after_the_look(place):
    (place / "名册.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    collect()
    assert names(place) == ["refused/名册.csv", "refused/名册.csv.txt"] and Batch.unscoped.get().state == "refused"


def test_what_is_still_being_written_is_left_alone(place, monkeypatch):
    for name in ("名册.xlsx.part", "名册.tmp", ".名册.xlsx", "~$名册.xlsx"):
        (place / name).write_bytes(b"1")
    (place / "link.csv").symlink_to("/etc/hostname")
    collect()
    monkeypatch.setattr(folder, "_UNCHANGED", timedelta(minutes=1))
    put(place, one())
    os.utime(place / "参保-2026-09-30.xlsx", (1, 1))
    collect()
    assert len(names(place)) == 6 and not Batch.unscoped.exists()


def test_a_file_that_breaks_the_taking_holds_up_no_other(place, monkeypatch):
    put(place, one())
    (place / "0.csv").write_text("姓名,身份证号\n", encoding="utf-8")
    os.utime(place / "0.csv", (1, 1))
    take = folder._take

    def broken(path):
        if path.name == "0.csv":
            raise LookupError("unknown encoding")
        take(path)

    monkeypatch.setattr(folder, "_take", broken)
    with pytest.raises(LookupError):
        collect()
    assert Batch.unscoped.count() == 1 and "0.csv" in names(place)


@pytest.mark.parametrize("dies_in", ["work_on", "take_over", "_move"])
def test_a_crash_anywhere_is_gone_on_with(place, monkeypatch, dies_in):
    put(place, one(), one(name="王芳"))
    room = folder if dies_in == "_move" else reception

    def dying(*_):
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr(room, dies_in, dying)
        with pytest.raises(MemoryError):
            collect()
    assert names(place) == ["参保-2026-09-30.xlsx"]
    collect()
    assert (Batch.unscoped.get().state, Person.unscoped.count()) == ("done", 2)
    assert names(place) == ["done/参保-2026-09-30.xlsx"]


@pytest.mark.parametrize(
    ("name", "day"),
    [("参保20260930.csv", date(2026, 9, 30)), ("2026-09-30_1.csv", date(2026, 9, 30)), ("9120269930.csv", None),
     ("20261399.csv", None), ("名册.csv", None)],
)  # fmt: skip
def test_the_day_of_the_data_comes_from_the_name_or_the_file(place, name, day):
    (place / name).touch()
    os.utime(place / name, (WRITTEN, WRITTEN))
    assert folder.day_of(place / name) == (day or date(2026, 9, 21))


def test_what_was_taken_in_does_not_lie_here_for_ever(place):
    put(place, one())
    collect()
    folder.expire(date(2026, 10, 21))
    assert len(names(place)) == 1
    folder.expire(date(2026, 11, 21))
    assert names(place) == []


def test_a_file_that_stops_every_worker_is_put_aside_whoever_gave_it_up(place, monkeypatch):
    class Killed(BaseException):
        pass

    def poisonous(*args):
        raise Killed

    monkeypatch.setattr(reception, "opened", poisonous)
    put(place, one())
    for _ in range(reception.MOST_TRIES):
        with pytest.raises(Killed):
            collect()
    with acting_as_job("测试"):
        (batch,) = reception.waiting()
        reception.work_on(batch)  # the job that goes on with what lies unfinished gave it up first
    collect()
    assert Batch.unscoped.count() == 1 and reception.waiting() == []
    told = "refused/参保-2026-09-30.xlsx"
    assert names(place) == [told, f"{told}.txt"] and "都中断了" in (place / f"{told}.txt").read_text("utf-8")
