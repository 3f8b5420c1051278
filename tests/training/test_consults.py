"""Consults: logged, refused, undone within the day; the log with its sums, its file and who may see it."""

import csv
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from firstbell.core.models import JournalLine
from firstbell.core.months import running_month
from firstbell.core.refusals import NotAllowed
from firstbell.roster.models import SchoolYear
from firstbell.training.actions import consults as actions
from firstbell.training.models.questions import Consult
from firstbell.training.queries import consults as queries
from tests.training.conftest import DAYS, body, somebody

pytestmark = pytest.mark.django_db
CALL = {
    "area": "panels", "way": "call", "on": DAYS[-1], "minutes": 25, "whom": "Daniel Kim, principal",
    "about": "How many invitations?", "advised": "One to each guardian, in their language.",
}  # fmt: skip


def log(school, by, **more: Any) -> Consult:
    return actions.log_consult(school=school, by=by, **(CALL | more))


@pytest.fixture
def school(district, region):
    SchoolYear.objects.get_or_create(
        year=2026, defaults={"name": "2025-26", "starts": DAYS[0], "ends": date(2026, 6, 10),
                             "arrival": district.arrival},
    )  # fmt: skip
    return district.schools[0]


def at(name, *args):
    return reverse(f"training:{name}", args=args)


# -- actions -----------------------------------------------------------------------------------------------------------


def test_logged(school, noor):
    made = log(school, noor, whom="  Daniel Kim ")
    assert (made.whom, made.minutes, made.by, made.undone_at) == ("Daniel Kim", 25, noor, None)
    line = JournalLine.objects.order_by("-pk").first()
    assert (line.verb, line.about_id) == ("training.consult_logged", made.pk)
    assert line.detail == {"school": school.pk, "area": "panels", "minutes": 25}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"on": DAYS[-1] + timedelta(1)}, "still to come"),
        ({"on": DAYS[0] - timedelta(1)}, "before this school year"),
        ({"minutes": 0}, "how many minutes"),
        ({"minutes": 601}, "how many minutes"),
        ({"whom": " "}, "with whom"),
        ({"about": ""}, "what it was about"),
        ({"advised": "x" * 10_000}, "10,000 characters"),
        ({"about": "078-05-1120"}, "Social Security"),
        ({"about": "Born 5/1/2015"}, "birthday"),
        ({"area": "x"}, "Choose what it was about"),
        ({"way": "x"}, "Choose what it was about"),
    ],
)
def test_what_is_not_logged(school, noor, more, words):
    with pytest.raises(NotAllowed, match=words):
        log(school, noor, **more)
    assert not Consult.objects.exists()


def test_a_consult_is_of_the_regions_schools(school, counselor, elsewhere):
    for who in (counselor, elsewhere):
        with pytest.raises(NotAllowed, match="of your region"):
            log(school, who)


def test_undone_on_its_day_by_who_logged_it(school, noor, marisa):
    made = log(school, noor)
    with pytest.raises(NotAllowed, match="Noor Aziz logged"):
        actions.undo_consult(consult=made, by=marisa)
    gone = actions.undo_consult(consult=made, by=noor)
    assert gone.undone_by == noor
    assert JournalLine.objects.order_by("-pk").first().verb == "training.consult_undone"
    with pytest.raises(NotAllowed, match="undone already"):
        actions.undo_consult(consult=made, by=noor)


def test_it_stands_from_the_next_day_on(school, noor, settings, today):
    made = log(school, noor)
    settings.TODAY = (today + timedelta(1)).isoformat()
    with pytest.raises(NotAllowed, match="It stands now"):
        actions.undo_consult(consult=made, by=noor)


# -- what pages read ---------------------------------------------------------------------------------------------------


def test_sums_are_without_what_was_undone(school, district, noor, scope):
    log(school, noor)
    log(district.schools[1], noor, area="truancy", minutes=5)
    actions.undo_consult(consult=log(school, noor, minutes=600), by=noor)
    rows = queries.log(scope(noor), DAYS[-1].replace(day=1))
    areas, schools, every = queries.sums(rows)
    assert [(one.label, one.minutes) for one in areas] == [
        ("Truancy letters and their order", 5), ("SART, SARB and hearings", 25),
    ]  # fmt: skip
    assert [(one.label, one.consults) for one in schools] == [(str(one), 1) for one in district.schools]
    assert (every.consults, every.minutes, rows.count()) == (2, 30, 3)


@pytest.mark.parametrize(
    ("text", "month"),
    [("2025-09", date(2025, 9, 1)), ("2099-01", date(2025, 10, 1)), ("x", date(2025, 10, 1)), ("", date(2025, 10, 1)),
     ("0001-01", date(2025, 10, 1))],
)  # fmt: skip
def test_which_month(text, month):
    assert running_month(text, date(2025, 10, 7)) == month


def test_without_a_calendar_the_year_begins_in_july(db):
    assert queries.year_begins(date(2025, 10, 7)) == date(2025, 7, 1)
    assert queries.year_begins(date(2026, 5, 7)) == date(2025, 7, 1)


# -- pages -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role", ["coordinator", "region_counselor", "director", "counselor", "clerk", "chair", "fiscal"]
)
def test_who_sees_consults(as_user, district, region, role):
    where = {"director": {}, "fiscal": {}, "counselor": {"school": district.schools[0]},
             "clerk": {"school": district.schools[0]}}.get(role, {"region": region})  # fmt: skip
    browser, status = as_user(somebody("some.body", role, **where)), 200
    if role not in ("coordinator", "region_counselor", "director"):
        status = 404
    assert (browser.get(at("consults")).status_code, browser.get(at("log_consult")).status_code) == (status, status)


def test_logged_and_undone_on_its_pages(as_user, school, noor, marisa, elsewhere):
    told = CALL | {"school": school.pk, "about": "<script>alert(1)</script>"}
    answer = as_user(noor).post(at("log_consult"), told)
    assert answer["Location"] == f"{at('consults')}?month={DAYS[-1]:%Y-%m}"
    one = Consult.objects.get()
    shown = body(as_user(noor).get(at("consults")))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert" not in shown
    assert at("undo_consult", one.pk) in shown
    assert at("undo_consult", one.pk) not in body(as_user(marisa).get(at("consults")))
    assert as_user(elsewhere).post(at("undo_consult", one.pk)).status_code == 404
    assert "logged this consult" in body(as_user(marisa).post(at("undo_consult", one.pk), follow=True))
    as_user(noor).get(at("undo_consult", one.pk))
    assert Consult.objects.get().undone_at is None
    assert "Undone" in body(as_user(noor).post(at("undo_consult", one.pk), follow=True))


def test_what_was_typed_is_kept_when_it_is_refused(as_user, school, noor):
    for more, words in (
        ({"on": "2031-01-01"}, "still to come"), ({"minutes": 0}, "at least one"), ({"minutes": "x"}, "whole number"),
        ({"about": "x" * 10_000}, "at most 1000"), ({"school": 99999}, "not one of the available"),
        ({"about": "1234567890"}, "I have looked"), ({"about": "078-05-1120"}, "Social Security"),
    ):  # fmt: skip
        answer = as_user(noor).post(at("log_consult"), CALL | {"school": school.pk} | more)
        assert (answer.status_code, words in body(answer), CALL["advised"] in body(answer)) == (409, True, True), words
    assert not Consult.objects.exists()
    as_user(noor).post(at("log_consult"), CALL | {"school": school.pk, "about": "1234567890", "sure": "on"})
    assert Consult.objects.count() == 1


def test_the_file_holds_no_formula_and_no_other_region(as_user, school, noor, elsewhere):
    log(school, noor, about="=1+1")
    actions.undo_consult(consult=log(school, noor, about="Undone one"), by=noor)
    address = f"{at('consults')}?as=csv&month={DAYS[-1]:%Y-%m}"
    answer = as_user(noor).get(address)
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(answer.content.decode().splitlines()))
    assert [(row["about"], row["minutes"], row["region"]) for row in rows] == [("'=1+1", "25", "North")]
    assert len(as_user(elsewhere).get(address).content.decode().splitlines()) == 1


def test_the_log_costs_the_same_however_long_it_is(as_user, school, noor, django_assert_max_num_queries):
    Consult.objects.bulk_create(Consult(**CALL, school=school, by=noor) for _ in range(60))
    browser = as_user(noor)
    with django_assert_max_num_queries(16):
        shown = body(browser.get(at("consults")))
    assert "1 to 50 of 60" in shown
    assert "51 to 60 of 60" in body(browser.get(f"{at('consults')}?page=2"))
    assert "No consult in this month" in body(browser.get(f"{at('consults')}?school=x"))
