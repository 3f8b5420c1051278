"""A team's meeting: its agenda by need, one student at a time, decisions that are tasks, nobody overwritten."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from firstbell.attendance.models import Standing
from firstbell.cases import actions as cases
from firstbell.cases.actions import meetings as actions
from firstbell.cases.models import AgendaItem, Case, Ladder, Meeting, Task
from firstbell.cases.queries import meetings as queries
from firstbell.cases.rules import NotAllowed
from firstbell.cases.rules.meetings import MOST, Need, after, agenda, reasons, turn
from firstbell.core.access import EVERYTHING, Scope
from firstbell.core.models import JournalLine, User
from firstbell.law.policy import policy_on
from tests.cases.conftest import TODAY
from tests.cases.test_casework import stands

POLICY = policy_on(TODAY)
FIRST = TODAY + timedelta(3)


# -- the rules ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("need", "words"),
    [
        (Need(1), []),
        (Need(1, tier=2), []),
        (Need(1, tier=3), ["In tier 3."]),
        (Need(1, hollow=1), ["1 step of the truancy process does not stand any more."]),
        (Need(1, hollow=2), ["2 steps of the truancy process do not stand any more."]),
        (Need(1, missing="notice of report"), ["Missing: notice of report."]),
        (Need(1, overdue=1, overdue_since=TODAY), ["1 task overdue, the oldest since October 3, 2025."]),
        (Need(1, absent=10, enrolled=100), ["10 of 100 days missed, and nobody has reached the family yet."]),
        (Need(1, absent=10, enrolled=100, quiet=14), []),
        (Need(1, absent=10, enrolled=100, quiet=15), ["10 of 100 days missed, and last reached 15 days ago."]),
        (Need(1, absent=9, enrolled=100, quiet=90), []),
        (Need(1, absent=10, enrolled=101), []),
        (Need(1, absent=19, enrolled=19), []),  # too few days to say so
    ],
)
def test_why_a_student_is_talked_about(need, words):
    assert [sentence for _, sentence in reasons(need, POLICY)] == words


def test_the_most_pressing_come_first_then_who_has_more_reasons_then_who_misses_more():
    needs = [
        Need(1, absent=30, enrolled=100), Need(2, absent=40, enrolled=100), Need(3, overdue=1),
        Need(4, overdue=1, absent=20, enrolled=100), Need(5, hollow=1), Need(6, tier=3), Need(7),
    ]  # fmt: skip
    assert [student for student, _ in agenda(needs, POLICY)] == [6, 5, 4, 3, 2, 1]


@given(st.integers(0, 40))
def test_an_agenda_is_at_most_fifteen(many):
    assert len(agenda([Need(n, tier=3) for n in range(many)], POLICY)) == min(many, MOST)


@pytest.mark.parametrize(
    ("story", "here", "to", "comes"),
    [
        ("www", 1, "next", 2), ("www", 1, "skip", 2), ("dww", 2, "back", 1), ("www", 1, "back", 1),
        ("ddw", 3, "next", None), ("wsw", 3, "next", 1), ("dsw", 1, "next", 3), ("ddd", None, "next", None),
        ("ddd", None, "back", 3), ("ddw", None, "next", 3), ("ddd", 2, "next", None),
    ],
)  # fmt: skip
def test_whose_turn_it_is(story, here, to, comes):
    words = {"w": "waiting", "d": "discussed", "s": "skipped"}
    assert turn([(place, words[one]) for place, one in enumerate(story, 1)], here, to) == comes


@given(st.lists(st.sampled_from(["next", "skip"]), max_size=20), st.integers(1, 8))
def test_nobody_has_two_turns_and_nobody_is_forgotten(presses, many):
    states = dict.fromkeys(range(many), "waiting")
    here, seen = 0, [0]
    for press in presses:
        comes = turn(list(states.items()), here, press)
        if here is not None:
            states[here] = "discussed" if press == "next" else "skipped"
        here = comes
        if here is not None:
            seen.append(here)
    assert seen == list(range(min(many, len(presses) + 1)))


@pytest.mark.parametrize(("state", "move"), [("closed", "start"), ("running", "start"), ("closed", "close")])
def test_moves_there_are_not(state, move):
    with pytest.raises(NotAllowed, match=f"is {state} cannot {move}"):
        after(state, move)


# -- the agenda --------------------------------------------------------------------------------------------------------

db = pytest.mark.django_db


@pytest.fixture
def school(district):
    return district.schools[0]


@pytest.fixture
def pupils(district):
    """Three in tier 3, by their own cases, most absent first: 30, 20 and 10 of 100 days."""

    def made(place: int):
        pupil = district.student(f"M-{place}")
        stands(pupil, absent=40 - 10 * place)
        return pupil

    return [made(place) for place in (1, 2, 3)]


@pytest.fixture
def meeting(pupils, school, rosa) -> Meeting:
    for pupil in pupils:
        cases.open_case(student=pupil, by=rosa, tier=3)
    return actions.plan_meeting(school=school, kind="attendance_team", on=TODAY, by=rosa)


@pytest.fixture
def running(meeting, rosa) -> Meeting:
    return actions.start_meeting(meeting=meeting, by=rosa)


def up(meeting: Meeting) -> AgendaItem | None:
    return AgendaItem.objects.filter(meeting=meeting, since__isnull=False).select_related("student__school").first()


def order(meeting: Meeting) -> list[str]:
    return [item.student.key for item in queries.agenda_of(meeting)]


def lines(verb: str) -> int:
    return JournalLine.objects.filter(verb=verb).count()


@db
def test_the_agenda_is_proposed_from_what_students_need(meeting):
    assert order(meeting) == ["M-1", "M-2", "M-3"]
    assert meeting.items.get(position=1).why.startswith("In tier 3.")
    assert lines("cases.meeting_planned") == 1


@db
def test_each_reason_is_found_where_it_is(district, school, rosa):
    hollow, late, quiet, fine, gone = (district.student(key) for key in ("hollow", "late", "quiet", "fine", "gone"))
    stands(quiet, absent=20)
    stands(fine, absent=20)
    stands(gone, absent=50)
    Standing.objects.filter(student__in=(quiet, fine, gone)).update(national_band="severe")
    Ladder.objects.create(
        student=hollow, school=school, state="truant", occasions=3, standing_steps=0, hollow_steps=1,
        missing="notice conference", rank=1, on=TODAY, sentence="x", section="EC 48260",
    )  # fmt: skip
    task = cases.ask(case=cases.open_case(student=late, by=rosa), kind="plan", due_on=TODAY, by=rosa)
    Task.objects.filter(pk=task.pk).update(due_on=TODAY - timedelta(1))
    cases.log(key=uuid4(), student=fine, kind="call", outcome="reached", by=rosa)
    type(gone).objects.filter(pk=gone.pk).update(live=False)
    found = dict(queries.proposed(school))
    assert list(found) == [hollow.pk, late.pk, quiet.pk]
    assert "Missing: notice of report and conference." in found[hollow.pk]
    assert "1 task overdue" in found[late.pk]
    assert "20 of 100 days missed" in found[quiet.pk]


@db
@pytest.mark.parametrize(("more", "no"), [({"kind": "party"}, "which team"), ({"on": TODAY - timedelta(1)}, "is past")])
def test_a_meeting_nobody_could_hold(school, rosa, more, no):
    with pytest.raises(NotAllowed, match=no):
        actions.plan_meeting(**({"school": school, "kind": "sspt", "on": TODAY, "by": rosa} | more))


@db
def test_students_are_added_moved_and_taken_off(meeting, district, rosa):
    late = district.student("M-4")
    item = actions.add_to_agenda(meeting=meeting, student=late, by=rosa, version=1)
    assert (item.position, item.why) == (4, "Asked for by Rosa Diaz.")
    with pytest.raises(NotAllowed, match="on the agenda already"):
        actions.add_to_agenda(meeting=meeting, student=late, by=rosa)
    actions.move_on_agenda(item=item, places=-1, by=rosa)
    assert order(meeting) == ["M-1", "M-2", "M-4", "M-3"]
    actions.move_on_agenda(item=item, places=-9, by=rosa)
    actions.move_on_agenda(item=item, places=-1, by=rosa)  # nothing moves, and nothing is written
    assert (order(meeting)[0], lines("cases.agenda_moved")) == ("M-4", 2)
    actions.take_off_agenda(item=meeting.items.get(student__key="M-2"), by=rosa)
    assert order(meeting) == ["M-4", "M-1", "M-3"]
    assert [item.position for item in queries.agenda_of(meeting)] == [1, 2, 3]


@db
def test_only_students_of_the_school(meeting, district, rosa):
    with pytest.raises(NotAllowed, match="no student of School 1"):
        actions.add_to_agenda(meeting=meeting, student=district.student("other", at=1), by=rosa)


@db
def test_a_meeting_without_students_cannot_start(school, rosa):
    empty = actions.plan_meeting(school=school, kind="sspt", on=TODAY, by=rosa)
    with pytest.raises(NotAllowed, match="Nobody is on the agenda"):
        actions.start_meeting(meeting=empty, by=rosa)


@db
def test_once_begun_nobody_is_taken_off(running, rosa):
    with pytest.raises(NotAllowed, match="running"):
        actions.take_off_agenda(item=running.items.first(), by=rosa)


# -- the meeting -------------------------------------------------------------------------------------------------------


@db
def test_time_is_counted_by_the_server(running, rosa):
    first = up(running)
    AgendaItem.objects.filter(pk=first.pk).update(since=timezone.now() - timedelta(seconds=125))
    actions.go_on(meeting=running, to="next", by=rosa)
    first.refresh_from_db()
    assert (first.state, first.since, queries.clock_of(first.seconds)) == ("discussed", None, "2:05")
    actions.go_on(meeting=running, to="back", by=rosa)
    assert up(running) == first
    assert queries.spent(up(running)) >= 125


@db
def test_next_skip_and_back(running, rosa):
    assert up(running).student.key == "M-1"
    with pytest.raises(NotAllowed, match="first student"):
        actions.go_on(meeting=running, to="back", by=rosa)
    assert actions.go_on(meeting=running, to="skip", by=rosa).student.key == "M-2"
    actions.go_on(meeting=running, to="next", by=rosa)
    assert actions.go_on(meeting=running, to="next", by=rosa) is None
    states = [item.state for item in queries.agenda_of(running)]
    assert states == ["skipped", "discussed", "discussed"]
    assert actions.go_on(meeting=running, to="back", by=rosa).student.key == "M-3"
    with pytest.raises(NotAllowed, match="goes to the next"):
        actions.go_on(meeting=running, to="away", by=rosa)


@db
def test_the_database_has_one_student_at_a_time(running):
    with pytest.raises(IntegrityError), transaction.atomic():
        running.items.update(since=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.filter(pk=running.pk).update(state="planned")


@db
def test_a_decision_is_a_task(running, rosa):
    item = up(running)
    task = actions.decide(item=item, kind="call", owner=rosa, due_on=FIRST, text="Ask about the bus", by=rosa)
    assert (task.source, task.owner, task.due_on, str(task)) == ("decision", rosa, FIRST, "Ask about the bus")
    assert task.case.student == item.student
    assert list(item.tasks.all()) == [task]
    assert (lines("cases.decided"), lines("cases.task_asked")) == (1, 1)


@db
def test_the_first_decision_opens_a_case(running, district, rosa):
    fresh = district.student("fresh")
    item = actions.add_to_agenda(meeting=running, student=fresh, by=rosa)
    task = actions.decide(item=item, kind="plan", owner=rosa, due_on=FIRST, by=rosa)
    assert Case.objects.open().get(student=fresh) == task.case
    assert task.case.moves.get().why == "Decided in a meeting: Attendance team."


@db
@pytest.mark.parametrize(
    ("more", "no"),
    [
        ({"owner": None}, "who does it"), ({"kind": "dance"}, "what is to be done"), ({"kind": "other"}, "Say what"),
        ({"due_on": TODAY - timedelta(1)}, "is past"),
    ],
)  # fmt: skip
def test_a_decision_nobody_could_keep(running, rosa, more, no):
    with pytest.raises(NotAllowed, match=no):
        actions.decide(**({"item": up(running), "kind": "call", "owner": rosa, "due_on": FIRST, "by": rosa} | more))
    assert not Task.objects.exists()


@db
def test_nobody_from_elsewhere_is_given_a_task(running, rosa):
    stranger = User.objects.create(username="stranger", first_name="Ada", last_name="Petrosyan")
    with pytest.raises(NotAllowed, match="no post at School 1"):
        actions.decide(item=up(running), kind="call", owner=stranger, due_on=FIRST, by=rosa)


@db
def test_private_words_ask_for_care_first(running, rosa):
    item = up(running)
    with pytest.raises(cases.Careful, match="36 hours"):
        actions.note_words(item=item, said="I fear neglect.", by=rosa)
    with pytest.raises(cases.Careful):
        actions.decide(item=item, kind="call", owner=rosa, due_on=FIRST, text="Ask about his asthma", by=rosa)
    actions.note_words(item=item, said="I fear neglect.", by=rosa, careful=True)
    item.refresh_from_db()
    assert item.decision == "I fear neglect."


@db
def test_a_student_who_left_meanwhile(running, district, rosa):
    item = up(running)
    type(item.student).objects.filter(pk=item.student_id).update(school=district.schools[1])
    with pytest.raises(NotAllowed, match="new school decides"):
        actions.decide(item=up(running), kind="call", owner=rosa, due_on=FIRST, by=rosa)
    shown = queries.brief(up(running), EVERYTHING)
    assert "No longer a student of School 1" in shown.gone
    assert (shown.case, list(shown.tasks), shown.figures) == (None, [], ())


@db
def test_out_of_scope_is_gone_too(running):
    assert queries.brief(up(running), Scope()).gone
    assert not queries.brief(up(running), EVERYTHING).gone


@db
def test_a_team_is_shown_open_notes_only(running, rosa):
    who = up(running).student
    cases.write_note(student=who, lock="sealed", text="Secret.", by=rosa)
    cases.write_note(student=who, lock="restricted", text="Quiet word.", by=rosa, readers=[rosa])
    cases.write_note(student=who, lock="open", text="Bus 7.", by=rosa)
    assert [note.text for note in queries.brief(up(running), EVERYTHING).notes] == ["Bus 7."]


@db
def test_of_two_at_once_the_second_is_told(running, rosa):
    seen = running.version
    actions.go_on(meeting=running, to="next", by=rosa, version=seen)
    with pytest.raises(NotAllowed, match="Noor Baptiste is talked about now"):
        actions.go_on(meeting=running, to="next", by=rosa, version=seen)
    for act in (
        lambda: actions.decide(item=up(running), kind="call", owner=rosa, due_on=FIRST, by=rosa, version=seen),
        lambda: actions.note_words(item=up(running), said="x", by=rosa, version=seen),
        lambda: actions.close_meeting(meeting=running, present="x", by=rosa, version=seen),
    ):
        with pytest.raises(NotAllowed, match="Nothing of theirs"):
            act()
    assert up(running).student.key == "M-2"


@db
def test_a_closed_meeting_takes_nothing(running, rosa):
    with pytest.raises(NotAllowed, match="who was there"):
        actions.close_meeting(meeting=running, by=rosa, present=" ")
    item = up(running)
    actions.close_meeting(meeting=running, present="Rosa Diaz, Hugo Petrosyan", by=rosa)
    for act in (
        lambda: actions.go_on(meeting=running, to="next", by=rosa),
        lambda: actions.decide(item=item, kind="call", owner=rosa, due_on=FIRST, by=rosa),
        lambda: actions.start_meeting(meeting=running, by=rosa),
        lambda: actions.add_to_agenda(meeting=running, student=item.student, by=rosa),
    ):
        with pytest.raises(NotAllowed, match="is closed"):
            act()


@db
def test_closing_keeps_who_had_no_turn(running, rosa):
    actions.decide(item=up(running), kind="plan", owner=rosa, due_on=FIRST, by=rosa)
    actions.close_meeting(meeting=running, present="Rosa Diaz", by=rosa)
    talked, rest = queries.recap(running)
    assert [one.item.student.key for one in talked] == ["M-1"]
    assert [(one.item.student.key, one.item.state) for one in rest] == [("M-2", "skipped"), ("M-3", "skipped")]
    assert [task.owner for task in talked[0].tasks] == [rosa]


@db
def test_a_planned_meeting_is_called_off(meeting, rosa):
    done = actions.close_meeting(meeting=meeting, by=rosa)
    assert done.called_off
    assert {item.state for item in queries.agenda_of(meeting)} == {"skipped"}
