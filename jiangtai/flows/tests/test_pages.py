"""The office's pages of flows: inbox, case, rounds, ranking, notices, walked as users walk them."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from jiangtai import vault
from jiangtai.access import AuditEntry, acting_as_job
from jiangtai.flows import Attachment, Case, Decision, Objection, PublicNotice, Round, Seat, notices
from jiangtai.flows.pages import notices as notice_pages
from jiangtai.kernel import basis_words, clock
from tests.office import Office

from .walk import EXPERTS, FLOW, NOMINATION, Walk, hidden, open_seats, pdf


@pytest.fixture
def walk(office: Office) -> Walk:
    """A fresh walk."""
    return Walk(office)


@pytest.fixture
def nominated(walk: Walk) -> tuple[Walk, Case]:
    """A case that waits at the street."""
    walk.worker()
    walk.make_round()
    return walk, walk.nominate()


def test_a_round_of_a_new_title_goes_through_pages_alone(walk: Walk) -> None:
    walk.worker()
    case = walk.to_notice()
    notice = PublicNotice.objects.get()
    with clock.at(notice.last + timedelta(days=1)), acting_as_job("测试"):
        notices.end_due()
    case.refresh_from_db()
    assert case.step == "decide"
    walk.answer(walk.at("committee"), case, "granted", opinion="同意命名")
    assert (case.state, case.step) == ("ended", "granted")
    page = walk.at("group_office").get(f"/office/cases/{case.pk}/").content.decode()
    for words in ("李志强", "已命名", "走访车间，情况属实", "第 1 名", "评审得分", "数控车工", "本单位公示情况.pdf"):
        assert words in page, words


def test_a_day_after_midnight_is_the_offices_and_not_greenwichs(walk: Walk) -> None:
    walk.worker()
    day = clock.today() + timedelta(days=1)
    with clock.at(datetime.combine(day, time(0, 7), clock.OFFICE_ZONE)):
        walk.make_round()
        case = walk.nominate()
        page = walk.at("enterprise_union", "甲厂工会").get(f"/office/cases/{case.pk}/").content.decode()
        assert f"{day} 填报" in page and f'<span class="source">{day}</span>' in page


def test_the_inbox_lists_counts_and_names_what_waits(nominated: Any) -> None:
    walk, case = nominated
    page = walk.at("union_officer", "甲街").get("/office/cases/").content.decode()
    assert "李志强" in page and case.number in page and "核实" in page and "剩 5 个工作日" in page
    assert "<span>待办</span><i>1</i>" in page
    assert "李志强" in walk.at("enterprise_union", "甲厂工会").get("/office/cases/begun/").content.decode()
    assert "李志强" in walk.at("enterprise_union", "甲厂工会").get("/office/cases/done/").content.decode()
    assert "李志强" not in walk.at("union_officer", "乙街").get("/office/cases/").content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=李志强", True), ("q=张三", False), ("q=甲厂", True), ("q=NUMBER", True), ("q=LAST", True),
        (f"step={FLOW}:verify", True), (f"step={FLOW}:review", False), ("light=green", True), ("light=red", False),
        (f"flow={FLOW}", True), ("flow=nothing", False), ("light=nonsense", False),
    ],
)  # fmt: skip
def test_the_inboxs_conditions(nominated: Any, query: str, found: bool) -> None:
    walk, case = nominated
    asked = query.replace("NUMBER", case.number).replace("LAST", str(int(case.number[-6:])))
    text = walk.at("union_officer", "甲街").get(f"/office/cases/?{asked}").content.decode()
    assert (case.number in text.partition('id="rows"')[2].replace("value=", "")) is found


def test_a_list_asks_as_much_for_many_as_for_one(nominated: Any, django_assert_max_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    walk, _ = nominated
    client = walk.at("union_officer", "甲街")
    with CaptureQueriesContext(connection) as one:
        client.get("/office/cases/")
    Round.unscoped.update(quota=9)
    for sign in "甲乙丙丁":
        walk.worker(f"王小{sign}")
        walk.nominate(f"王小{sign}")
    with CaptureQueriesContext(connection) as many:
        assert client.get("/office/cases/").content.decode().count("王小") >= 4
    assert len(many) <= len(one)
    assert len(many) <= 40


def test_many_are_decided_at_once_with_one_opinion(nominated: Any) -> None:
    walk, first = nominated
    walk.worker("王小明")
    second = walk.nominate("王小明")
    client = walk.at("union_officer", "甲街")
    picked = [str(seat.pk) for case in (first, second) for seat in open_seats(case)]
    asked = client.post("/office/cases/", {"do": "decide", "pick": picked})
    assert asked.status_code == 200 and "通过，送评审" in asked.content.decode()
    assert "退回补正" not in asked.content.decode().partition('class="fields"')[2]
    sent = {"do": "decide", "pick": picked, "confirmed": "1", "outcome": "review", "opinion": "拟同意"}
    assert client.post("/office/cases/", sent).status_code == 302
    for case in (first, second):
        case.refresh_from_db()
        assert case.step == "review"
    forged = {**sent, "outcome": "granted"}
    assert client.post("/office/cases/", forged).status_code == 302
    assert Decision.objects.filter(step="verify").count() == 2


def test_what_has_a_form_is_not_decided_in_bulk(walk: Walk) -> None:
    walk.worker()
    walk.make_round()
    union = walk.at("enterprise_union", "甲厂工会")
    union.post(f"/office/cases/new/{FLOW}/?round={walk.round.pk}", {"subject": "李志强"})  # type: ignore[union-attr]
    seat = Seat.objects.get()
    for sent in ({}, {"confirmed": "1", "outcome": "verify"}):
        union.post("/office/cases/", {"do": "decide", "pick": [str(seat.pk)], **sent})
    assert not Decision.objects.exists()


# the case page


def test_the_form_arrives_with_its_draft_and_says_what_is_wrong(walk: Walk) -> None:
    walk.worker()
    walk.make_round()
    union = walk.at("enterprise_union", "甲厂工会")
    path = union.post(f"/office/cases/new/{FLOW}/?round={walk.round.pk}", {"subject": "李志强"}).url  # type: ignore[union-attr]
    seat = hidden(union.get(path), "seat")
    assert union.post(path, {"seat": seat, "do": "draft", "trade": "焊工", "deed": ""}).status_code == 302
    assert 'value="焊工"' in union.get(path).content.decode()
    wrong = union.post(path, {"seat": seat, "outcome": "verify", "trade": "焊工"})
    assert wrong.status_code == 422 and "请填写主要事迹" in wrong.content.decode()
    lacking = union.post(path, {"seat": seat, "outcome": "verify", **NOMINATION})
    assert lacking.status_code == 422 and "请选择本单位公示情况" in lacking.content.decode()
    assert 'value="数控车工"' in lacking.content.decode()
    assert union.post(path, {"seat": seat, "outcome": "verify", **NOMINATION, "file_0": pdf()}).status_code == 302
    assert Case.unscoped.get().step == "verify"


def test_a_document_stays_when_the_rest_is_wrong_and_can_be_taken_back(walk: Walk) -> None:
    walk.worker()
    walk.make_round()
    union = walk.at("enterprise_union", "甲厂工会")
    path = union.post(f"/office/cases/new/{FLOW}/?round={walk.round.pk}", {"subject": "李志强"}).url  # type: ignore[union-attr]
    seat = hidden(union.get(path), "seat")
    assert union.post(path, {"seat": seat, "outcome": "verify", "file_0": pdf()}).status_code == 422
    paper = Attachment.objects.get()
    taken = union.get(f"{path}papers/{paper.pk}/")
    assert b"".join(taken).startswith(b"%PDF")
    assert taken.headers["Content-Disposition"].startswith("attachment")
    with acting_as_job("测试"):
        assert AuditEntry.objects.filter(action="case.opened_file").count() == 1
    evil = pdf("x.pdf")
    evil.file.write(b"MZ not a pdf")
    evil.seek(0)
    refused = union.post(path, {"seat": seat, "do": "draft", "file_other": evil})
    assert refused.status_code == 422 and Attachment.objects.count() == 1
    assert union.post(f"{path}papers/{paper.pk}/drop/").status_code == 302
    paper.refresh_from_db()
    assert paper.removed_at and "还缺" in union.get(path).content.decode()
    assert union.get(f"{path}papers/{paper.pk}/").status_code == 404


def test_a_case_sent_back_comes_with_what_was_filled_in(nominated: Any) -> None:
    walk, case = nominated
    street = walk.at("union_officer", "甲街")
    silent = walk.send(street, case, "nominate")
    assert silent.status_code == 422 and "须写明理由" in silent.content.decode()
    walk.answer(street, case, "nominate", opinion="缺带徒协议")
    page = walk.at("enterprise_union", "甲厂工会").get(f"/office/cases/{case.pk}/").content.decode()
    assert "缺带徒协议" in page and "改进主轴箱加工工艺" in page and 'value="数控车工"' in page
    walk.answer(walk.at("enterprise_union", "甲厂工会"), case, "verify", **NOMINATION)
    assert case.step == "verify"


def test_a_second_answer_is_told_who_was_first(nominated: Any) -> None:
    walk, case = nominated
    street = walk.at("union_officer", "甲街")
    path = f"/office/cases/{case.pk}/"
    seat = hidden(street.get(path), "seat")
    assert street.post(path, {"seat": seat, "outcome": "review"}).status_code == 302
    late = street.post(path, {"seat": seat, "outcome": "refused", "opinion": "不符合"})
    text = late.content.decode()
    assert late.status_code == 409 and "没有提交" in text and "工会干部已于" in text
    case.refresh_from_db()
    assert case.step == "review" and Decision.objects.filter(step="verify").count() == 1
    with acting_as_job("测试"):
        assert AuditEntry.objects.filter(action="refused", target=case.pk, reason__contains="已不在待办").exists()


def test_a_stranger_finds_nothing_and_a_forger_changes_nothing(nominated: Any) -> None:
    walk, case = nominated
    path, stranger = f"/office/cases/{case.pk}/", walk.at("enterprise_hr", "乙厂")
    for below in ("", "transfer/", "urge/", "withdraw/", "appeal/"):
        assert stranger.get(path + below).status_code == 404, below
        assert stranger.post(path + below, {"reason": "试"}).status_code == 404, below
    street = walk.at("union_officer", "甲街")
    seat = hidden(street.get(path), "seat")
    forged = street.post(path, {"seat": seat, "outcome": "granted"})
    assert forged.status_code == 422 and "没有“granted”这个办理结果" in forged.content.decode()
    nobody = street.post(path, {"seat": str(case.pk), "outcome": "review"})
    assert nobody.status_code == 422 and "不属于本件" in nobody.content.decode()
    opener = walk.at("enterprise_union", "甲厂工会")
    foreign = opener.post(path, {"seat": seat, "outcome": "review"})
    assert foreign.status_code == 422 and "不由您现在的岗位办理" in foreign.content.decode()
    assert Client().get(path).status_code == 302
    case.refresh_from_db()
    assert case.step == "verify" and Decision.objects.count() == 1


def test_whoever_nominated_may_not_verify(nominated: Any) -> None:
    from jiangtai.access import Grant

    walk, case = nominated
    account, street = walk.office.person("enterprise_union", "甲厂工会"), walk.office.units["甲街"]
    with acting_as_job("测试"):
        Grant.objects.create(account=account, duty=account.duty, role="union_officer", unit=street, reason="测试")
    account.unit = street
    account.save()
    client = walk.office.client(account)
    text = client.get(f"/office/cases/{case.pk}/").content.decode()
    assert "不能再办理“核实”" in text and 'name="outcome"' not in text
    sent = client.post(f"/office/cases/{case.pk}/", {"seat": str(open_seats(case)[0].pk), "outcome": "review"})
    assert sent.status_code == 422
    case.refresh_from_db()
    assert case.step == "verify"


def test_a_mark_is_hidden_until_the_panel_is_over(nominated: Any) -> None:
    walk, case = nominated
    walk.answer(walk.at("union_officer", "甲街"), case, "review")
    path = f"/office/cases/{case.pk}/"
    walk.answer(walk.at("expert", "区"), case, "marked", mark="87.25", opinion="技艺扎实")
    assert "87.25" in walk.at("expert", "区").get(path).content.decode()
    for role, unit in (("expert", "局"), ("group_office", "区"), ("enterprise_union", "甲厂工会")):
        text = walk.at(role, unit).get(path).content.decode()
        assert "87.25" not in text and "技艺扎实" not in text, role
    for wrong in ("", "101", "abc", "NaN"):
        assert walk.send(walk.at("expert", "局"), case, "marked", mark=wrong).status_code == 422
    for unit in EXPERTS[1:]:
        walk.answer(walk.at("expert", unit), case, "marked", mark="90")
    assert "87.25" in walk.at("group_office").get(path).content.decode()
    union = walk.at("enterprise_union", "甲厂工会").get(path).content.decode()
    assert "评委" in union and "评审专家（" not in union


def test_a_judge_steps_aside_with_a_reason(nominated: Any) -> None:
    walk, case = nominated
    walk.answer(walk.at("union_officer", "甲街"), case, "review")
    expert = walk.at("expert", "乙厂")
    assert walk.send(expert, case, "recused").status_code == 422
    walk.answer(expert, case, "recused", opinion="与被推荐人同单位")
    assert Decision.objects.get(outcome="recused").mark is None


def test_hand_over_urge_withdraw(nominated: Any) -> None:
    from jiangtai.access import Grant

    walk, case = nominated
    base = f"/office/cases/{case.pk}/"
    street, opener = walk.at("union_officer", "甲街"), walk.at("enterprise_union", "甲厂工会")
    colleague = walk.office.person("unit_admin", "甲街")
    with acting_as_job("测试"):
        Grant.objects.create(account=colleague, duty=colleague.duty, role="union_officer",
                             unit=walk.office.units["甲街"], reason="测试")  # fmt: skip
    assert "催办" in opener.get(base).content.decode()
    assert opener.post(base + "urge/").status_code == 302
    again = opener.post(base + "urge/")
    assert again.status_code == 422 and "今天已经催办过" in again.content.decode()
    assert street.post(base + "urge/").status_code == 422
    stranger = walk.office.person("group_office")
    assert street.post(base + "transfer/", {"to": str(stranger.pk), "reason": "出差"}).status_code == 422
    assert street.post(base + "transfer/", {"to": str(colleague.pk), "reason": "出差"}).status_code == 302
    assert 'name="outcome"' not in street.get(base).content.decode()
    assert street.post(base + "withdraw/", {"reason": "不办了"}).status_code == 422
    assert opener.post(base + "withdraw/", {"reason": "本人放弃"}).status_code == 302
    case.refresh_from_db()
    assert case.state == "withdrawn" and "本人放弃" in opener.get(base).content.decode()


def test_a_letter_is_recorded_with_its_scan(walk: Walk) -> None:
    walk.worker()
    case = walk.to_ranking()
    host = walk.at("group_office")
    assert host.post(f"/office/rounds/{walk.round.pk}/ranking/").status_code == 302  # type: ignore[union-attr]
    case.refresh_from_db()
    base = f"/office/cases/{case.pk}/"
    assert "代录来函" in host.get(base).content.decode()
    sent = {"seat": str(open_seats(case)[0].pk), "outcome": "notice", "opinion": "无意见", "letter_number": "人社函3号",
            "letter_date": "2026-03-01"}  # fmt: skip
    assert host.post(base + "record/", sent).status_code == 422
    assert host.post(base + "record/", {**sent, "letter": pdf("函.pdf")}).status_code == 302
    case.refresh_from_db()
    assert case.step == "notice"
    text = host.get(base).content.decode()
    assert "来函代录" in text and "人社函3号" in text
    assert walk.at("union_officer", "甲街").get(base + "record/").status_code == 403


def test_a_refused_nominee_appeals_in_time(nominated: Any) -> None:
    walk, case = nominated
    walk.answer(walk.at("union_officer", "甲街"), case, "refused", opinion="材料不实")
    opener, base = walk.at("enterprise_union", "甲厂工会"), f"/office/cases/{case.pk}/"
    assert "申诉" in opener.get(base).content.decode()
    assert opener.post(base + "appeal/", {"reason": "材料属实，请复核"}).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.step) == ("open", "verify")
    assert opener.post(base + "appeal/", {"reason": "再来"}).status_code == 422


def test_conditions_stand_with_their_clause(walk: Walk) -> None:
    walk.worker()
    walk.make_round()
    union = walk.at("enterprise_union", "甲厂工会")
    path = union.post(f"/office/cases/new/{FLOW}/?round={walk.round.pk}", {"subject": "李志强"}).url  # type: ignore[union-attr]
    text = union.get(path).content.decode()
    assert f"依据 {basis_words('003#8.1')}" in text and "待查：" in text and "1 项待查" in text


def test_opening_names_a_person_within_reach_once(walk: Walk) -> None:
    walk.worker()
    walk.worker("王小明")
    walk.worker("王小明")
    walk.worker("赵六", "乙厂")
    walk.make_round()
    union, path = walk.at("enterprise_union", "甲厂工会"), f"/office/cases/new/{FLOW}/?round={walk.round.pk}"  # type: ignore[union-attr]
    for name, said in (("没有这人", "没有找到"), ("王小明", "有 2 人叫"), ("赵六", "没有找到")):
        answer = union.post(path, {"subject": name})
        assert answer.status_code == 422 and said in answer.content.decode(), name
    assert union.post(path, {"subject": "李志强"}).status_code == 302
    twice = union.post(path, {"subject": "李志强"})
    assert twice.status_code == 422 and "已有办件" in twice.content.decode()
    assert walk.at("union_officer", "甲街").get(path).status_code == 404
    assert "样例工匠 2026 年第一批" in union.get("/office/cases/new/").content.decode()


# rounds


def test_a_round_says_what_it_lacks(walk: Walk) -> None:
    host = walk.at("group_office")
    path = f"/office/rounds/new/?flow={FLOW}"
    sent = {"name": "第一批", "opens": "2026-02-01", "closes": "2026-01-01", "quota": "0", "bonus": "-1",
            "materials": "甲*\n甲"}  # fmt: skip
    wrong = host.post(path, sent).content.decode()
    for words in ("不能小于 1", "不能小于 0", "写了两次"):
        assert words in wrong, words
    ok = {**sent, "quota": "3", "bonus": "100", "materials": "甲*\n乙"}
    backwards = host.post(path, ok)
    assert backwards.status_code == 422 and "早于开始日期" in backwards.content.decode()
    base = host.post(path, {**ok, "closes": "2099-01-01"}).url
    made = Round.unscoped.get()
    assert made.terms == {"bonus": 100, "note": ""} and made.materials[0] == {"name": "甲", "required": True}
    unready = host.post(base + "start/")
    assert unready.status_code == 422 and "批准文号" in unready.content.decode()
    assert walk.at("liaison", "局").get(base).status_code == 404
    assert "甲*" in host.get(base + "edit/").content.decode()
    changed = {**ok, "closes": "2099-01-01", "approval": "川评〔2026〕1号", "bonus": "200"}
    assert host.post(base + "edit/", changed).status_code == 302
    made.refresh_from_db()
    assert made.terms["bonus"] == 200


def test_an_open_round_can_only_be_prolonged(walk: Walk) -> None:
    made = walk.make_round()
    base, host = f"/office/rounds/{made.pk}/", walk.at("group_office")
    sent = {"closes": "2099-12-30", "approval": made.approval, "telephone": made.telephone, "name": "改名"}
    assert host.post(base + "edit/", sent).status_code == 422
    assert host.post(base + "edit/", {**sent, "closes": "2100-01-05"}).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.quota, str(made.closes)) == ("样例工匠 2026 年第一批", 1, "2100-01-05")
    street = walk.office.units["甲街"]
    assert host.post(base + "shares/", {f"unit_{street.pk}": "1"}).status_code == 302
    assert "甲街道办事处 1 名" in host.get(base).content.decode()
    assert host.post(base + "close/").status_code == 302
    assert walk.at("union_officer", "甲街").post(base + "close/").status_code == 404


def test_a_ranking_is_shown_cut_corrected_and_settled(walk: Walk) -> None:
    for name in ("李志强", "王小明", "陈桂芳"):
        walk.worker(name)
    walk.make_round(quota=1)
    walk.round.refresh_from_db()  # type: ignore[union-attr]
    cases = {}
    for name, mark in (("李志强", 95), ("王小明", 90), ("陈桂芳", 85)):
        cases[name] = walk.nominate(name)
        walk.answer(walk.at("union_officer", "甲街"), cases[name], "review")
        if name != "陈桂芳":
            walk.judge(cases[name], [mark] * 5)
    base, host = f"/office/rounds/{walk.round.pk}/ranking/", walk.at("group_office")  # type: ignore[union-attr]
    text = host.get(base).content.decode()
    assert "还不能排名" in text and text.index("李志强") < text.index("王小明")
    assert host.post(base).status_code == 422
    walk.judge(cases["陈桂芳"], [85] * 5)
    out = {"out": [str(cases["李志强"].pk)]}
    assert host.post(base, out).status_code == 422
    preview = host.post(base, {**out, "do": "preview", f"why_{cases['李志强'].pk}": "已获同级称号"})
    assert preview.status_code == 200 and "不列入" in preview.content.decode()
    assert Case.unscoped.filter(step="rank").count() == 3
    assert host.post(base, {**out, f"why_{cases['李志强'].pk}": "已获同级称号"}).status_code == 302
    steps = {name: Case.unscoped.get(pk=case.pk).step for name, case in cases.items()}
    assert steps == {"李志强": "refused", "王小明": "consult", "陈桂芳": "refused"}
    assert "没有等待排名的办件" in host.get(base).content.decode()


def test_a_ranking_or_a_notice_is_not_decided_one_by_one(walk: Walk) -> None:
    walk.worker()
    case = walk.to_ranking()
    host, path = walk.at("group_office"), f"/office/cases/{case.pk}/"
    assert "去排名" in host.get(path).content.decode()
    sent = host.post(path, {"seat": str(open_seats(case)[0].pk), "outcome": "consult"})
    assert sent.status_code == 422 and "批次中统一办理" in sent.content.decode()
    case.refresh_from_db()
    assert case.step == "rank"


# what a decision stands on


def test_who_decides_sees_age_and_work_and_the_way_to_the_person(nominated: tuple[Walk, Case]) -> None:
    walk, case = nominated
    path, link = f"/office/cases/{case.pk}/", f'href="/office/people/{case.subject}/"'
    page = walk.at("union_officer", "甲街").get(path).content.decode()
    assert "38 岁" in page and "1988" not in page and "甲厂有限公司，" in page and "人员登记" in page
    assert link in walk.at("enterprise_union", "甲厂工会").get(path).content.decode()
    walk.answer(walk.at("union_officer", "甲街"), case, "review")
    assert link not in walk.at("expert", EXPERTS[0]).get(path).content.decode(), "who may not open the person"


def test_what_must_be_there_is_not_called_optional_once_it_is(nominated: tuple[Walk, Case]) -> None:
    walk, case = nominated
    walk.answer(walk.at("union_officer", "甲街"), case, "nominate", opinion="请补正事迹")
    union = walk.at("enterprise_union", "甲厂工会")
    page = union.get(f"/office/cases/{case.pk}/").content.decode()
    asked = page.partition("本单位公示情况</label>")
    assert asked[1] and "已上传，可再补充" in asked[2]
    walk.answer(union, case, "verify", **NOMINATION)


def test_conditions_stay_as_they_were_on_the_day_of_the_decision(nominated: tuple[Walk, Case]) -> None:
    walk, case = nominated
    page = walk.at("union_officer", "甲街").get(f"/office/cases/{case.pk}/").content.decode()
    assert "条件核对" in page and "“提名”时" in page and "符合" in page


def test_after_an_answer_the_next_of_the_same_queue_is_one_click_away(walk: Walk) -> None:
    for name in ("李志强", "王芳"):
        walk.worker(name)
    walk.make_round(quota=2)
    first, second = walk.nominate("李志强"), walk.nominate("王芳")
    street, following = walk.at("union_officer", "甲街"), f'href="/office/cases/{second.pk}/"'
    assert "办理下一件" not in street.get(f"/office/cases/{first.pk}/").content.decode(), "this one waits still"
    walk.answer(street, first, "review")
    page = street.get(f"/office/cases/{first.pk}/").content.decode()
    assert "办理下一件" in page and following in page
    walk.answer(street, second, "review")
    assert "办理下一件" not in street.get(f"/office/cases/{second.pk}/").content.decode()


def test_a_round_that_ended_says_what_still_goes_on(nominated: tuple[Walk, Case]) -> None:
    walk, case = nominated
    host, base = walk.at("group_office"), f"/office/rounds/{case.round_id}/"
    assert host.post(f"{base}close/").status_code == 302
    for page in (host.get(base), host.get("/office/rounds/")):
        assert "受理已结束，还有 1 件在办" in page.content.decode()
    assert f"{len(EXPERTS)} 位" in host.get(base).content.decode()


def test_running_notices_come_first(walk: Walk) -> None:
    walk.worker()
    case = walk.to_notice()
    running = PublicNotice.objects.get()
    with acting_as_job("测试"):
        for first in (date(2020, 1, 1), date(2020, 3, 1)):
            PublicNotice.objects.create(
                number=f"旧 {first}", flow=case.flow, step=running.step, round=case.round, unit=running.unit,
                first=first, last=first + timedelta(days=7), closed_at=clock.now(),
            )  # fmt: skip
    for path in ("/office/notices/", f"/office/rounds/{case.round_id}/"):
        page = walk.at("group_office").get(path).content.decode()
        places = [page.index(number) for number in (running.number, "旧 2020-03-01", "旧 2020-01-01")]
        assert places == sorted(places), path


# the home's figures


def figure_of(page: str, label: str) -> str:
    """The number under a label."""
    found = re.search(rf'{label}</p><p class="figure">(?:<a[^>]*>)?([\d.,]+)', page)
    return found[1] if found else ""


def test_the_home_counts_what_goes_on_what_was_in_time_and_what_hangs_out(walk: Walk) -> None:
    walk.worker()
    host = walk.at("group_office")
    assert "本年按期办理率" not in host.get("/office/").content.decode(), "nothing was answered yet"
    case = walk.to_notice()
    done = Seat.objects.filter(state=Seat.State.DONE, due__isnull=False)
    late = done.first()
    assert late is not None
    Seat.objects.filter(pk=late.pk).update(due=date(2020, 1, 1))
    share = f"{(done.count() - 1) * 100 / done.count():.1f}"
    page = host.get("/office/").content.decode()
    assert [figure_of(page, one) for one in ("在办", "本年按期办理率", "正在公示")] == ["1", share, "1"]
    assert "办理率" not in walk.at("expert", EXPERTS[0]).get("/office/").content.decode()
    assert case.state == Case.State.OPEN


# notices and objections


def test_an_objection_reaches_who_looks_into_it_and_nobody_else(walk: Walk) -> None:
    walk.worker()
    case = walk.to_notice()
    notice = PublicNotice.objects.get()
    public = Client().get(f"/notices/{notice.pk}/").content.decode()
    assert "李志强" in public and "主要事迹" in public and notice.number in public and "028-0000000" in public
    assert notice.number in Client().get("/notices/").content.decode()
    assert "样例工匠 2026 年第一批公示" in Client().get("/").content.decode()
    line = f"/notices/{notice.pk}/{notice.shown.get().pk}/"
    assert "为您保密" in Client().get(line).content.decode()
    assert Client().post(line, {"text": ""}).status_code == 422
    sent = {"text": "事迹不实", "name": "王五", "phone": "13900000000"}
    wrong = Client().post(line, {**sent, "phone": "1380000"})
    assert wrong.status_code == 422 and "这里是 7 位" in wrong.content.decode() and not Objection.objects.exists()
    received = Client().post(line, sent)
    assert received.status_code == 200 and Objection.objects.get().receipt in received.content.decode()
    case.refresh_from_db()
    assert case.step == "inquire"
    path = f"/office/cases/{case.pk}/"
    host = walk.at("group_office")
    objection = Objection.objects.get()
    read = f"{path}objections/{objection.pk}/read/"
    page = host.get(path).content.decode()
    assert "待答复" in page and read in page and "事迹不实" not in page and "王五" not in page
    assert "事迹不实" not in host.get(read).content.decode()
    assert host.post(read, {}).status_code == 422, "a reason is asked"
    shown = host.post(read, {"reason": "核查异议"})
    assert "事迹不实" in shown.content.decode() and "王五" in shown.content.decode()
    assert shown.headers["Cache-Control"] == "no-store"
    with acting_as_job("测试"):
        entry = AuditEntry.objects.get(action="notice.read")
    assert (entry.target, entry.reason) == (case.pk, "核查异议")
    for role, unit in (("enterprise_union", "甲厂工会"), ("union_officer", "甲街"), ("expert", "区")):
        text = walk.at(role, unit).get(path).content.decode()
        assert "事迹不实" not in text and "王五" not in text and "查看异议" not in text, role
        assert walk.at(role, unit).post(read, {"reason": "核查异议"}).status_code == 404, role
    answer = f"{path}objections/{objection.pk}/"
    assert walk.at("union_officer", "甲街").get(answer).status_code == 404
    assert host.post(answer, {"upheld": "no", "answer": "经核查属实"}).status_code == 302
    walk.answer(host, case, "notice", opinion="不成立")
    assert case.step == "notice"


def test_by_number_and_telephone_one_asks_what_became_of_an_objection(walk: Walk, settings: Any) -> None:
    walk.worker()
    case = walk.to_notice()
    notice = PublicNotice.objects.get()
    with acting_as_job("测试"):
        made = notices.object_to(notice.shown.get().pk, name="王五", phone="13900000000", text="事迹不实")

    def ask(receipt: str, phone: str = "13900000000") -> Any:
        return Client().post("/notices/objections/", {"receipt": receipt, "phone": phone})

    assert "查询异议办理情况" in Client().get(f"/notices/{notice.pk}/").content.decode() + Client().get(
        "/notices/").content.decode()  # fmt: skip
    asked = ask(f" {made.receipt.lower().replace('-', '')} ").content.decode()
    assert "核查中" in asked and notice.number in asked
    for receipt, phone in ((made.receipt, "13900000001"), ("YY2026-AAAA-AAAA", "13900000000"), ("张三", "13900000000")):
        found = ask(receipt, phone)
        assert found.status_code == 422 and "没有查到" in found.content.decode(), receipt
        assert notice.number not in found.content.decode()
    walk.answer(walk.at("group_office"), case, "notice", opinion="经核查，成果属实")
    asked = ask(made.receipt).content.decode()
    assert all(words in asked for words in ("已答复", "异议不成立", "经核查，成果属实"))
    assert not any(words in asked for words in ("王五", "13900000000", "事迹不实", "李志强"))
    with acting_as_job("测试"):
        vault.erase(case.subject, "本人申请")
    assert ask(made.receipt).status_code == 422


def test_whoever_tries_many_numbers_has_to_wait(walk: Walk, monkeypatch: Any) -> None:
    monkeypatch.setattr(notice_pages, "ASKED", "2/h/ip")
    sent = {"receipt": "YY2026-AAAA-AAAA", "phone": "13900000000"}
    said = [Client().post("/notices/objections/", sent).content.decode() for _ in range(4)]
    assert "对不上" in said[1] and "过于频繁" in said[2] and "过于频繁" in said[3]


def test_after_its_days_a_notice_shows_the_result_only(walk: Walk) -> None:
    walk.worker()
    case = walk.to_notice()
    notice = PublicNotice.objects.get()
    line = f"/notices/{notice.pk}/{notice.shown.get().pk}/"
    with clock.at(notice.last + timedelta(days=1)):
        with acting_as_job("测试"):
            notices.end_due()
        case.refresh_from_db()
        walk.answer(walk.at("committee"), case, "granted")
        text = Client().get(f"/notices/{notice.pk}/").content.decode()
        assert "公示已期满" in text and "已命名" in text and "李志强" not in text and "改进主轴箱" not in text
        assert Client().get(line).status_code == 404
        office = walk.at("group_office").get(f"/office/notices/{notice.pk}/").content.decode()
        assert "李志强" not in office


def test_one_case_is_published_from_its_own_page_by_whom_it_waits_for(walk: Walk) -> None:
    walk.worker()
    case = walk.to_ranking()
    host, base = walk.at("group_office"), f"/office/cases/{case.pk}/"
    assert host.get(base + "publish/").status_code == 404
    assert host.post(f"/office/rounds/{walk.round.pk}/ranking/").status_code == 302  # type: ignore[union-attr]
    walk.answer(walk.at("liaison", "局"), case, "notice")
    assert walk.at("union_officer", "甲街").get(base + "publish/").status_code == 404
    assert "单独发布本件的公示" in host.get(base).content.decode()
    assert host.post(base + "publish/", {"telephone": ""}).status_code == 422
    assert host.post(base + "publish/", {"telephone": "028-1"}).status_code == 302
    assert PublicNotice.objects.get().shown.get().case_id == case.pk
    assert host.post(base + "publish/", {"telephone": "028-1"}).status_code == 404


def test_a_firms_own_notice_is_seen_by_its_people_only(walk: Walk) -> None:
    walk.worker()
    walk.to_notice()
    PublicNotice.objects.update(place="unit", unit=walk.office.units["甲厂"])
    path = f"{PublicNotice.objects.get().pk}/"
    assert Client().get(f"/notices/{path}").status_code == 404
    assert walk.at("enterprise_union", "甲厂工会").get(f"/office/notices/{path}").status_code == 200
    assert walk.at("enterprise_hr", "甲厂").get(f"/office/notices/{path}").status_code == 200
    assert walk.at("enterprise_hr", "乙厂").get(f"/office/notices/{path}").status_code == 404


def test_stock_opinions_are_ones_own(nominated: Any) -> None:
    walk, case = nominated
    street = walk.at("union_officer", "甲街")
    assert street.post("/office/cases/stock/", {"lines": "已走访核实\n\n已走访核实\n请补材料"}).status_code == 302
    assert "已走访核实" in street.get(f"/office/cases/{case.pk}/").content.decode()
    assert "已走访核实" not in walk.at("enterprise_union", "甲厂工会").get("/office/cases/stock/").content.decode()


def test_every_page_of_a_case_opens_without_writing(walk: Walk) -> None:
    """The read-only guard raises where a GET writes; every kind of step is opened by everyone who may."""
    walk.worker()
    case = walk.to_notice()
    for role, unit in (("group_office", "区"), ("enterprise_union", "甲厂工会"), ("expert", "区"), ("leader", "区")):
        for path in (
            "/office/",
            "/office/cases/",
            "/office/cases/over/",
            f"/office/cases/{case.pk}/",
            "/office/rounds/",
            f"/office/rounds/{walk.round.pk}/",
            "/office/notices/",
        ):  # type: ignore[union-attr]
            assert walk.at(role, unit).get(path).status_code == 200, (role, path)
    assert walk.at("group_office").get("/office/cases/all/?light=green").status_code == 200
    export = walk.at("group_office").post("/office/cases/all/", {"do": "export"})
    assert export.status_code == 200 and len(b"".join(export)) > 1000
