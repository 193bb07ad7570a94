"""What the reform keeps beside its facts: plans with their own words, and the tasks that come of them."""

from .assessments import Assessment, Exhibit, Point
from .dockets import Confirmation, Docket, DocketColumn, DocketEntry, DocketSet, Keeper
from .inspecting import Inspection, InspectionFinding, InspectionPoint, Inspector, PointResult, ResultPhoto, Visit
from .library import PaperReview, PaperTie, PolicyPaper
from .meetings import AgendaItem, Meeting, Resolution
from .pilots import ListItem, Pilot, PilotBatch, PilotReport, PilotType, YearlyList
from .plans import Action, Amount, Measure, Part, Plan, UnitName
from .programmes import Assistance, Cohort, CohortFirm, Hanging, Programme, ProgrammeItem, Proof
from .schemes import Criterion, Result, Scheme
from .supervising import Addressee, Concern, Instrument, Reply, ReplyFile
from .supplying import Supply
from .tasks import Evidence, Milestone, Report, Task

__all__ = [
    *("Action", "Amount", "Measure", "Part", "Plan", "UnitName"),
    *("Evidence", "Milestone", "Report", "Task"),
    *("Assessment", "Exhibit", "Point"),
    *("Criterion", "Result", "Scheme"),
    *("AgendaItem", "Meeting", "Resolution"),
    *("ListItem", "Pilot", "PilotBatch", "PilotReport", "PilotType", "YearlyList"),
    *("Addressee", "Concern", "Instrument", "Reply", "ReplyFile"),
    *("PaperReview", "PaperTie", "PolicyPaper"),
    *("InspectionFinding", "Inspection", "InspectionPoint", "Inspector", "PointResult", "ResultPhoto", "Visit"),
    *("Supply",),
    *("Confirmation", "Docket", "DocketColumn", "DocketEntry", "DocketSet", "Keeper"),
    *("Assistance", "Cohort", "CohortFirm", "Hanging", "Programme", "ProgrammeItem", "Proof"),
]
