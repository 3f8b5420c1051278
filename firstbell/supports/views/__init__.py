"""Pages of supports."""

from firstbell.supports.views.counseling import card, session, sessions
from firstbell.supports.views.groups import group, groups, meet, meeting, new_group
from firstbell.supports.views.library import practice, practices
from firstbell.supports.views.plans import commitments, edit, end, plan

__all__ = [
    "card", "commitments", "edit", "end", "group", "groups", "meet", "meeting", "new_group", "plan", "practice",
    "practices", "session", "sessions",
]  # fmt: skip
