"""How much of a plan was read as its answers say: roles, actions, forces, figures, days and what is open."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from jiangtai.documents import document_text
from jiangtai.domains.reform.reading import Plan, read_plan

HERE = Path(__file__).parent
PLANS = sorted((HERE / "plans").glob("*.json"))
_SCALES = {"万元": ("元", 10_000), "亿元": ("元", 100_000_000), "名": ("人", 1), "位": ("人", 1), "场次": ("场", 1)}


def answers(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def source(path: Path) -> Path:
    return next(one for one in path.parent.glob(f"{path.stem}.*") if one.suffix != ".json")


def read(path: Path) -> Plan:
    return read_plan(document_text(source(path)))


def told(measures: Any) -> dict[str, set[Any]]:
    """What a plan says, as sets that can be held against one another; a measure is known by its place in order."""
    found: dict[str, set[Any]] = {key: set() for key in ("measures", "roles", "actions", "forces", "figures", "rest")}
    for at, one in enumerate(measures):
        found["measures"].add((at, one["number"], one["title"]))
        found["roles"] |= {(at, "lead", name) for name in one["lead"]}
        found["roles"] |= {(at, "support", name) for name in one["support"]}
        found["actions"] |= {(at, action["text"]) for action in one["actions"]}
        found["forces"] |= {(at, action["text"], action["force"]) for action in one["actions"]}
        found["figures"] |= {(at, *_figure(figure)) for figure in one["figures"]}
        found["rest"] |= {(at, one["section"], one["open"], one["deadline"])}
    return found


def _figure(figure: Any) -> tuple[Decimal, str, str]:
    unit, scale = _SCALES.get(figure["unit"], (figure["unit"], 1))
    return Decimal(str(figure["value"])) * scale, unit, figure["comparator"]


def rates(expected: Any, got: Any) -> dict[str, tuple[int, int, list[Any]]]:
    """For each kind how many are right, of how many said by either side, and what differs."""
    wanted, found = told(expected), told(got)
    return {
        key: (len(wanted[key] & found[key]), len(wanted[key] | found[key]), sorted(wanted[key] ^ found[key], key=str))
        for key in wanted
    }
