"""What teachers are asked a week before a meeting, and what they answer: strengths first, once."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from firstbell.cases.rules import refusal
from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.law.findings import spoken
from firstbell.panels.actions.moving import current
from firstbell.panels.actions.room import with_care
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import Referral, TeacherForm
from firstbell.panels.rules.referrals import OPEN

LONGEST = 1500
PARTS = ("strengths", "seen", "tried", "suggests")


@transaction.atomic
def ask_teacher(*, referral: Referral, teacher: str, by: User, subject: str = "", user: User | None = None,
                version: int | None = None) -> TeacherForm:  # fmt: skip
    """Ask one teacher about a student who comes before a panel. `user` is who they sign in as, where they do.

    Due so many days before the hearing as the panel's clock says, or as many days from now where none is set.
    """
    now = current(referral, version)
    if now.state not in OPEN or now.state in ("heard", "forwarded"):
        raise refusal(f"This referral is {now.get_state_display().lower()}: teachers are asked before a hearing.")
    name = (user.get_full_name() if user else teacher).strip()[:120]
    if not name:
        raise refusal("Say which teacher.")
    asked = now.teacher_forms.filter(user=user) if user else now.teacher_forms.filter(teacher__iexact=name)
    if asked.filter(subject__iexact=subject.strip()).exists():
        raise refusal(f"{name} was asked already.")
    made = now.teacher_forms.create(
        teacher=name, subject=subject.strip()[:80], user=user, asked_on=clock.today(), due_on=_due(now), by=by
    )
    journal.record("panels.teacher_asked", by=by, about=made, student=now.student_id)
    return made


def _due(referral: Referral) -> date:
    """Before the hearing by the panel's clock; never in the past."""
    days = KINDS[referral.panel.kind].clocks.teacher_days
    hearing = referral.hearings.filter(state="set").select_related("day").order_by("span").first()
    wanted = hearing.day.on - timedelta(days) if hearing else clock.today() + timedelta(days)
    return max(wanted, clock.today())


@transaction.atomic
def answer_teacher_form(
    *, form: TeacherForm, by: User, strengths: str, seen: str = "", tried: str = "", suggests: str = "",
    careful: bool = False,
) -> TeacherForm:  # fmt: skip
    """What a teacher says, strengths first. Answered once; somebody else may write down what the teacher told them.

    Careful as for an open note: the panel and the family read it.
    """
    now = TeacherForm.objects.select_for_update(of=("self",)).select_related("referral").get(pk=form.pk)
    if now.answered_at is not None:
        raise refusal(f"{now.teacher} answered on {spoken(timezone.localtime(now.answered_at).date())}. It stays.")
    if now.referral.state in ("closed", "withdrawn"):
        raise refusal("The referral has ended: nothing is asked any more.")
    told = {"strengths": strengths, "seen": seen, "tried": tried, "suggests": suggests}
    if not strengths.strip():
        raise refusal("Begin with what goes well: one sentence is enough.")
    if too_long := next((text for text in told.values() if len(text) > LONGEST), ""):
        raise refusal(f"That is {len(too_long):,} characters; {LONGEST:,} fit in one answer.")
    with_care("\n".join(told.values()), careful)
    for name, text in told.items():
        setattr(now, name, text.strip())
    now.answered_at = timezone.now()
    now.save(update_fields=[*PARTS, "answered_at"])
    journal.record("panels.teacher_answered", by=by, about=now, student=now.referral.student_id)
    return now
