"""Why a figure of the student file is what it is, in the words of a page: the rule, the days, what changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from firstbell.attendance.queries import Changes, Statement, Why, WhyDay, why
from firstbell.core.templatetags.ui import percent, plural_s
from firstbell.desk.queries.days import SHOWN
from firstbell.desk.queries.today import Reflected
from firstbell.desk.words import cited, missed
from firstbell.law.days import kind
from firstbell.law.policy import Policy
from firstbell.roster.models import Student


def why_of(who: Student, at: Reflected | None) -> Why | None:
    """The grounds of the figures that pages show; None where nothing is served, or nothing of this student."""
    if at is None:
        return None
    try:
        return why(who, at.served.on, at.known_at, arrival=at.served.arrival)
    except ValueError:
        return None


@dataclass(frozen=True)
class Figure:
    """One figure of the file: what it is called, the rule it follows, and where the rule stands."""

    title: str
    section: str
    rule: str

    @property
    def url(self) -> str:
        return cited(self.section)[1]


def figures(policy: Policy) -> dict[str, Figure]:
    """The figures a page can open, in the order of their tabs; thresholds in the words are the policy's."""
    share, minutes = f"{policy.chronic.percent}\u00a0%", policy.truancy.minutes
    chronic, truancy = policy.cite("chronic.percent"), policy.cite("truancy.occasions")
    return {
        "absent": Figure(
            "Days absent", chronic, "Every whole day missed counts, for any reason. Part of a day does not."
        ),
        "occasions": Figure(
            "Truancy occasions",
            truancy,
            f"A day missed without a valid excuse, or more than {minutes} minutes of it, is one occasion, in the years "
            f"from {policy.truancy.age_from} to {policy.truancy.age_before} in which school is required.",
        ),
        "rate": Figure("Attendance this year", chronic, "Days enrolled less days absent, of the days enrolled."),
        "left": Figure(
            f"Days left before {share}",
            chronic,
            f"Missing {share} of the enrolled days, for any reason, makes a student chronically absent. "
            "Counted over the whole school year, the days still ahead included.",
        ),
        "days": Figure(
            "Every marked day",
            chronic,
            "All that the student system said of this year's days, with what was taken back since.",
        ),
    }


_KINDS = (
    ("excused", "excused"),
    ("unexcused", "unexcused"),
    ("suspended", "suspended"),
    ("study_undone", "independent study not done"),
    ("unverified", "not yet explained"),
)


def answer(figure: str, found: Why, policy: Policy) -> str:
    """The figure as one sentence."""
    told = found.year.figures
    absent, enrolled = told["absent"], plural_s(told["enrolled"], "enrolled day")
    parts = ", ".join(f"{told[kind]} {words}" for kind, words in _KINDS if told[kind])
    share = missed(absent, told["enrolled"])
    attended = told["enrolled"] - absent
    left = plural_s(found.can_miss, "more day")
    return {
        "absent": f"Absent {absent} of {enrolled}, {share}{': ' + parts if parts else ''}.",
        "occasions": f"{plural_s(told['occasions'], 'occasion')} this school year.",
        "rate": f"Attended {attended} of {enrolled}: {percent(attended, told['enrolled'])}.",
        "left": f"{left} can be missed this year before {policy.chronic.percent}\u00a0%.",
        "days": f"{plural_s(len(found.year.days), 'day')} with a mark or without roll, of {enrolled}.",
    }[figure]


def moved(changes: Changes | None) -> list[str]:
    """What the newest data did to the figures, a sentence each."""
    if changes is None:
        return []
    pairs = (("Days absent", changes.absent), ("Truancy occasions", changes.occasions))
    return [f"{words} {was} → {now}." for words, (was, now) in pairs if was != now]


@dataclass(frozen=True)
class Line:
    """One statement about a day that counts; `first` is the day's first line."""

    on: date
    first: bool
    counts: str
    code: str
    school: str
    sentence: str
    section: str
    law_url: str
    source: str
    known: datetime | None
    withdrawn: datetime | None
    withdrawn_by: str


def lines(figure: str, days: Iterable[WhyDay]) -> list[Line]:
    """The days a figure counts, newest first, each with all that was said of it.

    Marks of class periods are left out where a mark of the whole day stands, but not from the list of every mark.
    """
    everything = figure == "days"
    chosen = [day for day in days if everything or (day.occasion if figure == "occasions" else day.absent)]
    return [
        _line(day, statement, first=at == 0)
        for day in sorted(chosen, key=lambda one: one.on, reverse=True)
        for at, statement in enumerate((day.statements if everything else _telling(day)) or (None,))
    ]


def _telling(day: WhyDay) -> tuple[Statement, ...]:
    whole = any(not one.periods and not one.withdrawn for one in day.statements)
    return tuple(one for one in day.statements if not (whole and one.periods))


def _line(day: WhyDay, said: Statement | None, *, first: bool) -> Line:
    number, url = cited(said.reason.section) if said else ("", "")
    return Line(
        on=day.on,
        first=first,
        counts=SHOWN[kind(day.byte)][1].capitalize(),
        code=said.coded if said else "no mark",
        school=said.school if said else "",
        sentence=said.reason.sentence if said else "",
        section=number,
        law_url=url,
        source=said.arrival if said else "",
        known=said.known if said else None,
        withdrawn=said.withdrawn if said else None,
        withdrawn_by=said.withdrawn_by if said else "",
    )
