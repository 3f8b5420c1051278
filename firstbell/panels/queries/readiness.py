"""What the records say of a referral, gathered for `rules.readiness`: a dozen queries for one, whatever its kind.

Nothing is asked of a person here that was written down already: contacts, steps, sessions, plans, letters with proof.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from firstbell.cases import queries as cases
from firstbell.cases.models import AgendaItem, Case, Entry, Step
from firstbell.cases.rules import hollow_words, why_not
from firstbell.cases.rules.entries import KINDS as CONTACTS
from firstbell.core import clock
from firstbell.law.calendar import SchoolYear
from firstbell.law.days import Day, kind
from firstbell.law.findings import Reason
from firstbell.law.notices import Kind as Letter
from firstbell.law.policy import policy_on
from firstbell.law.steps import Ground, StepKind
from firstbell.notices.models import Due, Notice
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import Hearing, Referral
from firstbell.panels.rules.readiness import Known, Readiness, readiness
from firstbell.supports.models import Plan, Session

_EFFORTS = (StepKind.NOTICE, StepKind.ATTEMPT, StepKind.CONFERENCE)


@dataclass(frozen=True, slots=True)
class _Ladder:
    """What the truancy ladder says of the referral."""

    against: tuple[Reason, ...] = ()
    taken_on: date | None = None
    hollow: tuple[str, ...] = ()
    efforts: tuple[date, ...] = ()
    undecided: int = 0


def readiness_of(referral: Referral, on: date | None = None) -> Readiness:
    """What a referral still needs today (or on `on`), with what two people agreed to let through."""
    on = on or clock.today()
    return readiness(known(referral, on), policy_on(on), waived(referral))


def waived(referral: Referral) -> frozenset[str]:
    """The lines that a second person agreed to let through."""
    agreed = referral.overrides.filter(agreed_by__isnull=False).values_list("missing", flat=True)
    return frozenset(key for missing in agreed for key in missing)


def known(referral: Referral, on: date) -> Known:
    panel, student = KINDS[referral.panel.kind], referral.student
    ladder = _ladder(referral, on)
    case = Case.objects.open().filter(student=student).select_related("lead").first()
    plan = Plan.objects.in_force().filter(student=student).order_by("-on").first()
    notice = _notice(referral)
    return Known(
        kind=panel, made_on=referral.made_on, on=on, against=ladder.against, taken_on=ladder.taken_on,
        hollow=ladder.hollow, efforts=tuple(sorted({*ladder.efforts, *_efforts(referral, on)})),
        notice=frozenset(notice.evidence.get("items", ())) if notice else frozenset(),
        told_on=notice.batch.send_on if notice else None, unreachable="" if notice else _held(referral),
        why=referral.why, asked=referral.asked or (plan.asked_for if plan else ""),
        plan_on=plan.begins_on if plan else None, adult=str(case.lead) if case and case.lead else "",
        heard=tuple(_heard(referral, on)), undecided=ladder.undecided,
        live=student.live and student.school_id is not None,
    )  # fmt: skip


def _ladder(referral: Referral, on: date) -> _Ladder:
    """The chain as known now. A panel that no statute describes asks only whether help was tried."""
    ground = Ground(referral.ground) if referral.ground != "other" else Ground.HABITUAL
    try:
        facts = cases.facts_of(referral.student, on, ground)
    except ValueError as none:
        return _Ladder(against=(Reason("EC 48263", f"Nothing is known of this student: {none}."),))
    found = facts.stand()
    verdicts = {one.step.key: one for one in found.ladder.verdicts} if found else {}
    others = [one for one in verdicts.values() if not one.stands and one.step.key != referral.step_id]
    mine = verdicts.get(referral.step_id) if referral.step_id else None
    undecided = sum(kind(byte) is Day.UNVERIFIED for byte in facts.year.bytes_on.values())
    efforts = tuple(one.step.on for one in verdicts.values() if one.stands and one.step.kind in _EFFORTS)
    hollow = tuple(f"{one.reason.sentence} {hollow_words(one)}" if one.lost else one.reason.sentence for one in others)
    if mine is not None:
        lost = () if mine.stands else (why_not(mine),)
        return _Ladder(lost, mine.step.on, hollow, efforts, undecided)
    refused = cases.offer(facts, StepKind.REFERRAL, on, ground=ground).no if KINDS[referral.panel.kind].legal else ()
    return _Ladder(refused, None, hollow, efforts, undecided)


def _efforts(referral: Referral, on: date) -> Iterable[date]:
    """Days of this school year on which help was tried: contacts with the home, sessions, a plan, a team's meeting."""
    student, year = referral.student, SchoolYear.of(on)
    within = (year.starts, on)
    home = [key for key, one in CONTACTS.items() if one.reaches_home]
    yield from Entry.objects.standing().filter(student=student, on__range=within, kind__in=home).values_list(
        "on", flat=True
    )  # fmt: skip
    yield from Session.objects.filter(student=student, on__range=within).values_list("on", flat=True)
    yield from Plan.objects.filter(student=student, year=year.ending, on__lte=on).values_list("on", flat=True)
    met = AgendaItem.objects.filter(student=student, state=AgendaItem.State.DISCUSSED, meeting__on__range=within)
    yield from met.values_list("meeting__on", flat=True)


def _notice(referral: Referral) -> Notice | None:
    """The written notice of this referral that was issued and still stands."""
    if referral.step_id is None:
        return None
    issued = Notice.objects.filter(kind=Letter.SARB, due__step=referral.step_id, state=Notice.State.ISSUED)
    return issued.select_related("batch").order_by("pk").last()


def _held(referral: Referral) -> str:
    """Why the letter of this referral cannot go out, where it is held."""
    held = Due.objects.filter(kind=Letter.SARB, step=referral.step_id, state=Due.State.HELD).first()
    return " ".join(sentence for _, sentence in held.held) if held and referral.step_id else ""


def _heard(referral: Referral, on: date) -> list[tuple[str, date]]:
    """Each kind of panel that heard the student in this or the last school year, with the newest day."""
    since = SchoolYear(SchoolYear.of(on).ending - 1).starts
    rows = Hearing.objects.filter(state="held", referrals__student=referral.student_id, day__on__range=(since, on))
    found = dict(rows.order_by("day__on").values_list("panel__kind", "day__on"))
    return sorted(found.items())


def confirmable(referral: Referral, on: date | None = None) -> bool:
    """Whether the referral may become a step of the ladder today: its panel's is a legal one, and the ground holds."""
    ready = known(referral, on or clock.today())
    return ready.kind.legal and ready.taken_on is None and not ready.against and not ready.hollow


def fallen() -> Iterable[Referral]:
    """Open referrals whose step of the ladder no longer stands: nothing of them goes forward."""
    hollow = Step.objects.filter(stands=False)
    return Referral.objects.open().filter(step__in=hollow).select_related("student", "panel", "school")


def target(referral: Referral) -> date:
    """The day by which the district aims to hear an accepted referral."""
    return (referral.accepted_on or referral.made_on) + timedelta(KINDS[referral.panel.kind].clocks.hear_within)
