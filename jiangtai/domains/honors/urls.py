"""The addresses of honours."""

from .views import awards, hall, mine, plaques, registers, rights, roster, talents, titles

_MODULES = (hall, mine, titles, roster, awards, plaques, rights, registers, talents)
urlpatterns = [route for module in _MODULES for route in module.routes]
