"""The addresses of the reform."""

from typing import Any

from .views import answering, assessments, meetings, plans, reading, sheets, square, supervising, tasks, versions

_MODULES: tuple[Any, ...] = (
    plans,
    reading,
    versions,
    sheets,
    square,
    tasks,
    supervising,
    answering,
    meetings,
    assessments,
)
urlpatterns = [route for module in _MODULES for route in module.routes]
