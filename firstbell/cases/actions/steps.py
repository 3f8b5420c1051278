"""What people do in the truancy process, and the nightly review that finds what no longer stands."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import polars as pl
from django.db import connection, transaction

from firstbell.attendance import queries as attendance
from firstbell.attendance.actions.swapping import swap
from firstbell.cases import queries
from firstbell.cases.models import Ladder, Step
from firstbell.cases.rules import Line, NotAllowed, hollow_words, line, stand, turned
from firstbell.core import clock, journal, lease
from firstbell.core.models import User
from firstbell.law.calendar import SchoolYear
from firstbell.law.findings import Reason, spoken
from firstbell.law.policy import policy_on
from firstbell.law.steps import Ground, StepKind, Verdict
from firstbell.roster.models import Arrival, Student, Withdrawal
from firstbell.roster.queries import frame

_ONE_AT_A_TIME = 1913_0906


@transaction.atomic
def take_step(
    *, student: Student, kind: str, on: date, by: User | None, rests_on: Sequence[date] | None = None, note: str = "",
    number: int | None = None, ground: str = Ground.HABITUAL, said: Mapping[str, str] | None = None,
) -> Step:  # fmt: skip
    """Record that a step was taken on a day, with the evidence it rests on frozen. NotAllowed says why it may not be.

    Without `rests_on` a report names every occasion since the report before it, and a notice those of its report.
    Without `number` it is the next report, or the first report the family was not told of. `said` are more facts of
    the step in words ({"how": "Phone call"}). Two people at once: the second is answered from what the first did.
    """
    if on > clock.today():
        raise NotAllowed(Reason("", f"{spoken(on)} has not come yet."))
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [_ONE_AT_A_TIME, student.pk])
    facts = _facts(student, on, Ground(ground))
    found = queries.offer(facts, StepKind(kind), on, rests_on=rests_on, number=number, ground=Ground(ground))
    if found.no:
        raise NotAllowed(*found.no)
    step = Step.objects.create(
        student=student, year=SchoolYear.of(on).ending, kind=StepKind(kind), number=found.number, ground=Ground(ground),
        on=on, by=by, rests_on=[day.isoformat() for day in found.rests_on],
        evidence=found.evidence | ({"said": dict(said)} if said else {}), note=note,
    )  # fmt: skip
    journal.record(
        "cases.step_taken", by=by, about=step, student=student.pk, kind=step.kind, number=step.number, on=str(on)
    )
    _serve(student)
    return step


@transaction.atomic
def withdraw(*, step: Step, by: User | None, why: str = "") -> Step:
    """Withdraw a step that no longer stands: it stays on record, and is no part of the ladder any more. NotAllowed."""
    step = Step.objects.select_for_update(of=("self",)).select_related("student").get(pk=step.pk)
    if step.withdrawn_on is not None:
        raise NotAllowed(Reason("", f"{step.title} was withdrawn already, on {spoken(step.withdrawn_on)}."))
    if step.stands:
        raise NotAllowed(Reason("", f"{step.title} stands: only what no longer stands is withdrawn."))
    step.withdrawn_on, step.withdrawn_by = clock.today(), by
    step.save(update_fields=["withdrawn_on", "withdrawn_by"])
    journal.record("cases.step_withdrawn", by=by, about=step, student=step.student_id, why=why)
    _serve(step.student)
    return step


@transaction.atomic
def take_back(*, step: Step, by: User | None, why: str) -> Step:
    """Withdraw a step that was recorded by mistake: it never happened, and what rested on it is judged tonight."""
    step = Step.objects.select_for_update(of=("self",)).select_related("student").get(pk=step.pk)
    step.stands, step.hollow_on, step.hollow_why = False, step.hollow_on or clock.today(), why[:500]
    step.withdrawn_on, step.withdrawn_by = clock.today(), by
    step.save(update_fields=["stands", "hollow_on", "hollow_why", "withdrawn_on", "withdrawn_by"])
    journal.record("cases.step_taken_back", by=by, about=step, student=step.student_id, why=why)
    _serve(step.student)
    return step


def _facts(student: Student, on: date, ground: Ground = Ground.HABITUAL) -> queries.Facts:
    try:
        return queries.facts_of(student, on, ground)
    except ValueError as none:
        raise NotAllowed(Reason("", f"Nothing is known of this student on {spoken(on)}: {none}.")) from none


def _serve(student: Student) -> None:
    """Bring one student's row of the served table to what was just done; the night does it for everyone."""
    facts = _facts(student, clock.today())
    found = facts.stand()
    Ladder.objects.filter(student=student).delete()
    if found is not None and student.school_id is not None:
        served = line(found, len(facts.occasions), facts.on, hollow_since=_since(facts.rows))
        Ladder.objects.create(student=student, school_id=student.school_id, **asdict(served))


def _since(rows: Iterable[Step]) -> date | None:
    return min((row.hollow_on for row in rows if row.hollow_on), default=None)


@dataclass(frozen=True)
class Reviewed:
    """What a review came to. `hollow` are the steps that newly no longer stand, `again` those that stand again."""

    on: date
    arrival: Arrival
    states: dict[str, int]
    hollow: list[Step]
    again: list[Step]

    @property
    def students(self) -> int:
        return sum(self.states.values())


@transaction.atomic
def review(*, year: int, by: User | None = None) -> Reviewed:
    """Judge every step of a school year by what is known now, and serve every student's ladder. Safe to repeat.

    Runs under the lease, and nobody takes a step meanwhile. ValueError when the year has no data; Busy.
    """
    lease.claim(wait=lease.QUEUE)
    with connection.cursor() as cursor:
        cursor.execute("lock table case_step in share mode")
    arrival = attendance.newest(year)
    on = min(max(clock.today(), arrival.through), SchoolYear(year).ends)
    policy = policy_on(on)
    rows = _rows_by_student(year)
    people = _people(year, rows, policy.truancy.occasions)
    served: list[tuple[Any, ...]] = []
    fallen: list[tuple[Step, Verdict]] = []
    again: list[Step] = []
    for student, school, unexcused, enrolled, days in people.iter_rows():
        mine = rows.get(student, [])
        found = stand(
            days, [queries.taken(row) for row in mine], policy, on=on, grounds=_grounds(mine),
            unexcused_days=unexcused, schooldays=enrolled,
        )  # fmt: skip
        if found is None:
            continue
        by_key = {row.pk: row for row in mine}
        for verdict in turned({row.pk: row.stands for row in mine}, found.ladder):
            row = by_key[verdict.step.key]
            again.append(row) if verdict.stands else fallen.append((row, verdict))
        served.append((student, school, *_cells(line(found, len(days), on, hollow_since=_since(mine)))))
    _mark_hollow(fallen, arrival, on, by)
    _mark_standing(again, by)
    swap({Ladder: pl.DataFrame(served, schema=_SERVED, orient="row")})
    states = Counter(row[2] for row in served)
    told = Reviewed(on, arrival, dict(states), [row for row, _ in fallen], again)
    journal.record(
        "cases.reviewed", by=by, on=str(on), arrival=arrival.pk, states=told.states, hollow=len(fallen),
        again=len(again),
    )  # fmt: skip
    return told


_SERVED: dict[str, Any] = {
    "student_id": pl.Int32, "school_id": pl.Int32, "state": pl.String, "occasions": pl.Int32,
    "standing_steps": pl.Int32, "hollow_steps": pl.Int32, "missing": pl.String, "next_step": pl.String,
    "next_number": pl.Int32, "next_from": pl.Date, "due_by": pl.Date, "rule": pl.String, "rank": pl.Int32,
    "on": pl.Date, "sentence": pl.String, "section": pl.String,
}  # fmt: skip


def _cells(one: Line) -> tuple[Any, ...]:
    return (
        one.state.value, one.occasions, one.standing_steps, one.hollow_steps, one.missing, str(one.next_step),
        one.next_number, one.next_from, one.due_by, one.rule, one.rank, one.on, one.sentence, one.section,
    )  # fmt: skip


def _rows_by_student(year: int) -> dict[int, list[Step]]:
    rows: dict[int, list[Step]] = {}
    for row in Step.objects.filter(year=year).counted().select_related("student").order_by("on", "pk"):
        rows.setdefault(row.student_id, []).append(row)
    return rows


def _people(year: int, rows: Mapping[int, list[Step]], needed: int) -> pl.DataFrame:
    """student, school, unexcused and enrolled days, days (of the occasions): who has a step, or occasions enough."""
    told = frame(
        "select s.id, s.school_id, coalesce(t.unexcused, 0), coalesce(t.enrolled, 0)"
        " from student s left join standing t on t.student_id = s.id where s.school_id is not null",
        {"student": pl.Int32, "school": pl.Int32, "unexcused": pl.Int32, "enrolled": pl.Int32},
    )
    days = attendance.occasions(year).group_by("student").agg(days=pl.col("day").sort())
    joined = told.join(days, on="student", how="left").sort("student")
    return joined.filter((pl.col("days").list.len() >= needed) | pl.col("student").is_in(list(rows))).with_columns(
        pl.col("days").fill_null(pl.Series([[]], dtype=pl.List(pl.Date)))
    )


def _grounds(mine: Sequence[Step]) -> frozenset[Ground]:
    if all(row.ground == Ground.HABITUAL for row in mine):
        return frozenset()
    return queries.grounds_of(mine[0].student, [(row.ground, row.on) for row in mine])


def _mark_hollow(fallen: Iterable[tuple[Step, Verdict]], arrival: Arrival, on: date, by: User | None) -> None:
    lost: dict[int, set[date]] = {}
    listed = list(fallen)
    for row, verdict in listed:
        lost.setdefault(row.student_id, set()).update(verdict.lost)
    causes = {student: _cause(student, days, arrival) for student, days in lost.items()}
    for row, verdict in listed:
        cause = causes[row.student_id]
        row.stands, row.hollow_on, row.hollow_arrival = False, on, cause
        row.hollow_why, row.hollow_lost = hollow_words(verdict)[:500], [day.isoformat() for day in verdict.lost]
        journal.record(
            "cases.step_fell", by=by, about=row, student=row.student_id, why=row.hollow_why, arrival=cause.pk
        )
    Step.objects.bulk_update((row for row, _ in listed), _HOLLOW, batch_size=1000)


_HOLLOW = ["stands", "hollow_on", "hollow_why", "hollow_lost", "hollow_arrival"]


def _cause(student: int, lost: Iterable[date], newest: Arrival) -> Arrival:
    """The arrival that took back a mark of a day the student's steps lost; else the newest, which changed the rest."""
    taken_back = Withdrawal.objects.filter(year=newest.year, mark__student=student, mark__day__in=list(lost))
    last = taken_back.select_related("arrival").order_by("-arrival").first()
    return last.arrival if last else newest


def _mark_standing(again: Iterable[Step], by: User | None) -> None:
    rows = list(again)
    for row in rows:
        row.stands, row.hollow_on, row.hollow_arrival, row.hollow_why, row.hollow_lost = True, None, None, "", []
        journal.record("cases.step_stands_again", by=by, about=row, student=row.student_id)
    Step.objects.bulk_update(rows, _HOLLOW, batch_size=1000)
