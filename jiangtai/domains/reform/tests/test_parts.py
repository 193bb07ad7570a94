"""Who leads and supports what: units hear of it and see it listed, and the leading group may say otherwise."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from jiangtai.access import Account, Refused, acting_as, acting_as_job
from jiangtai.domains.reform.actions import parts, tasks
from jiangtai.domains.reform.models import Measure, Task
from jiangtai.messages import messages_of, texts_of
from tests.office import Office

from . import district
from .test_tasks_pages import words
from .working import Work


def told(reader: Account, kind: str) -> Sequence[str]:
    """What an account was told, of one kind."""
    with acting_as(reader):
        return list(texts_of(reader, messages_of(reader).filter(kind=kind)).values())


def asked(title: str) -> dict[str, str]:
    """The tasks of a measure, each with its unit."""
    rows = Task.unscoped.filter(measure__title=title).select_related("unit")
    return {one.title: str(one.unit) for one in rows}


def designate(work: Work, title: str, unit: str | None, role: str = "leader") -> int:
    one = work.plan.measures.get(title=title)
    named = work.office.units[unit] if unit else None
    moved: int = work.at(role, "区", lambda: parts.designate(one, named, "第二次联席会议"))
    return moved


def test_units_hear_of_a_plan_that_comes_into_force(office: Office) -> None:
    place = district.settle(office)
    lead, support = place.person("liaison", "局"), place.person("liaison", "区财政局")
    plan = district.in_force(place)
    own, of = told(lead, "reform.year_given"), told(support, "reform.supports")
    assert len(own) == len(of) == 1
    assert "请本单位承担 2 项任务" in own[0] and "请本单位配合 1 项举措" in of[0]
    assert not told(support, "reform.year_given")
    with acting_as(place.person("group_office")):
        tasks.hand_out(plan)
        parts.tell(plan)
    assert len(told(lead, "reform.year_given")) == len(told(support, "reform.supports")) == 1


def test_who_else_leads_hears_of_it_and_of_what_is_expected(office: Office) -> None:
    place = district.settle(office)
    first, other = place.person("liaison", "区委宣传部"), place.person("liaison", "区总工会")
    plan = district.in_force(place)
    assert told(other, "reform.leads_beside") == [
        "“测试区产业工人队伍建设改革实施方案”有 1 项举措，本单位为牵头单位之一，请在“单位分工”中查看。"
    ]
    assert not told(first, "reform.leads_beside")
    measure = plan.measures.get(number=1)
    page, desk = reverse("measures.expect", args=[measure.pk]), place.client(place.person("group_office"))
    form = desk.get(page).content.decode()
    assert "区总工会（牵头单位）" in form and "区委宣传部" not in form
    part = measure.parts.get(unit=place.units["区总工会"])
    assert desk.post(page, {str(part.pk): "组织职工宣讲员"}).status_code == 302
    assert "组织职工宣讲员" in told(other, "reform.expected")[0]


def test_who_supports_is_told_what_is_expected_and_finds_it_in_its_own_list(work: Work) -> None:
    desk = work.office.person("liaison", "乙街")
    part = work.plan.measures.get(title="加强技能培训").parts.get(role="support")
    page = reverse("measures.expect", args=[part.measure_id])
    answer = work.office.client(work.office.person("group_office")).post(page, {str(part.pk): "提供三处实训场地"})
    assert answer.status_code == 302
    assert told(desk, "reform.expected") == ["对本单位在“1. 加强技能培训”中的要求：提供三处实训场地"]
    browser = work.office.client(desk)
    assert f"{reverse('parts.list')}?of=own" in browser.get(reverse("tasks.own")).content.decode()
    listed = words(browser.get(reverse("parts.list"), {"of": "own", "role": "support"}))
    assert "提供三处实训场地" in listed and "1. 加强技能培训" in listed
    assert "改善服务" not in listed  # which it leads
    assert "甲街道办事处" not in words(browser.get(reverse("parts.list")))


def test_the_numbers_of_who_is_slow_and_who_carries_much_open_to_as_many_rows(work: Work) -> None:
    leader = work.office.client(work.office.person("leader"))
    page = leader.get(reverse("reform.sheet")).content.decode()
    busy = page[page.index("哪些单位担子重") :]
    found = re.findall(r'<td class="num"><a class="link" href="([^"]+)">(\d+)</a>', busy)
    assert {"role=lead", "role=support", "state=open"} == {url.rpartition("&amp;")[2] for url, _ in found}
    for url, number in found:
        assert re.search(rf"\b{number} (处|项)", words(leader.get(url.replace("&amp;", "&")))), url


def test_the_leading_group_designates_another_lead_while_the_plan_runs(work: Work) -> None:
    first, street = work.office.person("liaison", "局"), work.office.person("liaison", "甲街")
    with acting_as_job("测试"):
        given = tasks.give(Measure.objects.get(title="加强技能培训"), work.office.units["局"], "会上议定的事",
                           due=work.plan.until)  # fmt: skip
    page = reverse("measures.designate", args=[given.measure_id])
    browser = work.office.client(work.office.person("leader"))
    assert browser.post(page, {"unit": str(work.office.units["甲街"].pk), "said": ""}).status_code == 422
    answer = browser.post(page, {"unit": str(work.office.units["甲街"].pk), "said": "第二次联席会议"})
    assert "2 项任务由总牵头单位承担" in words(browser.get(answer["Location"]))
    street_name, bureau = "甲街道办事处", "区人社局"
    assert asked("加强技能培训") == {
        "开展岗位练兵。": street_name, "建立培训台账。": street_name, "会上议定的事": bureau,
    }  # fmt: skip
    assert len(told(street, "reform.given")) == 2
    assert all("改由甲街道办事处承担" in one for one in told(first, "reform.taken_back"))
    assert len(told(first, "reform.taken_back")) == 2
    assert "甲街道办事处（领导小组指定）" in words(browser.get(reverse("measures.show", args=[given.measure_id])))
    assert designate(work, "加强技能培训", None) == 2
    assert asked("加强技能培训")["开展岗位练兵。"] == bureau
    assert designate(work, "加强技能培训", "甲街") == 2
    assert len(told(street, "reform.given")) == 4  # once each time it is given


def test_what_is_done_stays_with_who_did_it(work: Work) -> None:
    task = work.tasks["开展岗位练兵。"]
    work.at("liaison", "局", lambda: tasks.prove(task, "paper", "台账", reference="存档"))
    work.at("liaison", "局", lambda: tasks.finish(task))
    assert designate(work, "加强技能培训", "甲街") == 1
    assert asked("加强技能培训")["开展岗位练兵。"] == "区人社局"


def test_a_measure_that_only_a_class_of_units_leads_is_handed_out_once_somebody_is_designated(office: Office) -> None:
    place = district.settle(office)
    text = district.HEAD + "1.设服务点。在片区设服务点。（牵头单位：各街道；责任单位：区教育局）\n"
    plan = district.in_force(place, text)
    assert not Task.unscoped.filter(measure__plan=plan).exists()
    with acting_as(place.person("leader")):
        with pytest.raises(ValidationError, match="请指定一家"):
            parts.designate(plan.measures.get(), None, "会议")
        assert parts.designate(plan.measures.get(), place.units["区教育局"], "会议") == 1
    assert Task.unscoped.get(measure__plan=plan).unit == place.units["区教育局"]


def test_only_the_leading_group_and_its_office_designate(work: Work) -> None:
    one = work.plan.measures.get(title="加强技能培训")
    with acting_as(work.office.person("liaison", "局")), pytest.raises(Refused, match="领导小组"):
        parts.designate(one, work.office.units["甲街"], "自己说的")
    page: Any = reverse("measures.designate", args=[one.pk])
    assert work.office.client(work.office.person("liaison", "局")).get(page).status_code == 403
    leader = work.office.person("leader", "局")  # one below the top leads a unit, and not the group
    with acting_as(leader), pytest.raises(Refused, match="领导小组"):
        parts.designate(one, work.office.units["甲街"], "自己说的")
    assert work.office.client(leader).get(page).status_code == 404
    assert page not in work.office.client(leader).get(reverse("measures.show", args=[one.pk])).content.decode()
    assert designate(work, "加强技能培训", "甲街", "group_office") == 2
