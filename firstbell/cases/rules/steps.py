"""What is served of a ladder, and the row it makes of Today. Pure: dates and steps in, sentences out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from firstbell.law.findings import Reason, spoken
from firstbell.law.ladder import State, state
from firstbell.law.policy import Policy
from firstbell.law.steps import Coming, Ground, Ladder, Step, StepKind, Verdict, standing_steps

MEETINGS = (StepKind.ATTEMPT, StepKind.CONFERENCE)
"""They ask for no letter when they fall: a meeting that came too early was still a meeting."""
LABELS = {
    "hollow_step": "Step no longer stands",
    "conference_missing": "Conference attempt missing",
    "notice_missing": "Family not notified",
    "report_due": "Report can be confirmed",
    "referral_due": "Referral may be made",
}
RANKS = {"hollow_step": 1, "conference_missing": 2, "notice_missing": 2, "report_due": 4, "referral_due": 4}
NEWS = timedelta(days=10)
LAST = 8
"""The rank of what has been possible for longer than NEWS: Today keeps it under its own chip, for none is forgotten."""
_RULE = {
    StepKind.NOTICE: "notice_missing",
    StepKind.CONFERENCE: "conference_missing",
    StepKind.REPORT: "report_due",
    StepKind.REFERRAL: "referral_due",
}


TITLES = {
    StepKind.REPORT: "Report",
    StepKind.NOTICE: "Notice of report",
    StepKind.ATTEMPT: "Conference attempt",
    StepKind.CONFERENCE: "Conference",
    StepKind.REFERRAL: "Referral",
    StepKind.INQUIRY: "Inquiry",
    StepKind.MEDIATION: "Notice to the district attorney or probation",
    StepKind.COURT: "Court petition",
}


def title_of(kind: str, number: int) -> str:
    """`Report 2`; what has no number of its own is named without one."""
    numbered = kind in (StepKind.REPORT, StepKind.NOTICE)
    return f"{TITLES[StepKind(kind)]} {number}" if numbered else TITLES[StepKind(kind)]


@dataclass(frozen=True, slots=True)
class Stand:
    """Where one student stands on a day: every step judged, and the state the law names."""

    ladder: Ladder
    state: State
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A ladder as it is served; the fields of `models.Ladder` that say something."""

    state: State
    occasions: int
    standing_steps: int
    hollow_steps: int
    missing: str
    next_step: str
    next_number: int
    next_from: date | None
    due_by: date | None
    rule: str
    rank: int
    on: date
    sentence: str
    section: str


def stand(
    occasions: Sequence[date], steps: Sequence[Step], policy: Policy, *, on: date,
    grounds: Collection[Ground] = (), unexcused_days: int = 0, schooldays: int = 0,
) -> Stand | None:  # fmt: skip
    """Where a student stands; None where nothing was done and too little happened. `law.ladder.state` says the rest."""
    if not steps and len(occasions) < policy.truancy.occasions:
        return None
    ladder = standing_steps(occasions, steps, policy, on=on, grounds=grounds)
    if not ladder.verdicts:  # the many: the one thing that can follow is the first report
        proposed = tuple(coming.reason for coming in ladder.following)
        return Stand(ladder, State.ELIGIBLE_FIRST if proposed else State.NONE, proposed)
    found = state(
        occasions, steps, policy, on=on, grounds=grounds, unexcused_days=unexcused_days, schooldays=schooldays
    )
    return Stand(ladder, found.outcome, found.reasons)


def line(found: Stand, occasions: int, on: date, *, hollow_since: date | None = None) -> Line:
    """What is served of a student on day `on`. `hollow_since` is the day on which a step was first seen hollow."""
    ladder = found.ladder
    missing, following = ladder.missing, ladder.following
    hollow = len(ladder.hollow)
    rule, day, sentence, section = _row(found, hollow_since or on)
    return Line(
        state=found.state,
        occasions=occasions,
        standing_steps=len(ladder.verdicts) - hollow,
        hollow_steps=hollow,
        missing=" ".join(one.kind for one in missing),
        next_step=following[0].kind if following else "",
        next_number=following[0].number if following else 1,
        next_from=following[0].since if following else None,
        due_by=missing[0].due if missing else None,
        rule=rule,
        rank=LAST if RANKS.get(rule) == 4 and day and on - day > NEWS else RANKS.get(rule, 0),
        on=day or on,
        sentence=sentence[:300],
        section=section,
    )


def _row(found: Stand, hollow_since: date) -> tuple[str, date | None, str, str]:
    """rule, since, sentence and section of the one thing to do first; without a rule, where the student stands."""
    for wrong in found.ladder.hollow:
        if wrong.step.kind not in MEETINGS:
            title = title_of(wrong.step.kind, wrong.step.number)
            return "hollow_step", hollow_since, f"{title} no longer stands: {ground(wrong)}", wrong.reason.section
    for coming in (*found.ladder.missing, *found.ladder.following):
        return _RULE[coming.kind], coming.since, words(coming), coming.reason.section
    last = found.reasons[0] if found.reasons else Reason("", "")
    return "", last.on, f"{found.state.label}.", last.section


def words(coming: Coming) -> str:
    """What is missing or may come next, as a sentence."""
    due = f" Due {spoken(coming.due)}." if coming.due else ""
    ready = f"Report {coming.number} can be confirmed. " if coming.kind is StepKind.REPORT else ""
    return f"{ready}{coming.reason.sentence}{due}"


def ground(verdict: Verdict) -> str:
    """Why a step does not stand, without its name: "it has only 2 of 3 unexcused occasions it needs."."""
    return f"{verdict.why}."


def why_not(verdict: Verdict) -> Reason:
    """The ground on which a step would not stand, as an answer to whoever wants to take it."""
    title = title_of(verdict.step.kind, verdict.step.number)
    return Reason(verdict.reason.section, f"{title} of {spoken(verdict.step.on)} would not count: {ground(verdict)}")


def hollow_words(verdict: Verdict) -> str:
    """Why a step no longer stands, with the days it lost."""
    lost, why = ", ".join(spoken(day) for day in verdict.lost), ground(verdict)
    return f"{why[0].upper()}{why[1:]}{f' No longer unexcused: {lost}.' if lost else ''}"


def turned(before: Mapping[int, bool], ladder: Ladder) -> list[Verdict]:
    """The verdicts that differ from what was said of the same steps (by key) before."""
    return [one for one in ladder.verdicts if one.stands is not before[one.step.key]]
