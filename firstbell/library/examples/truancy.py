"""Worked examples of the truancy ladder."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from firstbell.law import consequences, notices
from firstbell.law.findings import Reason, spoken
from firstbell.law.ladder import state
from firstbell.law.policy import Policy, with_settings
from firstbell.law.steps import Step, StepKind, standing_steps
from firstbell.law.truancy import CHRONIC_TRUANT_STEPS, Truancy, chronic_truant, classify, ward_report
from firstbell.library.examples.telling import MONDAY, Case, Line, days, late, line


def _after(number: int) -> date:
    return MONDAY + timedelta(number)


def _filed(*after: int) -> list[Step]:
    """Reports 1, 2, 3 ... filed so many days on, the family told of the first on its day."""
    reports = [Step(StepKind.REPORT, _after(day), number) for number, day in enumerate(after, start=1)]
    return [*reports, Step(StepKind.NOTICE, reports[0].on)]


def two_days_and_late(policy: Policy) -> Iterator[Line]:
    for minutes in (31, 30):
        found = classify([*days("UU"), late(minutes, _after(2), policy)], policy)
        outcome = "A truant" if found.outcome is Truancy.TRUANT else "Not a truant"
        yield Line(f"Two unexcused days, and {minutes} minutes late on the third", outcome, found.reasons)


def old_and_new_notice(policy: Policy) -> Iterator[Line]:
    for sent_on in (date(2025, 6, 30), date(2025, 7, 1)):
        items = notices.required(notices.Kind.FIRST_TRUANCY, sent_on)
        reasons = tuple(Reason(item.section, item.words) for item in items)
        yield Line(f"A first notice sent on {spoken(sent_on)}", f"{len(items)} things to say", reasons)


def five_minutes_later(policy: Policy) -> Iterator[Line]:
    literal = with_settings(policy, **{"truancy.report_any_tardy": True})
    readings = ((policy, "as this district reads the law"), (literal, "to the letter of the law"))
    for reading, words in readings:
        occasions, report = [_after(0), _after(1), _after(2)], Step(StepKind.REPORT, _after(3))
        ladder = standing_steps(occasions, [report], reading, on=_after(10), tardies=[_after(8)])
        found = [coming.reason for coming in ladder.following if coming.kind is StepKind.REPORT]
        outcome = "A further report could be filed" if found else "No further report"
        yield Line(f"Five minutes late after the first report, {words}", outcome, tuple(found))


def call_before_the_first_report(policy: Policy) -> Iterator[Line]:
    occasions = [_after(day) for day in (0, 1, 2, 4, 6)]
    for tried, words in ((1, "before the first report"), (4, "after the first report")):
        steps = [*_filed(3, 5, 7), Step(StepKind.ATTEMPT, _after(tried))]
        found = state(occasions, steps, policy, on=_after(20))
        yield Line(f"Three reports; the only call home came {words}", found.outcome.label, found.reasons)


def tenth_of_the_days(policy: Policy) -> Iterator[Line]:
    for unexcused, enrolled, steps in ((9, 90, CHRONIC_TRUANT_STEPS), (17, 180, CHRONIC_TRUANT_STEPS), (9, 90, ())):
        taken = "every step taken" if steps else "no step taken"
        found = chronic_truant(unexcused, enrolled, steps, policy)
        given = f"{unexcused} of {enrolled} school days without excuse, {taken}"
        yield line(given, found, "A chronic truant", "Not a chronic truant")


def ward_of_the_court(policy: Policy) -> Iterator[Line]:
    found = ward_report(date(2025, 10, 1), policy)
    yield line("A ward of the court misses October 1, 2025 without excuse", found, "Told by {}")


def meeting_served(policy: Policy) -> Iterator[Line]:
    meeting = date(2025, 11, 14)
    for ahead in (4, 5):
        found = notices.meeting_notice(meeting - timedelta(ahead), meeting, notices.Service.CERTIFIED_MAIL, policy)
        yield line(f"Served by certified mail {ahead} days before the meeting", found, "Valid", "Not valid")


def repealed_crime(policy: Policy) -> Iterator[Line]:
    for on in (date(2025, 12, 31), date(2026, 2, 1)):
        found = consequences.is_available("PC 270.1", on)
        yield line(f"A case of {spoken(on)}", found, "Could rest on this section", "Cannot rest on this section")


def fourth_report(policy: Policy) -> Iterator[Line]:
    for occasions, filed in (((0, 1, 2, 4, 6), (3, 5, 7)), ((0, 1, 2, 4, 6, 8), (3, 5, 7, 9))):
        found = state([_after(day) for day in occasions], _filed(*filed), policy, on=_after(20))
        yield Line(f"{len(filed)} reports, no conference and no review board", found.outcome.label, found.reasons)


CASES: Mapping[str, Case] = {
    "T-02": two_days_and_late,
    "T-11": five_minutes_later,
    "T-14": call_before_the_first_report,
    "T-16": tenth_of_the_days,
    "T-19": fourth_report,
    "T-21": old_and_new_notice,
    "T-24": repealed_crime,
    "T-27": ward_of_the_court,
    "T-29": meeting_served,
}
