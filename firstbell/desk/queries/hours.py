"""Today, in the hours somebody has: each school's signs, legal dates and promises, fitted to the minutes there."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from firstbell.attendance.models import Sign
from firstbell.cases import queries as cases
from firstbell.cases.models import Case, Entry, Ladder, Task, Wait
from firstbell.cases.queries.households import homes_of
from firstbell.cases.rules import LAST
from firstbell.cases.rules.day import FORTNIGHT, MINUTES, USUAL, Day, Item, Planned, fitted, share, soon
from firstbell.cases.rules.entries import SPOKE
from firstbell.core.access import Scope
from firstbell.core.models import User
from firstbell.desk.queries.today import at_home
from firstbell.desk.words import band_text, cited, place_name, spark
from firstbell.roster.models import School, Student
from firstbell.staffing.models import Post
from firstbell.staffing.queries import minutes_on, next_day

MOST = 200
"""Rows looked at of each kind, most pressing first: far more than any day has minutes for."""


@dataclass(frozen=True, slots=True)
class Row:
    """One student of the day, as the page shows them."""

    student: Student
    why: str
    section: str
    law_url: str
    weeks: list[int | None]
    band: str
    band_text: str
    due: str
    minutes: int
    points: int
    state: str
    home: str = ""
    """The other children of their home, and who leads; empty where there are none."""


@dataclass(frozen=True, slots=True)
class Here:
    """One school of the day: what fits, what waits until the next day here, and what that risks."""

    school: School
    name: str
    day: Day
    rows: list[Row]
    waits: int
    back_on: date | None
    risk: date | None


@dataclass(frozen=True, slots=True)
class Hours:
    """The whole day of one person. `done` are the contacts they have written down today, newest first."""

    here: list[Here]
    parts: list[dict[str, Any]]
    done: list[Entry]

    @property
    def minutes(self) -> int:
        return sum(one.day.minutes for one in self.here)

    @property
    def planned(self) -> int:
        return sum(one.day.planned for one in self.here)

    @property
    def people(self) -> int:
        return sum(len(one.rows) for one in self.here)


def hours(user: User, scope: Scope, today: date) -> Hours | None:
    """The counselor's day by their posts at schools; None for who has no hours at a school today."""
    at = [_at(post, scope, today) for post in _posts(scope, today)]
    if not at:
        return None
    here = _days(at, today)
    homes = homes_of([row.student.pk for one in here for row in one.rows])
    here = [replace(one, rows=at_home(one.rows, homes)) for one in here]
    told = share([one.day for one in here])
    parts = [{"label": f"{count} {words}", "minutes": spent} for words, count, spent in told]
    done = Entry.objects.standing().filter(by=user, on=today).select_related("student").order_by("-pk")
    return Hours(here, parts, list(done[:20]))


def has_hours(scope: Scope, today: date) -> bool:
    return bool(_posts(scope, today))


def _posts(scope: Scope, today: date) -> list[Post]:
    posts = (post for post in scope.posts if post.role == Post.Role.COUNSELOR and post.school_id)
    return [post for post in posts if minutes_on(post, today)]


@dataclass(frozen=True, slots=True)
class _At:
    """What one school has for a person's day: what is told of each student, legal dates, tasks, who may come up."""

    post: Post
    told: dict[int, Any]
    due: dict[int, Ladder]
    tasks: dict[int, list[Task]]
    there: date | None
    back_on: date

    @property
    def pupils(self) -> set[int]:
        return self.told.keys() | self.tasks.keys()


def _at(post: Post, scope: Scope, today: date) -> _At:
    signs = _first(Sign.objects.visible_to(scope).filter(school=post.school_id))
    steps = _first(Ladder.objects.visible_to(scope).filter(school=post.school_id, rank__range=(1, LAST - 1)))
    there = next_day(post, today)
    back_on = there or today + timedelta(FORTNIGHT + 1)
    due = _due(scope, post.school_id, soon(today, back_on))
    told = {one.student_id: one for one in (*due.values(), *signs.values())}
    told |= {who: step for who, step in steps.items() if who not in signs or step.rank <= signs[who].rank}
    return _At(post, told, due, _tasks(scope, post.school_id, today, back_on), there, back_on)


def _days(at: list[_At], today: date) -> list[Here]:
    """Each school's day. What is asked of students is asked once for all schools."""
    everybody = set().union(*(one.pupils for one in at))
    left = everybody - _gone(everybody, today, keep=set().union(*(one.due.keys() for one in at)))
    quiet, opened = cases.last_reached(list(left)), _cases(left)
    days = [
        fitted(
            [
                _item(who, one.told.get(who), one.due.get(who), one.tasks.get(who, []), opened.get(who),
                      quiet.get(who), today)
                for who in one.pupils & left
            ],
            minutes_on(one.post, today), today, one.back_on,
        )
        for one in at
    ]  # fmt: skip
    shown = [planned.item.student for day in days for planned in day.now]
    students = Student.objects.select_related("standing", "school").in_bulk(shown)
    return [_here(one, day, students, today) for one, day in zip(at, days, strict=True)]


def _here(at: _At, day: Day, students: dict[int, Student], today: date) -> Here:
    rows = [
        _row(one, students[one.item.student], at.told, at.tasks, today)
        for one in day.now
        if one.item.student in students
    ]
    school = at.post.school
    return Here(school, place_name(school), day, rows, len(day.waiting), at.there, day.risk)


def _first(rows: Any) -> dict[int, Any]:
    """The most pressing row of each student."""
    found: dict[int, Any] = {}
    for row in rows.order_by("rank", "-on", "student_id")[:MOST]:
        found.setdefault(row.student_id, row)
    return found


def _due(scope: Scope, school: int, soon: date) -> dict[int, Ladder]:
    rows = Ladder.objects.visible_to(scope).filter(school=school, due_by__lte=soon).exclude(rule="")
    return {row.student_id: row for row in rows.order_by("due_by", "student_id")[:MOST]}


def _tasks(scope: Scope, school: int, today: date, back_on: date) -> dict[int, list[Task]]:
    """The open tasks of each student that are due before the next day here, else those of the fortnight; none that
    somebody put off."""
    ahead = max(back_on, today + timedelta(FORTNIGHT))
    rows = Task.objects.visible_to(scope).open().filter(case__school=school, due_on__lte=ahead)
    rows = rows.filter(Q(snoozed_until=None) | Q(snoozed_until__lte=today)).select_related("case")
    found: dict[int, list[Task]] = {}
    for task in rows.order_by("due_on", "pk")[:MOST]:
        found.setdefault(task.case.student_id, []).append(task)
    return {who: [one for one in tasks if one.due_on < back_on] or tasks for who, tasks in found.items()}


def _gone(pupils: Iterable[int], today: date, *, keep: Iterable[int]) -> set[int]:
    """Those who can wait, and those somebody reached today; a legal date stays."""
    wait = Wait.objects.filter(student__in=pupils, until__gt=today).values_list("student", flat=True)
    spoken = Entry.objects.standing().filter(student__in=pupils, on=today, outcome__in=SPOKE)
    return (set(wait) | set(spoken.values_list("student", flat=True))) - set(keep)


def _cases(pupils: Iterable[int]) -> dict[int, Case]:
    return {case.student_id: case for case in Case.objects.open().filter(student__in=pupils)}


def _item(
    who: int,
    told: Sign | Ladder | None,
    due: Ladder | None,
    tasks: list[Task],
    case: Case | None,
    last: date | None,
    today: date,
) -> Item:
    since = case.opened_on if case else told.on if told else today
    first = [since + timedelta(FORTNIGHT)] if last is None or last < since else []
    kept = [day for day in (*first, *(task.due_on for task in tasks)) if day >= today]
    return Item(
        who, max(MINUTES.get(told.rule, USUAL) if told else 0, sum(task.minutes for task in tasks)),
        rank=told.rank if told else 0, tier=case.tier if case else 1, due_on=due.due_by if due else None,
        promised_on=tasks[0].due_on if tasks else None, keep_by=min(kept, default=None),
        quiet=(today - last).days if last else None,
    )  # fmt: skip


def _row(one: Planned, who: Student, told: dict[int, Any], tasks: dict[int, list[Task]], today: date) -> Row:
    standing, sign = getattr(who, "standing", None), told.get(who.pk)
    promised = "; ".join(f"{task} ({task.due_on:%-d %b})" for task in tasks.get(who.pk, []))
    quiet = _quiet(one.item.quiet)
    section, url = cited(sign.section) if sign else ("", "")
    why = " ".join(filter(None, (sign.sentence if sign else "", f"Promised: {promised}." if promised else "", quiet)))
    due = one.item.due_on or one.item.promised_on
    late = due is not None and due <= today
    return Row(
        who, why, section, url, spark(standing), standing.national_band if standing else "none", band_text(standing),
        _due_words(due, today), one.item.minutes, one.points,
        "is-law" if one.legal else "is-due" if late else "",
    )  # fmt: skip


def _due_words(due: date | None, today: date) -> str:
    if due is None:
        return ""
    return "today" if due == today else f"late, {due:%-d %b}" if due < today else f"{due:%a %-d %b}"


def _quiet(days: int | None) -> str:
    if days is None:
        return "Nobody has reached the family yet."
    return f"Last reached {days} days ago." if days > 13 else ""
