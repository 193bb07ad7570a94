"""The addresses of figures."""

from . import claim_pages, target_pages
from .pages import drafts, figures

urlpatterns = [*figures.routes, *drafts.routes, *target_pages.routes, *claim_pages.routes]
