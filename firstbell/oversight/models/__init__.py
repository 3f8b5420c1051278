"""Tables: figures and questions about one's month, chart reviews, findings, observed hearings, time and reports."""

from firstbell.oversight.models.delivered import ActivityReport, ConfirmedDay, SchoolStatement, Spent
from firstbell.oversight.models.figures import Figure, Question, ReachedByGroup
from firstbell.oversight.models.findings import Appeal, Finding, FindingMove, PlanStep
from firstbell.oversight.models.hearings import Observation
from firstbell.oversight.models.reviews import Review, Sample, Scoring

__all__ = [
    "ActivityReport",
    "Appeal",
    "ConfirmedDay",
    "Figure",
    "Finding",
    "FindingMove",
    "Observation",
    "PlanStep",
    "Question",
    "ReachedByGroup",
    "Review",
    "Sample",
    "SchoolStatement",
    "Scoring",
    "Spent",
]  # fmt: skip
