"""The addresses of the reform."""

from typing import Any

_MODULES: tuple[Any, ...] = ()
urlpatterns = [route for module in _MODULES for route in module.routes]
