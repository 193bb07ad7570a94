"""Joint meetings: the agenda comes from what stands badly, and what is settled becomes tasks."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from docx import Document

from jiangtai import ledger
from jiangtai.access import Refused, acting_as, acting_as_job
from jiangtai.domains.reform.actions import meetings as actions
from jiangtai.domains.reform.actions import supervising, tasks
from jiangtai.domains.reform.facts import MeetingHeld, Sender
from jiangtai.domains.reform.models import Meeting, Task
from jiangtai.kernel import clock
from jiangtai.messages import Message

from .following import TODAY, Following, read_paper, refused, send, show

pytestmark = pytest.mark.django_db
NEXT = {"title": "第四季度联席会议", "on": str(TODAY), "hour": "9:30", "place": "三会议室", "chair": "赵启明"}
SOON = str(TODAY + timedelta(days=10))


def prepared(following: Following, **values: Any) -> Meeting:
    with acting_as(following.office.person("group_office")):
        told = {"title": "联席会议", "on": clock.today(), "hour": "9:30", "place": "三会议室", "chair": "赵启明"}
        return actions.prepare(
            actions.Call(**told | values), [following.office.units["局"], following.office.units["甲街"]]
        )


def held(following: Following, text: str = "设立服务站") -> Meeting:
    one = prepared(following)
    with acting_as(following.office.person("group_office")):
        actions.call(one)
        due = clock.today() + timedelta(days=10)
        actions.settle(one, text, following.office.units["局"], due, following.measure)
        return actions.hold(one, "会议认为进展总体平稳。")


def test_a_meeting_is_prepared_called_held_and_the_next_begins_with_what_became_of_it(following, signed_in):
    office, desk = signed_in("group_office"), signed_in("liaison", "局")
    page = send(office, "meetings.new", **NEXT, units="区人社局\n甲街道办事处")
    one = Meeting.unscoped.get()
    for wanted in ("亮灯任务推进情况", "出台技能人才津贴办法", "红灯：已过期限 20 天", "开展技能等级认定"):
        assert wanted in page, wanted
    assert "组织技能竞赛" not in page
    assert "上次会议议定事项落实情况" not in page
    assert desk.get(reverse("meetings.show", args=[one.pk])).status_code == 404

    send(office, "meetings.call", one.pk)
    assert Message.objects.filter(kind="reform.called", to=following.office.person("liaison", "局")).count() == 1
    assert "出台技能人才津贴办法" in show(desk, "meetings.show", one.pk)
    item = one.items.get(task=following.late)
    send(office, "meetings.item.said", one.pk, item.pk, said="会议原则同意，请抓紧印发。")
    form = show(office, "meetings.resolution", one.pk, item=str(item.pk))
    assert "区人社局" in form or "区人力资源和社会保障局" in form
    send(office, "meetings.resolution", one.pk, text="12 月前印发津贴办法", unit="区人社局", due=SOON,
         measure=str(following.measure.pk))  # fmt: skip
    page = send(office, "meetings.hold", one.pk, summary="会议听取了情况汇报。")
    assert "1 项议定事项已成为任务" in page
    task = Task.unscoped.get(title="12 月前印发津贴办法")
    assert (str(task.unit), str(task.due), task.expected) == ("区人社局", SOON, f"{TODAY} 联席会议议定")
    with acting_as_job("测试"):
        assert ledger.every(MeetingHeld).get().fact.resolutions == 1

    with clock.at(TODAY + timedelta(days=30)):
        page = send(
            signed_in("group_office"),
            "meetings.new",
            **{**NEXT, "on": str(TODAY + timedelta(days=31))},
            units="区人社局",
        )
    second = Meeting.unscoped.get(state="draft")
    assert second.items.first().title == "12 月前印发津贴办法"
    assert "上次会议议定事项落实情况" in page
    assert "红灯：已过期限 20 天" in page
    assert not second.items.filter(kind="task", task=task).exists()


def test_what_a_unit_says_is_stuck_comes_before_what_merely_comes_due(following: Following) -> None:
    following.report(following.fine, TODAY, problem="场地没有落实")
    with acting_as(following.office.person("group_office")):
        call = actions.Call("联席会议", TODAY, "9:30", "会议室", "张毅")
        items = actions.prepare(call, [following.office.units["局"]]).items.order_by("place")
    assert [one.task for one in items] == [following.late, following.street, following.fine, following.near]


def test_minutes_say_what_was_settled_with_the_methods_of_its_numbers(following, signed_in):
    one = held(following)
    answer = signed_in("group_office").post(reverse("meetings.paper", args=[one.pk, "minutes", "docx"]))
    document, said = Document(io.BytesIO(answer.content)), read_paper(answer.content)
    for wanted in (
        "联席会议纪要",
        "2026年11月20日，赵启明在三会议室主持召开",
        "会议认为进展总体平稳。",
        "会议议定以下 1 项①",
        "① 本次会议议定事项",
        "参会单位：区人社局、甲街道办事处",
    ):
        assert wanted in said, wanted
    assert [cell.text for cell in document.tables[0].rows[1].cells] == ["1", "设立服务站", "区人社局", "2026年11月30日"]
    pdf = signed_in("liaison", "局").post(reverse("meetings.paper", args=[one.pk, "notice", "pdf"]))
    assert pdf.content.startswith(b"%PDF")


def test_an_answer_that_is_owed_stands_on_the_agenda(following):
    with acting_as(following.office.person("group_office")):
        wording = supervising.Wording("关于进度的提示", "请抓紧。", due=TODAY)
        supervising.issue(supervising.draft(Sender.PROMPT, wording, [following.office.units["局"]]))
    with clock.at(TODAY + timedelta(days=1)), acting_as(following.office.person("group_office")):
        call = actions.Call("联席会议", TODAY + timedelta(days=2), "9:30", "三会议室", "赵启明")
        one = actions.prepare(call, [following.office.units["局"]])
    assert one.items.get(kind="owed").title == "产改提示〔2026〕1号《关于进度的提示》"


def test_minutes_stay_as_they_are(following, signed_in):
    one, office = held(following), signed_in("group_office")
    assert "不能再改" in refused(office, "meetings.resolution", one.pk, text="又一项", unit="区人社局", due=SOON,
                             measure=str(following.measure.pk))  # fmt: skip
    assert "不能再改" in refused(office, "meetings.hold", one.pk, summary="再来一次")
    assert Task.unscoped.filter(title="设立服务站").count() == 1


def test_minutes_come_after_the_call_and_the_day(following):
    one = prepared(following)
    with acting_as(following.office.person("group_office")):
        with pytest.raises(Refused, match="先发会议通知"):
            actions.hold(one, "概况")
        actions.change(one, actions.Call("联席会议", TODAY + timedelta(days=3), "9:30", "三会议室", "赵启明"), [])
        with pytest.raises(Exception, match="还没有参会单位"):
            actions.call(one)


def test_a_meetings_page_says_first_when_and_where_and_its_minutes_wait_for_the_day(following, signed_in):
    office, day = signed_in("group_office"), TODAY + timedelta(days=2)
    one = prepared(following, on=day)
    page = send(office, "meetings.call", one.pk)
    assert page.index("<dt>地点</dt>") < page.index(">议程</h2>")
    minutes = f'href="{reverse("meetings.hold", args=[one.pk])}"'
    assert f'class="button" {minutes}' in page and f'class="button primary" {minutes}' not in page
    with clock.at(day):
        assert f'class="button primary" {minutes}' in show(signed_in("group_office"), "meetings.show", one.pk)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"on": "2026-11-01"}, "召开日期不能早于今天"),
        ({"units": "没有的局"}, "没有找到这个单位"),
        ({"on": "下周三"}, "日期应形如"),
    ],
)
def test_bad_input_is_answered_beside_its_field(following, signed_in, form, said):
    assert said in refused(signed_in("group_office"), "meetings.new", **{**NEXT, "units": "区人社局", **form})


def test_a_meeting_that_was_called_is_called_off_with_a_reason_and_its_matters_come_before_the_next(
    following, signed_in
):
    office, desk = signed_in("group_office"), signed_in("liaison", "局")
    one, other = prepared(following, on=TODAY + timedelta(days=5)), prepared(following, title="另一次会议")
    assert "可以直接删除" in refused(office, "meetings.call_off", one.pk, reason="领导另有安排")
    send(office, "meetings.call", one.pk)
    with acting_as(following.office.person("group_office")):
        actions.add_item(one, "通报先进", "请宣传部准备", following.office.units["甲街"])
        due = TODAY + timedelta(days=10)
        settled = actions.settle(one, "设立服务站", following.office.units["局"], due, following.measure)
    assert "不能删除" in refused(office, "meetings.drop", one.pk)
    assert "请填写" in refused(office, "meetings.call_off", one.pk, reason="")
    assert "先删除议定事项再取消" in refused(office, "meetings.call_off", one.pk, reason="领导另有安排")
    with acting_as(following.office.person("group_office")):
        actions.drop_resolution(settled)
    page = send(office, "meetings.call_off", one.pk, reason="领导另有安排")
    assert "已取消" in page and "领导另有安排" in page and "形成纪要" not in page

    assert "联席会议（2026-11-25 9:30，三会议室）取消：领导另有安排" in show(desk, "messages.list")
    assert "领导另有安排" in show(desk, "meetings.show", one.pk)
    assert "会议已经取消" in refused(office, "meetings.call", one.pk)
    finished(following.late, following.office.person("liaison", "局"), TODAY)
    with clock.at(TODAY + timedelta(days=1)):
        assert "红灯：已过期限 20 天" in show(signed_in("group_office"), "meetings.show", one.pk)

    later = prepared(following, title="下一次会议")
    for meeting in (other, later):
        item = meeting.items.get(kind="free")
        assert (item.title, item.why, str(item.unit)) == ("通报先进", "请宣传部准备", "甲街道办事处")
    with acting_as(following.office.person("group_office")):
        actions.propose(later)
        assert later.items.filter(kind="free").count() == 1
        actions.call(later)
        actions.hold(later, "会议听取了情况汇报。")
        assert not prepared(following).items.filter(kind="free").exists()


def test_the_call_says_when_where_and_whom_and_warns_of_a_unit_that_the_agenda_names(following, signed_in):
    one = prepared(following)
    page = show(signed_in("group_office"), "meetings.call", one.pk)
    assert "2026年11月20日 9:30，三会议室，主持人赵启明" in page
    assert "将通知 2 个单位的联络员，他们可以看到议程：区人社局、甲街道办事处" in page
    assert "没有列入参会单位" not in page
    with acting_as(following.office.person("group_office")):
        actions.add_item(one, "通报先进", unit=following.office.units["乙街"])
    page = show(signed_in("group_office"), "meetings.call", one.pk)
    assert "议程涉及的乙街道办事处没有列入参会单位，不会收到通知" in page


def test_only_who_is_called_sees_a_meeting(following, signed_in):
    one = held(following)
    assert signed_in("liaison", "乙街").get(reverse("meetings.show", args=[one.pk])).status_code == 404
    assert signed_in("liaison", "甲街").get(reverse("meetings.show", args=[one.pk])).status_code == 200
    assert signed_in("liaison", "甲街").post(reverse("meetings.hold", args=[one.pk])).status_code == 403


def finished(task: Task, desk: Any, on: date) -> None:
    with clock.at(on), acting_as(desk):
        tasks.prove(task, "paper", "办结材料")
        tasks.finish(task)


def test_minutes_say_a_month_later_what_they_said_when_they_were_made(following, signed_in):
    first = held(following)
    with clock.at(TODAY + timedelta(days=20)):
        second = held(following, "办好年底慰问")
    office = signed_in("group_office")
    paper = reverse("meetings.paper", args=[second.pk, "minutes", "docx"])
    with clock.at(TODAY + timedelta(days=20)):
        before = read_paper(office.post(paper).content)
    assert "上次会议议定 1 项①，已完成 0 项②，亮红灯 1 项③。" in before
    assert "截至2026年12月10日" in before
    why = second.items.get(kind="earlier").why
    finished(first.resolutions.get().task, following.office.person("liaison", "局"), TODAY + timedelta(days=30))
    with clock.at(TODAY + timedelta(days=50)):
        office = signed_in("group_office")
        assert read_paper(office.post(paper).content) == before
        assert why == "应于 2026-11-30 完成，红灯：已过期限 10 天"
        assert why in show(office, "meetings.show", second.pk)


def test_a_notice_says_later_what_it_said_when_it_was_sent_with_the_methods_of_its_numbers(following, signed_in):
    one, office = prepared(following, on=TODAY + timedelta(days=20)), signed_in("group_office")
    paper = reverse("meetings.paper", args=[one.pk, "notice", "docx"])
    send(office, "meetings.call", one.pk)
    before = read_paper(office.post(paper).content)
    assert "1．出台技能人才津贴办法（区人社局）：红灯：已过期限 20 天①" in before
    assert "① 天数：未完成的为完成期限与2026年11月20日相差的自然日" in before
    finished(following.late, following.office.person("liaison", "局"), TODAY)
    with acting_as(following.office.person("group_office")):
        actions.add_item(one, "通报先进")
    with clock.at(TODAY + timedelta(days=5)):
        office = signed_in("group_office")
        assert read_paper(office.post(paper).content) == before
        assert "请重新通知" not in show(office, "meetings.show", one.pk)
        moved = {**NEXT, "title": one.title, "on": str(one.on), "place": "五会议室"}
        page = send(office, "meetings.edit", one.pk, **moved, units="区人社局\n甲街道办事处")
        assert "会议已修改，与发出的通知不同，请重新通知" in page
        assert read_paper(office.post(paper).content) == before
        assert "请重新通知" not in send(office, "meetings.call", one.pk)
        after = read_paper(office.post(paper).content)
    assert "五会议室" in after and "通报先进" in after and "出台技能人才津贴办法（区人社局）：已完成" in after


def test_a_meeting_prepared_before_the_last_one_is_held_still_opens_with_what_became_of_it(following, signed_in):
    with clock.at(TODAY - timedelta(days=5)):
        later = prepared(following, title="下一次会议", on=TODAY + timedelta(days=40))
        sooner = prepared(following, title="上一次会议", on=TODAY - timedelta(days=1))
    with acting_as(following.office.person("group_office")):
        noted = actions.note(later.items.get(task=following.late), "请抓紧印发。")
    first = held(following)
    later, sooner = (Meeting.unscoped.get(pk=one.pk) for one in (later, sooner))
    assert (later.earlier, sooner.earlier) == (first, None)
    assert [one.title for one in later.items.filter(kind="earlier")] == ["设立服务站"]
    assert later.items.filter(pk=noted.pk, said="请抓紧印发。").exists()


def test_an_agenda_tells_todays_lights_and_is_proposed_anew_with_what_was_put_on_it(following, signed_in):
    one, office = prepared(following, on=TODAY + timedelta(days=60)), signed_in("group_office")
    with acting_as(following.office.person("group_office")):
        actions.note(one.items.get(task=following.late), "请抓紧印发。")
        actions.add_item(one, "通报先进", "请宣传部准备")
    finished(following.street, following.office.person("liaison", "甲街"), TODAY)
    finished(following.late, following.office.person("liaison", "局"), TODAY)
    with clock.at(TODAY + timedelta(days=10)):
        new = following.task("乙街", "建设职工书屋", 8)
        office = signed_in("group_office")
        page = show(office, "meetings.show", one.pk)
        assert "已完成：2026年11月20日完成" in page
        assert "红灯：已过期限 6 天" in page
        page = send(office, "meetings.propose", one.pk)
    assert "议程已更新" in page
    found = [(item.title, item.said) for item in one.items.order_by("place")]
    assert found == [
        ("出台技能人才津贴办法", "请抓紧印发。"), ("通报先进", ""), ("开展技能等级认定", ""), (new.title, ""),
    ]  # fmt: skip
    assert "请宣传部准备" in page
    with clock.at(TODAY + timedelta(days=11)), acting_as(following.office.person("group_office")):
        count = one.items.count()
        actions.propose(one)
        assert one.items.count() == count
