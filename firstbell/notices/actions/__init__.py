"""What people and the night do with letters: find who is due, prepare, approve, issue, send, and take back."""

from firstbell.notices.actions.delivering import deliver, mailed, record_returned
from firstbell.notices.actions.finding import Tally, ask, find_due
from firstbell.notices.actions.issuing import ask_issue, give_up, issue
from firstbell.notices.actions.preparing import approve, cancel, prepare
from firstbell.notices.actions.repairing import Repaired, rescind, rescind_hollow
from firstbell.notices.actions.setting import approve_language, set_letterhead

__all__ = [
    "Repaired", "Tally", "approve", "approve_language", "ask", "ask_issue", "cancel", "deliver", "find_due", "give_up",
    "issue", "mailed", "prepare", "record_returned", "rescind", "rescind_hollow", "set_letterhead",
]  # fmt: skip
