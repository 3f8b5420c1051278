"""What day it is here. A practice district lives on its own calendar; instants (the journal) are always real."""

from datetime import date

from django.conf import settings
from django.utils.timezone import localdate


def today() -> date:
    """The district's today: the practice day where one is set, otherwise the local date."""
    return date.fromisoformat(settings.TODAY) if settings.TODAY else localdate()
