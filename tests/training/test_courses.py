"""Courses, sessions and completions: what each action leaves behind, its line in the journal, and what is refused."""

from datetime import time, timedelta

import pytest
from django.db import DatabaseError, transaction

from firstbell.core.models import JournalLine
from firstbell.core.refusals import NotAllowed
from firstbell.training.actions import courses as actions
from firstbell.training.models import Completion, Course, Proposal, Seat, Session
from firstbell.training.queries import courses as queries
from firstbell.training.rules.courses import CATALOGUE

COURSE = {"title": "Truancy letters", "what": "Say which letter is due.", "minutes": 90, "months": 24,
          "roles": ["counselor"], "items": ["timely"]}  # fmt: skip


@pytest.fixture
def course(marisa) -> Course:
    return actions.write_course(**COURSE, by=marisa)


@pytest.fixture
def plan(course, marisa, today):
    """`plan(3, seats=1)`: a session of the course so many days from today, at nine."""

    def run(days=3, *, of=None, begins=time(9), **more) -> Session:
        told = {"region": None, "place": "Room 4", "seats": 2, "led_by": marisa, "by": marisa} | more
        return actions.plan_session(course=of or course, on=today + timedelta(days), begins=begins, **told)

    return run


@pytest.fixture
def session(plan) -> Session:
    return plan()


def seat(session, user) -> Seat:
    return actions.sign_up(session=session, user=user, by=user)


def state(one: Seat) -> str:
    return Seat.objects.get(pk=one.pk).state


def line(verb: str) -> dict:
    return JournalLine.objects.get(verb=f"training.{verb}").detail


def later(session: Session, settings, days: int = 3) -> Session:
    """Some days on, when the session has its day."""
    settings.TODAY = (session.on + timedelta(days - 3)).isoformat()
    return Session.objects.get(pk=session.pk)


# -- courses -----------------------------------------------------------------------------------------------------------


def test_the_catalogue_is_taken_up_once_and_what_was_changed_stands(marisa):
    new = actions.take_up_catalogue(by=None)
    assert {one.key for one in new} == set(CATALOGUE)
    assert set(line("catalogue_taken_up")["courses"]) == set(CATALOGUE)
    letters = Course.objects.get(key="truancy-letters")
    actions.write_course(**COURSE | {"title": "Our letters"}, course=letters, by=marisa)
    Course.objects.get(key="panel-members").delete()
    assert [one.key for one in actions.take_up_catalogue(by=marisa)] == ["panel-members"]
    assert actions.take_up_catalogue(by=marisa) == []
    assert Course.objects.get(key="truancy-letters").title == "Our letters"


def test_a_course_is_written_changed_and_retired(course, marisa, today):
    assert (course.key, course.kind, course.by) == ("truancy-letters", "course", marisa)
    changed = actions.write_course(**COURSE | {"months": None, "title": "Letters"}, course=course, by=marisa)
    assert (changed.pk, changed.key, changed.months) == (course.pk, "truancy-letters", None)
    assert actions.retire_course(course=course, by=marisa).retired_on == today
    verbs = set(JournalLine.objects.values_list("verb", flat=True))
    assert {"training.course_written", "training.course_changed", "training.course_retired"} <= verbs
    with pytest.raises(NotAllowed, match="already"):
        actions.retire_course(course=course, by=marisa)
    with pytest.raises(NotAllowed, match="Offer it again first"):
        actions.write_course(**COURSE, course=course, by=marisa)
    with pytest.raises(NotAllowed, match="Offer that one again"):
        actions.write_course(**COURSE, by=marisa)
    assert actions.offer_again(course=course, by=marisa).retired_on is None
    assert JournalLine.objects.filter(verb="training.course_offered_again", about_id=course.pk).exists()
    with pytest.raises(NotAllowed, match="is offered already"):
        actions.offer_again(course=course, by=marisa)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"title": " "}, "Name the course"),
        ({"what": ""}, "Name the course"),
        ({"title": "¿?"}, "in letters"),
        ({"minutes": 4}, "5 to 2400 minutes"),
        ({"minutes": 2401}, "5 to 2400 minutes"),
        ({"months": 0}, "1 to 120 months"),
        ({"title": "Truancy Letters!"}, "of this name already: Truancy letters. Change that one"),
    ],
)
def test_what_is_no_course(course, marisa, changed, why):
    with pytest.raises(NotAllowed, match=why):
        actions.write_course(**COURSE | changed, by=marisa)
    assert Course.objects.count() == 1


# -- planning ----------------------------------------------------------------------------------------------------------


def test_a_session_is_planned_for_today_or_later(plan, region, marisa, today):
    made = plan(0, region=region, note=" Bring a laptop. ")
    assert (made.on, made.minutes, made.state, made.note) == (today, 90, "planned", "Bring a laptop.")
    assert line("session_planned") == {"course": "truancy-letters", "on": today.isoformat()}


@pytest.mark.parametrize(
    ("days", "more", "why"),
    [
        (-1, {}, "is past"),
        (1, {"seats": 0}, "1 to 500 seats"),
        (1, {"seats": 501}, "1 to 500 seats"),
        (1, {"minutes": 2401}, "5 to 2400 minutes"),
        (1, {"place": "  "}, "where it is"),
    ],
)
def test_what_is_no_session(plan, days, more, why):
    with pytest.raises(NotAllowed, match=why):
        plan(days, **more)
    assert not Session.objects.exists()


def test_a_retired_course_has_no_new_sessions_and_no_new_seats(course, plan, session, counselor, hugo, marisa):
    kept = seat(session, counselor)
    actions.retire_course(course=course, by=marisa)
    with pytest.raises(NotAllowed, match="Choose another course"):
        plan()
    with pytest.raises(NotAllowed, match="nobody new"):
        seat(session, hugo)
    assert state(kept) == "has"


def test_a_session_is_changed_in_its_place_and_seats_alone(session, counselor, hugo, principal, marisa, noor):
    seats = [seat(session, who) for who in (counselor, hugo, principal)]
    told = {"session": session, "place": "Hall", "led_by": noor, "by": marisa}
    with pytest.raises(NotAllowed, match="2 seats are taken"):
        actions.change_session(**told, seats=1, version=1)
    changed = actions.change_session(**told, seats=3, version=1)
    assert (changed.place, changed.seats, changed.led_by, changed.version) == ("Hall", 3, noor, 2)
    assert state(seats[2]) == "has"
    assert line("session_changed") == {"moved_up": [principal.pk]}
    with pytest.raises(NotAllowed, match="a moment ago"):
        actions.change_session(**told, seats=4, version=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        Session.objects.update(minutes=30)


def test_a_session_is_cancelled_with_a_reason(session, counselor, marisa, today):
    taken = seat(session, counselor)
    with pytest.raises(NotAllowed, match="Say why"):
        actions.cancel_session(session=session, why=" ", version=1, by=marisa)
    gone = actions.cancel_session(session=session, why="The room is flooded.", version=1, by=marisa)
    assert (gone.state, gone.closed_at is not None) == ("cancelled", True)
    assert JournalLine.objects.filter(verb="training.session_cancelled").count() == 1
    assert list(queries.cancelled_of(counselor, today)) == [session]
    for act in (
        lambda: seat(session, counselor),
        lambda: actions.give_up(seat=taken, by=counselor),
        lambda: actions.cancel_session(session=session, why="Again.", version=2, by=marisa),
    ):
        with pytest.raises(NotAllowed, match="was cancelled: The room is flooded"):
            act()


# -- seats -------------------------------------------------------------------------------------------------------------


def test_who_comes_late_waits_and_moves_up_in_order(plan, counselor, hugo, principal, noor):
    session = plan(seats=1)
    first, second, third = (seat(session, who) for who in (counselor, hugo, principal))
    assert [state(one) for one in (first, second, third)] == ["has", "waits", "waits"]
    actions.give_up(seat=second, by=hugo)
    actions.give_up(seat=first, by=noor)
    assert [state(one) for one in (first, second, third)] == ["gave_up", "gave_up", "has"]
    last = JournalLine.objects.filter(verb="training.gave_up").order_by("pk").last()
    assert (last.by, last.detail["user"], last.detail["moved_up"]) == (noor, counselor.pk, [principal.pk])
    with pytest.raises(NotAllowed, match="already"):
        actions.give_up(seat=first, by=counselor)
    assert seat(session, counselor).state == "waits"  # who gave up comes again at the end of the line


def test_nobody_signs_up_twice_or_for_two_of_one_time(plan, session, counselor, marisa):
    seat(session, counselor)
    with pytest.raises(NotAllowed, match="Rosa Diaz has a seat in Truancy letters"):
        seat(session, counselor)
    other = actions.write_course(**COURSE | {"title": "The family's voice"}, by=marisa)
    with pytest.raises(NotAllowed, match=r"The family's voice, 6 Oct 2025 and Truancy letters, 6 Oct 2025 are at one"):
        seat(plan(of=other, begins=time(10, 29)), counselor)
    assert seat(plan(of=other, begins=time(10, 30)), counselor).state == "has"


def test_a_session_over_takes_no_seats(session, counselor, hugo, settings):
    taken = seat(session, counselor)
    session = later(session, settings, 4)
    with pytest.raises(NotAllowed, match="has taken place"):
        seat(session, hugo)
    with pytest.raises(NotAllowed, match="says who came"):
        actions.give_up(seat=taken, by=counselor)


# -- closing -----------------------------------------------------------------------------------------------------------


def test_who_came_has_completed_it(session, counselor, hugo, principal, marisa, settings):
    came, stayed, _ = (seat(session, who) for who in (counselor, hugo, principal))
    session = later(session, settings)
    (made,) = actions.close_session(session=session, came={came.pk}, version=1, by=marisa)
    assert (made.user, made.on, made.minutes, made.session) == (counselor, session.on, 90, session)
    assert made.until == session.on.replace(year=session.on.year + 2)
    assert [Seat.objects.get(pk=one.pk).came for one in (came, stayed)] == [True, False]
    assert Session.objects.get().state == "held"
    assert line("session_closed") == {"came": 1, "seats": 2}
    with pytest.raises(NotAllowed, match="is closed"):
        actions.close_session(session=session, came={came.pk}, version=2, by=marisa)


def test_what_is_not_closed(session, counselor, hugo, principal, marisa, settings):
    seats = [seat(session, who) for who in (counselor, hugo, principal)]
    with pytest.raises(NotAllowed, match="still to come"):
        actions.close_session(session=session, came=set(), version=1, by=marisa)
    session = later(session, settings)
    for came, version, by, why in (
        (set(), 0, marisa, "a moment ago"),
        ({seats[2].pk}, 1, marisa, "has no seat here"),
        ({seats[0].pk}, 1, counselor, "for themselves"),
    ):
        with pytest.raises(NotAllowed, match=why):
            actions.close_session(session=session, came=came, version=version, by=by)
    assert not Completion.objects.exists()
    assert actions.close_session(session=session, came=set(), version=1, by=marisa) == []


def test_a_completion_of_that_day_is_not_made_twice(plan, course, counselor, marisa, today):
    session = plan(0)
    taken = seat(session, counselor)
    actions.record_completion(user=counselor, course=course, on=today, proof="Certificate.", by=marisa)
    assert actions.close_session(session=session, came={taken.pk}, version=1, by=marisa) == []
    assert (Completion.objects.count(), Seat.objects.get().came) == (1, True)


# -- completed elsewhere -----------------------------------------------------------------------------------------------


def test_what_was_completed_elsewhere_counts_and_stays(course, counselor, noor, today):
    made = actions.record_completion(
        user=counselor, course=course, on=today - timedelta(30), proof=" County Office. ", by=noor
    )
    assert (made.proof, made.session, made.minutes, made.by) == ("County Office.", None, 90, noor)
    assert line("completion_recorded") == {"user": counselor.pk, "course": "truancy-letters"}
    with pytest.raises(DatabaseError), transaction.atomic():
        Completion.objects.update(proof="Another")


@pytest.mark.parametrize(
    ("days", "proof", "by", "why"),
    [
        (1, "Seen.", "noor", "still to come"),
        (0, " ", "noor", "Say what was shown"),
        (0, "Seen.", "counselor", "for themselves"),
        (-9000, "Seen.", "noor", "Check the year"),
        (-30, "Seen.", "noor", "on record already"),
    ],
)
def test_what_is_not_recorded(request, course, counselor, noor, today, days, proof, by, why):
    told = {"user": counselor, "course": course}
    actions.record_completion(**told, on=today - timedelta(30), proof="Seen.", by=noor)
    with pytest.raises(NotAllowed, match=why):
        actions.record_completion(**told, on=today + timedelta(days), proof=proof, by=request.getfixturevalue(by))
    assert Completion.objects.count() == 1


def test_a_retired_course_is_recorded_only_for_days_before(course, counselor, noor, marisa, today, settings):
    actions.retire_course(course=course, by=marisa)
    settings.TODAY = (today + timedelta(9)).isoformat()
    with pytest.raises(NotAllowed, match="nobody completed it after that"):
        actions.record_completion(user=counselor, course=course, on=today + timedelta(1), proof="Seen.", by=noor)
    assert actions.record_completion(user=counselor, course=course, on=today, proof="Seen.", by=noor)


# -- proposals ---------------------------------------------------------------------------------------------------------


def propose(course, user, **more):
    return actions.propose(**{"user": user, "course": course, "why": "Charts.", "source": "gap:1"} | more)


def test_a_gap_proposes_once(course, counselor, hugo):
    made = propose(course, counselor)
    assert (made.state, made.by, made.why) == ("open", None, "Charts.")
    assert propose(course, counselor, why="Again.") is None
    assert propose(course, hugo) is not None
    assert JournalLine.objects.filter(verb="training.proposed").count() == 2
    actions.answer_proposal(proposal=made, answer="declined", said="In spring.", by=counselor)
    assert propose(course, counselor) is None


def test_its_person_answers_once(course, counselor, hugo):
    made = propose(course, counselor)
    for answer, said, by, why in (
        ("taken", "", hugo, "Only whom it was proposed to"),
        ("declined", " ", counselor, "Say why not now"),
        ("open", "", counselor, "Choose whether"),
    ):
        with pytest.raises(NotAllowed, match=why):
            actions.answer_proposal(proposal=made, answer=answer, said=said, by=by)
    actions.answer_proposal(proposal=made, answer="taken", by=counselor)
    assert Proposal.objects.get().state == "taken"
    assert line("proposal_answered") == {"answer": "taken"}
    with pytest.raises(NotAllowed, match="stands"):
        actions.answer_proposal(proposal=made, answer="declined", said="No.", by=counselor)


def test_a_retired_course_is_neither_proposed_nor_agreed_to(course, counselor, marisa):
    made = propose(course, counselor)
    actions.retire_course(course=course, by=marisa)
    course.refresh_from_db()
    with pytest.raises(NotAllowed, match="another course"):
        propose(course, counselor, source="gap:2")
    with pytest.raises(NotAllowed, match="Say not now"):
        actions.answer_proposal(proposal=made, answer="taken", by=counselor)
    with pytest.raises(NotAllowed, match="Say why"):
        propose(Course(key="x"), counselor, why=" ")


# -- who misses what ---------------------------------------------------------------------------------------------------


def names(rows) -> set[str]:
    return {one.last_name for one in rows}


def test_who_misses_what(course, counselor, hugo, principal, marisa, noor, elsewhere, scope, today):
    def missing(show="missing", of=None, who=marisa):
        return names(queries.people(scope(who), today, show=show, course=of))

    assert missing() == {"Diaz", "Petrosyan"}
    assert missing(who=elsewhere) == set()
    two_years = today.replace(year=today.year - 2)
    actions.record_completion(user=hugo, course=course, on=two_years + timedelta(60), proof="Seen.", by=noor)
    actions.record_completion(user=counselor, course=course, on=two_years - timedelta(1), proof="Seen.", by=noor)
    assert (missing(), missing("soon"), missing("all")) == ({"Diaz"}, {"Diaz", "Petrosyan"}, {"Diaz", "Petrosyan"})
    other = actions.write_course(**COURSE | {"title": "For principals", "roles": ["principal"]}, by=marisa)
    assert (missing(of=other), missing(of=course)) == ({"Kim"}, {"Diaz"})
    assert names(queries.people(scope(marisa), today, show="all", course=None, named="ros di")) == {"Diaz"}
    actions.retire_course(course=course, by=marisa)
    assert missing() == {"Kim"}


def test_what_is_required_stands_in_words_missing_first(course, counselor, marisa, noor, today):
    actions.write_course(**COURSE | {"title": "Another"}, by=marisa)
    actions.record_completion(user=counselor, course=course, on=today, proof="Seen.", by=noor)
    found = queries.required(counselor, {"counselor"}, today)
    assert [(one.course.title, one.standing.state) for one in found] == [
        ("Another", "missing"), ("Truancy letters", "counts"),
    ]  # fmt: skip
    assert queries.required(counselor, {"teacher"}, today) == []


def test_who_took_a_seat_unseen_is_not_said_to_have_stayed_away(session, counselor, hugo, marisa, settings):
    shown = {seat(session, counselor).pk}
    late = seat(session, hugo)
    settings.TODAY = str(session.on)
    told = {"session": session, "came": shown, "version": 1, "by": marisa}
    with pytest.raises(NotAllowed, match="has changed since you opened"):
        actions.close_session(**told, seen=shown)
    assert Seat.objects.get(pk=late.pk).came is None
    assert len(actions.close_session(**told, seen=shown | {late.pk})) == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        Seat.objects.filter(pk=late.pk).update(came=True)  # said once


def test_a_certificate_keeps_the_words_of_its_day(session, course, counselor, marisa, settings):
    settings.TODAY = str(session.on)
    [made] = actions.close_session(session=session, came={seat(session, counselor).pk}, version=1, by=marisa)
    was = (course.title, course.what)
    actions.write_course(**COURSE | {"title": "Something else", "what": "Other things."}, course=course, by=marisa)
    told = queries.certificate_of(Completion.objects.get(pk=made.pk))
    assert (told.course, told.what) == was


def test_a_session_far_ahead_is_a_slip(plan, settings):
    with pytest.raises(NotAllowed, match="more than two years ahead"):
        plan(800)


def test_of_two_who_write_a_course_the_second_is_told(course, marisa):
    changed = actions.write_course(**COURSE | {"roles": ["clerk"]}, course=course, version=course.version, by=marisa)
    with pytest.raises(NotAllowed, match="wrote this course anew"):
        actions.write_course(**COURSE | {"title": "Letters"}, course=course, version=course.version, by=marisa)
    assert (changed.version, Course.objects.get(pk=course.pk).roles) == (course.version + 1, ["clerk"])
