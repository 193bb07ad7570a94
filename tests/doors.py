"""The committed table of who may open which page: `python -m tests.doors` writes it anew, a test compares."""

import csv
from pathlib import Path

FILE = Path(__file__).with_name("doors.tsv")


def table() -> dict[str, str]:
    """Every page, and the roles that may open it, or the word that says who may."""
    from django.urls import get_resolver

    from jiangtai.access import PERMISSIONS
    from jiangtai.web import every_page

    assert get_resolver().url_patterns
    found = {one.name: one.kind.permission for one in every_page()}
    return {
        name: " ".join(sorted(PERMISSIONS[permission][1])) if permission in PERMISSIONS else permission
        for name, permission in sorted(found.items())
    }


def committed() -> dict[str, str]:
    """The table as it was last agreed on."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return dict(csv.reader(file, delimiter="\t"))


def write() -> None:
    """Agree on what the code says now."""
    with FILE.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter="\t", lineterminator="\n").writerows(table().items())


if __name__ == "__main__":
    import os

    from tests import home

    assert home.HOME
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    write()
