"""School calendars of one year: the days taught, the days not taught and why, and one storm that closed some schools.

Days are proleptic ordinals (`date.toordinal()`). The shape follows a large California district: mid August to about
10 June, 180 days (EC 46200), a week at Thanksgiving, three weeks in winter, one in spring.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from firstbell.practice.plan import Ints

TAUGHT = 180
REGULAR, EARLY, CONTINUATION = "R", "E", "C"
LATE_START = 4
CONTINUATION_DAYS = 172
MON, TUE, WED, THU, FRI = range(5)


@dataclass(frozen=True)
class SchoolYear:
    """The district's own calendar: taught days, days off with their event, and the two stormy days."""

    year: int
    taught: Ints
    off: dict[int, str]
    storms: tuple[int, int]

    @property
    def weather_day(self) -> int:
        """The day after the second storm, on which some schools stayed closed."""
        return int(self.taught[np.searchsorted(self.taught, self.storms[1]) + 1])

    @property
    def make_up_day(self) -> int:
        """The weekday after the last day of school, in place of the weather day."""
        last = int(self.taught[-1])
        return next(d for d in range(last + 1, last + 8) if date.fromordinal(d).weekday() < 5)


@dataclass(frozen=True)
class Calendar:
    """One calendar of one school, as it finally ran."""

    code: str
    grades: str
    days: Ints
    closed: bool

    def known(self, year: SchoolYear, on: int) -> Ints:
        """The instructional days as the school planned them on the evening of `on`."""
        if not self.closed or on >= year.weather_day:
            return self.days
        planned = np.append(self.days[self.days != year.make_up_day], year.weather_day)
        return np.sort(planned).astype(np.int32)


def nth(year: int, month: int, weekday: int, n: int) -> date:
    """The n-th such weekday of a month; n = -1 is the last."""
    if n < 0:
        following = date(year + month // 12, month % 12 + 1, 1)
        return following - timedelta(days=(following.weekday() - weekday - 1) % 7 + 1)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


def _weekdays(first: date, count: int) -> list[date]:
    days = (first + timedelta(days=n) for n in range(count * 2))
    return [day for day in days if day.weekday() < 5][:count]


def _days_off(year: int) -> dict[int, str]:
    """Weekdays without school and the calendar event that says why, in Ed-Fi's words."""
    autumn, thanks = year - 1, nth(year - 1, 11, THU, 4)
    veterans = date(autumn, 11, 11)
    veterans += timedelta(days={5: -1, 6: 1}.get(veterans.weekday(), 0))
    winter = date(autumn, 12, 19) + timedelta(days=-date(autumn, 12, 19).weekday() % 7)
    breaks = _weekdays(thanks - timedelta(days=3), 3) + _weekdays(winter, 15) + _weekdays(nth(year, 3, MON, -1), 5)
    holidays = [
        *(nth(autumn, 9, MON, 1) - timedelta(days=n) for n in (3, 0)),
        veterans,
        *(thanks + timedelta(days=n) for n in (0, 1)),
        nth(year, 1, MON, 3),
        nth(year, 2, MON, 3),
        nth(year, 5, MON, -1),
    ]
    teachers = [nth(autumn, 10, MON, 2), winter + timedelta(days=21), nth(year, 3, FRI, 1)]
    off = {day.toordinal(): "Non-instructional day" for day in breaks}
    off |= {day.toordinal(): "Teacher only day" for day in teachers}
    return off | {day.toordinal(): "Holiday" for day in holidays}


def school_year(year: int) -> SchoolYear:
    """The district's year ending in `year`: it opens on the second Thursday of August."""
    off, day, taught = _days_off(year), nth(year - 1, 8, THU, 2).toordinal(), list[int]()
    while len(taught) < TAUGHT:
        if date.fromordinal(day).weekday() < 5 and day not in off:
            taught.append(day)
        day += 1
    storms = (nth(year, 1, WED, -1).toordinal(), nth(year, 2, THU, 3).toordinal())
    return SchoolYear(year, np.array(taught, np.int32), off, storms)


def _with_closure(days: Ints, year: SchoolYear) -> Ints:
    return np.append(days[days != year.weather_day], year.make_up_day).astype(np.int32)


def calendars(year: SchoolYear, *, level: str, early: bool, closed: bool) -> tuple[Calendar, ...]:
    """The calendars of one school: the continuation school keeps its own, some elementaries start TK and K late."""
    if level == "continuation":
        days = year.taught[LATE_START - 2 :][:CONTINUATION_DAYS]
        return (Calendar(CONTINUATION, "10,11,12", days, False),)
    regular = _with_closure(year.taught, year) if closed else year.taught
    if not early:
        return (Calendar(REGULAR, "", regular, closed),)
    grades = "01,02,03,04,05"
    return (
        Calendar(REGULAR, grades, regular, closed),
        Calendar(EARLY, "TK,KG", regular[LATE_START:], closed),
    )


def minutes(day: int, *, level: str, code: str) -> int:
    """Instructional minutes of one day; every Tuesday ends an hour early, as teachers meet."""
    whole = 240 if code in (EARLY, CONTINUATION) else {"elementary": 320, "span": 330}.get(level, 365)
    return whole - 60 if date.fromordinal(day).weekday() == TUE else whole
