"""What is printed of work logged anyway: the SSPT record, the activity report; each figure opens its entries."""

import csv
import io
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from firstbell.cases import actions
from firstbell.cases.actions import meetings
from firstbell.cases.models import Entry, Meeting
from firstbell.core import clock
from firstbell.core.access import NOTHING, ROLES, Scope
from firstbell.core.models import AccessRow, User
from firstbell.core.months import next_month, running_month
from firstbell.desk.queries import activity, record
from firstbell.oversight.queries.work import work_of
from firstbell.roster import models as roster
from firstbell.supports import actions as supports
from firstbell.supports.rules import Draft, Promise
from tests import staff
from tests.desk.conftest import FIRST

pytestmark = pytest.mark.django_db
TODAY = date(2026, 5, 12)
MAY = date(2026, 5, 1)


@pytest.fixture
def ana(district):
    return district.students["ana"]


@pytest.fixture
def counselor(sign_in):
    return sign_in("counselor", "Maple")


@pytest.fixture
def me(counselor) -> User:
    return User.objects.get(username="counselor-Maple-None")


def log(student, by, kind="call", outcome="reached", **more) -> Entry:
    return actions.log(key=uuid4(), student=student, kind=kind, outcome=outcome, by=by, **more)


def shown(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode().replace("\u00a0", " ")


@pytest.fixture
def tried(ana, me, district):
    """Everything a school may have tried for Ana, each through its own action."""
    log(ana, me, "call", "no_answer", on=TODAY - timedelta(9))
    log(ana, me, "visit", said="The bus is late.", barriers=["transport"], on=TODAY - timedelta(5))
    case = actions.open_case(student=ana, by=me, lead=me, tier=2, why="Absent for a week.")
    actions.set_tier(case=case, tier=3, why="Absent again.", by=me)
    actions.finish(task=actions.ask(case=case, kind="plan", due_on=TODAY, by=me), outcome="Made with her.", by=me)
    supports.write_plan(student=ana, by=me, draft=Draft(
        strengths="Draws, and is kind.", barriers=("transport",), asked_for="A call before eight.", goal_days=2,
        goal_of=20, review_on=TODAY + timedelta(20), agreed_by="Mother, Ana",
        promises=(Promise("family", "Phone off at ten", "Mother"),),
    ))  # fmt: skip
    supports.hold_session(
        key=uuid4(), student=ana, kind="individual", on=TODAY, minutes=40, topic="Why mornings hurt", goal="",
        confided="He told me why.", by=me,
    )  # fmt: skip
    group = supports.start_group(
        school=ana.school, name="Breakfast", practice="home-visits", goal="In by the bell", begins_on=TODAY, by=me
    )
    supports.add_member(group=group, student=ana, by=me)
    supports.hold_meeting(group=group, on=TODAY, minutes=30, topic="Mornings", came=[ana.pk], by=me)
    meeting = meetings.plan_meeting(school=ana.school, kind="sspt", on=TODAY, by=me)
    if not meeting.items.filter(student=ana).exists():
        meetings.add_to_agenda(meeting=meeting, student=ana, by=me)
    meetings.start_meeting(meeting=meeting, by=me)
    while (item := meeting.items.get(since__isnull=False)).student_id != ana.pk:
        meetings.go_on(meeting=meeting, to="next", by=me)
    meetings.decide(item=item, kind="call", owner=me, due_on=TODAY, text="Ask about the bus", by=me)
    meetings.note_words(item=item, said="The bus is the reason.", by=me)
    meetings.go_on(meeting=meeting, to="next", by=me)
    meetings.close_meeting(meeting=meeting, present="Rosa, the principal", by=me)
    actions.write_note(student=ana, lock="open", text="A note nobody prints.", by=me)
    return ana


# -- the SSPT record ---------------------------------------------------------------------------------------------------


def test_all_that_was_tried_with_day_and_person(counselor, tried, me):
    page = shown(counselor, reverse("desk:record", args=[tried.pk]))
    for words in ("Call: no answer", "Home visit: reached", "The bus is late.", "In the way: getting to school",
                  "Opened: Tier 2", "Tier 2, early help to Tier 3", "Absent again.", "Made with her.",
                  "Plan, version 1",
                  "At most 2 days absent in 20 school days. For: Getting to school.", "Phone off at ten",
                  "Session with the student", "40 minutes", "Group: Breakfast", "SSPT", "The bus is the reason.",
                  "Ask about the bus", "There: Rosa, the principal.", "2 contacts by 1 person", "reached in 1",
                  "of 50 days", str(me)):  # fmt: skip
        assert words in page, words


def test_what_was_confided_or_noted_is_not_in_it(counselor, tried):
    page = shown(counselor, reverse("desk:record", args=[tried.pk]))
    for words in ("Why mornings hurt", "He told me why", "A note nobody prints", "Draws, and is kind", "before eight"):
        assert words not in page, words


def test_it_is_in_order_and_each_count_opens_its_entries(counselor, tried):
    told = record.record(tried, Scope(may=ROLES["counselor"]), TODAY)
    assert [one["on"] for one in told.items] == sorted(one["on"] for one in told.items)
    assert sum(many for _, _, many in told.counts) == len(told.items)
    for kind, words, many in told.counts:
        mine = record.record(tried, Scope(may=ROLES["counselor"]), TODAY, kind=kind)
        assert len(mine.items) == many
        page = shown(counselor, reverse("desk:record", args=[tried.pk]) + f"?kind={kind}")
        assert page.count("<time ") == many, kind
        assert f"{words} · {many}" in page
    assert counselor.get(reverse("desk:record", args=[tried.pk]) + "?kind=else").status_code == 404


def test_an_undone_contact_and_an_earlier_year_are_not_in_it(counselor, ana, me):
    entry = log(ana, me, said="Never said.")
    log(ana, me, said="Last year.", on=TODAY - timedelta(400))
    actions.undo(entry=entry, by=me)
    page = shown(counselor, reverse("desk:record", args=[ana.pk]))
    assert "Never said." not in page
    assert "Last year." not in page
    assert "Nothing is on record" in page


def test_who_may_read_it(sign_in, tried, district):
    address = reverse("desk:record", args=[tried.pk])
    for role, school, status in (("clerk", "Maple", 200), ("counselor", "Oak", 404), ("engineer", None, 404)):
        assert sign_in(role, school).get(address).status_code == status
    assert AccessRow.objects.filter(route="desk:record", student_id=tried.pk).count() == 1


# -- the activity report -----------------------------------------------------------------------------------------------


@pytest.fixture
def month(tried, me, district):
    """Ana's work, and two calls about Sam, who was at Oak until the 6th and is at Cedar since."""
    Meeting.objects.update(started_at=clock.end_of(TODAY) - timedelta(minutes=45), closed_at=clock.end_of(TODAY))
    sam = district.students["sam"]
    roster.Enrolment.objects.filter(student=sam).update(entry_on=date(2026, 5, 7))
    roster.Enrolment.objects.create(
        student=sam, school=district.schools["Oak"], year=2026, entry_on=FIRST, exit_on=date(2026, 5, 6),
        calendar=district.calendars["Oak"], arrival=district.arrival,
    )  # fmt: skip
    log(sam, me, on=date(2026, 5, 6), took=11)
    log(sam, me, on=date(2026, 5, 7), took=7)
    log(sam, me, on=date(2026, 4, 30), took=99)
    return tried


def test_a_line_is_where_the_student_was_that_day(month, me, district):
    lines = work_of([me.pk], (MAY, next_month(MAY)), None)
    by_school = {}
    for one in lines:
        by_school[one.school] = by_school.get(one.school, 0) + one.minutes
    maple, oak, cedar = (district.schools[name].pk for name in ("Maple", "Oak", "Cedar"))
    assert by_school == {maple: 10 + 45 + 40 + 30 + 45, oak: 11, cedar: 7}
    assert {one.activity for one in lines} == {
        "Parent contact", "Home visit", "Individual counseling", "Group counseling", "Team meeting",
    }  # fmt: skip


def test_sums_are_those_of_the_lines_and_each_figure_opens_them(counselor, month, me):
    lines = work_of([me.pk], (MAY, next_month(MAY)), None)
    told = activity.report(lines, "?month=2026-05")
    assert told.total[1].minutes == sum(one.minutes for one in lines)
    for _, cells, together in [*told.rows, ("", *told.total)]:
        assert sum(cell.minutes for cell in cells) == together.minutes
        assert sum(cell.contacts for cell in cells) == together.contacts
        for cell in (*cells, together):
            page = shown(counselor, reverse("desk:activity") + cell.url.partition("#")[0])
            listed = page.partition("Entries by day")[2].count('<th scope="row">')
            assert listed == cell.contacts


def test_the_file_holds_the_same_and_no_student(counselor, month, me):
    answer = counselor.get(reverse("desk:activity") + "?as=csv&month=2026-05")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert 'filename="activity-counselor-Maple-None-2026-05.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    lines = work_of([me.pk], (MAY, next_month(MAY)), None)
    assert sum(int(row["minutes"]) for row in rows) == sum(one.minutes for one in lines)
    assert sum(int(row["contacts"]) for row in rows) == len(lines)
    assert "Núñez" not in answer.content.decode()


def test_a_formula_is_no_formula_in_the_file(month, me, district):
    roster.School.objects.filter(key="Maple").update(name="=1+1")
    assert {row[2] for row in activity.csv_rows(work_of([me.pk], (MAY, next_month(MAY)), None))} >= {"'=1+1"}


def test_a_student_one_no_longer_serves_has_no_name(counselor, month):
    page = shown(counselor, reverse("desk:activity"))
    assert "A student you no longer serve" in page
    assert "O&#x27;Brien" not in page
    assert "José Ana" in page


@pytest.mark.parametrize(
    ("asked", "title"),
    [("", "May 2026"), ("2026-04", "April 2026"), ("2027-01", "May 2026"), ("rubbish", "May 2026"), ("2026-13", "May")],
)
def test_the_month_asked_for(counselor, asked, title):
    page = shown(counselor, reverse("desk:activity") + f"?month={asked}")
    assert f"Activity report, {title}" in page
    assert "Nothing was logged in this month" in page
    assert ("Next month" in page) is (asked == "2026-04")


def test_months_join_without_a_gap():
    days = [date(2025, 7, 1) + timedelta(n) for n in range(800)]
    for day in days:
        first = running_month(f"{day:%Y-%m}", days[-1])
        assert first <= day < next_month(first)
        assert next_month(first).day == 1


def test_a_supervisor_sees_the_work_at_their_schools(sign_in, month, me, district):
    staff.post(user=me, role="counselor", school=district.schools["Oak"], span=DateRange(FIRST, None))
    client = sign_in("coordinator", region="North")
    page = shown(client, reverse("desk:supervised"))
    assert str(me) in page
    assert "3 h 01" in page  # Maple and Oak, without Cedar's seven minutes
    page = shown(client, reverse("desk:activity_of", args=[me.pk]))
    assert "3 h 01 at the schools you supervise" in page
    assert "Cedar" not in page
    south = sign_in("coordinator", region="South")
    assert south.get(reverse("desk:activity_of", args=[me.pk])).status_code == 404
    assert str(me) not in shown(south, reverse("desk:supervised"))
    assert "No counselor had a post here" in shown(south, reverse("desk:supervised"))


@pytest.mark.parametrize(
    ("role", "where", "own", "others"),
    [
        ("counselor", {"school": "Maple"}, 200, 404), ("clerk", {"school": "Maple"}, 200, 404),
        ("principal", {"school": "Maple"}, 200, 404), ("coordinator", {"region": "North"}, 200, 200),
        ("director", {}, 200, 200), ("engineer", {}, 404, 404), ("region_counselor", {"region": "North"}, 404, 404),
    ],
)  # fmt: skip
def test_what_each_role_may_open(sign_in, me, role, where, own, others):
    client = sign_in(role, **where)
    assert client.get(reverse("desk:activity")).status_code == own
    assert client.get(reverse("desk:supervised")).status_code == others
    assert client.get(reverse("desk:activity_of", args=[me.pk])).status_code == others


def test_nobody_without_a_scope_supervises_anybody(me):
    assert not activity.supervised(NOTHING, MAY).exists()


def test_queries_do_not_grow_with_the_lines(counselor, month, me, district):
    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            shown(counselor, address)
        return len([one for one in seen.captured_queries if "SAVEPOINT" not in one["sql"]])

    pages = (reverse("desk:activity"), reverse("desk:record", args=[month.pk]))
    few = [asked(one) for one in pages]
    for _ in range(6):
        log(month, me)
    assert [asked(one) for one in pages] == few
    assert max(few) <= 30
