"""The lists of letters: who sees which page, what a neighbour finds, filters, pages, empty states."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from firstbell.core.models import AccessRow, JournalLine
from firstbell.notices import actions, urls
from firstbell.notices.models import Batch, Due, Letter, Notice, Outbox
from firstbell.roster import models as m
from tests.notices.conftest import SENT, body, text

pytestmark = pytest.mark.django_db
ROLES = {"clerk": 0, "counselor": 0, "principal": 0, "coordinator": 0, "director": None, "engineer": None}
SEES = {"clerk", "counselor", "principal", "coordinator", "director"}
PREPARES = {"clerk", "counselor", "director"}
APPROVES = {"principal", "director"}
SENDS = {"director", "engineer"}
OPENS = {
    "index": SEES, "batches": SEES, "batch": SEES, "csv": SEES, "print": SEES, "letter": SEES, "pdf": SEES,
    "rescinded": SEES, "languages": SEES, "letterheads": SEES, "new": PREPARES, "ask": PREPARES,
    "letterhead": APPROVES, "outbox": SENDS, "message": SENDS,
}  # fmt: skip
DOES = {
    "approve": APPROVES, "issue": APPROVES, "rescind": APPROVES, "cancel": PREPARES, "mailed": PREPARES,
    "returned": PREPARES,
}  # fmt: skip
WRITES = {"new", "ask", "letterhead", "languages", *DOES}


def lines(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(answer).decode())))


@pytest.fixture
def paths(sent, message, ana) -> dict[str, str]:
    """Every route of the slice, at things of the first school."""
    given = {
        "batch_id": sent.batch_id, "letter_id": sent.pk, "message_id": message.pk, "student_id": ana.pk, "part": 1,
        "school_id": sent.school_id,
    }  # fmt: skip
    return {
        one.name: reverse(f"notices:{one.name}", kwargs={key: given[key] for key in one.pattern.converters})
        for one in urls.urlpatterns
    }


@pytest.mark.parametrize("role", ROLES)
def test_who_opens_which_page(sign_in, paths, role):
    assert set(paths) == set(OPENS) | set(DOES)
    client = sign_in(role, at=ROLES[role])
    for name, who in OPENS.items():
        assert client.get(paths[name]).status_code == (200 if role in who else 404), name
    for name, who in DOES.items():
        assert client.get(paths[name]).status_code == (302 if role in who else 404), name


@pytest.mark.parametrize("role", ROLES)
def test_who_may_not_write_writes_nothing(sign_in, paths, role):
    client, before = sign_in(role, at=ROLES[role]), JournalLine.objects.count()
    for name, who in {**OPENS, **DOES, "languages": APPROVES}.items():
        if role not in who and name in WRITES:
            assert client.post(paths[name], {"language": "ar", "read_by": "x", "why": "x"}).status_code == 404, name
    assert JournalLine.objects.count() == before


def test_pages_that_only_show_take_no_post(sign_in, paths):
    client = sign_in("director", at=None)
    for name in set(OPENS) - WRITES:
        assert client.post(paths[name]).status_code == 405, name


def test_looking_at_what_is_done_by_post_changes_nothing(sign_in, draft):
    client, before = sign_in("director", at=None), JournalLine.objects.count()
    for name in ("approve", "issue", "cancel", "mailed"):
        answer = client.get(reverse(f"notices:{name}", args=[draft.pk]))
        assert answer.headers["Location"] == reverse("notices:batch", args=[draft.pk])
    assert JournalLine.objects.count() == before


def test_nobody_is_let_in_without_signing_in(client, paths):
    for path in paths.values():
        assert client.get(path).headers["Location"].startswith("/sign-in/"), path


@pytest.mark.parametrize("role", ["clerk", "principal"])
def test_a_neighbour_finds_nothing_of_it(sign_in, paths, ana, sent, district, role):
    """Everything of it is there, and the same role at the first school sees it."""
    home = sign_in(role)
    assert ana.name in text(home.get(paths["letter"]))
    seen = AccessRow.objects.filter(student_id=ana.pk).count()
    away = sign_in(role, at=1)
    for name in ("batch", "csv", "print", "letter", "pdf", *DOES):
        assert away.get(paths[name]).status_code == 404, name
        if name in DOES:
            assert away.post(paths[name], {"why": "x"}).status_code == 404, name
    assert away.get(reverse("notices:ask", args=[ana.pk])).status_code == 404
    assert away.get(reverse("notices:letterhead", args=[district.schools[0].pk])).status_code == 404
    assert AccessRow.objects.filter(student_id=ana.pk).count() == seen


def test_a_neighbours_lists_hold_nothing_of_it(sign_in, sent, ana, district):
    Due.objects.create(student=ana, kind="attendance_summary", year=2026, since=SENT)
    actions.rescind(notice=Notice.objects.get(), why="A clerk's error", by=None)
    shown = {}
    for at in (0, 1):
        client = sign_in("principal", at=at)
        pages = [body(client.get(reverse(f"notices:{n}"))) for n in ("index", "batches", "rescinded", "letterheads")]
        shown[at] = " ".join(pages)
    for secret in ("Reyes P-1", f"Batch {sent.batch_id}", "A clerk&#x27;s error", ">School 1<"):
        assert secret in shown[0], secret
        assert secret not in shown[1], secret


def test_a_school_that_is_not_theirs_lists_nothing(sign_in, ana, district):
    asked = {"school": district.schools[0].pk}
    assert ana.name in text(sign_in("clerk").get(reverse("notices:index"), asked))
    assert "No such letter" in text(sign_in("clerk", at=1).get(reverse("notices:index"), asked))


def test_the_district_has_batches_that_a_school_does_not_see(sign_in, ana, issued):
    """A letter of a district's batch is its school's to see, the batch is not: no link that leads nowhere."""
    whole = issued()
    batch = reverse("notices:batch", args=[whole.pk])
    client = sign_in("clerk")
    assert client.get(batch).status_code == 404
    letter = reverse("notices:letter", args=[Letter.objects.get().pk])
    assert batch not in text(client.get(letter))
    assert batch in text(sign_in("director", at=None).get(letter))


def test_numbers_that_name_nothing(sign_in, paths, sent):
    client = sign_in("director", at=None)
    asked = [("batch", 10**12), ("letter", 10**30), ("message", 0), ("ask", 10**30), ("letterhead", 10**12)]
    for name, *args in (*asked, ("print", sent.batch_id, 0), ("print", sent.batch_id, 2)):
        assert client.get(reverse(f"notices:{name}", args=args)).status_code == 404, (name, args)


# the letters that are due


def test_the_list_says_who_why_and_by_when(sign_in, ana):
    shown = body(sign_in("clerk").get(reverse("notices:index")))
    assert "1 letter can go out, 0 held" in shown
    assert f'href="{reverse("desk:student", args=[ana.pk])}"' in shown
    assert "First notification of truancy" in shown
    assert "EC 48260.5" in shown
    assert "Can go out" in shown
    assert AccessRow.objects.filter(student_id=ana.pk, route="notices:index").exists()


def test_a_letter_that_is_late_says_so(sign_in, ana):
    Due.objects.update(due_by=SENT)
    client = sign_in("clerk")
    assert "Overdue" not in body(client.get(reverse("notices:index")))
    Due.objects.update(due_by=SENT - timedelta(1))
    assert "Overdue" in body(client.get(reverse("notices:index")))


def test_a_held_letter_says_what_stands_in_the_way_and_what_to_do(sign_in, ana):
    m.Contact.objects.update(postal=None)
    actions.find_due()
    shown = body(sign_in("clerk").get(reverse("notices:index"), {"state": "held"}))
    assert "0 letters can go out, 1 held" in shown
    assert "no complete mailing address on file" in shown
    assert "Ask the school&#x27;s office" in shown


@pytest.mark.parametrize(("asked", "there"), [
    ({}, True), ({"kind": "first_truancy"}, True), ({"kind": "correction"}, False), ({"state": "open"}, True),
    ({"state": "held"}, False), ({"state": "nonsense"}, True), ({"school": "x"}, False),
    ({"school": "9" * 30}, False), ({"kind": "<b>"}, False), ({"page": "x"}, True), ({"page": "99"}, True),
])  # fmt: skip
def test_the_list_is_filtered_from_its_address(sign_in, ana, asked, there):
    shown = body(sign_in("director", at=None).get(reverse("notices:index"), asked))
    assert (ana.name in shown) is there
    assert ("Show all that wait" in shown) is not there


def test_filters_stay_while_turning_pages_and_a_batch_begins_with_them(sign_in, ana):
    Due.objects.bulk_create(
        Due(student=ana, kind="attendance_summary", number=n, year=2026, since=SENT) for n in range(60)
    )
    shown = body(sign_in("clerk").get(reverse("notices:index"), {"kind": "attendance_summary"}))
    assert "1 to 50 of 60" in shown
    assert 'href="?kind=attendance_summary&amp;page=2"' in shown
    assert f'href="{reverse("notices:new")}?kind=attendance_summary"' in shown
    last = body(sign_in("clerk").get(reverse("notices:index"), {"kind": "attendance_summary", "page": 2}))
    assert "51 to 60 of 60" in last


def test_nothing_is_due(sign_in, district):
    client = sign_in("clerk")
    assert "No letter is due" in body(client.get(reverse("notices:index")))
    assert "No letter is due" in body(client.get(reverse("notices:new")))
    assert "No batch yet" in body(client.get(reverse("notices:batches")))
    assert "Every letter stands" in body(client.get(reverse("notices:rescinded")))
    assert "Nothing was sent" in body(sign_in("engineer", at=None).get(reverse("notices:outbox")))


def test_what_waits_for_the_principal_is_said_first(sign_in, draft, daniel):
    link = f'href="{reverse("notices:batch", args=[draft.pk])}"'
    assert link not in body(sign_in("clerk").get(reverse("notices:index")))
    client = sign_in("principal")
    assert "to be approved" in body(client.get(reverse("notices:index"))).split(link)[1][:80]
    actions.approve(batch=draft, by=daniel)
    assert "to be issued" in body(client.get(reverse("notices:index"))).split(link)[1][:80]


# long lists


def test_long_lists_are_paged_newest_first(sign_in, sent, message, ana):
    first = Batch.objects.get()
    Batch.objects.bulk_create(
        Batch(school_id=first.school_id, kinds=[], channels=[], send_on=SENT, as_of=SENT, needs=1) for _ in range(30)
    )
    Outbox.objects.bulk_create(Outbox(key=f"k{n}", channel="text", to="x", body=f"Message {n}") for n in range(60))
    actions.rescind(notice=Notice.objects.get(), why="First", by=None)
    one = Notice.objects.get()
    copies = Notice.objects.bulk_create(_copy(one, rescinded_why=f"Reason {n}") for n in range(60))
    through = Letter.notices.through
    through.objects.bulk_create(through(letter=sent, notice=copy) for copy in copies)
    client = sign_in("director", at=None)
    for name, size, total in (("batches", 25, 31), ("outbox", 50, 61), ("rescinded", 50, 61)):
        path = reverse(f"notices:{name}")
        assert f"1 to {size} of {total}" in body(client.get(path)), name
        assert f"{size + 1} to {total} of {total}" in body(client.get(path, {"page": 2})), name
    shown = body(client.get(reverse("notices:batches")))
    numbers = [int(n) for n in re.findall(r">Batch (\d+)<", shown)]
    assert numbers == sorted(numbers, reverse=True)


def test_the_letters_of_a_batch_are_paged_in_print_order(sign_in, sent):
    Letter.objects.bulk_create(
        _copy(sent, reference=f"x-{n:03}", home=f"h{n}", place=n + 2, parcel=n + 2) for n in range(40)
    )
    client, path = sign_in("clerk"), reverse("notices:batch", args=[sent.batch_id])
    shown = body(client.get(path))
    assert "1 to 25 of 41" in shown
    assert "26 to 41 of 41" in body(client.get(path, {"page": 2}))
    found = re.findall(r"x-\d{3}", shown)
    assert found == sorted(found)


@pytest.mark.parametrize("name", ["index", "batches", "batch", "csv", "rescinded", "outbox", "letterheads", "new"])
def test_a_page_asks_no_more_of_the_database_for_many_than_for_one(
    sign_in, town, prepare, issued, daniel, district, name
):
    client = sign_in("director", at=None)

    def more(keys: range) -> int:
        for n in keys:
            town.report(town.pupil(f"P-{n}"))
        actions.find_due()
        batch = issued(prepare(school=district.schools[0]))
        for notice in Notice.objects.filter(state="issued")[: len(keys) // 2]:
            actions.rescind(notice=notice, why="An error", by=daniel)
        Outbox.objects.bulk_create(Outbox(key=f"{n}", channel="text", to="x", body="y") for n in keys)
        for n in keys:
            town.report(town.pupil(f"Q-{n}"))
        actions.find_due()
        path = reverse(f"notices:{name}", args=[batch.pk] if name in ("batch", "csv") else [])
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            text(client.get(path)) if name != "csv" else lines(client.get(path))
        return len(asked)

    few = more(range(2))
    assert more(range(10, 22)) <= few


def _copy(row, **values):
    """A second row like this one, not saved."""
    made = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}
    return type(row)(**made | values)
