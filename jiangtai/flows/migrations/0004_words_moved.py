"""What was typed in clear until now goes under the key of the person it is about; of the erased it is dropped.

Documents that were sent before stay as they lie: their bytes are taken away when the person is erased.
"""

import json
import secrets
from typing import Any
from uuid import UUID

from django.db import migrations

APPENDED = ("flows_move", "flows_decision")


def move_words(apps: Any, editor: Any) -> None:
    """Encrypt every reason, every answer and every objection under the subject of its case."""
    alias, keys = editor.connection.alias, Keys(apps, editor.connection.alias)
    rows = {name: apps.get_model("flows", name).objects.using(alias) for name in ("Move", "Seat", "Objection")}
    decisions = apps.get_model("flows", "Decision").objects.using(alias)
    typed = {
        "moves": rows["Move"].exclude(why="").select_related("case__unit"),
        "seats": rows["Seat"].exclude(why="").exclude(state="recused").select_related("case__unit"),
        "objections": rows["Objection"].select_related("shown__case__unit"),
        "decisions": decisions.filter(clear__has_key="why").select_related("case__unit"),
    }
    if not any(found.exists() for found in typed.values()):
        return
    _let(editor, "DISABLE")
    ranked = set()
    for one in typed["decisions"]:
        why = one.clear.pop("why")
        ranked.add((one.case_id, one.turn))
        values = {"clear": one.clear}
        if why and one.secret is None:
            values["secret"] = keys.seal(one.case, one.case.pk, {"opinion": why})
        decisions.filter(pk=one.pk).update(**values)
    for one in typed["moves"]:
        words, said = _parted(one, ranked)
        if words != one.why:
            secret = keys.seal(one.case, one.case.pk, {"why": said}) if said else None
            rows["Move"].filter(pk=one.pk).update(why=words, secret=secret)
    for one in typed["seats"]:
        rows["Seat"].filter(pk=one.pk).update(why="", secret=keys.seal(one.case, one.case.pk, {"why": one.why}))
    for one in typed["objections"]:
        case = one.shown.case
        said = keys.open(one.pk, one.pk, one.secret)
        values = {"secret": keys.seal(case, one.pk, said)} if said else {}
        if one.answer:
            values["answer_secret"] = keys.seal(case, case.pk, {"answer": one.answer})
        rows["Objection"].filter(pk=one.pk).update(
            **{name: value for name, value in values.items() if value is not None}
        )
        keys.forget(one.pk)
    _let(editor, "ENABLE")


def _parted(one: Any, ranked: set[Any]) -> tuple[str, str]:
    """The house's own words, and what somebody typed."""
    if one.to == "withdrawn":
        return "撤回", one.why
    if one.why.startswith("申诉：") or one.why == "申诉":
        return "申诉", one.why.removeprefix("申诉").removeprefix("：")
    return ("", "") if (one.case_id, one.turn) in ranked else (one.why, "")


class Keys:
    """Subjects' keys as the vault keeps them, through the migration's own connection."""

    def __init__(self, apps: Any, alias: str) -> None:
        self.rows = apps.get_model("vault", "SubjectKey").objects.using(alias)
        self.erased = set(apps.get_model("vault", "Erasure").objects.using(alias).values_list("subject", flat=True))

    def seal(self, case: Any, place: UUID, values: dict[str, Any]) -> bytes | None:
        """Encrypted under the case's subject; nothing where the subject was erased."""
        from jiangtai.kernel import crypto

        if case.subject in self.erased:
            return None
        key = self._key(case.subject) or self._made(case.subject, case.unit.path)
        return crypto.encrypt(key, json.dumps(values, ensure_ascii=False).encode(), context=b"flows" + place.bytes)

    def open(self, subject: UUID, place: UUID, secret: bytes) -> dict[str, Any] | None:
        """What was encrypted under a subject's key, if there is one."""
        from jiangtai.kernel import crypto

        key = self._key(subject)
        return json.loads(crypto.decrypt(key, bytes(secret), context=b"flows" + place.bytes)) if key else None

    def forget(self, subject: UUID) -> None:
        """Destroy a key that nothing needs any more."""
        self.rows.filter(subject=subject).delete()

    def _key(self, subject: UUID) -> Any:
        from jiangtai.kernel import crypto
        from jiangtai.vault import keyring

        row = self.rows.filter(subject=subject).first()
        if row is None:
            return None
        return crypto.Key.for_subject(
            str(subject), crypto.decrypt(keyring(), bytes(row.wrapped), context=subject.bytes)
        )

    def _made(self, subject: UUID, path: str) -> Any:
        from jiangtai.kernel import crypto
        from jiangtai.vault import keyring

        wrapped = crypto.encrypt(keyring().active("wrap"), secrets.token_bytes(32), context=subject.bytes)
        self.rows.create(subject=subject, path=path, wrapped=wrapped)
        return self._key(subject)


def _let(editor: Any, what: str) -> None:
    """Only here, and only by the owner, are these tables changed: what they say stays, and is no more in clear."""
    for table in APPENDED:
        editor.execute(f"ALTER TABLE {table} {what} TRIGGER USER")


class Migration(migrations.Migration):
    """Nothing is brought back into the clear."""

    dependencies = [("flows", "0003_words_encrypted"), ("vault", "0002_row_level_security")]
    operations = [migrations.RunPython(move_words, migrations.RunPython.noop)]
