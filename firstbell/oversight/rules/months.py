"""Months as oversight counts them: by their first day."""

from datetime import date, timedelta


def month_of(day: date) -> date:
    return day.replace(day=1)


def next_month(first: date) -> date:
    return (first + timedelta(32)).replace(day=1)


def month_before(day: date) -> date:
    """The first day of the month before that of `day`."""
    return (day.replace(day=1) - timedelta(1)).replace(day=1)


def asked_month(text: str, today: date) -> date:
    """The month an address asks for (2026-05); the last whole one for none, a month to come, or no month at all."""
    try:
        asked = date.fromisoformat(f"{text}-01")
    except ValueError:
        return month_before(today)
    return asked if asked <= today else month_before(today)
