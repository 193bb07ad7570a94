"""The pocket: a worker asks, fills in one thing after another, follows, takes back, appeals."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jiangtai import people
from jiangtai.access import accounts, acting_as, acting_as_job
from jiangtai.flows import Case, Draft, PublicNotice
from jiangtai.people.tests import invented
from tests.office import Office

from .sample import ClaimSample
from .walk import Walk, errors, hidden

PHONE = "19900000007"
BEGIN = f"/pocket/cases/new/{ClaimSample.key}/"


@pytest.fixture
def walk(office: Office) -> Walk:
    """With someone in finance, who audits."""
    walk = Walk(office)
    office.person("finance", name="张财务")
    return walk


@pytest.fixture
def worker(walk: Walk) -> Client:
    """A worker whose account is linked to the register."""
    with acting_as_job("测试"):
        account = accounts.worker_of_phone(PHONE)
        person = invented.worker(walk.office.units["甲厂"], "李志强", phone=PHONE)
    with acting_as(account):
        people.link_account(account, person)
    return walk.office.client(account)


def begin(worker: Client) -> Case:
    """Begin."""
    answer = worker.post(BEGIN)
    assert answer.status_code == 302, errors(answer)
    return Case.unscoped.order_by("-pk")[0]


def fill(worker: Client, case: Case) -> None:
    """Answer every question."""
    base = f"/pocket/cases/{case.pk}/"
    for place, sent in enumerate(({"level": "3"}, {"on": "2026-03-01"}, {"note": ""}), 1):
        answer = worker.post(f"{base}fill/{place}/", sent)
        assert answer.status_code == 302, errors(answer)
    assert answer.url == base


def send(worker: Client, case: Case, outcome: str = "audit") -> Any:
    """Send it."""
    base = f"/pocket/cases/{case.pk}/"
    return worker.post(base, {"seat": hidden(worker.get(base), "seat"), "outcome": outcome})


def test_one_thing_after_another(worker: Client) -> None:
    assert "样例技能补贴申领" in worker.get("/pocket/errands/").content.decode()
    assert "共 3 个问题" in worker.get(BEGIN).content.decode()
    case = begin(worker)
    first = f"/pocket/cases/{case.pk}/fill/1/"
    page = worker.get(first).content.decode()
    assert "第 1 问，共 3 问" in page and "三级/高级工" in page and "取证日期" not in page
    wrong = worker.post(f"/pocket/cases/{case.pk}/fill/2/", {"on": "去年"})
    assert wrong.status_code == 422 and "日期应形如" in wrong.content.decode()
    fill(worker, case)
    shown = worker.get(f"/pocket/cases/{case.pk}/").content.decode()
    assert "三级/高级工" in shown and "2026-03-01" in shown
    assert send(worker, case).status_code == 302
    case.refresh_from_db()
    assert case.step == "audit"
    home = worker.get("/pocket/").content.decode()
    assert "第 2 步，共 2 步" in home and "审核中" in home


def test_what_is_missing_is_asked_for_at_the_end(worker: Client) -> None:
    case = begin(worker)
    answer = send(worker, case)
    assert answer.status_code == 422 and "“取得的等级”还没有填写" in answer.content.decode()
    case.refresh_from_db()
    assert case.step == "claim"


def test_what_was_typed_stays(worker: Client) -> None:
    case = begin(worker)
    worker.post(f"/pocket/cases/{case.pk}/fill/1/", {"level": "4"})
    assert Draft.objects.count() == 1
    assert "checked" in worker.get(f"/pocket/cases/{case.pk}/fill/1/").content.decode()
    assert "等您填写" in worker.get("/pocket/cases/").content.decode()


def test_sent_twice_counts_once(worker: Client) -> None:
    case = begin(worker)
    fill(worker, case)
    base = f"/pocket/cases/{case.pk}/"
    sent = {"seat": hidden(worker.get(base), "seat"), "outcome": "audit"}
    assert worker.post(base, sent).status_code == 302
    again = worker.post(base, sent)
    assert again.status_code == 409 and "已经提交过" in again.content.decode()


def test_sent_back_with_its_reason_and_without_names(walk: Walk, worker: Client) -> None:
    case = begin(worker)
    fill(worker, case)
    send(worker, case)
    case.refresh_from_db()
    walk.answer(walk.at("finance"), case, "claim", opinion="请补证书照片")
    page = worker.get(f"/pocket/cases/{case.pk}/").content.decode()
    assert "请补证书照片" in page and "退回补正" in page and "张财务" not in page and "三级/高级工" in page
    send(worker, case)
    case.refresh_from_db()
    walk.answer(walk.at("finance"), case, "denied", opinion="超过申领期限")
    page = worker.get(f"/pocket/cases/{case.pk}/").content.decode()
    assert "超过申领期限" in page and "申诉" in page
    assert worker.post(f"/pocket/cases/{case.pk}/appeal/", {"reason": "有凭据"}).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.step) == ("open", "audit")
    assert worker.post(f"/pocket/cases/{case.pk}/urge/").status_code == 302
    assert worker.post(f"/pocket/cases/{case.pk}/withdraw/", {"reason": "不办了"}).status_code == 302
    case.refresh_from_db()
    assert case.state == "withdrawn"


def test_a_photo_is_kept_and_another_thing_is_not(walk: Walk, worker: Client) -> None:
    from jiangtai.flows import Attachment, Round

    case = begin(worker)
    made = Round.objects.model.unscoped.create(
        flow=case.flow, name="照片", host=walk.office.units["区"], opens="2026-01-01", closes="2099-01-01", quota=1,
        materials=[{"name": "证书照片", "required": True}], state="open",
    )  # fmt: skip
    Case.unscoped.filter(pk=case.pk).update(round=made)
    path = f"/pocket/cases/{case.pk}/fill/4/"
    assert "证书照片" in worker.get(path).content.decode()
    assert worker.post(path, {}).status_code == 422
    bad = worker.post(path, {"file_0": SimpleUploadedFile("a.jpg", b"GIF89a not a jpeg")})
    assert bad.status_code == 422 and not Attachment.objects.exists()
    png = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f64540"
        "0000000049454e44ae426082"
    )
    good = worker.post(path, {"file_0": SimpleUploadedFile("a.png", png)})
    assert good.status_code == 302, errors(good)
    paper = Attachment.objects.get()
    assert b"".join(worker.get(f"/pocket/cases/{case.pk}/papers/{paper.pk}/")) == png
    assert worker.post(f"/pocket/cases/{case.pk}/papers/{paper.pk}/drop/").status_code == 302


def test_another_workers_case_is_not_there(walk: Walk, worker: Client) -> None:
    case = begin(worker)
    with acting_as_job("测试"):
        other = walk.office.client(accounts.worker_of_phone("19900000008"))
    base = f"/pocket/cases/{case.pk}/"
    for path in ("", "fill/1/", "withdraw/", "appeal/", "urge/"):
        assert other.get(base + path).status_code == 404, path
        assert other.post(base + path, {"reason": "试"}).status_code == 404, path
    refused = other.post(BEGIN)
    assert refused.status_code == 422 and "还没有关联本人档案" in refused.content.decode()
    assert other.get("/pocket/errands/").status_code == 200
    assert walk.at("finance").get(base).status_code == 403


def test_only_what_workers_open_is_offered(worker: Client) -> None:
    from .walk import FLOW

    assert worker.get(f"/pocket/cases/new/{FLOW}/").status_code == 404
    assert "样例工匠评选" not in worker.get("/pocket/errands/").content.decode()


def test_a_signed_in_workers_name_and_phone_stand_in_an_objection_already(walk: Walk, worker: Client) -> None:
    walk.to_notice()
    notice = PublicNotice.objects.get()
    line = f"notices/{notice.pk}/{notice.shown.get().pk}/"
    for face in ("/", "/pocket/"):
        form = worker.get(face + line).content.decode()
        assert f'value="{PHONE}"' in form and 'value="李志强"' in form and "您登录的账号" in form, face
    assert "您登录的账号" not in Client().get(f"/{line}").content.decode()
