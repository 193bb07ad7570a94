"""A town in which a selection can be held."""

from collections.abc import Iterator

import pytest

from jiangtai.kernel import clock
from tests.office import Office

from .town import MONDAY, Town, build


@pytest.fixture
def town(office: Office) -> Iterator[Town]:
    """The town on a Monday in March, its round open."""
    with clock.at(MONDAY):
        yield build(office)
