"""Drafting, switching on and retiring trigger ladders; and the night that asks for what they say."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import Max

from firstbell.cases.actions.cases import open_case
from firstbell.cases.actions.tasks import ask, drop, retell
from firstbell.cases.models import Case, Reached, Task, Trigger, TriggerLadder
from firstbell.cases.queries import simulator
from firstbell.cases.queries import triggers as queries
from firstbell.cases.rules import refusal
from firstbell.cases.rules.triggers import DEFAULT, Rung, refused
from firstbell.core import clock, journal, lease
from firstbell.core.models import User
from firstbell.law.calendar import SchoolYear
from firstbell.law.findings import count, spoken
from firstbell.roster.models import School, Student
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
        told = simulator.simulate(rungs, school, SchoolYear.of(clock.today()).ending)
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
    """What a night came to: triggers newly reached, tasks asked, joined instead since the same waits already, cases
    opened for them, open tasks dropped again."""

    reached: int = 0
    asked: int = 0
    joined: int = 0
    opened: int = 0
    dropped: int = 0


@transaction.atomic
def pull_triggers(*, year: int, by: User | None = None) -> Pulled:
    """Ask for what the ladders in force say, by the published day book. Safe to repeat: the same night adds nothing.

    What waits for the student already is joined instead. A correction that takes a reached day away drops its open
    task, unless the trigger is reached on another day instead, or another asked for it too: then the task stays. Only
    the school year of today is looked at. Busy.
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
    to_ask = [row for row in (*again, *new) if not _takes_over(row, lost, by)]
    _ask(to_ask, year, by, told)
    for row in (row for rows in lost.values() for row in rows):
        _let_go(row, by, told)
    journal.record(
        "cases.triggers_pulled", by=by, year=year, reached=told.reached, asked=told.asked, joined=told.joined,
        opened=told.opened, dropped=told.dropped,
    )  # fmt: skip
    return told


def _rows(year: int) -> Iterable[Reached]:
    return Reached.objects.filter(year=year).select_related("task", "trigger").order_by("pk")


def _moves(row: Reached) -> bool:
    """Whether what a lost day asked for can go to another: it waits still, or can be reached once a year only."""
    return row.task is not None and (row.task.state == Task.State.OPEN or row.trigger.window == 0)


def _takes_over(row: Reached, lost: dict[tuple[int, int], list[Reached]], by: User | None) -> bool:
    """The trigger is reached on another day now: what was asked goes with it, and nobody is asked twice."""
    if not (before := lost.get((row.trigger_id, row.student_id))):
        return False
    last = before.pop()
    row.task, last.task = last.task, None
    Reached.objects.bulk_update([row, last], ["task"])
    _tell(row.task, row.task.due_on, by)
    return True


def _let_go(row: Reached, by: User | None, told: Pulled) -> None:
    """A correction took the day back: its open task is dropped, unless another trigger or a person asked for it too."""
    task = row.task
    if task.state != Task.State.OPEN:
        return
    row.task = None
    row.save(update_fields=["task"])
    if task.source != Task.Source.TRIGGER:
        return
    if task.reached.exists():
        _tell(task, task.due_on, by)
        return
    drop(task=task, why=f"A correction took it back: {row.trigger} was not reached on {spoken(row.on)}.", by=by)
    told.dropped += 1


def _ask(rows: Sequence[Reached], year: int, by: User | None, told: Pulled) -> None:
    if not rows:
        return
    students = Student.objects.select_related("school").in_bulk({row.student_id for row in rows})
    triggers = Trigger.objects.in_bulk({row.trigger_id for row in rows})
    cases, waiting = _cases_of(students, year)
    places = {one.school_id for one in (*students.values(), *cases.values()) if one.school_id}
    days, today = queries.school_days(year, places), clock.today()
    for row in rows:
        student, rung = students[row.student_id], triggers[row.trigger_id].rung
        if student.school_id is None or not student.live:
            continue  # nobody of ours could do it; asked on the night they are back
        case = cases.get(student.pk)
        if case is None:
            why = f"{rung.sentence}, reached on {spoken(row.on)}."
            case = cases[student.pk] = open_case(student=student, by=None, tier=2, why=why)
            told.opened += 1
        due_on = queries.due_day(case.school_id, rung.within, today, days)
        same = next((one for one in waiting[case.pk] if rung.is_asked_by(one.kind, one.text)), None)
        row.task = same or ask(
            case=case, kind=rung.asks, due_on=due_on, by=by, owner=_owner(case, rung.role),
            text=_words(rung.wish, [(rung, row.on)]), source=Task.Source.TRIGGER,
        )  # fmt: skip
        row.save(update_fields=["task"])
        if same is None:
            waiting[case.pk].append(row.task)
            told.asked += 1
        else:
            _tell(same, due_on, by)
            told.joined += 1


def _cases_of(students: Iterable[int], year: int) -> tuple[dict[int, Case], dict[int, list[Task]]]:
    """Student to their open case of the year, and case to its open tasks, in the order they were asked."""
    cases = {case.student_id: case for case in Case.objects.open().filter(year=year, student__in=list(students))}
    waiting: dict[int, list[Task]] = defaultdict(list)
    for task in Task.objects.open().filter(case__in=cases.values()).order_by("pk"):
        waiting[task.case_id].append(task)
    return cases, waiting


def _tell(task: Task, due_on: date, by: User | None) -> None:
    """Let an open task give every reason it has now, and be due by the nearest day. What a person wrote stays."""
    now = Task.objects.get(pk=task.pk)
    if now.state != Task.State.OPEN:
        return
    text = now.text
    if now.source == Task.Source.TRIGGER:
        reasons = [(row.trigger.rung, row.on) for row in now.reached.select_related("trigger").order_by("pk")]
        text = _words(reasons[0][0].wish, reasons)
    if text != now.text or due_on < now.due_on:
        retell(task=now, text=text, due_on=due_on, by=by)


def _words(wish: str, reasons: Iterable[tuple[Rung, date]]) -> str:
    return f"{wish}: {'; '.join(f'{rung.sentence}, on {spoken(on)}' for rung, on in reasons)}"[:300].rstrip()


def _owner(case: Case, role: str) -> User | None:
    """The named adult where they are meant or hold the role there, else whoever holds it first."""
    if role == "adult" and case.lead_id:
        return case.lead
    wanted = Post.Role.COUNSELOR if role == "adult" else role
    held = Post.objects.filter(role=wanted, school=case.school_id, span__contains=clock.today(), user__is_active=True)
    people = [post.user for post in held.select_related("user").order_by("pk")]
    return next((one for one in people if one.pk == case.lead_id), people[0] if people else None)
