"""The pages of clearing: who sees them, what they offer, what happens to what was typed."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from firstbell.attendance.actions import clear, rebuild, serve
from firstbell.attendance.models import Clearing
from firstbell.attendance.queries import clearing as queries
from firstbell.core import lease
from firstbell.core.access import EVERYTHING
from firstbell.core.models import AccessRow, User
from firstbell.roster import models as m
from tests import staff
from tests.attendance.conftest import DAYS, YEAR

pytestmark = pytest.mark.django_db
TODAY = DAYS[-1]
PAGES = ["clearing", "corrections", "corrections_csv"]


@pytest.fixture(autouse=True)
def today(settings):
    settings.TODAY = TODAY.isoformat()


@pytest.fixture
def sign_in(client, district):
    def signed(role: str, *, at: int | None = 0):
        user = User.objects.create(username=f"{role}-{at}", first_name="Hugo", last_name="Petrosyan")
        school = None if at is None else district.schools[at]
        staff.post(user=user, role=role, school=school, span=DateRange(DAYS[0] - timedelta(30), None))
        client.force_login(user)
        return client

    return signed


@pytest.fixture
def ana(district, absences):
    district.arrives(TODAY)
    pupil = district.student("ana")
    m.Student.objects.filter(pk=pupil.pk).update(given="Ana", grade="09")
    absences(pupil, "??U")
    rebuild(YEAR)
    serve(on=TODAY)
    pupil.refresh_from_db()
    return pupil


@pytest.fixture
def leo(ana, district):
    """Ana's brother, absent on her second day; they live with Vera, and Ivan must not be called."""
    pupil = district.student("leo")
    m.Student.objects.filter(pk=pupil.pk).update(given="Leo")
    district.mark(pupil, DAYS[1], "?")
    vera, ivan = (
        m.Contact.objects.create(key=name, given=name, family="Baptiste", arrival=district.arrival)
        for name in ("Vera", "Ivan")
    )
    for contact, number in ((vera, "2135550142"), (ivan, "2135550199")):
        m.Phone.objects.create(contact=contact, place=0, number=number, kind="cell", arrival=district.arrival)
    for one in (ana, pupil):
        m.FamilyLink.objects.create(
            student=one, contact=vera, relation="Mother", lives_with=True, arrival=district.arrival
        )
        m.FamilyLink.objects.create(student=one, contact=ivan, restrictions="No contact", arrival=district.arrival)
    return pupil


def row_of(pupil, day: int) -> queries.Row:
    rows = queries.dressed(queries.waiting_days(EVERYTHING, pupil.school, TODAY))
    return next(one for row in rows for one in (row, *row.household) if (one.student, one.day) == (pupil, DAYS[day]))


def sent(row: queries.Row, **more) -> dict:
    return {"row": row.key, "seen": row.seen, "reason": "48205a01", "evidence": "parent_call", "said_by": "Vera"} | more


def text(answer, status: int = 200) -> str:
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.content.decode().replace("\xa0", " "))


@pytest.mark.parametrize(("role", "at", "clears", "decides"), [
    ("clerk", 0, 200, 404), ("counselor", 0, 200, 404), ("principal", 0, 404, 200), ("director", None, 404, 404),
    ("coordinator", None, 404, 404), ("engineer", None, 404, 404),
])  # fmt: skip
def test_who_may(sign_in, ana, role, at, clears, decides):
    client = sign_in(role, at=at)
    assert [client.get(reverse(f"attendance:{name}")).status_code for name in PAGES] == [clears] * 3
    assert client.get(reverse("attendance:decisions")).status_code == decides
    row = row_of(ana, 0)
    assert client.post(reverse("attendance:clearing"), sent(row)).status_code == (302 if clears == 200 else 404)
    assert Clearing.objects.exists() is (clears == 200)
    assert client.get(reverse("attendance:take_back")).status_code == 404


def test_a_neighbour_neither_sees_nor_clears(sign_in, ana, district):
    client, row = sign_in("clerk", at=1), row_of(ana, 0)
    assert "Ana" not in text(client.get(reverse("attendance:clearing")))
    assert client.get(reverse("attendance:clearing"), {"school": district.schools[0].pk}).status_code == 404
    assert client.post(reverse("attendance:clearing"), sent(row)).status_code == 404
    one = clear(student=ana, school=ana.school, day=DAYS[0], reason="48205a15", by=None)
    assert client.post(reverse("attendance:take_back"), {"clearing": one.pk, "why": "no"}).status_code == 404
    assert sign_in("principal", at=1).post(
        reverse("attendance:decisions"), {"clearing": one.pk, "why": "no", "answer": "allow"}
    ).status_code == 404  # fmt: skip
    one.refresh_from_db()
    assert one.state == "waiting"
    assert not AccessRow.objects.filter(student_id=ana.pk).exists()


def test_a_row_a_day_oldest_first_with_its_grace(sign_in, ana):
    said = text(sign_in("clerk").get(reverse("attendance:clearing")))
    assert said.count("Ana Baptiste</a></h2>") == 2, "what is unexcused already does not wait"
    assert said.index("Mon 1 Sep") < said.index("Tue 2 Sep")
    assert "No reason in time" in said
    assert "autofocus" in said
    assert AccessRow.objects.filter(student_id=ana.pk, route="attendance:clearing").exists()


def test_of_a_chosen_day_also_what_the_files_call_unexcused(sign_in, ana):
    client = sign_in("clerk")
    said = text(client.get(reverse("attendance:clearing"), {"on": DAYS[2].isoformat()}))
    assert "Unexcused in the files" in said
    assert "Nothing waits on this day" in text(client.get(reverse("attendance:clearing"), {"on": DAYS[9].isoformat()}))


def test_saving_leads_to_the_next_row(sign_in, ana):
    client = sign_in("clerk")
    answer = client.post(reverse("attendance:clearing"), sent(row_of(ana, 0), note="Fever"))
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"row={row_of(ana, 1).key}")
    one = Clearing.objects.get()
    assert (one.state, one.reason, one.evidence, one.said_by, one.note) == (
        "done", "48205a01", "parent_call", "Vera", "Fever",
    )  # fmt: skip
    assert "Their own counts have followed" in text(client.get(answer.headers["Location"]))


def test_a_household_is_decided_together(sign_in, ana, leo):
    client, row = sign_in("clerk"), row_of(ana, 1)
    assert [one.student for one in row.household] == [leo]
    said = text(client.get(reverse("attendance:clearing")))
    assert "Same household" in said
    assert "(213) 555-0142" in said
    assert "2135550199" not in said, "who must not be called is not offered"
    brother = row.household[0]
    client.post(reverse("attendance:clearing"), sent(row, also=[f"{brother.key}:{brother.seen}"]))
    assert set(Clearing.objects.values_list("student", "state")) == {(ana.pk, "done"), (leo.pk, "done")}


def test_all_of_a_household_or_nothing(sign_in, ana, leo):
    client, row = sign_in("clerk"), row_of(ana, 1)
    said = text(client.post(reverse("attendance:clearing"), sent(row, also=[f"{row.household[0].key}:1"])), 409)
    assert "New marks of this day came in" in said
    assert not Clearing.objects.exists()


def test_a_missing_reason_keeps_what_was_typed(sign_in, ana):
    said = text(sign_in("clerk").post(reverse("attendance:clearing"), sent(row_of(ana, 0), reason="", note="Fever")))
    assert "Choose a reason." in said
    assert "Fever" in said
    assert not Clearing.objects.exists()


def test_someone_else_was_first(sign_in, ana):
    row = row_of(ana, 0)
    clear(student=ana, school=ana.school, day=DAYS[0], reason="unexcused", by=User.objects.create(username="Rosa"))
    said = text(sign_in("clerk").post(reverse("attendance:clearing"), sent(row)), 409)
    assert "Cleared a moment ago by Rosa: no valid excuse" in said


def test_while_files_are_brought_in_nothing_is_lost(sign_in, ana, monkeypatch):
    def busy(**_):
        raise lease.Busy("busy")

    monkeypatch.setattr(lease, "claim", busy)
    said = text(sign_in("clerk").post(reverse("attendance:clearing"), sent(row_of(ana, 0), note="Fever")))
    assert "save again shortly" in said
    assert "Fever" in said


@pytest.mark.parametrize("row", ["", "1", "x.y.z", "1.1.2025-13-40", "999999.1.2025-09-01"])
def test_a_row_that_is_none(sign_in, ana, row):
    assert sign_in("clerk").post(reverse("attendance:clearing"), {"row": row}).status_code == 404


def test_a_limit_is_shown_and_goes_to_the_principal(sign_in, ana, district):
    for day in DAYS[3:9]:
        district.mark(ana, day, "?")
        last = clear(student=ana, school=ana.school, day=day, reason="48205a04", by=None)
    assert last.state == "waiting"
    assert "5 of 5 days used" in text(sign_in("clerk").get(reverse("attendance:clearing")))
    client = sign_in("principal")
    said = text(client.get(reverse("attendance:decisions")))
    assert "are used up" in said
    assert "A funeral or grieving." in said
    refused = text(client.post(reverse("attendance:decisions"), {"clearing": last.pk, "why": "", "answer": "allow"}))
    assert "Say why" in refused
    client.post(reverse("attendance:decisions"), {"clearing": last.pk, "why": "Far away", "answer": "allow"})
    last.refresh_from_db()
    assert (last.state, last.decided_by.username, last.why) == ("done", "principal-0", "Far away")
    assert "Nothing to decide" in text(client.get(reverse("attendance:decisions")))


def test_not_accepted(sign_in, ana):
    one = clear(student=ana, school=ana.school, day=DAYS[0], reason="48205a15", by=None)
    client = sign_in("principal")
    client.post(reverse("attendance:decisions"), {"clearing": one.pk, "why": "No ground", "answer": "refuse"})
    one.refresh_from_db()
    assert (one.state, one.why) == ("refused", "No ground")
    again = client.post(
        reverse("attendance:decisions"), {"clearing": one.pk, "why": "x", "answer": "allow"}, follow=True
    )
    assert "settled already" in text(again)


def test_taking_back_from_the_page(sign_in, ana):
    one = clear(student=ana, school=ana.school, day=DAYS[0], reason="48205a01", by=None)
    client = sign_in("clerk")
    assert "Take back" in text(client.get(reverse("attendance:clearing")))
    answer = client.post(reverse("attendance:take_back"), {"clearing": one.pk, "why": ""}, follow=True)
    assert "Say why it is taken back" in text(answer)
    client.post(reverse("attendance:take_back"), {"clearing": one.pk, "why": "Another Ana"})
    one.refresh_from_db()
    assert (one.state, one.why) == ("taken_back", "Another Ana")
    assert "settled already" in text(
        client.post(reverse("attendance:take_back"), {"clearing": one.pk, "why": "again"}, follow=True)
    )


def test_a_confidential_reason_is_named_nowhere_but_to_the_administrator(sign_in, ana):
    clear(student=ana, school=ana.school, day=DAYS[0], reason="46010.1", by=None)
    client = sign_in("clerk")
    said = text(client.get(reverse("attendance:clearing"), {"on": DAYS[0].isoformat()}))
    assert "Mon 1 Sep: excused." in said
    csv_text = text(client.get(reverse("attendance:corrections_csv")))
    assert "excused" in csv_text
    assert "46010" not in csv_text + text(client.get(reverse("attendance:corrections")))


def test_corrections_and_their_absence(sign_in, ana):
    client = sign_in("clerk")
    assert "The two systems agree" in text(client.get(reverse("attendance:corrections")))
    clear(student=ana, school=ana.school, day=DAYS[0], reason="48205a01", by=None)
    said = text(client.get(reverse("attendance:corrections")))
    assert 'data-label="From">?' in said
    assert 'data-label="To">E' in said
    answer = client.get(reverse("attendance:corrections_csv"), {"since": "no day"})
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert len(answer.content.decode().splitlines()) == 2


def test_a_long_list_is_paged_and_asks_no_more_of_the_database(sign_in, ana, district, absences):
    client = sign_in("clerk")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(reverse("attendance:clearing"))
    for n in range(100):
        absences(district.student(f"p{n}"), "?????")
    with CaptureQueriesContext(connection) as many:
        said = text(client.get(reverse("attendance:clearing")))
    assert "1 to 25 of 502" in said
    assert len(many) <= len(few) + 3
    assert "501 to 502 of 502" in text(client.get(reverse("attendance:clearing"), {"page": 99}))
