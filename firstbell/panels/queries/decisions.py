"""What a decision after a hearing rests on: what each side did, and what a notice to the court side would hold."""

from collections.abc import Sequence

from firstbell.panels.models import Directive, Hearing, Referral
from firstbell.panels.models.agreements import SIDES
from firstbell.roster.models import FamilyLink

OURS = ("school", "agency")


def last_held(referral: Referral) -> Hearing | None:
    """The last hearing at which a referral was heard."""
    rows = referral.hearings.filter(state="held").select_related("panel", "school", "day")
    return rows.order_by("-ended_at", "-pk").first()


def agreed(referral: Referral) -> list[Directive]:
    """What was agreed for this student at the hearings of this referral, the newest hearing's first."""
    rows = Directive.objects.filter(agreement__hearing__referrals=referral, student=referral.student_id)
    rows = rows.exclude(stands="draft").select_related("owner", "agreement__hearing__day")
    return list(rows.order_by("-agreement__hearing__ended_at", "party", "position", "pk"))


def ours_undone(referral: Referral) -> list[str]:
    """What the district's own side and the agencies have not done: read before anybody asks a court about a family."""
    words = {"broken": "is broken", "unknown": "is not known to be kept", "open": "was not looked at yet"}
    return [
        f"{SIDES[one.party]}: “{one.what}” ({one.who}) {words[one.stands]}."
        for one in agreed(referral)
        if one.party in OURS and one.stands in words
    ]


def attorney_fields(referral: Referral, why: str) -> list[str]:
    """Which of what EC 48263.5 asks for the record can give: student, parent, address, determinations."""
    found = ["student_name"] if referral.student.name.strip() else []
    holder = _holder(referral)
    if holder and str(holder.contact).strip():
        found.append("parent_name")
    if holder and all((holder.contact.address, holder.contact.city, holder.contact.postal)):
        found.append("parent_address")
    return [*found, "determinations"] if why.strip() else found


def _holder(referral: Referral) -> FamilyLink | None:
    """Who decides about the student's education and may be written to, the first in line."""
    rows = FamilyLink.objects.filter(student=referral.student_id, live=True, contact__live=True)
    links: Sequence[FamilyLink] = rows.select_related("contact").order_by("priority", "pk")
    open_to = [one for one in links if not one.restrictions]
    holders = [one for one in open_to if one.rights_holder or (one.rights_holder is None and one.guardian)]
    return next(iter(holders), None)
