"""Why a figure of the student file is what it is: the rule, and the days it counts."""

from dataclasses import dataclass
from datetime import date

from firstbell.attendance.models import Standing
from firstbell.core.templatetags.ui import percent, plural_s
from firstbell.desk.queries.days import SHOWN, Read, Year
from firstbell.desk.words import cited
from firstbell.law.days import ABSENT, Day
from firstbell.law.sections import Section, section_of

FIGURES = {
    "absent": (
        "Days absent",
        "EC 60901(c)(1)",
        "Every whole day missed counts, for any reason; part of a day does not.",
    ),
    "occasions": (
        "Truancy occasions",
        "EC 48260(a)",
        "A day missed without a valid excuse, or more than 30 minutes of it, is one occasion.",
    ),
    "rate": ("Attendance this year", "EC 60901(c)(1)", "Days enrolled less days absent, of the days enrolled."),
    "left": (
        "Days left before 10 %",
        "EC 60901(c)(1)",
        "Ten percent of the school days of the year makes a student chronically absent.",
    ),
}
_OCCASIONS = frozenset({Day.UNEXCUSED, Day.OCCASION})


@dataclass(frozen=True)
class DayRow:
    """A day that counts, in words, with its source and what was said before."""

    on: date
    words: str
    code: str
    school: str
    sentence: str
    section: str
    law_url: str
    source: str
    earlier: list[str]


def section(figure: str) -> Section:
    return section_of(FIGURES[figure][1])


def answer(figure: str, standing: Standing) -> str:
    """The figure as one sentence."""
    absent, enrolled = standing.absent, standing.enrolled
    return {
        "absent": f"Absent {absent} of {plural_s(enrolled, 'enrolled day')}, {percent(absent, enrolled)}: "
        f"{standing.excused} excused, {standing.unexcused} unexcused, {standing.suspended} suspended, "
        f"{standing.unverified} not yet explained.",
        "occasions": f"{plural_s(standing.occasions, 'occasion')} this school year.",
        "rate": f"Attended {enrolled - absent} of {plural_s(enrolled, 'enrolled day')}: "
        f"{percent(enrolled - absent, enrolled)}.",
        "left": f"{plural_s(max(0, standing.can_miss), 'more day')} can be missed this year before 10 %.",
    }[figure]


def changed(standing: Standing) -> str:
    """What the figures were when served before, where they differ."""
    was = []
    if standing.was_absent is not None and standing.was_absent != standing.absent:
        was.append(f"{plural_s(standing.was_absent, 'day')} absent")
    if standing.was_occasions is not None and standing.was_occasions != standing.occasions:
        was.append(plural_s(standing.was_occasions, "occasion"))
    return f"Served before: {' and '.join(was)}." if was else ""


def counted_days(figure: str, year: Year) -> list[DayRow]:
    """The days a figure counts, newest first."""
    wanted = _OCCASIONS if figure == "occasions" else ABSENT
    earlier: dict[date, list[str]] = {}
    for one in year.stated:
        if one.withdrawn:
            earlier.setdefault(one.mark.day, []).append(f"{one.mark.code}, until {one.withdrawn.label}")
    chosen = [on for on, made in year.kinds.items() if made in wanted and on in year.reads]
    return [_row(year.reads[on], year.kinds[on], earlier.get(on, [])) for on in sorted(chosen, reverse=True)]


def _row(one: Read, made: Day, earlier: list[str]) -> DayRow:
    number, url = cited(one.reason.section if one.reason else "")
    return DayRow(
        on=one.mark.day,
        words=SHOWN[made][2].capitalize(),
        code=str(one.mark.code),
        school=str(one.mark.school),
        sentence=one.reason.sentence if one.reason else "",
        section=number,
        law_url=url,
        source=str(one.mark.arrival.label),
        earlier=earlier,
    )
