"""The running product, as a user meets it: a demo home made and served by the very commands of the README."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 375, "height": 812}


@dataclass
class Live:
    """A served demo home."""

    home: Path
    port: int
    log: Path
    demo: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def password(self) -> str:
        """The demo accounts' password."""
        return self.demo["password"]

    def code(self, username: str) -> str:
        """The six digits of an account's authenticator now."""
        from config.demo import totp

        return totp(next(row["secret"] for row in self.demo["people"] if row["username"] == username))

    def text_message(self, phone: str) -> str:
        """The code in the newest text message to a phone."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            found = re.findall(rf"【短信】{phone}：验证码 (\d{{6}})", self.log.read_text(encoding="utf-8"))
            if found:
                return found[-1]
            time.sleep(0.1)
        raise AssertionError(f"no text message to {phone}")

    def run(self, *arguments: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
        """A `jiangtai` command in this home, or in another."""
        environment = {**os.environ, "JIANGTAI_HOME": str(home or self.home)}
        command = [sys.executable, "-m", "config.cli", *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=420)


@pytest.fixture(scope="session")
def live() -> Iterator[Live]:
    """Demo, then serve: both as separate processes."""
    home = Path(tempfile.mkdtemp(prefix="jl-"))
    served = Live(home, free_port(), home.with_suffix(".log"))
    made = served.run("demo", "--no-serve", "--workers", "5")
    assert made.returncode == 0, made.stdout + made.stderr
    served.demo = json.loads((home / "demo.json").read_text(encoding="utf-8"))
    process = _serve(served)
    try:
        yield served
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        shutil.rmtree(home, ignore_errors=True)
        served.log.unlink(missing_ok=True)


def _serve(served: Live) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "JIANGTAI_HOME": str(served.home), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "config.cli", "serve", "--port", str(served.port)]
    with served.log.open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(served.url, timeout=2).close()
            return process
        except OSError:
            time.sleep(0.2)
    raise AssertionError(served.log.read_text(encoding="utf-8"))


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A real browser; where none could be had, the tests that need it are skipped and say so."""
    from playwright.sync_api import Error, sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser")
    # Playwright keeps an event loop in this thread; the database of other tests is not asked from within it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        except Error:
            pytest.skip("没有 Chromium，浏览器测试跳过；make browser 会说明怎样安装")
        yield browser
        browser.close()


@pytest.fixture
def desk(chromium: Any, live: Live) -> Iterator[Any]:
    """A page at an office screen."""
    yield from _page(chromium, live, DESK)


@pytest.fixture
def phone(chromium: Any, live: Live) -> Iterator[Any]:
    """A page on a phone."""
    yield from _page(chromium, live, PHONE)


def _page(chromium: Any, live: Live, size: dict[str, int]) -> Iterator[Any]:
    context = chromium.new_context(viewport=size, base_url=live.url, locale="zh-CN", timezone_id="Asia/Shanghai")
    page = context.new_page()
    page.set_default_timeout(15_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    context.close()
    assert not faults, faults


def credit_code(number: int) -> str:
    """A credit code that no registry gave out, with a check character that fits."""
    from stdnum.cn import uscc

    body = f"91519901MA{number:07d}"
    return body + uscc.calc_check_digit(body)


def sign_in(page: Any, live: Live, username: str) -> None:
    """Sign in by password and second factor; a code serves once, so a second sign-in in its time waits for the next."""
    page.goto("/account/login/")
    page.get_by_label("登录名").fill(username)
    page.get_by_label("密码", exact=True).fill(live.password)
    page.get_by_role("button", name="登录").click()
    for _ in range(2):
        page.locator("[name=code]").fill(live.code(username))
        page.locator("[name=code]").press("Enter")
        page.wait_for_load_state()
        if "/2fa/" not in page.url:
            return
        time.sleep(30 - time.time() % 30 + 0.3)
    raise AssertionError(f"{username} could not sign in: {page.url}")
