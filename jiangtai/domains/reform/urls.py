"""The addresses of the reform."""

from typing import Any

from .views import (
    answering,
    assessments,
    inspecting,
    library,
    library_square,
    matrix,
    meetings,
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
    *(library, library_square, inspecting),
)
urlpatterns = [route for module in _MODULES for route in module.routes]
