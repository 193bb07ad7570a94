"""Reporting rounds: a unit says how each task goes, by account, link or letter; the office checks; lights change."""

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from jiangtai import ledger
from jiangtai.access import AuditEntry, Link, acting_as, acting_as_job, acting_by_link, current, links
from jiangtai.domains.reform.actions import reporting as actions
from jiangtai.domains.reform.actions import supplying
from jiangtai.domains.reform.actions import tasks as working
from jiangtai.domains.reform.facts import ProgressAccepted
from jiangtai.domains.reform.forms.reporting import ReportForm
from jiangtai.domains.reform.models import Evidence, Report, Task
from jiangtai.domains.reform.queries import reporting as queries
from jiangtai.domains.reform.rules.lights import Tone
from jiangtai.flows import Case, engine
from jiangtai.kernel import clock
from jiangtai.messages import Message
from tests.office import Office, at_once

from .test_tasks import BOOK, DRILL, RULES, STATION
from .test_tasks_pages import PDF, words
from .working import MONDAY, Work, build, light_on


def call(work: Work, *units: str, to_leaders: bool = False) -> dict[str, Case]:
    asked = [work.office.units[one] for one in units] or list(queries.units_asked(clock.today()))
    held = work.at("group_office", "区", lambda: actions.call("2026年3月调度", asked, to_leaders=to_leaders))
    return {case.unit.short_name or case.unit.name: case for case in queries.cases(held)}


def fresh(case: Case) -> Case:
    return Case.unscoped.select_related("unit", "round").get(pk=case.pk)


def said(case: Case, says: str = "on_track", **more: str) -> dict[str, str]:
    told = {}
    for task in queries.asked(case):
        end = task.pk.hex
        told |= {f"says_{end}": says, f"narrative_{end}": f"已推进：{task.title}"}
        told |= {f"{name}_{end}": value for name, value in more.items()}
    return told


def seat(case: Case) -> Any:
    return case.seats.get(state="open")


def token(work: Work, case: Case) -> str:
    return str(work.at("group_office", "区", lambda: engine.link_for(seat(case).pk)))


def test_a_round_asks_each_unit_for_all_its_open_tasks_once(work: Work) -> None:
    liaison = work.office.person("liaison", "局")
    cases = call(work)
    assert set(cases) == {"区人社局", "甲街道办事处", "乙街道办事处"}
    assert {task.title for task in queries.asked(cases["区人社局"])} == {DRILL, BOOK}
    assert Message.objects.filter(to=liaison, kind="reform.asked").count() == 1
    assert fresh(cases["区人社局"]).due == date(2026, 3, 9)
    with pytest.raises(Exception, match="已有名为"):
        call(work)


def test_what_is_accepted_stands_beside_each_task_and_in_the_ledger(work: Work) -> None:
    case = call(work)["区人社局"]
    work.at("liaison", "局", lambda: engine.decide(seat(case).pk, "check", data=said(case, "stuck", problem="缺场地")))
    work.at("group_office", "区", lambda: engine.decide(seat(case).pk, "accepted"))
    assert fresh(case).step == "accepted"
    rows = Report.unscoped.filter(task__title=DRILL)
    assert [(one.period, one.says, one.problem) for one in rows] == [("2026年3月调度", "stuck", "缺场地")]
    assert ledger.every(ProgressAccepted).count() == 2
    light = light_on(work.tasks[DRILL])
    assert (light.tone, light.why) == (Tone.AMBER, "上期报告有困难")


def test_who_checks_reads_under_each_task_what_is_said_of_it(work: Work, signed_in: Any) -> None:
    case = call(work)["区人社局"]
    work.at("liaison", "局", lambda: engine.decide(seat(case).pk, "check", data=said(case)))
    page = words(signed_in("group_office").get(reverse("cases.show", args=[case.pk])))
    for place, task in enumerate(queries.asked(case), 1):
        heading, narrative = page.find(f"{place}. {task.title}"), page.find(f"已推进：{task.title}")
        assert 0 < heading < narrative
        assert f"{place + 1}. " not in page[heading:narrative]


def test_what_is_done_needs_evidence_and_ends_the_task(work: Work) -> None:
    case = call(work)["甲街道办事处"]

    def report(**more: str) -> Any:
        return work.at(
            "liaison", "甲街", lambda: engine.decide(seat(case).pk, "check", data=said(case, "done", **more))
        )

    with pytest.raises(Exception, match="请上传佐证文件"):
        report()
    with pytest.raises(Exception, match="没有编号为"):
        report(proof="2026-999999")
    report(proof="甲街办〔2026〕3号")
    work.at("group_office", "区", lambda: engine.decide(seat(case).pk, "accepted"))
    assert work.fresh(RULES).state == "done"
    assert Evidence.unscoped.get(task=work.tasks[RULES]).kind == "paper"


def test_a_return_comes_back_filled_and_goes_before_the_leading_group(work: Work) -> None:
    liaison = work.office.person("liaison", "甲街")
    case = call(work, to_leaders=True)["甲街道办事处"]
    work.at("liaison", "甲街", lambda: engine.decide(seat(case).pk, "check", data=said(case)))
    with pytest.raises(Exception, match="不能选“核对通过”"):
        work.at("group_office", "区", lambda: engine.decide(seat(case).pk, "accepted"))
    work.at("group_office", "区", lambda: engine.decide(seat(case).pk, "report", opinion="请附征求意见稿"))
    assert Message.objects.filter(to=liaison, kind="flows.back").count() == 1
    assert engine.arrived(fresh(case), seat(case))[0][f"narrative_{work.tasks[RULES].pk.hex}"]
    work.at("liaison", "甲街", lambda: engine.decide(seat(case).pk, "check", data=said(case)))
    work.at("group_office", "区", lambda: engine.decide(seat(case).pk, "note"))
    assert not Report.unscoped.exists()
    work.at("leader", "区", lambda: engine.decide(seat(case).pk, "accepted"))
    assert Report.unscoped.count() == 1


def test_what_was_said_last_time_is_there_with_its_source(work: Work) -> None:
    case = call(work)["甲街道办事处"]
    work.at("liaison", "甲街", lambda: engine.decide(seat(case).pk, "check", data=said(case, coming="印发办法")))
    work.at("group_office", "区", lambda: engine.decide(seat(case).pk, "accepted"))
    with clock.at(date(2026, 4, 1)):
        work.at("group_office", "区", lambda: actions.call("2026年4月调度", [work.office.units["甲街"]]))
        later = Case.unscoped.select_related("unit", "round").get(round__name="2026年4月调度")
        known = queries.known_of(later, queries.asked(later))
        end = work.tasks[RULES].pk.hex
        assert known[f"coming_{end}"] == ("印发办法", "上期报送（2026年3月调度，2026-03-02）")
        shown = words(
            work.office.client(work.office.person("liaison", "甲街")).get(reverse("cases.show", args=[later.pk]))
        )
        assert "来自：上期报送（2026年3月调度，2026-03-02）" in shown
        assert "离期限还有 90 天" in shown


def test_a_unit_without_account_answers_by_a_link_once(work: Work) -> None:
    case = call(work)["甲街道办事处"]
    office = work.office.client(work.office.person("group_office"))
    made = office.post(reverse("cases.link", args=[case.pk]))
    assert "链接只显示这一次" in words(made)
    assert made["Cache-Control"] == "no-store"
    text = token(work, case)
    address, browser = reverse("cases.by_link", args=[text]), Client()
    shown = words(browser.get(address))
    assert RULES in shown
    assert "不用登录" in shown
    sent = {**said(case, "done"), "seat": str(seat(case).pk), "outcome": "check"}
    assert "请上传佐证文件" in words(browser.post(address, sent))
    upload = SimpleUploadedFile("评价办法.pdf", PDF, "application/pdf")
    done = browser.post(address, {**sent, "file_0": upload})
    assert "已收到，谢谢" in words(done), words(done)[:2000]
    assert "已经使用过" in words(browser.get(address))
    assert "已经使用过" in words(browser.post(address, sent))
    decision = case.decisions.get(step="report")
    assert (decision.by, decision.by_name, decision.unit) == (None, "甲街道办事处（链接）", case.unit)
    work.at("group_office", "区", lambda: engine.decide(seat(case).pk, "accepted"))
    one = Evidence.unscoped.get(task=work.tasks[RULES])
    assert one.label == "评价办法.pdf"
    taken = office.get(reverse("tasks.evidence", args=[one.task_id, one.pk]))
    assert b"".join(taken) == PDF


def test_a_round_gives_a_link_for_each_unit_that_has_not_reported_as_a_sheet(work: Work) -> None:
    cases = call(work)
    work.at("liaison", "局", lambda: engine.decide(seat(cases["区人社局"]).pk, "check", data=said(cases["区人社局"])))
    office, held = work.office.client(work.office.person("group_office")), cases["甲街道办事处"].round_id
    assert "生成未报单位链接" in words(office.get(reverse("reporting.show", args=[held])))
    page = reverse("reporting.links", args=[held])
    assert "为 2 个还没有链接的未报单位各生成一个填报链接" in words(office.get(page))
    made = office.post(page)
    assert "no-store" in made["Cache-Control"]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(made))).get_sheet_by_name("数据").to_python()[1:]
    assert [row[0] for row in rows] == ["甲街道办事处", "乙街道办事处"]
    for unit, number, _, address in (map(str, row) for row in rows):
        assert number == cases[unit].number
        shown = words(Client().get(address.removeprefix("http://testserver")))
        assert [title in shown for title in (RULES, STATION)] == [unit == "甲街道办事处", unit == "乙街道办事处"]
    with acting_as_job("测试"):
        assert AuditEntry.objects.filter(action="case.linked").count() == 2
        assert AuditEntry.objects.get(action="export").details["rows"] == 2
    assert work.office.client(work.office.person("leader")).post(page).status_code == 403


def test_a_round_says_whose_link_was_made_and_only_a_renewal_voids_it(work: Work) -> None:
    cases = call(work, "甲街", "乙街")
    held, office = cases["甲街道办事处"].round_id, work.office.client(work.office.person("group_office"))

    def shown(name: str, at: Any = held) -> str:
        return words(office.get(reverse(name, args=[at])))

    def sheet(name: str) -> dict[str, str]:
        answer = office.post(reverse(name, args=[held]))
        assert answer.cookies["came"].value  # by which the page behind the dialog knows that it is out of date
        rows = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer))).get_sheet_by_name("数据").to_python()[1:]
        return {str(unit): str(link).removeprefix("http://testserver") for unit, _, _, link in rows}

    assert shown("reporting.show").count("未生成") == 2 and "重新生成全部链接" not in shown("reporting.show")
    first = reverse("cases.by_link", args=[token(work, cases["甲街道办事处"])])
    until = clock.day_of(Link.objects.get(purpose="seat").expires_at)
    page = shown("reporting.show")
    assert f"已生成（有效至 {until}）" in page and "未生成" in page
    assert page.count(" 重新生成 ") == page.count(" 生成链接 ") == 1
    said = shown("reporting.links")
    assert "为 1 个还没有链接的未报单位" in said and "1 个单位的链接已经生成，照常有效" in said
    assert list(sheet("reporting.links")) == ["乙街道办事处"]
    assert Client().get(first).status_code == 200
    assert "未生成" not in shown("reporting.show") and "生成未报单位链接" not in shown("reporting.show")
    again = office.post(reverse("reporting.links", args=[held]))
    assert again.status_code == 422 and "未报单位都已有链接" in words(again)
    one = shown("cases.link", cases["甲街道办事处"].pk)
    assert f"已有一个链接，有效至 {until}；重新生成后它立即作废" in one and "”重新生成填报链接？" in one
    assert "重新生成填报链接" in shown("cases.show", cases["甲街道办事处"].pk)
    assert "已经生成的 2 个链接立即作废" in shown("reporting.links.anew")
    renewed = sheet("reporting.links.anew")
    assert set(renewed) == {"甲街道办事处", "乙街道办事处"}
    assert "已作废" in words(Client().get(first))
    assert all(Client().get(link).status_code == 200 for link in renewed.values())


def test_a_link_keeps_a_draft_and_opens_nothing_else(work: Work) -> None:
    cases = call(work)
    text = token(work, cases["甲街道办事处"])
    other, browser = seat(cases["区人社局"]), Client()
    address = reverse("cases.by_link", args=[text])
    sent = {**said(cases["甲街道办事处"]), "seat": str(seat(cases["甲街道办事处"]).pk)}
    assert browser.post(address, {**sent, "do": "draft"}).status_code == 302
    assert "已推进：出台评价办法。" in browser.get(address).content.decode()
    refused = browser.post(address, {**said(cases["甲街道办事处"]), "seat": str(other.pk), "outcome": "check"})
    assert "不属于本件" in words(refused)
    link = links.look("seat", text)
    with acting_by_link(work.office.units["甲街"], "链接", link.target), pytest.raises(Exception, match="不由您"):
        engine.decide(other.pk, "check", data=said(cases["区人社局"]), link=link)
    with (
        acting_by_link(work.office.units["甲街"], "链接", link.target),
        pytest.raises(Exception, match="链接与这件事项不符"),
    ):
        engine.decide(link.target, "check", data=said(cases["甲街道办事处"]))


def test_a_link_ends_with_time_with_a_newer_one_and_with_the_answer(work: Work) -> None:
    case = call(work)["甲街道办事处"]
    first = token(work, case)
    second = token(work, case)
    browser = Client()
    assert "已作废" in words(browser.get(reverse("cases.by_link", args=[first])))
    work.at("liaison", "甲街", lambda: engine.decide(seat(case).pk, "check", data=said(case)))
    assert "已经填报过" in words(browser.get(reverse("cases.by_link", args=[second])))
    work.at("group_office", "区", lambda: engine.decide(seat(case).pk, "report", opinion="请补数据"))
    third = token(work, case)
    assert "请补数据" in words(browser.get(reverse("cases.by_link", args=[third])))
    Link.objects.filter(purpose="seat").update(expires_at=clock.now())
    assert "已过期" in words(browser.get(reverse("cases.by_link", args=[third])))
    with pytest.raises(Exception, match="不能用链接填报"):
        work.at("liaison", "甲街", lambda: engine.link_for(seat(case).pk))


def test_two_by_one_link_at_once_answer_once(twin: Office) -> None:
    with clock.at(MONDAY):
        made = build(twin)
        task = next(one for one in made.tasks.values() if one.title == STATION and one.measure.plan_id == made.plan.pk)
        with acting_as(twin.person("group_office")):
            actions.call("两人一起报", [task.unit])
            case = Case.unscoped.get(round__name="两人一起报")
            text = engine.link_for(seat(case).pk)
        told, waits = said(case), seat(case)

        def answer() -> Any:
            with clock.at(MONDAY):
                link = links.look("seat", text)
                with acting_by_link(task.unit, "链接", link.target):
                    return engine.decide(waits.pk, "check", data=told, link=link)

        found = at_once(answer, answer)
    assert sum(not isinstance(one, Exception) for one in found) == 1, found
    assert case.decisions.filter(step="report").count() == 1


def test_a_letter_is_recorded_for_a_unit(work: Work) -> None:
    case = call(work)["乙街道办事处"]
    office = work.office.client(work.office.person("group_office"))
    shown = words(office.get(reverse("cases.record", args=[case.pk])))
    light = light_on(work.tasks[STATION])
    assert STATION in shown and f"{light.label}：{light.why}" in shown
    upload = SimpleUploadedFile("来函.pdf", PDF, "application/pdf")
    sent = {**said(case, "done"), "seat": str(seat(case).pk), "outcome": "check", "letter_number": "乙街函〔2026〕1号",
            "letter_date": "2026-03-02", "letter": upload}  # fmt: skip
    answered = office.post(reverse("cases.record", args=[case.pk]), sent)
    assert answered.status_code == 302, words(answered)[:3000]
    work.at("group_office", "区", lambda: engine.decide(seat(case).pk, "accepted"))
    assert work.fresh(STATION).state == "done"
    assert Evidence.unscoped.get(task=work.tasks[STATION]).label == "来函"


def test_the_office_calls_and_urges_by_its_pages(work: Work) -> None:
    office = work.office.client(work.office.person("group_office"))
    work.office.person("liaison", "甲街")
    wrong = office.post(reverse("reporting.new"), {"name": "3月", "units": "没有的局"})
    assert "没有进行中的任务，或名称不对" in words(wrong)
    assert office.post(reverse("reporting.new"), {"name": "3月", "units": "甲街道办事处\n区人社局"}).status_code == 302
    assert "2" in words(office.get(reverse("reporting.list")))
    held = Case.unscoped.first().round
    with clock.at(date(2026, 3, 12)):
        office = work.office.client(work.office.person("group_office"))
        shown = words(office.get(reverse("reporting.show", args=[held.pk])))
        assert "逾期 3 个工作日" in shown
        assert office.post(reverse("reporting.urge", args=[held.pk])).status_code == 302
        assert "今天已经催办过" in words(office.post(reverse("reporting.urge", args=[held.pk])))
    street = work.office.client(work.office.person("liaison", "甲街"))
    assert street.get(reverse("reporting.show", args=[held.pk])).status_code == 403


def test_a_task_handed_on_after_the_round_began_is_not_asked_in_it(work: Work) -> None:
    case = call(work)["甲街道办事处"]
    with clock.at(date(2026, 3, 3)):
        lead = work.tasks[DRILL]
        work.at("liaison", "局", lambda: working.hand_on(lead, work.office.units["甲街"], "组织参赛"))
        assert [one.title for one in queries.asked(fresh(case))] == [RULES]
    assert Task.unscoped.count() == 5


def test_the_token_of_a_link_stands_nowhere_in_the_audit(work: Work) -> None:
    case = call(work)["甲街道办事处"]
    text, browser = token(work, case), Client()
    address = reverse("cases.by_link", args=[text])
    sent = {**said(case), "seat": str(seat(case).pk)}
    browser.get(address)
    browser.post(address, {**sent, "do": "draft"})
    assert "已收到，谢谢" in words(browser.post(address, {**sent, "outcome": "check"}))
    kept = work.at("audit_admin", "区", lambda: [str(row) for row in AuditEntry.objects.values_list()])
    assert any("case.decided" in row for row in kept)
    assert not [row for row in kept if text in row]


def test_whoever_holds_a_link_is_not_told_who_sent_it_back(work: Work) -> None:
    case = call(work)["甲街道办事处"]
    work.at("liaison", "甲街", lambda: engine.decide(seat(case).pk, "check", data=said(case)))
    name = work.at("group_office", "区", lambda: current().name)
    work.at("group_office", "区", lambda: engine.decide(seat(case).pk, "report", opinion="请补数据"))
    shown = words(Client().get(reverse("cases.by_link", args=[token(work, case)])))
    assert "请补数据" in shown and name and name not in shown


def test_what_was_moved_to_another_unit_meanwhile_is_not_ended_by_the_first(work: Work) -> None:
    case, moved = call(work)["甲街道办事处"], work.tasks[RULES]
    told = said(case, "done", proof="甲街办〔2026〕3号")
    work.at("liaison", "甲街", lambda: engine.decide(seat(case).pk, "check", data=told))
    work.at("group_office", "区", lambda: working.move([work.fresh(RULES)], work.office.units["乙街"]))
    work.at("group_office", "区", lambda: engine.decide(seat(case).pk, "accepted"))
    assert work.fresh(RULES).state == "open"
    assert not Report.unscoped.filter(task=moved).exists()
    assert not ledger.every(ProgressAccepted).of(moved.pk).exists()


def test_a_number_of_a_person_is_refused_in_what_stays_in_clear(work: Work) -> None:
    case = call(work)["甲街道办事处"]
    mobile = "1" + "38" + "0" * 8
    for name in ("narrative", "problem", "coming", "proof"):
        told = said(case, **{name: f"请联系 {mobile}"})
        with pytest.raises(Exception, match="请删去号码"):
            work.at("liaison", "甲街", lambda told=told: engine.decide(seat(case).pk, "check", data=told))


def test_a_report_arrives_filled_with_what_happened_since(work: Work, signed_in: Any) -> None:
    office, key = work.office, "reform.finished_tasks"
    drill, book = work.tasks[DRILL], work.tasks[BOOK]
    work.at("liaison", "局", lambda: working.prove(book, "paper", "台账样本", reference="测人社〔2026〕3号"))
    work.at("liaison", "局", lambda: working.finish(book))
    work.at("group_office", "区", lambda: working.amend(drill, indicator=key))
    desk = office.person("liaison", "局")
    case = call(work, "局")["区人社局"]
    with acting_as(desk):
        known = queries.known_of(case, queries.asked(case))
    end = drill.pk.hex
    assert known[f"narrative_{end}"].value == "2026年3月2日以来，“本期完成任务数”相关台账 1 条。"
    assert known[f"narrative_{end}"].source == "台账、办件和材料"
    assert known[f"known_{end}"].value == ["台账 本期完成任务数", "指标 本期完成任务数"]
    shown = words(signed_in("liaison", "局").get(reverse("cases.show", args=[case.pk])))
    assert f"{MONDAY} 以来相关台账 1 条" in shown
    assert f"{MONDAY} 任务完成 1 条" in shown
    assert "还没有佐证" in shown


def test_what_lies_beside_a_task_opens_for_an_account_and_is_only_named_by_a_link(work: Work, signed_in: Any) -> None:
    drill = work.tasks[DRILL]
    work.at("liaison", "局", lambda: working.prove(drill, "paper", "练兵<通报>", reference="测人社〔2026〕3号"))
    case = call(work, "局")["区人社局"]
    url = reverse("tasks.show", args=[drill.pk])
    shown = signed_in("liaison", "局").get(reverse("cases.show", args=[case.pk])).content.decode()
    assert f'<a href="{url}">已有佐证 1 份：练兵&lt;通报&gt;</a>' in shown
    by_link = Client().get(reverse("cases.by_link", args=[token(work, case)])).content.decode()
    assert "已有佐证 1 份：练兵&lt;通报&gt;" in by_link
    assert url not in by_link


def test_the_cases_behind_the_facts_of_a_figure_are_named_and_ticked(work: Work) -> None:
    drill, book = work.tasks[DRILL], work.tasks[BOOK]
    work.at("group_office", "区", lambda: working.amend(drill, indicator="reform.reports"))
    case = call(work, "局")["区人社局"]
    work.at("liaison", "局", lambda: engine.decide(seat(case).pk, "check", data=said(case)))
    work.at("group_office", "区", lambda: engine.decide(seat(case).pk, "accepted"))
    with acting_as(work.office.person("group_office")):
        held = actions.call("再次调度", [work.office.units["局"]])
    with acting_as(work.office.person("liaison", "局")):
        again = queries.cases(held).get()
        known = queries.known_of(again, queries.asked(again))
    assert known[f"known_{drill.pk.hex}"].value == [
        f"办件 {case.number}",
        "台账 本期认可的进展数",
        "指标 本期认可的进展数",
    ]
    assert f"相关台账 2 条，其中办件 1 件（{case.number}）" in known[f"narrative_{drill.pk.hex}"].value
    assert f"known_{book.pk.hex}" not in known


def test_what_is_ticked_stands_behind_the_report_and_what_is_not_does_not(work: Work) -> None:
    book = work.tasks[BOOK]
    upload = SimpleUploadedFile("台账样本.pdf", PDF, "application/pdf")
    laid = work.at("liaison", "局", lambda: working.prove(book, "file", "台账样本", upload=upload))
    work.at("liaison", "局", lambda: working.prove(book, "paper", "台账封面", reference="测人社〔2026〕3号"))
    case = call(work, "局")["区人社局"]
    end = book.pk.hex
    arrived = queries.known_of(case, queries.asked(case))
    assert set(arrived[f"known_{end}"].value) == {"材料 台账样本", "材料 台账封面"}
    assert "2026年3月2日以来，提交材料 2 份（" in arrived[f"narrative_{end}"].value
    told: dict[str, Any] = {**said(case), f"known_{end}": ["材料 没有的样本"]}
    with pytest.raises(Exception, match="没有的样本"):
        work.at("liaison", "局", lambda: engine.decide(seat(case).pk, "check", data=told))
    told[f"known_{end}"] = ["材料 台账样本"]
    work.at("liaison", "局", lambda: engine.decide(seat(case).pk, "check", data=told))
    office = work.office.client(work.office.person("group_office"))
    assert "已知的佐证 材料 台账样本" in words(office.get(reverse("cases.show", args=[case.pk])))
    work.at("group_office", "区", lambda: engine.decide(seat(case).pk, "accepted"))
    rows = Evidence.unscoped.filter(task=book).values_list("label", "report__period")
    assert set(rows) == {("台账样本", "2026年3月调度"), ("台账封面", None)}
    assert b"".join(office.get(reverse("tasks.evidence", args=[book.pk, laid.pk]))) == PDF


def test_a_ticked_case_or_figure_is_evidence_and_proves_what_is_done(work: Work) -> None:
    drill = work.tasks[DRILL]
    work.at("group_office", "区", lambda: working.amend(drill, indicator="reform.reports"))
    case = call(work, "局")["区人社局"]
    work.at("liaison", "局", lambda: engine.decide(seat(case).pk, "check", data=said(case)))
    work.at("group_office", "区", lambda: engine.decide(seat(case).pk, "accepted"))
    with acting_as(work.office.person("group_office")):
        again = queries.cases(actions.call("再次调度", [work.office.units["局"]])).get()
    end, address = drill.pk.hex, reverse("cases.by_link", args=[token(work, again)])
    browser = Client()
    page = browser.get(address).content.decode()
    assert f'value="办件 {case.number}"' in page and "checked" in page
    sent: dict[str, Any] = {**said(again), "seat": str(seat(again).pk), "outcome": "check", f"says_{end}": "done"}
    assert "勾选已知的佐证" in words(browser.post(address, sent))
    sent[f"known_{end}"] = [f"办件 {case.number}", "台账 本期认可的进展数", "指标 本期认可的进展数"]
    draft = {**sent, "do": "draft"}
    assert browser.post(address, draft).status_code == 302
    assert "已收到，谢谢" in words(browser.post(address, sent))
    work.at("group_office", "区", lambda: engine.decide(seat(again).pk, "accepted"))
    rows = Evidence.unscoped.filter(task=drill, report__case=again.pk).values_list("kind", "reference")
    assert set(rows) == {("case", case.number), ("facts", "reform.reports"), ("indicator", "reform.reports")}
    shown = work.office.client(work.office.person("group_office")).get(reverse("tasks.show", args=[drill.pk]))
    opens = reverse("figures.show", args=["reform.reports"])
    assert f'<a class="link" href="{opens}">本期认可的进展数，截至 {clock.today()}</a>' in shown.content.decode()
    assert work.fresh(DRILL).state == "done"


def test_the_facts_that_a_round_offers_can_be_laid_beside_a_task_on_its_own_page(work: Work, signed_in: Any) -> None:
    drill, book, key = work.tasks[DRILL], work.tasks[BOOK], "reform.finished_tasks"
    desk, prove = signed_in("liaison", "局"), reverse("tasks.prove", args=[drill.pk])
    work.at("group_office", "区", lambda: working.amend(drill, indicator=key))
    assert "台账事实" not in words(desk.get(prove))
    assert "facts 不在可用的选项中" in words(desk.post(prove, {"kind": "facts"}))
    work.at("liaison", "局", lambda: working.prove(book, "paper", "台账样本", reference="测人社〔2026〕3号"))
    work.at("liaison", "局", lambda: working.finish(book))
    assert f"本期完成任务数（{MONDAY} 以来 1 条）" in words(desk.get(prove))
    assert "请填写名称" in words(desk.post(prove, {"kind": "paper", "reference": "测人社〔2026〕9号"}))
    assert desk.post(prove, {"kind": "facts"}).status_code == 302
    row = Evidence.unscoped.get(task=drill)
    assert (row.kind, row.label, row.reference) == ("facts", f"本期完成任务数，截至 {MONDAY}", key)


def test_the_proposed_narrative_says_what_was_promised_reached_and_done_by_others(work: Work) -> None:
    drill, end = work.tasks[DRILL], work.tasks[DRILL].pk.hex
    case = call(work, "局")["区人社局"]
    told = said(case, coming="印发通知。")
    work.at("liaison", "局", lambda: engine.decide(seat(case).pk, "check", data=told))
    work.at("group_office", "区", lambda: engine.decide(seat(case).pk, "accepted"))
    with clock.at(date(2026, 4, 1)):
        point = work.at("liaison", "局", lambda: working.set_milestone(drill, "通知印发", date(2026, 6, 1)))
        proof = work.at("liaison", "局", lambda: working.prove(drill, "paper", "通知", reference="测人社〔2026〕9号"))
        work.at("liaison", "局", lambda: working.reach(point, proof=proof))
        part = work.at("liaison", "局", lambda: working.hand_on(drill, work.office.units["甲街"], "组织参赛"))
        work.at("liaison", "甲街", lambda: working.prove(part, "paper", "名单", reference="甲街办〔2026〕3号"))
        work.at("liaison", "甲街", lambda: working.finish(part))
        with acting_as(work.office.person("group_office")):
            later = queries.cases(actions.call("2026年4月调度", [work.office.units["局"]])).get()
        known = queries.known_of(later, queries.asked(later))
        assert known[f"narrative_{end}"] == (
            "上期计划：印发通知。2026年3月2日以来，"
            "达到节点 1 个（“通知印发”）；分解出去的任务完成 1 项；提交材料 1 份（通知）。",
            "上期报送（2026年3月调度，2026-03-02），台账、办件和材料",
        )
        shown = words(Client().get(reverse("cases.by_link", args=[token(work, later)])))
        assert f"上期（2026年3月调度，按计划推进）：已推进：{DRILL.rstrip('。')}；下一步：印发通知。" in shown
        assert "达到节点 1 个，分解出去的任务完成 1 项" in shown


def test_a_task_without_a_figure_of_its_own_is_told_by_its_measures(work: Work, signed_in: Any) -> None:
    drill = work.tasks[DRILL]
    key, year = "reform.finished_tasks", clock.today().year
    work.at("group_office", "区", lambda: supplying.tie(drill.measure, key, year, Decimal(4)))
    case = call(work, "局")["区人社局"]
    page = signed_in("liaison", "局").get(reverse("cases.show", args=[case.pk])).content.decode()
    assert f'<a href="{reverse("figures.show", args=[key])}">本期完成任务数</a>：还没有计算' in page
    work.at("liaison", "局", lambda: engine.decide(seat(case).pk, "check", data=said(case)))
    work.at("group_office", "区", lambda: engine.decide(seat(case).pk, "accepted"))
    assert Report.unscoped.get(task=drill).figures == ["本期完成任务数：还没有计算"]


def reported_once(work: Work, unit: str = "局", **more: str) -> Case:
    """A round that was accepted, and the case of the one a month later."""
    case = call(work, unit)[work.office.units[unit].short_name or work.office.units[unit].name]
    work.at("liaison", unit, lambda: engine.decide(seat(case).pk, "check", data=said(case, **more)))
    work.at("group_office", "区", lambda: engine.decide(seat(case).pk, "accepted"))
    with acting_as(work.office.person("group_office")):
        return queries.cases(actions.call("2026年4月调度", [work.office.units[unit]])).get()


def test_no_change_is_said_in_one_gesture_and_says_what_was_said_before(work: Work) -> None:
    drill, book = work.tasks[DRILL], work.tasks[BOOK]
    with clock.at(date(2026, 4, 1)):
        case = reported_once(work, coming="印发通知")
        told: dict[str, Any] = {f"same_{one.pk.hex}": "on" for one in (drill, book)}
        told |= {f"narrative_{drill.pk.hex}": f"已推进：{DRILL}", f"coming_{drill.pk.hex}": "印发通知"}
        work.at("liaison", "局", lambda: engine.decide(seat(case).pk, "check", data=told))
        work.at("group_office", "区", lambda: engine.decide(seat(case).pk, "accepted"))
        rows = Report.unscoped.filter(task__in=[drill, book], case=case.pk)
        assert {(one.says, one.narrative, one.coming) for one in rows} == {
            ("on_track", f"较上期无变化：已推进：{title}", "印发通知") for title in (DRILL, BOOK)
        }
    with clock.at(date(2026, 5, 1)), acting_as(work.office.person("group_office")):
        later = queries.cases(actions.call("2026年5月调度", [work.office.units["局"]])).get()
        known = queries.known_of(later, queries.asked(later))
        assert known[f"narrative_{drill.pk.hex}"].value == f"已推进：{DRILL}"
        assert f"says_{drill.pk.hex}" not in known


def test_no_change_stays_ticked_in_what_was_sent_back(work: Work) -> None:
    drill, long = work.tasks[DRILL], "推进" * 299
    with clock.at(date(2026, 4, 1)):
        case = reported_once(work, narrative=long)
        same = {f"same_{one.pk.hex}": "on" for one in queries.asked(case)}
        work.at("liaison", "局", lambda: engine.decide(seat(case).pk, "check", data=same))
        work.at("group_office", "区", lambda: engine.decide(seat(case).pk, "report", opinion="请补材料"))
        typed = engine.arrived(fresh(case), seat(case))[0]
        assert typed[f"narrative_{drill.pk.hex}"].startswith("较上期无变化：推进")
        told = {name: value or "" for name, value in typed.items() if not name.startswith("known")}
        work.at("liaison", "局", lambda: engine.decide(seat(case).pk, "check", data=told | same))
        work.at("group_office", "区", lambda: engine.decide(seat(case).pk, "accepted"))
        assert Report.unscoped.get(task=drill, case=case.pk).narrative == typed[f"narrative_{drill.pk.hex}"]


def test_no_change_is_not_offered_where_something_came_where_it_is_red_and_beside_new_words(work: Work) -> None:
    drill, book = work.tasks[DRILL], work.tasks[BOOK]
    with clock.at(date(2026, 4, 1)):
        case = reported_once(work)
        work.at("liaison", "局", lambda: working.prove(book, "paper", "台账样本", reference="测人社〔2026〕3号"))
        told: dict[str, Any] = {f"same_{one.pk.hex}": "on" for one in (drill, book)}
        with pytest.raises(ValidationError) as refused:
            work.at("liaison", "局", lambda: engine.decide(seat(case).pk, "check", data=told))
        assert set(refused.value.message_dict) == {f"says_{book.pk.hex}", f"narrative_{book.pk.hex}"}
        with acting_as(work.office.person("liaison", "局")):
            again = ReportForm(told, case=fresh(case))
            assert not again.is_valid() and again[f"says_{drill.pk.hex}"].field.required, "who unticks it is asked"
        told |= {**said(case), f"narrative_{drill.pk.hex}": "完成了选拔"}
        with pytest.raises(ValidationError, match="又改了进展"):
            work.at("liaison", "局", lambda: engine.decide(seat(case).pk, "check", data=told))
    with clock.at(drill.due or date.max), acting_as(work.office.person("liaison", "局")):
        Task.unscoped.filter(pk=drill.pk).update(due=clock.today() - timedelta(days=1))
        assert f"same_{drill.pk.hex}" not in ReportForm(case=fresh(case)).fields


def test_each_task_is_kept_by_itself_and_nothing_of_the_others_is_lost(work: Work) -> None:
    case = call(work, "局")["区人社局"]
    first, second = (one.pk.hex for one in queries.asked(case))
    address, browser = reverse("cases.by_link", args=[token(work, case)]), Client()
    sent = {"seat": str(seat(case).pk), "do": "draft"}
    for end in (first, second):
        told = {**sent, "part": f"says_{end}", f"says_{end}": "stuck", f"narrative_{end}": f"写到一半{end}"}
        assert browser.post(address, told).status_code == 204
    draft = engine.draft_of(case, seat(case))
    assert [draft[f"narrative_{end}"] for end in (first, second)] == [f"写到一半{end}" for end in (first, second)]
    both = {
        **sent,
        "part": [f"says_{first}", f"says_{second}"],
        f"narrative_{first}": "改了",
        f"narrative_{second}": "",
    }
    browser.post(address, both)
    draft = engine.draft_of(case, seat(case))
    assert [draft[f"{name}_{first}"] for name in ("says", "narrative")] == [None, "改了"]
    assert draft[f"narrative_{second}"] == ""
    wrong = browser.post(address, {**sent, "seat": str(case.pk), "part": f"says_{first}"})
    assert wrong.status_code == 422 and engine.draft_of(case, seat(case)) == draft


def test_a_form_sent_too_early_says_of_which_task_what_is_lacking_and_leads_there(work: Work) -> None:
    case = call(work, "局")["区人社局"]
    one, other = queries.asked(case)
    address, browser = reverse("cases.by_link", args=[token(work, case)]), Client()
    fresh_page = browser.get(address).content.decode()
    assert "还有 2 项未填" in fresh_page and fresh_page.count("<details open>") == 2
    told = {f"says_{one.pk.hex}": "on_track", f"narrative_{one.pk.hex}": "已推进"}
    page = browser.post(address, {**told, "seat": str(seat(case).pk), "outcome": "check"}).content.decode()
    errors = page.partition('id="form-errors"')[2].partition("</div>")[0]
    assert f'<a href="#id_says_{other.pk.hex}">2. {other.title}</a>：请选择进展；请填写进展情况' in errors
    assert one.title not in errors and "还有 1 项未填" in page
