"""The addresses of figures."""

from .pages import briefs, claims, cockpit, drafts, figures, targets

_MODULES = (cockpit, briefs, figures, drafts, targets, claims)
urlpatterns = [route for module in _MODULES for route in module.routes]
