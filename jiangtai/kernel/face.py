"""A room's `__init__` shows its public names without importing them before Django is ready."""

import ast
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any


def face(package: str, file: str) -> tuple[Callable[[str], Any], list[str]]:
    """The lazy `__getattr__` and the `__all__` of the names that `file` imports under TYPE_CHECKING."""
    homes = _declared(ast.parse(Path(file).read_text(encoding="utf-8")))

    def getattr_(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return _fetch(package, homes[name], name)

    return getattr_, sorted(homes)


def _declared(tree: ast.Module) -> dict[str, str]:
    """Public name -> the relative module it comes from ("" for a module of the package itself)."""
    blocks = (node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    imports = (line for block in blocks for line in block.body if isinstance(line, ast.ImportFrom))
    return {alias.asname or alias.name: line.module or "" for line in imports for alias in line.names}


def _fetch(package: str, module: str, name: str) -> Any:
    if not module:
        return importlib.import_module(f"{package}.{name}")
    return getattr(importlib.import_module(f"{package}.{module}"), name)
