"""What a calendar feed tells: kinds of tasks and meetings, days as a stand-in, schools; never a student."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from django.urls import reverse
from icalendar import Calendar, Event

from firstbell.cases.models import Case, Meeting, Task
from firstbell.core import clock
from firstbell.core.access import May
from firstbell.core.models import User
from firstbell.desk.words import place_name
from firstbell.staffing.queries import scope_of
from firstbell.staffing.queries.absences import stood_in

MOST = 500
AHEAD = timedelta(days=120)
BEHIND = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Entry:
    """One all-day entry. `path` leads to a page behind sign-in; it holds the key of a task or meeting, no student's."""

    uid: str
    on: date
    title: str
    path: str


def entries(person: User, today: date) -> list[Entry]:
    """A person's tasks, meetings and days as a stand-in, soonest first: what they may see today by their posts."""
    scope = scope_of(person, today)
    if May.SEE_CASES not in scope:
        return []
    span = (today - BEHIND, today + AHEAD)
    tasks = Task.objects.open().visible_to(scope).filter(owner=person, due_on__range=span, case__state=Case.State.OPEN)
    tasks = tasks.select_related("case__school").order_by("due_on", "pk")[:MOST]
    meetings = Meeting.objects.visible_to(scope).filter(held_by=person, on__range=span)
    meetings = meetings.exclude(state=Meeting.State.CLOSED).select_related("school").order_by("on", "pk")[:MOST]
    found = [
        Entry(f"task-{one.pk}", one.due_on, _title(one.get_kind_display(), one.case.school),
              reverse("desk:task", args=[one.pk]))
        for one in tasks
    ]  # fmt: skip
    found += [
        Entry(f"meeting-{one.pk}", one.on, _title(one.get_kind_display(), one.school),
              reverse("cases:meeting", args=[one.pk]))
        for one in meetings
    ]  # fmt: skip
    found += [
        Entry(f"post-{post.pk}-{on.isoformat()}", on, _title("Stand in", post.school), reverse("staffing:mine"))
        for on, post in stood_in(person, *span)
    ]
    return list(islice(sorted(found, key=lambda one: (one.on, one.uid)), MOST))


def _title(what: str, school: object) -> str:
    return f"{what}, {place_name(school)}"


def calendar(person: User, address: str) -> bytes:
    """The feed as iCalendar (RFC 5545). `address` is what paths are made whole with."""
    made = Calendar()
    made.add("prodid", "-//Firstbell//calendar feed//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", "Firstbell")
    for event in _events(entries(person, clock.today()), address):
        made.add_component(event)
    return made.to_ical()


def _events(found: list[Entry], address: str) -> Iterator[Event]:
    for one in found:
        event = Event()
        event.add("uid", f"{one.uid}@firstbell")
        event.add("dtstamp", clock.end_of(one.on))
        event.add("dtstart", one.on)
        event.add("dtend", one.on + timedelta(days=1))
        event.add("summary", one.title)
        event.add("url", f"{address}{one.path}")
        event.add("class", "PRIVATE")
        event.add("transp", "TRANSPARENT")
        yield event
