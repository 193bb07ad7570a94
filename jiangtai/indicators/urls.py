"""The addresses of figures."""

from . import claim_pages, target_pages
from .pages import briefs, cockpit, drafts, figures

_MODULES = (cockpit, briefs, figures, drafts, target_pages, claim_pages)
urlpatterns = [route for module in _MODULES for route in module.routes]
