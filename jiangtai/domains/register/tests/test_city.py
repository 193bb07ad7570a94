"""The demo's city: departments' lists of invented people go in by the liaison officers' own calls, and are right."""

from collections import Counter
from datetime import date

import pyarrow.parquet as pq
import pytest
from django.db import transaction
from python_calamine import CalamineWorkbook

from jiangtai.access import AuditEntry, Unit, acting_as_job
from jiangtai.domains.administration import demo as district
from jiangtai.domains.register import demo
from jiangtai.kernel import clock, codes
from jiangtai.people import Person
from jiangtai.people.sources import Batch, Doubt, Record, invented
from jiangtai.people.sources.invented import _pairs

DAY = date(2026, 11, 21)


@pytest.fixture
def filled(db):
    with clock.at(DAY), transaction.atomic():
        district.fill(password="jiangtai-demo-1", workers=2, say=lambda text: None)
        yield


def test_a_city_of_two_hundred_is_taken_in_and_right(filled, tmp_path):
    told: list[str] = []
    found = demo.city(tmp_path, 200, DAY, say=told.append)
    assert found.precision > 0.99 and found.recall > 0.96, found
    with acting_as_job("测试"):
        states = dict(Batch.unscoped.values_list("source", "state"))
        assert states == {**dict.fromkeys(demo.LIAISONS, "done"), demo.WAITING: "checked"}
        waiting = Batch.unscoped.get(source=demo.WAITING)
        assert waiting.failed and waiting.good and waiting.by.username == "xielan"
        assert not Record.objects.filter(batch=waiting).exists()
        acts = AuditEntry.objects.filter(action="source.taken_over").values_list("actor_name", flat=True)
        assert set(acts) == {"何静", "蒋维", "盖文博", "齐敏"}
        people = Person.unscoped.count()
        assert 180 < people < 230
        doubts = list(Doubt.objects.filter(state="open"))
        assert doubts and all(one.odds > 0.5 for one in doubts)
    assert "准确率" in told[-1]
    again = demo.city(tmp_path, 200, DAY)
    assert again == found and Person.unscoped.count() == people and Batch.unscoped.count() == 5


def test_further_firms_are_entered_where_there_are_many_workers(filled):
    firms = demo._firms(21 * 180)
    assert len(firms) == 21 and all(one.union for one in firms)
    assert [one.name for one in firms[18:]] == [one.name for one in demo._firms(21 * 180)[18:]]
    for one in firms[18:]:
        assert "（虚构）" in one.name and codes.parse_uscc(one.code) == one.code
        assert Unit.unscoped.get(code=one.code).kind == Unit.Kind.ENTERPRISE


def test_everybody_is_invented_and_the_sheets_are_as_offices_write_them(tmp_path):
    firms = [invented.Firm("甲厂有限公司", "91519901MA0000001X", "甲厂工会委员会")]
    city = invented.City(150, firms, DAY)
    people = [city.person(at) for at in range(150)]
    assert {codes.parse_identity(one.number).division[:4] for one in people} == {"5199"}
    assert {one.phone[:4] for one in people} == {"1990"} and len({one.number for one in people}) == 150
    files = city.write(tmp_path)
    assert {one.path.suffix for one in files} == {".xlsx", ".csv"}
    text = (tmp_path / "个人所得税扣缴名册.csv").read_text(encoding="gb18030")
    assert text.startswith("扣缴个人所得税人员（虚构）") and text.splitlines()[-1].startswith("合计")
    for one in files:
        if one.path.suffix == ".xlsx":
            assert "（虚构）" in CalamineWorkbook.from_path(str(one.path)).get_sheet_by_index(0).to_python()[0][0], one
    truth = pq.read_table(tmp_path / invented.TRUTH)
    assert len(truth) == sum(one.lines for one in files)


def test_pairs_are_counted():
    assert _pairs(Counter({"a": 3, "b": 1, "c": 2})) == 4
