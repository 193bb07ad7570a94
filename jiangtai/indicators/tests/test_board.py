"""What was computed before anybody asked is exactly what asking would compute, and never of another moment."""

import math
from datetime import date, timedelta

import pytest

from jiangtai import indicators
from jiangtai.indicators import BELOW, Frame, Period, board, computing
from jiangtai.indicators.tests.small import filled, lake_of
from jiangtai.lake import Lake, past

NOW = Frame(Period.parse("2026-11"), date(2026, 11, 30))
SOME = [one for at, one in enumerate(indicators.indicators()) if at % 3 == 0 or one.measure.more or one.measure.of]
STANDING = (4, 5, 6, 7, 2, 1, 9, 3)
"""Where rows stand in turn: at firms, at those above them, at a union, and at a street that went into the other."""


@pytest.fixture(scope="module")
def rows():
    made = filled()
    for name, many in made.items():
        if name not in ("units", "lineage", "subjects", "persons"):
            for at, row in enumerate(many):
                row["unit"] = STANDING[(at + len(name)) % len(STANDING)]
    made["lineage"] += [{"unit": unit, "ancestor": 2, "depth": 1} for unit in (3, 6, 7)]
    return made


@pytest.fixture(scope="module")
def lake(rows, tmp_path_factory):
    made = lake_of(tmp_path_factory.mktemp("lake"), **{name.replace(".", "__"): many for name, many in rows.items()})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(board, "indicators", lambda: SOME)
        patch.setattr(board, "_LONG", math.inf)
        board.prepare(made, NOW)
    return made


def again(lake, **other):
    """The same files as another process opens them, or of another moment."""
    return Lake(lake.folder, type(lake.found)(**vars(lake.found) | other))


@pytest.mark.parametrize(("unit", "every"), [(1, 1), (2, 2), (3, 4), (4, 4), (8, 4), (9, 4)])
def test_it_says_what_asking_would_compute(lake, unit, every):
    """The figure and its parts, now and in the periods it is compared with: at the top, where units were put together,
    at a firm that a union serves, and at the unions."""
    told, asked, frames = again(lake), again(lake), board.compared(NOW)
    told.run = None  # whatever is not on the board fails
    for at, one in enumerate(SOME[::every]):
        board.recall(told, one, unit, NOW)
        assert computing.trend_of(told, one, unit, frames) == computing.trend_of(asked, one, unit, frames), one.key
        frame = frames[at % len(frames)]
        parts = computing.buckets(asked, one, unit, frame, BELOW)
        assert computing.buckets(told, one, unit, frame, BELOW) == parts, (one.key, frame.period.text)


def test_where_the_first_board_takes_long_the_others_wait_until_nothing_new_comes(rows, tmp_path, monkeypatch):
    """On a lake of millions they would be hardly made before the next facts come."""
    made = lake_of(tmp_path, **{name.replace(".", "__"): many for name, many in rows.items()})
    said = iter([0, 0, 31, 31, 60, 60, 60])
    monkeypatch.setattr(board, "indicators", lambda: SOME[:1])
    monkeypatch.setattr(board.time, "monotonic", lambda: next(said))
    for boards in (1, 3):
        board.prepare(made, NOW)
        assert len(list((made.folder / "board").glob("*.parquet"))) == boards


def test_there_is_something_to_say_at_each_and_in_parts_of_each_kind(lake):
    """Else that it says the same would say nothing."""
    found = again(lake)
    for one in SOME:
        board.recall(found, one, 1, NOW)
    parts = [part for key, kept in found.kept.items() if len(key) == 4 for part in kept if part.lines]
    assert {part.bucket for part in parts} == {"2", "3", ""}
    assert sum(figure.lines > 0 for key, figure in found.kept.items() if len(key) == 3) > len(SOME)


def test_of_another_moment_another_day_or_another_months_end_it_says_nothing(lake, monkeypatch):
    one = SOME[0]

    def recalled(at, frame):
        board.recall(at, one, 1, frame)
        return [key[2] for key in at.kept if len(key) == 3]

    assert recalled(again(lake), NOW) == board.compared(NOW)
    assert recalled(again(lake, position=1), NOW) == []
    yesterday = Frame(NOW.period, NOW.today - timedelta(days=1))
    assert recalled(again(lake), yesterday) == board.compared(yesterday)[1:]
    file = lake.folder / "2026-10-31.parquet"
    monkeypatch.setattr(board, "known_at", lambda now, day: past.Past(now, file) if day.month == 10 else now)
    assert recalled(again(lake), NOW) == [board.compared(NOW)[index] for index in (0, 2)]
    monkeypatch.setattr(board.compiled, "state", lambda: "other code")
    assert recalled(again(lake), NOW) == []


ONCE = [one for one in indicators.indicators() if one.measure.is_once and not one.measure.is_repeated]


@pytest.mark.parametrize("one", ONCE, ids=lambda one: one.key)
def test_what_is_counted_row_by_row_stands_in_one_row_each(lake, one):
    """Whoever is said to stand there once is neither looked for twice nor listed twice."""
    marked = computing.rows.scoped(one.measure.marked(NOW), 1)
    found = again(lake).answer(marked.agg(rows=marked.count(), keys=marked.key.nunique())).to_pylist()
    assert [row["rows"] for row in found] == [row["keys"] for row in found]


ALL = indicators.indicators()


@pytest.fixture(scope="module")
def listing(rows, tmp_path_factory):
    """A lake with the board of every figure for the month that runs, and what its lists were asked for."""
    made = lake_of(tmp_path_factory.mktemp("lists"), **{name.replace(".", "__"): many for name, many in rows.items()})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(board, "compared", lambda frame: [frame])
        board.prepare(made, NOW)
    return made


@pytest.fixture
def asked(monkeypatch):
    """The frames for which lists are asked."""
    frames, ask = [], computing.listed

    def noted(lake, one, unit, frame, *which):
        frames.append(frame)
        return ask(lake, one, unit, frame, *which)

    monkeypatch.setattr(computing, "listed", noted)
    return frames


@pytest.mark.parametrize(("unit", "every"), [(1, 1), (2, 3), (4, 4), (8, 4)])
def test_a_page_is_that_part_of_the_whole_list(listing, asked, unit, every):
    """Whoever stands at several units is on it once, and where the whole list has them."""
    for one in ALL[::every]:
        whole = computing.listed(listing, one, unit, NOW)
        for limit, start in ((2, 0), (3, 2), (20, 0), (2, 1000)):
            page = board.listed(listing, one, unit, NOW, limit, start)
            assert page.to_pylist() == whole.slice(start, limit).to_pylist(), (one.key, limit, start)
    assert any(frame.at for frame in asked)


@pytest.mark.parametrize("key", ["register.workers", "register.production_share", "register.persons", "work.open"])
def test_a_page_is_looked_for_at_the_first_units_only(listing, asked, key):
    one = indicators.named(key)
    found = board.listed(listing, one, 1, NOW, 1)
    assert found.num_rows == 1 and all(frame.at or frame.about for frame in asked)
    assert any(frame.about for frame in asked) == (key in ("register.production_share", "register.persons"))
    assert len(asked[0].at) < len(set(computing.listed(listing, one, 1, NOW)["unit"].to_pylist()))
    asked.clear()
    board.listed(again(listing, position=1), one, 1, NOW, 1)
    assert asked == [NOW], "without a board among all"
