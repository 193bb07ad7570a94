"""Employment and union membership with their history, and the blacklist that never touches workers."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from jiangtai import ledger, people, vault
from jiangtai.access import Refused, acting_as, acting_as_job, units
from jiangtai.kernel import clock
from jiangtai.ledger import Cause
from jiangtai.people import (
    DelistingReason,
    Employment,
    Form,
    LeavingReason,
    ListingReason,
    Person,
    Responsible,
    UnionLeaving,
)
from tests.office import at_once

from .invented import person, worker

BEGAN, LATER = date(2026, 3, 2), date(2026, 6, 1)


@pytest.fixture
def job(office):
    with acting_as_job("测试"), clock.at(date(2026, 9, 1)):
        yield office


def employed(office, unit="甲厂", on=BEGAN, **more):
    made = person(office.units[unit])
    return made, people.hire(made, office.units[unit], occupation="数控车工", is_production=True, on=on, **more)


def test_who_works_somewhere_on_a_day(job):
    made, _ = employed(job)
    firm = job.units["甲厂"]
    assert people.employment_of(made.pk, BEGAN - timedelta(1)) is None
    found = people.employment_of(made.pk)
    assert (found.unit, found.occupation, found.is_production) == (firm, "数控车工", True)
    assert list(people.workers_of(firm)) == list(people.workers_of(job.units["区"], below=True)) == [made]
    assert not people.workers_of(job.units["区"]).exists()
    assert people.unit_of(made.pk) == firm


def test_leaving_ends_the_row_and_the_fact_on_the_same_day(job):
    made, work = employed(job)
    people.leave(work, why=LeavingReason.RESIGNED, on=LATER)
    for day, works in ((LATER - timedelta(1), True), (LATER, False)):
        assert (people.employment_of(made.pk, day) is not None) is works
        assert ledger.every(people.EmploymentBegan).of(made.pk).current(day).exists() is works
    with pytest.raises(Refused, match="已于 2026-06-01 结束"):
        people.leave(work.pk, why=LeavingReason.RETIRED)


def test_history_after_a_move_is_whole(job):
    made, work = employed(job, form=Form.DISPATCHED)
    cause = Cause.act("借调期满")
    now = people.move(work, unit=job.units["乙厂"], occupation="机修钳工", on=LATER, cause=cause)
    assert (now.unit, now.occupation, now.form, now.is_production) == (
        job.units["乙厂"],
        "机修钳工",
        "dispatched",
        True,
    )
    assert [people.unit_of(made.pk, day) for day in (BEGAN, LATER)] == [job.units["甲厂"], job.units["乙厂"]]
    assert [(row.label, row.day, row.unit_id) for row in ledger.life(made.pk)] == [
        ("登记建档", date(2026, 9, 1), job.units["甲厂"].pk),
        ("入职", LATER, job.units["乙厂"].pk),
        ("离职", LATER, job.units["甲厂"].pk),
        ("入职", BEGAN, job.units["甲厂"].pk),
    ]
    assert {row.cause_step for row in ledger.life(made.pk)} == {"借调期满", "入职登记", "登记建档"}


def test_the_vault_follows_a_move(job):
    made, work = employed(job)
    people.change(made, phone="19900000100")
    clerks = [job.person("enterprise_hr", unit) for unit in ("甲厂", "乙厂")]

    def read():
        found = []
        for clerk in clerks:
            with acting_as(clerk):
                found.append((vault.get(made.pk, "person.phone"), people.names_of([made.pk]).get(made.pk)))
        return found

    assert read() == [("19900000100", "李志强"), (None, None)]
    people.move(work, unit=job.units["乙厂"], on=LATER)
    assert read() == [(None, None), ("19900000100", "李志强")]
    people.leave(people.employment_of(made.pk), why=LeavingReason.RETIRED, on=LATER)
    assert read() == [(None, None), (None, None)]
    with acting_as(job.person("group_office")):
        assert people.names_of([made.pk]) == {made.pk: "李志强"}


def test_the_vault_knows_every_place_of_a_person(job):
    """A second employer, the union's tree, and the union that serves the firm read it by the database's own lock."""
    made, work = employed(job)
    second = people.hire(made, job.units["乙厂"], occupation="网约配送员", form=Form.PART_TIME, on=LATER)
    member = people.join_union(made, job.units["工会"], on=LATER)
    posts = [("enterprise_hr", "甲厂"), ("enterprise_hr", "乙厂"), ("unit_admin", "乙街"), ("union_officer", "工会"),
             ("enterprise_union", "甲厂工会")]  # fmt: skip
    clerks = [job.person(*post) for post in posts]

    def read():
        found = []
        for clerk in clerks:
            with acting_as(clerk):
                told = vault.get(made.pk, "person.name"), people.names_of([made.pk]).get(made.pk)
                assert told in ((None, None), ("李志强", "李志强")), "scope and lock say the same"
                found.append(told[0] is not None)
        return found

    assert read() == [True, True, True, True, True]
    people.leave(second, why=LeavingReason.RESIGNED)
    assert read() == [True, False, False, True, True]
    people.leave_union(member, why=UnionLeaving.RESIGNED)
    assert read() == [True, False, False, False, True]
    people.leave(work, why=LeavingReason.RESIGNED)
    assert read() == [False] * 5


def test_a_second_place_follows_its_unit(job):
    made, _ = employed(job)
    people.hire(made, job.units["乙厂"], occupation="网约配送员", form=Form.PART_TIME, on=LATER)
    units.move(job.units["乙厂"], job.units["甲街"])
    with acting_as(job.person("unit_admin", "乙街")):
        assert vault.get(made.pk, "person.name") is None
    with acting_as(job.person("enterprise_hr", "乙厂")):
        assert vault.get(made.pk, "person.name") == "李志强"


def test_a_name_is_read_by_the_database_and_never_as_the_system(job, monkeypatch):
    made, _ = employed(job)
    people.change(made, phone="19900000100")
    people.hire(made, job.units["乙厂"], occupation="网约配送员", form=Form.PART_TIME, on=LATER)

    def never(label):
        raise AssertionError(f"read as the system: {label}")

    with acting_as(job.person("enterprise_hr", "乙厂")):
        for module in ("cards", "keeping"):
            monkeypatch.setattr(f"jiangtai.people.{module}.acting_as_job", never)
        assert people.names_of([made.pk]) == {made.pk: "李志强"}
        assert people.find(name="李志强") == [made]
        assert people.reveal(made, "phone", "核对") == "19900000100"
        assert people.opened(made).name == "李志强"


def test_a_moved_firm_takes_its_workers_along(job):
    made, _ = employed(job)
    units.move(job.units["甲厂"], job.units["乙街"])
    with acting_as(job.person("unit_admin", "乙街")):
        assert people.names_of([made.pk]) == {made.pk: "李志强"}
        assert vault.get(made.pk, "person.name") == "李志强"
    with acting_as(job.person("unit_admin", "甲街")):
        assert not Person.objects.exists()


def test_spells_at_one_firm_lie_apart(job):
    made, work = employed(job)
    with pytest.raises(ValidationError, match="重叠"):
        people.hire(made, job.units["甲厂"], occupation="铣工", on=LATER)
    people.hire(made, job.units["乙厂"], occupation="保安员", on=LATER, form=Form.PART_TIME)
    people.leave(work, why=LeavingReason.EXPIRED, on=LATER)
    people.hire(made, job.units["甲厂"], occupation="铣工", on=LATER)
    with pytest.raises(ValidationError, match="重叠"):
        people.hire(made, job.units["甲厂"], occupation="铣工", on=BEGAN + timedelta(1))
    assert {one.unit for one in people.employments_of(made.pk)} == {job.units["甲厂"], job.units["乙厂"]}


def test_the_database_keeps_them_apart_too(job):
    made, work = employed(job)
    with pytest.raises(IntegrityError, match="employment_apart"), transaction.atomic():
        Employment.unscoped.create(
            person=made, unit=work.unit, since=LATER, occupation="铣工", fact="00000000-0000-7000-8000-000000000000"
        )


def test_two_who_hire_at_once_make_one_spell(twin):
    with acting_as_job("测试"):
        made = person(twin.units["甲厂"], "孙涛")

    def hire():
        with acting_as_job("测试"):
            return people.hire(made, twin.units["甲厂"], occupation="铣工")

    assert sorted(type(one).__name__ for one in at_once(hire, hire)) == ["Employment", "ValidationError"]
    with acting_as_job("测试"):
        assert ledger.every(people.EmploymentBegan).of(made.pk).count() == 1


def test_two_who_end_at_once_end_it_once(twin):
    with acting_as_job("测试"):
        work = people.employment_of(worker(twin.units["甲厂"], "马骏").pk)

    def end():
        with acting_as_job("测试"):
            return people.leave(work.pk, why=LeavingReason.OTHER)

    assert sorted(type(one).__name__ for one in at_once(end, end)) == ["Employment", "Refused"]


@pytest.mark.parametrize(
    ("unit", "day", "words"),
    [("甲厂工会", LATER, "不是用人单位"), ("甲厂", date(2026, 9, 2), "还没有到")],
)
def test_what_cannot_be_is_refused(job, unit, day, words):
    made = person(job.units["甲厂"])
    with pytest.raises(ValidationError, match=words):
        people.hire(made, job.units[unit], occupation="铣工", on=day)
    _, work = employed(job)
    with pytest.raises(ValidationError, match="早于起始日期"):
        people.leave(work, why=LeavingReason.OTHER, on=BEGAN - timedelta(1))
    with pytest.raises(ValidationError, match="请填写工种"):
        people.hire(made, job.units["甲厂"], occupation=" ")


def test_nobody_acts_for_a_strangers_firm(job):
    made, work = employed(job)
    with acting_as(job.person("enterprise_hr", "乙厂")):
        for act in (
            lambda: people.leave(work, why=LeavingReason.OTHER),
            lambda: people.move(work, unit=job.units["乙厂"]),
            lambda: people.hire(made, job.units["甲厂"], occupation="铣工"),
            lambda: people.join_union(made, job.units["甲厂工会"]),
        ):
            with pytest.raises(Refused, match="不在您的范围内"):
                act()
        people.hire(made, job.units["乙厂"], occupation="铣工")
        assert [one.unit for one in people.spells_within_reach(Employment, made)] == [job.units["乙厂"]]
        assert {row.unit_id for row in people.life_within_reach(made)} == {job.units["乙厂"].pk}


def test_a_firms_union_acts_for_the_firm_it_serves(job):
    made, work = employed(job)
    with acting_as(job.person("enterprise_union", "甲厂工会")):
        assert people.names_of([made.pk]) == {made.pk: "李志强"}
        people.join_union(made, job.units["甲厂工会"], card_number="6222000000001234")
        assert Person.objects.get(pk=made.pk).card.union_card == "6222********1234"
        people.leave(work, why=LeavingReason.RETIRED)
        assert people.names_of([made.pk]) == {made.pk: "李志强"}  # still a member


def test_one_union_at_a_time_and_no_employer_needed(job):
    made = person(job.units["工会"], "陈思")
    joined = people.join_union(made, job.units["甲厂工会"], on=BEGAN)
    assert people.unit_of(made.pk) == job.units["甲厂工会"]
    with pytest.raises(ValidationError, match="已是“甲厂工会委员会”的会员"):
        people.join_union(made, job.units["工会"])
    with pytest.raises(ValidationError, match="不是工会组织"):
        people.join_union(person(job.units["甲厂"]), job.units["甲厂"])
    people.leave_union(joined, why=UnionLeaving.TRANSFERRED, on=LATER)
    people.join_union(made, job.units["工会"], on=LATER)
    assert people.membership_of(made.pk, BEGAN).unit == job.units["甲厂工会"]
    assert people.membership_of(made.pk).unit == job.units["工会"]
    assert ledger.every(people.UnionJoined).of(made.pk).current().count() == 1
    with acting_as(job.person("union_officer", "工会")):
        assert people.names_of([made.pk]) == {made.pk: "陈思"}


def test_a_stranger_is_not_told_of_which_union_somebody_is_a_member(job):
    made, _ = employed(job, "乙厂")
    people.join_union(made, job.units["工会"])
    with acting_as(job.person("enterprise_union", "甲厂工会")), pytest.raises(ValidationError) as caught:
        people.join_union(made, job.units["甲厂工会"])
    assert caught.value.messages == ["已是其他工会组织的会员，须先由原工会办理转出"]


def test_a_share_counts_persons_once_and_of_those_of_whom_it_is_known(job):
    ids = [employed(job)[0].pk for _ in range(3)]
    people.hire(ids[0], job.units["乙厂"], occupation="铣工", is_production=True)
    for said in (False, None):
        made = person(job.units["甲厂"])
        people.hire(made, job.units["甲厂"], occupation="铣工", is_production=said)
        ids.append(made.pk)
    share = people.share_of_production_workers(ids)
    assert (share, str(share.percent)) == ((3, 4), "75.0")
    assert people.share_of_production_workers([]).percent is None


@pytest.fixture
def listed(job):
    """A firm with a worker, a boss, and a former boss, on the blacklist."""
    firm = job.units["甲厂"]
    old, boss, hand = person(firm, "钱老板"), person(firm, "赵老板"), employed(job)[0]
    people.appoint(firm, old, Responsible.Role.LEGAL_REPRESENTATIVE, on=BEGAN)
    people.appoint(firm, boss, Responsible.Role.LEGAL_REPRESENTATIVE, on=LATER)
    people.enlist(
        firm,
        why=ListingReason.WAGE_ARREARS,
        decision="锦人社监〔2026〕7号",
        until=date(2029, 8, 31),
        on=date(2026, 8, 31),
    )
    return firm, old, boss, hand


def test_the_blacklist_bars_the_firm_and_who_answers_for_it_and_no_worker(job, listed):
    firm, old, boss, hand = listed
    assert people.is_barred(firm.pk)
    assert people.is_person_barred(boss.pk)
    assert not people.is_person_barred(old.pk)
    assert not people.is_person_barred(hand.pk)
    assert not people.is_barred(job.units["乙厂"].pk)
    assert not people.is_barred(firm.pk, date(2026, 8, 30))
    people.hire(person(firm, "新来的"), firm, occupation="铣工")
    assert not any(people.is_person_barred(one.pk) for one in people.workers_of(firm))


def test_its_term_ends_by_itself(listed):
    firm, _, boss, _ = listed
    assert people.is_barred(firm.pk, date(2029, 8, 31)) and people.is_person_barred(boss.pk, date(2029, 8, 31))
    assert not people.is_barred(firm.pk, date(2029, 9, 1)) and not people.is_person_barred(boss.pk, date(2029, 9, 1))


def test_who_put_it_right_goes_early_and_only_once(listed):
    firm, _, boss, _ = listed
    listing = people.listing_of(firm.pk)
    people.delist(listing, why=DelistingReason.RECTIFIED, decision="锦人社监〔2026〕9号")
    assert not people.is_barred(firm.pk) and not people.is_person_barred(boss.pk)
    assert people.is_barred(firm.pk, date(2026, 8, 31)) and people.is_person_barred(boss.pk, date(2026, 8, 31))
    with pytest.raises(ledger.Ended, match="已经终止"):
        people.delist(listing, why=DelistingReason.RECTIFIED, decision="锦人社监〔2026〕9号")
    people.enlist(firm, why=ListingReason.MAJOR_VIOLATION, decision="再次", until=date(2027, 1, 1))
    assert people.is_barred(firm.pk) and people.is_person_barred(boss.pk)


@pytest.mark.parametrize("until", [date(2026, 9, 1), date(2026, 1, 1)])
def test_a_term_that_is_none_is_refused(job, until):
    with pytest.raises(ValidationError, match="应晚于列入日期"):
        people.enlist(job.units["甲厂"], why=ListingReason.WAGE_ARREARS, decision="一", until=until)


def test_nobody_is_listed_twice(listed):
    with pytest.raises(ValidationError, match="已在黑名单中，期满日 2029-08-31"):
        people.enlist(listed[0], why=ListingReason.WAGE_ARREARS, decision="二", until=date(2030, 1, 1))


def test_an_employer_is_described_by_who_acts_for_it(job):
    firm = job.units["甲厂"]
    with acting_as(job.person("enterprise_hr", "甲厂")):
        people.describe(firm, industry="c3411", ownership="private", size="small")
        assert (people.employer_of(firm).industry, people.employer_of(firm).get_size_display()) == ("C3411", "小型")
    with acting_as(job.person("enterprise_hr", "乙厂")), pytest.raises(Refused):
        people.describe(firm, industry="A")


def test_whoever_works_at_a_merged_firm_goes_on_where_it_went(job):
    from jiangtai.people.jobs import follow_mergers

    made, _ = employed(job)
    both, _ = employed(job)
    people.hire(both, job.units["乙厂"], occupation="保安员")
    people.join_union(made, job.units["甲厂工会"])
    units.merge(job.units["甲厂"], job.units["乙厂"])
    units.merge(job.units["甲厂工会"], job.units["工会"])
    follow_mergers()
    follow_mergers()
    assert [one.unit for one in people.employments_of(made.pk)] == [job.units["乙厂"]]
    assert people.employment_of(made.pk).occupation == "数控车工"
    assert [one.occupation for one in people.employments_of(both.pk)] == ["保安员"]
    assert people.membership_of(made.pk).unit == job.units["工会"]
    with acting_as(job.person("enterprise_hr", "乙厂")):
        assert people.names_of([made.pk]) == {made.pk: "李志强"}
        assert vault.get(made.pk, "person.name") == "李志强"


def test_the_database_lets_nobody_confirm_their_own_word(job):
    firm, clerk = job.units["甲厂"], job.person("enterprise_hr", "甲厂")
    one = person(firm, "钱老板")
    with acting_as(clerk):
        row = people.appoint(firm, one, Responsible.Role.DIRECT, on=BEGAN)
    assert row.state == "proposed" and not people.responsibles_of(firm.pk).exists()
    with pytest.raises(IntegrityError, match="responsible_confirmed_by_another"), transaction.atomic():
        Responsible.unscoped.filter(pk=row.pk).update(state="confirmed", confirmed_on=LATER, confirmed_by=clerk)
    with pytest.raises(IntegrityError, match="responsible_counts_once_confirmed"), transaction.atomic():
        Responsible.unscoped.filter(pk=row.pk).update(until=LATER)
    with acting_as(clerk), pytest.raises(Refused, match="单位自己不能确认"):
        people.confirm(row)
    with acting_as(job.person("unit_admin", "甲街")):
        people.confirm(row)
    with acting_as(clerk):
        left = people.dismiss(row)
    assert left.until is None and people.responsibles_of(firm.pk).exists()
    with pytest.raises(IntegrityError, match="responsible_ended_by_another"), transaction.atomic():
        Responsible.unscoped.filter(pk=row.pk).update(until=LATER, ended_by=clerk)
    with acting_as(job.person("unit_admin", "甲街")):
        people.refuse(row, "任免文件不符")
    assert people.responsibles_of(firm.pk).get().leaving is None


def test_a_proposal_is_taken_back_by_the_firm(job):
    firm, one = job.units["甲厂"], person(job.units["甲厂"], "钱老板")
    with acting_as(job.person("enterprise_hr", "甲厂")):
        row = people.appoint(firm, one, Responsible.Role.DIRECT)
        with pytest.raises(ValidationError, match="或正待确认"):
            people.appoint(firm, one, Responsible.Role.DIRECT)
        assert people.dismiss(row).state == "refused"
        with pytest.raises(Refused, match="未予确认"):
            people.dismiss(row)
        people.appoint(firm, one, Responsible.Role.DIRECT)
