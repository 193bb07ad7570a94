"""Grid: the rows of a table in a PDF, which knows no tables, put together from where its pieces stand.

A line of heads, one of them for units, says where the columns are. What follows is read in the order in which it was
written, cell by cell: a row ends where the next piece stands further left, the table where a piece runs across columns.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_HEAD = re.compile(r"责任|牵头|负责|单位|部门")
_NOTE = re.compile(r"(?:注|说明|备注)[：:]")
_LONGEST_HEAD = 14


@dataclass(slots=True)
class Piece:
    """Words on a page: where they begin, at which height, how large they are, and what they say."""

    left: float
    top: float
    size: float
    text: str

    @property
    def right(self) -> float:
        """How far the words reach."""
        return self.left + self.size * sum(
            1.0 if ord(one) > 0x2E7F or one in "“”—…" else 0.5 for one in self.text.strip()
        )


@dataclass(slots=True)
class Grid:
    """The columns of one table, and the row that is being put together."""

    heads: list[Piece]
    cells: dict[int, str] = field(default_factory=dict)
    last: Piece | None = None
    column: int = -1

    def column_of(self, piece: Piece) -> int | None:
        """The column in which a piece stands; none where it runs below several heads, or is a note."""
        below = sum(_shared(piece, head.left, head.right) * 2 > head.right - head.left for head in self.heads)
        if below > 1 or _NOTE.match(piece.text):
            return None
        edges = [(one.right + other.left) / 2 for one, other in zip(self.heads, self.heads[1:], strict=False)]
        bounds = list(zip([float("-inf"), *edges], [*edges, float("inf")], strict=True))
        shared = [_shared(piece, low, high) for low, high in bounds]
        return shared.index(max(shared))

    def begins_row(self, piece: Piece, column: int) -> bool:
        """Whether a piece belongs to the next row."""
        if self.last is None or column > self.column:
            return False
        if column and piece.top > self.last.top + piece.size * 3 and self.heads[0].text == "序号":
            return False  # the rest of a row that its page cut in two: a row of its own would have a number
        return column < self.column or abs(self.last.top - piece.top) > 1.9 * piece.size

    def add(self, piece: Piece, column: int) -> None:
        """Put a piece into the row."""
        self.cells[column] = self.cells.get(column, "") + piece.text
        self.last, self.column = piece, column

    def row(self) -> str:
        """The row as a line, its cells parted by tabs; the next one begins."""
        said = "\t".join(self.cells.get(at, "") for at in range(len(self.heads)))
        self.cells, self.column = {}, -1
        return said


def _shared(piece: Piece, low: float, high: float) -> float:
    """How much of a piece lies between two places."""
    return min(piece.right, high) - max(piece.left, low)


def is_head(pieces: list[Piece]) -> bool:
    """Whether the pieces of one line are the heads of a table with a column of units."""
    short = all(len(piece.text) <= _LONGEST_HEAD and "。" not in piece.text for piece in pieces)
    return len(pieces) > 2 and short and any(_HEAD.search(piece.text) for piece in pieces)


def heads_at(lines: list[list[Piece]], at: int) -> tuple[list[Piece], int]:
    """The heads of a table that begin at this line, and the line behind them; 序号 may stand as 序 above 号."""
    if at < len(lines) and is_head(lines[at]):
        return lines[at], at + 1
    if [line[0].text for line in lines[at : at + 2] if len(line) == 1] == ["序", "号"] and at + 2 < len(lines):
        first, heads = lines[at][0], lines[at + 2]
        if first.left < heads[0].left and is_head([Piece(first.left, heads[0].top, first.size, "序号"), *heads]):
            return [Piece(first.left, heads[0].top, first.size, "序号"), *heads], at + 3
    return [], at


def rows(lines: list[list[Piece]], at: int) -> tuple[list[str], int]:
    """The rows of the table whose heads begin at line `at`, and the line behind it."""
    heads, number = heads_at(lines, at)
    grid = Grid(heads)
    found = ["\t".join(piece.text for piece in heads)]
    while number < len(lines):
        again, behind = heads_at(lines, number)
        if [piece.text for piece in again] == [piece.text for piece in heads]:
            number = behind  # the heads once more, on a further page
            continue
        places = [(piece, grid.column_of(piece)) for piece in lines[number]]
        if any(column is None for _, column in places):
            return [*found, *_rest(grid)], number
        for piece, column in places:
            if column is not None:
                found += [grid.row()] if grid.cells and grid.begins_row(piece, column) else []
                grid.add(piece, column)
        number += 1
    return [*found, *_rest(grid)], len(lines)


def _rest(grid: Grid) -> Iterator[str]:
    if grid.cells:
        yield grid.row()
