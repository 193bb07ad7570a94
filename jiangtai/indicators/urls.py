"""The addresses of figures."""

from .pages import briefs, claims, cockpit, drafts, figures, publications, sheets, targets

_MODULES = (cockpit, briefs, figures, drafts, targets, claims, sheets, publications)
urlpatterns = [route for module in _MODULES for route in module.routes]
