"""What the reform keeps beside its facts: plans with their own words, and the tasks that come of them."""

from .assessments import Assessment, Exhibit, Point
from .inspecting import Inspection, InspectionFinding, InspectionPoint, Inspector, PointResult, ResultPhoto, Visit
from .library import PaperReview, PaperTie, PolicyPaper
from .meetings import AgendaItem, Meeting, Resolution
from .plans import Action, Amount, Measure, Part, Plan, UnitName
from .supervising import Addressee, Concern, Instrument, Reply
from .tasks import Evidence, Milestone, Report, Task

__all__ = [
    *("Action", "Amount", "Measure", "Part", "Plan", "UnitName"),
    *("Evidence", "Milestone", "Report", "Task"),
    *("Assessment", "Exhibit", "Point"),
    *("AgendaItem", "Meeting", "Resolution"),
    *("Addressee", "Concern", "Instrument", "Reply"),
    *("PaperReview", "PaperTie", "PolicyPaper"),
    *("InspectionFinding", "Inspection", "InspectionPoint", "Inspector", "PointResult", "ResultPhoto", "Visit"),
]
