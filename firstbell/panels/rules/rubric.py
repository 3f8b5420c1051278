"""What the records of a school year show for each criterion of the Model SARB rubric, in sentences. Pure.

Figures about students follow the state's rule for small cells; those about panels and their duties are told whole.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from firstbell.attendance.cells import AT_MOST, suppress
from firstbell.law.findings import count, spoken
from firstbell.panels.rules.tracking import Share, Waited

WINDOW, NEEDED = 60, 20
"""School days before and after a hearing that are compared at most, and at least: as many on either side."""
NOBODY = Share(0, 0)
NEVER = Waited(None, None, NOBODY)


@dataclass(frozen=True, slots=True)
class Board:
    """One review board: `gaps` are the empty seats in words, `consulted` the day students were asked this year."""

    key: int
    name: str
    seats: int
    gaps: tuple[str, ...] = ()
    members: int = 0
    trained: int = 0
    sworn: int = 0
    signed: date | None = None
    consulted: date | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Days absent of heard students in equal spans of school days before and after; `unknown` had too few days."""

    students: int
    unknown: int
    fewer: int
    before: int
    after: int
    days: int


UNCHANGED = Change(0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Known:
    """A school year of review boards in scope. `teams` are (short title, referred, heard), `sides` (title, kept, said),
    `agreed` agreements that ask something of school or agency, `sent` the day and receiver of the county's report."""

    boards: tuple[Board, ...] = ()
    grounds: Mapping[str, int] = field(default_factory=dict)
    helped: Share = NOBODY
    met: Share = NOBODY
    standing: Share = NOBODY
    teams: Sequence[tuple[str, int, int]] = ()
    agreed: Share = NOBODY
    interpreted: Share = NOBODY
    quorum: Share = NOBODY
    came: Share = NOBODY
    waited: Waited = NEVER
    sides: Sequence[tuple[str, int, int]] = ()
    returned: Share = NOBODY
    change: Change = UNCHANGED
    sent: tuple[date, str] | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence and where its figure opens: a route's name, with the key of a panel where it is about one."""

    text: str
    route: str = ""
    key: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    told: tuple[Told, ...]
    missing: tuple[str, ...] = ()


def share(of: Share) -> str:
    """As "31 of 40"; where that would tell of a handful of students, only that it is too few."""
    if of.whole <= AT_MOST:
        return f"{AT_MOST} or fewer in all, too few to tell"
    part, _ = suppress([of.part, of.whole - of.part])
    return f"too few on one side to tell, of {of.whole:,}" if part is None else f"{part:,} of {of.whole:,}"


def exactly(of: Share) -> str:
    return f"{of.part:,} of {of.whole:,}"


def _shared(words: str, route: str, none: str) -> Callable[[Share], Evidence]:
    def run(of: Share) -> Evidence:
        return Evidence((Told(f"{words}: {share(of)}.", route),)) if of.whole else Evidence((), (none,))

    return run


def _referred(known: Known) -> Evidence:
    total = sum(known.grounds.values())
    if not total:
        return Evidence((), ("No referral to a review board in this year.",))
    told = [Told(f"{count(total, 'referral')} to a review board.", "panels:report")]
    names = list(known.grounds)
    for name, number in zip(names, suppress([known.grounds[one] for one in names]), strict=True):
        words = f"{AT_MOST} or fewer, or hidden with it" if number is None else f"{number:,}"
        told.append(Told(f"{name}: {words}.", "panels:report"))
    return Evidence(tuple(told))


def _spoken(known: Known) -> Evidence:
    of = known.interpreted
    if not of.whole:
        return Evidence((Told("No hearing of this year was of a family who speaks another language."),))
    words = "Hearings of families who speak another language, with an interpreter"
    return Evidence((Told(f"{words}: {share(of)}.", "panels:days"),))


def _consulted(known: Known) -> Evidence:
    told = [
        Told(f"{one.name}: students were consulted on {spoken(one.consulted)}.", "panels:panel", one.key)
        for one in known.boards
        if one.consulted
    ]
    missing = [f"{one.name}: no consultation of this year is on record." for one in known.boards if not one.consulted]
    return _boards(known, told, missing)


def _composition(known: Known) -> Evidence:
    told = [
        Told(f"{one.name}: {one.seats} of {one.seats + len(one.gaps)} seats filled.", "panels:panel", one.key)
        for one in known.boards
    ]
    return _boards(
        known, told, [f"{one.name}: nobody represents {', '.join(one.gaps)}." for one in known.boards if one.gaps]
    )


def _training(known: Known) -> Evidence:
    told, missing = [], []
    for one in known.boards:
        told.append(
            Told(
                f"{one.name}: {one.trained} of {one.members} members trained, {one.sworn} promised confidentiality.",
                "panels:panel", one.key,
            )
        )  # fmt: skip
        if lacking := one.members - one.trained:
            missing.append(f"{one.name}: {count(lacking, 'member')} without training on record.")
        if lacking := one.members - one.sworn:
            missing.append(f"{one.name}: {count(lacking, 'member')} without the promise of confidentiality on record.")
    return _boards(known, told, missing)


def _roster(known: Known) -> Evidence:
    told = [
        Told(f"{one.name}: in force from {spoken(one.signed)}.", "panels:panel", one.key)
        for one in known.boards
        if one.signed
    ]
    return _boards(known, told, [f"{one.name}: no roster was signed." for one in known.boards if not one.signed])


def _boards(known: Known, told: Sequence[Told], missing: Sequence[str]) -> Evidence:
    return Evidence(tuple(told), tuple(missing) if known.boards else ("There is no review board yet.",))


def _teams(known: Known) -> Evidence:
    told = [
        Told(f"{title}, heard of those referred: {share(Share(heard, made))}.", "panels:tracking")
        for title, made, heard in known.teams
        if made
    ]
    return Evidence(tuple(told), tuple(f"{title}: nobody was referred." for title, made, _ in known.teams if not made))


def _quorum(known: Known) -> Evidence:
    if not known.quorum.whole:
        return Evidence((), ("No hearing of a review board was held.",))
    short = known.quorum.whole - known.quorum.part
    lacking = (f"{count(short, 'hearing')} on record without the members it needs.",) if short else ()
    return Evidence((Told(f"Hearings held with a quorum: {exactly(known.quorum)}.", "panels:days"),), lacking)


def _chain(known: Known) -> Evidence:
    if not known.standing.whole:
        return Evidence((), ("No referral to a review board went forward.",))
    fell = known.standing.whole - known.standing.part
    lacking = (f"{count(fell, 'referral')} without a standing step.",) if fell else ()
    words = f"Referrals that went forward and whose step stands: {exactly(known.standing)}."
    return Evidence((Told(words, "panels:referrals"),), lacking)


def _waited(known: Known) -> Evidence:
    found = known.waited
    if found.middle is None:
        return Evidence((), ("No referral of this year was heard.",))
    if found.in_time.whole <= AT_MOST:
        return Evidence((Told(f"Days to the hearing: {share(found.in_time)}.", "panels:tracking"),))
    words = f"Half were heard within {count(found.middle, 'day')}; in the time the district aims at: "
    return Evidence((Told(f"{words}{share(found.in_time)}.", "panels:tracking"),))


def _kept(known: Known) -> Evidence:
    told = [
        Told(f"{title}, kept of those looked at: {share(Share(kept, said))}.", "panels:directives")
        for title, kept, said in known.sides
        if said
    ]
    return Evidence(tuple(told), tuple(f"{title}: nothing was said yet." for title, _, said in known.sides if not said))


def _change(known: Known) -> Evidence:
    found = known.change
    unknown = (f"{count(found.unknown, 'student')} with fewer than {NEEDED} school days on a side: not compared.",)
    late = unknown if found.unknown > AT_MOST else ()
    if not found.students:
        return Evidence((), late or ("Cannot tell: no student heard has enough school days on both sides.",))
    if found.students <= AT_MOST:
        return Evidence((Told(f"Cannot tell: {AT_MOST} or fewer students can be compared.", "panels:tracking"),), late)
    rates = [round(100 * days / found.days) for days in (found.before, found.after)]
    told = (
        Told(f"Students who missed fewer days after: {share(Share(found.fewer, found.students))}.", "panels:tracking"),
        Told(f"Of 100 school days they missed {rates[0]} before the hearing and {rates[1]} after."),
    )
    return Evidence(told, late)


def _reported(known: Known) -> Evidence:
    if known.sent is None:
        return Evidence((), ("It is not on record that this year's report was sent.",))
    return Evidence((Told(f"Sent on {spoken(known.sent[0])} to {known.sent[1]}.", "panels:report"),))


_NO_REFERRAL = "No referral to a review board in this year."
_helped = _shared("Referrals with help on record before them", "panels:referrals", _NO_REFERRAL)
_met = _shared("Referrals of students whom an earlier panel had heard", "panels:referrals", _NO_REFERRAL)
_agreed = _shared("Agreements that ask something of school or agency", "panels:directives", "Nothing was agreed yet.")
_came = _shared("Families who came", "panels:tracking", "No hearing of a review board was called.")
_returned = _shared("Students back at the agreed attendance after 90 days", "panels:directives",
                    "No hearing of this year is 90 days old with attendance agreed.")  # fmt: skip

SHOWS: Mapping[str, Callable[[Known], Evidence]] = {
    "referred": _referred, "spoken": _spoken, "consulted": _consulted,
    "helped": lambda known: _helped(known.helped), "met": lambda known: _met(known.met), "teams": _teams,
    "asked": lambda known: _agreed(known.agreed), "composition": _composition, "training": _training,
    "roster": _roster, "quorum": _quorum, "chain": _chain, "waited": _waited,
    "came": lambda known: _came(known.came), "kept": _kept, "returned": lambda known: _returned(known.returned),
    "change": _change, "reported": _reported,
}  # fmt: skip
"""What fills each criterion of `panels.rubric.AREAS`, by its key."""
