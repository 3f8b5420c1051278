"""Worked examples of recovery, independent study, exits and the state's figures."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from firstbell.law import exits, independent_study, recovery
from firstbell.law.absence_summary import AbsenceSummary, problems
from firstbell.law.dashboard import indicator, is_hidden
from firstbell.law.policy import Policy
from firstbell.library.examples.telling import Case, Line, line


def fifteen_and_twelve(policy: Policy) -> Iterator[Line]:
    found = recovery.credited(12, 15, policy)
    yield line("15 absences, and time made up for 12 days", found, "{} days credited")


def tenth_of_the_time(policy: Policy) -> Iterator[Line]:
    for percent in (11, 10):
        progress = independent_study.Progress(planned_days=20, missed_minutes=12 * percent, required_minutes=1200)
        found = independent_study.must_follow_up(progress, policy)
        given = f"{percent} percent of the required time missed over four weeks"
        yield line(given, found, "The school follows up", "No steps are owed")


def a_full_summary(policy: Policy) -> Iterator[Line]:
    parts = {"in_person": 160, "oss": 3, "iss": 2, "excused": 9, "unexcused": 4, "non_ada_study": 1, "ada_study": 1}
    for expected in (180, 181):
        summary = AbsenceSummary(Decimal(expected), **{name: Decimal(days) for name, days in parts.items()})
        found = problems(summary, policy)
        given = f"160 in person, 3 suspended, 2 in-school, 9 excused, 4 unexcused, 2 study; {expected} expected"
        yield Line(given, "Refused" if found else f"Taken; {summary.absent} days absent", found)


def gone_by_census_day(policy: Policy) -> Iterator[Line]:
    for found_elsewhere, words in ((True, "enrolled elsewhere by Census Day"), (False, "enrolled nowhere")):
        found = exits.leaving("E140", "", 9, policy, found=found_elsewhere)
        outcome = "Counts as a dropout" if found.outcome.is_dropout else "Not a dropout"
        yield Line(f"Exit E140 in grade 9, {words}", outcome, found.reasons)


def group_of_ten(policy: Policy) -> Iterator[Line]:
    for students in (10, 11):
        yield Line(f"A group of {students} students", "Hidden" if is_hidden(students, policy) else "Shown")


def seven_percent_and_up(policy: Policy) -> Iterator[Line]:
    found = indicator((35, 500), (20, 500), policy)
    yield line("35 of 500 students chronically absent, 20 of 500 the year before", found, "The color is {}")


CASES: Mapping[str, Case] = {
    "C-15": a_full_summary,
    "C-18": seven_percent_and_up,
    "C-25": group_of_ten,
    "D-01": gone_by_census_day,
    "I-01": tenth_of_the_time,
    "R-04": fifteen_and_twelve,
}
