"""Every indicator beside its list: the number, the rows that are written out, and the number at every unit agree.

Once as the whole town's file of a year, and for whatever unit, period and day of knowledge.
"""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from config import indicators_commands
from jiangtai import indicators
from jiangtai.domains.honors.models import HonorTitle
from jiangtai.indicators import Frame, Period
from jiangtai.indicators.computing import scopes
from jiangtai.indicators.tests.small import filled, lake_of

TODAY = date(2026, 11, 30)
FRAME = Frame(Period.parse("2026"), TODAY)
FEW = settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
UNITS = st.integers(1, 9)
PERIODS = st.sampled_from(["2025", "2026", "2026-Q1", "2026-Q3", "2026-02", "2026-06", "2026-11", "2026-04-15"])
KNOWN = st.none() | st.dates(date(2026, 1, 1), TODAY)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A small town in which everything that is declared happened."""
    titles = [{"id": f"t{at}", "kind": kind.value} for at, kind in enumerate(HonorTitle.Kind)]
    rows = filled(title=[one["id"] for one in titles], role=("lead", "support"), light=("red", "amber"),
                  marks=("90", "60", "75"), full=("100", "120"))  # fmt: skip
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
    if one.measure.is_graded:
        degrees = [float(row[head.index("amount")]) for row in rows]
        assert "counted" not in head and len(set(degrees)) > 1, "each row is of the mean, to its degree"
        assert (sum(degrees), len(degrees)) == (pytest.approx(figure.part), figure.whole)
    elif one.measure.is_ratio:
        assert head[-1] == "counted"
        counted = [int(row[-1]) for row in rows]
        assert (sum(counted), len(counted)) == (figure.part, figure.whole)
    elif one.kind == "sum":
        assert sum(float(row[head.index("amount")]) for row in rows) == pytest.approx(figure.value)
    else:
        assert figure.value == len(rows)
    at = {each.unit: each for each in indicators.everywhere(lake, one, FRAME)}
    assert (at[top.unit].value, at[top.unit].lines) == (figure.value, figure.lines)


@pytest.mark.parametrize("one", indicators.indicators(), ids=lambda one: one.key)
@FEW
@given(UNITS, PERIODS, KNOWN)
def test_a_figure_is_what_its_list_holds_wherever_and_whenever(
    lake: Any, one: Any, unit: int, period: str, known: date | None
) -> None:
    frame = Frame(Period.parse(period), TODAY, known)
    figure, rows = indicators.computed(lake, one, unit, frame), indicators.listed(lake, one, unit, frame)
    assert rows.num_rows == figure.lines
    counted = rows["counted"].to_pylist()
    if one.measure.is_graded:
        assert (sum(rows["amount"].to_pylist()), len(counted)) == (pytest.approx(figure.part), figure.whole)
    elif one.measure.is_ratio:
        assert (sum(counted), len(counted)) == (figure.part, figure.whole)
    elif one.kind == "sum":
        assert sum(rows["amount"].to_pylist()) == pytest.approx(figure.value)
    else:
        assert figure.value == rows.num_rows
    if one.kind in ("persons", "units"):
        who = rows["unit" if one.measure.by == "unit" else "subject"].to_pylist()
        assert len(set(who)) == len(who), "each once"
    assert indicators.at_units(lake, one, [unit], frame)[unit] == figure
