"""What was delivered: time added and confirmed, the ledger over it, activity reports signed and adjusted."""

from datetime import date, datetime, time, timedelta
from io import BytesIO

import pikepdf
import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, transaction
from django.urls import reverse
from django.utils.timezone import make_aware

from firstbell.core.models import JournalLine
from firstbell.core.refusals import NotAllowed
from firstbell.oversight.actions import delivered as actions
from firstbell.oversight.models import ActivityReport, ConfirmedDay, Spent
from firstbell.oversight.queries import activity as queries
from firstbell.oversight.queries.ledger import at_schools, board, school_ledger, year_of
from firstbell.oversight.queries.work import work_of
from firstbell.panels.models import Attending, Day, Hearing, Member, Seating
from firstbell.staffing.models import Absence, Post, Purchase, PurchaseMove, Share
from tests import staff
from tests.attendance.conftest import DAYS
from tests.oversight.conftest import body, contact
from tests.panels.conftest import somebody

REFUSED = (InternalError, ProgrammingError, IntegrityError)
SEPTEMBER, OCTOBER = date(2025, 9, 1), date(2025, 10, 1)
TOLD_ON = DAYS[3]


def buy(school, by, *, funds=(("title_1", 2), ("general", 2)), begins=DAYS[0], ends=date(2026, 6, 12), **more):
    """An approved purchase, shared by funds."""
    return staff.bought(school, begins, ends, by=by, funds=funds, **more)


@pytest.fixture
def daniel(district, region):
    """The first school's principal."""
    return somebody("daniel.kim", "principal", school=district.schools[0])


@pytest.fixture
def bought(district, counselor, daniel) -> Purchase:
    """Two days a week at the first school, delivered by Rosa's post."""
    made = buy(district.schools[0], daniel)
    Post.objects.filter(user=counselor).update(purchase=made)
    return made


@pytest.fixture
def worked(bought, counselor, pupil):
    """Rosa's September: a contact of ten minutes, an hour of letters; and a contact in October."""
    contact(pupil("W-1"), counselor, on=TOLD_ON, took=10)
    contact(pupil("W-2"), counselor, on=DAYS[-1], took=25)
    # September is over, but a day of it may still be told of
    actions.add_time(on=TOLD_ON, kind="records", minutes=60, by=counselor)
    return counselor


def said(verb: str) -> int:
    return JournalLine.objects.filter(verb=verb).count()


# -- time --------------------------------------------------------------------------------------------------------------


def test_time_is_added_taken_back_and_the_day_confirmed(worked):
    [spent] = Spent.objects.all()
    assert sum(one.minutes for one in work_of([worked.pk], (TOLD_ON, TOLD_ON + timedelta(1)), None)) == 70
    assert actions.confirm_day(on=TOLD_ON, by=worked).minutes == 70
    actions.take_back_time(spent=spent, by=worked)
    assert sum(one.minutes for one in work_of([worked.pk], (TOLD_ON, TOLD_ON + timedelta(1)), None)) == 10
    assert ConfirmedDay.objects.get().minutes == 70  # what was said then stays
    assert [said(f"oversight.{verb}") for verb in ("time_added", "day_confirmed", "time_taken_back")] == [1, 1, 1]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"on": DAYS[-1] + timedelta(1)}, "has not come"), ({"on": DAYS[0] - timedelta(90)}, "two months"),
        ({"kind": "golf"}, "what the time was for"), ({"minutes": 0}, "1 to 720"), ({"minutes": 721}, "1 to 720"),
    ],
)  # fmt: skip
def test_time_that_cannot_be(counselor, more, why):
    with pytest.raises(NotAllowed, match=why):
        actions.add_time(**{"on": TOLD_ON, "kind": "travel", "minutes": 20, "by": counselor} | more)
    assert not Spent.objects.exists()


def test_a_day_has_sixteen_hours_at_most(counselor):
    for _ in range(2):
        actions.add_time(on=TOLD_ON, kind="other", minutes=480, by=counselor)
    with pytest.raises(NotAllowed, match="960 minutes already"):
        actions.add_time(on=TOLD_ON, kind="other", minutes=1, by=counselor)


def test_time_at_a_school_without_a_post_there(counselor, district):
    with pytest.raises(NotAllowed, match="no post at"):
        actions.add_time(on=TOLD_ON, kind="travel", minutes=20, by=counselor, school=district.schools[1])


def test_only_its_person_takes_time_back_and_once(worked, hugo):
    [spent] = Spent.objects.all()
    with pytest.raises(NotAllowed, match="Only who told"):
        actions.take_back_time(spent=spent, by=hugo)
    actions.take_back_time(spent=spent, by=worked)
    with pytest.raises(NotAllowed, match="already"):
        actions.take_back_time(spent=spent, by=worked)


@pytest.mark.parametrize("row", [Spent, ConfirmedDay])
def test_what_was_told_is_never_changed(worked, row):
    actions.confirm_day(on=TOLD_ON, by=worked)
    with pytest.raises(REFUSED), transaction.atomic():
        row.objects.update(minutes=1)
    with pytest.raises(REFUSED), transaction.atomic():
        row.objects.all().delete()


# -- the ledger --------------------------------------------------------------------------------------------------------


def test_the_ledger_of_a_school(worked, district, today):
    weeks, at = school_ledger(district.schools[0].pk, 2026, today)
    assert sum(week.sums.bought for week in weeks) == 25 * 4 * 48
    assert sum(week.sums.planned for week in weeks) == 25 * 480
    assert sum(week.sums.delivered for week in weeks) == 95 == sum(one.minutes for one in at.done)
    assert sum(got for week in weeks for _, got in week.funds.values()) == 95
    assert weeks[-1].balance == 95 - 4800


def test_work_of_a_post_that_nobody_bought_is_kept_apart(worked, district, today):
    Post.objects.filter(user=worked).update(purchase=None)
    weeks, _ = school_ledger(district.schools[0].pk, 2026, today)
    assert sum(week.sums.delivered for week in weeks) == 0
    assert sum(week.unbought for week in weeks) == 95


def test_work_for_no_school_is_shared_over_those_of_its_day(worked, bought, district, today):
    other = district.schools[1]
    Post.objects.filter(user=worked).update(week=[120] * 5)
    Post.objects.create(user=worked, role="counselor", school=other, week=[240] * 5,
                        span=Post.objects.get(user=worked).span)  # fmt: skip
    days = DAYS[0], DAYS[-1] + timedelta(1)
    found = at_schools([one.pk for one in district.schools], days)
    shared = {pk: sum(one.minutes for one in at.done if one.line.activity == "Letters and records")
              for pk, at in found.items()}  # fmt: skip
    assert shared == {district.schools[0].pk: 20, other.pk: 40}


def test_days_with_nobody_there(worked, district, daniel, today):
    Absence.objects.create(user=worked, begins_on=DAYS[5], ends_on=DAYS[6], why="ill", by=daniel)
    weeks, _ = school_ledger(district.schools[0].pk, 2026, today)
    assert sum(week.sums.away for week in weeks) == 2 * 480


def test_a_purchase_that_was_called_off_ends_there(worked, bought, daniel, district, today):
    Purchase.objects.filter(pk=bought.pk).update(state="cancelled")
    move = PurchaseMove.objects.create(purchase=bought, before="approved", after="cancelled", by=daniel)
    ends = move.at.date()  # by the real clock, after every day of the tests' year: nothing is lost before it
    weeks, _ = school_ledger(district.schools[0].pk, 2026, today)
    assert ends > today
    assert sum(week.sums.bought for week in weeks) == 25 * 4 * 48


def test_what_was_replaced_does_not_come_back(worked, bought, daniel, district, today):
    """Five days are changed to half a day for two weeks: after them nothing is bought, as nothing is charged."""
    change = buy(
        district.schools[0], daniel, funds=(("general", 1),), begins=DAYS[10], ends=DAYS[19], changes=bought
    )  # fmt: skip
    Purchase.objects.filter(pk=bought.pk).update(state="replaced")
    weeks, at = school_ledger(district.schools[0].pk, 2026, today)
    assert [(one.purchase, one.ends) for one in at.told.terms] == [
        (bought.pk, DAYS[10] - timedelta(1)), (change.pk, DAYS[19]),
    ]  # fmt: skip
    assert sum(week.sums.bought for week in weeks) == 10 * 192 + 10 * 48
    assert board([district.schools[0]], (OCTOBER, date(2025, 11, 1)), today)[0].tenths == 0


def test_who_stayed_away_is_not_paid_for_a_hearing(worked, sarb, district):
    began = make_aware(datetime(2025, 9, 4, 9))
    on = Day.objects.create(
        panel=sarb, on=TOLD_ON, opens=time(9), closes=time(16), place="Hall", rooms=["1"], by=worked
    )
    held = Hearing.objects.create(
        panel=sarb, school=district.schools[0], day=on, family=1, room="1", started_at=began,
        ended_at=began + timedelta(hours=20),
    )  # fmt: skip
    member = Member.objects.create(panel=sarb, name="Rosa Diaz", seat="attendance", standing="member", user=worked,
                                   term=sarb.members.first().term)  # fmt: skip
    seat = Seating.objects.create(hearing=held, member=member, came=True)
    Attending.objects.create(hearing=held, user=worked)
    days = TOLD_ON, TOLD_ON + timedelta(1)
    assert [one.minutes for one in work_of([worked.pk], days, None) if one.activity == "Hearing"] == [240]
    Seating.objects.filter(pk=seat.pk).update(came=False)
    assert [one for one in work_of([worked.pk], days, None) if one.activity == "Hearing"] == []


def test_the_board_of_a_month(worked, district, today):
    [row] = board([district.schools[0]], (SEPTEMBER, OCTOBER), today)
    september = [day for day in DAYS if day.month == 9]
    assert (row.tenths, row.sums.bought, row.sums.delivered) == (4, len(september) * 192, 70)


# -- activity reports --------------------------------------------------------------------------------------------------


def test_the_months_that_are_owed(worked, bought, today):
    assert [(one.purchase, one.month, one.state) for one in queries.owed(worked, today)] == [
        (bought, SEPTEMBER, "to be signed")
    ]


def test_no_report_where_no_fund_asks_for_one(worked, bought, today):
    Share.objects.filter(fund="title_1").update(fund="donation")
    assert queries.owed(worked, today) == []


def test_a_month_is_signed_printed_and_countersigned(worked, bought, daniel, today):
    made = actions.sign_report(purchase=bought, month=SEPTEMBER, by=worked)
    assert (made.total, made.activities) == (70, {"Parent contact": 10, "Letters and records": 60})
    assert sum(minutes for _, minutes in made.funds) == 70
    with pikepdf.open(BytesIO(bytes(made.pdf))) as file:
        assert file.Root.MarkInfo.Marked
        assert len(file.pages) == 1
    actions.countersign(report=made, by=daniel)
    made.refresh_from_db()
    assert made.countersigned_by == daniel
    assert [said(f"oversight.activity_{verb}") for verb in ("signed", "countersigned")] == [1, 1]
    assert [one.state for one in queries.owed(worked, today)] == ["countersigned"]


def test_what_comes_to_a_signed_month_is_an_adjustment_of_the_next(worked, bought, settings):
    first = actions.sign_report(purchase=bought, month=SEPTEMBER, by=worked)
    [spent] = Spent.objects.all()
    actions.take_back_time(spent=spent, by=worked)
    actions.add_time(on=TOLD_ON, kind="travel", minutes=15, by=worked)
    settings.TODAY = "2025-11-03"
    second = actions.sign_report(purchase=bought, month=OCTOBER, by=worked)
    assert second.adjustments == [["2025-09-01", -45]]
    assert second.total == 25 - 45
    first.refresh_from_db()
    assert first.total == 70  # a closed month is never rewritten
    assert first.total + second.total == 50 == sum(
        one.minutes for one in work_of([worked.pk], year_of(2026), None)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("month", "why"), [(OCTOBER, "is not over"), (date(2025, 8, 1), "No report of August 2025 is owed")]
)
def test_months_that_are_not_signed(worked, bought, month, why):
    with pytest.raises(NotAllowed, match=why):
        actions.sign_report(purchase=bought, month=month, by=worked)


def test_a_month_is_signed_once_and_none_before_an_earlier_one(worked, bought, settings):
    settings.TODAY = "2025-11-03"
    with pytest.raises(NotAllowed, match="Sign September 2025 first"):
        actions.sign_report(purchase=bought, month=OCTOBER, by=worked)
    for month in (SEPTEMBER, OCTOBER):
        actions.sign_report(purchase=bought, month=month, by=worked)
        with pytest.raises(NotAllowed, match="is signed"):
            actions.sign_report(purchase=bought, month=month, by=worked)


def test_what_comes_after_the_last_month_has_a_report_too(worked, bought, settings):
    """The days end in June; an hour is taken back in July: one more report takes it in, and stands in the list."""
    settings.TODAY = "2026-07-02"
    months = sorted(one.month for one in queries.owed(worked, date(2026, 7, 2)))
    assert months[-1] == date(2026, 6, 1)
    for month in months:
        actions.sign_report(purchase=bought, month=month, by=worked)
    settings.TODAY = "2026-08-03"
    assert {one.state for one in queries.owed(worked, date(2026, 8, 3))} == {"signed"}
    actions.take_back_time(spent=Spent.objects.get(), by=worked)
    [late] = [one for one in queries.owed(worked, date(2026, 8, 3)) if one.report is None]
    made = actions.sign_report(purchase=bought, month=late.month, by=worked)
    assert (late.month, made.total, made.adjustments) == (date(2026, 7, 1), -60, [["2025-09-01", -60]])
    assert sum(minutes for _, minutes in made.funds) == -60
    assert {one.state for one in queries.owed(worked, date(2026, 8, 3))} == {"signed"}


def test_one_signs_what_one_has_seen(worked, bought):
    told, _ = queries.standing(worked, bought, SEPTEMBER)
    actions.add_time(on=TOLD_ON, kind="travel", minutes=15, by=worked)
    with pytest.raises(NotAllowed, match="otherwise since you opened"):
        actions.sign_report(purchase=bought, month=SEPTEMBER, by=worked, seen=told.digest)
    now, term = queries.standing(worked, bought, SEPTEMBER)
    made = actions.sign_report(purchase=bought, month=SEPTEMBER, by=worked, seen=now.digest)
    assert made.funds == [[fund, minutes] for fund, minutes in now.charged(term).items()]


def test_nobody_countersigns_their_own_or_twice(worked, bought, daniel):
    made = actions.sign_report(purchase=bought, month=SEPTEMBER, by=worked)
    with pytest.raises(NotAllowed, match="Somebody else"):
        actions.countersign(report=made, by=worked)
    actions.countersign(report=made, by=daniel)
    with pytest.raises(NotAllowed, match="already"):
        actions.countersign(report=made, by=daniel)


def test_a_signed_report_stays(worked, bought):
    made = actions.sign_report(purchase=bought, month=SEPTEMBER, by=worked)
    with pytest.raises(REFUSED), transaction.atomic():
        ActivityReport.objects.filter(pk=made.pk).update(total=1)


# -- pages -------------------------------------------------------------------------------------------------------------


def test_two_minutes_at_the_end_of_a_day(worked, as_user, today):
    address = f"{reverse('oversight:time')}?day={TOLD_ON}"
    client = as_user(worked)
    assert "Letters and records" in body(client.get(address))
    answer = client.post(address, {"do": "add", "kind": "travel", "minutes": "20", "school": "", "note": "to Oak"})
    assert answer.status_code == 302
    assert client.post(address, {"do": "confirm"}).status_code == 302
    assert ConfirmedDay.objects.get().minutes == 90
    wrong = client.post(address, {"do": "add", "kind": "travel", "minutes": "9999"})
    assert wrong.status_code == 409
    spent = Spent.objects.get(kind="travel")
    client.post(address, {"do": "undo", "spent": str(spent.pk)})
    assert "came out otherwise since you confirmed it" in body(client.get(address))


@pytest.mark.parametrize("asked", ["2099-01-01", "nonsense", "2001-01-01", ""])
def test_a_day_that_is_none_is_today(worked, as_user, asked, today):
    assert f"My time, {today:%a}" in body(as_user(worked).get(reverse("oversight:time"), {"day": asked}))


def test_what_is_sent_after_midnight_is_of_its_own_day(worked, as_user, settings, today):
    settings.TODAY = str(today + timedelta(1))
    as_user(worked).post(reverse("oversight:time"), {"do": "confirm", "day": str(today)})
    assert ConfirmedDay.objects.get().on == today
    late = as_user(worked).post(reverse("oversight:time"), {"do": "confirm", "day": "2024-01-01"})
    assert late.status_code == 409
    assert "more than two months ago" in body(late)


@pytest.mark.parametrize(
    ("name", "args", "query"),
    [
        ("ledger", (), "?month=0001-01"), ("ledger", (), "?month=%00"), ("ledger_school", ("school",), "?year=0001"),
        ("ledger_week", ("school", "9999-12-31"), ""), ("activity_month", ("bought", "9999-12"), ""),
        ("activity_month", ("bought", "0001-01"), ""),
    ],
)  # fmt: skip
def test_odd_addresses(worked, bought, daniel, district, client, name, args, query):
    keys = {"school": district.schools[0].pk, "bought": bought.pk}
    client.force_login(worked if name == "activity_month" else daniel)
    answer = client.get(reverse(f"oversight:{name}", args=[keys.get(one, one) for one in args]) + query)
    assert answer.status_code in (200, 404)


def test_somebody_elses_time_is_not_taken_back(worked, hugo, as_user):
    spent = Spent.objects.get()
    client = as_user(hugo)
    assert client.post(reverse("oversight:time"), {"do": "undo", "spent": str(spent.pk)}).status_code == 404


def test_a_month_from_preview_to_countersignature(worked, bought, daniel, client):
    client.force_login(worked)
    preview = reverse("oversight:activity_month", args=[bought.pk, "2025-09"])
    assert "1 day not confirmed" in body(client.get(preview))
    assert "September 2025" in body(client.get(reverse("oversight:reports")))
    answer = client.post(preview)
    made = ActivityReport.objects.get()
    assert answer.url == reverse("oversight:report", args=[made.pk])
    assert client.get(preview).status_code == 302
    client.force_login(daniel)
    assert str(worked) in body(client.get(reverse("oversight:countersign")))
    page = reverse("oversight:report", args=[made.pk])
    assert "Countersign" in body(client.get(page))
    assert client.post(page).status_code == 302
    assert client.get(reverse("oversight:report_paper", args=[made.pk])).content[:5] == b"%PDF-"
    assert "Nothing waits for you" in body(client.get(reverse("oversight:countersign")))


def test_a_report_is_for_its_school(worked, bought, district, region, client, elsewhere, hugo):
    made = actions.sign_report(purchase=bought, month=SEPTEMBER, by=worked)
    page = reverse("oversight:report", args=[made.pk])
    seen = {}
    for who in (worked, elsewhere, hugo, somebody("ana.paz", "principal", school=district.schools[1]),
                somebody("priya.nair", "fiscal")):  # fmt: skip
        client.force_login(who)
        seen[who.username] = client.get(page).status_code
    assert seen == {"rosa": 200, "wanda.orlow": 404, "hugo.petrosyan": 404, "ana.paz": 404, "priya.nair": 200}


def test_the_ledgers_pages(worked, bought, daniel, district, client, django_assert_max_num_queries):
    school = district.schools[0]
    client.force_login(daniel)
    for name, args, words in (
        ("ledger", (), str(school)), ("ledger_school", (school.pk,), "Title I"),
        ("ledger_week", (school.pk, DAYS[0].isoformat()), "Parent contact"),
    ):  # fmt: skip
        with django_assert_max_num_queries(45):
            answer = client.get(reverse(f"oversight:{name}", args=args))
        assert words in body(answer)
    told = client.get(reverse("oversight:ledger_school", args=[school.pk]), {"as": "csv"}).content.decode()
    rows = [line.split(",") for line in told.splitlines()[1:]]
    assert sum(int(row[4]) for row in rows) == 95


def test_the_fiscal_office_sees_minutes_and_no_student(worked, bought, district, client):
    actions.add_time(on=TOLD_ON, kind="travel", minutes=15, by=worked, note="to a clinic")
    client.force_login(somebody("priya.nair", "fiscal"))
    answer = body(client.get(reverse("oversight:ledger_week", args=[district.schools[0].pk, DAYS[0].isoformat()])))
    assert "a student" in answer
    assert "W-1" not in answer
    assert "to a clinic" not in answer


def test_a_neighbours_ledger_does_not_exist(worked, bought, district, client):
    client.force_login(somebody("ana.paz", "principal", school=district.schools[1]))
    for name, args in (("ledger_school", ()), ("ledger_week", (DAYS[0].isoformat(),))):
        page = reverse(f"oversight:{name}", args=[district.schools[0].pk, *args])
        assert client.get(page).status_code == 404
    assert str(district.schools[0]) not in body(client.get(reverse("oversight:ledger")))


def test_a_week_that_is_none(worked, bought, district, daniel, client):
    client.force_login(daniel)
    assert client.get(reverse("oversight:ledger_week", args=[district.schools[0].pk, "never"])).status_code == 404
