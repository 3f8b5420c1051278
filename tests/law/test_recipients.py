from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.law.recipients import Contact, Role, addressees
from tests.law.stories import MONDAY

CHILD, ADULT = date(2013, 1, 15), date(2007, 9, 1)
MOTHER = Contact("mother", Role.PARENT)
FATHER = Contact("father", Role.PARENT, restricted=True)
AUNT = Contact("aunt", Role.CAREGIVER)
HOLDER = Contact("holder", Role.RIGHTS_HOLDER)
ATTORNEY = Contact("attorney", Role.ATTORNEY)
WORKER = Contact("worker", Role.SOCIAL_WORKER)
TRIBAL = Contact("tribal", Role.TRIBAL_WORKER)
SELF = Contact("self", Role.STUDENT)
NEIGHBOR = Contact("neighbor", Role.OTHER)


@pytest.mark.parametrize(
    ("contacts", "born_on", "foster", "to", "copies", "problems"),
    [
        ([MOTHER, NEIGHBOR], CHILD, False, [MOTHER], [], 0),
        ([FATHER, MOTHER], CHILD, False, [MOTHER], [], 0),
        ([FATHER], CHILD, False, [], [], 1),
        ([], CHILD, False, [], [], 1),
        ([MOTHER, HOLDER], CHILD, False, [HOLDER], [], 0),
        ([AUNT], None, False, [AUNT], [], 0),
        ([MOTHER, SELF], ADULT, False, [SELF], [], 0),
        ([MOTHER], ADULT, False, [], [], 1),
        ([MOTHER, HOLDER, ATTORNEY, WORKER], CHILD, True, [HOLDER], [ATTORNEY, WORKER], 0),
        ([HOLDER, ATTORNEY, WORKER, TRIBAL], CHILD, True, [HOLDER], [ATTORNEY, WORKER, TRIBAL], 0),
        ([MOTHER, ATTORNEY, WORKER], CHILD, True, [], [ATTORNEY, WORKER], 1),  # nobody holds education rights
        ([HOLDER], CHILD, True, [HOLDER], [], 2),
        ([MOTHER, ATTORNEY], CHILD, False, [MOTHER], [], 0),  # an attorney gets copies for foster students only
    ],
)
def test_who_gets_a_notice(contacts, born_on, foster, to, copies, problems):
    found = addressees(contacts, born_on, MONDAY, foster=foster).outcome
    assert (list(found.to), list(found.copies)) == (to, copies)
    assert len(found.problems) == problems


def test_a_parent_who_holds_education_rights_of_a_foster_student_gets_it():
    rights = Contact("mother", Role.PARENT, holds_rights=True)
    assert addressees([rights, ATTORNEY, WORKER], CHILD, MONDAY, foster=True).outcome.to == (rights,)


CONTACTS = st.lists(st.builds(Contact, st.text("ab", max_size=2), st.sampled_from(Role), st.booleans(), st.booleans()))


@given(CONTACTS, st.sampled_from([CHILD, ADULT, None]), st.booleans())
def test_a_restricted_contact_never_gets_anything(contacts, born_on, foster):
    found = addressees(contacts, born_on, MONDAY, foster=foster)
    assert not any(contact.restricted for contact in (*found.outcome.to, *found.outcome.copies))
    assert not set(found.outcome.to) & set(found.outcome.copies)
    assert bool(found.outcome.to) or found.outcome.problems
