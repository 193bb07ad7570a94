"""Adding, reading, ending and taking back."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, connections, transaction

from jiangtai import ledger, vault
from jiangtai.access import acting_as, acting_as_job
from jiangtai.kernel import clock, new_id
from jiangtai.ledger import Cause, FactRow, PersonId
from jiangtai.ledger.codec import GONE
from jiangtai.ledger.declare import FactError
from jiangtai.ledger.write import Ended

from .kinds import BadgeGiven, BadgeTaken, Greeted, Level, Remarked

DAY = date(2026, 3, 2)
BY = Cause.act("测试")


@pytest.fixture
def job(office):
    with acting_as_job("测试"):
        yield


pytestmark = pytest.mark.usefixtures("job")


def badge(office, person=None, **more):
    values = {"level": Level.ONE, "on": DAY, "unit": office.units["甲厂"].id}
    return BadgeGiven(person=person or PersonId(new_id()), **(values | more))


def test_a_fact_comes_back_as_it_was_written(office):
    given = badge(office, nickname="小䶮", worth=Decimal("3.50"), until=date(2027, 1, 1))
    ledger.append(given, cause=BY)
    assert [row.fact for row in ledger.facts(BadgeGiven)] == [given]
    row = FactRow.objects.get()
    assert "小䶮" not in str(row.payload)
    assert (row.unit_id, row.label) == (office.units["甲厂"].id, "发给徽章")


def test_many_at_once_are_the_same(office):
    people = [PersonId(new_id()) for _ in range(250)]
    written = [badge(office, one, nickname=f"甲{number}") for number, one in enumerate(people)]
    assert ledger.append_many(iter(written), cause=Cause.imported(new_id()), batch=100) == 250
    found = [fact for _, fact in ledger.facts(BadgeGiven).as_facts()]
    assert sorted(found, key=lambda one: one.person) == sorted(written, key=lambda one: one.person)


def test_many_are_all_or_none(office):
    good, bad = badge(office), badge(office, unit=new_id())
    with pytest.raises(FactError, match="没有编号"):
        ledger.append_many([good, bad], cause=BY, batch=1)
    assert not FactRow.objects.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"level": "one"}, "应为 Level"),
        ({"nickname": "长" * 201}, "最多 200 个"),
        ({"nickname": "a\x00b"}, "最多"),
        ({"until": DAY - timedelta(days=1)}, "早于发生日期"),
        ({"on": clock.now()}, "应为 date"),
        ({"worth": 3.5}, "应为 Decimal"),
        ({"unit": None}, "缺少 unit"),
        ({"unit": "甲厂"}, "unit 应为 UUID"),
    ],
)
def test_a_wrong_value_is_refused(office, values, words):
    wrong = badge(office, **values)
    with pytest.raises(FactError, match=words):
        ledger.append(wrong, cause=BY)
    with pytest.raises(FactError, match=words):
        ledger.append_many([badge(office), Greeted(person=PersonId(new_id()), on=DAY), wrong], cause=BY)
    assert not FactRow.objects.exists()


STRANGE = 'a\\b\tc\nd\re"f\x01\x7f\u2028巧手䶮🙂\\N'


def test_strange_letters_come_back_and_are_sealed_as_they_are(office):
    told = [
        Remarked(person=PersonId(new_id()), words=STRANGE, times=-3, at=datetime(2026, 3, 2, 8, tzinfo=UTC), on=DAY),
        Remarked(person=PersonId(new_id()), words="", is_kind=True, on=DAY),
    ]
    cause = Cause.act(STRANGE[:20])
    for one in told:
        ledger.append(one, cause=cause)
    ledger.append_many(told, cause=cause)
    assert [row.fact for row in FactRow.objects.order_by("id")] == told * 2
    assert {row.cause_step for row in FactRow.objects.all()} == {STRANGE[:20]}
    assert ledger.tail() == 4
    ledger.seal()
    assert ledger.verify().faults == []
    assert ledger.check_proof(ledger.prove(FactRow.objects.order_by("id").last().id))


def test_current_is_begun_not_run_out_and_not_ended(office):
    person = PersonId(new_id())
    first = ledger.append(badge(office, person, until=DAY + timedelta(days=10)), cause=BY)
    second = ledger.append(badge(office, person, level=Level.TWO), cause=BY)
    ledger.append(BadgeTaken(person=person, badge=second, on=DAY + timedelta(days=5)), cause=BY)

    def now(days):
        return {row.id for row in ledger.facts(BadgeGiven).of(person).current(DAY + timedelta(days=days))}

    assert now(-1) == set()
    assert now(0) == now(4) == {first, second}
    assert now(5) == now(10) == {first}
    assert now(11) == set()


def test_it_is_ended_once_and_by_its_own_kind(office):
    person = PersonId(new_id())
    given = ledger.append(badge(office, person), cause=BY)
    ledger.append(BadgeTaken(person=person, badge=given, on=DAY), cause=BY)
    with pytest.raises(Ended, match="已经终止"):
        ledger.append(BadgeTaken(person=person, badge=given, on=DAY), cause=BY)
    greeted = ledger.append(Greeted(person=person, on=DAY), cause=BY)
    with pytest.raises(Ended, match="不能由它终止"):
        ledger.append(BadgeTaken(person=person, badge=greeted, on=DAY), cause=BY)
    with pytest.raises(FactError, match="逐条"):
        ledger.append_many([BadgeTaken(person=person, badge=given, on=DAY)], cause=BY)


def test_what_is_taken_back_never_was_but_stays_readable(office):
    given = ledger.append(badge(office), cause=BY)
    ledger.reverse(given, ledger.Why.WRONG_PERSON)
    assert not ledger.facts(BadgeGiven).exists()
    assert [row.id for row in ledger.facts(BadgeGiven, taken_back=True)] == [given]
    assert not ledger.facts(BadgeGiven).current(DAY).exists()
    with pytest.raises(ledger.NotReversed, match="已经更正过"):
        ledger.reverse(given, ledger.Why.TWICE)
    undoing = FactRow.objects.get(reverses=given)
    with pytest.raises(ledger.NotReversed, match="更正本身"):
        ledger.reverse(undoing.id, ledger.Why.TWICE)


def test_taking_back_an_end_brings_back_what_it_ended(office):
    person = PersonId(new_id())
    given = ledger.append(badge(office, person), cause=BY)
    taken = ledger.append(BadgeTaken(person=person, badge=given, on=DAY), cause=BY)
    assert not ledger.facts(BadgeGiven).current(DAY).exists()
    ledger.reverse(taken, ledger.Why.NOT_SO)
    assert ledger.facts(BadgeGiven).current(DAY).exists()
    ledger.append(BadgeTaken(person=person, badge=given, on=DAY), cause=BY)


def test_a_correction_names_what_it_corrects(office):
    person = PersonId(new_id())
    wrong = ledger.append(badge(office, person), cause=BY)
    right = ledger.correct(wrong, badge(office, person, level=Level.TWO))
    (row,) = ledger.facts(BadgeGiven)
    assert (row.id, row.cause, row.cause_id) == (right, "correction", wrong)


def test_what_was_known_on_a_day(office):
    person = PersonId(new_id())
    with clock.at(date(2026, 3, 5)):
        given = ledger.append(badge(office, person), cause=BY)
    with clock.at(date(2026, 3, 9)):
        taken = ledger.append(BadgeTaken(person=person, badge=given, on=date(2026, 3, 6)), cause=BY)
    with clock.at(date(2026, 3, 12)):
        ledger.reverse(taken, ledger.Why.NOT_SO)

    def held(known):
        return ledger.facts(BadgeGiven, taken_back=True).current(date(2026, 3, 6), known=known).exists()

    assert [held(date(2026, 3, day)) for day in (4, 5, 8, 9, 11, 12)] == [False, True, True, False, False, True]


def test_scope_narrows_facts_and_a_life_does_not(office):
    person = PersonId(new_id())
    ledger.append(badge(office, person), cause=BY)
    with acting_as(office.person("unit_admin", "乙街")):
        assert not ledger.facts(BadgeGiven).exists()
        assert ledger.life(person).count() == 1
    with acting_as(office.person("unit_admin", "甲街")):
        assert ledger.facts(BadgeGiven).count() == 1


def test_an_erased_person_is_unreadable_and_counted(office):
    person = PersonId(new_id())
    ledger.append(badge(office, person, nickname="小白"), cause=BY)
    before = ledger.seal()
    vault.erase(person, "本人申请")
    (row,) = ledger.facts(BadgeGiven)
    assert row.fact.nickname is GONE
    assert str(row.fact.nickname) == "（已擦除或无权查看）"
    assert [fact.nickname for _, fact in ledger.facts(BadgeGiven).as_facts()] == [GONE]
    assert ledger.verify().faults == []
    assert ledger.seal() == before
    with pytest.raises(vault.Erased):
        ledger.append(badge(office, person, nickname="又来"), cause=BY)


@pytest.mark.parametrize("statement", ["UPDATE {} SET day = day", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_no_month_can_be_changed_either(office, statement):
    ledger.append(badge(office), cause=BY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'ledger_factrow'::regclass")
        months = [name for (name,) in cursor.fetchall()]
        assert months
        for name in ("ledger_factrow", *months):
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(statement.format(name))


@pytest.mark.parametrize("statement", ["UPDATE {} SET day = day", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.django_db(databases=["default", "owner"])
def test_nor_by_the_owner(statement):
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET lock_timeout = '5s'; BEGIN")
        month = "ledger_factrow_202001"
        cursor.execute("SELECT ledger_open_month('2020-01-15')")
        cursor.execute(
            f"INSERT INTO {month} (id, made_at, type, subject, day, payload, cause, cause_step, stamp, unit_id) VALUES"
            " ('016f6000-0000-7000-8000-000000000000', now(), 't', gen_random_uuid(), current_date, '{}', 'act', '',"
            " '\\x00', gen_random_uuid())"
        )
        for name in ("ledger_factrow", month):
            cursor.execute("SAVEPOINT here")
            with pytest.raises(DatabaseError, match=r"append-only|Cannot update or delete"):
                cursor.execute(statement.format(name))
            cursor.execute("ROLLBACK TO here")
        cursor.execute("ROLLBACK")


def test_what_was_taken_back_or_not_yet_begun_cannot_be_ended(office):
    person = PersonId(new_id())
    given = ledger.append(badge(office, person), cause=BY)
    with pytest.raises(Ended, match="早于"):
        ledger.append(BadgeTaken(person=person, badge=given, on=DAY - timedelta(days=1)), cause=BY)
    ledger.reverse(given, ledger.Why.NOT_SO)
    with pytest.raises(Ended, match="已经更正"):
        ledger.append(BadgeTaken(person=person, badge=given, on=DAY), cause=BY)
