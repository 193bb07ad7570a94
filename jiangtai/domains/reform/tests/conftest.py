"""A district whose tasks stand badly."""

from collections.abc import Iterator

import pytest

from jiangtai.kernel import clock
from tests.office import Office

from .following import TODAY, Following


@pytest.fixture
def following(office: Office) -> Iterator[Following]:
    """The district on a day in November."""
    with clock.at(TODAY):
        yield Following(office)
