"""What one attendance mark makes of a student's day.

A district's own codes are described by `Code`; `read` turns one mark into the byte of `days`. The reading is
careful in one direction: nothing becomes unexcused that the file does not say is unexcused.
"""

from dataclasses import dataclass
from typing import Literal

from firstbell.law.days import ABSENT, HALF, Day
from firstbell.law.findings import Finding, Reason, count
from firstbell.law.policy import Policy


@dataclass(frozen=True, slots=True)
class Code:
    """One row of the district's attendance codes.

    `excused` is None when the reason is not known yet; `absence`, `truancy` and `ada` are the district's own
    flags; `over30` marks a tardy code that by itself says more than 30 minutes.
    """

    code: str
    description: str
    category: str
    excused: bool | None
    absence: bool
    truancy: bool
    ada: bool
    suspension: Literal["", "OSS", "ISS"] = ""
    study: Literal["", "ada", "non_ada"] = ""
    over30: bool = False


def read(code: Code, *, minutes: int | None, share: int | None, policy: Policy) -> Finding[int]:
    """The byte of a day with this mark.

    `minutes` are those missed as the file states them, `share` the hundredths of the day missed, 0 to 100;
    None where the file is silent. An absence with no share is a whole day. ValueError on a share or minutes
    that cannot be.
    """
    if (minutes is not None and minutes < 0) or (share is not None and not 0 <= share <= 100):
        raise ValueError(f"a mark cannot miss {minutes} minutes or {share} hundredths of a day")
    day, reason = _day(code, minutes, share, policy)
    half = day in ABSENT or (day in (Day.PARTIAL, Day.OCCASION) and _half(minutes, share, policy))
    return Finding(day + HALF * half, (reason,), policy.version)


def _day(code: Code, minutes: int | None, share: int | None, policy: Policy) -> tuple[Day, Reason]:
    if code.suspension == "ISS":
        return Day.IN_SCHOOL_SUSPENSION, Reason("CALPADS 13.18", "A suspension served in school is not an absence.")
    if code.study == "ada":
        return Day.PRESENT, Reason("CALPADS 13.22", "A day of completed independent study is attendance.")
    if _is_whole_day(code, minutes, share):
        return _whole_day(code)
    if not code.absence and code.category.casefold() in ("present", "in attendance"):
        return Day.PRESENT, Reason("EC 46010.3", "The student was in school.")
    return _part_of_day(code, minutes, share, policy)


def _is_whole_day(code: Code, minutes: int | None, share: int | None) -> bool:
    """Suspension and unfinished independent study take the whole day even where a district's flag says no absence."""
    if share is not None:
        return share == 100 and _takes_days(code)
    return code.absence or (minutes is None and _takes_days(code))


def _takes_days(code: Code) -> bool:
    return code.absence or code.suspension == "OSS" or code.study == "non_ada"


def _whole_day(code: Code) -> tuple[Day, Reason]:
    if code.suspension == "OSS":
        return Day.SUSPENDED, Reason("setting truancy.suspension", "Suspended days are absences, but not truancy.")
    if code.study == "non_ada":
        return Day.STUDY_UNDONE, Reason("EC 51747", "Independent study work for the day was not completed.")
    if code.excused:
        return Day.EXCUSED, Reason("EC 48260(c)", f"The absence has a valid excuse: {_words(code)}.")
    if code.excused is False and code.truancy:
        return Day.UNEXCUSED, Reason("EC 48260(a)", f"Absent all day without a valid excuse: {_words(code)}.")
    return Day.UNVERIFIED, Reason("setting unverified.not_truancy", f"The reason is not settled yet: {_words(code)}.")


def _part_of_day(code: Code, minutes: int | None, share: int | None, policy: Policy) -> tuple[Day, Reason]:
    """Present for part of a day is not absent (EC 46010.3); a long unexcused stretch is an occasion all the same.

    Many districts flag tardies as not counting for truancy because they mean the short ones, so for a tardy
    code the flag is not asked: what counts is more than 30 minutes without a valid excuse.
    """
    settled = code.excused is False and code.category.casefold() != "excused absence" and code.suspension != "OSS"
    counts = settled and (code.truancy or not code.absence)
    if counts and _is_long(code, minutes, share, policy):
        return Day.OCCASION, Reason("EC 48260(a)", f"Missed {_length(minutes, policy)} without a valid excuse.")
    return Day.PARTIAL, Reason("EC 46010.3", "In school for part of the day, so not absent.")


def _is_long(code: Code, minutes: int | None, share: int | None, policy: Policy) -> bool:
    """Without minutes we do not guess: only a code that says so, or half of the day, is surely more than 30."""
    if minutes is not None:
        return policy.truancy.is_long(minutes)
    return code.over30 or (share is not None and share >= policy.federal.half_share)


def _half(minutes: int | None, share: int | None, policy: Policy) -> bool:
    if share is not None:
        return share >= policy.federal.half_share
    return minutes is not None and minutes >= policy.federal.half_day_minutes


def _length(minutes: int | None, policy: Policy) -> str:
    return f"more than {policy.truancy.minutes} minutes" if minutes is None else count(minutes, "minute")


def _words(code: Code) -> str:
    return (code.description or code.category or f"code {code.code}").strip()
