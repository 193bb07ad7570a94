"""A home made for one benchmark, served by the product's own command, measured, and taken away again."""

import contextlib
import http.client
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import psutil

ROOT = Path(__file__).resolve().parent.parent
PORTS = range(8120, 8130)
STARTING, STOPPING = 90, 60  # seconds that a server may take for it
PASSWORD = "Bench-morning-2026"


@contextlib.contextmanager
def home(kept: Path | None = None) -> Iterator[Path]:
    """A production home; Django is set up on it, its database is up and migrated; it goes afterwards, unless kept."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "JIANGTAI_DEBUG", "JIANGTAI_SECRET", "JIANGTAI_KEYS"):
        os.environ.pop(name, None)
    folder = kept or Path(tempfile.mkdtemp(prefix="jb-"))
    folder.mkdir(parents=True, exist_ok=True)
    os.environ |= {"JIANGTAI_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings"}
    sys.path.insert(0, str(ROOT))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # stopped from outside, it still cleans up
    try:
        with _database(folder):
            yield folder
    finally:
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _database(folder: Path) -> Iterator[None]:
    from jiangtai.kernel.home import Home

    Home(folder).make_secrets()
    import django

    django.setup()
    from config import serving
    from jiangtai.kernel import crypto

    if not Home(folder).keys.exists():
        crypto.Keyring.create(Home(folder).keys)
    with serving.database():
        serving.prepare()
        try:
            yield
        finally:
            let_go()


def let_go() -> None:
    """Close this process's connections, so that a server may stop or start the database."""
    from django.db import connections

    connections.close_all()


@dataclass
class Server:
    """A running `jiangtai serve`."""

    port: int
    process: subprocess.Popen[bytes]
    home: Path
    settings: dict[str, str] = field(default_factory=dict)

    def browser(self, address: str = "127.0.0.1") -> "Browser":
        """A visitor with cookies of its own."""
        return Browser(self.port, address)


@contextlib.contextmanager
def serve(folder: Path, **settings: Any) -> Iterator[Server]:
    """`jiangtai serve` of a home on a free port of ours, with settings of the environment (`JIANGTAI_THREADS=4`)."""
    let_go()
    chosen = {name: str(value) for name, value in settings.items()}
    log = folder / "serve.log"
    with log.open("wb") as output:
        port = _free_port()
        command = [sys.executable, "-m", "config.cli", "serve", "--port", str(port)]
        environment = {**os.environ, **chosen, "JIANGTAI_HOME": str(folder)}
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        _wait_until_up(process, port, log)
        yield Server(port, process, folder, chosen)
    finally:
        let_go()
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOPPING)
        if process.poll() is None:
            process.kill()


def _wait_until_up(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + STARTING
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if Browser(port).get("/").status == 200:
                return
        time.sleep(0.2)
    raise SystemExit(f"the server did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")


def _free_port() -> int:
    import socket

    for port in PORTS:
        with socket.socket() as one, contextlib.suppress(OSError):
            one.bind(("127.0.0.1", port))
            return port
    raise SystemExit(f"no port of {PORTS} is free")


@dataclass(frozen=True)
class Answer:
    """What came back, and after how many seconds."""

    status: int
    text: str
    where: str
    took: float


class Browser:
    """One person's browser: a kept connection, a cookie jar, and the form tokens of the page it is on."""

    def __init__(self, port: int, address: str = "127.0.0.1") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120, source_address=(address, 0))
        self.cookies: dict[str, str] = {}
        self.token = ""

    def get(self, path: str, **headers: str) -> Answer:
        """Open an address, following where it leads."""
        return self._follow("GET", path, None, headers)

    def post(self, path: str, **fields: str) -> Answer:
        """Send a form of the page last opened, following where it leads."""
        body = urlencode({"csrfmiddlewaretoken": self.token, **fields})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._follow("POST", path, body, headers)

    def close(self) -> None:
        """Hang up."""
        self.connection.close()

    def _follow(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        started = time.perf_counter()
        for _ in range(6):
            status, text, leads = self._ask(method, path, body, headers)
            if status not in (301, 302, 303):
                break
            to = urlsplit(leads)
            method, body, path = "GET", None, to.path + (f"?{to.query}" if to.query else "")
        return Answer(status, text, path, time.perf_counter() - started)

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, str, str]:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Accept-Language": "zh-CN", **headers, **({"Cookie": cookie} if cookie else {})}
        try:
            self.connection.request(method, path, body, sent)
            answer = self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self.connection.close()  # the server may hang up between two requests, as with any browser
            self.connection.request(method, path, body, sent)
            answer = self.connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.split(";", 1)[0].partition("=")
            self.cookies[name] = value
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
        self.token = found[1] if found else self.token
        return answer.status, text, answer.headers.get("Location") or ""


class Memory(threading.Thread):
    """Watches what a server and its database hold, until told to stop; peaks in MiB."""

    def __init__(self, server: Server, every: float = 0.1) -> None:
        super().__init__(daemon=True)
        self.server, self.every, self.done = server, every, threading.Event()
        self.samples: list[dict[str, float]] = []

    def __enter__(self) -> "Memory":
        self.start()
        return self

    def __exit__(self, *error: Any) -> None:
        self.done.set()
        self.join()

    def run(self) -> None:
        """Sample."""
        while not self.done.is_set():
            self.samples.append(memory(self.server))
            self.done.wait(self.every)

    def peak(self, what: str) -> float:
        """The highest sample."""
        return max((one[what] for one in self.samples), default=0.0)


def memory(server: Server) -> dict[str, float]:
    """MiB now, web and database apart: resident (shared pages in every process) and proportional (counted once)."""
    found = {f"{group} {kind}": 0.0 for group in ("web", "worker", "database", "all") for kind in ("rss", "pss")}
    for group, process in _processes(server):
        with contextlib.suppress(psutil.Error):
            held = process.memory_full_info()
            for kind, size in (("rss", held.rss), ("pss", held.pss)):
                found[f"{group} {kind}"] += size / 2**20
                found[f"all {kind}"] += size / 2**20
    return found


def cpu(server: Server) -> float:
    """Processor seconds that a server and its database have used; steadier than the clock on a busy machine."""
    used = 0.0
    for _, process in _processes(server):
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            used += times.user + times.system
    return used


def _processes(server: Server) -> Iterator[tuple[str, psutil.Process]]:
    with contextlib.suppress(psutil.Error, OSError, ValueError):
        top = psutil.Process(server.process.pid)
        yield "web", top
        for one in top.children(recursive=True):
            yield ("worker" if "worker" in one.cmdline()[-1:] else "web"), one
        postmaster = psutil.Process(int((server.home / "postgres" / "postmaster.pid").read_text().split()[0]))
        yield "database", postmaster
        for one in postmaster.children(recursive=True):
            yield "database", one


def share(values: Sequence[float], part: int) -> float:
    """The value that `part` percent of the values do not pass."""
    if len(values) < 2:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[part - 1]


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print rows under a head, as Markdown reads it."""
    lines = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[place]) for row in lines) for place in range(len(head))]
    lines.insert(1, ["-" * width for width in widths])
    for row in lines:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")
    print(flush=True)


def ms(seconds: float) -> str:
    """Milliseconds as read."""
    return f"{seconds * 1000:,.0f}" if seconds >= 0.01 else f"{seconds * 1000:.1f}"


def load() -> str:
    """How busy the machine was before, so that figures can be judged."""
    return f"load average before: {os.getloadavg()[0]:.1f}; cores: {os.cpu_count()}"
