"""The night: who comes onto the board by rule, who is back, what moves along, and what no night ever does."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from firstbell.attendance.models import Served
from firstbell.cases import actions as cases
from firstbell.core.models import JournalLine
from firstbell.recovery import actions
from firstbell.recovery.models import Search, Turn, Unseen
from firstbell.roster import models as roster
from tests.attendance.conftest import DAYS, FIRST, YEAR

pytestmark = pytest.mark.django_db


def board() -> dict[str, tuple[str, str, int]]:
    """Key of the student to (kind, column, school days unseen) of every open search."""
    rows = Search.objects.open().select_related("student")
    return {one.student.key: (one.kind, one.lane, one.unseen) for one in rows}


@pytest.mark.parametrize(("letters", "n", "told", "early"), [
    (".........U", 9, None, 1),
    (".......UUU", 9, None, 3),
    ("......UUUU", 9, ("unseen", "several", 4), None),
    ("......U??U", 9, ("unseen", "several", 4), None),
    ("UUUUUUUUUU", 9, ("no_show", "many", 10), None),
    ("UUUU", 3, ("no_show", "several", 4), None),
    ("U", 0, ("no_show", "few", 1), None),  # a no-show is looked for from the first day
    ("UU", 1, ("no_show", "few", 2), None),
    ("EEEEEEEEEE", 9, None, None),  # ill, and somebody says so
    (".EEEEEEEEU", 9, None, 1),
    (".....EUUUU", 9, ("unseen", "several", 5), None),  # looked for after four; unseen for five
    ("..........", 9, None, None),
    ("UUUUUUUUU.", 9, None, None),
])  # fmt: skip
def test_who_is_on_the_board(pupil, lost_night, letters, n, told, early):
    who = pupil(letters)
    lost_night(n)
    assert board().get(who.key) == told
    row = Unseen.objects.filter(student=who).first()
    assert (row.days if row else None) == early


def test_a_search_says_since_when_and_why(lost, district):
    assert (lost.since, lost.last_seen_on, lost.opened_on) == (DAYS[4], DAYS[3], DAYS[9])
    assert (lost.unseen, lost.unexcused, lost.first, lost.state) == (6, 6, True, "unseen")
    assert (lost.next_step, lost.due_on) == ("neighbor", date(2025, 9, 17))  # no number, no address on file
    turn = lost.turns.get()
    assert (turn.what, turn.by) == ("begun", None)
    assert turn.why == "School days in a row without a word: 6; last seen on September 4, 2025."
    line = JournalLine.objects.get(verb="recovery.found")
    assert (line.detail["begun"], line.detail["open"]) == (1, 1)


def test_the_same_night_adds_nothing(lost, lost_night):
    again = lost_night(9)
    assert (again.begun, again.back, again.reopened, again.open) == (0, 0, 0, 1)
    assert Search.objects.count() == Turn.objects.count() == 1


def test_each_night_counts_on(pupil, lost_night):
    who = pupil("." + "U" * 24)
    for n, told in (
        (3, None),
        (4, ("unseen", "several", 4)),
        (9, ("unseen", "several", 9)),
        (10, ("unseen", "many", 10)),
    ):
        lost_night(n)
        assert board().get(who.key) == told
    assert Search.objects.count() == 1


def test_who_was_seen_is_back_with_the_day(pupil, lost_night):
    who = pupil("..UUUUUU..")
    lost_night(7)
    assert who.key in board()
    told = lost_night(9)
    one = Search.objects.get(student=who)
    assert (told.back, one.state, one.back_on, one.closed_by) == (1, "back", DAYS[8], None)
    assert one.turns.last().why == "The attendance of September 11, 2025 says that the student was at school."


def test_who_goes_missing_again_is_searched_for_anew(pupil, lost_night):
    who = pupil("..UUUU..UUUU")
    for n in (5, 7, 11):
        lost_night(n)
    assert [(one.state, one.since) for one in Search.objects.filter(student=who).order_by("pk")] == [
        ("back", DAYS[2]), ("unseen", DAYS[8]),
    ]  # fmt: skip


def test_a_correction_that_takes_the_return_away_puts_the_student_back(district, pupil, lost_night):
    who = pupil("..UUUUUU")
    lost_night(7)
    lost_night(8)  # a day without a mark is a day present
    assert Search.objects.get(student=who).state == "back"
    district.arrives(DAYS[8])
    district.mark(who, DAYS[8], "U")
    told = lost_night(8)
    one = Search.objects.get(student=who)
    assert (told.reopened, one.state, one.back_on, one.closed_on) == (1, "unseen", None, None)
    assert (one.lane, one.unseen) == ("several", 7)
    assert one.turns.last().what == "reopened"


def test_a_return_that_somebody_said_and_the_attendance_denies_falls(lost, rosa, stand_on, lost_night):
    actions.come_back(search=lost, on=stand_on(10), seen_by="the office", by=rosa)
    assert lost_night(10).reopened == 1
    lost.refresh_from_db()
    assert (lost.state, lost.unseen) == ("unseen", 7)


def test_a_return_that_the_attendance_bears_out_stands(lost, rosa, stand_on, lost_night):
    actions.come_back(search=lost, on=stand_on(15), seen_by="the office", by=rosa)
    assert lost_night(16).reopened == 0
    lost.refresh_from_db()
    assert (lost.state, lost.back_on) == ("back", DAYS[15])


def leave(district, who, day: date, code: str | None) -> None:
    district.change(who.enrolments.get(), exit_on=day, exit_code=code)


@pytest.mark.parametrize(("code", "kind"), [
    ("T160", "exit"), ("T200", "exit"), ("E140", "exit"), ("E400", "exit"), (None, "exit"), ("X9", "exit"),
    ("E155", None), ("E230", None), ("E130", None),
])  # fmt: skip
def test_who_left_without_proof(district, pupil, lost_night, code, kind):
    who = pupil()
    leave(district, who, DAYS[4], code)
    lost_night(8)
    assert board().get(who.key) == (kind and (kind, "left", 4))
    if kind:
        one = Search.objects.get()
        assert (one.since, one.last_seen_on, one.exit_on, one.exit_code) == (
            DAYS[4] + timedelta(1), DAYS[4], DAYS[4], code or "",
        )  # fmt: skip


def test_who_left_and_is_enrolled_again_is_not_lost(district, pupil, lost_night):
    who = pupil()
    leave(district, who, DAYS[4], "T160")
    district.enrol(who, entry=DAYS[6], at=1)
    lost_night(8)
    assert board() == {}


def test_who_left_is_back_with_the_first_day_at_another_school(district, pupil, lost_night):
    who = pupil()
    leave(district, who, DAYS[4], "T160")
    lost_night(6)
    assert who.key in board()
    district.enrol(who, entry=DAYS[8], at=1)
    district.change(who, school=district.schools[1])
    lost_night(8)
    one = Search.objects.get()
    assert (one.state, one.back_on, one.school) == ("back", DAYS[8], district.schools[1])


def test_enrolled_and_never_attended_is_a_no_show_whatever_the_roll_says(district, pupil, lost_night):
    """N470 leaves on the day of entry, on which no roll was called for them: nobody saw them."""
    who = pupil()
    leave(district, who, FIRST, "N470")
    lost_night(5)
    one = Search.objects.get(student=who)
    assert (one.kind, one.lane, one.last_seen_on, one.exit_code) == ("no_show", "left", None, "N470")
    lost_night(6)
    assert Search.objects.get().state == "unseen"


def last_year(district, who, code: str | None, grade: str = "09") -> roster.Enrolment:
    calendar, _ = roster.Calendar.objects.get_or_create(
        school=district.schools[0], year=YEAR - 1, code="A", defaults={"arrival": district.arrival}
    )
    return roster.Enrolment.objects.create(
        student=who, school=district.schools[0], year=YEAR - 1, entry_on=date(2024, 8, 12), exit_on=date(2025, 6, 12),
        exit_code=code, calendar=calendar, grade=grade, arrival=district.arrival,
    )  # fmt: skip


@pytest.mark.parametrize(("code", "grade", "told"), [
    ("E155", "09", ("expected", "few", 3)), (None, "09", ("expected", "few", 3)),
    ("E155", "12", None), ("T160", "09", None), ("E230", "12", None),
])  # fmt: skip
def test_who_was_expected_back_and_is_not_enrolled(district, pupil, lost_night, code, grade, told):
    pupil()  # somebody else comes
    who = roster.Student.objects.create(
        key="OLD", given="Ada", family="Okoye", school=district.schools[0], arrival=district.arrival
    )
    last_year(district, who, code, grade)
    lost_night(2)
    assert board().get("OLD") == told


def test_who_was_expected_and_came_is_not_lost(district, pupil, lost_night):
    who = pupil()
    last_year(district, who, "E155")
    lost_night(2)
    assert board() == {}


def test_a_transfer_carries_the_search(lost, district, lost_night):
    who = lost.student
    district.arrives(DAYS[11])
    district.change(who.enrolments.get(), exit_on=DAYS[9], exit_code="T160")
    district.enrol(who, entry=DAYS[10], at=1)
    district.change(who, school=district.schools[1])
    for n in (10, 11):
        district.mark(who, DAYS[n], "U", at=1)
    told = lost_night(11)
    lost.refresh_from_db()
    assert (told.moved, lost.school, lost.state, lost.unseen) == (1, district.schools[1], "unseen", 8)
    turn = lost.turns.get(what="school")
    assert (turn.was, turn.now) == ("School 1", "School 2")


def test_what_the_file_says_later_of_how_they_left_is_told(lost, district, lost_night):
    district.change(lost.student.enrolments.get(), exit_on=DAYS[9], exit_code="E140")
    lost_night(11)
    lost.refresh_from_db()
    assert (lost.lane, lost.exit_code, lost.exit_on) == ("left", "E140", DAYS[9])
    turn = lost.turns.get(what="exit")
    assert (turn.was, turn.now) == ("enrolled", "E140, September 12, 2025")


def test_a_contact_logged_anywhere_moves_the_search_on(lost, rosa, family, lost_night, stand_on):
    people = family(lost.student)
    stand_on(10)
    cases.log(key=uuid4(), student=lost.student, kind="call", outcome="reached", by=rosa, contact=people["mother"],
              number="(213) 555-0140")  # fmt: skip
    lost_night(10)
    lost.refresh_from_db()
    assert (lost.reached_on, lost.first) == (DAYS[10], False)


def test_the_owner_is_the_named_adult_or_the_schools_counselor(district, pupil, lost_night, rosa, hugo, sign_in):
    sign_in("counselor", at=0)
    mine, other, none = pupil("." + "U" * 4), pupil("." + "U" * 4), pupil("." + "U" * 4, at=1)
    cases.open_case(student=mine, by=rosa, lead=rosa)
    lost_night(4)
    owners = {one.student.key: str(one.owner or "") for one in Search.objects.select_related("student", "owner")}
    assert owners == {mine.key: "Rosa Diaz", other.key: "Hugo Petrosyan", none.key: ""}


def test_nothing_is_done_before_a_day_is_served(district, pupil):
    pupil("UUUU")
    Served.objects.all().delete()
    assert actions.find_lost(year=YEAR) == actions.Found()
    assert not JournalLine.objects.filter(verb="recovery.found").exists()


def test_the_night_asks_the_database_as_often_for_many_as_for_few(district, pupil, lost_night, family):
    family(pupil("." + "U" * 9))
    lost_night(4)
    few = _asked(lost_night, 5)
    district.arrives(DAYS[6])
    for _ in range(20):
        family(pupil("...UUUU"))
    many = _asked(lost_night, 6)
    assert Search.objects.open().count() == 21
    assert many <= few + 20  # begun, and first steps proposed, once for all of them


def _asked(lost_night, n: int) -> int:
    with CaptureQueriesContext(connection) as seen:
        lost_night(n)
    return len(seen)
