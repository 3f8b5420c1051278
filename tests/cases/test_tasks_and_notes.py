"""Tasks that need their work to show, and notes that only their lock's people read."""

from datetime import timedelta
from threading import Event, Thread

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, IntegrityError, connection, transaction

from firstbell.cases import actions
from firstbell.cases.models import Note, Task
from firstbell.cases.rules import NotAllowed
from firstbell.cases.rules.notes import cautions
from firstbell.cli import main
from firstbell.core import sealing
from firstbell.core.models import JournalLine, User
from tests.cases.conftest import TODAY

pytestmark = pytest.mark.django_db
SECRET = "He told me why he does not sleep."


@pytest.fixture
def case(truant, rosa):
    return actions.open_case(student=truant, by=rosa)


@pytest.fixture
def task(case, rosa) -> Task:
    return actions.ask(case=case, kind="plan", due_on=TODAY, by=rosa)


@pytest.fixture
def hugo(db) -> User:
    return User.objects.create(username="hugo", first_name="Hugo", last_name="Barrera")


@pytest.mark.parametrize(
    ("more", "no"),
    [
        ({"kind": "dance"}, "what is to be done"), ({"kind": "other", "text": " "}, "Say what"),
        ({"due_on": TODAY - timedelta(1)}, "is past"),
    ],
)  # fmt: skip
def test_a_task_nobody_could_do(case, rosa, more, no):
    with pytest.raises(NotAllowed, match=no):
        actions.ask(**({"case": case, "kind": "call", "due_on": TODAY, "by": rosa} | more))


def test_a_closed_case_takes_no_task(case, rosa):
    actions.close(case=case, closing="mistake", why="", by=rosa)
    with pytest.raises(NotAllowed, match="closed"):
        actions.ask(case=case, kind="call", due_on=TODAY, by=rosa)


def test_done_is_what_was_done(task, rosa):
    with pytest.raises(NotAllowed, match="Say what was done"):
        actions.finish(task=task, outcome=" ", by=rosa)
    done = actions.finish(task=task, outcome="Agreed on three mornings.", by=rosa)
    assert (done.state, done.done_on, done.outcome) == ("done", TODAY, "Agreed on three mornings.")
    with pytest.raises(NotAllowed, match="done, by Rosa Diaz"):
        actions.drop(task=task, why="x", by=rosa)


def test_a_call_is_not_done_by_saying_so(case, rosa):
    call = actions.ask(case=case, kind="call", due_on=TODAY, by=rosa)
    with pytest.raises(NotAllowed, match="clears by itself"):
        actions.finish(task=call, outcome="Called.", by=rosa)
    with pytest.raises(IntegrityError, match="done_only_with_work"), transaction.atomic():
        Task.objects.filter(pk=call.pk).update(state="done", done_on=TODAY)


@pytest.mark.parametrize(("days", "why", "no"), [(0, "x", "tomorrow"), (31, "x", "30 days"), (2, " ", "can wait")])
def test_putting_off_has_a_limit_and_a_reason(task, rosa, days, why, no):
    with pytest.raises(NotAllowed, match=no):
        actions.snooze(task=task, until=TODAY + timedelta(days), why=why, by=rosa)


def test_put_off_the_due_day_stays(task, rosa):
    later = actions.snooze(task=task, until=TODAY + timedelta(3), why="Mother is away until Friday.", by=rosa)
    assert (later.snoozed_until, later.due_on) == (TODAY + timedelta(3), TODAY)


def test_two_claim_at_once_and_the_second_is_told(task, rosa, hugo):
    actions.claim(task=task, by=hugo, version=1)
    with pytest.raises(NotAllowed, match="Hugo Barrera has it"):
        actions.claim(task=task, by=rosa)
    with pytest.raises(NotAllowed, match="Somebody changed this task"):
        actions.drop(task=task, why="Not needed.", by=rosa, version=1)
    task.refresh_from_db()
    assert (task.owner, task.state) == (hugo, "open")


def test_dropped_with_a_reason(task, rosa):
    with pytest.raises(NotAllowed, match="Say why"):
        actions.drop(task=task, why="", by=rosa)
    assert actions.drop(task=task, why="Moved away.", by=rosa).outcome == "Moved away."


# -- notes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("She rides bus 7.", []), ("Mother says he is depressed.", ["health"]), ("Undocumented", ["immigration"]),
        ("Bruises on her arm; her uncle hits her.", ["abuse"]), ("Therapy and green card", ["immigration", "health"]),
        ("He hits the books and loves drugstore comics.", []), ("", []),
    ],
)  # fmt: skip
def test_words_that_ask_for_care(text, about):
    assert [one.about for one in cautions(text)] == about


def test_an_open_note_with_private_words_is_saved_once_its_author_thought(truant, rosa):
    with pytest.raises(actions.Careful, match="36 hours"):
        actions.write_note(student=truant, lock="open", text="I fear neglect.", by=rosa)
    assert not Note.objects.exists()
    actions.write_note(student=truant, lock="open", text="I fear neglect.", by=rosa, careful=True)
    assert Note.objects.get().text == "I fear neglect."


def test_a_restricted_note_names_who_reads_it(truant, rosa, hugo):
    with pytest.raises(NotAllowed, match="Name at least one"):
        actions.write_note(student=truant, lock="restricted", text="Asthma plan.", by=rosa)
    note = actions.write_note(student=truant, lock="restricted", text="Asthma plan.", by=rosa, readers=[hugo])
    assert list(note.readers.all()) == [hugo]


@pytest.mark.parametrize(("lock", "text", "no"), [
    ("open", "  ", "nothing to save"), ("whisper", "x", "who may read"), ("open", "x" * 20_001, "20,001 characters"),
])  # fmt: skip
def test_a_note_that_cannot_be_kept(truant, rosa, lock, text, no):
    with pytest.raises(NotAllowed, match=no):
        actions.write_note(student=truant, lock=lock, text=text, by=rosa)


def test_a_sealed_note_lies_in_the_database_only_encrypted(truant, rosa):
    note = actions.write_note(student=truant, lock="sealed", text=SECRET, by=rosa)
    note.refresh_from_db()
    assert note.text == ""
    assert SECRET.encode() not in bytes(note.sealed)
    assert sealing.opened(note.sealed) == SECRET
    assert SECRET not in str([line.detail for line in JournalLine.objects.all()])


def test_keys_are_turned_and_what_they_sealed_can_be_read(truant, rosa, shelf, django_capture_on_commit_callbacks):
    note = actions.write_note(student=truant, lock="sealed", text=SECRET, by=rosa)
    before, ring = bytes(note.sealed), shelf.parent / "keys" / "sealed-notes"
    old = ring.read_text().split()
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.turn_keys(by=rosa) == 1
    note.refresh_from_db()
    assert bytes(note.sealed) != before
    assert sealing.opened(note.sealed) == SECRET
    assert set(ring.read_text().split()).isdisjoint(old)
    assert ring.stat().st_mode & 0o077 == 0
    with pytest.raises(sealing.NoKey, match="Restore the ring"):
        sealing.opened(before)


def test_notes_are_never_changed(truant, rosa):
    actions.write_note(student=truant, lock="open", text="Rides bus 7.", by=rosa)
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        Note.objects.update(text="else")


@pytest.mark.django_db(transaction=True)
def test_nobody_seals_while_the_keys_are_turned(truant, rosa):
    """A note that is being sealed holds the keys: turning them waits, and the note can be read afterwards."""
    begun, turned, made = Event(), Event(), []

    def turn() -> None:
        begun.wait(10)
        actions.turn_keys()
        turned.set()
        connection.close()

    thread = Thread(target=turn)
    thread.start()
    with transaction.atomic():
        made.append(actions.write_note(student=truant, lock="sealed", text=SECRET, by=rosa))
        begun.set()
        assert not turned.wait(0.5)
    thread.join(20)
    made[0].refresh_from_db()
    assert sealing.opened(made[0].sealed) == SECRET


def test_the_command_turns_the_keys(truant, rosa, monkeypatch):
    monkeypatch.setattr("firstbell.cli.ready", lambda: None)
    actions.write_note(student=truant, lock="sealed", text=SECRET, by=rosa)
    told = CliRunner().invoke(main, ["cases", "turn-keys"])
    assert told.exit_code == 0, told.output
    assert "1 sealed note lies" in told.output
