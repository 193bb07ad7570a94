"""Drafts: the figures in a text that an office is about to publish, found and held against what is computed.

A figure is a number with what it counts, as it is written: 59.3万元, 近2.1万名, 百分之三十. Dates, document numbers,
ranks and names built on numerals are none. It knows no Django and no database, and guesses nothing: a figure to which
no indicator surely belongs is said to be without support.
"""

from typing import TYPE_CHECKING

from jiangtai.kernel.face import face

if TYPE_CHECKING:
    from .belonging import Computed
    from .checking import VERDICTS, Checked, check, held
    from .figures import WrittenFigure, figures_in
    from .findings import Finding, findings_in
    from .moments import Moment, Place, period_said, place_said, places_in

__getattr__, __all__ = face(__name__, __file__)
