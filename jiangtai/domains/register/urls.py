"""The addresses of the register."""

from .views import blacklist, employers, persons, pocket, spells

_MODULES = (persons, spells, employers, blacklist, pocket)
urlpatterns = [route for module in _MODULES for route in module.routes]
