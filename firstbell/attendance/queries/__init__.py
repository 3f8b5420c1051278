"""What the slice tells others: standings of a day, the reasons behind one, and the reads behind its pages."""

from firstbell.attendance.queries.pages import calendar_months, standing_of, uncounted_lines
from firstbell.attendance.queries.sourcing import newest, sources
from firstbell.attendance.queries.standings import standings
from firstbell.attendance.queries.whys import Why, WhyDay, why

__all__ = [
    "Why",
    "WhyDay",
    "calendar_months",
    "newest",
    "sources",
    "standing_of",
    "standings",
    "uncounted_lines",
    "why",
]
