"""What needs a Field Coordinator: exceptions only, each list found along an index, counted so far and no further."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse

from firstbell.attendance.models import Standing
from firstbell.cases.models import Entry, Ladder, Task
from firstbell.cases.rules.entries import SPOKE
from firstbell.core.access import Scope
from firstbell.core.paging import Counted, counted
from firstbell.core.templatetags.ui import day, percent, plural_s
from firstbell.imports.models import Run
from firstbell.oversight.models.about import overseen
from firstbell.oversight.queries.people import counselors
from firstbell.oversight.rules.coverage import WITHIN
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import Hearing, Member, Packet, Panel, Referral, Roster
from firstbell.recovery.models import Stop
from firstbell.roster.models import School
from firstbell.roster.queries import newest_arrival
from firstbell.staffing.models import Post

SOON = 5
"""Days within which a legal deadline is an exception."""
Asked = Mapping[str, str]
FILTERS = ("list", "school", "counselor")


@dataclass(frozen=True, slots=True)
class Row:
    """One exception. `url` is its source; `student` is None for a panel's. `schools` are those it belongs to."""

    title: str
    url: str
    words: str
    where: str
    due: date | None
    late: bool
    student: int | None
    schools: tuple[int, ...]
    who: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One list. `find(scope, today)` gives its rows in order; `at` is the path to their school, "" for a panel's."""

    title: str
    words: str
    at: str
    find: Callable[[Scope, date], QuerySet]
    row: Callable[[Any, date], Row]


def _legal(scope: Scope, today: date) -> QuerySet[Ladder]:
    rows = Ladder.objects.visible_to(scope).filter(due_by__lte=today + timedelta(SOON))
    return rows.select_related("student", "school").order_by("due_by", "pk")


def _legal_row(one: Ladder, today: date) -> Row:
    return _of_student(one.student, one.school, one.sentence, one.due_by, today)


def _quiet(scope: Scope, today: date) -> QuerySet[Standing]:
    """Under 80 % is more than a fifth missed, as an integer: 5 of 25 days is 80 %."""
    lately = Entry.objects.standing().filter(outcome__in=SPOKE, on__gt=today - timedelta(WITHIN))
    rows = Standing.objects.visible_to(scope).filter(national_band="severe", enrolled__lt=5 * F("absent"))
    rows = rows.filter(~Exists(lately.filter(student=OuterRef("student"))))
    return rows.select_related("student", "school").order_by("-absent", "student_id")


def _quiet_row(one: Standing, today: date) -> Row:
    words = f"{percent(one.enrolled - one.absent, one.enrolled)} of {plural_s(one.enrolled, 'day')} attended"
    return _of_student(one.student, one.school, words, None, today)


def _visits(scope: Scope, today: date) -> QuerySet[Task]:
    rows = Task.objects.open().visible_to(scope).filter(kind="visit", due_on__lt=today)
    return rows.select_related("case__student", "case__school", "owner").order_by("due_on", "pk")


def _visit_row(one: Task, today: date) -> Row:
    words = f"A visit was planned; nothing is written down of it. {one.owner or 'Nobody'} has it."
    return _of_student(one.case.student, one.case.school, words, one.due_on, today)


def _stops(scope: Scope, today: date) -> QuerySet[Stop]:
    rows = Stop.objects.visible_to(scope).filter(result="", day__on__lt=today)
    return rows.select_related("search__student", "search__school", "day").order_by("day__on", "pk")


def _stop_row(one: Stop, today: date) -> Row:
    words = f"{one.day}: nobody wrote down what came of it."
    return _of_student(one.search.student, one.search.school, words, one.day.on, today,
                       url=reverse("recovery:results", args=[one.day_id]))  # fmt: skip


def _rosters(scope: Scope, today: date) -> QuerySet[Panel]:
    """Panels without a roster in force, without a chair in term, or whose chair has no training on record."""
    chairs = Member.objects.filter(panel=OuterRef("pk"), standing="chair", term__contains=today)
    signed = Roster.objects.filter(panel=OuterRef("pk"), in_force_on__lte=today)
    rows = Panel.objects.run_by(scope).filter(closed_on=None).annotate(
        signed=Exists(signed), chaired=Exists(chairs), trained=Exists(chairs.filter(trained_on__isnull=False))
    )  # fmt: skip
    wrong = Q(signed=False) | Q(chaired=False) | Q(trained=False)
    return rows.filter(wrong).select_related("school", "region").order_by("kind", "name", "pk")


def _roster_row(one: Panel, _today: date) -> Row:
    lacks = []
    if not one.signed:
        lacks.append("No roster was signed into force.")
    if not one.chaired:
        lacks.append("Nobody chairs it: the term is over or never began.")
    elif not one.trained:
        lacks.append("Its chair has no training on record.")
    return _of_panel(one, reverse("panels:panel", args=[one.pk]), " ".join(lacks), None)


def _packets(scope: Scope, today: date) -> QuerySet[Referral]:
    """Referrals heard so soon that the panel should have its packet, and has not."""
    near = Q(pk__in=())
    for key, kind in KINDS.items():
        near |= Q(panel__kind=key, day__on__range=(today, today + timedelta(kind.clocks.packet_days)))
    soon = Hearing.objects.filter(near, state="set").values("referrals")
    released = Packet.objects.filter(
        referral=OuterRef("pk"), audience="panel", released_at__isnull=False, withdrawn_at=None
    )
    rows = Referral.objects.visible_to(scope).filter(~Exists(released), pk__in=soon)
    return rows.select_related("student", "school", "panel").order_by("pk")


def _packet_row(one: Referral, today: date) -> Row:
    return _of_student(one.student, one.school, f"{one.panel}: the packet is not released.", None, today,
                       url=reverse("panels:referral", args=[one.pk]))  # fmt: skip


def _unsaid(scope: Scope, today: date) -> QuerySet[Hearing]:
    rows = Hearing.objects.visible_to(scope).filter(state__in=("set", "running"), day__on__lt=today)
    return rows.select_related("panel__school", "panel__region", "day", "school").order_by("day__on", "pk")


def _unsaid_row(one: Hearing, _today: date) -> Row:
    words = f"The hearing of {day(one.day.on)} has no outcome: was it held?"
    return Row(str(one.panel), reverse("panels:hearing", args=[one.pk]), words, str(one.school), one.day.on, True,
               None, (one.school_id,))  # fmt: skip


def _of_student(student: Any, school: Any, words: str, due: date | None, today: date, url: str = "") -> Row:
    late = due is not None and due < today
    return Row(
        student.name, url or reverse("cases:case", args=[student.pk]), words, str(school or ""), due, late, student.pk,
        (school.pk,) if school else (),
    )  # fmt: skip


def _of_panel(one: Panel, url: str, words: str, due: date | None) -> Row:
    schools = (one.school_id,) if one.school_id else ()
    return Row(str(one), url, words, str(one.school or one.region), due, False, None, schools)


LISTS = {
    "legal": Kind(
        "Legal deadlines", f"A day the law names passes within {SOON} days or has passed; soonest first.", "school",
        _legal, _legal_row,
    ),
    "quiet": Kind(
        "Under 80\u00a0%, not reached", f"More than a fifth of the days missed, and nobody was reached in {WITHIN}"
        " days; most days missed first.", "school", _quiet, _quiet_row,
    ),
    "visits": Kind(
        "Visits not written down", "A home visit was due before today, and nothing says whether it took place.",
        "case__school", _visits, _visit_row,
    ),
    "stops": Kind(
        "Stops not written down", "A recovery day is over, and nothing says what came of a stop.", "search__school",
        _stops, _stop_row,
    ),
    "rosters": Kind(
        "Rosters and chairs", "No roster in force, no chair in term, or a chair without training.", "", _rosters,
        _roster_row,
    ),
    "packets": Kind(
        "Packets not released", "The hearing is so near that its panel should have been reading.", "school", _packets,
        _packet_row,
    ),
    "hearings": Kind(
        "Hearings without outcome", "The hearing's day is over, and nobody said what became of it.", "school", _unsaid,
        _unsaid_row,
    ),
}  # fmt: skip


def asked(query: QueryDict) -> dict[str, str]:
    """The list and the filters an address asks for; without a known list the first."""
    key = query.get("list", "")
    return {name: query.get(name, "") for name in FILTERS} | {"list": key if key in LISTS else next(iter(LISTS))}


def found(scope: Scope, asked: Asked, today: date, key: str = "", within: list[int] | None = None) -> QuerySet:
    """The rows of a list, narrowed to a school or to the schools of a counselor; a number that is none finds nobody.

    `within` is what `asked_schools` says, where it was asked before.
    """
    kind = LISTS[key or asked["list"]]
    rows = kind.find(scope, today)
    schools = asked_schools(scope, asked, today) if within is None else within
    if schools is None:
        return rows
    if kind.at:
        return rows.filter(**{f"{kind.at}__in": schools})
    regions = School.objects.filter(pk__in=schools).values("region")
    return rows.filter(Q(school__in=schools) | Q(region__in=regions))


def asked_schools(scope: Scope, asked: Asked, today: date) -> list[int] | None:
    if not asked["school"] and not asked["counselor"]:
        return None
    if asked["school"]:
        return [_number(asked["school"])]
    posts = overseen(scope).filter(user=_number(asked["counselor"]), span__contains=today, school__isnull=False)
    return list(posts.values_list("school", flat=True))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def counts(scope: Scope, asked: Asked, today: date) -> dict[str, Counted]:
    """How many each list holds; one query for all of them."""
    within = asked_schools(scope, asked, today)
    return counted({key: found(scope, asked, today, key, within) for key in LISTS})


def rows(key: str, page: Iterable[Any], today: date) -> list[Row]:
    """A page of a list, with the counselors of each school."""
    made = [LISTS[key].row(one, today) for one in page]
    names = counselors_at({school for one in made for school in one.schools}, today)
    return [replace(one, who=", ".join(name for at in one.schools for name in names.get(at, ()))) for one in made]


def counselors_at(schools: Iterable[int], on: date) -> dict[int, list[str]]:
    """School to the names of its counselors on a day."""
    if not (schools := set(schools)):
        return {}
    posts = Post.objects.filter(role=Post.Role.COUNSELOR, school__in=schools, span__contains=on)
    named: dict[int, list[str]] = {}
    for post in posts.select_related("user").order_by("user__last_name", "user__first_name", "user"):
        if str(post.user) not in named.setdefault(post.school_id, []):
            named[post.school_id].append(str(post.user))
    return named


@dataclass(frozen=True, slots=True)
class Stale:
    """What the figures rest on is older than it should be: of which day they are, and which was expected."""

    through: date | None
    expected: date
    waits: bool

    @property
    def words(self) -> str:
        if self.through is None:
            return "Nothing has been imported yet."
        held = " An import waits for somebody to look at it." if self.waits else ""
        return f"The newest files speak of {day(self.through)}; those of {day(self.expected)} were expected.{held}"


def stale(today: date) -> Stale | None:
    """Files arrive every night: those of the last weekday before today should be there. None where they are."""
    expected = today - timedelta(3 if today.weekday() == 0 else 2 if today.weekday() == 6 else 1)
    newest = newest_arrival()
    if newest is not None and newest.through >= expected:
        return None
    held = Run.objects.order_by("-pk").values_list("state", flat=True).first()
    waits = held in (Run.State.STOPPED, Run.State.PREVIEWED, Run.State.FAILED)
    return Stale(newest.through if newest else None, expected, waits)


def choices(scope: Scope, today: date) -> dict[str, Sequence[tuple[str, str]]]:
    """What the lists can be narrowed by: (value, words), counselors and schools by name."""
    named = counselors(scope, today).only("username", "first_name", "last_name", "display_name")
    schools = School.objects.visible_to(scope).filter(live=True).order_by("name").values_list("pk", "name")
    return {
        "counselor": [(str(one.pk), str(one)) for one in named],
        "school": [(str(pk), name) for pk, name in schools[:1000]],
    }
