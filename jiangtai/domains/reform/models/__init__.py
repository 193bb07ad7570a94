"""What the reform keeps beside its facts: plans with their own words, and the tasks that come of them."""

from .assessments import Assessment, Exhibit, Point
from .meetings import AgendaItem, Meeting, Resolution
from .plans import Action, Amount, Measure, Part, Plan, UnitName
from .schemes import Criterion, Result, Scheme
from .supervising import Addressee, Concern, Instrument, Reply
from .tasks import Evidence, Milestone, Report, Task

__all__ = [
    *("Action", "Amount", "Measure", "Part", "Plan", "UnitName"),
    *("Evidence", "Milestone", "Report", "Task"),
    *("Assessment", "Exhibit", "Point"),
    *("Criterion", "Result", "Scheme"),
    *("AgendaItem", "Meeting", "Resolution"),
    *("Addressee", "Concern", "Instrument", "Reply"),
]
