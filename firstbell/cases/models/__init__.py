"""What the slice keeps: cases with their moves, tasks, contacts and notes; truancy steps and every student's ladder."""

from firstbell.cases.models.bulk import Bulk
from firstbell.cases.models.cases import Case, Move
from firstbell.cases.models.drafts import Draft
from firstbell.cases.models.households import LeadWorker
from firstbell.cases.models.meetings import AgendaItem, Meeting
from firstbell.cases.models.notes import Note
from firstbell.cases.models.steps import Ladder, Step
from firstbell.cases.models.triggers import Reached, Trigger, TriggerLadder
from firstbell.cases.models.work import Entry, Task, Wait

__all__ = [
    "AgendaItem", "Bulk", "Case", "Draft", "Entry", "Ladder", "LeadWorker", "Meeting", "Move", "Note", "Reached",
    "Step", "Task", "Trigger", "TriggerLadder", "Wait",
]  # fmt: skip
