"""Sending: a row in the transaction of what it tells; an SMS leaves by a job once that is committed."""

import re
import uuid
from collections.abc import Mapping

from django.db import IntegrityError, transaction

from jiangtai import vault
from jiangtai.access import Account, acting_as_job

from .inbox import field_of
from .kinds import KINDS, MessageKind
from .models import Message

_IDENTITY = re.compile(r"(?<![0-9A-Za-z])(?:[1-9][0-9]{16}[0-9Xx]|[1-9][0-9]{14})(?![0-9A-Za-z])")
_LONGEST = 300


def send(
    to: Account | uuid.UUID,
    kind: MessageKind | str,
    text: str = "",
    *,
    values: Mapping[str, object] | None = None,
    link: str = "",
    sms: bool | None = None,
    cause: uuid.UUID | None = None,
) -> Message | None:
    """Tell an account something, in the words of the kind or in others; once for a cause. None when it was erased."""
    kind = KINDS[kind] if isinstance(kind, str) else kind
    words = _checked(text, link) if text else _checked(_fitted(kind.say(values or {})), link)
    reader = to if isinstance(to, uuid.UUID) else to.pk
    by_sms = kind.sms if sms is None else sms
    if said := _said(reader, kind, cause):
        return said
    state = Message.Sms.WAITING if by_sms else Message.Sms.NONE
    try:
        with transaction.atomic():
            row = Message.objects.create(to_id=reader, kind=kind.key, link=link, cause=cause, sms=state)
            _keep_words(row, words)
    except vault.Erased:
        return None
    except IntegrityError:
        if said := _said(reader, kind, cause):
            return said
        raise
    if by_sms:
        from .jobs import send_sms

        send_sms.defer(message=str(row.pk))
    return row


def _said(reader: uuid.UUID, kind: MessageKind, cause: uuid.UUID | None) -> Message | None:
    return Message.objects.filter(to=reader, kind=kind.key, cause=cause).first() if cause else None


def _keep_words(row: Message, words: str) -> None:
    """The reader's key lies beyond the reach of most senders; the row is the system's to write."""
    with acting_as_job("发送消息"):
        unit = Account.objects.select_related("unit").get(pk=row.to_id).unit
        vault.put(row.to_id, field_of(row.pk), words, path=unit.path if unit else "")


def _fitted(words: str) -> str:
    """What a kind says with an office's own titles in it: a number is covered, a tail cut; no act stops at a title."""
    words = _IDENTITY.sub(lambda found: f"{found[0][:4]}****", words)
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"


def _checked(words: str, link: str) -> str:
    words = words.strip()
    if not words or len(words) > _LONGEST:
        raise ValueError(f"消息应为 1 至 {_LONGEST} 个字，这里是 {len(words)} 个，请写短些")
    if _IDENTITY.search(words):
        raise ValueError("消息里有身份证号，不能发送，请改用姓名或办件编号")
    if link and (not link.startswith("/") or link.startswith("//")):
        raise ValueError(f"消息的链接应是本系统的页面（以 / 开头），这里是“{link}”")
    return words
