"""Attendance for state funding, as far as a page explains it (EC 46010.3, 46014, 48205(d)). Estimates, no claim."""

from decimal import ROUND_HALF_UP, Decimal

from firstbell.law.excuses import Excuse
from firstbell.law.findings import Finding, Reason, count
from firstbell.law.reasons import REASONS


def day_attended(minutes_present: int) -> Finding[int]:
    """1 or 0: a student in a regular class who attends any part of a school day attends that day."""
    present = minutes_present > 0
    sentence = f"In school for {count(minutes_present, 'minute')}: {'a day attended' if present else 'absent all day'}."
    return Finding(int(present), (Reason("EC 46010.3", sentence),))


def keeps_attendance(code: str, excuse: Excuse) -> Finding[bool]:
    """Whether a day away still counts as attended. Hardly any does: an excused absence is an absence for funding.

    Religious exercises within their limit are not an absence (EC 46014). KeyError for an unknown reason.
    """
    if code == "46014" and excuse is Excuse.EXCUSED:
        return Finding(True, (Reason("EC 46014", "Within the limit of the school month this is no absence."),))
    return Finding(False, (Reason("EC 48205(d)", f"Away for {REASONS[code].words}: no attendance for funding."),))


def attendance_rate(attended: int, taught: int) -> tuple[Decimal, Decimal]:
    """Attendance and absence in percent, to two places; for showing only. ValueError when nothing was taught."""
    if taught <= 0 or not 0 <= attended <= taught:
        raise ValueError(f"{attended} days attended of {taught}")
    rate = (Decimal(100 * attended) / taught).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return rate, 100 - rate


def value_of_a_day(per_year: Decimal, days: int = 180) -> Decimal:
    """About what one day of one student brings in dollars: the yearly rate by days, to the cent.

    Districts are funded on the best of several years, so the money at the margin may be nothing.
    """
    return (per_year / days).quantize(Decimal("0.01"), ROUND_HALF_UP)
