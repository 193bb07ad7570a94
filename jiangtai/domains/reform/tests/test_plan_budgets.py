"""A plan of twenty-eight measures costs no more questions than one of four."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiangtai.access import acting_as
from jiangtai.domains.reform.actions import plans
from tests.office import Office

from . import district

pytestmark = pytest.mark.django_db
PAGES = {
    "plans.show": 31, "plans.read": 29, "plans.beside": 27, "public_plans.show": 20, "plans.confirm": 23,
    "plans.compare": 23,
}  # fmt: skip


@pytest.fixture
def place(office: Office) -> Office:
    """The district with its departments."""
    return district.settle(office)


def text(measures: int, figure: str) -> str:
    lines = (
        f"{at}.第{at}件事。按月开课第{at}次。每年不少于{figure}场。（牵头单位：区人社局、区总工会；责任单位：区教育局、各街道）"
        for at in range(1, measures + 1)
    )
    return district.HEAD + "\n".join(lines)


@pytest.mark.parametrize("name", PAGES)
def test_many_measures_cost_no_more_questions_than_four(name: str, place: Office, signed_in: Any) -> None:
    client, asked = signed_in("group_office"), []
    for measures in (4, 28):
        plan = district.in_force(place, text(measures, "30"))
        with acting_as(place.person("group_office")):
            other = district.in_force(place, text(measures, "60"))
            plans.publish(plan, True)
        if name in ("plans.confirm", "plans.compare"):
            plan = district.draft(place, text(measures, "50"), replaces=plan)
        path = reverse(name, args=[plan.pk])
        client.get(path)  # what is asked once a session is asked now
        with CaptureQueriesContext(connection) as found:
            response = client.get(path, {"other": str(other.pk)})
        assert response.status_code == 200
        assert f"第{measures}件事" in response.content.decode()
        asked.append([one["sql"] for one in found.captured_queries if "SAVEPOINT" not in one["sql"]])
    few, many = asked
    assert len(many) == len(few), "\n".join(sql[:200] for sql in many[-8:])
    assert len(many) <= PAGES[name], "\n".join(sql[:160] for sql in many)
