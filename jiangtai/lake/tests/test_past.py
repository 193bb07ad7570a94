"""A month that is over is read with the details that were known when it ended."""

from datetime import date, timedelta

import pytest
from ibis import _

from jiangtai import lake, people
from jiangtai.access import acting_as_job
from jiangtai.kernel import clock
from jiangtai.lake import PERSONS, manifest
from jiangtai.people import monthends
from jiangtai.people.tests import invented


@pytest.fixture
def folder(twin, tmp_path, monkeypatch):
    monkeypatch.setattr(manifest, "folder_of", lambda: tmp_path)
    monkeypatch.setattr(monthends, "folder", lambda: tmp_path / "month-ends")
    with acting_as_job("测试"):
        yield tmp_path


def details(at, person):
    asked = PERSONS.rows.filter(_.id == str(person.pk)).select("sex", "birth_year", "hukou", "education")
    return list(at.answer(asked).to_pylist()[0].values())


def test_a_correction_of_today_does_not_change_what_a_month_knew(folder, twin):
    today = clock.today()
    end = today.replace(day=1) - timedelta(days=1)
    li = invented.worker(twin.units["甲厂"], hukou="other_rural", education="70")
    monthends.write(end)
    people.change(li, hukou="local_urban", education="20")
    wang = invented.worker(twin.units["甲厂"], "王芳", hukou="other_urban")
    lake.refresh()
    now = lake.opened()
    assert details(now, li) == ["男", 1988, "local_urban", "20"]
    then = lake.known_at(now, end)
    assert details(then, li) == ["男", 1988, "other_rural", "70"]
    assert details(then, wang)[2] == "other_urban"  # registered since: as it is now
    assert then.answer(PERSONS.rows.count().as_table()) == now.answer(PERSONS.rows.count().as_table())
    assert list(then.answer(PERSONS.rows).schema.names) == list(PERSONS.columns)
    assert lake.known_at(now, end) is then


def test_where_no_month_was_kept_so_near_all_is_as_now(folder, twin):
    lake.refresh()
    now = lake.opened()
    assert lake.known_at(now, date(2026, 1, 31)) is now
    assert lake.known_at(now, clock.today()) is now


def test_of_whoever_was_erased_nothing_is_read_for_the_past_either(folder, twin, monkeypatch):
    monkeypatch.setattr("jiangtai.vault.erasure.erasure_list", lambda: folder / "erasures.jsonl")
    end = clock.today().replace(day=1) - timedelta(days=1)
    li = invented.worker(twin.units["甲厂"], hukou="other_rural")
    monthends.write(end)
    people.erase(li, "测试")
    monthends.forget_erased()
    lake.refresh()
    assert details(lake.known_at(lake.opened(), end), li) == ["", None, "", ""]
