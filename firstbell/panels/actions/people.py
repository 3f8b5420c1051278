"""What people do about a panel: open it, seat members, say who is away or must not judge, sign the roster, consult."""

from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from firstbell.cases.rules import NotAllowed, refusal
from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.law.findings import spoken
from firstbell.panels.actions.calling_off import leave_seats
from firstbell.panels.kinds import ALL_SEATS, KINDS
from firstbell.panels.models import Away, Consultation, Member, Panel, Recusal, Roster
from firstbell.panels.queries.people import in_term, seated, signed_data
from firstbell.panels.rules.people import against_signing, gaps
from firstbell.roster.models import Region, School, Student

LONGEST_TERM = 4 * 366


@transaction.atomic
def open_panel(
    *, kind: str, name: str, address: str, by: User, school: School | None = None, region: Region | None = None,
    phone: str = "", board: str = "",
) -> Panel:  # fmt: skip
    """Open a panel of a school or of a region. What a notice must say of it, its name and address, is never empty."""
    if kind not in KINDS:
        raise refusal("Choose what kind of panel it is.")
    if not name.strip() or not address.strip():
        raise refusal("Give its name and its address: a notice to a family must say both (EC 48263(a)).")
    level = KINDS[kind].level
    if (school is None) == (region is None) or (school is not None) != (level == "school"):
        raise refusal(f"A {KINDS[kind].short} is a {level}'s: choose one {level}.")
    made = Panel.objects.create(
        kind=kind, name=name.strip(), address=address.strip(), phone=phone.strip(), school=school, region=region,
        board=(board or "local") if kind == "sarb" else "",
    )  # fmt: skip
    journal.record("panels.panel_opened", by=by, about=made, kind=kind)
    return made


@transaction.atomic
def change_panel(*, panel: Panel, by: User, **said: str) -> Panel:
    """Change a panel's name, address, telephone or board; what notices said of it stays in them."""
    if not said.get("name", panel.name).strip() or not said.get("address", panel.address).strip():
        raise refusal("Give its name and its address: a notice to a family must say both (EC 48263(a)).")
    if panel.kind != "sarb":
        said.pop("board", None)
    was = {name: getattr(panel, name) for name, value in said.items() if getattr(panel, name) != value.strip()}
    for name in was:
        setattr(panel, name, said[name].strip())
    if was:
        panel.save(update_fields=list(was))
        journal.record("panels.panel_changed", by=by, about=panel, was=was)
    return panel


@transaction.atomic
def close_panel(*, panel: Panel, by: User) -> Panel:
    """Close a panel that nothing waits for."""
    if waits := panel.referrals.open().count():
        raise refusal(f"{waits} of its referrals are open. Hear, withdraw or close them first.")
    panel.closed_on = clock.today()
    panel.save(update_fields=["closed_on"])
    journal.record("panels.panel_closed", by=by, about=panel)
    return panel


@transaction.atomic
def add_member(
    *, panel: Panel, name: str, seat: str, standing: str, begins: date, ends: date, by: User, user: User | None = None,
    **said: Any,
) -> Member:  # fmt: skip
    """Seat somebody from `begins` to `ends`, both days included. `said`: agency, email, phone, languages, trained_on,
    sworn_on. NotAllowed names who chairs already, or what is wrong with the term."""
    _fits(panel, seat, standing, begins, ends)
    if not name.strip():
        raise refusal("Say who it is.")
    made = _seated(
        lambda: Member.objects.create(
            panel=panel, name=name.strip(), seat=seat, standing=standing, term=_term(begins, ends), user=user, **said
        ),
        panel, begins,
    )  # fmt: skip
    journal.record("panels.member_seated", by=by, about=made, panel=panel.pk, seat=seat, standing=standing)
    return made


@transaction.atomic
def change_member(*, member: Member, by: User, begins: date, ends: date, **said: Any) -> Member:
    """Change what is known of a member. Hearings they sat at keep their seat as it was signed."""
    _fits(member.panel, said.get("seat", member.seat), said.get("standing", member.standing), begins, ends)
    said["term"] = _term(begins, ends)
    was = {name: str(getattr(member, name)) for name, value in said.items() if getattr(member, name) != value}
    for name in was:
        setattr(member, name, said[name])
    if was:
        _seated(lambda: member.save(update_fields=list(was)), member.panel, begins)
        journal.record("panels.member_changed", by=by, about=member, panel=member.panel_id, was=was)
        leave_seats(member=member, by=by)
    return member


@transaction.atomic
def end_member(*, member: Member, on: date, why: str, by: User) -> Member:
    """Somebody leaves: `on` is their last day. Hearings after it for which they were seated need another."""
    if not why.strip():
        raise refusal("Say why: the coordinator signs the next roster with it.")
    if member.term.upper and on >= member.term.upper:
        raise refusal(f"Their term ends on {spoken(member.term.upper - timedelta(1))} already.")
    if on < member.term.lower:
        raise refusal(f"Their term began on {spoken(member.term.lower)}: choose that day or a later one.")
    member.term = DateRange(member.term.lower, on + timedelta(1))
    member.save(update_fields=["term"])
    journal.record("panels.member_ended", by=by, about=member, panel=member.panel_id, on=str(on), why=why.strip())
    leave_seats(member=member, by=by)
    return member


def _fits(panel: Panel, seat: str, standing: str, begins: date, ends: date) -> None:
    if panel.closed_on:
        raise refusal(f"The {panel} is closed.")
    if seat not in ALL_SEATS or seat not in KINDS[panel.kind].seats:
        raise refusal(f"Choose one of the seats of a {KINDS[panel.kind].short}.")
    if standing not in Member.Standing.values:
        raise refusal("Choose whether they chair, sit, or stand in.")
    if ends < begins:
        raise refusal(f"The term ends on {spoken(ends)}, before it begins.")
    if (ends - begins).days > LONGEST_TERM:
        raise refusal("A term is four years at most; seat them again after it.")


def _term(begins: date, ends: date) -> DateRange:
    return DateRange(begins, ends + timedelta(1))


def _seated(write: Any, panel: Panel, on: date) -> Any:
    """What was written; NotAllowed where the database knows of another chair, or of the same person, at that time."""
    try:
        with transaction.atomic():
            return write()
    except IntegrityError as twice:
        if "one_chair_at_a_time" in str(twice):
            chair = panel.members.filter(standing="chair").order_by("-term").first()
            raise refusal(
                f"{chair} chairs the {panel} then. End that term first, or seat an alternate chair."
            ) from None
        if "one_seat_for_a_guest" in str(twice):
            raise refusal(f"This person sits on the {panel} already from {spoken(on)} on.") from None
        raise


@transaction.atomic
def be_away(*, member: Member, begins: date, ends: date, by: User) -> Away:
    """A member cannot sit on these days, both included."""
    if ends < begins:
        raise refusal("The last day is before the first.")
    made = Away.objects.create(member=member, span=_term(begins, ends), by=by)
    journal.record("panels.member_away", by=by, about=made, member=member.pk, begins=str(begins), ends=str(ends))
    leave_seats(member=member, by=by)
    return made


@transaction.atomic
def recuse(*, member: Member, student: Student, why: str, by: User) -> Recusal:
    """A member must not judge a student. The reason is read by the chair alone, and it is never taken back."""
    if not why.strip():
        raise refusal("Say why in a few words: kin, neighbour, own pupil.")
    if Recusal.objects.filter(member=member, student=student).exists():
        raise refusal(f"{member} is recused from {student.name} already.")
    made = Recusal.objects.create(member=member, student=student, why=why.strip()[:300], by=by)
    journal.record("panels.member_recused", by=by, about=made, member=member.pk, student=student.pk)
    leave_seats(member=member, by=by)
    return made


@transaction.atomic
def sign_roster(*, panel: Panel, on: date, by: User) -> Roster:
    """Sign the members in term on a day into force. NotAllowed names the seats and people that it lacks."""
    if on < clock.today():
        raise refusal(f"{spoken(on)} is past: a roster is in force from today on at the earliest.")
    members = in_term(panel, on)
    if no := against_signing(KINDS[panel.kind], panel.board, seated(members)):
        raise NotAllowed(*no)
    empty = [one.sentence for one in gaps(KINDS[panel.kind], panel.board, [one.seat for one in members])]
    made = Roster.objects.create(panel=panel, in_force_on=on, members=signed_data(members), gaps=empty, signed_by=by)
    journal.record("panels.roster_signed", by=by, about=made, panel=panel.pk, members=len(members))
    return made


@transaction.atomic
def consult(*, panel: Panel, on: date, with_whom: str, heard: str, by: User) -> Consultation:
    """Record the yearly talk with students (EC 48321(g)): whom, how they stand for the others, what they said."""
    if not KINDS[panel.kind].legal:
        raise refusal("Only a review board owes this consultation.")
    if on > clock.today():
        raise refusal(f"{spoken(on)} has not come yet.")
    if not with_whom.strip() or not heard.strip():
        raise refusal("Say with whom, and what they said.")
    made = Consultation.objects.create(
        panel=panel, on=on, with_whom=with_whom.strip()[:300], heard=heard.strip(), by=by
    )
    journal.record("panels.consulted", by=by, about=made, panel=panel.pk)
    return made
