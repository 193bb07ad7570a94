"""The lake follows the ledger: what it holds is what the register and the ledger held at one position."""

import os
import random
import subprocess
import sys
import threading
import time
from datetime import date

import pyarrow.parquet as pq
import pytest
from ibis import _

from jiangtai import lake, ledger, people
from jiangtai.access import Unit, acting_as, acting_as_job, units
from jiangtai.kernel import clock
from jiangtai.lake import (
    EMPLOYMENTS,
    LINEAGE,
    MEMBERSHIPS,
    PERSONS,
    STANDS,
    SUBJECTS,
    UNITS,
    fact_table,
    manifest,
    reading,
    refreshing,
)
from jiangtai.ledger import Cause, FactRow, PersonId
from jiangtai.people.facts import Detail, EmploymentBegan, LeavingReason, PersonChanged, PersonRegistered
from jiangtai.people.tests import invented
from tests.live import credit_code
from tests.office import at_once

SECRET = {"name", "id_number", "phone", "union_card", "birth", "card_secret", "secret", "ciphertext"}


@pytest.fixture
def folder(twin, tmp_path, monkeypatch):
    monkeypatch.setattr(manifest, "folder_of", lambda: tmp_path)
    with acting_as_job("测试"):
        yield tmp_path


def count(table, *conditions):
    rows = table.rows.filter(*conditions) if conditions else table.rows
    return lake.opened().answer(rows.count().name("n").as_table())["n"][0].as_py()


def spells_of(table, person):
    ids = PERSONS.rows.filter(_.id == str(person.pk)).select("subject")
    return lake.opened().answer(table.rows.semi_join(ids, "subject")).to_pylist()


def test_a_first_refresh_holds_what_the_register_and_the_ledger_hold(folder, twin):
    invented.worker(twin.units["甲厂"])
    report = lake.refresh()
    assert report.position == ledger.head().size - 1
    assert count(PERSONS) == people.Person.unscoped.count()
    assert count(EMPLOYMENTS) == people.Employment.unscoped.count()
    assert count(MEMBERSHIPS) == people.UnionMembership.unscoped.count()
    kinds = FactRow.unscoped.values_list("type", flat=True).distinct()
    known = {one.key for one in ledger.fact_types()}
    for kind in set(kinds) & known:
        assert count(fact_table(kind)) == FactRow.unscoped.filter(type=kind).count(), kind


def test_a_second_refresh_takes_over_just_what_is_new_and_replaces_the_persons_concerned(folder, twin):
    gone, stays = (invented.worker(twin.units["甲厂"]) for _ in range(2))
    lake.refresh()
    began = count(fact_table("people.EmploymentBegan"))
    people.leave(gone.employments.get(), on=clock.today(), why=LeavingReason.RESIGNED)
    people.join_union(stays, twin.units["甲厂工会"])
    report = lake.refresh()
    assert report.facts == 2
    assert [one["why"] for one in spells_of(EMPLOYMENTS, gone)] == ["resigned"]
    assert [one["until"] for one in spells_of(EMPLOYMENTS, stays)] == [None]
    assert len(spells_of(MEMBERSHIPS, stays)) == 1
    assert count(fact_table("people.EmploymentBegan")) == began
    ends = lake.opened().answer(fact_table("people.EmploymentEnded").rows).to_pylist()
    starts = {row["position"] for row in lake.opened().answer(fact_table("people.EmploymentBegan").rows).to_pylist()}
    assert all(row["ends"] in starts for row in ends)


def test_a_rebuild_holds_the_same_as_many_refreshes(folder, twin, monkeypatch):
    monkeypatch.setattr(refreshing, "_MANY", 2)
    for number in range(5):
        person = invented.worker(twin.units["甲厂"])
        lake.refresh()
        if number % 2:
            people.leave(person.employments.get(), on=clock.today(), why=LeavingReason.MOVED)
            lake.refresh()
    followed = {one.name: content(one) for one in lake.every_table() if one.name != "stands"}
    lake.rebuild()
    assert {one.name: content(one) for one in lake.every_table() if one.name != "stands"} == followed
    # whoever is in the register is numbered first, then whatever else facts are about
    assert {name for name, files in manifest.read(folder).files.items() if len(files) > 1} <= {"subjects"}


@pytest.mark.parametrize("most", [12, 1])
def test_what_stands_in_a_branch_lies_together(folder, twin, monkeypatch, most):
    """A street's rows are read without those of others, whenever its firms came and however files were merged."""
    monkeypatch.setattr(refreshing, "_MANY", most)
    late = units.found(
        kind=Unit.Kind.ENTERPRISE, name=f"后来的厂{most}", parent=twin.units["甲街"], code=credit_code(86 + most)
    )
    firms = [late, twin.units["乙厂"], twin.units["甲厂"]]
    for _round in range(3):
        for one in firms:
            invented.worker(one)
        lake.refresh()
    paths, last = dict(Unit.unscoped.values_list("number", "path")), late.number
    for name in ("employments", "memberships", "fact.people.EmploymentBegan"):
        for file in manifest.read(folder).files[name]:
            order = [row["unit"] for row in pq.read_table(folder / file).to_pylist()]
            assert order == sorted(order, key=paths.__getitem__), (name, file)
            assert name == "memberships" or (last in order and order[-1] != last)


def content(table):
    """The rows of a table without the numbers that a rebuild gives anew."""
    names = [name for name in table.columns if name not in ("subject", "position", "ends")]
    return sorted(map(str, lake.opened().answer(table.rows.select(*names)).to_pylist())) if names else []


def test_a_refresh_that_is_killed_changes_nothing_and_is_made_up_for(folder, twin, monkeypatch):
    invented.worker(twin.units["甲厂"])
    lake.refresh()
    before, held = (folder / manifest.NAME).read_text(), count(PERSONS)
    invented.worker(twin.units["甲厂"])

    def killed(self):
        raise KeyboardInterrupt

    for step in ("_stands", "_put_together", "_references"):
        with monkeypatch.context() as patch:
            patch.setattr(refreshing._Renewal, step, killed)
            with pytest.raises(KeyboardInterrupt):
                lake.refresh()
        assert (folder / manifest.NAME).read_text() == before and count(PERSONS) == held
    assert lake.refresh().facts == 2
    assert count(PERSONS) == held + 1 == people.Person.unscoped.count()


def test_what_is_committed_while_a_refresh_reads_is_in_it_wholly_or_not_at_all(folder, twin, monkeypatch):
    """Before each part is read, somebody else registers a worker, whose facts get their places at once."""
    read, came = refreshing._Renewal._read, []

    def meanwhile():
        with acting_as_job("另一个连接"):
            came.append(str(invented.worker(twin.units["甲厂"]).pk))
            ledger.seal()

    def read_later(self, name, pull, columns):
        at_once(meanwhile)
        read(self, name, pull, columns)

    invented.worker(twin.units["甲厂"])
    with monkeypatch.context() as patch:
        patch.setattr(refreshing._Renewal, "_read", read_later)
        lake.refresh()
    assert len(came) > 5 and not set(came) & everywhere()
    lake.refresh()
    assert set(came) <= everywhere()


def everywhere():
    """Everybody of whom the lake holds anything, by the register or by the ledger."""
    at = lake.opened()
    tables = (PERSONS, EMPLOYMENTS, fact_table("people.PersonRegistered"), fact_table("people.EmploymentBegan"))
    numbers = {row["subject"] for one in tables for row in at.answer(one.rows.select("subject")).to_pylist()}
    return {row["who"] for row in at.answer(SUBJECTS.rows).to_pylist() if row["subject"] in numbers}


CHILD = """
import sys
from pathlib import Path
import django
django.setup()
from django.db import connections
for alias in ("default", "owner"):
    connections[alias].settings_dict["NAME"] = "jiangtai_twin"
from jiangtai import lake
from jiangtai.access import acting_as_job
from jiangtai.lake import manifest
manifest.folder_of = lambda: Path(sys.argv[1])
with acting_as_job("测试"):
    while True:
        print("ready", flush=True)
        lake.refresh()
        lake.rebuild()
"""


def test_a_process_that_is_killed_at_any_moment_leaves_a_lake_that_goes_on(folder, twin):
    for number in range(3):
        invented.worker(twin.units["甲厂"])
        child = subprocess.Popen([sys.executable, "-c", CHILD, str(folder)], stdout=subprocess.PIPE, text=True)
        assert child.stdout.readline() == "ready\n"
        time.sleep(random.uniform(0.05, 0.8) + number * 0.4)
        assert child.poll() is None, "it is killed while it works"
        child.kill()
        child.communicate()
        lake.refresh()
        assert count(PERSONS) == people.Person.unscoped.count()
    followed = {one.name: content(one) for one in lake.every_table() if one.name != "stands"}
    assert not list(folder.glob(f"{manifest.WORK}*"))
    lake.rebuild()
    assert {one.name: content(one) for one in lake.every_table() if one.name != "stands"} == followed


def test_what_no_longer_counts_is_swept_once_nobody_can_read_it(folder, twin):
    """Its age is counted since it stopped counting, not since it was written."""
    lake.refresh()
    read, long_ago = lake.opened(), time.time() - 2 * manifest._KEPT
    before = [folder / name for name in manifest.read(folder).names]
    for path in before:
        os.utime(path, (long_ago, long_ago))
    lake.rebuild()
    assert all(path.exists() for path in before), "whoever opened the lake before still reads it"
    assert read.answer(EMPLOYMENTS.rows).num_rows == count(EMPLOYMENTS)
    for path in before:
        os.utime(path, (long_ago, long_ago))
    lake.refresh()
    assert {path.name for path in folder.glob("*.parquet")} == manifest.read(folder).names


def test_what_counts_is_called_the_same_until_something_changes(folder, twin):
    """A unit can change without any fact; what is computed of the lake is kept under this name."""
    lake.refresh()
    first = manifest.read(folder)
    lake.refresh()
    again = manifest.read(folder)
    assert again.at != first.at and (again.digest, again.files) == (first.digest, first.files)
    units.found(kind=Unit.Kind.ENTERPRISE, name="新来的厂", parent=twin.units["甲街"], code=credit_code(77))
    lake.refresh()
    later = manifest.read(folder)
    assert later.position == first.position and later.digest != first.digest


def test_two_refreshes_do_not_meet(folder):
    with manifest.alone(folder), pytest.raises(lake.Busy, match="正在刷新"):
        lake.refresh()


def test_who_comes_second_waits_as_long_as_is_said(folder):
    def hold():
        with manifest.alone(folder):
            holds.set()
            time.sleep(0.5)

    holds = threading.Event()
    other = threading.Thread(target=hold)
    other.start()
    holds.wait()
    with pytest.raises(lake.Busy), manifest.alone(folder, 0.1):
        pass
    with manifest.alone(folder, 30):
        assert not other.is_alive() or other.join() is None


def test_a_correction_is_in_it(folder, twin):
    person = invented.worker(twin.units["甲厂"])
    lake.refresh()
    [(began, _fact)] = ledger.every(EmploymentBegan).of(person.pk).as_facts()
    ledger.reverse(began, ledger.Why.NOT_SO, cause=Cause.act("测试"))
    lake.refresh()
    back = lake.opened().answer(lake.tables.REVERSED.rows).to_pylist()
    starts = lake.opened().answer(fact_table("people.EmploymentBegan").rows.filter(_.fact == str(began))).to_pylist()
    assert starts[0]["position"] in {one["position"] for one in back}


def test_whoever_was_merged_stands_under_the_other(folder, twin):
    one, other = (invented.worker(twin.units["甲厂"], id_number=number) for number in (invented.id_number(), ""))
    with acting_as(twin.person("union_officer", "区")):
        people.propose_merge(one, other)
    lake.refresh()
    ids = {row["subject"]: row["id"] for row in lake.opened().answer(PERSONS.rows).to_pylist()}
    stands = {(ids[row["subject"]], ids[row["into"]]) for row in lake.opened().answer(STANDS.rows).to_pylist()}
    gone = people.Person.unscoped.get(merged_into__isnull=False, pk__in=[one.pk, other.pk])
    assert (str(gone.pk), str(gone.merged_into_id)) in stands


def test_a_unit_stands_below_those_of_its_tree_and_below_the_unions_that_serve_it(folder, twin):
    lake.refresh()
    rows = lake.opened().answer(UNITS.rows).to_pylist()
    names = {row["unit"]: row["name"] for row in rows}
    above = {}
    for row in lake.opened().answer(LINEAGE.rows).to_pylist():
        above.setdefault(names[row["unit"]], set()).add(names[row["ancestor"]])
    firm, union = twin.units["甲厂"].name, twin.units["甲厂工会"].name
    assert {twin.units["甲街"].name, twin.units["区"].name, union} <= above[firm]
    assert {twin.units["区"].name, firm} <= above[union]
    assert twin.units["乙街"].name not in above[firm]


def test_a_unit_is_there_from_its_first_day_or_its_first_worker_up_to_its_last(folder, twin):
    def firm(name, number, **fields):
        return units.found(
            kind=Unit.Kind.ENTERPRISE, name=name, parent=twin.units["甲街"], code=credit_code(number), **fields
        )

    said, staffed = firm("说了日期的厂", 81, since=date(2019, 3, 1)), firm("先有职工的厂", 82)
    ended, into = (firm(f"{one}的厂", 83 + at, since=date(2018, 1, 1)) for at, one in enumerate(("撤销", "并入")))
    people.hire(invented.person(staffed), staffed, on=date(2021, 5, 6), occupation="车工", is_production=True)
    units.close(ended, since=date(2022, 7, 8))
    units.merge(into, said, since=date(2023, 9, 10))
    lake.refresh()
    rows = {row["name"]: row for row in lake.opened().answer(UNITS.rows).to_pylist()}
    assert [(rows[one.name]["since"], rows[one.name]["until"]) for one in (said, staffed, ended, into)] == [
        (date(2019, 3, 1), None),
        (date(2021, 5, 6), None),
        (date(2018, 1, 1), date(2022, 7, 8)),
        (date(2018, 1, 1), date(2023, 9, 10)),
    ]


def test_nothing_personal_has_a_column():
    for table in lake.every_table():
        allowed = {"name"} if table.name in ("units",) else set()
        found = SECRET & set(table.columns) - allowed
        personal = ledger.declared(table.name[5:]).personal if table.name.startswith("fact.") else frozenset()
        if table.name.startswith("fact."):
            found -= {"name", "birth"}  # a title's name, declared not to be personal
        assert not found and not personal & set(table.columns), table.name


def test_a_lake_of_other_columns_is_built_anew(folder, twin):
    before = lake.refresh()
    found = manifest.read(folder)
    found.shape = "older"
    found.save(folder)
    assert lake.refresh().position == before.position
    assert count(fact_table("people.PersonRegistered")) == ledger.every(PersonRegistered).count()


def test_before_the_first_refresh_the_way_is_told(folder):
    with pytest.raises(lake.NoLake, match="jiangtai lake refresh"):
        lake.opened()
    assert lake.status().position == -1


def test_a_fact_that_names_no_unit_is_the_whole_places(folder, twin):
    person = invented.worker(twin.units["甲厂"])
    changed = PersonChanged(person=PersonId(person.pk), what=Detail.SEX, on=clock.today())
    made = ledger.append(changed, cause=Cause.act("测试"))
    lake.refresh()
    rows = lake.opened().answer(fact_table("people.PersonChanged").rows.filter(_.fact == str(made))).to_pylist()
    assert [row["unit"] for row in rows] == [twin.units["区"].number]


def test_what_a_killed_refresh_was_writing_is_cleared_away(folder, twin):
    left = folder / f"{manifest.WORK}left"
    left.mkdir()
    (left / "raw.csv").write_text("1")
    lake.refresh()
    assert not left.exists()


def test_what_is_kept_of_a_moment_does_not_grow_without_end(tmp_path, monkeypatch):
    """Every period that an address can name would be kept else, and there are millions of days."""
    monkeypatch.setattr(reading, "MOST_KEPT", 3)
    monkeypatch.setattr(reading.manifest, "folder_of", lambda: tmp_path)
    monkeypatch.setattr(reading.manifest, "read", lambda folder: "a moment")
    first = reading.opened()
    before = first.kept
    before["a figure"], before["a table"] = 1, [1, 2]
    assert reading.opened() is first and first.kept is before
    before["one more"] = 4
    assert reading.opened() is first and not first.kept
    assert before["a table"] == [1, 2], "whoever still reads it has it"
