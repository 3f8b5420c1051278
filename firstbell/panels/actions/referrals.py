"""What people do with a referral: make it, confirm it as a step, send it, accept, return, join or withdraw it."""

from django.db import transaction
from django.utils import timezone

from firstbell.cases.actions import Careful, take_back, take_step
from firstbell.cases.models import Case, Step
from firstbell.cases.rules import NotAllowed, refusal
from firstbell.cases.rules.notes import cautions
from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.law.calendar import SchoolYear
from firstbell.law.findings import Reason
from firstbell.law.steps import StepKind
from firstbell.panels.actions.moving import current, move
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import Override, Panel, Referral
from firstbell.panels.queries.readiness import readiness_of
from firstbell.panels.rules.referrals import GROUNDS, OPEN, STATES
from firstbell.roster.models import Student
from firstbell.roster.queries import housemates

LONGEST = 2000
"""Characters of why a panel is asked: half a page. The rest is in the packet by itself."""


@transaction.atomic
def refer(
    *, student: Student, panel: Panel, ground: str, why: str, by: User, asked: str = "", careful: bool = False
) -> Referral:
    """Begin a referral. It goes nowhere before it is sent; what it still needs is shown line by line.

    NotAllowed where one is open already, the panel is not this school's, or the ground is none of the panel's.
    """
    _said(why, asked, careful)
    if student.school_id is None or not student.live:
        raise refusal(f"{student.name} is at no school of the district now. Their new district may refer.")
    if panel.closed_on:
        raise refusal(f"The {panel} was closed. Choose another panel.")
    if panel.school_id not in (None, student.school_id):
        raise refusal(f"The {panel} is another school's. Choose a panel of {student.school}.")
    if panel.region_id and panel.region_id != student.school.region_id:
        raise refusal(f"The {panel} is another region's. Choose one of the region of {student.school}.")
    if ground not in GROUNDS or (KINDS[panel.kind].legal and ground == "other"):
        raise NotAllowed(Reason("EC 48263", "Choose one of the three grounds that the law knows for a review board."))
    Student.objects.select_for_update(of=("self",)).get(pk=student.pk)
    if one := Referral.objects.open().filter(student=student, panel=panel).first():
        raise refusal(f"A referral to the {panel} is open already: {one.get_state_display().lower()}.")
    today = clock.today()
    made = Referral.objects.create(
        student=student, panel=panel, school=student.school, case=Case.objects.open().filter(student=student).first(),
        year=SchoolYear.of(today).ending, ground=ground, why=why.strip(), asked=asked.strip(), made_on=today, by=by,
    )  # fmt: skip
    made.moves.create(what="made", now="draft", on=today, by=by)
    journal.record("panels.referral_made", by=by, about=made, student=student.pk, panel=panel.pk, ground=ground)
    return made


@transaction.atomic
def reword(
    *, referral: Referral, why: str, asked: str, by: User, version: int | None = None, careful: bool = False
) -> Referral:
    """Say anew why the panel is asked, and what the family asks for; while the school still prepares it."""
    _said(why, asked, careful)
    now = current(referral, version)
    if now.state not in ("draft", "returned"):
        raise refusal(f"This referral is {now.get_state_display().lower()}: its words are kept as the chair read them.")
    now.why, now.asked, now.version = why.strip(), asked.strip(), now.version + 1
    now.save(update_fields=["why", "asked", "version"])
    journal.record("panels.referral_reworded", by=by, about=now, student=now.student_id)
    return now


def _said(why: str, asked: str, careful: bool) -> None:
    """Why is required; both are read by a whole panel and by the family."""
    if not why.strip():
        raise refusal("Say why the panel is asked: one sentence is enough.")
    if too_long := next((text for text in (why, asked) if len(text) > LONGEST), ""):
        raise refusal(
            f"That is {len(too_long):,} characters; {LONGEST:,} fit here. The packet shows the rest by itself."
        )
    if not careful and (found := cautions(f"{why} {asked}")):
        raise Careful(*(Reason(one.section, one.advice) for one in found))


@transaction.atomic
def confirm_step(*, referral: Referral, by: User, version: int | None = None) -> Step:
    """Confirm a review board's referral as a step of the truancy ladder, with its evidence frozen (EC 48263).

    The written notice falls due with it. NotAllowed says why the ladder does not allow it.
    """
    now = current(referral, version)
    if not KINDS[now.panel.kind].legal:
        raise refusal(
            f"A referral to a {KINDS[now.panel.kind].short} is no step of the law's: nothing is to be confirmed."
        )
    if now.step_id:
        raise refusal("It is confirmed already.")
    if now.state not in ("draft", "returned"):
        raise refusal(f"This referral is {now.get_state_display().lower()}.")
    step = _taken(now) or take_step(
        student=now.student, kind=StepKind.REFERRAL, on=clock.today(), by=by, ground=now.ground,
        said={"to": str(now.panel)},
    )  # fmt: skip
    now.step, now.version = step, now.version + 1
    now.save(update_fields=["step", "version"])
    journal.record("panels.referral_confirmed", by=by, about=now, student=now.student_id, step=step.pk)
    return step


def _taken(referral: Referral) -> Step | None:
    """The referral that stands in the ladder already, where it was confirmed before anybody wrote this one."""
    stands = Step.objects.filter(student=referral.student, kind=StepKind.REFERRAL, year=referral.year, stands=True)
    mine = stands.filter(withdrawn_on=None, ground=referral.ground)
    return mine.exclude(pk__in=Referral.objects.filter(step__isnull=False).values("step")).order_by("pk").last()


@transaction.atomic
def send(*, referral: Referral, by: User, version: int | None = None) -> Referral:
    """Send a referral to the chair. NotAllowed names everything that is missing: nothing goes forward unready."""
    now = current(referral, version)
    ready = _ready(now)
    return move(
        now, "send", by=by, evidence={"items": [one.key for one in ready.items], "waived": sorted(ready.waived)}
    )


def _ready(referral: Referral):
    """What it rests on, asked at the moment it goes forward: an hour ago is not now."""
    found = readiness_of(referral)
    if not found.ready:
        raise NotAllowed(*found.reasons)
    return found


@transaction.atomic
def send_back(*, referral: Referral, why: str, by: User, version: int | None = None) -> Referral:
    """The chair returns a referral to the school, with what it lacks. NotAllowed without a reason."""
    if not why.strip():
        raise refusal("Say what the school is to do: without it they cannot mend it.")
    return move(referral, "return", by=by, why=why.strip(), version=version)


@transaction.atomic
def accept(*, referral: Referral, by: User, version: int | None = None) -> Referral:
    """The chair takes a referral onto the docket; what it rests on is asked again first."""
    now = current(referral, version)
    _ready(now)
    return move(now, "accept", by=by)


@transaction.atomic
def join(*, referral: Referral, to: Referral, by: User, version: int | None = None) -> Referral:
    """Hear a referral together with that of a child of the same home: one household, one hearing."""
    first, second = sorted((referral, to), key=lambda one: one.pk)
    locked = {one.pk: current(one, version if one.pk == referral.pk else None) for one in (first, second)}
    now, other = locked[referral.pk], locked[to.pk]
    if now.pk == other.pk:
        raise refusal("A referral is not joined with itself.")
    if now.siblings.exists():
        raise refusal("Another referral is heard with this one: take that one apart first.")
    if other.joined_id:
        raise refusal(f"That referral is heard with another one already: join it with {other.joined.student.name}'s.")
    if now.panel_id != other.panel_id:
        raise refusal(f"The other referral is to the {other.panel}. One hearing is one panel's.")
    if other.student_id not in housemates([now.student_id]).get(now.student_id, []):
        raise refusal(f"{now.student.name} and {other.student.name} do not live together by the school's records.")
    if {now.state, other.state} - {"sent", "accepted"}:
        raise refusal("Join referrals while they are with the chair and before a hearing is set.")
    return _joined(now, other, by)


@transaction.atomic
def take_apart(*, referral: Referral, by: User, version: int | None = None) -> Referral:
    """Hear a referral by itself again, while no hearing is set."""
    now = current(referral, version)
    if not now.joined_id:
        raise refusal("It is heard by itself already.")
    if now.state not in ("sent", "accepted"):
        raise refusal(f"This referral is {now.get_state_display().lower()}: change the hearing first.")
    return _joined(now, None, by)


def _joined(now: Referral, other: Referral | None, by: User) -> Referral:
    now.joined, now.version = other, now.version + 1
    now.save(update_fields=["joined", "version"])
    verb = "panels.referral_joined" if other else "panels.referral_taken_apart"
    journal.record(verb, by=by, about=now, student=now.student_id, to=other and other.pk)
    return now


@transaction.atomic
def withdraw(*, referral: Referral, why: str, by: User | None, version: int | None = None) -> Referral:
    """Withdraw a referral, with a reason. A step that it made is taken back: the family is told that it is void."""
    if not why.strip():
        raise refusal("Say why it is withdrawn: the family and the panel read it.")
    now = current(referral, version)
    if now.state not in OPEN or now.state in ("heard", "forwarded"):
        raise refusal(f"This referral is {STATES[now.state].lower()}: what follows a hearing is a decision.")
    if now.state == "set":
        raise refusal("A hearing is set for it. Call the hearing off first, or withdraw it from the hearing's page.")
    for one in now.siblings.filter(state__in=OPEN):
        _joined(one, None, by)
    if now.step_id and now.step.withdrawn_on is None:
        take_back(step=now.step, by=by, why=f"The referral was withdrawn: {why.strip()}")
    return move(now, "withdraw", by=by, why=why.strip(), joined=None)


@transaction.atomic
def ask_override(*, referral: Referral, why: str, by: User, version: int | None = None) -> Override:
    """Ask that what the district's own practice lacks be let through. Never what the law requires. NotAllowed."""
    if not why.strip():
        raise refusal("Say why it should go forward without it.")
    now = current(referral, version)
    if now.state not in ("draft", "returned"):
        raise refusal(f"This referral is {now.get_state_display().lower()}.")
    missing = [one.key for one in readiness_of(now).waivable]
    if not missing:
        raise refusal("Nothing is missing that two people may let through: what the law requires is never waived.")
    if now.overrides.filter(agreed_by=None).exists():
        raise refusal("Somebody has asked already; a second person has yet to agree.")
    made = Override.objects.create(referral=now, missing=missing, why=why.strip()[:500], asked_by=by)
    journal.record("panels.override_asked", by=by, about=made, student=now.student_id, missing=missing)
    return made


@transaction.atomic
def agree_override(*, override: Override, by: User) -> Override:
    """A second person agrees to what was asked for. NotAllowed for who asked."""
    now = Override.objects.select_for_update(of=("self",)).select_related("referral", "asked_by").get(pk=override.pk)
    if now.agreed_by_id:
        raise refusal("Somebody has agreed already.")
    if now.asked_by_id == by.pk:
        raise refusal("You asked for it yourself: a second person must agree.")
    now.agreed_by, now.agreed_at = by, timezone.now()
    now.save(update_fields=["agreed_by", "agreed_at"])
    journal.record("panels.override_agreed", by=by, about=now, student=now.referral.student_id, missing=now.missing)
    return now
