"""Whom somebody sees, asked of each person, of all gathered, and of the newest: one answer, and the plain one."""

from datetime import date, timedelta
from random import Random

import pytest

from jiangtai import people
from jiangtai.access import acting_as, acting_as_job, current
from jiangtai.kernel import clock, new_id
from jiangtai.people import Employment, Person, UnionMembership, scope

DAY = date(2026, 3, 2)
WHO = {
    "group_office": "区",
    "union_officer": "工会",
    "unit_admin": "甲街",
    "enterprise_hr": "乙厂",
    "enterprise_union": "甲厂工会",
}


@pytest.fixture
def crowd(office):
    """Sixty who work, or worked, at up to two places, and are or were in a union or in none; some are gone."""
    dice, now = Random(7), clock.now()
    everybody = [Person(made_at=now - timedelta(minutes=dice.randrange(30))) for _ in range(60)]
    for one in everybody[::9]:
        one.state = Person.State.ERASED
    works, unions = [], []
    firms = [office.units[name] for name in ("甲厂", "乙厂", "甲街", "区")]
    organisations = [office.units[name] for name in ("甲厂工会", "工会")]
    for one in everybody:
        for kind, units, made in ((Employment, firms, works), (UnionMembership, organisations, unions)):
            for unit in dice.sample(units, dice.randrange(3 if kind is Employment else 2)):
                made.append(kind(person=one, unit=unit, since=DAY, until=dice.choice((None, None, DAY)), fact=new_id()))
    with acting_as_job("测试"):
        for rows in (everybody, works, unions):
            type(rows[0]).unscoped.bulk_create(rows)
    return everybody, [*works, *unions]


def _plainly(crowd, who):
    """The persons with a spell that lasts at a unit within reach, or who work at the firm that the union serves."""
    everybody, spells = crowd
    if who.reach.is_everything:
        return {one.pk for one in everybody}
    served = who.unit.serves_id
    return {
        one.person_id
        for one in spells
        if one.until is None
        and (who.reach.holds(one.unit.path) or (isinstance(one, Employment) and served and one.unit_id == served))
    }


@pytest.mark.parametrize("role", WHO)
def test_each_way_to_ask_whom_one_sees_gives_the_plain_answer(office, crowd, role, monkeypatch):
    with acting_as(office.person(role, WHO[role])):
        wanted = _plainly(crowd, current())
        assert wanted
        ids = [one.pk for one in crowd[0]]
        for rows in (Person.objects.all(), people.those(ids), people.gathered()):
            assert sorted(rows.values_list("pk", flat=True)) == sorted(wanted)
        gone = {one.pk for one in crowd[0] if one.is_erased}
        assert 0 < len(wanted - gone) < len(wanted)
        assert people.number_seen() == len(wanted - gone)
        ordered = [one.pk for one in sorted(crowd[0], key=lambda one: (-one.made_at.timestamp(), one.pk))]
        assert people.newest(10**6) is None  # all registered are fewer than those that are looked at
        monkeypatch.setattr(scope, "_NEWEST", 20)
        if current().reach.is_everything:
            assert people.newest(10**6) is None
        else:
            newest = list(people.newest(10**6).order_by("-made_at", "pk").values_list("pk", flat=True))
            assert newest == [one for one in ordered if one in wanted][: len(newest)]
            assert set(newest) >= wanted & set([one for one in ordered if one not in gone][:20])
            assert people.newest(10) is None


def test_of_a_few_each_is_looked_at_and_nobody_is_gathered(office, crowd):
    """A union of all spells within reach would be read whole, for one list of namesakes as for any."""
    with acting_as(office.person("enterprise_union", "甲厂工会")):
        asked = str(people.those(one.pk for one in crowd[0]).query)
    assert (asked.count("EXISTS("), "UNION" in asked) == (3, False)


def test_who_reaches_everything_reads_every_spell_without_a_look_at_its_unit(office, crowd):
    for who in (acting_as_job("测试"), acting_as(office.person("group_office", "区"))):
        with who:
            spells = Employment.unscoped.filter(people.within_reach()).count()
            members = UnionMembership.unscoped.filter(people.memberships_within_reach()).count()
            assert spells + members == len(crowd[1])
            members = {one.person_id for one in crowd[1] if isinstance(one, UnionMembership) and one.until is None}
            assert people.number_of_members() == len(members - {one.pk for one in crowd[0] if one.is_erased})
            assert "access_unit" not in str(Employment.unscoped.filter(people.within_reach()).order_by().query)
