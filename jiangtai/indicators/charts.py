"""Charts: the one file of ECharts that pages draw with, where set-up could get it; tables stand without it."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import FileSystemStorage
from django.templatetags.static import static

NAME = "echarts/echarts.min.js"
FOLDER = Path(settings.BASE_DIR) / "node_modules" / "echarts" / "dist"


class EChartsFinder(BaseFinder):
    """Finds the one file among the eighty of the package, so that the others are neither collected nor packed."""

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing can be wrong: where the file is not there, pages do without."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Its place, where set-up got it."""
        file = FOLDER / "echarts.min.js"
        found = [str(file)] if path == NAME and file.exists() else []
        return found if find_all else found[:1] and found[0]

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        """The one file, under its own folder of addresses."""
        if (FOLDER / "echarts.min.js").exists():
            storage = FileSystemStorage(location=FOLDER)
            storage.prefix = "echarts"  # type: ignore[attr-defined]
            yield "echarts.min.js", storage


@cache
def script_url() -> str:
    """Where the browser gets it; empty where this installation has none, and then tables are all there is."""
    try:
        return static(NAME) if staticfiles_storage.exists(NAME) else ""
    except ValueError:
        return ""
