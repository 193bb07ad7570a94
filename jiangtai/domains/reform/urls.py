"""The addresses of the reform."""

from typing import Any

from .views import plans, reading, sheets, square, versions

_MODULES: tuple[Any, ...] = (plans, reading, versions, sheets, square)
urlpatterns = [route for module in _MODULES for route in module.routes]
