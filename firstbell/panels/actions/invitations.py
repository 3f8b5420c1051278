"""Inviting people to a hearing, in time and in their language; whether it arrived; what they answer."""

from datetime import date

from django.db import transaction

from firstbell.cases.rules import NotAllowed, refusal
from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.law.findings import spoken
from firstbell.notices.models import Delivery
from firstbell.panels.actions.days import current_day
from firstbell.panels.actions.telling import later, to_home, to_member, why
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import Day, Hearing, Invitation
from firstbell.panels.queries.invitations import GONE, Meet, family_of, owed
from firstbell.panels.rules.docket import too_soon

State, Channel, What = Delivery.State, Invitation.Channel, Invitation.What
WAYS = (Channel.LETTER, Channel.EMAIL, Channel.HAND)
"""How a family may be invited; by e-mail only where they gave an address, else by letter."""


@transaction.atomic
def invite(*, hearing: Hearing, by: User, channel: str = Channel.LETTER) -> list[Invitation]:
    """Invite every home and member who has not been told of the hearing as it is now.

    NotAllowed when the notice would be too short, naming the first possible day; or when a home cannot be written to.
    """
    made = _invited(hearing, by, channel)
    if not made:
        raise refusal("Everybody who is expected has been told of this time and room.")
    return made


@transaction.atomic
def invite_day(
    *, day: Day, by: User, channel: str = Channel.LETTER
) -> tuple[list[Invitation], list[tuple[Hearing, str]]]:
    """Invite everybody owed an invitation to any hearing of a day; what was made, and who was left out and why."""
    made, left = [], []
    for hearing in day.hearings.filter(state="set").order_by("span", "room"):
        try:
            with transaction.atomic():
                made += _invited(hearing, by, channel)
        except NotAllowed as no:
            left.append((hearing, str(no)))
    return made, left


def _invited(hearing: Hearing, by: User, channel: str) -> list[Invitation]:
    day = current_day(hearing.day)
    hearing = Hearing.objects.select_related("panel", "school", "day__panel").get(pk=hearing.pk)
    if hearing.state != "set":
        raise refusal(f"This hearing is {hearing.get_state_display().lower()}: nobody is invited to it.")
    if channel not in WAYS:
        raise refusal("Choose how the family is invited: by letter, by e-mail, or by hand.")
    family = family_of(hearing, clock.today())
    due = owed(hearing, family)
    if not due and not family.out:
        return []
    soon = too_soon(KINDS[hearing.panel.kind], day.on, clock.today())
    if soon and not hearing.waiver and any(one.told for one in due):
        raise refusal(soon)
    if family.out:
        raise NotAllowed(*why(family.out))
    meet = Meet(hearing, hearing.span.lower, hearing.room)
    made = [to_member(meet, one.member, What.INVITATION, by) for one in due if one.member]
    made += [to_home(meet, family, one.told, What.INVITATION, channel, by) for one in due if one.told]
    letters = [one.digest for one in made if one.digest]
    journal.record("panels.invited", by=by, about=hearing, day=day.pk, invitations=len(made), letters=letters)
    later(made)
    return made


@transaction.atomic
def mailed(*, day: Day, by: User) -> int:
    """The printed letters of a day went to the post today: from now on the family's notice runs. How many."""
    rows = Invitation.objects.filter(hearing__day=day, channel=Channel.LETTER, state=State.QUEUED)
    today = clock.today()
    number = rows.update(state=State.SENT, told_on=today, proof=f"Given to the post on {spoken(today)} by {by}"[:200])
    if not number:
        raise refusal("No letter of this day waits for the post.")
    journal.record("panels.invitations_mailed", by=by, about=day, letters=number)
    return number


@transaction.atomic
def delivered(*, invitation: Invitation, proof: str, by: User, on: date | None = None) -> Invitation:
    """Somebody knows that it arrived, and how: what was seen or heard is the proof."""
    on = on or clock.today()
    now = _locked(invitation)
    if not proof.strip():
        raise refusal("Say how you know: handed over to whom, signed for, heard on the telephone.")
    if not now.told_on <= on <= clock.today():
        raise refusal(f"It left on {spoken(now.told_on)}: choose that day, today, or one between.")
    if now.state in GONE:
        raise refusal(f"This message is recorded as {now.get_state_display().lower()}.")
    now.state, now.proof, now.delivered_on = State.DELIVERED, proof.strip()[:200], on
    now.save(update_fields=["state", "proof", "delivered_on"])
    journal.record("panels.invitation_delivered", by=by, about=now, hearing=now.hearing_id, on=str(on))
    return now


@transaction.atomic
def returned(*, invitation: Invitation, why: str, by: User) -> Invitation:
    """It came back, or nobody was there: they have not been told, and a new word is owed."""
    now = _locked(invitation)
    if now.state not in (State.QUEUED, State.SENT):
        raise refusal(f"This message is recorded as {now.get_state_display().lower()}.")
    now.state, now.note = State.RETURNED, why.strip()[:300]
    now.save(update_fields=["state", "note"])
    journal.record("panels.invitation_returned", by=by, about=now, hearing=now.hearing_id, why=now.note)
    return now


@transaction.atomic
def answer(
    *, invitation: Invitation, answer: str, by: User, childcare: bool | None = None, transport: bool | None = None
) -> Invitation:
    """What they say to it, and what the family takes of what is offered. An answer shows that it arrived."""
    now = _locked(invitation)
    if answer not in Invitation.Answer.values or answer == Invitation.Answer.NONE:
        raise refusal("Choose what they say: they come, ask for another day, or do not come.")
    if now.what != What.INVITATION:
        raise refusal("Only an invitation is answered.")
    now.answer, now.childcare, now.transport = answer, childcare, transport
    if now.state not in GONE and now.delivered_on is None:
        now.state, now.delivered_on, now.proof = State.DELIVERED, clock.today(), f"They answered; {by} wrote it down"
    now.save()
    journal.record("panels.invitation_answered", by=by, about=now, hearing=now.hearing_id, answer=answer)
    return now


def _locked(invitation: Invitation) -> Invitation:
    return Invitation.objects.select_for_update(of=("self",)).select_related("hearing").get(pk=invitation.pk)
