"""The practice district: written as files, imported for real, with people to step in as."""

import shutil
from collections.abc import Callable
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Count, Q
from django.utils.text import slugify

from firstbell.core import home
from firstbell.core.models import User
from firstbell.core.refusals import refusal
from firstbell.panels.models import Member
from firstbell.practice import Plan, people, write
from firstbell.roster.models import Region, School
from firstbell.roster.queries import newest_arrival
from firstbell.site import (
    practice_casework,
    practice_delivered,
    practice_history,
    practice_letters,
    practice_oversight,
    practice_panels,
    practice_purchases,
    practice_recovery,
    practice_staffing,
    practice_training,
    practice_triggers,
    schedule,
)
from firstbell.staffing import actions as staffing
from firstbell.staffing.models import Post

Say = Callable[[str], None]
NAME = "Rosalia Unified School District"


def make(*, students: int, seed: int, say: Say) -> None:
    """Make the district: yesterday's files, then today's with their late corrections. What stands already is kept."""
    if home.setting("practice"):
        raise refusal(
            f"{home.home()} holds a district to practise in. Go on with it by --practice, or choose another folder"
            " by FIRSTBELL_HOME."
        )
    plan = Plan(students=students, seed=seed)
    home.remember(demo=True, today=plan.today.isoformat(), district=NAME)
    settings.TODAY = plan.today.isoformat()  # this process read its settings before the district had a day of its own
    folder = home.home() / "practice"
    for as_of in (_school_day_before(plan.today), plan.today):
        newest = newest_arrival()
        if newest is None or newest.through < as_of:
            say(f"Writing the district's files as of {as_of:%A %-d %B %Y} ({students:,} students) …")
            shutil.rmtree(folder, ignore_errors=True)
            write(plan, folder, as_of=as_of)
            schedule.nightly(files=folder, say=say)
        staff(plan, plan.today)
        practice_letters.head()
        if newest_arrival().through < plan.today:
            say(f"Its people took {practice_history.live(plan)} steps of the truancy process in earlier weeks.")
            say(practice_triggers.switch_on(plan))
    schedule.refresh(say=say)
    say(f"Its counselors wrote down {practice_casework.live(plan.today)} contacts.")
    say(f"They looked for {practice_recovery.live(plan.today)} lost students.")
    say(f"They referred {practice_panels.live(plan.today)} students to panels.")
    say(f"Their coordinator read {practice_oversight.live(plan.today)} charts.")
    say(f"A counselor is away for {practice_staffing.live(plan.today)} days next week, and nobody stands in yet.")
    say(f"Its schools asked for counselor days {practice_purchases.live(plan.today)} times.")
    say(f"Its people completed {practice_training.live(plan.today)} courses, and its schools asked the Region.")
    say(f"A counselor signed {practice_delivered.live(plan.today)} activity reports over the days they delivered.")


def _school_day_before(day: date) -> date:
    return day - timedelta(days=3 if day.weekday() == 0 else 1)


def staff(plan: Plan, today: date) -> None:
    """The personas: one for each role, at real schools of the district, since the first weeks of the year.

    Their papers are such as counselors have on `today`: one of them ends soon after it.
    """
    first, middle, high = (_largest(plan, level) for level in ("elementary", "middle", "high"))
    region = Region.objects.get(pk=first.region_id)
    begins = date(plan.year - 1, 8, 12)
    posts = [
        ("Rosa", "Diaz", "counselor", {"school": first, "tenths": 6, "week": [480, 240, 480, 240, 0]}),
        ("Rosa", "Diaz", "counselor", {"school": middle, "tenths": 4, "week": [0, 240, 0, 240, 480]}),
        ("Hugo", "Petrosyan", "counselor", {"school": high}),
        ("Grace", "Okafor", "clerk", {"school": first}),
        ("Daniel", "Kim", "principal", {"school": first}),
        ("Marisa", "Tolentino", "coordinator", {"region": region}),
        ("Noor", "Rahimi", "region_counselor", {"region": region}),
        ("Ines", "Quiroga", "chair", {"region": region}),
        ("Priya", "Nair", "fiscal", {}),
        ("Samir", "Haddad", "director", {}),
        ("Lena", "Fischer", "engineer", {}),
    ]
    if Post.objects.exists():
        return
    for given, family, role, where in posts:
        user, _ = User.objects.get_or_create(
            username=slugify(f"{given}.{family}").replace("-", "."),
            defaults={"first_name": given, "last_name": family, "password": "!"},
        )
        if role == "counselor":
            practice_staffing.qualify(user, today)
        staffing.assign(user=user, role=role, by=None, begins=begins, **where)


def _largest(plan: Plan, level: str) -> School:
    """The level's school with the most students: there is most to do there."""
    keys = [school.key for school in people(plan) if school.level == level]
    counted = School.objects.filter(key__in=keys).annotate(on_roll=Count("students", filter=Q(students__live=True)))
    return counted.order_by("-on_roll", "key")[0]


def personas() -> list[dict[str, str]]:
    """For the sign-in page: who one can step in as; last the guests, who hold no post but sit on a panel."""
    staff = User.objects.filter(posts__isnull=False).distinct().prefetch_related("posts__school", "posts__region")
    guests = Member.objects.filter(user__posts=None, user__isnull=False).select_related("user", "panel")
    return [
        _persona(
            user,
            posts[0].get_role_display(),
            ", ".join(str(p.school or p.region or "the whole district") for p in posts),
        )
        for user in staff.order_by("pk")
        if (posts := list(user.posts.all()))
    ] + [_persona(one.user, "Panel member", str(one.panel)) for one in guests.order_by("pk")]


def _persona(user: User, role: str, text: str) -> dict[str, str]:
    return {"username": user.username, "name": user.get_full_name(), "role": role, "text": text}


def welcome(port: int, say: Say) -> None:
    """What to do now: the address, who to be, what to try."""
    say(f"\n[bold]{NAME}[/] is ready: http://localhost:{port}/")
    for one in personas():
        say(f"  {one['name']:<18} {one['role']}, {one['text']}")
    say("Choose a person on the sign-in page, no password. Try, as Rosa Diaz: Today, open the first student, ask why a")
    say("figure is what it is, then press Ctrl+K and search a student of another school: there is none to find.")
    say("Stop with Ctrl+C; `make demo` starts it again where it was.\n")
