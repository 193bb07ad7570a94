"""What somebody could try with a list: to learn of others, to take what is theirs, or to stop the work of all."""

import io
import re
import threading
import zipfile
from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jiangtai import ledger, people
from jiangtai.access import AuditEntry, Refused, accounts, acting_as, acting_as_job
from jiangtai.kernel import FileRefused, clock
from jiangtai.people import Employment, Person, UnionMembership
from jiangtai.people.sources import Batch, Record, hand_in, told_of, work_on
from jiangtai.people.sources import jobs as sources_jobs
from jiangtai.people.sources import reception as house
from jiangtai.people.sources.catalogue import EMPLOYER_ROSTER
from jiangtai.people.tests.invented import id_number, worker
from jiangtai.vault import rotate
from jiangtai.vault.models import Entry
from tests.office import at_once

from .lists import DAY, handed_in, loaded, rows_of, sheet


@pytest.fixture(autouse=True)
def job():
    with acting_as_job("测试"):
        yield


def one(**values: str) -> dict[str, str]:
    return {"name": "李志强", "id_number": id_number(), "phone": "19900000100"} | values


def who(number: str) -> Person:
    (person,) = people.find(id_number=number)
    return person


def altered(upload, part: str, old: bytes, new: bytes):
    """The workbook with some of its bytes exchanged."""
    before, out = zipfile.ZipFile(upload), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in before.namelist():
            data = before.read(name)
            assert name != part or old in data
            made.writestr(name, data.replace(old, new) if name == part else data)
    upload.file = io.BytesIO(out.getvalue())
    upload.size = len(out.getvalue())
    return upload


def test_a_phone_that_a_backdated_list_changed_links_no_account_at_once(office):
    told = one()
    loaded("taxes", office.units["局"], told | {"employer": "甲厂有限公司"}, day=clock.today() - timedelta(days=90))
    mine = told | {"phone": "19900000177"}
    loaded("employer_roster", office.units["甲厂"], mine, day=clock.today() - timedelta(days=60))
    person = who(told["id_number"])
    assert person.card.phone == "199****0177"
    thief = accounts.worker_of_phone("19900000177")
    with pytest.raises(Refused, match="新改的"):
        people.link_account(thief, person)


WEAK = "只有院校、评价机构或新报您在职的单位写过"


def later(days: int):
    """So many days on; a phone that was just changed links nobody for a month in any case."""
    return clock.at(clock.today() + timedelta(days=days))


@pytest.mark.parametrize("key", ["schools", "certificates"])
@pytest.mark.parametrize("is_known", [True, False])
def test_a_schools_phone_signs_nobody_in(office, key, is_known):
    """Whoever knows a number and a name could fill an empty phone with their own, and read the file by it."""
    told = one()
    if is_known:
        loaded("social_insurance", office.units["局"], told | {"phone": ""})
    loaded(key, office.units["局"], told | {"phone": "19900000177"})
    person = who(told["id_number"])
    assert person.card.phone == "199****0177", "it is kept, to tell who is who and to write to"
    with later(60):
        thief = accounts.worker_of_phone("19900000177")
        with pytest.raises(Refused, match=WEAK):
            people.link_account(thief, person)


@pytest.mark.parametrize("phone", ["", "19900000155"])
def test_a_firm_that_names_somebody_gets_no_key_to_the_file(office, phone):
    """Whoever knows a number and a name may say that somebody works here; who insures them has to say it too."""
    told = one(employer="乙厂有限公司")
    loaded("social_insurance", office.units["局"], told | {"phone": phone})
    loaded("employer_roster", office.units["甲厂"], told | {"phone": "19900000177", "employer": ""})
    person = who(told["id_number"])
    assert person.card.phone == "199****0177", "the firm may write to whom it employs"
    with later(60):
        thief = accounts.worker_of_phone("19900000177")
        with pytest.raises(Refused, match=WEAK):
            people.link_account(thief, person)
        loaded("taxes", office.units["局"], told | {"phone": "", "employer": "甲厂有限公司"}, day=clock.today())
        assert people.link_account(thief, person).account == thief, "now another knows that it is the worker"


def test_a_firms_own_people_sign_in_by_the_phone_that_it_lists(office):
    told = one()
    loaded("employer_roster", office.units["甲厂"], told)
    loaded("employer_roster", office.units["甲厂"], told | {"phone": "19900000177"}, day=DAY + timedelta(days=1))
    own = accounts.worker_of_phone("19900000177")
    with later(60):
        assert people.link_account(own, who(told["id_number"])).account == own


@pytest.mark.parametrize(
    ("key", "at"),
    [("social_insurance", "局"), ("taxes", "局"), ("union_members", "工会"), ("employer_roster", "甲厂")],
)
def test_a_phone_that_a_better_source_says_too_signs_in(office, key, at):
    told = one(union="甲厂工会委员会")
    loaded("schools", office.units["局"], told)
    loaded(key, office.units[at], told)
    own, person = accounts.worker_of_phone(told["phone"]), who(told["id_number"])
    assert people.link_account(own, person).account == own


def test_a_better_lists_phone_stays_a_key_beside_a_schools(office):
    told = one()
    loaded("taxes", office.units["局"], told | {"phone": "19900000155"})
    loaded("certificates", office.units["局"], told, day=clock.today() - timedelta(days=1))
    person = who(told["id_number"])
    assert person.card.phone == "199****0155"
    own = accounts.worker_of_phone("19900000155")
    assert people.link_account(own, person).account == own


def test_a_phone_that_was_typed_once_more_is_the_persons_own(office):
    told = one()
    loaded("schools", office.units["局"], told)
    person = who(told["id_number"])
    people.change(person, phone=told["phone"], reason="本人持身份证到场")
    own = accounts.worker_of_phone(told["phone"])
    with pytest.raises(Refused, match="新改的"):
        people.link_account(own, person)
    with later(60):
        assert people.link_account(own, person).account == own
    facts = ledger.life(person.pk).count()
    people.change(person, phone=told["phone"])
    assert ledger.life(person.pk).count() == facts, "and is not confirmed again each time"


def test_a_merge_makes_no_schools_phone_a_key(office):
    told = one(id_number="", birth="1988-08-08")
    loaded("certificates", office.units["局"], told)
    (other,) = people.find(phone=told["phone"])
    kept = worker(office.units["甲厂"], "李志强")
    with acting_as(office.person("group_office")):
        people.propose_merge(kept, other)
    assert Person.unscoped.get(pk=kept.pk).card.phone == "199****0100"
    with later(60), pytest.raises(Refused, match=WEAK):
        people.link_account(accounts.worker_of_phone(told["phone"]), kept)


def test_a_firm_that_does_not_know_the_whole_name_meets_nobody(office):
    told = one(name="欧阳文静", employer="乙厂有限公司")
    loaded("social_insurance", office.units["局"], told)
    rows = rows_of("employer_roster", told | {"name": "欧阳文婧", "employer": ""})
    batch = handed_in("employer_roster", office.units["甲厂"], sheet(rows))
    assert batch.failed == 1 and "另一个姓名" in batch.faults.get().words
    with acting_as(office.person("enterprise_hr", "甲厂")):
        assert not Person.objects.exists()


def test_one_firms_list_says_nothing_of_anothers(office):
    told = one()
    loaded("employer_roster", office.units["甲厂"], told)
    batch = handed_in("employer_roster", office.units["乙厂"], sheet(rows_of("employer_roster", told)))
    assert (batch.good, batch.repeated) == (1, 0)
    house.take_over(batch)
    work_on(batch.pk)
    person = who(told["id_number"])
    assert {work.unit for work in people.employments_of(person.pk)} == {office.units["甲厂"], office.units["乙厂"]}
    kept = Record.objects.filter(Record.NOW, person=person).values_list("batch__unit__name", flat=True)
    assert sorted(kept) == sorted([office.units["甲厂"].name, office.units["乙厂"].name])


def test_a_firm_changes_nothing_of_whom_it_merely_names(office):
    told, days = one(), [clock.today() - timedelta(days=ago) for ago in (40, 20, 30)]
    loaded("employer_roster", office.units["甲厂"], told, day=days[0])
    loaded("employer_roster", office.units["乙厂"], told | {"phone": "19900000178", "state": "离职"}, day=days[1])
    person = who(told["id_number"])
    assert person.card.phone == "199****0100"
    assert {work.unit for work in people.employments_of(person.pk)} == {office.units["甲厂"]}


def test_a_firm_that_calls_somebody_retired_ends_no_work_elsewhere(office):
    told = one(id_number=id_number())
    loaded("social_insurance", office.units["局"], told | {"employer": "乙厂有限公司", "since": "2021-03-01"})
    gone = told | {"state": "退休", "left": "2026-08-31"}
    batch = loaded("employer_roster", office.units["甲厂"], gone, day=DAY + timedelta(days=1))
    (work,) = people.employments_of(who(told["id_number"]).pk)
    assert work.until is None and str(work.unit) == "乙厂有限公司"
    assert "不在本单位在册" in batch.faults.get().words


def test_an_older_list_of_one_firm_does_not_beat_a_newer_one_of_another(office):
    told, today = one(), clock.today()
    loaded("employer_roster", office.units["甲厂"], told, day=today - timedelta(days=20))
    loaded("employer_roster", office.units["乙厂"], told | {"phone": "19900000178"}, day=today - timedelta(days=30))
    assert who(told["id_number"]).card.phone == "199****0100"
    loaded("employer_roster", office.units["乙厂"], told | {"phone": "19900000179"}, day=today - timedelta(days=10))
    assert who(told["id_number"]).card.phone == "199****0179"


def test_a_csv_of_one_endless_line_is_refused(office):
    endless = SimpleUploadedFile("名册.csv", "姓名,身份证号\n".encode() + b"," * 3_000_000)
    batch = handed_in("employer_roster", office.units["甲厂"], endless)
    assert batch.state == Batch.State.REFUSED and "第 2 行太长" in batch.why


def test_a_list_joins_nobody_to_a_union_outside_the_reach_of_who_hands_it_in(office):
    told = one(union="甲厂工会委员会")
    batch = loaded("union_members", office.units["乙街"], told)
    assert not UnionMembership.unscoped.exists()
    assert "不在" in batch.faults.get().words


def test_an_employer_is_not_told_that_somebody_stands_on_the_unions_list(office):
    told = one()
    loaded("union_members", office.units["工会"], told | {"union": "甲厂工会委员会", "phone": "19900000188"})
    loaded("employer_roster", office.units["甲厂"], told)
    person = who(told["id_number"])
    with acting_as(office.person("enterprise_hr", "甲厂")):
        assert "工会" not in repr([(row.source, row.others) for row in told_of(person)])
    with acting_as(office.person("union_officer", "工会")):
        assert "工会" in repr([(row.source, row.others) for row in told_of(person)])


def test_a_value_in_the_wrong_column_stands_in_no_clear_row(office):
    number = id_number()
    rows = rows_of(
        "social_insurance",
        one(birth=number, sex="欧阳文静", since=number, state="19900000188"),
        one(name=number, birth="19900000188", hukou="欧阳文静"),
        one(id_number="1.23E+17", birth="99990101"),
    )
    batch = handed_in("social_insurance", office.units["局"], sheet(rows))
    words = repr([*batch.faults.values(), *Batch.unscoped.values()])
    assert batch.faults.count() > 6
    for secret in (number, "欧阳文静", "19900000188"):
        assert secret not in words


def test_no_sentence_about_a_line_says_what_stands_in_it(office):
    """Sentences outlive the sheet and whoever is erased: no day, number or sex of anybody may be read from them."""
    days = [
        "1979-02-31",
        "1979年3月",
        "197903",
        "1979.1",
        "2979-03-05",
        "1879-03-05",
        "19790332",
        "79.3.5",
        "1979-3-5日晚",
    ]
    rows = rows_of(
        "social_insurance",
        *(one(**{field: day}) for field in ("birth", "since", "left") for day in days),
        one(birth="1979-03-05", sex="女", id_number=id_number("19790304", 333)),
        one(since="2026-10-17", left="2026-03-05"),
        one(since="2026-03-05", left="2026-03-04"),
        *(one(id_number=wrong) for wrong in ("519900197902311234", "519900297903051234", "5.19900197903E+17")),
    )
    batch = handed_in("social_insurance", office.units["局"], sheet(rows))
    told = list(batch.faults.values_list("words", flat=True))
    assert len(told) > 25
    allowed = {"1988", "1900", "2024", "2026", "2026-09-30", "1900-01-01", "1988-08-08", "2024-01", "2024-10"}
    for words in told:
        said = set(re.findall(r"[0-9][0-9./-]{3,}", words))
        assert said <= allowed | {str(clock.today())} and "男" not in words and "女" not in words, words


def test_control_characters_in_cells_stop_nobody(office):
    rows = rows_of("employer_roster", one(name="李志强ZZZ", occupation="ZZZ焊工"), one(sex="ZZZ"))
    rows[0].append("备注ZZZ")
    rows[1].append("一")
    upload = altered(sheet(rows), "xl/sharedStrings.xml", b"ZZZ", b"_x0000__x0001_")
    batch = handed_in("employer_roster", office.units["甲厂"], upload)
    assert batch.state == "mapping" and batch.headings[-1] == "备注"
    house.confirm_columns(batch, batch.fields)
    work_on(batch.pk)
    batch.refresh_from_db()
    house.take_over(batch)
    work_on(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.persons) == ("done", 2)
    assert sorted(Employment.unscoped.values_list("occupation", flat=True)) == ["", "焊工"]


def test_marks_of_direction_are_no_part_of_a_name(office):
    told = one(name="\u202e李志\u2066强\u2069")
    loaded("social_insurance", office.units["局"], told)
    assert who(told["id_number"]).card.name == "李志强"


def test_a_batch_that_breaks_holds_up_no_other(office, monkeypatch):
    rows = [sheet(rows_of("social_insurance", one())), sheet(rows_of("taxes", one()))]
    first = hand_in(house.SOURCES["social_insurance"], office.units["局"], rows[0], as_of=DAY)
    second = hand_in(house.SOURCES["taxes"], office.units["局"], rows[1], as_of=DAY)
    check = house._check

    def broken(batch):
        if batch.pk == first.pk:
            raise RuntimeError("坏了")
        check(batch)

    monkeypatch.setattr(house, "_check", broken)
    with pytest.raises(RuntimeError):
        sources_jobs.resume_batches.func()
    second.refresh_from_db()
    assert second.state == "checked"


class Killed(BaseException):
    """What no worker survives."""


def test_a_list_that_kills_whoever_reads_it_is_given_up_and_says_so(office, monkeypatch):
    batch = hand_in(EMPLOYER_ROSTER, office.units["甲厂"], sheet(rows_of("employer_roster", one())), as_of=DAY)
    tried = []

    def poisonous(*args):
        tried.append(1)
        raise Killed

    monkeypatch.setattr(house, "opened", poisonous)
    for _ in range(house.MOST_TRIES):
        with pytest.raises(Killed):
            sources_jobs.resume_batches.func()
    sources_jobs.resume_batches.func()
    batch.refresh_from_db()
    assert len(tried) == house.MOST_TRIES
    assert (batch.state, batch.file) == ("refused", None) and "处理了 5 次都中断了" in batch.why
    (entry,) = AuditEntry.objects.filter(action="source.refused")
    assert (entry.target, entry.outcome, entry.reason) == (batch.pk, "refused", batch.why)
    assert house.waiting() == []


def test_a_list_that_comes_further_each_time_is_read_to_its_end(office, monkeypatch):
    """Whoever restarts the machine ten times has a slow list, and no poisonous one."""
    monkeypatch.setattr(house, "PART", 1)
    lines = [one(name=f"李{sign}") for sign in "甲乙丙丁戊己庚辛"]
    batch = handed_in("employer_roster", office.units["甲厂"], sheet(rows_of("employer_roster", *lines)))
    house.take_over(batch)
    load, times = house.loading.load, iter(range(100))

    def now_and_then(*args):
        if next(times) % 2:
            raise Killed
        return load(*args)

    monkeypatch.setattr(house.loading, "load", now_and_then)
    for _ in range(len(lines) - 1):
        with pytest.raises(Killed):
            work_on(batch.pk)
    work_on(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.persons) == ("done", len(lines))


def test_a_list_that_stops_half_way_says_what_was_taken_over(office, monkeypatch):
    monkeypatch.setattr(house, "PART", 1)
    lines = [one(name="李甲"), one(name="李乙")]
    batch = handed_in("employer_roster", office.units["甲厂"], sheet(rows_of("employer_roster", *lines)))
    house.take_over(batch)
    load = house.loading.load

    def once(given, entries):
        if entries[0].values["name"] == "李乙":
            raise Killed
        return load(given, entries)

    monkeypatch.setattr(house.loading, "load", once)
    for _ in range(house.MOST_TRIES + 1):
        with pytest.raises(Killed):
            work_on(batch.pk)
    work_on(batch.pk)
    batch.refresh_from_db()
    assert batch.state == "refused" and "前 1 行里没有问题的已经导入" in batch.why
    assert Person.unscoped.count() == 1


def test_so_does_one_whose_file_can_be_read_no_further(office, monkeypatch):
    """Handed in again, the lines that came in change nothing, and the others follow."""
    monkeypatch.setattr(house, "PART", 1)
    rows = rows_of("employer_roster", one(name="李甲"), one(name="李乙"))
    batch = handed_in("employer_roster", office.units["甲厂"], sheet(rows))
    house.take_over(batch)
    load = house.loading.load

    def broken(given, entries):
        if entries[0].values["name"] == "李乙":
            raise FileRefused("文件读不下去")
        return load(given, entries)

    with monkeypatch.context() as patch:
        patch.setattr(house.loading, "load", broken)
        work_on(batch.pk)
    batch.refresh_from_db()
    assert batch.state == "refused"
    assert batch.why == "前 1 行里没有问题的已经导入，不受影响；其余的没有导入。文件读不下去"
    again = handed_in("employer_roster", office.units["甲厂"], sheet(rows))
    assert (again.good, again.repeated) == (1, 1)
    house.take_over(again)
    work_on(again.pk)
    assert Person.unscoped.count() == 2


def test_a_list_whose_sheet_expired_is_not_taken_over(office):
    batch = handed_in("social_insurance", office.units["局"], sheet(rows_of("social_insurance", one())))
    house.forget(Batch.unscoped.get(pk=batch.pk))
    with pytest.raises(Refused, match="保存期"):
        house.take_over(batch)
    batch.refresh_from_db()
    assert batch.state == "checked"


@pytest.mark.parametrize("corner", [b"r='XFD1048576'", b'\n r = "XFD1048576"', b'r="xfd1048576"'])
def test_a_far_corner_is_seen_however_it_is_written(office, corner):
    upload = sheet([["姓名", "身份证号"], ["李志强", id_number()]])
    upload = altered(upload, "xl/worksheets/sheet1.xml", b'r="B2"', corner)
    with pytest.raises(Refused, match="大多是空的"):
        hand_in(EMPLOYER_ROSTER, office.units["甲厂"], upload, as_of=DAY)


def test_a_far_row_is_seen_too(office):
    upload = sheet([["姓名", "身份证号"], ["李志强", id_number()]])
    upload = altered(upload, "xl/worksheets/sheet1.xml", b'r="B2"', b'r="XFD2"')
    upload = altered(upload, "xl/worksheets/sheet1.xml", b'<row r="2"', b'<row r="1048576"')
    upload = altered(upload, "xl/worksheets/sheet1.xml", b'r="A2"', b"")
    with pytest.raises(Refused, match="大多是空的"):
        hand_in(EMPLOYER_ROSTER, office.units["甲厂"], upload, as_of=DAY)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1999, 12, 31)])
def test_a_list_of_long_ago_is_not_taken(office, day):
    with pytest.raises(Refused, match="太早"):
        hand_in(EMPLOYER_ROSTER, office.units["甲厂"], sheet(rows_of("employer_roster", one())), as_of=day)


def test_a_list_is_known_again_after_the_keys_rotated(office):
    told = one(union="甲厂工会委员会", id_number="", birth="1980-01-02")
    loaded("union_members", office.units["工会"], told)
    rotate("blind")
    same = handed_in("union_members", office.units["工会"], sheet(rows_of("union_members", told, one(union=""))))
    assert same.repeated == 1
    later = told | {"sex": "男"}
    loaded("union_members", office.units["工会"], later, day=DAY + timedelta(days=31))
    assert Person.unscoped.count() == 1 == Record.objects.filter(Record.NOW).count()
    assert people.search("lzq", 5).people


def test_the_extremes_of_names(office):
    told = [one(name=name) for name in ("张", "欧阳文静淑", "张𠮷", "阿卜杜拉·买买提")]
    batch = loaded("social_insurance", office.units["局"], *told)
    assert (batch.persons, batch.failed) == (4, 0)
    assert who(told[2]["id_number"]).card.name == "张𠮷"


def test_ten_thousand_columns_are_refused(office):
    rows = [["姓名", "身份证号", *[f"栏{at}" for at in range(10_000)]], ["李志强", id_number()]]
    batch = handed_in("social_insurance", office.units["局"], sheet(rows))
    assert batch.state == "refused" and "最多 200 栏" in batch.why


def test_two_lists_that_bring_one_stranger_at_once_make_one_person(twin, monkeypatch):
    told, matched, meet = one(), house.loading.matched, threading.Barrier(2)
    batches = [
        handed_in("employer_roster", twin.units[firm], sheet(rows_of("employer_roster", told)))
        for firm in ("甲厂", "乙厂")
    ]
    for batch in batches:
        house.take_over(batch)

    def slowly(*args, **more):
        found = matched(*args, **more)
        with suppress(threading.BrokenBarrierError):
            meet.wait(timeout=1)
        return found

    def load(batch):
        with acting_as_job("测试"):
            work_on(batch.pk)

    monkeypatch.setattr(house.loading, "matched", slowly)
    assert at_once(*(lambda batch=batch: load(batch) for batch in batches)) == [None, None]
    assert len(people.find(id_number=told["id_number"])) == 1
    assert len(people.employments_of(who(told["id_number"]).pk)) == 2


def test_a_firm_that_a_list_asks_for_only_to_know_people_by_gets_nobody(office):
    known, new = one(), one(name="王芳")
    loaded("schools", office.units["局"], known)
    loaded("certificates", office.units["局"], known | {"employer": "甲厂有限公司"}, new | {"employer": "甲厂有限公司"})
    loaded("union_members", office.units["工会"], known | {"employer": "乙厂有限公司", "union": "甲厂工会委员会"})
    assert not Employment.unscoped.exists() and who(new["id_number"])
    with acting_as(office.person("enterprise_hr", "甲厂")):
        assert not Person.objects.exists() and not people.find(id_number=new["id_number"])


def test_what_was_put_right_stands_also_where_one_list_says_the_same(office):
    told = one()
    loaded("taxes", office.units["局"], told | {"phone": "19900000155"})
    person = who(told["id_number"])
    people.change(person, phone="19900000100")
    people.change(person, phone="19900000155")
    loaded("employer_roster", office.units["甲厂"], told | {"phone": "19900000177"})
    person = who(told["id_number"])
    assert person.card.phone == "199****0155"
    assert [row.choice.rule for row in told_of(person) if row.field == "phone"] == ["以登记或更正为准"]


def test_nothing_of_who_leaves_a_firm_stays_in_its_reach(office):
    told = one(employer="甲厂有限公司")
    loaded("social_insurance", office.units["局"], told)
    later, left = DAY + timedelta(days=31), {"state": "停保", "phone": "19900000177"}
    loaded("social_insurance", office.units["局"], told | left, day=later)
    person = who(told["id_number"])
    assert person.card.phone == "199****0177"
    with acting_as(office.person("enterprise_hr", "甲厂")):
        assert not Entry.objects.filter(subject=person.pk).exists()


def test_who_was_erased_stays_away_from_every_later_list(office):
    told, other = one(), one(name="王芳")
    loaded("social_insurance", office.units["局"], told, other, is_whole=True)
    people.erase(who(told["id_number"]), "本人要求")
    for month in (1, 2, 3):
        day = DAY + timedelta(days=month * 15)
        lines = [line | {"phone": f"1990000011{month}"} for line in (told, other)]
        loaded("social_insurance", office.units["局"], *lines, day=day, is_whole=True)
        assert not people.find(id_number=told["id_number"])


def test_two_who_decide_at_once_on_a_batch(twin):
    batches = [
        handed_in("social_insurance", twin.units["局"], sheet(rows_of("social_insurance", one(name=name))))
        for name in ("李志强", "王芳")
    ]

    def act(what, batch):
        with acting_as_job("测试"):
            return what(Batch.unscoped.get(pk=batch.pk))

    twice = at_once(*(lambda: act(house.take_over, batches[0]) for _ in range(3)))
    assert sorted(type(one).__name__ for one in twice) == ["NoneType", "Refused", "Refused"]
    assert isinstance(at_once(lambda: act(house.take_over, batches[1]))[0], house.Occupied)
    at_once(*(lambda: act(lambda batch: work_on(batch.pk), batches[0]) for _ in range(3)))
    batch = Batch.unscoped.get(pk=batches[0].pk)
    assert (batch.state, batch.persons) == ("done", 1)
    either = at_once(lambda: act(house.take_over, batches[1]), lambda: act(house.drop, batches[1]))
    assert sorted(type(one).__name__ for one in either) == ["NoneType", "Refused"]
