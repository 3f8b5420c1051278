"""The desks of a principal, the Region counselor and the director: who has which, what stands there, what is hidden."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now
from hypothesis import given
from hypothesis import strategies as st

from firstbell.attendance.cells import AT_MOST
from firstbell.cases.actions import log
from firstbell.core.models import JournalLine, User
from firstbell.desk.queries.desks import fairness as fair
from firstbell.desk.queries.desks import principal
from firstbell.desk.queries.places import FEWER, HIDDEN
from firstbell.notices.models import Batch, Due
from firstbell.oversight.actions.figures import count_reached
from firstbell.oversight.queries.fairness import counted
from firstbell.roster import models as roster
from firstbell.staffing.models import Absence, Post
from firstbell.staffing.queries import scope_of
from firstbell.training.actions import consults, courses, questions
from tests import staff
from tests.desk.conftest import FIRST, YEAR, standing

TODAY = date(2026, 5, 12)  # a Tuesday
MONDAY = TODAY - timedelta(1)
DESKS = ("desk:principal", "desk:region_desk", "desk:district_desk")
ROLES = {
    ("principal", "Maple", None): ("desk:principal", DESKS[:1]),
    ("region_counselor", None, "North"): ("desk:region_desk", DESKS[1:2]),
    ("director", None, None): ("desk:district_desk", DESKS[1:]),
    ("coordinator", None, "North"): ("oversight:exceptions", ()),
    ("counselor", "Maple", None): ("desk:today", ()),
    ("clerk", "Maple", None): ("desk:today", ()),
    ("fiscal", None, None): ("staffing:purchases", ()),
    ("engineer", None, None): ("imports:runs", ()),
    ("teacher", "Maple", None): ("panels:teacher_forms", ()),
}


def text(answer):
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\u00a0", " ").split())


def somebody(name, role, **where):
    given, family = name.split()
    user = User.objects.create(username=name, first_name=given, last_name=family)
    staff.post(user=user, role=role, span=DateRange(date(2025, 8, 1), None), **where)
    return user


def buy(school, tenths=4, *, state="approved", ends=date(2026, 6, 30)):
    """A purchase of this fiscal year that the Region approved, or that is on its way."""
    by, _ = User.objects.get_or_create(username="buyer")
    return staff.bought(school, date(2025, 8, 1), ends, by=by, funds=[("general", tenths)], state=state, weekdays="MT")


@pytest.fixture
def maple(district):
    return district.schools["Maple"]


@pytest.fixture
def daniel(maple):
    return somebody("Daniel Kim", "principal", school=maple)


@pytest.fixture
def noor(district):
    return somebody("Noor Rahimi", "region_counselor", region=district.regions["North"])


@pytest.fixture
def samir(district):
    return somebody("Samir Haddad", "director")


def ask(school, title, urgency="week"):
    """A question of the principal of this school to the Region."""
    by = User.objects.filter(posts__school=school, posts__role="principal").first()
    return questions.ask(
        area="truancy", urgency=urgency, title=title, what="Which comes first?", school=school,
        by=by or somebody(f"Head {school.key}", "principal", school=school),
    )  # fmt: skip


# -- whose desk --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "school", "region"), ROLES)
def test_a_role_opens_its_desk_and_begins_there(sign_in, role, school, region):
    client = sign_in(role, school, region)
    begins, opened = ROLES[role, school, region]
    assert client.get("/").headers["Location"] == reverse(begins)
    assert tuple(name for name in DESKS if client.get(reverse(name)).status_code == 200) == opened
    page = client.get("/training/").content.decode()
    assert page.count("My desk") == bool(opened)
    assert not opened or reverse(begins) in page


@pytest.mark.parametrize("name", DESKS)
def test_a_desk_asks_to_sign_in_and_takes_nothing(client, sign_in, name):
    assert "/sign-in/" in client.get(reverse(name)).headers["Location"]
    assert sign_in("director").post(reverse(name)).status_code in (404, 405)


# -- the principal -----------------------------------------------------------------------------------------------------


def test_a_principals_desk_is_of_their_school_alone(as_user, daniel, district):
    ask(district.schools["Maple"], "Our own question")
    ask(district.schools["Oak"], "The question of others")
    page = text(as_user(daniel).get(reverse("desk:principal")))
    assert "<h2>Maple</h2>" in page
    assert "Oak" not in page
    assert "The question of others" not in page
    assert "Our own question" in page
    assert "Due on" in page


def test_an_empty_desk_says_what_is_not_there(as_user, daniel):
    page = text(as_user(daniel).get(reverse("desk:principal")))
    for words in (
        "Nothing waits for you here.", "No letter is due.", "No question is open.", "Nobody is planned",
        "No days are approved for 2025-26.", "No counselor days were bought for this time.",
    ):  # fmt: skip
        assert words in page, words


def test_without_a_school_or_a_school_day_a_desk_says_so(as_user, daniel, maple):
    roster.CalendarDay.objects.filter(calendar__school=maple).delete()
    page = text(as_user(daniel).get(reverse("desk:principal")))
    assert "The statement begins with the first school day of the year." in page
    maple.live = False
    maple.save()
    assert "Your post names no school that is open now." in text(as_user(daniel).get(reverse("desk:principal")))


def test_a_principal_of_a_school_of_ten_sees_no_share(as_user, district):
    ada = somebody("Ada Lund", "principal", school=district.schools["Cedar"])
    page = text(as_user(ada).get(reverse("desk:principal")))
    assert "Fewer than 11 students" in page
    assert "chronic</p>" not in page


def test_a_desk_shows_what_was_bought_and_what_waits(as_user, daniel, maple, district):
    bought, by = buy(maple), User.objects.create(username="clerk")
    usual = {"kinds": ["attendance_summary"], "channels": [], "as_of": TODAY, "needs": 1, "prepared_by": by}
    mine = Batch.objects.create(school=maple, send_on=TODAY, **usual)
    theirs = Batch.objects.create(school=district.schools["Oak"], send_on=TODAY, **usual)
    for state, pupil in (("open", "ana"), ("held", "leo"), ("open", "mia")):
        Due.objects.create(
            student=district.students[pupil], kind="attendance_summary", year=YEAR, since=TODAY, state=state
        )  # fmt: skip
    answer = as_user(daniel).get(reverse("desk:principal"))
    (desk,), page = answer.context["desks"], text(answer)
    assert [one.key for one, _ in desk.figures] == ["days", "reached", "legal", "plans"]
    for words in (
        "2 days a week", "you would like Monday, Tuesday", f"Batch {mine.pk}, dated", "1 letter due", "1 held back",
        "The whole statement",
    ):  # fmt: skip
        assert words in page, words
    assert reverse("staffing:purchase", args=[bought.pk]) in page
    assert reverse("notices:batch", args=[theirs.pk]) not in page
    mine.approvals.create(by=daniel)
    assert f"Batch {mine.pk}" not in text(as_user(daniel).get(reverse("desk:principal")))


def test_the_week_says_who_is_there_who_is_away_and_who_stands_in(daniel, maple, district):
    rosa, hugo = (
        somebody(name, "counselor", school=school, week=week)
        for name, school, week in (
            ("Rosa Diaz", maple, [480, 240, 0, 0, 0]), ("Hugo Petrosyan", district.schools["Oak"], None),
        )
    )  # fmt: skip
    Absence.objects.create(user=rosa, begins_on=MONDAY, ends_on=TODAY, why="ill", by=daniel)
    staff.post(
        user=hugo, role="counselor", school=maple, cover_for=rosa.posts.get(), week=[480, 0, 0, 0, 0],
        span=DateRange(MONDAY, MONDAY + timedelta(1)),
    )  # fmt: skip
    week = principal.week(scope_of(daniel, TODAY), maple, TODAY)
    told = [[(one.name, one.minutes, one.words) for one in people] for _, people in week]
    assert [day for day, _ in week] == [MONDAY + timedelta(n) for n in range(5)]
    assert told[0] == [
        ("Rosa Diaz", 480, "away, somebody stands in"), ("Hugo Petrosyan", 480, "stands in for Rosa Diaz"),
    ]  # fmt: skip
    assert told[1:] == [[("Rosa Diaz", 240, "away, nobody stands in")], [], [], []]
    Absence.objects.create(user=hugo, begins_on=MONDAY, ends_on=MONDAY, why="ill", by=daniel)
    words = [one.words for one in principal.week(scope_of(daniel, TODAY), maple, TODAY)[0][1]]
    assert words == ["away, nobody stands in", "was to stand in, and is away too"]


@pytest.mark.parametrize(("today", "monday"), [(16, 18), (17, 18), (18, 18), (15, 11)])
def test_at_the_weekend_the_week_to_come_is_shown(daniel, maple, today, monday):
    week = principal.week(scope_of(daniel, TODAY), maple, date(2026, 5, today))
    assert week[0][0] == date(2026, 5, monday)


def test_a_principal_who_counsels_elsewhere_has_a_desk_of_their_own_school(daniel, district):
    staff.post(user=daniel, role="counselor", school=district.schools["Oak"], span=DateRange(FIRST, None))
    assert [one.name for one in principal.schools(scope_of(daniel, TODAY))] == ["Maple"]


# -- the region --------------------------------------------------------------------------------------------------------


def test_the_regions_desk_shows_its_own_schools_and_what_waits(as_user, noor, district, maple):
    south = somebody("Wanda Orlow", "region_counselor", region=district.regions["South"])
    ask(maple, "Due this very day", "today")
    ask(district.schools["Cedar"], "A question of the South")
    waits = buy(maple, 3, state="checked")
    buy(district.schools["Cedar"], 5, state="checked")
    for school, whom in ((maple, noor), (district.schools["Cedar"], south)):
        consults.log_consult(
            area="truancy", school=school, way="call", on=TODAY, minutes=35, whom="Ann", about="x", advised="y", by=whom
        )
    course = courses.write_course(title="Letters", what="x", minutes=60, months=None, roles=[], items=[], by=noor)
    for region, place in (("North", "Room 1"), ("South", "Room 2")):
        courses.plan_session(
            course=course, region=district.regions[region], on=TODAY + timedelta(9), begins="09:00", place=place,
            seats=7, led_by=noor, by=noor,
        )  # fmt: skip
    page = text(as_user(noor).get(reverse("desk:region_desk")))
    for words in (
        "Due this very day", "Due today · 1", "1 request for your word", "1 ½ days a week", "$3,000.00",
        "1 consult, 35 min", "7 of 7 free",
    ):  # fmt: skip
        assert words in page, words
    assert page.count("7 of 7 free") == 1
    assert reverse("staffing:purchase", args=[waits.pk]) in page
    for words in ("A question of the South", "Cedar", "2 ½ days"):
        assert words not in page, words


def test_an_empty_regions_desk_says_so(as_user, noor, district):
    for school in district.schools.values():
        buy(school)
    page = text(as_user(noor).get(reverse("desk:region_desk")))
    for words in (
        "No school waits for an answer.", "No purchase waits for you.",
        "All papers are in order, and nobody is missed.",
        "No session to come has a free seat.", "Nothing was logged this month.", "Every school has days",
    ):  # fmt: skip
        assert words in page, words


def test_schools_without_days_stand_by_name_with_their_students_in_need(as_user, noor, district, maple):
    buy(district.schools["Cedar"])
    ended = buy(maple, ends=TODAY - timedelta(1))
    standing_of = district.students["ana"].standing
    standing_of.chronic = True
    standing_of.save()
    answer = as_user(noor).get(reverse("desk:region_desk"))
    assert [(one.school.name, one.need) for one in answer.context["schools"]] == [("Maple", 1), ("Oak", 0)]
    ended.state = "cancelled"
    buy(maple)
    answer = as_user(noor).get(reverse("desk:region_desk"))
    assert [one.school.name for one in answer.context["schools"]] == ["Oak"]


# -- the district ------------------------------------------------------------------------------------------------------


def test_the_map_counts_what_is_bought_filled_and_open(as_user, samir, district, maple):
    bought = buy(maple, 4)
    buy(district.schools["Oak"], 3)
    buy(district.schools["Cedar"], 2, ends=TODAY - timedelta(1))
    rosa, hugo = (somebody(name, "counselor", school=maple) for name in ("Rosa Diaz", "Hugo Petrosyan"))
    Post.objects.filter(user=rosa).update(purchase=bought, week=[480, 240, 0, 0, 0])
    staff.post(user=hugo, role="counselor", school=district.schools["Cedar"], span=DateRange(FIRST, None), tenths=1)
    Absence.objects.create(user=rosa, begins_on=TODAY, ends_on=TODAY + timedelta(20), why="ill", by=samir)
    context = as_user(samir).get(reverse("desk:district_desk")).context
    told = {
        one.name: (one.schools, one.with_days, one.bought, one.filled, one.open, len(one.counselors),
                   len(one.missing), len(one.absences))
        for one in (*context["regions"], context["together"])
    }  # fmt: skip
    assert list(told) == ["North", "South", "All regions"]
    assert told["North"] == (2, 2, 7, 3, 4, 2, 0, 1)
    assert told["South"] == (1, 0, 0, 0, 0, 1, 0, 0)
    assert told["All regions"] == (3, 2, 7, 3, 4, 2, 0, 1), "who serves two regions counts once in all"


def test_more_posts_than_were_bought_fill_no_others_days(as_user, samir, maple):
    bought = buy(maple, 2)
    somebody("Rosa Diaz", "counselor", school=maple, purchase=bought)
    context = as_user(samir).get(reverse("desk:district_desk")).context
    assert (context["together"].bought, context["together"].filled, context["together"].open) == (2, 2, 0)


def lost(name, school):
    """A counselor whose paper ended yesterday, with a post that was asked for until the end of the year."""
    user = staff.qualify(User.objects.create(username=name, first_name=name), until=TODAY - timedelta(1))
    spans = {"span": DateRange(FIRST, TODAY), "asked": DateRange(FIRST, date(2026, 7, 1))}
    return Post.objects.create(user=user, role="counselor", school=school, **spans)


def test_a_counselor_whose_paper_is_over_lacks_it_and_is_not_there(as_user, samir, maple):
    lost("Rosa", maple)
    whole = as_user(samir).get(reverse("desk:district_desk")).context["together"]
    assert (len(whole.missing), len(whole.counselors)) == (1, 0)


def test_the_board_of_purchases_stands_by_state_with_money(as_user, samir, district, maple):
    buy(maple, 4)
    buy(district.schools["Oak"], 3, state="checked")
    page = text(as_user(samir).get(reverse("desk:district_desk")))
    for words in ("Funds checked", "$3,000.00", "Approved by the Region", "$4,000.00", "2025-26"):
        assert words in page, words


def test_an_empty_district_says_so(as_user, samir):
    page = text(as_user(samir).get(reverse("desk:district_desk")))
    for words in ("No school has asked for days of 2025-26 yet.", "Not counted yet"):
        assert words in page, words


# -- reached alike? ----------------------------------------------------------------------------------------------------


def pupils(district, many, *, language, grade="03", school="Maple", reached=0, programs=(), said="Spoke."):
    """So many students in need, of whom the first were reached last week."""
    at, by = district.schools[school], User.objects.get_or_create(username="caller")[0]
    tag = f"{language}-{grade}-{school}-{'-'.join(programs)}-{said}"
    made = roster.Student.objects.bulk_create(
        roster.Student(
            arrival=district.arrival, key=f"{tag}-{n}", given="A", family="B", grade=grade, school=at, language=language
        )
        for n in range(many)
    )  # fmt: skip
    for n, who in enumerate(made):
        standing(who, chronic=True, absent=9, national_band="moderate")
        for code in programs:
            roster.Program.objects.create(student=who, program=code, begins_on=FIRST, arrival=district.arrival)
        if n < reached:
            log(key=uuid4(), student=who, kind="call", outcome="reached", said=said, on=TODAY - timedelta(7), by=by)
    return made


def test_languages_grades_and_programs_are_compared_and_the_small_ones_stand_together(as_user, samir, district):
    pupils(district, 30, language="es", reached=4, programs=("EL", "Migrant"))
    pupils(district, 25, language="en", grade="09", reached=20)
    pupils(district, 6, language="ko", grade="07")
    pupils(district, 7, language="hy", grade="07", programs=("Foster",))
    found = fair.fairness(counted(TODAY))
    told = {title: [(row.group, row.students, row.reached) for row in rows] for title, rows in found.tables}
    assert (found.students, found.share) == (68, "35.3\u00a0%")
    assert told["Home language"] == [
        ("English", "25", "80\u00a0%"), ("Spanish", "30", "13.3\u00a0%"), ("All others together", "13", "0\u00a0%"),
    ]  # fmt: skip
    assert [group for group, *_ in told["Grades"]] == ["Kindergarten to grade 5", "Grades 6 to 8", "Grades 9 to 12"]
    assert told["Program"] == [("English learner", "30", "13.3\u00a0%"), ("Foster youth", FEWER, HIDDEN)]
    assert "points fewer than everybody else" in found.tables[0][1][1].words
    assert "Not counted yet" in text(as_user(samir).get(reverse("desk:district_desk")))
    assert count_reached(on=TODAY) == count_reached(on=TODAY)
    assert JournalLine.objects.get(verb="oversight.reached_counted").detail == {"on": str(TODAY), "students": 68}
    page = text(as_user(samir).get(reverse("desk:district_desk")))
    assert "a question, not a verdict" in page
    for words in ("Korean", "Armenian", "Migrant", "mmigra"):
        assert words not in page, words


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        ({}, True),
        ({"outcome": "no_answer"}, False),
        ({"said": ""}, False),
        ({"kind": "checkin"}, True),
        ({"kind": "teacher"}, False),
        ({"on": TODAY - timedelta(30)}, False),
        ({"on": TODAY - timedelta(29)}, True),
        ({"undone": True}, False),
    ],
)
def test_who_was_reached(district, change, counts):
    made = pupils(district, 12, language="es")
    by = User.objects.create(username="rosa")
    told = {"kind": "call", "outcome": "reached", "said": "Spoke.", "on": TODAY} | change
    undone = told.pop("undone", False)
    entry = log(key=uuid4(), student=made[0], by=by, **told)
    if undone:
        entry.undone_at, entry.undone_by = now(), by
        entry.save()
    assert fair.fairness(counted(TODAY)).share == ("8.3\u00a0%" if counts else "0\u00a0%")


def test_of_ten_students_in_need_nothing_is_told(as_user, samir, district):
    pupils(district, 10, language="es", reached=3)
    found = fair.fairness(counted(TODAY))
    assert (found.share, found.tables) == (HIDDEN, [])
    count_reached(on=TODAY)
    assert "30 %" not in text(as_user(samir).get(reverse("desk:district_desk")))


def test_a_program_of_all_but_a_few_is_hidden_too(district):
    pupils(district, 30, language="es", programs=("SED",), reached=9)
    pupils(district, 4, language="es", grade="04")
    rows = dict(fair.fairness(counted(TODAY)).tables)["Program"]
    assert [(row.group, row.students, row.reached, row.words) for row in rows] == [
        ("Low income (SED)", HIDDEN, HIDDEN, "")
    ]


GROUPS = st.dictionaries(
    st.sampled_from("abcdef"),
    st.integers(1, 40).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))),
    min_size=1,
)


@given(GROUPS)
def test_no_row_and_no_rest_is_of_ten_or_fewer(groups):
    whole = tuple(sum(column) for column in zip(*groups.values(), strict=True))
    for rows in (fair.parted(groups, whole, sorted(groups)), fair.apart(groups, whole)):
        for row in rows:
            if row.reached != HIDDEN:
                shown = int(row.students)
                assert shown > AT_MOST
                assert whole[1] - shown == 0 or whole[1] - shown > AT_MOST
    parts = fair.parted(groups, whole, sorted(groups))
    assert not parts or sum(int(row.students) for row in parts) == whole[1]
    small = {name for name, (_, of) in groups.items() if of <= AT_MOST}
    assert not small & {row.group for row in parts}


# -- speed -------------------------------------------------------------------------------------------------------------


def grow(district, numbers):
    """More of everything that the desks show: schools, people, absences, days bought, questions, students in need."""
    north, maple = district.regions["North"], district.schools["Maple"]
    for n in numbers:
        school = roster.School.objects.create(key=f"X{n}", name=f"X{n}", region=north, arrival=district.arrival)
        for at in (school, maple):
            who = somebody(f"C {n}{at.key}", "counselor", school=at, purchase=buy(school))
            Absence.objects.create(user=who, begins_on=TODAY, ends_on=TODAY, why="ill", by=who)
            log(key=uuid4(), student=district.students["ana"], kind="call", outcome="reached", said="x", by=who)
        lost(f"L{n}", school)
        ask(maple, f"Question {n}")
        roster.School.objects.create(key=f"Y{n}", name=f"Y{n}", region=north, arrival=district.arrival)
        pupils(district, 11, language=f"l{n}", reached=1, programs=("EL", "SWD"))


def test_a_desk_takes_few_queries_and_no_more_for_more_rows(as_user, daniel, noor, samir, district):
    people = ((daniel, DESKS[0], 50), (noor, DESKS[1], 24), (samir, DESKS[2], 20))
    grow(district, range(1))
    few = [_queries(as_user(user), name) for user, name, _ in people]
    grow(district, range(1, 5))
    assert [_queries(as_user(user), name) for user, name, _ in people] == few
    assert [count for count, (*_, limit) in zip(few, people, strict=True) if count > limit] == []


def _queries(client, name):
    with CaptureQueriesContext(connection) as seen:
        assert client.get(reverse(name)).status_code == 200
    return len([one for one in seen.captured_queries if "SAVEPOINT" not in one["sql"]])
