"""What a PSA Counselor's papers let them do: the stretches on which somebody is qualified, what is missing and why.

Pure: papers in, days and sentences out. A stretch is (first day, first day without); FOREVER has no end.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce

from firstbell.law.findings import Reason, count, spoken

Stretch = tuple[date, date]
FOREVER = date.max
DAY = timedelta(1)
SETTING = "setting staffing.papers"
WARNED = (180, 90, 30)
"""Days before the end of a paper on which it is told of."""
FINE = 10_000
"""The rank of papers that need nobody's attention."""


@dataclass(frozen=True, slots=True)
class Need:
    """One thing a counselor needs on every day of a post: any one of these kinds of paper."""

    key: str
    kinds: frozenset[str]
    words: str
    section: str


NEEDS = (
    Need(
        "degree", frozenset({"social_work", "counseling"}), "Master's in Social Work or School Counseling",
        "setting staffing.degree",
    ),
    Need("pps", frozenset({"pps"}), "Pupil Personnel Services credential", "EC 44266"),
    Need("cwa", frozenset({"cwa"}), "Child Welfare and Attendance authorization", "5 CCR 80632.5"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paper:
    """One credential: `until` is its last day, None: no end; `withdrawn` the first day on which it no longer counts."""

    kind: str
    begins: date
    until: date | None = None
    withdrawn: date | None = None
    key: int = 0

    @property
    def stretch(self) -> Stretch | None:
        """The days it counts; None where it was withdrawn before it began."""
        end = min(self.until + DAY if self.until and self.until < FOREVER else FOREVER, self.withdrawn or FOREVER)
        return (self.begins, end) if self.begins < end else None


@dataclass(frozen=True, slots=True)
class Ending:
    """A need that ends `days` from now unless the paper is renewed; `threshold` is the warning that it falls under."""

    need: Need
    until: date
    days: int
    threshold: int
    key: int

    @property
    def sentence(self) -> str:
        when = "today" if not self.days else f"in {count(self.days, 'day')}"
        return f"The {self.need.words} ends {when}, on {spoken(self.until)}."


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody's papers stand on a day. `until` is the last day they may work as a counselor, None: no end."""

    missing: tuple[Reason, ...]
    endings: tuple[Ending, ...]
    until: date | None

    @property
    def qualified(self) -> bool:
        return not self.missing

    @property
    def rank(self) -> int:
        """Orders a list: what is missing first, then what ends soonest."""
        return 0 if self.missing else min((one.days + 1 for one in self.endings), default=FINE)


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same days in as few stretches as hold them, in order."""
    found: list[Stretch] = []
    for begin, end in sorted(stretches):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found


def common(one: Sequence[Stretch], other: Sequence[Stretch]) -> list[Stretch]:
    """The days that both hold."""
    found = [(max(a, c), min(b, d)) for a, b in one for c, d in other]
    return joined((begin, end) for begin, end in found if begin < end)


def held(papers: Iterable[Paper], need: Need) -> list[Stretch]:
    """The days on which a need is met."""
    return joined(at for one in papers if one.kind in need.kinds and (at := one.stretch))


def qualified(papers: Sequence[Paper]) -> list[Stretch]:
    """The days on which every need is met."""
    return reduce(common, (held(papers, need) for need in NEEDS))


def within(asked: Stretch, papers: Sequence[Paper]) -> list[Stretch]:
    """What is left of the days that were asked for."""
    return common([asked], qualified(papers))


def missing(papers: Sequence[Paper], on: date) -> tuple[Reason, ...]:
    """What somebody lacks on a day, each with why and since when; nothing where they may work."""
    return tuple(
        Reason(need.section, _lack(papers, need, on))
        for need in NEEDS
        if not any(begin <= on < end for begin, end in held(papers, need))
    )


def _lack(papers: Sequence[Paper], need: Need, on: date) -> str:
    mine = [one for one in papers if one.kind in need.kinds]
    over = [end for one in mine if (at := one.stretch) and (end := at[1]) <= on]
    coming = [begin for begin, _ in held(papers, need) if begin > on]
    if over:
        last = max(over)
        withdrawn = any(one.withdrawn == last for one in mine)
        said = f"was withdrawn on {spoken(last)}" if withdrawn else f"ended on {spoken(last - DAY)}"
    elif coming:
        return f"The {need.words} is in force only from {spoken(min(coming))}."
    elif mine:
        said = "was withdrawn"
    else:
        return f"No {need.words} is on record."
    return f"The {need.words} {said}{f' and is in force again from {spoken(min(coming))}' if coming else ''}."


def standing(papers: Sequence[Paper], on: date) -> Standing:
    lacking = missing(papers, on)
    endings = tuple(one for need in NEEDS if (one := _ending(papers, need, on)))
    last = next((end for begin, end in qualified(papers) if begin <= on < end), FOREVER)
    return Standing(lacking, endings, None if lacking or last == FOREVER else last - DAY)


def _ending(papers: Sequence[Paper], need: Need, on: date) -> Ending | None:
    """The need's end where it comes within the first warning; a renewal on record puts it off."""
    end = next((end for begin, end in held(papers, need) if begin <= on < end), FOREVER)
    days = (end - DAY - on).days
    threshold = next((one for one in sorted(WARNED) if days <= one), None)
    if threshold is None:
        return None
    key = next(one.key for one in papers if one.kind in need.kinds and one.stretch and one.stretch[1] == end)
    return Ending(need, end - DAY, days, threshold, key)


def unqualified(name: str, papers: Sequence[Paper], begins: date) -> tuple[Reason, ...]:
    """Why somebody cannot have a counselor's post at all: who, what is missing and since when, how to mend it."""
    lacks = missing(papers, begins)
    first = Reason("", f"{name} cannot work as a PSA Counselor on {spoken(begins)}.")
    mend = Reason("", "Record the paper under their papers once you have seen it, or choose somebody else.")
    return (first, *lacks, mend)
