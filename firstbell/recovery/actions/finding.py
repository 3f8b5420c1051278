"""The night: who comes onto the board by the facts, who is back, and where every search stands in the line."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import polars as pl
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef

from firstbell.attendance.actions.swapping import swap
from firstbell.attendance.models import Served
from firstbell.cases.models import Entry
from firstbell.core import clock, journal, lease
from firstbell.core.models import User
from firstbell.law.calendar import SchoolYear
from firstbell.law.exits import needs_proof
from firstbell.law.findings import spoken
from firstbell.law.policy import Policy, policy_on
from firstbell.recovery.actions.returning import ask_waiting
from firstbell.recovery.actions.standing import place, step_on
from firstbell.recovery.models import Search, Turn, Unseen
from firstbell.recovery.queries.found import NO_SHOW, Lost, Night, night, proven, sights_of
from firstbell.recovery.queries.known import knowns, last_reached
from firstbell.recovery.queries.owners import owners
from firstbell.recovery.rules import KINDS, STATES
from firstbell.roster.models import School, Student

_BATCH = 1000
_LATELY = timedelta(days=7)
"""How far back a contact may lie for the steps of its search to be looked at again."""


@dataclass(slots=True)
class Found:
    """What a night came to: searches, then those unseen for too few days for one, and tasks asked of returns."""

    begun: int = 0
    back: int = 0
    reopened: int = 0
    moved: int = 0
    open: int = 0
    unseen: int = 0
    asked: int = 0


@transaction.atomic
def find_lost(*, year: int, by: User | None = None) -> Found:
    """Bring the board to the served day: begin, end and order searches. Safe to repeat: the same night adds nothing.

    A search ends by itself only with a day on which the student was seen; what later facts take away from a return
    puts it back. Nothing is done before a day of that year is served. Busy.
    """
    told, served = Found(), Served.objects.first()
    if served is None or served.year != year:
        return told
    lease.claim(wait=lease.QUEUE)
    policy = policy_on(served.on)
    facts = night(year, served.on, policy)
    told.moved = _follow()
    told.reopened = _reopen(facts)
    told.back = _bring_back(facts)
    told.begun = _begin(facts, policy)
    told.open = _refresh(facts, policy)
    told.unseen = _keep_unseen(facts)
    told.asked = ask_waiting()
    journal.record("recovery.found", by=by, year=year, on=str(served.on), **asdict(told))
    return told


def _follow() -> int:
    """Every open search stands where its student is now."""
    rows = Search.objects.open().exclude(student__school=None).exclude(student__school=F("school"))
    moved = list(rows.select_related("student").select_for_update(of=("self",)))
    names = dict(School.objects.values_list("pk", "name")) if moved else {}
    turns = []
    for one in moved:
        was, one.school_id = one.school_id, one.student.school_id
        turns.append(_turn(one, Turn.What.SCHOOL, was=names[was], now=names[one.school_id]))
    Search.objects.bulk_update(moved, ["school"], batch_size=_BATCH)
    Turn.objects.bulk_create(turns, batch_size=_BATCH)
    return len(moved)


def _reopen(facts: Night) -> int:
    """A return that the facts do not bear out is none: the student missed every school day since."""
    later = Search.objects.filter(student=OuterRef("student"), pk__gt=OuterRef("pk"))
    closed = Search.objects.filter(state="back", back_on__range=(SchoolYear(facts.year).starts, facts.on))
    rows = {one.student_id: one for one in closed.filter(~Exists(later)).select_for_update(of=("self",))}
    seen = sights_of(facts.year, facts.on, rows.values())
    lost = [one for who, one in rows.items() if who in seen and seen[who].back_on is None and seen[who].missed]
    turns = []
    for one in lost:
        why = f"Nobody saw the student on {spoken(one.back_on)} or since: the attendance says so now."
        turns.append(_turn(one, Turn.What.REOPENED, was=STATES["back"], now=STATES["unseen"], why=why))
        one.state, one.closed_on, one.closed_by, one.back_on = "unseen", None, None, None
        one.version += 1
    Search.objects.bulk_update(lost, ["state", "closed_on", "closed_by", "back_on", "version"], batch_size=_BATCH)
    Turn.objects.bulk_create(turns, batch_size=_BATCH)
    return len(lost)


def _bring_back(facts: Night) -> int:
    """Whoever was seen since they were missed is back."""
    rows = {one.student_id: one for one in Search.objects.open().select_for_update(of=("self",))}
    back, turns = [], []
    for who, sight in sights_of(facts.year, facts.on, rows.values()).items():
        if sight.back_on is None:
            continue
        one = rows[who]
        why = f"The attendance of {spoken(sight.back_on)} says that the student was at school."
        turns.append(_turn(one, Turn.What.CLOSED, was=one.get_state_display(), now=STATES["back"], why=why))
        one.state, one.back_on, one.closed_on, one.last_seen_on = "back", sight.back_on, clock.today(), sight.last_on
        one.version += 1
        back.append(one)
    Search.objects.bulk_update(back, ["state", "back_on", "closed_on", "last_seen_on", "version"], batch_size=_BATCH)
    Turn.objects.bulk_create(turns, batch_size=_BATCH)
    return len(back)


def _begin(facts: Night, policy: Policy) -> int:
    busy = set(Search.objects.open().values_list("student", flat=True))
    wanted = {lost.student: lost for lost in _wanted(facts, policy) if lost.student not in busy}
    settled = proven(wanted, facts) if wanted else set()
    lost_ones = [lost for who, lost in wanted.items() if who not in settled]
    owned = owners((lost.student, lost.school) for lost in lost_ones)
    made = [_search(lost, facts.year, owned.get(lost.student)) for lost in lost_ones]
    Search.objects.bulk_create(made, batch_size=_BATCH)
    turns = [_turn(one, Turn.What.BEGUN, now=KINDS[one.kind], why=_why(lost))
             for one, lost in zip(made, lost_ones, strict=True)]  # fmt: skip
    Turn.objects.bulk_create(turns, batch_size=_BATCH)
    return len(made)


def _wanted(facts: Night, policy: Policy) -> Iterable[Lost]:
    """Everybody who is to be looked for by the facts; the same student at most once."""
    first, later = policy.exits.unseen_days[0], policy.exits.search_days
    for lost in facts.silent.values():
        if lost.days >= (first if lost.kind == "no_show" else later):
            yield lost
    yield from (lost for lost in facts.left.values() if needs_proof(lost.exit_code))
    yield from facts.expected.values()


def _search(lost: Lost, year: int, owner: int | None) -> Search:
    return Search(
        student_id=lost.student, school_id=lost.school, year=year, kind=lost.kind, since=lost.since,
        opened_on=clock.today(), last_seen_on=lost.last_seen_on, exit_on=lost.exit_on, exit_code=lost.exit_code[:10],
        owner_id=owner, lane="few",
    )  # fmt: skip


def _why(lost: Lost) -> str:
    if lost.exit_on is not None:
        code = f"under {lost.exit_code}" if lost.exit_code else "without a code"
        return f"The student system says that they left on {spoken(lost.exit_on)} {code}; no proof is on record."
    if lost.kind == "expected":
        return "Here until the end of last year, and not enrolled though school has begun."
    seen = f"last seen on {spoken(lost.last_seen_on)}" if lost.last_seen_on else "not seen once this year"
    return f"School days in a row without a word: {lost.days}; {seen}."


_WRITTEN = {
    "grade": "text", "last_seen_on": "date", "unseen": "int", "unexcused": "int", "exit_on": "date",
    "exit_code": "text", "lane": "text", "first": "bool", "adult_on": "date", "census_on": "date",
    "next_step": "text", "due_on": "date", "reached_on": "date", "owner_id": "bigint",
}  # fmt: skip


def _refresh(facts: Night, policy: Policy) -> int:
    """Write down of every open search what the facts and the contact log say now; those that changed."""
    rows = list(Search.objects.open().order_by("pk"))
    people = {pk: (born_on, grade) for pk, born_on, grade in Student.objects.filter(
        pk__in=[one.student_id for one in rows]).values_list("pk", "born_on", "grade")}  # fmt: skip
    seen = sights_of(facts.year, facts.on, rows)
    before = {one.pk: _values(one) for one in rows}
    turns = [turn for one in rows for turn in _facts(one, facts, seen.get(one.student_id))]
    for part in _batches(_touched(rows, facts)):
        known, reached = knowns(part), last_reached(part)
        for one in part:
            step_on(one, known[one.pk], reached.get(one.pk))
    _own(rows)
    for one in rows:
        born_on, grade = people[one.student_id]
        one.grade = grade or ""
        place(one, born_on, policy)
    _write([one for one in rows if _values(one) != before[one.pk]])
    Turn.objects.bulk_create(turns, batch_size=_BATCH)
    return len(rows)


def _own(rows: Sequence[Search]) -> None:
    """Whoever is nobody's, and was never handed over by a person, is somebody's as soon as there is somebody."""
    unowned = [one for one in rows if one.owner_id is None]
    handed = set(Turn.objects.filter(search__in=unowned, what=Turn.What.OWNER).values_list("search", flat=True))
    found = owners((one.student_id, one.school_id) for one in unowned if one.pk not in handed) if unowned else {}
    for one in unowned:
        one.owner_id = found.get(one.student_id)


def _facts(one: Search, facts: Night, sight: Any) -> Iterable[Turn]:
    silent, left = facts.silent.get(one.student_id), facts.left.get(one.student_id)
    gone = (one.exit_on, one.exit_code)
    if left is not None:
        one.exit_on, one.exit_code = left.exit_on, left.exit_code[:10]
    elif one.student_id in facts.running:
        one.exit_on, one.exit_code = None, ""
    if one.exit_code == NO_SHOW:
        one.last_seen_on = None
    elif sight is not None and sight.last_on:
        one.last_seen_on = sight.last_on
    one.unexcused = silent.days if silent else 0
    one.unseen = facts.schooldays_after(one.school_id, one.last_seen_on or one.since - timedelta(1))
    if gone != (one.exit_on, one.exit_code) and one.opened_on < clock.today():
        said = [f"{code or 'no code'}, {spoken(on)}" if on else "enrolled" for on, code in
                (gone, (one.exit_on, one.exit_code))]  # fmt: skip
        yield _turn(one, Turn.What.EXIT, was=said[0], now=said[1])


def _touched(rows: Sequence[Search], facts: Night) -> list[Search]:
    """Those without a next step yet, and those whose family somebody tried lately, wherever that was written."""
    ids = [one.student_id for one in rows]
    lately = set(
        Entry.objects.filter(student__in=ids, on__gt=facts.on - _LATELY).values_list("student", flat=True).distinct()
    )
    return [one for one in rows if one.due_on is None or one.student_id in lately]


def _batches(rows: list[Search]) -> Iterable[list[Search]]:
    return (rows[at : at + _BATCH] for at in range(0, len(rows), _BATCH))


def _values(one: Search) -> list[Any]:
    return [getattr(one, name) for name in _WRITTEN]


def _write(rows: Sequence[Search]) -> None:
    """All of them in one statement: on the first nights of a year there are thousands."""
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in _WRITTEN)
    lists = ", ".join(["%s::bigint[]", *(f"%s::{kind}[]" for kind in _WRITTEN.values())])
    told = [[one.pk for one in rows], *(list(column) for column in zip(*map(_values, rows), strict=True))]
    news = ", ".join(f'news."{name}"' for name in _WRITTEN)
    with connection.cursor() as cursor:
        cursor.execute(
            f"update recovery_search s set ({names}) = row({news}) from unnest({lists}) as news(id, {names})"  # noqa: S608 - names of this file
            " where s.id = news.id",
            told,
        )


def _keep_unseen(facts: Night) -> int:
    """Those unseen without a word for whom nobody is searching."""
    busy = set(Search.objects.open().values_list("student", flat=True)) | proven(facts.silent, facts)
    lost = [one for one in facts.silent.values() if one.student not in busy]
    grades = dict(Student.objects.filter(pk__in=[one.student for one in lost]).values_list("pk", "grade"))
    rows = [(one.student, one.school, grades[one.student] or "", one.days, one.since, one.last_seen_on) for one in lost]
    schema = {"student_id": pl.Int32, "school_id": pl.Int32, "grade": pl.String, "days": pl.Int32, "first_on": pl.Date,
              "last_seen_on": pl.Date}  # fmt: skip
    swap({Unseen: pl.DataFrame(rows, schema=schema, orient="row")})
    return len(rows)


def _turn(search: Search, what: str, *, was: str = "", now: str = "", why: str = "") -> Turn:
    return Turn(search=search, what=what, was=was[:120], now=now[:120], why=why[:500], on=clock.today())
