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
    splits,
    tags,
)

_MODULES = (
    groups,
    persons,
    spells,
    employers,
    blacklist,
    tags,
    erasures,
    checks,
    sources,
    merges,
    splits,
    quality,
    pocket,
)
urlpatterns = [route for module in _MODULES for route in module.routes]
