"""The addresses of figures."""

from . import pages, target_pages

urlpatterns = [*pages.routes, *target_pages.routes]
