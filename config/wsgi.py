"""The web process: Django behind granian, threads bounded so that a rush of sign-ins cannot exhaust memory."""

import os
from pathlib import Path

from django.apps import apps
from django.core.wsgi import get_wsgi_application
from django.template.loader import get_template
from django.urls import get_resolver


def warm() -> None:
    """Load every page and every template of the house before the first visitor, who would wait for them."""
    assert get_resolver().url_patterns
    for app in apps.get_app_configs():
        if app.name.startswith("jiangtai."):
            folder = Path(app.path) / "templates"
            for file in folder.rglob("*.html"):
                get_template(file.relative_to(folder).as_posix())


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
warm()
