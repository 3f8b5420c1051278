"""The practice day: only where one practises; what waits, what somebody did, who ends the day and only once."""

from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import pytest
from django.db import connection
from django.urls import reverse
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from firstbell.core import clock, home, jobs, journal, lease
from firstbell.core.models import JournalLine
from firstbell.core.refusals import NotAllowed
from firstbell.practice import Plan, school_days
from firstbell.training.actions import practice as actions
from firstbell.training.queries import practice as queries
from firstbell.training.rules import practice as rules
from tests.training.conftest import body, somebody

PLAN = Plan(students=120, schools=6)
EVERY = school_days(PLAN)
FRIDAY, MONDAY = EVERY[29], EVERY[30]
URL, END = "/training/practice/", "/training/practice/end/"


@pytest.fixture
def practising(tmp_path, monkeypatch, settings, db):
    """A district to practise in, on the first day of it."""
    monkeypatch.setenv("FIRSTBELL_HOME", str(tmp_path))
    settings.PRACTICE = True
    settings.TODAY = FRIDAY.isoformat()
    actions.set_up(plan=PLAN)
    actions.begin_day(on=FRIDAY, by=None)
    return tmp_path


def verbs(user=None):
    return list(JournalLine.objects.filter(by=user, verb__startswith="training.day").values_list("verb", flat=True))


def waiting_jobs():
    return list(ProcrastinateJob.objects.filter(task_name=queries.NIGHT).values_list("args", flat=True))


def days_ago(number):
    """The days so far began so many days ago, one a day."""
    now = datetime.now(timezone.utc)  # noqa: UP017
    told = [
        {"on": EVERY[29 + n].isoformat(), "began": (now - timedelta(number - n)).isoformat()} for n in range(number + 1)
    ]
    home.remember(practice_days=told, today=told[-1]["on"])
    clock.catch_up()


# -- only there --------------------------------------------------------------------------------------------------------


def test_elsewhere_there_is_no_practice_day(as_user, counselor):
    client = as_user(counselor)
    assert [client.get(URL).status_code, client.post(END, {"on": FRIDAY}).status_code] == [404, 404]
    assert "Practice day" not in body(client.get(reverse("training:mine")))


def test_in_practice_it_leads_the_navigation(practising, as_user, counselor):
    seen = body(as_user(counselor).get(reverse("training:mine")))
    assert seen.index("Practice day") < seen.index("Today")


def test_who_has_no_post_finds_none(practising, as_user, region):
    assert as_user(somebody("tom.abara")).get(URL).status_code == 404


@pytest.mark.parametrize(
    ("role", "sees", "misses"),
    [
        ("counselor", ["Calls", "Tasks", "Letters due"], ["Batches to approve"]),
        ("clerk", ["Clear absences", "Letters due"], ["Tasks"]),
        ("principal", ["Absences to decide", "Batches to approve"], ["Clear absences"]),
        ("coordinator", ["What needs you", "Chart reviews", "Who worked through days"], ["Calls"]),
        ("engineer", ["Imports"], ["Letters due"]),
        ("teacher", ["Nothing is asked of your post"], ["Letters due"]),
    ],
)
def test_each_role_looks_at_its_own(practising, as_user, district, region, role, sees, misses):
    where = {"coordinator": {"region": region}, "engineer": {}}.get(role, {"school": district.schools[0]})
    seen = body(as_user(somebody("some.body", role, **where)).get(URL))
    main = seen[seen.index("<main") :]
    assert [words for words in sees if words not in main] == []
    assert [words for words in misses if words in main] == []
    assert "Friday 26 September 2025" in main
    assert f"{len(EVERY) - 30} school days to come" in main


def test_each_thing_to_look_at_has_a_page_and_each_role_some():
    assert {reverse(look.route) for look in rules.LOOKS.values()}
    named = {key for keys in rules.OF_ROLE.values() for key in keys}
    assert named == set(rules.LOOKS)
    assert set(queries._waiting()) <= named


# -- what was done -----------------------------------------------------------------------------------------------------


def test_what_one_did_since_the_day_began_is_counted_and_nobody_elses(practising, as_user, counselor, hugo, scope):
    journal.record("cases.contact_logged", by=hugo)
    for verb in ("cases.contact_logged", "cases.contact_logged", "cases.task_done", "training.signed_up"):
        journal.record(verb, by=counselor)
    done = {item.look.title: item.done for item in queries.items(counselor, scope(counselor), FRIDAY)}
    assert (done["Calls"], done["Tasks"], done["Letters due"]) == (2, 1, 0)
    assert "2 steps done" in body(as_user(counselor).get(URL))
    actions.begin_day(on=MONDAY, by=None)
    assert {item.done for item in queries.items(counselor, scope(counselor), MONDAY)} == {0}


@pytest.mark.parametrize(
    ("hours", "days"),
    [([], 0), ([1], 0), ([25], 1), ([25, 26, 30], 1), ([25, 49, 73], 3), ([100], 0), ([1, 25, 200], 1)],
)
def test_a_day_counts_that_is_over_and_on_which_something_was_done(hours, days):
    """Hours ago; the days began 96, 72, 48 and 24 hours ago, and the last one goes on."""
    now = datetime(2026, 1, 9, tzinfo=timezone.utc)  # noqa: UP017
    began = [now - timedelta(hours=back) for back in (96, 72, 48, 24)]
    assert rules.worked_through(began, [now - timedelta(hours=back) for back in hours]) == days


@pytest.mark.parametrize(
    ("verb", "work"), [("cases.opened", True), ("training.day_ended", False), ("core.view_kept", False)]
)
def test_ending_the_day_is_no_work(verb, work):
    assert rules.is_work(verb) is work


def test_who_runs_training_sees_who_worked_through_days(practising, as_user, counselor, marisa, elsewhere):
    days_ago(2)
    with connection.cursor() as cursor:  # the journal dates its lines itself, and is never changed
        for back in (36, 12, 13):
            cursor.execute(
                "insert into journal_line (at, by_id, verb, about, detail) values"
                " (now() - make_interval(hours => %s), %s, 'cases.opened', '', '{}')",
                [back, counselor.pk],
            )
    assert queries.worked_through(counselor) == 2
    assert "You worked through <b>2 days</b> of 2 days that are over" in body(as_user(counselor).get(URL))
    assert reverse("training:person", args=[counselor.pk]) in body(as_user(marisa).get(URL))
    assert "Nobody yet" in body(as_user(elsewhere).get(URL))


# -- the day ends ------------------------------------------------------------------------------------------------------


def test_somebody_ends_the_day_and_the_page_waits(practising, as_user, counselor):
    client = as_user(counselor)
    assert client.post(END, {"on": FRIDAY.isoformat()}).url == URL
    assert (verbs(counselor), waiting_jobs()) == (["training.day_ended"], [{"after": FRIDAY.isoformat()}])
    line = JournalLine.objects.get(verb="training.day_ended")
    assert line.detail == {"on": FRIDAY.isoformat(), "next": MONDAY.isoformat()}
    actions.tell("Reading students", 40)
    assert "The night is on" in body(client.get(URL))
    assert "let the night come</button>" not in body(client.get(URL))
    polled = client.get(URL, headers={"HX-Request": "true"})
    assert "Reading students" in body(polled)
    assert "<main" not in body(polled)


def test_the_page_comes_back_when_the_night_is_over(practising, as_user, counselor):
    assert as_user(counselor).get(URL, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_the_second_to_end_it_is_told_that_the_night_is_on(practising, as_user, counselor, hugo):
    actions.end_day(on=FRIDAY, by=counselor)
    answer = as_user(hugo).post(END, {"on": FRIDAY.isoformat()}, follow=True)
    assert "The night is on already" in body(answer)
    assert (verbs(hugo), len(waiting_jobs())) == ([], 1)


def test_a_page_of_yesterday_ends_nothing(practising, counselor):
    actions.begin_day(on=MONDAY, by=None)
    with pytest.raises(NotAllowed, match="it is September 29, 2025 now"):
        actions.end_day(on=FRIDAY, by=counselor)
    assert waiting_jobs() == []


def test_while_files_come_in_nobody_ends_the_day(practising, counselor, monkeypatch):
    monkeypatch.setattr(lease, "SHORTLY", 0.1)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(%s)", [lease.KEY])
        with pytest.raises(NotAllowed, match="Another import, undo or nightly run is at work"):
            actions.end_day(on=FRIDAY, by=counselor)
    finally:
        other.close()
    assert (verbs(counselor), waiting_jobs()) == ([], [])


def test_after_the_last_school_day_there_is_none(practising, as_user, counselor):
    actions.begin_day(on=EVERY[-1], by=None)
    client = as_user(counselor)
    assert "The year's last school day is over" in body(client.get(URL)).replace("&#x27;", "'")
    client.post(END, {"on": EVERY[-1].isoformat()})
    assert waiting_jobs() == []


@pytest.mark.parametrize("on", ["", "tomorrow", "2025-13-01"])
def test_a_day_that_is_none_is_not_found(practising, as_user, counselor, on):
    assert as_user(counselor).post(END, {"on": on}).status_code == 404


def test_looking_at_the_end_of_the_day_ends_nothing(practising, as_user, counselor):
    assert as_user(counselor).get(END).url == URL
    assert waiting_jobs() == []


# -- the day begins ----------------------------------------------------------------------------------------------------


def test_a_day_begins_once_and_for_every_process(practising):
    actions.begin_day(on=MONDAY, by=None)
    actions.begin_day(on=MONDAY, by=None)
    assert [one.on for one in queries.days()] == [FRIDAY, MONDAY]
    assert (clock.today(), home.setting("today")) == (MONDAY, MONDAY.isoformat())
    assert verbs() == ["training.day_begun"] * 2


def test_a_process_that_did_not_move_the_day_reads_it_anew(practising, settings):
    home.remember(today=MONDAY.isoformat())
    assert clock.today() == FRIDAY
    clock.catch_up()
    assert clock.today() == MONDAY


def test_elsewhere_the_home_file_is_not_asked(practising, settings):
    settings.PRACTICE = False
    home.remember(today=MONDAY.isoformat())
    clock.catch_up()
    assert clock.today() == FRIDAY


def test_it_is_another_day_only_meanwhile(practising):
    with clock.living_on(MONDAY):
        assert clock.today() == MONDAY
    assert clock.today() == FRIDAY


def test_a_night_that_never_ended_says_so_and_may_be_tried_again(practising, as_user, counselor):
    actions.end_day(on=FRIDAY, by=counselor)
    [args] = waiting_jobs()
    app.tasks[queries.NIGHT].func(SimpleNamespace(job=SimpleNamespace(attempts=jobs.TRIES)), **args)
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs")
    seen = body(as_user(counselor).get(URL))
    assert "The night came to nothing" in seen
    assert "let the night come</button>" in seen
    actions.end_day(on=FRIDAY, by=counselor)
    assert (len(waiting_jobs()), queries.night().error) == (1, "")
