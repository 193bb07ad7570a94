"""Targets: one in force for a unit, a figure and a year; set, replaced and taken back by who may; with their lights."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from jiangtai import indicators, lake
from jiangtai.access import AuditEntry, Refused, acting_as, acting_as_job
from jiangtai.indicators import GREEN, NONE, RED, Target
from jiangtai.kernel import clock
from jiangtai.lake import manifest
from jiangtai.people.tests import invented
from tests.office import at_once

KEY = "register.registered"


@pytest.fixture
def folder(twin, tmp_path, monkeypatch):
    monkeypatch.setattr(manifest, "folder_of", lambda: tmp_path)
    with acting_as_job("测试"):
        Target.unscoped.all().delete()
        invented.worker(twin.units["甲厂"], "诸葛靓")
        lake.refresh()
    return tmp_path


def in_force(unit):
    with acting_as_job("测试"):
        return list(indicators.targets_in_force().filter(unit=unit).values_list("indicator", "value"))


def test_a_later_one_replaces_the_earlier_which_stays(office):
    street, year = office.units["甲街"], clock.today().year
    with acting_as(office.person("group_office")):
        first = indicators.set_target(KEY, street, year, 100, document="文〔2026〕1号")
        indicators.set_target(KEY, street, year, 120, points=indicators.points_of("6月底 80", year))
        indicators.set_target(KEY, street, year + 1, 150)
    assert in_force(street) == [(KEY, Decimal(150)), (KEY, Decimal(120))]
    first.refresh_from_db()
    assert first.why_ended == "换了新的目标" and first.ended_by == office.person("group_office")
    with acting_as(office.person("audit_admin")):
        assert AuditEntry.objects.filter(action="target.set", target=street.pk).count() == 3


def test_what_was_set_from_above_only_those_above_take_back(office):
    street, year = office.units["甲街"], clock.today().year
    with acting_as(office.person("group_office")):
        target = indicators.set_target(KEY, street, year, 100)
    with acting_as(office.person("unit_admin", "甲街")):
        with pytest.raises(Refused, match="测试区下达"):
            indicators.take_back(target, "太高")
        with pytest.raises(Refused, match="测试区下达"):
            indicators.set_target(KEY, street, year, 1)
        own = indicators.set_target("honors.holders", street, year, 3)
        indicators.take_back(own, "重新测算")
    assert in_force(street) == [(KEY, Decimal(100))]
    with acting_as(office.person("group_office")):
        indicators.take_back(target, "重新测算")
        with pytest.raises(ValidationError, match="已于"):
            indicators.take_back(target, "再来一次")
    assert in_force(street) == []


@pytest.mark.parametrize(
    ("key", "place", "change", "words"),
    [
        ("register.workers", "甲街", {}, "不分高低"),
        (KEY, "甲街", {"value": -1}, "不能小于 0"),
        (KEY, "甲街", {"year": 2031 + 20}, "年度"),
        (KEY, "甲街", {"points": [(date(2020, 1, 31), Decimal(1))]}, "年内"),
        (KEY, "乙街", {}, "不在本单位及下级之内"),
    ],
)
def test_what_cannot_be_a_target_is_refused_with_its_reason(office, key, place, change, words):
    values = {"year": clock.today().year, "value": 10, **change}
    with acting_as(office.person("unit_admin", "甲街")), pytest.raises((ValidationError, Refused), match=words):
        indicators.set_target(key, office.units[place], values.pop("year"), values.pop("value"), **values)


def test_of_two_who_set_at_once_one_stays(folder, twin):
    street, year = twin.units["乙街"], clock.today().year
    clerk = twin.person("group_office")

    def set_to(value):
        def act():
            with acting_as(clerk):
                return indicators.set_target(KEY, street, year, value)

        return act

    made = at_once(*(set_to(value) for value in (10, 20, 30)))
    assert all(isinstance(one, Target) for one in made), made
    assert len(in_force(street)) == 1


def test_its_light_is_that_of_what_is_computed(folder, twin):
    district, today = twin.units["区"], clock.today()
    with acting_as(twin.person("group_office")):
        indicators.set_target(KEY, district, today.year, 1)
        indicators.set_target("honors.holders", district, today.year, 1_000_000)
        found = {one.indicator.key: one for one in indicators.lights_of(district, today)}
    frame = indicators.Frame(indicators.Period.parse(str(today.year)), today)
    value = indicators.computed(lake.opened(), indicators.named(KEY), district.number, frame).value
    assert found[KEY].figure.value == value >= 1 and found[KEY].light.color == GREEN
    assert f"实为 {value:,.0f} 人" in found[KEY].light.words
    assert found["honors.holders"].light.color == RED


def test_who_is_not_told_of_members_is_not_told_of_their_target(folder, twin):
    street, year, today = twin.units["甲街"], clock.today().year, clock.today()
    with acting_as(twin.person("group_office")):
        indicators.set_target("register.members", street, year, 10)
        assert [one.indicator.key for one in indicators.lights_of(street, today)] == ["register.members"]
    with acting_as(twin.person("unit_admin", "甲街")):
        assert indicators.lights_of(street, today) == []


def test_without_a_lake_there_is_no_light(office, tmp_path, monkeypatch):
    monkeypatch.setattr(manifest, "folder_of", lambda: tmp_path)
    with acting_as(office.person("group_office")):
        indicators.set_target(KEY, office.units["区"], clock.today().year, 10)
        [found] = indicators.lights_of(office.units["区"], clock.today())
    assert (found.light.color, found.figure) == (NONE, None)


def test_the_page_sets_shows_and_takes_back(folder, twin):
    client, street, year = twin.client(twin.person("group_office")), twin.units["甲街"], clock.today().year
    sent = {"indicator": KEY, "unit": str(street.pk), "year": year, "value": "1200", "points": "6月底 x"}
    refused = client.post("/office/targets/new/", sent)
    assert refused.status_code == 422 and "第 1 行" in refused.content.decode()
    assert client.post("/office/targets/new/", sent | {"points": "", "document": "文〔2026〕1号"}).status_code == 302
    page = client.get("/office/targets/").content.decode()
    assert "目标 1,200 人，按序时到" in page and "文〔2026〕1号" in page
    with acting_as_job("测试"):
        target = Target.unscoped.get(unit=street, ended_at=None)
    liaison = twin.client(twin.person("liaison", "甲街"))
    assert liaison.get("/office/targets/").status_code == 200
    assert liaison.get("/office/targets/new/").status_code == 403
    assert "收回" not in liaison.get("/office/targets/").content.decode().partition("<main")[2]
    answer = client.post(f"/office/targets/{target.pk}/take-back/", {"reason": "重新测算"})
    assert answer.status_code == 302 and in_force(street) == []
