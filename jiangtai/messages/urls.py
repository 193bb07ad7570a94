"""The addresses of messages."""

from .pages import urlpatterns

__all__ = ["urlpatterns"]
