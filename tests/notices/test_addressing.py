"""To whom a letter goes, and that nothing ever goes to the wrong home, whatever the files say of a family."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from firstbell.law.findings import Reason
from firstbell.letters.frozen import from_data
from firstbell.letters.typeset import pdf
from firstbell.notices import actions
from firstbell.notices.models import Batch, Due, Letter
from firstbell.notices.queries.addressing import Addressed, addressed
from firstbell.notices.queries.facts import Facts
from firstbell.notices.rules import NotAllowed, Out
from firstbell.roster import models as m
from tests.notices.conftest import MEETING, SENT, on

pytestmark = pytest.mark.django_db
GROWN = date(SENT.year - 18, SENT.month, SENT.day)
NOBODY = "Nobody on file may receive this notice."
NO_ADDRESS = "Who should get it has no complete mailing address on file."
BARRED_HERE = "A restricted contact is on file at the address it would go to."


def found(pupil: m.Student) -> Addressed | Out:
    one = Due(student=pupil, kind="conference", year=2026, since=SENT)
    pupil.refresh_from_db()
    return addressed(Facts((one,), SENT, SENT), pupil)


def homes(pupil: m.Student) -> list[str]:
    """Who opens the letters, copies marked; or why there is none."""
    to = found(pupil)
    if isinstance(to, Out):
        assert to.remedy
        return [one.sentence for one in to.reasons]
    return [f"{home.name}{' (copy)' if home.copy else ''}" for home in to.homes]


@pytest.fixture
def foster(town):
    """A foster student with a caregiver; `link` adds others to them."""
    pupil = town.pupil("P-1", mother=False)
    m.Program.objects.create(student=pupil, program="FOSTER", begins_on=on(0), arrival=town.district.arrival)
    no = {"guardian": None, "rights_holder": None, "lives_with": None}
    town.link(pupil, town.contact("Carla"), "Foster mother", **(no | {"lives_with": True}))

    def add(given: str, relation: str, **more) -> m.FamilyLink:
        return town.link(pupil, town.contact(given), relation, **(no | {"priority": 9} | more))

    return pupil, add


@pytest.mark.parametrize("field", ["address", "city", "postal"])
@pytest.mark.parametrize("value", [None, ""])
def test_an_address_lacks_a_part(town, field, value):
    pupil = town.pupil("P-1")
    m.Contact.objects.update(**{field: value})
    assert homes(pupil) == [NO_ADDRESS]


def test_a_contact_without_a_name(town):
    pupil = town.pupil("P-1", mother=town.contact("", family=""))
    assert homes(pupil) == [NO_ADDRESS]


def test_no_guardian_at_all(town):
    assert homes(town.pupil("P-1", mother=False)) == [NOBODY]


@pytest.mark.parametrize(("mother", "father", "to"), [
    ({}, {}, ["Marisol Reyes", "Luis Reyes"]),
    ({}, {"restrictions": "Court order"}, ["Marisol Reyes"]),
    ({"restrictions": "Court order"}, {"restrictions": "Court order"}, [NOBODY]),
    ({}, {"mailing": False}, ["Marisol Reyes"]),
    ({"mailing": False}, {"mailing": False}, [NOBODY]),
    ({}, {"rights_holder": False}, ["Marisol Reyes"]),
    ({"rights_holder": False}, {"rights_holder": False}, [NOBODY]),
    ({"restrictions": "Protected address"}, {"rights_holder": False}, [NOBODY]),  # he is there, and has no right
    ({"restrictions": "Protected address"}, {"rights_holder": None, "guardian": False}, [NOBODY]),
    ({"live": False}, {}, ["Luis Reyes"]),
    ({"rights_holder": None, "guardian": None}, {"rights_holder": None, "guardian": None},
     ["Marisol Reyes", "Luis Reyes"]),  # the file says nothing: parents are parents
    ({"rights_holder": None, "guardian": None}, {}, ["Luis Reyes"]),
])  # fmt: skip
def test_who_of_two_parents(town, mother, father, to):
    pupil = town.pupil("P-1", mother=False)
    town.link(pupil, town.contact("Marisol"), **mother)
    town.link(pupil, town.contact("Luis"), "Father", **({"priority": 2} | father))
    assert homes(pupil) == to


@pytest.mark.parametrize("relation", ["Neighbor", "Godmother", "Emergency contact", None, "Friend's mother"])
def test_whoever_is_no_family_gets_nothing(town, relation):
    pupil = town.pupil("P-1", mother=False)
    town.link(pupil, town.contact("Nora"), relation, guardian=None, rights_holder=None)
    assert homes(pupil) == [NOBODY]


@pytest.mark.parametrize("address", [
    "1 Olive Street", "1  OLIVE street ", "1 Olive Street,", "1 Olive Street.", "1 Ólive Street",
])  # fmt: skip
@pytest.mark.parametrize("more", [{}, {"postal": "90099-4321"}, {"city": "ROSALIA"}])
def test_a_home_where_a_restricted_contact_is_on_file_waits_for_a_person(town, address, more):
    pupil = town.pupil("P-1")
    barred = town.contact("Luis", address=address, **more)
    town.link(pupil, barred, "Father", restrictions="No contact", rights_holder=False, guardian=False)
    assert homes(pupil) == [BARRED_HERE]
    assert "a person decides" in found(pupil).remedy


def test_a_restriction_is_of_one_child_and_the_sibling_is_written_to(town):
    mother = town.contact("Marisol")
    first, second = town.pupil("P-1", mother=mother), town.pupil("P-2", mother=mother)
    m.FamilyLink.objects.filter(student=first).update(restrictions="No contact")
    assert (homes(first), homes(second)) == ([NOBODY], ["Marisol Reyes"])


@pytest.mark.parametrize(("born", "to"), [(GROWN + timedelta(1), ["Marisol Reyes"]), (GROWN, ["Ana Reyes P-1"])])
def test_from_eighteen_on_the_letter_is_the_students_own(town, born, to):
    pupil = town.pupil("P-1", born_on=born)
    assert homes(pupil) == to
    [home] = found(pupil).homes
    assert home.lines == ("1 Olive Street", "Rosalia, CA 90099")
    assert bool(home.email) == (to == ["Marisol Reyes"]), "a parent's e-mail is no way to a grown student"


def test_a_grown_student_whose_home_nobody_knows(town):
    pupil = town.pupil("P-1", born_on=GROWN)
    m.FamilyLink.objects.update(lives_with=False)
    assert homes(pupil) == [NO_ADDRESS]


def test_a_foster_students_letter_goes_to_who_holds_rights_with_its_copies(foster):
    pupil, add = foster
    add("Rita", "Education rights holder", rights_holder=True)
    add("Abel", "Attorney")
    add("Sol", "County social worker")
    add("Tala", "Tribal social worker")
    assert homes(pupil) == ["Rita Reyes", "Abel Reyes (copy)", "Sol Reyes (copy)", "Tala Reyes (copy)"]
    assert all(home.apart for home in found(pupil).homes[1:]), "an attorney reads of no other student"


@pytest.mark.parametrize(("has", "says"), [
    ((), [NOBODY, "No attorney is on file for a copy.", "No county social worker is on file for a copy."]),
    (("Education rights holder", "Attorney"), ["No county social worker is on file for a copy."]),
    (("Education rights holder", "County social worker"), ["No attorney is on file for a copy."]),
    (("Attorney", "County social worker"), [NOBODY]),
])  # fmt: skip
def test_a_foster_student_of_whom_somebody_is_missing(foster, has, says):
    pupil, add = foster
    for relation in has:
        add("Rita", relation, rights_holder=True if "rights" in relation else None)
    assert homes(pupil) == says
    assert {one.section for one in found(pupil).reasons} <= {"EC 49061", "EC 48853.5"}


@pytest.mark.parametrize("more", [{"restrictions": "No contact"}, {"mailing": False}, {"live": False}])
def test_a_copy_that_may_not_be_sent_holds_the_letter(foster, more):
    pupil, add = foster
    add("Rita", "Education rights holder", rights_holder=True)
    add("Sol", "County social worker")
    add("Abel", "Attorney", **more)
    assert homes(pupil) == ["No attorney is on file for a copy."]


def test_a_copy_without_an_address_holds_the_letter(foster):
    pupil, add = foster
    add("Rita", "Education rights holder", rights_holder=True)
    add("Sol", "County social worker")
    m.Contact.objects.filter(pk=add("Abel", "Attorney").contact_id).update(address=None)
    assert homes(pupil) == [NO_ADDRESS]


def test_a_foster_program_that_ended_is_none(foster):
    pupil, _ = foster
    m.Program.objects.update(ends_on=SENT - timedelta(1))
    assert homes(pupil) == ["Carla Reyes"]


@pytest.mark.parametrize("email", ["Ana at work", "ana@", "a@example.org; b@example.org", "", None])
def test_what_is_no_e_mail_address_is_not_guessed_at(town, email):
    pupil = town.pupil("P-1")
    m.Contact.objects.update(email=email)
    assert found(pupil).homes[0].email == ""


@pytest.mark.parametrize("name", [
    "José Ñandú-O’Brien", "محمد", "Արմեն", "明", "Nguyễn Thị Ánh", "김 민서", "A" * 80, "Ανδρέας", "Дмитрий",
    "x\u202etxet", "Ana\u0007", "שרה", "😀", "བཀྲ་ཤིས", "#let x = 1 [*]", "\\u{202e}", "  ", "\u200f\u200f",
])  # fmt: skip
def test_any_name_is_printed_as_it_is_or_said_to_be_unprintable(town, prepare, name):
    town.family("P-1", given=name)
    named_or_refused(prepare, name)


def named_or_refused(prepare, name: str) -> None:
    no = refusal(prepare)
    if no:
        assert "It cannot be printed: " in no
        assert "Correct it at the source." in no
    else:
        letter = Letter.objects.latest("pk")
        assert name.strip() in letter.text
        assert pdf([from_data(one) for one in letter.data]).startswith(b"%PDF")


def refusal(prepare, *kinds: str, **more) -> str:
    """Why nobody is in the batch; empty where somebody is."""
    try:
        prepare(*kinds, **more)
    except NotAllowed as no:
        return str(no)
    return ""


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=80))
def test_no_name_stops_a_batch(town, prepare, name):
    with transaction.atomic():
        town.family("P-1", given=name)
        named_or_refused(prepare, name)
        transaction.set_rollback(True)


@dataclass(frozen=True)
class Tie:
    """What the file says of an adult and a child."""

    relation: str | None
    guardian: bool | None
    rights_holder: bool | None
    restrictions: str | None
    mailing: bool | None
    lives_with: bool | None
    live: bool


PLACES = ("1 Olive Street", "1 olive street.", "1 Olive Street", "2 Palm Way", None)
FLAG = st.sampled_from([True, True, True, None, False])
MOSTLY = st.sampled_from([True] * 5 + [False])
FAMILY = ("Mother", "Father", "Grandmother", "Education rights holder")
OTHERS = ("Attorney", "County social worker", "Neighbor", None)
RESTRICTIONS = st.sampled_from([None, None, None, "", "Court order"])
TIES = st.builds(Tie, st.sampled_from(FAMILY * 3 + OTHERS), FLAG, FLAG, RESTRICTIONS, FLAG, FLAG, MOSTLY)
CHILDREN = st.tuples(
    st.sampled_from([date(2012, 5, 1)] * 3 + [GROWN]), st.sampled_from([False] * 5 + [True]), st.booleans()
)
"""Born on, foster, at the second school."""
ADULTS = st.tuples(st.sampled_from(PLACES), MOSTLY)


@st.composite
def families(draw):
    """Adults at a few places, children, and what each is to each (or nothing)."""
    adults = draw(st.lists(ADULTS, min_size=2, max_size=4))
    children = draw(st.lists(CHILDREN, min_size=2, max_size=3))
    ties = {(a, c): draw(TIES | TIES | st.none()) for a in range(len(adults)) for c in range(len(children))}
    return adults, children, {pair: tie for pair, tie in ties.items() if tie}


PARENT = Tie("Mother", True, True, None, True, True, True)
YOUNG = (date(2012, 5, 1), False, False)
HALF = ([(PLACES[0], True)] * 2, [YOUNG] * 2, {(0, 0): PARENT, (1, 0): PARENT, (0, 1): PARENT})
"""Half-siblings in one home: the second adult is nothing to the second child."""


def settle(town, rosa, family) -> None:
    """The family's rows, with an invitation due to each child."""
    adults, children, ties = family
    contacts = [town.contact(f"Adult{n}", address=place, live=live) for n, (place, live) in enumerate(adults)]
    for number, (born, in_care, elsewhere) in enumerate(children):
        pupil = town.district.student(f"F-{number}", born=born, at=int(elsewhere))
        m.Student.objects.filter(pk=pupil.pk).update(given=f"Child{number}x")
        if in_care:
            m.Program.objects.create(student=pupil, program="Foster", begins_on=on(0), arrival=pupil.arrival)
        for (adult, child), tie in ties.items():
            if child == number:
                town.link(pupil, contacts[adult], **vars(tie))
        actions.ask(student=pupil, kind="conference", by=rosa)


def may_open(link: m.FamilyLink, letter: Letter, pupil: m.Student) -> bool:
    """Said from the outside: what must be true of an adult who gets a letter that names this child."""
    word = (link.relation or "").lower()
    if not link.live or not link.contact.live or link.restrictions or link.mailing is False:
        return False
    if letter.copy:
        return word in ("attorney", "county social worker") and pupil.programs.exists()
    if pupil.born_on <= GROWN:
        return False
    holds = link.rights_holder or (link.rights_holder is None and link.guardian)
    silent = link.rights_holder is None and link.guardian is None
    return bool(holds or (silent and word in ("mother", "father", "grandmother", "education rights holder")))


def flat(*lines: str | None) -> str:
    return " ".join(line or "" for line in lines).lower().replace(".", "").replace(",", "")


def check(letter: Letter) -> None:
    named = [notice.student for notice in letter.notices.all()]
    contacts = list(m.Contact.objects.filter(pk__in=letter.contacts))
    for pupil in named:
        links = {link.contact_id: link for link in pupil.family_links.select_related("contact")}
        assert all(may_open(links[one.pk], letter, pupil) for one in contacts)
        barred = [one.contact for one in links.values() if one.restrictions and one.live and one.contact.live]
        assert flat(*letter.to_lines) not in [flat(one.address, one.city, one.state, one.postal) for one in barred]
        if not contacts:
            lived = [one.contact.address for one in links.values() if one.lives_with and one.live]
            assert named == [pupil]
            assert letter.to_name == f"{pupil.given} {pupil.family}"
            assert letter.to_lines[0] in lived
    assert all(flat(one.address, one.city, one.state, one.postal) == flat(*letter.to_lines) for one in contacts)
    assert letter.email in {"", *(one.email for one in contacts)}
    assert not contacts or set(letter.to_name.split(" & ")) == set(map(str, contacts))
    others = m.Student.objects.exclude(pk__in=[one.pk for one in named])
    assert not [one.given for one in others if one.given in letter.text]


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(families())
@example(HALF)
def test_nothing_ever_goes_to_the_wrong_home(town, prepare, rosa, family):
    with transaction.atomic():
        settle(town, rosa, family)
        if no := refusal(prepare, "conference", meeting=MEETING, channels=("print", "email")):
            assert "The first: " in no
        else:
            letters = list(Letter.objects.prefetch_related("notices__student"))
            for letter in letters:
                check(letter)
            opened = [pk for one in letters if " s" not in one.home for pk in one.contacts]
            assert len(opened) == len(set(opened)), "never two of a kind on one day"
            everyone_is_told_of(Batch.objects.latest("pk"))
        transaction.set_rollback(True)


def everyone_is_told_of(batch: Batch) -> None:
    """Each child is in a letter, or left out with a reason and what to do."""
    told = {notice.student_id for notice in batch.notices.all()}
    left = {one["student"]: one for one in batch.left_out}
    assert told.isdisjoint(left)
    assert told | set(left) == set(Due.objects.values_list("student", flat=True))
    assert all(one["remedy"] and Reason(*one["reasons"][0]).sentence for one in left.values())
