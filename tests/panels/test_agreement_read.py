"""What was read back is what stands: whoever comes after it is not in the text."""

from firstbell.panels.actions import room
from firstbell.panels.models import Agreement
from firstbell.panels.queries import agreements as queries
from tests.panels.rooms import *  # noqa: F403 - fixtures
from tests.panels.test_agreements import read

__all__ = ["read"]


def test_somebody_who_comes_after_the_reading_is_not_in_the_text(read, ines):
    before = [(sheet.title, sheet.parts) for sheet in queries.sheets_of(Agreement.objects.get())]
    room.arrive(hearing=read, party="agency", name="Late Lee", by=ines)
    assert [(sheet.title, sheet.parts) for sheet in queries.sheets_of(Agreement.objects.get())] == before
