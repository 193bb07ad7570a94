"""The matrix and the leading group's page: only what is there, each number open to as many rows, within reach."""

import re
from datetime import date
from typing import Any

from django.urls import reverse

from jiangtai.access import acting_as_job
from jiangtai.domains.reform.actions import tasks as actions
from jiangtai.domains.reform.models import Task
from jiangtai.domains.reform.views.matrix import _runs
from jiangtai.kernel import clock

from .test_tasks import RULES
from .test_tasks_pages import words
from .working import Work, planned


def cells(response: Any) -> dict[str, str]:
    return dict(re.findall(r'href="([^"]+)" title="([^"]+)"', response.content.decode()))


def test_a_cell_says_role_and_light_and_opens_to_its_tasks(work: Work) -> None:
    with clock.at(date(2026, 7, 2)):
        office = work.office.client(work.office.person("group_office"))
        shown = office.get(reverse("reform.matrix"))
        found = cells(shown)
        assert set(found.values()) == {
            "区人社局牵头：绿灯 2 项", "甲街道办事处牵头：红灯 1 项", "乙街道办事处牵头：未亮灯 1 项",
        }  # fmt: skip
        assert 'title="区人社局配合：没有分派任务"' in shown.content.decode()
        address = next(url for url, said in found.items() if said.startswith("区人社局牵头"))
        listed = words(office.get(address.replace("&amp;", "&")))
        assert "2 项" in listed
        assert RULES not in listed
        street = work.office.client(work.office.person("liaison", "乙街"))
        assert set(cells(street.get(reverse("reform.matrix"))).values()) == {"乙街道办事处牵头：未亮灯 1 项"}


def test_empty_cells_are_sent_as_one_gap() -> None:
    assert _runs({2: {"letter": "牵"}, 3: {"letter": "配"}}, 6) == [
        {"gap": 2}, {"letter": "牵"}, {"letter": "配"}, {"gap": 2},
    ]  # fmt: skip
    assert _runs({}, 3) == [{"gap": 3}]


def test_the_leading_groups_page_counts_what_the_list_lists(work: Work) -> None:
    with acting_as_job("测试"):
        actions.note_lights(Task.unscoped.all())
    with clock.at(date(2026, 7, 2)):
        with acting_as_job("测试"):
            actions.note_lights(Task.unscoped.all())
        leader = work.office.client(work.office.person("leader"))
        page = leader.get(reverse("reform.sheet"))
        shown = words(page)
        assert "已过期限 2 天 · 甲街道办事处" in shown
        assert "1 项，变差 1 项" in shown
        for how in ("any", "worse"):
            assert f"?changed={how}" in page.content.decode()
            assert "1 项" in words(leader.get(f"{reverse('tasks.list')}?changed={how}"))
        for url, number in re.findall(r'<p class="figure"><a href="([^"]+)">(\d+)</a>', page.content.decode()):
            assert f"{number} 项" in words(leader.get(url))
        assert re.search(r"甲街道办事处 1 0 1", shown)


def test_the_leading_groups_page_tells_of_one_plan_where_two_run(work: Work) -> None:
    leader = work.office.client(work.office.person("leader"))
    assert 'name="plan"' not in leader.get(reverse("reform.sheet")).content.decode()
    other = planned(work.office)
    work.at("group_office", "区", lambda: actions.hand_out(other))
    with clock.at(date(2026, 7, 2)):
        work.at(
            "group_office",
            "区",
            lambda: actions.cancel(Task.unscoped.get(measure__plan=other, title="出台评价办法。"), "不再要求"),
        )
        with acting_as_job("测试"):
            actions.note_lights(Task.unscoped.all())
        leader = work.office.client(work.office.person("leader"))
        both = leader.get(reverse("reform.sheet")).content.decode()
        assert 'name="plan"' in both
        page = leader.get(reverse("reform.sheet"), {"plan": str(other.pk)}).content.decode()
        figures = re.findall(r'<p class="figure"><a href="([^"]+)">(\d+)</a>', page)
        assert sum(int(number) for _, number in figures) == 3
        assert [number for _, number in re.findall(r'<p class="figure"><a href="([^"]+)">(\d+)</a>', both)] != [
            number for _, number in figures
        ]
        assert "没有亮红灯的任务" in page
        links = re.findall(r'<a class="(?:link|cell-link|link more)" href="([^"]+)">(\d*)', page)
        for url, number in [*figures, *links]:
            assert f"plan={other.pk}" in url
            if number:
                assert re.search(rf"\b{number} (处|项)", words(leader.get(url.replace("&amp;", "&")))), url
