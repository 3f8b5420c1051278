"""Worked examples of who must attend, what excuses an absence, and what a day is."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from firstbell.law import ada, excuses
from firstbell.law.calendar import SchoolYear
from firstbell.law.chronic import chronic
from firstbell.law.compulsory import subject
from firstbell.law.findings import count
from firstbell.law.policy import Policy
from firstbell.law.reasons import Shown
from firstbell.law.truancy import Truancy, classify
from firstbell.library.examples.telling import MONDAY, Case, Line, days, line

GRADE = 6
RELIGIOUS = frozenset({Shown.BOARD_RESOLUTION, Shown.PARENT_CONSENT, Shown.MINIMUM_DAY})


def two_school_years(policy: Policy) -> Iterator[Line]:
    for words, facts in (
        ("Two unexcused days in June 2025", days("UU", date(2025, 6, 2))),
        ("One more in August 2025", days("U", date(2025, 8, 20))),
    ):
        found = classify(facts, policy)
        outcome = "A truant" if found.outcome is Truancy.TRUANT else "Not a truant"
        yield Line(f"{words}, in {SchoolYear.of(facts[0].on)}", outcome, found.reasons)


def rate_of_attendance(policy: Policy) -> Iterator[Line]:
    present, absent = ada.attendance_rate(975, 1000)
    yield Line(
        "975 days attended of 1,000 taught",
        f"{present.normalize()} percent attendance, {absent.normalize()} percent absence",
    )


def hidden_from_a_parent(policy: Policy) -> Iterator[Line]:
    claim = excuses.Claim(MONDAY, "46010.1")
    found = excuses.judge([claim], 9)[claim]
    yield Line("A visit for confidential medical services in grade 9", found.outcome.label, found.reasons)
    yield Line("What the parent reads", excuses.words_for("46010.1", to_parent=True).capitalize())


def one_minute_in_school(policy: Policy) -> Iterator[Line]:
    for minutes in (1, 0):
        found = ada.day_attended(minutes)
        given = f"In school for {count(minutes, 'minute')} of a 240-minute day"
        yield line(given, found, "{} of 1 day attended")


def five_year_old(policy: Policy) -> Iterator[Line]:
    born_on = date(2020, 3, 2)
    required = subject(born_on, MONDAY)
    yield line("A child of five in September 2025", required, "School is required", "School is not required")
    found = classify(days("UUU", subject=required.outcome), policy)
    outcome = "A truant" if found.outcome is Truancy.TRUANT else "Not a truant"
    yield Line("Three unexcused days of that child", outcome, found.reasons)


def _claimed(code: str, number: int, shown: frozenset[Shown] = frozenset()) -> list[excuses.Claim]:
    return [excuses.Claim(MONDAY + timedelta(day), code, "one", shown) for day in range(number)]


def _last(words: str, claims: list[excuses.Claim]) -> Line:
    found = excuses.judge(claims, GRADE)[claims[-1]]
    return Line(words, found.outcome.label, found.reasons)


def days_of_grieving(policy: Policy) -> Iterator[Line]:
    for number, words in ((5, "The fifth day of grieving for a grandmother"), (6, "The sixth")):
        yield _last(words, _claimed("48205a04", number))


def days_of_filming(policy: Policy) -> Iterator[Line]:
    for number, words in ((5, "The fifth absence of a school year for a film"), (6, "The sixth")):
        yield _last(words, _claimed("48225.5a", number, frozenset({Shown.WORK_PERMIT})))


def days_of_religious_instruction(policy: Policy) -> Iterator[Line]:
    for number, words in ((4, "The fourth day of religious instruction in a school month"), (5, "The fifth")):
        claims = _claimed("46014", number, RELIGIOUS)
        outcome = excuses.judge(claims, GRADE)[claims[-1]].outcome
        yield line(words, ada.keeps_attendance("46014", outcome), "Attendance is kept", "Attendance is lost")


def tenth_of_the_days(policy: Policy) -> Iterator[Line]:
    for absent in (17, 18):
        found = chronic(absent, 180, 180 - absent, policy, at_year_end=True)
        yield line(f"Absent {absent} of 180 days", found, "Chronically absent", "Not chronically absent")


CASES: Mapping[str, Case] = {
    "A-01": one_minute_in_school,
    "A-03": rate_of_attendance,
    "C-02": tenth_of_the_days,
    "E-01": days_of_grieving,
    "E-08": days_of_filming,
    "E-09": days_of_religious_instruction,
    "P-10": hidden_from_a_parent,
    "T-07": five_year_old,
    "T-09": two_school_years,
}
