"""A growth record as a file, for the worker and for the office."""

from typing import Any
from urllib.parse import quote

from django.http import HttpResponse


def as_pdf(issued: Any, content: bytes) -> HttpResponse:
    """The PDF, named by its number."""
    name = quote(f"成长档案-{issued.number}.pdf")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
