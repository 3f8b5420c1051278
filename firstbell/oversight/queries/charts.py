"""What there is to read of a chart: for each item of the rubric what the records show, and nothing confided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db.models import Q, QuerySet

from firstbell.cases.models import Case, Entry, Ladder, Step, Task
from firstbell.cases.rules.entries import SPOKE
from firstbell.core.models import User
from firstbell.core.months import next_month
from firstbell.core.templatetags.ui import day, plural_s, short_day
from firstbell.law.calendar import SchoolYear
from firstbell.oversight.rules.rubric import RUBRIC
from firstbell.supports.models import Plan

SHOWN = 8
"""Lines of evidence for each item: the newest; the case itself has them all."""


def charts(user: User, month: date) -> QuerySet[Case]:
    """The cases somebody answered for that were open at any time in a month: what a sample is drawn from."""
    still = Q(closed_on=None) | Q(closed_on__gte=month)
    return Case.objects.filter(still, lead=user, opened_on__lt=next_month(month)).exclude(closing="mistake")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Lines by item of the rubric, as they stood up to the end of a month."""

    lines: dict[str, list[str]]

    def __getitem__(self, item: str) -> list[str]:
        return self.lines.get(item, [])


def evidence(case: Case, month: date) -> Evidence:
    """What the records say for each item. Notes and sessions are never in it: only that there was contact."""
    until = next_month(month)
    year = SchoolYear(case.year)
    entries = list(
        Entry.objects.standing()
        .filter(student=case.student_id, on__gte=year.starts, on__lt=until)
        .order_by("on", "pk")
        .select_related("by")
    )
    plan = Plan.objects.filter(student=case.student_id, year=case.year, on__lt=until).order_by("-version").first()
    lines = {
        "timely": _timely(case, entries), "legal_order": _legal(case, until), "barrier": _barriers(entries),
        "plan": _plan(plan), "voice": _voice(entries, plan), "follow": _follow(case, plan, until),
    }  # fmt: skip
    return Evidence({key: lines[key] for key in RUBRIC})


def _timely(case: Case, entries: Sequence[Entry]) -> list[str]:
    reached = [one.on for one in entries if one.outcome in SPOKE]
    tried = [one.on for one in entries]
    said = [f"The case was opened on {day(case.opened_on)}."]
    said.append(f"First tried on {day(tried[0])}." if tried else "Nobody tried to reach the family.")
    said.append(f"First reached on {day(reached[0])}." if reached else "Nobody was reached.")
    if len(reached) > 1:
        gap, since = max((after - before, before) for before, after in pairwise(reached))
        said.append(f"The longest time without reaching anybody: {plural_s(gap.days, 'day')} from {day(since)}.")
    return said


def _legal(case: Case, until: date) -> list[str]:
    steps = Step.objects.filter(student=case.student_id, year=case.year, on__lt=until).order_by("on", "pk")
    said = [
        f"{one.title}, {short_day(one.on)}{'' if one.stands else ' (no longer stands: ' + one.hollow_why + ')'}"
        for one in steps[:SHOWN]
    ]
    ladder = Ladder.objects.filter(student=case.student_id).first()
    if ladder and ladder.missing:
        said.append(f"Last night: {ladder.sentence}")
    return said or ["No step was taken, and last night's ladder calls for none."]


def _barriers(entries: Sequence[Entry]) -> list[str]:
    found = [one for one in entries if one.barriers][-SHOWN:]
    return [_quoted(one, one.barrier_words) for one in found] or ["No contact names a barrier."]


def _plan(plan: Plan | None) -> list[str]:
    if plan is None:
        return ["There is no plan."]
    said = [f"Version {plan.version} of {short_day(plan.on)}: {plan.goal}"]
    said += [f"Barrier: {words}" for words in plan.barrier_words]
    promises = plan.commitments.all()[:SHOWN]
    return said + [
        f"{one.get_party_display()}: {one.text}{f', by {short_day(one.by_on)}' if one.by_on else ''}"
        for one in promises
    ]


def _voice(entries: Sequence[Entry], plan: Plan | None) -> list[str]:
    said = [_quoted(one, one.get_kind_display()) for one in entries if one.outcome in SPOKE and one.said][-SHOWN:]
    if plan and plan.asked_for:
        said.append(f"Asked for: {plan.asked_for}")
    if plan and plan.agreed_by:
        said.append(f"Agreed by: {plan.agreed_by}")
    return said or ["Nobody's words are written down."]


def _follow(case: Case, plan: Plan | None, until: date) -> list[str]:
    tasks = Task.objects.filter(case=case, due_on__lt=until).order_by("due_on", "pk")
    said = [_task(one, until) for one in tasks[:SHOWN]]
    for one in plan.commitments.prefetch_related("checks")[:SHOWN] if plan else ():
        checks = [each for each in one.checks.all() if each.on < until]
        looked = (
            f"{checks[-1].get_state_display().lower()} on {short_day(checks[-1].on)}" if checks else "nobody looked"
        )
        said.append(f"{one.text}: {looked}")
    return said or ["Nothing was promised or asked for."]


def _task(one: Task, until: date) -> str:
    if one.done_on and one.done_on < until:
        late = " late" if one.done_on > one.due_on else ""
        return f"{one}: due {short_day(one.due_on)}, done{late} {short_day(one.done_on)}"
    return f"{one}: due {short_day(one.due_on)}, {one.get_state_display().lower()}"


def _quoted(one: Entry, what: str) -> str:
    words = f": “{one.said[:240]}”" if one.said else ""
    return f"{short_day(one.on)}, {what}{words}"
