"""The web process: Django behind granian, threads bounded so that a rush of sign-ins cannot exhaust memory."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
