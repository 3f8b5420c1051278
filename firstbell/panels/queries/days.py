"""Hearing days and hearings as their pages show them: rooms by time, who sits and still can, who was told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Prefetch, Q, QuerySet

from firstbell.core import clock
from firstbell.core.access import May, Scope
from firstbell.law.findings import Finding, Reason
from firstbell.notices.models import Delivery
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import (
    Away,
    Day,
    Hearing,
    Interpreter,
    Invitation,
    Member,
    Panel,
    Recusal,
    Referral,
    Seating,
)
from firstbell.panels.queries.docket import households, instant, minute, table_of, tongue
from firstbell.panels.queries.invitations import GONE
from firstbell.panels.rules.hearings import quorum
from firstbell.panels.rules.scheduling import Table, member_free, overlap, slots
from firstbell.roster.models import Student


def days(scope: Scope, *, past: bool = False, panel: int | None = None) -> QuerySet[Day]:
    """Hearing days of the panels in scope, or of one: those to come, soonest first; or those past, newest first."""
    found = Day.objects.visible_to(scope).select_related("panel__school", "panel__region")
    found = found.filter(panel=panel) if panel is not None else found
    here = Hearing.objects.visible_to(scope).filter(day__isnull=False).values("pk")
    set_ones = Count("hearings", filter=Q(hearings__state="set", hearings__in=here))
    found = found.annotate(hearings_set=set_ones)
    today = clock.today()
    return (
        found.filter(on__lt=today).order_by("-on", "pk") if past else found.filter(on__gte=today).order_by("on", "pk")
    )


@dataclass(frozen=True, slots=True)
class Seat:
    """A member seated at a hearing; `why` says why they cannot sit there any more."""

    seating: Seating
    why: str = ""

    @property
    def member(self) -> Member:
        return self.seating.member


@dataclass(frozen=True, slots=True)
class Cell:
    """One hearing in one room. `hidden` is one of another school, of which nothing but the time is shown."""

    hearing: Hearing
    students: tuple[Student, ...] = ()
    seats: tuple[Seat, ...] = ()
    quorum: Finding[bool] | None = None
    told: str = ""
    flags: tuple[str, ...] = ()
    hidden: bool = False

    @property
    def tongue(self) -> str:
        return tongue(self.hearing.language)


@dataclass(frozen=True, slots=True)
class Row:
    """A time of the day, with what each room holds then: a hearing that begins, one that goes on, or nothing."""

    start: datetime
    cells: tuple[tuple[str, Cell | None, bool], ...]


@dataclass(frozen=True, slots=True)
class Docket:
    day: Day
    rows: tuple[Row, ...]
    cells: tuple[Cell, ...]
    called_off: tuple[Cell, ...]


def docket(day: Day, scope: Scope, *, runs: bool) -> Docket:
    """The hearings of a day in its rooms. Who runs the panel sees all of them; others those of their schools."""
    cells = _cells(day, scope, runs=runs)
    held = [one for one in cells if one.hearing.state != "called_off"]
    starts = sorted({instant(day.on, at) for at in _grid(day)} | {one.hearing.span.lower for one in held})
    rows = tuple(Row(start, tuple(_of_room(room, start, held) for room in day.rooms)) for start in starts)
    return Docket(day, rows, tuple(held), tuple(one for one in cells if one.hearing.state == "called_off"))


def _grid(day: Day) -> tuple[int, ...]:
    pauses = ((minute(day.pause_from), minute(day.pause_until)),) if day.pause_from else ()
    minutes = KINDS[day.panel.kind].minutes
    return slots(Table(minute(day.opens), minute(day.closes), minutes, (), (), (), (), 0, pauses))


def _of_room(room: str, start: datetime, cells: Sequence[Cell]) -> tuple[str, Cell | None, bool]:
    """What is in a room at a time, and whether it began earlier."""
    here = [
        one for one in cells if one.hearing.room == room and one.hearing.span.lower <= start < one.hearing.span.upper
    ]
    return (room, here[0], here[0].hearing.span.lower < start) if here else (room, None, False)


def hearings_of(day: Day) -> QuerySet[Hearing]:
    """The hearings of a day with what a line of it shows, in a fixed number of queries."""
    rows = day.hearings.exclude(state="waiting").select_related("school", "set_by", "panel")
    seatings = Prefetch("seatings", Seating.objects.select_related("member").order_by("member__seat", "member__name"))
    return rows.prefetch_related("referrals__student__school", seatings, "invitations").order_by("span", "room", "pk")


def _cells(day: Day, scope: Scope, *, runs: bool) -> list[Cell]:
    rows = list(hearings_of(day))
    mine = {one.pk for one in rows} if runs else set(
        Hearing.objects.visible_to(scope).filter(day=day).values_list("pk", flat=True)
    )  # fmt: skip
    why = unable(day, rows)
    return [_cell(day, one, why) if one.pk in mine else Cell(one, hidden=True) for one in rows]


def _cell(day: Day, hearing: Hearing, why: dict[int, str]) -> Cell:
    seats = tuple(Seat(one, why.get(one.pk, "")) for one in hearing.seatings.all())
    enough = quorum(KINDS[day.panel.kind], [one.member.seat for one in seats if not one.why])
    students = tuple(one.student for one in hearing.referrals.all() if one.state != "withdrawn")
    told, flags = _told(hearing), []
    if hearing.state == "set":
        flags += [f"{one.member}: {one.why}" for one in seats if one.why]
        flags += [one.sentence for one in enough.reasons]
        flags += troubles(hearing, students)
    return Cell(hearing, students, seats, enough, told, tuple(flags))


def troubles(hearing: Hearing, students: Sequence[Student]) -> list[str]:
    """What a set hearing lacks besides its members: a language understood, a family that still lives here."""
    found = []
    if hearing.language != "en" and not hearing.interpreter:
        found.append(f"No interpreter for {tongue(hearing.language)} yet.")
    if not students:
        found.append("No referral stands any more: call it off.")
    found += [
        f"{one.name} is at no school of the district now: call it off, or withdraw the referral."
        for one in students
        if not one.live or one.school_id is None
    ]
    return found


def _told(hearing: Hearing) -> str:
    """How the family stands, in a word: asked for another day, comes, invited, owed a new word."""
    if hearing.state != "set":
        return ""
    rows = [
        one for one in hearing.invitations.all() if one.what == Invitation.What.INVITATION and one.member_id is None
    ]
    now = [one for one in rows if (one.start, one.room) == (hearing.span.lower, hearing.room) and one.state not in GONE]
    if not now:
        return "Told of another time" if any(one.state not in GONE for one in rows) else "Not invited yet"
    for answer in (Invitation.Answer.OTHER_DAY, Invitation.Answer.COMES, Invitation.Answer.REFUSES):
        if any(one.answer == answer for one in now):
            return Invitation.Answer(answer).label
    return "Letter waits for the post" if all(one.state == "queued" for one in now) else "Invited"


def unable(day: Day, hearings: Iterable[Hearing]) -> dict[int, str]:
    """Seating to why that member cannot sit there any more: term over, away, recused since. Three queries."""
    rows = list(Seating.objects.filter(hearing__in=hearings, hearing__state="set").select_related("member", "hearing"))
    members = {one.member_id for one in rows}
    away: dict[int, list[Away]] = {}
    for one in Away.objects.filter(member__in=members, span__contains=day.on):
        away.setdefault(one.member_id, []).append(one)
    barred: dict[int, set[int]] = {}
    students = Hearing.referrals.through.objects.filter(hearing__in=hearings).exclude(referral__state="withdrawn")
    by_hearing: dict[int, set[int]] = {}
    for hearing, student in students.values_list("hearing", "referral__student"):
        by_hearing.setdefault(hearing, set()).add(student)
    for member, student in Recusal.objects.filter(member__in=members).values_list("member", "student"):
        barred.setdefault(member, set()).add(student)
    return {
        one.pk: why for one in rows
        if (why := _unable(one, day, away.get(one.member_id, []), barred.get(one.member_id, set())
                           & by_hearing.get(one.hearing_id, set())))
    }  # fmt: skip


def _unable(one: Seating, day: Day, away: Sequence[Away], recused: set[int]) -> str:
    if day.on not in one.member.term:
        return "out of term on that day" if day.on < one.member.term.lower else "their term ends before that day"
    if recused:
        return "recused, and may not judge in this case"
    span = (minute(one.hearing.span.lower), minute(one.hearing.span.upper))
    if any(leave.since is None or overlap((minute(leave.since), minute(leave.until)), span) for leave in away):
        return "away at that time"
    return ""


def unready(day: Day) -> list[Reason]:
    """What stands in the way of fixing a docket, hearing by hearing."""
    rows = list(hearings_of(day).filter(state="set"))
    why = unable(day, rows)
    found = []
    for hearing in rows:
        cell = _cell(day, hearing, why)
        names = " and ".join(one.name for one in cell.students) or "Nobody"
        found += [Reason("", f"{names}, {hearing.room}: {flag}") for flag in cell.flags]
    return found


@dataclass(frozen=True, slots=True)
class Shown:
    """One hearing's page: its cell, who else could sit, and the messages about it, newest last."""

    cell: Cell
    free: tuple[tuple[Member, str], ...]
    messages: tuple[Invitation, ...]


def shown(hearing: Hearing) -> Shown:
    """Everything the page of one hearing tells; `free` only while it is set: members with why they could not sit."""
    if hearing.day is None or hearing.state == "waiting":
        students = tuple(one.student for one in hearing.referrals.exclude(state="withdrawn").select_related("student"))
        return Shown(Cell(hearing, students), (), _messages(hearing))
    [row] = hearings_of(hearing.day).filter(pk=hearing.pk)
    cell = _cell(hearing.day, row, unable(hearing.day, [row]))
    return Shown(cell, who_could_sit(hearing) if hearing.state == "set" else (), _messages(hearing))


def _messages(hearing: Hearing) -> tuple[Invitation, ...]:
    rows = hearing.invitations.select_related("contact", "member", "by").order_by(
        F("member").asc(nulls_first=True), "pk"
    )
    return tuple(rows)


def who_could_sit(hearing: Hearing) -> tuple[tuple[Member, str], ...]:
    """Members in term on the day, and why one of them could not sit at this hearing; empty where they could."""
    table = table_of(hearing.day, [], but=[hearing.pk])
    span = (minute(hearing.span.lower), minute(hearing.span.upper))
    sitters = {one.key: one for one in table.members}
    students = hearing.referrals.exclude(state="withdrawn").values("student")
    recused = set(Recusal.objects.filter(student__in=students, member__in=sitters).values_list("member", flat=True))
    members = Member.objects.in_bulk(sitters)
    return tuple(
        (members[key], "Recused" if key in recused else "" if member_free(table, one, span) else "Not free then")
        for key, one in sitters.items()
    )


def next_days(panel: Panel) -> QuerySet[Day]:
    """Days of a panel that a hearing can still be moved to."""
    return panel.days.filter(on__gte=clock.today()).exclude(state=Day.State.CALLED_OFF).order_by("on")


def waits_for_post(day: Day) -> int:
    """Letters of a day that are printed and have not gone to the post."""
    rows = Invitation.objects.filter(hearing__day=day, channel=Invitation.Channel.LETTER)
    return rows.filter(state=Delivery.State.QUEUED).count()


def wish_of(referrals: Sequence[Referral]) -> dict[str, str]:
    """What is known of what a household asks for, as the form shows it."""
    [home] = households(referrals)
    return {"wish": home.wish, "language": home.language}


def panels_run(scope: Scope) -> QuerySet[Panel]:
    """The open panels of which this person may plan a day."""
    return Panel.objects.run_by(scope).filter(closed_on=None).order_by("name")


def hearings_in(scope: Scope) -> QuerySet[Hearing]:
    """The hearings of one's schools, and those of the panels that one runs."""
    seen = Q(pk__in=Hearing.objects.visible_to(scope).values("pk"))
    if May.RUN_PANELS in scope:
        seen |= Q(panel__in=Panel.objects.run_by(scope).values("pk"))
    return Hearing.objects.filter(seen).select_related(
        "panel__school", "panel__region", "school", "day__panel", "set_by"
    )  # fmt: skip


def messages_in(scope: Scope) -> QuerySet[Invitation]:
    """The messages of these hearings."""
    rows = Invitation.objects.filter(hearing__in=hearings_in(scope).values("pk"))
    return rows.select_related("hearing__day", "hearing__panel")


def interpreters_in(scope: Scope) -> QuerySet[Interpreter]:
    """The interpreters of the days in scope."""
    return Interpreter.objects.filter(day__in=Day.objects.visible_to(scope).values("pk")).select_related("day")
