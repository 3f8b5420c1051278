"""What the slice does: rebuild a year's day book, and serve the tables that pages read."""

from firstbell.attendance.actions.building import Built, rebuild
from firstbell.attendance.actions.serving import Tally, serve
from firstbell.attendance.queries.sourcing import sources

__all__ = ["Built", "Tally", "rebuild", "serve", "sources"]
