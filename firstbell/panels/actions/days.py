"""Hearing days: planned, with who interprets and which member comes for a part of it; fixed, opened again, called off.

Whatever changes a docket counts its day's version up: of two chairs who act at once, the second is told.
"""

from collections.abc import Sequence
from datetime import date, time, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from firstbell.cases.rules import NotAllowed, refusal
from firstbell.core import clock, journal
from firstbell.core.models import JournalLine, User
from firstbell.law.findings import spoken
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import Away, Day, Interpreter, Member, Panel
from firstbell.panels.queries.days import unready
from firstbell.panels.queries.docket import minute, tongue
from firstbell.panels.rules.scheduling import clock as time_words

ROOMS = 8
"""Of one day: more is another building."""
_ONE_DATE_AT_A_TIME = 1913_0908
_MIDNIGHT = (time.min, time(23, 59, 59))


@transaction.atomic
def plan_day(
    *, panel: Panel, on: date, opens: time, closes: time, place: str, rooms: Sequence[str], by: User,
    pause_from: time | None = None, pause_until: time | None = None, travel_minutes: int = 30,
) -> Day:  # fmt: skip
    """Plan a hearing day of a panel. NotAllowed says what is wrong with it, or who planned that day before."""
    if panel.closed_on:
        raise refusal(f"The {panel} is closed.")
    if on < clock.today():
        raise refusal(f"{spoken(on)} is past: choose today or a later day.")
    rooms = list(dict.fromkeys(room.strip() for room in rooms if room.strip()))
    hours = {"opens": opens, "closes": closes, "pause_from": pause_from, "pause_until": pause_until}
    _hours(panel, place, rooms, **hours)
    try:
        with transaction.atomic():
            day = Day.objects.create(
                panel=panel, on=on, place=place.strip(), rooms=rooms, travel_minutes=travel_minutes, by=by, **hours
            )
    except IntegrityError:
        was = panel.days.get(on=on)
        raise refusal(f"The {panel} has a hearing day on {spoken(on)} already, planned by {was.by}.") from None
    journal.record("panels.day_planned", by=by, about=day, panel=panel.pk, on=str(on), rooms=len(rooms))
    return day


def _hours(
    panel: Panel, place: str, rooms: Sequence[str], opens: time, closes: time, pause_from: time | None,
    pause_until: time | None,
) -> None:  # fmt: skip
    minutes = KINDS[panel.kind].minutes
    if not place.strip() or not rooms:
        raise refusal("Say where it is, and name a room.")
    if len(rooms) > ROOMS:
        raise refusal(f"{len(rooms)} rooms are more than the {ROOMS} a day has. Plan a second day.")
    if minute(closes) - minute(opens) < minutes:
        raise refusal(f"No hearing of {minutes} minutes fits in these hours.")
    if (pause_from is None) != (pause_until is None):
        raise refusal("Say when the pause begins and when it ends, or leave out both.")
    if pause_from and pause_until and not opens <= pause_from < pause_until <= closes:
        raise refusal("The pause must begin before it ends, within the day's hours.")


@transaction.atomic
def add_interpreter(
    *, day: Day, name: str, language: str, by: User, opens: time | None = None, closes: time | None = None,
    version: int | None = None,
) -> Interpreter:  # fmt: skip
    """Somebody interprets one language, all day or for hours; of several interpreters each has a name of their own."""
    day = current_day(day, version)
    if not name.strip() or language == "en" or not language:
        raise refusal("Say who interprets, and which language.")
    if opens and closes and closes <= opens:
        raise refusal("They must come before they go.")
    if day.interpreters.filter(name=name.strip(), language=language).exists():
        raise refusal(f"{name.strip()} interprets {tongue(language)} on this day already.")
    made = day.interpreters.create(name=name.strip()[:120], language=language, opens=opens, closes=closes, by=by)
    day.interpreters.filter(name=made.name).update(opens=opens, closes=closes)
    changed(day)
    journal.record("panels.interpreter_added", by=by, about=day, language=language)
    return made


@transaction.atomic
def drop_interpreter(*, interpreter: Interpreter, by: User, version: int | None = None) -> Day:
    """Take an interpreter off a day. NotAllowed while a hearing counts on them."""
    day = current_day(interpreter.day, version)
    held = day.hearings.filter(interpreter=interpreter.name, language=interpreter.language, state="set").first()
    if held:
        raise refusal(
            f"{interpreter} interprets in {held.room} at {time_words(minute(held.span.lower))}: change that first."
        )
    journal.record("panels.interpreter_dropped", by=by, about=day, language=interpreter.language)
    interpreter.delete()
    return changed(day)


@transaction.atomic
def come_for(
    *, day: Day, member: Member, since: time, until: time, by: User, version: int | None = None
) -> list[Away]:  # fmt: skip
    """A member comes only from `since` until `until`; the rest of that day they are away. Said again, it replaces."""
    day = current_day(day, version)
    if until <= since:
        raise refusal("They must come before they go.")
    if member.panel_id != day.panel_id:
        raise refusal(f"{member} is no member of the {day.panel}.")
    if sits := _sits_outside(day, member, since, until):
        raise refusal(f"{member} sits at {time_words(sits)} on this day: change that hearing's seats first.")
    on = DateRange(day.on, day.on + timedelta(1))
    member.away.filter(span=on, since__isnull=False).delete()
    parts = [(_MIDNIGHT[0], since), (until, _MIDNIGHT[1])]
    made = [
        Away.objects.create(member=member, span=on, since=begins, until=ends, by=by)
        for begins, ends in parts
        if begins < ends
    ]
    changed(day)
    journal.record("panels.member_comes_for", by=by, about=day, member=member.pk, since=str(since), until=str(until))
    return made


def _sits_outside(day: Day, member: Member, since: time, until: time) -> int:
    """The minute of a hearing at which they sit outside of these hours; 0 for none."""
    rows = day.hearings.filter(state="set", seatings__member=member)
    hours = (minute(since), minute(until))
    starts = [(minute(one.span.lower), minute(one.span.upper)) for one in rows]
    return next((begins for begins, ends in starts if begins < hours[0] or ends > hours[1]), 0)


@transaction.atomic
def fix_day(*, day: Day, by: User, version: int | None = None) -> Day:
    """Fix a docket: no proposal changes it from now on. NotAllowed names each hearing without quorum or interpreter."""
    day = current_day(day, version, Day.State.PLANNED)
    if not day.hearings.filter(state="set").exists():
        raise refusal("No hearing is set on this day yet.")
    if missing := unready(day):
        raise NotAllowed(*missing)
    day.state = Day.State.FIXED
    changed(day, "state")
    journal.record("panels.day_fixed", by=by, about=day, hearings=day.hearings.filter(state="set").count())
    return day


@transaction.atomic
def open_day_again(*, day: Day, by: User, version: int | None = None) -> Day:
    """Let a fixed docket be proposed anew. Hearings that a family was told of stay where they are."""
    day = current_day(day, version, Day.State.FIXED)
    day.state = Day.State.PLANNED
    changed(day, "state")
    journal.record("panels.day_opened_again", by=by, about=day)
    return day


def current_day(day: Day, version: int | None = None, *states: str) -> Day:
    """The day as it is, locked; dockets of one date change one after the other. NotAllowed when somebody changed it
    since `version` was shown, when it was called off, or is in none of these states."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [_ONE_DATE_AT_A_TIME, day.on.toordinal()])
    now = Day.objects.select_for_update(of=("self",), no_key=True).select_related("panel", "by").get(pk=day.pk)
    if version is not None and version != now.version:
        raise refusal(
            f"{_who(now)} changed this docket while you had it open. Nothing of theirs was overwritten, and nothing of"
            " yours is saved yet: look, and say it again."
        )
    if now.state not in (states or (Day.State.PLANNED, Day.State.FIXED)):
        raise refusal(f"This hearing day is {now.get_state_display().lower()}.")
    return now


def _who(day: Day) -> str:
    last = JournalLine.objects.filter(about="panels.day", about_id=day.pk).select_related("by").order_by("-pk").first()
    return str(last.by) if last and last.by else "Somebody"


def changed(day: Day, *fields: str) -> Day:
    day.version += 1
    day.save(update_fields=[*fields, "version"])
    return day
