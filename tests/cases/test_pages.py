"""Who takes a step from which page, what the pages say, and what a neighbour finds."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from firstbell.cases import queries
from firstbell.cases.models import Step
from firstbell.core.models import AccessRow
from tests.attendance.conftest import DAYS

pytestmark = pytest.mark.django_db
WRITE = ["cases:report", "cases:attempt", "cases:conference", "cases:withdraw"]
CALL = {"on": DAYS[8].isoformat(), "how": "phone", "whom": "both", "outcome": "reached", "note": ""}


def text(answer) -> str:
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode().replace("\xa0", " "))


@pytest.mark.parametrize(("role", "at", "status"), [
    ("counselor", 0, 200), ("director", None, 200), ("clerk", 0, 404), ("principal", 0, 404), ("counselor", 1, 404),
    ("engineer", None, 404),
])  # fmt: skip
@pytest.mark.parametrize("name", WRITE)
def test_who_may_take_a_step(sign_in, truant, role, at, status, name):
    client = sign_in(role, at=at)
    assert client.get(reverse(name, args=[truant.pk])).status_code == status
    assert client.post(reverse(name, args=[truant.pk]), {}).status_code == status
    assert Step.objects.count() == 0
    assert AccessRow.objects.filter(student_id=truant.pk).exists() is (status == 200)


@pytest.mark.parametrize(("role", "at", "status"), [
    ("counselor", 0, 200), ("clerk", 0, 200), ("principal", 1, 200), ("engineer", None, 404),
])  # fmt: skip
def test_who_sees_the_change_list(sign_in, district, role, at, status):
    assert sign_in(role, at=at).get(reverse("cases:changes")).status_code == status


def test_a_report_is_confirmed_on_the_days_that_were_shown(sign_in, truant, district):
    client = sign_in("counselor")
    shown = text(client.get(reverse("cases:report", args=[truant.pk])))
    assert "Confirm report 1" in shown
    for day in ("Mon 1 Sep", "Wed 3 Sep", "Fri 5 Sep", "Mon 15 Sep", "Fri 19 Sep"):
        assert day in shown
    assert shown.count("Absent all day, unexcused") == 5
    assert "files of 2025-10-03" in shown
    answer = client.post(reverse("cases:report", args=[truant.pk]), {"number": 1, "checked": "on", "note": "seen"})
    assert answer.headers["Location"] == reverse("desk:student", args=[truant.pk])
    step = Step.objects.get()
    assert (step.kind, step.number, step.note, step.by.username) == ("report", 1, "seen", "counselor-0")
    assert step.on == DAYS[-1]


def test_pressing_twice_confirms_once_and_says_so(sign_in, truant):
    client, told = sign_in("counselor"), {"number": 1, "checked": "on", "note": ""}
    client.post(reverse("cases:report", args=[truant.pk]), told)
    again = text(client.post(reverse("cases:report", args=[truant.pk]), told))
    assert Step.objects.count() == 1
    assert "only 0 of 1 unexcused occasions" in again  # the page now offers report 2, and says why not yet


def test_nobody_confirms_what_they_have_not_checked(sign_in, truant):
    shown = text(sign_in("counselor").post(reverse("cases:report", args=[truant.pk]), {"number": 1}))
    assert "Say that you have checked the days" in shown
    assert Step.objects.count() == 0


def test_a_call_is_logged_with_how_and_whom_and_what_came_of_it(sign_in, truant, take):
    take("report", 5)
    client = sign_in("counselor")
    client.post(reverse("cases:attempt", args=[truant.pk]), CALL)
    step = Step.objects.get(kind="attempt")
    assert step.on == DAYS[8]
    assert step.evidence["said"] == {
        "how": "Phone call", "whom": "Parent or guardian, and the student",
        "outcome": "Reached them; a conference was agreed",
    }  # fmt: skip
    client.post(reverse("cases:conference", args=[truant.pk]), CALL | {"outcome": "plan"})
    assert Step.objects.get(kind="conference").evidence["said"]["outcome"] == "Held; a plan was agreed"


@pytest.mark.parametrize(("change", "words"), [
    ({"on": DAYS[4].isoformat()}, "no report stands from before it. (EC 48262)"),
    ({"on": "2030-01-01"}, "has not come yet"),
    ({"on": "yesterday"}, "Write the day as"),
    ({"how": ""}, "Say how you tried"),
    ({"outcome": "held"}, "held"),
])  # fmt: skip
def test_an_attempt_that_would_not_count_is_refused_in_plain_words(sign_in, truant, take, change, words):
    take("report", 5)
    shown = text(sign_in("counselor").post(reverse("cases:attempt", args=[truant.pk]), CALL | change))
    assert words in shown
    assert Step.objects.filter(kind="attempt").count() == 0


def test_before_a_report_the_page_says_why_nothing_can_be_logged(sign_in, truant):
    shown = text(sign_in("counselor").get(reverse("cases:attempt", args=[truant.pk])))
    assert "no report stands from before it" in shown
    assert '<form method="post"' not in shown.split("<main", 1)[1]


def test_without_data_of_the_year_the_page_says_so(sign_in, truant, settings):
    settings.TODAY = "2031-10-03"
    shown = text(sign_in("director", at=None).get(reverse("cases:report", args=[truant.pk])))
    assert "Nothing is known of this student" in shown


def test_the_student_file_shows_the_ladder_solid_hollow_and_missing(sign_in, truant, take, night, correct):
    for what in (("report", 5), ("attempt", 8), ("report", 11), ("report", 15)):
        take(*what)
    arrival = correct(truant.told[DAYS[14]])
    night()
    shown = text(sign_in("counselor").get(reverse("desk:student", args=[truant.pk])))
    assert re.search(r'class="is-done"><b>Report 1<span class="sr"> \(done\)</span></b>3 occasions by 8 Sep', shown)
    assert re.search(
        r'class="is-void"><b>Report 3<span class="sr"> \(no longer stands\)</span></b>No longer stands', shown
    )
    assert "Missing: notice of report 1" in shown
    assert "Report 3 no longer stands." in shown
    assert "No longer unexcused: September 19, 2025." in shown
    assert arrival.label in shown
    assert "A step no longer stands: correct it before anything else" in shown
    assert reverse("cases:withdraw", args=[truant.pk]) in shown


def test_who_may_not_confirm_sees_the_ladder_without_its_buttons(sign_in, truant, take):
    take("report", 5)
    shown = text(sign_in("clerk").get(reverse("desk:student", args=[truant.pk])))
    assert "Due process" in shown
    for name in WRITE:
        assert reverse(name, args=[truant.pk]) not in shown


def test_a_student_without_occasions_has_no_ladder(sign_in, district):
    district.arrives(DAYS[-1])
    quiet = district.student("P-7")
    assert "Due process" not in text(sign_in("counselor").get(reverse("desk:student", args=[quiet.pk])))


def test_what_is_hollow_is_withdrawn_from_its_page(sign_in, truant, take, night, correct):
    step = take("report", 5)
    client, at = sign_in("counselor"), reverse("cases:withdraw", args=[truant.pk])
    assert "Everything stands" in text(client.get(at))
    assert client.post(at, {"step": step.pk, "why": ""}).status_code == 404
    correct(truant.told[DAYS[0]])
    night()
    assert "No longer unexcused: September 1, 2025." in text(client.get(at))
    assert client.post(at, {"step": step.pk, "why": "told them"}).status_code == 302
    step.refresh_from_db()
    assert step.withdrawn_by.username == "counselor-0"
    shown = text(client.get(reverse("desk:student", args=[truant.pk])))
    assert "Withdrawn 3 Oct, no longer stands" in shown


def test_the_change_list_tells_old_and_new_and_the_import_newest_first(sign_in, truant, take, night, correct):
    take("report", 5)
    take("attempt", 8)
    arrival = correct(truant.told[DAYS[2]])
    night()
    shown = text(sign_in("counselor").get(reverse("cases:changes")))
    assert "Report 1" in shown
    assert "3 → 2" in shown
    assert "through another step" in shown
    assert arrival.label in shown
    assert "Found" in shown
    assert truant.name in shown


def test_counts_that_changed_are_told_with_their_day_and_what_fell_with_them(sign_in, truant, take, night, correct):
    take("report", 5)
    night()
    arrival = correct(truant.told[DAYS[2]])
    night()
    client = sign_in("counselor")
    shown = text(client.get(reverse("cases:changes"), {"show": "counts"}))
    assert "Wed 3 Sep" in shown
    assert "was: Absent all day, unexcused<br>now: Absent all day, excused" in shown
    assert "5 → 4" in shown
    assert "Report 1 no longer stands" in shown
    assert arrival.label in shown
    assert truant.name not in text(sign_in("counselor", at=1).get(reverse("cases:changes"), {"show": "counts"}))


def test_a_day_that_moved_no_count_is_not_on_the_list(sign_in, truant, night, correct, district):
    mark = district.mark(truant, DAYS[20], "T")
    night()
    correct(mark, "T")
    night()
    assert "Nothing was counted otherwise" in text(
        sign_in("counselor").get(reverse("cases:changes"), {"show": "counts"})
    )


def test_the_change_list_is_the_scopes_and_filters_by_school(sign_in, truant, take, night, correct, district):
    take("report", 5)
    correct(truant.told[DAYS[2]])
    night()
    assert truant.name not in text(sign_in("counselor", at=1).get(reverse("cases:changes")))
    client = sign_in("director", at=None)
    for school, there in ((district.schools[0].pk, True), (district.schools[1].pk, False), ("x", False), ("", True)):
        shown = text(client.get(reverse("cases:changes"), {"school": school}))
        assert (truant.name in shown) is there


def test_the_change_list_takes_as_many_questions_for_many_as_for_few(sign_in, truant, take, night, correct, district):
    client = sign_in("director", at=None)
    take("report", 5)
    correct(truant.told[DAYS[2]])
    night()
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(reverse("cases:changes"))
    for n in range(5):
        step = Step.objects.first()
        step.pk, step.number = None, n + 2
        step.save()
    with CaptureQueriesContext(connection) as many:
        assert text(client.get(reverse("cases:changes"))).count('data-label="Found"') == 6
    assert len(many) == len(few)


def test_the_ladder_of_earlier_years_stays_open(truant, take, rosa, settings):
    old = Step.objects.create(
        student=truant, year=2025, kind="referral", on=DAYS[0].replace(year=2025, month=3), by=rosa, ground="habitual"
    )
    climb = queries.ladder_of(truant)
    assert climb.items[0]["title"] == "Referral"
    assert climb.items[0]["text"] == f"{old.on.day} Mar 2025, still open"
    assert climb.report == 1
    assert not climb.meet
