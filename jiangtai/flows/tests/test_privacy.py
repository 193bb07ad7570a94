"""What was typed and sent about a person goes with the person; who may read it is said step by step."""

import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from jiangtai import people, vault
from jiangtai.access import AuditEntry, acting_as, acting_as_job
from jiangtai.flows import Attachment, Case, Decision, Objection, PublicNotice, Seat, engine, records
from jiangtai.flows.jobs import settle_erased
from jiangtai.kernel import Home, StoredFile, keep_file
from tests.office import Office

from .walk import EXPERTS, PDF, Walk, open_seats, pdf

SECRETS = ("家中有急事", "转给熟悉的人", "名单之外另有考虑", "材料经得起复核", "他在竞业期内", "经查是同名的人", "赵六")


@pytest.fixture
def walk(office: Office) -> Walk:
    """A fresh walk, with a worker."""
    made = Walk(office)
    made.worker()
    return made


def everything() -> str:
    """Every row of the flows' tables and of the audit, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'flows\\_%'")
        tables = [name for (name,) in cursor.fetchall()] + ["access_auditentry", "kernel_storedfile"]
        rows = []
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} t")
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows)


def erase(person: Any) -> None:
    """Erase whoever a case is about."""
    with acting_as_job("注销"):
        people.erase(person, "本人申请")


def colleague(walk: Walk, unit: str) -> Any:
    """Somebody else who holds the same role at a street."""
    from jiangtai.access import Grant

    account = walk.office.person("unit_admin", unit)
    with acting_as_job("测试"):
        Grant.objects.create(account=account, duty=account.duty, role="union_officer", unit=walk.office.units[unit],
                             reason="测试")  # fmt: skip
    return account


def told(walk: Walk) -> Case:
    """A case that was handed on, left out of the list, appealed, objected to, answered and withdrawn, in words."""
    walk.make_round()
    case = walk.nominate(file_other=pdf("赵六的说明.pdf"))
    street = walk.at("union_officer", "甲街")
    other = colleague(walk, "甲街")
    base = f"/office/cases/{case.pk}/"
    assert street.post(f"{base}transfer/", {"to": str(other.pk), "reason": "转给熟悉的人"}).status_code == 302
    walk.answer(walk.office.client(other), case, "review")
    walk.judge(case, [90] * 5)
    walk.worker("王小明")
    also = walk.nominate("王小明")
    walk.answer(street, also, "review")
    walk.judge(also, [80] * 5)
    host, opener = walk.at("group_office"), walk.at("enterprise_union", "甲厂工会")
    rank = {"out": [str(case.pk)], f"why_{case.pk}": "名单之外另有考虑"}
    assert host.post(f"/office/rounds/{walk.round.pk}/ranking/", rank).status_code == 302  # type: ignore[union-attr]
    assert opener.post(f"{base}appeal/", {"reason": "材料经得起复核"}).status_code == 302
    case.refresh_from_db()
    walk.answer(street, case, "review")
    walk.judge(case, [90] * 5)
    assert host.post(f"/office/rounds/{walk.round.pk}/ranking/").status_code == 302  # type: ignore[union-attr]
    case.refresh_from_db()
    letter = {"seat": str(open_seats(case)[0].pk), "outcome": "notice", "opinion": "无意见", "letter_number": "3号",
              "letter_date": "2026-03-01", "letter": pdf("关于赵六的函.pdf")}  # fmt: skip
    assert host.post(f"{base}record/", letter).status_code == 302
    assert host.post(f"{base}publish/", {"telephone": "028-1"}).status_code == 302
    notice = PublicNotice.objects.get()
    line = f"/notices/{notice.pk}/{notice.shown.get().pk}/"
    sent = {"text": "他在竞业期内", "name": "王五", "phone": "13900000000"}
    assert Client().post(line, sent).status_code == 200
    objection = Objection.objects.get()
    answer = {"upheld": "no", "answer": "经查是同名的人"}
    assert host.post(f"{base}objections/{objection.pk}/", answer).status_code == 302
    assert opener.post(f"{base}withdraw/", {"reason": "家中有急事"}).status_code == 302
    case.refresh_from_db()
    return case


def test_nothing_that_was_typed_about_a_person_lies_in_clear(walk: Walk) -> None:
    case = told(walk)
    kept = everything()
    for secret in SECRETS:
        assert secret not in kept, secret
    page = walk.at("group_office").get(f"/office/cases/{case.pk}/").content.decode()
    for shown in ("家中有急事", "名单之外另有考虑", "材料经得起复核", "经查是同名的人", "赵六的说明.pdf"):
        assert shown in page, shown
    assert records.read(case, Seat.objects.exclude(secret=None).get().secret) == {"why": "转给熟悉的人"}


def test_what_was_typed_and_sent_goes_with_the_person_and_pages_say_so(walk: Walk) -> None:
    case = told(walk)
    host, base = walk.at("group_office"), f"/office/cases/{case.pk}/"
    paper, letter = Attachment.objects.filter(case=case).last(), Decision.objects.get(letter__isnull=False)
    assert paper is not None and letter.letter is not None
    before = b"".join(host.get(f"{base}papers/{paper.pk}/"))
    assert before == PDF
    place = Home.current().files / paper.file.sha256[:2] / paper.file.sha256
    assert b"%PDF" not in place.read_bytes(), "the bytes lie encrypted"
    erase(case.subject)
    page = host.get(base).content.decode()
    assert "已随本人注销" in page
    for gone in (*SECRETS, "无意见", "改进主轴箱加工工艺", "李志强", f"{base}papers/"):
        assert gone not in page, gone
    assert host.get(f"{base}papers/{paper.pk}/").status_code == 404
    assert host.get(f"{base}letters/{letter.pk}/").status_code == 404
    objection = Objection.objects.get()
    read = host.post(f"{base}objections/{objection.pk}/read/", {"reason": "核查异议"})
    assert "已随本人注销" in read.content.decode() and "竞业" not in read.content.decode()
    settle_erased()
    assert not place.exists(), "nor do the bytes stay"


def test_a_file_from_before_goes_too(walk: Walk) -> None:
    walk.make_round()
    case = walk.nominate()
    old = keep_file(pdf("旧材料.pdf"), allowed={"pdf"}, max_bytes=2**20)
    row = Attachment.objects.create(case=case, step="nominate", material="其他材料", file=old)
    host, path = walk.at("union_officer", "甲街"), f"/office/cases/{case.pk}/papers/{row.pk}/"
    assert b"".join(host.get(path)) == PDF
    erase(case.subject)
    assert host.get(path).status_code == 404
    settle_erased()
    with pytest.raises(FileNotFoundError):
        (Home.current().files / old.sha256[:2] / old.sha256).open("rb")


def test_a_file_that_another_still_keeps_stays(walk: Walk) -> None:
    from jiangtai.kernel import forget_file, open_file

    first, second = (keep_file(pdf(), allowed={"pdf"}, max_bytes=2**20) for _ in range(2))
    assert not forget_file(first)
    with open_file(second) as file:
        assert file.read() == PDF


def test_a_case_about_the_erased_ends_and_takes_nothing_more(walk: Walk) -> None:
    walk.make_round()
    case = walk.nominate()
    erase(case.subject)
    refused = walk.send(walk.at("union_officer", "甲街"), case, "refused", opinion="仍要写一句")
    assert refused.status_code == 422 and "对象已经注销" in refused.content.decode()
    settle_erased()
    settle_erased()
    case.refresh_from_db()
    assert case.state == Case.State.WITHDRAWN
    page = walk.at("union_officer", "甲街").get(f"/office/cases/{case.pk}/").content.decode()
    assert "对象已注销，终止办理" in page


def test_whoever_was_erased_after_a_backup_does_not_come_back_with_their_papers(walk: Walk) -> None:
    """The restore brings the key back, replays the list, and settles: the rows and the bytes say nothing again."""
    from jiangtai.vault.models import SubjectKey

    walk.make_round()
    case = walk.nominate()
    paper = Attachment.objects.get()
    with acting_as_job("测试"):
        (kept,) = SubjectKey.objects.filter(subject=case.subject).values()
    place = Home.current().files / paper.file.sha256[:2] / paper.file.sha256
    content = place.read_bytes()
    erase(case.subject)
    with acting_as_job("恢复备份"):
        SubjectKey.objects.create(**kept)
        place.write_bytes(content)
        assert records.open_paper(case, paper.file).read() == PDF  # type: ignore[union-attr]
        assert vault.replay_erasures({case.subject}) == 1
        engine.settle_erased({case.subject})
        assert records.open_paper(case, paper.file) is None
        assert records.read(case, paper.secret) is None
    assert not place.exists()


# who reads what


def test_what_a_department_wrote_is_for_those_who_handle_the_case(walk: Walk) -> None:
    case = walk.to_ranking()
    host = walk.at("group_office")
    assert host.post(f"/office/rounds/{walk.round.pk}/ranking/").status_code == 302  # type: ignore[union-attr]
    case.refresh_from_db()
    walk.answer(walk.at("liaison", "局"), case, "inquire", opinion="有投诉未结，暂不宜")
    path = f"/office/cases/{case.pk}/"
    for role, unit in (("group_office", "区"), ("union_officer", "甲街"), ("liaison", "局")):
        assert "有投诉未结" in walk.at(role, unit).get(path).content.decode(), role
        assert "有投诉未结" in str(walk.at(role, unit).get(f"/api/v1/cases/{case.pk}").json()), role
    for role, unit in (("enterprise_union", "甲厂工会"), ("unit_admin", "甲厂"), ("leader", "区")):
        client = walk.at(role, unit)
        page, api = client.get(path).content.decode(), str(client.get(f"/api/v1/cases/{case.pk}").json())
        assert "有投诉未结" not in page + api, role
        assert "联审：有异议" in page and "区人社局" in page, "that it answered, and how"
        assert "联络员（" not in page, "and not who there"


def test_a_letters_scan_is_linked_for_those_who_handle_the_case(walk: Walk) -> None:
    case = walk.to_ranking()
    host, base = walk.at("group_office"), f"/office/cases/{case.pk}/"
    assert host.post(f"/office/rounds/{walk.round.pk}/ranking/").status_code == 302  # type: ignore[union-attr]
    case.refresh_from_db()
    letter = {"seat": str(open_seats(case)[0].pk), "outcome": "notice", "opinion": "无意见", "letter_number": "3号",
              "letter_date": "2026-03-01", "letter": pdf("函.pdf")}  # fmt: skip
    assert host.post(f"{base}record/", letter).status_code == 302
    link = f"{base}letters/{Decision.objects.get(letter__isnull=False).pk}/"
    assert link in host.get(base).content.decode()
    taken = host.get(link)
    assert b"".join(taken) == PDF and "%E5%87%BD.pdf" in taken.headers["Content-Disposition"]
    for role, unit in (("enterprise_union", "甲厂工会"), ("leader", "区")):
        assert link not in walk.at(role, unit).get(base).content.decode(), role
        assert walk.at(role, unit).get(link).status_code == 404, role


def test_judges_are_named_to_the_office_that_holds_the_round(walk: Walk) -> None:
    case = walk.to_ranking()
    path = f"/office/cases/{case.pk}/"
    named = "评审专家（"
    assert named in walk.at("group_office").get(path).content.decode()
    for role, unit in (("union_officer", "甲街"), ("enterprise_union", "甲厂工会")):
        client = walk.at(role, unit)
        assert named not in client.get(path).content.decode(), role
        assert "评审专家" not in str(client.get(f"/api/v1/cases/{case.pk}").json()), role
    own = walk.at("expert", "局").get(path).content.decode()
    assert own.count(named) == 1, "a judge sees the own name"


def test_reading_a_paper_of_an_objection_is_a_different_entry(walk: Walk) -> None:
    case = walk.to_notice()
    notice = PublicNotice.objects.get()
    sent = {"text": "事迹不实", "name": "王五", "phone": "13900000000"}
    assert Client().post(f"/notices/{notice.pk}/{notice.shown.get().pk}/", sent).status_code == 200
    case.refresh_from_db()
    host, path = walk.at("group_office"), f"/office/cases/{case.pk}/"
    seat = str(open_seats(case)[0].pk)
    assert host.post(path, {"seat": seat, "do": "draft", "file_other": pdf("证人证言.pdf")}).status_code == 302
    row = Attachment.objects.get(step="inquire")
    assert host.get(f"{path}papers/{row.pk}/").status_code == 200
    assert walk.at("union_officer", "甲街").get(f"{path}papers/{row.pk}/").status_code == 404
    with acting_as_job("测试"):
        assert AuditEntry.objects.filter(action="notice.opened_file", target=case.pk).count() == 1


# judges come and go


def judges(walk: Walk) -> str:
    """The page of a round's judges."""
    return f"/office/rounds/{walk.round.pk}/judges/"  # type: ignore[union-attr]


def test_a_judge_who_has_not_marked_can_be_taken_off_and_named_again(walk: Walk) -> None:
    walk.make_round()
    case = walk.nominate()
    walk.answer(walk.at("union_officer", "甲街"), case, "review")
    host, gone = walk.at("group_office"), walk.office.person("expert", "乙厂")
    walk.answer(walk.at("expert", "区"), case, "marked", mark=90)
    page = host.get(judges(walk)).content.decode()
    assert "已评分，不能解聘：评审专家（已评 1 件）" in page and str(gone.pk) in page
    assert host.post(judges(walk), {"dropped": [str(gone.pk)]}).status_code == 302
    assert case.seats.get(account=gone).state == Seat.State.VOID
    assert not walk.round.judges.filter(account=gone).exists()  # type: ignore[union-attr]
    assert "还没有" in walk.at("expert", "乙厂").get("/office/cases/").content.decode() or not open_for(case, gone)
    with acting_as_job("测试"):
        assert AuditEntry.objects.filter(action="round.changed", details__not_judge=str(gone.pk)).exists()
    assert host.post(judges(walk), {"chosen": [str(gone.pk)]}).status_code == 302
    assert case.seats.get(account=gone).state == Seat.State.OPEN
    walk.judge_rest(case, EXPERTS[1:], 90)
    assert case.step == "rank"


def open_for(case: Case, account: Any) -> bool:
    """Whether a case waits for somebody."""
    return case.seats.filter(account=account, state=Seat.State.OPEN).exists()


def test_whoever_has_marked_stays_and_whoever_stood_aside_may_go(walk: Walk) -> None:
    from jiangtai.flows import rounds

    walk.make_round()
    case = walk.nominate()
    walk.answer(walk.at("union_officer", "甲街"), case, "review")
    host = walk.at("group_office")
    marked, aside = walk.office.person("expert", "区"), walk.office.person("expert", "乙厂")
    walk.answer(walk.at("expert", "区"), case, "marked", mark=90)
    walk.answer(walk.at("expert", "乙厂"), case, "recused", opinion="有业务往来")
    assert host.post(judges(walk), {"dropped": [str(marked.pk)]}).status_code == 422
    with acting_as(walk.office.person("group_office")):
        with pytest.raises(Exception, match="已为 1 件评分，不能解聘"):
            rounds.drop_judge(walk.round, marked)
    with acting_as(walk.office.person("union_officer", "甲街")), pytest.raises(Exception, match="不能管理"):
        rounds.drop_judge(walk.round, aside)
    assert host.post(judges(walk), {"dropped": [str(aside.pk)]}).status_code == 302
    assert case.seats.get(account=aside).state == Seat.State.RECUSED


def test_the_last_one_still_asked_goes_and_the_panel_is_over(walk: Walk) -> None:
    made = walk.make_round()
    spare = walk.office.person("expert", "甲厂")
    assert walk.at("group_office").post(judges(walk), {"chosen": [str(spare.pk)]}).status_code == 302
    case = walk.nominate()
    walk.answer(walk.at("union_officer", "甲街"), case, "review")
    walk.judge(case, [90] * 5)
    assert case.step == "review"
    assert walk.at("group_office").post(judges(walk), {"dropped": [str(spare.pk)]}).status_code == 302
    case.refresh_from_db()
    assert (case.step, made.judges.count()) == ("rank", 5)


def test_a_round_that_takes_cases_keeps_a_judge(walk: Walk) -> None:
    walk.make_round()
    everyone = [str(walk.office.person("expert", unit).pk) for unit in EXPERTS]
    answer = walk.at("group_office").post(judges(walk), {"dropped": everyone})
    assert answer.status_code == 422 and "至少要有一位评委" in answer.content.decode()
    assert walk.round.judges.count() == len(EXPERTS), "all or none"  # type: ignore[union-attr]


# where a value came from


def test_a_form_says_where_each_value_came_from(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    from jiangtai.flows import Known

    from .sample import NominationForm

    known = {"trade": Known("焊工", "用工登记（2020-01-01，甲厂有限公司）")}
    monkeypatch.setattr(NominationForm, "known", classmethod(lambda cls, case: dict(known)))
    walk.make_round()
    union = walk.at("enterprise_union", "甲厂工会")
    path = union.post(
        f"/office/cases/new/{walk.round.flow}/?round={walk.round.pk}",
        {"subject": "李志强"},  # type: ignore[union-attr]
    ).url
    page = union.get(path).content.decode()
    assert 'value="焊工"' in page and "来自：用工登记（2020-01-01，甲厂有限公司）" in page
    assert page.count("来自：") == 1
    case = Case.unscoped.get()
    seat = str(open_seats(case)[0].pk)
    assert union.post(path, {"seat": seat, "do": "draft", "trade": "焊工", "deed": "攻克难题"}).status_code == 302
    page = union.get(path).content.decode()
    assert "来自：用工登记（2020-01-01" in page and "来自：您存的草稿" in page
    walk.answer(union, case, "verify", kind="skill", trade="铆工", deed="攻克难题", file_0=pdf())
    walk.answer(walk.at("union_officer", "甲街"), case, "nominate", opinion="请补充")
    page = union.get(path).content.decode()
    assert "来自：上次填报（" in page and "甲厂工会委员会）" in page and "来自：用工登记" not in page


def test_a_sealed_file_is_not_its_content(office: Office) -> None:
    """The row's hash is of what lies on disk, so that nobody can tell from it which document it is."""
    import hashlib

    seen: list[bytes] = []
    stored: StoredFile = keep_file(
        pdf("某人.pdf"), allowed={"pdf"}, max_bytes=2**20, name="材料", seal=lambda one: seen.append(one) or b"x" + one
    )
    assert seen == [PDF] and stored.name == "材料" and stored.size == len(PDF)
    assert stored.sha256 == hashlib.sha256(b"x" + PDF).hexdigest()
    assert io.BytesIO(b"x" + PDF).read() == (Home.current().files / stored.sha256[:2] / stored.sha256).read_bytes()
