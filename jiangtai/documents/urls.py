"""The addresses of documents."""

from .pages import urlpatterns

__all__ = ["urlpatterns"]
