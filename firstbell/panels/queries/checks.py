"""Checks that are due, and what the records say of the directives behind them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from firstbell.attendance.queries import newest
from firstbell.cases.models import Entry, Task
from firstbell.cases.rules.entries import clears
from firstbell.law.calendar import SchoolYear
from firstbell.panels.models import Check
from firstbell.panels.rules.agreements import Known
from firstbell.roster.models import Arrival, Student
from firstbell.supports.queries import absent_days


def open_checks(on: date) -> list[Check]:
    """The checks due by a day that nobody has answered, those due first on top, each with what it takes to answer."""
    rows = Check.objects.filter(outcome="", due_on__lte=on)
    return list(
        rows.select_related("directive__student", "directive__owner", "directive__task",
                            "directive__agreement__hearing__day").order_by("due_on", "pk")
    )  # fmt: skip


def known_of(checks: Sequence[Check], on: date) -> dict[int, Known]:
    """Check to what the records say of its directive. Attendance is read once for each student who has one due."""
    proved = _proved(checks)
    arrivals = _arrivals(checks, on)
    through = max((one.through for one in arrivals.values()), default=None)
    measured = {one.directive.student_id: one.directive.student for one in checks if _is_measured(one)}
    days = {pk: _days(student, on, arrivals) for pk, student in measured.items()}
    return {
        one.pk: Known(
            on=on, absent=days.get(one.directive.student_id, {}) if _is_measured(one) else {}, through=through,
            proved_on=proved.get(one.directive_id), has_task=one.directive.task_id is not None,
        )
        for one in checks
    }  # fmt: skip


def _is_measured(check: Check) -> bool:
    return check.directive.evidence == "attendance" and check.directive.target is not None


def _arrivals(checks: Sequence[Check], on: date) -> dict[int, Arrival]:
    """The newest data of each school year from the first hearing of these to a day; none of a year without any."""
    heard = [one.directive.agreement.hearing.day.on for one in checks if _is_measured(one)]
    found = {}
    for year in range(SchoolYear.of(min(heard)).ending, SchoolYear.of(on).ending + 1) if heard else ():
        try:
            found[year] = newest(year)
        except ValueError:
            continue
    return found


def _days(student: Student, on: date, arrivals: Mapping[int, Arrival]) -> dict[date, bool]:
    """Every known school day of these years and whether it was missed: a summer does not stop a check."""
    found: dict[date, bool] = {}
    for year, arrival in arrivals.items():
        found |= absent_days(student, min(on, SchoolYear(year).ends), arrival=arrival)
    return found


def _proved(checks: Sequence[Check]) -> dict[int, date]:
    """Directive to the first day on which its task was done, or the contact it promised was logged."""
    found: dict[int, date] = {}
    for one in checks:
        task = one.directive.task
        if task is not None and task.state == Task.State.DONE:
            found[one.directive_id] = task.done_on
    promised = {one.directive_id: one.directive for one in checks if one.directive.evidence == "contacts"}
    if not promised:
        return found
    entries = Entry.objects.standing().filter(student__in={one.student_id for one in promised.values()})
    told: dict[int, list[tuple[date, str, str]]] = {}
    for student, *entry in entries.order_by("on", "pk").values_list("student", "on", "kind", "outcome"):
        told.setdefault(student, []).append(tuple(entry))
    for key, one in promised.items():
        after = one.agreement.hearing.day.on + timedelta(1)
        made = (day for day, kind, outcome in told.get(one.student_id, ()) if day >= after
                and clears(one.doing, kind, outcome))  # fmt: skip
        if first := next(made, None):
            found[key] = min(first, found.get(key, first))
    return found
