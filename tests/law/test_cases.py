"""Acceptance cases by their IDs in the project's book of rules.

Truancy T; chronic absence and state reporting C; excuses E; attendance A; recovery R; independent study I;
records, notices and privacy P; dropouts D.
"""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from firstbell.law.absence_summary import AbsenceSummary, problems, whole_days
from firstbell.law.ada import attendance_rate, day_attended, keeps_attendance, value_of_a_day
from firstbell.law.bands import NationalBand, national
from firstbell.law.chronic import ELSEWHERE, absent_days, chronic, days_can_miss, elsewhere, federal
from firstbell.law.compulsory import subject
from firstbell.law.consequences import is_available
from firstbell.law.dashboard import Change, Color, Status, change, color, is_hidden, status
from firstbell.law.days import ABSENT, HALF, Day, kind, letter
from firstbell.law.disclosure import Answer, Asker, Paper, Purpose, may_disclose
from firstbell.law.excuses import Claim, Excuse, judge, words_for
from firstbell.law.exits import Leaving, leaving
from firstbell.law.independent_study import Progress, must_follow_up
from firstbell.law.ladder import State, state
from firstbell.law.marks import Code, read
from firstbell.law.notices import Kind, Service, meeting_notice, missing, required
from firstbell.law.policy import with_settings
from firstbell.law.reasons import Shown
from firstbell.law.recipients import Contact, Role, addressees
from firstbell.law.records import Clock, due
from firstbell.law.recovery import credited, earned, is_open_to
from firstbell.law.retention import may_go_on
from firstbell.law.steps import StepKind, standing_steps
from firstbell.law.truancy import (
    CHRONIC_TRUANT_STEPS,
    DayFact,
    Truancy,
    chronic_truant,
    classify,
    occasions,
    ward_report,
)
from firstbell.law.wording import forbidden
from tests.law.stories import MONDAY, TODAY, after, attempt, dates, notice, report, reports, told

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


def three_reports(attempts: list[int]) -> tuple[bool, State]:
    """Whether a referral may follow three reports and these attempts, and where the student stands."""
    steps = [*reports(3, 5, 7), notice(4), *(attempt(day) for day in attempts)]
    found = dates([0, 1, 2, 4, 6])
    may_follow = {one.kind for one in standing_steps(found, steps, TODAY).following}
    return StepKind.REFERRAL in may_follow, state(found, steps, TODAY, on=after(20)).outcome


def next_number(found: list[int], policy, tardies: list[int]) -> int | None:
    ladder = standing_steps(dates(found), reports(3), policy, tardies=dates(tardies), on=after(20))
    return next((one.number for one in ladder.following), None)


def excuses(code: str, days: int, *shown: Shown, grade: int = 9) -> list[Excuse]:
    claims = [Claim(after(day), code, shown=frozenset(shown)) for day in range(days)]
    return [judge(claims, grade)[claim].outcome for claim in claims]


def religious_days(days: int) -> list[bool]:
    shown = (Shown.BOARD_RESOLUTION, Shown.PARENT_CONSENT, Shown.MINIMUM_DAY)
    return [keeps_attendance("46014", one).outcome for one in excuses("46014", days, *shown)]


def needs_follow_up(missed: int, lessons: int = 0) -> bool:
    progress = Progress(16, missed, 100, missed_lessons=lessons, lessons=100)
    return must_follow_up(progress, TODAY).outcome


def items(on: date) -> str:
    return "".join(item.key for item in required(Kind.FIRST_TRUANCY, on) if len(item.key) == 1)


def foster_notice() -> list[str]:
    roles = (Role.PARENT, Role.RIGHTS_HOLDER, Role.ATTORNEY, Role.SOCIAL_WORKER)
    found = addressees([Contact(role, role) for role in roles], TWELVE, MONDAY, foster=True).outcome
    return [one.role for one in (*found.to, *found.copies)]


FRIDAY = date(2025, 9, 5)
SCHOOLDAYS = [day for day in (after(n) for n in range(1, 40)) if day.weekday() < 5]
EXCUSED, OFFICE, NOT_EXCUSED = Excuse.EXCUSED, Excuse.ADMINISTRATOR, Excuse.NOT_EXCUSED
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
    "T-11 five minutes, by default": (lambda: next_number([0, 1, 2], TODAY, [8]), None),
    "T-11 five minutes, to the letter": (lambda: next_number([0, 1, 2], LITERAL, [8]), 2),
    "T-12 no conference tried": (lambda: three_reports([]), (False, State.BLOCKED)),
    "T-14 tried before report 1": (lambda: three_reports([2]), (False, State.BLOCKED)),
    "T-14 tried after report 1": (lambda: three_reports([4]), (True, State.HABITUAL)),
    "T-16 9 of 90": (lambda: chronic_truant(9, 90, CHRONIC_TRUANT_STEPS, TODAY).outcome, True),
    "T-17 17 of 180": (lambda: chronic_truant(17, 180, CHRONIC_TRUANT_STEPS, TODAY).outcome, False),
    "T-19 four reports, no board": (
        lambda: state(dates([0, 1, 2, 4, 6, 8]), reports(3, 5, 7, 9), TODAY, on=after(20)).outcome,
        State.JUVENILE_ELIGIBLE,
    ),
    "T-21 sent on June 30, 2025": (lambda: items(date(2025, 6, 30)), "abcd"),
    "T-21 sent on July 1, 2025": (lambda: items(date(2025, 7, 1)), "abcdefg"),
    "T-21 prosecution was an item": (
        lambda: [len(missing(Kind.FIRST_TRUANCY, date(2025, month, 1), "abcdefg")) for month in (6, 7)],
        [4 + 3, 0],
    ),
    "T-22 parental prosecution": (
        lambda: len(forbidden("Parents may be prosecuted.", "en", date(2025, 9, 1))),
        1,
    ),
    "T-24 PC 270.1 in February 2026": (lambda: is_available("PC 270.1", date(2026, 2, 1)).outcome, False),
    "T-24 what remains": (lambda: is_available("PC 270.1", date(2026, 2, 1)).reasons[-1].section, "EC 48293"),
    "T-26 suspended, not truant": (lambda: len(occasions(told("SSS"), TODAY)), 0),
    "T-26 suspended, yet absent": (lambda: chronic_absences("SSS"), 3),
    "T-27 a ward away one day": (lambda: ward_report(MONDAY, TODAY).outcome, MONDAY + timedelta(10)),
    "T-29 served 4 days before": (
        lambda: meeting_notice(MONDAY, after(4), Service.IN_PERSON, TODAY).outcome,
        False,
    ),
    "T-29 served 5 days before": (lambda: meeting_notice(MONDAY, after(5), Service.IN_PERSON, TODAY).outcome, True),
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
    "E-01 five days of grieving": (lambda: excuses("48205a04", 5), [EXCUSED] * 5),
    "E-01 the sixth": (lambda: excuses("48205a04", 6)[-1], OFFICE),
    "E-03 a civic event in grade 7": (
        lambda: excuses("48205a12", 2, Shown.PRIOR_NOTICE, grade=7),
        [EXCUSED, OFFICE],
    ),
    "E-04 a civic event in grade 5": (lambda: excuses("48205a12", 1, Shown.PRIOR_NOTICE, grade=5), [OFFICE]),
    "E-06 no approval": (lambda: excuses("48205a07", 1, Shown.PARENT_REQUEST), [NOT_EXCUSED]),
    "E-08 five for a film": (lambda: excuses("48225.5a", 5, Shown.WORK_PERMIT), [EXCUSED] * 5),
    "E-08 the sixth": (lambda: excuses("48225.5a", 6, Shown.WORK_PERMIT)[-1], OFFICE),
    "E-09 four days keep attendance": (lambda: religious_days(4), [True] * 4),
    "E-09 the fifth loses it": (lambda: religious_days(5)[-1], False),
    "A-01 one minute of 240": (lambda: day_attended(1).outcome, 1),
    "A-03 975 of 1,000": (lambda: attendance_rate(975, 1000), (Decimal("97.5"), Decimal("2.5"))),
    "A-04 the worth of a day": (lambda: value_of_a_day(Decimal(10025)), Decimal("55.69")),
    "R-02 239 minutes": (lambda: earned({MONDAY: 239}, 6, TODAY).outcome, 0),
    "R-04 15 missed, 12 earned": (lambda: credited(12, 15, TODAY).outcome, 10),
    "R-05 480 minutes on one date": (lambda: earned({MONDAY: 480}, 6, TODAY).outcome, 1),
    "R-07 16 days of independent study": (lambda: is_open_to(16, TODAY).outcome, False),
    "I-01 eleven percent": (lambda: needs_follow_up(11), True),
    "I-01 ten percent": (lambda: needs_follow_up(10), False),
    "I-02 51 percent of live lessons": (lambda: needs_follow_up(0, 51), True),
    "I-02 half of live lessons": (lambda: needs_follow_up(0, 50), False),
    "P-02 foster transfer, Friday": (lambda: due(Clock.FOSTER_TRANSFER, FRIDAY, TODAY).outcome, date(2025, 9, 9)),
    "P-04 truancy petition": (
        lambda: may_disclose(Asker.DISTRICT_ATTORNEY, Purpose.TRUANCY).outcome,
        Answer(allowed=True, logged=True),
    ),
    "P-05 no certification": (lambda: may_disclose(Asker.PROBATION, Purpose.INVESTIGATION).outcome.allowed, False),
    "P-07 a challenge": (lambda: due(Clock.CHALLENGE_MEETING, MONDAY, TODAY).outcome, MONDAY + timedelta(30)),
    "P-09 copies for a foster student": (
        foster_notice,
        ["education rights holder", "attorney", "county social worker"],
    ),
    "P-10 confidential services": (lambda: words_for("46010.1", to_parent=True), "excused"),
    "P-12 administrative warrant": (
        lambda: may_disclose(Asker.IMMIGRATION, Purpose.OTHER, Paper.ADMINISTRATIVE_WARRANT).outcome,
        Answer(allowed=False, logged=True, report=True),
    ),
    "P-14 seven months on": (
        lambda: may_go_on("supplementary_attendance", MONDAY, TODAY).outcome <= date(2026, 4, 1),
        True,
    ),
    "P-15 a transfer": (
        lambda: due(Clock.TRANSFER, MONDAY, TODAY, schooldays=SCHOOLDAYS).outcome,
        date(2025, 9, 15),
    ),
    "D-01 found by Census Day": (lambda: leaving("E140", "", 9, TODAY, found=True).outcome.is_dropout, False),
    "D-03 completion 100": (lambda: leaving("E230", "100", 12, TODAY, found=False).outcome, Leaving.GRADUATE),
    "D-03 completion 104": (lambda: leaving("E230", "104", 12, TODAY, found=False).outcome, Leaving.DROPOUT),
    "D-04 a lost transfer": (lambda: leaving("T160", "", 9, TODAY, found=False).outcome, Leaving.LOST_TRANSFER),
    # decisions for edge cases
    "10 a late excuse after the notice": (
        lambda: state(dates([0, 2]), [report(1, 3, 0, 1, 2), notice(3, 1, 0, 1, 2)], TODAY, on=after(9)).outcome,
        State.HOLLOW,
    ),
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
    "T": {1, 2, 4, 6, 7, 9, 11, 12, 14, 16, 17, 19, 21, 22, 24, 26, 27, 29},
    "C": {2, 3, 5, 7, 8, 10, 12, 13, 15, 17, 18, 20, 22, 23, 25, 27, 28, 30, 32, 34},
    "E": {1, 3, 4, 6, 8, 9},
    "A": {1, 3, 4},
    "R": {2, 4, 5, 7},
    "I": {1, 2},
    "P": {2, 4, 5, 7, 9, 10, 12, 14, 15},
    "D": {1, 3, 4},
}


@pytest.mark.parametrize("clock", DECIDED_HERE)
def test_no_case_is_left_out(clock):
    told_here = {int(name[2:4]) for name in CASES if name.startswith(f"{clock}-")}
    assert told_here == DECIDED_HERE[clock]


def test_the_year_of_the_stories_is_the_policy_in_force():
    assert TODAY.in_force <= MONDAY
