"""The last application to be ready: by then every domain can declare what it has."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings

LABELS = {"administration": "机关事务", "register": "队伍", "honors": "荣誉", "reform": "改革方案"}
"""What users call each domain."""
DECLARING = ("facts", "actions", "flow", "indicators", "policies")


class HouseConfig(AppConfig):
    """Loads the declarations of every domain, so that pages, jobs and the command line know the same product."""

    name = "config"
    verbose_name = "匠台"

    def ready(self) -> None:
        """Import what declares, domain by domain: numbers first, because flows name them."""
        from jiangtai import ledger
        from jiangtai.credentials import persons_are
        from jiangtai.kernel import parameters
        from jiangtai.web import workers_are_called

        for domain in settings.DOMAINS:
            apps.get_app_config(domain).verbose_name = LABELS.get(domain, domain)
            numbers = settings.BASE_DIR / "jiangtai" / "domains" / domain / "parameters.yaml"
            if numbers.exists():
                parameters.registry.declare(*parameters.load(numbers, domain))
            for module in DECLARING:
                if find_spec(f"jiangtai.domains.{domain}.{module}"):
                    import_module(f"jiangtai.domains.{domain}.{module}")
        ledger.check_facts()
        persons_are(_persons_of)
        workers_are_called(_name_of_worker)


def _persons_of(account: Any) -> list[Any]:
    """All ids that were given out for the person behind an account: what was issued names the one of that day."""
    from jiangtai import people

    person = people.person_of(account)
    return people.ids_of(person.pk) if person else []


def _name_of_worker(account: Any) -> str:
    """The name on the file behind a worker's account; for the worker only."""
    from jiangtai import people

    person = people.person_of(account)
    return people.own_card(person).name if person else ""
