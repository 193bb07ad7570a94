"""The demo's workforce stands on invented ground and has every kind of life."""

import pytest
from django.db.models import Count

from jiangtai import people
from jiangtai.access import accounts, acting_as_job, units
from jiangtai.domains.register import demo
from jiangtai.kernel import codes
from jiangtai.people import Employment, Person, UnionMembership


@pytest.fixture
def filled(office):
    with acting_as_job("测试"):
        demo.fill(60)
        yield office


def test_the_demo_has_every_kind_of_life(filled):
    everyone = list(Person.objects.all())
    names = {one.card.name for one in everyone}
    assert len(everyone) == 61
    assert {"李志强", "王秀英", "𠮷野䶮", "吾", "李一", "欧阳慕容雪", "买买提·吐尔逊江"} <= names
    assert {one.hukou for one in everyone} >= set(Person.Hukou.values)
    works = Employment.objects.filter(Employment.NOW).values("person").annotate(number=Count("*"))
    assert works.filter(number=2).exists()
    assert Employment.objects.filter(why="resigned").exists()
    assert Employment.objects.filter(why="moved").exists()
    members = UnionMembership.objects.filter(UnionMembership.NOW)
    assert members.exclude(person__in=Employment.objects.values("person")).exists()
    assert people.is_barred(filled.units["乙厂"].pk)


def test_everybody_in_it_is_invented(filled):
    from jiangtai.people import keeping

    for one in Person.objects.all():
        number = keeping.value_of(one.pk, "id_number")
        assert codes.parse_identity(number).division == "519900"
        assert one.card.phone in ("", f"199****{one.card.phone[-4:]}")


def test_the_demos_workers_have_their_files(filled):
    for name, phone in demo.WORKERS:
        person = people.person_of(accounts.worker_of_phone(phone))
        assert person.card.name == name
        assert people.employment_of(person.pk)


def test_without_firms_there_is_nothing_to_fill(db):
    with acting_as_job("测试"):
        units.found(kind="district", name="空区", parent=None, code="519902")
        assert demo.fill() == []
