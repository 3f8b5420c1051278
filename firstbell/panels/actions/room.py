"""What happens in the room: a hearing begins, people come and go, the script moves on, and it is held or it is not.

Every turn of the script counts the hearing's version up: of two who act at once, the second is told. Who comes in is
only ever added, and counts nothing up.
"""

from django.db import transaction
from django.utils import timezone

from firstbell.cases.actions import Careful
from firstbell.cases.rules import NotAllowed, refusal
from firstbell.cases.rules.notes import cautions
from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.law.findings import Finding, Reason, spoken
from firstbell.panels.actions.checks import put_in_force
from firstbell.panels.actions.moving import move
from firstbell.panels.actions.telling import tell_off
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import Agreement, Hearing, Member, Present, Said, Seating
from firstbell.panels.models.room import PARTIES
from firstbell.panels.queries.notice import notice_of
from firstbell.panels.queries.room import here, left_district, quorum_of, tried_today
from firstbell.panels.rules.hearings import HEARING_MOVES, HEARING_STATES
from firstbell.panels.rules.room import HOME, LONGEST


@transaction.atomic
def start(*, hearing: Hearing, by: User, version: int | None = None) -> Hearing:
    """Begin a hearing on its day: the first part of the script comes up, and the time runs."""
    hearing = current_hearing(hearing, version)
    state = after(hearing, "start")
    if hearing.day.on != clock.today():
        raise refusal(f"This hearing is set for {spoken(hearing.day.on)}. Move it on the docket to hold it today.")
    other = hearing.day.hearings.filter(room=hearing.room, state="running").exclude(pk=hearing.pk).first()
    if other:
        raise refusal(f"Another hearing is running in {hearing.room}. Hold that one, or say what became of it, first.")
    now = timezone.now()
    hearing.state, hearing.started_at = state, now
    hearing.part, hearing.part_since = KINDS[hearing.panel.kind].script[0].key, now
    changed(hearing, "state", "started_at", "part", "part_since")
    journal.record("panels.hearing_started", by=by, about=hearing, panel=hearing.panel_id)
    return hearing


@transaction.atomic
def arrive(*, hearing: Hearing, party: str, name: str, by: User, member: Member | None = None) -> Present:
    """Somebody came, or came back. A member of the panel counts for the quorum from now on.

    NotAllowed for a member of another panel, out of term, recused from a student of this hearing, or in another room.
    """
    hearing = current_hearing(hearing, None, "set", "running")
    member = Member.objects.get(pk=member.pk) if member else None  # their term may have ended since it was shown
    name = (member.name if member else name).strip()[:120]
    if party not in PARTIES:
        raise refusal("Say for whom they come: the family, the school, an agency, or as an interpreter.")
    if not name:
        raise refusal("Say who came.")
    if member:
        party = "panel"
        _may_sit(hearing, member)
        _take_seat(hearing, member)
    who = {"member": member} if member else {"member": None, "party": party, "name": name}
    if there := hearing.present.filter(**who).first():
        if there.left_at is None:
            return there
        there.left_at = None
        there.save(update_fields=["left_at"])
    else:
        there = hearing.present.create(party=party, name=name, member=member, by=by)
    journal.record("panels.arrived", by=by, about=hearing, party=party, member=member and member.pk)
    return there


def _may_sit(hearing: Hearing, member: Member) -> None:
    if member.panel_id != hearing.panel_id or hearing.day.on not in member.term:
        raise refusal(f"{member.name} is no member of this panel in term on {spoken(hearing.day.on)}.")
    students = hearing.referrals.values("student")
    if member.recusals.filter(student__in=students).exists():
        raise refusal(f"{member.name} is recused from a student of this hearing, and may not sit.")
    elsewhere = Present.objects.filter(member=member, left_at=None, hearing__state="running").exclude(hearing=hearing)
    if one := elsewhere.select_related("hearing").first():
        raise refusal(f"{member.name} is in {one.hearing.room} now. Say there that they left.")


def _take_seat(hearing: Hearing, member: Member) -> None:
    """Whoever comes has a seat, also where nobody had planned one: it is what lets a guest read the packet."""
    held = Seating.objects.filter(member=member, span__overlap=hearing.span).exclude(hearing=hearing)
    if one := held.select_related("hearing").first():
        if one.hearing.state in ("set", "running"):
            raise refusal(f"{member.name} has a seat in {one.hearing.room} at that time. Change the docket first.")
        one.span = None
        one.save(update_fields=["span"])
    Seating.objects.update_or_create(hearing=hearing, member=member, defaults={"span": hearing.span, "came": True})


@transaction.atomic
def leave(*, present: Present, by: User) -> Present:
    """Somebody left before the end. A hearing whose quorum leaves can go on, and cannot be held."""
    hearing = current_hearing(present.hearing, None, "set", "running")
    present = Present.objects.get(pk=present.pk)
    if present.left_at is None:
        present.left_at = timezone.now()
        present.save(update_fields=["left_at"])
        journal.record("panels.left", by=by, about=hearing, party=present.party, member=present.member_id)
    return present


@transaction.atomic
def go_to(*, hearing: Hearing, part: str, by: User, version: int | None = None) -> Hearing:
    """To another part of the script, forward or back."""
    hearing = current_hearing(hearing, version, "running")
    if part not in {one.key for one in KINDS[hearing.panel.kind].script}:
        raise refusal("There is no such part in this panel's script.")
    if part != hearing.part:
        hearing.part, hearing.part_since = part, timezone.now()
        changed(hearing, "part", "part_since")
        journal.record("panels.went_to", by=by, about=hearing, part=part)
    return hearing


@transaction.atomic
def say(*, hearing: Hearing, part: str, text: str, by: User, careful: bool = False, version: int | None = None) -> Said:
    """What was said in a part, in a few sentences; the newest of a part counts, the earlier ones stay.

    Careful as for an open note: the whole panel reads it.
    """
    hearing = current_hearing(hearing, version, "running")
    if part not in {one.key for one in KINDS[hearing.panel.kind].script}:
        raise refusal("There is no such part in this panel's script.")
    if not text.strip():
        raise refusal("There is nothing to save yet.")
    if len(text) > LONGEST:
        raise refusal(f"That is {len(text):,} characters; {LONGEST:,} fit here. Write what was meant, not every word.")
    with_care(text, careful)
    said = hearing.said.create(part=part, text=text.strip(), by=by)
    changed(hearing)
    journal.record("panels.said", by=by, about=hearing, part=part)
    return said


@transaction.atomic
def miss(*, hearing: Hearing, why: str, by: User, again: bool, version: int | None = None) -> Hearing:
    """Nobody of the family came. The referral is where it was before the hearing was set: nothing else follows.

    With `again` a later hearing waits for a day. What was right or wrong with the notice is kept with the move. The
    family was tried today first. Returns the hearing that was missed.
    """
    hearing = current_hearing(hearing, version)
    state = after(hearing, "miss")
    if hearing.day.on > clock.today():
        raise refusal(f"It is set for {spoken(hearing.day.on)}: they can still come.")
    if came := [one.name for one in here(hearing) if one.party in HOME]:
        raise refusal(f"{came[0]} is here. Go on with the hearing, or say that they left.")
    if not tried_today(hearing):
        raise refusal("Try to reach them first: log a call or a visit of today, whatever came of it.")
    if not why.strip():
        raise refusal("Say what you know of why they did not come.")
    notice = notice_of(hearing)
    waiting = _end(hearing, state, why, by, "unset", notice)
    if again and waiting:
        later = Hearing.objects.create(
            panel=hearing.panel, school=hearing.school, family=hearing.family, language=hearing.language,
            interpreter=hearing.interpreter, earlier=hearing,
        )  # fmt: skip
        later.referrals.set(waiting)
    journal.record("panels.no_show", by=by, about=hearing, notice=notice.outcome, again=again)
    return hearing


@transaction.atomic
def break_off(*, hearing: Hearing, why: str, by: User, withdrawn: bool, version: int | None = None) -> Hearing:
    """It is not held after all. `withdrawn`: the case ends here; else the referrals wait for another day."""
    hearing = current_hearing(hearing, version)
    state = after(hearing, "call_off")
    if not why.strip():
        raise refusal("Say why: the reason is kept, and the family is told it.")
    if signed(hearing):
        raise refusal("Somebody has signed the agreement already. Hold the hearing, and leave unsigned what is open.")
    told = tell_off(hearing, by=by) if hearing.state == "set" else 0  # of one that runs, they are in the room
    _end(hearing, state, why, by, "withdraw" if withdrawn else "unset")
    journal.record("panels.broken_off", by=by, about=hearing, withdrawn=withdrawn, told=told)
    return hearing


def _end(hearing: Hearing, state: str, why: str, by: User, what: str, notice: Finding[bool] | None = None) -> list:
    """Close a hearing that was not held: seats and room are free again. The referrals that went along."""
    hearing.state, hearing.why, hearing.ended_at = state, why.strip()[:300], timezone.now()
    changed(hearing, "state", "why", "ended_at")
    hearing.seatings.update(span=None)
    hearing.attending.update(span=None)
    hearing.attending.update(span=None)
    evidence = {"notice": notice.outcome, "grounds": [one.sentence for one in notice.reasons]} if notice else {}
    rows = list(hearing.referrals.filter(state="set").order_by("pk"))
    return [move(one, what, by=by, why=hearing.why, evidence={"hearing": hearing.pk} | evidence) for one in rows]


@transaction.atomic
def hold(*, hearing: Hearing, by: User, version: int | None = None) -> Hearing:
    """The hearing was held: with a quorum, with the family, with an agreement or the reason why there is none.

    Each referral is heard; what was agreed is in force, with its checks. The case goes on as it was. NotAllowed names
    everything that is missing.
    """
    hearing = current_hearing(hearing, version)
    state = after(hearing, "hold")
    waiting = list(hearing.referrals.filter(state="set").select_related("student").order_by("pk"))
    if missing := _missing(hearing, waiting):
        raise NotAllowed(*missing)
    hearing.state, hearing.ended_at = state, timezone.now()
    changed(hearing, "state", "ended_at")
    hearing.seatings.filter(came=None).update(came=False)
    for referral in waiting:
        move(referral, "hear", by=by, evidence={"hearing": hearing.pk})
    force = put_in_force(hearing.agreement, heard={one.student_id for one in waiting}, by=by)
    seats = sorted(one.member.seat for one in here(hearing) if one.member)
    journal.record("panels.hearing_held", by=by, about=hearing, seats=seats, in_force=force)
    return hearing


def _missing(hearing: Hearing, waiting: list) -> list[Reason]:
    """What a hearing lacks to have been held."""
    found = list(quorum_of(hearing).reasons)
    if not hearing.present.filter(party__in=HOME).exists():
        found.append(Reason("", "Nobody of the family came: record that instead. Nothing follows from it by itself."))
    if not waiting:
        found.append(Reason("", "No referral of this hearing stands any more: call it off."))
    found += [
        Reason("", f"{one.student.name} is at no school of the district now: withdraw that referral.")
        for one in waiting
        if left_district(one.student)
    ]
    agreement = Agreement.objects.filter(hearing=hearing).first()
    if agreement is None or agreement.state not in (Agreement.State.SIGNED, Agreement.State.UNSIGNED):
        found.append(Reason("", "The agreement is neither signed nor left unsigned with a reason."))
    return found


def signed(hearing: Hearing) -> bool:
    return Agreement.objects.filter(hearing=hearing).exclude(digest="").exists()


def current_hearing(hearing: Hearing, version: int | None = None, *states: str) -> Hearing:
    """The hearing as it is, locked. NotAllowed when somebody acted since it was shown, or it is in no such state."""
    rows = Hearing.objects.select_for_update(of=("self",)).select_related("panel", "school", "day")
    now = rows.get(pk=hearing.pk)
    if version is not None and version != now.version:
        part = next((one.title for one in KINDS[now.panel.kind].script if one.key == now.part), "")
        where = f", at “{part}”" if part and now.state == "running" else ""
        raise refusal(
            f"Somebody else acted in this hearing while you had it open: it is {HEARING_STATES[now.state].lower()}"
            f"{where}. Nothing of theirs was overwritten, and nothing of yours is saved yet: look, and say it again."
        )
    if states and now.state not in states:
        raise refusal(f"This hearing is {HEARING_STATES[now.state].lower()}.")
    return now


def after(hearing: Hearing, what: str) -> str:
    """The state a hearing is in after a move. NotAllowed for one it cannot make."""
    try:
        return HEARING_MOVES[hearing.state, what]
    except KeyError:
        raise refusal(f"This hearing is {HEARING_STATES[hearing.state].lower()}: {_CANNOT[what]}.") from None


_CANNOT = {
    "start": "it cannot begin",
    "miss": "nobody can have missed it",
    "hold": "only one that is running is held",
    "call_off": "it cannot be called off",
}


def changed(hearing: Hearing, *fields: str) -> None:
    hearing.version += 1
    hearing.save(update_fields=[*fields, "version"])


def with_care(text: str, careful: bool) -> None:
    """Careful where the words ask for it and nobody said that they are meant."""
    if not careful and (found := cautions(text)):
        raise Careful(*(Reason(one.section, one.advice) for one in found))
