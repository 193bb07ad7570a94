"""The room by itself: whatever stands above it has no page in its tests."""

import pytest
from django.urls import get_resolver

from jiangtai.web import registry


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert get_resolver().url_patterns, "every page is registered by loading the addresses"
    own = {name: one for name, one in registry._pages.items() if one.kind.__module__.startswith("jiangtai.web.")}
    monkeypatch.setattr(registry, "_pages", own)
