"""Numbers as the files give them, and as people write and dial them."""

import pytest

from firstbell.roster.models import Phone
from firstbell.roster.queries import dialled, rings


@pytest.mark.parametrize(("number", "written", "can_ring"), [
    ("2135550142", "(213) 555-0142", True), ("+52 55 5123 4567", "+52 55 5123 4567", True), ("12", "12", False),
    ("call work", "call work", False), ("", "", False), ("000-000-0000", "000-000-0000", False),
])  # fmt: skip
def test_a_phone_that_can_ring(number, written, can_ring):
    shown, rung = rings(Phone(number=number))
    assert rung is can_ring
    assert shown == written or not can_ring


@pytest.mark.parametrize(("number", "machine"), [
    ("(213) 555-0142", "+12135550142"), ("+52 55 5123 4567", "+525551234567"), ("12", ""), ("call work", ""), ("", ""),
])  # fmt: skip
def test_a_number_as_machines_dial_it(number, machine):
    assert dialled(Phone(number=number)) == machine
