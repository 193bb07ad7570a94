"""The addresses of the register."""

from .views import (
    blacklist,
    checks,
    employers,
    erasures,
    groups,
    merges,
    persons,
    pocket,
    quality,
    sources,
    spells,
    tags,
)

_MODULES = (groups, persons, spells, employers, blacklist, tags, erasures, checks, sources, merges, quality, pocket)
urlpatterns = [route for module in _MODULES for route in module.routes]
