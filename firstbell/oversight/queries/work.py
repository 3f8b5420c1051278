"""What people did, line by line, from what was logged anyway: contacts, sessions, groups, meetings, added time."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from firstbell.cases.models import Entry, Meeting
from firstbell.cases.rules.entries import KINDS
from firstbell.core.access import Scope
from firstbell.law.calendar import SchoolYear
from firstbell.oversight.models import Spent
from firstbell.panels.models import Attending, Seating
from firstbell.roster.models import Enrolment, Student
from firstbell.supports import models as supports
from firstbell.training.models import Completion, Consult

COUNSELING = {"individual": "Individual counseling", "family": "Family counseling"}
GROUP, TEAM, HEARING, CONSULT, TRAINING = (
    "Group counseling",
    "Team meeting",
    "Hearing",
    "Consult with a school",
    "Training",
)
ADDED = {one.value: TRAINING if one == Spent.Kind.TRAINING else one.label for one in Spent.Kind}
ACTIVITIES = tuple(
    dict.fromkeys(
        [
            *(kind.activity for kind in KINDS.values()), *COUNSELING.values(), GROUP, TEAM, HEARING, CONSULT,
            *ADDED.values(),
        ]
    )
)  # fmt: skip
"""In the order of a report."""
LONGEST = 240
"""Minutes that a meeting or hearing is counted for at most."""
Days = tuple[date, date]
"""The first day, and the first day after."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing somebody did. `school` is where the student was enrolled that day; `student` is None for a group."""

    by: int
    on: date
    activity: str
    school: int | None
    what: str
    minutes: int
    student: Student | None = None
    page: str = ""
    key: int | None = None
    query: str = ""

    @property
    def url(self) -> str:
        """Where it opens: worked out for the lines that are shown, not for all that are added up."""
        return reverse(self.page, args=[] if self.key is None else [self.key]) + self.query


def work_of(people: Collection[int], days: Days, scope: Scope | None) -> list[Line]:
    """What these people did on these days, in order of days; only at the schools of a supervisor's scope.

    Eleven queries, however many people. Without a scope it is their own work, wherever it was.
    """
    span = {"on__gte": days[0], "on__lt": days[1]}
    entries = list(
        Entry.objects.standing().filter(by__in=people, same_as=None, **span).select_related("student__school")
    )
    sessions = list(supports.Session.objects.filter(by__in=people, **span).select_related("student__school"))
    where = _schools_on([(one.student, one.on) for one in (*entries, *sessions)])
    found = [
        *_contacts(entries, where), *_sessions(sessions, where), *_groups(people, span), *_teams(people, span),
        *_hearings(people, days), *_consults(people, span), *_trained(people, span), *_added(people, span),
    ]  # fmt: skip
    if scope is not None and not scope.everywhere:
        found = [one for one in found if one.school in scope.schools]
    return sorted(found, key=lambda one: (one.on, ACTIVITIES.index(one.activity)))


def _contacts(entries: Iterable[Entry], where: dict[tuple[int, date], int | None]) -> Iterator[Line]:
    for one in entries:
        yield Line(one.by_id, one.on, KINDS[one.kind].activity, where[one.student_id, one.on], str(one), one.minutes,
                   one.student, "cases:case", one.student_id)  # fmt: skip


def _sessions(sessions: Iterable[supports.Session], where: dict[tuple[int, date], int | None]) -> Iterator[Line]:
    """That there was a session, not what it was about."""
    for one in sessions:
        yield Line(one.by_id, one.on, COUNSELING[one.kind], where[one.student_id, one.on], "Session", one.minutes,
                   one.student, "supports:sessions", one.student_id)  # fmt: skip


def _groups(people: Collection[int], span: dict[str, date]) -> Iterator[Line]:
    for one in supports.Meeting.objects.filter(by__in=people, **span).select_related("group"):
        yield Line(one.by_id, one.on, GROUP, one.group.school_id, str(one.group), one.minutes,
                   page="supports:group", key=one.group_id)  # fmt: skip


def _teams(people: Collection[int], span: dict[str, date]) -> Iterator[Line]:
    """A meeting is its holder's, for as long as it ran."""
    rows = Meeting.objects.filter(held_by__in=people, started_at__isnull=False, closed_at__isnull=False, **span)
    for one in rows:
        minutes = _lasted(one.started_at, one.closed_at)
        yield Line(one.held_by_id, one.on, TEAM, one.school_id, one.get_kind_display(), minutes,
                   page="cases:meeting", key=one.pk)  # fmt: skip


def _lasted(begins: datetime, ends: datetime) -> int:
    """Minutes of a meeting or hearing; one that nobody closed in the evening lasted no longer than a long one."""
    return min(LONGEST, max(1, round((ends - begins).total_seconds() / 60)))


def _hearings(people: Collection[int], days: Days) -> Iterator[Line]:
    """Who was to be in the room and is not said to have stayed away, for as long as it was heard."""
    rows = Attending.objects.filter(user__in=people, hearing__day__on__gte=days[0], hearing__day__on__lt=days[1])
    rows = rows.filter(hearing__started_at__isnull=False, hearing__ended_at__isnull=False)
    gone = Seating.objects.filter(hearing__in=rows.values("hearing"), came=False, member__user__in=people)
    stayed_away = set(gone.values_list("hearing", "member__user"))
    for one in rows.select_related("hearing__day", "hearing__panel"):
        held = one.hearing
        if (held.pk, one.user_id) in stayed_away:
            continue
        minutes = _lasted(held.started_at, held.ended_at)
        yield Line(one.user_id, held.day.on, HEARING, held.school_id, str(held.panel), minutes,
                   page="panels:day", key=held.day_id)  # fmt: skip


def _consults(people: Collection[int], span: dict[str, date]) -> Iterator[Line]:
    for one in Consult.objects.filter(by__in=people, undone_at=None, **span):
        yield Line(one.by_id, one.on, CONSULT, one.school_id, one.get_way_display(), one.minutes,
                   page="training:consults")  # fmt: skip


def _trained(people: Collection[int], span: dict[str, date]) -> Iterator[Line]:
    """What was learned in a session of ours."""
    for one in Completion.objects.filter(user__in=people, session__isnull=False, **span).select_related("course"):
        yield Line(one.user_id, one.on, TRAINING, None, str(one.course), one.minutes, page="training:mine")


def _added(people: Collection[int], span: dict[str, date]) -> Iterator[Line]:
    for one in Spent.objects.filter(user__in=people, undone_at=None, **span):
        yield Line(one.user_id, one.on, ADDED[one.kind], one.school_id, one.note or one.get_kind_display(), one.minutes,
                   page="oversight:time", query=f"?day={one.on}")  # fmt: skip


def _schools_on(asked: Collection[tuple[Student, date]]) -> dict[tuple[int, date], int | None]:
    """Where each student was enrolled on a day, the primary stay first; outside every stay where they are now."""
    stays: dict[int, list[Enrolment]] = {}
    years = {SchoolYear.of(on).ending for _, on in asked}
    rows = Enrolment.objects.filter(student__in={who.pk for who, _ in asked}, year__in=years, live=True)
    for stay in rows.order_by("-primary", "-entry_on"):
        stays.setdefault(stay.student_id, []).append(stay)
    return {
        (who.pk, on): next(
            (
                stay.school_id
                for stay in stays.get(who.pk, ())
                if stay.entry_on <= on and (stay.exit_on is None or on <= stay.exit_on)
            ),
            who.school_id,
        )
        for who, on in asked
    }
