"""The catalogue: every declaration of the product, with its Chinese name and the basis it stands on."""

from collections.abc import Iterator
from dataclasses import dataclass


class CatalogError(Exception):
    """A declaration is incomplete or stands twice; raised while Python loads it."""


@dataclass(frozen=True)
class Declaration:
    """One line of the generated reference."""

    kind: str
    key: str
    label: str
    basis: tuple[str, ...]
    method: str
    module: str


class Catalog:
    """All declarations of the loaded product, by kind and key."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], Declaration] = {}

    def add(self, row: Declaration) -> Declaration:
        """Enter a declaration; an incomplete or a doubled one is refused in one sentence."""
        for field in ("key", "label", "basis", "method"):
            if not getattr(row, field):
                raise CatalogError(f"{row.kind} {row.key or '?'} in {row.module} has no {field}")
        twin = self._rows.get((row.kind, row.key))
        if twin is not None and twin.module != row.module:
            raise CatalogError(f"{row.kind} {row.key} is declared in {twin.module} and again in {row.module}")
        self._rows[row.kind, row.key] = row
        return row

    def of(self, kind: str) -> list[Declaration]:
        """The declarations of a kind, by key."""
        return sorted((row for row in self if row.kind == kind), key=lambda row: row.key)

    def __iter__(self) -> Iterator[Declaration]:
        return iter(self._rows.values())


catalog = Catalog()


def declare(kind: str, key: str, label: str, basis: str | tuple[str, ...], method: str, module: str) -> Declaration:
    """Enter one declaration into the product's catalogue."""
    basis = (basis,) if isinstance(basis, str) else basis
    return catalog.add(Declaration(kind, key, label, tuple(filter(None, basis)), method.strip(), module))


def basis_words(basis: str) -> str:
    """A basis as users read it."""
    if basis == "ours":
        return "本系统自定"
    source, mark, sentence = basis.partition("#")
    if mark and source.isdigit():
        return f"改革方案（资料 {source}）第 {sentence} 句"
    return f"资料 {basis}" if basis.isdigit() else basis.removeprefix("law:").strip()
