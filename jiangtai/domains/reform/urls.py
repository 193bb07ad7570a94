"""The addresses of the reform."""

from .views import answering, supervising

_MODULES = (supervising, answering)
urlpatterns = [route for module in _MODULES for route in module.routes]
