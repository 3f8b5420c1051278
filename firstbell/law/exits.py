"""Leaving school: exit codes, who counts as a dropout, and lost transfers (CALPADS; EC 48070.6)."""

from collections.abc import Mapping
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
