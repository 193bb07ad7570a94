"""The addresses of the reform."""

from typing import Any

from .views import matrix, plans, reading, reporting, sheets, square, tasks, versions

_MODULES: tuple[Any, ...] = (plans, reading, versions, sheets, square, tasks, reporting, matrix)
urlpatterns = [route for module in _MODULES for route in module.routes]
