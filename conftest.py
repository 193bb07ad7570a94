"""Every test runs on the real database, in a home of its own (see tests/home.py), as the application's role."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.home import HOME

pytest_plugins = ["tests.office", "tests.live"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where two processes share the tests, each takes whole files, and one takes all that meet the served demo."""
    for item in items:
        group = "live" if "live" in getattr(item, "fixturenames", ()) else item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """One migrated database for the session; each test's transaction is rolled back."""
    from django.db import connections

    from config.database import migrate
    from jiangtai.kernel import Cluster, Home
    from tests.office import copy_database

    with Cluster(Home(HOME)).running() as cluster, django_db_blocker.unblock():
        # Nothing here need outlive the machine, and each twin that goes would wait for the disk.
        with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        migrate()
        copy_database("jiangtai", "jiangtai_office")
        yield
        connections.close_all()


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Any) -> None:
    """Pages in unit tests need no collected assets."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture(autouse=True)
def _no_minute_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked or noted once a minute is not counted among a page's questions: here no minute ends."""
    monkeypatch.setattr("jiangtai.web.place._KEPT_SECONDS", 3600)
    monkeypatch.setattr("jiangtai.web.middleware.SEEN_EVERY", 3600)
