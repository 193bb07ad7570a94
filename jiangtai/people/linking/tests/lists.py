"""Small lists for the tests of linking, and who came out of them."""

from pathlib import Path

import pyarrow.parquet as pq

from jiangtai.people.linking import Report, link

HEADER = "姓名,身份证号,手机号,出生日期,单位"


def number(order: int = 773, born: str = "19850315", area: int = 990_001) -> str:
    """A number that holds, of an area that no county has."""
    body = f"{area}{born}{order:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def written(path: Path, *lines: str, header: str = HEADER) -> Path:
    """A list as its lines say."""
    path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return path


def linked(out: Path, sources: dict[str, Path], *known: Path) -> tuple[dict[tuple[str, int], str], Report]:
    """Who is who, and what the command would print."""
    report = link(sources, out, known)
    return {(row["source"], row["row"]): row["person"] for row in pq.read_table(out).to_pylist()}, report


def scores(out: Path) -> list[float]:
    """How sure each row is."""
    return [row["score"] for row in pq.read_table(out).to_pylist()]
