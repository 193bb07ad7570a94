"""A call that cannot be done is told so early, in Chinese, by what it was about, and leaves nothing behind."""

import argparse
import json
import re
import socket
import unicodedata
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.checks import run_checks

from config import arguments, demo, ledger_commands
from jiangtai import ledger
from jiangtai.access import acting_as_job
from jiangtai.kernel import clock, new_id
from jiangtai.ledger.tests.kinds import BadgeGiven, Level
from tests.live import free_port
from tests.test_serving import refused, run

INIT = ("init", "--name", "测试区", "--security", "李四:lisi", "--audit", "王五:wangwu")
SAMPLE = "019abcde-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    "words",
    [
        *("serve", "worker", "backup x.jt", "ledger verify", "ledger seal --out x.json", f"ledger prove {SAMPLE}"),
        *("code zhoumin", "clock now", "rotate sign", "rotate wrap", "credentials export out", "manage check"),
    ],
)
def test_what_only_reads_makes_no_home(tmp_path: Path, words: str) -> None:
    said = refused(run(tmp_path / "home", *words.split()))
    assert f"{tmp_path / 'home'} 里没有匠台，请先运行 init 或 demo，或核对 JIANGTAI_HOME" in said
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("serve --port -1", "--port：端口应为 1 到 65535，收到 -1"),
        ("demo --port 99999", "--port：端口应为 1 到 65535，收到 99999"),
        ("demo --workers -3", "--workers：不能是负数，收到 -3"),
        ("serve --port", "--port：后面缺少一个值"),
        ("serve --port= ", "--port：应为整数"),
        ("rotate all", "没有这个用途 'all'，可用的有"),
        ("ledger", "缺少 命令"),
        ("ledger prove 7", "编号：应为事实的编号"),
        ("clock tomorrow", "时刻：应为北京时间"),
        ("demo --no-serve=1", "--no-serve：后面不能有值 '1'"),
        ("init --s 1", "--s 写得不全，可能是 --system, --security"),
    ],
)
def test_what_argparse_says_is_chinese(words: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    from config import cli

    with pytest.raises(SystemExit, match="2"):
        cli.parser().parse_args(words.split())
    complaint = capsys.readouterr().err.splitlines()[0]
    assert said in complaint
    assert not re.findall(r"[a-z]{3,} [a-z]{3,}", complaint), "two English words on end"


def test_what_is_stopped_half_way_is_not_done(capsys: pytest.CaptureFixture[str]) -> None:
    from config import cli, stopping

    def stopped() -> None:
        raise stopping.Stopped

    assert cli._guarded(stopped) == 130
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "已停止，没有做完。\n")
    assert cli._guarded(stopped, runs_on=True) == 0


def test_a_holder_is_a_name_and_a_sign_in_name(tmp_path: Path) -> None:
    assert arguments.holder("张三：zhangsan") == arguments.holder("张三:zhangsan") == ("张三", "zhangsan")
    done = run(tmp_path / "home", *INIT, "--code", "519901", "--system", "林振国")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--system：应为 姓名:登录名" in done.stderr
    done = run(tmp_path / "home", *INIT, "--code", "999", "--system", "张三:zhangsan")
    assert "--code：行政区划代码应为" in done.stderr
    assert "Traceback" not in done.stderr
    assert not any(tmp_path.iterdir())


def test_a_moment_is_one_of_the_office_unless_it_says_another() -> None:
    assert arguments.moment("2026-12-31T09:00").isoformat() == "2026-12-31T09:00:00+08:00"
    assert arguments.moment("2026-12-31T09:00+00:00").isoformat() == "2026-12-31T09:00:00+00:00"
    assert arguments.moment("now") is None


def test_a_taken_port_is_told_before_anything_is_filled(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = refused(run(tmp_path / "home", "demo", "--port", str(port)))
    assert f"127.0.0.1:{port} 已被占用，请用 --port 换一个端口" in said
    assert not any(tmp_path.iterdir())


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """A home whose database is never asked: what is refused here is refused before."""
    (tmp_path / "secrets.json").write_text("{}", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("host", "said"), [("nonsense.invalid", "找不到地址 nonsense.invalid"), ("192.0.2.7", "192.0.2.7:")]
)
def test_a_host_that_is_none_of_ours_is_told(closed: Path, host: str, said: str) -> None:
    told = refused(run(closed, "serve", "--port", str(free_port()), "--host", host))
    assert said in told
    assert "--host" in told


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("JIANGTAI_PROCESSES", "abc", "JIANGTAI_PROCESSES 应为不小于 1 的整数，现在是“abc”"),
        ("JIANGTAI_THREADS", "0", "JIANGTAI_THREADS 应为不小于 1 的整数"),
        ("DATABASE_URL", "postgresql://a:b@127.0.0.1:1/x", "DATABASE_URL 连不上："),
        ("DATABASE_URL", "postgresql://a:b@127.0.0.1:1x/x", "DATABASE_URL 读不懂"),
        ("DATABASE_URL", "postgresql://a:b@127.0.0.1:1", "DATABASE_URL 里没有库名"),
        ("DATABASE_URL", "mysql://a:b@127.0.0.1:1/x", "DATABASE_URL 应以 postgresql://"),
    ],
)
def test_a_setting_that_is_half_wrong_is_told_by_its_name(closed: Path, name: str, value: str, said: str) -> None:
    done = run(closed, "serve", "--port", str(free_port()), **{name: value})
    assert done.returncode == 1
    assert f"没有完成：{said}" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["demo --no-serve", "init --code 519901 --system 张三:zhangsan"])
def test_a_home_that_cannot_be_is_told(tmp_path: Path, command: str) -> None:
    file = tmp_path / "README.md"
    file.touch()
    words = [*command.split(), *(INIT[1:] if command.startswith("init") else ())]
    assert f"{file} 是文件，不是目录" in refused(run(file, *words))
    assert "/proc/nope" in refused(run(Path("/proc/nope"), *words))


def test_every_check_of_the_frameworks_is_quiet_or_silenced_with_a_reason() -> None:
    assert [one for one in run_checks() if not one.is_silenced()] == []


def test_accounts_stand_in_columns(capsys: pytest.CaptureFixture[str]) -> None:
    people = [
        {"role": role, "name": name, "username": username, "secret": "S"}
        for role, name, username in (("联络员", "何静", "hejing"), ("安全保密管理员", "欧阳文静", "ouyangwenjing"))
    ]
    demo._tell({"password": "P", "people": people, "workers": [{"name": "李志强", "phone": "19900000001"}]})
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    before = [line[: line.index(word)] for line, word in zip(rows, ("密码", "密码", "短信"), strict=True)]
    wide = [sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text) for text in before]
    assert len(set(wide)) == 1
    assert not any("\t" in line for line in rows)


@pytest.fixture
def write(office):
    """Put so many facts into the ledger."""

    def put(count: int) -> None:
        with acting_as_job("测试"):
            for _ in range(count):
                fact = BadgeGiven(person=new_id(), level=Level.ONE, on=date(2026, 3, 2), unit=office.units["甲厂"].id)
                ledger.append(fact, cause=ledger.Cause.act("测试"))

    return put


def ledger_command(act: str, **options: object) -> None:
    """One `jiangtai ledger` command, in this process."""
    ledger_commands.run(argparse.Namespace(act=act, **options))


def seal(file: Path, *, force: bool = False) -> None:
    """`jiangtai ledger seal --out FILE`."""
    ledger_command("seal", out=file, force=force)


def test_a_seal_gives_way_only_to_one_that_covers_it(write, tmp_path: Path) -> None:
    file = tmp_path / "seal.json"
    write(3)
    seal(file)
    seal(file)
    write(4)
    seal(file)
    assert json.loads(file.read_text(encoding="utf-8"))["size"] == ledger.head().size
    mine = json.loads(file.read_text(encoding="utf-8"))
    others = (
        "not a seal", "[]", json.dumps({"seals": [mine]}), json.dumps({**mine, "root": "00" * 32}),
        json.dumps({**mine, "size": mine["size"] - 1}), json.dumps({**mine, "size": mine["size"] + 1}),
    )  # fmt: skip
    for content in others:
        file.write_text(content, encoding="utf-8")
        with pytest.raises(Exception, match="已经存在，又不是本账本早先的封印，没有覆盖"):
            seal(file)
        assert file.read_text(encoding="utf-8") == content
    seal(file, force=True)
    assert json.loads(file.read_text(encoding="utf-8")) == mine


def test_a_seal_that_is_not_there_is_told_apart_from_one_that_is_none(write, tmp_path: Path) -> None:
    write(1)
    with pytest.raises(Exception, match=r"没有这个文件：.*none\.json"):
        ledger_command("verify", seal=tmp_path / "none.json")
    (tmp_path / "bad.json").write_text("{", encoding="utf-8")
    with pytest.raises(Exception, match="不是账本封印文件"):
        ledger_command("verify", seal=tmp_path / "bad.json")


def test_verify_tells_the_hour_of_the_office(write, capsys: pytest.CaptureFixture[str]) -> None:
    with clock.at(clock.machine_time().replace(year=2026, month=11, day=20, hour=20, minute=5)):
        write(1)
        ledger.seal()
    ledger_command("verify", seal=None)
    assert "北京时间 2026-11-21 04:05" in capsys.readouterr().out


def test_a_fact_that_waits_is_told_what_to_do(write) -> None:
    write(1)
    with pytest.raises(Exception, match="请等一分钟，或运行 jiangtai ledger seal --out 文件"):
        ledger_command("prove", fact=new_id())


def test_seconds_left_are_those_of_the_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.demo.time", SimpleNamespace(time=lambda: 1_795_000_019.9))
    assert demo.seconds_left() == 1
    monkeypatch.setattr("config.demo.time", SimpleNamespace(time=lambda: 1_795_000_020.0))
    assert demo.seconds_left() == 30
