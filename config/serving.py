"""Serve: the database where it is embedded, the web processes and the job worker; all stop together."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from django.conf import settings
from django.core.management import call_command

from jiangtai.kernel import Cluster, EmbeddedError, crypto

from .database import is_current, migrate, unsafe_connection

GRACE = 15  # seconds that a child has to end by itself
PR_SET_PDEATHSIG = 1


class NotSafe(RuntimeError):
    """This installation must not serve as it is set up; the message says what to change."""


class Stopped(BaseException):
    """Someone asked this process to stop."""


@contextlib.contextmanager
def database(*, hold: bool = False) -> Iterator[None]:
    """The database, embedded or external, for this block."""
    if not settings.EMBEDDED:
        yield
        return
    cluster, parent = Cluster(settings.HOME), os.getppid()
    with cluster.held() if hold else cluster.running():
        yield
    if "JIANGTAI_CHILD" in os.environ and os.getppid() != parent:
        with contextlib.suppress(EmbeddedError), cluster.held():
            pass  # whoever served was killed and could not stop it; unless another serves already, it stops here


@contextlib.contextmanager
def stopping() -> Iterator[None]:
    """Turn SIGTERM and Ctrl-C into `Stopped`, so that every block on the way out cleans up."""

    def stop(number: int, frame: object) -> None:
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, signal.SIG_IGN)
        raise Stopped

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    yield


def prepare() -> None:
    """Bring database and static files up to the code."""
    if not is_current():
        migrate()
    call_command("collectstatic", interactive=False, verbosity=0)


def check_safe() -> None:
    """Refuse to serve what would not be safe in production; a demo home may."""
    if (settings.HOME.path / "restoring").exists():
        raise NotSafe(f"{settings.HOME.path} 里的恢复没有完成，请换一个空目录重新运行 jiangtai restore")
    if settings.DEBUG and not settings.DEMO:
        raise NotSafe("正式运行不能打开 JIANGTAI_DEBUG")
    if settings.SECRET_KEY == "missing":  # noqa: S105  the word that stands for none
        raise NotSafe("缺少 JIANGTAI_SECRET（会话密钥）。首次使用请先运行 jiangtai init，试用请运行 jiangtai demo")
    if not any(settings.HOME.keys.glob("*")):
        raise NotSafe(f"{settings.HOME.keys} 中没有密钥。请恢复密钥备份；首次使用请先运行 jiangtai init")
    crypto.Keyring.load(settings.HOME.keys)
    if fault := unsafe_connection():
        raise NotSafe(fault)


def check_free(host: str, port: int) -> None:
    """Refuse a port on which something answers already; granian would share it."""
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex((host, port)) == 0:
            raise NotSafe(f"{host}:{port} 已被占用，请用 --port 换一个端口")


def run(port: int, host: str = "127.0.0.1") -> None:
    """Run web and worker until told to stop; when one of them ends by itself, all do."""
    check_free(host, port)
    children = [_spawn(_web(host, port)), _spawn([sys.executable, "-m", "config.cli", "worker"])]
    try:
        while all(child.poll() is None for child in children):
            time.sleep(0.2)
        raise EmbeddedError("一个服务进程意外退出，已全部停止，请查看上面的日志")
    finally:
        _end(children)


def _web(host: str, port: int) -> list[str]:
    threads = os.environ.get("JIANGTAI_THREADS", "4")
    processes = os.environ.get("JIANGTAI_PROCESSES", "2")
    return [
        *(sys.executable, "-m", "granian", "config.wsgi:application", "--interface", "wsgi"),
        *("--host", host, "--port", str(port), "--workers", processes, "--blocking-threads", threads),
        *("--backlog", "1024", "--log-level", "error", "--respawn-failed-workers", "--workers-kill-timeout", "10"),
        "--no-ws",
    ]


def _spawn(command: list[str]) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "JIANGTAI_CHILD": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}
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
