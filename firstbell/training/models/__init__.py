"""Tables: courses and what was completed; questions of schools, and consults."""

from firstbell.training.models.courses import Completion, Course, Proposal, Seat, Session
from firstbell.training.models.questions import Consult, Question

__all__ = ["Completion", "Consult", "Course", "Proposal", "Question", "Seat", "Session"]
