"""The addresses of the reform."""

from typing import Any

from .views import (
    answering,
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
    plans, reading, versions, sheets, square, tasks, reporting, supervising, answering, meetings, matrix,
)  # fmt: skip
urlpatterns = [route for module in _MODULES for route in module.routes]
