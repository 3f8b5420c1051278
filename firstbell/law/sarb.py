"""School attendance review boards: who sits on one, what a referral needs, and what was agreed (EC 48263, 48321)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from firstbell.law.calendar import SchoolYear
from firstbell.law.findings import Finding, Reason, count, spoken
from firstbell.law.policy import Policy
from firstbell.law.steps import Ground

SEATS: Mapping[str, str] = {
    "parent": "a parent",
    "school_districts": "the school districts",
    "probation": "the county probation department",
    "welfare": "the county welfare department",
    "county_superintendent": "the county superintendent of schools",
    "law_enforcement": "law enforcement",
    "youth_services": "community youth service centers",
    "guidance": "school guidance personnel",
    "attendance": "child welfare and attendance personnel",
    "health_care": "school or county health care",
    "mental_health": "school, county or community mental health",
    "district_attorney": "the district attorney",
    "public_defender": "the public defender",
}
"""The seats of EC 48321 as it stands since January 1, 2025 (AB 1939)."""

NOTICE_FIELDS = ("name", "address", "reason", "meet")
"""What the written notice of a referral says (EC 48263(a)); keys of `notices.REQUIRED`."""

DISTRICT_ATTORNEY_FIELDS = ("student_name", "parent_name", "parent_address", "determinations")
"""What the board's notice to the district attorney or probation gives (EC 48263.5)."""

RECEIVERS = frozenset({"student", "parents", "board"})
"""Who gets the documentation of what the school has tried (EC 48263(a))."""

MAY_SUBPOENA = frozenset({"student", "parent", "school_authority", "other_person"})
"""Who a board may summon; documents it may not (EC 48321.5)."""


class Board(StrEnum):
    COUNTY = "county"
    LOCAL = "local"


def composition(board: Board, seats: Collection[str]) -> Finding[bool]:
    """Whether a board has the seats it must: all of them for a county board; a local board may have them.

    ValueError for a seat that is not in SEATS.
    """
    if unknown := sorted(set(seats) - SEATS.keys()):
        raise ValueError(f"not a seat of EC 48321: {', '.join(unknown)}")
    empty = [words for seat, words in SEATS.items() if seat not in seats]
    must = board is Board.COUNTY
    said = "must include" if must else "may include"
    reasons = tuple(Reason("EC 48321", f"A {board} board {said} {words}; nobody represents it.") for words in empty)
    return Finding(not (must and empty), reasons)


def consultation_due(consulted_on: Sequence[date], on: date) -> Finding[bool]:
    """Whether the yearly consultation with students is still owed in the school year of `on` (EC 48321(g))."""
    year = SchoolYear.of(on)
    if held := sorted(day for day in consulted_on if day in year and day <= on):
        return Finding(False, (Reason("EC 48321(g)", f"Students were consulted on {spoken(held[0])}.", held[0]),))
    return Finding(True, (Reason("EC 48321(g)", f"Students have not been consulted in {year} yet.", year.ends),))


@dataclass(frozen=True, slots=True)
class Package:
    """A referral as prepared. `interventions` are dates of documented efforts, `given_to` of RECEIVERS.

    `notice` holds the fields of NOTICE_FIELDS that are filled in, `notified_on` the day the written notice went out.
    """

    ground: Ground
    holds: bool
    on: date
    interventions: tuple[date, ...] = ()
    given_to: frozenset[str] = frozenset()
    notice: frozenset[str] = frozenset()
    notified_on: date | None = None


def referral_ready(package: Package, policy: Policy) -> Finding[bool]:
    """Whether a referral may be made: its ground holds, help was tried and shown, and the notice says four things.

    `holds` is the caller's: for a habitual truant a referral that may follow or stands in `steps.standing_steps`,
    which has asked for the conference; for chronic absence `chronic.chronic`. The reasons name what is missing.
    """
    found = []
    if not package.holds:
        section = "EC 48262" if package.ground is Ground.HABITUAL else "EC 48263"
        found.append(Reason(section, f"The ground, {package.ground.words}, does not hold on the facts as known now."))
    efforts = [day for day in package.interventions if day <= package.on]
    needed = policy.boards.interventions
    if len(efforts) < needed:
        found.append(
            Reason("EC 48263(a)", f"{count(len(efforts), 'documented effort')} of {needed}: help comes first.")
        )
    for receiver in sorted(RECEIVERS - package.given_to):
        found.append(Reason("EC 48263(a)", f"The documentation of what was tried has not gone to the {receiver}."))
    for name in NOTICE_FIELDS:
        if name not in package.notice:
            found.append(Reason("EC 48263(a)", f"The written notice lacks one of its four parts: {name}."))
    if package.notified_on is None or package.notified_on > package.on:
        found.append(Reason("EC 48263(a)", "Student and parents have not been notified in writing yet."))
    return Finding(not found, tuple(found), policy.version)


def may_notify_attorney(
    referred: bool, services_failed: bool, did_not_respond: bool, given: Collection[str]
) -> Finding[bool]:
    """Whether the board may notify the district attorney or probation; `given` of DISTRICT_ATTORNEY_FIELDS."""
    found = []
    if not referred:
        found.append(Reason("EC 48263", "No referral to the board stands."))
    if not (services_failed or did_not_respond):
        found.append(Reason("EC 48263(b)", "Services may still resolve it, and the family has responded."))
    lacking = [name for name in DISTRICT_ATTORNEY_FIELDS if name not in given]
    found += [Reason("EC 48263.5", f"The notice does not give the {name.replace('_', ' ')}.") for name in lacking]
    return Finding(not found, tuple(found))


class Party(StrEnum):
    FAMILY = "family"
    SCHOOL = "school"
    AGENCY = "agency"


@dataclass(frozen=True, slots=True)
class Directive:
    """Something a party agreed to do by a day; `proof` names what shows it was done, empty while nothing does."""

    party: Party
    what: str
    due: date
    proof: str = ""


def review_dates(heard_on: date, policy: Policy) -> list[date]:
    """When what was agreed at a hearing is looked at again; summer does not stop these clocks, nor does July 1."""
    return [heard_on + timedelta(days) for days in policy.boards.review_days]


def directive_problems(directives: Sequence[Directive], heard_on: date) -> tuple[Reason, ...]:
    """What is wrong with directives as written: they bind all sides, say what, and fall due after the hearing."""
    found = []
    have = {directive.party for directive in directives}
    for party in (Party.FAMILY, Party.SCHOOL):
        if party not in have:
            found.append(Reason("EC 48263(b)", f"Nothing is asked of the {party}: what is agreed binds all sides."))
    for directive in directives:
        if not directive.what.strip():
            found.append(Reason("EC 48263(b)", f"What the {directive.party} is to do is not said.", directive.due))
        if directive.due <= heard_on:
            found.append(Reason("EC 48263(b)", "A directive falls due after the hearing.", directive.due))
    return tuple(found)


def overdue(directives: Sequence[Directive], on: date) -> list[Directive]:
    """Directives past their day without proof, the oldest first; the school's own count like the family's."""
    late = [directive for directive in directives if directive.due < on and not directive.proof.strip()]
    return sorted(late, key=lambda directive: (directive.due, directive.party, directive.what))
