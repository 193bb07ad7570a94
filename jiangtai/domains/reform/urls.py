"""The addresses of the reform."""

from typing import Any

from .views import (
    answering,
    assessments,
    boards,
    matrix,
    meetings,
    plans,
    points,
    reading,
    reporting,
    sheets,
    square,
    supervising,
    supplying,
    tasks,
    versions,
)

_MODULES: tuple[Any, ...] = (
    *(plans, reading, versions, sheets, square, tasks, boards, points, reporting, matrix),
    *(supervising, answering, meetings, assessments),
    *(supplying,),
)
urlpatterns = [route for module in _MODULES for route in module.routes]
