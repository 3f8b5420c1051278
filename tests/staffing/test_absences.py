"""Days away, who stands in, what stays open; and what the night and Today say of papers that end."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from firstbell.core.access import EVERYTHING, Scope
from firstbell.core.models import JournalLine
from firstbell.core.refusals import NotAllowed
from firstbell.desk.queries.feed import entries
from firstbell.staffing.actions import absences, assign, end, note_expiring
from firstbell.staffing.actions import credentials as seen
from firstbell.staffing.models import Absence, Post
from firstbell.staffing.queries import scope_of
from firstbell.staffing.queries.absences import holes
from firstbell.staffing.queries.candidates import for_hole
from firstbell.staffing.queries.waiting import waiting
from firstbell.staffing.rules.hours import A_DAY, Hours, busiest, free, too_much, uncovered
from tests import staff
from tests.staffing.conftest import TODAY, YEAR, papers, somebody

MONDAY, FRIDAY = TODAY + timedelta(7), TODAY + timedelta(11)


@pytest.fixture
def at_maple(rosa, noor, town) -> Post:
    """Rosa, on Mondays and the mornings of Tuesdays."""
    return assign(
        user=rosa, role="counselor", school=town.maple, by=noor, begins=YEAR[0], ends=YEAR[1], week=[480, 240, 0, 0, 0]
    )  # fmt: skip


@pytest.fixture
def ada(noor, town):
    """Qualified, and without a post."""
    who = somebody("Ada Roe")
    papers(who, noor)
    return who


@pytest.fixture
def gone(rosa, noor, at_maple) -> Absence:
    return absences.say_away(user=rosa, begins_on=MONDAY, ends_on=FRIDAY, why="leave", by=noor)


def open_days(scope=EVERYTHING) -> list[date]:
    return [day for hole in holes(scope, MONDAY, FRIDAY) for day in hole.days]


# -- rules -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begins", "ends", "left"),
    [
        (MONDAY, FRIDAY + timedelta(1), [0, 240, 480, 480, 480]),
        (MONDAY, MONDAY + timedelta(1), [0, 0, 0, 0, 0]),  # one Monday: no other weekday comes
        (FRIDAY, FRIDAY + timedelta(3), [0, 0, 0, 0, 480]),
        (date(2027, 7, 1), date(2027, 8, 1), [480] * 5),
    ],
)
def test_what_is_free(begins, ends, left):
    there = [Hours(YEAR[0], YEAR[1], [480, 240, 0, 0, 0])]
    assert free(there, begins, ends) == left


def test_the_busiest_week_counts():
    first, second = Hours(YEAR[0], MONDAY, [300] * 5), Hours(MONDAY, YEAR[1], [100] * 5)
    beside = Hours(FRIDAY, YEAR[1], [200] * 5)
    assert busiest([first, second, beside], YEAR[0], YEAR[1]) == [300] * 5
    assert busiest([first, second, beside], MONDAY, YEAR[1]) == [300] * 5
    assert busiest([], YEAR[0], YEAR[1]) == [0] * 5
    assert too_much([first, second], Hours(MONDAY, YEAR[1], [380] * 5)) == ""
    assert too_much([first, second], Hours(YEAR[0], YEAR[1], [181] * 5)).startswith("Monday has 8 h, and 5 h of it")


def test_a_day_is_uncovered_without_a_stand_in_that_day():
    post = Hours(YEAR[0], YEAR[1], [A_DAY, 0, A_DAY, 0, 0])
    away = MONDAY, FRIDAY + timedelta(1)
    wednesday = MONDAY + timedelta(2)
    assert uncovered(away, post, []) == [MONDAY, wednesday]
    assert uncovered(away, post, [Hours(*away, [60, 0, 0, 0, 0])]) == [wednesday]
    assert uncovered(away, post, [Hours(MONDAY, wednesday, [60] * 5)]) == [wednesday]


# -- absences ----------------------------------------------------------------------------------------------------------


def test_an_absence_leaves_the_hours_of_the_post_open(gone, town, noor):
    assert open_days() == [MONDAY, MONDAY + timedelta(1)]
    assert open_days(Scope(schools=frozenset({town.cedar.pk}))) == []
    line = JournalLine.objects.get(verb="staffing.away")
    assert (line.by, line.about_id, line.detail) == (noor, gone.pk, {"user": "rosa.diaz"})


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"ends_on": MONDAY - timedelta(1)}, "lies before the first"),
        ({"ends_on": MONDAY + timedelta(400)}, "at most 366 days"),
        ({"why": "holiday"}, "Choose why"),
        ({"begins_on": date(2020, 1, 6), "ends_on": date(2020, 1, 7)}, "has no post"),
        ({"begins_on": FRIDAY, "ends_on": FRIDAY}, "is noted as away from September 21, 2026 to September 25, 2026"),
    ],
)
def test_an_absence_that_cannot_be(gone, rosa, noor, told, words):
    with pytest.raises(NotAllowed, match=words):
        absences.say_away(user=rosa, by=noor, **({"begins_on": MONDAY, "ends_on": FRIDAY, "why": "ill"} | told))


def test_a_stand_in_sees_the_school_on_those_days_and_no_other(gone, at_maple, ada, noor, town):
    made = absences.cover(absence=gone, post=at_maple, user=ada, by=noor)
    assert (made.cover_for, made.week, made.asked.upper) == (at_maple, [480, 240, 0, 0, 0], FRIDAY + timedelta(1))
    assert [town.maple.pk in scope_of(ada, MONDAY + timedelta(n)).schools for n in (-1, 0, 4, 5)] == [
        False, True, True, False,
    ]  # fmt: skip
    assert open_days() == []
    assert JournalLine.objects.get(verb="staffing.covered").detail == {"absence": gone.pk, "post": at_maple.pk}


def test_two_share_an_absence(gone, at_maple, ada, noor, town):
    absences.cover(absence=gone, post=at_maple, user=ada, by=noor, ends=MONDAY)
    assert open_days() == [MONDAY + timedelta(1)]
    hugo = somebody("Hugo Petrosyan")
    papers(hugo, noor)
    absences.cover(absence=gone, post=at_maple, user=hugo, by=noor, begins=MONDAY + timedelta(1))
    assert open_days() == []


def test_a_stand_in_who_is_away_covers_nothing(gone, at_maple, ada, noor):
    absences.cover(absence=gone, post=at_maple, user=ada, by=noor)
    absences.say_away(user=ada, begins_on=MONDAY, ends_on=MONDAY, why="ill", by=noor)
    assert open_days() == [MONDAY]


def test_whose_paper_ends_in_the_week_covers_until_then(gone, at_maple, ada, noor):
    seen.withdraw(credential=ada.credentials.get(kind="cwa"), on=MONDAY + timedelta(1), why="Ends.", by=noor)
    made = absences.cover(absence=gone, post=at_maple, user=ada, by=noor)
    assert made.span.upper == MONDAY + timedelta(1)
    assert open_days() == [MONDAY + timedelta(1)]


@pytest.mark.parametrize("case", ["away", "gone for good", "past", "not theirs", "taken back"])
def test_a_cover_that_cannot_be(gone, at_maple, ada, noor, town, settings, case):
    post = at_maple
    if case == "away":
        assign(user=ada, role="clerk", school=town.oak, by=noor, begins=YEAR[0])
        absences.say_away(user=ada, begins_on=FRIDAY, ends_on=FRIDAY, why="ill", by=noor)
    elif case == "gone for good":
        ada.is_active = False
        ada.save()
    elif case == "past":
        settings.TODAY = (FRIDAY + timedelta(1)).isoformat()
    elif case == "not theirs":
        post = assign(user=ada, role="counselor", school=town.oak, by=noor, begins=YEAR[0], ends=YEAR[1])
    else:
        absences.take_back(absence=gone, by=noor)
    words = {
        "away": "is away themselves", "gone for good": "no longer works here", "past": "still to come",
        "not theirs": "nothing to cover", "taken back": "nothing to cover",
    }[case]  # fmt: skip
    with pytest.raises(NotAllowed, match=words):
        absences.cover(absence=gone, post=post, user=ada, by=noor)
    assert not Post.objects.filter(cover_for=at_maple).exists()


def test_taking_back_on_the_second_day_ends_the_cover_that_day(gone, at_maple, ada, noor, settings):
    made = absences.cover(absence=gone, post=at_maple, user=ada, by=noor)
    settings.TODAY = (MONDAY + timedelta(1)).isoformat()
    assert absences.take_back(absence=gone, by=noor) == [made]
    made.refresh_from_db()
    assert made.span.upper == MONDAY + timedelta(1)
    with pytest.raises(NotAllowed, match="taken back already"):
        absences.take_back(absence=gone, by=noor)
    assert JournalLine.objects.get(verb="staffing.not_away").detail == {"ended": [made.pk]}


def test_the_database_keeps_absences_and_papers(gone, rosa, noor):
    for change in (
        lambda: Absence.objects.filter(pk=gone.pk).update(ends_on=MONDAY),
        lambda: Absence.objects.filter(pk=gone.pk).delete(),
        lambda: rosa.credentials.filter(kind="pps").update(expires_on=date(2100, 1, 1)),
        lambda: rosa.credentials.filter(kind="pps").delete(),
    ):
        with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
            change()
    with pytest.raises(IntegrityError, match="one_absence_at_a_time"), transaction.atomic():
        Absence.objects.create(user=rosa, begins_on=FRIDAY, ends_on=FRIDAY, why="ill", by=noor)


def test_candidates_say_why_and_take_the_same_queries_for_many(gone, rosa, ada, noor, town):
    seen.record(user=ada, kind="language", number="es", issued_on=YEAR[0], by=noor)
    seen.record(user=rosa, kind="language", number="es", issued_on=YEAR[0], by=noor)
    knew = assign(
        user=ada, role="counselor", school=town.maple, by=noor, begins=date(2025, 8, 12), ends=date(2026, 6, 12)
    )  # fmt: skip
    hugo = somebody("Hugo Petrosyan")
    papers(hugo, noor, cwa=MONDAY)
    full = staff.qualify(somebody("Ines Full"))
    assign(user=full, role="counselor", school=town.oak, by=noor, begins=YEAR[0], ends=YEAR[1])
    (hole,) = holes(EVERYTHING, MONDAY, FRIDAY)
    with CaptureQueriesContext(connection) as few:
        found = for_hole(EVERYTHING, hole)
    assert [one.user for one in found] == [ada, hugo]
    assert found[0].reasons == [
        "Has all 12 h a week free", "Every paper is in force on all days", "Speaks Spanish, as whoever is away does",
        "Works in North already", "Knows the school from an earlier post",
    ]  # fmt: skip
    assert found[1].reasons[1] == "Papers are in force from September 21, 2026 to September 21, 2026"
    for n in range(6):
        papers(somebody(f"Bea Roe{n}"), noor)
    with CaptureQueriesContext(connection) as many:
        assert len(for_hole(EVERYTHING, hole)) == 8
    assert len(many) == len(few)
    assert knew.school == hole.post.school


# -- lending -----------------------------------------------------------------------------------------------------------


def test_days_are_lent_where_nobody_is(ada, noor, town, at_maple):
    told = {"begins": MONDAY, "ends": FRIDAY, "week": [0, 0, 480, 0, 0], "by": noor}
    made = absences.lend(user=ada, school=town.oak, **told)
    assert (made.loan, made.span.upper) == (True, FRIDAY + timedelta(1))
    assert town.oak.pk in scope_of(ada, FRIDAY).schools
    assert JournalLine.objects.get(verb="staffing.lent").detail == {"school": town.oak.pk}
    with pytest.raises(NotAllowed, match="Maple School has Rosa Diaz then"):
        absences.lend(user=ada, school=town.maple, **told)
    with pytest.raises(NotAllowed, match="would be in two schools at one time"):
        absences.lend(user=ada, school=town.cedar, **told)
    with pytest.raises(NotAllowed, match="lies before the first"):
        absences.lend(user=ada, school=town.cedar, **(told | {"ends": MONDAY - timedelta(3)}))


# -- what is told ------------------------------------------------------------------------------------------------------


def test_the_night_notes_each_warning_once(noor, town, settings):
    who = somebody("Hugo Petrosyan")
    made = papers(who, noor, cwa=TODAY + timedelta(100))
    assert note_expiring(on=TODAY) == 0  # no post as counselor: nobody waits for the paper
    assign(user=who, role="counselor", school=town.maple, by=noor, begins=YEAR[0], ends=YEAR[1])
    counts = {after: note_expiring(on=TODAY + timedelta(after)) for after in (0, 1, 10, 11, 70, 71, 100, 101)}
    assert counts == {0: 1, 1: 0, 10: 1, 11: 0, 70: 1, 71: 0, 100: 0, 101: 0}
    lines = JournalLine.objects.filter(verb="staffing.paper_ends", about_id=made["cwa"].pk).order_by("pk")
    assert [line.detail["days_before"] for line in lines] == [180, 90, 30]
    assert {line.by for line in lines} == {None}


def test_the_night_leaves_out_who_has_left(noor, town):
    who = somebody("Hugo Petrosyan")
    papers(who, noor, cwa=TODAY + timedelta(20))
    post = assign(user=who, role="counselor", school=town.maple, by=noor, begins=YEAR[0], ends=YEAR[1])
    end(post=post, on=YEAR[0], by=noor)
    assert note_expiring(on=TODAY) == 0


def test_a_renewal_silences_the_night(noor, town):
    who = somebody("Hugo Petrosyan")
    papers(who, noor, cwa=TODAY + timedelta(20))
    assign(user=who, role="counselor", school=town.maple, by=noor, begins=YEAR[0], ends=YEAR[1])
    seen.record(
        user=who, kind="cwa", number="2", issued_on=TODAY + timedelta(10), expires_on=TODAY + timedelta(900), by=noor
    )  # fmt: skip
    assert note_expiring(on=TODAY) == 0


def test_the_line_of_today(noor, town, rosa, gone):
    scope = scope_of(noor, TODAY)
    assert waiting(Scope(), TODAY) is None
    hugo = somebody("Hugo Petrosyan")
    papers(hugo, noor, cwa=TODAY + timedelta(12), pps=TODAY + timedelta(100))
    assign(user=hugo, role="counselor", school=town.oak, by=noor, begins=YEAR[0], ends=YEAR[1])
    line = waiting(scope, TODAY, noor)
    assert (line.missing, line.ends, line.absences, line.own) == (0, [(30, 1), (180, 1)], 1, [])
    seen.withdraw(credential=hugo.credentials.get(kind="cwa"), on=TODAY, why="Revoked.", by=noor)
    line = waiting(scope, TODAY, noor)
    assert (line.missing, line.ends) == (1, [(180, 1)])
    assert waiting(scope, TODAY, school=town.maple.pk).missing == 0
    assert waiting(scope, TODAY, region=town.north.pk).missing == 1
    assert (
        waiting(scope_of(somebody("Mara Lund", "region_counselor", region=town.south), TODAY), TODAY).anything is False
    )


def test_a_counselor_reads_of_their_own_papers(noor, town):
    hugo = somebody("Hugo Petrosyan")
    papers(hugo, noor, cwa=TODAY + timedelta(12))
    post = assign(user=hugo, role="counselor", school=town.oak, by=noor, begins=YEAR[0], ends=YEAR[1])
    line = waiting(scope_of(hugo, TODAY), TODAY, hugo)
    assert line.own == [
        "The Child Welfare and Attendance authorization ends in 12 days, on September 26, 2026."
    ]  # fmt: skip
    assert (line.missing, line.ends, line.absences) == (0, [], 0)
    end(post=post, on=TODAY, by=noor)
    assert waiting(scope_of(hugo, TODAY), TODAY, hugo) is None


def test_the_line_takes_the_same_queries_for_many(noor, town, at_maple, gone):
    scope = scope_of(noor, TODAY)
    with CaptureQueriesContext(connection) as few:
        waiting(scope, TODAY, noor)
    for n in range(6):
        who = staff.qualify(somebody(f"Ada Roe{n}"))
        assign(user=who, role="counselor", school=town.oak, by=noor, begins=YEAR[0], ends=YEAR[1])
    with CaptureQueriesContext(connection) as many:
        waiting(scope, TODAY, noor)
    assert len(many) == len(few) <= 5


def test_the_calendar_feed_tells_the_days_of_a_stand_in(gone, at_maple, ada, noor, town):
    absences.cover(absence=gone, post=at_maple, user=ada, by=noor)
    absences.lend(user=ada, school=town.oak, begins=MONDAY, ends=FRIDAY, week=[0, 0, 480, 0, 0], by=noor)
    told = [(one.on, one.title) for one in entries(ada, MONDAY)]
    assert told == [
        (MONDAY, "Stand in, Maple"), (MONDAY + timedelta(1), "Stand in, Maple"),
        (MONDAY + timedelta(2), "Stand in, Oak"),
    ]  # fmt: skip
    assert entries(ada, TODAY) == []  # no post yet: nothing is theirs to see
