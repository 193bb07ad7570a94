"""Footnotes (数据口径): every figure of a text carries a mark, and the mark says how the figure is counted."""

from jiangtai.documents import Footnotes, mark_of, notes_of, unmarked

__all__ = ["Footnotes", "mark_of", "notes_of", "unmarked"]
