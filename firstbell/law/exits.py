"""Leaving school: exit codes, who counts as a dropout, and lost transfers (CALPADS; EC 48070.6)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum

from firstbell.law.findings import Finding, Reason, count, spoken
from firstbell.law.policy import Policy

CODES: Mapping[str, str] = {
    "E130": "Died",
    "E140": "No known enrolment, after the steps of the truancy process",
    "E155": "End of the year, same school",
    "E230": "Completed; the completion status says how",
    "E300": "Expelled, no known enrolment",
    "E400": "Other or unknown",
    "N470": "Enrolled, and never attended",
    "T160": "Transfer to another school of the state",
    "T165": "Transfer for disciplinary reasons",
    "T167": "Transfer by referral",
    "T180": "Transfer to a private school",
    "T200": "Moved to another state",
    "T240": "Moved out of the country",
    "T270": "Left an adult education or diploma program",
    "T370": "In an institution with a high school program",
    "T380": "In an institution without one",
}
_DROPOUT = frozenset({"E140", "E300", "E400", "T270", "T380"})
_GRADUATED = frozenset({"100", "250", "330"})
_NOT_COMPLETED = frozenset({"104", "360"})
_STATE_TRANSFER = frozenset({"T160", "T165", "T167"})
PROOFS: Mapping[str, str] = {
    "records_request": "The new school asked for the records",
    "enrolment_letter": "The new school confirms the enrolment in writing",
    "state_record": "The state's data show an enrolment elsewhere",
    "affidavit": "The private school's affidavit, or the home school's",
    "family_statement": "The family's signed statement of the move abroad",
    "institution_letter": "The institution confirms the stay in writing",
    "expulsion_order": "The board's order of expulsion",
    "certificate": "The diploma or certificate",
    "death_record": "A record of the death",
    "steps": "The record of the steps taken to find the student",
}
"""What may prove where a student is, or that they left as the code says (setting exits.evidence)."""
_ENROLLED = frozenset({"records_request", "enrolment_letter", "state_record"})
_WRITTEN = frozenset({"records_request", "enrolment_letter"})
ENOUGH: Mapping[str, frozenset[str]] = {
    "E130": frozenset({"death_record"}),
    "E140": frozenset({"steps"}),
    "E230": frozenset({"certificate"}),
    "E300": frozenset({"expulsion_order"}),
    "E400": frozenset({"steps"}),
    "N470": frozenset({"steps"}),
    "T160": _ENROLLED,
    "T165": _ENROLLED,
    "T167": _ENROLLED,
    "T180": _WRITTEN | {"affidavit"},
    "T200": _WRITTEN,
    "T240": _WRITTEN | {"family_statement"},
    "T270": frozenset({"steps"}),
    "T370": _WRITTEN | {"institution_letter"},
    "T380": frozenset({"institution_letter"}),
}
"""Exit code to the proofs of which one is enough. E155 is no leaving, and proves nothing."""
UNKNOWN = frozenset({"E140", "E300", "E400", "N470", "T270"})
"""Codes that say nobody knows where the student is: they come after the steps to find them (setting exits.steps)."""
_OF_THE_FILE = frozenset({"E130", "E155", "E230"})


class Leaving(StrEnum):
    GRADUATE = "graduate"
    COMPLETER = "completer"
    DROPOUT = "dropout"
    LOST_TRANSFER = "lost_transfer"
    TRANSFER = "transfer"
    BACK = "back"
    NOT_COUNTED = "not_counted"

    @property
    def is_dropout(self) -> bool:
        return self in (Leaving.DROPOUT, Leaving.LOST_TRANSFER)


def census_day(year: int) -> date:
    """The first Wednesday in October."""
    first = date(year, 10, 1)
    return first + timedelta((2 - first.weekday()) % 7)


def cycle(left_on: date) -> tuple[date, date, date]:
    """First and last day of the dropout year of a leaving day, August 16 to August 15, and the Census Day after it."""
    ends = date(left_on.year + (left_on >= date(left_on.year, 8, 16)), 8, 15)
    return date(ends.year - 1, 8, 16), ends, census_day(ends.year)


def leaving(code: str, completion: str, grade: int, policy: Policy, *, found: bool) -> Finding[Leaving]:
    """How a leaving counts on Census Day. `found` says whether the student is enrolled anywhere in the state by then.

    `completion` is the completion status of an E230, else "". KeyError for an unknown exit code.
    """
    words = CODES[code]
    outcome, sentence = _leaving(code, completion, found=found)
    if outcome.is_dropout and grade < policy.exits.grade_from:
        outcome, sentence = Leaving.NOT_COUNTED, f"Dropouts are counted from grade {policy.exits.grade_from} on."
    return Finding(outcome, (Reason("CALPADS dropout", f"{code}, {words.lower()}: {sentence}"),), policy.version)


def may_exit_unknown(unexcused_days: int, steps_taken: int, policy: Policy) -> Finding[bool]:
    """Whether E140 may be entered: unexcused days, and steps of the truancy process, come before it."""
    needed = policy.exits.no_show_days
    enough = unexcused_days >= needed and steps_taken > 0
    sentence = f"{count(unexcused_days, 'unexcused day')} of {needed}, {count(steps_taken, 'step')} taken to find them."
    return Finding(enough, (Reason(policy.cite("exits.no_show_days"), sentence),), policy.version)


def needs_proof(code: str) -> bool:
    """Whether a leaving under this code (empty for none given) asks for proof; of a code we do not know, it does."""
    return code not in _OF_THE_FILE


def is_proven(code: str, proofs: Collection[str], undone: Sequence[str], policy: Policy) -> Finding[bool]:
    """Whether an exit code may be said of a student, and if not, what is missing. KeyError for an unknown code.

    `proofs` are kinds of PROOFS on record, `undone` the steps to find the student that are not done, in words.
    """
    words, enough = CODES[code], ENOUGH.get(code, frozenset())
    missing = []
    if code in UNKNOWN and undone:
        missing.append(Reason("setting exits.steps", f"Not done yet: {'; '.join(undone)}."))
    if not enough:
        missing.append(Reason("CALPADS dropout", f"{code}, {words.lower()}, is no leaving: there is nothing to prove."))
    elif not enough & set(proofs) and enough != {"steps"}:
        needed = "; or ".join(PROOFS[one].lower() for one in PROOFS if one in enough)
        missing.append(Reason("setting exits.evidence", f"No proof is on record. One of these is enough: {needed}."))
    if missing:
        return Finding(False, tuple(missing), policy.version)
    shown = PROOFS[next(one for one in PROOFS if one in enough and (one in proofs or one == "steps"))]
    return Finding(
        True, (Reason("setting exits.evidence", f"{code}, {words.lower()}: {shown.lower()}."),), policy.version
    )


def is_never_attended(days_attended: int, enrolled_last_year: bool, entry: date, exit_on: date) -> Finding[bool]:
    """Whether N470 fits: never attended, not enrolled here the year before, and the exit on the day of entry."""
    if enrolled_last_year:
        return Finding(False, (Reason("CALPADS N470", "Enrolled here last year: a no-show, but not N470."),))
    fits = days_attended == 0 and exit_on == entry
    sentence = f"Attended {count(days_attended, 'day')}; entry {spoken(entry)}, exit {spoken(exit_on)}."
    return Finding(fits, (Reason("CALPADS N470", sentence),))


def _leaving(code: str, completion: str, *, found: bool) -> tuple[Leaving, str]:
    if code == "E230" and completion in _GRADUATED:
        return Leaving.GRADUATE, "a graduate."
    if code == "E230" and completion not in _NOT_COMPLETED:
        return Leaving.COMPLETER, "completed without a regular diploma."
    if found:
        return Leaving.BACK, "enrolled by Census Day, and off the list."
    if code in _DROPOUT or code == "E230":
        return Leaving.DROPOUT, "not enrolled by Census Day."
    if code in _STATE_TRANSFER:
        return Leaving.LOST_TRANSFER, "said to have transferred, and not enrolled anywhere by Census Day."
    if code.startswith("T"):
        return Leaving.TRANSFER, "left the state's public schools."
    return Leaving.NOT_COUNTED, "not part of the dropout count."
