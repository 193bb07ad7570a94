"""The documents of a case: whoever is asked at a step adds them, and may take back what was added at it."""

import uuid
from collections.abc import Iterable
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from jiangtai.access import Acting, Refused, audit, current
from jiangtai.kernel import clock

from . import engine, records
from .models import Attachment, Case, Seat

KINDS = {"pdf", "jpg", "png", "docx", "xlsx"}
ENDINGS = (".pdf", ".jpg", ".jpeg", ".png", ".docx", ".xlsx")
MEGABYTES = 20
MOST = 40
OTHER = "其他材料"
LONGEST_NAME = 200


def wanted(case: Case) -> list[tuple[str, bool]]:
    """What the round asks for, each with whether it must be there."""
    asked = case.round.materials if case.round else []
    return [(one["name"], bool(one.get("required"))) for one in asked]


def asked_here(case: Case) -> list[tuple[str, bool]]:
    """What is asked for at the step where a case is: the round's documents at the first, and those of the form."""
    form, is_first = getattr(engine.step_of(case), "form", None), case.step == engine.flow_of(case).first()
    return [
        *(wanted(case) if is_first else ()),
        *(form.papers(case) if form is not None and hasattr(form, "papers") else ()),
    ]


def seat_of(case: Case, who: Acting) -> Seat | None:
    """The seat of a case that waits for this account now."""
    if case.state != Case.State.OPEN:
        return None
    rows = case.seats.filter(turn=case.turn, state=Seat.State.OPEN).select_related("unit", "account")
    return next((one for one in rows.order_by("id") if engine.is_asked(one, who)), None)


def attach(case_id: uuid.UUID, material: str, upload: UploadedFile) -> Attachment:
    """Keep a document with the case; its content decides what it is, and one that could do harm is refused."""
    with transaction.atomic():
        case = _held(case_id)
        if material not in {name for name, _ in (*wanted(case), *asked_here(case))} | {OTHER}:
            raise ValidationError(f"没有“{material}”这项材料，请刷新后再传")
        if case.attachments.filter(removed_at__isnull=True).count() >= MOST:
            raise ValidationError(f"一件最多 {MOST} 份材料，请先移除不需要的")
        by = current().actor
        stored = records.keep_paper(case, upload, material, allowed=KINDS, most=MEGABYTES * 2**20, by=by)
        called = records.keep(case, {"name": Path(upload.name or material).name[-LONGEST_NAME:]})
        made = Attachment.objects.create(
            case=case, step=case.step, material=material, file=stored, by=by, secret=called
        )
        audit.record("case.attached", target=case, details={"material": material, "file": stored.sha256})
    return made


def detach(attachment: Attachment) -> None:
    """Take a document back at the step at which it was added; the audit keeps that it was there."""
    with transaction.atomic():
        case = _held(attachment.case_id)
        row = Attachment.objects.select_for_update(of=("self",)).select_related("file").get(pk=attachment.pk)
        if row.removed_at:
            return
        if row.step != case.step:
            raise Refused(f"“{row.material}”是在“{engine.step_label(case, row.step)}”时提交的，现在不能移除")
        row.removed_at = clock.now()
        row.save(update_fields=("removed_at",))
        audit.record("case.detached", target=case, details={"material": row.material, "file": row.file.sha256})


def name_of(attachment: Attachment) -> str:
    """What whoever sent a document called it; it went with the person."""
    if attachment.secret is None:  # from before names were encrypted
        return attachment.file.name
    return records.words(records.read(attachment.case, attachment.secret), "name")


def named(case: Case, attachments: Iterable[Attachment]) -> list[Attachment]:
    """These documents of a case, each with its `called`; one question for the key."""
    rows = list(attachments)
    for row, found in zip(rows, records.read_all(case, [row.secret for row in rows]), strict=True):
        row.called = row.file.name if row.secret is None else records.words(found, "name")  # type: ignore[attr-defined]
    return rows


def _held(case_id: uuid.UUID) -> Case:
    case = engine.lock(case_id)
    if seat_of(case, current()) is None:
        raise Refused("只有正在办理本环节的人可以增减材料")
    return case
