"""Months by their first day, and which one an address asks for (2026-05)."""

from datetime import date, timedelta

FIRST = date(2000, 1, 1)
"""No address reaches further back: nothing is known of it, and every page has a month before."""


def month_of(day: date) -> date:
    return day.replace(day=1)


def next_month(first: date) -> date:
    return (first.replace(day=1) + timedelta(32)).replace(day=1)


def month_before(day: date) -> date:
    """The first day of the month before that of `day`."""
    return (day.replace(day=1) - timedelta(1)).replace(day=1)


def asked_month(text: str, today: date) -> date:
    """The month that is asked for; the last whole one for none, one to come, or no month at all."""
    asked = _read(text)
    return month_before(today) if asked is None or asked > today else asked


def running_month(text: str, today: date) -> date:
    """The month that is asked for; this one for none, one to come, or no month at all."""
    asked = _read(text)
    return month_of(today) if asked is None or asked > today else asked


def _read(text: str) -> date | None:
    try:
        asked = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return asked if asked >= FIRST else None
