"""The addresses of the reform."""

from typing import Any

from .views import answering, meetings, supervising, tasks

_MODULES: tuple[Any, ...] = (tasks, supervising, answering, meetings)
urlpatterns = [route for module in _MODULES for route in module.routes]
