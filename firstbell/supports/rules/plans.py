"""When a plan is a plan, and whether it helped. Integers and dates in, sentences out; no percentage is compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from firstbell.law.findings import count, spoken
from firstbell.supports.rules.barriers import BARRIERS

PARTIES = {"family": "The family", "student": "The student", "school": "The school"}
MOST_DAYS_AHEAD = 50
"""How far away a review may be: a plan nobody looks at for longer is no plan."""
TOO_EARLY = 10
"""School days since the plan began under which nothing is said about whether it helps."""
LONGEST = 2000
PROMISE = 300


@dataclass(frozen=True, slots=True)
class Promise:
    """What one side commits to: what, who of them, by when. `key` is that of the commitment it goes on as, if any."""

    party: str
    text: str
    who: str = ""
    by_on: date | None = None
    key: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan as somebody wants to write it: at most `goal_days` absent in the next `goal_of` school days."""

    strengths: str
    barriers: tuple[str, ...]
    asked_for: str
    goal_days: int | None
    goal_of: int | None
    review_on: date | None
    agreed_by: str
    promises: tuple[Promise, ...] = ()

    @property
    def words(self) -> str:
        """All that was written freely."""
        return "\n".join((self.strengths, self.asked_for, *(one.text for one in self.promises)))


def refused(plan: Draft, today: date) -> str:
    """Why this is no plan; empty when it is one."""
    if plan.goal_days is None or plan.goal_of is None:
        return "A plan without a goal is refused. Say how many days absent at most, in how many school days."
    if not 5 <= plan.goal_of <= 100:
        return "The goal is over 5 to 100 school days."
    if not 0 <= plan.goal_days < plan.goal_of:
        return f"At most {plan.goal_days} days absent in {count(plan.goal_of, 'school day')} is no goal: aim for fewer."
    if plan.review_on is None:
        return "Say when the plan is looked at again."
    if plan.review_on < today:
        return f"{spoken(plan.review_on)} is past: choose a day of review from today on."
    if plan.review_on > today + timedelta(MOST_DAYS_AHEAD):
        return f"The review is at most {MOST_DAYS_AHEAD} days away: {spoken(today + timedelta(MOST_DAYS_AHEAD))}."
    if unknown := [one for one in plan.barriers if one not in BARRIERS]:
        return f"There is no barrier {unknown[0]!r}."
    if not plan.agreed_by.strip():
        return "Say who agreed: a plan is made with the student and the family, not for them."
    return _too_long(plan) or next(filter(None, map(_promise, plan.promises)), "")


def _too_long(plan: Draft) -> str:
    for name, text in (("strengths", plan.strengths), ("what the family asked for", plan.asked_for)):
        if len(text) > LONGEST:
            return f"{len(text):,} characters about {name}; {LONGEST:,} fit here. Put the rest into a note."
    return "" if len(plan.agreed_by) <= 200 else "Who agreed: at most 200 characters."


def _promise(one: Promise) -> str:
    if one.party not in PARTIES:
        return "Say whose commitment it is: the family's, the student's or the school's."
    if not one.text.strip():
        return "Say what is promised."
    if len(one.text) > PROMISE or len(one.who) > 120:
        return f"A commitment is at most {PROMISE} characters, and a name 120."
    return ""


def goal_words(days: int, of: int) -> str:
    """`At most 2 days absent in 20 school days`."""
    return f"At most {count(days, 'day')} absent in {count(of, 'school day')}"


@dataclass(frozen=True, slots=True)
class Tally:
    """Days absent in as many school days before as since. None of `span` days where it is too early to tell."""

    days: int
    """School days since the plan began."""
    span: int
    before: int
    since: int
    sentence: str


def compared(absent: Mapping[date, bool], begins_on: date) -> Tally:
    """A student against themselves, before and since a plan or a group began.

    `absent` says of every school day so far whether it was missed whole.
    The day on which it began belongs to neither side. Where fewer days came before than since, the newest
    days since are compared with all of those before.
    """
    before = [missed for day, missed in sorted(absent.items()) if day < begins_on]
    since = [missed for day, missed in sorted(absent.items()) if day > begins_on]
    span = min(len(before), len(since))
    if len(since) < TOO_EARLY:
        told = f"Too early to tell: {count(len(since), 'school day')} since the start, of {TOO_EARLY} it takes."
        return Tally(len(since), 0, 0, sum(since), told)
    if span < TOO_EARLY:
        told = f"Cannot tell: only {count(len(before), 'school day')} this year came before the start."
        return Tally(len(since), 0, 0, sum(since), told)
    was, now = sum(before[-span:]), sum(since[-span:])
    return Tally(len(since), span, was, now, _trend(was, now, span))


def _trend(was: int, now: int, span: int) -> str:
    figures = f"{count(now, 'day')} absent in the last {span} school days, {was} in the {span} before the start"
    if now < was:
        return f"Fewer days missed: {figures}."
    return f"More days missed: {figures}." if now > was else f"No change: {figures}."


@dataclass(frozen=True, slots=True)
class Reached:
    """How far the goal is: `met`, `missed` or still `running`."""

    state: str
    sentence: str


def reached(absent: Mapping[date, bool], goal_from: date, days: int, of: int) -> Reached:
    """The goal counts from the school day after it was set, over the next `of` school days."""
    window: Sequence[bool] = [missed for day, missed in sorted(absent.items()) if day > goal_from][:of]
    missed, gone = sum(window), len(window)
    so_far = f"{count(missed, 'day')} absent in {gone} of {count(of, 'school day')}; the goal is at most {days}"
    if missed > days:
        return Reached("missed", f"Goal missed: {so_far}.")
    return Reached("met", f"Goal met: {so_far}.") if gone == of else Reached("running", f"On the way: {so_far}.")
