"""Files that a page hands out: under a name that says what they are, never opened inside the page."""

from typing import IO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from jiangtai.kernel import StoredFile, filetypes, new_id, open_file

UNKNOWN = "application/octet-stream"
UNKEPT = {"Cache-Control": "private, no-store"}
"""Nothing on the way keeps a file that was handed out: the next who asks may not see it."""


def as_file(content: bytes | IO[bytes], name: str, media_type: str = "") -> HttpResponse | FileResponse:
    """A file to take along; what kind it is, the ending of its name says."""
    kind = media_type or filetypes.MEDIA_TYPES.get(name.rpartition(".")[2].lower(), UNKNOWN)
    if isinstance(content, bytes):
        headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment", **UNKEPT}
        return HttpResponse(content, content_type=kind, headers=headers)
    return FileResponse(content, as_attachment=True, filename=name, content_type=kind, headers=UNKEPT)


def renewing(request: HttpRequest, file: HttpResponseBase) -> HttpResponseBase:
    """A file whose making changed the page from which it was asked for: a sign beside it lets that page load itself."""
    file.set_cookie("came", new_id().hex, max_age=60, samesite="Lax", secure=request.is_secure())
    return file


def stored_file(stored: StoredFile, name: str = "") -> HttpResponse | FileResponse:
    """A kept file to take along, under the name that it came with."""
    return as_file(open_file(stored), name or stored.name, stored.media_type)
