"""Pairs looked at by keyboard and by mouse, confirmed by a second, taken back."""

import re
from datetime import date, timedelta

import pytest

from jiangtai import credentials, people
from jiangtai.access import AuditEntry, accounts, acting_as_job
from jiangtai.domains.register.views.merges import DoubtPage
from jiangtai.kernel import clock
from jiangtai.people import Merge, Person
from jiangtai.people.sources import Doubt
from jiangtai.people.tests.invented import id_number, worker


@pytest.fixture
def clerk(office):
    return office.client(office.person("group_office"))


@pytest.fixture
def pairs(office):
    with acting_as_job("测试"):
        made = []
        for odds, name in ((0.8, "李志强"), (0.6, "王芳")):
            one = worker(office.units["甲厂"], name, id_number="", sex="男", phone="19900000100")
            other = worker(office.units["乙厂"], name)
            made.append(Doubt.objects.create(one=one, other=other, odds=odds))
        return made


def text(client, path) -> str:
    return client.get(path).content.decode()


def test_a_pair_shows_what_speaks_for_and_against_and_leads_on(clerk, pairs):
    first, second = pairs
    page = text(clerk, f"/office/doubts/{first.pk}/")
    assert "80%" in page and "一致" in page and "不同" in page and "199****0100" in page
    assert "19900000100" not in page and f"/office/doubts/{second.pk}/" in page
    answer = clerk.post(f"/office/doubts/{first.pk}/", {"answer": "same"})
    assert (answer.status_code, answer.url) == (302, f"/office/doubts/{second.pk}/")
    assert Merge.objects.get().state == "done"
    assert clerk.get(f"/office/doubts/{first.pk}/").status_code == 404
    answer = clerk.post(f"/office/doubts/{second.pk}/", {"answer": "apart"}, follow=True)
    assert "没有待核对的" in answer.content.decode()
    assert Doubt.objects.get(pk=second.pk).state == "apart"


def test_what_somebody_is_to_decide_is_never_told_as_certain(clerk, pairs):
    Doubt.objects.filter(pk=pairs[0].pk).update(odds=0.9999)
    for path in ("/office/doubts/", f"/office/doubts/{pairs[0].pk}/"):
        assert "99%" in text(clerk, path) and "100%" not in text(clerk, path)


def test_the_id_of_a_merged_file_still_leads_to_the_person(clerk, pairs):
    first, _ = pairs
    clerk.post(f"/office/doubts/{first.pk}/", {"answer": "same"})
    merge = Merge.objects.get()
    page = text(clerk, f"/office/people/{merge.gone_id}/")
    assert "甲厂" in page and "乙厂" in page and "档案归并" in page


def test_a_second_looks_where_there_is_more_to_lose(clerk, pairs, office, monkeypatch):
    monkeypatch.setattr("jiangtai.people.merging.has_more_than_the_register", lambda person: True)
    first, _ = pairs
    answer = clerk.post(f"/office/doubts/{first.pk}/", {"answer": "same"}, follow=True)
    assert "等另一位经办人确认" in answer.content.decode()
    merge = Merge.objects.get()
    path = f"/office/merges/{merge.pk}/confirm/"
    assert clerk.post(path, {"result": "merge"}).status_code == 422
    second = office.client(office.person("union_officer", "区"))
    assert "等您确认的归并" in text(second, "/office/") and "等您确认的归并" not in text(clerk, "/office/")
    assert "请写明原因" in second.post(path, {"result": "refuse"}).content.decode()
    assert second.post(path, {"result": "merge"}).status_code == 302
    merge.refresh_from_db()
    assert merge.state == "done" and merge.confirmed_by


def test_a_merge_is_taken_back_and_newer_records_handed_over(clerk, pairs, office):
    first, _ = pairs
    clerk.post(f"/office/doubts/{first.pk}/", {"answer": "same"})
    merge = Merge.objects.get()
    with acting_as_job("测试"):
        spell = people.hire(merge.kept_id, office.units["局"], occupation="电工")
    path = f"/office/merges/{merge.pk}/undo/"
    assert "入职" in text(clerk, path)
    assert clerk.post(path, {"reason": ""}).status_code == 422
    assert clerk.post(path, {"reason": "认错了", "theirs": [str(spell.fact)]}).status_code == 302
    assert Person.unscoped.get(pk=merge.gone_id).state == "registered"
    assert "电工" in {work.occupation for work in people.employments_of(merge.gone_id)}


def test_only_who_sees_every_newer_record_takes_a_merge_back(clerk, pairs, office):
    """A street's officer is shown what is the street's, is not shown what a neighbour wrote, and parts nobody."""
    with acting_as_job("测试"):
        people.hire(pairs[0].other, office.units["甲厂"], occupation="钳工")
    clerk.post(f"/office/doubts/{pairs[0].pk}/", {"answer": "same"})
    merge = Merge.objects.get()
    street = office.client(office.person("union_officer", "甲街"))
    path = f"/office/merges/{merge.pk}/undo/"
    with acting_as_job("测试"):
        people.hire(merge.kept_id, office.units["局"], occupation="电工")
        people.hire(merge.kept_id, office.units["甲街"], occupation="钳工")
    page = text(street, path)
    assert "入职 甲街道办事处" in page and "区人社局" not in page and "还有 1 条记录在您范围以外" in page
    answer = street.post(path, {"reason": "认错了"})
    assert answer.status_code == 422 and "请由上级经办人办理" in answer.content.decode()
    assert Merge.objects.get().state == "done" and Person.unscoped.get(pk=merge.gone_id).state == "merged"
    assert "区人社局" in text(clerk, path) and "范围以外" not in text(clerk, path)
    assert clerk.post(path, {"reason": "认错了"}).status_code == 302


@pytest.mark.parametrize("street", ["甲街", "乙街"])
def test_whoever_saw_one_file_of_the_two_takes_no_merge_back(clerk, pairs, office, street):
    """Neither is what begins after the merge another side."""
    officer = office.client(office.person("union_officer", street))
    assert officer.get(f"/office/doubts/{pairs[0].pk}/").status_code == 404
    clerk.post(f"/office/doubts/{pairs[0].pk}/", {"answer": "same"})
    path = f"/office/merges/{Merge.objects.get().pk}/undo/"
    with acting_as_job("测试"):
        people.hire(Merge.objects.get().kept_id, office.units[street], occupation="电工")
    assert "有一份在您范围以外" in text(officer, path)
    answer = officer.post(path, {"reason": "认错了"})
    assert answer.status_code == 422 and "请由上级经办人办理" in answer.content.decode()
    assert Merge.objects.get().state == "done"
    assert "范围以外" not in text(clerk, path)
    assert clerk.post(path, {"reason": "认错了"}).status_code == 302


def test_a_merge_within_a_street_is_taken_back_by_the_street(clerk, pairs, office):
    with acting_as_job("测试"):
        people.hire(pairs[0].other, office.units["甲街"], occupation="钳工")
    clerk.post(f"/office/doubts/{pairs[0].pk}/", {"answer": "same"})
    street = office.client(office.person("union_officer", "甲街"))
    answer = street.post(f"/office/merges/{Merge.objects.get().pk}/undo/", {"reason": "认错了"})
    assert answer.status_code == 302 and Merge.objects.get().state == "undone"


@pytest.mark.parametrize(("first", "second"), [("apart", "same"), ("same", "apart"), ("same", "same")])
def test_of_two_answers_to_a_pair_the_second_is_told_and_led_on(clerk, pairs, office, monkeypatch, first, second):
    """The second had opened the pair before the first answered."""
    other, led = office.client(office.person("union_officer", "区")), DoubtPage._following
    path = f"/office/doubts/{pairs[0].pk}/"

    def meanwhile(page):
        monkeypatch.setattr(DoubtPage, "_following", led)
        other.post(path, {"answer": first})
        return led(page)

    monkeypatch.setattr(DoubtPage, "_following", meanwhile)
    answer = clerk.post(path, {"answer": second}, follow=True)
    assert "这一对刚刚已有人核对过" in answer.content.decode() and answer.status_code == 200
    assert Doubt.objects.get(pk=pairs[0].pk).state == first
    assert Merge.objects.count() == (first == "same")


def test_a_pair_that_waits_for_its_second_is_not_answered_once_more(clerk, pairs, office, monkeypatch):
    proposed(clerk, pairs[0], monkeypatch)
    other = office.client(office.person("union_officer", "区"))
    for answer in ("apart", "same"):
        said = other.post(f"/office/doubts/{pairs[0].pk}/", {"answer": answer}, follow=True)
        assert "已经提出归并，等另一位经办人确认" in said.content.decode()
    assert Doubt.objects.get(pk=pairs[0].pk).state == "open"


def test_a_merge_that_was_taken_back_or_only_proposed_is_not_taken_back(clerk, pairs, monkeypatch):
    clerk.post(f"/office/doubts/{pairs[0].pk}/", {"answer": "same"})
    path = f"/office/merges/{Merge.objects.get().pk}/undo/"
    assert clerk.get(path).status_code == 200
    assert clerk.post(path, {"reason": "认错了"}).status_code == 302
    assert clerk.get(path).status_code == 404 == clerk.post(path, {"reason": "再来"}).status_code
    monkeypatch.setattr("jiangtai.people.merging.has_more_than_the_register", lambda person: True)
    clerk.post(f"/office/doubts/{pairs[1].pk}/", {"answer": "same"})
    waiting = Merge.objects.get(state="proposed")
    assert clerk.get(f"/office/merges/{waiting.pk}/undo/").status_code == 404


def proposed(clerk, pair, monkeypatch) -> Merge:
    """A merge that waits for its second."""
    monkeypatch.setattr("jiangtai.people.merging.has_more_than_the_register", lambda person: True)
    clerk.post(f"/office/doubts/{pair.pk}/", {"answer": "same"})
    return Merge.objects.get(state="proposed")


def test_a_merge_that_waits_shows_a_neighbours_file_to_nobody(clerk, pairs, office, monkeypatch):
    merge = proposed(clerk, pairs[0], monkeypatch)
    path = f"/office/merges/{merge.pk}/confirm/"
    for one, other in (("甲街", "乙街"), ("乙街", "甲街")):
        street = office.client(office.person("union_officer", one))
        answer = street.get(path)
        assert answer.status_code == 404, f"{one} reads of {other}"
        assert street.post(path, {"result": "merge"}).status_code == 404
        listed = text(street, "/office/merges/")
        assert path not in listed and (one == "乙街") is ("由上级经办人确认" in listed), "no link to what is not there"
    assert path in text(office.client(office.person("union_officer", "区")), "/office/merges/")
    assert "甲厂" in text(office.client(office.person("union_officer", "区")), path)
    assert Merge.objects.get(pk=merge.pk).state == "proposed"


def test_nobody_settles_what_they_proposed_not_by_refusing_either(clerk, pairs, monkeypatch):
    merge = proposed(clerk, pairs[0], monkeypatch)
    answer = clerk.post(f"/office/merges/{merge.pk}/confirm/", {"result": "refuse", "reason": "看错了"})
    assert answer.status_code == 422 and "须由另一位经办人确认" in answer.content.decode()
    assert Merge.objects.get(pk=merge.pk).state == "proposed"
    assert Doubt.objects.get(pk=pairs[0].pk).state == "open"


def test_whoever_proposed_it_takes_it_back_and_the_pair_waits_again(clerk, pairs, office, monkeypatch):
    merge = proposed(clerk, pairs[0], monkeypatch)
    path = f"/office/merges/{merge.pk}/confirm/"
    page = text(clerk, path)
    assert "确认以前可以撤回" in page and 'value="withdraw"' in page and 'value="merge"' not in page
    second = office.client(office.person("union_officer", "区"))
    assert 'value="withdraw"' not in text(second, path)
    assert second.post(path, {"result": "withdraw"}).status_code == 422
    assert "已撤回，两份档案保持原样" in clerk.post(path, {"result": "withdraw"}, follow=True).content.decode()
    assert clerk.get(path).status_code == 404
    assert f'href="/office/people/{merge.kept_id}/"' in text(clerk, "/office/merges/"), "what waits no more opens"
    with acting_as_job("测试"):
        assert AuditEntry.objects.filter(action="persons.withdrawn").count() == 1
    answer = clerk.post(f"/office/doubts/{pairs[0].pk}/", {"answer": "same"}, follow=True)
    assert "等另一位经办人确认" in answer.content.decode()


def test_whoever_reaches_one_of_the_two_does_not_see_the_pair(office, pairs):
    street = office.client(office.person("union_officer", "甲街"))
    assert street.get(f"/office/doubts/{pairs[0].pk}/").status_code == 404


def test_any_two_files_are_compared_and_put_together_by_two(office, clerk):
    with acting_as_job("测试"):
        one = worker(office.units["甲厂"], "李志强")
        other = worker(office.units["乙厂"], "李志强", id_number="", sex="男")
    path = f"/office/people/{one.pk}/merge/"
    assert "与另一份档案归并" in text(clerk, f"/office/people/{one.pk}/") and "另一份档案" in text(clerk, path)
    for sent, words in ((one.pk, "同一份档案"), ("李志强", "有多个人叫这个名字"), ("无此人", "没有找到")):
        assert words in clerk.post(path, {"other": str(sent)}).content.decode(), sent
    answer = clerk.post(path, {"other": str(other.pk)})
    assert answer.url == f"{path}{other.pk}/"
    page = text(clerk, answer.url)
    assert "甲厂" in page and "乙厂" in page and "缺一方" in page
    assert clerk.post(answer.url, {"reason": ""}).status_code == 422
    assert clerk.post(answer.url, {"reason": "与身份证核对一致"}).status_code == 302
    merge = Merge.objects.get()
    assert merge.state == "proposed" and merge.by
    confirm = f"/office/merges/{merge.pk}/confirm/"
    assert "须由另一位经办人确认" in clerk.post(confirm, {"result": "merge"}).content.decode()
    second = office.client(office.person("union_officer", "区"))
    assert "与身份证核对一致" in text(second, confirm)
    assert second.post(confirm, {"result": "merge"}).status_code == 302
    assert Person.unscoped.get(pk=merge.gone_id).state == "merged"


def test_two_of_other_names_and_birthdays_are_warned_of_and_two_blanks_are_told_as_two(office, clerk):
    with acting_as_job("测试"):
        one = worker(office.units["甲厂"], "李志强", birth=date(1988, 8, 8), id_number="", sex="男")
        other = worker(office.units["乙厂"], "李志刚", birth=date(1988, 8, 9), id_number="", sex="男")
        alike = worker(office.units["乙厂"], "李志强", birth=date(1988, 8, 8), id_number="", sex="男")
        doubt = Doubt.objects.create(one=one, other=other, odds=0.8)
    path = f"/office/people/{one.pk}/merge/"
    page = text(clerk, f"{path}{other.pk}/")
    assert "两份档案的姓名、出生日期不同" in page and "请先核对是不是同一个人" in page
    assert "两份档案的姓名、出生日期不同" in text(clerk, f"/office/doubts/{doubt.pk}/")
    (schooling,) = re.findall(r'data-label="信息">学历</td>.*?</tr>', page)
    assert "两方都缺" in schooling and "缺一方" not in schooling
    assert "请先核对是不是同一个人" not in text(clerk, f"{path}{alike.pk}/")
    clerk.post(f"{path}{other.pk}/", {"reason": "改过名"})
    merge = Merge.objects.get()
    second = office.client(office.person("union_officer", "区"))
    assert "两份档案的姓名、出生日期不同" in text(second, f"/office/merges/{merge.pk}/confirm/")


@pytest.mark.parametrize("why", ["身份证号都有效且不同", "都关联了本人账号"])
def test_what_makes_them_two_people_is_said_and_agreeing_not_offered(office, clerk, why):
    with acting_as_job("测试"):
        one = worker(office.units["甲厂"], "李志强")
        other = worker(office.units["乙厂"], "李志强", id_number="", sex="男")
        doubt = Doubt.objects.create(one=one, other=other, odds=0.8)
    pair = f"/office/people/{one.pk}/merge/{other.pk}/"
    assert 'value="same"' in text(clerk, f"/office/doubts/{doubt.pk}/") and "现在不能归并" not in text(clerk, pair)
    clerk.post(pair, {"reason": "与身份证核对一致"})
    path, second = (
        f"/office/merges/{Merge.objects.get().pk}/confirm/",
        office.client(office.person("union_officer", "区")),
    )
    assert 'value="merge"' in text(second, path) and "<h1>确认归并</h1>" in text(second, path)
    if "身份证" in why:
        with acting_as_job("测试"):
            people.change(Merge.objects.get().gone, id_number=id_number("19910101", 77))
    else:
        for person, phone in ((one, "19900000100"), (other, "19900000101")):
            Person.unscoped.filter(pk=person.pk).update(account=accounts.worker_of_phone(phone))
    page = text(second, path)
    assert "现在不能归并：两份档案" in page and why in page
    assert 'value="merge"' not in page and 'value="refuse"' in page
    assert second.post(path, {"result": "merge"}).status_code == 422
    own = text(clerk, path)
    assert "<h1>撤回归并</h1>" in own and "现在不能归并" in own and 'value="withdraw"' in own
    assert "现在不能归并" in text(clerk, pair)
    page = text(clerk, f"/office/doubts/{doubt.pk}/")
    assert why in page and 'value="same"' not in page and 'value="apart"' in page


def test_a_file_beyond_reach_is_no_other(office):
    with acting_as_job("测试"):
        one, other = worker(office.units["甲厂"], "李志强"), worker(office.units["乙厂"], "王芳")
    street = office.client(office.person("union_officer", "甲街"))
    assert "没有找到" in street.post(f"/office/people/{one.pk}/merge/", {"other": str(other.pk)}).content.decode()
    assert street.get(f"/office/people/{one.pk}/merge/{other.pk}/").status_code == 404
    assert street.get(f"/office/people/{one.pk}/merge/{one.pk}/").status_code == 404


def test_a_worker_sees_what_was_issued_to_the_file_that_went_in_theirs(office, firm):
    """A certificate names the id of its day; after the merge it is the one person's, and after its end no more."""
    with acting_as_job("测试"):
        twin = worker(office.units["乙厂"], "李志强", id_number="", sex="男")
        told = {"holder": "李志强", "title": "成长档案", "issuer": "测试区", "issued_on": clock.today()}
        until = clock.today() + timedelta(days=180)
        one = credentials.issue(
            "register.growth", subject=twin.pk, unit=office.units["乙厂"], valid_until=until, **told
        )
        people.link_account(firm.account, firm.li)
        Person.unscoped.filter(pk=twin.pk).update(state=Person.State.MERGED, merged_into=firm.li)
        assert list(credentials.own_credentials(firm.account)) == [one]
        Person.unscoped.filter(pk=twin.pk).update(state=Person.State.REGISTERED, merged_into=None)
        assert not credentials.own_credentials(firm.account).exists()
