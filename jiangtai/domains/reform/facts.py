"""What the reform asserts: which plan is in force."""

from datetime import date
from uuid import UUID

from jiangtai.ledger import FactId, UnitId, Until, fact

# plans


@fact
class PlanConfirmed:
    """A plan of the reform is in force, as its office confirmed it（改革方案执行）."""

    basis = "ours"
    labels = {"plan": "方案", "number": "发文字号", "measures": "举措数", "until": "执行到"}
    personal = ()
    ended_by = ("PlanReplaced", Until("until"))

    unit: UnitId
    plan: UUID
    number: str
    measures: int
    until: date | None = None
    on: date


@fact
class PlanReplaced:
    """A plan gave way to its next version（改革方案由新版接替）."""

    basis = "ours"
    labels = {"confirmed": "原方案", "plan": "新方案"}
    personal = ()
    ended_by = ()
    ends = "confirmed"

    unit: UnitId
    confirmed: FactId
    plan: UUID
    on: date
