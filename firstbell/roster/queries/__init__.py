"""Reads over the roster that several slices share."""

from firstbell.roster.queries.arrivals import newest_arrival
from firstbell.roster.queries.columns import frame
from firstbell.roster.queries.households import children_with, housemates
from firstbell.roster.queries.ledger import standing_marks
from firstbell.roster.queries.phones import dialled, rings

__all__ = ["children_with", "dialled", "frame", "housemates", "newest_arrival", "rings", "standing_marks"]
