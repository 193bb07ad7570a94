"""A new version of a plan: what differs, what becomes of running tasks; plans side by side; what citizens see."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest
from django.urls import reverse

from jiangtai import ledger
from jiangtai.access import Refused, acting_as, acting_as_job, units
from jiangtai.domains.reform.actions import parts, plans, supplying, tasks, wording
from jiangtai.domains.reform.facts import PartGiven, PlanConfirmed, PlanEnded, PlanReplaced, TaskHandedOut
from jiangtai.domains.reform.models import Plan, Task
from jiangtai.domains.reform.queries import versions
from jiangtai.domains.reform.rules.comparing import Fate, Version, changes, pairs, told_apart
from jiangtai.kernel import clock
from jiangtai.messages import messages_of, texts_of
from tests.office import Office

from . import district

pytestmark = pytest.mark.django_db
NEXT = (
    district.HEAD
    + "1.讲好工人故事。组织宣讲小队进车间开讲。每年办夜校不少于20期，2026年底前公布课表。支持企业设读书角。"
    "（牵头单位：区总工会；责任单位：区教育局、区财政局）\n"
    "2.加强园区服务。在园区设服务站。（牵头单位：区国资和金融局；责任单位：区教育局）\n"
    "3.推行厂内小课。每周一课。（牵头单位：区教育局）\n"
)


@pytest.fixture
def place(office: Office) -> Office:
    """The district with its departments."""
    return district.settle(office)


def text(answer: Any) -> str:
    return answer.content.decode()


def next_version(office: Office, old: Plan) -> Plan:
    return district.draft(office, NEXT, replaces=old)


def one(number: int, title: str, words: str, **fields: Any) -> Version:
    space = UUID("00000000-0000-7000-8000-000000000000")
    return Version(uuid5(space, f"{number}{title}{words}"), number, title, words, **fields)


def test_measures_are_matched_by_title_then_by_words() -> None:
    before = [
        one(1, "讲故事", "进车间开讲。"),
        one(2, "办课堂", "按月开课并登记到课情况。"),
        one(3, "旧事", "不再做了。"),
    ]
    after = [
        one(2, "讲故事。", "换了说法。"),
        one(1, "办好课堂", "按月开课并登记到课的情况。"),
        one(3, "新事", "从头做起的事。"),
    ]
    assert pairs(before, after) == {after[0].id: before[0].id, after[1].id: before[1].id}


def test_words_are_told_apart_sign_by_sign() -> None:
    bits = [(bit.kind, bit.text) for bit in told_apart("每年12期，公布课表。", "每年20期，公布全部课表。")]
    assert bits == [
        ("", "每年"), ("gone", "12"), ("new", "20"), ("", "期，公布"), ("new", "全部"), ("", "课表。")
    ]  # fmt: skip
    assert [bit.kind for bit in told_apart("甲" * 15_000, "乙" * 15_000)] == ["gone", "new"]


def test_every_measure_of_both_is_told_once() -> None:
    old = [one(1, "甲", "做甲。", leads=("区总工会",), supports=("区教育局",)), one(2, "乙", "做乙。")]
    new = [
        one(1, "甲", "做甲。", leads=("区教育局",), deadline=date(2026, 1, 1), earlier=old[0].id),
        one(3, "丙", "做丙。"),
    ]
    found = changes(old, new)
    assert [each.kind for each in found] == ["changed", "added", "removed"]
    assert (found[0].units_in, found[0].units_out) == ([], ["区总工会"])
    assert found[0].roles_changed == ["区教育局：配合改为牵头"] and found[0].is_redated
    assert found[2].fate is Fate.CANCEL


def test_a_version_is_set_beside_the_one_in_force(place, signed_in):
    old = district.in_force(place)
    new, client = next_version(place, old), signed_in("group_office")
    kinds = {each.after.number if each.after else -each.before.number: each.kind for each in versions.compared(new)}  # type: ignore[union-attr]
    assert kinds == {1: "changed", 2: "same", 3: "added", -2: "removed"}
    page = text(client.get(reverse("plans.compare", args=[new.pk])))
    assert "<del>12</del><ins>20</ins>" in page
    assert "区财政局" in page and "退出单位" in page and "推行厂内小课" in page
    assert "拟：取消" in page and "拟：改由新牵头单位承担" in page
    assert "加强园区服务" in text(client.get(reverse("plans.compare", args=[new.pk]), {"kind": "same"}))


def confirmed(client: Any, new: Plan, **decided: str) -> Any:
    page = text(client.get(reverse("plans.confirm", args=[new.pk])))
    form = {}
    for measure in new.replaces.measures.all():
        if f'name="{measure.pk}"' in page:
            form[str(measure.pk)] = decided.get(f"m{measure.number}", "keep")
    return client.post(reverse("plans.confirm", args=[new.pk]), form)


def test_running_tasks_are_kept_moved_or_cancelled_as_decided(place, signed_in):
    old = district.in_force(place)
    new, client = next_version(place, old), signed_in("group_office")
    first, second, third = old.measures.order_by("number")
    before = {task.pk: task for task in Task.unscoped.filter(measure__plan=old)}
    answer = confirmed(client, new, m1="move", m2="cancel", m3="keep")
    assert answer.status_code == 302, text(answer)
    old.refresh_from_db(), new.refresh_from_db()
    assert (old.state, new.state) == ("replaced", "in_force")
    moved = Task.unscoped.filter(measure=new.measures.get(number=1))
    assert {task.unit for task in moved} == {place.units["区总工会"]}
    assert moved.count() == 3 and all(task.action and task.action.measure_id == task.measure_id for task in moved)
    kept = Task.unscoped.get(measure=new.measures.get(number=2))
    assert (
        kept.pk in before and kept.unit == place.units["区国有资产监督管理和金融工作局"] and kept.measure_id != third.pk
    )
    assert {task.state for task in Task.unscoped.filter(measure=second)} == {"cancelled"}
    assert Task.unscoped.filter(measure=new.measures.get(number=3)).count() == 1  # what is new is handed out
    assert not Task.unscoped.filter(measure=first).exists()
    with acting_as_job("测试"):
        assert [row.fact.plan for row in ledger.every(PlanConfirmed).current()] == [new.pk]
        assert ledger.every(PlanReplaced).count() == 1


def test_what_was_said_of_a_measure_goes_on_with_the_one_it_became(place):
    old = district.in_force(place)
    first = old.measures.get(number=1)
    teaching = first.parts.get(role="support", unit=place.units["区教育局"])
    with acting_as(place.person("group_office")):
        parts.expect(first, {str(teaching.pk): "提供场地"})
        supplying.tie(first, "reform.finished_tasks", clock.today().year, 12)
        new = next_version(place, old)
        assert new.measures.get(number=1).parts.get(unit=teaching.unit).expected == "提供场地"
        assert not new.measures.get(number=1).supplies.exists()  # the plan in force still has it
        plans.confirm(new)
    after = new.measures.get(number=1)
    assert (after.supplies.get().indicator, first.supplies.count()) == ("reform.finished_tasks", 0)


def test_what_was_decided_since_stays_where_the_new_text_says_nothing_else(place):
    """Who was designated, and the day that a lead added, outlive a version that repeats the measure."""
    old, day = district.in_force(place), clock.today() + timedelta(days=90)
    served, told = old.measures.get(number=3), old.measures.get(number=1)
    with acting_as(place.person("leader")):
        parts.designate(served, place.units["区教育局"], "联席会议")
        parts.designate(told, place.units["区教育局"], "联席会议")
    with acting_as(place.person("group_office")):
        wording.supply(served, day)
        new = next_version(place, old)
        after = new.measures.get(number=2)
        assert (after.designated, after.deadline) == (place.units["区教育局"], day)
        assert new.measures.get(number=1).designated is None  # others lead it by the new text
        fates = {one.after.number: one.fate for one in versions.compared(new) if one.after and one.before}
        assert fates == {1: Fate.MOVE, 2: Fate.KEEP}
        plans.confirm(new)
    task = Task.unscoped.get(measure=after)
    assert (task.unit, task.due) == (place.units["区教育局"], day)
    assert after.supplies.get().deadline == day


def test_what_is_decided_while_a_version_waits_is_in_the_version(place):
    old, day = district.in_force(place), clock.today() + timedelta(days=90)
    served = old.measures.get(number=3)
    teaching = served.parts.get(role="support")
    new = next_version(place, old)
    with acting_as(place.person("leader")):
        parts.designate(served, place.units["区教育局"], "联席会议")
    with acting_as(place.person("group_office")):
        wording.supply(served, day)
        parts.expect(served, {str(teaching.pk): "提供场地"})
    after = new.measures.get(number=2)
    assert (after.designated, after.deadline) == (place.units["区教育局"], day)
    assert after.parts.get(unit=teaching.unit).expected == "提供场地"


def test_what_is_expected_of_some_without_a_unit_is_expected_of_no_others(place):
    words = district.TEXT.replace("区服务局、测试区团委", "各街道、各园区")
    old = district.in_force(place, words)
    served = old.measures.get(number=3)
    new = district.draft(place, words, replaces=old)
    with acting_as(place.person("group_office")):
        parts.expect(served, {str(served.parts.get(name="各街道").pk): "提供场地"})
    for plan in (old, new):
        said = dict(plan.measures.get(number=3).parts.filter(unit=None).values_list("name", "expected"))
        assert said == {"各街道": "提供场地", "各园区": ""}


def test_whoever_is_designated_while_a_version_waits_leads_it_only_where_the_same_units_do(place):
    old = district.in_force(place)
    new = next_version(place, old)
    with acting_as(place.person("leader")):
        parts.designate(old.measures.get(number=1), place.units["区教育局"], "联席会议")
    assert new.measures.get(number=1).designated is None  # others lead it by the new text


@pytest.mark.parametrize("days", [{"until": 89}, {"since": 91}])
def test_a_day_added_while_a_version_waits_is_not_forced_on_one_that_does_not_run_then(place, days):
    old, today = district.in_force(place), clock.today()
    new = district.draft(place, NEXT, replaces=old, **{name: today + timedelta(days=day) for name, day in days.items()})
    with acting_as(place.person("group_office")):
        wording.supply(old.measures.get(number=3), today + timedelta(days=90))
    assert new.measures.get(number=2).deadline is None


def test_a_day_that_a_lead_added_is_not_forced_on_a_version_that_ends_before(place):
    old, day = district.in_force(place), clock.today() + timedelta(days=90)
    with acting_as(place.person("group_office")):
        wording.supply(old.measures.get(number=3), day)
    new = district.draft(place, NEXT, replaces=old, until=day - timedelta(days=1))
    assert new.measures.get(number=2).deadline is None


def test_a_task_is_called_as_the_new_version_words_its_sentence(place):
    old = district.in_force(place)
    kept = Task.unscoped.get(title__startswith="每年办夜校不少于12期")
    with acting_as(place.person("group_office")):
        plans.confirm(next_version(place, old))
    kept.refresh_from_db()
    assert kept.title.startswith("每年办夜校不少于20期") and kept.action and kept.action.text == kept.title


def test_what_is_done_or_cancelled_is_asked_for_again_only_where_the_sentence_changed(place):
    old, today = district.in_force(place), clock.today()
    told, evening, corner = Task.unscoped.filter(measure__number=1, measure__plan=old).order_by("action__place")
    for task in (told, evening):
        Task.unscoped.filter(pk=task.pk).update(state=Task.State.DONE, done_on=today)
    with acting_as(place.person("group_office")):
        tasks.cancel(corner, "不再要求")
        plans.confirm(new := next_version(place, old))
    rows = Task.unscoped.filter(measure=new.measures.get(number=1))
    now = {task.title[:4]: (task.pk, task.state) for task in rows}
    assert now == {
        "组织宣讲": (told.pk, "done"), "支持企业": (corner.pk, "cancelled"),
        "每年办夜": (rows.get(title__startswith="每年办夜校不少于20期").pk, "open"),
    }  # fmt: skip
    evening.refresh_from_db()
    assert (evening.state, evening.measure.plan) == ("done", old)


def test_a_plan_is_replaced_by_one_version_only(place):
    old = district.in_force(place)
    first, second = next_version(place, old), next_version(place, old)
    with acting_as(place.person("group_office")):
        plans.confirm(first)
        with pytest.raises(Exception, match="已由新版接替"):
            plans.confirm(second)
    second.refresh_from_db()
    assert second.state == "draft"


def test_two_plans_run_side_by_side_and_measures_answer_one_another(place, signed_in):
    one_plan, other, client = district.in_force(place), district.in_force(place, NEXT), signed_in("group_office")
    mine, theirs = one_plan.measures.get(number=1), other.measures.get(number=3)
    assert client.post(reverse("measures.link", args=[mine.pk]), {"answers": str(theirs.pk)}).status_code == 302
    mine.refresh_from_db()
    assert mine.answers == theirs
    page = text(client.get(reverse("plans.beside", args=[other.pk]), {"other": str(one_plan.pk)}))
    assert page.count("讲好工人故事") >= 2 and "推行厂内小课" in page
    assert "被对应" in text(client.get(reverse("measures.show", args=[theirs.pk])))
    same = {"answers": str(one_plan.measures.get(number=2).pk)}
    assert client.post(reverse("measures.link", args=[mine.pk]), same).status_code == 422


def test_a_new_version_of_a_public_plan_is_public_and_the_old_address_leads_to_it(place, signed_in, client):
    old = district.in_force(place)
    address = reverse("public_plans.show", args=[old.pk])
    with acting_as(place.person("group_office")):
        plans.publish(old, True)
    new = next_version(place, old)
    assert "改为公开新版" in text(signed_in("group_office").get(reverse("plans.confirm", args=[new.pk])))
    with acting_as(place.person("group_office")):
        new = plans.confirm(new)
        last = plans.confirm(next_version(place, new))
    assert [one.is_public for one in (*Plan.objects.filter(pk__in=[old.pk, new.pk]), last)] == [False, False, True]
    assert "推行厂内小课" in text(client.get(address))
    with acting_as(place.person("group_office")):
        plans.publish(last, False)
    assert client.get(address).status_code == 404


def test_a_plan_ends_and_what_is_open_goes_on_or_is_cancelled(place, signed_in, client):
    office = signed_in("group_office")
    for choice, left in (("keep", "open"), ("cancel", "cancelled")):
        plan = district.in_force(place)
        desk = place.person("liaison", "区委宣传部")
        with acting_as(place.person("group_office")):
            plans.publish(plan, True)
        assert "结束方案" in text(office.get(reverse("plans.show", args=[plan.pk])))
        page = reverse("plans.end", args=[plan.pk])
        assert office.post(page, {"said": "执行期满"}).status_code == 422
        count = Task.unscoped.filter(measure__plan=plan).count()
        assert f"还有 {count} 项任务进行中" in text(office.get(page))
        assert office.post(page, {"tasks": choice, "said": "执行期满"}).status_code == 302
        assert set(Task.unscoped.filter(measure__plan=plan).values_list("state", flat=True)) == {left}
        shown = text(office.get(reverse("plans.show", args=[plan.pk])))
        assert "已结束" in shown
        assert f"{clock.today()} 由{place.person('group_office').name}结束，依据：执行期满" in shown
        assert office.get(page).status_code == 404
        assert client.get(reverse("public_plans.show", args=[plan.pk])).status_code == 404
        with acting_as(desk):
            told = list(texts_of(desk, messages_of(desk).filter(kind="reform.taken_back")).values())
        assert [("已结束：执行期满" in one) for one in told] == ([True] * len(told) if left == "cancelled" else [])
        with acting_as_job("测试"):
            assert ledger.every(PlanEnded).order_by("-id").first().payload["cancelled"] == (left != "open") * count
            assert not ledger.every(PlanConfirmed).current().filter(payload__plan=str(plan.pk)).exists()
            measures = [str(pk) for pk in plan.measures.values_list("pk", flat=True)]
            assert not ledger.every(PartGiven).current().filter(payload__measure__in=measures).exists()
    with acting_as(place.person("group_office")), pytest.raises(Refused, match="已结束"):
        plans.end(plan, "再来一次", cancels=False)


def test_a_plan_offers_one_act_first_by_its_state_and_the_others_in_menus(place, signed_in):
    office = signed_in("group_office")

    def offered(client, plan):
        found = text(client.get(reverse("plans.show", args=[plan.pk]))).partition('<div class="acts">')[2]
        heading = found.partition("</div>\n</div>")[0]
        first = re.findall(r'class="button primary"[^>]*>([^<]+)', heading)
        return first, re.findall(r'class="drop-item[^>]*>([^<]+)', heading)

    waiting, plan, year = district.draft(place), district.in_force(place), clock.today().year + 1
    assert offered(office, waiting) == (["核对确认"], ["导出责任分解表", "导入改好的责任分解表"])
    running = ["导出责任分解表", "导入改好的责任分解表", "并行对照", "上传新版", "向社会公开", "结束方案"]
    assert offered(office, plan) == ([f"下达 {year} 年任务"], running)
    with acting_as(place.person("group_office")):
        done = Task.unscoped.filter(measure__plan=plan).order_by("id")[:1]
        Task.unscoped.filter(pk__in=done).update(state="done", done_on=clock.today())
        tasks.hand_out_year(plan, year)
    assert offered(office, plan) == (["上传新版"], [one for one in running if one != "上传新版"])
    assert offered(signed_in("leader"), plan) == ([], [])


@pytest.mark.parametrize("cancels", [True, False])
def test_a_plan_that_was_ended_by_mistake_goes_on_as_it_was(place, signed_in, cancels):
    office, plan = signed_in("group_office"), district.in_force(place)
    desk, page = place.person("liaison", "区委宣传部"), reverse("plans.resume", args=[plan.pk])
    rows = Task.unscoped.filter(measure__plan=plan)
    with acting_as(place.person("group_office")):
        dropped = rows.order_by("id")[0]
        tasks.drop([dropped], "不再要求")
        before = standing(plan)
        assert office.get(page).status_code == 404
        plans.end(plan, "误点", cancels=cancels)
        assert standing(plan) != before
    assert page in text(office.get(reverse("plans.show", args=[plan.pk])))
    assert "恢复为进行中" in text(office.get(page))
    assert office.post(page, {"said": ""}).status_code == 422
    done = office.post(page, {"said": "误点，文件没有停止执行"})
    count = rows.count() - 1 if cancels else 0
    assert (f"恢复任务 {count} 项" if count else "方案已恢复执行") in text(office.get(done["Location"]))
    assert "结束，依据" not in text(office.get(reverse("plans.show", args=[plan.pk])))
    assert standing(plan) == before and rows.get(pk=dropped.pk).state == "cancelled"
    with acting_as(desk):
        told = list(texts_of(desk, messages_of(desk).filter(kind="reform.taken_up")).values())
    assert [("恢复执行" in one) for one in told] == [True] * cancels
    assert office.get(page).status_code == 404
    with acting_as(place.person("group_office")), pytest.raises(Refused, match="执行中"):
        plans.resume(plan, "再来一次")


def test_what_goes_on_goes_to_where_a_unit_was_merged_and_not_past_the_last_day(place):
    plan = district.in_force(place, until=date(2099, 12, 31))
    with acting_as(place.person("group_office")):
        plans.end(plan, "误点", cancels=True)
        with clock.at(date(2100, 1, 1)), pytest.raises(Refused, match="已过，不能恢复执行，要继续的请重新上传方案"):
            plans.resume(plan, "误点")
    gone, into = place.units["区委宣传部"], place.units["区财政局"]
    held = Task.unscoped.filter(measure__plan=plan, unit=gone).count()
    with acting_as_job("测试"):
        units.merge(gone, into)
    with acting_as(place.person("group_office")):
        plans.resume(plan, "误点")
    rows = Task.unscoped.filter(measure__plan=plan, state="open")
    assert held and rows.filter(unit=into).count() >= held and not rows.filter(unit=gone).exists()


def test_what_cannot_go_on_is_not_offered_to_go_on(place, signed_in):
    plan, office = district.in_force(place, until=date(2099, 12, 31)), place.person("group_office")
    show, end, resume = (reverse(f"plans.{name}", args=[plan.pk]) for name in ("show", "end", "resume"))
    assert "可以再恢复执行" in text(signed_in("group_office").get(end))
    with clock.at(date(2100, 1, 1)):
        assert "可以再恢复执行" not in text(place.client(office).get(end))
    with acting_as(office):
        plans.end(plan, "误点", cancels=False)
    assert resume in text(signed_in("group_office").get(show))
    with clock.at(date(2100, 1, 1)):
        assert resume not in text(place.client(office).get(show))


def standing(plan: Any) -> Any:
    """What a plan, its tasks and its parts are held to be."""
    with acting_as_job("测试"):
        measures = [str(pk) for pk in plan.measures.values_list("pk", flat=True)]
        rows = list(Task.unscoped.filter(measure__plan=plan).order_by("id").values_list("state", "due"))
        held = [str(pk) for pk in Task.unscoped.filter(measure__plan=plan).values_list("pk", flat=True)]
        return (
            Plan.objects.get(pk=plan.pk).state, rows,
            ledger.every(PlanConfirmed).current().filter(payload__plan=str(plan.pk)).count(),
            ledger.every(PartGiven).current().filter(payload__measure__in=measures).count(),
            ledger.every(TaskHandedOut).of(*held).current().count(),
        )  # fmt: skip


def test_citizens_see_a_plan_once_it_is_made_public_and_nothing_of_its_tasks(place, signed_in, client):
    plan, office = district.in_force(place), signed_in("group_office")
    address = reverse("public_plans.show", args=[plan.pk])
    assert client.get(address).status_code == 404
    assert office.post(reverse("plans.publish", args=[plan.pk]), {}).status_code == 302
    page = text(client.get(address))
    assert "讲好工人故事" in page and "区委宣传部、区总工会" in page and "任务" not in page.partition("<main")[2]
    assert plan.title in text(client.get(reverse("public_plans.list")))
    office.post(reverse("plans.hide", args=[plan.pk]), {})
    assert client.get(address).status_code == 404
    draft = district.draft(place)
    assert office.get(reverse("plans.publish", args=[draft.pk])).status_code == 404
