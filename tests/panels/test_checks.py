"""What was agreed is followed: tasks, the four checks, what the night fills, and who is late."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from firstbell.cases import actions as cases
from firstbell.cases.models import Task
from firstbell.cases.rules import NotAllowed
from firstbell.core.access import EVERYTHING, Scope
from firstbell.core.models import JournalLine
from firstbell.panels.actions.checks import Filled, check, fill_checks
from firstbell.panels.models import Check, Directive
from firstbell.panels.queries import directives as queries
from firstbell.panels.rules.agreements import Known, said_by_records, unsaid
from tests.attendance.conftest import DAYS
from tests.panels import rooms
from tests.panels.rooms import *  # noqa: F403 - fixtures

HEARD, DUE, LOOK = date(2025, 9, 8), date(2025, 9, 15), date(2025, 9, 18)


def days(letters: str, first: date = HEARD) -> dict[date, bool]:
    """A school day a letter from the day after `first`: a dot is present, U is missed."""
    return {first + timedelta(n): letter == "U" for n, letter in enumerate(letters, start=1)}


# -- rules -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("party", "evidence", "known", "outcome"),
    [
        ("school", "contacts", {"proved_on": DUE}, "kept"),
        ("school", "contacts", {"proved_on": DUE + timedelta(1)}, "late"),
        ("family", "contacts", {"proved_on": DUE + timedelta(1)}, "late"),
        ("school", "word", {"has_task": True}, "broken"),
        ("school", "word", {"has_task": False}, None),
        ("agency", "services", {"has_task": True}, None),  # our silence proves nothing of theirs
        ("family", "contacts", {}, None),
        ("family", "word", {}, None),
        ("agency", "services", {"has_task": True, "proved_on": DUE}, "kept"),
        ("school", "word", {"proved_on": LOOK + timedelta(1), "has_task": True}, "broken"),  # not before it was
    ],
)
def test_what_records_say(party, evidence, known, outcome):
    found = said_by_records(party, evidence, HEARD, DUE, LOOK, None, Known(on=LOOK, **known))
    assert (found and found[0]) == outcome


def test_before_its_day_nothing_is_broken():
    known = Known(on=LOOK, has_task=True)
    assert said_by_records("school", "word", HEARD, LOOK, LOOK, None, known) is None


@pytest.mark.parametrize(
    ("story", "through", "outcome", "words"),
    [
        (".U..", LOOK, "kept", "On the way: 1 day absent in 4 of 5 school days; the goal is at most 1."),
        (".U...U", LOOK, "kept", "Goal met: 1 day absent in 5 of 5 school days"),
        ("UU...", LOOK, "broken", "Goal missed: 2 days absent"),
        ("UU...", LOOK - timedelta(1), None, ""),  # the day itself is not known yet
        ("", LOOK, None, ""),  # a summer without school says nothing
    ],
)
def test_what_attendance_says(story, through, outcome, words):
    known = Known(on=LOOK, absent=days(story), through=through)
    found = said_by_records("student", "attendance", HEARD, DUE, LOOK, (1, 5), known)
    assert (found and found[0]) == outcome
    assert words in (found[1] if found else "")


@given(st.text("U.", max_size=9), st.integers(0, 4), st.integers(5, 9))
def test_more_days_missed_never_make_it_kept(story, most, of):
    def said(told: str) -> str | None:
        known = Known(on=LOOK, absent=days(told), through=LOOK)
        found = said_by_records("student", "attendance", HEARD, DUE, LOOK, (most, of), known)
        return found and found[0]

    for place, letter in enumerate(story):
        if letter == ".":
            worse = story[:place] + "U" + story[place + 1 :]
            assert (said(story), said(worse)) != ("broken", "kept")


def test_days_after_the_check_are_left_to_the_next():
    known = Known(on=LOOK + timedelta(20), absent=days("." * 10 + "UUUU"), through=LOOK + timedelta(20))
    assert said_by_records("student", "attendance", HEARD, DUE, LOOK, (1, 20), known)[0] == "kept"


def test_who_was_to_look_is_named():
    assert unsaid(DUE, "Rosa Diaz") == "Nobody said by September 29, 2025. Rosa Diaz was to look on September 15, 2025."


# -- in force ----------------------------------------------------------------------------------------------------------

db = pytest.mark.django_db


@pytest.fixture
def stand_on(settings):
    def run(day: date) -> date:
        settings.TODAY = day.isoformat()
        return day

    return run


@pytest.fixture
def early(hearing, today_day, stand_on, ines):
    """The hearing was held in the second week of the tests' year: there are school days after it."""
    day = stand_on(DAYS[5])
    type(today_day).objects.filter(pk=today_day.pk).update(on=day)
    hearing.refresh_from_db()
    return rooms.begin(hearing, ines)


def said(verb: str) -> int:
    return JournalLine.objects.filter(verb=f"panels.{verb}").count()


def looked(party: str) -> list[tuple[int, str]]:
    rows = Check.objects.filter(directive__party=party).order_by("after_days")
    return list(rows.values_list("after_days", "outcome"))


@db
def test_what_is_in_force_has_an_owner_checks_and_for_the_school_a_task(running, ines, counselor, today, case):
    rooms.heard(running, ines)
    for one in Directive.objects.all():
        assert (one.stands, one.owner, one.next_on) == ("open", counselor, today + timedelta(10))
        assert [row.due_on - today for row in one.checks.all()] == [timedelta(n) for n in (10, 30, 60, 90)]
    school, agency = (Directive.objects.get(party=side) for side in ("school", "agency"))
    assert (school.task.kind, school.task.text, school.task.owner, school.task.due_on) == (
        "call", "What the school does", counselor, school.due_on,
    )  # fmt: skip
    assert (agency.task.kind, agency.task.text) == ("other", "Tom Abara: What the agency does")
    assert {one.case for one in Task.objects.filter(source="decision")} == {case}
    assert not Directive.objects.filter(party__in=("family", "student")).exclude(task=None).exists()


@db
def test_a_student_without_a_case_gets_one_for_the_work(running, ines, case, counselor):
    cases.close(case=case, closing="mistake", why="", by=counselor)
    rooms.heard(running, ines)
    now = Task.objects.get(text="What the school does").case
    assert (now.student_id, now.state, now.pk == case.pk) == (case.student_id, "open", False)


@db
def test_a_check_is_said_on_its_day_and_put_right_with_a_reason(running, ines, today, stand_on):
    rooms.heard(running, ines)
    first = Check.objects.filter(directive__party="family").first()
    with pytest.raises(NotAllowed, match=r"It is looked at on October 13, 2025"):
        check(check=first, outcome="kept", by=ines)
    stand_on(today + timedelta(10))
    with pytest.raises(NotAllowed, match="Say whether it was kept"):
        check(check=first, outcome="fine", by=ines)
    with pytest.raises(NotAllowed, match="why it cannot be known"):
        check(check=first, outcome="unknown", by=ines)
    check(check=first, outcome="broken", by=ines, note="Not once.")
    directive = Directive.objects.get(party="family")
    assert (directive.stands, directive.next_on) == ("broken", today + timedelta(30))
    with pytest.raises(NotAllowed, match=r"It stands as “broken”\. Say why that was wrong"):
        check(check=first, outcome="kept", by=ines)
    check(check=first, outcome="kept", by=ines, note="The aunt brought her; we did not know.")
    directive.refresh_from_db()
    assert directive.stands == "kept"
    told = JournalLine.objects.filter(verb="panels.checked").order_by("pk").values_list("detail", flat=True)
    assert [(one["was"], one["outcome"]) for one in told] == [("", "broken"), ("broken", "kept")]


@db
def test_the_newest_check_that_was_said_is_how_it_stands(running, ines, today, stand_on):
    rooms.heard(running, ines)
    one = Directive.objects.get(party="family")
    stand_on(today + timedelta(60))
    first, second, third, _ = one.checks.order_by("after_days")
    check(check=third, outcome="late", by=ines)
    check(check=first, outcome="kept", by=ines)
    one.refresh_from_db()
    assert (one.stands, one.next_on) == ("late", second.due_on)


# -- the night ---------------------------------------------------------------------------------------------------------


@db
def test_the_night_fills_what_the_records_say(early, ines, counselor, truant, night, stand_on):
    night()  # unexcused on days 11 and 15 of the year: two after the hearing of day 6
    heard = rooms.heard(early, ines)
    stand_on(DAYS[7])
    rooms.call(truant, counselor, outcome="reached", on=DAYS[7])
    stand_on(DAYS[13])
    assert fill_checks() == Filled(said=2, unsaid=0)
    assert heard.day.on + timedelta(10) == DAYS[5] + timedelta(10)
    assert looked("school")[0] == (10, "kept")
    attended = Check.objects.get(directive__party="student", after_days=10)
    assert (attended.outcome, attended.filled, attended.by) == ("kept", True, None)
    assert attended.found == "On the way: 1 day absent in 8 of 20 school days; the goal is at most 2."
    assert looked("family")[0] == (10, "")
    assert said("check_filled") == 2
    assert fill_checks().said == 0  # once


@db
def test_nothing_is_said_of_days_that_are_not_known_yet(early, ines, night, stand_on, district):
    rooms.heard(early, ines)
    night()
    stand_on(DAYS[5] + timedelta(30))
    fill_checks()
    assert [one for one in looked("student") if one[1]] == [(10, "kept")]  # the data end before the second look


@db
def test_the_schools_own_promise_is_broken_when_its_task_is_open(early, ines, stand_on, counselor):
    rooms.heard(early, ines)
    Directive.objects.filter(party="school").get()
    stand_on(DAYS[5] + timedelta(30))
    fill_checks()
    assert looked("school")[1] == (30, "broken")
    assert looked("agency")[1] == (30, "")
    task = Directive.objects.get(party="agency").task
    cases.finish(task=task, outcome="They met twice.", by=counselor)
    fill_checks()
    assert looked("agency")[1] == (30, "late")


@db
def test_what_nobody_says_stands_as_not_known_with_whose_it_was(running, ines, today, stand_on):
    rooms.heard(running, ines)
    stand_on(today + timedelta(23))
    assert fill_checks().unsaid == 0
    stand_on(today + timedelta(24))
    told = fill_checks()
    assert told == Filled(said=0, unsaid=4)
    one = Check.objects.get(directive__party="family", after_days=10)
    assert one.found == "Nobody said by October 27, 2025. Rosa Diaz was to look on October 13, 2025."
    assert Directive.objects.get(party="family").stands == "unknown"
    check(check=one, outcome="kept", by=ines, note="I asked them today.")
    assert Directive.objects.get(party="family").stands == "kept"


@db
def test_at_ninety_days_and_two_weeks_everything_has_an_owner_a_day_and_an_outcome(running, ines, today, stand_on):
    rooms.heard(running, ines)
    stand_on(today + timedelta(104))
    fill_checks()
    assert Directive.objects.filter(owner=None).count() == 0
    assert not Check.objects.filter(outcome="").exists()
    assert not Directive.objects.filter(stands="open").exists()
    assert Check.objects.filter(after_days=90).exclude(on=None).count() == 4


@db
def test_only_students_with_a_due_check_are_read(running, ines, today, stand_on):
    rooms.heard(running, ines)
    stand_on(today + timedelta(9))
    with CaptureQueriesContext(connection) as asked:
        fill_checks()
    assert len(asked) <= 4


# -- the board ---------------------------------------------------------------------------------------------------------


@db
def test_the_board_counts_by_side_the_schools_own_first(running, ines, today, stand_on, counselor, district):
    rooms.heard(running, ines)
    stand_on(today + timedelta(11))
    check(check=Check.objects.filter(directive__party="family").first(), outcome="kept", by=ines)
    rows = queries.board(EVERYTHING)
    assert [(row.side, row.whole, row.overdue) for row in rows] == [
        ("school", 1, 1), ("agency", 1, 1), ("student", 1, 1), ("family", 1, 0),
    ]  # fmt: skip
    assert rows[3].counts["kept"] == 1
    found = queries.directives(EVERYTHING, side="family")
    assert [one.party for one in found] == ["family"]
    assert queries.directives(EVERYTHING, stands="overdue").count() == 3
    assert queries.directives(EVERYTHING, stands="kept").count() == 1
    assert queries.directives(EVERYTHING, school="nowhere").count() == 0
    mine = Scope(schools=frozenset({running.school_id}))
    theirs = Scope(schools=frozenset({district.schools[1].pk}))
    assert queries.directives(mine).count() == 4
    assert queries.directives(theirs).count() == 0
    assert [row.whole for row in queries.board(theirs)] == [0, 0, 0, 0]
    assert queries.to_look_at(counselor).count() == 3  # the family's is looked at again in three weeks
    assert queries.to_look_at(ines).count() == 0
    assert queries.unanswered(mine).count() == 3
