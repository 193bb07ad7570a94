"""Indicators: every figure that Jiangtai tells is declared here once, computed, and opens to the rows it counts.

A domain says which rows and which of a handful of ways to count them; scope, period, roll-up, dimensions and the list
under the figure follow from that one sentence. 人 and 人次 are different things and never add.
"""

from typing import TYPE_CHECKING

from jiangtai.kernel.face import face

if TYPE_CHECKING:
    from . import demo, suppressing
    from .board import prepare, told
    from .claims import Compared, compared, enter_claim, withdraw_claim
    from .computing import (
        Figure,
        Scope,
        at_units,
        buckets,
        computed,
        everywhere,
        listed,
        named,
        named_rows,
        root,
        scopes,
        trend,
    )
    from .declare import Indicator, IndicatorError, heading, indicator, indicators, needed, needs
    from .desks import Desk, desk_of, is_open_at, watched, watched_at
    from .dimensions import BELOW, DIMENSIONS, dimensions_of
    from .forms import grouped
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
    from .models import Claim, Export, Publication, Target
    from .moving import Contribution, Moved, moved
    from .naming import CASES, finds_things, names_origins, names_things
    from .periods import Frame, Period, PeriodError
    from .places import figure_url
    from .publishing import Published, publish, published
    from .rows import Employments, Facts, Memberships, Persons, Units
    from .targets import Standing, lights_of, points_of, set_target, standings, take_back, targets_in_force

__getattr__, __all__ = face(__name__, __file__)
