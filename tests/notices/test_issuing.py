"""Issuing: each letter once, none forgotten, whatever stops the run; what was issued is what the proof shows."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from firstbell.attendance.actions import clear
from firstbell.cases.models import Step
from firstbell.core.models import JournalLine
from firstbell.notices import actions, queries, shelf
from firstbell.notices.actions import issuing
from firstbell.notices.models import Batch, Delivery, Due, Letter, Notice
from firstbell.notices.queries import sent
from firstbell.notices.rules import NotAllowed
from firstbell.roster import models as m
from tests.notices.conftest import MEETING, SENT, due, iso, on

pytestmark = pytest.mark.django_db


class Stop(BaseException):
    """Nothing catches it, as nothing catches a kill."""


@pytest.fixture
def approved(town, prepare, daniel):
    """Five homes, six students, approved; a letter is recorded two at a time."""
    town.family("P-1")
    town.family("P-2", "P-3")
    for key in ("P-4", "P-5", "P-6"):
        town.family(key)
    return actions.approve(batch=prepare(), by=daniel)


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(issuing, "CHUNK", 2)


def whole(batch: Batch) -> None:
    """Every letter was issued once, with its paper, its step, its line on the way; and nothing is left over."""
    batch.refresh_from_db()
    assert batch.state == "issued"
    letters = list(batch.letters.order_by("place"))
    assert [one.state for one in letters] == ["issued"] * 5
    assert all(shelf.opened(one.pdf_sha256).startswith(b"%PDF") for one in letters)
    assert Notice.objects.filter(state="issued").count() == Step.objects.filter(kind="notice").count() == 6
    assert set(Due.objects.values_list("state", flat=True)) == {"sent"}
    assert sorted(Delivery.objects.values_list("letter", "state")) == [(one.pk, "queued") for one in letters]
    told = [line.detail for line in JournalLine.objects.filter(verb="notices.issued")]
    assert sorted(one for detail in told for one in detail["letters"]) == [one.reference for one in letters]
    assert not any(detail["put_back"] for detail in told)
    assert JournalLine.objects.filter(verb="notices.batch_issued").count() == 1


def on_the_shelf() -> dict[str, bytes]:
    folder = Path(os.environ["FIRSTBELL_HOME"]) / "letters"
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*.*"))}


def test_an_approved_batch_is_issued_whole(approved, small_chunks):
    seen = []
    actions.issue(batch=approved.pk, progress=lambda *told: seen.append(told))
    whole(approved)
    assert seen[-1] == (5, 5)
    assert actions.issue(batch=approved.pk).state == "issued", "once more does nothing"
    whole(approved)


@pytest.mark.parametrize(("where", "name", "time"), [
    (issuing, "_begin", 1), (shelf, "keep", 1), (shelf, "keep", 4), (shelf, "settle", 2), (issuing, "_plan_again", 2),
    (issuing, "_issue_notice", 1), (issuing, "_issue_notice", 3), (issuing, "_queue", 2), (issuing, "_record", 1),
    (issuing, "_record", 2), (issuing, "_finish", 1),
])  # fmt: skip
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_run_that_is_stopped_goes_on_without_a_duplicate_or_a_gap(
    approved, small_chunks, monkeypatch, where, name, time, after
):
    real, calls = getattr(where, name), []

    def stopped(*given, **named):
        calls.append(name)
        if len(calls) == time and not after:
            raise Stop
        came = real(*given, **named)
        if len(calls) == time:
            raise Stop
        return came

    with monkeypatch.context() as patch:
        patch.setattr(where, name, stopped)
        with pytest.raises(Stop):
            actions.issue(batch=approved.pk)
    issued = Letter.objects.filter(state="issued")
    assert issued.count() == Delivery.objects.count()
    assert Notice.objects.filter(letters__in=issued).count() == Step.objects.filter(kind="notice").count()
    assert actions.issue(batch=approved.pk).state == "issued"
    whole(approved)


@pytest.mark.parametrize("size", [0, 10])
def test_a_file_torn_by_a_full_disk_is_no_letter(approved, monkeypatch, size):
    real = Path.open

    class Full:
        def __init__(self, file):
            self.file = file

        def __enter__(self):
            return self

        def __exit__(self, *fault):
            self.file.close()

        def write(self, made):
            self.file.write(made[:size])
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", lambda path, *how: Full(real(path, *how)) if "w" in how[0] else real(path, *how))
        with pytest.raises(OSError, match="No space"):
            actions.issue(batch=approved.pk)
    assert not [name for name in on_the_shelf() if name.endswith(".pdf")]
    assert not Letter.objects.filter(state="issued").exists()
    actions.issue(batch=approved.pk)
    whole(approved)


KILLED = """
import os, signal, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "firstbell.site.settings"
import django
django.setup()
from firstbell.notices import actions, shelf
from firstbell.notices.actions import issuing
issuing.CHUNK = 2
where, name, time = {"keep": shelf, "_record": issuing, "_queue": issuing}[sys.argv[2]], sys.argv[2], int(sys.argv[3])
real, calls = getattr(where, name), []
def killed(*given, **named):
    calls.append(1)
    came = real(*given, **named)
    if len(calls) == time:
        os.kill(os.getpid(), signal.SIGKILL)
    return came
setattr(where, name, killed)
actions.issue(batch=int(sys.argv[1]))
"""


def begin(batch: Batch, stage: str = "keep", time: int = 0) -> subprocess.Popen:
    """A worker of its own that issues the batch; it kills itself after the nth call of a stage."""
    told = connection.get_connection_params()
    where = f"postgresql://{told.get('user', '')}@/{told['dbname']}?host={told['host']}"
    env = {**os.environ, "DATABASE_URL": where, "FIRSTBELL_TODAY": SENT.isoformat(),
           "FIRSTBELL_DISTRICT": "Rosalia Unified School District"}  # fmt: skip
    return subprocess.Popen([sys.executable, "-c", KILLED, str(batch.pk), stage, str(time)], env=env)


@pytest.mark.django_db(transaction=True)
def test_kill_9_in_the_middle_again_and_again(approved, small_chunks):
    issued = []
    for stage, time in (("keep", 1), ("_record", 1), ("_queue", 1), ("_record", 2)):
        assert begin(approved, stage, time).wait(120) == -9
        issued.append(Letter.objects.filter(state="issued").count())
    kept = on_the_shelf()
    assert issued == [0, 2, 2, 5]
    assert all(f"{one}.pdf" in kept for one in Letter.objects.values_list("pdf_sha256", flat=True))
    actions.issue(batch=approved.pk)
    whole(approved)
    assert on_the_shelf() == kept, "the same letters are the same bytes"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_issue_each_letter_once(approved):
    assert [worker.wait(120) for worker in [begin(approved), begin(approved)]] == [0, 0]
    whole(approved)


def test_nothing_is_issued_before_it_is_approved_or_on_another_day(ana, prepare, daniel, settings):
    batch = prepare(send_on=SENT + timedelta(2))
    with pytest.raises(NotAllowed, match="they can be issued from that day on"):
        actions.ask_issue(batch=batch, by=daniel)
    settings.TODAY = (SENT + timedelta(2)).isoformat()
    with pytest.raises(NotAllowed, match="A batch that is draft cannot be issued"):
        actions.issue(batch=batch.pk)
    actions.approve(batch=batch, by=daniel)
    settings.TODAY = (SENT + timedelta(10)).isoformat()
    with pytest.raises(NotAllowed, match="Cancel the batch, prepare it again"):
        actions.issue(batch=batch.pk)
    assert Letter.objects.get().state == "prepared"


def test_a_run_that_nobody_took_up_in_time_ends_and_the_rest_is_due_again(
    approved, small_chunks, monkeypatch, settings
):
    real, calls = shelf.settle, []

    def once(digests):
        calls.append(digests)
        if len(calls) == 2:
            raise Stop
        real(digests)

    with monkeypatch.context() as patch:
        patch.setattr(shelf, "settle", once)
        with pytest.raises(Stop):
            actions.issue(batch=approved.pk)
    settings.TODAY = (SENT + timedelta(8)).isoformat()
    assert actions.issue(batch=approved.pk).state == "issued"
    assert sorted(Letter.objects.values_list("state", flat=True)) == ["cancelled"] * 3 + ["issued"] * 2
    assert sorted(Due.objects.values_list("state", flat=True)) == ["open"] * 3 + ["sent"] * 3


def test_pressing_the_button_asks_a_worker(approved, daniel, monkeypatch):
    assert actions.ask_issue(batch=approved, by=daniel).state == "issuing"
    assert JournalLine.objects.get(verb="notices.issue_asked").by == daniel
    actions.give_up(batch=approved.pk)
    approved.refresh_from_db()
    assert "press Issue to go on" in approved.error
    assert actions.ask_issue(batch=approved, by=daniel).error == ""


def move(contact, **more):
    m.Contact.objects.filter(pk=contact.pk).update(address="9 Palm Way")


def restrict(contact, **more):
    m.FamilyLink.objects.filter(contact=contact).update(restrictions="Court order")


def rename(contact, **more):
    m.Student.objects.filter(key="P-2").update(given="Anita")


def leave_school(contact, town):
    m.Student.objects.filter(key="P-2").update(school=town.district.schools[1])


@pytest.mark.parametrize("change", [move, restrict, rename, leave_school])
def test_what_changed_since_the_approval_is_not_sent_to_the_old_home(town, prepare, daniel, change):
    town.family("P-1")
    mother, _ = town.family("P-2", "P-3")
    batch = actions.approve(batch=prepare(), by=daniel)
    change(mother, town=town)
    actions.issue(batch=batch.pk)
    batch.refresh_from_db()
    assert batch.state == "issued"
    states = {one.student.key: one.state for one in Notice.objects.select_related("student")}
    assert states == {"P-1": "issued", "P-2": "cancelled", "P-3": "cancelled"}
    assert set(Due.objects.filter(student__key__in=("P-2", "P-3")).values_list("state", flat=True)) == {"open"}
    assert Delivery.objects.count() == 1
    assert JournalLine.objects.get(verb="notices.issued").detail["put_back"] == 1


def test_a_correction_that_no_night_has_seen_yet_stops_the_letter(ana, town, prepare, daniel, rosa):
    batch = actions.approve(batch=prepare(), by=daniel)
    clear(student=ana, school=ana.school, day=on(2), reason="48205a01", by=rosa)
    actions.issue(batch=batch.pk)
    assert (Letter.objects.get().state, due(ana).state) == ("cancelled", "open")
    assert not Step.objects.filter(kind="notice").exists()


def test_a_name_that_no_font_has_stops_both_letters_of_the_student(town, prepare, daniel, monkeypatch):
    _, [child] = town.family("P-1")
    town.link(child, town.contact("Luis", address="9 Palm Way"), "Father")
    town.family("P-2")
    batch = actions.approve(batch=prepare(), by=daniel)
    real, no = issuing.pdfs, ValueError("no glyph")

    def pdfs(mails):
        return (no if mail[0].to.name == "Luis Reyes" else made for mail, made in zip(mails, real(mails), strict=True))

    monkeypatch.setattr(issuing, "pdfs", pdfs)
    actions.issue(batch=batch.pk)
    states = {one.student.key: one.state for one in Notice.objects.select_related("student")}
    assert states == {"P-1": "cancelled", "P-2": "issued"}
    assert sorted(Letter.objects.values_list("state", flat=True)) == ["cancelled", "cancelled", "issued"]
    assert due(child).state == "open"


def test_the_letter_is_the_step_it_takes(ana, prepare, issued):
    issued(prepare())
    step = Notice.objects.get().step
    letter = Letter.objects.get()
    assert (step.kind, step.number, step.on, step.rests_on) == ("notice", 1, SENT, iso(0, 2, 4))
    assert step.evidence["said"] == {"how": "Letter", "letter": letter.reference}
    assert step.by.username == "daniel", "who approved it last answers for it"


def test_an_invitation_that_somebody_asked_for_takes_no_step(ana, prepare, issued, rosa):
    actions.ask(student=ana, kind="conference", by=rosa)
    issued(prepare("conference", meeting=MEETING))
    assert Notice.objects.get().step is None


@pytest.mark.parametrize("row", ["notice", "letter"])
@pytest.mark.parametrize("when", ["prepared", "issued"])
def test_the_database_refuses_to_overwrite_or_delete(ana, prepare, issued, row, when):
    batch = prepare()
    if when == "issued":
        issued(batch)
    changes = {
        "notice": {"evidence": "'{}'", "kind": "'summary'", "student_id": "student_id + 1", "number": "2"},
        "letter": {"data": "'[]'", "text": "'other'", "to_name": "'Other'", "to_lines": "'[]'", "email": "'x@y.org'",
                   "home": "'c0'", "sent_on": "sent_on + 1", "reference": "'R'"},
    }[row]  # fmt: skip
    if when == "issued":
        changes["issued_at"] = "now() + interval '1 day'"
    for column, value in changes.items():
        with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
            run(f"update {row} set {column} = {value}")
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        run(f"delete from {row}")


@pytest.mark.parametrize("table", ["notice_approval", "letter_delivery"])
def test_nor_who_approved_and_what_went_out(ana, issued, table):
    issued()
    for change in (f"update {table} set at = now()", f"delete from {table}"):
        with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
            run(change)


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(("damage", "says"), [
    (lambda path: path.write_bytes(path.read_bytes()[:-1]), "was changed since it was issued"),
    (lambda path: path.write_bytes(path.read_bytes().replace(b"%PDF-1", b"%PDF-2")), "was changed since it was issued"),
    (lambda path: path.unlink(), "is not in the state folder"),
])  # fmt: skip
def test_a_damaged_letter_is_never_shown_as_the_one_that_was_issued(ana, issued, damage, says):
    batch = issued()
    letter = Letter.objects.get()
    assert sent.made(letter) == shelf.opened(letter.pdf_sha256)
    [path] = (Path(os.environ["FIRSTBELL_HOME"]) / "letters").rglob("*.pdf")
    assert path.stem == letter.pdf_sha256
    damage(path)
    for read in (lambda: sent.made(letter), lambda: sent.print_run(batch)):
        with pytest.raises(shelf.Damaged, match=f"{says}.*restore it from a backup"):
            read()


def test_the_proof_shows_what_was_issued_after_everything_else_changed(ana, town, issued, night):
    issued()
    before = queries.as_text(queries.proof(Letter.objects.get()))
    m.Student.objects.filter(pk=ana.pk).update(language="es", grade="09")
    m.Contact.objects.update(address="9 Palm Way", given="Other")
    town.correct("P-1", 0, 2, code="?")
    night()
    assert queries.as_text(queries.proof(Letter.objects.get())) == before
    for needed in ("2025-09-01 U", "files of 2025-10-03", "Approved by Daniel Kim", "EC 48260.5", "PDF (SHA-256)"):
        assert needed in before


def test_the_evidence_is_plain_data_that_lasts(ana, issued):
    issued()
    notice = Notice.objects.get()
    assert json.loads(json.dumps(notice.evidence)) == notice.evidence
    assert {"days", "policy", "items", "why", "who"} <= set(notice.evidence)


@pytest.mark.parametrize(("model", "change"), [(Letter, {"pdf_sha256": "0" * 64}), (Notice, {"step": None})])
def test_what_was_issued_keeps_its_paper_and_its_step(ana, issued, model, change):
    issued()
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        model.objects.update(**change)
