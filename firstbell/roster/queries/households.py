"""Who lives with whom: the children of one home are those who live with the same adult."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Q, QuerySet

from firstbell.roster.models import FamilyLink

MOST = 12
"""Children of one adult up to which it is a home; an agency's one address for all its wards is none."""


def housemates(students: Collection[int]) -> dict[int, list[int]]:
    """Student to the other live children of their home, by primary key. Two queries, however many students."""
    mine: dict[int, set[int]] = defaultdict(set)
    for student, contact in _homes().filter(student__in=students).values_list("student", "contact"):
        mine[student].add(contact)
    held = children_with({contact for home in mine.values() for contact in home})
    return {
        student: sorted({child for contact in home for child in held.get(contact, ())} - {student})
        for student, home in mine.items()
    }


def children_with(contacts: Collection[int]) -> dict[int, list[int]]:
    """Contact to the live students who live with them; none of a contact who has more than MOST. One query."""
    held: dict[int, list[int]] = defaultdict(list)
    rows = _homes().filter(contact__in=contacts, student__live=True).order_by("student")
    for contact, student in rows.values_list("contact", "student"):
        held[contact].append(student)
    return {contact: children for contact, children in held.items() if len(children) <= MOST}


def _homes() -> QuerySet[FamilyLink]:
    """Whoever must not be contacted about a child makes no home for them, whatever the file says."""
    rows = FamilyLink.objects.filter(live=True, contact__live=True, lives_with=True)
    return rows.filter(Q(restrictions=None) | Q(restrictions=""))
