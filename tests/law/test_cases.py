"""Acceptance cases by their IDs in the project's book of rules: truancy T, chronic absence and state reporting C."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from firstbell.law.absence_summary import AbsenceSummary, problems, whole_days
from firstbell.law.bands import NationalBand, national
from firstbell.law.chronic import ELSEWHERE, absent_days, chronic, days_can_miss, elsewhere, federal
from firstbell.law.compulsory import subject
from firstbell.law.dashboard import Change, Color, Status, change, color, is_hidden, status
from firstbell.law.days import ABSENT, HALF, Day, kind, letter
from firstbell.law.marks import Code, read
from firstbell.law.policy import with_settings
from firstbell.law.truancy import (
    CHRONIC_TRUANT_STEPS,
    DayFact,
    State,
    Truancy,
    chronic_truant,
    classify,
    habitual,
    ladder,
    next_report,
    occasions,
)
from tests.law.stories import MONDAY, TODAY, after, dates, reports, told

INCLUSIVE = with_settings(TODAY, **{"truancy.minutes_inclusive": True})
LITERAL = with_settings(TODAY, **{"truancy.report_any_tardy": True})
UNEXCUSED = Code("U", "Unexcused", "Unexcused Absence", excused=False, absence=True, truancy=True, ada=False)
ILLNESS = Code("E", "Illness", "Excused Absence", excused=True, absence=True, truancy=False, ada=False)
TARDY = Code("T", "Tardy", "Tardy", excused=False, absence=False, truancy=False, ada=True)
TWELVE, FIVE = date(2013, 1, 15), date(2020, 3, 2)


def year_of(*marks: tuple[Code, int | None], policy=TODAY, born_on: date = TWELVE) -> Truancy:
    """One mark (code, minutes) a day from the first Monday: what the student is after them."""
    facts = [
        DayFact(
            after(place),
            read(code, minutes=minutes, share=None, policy=policy).outcome,
            subject(born_on, after(place)).outcome,
        )
        for place, (code, minutes) in enumerate(marks)
    ]
    return classify(facts, policy).outcome


def at_year_end(absent: int, enrolled: int) -> bool | None:
    return chronic(absent, enrolled, enrolled - absent, TODAY, at_year_end=True).outcome


def part_day(code: Code, share: int | None, minutes: int | None = None) -> int:
    return read(code, minutes=minutes, share=share, policy=TODAY).outcome


def chronic_absences(letters: str) -> int:
    return sum(kind(fact.day) in ABSENT for fact in told(letters))


def cell(now: str, points: str, students: int = 500) -> tuple[Status, Change, Color]:
    rate = Decimal(now)
    level, moved = status(rate, TODAY), change(rate, rate - Decimal(points), TODAY)
    return level, moved, color(level, moved, students, TODAY)


def stas(**fields: int) -> AbsenceSummary:
    return AbsenceSummary(**{name: Decimal(days) for name, days in fields.items()})


def complaints(record: AbsenceSummary) -> set[str]:
    return {reason.section for reason in problems(record, TODAY)}


def two_schooled_years() -> tuple[Truancy, Truancy]:
    return classify(told("UU", date(2025, 6, 2)), TODAY).outcome, classify(told("U", date(2025, 8, 20)), TODAY).outcome


def third_day() -> date | None:
    return classify(told("UUU"), TODAY).reasons[0].on


def not_yet_habitual(attempts: list[int]) -> tuple[bool, State]:
    filed, tried = reports(3, 5, 7), dates(attempts)
    found = dates([0, 1, 2, 4, 6])
    outcome = habitual(filed, tried, TODAY, after(20)).outcome
    return outcome, ladder(found, filed, tried, [after(4)], TODAY, on=after(20)).outcome


FULL = (UNEXCUSED, None)
TEMPLE_STATUS, TEMPLE_CHANGE = Status.MEDIUM, Change.INCREASED
C15 = stas(expected=180, in_person=160, oss=3, iss=2, excused=9, unexcused=4, non_ada_study=1, ada_study=1)

CASES: dict[str, tuple[Callable[[], object], object]] = {
    "T-01 three full days": (lambda: year_of(FULL, FULL, FULL), Truancy.TRUANT),
    "T-01 on day 3": (third_day, after(2)),
    "T-01 two are not three": (lambda: year_of(FULL, FULL), Truancy.NONE),
    "T-02 two days and 31 minutes": (lambda: year_of(FULL, FULL, (TARDY, 31)), Truancy.TRUANT),
    "T-04 exactly 30 minutes": (lambda: year_of(*[(TARDY, 30)] * 3), Truancy.NONE),
    "T-04 where the district counts 30": (lambda: year_of(*[(TARDY, 30)] * 3, policy=INCLUSIVE), Truancy.TRUANT),
    "T-06 one later excused": (lambda: year_of(FULL, (ILLNESS, None), FULL), Truancy.NONE),
    "T-07 age five": (lambda: year_of(FULL, FULL, FULL, born_on=FIVE), Truancy.NONE),
    "T-09 the year turns": (two_schooled_years, (Truancy.NONE, Truancy.NONE)),
    "T-11 five minutes, by default": (
        lambda: next_report(dates([0, 1, 2]), reports(3), TODAY, tardies=[after(8)]).outcome,
        None,
    ),
    "T-11 five minutes, to the letter": (
        lambda: next_report(dates([0, 1, 2]), reports(3), LITERAL, tardies=[after(8)]).outcome,
        2,
    ),
    "T-12 no conference tried": (lambda: not_yet_habitual([]), (False, State.BLOCKED)),
    "T-14 tried before report 1": (lambda: not_yet_habitual([2]), (False, State.BLOCKED)),
    "T-14 tried after report 1": (lambda: not_yet_habitual([4]), (True, State.HABITUAL)),
    "T-16 9 of 90": (lambda: chronic_truant(9, 90, CHRONIC_TRUANT_STEPS, TODAY).outcome, True),
    "T-17 17 of 180": (lambda: chronic_truant(17, 180, CHRONIC_TRUANT_STEPS, TODAY).outcome, False),
    "T-19 four reports, no board": (
        lambda: ladder(dates([0, 1, 2, 4, 6, 8]), reports(3, 5, 7, 9), [], [], TODAY, on=after(20)).outcome,
        State.JUVENILE_ELIGIBLE,
    ),
    "T-26 suspended, not truant": (lambda: len(occasions(told("SSS"), TODAY)), 0),
    "T-26 suspended, yet absent": (lambda: chronic_absences("SSS"), 3),
    "C-02 17 of 180": (lambda: at_year_end(17, 180), False),
    "C-03 at each school": (lambda: [at_year_end(4, 31) for _ in range(3)], [True] * 3),
    "C-03 once in the district": (lambda: at_year_end(12, 93), True),
    "C-05 3 of 31": (lambda: at_year_end(3, 31), False),
    "C-07 suspended in school": (lambda: chronic_absences("i" * 12), 0),
    "C-07 is attendance": (lambda: at_year_end(chronic_absences("i" * 12), 100), False),
    "C-08 all kinds add up": (lambda: at_year_end(int(absent_days(3, 2, 5, 0)), 100), True),
    "C-10 never came": (lambda: chronic(100, 100, 0, TODAY, at_year_end=True).outcome, None),
    "C-12 one period of seven": (lambda: kind(part_day(UNEXCUSED, 85)) in ABSENT, False),
    "C-13 2.50 suspended days": (lambda: whole_days(Decimal("2.50")), 2),
    "C-15 adds up": (lambda: complaints(C15), set()),
    "C-15 17 absences": (lambda: C15.absent, Decimal(17)),
    "C-15 not chronic": (lambda: at_year_end(int(C15.absent), int(C15.expected)), False),
    "C-17 too much unfinished study": (
        lambda: "CALPADS STAS0311" in complaints(stas(expected=100, in_person=90, iss=5, non_ada_study=6)),
        True,
    ),
    "C-18 Temple Middle School": (lambda: cell("7.0", "3.0"), (TEMPLE_STATUS, TEMPLE_CHANGE, Color.ORANGE)),
    "C-20 10.0 falling": (lambda: cell("10.0", "-0.5"), (Status.MEDIUM, Change.DECLINED, Color.GREEN)),
    "C-20 10.1 falling": (lambda: cell("10.1", "-0.5"), (Status.HIGH, Change.DECLINED, Color.YELLOW)),
    "C-22 9.0 up 3.1": (lambda: cell("9.0", "3.1"), (Status.MEDIUM, Change.INCREASED_SIGNIFICANTLY, Color.ORANGE)),
    "C-22 9.0 up 3.0": (lambda: cell("9.0", "3.0"), (Status.MEDIUM, Change.INCREASED, Color.ORANGE)),
    "C-23 15.0 up 3.1": (lambda: cell("15.0", "3.1"), (Status.HIGH, Change.INCREASED_SIGNIFICANTLY, Color.RED)),
    "C-23 15.0 up 3.0": (lambda: cell("15.0", "3.0"), (Status.HIGH, Change.INCREASED, Color.ORANGE)),
    "C-25 ten hidden": (lambda: is_hidden(10, TODAY), True),
    "C-25 eleven shown": (lambda: is_hidden(11, TODAY), False),
    "C-27 90.00 at 20 days": (lambda: elsewhere(ELSEWHERE["edu"], 2, 20), True),
    "C-27 90.00 at 19 days": (lambda: elsewhere(ELSEWHERE["edu"], Decimal("1.9"), 19), False),
    "C-27 90.01 at 20 days": (lambda: elsewhere(ELSEWHERE["edu"], Decimal("1.998"), 20), False),
    "C-28 15 of 180": (lambda: elsewhere(ELSEWHERE["amt"], 15, 180), True),
    "C-30 days that can be missed": (lambda: days_can_miss(180, 12), 5),
    "C-30 the seventeenth": (lambda: at_year_end(12 + 5, 180), False),
    "C-30 the eighteenth": (lambda: at_year_end(12 + 6, 180), True),
    "C-32 half a day in California": (lambda: kind(part_day(ILLNESS, 51)) in ABSENT, False),
    "C-32 half a day in the federal count": (lambda: bool(part_day(ILLNESS, 51) & HALF), True),
    "C-34 there": (lambda: elsewhere(ELSEWHERE["al"], 3, 30), True),
    "C-34 in California": (lambda: at_year_end(3, 30), None),
    # decisions for edge cases
    "10 three tardies of 20 minutes": (lambda: year_of(*[(TARDY, 20)] * 3), Truancy.NONE),
    "10 turns 18 in the year": (lambda: year_of(FULL, FULL, FULL, born_on=date(2007, 9, 3)), Truancy.NONE),
    "10 unfinished independent study": (
        lambda: (len(occasions(told("III"), TODAY)), chronic_absences("III")),
        (0, 3),
    ),
    "10 roll not taken": (lambda: (letter(Day.NOT_TAKEN), chronic_absences("---")), ("-", 0)),
    "10 kindergartner, yet absent": (lambda: national(3, 20, TODAY).outcome, NationalBand.MODERATE),
    "4.6 federal, from half days": (lambda: federal(1, 10, TODAY).outcome, True),
}


@pytest.mark.parametrize(("story", "expected"), CASES.values(), ids=CASES)
def test_case(story, expected):
    assert story() == expected


DECIDED_HERE = {
    "T": {1, 2, 4, 6, 7, 9, 11, 12, 14, 16, 17, 19, 26},
    "C": {2, 3, 5, 7, 8, 10, 12, 13, 15, 17, 18, 20, 22, 23, 25, 27, 28, 30, 32, 34},
}


@pytest.mark.parametrize("clock", DECIDED_HERE)
def test_no_case_is_left_out(clock):
    told_here = {int(name[2:4]) for name in CASES if name.startswith(f"{clock}-")}
    assert told_here == DECIDED_HERE[clock]


def test_the_year_of_the_stories_is_the_policy_in_force():
    assert TODAY.in_force <= MONDAY
