"""The served tables, the standings and their grounds: all of one mind with the day book and with an obvious count."""

from datetime import date, timedelta

import pytest
from django.db import connection

from firstbell.attendance import models as served
from firstbell.attendance.actions import serve
from firstbell.attendance.queries import calendar_months, standing_of, standings, uncounted_lines
from firstbell.core.models import JournalLine
from firstbell.roster import models as m

from .conftest import DAYS, YEAR

ON = DAYS[23]
LETTERS = {
    "never": "." * 24,
    "truant": "." * 18 + "U.U..U",
    "sick": "EE" + "." * 19 + "EEE",
    "half": "EU?." * 6,
    "away": "." * 10 + "EEEEEEEEEE" + "....",
}


@pytest.fixture
def year(district, absences):
    """Five students with the days of LETTERS, known on the evening of ON."""
    pupils = {key: district.student(key) for key in LETTERS}
    for key, days in LETTERS.items():
        absences(pupils[key], days)
    m.Program.objects.create(student=pupils["half"], program="EL", begins_on=DAYS[0], arrival=district.arrival)
    district.arrives(ON)
    return pupils


def test_standings_count_as_one_would_by_hand(year):
    rows = {row["student_id"]: row for row in standings(ON).to_dicts()}
    assert rows.keys() == LETTERS.keys()
    for key, days in LETTERS.items():
        row = rows[key]
        assert row["days_enrolled"] == len(days)
        assert row["days_absent"] == sum(days.count(letter) for letter in "EU?")
        assert (row["days_excused"], row["days_unexcused"]) == (days.count("E"), days.count("U"))
        assert row["truancy_occasions"] == days.count("U")
        assert row["chronic"] == (10 * row["days_absent"] >= len(days))
        assert row["days_can_miss"] == max(0, max(n for n in range(25) if 10 * n < 25) - row["days_absent"])
    assert rows["truant"]["third_occasion_on"] == DAYS[23]
    assert rows["sick"]["streak"] == 3
    assert rows["never"]["district_band"] == "advanced"
    assert rows["never"]["school_id"] == "S1"


def test_standings_by_school_and_of_no_year(year):
    assert len(standings(ON, school_key="S1")) == 5
    assert len(standings(ON, school_key="S2")) == 0
    with pytest.raises(ValueError, match="years with data: 2026"):
        standings(date(2019, 3, 1))
    with pytest.raises(ValueError, match="not in the school year 2024-2025"):
        standings(ON, year=2025)


def test_too_early_is_neither_yes_nor_no(year):
    assert standings(DAYS[18])["chronic"].null_count() == 5
    assert standings(DAYS[19])["chronic"].null_count() == 0


def test_without_a_birthday_or_outside_the_ages_nobody_is_truant(district, absences):
    born = {"unknown": None, "five": date(2021, 1, 1), "grown": date(2007, 1, 1)}
    for key, day in born.items():
        absences(district.student(key, born=day), "UUU")
    district.arrives(ON)
    assert standings(ON).select("truancy_occasions", "days_unexcused").rows() == [(0, 3)] * 3


def test_days_left_are_those_of_the_days_enrolled(district):
    district.student("late", entry=DAYS[14])
    district.arrives(ON)
    assert standings(ON)["days_can_miss"].item() == 1  # of 11 days, 2 would be a tenth


def test_served_tables_say_what_the_standings_say(year):
    tally = serve(on=ON)
    told = {row["student_id"]: row for row in standings(ON).to_dicts()}
    for row in served.Standing.objects.select_related("student"):
        there = told[row.student.key]
        assert (row.absent, row.enrolled, row.occasions, row.chronic, row.can_miss, row.third_on) == (
            there["days_absent"], there["days_enrolled"], there["truancy_occasions"], there["chronic"],
            there["days_can_miss"], there["third_occasion_on"],
        )  # fmt: skip
        assert len(row.weeks) == 10
        assert row.weeks[:5] == [-1] * 5
    assert (tally.students, tally.chronic) == (5, 4)
    assert standing_of(year["away"]).weeks[5:] == [100, 100, 0, 0, 100]
    assert served.Served.objects.get().on == ON
    assert JournalLine.objects.get(verb="attendance.served").detail["students"] == 5


def test_signs_name_the_students_who_need_someone(year):
    serve(on=ON)
    found = {(sign.student.key, sign.rule) for sign in served.Sign.objects.select_related("student")}
    assert ("truant", "new_truancy") in found
    assert ("sick", "in_a_row") in found
    assert ("away", "back") in found
    assert "never" not in {key for key, _ in found}


def test_school_tables_add_up(year):
    serve(on=ON)
    days = list(served.SchoolDay.objects.order_by("day"))
    assert [one.day for one in days] == list(DAYS[:24])
    assert [one.absent for one in days] == [sum(s[at] in "EU?" for s in LETTERS.values()) for at in range(24)]
    review = served.SchoolReview.objects.get(on=ON)
    assert (review.students, review.satisfactory, review.moderate, review.severe) == (5, 1, 1, 3)
    grade, program = served.Breakdown.objects.order_by("dimension")
    assert (grade.value, grade.students, grade.chronic) == ("05", 5, 4)
    assert (program.value, program.students, program.absent_days) == ("EL", 1, 18)


def test_the_days_of_the_district_are_those_of_the_schools_there_are(year, district):
    serve(on=ON)
    schools = {one.day: (one.enrolled, one.absent) for one in served.SchoolDay.objects.all()}
    assert {one.day: (one.enrolled, one.absent) for one in served.DistrictDay.objects.all()} == schools
    m.School.objects.update(live=False)
    serve(on=ON)
    assert served.SchoolDay.objects.exists()
    assert not served.DistrictDay.objects.exists()


def test_a_table_is_known_to_the_planner_when_it_is_served(year):
    serve(on=ON)
    with connection.cursor() as cursor:
        cursor.execute("select relname, reltuples, relallvisible = relpages from pg_class where relname = 'standing'")
        assert cursor.fetchone() == ("standing", served.Standing.objects.count(), True)
        cursor.execute("select count(*) from pg_stats where tablename = 'standing' and attname = 'national_band'")
        assert cursor.fetchone() == (1,)


def test_yesterday_is_kept_until_there_is_a_new_day(year):
    serve(on=ON - timedelta(1))
    assert standing_of(year["sick"]).was_absent is None
    for _ in range(2):  # serving the same day again changes nothing
        serve(on=ON)
        row = standing_of(year["sick"])
        assert (row.was_absent, row.absent) == (4, 5)


def test_tables_keep_the_names_of_their_indexes(year):
    def names():
        with connection.cursor() as cursor:
            cursor.execute(
                "select tablename, indexname from pg_indexes where tablename in ('standing', 'sign') order by 2"
            )
            return cursor.fetchall()

    before = names()
    serve(on=ON)
    assert names() == before


def test_uncounted_marks_are_listed_with_their_reason(district, absences):
    pupil = district.student("1", entry=DAYS[2])
    absences(pupil, "U.")
    district.mark(pupil, DAYS[2] + timedelta(365), "U")
    district.arrives(ON)
    serve(on=ON)
    assert set(served.Uncounted.objects.values_list("day", "why")) == {
        (DAYS[0], "outside_enrolment"),
        (DAYS[2] + timedelta(365), "after_through"),
    }
    [line] = uncounted_lines(YEAR)
    assert line == f"1 mark not counted: The student was not enrolled at that school that day. 1 on {DAYS[0]}"


def test_the_calendar_has_every_school_day_once(year):
    serve(on=ON)
    months = calendar_months(year["truant"], YEAR)
    assert [month["label"] for month in months] == ["Sep", "Oct"]
    shown = [day for month in months for day in month["days"]]
    assert [day["on"] for day in shown] == list(DAYS[:24])
    assert "".join(day["letter"] or "." for day in shown) == LETTERS["truant"]
    assert calendar_months(year["truant"], 2020) == []
