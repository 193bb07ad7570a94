"""The addresses of honours."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
