"""The addresses of figures."""

from .pages import routes

urlpatterns = routes
