"""The addresses of the reform."""

from typing import Any

from .views import (
    answering,
    assessments,
    cohorts,
    dockets,
    entries,
    matrix,
    meetings,
    plans,
    programmes,
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
    *(dockets, entries, cohorts, programmes),
)
urlpatterns = [route for module in _MODULES for route in module.routes]
