"""Counselor days in the page: a request by role, refusals with what was typed, neighbours, the board."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from firstbell.staffing.actions import purchases as actions
from firstbell.staffing.models import Purchase, Rate
from firstbell.staffing.queries import scope_of
from firstbell.staffing.queries.waiting import waiting
from tests.staffing.conftest import TODAY, somebody
from tests.staffing.test_purchases import BEGINS, ENDS, GENERAL, SHEET, approved, drafted, people  # noqa: F401

pytestmark = pytest.mark.django_db


def told(town, **more) -> dict[str, object]:
    return {
        "school": town.maple.pk, "tenths": "4", "basis": "C", "begins": BEGINS.isoformat(), "ends": ENDS.isoformat(),
        "general_tenths": "4", "weekdays": ["M", "W"], "focus": "Ninth graders",
    } | more  # fmt: skip


def shown(client, name: str, *args, **query) -> str:
    answer = client.get(reverse(f"staffing:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def press(client, one: Purchase, doing: str, **more):
    one.refresh_from_db()
    there = reverse(f"staffing:purchase_{doing}", args=[one.pk])
    return client.post(there, {"version": one.version} | more, follow=True)


def test_a_request_from_the_form_to_the_approval(client, town, people):  # noqa: F811
    client.force_login(people["daniel"])
    assert "$29,200.00" in shown(client, "ask")
    answer = client.post(reverse("staffing:ask"), told(town), follow=True)
    assert "It is written down" in answer.content.decode()
    one = Purchase.objects.get()
    assert (one.weekdays, one.focus, one.shares.get().tenths) == ("MW", "Ninth graders", 4)
    assert "It is signed and with the fiscal office" in press(client, one, "sign").content.decode()
    letter = client.get(reverse("staffing:letter", args=[one.pk]))
    assert letter["Content-Type"] == "application/pdf"
    assert letter.content.startswith(b"%PDF")
    client.force_login(people["priya"])
    assert "Waits for you" in shown(client, "purchases", year=2027)
    assert "It is with the Region" in press(client, one, "check").content.decode()
    client.force_login(people["noor"])
    assert "It is approved" in press(client, one, "approve").content.decode()
    page = shown(client, "purchase", one.pk)
    assert "Nobody yet: the Region assigns somebody" in page
    assert "Approved by the Region" in page


def test_what_was_typed_stays_when_it_is_refused(client, town, people):  # noqa: F811
    client.force_login(people["daniel"])
    page = client.post(reverse("staffing:ask"), told(town, general_tenths="3", focus="Keep me")).content.decode()
    assert "The funds pay 3 tenths, and 4 are bought" in page
    assert "Keep me" in page
    assert not Purchase.objects.exists()


def test_federal_funds_ask_for_students_and_page(client, town, people):  # noqa: F811
    client.force_login(people["daniel"])
    page = client.post(reverse("staffing:ask"), told(town, general_tenths="", title_1_tenths="4")).content.decode()
    assert "say which students are served" in page
    more = {"title_1_tenths": "4", "title_1_students": "Students in foster care", "title_1_plan_page": "SPSA 14"}
    client.post(reverse("staffing:ask"), told(town, general_tenths="", **more))
    share = Purchase.objects.get().shares.get()
    assert (share.fund, share.students, share.plan_page) == ("title_1", "Students in foster care", "SPSA 14")


def test_who_comes_second_is_told_and_keeps_the_reason(client, drafted, people):  # noqa: F811
    actions.sign(purchase=drafted, seen=1, by=people["daniel"])
    client.force_login(people["priya"])
    there = reverse("staffing:purchase_return", args=[drafted.pk])
    answer = client.post(there, {"version": 1, "why": "The fund is empty"})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "Somebody else decided" in page
    assert "The fund is empty" in page
    assert "It is returned" in press(client, drafted, "return", why="The fund is empty").content.decode()


def test_a_change_begins_with_what_stands(client, approved, town, people):  # noqa: F811
    client.force_login(people["daniel"])
    page = shown(client, "ask", changes=approved.pk)
    assert "What was bought before stands" in page
    there = f"{reverse('staffing:ask')}?changes={approved.pk}"
    client.post(there, told(town, tenths="6", general_tenths="6", begins="2027-01-11"))
    assert Purchase.objects.get(changes=approved).tenths == 6


@pytest.mark.parametrize(
    ("who", "doing"),
    [("daniel", "check"), ("daniel", "approve"), ("priya", "sign"), ("priya", "approve"), ("noor", "sign"),
     ("noor", "check"), ("samir", "check"), ("noor", "cancel"), ("priya", "return-it")],
)  # fmt: skip
def test_nobody_does_what_is_not_theirs(client, drafted, people, who, doing):  # noqa: F811
    client.force_login(people[who])
    there = reverse(f"staffing:purchase_{doing}", args=[drafted.pk])
    assert client.post(there, {"version": 1}).status_code == 404
    drafted.refresh_from_db()
    assert drafted.state == "draft"


def test_a_neighbours_purchase_is_missing(client, drafted, town, people):  # noqa: F811
    for who in (
        somebody("Ada Oak", "principal", school=town.oak),
        somebody("Sol South", "coordinator", region=town.south),
    ):
        client.force_login(who)
        assert client.get(reverse("staffing:purchase", args=[drafted.pk])).status_code == 404
        assert "Maple School" not in shown(client, "purchases", year=2027)
    client.force_login(people["daniel"])
    assert client.post(reverse("staffing:ask"), told(town, school=town.oak.pk)).status_code == 200
    assert not Purchase.objects.filter(school=town.oak).exists()


@pytest.mark.parametrize("role", ["clerk", "counselor", "teacher"])
def test_others_find_nothing(client, drafted, town, role):  # noqa: F811
    client.force_login(somebody("Ada Other", role, school=town.maple))
    for name, args in (("purchases", []), ("purchase", [drafted.pk]), ("ask", []), ("sheet", [])):
        assert client.get(reverse(f"staffing:{name}", args=args)).status_code == 404


def test_the_board_its_filters_and_its_file(client, approved, town, people):  # noqa: F811
    client.force_login(people["samir"])
    page = shown(client, "purchases", year=2027)
    assert "4 half days a week" in page
    assert "Maple School" not in shown(client, "purchases", year=2027, state="draft")
    assert "Maple School" not in shown(client, "purchases", year=2027, region=town.south.pk)
    assert "Nothing was bought here" in shown(client, "purchases", year=2031)
    file = client.get(reverse("staffing:purchases"), {"year": 2027, "as": "csv"}).content.decode().splitlines()
    assert file[1].startswith("Maple School,North,2027,4,")


def test_the_rate_sheet_in_the_page(client, people):  # noqa: F811
    client.force_login(people["priya"])
    there = reverse("staffing:sheet")
    assert "$14,600.00" in shown(client, "sheet", year=2027)
    page = client.post(there, {"fiscal_year": 2028, "text": "basis,tenths,dollars\nC,1,many\n"}).content.decode()
    assert "Line 2, dollars: expected an amount such as 13730.00, found “many”" in page
    assert "C,1,many" in page
    assert client.post(there, {"fiscal_year": 2028, "text": SHEET}).status_code == 302
    assert Rate.objects.filter(fiscal_year=2028).count() == 10
    client.force_login(people["daniel"])
    assert "Put a sheet into force" not in shown(client, "sheet", year=2028)
    assert client.post(there, {"fiscal_year": 2028, "text": SHEET}).status_code == 404


def test_queries_do_not_grow(client, drafted, town, people):  # noqa: F811
    client.force_login(people["samir"])
    shown(client, "purchases", year=2027)
    with CaptureQueriesContext(connection) as few:
        shown(client, "purchases", year=2027)
    for school in (town.oak, town.cedar):
        actions.draft(school=school, begins=BEGINS, ends=ENDS, tenths=4, parts=GENERAL, by=people["samir"])
    with CaptureQueriesContext(connection) as more:
        shown(client, "purchases", year=2027)
    assert len(more) == len(few)


def test_today_says_what_waits(drafted, people):  # noqa: F811
    def told(who: str) -> int:
        line = waiting(scope_of(people[who], TODAY), TODAY, people[who])
        return line.purchases if line else 0

    assert [told(one) for one in ("daniel", "priya", "noor")] == [1, 0, 0]
    actions.sign(purchase=drafted, seen=1, by=people["daniel"])
    assert [told(one) for one in ("daniel", "priya", "noor")] == [0, 1, 0]


def test_no_school_of_the_file_is_a_formula(client, approved, town, people):  # noqa: F811
    type(town.maple).objects.filter(pk=town.maple.pk).update(name="=1+1")
    client.force_login(people["samir"])
    file = client.get(reverse("staffing:purchases"), {"year": 2027, "as": "csv"}).content.decode().splitlines()
    assert file[1].startswith("'=1+1,North,2027,4,")
