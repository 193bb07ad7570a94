"""The addresses of credentials."""

from .pages import office, pocket, square

urlpatterns = [*square.routes, *office.routes, *pocket.routes]
