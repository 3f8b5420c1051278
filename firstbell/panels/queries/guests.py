"""What an outside member may see: hearings they are seated at, from the packet's release to the hearing's end."""

from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from firstbell.core.access import ROLES, Scope
from firstbell.core.models import User
from firstbell.panels.models import Hearing, Member, Packet, Seating
from firstbell.panels.rules.hearings import OPEN_HEARINGS


def guest_scope(user: User, on: date, held: Scope) -> Scope:
    """The scope of somebody who holds no post but sits on a panel; any other scope as it is."""
    if held.may or not user.is_active:
        return held
    seat = Member.objects.filter(user=user, term__contains=on).select_related("panel").first()
    if seat is None:
        return held
    return replace(held, may=ROLES["guest"], why=f"{seat.get_standing_display()} of the {seat.panel}")


def seats_of(user: User, on: date) -> QuerySet[Hearing]:
    """The hearings this person may read now: seated in term, not recused, packet released, hearing not over."""
    mine = Member.objects.filter(user=user, term__contains=on)
    seated = Seating.objects.filter(hearing=OuterRef("pk"), member__in=mine)
    released = Packet.objects.filter(
        referral__hearings=OuterRef("pk"), audience="panel", released_at__isnull=False, withdrawn_at=None
    )
    barred = Hearing.referrals.through.objects.filter(
        hearing=OuterRef("pk"), referral__student__in=mine.values("recusals__student")
    )
    rows = Hearing.objects.filter(Exists(seated), Exists(released), ~Exists(barred), state__in=OPEN_HEARINGS)
    return rows.select_related("panel", "day").order_by("span", "pk")


@dataclass(frozen=True, slots=True)
class Reading:
    """One packet a guest may read: of which student, and the packet."""

    packet: Packet
    name: str


def readings(hearing: Hearing) -> list[Reading]:
    """The released packets of a hearing for its panel, a student each."""
    rows = Packet.objects.filter(
        referral__in=hearing.referrals.all(), audience="panel", released_at__isnull=False, withdrawn_at=None
    )
    return [Reading(one, one.referral.student.name) for one in rows.select_related("referral__student")]
