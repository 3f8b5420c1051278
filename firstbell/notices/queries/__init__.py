"""What the slice tells others: who is due a letter, what a batch would hold, and the proof of each letter."""

from firstbell.notices.queries.planning import Left, Meeting, Plan, Sheet, letters_of, plan
from firstbell.notices.queries.sent import as_text, letters_in, print_run, proof, summary, timeline
from firstbell.notices.queries.waiting import counts, in_line, listed, waiting

__all__ = [
    "Left", "Meeting", "Plan", "Sheet", "as_text", "counts", "in_line", "letters_in", "letters_of", "listed", "plan",
    "print_run", "proof", "summary", "timeline", "waiting",
]  # fmt: skip
