"""The addresses of the reform."""

from typing import Any

from .views import answering, supervising, tasks

_MODULES: tuple[Any, ...] = (tasks, supervising, answering)
urlpatterns = [route for module in _MODULES for route in module.routes]
