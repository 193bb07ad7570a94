"""The addresses of administration."""

from .views import accounts, audit, calendar, desk, grants, groups, inquiries, jobs, own, parameters, units

_MODULES = (units, groups, inquiries, own, accounts, grants, parameters, calendar, audit, jobs, desk)
urlpatterns = [route for module in _MODULES for route in module.routes]
