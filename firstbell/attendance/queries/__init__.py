"""What the slice tells others: standings of a day, the reasons behind one, and the reads behind its pages."""

from firstbell.attendance.queries.absences import absences
from firstbell.attendance.queries.alone import stays
from firstbell.attendance.queries.occasions import occasions, provisional
from firstbell.attendance.queries.pages import calendar_months, standing_of, uncounted_lines
from firstbell.attendance.queries.sourcing import newest, sources
from firstbell.attendance.queries.standings import standings
from firstbell.attendance.queries.whys import Changes, Statement, Why, WhyDay, Year, why, year_of

__all__ = [
    "Changes",
    "Statement",
    "Why",
    "WhyDay",
    "Year",
    "absences",
    "calendar_months",
    "newest",
    "occasions",
    "provisional",
    "sources",
    "standing_of",
    "standings",
    "stays",
    "uncounted_lines",
    "why",
    "year_of",
]
