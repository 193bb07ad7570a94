"""What the declared sources call a column, `register link` calls it too."""

import pytest

from jiangtai.people.linking import files
from jiangtai.people.sources import SOURCES


@pytest.mark.parametrize("key", sorted(SOURCES))
def test_linking_reads_every_heading_of_a_source(key: str) -> None:
    """An office tries on its own file what the register would take from it."""
    told = [(one.field, name) for one in SOURCES[key].columns for name in (one.title, *one.also)]
    shared = [(field, name) for field, name in told if field in files.NAMES]
    assert shared
    assert [(field, name) for field, name in shared if list(files.columns([name])) != [field]] == []
