"""The pages of figures, by what they show: figures with their rows, a draft with its figures."""

from .asking import is_open_to

__all__ = ["is_open_to"]
