"""Reads over searches, shaped for pages."""

from firstbell.recovery.queries.board import (
    Asked,
    Lane,
    Listed,
    Row,
    board,
    choices,
    closed,
    line_of,
    listed,
    waiting,
)
from firstbell.recovery.queries.days import days, grouped, open_for, places_for_day, regions, stops_of, together
from firstbell.recovery.queries.places import Place, counts, places
from firstbell.recovery.queries.searching import Look, card_of, look, people_for, ways_of

__all__ = [
    "Asked", "Lane", "Listed", "Look", "Place", "Row", "board", "card_of", "choices", "closed", "counts", "days",
    "grouped", "line_of", "listed", "look", "open_for", "people_for", "places",
    "places_for_day", "regions", "stops_of", "together", "waiting", "ways_of",
]  # fmt: skip
