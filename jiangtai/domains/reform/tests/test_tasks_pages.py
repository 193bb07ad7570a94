"""The pages of tasks: found by light, opened by those concerned only, changed with errors beside the fields."""

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jiangtai.access import Unit, acting_as_job
from jiangtai.domains.reform.actions import tasks as actions
from jiangtai.domains.reform.models import Evidence, Milestone, Plan, Task
from jiangtai.kernel import clock

from .test_tasks import DRILL, RULES, STATION
from .working import MONDAY, Work

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


@pytest.fixture
def browser(work: Work) -> Any:
    def sign_in(role: str, unit: str = "区") -> Client:
        return work.office.client(work.office.person(role, unit))

    return sign_in


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_a_list_shows_the_light_and_why_and_narrows_by_it(work: Work, browser: Any) -> None:
    with clock.at(date(2026, 7, 2)):
        office = browser("group_office")
        every = words(office.get(reverse("tasks.list")))
        assert "已过期限 2 天" in every
        assert "4 项" in every
        red = words(office.get(reverse("tasks.list"), {"light": "red"}))
        assert RULES in red
        assert DRILL not in red
        with acting_as_job("测试"):
            actions.note_lights(Task.unscoped.all())
        own = words(browser("liaison", "甲街").get(reverse("tasks.own")))
        assert RULES in own
        assert DRILL not in own
        assert "单位任务 1" in own


def test_board_and_timeline_count_what_the_list_lists(work: Work, browser: Any) -> None:
    with clock.at(date(2026, 7, 2)):
        office = browser("group_office")
        board = words(office.get(reverse("tasks.board")))
        assert "红灯 1 项" in board
        assert "绿灯 2 项" in board
        assert "未亮灯 1 项" in board
        shown = office.get(reverse("tasks.timeline")).content.decode()
        assert [label in shown for label in ("2026年6月", "2026年12月", "没有期限")] == [True] * 3
        address = re.search(r'href="([^"]*due_from=2026-06-01[^"]*light=red)"', shown)
        assert address
        assert "1 项" in words(office.get(address[1].replace("&amp;", "&")))


def test_a_task_shows_its_words_in_the_plan_and_its_life(work: Work, browser: Any) -> None:
    page = browser("liaison", "局").get(reverse("tasks.show", args=[work.tasks[DRILL].pk]))
    assert f"<mark>{DRILL}</mark>" in page.content.decode()
    shown = words(page)
    assert "离期限还有 304 天" in shown
    assert "分派任务" in shown
    assert "办结" in shown


def test_a_neighbours_task_is_not_there(work: Work, browser: Any) -> None:
    neighbour, task = browser("liaison", "乙街"), work.tasks[DRILL]
    for name in ("show", "amend", "hand_on", "prove", "finish", "point"):
        assert neighbour.get(reverse(f"tasks.{name}", args=[task.pk])).status_code == 404
    made = work.at("liaison", "局", lambda: actions.hand_on(task, work.office.units["乙街"], "组织参赛"))
    assert neighbour.get(reverse("tasks.show", args=[made.pk])).status_code == 200
    assert browser("liaison", "局").get(reverse("tasks.show", args=[made.pk])).status_code == 200
    assert neighbour.get(reverse("tasks.cancel", args=[made.pk])).status_code == 404


def test_a_unit_works_on_its_task_by_pages(work: Work, browser: Any) -> None:
    street, task = browser("liaison", "甲街"), work.tasks[RULES]

    def send(name: str, sent: dict[str, Any], *more: Any) -> Any:
        return street.post(reverse(f"tasks.{name}", args=[task.pk, *more]), sent)

    late = send("point", {"title": "征求意见", "due": "2026-07-15"})
    assert "节点不能晚于任务的完成期限 2026-06-30" in words(late)
    assert send("point", {"title": "征求意见", "due": "2026-04-30"}).status_code == 302
    point = Milestone.unscoped.get(task=task)
    assert "请选一份已提交的佐证材料" in words(send("point.reach", {"on": "2026-03-02", "kind": "paper"}, point.pk))
    assert "没有完成" not in words(send("finish", {"on": "2026-03-02"}))
    assert "还没有佐证材料" in words(send("finish", {"on": "2026-03-02"}))
    assert "请选择文件" in words(send("prove", {"kind": "file", "label": "评价办法"}))
    assert "没有编号为" in words(send("prove", {"kind": "case", "label": "办件", "reference": "2026-999999"}))
    upload = SimpleUploadedFile("办法.pdf", PDF, "application/pdf")
    assert send("prove", {"kind": "file", "label": "评价办法", "file": upload}).status_code == 302
    one = Evidence.unscoped.get(task=task)
    taken = street.get(reverse("tasks.evidence", args=[task.pk, one.pk]))
    assert b"".join(taken) == PDF
    assert browser("liaison", "乙街").get(reverse("tasks.evidence", args=[task.pk, one.pk])).status_code == 404
    assert send("point.reach", {"on": "2026-03-02", "there": str(one.pk)}, point.pk).status_code == 302
    assert send("point.reach", {"on": "2026-03-02", "there": str(one.pk)}, point.pk).status_code == 404
    assert "评价办法" in words(street.get(reverse("tasks.show", args=[task.pk])))
    assert send("finish", {"on": "2026-03-02"}).status_code == 302
    assert Task.unscoped.get(pk=task.pk).state == "done"
    assert "2026年3月2日完成，按期" in words(street.get(reverse("tasks.show", args=[task.pk])))


def test_a_lead_hands_on_by_its_page(work: Work, browser: Any) -> None:
    lead, task = browser("liaison", "局"), work.tasks[DRILL]
    shown = words(lead.get(reverse("tasks.hand_on", args=[task.pk])))
    assert "方案中的配合单位：乙街道办事处" in shown
    sent = {"unit": "乙街道办事处", "title": "组织街道企业参赛", "due": "2026-09-30"}
    assert lead.post(reverse("tasks.hand_on", args=[task.pk]), sent).status_code == 302
    assert "组织街道企业参赛" in words(lead.get(reverse("tasks.show", args=[task.pk])))
    assert "没有找到" in words(lead.post(reverse("tasks.hand_on", args=[task.pk]), {**sent, "unit": "没有的街道"}))


def test_the_desk_shows_what_is_late(work: Work, browser: Any) -> None:
    with clock.at(date(2026, 7, 2)):
        shown = words(browser("liaison", "甲街").get(reverse("web.office")))
        assert "已过期限 2 天" in shown
    assert date(2026, 7, 2) > MONDAY


def test_the_office_rolls_a_year(work: Work, browser: Any) -> None:
    with clock.at(date(2027, 1, 4)):
        office = browser("group_office")
        assert office.post(reverse("tasks.roll"), {"year": "2026"}).status_code == 302
        assert Task.unscoped.filter(year=2027, title=STATION).count() == 1
        assert "没有未完成的任务" in words(office.post(reverse("tasks.roll"), {"year": "2026"}))


def test_a_measure_lists_the_tasks_within_reach_only(work: Work, browser: Any) -> None:
    task = work.tasks[RULES]
    address = reverse("measures.show", args=[task.measure_id])

    def listed(role: str, unit: str) -> str:
        return words(browser(role, unit).get(address)).partition("任务台账")[2].rpartition("承担单位")[2]

    assert "进行中" in listed("liaison", "甲街")
    assert "还没有任务" in words(browser("liaison", "乙街").get(address))


def test_a_draft_is_not_named_by_a_chip(work: Work, browser: Any) -> None:
    with acting_as_job("测试"):
        plan = Plan.objects.create(unit=work.office.units["区"], title="草拟方案", text="一、举措")
        measure = plan.measures.create(place=0, number=1, title="尚未公开的举措", first=0, last=1)
    shown = words(browser("liaison", "局").get(reverse("tasks.list"), {"measure": str(measure.pk)}))
    assert "尚未公开" not in shown


def test_a_union_opens_the_tasks_that_are_listed_to_it_of_whom_it_serves_and_no_others(
    work: Work, browser: Any
) -> None:
    task, union = work.tasks[RULES], work.office.units["甲厂工会"]
    cadre, page = browser("union_officer", "甲厂工会"), reverse("tasks.show", args=[task.pk])
    assert RULES not in words(cadre.get(reverse("tasks.own")))
    assert cadre.get(page).status_code == 404
    with acting_as_job("测试"):
        Unit.unscoped.filter(pk=union.pk).update(serves=task.unit)
    assert RULES in words(cadre.get(reverse("tasks.own")))
    assert cadre.get(page).status_code == 200


def test_a_press_that_cancels_is_not_left_by_one_of_the_same_word(work: Work, browser: Any) -> None:
    page = browser("group_office", "区").get(reverse("tasks.cancel", args=[work.tasks[DRILL].pk])).content.decode()
    assert "data-close>不取消</a>" in page
    page = browser("group_office", "区").get(reverse("tasks.amend", args=[work.tasks[DRILL].pk])).content.decode()
    assert "data-close>取消</a>" in page and "不用指标衡量" in page
    page = browser("liaison", "局").get(reverse("tasks.prove", args=[work.tasks[DRILL].pk])).content.decode()
    assert "不用指标衡量" not in page
