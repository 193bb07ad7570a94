"""The addresses of figures."""

from . import target_pages
from .pages import drafts, figures

urlpatterns = [*figures.routes, *drafts.routes, *target_pages.routes]
