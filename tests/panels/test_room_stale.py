"""A code is corrected an hour before: the room says what the packet tells otherwise, and what stands now."""

import re

import pytest
from django.urls import reverse

from firstbell.cases import actions as cases
from firstbell.panels.actions.packets import make_packet, release
from firstbell.panels.queries.room_page import stale_of
from tests.attendance.conftest import DAYS
from tests.panels.packing import chained, father, log, mother, sibling
from tests.panels.rooms import set_for, today_day

__all__ = ["chained", "father", "log", "mother", "set_for", "sibling", "today_day"]
pytestmark = pytest.mark.django_db


def test_the_room_says_what_changed_since_the_packet(chained, counselor, ines, set_for, truant, correct, night, client):
    night()
    cases.open_case(student=truant, by=counselor, lead=counselor)
    packet = make_packet(referral=chained, audience="panel", by=counselor)
    release(packet=packet, by=ines)
    hearing = set_for(chained)
    assert stale_of(hearing) == []
    correct(truant.told[DAYS[2]])
    night()
    found = stale_of(hearing)
    assert found
    client.force_login(ines)
    page = re.sub(r"\s+", " ", client.get(reverse("panels:room", args=[hearing.pk])).content.decode())
    assert "The packet is not what the record says now." in page
    assert found[0].split(".")[0] in page
    assert "No longer stands: Report 1" in page
