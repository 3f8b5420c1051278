"""What day it is here. A practice district lives on its own calendar; instants (the journal) are always real."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.timezone import get_current_timezone, localdate

from firstbell.core import home


def today() -> date:
    """The district's today: the practice day where one is set, otherwise the local date."""
    return date.fromisoformat(settings.TODAY) if settings.TODAY else localdate()


def end_of(day: date) -> datetime:
    """The last instant of a local day: what was known on it."""
    return datetime.combine(day + timedelta(days=1), time.min, get_current_timezone()) - timedelta(microseconds=1)


def catch_up() -> None:
    """In a district to practise in, the day moves while processes run: read it again once it was written anew."""
    if settings.PRACTICE and (day := _told(home.home(), home.written_at())) != settings.TODAY:
        settings.TODAY = day


@lru_cache(maxsize=1)
def _told(_folder: Path, _written_at: int) -> str | None:
    return home.setting("today")


@contextmanager
def living_on(day: date) -> Iterator[None]:
    """It is another day meanwhile: what is done is dated then."""
    today, settings.TODAY = settings.TODAY, day.isoformat()
    try:
        yield
    finally:
        settings.TODAY = today
