"""A plan in force on a Monday in March, and a district in November whose tasks stand badly."""

from collections.abc import Iterator

import pytest

from jiangtai.kernel import clock
from tests.office import Office

from .following import TODAY, Following
from .working import MONDAY, Work, build


@pytest.fixture
def work(office: Office) -> Iterator[Work]:
    """The office with its tasks handed out."""
    with clock.at(MONDAY):
        yield build(office)


@pytest.fixture
def following(office: Office) -> Iterator[Following]:
    """The district on a day in November."""
    with clock.at(TODAY):
        yield Following(office)
