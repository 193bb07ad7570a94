"""A unit is asked once and answers once, by account, by link, or by letter recorded for it."""

from datetime import timedelta

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from jiangtai.access import Inquiry, Liaison, Link, Refused, acting_as, acting_as_job, acting_by_link, inquiries, links
from jiangtai.kernel import clock, keep_file
from tests.office import at_once

VALUES = {"name": "何静", "position": "科长", "phone": "13800000000"}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def asked(office):
    with acting_as(office.person("group_office")):
        return inquiries.ask(office.units["局"], "liaison", due=clock.today() + timedelta(days=5))


def by_link(office, inquiry):
    with acting_as(office.person("group_office")):
        return inquiries.link_for(inquiry)


def answer_by(token, values=VALUES):
    link = links.look("inquiry", token)
    inquiry = inquiries.of_link(link)
    with acting_by_link(inquiry.unit, "链接"):
        return inquiries.answer(inquiry, dict(values), link=link)


def test_a_link_answers_once(office, asked):
    token = by_link(office, asked)
    assert answer_by(token).source == Inquiry.Source.LINK
    with pytest.raises(Refused, match="已经使用过"):
        answer_by(token)
    with acting_as_job("测试"):
        assert Liaison.objects.get(unit=office.units["局"]).name == "何静"


def test_personal_values_do_not_lie_in_the_answer(office, asked):
    answered = answer_by(by_link(office, asked))
    assert answered.answer == {"position": "科长"}


def test_a_newer_link_ends_the_older(office, asked):
    old = by_link(office, asked)
    by_link(office, asked)
    with pytest.raises(Refused, match="作废"):
        answer_by(old)


def test_a_link_runs_out(office, asked):
    token = by_link(office, asked)
    with clock.at(clock.now() + timedelta(days=11)), pytest.raises(Refused, match="过期"):
        answer_by(token)


@pytest.mark.parametrize("token", ["", "x", "../../etc", "𠮷" * 50])
def test_a_link_that_never_was_is_refused(office, token):
    with pytest.raises(Refused, match="链接无效"):
        links.look("inquiry", token)


def test_a_link_of_one_purpose_does_not_serve_another(office, asked):
    token = by_link(office, asked)
    with pytest.raises(Refused, match="链接无效"):
        links.look("activate", token)


def test_only_the_digest_of_a_link_is_kept(office, asked):
    token = by_link(office, asked)
    assert token not in str(list(Link.objects.values()))


def test_what_is_open_is_not_asked_again(office, asked):
    with acting_as(office.person("group_office")), pytest.raises(Refused, match="不重复发起"):
        inquiries.ask(office.units["局"], "liaison", due=clock.today())


def test_a_deadline_lies_ahead(office):
    with acting_as(office.person("group_office")), pytest.raises(ValidationError, match="不能早于今天"):
        inquiries.ask(office.units["局"], "liaison", due=clock.today() - timedelta(days=1))


def test_a_cancelled_inquiry_is_not_answered(office, asked):
    token = by_link(office, asked)
    with acting_as(office.person("group_office")):
        inquiries.cancel(asked)
    with pytest.raises(Refused):
        answer_by(token)


def test_what_is_answered_is_not_withdrawn(office, asked):
    answer_by(by_link(office, asked))
    with acting_as(office.person("group_office")), pytest.raises(Refused):
        inquiries.cancel(asked)


def test_links_made_at_once_leave_one_that_opens(twin):
    with acting_as(twin.person("group_office")):
        inquiry = inquiries.ask(twin.units["甲街"], "details", due=clock.today())

    def making():
        with acting_as_job("测试"):
            return links.make("inquiry", inquiry.id)

    at_once(*[making] * 5)
    with acting_as_job("测试"):
        assert Link.objects.filter(target=inquiry.id, used_at=None, revoked_at=None).count() == 1


def test_a_letter_is_recorded_with_its_scan_as_the_source(office, asked):
    with acting_as(office.person("group_office")):
        scan = keep_file(SimpleUploadedFile("来函.pdf", PDF), allowed={"pdf"}, max_bytes=1000)
        done = inquiries.answer(
            asked, dict(VALUES), letter=inquiries.Letter(scan, "区人社函〔2026〕8号", clock.today())
        )
    assert (done.source, done.letter_number) == ("letter", "区人社函〔2026〕8号")


def test_a_second_answer_ends_the_first_officers_term(office, asked):
    answer_by(by_link(office, asked))
    with acting_as(office.person("group_office")):
        again = inquiries.ask(office.units["局"], "liaison", due=clock.today())
        known = inquiries.TOPICS["liaison"].known(office.units["局"])
        assert known == {"name": "何静", "position": "科长"}  # a phone is shown for a reason, never filled in
    answer_by(by_link(office, again), {**VALUES, "name": "刘洋"})
    with acting_as_job("测试"):
        assert [row.name for row in Liaison.objects.filter(unit=office.units["局"], until=None)] == ["刘洋"]


def test_a_topic_with_a_personal_field_it_does_not_have_is_refused():
    topic = inquiries.Topic("x", "某事", "", forms.Form, lambda unit: {}, lambda inquiry, values: None, ("phone",))
    with pytest.raises(ValueError, match="phone"):
        inquiries.declare(topic)


def test_two_answers_at_once_become_one(twin):
    with acting_as(twin.person("group_office")):
        inquiry = inquiries.ask(twin.units["局"], "liaison", due=clock.today())
        token = inquiries.link_for(inquiry)
    person = twin.person("liaison", "局")

    def by_account():
        with acting_as(person):
            return inquiries.answer(Inquiry.objects.get(pk=inquiry.pk), dict(VALUES))

    ended = at_once(lambda: answer_by(token), lambda: answer_by(token), by_account)
    with acting_as_job("测试"):
        assert sum(isinstance(one, Inquiry) for one in ended) == 1, ended
        assert all(isinstance(one, Inquiry | Refused) for one in ended), ended
        assert Liaison.objects.filter(unit=twin.units["局"], inquiry=inquiry).count() == 1
