"""The addresses of figures."""

from . import claim_pages, pages, target_pages

urlpatterns = [*pages.routes, *target_pages.routes, *claim_pages.routes]
