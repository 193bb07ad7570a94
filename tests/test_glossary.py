"""One concept, one word: the code keeps to docs/glossary.toml."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from docs.generate import glossary
from tests.house import ROOT, sources

pytestmark = pytest.mark.house
TERMS = glossary()
OURS = [model for model in apps.get_models() if model.__module__.startswith("jiangtai.")]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_every_term_is_whole() -> None:
    for term in TERMS:
        missing = {"zh", "en", "is", "is_not", "avoid", "source"} - set(term)
        assert not missing, f"{term.get('zh')} lacks {missing}"
        assert ("code" in term) is not term.get("planned", False), f"{term['zh']} says where it stands, or is planned"


def test_no_word_stands_for_two_concepts() -> None:
    for field in ("zh", "en"):
        words = [term[field] for term in TERMS]
        assert sorted(words) == sorted(set(words))
    assert not {term["zh"] for term in TERMS} & {word for term in TERMS for word in term["avoid"]}


@pytest.mark.parametrize("term", [term for term in TERMS if "code" in term], ids=lambda term: term["en"])
def test_every_term_stands_in_the_code(term: dict[str, Any]) -> None:
    found = named(term["code"])
    if isinstance(found, type) and term["en"][:1].isupper():
        assert found.__name__ == term["en"]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_model_has_its_word(model: Any) -> None:
    words = {term["code"]: term["zh"] for term in TERMS if "code" in term}
    assert words.get(f"{model.__module__}.{model.__name__}") == model._meta.verbose_name


def test_users_read_no_word_to_avoid() -> None:
    assert avoided(read_by_users(ROOT)) == []


def test_a_word_to_avoid_fails(tmp_path: Path) -> None:
    page = tmp_path / "jiangtai" / "web" / "templates" / "planted.html"
    page.parent.mkdir(parents=True)
    page.write_text("<h1>帐号</h1>{# 帐号 #}", encoding="utf-8")
    code = tmp_path / "jiangtai" / "web" / "planted.py"
    code.write_text('"""帐号"""\nkeywords = "帐号"\ntitle = f"{1}个帐号"\n', encoding="utf-8")
    assert avoided(read_by_users(tmp_path)) == [
        "jiangtai/web/planted.py: 帐号 → 账号",
        "jiangtai/web/templates/planted.html: 帐号 → 账号",
    ]


def named(path: str) -> Any:
    """What a dotted path names: a module, or something in one."""
    parts = path.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found = import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for name in parts[cut:]:
            found = getattr(found, name)
        return found
    raise AssertionError(f"{path} is nowhere")


def avoided(texts: Iterator[tuple[str, str]]) -> list[str]:
    """Each file with a word that should be another."""
    better = {word: term["zh"] for term in TERMS for word in term["avoid"]}
    return sorted({f"{place}: {word} → {better[word]}" for place, text in texts for word in better if word in text})


def read_by_users(root: Path) -> Iterator[tuple[str, str]]:
    """Every Chinese text of the product with the file it stands in: templates, scripts, parameters, string literals."""
    for path in sorted((root / "jiangtai").rglob("*")):
        if path.suffix in {".html", ".txt", ".js", ".yaml"} and "tests" not in path.parts:
            yield str(path.relative_to(root)), re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"))
    for place, tree in sources(root):
        for text in literals(tree):
            if CHINESE.search(text):
                yield str(place), text


def literals(tree: ast.Module) -> Iterator[str]:
    """The string literals of a file; not its docstrings, and not the words by which the search may find a page."""
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and any(
            isinstance(one, ast.Name) and one.id == "keywords" for one in node.targets
        ):
            silent.add(id(node.value))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node.value
