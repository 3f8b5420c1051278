"""What panels ask of one person or one place now: a line of Today and of a school's, region's or district's page."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q

from firstbell.core.access import May, Scope
from firstbell.core.models import User
from firstbell.panels.models import Check, Hearing, Packet, Panel, Referral
from firstbell.panels.rules.hearings import OPEN_HEARINGS


@dataclass(frozen=True, slots=True)
class Line:
    """`hearings` sit today, first first. `read` wait with a panel this person runs, `mend` with the school that refers,
    `set_up` for a hearing, `fallen` rest on a step that no longer stands, `stale` have a released packet that facts
    overtook; `late` checks are past their day, `own` of them about what this person promised."""

    hearings: list[Hearing]
    mend: int
    read: int
    set_up: int
    fallen: int
    stale: int
    late: int
    own: int

    @property
    def anything(self) -> bool:
        asks = (self.mend, self.read, self.set_up, self.fallen, self.stale, self.late)
        return bool(self.hearings) or any(asks)


def waiting(scope: Scope, today: date, user: User | None = None, **where: int) -> Line | None:
    """What waits in scope (or at one `school` or `region`); None where panels are not this person's to see."""
    if May.SEE_PANELS not in scope:
        return None
    place = Q(school=where["school"]) if "school" in where else Q()
    place &= Q(school__region=where["region"]) if "region" in where else Q()
    run = Q(panel__in=Panel.objects.run_by(scope)) if May.RUN_PANELS in scope else Q(pk__in=())
    open_ones = Referral.objects.visible_to(scope).open().filter(place)
    counted = open_ones.aggregate(
        mend=Count("pk", filter=Q(state__in=("draft", "returned"))), read=Count("pk", filter=Q(state="sent") & run),
        set_up=Count("pk", filter=Q(state="accepted", joined=None) & run),
        fallen=Count("pk", filter=Q(step__stands=False)), stale=Count("pk", filter=Q(overtaken()) & run),
    )  # fmt: skip
    students = {f"directive__student__{name}": value for name, value in _students(where).items()}
    late = Check.objects.visible_to(scope).filter(outcome="", due_on__lt=today, **students)
    mine = Q(directive__owner=user) if user else Q(pk__in=())
    checks = late.aggregate(late=Count("pk"), own=Count("pk", filter=mine))
    hearings = Hearing.objects.visible_to(scope).filter(place, state__in=OPEN_HEARINGS, day__on=today)
    shown = list(hearings.select_related("panel", "day").order_by("span", "pk"))
    return Line(hearings=shown, **counted, **checks)


def overtaken() -> Exists:
    """Whether a referral has a released packet of which the night found that facts changed since it was made."""
    rows = Packet.objects.filter(referral=OuterRef("pk"), released_at__isnull=False, withdrawn_at=None)
    return Exists(rows.exclude(stale_on=None))


def _students(where: dict[str, int]) -> dict[str, int]:
    return {{"school": "school", "region": "school__region"}[name]: value for name, value in where.items()}
