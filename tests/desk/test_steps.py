"""Today with the steps of the truancy process among the signs of attendance."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from firstbell.attendance.models import Sign
from firstbell.cases.models import Ladder
from firstbell.cases.rules import LABELS
from tests.desk.conftest import ON
from tests.desk.test_today import names, shown


def ladder(who, rule, rank, **more):
    usual = {
        "school": who.school, "state": "reported", "occasions": 3, "standing_steps": 1, "hollow_steps": 0, "on": ON,
        "sentence": f"{LABELS.get(rule, '')}: {who.given}.", "section": "EC 48262",
    }  # fmt: skip
    return Ladder.objects.create(student=who, rule=rule, rank=rank, **(usual | more))


def test_a_step_stands_among_the_signs_by_its_rank(sign_in, district):
    ladder(district.students["leo"], "hollow_step", 1)
    page = shown(sign_in("director"))
    assert names(page) == ["José Ana Núñez-Ortiz", "Leo Ortiz", "Mia Park"]
    assert "Step no longer stands: Leo." in page
    assert "Step no longer stands · 1" in page
    assert "3 people to help" in page


@pytest.mark.parametrize(("rank", "why"), [
    (1, "Step no longer stands: José Ana."),  # of two that press alike, the step
    (2, "Third unexcused day was Thursday."),
])  # fmt: skip
def test_each_student_is_there_once_with_what_presses_most(sign_in, district, rank, why):
    ladder(district.students["ana"], "hollow_step", rank)
    page = shown(sign_in("counselor", "Maple"))
    assert names(page) == ["José Ana Núñez-Ortiz"]
    assert why in page


@pytest.mark.parametrize(("rule", "rank", "on_today"), [
    ("report_due", 4, True), ("report_due", 8, False), ("", 0, False), ("conference_missing", 2, True),
])  # fmt: skip
def test_what_waits_long_is_under_its_own_chip(sign_in, district, rule, rank, on_today):
    ladder(district.students["leo"], rule, rank)
    client = sign_in("counselor", "Maple")
    assert ("Leo Ortiz" in names(shown(client))) is on_today
    if rule:
        assert names(shown(client, f"?rule={rule}")) == ["Leo Ortiz"]
        assert f"{LABELS[rule]} · 1" in shown(client)


def test_a_neighbours_steps_are_not_there(sign_in, district):
    ladder(district.students["sam"], "hollow_step", 1)
    page = shown(sign_in("counselor", "Maple"))
    assert "Sam" not in names(page)
    assert "Step no longer stands" not in page


def test_pages_hold_each_student_once_and_ask_no_more_for_many(sign_in, district):
    leo = district.students["leo"]
    client = sign_in("director")
    with CaptureQueriesContext(connection) as few:
        shown(client)
    for n in range(60):
        leo.pk, leo.key, leo.given, leo._state.adding = None, f"many-{n}", f"Leo{n}", True
        leo.save()
        ladder(leo, "conference_missing", 2)
        if n % 3 == 0:
            Sign.objects.create(
                id=1000 + n, student=leo, school=leo.school, rule="in_a_row", rank=n % 2 + 1, on=ON, sentence="Absent.",
                section="",
            )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        first = shown(client)
    assert len(many) == len(few)
    assert "62 people to help" in first
    seen = [name for page in (1, 2, 3) for name in names(shown(client, f"?page={page}"))]
    assert len(seen) == len(set(seen)) == 62
