"""The addresses of the register."""

from .views import blacklist, employers, erasures, persons, pocket, sources, spells

_MODULES = (persons, spells, employers, blacklist, erasures, sources, pocket)
urlpatterns = [route for module in _MODULES for route in module.routes]
