"""Who may be given a student's records, and what is logged and told (EC 49064, 49076, 49077, 234.7).

Denied unless a ground is found. Every request is written down, granted or not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from firstbell.law.findings import Finding, Reason


class Asker(StrEnum):
    PARENT = "parent"
    STUDENT = "student"
    SCHOOL_OFFICIAL = "school_official"
    BOARD_MEMBER = "board_member"
    NEW_SCHOOL = "new_school"
    DISTRICT_ATTORNEY = "district_attorney"
    PROBATION = "probation"
    JUDGE = "judge"
    COUNTY_PLACING = "county_placing"
    CHILD_WELFARE = "child_welfare"
    CAREGIVER = "caregiver"
    FOSTER_AGENCY = "foster_agency"
    IMMIGRATION = "immigration"
    VOLUNTEER = "volunteer"
    CONTRACTOR = "contractor"
    EMERGENCY = "emergency"
    RESEARCHER = "researcher"
    OTHER = "other"


class Purpose(StrEnum):
    EDUCATION = "education"
    TRUANCY = "truancy"
    PARENT_PROSECUTION = "parent_prosecution"
    INVESTIGATION = "investigation"
    SAFETY = "safety"
    DIRECTORY = "directory"
    OTHER = "other"


class Paper(StrEnum):
    NONE = "none"
    CONSENT = "written consent"
    CERTIFICATION = "written certification"
    AFFIDAVIT = "caregiver affidavit"
    COURT_ORDER = "court order"
    SUBPOENA = "subpoena"
    JUDICIAL_WARRANT = "judicial warrant"
    ADMINISTRATIVE_WARRANT = "administrative warrant"


@dataclass(frozen=True, slots=True)
class Answer:
    """`logged` says whether the entry belongs to the statutory log (EC 49064); our own log holds every request.

    `tell_parent` is when the parent hears of it: "", "24 hours", "beforehand" or "within a week".
    """

    allowed: bool
    logged: bool
    tell_parent: str = ""
    report: bool = False


LOG_FIELDS = ("record", "name", "interest", "time", "circumstances")
"""What an entry of the log says (EC 49064, 5 CCR 435)."""

_COURT = frozenset({Paper.COURT_ORDER, Paper.SUBPOENA, Paper.JUDICIAL_WARRANT})
_UNLOGGED = frozenset({Asker.PARENT, Asker.STUDENT, Asker.SCHOOL_OFFICIAL, Asker.BOARD_MEMBER})


@dataclass(frozen=True, slots=True)
class _Ground:
    section: str
    words: str
    purposes: frozenset[Purpose]
    paper: Paper = Paper.NONE
    tell_parent: str = ""


_ALL = frozenset(Purpose)
_TRUANCY = frozenset({Purpose.TRUANCY})
_SCHOOL = frozenset({Purpose.EDUCATION, Purpose.TRUANCY, Purpose.SAFETY})
_AGENCY = frozenset({Purpose.EDUCATION, Purpose.TRUANCY, Purpose.SAFETY})

_GROUNDS: Mapping[Asker, tuple[_Ground, ...]] = {
    Asker.PARENT: (_Ground("EC 49069.7", "A parent may see the records.", _ALL),),
    Asker.STUDENT: (_Ground("EC 49076(a)(1)", "The student may see the own records.", _ALL),),
    Asker.SCHOOL_OFFICIAL: (_Ground("EC 49076(a)(1)(A)", "The official has an educational interest.", _SCHOOL),),
    Asker.BOARD_MEMBER: (_Ground("EC 49076(a)(1)(A)", "Board members and trained board volunteers may.", _TRUANCY),),
    Asker.NEW_SCHOOL: (_Ground("EC 49068", "Records follow the student.", frozenset({Purpose.EDUCATION})),),
    Asker.DISTRICT_ATTORNEY: (
        _Ground("EC 49076(a)(1)(G)", "For truancy mediation or evidence for a truancy petition.", _TRUANCY),
        _Ground("EC 49076(a)(1)(H)", "For a case on a parent's duty.", frozenset({Purpose.PARENT_PROSECUTION})),
        _Ground(
            "EC 49076(a)(1)(I)",
            "For an investigation, with a written certification.",
            frozenset({Purpose.INVESTIGATION}),
            Paper.CERTIFICATION,
        ),
    ),
    Asker.PROBATION: (
        _Ground("EC 49076(a)(1)(J)", "For truancy mediation.", _TRUANCY, Paper.CERTIFICATION, "24 hours"),
        _Ground(
            "EC 49076(a)(1)(I)",
            "For an investigation, with a written certification.",
            frozenset({Purpose.INVESTIGATION}),
            Paper.CERTIFICATION,
        ),
    ),
    Asker.JUDGE: (_Ground("EC 49076(a)(1)(J)", "For a truancy case.", _TRUANCY, Paper.CERTIFICATION, "24 hours"),),
    Asker.COUNTY_PLACING: (_Ground("EC 49076(a)(1)(K)", "For placing a foster child.", _AGENCY),),
    Asker.CHILD_WELFARE: (_Ground("EC 49076(a)(1)(N)", "For the case of a child in care.", _AGENCY),),
    Asker.CAREGIVER: (
        _Ground("EC 49076(a)(1)(M)", "With the first four items of the affidavit signed.", _AGENCY, Paper.AFFIDAVIT),
    ),
    Asker.FOSTER_AGENCY: (_Ground("EC 49076(a)(1)(O)", "For a student in its care.", _AGENCY),),
    Asker.CONTRACTOR: (_Ground("EC 49076(a)(2)(G)", "Under a contract, for the school's own work.", _SCHOOL),),
    Asker.EMERGENCY: (
        _Ground(
            "EC 49076(a)(2)(A)",
            "To protect health or safety in an emergency.",
            frozenset({Purpose.SAFETY}),
            tell_parent="within a week",
        ),
    ),
}
"""Volunteers, researchers and others have no ground here: consent or a court's paper, or nothing."""


def may_disclose(asker: Asker, purpose: Purpose, paper: Paper = Paper.NONE) -> Finding[Answer]:
    """Whether someone may be given records that name a student. Recipients may never pass them on."""
    if asker is Asker.IMMIGRATION:
        return _immigration(paper)
    if purpose is Purpose.DIRECTORY and paper is not Paper.CONSENT:
        policy_first = Reason("EC 49073", "Directory information is given under the district's own policy only.")
        return Finding(Answer(allowed=False, logged=True), (policy_first,))
    for ground in _GROUNDS.get(asker, ()):
        if purpose in ground.purposes and ground.paper in (Paper.NONE, paper):
            answer = Answer(True, logged=asker not in _UNLOGGED, tell_parent=ground.tell_parent)
            return Finding(answer, (Reason(ground.section, ground.words),))
    return _by_paper(asker, purpose, paper)


def _by_paper(asker: Asker, purpose: Purpose, paper: Paper) -> Finding[Answer]:
    if paper is Paper.CONSENT:
        return Finding(Answer(True, logged=False), (Reason("EC 49075", "The parent has consented in writing."),))
    if paper in _COURT:
        told = Reason("EC 49077", f"A {paper}; parent and student are told beforehand where that is possible.")
        return Finding(Answer(True, logged=True, tell_parent="beforehand"), (told,))
    grounds = _GROUNDS.get(asker, ())
    for ground in grounds:
        if purpose in ground.purposes:
            return Finding(Answer(False, logged=True), (Reason(ground.section, f"It takes a {ground.paper} first."),))
    section = grounds[0].section if grounds else "EC 49076"
    return Finding(Answer(False, logged=True), (Reason(section, "No ground for this purpose; consent is needed."),))


def _immigration(paper: Paper) -> Finding[Answer]:
    """Denied without a judge's paper or the parent's consent; always reported to the superintendent (EC 234.7)."""
    allowed = paper in _COURT or paper is Paper.CONSENT
    held = "It is checked by the superintendent and counsel first." if allowed else "The request is denied."
    sentence = f"Only a parent's consent or a judge's warrant, subpoena or order will do. {held}"
    tell = "beforehand" if paper in _COURT else ""
    return Finding(Answer(allowed, logged=True, tell_parent=tell, report=True), (Reason("EC 234.7", sentence),))
