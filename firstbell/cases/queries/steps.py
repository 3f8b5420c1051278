"""Reads over the truancy process: one student's ladder, what is hollow, what is due, what late corrections changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from firstbell.attendance import queries as attendance
from firstbell.attendance.models import CountChange
from firstbell.cases.models import Ladder, Step
from firstbell.cases.rules import Stand, stand, title_of, why_not, words
from firstbell.core import citing, clock
from firstbell.core.access import Scope
from firstbell.core.templatetags.ui import plural_s, short_day
from firstbell.law import chronic
from firstbell.law.calendar import SchoolYear
from firstbell.law.days import description
from firstbell.law.findings import Reason, spoken
from firstbell.law.ladder import State
from firstbell.law.policy import Policy, policy_on
from firstbell.law.steps import SECTION, Coming, Ground, StepKind, Verdict
from firstbell.law.steps import Ladder as Rungs
from firstbell.law.steps import Step as Taken
from firstbell.roster.models import Arrival, Mark, Student


@dataclass(frozen=True, slots=True)
class Facts:
    """One student's school year as it is known now. `rows` are the steps of every year, the withdrawn ones apart."""

    student: Student
    year: attendance.Year
    on: date
    policy: Policy
    occasions: list[date]
    rows: list[Step]
    withdrawn: list[Step]
    grounds: frozenset[Ground]

    @property
    def steps(self) -> list[Taken]:
        return [taken(row) for row in self.rows]

    def stand(self) -> Stand | None:
        figures = self.year.figures
        return stand(
            self.occasions, self.steps, self.policy, on=self.on, grounds=self.grounds,
            unexcused_days=figures["unexcused"], schooldays=figures["enrolled"],
        )  # fmt: skip


def facts_of(
    student: Student, on: date, ground: Ground = Ground.HABITUAL, year: attendance.Year | None = None
) -> Facts:
    """What the ladder of a student rests on, up to the later of `on` and today, in the school year of `on`.

    `ground` is that of a referral about to be made on `on`; `year` the student's year where it was read already.
    ValueError when the year has no data, or not of this student.
    """
    upto = min(max(on, clock.today()), SchoolYear.of(on).ends)
    year = year or attendance.year_of(student, upto)
    every = list(Step.objects.filter(student=student, on__lte=upto).order_by("on", "pk"))
    rows = [row for row in every if row.withdrawn_on is None]
    withdrawn = [row for row in every if row.withdrawn_on is not None]
    occasions = [day.on for day in year.days if day.occasion]
    referred = [(row.ground, row.on) for row in rows if row.on in SchoolYear.of(on)] + [(ground, on)]
    return Facts(student, year, upto, policy_on(upto), occasions, rows, withdrawn, grounds_of(student, referred))


def taken(row: Step) -> Taken:
    """A step as the law reads it; its key is the primary key."""
    rested = tuple(date.fromisoformat(day) for day in row.rests_on)
    return Taken(StepKind(row.kind), row.on, row.number, rested, Ground(row.ground), row.pk)


def grounds_of(student: Student, referred: Iterable[tuple[str, date]]) -> frozenset[Ground]:
    """The grounds other than habitual truancy on which (ground, day) were referrals that hold.

    A student was chronically absent or not on the day of the referral (EC 60901); who comes to school since does not
    undo it. Conduct is what a person says it is.
    """
    chronically = any(ground == Ground.CHRONIC and _chronic(student, day) for ground, day in referred)
    return frozenset({Ground.CONDUCT} | ({Ground.CHRONIC} if chronically else set()))


def _chronic(student: Student, on: date) -> bool:
    figures = attendance.year_of(student, on).figures
    absent, enrolled = figures["absent"], figures["enrolled"]
    return bool(chronic.chronic(absent, enrolled, enrolled - absent, policy_on(on)).outcome)


def evidence(facts: Facts, days: Iterable[date]) -> dict[str, Any]:
    """What is frozen with a step: each day with its code as recorded, its byte and the arrival that brought it."""
    wanted = sorted(set(days))
    marks = Mark.objects.filter(student=facts.student, year=facts.year.arrival.year, day__in=wanted)
    stated: dict[date, list[Mark]] = {day: [] for day in wanted}
    for mark in marks.filter(withdrawals=None).select_related("code").order_by("period", "pk"):
        stated[mark.day].append(mark)
    return {
        "arrival": facts.year.arrival.pk,
        "policy": facts.policy.version,
        "days": [
            {
                "day": day.isoformat(),
                "code": _codes(said),
                "byte": facts.year.bytes_on[day],
                "arrival": max((one.arrival_id for one in said), default=None),
            }
            for day, said in stated.items()
        ],
    }


def _codes(said: Iterable[Mark]) -> str:
    """`U`, `T (period 3)`, `U (all day, periods 1, 2)`: each code of a day once, with the periods it was given for."""
    periods: dict[str, list[str]] = {}
    for mark in said:
        periods.setdefault(mark.code.code, []).append(mark.period)
    told = []
    for code, of in periods.items():
        named = [period for period in of if period]
        where = f"period{'s' if len(named) > 1 else ''} {', '.join(named)}"
        told.append(f"{code} ({'all day, ' if '' in of else ''}{where})" if named else code)
    return "; ".join(told)


@dataclass(frozen=True, slots=True)
class Climb:
    """A student's ladder as a page shows it. `items` have the shape that `<c-steps>` takes."""

    label: str
    items: list[dict[str, str]]
    hollow: list[Step]
    coming: list[str]
    report: int
    """The number of the report that can be confirmed; 0 for none."""
    meet: bool
    """Whether an attempt or a conference would count."""


def ladder_of(student: Student, *, on: date | None = None, year: attendance.Year | None = None) -> Climb | None:
    """Where a student stands today, or stood on `on` by what is known now; `year` as for `facts_of`.

    None where nothing was done and too little happened, or nothing is known.
    """
    try:
        facts = facts_of(student, on or clock.today(), year=year)
    except ValueError:
        return None
    found = facts.stand() or Stand(Rungs(), State.NONE, ())
    rows = {row.pk: row for row in facts.rows}
    judged = [(one.step.on, _rung(rows[one.step.key], one)) for one in found.ladder.verdicts]
    judged += [(row.on, _withdrawn(row)) for row in facts.withdrawn if row.year == facts.year.arrival.year]
    if not (judged or found.ladder.missing or found.ladder.following or found.ladder.carried):
        return None
    ladder = found.ladder
    return Climb(
        label=found.state.label,
        items=[_carried(rows[step.key]) for step in ladder.carried]
        + [item for _, item in sorted(judged, key=lambda pair: pair[0])]
        + [_ahead(one, missing=True) for one in ladder.missing]
        + [_ahead(one, missing=False) for one in ladder.following],
        hollow=[row for row in facts.rows if not row.stands],
        coming=[words(one) for one in (*ladder.missing, *ladder.following)],
        report=next((one.number for one in ladder.following if one.kind is StepKind.REPORT), 0),
        meet=bool(ladder.standing(StepKind.REPORT)),
    )


def _rung(row: Step, verdict: Verdict) -> dict[str, str]:
    section = verdict.reason.section
    if not verdict.stands:
        since = f" since {short_day(row.hollow_on)}" if row.hollow_on else ""
        return _item("void", row.title, f"No longer stands{since}", section)
    held = f"{plural_s(len(row.rests_on), 'occasion')} by " if row.kind == StepKind.REPORT else ""
    return _item("done", row.title, f"{held}{short_day(row.on)}", section)


def _withdrawn(row: Step) -> dict[str, str]:
    told = f"Withdrawn {short_day(row.withdrawn_on)}, no longer stands"
    return _item("void", row.title, told, SECTION[StepKind(row.kind)])


def _carried(row: Step) -> dict[str, str]:
    return _item("done", row.title, f"{short_day(row.on)} {row.on.year}, still open", SECTION[StepKind(row.kind)])


def _ahead(one: Coming, *, missing: bool) -> dict[str, str]:
    if not missing:
        title = title_of(one.kind, one.number)
        return _item("later", title, f"possible since {short_day(one.since)}", one.reason.section)
    kind = StepKind.ATTEMPT if one.kind is StepKind.CONFERENCE else one.kind  # an attempt is enough
    due = f"due by {short_day(one.due)}" if one.due else f"called for since {short_day(one.since)}"
    return _item("next", f"Missing: {title_of(kind, one.number).lower()}", due, one.reason.section)


def _item(state: str, title: str, text: str, section: str) -> dict[str, str]:
    return {"state": state, "title": title, "text": text, "url": citing.address(section), "link": section}


@dataclass(frozen=True, slots=True)
class Offer:
    """A step somebody may take: its number, the days it would rest on, what of them would be frozen; or why not."""

    number: int
    rests_on: tuple[date, ...]
    evidence: dict[str, Any]
    no: tuple[Reason, ...]


def offer(
    facts: Facts, kind: StepKind, on: date, *, rests_on: Sequence[date] | None = None, number: int | None = None,
    ground: Ground = Ground.HABITUAL,
) -> Offer:  # fmt: skip
    """What a step of this kind on this day would be. The law is asked with the step in its place among the others."""
    before = facts.stand()
    reports = before.ladder.standing(StepKind.REPORT) if before else []
    told = {step.number for step in before.ladder.standing(StepKind.NOTICE)} if before else set()
    number = number or _number(kind, reports, told)
    days = tuple(sorted(rests_on)) if rests_on is not None else _days(kind, number, on, reports, facts.occasions)
    step = Taken(kind, on, number, days, ground)
    shown = days or [day for report in reports for day in report.rested_on if kind is StepKind.REFERRAL]
    return Offer(number, days, evidence(facts, shown), tuple(_refusals(facts, before, step)))


def _number(kind: StepKind, reports: Sequence[Taken], told: set[int]) -> int:
    if kind is StepKind.REPORT:
        return len(reports) + 1
    if kind is StepKind.NOTICE:
        return next((one.number for one in reports if one.number not in told), len(reports) or 1)
    return 1


def _days(
    kind: StepKind, number: int, on: date, reports: Sequence[Taken], occasions: Sequence[date]
) -> tuple[date, ...]:
    """A report names every occasion since the one before it; a notice those of its report that still count."""
    if kind is StepKind.REPORT:
        last = max((one.on for one in reports if one.number < number), default=date.min)
        return tuple(day for day in occasions if last < day <= on)
    if kind is StepKind.NOTICE:
        return tuple(day for one in reports if one.number == number for day in one.rested_on if day in occasions)
    return ()


def _refusals(facts: Facts, before: Stand | None, step: Taken) -> Iterable[Reason]:
    for day in step.rested_on:
        if day not in facts.occasions:
            yield Reason("EC 48260(a)", f"{spoken(day)} is not an unexcused occasion.", day)
    after = stand([*facts.occasions], [*facts.steps, step], facts.policy, on=facts.on, grounds=facts.grounds)
    stood = {one.step.key for one in before.ladder.verdicts if one.stands} if before else set()
    for verdict in after.ladder.verdicts if after else ():
        if verdict.step.key == step.key and not verdict.stands:
            yield why_not(verdict)
        elif verdict.step.key in stood and not verdict.stands:
            sentence = f"A step that was taken already would lose its ground: {verdict.reason.sentence}"
            yield Reason(verdict.reason.section, sentence)


def hollow(since: date | None = None) -> QuerySet[Step]:
    """Steps that no longer stand and that nobody has withdrawn, newest first; found so on `since` or later."""
    found = Step.objects.hollow().filter(**({"hollow_on__gte": since} if since else {}))
    return found.select_related("student__school", "hollow_arrival", "by").order_by("-hollow_on", "-pk")


def due(kind: str) -> QuerySet[Ladder]:
    """The ladders (of the last night) on which a step of this kind is missing or may come next, soonest due first."""
    found = Ladder.objects.filter(Q(missing__regex=rf"\m{StepKind(kind)}\M") | Q(next_step=kind))
    return found.select_related("student", "school").order_by(F("due_by").asc(nulls_last=True), "next_from", "pk")


def fallen(scope: Scope, school: str = "") -> QuerySet[Step]:
    """Every step in scope that no longer stands, withdrawn ones too, newest found first; of one school, or of all.

    A school that is no number, or out of scope, has none.
    """
    found = Step.objects.visible_to(scope).filter(_at(school), stands=False)
    found = found.select_related("student__school", "hollow_arrival", "withdrawn_by")
    return found.order_by("-hollow_on", "-pk")


def _at(school: str) -> Q:
    """Students of one school, of all for "", and of none for what is no number."""
    if not school:
        return Q()
    return Q(student__school=int(school)) if school.isdecimal() and len(school) < 10 else Q(pk__in=())


def recounted(scope: Scope, school: str = "") -> QuerySet[CountChange]:
    """Past days in scope that later facts made count otherwise, with the counts they moved; newest found first."""
    moved = ~Q(occasions_was=F("occasions_now"), absent_was=F("absent_now"))
    found = CountChange.objects.visible_to(scope).filter(_at(school), moved)
    return found.select_related("student__school", "arrival").order_by("-found_at", "-pk")


@dataclass(frozen=True, slots=True)
class Recount:
    """One line of the counts that changed, and the steps that fell with it."""

    change: CountChange
    was: str
    now: str
    fell: list[Step]


def recounts(changes: Sequence[CountChange]) -> list[Recount]:
    """The lines of one page, in one query for all of them."""
    fell: dict[tuple[int, int], list[Step]] = {}
    arrivals, students = {one.arrival_id for one in changes}, {one.student_id for one in changes}
    for step in Step.objects.filter(stands=False, hollow_arrival__in=arrivals, student__in=students).order_by(
        "on", "pk"
    ):
        fell.setdefault((step.student_id, step.hollow_arrival_id), []).append(step)
    return [
        Recount(
            one, description(one.was_kind), description(one.now_kind), fell.get((one.student_id, one.arrival_id), [])
        )
        for one in changes
    ]


@dataclass(frozen=True, slots=True)
class Fall:
    """One line of the change list. `was` and `now` count the occasions the step named; 0 where it named none."""

    step: Step
    was: int
    now: int
    lost: list[date]


def fall(step: Step) -> Fall:
    lost = [date.fromisoformat(day) for day in step.hollow_lost]
    return Fall(step, len(step.rests_on), len(step.rests_on) - len(lost), lost)


def offer_now(student: Student, kind: StepKind) -> Offer | None:
    """What a step of this kind would be if it was taken today; None where nothing is known of the student's year."""
    try:
        facts = facts_of(student, clock.today())
    except ValueError:
        return None
    return offer(facts, kind, clock.today())


def shown(one: Offer) -> list[tuple[date, str, str, Arrival | None]]:
    """Day, code, meaning and source of each line of evidence, for people."""
    days = one.evidence["days"]
    arrivals = Arrival.objects.in_bulk({told["arrival"] for told in days if told["arrival"]})
    return [
        (date.fromisoformat(told["day"]), told["code"], description(told["byte"]),
         arrivals[told["arrival"]] if told["arrival"] else None)
        for told in days
    ]  # fmt: skip
