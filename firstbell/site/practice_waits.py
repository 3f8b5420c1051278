"""How much of each thing waits for somebody on a practice day: counted by whoever lists it."""

from datetime import date

from firstbell.attendance.queries import clearing
from firstbell.cases.models import Task
from firstbell.core.access import Scope
from firstbell.core.models import User
from firstbell.desk.queries.calls import calls
from firstbell.desk.queries.today import queue
from firstbell.notices.models import Batch
from firstbell.notices.queries.waiting import counts
from firstbell.oversight.queries.exceptions import LISTS
from firstbell.recovery.queries.board import waiting
from firstbell.training.models.questions import Question


def _today(_user: User, scope: Scope, _today: date) -> int:
    return int(queue(scope).count())


def _tasks(_user: User, scope: Scope, _today: date) -> int:
    return Task.objects.visible_to(scope).filter(state=Task.State.OPEN).count()


def _calls(user: User, scope: Scope, today: date) -> int:
    return len(calls(user, scope, today)[0])


def _clearing(_user: User, scope: Scope, today: date) -> int:
    return sum(len(clearing.waiting_days(scope, school, today)) for school in clearing.schools(scope))


def _decisions(_user: User, scope: Scope, _today: date) -> int:
    return clearing.decisions(scope).count()


def _letters(_user: User, scope: Scope, _today: date) -> int:
    return int(sum(one.ready for one in counts(scope)))


def _batches(_user: User, scope: Scope, _today: date) -> int:
    return Batch.objects.visible_to(scope).filter(state__in=(Batch.State.DRAFT, Batch.State.APPROVED)).count()


def _lost(_user: User, scope: Scope, _today: date) -> int:
    found = waiting(scope)
    return found.many + found.several + found.left + found.located if found else 0


def _needs(_user: User, scope: Scope, today: date) -> int:
    return sum(kind.find(scope, today).count() for kind in LISTS.values())


def _questions(_user: User, scope: Scope, _today: date) -> int:
    return Question.objects.visible_to(scope).filter(state=Question.State.OPEN).count()


WAITS = {
    "today": _today, "tasks": _tasks, "calls": _calls, "clearing": _clearing, "decisions": _decisions,
    "letters": _letters, "batches": _batches, "lost": _lost, "needs": _needs, "questions": _questions,
}  # fmt: skip
"""By the names of `training.rules.practice.LOOKS`."""
