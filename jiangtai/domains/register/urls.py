"""The addresses of the register."""

from .views import blacklist, employers, erasures, persons, pocket, spells

_MODULES = (persons, spells, employers, blacklist, erasures, pocket)
urlpatterns = [route for module in _MODULES for route in module.routes]
