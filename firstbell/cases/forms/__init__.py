"""What a person says on the pages of a case."""

from firstbell.cases.forms.steps import Attempt, Conference, Confirm, Withdraw

__all__ = ["Attempt", "Conference", "Confirm", "Withdraw"]
