"""Registering, finding, putting right, linking and erasing."""

import json
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test.utils import CaptureQueriesContext
from django_scopes.exceptions import ScopeError

from jiangtai import ledger, people, vault
from jiangtai.access import AuditEntry, Refused, accounts, acting_as, acting_as_job
from jiangtai.people import AlreadyRegistered, Person
from tests.office import at_once

from .invented import id_number, old_number, person, worker


@pytest.fixture(autouse=True)
def own_list(monkeypatch, tmp_path):
    monkeypatch.setattr("jiangtai.vault.erasure.erasure_list", lambda: tmp_path / "erasures.jsonl")


@pytest.fixture
def job(office):
    with acting_as_job("测试"):
        yield office


@pytest.fixture
def hr(job):
    with acting_as(job.person("enterprise_hr", "甲厂")):
        yield job


def test_a_person_is_registered_and_read_again(job):
    number = id_number("19870412")
    made = person(job.units["甲厂"], "李 志强", id_number=number, phone="199 0000 0100", hukou="other_rural")
    again = Person.objects.get(pk=made.pk)
    assert again.card == people.Card("李志强", date(1987, 4, 12), f"519900********{number[-4:]}", "199****0100")
    assert (again.sex, again.birth_year, again.hukou) == ("男", 1987, "other_rural")
    assert [row.label for row in ledger.life(made.pk)] == ["登记建档"]


def test_nothing_that_tells_who_it_is_stands_in_clear(job):
    number = id_number()
    made = worker(job.units["甲厂"], "欧阳文静", id_number=number, phone="19900000100")
    people.change(made, name="欧阳静文", phone="19900000101")
    told = json.dumps(
        [
            *Person.unscoped.values(),
            *vault.Entry.objects.values(),
            *ledger.FactRow.unscoped.values(),
            *AuditEntry.objects.values(),
        ],
        default=lambda value: bytes(value).hex() if isinstance(value, memoryview | bytes) else str(value),
        ensure_ascii=False,
    )
    for secret in ("欧阳", "文静", number, number[-4:] + '"', "19900000100", "1990000010", "19870412", "1987-04-12"):
        assert secret not in told


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("一", "一"),
        ("李一", "李一"),
        ("欧阳慕容雪", "欧阳慕容雪"),
        ("买买提·吐尔逊江", "买买提·吐尔逊江"),
        ("买买提•吐尔逊江", "买买提·吐尔逊江"),
        ("𠮷野䶮", "𠮷野䶮"),
        ("㛃", "㛃"),
        ("Anna  Schmidt", "Anna Schmidt"),
        ("张　三", "张三"),
    ],
)
def test_names_are_kept_and_found_as_people_write_them(job, given, kept):
    made = worker(job.units["甲厂"], given)
    assert Person.objects.get(pk=made.pk).card.name == kept
    assert people.find(name=given) == people.find(name=kept.replace("·", "・")) == [made]


@pytest.mark.parametrize(("name", "words"), [("", "请填写"), ("李3", "姓名里有"), ("长" * 51, "最多 50 个")])
def test_what_is_no_name_is_refused(job, name, words):
    with pytest.raises(ValidationError, match=words):
        person(job.units["甲厂"], name)


def test_the_number_says_sex_and_birth(job):
    with pytest.raises(ValidationError, match="性别为男"):
        person(job.units["甲厂"], id_number=id_number(order=777), sex="女")
    with pytest.raises(ValidationError, match="出生日期是"):
        person(job.units["甲厂"], birth=date(1990, 1, 1))
    with pytest.raises(ValidationError, match="末位校验不符"):
        person(
            job.units["甲厂"],
            id_number="519900198704120011" if id_number("19870412", 1)[-1] != "1" else "519900198704120012",
        )
    foreign = person(job.units["甲厂"], "Anna Schmidt", id_number="", sex="女", birth=date(1991, 2, 3))
    assert (foreign.sex, foreign.birth_year, foreign.card.birth) == ("女", 1991, date(1991, 2, 3))
    with pytest.raises(TypeError, match="salary"):
        people.change(foreign, salary=1)


def test_who_is_registered_is_not_registered_again(hr):
    unit, number = hr.units["甲厂"], id_number("19770412")
    made = worker(unit, id_number=number)
    with pytest.raises(AlreadyRegistered, match="已登记为“李志强”，在甲厂有限公司，不必重复登记") as caught:
        person(unit, "李志勇", id_number=old_number(number))
    assert caught.value.person == made
    with acting_as(hr.person("enterprise_hr", "乙厂")):
        with pytest.raises(AlreadyRegistered) as caught:
            person(hr.units["乙厂"], id_number=number)
        assert caught.value.messages == ["该身份证号已登记，可办理调入"]
        assert people.known(id_number=number, name="李志勇") is None
        assert people.known(id_number=number, name="李志强") == made
    assert Person.unscoped.count() == 1


def test_two_who_register_one_number_at_once_make_one_person(twin):
    number = id_number("19660412")

    def register():
        with acting_as_job("测试"):
            return person(twin.units["甲厂"], id_number=number)

    results = at_once(register, register, register)
    assert sorted(type(one).__name__ for one in results) == ["AlreadyRegistered", "AlreadyRegistered", "Person"]
    with acting_as_job("测试"):
        assert len(people.find(id_number=number)) == 1


def test_a_number_of_fifteen_is_the_same_person(job):
    number = id_number("19680412")
    made = worker(job.units["甲厂"], id_number=old_number(number))
    assert people.find(id_number=number) == people.find(id_number=old_number(number)) == [made]


def test_finding_by_all_that_is_given(job):
    unit = job.units["甲厂"]
    one = worker(unit, "王伟", id_number=id_number("19800101"), phone="19900000100")
    other = worker(unit, "王伟", id_number=id_number("19810101"), phone="19900000100")
    assert {found.pk for found in people.find(name="王伟")} == {one.pk, other.pk}
    assert people.find(name="王伟", birth=date(1981, 1, 1)) == [other]
    assert {found.pk for found in people.find(phone="199-0000-0100")} == {one.pk, other.pk}
    assert people.find(phone="19900000100", name="王芳") == []
    assert people.find() == people.find(id_number="不是号码") == people.find(birth=date(1981, 1, 1)) == []


def test_putting_right_says_what_and_never_what_it_was(hr):
    made = worker(hr.units["甲厂"], "李志强", phone="19900000100")
    people.change(made, name="李志刚", phone="19900000101", hukou="local_urban", reason="核对身份证")
    assert people.find(name="李志强") == people.find(phone="19900000100") == []
    assert people.find(name="李志刚", phone="19900000101") == [made]
    changed = [row.fact.what for row in ledger.life(made.pk) if row.label == "信息变更"]
    assert {one.label for one in changed} == {"姓名", "手机号", "户籍"}
    facts = ledger.life(made.pk).count()
    people.change(made, name="李志刚", hukou="local_urban")
    assert ledger.life(made.pk).count() == facts


def test_an_identity_number_is_put_right_once_for_all(hr):
    wrong, right = id_number("19860412"), id_number("19870412")
    made, other = worker(hr.units["甲厂"], id_number=wrong), worker(hr.units["甲厂"], "王伟")
    people.change(made, id_number=right)
    assert Person.objects.get(pk=made.pk).birth_year == 1987
    assert (people.find(id_number=right), people.find(id_number=wrong)) == ([made], [])
    with pytest.raises(AlreadyRegistered):
        people.change(other, id_number=right)
    with pytest.raises(ValidationError, match="出生日期是 1987-04-12"):
        people.change(made, birth=date(1986, 4, 12))


def test_a_query_outside_a_scope_raises(db):
    with pytest.raises(ScopeError):
        Person.objects.count()


def test_a_neighbour_sees_nobody_and_reads_nothing(hr):
    made = worker(hr.units["甲厂"], phone="19900000100")
    with acting_as(hr.person("enterprise_hr", "乙厂")):
        assert not Person.objects.filter(pk=made.pk).exists()
        assert people.names_of([made.pk]) == {}
        assert people.find(phone="19900000100") == []
        stolen = Person.unscoped.get(pk=made.pk)
        assert stolen.card == people.Card()
        for field in ("person.name", "person.identity", "person.phone"):
            assert vault.get(made.pk, field) is None
        assert vault.find("person.phone", "19900000100") == []
        for act in (
            lambda: people.change(made, name="张三"),
            lambda: people.reveal(made, "id_number", "看看"),
            lambda: people.erase(made, "看看"),
        ):
            with pytest.raises(Refused):
                act()
    assert vault.get(made.pk, "person.phone") == "19900000100"


def test_who_belongs_to_two_places_is_seen_and_named_at_both(hr):
    made = worker(hr.units["甲厂"], phone="19900000100")
    for role, place in (("unit_admin", "乙街"), ("enterprise_hr", "乙厂"), ("enterprise_union", "甲厂工会")):
        with acting_as(hr.person(role, place)):
            if place == "乙厂":
                people.hire(made, hr.units["乙厂"], occupation="保安员")
            if place == "乙街":
                assert people.names_of([made.pk]) == {}
            else:
                assert people.names_of([made.pk]) == {made.pk: "李志强"}
                assert vault.get(made.pk, "person.phone") == "19900000100"
                assert people.reveal(made, "phone", "联系本人") == "19900000100"
    with acting_as_job("测试"):
        people.hire(worker(hr.units["甲厂"], "王伟"), hr.units["乙厂"], occupation="保安员")
    with acting_as(hr.person("enterprise_hr", "乙厂")), CaptureQueriesContext(_connection()) as caught:
        assert sorted(one.card.name for one in Person.objects.all()) == ["李志强", "王伟"]
    assert len(_asked(caught)) <= 4


def test_a_page_of_names_is_one_question_to_the_vault(hr):
    ids = [worker(hr.units["甲厂"], f"李{sign}").pk for sign in "甲乙丙丁戊己庚辛壬癸"]
    with CaptureQueriesContext(_connection()) as caught:
        assert len(people.names_of(ids)) == 10
    assert len(_asked(caught)) == 2  # the rows, and their keys
    with CaptureQueriesContext(_connection()) as caught:
        assert {one.card.name for one in Person.objects.all()} == {f"李{sign}" for sign in "甲乙丙丁戊己庚辛壬癸"}
        assert {one.card.name for one in Person.objects.iterator(chunk_size=3)} >= {"李甲"}
    assert len(_asked(caught)) == 4


def test_a_reveal_stands_in_the_audit_without_what_it_showed(hr):
    number = id_number()
    made = worker(hr.units["甲厂"], id_number=number)
    assert people.reveal(made, "id_number", "核对身份") == number
    with pytest.raises(Refused):
        people.reveal(made, "phone", "没有登记")
    with acting_as_job("测试"):
        (told,) = AuditEntry.objects.filter(action="reveal")
    assert (told.reason, told.target, told.details) == ("核对身份", made.pk, {"field": "person.identity"})
    assert "李" not in told.target_name


def test_a_worker_is_linked_by_the_phone_the_register_has(job):
    made = worker(job.units["甲厂"], phone="19900000100")
    own, other = accounts.worker_of_phone("19900000100"), accounts.worker_of_phone("19900000101")
    with pytest.raises(Refused, match="不一致"):
        people.link_account(other, made)
    people.link_account(own, made)
    people.link_account(own, made)
    twin_sister = worker(job.units["甲厂"], "李志芳", phone="19900000100")
    with pytest.raises(Refused, match="已经关联过"):
        people.link_account(own, twin_sister)
    with pytest.raises(Refused, match="只有职工账号"):
        people.link_account(job.person("enterprise_hr", "甲厂"), made)
    with acting_as(own):
        assert people.person_of(own) == made
        assert people.own_data(own)["手机号"] == "19900000100"
        assert people.own_data(own)["成长记录"][0]["事项"] in ("入职", "登记建档")
    assert people.person_of(other) is None
    assert people.own_data(other) == {}


def test_one_account_is_one_persons_in_the_database_too(job):
    one, other = worker(job.units["甲厂"]), worker(job.units["甲厂"])
    account = accounts.worker_of_phone("19900000100")
    Person.unscoped.filter(pk=one.pk).update(account=account)
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.unscoped.filter(pk=other.pk).update(account=account)


def test_who_is_erased_is_a_hollow_row_and_the_counts_stand(hr):
    number, firm = id_number(), hr.units["甲厂"]
    made = worker(firm, id_number=number, phone="19900000100")
    with acting_as_job("测试"):
        people.join_union(made, hr.units["甲厂工会"])
        people.link_account(accounts.worker_of_phone("19900000100"), made)
        before = ledger.every(people.EmploymentBegan).count()
    people.erase(made, "本人申请")
    with acting_as_job("测试"):
        row = Person.objects.get(pk=made.pk)
        assert (row.is_erased, row.card, row.card_secret, row.account, row.sex) == (True, people.Card(), None, None, "")
        assert people.names_in_case([made.pk]) == {made.pk: "已注销"}
        assert vault.find("person.identity", number) == []
        assert people.workers_of(firm).count() == 0
        assert people.membership_of(made.pk) is None
        assert ledger.every(people.EmploymentBegan).count() == before
        assert ledger.verify().faults == []
        with pytest.raises(Refused, match="已注销"):
            people.hire(made, firm, occupation="数控车工")
        again = worker(firm, id_number=number)
        assert again != made


def test_who_came_back_with_a_backup_is_hollowed_again(job):
    made = worker(job.units["甲厂"])
    vault.erase(made.pk, "本人申请")
    assert people.settle_erased({made.pk}) == 1
    assert people.settle_erased({made.pk}) == 0
    assert Person.objects.get(pk=made.pk).is_erased


def test_names_in_a_case_are_told_wherever_the_persons_are(hr):
    made = worker(hr.units["甲厂"])
    with acting_as(hr.person("enterprise_hr", "乙厂")):
        assert people.names_in_case([made.pk]) == {made.pk: "李志强"}
        assert people.names_of([made.pk]) == {}


def _connection():
    from django.db import connection

    return connection


def _asked(caught):
    return [one["sql"] for one in caught if "set_config" not in one["sql"]]
