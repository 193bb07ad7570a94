"""A worker says by phone that a value is wrong; the firm looks into it, and cannot let it lie."""

import json
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jiangtai import ledger, people
from jiangtai.access import Refused, accounts, acting_as, acting_as_job
from jiangtai.domains.register.actions import pass_contests_on
from jiangtai.domains.register.flow import ContestValue
from jiangtai.domains.register.forms.contests import OF_WORK
from jiangtai.flows import Case, Decision, End, engine, subjects
from jiangtai.flows.tests.walk import hidden
from jiangtai.flows.tests.walker import Walker, edges, fresh, path_to
from jiangtai.kernel import clock
from jiangtai.people import EmploymentBegan, EmploymentEnded, LeavingReason, PersonChanged, UnionLeaving
from jiangtai.people.tests.invented import id_number

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


@pytest.fixture
def worker(firm: SimpleNamespace, office: Any) -> SimpleNamespace:
    """Li has found the own file; the firm and the street's union have somebody who looks into it."""
    with acting_as_job("测试"):
        people.link_account(firm.account, firm.li)
    office.person("enterprise_hr", "甲厂"), office.person("union_officer", "甲街")
    return SimpleNamespace(phone=office.client(firm.account), account=firm.account, li=firm.li)


def url(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def text_of(response: Any) -> str:
    assert response.status_code in (200, 422), response.status_code
    return response.content.decode()


def card(person: Any) -> Any:
    with acting_as_job("测试"):
        return people.Person.objects.get(pk=person.pk).card


def contest(worker: SimpleNamespace, what: str, value: str, query: str = "", **more: Any) -> Case:
    answer = worker.phone.post(url("own.contest", what) + query, {"value": value, "note": "身份证换发过", **more})
    assert answer.status_code == 302, text_of(answer)
    case = Case.unscoped.filter(flow=ContestValue.key, subject=worker.li.pk).latest("made_at")
    assert answer.url == url("cases.mine.show", case.pk)
    return case


def decide(browser: Any, case: Case, outcome: str, **sent: Any) -> Any:
    page = browser.get(url("cases.show", case.pk))
    sent = {"seat": hidden(page, "seat"), "outcome": outcome, "opinion": "已核对原件", **sent}
    return browser.post(url("cases.show", case.pk), sent)


@pytest.mark.parametrize("edge", edges(ContestValue), ids=lambda edge: "-".join(edge))
def test_every_way_leads_where_it_says(worker, edge):
    with acting_as(worker.account):
        case = engine.open_case(ContestValue.key, *subjects.own(worker.account, ContestValue))
    case = Walker(lambda step: {"what": "name", "value": "李志刚"}).walk(case, path_to(ContestValue, edge))
    assert case.step == edge[1]
    assert case.state == ("ended" if isinstance(ContestValue.steps[case.step], End) else "open")
    assert card(worker.li).name == ("李志刚" if edge[1] == "corrected" else "李志强")
    with acting_as_job("测试"):
        facts = list(ledger.every(PersonChanged).of(worker.li.pk))
    assert bool(facts) is (edge[1] == "corrected")
    if facts:
        assert (facts[0].cause, facts[0].cause_id) == ("case", case.pk)


def test_by_phone_with_a_photo_and_the_firm_puts_it_right(worker, sits):
    page = text_of(worker.phone.get(url("own.file")))
    assert page.count("有误？") == 12 and url("own.contest", "name") in page
    assert "现在登记的是：李志强" in text_of(worker.phone.get(url("own.contest", "name")))
    case = contest(worker, "name", "李 志刚", photo=SimpleUploadedFile("身份证.png", PNG, "image/png"))
    assert case.step == "verify"
    assert "有误？" not in text_of(worker.phone.get(url("own.file")))
    hr = sits("hr")
    page = text_of(hr.get(url("cases.show", case.pk)))
    assert "李志刚" in page and "姓名" in page and "身份证换发过" in page and "身份证.png" in page
    assert decide(hr, case, "corrected").status_code == 302
    assert card(worker.li).name == "李志刚"
    assert "李志刚" in text_of(hr.get(f"{url('people.list')}?q=lzg"))
    page = text_of(worker.phone.get(url("own.file")))
    assert "李志刚" in page and "有误？" in page and "更正登记信息" in page


@pytest.mark.parametrize(
    ("what", "value", "read"),
    [
        ("id_number", id_number("19870412", 335), lambda li: card(li).id_number[-4:]),
        ("phone", "19900000155", lambda li: card(li).phone[-4:]),
        ("hukou", "本地城镇", lambda li: people.Person.unscoped.get(pk=li.pk).get_hukou_display()),
        ("education", "大学专科", lambda li: people.Person.unscoped.get(pk=li.pk).get_education_display()),
        ("occupation", "机修钳工", lambda li: people.employment_of(li.pk).occupation),
        ("form", "劳务派遣", lambda li: people.employment_of(li.pk).get_form_display()),
        ("is_production", "否", lambda li: "否" if people.employment_of(li.pk).is_production is False else "是"),
        ("since", "2026-02-02", lambda li: people.employment_of(li.pk).since.isoformat()),
    ],
)
def test_each_value_is_put_right(worker, sits, firm, what, value, read):
    case = contest(worker, what, value, f"?work={firm.work.pk}" if what in OF_WORK else "")
    assert read(worker.li) not in (value, value[-4:])
    assert decide(sits("hr"), case, "corrected").status_code == 302
    assert read(worker.li) in (value, value[-4:])


def test_of_what_nobody_said_the_worker_reads_that_it_is_not_filled_in(worker, sits):
    with acting_as_job("测试"):
        people.move(people.employment_of(worker.li.pk), form=None)
    page = text_of(worker.phone.get(url("own.file")))
    assert "数控车工 · 用工形式未填 · 一线职工" in page


def test_a_corrected_employment_is_one_fact_taken_back_and_one_written(worker, sits, firm):
    case = contest(worker, "since", "2026-02-02", f"?work={firm.work.pk}")
    decide(sits("hr"), case, "corrected")
    with acting_as_job("测试"):
        (began,) = ledger.every(EmploymentBegan).of(worker.li.pk)
        assert (began.day, began.cause, began.cause_id) == (date(2026, 2, 2), "case", case.pk)
        work = people.employment_of(worker.li.pk)
        assert work.pk == firm.work.pk and work.fact == began.pk
        people.leave(work, why=people.LeavingReason.RESIGNED)  # the new fact can be ended


def test_what_was_typed_stands_nowhere_in_clear(worker, sits):
    case = contest(worker, "name", "李志刚")
    sits("hr").get(url("cases.show", case.pk))
    rows = [*Decision.objects.values(), *ledger.FactRow.unscoped.values(), *Case.unscoped.values()]
    told = json.dumps(rows, default=lambda one: bytes(one).hex() if isinstance(one, memoryview | bytes) else str(one),
                      ensure_ascii=False)  # fmt: skip
    assert "李志刚" not in told and "身份证换发过" not in told
    assert Decision.objects.get(case=case).clear == {"what": "name"}


def test_what_cannot_be_is_refused_at_once(worker, firm):
    for what, value, words in (
        ("name", "李3", "姓名里有“3”"),
        ("id_number", "519900", "身份证号应为 18 位"),
        ("hukou", "x", "x"),
    ):
        page = text_of(worker.phone.post(url("own.contest", what), {"value": value}))
        assert words in page, what
    assert not Case.unscoped.filter(flow=ContestValue.key).exists()
    for what in ("occupation", "left", "form"):
        assert worker.phone.get(url("own.contest", what)).status_code == 404, what
    assert worker.phone.get(f"{url('own.contest', 'since')}?work={firm.other.pk}").status_code == 404
    here = f"{url('own.contest', 'left')}?work={firm.work.pk}"
    for value, words in (("2026-09-02", "还没有到"), ("2026-03-01", "早于登记的起始日期 2026-03-02")):
        assert words in text_of(worker.phone.post(here, {"value": value})), value


def test_a_new_phone_opens_the_file_to_nobody_else(worker, sits):
    case = contest(worker, "phone", "199 0000 0155")
    assert decide(sits("hr"), case, "corrected").status_code == 302
    assert "199****0155" in text_of(worker.phone.get(url("own.file"))), "the account that asked stays the file's own"
    with acting_as_job("测试"), pytest.raises(Refused):
        people.link_account(accounts.worker_of_phone("19900000155"), worker.li)


def test_who_left_says_so_and_the_firm_that_denies_it_is_not_the_last_to_be_asked(worker, sits, office, firm):
    page = text_of(worker.phone.get(url("own.file")))
    here = f"{url('own.contest', 'left')}?work={firm.work.pk}"
    assert "我已离开这家单位" in page and here in page
    assert "现在登记的是：甲厂有限公司，2026-03-02 起" in text_of(worker.phone.get(here))
    case = contest(worker, "left", "2026-08-15", f"?work={firm.work.pk}")
    hr = sits("hr")
    page = text_of(hr.get(url("cases.show", case.pk)))
    assert "离职日期" in page and "2026-08-15" in page
    assert decide(hr, case, "kept", opinion="").status_code == 422
    assert decide(hr, case, "kept", opinion="还没有交接").status_code == 302
    assert "还没有交接" in text_of(worker.phone.get(url("cases.mine.show", case.pk)))
    assert people.employment_of(worker.li.pk), "nothing changed"
    with acting_as(worker.account):
        engine.appeal(case.pk, "有离职证明")
    assert decide(office.client(office.person("union_officer", "甲街")), case, "corrected").status_code == 302
    assert people.employment_of(worker.li.pk) is None
    page = text_of(worker.phone.get(url("own.file")))
    assert "（已离职）" in page and "2026-03-02 至 2026-08-15" in page and here not in page
    with acting_as_job("测试"):
        (ended,) = ledger.every(EmploymentEnded).of(worker.li.pk)
    assert (ended.day, ended.cause, ended.cause_id) == (date(2026, 8, 15), "case", case.pk)


@pytest.fixture
def committee(office: Any) -> Any:
    """Who acts for the firm's union; the federation has somebody, too."""
    office.person("union_officer", "工会")
    return office.client(office.person("enterprise_union", "甲厂工会"))


def test_of_a_membership_the_union_is_asked_and_the_firm_sees_nothing(worker, committee, sits, office):
    page = text_of(worker.phone.get(url("own.contest", "left_union")))
    assert "我已不在这个工会" in page and "单位看不到" in page
    case = contest(worker, "left_union", "2026-08-01")
    assert (case.step, case.unit) == ("verify", office.units["甲厂工会"])
    assert sits("hr").get(url("cases.show", case.pk)).status_code == 404
    assert decide(committee, case, "corrected").status_code == 302
    assert people.membership_of(worker.li.pk) is None
    page = text_of(worker.phone.get(url("own.file")))
    assert "（已退会）" in page and "现在没有会籍" in page and "申请加入工会" in page
    assert worker.phone.get(url("own.contest", "union_card")).status_code == 404


def test_whoever_belongs_nowhere_asks_the_union_that_would_be_asked_to_join(worker, office, firm):
    with acting_as_job("测试"):
        people.leave(firm.work, why=LeavingReason.RETIRED, on=date(2026, 8, 15))
        people.leave_union(people.membership_of(worker.li.pk), why=UnionLeaving.RESIGNED, on=date(2026, 8, 15))
    officer = office.client(office.person("union_officer", "工会"))
    case = contest(worker, "name", "李志")
    assert (case.step, case.unit) == ("above", office.units["工会"])
    assert decide(officer, case, "corrected").status_code == 302
    assert card(worker.li).name == "李志"


def test_a_union_that_denies_a_card_says_why_and_the_one_above_decides(worker, committee, office):
    case = contest(worker, "union_card", "6222000000000017")
    assert decide(committee, case, "kept", opinion="").status_code == 422
    assert decide(committee, case, "kept", opinion="没有发过这张卡").status_code == 302
    assert "没有发过这张卡" in text_of(worker.phone.get(url("cases.mine.show", case.pk)))
    assert not card(worker.li).union_card
    with acting_as(worker.account):
        engine.appeal(case.pk, "请看照片")
    above = office.client(office.person("union_officer", "工会"))
    assert decide(above, case, "corrected").status_code == 302
    assert card(worker.li).union_card == "6222********0017"
    assert "6222********0017" in text_of(worker.phone.get(url("own.file")))


def test_a_union_that_lets_it_lie_loses_it_to_the_one_above(worker, committee, office):
    case = contest(worker, "left_union", "2026-08-01")
    with clock.at(case.due + timedelta(days=1)):
        pass_contests_on()
        case = fresh(case)
    assert case.step == "above" and [one.unit for one in case.seats.filter(state="open")] == [office.units["工会"]]


def test_the_firm_is_not_asked_about_a_membership_by_the_way_of_the_errands(worker):
    with acting_as(worker.account):
        case = engine.open_case(ContestValue.key, *subjects.own(worker.account, ContestValue))
        with pytest.raises(ValidationError, match="由工会核对"):
            engine.decide(case.seats.get().pk, "verify", data={"what": "union_card", "value": "6222000000000017"})


@pytest.mark.parametrize(("what", "value"), [("left", "2026-03-01"), ("occupation", "焊工")])
def test_the_union_is_not_asked_about_work_by_the_way_of_the_errands(worker, committee, office, what, value):
    with acting_as(worker.account):
        subject, _ = subjects.own(worker.account, ContestValue)
        case = engine.open_case(ContestValue.key, subject, office.units["甲厂工会"])
        with pytest.raises(ValidationError, match="由用人单位核对"):
            engine.decide(case.seats.get().pk, "verify", data={"what": what, "value": value})


def test_a_firm_that_lets_it_lie_loses_it_to_the_street(worker, sits, office):
    case = contest(worker, "education", "大学专科")
    with clock.at(case.due):
        pass_contests_on()
        assert fresh(case).step == "verify", "its last day is a day too"
    with clock.at(case.due + timedelta(days=1)):
        pass_contests_on()
        pass_contests_on()
        case = fresh(case)
        assert case.step == "above"
        assert [one.unit for one in case.seats.filter(state="open")] == [office.units["甲街"]]
        officer = office.client(office.person("union_officer", "甲街"))
        assert "逾期未核对" in text_of(officer.get(url("cases.show", case.pk)))
        assert decide(officer, case, "corrected").status_code == 302
    assert people.Person.unscoped.get(pk=worker.li.pk).education == "30"


def test_where_nobody_does_the_firms_papers_the_street_is_asked(firm, office):
    with acting_as_job("测试"):
        people.link_account(firm.account, firm.li)
    office.person("union_officer", "甲街")
    case = contest(SimpleNamespace(phone=office.client(firm.account), li=firm.li), "hukou", "本地城镇")
    assert case.step == "above"


def test_a_refusal_says_why_and_the_worker_goes_to_the_street(worker, sits, office):
    case = contest(worker, "name", "李志刚")
    hr = sits("hr")
    assert decide(hr, case, "kept", opinion="").status_code == 422
    assert decide(hr, case, "kept", opinion="与身份证不符").status_code == 302
    assert card(worker.li).name == "李志强"
    assert "与身份证不符" in text_of(worker.phone.get(url("cases.mine.show", case.pk)))
    with acting_as(worker.account):
        engine.appeal(case.pk, "请看照片")
    assert fresh(case).step == "above"


def test_a_number_of_somebody_else_is_not_taken_over(worker, sits, firm):
    case = contest(worker, "id_number", firm.theirs)
    answer = decide(sits("hr"), case, "corrected")
    assert answer.status_code == 422 and "已登记" in text_of(answer)
    assert card(worker.li).id_number[-4:] == firm.number[-4:] and fresh(case).step == "verify"


def test_a_firm_elsewhere_sees_nothing(worker, sits):
    case = contest(worker, "name", "李志刚")
    assert sits("neighbour").get(url("cases.show", case.pk)).status_code == 404


def test_it_is_not_offered_again_while_one_is_looked_into(worker):
    errands = url("web.errands")
    assert "更正登记信息" in text_of(worker.phone.get(errands))
    contest(worker, "name", "李志刚")
    assert url("cases.begin", "register.ContestValue") not in text_of(worker.phone.get(errands))
