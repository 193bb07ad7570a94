"""Linking: which rows of several lists that disagree are one and the same person.

An office tries it on its own files with `jiangtai register link`. Identity numbers come first; what they leave is
weighed by name, birthday, phone and employer, with weights that the lists themselves teach: rows whose number is known
show how often the rest agrees. What stays doubtful is left to a person. It knows no Django and no database of ours:
every expression is Ibis, for DuckDB here and for Spark where a province outgrows one machine.
"""

from typing import TYPE_CHECKING

from jiangtai.kernel.face import face

if TYPE_CHECKING:
    from .files import LinkingError
    from .linker import SURE, SURE_ENOUGH, Report, link
    from .meeting import Facts, Match, nearest
    from .repairing import answers

__getattr__, __all__ = face(__name__, __file__)
