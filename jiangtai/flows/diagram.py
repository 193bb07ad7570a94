"""A flow drawn from its declaration: one column of steps in the regulation's order, every outcome an arrow.

Straight on goes down the middle; what skips ahead runs in lanes at the right, what goes back in lanes at the left. The
same declaration always gives the same drawing. Only presentation attributes are used: the pages allow no inline style.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape

from django.utils.safestring import SafeString, mark_safe

from .declare import End, Flow, Joint, Notice, Panel, Ranking, Step, Task, Wait

BOX, GAP, LANE, PORT = 208, 34, 26, 22
INK, SOFT, EDGE, PAPER, JADE, RED, WASH = "#1f2329", "#565b63", "#8f8a7c", "#fffefb", "#27704f", "#b5302a", "#fbeeea"
KINDS = {Task: "", Joint: "会办", Panel: "评审", Ranking: "排名", Notice: "公示", Wait: "等待", End: "办结"}
FONT = 'font-family="PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"'


@dataclass
class Arrow:
    """One outcome, from a step to another."""

    source: str
    target: str
    label: str
    is_first: bool = False
    lane: int = 0
    start: float = 0
    stop: float = 0


@dataclass
class Row:
    """A step in its place."""

    name: str
    step: Step
    note: str
    top: float = 0
    height: float = 0
    left: list[Arrow] = field(default_factory=list)
    right: list[Arrow] = field(default_factory=list)


def svg(flow: type[Flow], now: str = "") -> SafeString:
    """The drawing, with the step at which a case is marked."""
    return mark_safe(_Drawing(flow, now).draw())  # noqa: S308  every text in it is escaped


def words(flow: type[Flow]) -> str:
    """The same as sentences, for who does not see it."""
    told = []
    for step in flow.steps.values():
        leads = "；".join(f"{label}到{flow.steps[to].label}" for to, label in step.outcomes.items())
        told.append(f"{step.label}（{_who(step)}）：{leads}" if leads else f"{step.label}，办结")
    return "。".join(told)


def _who(step: Step) -> str:
    if isinstance(step, Wait):
        return "期满自动继续"
    desk = getattr(step, "by", None)
    return desk.label if desk else "办结"


def _arrows(flow: type[Flow]) -> list[Arrow]:
    found = []
    for name, step in flow.steps.items():
        found += [Arrow(name, to, label, place == 0) for place, (to, label) in enumerate(step.outcomes.items())]
        if isinstance(step, Notice):
            found.append(Arrow(name, step.objection, "收到异议"))
        if isinstance(step, End) and step.appeal:
            found.append(Arrow(name, step.appeal, "申诉"))
    return found


class _Drawing:
    """Rows, arrows and lanes, laid out once and then written down."""

    def __init__(self, flow: type[Flow], now: str) -> None:
        self.flow, self.now = flow, now
        self.rows = {name: Row(name, step, _who(step)) for name, step in flow.steps.items()}
        self.order = list(self.rows)
        self.straight: list[Arrow] = []
        for arrow in _arrows(flow):
            self._sort(arrow)
        self._stack()
        self.left_lanes = self._lanes(arrow for row in self.rows.values() for arrow in row.left)
        self.right_lanes = self._lanes(arrow for row in self.rows.values() for arrow in row.right)
        self.stub_left = self._stub(row.left for row in self.rows.values())
        self.stub_right = self._stub(row.right for row in self.rows.values())
        self.x = 12 + self.stub_left + LANE * self.left_lanes
        self.width = self.x + BOX + self.stub_right + LANE * self.right_lanes + 12

    def _sort(self, arrow: Arrow) -> None:
        """Down the middle, ahead at the right, back at the left."""
        away = self.order.index(arrow.target) - self.order.index(arrow.source)
        if away == 1 and arrow.is_first:
            self.straight.append(arrow)
        elif away > 0:
            self.rows[arrow.source].right.append(arrow)
        else:
            self.rows[arrow.source].left.append(arrow)

    def _stack(self) -> None:
        """Rows under one another, each as high as its arrows need; then where each arrow starts and stops."""
        top: float = 12
        coming: dict[tuple[str, str], int] = {}
        for row in self.rows.values():
            for side in ("left", "right"):
                for arrow in getattr(row, side):
                    coming[arrow.target, side] = coming.get((arrow.target, side), 0) + 1
        for name, row in self.rows.items():
            ports = max(len(getattr(row, side)) + coming.get((name, side), 0) for side in ("left", "right"))
            row.height = max(48, PORT * ports + 12)
            row.top, top = top, top + row.height + GAP
        self.height = top - GAP + 12
        for side in ("left", "right"):
            self._ports(side)

    def _ports(self, side: str) -> None:
        """On each side of a box the arrows that come in stand above those that leave."""
        for name, row in self.rows.items():
            coming = [one for other in self.rows.values() for one in getattr(other, side) if one.target == name]
            leaving = getattr(row, side)
            first = row.top + (row.height - PORT * (len(coming) + len(leaving) - 1)) / 2
            for place, arrow in enumerate([*coming, *leaving]):
                if place < len(coming):
                    arrow.stop = first + PORT * place
                else:
                    arrow.start = first + PORT * place

    def _lanes(self, arrows: Iterable[Arrow]) -> int:
        """The nearest lane that is free all the way; short arrows first, so that they stay near."""
        taken: list[list[tuple[float, float]]] = []
        for arrow in sorted(arrows, key=lambda one: (abs(one.stop - one.start), one.start)):
            low, high = sorted((arrow.start, arrow.stop))
            for number, spans in enumerate([*taken, []]):
                if all(high < one[0] or low > one[1] for one in spans):
                    if number == len(taken):
                        taken.append([])
                    taken[number].append((low, high))
                    arrow.lane = number
                    break
        return len(taken)

    @staticmethod
    def _stub(sides: Iterable[list[Arrow]]) -> int:
        """How far the first lane lies from the boxes, so that every label fits beside its box."""
        longest = max((len(arrow.label) for arrows in sides for arrow in arrows), default=0)
        return longest * 12 + 22 if longest else 0

    def draw(self) -> str:
        """The document."""
        number = f"flow-{self.flow.key.replace('.', '-').lower()}"
        title, told = escape(f"{self.flow.label}流程图"), escape(words(self.flow))
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width:.0f}" height="{self.height:.0f}" '
            f'viewBox="0 0 {self.width:.0f} {self.height:.0f}" role="img" '
            f'aria-labelledby="{number}-t {number}-d" {FONT}>',
            f'<title id="{number}-t">{title}</title><desc id="{number}-d">{told}</desc>',
            *(self._down(arrow) for arrow in self.straight),
            *(self._around(arrow, -1) for row in self.rows.values() for arrow in row.left),
            *(self._around(arrow, 1) for row in self.rows.values() for arrow in row.right),
            *(self._box(row) for row in self.rows.values()),
            "</svg>",
        ]
        return "".join(parts)

    def _box(self, row: Row) -> str:
        is_now, is_end = row.name == self.now, isinstance(row.step, End)
        stroke, wide = (RED, 2) if is_now else (EDGE, 1)
        kind = KINDS.get(type(row.step), "")
        note = " · ".join(filter(None, (kind if not is_end else "", row.note)))
        middle, centre = row.top + row.height / 2, self.x + BOX / 2
        mark = "（现在）" if is_now else ""
        return (
            f'<rect x="{self.x:.0f}" y="{row.top:.0f}" width="{BOX}" height="{row.height:.0f}" '
            f'rx="{row.height / 2 if is_end else 5:.0f}" fill="{WASH if is_now else PAPER}" stroke="{stroke}" '
            f'stroke-width="{wide}"/>'
            + _text(centre, middle - 3, f"{row.step.label}{mark}", 14, RED if is_now else INK, "middle", 600)
            + _text(centre, middle + 15, note, 11, SOFT, "middle")
        )

    def _down(self, arrow: Arrow) -> str:
        source, target = self.rows[arrow.source], self.rows[arrow.target]
        x, top, bottom = self.x + BOX / 2, source.top + source.height, target.top
        return (
            f'<path d="M{x:.0f} {top:.0f}V{bottom - 7:.0f}" fill="none" stroke="{JADE}" stroke-width="1.5"/>'
            f'<path d="M{x - 4:.0f} {bottom - 8:.0f}h8l-4 8z" fill="{JADE}"/>'
            + _text(x + 8, (top + bottom) / 2 + 4, arrow.label, 12, INK)
        )

    def _around(self, arrow: Arrow, side: int) -> str:
        edge = self.x + BOX if side > 0 else self.x
        stub = self.stub_right if side > 0 else self.stub_left
        lane = edge + side * (stub + LANE * arrow.lane)
        colour = (JADE if arrow.is_first else SOFT) if side > 0 else RED
        tip = edge + side * 8
        return (
            f'<path d="M{edge:.0f} {arrow.start:.0f}H{lane:.0f}V{arrow.stop:.0f}H{tip:.0f}" fill="none" '
            f'stroke="{colour}" stroke-width="1.2"/>'
            f'<path d="M{tip:.0f} {arrow.stop - 4:.0f}v8l{-side * 8} -4z" fill="{colour}"/>'
            + _text(edge + side * 12, arrow.start - 4, arrow.label, 12, INK, "start" if side > 0 else "end")
        )


def _text(x: float, y: float, text: str, size: int, colour: str, anchor: str = "start", weight: int = 400) -> str:
    if not text:
        return ""
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" font-weight="{weight}" fill="{colour}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )
