"""The addresses of the reform."""

from typing import Any

from .views import reporting, tasks

_MODULES: tuple[Any, ...] = (tasks, reporting)
urlpatterns = [route for module in _MODULES for route in module.routes]
