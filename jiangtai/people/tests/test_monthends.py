"""What of the register's past can be read from its tables, and what only the month's end keeps."""

from datetime import date
from uuid import UUID

import pyarrow.parquet as pq
import pytest

from jiangtai import people
from jiangtai.access import acting_as_job
from jiangtai.kernel import clock
from jiangtai.people import LeavingReason, monthends
from jiangtai.people.jobs import month_end

from .invented import id_number, person

NUMBER = id_number("19870412", 333)


@pytest.fixture(autouse=True)
def job(office, monkeypatch, tmp_path):
    monkeypatch.setattr(monthends, "folder", lambda: tmp_path / "month-ends")
    monkeypatch.setattr("jiangtai.vault.erasure.erasure_list", lambda: tmp_path / "erasures.jsonl")
    with acting_as_job("测试"):
        yield office


@pytest.fixture
def li(office):
    with clock.at(date(2026, 8, 20)):
        made = person(office.units["甲厂"], "李志强", id_number=NUMBER, phone="19900000100", hukou="other_rural")
        people.describe(office.units["甲厂"], industry="C34")
        people.hire(made, office.units["甲厂"], occupation="焊工", is_production=True, on=date(2026, 3, 2))
        people.join_union(made, office.units["甲厂工会"], on=date(2026, 4, 1))
    return made


def run(day: date) -> None:
    with clock.at(day):
        month_end()


def rows(on: date) -> list[dict]:
    return pq.read_table(monthends.file_of(on)).to_pylist()


def test_spells_tell_any_day_by_themselves(office, li):
    with clock.at(date(2026, 9, 20)):
        people.leave(people.employment_of(li.pk), why=LeavingReason.RESIGNED, on=date(2026, 9, 10))
        people.hire(li, office.units["乙厂"], occupation="电工", on=date(2026, 9, 15))
        days = {date(2026, 3, 1): [], date(2026, 8, 31): ["甲厂有限公司"], date(2026, 9, 12): []}
        for day, firms in (days | {date(2026, 9, 15): ["乙厂有限公司"]}).items():
            assert [work.unit.name for work in people.employments_of(li.pk, day)] == firms, day
        assert people.membership_of(li.pk, date(2026, 3, 31)) is None
        assert people.industry_on(office.units["甲厂"].pk, date(2026, 8, 31)) == "C34"


def test_the_months_end_keeps_what_is_overwritten_later(office, li):
    run(date(2026, 9, 1))
    with clock.at(date(2026, 9, 10)):
        people.change(li, hukou="local_urban", education="20")
        people.hire(li, office.units["乙厂"], occupation="电工", on=date(2026, 8, 1))  # entered late
    run(date(2026, 10, 1))
    (august,) = rows(date(2026, 8, 31))
    assert august == {
        "person": li.pk.bytes, "sex": "男", "birth_year": 1987, "hukou": "other_rural", "education": "",
        "unit": office.units["甲厂"].pk.bytes, "industry": "C34", "occupation": "焊工", "form": "contract",
        "is_production": True, "union": office.units["甲厂工会"].pk.bytes,
    }  # fmt: skip
    september = rows(date(2026, 9, 30))
    assert [one["hukou"] for one in september] == ["local_urban"] * 2
    assert {one["occupation"] for one in september} == {"焊工", "电工"}


def test_whoever_works_nowhere_stands_in_it_too(office):
    one = person(office.units["甲厂"])
    run(date(2026, 9, 1))
    (found,) = rows(date(2026, 8, 31))
    assert UUID(bytes=found["person"]) == one.pk and found["unit"] is None and found["union"] is None


def test_nothing_that_tells_who_it_is_stands_in_it(office, li):
    run(date(2026, 9, 1))
    path = monthends.file_of(date(2026, 8, 31))
    data = path.read_bytes() + str(rows(date(2026, 8, 31))).encode()
    for word in ("李志强", NUMBER, "19900000100", "1987-04-12"):
        assert word.encode() not in data
    assert path.stat().st_mode & 0o077 == 0


def test_it_is_written_once_and_never_too_late(office, li):
    run(date(2026, 9, 1))
    before = monthends.file_of(date(2026, 8, 31)).read_bytes()
    with clock.at(date(2026, 9, 2)):
        people.change(li, hukou="local_urban")
    run(date(2026, 9, 2))
    assert monthends.file_of(date(2026, 8, 31)).read_bytes() == before
    run(date(2026, 10, 6))
    assert not monthends.file_of(date(2026, 9, 30)).exists()
    with pytest.raises(ValueError, match="不是月末"):
        monthends.write(date(2026, 9, 29))


def test_a_day_knows_the_last_months_end_before_it(office, li):
    for day in (date(2026, 9, 1), date(2026, 10, 1)):
        run(day)
    assert monthends.month_end_before(date(2026, 10, 15)) == monthends.file_of(date(2026, 9, 30))
    assert monthends.month_end_before(date(2026, 9, 29)) == monthends.file_of(date(2026, 8, 31))
    assert monthends.month_end_before(date(2026, 8, 30)) is None


def test_a_crash_leaves_no_half_file(office, li, monkeypatch):
    def broken(on):
        raise OSError("disk full")
        yield

    monkeypatch.setattr(monthends, "_rows", broken)
    with pytest.raises(OSError, match="disk full"):
        monthends.write(date(2026, 8, 31))
    assert not list(monthends.folder().iterdir())


def test_the_erased_keep_a_line_without_details(office, li):
    other = person(office.units["甲厂"], "王芳")
    run(date(2026, 9, 1))
    people.erase(li, "本人要求")
    assert monthends.forget_erased() == 1
    found = {UUID(bytes=one["person"]): one for one in rows(date(2026, 8, 31))}
    assert len(found) == 2 and found[other.pk]["birth_year"]
    gone = found[li.pk]
    assert (gone["sex"], gone["birth_year"], gone["hukou"]) == ("", None, "")
    assert gone["unit"] == office.units["甲厂"].pk.bytes
    assert monthends.forget_erased() == 0
