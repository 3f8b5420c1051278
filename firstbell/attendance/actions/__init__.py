"""What the slice does: rebuild a year's day book, serve the tables that pages read, take down what people say."""

from firstbell.attendance.actions.building import Built, rebuild
from firstbell.attendance.actions.changing import note_changes
from firstbell.attendance.actions.clearing import Conflict, NotAllowed, clear, decide, settle_overdue, take_back
from firstbell.attendance.actions.serving import Tally, refresh, serve
from firstbell.attendance.queries.sourcing import sources

__all__ = [
    "Built",
    "Conflict",
    "NotAllowed",
    "Tally",
    "clear",
    "decide",
    "note_changes",
    "rebuild",
    "refresh",
    "serve",
    "settle_overdue",
    "sources",
    "take_back",
]
