"""Indicators: every figure that Jiangtai tells is declared here once, computed, and opens to the rows it counts.

A domain says which rows and which of a handful of ways to count them; scope, period, roll-up, dimensions and the list
under the figure follow from that one sentence. 人 and 人次 are different things and never add.
"""

from typing import TYPE_CHECKING

from jiangtai.kernel.face import face

if TYPE_CHECKING:
    from .board import prepare, told
    from .computing import Figure, Scope, buckets, computed, everywhere, listed, named, named_rows, root, scopes
    from .declare import Indicator, IndicatorError, indicator, indicators, needed, needs
    from .dimensions import BELOW, DIMENSIONS
    from .lights import AMBER, GREEN, NONE, RED, Light, Thresholds, light
    from .measures import (
        Measure,
        MeasureError,
        Unit,
        attendances,
        coverage,
        growth,
        persons,
        share,
        things,
        total,
        units,
    )
    from .models import Target
    from .naming import names_things
    from .periods import Frame, Period, PeriodError
    from .rows import Employments, Facts, Memberships, Persons, Units
    from .targets import Standing, lights_of, points_of, set_target, standings, take_back, targets_in_force

__getattr__, __all__ = face(__name__, __file__)
