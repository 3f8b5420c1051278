"""A district to practise in: its days, how far its night is, what waits for somebody and what of it they did.

Its days stand in the state folder's `district.json`, not in a table: no real district has any.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string

from firstbell.core import home, jobs
from firstbell.core.access import Scope
from firstbell.core.models import JournalLine, User
from firstbell.practice import Plan, school_days
from firstbell.training.queries.courses import people_seen, roles_of
from firstbell.training.rules import practice as rules

NIGHT = "training.next_day"
"""The job that lets the night come."""
Count = Callable[[User, Scope, date], int]
"""How much of something waits for somebody."""


@dataclass(frozen=True, slots=True)
class Lived:
    """A day people worked in, and the instant from which they did."""

    on: date
    began: datetime


@dataclass(frozen=True, slots=True)
class Night:
    """Whether it is night, how far it is, and why the last one did not come to its end."""

    on: bool
    step: str
    percent: int
    error: str


@dataclass(frozen=True, slots=True)
class Item:
    look: rules.Look
    waits: int | None
    done: int


# -- the days ----------------------------------------------------------------------------------------------------------


def plan() -> Plan:
    """The district's plan: the same for every day, so that a day's files are the same whenever they are written."""
    return Plan(**home.setting("practice_plan"))


def days() -> list[Lived]:
    """The days so far, today last."""
    told = home.setting("practice_days", [])
    return [Lived(date.fromisoformat(one["on"]), datetime.fromisoformat(one["began"])) for one in told]


@lru_cache(maxsize=1)
def _school_days(of: Plan) -> tuple[date, ...]:
    return school_days(of)


def to_come(today: date) -> tuple[date, ...]:
    """The year's school days after today."""
    every = _school_days(plan())
    return every[bisect_right(every, today) :]


def night() -> Night:
    told = home.setting("practice_night", {})
    return Night(
        jobs.under_way(NIGHT), told.get("step", "") or "Waiting for its turn", told.get("percent", 0),
        told.get("error", ""),
    )  # fmt: skip


# -- what somebody did -------------------------------------------------------------------------------------------------


def items(user: User, scope: Scope, today: date) -> list[Item]:
    """What somebody looks at today, how much of it waits, and how much they did since the day began."""
    counts, waiting = _done_today(user), _waiting()
    return [
        Item(look, waiting[key](user, scope, today) if key in waiting else None, rules.done(look, counts))
        for key, look in rules.looks(sorted(roles_of(scope)))
        if look.may in scope
    ]


def _waiting() -> dict[str, Count]:
    """Letters lie above training, and cases beside it: the settings name who counts what waits."""
    found: dict[str, Count] = import_string(settings.PRACTICE_WAITS)
    return found


def _done_today(user: User) -> dict[str, int]:
    lived = days()
    if not lived:
        return {}
    lines = JournalLine.objects.filter(by=user, at__gte=lived[-1].began)
    return dict(lines.order_by().values_list("verb").annotate(models.Count("pk")))


def worked_through(user: User) -> int:
    """On how many days that are over this person did something."""
    return _worked([user.pk]).get(user.pk, 0)


def people(scope: Scope) -> list[tuple[User, int]]:
    """Whose training somebody runs and who worked through a day or more, by name."""
    seen = people_seen(scope).filter(is_active=True).order_by("last_name", "first_name", "pk")
    worked = _worked(seen.values("pk"))
    return [(one, worked[one.pk]) for one in seen if worked.get(one.pk)]


def _worked(users: Any) -> dict[int, int]:
    began = [one.began for one in days()]
    at: dict[int, list[datetime]] = defaultdict(list)
    if not began:
        return {}
    lines = JournalLine.objects.filter(by__in=users, at__gte=began[0])
    for user, moment, verb in lines.order_by().values_list("by", "at", "verb"):
        if rules.is_work(verb):
            at[user].append(moment)
    return {user: rules.worked_through(began, moments) for user, moments in at.items()}
