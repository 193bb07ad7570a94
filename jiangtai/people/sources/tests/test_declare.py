"""A source as it is declared, and the template that follows from it."""

import re
import zipfile
from dataclasses import replace

import pytest
from python_calamine import CalamineWorkbook

from jiangtai.access import acting_as_job
from jiangtai.people.sources import SOURCES, Column, Source, cells, template
from jiangtai.people.sources.catalogue import SOCIAL_INSURANCE
from jiangtai.people.sources.declare import SourceError, source
from jiangtai.people.tests.invented import id_number

from .lists import handed_in, sheet

_OFFERED = re.compile(r'sqref="([A-Z])2:.*?<formula1>"(.*?)"<')
NAME = Column("name", "认出是谁", "ours")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"key": "social_insurance"}, "declared twice"),
        ({"columns": (NAME, Column("shoe_size", "发工装", "ours"))}, "no such field: shoe_size"),
        ({"columns": (NAME, NAME)}, "a field stands in two columns"),
        ({"columns": (Column("phone", "通知", "ours"),)}, "a column for the name"),
        ({"columns": (NAME, Column("phone", "", "ours"))}, "phone has no purpose or no basis"),
        ({"columns": (NAME, Column("phone", "通知", ""))}, "phone has no purpose or no basis"),
        ({"fresh_days": 0}, "fresh_days"),
    ],
    ids=str,
)
def test_a_source_that_is_declared_wrongly_is_refused_in_one_sentence(changes, words):
    before = dict(SOURCES)
    with pytest.raises(SourceError, match=words):
        source(replace(SOCIAL_INSURANCE, **{"key": "shoes", **changes}))
    assert before == SOURCES


@pytest.mark.parametrize("one", SOURCES.values(), ids=SOURCES)
def test_the_template_of_every_source_is_taken_as_it_is_filled_in(office, one: Source):
    """No column is asked about, and no example that it shows is wrong."""
    with template(one) as file:
        with zipfile.ZipFile(file) as parts:
            made = parts.read("xl/worksheets/sheet1.xml").decode()
        file.seek(0)
        with CalamineWorkbook.from_filelike(file) as book:
            (heads,) = book.get_sheet_by_name("名册").to_python()
            guide = book.get_sheet_by_name("填写说明").to_python()
    told = {row[0]: row[1:] for row in guide[1:]}
    assert heads == list(told) == [column.title for column in one.columns]
    assert {head for head in heads if told[head][0]} == {column.title for column in one.columns if column.is_needed}
    assert all(purpose and ground for *_, purpose, ground in told.values())
    offered = {heads[ord(letter) - 65]: words.split(",") for letter, words in _OFFERED.findall(made)}
    assert offered == {head: told[head][1].split("、") for head in heads if told[head][1]}
    assert offered.keys() == {column.title for column in one.columns if column.field in cells.CHOICES}
    for column in one.columns:
        assert all(cells.read(column.field, word) for word in offered.get(column.title, ())), "what is offered is read"
    own = {"id_number": id_number("19880808", 3), "employer": "", "employer_code": ""}
    line = [own.get(column.field, told[column.title][2]) for column in one.columns]
    with acting_as_job("测试"):
        batch = handed_in(one.key, office.units["甲厂" if one.of_one_firm else "局"], sheet([heads, line]))
        assert (batch.state, batch.good, list(batch.faults.values_list("field", "words"))) == ("checked", 1, [])
