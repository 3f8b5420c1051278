"""Whether an exit code may be said of a lost student, and what is missing; how it would count on Census Day."""

from collections.abc import Collection
from dataclasses import dataclass

from firstbell.attendance.models import Standing
from firstbell.cases.models import Step as Taken
from firstbell.core import clock
from firstbell.law.exits import CODES, Leaving, is_never_attended, is_proven, leaving, may_exit_unknown
from firstbell.law.findings import Finding, Reason
from firstbell.law.policy import Policy, policy_on
from firstbell.recovery.models import Search
from firstbell.recovery.queries.known import known_of
from firstbell.recovery.rules import Known, grade_number, progress, undone
from firstbell.roster.models import Enrolment


def verdict(
    search: Search, code: str, known: Known | None = None, proofs: Collection[str] | None = None
) -> Finding[bool]:
    """Everything the law asks of this code together: each thing that is missing is a reason.

    `known` and `proofs` (kinds on record) are read where they were not read already.
    """
    policy = policy_on(clock.today())
    if code not in CODES:
        return Finding(False, (Reason("CALPADS dropout", "Choose an exit code of the state."),), policy.version)
    known = known_of(search) if known is None else known
    if proofs is None:
        proofs = set(search.proofs.values_list("kind", flat=True))
    asked = [is_proven(code, proofs, undone(progress(known)), policy)]
    if code == "E140":
        asked.append(_unknown(search, known, policy))
    if code == "N470":
        asked.append(_never(search))
    missing = tuple(reason for one in asked if not one.outcome for reason in one.reasons)
    return Finding(not missing, missing or asked[0].reasons, policy.version)


def _unknown(search: Search, known: Known, policy: Policy) -> Finding[bool]:
    """Unexcused days of the year, or the school days since where no attendance is kept any more."""
    standing = Standing.objects.filter(student=search.student_id).first()
    days = standing.unexcused if standing and search.exit_on is None else search.unseen
    taken = Taken.objects.counted().filter(student=search.student_id, on__gte=search.since).count()
    return may_exit_unknown(days, taken + len(known.done), policy)


def _never(search: Search) -> Finding[bool]:
    stays = Enrolment.objects.filter(student=search.student_id, live=True)
    now = stays.filter(year=search.year).order_by("entry_on").last()
    if now is None:
        return Finding(False, (Reason("CALPADS N470", "There is no enrolment of this year to leave."),))
    standing = Standing.objects.filter(student=search.student_id).first()
    attended = standing.enrolled - standing.absent if standing and search.last_seen_on else 0
    before = stays.filter(year=search.year - 1).exists()
    return is_never_attended(attended, before, now.entry_on, now.exit_on or now.entry_on)


@dataclass(frozen=True, slots=True)
class Ending:
    """A code the search could end with: what is missing, and how it counts on Census Day once it is proven."""

    code: str
    words: str
    finding: Finding[bool]
    counts: Finding[Leaving]


def ending(search: Search, code: str, known: Known, proofs: Collection[str]) -> Ending:
    grade, policy = grade_number(search.student.grade), policy_on(clock.today())
    found = verdict(search, code, known, proofs)
    proven = found.outcome and code.startswith("T") and code not in ("T270", "T380")
    return Ending(code, CODES[code], found, leaving(code, "", grade, policy, found=proven))
