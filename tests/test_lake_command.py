"""`jiangtai lake`: the command builds, rebuilds and tells how far behind it is, also after it was killed halfway."""

import random
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.core.management import CommandError

from config import cli, lake_commands
from jiangtai import lake, ledger
from jiangtai.access import acting_as_job
from jiangtai.kernel import clock
from jiangtai.lake import manifest
from jiangtai.people.tests import invented

CHILD = """
import sys
from pathlib import Path
import django
django.setup()
from django.db import connections
for alias in ("default", "owner"):
    connections[alias].settings_dict["NAME"] = "jiangtai_twin"
from config import cli, lake_commands
from jiangtai.lake import manifest
manifest.folder_of = lambda: Path(sys.argv[1])
while True:
    print("ready", flush=True)
    lake_commands.run(cli.parser().parse_args(["lake", "rebuild"]))
"""


@pytest.fixture
def told(twin, tmp_path, monkeypatch, capsys):
    """`told(word)`: what `jiangtai lake word` prints, in a home that has no lake yet."""
    monkeypatch.setattr(manifest, "folder_of", lambda: tmp_path)

    def run(word):
        lake_commands.run(cli.parser().parse_args(["lake", word]))
        return capsys.readouterr().out

    return run


def register(twin):
    """Two facts that the lake does not have yet: somebody is registered, and employed."""
    with acting_as_job("测试"):
        invented.worker(twin.units["甲厂"])


def test_it_tells_how_far_behind_it_is_in_facts_and_in_time(told, twin):
    """In seconds since the oldest fact that it lacks was written: none where it lacks none, however old it is."""
    assert told("status") == "数据副本还没有建立，请运行 jiangtai lake refresh\n"
    register(twin)
    assert told("refresh").startswith("并入 ")
    size = f"到账本第 {ledger.head().size:,} 条，"
    first, second = told("status").splitlines()
    assert first.startswith(f"{size}北京时间 20") and second == "落后 0 条，0 秒"
    later = clock.now() + timedelta(hours=2)
    with clock.at(later):
        assert told("status").splitlines()[1] == "落后 0 条，0 秒"
        register(twin)
    with clock.at(later + timedelta(seconds=40)):
        assert told("status").splitlines()[1] == "落后 2 条，40 秒", "committed facts are behind, placed or not"
        ledger.seal()
        behind = told("status").splitlines()
        assert behind == [first, "落后 2 条，40 秒"], "what is only looked at does not move"
    assert told("refresh").startswith("并入 2 条，")
    assert told("status").splitlines()[1].startswith("落后 0 条，")


def test_a_rebuild_takes_over_everything_again_while_the_old_one_is_read(told, tmp_path, twin):
    told("refresh")
    register(twin)
    before = lake.opened()
    rebuilt, size = told("rebuild"), ledger.head().size
    with manifest.alone(tmp_path), pytest.raises(CommandError, match="正在刷新"):
        told("rebuild")
    assert rebuilt.startswith(f"并入 {size:,} 条，到账本第 {size:,} 条")
    assert before.answer(lake.PERSONS.rows).num_rows + 1 == lake.opened().answer(lake.PERSONS.rows).num_rows
    assert told("status").splitlines()[1].startswith("落后 0 条，")


def test_a_rebuild_that_is_killed_leaves_what_was_and_the_next_one_makes_up_for_it(told, tmp_path, twin):
    register(twin)
    told("refresh")
    held = lake.opened().answer(lake.PERSONS.rows).num_rows
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "ready\n"
    time.sleep(random.uniform(0.1, 1.5))
    assert child.poll() is None, "it is killed while it works"
    child.kill()
    child.communicate()
    found = manifest.read(tmp_path)
    assert told("status").startswith(f"到账本第 {found.position + 1:,} 条，")
    assert lake.opened().answer(lake.PERSONS.rows).num_rows == held > 0
    register(twin)
    assert told("status").splitlines()[1].startswith("落后 2 条，")
    assert told("rebuild").startswith(f"并入 {ledger.head().size:,} 条，")
    assert not list(tmp_path.glob(f"{manifest.WORK}*"))
    assert told("status").splitlines()[1].startswith("落后 0 条，")
