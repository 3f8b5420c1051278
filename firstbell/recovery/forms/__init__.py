"""What a person says of a lost student, and of a recovery day."""

from firstbell.recovery.forms.days import Plan, Results
from firstbell.recovery.forms.searching import (
    Back,
    Begin,
    Close,
    Contact,
    Hand,
    Locate,
    Lose,
    Paper,
    Reopen,
    Taken,
    WayBack,
)

__all__ = [
    "Back", "Begin", "Close", "Contact", "Hand", "Locate", "Lose", "Paper", "Plan", "Reopen", "Results", "Taken",
    "WayBack",
]  # fmt: skip
