"""The Personnel Activity Report: a month of one person's work under one purchase, and what earlier months now lack.

Pure. 2 CFR 200.430(g): records reflect the work performed, after the fact, over all of it, and the charge follows them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from firstbell.law.findings import spoken
from firstbell.letters.sheet import Block, Sheet, Table
from firstbell.oversight.rules.ledger import Term, by_fund


@dataclass(frozen=True, slots=True)
class Worked:
    """Minutes of one activity on a day, under a purchase."""

    on: date
    activity: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Signed:
    """A report that was signed for a month: its own minutes, and what it adjusted earlier months by."""

    month: date
    minutes: int
    adjustments: tuple[tuple[date, int], ...] = ()


@dataclass(frozen=True)
class Month:
    """`activities`, `funds` and `days` (those with work) are of the month alone; `total` is all of it.

    `adjustments` are (month, minutes) that months signed before now lack, or had too much.
    """

    month: date
    activities: Mapping[str, int]
    funds: Mapping[str, int]
    adjustments: tuple[tuple[date, int], ...] = ()
    days: frozenset[date] = frozenset()

    @property
    def minutes(self) -> int:
        return sum(self.activities.values())

    @property
    def total(self) -> int:
        return self.minutes + sum(minutes for _, minutes in self.adjustments)

    def charged(self, term: Term) -> dict[str, int]:
        """Minutes by fund with the adjustments in them: they add up to `total`."""
        more = adjusted_funds(term, self.adjustments)
        return {fund: self.funds[fund] + more.get(fund, 0) for fund, _ in term.funds}

    @property
    def digest(self) -> str:
        """Of what is shown and signed: whoever signs has seen just this."""
        told = [sorted(self.activities.items()), sorted(self.funds.items()), self.adjustments]
        return sha256(repr(told).encode()).hexdigest()[:16]


def month_under(term: Term, month: date, worked: Iterable[Worked], signed: Iterable[Signed]) -> Month:
    """A month's report as it would be signed now. `worked` is all under the purchase since its first signed month."""
    mine = list(worked)
    activities: Counter[str] = Counter()
    funds: Counter[str] = Counter({fund: 0 for fund, _ in term.funds})
    by_day: Counter[date] = Counter()
    for one in mine:
        if one.on.replace(day=1) == month:
            activities[one.activity] += one.minutes
            by_day[one.on] += one.minutes
    for day, minutes in by_day.items():
        funds.update(by_fund(minutes, term, day))
    told = dict(activities), dict(sorted(funds.items()))
    return Month(month, *told, adjusted(month, mine, signed), frozenset(by_day))


def adjusted(month: date, worked: Iterable[Worked], signed: Iterable[Signed]) -> tuple[tuple[date, int], ...]:
    """What each month signed before this one is short of, or over, by what stands now. Nothing signed is rewritten."""
    stands: Counter[date] = Counter()
    for one in worked:
        stands[one.on.replace(day=1)] += one.minutes
    said: Counter[date] = Counter()
    months = set()
    for report in signed:
        if report.month < month:
            months.add(report.month)
            said[report.month] += report.minutes
            for earlier, minutes in report.adjustments:
                said[earlier] += minutes
    return tuple((one, stands[one] - said[one]) for one in sorted(months) if stands[one] != said[one])


def adjusted_funds(term: Term, adjustments: Iterable[tuple[date, int]]) -> dict[str, int]:
    """What the adjustments come to by fund; what was too much is taken back the same way."""
    funds: Counter[str] = Counter()
    for month, minutes in adjustments:
        sign = 1 if minutes >= 0 else -1
        for fund, part in by_fund(abs(minutes), term, month).items():
            funds[fund] += sign * part
    return dict(funds)


def time_words(minutes: int) -> str:
    """`12:05`, hours and minutes, with a sign below nought."""
    hours, rest = divmod(abs(minutes), 60)
    sign = "\u2212" if minutes < 0 else ""
    return f"{sign}{hours}:{rest:02d}"


@dataclass(frozen=True, slots=True)
class Paper:
    """What the report says besides its figures. `names` are fund to its name and program code."""

    district: str
    school: str
    person: str
    purchase: str
    names: Mapping[str, str]
    federal: bool
    signed_on: date
    unconfirmed: int = 0
    reference: str = ""


def sheet(month: Month, term: Term, paper: Paper) -> Sheet:
    """The report as it is printed and signed."""
    blocks = [Block("Work by activity", (), Table(("Activity", "Hours"), tuple(_activities(month))))]
    if month.adjustments:
        told = tuple((f"{one:%B %Y}", time_words(minutes)) for one, minutes in month.adjustments)
        why = "What was logged, corrected or taken back after those reports were signed. They stay as they were."
        blocks.append(Block("Adjustments of months signed before", (why,), Table(("Month", "Hours"), told)))
    how = "The work is charged by the shares of the position that each fund pays, day by day."
    head = ("Fund", "Share of a full week", "Hours")
    blocks.append(Block("Work by fund", (how,), Table(head, tuple(_funds(month, term, paper)))))
    return Sheet(
        f"Personnel Activity Report, {month.month:%B %Y}",
        (f"{paper.district}, {paper.school}", f"{paper.person}, PSA Counselor", paper.purchase),
        (*blocks, Block("What this says", tuple(_says(paper)))),
        (f"Signed in Firstbell by {paper.person} on {spoken(paper.signed_on)}.",),
        paper.reference,
    )


def _activities(month: Month) -> Iterable[tuple[str, str]]:
    yield from ((activity, time_words(minutes)) for activity, minutes in month.activities.items())
    yield "Together", time_words(month.minutes)


def _funds(month: Month, term: Term, paper: Paper) -> Iterable[tuple[str, str, str]]:
    charged = month.charged(term)
    for fund, tenths in term.funds:
        yield paper.names[fund], _tenths(tenths), time_words(charged[fund])
    yield "Together", _tenths(term.tenths), time_words(month.total)


def _says(paper: Paper) -> Iterable[str]:
    yield (
        "It was made after the fact from what was logged as the work was done: contacts, sessions, meetings, hearings,"
        " training, and time added day by day. It accounts for the whole of this person's work for this school."
    )
    if paper.federal:
        yield "Federal funds pay a part: this record supports that charge (2 CFR 200.430(g))."
    if paper.unconfirmed:
        days = "one day" if paper.unconfirmed == 1 else f"{paper.unconfirmed} days"
        yield f"{days.capitalize()} of the month had not been confirmed one by one; this signature confirms them."
    yield "Who saw the work countersigns in Firstbell, over the hash of this paper."


def _tenths(many: int) -> str:
    return "1 tenth" if many == 1 else f"{many} tenths"
