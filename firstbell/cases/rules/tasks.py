"""What a task asks for, the minutes it takes, and what counts as having done it. Pure."""

from firstbell.cases.rules.entries import KINDS

TASKS = {
    "reach": "Reach the family",
    "call": "Call home",
    "text": "Send a text",
    "mail": "Write home",
    "visit": "Visit at home",
    "conference": "Hold a conference",
    "checkin": "Check in with the student",
    "teacher": "Ask a teacher",
    "plan": "Make or review the plan",
    "handoff": "Warm hand-off",
    "other": "Something else",
}
BY_WORD = frozenset({"plan", "handoff", "other"})
"""Tasks that no contact can prove: whoever did them says what was done."""
_MINUTES = {"reach": 10, "plan": 20, "handoff": 15, "other": 10}


def minutes(task: str) -> int:
    """How long it usually takes."""
    return _MINUTES[task] if task in _MINUTES else KINDS[task].minutes
