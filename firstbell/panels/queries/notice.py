"""Whether a family was told of its hearing: in time, in its language, where and by whom the file says today."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from firstbell.law.compulsory import birthday
from firstbell.law.findings import Finding
from firstbell.letters.wording import LANGUAGES
from firstbell.notices.models import Delivery
from firstbell.notices.rules import language_of
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import Hearing, Invitation
from firstbell.panels.queries.room import spoken_in, students_of
from firstbell.panels.rules.room import Told, notice_was_good
from firstbell.roster.models import Change, FamilyLink, Student

_ADDRESS = ("address", "city", "state", "postal")
_BY_WORD = (Invitation.Channel.HAND, Invitation.Channel.CALL)


def notice_of(hearing: Hearing) -> Finding[bool]:
    """Whether the family's notice of a hearing was good, by what the file says today."""
    students = students_of(hearing)
    rows = hearing.invitations.filter(member=None, what=Invitation.What.INVITATION)
    invited = list(rows.select_related("contact"))
    links = _links(students, invited)
    adult = any(one.born_on and hearing.day.on >= birthday(one.born_on, 18) for one in students)
    told = [_told(hearing, one, links.get(one.contact_id, []), adult) for one in invited]
    return notice_was_good(told, KINDS[hearing.panel.kind], hearing.day.on, spoken_in(hearing))


def _links(students: Sequence[Student], invited: Sequence[Invitation]) -> dict[int, list[FamilyLink]]:
    found: dict[int, list[FamilyLink]] = {}
    rows = FamilyLink.objects.filter(student__in=students, contact__in=[one.contact_id for one in invited])
    for link in rows.filter(live=True, contact__live=True):
        found.setdefault(link.contact_id, []).append(link)
    return found


def _told(hearing: Hearing, one: Invitation, links: Sequence[FamilyLink], adult: bool) -> Told:
    """An adult student is written to under their own name: the right is theirs (EC 49061)."""
    mailed = one.channel == Invitation.Channel.LETTER
    holds = None if one.contact_id is None else any(_holds_rights(link) for link in links)
    barred = [link for link in links if link.restrictions or (mailed and link.mailing is False)]
    return Told(
        to=one.to, language=language_of(one.language, LANGUAGES), told_on=one.told_on,
        delivered_on=one.delivered_on or (one.told_on if one.channel in _BY_WORD else None),
        answered=one.answer != Invitation.Answer.NONE, holds_rights=True if adult and holds is None else holds,
        reachable=None if one.contact_id is None else not barred, moved_on=_moved_on(one) if mailed else None,
        lost=one.state in (Delivery.State.FAILED, Delivery.State.RETURNED), waived=bool(hearing.waiver),
        says_so=one.start in (None, hearing.span.lower),
    )  # fmt: skip


def _holds_rights(link: FamilyLink) -> bool:
    return bool(link.rights_holder) or (link.rights_holder is None and bool(link.guardian))


def _moved_on(one: Invitation) -> date | None:
    """The day on which the file learned of another address of a contact, after the letter had left."""
    if one.contact is None:
        return None
    rows = Change.objects.filter(table="contact", row=one.contact_id, arrival__known_at__date__gt=one.told_on)
    for change in rows.select_related("arrival").order_by("pk"):
        if any(change.before.get(name) != getattr(one.contact, name) for name in _ADDRESS):
            return timezone.localtime(change.arrival.known_at).date()
    return None
