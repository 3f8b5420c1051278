"""Which dated steps of the truancy process still stand on the occasions as they are known now (EC 48260 to 48263.5).

An excuse that comes late takes an occasion away. What rested on it and no longer rests on enough is hollow: a
person withdraws it and the family is told; nothing is ever deleted. Start at standing_steps().
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from firstbell.law.calendar import SchoolYear
from firstbell.law.findings import Reason, count, spoken
from firstbell.law.policy import Policy


class StepKind(StrEnum):
    REPORT = "report"
    NOTICE = "notice"
    ATTEMPT = "attempt"
    CONFERENCE = "conference"
    REFERRAL = "referral"
    INQUIRY = "inquiry"
    MEDIATION = "mediation"
    COURT = "court"


class Ground(StrEnum):
    """Why a student may be referred to a review board (EC 48263)."""

    HABITUAL = "habitual"
    CHRONIC = "chronic"
    CONDUCT = "conduct"

    @property
    def words(self) -> str:
        return _GROUNDS[self]


_GROUNDS = {
    Ground.HABITUAL: "habitual truancy",
    Ground.CHRONIC: "chronic absence",
    Ground.CONDUCT: "habitually insubordinate or disorderly conduct",
}


SECTION = {
    StepKind.REPORT: "EC 48261",
    StepKind.NOTICE: "EC 48260.5",
    StepKind.ATTEMPT: "EC 48262",
    StepKind.CONFERENCE: "EC 48262",
    StepKind.REFERRAL: "EC 48263",
    StepKind.INQUIRY: "EC 48291",
    StepKind.MEDIATION: "EC 48263.5",
    StepKind.COURT: "In re A.N.",
}
_MEETINGS = frozenset({StepKind.ATTEMPT, StepKind.CONFERENCE})
_LASTING = frozenset({StepKind.REFERRAL, StepKind.MEDIATION, StepKind.COURT})
_ORDER = {kind: place for place, kind in enumerate(StepKind)}


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done on a day.

    `number` is that of the report, or of the report a notice tells about; 1 where it is not a matter of reports.
    `rested_on` are the occasions it named, in any order; empty when none were kept, and then every occasion it
    could have named speaks for it. `key` is the caller's own.
    """

    kind: StepKind
    on: date
    number: int = 1
    rested_on: tuple[date, ...] = ()
    ground: Ground = Ground.HABITUAL
    key: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a step stands, and why or why not. `lost` are days it named that are no longer occasions."""

    step: Step
    stands: bool
    why: str
    section: str
    lost: tuple[date, ...] = ()

    @property
    def reason(self) -> Reason:
        """Worded when asked for: a district's nightly run judges far more steps than it shows."""
        words = "stands" if self.stands else "does not stand"
        sentence = f"The {self.step.kind} of {spoken(self.step.on)} {words}: {self.why}."
        return Reason(self.section, sentence, self.step.on)


@dataclass(frozen=True, slots=True)
class Coming:
    """A step that is missing or may come next, the first day it could be taken, and the day it is due, if one is."""

    kind: StepKind
    number: int
    since: date
    reason: Reason
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Ladder:
    """One student's year. `carried` are referrals, notices to the court side and petitions of earlier years.

    Those outlive July 1; every count begins anew on it (EC 37200).
    """

    verdicts: tuple[Verdict, ...] = ()
    missing: tuple[Coming, ...] = ()
    following: tuple[Coming, ...] = ()
    carried: tuple[Step, ...] = ()

    @property
    def hollow(self) -> tuple[Verdict, ...]:
        return tuple(verdict for verdict in self.verdicts if not verdict.stands)

    def standing(self, *kinds: StepKind) -> list[Step]:
        """Steps of these kinds that stand, earliest first."""
        return [verdict.step for verdict in self.verdicts if verdict.stands and verdict.step.kind in kinds]


_EMPTY = Ladder()


def standing_steps(
    occasions: Sequence[date],
    steps: Sequence[Step],
    policy: Policy,
    *,
    on: date | None = None,
    tardies: Iterable[date] = (),
    grounds: Collection[Ground] = (),
) -> Ladder:
    """What stands, what is hollow, what is missing and what may follow, in the school year of `on`.

    `occasions` are the year's as known now (`truancy.occasions`), `tardies` short unexcused ones, which count only
    where the district follows EC 48261 to the letter, `grounds` those for a referral that hold for other reasons.
    Without `on` the latest fact says the year. Facts after `on` or of other years are left aside, so that every
    input has an answer; the order in which anything is given never matters.
    """
    if not steps and len(occasions) < policy.truancy.occasions:
        return _EMPTY
    today = on or max([*occasions, *(step.on for step in steps)])
    starts = SchoolYear.of(today).starts
    known = [day for day in occasions if starts <= day <= today]
    short = [day for day in tardies if starts <= day <= today] if policy.truancy.report_any_tardy else []
    named = Counter(known)
    climb = _Climb(policy, named, named + Counter(short) if short else named, frozenset(grounds))
    taken = sorted((step for step in steps if starts <= step.on <= today), key=_in_order)
    verdicts = tuple(climb.judge(step) for step in taken)
    carried = tuple(sorted((step for step in steps if step.on < starts and step.kind in _LASTING), key=_in_order))
    return Ladder(verdicts, climb.missing(), climb.following(), carried)


def _in_order(step: Step) -> tuple[date, int, int, tuple[date, ...], int]:
    return step.on, _ORDER[step.kind], step.number, tuple(sorted(step.rested_on)), step.key


@dataclass(slots=True)
class _Climb:
    """One pass over a year's steps in the order of their days."""

    policy: Policy
    occasions: Counter[date]
    repeats: Counter[date]
    grounds: frozenset[Ground]
    reports: list[Step] = field(default_factory=list)
    told: list[Step] = field(default_factory=list)
    tried: list[Step] = field(default_factory=list)
    referred: list[Step] = field(default_factory=list)

    def judge(self, step: Step) -> Verdict:
        match step.kind:
            case StepKind.REPORT:
                return self._report(step)
            case StepKind.NOTICE:
                return self._notice(step)
            case StepKind.ATTEMPT | StepKind.CONFERENCE:
                return self._meeting(step)
            case StepKind.REFERRAL:
                return self._referral(step)
            case StepKind.MEDIATION:
                return _verdict(step, bool(self.referred), "the review board's referral stands", "no referral stands")
            case StepKind.COURT:
                needed = self.policy.truancy.juvenile_reports
                enough = f"{count(len(self.reports), 'report')} of {needed} stand"
                return _verdict(step, len(self.reports) >= needed, enough, f"only {enough}")
        return _verdict(step, True, "a complaint was looked into", "")

    def missing(self) -> tuple[Coming, ...]:
        """What the reports that stand call for and has not been done."""
        if not self.reports:
            return ()
        rules, first, found = self.policy.truancy, self.reports[0], []
        if not any(step.number == 1 for step in self.told):
            due = first.on + timedelta(rules.notice_target_days)
            untold = Reason("EC 48260.5", "The family has not been notified of the first report.", first.on)
            found.append(Coming(StepKind.NOTICE, 1, first.on, untold, due))
        if len(self.reports) >= rules.habitual_reports and len(self.tried) < rules.conference_attempts:
            alone = Reason(
                "EC 48262", "Nobody has tried to meet the family since the first report was filed.", first.on
            )
            found.append(Coming(StepKind.CONFERENCE, 1, first.on, alone))
        return tuple(found)

    def following(self) -> tuple[Coming, ...]:
        found = []
        place, last = len(self.reports), self.reports[-1].on if self.reports else date.min
        ripe = sorted(day for day in self._pool(place).elements() if day > last)
        if len(ripe) >= self._needed(place):
            since = ripe[self._needed(place) - 1]
            sentence = f"Unexcused on {spoken(since)}{f', after report {place}' if place else ''}."
            found.append(Coming(StepKind.REPORT, place + 1, since, Reason(self._cite(place), sentence, since)))
        if self._habitual() and not self.referred:
            since = max(self.reports[self.policy.truancy.habitual_reports - 1].on, self.tried[0].on)
            ready = Reason("EC 48263", "Three reports stand and a conference was tried: a referral may be made.", since)
            found.append(Coming(StepKind.REFERRAL, 1, since, ready))
        return tuple(found)

    def _report(self, step: Step) -> Verdict:
        place, last = len(self.reports), self.reports[-1].on if self.reports else date.min
        kept, lost = self._kept(step, place, last)
        if step.number <= place:
            return _verdict(step, False, "", f"report {step.number} stands already", lost)
        if step.number > place + 1:
            return _verdict(step, False, "", f"report {place + 1} does not stand", lost)
        needed = self._needed(place)
        words = f"{kept} of {needed} unexcused occasions it needs"
        verdict = _verdict(step, kept >= needed, f"it has {words}", f"it has only {words}", lost, self._cite(place))
        if verdict.stands:
            self.reports.append(step)
        return verdict

    def _notice(self, step: Step) -> Verdict:
        if not 1 <= step.number <= len(self.reports):
            return _verdict(step, False, "", f"no report {step.number} stands from before it")
        last = self.reports[step.number - 2].on if step.number > 1 else date.min
        kept, lost = self._kept(step, step.number - 1, last)
        if kept < self._needed(step.number - 1):
            return _verdict(step, False, "", "too few of the days it named still count", lost)
        self.told.append(step)
        return _verdict(step, True, f"report {step.number} stands", "", lost)

    def _meeting(self, step: Step) -> Verdict:
        if self.reports:
            self.tried.append(step)
        return _verdict(step, bool(self.reports), "a report stood before it", "no report stands from before it")

    def _referral(self, step: Step) -> Verdict:
        if step.ground is not Ground.HABITUAL:
            words = f"its ground, {step.ground.words},"
            verdict = _verdict(step, step.ground in self.grounds, f"{words} holds", f"{words} does not hold now")
        elif len(self.reports) < self.policy.truancy.habitual_reports:
            verdict = _verdict(step, False, "", f"only {count(len(self.reports), 'report')} of three stand")
        else:
            verdict = _verdict(step, self._habitual(), "three reports and an attempt stand", "no conference was tried")
        if verdict.stands:
            self.referred.append(step)
        return verdict

    def _habitual(self) -> bool:
        rules = self.policy.truancy
        return len(self.reports) >= rules.habitual_reports and len(self.tried) >= rules.conference_attempts

    def _kept(self, step: Step, place: int, last: date) -> tuple[int, tuple[date, ...]]:
        """How many of the days a step named are occasions still, and which are not."""
        pool, kept, lost = self._pool(place), 0, []
        seen: dict[date, int] = {}
        for day in step.rested_on or pool.elements():
            seen[day] = seen.get(day, 0) + 1
            if seen[day] > pool[day]:
                lost.append(day)
            elif last < day <= step.on:
                kept += 1
        return kept, tuple(sorted(lost))

    def _pool(self, place: int) -> Counter[date]:
        """Short tardies never make the first report."""
        return self.repeats if place else self.occasions

    def _needed(self, place: int) -> int:
        return 1 if place else self.policy.truancy.occasions

    def _cite(self, place: int) -> str:
        return "EC 48261" if place else self.policy.cite("truancy.occasions")


def _verdict(
    step: Step, stands: bool, because: str, otherwise: str, lost: tuple[date, ...] = (), section: str = ""
) -> Verdict:
    return Verdict(step, stands, because if stands else otherwise, section or SECTION[step.kind], lost)
