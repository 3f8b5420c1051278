"""Staffing for the practice district: papers of its counselors, one that ends soon, and somebody away next week."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.text import slugify

from firstbell.core.models import User
from firstbell.staffing.actions import absences
from firstbell.staffing.actions import credentials as papers
from firstbell.staffing.models import Absence, Post

SEES = "Noor Rahimi"
"""The Region counselor, who sees papers."""
SPARE = "Teo Lindqvist"
"""Somebody with every paper and no post: who could stand in."""
ENDS_SOON = {"Rosa Diaz": 52}
"""Days from the practice day after which an authorization ends."""
SPEAKS = {"Rosa Diaz": "es", "Hugo Petrosyan": "hy", SPARE: "es"}


def somebody(name: str) -> User:
    given, _, family = name.partition(" ")
    made, _ = User.objects.get_or_create(
        username=slugify(f"{given}.{family}").replace("-", "."),
        defaults={"first_name": given, "last_name": family, "password": "!"},
    )
    return made


@transaction.atomic
def qualify(user: User, today: date) -> None:
    """Put on record what a counselor needs, unless it is; before they are given a post."""
    if user.credentials.exists():
        return
    by, name, place = somebody(SEES), user.get_full_name(), User.objects.filter(credentials__isnull=False).count()
    began = date(today.year - 4, 7, 1)
    kind = "social_work" if place % 2 else "counseling"
    papers.record(user=user, kind=kind, issued_on=date(today.year - 9, 6, 10), by=by)
    ends = {"pps": date(today.year + 3, 6, 30), "cwa": date(today.year + 2, 6, 30)}
    if name in ENDS_SOON:
        ends["cwa"] = today + timedelta(ENDS_SOON[name])
    for number, (kind, last) in enumerate(ends.items(), start=1):
        papers.record(
            user=user, kind=kind, number=f"{220140000 + 100 * user.pk + number}", issued_on=began, expires_on=last,
            by=by,
        )  # fmt: skip
    if language := SPEAKS.get(name):
        papers.record(user=user, kind="language", number=language, issued_on=began, by=by)


@transaction.atomic
def live(today: date) -> int:
    """Somebody who could stand in, and a counselor away next week whom nobody covers yet; days away. Only once."""
    if Absence.objects.exists():
        return 0
    qualify(somebody(SPARE), today)
    post = Post.objects.filter(role=Post.Role.COUNSELOR, span__contains=today).order_by("pk").first()
    if post is None:
        return 0
    monday = today + timedelta(7 - today.weekday())
    away = absences.say_away(
        user=post.user, begins_on=monday, ends_on=monday + timedelta(1), why="training", by=somebody(SEES)
    )  # fmt: skip
    return (away.ends_on - away.begins_on).days + 1
