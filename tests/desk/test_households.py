"""The household's page: every child, one lead worker; of a neighbour's child only the name and the school."""

from uuid import uuid4

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from firstbell.cases import actions
from firstbell.cases.models import Entry, LeadWorker, Task
from firstbell.core import clock
from firstbell.core.models import AccessRow, User
from firstbell.roster import models as roster
from firstbell.staffing.models import Post
from tests import staff
from tests.desk.conftest import FIRST, _made, standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(district):
    """She and Sam (at Cedar) live with Rosa Núñez."""
    return district.students["ana"]


@pytest.fixture
def counselor(sign_in):
    return sign_in("counselor", "Maple")


@pytest.fixture
def me(counselor) -> User:
    return User.objects.get(username="counselor-Maple-None")


@pytest.fixture
def hugo(district) -> User:
    user = User.objects.create(username="hugo", first_name="Hugo", last_name="Petrosyan")
    staff.post(user=user, role="counselor", school=district.schools["Cedar"], span=DateRange(FIRST, None))
    return user


def at(who, name="household") -> str:
    return reverse(f"desk:{name}", args=[who.pk])


def shown(client, who) -> str:
    answer = client.get(at(who))
    assert answer.status_code == 200
    return answer.content.decode().replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("role", "school", "sees", "decides"),
    [
        ("counselor", "Maple", True, True), ("clerk", "Maple", True, False), ("principal", "Maple", True, False),
        ("director", None, True, True), ("engineer", None, False, False), ("counselor", "Oak", False, False),
    ],
)  # fmt: skip
def test_what_each_role_may_do(sign_in, ana, me, role, school, sees, decides):
    actions.open_case(student=ana, by=me)
    client = sign_in(role, school)
    assert (client.get(at(ana)).status_code == 200) is sees
    told = {"seen": 0, "lead": me.pk, "why": "She knows the mother."}
    answer = client.post(at(ana, "household_lead"), told)
    assert (answer.status_code == 302) is decides
    assert LeadWorker.objects.exists() is decides


def test_every_child_in_scope_with_what_the_work_needs(sign_in, ana, me, district):
    leo = district.students["leo"]
    _made(district, roster.FamilyLink, student=leo, contact=roster.Contact.objects.get(key="C1"), lives_with=True)
    actions.open_case(student=ana, by=me, lead=me, tier=3)
    case = actions.open_case(student=leo, by=me)
    actions.ask(case=case, kind="visit", due_on=clock.today(), by=me, text="Bring the bus form")
    actions.log(key=uuid4(), student=leo, kind="call", outcome="reached", by=me)
    page = shown(sign_in("director"), ana)
    for words in ("3 students of the district live here.", "Severe 24 %", "12 of 50", "Tier 3", "Tier 2",
                  "Bring the bus form, by 12 May", "Last reached on Tue 12 May", "about <span dir=\"auto\">Leo Ortiz",
                  "Languages: Spanish", "Rosa Núñez", "Maple", "Cedar",
                  "the named adult of José Ana Núñez-Ortiz, who is in tier 3"):  # fmt: skip
        assert words in page, words
    assert "Iván" not in page


def test_of_a_neighbours_child_only_the_name_and_the_school(counselor, ana, district, hugo):
    sam = district.students["sam"]
    actions.open_case(student=sam, by=hugo, lead=hugo, tier=3)
    actions.log(key=uuid4(), student=sam, kind="call", outcome="reached", by=hugo)
    page = shown(counselor, ana)
    for words in (
        "Sam O&#x27;Brien", "Cedar", "Not all of them are yours.", "EC 49076", "Nobody has reached this family yet",
        "Hugo Petrosyan: the named adult of a child at Cedar",
    ):  # fmt: skip
        assert words in page, words
    for words in ("Kindergarten", "At risk", "3 of 50", "tier 3", "Tier 3", reverse("cases:case", args=[sam.pk])):
        assert words not in page, words
    assert counselor.get(at(sam)).status_code == 404
    assert counselor.post(at(sam, "household_lead"), {"seen": 0}).status_code == 404


def test_a_word_with_a_teacher_is_no_contact_with_the_household(counselor, ana, me):
    actions.log(key=uuid4(), student=ana, kind="teacher", outcome="reached", by=me)
    assert "Nobody has reached this family yet" in shown(counselor, ana)
    actions.log(key=uuid4(), student=ana, kind="text", outcome="reached", by=me)
    assert "Text: reached" in shown(counselor, ana)


def test_whom_the_page_names_is_in_the_access_log(counselor, ana, district):
    shown(counselor, ana)
    opened = set(AccessRow.objects.filter(route="desk:household").values_list("student_id", flat=True))
    assert opened == {ana.pk, district.students["sam"].pk}


def test_a_child_alone_and_one_for_whom_school_is_not_required(counselor, ana, district):
    roster.Student.objects.filter(pk=ana.pk).update(born_on="2021-01-01")
    page = shown(counselor, ana)
    assert "School is not required before" in page
    alone = shown(counselor, district.students["leo"])
    assert "No other student lives with the same adults." in alone
    assert "No adult of this home is on file" in alone


def test_a_decision_and_handing_on(counselor, ana, me, hugo, client):
    actions.open_case(student=ana, by=me, lead=me)
    assert "Nobody leads the work with them yet." in shown(counselor, ana)
    told = {"seen": 0, "lead": me.pk, "why": "She knows the mother."}
    counselor.post(at(ana, "household_lead"), told)
    page = shown(counselor, ana)
    assert "She knows the mother." in page
    row = LeadWorker.objects.get()
    counselor.post(at(ana, "household_lead"), {"seen": row.pk, "lead": hugo.pk, "why": "He is there daily."})
    page = shown(counselor, ana)
    assert "A hand-off waits for" in page
    assert "until 12 May" in page
    assert Task.objects.get(kind="handoff").owner == me
    Post.objects.filter(user=hugo).delete()
    assert "Hand it on." in shown(counselor, ana)


@pytest.mark.parametrize(
    ("more", "no"),
    [
        ({"why": ""}, "Say why: it is kept."), ({"seen": 99}, "Somebody decided while you had this open"),
        ({"lead": ""}, "Nobody leads yet"), ({"lead": "123456"}, "Select a valid choice"),
    ],
)  # fmt: skip
def test_what_cannot_be_decided_keeps_every_word(counselor, ana, me, more, no):
    actions.open_case(student=ana, by=me)
    told = {"seen": 0, "lead": me.pk, "why": "My own words."} | more
    answer = counselor.post(at(ana, "household_lead"), told)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert no in page
    assert told["why"] in page
    assert not LeadWorker.objects.exists()


def test_the_home_is_named_where_the_work_is(counselor, ana, me):
    actions.open_case(student=ana, by=me, lead=me)
    actions.lead_household(student=ana, lead=me, why="First.", by=me)
    line = f"1 other child in this home; lead: {me}"
    for address in (reverse("cases:case", args=[ana.pk]), reverse("desk:today"), reverse("desk:today") + "?all=1"):
        page = counselor.get(address).content.decode().replace("\u00a0", " ")
        assert line in page, address
        assert at(ana) in page
    page = counselor.get(reverse("desk:student", args=[ana.pk])).content.decode()
    assert f"lead: {me}" in page
    assert at(ana) in page


def test_a_contact_is_logged_for_the_children_one_serves(counselor, ana, me, district):
    leo, sam = district.students["leo"], district.students["sam"]
    mother = roster.Contact.objects.get(key="C1")
    _made(district, roster.FamilyLink, student=leo, contact=mother, lives_with=True)
    page = counselor.get(reverse("cases:case", args=[ana.pk])).content.decode()
    assert "Also about" in page
    assert f'value="{leo.pk}"' in page
    assert "Sam O" not in page
    told = {"key": str(uuid4()), "kind": "call", "outcome": "reached", "said": "Both boys.", "whom": ""}
    refused = counselor.post(reverse("cases:log", args=[ana.pk]), told | {"also": [sam.pk]})
    assert refused.status_code == 409
    assert "Both boys." in refused.content.decode()
    counselor.post(reverse("cases:log", args=[ana.pk]), told | {"also": [leo.pk]})
    assert set(Entry.objects.values_list("student", flat=True)) == {ana.pk, leo.pk}
    page = counselor.get(reverse("cases:case", args=[ana.pk])).content.decode()
    assert "is on record for José Ana Núñez-Ortiz, Leo Ortiz." in page


def test_queries_do_not_grow_with_the_children(sign_in, ana, me, district):
    client, mother = sign_in("director"), roster.Contact.objects.get(key="C1")

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            shown(client, ana)
        return len([one for one in seen.captured_queries if "SAVEPOINT" not in one["sql"]])

    actions.open_case(student=ana, by=me, lead=me)
    actions.lead_household(student=ana, lead=me, why="First.", by=me)
    few = asked()
    for n in range(5):
        who = _made(district, roster.Student, key=f"more-{n}", given="N", family="More", grade="03", school=ana.school)
        standing(who, absent=9, national_band="moderate")
        _made(district, roster.FamilyLink, student=who, contact=mother, lives_with=True)
        case = actions.open_case(student=who, by=me, lead=me)
        actions.ask(case=case, kind="call", due_on=clock.today(), by=me)
    assert asked() == few
    assert few <= 35
