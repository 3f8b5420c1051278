"""Courses, shaped for pages: what is required of somebody, sessions with their free seats, who misses what."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import BooleanField, Count, Exists, F, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from firstbell.core import clock
from firstbell.core.access import May, Scope
from firstbell.core.models import User
from firstbell.letters.certificate import Completed
from firstbell.roster.models import Region
from firstbell.staffing.models import Post
from firstbell.staffing.queries.people import posts_in
from firstbell.training.models import Completion, Course, Proposal, Seat, Session
from firstbell.training.rules.courses import ITEMS, SOON, Standing, standing

GUEST = "guest"
ROLES = dict(Post.Role.choices) | {GUEST: "Outside member of a panel"}
"""Of whom a course may be required, in words."""
SHOWS = {"coming": "To come", "close": "To be closed", "past": "Over"}
PEOPLE = {"missing": "Something is missing", "soon": f"Missing, or runs out in {SOON} days", "all": "Everybody"}
LEADING = (Post.Role.COORDINATOR, Post.Role.REGION_COUNSELOR, Post.Role.CHAIR, Post.Role.DIRECTOR)
ORDER = ("missing", "lapsed", "soon", "counts")


# -- what is required --------------------------------------------------------------------------------------------------


def roles_of(scope: Scope) -> set[str]:
    """The roles somebody holds today; who has no post and sits on a panel is a guest."""
    held = {post.role for post in scope.posts}
    return held or ({GUEST} if May.SIT_ON_PANELS in scope else set())


@dataclass(frozen=True, slots=True)
class Required:
    course: Course
    standing: Standing


def required(user: User, roles: set[str], today: date) -> list[Required]:
    """What is required of who holds these roles, what is missing first. Two queries."""
    done = _done([user.pk])
    return _required(list(Course.objects.filter(retired_on=None)), roles, done[user.pk], today)


Done = dict[int, list[date | None]]


def _done(users: Iterable[int]) -> dict[int, Done]:
    """By person and course, until when each completion counts."""
    found: dict[int, Done] = defaultdict(lambda: defaultdict(list))
    rows = Completion.objects.filter(user__in=users).order_by()
    for user, course, until in rows.values_list("user", "course", "until"):
        found[user][course].append(until)
    return found


def _required(courses: Iterable[Course], roles: set[str], done: Done, today: date) -> list[Required]:
    found = [Required(one, standing(done.get(one.pk, ()), today)) for one in courses if roles & set(one.roles)]
    return sorted(found, key=lambda each: (ORDER.index(each.standing.state), each.course.title))


def proposals_to(user: User) -> QuerySet[Proposal]:
    """Those not answered yet."""
    return Proposal.objects.filter(user=user, state=Proposal.State.OPEN).select_related("course", "by")


# -- courses and sessions ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Words:
    """A course with whom it is required of and what it helps with, in words."""

    course: Course
    roles: list[str]
    items: list[str]


def words(course: Course) -> Words:
    return Words(
        course, [ROLES.get(one, one) for one in course.roles], [ITEMS[one] for one in course.items if one in ITEMS]
    )


def courses(scope: Scope, *, retired: bool = False) -> QuerySet[Course]:
    return Course.objects.visible_to(scope).filter(retired_on__isnull=not retired)


def sessions(scope: Scope, user: User) -> QuerySet[Session]:
    """Those near somebody, with how many have or wait for a seat, how many are free, and their own seat."""
    mine = Seat.objects.filter(session=OuterRef("pk"), user=user).exclude(state=Seat.State.GAVE_UP)
    having = Count("taken", filter=Q(taken__state=Seat.State.HAS))
    return (
        Session.objects.visible_to(scope)
        .select_related("course", "region", "led_by")
        .annotate(
            having=having,
            waiting=Count("taken", filter=Q(taken__state=Seat.State.WAITS)),
            free=Greatest(F("seats") - having, 0),
            my_seat=Subquery(mine.values("pk")[:1]),
            my_state=Subquery(mine.values("state")[:1]),
        )
        .order_by("on", "begins", "pk")
    )


def coming(scope: Scope, user: User, today: date) -> QuerySet[Session]:
    return sessions(scope, user).filter(state=Session.State.PLANNED, on__gte=today)


def cancelled_of(user: User, today: date) -> QuerySet[Session]:
    """Sessions to come in which somebody had a seat, and which do not take place."""
    seats = Seat.objects.filter(session=OuterRef("pk"), user=user).exclude(state=Seat.State.GAVE_UP)
    rows = Session.objects.filter(Exists(seats), state=Session.State.CANCELLED, on__gte=today)
    return rows.select_related("course", "region")


def shown(scope: Scope, user: User, show: str, today: date) -> QuerySet[Session]:
    """One of SHOWS. To be closed are those this person runs and whose day has come."""
    rows = sessions(scope, user)
    if show == "close":
        return rows.filter(pk__in=run_by(scope, user).values("pk"), state=Session.State.PLANNED, on__lte=today)
    if show == "past":
        over = rows.filter(Q(on__lt=today) | ~Q(state=Session.State.PLANNED))
        return over.order_by("-on", "-begins", "-pk")
    return rows.filter(state=Session.State.PLANNED, on__gte=today)


def run_by(scope: Scope, user: User) -> QuerySet[Session]:
    """Sessions this person plans and closes: of the regions they serve, and those they lead."""
    rows = Session.objects.visible_to(scope)
    if May.RUN_TRAINING not in scope:
        return rows.none()
    return rows if scope.everywhere else rows.filter(Q(region__in=scope.regions) | Q(led_by=user))


def seats_of(session: Session) -> QuerySet[Seat]:
    """Who has a seat or waits, in the order of coming."""
    return session.taken.exclude(state=Seat.State.GAVE_UP).select_related("user").order_by("state", "pk")


def to_seat(scope: Scope, user: User, today: date) -> QuerySet[Session]:
    """Sessions to come in which this person may seat others."""
    return run_by(scope, user).filter(state=Session.State.PLANNED, on__gte=today).select_related("course")


def seats_to_come(scope: Scope, viewer: User, user: User, today: date) -> QuerySet[Seat]:
    """Somebody's seats in sessions that the viewer may see."""
    near = Session.objects.visible_to(scope).filter(state=Session.State.PLANNED, on__gte=today)
    rows = seat_seen(scope, viewer).filter(user=user, session__in=near.values("pk"))
    return rows.exclude(state=Seat.State.GAVE_UP)


def seat_seen(scope: Scope, user: User) -> QuerySet[Seat]:
    """One's own seats, and those of sessions one runs."""
    rows = Seat.objects.filter(Q(user=user) | Q(session__in=run_by(scope, user).values("pk")))
    return rows.select_related("session__course", "user")


def regions(scope: Scope) -> QuerySet[Region]:
    """For which somebody plans sessions."""
    rows = Region.objects.order_by("name")
    return rows if scope.everywhere else rows.filter(pk__in=scope.regions)


def leaders(scope: Scope, today: date, also: int | None = None) -> QuerySet[User]:
    """Who may lead a session: those who serve these regions or the whole district today, by name; `also` as well."""
    posts = Post.objects.filter(role__in=LEADING, span__contains=today)
    if not scope.everywhere:
        posts = posts.filter(Q(region__in=scope.regions) | Q(region=None, school=None))
    may = Q(pk__in=posts.values("user"), is_active=True) | Q(pk=also)
    return User.objects.filter(may).order_by("last_name", "first_name", "pk")


# -- people ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """One person of the list with their posts, and of what is required of them all that does not simply count."""

    user: User
    posts: list[Post]
    lacking: list[Required]


def people_seen(scope: Scope) -> QuerySet[User]:
    """Whose training somebody runs: everybody who holds a post in scope today."""
    held = posts_in(scope).filter(span__contains=clock.today())
    return User.objects.all() if scope.everywhere else User.objects.filter(pk__in=held.values("user"))


def people(scope: Scope, today: date, *, show: str, course: Course | None, named: str = "") -> QuerySet[User]:
    """Those with a post in scope today of whom something (or `course`) is required; by name, nobody ranked."""
    offered = Course.objects.filter(retired_on=None)
    asked = offered.filter(pk=course.pk) if course else offered
    needed = asked.filter(
        Func(F("roles"), OuterRef("role"), function="jsonb_exists", output_field=BooleanField())
    )  # a course whose list of roles has the post's
    if show != "all":
        on = today + timedelta(SOON + 1) if show == "soon" else today
        counts = Completion.objects.filter(course=OuterRef("pk"), user=OuterRef(OuterRef("user")))
        needed = needed.filter(~Exists(counts.filter(Q(until=None) | Q(until__gte=on))))
    posts = posts_in(scope).filter(Exists(needed), span__contains=today)
    rows = User.objects.filter(pk__in=posts.values("user"), is_active=True)
    for word in named.split()[:4]:
        rows = rows.filter(Q(first_name__icontains=word) | Q(last_name__icontains=word))
    return rows.order_by("last_name", "first_name", "pk")


def people_rows(scope: Scope, users: Sequence[User], today: date, course: Course | None) -> list[Row]:
    """The same people with what they lack; three queries."""
    posts: dict[int, list[Post]] = defaultdict(list)
    keys = [one.pk for one in users]
    held = posts_in(scope).filter(user__in=keys, span__contains=today).select_related("school", "region")
    for post in held.order_by("school__name", "region__name", "pk"):
        posts[post.user_id].append(post)
    done = _done(keys)
    asked = [course] if course else list(Course.objects.filter(retired_on=None))
    return [Row(one, posts[one.pk], _lacking(asked, posts[one.pk], done[one.pk], today)) for one in users]


def _lacking(asked: list[Course], posts: list[Post], done: Done, today: date) -> list[Required]:
    found = _required(asked, {post.role for post in posts}, done, today)
    return [one for one in found if one.standing.state != "counts"]


# -- what was completed ------------------------------------------------------------------------------------------------


def completions(user: User) -> QuerySet[Completion]:
    """One person's, newest first."""
    return Completion.objects.filter(user=user).select_related("course", "session__led_by", "by")


def completions_seen(scope: Scope, user: User) -> QuerySet[Completion]:
    """One's own, and for who runs training those of people in scope."""
    seen = Completion.objects.visible_to(scope).values("pk")
    rows = Completion.objects.filter(Q(user=user) | Q(pk__in=seen))
    return rows.select_related("course", "user", "by", "session__led_by")


def certificate_of(one: Completion) -> Completed:
    """A completion in the words of its certificate."""
    session = one.session
    return Completed(
        district=settings.DISTRICT, person=str(one.user), course=one.title or one.course.title,
        what=one.what or one.course.what, on=one.on,
        minutes=one.minutes, until=one.until, recorded_by=str(one.by),
        where=session.place if session else "", led_by=str(session.led_by) if session else "", shown=one.proof,
        reference=f"Completion {one.pk}",
    )  # fmt: skip
