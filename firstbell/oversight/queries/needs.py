"""What needs the principal of a school now: each with how many there are and where they are."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from firstbell.attendance.queries.clearing import decisions
from firstbell.core.access import May, Scope
from firstbell.core.models import User
from firstbell.oversight.queries.activity import to_countersign
from firstbell.roster.models import School
from firstbell.staffing.queries.purchases import to_act_on
from firstbell.staffing.queries.waiting import waiting


@dataclass(frozen=True, slots=True)
class Need:
    """`words` are said of one, and after a comma of many."""

    many: int
    words: str
    url: str


def needs_of(scope: Scope, school: School, user: User, today: date) -> list[Need]:
    """Only what this person may do something about; empty where nothing waits."""
    found = []
    if May.DECIDE_ABSENCES in scope:
        many = decisions(scope).filter(student__school=school).order_by().count()
        found.append(Need(many, "excuse to decide,excuses to decide", reverse("attendance:decisions")))
    many = to_act_on(scope).filter(school=school).order_by().count()
    found.append(
        Need(many, "purchase that waits for your word,purchases that wait for your word", reverse("staffing:purchases"))
    )
    many = to_countersign(scope).filter(school=school).order_by().count()
    found.append(
        Need(many, "activity report to countersign,activity reports to countersign", reverse("oversight:countersign"))
    )
    if May.ASSIGN_POSTS in scope and (line := waiting(scope, today, user, school=school.pk)):
        found.append(
            Need(
                line.absences,
                "absence with nobody in their place,absences with nobody in their place",
                reverse("staffing:people"),
            )
        )
    return [one for one in found if one.many]
