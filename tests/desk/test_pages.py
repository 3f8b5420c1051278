"""Who sees which page, and what it says."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from firstbell.attendance.actions import rebuild
from firstbell.attendance.models import Served, Sign, Standing, Uncounted
from firstbell.core.models import AccessRow
from firstbell.roster import models as roster
from tests.desk.conftest import YEAR, standing

SHARED = ["desk:today", "desk:students", "desk:schools", "desk:search", "desk:palette"]
ROLES = {
    ("counselor", "Maple", None): SHARED,
    ("clerk", "Maple", None): [*SHARED, "desk:uncounted"],
    ("principal", "Maple", None): SHARED,
    ("coordinator", None, "North"): [*SHARED, "desk:regions"],
    ("region_counselor", None, "North"): [*SHARED, "desk:regions"],
    ("director", None, None): [*SHARED, "desk:regions", "desk:district", "desk:uncounted"],
    ("engineer", None, None): ["desk:uncounted"],
}
EVERY = [*SHARED, "desk:regions", "desk:district", "desk:uncounted"]


def text(answer):
    """The page as text. AssertionError unless it is a page."""
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(("role", "school", "region"), ROLES)
def test_a_role_opens_its_pages_and_no_other(sign_in, role, school, region):
    client = sign_in(role, school, region)
    opened = [name for name in EVERY if client.get(reverse(name)).status_code == 200]
    assert sorted(opened) == sorted(ROLES[role, school, region])


@pytest.mark.parametrize("name", ["desk:student", "desk:why"])
@pytest.mark.parametrize(("who", "status"), [("ana", 200), ("leo", 200), ("mia", 404), ("sam", 404)])
def test_a_neighbours_student_is_not_there(sign_in, district, name, who, status):
    client = sign_in("counselor", "Maple")
    assert client.get(reverse(name, args=[district.students[who].pk])).status_code == status
    assert AccessRow.objects.filter(student_id=district.students[who].pk).count() == (status == 200)


@pytest.mark.parametrize(("page", "kind", "name", "status"), [
    ("desk:school", "schools", "Maple", 200), ("desk:school", "schools", "Cedar", 404),
    ("desk:region", "regions", "North", 200), ("desk:region", "regions", "South", 404),
])  # fmt: skip
def test_a_neighbours_place_is_not_there(sign_in, district, page, kind, name, status):
    client = sign_in("coordinator", region="North")
    assert client.get(reverse(page, args=[getattr(district, kind)[name].pk])).status_code == status


def test_every_page_asks_to_sign_in(client, district):
    for name in EVERY:
        assert reverse("account_login") in client.get(reverse(name)).headers["Location"]


def test_today_shows_each_student_once_with_the_most_pressing_reason(sign_in):
    shown = text(sign_in("counselor", "Maple").get(reverse("desk:today") + "?all=1"))
    assert "Tuesday 12 May" in shown
    assert "1 person to help, facts as of Friday 8 May." in shown
    assert "Third unexcused day was Thursday." in shown
    assert "Absent three school days in a row." not in shown
    assert "Severe 24" in shown
    assert "no school" in shown
    assert "Mia" not in shown


def test_today_by_rule_finds_those_whom_another_sign_outranks(sign_in):
    shown = text(sign_in("counselor", "Maple").get(reverse("desk:today") + "?rule=in_a_row"))
    assert "Absent three school days in a row." in shown


def test_today_names_schools_only_where_there_are_several(sign_in):
    assert "Grade 3 · Maple" in text(sign_in("coordinator", region="North").get(reverse("desk:today")))
    assert "Grade 3 · Maple" not in text(sign_in("counselor", "Maple").get(reverse("desk:today")))


def test_today_says_when_nobody_waits_and_when_nothing_was_served(sign_in):
    client = sign_in("counselor", "Maple")
    Sign.objects.all().delete()
    assert "Nobody is waiting" in text(client.get(reverse("desk:today")))
    Served.objects.all().delete()
    assert "No attendance yet" in text(client.get(reverse("desk:today")))


def test_the_file_shows_figures_calendar_contacts_and_corrections(sign_in, district):
    shown = text(sign_in("counselor", "Maple").get(reverse("desk:student", args=[district.students["ana"].pk])))
    for said in (
        "José Ana Núñez-Ortiz", "age 8", "of 50\u00a0days", "Tue 5 May: unexcused", "Tue 14 Apr: excused",
        "Thu 16 Apr: over 30 min without excuse", "Absent 3 school days in a row", "3 Apr corrected",
        "(213) 555-0142", "not a working number", "No contact by court order",
        "holds education rights", "lives with the student", "English learner, since", "Fri 3 Apr: present",
        "Mon 20 Apr: present", "Spanish",
    ):  # fmt: skip
        assert said in shown


def test_a_sibling_outside_the_scope_has_no_name(sign_in, district):
    address = reverse("desk:student", args=[district.students["ana"].pk])
    outside = text(sign_in("counselor", "Maple").get(address))
    assert "A sibling at Cedar, Kindergarten" in outside
    assert "O&#x27;Brien" not in outside
    assert reverse("desk:student", args=[district.students["sam"].pk]) not in outside
    assert "Sam O&#x27;Brien" in text(sign_in("director").get(address))


def test_a_student_without_standing_has_a_file(sign_in, district):
    Standing.objects.all().delete()
    client = sign_in("counselor", "Maple")
    address = reverse("desk:student", args=[district.students["leo"].pk])
    assert "No figures yet" in text(client.get(address))
    Served.objects.all().delete()
    assert "No school days yet" in text(client.get(address))
    assert client.get(reverse("desk:why", args=[district.students["leo"].pk])).status_code == 404


@pytest.mark.parametrize(("figure", "said", "unsaid"), [
    ("absent", ["day-2026-05-05", "day-2026-04-14"], ["day-2026-04-16", "day-2026-04-20", "day-2026-04-03"]),
    ("occasions", ["day-2026-05-05", "day-2026-04-16", "EC 48260(a)"], ["day-2026-04-14"]),
    ("rate", ["Attended 46 of 50\u00a0enrolled days"], []),
    ("left", ["0\u00a0more days", "before 10\u00a0%"], []),
    ("days", ["day-2026-04-16", "day-2026-04-18", "day-2026-04-03", "Not a school day here", "taken back"], []),
])  # fmt: skip
def test_why_shows_the_days_a_figure_counts(sign_in, district, figure, said, unsaid):
    address = reverse("desk:why", args=[district.students["ana"].pk])
    shown = text(sign_in("counselor", "Maple").get(address, {"figure": figure}))
    assert [one for one in said if one not in shown] == []
    assert [one for one in unsaid if f'id="{one}"' in shown] == []


def test_why_of_no_known_figure_is_not_there(sign_in, district):
    address = reverse("desk:why", args=[district.students["ana"].pk])
    assert sign_in("counselor", "Maple").get(address, {"figure": "luck"}).status_code == 404


@pytest.mark.parametrize(("asked", "found"), [
    ("nunez", {"ana"}), ("ortiz jose", {"ana"}), ("ORTIZ", {"ana", "leo"}), ("obrien", {"sam"}), ("O'Bri", {"sam"}),
    ("s-mia", {"mia"}), ("rtiz", set()), ("%", set()), ("", set()), ("leo park", set()),
])  # fmt: skip
def test_search_finds_names_in_any_order_without_accents(sign_in, district, asked, found):
    client = sign_in("director")
    for page in ("desk:search", "desk:palette"):
        shown = text(client.get(reverse(page), {"q": asked}))
        links = {name for name, who in district.students.items() if reverse("desk:student", args=[who.pk]) in shown}
        assert links == found


def test_search_stays_in_scope(sign_in):
    assert "Nobody found" in text(sign_in("counselor", "Maple").get(reverse("desk:search"), {"q": "mia"}))


def test_the_palette_offers_options_and_pages(sign_in):
    shown = text(sign_in("director").get(reverse("desk:palette"), {"q": "reg"}))
    assert '<a role="option"' in shown
    assert reverse("desk:regions") in shown


@pytest.mark.parametrize(("query", "found"), [
    ("", {"ana", "leo", "mia", "sam"}), ("band=severe", {"ana"}), ("band=chronic", {"ana", "mia"}),
    ("grade=04", {"leo"}), ("band=luck", set()), ("school=x", set()), ("page=99", {"ana", "leo", "mia", "sam"}),
])  # fmt: skip
def test_students_by_filter(sign_in, district, query, found):
    shown = text(sign_in("director").get(f"{reverse('desk:students')}?{query}"))
    assert {n for n, who in district.students.items() if reverse("desk:student", args=[who.pk]) in shown} == found


def test_uncounted_marks_are_named_only_to_those_who_see_students(sign_in):
    assert "Núñez-Ortiz" in text(sign_in("clerk", "Maple").get(reverse("desk:uncounted")))
    shown = text(sign_in("engineer").get(reverse("desk:uncounted")))
    assert "Núñez-Ortiz" not in shown
    assert "S-ana" in shown


def test_no_uncounted_mark_is_good_news(sign_in):
    Uncounted.objects.all().delete()
    assert "Every mark counts" in text(sign_in("director").get(reverse("desk:uncounted")))


def test_small_places_and_groups_are_not_shown(sign_in, district):
    client = sign_in("director")
    cedar = text(client.get(reverse("desk:school", args=[district.schools["Cedar"].pk])))
    assert "Fewer than 11 students." in cedar
    listed = text(client.get(reverse("desk:schools")))
    assert "under 11" in listed
    assert "hidden" in listed  # Oak too: the district's total less Maple and Oak would be Cedar
    assert ">60<" not in listed
    maple = text(client.get(reverse("desk:school", args=[district.schools["Maple"].pk])))
    assert "under 11" in maple
    assert "Grade 5" in maple


@pytest.mark.parametrize(("page", "limit"), [
    ("desk:today", 19), ("desk:students", 15), ("desk:schools", 15), ("desk:district", 16), ("desk:uncounted", 15),
])  # fmt: skip
def test_queries_do_not_grow_with_the_rows(sign_in, district, page, limit):
    client = sign_in("director")
    few = _queries(client, reverse(page))
    for n in range(20):
        who = district.students["leo"]
        who.pk, who.key, who._state.adding = None, f"more-{n}", True
        who.save()
        standing(who, absent=20, national_band="severe")
        Sign.objects.create(
            id=50 + n,
            student=who,
            school=who.school,
            rule="in_a_row",
            rank=2,
            on="2026-05-08",
            sentence="x",
            section="",
        )
    many = _queries(client, reverse(page))
    assert many == few
    assert many <= limit


@pytest.mark.parametrize(("page", "limit"), [("desk:student", 21), ("desk:why", 15)])  # five: case, plan, home, panels
def test_a_file_takes_few_queries_once_the_book_is_published(sign_in, district, shelf, page, limit):
    rebuild(YEAR)
    client, who = sign_in("counselor", "Maple"), district.students["ana"]
    few = _queries(client, reverse(page, args=[who.pk]))
    code = roster.AttendanceCode.objects.get(code="E")
    for n in range(8):
        roster.Mark.objects.create(
            year=YEAR, student=who, school=who.school, day=date(2026, 3, 9 + n), code=code, arrival=district.arrival
        )
    rebuild(YEAR)
    assert _queries(client, reverse(page, args=[who.pk])) == few
    assert few <= limit


@pytest.mark.parametrize("name", ["Maple", "Oak"])
def test_a_school_page_takes_few_queries(sign_in, district, name):
    client = sign_in("director")
    assert _queries(client, reverse("desk:school", args=[district.schools[name].pk])) <= 15


def _queries(client, address):
    """Statements of one request: session, person, posts and savepoints included."""
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len([one for one in seen.captured_queries if "SAVEPOINT" not in one["sql"]])
