"""The state Dashboard's chronic absenteeism indicator: status, change and color of a school or district.

Rates are Decimals in percent, rounded half up to one place, as published (the state does not say how it
rounds; that is our reading).
"""

from decimal import ROUND_HALF_UP, Decimal
from enum import IntEnum, StrEnum

from firstbell.law.findings import Finding, Reason, count
from firstbell.law.policy import Policy


class Status(IntEnum):
    """Lower rates are better."""

    VERY_LOW = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    VERY_HIGH = 4


class Change(IntEnum):
    DECLINED_SIGNIFICANTLY = 0
    DECLINED = 1
    MAINTAINED = 2
    INCREASED = 3
    INCREASED_SIGNIFICANTLY = 4


class Color(StrEnum):
    BLUE = "blue"
    GREEN = "green"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"


_LETTERS = {color.value[0].upper(): color for color in Color}
_GRID = {  # columns in the order of Change
    Status.VERY_LOW: "BBBGY",
    Status.LOW: "BGGYO",
    Status.MEDIUM: "GGYOO",
    Status.HIGH: "YYOOR",
    Status.VERY_HIGH: "YORRR",
}
_MILDER = {
    Change.DECLINED_SIGNIFICANTLY: Change.DECLINED,
    Change.INCREASED_SIGNIFICANTLY: Change.INCREASED,
}


def rate(chronic: int, students: int) -> Decimal:
    """The share of `students` who are `chronic`, in percent with one place. ZeroDivisionError without students."""
    return (Decimal(100 * chronic) / students).quantize(Decimal("0.1"), ROUND_HALF_UP)


def status(now: Decimal, policy: Policy) -> Status:
    """The status of a rounded rate."""
    return Status(sum(10 * now > tenths for tenths in policy.dashboard.status_tenths))


def change(now: Decimal, before: Decimal, policy: Policy) -> Change:
    """How a rounded rate moved since the year before."""
    return Change(sum(10 * (now - before) > tenths for tenths in policy.dashboard.change_tenths))


def color(level: Status, moved: Change, students: int, policy: Policy) -> Color:
    """The cell of the five-by-five grid; under 150 students "significantly" falls away (three by five)."""
    if students < policy.dashboard.small_below:
        moved = _MILDER.get(moved, moved)
    return _LETTERS[_GRID[level][moved]]


def indicator(now: tuple[int, int], before: tuple[int, int], policy: Policy) -> Finding[Color | None]:
    """The color from (chronic, students) of this year and the last; None when either year had under 30 students."""
    section = policy.cite("dashboard.min_students")
    fewest = min(now[1], before[1])
    if fewest < policy.dashboard.min_students:
        few = f"{count(fewest, 'student')} in one of the two years; a color needs {policy.dashboard.min_students}."
        return Finding(None, (Reason(section, few),), policy.version)
    rate_now, rate_before = rate(*now), rate(*before)
    level, moved = status(rate_now, policy), change(rate_now, rate_before, policy)
    sentence = f"{rate_now} percent, {rate_before} percent the year before: {_words(level)}, {_words(moved)}."
    return Finding(color(level, moved, now[1], policy), (Reason(section, sentence),), policy.version)


def is_hidden(population: int, policy: Policy) -> bool:
    """Whether a group is too small to publish: ten or fewer (DataQuest)."""
    return population <= policy.privacy.hide_at_most


def _words(step: Status | Change) -> str:
    return step.name.replace("_", " ").lower()
