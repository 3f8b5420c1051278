"""A student's school days, drawn: the calendar by month, its legend, the runs of absence."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from firstbell.attendance.queries import Year, year_of
from firstbell.attendance.rules import IN_A_ROW
from firstbell.core.templatetags.ui import day as said
from firstbell.desk.queries.today import Reflected
from firstbell.law.days import ABSENT, Day, kind, letter
from firstbell.roster.models import Student

SHOWN = {
    Day.UNEXCUSED: ("unexcused", "unexcused"),
    Day.EXCUSED: ("excused", "excused"),
    Day.OCCASION: ("late", "over 30 min without excuse"),
    Day.PARTIAL: ("partial", "part of the day"),
    Day.SUSPENDED: ("suspended", "suspended"),
    Day.IN_SCHOOL_SUSPENSION: ("partial", "suspended in school"),
    Day.STUDY_UNDONE: ("unexcused", "independent study not done"),
    Day.UNVERIFIED: ("unknown", "not yet explained"),
    Day.NOT_TAKEN: ("unknown", "roll not taken"),
    Day.PRESENT: ("present", "present"),
    Day.NONE: ("off", "not a school day here, so not counted"),
}
"""Day to its look and its words; its letter is the law's own."""

ALWAYS = (Day.UNEXCUSED, Day.EXCUSED, Day.OCCASION, Day.PRESENT)


def year(who: Student, reflected: Reflected | None) -> Year | None:
    """The student's year that the served figures reflect; None where nothing is served, or nothing of this student."""
    if reflected is None:
        return None
    try:
        served = reflected.served
        return year_of(who, served.on, reflected.known_at, arrival=served.arrival)
    except ValueError:
        return None


def months(bytes_on: Mapping[date, int], url: str) -> list[dict[str, Any]]:
    """The months `<c-calendar>` draws; a day with a letter opens its reason at `url`."""
    drawn: list[dict[str, Any]] = []
    for on, byte in bytes_on.items():
        if not drawn or drawn[-1]["label"] != f"{on:%b}":
            drawn.append({"label": f"{on:%b}", "days": []})
        look, words = SHOWN[kind(byte)]
        code = _letter(byte)
        opened = f"{url}#day-{on:%Y-%m-%d}" if code else ""
        drawn[-1]["days"].append(
            {"on": on, "letter": code, "kind": look, "label": f"{said(on)}: {words}", "url": opened, "off": False}
        )
    return drawn


def _letter(byte: int) -> str:
    return "" if kind(byte) is Day.PRESENT else letter(byte)


def legend(bytes_on: Mapping[date, int]) -> list[tuple[str, str, str]]:
    """(letter, look, words) of what this calendar shows, and of what every calendar explains."""
    seen = {kind(byte) for byte in bytes_on.values()}.union(ALWAYS)
    return [(_letter(day), *SHOWN[day]) for day in SHOWN if day in seen]


def runs(bytes_on: Mapping[date, int]) -> list[list[date]]:
    """Each run of whole-day absences that is long enough to be a sign, oldest first."""
    found: list[list[date]] = [[]]
    for on, byte in bytes_on.items():
        if kind(byte) in ABSENT:
            found[-1].append(on)
        elif found[-1] and kind(byte) is not Day.NOT_TAKEN:  # a missing roll breaks no run (setting streaks)
            found.append([])
    return [run for run in found if len(run) >= IN_A_ROW]
