"""The rules of the house as functions of a source tree, so that each can be seen to fail on a planted violation."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# A room imports only from rooms after it.
ORDER = [
    *(
        "config",
        "domains",
        "flows",
        "indicators",
        "lake",
        "credentials",
        "documents",
        "jiangtai_messages",
        "people",
        "ledger",
    ),
    *("web", "access", "vault", "kernel"),
]
OPEN = {"jiangtai.kernel.face", "jiangtai.ledger.declare", "jiangtai.people.sources", "jiangtai.indicators.drafts"}
"""What may be met behind a face: its own maker, the declaring of facts, whose type mypy needs, parts with faces."""
BANNED_NAMES = {"utils", "helpers", "common", "misc", "core"}
PURE_FILES = {"rules.py", "facts.py"}
PURE_FOLDERS = {"reading"}
"""Parts of a domain that are as pure as its rules."""
IMPURE = ("django", "ibis", "duckdb", "httpx", "requests", "urllib")


def sources(root: Path) -> Iterator[tuple[Path, ast.Module]]:
    """Every product file with its syntax tree; tests and migrations are not product."""
    for folder in ("config", "jiangtai"):
        for path in sorted((root / folder).rglob("*.py")):
            relative = path.relative_to(root)
            if not {"tests", "migrations"} & set(relative.parts):
                yield relative, ast.parse(path.read_text(encoding="utf-8"))


def room_of(path: Path) -> str:
    """The room, and for a domain its folder, in which a file lies."""
    parts = path.parts
    return ".".join(parts[: 3 if parts[:2] == ("jiangtai", "domains") else 2]) if parts[0] == "jiangtai" else parts[0]


def past_the_face(root: Path) -> list[str]:
    """Imports that reach behind another room's public face."""
    found = []
    for path, tree in sources(root):
        if path.parts[0] == "config":
            continue  # the only code that knows every domain
        for module in imported(tree):
            parts = module.split(".")
            target = ".".join(parts[: 3 if parts[:2] == ["jiangtai", "domains"] else 2])
            behind = parts[0] == "jiangtai" and len(parts) > len(target.split(".")) and target != room_of(path)
            if behind and not module.endswith(".facts") and module not in OPEN:
                found.append(f"{path}: {module}")
    return found


def between_domains(root: Path) -> list[str]:
    """Imports by which a domain knows another past its facts; facts themselves know no domain."""
    found = []
    for path, tree in sources(root):
        if path.parts[:2] != ("jiangtai", "domains") or len(path.parts) < 4:
            continue
        for module in named(path, tree):
            domain, rest = module.split(".")[2], module.split(".")[3:]
            is_known = domain == path.parts[2] or rest[:1] == ["facts"]
            if not is_known or path.name == "facts.py":
                found.append(f"{path}: {module}")
    return found


def named(path: Path, tree: ast.Module) -> Iterator[str]:
    """The domains' modules that a file names, by absolute or by relative name, each with what is taken from it."""
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = path.with_suffix("").parts[: -node.level] if node.level else ()
            module = ".".join([*above, *filter(None, [node.module])])
            names = [f"{module}.{alias.name}" for alias in node.names]
        yield from (name for name in names if name.startswith("jiangtai.domains."))


def imported(tree: ast.Module) -> Iterator[str]:
    """The modules that a file imports by absolute name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def vague_names(root: Path) -> list[str]:
    """Files and folders whose name says nothing."""
    return [str(path) for path, _ in sources(root) if BANNED_NAMES & {part.removesuffix(".py") for part in path.parts}]


def impure(root: Path) -> list[str]:
    """Rules, facts and readings that import what they must not know."""
    return [
        f"{path}: {module}"
        for path, tree in sources(root)
        if path.name in PURE_FILES or (path.parts[:2] == ("jiangtai", "domains") and PURE_FOLDERS & set(path.parts))
        for module in imported(tree)
        if module.split(".")[0] in IMPURE
    ]


def signals_in_domains(root: Path) -> list[str]:
    """Domains that listen to signals or point at anything."""
    found = []
    for path, tree in sources(root):
        if path.parts[:2] == ("jiangtai", "domains"):
            names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
            modules = {module for module in imported(tree) if "signals" in module or "contenttypes" in module}
            found += [f"{path}: {name}" for name in modules | (names & {"receiver", "GenericForeignKey"})]
    return found


def silent(root: Path) -> list[str]:
    """Modules and classes that do not open with a sentence."""
    found = []
    for path, tree in sources(root):
        if path.name == "__init__.py" and not tree.body:
            found.append(str(path))
        nodes = [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))]
        found += [
            f"{path}: {getattr(node, 'name', 'module')}"
            for node in nodes
            if not ast.get_docstring(node) and getattr(node, "name", "") != "Meta"
        ]
    return found


def points_up(pairs: list[tuple[str, str]]) -> list[str]:
    """Foreign keys (from app to app) that point up the list of rooms, or from one domain to another."""
    return [
        f"{source} → {target}" for source, target in pairs if _rank(source) > _rank(target) or _between(source, target)
    ]


def _rank(app: str) -> int:
    return ORDER.index(app) if app in ORDER else ORDER.index("domains")


def _between(source: str, target: str) -> bool:
    return source != target and _rank(source) == _rank(target) == ORDER.index("domains")


def inline_in_templates(root: Path) -> list[str]:
    """Inline scripts, styles and handlers, which the content policy would refuse."""
    import re

    inline = re.compile(
        r"<script(?![^>]*(?:\bsrc=|application/json))[^>]*>\s*[^<\s]|<style\b|\sstyle=|\son[a-z]+=[\"']|javascript:",
        re.I,
    )
    pages = [*(root / "jiangtai").rglob("*.html"), *(root / "jiangtai").rglob("*.svg")]
    return [
        str(page.relative_to(root))
        for page in pages
        if page.suffix == ".html" and inline.search(page.read_text(encoding="utf-8"))
    ]
