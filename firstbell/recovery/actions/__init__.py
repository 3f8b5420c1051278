"""What people do in a search, what the night finds, and recovery days."""

from firstbell.recovery.actions.days import enter_results, plan_day
from firstbell.recovery.actions.finding import Found, find_lost
from firstbell.recovery.actions.proving import prove, record_proof, reopen
from firstbell.recovery.actions.returning import plan_return
from firstbell.recovery.actions.searching import begin, come_back, hand_to, locate, log_contact, log_step, lose

__all__ = [
    "Found", "begin", "come_back", "enter_results", "find_lost", "hand_to", "locate", "log_contact", "log_step", "lose",
    "plan_day", "plan_return", "prove", "record_proof", "reopen",
]  # fmt: skip
