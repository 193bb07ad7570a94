"""Proofs: a file, a task, a case, an indicator or a paper is laid beside an entry or an assistance."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from jiangtai.access import audit, current
from jiangtai.flows import materials
from jiangtai.kernel import StoredFile, keep_file

from ..models import Assistance, DocketEntry, Proof

audit.actions(proof__laid="附印证材料")


def keep(upload: UploadedFile) -> StoredFile:
    """A file that somebody sent, looked at and kept."""
    return keep_file(upload, allowed=materials.KINDS, max_bytes=materials.MEGABYTES * 2**20, by=current().actor)


def lay(
    of: DocketEntry | Assistance,
    kind: str,
    label: str,
    *,
    reference: str = "",
    upload: UploadedFile | None = None,
    task: Any = None,
) -> Proof:
    """Lay something beside what it stands behind; the form has seen that it is what it says."""
    with transaction.atomic():
        name = "entry" if isinstance(of, DocketEntry) else "assistance"
        made = Proof.objects.create(
            **{name: of}, kind=kind, label=label.strip()[:120], reference=reference.strip()[:120], task=task,
            file=keep(upload) if upload else None,
        )  # fmt: skip
        unit = of.unit if isinstance(of, DocketEntry) else of.firm.unit
        audit.record("proof.laid", target=unit, details={"kind": kind, "label": made.label})
    return made
