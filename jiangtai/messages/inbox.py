"""The inbox: an account's own messages, their words, and what was read."""

import uuid
from collections.abc import Iterable

from django.db.models import QuerySet

from jiangtai import vault
from jiangtai.access import Account
from jiangtai.kernel import clock, crypto

from .models import Message


def messages_of(account: Account) -> QuerySet[Message]:
    """What an account was told, the latest first."""
    return Message.objects.filter(to=account).order_by("-made_at", "-id")


def unread(account: Account) -> int:
    """How many it has not read."""
    return Message.objects.filter(to=account, read_at__isnull=True).count()


def mark_read(account: Account, messages: Iterable[uuid.UUID]) -> int:
    """Note that these were read, as far as they are the account's own; how many were new."""
    rows = Message.objects.filter(to=account, pk__in=list(messages), read_at__isnull=True)
    return rows.update(read_at=clock.now())


def mark_all_read(account: Account) -> int:
    """Note that everything was read."""
    return Message.objects.filter(to=account, read_at__isnull=True).update(read_at=clock.now())


def texts_of(account: Account, messages: Iterable[Message]) -> dict[uuid.UUID, str]:
    """The words of an account's messages, for the price of one; only the account itself may read them."""
    wanted = [row for row in messages if row.to_id == account.pk]
    key = vault.subject_key(account.pk) if wanted else None
    if key is None:
        return {}
    fields = {field_of(row.pk): row.pk for row in wanted}
    entries = vault.Entry.objects.filter(subject=account.pk, field__in=fields)
    return {fields[entry.field]: _read(entry, key) for entry in entries}


def field_of(message: uuid.UUID) -> str:
    """Where in the vault a message's words lie."""
    return f"message.{message.hex}"


def _read(entry: vault.Entry, key: crypto.Key) -> str:
    context = entry.subject.bytes + entry.field.encode()
    return crypto.decrypt(key, bytes(entry.ciphertext), context=context).decode()
