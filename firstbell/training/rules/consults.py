"""Which consults may be written down."""

from datetime import date

from firstbell.core.refusals import NotAllowed, refusal
from firstbell.law.findings import spoken

LONGEST = 600
"""Minutes of one consult."""


def refused(on: date, minutes: int, today: date, begins: date) -> NotAllowed | None:
    """Why a consult of this day and length is not written down; None where it may be."""
    if on > today:
        return refusal("That day is still to come. Log a consult once it took place.")
    if on < begins:
        return refusal(f"That was before this school year, which began on {spoken(begins)}. Log it in words elsewhere.")
    if not 1 <= minutes <= LONGEST:
        return refusal(f"Say how many minutes it took, from 1 to {LONGEST}.")
    return None
