"""Pages of cases."""

from firstbell.cases.views.steps import attempt, changes, conference, report, withdraw

__all__ = ["attempt", "changes", "conference", "report", "withdraw"]
