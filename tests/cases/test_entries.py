"""One entry, many uses: written once, it clears tasks, keeps promises, is legal evidence; and it can be undone."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from firstbell.cases import actions
from firstbell.cases.models import Entry, Step, Task
from firstbell.cases.rules import NotAllowed
from firstbell.cases.rules.entries import KINDS, LONGEST, OUTCOMES, SPOKE, clears, refused
from firstbell.cases.rules.tasks import BY_WORD, TASKS
from firstbell.core.models import JournalLine, User
from firstbell.roster import models as roster
from tests.cases.conftest import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(truant, rosa):
    return actions.open_case(student=truant, by=rosa)


@pytest.fixture
def mother(truant, district) -> roster.Contact:
    contact = roster.Contact.objects.create(key="C1", given="Marisol", family="Baptiste", arrival=district.arrival)
    roster.FamilyLink.objects.create(student=truant, contact=contact, relation="Mother", arrival=district.arrival)
    return contact


@pytest.fixture
def log(truant, rosa):
    def run(kind: str = "call", outcome: str = "reached", **more) -> Entry:
        return actions.log(**({"key": uuid4(), "student": truant, "kind": kind, "outcome": outcome, "by": rosa} | more))

    return run


# -- the rule ----------------------------------------------------------------------------------------------------------


@given(st.sampled_from(sorted(TASKS)), st.sampled_from(sorted(KINDS)), st.sampled_from(sorted(OUTCOMES)))
def test_a_task_clears_only_by_its_own_work(task, kind, outcome):
    if task in BY_WORD:
        assert not clears(task, kind, outcome)
    elif task == "reach":
        assert clears(task, kind, outcome) is (outcome in SPOKE and kind not in ("checkin", "teacher"))
    else:
        assert clears(task, kind, outcome) is (task == kind and outcome != "wrong_number")


@pytest.mark.parametrize(
    ("change", "no"),
    [
        ({"kind": "pigeon"}, "what kind"), ({"outcome": "vanished"}, "what came of it"),
        ({"on": TODAY + timedelta(1)}, "has not happened yet"), ({"said": "x" * 10_000}, "10,000 characters"),
        ({"minutes": 601}, "Minutes"), ({"minutes": -1}, "Minutes"), ({"said": "x" * LONGEST}, ""), ({}, ""),
    ],
)  # fmt: skip
def test_what_cannot_be_an_entry(change, no):
    told = {"kind": "call", "outcome": "reached", "on": TODAY, "said": "", "minutes": 5} | change
    found = refused(
        told["kind"], told["outcome"], on=told["on"], today=TODAY, said=told["said"], minutes=told["minutes"]
    )
    assert no in found
    assert bool(found) is bool(no)


# -- writing -----------------------------------------------------------------------------------------------------------


def test_an_entry_knows_its_case_its_minutes_and_who(log, case, mother, rosa):
    entry = log(
        contact=mother, number="(213) 555-0142", barriers=["transport", "transport"], said="  The bus is late. "
    )
    assert (entry.case, entry.minutes, entry.by, entry.on) == (case, KINDS["call"].minutes, rosa, TODAY)
    assert (entry.barriers, entry.said, entry.contact) == (["transport"], "The bus is late.", mother)
    assert JournalLine.objects.filter(verb="cases.contact_logged").count() == 1


def test_the_same_key_is_the_same_entry(log, case):
    key = UUID(int=7)
    first = log(key=key, next_step=actions.Next("visit", TODAY))
    again = log(key=key, outcome="no_answer", next_step=actions.Next("visit", TODAY))
    assert again == first
    assert (Entry.objects.count(), Task.objects.count()) == (1, 1)


def test_without_a_case_it_is_still_written_down(log):
    assert log().case is None


@pytest.mark.parametrize(
    ("more", "no"),
    [
        ({"barriers": ["weather"]}, "no barrier"), ({"on": TODAY + timedelta(3)}, "has not happened"),
        ({"next_step": actions.Next("visit", TODAY - timedelta(1))}, "today or later"),
        ({"next_step": actions.Next("dance", TODAY)}, "what the next step is"),
    ],
)  # fmt: skip
def test_nothing_is_written_of_what_is_refused(log, case, more, no):
    with pytest.raises(NotAllowed, match=no):
        log(**more)
    assert not Entry.objects.exists()


def test_a_next_step_needs_a_case(log):
    with pytest.raises(NotAllowed, match="needs a case"):
        log(next_step=actions.Next("call", TODAY))
    assert not Entry.objects.exists()


def test_whoever_is_no_contact_of_the_student_is_refused(log, district):
    other = roster.Contact.objects.create(key="C9", given="Else", family="Where", arrival=district.arrival)
    with pytest.raises(NotAllowed, match="no contact of this student"):
        log(contact=other)


def test_what_was_said_is_never_changed(log):
    log()
    for change in ({"said": "else"}, {"outcome": "declined"}):
        with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
            Entry.objects.update(**change)


# -- what follows ------------------------------------------------------------------------------------------------------


def test_it_clears_the_tasks_it_is_the_work_of(log, case, rosa):
    asked = {
        kind: actions.ask(case=case, kind=kind, due_on=TODAY, by=rosa) for kind in ("call", "reach", "visit", "plan")
    }
    entry = log("call", "no_answer")
    assert {kind: Task.objects.get(pk=task.pk).state for kind, task in asked.items()} == {
        "call": "done", "reach": "open", "visit": "open", "plan": "open",
    }  # fmt: skip
    log("text", "reached")
    assert Task.objects.get(kind="reach").state == "done"
    assert Task.objects.get(kind="call").done_with == entry


def test_a_promise_becomes_a_task_of_whoever_made_it(log, case, rosa):
    entry = log(next_step=actions.Next("visit", TODAY + timedelta(2), "Bring the bus form"))
    task = Task.objects.get()
    assert (task.owner, task.kind, task.due_on, task.text, task.asked_in) == (
        rosa, "visit", TODAY + timedelta(2), "Bring the bus form", entry,
    )  # fmt: skip


def test_it_is_filed_as_the_conference_attempt_it_was(log, take):
    take("report", 5)
    entry = log("call", "left_word", counts_as_effort=True)
    step = Step.objects.get(kind="attempt")
    assert (entry.step, step.on, step.stands) == (step, TODAY, True)
    assert step.evidence["said"] == {"how": "Call", "whom": "Parent or guardian", "outcome": "Left a message"}
    held = log("conference", "plan", counts_as_effort=True)
    assert held.step.kind == "conference"


@pytest.mark.parametrize("kind", ["checkin", "teacher"])
def test_a_word_with_somebody_at_school_is_no_effort_to_reach_the_family(log, take, kind):
    take("report", 5)
    with pytest.raises(NotAllowed, match="reach the family"):
        log(kind, counts_as_effort=True)


def test_before_the_first_report_it_is_no_attempt_and_nothing_is_written(log, truant):
    with pytest.raises(NotAllowed, match="EC 48262"):
        log("call", "left_word", counts_as_effort=True)
    assert not Entry.objects.exists()


# -- undoing -----------------------------------------------------------------------------------------------------------


def test_undone_everything_is_as_before(log, case, rosa, take):
    take("report", 5)
    asked = actions.ask(case=case, kind="call", due_on=TODAY, by=rosa)
    entry = log("call", "left_word", counts_as_effort=True, next_step=actions.Next("visit", TODAY))
    actions.undo(entry=entry, by=rosa)
    asked.refresh_from_db()
    assert (asked.state, asked.done_with) == ("open", None)
    assert Task.objects.get(kind="visit").state == "dropped"
    assert Step.objects.get(kind="attempt").withdrawn_on == TODAY
    entry.refresh_from_db()
    assert (entry.undone_by, Entry.objects.standing().count(), Entry.objects.count()) == (rosa, 0, 1)
    assert actions.undo(entry=entry, by=rosa).undone_at == entry.undone_at


def test_only_its_author_undoes_it_and_only_within_a_day(log, rosa, monkeypatch):
    entry, hugo = log(), User.objects.create(username="hugo")
    with pytest.raises(NotAllowed, match="Only Rosa Diaz"):
        actions.undo(entry=entry, by=hugo)
    later = timezone.now() + timedelta(hours=25)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    with pytest.raises(NotAllowed, match="more than a day ago"):
        actions.undo(entry=entry, by=rosa)


def test_what_was_promised_and_done_cannot_be_undone(log, case, rosa):
    entry = log(next_step=actions.Next("plan", TODAY))
    actions.finish(task=Task.objects.get(), outcome="Plan agreed.", by=rosa)
    with pytest.raises(NotAllowed, match="done already"):
        actions.undo(entry=entry, by=rosa)
