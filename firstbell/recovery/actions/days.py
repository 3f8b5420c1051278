"""Recovery days: planned with their lists, and what came of every stop entered together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_OID, uuid5

from django.db import transaction
from django.utils import timezone

from firstbell.cases import actions as cases
from firstbell.cases.rules import refusal
from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.recovery.actions.searching import locate
from firstbell.recovery.actions.standing import current, settle
from firstbell.recovery.models import Day, Search, Stop
from firstbell.recovery.queries.sheets import areas_of
from firstbell.recovery.rules import OPEN
from firstbell.recovery.rules.days import AREAS, HOWS, MOST, RESULTS, said_of
from firstbell.roster.models import Region, School


@transaction.atomic
def plan_day(
    *, name: str, on: date, how: str, area: str, phone: str, searches: Sequence[Search], by: User,
    school: School | None = None, region: Region | None = None,
) -> Day:  # fmt: skip
    """Plan a day with a stop for each of these searches, in its area. NotAllowed says what is wrong with it."""
    if not name.strip() or not phone.strip():
        raise refusal("A recovery day has a name, and a number that volunteers give and families may call back.")
    if on < clock.today():
        raise refusal("Choose today or a later day.")
    if how not in HOWS or area not in AREAS:
        raise refusal("Choose whether doors are knocked at or numbers rung, and how the lists are cut.")
    chosen = [one for one in searches if one.state in OPEN]
    if not chosen:
        raise refusal("Nobody on the board fits: choose other columns or grades.")
    if len(chosen) > MOST:
        raise refusal(f"{len(chosen):,} students are too many for one day; {MOST} at most. Choose fewer columns.")
    day = Day.objects.create(
        name=name.strip()[:80], on=on, how=how, area=area, phone=phone.strip()[:40], school=school, region=region, by=by
    )
    places = areas_of(chosen, area)
    Stop.objects.bulk_create(Stop(day=day, search=one, area=places[one.pk][:80]) for one in chosen)
    journal.record("recovery.day_planned", by=by, about=day, on=str(on), stops=len(chosen))
    return day


@dataclass(frozen=True, slots=True)
class Came:
    """What came of one stop."""

    result: str
    note: str = ""


@transaction.atomic
def enter_results(*, day: Day, results: Mapping[int, Came], by: User) -> int:
    """Enter what came of stops (by primary key); how many are new. Each is an entry of the contact log, once.

    What was entered before stays as it is: whoever enters the same again changes nothing.
    """
    if day.on > clock.today():
        raise refusal(f"The day is {day.on:%-d %B}: enter what came of it once it has come.")
    if unknown := [one.result for one in results.values() if one.result not in RESULTS]:
        raise refusal(f"There is no result {unknown[0]!r}.")
    if long := [one for one in results.values() if len(one.note) > 300]:
        raise refusal(f"A note is at most 300 characters; one has {len(long[0].note)}.")
    rows = Stop.objects.filter(day=day, result="", pk__in=results).select_related("search__student")
    stops = list(rows.select_for_update(of=("self",)).order_by("search__student", "pk"))
    for stop in stops:
        _enter(stop, day, results[stop.pk], by)
    if stops:
        found = sum(RESULTS[stop.result].found for stop in stops)
        journal.record("recovery.results_entered", by=by, about=day, stops=len(stops), found=found)
    return len(stops)


def _enter(stop: Stop, day: Day, came: Came, by: User) -> None:
    known, search = RESULTS[came.result], stop.search
    stop.result, stop.note, stop.entered_at, stop.entered_by = came.result, came.note.strip(), timezone.now(), by
    said = said_of(came.result, day.name, stop.note)
    if known.outcome:
        stop.entry = cases.log(
            key=uuid5(NAMESPACE_OID, f"recovery stop {stop.pk}"), student=search.student, kind=day.how,
            outcome=known.outcome, on=day.on, said=said, by=by,
        )  # fmt: skip
    stop.save(update_fields=["result", "note", "entry", "entered_at", "entered_by"])
    if not known.outcome or search.state not in OPEN:
        return
    if known.found and search.state == "unseen":
        locate(search=search, where=stop.note or known.label, how=f"{day.name}, {day.on:%-d %B}", by=by)
    else:
        settle(current(search, None))
