"""A purchase on its way: state, moves, journal and refusals; the rate sheet; two people at once."""

import threading
from datetime import date

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from firstbell.core.models import JournalLine
from firstbell.core.refusals import NotAllowed
from firstbell.staffing.actions import purchases, rates
from firstbell.staffing.forms.purchases import fresh
from firstbell.staffing.models import Post, Purchase, PurchaseMove, Rate
from firstbell.staffing.queries import purchases as queries
from firstbell.staffing.queries import scope_of
from firstbell.staffing.rules.purchases import Part, price
from tests import staff
from tests.staffing.conftest import TODAY, somebody

pytestmark = pytest.mark.django_db
BEGINS, ENDS = date(2026, 8, 12), date(2027, 6, 11)
SHEET = "basis,tenths,dollars\n" + "".join(f"C,{n},{n * 14600}.00\n" for n in range(1, 11))
GENERAL = [Part("general", 4)]


@pytest.fixture
def people(town, noor):
    """The principal of Maple, the fiscal office, the director; and the rate sheet of the year."""
    people = {
        "daniel": somebody("Daniel Kim", "principal", school=town.maple), "priya": somebody("Priya Nair", "fiscal"),
        "samir": somebody("Samir Haddad", "director"), "noor": noor,
    }  # fmt: skip
    rates.set_rates(fiscal_year=2027, text=SHEET, by=people["priya"])
    return people


@pytest.fixture
def drafted(town, people) -> Purchase:
    return purchases.draft(
        school=town.maple, begins=BEGINS, ends=ENDS, tenths=4, parts=GENERAL, by=people["daniel"], weekdays="MW",
        languages=["es"], focus="Ninth graders",
    )  # fmt: skip


@pytest.fixture
def approved(drafted, people) -> Purchase:
    one = purchases.sign(purchase=drafted, seen=1, by=people["daniel"])
    one = purchases.check(purchase=one, seen=2, by=people["priya"])
    return purchases.approve(purchase=one, seen=3, by=people["noor"])


def said(verb: str) -> int:
    return JournalLine.objects.filter(verb=f"staffing.{verb}").count()


def test_the_whole_way(approved, drafted, people):
    assert approved.cents == -(-4 * 14600_00 * 304 // 365)  # from 12 August to 11 June are 304 of 365 days
    assert sum(one.cents for one in approved.shares.all()) == approved.cents
    moves = PurchaseMove.objects.filter(purchase=approved).values_list("before", "after", "by__last_name")
    assert list(moves) == [
        ("", "draft", "Kim"), ("draft", "signed", "Kim"), ("signed", "checked", "Nair"),
        ("checked", "approved", "Rahimi"),
    ]  # fmt: skip
    assert [said(f"purchase_{one}") for one in ("drafted", "signed", "checked", "approved")] == [1, 1, 1, 1]
    assert bytes(approved.letter).startswith(b"%PDF")
    assert approved.letter_hash


def test_what_is_signed_is_settled_by_the_database(approved):
    with pytest.raises(Exception, match="never changed or deleted"):
        Purchase.objects.filter(pk=approved.pk).update(tenths=9)


def test_moves_are_never_changed(approved):
    with pytest.raises(Exception, match="never changed or deleted"):
        PurchaseMove.objects.update(why="another")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"tenths": 3}, "The funds pay 4 tenths, and 3 are bought"),
        ({"parts": [Part("title_1", 4)]}, "say which students are served"),
        ({"basis": "B"}, "no price for 4 tenths on basis B"),
        ({"ends": date(2027, 7, 1)}, "one fiscal year"),
        ({"ends": date(2026, 8, 1)}, "one fiscal year"),
        ({"begins": date(2027, 8, 12), "ends": date(2028, 6, 1)}, "rate sheet of 2027-28 has no price"),
    ],
)
def test_what_cannot_be_asked_for(town, people, changed, words):
    told = {"begins": BEGINS, "ends": ENDS, "tenths": 4, "parts": GENERAL} | changed
    with pytest.raises(NotAllowed, match=words):
        purchases.draft(school=town.maple, by=people["daniel"], **told)
    assert not Purchase.objects.exists()


def test_one_request_at_a_time(drafted, town, people):
    with pytest.raises(NotAllowed, match="on its way"):
        purchases.draft(school=town.maple, begins=BEGINS, ends=ENDS, tenths=4, parts=GENERAL, by=people["daniel"])


def test_a_draft_is_edited_and_a_signed_one_is_not(drafted, people):
    told = {"begins": BEGINS, "ends": ENDS, "tenths": 6, "parts": [Part("general", 6)], "by": people["daniel"]}
    one = purchases.edit(purchase=drafted, seen=1, **told)
    assert (one.tenths, one.version, one.shares.get().tenths) == (6, 2, 6)
    with pytest.raises(NotAllowed, match="Somebody else decided"):
        purchases.edit(purchase=drafted, seen=1, **told)
    purchases.sign(purchase=one, seen=2, by=people["daniel"])
    with pytest.raises(NotAllowed, match="what was signed stays"):
        purchases.edit(purchase=one, seen=3, **told)
    with pytest.raises(NotAllowed, match="signed already"):
        purchases.sign(purchase=one, seen=3, by=people["daniel"])


def test_nobody_has_two_hands_in_one(drafted, people):
    one = purchases.sign(purchase=drafted, seen=1, by=people["daniel"])
    with pytest.raises(NotAllowed, match="three people's"):
        purchases.check(purchase=one, seen=2, by=people["daniel"])
    one = purchases.check(purchase=one, seen=2, by=people["priya"])
    with pytest.raises(NotAllowed, match="three people's"):
        purchases.approve(purchase=one, seen=3, by=people["priya"])


def test_returned_with_reasons_the_school_writes_another(drafted, town, people):
    one = purchases.sign(purchase=drafted, seen=1, by=people["daniel"])
    with pytest.raises(NotAllowed, match="Say why"):
        purchases.send_back(purchase=one, seen=2, why=" ", by=people["priya"])
    one = purchases.send_back(purchase=one, seen=2, why="The fund is empty.", by=people["priya"])
    assert (one.state, one.moves.last().why) == ("returned", "The fund is empty.")
    again = purchases.draft(school=town.maple, begins=BEGINS, ends=ENDS, tenths=4, parts=GENERAL, by=people["daniel"])
    assert again.state == "draft"


def test_a_change_replaces_what_stood_and_takes_its_posts_along(approved, town, people, rosa):
    post = staff.post(
        user=rosa, role="counselor", school=town.maple, span=approved_span(), week=[480, 480, 0, 0, 0], tenths=4
    )
    purchases.deliver(post=post, purchase=approved, by=people["noor"])
    with pytest.raises(NotAllowed, match="Change that purchase instead"):
        purchases.draft(school=town.maple, begins=BEGINS, ends=ENDS, tenths=6, parts=[Part("general", 6)],
                        by=people["daniel"])  # fmt: skip
    more = purchases.draft(
        school=town.maple, begins=date(2027, 1, 11), ends=ENDS, tenths=6, parts=[Part("general", 6)],
        by=people["daniel"], changes=approved,
    )  # fmt: skip
    assert queries.standing(town.maple.pk, 2027) == approved  # it stands until the new one is approved
    more = purchases.sign(purchase=more, seen=1, by=people["daniel"])
    more = purchases.check(purchase=more, seen=2, by=people["priya"])
    more = purchases.approve(purchase=more, seen=3, by=people["noor"])
    approved.refresh_from_db()
    assert (approved.state, queries.standing(town.maple.pk, 2027)) == ("replaced", more)
    assert Post.objects.get(pk=post.pk).purchase == more


def test_only_what_stands_at_the_school_is_changed(approved, town, people):
    told = {"begins": BEGINS, "ends": ENDS, "tenths": 4, "parts": GENERAL, "by": people["samir"]}
    with pytest.raises(NotAllowed, match="Only what stands at Cedar School"):
        purchases.draft(school=town.cedar, changes=approved, **told)
    more = purchases.draft(school=town.maple, changes=approved, **told)
    more = purchases.sign(purchase=more, seen=1, by=people["daniel"])
    more = purchases.check(purchase=more, seen=2, by=people["priya"])
    gone = purchases.cancel(purchase=approved, seen=4, why="The budget was cut.", by=people["daniel"])
    with pytest.raises(NotAllowed, match="no longer stands"):
        purchases.approve(purchase=more, seen=3, by=people["noor"])
    purchases.cancel(purchase=more, seen=3, why="Asked anew.", by=people["daniel"])
    with pytest.raises(NotAllowed, match="Only what stands"):
        purchases.draft(school=town.maple, changes=gone, **told)


@pytest.mark.parametrize("day", [date(2026, 6, 10), date(2026, 6, 20), date(2026, 7, 1), date(2027, 1, 4)])
def test_a_new_request_begins_with_days_that_may_be_bought(day):
    told = fresh(day)
    assert day <= told["begins"] <= told["ends"]
    assert price(365, told["begins"], told["ends"]) > 0


def approved_span():
    return DateRange(BEGINS, None)


def test_cancelled_with_a_reason(approved, people):
    with pytest.raises(NotAllowed, match="Say why"):
        purchases.cancel(purchase=approved, seen=4, why="", by=people["daniel"])
    one = purchases.cancel(purchase=approved, seen=4, why="The budget was cut.", by=people["daniel"])
    assert one.state == "cancelled"
    with pytest.raises(NotAllowed, match="cannot be done to it now"):
        purchases.cancel(purchase=one, seen=5, why="Again.", by=people["daniel"])


def test_only_the_schools_own_counselor_delivers(approved, drafted, town, people, rosa):
    elsewhere = staff.post(user=rosa, role="counselor", school=town.oak, span=approved_span())
    with pytest.raises(NotAllowed, match="at the school that bought"):
        purchases.deliver(post=elsewhere, purchase=approved, by=None)


def test_who_has_the_next_word(drafted, people):
    def mine(who: str) -> int:
        return queries.to_act_on(scope_of(people[who], TODAY)).count()

    assert [mine(one) for one in ("daniel", "priya", "noor")] == [1, 0, 0]
    one = purchases.sign(purchase=drafted, seen=1, by=people["daniel"])
    assert [mine(one) for one in ("daniel", "priya", "noor")] == [0, 1, 0]
    purchases.check(purchase=one, seen=2, by=people["priya"])
    assert [mine(one) for one in ("daniel", "priya", "noor")] == [0, 0, 1]


def test_what_was_returned_waits_until_another_is_written_or_it_is_cancelled(drafted, town, people):
    def mine() -> list[Purchase]:
        return list(queries.to_act_on(scope_of(people["daniel"], TODAY)))

    one = purchases.sign(purchase=drafted, seen=1, by=people["daniel"])
    one = purchases.send_back(purchase=one, seen=2, why="The fund is empty.", by=people["priya"])
    assert mine() == [one]
    assert queries.to_write_again(one)
    again = purchases.draft(school=town.maple, begins=BEGINS, ends=ENDS, tenths=4, parts=GENERAL, by=people["daniel"])
    assert mine() == [again]
    assert not queries.to_write_again(one)
    again = purchases.sign(purchase=again, seen=1, by=people["daniel"])
    again = purchases.send_back(purchase=again, seen=2, why="Still empty.", by=people["priya"])
    assert mine() == [again]
    purchases.cancel(purchase=again, seen=3, why="Next year.", by=people["daniel"])
    assert mine() == []


def test_the_board_counts_each_once(approved, people):
    (stage,) = queries.board(scope_of(people["samir"], TODAY), 2027)
    assert (stage.state, stage.many, stage.tenths) == ("approved", 1, 4)


# -- rate sheets -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Line 1: expected the columns basis, tenths, dollars; found nothing"),
        ("basis,tenths\n", "found basis, tenths"),
        ("basis,tenths,dollars\n", "Line 2: expected at least one row"),
        ("basis,tenths,dollars\nX,1,5\n", "Line 2, basis: expected one of B, C, E, found “X”"),
        ("basis,tenths,dollars\nC,0,5\n", "Line 2, tenths: expected a whole number from 1 to 10, found “0”"),
        ("basis,tenths,dollars\nC,1,5\nC,2,abc\n", "Line 3, dollars: expected an amount such as"),
        ("basis,tenths,dollars\nC,1,5.123\n", "found “5.123”"),
        ("basis,tenths,dollars\nC,1,0\n", "more than 0"),
        ("basis,tenths,dollars\nC,1,2000000\n", "at most 1,000,000"),
        ("basis,tenths,dollars\nC,1,5\nC,01,6\n", "Line 3: basis C with 1 tenths is there twice, first on line 2"),
        ("basis,tenths,dollars\nC,²,5\n", "found “²”"),
        ("basis,tenths,dollars\nC\n", "Line 2, tenths: expected a whole number from 1 to 10, found “”"),
        ("basis,tenths,dollars\n\nC,11,5\n", "Line 3, tenths"),  # an empty line counts as a line
        (f"basis,tenths,dollars\nC,1,{'9' * 5000}\n", "expected an amount such as"),
    ],
)
def test_a_bad_sheet_says_where(db, today, text, words):
    with pytest.raises(NotAllowed, match=words):
        rates.set_rates(fiscal_year=2027, text=text, by=None)
    assert not Rate.objects.exists()


def test_every_faulty_line_is_told_at_once(db, today):
    text = "basis,tenths,dollars\nX,0,5\nC,1,5\nC,1,abc\nC,2,0\n"
    with pytest.raises(NotAllowed) as no:
        rates.set_rates(fiscal_year=2027, text=text, by=None)
    assert [one.sentence[:16] for one in no.value.reasons] == [
        "Line 2, basis: e", "Line 2, tenths: ", "Line 4, dollars:", "Line 4: basis C ", "Line 5, dollars:",
    ]  # fmt: skip
    with pytest.raises(NotAllowed, match=r"Line 21, basis.*30 more faults were found") as no:
        rates.set_rates(fiscal_year=2027, text="basis,tenths,dollars\n" + "X,1,5\n" * 50, by=None)
    assert len(no.value.reasons) == 21
    assert not Rate.objects.exists()


def test_the_newest_sheet_counts_and_the_old_one_stays(people):
    rates.set_rates(fiscal_year=2027, text='\ufeffbasis,tenths,dollars\nC,4,"$60,000.5"\n', by=people["priya"])
    assert queries.rate(2027, "C", 4) == 60_000_50
    assert queries.rate(2027, "C", 5) == 5 * 14600_00
    assert Rate.objects.filter(fiscal_year=2027, tenths=4).count() == 2
    assert queries.rate(2028, "C", 4) is None


# -- at once -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_are_one(town, noor):
    daniel, priya = somebody("Daniel Kim", "principal", school=town.maple), somebody("Priya Nair", "fiscal")
    samir = somebody("Samir Haddad", "director")
    rates.set_rates(fiscal_year=2027, text=SHEET, by=priya)
    one = purchases.draft(school=town.maple, begins=BEGINS, ends=ENDS, tenths=4, parts=GENERAL, by=daniel)
    one = purchases.sign(purchase=one, seen=1, by=daniel)
    one = purchases.check(purchase=one, seen=2, by=priya)
    gate, told = threading.Barrier(2), []

    def press(who):
        try:
            gate.wait()
            purchases.approve(purchase=one, seen=3, by=who)
            told.append("done")
        except NotAllowed as no:
            told.append(str(no))
        finally:
            connection.close()

    both = [threading.Thread(target=press, args=[who]) for who in (noor, samir)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(told)[1] == "done"
    assert "Somebody else decided" in sorted(told)[0]
    assert PurchaseMove.objects.filter(after="approved").count() == 1
