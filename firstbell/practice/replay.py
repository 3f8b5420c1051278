"""A school year of the truancy process, night by night, with its late corrections, and a check of how it ended.

Invented staff follow what the law proposes each night: they file reports, send notices, try conferences, too early
and too late as well, and refer. Each night the repair withdraws what no longer stands. In the end `oracle` looks at
everything again, from the final truth. Start at replay().
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from numpy.random import Generator

from firstbell.law.compulsory import window
from firstbell.law.days import ABSENT, SEVERITY, Day, kind
from firstbell.law.ladder import needing_correction
from firstbell.law.marks import Code as Meaning
from firstbell.law.marks import read
from firstbell.law.policy import Policy, policy_on
from firstbell.law.steps import Coming, Ladder, Step, StepKind, standing_steps
from firstbell.practice import events
from firstbell.practice.codes import CODES, Code
from firstbell.practice.district import District, district
from firstbell.practice.marks import Marks
from firstbell.practice.oracle import holds
from firstbell.practice.plan import FEWEST_SCHOOLS, Plan

OCCASIONS = frozenset({Day.UNEXCUSED, Day.OCCASION})
CHANCE = {StepKind.REPORT: 0.25, StepKind.NOTICE: 0.4, StepKind.CONFERENCE: 0.15, StepKind.REFERRAL: 0.3}
"""How likely the office does on a day what the night before proposed."""
EARLY, COURTESY = 0.004, 0.03
"""How likely it calls a family with an occasion but no report yet, and one with a report but no need to be called."""


@dataclass(frozen=True, slots=True)
class Said:
    """One mark of a student's day: what it reads as first, and since `corrected` (the ordinal; None: taken back)."""

    entered: int
    corrected: int
    first: Day | None
    final: Day | None

    def known(self, on: int) -> Day | None:
        if on < self.entered:
            return None
        return self.final if on >= self.corrected else self.first


Cells = Mapping[int, Mapping[date, list[Said]]]
"""student -> day -> its marks, of the days that are or once were an occasion."""


@dataclass(frozen=True, slots=True)
class Year:
    students: int
    nights: tuple[date, ...]
    policy: Policy
    cells: Cells
    changed: Mapping[int, dict[int, set[date]]]
    """Ordinal of a night -> student -> days of which something new was said."""


@dataclass(slots=True)
class Case:
    """What the district knows of one student, and did. Places are indexes of nights."""

    occasions: set[date] = field(default_factory=set)
    steps: list[Step] = field(default_factory=list)
    withdrawn: list[tuple[Step, int]] = field(default_factory=list)
    ladder: Ladder = field(default_factory=Ladder)


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of a year. A delay of 1 is the nightly run that took the correction in; 0 means none was wrong."""

    students: int
    nights: int
    corrections: int
    reports: int
    notices: int
    attempts: int
    early_attempts: int
    referrals: int
    wrong_notices: int
    found: int
    longest_delay: int
    withdrawn: int
    referrals_stopped: int
    invalid_chains: int

    @property
    def sound(self) -> bool:
        """No referral rests on an invalid chain, and every wrong notice was found by the next nightly run."""
        return self.invalid_chains == 0 and self.found == self.wrong_notices and self.longest_delay <= 1


def replay(*, students: int = 2000, seed: int = 1913, nights: int | None = None, repair: int = 1) -> Figures:
    """Live through the first `nights` school nights of a year (all, when None) and look at how it ended.

    The repair runs each night; every `repair` nights, or never when 0, for showing that the check would see it.
    ValueError where a plan would refuse the size.
    """
    plan = Plan(students=students, schools=12 if students >= 240 else FEWEST_SCHOOLS, seed=seed)
    year = year_of(district(plan), nights)
    office = _Office(year, plan.rng("truancy office"), repair)
    for place in range(len(year.nights)):
        office.night(place)
    return _figures(year, office)


def year_of(whole: District, nights: int | None = None) -> Year:
    """Everything that will be said of the days that ever look like an occasion, inside compulsory education."""
    taught = tuple(date.fromordinal(int(day)) for day in whole.year.taught)[:nights]
    policy = policy_on(taught[-1])
    cells: dict[int, dict[date, list[Said]]] = defaultdict(lambda: defaultdict(list))
    changed: dict[int, dict[int, set[date]]] = defaultdict(lambda: defaultdict(set))
    for student, day, said in _said(whole, policy):
        cells[student][day].append(said)
    for student, days in cells.items():
        begins, ends = window(date.fromordinal(int(whole.people.born[student])))
        for day in [day for day, told in days.items() if not (begins <= day < ends and _ever(told))]:
            del days[day]
        for day, told in days.items():
            for moment in {one.entered for one in told} | {one.corrected for one in told}:
                changed[moment][student].add(day)
    return Year(whole.people.count, taught, policy, cells, changed)


def _said(whole: District, policy: Policy) -> Iterator[tuple[int, date, Said]]:
    for school in whole.schools:
        marks: Marks = events.year_of_marks(whole, school)
        students = whole.moves.student[whole.by_school[school.index]][marks.row]
        columns = (students, marks.day, marks.period, marks.first, marks.final, marks.entered, marks.corrected,
                   marks.minutes)  # fmt: skip
        for student, day, period, first, final, entered, corrected, minutes in zip(
            *(column.tolist() for column in columns), strict=True
        ):
            reads = [_meaning(code, minutes, period > 0, policy) for code in (first, final)]
            yield student, date.fromordinal(day), Said(entered, corrected, *reads)


@cache
def _meaning(code: int, minutes: int, of_period: bool, policy: Policy) -> Day | None:
    """A mark as a day, as `facts.reduce` takes it: one missed period is never a whole day."""
    if code == Code.NONE:
        return None
    row = CODES[code]
    meaning = Meaning(
        row.code, row.description, row.category, {"Y": True, "N": False}.get(row.excused), row.absence == "Y",
        row.truancy == "Y", row.ada == "Y", "OSS" if row.suspension == "OSS" else "ISS" if row.suspension else "",
        "ada" if row.study == "ADA" else "non_ada" if row.study else "", row.over30 == "Y",
    )  # fmt: skip
    day = kind(read(meaning, minutes=None if minutes < 0 else minutes, share=None, policy=policy).outcome)
    if of_period and day in ABSENT:
        return Day.OCCASION if day is Day.UNEXCUSED else Day.PARTIAL
    return day


def _ever(told: Iterable[Said]) -> bool:
    return any({one.first, one.final} & OCCASIONS for one in told)


def is_occasion(told: Iterable[Said], on: int) -> bool:
    """Whether a day counts by what was known of it on the evening of `on`: its most severe mark decides."""
    known = [day for one in told if (day := one.known(on)) is not None]
    return bool(known) and min(known, key=SEVERITY.index) in OCCASIONS


class _Office:
    """The people who work on what the night proposes, and the night itself."""

    def __init__(self, year: Year, rng: Generator, repair: int) -> None:
        self.year, self.rng, self.repair = year, rng, repair
        self.cases: dict[int, Case] = defaultdict(Case)
        self.unseen: set[int] = set()
        self.corrections = self.key = 0

    def night(self, place: int) -> None:
        """Take in what is new, withdraw what no longer stands, and let the next day's work be done."""
        on = self.year.nights[place]
        for student, days in self._news(place).items():
            case, cells = self.cases[student], self.year.cells[student]
            now = {day for day in days if is_occasion(cells[day], on.toordinal())}
            self.corrections += len((days - now) & case.occasions)
            case.occasions = (case.occasions - days) | now
            self._look(case, on)
            self.unseen.add(student)
        if self.repair and place % self.repair == 0:
            for student in self.unseen:
                self._repair(self.cases[student], place)
            self.unseen.clear()
        if place + 1 < len(self.year.nights):
            for _, case in sorted(self.cases.items()):
                self._work(case, self.year.nights[place + 1])

    def _news(self, place: int) -> dict[int, set[date]]:
        """What was said since the night before; files come on school days only."""
        upto = self.year.nights[place].toordinal()
        since = self.year.nights[place - 1].toordinal() if place else 0
        news: dict[int, set[date]] = defaultdict(set)
        for moment in (moment for moment in self.year.changed if since < moment <= upto):
            for student, days in self.year.changed[moment].items():
                news[student] |= days
        return news

    def _look(self, case: Case, on: date) -> None:
        case.ladder = standing_steps(sorted(case.occasions), case.steps, self.year.policy, on=on)

    def _repair(self, case: Case, place: int) -> None:
        """Withdraw what no longer stands. A meeting that came too early was still a meeting."""
        while needing_correction(case.ladder):
            wrong = {one.step.key for one in case.ladder.hollow if one.step.kind not in _MEETINGS}
            case.withdrawn += [(step, place) for step in case.steps if step.key in wrong]
            case.steps = [step for step in case.steps if step.key not in wrong]
            self._look(case, self.year.nights[place])

    def _work(self, case: Case, on: date) -> None:
        proposed = (*case.ladder.missing, *case.ladder.following)
        done = [self._step(one, case, on) for one in proposed if self.rng.random() < CHANCE[one.kind]]
        chance = COURTESY if case.ladder.standing(StepKind.REPORT) else EARLY
        if case.occasions and self.rng.random() < chance:
            done.append(self._taken(StepKind.ATTEMPT, on))
        if done:
            case.steps += done
            self._look(case, on)

    def _step(self, proposed: Coming, case: Case, on: date) -> Step:
        """A report names every occasion since the one before it, a notice those of its report."""
        if proposed.kind is StepKind.CONFERENCE:
            return self._taken(StepKind.ATTEMPT, on)
        reports = case.ladder.standing(StepKind.REPORT)
        days: Iterable[date] = ()
        if proposed.kind is StepKind.REPORT:
            last = reports[-1].on if reports else date.min
            days = (day for day in case.occasions if last < day <= on)
        elif proposed.kind is StepKind.NOTICE:
            days = (day for day in reports[proposed.number - 1].rested_on if day in case.occasions)
        return self._taken(proposed.kind, on, proposed.number, days)

    def _taken(self, what: StepKind, on: date, number: int = 1, days: Iterable[date] = ()) -> Step:
        self.key += 1
        return Step(what, on, number, tuple(sorted(days)), key=self.key)


_MEETINGS = (StepKind.ATTEMPT, StepKind.CONFERENCE)


def _figures(year: Year, office: _Office) -> Figures:
    ever = [step for case in office.cases.values() for step in _ever_taken(case)]
    delays = [delay for student, case in office.cases.items() for delay in _delays(year, student, case)]
    kinds = [step.kind for step in ever]
    return Figures(
        students=year.students,
        nights=len(year.nights),
        corrections=office.corrections,
        reports=kinds.count(StepKind.REPORT),
        notices=kinds.count(StepKind.NOTICE),
        attempts=kinds.count(StepKind.ATTEMPT),
        early_attempts=sum(_is_early(case) for case in office.cases.values()),
        referrals=kinds.count(StepKind.REFERRAL),
        wrong_notices=len(delays),
        found=sum(delay is not None for delay in delays),
        longest_delay=max((delay for delay in delays if delay is not None), default=0),
        withdrawn=sum(len(case.withdrawn) for case in office.cases.values()),
        referrals_stopped=sum(
            step.kind is StepKind.REFERRAL for case in office.cases.values() for step, _ in case.withdrawn
        ),
        invalid_chains=sum(_invalid(year, student, case) for student, case in office.cases.items()),
    )


def _ever_taken(case: Case) -> list[Step]:
    return case.steps + [step for step, _ in case.withdrawn]


def _is_early(case: Case) -> int:
    """Attempts made before any report was filed."""
    filed = min((step.on for step in _ever_taken(case) if step.kind is StepKind.REPORT), default=date.max)
    return sum(step.kind is StepKind.ATTEMPT and step.on < filed for step in case.steps)


def _truth(year: Year, student: int, on: date) -> set[date]:
    """Every occasion of a student from the marks themselves, as known on the evening of `on`."""
    return {day for day, told in year.cells[student].items() if is_occasion(told, on.toordinal())}


def _delays(year: Year, student: int, case: Case) -> Iterator[int | None]:
    """Of each notice that was ever wrong: in how many nightly runs it was found; None if it never was."""
    gone = {step.key: place for step, place in case.withdrawn}
    last = len(year.nights)
    record = _ever_taken(case)
    for notice in [step for step in record if step.kind is StepKind.NOTICE]:
        for place in range(year.nights.index(notice.on), last):
            standing = [s for s in record if s.on <= year.nights[place] and gone.get(s.key, last) >= place]
            if notice not in standing:
                break
            if _is_quiet(year, student, place, notice):
                continue
            if not holds(notice, standing, _truth(year, student, year.nights[place])):
                yield gone[notice.key] - place + 1 if notice.key in gone else None
                break


def _is_quiet(year: Year, student: int, place: int, notice: Step) -> bool:
    """Nothing was said of the student since the night before, so what was right then still is."""
    night, before = year.nights[place].toordinal(), year.nights[place - 1].toordinal() if place else 0
    news = any(student in year.changed.get(moment, ()) for moment in range(before + 1, night + 1))
    return not news and year.nights[place] != notice.on


def _invalid(year: Year, student: int, case: Case) -> int:
    """Referrals that stand in the end although the final truth gives them no ground."""
    truth = _truth(year, student, year.nights[-1])
    return sum(step.kind is StepKind.REFERRAL and not holds(step, case.steps, truth) for step in case.steps)
