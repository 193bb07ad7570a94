"""What the reform keeps beside its facts: plans with their own words, and the tasks that come of them."""

from .plans import Action, Amount, Measure, Part, Plan, UnitName
from .tasks import Evidence, Milestone, Report, Task

__all__ = ["Action", "Amount", "Evidence", "Measure", "Milestone", "Part", "Plan", "Report", "Task", "UnitName"]
