"""The addresses of the reform."""

from typing import Any

from .views import (
    answering,
    assessments,
    boards,
    cohorts,
    docket_sets,
    dockets,
    entries,
    inspecting,
    library,
    library_square,
    matrix,
    measures,
    meetings,
    parts,
    pilot_batches,
    pilot_effects,
    pilot_lists,
    pilots,
    plans,
    points,
    programmes,
    reading,
    reporting,
    results,
    schemes,
    sheets,
    square,
    supervising,
    supplying,
    tasks,
    versions,
)

_MODULES: tuple[Any, ...] = (
    *(plans, measures, parts, reading, versions, sheets, square, tasks, boards, points, reporting, matrix),
    *(supervising, answering, meetings, assessments, schemes, results),
    *(library, library_square, inspecting),
    *(pilots, pilot_batches, pilot_lists, pilot_effects),
    *(supplying,),
    *(docket_sets, dockets, entries, cohorts, programmes),
)
urlpatterns = [route for module in _MODULES for route in module.routes]
