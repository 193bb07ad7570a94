"""A backup brings everything back but those who left: rows, files, the audit's head; keys lie apart from the data."""

import base64
import json
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from jiangtai.kernel import Cluster, Home
from jiangtai.kernel.embedded import OWNER
from tests.test_serving import processes_of, refused, run

BEFORE, AFTER, STAYS = "19900000001", "19900000002", "19910000000"
HISTORY = {"django_migrations", "kernel_cache"}

PREPARE = """
import contextlib
from procrastinate.exceptions import AlreadyEnqueued
from jiangtai.access import jobs
from django.core.files.uploadedfile import SimpleUploadedFile
from jiangtai.kernel import keep_file
pdf = b"%PDF-1.4\\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\\n%%EOF\\n"
keep_file(SimpleUploadedFile("来函.pdf", pdf), allowed={"pdf"}, max_bytes=2**20)
with contextlib.suppress(AlreadyEnqueued):  # the next seal may be waiting already
    jobs.seal_audit.defer(timestamp=0)
"""
ERASE = """
from jiangtai.access import accounts, acting_as, acting_as_job, phones
with acting_as_job("测试"):
    account = phones.holder("{phone}")
with acting_as(account):
    accounts.erase(account)
"""
WHO_IS_HERE = """
import json
from jiangtai import vault
from jiangtai.access import Account, acting_as_job, audit, phones
with acting_as_job("测试"):
    print("#" + json.dumps({{
        "held": [phone for phone in {phones} if phones.holder(phone)],
        "readable": sorted(phone for one in Account.objects.all() if (phone := vault.get(one.pk, "account.phone"))),
        "inactive": Account.objects.filter(is_active=False).count(),
        "head": audit.head().root_hex,
        "faults": audit.verify(),
    }}))
"""


@dataclass
class Kept:
    """A home, its backup, and what stood in it at that moment."""

    home: Path
    file: Path
    said: str
    counts: dict[str, int]
    here: dict[str, object]

    @property
    def keys(self) -> Path:
        """Where the keys went."""
        return self.file.with_name(self.file.name + ".keys")


@dataclass
class Restored:
    """A home that a backup came back into, and what was said of it."""

    home: Path
    said: str


@pytest.fixture(scope="module")
def kept() -> Iterator[Kept]:
    """A demo with a stored file and a worker who has left, backed up; afterwards another worker leaves."""
    folder = Path(tempfile.mkdtemp(prefix="jb-"))
    home, file = folder / "home", folder / "backup"
    succeed(run(home, "demo", "--no-serve", "--workers", "4"))
    shell(home, PREPARE + ERASE.format(phone=BEFORE))
    said = succeed(run(home, "backup", str(file)))
    counts, here = rows_of(home), ask(home)
    shell(home, ERASE.format(phone=AFTER))
    yield Kept(home, file, said, counts, here)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def away(kept: Kept, folder_for_module: Path) -> Restored:
    """The backup restored where the old home's list of erasures cannot be found."""
    here = folder_for_module / "moved"
    here.mkdir()
    moved = here / "backup"
    for source, target in ((kept.file, moved), (kept.keys, here / "backup.keys")):
        shutil.copy(source, target)
    forget_the_old_home(moved)
    return Restored(here / "home", succeed(run(here / "home", "restore", str(moved))))


@pytest.fixture(scope="module")
def folder_for_module() -> Iterator[Path]:
    """A folder for restored homes."""
    path = Path(tempfile.mkdtemp(prefix="jr-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


def succeed(done: subprocess.CompletedProcess[str]) -> str:
    """What a command said, once it has succeeded."""
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def shell(home: Path, script: str) -> str:
    """Python inside the product, in a home."""
    return succeed(run(home, "manage", "shell", "-v", "0", "-c", script))


def ask(home: Path) -> dict[str, object]:
    """Who is held, who can be read, and how the audit stands."""
    said = shell(home, WHO_IS_HERE.format(phones=[BEFORE, AFTER, STAYS]))
    return json.loads(next(line for line in said.splitlines() if line.startswith("#"))[1:])


def rows_of(home: Path) -> dict[str, int]:
    """How many rows every table holds."""
    cluster = Cluster(Home(home))
    with cluster.running(), psycopg.connect(cluster.url(OWNER)) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        # Row-level security binds the owner too, unless rows are shown to a job.
        connection.execute("SELECT set_config('jiangtai.duty', 'job', false), set_config('jiangtai.high', '~', false)")
        count = sql.SQL("SELECT count(*) FROM {}").format
        return {
            name: connection.execute(count(sql.Identifier(name))).fetchone()[0]  # type: ignore[index]
            for (name,) in names
            if name not in HISTORY
        }


def forget_the_old_home(file: Path) -> None:
    """Let the manifest name a list of erasures that is gone, as after the loss of the machine."""
    draft = file.with_suffix(".new")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(draft, "w") as new:
        for one in old.infolist():
            content = old.read(one)
            if one.filename == "manifest.json":
                content = json.dumps({**json.loads(content), "erasures": "/nowhere/erasures.jsonl"}).encode()
            new.writestr(one, content)
    draft.replace(file)


def test_rows_audit_and_files_come_back_as_they_were(kept, away):
    assert rows_of(away.home) == kept.counts
    assert kept.counts["access_auditentry"] > 100
    assert kept.counts["kernel_storedfile"] > 1
    assert kept.counts["procrastinate_jobs"] >= 1
    assert kept.counts["procrastinate_events"] >= 1
    restored = ask(away.home)
    assert restored["head"] == kept.here["head"]
    assert str(kept.here["head"]) in kept.said
    assert restored["faults"] == []
    assert contents(away.home / "files") == contents(kept.home / "files") != {}
    assert processes_of(away.home) == []


def contents(folder: Path) -> dict[str, bytes]:
    """Every file by its name."""
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_whoever_left_before_the_backup_stays_away(kept, away):
    restored = ask(away.home)
    assert restored["held"] == kept.here["held"] == [AFTER, STAYS]
    assert BEFORE not in restored["readable"]
    assert STAYS in restored["readable"]
    assert restored["inactive"] == kept.here["inactive"] == 1


def test_whoever_left_after_the_backup_does_not_come_back(kept, folder_for_module):
    home = folder_for_module / "replayed"
    said = succeed(run(home, "restore", str(kept.file)))
    assert "1 人在备份之后被擦除，现已再次擦除" in said
    restored = ask(home)
    assert restored["held"] == [STAYS]
    assert AFTER not in restored["readable"]
    assert restored["inactive"] == 2, "whoever left cannot sign in again either"


def test_the_list_of_erasures_can_be_handed_over(kept, folder_for_module):
    handed = folder_for_module / "handed.jsonl"
    shutil.copy(kept.home / "keys" / "erasures.jsonl", handed)
    file = folder_for_module / "elsewhere"
    shutil.copy(kept.file, file)
    shutil.copy(kept.keys, folder_for_module / "elsewhere.keys")
    forget_the_old_home(file)
    home = folder_for_module / "handed"
    succeed(run(home, "restore", str(file), "--erasures", str(handed)))
    assert ask(home)["held"] == [STAYS]


def test_a_restore_that_finds_no_list_says_so(away):
    assert "没有找到原安装的擦除名单" in away.said
    assert "--erasures" in away.said
    assert "已重放" not in away.said, "not both at once"


def test_a_backup_writes_over_nothing_unless_told_to(kept, tmp_path):
    file, keys = tmp_path / "backup", tmp_path / "backup.keys"
    for taken in (keys, file):
        taken.write_text("precious", encoding="utf-8")
        assert f"{taken} 已经存在，没有覆盖" in refused(run(kept.home, "backup", str(file)))
        assert taken.read_text(encoding="utf-8") == "precious"
        keys.unlink(missing_ok=True)
    succeed(run(kept.home, "backup", str(file), "--force"))
    assert zipfile.is_zipfile(file) and zipfile.is_zipfile(keys)


def test_the_data_file_alone_contains_no_key(kept):
    with zipfile.ZipFile(kept.file) as data, zipfile.ZipFile(kept.keys) as keys:
        assert not {name for name in data.namelist() if "key" in name}
        everything = b"".join(data.read(name) for name in data.namelist())
        wrapped = keys.read("rows/vault_subjectkey.copy").splitlines()
        assert len(wrapped) > 3
        for line in wrapped:
            assert line.split(b"\t")[-2] not in everything
        assert {name for name in keys.namelist() if name.startswith("keys/")}
    for secret in secrets_of(kept.home):
        assert secret.encode() not in everything
        assert base64.b64encode(secret.encode()) not in everything
    for phone in (BEFORE, AFTER, STAYS):
        assert phone.encode() not in everything
    assert (kept.keys.stat().st_mode & 0o077, kept.file.stat().st_mode & 0o077) == (0, 0)


def secrets_of(home: Path) -> list[str]:
    """Every key and secret that lies in a home."""
    texts = [one.read_text(encoding="utf-8") for one in (home / "keys").glob("*.json")]
    values = list(json.loads((home / "secrets.json").read_text(encoding="utf-8")).values())
    queue = [json.loads(text) for text in texts]
    while queue:
        one = queue.pop()
        if isinstance(one, dict | list):
            queue.extend(one.values() if isinstance(one, dict) else one)
        elif isinstance(one, str) and len(one) >= 40:
            values.append(one)
    assert len(values) > 5, "the keyring's form has changed: look where its keys are"
    return values


def test_a_restore_into_a_home_in_use_is_refused(kept):
    said = refused(run(kept.home, "restore", str(kept.file)))
    assert "不是空目录" in said
    assert ask(kept.home)["held"] == [STAYS]


@pytest.fixture
def spoilt(kept: Kept, tmp_path: Path) -> Path:
    """A copy of the backup, to be spoilt."""
    shutil.copy(kept.file, tmp_path / "backup")
    shutil.copy(kept.keys, tmp_path / "backup.keys")
    return tmp_path / "backup"


def test_a_file_that_is_no_backup_is_refused(spoilt):
    spoilt.write_text("not a backup", encoding="utf-8")
    assert "不是匠台的备份文件" in refused(run(spoilt.parent / "home", "restore", str(spoilt)))


def test_a_missing_keys_file_is_refused(spoilt):
    Path(f"{spoilt}.keys").unlink()
    assert "backup.keys 不存在" in refused(run(spoilt.parent / "home", "restore", str(spoilt)))


def test_a_truncated_backup_is_refused(spoilt):
    spoilt.write_bytes(spoilt.read_bytes()[: spoilt.stat().st_size // 2])
    assert "不是匠台的备份文件" in refused(run(spoilt.parent / "home", "restore", str(spoilt)))


def test_a_backup_with_one_wrong_byte_is_refused_and_leaves_nothing(spoilt):
    with zipfile.ZipFile(spoilt) as data:
        one = data.getinfo("rows/access_auditentry.copy")
    content = bytearray(spoilt.read_bytes())
    content[one.header_offset + 200] ^= 0xFF
    spoilt.write_bytes(content)
    home = spoilt.parent / "home"
    assert "损坏" in refused(run(home, "restore", str(spoilt)))
    assert not (home / "postgres").exists(), "what cannot be read whole is not begun"
