"""A region's monthly meeting: who may look, what is told of few, what the agenda makes of it, and how much it reads."""

from datetime import date, time
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from firstbell.attendance.cells import without_small
from firstbell.attendance.models import Breakdown, SchoolDay, SchoolReview
from firstbell.core import clock
from firstbell.core.access import EVERYTHING
from firstbell.oversight.models import Review, Sample, Scoring
from firstbell.oversight.queries import region as queries
from firstbell.oversight.rules.agenda import MOST, Seen, agenda, heaviest, names
from firstbell.oversight.rules.rubric import RUBRIC
from firstbell.roster.models import Region, School
from firstbell.training.actions.courses import take_up_catalogue
from firstbell.training.models import Course, Session
from tests.attendance.conftest import DAYS
from tests.oversight.conftest import body, days, somebody, stand
from tests.training.asked import answered, asked

SEPTEMBER = date(2025, 9, 1)


def at(region, **query) -> str:
    return reverse("oversight:region", args=[region.pk]) + "".join(f"?{name}={one}" for name, one in query.items())


# -- the agenda --------------------------------------------------------------------------------------------------------

WEEK = (("Monday", 30, 300), ("Tuesday", 20, 300), ("Friday", 24, 300))


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ({}, []),
        ({"late": 1}, ["One question of a school is late: who answers, and by when?"]),
        ({"late": 4}, ["4 questions of schools are late: who answers, and by when?"]),
        ({"moved": [("Maple", Fraction(99, 100))]}, []),
        ({"moved": [("Maple", Fraction(1)), ("Oak", Fraction(-3)), ("Pine", Fraction(2))]},
         ["Chronic absence rose at Maple and Pine: what changed there?"]),
        ({"grade": "Grade 9"}, ["The largest share of days is missed in Grade 9: what would make it easier to come?"]),
        ({"grade": "Grade 9", "weekdays": WEEK},
         ["The largest share of days is missed in Grade 9, and on Mondays: what would make it easier to come?"]),
        ({"better": ["Oak"]}, ["At Oak more days were won back than elsewhere: let it tell what they did."]),
        ({"better": ["Oak", "Pine"]},
         ["At Oak and Pine more days were won back than elsewhere: let each tell what they did."]),
        ({"weak": ("Timely", 9, 20)}, ["“Timely” was in order in 9 of 20 charts: work one chart through together."]),
        ({"missing": ("Mandated reporting", 1)},
         ["1 person misses “Mandated reporting”, and no session of it is planned: choose a day."]),
        ({"area": ("Records and privacy", 3)},
         ["Schools asked most about “Records and privacy” (3 questions): does everybody know the answer?"]),
        ({"late": 1, "area": ("Records and privacy", 3)},
         ["One question of a school is late: who answers, and by when?"]),
    ],
)  # fmt: skip
def test_what_the_agenda_says(seen, said):
    assert [one.sentence for one in agenda(Seen(**seen))] == said


def test_the_agenda_is_short_and_begins_with_what_is_urgent():
    full = Seen(
        moved=[("Maple", Fraction(2))], grade="Grade 9", better=["Oak"], late=2, area=("Privacy", 3),
        weak=("Timely", 9, 20), missing=("Reporting", 4),
    )  # fmt: skip
    points = agenda(full)
    assert len(points) == MOST
    assert [one.about for one in points] == ["questions", "absences", "absences", "outcomes", "charts"]


@pytest.mark.parametrize(
    ("weekdays", "day"),
    [
        ((), ""),
        ((("Monday", 30, 300),), ""),
        (WEEK, "Monday"),
        ((("Monday", 25, 300), ("Friday", 20, 300)), "Monday"),   # a quarter above, exactly
        ((("Monday", 24, 300), ("Friday", 20, 300)), ""),
        ((("Monday", 0, 300), ("Friday", 0, 300)), ""),
        ((("Monday", 5, 0), ("Friday", 1, 300)), ""),
    ],
)  # fmt: skip
def test_the_heaviest_weekday(weekdays, day):
    assert heaviest(weekdays) == day


@pytest.mark.parametrize(
    ("schools", "said"),
    [(["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C"), (list("ABCDE"), "A, B, C and 2 more")],
)
def test_names(schools, said):
    assert names(schools) == said


# -- what is told of few -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ([], []),
        ([40, 30, 20], [True, True, True]),
        ([40, 30, 4], [True, False, False]),     # one alone would be the rest of the total
        ([40, 9, 8], [True, False, False]),
        ([40, 30, 4, 5], [True, False, False, False]),   # nine together are a handful, too
        ([10], [False]),
        ([0, 11], [False, False]),
    ],
)  # fmt: skip
def test_which_counts_are_told(counts, told):
    assert [one is not None for one in without_small(counts)] == told


@given(st.lists(st.integers(0, 60), max_size=12))
def test_what_is_hidden_is_never_a_handful_to_be_found_by_subtraction(counts):
    told = [one is not None for one in without_small(counts)]
    hidden = [n for n, one in zip(counts, told, strict=True) if not one]
    assert all(n > 10 for n, one in zip(counts, told, strict=True) if one)
    assert not hidden or len(hidden) == len(counts) or (len(hidden) > 1 and not 0 < sum(hidden) <= 10)


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ({1: (100, 20), 2: (90, 30)}, {1, 2}),
        ({1: (100, 20), 2: (90, 9), 3: (80, 30)}, {3}),
        ({1: (100, 95), 2: (90, 30), 3: (80, 30)}, {3}),     # five come: they are few as well
        ({1: (10, 10), 2: (90, 30), 3: (80, 40)}, {3}),
    ],
)  # fmt: skip
def test_whose_share_is_told(now, told):
    assert set(queries.chronic_shown(now)) == told


# -- a region ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def oak(district, region) -> School:
    """A third school of the region."""
    return School.objects.create(key="S9", name="Oak", region=region, arrival=district.arrival)


def reviewed(school, on, students, chronic) -> SchoolReview:
    return SchoolReview.objects.create(
        id=SchoolReview.objects.count() + 1, school=school, on=on, students=students,
        satisfactory=students - chronic, at_risk=0, moderate=chronic, severe=0,
    )  # fmt: skip


@pytest.fixture
def served(district, oak, today) -> list[School]:
    """Three schools reviewed today and a month ago, one of them with six who are chronically absent."""
    schools = [*district.schools, oak]
    for school, then, now in zip(schools, (40, 30, 5), (52, 30, 6), strict=True):
        reviewed(school, today - days(28), 200, then)
        reviewed(school, today, 200, now)
    for n, (school, value, many, missed) in enumerate([
        (schools[0], "09", 90, 900), (schools[0], "10", 90, 500), (schools[1], "09", 90, 800), (oak, "KN", 6, 300),
    ], 1):  # fmt: skip
        Breakdown.objects.create(
            id=n, school=school, dimension="grade", value=value, students=many, chronic=1, severe=0,
            enrolled_days=many * 60, absent_days=missed,
        )  # fmt: skip
    for n, day in enumerate(DAYS[:20], 1):
        SchoolDay.objects.create(
            id=n, school=schools[0], day=day, enrolled=200, absent=30 if day.weekday() == 0 else 20, unexcused=0,
            occasions=0,
        )  # fmt: skip
    return schools


def told(region, today, scope=EVERYTHING, month=SEPTEMBER) -> queries.Meeting:
    return queries.meeting(scope, region, month, today)


def test_few_are_hidden_and_another_with_them(region, served, today):
    rows = {one.school.name: one for one in told(region, today).places.rows}
    first, second, oak = (rows[one.name] for one in served)
    assert (first.chronic, first.share, first.change) == ("52", "26\u00a0%", "+6.0")
    assert (second.chronic, second.share, second.change) == ("hidden", "hidden", "cannot tell")
    assert (oak.students, oak.chronic, oak.share) == ("200", "10 or fewer", "hidden")


def test_the_page_never_says_the_six(as_user, region, served, marisa):
    shown = body(as_user(marisa).get(at(region)))
    assert "10 or fewer" in shown
    assert ">6<" not in shown
    assert f"Chronic absence rose at {served[0].name}" in shown


def test_a_small_school_hides_its_students_and_anothers(region, served, today):
    SchoolReview.objects.filter(school=served[2]).update(students=8, satisfactory=2)
    rows = {one.school: one for one in told(region, today).places.rows}
    assert [(rows[one].students, rows[one].chronic) for one in served] == [
        ("200", "52"), ("hidden", "hidden"), ("10 or fewer", "10 or fewer"),
    ]  # fmt: skip


def test_a_long_list_turns(as_user, region, served, district, marisa):
    School.objects.bulk_create(
        School(key=f"L{n}", name=f"Alder {n:02}", region=region, arrival=district.arrival) for n in range(30)
    )
    shown = body(as_user(marisa).get(at(region)))
    assert "1 to 25 of 33" in shown
    assert served[0].name not in shown.split('id="schools"')[1]
    assert served[0].name in body(as_user(marisa).get(at(region, page=2))).split('id="schools"')[1]


def test_schools_stand_by_name(region, served, today):
    by_name = [one.school.name for one in told(region, today).places.rows]
    assert by_name == sorted(one.name for one in served)


def test_a_month_of_long_ago_shows_what_was_reviewed_by_then(region, served, today):
    found = [told(region, today + days(ahead)).places for ahead in (0, 90)]
    assert [(one.on, one.before) for one in found] == [(today, today - days(28)), (today - days(28), None)]


def test_grades_and_weekdays(region, served, today):
    made = told(region, today)
    assert made.grades == [("Grade 9", "15.7\u00a0%")]  # grade 10 is hidden with the six in Kindergarten
    assert made.weekdays[0] == ("Monday", "15\u00a0%")
    assert any("in Grade 9, and on Mondays" in sentence for sentence, _ in made.agenda)


def test_outcomes_of_few_are_not_numbered(region, served, pupil, today):
    for n in range(3):
        pupil(f"F-{n}", before20=5, last20=3, absent=8)
        stand(pupil(f"G-{n}", at=1), before20=5, last20=4, absent=9)
    assert {one.outcome for one in told(region, today).places.rows} == {
        "Cannot tell: too few students can be compared."
    }


def test_outcomes_of_a_school_are_against_the_district(region, served, pupil, today):
    for n in range(30):
        pupil(f"F-{n}", before20=10, last20=n % 3, absent=12)
        stand(pupil(f"G-{n}", at=1), before20=10, last20=9 + n % 3, absent=22)
    rows = {one.school: one for one in told(region, today).places.rows}
    assert rows[served[0]].better
    assert not rows[served[1]].better
    assert "beyond similar students." in rows[served[0]].outcome
    assert any(url == "#schools" for _, url in told(region, today).agenda)


# -- questions ---------------------------------------------------------------------------------------------------------


def test_questions_of_the_month_by_area(region, served, counselor, hugo, marisa, today):
    with clock.living_on(date(2025, 9, 10)):
        for n in range(3):
            asked(served[0], counselor, title=f"Title {n}")
        answered(served[1], hugo, marisa, area="privacy", share=True, title="May a sibling’s school read it?")
    made = told(region, today)
    assert [(one.name, one.asked, one.due, one.in_time, one.tells) for one in made.asked.areas] == [
        ("Truancy letters and their order", 3, 3, 0, False), ("Records and privacy", 1, 1, 1, False),
    ]  # fmt: skip
    assert (made.asked.late, [one.title for one in made.asked.shared]) == (3, ["May a sibling’s school read it?"])
    assert "3 questions of schools are late" in made.agenda[0][0]
    assert told(region, today, month=date(2025, 10, 1)).asked.areas == []


# -- charts ------------------------------------------------------------------------------------------------------------


def read(user, case, many: int, by, **levels) -> None:
    """So many charts of a counselor, drawn for September and scored once."""
    drawn = Sample.objects.create(
        user=user, month=SEPTEMBER, seed="x", charts=[], frame=many, frame_digest="x", by=by
    )  # fmt: skip
    for place in range(1, many + 1):
        one = Review.objects.create(sample=drawn, case=case[place - 1], place=place)
        Scoring.objects.create(review=one, turn=1, levels=dict.fromkeys(RUBRIC, 2) | levels, by=by)


@pytest.mark.parametrize(
    ("people", "many", "tells", "good"), [(3, 4, True, True), (2, 6, False, True), (3, 3, True, False)]
)
def test_charts_are_told_of_enough_people_and_charts(
    region, caseload, counselor, marisa, today, scope, people, many, tells, good
):
    for n in range(people):
        who = counselor if n == 0 else somebody(f"one.number{n}", "counselor", school=caseload[0].student.school)
        read(who, caseload, many, marisa, voice=1)
    made = told(region, today, scope(marisa)).charts
    assert (made.tells, {one.tells for one in made.items}) == (tells, {good})
    assert {one.key: one.good for one in made.items}["voice"] == 0
    assert {one.key: one.good for one in made.items}["plan"] == people * many


def test_charts_are_for_who_oversees(as_user, region, caseload, counselor, marisa, today, scope):
    noor = somebody("noor.aziz", "region_counselor", region=region)
    assert told(region, today, scope(noor)).charts is None
    assert "What charts say" not in body(as_user(noor).get(at(region)))
    assert "What charts say" in body(as_user(marisa).get(at(region)))


# -- training ----------------------------------------------------------------------------------------------------------


def test_sessions_and_what_is_missing(region, counselor, marisa, today):
    take_up_catalogue(by=marisa)
    course = Course.objects.get(key="truancy-letters")
    south = Region.objects.create(key="R3", name="South", arrival=region.arrival)
    for where, on in ((region, DAYS[3]), (None, DAYS[4]), (south, DAYS[5]), (region, today + days(9))):
        Session.objects.create(
            course=course,
            region=where,
            on=on,
            begins=time(9),
            minutes=90,
            place="Room 4",
            seats=9,
            led_by=marisa,
            by=marisa,
        )
    made = told(region, today).training
    assert [one.on for one in made.sessions] == [DAYS[3], DAYS[4]]
    assert dict(made.missing)[course] == 2  # Rosa and Marisa
    assert made.coming == {course.pk}
    assert not any(course.title in sentence for sentence, _ in told(region, today).agenda)


# -- the page ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("coordinator", 200), ("region_counselor", 200), ("director", 200), ("chair", 404), ("counselor", 404),
        ("principal", 404), ("clerk", 404), ("fiscal", 404), ("engineer", 404), ("teacher", 404),
    ],
)  # fmt: skip
def test_who_may_look(as_user, district, region, role, status):
    near = {"region": region} if role in ("coordinator", "region_counselor", "chair") else {}
    at_school = {"school": district.schools[0]} if role in ("counselor", "principal", "clerk", "teacher") else {}
    user = somebody("some.body", role, **near, **at_school)
    assert as_user(user).get(at(region)).status_code == status


def test_another_region_is_missing(as_user, region, served, elsewhere, marisa, samir):
    assert as_user(elsewhere).get(at(region)).status_code == 404
    south = Region.objects.get(key="R2")
    assert as_user(marisa).get(at(south)).status_code == 404
    shown = body(as_user(samir).get(at(south)))
    assert not any(one.name in shown for one in served)


def test_an_empty_region_says_so(as_user, elsewhere, district):
    shown = body(as_user(elsewhere).get(at(Region.objects.get(key="R2"))))
    for words in ("No schools", "Nothing was asked", "No session in this month", "Too few to say", "no attendance"):
        assert words in shown


@pytest.mark.parametrize("month", ["", "2025-09", "2025-08", "2031-01", "nonsense"])
def test_any_month_is_a_page(as_user, region, served, marisa, month):
    assert as_user(marisa).get(at(region, month=month)).status_code == 200


def test_how_much_a_page_reads(as_user, region, served, caseload, counselor, marisa, samir):
    take_up_catalogue(by=marisa)
    read(counselor, caseload, 5, marisa)
    client = as_user(samir)
    client.get(at(region))
    with CaptureQueriesContext(connection) as held:
        assert client.get(at(region)).status_code == 200
    asked_of = [one["sql"] for one in held.captured_queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(asked_of) <= 25, "\n".join(asked_of)
    assert not any("case_entry" in one for one in asked_of)
