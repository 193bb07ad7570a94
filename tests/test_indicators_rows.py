"""Every indicator beside its list: the number, the rows that are written out, and the number at every unit agree."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from config import indicators_commands
from jiangtai import indicators
from jiangtai.domains.honors.models import HonorTitle
from jiangtai.indicators import Frame, Period
from jiangtai.indicators.computing import scopes
from jiangtai.indicators.tests.small import filled, lake_of

FRAME = Frame(Period.parse("2026"), date(2026, 11, 30))


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A small town in which everything that is declared happened."""
    titles = [{"id": f"t{at}", "kind": kind.value} for at, kind in enumerate(HonorTitle.Kind)]
    rows = filled(title=[one["id"] for one in titles], role=("lead", "support"), light=("red", "amber"))
    return lake_of(tmp_path_factory.mktemp("lake"), **rows, honor_titles=titles)


@pytest.mark.parametrize("one", indicators.indicators(), ids=lambda one: one.key)
def test_a_figure_is_what_its_file_holds(lake: Any, one: Any, tmp_path: Path) -> None:
    [top] = scopes(lake, ["c1"])
    figure, file = indicators.computed(lake, one, top.unit, FRAME), tmp_path / "rows.csv"
    assert figure.lines, "nothing is counted, so nothing is compared"
    indicators_commands._write(lake, one, top, FRAME, file)
    text = file.read_bytes().decode()
    head, *rows = csv.reader(text.splitlines())
    assert len(rows) == figure.lines == text.count("\n") - 1 == text.count("\r") + figure.lines
    if one.measure.is_ratio:
        assert head[-1] == "counted"
        counted = [int(row[-1]) for row in rows]
        assert (sum(counted), len(counted)) == (figure.part, figure.whole)
    elif one.kind != "total":
        assert figure.value == len(rows)
    at = {each.unit: each for each in indicators.everywhere(lake, one, FRAME)}
    assert (at[top.unit].value, at[top.unit].lines) == (figure.value, figure.lines)
