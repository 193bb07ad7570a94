"""Footnotes (数据口径): every figure of a text carries a mark, and the mark says how the figure is counted."""

from collections.abc import Iterable, Mapping

from jiangtai.documents import Footnotes, mark_of, notes_of, unmarked

__all__ = ["Footnotes", "all_of", "mark_of", "notes_of", "unmarked"]


def all_of(text: str, table: Iterable[Mapping[str, str]]) -> str:
    """All words of a paper: its text and the cells of its table."""
    return "\n".join([text, *(cell for row in table for cell in row.values())])
