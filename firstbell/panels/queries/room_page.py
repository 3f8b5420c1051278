"""Everything one page of the room shows of a hearing, read once."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from firstbell.cases.queries.casework import colleagues
from firstbell.core.models import User
from firstbell.law.findings import Finding
from firstbell.panels.kinds import KINDS, Kind
from firstbell.panels.models import Agreement, Hearing
from firstbell.panels.queries import agreements as agreed
from firstbell.panels.queries import packets, room
from firstbell.panels.queries.brief import Brief, briefs
from firstbell.roster.models import Student

READERS = ("interpreter", "panel", "school", "agency")


@dataclass(frozen=True, slots=True)
class Room:
    """A hearing as its page shows it. `left` names children who are at no school of the district any more."""

    hearing: Hearing
    kind: Kind
    students: list[Student]
    place: tuple[int, int]
    after: Hearing | None
    people: list[room.Expected]
    quorum: Finding[bool]
    language: str
    interpreters: list[str]
    briefs: list[Brief]
    left: list[str]

    @property
    def names(self) -> str:
        """`Ana and Luis Reyes`: whom it is about."""
        families = {one.family for one in self.students}
        if len(families) == 1 and len(self.students) > 1:
            return f"{' and '.join(one.given for one in self.students)} {families.pop()}"
        return " and ".join(one.name for one in self.students)

    @property
    def lacks_interpreter(self) -> bool:
        return self.language != "English" and not self.interpreters

    @property
    def sitting(self) -> int:
        """How many members of the panel are in the room."""
        return sum(one.is_here and one.party == "panel" for one in self.people)


def room_of(hearing: Hearing) -> Room:
    students = room.students_of(hearing)
    people = room.expected(hearing)
    return Room(
        hearing=hearing, kind=KINDS[hearing.panel.kind], students=students, place=room.place_of(hearing),
        after=room.after_this(hearing), people=people, quorum=room.quorum_of(hearing),
        language=agreed.language_name(room.spoken_in(hearing)),
        interpreters=[one.name for one in people if one.is_here and one.party == "interpreter"],
        briefs=briefs(hearing), left=[one.name for one in students if room.left_district(one)],
    )  # fmt: skip


def stale_of(hearing: Hearing) -> list[str]:
    """What the record says otherwise than the packets the panel has read, child by child."""
    found = []
    for referral in hearing.referrals.exclude(state="withdrawn").order_by("pk"):
        row = packets.released(referral)
        found += packets.stale(row) if row else []
    return found


def readers_of(one: Room) -> list[str]:
    """Who in the room may read the agreement aloud: an interpreter first."""
    here = [who for who in one.people if who.is_here and who.party in READERS]
    return [who.name for who in sorted(here, key=lambda who: READERS.index(who.party))]


def sides_open(agreement: Agreement | None) -> list[str]:
    """The sides that may still sign."""
    return agreed.still_to_sign(agreement) if agreement else []


def drafting(hearing: Hearing, agreement: Agreement | None) -> dict[str, Any]:
    """What the room shows of the agreement while it is drafted and signed."""
    ready = agreement is not None and not agreed.problems_of(agreement)
    begun = agreement is not None and bool(agreement.digest)
    return {
        "agreement": agreement,
        "sides": agreed.sides_of(agreement),
        "problems": agreed.problems_of(agreement) if agreement else (),
        "advice": [] if begun else agreed.advice_of(hearing, agreement),
        "offers": [] if begun else agreed.offers(hearing),
        "agencies": [] if begun else agreed.agencies(hearing),
        "sheets": agreed.sheets_of(agreement) if agreement and ready else [],
        "marks": agreed.marks_of(agreement) if agreement else [],
    }


def answerable(hearing: Hearing, by: User) -> QuerySet[User]:
    """Who may answer for a directive: everybody with a post at the school or its region today, and whoever writes."""
    rows = User.objects.filter(Q(pk__in=colleagues(hearing).values("pk")) | Q(pk=by.pk))
    return rows.order_by("last_name", "pk")
