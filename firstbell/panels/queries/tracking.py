"""From referral to outcome: a year's figures by panel, what is late, and the report to the county (EC 48273)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Min, Q, QuerySet

from firstbell.attendance.cells import suppress
from firstbell.core.access import Scope
from firstbell.law.calendar import SchoolYear
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import Check, CountyReport, Decision, Hearing, Referral
from firstbell.panels.models.agreements import SIDES
from firstbell.panels.rules.referrals import GROUNDS
from firstbell.panels.rules.tracking import SEXES, SPANS, Line, Share, Waited, sex_of, span_of, tallied, waited
from firstbell.roster.models import Program

FEW = "10 or fewer"
REPORT_COLUMNS = ("Referrals to a review board", "Requests for mediation", "Requests for a petition")
OUTCOME_OWED = timedelta(30)
"""After so long without word from the agency, its answer is asked for (EC 48297)."""


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a year's referrals to one kind of panel came. `appeared` counts hearings, the rest referrals."""

    kind: str
    title: str
    made: int
    withdrawn: int
    waiting: int
    heard: int
    closed: int
    forwarded: int
    appeared: Share
    waited: Waited


@dataclass(frozen=True, slots=True)
class Kept:
    """Directives of one side by the newest thing said of each."""

    side: str
    title: str
    kept: int
    late: int
    broken: int
    unknown: int

    @property
    def said(self) -> int:
        return self.kept + self.late + self.broken + self.unknown


@dataclass(frozen=True, slots=True)
class Tracked:
    year: SchoolYear
    stages: list[Stage]
    sides: list[Kept]
    returned: Share
    overdue: int
    owed: list[Decision]
    waiting: list[Referral]


def tracking(scope: Scope, year: SchoolYear, today: date) -> Tracked:
    """A school year's figures, of the students in scope. A handful of queries, whatever the district's size."""
    mine = Referral.objects.visible_to(scope).filter(made_on__range=(year.starts, year.ends))
    checks = Check.objects.filter(directive__agreement__hearing__day__on__range=(year.starts, year.ends))
    checks = checks.filter(directive__student__in=mine.values("student"))
    ninety = checks.filter(after_days=90, directive__evidence="attendance").exclude(outcome="")
    returned = Counter(ninety.values_list("outcome", flat=True))
    return Tracked(
        year=year, stages=stages(mine), sides=sides(checks),
        returned=Share(returned["kept"], sum(returned.values()) - returned["unknown"]),
        overdue=checks.filter(outcome="", due_on__lt=today).count(), owed=_owed(scope, today),
        waiting=_waiting(scope, today),
    )  # fmt: skip


def stages(mine: QuerySet[Referral]) -> list[Stage]:
    counted: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for kind, state, n in mine.values_list("panel__kind", "state").annotate(n=Count("pk")).order_by():
        counted[kind][state] += n
    hearings = Hearing.objects.filter(referrals__in=mine, state__in=("held", "no_show")).distinct()
    appeared: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for kind, state, n in (
        hearings.values_list("panel__kind", "state").annotate(n=Count("pk", distinct=True)).order_by()
    ):
        appeared[kind][state] += n
    return [_stage(kind, counted[kind], appeared[kind], _days(mine, kind)) for kind in KINDS]


def _stage(kind: str, by: Counter[str], came: Counter[str], days: list[tuple[int, int]]) -> Stage:
    return Stage(
        kind, KINDS[kind].short, sum(by.values()), by["withdrawn"],
        sum(by[state] for state in ("draft", "sent", "returned", "accepted", "set")),
        sum(by[state] for state in ("heard", "forwarded", "closed")), by["closed"], by["forwarded"],
        Share(came["held"], came["held"] + came["no_show"]), waited(days),
    )  # fmt: skip


def _days(mine: QuerySet[Referral], kind: str) -> list[tuple[int, int]]:
    """(days waited, days aimed at) of each referral of a kind that was heard."""
    rows = mine.filter(panel__kind=kind, sent_on__isnull=False, hearings__state="held")
    heard = rows.values("pk", "sent_on").annotate(first=Min("hearings__day__on")).order_by()
    return [((one["first"] - one["sent_on"]).days, KINDS[kind].clocks.hear_within) for one in heard]


def sides(checks: QuerySet[Check]) -> list[Kept]:
    """By side, school and agency first: it is they who promised help."""
    newest: dict[int, tuple[str, str]] = {}
    rows = checks.exclude(outcome="").order_by("after_days")
    for directive, party, outcome in rows.values_list("directive", "directive__party", "outcome"):
        newest[directive] = (party, outcome)
    found = Counter(newest.values())
    order = ("school", "agency", "family", "student")
    return [
        Kept(side, SIDES[side], *(found[side, outcome] for outcome in ("kept", "late", "broken", "unknown")))
        for side in order
    ]


def _owed(scope: Scope, today: date) -> list[Decision]:
    """Mediations and petitions whose outcome has not come back for a month, oldest first."""
    rows = Decision.objects.visible_to(scope).filter(
        what__in=("mediation", "court"), outcome="", on__lt=today - OUTCOME_OWED
    )
    return list(rows.select_related("referral__student", "referral__panel").order_by("on", "pk")[:25])


def _waiting(scope: Scope, today: date) -> list[Referral]:
    """Accepted referrals past the day by which the district aims to hear them, longest waiting first."""
    late = Q(pk__in=())
    for kind, one in KINDS.items():
        late |= Q(panel__kind=kind, accepted_on__lt=today - timedelta(one.clocks.hear_within))
    rows = Referral.objects.visible_to(scope).filter(late, state="accepted")
    return list(rows.select_related("student", "panel", "school").order_by("accepted_on", "pk")[:25])


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the report. Cells are words: small numbers are hidden with what would give them away."""

    title: str
    rows: list[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Report:
    year: SchoolYear
    totals: list[tuple[str, int]]
    types: list[tuple[str, int]]
    tables: list[Table]


def report(scope: Scope, year: SchoolYear) -> Report:
    """Numbers and types of referrals to review boards and of requests for petitions in a school year (EC 48273).

    Subgroup tables hide 10 or fewer and what would give them away.
    """
    within = (year.starts, year.ends)
    referred = Referral.objects.visible_to(scope).filter(panel__kind="sarb", made_on__range=within)
    referred = referred.exclude(state__in=("draft", "withdrawn"))
    decided = Decision.objects.visible_to(scope).filter(on__range=within, what__in=("mediation", "court"))
    rows = [(0, *one) for one in _people(referred, "student")]
    rows += [(1 if what == "mediation" else 2, *one) for what, one in _decided(decided)]
    totals = Counter(column for column, *_ in rows)
    grounds = Counter(referred.values_list("ground", flat=True))
    return Report(
        year, [(title, totals[at]) for at, title in enumerate(REPORT_COLUMNS)],
        [(words, grounds[key]) for key, words in GROUNDS.items() if key != "other"], _tables(rows, year),
    )  # fmt: skip


_Person = tuple[int, str | None, str | None]


def _people(rows: QuerySet[Referral], student: str) -> Iterable[_Person]:
    return rows.values_list(student, f"{student}__grade", f"{student}__sex")


def _decided(rows: QuerySet[Decision]) -> Iterable[tuple[str, _Person]]:
    asked = ("what", "referral__student", "referral__student__grade", "referral__student__sex")
    return ((what, (pk, grade, sex)) for what, pk, grade, sex in rows.values_list(*asked))


def _tables(rows: Sequence[tuple[int, int, str | None, str | None]], year: SchoolYear) -> list[Table]:
    spans = [title for title, _ in SPANS]
    by_grade = tallied(((span_of(grade), column) for column, _, grade, _ in rows), 3, spans)
    by_sex = tallied(((sex_of(sex), column) for column, _, _, sex in rows), 3, SEXES.values())
    programs: dict[int, set[str]] = {}
    held = Program.objects.filter(student__in={pk for _, pk, *_ in rows}, live=True, begins_on__lte=year.ends)
    held = held.filter(Q(ends_on=None) | Q(ends_on__gte=year.starts))
    for pk, program in held.values_list("student", "program"):
        programs.setdefault(pk, set()).add(program)
    by_program = tallied(((program, column) for column, pk, *_ in rows for program in programs.get(pk, ())), 3)
    return [
        Table("By grade", _hidden(by_grade, partition=True)), Table("By sex", _hidden(by_sex, partition=True)),
        Table("By program (a student may be in several)", _hidden(by_program, partition=False)),
    ]  # fmt: skip


def _hidden(lines: Sequence[Line], *, partition: bool) -> list[tuple[str, ...]]:
    columns = [suppress(column, total_shown=partition) for column in zip(*(one.counts for one in lines), strict=True)]
    cells = [[FEW if one is None else f"{one:,}" for one in column] for column in columns]
    return [(line.group, *told) for line, told in zip(lines, zip(*cells, strict=True), strict=True)]


def sent(year: SchoolYear) -> CountyReport | None:
    """The newest record that the district's report of a school year went to the county."""
    return CountyReport.objects.filter(year=year.ending).select_related("by").order_by("-pk").first()


def open_of(students: Sequence[int]) -> dict[int, Referral]:
    """Student to their newest open referral; one query for a list."""
    rows = Referral.objects.open().filter(student__in=students).select_related("panel").order_by("pk")
    return {one.student_id: one for one in rows}


def unready(scope: Scope) -> QuerySet[Referral]:
    """Open referrals whose step of the ladder no longer stands: they wait for somebody to withdraw or mend them."""
    return Referral.objects.visible_to(scope).open().filter(step__stands=False).select_related("student", "panel")


def years(scope: Scope, today: date) -> list[SchoolYear]:
    """This school year, and those before it in which anybody in scope was referred, newest first."""
    known = set(Referral.objects.visible_to(scope).values_list("year", flat=True).distinct())
    return [SchoolYear(ending) for ending in sorted(known | {SchoolYear.of(today).ending}, reverse=True)]
