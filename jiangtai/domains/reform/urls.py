"""The addresses of the reform."""

from typing import Any

from .views import (
    answering,
    assessments,
    matrix,
    meetings,
    plans,
    reading,
    reporting,
    schemes,
    sheets,
    square,
    supervising,
    tasks,
    versions,
)

_MODULES: tuple[Any, ...] = (
    *(plans, reading, versions, sheets, square, tasks, reporting, matrix),
    *(supervising, answering, meetings, assessments, schemes),
)
urlpatterns = [route for module in _MODULES for route in module.routes]
