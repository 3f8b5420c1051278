"""What a letter says of one student: days, spans and steps, each frozen as it was known when the letter was made."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from firstbell.cases.models import Step
from firstbell.law.days import ABSENT, Day, kind
from firstbell.law.findings import Reason
from firstbell.law.notices import Kind
from firstbell.law.steps import StepKind
from firstbell.letters import data as paper
from firstbell.letters.data import Effort, Occasion, Span, What
from firstbell.notices.models import Due
from firstbell.notices.queries.facts import Facts
from firstbell.notices.rules import Out, open_window

NIGHT = "The nightly run looks again; nothing needs to be done."
DECIDE = "An administrator decides on the reason first."
RECENT = 20
"""School days of each of the two spans that a letter about better attendance compares."""


@dataclass(frozen=True, slots=True)
class Content:
    """`days` with the byte they had; `steps` what the school did; `earlier` the letter that no longer stands."""

    days: tuple[tuple[date, int, What], ...] = ()
    spans: tuple[Span, ...] = ()
    steps: tuple[paper.Step, ...] = ()
    earlier: paper.Earlier | None = None
    ground: paper.Ground | None = None

    @property
    def occasions(self) -> tuple[Occasion, ...]:
        return tuple(Occasion(on, what) for on, _, what in self.days)


def content(facts: Facts, due: Due) -> Content | Out:
    """What the letter would say; Out where it has no ground any more, or not yet."""
    match due.kind:
        case Kind.FIRST_TRUANCY | Kind.NEXT_TRUANCY:
            return _report(facts, due)
        case Kind.CORRECTION:
            return _correction(facts, due)
        case Kind.EXCUSED:
            return _excused(facts, due)
        case Kind.SARB:
            return _referral(facts, due)
        case Kind.SART:
            steps = _efforts(facts, due.student_id, facts.send_on)
            return Content(steps=steps) if steps else _out("Nothing is on record that the school did to help.")
        case Kind.IMPROVEMENT | Kind.SUMMARY:
            return _spans(facts, due)
    return Content()


def _out(sentence: str, section: str = "", remedy: str = NIGHT) -> Out:
    return Out((Reason(section, sentence),), remedy)


def _report(facts: Facts, due: Due) -> Content | Out:
    step = due.step
    if step is None or not step.stands or step.withdrawn_on or step.on > facts.send_on:
        return _out("The report it tells of does not stand, or not on that day.", "EC 48260.5")
    now = facts.occasions.get(due.student_id, {})
    named = [day for day in map(date.fromisoformat, step.rests_on) if day in now]
    if len(named) < (facts.policy.truancy.occasions if due.number == 1 else 1):
        return _out("Too few days of the report are unexcused occasions still.", "EC 48260(a)")
    if any((due.student_id, day) in facts.undecided for day in named):
        return _out("A reason was given for one of its days and waits for a decision.", "EC 48260(c)", DECIDE)
    if waits := open_window(named, facts.send_on, facts.policy):
        return waits
    return Content(days=tuple((day, now[day], _what(facts, due.student_id, day, now[day])) for day in named))


def _what(facts: Facts, student: int, day: date, byte: int) -> What:
    """A stretch of a day is named late only where its code says so: away from class is true of all of them."""
    match kind(byte):
        case Day.UNEXCUSED:
            return What.ABSENT
        case Day.OCCASION:
            return What.LATE if (student, day) in facts.late else What.OUT
        case other:
            return What.EXCUSED if other in ABSENT else What.PRESENT


def _correction(facts: Facts, due: Due) -> Content | Out:
    """The days that an earlier letter named and that are no longer unexcused, as they stand now."""
    step = due.step
    assert step is not None  # a correction is due for a step
    bytes_on = facts.bytes_on(due.student_id)
    fallen = [one for one in facts.steps.get(due.student_id, []) if not one.stands] + [step]
    lost = sorted({date.fromisoformat(day) for one in fallen for day in one.hollow_lost})
    named = [(day, bytes_on.get(day, int(Day.PRESENT))) for day in lost]
    right = [(day, byte) for day, byte in named if kind(byte) not in (Day.UNEXCUSED, Day.OCCASION, Day.UNVERIFIED)]
    if not right or step.kind not in (StepKind.NOTICE, StepKind.REFERRAL):
        sentence = "No single day of the earlier letter was corrected; it fell with another step."
        return _out(sentence, remedy="Write to the family by hand, and say which letter no longer counts.")
    kind_then = {StepKind.REFERRAL.value: Kind.SARB}.get(
        step.kind, Kind.FIRST_TRUANCY if step.number == 1 else Kind.NEXT_TRUANCY
    )
    days = tuple((day, byte, _what(facts, due.student_id, day, byte)) for day, byte in right)
    return Content(days=days, earlier=paper.Earlier(kind_then, step.on))


def _excused(facts: Facts, due: Due) -> Content | Out:
    days = _shown(facts, due.student_id, (Day.EXCUSED,))
    return Content(days=days) if days else _out("No excused day is left to name.")


def _shown(facts: Facts, student: int, kinds: Iterable[Day]) -> tuple[tuple[date, int, What], ...]:
    """The student's days of these kinds that a parent may read of (EC 46010.1)."""
    return tuple(
        (day, byte, _what(facts, student, day, byte))
        for day, byte in facts.days_of(student, kinds)
        if not facts.is_hidden(student, day)
    )


def _spans(facts: Facts, due: Due) -> Content | Out:
    told = facts.bytes_on(due.student_id)
    days = sorted(told)
    absent = {day for day in days if kind(told[day]) in ABSENT and not facts.is_hidden(due.student_id, day)}
    if due.kind == Kind.SUMMARY:
        shown = tuple((day, told[day], _what(facts, due.student_id, day, told[day])) for day in sorted(absent))
        return (
            Content(days=shown, spans=(_span(days, absent),)) if days else _out("The student has no school days yet.")
        )
    if len(days) < 2 * RECENT:
        return _out(f"It takes {2 * RECENT} school days to compare.")
    before, since = _span(days[-2 * RECENT : -RECENT], absent), _span(days[-RECENT:], absent)
    return Content(spans=(before, since)) if since.absent < before.absent else _out("Attendance did not get better.")


def _span(days: list[date], absent: set[date]) -> Span:
    return Span(days[0], days[-1], len(days), sum(day in absent for day in days))


def _referral(facts: Facts, due: Due) -> Content | Out:
    step = due.step
    if step is None or not step.stands or step.withdrawn_on or step.on > facts.send_on:
        return _out("The referral it tells of does not stand, or not on that day.", "EC 48263")
    steps = _efforts(facts, due.student_id, step.on)
    if not steps:
        remedy = "Log what the school did to help; a referral needs it."
        return _out("Nothing is on record that the school did to help.", "EC 48263", remedy)
    return Content(steps=steps, ground=paper.Ground(step.ground))


def _efforts(facts: Facts, student: int, upto: date) -> tuple[paper.Step, ...]:
    """What the school did to help, one line a day and kind."""
    found = [
        paper.Step(step.on, effort)
        for step in facts.steps.get(student, [])
        if step.stands and step.on <= upto and (effort := _effort(step))
    ]
    return tuple(one for before, one in pairwise([None, *found]) if one is not None and one != before)


def _effort(step: Step) -> Effort | None:
    match step.kind:
        case StepKind.NOTICE:
            return Effort.LETTER
        case StepKind.CONFERENCE:
            return Effort.CONFERENCE
        case StepKind.ATTEMPT:
            how = step.evidence.get("said", {}).get("how", "").casefold()
            return Effort.VISIT if "visit" in how else Effort.LETTER if "letter" in how else Effort.CALL
    return None
