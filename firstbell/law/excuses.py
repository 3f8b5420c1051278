"""Whether an absence is excused, and who must decide (EC 48205, 48260(c)).

Pure and dated: each day is judged under the policy in force on it. The order in which absences are given never
matters; the earlier ones use up a limit first.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from firstbell.law.calendar import SchoolYear
from firstbell.law.compulsory import birthday
from firstbell.law.findings import Finding, Reason, count, spoken
from firstbell.law.policy import Policy, policy_on
from firstbell.law.reasons import REASONS, AbsenceReason, Per, Shown


class Excuse(StrEnum):
    EXCUSED = "excused"
    ADMINISTRATOR = "administrator"
    NOT_EXCUSED = "not_excused"

    @property
    def label(self) -> str:
        return {
            Excuse.EXCUSED: "Excused",
            Excuse.ADMINISTRATOR: "An administrator decides",
            Excuse.NOT_EXCUSED: "Not excused",
        }[self]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a school administrator decided on the facts (EC 48260(c)). ValueError when who or why is left open."""

    excused: bool
    by: str
    on: date
    why: str

    def __post_init__(self) -> None:
        if not self.by.strip() or not self.why.strip():
            raise ValueError("an administrator's decision says who decided and why")


@dataclass(frozen=True, slots=True)
class Claim:
    """A reason given for one day. `incident` tells one death, event or birth from another; `code` is in REASONS."""

    on: date
    code: str
    incident: str = ""
    shown: frozenset[Shown] = frozenset()
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """First days of the semesters and of the school months, in order; without them the year is one of each."""

    semesters: tuple[date, ...] = ()
    months: tuple[date, ...] = ()


def judge(
    claims: Iterable[Claim],
    grade: int,
    *,
    terms: Terms | None = None,
    in_force: Callable[[date], Policy] = policy_on,
) -> dict[Claim, Finding[Excuse]]:
    """What becomes of every claim of a student in `grade` (0 for kindergarten and before, 1 to 12).

    Only excused days use up a limit, so what fails for want of a paper costs nothing. KeyError for an unknown code.
    """
    used: dict[tuple[str, str], set[date]] = {}
    judged = {}
    for claim in sorted(set(claims), key=_in_order):
        policy, reason = in_force(claim.on), REASONS[claim.code]
        earlier = used.setdefault((claim.code, _bucket(claim, reason, terms or Terms())), set())
        finding = _automatic(claim, reason, earlier, grade, policy)
        if finding.outcome is Excuse.EXCUSED:
            earlier.add(claim.on)
        judged[claim] = _decided(claim, finding) if claim.decision else finding
    return judged


def may_ask_for_note(code: str) -> Finding[bool]:
    """Whether a school may ask for a doctor's note. KeyError for an unknown code."""
    reason = REASONS[code]
    if reason.no_note:
        return Finding(False, (Reason(reason.section, f"No note may be asked for {reason.words}."),))
    return Finding(True, (Reason("EC 46011", "The district may set how this reason is verified."),))


def words_for(code: str, *, to_parent: bool) -> str:
    """The reason as it may be read; to a parent a confidential one is only "excused" (EC 46010.1)."""
    return "excused" if to_parent and REASONS[code].confidential else REASONS[code].words


def may_explain(born_on: date, on: date) -> Finding[bool]:
    """Whether the student may explain the absence alone, being 18 (EC 46012)."""
    adult = on >= birthday(born_on, 18)
    sentence = "A student of 18 explains absences alone." if adult else "A parent or guardian explains the absence."
    return Finding(adult, (Reason("EC 46012", sentence),))


def clearing_ends(absent_on: date, policy: Policy) -> Finding[date]:
    """The last day on which an absence without a reason cannot yet count as truancy."""
    last = absent_on + timedelta(policy.excuses.clearing_days)
    sentence = f"A reason may be given until {spoken(last)} before the absence can count as truancy."
    return Finding(last, (Reason(policy.cite("excuses.clearing_days"), sentence, last),), policy.version)


def _in_order(claim: Claim) -> tuple[date, str, str, list[str], str]:
    return claim.on, claim.code, claim.incident, sorted(claim.shown), repr(claim.decision)


def _bucket(claim: Claim, reason: AbsenceReason, terms: Terms) -> str:
    year = str(SchoolYear.of(claim.on))
    if reason.per is Per.INCIDENT:
        return claim.incident
    starts = {Per.SEMESTER: terms.semesters, Per.MONTH: terms.months}.get(reason.per or Per.YEAR, ())
    return f"{year} {bisect_right(starts, claim.on)}"


def _automatic(claim: Claim, reason: AbsenceReason, earlier: set[date], grade: int, policy: Policy) -> Finding[Excuse]:
    """What the section by itself makes of a claim."""

    def found(outcome: Excuse, sentence: str, section: str = "") -> Finding[Excuse]:
        return Finding(outcome, (Reason(section or reason.section, sentence, claim.on),), policy.version)

    if claim.on < reason.since:
        return found(Excuse.ADMINISTRATOR, f"{_capital(reason)} was not on the list before {spoken(reason.since)}.")
    otherwise = Excuse.ADMINISTRATOR if reason.open_otherwise else Excuse.NOT_EXCUSED
    if reason.grade_from and grade < (least := getattr(policy.excuses, reason.grade_from)):
        return found(Excuse.ADMINISTRATOR, f"{_capital(reason)} is an excuse of its own from grade {least} on.")
    if missing := [need for need in reason.needs if need not in claim.shown]:
        return found(otherwise, f"{_capital(reason)} needs {_listed(missing)}.")
    if claim.on in earlier:
        return found(Excuse.EXCUSED, f"{_capital(reason)}, already counted for this day.")
    if over := _over(claim, reason, earlier, policy):
        return found(Excuse.ADMINISTRATOR, over, "EC 48260(c)")
    return found(Excuse.EXCUSED, f"{_capital(reason)} is a valid excuse.")


def _over(claim: Claim, reason: AbsenceReason, earlier: set[date], policy: Policy) -> str:
    """Why a limit is reached; empty while it is not."""
    if reason.limit == "none":
        return "An administrator decides on the facts, and notes who, when and why."
    if not reason.limit:
        return ""
    most = int(getattr(policy.excuses, reason.limit))
    if reason.limit.endswith("_weeks"):
        within = not earlier or claim.on < min(earlier) + timedelta(weeks=most)
        lasting = f"{_capital(reason)} lasts {count(most, 'week')}; more needs a medical necessity."
        return "" if within or Shown.MEDICAL_NEED in claim.shown else lasting
    return "" if len(earlier) < most else f"{_capital(reason)}: {count(most, 'day')} in one {reason.per} are used up."


def _decided(claim: Claim, automatic: Finding[Excuse]) -> Finding[Excuse]:
    """A decision settles whatever the section leaves open; it cannot take back an excuse that the law gives."""
    decision = claim.decision
    if decision is None or automatic.outcome is Excuse.EXCUSED:
        return automatic
    words = "accepted" if decision.excused else "did not accept"
    sentence = f"{decision.by} {words} the reason on {spoken(decision.on)}: {decision.why.rstrip('.')}."
    outcome = Excuse.EXCUSED if decision.excused else Excuse.NOT_EXCUSED
    return Finding(outcome, (Reason("EC 48260(c)", sentence, decision.on), *automatic.reasons), automatic.policy)


def _capital(reason: AbsenceReason) -> str:
    return reason.words[0].upper() + reason.words[1:]


def _listed(needs: list[Shown]) -> str:
    return " and ".join(str(need.value) for need in needs)
