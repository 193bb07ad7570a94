"""The addresses of the reform."""

from typing import Any

from .views import (
    answering,
    assessments,
    matrix,
    meetings,
    pilot_batches,
    pilot_effects,
    pilot_lists,
    pilots,
    plans,
    reading,
    reporting,
    sheets,
    square,
    supervising,
    tasks,
    versions,
)

_MODULES: tuple[Any, ...] = (
    *(plans, reading, versions, sheets, square, tasks, reporting, matrix),
    *(supervising, answering, meetings, assessments),
    *(pilots, pilot_batches, pilot_lists, pilot_effects),
)
urlpatterns = [route for module in _MODULES for route in module.routes]
