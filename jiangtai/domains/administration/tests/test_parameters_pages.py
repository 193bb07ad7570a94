"""Parameters: every number with its basis; a unit's own value is dated, reasoned, and given back."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiangtai.access import parameters
from jiangtai.kernel import clock
from jiangtai.kernel import parameters as declared

from .people import costly, entries, url

KEY = "access.inquiry_days"


def own(value, **more):
    return {"value": value, "since": clock.today().isoformat(), "reason": "区里文件", **more}


def test_the_list_shows_every_parameter_within_its_query_budget(sits):
    client = sits("office")
    with CaptureQueriesContext(connection) as caught:
        text = client.get(url("parameters.list")).content.decode()
    assert all(one.label in text for one in declared.registry.all())
    assert len(costly(caught)) <= 15, costly(caught)
    assert "合 30 天" in text
    assert ">荣誉<" in text and ">Honors<" not in text


def test_an_own_value_counts_from_its_day_and_can_be_given_back(sits, town):
    client = sits("office")
    assert client.post(url("parameters.set", KEY), own("7")).status_code == 302
    assert parameters.value(KEY, unit=town.street) == 7
    text = client.get(url("parameters.show", KEY)).content.decode()
    assert "7 个工作日" in text
    assert "区里文件" in text
    assert "周敏" in text
    assert entries("parameter.set")
    client.post(url("parameters.set", KEY), own(""))
    assert parameters.value(KEY, unit=town.street) == 5


def test_a_unit_below_sets_its_own(sits, town):
    sits("keeper").post(url("parameters.set", KEY), own("3"))
    assert parameters.value(KEY, unit=town.street) == 3
    assert parameters.value(KEY, unit=town.other) == 5


def test_what_is_out_of_bounds_or_past_is_told_beside_its_field(sits):
    client = sits("office")
    answer = client.post(url("parameters.set", KEY), own("99"))
    assert answer.status_code == 422
    assert "不大于 60" in answer.content.decode()
    late = own("7", since=(clock.today() - timedelta(days=1)).isoformat())
    assert "不能早于今天" in client.post(url("parameters.set", KEY), late).content.decode()


def test_what_the_whole_system_shares_no_unit_sets(sits):
    client = sits("office")
    assert client.get(url("parameters.set", "access.office_idle_minutes")).status_code == 404
    assert client.get(url("parameters.show", "access.nothing")).status_code == 404
    assert sits("leader").get(url("parameters.set", KEY)).status_code == 403
