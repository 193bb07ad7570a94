"""A case that is hidden from the subject's firm: no list, page, file, search, count, message or fact shows it."""

from datetime import date
from typing import Any

import pytest
from django import forms

from jiangtai import ledger, messages
from jiangtai.access import Account, Refused, Unit, accounts, acting_as, acting_as_job, units
from jiangtai.flows import OPENER, Case, End, Flow, FlowError, StepForm, Task, engine, inbox, origins, own, root, street
from jiangtai.flows import declare as declaring
from jiangtai.kernel import clock
from jiangtai.ledger import Cause
from jiangtai.people.tests import invented
from tests.live import credit_code
from tests.office import Office

from .sample import DAYS
from .walk import hidden, pdf

PHONE = "19900000007"


class WordsForm(StepForm):
    """What happened."""

    text = forms.CharField(label="反映的情况")


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(declaring, "_FLOWS", {key: list(kinds) for key, kinds in declaring._FLOWS.items()})
    monkeypatch.setattr(declaring, "enter", lambda *row: None)


@pytest.fixture
def kind() -> type[Flow]:
    """A complaint, of which the firm never hears."""

    class Complain(Flow):
        """A worker complains, and the street looks into it（样例投诉）."""

        since, basis = date(2026, 1, 1), "ours"
        opens = OPENER
        in_rounds = False
        hidden_from_own_unit = True

        complain = Task("投诉", by=OPENER, form=WordsForm, to={"look": "提交"})
        look = Task(
            "核查",
            by=street("union_officer"),
            due=DAYS,
            to={"done": "办结", "complain": "退回"},
            back=("complain",),
        )
        done = End("已办结", records=lambda case: [])

    return Complain


@pytest.fixture
def worker(office: Office) -> Account:
    """Somebody of the firm who can sign in."""
    with acting_as_job("测试"):
        account = accounts.worker_of_phone(PHONE)
        person = invented.worker(office.units["甲厂"], "李志强", phone=PHONE)
    with acting_as(account):
        from jiangtai import people

        people.link_account(account, person)
    return account


@pytest.fixture
def case(office: Office, kind: type[Flow], worker: Account) -> Case:
    """A complaint that waits at the street, with a paper and what was said in clear nowhere."""
    office.person("union_officer", "甲街")
    client = office.client(worker)
    assert client.post(f"/pocket/cases/new/{kind.key}/").status_code == 302
    made = Case.unscoped.get()
    base = f"/pocket/cases/{made.pk}/"
    assert client.post(f"{base}fill/1/", {"text": "三个月没有发工资"}).status_code == 302
    assert client.post(base, {"seat": hidden(client.get(base), "seat"), "outcome": "look"}).status_code == 302
    made.refresh_from_db()
    assert made.step == "look"
    return made


FIRM = [
    ("enterprise_union", "甲厂工会"), ("enterprise_hr", "甲厂"), ("unit_admin", "甲厂"), ("leader", "甲厂"),
    ("union_officer", "甲厂"), ("enterprise_union", "甲厂"),
]  # fmt: skip
LISTS = ("", "done/", "over/", "begun/", "all/")


@pytest.mark.parametrize(("role", "unit"), FIRM)
def test_the_firm_never_sees_it(office: Office, case: Case, role: str, unit: str) -> None:
    account = office.person(role, unit)
    client, path = office.client(account), f"/office/cases/{case.pk}/"
    street_officer = office.client(office.person("union_officer", "甲街"))
    seat = hidden(street_officer.get(path), "seat")
    assert street_officer.post(path, {"seat": seat, "do": "draft", "file_other": pdf("工资条.pdf")}).status_code == 302
    paper = case.attachments.get()
    for below in ("", "transfer/", "urge/", "withdraw/", f"papers/{paper.pk}/"):
        assert client.get(path + below).status_code in (403, 404), below
    for one in (path, f"{path}urge/"):
        assert client.post(one, {"seat": seat, "outcome": "done", "reason": "试"}).status_code in (403, 404)
    for one in LISTS:
        answer = client.get(f"/office/cases/{one}")
        assert case.number not in answer.content.decode() and "李志强" not in answer.content.decode(), one
    for asked in (f"q={case.number}", "q=李志强", "q=甲厂", f"flow={case.flow}"):
        assert str(case.pk) not in client.get(f"/office/cases/all/?{asked}").content.decode()
    assert case.number not in client.get("/office/").content.decode()
    assert client.get("/api/v1/inbox").json().get("count", 0) == 0
    assert client.get("/api/v1/cases").json().get("count", 0) == 0
    assert client.get(f"/api/v1/cases/{case.pk}").status_code in (403, 404)
    with acting_as(account) as who:
        for query in (inbox.waiting, inbox.begun, inbox.overseen, inbox.seen, inbox.done, inbox.over):
            assert query(who).count() == 0, query
        seen = ledger.facts(*ledger_kinds())
        assert not [row for row in seen if row.subject == case.pk], "what is counted is counted outside the firm"
        with pytest.raises(Refused):
            engine.urge(case.pk)
        assert not messages.messages_of(account)


def ledger_kinds() -> list[type]:
    """What the process says of itself."""
    from jiangtai.flows import CaseClosed, CaseOpened, StepDecided

    return [CaseOpened, StepDecided, CaseClosed]


def test_whoever_looks_into_it_and_whoever_complained_do(office: Office, case: Case, worker: Account) -> None:
    for role, unit in (("union_officer", "甲街"), ("group_office", "区")):
        client = office.client(office.person(role, unit))
        assert case.number in client.get("/office/cases/all/").content.decode(), role
        assert "三个月没有发工资" in client.get(f"/office/cases/{case.pk}/").content.decode(), role
    assert office.client(worker).get(f"/pocket/cases/{case.pk}/").status_code == 200
    assert office.client(office.person("enterprise_hr", "乙厂")).get(f"/office/cases/{case.pk}/").status_code == 404


def test_a_post_at_the_firm_closes_it_at_every_other_post(office: Office, case: Case) -> None:
    from jiangtai.access import Grant

    account = office.person("union_officer", "甲街")
    with acting_as(account) as who:
        assert inbox.waiting(who).count() == 1
        seat = case.seats.get(state="open")
    with acting_as_job("测试"):
        Grant.objects.create(account=account, duty=account.duty, role="enterprise_hr", unit=office.units["甲厂"],
                             reason="兼任")  # fmt: skip
    with acting_as(account, office.units["甲街"].pk) as who:
        assert inbox.waiting(who).count() == inbox.overseen(who).count() == 0
        with pytest.raises(Refused, match="不由您现在的岗位办理"):
            engine.decide(seat.pk, "done")


def test_a_group_of_firms_is_one_firm(office: Office, kind: type[Flow], worker: Account) -> None:
    with acting_as_job("测试"):
        group = units.found(kind="enterprise", name="甲集团", parent=office.units["甲街"], code=credit_code(300))
        units.move(office.units["甲厂"], group, reason="组建集团")
        firm = Unit.unscoped.get(pk=office.units["甲厂"].pk)
    office.person("union_officer", "甲街")
    with acting_as(worker):
        made = engine.open_case(kind.key, worker_person(worker), firm)
    office.units["集团"] = Unit.unscoped.get(pk=group.pk)
    with acting_as(office.person("unit_admin", "集团")) as who:
        assert Case.unscoped.filter(engine.seen_by(who), pk=made.pk).exists(), "it lies within reach"
        assert not inbox.overseen(who).filter(pk=made.pk).exists()


def worker_person(account: Account) -> Any:
    """Whose account it is."""
    from jiangtai import people

    person = people.person_of(account)
    assert person is not None
    return person.pk


def test_the_firm_neither_opens_nor_is_asked(office: Office, kind: type[Flow], worker: Account) -> None:
    """A firm under no street would itself be the nearest that holds the role."""
    office.person("union_officer", "甲厂")
    with acting_as_job("测试"):
        units.move(office.units["甲厂"], office.units["区"], reason="区属")
    with acting_as(worker):
        made = engine.open_case(kind.key, worker_person(worker), Unit.unscoped.get(pk=office.units["甲厂"].pk))
        with pytest.raises(ValueError, match="没有可以办理的单位"):
            engine.decide(made.seats.get().pk, "look", data={"text": "反映"})


def test_messages_pass_the_firm_by(office: Office, case: Case) -> None:
    from jiangtai.flows import telling

    clerk = office.person("enterprise_hr", "甲厂")
    Case.unscoped.filter(pk=case.pk).update(opened_by=clerk)
    case = Case.unscoped.select_related("unit", "opened_by").get(pk=case.pk)
    with acting_as_job("测试"):
        telling.ended(case, "已办结")
    with acting_as(clerk):
        assert not messages.messages_of(clerk)


def test_a_fact_does_not_name_it_to_the_firm(office: Office, case: Case) -> None:
    from jiangtai.flows import CaseOpened

    with acting_as_job("测试"):
        fact = ledger.append(
            CaseOpened(case=case.pk, flow=case.flow, about=case.subject, unit=case.unit_id, on=clock.today()),
            cause=Cause.case(case.pk, "look"),
        )  # fmt: skip
        row = ledger.fetch(fact)
    assert row is not None
    for role, unit, named in (("enterprise_hr", "甲厂", False), ("union_officer", "甲街", True)):
        with acting_as(office.person(role, unit)) as who:
            assert bool(origins.of([row], who)) is named, role


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"in_rounds": True}, "a round's numbers are everybody's"),
        ({"complain": Task("投诉", by=own("enterprise_hr"), to={"done": "提交"})}, "asks the subject's own firm"),
        ({"opens": own("enterprise_hr")}, "opened by the subject's own firm"),
    ],
)
def test_a_declaration_that_would_show_it_is_refused(body: Any, words: str) -> None:
    whole = {
        "__doc__": "A worker complains（样例）.", "since": date(2026, 1, 1), "basis": "ours", "opens": OPENER,
        "in_rounds": False, "hidden_from_own_unit": True,
        "complain": Task("投诉", by=root("group_office"), to={"done": "提交"}),
        "done": End("完", records=lambda case: []),
    }  # fmt: skip
    with pytest.raises(FlowError, match=words):
        type("Complaint", (Flow,), {**whole, **body})
