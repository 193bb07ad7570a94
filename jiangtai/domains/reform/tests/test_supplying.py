"""What a plan lacks is added by its leads, settled by the office, and lights measures and plan."""

import io
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from jiangtai import indicators
from jiangtai.access import AuditEntry, Refused, acting_as, acting_as_job, acting_by_link, links
from jiangtai.domains.reform.actions import supplying as actions
from jiangtai.domains.reform.actions import tasks, wording
from jiangtai.domains.reform.models import Amount, Measure, Plan, Supply, Task
from jiangtai.domains.reform.queries import plans, standing
from jiangtai.domains.reform.queries import supplying as queries
from jiangtai.domains.reform.rules.lights import Paced, Tone, measure_light
from jiangtai.domains.reform.rules.plans import Lack
from jiangtai.kernel import clock
from jiangtai.messages import Message
from tests.office import Office

from . import district, working
from .working import Work

pytestmark = pytest.mark.django_db
KEY = "reform.finished_tasks"


@pytest.fixture
def work(office: Office) -> Any:
    """A plan in force whose third measure has no day, and none a figure."""
    with clock.at(working.MONDAY):
        yield working.build(office)


def measure(work: Work, title: str) -> Measure:
    return work.plan.measures.get(title=title)


def add(work: Work, title: str, unit: str, value: int = 30, role: str = "liaison") -> Supply:
    return work.at(role, unit, lambda: actions.tie(measure(work, title), KEY, 2026, Decimal(value)))


def test_whoever_leads_first_is_asked_unless_another_is_designated(work: Work) -> None:
    def titles(unit: str) -> list[str]:
        with acting_as(work.office.person("liaison", unit)) as who:
            return [one.title for one in queries.own_lacking(who).order_by("place")]

    assert titles("局") == ["加强技能培训"]
    assert titles("甲街") == ["完善评价制度"]
    work.plan.measures.filter(title="加强技能培训").update(designated=work.office.units["甲街"])
    assert titles("局") == []
    assert titles("甲街") == ["加强技能培训", "完善评价制度"]


def test_confirming_a_plan_tells_whoever_is_asked(office: Office) -> None:
    place = district.settle(office)
    desk = place.person("liaison", "局")
    plan = district.in_force(place)
    with acting_as(place.person("group_office")):
        actions.ask(plan)
        assert queries.asked_units(plan)
    with acting_as(desk):
        assert Message.objects.filter(to=desk, kind="reform.lacking").count() == 1


def test_what_a_lead_says_counts_once_the_office_takes_it(work: Work) -> None:
    one = add(work, "加强技能培训", "局")
    assert one.state == Supply.State.WAITING
    assert one.unit == work.office.units["局"]
    assert one.by_name
    with acting_as_job("测试"):
        assert not indicators.targets_in_force().exists()
    with acting_as(work.office.person("liaison", "局")), pytest.raises(Refused, match="由领导小组办公室核定"):
        actions.adopt(one)
    work.at("group_office", "区", lambda: actions.adopt(one))
    with acting_as_job("测试"):
        target = indicators.targets_in_force().get()
    assert (target.indicator, target.unit, target.year, target.value) == (KEY, work.plan.unit, 2026, 30)
    with acting_as(work.office.person("group_office")), pytest.raises(Refused, match="不用再核定"):
        actions.adopt(one)
    told = AuditEntry.objects.filter(action__in=("measure.supplied", "measure.supply_counted"))
    with acting_as_job("测试"):
        assert told.count() == 2


def test_what_is_not_taken_is_lacking_again_and_the_lead_is_told_why(work: Work) -> None:
    desk = work.office.person("liaison", "局")
    one = add(work, "加强技能培训", "局")
    with acting_as(desk) as who:
        assert Lack.FIGURE not in plans.lack_counts(work.plan) or plans.lack_counts(work.plan)[Lack.FIGURE] == 2
        assert not queries.own_lacking(who).exists()
    work.at("group_office", "区", lambda: actions.decline(one, "目标偏低"))
    with acting_as(desk) as who:
        assert queries.own_lacking(who).count() == 1
        assert Message.objects.filter(to=desk, kind="reform.supply_settled").exists()
    again = add(work, "加强技能培训", "局", 60)
    assert again.state == Supply.State.WAITING


def test_who_may_add_and_what(work: Work) -> None:
    with pytest.raises(Refused, match="只有这项举措的牵头单位"):
        add(work, "加强技能培训", "乙街")
    with pytest.raises(ValidationError, match="没有这项指标"):
        work.at("liaison", "局", lambda: actions.tie(measure(work, "加强技能培训"), "no.such", 2026, Decimal(1)))
    with pytest.raises(ValidationError, match="方案执行年度是 2026 到 2028"):
        work.at("liaison", "局", lambda: actions.tie(measure(work, "加强技能培训"), KEY, 2029, Decimal(1)))
    add(work, "加强技能培训", "局")
    with pytest.raises(ValidationError, match="已经补充过"):
        add(work, "加强技能培训", "局")
    Plan.objects.filter(pk=work.plan.pk).update(state="ended")
    with pytest.raises(Refused, match="现在不能补充"):
        add(work, "完善评价制度", "甲街")


def test_what_the_office_says_counts_at_once_and_measures_the_sentence(work: Work) -> None:
    held = measure(work, "加强技能培训")
    sentence = held.actions.get(place=1)
    amount = Amount.objects.create(
        measure=held, place=1, text="30 项", value=30, unit="项", first=sentence.first, last=sentence.last
    )
    made = work.at("group_office", "区", lambda: actions.tie(held, KEY, 2026, Decimal(30), amount=amount))
    assert made.state == Supply.State.COUNTED
    amount.refresh_from_db()
    assert amount.indicator == KEY
    assert [work.fresh(title).indicator for title in ("开展岗位练兵。", "建立培训台账。")] == [KEY, ""]


def test_a_measure_may_go_without_a_figure_for_a_reason(work: Work) -> None:
    held = measure(work, "完善评价制度")
    with pytest.raises(ValidationError, match="请写明不设指标的理由"):
        work.at("liaison", "甲街", lambda: actions.go_without(held, " "))
    work.at("liaison", "甲街", lambda: actions.go_without(held, "以办法印发为准"))
    with acting_as(work.office.person("liaison", "甲街")) as who:
        assert not queries.own_lacking(who).exists()


def test_who_added_a_day_is_kept(work: Work) -> None:
    held = measure(work, "改善服务")
    work.at("liaison", "乙街", lambda: wording.supply(held, date(2026, 9, 30)))
    with acting_as_job("测试"):
        one = Supply.objects.get(measure=held)
    assert (one.kind, one.deadline, one.unit) == ("deadline", date(2026, 9, 30), work.office.units["乙街"])


@pytest.mark.parametrize(
    ("counts", "figures", "tone", "why"),
    [
        ({"red": 2, "green": 1}, [], Tone.RED, "2 项任务"),
        ({"green": 1}, [Paced("培训人数", "red", "应有 50")], Tone.RED, "指标“培训人数”慢于序时进度（应有 50）"),
        ({"amber": 1, "done": 3}, [Paced("数", "green")], Tone.AMBER, "1 项任务"),
        ({"done": 3}, [], Tone.DONE, "3 项任务都已完成"),
        ({"done": 3}, [Paced("数", "amber")], Tone.AMBER, "略慢于"),
        ({"green": 2, "none": 1}, [], Tone.GREEN, "3 项任务没有"),
        ({}, [Paced("数", "green")], Tone.GREEN, "达到序时进度"),
        ({"none": 2}, [], Tone.NONE, "还没有期限"),
        ({}, [], Tone.NONE, "没有任务"),
    ],
)
def test_the_gravest_speaks(counts: dict[str, int], figures: list[Paced], tone: Tone, why: str) -> None:
    found = measure_light(counts, figures)
    assert found.tone is tone
    assert why in found.why


def test_a_measures_light_is_that_of_its_tasks_and_of_its_figure(work: Work) -> None:
    with acting_as(work.office.person("group_office")) as who:
        found = standing.standings(work.plan, who).of
        assert {one.title: found[one.pk].light.tone for one in work.plan.measures.all()} == {
            "加强技能培训": Tone.GREEN, "完善评价制度": Tone.GREEN, "改善服务": Tone.NONE,
        }  # fmt: skip
        actions.tie(measure(work, "改善服务"), KEY, 2026, Decimal(10))
        Supply.objects.update(pace="red", pace_why="应有 2，只有 0")
        light = standing.standings(work.plan, who).of[measure(work, "改善服务").pk].light
    assert light.tone is Tone.RED
    assert "应有 2，只有 0" in light.why


def test_every_light_of_a_plan_opens_to_its_rows(work: Work, signed_in: Any) -> None:
    with acting_as_job("测试"):
        Task.unscoped.filter(title="开展岗位练兵。").update(due=date(2026, 3, 2), since=date(2026, 1, 1))
    client = signed_in("group_office")
    with clock.at(date(2026, 3, 9)):
        shown = client.get(reverse("plans.show", args=[work.plan.pk])).content.decode()
        assert "?light=red" in shown
        assert "1 项任务亮红灯" in shown
        assert f"plan={work.plan.pk}&amp;year=2026" in shown
        assert "2028 年" in shown
        red = client.get(reverse("plans.show", args=[work.plan.pk]), {"light": "red"}).content.decode()
        assert "加强技能培训" in red
        assert "改善服务</a>" not in red
        one = measure(work, "加强技能培训")
        shown = client.get(reverse("measures.show", args=[one.pk])).content.decode()
        assert f"measure={one.pk}&amp;light=red" in shown
        listed = client.get(reverse("tasks.list"), {"measure": str(one.pk), "light": "red"}).content.decode()
        assert "开展岗位练兵" in listed
        assert "建立培训台账" not in listed


def test_by_pages_a_lead_adds_a_figure_and_the_office_takes_it(work: Work, signed_in: Any) -> None:
    one = measure(work, "加强技能培训")
    lead = signed_in("liaison", "局")
    assert "加强技能培训" in lead.get(reverse("supplies.own")).content.decode()
    answer = lead.post(reverse("measures.tie", args=[one.pk]), {"indicator": KEY, "year": 2026, "value": "30"})
    assert answer.status_code == 302
    assert lead.post(reverse("measures.tie", args=[one.pk]), {"indicator": "", "year": 2026}).status_code == 422
    office = signed_in("group_office")
    made = Supply.objects.get()
    assert "待办公室核定" in office.get(reverse("supplies.list")).content.decode()
    assert lead.get(reverse("supplies.adopt", args=[made.pk])).status_code == 403
    assert office.post(reverse("supplies.adopt", args=[made.pk])).status_code == 302
    assert "已采用" in office.get(reverse("measures.show", args=[one.pk])).content.decode()
    assert office.post(reverse("supplies.adopt", args=[made.pk])).status_code == 404
    stranger = signed_in("liaison", "乙街")
    assert stranger.get(reverse("supplies.show", args=[made.pk])).status_code == 404
    assert stranger.get(reverse("measures.tie", args=[one.pk])).status_code == 404


def test_a_newer_version_of_the_same_task_is_not_asked_twice(work: Work) -> None:
    with acting_as(work.office.person("group_office")):
        assert tasks.hand_out(work.plan) == 0


def test_a_lead_sees_how_late_what_it_is_to_add_is(work: Work, signed_in: Any) -> None:
    due = queries.due_of(work.plan)
    assert due
    pages = [reverse("supplies.own"), reverse("web.office")]
    for page in pages:
        shown = signed_in("liaison", "局").get(page).content.decode()
        assert str(due) in shown and re.search(r'class="light ok">剩 \d+ 个工作日', shown)
    with clock.at(due + timedelta(days=3)):
        for page in pages:
            later = signed_in("liaison", "局").get(page)
            assert re.search(r'class="light bad">逾期 \d+ 个工作日', later.content.decode())


def token_for(work: Work, unit: str) -> str:
    made = work.at("group_office", "区", actions.links_for_lacking)
    return next(token for one, _, token in made if one == work.office.units[unit])


def test_a_lead_without_account_adds_by_a_link_what_its_own_measures_lack(work: Work) -> None:
    lacking, other = measure(work, "改善服务"), measure(work, "加强技能培训")
    address, browser = reverse("supplies.by_link", args=[token_for(work, "乙街")]), Client()
    page = browser.get(address).content.decode()
    assert "改善服务" in page and "加强技能培训" not in page and "完善评价制度" not in page
    assert "<br>1．建设服务站。" in page
    assert '<optgroup label="改革方案">' in page
    until = clock.today() + timedelta(days=10)
    assert f"请在 {until} 前提交" in page
    with acting_as_job("测试"):
        Plan.objects.filter(pk=work.plan.pk).update(confirmed_at=clock.now() - timedelta(days=26))
        due = queries.due_of(Plan.objects.get(pk=work.plan.pk))
    assert due and clock.today() < due < until
    assert f"请在 {due} 前提交" in browser.get(address).content.decode()
    end = lacking.pk.hex
    sent = {f"deadline_{end}": "2026-11-30", f"indicator_{end}": KEY, f"year_{end}": "2026", f"value_{end}": "12"}
    sent |= {f"deadline_{other.pk.hex}": "2026-11-30", f"said_{other.pk.hex}": "不归本单位"}
    done = browser.post(address, sent).content.decode()
    assert "已收到，谢谢" in done and "<dd>2 项</dd>" in done and "完成期限已经生效" in done
    lacking.refresh_from_db()
    assert lacking.deadline == date(2026, 11, 30)
    assert {one.due for one in Task.unscoped.filter(measure=lacking)} == {date(2026, 11, 30)}
    kinds = {one.kind: (one.state, one.unit, one.by, one.by_name) for one in lacking.supplies.all()}
    by = (work.office.units["乙街"], None, "乙街道办事处（链接）")
    assert kinds == {"deadline": ("counted", *by), "figure": ("waiting", *by)}
    assert not other.supplies.exists() and Measure.objects.get(pk=other.pk).deadline == date(2026, 12, 31)
    with acting_as_job("测试"):
        assert AuditEntry.objects.filter(action="measure.supplied").count() == 2
    assert "已经使用过" in browser.get(address).content.decode()


def test_what_is_wrong_by_a_link_stands_beside_its_field_and_spends_nothing(work: Work) -> None:
    lacking = measure(work, "改善服务")
    end, address, browser = lacking.pk.hex, reverse("supplies.by_link", args=[token_for(work, "乙街")]), Client()

    def told(**sent: str) -> str:
        answer = browser.post(address, {f"{name}_{end}": value for name, value in sent.items()})
        assert answer.status_code == 422
        return answer.content.decode()

    assert "一项也没有填" in told()
    assert "请填写目标值" in told(indicator=KEY, year="2026")
    assert "请去掉一个" in told(indicator=KEY, year="2026", value="3", said="以办法印发为准")
    wrong = told(deadline="2020-01-01", said="以建成为准")
    assert f'id="id_deadline_{end}_error">完成期限 2020-01-01 早于方案开始执行的日期' in wrong
    assert "方案执行年度是" in told(deadline="2026-11-30", indicator=KEY, year="2090", value="3")
    lacking.refresh_from_db()
    assert lacking.deadline is None and not lacking.supplies.exists()
    answer = browser.post(address, {f"said_{end}": "以建成为准"})
    done = answer.content.decode()
    assert "还有 1 项举措没有补全" in done and "已经失效" not in done and "已经生效" not in done
    assert f'href="{address}"' in done and "改善服务" in browser.get(address).content.decode()
    assert "都已补齐，这个链接已经失效" in browser.post(address, {f"deadline_{end}": "2026-11-30"}).content.decode()
    assert "已经使用过" in browser.get(address).content.decode()


def test_a_link_opens_for_one_unit_and_a_newer_one_takes_its_place(work: Work) -> None:
    first = token_for(work, "乙街")
    second = token_for(work, "乙街")
    assert "已作废" in Client().get(reverse("supplies.by_link", args=[first])).content.decode()
    link, other = links.look("supply", second), measure(work, "加强技能培训")
    with acting_by_link(work.office.units["乙街"], "链接", link.target), pytest.raises(Refused, match="不由本单位补充"):
        actions.answer(link, {other: {"deadline": date(2026, 11, 30)}})
    with acting_by_link(work.office.units["局"], "链接", work.office.units["局"].pk), pytest.raises(Refused):
        actions.answer(link, {other: {"deadline": date(2026, 11, 30)}})
    with pytest.raises(Refused, match="只有领导小组办公室"):
        work.at("liaison", "局", actions.links_for_lacking)


def test_the_office_gives_each_lead_its_link_as_a_sheet(work: Work, signed_in: Any) -> None:
    page = signed_in("group_office").post(reverse("supplies.links"))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(page))).get_sheet_by_name("数据").to_python()[1:]
    assert [(row[0], row[1]) for row in rows] == [("区人社局", 1), ("甲街道办事处", 1), ("乙街道办事处", 1)]
    assert str(rows[0][3]) == "2026-03-12"
    assert f"请区人社局于2026年3月12日前打开链接，补充牵头的 1 项举措缺的完成期限、指标：{rows[0][2]}" == rows[0][4]
    shown = Client().get(str(rows[0][2]).removeprefix("http://testserver")).content.decode()
    assert "加强技能培训" in shown and "改善服务" not in shown
    with acting_as_job("测试"):
        assert AuditEntry.objects.get(action="export").details["rows"] == 3
    assert signed_in("liaison", "局").post(reverse("supplies.links")).status_code == 403
