"""Somebody's log of a month as the signals see it, and the students of theirs who miss most."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from django.db.models import F
from django.utils.timezone import localtime

from firstbell.attendance.models import Standing
from firstbell.cases.models import Case, Entry
from firstbell.core.months import next_month
from firstbell.oversight.queries.counting import traced
from firstbell.oversight.rules.signals import Logged, Question, questions


def asked_of(people: Collection[int], month: date) -> Mapping[int, list[Question]]:
    """Person to what their log of a month gives to ask. Of one contact about several children only the first counts."""
    rows = Entry.objects.standing().filter(by__in=people, on__gte=month, on__lt=next_month(month), same_as=None)
    logs: dict[int, list[Logged]] = defaultdict(list)
    told = traced(rows).order_by("pk").values_list("by", "pk", "at", "on", "student", "said", "trace")
    for who, key, at, on, student, said, trace in told:
        logs[who].append(Logged(key, localtime(at), on, student, said, trace))
    hard = _hard(people)
    return {who: questions(logs[who], hard.get(who, ())) for who in people}


def _hard(people: Collection[int]) -> dict[int, set[int]]:
    """Person to the students they answer for who miss a fifth of the days."""
    severe = Standing.objects.filter(national_band="severe", enrolled__lte=5 * F("absent")).values("student")
    found: dict[int, set[int]] = defaultdict(set)
    for who, student in Case.objects.open().filter(lead__in=people, student__in=severe).values_list("lead", "student"):
        found[who].add(student)
    return found
