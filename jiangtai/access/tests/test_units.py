"""Units: founded, changed, moved, merged, closed, with their past."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from jiangtai import vault
from jiangtai.access import (
    AuditEntry,
    Grant,
    Refused,
    Unit,
    accounts,
    acting_as,
    acting_as_job,
    grants,
    groups,
    inquiries,
    is_root,
    links,
    root,
    unit_among,
    units,
)
from jiangtai.kernel import clock, new_id
from tests.office import at_once

Kind = Unit.Kind


@pytest.fixture
def job(office):
    with acting_as_job("测试"):
        yield office


def words(error):
    return "".join(error.value.messages)


def test_a_unit_stands_below_its_parent(job):
    street, firm = job.units["甲街"], job.units["甲厂"]
    assert firm.path.startswith(street.path)
    assert [str(one) for one in units.above(firm)] == ["测试区", "甲街道办事处", "甲厂有限公司"]
    assert list(units.children(street)) == [firm]


@pytest.mark.parametrize(
    ("kind", "code", "says"),
    [
        (Kind.ENTERPRISE, "", "必须填写统一社会信用代码"),
        (Kind.ENTERPRISE, "91519901MA0000001X", "应为"),
        (Kind.ENTERPRISE, "123", "18"),
        (Kind.STREET, "abc", "数字"),
    ],
)
def test_codes_are_checked(job, kind, code, says):
    with pytest.raises(ValidationError) as error:
        units.found(kind=kind, name="新单位", parent=job.units["甲街"], code=code)
    assert says in words(error)
    assert not Unit.objects.filter(name="新单位").exists()


def test_a_code_and_a_name_stand_once(job):
    taken = job.units["甲厂"]
    with pytest.raises(ValidationError, match="已有单位使用"):
        units.found(kind=Kind.ENTERPRISE, name="另一家", parent=job.units["乙街"], code=taken.code)
    with pytest.raises(ValidationError, match="同一上级之下已有"):
        units.found(kind=Kind.STREET, name="甲街道办事处", parent=job.units["区"], code="519901009")


def test_a_union_does_not_stand_in_the_administrative_tree(job):
    with pytest.raises(ValidationError, match="工会树"):
        units.found(kind=Kind.BASIC_UNION, name="某工会", parent=job.units["甲街"])


def test_there_is_one_root_of_a_tree(job):
    with pytest.raises(ValidationError, match="已有根单位"):
        units.found(kind=Kind.DISTRICT, name="另一区", parent=None, code="519902")


def test_a_rename_keeps_what_it_was_called(job):
    firm = job.units["甲厂"]
    units.change(firm, name="甲厂集团有限公司", since=date(2026, 6, 1), reason="更名通知")
    assert units.as_of(firm, date(2026, 6, 1)).name == "甲厂集团有限公司"
    units.change(firm, name="甲集团有限公司", since=date(2026, 9, 1), reason="再更名")
    assert units.as_of(firm, date(2026, 8, 31)).name == "甲厂集团有限公司"
    assert {row.change for row in firm.versions.all()} == {"created", "renamed"}


def test_a_move_takes_the_branch_along_and_scope_follows(job):
    street, firm, there = job.units["甲街"], job.units["甲厂"], job.units["乙街"]
    with acting_as_job("测试"):
        workshop = units.found(kind=Kind.DEPARTMENT, name="一车间", parent=firm)
    units.move(firm, there, reason="区划调整")
    workshop.refresh_from_db()
    assert workshop.path.startswith(there.path)
    with acting_as(job.person("unit_admin", "甲街")):
        assert list(Unit.objects.all()) == [street]
    with acting_as(job.person("unit_admin", "乙街")):
        assert workshop in Unit.objects.all()


def test_what_the_vault_holds_follows_a_move(job):
    subject = new_id()
    vault.put(subject, "liaison.phone", "13800000000", path=job.units["甲厂"].path)
    with acting_as(job.person("system_admin")):
        units.move(job.units["甲厂"], job.units["乙街"], reason="区划调整")
    with acting_as(job.person("unit_admin", "乙街")):
        assert vault.get(subject, "liaison.phone") == "13800000000"
    with acting_as(job.person("unit_admin", "甲街")):
        assert vault.get(subject, "liaison.phone") is None


def test_a_merger_takes_the_childrens_vault_along(job):
    subject = new_id()
    vault.put(subject, "liaison.phone", "13800000000", path=job.units["甲厂"].path)
    with acting_as(job.person("system_admin")):
        units.merge(job.units["甲街"], job.units["乙街"], reason="街道合并")
    with acting_as(job.person("unit_admin", "乙街")):
        assert vault.get(subject, "liaison.phone") == "13800000000"


def test_what_acts_no_more_is_not_changed(job):
    street = job.units["甲街"]
    units.merge(street, job.units["乙街"], reason="街道合并")
    for act in (
        lambda: units.change(street, address="某路"),
        lambda: units.move(street, job.units["区"]),
        lambda: units.close(street),
        lambda: units.merge(street, job.units["乙街"]),
        lambda: units.found(kind=Kind.DEPARTMENT, name="某科", parent=street),
    ):
        with pytest.raises(ValidationError, match="已并入"):
            act()


def test_a_stale_unit_does_not_undo_a_move(job):
    stale = Unit.objects.get(pk=job.units["甲厂"].pk)
    units.move(job.units["甲厂"], job.units["乙街"], reason="区划调整")
    units.change(stale, address="乙街一号")
    assert Unit.objects.get(pk=stale.pk).parent == job.units["乙街"]
    child = units.found(kind=Kind.DEPARTMENT, name="一车间", parent=Unit(pk=stale.pk, state="active"))
    assert child.path.startswith(job.units["乙街"].path)


def test_a_merger_ends_what_was_asked_and_named(job):
    with acting_as(job.person("group_office")):
        asked = inquiries.ask(job.units["甲街"], "liaison", due=clock.today())
        token = inquiries.link_for(asked)
    with acting_as(job.person("system_admin")):
        units.merge(job.units["甲街"], job.units["乙街"], reason="街道合并")
    with pytest.raises(Refused):
        links.look("inquiry", token)


def test_no_unit_moves_below_itself(job):
    with pytest.raises(ValidationError, match="自己的下级"):
        units.move(job.units["甲街"], job.units["甲厂"])
    with pytest.raises(ValidationError, match=r"自己的下级|根单位"):
        units.move(job.units["区"], job.units["甲街"])


def test_a_merger_hands_everything_over_and_the_id_goes_on(job):
    old, into = job.units["甲街"], job.units["乙街"]
    person = job.person("unit_admin", "甲街")
    units.merge(old, into, reason="街道合并")
    old.refresh_from_db()
    assert units.present(old) == into
    assert set(units.children(into)) == {job.units["甲厂"], job.units["乙厂"]}
    person.refresh_from_db()
    assert person.unit == into
    assert not Grant.objects.filter(account=person, revoked_at__isnull=True).exists()  # whoever grants, grants anew
    assert AuditEntry.objects.filter(action="grant.revoked", target=person.pk).exists()


def test_a_merger_of_mergers_resolves(job):
    a = units.found(kind=Kind.PARK, name="甲园", parent=job.units["区"])
    b = units.found(kind=Kind.PARK, name="乙园", parent=job.units["区"])
    c = units.found(kind=Kind.PARK, name="丙园", parent=job.units["区"])
    units.merge(a, b)
    units.merge(b, c)
    assert units.present(Unit.objects.get(pk=a.pk)) == c


def test_what_has_children_or_people_is_not_closed(job):
    with pytest.raises(ValidationError, match="下级"):
        units.close(job.units["甲街"])
    person = job.person("enterprise_hr", "甲厂")
    with pytest.raises(ValidationError, match="授权"):
        units.close(job.units["甲厂"])
    with acting_as_job("测试"):
        grants.revoke(Grant.objects.get(account=person), "离职")
    with pytest.raises(ValidationError, match="账号"):
        units.close(job.units["甲厂"])
    units.close(job.units["乙厂"], reason="注销")
    assert not Unit.objects.get(pk=job.units["乙厂"].pk).is_active


@pytest.mark.parametrize("text", ["jiac", "jc", "甲厂", "91519901MA0000001"])
def test_units_are_found_by_what_people_type(job, text):
    assert job.units["甲厂"] in units.search(text)


@pytest.mark.parametrize("text", ["%", "_", "' OR 1=1", "\\", "𠮷", "x" * 500])
def test_odd_searches_find_nothing_and_break_nothing(job, text):
    assert list(units.search(text)) == []


def test_two_moves_at_once_make_no_ring(twin):
    with acting_as_job("测试"):
        root = twin.units["区"]
        a = units.found(kind=Kind.PARK, name="环甲", parent=root)
        b = units.found(kind=Kind.PARK, name="环乙", parent=root)

    def moving(what, to):
        def act():
            with acting_as_job("测试"):
                return units.move(Unit.objects.get(pk=what.pk), Unit.objects.get(pk=to.pk))

        return act

    ended = at_once(moving(a, b), moving(b, a))
    with acting_as_job("测试"):
        a.refresh_from_db()
        b.refresh_from_db()
        assert sum(isinstance(one, ValidationError) for one in ended) == 1
        assert (a.parent_id, b.parent_id) in {(root.pk, a.pk), (b.pk, root.pk)}
        for one in (a, b):
            assert one.path == one.parent.path + one.path[-6:]


def test_two_units_of_one_name_at_once_become_one(twin):
    def founding():
        with acting_as_job("测试"):
            return units.found(kind=Kind.PARK, name="同名园", parent=twin.units["区"])

    ended = at_once(founding, founding)
    assert sum(isinstance(one, Unit) for one in ended) == 1
    assert any("同一上级之下已有" in str(one) for one in ended)


def test_a_grant_at_a_past_unit_reaches_nothing(job):
    person = job.person("enterprise_hr", "乙厂")
    with acting_as_job("测试"):
        grants.revoke(Grant.objects.get(account=person), "离职")
        accounts.disable(person, "离职")
        units.close(job.units["乙厂"])
    with acting_as(person) as who:
        assert who.unit is None
        assert list(Unit.objects.all()) == []


# The root is the unit that the setting names


def test_the_root_is_the_top_or_what_the_setting_names(job, settings):
    assert root() == job.units["区"]
    settings.ROOT_UNIT = job.units["甲街"].code
    assert root() == job.units["甲街"]
    assert [one for one in job.units.values() if is_root(one)] == [job.units["甲街"]]
    assert set(units.children(None)) == {job.units["甲街"], job.units["工会"]}
    with pytest.raises(ValidationError, match="根单位"):
        units.close(job.units["甲街"])


def test_who_acts_at_the_root_reaches_both_trees(office, settings):
    settings.ROOT_UNIT = office.units["甲街"].code
    with acting_as(office.person("group_office", "甲街")) as who:
        assert who.reach.is_everything
    with acting_as(office.person("group_office", "乙街")) as who:
        assert not who.reach.is_everything


# Ecosystems


@pytest.mark.parametrize(("until", "says"), [(date(2026, 1, 31), "早于加入日期"), (date(2099, 1, 1), "还没有到")])
def test_a_unit_leaves_an_ecosystem_on_a_day_that_can_be(job, until, says):
    member = groups.join(groups.make("智造圈"), job.units["甲厂"], date(2026, 2, 1))
    with pytest.raises(ValidationError, match=says):
        groups.leave(member, until)
    groups.leave(member, date(2026, 2, 1))
    with pytest.raises(Refused, match="已经退出"):
        groups.leave(member)


def test_a_unit_is_named_by_its_id_its_name_or_its_code_and_two_of_one_name_are_a_question(job):
    firm, rows = job.units["甲厂"], Unit.unscoped.all()
    rows.filter(pk=firm.pk).update(code="91510100MA00000001")
    assert [unit_among(rows, one) for one in (str(firm.pk), firm.name, "91510100MA00000001")] == [firm] * 3
    assert unit_among(rows, str(new_id())) is None and unit_among(rows, "没有的单位") is None
    rows.filter(pk__in=[firm.pk, job.units["甲街"].pk]).update(short_name="同名")
    with pytest.raises(ValueError, match="有多个单位叫“同名”"):
        unit_among(rows, "同名")
