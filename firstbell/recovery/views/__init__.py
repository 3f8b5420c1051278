"""Pages of recovery."""

from firstbell.recovery.views.board import board
from firstbell.recovery.views.days import day, days, new_day, results, sheets
from firstbell.recovery.views.searching import DOINGS, STEPS, begin, close, decide, plan, proof, reopen, search, step

__all__ = [
    "DOINGS", "STEPS", "begin", "board", "close", "day", "days", "decide", "new_day", "plan", "proof", "reopen",
    "results", "search", "sheets", "step",
]  # fmt: skip
