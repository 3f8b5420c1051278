"""Tables: figures and questions about one's month, chart reviews, findings, observed hearings."""

from firstbell.oversight.models.figures import Figure, Question
from firstbell.oversight.models.findings import Appeal, Finding, FindingMove, PlanStep
from firstbell.oversight.models.hearings import Observation
from firstbell.oversight.models.reviews import Review, Sample, Scoring

__all__ = [
    "Appeal", "Figure", "Finding", "FindingMove", "Observation", "PlanStep", "Question", "Review", "Sample", "Scoring",
]  # fmt: skip
