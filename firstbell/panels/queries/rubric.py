"""What the records of a school year show for the Model SARB rubric, by criterion; a fixed number of queries."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.urls import reverse

from firstbell.attendance.queries.around import around
from firstbell.cases.models import AgendaItem, Entry
from firstbell.cases.rules.entries import KINDS as CONTACTS
from firstbell.core.access import Scope
from firstbell.law.calendar import SchoolYear
from firstbell.law.sarb import consultation_due
from firstbell.panels.kinds import ALL_SEATS, KINDS
from firstbell.panels.models import (
    Agreement,
    Check,
    Consultation,
    Hearing,
    Member,
    Panel,
    Referral,
    Roster,
    Seating,
)
from firstbell.panels.queries.tracking import sent, sides, stages
from firstbell.panels.rubric import AREAS, Area, Criterion
from firstbell.panels.rules.hearings import quorum
from firstbell.panels.rules.referrals import GROUNDS
from firstbell.panels.rules.rubric import NEEDED, SHOWS, WINDOW, Board, Change, Known
from firstbell.panels.rules.tracking import Share
from firstbell.supports.models import Plan, Session

KIND = KINDS["sarb"]


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion: sentences with the address where each figure opens ("" for none), and what is missing."""

    criterion: Criterion
    told: list[tuple[str, str]]
    missing: tuple[str, ...]


def rubric(scope: Scope, year: SchoolYear, today: date) -> list[tuple[Area, list[Row]]]:
    """Every area of the rubric with the evidence for each of its criteria."""
    known = known_of(scope, year, today)
    return [(area, [_row(one, known, year) for one in area.criteria]) for area in AREAS]


def _row(one: Criterion, known: Known, year: SchoolYear) -> Row:
    found = SHOWS[one.key](known)
    return Row(one, [(each.text, _address(each.route, each.key, year)) for each in found.told], found.missing)


def _address(route: str, key: int | None, year: SchoolYear) -> str:
    if not route:
        return ""
    asked = {
        "panels:tracking": f"?year={year.ending}", "panels:report": f"?year={year.ending}", "panels:days": "?past=yes",
        "panels:referrals": "?state=all",
    }  # fmt: skip
    return reverse(route, args=[key] if key else None) + asked.get(route, "")


def known_of(scope: Scope, year: SchoolYear, today: date) -> Known:
    """A school year of the review boards and students in scope."""
    every = Referral.objects.visible_to(scope).filter(made_on__range=(year.starts, year.ends))
    mine = every.filter(panel__kind="sarb").exclude(state__in=("draft", "withdrawn"))
    held = Hearing.objects.filter(referrals__in=mine, state="held").distinct()
    by_kind = {one.kind: one for one in stages(every)}
    checks = Check.objects.filter(directive__agreement__hearing__in=held, directive__student__in=mine.values("student"))
    grounds = Counter(mine.values_list("ground", flat=True))
    tried = _tried(mine, year)
    board, report = by_kind.pop("sarb"), sent(year)
    return Known(
        boards=_boards(scope, min(today, year.ends)),
        grounds={words: grounds[key] for key, words in GROUNDS.items() if grounds[key]},
        helped=Share(tried["helped"], tried["all"]), met=Share(tried["met"], tried["all"]),
        standing=Share(tried["standing"], tried["forward"]),
        teams=[(one.title, one.made, one.heard) for one in by_kind.values()], agreed=_agreed(held),
        interpreted=_interpreted(held), quorum=_quorum(held), came=board.appeared, waited=board.waited,
        sides=[(one.title, one.kept, one.said) for one in sides(checks)], returned=_returned(checks),
        change=_change(mine, year), sent=(report.sent_on, report.to) if report else None,
    )  # fmt: skip


def _boards(scope: Scope, on: date) -> tuple[Board, ...]:
    """The boards in scope with their members of a day; four queries, however many there are."""
    panels = list(Panel.objects.visible_to(scope).filter(kind="sarb", closed_on=None).order_by("name", "pk"))
    members: dict[int, list[Member]] = {}
    for one in Member.objects.filter(panel__in=panels, term__contains=on):
        members.setdefault(one.panel_id, []).append(one)
    signed = dict(
        Roster.objects.filter(panel__in=panels, in_force_on__lte=on).order_by("pk").values_list("panel", "in_force_on")
    )
    talks: dict[int, list[date]] = {}
    for panel, day in Consultation.objects.filter(panel__in=panels).values_list("panel", "on"):
        talks.setdefault(panel, []).append(day)
    return tuple(_board(one, members.get(one.pk, []), signed.get(one.pk), talks.get(one.pk, []), on) for one in panels)


def _board(panel: Panel, members: list[Member], signed: date | None, talks: list[date], on: date) -> Board:
    filled = {one.seat for one in members}
    empty = tuple(ALL_SEATS[seat] for seat in KIND.seats if seat not in filled)
    due = consultation_due(talks, on)
    return Board(
        key=panel.pk, name=panel.name, seats=len(KIND.seats) - len(empty), gaps=empty,
        members=len(members), trained=sum(one.trained_on is not None and one.trained_on <= on for one in members),
        sworn=sum(one.sworn_on is not None and one.sworn_on <= on for one in members), signed=signed,
        consulted=None if due.outcome else due.reasons[0].on,
    )  # fmt: skip


def _tried(mine: QuerySet[Referral], year: SchoolYear) -> dict[str, int]:
    """How many referrals there are, had help on record before, had been heard elsewhere, went forward, and stand."""
    before = {"student": OuterRef("student"), "on__lt": OuterRef("made_on"), "on__gte": year.starts}
    home = [key for key, one in CONTACTS.items() if one.reaches_home]
    met = AgendaItem.objects.filter(
        student=OuterRef("student"), state=AgendaItem.State.DISCUSSED, meeting__on__lt=OuterRef("made_on"),
        meeting__on__gte=year.starts,
    )  # fmt: skip
    help_ = (
        Exists(Entry.objects.standing().filter(kind__in=home, **before))
        | Exists(Session.objects.filter(**before)) | Exists(Plan.objects.filter(**before)) | Exists(met)
    )  # fmt: skip
    last = SchoolYear(year.ending - 1).starts
    heard = Exists(
        Hearing.objects.filter(
            referrals__student=OuterRef("student"), state="held", day__on__range=(last, OuterRef("made_on"))
        ).exclude(panel__kind="sarb")
    )
    forward = Q(state__in=("accepted", "set", "heard", "forwarded", "closed"))
    return mine.aggregate(
        all=Count("pk"), helped=Count("pk", filter=help_), met=Count("pk", filter=Q(heard)),
        forward=Count("pk", filter=forward), standing=Count("pk", filter=forward & Q(step__stands=True)),
    )  # fmt: skip


def _agreed(held: QuerySet[Hearing]) -> Share:
    helping = Q(directives__party__in=("school", "agency"))
    rows = Agreement.objects.filter(hearing__in=held, directives__isnull=False)
    found = rows.aggregate(
        all=Count("pk", distinct=True), helping=Count("pk", filter=helping, distinct=True)
    )  # fmt: skip
    return Share(found["helping"], found["all"])


def _interpreted(held: QuerySet[Hearing]) -> Share:
    rows = held.exclude(language="en").order_by()
    return Share(*rows.aggregate(had=Count("pk", filter=~Q(interpreter=""), distinct=True),
                                 all=Count("pk", distinct=True)).values())  # fmt: skip


def _quorum(held: QuerySet[Hearing]) -> Share:
    """Hearings at which enough members are on record as present."""
    seats: dict[int, list[str]] = {pk: [] for pk in held.order_by().values_list("pk", flat=True)}
    rows = Seating.objects.filter(hearing__in=held.order_by().values("pk"), came=True)
    for hearing, seat in rows.values_list("hearing", "member__seat"):
        seats[hearing].append(seat)
    return Share(sum(quorum(KIND, one).outcome for one in seats.values()), len(seats))


def _returned(checks: QuerySet[Check]) -> Share:
    rows = checks.filter(after_days=90, directive__evidence="attendance").exclude(outcome="")
    found = Counter(rows.values_list("outcome", flat=True))
    return Share(found["kept"], sum(found.values()) - found["unknown"])


def _change(mine: QuerySet[Referral], year: SchoolYear) -> Change:
    """Everybody heard in the year, against themselves, around their first hearing."""
    rows = mine.filter(hearings__state="held").values("student").annotate(first=Min("hearings__day__on")).order_by()
    heard = {one["student"]: one["first"] for one in rows}
    found = around(year.ending, heard, window=WINDOW, needed=NEEDED)
    return Change(
        students=len(found), unknown=len(heard) - len(found), fewer=sum(one.after < one.before for one in found),
        before=sum(one.before for one in found), after=sum(one.after for one in found),
        days=sum(one.days for one in found),
    )  # fmt: skip


def as_table(found: Iterable[tuple[Area, list[Row]]]) -> Iterable[list[str]]:
    """The evidence as lines of a table: area, criterion, what is shown, what is missing, who can supply it."""
    yield ["Area", "Criterion", "Shown", "Missing", "Who can supply it"]
    for area, rows in found:
        for row in rows:
            told, lacks = (" ".join(text for text, _ in row.told), " ".join(row.missing))
            yield [area.title, row.criterion.title, told, lacks, row.criterion.who if lacks else ""]
        for words in area.elsewhere:
            what, _, who = words.rpartition(": ")
            yield [area.title, what, "", "No record here shows it.", who]
