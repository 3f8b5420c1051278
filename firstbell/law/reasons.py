"""The reasons a family may give for an absence, one code for each paragraph of the law, with limits and conditions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Per(StrEnum):
    """What a limit is counted over."""

    INCIDENT = "incident"
    YEAR = "school year"
    SEMESTER = "semester"
    MONTH = "school month"


class Shown(StrEnum):
    """What is on record about an absence."""

    PARENT_REQUEST = "the parent's written request"
    PRINCIPAL_APPROVAL = "the principal's approval"
    PRIOR_NOTICE = "notice to the school beforehand"
    PARENT_EXPLANATION = "the parent's written explanation"
    PARENT_CONSENT = "the parent's written consent"
    BOARD_RESOLUTION = "a resolution of the board"
    MINIMUM_DAY = "attendance for the minimum day"
    WORK_PERMIT = "a work permit"
    MEDICAL_NEED = "a medical necessity"


@dataclass(frozen=True, slots=True)
class AbsenceReason:
    """One reason. `limit` names the number of days or weeks in `policy.excuses`.

    Without all of `needs` the absence is not excused, or, where the law only makes the excuse automatic under a
    condition (`open_otherwise`), an administrator decides. `confidential` reasons are never shown to a parent, and
    nobody may ask for a note where `no_note` says so.
    """

    section: str
    words: str
    limit: str = ""
    per: Per | None = None
    needs: tuple[Shown, ...] = ()
    grade_from: str = ""
    since: date = date.min
    open_otherwise: bool = False
    confidential: bool = False
    no_note: bool = False


_ASKED = (Shown.PARENT_REQUEST, Shown.PRINCIPAL_APPROVAL)

REASONS: Mapping[str, AbsenceReason] = {
    "48205a01": AbsenceReason("EC 48205(a)(1)", "illness, mental and behavioral health included"),
    "48205a02": AbsenceReason("EC 48205(a)(2)", "quarantine directed by a health officer"),
    "48205a03": AbsenceReason("EC 48205(a)(3)", "medical, dental, eye or chiropractic services"),
    "48205a04": AbsenceReason("EC 48205(a)(4)", "a funeral or grieving", limit="grieving_days", per=Per.INCIDENT),
    "48205a05": AbsenceReason("EC 48205(a)(5)", "jury duty"),
    "48205a06": AbsenceReason("EC 48205(a)(6)", "illness or an appointment of the student's own child", no_note=True),
    "48205a07": AbsenceReason("EC 48205(a)(7)", "a justifiable personal reason", needs=_ASKED),
    "48205a07_retreat": AbsenceReason(
        "EC 48205(c)", "a religious retreat", limit="retreat_days", per=Per.SEMESTER, needs=_ASKED
    ),
    "48205a08": AbsenceReason("EC 48205(a)(8)", "serving on a precinct board at an election"),
    "48205a09": AbsenceReason("EC 48205(a)(9)", "time with a family member on active military duty"),
    "48205a10": AbsenceReason("EC 48205(a)(10)", "the student's own naturalization ceremony"),
    "48205a11": AbsenceReason("EC 48205(a)(11)", "a cultural ceremony or event", since=date(2022, 1, 1)),
    "48205a12": AbsenceReason(
        "EC 48205(a)(12)",
        "a civic or political event",
        limit="civic_days",
        per=Per.YEAR,
        needs=(Shown.PRIOR_NOTICE,),
        grade_from="civic_grade_from",
        since=date(2023, 1, 1),
        open_otherwise=True,
    ),
    "48205a13": AbsenceReason(
        "EC 48205(a)(13)",
        "services, grief support or safety planning after a death",
        limit="support_days",
        per=Per.INCIDENT,
        since=date(2025, 1, 1),
    ),
    "48205a14": AbsenceReason("EC 48205(a)(14)", "military entrance processing", since=date(2025, 1, 1)),
    "48205a15": AbsenceReason("EC 48260(c)", "a reason for the administrator to decide", limit="none"),
    "48225.5a": AbsenceReason(
        "EC 48225.5",
        "work in entertainment",
        limit="entertainment_days",
        per=Per.YEAR,
        needs=(Shown.WORK_PERMIT,),
    ),
    "48225.5b": AbsenceReason(
        "EC 48225.5",
        "performing for a public-school audience",
        limit="performance_days",
        per=Per.YEAR,
        needs=(Shown.PARENT_EXPLANATION,),
    ),
    "46014": AbsenceReason(
        "EC 46014",
        "religious exercises or instruction",
        limit="religious_days",
        per=Per.MONTH,
        needs=(Shown.BOARD_RESOLUTION, Shown.PARENT_CONSENT, Shown.MINIMUM_DAY),
    ),
    "46010.1": AbsenceReason(
        "EC 46010.1",
        "confidential medical services",
        grade_from="confidential_grade_from",
        confidential=True,
        no_note=True,
    ),
    "46015": AbsenceReason(
        "EC 46015", "leave of a pregnant or parenting student", limit="parental_weeks", per=Per.INCIDENT
    ),
    "48206.3": AbsenceReason("EC 48206.3", "being taught at home or in hospital"),
    "49069.5": AbsenceReason("EC 49069.5", "a foster student's placement change, court date or court-ordered activity"),
    "suspension": AbsenceReason("setting truancy.suspension", "suspension by the school"),
}
"""By code. "none" as a limit: an administrator decides about every single day."""
