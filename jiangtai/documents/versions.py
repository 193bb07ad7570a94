"""Which template is in force at a unit, and how it came to be: uploads are looked at, kept, and never lost."""

from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from jiangtai.access import Unit, audit, current, units
from jiangtai.kernel import keep_file, open_file

from .filling import inspect
from .kinds import DocumentKind
from .layout import built_in
from .models import TemplateVersion

MOST_BYTES = 2 * 2**20


def in_force(kind: DocumentKind, unit: Unit | None) -> TemplateVersion | None:
    """The template of the nearest unit that has its own; None where the built-in one counts."""
    lineage = [one.pk for one in reversed(units.above(unit))] if unit else []
    latest: dict[object, TemplateVersion] = {}
    for row in TemplateVersion.unscoped.filter(kind=kind.key, unit__in=lineage).select_related("file", "unit"):
        latest.setdefault(row.unit_id, row)
    return next((latest[pk] for pk in lineage if pk in latest and latest[pk].file_id), None)


def content_of(kind: DocumentKind, version: TemplateVersion | None) -> bytes:
    """The template itself."""
    if version is None or version.file is None:
        return built_in(kind)
    with open_file(version.file) as file:
        return file.read()


def keep(kind: DocumentKind, unit: Unit, upload: UploadedFile, note: str = "") -> TemplateVersion:
    """Let an uploaded template count for a unit and all below it, once it has been looked at and tried."""
    stored = keep_file(upload, allowed={"docx"}, max_bytes=MOST_BYTES, by=current().actor)
    with open_file(stored) as file:
        inspect(kind, file.read())
    row = _add(kind, unit, stored.pk, note)
    audit.record("template.kept", target=unit, reason=note, details={"kind": kind.label, "by": stored.name})
    return row


def restore(version: TemplateVersion | None, kind: DocumentKind, unit: Unit, note: str = "") -> TemplateVersion:
    """Let an earlier version count again; None gives the unit back to the template above it."""
    row = _add(kind, unit, version.file_id if version else None, note)
    audit.record("template.restored", target=unit, reason=note, details={"kind": kind.label})
    return row


def _add(kind: DocumentKind, unit: Unit, file: UUID | None, note: str) -> TemplateVersion:
    who = current()
    return TemplateVersion.unscoped.create(
        kind=kind.key, unit=unit, file_id=file, note=note, by=who.actor, by_name=who.name[:60]
    )
