"""Counselor days in the page: a request by role, refusals with what was typed, neighbours, the board."""

import hashlib
from io import BytesIO

import pikepdf
import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from firstbell.staffing.actions import purchases as actions
from firstbell.staffing.models import Purchase, Rate
from firstbell.staffing.queries import scope_of
from firstbell.staffing.queries.waiting import waiting
from tests import staff
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
    assert "It is signed and with the fiscal office" in press(client, one, "sign", typed="daniel  kim").content.decode()
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


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "nothing is there yet"),
        ({"typed": "D" * 121}, "at most 120 characters"),
        ({"typed": "Daniel"}, "type your name as “Daniel Kim”: found “Daniel”"),
        ({"strokes": "[[[1,2]]]"}, "Nothing is drawn yet"),
        ({"strokes": "{", "typed": "Daniel Kim"}, "could not be read"),
        ({"strokes": "[[[1,2],[3,4],[5,6],[601,7]]]"}, "runs out of its box"),
    ],
)
def test_without_a_signature_nothing_is_signed(client, drafted, people, sent, words):  # noqa: F811
    client.force_login(people["daniel"])
    answer = press(client, drafted, "sign", **sent)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert words in page
    assert sent.get("typed", "")[:120] in page
    assert "[[" not in page  # what was drawn is drawn anew
    drafted.refresh_from_db()
    assert (drafted.state, drafted.letter) == ("draft", None)


def test_the_drawn_signature_is_in_the_letter(client, drafted, town, people):  # noqa: F811
    client.force_login(people["daniel"])
    page = shown(client, "purchase", drafted.pk)
    assert "core/sign" in page
    assert "data-pad" in page
    press(client, drafted, "sign", strokes="[[[20,40],[60,90],[100,40]],[[140,60]]]")
    one = Purchase.objects.get(pk=drafted.pk)
    assert one.state == "signed"
    assert one.letter_hash == hashlib.sha256(bytes(one.letter)).hexdigest()
    with pikepdf.open(BytesIO(bytes(one.letter))) as file:
        alts = [str(each["/Alt"]) for each in file.objects if isinstance(each, pikepdf.Dictionary) and "/Alt" in each]
    assert any("Signed in Firstbell by Daniel Kim" in each for each in alts)
    assert "core/sign" not in shown(client, "purchase", one.pk)


def test_what_was_typed_stays_when_it_is_refused(client, town, people):  # noqa: F811
    client.force_login(people["daniel"])
    page = client.post(reverse("staffing:ask"), told(town, general_tenths="3", focus="Keep me")).content.decode()
    assert "The funds pay 3 tenths, and 4 are bought" in page
    assert "Keep me" in page
    assert not Purchase.objects.exists()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, ["$48,640.00", "$58,400.00 for the whole year", "The funds pay 4 of 4 half days."]),
        ({"general_tenths": "3"}, ["$48,640.00", "The funds pay 3 of 4 half days.", "the shares must add up"]),
        ({"general_tenths": ""}, ["The funds pay 0 of 4 half days.", "Say which fund pays."]),
        ({"general_tenths": "11"}, ["General fund", "less than or equal to 10"]),
        ({"title_1_tenths": "1"}, ["pays 2 tenths at least", "say which students are served"]),
        ({"basis": "B"}, ["has no price for 4 tenths on basis B"]),
        ({"basis": "Z"}, ["Z is not one of the available choices"]),
        ({"tenths": ""}, ["Say how much."]),
        ({"begins": ""}, ["Say from which day.", "The funds pay 4 of 4"]),
        ({"ends": "2027-07-01"}, ["must lie in one fiscal year"]),
        ({"begins": "2027-08-12", "ends": "2028-06-01"}, ["The rate sheet of 2027-28 has no price"]),
        ({"school": ""}, ["$48,640.00"]),
    ],
)
def test_the_cost_is_said_before_anything_is_written(client, town, people, changed, words):  # noqa: F811
    client.force_login(people["daniel"])
    asked = told(town, **changed)
    part = client.get(reverse("staffing:cost"), asked, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    whole = client.get(reverse("staffing:cost"), asked).content.decode()
    by_button = client.post(reverse("staffing:ask"), asked | {"cost": "1"}).content.decode()
    for page in (part, whole, by_button):
        assert [one for one in words if one not in page] == []
    assert "Ninth graders" in by_button
    assert not Purchase.objects.exists()


def test_the_form_asks_for_its_cost_as_one_types(client, town, people):  # noqa: F811
    client.force_login(people["daniel"])
    page = shown(client, "ask")
    assert f'hx-get="{reverse("staffing:cost")}"' in page
    assert "not csrfmiddlewaretoken" in page
    client.force_login(people["priya"])  # the fiscal office buys nothing
    assert client.get(reverse("staffing:cost")).status_code == 404


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


def test_what_was_returned_is_written_again(client, drafted, town, people):  # noqa: F811
    client.force_login(people["daniel"])
    there = f"{reverse('staffing:ask')}?again={drafted.pk}"
    assert client.get(there).status_code == 404  # it is not returned
    one = actions.sign(purchase=drafted, seen=1, by=people["daniel"])
    one = actions.send_back(purchase=one, seen=2, why="The fund is empty.", by=people["priya"])
    assert "Write it again" in shown(client, "purchase", one.pk)
    page = client.get(there).content.decode()
    assert "Ninth graders" in page
    assert "Why it was returned" in page
    client.post(there, told(town))
    again = Purchase.objects.latest("pk")
    assert (again.state, again.changes, again.focus) == ("draft", None, "Ninth graders")
    assert "Write it again" not in shown(client, "purchase", one.pk)
    client.force_login(somebody("Ada Oak", "principal", school=town.oak))
    assert client.get(there).status_code == 404


def test_a_returned_change_is_written_again_as_a_change(client, approved, town, people):  # noqa: F811
    more = actions.draft(school=town.maple, begins=BEGINS, ends=ENDS, tenths=4, parts=GENERAL, by=people["daniel"],
                         changes=approved)  # fmt: skip
    more = actions.sign(purchase=more, seen=1, by=people["daniel"])
    more = actions.send_back(purchase=more, seen=2, why="The fund is empty.", by=people["priya"])
    client.force_login(people["daniel"])
    client.post(f"{reverse('staffing:ask')}?again={more.pk}", told(town))
    assert Purchase.objects.latest("pk").changes == approved


@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        ({"tenths": "7"}, ["7"]), ({"tenths": "11"}, ["2"]), ({"tenths": "x"}, ["2"]), ({"school": "x"}, ["2"]),
        ({"school": "cedar", "tenths": "3"}, ["cedar", "3"]),
    ],
)  # fmt: skip
def test_the_address_says_what_the_form_begins_with(client, town, people, query, chosen):  # noqa: F811
    staff.post(user=people["daniel"], role="principal", school=town.cedar, span=DateRange(BEGINS, None))
    client.force_login(people["daniel"])
    keys = {"cedar": str(town.cedar.pk)}
    page = shown(client, "ask", **{name: keys.get(one, one) for name, one in query.items()})
    for one in chosen:
        assert f'<option value="{keys.get(one, one)}" selected>' in page


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
    page = client.post(there, {"fiscal_year": 2028, "text": "basis,tenths,dollars\nC,1,many\nX,2,5\n"}).content.decode()
    assert "Line 3, basis: expected one of B, C, E, found “X”" in page
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
