"""Serve: the database where it is embedded, the web processes and the job worker; all stop together."""

import contextlib
import ctypes
import errno
import fcntl
import hashlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DatabaseError, connections

from jiangtai.kernel import Cluster, EmbeddedError, Home, crypto, osfaults

from .database import is_current, migrate, unsafe_connection

GRACE = 15  # seconds that a child has to end by itself
PR_SET_PDEATHSIG = 1
LOOPBACK = "127.0.0.1"


class NotSafe(RuntimeError):
    """This installation must not serve as it is set up; the message says what to change."""


@contextlib.contextmanager
def database(*, hold: str = "") -> Iterator[None]:
    """The database, embedded or external, for this block; `hold` says who serves, and that nobody else may."""
    if not settings.EMBEDDED:
        _connect()
        yield
        return
    cluster = Cluster(settings.HOME)
    with cluster.held(hold) if hold else cluster.running():
        yield


def _connect() -> None:
    """Try the connections that the environment names, so that a wrong one is told by its name."""
    for name, alias in (("DATABASE_URL", "default"), ("DATABASE_OWNER_URL", "owner")):
        if name in os.environ:
            try:
                connections[alias].ensure_connection()
            except DatabaseError as error:
                raise NotSafe(f"{name} 连不上：{str(error).strip()}") from error


def prepare() -> None:
    """Bring database and static files up to the code."""
    if not is_current():
        migrate()
    collect()


def collect() -> None:
    """Bring the static files up to the code, once where several start at a time; unless one changed they stay as they
    are, for a server that starts beside this one is reading them."""
    root = Path(settings.STATIC_ROOT)
    root.mkdir(exist_ok=True)
    with (root / ".collected").open("a+", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        held.seek(0)
        sources = _static_sources()
        if held.read() != sources or not (root / "staticfiles.json").exists():
            call_command("collectstatic", interactive=False, verbosity=0)
            held.truncate(0)
            held.write(sources)


def _static_sources() -> str:
    """All static files of the code in a few signs: path, size, time."""
    found = hashlib.blake2b(digest_size=16)
    for path, storage in (one for finder in get_finders() for one in finder.list([])):
        stat = os.stat(storage.path(path))
        found.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return found.hexdigest()


def make_keys(home: Home) -> None:
    """The keys of a new installation, and beside them the list of erasures, empty: a restore looks for it."""
    if not any(home.keys.glob("*.json")):
        crypto.Keyring.create(home.keys)
        (home.keys / "erasures.jsonl").touch(mode=0o600)


def check_safe() -> None:
    """Refuse to serve what would not be safe in production; a demo home may."""
    if (settings.HOME.path / "restoring").exists():
        raise NotSafe(f"{settings.HOME.path} 里的恢复没有完成，请换一个空目录重新运行 jiangtai restore")
    if settings.DEBUG and not settings.DEMO:
        raise NotSafe("正式运行不能打开 JIANGTAI_DEBUG")
    if settings.SECRET_KEY == "missing":  # noqa: S105  the word that stands for none
        raise NotSafe("缺少 JIANGTAI_SECRET（会话密钥）。首次使用请先运行 jiangtai init，试用请运行 jiangtai demo")
    if not any(settings.HOME.keys.glob("*.json")):
        raise NotSafe(f"{settings.HOME.keys} 中没有密钥。请恢复密钥备份；首次使用请先运行 jiangtai init")
    crypto.Keyring.load(settings.HOME.keys)
    if fault := unsafe_connection():
        raise NotSafe(fault)


def check_start(port: int, host: str = LOOPBACK) -> None:
    """Refuse what would fail at the end before anything is begun: a home in use, a taken port, a count that is none."""
    if "DATABASE_URL" not in os.environ:
        Cluster(Home.current()).require_free()
    _counts()
    family, number = _resolved(host, port)
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what has just stopped is not in the way
        try:
            probe.bind((number, port))
        except OSError as error:
            about = f"{host}:{port}"
            if error.errno == errno.EACCES:
                raise NotSafe(f"没有权限监听 {about}，1024 以下的端口要管理员权限，请用 --port 换一个端口") from error
            way = "--host 换一个地址" if error.errno == errno.EADDRNOTAVAIL else "--port 换一个端口"
            raise NotSafe(f"{osfaults.told(error, about)}，请用 {way}") from error


def address(port: int, host: str = LOOPBACK) -> str:
    """Where the pages are opened."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def run(port: int, host: str = LOOPBACK, said: str = "") -> None:
    """Run web and worker until told to stop, and say where when it answers; when one of them ends, all do."""
    _, number = _resolved(host, port)
    children = [_spawn(_web(number, port)), _spawn([sys.executable, "-m", "config.cli", "worker"])]
    has_answered = False
    try:
        while all(child.poll() is None for child in children):
            if not has_answered and _answers(number, port):
                print(f"{said}匠台：{address(port, host)}  （Ctrl-C 停止）", flush=True)
                has_answered = True
            time.sleep(0.2)
        raise EmbeddedError("一个服务进程意外退出，已全部停止，请查看上面的日志")
    finally:
        _end(children)


def _resolved(host: str, port: int) -> tuple[socket.AddressFamily, str]:
    """The address in numbers that a name stands for."""
    try:
        family, *_, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, UnicodeError) as error:
        raise NotSafe(f"找不到地址 {host}，--host 应为本机的地址，如 127.0.0.1 或 0.0.0.0") from error
    return family, str(place[0])


def _answers(host: str, port: int) -> bool:
    """Whether a page process answers; a static file asks neither for the database nor for a known host."""
    asking = http.client.HTTPConnection(host, port, timeout=2)
    try:
        asking.request("HEAD", "/static/staticfiles.json")
        asking.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asking.close()
    return True


def _counts() -> list[str]:
    """How many web processes, and how many threads in each."""
    counts = []
    for name, usual in (("JIANGTAI_PROCESSES", "2"), ("JIANGTAI_THREADS", "4")):
        value = os.environ.get(name) or usual
        if not (value.isascii() and value.isdecimal() and int(value)):
            raise NotSafe(f"{name} 应为不小于 1 的整数，现在是“{value}”")
        counts.append(value)
    return counts


def _web(host: str, port: int) -> list[str]:
    processes, threads = _counts()
    return [
        *(sys.executable, "-m", "granian", "config.wsgi:application", "--interface", "wsgi"),
        *("--host", host, "--port", str(port), "--workers", processes, "--blocking-threads", threads),
        *("--backlog", "1024", "--log-level", "error", "--respawn-failed-workers", "--workers-kill-timeout", "10"),
        "--no-ws",
    ]


def _spawn(command: list[str]) -> subprocess.Popen[bytes]:
    # The child stands in the code's folder: what the environment says relative to ours must not move with it.
    places = {"JIANGTAI_HOME": settings.HOME.path, "JIANGTAI_KEYS": settings.HOME.keys.absolute()}
    environment = {**os.environ, **{name: str(place) for name, place in places.items()}}
    environment |= {"DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.Popen(
        command, env=environment, start_new_session=True, cwd=settings.BASE_DIR, preexec_fn=_dying_with(os.getpid())
    )


def _dying_with(parent: int) -> Callable[[], None] | None:
    """In a child: be told to stop when the parent dies, however it dies; Linux alone can promise that."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def follow() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before the kernel heard of the wish
            os._exit(1)

    return follow


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + GRACE
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
