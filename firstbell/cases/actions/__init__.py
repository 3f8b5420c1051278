"""What people do in a case, and what the night finds in all of them."""

from firstbell.cases.actions.steps import Reviewed, review, take_step, withdraw

__all__ = ["Reviewed", "review", "take_step", "withdraw"]
