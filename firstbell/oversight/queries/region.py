"""A region's monthly meeting: where absences concentrate, what works where, what was asked, what charts say, training.

Nothing is told of ten or fewer students; where a total would give them away, the next smallest figure is hidden too.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import ExtractIsoWeekDay
from django.urls import reverse

from firstbell.attendance.cells import AT_MOST, without_small
from firstbell.attendance.models import Breakdown, SchoolDay, SchoolReview
from firstbell.core import clock
from firstbell.core.access import May, Scope
from firstbell.core.months import month_before, next_month
from firstbell.core.templatetags.ui import count, grade, percent
from firstbell.oversight.queries.counting import outcomes_alone
from firstbell.oversight.queries.reviews import Trend, counted, trends
from firstbell.oversight.rules.agenda import Seen, agenda
from firstbell.oversight.rules.outcomes import Outcome, words
from firstbell.roster.models import Region, School
from firstbell.training.models import Course, Session
from firstbell.training.models.questions import Area as About
from firstbell.training.models.questions import Question
from firstbell.training.queries.courses import people, people_rows
from firstbell.training.rules.questions import TOO_FEW, WAITING

EARLIER = timedelta(21)
"""How long ago a review must be at least to be compared with: about a month, for they come every 25 school days."""
MOST_GRADES, MOST_SHARED = 3, 5
FEWEST_PEOPLE = 3
"""Counselors whose charts are told of together: of fewer it would be somebody's own figure."""
FEW, HIDDEN = f"{AT_MOST} or fewer", "hidden"
AREAS = dict(About.choices)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def regions(scope: Scope) -> QuerySet[Region]:
    """Those somebody serves; every one for who serves the district."""
    rows = Region.objects.filter(live=True)
    return rows if scope.everywhere else rows.filter(pk__in=scope.regions)


# -- absences and outcomes ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """One school in words. `moved` are percent points of chronic absence, None where they are not told."""

    school: School
    students: str
    chronic: str
    share: str
    moved: Fraction | None
    outcome: str
    better: bool

    @property
    def change(self) -> str:
        if self.moved is None:
            return "cannot tell"
        tenths = round(10 * self.moved)
        return f"{tenths / 10:+.1f}".replace("-", "\u2212") if tenths else "no change"


@dataclass(frozen=True, slots=True)
class Places:
    """The schools by name; `on` is the day reviewed, `before` the one it is compared with."""

    on: date | None
    before: date | None
    rows: list[Row]


Now = dict[int, tuple[int, int]]
"""School to its students and those of them who are chronically absent."""


def schools(near: Scope, named: Sequence[School], until: date) -> Places:
    """Three queries: the newest review up to a day, the one about a month before it, and one pass for outcomes."""
    days = list(SchoolReview.objects.visible_to(near).filter(on__lte=until).values_list("on", flat=True).distinct())
    on = max(days, default=None)
    before = max((day for day in days if on is not None and day <= on - EARLIER), default=None)
    reviews: dict[date, Now] = defaultdict(dict)
    rows = SchoolReview.objects.visible_to(near).filter(on__in=[day for day in (on, before) if day])
    for school, day, students, *chronic in rows.values_list("school", "on", "students", "moderate", "severe"):
        reviews[day][school] = students, sum(chronic)
    now, was = (reviews.get(day, {}) if day else {} for day in (on, before))
    shown, earlier, came = chronic_shown(now), chronic_shown(was), outcomes_alone()
    seen = _known(now, shown)
    return Places(on, before, [
        _row(one, now.get(one.pk), seen, shown, earlier, came.get(one.pk)) for one in named
    ])  # fmt: skip


def _row(school: School, now: tuple[int, int] | None, seen: set[int], shown: Now, earlier: Now,
         came: Outcome | None) -> Row:  # fmt: skip
    told, was = shown.get(school.pk), earlier.get(school.pk)
    better = came is not None and came.tells and came.low is not None and came.low > 0
    students = "no students" if now is None else _count(now[0], hidden=school.pk not in seen)
    chronic = "" if now is None else _count(now[1], hidden=told is None)
    moved = Fraction(100 * told[1], told[0]) - Fraction(100 * was[1], was[0]) if told and was else None
    share = percent(told[1], told[0]) if told else HIDDEN if now else ""
    return Row(school, students, chronic, share, moved, _outcome(came), better)


def _count(many: int, *, hidden: bool) -> str:
    return (FEW if many <= AT_MOST else HIDDEN) if hidden else count(many)


def _outcome(came: Outcome | None) -> str:
    """As `outcomes.words`, but without a number of students that is too small to be told."""
    return words(came) if came and came.low is not None else "Cannot tell: too few students can be compared."


def chronic_shown(now: Now) -> Now:
    """What of each school may be told: neither who is chronically absent nor who is not may be ten or fewer."""
    counts = [min(chronic, students - chronic) for students, chronic in now.values()]
    return {pk: now[pk] for pk, told in zip(now, without_small(counts), strict=True) if told is not None}


def _known(now: Now, shown: Now) -> set[int]:
    """The schools whose number of students is told: where one is small, only those of which all is told."""
    return set(shown if any(students <= AT_MOST for students, _ in now.values()) else now)


def grades(near: Scope) -> list[tuple[str, str]]:
    """The grades where the largest share of days is missed this year, the largest first."""
    rows = Breakdown.objects.visible_to(near).filter(dimension="grade").values("value").order_by("value")
    sums = list(rows.annotate(many=Sum("students"), missed=Sum("absent_days"), days=Sum("enrolled_days")))
    told = [
        one for one, shown in zip(sums, without_small([one["many"] for one in sums]), strict=True) if shown is not None
    ]
    told = [one for one in told if one["missed"] > AT_MOST]
    most = sorted(told, key=lambda one: -Fraction(one["missed"], one["days"]))[:MOST_GRADES]
    return [(grade(one["value"]), percent(one["missed"], one["days"])) for one in most]


def weekdays(near: Scope, month: date) -> list[tuple[str, int, int]]:
    """(weekday, days missed, days enrolled) of a month; a weekday with a handful of absences is left out."""
    rows = SchoolDay.objects.visible_to(near).filter(day__gte=month, day__lt=next_month(month))
    sums = rows.annotate(weekday=ExtractIsoWeekDay("day")).values("weekday").order_by("weekday")
    told = sums.annotate(missed=Sum("absent"), days=Sum("enrolled")).filter(missed__gt=AT_MOST)
    return [(WEEKDAYS[one["weekday"] - 1], one["missed"], one["days"]) for one in told]


# -- questions, charts, training ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Area:
    """A month's questions about one thing: how many were asked, are answered or past their day, were in time."""

    name: str
    asked: int
    due: int
    in_time: int

    @property
    def tells(self) -> bool:
        return self.due >= TOO_FEW


@dataclass(frozen=True, slots=True)
class Asked:
    """A month's questions by area, most first; `late` are those that wait beyond their day now."""

    areas: list[Area]
    late: int
    shared: list[Question]


def asked(near: Scope, month: date, today: date) -> Asked:
    """Three queries. Answers that every school may read: first those that helped, never whose they were."""
    rows = Question.objects.visible_to(near).filter(school__in=near.schools).order_by()
    counted = rows.exclude(state="closed", answer="").filter(at__range=_instants(month)).values("area")
    counted = counted.annotate(
        many=Count("pk"), due=Count("pk", filter=Q(answered_at__isnull=False) | Q(due_on__lt=today)),
        kept=Count("pk", filter=Q(answered_at__date__lte=F("due_on"))),
    )  # fmt: skip
    areas = [Area(AREAS[area], *told) for area, *told in counted.values_list("area", "many", "due", "kept")]
    shared = Question.objects.visible_to(near).filter(shared=True, answered_at__range=_instants(month))
    return Asked(
        sorted(areas, key=lambda one: (-one.asked, one.name)),
        rows.filter(state__in=WAITING, due_on__lt=today).count(),
        list(shared.order_by(F("helped").desc(nulls_last=True), "-answered_at", "-pk")[:MOST_SHARED]),
    )


def _instants(month: date) -> tuple[datetime, datetime]:
    """The first and the last instant of a month."""
    return clock.end_of(month - timedelta(1)) + timedelta(microseconds=1), clock.end_of(
        next_month(month) - timedelta(1)
    )


@dataclass(frozen=True, slots=True)
class Charts:
    """What the charts of so many counselors say, by item."""

    people: int
    items: list[Trend]

    @property
    def tells(self) -> bool:
        return self.people >= FEWEST_PEOPLE


def charts(near: Scope, month: date) -> Charts | None:
    """Of the last months; None for who oversees nobody. Three queries at most."""
    if May.OVERSEE not in near:
        return None
    people = counted(near, month).order_by().values("review__sample__user").distinct().count()
    return Charts(people, trends(near, month))


@dataclass(frozen=True, slots=True)
class Training:
    """Sessions of a month, and (course, people) of what is required and missing today, most first.

    `coming` are the keys of courses with a session to come.
    """

    sessions: list[Session]
    missing: list[tuple[Course, int]]
    coming: set[int]


def training(near: Scope, month: date, today: date) -> Training:
    """Six queries, however many people there are. A session that was cancelled is left out."""
    rows = Session.objects.visible_to(near).exclude(state=Session.State.CANCELLED)
    held = rows.filter(on__gte=month, on__lt=next_month(month)).select_related("course")
    came = held.annotate(came=Count("taken", filter=Q(taken__came=True))).order_by("on", "begins", "pk")
    coming = rows.filter(state=Session.State.PLANNED, on__gte=today).order_by().values_list("course", flat=True)
    lacking = people_rows(near, list(people(near, today, show="missing", course=None)), today, None)
    wanted = ("missing", "lapsed")
    many = Counter(each.course for row in lacking for each in row.lacking if each.standing.state in wanted)
    missing = sorted(many.items(), key=lambda one: (-one[1], one[0].title))
    return Training(list(came), missing, set(coming))


# -- the meeting -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Meeting:
    places: Places
    grades: list[tuple[str, str]]
    weekdays: list[tuple[str, str]]
    asked: Asked
    charts: Charts | None
    training: Training
    agenda: list[tuple[str, str]]


def meeting(scope: Scope, region: Region, month: date, today: date) -> Meeting:
    """All of it, for a month. The month before this one and this one are told as they stand today."""
    named = list(School.objects.visible_to(scope).filter(region=region, live=True).order_by("name", "pk"))
    near = _within(scope, region, named)
    until = today if month >= month_before(today) else next_month(month) - timedelta(1)
    places, asks = schools(near, named, until), asked(near, month, today)
    days, missed = weekdays(near, month), grades(near)
    read, learned = charts(near, month), training(near, month, today)
    seen = Seen(
        moved=[(one.school.name, one.moved) for one in places.rows if one.moved is not None],
        grade=missed[0][0] if missed else "", weekdays=days,
        better=[one.school.name for one in places.rows if one.better],
        late=asks.late, area=(asks.areas[0].name, asks.areas[0].asked) if asks.areas else None,
        weak=_weakest(read), missing=_unplanned(learned),
    )  # fmt: skip
    links = addresses(region, month)
    return Meeting(
        places, missed, [(name, percent(gone, whole)) for name, gone, whole in days], asks, read, learned,
        [(one.sentence, links[one.about]) for one in agenda(seen)],
    )  # fmt: skip


def _within(scope: Scope, region: Region, named: Sequence[School]) -> Scope:
    """The same permissions at one region's schools only."""
    keys = frozenset(one.pk for one in named)
    return Scope(may=scope.may, schools=keys, regions=frozenset({region.pk}), why=scope.why)


def addresses(region: Region, month: date) -> Mapping[str, str]:
    """Where each point of the agenda leads."""
    return {
        "absences": reverse("desk:region", args=[region.pk]), "outcomes": "#schools",
        "questions": f"{reverse('training:board')}?region={region.pk}",
        "charts": f"{reverse('oversight:reviews')}?month={month:%Y-%m}", "training": reverse("training:people"),
    }  # fmt: skip


def _weakest(read: Charts | None) -> tuple[str, int, int] | None:
    """The item with the smallest share in order, of those where a third or more are amiss."""
    called = [one for one in read.items if one.propose] if read and read.tells else []
    if not called:
        return None
    one = max(called, key=lambda item: Fraction(item.amiss, item.charts))
    return one.title, one.good, one.charts


def _unplanned(learned: Training) -> tuple[str, int] | None:
    """The required course that most people miss and nobody plans a session of."""
    return next(((course.title, many) for course, many in learned.missing if course.pk not in learned.coming), None)
