"""A worker asks to join the union by phone; the union decides, the one above where it does not, no employer ever."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from jiangtai import ledger, people
from jiangtai.access import acting_as, acting_as_job, units
from jiangtai.domains.register.actions import pass_applications_on
from jiangtai.domains.register.flow import JoinUnion
from jiangtai.domains.register.rules import may_ask_to_join
from jiangtai.flows import Case, End, engine, subjects
from jiangtai.flows.tests.walk import hidden
from jiangtai.flows.tests.walker import Walker, edges, fresh, path_to
from jiangtai.kernel import clock
from jiangtai.people import UnionJoined
from jiangtai.people.tests.invented import id_number, worker
from tests.live import credit_code

WISH = {"wish": "on", "note": "想参加技能培训"}


@pytest.fixture
def asking(firm: SimpleNamespace, office: Any) -> SimpleNamespace:
    """Sun works at our firm and is no member yet; both unions have somebody who decides."""
    with acting_as_job("测试"):
        sun = worker(firm.unit, "孙小芳", id_number=id_number("19950505", 222), phone="19900000105")
        account = people_account("19900000105")
        people.link_account(account, sun)
    committee, officer = office.person("enterprise_union", "甲厂工会"), office.person("union_officer", "工会")
    return SimpleNamespace(sun=sun, account=account, committee=committee, officer=officer, phone=office.client(account))


def people_account(phone: str) -> Any:
    from jiangtai.access import accounts

    return accounts.worker_of_phone(phone)


def opened(asking: SimpleNamespace) -> Case:
    with acting_as(asking.account):
        known = subjects.own(asking.account, JoinUnion)
        assert known
        return engine.open_case(JoinUnion.key, *known)


def filled(step: str) -> dict[str, Any]:
    return {"wish": True} if step == "apply" else {"union": "甲厂工会委员会"}


@pytest.mark.parametrize("edge", edges(JoinUnion), ids=lambda edge: "-".join(edge))
def test_every_way_leads_where_it_says(asking, edge):
    case = Walker(filled).walk(opened(asking), path_to(JoinUnion, edge))
    assert case.step == edge[1]
    is_over = isinstance(JoinUnion.steps[case.step], End)
    assert case.state == ("ended" if is_over else "open")
    membership = people.membership_of(asking.sun.pk)
    with acting_as_job("测试"):
        facts = list(ledger.every(UnionJoined).of(asking.sun.pk))
    assert bool(membership) is (edge[1] == "joined") is bool(facts)
    if membership:
        assert membership.unit.name == "甲厂工会委员会"
        assert (facts[0].cause, facts[0].cause_id) == ("case", case.pk)


def url(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def text_of(response: Any) -> str:
    assert response.status_code in (200, 422), response.status_code
    return response.content.decode()


def apply_by_phone(asking: SimpleNamespace, outcome: str) -> Case:
    """What the thumb does: begin, two questions, hand in."""
    phone = asking.phone
    assert "申请加入工会" in text_of(phone.get(url("own.file")))
    begun = phone.post(url("cases.begin", JoinUnion.key))
    case = Case.unscoped.get(subject=asking.sun.pk)
    assert begun.url == url("cases.mine.fill", case.pk, 1)
    assert phone.post(url("cases.begin", JoinUnion.key)).url == begun.url, "once begun it goes on"
    for place, (name, value) in enumerate(WISH.items(), 1):
        assert phone.post(url("cases.mine.fill", case.pk, place), {name: value}).status_code == 302
    page = phone.get(url("cases.mine.show", case.pk))
    assert "交本单位工会" in text_of(page) and "还不是工会会员" in text_of(page)
    sent = {"seat": hidden(page, "seat"), "outcome": outcome}
    answer = phone.post(url("cases.mine.show", case.pk), sent)
    assert answer.status_code == 302, text_of(answer)
    assert phone.post(url("cases.begin", JoinUnion.key)).url == url("cases.mine.show", case.pk)
    return fresh(case)


def test_by_phone_and_by_the_committee_and_the_employer_sees_nothing(asking, sits, office, firm):
    case = apply_by_phone(asking, "admit")
    assert case.unit == office.units["甲厂工会"]
    seen = url("cases.show", case.pk)
    for role in ("enterprise_hr", "unit_admin", "leader"):
        employer = office.client(office.person(role, "甲厂"))
        assert employer.get(seen).status_code == 404, role
        for name in ("cases.waiting", "cases.all"):
            answer = employer.get(url(name))
            assert answer.status_code in (200, 403) and case.number not in answer.content.decode(), (role, name)
        with acting_as(office.person(role, "甲厂")):
            assert not ledger.facts().filter(cause_id=case.pk).exists(), role
            with pytest.raises(Exception, match=r"没有这项待办|不由您"):
                engine.decide(case.seats.get(state="open").pk, "declined", opinion="不同意")
    committee = sits("union")
    page = committee.get(seen)
    assert "孙小芳" in text_of(page) and "想参加技能培训" in text_of(page)
    answer = committee.post(seen, {"seat": hidden(page, "seat"), "outcome": "joined", "opinion": "同意"})
    assert answer.status_code == 302, text_of(answer)
    assert people.membership_of(asking.sun.pk).unit == office.units["甲厂工会"]
    assert "甲厂工会委员会" in text_of(asking.phone.get(url("own.file")))
    assert "已入会" in text_of(asking.phone.get(url("cases.mine.show", case.pk)))


def test_a_union_that_does_not_answer_loses_the_application_to_the_one_above(asking, sits, office):
    case = apply_by_phone(asking, "admit")
    pass_applications_on()
    assert fresh(case).step == "admit", "the term is not over"
    with clock.at(case.due):
        pass_applications_on()
        assert fresh(case).step == "admit", "its last day is a day too"
    with clock.at(case.due + timedelta(days=1)):
        pass_applications_on()
        pass_applications_on()
        case = fresh(case)
        assert case.step == "above" and [one.unit.name for one in case.seats.filter(state="open")] == ["测试区总工会"]
        late = sits("union").post(url("cases.show", case.pk), {"outcome": "declined", "opinion": "不同意"})
        assert late.status_code == 422 and fresh(case).step == "above"
        officer = sits("officer")
        page = officer.get(url("cases.show", case.pk))
        assert "逾期未答复" in text_of(page)
        sent = {"seat": hidden(page, "seat"), "outcome": "joined", "union": "甲厂工会委员会", "opinion": "同意"}
        answer = officer.post(url("cases.show", case.pk), sent)
        assert answer.status_code == 302, text_of(answer)
        assert people.membership_of(asking.sun.pk).unit == office.units["甲厂工会"]


def test_where_the_firm_has_no_union_the_one_above_is_asked(firm, office):
    with acting_as_job("测试"):
        people.link_account(people_account("19900000101"), firm.wang)
    office.person("union_officer", "工会")
    account = people_account("19900000101")
    with acting_as(account):
        subject, unit = subjects.own(account, JoinUnion)
        assert (subject, unit) == (firm.wang.pk, office.units["工会"])
        case = engine.open_case(JoinUnion.key, subject, unit)
        told = {one.label: (one.holds, one.says) for one in engine.conditions_of(case)}
        assert told["本单位有工会"][0] is None and "请选“交上级工会”" in told["本单位有工会"][1]
        with pytest.raises(ValueError, match="没有可以办理的单位"):
            engine.decide(case.seats.get().pk, "admit", data={"wish": True})
        engine.decide(case.seats.get().pk, "above", data={"wish": True})
    assert [one.unit for one in fresh(case).seats.filter(state="open")] == [office.units["工会"]]


@pytest.fixture
def unions(office: Any) -> Any:
    """A street's union with an officer, and a firm of that street whose union stands under the industry's."""
    found, made = units.found, office.units
    with acting_as_job("测试"):
        made["街工会"] = found(kind="union_federation", name="乙街道总工会", parent=made["工会"], serves=made["乙街"])
        made["行业工会"] = found(kind="industry_union", name="测试区机械行业工会", parent=made["工会"])
        made["丙厂"] = found(kind="enterprise", name="丙厂有限公司", parent=made["乙街"], code=credit_code(77))
        made["丙厂工会"] = found(
            kind="basic_union", name="丙厂工会委员会", parent=made["行业工会"], serves=made["丙厂"]
        )
    for at in ("街工会", "行业工会", "工会"):
        office.person("union_officer", at)
    return office


@pytest.mark.parametrize(
    ("firm", "role", "at", "asked"),
    [
        ("乙厂", "", "", "街工会"),
        ("丙厂", "", "", "行业工会"),
        ("丙厂", "enterprise_union", "丙厂工会", "丙厂工会"),
        ("丙厂", "enterprise_hr", "丙厂", "行业工会"),
        ("乙厂", "unit_admin", "乙厂", "街工会"),
    ],
)
def test_the_firms_own_union_is_asked_else_the_streets_or_the_industrys_and_no_employer(unions, firm, role, at, asked):
    if role:
        unions.person(role, at)
    with acting_as_job("测试"):
        sun = worker(unions.units[firm], "孙小芳", phone="19900000106")
        account = people_account("19900000106")
        people.link_account(account, sun)
    with acting_as(account):
        subject, unit = subjects.own(account, JoinUnion)
        assert unit == unions.units[asked]
        case = engine.open_case(JoinUnion.key, subject, unit)
        engine.decide(case.seats.get().pk, "admit" if asked == "丙厂工会" else "above", data={"wish": True})
    (seat,) = fresh(case).seats.filter(state="open")
    assert seat.unit == unions.units[asked]
    if asked != "行业工会":
        return
    officer = unions.client(unions.person("union_officer", "行业工会"))
    page = officer.get(url("cases.show", case.pk))
    sent = {"seat": hidden(page, "seat"), "outcome": "joined", "union": "丙厂工会委员会", "opinion": "同意"}
    assert officer.post(url("cases.show", case.pk), sent).status_code == 302
    assert people.membership_of(sun.pk).unit == unions.units["丙厂工会"]


def test_a_member_does_not_ask_again(asking, firm):
    with acting_as_job("测试"):
        people.link_account(firm.account, firm.li)
    with acting_as(firm.account):
        case = engine.open_case(JoinUnion.key, *subjects.own(firm.account, JoinUnion))
        with pytest.raises(engine.Unmet, match="已是会员"):
            engine.decide(case.seats.get().pk, "admit", data={"wish": True})
    assert [one.holds for one in may_ask_to_join(False, "甲厂工会", True)] == [True, True]


def test_it_is_offered_until_one_is_a_member(asking):
    assert "加入工会" in asking.phone.get("/pocket/errands/").content.decode()
    with acting_as_job("测试"):
        people.join_union(asking.sun, asking.committee.unit)
    assert "加入工会" not in asking.phone.get("/pocket/errands/").content.decode()
