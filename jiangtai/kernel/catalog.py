"""The catalogue: every declaration of the product, with its Chinese name and the basis it stands on."""

from collections.abc import Iterator
from dataclasses import dataclass

SOURCES = {"003": "《产业工人队伍建设改革实施方案》"}
"""The sources that users know by a name."""


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
    """A basis as users read it: 《产业工人队伍建设改革实施方案》第八条; empty where the house itself decided so."""
    if basis == "ours":
        return ""
    source, mark, sentence = basis.partition("#")
    if mark and source.isdigit():
        return f"{SOURCES.get(source, f'参考资料 {source}')}第{_article(sentence)}条"
    return SOURCES.get(basis, f"参考资料 {basis}") if basis.isdigit() else basis.removeprefix("law:").strip()


def _article(sentence: str) -> str:
    """The article that a sentence of a plan stands in, as one says it: 8.1 is of 八, 22.3 of 二十二."""
    tens, ones = divmod(int(sentence.partition(".")[0]), 10)
    words = "一二三四五六七八九"
    return ((words[tens - 1] if tens > 1 else "") + "十" if tens else "") + (words[ones - 1] if ones else "")
