"""Asking owners yes or no: what is sent, what comes back, and what stays untold."""

import csv
import os
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from jiangtai import people
from jiangtai.access import AuditEntry, Refused, acting_as, acting_as_job
from jiangtai.kernel import clock
from jiangtai.people.sources import QUESTIONS, Check, ask, ask_many, asked_about, asking, checks_of, folder, owners
from jiangtai.people.tests.invented import id_number, person, worker

INSURED, CERTIFICATE = QUESTIONS["insured"], QUESTIONS["certificate"]
TODAY, AUGUST = date(2026, 9, 1), date(2026, 8, 1)
NUMBER = id_number("19870412", 333)


@pytest.fixture(autouse=True)
def places(office, settings, monkeypatch, tmp_path):
    settings.CHECK_PORT = "jiangtai.people.sources.owners.FolderPort"
    monkeypatch.setattr(folder, "inbox", lambda: tmp_path / "inbox")
    monkeypatch.setattr(owners, "outbox", lambda: tmp_path / "outbox")
    monkeypatch.setattr(folder, "_UNCHANGED", timedelta(0))
    with clock.at(TODAY):
        yield tmp_path


@pytest.fixture
def li(office):
    with acting_as_job("测试"):
        made = person(office.units["甲厂"], "李志强", id_number=NUMBER)
        people.hire(made, office.units["甲厂"], occupation="数控车工", on=date(2026, 3, 2))
    return made


def asked(li, office, **about) -> Check:
    with acting_as(office.person("union_officer", "区")):
        return ask(li, INSURED, unit=office.units["甲厂"], month=AUGUST, **about)


def send() -> None:
    with acting_as_job("核验"):
        asking.send_waiting()


def sent(places) -> list[dict[str, str]]:
    rows = []
    for path in sorted((places / "outbox").glob("*/*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows += csv.DictReader(file)
    return rows


def answered(places, *lines: str, owner: str = "human_resources") -> list[str]:
    place = places / "inbox" / "answers" / owner
    place.mkdir(parents=True, exist_ok=True)
    path = place / "答复.csv"
    path.write_text("\n".join(["核验编号,答复,答复日期", *lines]) + "\n", encoding="gb18030")
    os.utime(path, (1_790_000_000, 1_790_000_000))
    with acting_as_job("核验"):
        asking.collect()
        folder.collect()
    return sorted(str(one.relative_to(place)) for one in place.rglob("*") if one.is_file())


def test_a_question_goes_out_and_its_answer_comes_back_with_its_day(li, office, places):
    check = asked(li, office)
    assert not sent(places)
    send()
    (row,) = sent(places)
    assert (row["姓名"], row["身份证号"], row["用人单位"], row["月份"]) == ("李志强", NUMBER, "甲厂有限公司", "2026-08")
    assert "手机号" not in row
    (path,) = (places / "outbox" / "human_resources").iterdir()
    assert path.stat().st_mode & 0o077 == 0
    before = list(people.employments_of(li.pk))
    assert answered(places, f"{check.pk},否,2026-09-01") == ["done/答复.csv"]
    check.refresh_from_db()
    assert (check.state, check.answer, check.said_on, check.said_by) == ("answered", "no", TODAY, INSURED.owner)
    assert list(people.employments_of(li.pk)) == before
    with acting_as_job("测试"):
        told = set(AuditEntry.objects.filter(action__startswith="check.").values_list("action", flat=True))
    assert told == {"check.asked", "check.sent", "check.answered"}


def test_the_same_is_not_asked_twice_while_an_answer_is_awaited(li, office, places):
    check = asked(li, office)
    with pytest.raises(Refused, match="正在等答复"):
        asked(li, office)
    send()
    send()
    assert len(sent(places)) == 1
    answered(places, f"{check.pk},是,2026-09-01")
    assert asked(li, office).pk != check.pk


def test_an_owner_answers_its_own_questions_only_once_and_on_a_day_that_can_be(li, office, places):
    check = asked(li, office)
    assert answered(places, f"{check.pk},是,2026-09-01")[-1].endswith(".txt")  # nothing was sent yet
    send()
    for line, owner in (
        (f"{check.pk},是,2026-09-01", "evaluation"),
        (f"{check.pk},是,2026-08-31", "human_resources"),
        (f"{check.pk},是,2026-09-02", "human_resources"),
        (f"{check.pk},也许,2026-09-01", "human_resources"),
        ("1,是,2026-09-01", "human_resources"),
    ):
        assert any(one.endswith(".txt") for one in answered(places, line, owner=owner)), line
        check.refresh_from_db()
        assert check.state == "sent", line
    answered(places, f"{check.pk},是,2026-09-01")
    answered(places, f"{check.pk},否,2026-09-01")
    check.refresh_from_db()
    assert check.answer == "yes"


def test_a_file_without_the_columns_is_refused_and_the_lists_intake_leaves_it_alone(places):
    place = places / "inbox" / "answers" / "human_resources"
    place.mkdir(parents=True)
    (place / "坏.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    assert any(one.startswith("refused/坏.csv") for one in answered(places))
    with acting_as_job("测试"):
        assert AuditEntry.objects.filter(action="check.refused").exists()
        assert not AuditEntry.objects.filter(action="source.refused").exists()


def test_a_certificates_number_lies_under_the_persons_key_and_goes_with_the_person(li, office, places):
    with acting_as(office.person("union_officer", "区")):
        check = ask(li, CERTIFICATE, number=" s0123456789 ")
        assert asked_about([check])[check.pk] == "证书 ***********"
        with pytest.raises(ValidationError):
            ask(li, CERTIFICATE, number="=1+1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text FROM people_check c")
        ((stored,),) = cursor.fetchall()
    assert b"S0123456789".hex() not in stored and "李志强" not in stored and NUMBER not in stored
    with acting_as_job("测试"):
        people.erase(li, "测试")
    send()
    check.refresh_from_db()
    assert (check.state, check.answer) == ("answered", "none") and not sent(places)
    assert asked_about([check])[check.pk] == "证书"


def test_only_where_and_when_the_register_has_the_person_and_only_within_reach(li, office):
    with acting_as(office.person("union_officer", "区")):
        for unit, month in (("乙厂", AUGUST), ("甲厂", date(2026, 2, 1)), ("甲厂", date(2026, 10, 1))):
            with pytest.raises(ValidationError):
                ask(li, INSURED, unit=office.units[unit], month=month)
    with acting_as(office.person("union_officer", "乙街")), pytest.raises(Refused):
        ask(li, INSURED, unit=office.units["甲厂"], month=AUGUST)


def test_who_has_no_number_is_not_asked_about(office):
    with acting_as_job("测试"):
        wang = worker(office.units["甲厂"], "王芳", id_number="", sex="女")
    with acting_as(office.person("union_officer", "区")), pytest.raises(Refused, match="身份证号"):
        ask(wang, CERTIFICATE, number="S1234")


def test_many_are_asked_about_where_they_work_within_reach(li, office, places):
    with acting_as_job("测试"):
        people.hire(li, office.units["乙厂"], occupation="电工", on=date(2026, 5, 1))
        wang = worker(office.units["乙厂"], "王芳")
        new = worker(office.units["甲厂"], "赵强", id_number="", sex="男")
    ids = [li.pk, wang.pk, new.pk]
    with acting_as(office.person("union_officer", "甲街")):
        assert ask_many(ids, AUGUST) == (1, 2)  # of Wang and of the other firm nothing is known here
        assert ask_many(ids, AUGUST) == (0, 3)
        with pytest.raises(Refused):
            ask_many([li.pk] * (asking.MOST_CHECKS + 1), AUGUST)
    assert Check.objects.get().unit == office.units["甲厂"]


def test_whoever_reaches_only_the_other_firm_sees_nothing_of_it(li, office):
    asked(li, office)
    with acting_as_job("测试"):
        people.hire(li, office.units["乙厂"], occupation="电工", on=date(2026, 5, 1))
    with acting_as(office.person("union_officer", "乙街")):
        assert checks_of(li) == []
    with acting_as(office.person("union_officer", "甲街")):
        assert len(checks_of(li)) == 1


def test_what_nobody_answers_counts_as_not_answered_and_what_was_sent_is_cleared(li, office, places):
    check = asked(li, office)
    send()
    (path,) = (places / "outbox" / "human_resources").iterdir()
    os.utime(path, (1_788_000_000, 1_788_000_000))
    with clock.at(TODAY + timedelta(days=31)), acting_as_job("核验"):
        assert asking.lapse() == 1
    check.refresh_from_db()
    assert (check.state, check.answer, check.said_by) == ("answered", "none", "") and not path.exists()


def test_without_a_port_nothing_is_asked(li, office, settings):
    settings.CHECK_PORT = "jiangtai.people.sources.owners.NoPort"
    with pytest.raises(Refused, match="JIANGTAI_CHECKS"):
        asked(li, office)


def test_a_crash_after_the_file_was_written_doubles_nothing(li, office, places, monkeypatch):
    asked(li, office)
    with monkeypatch.context() as broken, acting_as_job("核验"):
        broken.setattr(asking, "_take", lambda *told: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            asking.send_waiting()
    assert Check.objects.get().state == "waiting"
    send()
    assert len(sent(places)) == 1 and Check.objects.get().state == "sent"
