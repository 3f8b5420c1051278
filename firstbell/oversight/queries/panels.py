"""Panels and their chairs as a Field Coordinator supervises them: roster, training, hearings seen, what was in time."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Min, QuerySet

from firstbell.core.access import Scope
from firstbell.core.models import User
from firstbell.law.calendar import SchoolYear
from firstbell.oversight.models import Observation
from firstbell.oversight.rules.rubric import CHECKLIST
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import Decision, Hearing, Invitation, Member, Packet, Panel, Roster
from firstbell.panels.rules.tracking import Share

DECIDED_WITHIN = 14
"""Days after a hearing within which what follows is decided."""
SUPERVISED = ("sarb", "resource_panel")


@dataclass(frozen=True, slots=True)
class Row:
    """One panel. `signed_on` is its roster's day; notices, packets and decisions are those of this year's hearings."""

    panel: Panel
    chair: Member | None
    signed_on: date | None
    trained: int
    members: int
    held: int
    seen: int
    notices: Share
    packets: Share
    decisions: Share

    @property
    def shares(self) -> list[tuple[str, Share]]:
        return [
            ("Notices in time", self.notices), ("Packets in time", self.packets),
            (f"Decided in {DECIDED_WITHIN} days", self.decisions),
        ]  # fmt: skip


def supervised(scope: Scope, on: date) -> list[Row]:
    """The review boards and Resource Panels this person supervises, by kind and name; seven queries."""
    year = SchoolYear.of(on)
    panels = list(
        Panel.objects.run_by(scope).filter(kind__in=SUPERVISED, closed_on=None)
        .select_related("region", "school").order_by("-kind", "name")
    )  # fmt: skip
    members: dict[int, list[Member]] = defaultdict(list)
    for one in Member.objects.filter(panel__in=panels, term__contains=on):
        members[one.panel_id].append(one)
    signed = dict(Roster.objects.filter(panel__in=panels, in_force_on__lte=on).order_by("pk")
                  .values_list("panel", "in_force_on"))  # fmt: skip
    past = Hearing.objects.filter(panel__in=panels, state="held", day__on__range=(year.starts, on))
    seen = Counter(Observation.objects.filter(hearing__in=past).values_list("hearing__panel", flat=True))
    heard = list(past.values_list("pk", "panel", "panel__kind", "day__on"))
    notices, packets, decisions = _noticed(past), _released(past), _decided(past)
    return [_row(one, members[one.pk], signed.get(one.pk), heard, seen[one.pk], notices, packets, decisions)
            for one in panels]  # fmt: skip


def _row(
    panel: Panel, members: list[Member], signed: date | None, heard: list[tuple[int, int, str, date]], seen: int,
    notices: dict[int, date], packets: dict[int, date], decisions: dict[int, date],
) -> Row:  # fmt: skip
    mine = [(pk, on) for pk, of, _, on in heard if of == panel.pk]
    clocks = KINDS[panel.kind].clocks
    return Row(
        panel, next((one for one in members if one.standing == "chair"), None), signed,
        sum(one.trained_on is not None for one in members), len(members), len(mine), seen,
        _in_time(mine, notices, timedelta(-clocks.notice_days)),
        _in_time(mine, packets, timedelta(-clocks.packet_days)),
        _in_time(mine, decisions, timedelta(DECIDED_WITHIN)),
    )  # fmt: skip


def _in_time(hearings: list[tuple[int, date]], done: dict[int, date], within: timedelta) -> Share:
    return Share(sum(done.get(pk, date.max) <= on + within for pk, on in hearings), len(hearings))


def _noticed(past: QuerySet[Hearing]) -> dict[int, date]:
    """Hearing to the day the family was first told."""
    rows = Invitation.objects.filter(hearing__in=past, member=None, what=Invitation.What.INVITATION)
    return dict(rows.order_by().values_list("hearing").annotate(first=Min("told_on")))


def _released(past: QuerySet[Hearing]) -> dict[int, date]:
    """Hearing to the day on which the last of its referrals first had its packet for the panel; else not in it."""
    first = dict(
        Packet.objects.filter(referral__hearings__in=past, audience="panel", released_at__isnull=False).order_by()
        .values_list("referral").annotate(first=Min("released_at__date"))
    )  # fmt: skip
    asked: dict[int, list[date | None]] = defaultdict(list)
    for hearing, referral in past.values_list("pk", "referrals"):
        asked[hearing].append(first.get(referral))
    return {pk: max(days) for pk, days in asked.items() if all(days)}  # type: ignore[type-var]


def _decided(past: QuerySet[Hearing]) -> dict[int, date]:
    """Hearing to the day of the first decision about one of its students."""
    rows = Decision.objects.filter(referral__hearings__in=past).order_by()
    return dict(rows.values_list("referral__hearings").annotate(first=Min("on")))


def to_observe(scope: Scope, user: User, on: date) -> QuerySet[Hearing]:
    """Hearings of the last month that this person has not written about, newest first."""
    wrote = Observation.objects.filter(by=user).values("hearing")
    rows = Hearing.objects.visible_to(scope).filter(
        state__in=("running", "held"), day__on__range=(on - timedelta(31), on), panel__in=Panel.objects.run_by(scope)
    )  # fmt: skip
    return rows.exclude(pk__in=wrote).select_related("panel", "day").order_by("-day__on", "-pk")


@dataclass(frozen=True, slots=True)
class Process:
    """One item of the checklist over the year's observed hearings."""

    title: str
    section: str
    yes: int
    no: int


def process(scope: Scope, on: date) -> list[Process]:
    year = SchoolYear.of(on)
    rows = Observation.objects.visible_to(scope).filter(on__range=(year.starts, on)).values_list("seen", flat=True)
    told: list[dict[str, Any]] = list(rows)
    return [
        Process(
            item.title, item.section, sum(one.get(key) == "yes" for one in told),
            sum(one.get(key) == "no" for one in told),
        )
        for key, item in CHECKLIST.items()
    ]  # fmt: skip
