"""What may become of a batch, whom a relation names, which letters a household shares. Pure: values in, answers out."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from firstbell.law.excuses import clearing_ends
from firstbell.law.findings import Reason, spoken
from firstbell.law.notices import Kind
from firstbell.law.policy import Policy
from firstbell.law.recipients import Role

TITLES: Mapping[Kind, str] = {
    Kind.FIRST_TRUANCY: "First notification of truancy",
    Kind.NEXT_TRUANCY: "Notice of a further report",
    Kind.EXCUSED: "Many excused absences",
    Kind.CONFERENCE: "Conference invitation",
    Kind.SART: "Review team invitation",
    Kind.SARB: "Review board referral",
    Kind.CORRECTION: "Correction letter",
    Kind.IMPROVEMENT: "Attendance got better",
    Kind.SUMMARY: "Attendance summary",
    Kind.HEARING: "Hearing invitation",
    Kind.CALLED_OFF: "Hearing called off",
}
ACCUSING = (Kind.FIRST_TRUANCY, Kind.NEXT_TRUANCY)
"""What they say of a day must be settled: never while a reason can still be given."""
OF_PROCESS = (*ACCUSING, Kind.CONFERENCE, Kind.SART, Kind.SARB)
MEETING = (Kind.CONFERENCE, Kind.SART)
ASKED = (Kind.CONFERENCE, Kind.SART, Kind.IMPROVEMENT, Kind.SUMMARY)
"""What a person may ask for; the other kinds fall due by themselves."""
OF_PANELS = (Kind.HEARING, Kind.CALLED_OFF)
"""What a panel sends for one hearing; never due by itself, and in no batch."""
ONCE_A_YEAR = (Kind.FIRST_TRUANCY, Kind.EXCUSED)
ALONE = (Kind.SART, Kind.SARB, Kind.CORRECTION)
"""A letter of these tells of one student; the others tell of all of a household who are due the same."""

MOVES = {
    ("draft", "approve"): "approved",
    ("draft", "cancel"): "cancelled",
    ("approved", "cancel"): "cancelled",
    ("approved", "issue"): "issuing",
    ("issuing", "issue"): "issuing",
    ("issuing", "finish"): "issued",
}
WITHIN = timedelta(days=7)
"""A letter bears the day it was prepared for; after so many days it is prepared again."""


class NotAllowed(Exception):  # noqa: N818 - it is an answer, not a fault
    """What somebody wants to do with a letter or batch cannot be done; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Out:
    """Why a letter cannot be sent, and what to do about it. `waits` is true where time alone will mend it."""

    reasons: tuple[Reason, ...]
    remedy: str
    waits: bool = False


def after(state: str, move: str) -> str:
    try:
        return MOVES[state, move]
    except KeyError:
        raise NotAllowed(f"A batch that is {state} cannot be {PAST[move]}.") from None


PAST = {"approve": "approved", "cancel": "cancelled", "issue": "issued", "finish": "finished"}


def approvals_needed(letters: int, policy: Policy) -> int:
    """Two people for more letters than the district's setting, else one."""
    return 2 if letters > policy.notices.second_approval_above else 1


def may_issue_on(send_on: date, today: date) -> str:
    """Why letters dated `send_on` cannot go out today; empty where they can."""
    if today < send_on:
        return f"These letters are dated {spoken(send_on)}: they can be issued from that day on."
    if today > send_on + WITHIN:
        return f"These letters are dated {spoken(send_on)}, more than a week ago. Cancel the batch, prepare it again."
    return ""


def open_window(days: Iterable[date], send_on: date, policy: Policy) -> Out | None:
    """Whether a reason can still be given, on the day of sending, for any of these days."""
    ends = [finding for day in days if (finding := clearing_ends(day, policy)).outcome >= send_on]
    if not ends:
        return None
    last = max(ends, key=lambda finding: finding.outcome)
    return Out(last.reasons, f"It can be sent from {spoken(last.outcome + timedelta(1))} on.", waits=True)


_ROLES = (
    *((word, Role.OTHER) for word in ("god", "friend", "terminated", "former", "no ")),
    ("tribal", Role.TRIBAL_WORKER),
    ("social worker", Role.SOCIAL_WORKER),
    ("attorney", Role.ATTORNEY),
    ("lawyer", Role.ATTORNEY),
    ("rights", Role.RIGHTS_HOLDER),
    ("foster", Role.CAREGIVER),
    ("grand", Role.CAREGIVER),
    ("guardian", Role.GUARDIAN),
    ("mother", Role.PARENT),
    ("father", Role.PARENT),
    ("parent", Role.PARENT),
    ("caregiver", Role.CAREGIVER),
    ("aunt", Role.CAREGIVER),
    ("uncle", Role.CAREGIVER),
)
PROFESSIONAL = (Role.ATTORNEY, Role.SOCIAL_WORKER, Role.TRIBAL_WORKER)


def role_of(relation: str | None) -> Role:
    """The role that a student system's word for a relation names; what is not known is OTHER, and gets nothing."""
    said = (relation or "").casefold()
    return next((role for word, role in _ROLES if word in said), Role.OTHER)


WORDINGS = {"fil": "tl", "zh": "zh-Hans", "zh-cn": "zh-Hans"}
"""A language as files write it, to the wording that says it."""


def language_of(tag: str | None, wordings: Collection[str]) -> str:
    """The wording of a language tag: "es" of "es-MX"; the tag itself where there is none; "en" where nobody said."""
    said = (tag or "en").casefold()
    by_fold = {one.casefold(): one for one in wordings}
    if said in WORDINGS or said in by_fold:
        return WORDINGS.get(said) or by_fold[said]
    base = said.split("-")[0]
    return (tag or "en") if base == "zh" else WORDINGS.get(base) or by_fold.get(base) or base


GRADES = {"KN": "K", "KG": "K", "K": "K", "00": "K", "0": "K", "TK": "TK", "PK": "TK"}


def grade_of(code: str | None) -> str:
    """ "7" of CALPADS' "07"; empty for what is no grade of ours."""
    said = (code or "").strip().upper()
    if said in GRADES:
        return GRADES[said]
    number = said.lstrip("0")
    return str(int(number)) if number.isdecimal() and 1 <= int(number) <= 12 else ""
