"""The sheets of a recovery day: whom to find where, and nothing that a volunteer need not know."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from firstbell.cases.queries.casework import lines_of
from firstbell.recovery.models import Day, Search, Stop
from firstbell.recovery.rules.days import NO_AREA
from firstbell.roster.models import Contact, FamilyLink


@dataclass(frozen=True, slots=True)
class Ask:
    """One line of a sheet: name, grade, language, whom to ask for, and the address or the number. Nothing else."""

    name: str
    grade: str
    language: str
    whom: str
    where: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    area: str
    asks: tuple[Ask, ...]


def areas_of(searches: Sequence[Search], area: str) -> dict[int, str]:
    """Search to the list it is on: the school's, or that of the postal code of the home."""
    if area == "school":
        return {one.pk: str(one.school) for one in searches}
    homes = _homes([one.student_id for one in searches])
    codes = {who: (home.postal or "").split("-")[0] for who, home in homes.items()}
    return {one.pk: codes.get(one.student_id) or NO_AREA for one in searches}


def sheets(day: Day, stops: Sequence[Stop]) -> list[Sheet]:
    """The lists of the day by area. Nobody with a restriction is asked for, nor is their address or number given."""
    ids = [stop.search.student_id for stop in stops]
    homes, lines = (_homes(ids), {}) if day.how == "visit" else ({}, lines_of(ids))
    found: dict[str, list[Ask]] = defaultdict(list)
    for stop in stops:
        who = stop.search.student
        whom, where, spoken = "", (), who.language
        if home := homes.get(who.pk):
            whom, where, spoken = str(home), _address(home), home.language or spoken
        elif line := next((one for one in lines.get(who.pk, []) if one.number and not one.wrong_on), None):
            whom, where, spoken = str(line.contact), (line.number,), line.contact.language or spoken
        found[stop.area].append(Ask(who.name, who.grade or "", spoken or "", whom, where))
    return [Sheet(area, tuple(asks)) for area, asks in sorted(found.items())]


def _homes(students: Sequence[int]) -> dict[int, Contact]:
    """Student to the adult whose address is home: who lives with them first, nobody with a restriction."""
    rows = FamilyLink.objects.filter(student__in=students, live=True, contact__live=True).select_related("contact")
    found: dict[int, tuple[bool, Contact]] = {}
    for link in rows.order_by("priority", "pk"):
        if link.restrictions or not link.contact.address or not (link.lives_with or link.mailing):
            continue
        if link.student_id not in found or (link.lives_with and not found[link.student_id][0]):
            found[link.student_id] = (bool(link.lives_with), link.contact)
    return {who: contact for who, (_, contact) in found.items()}


def _address(contact: Contact) -> tuple[str, ...]:
    town = " ".join(filter(None, (contact.city, contact.state, contact.postal)))
    return tuple(part for part in (contact.address, town) if part)
