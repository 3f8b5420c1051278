"""What a person says on the pages of supports."""

from firstbell.supports.forms.counseling import Came, Join, NewGroup, Points, Session, Targets
from firstbell.supports.forms.plans import Checked, End, PlanForm, Promised, draft_of, promises_form

__all__ = [
    "Came", "Checked", "End", "Join", "NewGroup", "PlanForm", "Points", "Promised", "Session", "Targets", "draft_of",
    "promises_form",
]  # fmt: skip
