"""Reads over cases, shaped for pages."""

from firstbell.cases.queries.casework import Card, card_of, efforts, last_reached, lines_to, timeline
from firstbell.cases.queries.steps import (
    Climb,
    Facts,
    Fall,
    Offer,
    Recount,
    due,
    evidence,
    facts_of,
    fall,
    fallen,
    grounds_of,
    hollow,
    ladder_of,
    offer,
    offer_now,
    recounted,
    recounts,
    shown,
    taken,
)

__all__ = [
    "Card", "Climb", "Facts", "Fall", "Offer", "Recount", "card_of", "due", "efforts", "evidence", "facts_of", "fall",
    "fallen", "grounds_of", "hollow", "ladder_of", "last_reached", "lines_to", "offer", "offer_now", "recounted",
    "recounts", "shown", "taken", "timeline",
]  # fmt: skip
