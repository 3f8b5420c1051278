"""Messages of hearings on their way, by the district's mail and its provider of texts: each leaves once, or fails."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from django.db import connection, transaction
from django.utils.timezone import localtime

from firstbell.core import clock, jobs
from firstbell.notices import shelf
from firstbell.notices.models import Delivery
from firstbell.notices.providers import NotSent, mail, provider
from firstbell.panels.actions.telling import WIRE
from firstbell.panels.models import Invitation
from firstbell.panels.queries.invitations import Meet, calendar, summons

State, Channel, What = Delivery.State, Invitation.Channel, Invitation.What
_FAULTS = (NotSent, OSError, ValueError, shelf.Damaged)
"""smtplib's are OSErrors, an address that is none is a ValueError."""
_ONE_AT_A_TIME = 1913_0909
_UNSURE = "It was being sent when the program stopped. Ask them, or the provider, before it is sent again."


def deliver() -> int:
    """Send what waits to be sent by e-mail or text for hearings; how many went out.

    Each is marked before it leaves and again after: one under way when the program died is failed, not repeated.
    """
    with _alone():
        return _send()


def stop_sending() -> None:
    """The work was begun again and again and never ended: what waits says so, and somebody calls."""
    Invitation.objects.filter(channel__in=WIRE, state__in=(State.QUEUED, State.SENDING)).update(
        state=State.FAILED, note=f"Sending was begun {jobs.TRIES} times and never ended: tell them by telephone."
    )


@contextmanager
def _alone() -> Iterator[None]:
    """One sender at a time; PostgreSQL lets the next one in when the connection ends, by a kill too."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s, 0)", [_ONE_AT_A_TIME])
        try:
            yield
        finally:
            cursor.execute("select pg_advisory_unlock(%s, 0)", [_ONE_AT_A_TIME])


def _send() -> int:
    rows = Invitation.objects.filter(channel__in=WIRE)
    _mark(rows.filter(state=State.SENDING), State.FAILED, note=_UNSURE)
    waits = rows.filter(state=State.QUEUED).select_related(
        "hearing__day", "hearing__panel", "hearing__school", "member"
    )
    groups: dict[tuple, list[Invitation]] = {}
    for one in waits.order_by("pk"):
        of_member = (one.member_id, one.what, localtime(one.start).date()) if one.member_id else (0, one.pk)
        groups.setdefault(of_member, []).append(one)
    return sum(_sent(group) for group in groups.values())


def _sent(group: Sequence[Invitation]) -> int:
    """One message, which for a member tells of all their hearings of the day."""
    _mark(group, State.SENDING)
    try:
        number = _to_panel(group) if group[0].member_id else _to_family(group[0])
    except _FAULTS as fault:
        _mark(group, State.FAILED, note=str(fault))
        return 0
    _mark(group, State.SENT, proof=f"Sent as {number}", on=clock.today())
    return 1


@transaction.atomic
def _mark(rows: Iterable[Invitation], state: str, *, note: str = "", proof: str = "", on: date | None = None) -> None:
    values = {"state": state} | ({"note": note[:300]} if note else {}) | ({"proof": proof[:200]} if proof else {})
    values |= {"told_on": on} if on else {}
    Invitation.objects.filter(pk__in=[one.pk for one in rows]).update(**values)


def _to_panel(group: Sequence[Invitation]) -> str:
    first = group[0]
    meets = [Meet.told(one) for one in group]
    subject, said = summons(first.member, meets, first.what)
    made = calendar(meets, of_family=False, off=first.what == What.CALLED_OFF)
    return mail(key=f"panel-{first.pk}", to=first.address, subject=subject, body=said,
                attached=[("hearings.ics", made, "text/calendar")])  # fmt: skip


def _to_family(one: Invitation) -> str:
    if one.channel == Channel.TEXT:
        return provider().send(to=one.address, body=one.text, key=f"panel.{one.pk}.text")
    made = calendar([Meet.told(one)], of_family=True, off=one.what == What.CALLED_OFF)
    paper = [("letter.pdf", shelf.opened(one.digest), "application/pdf")] if one.digest else []
    return mail(
        key=f"panel-{one.pk}", to=one.address, subject=f"A letter from {one.hearing.school.name}", body=one.text,
        attached=[*paper, ("meeting.ics", made, "text/calendar")],
    )  # fmt: skip
