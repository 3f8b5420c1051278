"""What is on file to try for a lost student, and what was tried, from the roster, the contact log and the steps."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Max

from firstbell.cases.models import Entry
from firstbell.cases.queries.casework import Line, lines_of
from firstbell.cases.rules.entries import SPOKE
from firstbell.recovery.models import Search, Step
from firstbell.recovery.rules import Done, Known
from firstbell.roster.models import FamilyLink
from firstbell.roster.queries import housemates

LOGGED = {"call": "numbers", "text": "numbers", "mail": "numbers", "visit": "visit"}
"""Kind of contact to the step it is the work of."""


def known_of(search: Search) -> Known:
    """Of one search."""
    return knowns([search])[search.pk]


def knowns(searches: Sequence[Search], lines: Mapping[int, Sequence[Line]] | None = None) -> dict[int, Known]:
    """Search to what is known of its steps. Eight queries, however many searches.

    `lines` are the numbers to ring by student, where they were read already.
    """
    ids = [one.student_id for one in searches]
    lines = lines_of(ids) if lines is None else lines
    homes, links, tried = housemates(ids), _links(ids), _tried(searches)
    steps: dict[int, list[Step]] = defaultdict(list)
    for step in Step.objects.filter(search__in=searches).select_related("by"):
        steps[step.search_id].append(step)
    return {
        one.pk: _known(
            [line.key for line in lines.get(one.student_id, []) if line.number],
            links.get(one.student_id, []),
            len(homes.get(one.student_id, ())),
            [entry for entry in tried.get(one.student_id, []) if entry.on >= one.since],
            steps[one.pk],
        )
        for one in searches
    }


def _known(
    numbers: Iterable[str], links: Sequence[FamilyLink], siblings: int, entries: Iterable[Entry], steps: Iterable[Step]
) -> Known:
    emergency = {link.contact_id for link in links if link.emergency}
    rung, asked, done = set(), set(), []
    for entry in entries:
        rung.add(f"{entry.contact_id}:{entry.number}")
        kinds = [LOGGED[entry.kind]]
        if entry.contact_id in emergency:
            asked.add(str(entry.contact_id))
            kinds.append("contacts")
        whom = " ".join(filter(None, (str(entry.contact or ""), entry.number)))
        outcome = entry.get_outcome_display()
        done += [Done(kind, entry.on, outcome, str(entry.by), ": ".join(filter(None, (whom, entry.said))))
                 for kind in kinds]  # fmt: skip
    done += [
        Done(one.kind, one.on, one.get_outcome_display(), str(one.by), one.said, one.outcome != "waiting")
        for one in steps
    ]
    return Known(
        numbers=frozenset(numbers), contacts=frozenset(map(str, emergency)), siblings=siblings,
        address=any(link.contact.address and (link.lives_with or link.mailing) for link in links),
        rung=frozenset(rung), asked=frozenset(asked), done=tuple(sorted(done, key=lambda one: one.on)),
    )  # fmt: skip


def _links(students: Sequence[int]) -> dict[int, list[FamilyLink]]:
    """The contacts of each student, without those who must not be contacted about them."""
    rows = FamilyLink.objects.filter(student__in=students, live=True, contact__live=True).select_related("contact")
    found: dict[int, list[FamilyLink]] = defaultdict(list)
    for link in rows.order_by("priority", "pk"):
        if not link.restrictions:
            found[link.student_id].append(link)
    return found


def _tried(searches: Sequence[Search]) -> dict[int, list[Entry]]:
    """The contacts that are steps, of each student since the first of these searches."""
    since = min((one.since for one in searches), default=date.max)
    rows = Entry.objects.standing().filter(student__in=[one.student_id for one in searches], on__gte=since)
    found: dict[int, list[Entry]] = defaultdict(list)
    for entry in rows.filter(kind__in=LOGGED).select_related("by", "contact").order_by("on", "pk"):
        found[entry.student_id].append(entry)
    return found


def last_reached(searches: Sequence[Search]) -> dict[int, date]:
    """Search to the day on which a person last spoke with the student or the family since they were missed."""
    since = min((one.since for one in searches), default=date.max)
    rows = Entry.objects.standing().filter(
        student__in=[one.student_id for one in searches], outcome__in=SPOKE, on__gte=since
    )
    last = dict(rows.values("student").annotate(last=Max("on")).values_list("student", "last"))
    return {one.pk: last[one.student_id] for one in searches if last.get(one.student_id, date.min) >= one.since}
