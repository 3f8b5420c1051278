"""Reads over the roster that several slices share."""

from firstbell.roster.queries.arrivals import newest_arrival
from firstbell.roster.queries.columns import frame
from firstbell.roster.queries.ledger import standing_marks

__all__ = ["frame", "newest_arrival", "standing_marks"]
