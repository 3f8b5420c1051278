"""Pages of letters: who is due one, batches from preview to print, the proof of each, what they need."""

from firstbell.notices.views.batches import approve, batch, batches, cancel, csv, issue, mailed, new, print_part
from firstbell.notices.views.letters import index, letter, outbox, pdf, rescind, rescinded, returned, sent_message
from firstbell.notices.views.needs import ask, languages, letterhead, letterheads

__all__ = [
    "approve", "ask", "batch", "batches", "cancel", "csv", "index", "issue", "languages", "letter", "letterhead",
    "letterheads", "mailed", "new", "outbox", "pdf", "print_part", "rescind", "rescinded", "returned", "sent_message",
]  # fmt: skip
