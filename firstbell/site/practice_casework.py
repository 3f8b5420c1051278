"""Casework for the practice district: cases that counselors opened, whom they reached, what they promised."""

import uuid
from dataclasses import replace
from datetime import date, timedelta

from django.db import transaction

from firstbell.attendance.models import Standing
from firstbell.cases import actions as cases
from firstbell.cases.models import Case, Entry
from firstbell.cases.queries import lines_to
from firstbell.cases.queries.households import homes_of
from firstbell.core.models import User
from firstbell.roster.models import Student
from firstbell.staffing.models import Post
from firstbell.supports import actions as supports
from firstbell.supports.rules import Draft, Promise

LED = 2
"""Homes whose work each counselor leads."""
EACH = 9
"""Cases of each counselor at each school."""
SAID = (
    ("call", "reached", "transport", "The bus comes after first bell; an aunt may drive two days a week."),
    ("call", "left_word", "", ""),
    ("text", "reached", "sleep", "Mornings are hard since the baby came. Wants to talk on Thursday."),
    ("call", "wrong_number", "", "A stranger answered."),
    ("visit", "reached", "health", "Grandmother at home. Will ask the clinic for the first appointment of the day."),
    ("checkin", "reached", "belonging", "Eats lunch alone. Likes drawing."),
    ("call", "no_answer", "", ""),
    ("teacher", "reached", "learning", "Two missing units in mathematics; he stays away on test days."),
    ("conference", "plan", "misread", "They had counted excused days as days at school. Agreed on a call each Friday."),
)
PLANNED = (4, 8)
"""Which of them made a plan with the family, by the place in SAID."""
PLAN = Draft(
    strengths="Comes on the days with music, and is kind to the younger ones.",
    barriers=("transport",), asked_for="A call before eight when the bus is late.", goal_days=2, goal_of=25,
    review_on=None, agreed_by="Mother, student, counselor",
    promises=(
        Promise("family", "Call the office before nine on a day at home", "Mother"),
        Promise("student", "Be at the corner at seven twenty"),
        Promise("school", "Ask for the earlier bus", "Counselor"),
    ),
)  # fmt: skip
NEXT = {0: "visit", 2: "call", 4: "plan", 7: "checkin"}
"""Which of them promised something, by the place in SAID."""


@transaction.atomic
def live(today: date) -> int:
    """Open the cases and write down what was said in the last three weeks; how many entries. Only once."""
    if Entry.objects.exists():
        return 0
    posts = Post.objects.filter(role=Post.Role.COUNSELOR, school__isnull=False).select_related("user").order_by("pk")
    written = sum(_school(post.school_id, post.user, today) for post in posts)
    for user in {post.user for post in posts}:
        _lead(user)
    return written


def _lead(user: User) -> None:
    """In two homes of several children somebody leads already; in the others the rule proposes whom."""
    mine = Case.objects.open().filter(lead=user).order_by("pk").select_related("student")
    homes = homes_of([case.student_id for case in mine])
    for case in [case for case in mine if case.student_id in homes][:LED]:
        if homes_of([case.student_id])[case.student_id].lead is None:
            cases.lead_household(student=case.student, lead=user, why="Has known the family longest.", by=user)


def _school(school: int, user: User, today: date) -> int:
    had = Case.objects.open().values("student")
    missed = Standing.objects.filter(school=school, enrolled__gte=60).exclude(student__in=had)
    worst = missed.order_by("-absent", "student").values_list("student", flat=True)
    students = Student.objects.in_bulk(list(worst[: 3 * EACH : 3]))
    return sum(_case(who, user, place, today) for place, who in enumerate(students.values()))


def _case(who: Student, user: User, place: int, today: date) -> int:
    """One case: a first try, and a contact some days later with what was promised then."""
    cases.open_case(student=who, by=user, lead=None if place % 4 == 3 else user)
    kind, outcome, barrier, said = SAID[place % len(SAID)]
    line = next(iter(lines_to(who)), None)
    told = {"contact": line.contact, "number": line.number} if line and kind in ("call", "text") else {}
    promised = cases.Next(NEXT[place], today + timedelta(days=place % 3)) if place in NEXT else None
    for days, what, came, word, then in (
        (20 - place, "call", "no_answer", "", None),
        (9 - place % 5, kind, outcome, said, promised),
    ):
        cases.log(
            key=uuid.uuid5(uuid.NAMESPACE_OID, f"practice {who.key} {days}"), student=who, kind=what, outcome=came,
            by=user, on=_school_day(today - timedelta(days)), said=word,
            barriers=[barrier] if barrier and then is promised and word else [], next_step=then,
            **(told if what == kind else {}),
        )  # fmt: skip
    if place in PLANNED:
        supports.write_plan(student=who, draft=replace(PLAN, review_on=today + timedelta(days=20)), by=user)
    return 2


def _school_day(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))
