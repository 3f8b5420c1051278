"""What goes along on paper: the calls of today and the sheet of a visit; nothing restricted or sealed is on either."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from firstbell.attendance.models import Sign
from firstbell.cases import actions, queries
from firstbell.cases.queries.casework import lines_of
from firstbell.core import clock
from firstbell.core.models import AccessRow, User
from firstbell.roster import models as roster
from firstbell.staffing.models import Post
from tests.desk.test_gaps import names

pytestmark = pytest.mark.django_db


@pytest.fixture
def counselor(sign_in):
    return sign_in("counselor", "Maple")


@pytest.fixture
def me(counselor) -> User:
    return User.objects.get(username="counselor-Maple-None")


@pytest.fixture
def ana(district):
    return district.students["ana"]


def text(answer, status: int = 200) -> str:
    assert answer.status_code == status
    return answer.content.decode().replace("\u00a0", " ")


def calls(client) -> str:
    return text(client.get(reverse("desk:calls")))


def visit(client, who, status: int = 200) -> str:
    return text(client.get(reverse("desk:visit", args=[who.pk])), status)


# -- calls -------------------------------------------------------------------------------------------------------------


def test_the_students_of_today_with_their_best_number_and_why(counselor, ana):
    page = calls(counselor)
    assert names(page) == [ana.name]
    for words in ("(213) 555-0142", "Rosa Núñez (mother)</span>, Spanish", "Third unexcused day was Thursday.",
                  "Nobody has reached the family yet.", "☐ reached", "Note:", "planned for your hours"):  # fmt: skip
        assert words in page
    assert "Iván" not in page  # a court order: nobody to call
    assert AccessRow.objects.filter(route="desk:calls", student_id=ana.pk).count() == 1


def test_when_somebody_was_last_reached_is_said_once(counselor, ana, me):
    actions.log(key=uuid4(), student=ana, kind="call", outcome="reached", by=me, on=clock.today() - timedelta(3))
    assert "Last reached 3 days ago." in calls(counselor)


def test_a_wrong_number_is_called_last(counselor, ana, me, district):
    rosa = roster.Contact.objects.get(key="C1")
    roster.Phone.objects.create(contact=rosa, place=7, number="2135550188", kind="home", arrival=district.arrival)
    line = queries.lines_to(ana)[0]
    actions.log(
        key=uuid4(), student=ana, kind="call", outcome="wrong_number", by=me, contact=line.contact, number=line.number
    )
    page = calls(counselor)
    assert page.index("(213) 555-0188") < page.index("(213) 555-0142, found wrong")


def test_without_hours_the_first_of_the_queue(sign_in, ana, district):
    page = calls(sign_in("director"))
    assert "You have no hours at a school today" in page
    assert names(page) == [ana.name, district.students["mia"].name]
    assert "No number: ask the office, or visit." in page


def test_nobody_planned_says_so(counselor):
    Sign.objects.all().delete()
    assert "Nobody to call" in calls(counselor)


def test_lines_of_many_are_those_of_each(district):
    pupils = list(roster.Student.objects.all())
    many = lines_of([who.pk for who in pupils])
    assert [many.get(who.pk, []) for who in pupils] == [queries.lines_to(who) for who in pupils]
    assert any(many.values())


def test_queries_do_not_grow_with_the_calls(counselor, me, ana, district):
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            calls(counselor)
        return len([one for one in seen.captured_queries if "SAVEPOINT" not in one["sql"]])

    few = asked()
    rosa = roster.Contact.objects.get(key="C1")
    for n in range(10):
        who = roster.Student.objects.get(pk=ana.pk)
        who.pk, who.key, who._state.adding = None, f"more-{n}", True
        who.save()
        roster.FamilyLink.objects.create(student=who, contact=rosa, priority=1, arrival=district.arrival)
        Sign.objects.create(id=600 + n, student=who, school=who.school, rule="back", rank=5, on="2026-05-08",
                            sentence="Back after a week.", section="")  # fmt: skip
    assert asked() == few <= 25
    assert len(names(calls(counselor))) == 11


# -- the visit's sheet -------------------------------------------------------------------------------------------------


@pytest.fixture
def home(ana, district):
    roster.Contact.objects.filter(key="C1").update(address="12 Elm Street", city="Rosalia", state="CA", postal="90099")
    roster.Contact.objects.filter(key="C2").update(address="99 Hidden Lane", city="Rosalia", state="CA", postal="90001")
    return ana


def test_the_sheet_says_where_who_why_and_what(counselor, home, me):
    case = actions.open_case(student=home, by=me)
    actions.ask(case=case, kind="visit", due_on=clock.today(), by=me, text="Bring the bus form")
    page = visit(counselor, home)
    for words in ("12 Elm Street", "Rosalia CA 90099", "Rosa Núñez", "Spanish", "missed 12 of 50 school days",
                  "Bring the bus form", "We have not reached anybody.", "A sibling at Cedar",
                  "☐ Nobody home"):  # fmt: skip
        assert words in page
    assert AccessRow.objects.filter(route="desk:visit", student_id=home.pk).exists()


def test_a_restriction_is_a_loud_warning_without_its_words_or_address(counselor, home):
    page = visit(counselor, home)
    assert "STOP. A restriction is on file." in page
    assert "Iván Núñez (father)" in page
    assert "court order" not in page
    assert "99 Hidden Lane" not in page
    roster.FamilyLink.objects.update(restrictions=None)
    assert "STOP" not in visit(counselor, home)


def test_nothing_sealed_restricted_or_noted_is_on_it(counselor, home, me):
    other = User.objects.create(username="other")
    for lock, words in (("open", "Open words"), ("restricted", "Restricted words"), ("sealed", "Sealed words")):
        actions.write_note(student=home, lock=lock, text=words, by=me, readers=[other] if lock == "restricted" else [])
    actions.log(key=uuid4(), student=home, kind="call", outcome="reached", by=me, said="Said in trust")
    page = visit(counselor, home)
    for words in ("Open words", "Restricted words", "Sealed words", "Said in trust"):
        assert words not in page


@pytest.mark.parametrize(("language", "first"), [("Spanish", "es"), ("Armenian", "en"), (None, "es")])
def test_what_is_left_behind_is_in_two_languages_and_says_no_absence(counselor, home, language, first):
    roster.Contact.objects.filter(key="C1").update(language=language)
    left = visit(counselor, home).split("To leave with the family")[1]
    assert re.findall(r'<p lang="(..)">', left)[0] == first
    assert "extrañamos a" in left
    assert "we miss" in left
    assert "absen" not in re.sub(r"it says nothing about absences", "", left.split("</main>")[0].split("print-only")[0])


def test_no_address_says_whom_to_ask(counselor, ana):
    assert "No address on file" in visit(counselor, ana)


@pytest.mark.parametrize(
    ("role", "school", "status"), [("counselor", "Oak", 404), ("engineer", None, 404), ("clerk", "Maple", 200)]
)
def test_who_may_print_a_sheet(sign_in, home, role, school, status):
    visit(sign_in(role, school), home, status)


def test_a_student_who_left_still_has_one(counselor, home):
    Post.objects.update(week=[0, 0, 0, 0, 0])
    roster.Student.objects.filter(pk=home.pk).update(live=False)
    assert "12 Elm Street" in visit(counselor, home)
