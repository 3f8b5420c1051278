"""Pages of cases."""

from firstbell.cases.views.casework import (
    DOINGS,
    ask,
    case,
    close,
    lead,
    log,
    note,
    put_off,
    reopen,
    start,
    task,
    tier,
    undo,
)
from firstbell.cases.views.drafts import draft
from firstbell.cases.views.steps import attempt, changes, conference, report, withdraw

__all__ = [
    "DOINGS", "ask", "attempt", "case", "changes", "close", "conference", "draft", "lead", "log", "note", "put_off",
    "reopen", "report", "start", "task", "tier", "undo", "withdraw",
]  # fmt: skip
