"""Courses: the catalogue, one course, its sessions and who has a seat, what was completed, what is proposed to whom."""

from collections.abc import Sequence, Set
from datetime import date, time, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.core.refusals import refusal
from firstbell.law.findings import count, spoken
from firstbell.roster.models import Region
from firstbell.training.models import Completion, Course, Proposal, Seat, Session
from firstbell.training.rules.courses import CATALOGUE, OLDEST, When, at_one_time, next_in_line, until

MINUTES = range(5, 2401)
MONTHS = range(1, 121)
SEATS = range(1, 501)
FURTHEST = timedelta(days=731)
HAS, WAITS, GAVE_UP = Seat.State.HAS, Seat.State.WAITS, Seat.State.GAVE_UP
SEEN = "Somebody changed this session a moment ago. Look at it as it is now, then decide again."

# -- courses -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def take_up_catalogue(*, by: User | None) -> list[Course]:
    """Offer every course of the catalogue that is not offered yet. What a district changed stands."""
    found = []
    for one in CATALOGUE.values():
        told = {
            "title": one.title, "what": one.what, "kind": one.kind, "minutes": one.minutes, "months": one.months,
            "roles": list(one.roles), "items": list(one.items), "by": by,
        }  # fmt: skip
        course, new = Course.objects.get_or_create(key=one.key, defaults=told)
        if new:
            found.append(course)
    if found:
        journal.record("training.catalogue_taken_up", by=by, courses=[one.key for one in found])
    return found


@transaction.atomic
def write_course(
    *, title: str, what: str, minutes: int, months: int | None, roles: Sequence[str], items: Sequence[str], by: User,
    kind: str = Course.Kind.COURSE, course: Course | None = None, version: int | None = None,
) -> Course:  # fmt: skip
    """A new course, or new words for `course`, as it was at `version`. What was completed before counts as long as it
    was told then."""
    if not title.strip() or not what.strip():
        raise refusal("Name the course, and say what somebody can do afterwards.")
    if minutes not in MINUTES:
        raise refusal(f"A course takes from {MINUTES[0]} to {MINUTES[-1]} minutes.")
    if months is not None and months not in MONTHS:
        raise refusal(f"A course counts for 1 to {MONTHS[-1]} months, or for good.")
    one = _current(course) if course else Course(key=_key_of(title), by=by)
    if one.retired_on:
        raise refusal(f"{one} was retired on {spoken(one.retired_on)}. Offer it again first.")
    if course and version is not None and one.version != version:
        raise refusal("Somebody wrote this course anew a moment ago. Open it again, then change it.")
    one.version += 1 if course else 0
    one.title, one.what, one.kind = title.strip()[:120], what.strip()[:1000], kind
    one.minutes, one.months, one.roles, one.items = minutes, months, sorted(set(roles)), sorted(set(items))
    try:
        with transaction.atomic():
            one.save()
    except IntegrityError:
        raise refusal("Somebody gave a course this name a moment ago. Choose another name.") from None
    journal.record("training.course_changed" if course else "training.course_written", by=by, about=one)
    return one


def _key_of(title: str) -> str:
    key = slugify(title)[:40].strip("-")
    if not key:
        raise refusal("Name the course in letters.")
    if other := Course.objects.filter(key=key).first():
        do = "Offer that one again" if other.retired_on else "Change that one"
        raise refusal(f"There is a course of this name already: {other}. {do}, or choose another name.")
    return key


@transaction.atomic
def retire_course(*, course: Course, by: User) -> Course:
    """Offer it to nobody any more, and require it of nobody. Who has a seat keeps it; what was completed stands."""
    one = _current(course)
    if one.retired_on:
        raise refusal(f"{one} was retired on {spoken(one.retired_on)} already.")
    one.retired_on = clock.today()
    one.save(update_fields=["retired_on"])
    journal.record("training.course_retired", by=by, about=one)
    return one


@transaction.atomic
def offer_again(*, course: Course, by: User) -> Course:
    """A retired course is given, and required, again."""
    one = _current(course)
    if not one.retired_on:
        raise refusal(f"{one} is offered already.")
    one.retired_on = None
    one.save(update_fields=["retired_on"])
    journal.record("training.course_offered_again", by=by, about=one)
    return one


def _current(course: Course) -> Course:
    return Course.objects.select_for_update(of=("self",), no_key=True).get(pk=course.pk)


# -- sessions ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def plan_session(
    *, course: Course, region: Region | None, on: date, begins: time, place: str, seats: int, led_by: User, by: User,
    minutes: int | None = None, note: str = "",
) -> Session:  # fmt: skip
    """A course on a day to come, in a region or (without one) for the whole district. Nobody is told by mail."""
    course = _current(course)
    minutes = minutes or course.minutes
    if course.retired_on:
        raise refusal(f"{course} was retired on {spoken(course.retired_on)}. Choose another course.")
    if on < clock.today():
        raise refusal(f"{spoken(on)} is past. Choose a day to come, or record what was completed.")
    if on > clock.today() + FURTHEST:
        raise refusal(f"{spoken(on)} is more than two years ahead. Check the year.")
    if minutes not in MINUTES:
        raise refusal(f"A session takes from {MINUTES[0]} to {MINUTES[-1]} minutes.")
    _fits(place, seats)
    made = Session.objects.create(
        course=course, region=region, on=on, begins=begins, minutes=minutes, place=place.strip()[:200], seats=seats,
        note=note.strip()[:500], led_by=led_by, by=by,
    )  # fmt: skip
    journal.record("training.session_planned", by=by, about=made, course=course.key, on=on.isoformat())
    return made


def _fits(place: str, seats: int) -> None:
    if not place.strip():
        raise refusal("Say where it is.")
    if seats not in SEATS:
        raise refusal(f"A session has from {SEATS[0]} to {SEATS[-1]} seats.")


@transaction.atomic
def change_session(
    *, session: Session, place: str, seats: int, led_by: User, version: int, by: User, note: str = ""
) -> Session:
    """Another place, number of seats, leader or note. With more seats, who waits moves up.

    The day and the hour stay: people took their seats for them. Another day is another session.
    """
    one = _planned(session, version)
    _fits(place, seats)
    taken = one.taken.filter(state=HAS).count()
    if seats < taken:
        raise refusal(f"{count(taken, 'seat')} are taken. Leave at least as many, or ask somebody to give theirs up.")
    one.place, one.seats, one.led_by, one.note = place.strip()[:200], seats, led_by, note.strip()[:500]
    one.version += 1
    one.save(update_fields=["place", "seats", "led_by", "note", "version"])
    journal.record("training.session_changed", by=by, about=one, moved_up=_move_up(one))
    return one


@transaction.atomic
def cancel_session(*, session: Session, why: str, version: int, by: User) -> Session:
    """It does not take place; who had a seat reads why on their own page."""
    one = _planned(session, version)
    if not why.strip():
        raise refusal("Say why: whoever has a seat reads it.")
    one.state, one.why, one.closed_at = Session.State.CANCELLED, why.strip()[:300], timezone.now()
    one.version += 1
    one.save(update_fields=["state", "why", "closed_at", "version"])
    journal.record("training.session_cancelled", by=by, about=one)
    return one


@transaction.atomic
def sign_up(*, session: Session, user: User, by: User) -> Seat:
    """Take a seat; where none is left, wait for one in the order of coming."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    one = _planned(session)
    if one.course.retired_on:
        raise refusal(f"{one.course} was retired on {spoken(one.course.retired_on)}: nobody new signs up for it.")
    if one.on < clock.today():
        raise refusal(f"{one} has taken place. Choose a session to come.")
    mine = Seat.objects.filter(user=user, session__state=Session.State.PLANNED).exclude(state=GAVE_UP)
    for seat in mine.select_related("session__course"):
        _not_at_once(one, seat)
    taken = one.taken.filter(state=HAS).count()
    made = Seat.objects.create(session=one, user=user, state=HAS if taken < one.seats else WAITS)
    journal.record("training.signed_up", by=by, about=made, session=one.pk, user=user.pk, state=made.state)
    return made


def _not_at_once(one: Session, seat: Seat) -> None:
    other = seat.session
    if other == one:
        raise refusal(f"{seat.user} {'has a seat' if seat.state == HAS else 'waits for a seat'} in {one} already.")
    if at_one_time(_when(one), _when(other)):
        raise refusal(f"{one} and {other} are at one time. Give up the seat in {other} first, or choose another day.")


def _when(one: Session) -> When:
    return When(one.on, one.begins, one.minutes)


@transaction.atomic
def give_up(*, seat: Seat, by: User) -> Seat:
    """Give a seat up, or the wait for one; whoever has waited longest gets it."""
    session = _planned(seat.session)
    one = Seat.objects.select_for_update(of=("self",)).get(pk=seat.pk)
    if one.state == GAVE_UP:
        raise refusal("This seat was given up already.")
    if session.on < clock.today():
        raise refusal(f"{session} has taken place. Whoever closes it says who came.")
    one.state = GAVE_UP
    one.save(update_fields=["state"])
    journal.record(
        "training.gave_up", by=by, about=one, session=session.pk, user=one.user_id, moved_up=_move_up(session)
    )
    return one


def _move_up(session: Session) -> list[int]:
    """Give free seats to those waiting; whose they are."""
    waiting = list(session.taken.filter(state=WAITS).order_by("pk"))
    moved = next_in_line(session.seats, session.taken.filter(state=HAS).count(), waiting)
    for one in moved:
        one.state = HAS
    Seat.objects.bulk_update(moved, ["state"])
    return [one.user_id for one in moved]


@transaction.atomic
def close_session(
    *, session: Session, came: Set[int], version: int, by: User, seen: Set[int] | None = None
) -> list[Completion]:
    """Write down who came, by the keys of their seats: they have completed the course. Said once.

    `seen` are the seats that were shown: whoever took one since is not said to have stayed away unseen.
    """
    one = _planned(session, version)
    if one.on > clock.today():
        raise refusal(f"{one} is still to come. Close it on its day or later.")
    seats = list(one.taken.filter(state=HAS).select_related("user"))
    if seen is not None and seen != {seat.pk for seat in seats}:
        raise refusal("Who has a seat has changed since you opened this page. Look at the list again, then close it.")
    if came - {seat.pk for seat in seats}:
        raise refusal("Somebody who is said to have come has no seat here. Look at the list again.")
    if any(seat.user_id == by.pk for seat in seats if seat.pk in came):
        raise refusal("You came yourself, and nobody completes a course for themselves. Let somebody else close it.")
    list(User.objects.select_for_update(no_key=True).filter(pk__in=[one.user_id for one in seats]).order_by("pk"))
    for seat in seats:
        seat.came = seat.pk in came
    Seat.objects.bulk_update(seats, ["came"])
    one.state, one.closed_at = Session.State.HELD, timezone.now()
    one.version += 1
    one.save(update_fields=["state", "closed_at", "version"])
    made = _complete(one, [seat.user for seat in seats if seat.came], by)
    journal.record("training.session_closed", by=by, about=one, came=len(came), seats=len(seats))
    return made


def _complete(session: Session, users: list[User], by: User) -> list[Completion]:
    """A completion for each who has none of that course and day yet."""
    had = set(
        Completion.objects.filter(course=session.course, on=session.on, user__in=users).values_list("user", flat=True)
    )
    return Completion.objects.bulk_create(
        Completion(
            course=session.course, user=user, on=session.on, until=until(session.on, session.course.months),
            minutes=session.minutes, title=session.course.title, what=session.course.what, session=session, by=by,
        )
        for user in users
        if user.pk not in had
    )  # fmt: skip


def _planned(session: Session, version: int | None = None) -> Session:
    """The session as it is now, held for this transaction. NotAllowed once it is over, or changed since it was seen."""
    one = Session.objects.select_for_update(of=("self",)).select_related("course").get(pk=session.pk)
    if one.state == Session.State.HELD:
        raise refusal(f"{one} is closed: who came is written down.")
    if one.state == Session.State.CANCELLED:
        raise refusal(f"{one} was cancelled: {one.why}")
    if version is not None and version != one.version:
        raise refusal(SEEN)
    return one


# -- what was completed, and what is proposed --------------------------------------------------------------------------


@transaction.atomic
def record_completion(*, user: User, course: Course, on: date, proof: str, by: User) -> Completion:
    """What somebody completed elsewhere, as somebody else saw it: `proof` says what was shown."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    course, today = _current(course), clock.today()
    if user == by:
        raise refusal("Nobody completes a course for themselves. Show it to whoever runs training.")
    if on > today:
        raise refusal(f"{spoken(on)} is still to come. Record it once it is completed.")
    if on.year < today.year - OLDEST:
        raise refusal(f"{spoken(on)} is more than {OLDEST} years ago. Check the year.")
    if course.retired_on and on > course.retired_on:
        raise refusal(f"{course} was retired on {spoken(course.retired_on)}: nobody completed it after that.")
    if not proof.strip():
        raise refusal("Say what was shown, such as a certificate and who gave it.")
    if Completion.objects.filter(course=course, user=user, on=on).exists():
        raise refusal(f"It is on record already that {user} completed {course} on {spoken(on)}.")
    made = Completion.objects.create(
        course=course, user=user, on=on, until=until(on, course.months), minutes=course.minutes, title=course.title,
        what=course.what, proof=proof.strip()[:200], by=by,
    )  # fmt: skip
    journal.record("training.completion_recorded", by=by, about=made, user=user.pk, course=course.key)
    return made


@transaction.atomic
def propose(*, user: User, course: Course, why: str, source: str, by: User | None = None) -> Proposal | None:
    """Propose a course because of what was observed; None where this was proposed already, however it was answered."""
    if course.retired_on:
        raise refusal(f"{course} is not given any more. Propose another course.")
    if not why.strip():
        raise refusal("Say why: they read it.")
    made, new = Proposal.objects.get_or_create(
        user=user, source=source[:80], defaults={"course": course, "why": why.strip()[:500], "by": by}
    )
    if not new:
        return None
    journal.record("training.proposed", by=by, about=made, user=user.pk, course=course.key)
    return made


@transaction.atomic
def answer_proposal(*, proposal: Proposal, answer: str, said: str = "", by: User) -> Proposal:
    """What the person says to it: `taken` or `declined`, the latter with a reason. Said once."""
    one = Proposal.objects.select_for_update(of=("self",)).select_related("course").get(pk=proposal.pk)
    if one.user_id != by.pk:
        raise refusal("Only whom it was proposed to answers.")
    if one.said_at:
        raise refusal("You have answered. What you said stands.")
    if answer not in (Proposal.State.TAKEN, Proposal.State.DECLINED):
        raise refusal("Choose whether you agree.")
    if answer == Proposal.State.DECLINED and not said.strip():
        raise refusal("Say why not now, so that nobody has to ask.")
    if answer == Proposal.State.TAKEN and one.course.retired_on:
        raise refusal(f"{one.course} is not given any more. Say not now instead.")
    one.state, one.said, one.said_at = answer, said.strip()[:500], timezone.now()
    one.save(update_fields=["state", "said", "said_at"])
    journal.record("training.proposal_answered", by=by, about=one, answer=answer)
    return one
