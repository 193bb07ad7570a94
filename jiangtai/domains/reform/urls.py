"""The addresses of the reform."""

from typing import Any

from .views import tasks

_MODULES: tuple[Any, ...] = (tasks,)
urlpatterns = [route for module in _MODULES for route in module.routes]
