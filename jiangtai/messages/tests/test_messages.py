"""A message is said once, kept under its reader's key, read by its reader alone; an SMS leaves after the commit."""

import contextlib
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from jiangtai import vault
from jiangtai.access import accounts, acting_as, acting_as_job
from jiangtai.kernel import JobFailure, jobs, new_id, sms
from jiangtai.messages import (
    KINDS,
    Message,
    MessageKind,
    mark_all_read,
    mark_read,
    message_kind,
    messages_of,
    send,
    texts_of,
    unread,
)
from jiangtai.messages.jobs import send_sms
from tests.office import at_once

PROGRESS = MessageKind("test.progress", "办件进展", "您的“{title}”已到“{step}”。")
URGENT = MessageKind("test.urgent", "紧急提醒", "请于 {day} 前补交材料。", sms=True)
SENT: list[tuple[str, str]] = []


class Gateway:
    """Keeps what was sent."""

    def send(self, phone: str, text: str) -> None:
        SENT.append((phone, text))


class Broken:
    """Refuses."""

    def send(self, phone: str, text: str) -> None:
        raise sms.SmsError(f"网关拒绝 {phone}：余额不足")


@pytest.fixture(autouse=True)
def _kinds(monkeypatch, settings, tmp_path):
    for kind in (PROGRESS, URGENT):
        monkeypatch.setitem(KINDS, kind.key, kind)
    monkeypatch.setattr("jiangtai.vault.erasure.erasure_list", lambda: tmp_path / "erasures.jsonl")
    settings.SMS_PORT = f"{__name__}.Gateway"
    SENT.clear()


@pytest.fixture
def worker(office):
    with acting_as_job("测试"):
        return accounts.worker_of_phone("19900010001")


def tell(to, kind=URGENT, **more):
    with acting_as_job("测试"):
        return send(to, kind, values={"day": "11月30日"}, **more)


def run_sms(row):
    """What the worker process does with the deferred job."""
    send_sms.func(SimpleNamespace(job=SimpleNamespace(id=1)), message=str(row.pk))


def test_it_is_read_by_its_reader_and_then_counted_no_more(worker):
    row = tell(worker, sms=False)
    with acting_as(worker):
        assert texts_of(worker, [row]) == {row.pk: "请于 11月30日 前补交材料。"}
        assert unread(worker) == 1
        assert mark_read(worker, [row.pk]) == 1
        assert mark_read(worker, [row.pk]) == 0
        assert unread(worker) == 0


def test_an_officer_sends_to_a_worker_out_of_reach(office, worker):
    with acting_as(office.person("union_officer", "甲街")):
        row = send(worker.pk, "test.progress", values={"title": "求学圆梦", "step": "审核"}, link="/pocket/")
    with acting_as(worker):
        assert texts_of(worker, [row])[row.pk] == "您的“求学圆梦”已到“审核”。"


def test_nobody_else_reads_or_marks_it(office, worker):
    row, other = tell(worker), office.person("union_officer")
    with acting_as(other):
        assert texts_of(other, [row]) == {}
        assert mark_read(other, [row.pk]) == 0
        assert texts_of(worker, [row]) == {}  # the vault opens to the reader alone


def test_the_words_stand_nowhere_in_clear(worker):
    row = tell(worker)
    assert "材料" not in str(Message.objects.values().get(pk=row.pk))


def test_erasing_the_reader_takes_the_words(worker):
    row = tell(worker)
    with acting_as_job("测试"):
        vault.erase(worker.pk, "本人申请")
        assert texts_of(worker, [row]) == {}
        assert send(worker, URGENT, values={"day": "明天"}) is None
    assert Message.objects.count() == 1


def test_one_cause_is_told_once(worker):
    cause = new_id()
    first = tell(worker, cause=cause)
    assert tell(worker, cause=cause) == first
    assert tell(worker, cause=new_id()) != first
    assert ProcrastinateJob.objects.filter(task_name="messages.send_sms").count() == 2


def test_two_at_once_for_one_cause_become_one(twin):
    cause, reader = new_id(), twin.person("union_officer")

    def ended():
        with acting_as_job("测试"), transaction.atomic():
            return send(reader, PROGRESS, "同一件事", cause=cause)

    made = at_once(*[ended] * 4)
    assert len({getattr(one, "pk", one) for one in made}) == 1, made


def test_what_is_rolled_back_was_never_said(worker):
    with contextlib.suppress(RuntimeError), transaction.atomic():
        tell(worker)
        raise RuntimeError
    assert not Message.objects.exists()
    assert not ProcrastinateJob.objects.filter(task_name="messages.send_sms").exists()


def test_an_sms_leaves_once(worker):
    row = tell(worker)
    assert row.sms == Message.Sms.WAITING and not SENT
    run_sms(row)
    run_sms(row)
    assert SENT == [("19900010001", "请于 11月30日 前补交材料。")]
    row.refresh_from_db()
    assert row.sms == Message.Sms.SENT


def test_a_gateway_that_refuses_is_seen_and_tried_again(worker, settings):
    row = tell(worker)
    settings.SMS_PORT = f"{__name__}.Broken"
    with pytest.raises(sms.SmsError):
        run_sms(row)
    assert "19900010001" not in JobFailure.objects.get().error
    row.refresh_from_db()
    assert (row.sms, row.sms_error) == (Message.Sms.FAILED, "网关拒绝 手机号：余额不足")
    settings.SMS_PORT = f"{__name__}.Gateway"
    run_sms(row)
    row.refresh_from_db()
    assert (row.sms, row.sms_error, len(SENT)) == (Message.Sms.SENT, "", 1)


def test_without_a_phone_that_is_said(office):
    row = tell(office.person("union_officer"))
    run_sms(row)
    row.refresh_from_db()
    assert row.sms == Message.Sms.NO_PHONE


@pytest.mark.parametrize(
    ("text", "link", "words"),
    [
        ("张三 51990019900101123X 的申请已通过", "", "身份证号"),
        ("张三 519900900101123 的申请已通过", "", "身份证号"),
        ("好" * 301, "", "300"),
        ("去看看", "https://elsewhere.example/", "本系统的页面"),
        ("去看看", "//elsewhere.example/", "本系统的页面"),
    ],
)
def test_what_must_not_be_sent_is_refused(worker, text, link, words):
    with acting_as_job("测试"), pytest.raises(ValueError, match=words):
        send(worker, PROGRESS, text, link=link)


def test_an_office_title_that_looks_like_a_number_stops_no_act(worker):
    long = "长" * 400
    with acting_as_job("测试"):
        covered = send(worker, PROGRESS, values={"title": "第519900900101123批", "step": "审核"})
        cut = send(worker, PROGRESS, values={"title": long, "step": "审核"})
    with acting_as(worker):
        words = texts_of(worker, [covered, cut])
    assert "第5199****批" in words[covered.pk]
    assert len(words[cut.pk]) == 300 and words[cut.pk].endswith("…")


@pytest.mark.parametrize("values", [{}, {"title": "某事"}, {"title": "某事", "step": "审核", "more": "x"}])
def test_places_are_filled_all_of_them_and_no_more(worker, values):
    with acting_as_job("测试"), pytest.raises(ValueError, match="办件进展"):
        send(worker, PROGRESS, values=values)


@pytest.mark.parametrize("text", ["", "{0}", "{}", "{a.b}", "{a[0]}", "{a!r}", "{a:>9}"])
def test_a_kind_with_odd_places_is_refused(text):
    with pytest.raises(ImproperlyConfigured):
        message_kind(MessageKind("test.odd", "怪", text))
    assert "test.odd" not in KINDS


def test_a_kind_is_declared_once():
    with pytest.raises(ImproperlyConfigured, match="twice"):
        message_kind(MessageKind("test.progress", "别的", "别的"))


def test_everything_is_read_at_once(worker):
    tell(worker), tell(worker)
    assert mark_all_read(worker) == 2
    assert unread(worker) == 0 and messages_of(worker).count() == 2


def page_of(browser, name, *args):
    answer = browser.get(reverse(name, args=args))
    return answer.content.decode()


def test_an_officer_reads_in_the_list(office):
    reader = office.person("union_officer", "甲街")
    row = tell(reader, sms=False, link="/office/")
    browser = office.client(reader)
    listed = page_of(browser, "messages.list")
    assert "请于 11月30日 前补交材料。" in listed and "未读" in listed
    assert "请于 11月30日" in page_of(browser, "messages.show", row.pk)
    assert browser.post(reverse("messages.show", args=[row.pk]))["Location"] == "/office/"
    assert unread(reader) == 0
    tell(reader, sms=False)
    pick = {"pick": str(messages_of(reader).first().pk), "do": "read"}
    assert browser.post(reverse("messages.list"), pick).status_code == 302
    assert unread(reader) == 0
    tell(reader, sms=False)
    assert browser.post(reverse("messages.read_all")).status_code == 302
    assert unread(reader) == 0


def test_a_get_marks_nothing(office):
    reader = office.person("union_officer", "甲街")
    row = tell(reader, sms=False)
    page_of(office.client(reader), "messages.show", row.pk)
    assert unread(reader) == 1


def test_a_stranger_finds_nothing(office, worker):
    row, browser = tell(worker, sms=False), office.client(office.person("union_officer"))
    for name in ("messages.show", "messages.pocket"):
        assert browser.get(reverse(name, args=[row.pk])).status_code in (403, 404)
        assert browser.post(reverse(name, args=[row.pk])).status_code in (403, 404)
    with acting_as_job("测试"):
        other = office.client(accounts.worker_of_phone("19900010002"))
    assert other.get(reverse("messages.pocket", args=[row.pk])).status_code == 404
    assert unread(worker) == 1


def test_a_worker_reads_on_the_phone(office, worker):
    row, browser = tell(worker, sms=False, link="/pocket/errands/"), office.client(worker)
    board = page_of(browser, "web.messages")
    assert "请于 11月30日" in board and "未读" in board
    assert "1" in page_of(browser, "web.pocket")
    assert browser.post(reverse("messages.pocket", args=[row.pk]))["Location"] == "/pocket/errands/"
    tell(worker, sms=False)
    assert browser.post(reverse("messages.pocket.read_all")).status_code == 302
    assert unread(worker) == 0


def test_failures_are_seen_without_words_and_names(office, worker, signed_in, settings):
    row = tell(worker)
    settings.SMS_PORT = f"{__name__}.Broken"
    with pytest.raises(sms.SmsError):
        run_sms(row)
    seen = page_of(signed_in("system_admin"), "messages.sms")
    assert "发送失败" in seen and "余额不足" in seen and "材料" not in seen and "19900010001" not in seen
    assert signed_in("union_officer").get(reverse("messages.sms")).status_code == 403


def test_the_job_is_known_by_its_name():
    assert jobs.LABELS["messages.send_sms"] == "发送短信"


def test_a_list_of_many_asks_no_more_than_one_of_few(office, django_assert_max_num_queries):
    reader = office.person("union_officer", "甲街")
    for _ in range(30):
        tell(reader, sms=False)
    browser = office.client(reader)
    browser.get(reverse("messages.list"))
    with django_assert_max_num_queries(18):
        browser.get(reverse("messages.list"))


def test_the_list_of_sms_says_where_sign_in_codes_are(signed_in):
    assert "登录验证码发出即了" in signed_in("system_admin").get(reverse("messages.sms")).content.decode()
