"""The flows of the reform: progress, pilots, reviews of papers, findings of inspections, and marks of units."""

from .inspecting import RectifyFinding
from .library import ReviewPolicyPaper
from .pilots import NamePilot, ReportPilot
from .reporting import ReportProgress
from .schemes import AssessUnit

__all__ = ["AssessUnit", "NamePilot", "RectifyFinding", "ReportPilot", "ReportProgress", "ReviewPolicyPaper"]
