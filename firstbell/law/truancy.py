"""Truancy: unexcused occasions within one school year, and the dated steps that may follow (EC 48260 to 48264.5).

Nothing here does anything to anyone: the functions say what the facts would allow, and people decide.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

from firstbell.law.calendar import SchoolYear
from firstbell.law.days import Day, kind
from firstbell.law.findings import Finding, Reason, count, reaches, spoken
from firstbell.law.policy import Policy

CHRONIC_TRUANT_STEPS = ("EC 48260", "EC 48260.5", "EC 48261", "EC 48262", "EC 48263", "EC 48291")
"""What a district must have done before it may call anyone a chronic truant (EC 48263.6)."""


class Truancy(IntEnum):
    NONE = 0
    TRUANT = 1


class State(StrEnum):
    """Where a student stands on the ladder. ELIGIBLE_* are proposals; only a named person files a report."""

    NONE = "none"
    ELIGIBLE_FIRST = "eligible_first"
    REPORTED = "reported"
    NOTIFIED = "notified"
    ELIGIBLE_NEXT = "eligible_next"
    BLOCKED = "blocked"
    HABITUAL = "habitual"
    JUVENILE_ELIGIBLE = "juvenile_eligible"
    UNSUPPORTED = "unsupported"

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
    State.JUVENILE_ELIGIBLE: "Four reports: a person and counsel decide what follows",
    State.UNSUPPORTED: "A report no longer stands on the days it was filed for",
}


@dataclass(frozen=True, slots=True)
class DayFact:
    """One enrolled day: its byte (`law.days`), and whether school was required on it (`compulsory.subject`)."""

    on: date
    day: int
    subject: bool


@dataclass(frozen=True, slots=True)
class Report:
    """A truancy report as filed with the attendance supervisor; numbered from 1 within the school year."""

    number: int
    on: date


def occasions(days: Iterable[DayFact], policy: Policy) -> list[date]:
    """The dates of the unexcused occasions, earliest first; a date appears at most `max_per_day` times.

    A whole unexcused day is one occasion, so is an unexcused stretch of more than 30 minutes (EC 48260(a)).
    ValueError when the days lie in more than one school year: every count begins anew on July 1.
    """
    facts = list(days)
    _one_year(fact.on for fact in facts)
    found = Counter(fact.on for fact in facts if fact.subject and kind(fact.day) in (Day.UNEXCUSED, Day.OCCASION))
    return [on for on in sorted(found) for _ in range(min(found[on], policy.truancy.max_per_day))]


def classify(days: Iterable[DayFact], policy: Policy) -> Finding[Truancy]:
    """Truant from the third unexcused occasion of one school year on; the reason carries that day."""
    found = occasions(days, policy)
    needed = policy.truancy.occasions
    section = policy.cite("truancy.occasions")
    if len(found) < needed:
        few = (Reason(section, f"{count(len(found), 'unexcused occasion')} of {needed}."),) if found else ()
        return Finding(Truancy.NONE, few, policy.version)
    third = found[needed - 1]
    sentence = f"{count(len(found), 'unexcused occasion')} this school year; number {needed} was on {spoken(third)}."
    return Finding(Truancy.TRUANT, (Reason(section, sentence, third),), policy.version)


def next_report(
    found: Sequence[date], reports: Sequence[Report], policy: Policy, *, tardies: Iterable[date] = ()
) -> Finding[int | None]:
    """The number of the report that could be filed now, or None.

    `found` are the occasions of the year. The first report needs three (EC 48260); each further one a single
    occasion after the report before it (EC 48261). That section says tardy, with no minutes: a district that
    follows it to the letter (`report_any_tardy`) lets any of the unexcused `tardies` count too.
    """
    rules = policy.truancy
    if not reports:
        if len(found) < rules.occasions:
            return Finding(None, policy=policy.version)
        third = sorted(found)[rules.occasions - 1]
        sentence = f"Unexcused occasion {rules.occasions} was on {spoken(third)}."
        return Finding(1, (Reason(policy.cite("truancy.occasions"), sentence, third),), policy.version)
    last = reports[-1]
    later = sorted(day for day in (*found, *(tardies if rules.report_any_tardy else ())) if day > last.on)
    if not later:
        return Finding(None, policy=policy.version)
    sentence = f"Away without a valid excuse on {spoken(later[0])}, after report {last.number}."
    return Finding(last.number + 1, (Reason("EC 48261", sentence, later[0]),), policy.version)


def habitual(reports: Sequence[Report], attempts: Iterable[date], policy: Policy, on: date) -> Finding[bool]:
    """Habitual truant: three reports, and a conference with parent and student was at least tried (EC 48262).

    An `attempt` counts from the day of the first report to the day of classing, `on`; it need not have succeeded.
    """
    rules = policy.truancy
    if len(reports) < rules.habitual_reports:
        short = Reason("EC 48262", f"{count(len(reports), 'truancy report')} of {rules.habitual_reports}.")
        return Finding(False, (short,), policy.version)
    tried = sorted(day for day in attempts if reports[0].on <= day <= on)
    if len(tried) < rules.conference_attempts:
        missing = Reason("EC 48262", "Nobody has tried to meet the family since the first report was filed.")
        return Finding(False, (missing,), policy.version)
    third = reports[rules.habitual_reports - 1]
    filed = f"Report {third.number} was filed on {spoken(third.on)}."
    reasons = (
        Reason(policy.cite("truancy.habitual_reports"), filed, third.on),
        Reason("EC 48262", f"A conference was tried on {spoken(tried[0])}.", tried[0]),
    )
    return Finding(True, reasons, policy.version)


def unsupported(
    found: Sequence[date], reports: Sequence[Report], policy: Policy, *, tardies: Iterable[date] = ()
) -> Report | None:
    """The first report that its days no longer bear out, after a late excuse or a withdrawn mark; None if all stand.

    Such a report is never deleted: it is rescinded by a person, and the family is told.
    """
    for place, report in enumerate(reports):
        known = [day for day in found if day <= report.on]
        late = [day for day in tardies if day <= report.on]
        if next_report(known, reports[:place], policy, tardies=late).outcome is None:
            return report
    return None


def ladder(
    found: Sequence[date],
    reports: Sequence[Report],
    attempts: Sequence[date],
    notices: Sequence[date],
    policy: Policy,
    *,
    on: date,
    tardies: Sequence[date] = (),
) -> Finding[State]:
    """Where a student stands on day `on`, from dated facts of one school year; what happened later is left aside.

    The highest standing step wins; when a further report could be filed as well, its reason stands last.
    ValueError when the facts span school years, or the reports are not numbered 1, 2, 3 in order of date.
    """
    _one_year([*found, *(report.on for report in reports), *attempts, *notices, *tardies, on])
    _in_order(reports)
    found, tardies = _until(found, on), _until(tardies, on)
    reports = [report for report in reports if report.on <= on]
    if lost := unsupported(found, reports, policy, tardies=tardies):
        sentence = f"Report {lost.number} of {spoken(lost.on)} no longer has the unexcused days it was filed for."
        return Finding(State.UNSUPPORTED, (Reason("EC 48260(c)", sentence, lost.on),), policy.version)
    standing = _standing(reports, _until(attempts, on), _until(notices, on), policy, on)
    following = next_report(found, reports, policy, tardies=tardies)
    state = standing.outcome
    if following.outcome is not None and state in (State.NONE, State.REPORTED, State.NOTIFIED):
        state = State.ELIGIBLE_NEXT if reports else State.ELIGIBLE_FIRST
    return Finding(state, standing.reasons + following.reasons, policy.version)


def chronic_truant(
    unexcused_days: int, schooldays_to_date: int, steps_done: Collection[str], policy: Policy
) -> Finding[bool]:
    """A tenth of the school days since enrolment missed without excuse, and every step of the law taken (EC 48263.6).

    `steps_done` holds the members of CHRONIC_TRUANT_STEPS that were complied with. Not the same as chronically
    absent, which counts absences for any reason.
    """
    share = f"{unexcused_days} of {count(schooldays_to_date, 'school day')} missed without excuse."
    reasons = [Reason("EC 48263.6", share)]
    many = reaches(unexcused_days, schooldays_to_date, policy.truancy.chronic_percent)
    missing = [step for step in CHRONIC_TRUANT_STEPS if step not in steps_done]
    if many:
        reasons += [Reason(step, "This step has not been taken.") for step in missing]
    return Finding(many and not missing, tuple(reasons), policy.version)


def _standing(
    reports: Sequence[Report], attempts: Sequence[date], notices: Sequence[date], policy: Policy, on: date
) -> Finding[State]:
    """The step that the reports filed so far have reached."""
    rules = policy.truancy
    if not reports:
        return Finding(State.NONE)
    if len(reports) >= rules.juvenile_reports:
        fourth = reports[rules.juvenile_reports - 1].on
        sentence = f"Report {rules.juvenile_reports} was filed on {spoken(fourth)}; no review board is needed first."
        return Finding(State.JUVENILE_ELIGIBLE, (Reason(policy.cite("truancy.juvenile_reports"), sentence, fourth),))
    if len(reports) >= rules.habitual_reports:
        finding = habitual(reports, attempts, policy, on)
        return Finding(State.HABITUAL if finding.outcome else State.BLOCKED, finding.reasons)
    told = [day for day in notices if day >= reports[0].on]
    if not told:
        untold = Reason("EC 48260.5", "The family has not been notified of the first report.", reports[0].on)
        return Finding(State.REPORTED, (untold,))
    notified = Reason("EC 48260.5", f"The family was notified on {spoken(min(told))}.", min(told))
    return Finding(State.NOTIFIED, (notified,))


def _until(days: Iterable[date], on: date) -> list[date]:
    return sorted(day for day in days if day <= on)


def _one_year(days: Iterable[date]) -> None:
    years = sorted({SchoolYear.of(day) for day in days})
    if len(years) > 1:
        raise ValueError(f"occasions are counted within one school year, not {years[0]} to {years[-1]}")


def _in_order(reports: Sequence[Report]) -> None:
    if [report.number for report in reports] != list(range(1, len(reports) + 1)):
        raise ValueError("truancy reports are numbered 1, 2, 3 within a school year")
    dates = [report.on for report in reports]
    if dates != sorted(dates):
        raise ValueError("truancy reports are filed in the order of their numbers")
