"""Drafting, switching on and retiring trigger ladders; and the night that asks for what they say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from firstbell.attendance.queries.sourcing import instructional_days
from firstbell.cases.actions.cases import open_case
from firstbell.cases.actions.tasks import ask, drop
from firstbell.cases.models import Case, Reached, Task, Trigger, TriggerLadder
from firstbell.cases.queries import triggers as queries
from firstbell.cases.rules import refusal
from firstbell.cases.rules.triggers import DEFAULT, Rung, refused
from firstbell.core import clock, journal, lease
from firstbell.core.models import User
from firstbell.law.calendar import SchoolYear
from firstbell.law.findings import count, spoken
from firstbell.law.policy import policy_on
from firstbell.roster.models import Calendar, School, Student
from firstbell.staffing.models import Post

State = TriggerLadder.State
BACK = timedelta(days=7)
"""How far back a ladder may begin: what was agreed on in a week counts from its first day, and no past is stirred up.
"""

_LADDERS = 4_812
"""The advisory lock under which ladders are drafted, edited and switched on."""


@transaction.atomic
def draft_ladder(*, school: School | None, by: User | None, rungs: Sequence[Rung] | None = None) -> TriggerLadder:
    """The draft of a school, or without one of the district: the one there is, else a new version of what is in force.

    `rungs` replace what it starts from.
    """
    _one_at_a_time()
    if (there := queries.draft(school)) is not None:
        return there
    now = queries.in_force(school)
    newest = TriggerLadder.objects.filter(school=school).aggregate(Max("version"))["version__max"] or 0
    ladder = TriggerLadder.objects.create(school=school, version=newest + 1, made_by=by)
    _fill(ladder, rungs if rungs is not None else now.rungs if now else DEFAULT)
    journal.record("cases.ladder_drafted", by=by, about=ladder, school=school and school.pk, version=ladder.version)
    return ladder


@transaction.atomic
def replace_triggers(
    *, ladder: TriggerLadder, rungs: Sequence[Rung], by: User | None, revision: int | None = None, note: str = ""
) -> TriggerLadder:
    """Say what a draft consists of, whole. NotAllowed: it makes no sense, or was edited since `revision`."""
    ladder = _draft(ladder, revision)
    if no := refused(rungs):
        raise refusal(no)
    _fill(ladder, rungs)
    ladder.revision, ladder.note = ladder.revision + 1, note.strip()[:300]
    ladder.save(update_fields=["revision", "note"])
    journal.record("cases.ladder_edited", by=by, about=ladder, triggers=len(rungs))
    return ladder


@transaction.atomic
def switch_on(
    *, ladder: TriggerLadder, by: User | None, on: date | None = None, revision: int | None = None
) -> TriggerLadder:
    """Put a draft in force, and retire the one before. NotAllowed when it is empty, asks twice or would flood a school.

    It speaks of the days from `on` (today, or at most BACK ago).
    """
    ladder, today = _draft(ladder, revision), clock.today()
    on = on or today
    earlier = TriggerLadder.objects.filter(school=ladder.school).exclude(in_force_on=None)
    spoken_for = max((one.retired_on or one.in_force_on for one in earlier), default=date.min)
    if not max(today - BACK, spoken_for) <= on <= today:
        raise refusal(f"A ladder is in force from today, or from a day of the last {BACK.days} that had no other.")
    rungs = ladder.rungs
    if no := refused(rungs) or _flood(rungs, ladder.school):
        raise refusal(no)
    before = TriggerLadder.objects.filter(school=ladder.school, state=State.IN_FORCE).first()
    if before is not None:
        _end(before, on, by)
    ladder.state, ladder.in_force_on, ladder.switched_on_by = State.IN_FORCE, on, by
    ladder.save(update_fields=["state", "in_force_on", "switched_on_by"])
    journal.record(
        "cases.ladder_switched_on", by=by, about=ladder, school=ladder.school_id, version=ladder.version, on=str(on)
    )
    return ladder


@transaction.atomic
def retire(*, ladder: TriggerLadder, by: User | None) -> TriggerLadder:
    """Switch a ladder off, or give a draft up. It stays on record; what it asked for stays asked for."""
    _one_at_a_time()
    ladder = TriggerLadder.objects.get(pk=ladder.pk)
    if ladder.state == State.RETIRED:
        raise refusal("This ladder is retired already.")
    return _end(ladder, max(clock.today(), ladder.in_force_on or date.min), by)


def _end(ladder: TriggerLadder, on: date, by: User | None) -> TriggerLadder:
    was, ladder.state = ladder.state, State.RETIRED
    ladder.retired_on = on if was == State.IN_FORCE else None
    ladder.save(update_fields=["state", "retired_on"])
    journal.record("cases.ladder_retired", by=by, about=ladder, school=ladder.school_id, version=ladder.version)
    return ladder


def _flood(rungs: Sequence[Rung], school: School | None) -> str:
    try:
        told = queries.simulate(rungs, school, SchoolYear.of(clock.today()).ending)
    except ValueError:
        return ""  # a year without data yet has nobody to reach
    if not told.floods:
        return ""
    worst, others = told.floods[0], len(told.floods) - 1
    more = f" {count(others, 'other school')} would be flooded too." if others else ""
    return (
        f"This ladder would flood {worst.school}: {count(worst.tasks, 'task')} for its counselor in the week of"
        f" {spoken(worst.monday)}, {worst.minutes:,} minutes where a week holds {worst.holds:,}.{more}"
        " Raise a count, or ask for something shorter."
    )


def _fill(ladder: TriggerLadder, rungs: Sequence[Rung]) -> None:
    ladder.triggers.all().delete()
    Trigger.objects.bulk_create(
        Trigger(
            ladder=ladder, position=place, track=rung.track, count=rung.count, window=rung.window, asks=rung.asks,
            within=rung.within, role=rung.role, text=rung.text.strip()[:200],
        )
        for place, rung in enumerate(rungs, start=1)
    )  # fmt: skip


def _draft(ladder: TriggerLadder, revision: int | None) -> TriggerLadder:
    """The draft as it stands, locked. NotAllowed when it is none any more, or somebody edited it since it was shown."""
    _one_at_a_time()
    now = TriggerLadder.objects.select_for_update(of=("self",)).select_related("school").get(pk=ladder.pk)
    if now.state != State.DRAFT:
        raise refusal(
            f"Version {now.version} is {now.get_state_display().lower()}: it is never edited. Draft a new one."
        )
    if revision is not None and revision != now.revision:
        raise refusal("Somebody changed this draft while you had it open. Nothing was overwritten: look at it again.")
    return now


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LADDERS])


@dataclass(slots=True)
class Pulled:
    """What a night came to: triggers newly reached, tasks asked, cases opened for them, open tasks dropped again."""

    reached: int = 0
    asked: int = 0
    opened: int = 0
    dropped: int = 0


@transaction.atomic
def pull_triggers(*, year: int, by: User | None = None) -> Pulled:
    """Ask for what the ladders in force say, by the published day book. Safe to repeat: the same night adds nothing.

    A correction that takes a reached day away drops its open task, unless the trigger is reached on another day
    instead: then the task goes with it. Only the school year of today is looked at. Busy.
    """
    told, ladders = Pulled(), list(queries.switched_on(year))
    if SchoolYear.of(clock.today()).ending != year or not ladders:
        return told
    lease.claim(wait=lease.QUEUE)
    found = set(queries.reached_by(ladders, queries.absences(year)).rows())
    rows = {(row.trigger_id, row.student_id, row.on): row for row in _rows(year)}
    lost: dict[tuple[int, int], list[Reached]] = {}
    for key, row in rows.items():
        if key not in found and _moves(row):
            lost.setdefault(key[:2], []).append(row)
    again = [row for key, row in rows.items() if key in found and row.task_id is None]
    new = [
        Reached.objects.create(trigger_id=trigger, student_id=student, year=year, on=on)
        for trigger, student, on in sorted(found - rows.keys(), key=lambda key: (key[2], key))
    ]
    told.reached = len(new)
    to_ask = [row for row in (*again, *new) if not _takes_over(row, lost)]
    _ask(to_ask, year, by, told)
    for row in (row for rows in lost.values() for row in rows):
        _drop(row, by, told)
    journal.record(
        "cases.triggers_pulled", by=by, year=year, reached=told.reached, asked=told.asked, opened=told.opened,
        dropped=told.dropped,
    )  # fmt: skip
    return told


def _rows(year: int) -> Iterable[Reached]:
    return Reached.objects.filter(year=year).select_related("task", "trigger").order_by("pk")


def _moves(row: Reached) -> bool:
    """Whether what a lost day asked for can go to another: it waits still, or can be reached once a year only."""
    return row.task is not None and (row.task.state == Task.State.OPEN or row.trigger.window == 0)


def _takes_over(row: Reached, lost: dict[tuple[int, int], list[Reached]]) -> bool:
    """The trigger is reached on another day now: what was asked goes with it, and nobody is asked twice."""
    if not (before := lost.get((row.trigger_id, row.student_id))):
        return False
    last = before.pop()
    row.task, last.task = last.task, None
    Reached.objects.bulk_update([row, last], ["task"])
    return True


def _drop(row: Reached, by: User | None, told: Pulled) -> None:
    if row.task.state != Task.State.OPEN:
        return
    why = f"A correction took it back: {row.trigger} was not reached on {spoken(row.on)}."
    drop(task=row.task, why=why, by=by)
    row.task = None
    row.save(update_fields=["task"])
    told.dropped += 1


def _ask(rows: Sequence[Reached], year: int, by: User | None, told: Pulled) -> None:
    students = Student.objects.select_related("school").in_bulk({row.student_id for row in rows})
    triggers = Trigger.objects.in_bulk({row.trigger_id for row in rows})
    open_ones = {case.student_id: case for case in Case.objects.open().filter(year=year, student__in=list(students))}
    days, today = _school_days(year) if rows else {}, clock.today()
    for row in rows:
        student, rung = students[row.student_id], triggers[row.trigger_id].rung
        if student.school_id is None or not student.live:
            continue  # nobody of ours could do it; asked on the night they are back
        case = open_ones.get(student.pk)
        if case is None:
            why = f"{rung.sentence}, reached on {spoken(row.on)}."
            case = open_ones[student.pk] = open_case(student=student, by=None, tier=2, why=why)
            told.opened += 1
        row.task = ask(
            case=case, kind=rung.asks, due_on=queries.due_day(case.school_id, rung.within, today, days), by=by,
            owner=_owner(case, rung.role), text=f"{rung.wish}: {rung.sentence}, on {spoken(row.on)}",
            source=Task.Source.TRIGGER,
        )  # fmt: skip
        row.save(update_fields=["task"])
        told.asked += 1


def _owner(case: Case, role: str) -> User | None:
    """The named adult where they are meant or hold the role there, else whoever holds it first."""
    if role == "adult" and case.lead_id:
        return case.lead
    wanted = Post.Role.COUNSELOR if role == "adult" else role
    held = Post.objects.filter(role=wanted, school=case.school_id, span__contains=clock.today(), user__is_active=True)
    people = [post.user for post in held.select_related("user").order_by("pk")]
    return next((one for one in people if one.pk == case.lead_id), people[0] if people else None)


def _school_days(year: int) -> dict[int, list[date]]:
    """School to the days on which any of its calendars has school, in order."""
    taught: Any = instructional_days(year, policy_on(clock.today()))
    days: dict[int, set[int]] = {}
    for calendar, school in Calendar.objects.filter(year=year).values_list("pk", "school"):
        days.setdefault(school, set()).update(int(day) for day in taught.get(calendar, ()))
    return {school: [date.fromordinal(day) for day in sorted(listed)] for school, listed in days.items()}
