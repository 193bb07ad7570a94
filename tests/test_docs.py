"""The documents say what the product says, and nothing that is not there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config import cli
from docs.generate import sentences
from tests.house import ROOT

pytestmark = pytest.mark.house
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
READMES = ("README.md", "README.zh-CN.md")
SEEDS = ROOT.parent / "shared" / "seeds"
LINK = re.compile(r"\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")
RUN = re.compile(r"(?=([\u4e00-\u9fff，、；“”]{20}))")  # every twenty characters on end


def test_generated_documents_are_up_to_date(tmp_path: Path) -> None:
    """In a process of its own: tests declare pages and actions that the product does not have."""
    environment = {**os.environ, "JIANGTAI_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "docs.generate", "--check"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not any(tmp_path.iterdir()), "reading the product must not write into its home"


def test_a_stale_document_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from docs import generate

    page = tmp_path / "page.md"
    monkeypatch.setattr(generate, "HERE", tmp_path / "docs")
    monkeypatch.setattr(generate, "documents", lambda: {page: "new"})
    page.write_text("old", encoding="utf-8")
    assert generate.main(["--check"]) == 1
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = [link or image for link, image in LINK.findall(page.read_text(encoding="utf-8"))]
    lost = [
        target for target in targets if "://" not in target and not (page.parent / target.partition("#")[0]).exists()
    ]
    assert lost == []


def test_architecture_names_tests_that_are_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")))
    files = [*(ROOT / "tests").glob("*.py"), *(ROOT / "jiangtai").rglob("tests/*.py")]
    there = {name for file in files for name in re.findall(r"def (test_\w+)", file.read_text(encoding="utf-8"))}
    assert named
    assert named - there == set()


@pytest.mark.parametrize("name", [*READMES, "CONTRIBUTING.md"])
def test_commands_are_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    targets = set(re.findall(r"^(\w+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert set(re.findall(r"(?:^|`)make (\w+)", text, re.M)) - targets == set()
    commands = set(cli.parser()._subparsers._group_actions[0].choices)  # type: ignore[union-attr]
    assert set(re.findall(r"bin/jiangtai (\w+)", text)) - commands == set()


@pytest.mark.parametrize("name", READMES)
def test_every_command_of_the_command_line_is_told(name: str) -> None:
    told = set(re.findall(r"`(\w+)`", (ROOT / name).read_text(encoding="utf-8")))
    assert set(cli.parser()._subparsers._group_actions[0].choices) - told == set()  # type: ignore[union-attr]


@pytest.mark.parametrize("name", READMES)
def test_demo_accounts_are_those_of_the_demo(name: str) -> None:
    from jiangtai.access import ROLES
    from jiangtai.domains.administration import demo

    text = (ROOT / name).read_text(encoding="utf-8")
    told = re.findall(r"^\| (\S+?),? .*?\| `(\w+)` \|", text, re.M)
    assert told == [(ROLES[role].label, username) for _, username, role, _ in demo.PEOPLE], "all, as they are printed"
    assert re.findall(r"^\| 职工.*`(\d{11})`", text, re.M) == [phone for _, phone in demo.WORKERS]


def test_pictures_are_small() -> None:
    heavy = [path.name for path in (ROOT / "docs" / "pictures").iterdir() if path.stat().st_size > 150_000]
    assert heavy == []


def test_every_sentence_has_a_few_words_of_our_own() -> None:
    assert all(0 < len(words) <= 100 for words in sentences().values())
    assert len(set(sentences().values())) == len(sentences())


@pytest.mark.skipif(not SEEDS.exists(), reason="the sources lie outside the repository")
def test_the_sentences_are_those_of_the_source() -> None:
    lines = (SEEDS / "003-sentences.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert list(sentences()) == [line.split("\t")[0] for line in lines]


@pytest.mark.skipif(not SEEDS.exists(), reason="the sources lie outside the repository")
def test_no_wording_of_the_sources_is_copied() -> None:
    """Only docs/sources.md names their titles."""
    source = re.sub(r"\s", "", "".join(path.read_text(encoding="utf-8") for path in SEEDS.iterdir()))
    texts = [path for path in [*PAGES, *(ROOT / "docs").glob("*.toml")] if path.name != "sources.md"]
    copied = [run for path in texts for run in RUN.findall(path.read_text(encoding="utf-8")) if run in source]
    assert copied == []
