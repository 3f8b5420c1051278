"""A district to practise in, made for real: its first day, two nights, and the same files for a day made again."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from django.db import connection
from django.urls import reverse
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from firstbell.attendance.models import Served
from firstbell.cases.models import Entry, Step, TriggerLadder
from firstbell.cli import main
from firstbell.core import clock, home, lease
from firstbell.core.models import JournalLine, User
from firstbell.core.refusals import NotAllowed
from firstbell.imports.models import Run
from firstbell.practice import Plan, school_days, write
from firstbell.roster.models import Mark
from firstbell.roster.queries import newest_arrival
from firstbell.site import practice_days, practice_district
from firstbell.staffing.models import Post
from firstbell.training.actions import practice as actions
from firstbell.training.models import Course
from firstbell.training.queries import practice as queries
from tests.attendance.conftest import district, shelf

__all__ = ["district", "shelf"]
SMALL = 120
DAYS = school_days(Plan(students=SMALL, schools=6))
MONDAY = date(2025, 10, 6)
FIRST = DAYS.index(MONDAY)


@pytest.fixture
def folder(tmp_path, monkeypatch, settings, db) -> Path:
    """A state folder of its own, and settings that are put back."""
    monkeypatch.setenv("FIRSTBELL_HOME", str(tmp_path))
    settings.PRACTICE, settings.TODAY = True, None
    return tmp_path


def demo(*told: str) -> str:
    """What `firstbell demo` says when it refuses."""
    result = CliRunner().invoke(main, ["demo", "--no-serve", *told])
    assert result.exit_code == 2, result.output
    return " ".join(result.output.split())


def night() -> None:
    """The job that waits is done, as a worker would."""
    job = ProcrastinateJob.objects.get(task_name=queries.NIGHT)
    app.tasks[queries.NIGHT].func(SimpleNamespace(job=SimpleNamespace(attempts=0)), **job.args)
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs")


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# -- for real ----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_trainee_ends_two_days_and_the_files_of_each_come_in(folder, as_user):
    practice_days.make(students=SMALL, seed=1913, begins=MONDAY, say=lambda _: None)
    assert (clock.today(), newest_arrival().through, Served.objects.get().on) == (MONDAY, MONDAY, MONDAY)
    assert {post.role for post in Post.objects.all()} >= {"counselor", "clerk", "principal", "coordinator"}
    assert not Post.objects.filter(span__endswith__lt=date(2026, 7, 1)).exists(), "a trainee keeps their post"
    assert TriggerLadder.objects.exists()
    assert Course.objects.filter(kind=Course.Kind.PRACTICE).exists()
    assert (Entry.objects.count(), Step.objects.count()) == (0, 0), "the trainee is to do it"

    rosa, marks = User.objects.get(username="rosadiaz"), Mark.objects.count()
    client = as_user(rosa)
    for on in DAYS[FIRST : FIRST + 2]:
        seen = client.get(reverse("training:practice")).content.decode()
        assert f'value="{on.isoformat()}"' in seen
        assert "see the page" not in seen
        client.post(reverse("training:end_day"), {"on": on.isoformat()})
        night()
    today = DAYS[FIRST + 2]
    assert (clock.today(), home.setting("today"), newest_arrival().through) == (today, today.isoformat(), today)
    assert Mark.objects.count() > marks
    assert Mark.objects.filter(day=today).exists()
    assert Served.objects.get().on == today
    assert set(Run.objects.values_list("state", flat=True)) == {Run.State.APPLIED}
    assert [one.on for one in queries.days()] == list(DAYS[FIRST : FIRST + 3])
    assert JournalLine.objects.filter(verb="training.day_ended", by=rosa).count() == 2
    assert queries.worked_through(rosa) == 0, "ending a day is no work"

    again = folder / "again"
    write(queries.plan(), again, as_of=today)
    assert files(again) == files(folder / "practice")

    runs = Run.objects.count()
    practice_days.next_day(after=DAYS[FIRST].isoformat())  # another attempt, after the first one ended
    practice_days.make(students=999, seed=7, begins=None, say=lambda _: None)  # what stands already is kept
    assert (clock.today(), queries.plan().students, Run.objects.count()) == (today, SMALL, runs)
    assert "holds a district to practise in" in demo()


def test_the_same_seed_makes_the_same_files_for_each_day_and_another_seed_others(tmp_path):
    plan = Plan(students=SMALL, schools=6)
    for on in DAYS[FIRST : FIRST + 2]:
        made = [tmp_path / f"{on}-{number}" for number in (1, 2)]
        for each in made:
            write(plan, each, as_of=on)
        assert files(made[0]) == files(made[1])
    write(Plan(students=SMALL, schools=6, seed=7), tmp_path / "other", as_of=DAYS[FIRST + 1])
    assert files(tmp_path / "other") != files(made[0])


def test_school_days_are_days_on_which_some_school_is_open():
    assert tuple(sorted(set(DAYS))) == DAYS
    assert len(DAYS) in (180, 181)
    assert (DAYS[0].year, DAYS[-1].year, {day.weekday() for day in DAYS}) == (2025, 2026, {0, 1, 2, 3, 4})
    assert date(2025, 11, 27) not in DAYS, "Thanksgiving"


# -- a night that goes wrong -------------------------------------------------------------------------------------------


@pytest.fixture
def first_day(folder):
    """Of a district whose data nobody needs."""
    actions.set_up(plan=Plan(students=SMALL, schools=6))
    actions.begin_day(on=MONDAY, by=None)


def test_a_night_that_cannot_write_says_so_and_the_day_stays(first_day, folder):
    (folder / "practice").write_text("in the way of the files")
    practice_days.next_day(after=MONDAY.isoformat())
    assert "Firstbell itself is at fault" in queries.night().error
    assert (clock.today(), len(queries.days()), Run.objects.count()) == (MONDAY, 1, 0)


def test_a_night_waits_while_files_come_in(first_day, monkeypatch):
    monkeypatch.setattr(lease, "SHORTLY", 0.1)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(%s)", [lease.KEY])
        app.tasks[queries.NIGHT].func(SimpleNamespace(job=SimpleNamespace(attempts=0)), after=MONDAY.isoformat())
    finally:
        other.close()
    assert ProcrastinateJob.objects.get(task_name=queries.NIGHT).args == {"after": MONDAY.isoformat()}
    assert (clock.today(), queries.night().on) == (MONDAY, True)
    assert queries.night().step == "Waiting: somebody brings files in"


def test_nothing_comes_after_the_last_school_day(first_day):
    actions.begin_day(on=DAYS[-1], by=None)
    practice_days.next_day(after=DAYS[-1].isoformat())
    assert (clock.today(), Run.objects.count()) == (DAYS[-1], 0)


# -- what the command refuses ------------------------------------------------------------------------------------------


def test_it_keeps_off_the_usual_demo(folder):
    home.remember(demo=True)
    said = demo("--practice")
    assert "holds the usual demo" in said
    assert "FIRSTBELL_HOME=" in said
    assert home.setting("practice") is None


def test_it_keeps_off_a_districts_data(folder, district):
    assert "holds a district's data" in demo("--practice")
    assert home.setting("practice") is None


def test_the_usual_demo_keeps_off_it(first_day):
    assert "holds a district to practise in" in demo()
    assert home.setting("today") == MONDAY.isoformat()


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (["--begins", "2025-10-06"], "give --practice as well"),
        (["--practice", "--begins", "2025-10-05"], "Choose a school day from 2025-08-15 to 2026-06-10"),
        (["--practice", "--begins", "2025-08-14"], "is no day to begin on"),
        (["--practice", "--begins", "soon"], "expected a date like"),
        (["--practice", "--students", "60"], "No such district can be made: 6 schools need 20 students each"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(folder, told, said):
    assert said in demo(*told)
    assert home.setting("practice") is None


def test_a_making_that_was_broken_off_goes_on_with_its_own_plan(folder):
    actions.set_up(plan=Plan(students=SMALL, schools=6))
    begins = MONDAY.replace(day=5)  # refused before any file is written, but after the plan was chosen
    with pytest.raises(NotAllowed, match="no day to begin on"):
        practice_days.make(students=60, seed=7, begins=begins, say=lambda _: None)
    assert (queries.plan().students, queries.plan().seed) == (SMALL, 1913)


def test_the_welcome_names_the_day_and_the_people(first_day):
    said: list[str] = []
    practice_days.welcome(8123, said.append)
    assert "http://localhost:8123/" in said[0]
    assert any("Monday 6 October 2025" in line for line in said)
    assert practice_district.NAME in said[0]
