"""The room as a Django application."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The room's Django application."""

    name = "jiangtai.people"
    verbose_name = "人员与单位"
