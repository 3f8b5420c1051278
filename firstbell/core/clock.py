"""What day it is here. A practice district lives on its own calendar; instants (the journal) are always real."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils.timezone import get_current_timezone, localdate


def today() -> date:
    """The district's today: the practice day where one is set, otherwise the local date."""
    return date.fromisoformat(settings.TODAY) if settings.TODAY else localdate()


def end_of(day: date) -> datetime:
    """The last instant of a local day: what was known on it."""
    return datetime.combine(day + timedelta(days=1), time.min, get_current_timezone()) - timedelta(microseconds=1)
