"""What goes along on paper: whom to call today and at which number, and what a home visit needs to know."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from firstbell.cases import queries as cases
from firstbell.cases.models import Task
from firstbell.cases.queries.casework import Line, lines_of
from firstbell.core.access import Scope
from firstbell.core.models import User
from firstbell.core.templatetags.ui import grade, plural_s
from firstbell.desk.queries import file
from firstbell.desk.queries.gaps import reached_words
from firstbell.desk.queries.hours import hours
from firstbell.desk.queries.today import queue
from firstbell.desk.words import language, place_name
from firstbell.notices.models import Letterhead
from firstbell.roster.models import Contact, Student

MOST = 25
"""Students of the list of somebody without hours at a school: an hour or two of calls."""
OTHERS = 1
"""Further numbers shown below the best one."""


@dataclass(frozen=True, slots=True)
class Call:
    student: Student
    place: str
    why: str
    best: Line | None
    others: list[str]
    """The next numbers, with whose each is where it is another person's."""
    language: str


def calls(user: User, scope: Scope, today: date) -> tuple[list[Call], bool]:
    """Today's students, those planned for the hours somebody has first in line; whether hours planned them."""
    planned = hours(user, scope, today)
    if planned is None:
        told = [(one.student.pk, one.sentence) for one in queue(scope)[0:MOST]]
    else:
        told = [(row.student.pk, row.why) for here in planned.here for row in here.rows]
    return _calls(scope, told, today), planned is not None


def _calls(scope: Scope, told: Sequence[tuple[int, str]], today: date) -> list[Call]:
    """Five queries, however many students."""
    ids = [pk for pk, _ in told]
    pupils = Student.objects.visible_to(scope).select_related("school").in_bulk(ids)
    lines, reached = lines_of(ids), cases.last_reached(ids)
    found = []
    for pk, why in told:
        if who := pupils.get(pk):
            best, *others = [line for line in lines.get(pk, []) if line.number] or [None]
            spoken = language((best.contact.language if best else "") or who.language)
            place = ", ".join(filter(None, (grade(who.grade), place_name(who.school))))
            next_best = [_other(line, best) for line in others[:OTHERS]]
            found.append(Call(who, place, _with_last(why, reached.get(pk), today), best, next_best, spoken))
    return found


def _other(line: Line, best: Line) -> str:
    whose = "" if line.contact == best.contact else f" {line.whose}"
    return f"{line.number}{whose}{', found wrong' if line.wrong_on else ''}"


def _with_last(why: str, last: date | None, today: date) -> str:
    """The reason, with when somebody was last reached where it does not say so itself."""
    if why.endswith(("reached the family yet.", "days ago.")):
        return why
    return f"{why} Last reached {reached_words(last, today)}." if last else f"{why} Not reached yet."


@dataclass(frozen=True)
class Visit:
    """The sheet of one home visit. Nobody with a restriction is among `people`, nor is their address used.

    `away` are those with one: by name, because whoever knocks must know; its words stay in the file.
    """

    address: list[str]
    people: list[tuple[str, str]]
    siblings: list[file.Sibling]
    away: list[str]
    language: str
    spanish_first: bool
    why: list[str]
    asks: list[str]
    letterhead: Letterhead | None = None
    lines: list[Line] = field(default_factory=list)


_ASKS = ["What gets in the way of coming to school?", "What has helped before?", "One thing to try this week, by whom."]


def visit(who: Student, scope: Scope, today: date) -> Visit:
    reached = file.contacts(who, scope)
    safe = [one for one in reached if not one.link.restrictions]
    home = [one for one in safe if one.link.lives_with] or [one for one in safe if one.link.mailing]
    spoken = next((one.link.contact.language for one in home if one.link.contact.language), who.language)
    waiting = Task.objects.open().visible_to(scope).filter(case__student=who).order_by("due_on", "pk")
    return Visit(
        address=next(filter(None, (_address(one.link.contact) for one in home)), []),
        people=[(str(one.link.contact), one.words) for one in home if one.link.lives_with],
        siblings=file.household(who, home, scope),
        away=[f"{one.link.contact} ({(one.link.relation or 'contact').lower()})" for one in reached
              if one.link.restrictions],
        language=language(spoken), spanish_first=language(spoken) == "Spanish",
        why=_why(who, cases.last_reached([who.pk]).get(who.pk), today),
        asks=[*(str(task) for task in waiting.filter(kind__in=("visit", "reach", "plan"))[:3] if task.text), *_ASKS],
        letterhead=Letterhead.objects.visible_to(scope).filter(school=who.school_id).first(),
        lines=[line for line in cases.lines_to(who) if line.number][:2],
    )  # fmt: skip


def _address(contact: Contact) -> list[str]:
    town = " ".join(filter(None, (contact.city, contact.state, contact.postal)))
    return [part for part in (contact.address, town) if part] if contact.address else []


def _why(who: Student, last: date | None, today: date) -> list[str]:
    """In the words somebody can say at the door."""
    standing, given = file.standing_of(who), who.preferred_given or who.given
    told = []
    if standing and standing.enrolled:
        told.append(f"{given} missed {standing.absent} of {plural_s(standing.enrolled, 'school day')} this year.")
        if standing.last20:
            verb = "is" if standing.last20 == 1 else "are"
            told.append(f"{standing.last20} of those {verb} among the last 20 school days.")
    told.append(f"We last reached the family {reached_words(last, today)}." if last else "We have not reached anybody.")
    return told
