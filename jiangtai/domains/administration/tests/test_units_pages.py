"""Pages about units and what units are asked: merged units, cut tables, durations in words."""

import pytest

from jiangtai.access import Grant, acting_as, acting_as_job, inquiries, units
from jiangtai.domains.administration.tests.people import person, url
from jiangtai.kernel import clock
from jiangtai.web import place


def test_a_merged_units_page_says_so_and_leads_to_the_present_one(town, office, sits):
    with acting_as_job("测试"):
        park = units.found(kind="park", name="甲园", parent=town.district)
        units.merge(town.street, park)
        units.merge(park, town.other)
    page = sits("office").get(url("units.show", town.street.pk)).content.decode()
    assert f"本单位已并入“{town.other}”" in page
    assert f'href="{url("units.show", town.other.pk)}"' in page


def test_who_sees_only_the_present_unit_still_finds_the_merged_one(town, office):
    keeper = office.client(office.person("unit_admin", "乙街"))
    assert keeper.get(url("units.show", town.street.pk)).status_code == 404
    with acting_as_job("测试"):
        units.merge(town.street, town.other)
    assert "本单位已并入" in keeper.get(url("units.show", town.street.pk)).content.decode()
    assert keeper.get(url("units.edit", town.street.pk)).status_code == 404


def test_a_cut_table_says_how_many_there_are(town, sits):
    with acting_as_job("测试"):
        for number in range(22):
            person(f"many{number}", "张三", town.street, "business", "liaison")
        held = Grant.objects.filter(Grant.HELD, unit=town.street).count()
    page = sits("system").get(url("units.show", town.street.pk)).content.decode()
    assert f"仅列前 20 条，共 {held} 条" in page


@pytest.mark.parametrize(("hours", "words"), [(5, "5 小时内有效"), (24, "24 小时内有效"), (240, "10 天内有效")])
def test_a_link_tells_how_long_it_opens(town, sits, monkeypatch, hours, words):
    with acting_as(town.office):
        asked = inquiries.ask(town.street, "liaison", due=clock.today())
    monkeypatch.setattr("jiangtai.access.parameters.value", lambda key, **rest: hours)
    page = sits("office").get(url("inquiries.link", asked.pk)).content.decode()
    assert words in page


def test_the_place_is_the_roots_name(town, settings, monkeypatch):
    monkeypatch.setattr(place, "_known", (0.0, ""))
    assert place.place_name() == "测试区"
    settings.ROOT_UNIT = town.street.code
    monkeypatch.setattr(place, "_known", (0.0, ""))
    assert place.place_name() == "甲街道办事处"
