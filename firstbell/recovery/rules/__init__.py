"""Decisions only this product makes about lost students: the board, the steps to find them, recovery days. Pure."""

from firstbell.recovery.rules.board import (
    KINDS,
    LANES,
    OPEN,
    PROVEN,
    STATES,
    Spell,
    grade_number,
    lane_of,
    lane_words,
    order_of,
    urgent,
)
from firstbell.recovery.rules.steps import ANSWERS, STEPS, Done, Known, Line, due_on, next_of, progress, undone

__all__ = [
    "ANSWERS", "KINDS", "LANES", "OPEN", "PROVEN", "STATES", "STEPS", "Done", "Known", "Line", "Spell", "due_on",
    "grade_number", "lane_of", "lane_words", "next_of", "order_of", "progress", "undone", "urgent",
]  # fmt: skip
