"""The import pages: who may, every state and error, and that nothing asked twice is done twice."""

import os
import re
from datetime import date, timedelta
from types import SimpleNamespace

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from firstbell.core import jobs, lease
from firstbell.core.access import ROLES
from firstbell.core.models import JournalLine, User
from firstbell.imports import actions, forms, queries
from firstbell.imports.models import Run
from firstbell.roster.models import Arrival, Mark, Region, Student
from firstbell.site import schedule
from firstbell.staffing import actions as staffing
from tests import staff
from tests.imports.extracts import Small

pytestmark = pytest.mark.django_db
LATER = "2026-02-02T18:00:00Z"


@pytest.fixture(autouse=True)
def state_folder(tmp_path, monkeypatch, settings):
    monkeypatch.setenv("FIRSTBELL_HOME", str(tmp_path / "home"))
    settings.TODAY = "2026-02-03"


def person(role: str, given: str = "Lena", family: str = "Fischer") -> User:
    user = User.objects.create(username=f"{role}.{given}", first_name=given, last_name=family, password="!")
    where = {}
    if role in ("coordinator", "region_counselor"):
        where = {"region": Region.objects.order_by("key").first()}
    elif role not in ("director", "engineer"):
        where = {"school": Student.objects.order_by("key").first().school}
    if role != "guest":  # a panel's outside member holds no post
        staffing.assign(user=staff.qualify(user), role=role, by=None, begins=date(2020, 1, 1), **where)
    return user


@pytest.fixture
def engineer(client):
    user = person("engineer")
    client.force_login(user)
    return user


def drain() -> int:
    """Do the jobs that wait, as a worker would, in this transaction; how many there were."""
    waiting = list(ProcrastinateJob.objects.filter(status="todo").order_by("pk"))
    for job in waiting:
        app.tasks[job.task_name].func(SimpleNamespace(job=job), **job.args)
        with connection.cursor() as cursor:
            cursor.execute("delete from procrastinate_jobs where id = %s", [job.pk])
    return len(waiting)


def upload(small: Small, tmp_path, name: str = "daily.zip") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, small.zip(tmp_path / name).read_bytes())


def send(client, small: Small, tmp_path, name: str = "daily.zip") -> Run:
    """Upload and preview."""
    answer = client.post("/imports/new/", {"files": upload(small, tmp_path, name)})
    assert answer.status_code == 302, answer.content.decode()
    drain()
    return Run.objects.get(pk=int(answer.url.split("/")[2]))


def text(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def one_more_mark() -> Small:
    small = Small(as_of=LATER)
    small.add_mark("2002", "101", "2026-01-29", "U")
    return small


# -- who may -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_only_the_director_and_the_engineer_reach_the_pages_that_write(client, tmp_path, role):
    run = actions.apply(Small().write(tmp_path / "a"), by=None)
    client.force_login(person(role))
    may = role in ("director", "engineer")
    assert client.get("/imports/new/").status_code == (200 if may else 404)
    assert client.post("/imports/new/").status_code == (200 if may else 404)
    for path in (f"/imports/{run.pk}/apply/", f"/imports/{run.pk}/undo/"):
        assert client.get(path).status_code == (302 if may else 404)
    assert client.post(f"/imports/{run.pk}/apply/").status_code == (200 if may else 404)
    assert client.post(f"/imports/{run.pk}/undo/").status_code == (302 if may else 404)
    assert (Run.objects.get().task == "undo") is may


# -- the whole way -----------------------------------------------------------------------------------------------------


def test_from_upload_to_undo(client, tmp_path, engineer, django_capture_on_commit_callbacks):
    actions.apply(Small().write(tmp_path / "a"), by=None)
    before = Mark.objects.count()
    answer = client.post("/imports/new/", {"files": upload(one_more_mark(), tmp_path)})
    run = Run.objects.get(pk=int(answer.url.split("/")[2]))
    assert (run.state, run.task, run.name) == ("received", "preview", "daily.zip")
    assert "Waiting for its turn" in text(client, answer.url)
    assert drain() == 1
    page = text(client, answer.url)
    assert "Nothing is applied yet" in page
    assert "1 to create" in page
    assert Mark.objects.count() == before
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"/imports/{run.pk}/apply/").url == answer.url
        drain()
    page = text(client, answer.url)
    assert "Applied. By Lena Fischer" in page
    assert "standings are as of Monday 2 February: 10 students" in page
    assert "Undo this import?" in page
    assert Mark.objects.count() == before + 1
    assert list(queries.uploads().iterdir()) == []
    client.post(f"/imports/{run.pk}/undo/")
    drain()
    assert "Undone. By Lena Fischer" in text(client, answer.url)
    verbs = JournalLine.objects.filter(by=engineer).order_by("pk").values_list("verb", "about_id")
    assert [line for line in verbs if line[0].startswith("imports")] == [
        ("imports.applied", run.pk), ("imports.undone", run.pk),
    ]  # fmt: skip


def test_marks_that_do_not_count_are_told_with_a_link(client, tmp_path, engineer):
    small = Small(as_of=LATER)
    small.add_mark("2002", "101", "2026-01-31", "U")  # a Saturday
    run = send(client, small, tmp_path)
    client.post(f"/imports/{run.pk}/apply/")
    drain()
    page = client.get(f"/imports/{run.pk}/").content.decode()
    assert "Marks that do not count" in page
    assert "1\u00a0mark:" in page
    assert 'href="/data/uncounted/"' in page


def test_the_same_files_again_say_nothing_new(client, tmp_path, engineer):
    actions.apply(Small().write(tmp_path / "a"), by=None)
    run = send(client, Small(), tmp_path)
    assert "No change" in text(client, f"/imports/{run.pk}/")
    client.post(f"/imports/{run.pk}/apply/")
    drain()
    run.refresh_from_db()
    assert (run.state, run.task, run.upload, Arrival.objects.count()) == ("unchanged", "", "", 1)


# -- surprises ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({}, "Say that you have looked"),
        ({"looked": "on"}, "Write why these files are right"),
        ({"reason": "A school moved out."}, "Say that you have looked"),
        ({"looked": "on", "reason": "  "}, "Write why these files are right"),
    ],
)
def test_a_surprise_needs_a_person_and_a_reason(client, tmp_path, engineer, sent, says):
    actions.apply(one_more_mark().write(tmp_path / "a"), by=None)
    run = send(client, Small(), tmp_path)
    assert [found["rule"] for found in run.surprises] == ["older-than-last"]
    answer = client.post(f"/imports/{run.pk}/apply/", sent)
    assert says in answer.content.decode()
    assert (Run.objects.get(pk=run.pk).task, drain()) == ("", 0)


def test_an_accepted_surprise_is_applied_and_journalled_with_its_reason(client, tmp_path, engineer):
    actions.apply(one_more_mark().write(tmp_path / "a"), by=None)
    run = send(client, Small(), tmp_path)
    client.post(f"/imports/{run.pk}/apply/", {"looked": "on", "reason": "The later file was a mistake."})
    drain()
    run.refresh_from_db()
    assert run.state == Run.State.APPLIED
    line = JournalLine.objects.get(verb="imports.accepted")
    assert (line.by, line.about_id) == (engineer, run.pk)
    assert line.detail == {"reason": "The later file was a mistake.", "surprises": ["older-than-last"]}
    assert "The later file was a mistake." in text(client, f"/imports/{run.pk}/")


# -- errors ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "says"),
    [
        (None, "Choose the zip"),
        (SimpleUploadedFile("roster.csv", b"a,b"), "Expected a .zip file, found roster.csv"),
        (SimpleUploadedFile("empty.zip", b""), "This file is empty"),
        (SimpleUploadedFile("large.zip", b"x" * 2000), "Expected at most 1 GB"),
    ],
)
def test_what_is_no_zip_is_refused_at_the_form(client, engineer, monkeypatch, files, says):
    monkeypatch.setattr(forms, "LARGEST", 1000)
    answer = client.post("/imports/new/", {"files": files} if files else {})
    assert says in answer.content.decode()
    assert not Run.objects.exists()


def test_an_unreadable_zip_leaves_a_failed_run_with_its_message(client, tmp_path, engineer):
    actions.apply(Small().write(tmp_path / "a"), by=None)
    students = Student.objects.count()
    answer = client.post("/imports/new/", {"files": SimpleUploadedFile("torn.zip", b"PK\x03\x04 torn")})
    drain()
    page = text(client, answer.url)
    for word in ("could not be taken in", "Where torn.zip", "Expected", "Found", "What to do"):
        assert word in page
    assert "Failed" in text(client, "/imports/")
    assert (Student.objects.count(), Run.objects.filter(state="failed").count()) == (students, 1)
    assert client.get(answer.url + "remarks.csv").getvalue().decode().count("torn.zip") == 1


def test_rejected_rows_are_counted_grouped_and_downloaded(client, tmp_path, engineer):
    small = Small()
    small.add_mark("9999", "101", "2026-01-29", "U")
    run = send(client, small, tmp_path)
    page = text(client, f"/imports/{run.pk}/")
    assert "1 rejected" in page
    assert "unknown-student" in page
    assert "columns that Firstbell does not use" in page or "column that" in page
    assert "unknown-student" in client.get(f"/imports/{run.pk}/remarks.csv").getvalue().decode()


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (OperationalError("could not extend file: No space left on device"), "No space left on device"),
        (OSError(28, "No space left on device"), "No space left on device"),
        (RuntimeError("a bug"), "Firstbell itself is at fault"),
    ],
)
def test_a_fault_while_applying_keeps_the_preview_and_says_so(client, tmp_path, engineer, monkeypatch, fault, says):
    run = send(client, Small(), tmp_path)

    def breaks(*_, **__):
        raise fault

    monkeypatch.setattr(actions.roster, "receive_marks", breaks)
    client.post(f"/imports/{run.pk}/apply/")
    drain()
    run.refresh_from_db()
    assert (run.state, run.task, Student.objects.count()) == ("previewed", "", 0)
    assert says in text(client, f"/imports/{run.pk}/")
    assert queries.files_of(run)


def test_after_three_broken_attempts_the_run_says_so(client, tmp_path, engineer):
    client.post("/imports/new/", {"files": upload(Small(), tmp_path)})
    job = ProcrastinateJob.objects.get()
    app.tasks["imports.preview"].func(SimpleNamespace(job=SimpleNamespace(attempts=jobs.TRIES)), **job.args)
    run = Run.objects.get()
    assert (run.state, run.task) == ("failed", "")
    assert "never came to its end" in text(client, f"/imports/{run.pk}/")


# -- twice, at once, too late ------------------------------------------------------------------------------------------


def test_pressed_twice_is_asked_once(client, tmp_path, engineer):
    run = send(client, Small(), tmp_path)
    for _ in range(2):
        assert client.post(f"/imports/{run.pk}/apply/").status_code == 302
    assert drain() == 1
    assert Arrival.objects.count() == 1


def test_the_second_person_is_told_who_is_at_work_since_when(client, tmp_path, engineer):
    client.post("/imports/new/", {"files": upload(Small(), tmp_path)})
    Run.objects.update(asked_at=timezone.now().replace(hour=16, minute=5))
    client.force_login(person("director", "Samir", "Haddad"))
    answer = client.post("/imports/new/", {"files": upload(Small(), tmp_path)}).content.decode()
    assert "Lena Fischer is at work on run" in answer
    assert ":05" in answer
    assert Run.objects.count() == 1
    assert "Not now." in text(client, "/imports/new/")


@pytest.mark.parametrize("named", [False, True])
def test_whoever_holds_the_lease_is_seen_the_command_line_too(engineer, named):
    told = {k: v for k, v in connection.get_connection_params().items() if k in ("dbname", "host", "port", "user")}
    with psycopg.connect(**told) as other:
        other.execute("select pg_advisory_xact_lock(%s)", [lease.KEY])
        name = f"firstbell lease {engineer.pk if named else ''}"
        other.execute("select set_config('application_name', %s, true)", [name])
        assert queries.importing().startswith(f"{'Lena Fischer' if named else 'The command line'} is at work on")
    assert queries.importing() == ""


def test_a_job_whose_turn_has_not_come_waits_and_comes_again(client, tmp_path, engineer, monkeypatch):
    run = send(client, Small(), tmp_path)
    client.post(f"/imports/{run.pk}/apply/")
    with monkeypatch.context() as patch:

        def busy(**_):
            raise lease.Busy("later")

        patch.setattr(lease, "claim", busy)
        drain()
    run.refresh_from_db()
    assert (run.state, run.task) == ("previewed", "apply")
    assert run.step.startswith("Waiting.")
    assert drain() == 1
    assert Run.objects.get().state == Run.State.APPLIED


def test_a_preview_that_the_district_moved_on_from_is_made_again(client, tmp_path, engineer):
    actions.apply(Small().write(tmp_path / "a"), by=None)
    later = one_more_mark()
    later.add_mark("2003", "101", "2026-01-29", "U")
    run = send(client, later, tmp_path)
    assert run.counts["tables"]["marks"]["created"] == 2
    actions.apply(one_more_mark().write(tmp_path / "b"), by=None)
    client.post(f"/imports/{run.pk}/apply/")
    drain()
    run.refresh_from_db()
    assert (run.state, run.counts["tables"]["marks"]["created"]) == ("previewed", 1)
    assert "so it was made again" in text(client, f"/imports/{run.pk}/")
    client.post(f"/imports/{run.pk}/apply/")
    drain()
    assert Run.objects.get(pk=run.pk).state == Run.State.APPLIED


@pytest.mark.parametrize("task", ["preview", "apply", "undo"])
def test_a_job_done_twice_does_no_harm(client, tmp_path, engineer, task):
    run = send(client, Small(), tmp_path)
    if task != "preview":
        client.post(f"/imports/{run.pk}/apply/")
        drain()
    if task == "undo":
        client.post(f"/imports/{run.pk}/undo/")
        drain()
    before = (Arrival.objects.count(), Mark.objects.count(), JournalLine.objects.count())
    app.tasks[f"imports.{task}"].func(SimpleNamespace(job=SimpleNamespace(attempts=1)), run=run.pk)
    assert (Arrival.objects.count(), Mark.objects.count(), JournalLine.objects.count()) == before


def test_a_job_killed_after_the_apply_only_makes_the_standings(client, tmp_path, engineer, monkeypatch):
    run = send(client, Small(), tmp_path)
    client.post(f"/imports/{run.pk}/apply/")
    with monkeypatch.context() as patch:

        class Killed(BaseException):
            pass

        def killed(**_):
            raise Killed

        patch.setattr(schedule, "refresh", killed)
        with pytest.raises(Killed):
            drain()
    run.refresh_from_db()
    assert (run.state, run.task, Arrival.objects.count()) == ("applied", "apply", 1)
    drain()
    run.refresh_from_db()
    assert (run.task, Arrival.objects.count(), run.counts["served"]["students"]) == ("", 1, 10)


def test_only_the_newest_applied_import_can_be_undone(client, tmp_path, engineer):
    first = actions.apply(Small().write(tmp_path / "a"), by=None)
    second = actions.apply(one_more_mark().write(tmp_path / "b"), by=None)
    assert "Undo this import" not in text(client, f"/imports/{first.pk}/")
    assert "Only the newest" in client.post(f"/imports/{first.pk}/undo/").content.decode()
    assert "Undo this import" in text(client, f"/imports/{second.pk}/")
    assert drain() == 0


@pytest.mark.parametrize("state", ["applied", "unchanged", "undone", "failed", "received"])
def test_what_does_not_fit_the_state_is_refused(client, tmp_path, engineer, state):
    run = send(client, Small(), tmp_path)
    Run.objects.update(state=state)
    answer = client.post(f"/imports/{run.pk}/apply/").content.decode()
    assert "or its files are no longer kept" in answer
    assert drain() == 0


def test_files_are_kept_seven_days(client, tmp_path, engineer):
    run = send(client, Small(), tmp_path)
    kept = queries.files_of(run)
    for days, there in ((6, True), (8, False)):
        old = (timezone.now() - timedelta(days=days)).timestamp()
        os.utime(kept, (old, old))
        actions.sweep()
        assert kept.exists() is there
    assert "Apply" not in text(client, f"/imports/{run.pk}/").replace("Applying", "")
    assert "no longer kept" in client.post(f"/imports/{run.pk}/apply/").content.decode()


# -- progress and lists ------------------------------------------------------------------------------------------------


def test_progress_is_polled_and_the_page_is_loaded_anew_at_the_end(client, tmp_path, engineer):
    client.post("/imports/new/", {"files": upload(Small(), tmp_path)})
    path = f"/imports/{Run.objects.get().pk}/"
    Run.objects.update(step="Reading users.csv", percent=12)
    whole = client.get(path).content.decode()
    assert 'hx-trigger="every 1s"' in whole
    assert "Look again" in whole
    assert "firstbell work" in whole  # no worker is alive here
    part = client.get(path, HTTP_HX_REQUEST="true").content.decode()
    assert "Reading users.csv" in part
    assert "12 %" in part
    assert "<html" not in part
    drain()
    assert client.get(path, HTTP_HX_REQUEST="true").headers["HX-Refresh"] == "true"


def test_progress_is_seen_before_the_work_commits(tmp_path):
    run = Run.objects.create(state="received", name="daily.zip")
    steps = []
    actions.preview(Small().write(tmp_path / "a"), by=None, run=run, progress=lambda *said: steps.append(said))
    percents = [percent for _, percent in steps]
    assert percents == sorted(percents)
    assert percents[-1] <= 95
    assert {step.split()[0] for step, _ in steps} == {"Reading", "Comparing"}


def test_no_runs_and_many_runs(client, engineer, django_assert_max_num_queries):
    assert "Nothing has been imported yet" in text(client, "/imports/")
    Run.objects.bulk_create(Run(state="unchanged", name=f"night-{n}.zip", as_of=timezone.now()) for n in range(60))
    with django_assert_max_num_queries(12):
        page = text(client, "/imports/?page=2")
    assert "26 to 50 of 60" in page
    assert page.count("Nothing new") == 25
