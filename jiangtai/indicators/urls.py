"""The addresses of figures."""

from .pages import drafts, figures

urlpatterns = [*figures.routes, *drafts.routes]
