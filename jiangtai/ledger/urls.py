"""The addresses of the ledger."""

from .pages import routes

urlpatterns = routes
