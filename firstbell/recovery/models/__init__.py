"""What the slice keeps: searches with turns, steps and proofs, plans of return, recovery days, last night's unseen."""

from firstbell.recovery.models.days import Day, Stop
from firstbell.recovery.models.searches import Search, Turn, Unseen
from firstbell.recovery.models.work import Proof, Return, Step

__all__ = ["Day", "Proof", "Return", "Search", "Step", "Stop", "Turn", "Unseen"]
