"""When a correction takes the ground from a letter: it is rescinded, what waits is stopped, the family is told."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef

from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.law.notices import Kind
from firstbell.law.steps import StepKind
from firstbell.notices.actions.preparing import put_back
from firstbell.notices.models import Due, Notice
from firstbell.notices.rules import OF_PROCESS, NotAllowed


@dataclass(frozen=True)
class Repaired:
    """`rescinded` no longer stand, `again` stand again, `stopped` were prepared and will not be sent."""

    rescinded: list[Notice]
    again: list[Notice]
    stopped: list[Notice]


@transaction.atomic
def rescind(*, notice: Notice, why: str, by: User | None) -> Notice:
    """Take back an issued letter; it stays on record, and a correction letter falls due. NotAllowed otherwise."""
    return _rescind(notice, why, by=by, decided_by=by)


def _rescind(notice: Notice, why: str, *, by: User | None, decided_by: User | None) -> Notice:
    """`decided_by` is who took it back; nobody did where its step fell, whoever ran the night."""
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if notice.state != Notice.State.ISSUED:
        raise NotAllowed(f"Only an issued letter can be rescinded; this one is {notice.get_state_display().lower()}.")
    notice.state, notice.rescinded_on, notice.rescinded_by = Notice.State.RESCINDED, clock.today(), decided_by
    notice.rescinded_why = why[:500]
    notice.save(update_fields=["state", "rescinded_on", "rescinded_by", "rescinded_why"])
    if notice.step is not None:
        _owe_correction(notice)
    journal.record("notices.rescinded", by=by, about=notice, student=notice.student_id, why=notice.rescinded_why)
    return notice


def _owe_correction(notice: Notice) -> None:
    step = notice.step
    waits = Due.objects.filter(kind=Kind.CORRECTION, step=step).exclude(state=Due.State.GONE)
    if step is None or waits.exists():
        return
    Due.objects.create(
        student_id=notice.student_id, kind=Kind.CORRECTION, number=step.number, year=notice.year, step=step,
        since=clock.today(), reasons=[["setting notices.correction", notice.rescinded_why]], occasions=step.hollow_lost,
    )  # fmt: skip


@transaction.atomic
def rescind_hollow(*, by: User | None = None) -> Repaired:
    """Rescind every issued letter whose step no longer stands, and stop what was prepared on such a step.

    Run each night after the steps were judged. Safe to repeat. A letter whose step stands again before the family was
    told otherwise stands again too.
    """
    fallen = Notice.objects.filter(
        state=Notice.State.ISSUED, step__stands=False, step__kind__in=(StepKind.NOTICE, StepKind.REFERRAL)
    ).exclude(kind=Kind.CORRECTION)
    rescinded = [_rescind(one, one.step.hollow_why, by=by, decided_by=None) for one in fallen.select_related("step")]
    return Repaired(rescinded, _reinstate(by), _stop(by))


def _reinstate(by: User | None) -> list[Notice]:
    told = Notice.objects.filter(kind=Kind.CORRECTION, state=Notice.State.ISSUED).values("due__step")
    back = Notice.objects.filter(state=Notice.State.RESCINDED, step__stands=True, rescinded_by=None)
    newer = Notice.objects.filter(
        student=OuterRef("student"), year=OuterRef("year"), kind=OuterRef("kind"), number=OuterRef("number"),
        state__in=(Notice.State.PREPARED, Notice.State.ISSUED), pk__gt=OuterRef("pk"),
    )  # fmt: skip
    again = list(back.exclude(step__in=told).exclude(Exists(newer)).select_for_update(of=("self",)))
    for notice in again:
        notice.state, notice.rescinded_on, notice.rescinded_why = Notice.State.ISSUED, None, ""
        notice.save(update_fields=["state", "rescinded_on", "rescinded_why"])
        journal.record("notices.stands_again", by=by, about=notice, student=notice.student_id)
    return again


def _stop(by: User | None) -> list[Notice]:
    """Escalation ends where its ground did: letters prepared on a step that fell, and corrections no longer needed."""
    prepared = Notice.objects.filter(state=Notice.State.PREPARED).select_related("due")
    fallen = list(prepared.filter(kind__in=OF_PROCESS, due__step__stands=False))
    stopped = put_back([*fallen, *prepared.filter(kind=Kind.CORRECTION, due__step__stands=True)])
    for notice in stopped:
        journal.record("notices.stopped", by=by, about=notice, student=notice.student_id)
    return stopped
