"""A few students whose year is written by hand, so that the demonstration and the tests can point at someone.

A story is a list of marks, each `back` school days before today. The students are ordinary pupils of grades 1 to 5 who
stay in one school all year; their random marks are replaced by the story.
"""

from dataclasses import dataclass

import numpy as np

from firstbell.practice.codes import Code
from firstbell.practice.marks import NEVER, Marks
from firstbell.practice.people import People
from firstbell.practice.plan import Bools, Ints, Plan
from firstbell.practice.schools import KG, School

U, E, M, X, L, T = Code.UNEXCUSED, Code.ILLNESS, Code.MEDICAL, Code.UNVERIFIED, Code.LATE, Code.TARDY


@dataclass(frozen=True)
class Scene:
    """One mark: `back` school days ago, `first` as entered that evening, `now` since `fixed` school days ago."""

    back: int
    now: Code
    first: Code | None = None
    fixed: int | None = None
    minutes: int = -1


def _run(first: int, last: int, *codes: Code) -> tuple[Scene, ...]:
    """Whole days from `first` back to `last` back, taking the codes in turn."""
    return tuple(Scene(back, codes[n % len(codes)]) for n, back in enumerate(range(first, last - 1, -1)))


STORIES: dict[str, tuple[Scene, ...]] = {
    "new_truant": (Scene(41, U), Scene(17, U, X, 12), Scene(9, E), Scene(0, U)),
    "late_correction": (Scene(52, U), Scene(23, U), Scene(6, E, U, 0)),
    "late_by_the_clock": (
        Scene(60, U), Scene(30, L, minutes=31), Scene(29, T, minutes=30), Scene(12, L, minutes=55),
    ),
    "tardy_never_over_30": tuple(Scene(back, T, minutes=30) for back in (50, 40, 30, 20, 10, 5)),
    "severe": (*_run(120, 70, U, U, E, U), *_run(60, 2, U, E, U)),
    "returned_after_a_week": (Scene(44, M), *_run(7, 2, E), Scene(1, E, X, 0)),
    "away_now": (*_run(9, 4, U), *_run(3, 0, X)),
    "perfect": (),
    "under_six": _run(14, 8, U),
}  # fmt: skip
"""Role -> marks. `late_correction` falls from three occasions to two today; the others hold until they are excused."""


MOVER = "transferred"


@dataclass(frozen=True)
class Cast:
    """Who plays what: role to student. `settled` marks everyone who must not move house or school."""

    roles: dict[str, tuple[int, ...]]
    settled: Bools


def _candidates(everyone: People, every: list[School]) -> Ints:
    """Students of grades 1 to 5 in elementary schools, from homes without a foster child: those always have adults."""
    level = np.array([school.level == "elementary" for school in every])
    foster = np.zeros(everyone.households, np.bool_)
    foster[everyone.household[everyone.programs["Foster"]]] = True
    home = ~foster[everyone.household]
    fits = np.flatnonzero(home & level[everyone.school] & (everyone.grade >= 1) & (everyone.grade <= 5))
    alone = fits[np.bincount(everyone.household, minlength=everyone.households)[everyone.household[fits]] == 1]
    return (alone if len(alone) >= 2 * len(STORIES) else fits).astype(np.int32)


def _siblings(everyone: People, every: list[School]) -> tuple[int, int]:
    """Two neighbours in one household who go to schools of different levels."""
    level = np.array([s.level in ("elementary", "span") for s in every])[everyone.school]
    same = everyone.household[1:] == everyone.household[:-1]
    pair = np.flatnonzero(same & (level[1:] != level[:-1]))[0]
    return int(pair), int(pair) + 1


def cast(plan: Plan, everyone: People, every: list[School]) -> Cast:
    """Choose a student for every role."""
    order = plan.rng("cast").permutation(_candidates(everyone, every))
    roles: dict[str, tuple[int, ...]] = {r: (int(student),) for r, student in zip(STORIES, order, strict=False)}
    small = np.flatnonzero((everyone.grade <= KG) & (everyone.born > plan.today.toordinal() - 6 * 365))
    roles["under_six"] = (int(small[0]),)
    silent = int(order[len(STORIES)])
    other_home = order[everyone.household[order] != everyone.household[silent]]
    roles["no_contact"], roles["wrong_phone_only"] = (silent,), (int(other_home[len(STORIES)]),)
    roles["sibling_pair"] = _siblings(everyone, every)
    settled = np.zeros(everyone.count, np.bool_)
    settled[[student for students in roles.values() for student in students]] = True
    return Cast(roles, settled)


def scripted(role: str, row: int, days: Ints, today: int) -> Marks:
    """The marks of one role on the taught days of its school; `row` is the enrolment's place in the school."""
    past = days[days <= today]
    scenes = [scene for scene in STORIES[role] if scene.back < len(past)]

    def on(back: int | None) -> int:
        return NEVER if back is None else int(past[len(past) - 1 - back])

    day = np.array([on(scene.back) for scene in scenes], np.int32)
    return Marks(
        row=np.full(len(scenes), row, np.int32),
        day=day,
        period=np.zeros(len(scenes), np.uint8),
        first=np.array([scene.now if scene.first is None else scene.first for scene in scenes], np.uint8),
        final=np.array([scene.now for scene in scenes], np.uint8),
        entered=day,
        corrected=np.array([on(scene.fixed) for scene in scenes], np.int32),
        minutes=np.array([scene.minutes for scene in scenes], np.int32),
    )


def moved(row: int, days: Ints, *, first_school: bool) -> Marks:
    """The mover's marks on the days held at one school: two occasions before the transfer, the third after it."""
    day = days[[-12, -4]] if first_school else days[[6]]
    size = len(day)
    code = np.full(size, U, np.uint8)
    never, unsaid = np.full(size, NEVER, np.int32), np.full(size, -1, np.int32)
    return Marks(np.full(size, row, np.int32), day, np.zeros(size, np.uint8), code, code, day, never, unsaid)
