"""What may happen to records after a packet was made of them: each must be seen, and named, before it is read."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from firstbell.law.days import Day
from firstbell.law.notices import Kind as Letter
from firstbell.panels.rules.packets.facts import File
from firstbell.panels.seeding.records import one_of


def corrected(rng: Random, file: File) -> File | None:
    """An unexcused day is excused by tonight's files, or a day present turns out to be missed."""
    days = file.attendance.days
    day = rng.choice([one.on for one in days if one.what in (Day.UNEXCUSED, Day.PRESENT)])
    turned = {Day.UNEXCUSED: (Day.EXCUSED, "E"), Day.PRESENT: (Day.UNEXCUSED, "U")}
    now = tuple(
        replace(one, what=int(turned[Day(one.what)][0]), code=turned[Day(one.what)][1], file="tonight's files")
        if one.on == day
        else one
        for one in days
    )
    return replace(file, attendance=replace(file.attendance, days=now))


def taken_back(rng: Random, file: File) -> File | None:
    gone = rng.choice([one for one in file.contacts if one.home])
    return replace(file, contacts=tuple(one for one in file.contacts if one != gone))


def rescinded(rng: Random, file: File) -> File | None:
    notices = one_of(rng, file.notices, lambda one: replace(one, fell=True), lambda one: one.what != Letter.CORRECTION)
    return replace(file, notices=notices) if notices else None


def withdrawn(rng: Random, file: File) -> File | None:
    gone = rng.choice(file.steps)
    return replace(file, steps=tuple(one for one in file.steps if one != gone))


def new_plan(rng: Random, file: File) -> File | None:
    plan = file.plan
    if plan is None:
        return None
    number = plan.number + rng.randint(1, 9)
    newer = replace(plan, number=number, version=plan.version + 1, goal_days=plan.goal_days + 1)
    return replace(file, plan=newer)


def checked(rng: Random, file: File) -> File | None:
    promises = one_of(
        rng, file.promises, lambda one: replace(one, state="kept" if one.state != "kept" else "not_kept"),
        lambda one: True,
    )  # fmt: skip
    return replace(file, promises=promises) if promises else None


def logged_late(rng: Random, file: File) -> File | None:
    home = [one for one in file.contacts if one.home]
    late = replace(rng.choice(home), number=900 + rng.randint(0, 99), said="", how="call", outcome="reached")
    late = replace(late, on=(late.on or file.on) - timedelta(1))
    return replace(file, contacts=tuple(sorted((*file.contacts, late), key=lambda one: one.on or file.on)))


def renamed(rng: Random, file: File) -> File | None:
    given = rng.choice(("Robin", "Sasha", "Alex"))
    return replace(file, pupil=replace(file.pupil, name=f"{given} {file.pupil.name.split()[-1]}"))
