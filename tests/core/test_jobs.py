"""Jobs for real: workers in processes of their own, killed with SIGKILL, against the test database."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import TaskNotFound

from firstbell.core import jobs

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.filterwarnings("ignore::ResourceWarning")]
SILENT = 1.0
WORKER = """
import os, pathlib, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "firstbell.site.settings"
import django
django.setup()
from firstbell.core import jobs
notes = pathlib.Path(sys.argv[1])
def note(word):
    with notes.open("a") as into:
        into.write(word + "\\n")
def slow(who):
    note(f"begun {who}")
    while notes.with_name("hold").exists():
        time.sleep(0.05)
    note(f"done {who}")
def put_off(who):
    note(f"asked {who}")
    if notes.read_text().count("asked") < 2:
        raise jobs.NotYet
def broken(who):
    note(f"tried {who}")
    raise RuntimeError("broken on purpose")
for name, do in (("slow", slow), ("put_off", put_off), ("broken", broken)):
    jobs.handle(f"tests.{name}", do, gives_up=lambda who: note(f"gave up {who}"))
jobs.WAIT = 0
jobs.work(forever=sys.argv[2] == "forever", beside=int(sys.argv[3]) or None, heartbeat=0.2, silent=float(sys.argv[4]))
"""


@pytest.fixture
def desk(tmp_path):
    """Where workers leave notes; no job or worker before or after: flushing leaves procrastinate's tables."""
    _empty()
    yield tmp_path
    _empty()


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs; delete from procrastinate_workers")


def worker(desk, *, forever: bool = False, beside: int = 0) -> subprocess.Popen:
    told = connection.get_connection_params()
    where = f"postgresql://{told.get('user', '')}@/{told['dbname']}?host={told['host']}"
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", WORKER, desk / "notes", "forever" if forever else "once",
         str(beside), str(SILENT)],
        env={**os.environ, "DATABASE_URL": where}, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def notes(desk) -> list[str]:
    return (desk / "notes").read_text().splitlines() if (desk / "notes").exists() else []


def until(what, seconds: float = 30) -> None:
    ends = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < ends, "it did not come to pass"
        time.sleep(0.05)


def put(name: str, who: str) -> None:
    app.configure_task(f"tests.{name}", allow_unknown=True).defer(who=who)


def test_a_killed_workers_job_is_taken_up_again(desk):
    (desk / "hold").touch()
    put("slow", "first")
    killed = worker(desk, forever=True)
    until(lambda: notes(desk) == ["begun first"])
    assert jobs.at_work()
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert ProcrastinateJob.objects.get().status == "doing"
    (desk / "hold").unlink()
    next_one = worker(desk, forever=True)
    until(lambda: notes(desk) == ["begun first", "begun first", "done first"])
    until(lambda: not ProcrastinateJob.objects.exists())
    next_one.terminate()
    assert next_one.wait(20) == 0


def test_a_living_workers_job_is_left_alone(desk):
    (desk / "hold").touch()
    put("slow", "only")
    first = worker(desk, forever=True)
    until(lambda: notes(desk) == ["begun only"])
    assert worker(desk).wait(20) == 0  # a second one finds nothing to do
    long_enough = time.monotonic() + 3 * SILENT
    until(lambda: time.monotonic() > long_enough)
    assert notes(desk) == ["begun only"]
    (desk / "hold").unlink()
    until(lambda: notes(desk) == ["begun only", "done only"])
    first.terminate()
    assert first.wait(20) == 0


def test_not_yet_comes_again(desk):
    put("put_off", "me")
    one = worker(desk, forever=True)
    until(lambda: notes(desk) == ["asked me", "asked me"])
    one.terminate()
    assert one.wait(20) == 0


def test_what_breaks_three_times_is_given_up(desk):
    put("broken", "me")
    one = worker(desk, forever=True)
    until(lambda: "gave up me" in notes(desk), 60)
    one.terminate()
    one.wait(20)
    assert notes(desk) == [*["tried me"] * jobs.TRIES, "gave up me"]


def test_a_worker_ends_with_the_process_it_works_beside(desk):
    assert worker(desk, forever=True, beside=1).wait(20) == 0


def test_a_job_is_part_of_the_transaction_that_asks_for_it(desk):
    with transaction.atomic():
        jobs.later("imports.preview", run=1)
        transaction.set_rollback(True)
    assert not ProcrastinateJob.objects.exists()
    jobs.later("imports.preview", run=1)
    assert ProcrastinateJob.objects.get().args == {"run": 1}


def test_nobody_can_ask_for_what_has_no_handler(desk):
    with pytest.raises(TaskNotFound):
        jobs.later("imports.prevew", run=1)


def test_without_a_worker_nobody_is_at_work(desk):
    assert not jobs.at_work()
