"""What is charged of a purchase that was changed or cancelled: on its page, on the board, in the file."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from firstbell.staffing.actions import purchases as actions
from firstbell.staffing.models import Purchase, PurchaseMove
from firstbell.staffing.queries import charges, scope_of
from firstbell.staffing.queries import purchases as queries
from firstbell.staffing.rules.charges import Charge
from firstbell.staffing.rules.purchases import Part, money
from tests.staffing.conftest import TODAY
from tests.staffing.test_purchase_pages import shown
from tests.staffing.test_purchases import BEGINS, ENDS, approved, drafted, people  # noqa: F401

pytestmark = pytest.mark.django_db
OCT = date(2026, 10, 15)
UNTIL_OCT = 4 * 14600_00 * 64 // 365  # from 12 August to 14 October are 64 days


def replaced(former: Purchase, people, begins: date = OCT) -> Purchase:  # noqa: F811
    """A change of six half days from a day on, approved."""
    one = actions.draft(
        school=former.school, begins=begins, ends=ENDS, tenths=6, by=people["daniel"], changes=former,
        parts=[Part("title_1", 2, "Students in foster care", "SPSA 14"), Part("general", 4)],
    )  # fmt: skip
    one = actions.sign(purchase=one, seen=1, by=people["daniel"])
    one = actions.check(purchase=one, seen=2, by=people["priya"])
    return actions.approve(purchase=one, seen=3, by=people["noor"])


def cancelled(one: Purchase, on: date, by) -> Purchase:
    """As `actions.cancel`, on a day that is not today: instants are always real."""
    Purchase.objects.filter(pk=one.pk).update(state="cancelled", version=one.version + 1)
    at = datetime(on.year, on.month, on.day, 20, tzinfo=UTC)
    PurchaseMove.objects.create(purchase=one, before=one.state, after="cancelled", why="No money", at=at, by=by)
    return Purchase.objects.get(pk=one.pk)


def test_a_change_cuts_what_stood_and_its_own_price_is_whole(approved, people):  # noqa: F811
    assert charges.charged([approved]) == {approved.pk: Charge(approved.cents, ENDS)}
    assert charges.counted(approved) is None
    more = replaced(approved, people)
    former = Purchase.objects.get(pk=approved.pk)
    found = charges.charged([former, more])
    assert found[former.pk] == Charge(UNTIL_OCT, date(2026, 10, 14), cut=True, by=more.pk)
    assert found[more.pk] == Charge(more.cents, ENDS)
    assert former.cents == approved.cents  # the row itself is settled


def test_a_change_on_its_way_cuts_nothing(approved, people):  # noqa: F811
    actions.draft(school=approved.school, begins=OCT, ends=ENDS, tenths=6, parts=[Part("general", 6)],
                  by=people["daniel"], changes=approved)  # fmt: skip
    assert charges.charged([approved])[approved.pk].cents == approved.cents


@pytest.mark.parametrize(
    ("on", "cents", "last"),
    [(OCT, UNTIL_OCT, date(2026, 10, 14)), (BEGINS, 0, None), (date(2026, 7, 1), 0, None)],
)
def test_what_is_cancelled_is_charged_until_the_day_before(approved, people, on, cents, last):  # noqa: F811
    one = cancelled(approved, on, people["daniel"])
    assert charges.charged([one]) == {one.pk: Charge(cents, last, cut=True)}


def test_what_never_stood_is_charged_nothing(drafted, people):  # noqa: F811
    one = actions.cancel(purchase=drafted, seen=1, why="Not needed.", by=people["daniel"])
    assert charges.charged([one]) == {}
    (stage,) = queries.board(scope_of(people["samir"], TODAY), 2027)
    assert (stage.state, stage.money, stage.asked) == ("cancelled", "$0.00", False)


def test_the_page_says_what_is_charged_and_the_funds_add_up(client, approved, people):  # noqa: F811
    more = replaced(approved, people)
    last = replaced(more, people, begins=date(2027, 1, 11))
    client.force_login(people["daniel"])
    page = shown(client, "purchase", approved.pk)
    assert f"{money(approved.cents)} as approved; {money(UNTIL_OCT)} until Wed 14 Oct, when" in page
    assert f"purchase {more.pk}</a> replaced it" in page
    told = charges.counted(Purchase.objects.get(pk=more.pk))
    assert told is not None
    paid = [int(one.replace("$", "").replace(",", "").replace(".", "")) for one in told.shares.values()]
    assert money(sum(paid)) == told.money
    assert "as approved;" not in shown(client, "purchase", last.pk)


def test_a_cancelled_ones_page(client, approved, people):  # noqa: F811
    one = cancelled(approved, BEGINS, people["daniel"])
    client.force_login(people["daniel"])
    assert "$0.00 charged, because it was cancelled before its first day was over" in shown(client, "purchase", one.pk)


def test_board_list_and_file_count_what_is_charged(client, approved, people):  # noqa: F811
    more = replaced(approved, people)
    stages = {one.state: one for one in queries.board(scope_of(people["samir"], TODAY), 2027)}
    assert (stages["replaced"].money, stages["approved"].money) == (money(UNTIL_OCT), money(more.cents))
    client.force_login(people["samir"])
    page = shown(client, "purchases", year=2027)
    assert f"4 half days a week, {money(UNTIL_OCT)} charged" in page
    assert f"charged {money(UNTIL_OCT)}" in page
    told = client.get(reverse("staffing:purchases"), {"year": 2027, "as": "csv"}).content.decode().splitlines()
    assert told[0].endswith("last_day,charged_dollars,charged_until")
    ends = {line.split(",")[5]: line.split(",")[8:] for line in told[1:]}
    dollars = f"{UNTIL_OCT // 100}.{UNTIL_OCT % 100:02d}"
    assert ends["replaced"] == [dollars, "2026-10-14"]
    assert ends["approved"][1] == "2027-06-11"
