"""The command line as an operator meets it: what starts, what is refused in which words, and that all of it stops."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from config import serving
from jiangtai.kernel import Cluster, Home, crypto
from jiangtai.kernel.embedded import APP, OWNER
from tests.live import ROOT, Live, free_port

Run = Callable[..., subprocess.CompletedProcess[str]]


def run(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """One `jiangtai` command in a home, with these variables set besides; what serves by mistake is stopped again."""
    cleaned = {name: value for name, value in os.environ.items() if not name.startswith(("JIANGTAI_", "DATABASE_"))}
    started = subprocess.Popen(
        [sys.executable, "-m", "config.cli", *words],
        cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**cleaned, "JIANGTAI_HOME": str(home), **environment},
    )  # fmt: skip
    try:
        said, complained = started.communicate(timeout=600 if words[:1] in (("demo",), ("restore",)) else 90)
    except subprocess.TimeoutExpired:
        started.terminate()
        said, complained = started.communicate()
    return subprocess.CompletedProcess(words, started.returncode, said, complained)


def processes_of(home: Path) -> list[str]:
    """What still runs for a home: the database by its data folder, the rest by its environment."""
    found = []
    for one in psutil.process_iter(["pid", "cmdline"]):
        try:
            words = " ".join(one.info["cmdline"] or [])
            if str(home) in words or one.environ().get("JIANGTAI_HOME") == str(home):
                found.append(words or one.name())
        except psutil.Error:
            continue
    return [words for words in found if words]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A new folder whose name is short enough for a socket."""
    path = Path(tempfile.mkdtemp(prefix="js-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def made() -> Iterator[tuple[Path, subprocess.CompletedProcess[str]]]:
    """A home that `demo --no-serve` made, and what it said."""
    path = Path(tempfile.mkdtemp(prefix="js-"))
    yield path / "home", run(path / "home", "demo", "--no-serve", "--workers", "3")
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def cluster(live: Live) -> Cluster:
    """The served demo's database, as an external one for homes that have none."""
    return Cluster(Home(live.home))


@pytest.fixture
def production(folder: Path) -> Path:
    """A home that `demo` did not make: secrets and keys, and its database elsewhere."""
    home = Home(folder / "home")
    home.make_secrets()
    crypto.Keyring.create(home.keys)
    return home.path


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """What a refused command said: one sentence, no trace, exit code 1."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert lines[-1].startswith("没有完成："), done.stderr
    return lines[-1]


def urls(cluster: Cluster, role: str) -> dict[str, str]:
    """The environment of an installation whose application connects in this role."""
    return {"DATABASE_URL": cluster.url(role), "DATABASE_OWNER_URL": cluster.url(OWNER)}


def test_serve_refuses_a_superusers_connection(production, cluster):
    said = refused(run(production, "serve", "--port", str(free_port()), **urls(cluster, "postgres")))
    assert "postgres 是超级用户" in said
    assert "DATABASE_URL" in said


def test_serve_refuses_the_owners_connection(production, cluster):
    said = refused(run(production, "serve", "--port", str(free_port()), **urls(cluster, OWNER)))
    assert "所有者" in said
    assert "DATABASE_OWNER_URL" in said


def test_serve_refuses_debug_outside_of_a_demo(production, cluster):
    done = run(production, "serve", "--port", str(free_port()), JIANGTAI_DEBUG="1", **urls(cluster, APP))
    assert "JIANGTAI_DEBUG" in refused(done)


def test_serve_refuses_without_a_secret(production, cluster):
    (production / "secrets.json").unlink()
    said = refused(run(production, "serve", "--port", str(free_port()), **urls(cluster, APP)))
    assert "JIANGTAI_SECRET" in said
    assert "jiangtai demo" in said


def test_serve_refuses_without_keys(production, cluster):
    shutil.rmtree(production / "keys")
    said = refused(run(production, "serve", "--port", str(free_port()), **urls(cluster, APP)))
    assert "没有密钥" in said


def test_serve_refuses_while_a_restore_is_unfinished(production, cluster):
    (production / "restoring").touch()
    assert "恢复没有完成" in refused(run(production, "serve", "--port", str(free_port()), **urls(cluster, APP)))


def test_demo_leaves_an_installation_in_use_alone(production):
    assert "正式数据" in refused(run(production, "demo", "--no-serve"))
    assert not (production / "demo.json").exists()


def test_a_second_serve_in_the_same_home_is_refused(live):
    said = refused(run(live.home, "serve", "--port", str(free_port())))
    assert "已有一个匠台在运行（进程 " in said
    assert f"{live.url}/）" in said
    assert urllib.request.urlopen(live.url, timeout=5).status == 200


def test_the_square_answers_at_the_root_without_a_redirect(live):
    class Still(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    with urllib.request.build_opener(Still).open(live.url, timeout=5) as answer:
        assert answer.status == 200
        assert answer.url.rstrip("/") == live.url
        assert "匠台" in answer.read().decode()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nonsense"], "没有这个命令"),
        ([], "缺少"),
        (["serve", "--port", "eighty"], "应为整数"),
        (["backup"], "缺少"),
        (["demo", "--colour"], "不认识的参数"),
    ],
)
def test_a_call_that_makes_no_sense_is_told_so_in_chinese(folder, words, said):
    done = run(folder, *words)
    assert done.returncode == 2
    assert "参数有误：" in done.stderr
    assert said in done.stderr
    assert "--help" in done.stderr


def test_help_is_in_chinese(folder):
    done = run(folder, "--help")
    assert done.returncode == 0
    for word in ("用法：", "命令", "demo", "serve", "backup", "restore", "建立（或打开）一个演示区并启动"):
        assert word in done.stdout
    assert "usage" not in done.stdout
    assert "show this help" not in done.stdout


def test_a_second_demo_opens_the_same_district(made):
    home, first = made
    second = run(home, "demo", "--no-serve", "--workers", "3")
    assert first.returncode == second.returncode == 0, first.stderr + second.stderr
    assert "演示区已建立：锦川区（虚构）" in first.stdout
    assert "[3/5] 演示区已建立\n" in second.stdout
    assert "--workers 只在第一次建立时起作用" in second.stdout
    assert "--workers" not in first.stdout
    assert (home / "keys" / "erasures.jsonl").read_text(encoding="utf-8") == "", "a restore looks for the list"
    told = json.loads((home / "demo.json").read_text(encoding="utf-8"))
    for row in told["people"]:
        assert row["username"] in second.stdout
    assert told["password"] in first.stdout
    assert first.stdout.split("演示账号")[1] == second.stdout.split("演示账号")[1]
    assert processes_of(home) == [], "--no-serve leaves nothing running"


def test_first_use_makes_a_root_three_administrators_and_nothing_twice(folder):
    home = folder / "home"
    words = ["init", "--name", "测试区", "--code", "519902"]
    words += ["--system", "张三:zhangsan", "--security", "李四:lisi", "--audit", "王五:wangwu"]
    twice = [word.replace("lisi", "zhangsan") for word in words]
    assert "--security 李四:zhangsan：登录名“zhangsan”已被使用" in refused(run(home, *twice))
    done = run(home, *words)
    assert done.returncode == 0, done.stderr
    assert (home / "keys" / "erasures.jsonl").read_text(encoding="utf-8") == ""
    assert len({line.rsplit("/activate/", 1)[1] for line in done.stdout.splitlines() if "/activate/" in line}) == 3
    assert "已有单位" in refused(run(home, *words))
    assert not (home / "demo.json").exists()
    assert not processes_of(home)


@pytest.mark.parametrize(("command", "how"), [("demo", signal.SIGTERM), ("serve", signal.SIGINT)])
def test_one_signal_stops_web_worker_and_database(made, folder, command, how):
    home, port, environment = made[0], free_port(), {**os.environ, "PYTHONUNBUFFERED": "1"}
    words = [sys.executable, "-m", "config.cli", command, "--port", str(port)]
    with (folder / "log").open("w+") as log:
        serving = subprocess.Popen(
            words, cwd=ROOT, env={**environment, "JIANGTAI_HOME": str(home)}, stdout=log, stderr=log
        )
        until_it_answers(serving, port, folder / "log")
        running = "\n".join(processes_of(home))
        for part in ("granian", "config.cli worker", str(home / "postgres")):
            assert part in running
        serving.send_signal(how)
        assert serving.wait(40) == 0
    assert processes_of(home) == []
    assert "匠台已停止" in (folder / "log").read_text(encoding="utf-8")
    with pytest.raises(urllib.error.URLError, match="refused"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2)


def test_a_killed_serve_leaves_nothing_running(made, folder):
    home, port = made[0], free_port()
    with (folder / "log").open("w+") as log:
        words = [sys.executable, "-m", "config.cli", "serve", "--port", str(port)]
        serving = subprocess.Popen(
            words, cwd=ROOT, env={**os.environ, "JIANGTAI_HOME": str(home)}, stdout=log, stderr=log
        )
        until_it_answers(serving, port, folder / "log")
        serving.kill()
        serving.wait()
    deadline = time.monotonic() + 30
    while processes_of(home) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert processes_of(home) == []


def test_a_home_named_from_where_one_stands_is_the_workers_too(made, folder):
    home, port = made[0], free_port()
    words = [sys.executable, "-m", "config.cli", "serve", "--port", str(port)]
    with (folder / "log").open("w+") as log:
        environment = {**os.environ, "JIANGTAI_HOME": home.name}
        serving = subprocess.Popen(words, cwd=home.parent, env=environment, stdout=log, stderr=log)
        try:
            until_it_answers(serving, port, folder / "log")
            assert "config.cli worker" in "\n".join(processes_of(home))
        finally:
            serving.terminate()
            assert serving.wait(40) == 0
    assert not (ROOT / home.name).exists()


def test_the_clock_is_moved_and_given_back_but_not_behind_the_ledger(made):
    home = made[0]
    assert "早于账本里最新的一条（北京时间 " in refused(run(home, "clock", "2020-01-01T09:00"))
    assert not (home / "clock.json").exists()
    moved = run(home, "clock", "2099-12-31T09:00")
    assert "演示时钟已拨到 北京时间 2099-12-31 09:00" in moved.stdout, moved.stderr
    back = run(home, "clock", "now")
    assert "演示时钟已拨回真实时间" in back.stdout, back.stderr
    assert not (home / "clock.json").exists()


def test_the_code_comes_with_the_seconds_it_has_left(made):
    done = run(made[0], "code", "zhoumin")
    assert (done.returncode, len(done.stdout.strip())) == (0, 6)
    assert re.fullmatch(r"还剩 \d+ 秒", done.stderr.strip())


def test_files_in_the_way_of_an_export_are_told(made, folder):
    (folder / "file").touch()
    assert "是文件，不是目录" in refused(run(made[0], "credentials", "export", str(folder / "file")))
    for words in (["ledger", "seal", "--out"], ["backup"]):
        assert "没有这个文件或目录：/nonexist/" in refused(run(made[0], *words, "/nonexist/x"))


def test_demo_returns_when_its_jobs_are_done(made):
    asked = run(made[0], "manage", "shell", "-c", "from jiangtai.kernel import queue; print('due', queue.is_due())")
    assert "due False" in asked.stdout, asked.stderr


def until_it_answers(serving: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until the address is told: it answers then."""
    address = f"http://127.0.0.1:{port}/"
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and serving.poll() is None:
        if f"匠台：{address}" in log.read_text(encoding="utf-8"):
            urllib.request.urlopen(address, timeout=10).close()
            return
        time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8"))


def test_static_files_are_collected_once_and_again_when_one_changed(settings, tmp_path, monkeypatch):
    settings.STATIC_ROOT, made = tmp_path, []
    monkeypatch.setattr(
        serving, "call_command", lambda *words, **how: (tmp_path / "staticfiles.json").touch() or made.append(1)
    )
    serving.collect(), serving.collect()
    assert len(made) == 1
    monkeypatch.setattr(serving, "_static_sources", lambda: "another")
    serving.collect(), serving.collect()
    assert len(made) == 2


def test_a_web_process_knows_its_pages_before_it_is_asked():
    said = "import config.wsgi; from jiangtai.web import every_page; print(len(list(every_page())))"
    ran = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True, timeout=120)
    assert int(ran.stdout) > 100
