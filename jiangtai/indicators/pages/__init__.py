"""The pages of figures, by what they show: figures with their rows, a draft with its figures."""

from .asking import GROUPS, is_open_to

__all__ = ["GROUPS", "is_open_to"]
