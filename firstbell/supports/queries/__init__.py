"""What pages show of plans, sessions, groups, daily cards and practices."""

from firstbell.supports.queries.counseling import (
    cards_of,
    confided,
    figures_of,
    groups,
    hours_of,
    meetings_of,
    roster,
    schools,
    sessions_of,
    week_of,
)
from firstbell.supports.queries.library import chosen, families
from firstbell.supports.queries.plans import (
    absent_days,
    commitments_of,
    evidence,
    plan_card,
    progress,
    reviews_due,
    strategies,
    versions,
)

__all__ = [
    "absent_days", "cards_of", "chosen", "commitments_of", "confided", "evidence", "families", "figures_of", "groups",
    "hours_of", "meetings_of", "plan_card", "progress", "reviews_due", "roster", "schools", "sessions_of", "strategies",
    "versions", "week_of",
]  # fmt: skip
