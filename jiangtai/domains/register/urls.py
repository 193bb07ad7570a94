"""The addresses of the register."""

from .views import blacklist, employers, erasures, persons, pocket, spells, tags

_MODULES = (persons, spells, employers, blacklist, tags, erasures, pocket)
urlpatterns = [route for module in _MODULES for route in module.routes]
