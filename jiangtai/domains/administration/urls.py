"""The addresses of administration."""

from . import actions  # noqa: F401  declares what units can be asked
from .views import accounts, audit, calendar, desk, grants, groups, inquiries, jobs, own, parameters, units

_MODULES = (units, groups, inquiries, own, accounts, grants, parameters, calendar, audit, jobs, desk)
urlpatterns = [route for module in _MODULES for route in module.routes]
