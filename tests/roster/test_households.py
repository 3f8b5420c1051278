"""Who lives with whom, against a slow plain reading of the same links."""

import itertools

import pytest

from firstbell.roster import models as m
from firstbell.roster.queries import children_with, housemates
from firstbell.roster.queries.households import MOST
from tests.roster.conftest import arrives

pytestmark = pytest.mark.django_db
NAMES = ("ana", "leo", "mia", "sam", "gone")


@pytest.fixture
def town(db):
    """`town.link("ana", "rosa")`: Rosa is a contact of Ana's, and lives with her unless told otherwise."""
    arrival = arrives(1)
    pupils = {
        name: m.Student.objects.create(key=name, given=name, family="Reyes", arrival=arrival, live=name != "gone")
        for name in NAMES
    }

    class Town:
        students = pupils

        def link(self, student: str, adult: str, **more):
            contact, _ = m.Contact.objects.get_or_create(key=adult, defaults={"arrival": arrival})
            told = {"lives_with": True} | more
            return m.FamilyLink.objects.create(student=pupils[student], contact=contact, arrival=arrival, **told)

        def mates(self, name: str) -> list[str]:
            found = housemates([pupils[name].pk]).get(pupils[name].pk, [])
            return [one.key for one in m.Student.objects.filter(pk__in=found).order_by("key")]

    return Town()


def test_children_of_one_adult_live_together(town):
    for name in ("ana", "leo"):
        town.link(name, "rosa")
    town.link("mia", "else")
    assert (town.mates("ana"), town.mates("leo"), town.mates("mia"), town.mates("sam")) == (["leo"], ["ana"], [], [])


@pytest.mark.parametrize(
    "more", [{"lives_with": False}, {"lives_with": None}, {"live": False}, {"restrictions": "No contact: court order"}]
)
def test_what_makes_no_home(town, more):
    town.link("ana", "ivan")
    town.link("leo", "ivan", **more)
    assert (town.mates("ana"), town.mates("leo")) == ([], [])


def test_who_left_the_student_system_lives_nowhere(town):
    town.link("ana", "rosa")
    town.link("gone", "rosa")
    assert town.mates("ana") == []
    town.link("leo", "rosa")
    m.Contact.objects.filter(key="rosa").update(live=False)
    assert town.mates("ana") == []


def test_a_home_is_one_step_wide(town):
    """Half-siblings of two homes: Leo lives in both, and Ana and Mia do not live together."""
    for student, adult in (("ana", "rosa"), ("leo", "rosa"), ("leo", "ivan"), ("mia", "ivan")):
        town.link(student, adult)
    assert (town.mates("ana"), town.mates("leo"), town.mates("mia")) == (["leo"], ["ana", "mia"], ["leo"])


def test_an_agency_is_no_home(town):
    wards = [
        m.Student.objects.create(key=f"w{n:02}", given="W", family="Ward", arrival=town.students["ana"].arrival)
        for n in range(MOST)
    ]
    agency = town.link("ana", "agency").contact
    for one in wards[:-1]:
        m.FamilyLink.objects.create(student=one, contact=agency, lives_with=True, arrival=agency.arrival)
    assert len(town.mates("ana")) == MOST - 1
    m.FamilyLink.objects.create(student=wards[-1], contact=agency, lives_with=True, arrival=agency.arrival)
    assert town.mates("ana") == []
    assert children_with([agency.pk]) == {}


def test_many_at_once_are_the_same_as_one_by_one_in_two_queries(town, django_assert_num_queries):
    for student, adult in itertools.product(("ana", "leo"), ("rosa", "ivan")):
        town.link(student, adult)
    town.link("mia", "ivan")
    ids = {name: one.pk for name, one in town.students.items()}
    with django_assert_num_queries(2):
        found = housemates(list(ids.values()))
    assert {pk: sorted(mates) for pk, mates in found.items() if mates} == {
        ids["ana"]: sorted([ids["leo"], ids["mia"]]),
        ids["leo"]: sorted([ids["ana"], ids["mia"]]),
        ids["mia"]: sorted([ids["ana"], ids["leo"]]),
    }
