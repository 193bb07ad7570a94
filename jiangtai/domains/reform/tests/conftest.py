"""A plan in force on a Monday in March."""

from collections.abc import Iterator

import pytest

from jiangtai.kernel import clock
from tests.office import Office

from .working import MONDAY, Work, build


@pytest.fixture
def work(office: Office) -> Iterator[Work]:
    """The office with its tasks handed out."""
    with clock.at(MONDAY):
        yield build(office)
