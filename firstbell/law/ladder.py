"""Where a student stands on the truancy ladder, and every move between two places on it (EC 48260 to 48264.5).

Nothing here does anything to anyone: the functions say what the facts would allow, and people decide.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

from firstbell.law.findings import Finding, Reason, spoken
from firstbell.law.policy import Policy
from firstbell.law.steps import Ground, Ladder, Step, StepKind, standing_steps
from firstbell.law.truancy import CHRONIC_TRUANT_STEPS, chronic_truant


class State(StrEnum):
    """Where a student stands. ELIGIBLE_* are proposals; only a named person files a report."""

    NONE = "none"
    ELIGIBLE_FIRST = "eligible_first"
    REPORTED = "reported"
    NOTIFIED = "notified"
    ELIGIBLE_NEXT = "eligible_next"
    BLOCKED = "blocked"
    HABITUAL = "habitual"
    REFERRED = "referred"
    MEDIATION = "mediation"
    JUVENILE_ELIGIBLE = "juvenile_eligible"
    CHRONIC_TRUANT = "chronic_truant"
    HOLLOW = "hollow"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    State.NONE: "No truancy report",
    State.ELIGIBLE_FIRST: "A first truancy report could be filed",
    State.REPORTED: "Reported; the family has not been notified yet",
    State.NOTIFIED: "Reported, and the family notified",
    State.ELIGIBLE_NEXT: "A further truancy report could be filed",
    State.BLOCKED: "Three reports, but nobody has tried to hold a conference",
    State.HABITUAL: "Habitual truant",
    State.REFERRED: "Referred to the review board",
    State.MEDIATION: "The district attorney or probation was notified",
    State.JUVENILE_ELIGIBLE: "Four reports: a person and counsel decide what follows",
    State.CHRONIC_TRUANT: "Chronic truant",
    State.HOLLOW: "A step no longer stands: correct it before anything else",
}


class Event(StrEnum):
    """What can happen to a student's case on a day."""

    OCCASION = "occasion"
    REPORT = "report"
    NOTICE = "notice"
    MEETING = "meeting"
    REFERRAL = "referral"
    MEDIATION = "mediation"
    LATE_EXCUSE = "late_excuse"
    NEW_YEAR = "new_year"


_UP: dict[tuple[State, Event], frozenset[State]] = {
    (State.NONE, Event.OCCASION): frozenset({State.NONE, State.ELIGIBLE_FIRST}),
    (State.ELIGIBLE_FIRST, Event.REPORT): frozenset({State.REPORTED}),
    (State.REPORTED, Event.NOTICE): frozenset({State.NOTIFIED}),
    (State.REPORTED, Event.OCCASION): frozenset({State.ELIGIBLE_NEXT}),
    (State.NOTIFIED, Event.OCCASION): frozenset({State.ELIGIBLE_NEXT}),
    (State.ELIGIBLE_NEXT, Event.REPORT): frozenset({State.REPORTED, State.NOTIFIED, State.BLOCKED, State.HABITUAL}),
    (State.BLOCKED, Event.MEETING): frozenset({State.HABITUAL}),
    (State.HABITUAL, Event.REFERRAL): frozenset({State.REFERRED}),
    (State.REFERRED, Event.MEDIATION): frozenset({State.MEDIATION}),
    (State.BLOCKED, Event.REPORT): frozenset({State.JUVENILE_ELIGIBLE}),
    (State.HABITUAL, Event.REPORT): frozenset({State.JUVENILE_ELIGIBLE}),
    (State.REFERRED, Event.REPORT): frozenset({State.JUVENILE_ELIGIBLE}),
    (State.MEDIATION, Event.REPORT): frozenset({State.JUVENILE_ELIGIBLE}),
    (State.ELIGIBLE_FIRST, Event.LATE_EXCUSE): frozenset({State.NONE, State.ELIGIBLE_FIRST}),
    (State.ELIGIBLE_NEXT, Event.LATE_EXCUSE): frozenset(
        {State.REPORTED, State.NOTIFIED, State.ELIGIBLE_NEXT, State.HOLLOW}
    ),
}

MOVES: Mapping[tuple[State, Event], frozenset[State]] = (
    {(state, Event.NEW_YEAR): frozenset({State.NONE}) for state in State}
    | {(state, Event.LATE_EXCUSE): frozenset({state, State.HOLLOW}) for state in State if state is not State.NONE}
    | _UP
)
"""Every move by one lawful event; an event that is not listed for a state leaves it as it is.

A late excuse makes hollow what it takes the ground from. July 1 brings every student back to the beginning.
"""


def state(
    occasions: Sequence[date],
    steps: Sequence[Step],
    policy: Policy,
    *,
    on: date,
    tardies: Iterable[date] = (),
    grounds: Collection[Ground] = (),
    unexcused_days: int = 0,
    schooldays: int = 0,
) -> Finding[State]:
    """Where a student stands on day `on`, from dated facts as they are known now; see `steps.standing_steps`.

    The highest standing step wins; a report that could be filed as well is named last. `unexcused_days` of
    `schooldays` since enrolment decide on the chronic truant.
    """
    ladder = standing_steps(occasions, steps, policy, on=on, tardies=tardies, grounds=grounds)
    reports = [coming.reason for coming in ladder.following if coming.kind is StepKind.REPORT]
    if not ladder.verdicts:
        return Finding(State.ELIGIBLE_FIRST if reports else State.NONE, tuple(reports), policy.version)
    if hollow := needing_correction(ladder):
        return Finding(State.HOLLOW, (*hollow, *reports), policy.version)
    reached, reasons = _reached(ladder, policy)
    chronic = chronic_truant(unexcused_days, schooldays, taken(ladder, policy), policy)
    if chronic.outcome:
        reached, reasons = State.CHRONIC_TRUANT, chronic.reasons
    if reports and reached in (State.NONE, State.REPORTED, State.NOTIFIED):
        reached = State.ELIGIBLE_FIRST if reached is State.NONE else State.ELIGIBLE_NEXT
    return Finding(reached, (*reasons, *reports), policy.version)


def needing_correction(ladder: Ladder) -> list[Reason]:
    """Why steps toward a family must be withdrawn. A meeting that came too early was still a meeting."""
    meetings = (StepKind.ATTEMPT, StepKind.CONFERENCE)
    return [verdict.reason for verdict in ladder.hollow if verdict.step.kind not in meetings]


def taken(ladder: Ladder, policy: Policy) -> frozenset[str]:
    """Which of the steps before a chronic truant stand (`truancy.CHRONIC_TRUANT_STEPS`)."""
    rules = policy.truancy
    reports, tried = ladder.standing(StepKind.REPORT), ladder.standing(StepKind.ATTEMPT, StepKind.CONFERENCE)
    done = (
        bool(reports),
        any(step.number == 1 for step in ladder.standing(StepKind.NOTICE)),
        len(reports) > 1,
        len(reports) >= rules.habitual_reports and len(tried) >= rules.conference_attempts,
        bool(ladder.standing(StepKind.REFERRAL)),
        bool(ladder.standing(StepKind.INQUIRY)),
    )
    return frozenset(step for step, was in zip(CHRONIC_TRUANT_STEPS, done, strict=True) if was)


def _reached(ladder: Ladder, policy: Policy) -> tuple[State, tuple[Reason, ...]]:
    """The highest step that stands, and its grounds; what is missing after them."""
    rules = policy.truancy
    missing = tuple(coming.reason for coming in ladder.missing)
    reports, tried = ladder.standing(StepKind.REPORT), ladder.standing(StepKind.ATTEMPT, StepKind.CONFERENCE)
    if len(reports) >= rules.juvenile_reports:
        fourth = reports[rules.juvenile_reports - 1].on
        sentence = f"Report {rules.juvenile_reports} was filed on {spoken(fourth)}; no review board is needed first."
        return State.JUVENILE_ELIGIBLE, (Reason(policy.cite("truancy.juvenile_reports"), sentence, fourth), *missing)
    for kind, reached in ((StepKind.MEDIATION, State.MEDIATION), (StepKind.REFERRAL, State.REFERRED)):
        if stands := [verdict.reason for verdict in ladder.verdicts if verdict.stands and verdict.step.kind is kind]:
            return reached, (stands[0], *missing)
    if len(reports) >= rules.habitual_reports:
        return _third(reports, tried, policy, missing)
    if not reports:
        return State.NONE, ()
    told = [step.on for step in ladder.standing(StepKind.NOTICE) if step.number == 1]
    if not told:
        return State.REPORTED, missing
    return State.NOTIFIED, (Reason("EC 48260.5", f"The family was notified on {spoken(told[0])}.", told[0]),)


def _third(
    reports: list[Step], tried: list[Step], policy: Policy, missing: tuple[Reason, ...]
) -> tuple[State, tuple[Reason, ...]]:
    if len(tried) < policy.truancy.conference_attempts:
        return State.BLOCKED, missing
    third = reports[policy.truancy.habitual_reports - 1]
    filed = f"Report {third.number} was filed on {spoken(third.on)}."
    met = f"A conference was tried on {spoken(tried[0].on)}."
    return State.HABITUAL, (
        Reason(policy.cite("truancy.habitual_reports"), filed, third.on),
        Reason("EC 48262", met, tried[0].on),
        *missing,
    )
