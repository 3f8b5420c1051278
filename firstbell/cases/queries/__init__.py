"""Reads over cases, shaped for pages."""

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
    "Climb", "Facts", "Fall", "Offer", "Recount", "due", "evidence", "facts_of", "fall", "fallen", "grounds_of",
    "hollow", "ladder_of", "offer", "offer_now", "recounted", "recounts", "shown", "taken",
]  # fmt: skip
