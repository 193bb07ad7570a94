"""Which template is in force at a unit, and how it came to be: uploads are looked at, kept, and never lost."""

from collections.abc import Iterable
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
    return all_in_force([kind], unit).get(kind.key)


def all_in_force(kinds: Iterable[DocumentKind], unit: Unit | None) -> dict[str, TemplateVersion]:
    """The same for many kinds at once, by the kind's key; those for which the built-in one counts are not there."""
    lineage = [one.pk for one in reversed(units.above(unit))] if unit else []
    rows = TemplateVersion.unscoped.filter(kind__in=[one.key for one in kinds], unit__in=lineage)
    latest: dict[str, dict[object, TemplateVersion]] = {}
    for row in rows.select_related("file", "unit"):
        latest.setdefault(row.kind, {}).setdefault(row.unit_id, row)
    nearest = {key: next((own[pk] for pk in lineage if pk in own and own[pk].file_id), None)
               for key, own in latest.items()}  # fmt: skip
    return {key: row for key, row in nearest.items() if row is not None}


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
