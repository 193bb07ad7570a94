"""The addresses of figures."""

from . import target_pages
from .pages import briefs, cockpit, drafts, figures

urlpatterns = [*cockpit.routes, *briefs.routes, *figures.routes, *drafts.routes, *target_pages.routes]
