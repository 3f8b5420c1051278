"""The district's numbers lie where published numbers of real districts lie."""

import math
from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise
from statistics import mean, median

import pytest

from firstbell.practice import Plan, write
from firstbell.practice.people import ABSENT_BY_GRADE
from firstbell.practice.schools import GRADES

from .ledger import Ledger


class Year:
    """Held and missed days of the primary enrolments, counted slowly."""

    def __init__(self, ledger):
        self.held, self.missed = defaultdict(Counter), defaultdict(Counter)
        self.student, self.school_day, self.codes = defaultdict(lambda: [0, 0]), defaultdict(lambda: [0, 0]), []
        for row in ledger.rows("studentSchoolAssociations"):
            if row["primarySchool"] == "true":
                self._count(ledger, row)

    def _count(self, ledger, row):
        student, school, grade = row["studentUniqueId"], row["schoolId"], row["entryGradeLevel"]
        away = ledger.absences.get((student, school), {})
        for day in ledger.held(row):
            when = date.fromisoformat(day)
            gone = day in away
            for kind, value in (("grade", grade), ("school", school), ("weekday", when.weekday()), ("day", day)):
                self.held[kind][value] += 1
                self.missed[kind][value] += gone
            self.student[student, school][0] += 1
            self.student[student, school][1] += gone
            self.school_day[school, day][0] += 1
            self.school_day[school, day][1] += gone
            if gone:
                self.codes.append((GRADES.index(grade) - 1, away[day]))

    def absent(self, kind, value):
        return 100 * self.missed[kind][value] / self.held[kind][value]

    def attendance(self, school=None):
        rows = [n for (_, s), n in self.student.items() if school in (None, s)]
        return 1 - sum(gone for _, gone in rows) / sum(held for held, _ in rows)

    def chronic(self, school=None):
        rows = [(held, gone) for (_, s), (held, gone) in self.student.items() if school in (None, s) and held >= 31]
        return sum(10 * gone >= held for held, gone in rows) / len(rows)


def expected_chronic(attendance):
    """Fitted to 7,605 published school-years: logit(chronic) = 2.757 - 1.574 logit(attendance)."""
    return 1 / (1 + math.exp(-(2.757 - 1.574 * math.log(attendance / (1 - attendance)))))


@pytest.fixture(scope="module")
def year(today):
    return Year(today)


def test_attendance_is_about_91_to_92_percent(year):
    assert 0.905 < year.attendance() < 0.925


def test_chronic_absence_follows_attendance_in_the_district(year):
    assert year.chronic() == pytest.approx(expected_chronic(year.attendance()), abs=0.03)


def test_chronic_absence_follows_attendance_on_average_over_schools(year):
    schools = list(year.held["school"])
    gaps = [year.chronic(school) - expected_chronic(year.attendance(school)) for school in schools]
    assert abs(mean(gaps)) < 0.03
    assert mean(abs(gap) for gap in gaps) < 0.04


def test_absence_by_grade(year):
    for grade, percent in zip(GRADES, ABSENT_BY_GRADE, strict=True):
        assert year.absent("grade", grade) == pytest.approx(percent, rel=0.12), grade


def test_mondays_and_fridays_are_worse(year):
    middle = max(year.absent("weekday", day) for day in (1, 2, 3))
    assert year.absent("weekday", 0) > middle
    assert year.absent("weekday", 4) > middle


def test_two_storms_cut_deep(year):
    worst = sorted(year.held["day"], key=lambda day: -year.absent("day", day))[:2]
    assert sorted(worst) == ["2026-01-28", "2026-02-19"]
    assert all(year.absent("day", day) > 16 for day in worst)  # nearly twice the year's mean of 8.7


def test_winter_is_worse_than_autumn(year):
    def month(prefix):
        return mean(year.absent("day", day) for day in year.held["day"] if day.startswith(prefix))

    assert month("2026-01") > month("2025-10") + 1
    assert month("2026-02") > month("2025-10") + 1


def test_schools_differ(year):
    rates = sorted(100 * year.attendance(school) for school in year.held["school"])
    assert rates[0] < 85
    assert 91 < median(rates) < 94
    assert rates[-1] > 94


def test_a_schools_good_and_bad_days_come_together(year):
    """Lag-1 autocorrelation of each school's demeaned daily rate; published: 0.447 on average."""
    found = []
    for school in year.held["school"]:
        days = sorted(day for where, day in year.school_day if where == school)
        rates = [year.school_day[school, day][1] / year.school_day[school, day][0] for day in days]
        centred = [rate - mean(rates) for rate in rates]
        pairs = pairwise(centred)
        found.append(sum(a * b for a, b in pairs) / sum(a * a for a in centred))
    assert 0.3 < mean(found) < 0.6


def test_two_thirds_of_absences_are_excused_and_fewer_in_upper_grades(year):
    def open_share(grades):
        codes = [code for grade, code in year.codes if grade in grades]
        return sum(code in ("U", "X") for code in codes) / len(codes)

    assert 0.31 < open_share(range(-1, 13)) < 0.39
    assert open_share(range(-1, 6)) < open_share(range(6, 9)) < open_share(range(9, 13))


def test_absence_persists(year, today):
    """The day after a day away is far likelier to be missed than a usual day."""
    after = runs = 0
    for (student, school), days in today.absences.items():
        held = [day for row in today.enrolments_of.get((student, school), []) for day in today.held(row)]
        for first, second in pairwise(held):
            after += first in days
            runs += first in days and second in days
    assert runs / after > 3 * (1 - year.attendance())


def test_a_few_cases_are_severe_and_some_runs_are_long(year, today):
    severe = sum(2 * gone >= held for held, gone in year.student.values() if held >= 31)
    assert 20 < severe < 150
    assert sum(_longest(today, key) >= 10 for key in today.absences) > 30


def _longest(ledger, key):
    best = run = 0
    for row in ledger.enrolments_of.get(key, []):
        for day in ledger.held(row):
            run = run + 1 if day in ledger.absences[key] else 0
            best = max(best, run)
    return best


def test_hardship_and_absence_go_together_moderately(year, today):
    poor = {row["studentUniqueId"] for row in today.rows("studentPrograms") if row["program"] == "Homeless"}

    def rate(chosen):
        rows = [n for (student, _), n in year.student.items() if (student in poor) is chosen]
        return sum(gone for _, gone in rows) / sum(held for held, _ in rows)

    assert 1.2 < rate(True) / rate(False) < 2.5


def test_siblings_resemble_each_other(year, today):
    """Chronic absence of one child of a household raises that of another."""
    households = defaultdict(list)
    chronic = {student: 10 * gone >= held for (student, _), (held, gone) in year.student.items() if held >= 31}
    for row in today.rows("studentContactAssociations"):
        if row["contactPriority"] == "1" and row["studentUniqueId"] in chronic:
            households[row["contactUniqueId"]].append(chronic[row["studentUniqueId"]])
    pairs = [tuple(some[:2]) for some in households.values() if len(some) > 1]
    given = [second for first, second in pairs if first]
    otherwise = [second for first, second in pairs if not first]
    assert mean(given) > mean(otherwise) + 0.05


@pytest.mark.parametrize("seed", [1, 2])
def test_another_seed_lies_there_too(tmp_path, seed):
    other = Year(Ledger(write(Plan(students=3000, seed=seed), tmp_path).folder))
    assert 0.9 < other.attendance() < 0.93
    assert other.chronic() == pytest.approx(expected_chronic(other.attendance()), abs=0.035)
