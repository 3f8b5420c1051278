"""The messages of a hearing before they leave: an invitation's letter, a reminder, word that it does not take place.

Each is a row with what it says; `sending` carries those that go by wire.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db import transaction

from firstbell.cases.rules import NotAllowed
from firstbell.core import clock, jobs, journal
from firstbell.core.models import User
from firstbell.law.findings import Reason
from firstbell.law.notices import Kind
from firstbell.letters.text import text
from firstbell.letters.typeset import pdf
from firstbell.notices import shelf
from firstbell.notices.models import Delivery
from firstbell.notices.rules import Out
from firstbell.panels.models import Hearing, Invitation, Member
from firstbell.panels.queries.invitations import GONE, Family, Meet, Told, family_of, letters_of, reminder, summons
from firstbell.panels.rules.docket import REMINDED

State, Channel, What = Delivery.State, Invitation.Channel, Invitation.What
WIRE = (Channel.EMAIL, Channel.TEXT)


def why(out: Iterable[Out]) -> list[Reason]:
    """What stops a letter, and what to do about it, as an answer to whoever wanted to send it."""
    return [one for each in out for one in (*each.reasons, Reason("", each.remedy))]


def to_home(meet: Meet, family: Family, told: Told, what: str, channel: str, by: User | None) -> Invitation:
    """One home's letter: its row, and its PDF on the shelf. NotAllowed where it cannot be written."""
    hearing = meet.hearing
    today, kind = clock.today(), Kind.CALLED_OFF if what == What.CALLED_OFF else Kind.HEARING
    way = Channel.LETTER if channel == Channel.EMAIL and not told.home.email else channel
    row = Invitation.objects.create(
        hearing=hearing, contact_id=told.contact, what=what, to=told.home.name[:300], channel=way,
        address=(told.home.email if way == Channel.EMAIL else ", ".join((told.home.name, *told.home.lines)))[:400],
        language=hearing.language if hearing.language in told.languages else told.languages[-1],
        start=meet.start, room=meet.room, told_on=today, by=by,
    )  # fmt: skip
    letters = letters_of(meet, family, told, kind, today, f"H{hearing.pk}-{row.pk}")
    if isinstance(letters, Out):
        raise NotAllowed(*why([letters]))
    row.text, row.digest = "\n\n".join(text(one) for one in letters), shelf.keep(pdf(letters))
    shelf.settle([row.digest])
    row.save(update_fields=["text", "digest"])
    return row


def to_member(meet: Meet, member: Member, what: str, by: User | None) -> Invitation:
    """A member's message; without an address somebody hands it over."""
    address = member.email or (member.user.email if member.user else "")
    _, said = summons(member, [meet], what)
    return Invitation.objects.create(
        hearing=meet.hearing, member=member, what=what, to=member.name, address=address, text=said, by=by,
        channel=Channel.EMAIL if address else Channel.HAND, start=meet.start, room=meet.room, told_on=clock.today(),
    )  # fmt: skip


def drop_unsent(hearing: Hearing) -> int:
    """Letters of an earlier time that have not left yet do not leave: how many."""
    rows = hearing.invitations.filter(state=State.QUEUED).exclude(what=What.CALLED_OFF)
    rows = rows.exclude(start=hearing.span.lower, room=hearing.room)
    return rows.update(state=State.FAILED, note="Not sent: the hearing was moved before it left.")


def tell_off(hearing: Hearing, *, by: User | None) -> int:
    """Tell everybody who was invited that it does not take place; call it while the hearing still has its time.

    Where a letter cannot be written any more, somebody must call. How many are told.
    """
    waits = hearing.invitations.filter(state=State.QUEUED).exclude(what=What.CALLED_OFF)
    waits.update(state=State.FAILED, note="Not sent: the hearing was called off before it left.")
    rows = hearing.invitations.exclude(what=What.REMINDER).exclude(state__in=GONE).order_by("pk")
    newest = {(one.contact_id, one.member_id, one.to): one for one in rows.select_related("member__user", "contact")}
    gone = [one for one in newest.values() if one.what == What.INVITATION]
    family = family_of(hearing, clock.today()) if any(one.member is None for one in gone) else None
    made = []
    for one in gone:
        meet = Meet(hearing, one.start, one.room)
        if one.member:
            made.append(to_member(meet, one.member, What.CALLED_OFF, by))
        else:
            assert family is not None  # somebody of the family was invited
            made.append(_off_to_home(meet, family, one, by))
    later(made)
    return len(made)


def _off_to_home(meet: Meet, family: Family, was: Invitation, by: User | None) -> Invitation:
    told = next((one for one in family.told if (one.contact, one.home.name) == (was.contact_id, was.to)), None)
    if told and family.head:
        try:
            with transaction.atomic():
                return to_home(meet, family, told, What.CALLED_OFF, was.channel, by)
        except NotAllowed as no:
            said = str(no)
    else:
        said = "Nobody on file may be written to there any more."
    return Invitation.objects.create(
        hearing=meet.hearing, contact=was.contact, what=What.CALLED_OFF, to=was.to, channel=Channel.CALL,
        language=was.language, start=was.start, room=was.room, told_on=clock.today(), by=by,
        note=f"Tell them by telephone. {said}"[:300],
    )  # fmt: skip


@transaction.atomic
def remind(on: date) -> int:
    """Remind everybody invited, a week and a day ahead: by text or e-mail, else somebody is to call. Safe to repeat."""
    ahead = (on + timedelta(1), on + timedelta(max(REMINDED)))
    rows = Invitation.objects.filter(what=What.INVITATION, hearing__state="set", hearing__day__on__range=ahead)
    rows = rows.filter(state__in=(State.SENT, State.DELIVERED)).exclude(answer=Invitation.Answer.REFUSES)
    rows = rows.select_related("hearing__day__panel", "hearing__panel", "hearing__school", "member__user", "contact")
    found = [one for one in rows if _is_due(one, on) and _says_now(one)]
    families = {one.hearing_id: family_of(one.hearing, on) for one in found if one.member is None}
    made = [_remind(one, families.get(one.hearing_id)) for one in found]
    Invitation.objects.filter(pk__in=[one.pk for one in found]).update(reminded_on=on)
    for day in {one.hearing.day_id: one.hearing.day for one in found}.values():
        mine = [one for one in made if one.hearing.day_id == day.pk]
        journal.record("panels.reminded", by=None, about=day, messages=len(mine))
    later(made)
    return len(made)


def _says_now(one: Invitation) -> bool:
    """Whether it told of the time and room that the hearing has now."""
    return (one.start, one.room) == (one.hearing.span.lower, one.hearing.room)


def _is_due(one: Invitation, on: date) -> bool:
    """Whether a day of reminding has come since they were told, and none was sent since it."""
    marks = (one.hearing.day.on - timedelta(days) for days in REMINDED)
    return any(one.told_on < mark <= on and (one.reminded_on is None or one.reminded_on < mark) for mark in marks)


def _remind(one: Invitation, family: Family | None) -> Invitation:
    """By text, by e-mail, or by somebody who calls; as the file stands today, so that nobody barred since is told."""
    if one.member:
        return to_member(Meet.told(one), one.member, What.REMINDER, None)
    told = next((home for home in family.told if home.contact == one.contact_id), None) if family else None
    way, address, said = Channel.CALL, "", ""
    if told and family and family.head:
        said = reminder(one.hearing, one.language, family.head.person_phone)
        way = Channel.TEXT if told.home.phone else Channel.EMAIL if told.home.email else Channel.CALL
        address = {Channel.TEXT: told.home.phone, Channel.EMAIL: told.home.email}.get(way, "")
    return Invitation.objects.create(
        hearing=one.hearing, contact=one.contact, what=What.REMINDER, to=one.to, channel=way, address=address,
        language=one.language, start=one.start, room=one.room, text=said, told_on=clock.today(),
        note="" if way != Channel.CALL else "Call them: no number may get texts, and there is no e-mail address.",
    )  # fmt: skip


def later(made: Sequence[Invitation]) -> None:
    """Have a worker send what goes by wire."""
    if any(one.channel in WIRE for one in made):
        jobs.later("panels.deliver")
