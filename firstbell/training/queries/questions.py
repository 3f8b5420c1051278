"""Questions of schools, shaped for pages: the board, a school's own, earlier answers, how the clock is kept."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from statistics import median_high

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.utils.timezone import get_current_timezone, localtime

from firstbell.core import clock
from firstbell.core.access import ROLES, May, Scope
from firstbell.core.models import JournalLine, User
from firstbell.law.sections import SECTIONS
from firstbell.roster.models import Region, School
from firstbell.staffing.models import Post
from firstbell.staffing.queries import scope_of
from firstbell.training.models.questions import Area, Question
from firstbell.training.rules import questions as rules
from firstbell.training.rules.questions import TOO_FEW, WAITING, Clock, working_days

FIT = 5
"""Earlier answers that are offered."""
LATELY = 90
"""Days over which it is counted how the clock is kept."""
MOST_WORDS = 12
CONFIG = "english"
PARTS = {"": "All that wait", "late": "Late", "today": "Due today", "week": "Due this week", "mine": "Mine"}
"""What the board may be narrowed to by the clock, in the order of its tabs."""
URGENCY_CHANGED = "training.question_urgency_changed"


def now() -> datetime:
    """This instant on the district's own calendar: a practice district's clock runs on its practice days."""
    return datetime.combine(clock.today(), localtime().time(), get_current_timezone())


def number(text: str) -> int | None:
    """A key as an address names it; None for anything else."""
    return int(text) if text.isdecimal() and len(text) <= 9 else None


# -- who answers -------------------------------------------------------------------------------------------------------


def answerers(school: School, on: date) -> QuerySet[User]:
    """Who answers this school's questions on a day: the people of its region, and those of the whole district."""
    roles = [role for role, may in ROLES.items() if May.ANSWER_SCHOOLS in may]
    near = Q(school=school) | Q(school=None, region=None)
    if school.region_id:
        near |= Q(region=school.region_id)
    posts = Post.objects.filter(near, role__in=roles, span__contains=on)
    return User.objects.filter(pk__in=posts.values("user"), is_active=True).order_by("last_name", "first_name", "pk")


def may_answer(user: User, school_id: int) -> bool:
    return reaches(scope_of(user, clock.today()), school_id, May.ANSWER_SCHOOLS)


def reaches(scope: Scope, school_id: int, may: May) -> bool:
    """Whether a post of theirs lets them do this for this very school; without posts, whether the scope does."""
    if may not in scope or not scope.posts:
        return may in scope and (scope.everywhere or school_id in scope.schools)
    held = [post for post in scope.posts if may in ROLES[post.role]]
    if any(post.school_id == school_id or not (post.school_id or post.region_id) for post in held):
        return True
    regions = {post.region_id for post in held} - {None}
    return bool(regions) and School.objects.filter(pk=school_id, region__in=regions).exists()


def names_of(question: Question) -> tuple[str, ...]:
    """What would say whose question it was: it must not stand in what every school reads."""
    return question.school.name, str(question.by), question.by.last_name


def may_now(question: Question, user: User, scope: Scope) -> set[str]:
    """What this person may do with a question as it stands."""
    found = set()
    if reaches(scope, question.school_id, May.ANSWER_SCHOOLS):
        mine = question.answerer_id == user.pk
        if question.state in WAITING:
            found |= {"take", "hand_over", "answer"} if question.state == "open" else {"hand_over"}
        if question.state == "taken" and mine:
            found |= {"answer", "urgency"}
        if question.shared:
            found.add("stop_sharing")
    if question.by_id == user.pk:
        found |= {"answered": {"close"}, "open": {"withdraw"}}.get(question.state, set())
    return found


# -- lists -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A question of a list with its clock today."""

    question: Question
    clock: Clock


def rows_of(questions: Iterable[Question], today: date) -> list[Row]:
    return [Row(one, rules.clock(one.state, one.due_on, today)) for one in questions]


def _own(scope: Scope) -> QuerySet[Question]:
    """Of the schools of a scope: what others share is not among them."""
    rows = Question.objects.visible_to(scope)
    return rows if scope.everywhere else rows.filter(school__in=scope.schools)


PLACES = {"school": "school", "region": "school__region"}


def _narrowed(rows: QuerySet[Question], asked: dict[str, str]) -> QuerySet[Question]:
    if asked.get("area"):
        rows = rows.filter(area=asked["area"])
    for name in ("school", "region"):
        if asked.get(name):
            key = number(asked[name])  # a key that is none finds nobody
            rows = rows.none() if key is None else rows.filter(**{PLACES[name]: key})
    return rows


def board(scope: Scope, user: User, today: date, asked: dict[str, str]) -> QuerySet[Question]:
    """What the Region is asked, soonest first; what is answered or closed newest first."""
    rows = _narrowed(_own(scope), asked).select_related("school", "answerer")
    if asked.get("state") in ("answered", "closed"):
        return rows.filter(state=asked["state"]).order_by("-pk")
    rows = rows.filter(state=asked["state"]) if asked.get("state") else rows.filter(state__in=WAITING)
    return rows.filter(_part(asked.get("part", ""), user, today)).order_by("due_on", "pk")


def _part(part: str, user: User, today: date) -> Q:
    return {
        "late": Q(due_on__lt=today),
        "today": Q(due_on=today),
        "week": Q(due_on__gt=today, due_on__lte=rules.end_of_week(today)),
        "mine": Q(answerer=user),
    }.get(part, Q())


def parts(scope: Scope, user: User, today: date, asked: dict[str, str]) -> dict[str, int]:
    """How many wait, by the board's tabs; one query."""
    rows = _narrowed(_own(scope), asked).filter(state__in=WAITING).order_by()
    counts = {part or "all": Count("pk", filter=_part(part, user, today) or None) for part in PARTS}
    found = rows.aggregate(**{f"in_{part}": count for part, count in counts.items()})
    return {part: found[f"in_{part or 'all'}"] for part in PARTS}


def of_my_schools(scope: Scope) -> QuerySet[Question]:
    """What one's schools asked: what waits first, then newest."""
    waits = Case(When(state__in=WAITING, then=0), When(state="answered", then=1), default=2)
    return _own(scope).select_related("school", "answerer").order_by(waits, "-pk")


def one(scope: Scope) -> QuerySet[Question]:
    return Question.objects.visible_to(scope).select_related("school", "answerer", "by")


def places(scope: Scope) -> dict[str, list[tuple[str, str]]]:
    """Regions and schools to choose from, as (key, name); a single one is no choice."""
    regions = Region.objects.filter(live=True)
    if not scope.everywhere:
        regions = regions.filter(pk__in=scope.regions)
    found = [(str(pk), name) for pk, name in regions.values_list("pk", "name")]
    return {"region": found if len(found) > 1 else [], "school": schools(scope)}


def schools(scope: Scope) -> list[tuple[str, str]]:
    rows = School.objects.visible_to(scope).filter(live=True)
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


# -- earlier answers ---------------------------------------------------------------------------------------------------


def answers(scope: Scope, words: str = "", area: str = "") -> QuerySet[Question]:
    """Answered questions that somebody may read: shared ones, and their own schools'. Best fit first, else newest."""
    rows = Question.objects.visible_to(scope).exclude(answer="")
    if area in Area.values:
        rows = rows.filter(area=area)
    asked = _asked(words)
    if asked is None:
        return rows.none() if words.strip() else rows.order_by("-answered_at", "-pk")
    return _fitting(rows, asked).order_by("-fit", "-pk")


def earlier(scope: Scope, words: str, area: str = "", *, but: int | None = None) -> list[Question]:
    """Earlier answers that fit what somebody is about to ask: those of the same area first, then the best fit."""
    asked = _asked(words)
    if asked is None:
        return []
    near = Case(When(area=area, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = _fitting(Question.objects.visible_to(scope).exclude(answer="").exclude(pk=but), asked)
    return list(rows.order_by(near, "-fit", "-pk")[:FIT])


def _asked(words: str) -> SearchQuery | None:
    """Any of the words: whoever asks does not know yet which of them the answer holds."""
    told = [one.strip(".,;:!?\"'()“”") for one in words.replace("\0", " ").split()]
    known = [SearchQuery(one, config=CONFIG) for one in dict.fromkeys(told) if one][:MOST_WORDS]
    return reduce(or_, known) if known else None


def _fitting(rows: QuerySet[Question], asked: SearchQuery) -> QuerySet[Question]:
    told = (
        SearchVector("title", weight="A", config=CONFIG)
        + SearchVector("what", weight="B", config=CONFIG)
        + SearchVector("answer", weight="C", config=CONFIG)
    )
    return rows.annotate(told=told, fit=SearchRank(told, asked)).filter(told=asked)


def sources(scope: Scope, question: Question) -> tuple[list[str], list[Question]]:
    """What an answer rests on: sections of the law, and those earlier answers that this person may read, too."""
    told = question.sources or {}
    rows = Question.objects.visible_to(scope).filter(pk__in=told.get("earlier", [])).exclude(answer="")
    return told.get("law", []), list(rows)


def law_choices(on: date) -> list[tuple[str, str]]:
    """(section, what it says) of the statutes in force, by number."""
    held = sorted((one for one in SECTIONS.values() if one.in_force(on)), key=lambda one: one.number)
    return [(one.number, f"{one.number}: {one.title}") for one in held]


@dataclass(frozen=True, slots=True)
class Changed:
    """The urgency was changed: on which day, by whom, why, and from what to what."""

    on: datetime
    by: User | None
    why: str
    was: str
    now: str


def urgency_changes(question: Question) -> list[Changed]:
    """What the journal tells of changed urgencies, oldest first."""
    label = question._meta.label_lower
    lines = JournalLine.objects.filter(about=label, about_id=question.pk, verb=URGENCY_CHANGED).select_related("by")
    words = dict(Question.Urgency.choices)
    return [
        Changed(one.at, one.by, one.detail["why"], words[one.detail["was"]], words[one.detail["now"]])
        for one in lines.order_by("pk")
    ]


# -- how the clock is kept ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kept:
    """Of one area's questions: how many were to be answered, how many were in time, and the median of working days.

    Below TOO_FEW only their number is told.
    """

    area: str
    asked: int
    in_time: int
    days: int | None

    @property
    def tells(self) -> bool:
        return self.asked >= TOO_FEW


def kept(scope: Scope, today: date) -> list[Kept]:
    """Of the last LATELY days by area, and all together first: answered ones, and those whose day has passed."""
    since = clock.end_of(today - timedelta(LATELY))
    rows = _own(scope).filter(at__gt=since).exclude(state="closed", answer="")
    rows = rows.filter(Q(answered_at__isnull=False) | Q(due_on__lt=today)).order_by()
    found: dict[str, list[tuple[date, date, date | None]]] = defaultdict(list)
    for area, at, due, answered in rows.values_list("area", "at", "due_on", "answered_at"):
        found[area].append((localtime(at).date(), due, localtime(answered).date() if answered else None))
    every = [each for told in found.values() for each in told]
    return [_kept("All together", every), *(_kept(words, found[area]) for area, words in Area.choices if found[area])]


def _kept(words: str, rows: Sequence[tuple[date, date, date | None]]) -> Kept:
    days = [working_days(at, answered) for at, _, answered in rows if answered]
    in_time = sum(1 for _, due, answered in rows if answered and answered <= due)
    return Kept(words, len(rows), in_time, median_high(days) if days else None)
