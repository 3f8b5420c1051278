"""Who is due a letter, found again each night: from the steps that stand, and from those that no longer do."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, Max, Min, OuterRef, Q, QuerySet

from firstbell.attendance.models import Standing
from firstbell.cases.models import Ladder, Step
from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.law.calendar import SchoolYear
from firstbell.law.findings import Reason, spoken
from firstbell.law.notices import Kind, excused_letter, first_notice_due
from firstbell.law.policy import Policy, policy_on
from firstbell.law.steps import StepKind
from firstbell.notices.models import Due, Notice
from firstbell.notices.queries.facts import hidden_days, known_upto
from firstbell.notices.queries.planning import plan
from firstbell.notices.queries.touched import touched
from firstbell.notices.rules import ASKED, TITLES, NotAllowed
from firstbell.roster.models import Arrival, Student

_WAITING = (Due.State.OPEN, Due.State.HELD)
_LIVE = (*_WAITING, Due.State.BATCHED)
Key = tuple[int, str, int, int | None]


@dataclass(frozen=True)
class Tally:
    """What a night found: letters due by kind, how many of them are held, new, and no longer due."""

    due: dict[str, int] = field(default_factory=dict)
    held: int = 0
    new: int = 0
    gone: int = 0


@transaction.atomic
def find_due(*, by: User | None = None, on: date | None = None) -> Tally:
    """Bring the list of letters due to what the steps and standings now say. Safe to repeat.

    What a person asked for stays until it is sent; what has no ground any more is gone. Letters that cannot be sent
    are held with their reasons.
    """
    on = on or clock.today()
    wanted = {_key(due): due for due in _wanted(on)}
    known = {_key(due): due for due in Due.objects.filter(state__in=_LIVE).select_for_update(of=("self",))}
    gone = [
        due.pk
        for key, due in known.items()
        if key not in wanted and due.asked_by_id is None and due.state != Due.State.BATCHED
    ]
    Due.objects.filter(pk__in=gone).update(state=Due.State.GONE)
    fresh = Due.objects.bulk_create((due for key, due in wanted.items() if key not in known), batch_size=1000)
    held = _hold(on)
    counted: dict[str, int] = {}
    for kind in Due.objects.filter(state__in=_WAITING).values_list("kind", flat=True):
        counted[kind] = counted.get(kind, 0) + 1
    found = Tally(counted, held, len(fresh), len(gone))
    journal.record("notices.found_due", by=by, on=str(on), due=found.due, held=held, new=found.new, gone=found.gone)
    return found


@transaction.atomic
def ask(*, student: Student, kind: str, by: User, note: str = "") -> Due:
    """Ask for a letter that nothing makes due by itself. NotAllowed where one waits, or none may be asked for."""
    if kind not in ASKED:
        raise NotAllowed(f"{TITLES[Kind(kind)]}: this letter falls due by itself, or not at all.")
    Student.objects.select_for_update(of=("self",)).get(pk=student.pk)  # two people may ask at once
    if Due.objects.filter(student=student, kind=kind, state__in=_LIVE).exists():
        raise NotAllowed(f"{TITLES[Kind(kind)]}: one waits for this student already.")
    today = clock.today()
    why = f"Asked for by {by}{f': {note}' if note else '.'}"
    due = Due.objects.create(
        student=student, kind=kind, year=SchoolYear.of(today).ending, since=today, reasons=[["", why]], asked_by=by,
        note=note[:300],
    )  # fmt: skip
    journal.record("notices.asked", by=by, about=due, student=student.pk, kind=kind)
    return due


def _key(due: Due) -> Key:
    return due.student_id, due.kind, due.number, due.step_id


def _wanted(on: date) -> Iterator[Due]:
    year, policy = SchoolYear.of(on).ending, policy_on(on)
    yield from _reports(year, policy)
    yield from _referrals(year)
    yield from _conferences(year, on)
    yield from _excused(year, policy, on)
    yield from _corrections()


def _reports(year: int, policy: Policy) -> Iterator[Due]:
    """A report that stands and that the family was not told of."""
    told = Step.objects.filter(
        student=OuterRef("student"), year=year, kind=StepKind.NOTICE, number=OuterRef("number"), stands=True,
        withdrawn_on=None,
    )  # fmt: skip
    rows = Step.objects.filter(year=year, kind=StepKind.REPORT, stands=True, withdrawn_on=None, student__live=True)
    for step in rows.filter(~Exists(told)).order_by("pk"):
        first = step.number == 1
        kind = Kind.FIRST_TRUANCY if first else Kind.NEXT_TRUANCY
        found = first_notice_due(step.on, policy)
        again = Reason("EC 48261", f"Report {step.number} was filed on {spoken(step.on)}.")
        yield _due(step, kind, found.reasons if first else (again,), due_by=found.outcome if first else None)


def _referrals(year: int) -> Iterator[Due]:
    """A referral that stands, of which no letter was issued or is being prepared."""
    told = Notice.objects.filter(kind=Kind.SARB, due__step=OuterRef("pk"), state__in=("prepared", "issued"))
    rows = Step.objects.filter(year=year, kind=StepKind.REFERRAL, stands=True, withdrawn_on=None, student__live=True)
    for step in rows.filter(~Exists(told)).order_by("pk"):
        sentence = f"A referral was made on {spoken(step.on)}; student and parents are told in writing."
        yield _due(step, Kind.SARB, (Reason("EC 48263", sentence),))


def _conferences(year: int, on: date) -> Iterator[Due]:
    rows = Ladder.objects.filter(missing__regex=r"\mconference\M", student__live=True)
    for row in rows.order_by("student"):
        sentence = "Three reports stand, and nobody has tried to meet the family since the first."
        yield Due(
            student_id=row.student_id, kind=Kind.CONFERENCE, year=year, since=min(row.on, on),
            reasons=[["EC 48262", sentence]],
        )  # fmt: skip


def _excused(year: int, policy: Policy, on: date) -> Iterator[Due]:
    """Many excused days; those for confidential services are no part of it (EC 46010.1)."""
    had = Notice.objects.filter(kind=Kind.EXCUSED, year=year, state__in=("prepared", "issued"))
    rows = Standing.objects.filter(student__live=True).exclude(student__in=had.values("student"))
    many = rows.filter(excused__gt=0, enrolled__lte=F("excused") * 100 / policy.notices.excused_percent)
    hidden = hidden_days(year)
    for pk, excused, enrolled in many.order_by("student").values_list("student", "excused", "enrolled"):
        found = excused_letter(excused, min(len(hidden.get(pk, ())), excused), enrolled, policy)
        if found.outcome:
            yield Due(student_id=pk, kind=Kind.EXCUSED, year=year, since=on, reasons=_said(found.reasons))


def _corrections() -> Iterator[Due]:
    """A notice or referral that fell or that a person took back, and of which the family was not told."""
    told = Notice.objects.filter(kind=Kind.CORRECTION, state__in=("prepared", "issued"))
    by_hand = Notice.objects.filter(state=Notice.State.RESCINDED, rescinded_by__isnull=False, step__isnull=False)
    for notice in by_hand.filter(~Exists(told.filter(due__step=OuterRef("step")))).select_related("step"):
        why = Reason("setting notices.correction", notice.rescinded_why)
        yield _due(notice.step, Kind.CORRECTION, (why,), since=notice.rescinded_on)
    rows = Step.objects.filter(kind__in=(StepKind.NOTICE, StepKind.REFERRAL), stands=False)
    for step in rows.filter(~Exists(told.filter(due__step=OuterRef("pk")))).order_by("pk"):
        why = Reason("setting notices.correction", step.hollow_why)
        yield _due(step, Kind.CORRECTION, (why,), since=step.hollow_on)


def _due(
    step: Step, kind: Kind, reasons: Iterable[Reason], *, since: date | None = None, due_by: date | None = None
) -> Due:
    return Due(
        student_id=step.student_id, kind=kind, number=step.number, year=step.year, step=step, since=since or step.on,
        due_by=due_by, reasons=_said(reasons), occasions=step.rests_on,
    )  # fmt: skip


def _said(reasons: Iterable[Reason]) -> list[list[str]]:
    return [[one.section, one.sentence] for one in reasons]


def _hold(on: date) -> int:
    """Say of every letter that waits whether it could go out on `on`, and what stands in its way; how many are held.

    What could go out last night, and of whose home nothing new is known, still can: it is not looked at again.
    """
    waiting = list(_to_look_at())
    left = {
        one.due.pk: one.out for one in plan(waiting, send_on=on, as_of=known_upto(on), district=settings.DISTRICT).left
    }
    newest, changed = _newest(), []
    for due in waiting:
        out = left.get(due.pk)
        said: tuple[Any, ...] = (Due.State.HELD, _said(out.reasons), out.remedy) if out else (Due.State.OPEN, [], "")
        if said != (due.state, due.held, due.remedy):
            due.state, due.held, due.remedy = said
            changed.append(due)
    Due.objects.bulk_update(changed, ["state", "held", "remedy"], batch_size=1000)
    Due.objects.filter(state__in=_WAITING).update(checked=newest)
    return len(left)


def _to_look_at() -> QuerySet[Due]:
    """All that waits, but of the many letters about excused days only those that were held, are new, or may differ."""
    rows = Due.objects.filter(state__in=_WAITING).select_related("step")
    sure = rows.filter(state=Due.State.OPEN, kind=Kind.EXCUSED, checked__gt=0)
    since = sure.aggregate(first=Min("checked"))["first"]
    if since is None:
        return rows
    return rows.exclude(Q(pk__in=sure.values("pk")) & ~Q(student__in=touched(since)))


def _newest() -> int:
    return Arrival.objects.aggregate(newest=Max("pk"))["newest"] or 0
