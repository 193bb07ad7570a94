"""Back up and restore: rows by COPY in one snapshot, files by content, keys apart, and erasures that stay.

The data file alone reads nobody: subjects' keys go into `FILE.keys`, which is to be kept elsewhere. A restore replays
the list of erasures before it is over, so that whoever was erased after the backup does not come back.
"""

import graphlib
import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from psycopg import sql

FORMAT = 1
KEY_TABLES = {"vault_subjectkey"}
SKIPPED = {"django_migrations", "kernel_cache"}


class BackupError(RuntimeError):
    """The backup or the restore did not happen; the message says why."""


def back_up(file: Path, *, force: bool = False) -> None:
    """Write FILE and FILE.keys, whole or not at all."""
    keys_file = file.with_name(file.name + ".keys")
    if taken := [str(one) for one in (file, keys_file) if one.exists() and not force]:
        raise BackupError(f"{'、'.join(taken)} 已经存在，没有覆盖；请换一个文件名，确要覆盖请加 --force")
    from django.conf import settings

    from jiangtai import ledger
    from jiangtai.access import audit

    head, ledger_head = audit.seal(), ledger.seal()
    with _owner_cursor("REPEATABLE READ READ ONLY") as cursor, _whole(file) as data, _whole(keys_file) as keys:
        rows = {table: _copy_out(cursor, table, keys if table in KEY_TABLES else data) for table in _tables(cursor)}
        _pack(data, "files", settings.HOME.files)
        _pack(keys, "keys", settings.HOME.keys)
        manifest = {
            "format": FORMAT,
            "migrations": _applied(cursor),
            "rows": rows,
            "sequences": _sequences(cursor),
            "parts": _parts(cursor),
            "audit_head": {"size": head.size, "root": head.root_hex} if head else None,
            "ledger_head": {"size": ledger_head.size, "root": ledger_head.root_hex} if ledger_head else None,
            "erasures": str(settings.HOME.keys / "erasures.jsonl"),
        }
        data.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
        keys.writestr("demo.json", json.dumps(settings.HOME.demo(), ensure_ascii=False))
    print(f"已备份 {sum(rows.values()):,} 行到 {file}；密钥另存 {keys_file}，请分开保管")
    if head:
        print(f"审计根：{head.size} 条 {head.root_hex}")
    if ledger_head:
        print(f"账本根：{ledger_head.size} 条 {ledger_head.root_hex}")


def restore_command(file: Path, keys_file: Path | None, erasures: Path | None) -> None:
    """Bring a backup back into an empty home and an empty database."""
    keys_file = keys_file or file.with_name(file.name + ".keys")
    manifest = _read_manifest(file, keys_file)
    _take_home(keys_file)
    import django

    django.setup()
    from django.conf import settings

    from . import serving

    with serving.database():
        _load(file, keys_file, manifest)
        _unpack(file, "files/", settings.HOME.files)
        _replay(manifest, erasures)
        _confirm(manifest)
    (settings.HOME.path / "restoring").unlink()


def _read_manifest(file: Path, keys_file: Path) -> dict[str, Any]:
    for one in (file, keys_file):
        if not zipfile.is_zipfile(one) if one.exists() else True:
            raise BackupError(f"{one} {'不是匠台的备份文件' if one.exists() else '不存在'}")
        if broken := _broken_part(one):
            raise BackupError(f"{one} 已损坏（{broken}），请换另一份备份")
    with zipfile.ZipFile(file) as data:
        if "manifest.json" not in data.namelist():
            raise BackupError(f"{file} 不是匠台的备份文件")
        manifest = json.loads(data.read("manifest.json"))
    if manifest.get("format") != FORMAT:
        raise BackupError(f"备份格式是 {manifest.get('format')}，本版本只能恢复格式 {FORMAT}")
    return manifest


def _broken_part(file: Path) -> str:
    """The first part of a file that cannot be read as it was written; empty when all can."""
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            try:
                with archive.open(name) as part:
                    while part.read(1 << 20):
                        pass
            except (zlib.error, zipfile.BadZipFile, EOFError):
                return name
    return ""


def _take_home(keys_file: Path) -> None:
    """Keys come first: settings read whether this home is a demo."""
    from jiangtai.kernel.home import Home

    home = Home.current()
    if home.postgres.exists() or (home.keys.exists() and any(home.keys.iterdir())):
        raise BackupError(f"{home.path} 不是空目录。请用 JIANGTAI_HOME 指定一个新目录再恢复")
    home.make_secrets()
    (home.path / "restoring").touch()
    _unpack(keys_file, "keys/", home.keys)
    with zipfile.ZipFile(keys_file) as keys:
        demo = json.loads(keys.read("demo.json"))
    if demo:
        home.save_demo(demo)


def _load(file: Path, keys_file: Path, manifest: dict[str, Any]) -> None:
    """Shape the database as it was at the backup, load every row in one transaction, then bring it up to the code."""
    from . import database

    with _owner_cursor() as cursor:
        if _tables(cursor) and any(_count(cursor, table) for table in _tables(cursor) if table.startswith("access_")):
            raise BackupError("数据库不是空的，恢复只在空数据库中进行")
    for app, name in manifest["migrations"]:
        database.migrate(app, name)
    with _owner_cursor() as cursor, zipfile.ZipFile(file) as data, zipfile.ZipFile(keys_file) as keys:
        _divide(cursor, manifest.get("parts", []))
        tables = _parents_first(cursor, [table for table in _tables(cursor) if table in manifest["rows"]])
        _set_triggers(cursor, tables, "DISABLE")
        for table in reversed(tables):
            cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        for table in tables:
            _copy_in(cursor, table, keys if table in KEY_TABLES else data)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _set_triggers(cursor, tables, "ENABLE")
        for name, value in manifest["sequences"].items():
            cursor.execute("SELECT setval(%s::regclass, %s)", [name, value])
    database.migrate()


def _replay(manifest: dict[str, Any], extra: Path | None) -> None:
    from jiangtai import people
    from jiangtai.access import accounts, acting_as_job
    from jiangtai.flows import engine
    from jiangtai.vault import erased_subjects, erasure_list, replay_erasures

    lists = [path for path in (Path(manifest["erasures"]), extra) if path]
    if extra and not extra.exists():
        raise BackupError(f"擦除名单 {extra} 不存在")
    lines = [line for path in lists if path.exists() for line in path.read_text(encoding="utf-8").splitlines()]
    known = set(erasure_list().read_text(encoding="utf-8").splitlines()) if erasure_list().exists() else set()
    with erasure_list().open("a", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in dict.fromkeys(lines) if line.strip() and line not in known)
    with acting_as_job("恢复备份"):
        returned = replay_erasures(erased_subjects())
        accounts.settle_erased(erased_subjects())
        people.settle_erased(erased_subjects())
        engine.settle_erased(erased_subjects())
    if any(path.exists() for path in lists):
        print(f"已重放擦除名单，{returned} 人在备份之后被擦除，现已再次擦除")
        return
    print(f"注意：没有找到原安装的擦除名单（{manifest['erasures']}），只重放了备份里的名单。")
    print("备份之后若有人注销，请用 --erasures 指定名单，另恢复一次")


def _confirm(manifest: dict[str, Any]) -> None:
    """The rows and the audit head are what they were."""
    from jiangtai.access import audit

    faults = audit.verify()
    wanted = manifest["audit_head"]
    head = audit.head(wanted["size"]) if wanted else None  # a later seal may have come into the snapshot
    if faults or (wanted and (head is None or head.root_hex != wanted["root"])):
        raise BackupError("恢复后的审计与备份时的根不一致：" + "；".join(faults[:3]))
    if faults := _ledger_faults(manifest.get("ledger_head")):
        raise BackupError("恢复后的账本与备份时的根不一致：" + "；".join(faults[:3]))
    print(f"已恢复 {sum(manifest['rows'].values()):,} 行；审计根一致：{head.size if head else 0} 条；账本完好")


def _ledger_faults(wanted: dict[str, Any] | None) -> list[str]:
    from jiangtai import ledger

    faults, head = ledger.verify().faults, ledger.head(wanted["size"]) if wanted else None
    if wanted and (head is None or head.root_hex != wanted["root"]):
        return [f"备份时的根是 {wanted['root']}", *faults]
    return faults


@contextmanager
def _owner_cursor(mode: str = "READ COMMITTED") -> Iterator[Any]:
    from django.db import connections, transaction

    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {mode}")
        cursor.execute("SET LOCAL row_security = off")  # a role that would see only some rows fails, and says so
        yield cursor.cursor if hasattr(cursor, "cursor") else cursor


@contextmanager
def _whole(file: Path) -> Iterator[zipfile.ZipFile]:
    """A zip that appears under its name only when it is complete and on disk."""
    draft = file.with_name(f".{file.name}.part")
    descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as raw:
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
                yield archive
            raw.flush()
            os.fsync(raw.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def _tables(cursor: Any) -> list[str]:
    # The parts of a divided table are read and written one by one; the whole holds no rows of its own.
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1"
    )
    return [name for (name,) in cursor.fetchall() if name not in SKIPPED]


def _parents_first(cursor: Any, tables: list[str]) -> list[str]:
    """The tables so that no row comes before one it points at; the queue's foreign keys do not wait for the end."""
    cursor.execute(
        "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint"
        " WHERE contype = 'f' AND NOT condeferred AND conrelid <> confrelid"
    )
    above: dict[str, set[str]] = {table: set() for table in tables}
    for child, parent in cursor.fetchall():
        if child in above and parent in above:
            above[child].add(parent)
    return list(graphlib.TopologicalSorter(above).static_order())


def _parts(cursor: Any) -> list[str]:
    """The parts of divided tables."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relispartition"
    )
    return [name for (name,) in cursor.fetchall()]


def _divide(cursor: Any, parts: list[str]) -> None:
    """Make the months of the ledger that the backup has."""
    for name in parts:
        cursor.execute("SELECT ledger_open_month(to_date(right(%s, 6), 'YYYYMM'))", [name])


def _count(cursor: Any, table: str) -> int:
    cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
    return int(cursor.fetchone()[0])


def _columns(cursor: Any, table: str) -> sql.Composed:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s"
        " AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    )
    return sql.SQL(", ").join(sql.Identifier(name) for (name,) in cursor.fetchall())


def _copy_out(cursor: Any, table: str, archive: zipfile.ZipFile) -> int:
    statement = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(table), _columns(cursor, table))
    with archive.open(f"rows/{table}.copy", "w", force_zip64=True) as target, cursor.copy(statement) as copy:
        for block in copy:
            target.write(block)
    return int(cursor.rowcount)


def _copy_in(cursor: Any, table: str, archive: zipfile.ZipFile) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), _columns(cursor, table))
    with archive.open(f"rows/{table}.copy") as source, cursor.copy(statement) as copy:
        while block := source.read(1 << 20):
            copy.write(block)


def _set_triggers(cursor: Any, tables: list[str], state: str) -> None:
    """Row triggers guard against users, not against the same rows coming back."""
    for table in tables:
        cursor.execute(sql.SQL("ALTER TABLE {} {} TRIGGER USER").format(sql.Identifier(table), sql.SQL(state)))


def _sequences(cursor: Any) -> dict[str, int]:
    cursor.execute("SELECT schemaname || '.' || sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")
    return {name: value for name, value in cursor.fetchall() if value is not None}


def _applied(cursor: Any) -> list[list[str]]:
    cursor.execute("SELECT DISTINCT ON (app) app, name FROM django_migrations ORDER BY app, id DESC")
    return [[app, name] for app, name in cursor.fetchall()]


def _pack(archive: zipfile.ZipFile, folder: str, source: Path) -> None:
    for path in sorted(source.rglob("*")) if source.exists() else []:
        if path.is_file() and not path.name.startswith("."):
            archive.write(path, f"{folder}/{path.relative_to(source)}")


def _unpack(file: Path, folder: str, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    with zipfile.ZipFile(file) as archive:
        for name in (name for name in archive.namelist() if name.startswith(folder)):
            place = (target / name.removeprefix(folder)).resolve()
            if target.resolve() not in place.parents:
                raise BackupError(f"备份中的文件名不安全：{name}")
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with archive.open(name) as source, os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as out:
                shutil.copyfileobj(source, out)
