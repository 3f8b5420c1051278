"""The night says of released packets what facts overtook, and whoever runs the panel, and a guest, find it."""

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse

from firstbell.panels.actions import packets as actions
from firstbell.panels.models import Hearing, Member, Packet, Seating
from firstbell.panels.queries.waiting import waiting
from firstbell.site import schedule
from firstbell.staffing.queries import scope_of
from tests.attendance.conftest import DAYS
from tests.panels.conftest import at, somebody
from tests.panels.packing import chained, father, log, mother, sibling

__all__ = ["chained", "father", "log", "mother", "sibling"]


@pytest.fixture
def made(chained, rosa) -> Packet:
    """The panel's packet as Rosa made it."""
    return actions.make_packet(referral=chained, audience="panel", by=rosa)


def test_the_night_marks_what_facts_overtook_and_the_chair_finds_it(client, made, chained, truant, correct, ines, rosa):
    """A code corrected after the release: the night says so on Today, in the list, on the packet's page."""
    actions.release(packet=made, by=ines)
    schedule.refresh(say=lambda line: None)
    assert waiting(scope_of(ines, DAYS[-1]), DAYS[-1], ines).stale == 0
    correct(truant.told[DAYS[14]])
    lines: list[str] = []
    schedule.refresh(say=lines.append)
    assert any(line.startswith("packets     1 released packets") for line in lines)
    made.refresh_from_db()
    assert made.stale_on == DAYS[-1]
    assert waiting(scope_of(ines, DAYS[-1]), DAYS[-1], ines).stale == 1
    client.force_login(ines)
    listed = client.get(reverse("panels:referrals"), {"state": "stale"}).content.decode()
    assert reverse("panels:referral", args=[chained.pk]) in listed
    assert "Facts changed" in client.get(reverse("panels:packets", args=[chained.pk])).content.decode()
    newer = actions.make_packet(referral=chained, audience="panel", by=rosa)
    made.refresh_from_db()
    actions.withdraw_packet(packet=made, why=f"Version {newer.version} is made.", by=ines)
    assert waiting(scope_of(ines, DAYS[-1]), DAYS[-1], ines).stale == 0


def test_a_guest_who_reads_it_is_told_that_facts_changed(client, made, chained, day, ines):
    actions.release(packet=made, by=ines)
    tom = somebody("tom.abara")
    Member.objects.filter(name="Tom Abara").update(user=tom)
    hearing = Hearing.objects.create(
        panel=chained.panel, school=chained.school, day=day, room="Room 4", family=chained.student_id, state="set",
        span=DateTimeTZRange(at(day.on, 9), at(day.on, 9, 45)),
    )  # fmt: skip
    hearing.referrals.add(chained)
    Seating.objects.create(hearing=hearing, member=Member.objects.get(user=tom), span=hearing.span)
    client.force_login(tom)
    page = reverse("panels:seat", args=[hearing.pk])
    assert "Facts changed" not in client.get(page).content.decode()
    Packet.objects.filter(pk=made.pk).update(stale_on=DAYS[-1], stale=["A code was corrected."])
    shown = client.get(page).content.decode()
    assert "Facts changed since it was made:" in shown
    assert "A code was corrected" not in shown, "a guest reads packets, not what the night found"
