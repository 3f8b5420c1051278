"""Sessions, groups and daily cards as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from firstbell.attendance.queries import newest
from firstbell.core import clock, sealing
from firstbell.core.access import Scope
from firstbell.core.models import User
from firstbell.law.calendar import SchoolYear
from firstbell.law.findings import count
from firstbell.roster.models import School, Student
from firstbell.supports.models import Card, Group, Meeting, Member, Presence, Session
from firstbell.supports.queries.plans import absent_days
from firstbell.supports.rules import TOO_EARLY, Tally, compared
from firstbell.supports.rules.counseling import LARGEST, Score, score


@dataclass(frozen=True, slots=True)
class Held:
    """A session or a group meeting of a student, one line of the list. `sealed` is whether something was confided."""

    on: date
    kind: str
    minutes: int
    topic: str
    goal: str
    by: str
    sealed: bool
    confided: str


def sessions_of(student: Student, reader: User) -> list[Held]:
    """Sessions and group meetings of a student, newest first; what was confided only to its author."""
    held = [
        Held(one.on, one.get_kind_display(), one.minutes, one.topic, one.goal, str(one.by), one.note is not None,
             confided(one, reader))
        for one in Session.objects.filter(student=student).select_related("by", "note")
    ]  # fmt: skip
    came = Presence.objects.filter(student=student, came=True).select_related("meeting__group", "meeting__by")
    held += [
        Held(one.meeting.on, f"Group: {one.meeting.group}", one.meeting.minutes, one.meeting.topic,
             one.meeting.group.goal, str(one.meeting.by), False, "")
        for one in came
    ]  # fmt: skip
    return sorted(held, key=lambda one: one.on, reverse=True)


def confided(session: Session, reader: User) -> str:
    """What was confided in a session, to its author; to everybody else nothing."""
    if session.note is None or session.note.by_id != reader.pk:
        return ""
    try:
        return sealing.opened(session.note.sealed)
    except sealing.NoKey as lost:
        return str(lost)


def hours_of(held: Sequence[Held]) -> str:
    """`3 sessions, 95 minutes this school year`."""
    year = SchoolYear.of(clock.today())
    mine = [one for one in held if one.on in year]
    return f"{count(len(mine), 'session')}, {count(sum(one.minutes for one in mine), 'minute')} this school year"


def schools(scope: Scope) -> QuerySet[School]:
    return School.objects.visible_to(scope).filter(live=True)


def groups(scope: Scope, *, ended: bool = False) -> QuerySet[Group]:
    """The groups in scope, with how many are in them and how often they met."""
    found = Group.objects.visible_to(scope).filter(ended_on__isnull=not ended).select_related("school", "lead")
    current = Q(members__ended_on=None) | Q(members__ended_on__gte=clock.today())
    return found.annotate(size=Count("members", filter=current, distinct=True), met=Count("meetings", distinct=True))


@dataclass(frozen=True, slots=True)
class Place:
    """A member on the roster: how often they came, of the meetings they were expected at."""

    member: Member
    came: int
    expected: int
    tally: Tally | None


def roster(group: Group, *, measured: bool = False) -> list[Place]:
    """Who is or was in the group. With each member's days absent before and since they joined where they are asked for
    (`measured`) or where there are enough members to be counted together.
    """
    members = list(group.members.select_related("student__school"))
    counted = Presence.objects.filter(meeting__group=group).values("student").order_by()
    rows = counted.annotate(expected=Count("pk"), came=Count("pk", filter=Q(came=True)))
    by = {row["student"]: row for row in rows}
    tallies = _tallies(group, members) if measured or len(members) >= LARGEST else {}
    return [
        Place(one, by.get(one.student_id, {}).get("came", 0), by.get(one.student_id, {}).get("expected", 0),
              tallies.get(one.pk))
        for one in members
    ]  # fmt: skip


def _tallies(group: Group, members: Sequence[Member]) -> dict[int, Tally]:
    until = group.ended_on or clock.today()
    try:
        arrival = newest(SchoolYear.of(until).ending)
    except ValueError:
        return {}
    return {
        one.pk: compared(absent_days(one.student, min(one.ended_on or until, until), arrival=arrival), one.begins_on)
        for one in members
    }


def figures_of(places: Sequence[Place]) -> str:
    """The group's measure in a sentence; none about so few that it would tell of one of them."""
    told = [one.tally for one in places if one.tally and one.tally.span]
    if len(places) < LARGEST:
        return f"A group of fewer than {LARGEST} is not counted together: the figures would tell of its members."
    if len(told) < LARGEST:
        return f"Too early to tell: fewer than {LARGEST} members have {TOO_EARLY} school days before and since."
    before, since = sum(one.before for one in told), sum(one.since for one in told)
    return (
        f"{count(since, 'day')} absent since they joined, {before} in as many school days before,"
        f" over {len(told)} members."
    )


def meetings_of(group: Group) -> QuerySet[Meeting]:
    found = group.meetings.select_related("by")
    return found.annotate(
        came=Count("presences", filter=Q(presences__came=True)), expected=Count("presences")
    ).order_by("-on")


def cards_of(student: Student) -> list[Card]:
    """The running card first, then those that ended, newest first."""
    found = Card.objects.filter(student=student).select_related("by").prefetch_related("days")
    return sorted(found, key=lambda one: (one.ended_on is None, one.begins_on, one.pk), reverse=True)


@dataclass(frozen=True, slots=True)
class Week:
    """Monday to Friday of a card. `rows` are (day, points or None, open for scoring)."""

    monday: date
    rows: list[tuple[date, list[int] | None, bool]]
    score: Score
    whole: Score

    @property
    def previous(self) -> date:
        return self.monday - timedelta(7)

    @property
    def next(self) -> date:
        return self.monday + timedelta(7)


def week_of(card: Card, on: date) -> Week:
    """The week in which a day lies."""
    monday = on - timedelta(on.weekday())
    scored = {one.on: one.points for one in card.days.all()}
    days = [monday + timedelta(n) for n in range(5)]
    last = min(card.ended_on or clock.today(), clock.today())
    rows = [(day, scored.get(day), card.begins_on <= day <= last) for day in days]
    return Week(monday, rows, score({day: scored[day] for day in days if day in scored}), score(scored))
